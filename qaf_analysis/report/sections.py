"""The sections behind the first page, and the appendix that holds their long tables."""

from __future__ import annotations

from collections.abc import Callable

from qaf_analysis.kit.numbers import counted, percent, with_interval
from qaf_analysis.kit.parts import Column, Picture, Table
from qaf_analysis.report.blocks import Block, Figure, Heading, Link, Listing, Note, Paragraph
from qaf_analysis.report.method import method_table, rules_table
from qaf_analysis.report.results import Results
from qaf_analysis.report.topics import Topic, topics
from qaf_analysis.terms.glossary import GLOSSARY
from qaf_analysis.topics.programme.tables import reach_table
from qaf_analysis.topics.programme.words import MULTI_AGENCY, say_multi_agency
from qaf_analysis.topics.show import say, table


def sections(results: Results) -> tuple[Block, ...]:
    """Every section in the order of the report."""
    blocks: list[Block] = []
    for topic in topics(results):
        blocks.extend(_section(topic))
        for told in _TOLD_AFTER.get(topic.id, ()):
            blocks.extend(told(results))
    return (*blocks, *_method(results))


def appendix(results: Results) -> tuple[Block, ...]:
    """Every table that is too long for its section, and the glossary."""
    blocks: list[Block] = [Heading(text="Appendix: all figures", id="figures")]
    for topic in topics(results):
        rest = [each for each in table(topic.released) if not _is_main(each, topic)]
        drawn = _figures(topic, topic.pictures_behind())
        if rest or drawn:
            blocks.append(Heading(text=topic.short, id=f"figures-{topic.id}", level=3))
            blocks.extend((*drawn, *rest))
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


def _section(topic: Topic) -> tuple[Block, ...]:
    said = say(topic.released)
    return (
        Heading(text=said.claim, id=topic.id, level=topic.level),
        *(Paragraph(words=words) for words in said.paragraphs),
        *_figures(topic, topic.pictures_here()),
        *(each for each in table(topic.released) if _is_main(each, topic)),
        Note(label="What this does not show", lines=(said.limits,)),
    )


def _figures(topic: Topic, pictures: tuple[Picture, ...]) -> tuple[Figure, ...]:
    source = (f"{say(topic.released).source} ", Link("Method", "#method"))
    return tuple(Figure(picture=picture, source=source) for picture in pictures)


def _is_main(each: Table, topic: Topic) -> bool:
    return each.caption.startswith(topic.main_tables)


def _multi_agency(results: Results) -> tuple[Block, ...]:
    programme = results.programme.result
    heading = Heading(text="Multi-agency audits are told, not counted", id="multi-agency", level=3)
    said = say_multi_agency(programme)
    if not said:
        words = "Not available because the exports mark no audit as multi-agency."
        return (heading, Paragraph(words=words))
    return (heading, Paragraph(words=MULTI_AGENCY), Listing(items=said))


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
                "Escalations and how soon managers responded, surveys, compliments and "
                "complaints: the workbench reads audits, moderations and improvement actions, and "
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
    "actions": (_multi_agency,),
    "process-agreement": (_voice, _inadequate),
}
