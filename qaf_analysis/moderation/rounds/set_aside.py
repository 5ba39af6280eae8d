"""What a collection did not take, as a page for the owner: conflicts side by side, and faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qaf_analysis.moderation.plain_page import PlainSection, PlainTable, plain_page
from qaf_analysis.moderation.returns.collect import Collected, Conflict
from qaf_analysis.moderation.returns.rows import ReturnProblem
from qaf_analysis.moderation.rounds.revealing import MARKING

PAGE = "set aside.html"


def set_aside_page(found: Collected, round: str) -> Mapping[str, bytes]:
    """The page by its name; none where everything was taken."""
    if not found.has_problems:
        return {}
    return {
        PAGE: plain_page(
            f"Round {round}: what was not taken, or is to be looked at",
            opening=(
                "Nothing was guessed and nothing was overwritten. The files are kept as they came; "
                "mend what stands here and collect again.",
            ),
            sections=[*_sections(found)],
            marking=MARKING,
        )
    }


def _sections(found: Collected) -> Iterator[PlainSection]:
    if found.conflicts:
        yield PlainSection(
            heading="Two things were said",
            paragraphs=(
                "Neither was taken. Ask the moderator which is meant, and collect the answer with "
                "--corrected.",
            ),
            tables=tuple(_conflict(each) for each in found.conflicts),
        )
    if found.flags:
        yield _problems("To be looked at before a receipt is confirmed", found.flags)
    if found.problems:
        yield _problems("Set aside", found.problems)
    if found.unreadable:
        yield PlainSection(heading="Files that could not be read", paragraphs=found.unreadable)


def _conflict(conflict: Conflict) -> PlainTable:
    return PlainTable(
        caption=f"Case {conflict.case}, {conflict.what}",
        columns=("Where", "What stands there"),
        rows=conflict.said,
    )


def _problems(heading: str, problems: Sequence[ReturnProblem]) -> PlainSection:
    rows = tuple(
        (
            f"{each.file}{f', {each.sheet}' if each.sheet else ''}",
            str(each.row or ""),
            each.column,
            each.found,
            each.expected,
            each.mend,
        )
        for each in problems
    )
    return PlainSection(
        heading=heading,
        tables=(
            PlainTable(
                caption=heading,
                columns=("File", "Row", "Column", "Found", "Expected", "How to mend"),
                rows=rows,
            ),
        ),
    )
