"""What a chart cannot show: too few points, too small denominators, lines drawn after looking."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qaf_analysis.data.plain.plain_series import PlainSeries
from qaf_analysis.stats.charts.rules import FEWEST_USEFUL
from qaf_analysis.stats.charts.signals import (
    FEWEST_FOR_LIMITS,
    denominators_too_small,
    opposite_signals,
)
from qaf_analysis.terms.measured import CHOSEN_DATE
from qaf_analysis.topics.charts.chart_drawn import DrawnChart, series_kind

SHORT_PRIME = 6
"""Points of a fixed p' or u' baseline up to which false signals were measured at 10 to 12 %."""


def chart_cautions(series: PlainSeries, drawn: DrawnChart) -> tuple[str, ...]:
    """Sentences a reader of the chart should know."""
    return (*_points(drawn), *_limits(drawn), *_reach(series, drawn), *_parts(drawn))


def part_name(drawn: DrawnChart, number: int) -> str:
    """``"Part 2"``, or ``"The series"`` where it has one part."""
    return f"Part {number + 1}" if len(drawn.runs) > 1 else "The series"


def _points(drawn: DrawnChart) -> Iterator[str]:
    missing = int((~drawn.chart.is_present).sum())
    if missing:
        yield (
            f"{missing:,} of {len(drawn.readings):,} rows are missing points; they are passed "
            "over, and neither count nor break a run."
        )
    if drawn.options.type == "xmr":
        return
    for number, runs in enumerate(drawn.runs):
        if runs.limits is None:
            yield (
                f"{part_name(drawn, number)} has {runs.useful} points off the centre line. Under "
                f"{FEWEST_USEFUL} the run rules cannot signal, so their silence means nothing."
            )


def _limits(drawn: DrawnChart) -> Iterator[str]:
    if drawn.options.type == "run":
        return
    chart = drawn.chart
    for number in range(len(drawn.runs)):
        here = (chart.part == number) & chart.is_present
        name = part_name(drawn, number)
        bearing = int((chart.baseline & here).sum())
        if not here.any():
            yield f"{name} has no point."
        elif np.isnan(chart.upper[here]).all():
            yield (
                f"{name} has no limits: the {bearing} they would rest on are too few or do not "
                "vary."
            )
        elif bearing < FEWEST_FOR_LIMITS:
            yield (
                f"The limits of {name[0].lower() + name[1:]} rest on {bearing} points; under "
                f"{FEWEST_FOR_LIMITS} they are trial limits."
            )
            if drawn.is_frozen and drawn.options.type.endswith("prime") and bearing <= SHORT_PRIME:
                yield (
                    "With a fixed baseline of 4 to 6 points this kind of chart signalled falsely "
                    "in 10 to 12 % of simulated series without any change."
                )


def _reach(series: PlainSeries, drawn: DrawnChart) -> Iterator[str]:
    """Where the limits leave no room for a signal, or the denominator is too small for one."""
    chart, present = drawn.chart, int(drawn.chart.is_present.sum())
    for closed, extreme, change in (
        (chart.closed_above, "100 %", "a rise"),
        (chart.closed_below, "0", "a fall"),
    ):
        points = int((closed & chart.is_present).sum())
        if points:
            yield (
                f"At {points:,} of {present:,} points even {extreme} would lie within the limits, "
                f"so {change} cannot show there as a point outside."
            )
    if series_kind(drawn.options.type) == "shares" and series.denominator is not None:
        small = denominators_too_small(series.denominator, chart.centre) & chart.is_present
        if small.any():
            yield (
                f"{int(small.sum()):,} of {present:,} denominators are too small for a point "
                "outside the limits to count (fewer than 4 cases expected on the rarer side)."
            )


def _parts(drawn: DrawnChart) -> Iterator[str]:
    spread = ", or the counts vary by more than chance, which pprime and uprime allow for"
    for number in opposite_signals(drawn.chart, drawn.direction):
        yield (
            f"{part_name(drawn, number)} has signals both high and low: either it holds two "
            "levels, and points before and after the change stand out from the one line between "
            f"them{spread if drawn.options.type in ('p', 'u') else ''}."
        )
    if len(drawn.runs) > 1:
        yield (
            f"Parts are to begin at dates fixed before the values were seen. {CHOSEN_DATE.words}"
        )
