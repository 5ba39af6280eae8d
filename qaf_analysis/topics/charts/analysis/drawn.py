"""A series of a plain table as a chart: lines, runs, signals of each point, and cautions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.plain.series import PlainSeries, SeriesKind
from qaf_analysis.stats.charts.limits import (
    NHS_FACTOR,
    ControlChart,
    p_chart,
    run_chart,
    u_chart,
    xmr_chart,
)
from qaf_analysis.stats.charts.rules import (
    FEWEST_USEFUL,
    SHIFT,
    RunAnalysis,
    long_runs,
    nhs_flags,
    run_analysis,
)
from qaf_analysis.stats.charts.signals import (
    FEWEST_FOR_LIMITS,
    Improvement,
    denominators_too_small,
    opposite_signals,
    variations,
)
from qaf_analysis.stats.core.arrays import Bools, Floats, Ints
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.measured import CHOSEN_DATE
from qaf_analysis.terms.verdicts import Variation

ChartType: TypeAlias = Literal["run", "p", "pprime", "u", "uprime", "xmr"]
_KINDS: dict[ChartType, SeriesKind] = {
    "run": "values",
    "p": "shares",
    "pprime": "shares",
    "u": "rates",
    "uprime": "rates",
    "xmr": "values",
}


@dataclass(frozen=True, kw_only=True)
class ChartOptions:
    """How a series is to be charted.

    Parameters
    ----------
    type : {"run", "p", "pprime", "u", "uprime", "xmr"}
    baseline : int or None
        Rows at the start of each part that its lines rest on, blanks counted; None for all.
    rebase : sequence of int
        Numbers, from 1, of the rows that begin a new part.
    target : float or None
    improvement : {"up", "down"}
        Whether higher or lower values are better.
    screened : bool
        Whether an XmR chart leaves outlying moving ranges out of its limits.
    factor : float
        Mean moving ranges from the centre line of an XmR chart to a limit.

    Raises
    ------
    UsageError
        If an option is none of these.
    """

    type: ChartType
    baseline: int | None = None
    rebase: Sequence[int] = ()
    target: float | None = None
    improvement: Improvement = "up"
    screened: bool = True
    factor: float = NHS_FACTOR

    def __post_init__(self) -> None:
        series_kind(self.type)
        if self.improvement not in get_args(Improvement):
            raise UsageError(f"Improvement is up or down, not “{self.improvement}”.")
        if self.baseline is not None and self.baseline < 2:
            raise UsageError("A baseline needs at least two rows.")
        if not (np.isfinite(self.factor) and self.factor > 0):
            raise UsageError("The factor of the mean moving range is a number above 0.")
        if self.target is not None and not np.isfinite(self.target):
            raise UsageError("A target is a finite number.")


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawnChart:
    """A chart with what its rules find.

    Parameters
    ----------
    options : ChartOptions
    chart : ControlChart
    runs : tuple of RunAnalysis
        Of each part.
    signals : tuple of tuple of str
        Names of the rules that find each point, the one it is read by first.
    direction : array of int, shape (points,)
        1 where the first of them finds the point high or rising, -1 low or falling, 0 without.
    readings : tuple of str
        What that means for each point.
    """

    options: ChartOptions
    chart: ControlChart
    runs: tuple[RunAnalysis, ...]
    signals: tuple[tuple[str, ...], ...]
    direction: Ints
    readings: tuple[Variation, ...]

    @property
    def is_frozen(self) -> bool:
        """Whether some points present bear no line of their part."""
        return bool((self.chart.is_present & ~self.chart.baseline).any())


def series_kind(chart_type: str) -> SeriesKind:
    """Which kind of series a type of chart is made of.

    Raises
    ------
    UsageError
        If there is no such type.
    """
    for known, kind in _KINDS.items():
        if chart_type == known:
            return kind
    raise UsageError(f"There is no chart “{chart_type}”; the types are {', '.join(_KINDS)}.")


def drawn_chart(series: PlainSeries, options: ChartOptions) -> DrawnChart:
    """Compute the lines of a series and apply the rules of its chart.

    Raises
    ------
    UsageError
        If the baseline or the parts do not fit the series, or are given both in it and here.
    """
    part = _parts(series, options)
    chart = _chart(series, options, part=part, baseline=_baseline(series, options, part=part))
    runs = tuple(run_analysis(chart.side[part == number]) for number in np.unique(part))
    signals, direction = _signals(chart, options.type)
    return DrawnChart(
        options=options,
        chart=chart,
        runs=runs,
        signals=signals,
        direction=direction,
        readings=variations(
            direction,
            present=chart.is_present,
            could_signal=_could_signal(chart, runs, options.type),
            improvement=options.improvement,
        ),
    )


def _parts(series: PlainSeries, options: ChartOptions) -> Ints:
    rows = len(series.values)
    if series.part is not None:
        if options.rebase:
            raise UsageError("The table has a column of parts: leave --rebase out, or the column.")
        return series.part
    starts = list(options.rebase)
    if starts != sorted(set(starts)) or any(not 1 < start <= rows for start in starts):
        raise UsageError(
            f"--rebase takes numbers of rows, rising, from 2 to {rows}: each is the first row of "
            "a new part."
        )
    return np.searchsorted(starts, np.arange(1, rows + 1), side="right").astype(np.int64)


def _baseline(series: PlainSeries, options: ChartOptions, *, part: Ints) -> Bools | None:
    if options.baseline is None:
        return series.baseline
    if series.baseline is not None:
        raise UsageError("The table marks the baseline: leave --baseline out, or the column.")
    if options.baseline > len(part):
        raise UsageError(f"The baseline is to be {options.baseline} rows, of {len(part)} in all.")
    first = np.searchsorted(part, part, side="left")
    return np.arange(len(part)) - first < options.baseline


def _chart(
    series: PlainSeries, options: ChartOptions, *, part: Ints, baseline: Bools | None
) -> ControlChart:
    if options.type == "run":
        return run_chart(series.values, baseline=baseline, part=part)
    if series.numerator is None or series.denominator is None or options.type == "xmr":
        return xmr_chart(
            series.values,
            baseline=baseline,
            part=part,
            screened=options.screened,
            factor=options.factor,
        )
    of_counts = p_chart if series_kind(options.type) == "shares" else u_chart
    return of_counts(
        series.numerator,
        series.denominator,
        baseline=baseline,
        part=part,
        prime=options.type.endswith("prime"),
    )


def _could_signal(
    chart: ControlChart, runs: tuple[RunAnalysis, ...], chart_type: ChartType
) -> Bools:
    """Points that have a limit, or stand in a part long enough for a rule about runs."""
    able = ~np.isnan(chart.upper)
    for number, found in enumerate(runs):
        here = chart.part == number
        if chart_type == "xmr":
            able |= here & (int((here & chart.is_present).sum()) >= SHIFT)
        else:
            able |= here & (found.limits is not None)
    return able


def _signals(
    chart: ControlChart, chart_type: ChartType
) -> tuple[tuple[tuple[str, ...], ...], Ints]:
    """Names of the rules that find each point, and the direction of the first."""
    points = range(len(chart.values))
    if chart_type == "xmr":
        flags = nhs_flags(chart)
        return tuple(flags.rules(point) for point in points), flags.direction
    long = np.zeros(len(chart.values), dtype=np.int64)
    for number in np.unique(chart.part):
        here = chart.part == number
        long[here] = long_runs(chart.side[here])
    found = {"outside": chart.outside, "long_run": long}
    names = tuple(tuple(name for name, signs in found.items() if signs[point]) for point in points)
    return names, np.where(chart.outside != 0, chart.outside, long)


SHORT_PRIME = 6
"""Points of a fixed p' or u' baseline up to which false signals were measured at 10 to 12 %."""


def points_too_small(chart: ControlChart, denominator: Floats) -> int:
    """Points with limits whose denominator is too small for lying outside them to count.

    Parameters
    ----------
    chart : ControlChart
        Of shares.
    denominator : array, shape (points,)
        Cases at each point; NaN where missing.
    """
    small = denominators_too_small(denominator, chart.centre) & ~np.isnan(chart.upper)
    return int((small & chart.is_present).sum())


def chart_cautions(series: PlainSeries, drawn: DrawnChart) -> tuple[str, ...]:
    """Sentences a reader of the chart should know."""
    return (*_points(drawn), *_limits(drawn), *_reach(series, drawn), *_caution_parts(drawn))


def part_name(drawn: DrawnChart, number: int) -> str:
    """``"Part 2"``, or ``"The series"`` where it has one part."""
    return f"Part {number + 1}" if len(drawn.runs) > 1 else "The series"


def _points(drawn: DrawnChart) -> Iterator[str]:
    missing = int((~drawn.chart.is_present).sum())
    if missing == 1:
        yield (
            f"1 of {len(drawn.readings):,} rows is a missing point; it is passed over, and neither "
            "counts nor breaks a run."
        )
    elif missing:
        yield (
            f"{missing:,} of {len(drawn.readings):,} rows are missing points; they are passed "
            "over, and neither count nor break a run."
        )
    if drawn.options.type == "xmr":
        return
    for number, runs in enumerate(drawn.runs):
        if runs.limits is None:
            yield (
                f"{part_name(drawn, number)} has {counted(runs.useful, 'point')} off the centre "
                f"line. Under {FEWEST_USEFUL} the run rules cannot signal, so their silence means "
                "nothing."
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
                f"{name} has no limits: the {counted(bearing, 'point')} they would rest on "
                f"{'is' if bearing == 1 else 'are'} too few or do not vary."
            )
        elif bearing < FEWEST_FOR_LIMITS:
            yield (
                f"The limits of {name[0].lower() + name[1:]} rest on "
                f"{counted(bearing, 'point')}; under {FEWEST_FOR_LIMITS} they are trial limits."
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
        small = points_too_small(chart, series.denominator)
        if small:
            yield (
                f"{small:,} of {present:,} denominators are too small for a point "
                "outside the limits to count (fewer than 4 cases expected on the rarer side)."
            )


def _caution_parts(drawn: DrawnChart) -> Iterator[str]:
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
