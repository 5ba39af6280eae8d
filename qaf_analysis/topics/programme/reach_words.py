"""What the audits can and cannot tell, in words and as a table."""

from __future__ import annotations

from math import isnan

from qaf_analysis.kit.numbers import coefficient, counted, interval, percent, points, whole
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.topics.programme.reach import Reach

Row = tuple[str, str, str]


def reach_title(result: Reach) -> str:
    """Heading of the box."""
    return f"What {counted(result.audits, 'audit')} can and cannot tell"


def reach_points(result: Reach) -> tuple[str, ...]:
    """Say it in bullet points for the first page."""
    said = []
    if result.share.is_estimable:
        drawn = f" of about {whole(result.open_cases)} open cases" if result.open_cases else ""
        said.append(
            f"{counted(result.audits, 'audit')}{drawn}: {percent(result.share.value)} good or "
            f"better means {interval(result.share, percent)}."
        )
    if not isnan(result.missed):
        said.append(
            f"A true rise of {points(result.change).removeprefix('+')} points between two quarters "
            f"of this size would be missed {100 * result.missed:.0f} times in 100."
        )
    if result.detectable_years.is_estimable:
        said.append(
            f"From one year to the next, a rise must reach "
            f"{points(result.detectable_years.value).removeprefix('+')} points to be found "
            f"{100 * result.power:.0f} times in 100."
        )
    if not isnan(result.none_found):
        said.append(
            f"A moderation of {counted(result.moderated, 'audit')} would meet no over-generous "
            f"grade {100 * result.none_found:.0f} times in 100, though moderators lower "
            f"{percent(result.lowered)}."
        )
    said.append("Nothing here says anything about one child’s case or one worker.")
    return tuple(said)


def reach_table(result: Reach) -> Table:
    """Every figure of the box."""
    return Table(
        caption=reach_title(result),
        columns=(
            Column(heading="Question", align="left"),
            Column(heading="Answer"),
            Column(heading="How computed", align="left"),
        ),
        rows=(*_size_rows(result), *_power_rows(result), *_moderation_rows(result)),
        source="Computed from this report's own figures; nothing here is a rule of thumb.",
    )


def _size_rows(result: Reach) -> list[Row]:
    rows: list[Row] = [
        ("Graded routine audits in the quarter", whole(result.audits), "count"),
        ("Open cases", whole(result.open_cases) if result.open_cases else "not stated", "settings"),
    ]
    if result.share.is_estimable:
        share = f"{percent(result.share.value)} ({interval(result.share, percent)})"
        rows.append(("Good or better in the quarter", share, result.share.method))
    return rows


def _power_rows(result: Reach) -> list[Row]:
    rows: list[Row] = []
    if not isnan(result.missed):
        rise = points(result.change).removeprefix("+")
        rows.append(
            (
                f"A rise of {rise} points between two such quarters is missed, times in 100",
                f"{100 * result.missed:.0f}",
                "normal approximation, two-sided test at 95% confidence",
            )
        )
    for label, found in (
        ("Smallest rise seen 80% of the time, quarter to quarter", result.detectable_quarters),
        ("Smallest rise seen 80% of the time, year to year", result.detectable_years),
    ):
        shown = f"{points(found.value).removeprefix('+')} points" if found.is_estimable else "none"
        rows.append((label, shown, found.method if found.is_estimable else found.why_not))
    return rows


def _moderation_rows(result: Reach) -> list[Row]:
    rows: list[Row] = []
    if not isnan(result.none_found):
        rows.append(
            (
                f"A random moderation of {whole(result.moderated)} meets no lowered grade when "
                f"{percent(result.lowered)} would be lowered, times in 100",
                f"{100 * result.none_found:.0f}",
                "binomial",
            )
        )
    if result.to_moderate:
        rows.append(
            (
                f"Random moderations needed to know the gap to within "
                f"{coefficient(result.half_width)} of a grade",
                whole(result.to_moderate),
                "t interval, observed spread of gaps",
            )
        )
    return rows
