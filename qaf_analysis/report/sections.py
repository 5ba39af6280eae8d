"""The sections behind the first page, and the appendix that holds their long tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qaf_analysis.analyses.release import Released
from qaf_analysis.present.numbers import counted, percent, with_interval
from qaf_analysis.present.parts import Column, Table
from qaf_analysis.present.reach_words import reach_table
from qaf_analysis.present.show import plot, say, table
from qaf_analysis.report.blocks import Block, Figure, Heading, Link, Note, Paragraph
from qaf_analysis.report.method import method_table, rules_table
from qaf_analysis.report.results import Results
from qaf_analysis.terms.glossary import GLOSSARY


@dataclass(frozen=True, kw_only=True)
class _Topic:
    """A section: its id, its result, and which of its tables stand in it, not in the appendix."""

    id: str
    short: str
    released: Released[Any]
    main_tables: tuple[str, ...]
    in_first_page: int = 0
    level: int = 2


def _topic(
    id: str, short: str, released: Released[Any], *main_tables: str, level: int = 2
) -> _Topic:
    return _Topic(
        id=id,
        short=short,
        released=released,
        main_tables=main_tables,
        # The grades by quarter stand on the first page.
        in_first_page=1 if id == "grades" else 0,
        level=level,
    )


def _topics(results: Results) -> tuple[_Topic, ...]:
    return (
        _topic(
            "grades",
            "Activity and grades",
            results.programme,
            "Routine audits by quarter and grade",
            "Grades by domain",
        ),
        *_agreement_topics(results),
        *_moderation_topics(results),
        _topic("themes", "Themed audits", results.themes, "Change after each themed audit"),
        _topic("process", "Process changes", results.consistency, "Spread of auditors' severity"),
        _topic("data", "Data quality", results.intake, "Files read", "Checks of the data"),
    )


def _agreement_topics(results: Results) -> tuple[_Topic, ...]:
    return (
        _topic("agreement", "Agreement among auditors", results.agreement, "Pairs of grades"),
        _topic(
            "by-grade",
            "Agreement grade by grade",
            results.agreement_detail,
            "When one auditor gives a grade",
            "Confusion between",
            level=3,
        ),
        _topic(
            "drivers",
            "What drives disagreement",
            results.agreement_drivers,
            "Agreement by domain",
            level=3,
        ),
    )


def _moderation_topics(results: Results) -> tuple[_Topic, ...]:
    return (
        _topic(
            "severity",
            "Auditors' severity",
            results.severity,
            "Auditors' severity as a group",
        ),
        _topic(
            "moderation",
            "External moderation",
            results.optimism,
            "Auditors against moderators",
            "Grades as audited",
        ),
        _topic(
            "true-trend",
            "Is the trend real",
            results.true_trend,
            "The change in grades",
            level=3,
        ),
        _topic(
            "gaps",
            "Over-optimism in detail",
            results.optimism_detail,
            "Gap by domain",
            "Published figures",
            level=3,
        ),
        _topic(
            "child-focus",
            "Focus on the child",
            results.child_focus,
            "Focus on the child",
            "Which rule",
            level=3,
        ),
    )


def sections(results: Results) -> tuple[Block, ...]:
    """Every section in the order of the report."""
    blocks: list[Block] = []
    for topic in _topics(results):
        blocks.extend(_section(topic))
        for told in _TOLD_AFTER.get(topic.id, ()):
            blocks.extend(told(results))
    return (*blocks, *_method(results))


def appendix(results: Results) -> tuple[Block, ...]:
    """Every table that is too long for its section, and the glossary."""
    blocks: list[Block] = [Heading(text="Appendix: all figures", id="figures")]
    for topic in _topics(results):
        rest = [each for each in table(topic.released) if not _is_main(each, topic)]
        if rest:
            blocks.append(Heading(text=topic.short, id=f"figures-{topic.id}", level=3))
            blocks.extend(rest)
    blocks.append(Heading(text="Words", id="words", level=3))
    blocks.append(
        Table(
            caption="What the words of this report mean",
            columns=(
                Column(heading="Word", align="left"),
                Column(heading="Meaning", align="left"),
            ),
            rows=tuple(GLOSSARY.items()),
        )
    )
    return tuple(blocks)


def _section(topic: _Topic) -> tuple[Block, ...]:
    said = say(topic.released)
    pictures = plot(topic.released)[topic.in_first_page :]
    return (
        Heading(text=said.claim, id=topic.id, level=topic.level),
        *(Paragraph(words=words) for words in said.paragraphs),
        *(
            Figure(picture=picture, source=(f"{said.source} ", Link("Method", "#method")))
            for picture in pictures
        ),
        *(each for each in table(topic.released) if _is_main(each, topic)),
        Note(label="What this does not show", lines=(said.limits,)),
    )


def _is_main(each: Table, topic: _Topic) -> bool:
    return each.caption.startswith(topic.main_tables)


def _multi_agency(results: Results) -> tuple[Block, ...]:
    programme = results.programme.result
    found = [kind for kind in programme.by_type if kind.audit_type == "multi_agency"]
    total = sum(found[0].counts) if found else 0
    words = (
        f"{counted(total, 'multi-agency audit')} were completed since {programme.quarters[0]}. So "
        "few cases, chosen for what they can teach, are for reading and not for percentages: "
        "their grades are in no figure of this report."
        if total
        else "Not available because the exports mark no audit as multi-agency."
    )
    return (
        Heading(text="Multi-agency audits are told, not counted", id="multi-agency", level=3),
        Paragraph(words=words),
    )


def _voice(results: Results) -> tuple[Block, ...]:
    programme = results.programme.result
    feedback = programme.family_feedback
    words = (
        f"The family's feedback is recorded in {with_interval(feedback, percent)} of "
        f"{counted(feedback.cases, 'routine audit')} in {programme.scope.period}."
        if feedback.is_estimable
        else "Not available because the exports do not record whether the family was heard "
        "(column family_feedback)."
    )
    return (
        Heading(text="Voice of children, families and workers", id="voice"),
        Paragraph(words=words),
    )


def _inadequate(results: Results) -> tuple[Block, ...]:
    programme = results.programme.result
    worst = programme.levels[0]
    recent = programme.by_quarter[-4:]
    each = "; ".join(f"{q.label}: {q.counts[0]:,} of {q.total:,}" for q in recent)
    return (
        Heading(text=f"Audits graded {worst.lower()}", id="worst-grade"),
        Paragraph(words=f"Routine audits graded {worst.lower()}, by quarter: {each}."),
    )


def _method(results: Results) -> tuple[Block, ...]:
    return (
        Heading(text="How it was worked out", id="method"),
        Paragraph(
            words="Every verdict follows from a rule that was fixed before the data were read. "
            "Every interval is meant to hold the true figure in 95 of 100 reports like this one, "
            "where its assumptions hold."
        ),
        method_table(),
        rules_table(),
        reach_table(results.reach.result),
        Note(
            label="Not in this report",
            lines=(
                "Improvement actions, escalations and how soon managers responded, surveys, "
                "compliments and complaints: the workbench reads audits and moderations, and "
                "their exports hold none of these.",
            ),
        ),
        Note(
            label="Who may see this",
            lines=(
                "This edition shows small counts. It is for the board and for the moderator. "
                "Auditors stand in it by code only. No public edition is offered, because this "
                "version has no disclosure control.",
            ),
        ),
    )


# What is told without a picture of its own, by the section that it follows.
_TOLD_AFTER: dict[str, tuple[Callable[[Results], tuple[Block, ...]], ...]] = {
    "themes": (_multi_agency,),
    "process": (_voice, _inadequate),
}
