"""The sections behind the first page, and the appendix that holds their long tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import zip_longest
from typing import Any

from qaf_analysis.kit.parts import Column, Place, Statement, Table
from qaf_analysis.report.blocks import Block, Figure, Heading, Link, Listing, Note, Paragraph
from qaf_analysis.report.method import method_table, rules_table
from qaf_analysis.terms.glossary import glossary_of
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import JOINT_ERROR
from qaf_analysis.topics.common.brief import sentences
from qaf_analysis.topics.common.section import Shown
from qaf_analysis.topics.impact.section import ACTIONS
from qaf_analysis.topics.process.section import PROCESS_AGREEMENT
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.analysis.reach import Reach
from qaf_analysis.topics.programme.tables import reach_table
from qaf_analysis.topics.programme.words import (
    MULTI_AGENCY,
    say_multi_agency,
    voice_words,
    worst_grade_title,
    worst_grade_words,
)
from qaf_analysis.topics.registry import Results


def sections(shown: Sequence[Shown[Any]], results: Results) -> tuple[Block, ...]:
    """Every section in the order of the report."""
    blocks: list[Block] = []
    told: set[str] = set()
    for each, after in zip_longest(shown, shown[1:]):
        told = told if each.place else set()
        blocks.extend(_section(each, told=told))
        told |= {one for words in _words(each.statement) for one in sentences(words)}
        if after is None or after.section is not each.section:
            for more in _TOLD_AFTER.get(each.section.id, ()):
                blocks.extend(more(results[Programme]))
    return (*blocks, *_method(results[Reach]))


def appendix(shown: Sequence[Shown[Any]], scale: ScaleWords) -> tuple[Block, ...]:
    """Every table that is too long for its section, and the glossary."""
    blocks: list[Block] = [Heading(text="Appendix: all figures", id="figures")]
    for each in shown:
        behind: tuple[Block, ...] = (*_figures(each, "appendix"), *_tables(each, "appendix"))
        if behind:
            name = f"{each.headline}: {each.section.short}" if each.headline else each.section.short
            blocks.append(Heading(text=name, id=f"figures-{each.id}", level=3))
            blocks.extend(behind)
    blocks.append(Heading(text="Words", id="words", level=3))
    blocks.append(
        Table(
            caption="What the words of this report mean",
            columns=(
                Column(heading="Word", align="left"),
                Column(heading="Meaning", align="left"),
            ),
            rows=tuple(glossary_of(scale).items()),
        )
    )
    return tuple(blocks)


def _section(shown: Shown[Any], *, told: Collection[str]) -> tuple[Block, ...]:
    """A section; sentences that were told of an earlier headline are not told again."""
    said = shown.statement
    paragraphs = [_not_told(words, told) for words in said.paragraphs]
    limits = _not_told(said.limits, told)
    return (
        Heading(text=said.claim, id=shown.id, level=shown.level),
        *(Paragraph(words=words) for words in paragraphs if words),
        *_figures(shown, "section"),
        *_tables(shown, "section"),
        *((Note(label="What this does not show", lines=(limits,)),) if limits else ()),
    )


def _words(said: Statement) -> tuple[str, ...]:
    return (*said.paragraphs, said.limits)


def _not_told(words: str, told: Collection[str]) -> str:
    return " ".join(one for one in sentences(words) if one not in told)


def _figures(shown: Shown[Any], place: Place) -> tuple[Figure, ...]:
    own, pictures = shown.statement.source, shown.pictures
    return tuple(
        Figure(picture=each, source=(f"{each.source or own} ", Link("Method", "#method")))
        for each in pictures
        if each.place == place
    )


def _tables(shown: Shown[Any], place: Place) -> tuple[Table, ...]:
    return tuple(each for each in shown.tables if each.place == place)


def _multi_agency(programme: Programme) -> tuple[Block, ...]:
    heading = Heading(text="Multi-agency audits are told, not counted", id="multi-agency", level=3)
    said = say_multi_agency(programme)
    if not said:
        words = "Not available because the exports mark no audit as multi-agency."
        return (heading, Paragraph(words=words))
    return (heading, Paragraph(words=MULTI_AGENCY), Listing(items=said))


def _voice(programme: Programme) -> tuple[Block, ...]:
    return (
        Heading(text="Voice of children, families and workers", id="voice"),
        Paragraph(words=voice_words(programme)),
    )


def _worst_grade(programme: Programme) -> tuple[Block, ...]:
    return (
        Heading(text=worst_grade_title(programme), id="worst-grade"),
        Paragraph(words=worst_grade_words(programme)),
    )


def _method(reach: Reach) -> tuple[Block, ...]:
    return (
        Heading(text="How it was worked out", id="method"),
        Paragraph(
            words="Every verdict follows from a rule that was fixed before the data were read. "
            "Every interval is meant to hold the true figure in 95 of 100 reports like this one, "
            "where its assumptions hold."
        ),
        Paragraph(
            words="The lead and the four cards hold the primary claims. Each keeps its own error. "
            "Which of them hold when all are judged together (Holm, at most "
            f"{100 * JOINT_ERROR:.0f} in 100 with a false one) is said on the first page. All "
            "other intervals support them: about one in twenty misses its figure."
        ),
        method_table(reach.scale),
        rules_table(reach.scale),
        reach_table(reach),
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


# What is told without tables and pictures of its own, by the section that it follows.
_TOLD_AFTER: dict[str, tuple[Callable[[Programme], tuple[Block, ...]], ...]] = {
    ACTIONS.id: (_multi_agency,),
    PROCESS_AGREEMENT.id: (_voice, _worst_grade),
}
