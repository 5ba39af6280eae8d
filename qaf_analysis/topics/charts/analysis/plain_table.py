"""Run and control charts of one plain series, for an analyst who checks a figure by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

import numpy as np

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.plain.series import PlainSeries
from qaf_analysis.stats.charts.rules import FEWEST_USEFUL, MOST_EXACT, RunAnalysis
from qaf_analysis.stats.charts.signals import assurance, last_variation
from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.terms.verdicts import Assurance, Variation
from qaf_analysis.topics.charts.analysis.drawn import (
    ChartOptions,
    DrawnChart,
    chart_cautions,
    drawn_chart,
    part_name,
)

RULE_WORDS = {
    "outside": "a point outside the limits",
    "trend": "seven or more points that all rise or all fall",
    "two_of_three": "two of three points near a limit",
    "shift": "seven or more points on one side of the centre line",
    "long_run": "too long a run on one side of the centre line",
}
CENTRE = {"run": "median", "xmr": "mean"}
_LIMITS = {
    "p": "three binomial errors",
    "pprime": "three binomial errors times Laney's sigma z",
    "u": "three Poisson errors",
    "uprime": "three Poisson errors times Laney's sigma z",
}


@dataclass(frozen=True, kw_only=True)
class ChartPoint:
    """One point of a chart.

    Parameters
    ----------
    period : str
    part : int
        From 1.
    value, centre, lower, upper : float
        NaN where the point is missing or has no limit.
    signals : tuple of str
        Names of the rules that find the point, keys of ``RULE_WORDS``.
    reading : Variation
    """

    period: str
    part: int
    value: float
    centre: float
    lower: float
    upper: float
    signals: tuple[str, ...]
    reading: Variation


@dataclass(frozen=True, kw_only=True)
class ChartTable:
    """Lines, rules and signals of one series.

    Parameters
    ----------
    estimates : tuple of NamedEstimate
        Of each part, named ``..._part_2`` where there are several.
    points : tuple of ChartPoint
    verdict : str
        What the picture shows, which is no verdict.
    warnings : tuple of str
    """

    estimates: tuple[NamedEstimate, ...]
    points: tuple[ChartPoint, ...]
    verdict: str
    warnings: tuple[str, ...]


def chart_table(series: PlainSeries, options: ChartOptions) -> ChartTable:
    """Chart a series and say what its rules find.

    Parameters
    ----------
    series : PlainSeries
        Read as the kind that ``series_kind(options.type)`` names.
    options : ChartOptions

    Raises
    ------
    UsageError
        If the baseline or the parts do not fit the series, or are given both in it and here.
    """
    drawn = drawn_chart(series, options)
    several = len(drawn.runs) > 1
    named = [
        NamedEstimate(name=f"{name}_part_{number + 1}" if several else name, estimate=estimate)
        for number in range(len(drawn.runs))
        for name, estimate in _part_estimates(drawn, number)
    ]
    signalled = sum(bool(names) for names in drawn.signals)
    named.append(
        NamedEstimate(
            name="points_signalled",
            estimate=_figure(
                signalled, points=int(drawn.chart.is_present.sum()), method="points a rule finds"
            ),
        )
    )
    return ChartTable(
        estimates=tuple(named),
        points=_points(series, drawn),
        verdict=_said(drawn),
        warnings=(*series.warnings, *chart_cautions(series, drawn)),
    )


def _points(series: PlainSeries, drawn: DrawnChart) -> tuple[ChartPoint, ...]:
    chart = drawn.chart
    return tuple(
        ChartPoint(
            period=period,
            part=int(chart.part[row]) + 1,
            value=float(chart.values[row]),
            centre=float(chart.centre[row]),
            lower=float(chart.lower[row]),
            upper=float(chart.upper[row]),
            signals=drawn.signals[row],
            reading=drawn.readings[row],
        )
        for row, period in enumerate(series.periods)
    )


def _part_estimates(drawn: DrawnChart, number: int) -> Iterator[tuple[str, Estimate]]:
    chart, kind, runs = drawn.chart, drawn.options.type, drawn.runs[number]
    here = (chart.part == number) & chart.is_present
    bearing = int((here & chart.baseline).sum())
    centre_of = CENTRE.get(kind, "all numerators over all denominators")
    yield "center_line", _mean(chart.centre[here], points=bearing, method=centre_of)
    if kind != "run":
        method = _LIMITS.get(kind, f"{drawn.options.factor:.6g} mean moving ranges")
        if kind in _LIMITS:
            method += " from the centre line; mean over the points"
        yield "lower_limit", _mean(chart.lower[here], points=bearing, method=method)
        yield "upper_limit", _mean(chart.upper[here], points=bearing, method=method)
        outside = int(np.abs(chart.outside[here]).sum())
        method = "points outside the limits"
        yield "points_outside", _figure(outside, points=int(here.sum()), method=method)
    yield from _run_estimates(runs, points=int(here.sum()))


def _run_estimates(runs: RunAnalysis, *, points: int) -> Iterator[tuple[str, Estimate]]:
    limits = runs.limits
    why = f"the rules need {FEWEST_USEFUL} useful points, and there are {runs.useful}"
    for name, value, method in (
        ("useful_points", runs.useful, "points off the centre line"),
        ("longest_run", runs.longest_run, "points in a row on one side"),
        ("crossings", runs.crossings, "changes of side"),
    ):
        yield name, _figure(value, points=points, method=method)
    for name, limit, method in (
        (
            "longest_run_limit",
            None if limits is None else limits.longest_run,
            "a longer run signals: round(log2 n) + 3",
        ),
        (
            "crossings_limit",
            None if limits is None else limits.crossings,
            "fewer crossings signal: 5 % quantile of n - 1 tosses",
        ),
        ("runs_signal", None if limits is None else runs.is_signal, "1 where either rule signals"),
    ):
        yield (
            name,
            Estimate.not_estimable(why, method=method, level=nan, cases=runs.useful)
            if limit is None
            else _figure(limit, points=runs.useful, method=method),
        )
    yield "false_signal_rate", _false_signals(runs, why=why)


def _false_signals(runs: RunAnalysis, *, why: str) -> Estimate:
    method = "share of all orders of these points in time that would signal, exact"
    if np.isnan(runs.false_signals):
        too_many = f"it is counted for up to {MOST_EXACT} useful points, and there are more"
        why = why if runs.limits is None else too_many
        return Estimate.not_estimable(why, method=method, level=nan, cases=runs.useful)
    return _figure(runs.false_signals, points=runs.useful, method=method)


def _mean(values: Floats, *, points: int, method: str) -> Estimate:
    if np.isnan(values).all():
        why = "the points it would rest on are too few or do not vary"
        return Estimate.not_estimable(why, method=method, level=nan, cases=points)
    return _figure(float(np.nanmean(values)), points=points, method=method)


def _figure(value: float, *, points: int, method: str) -> Estimate:
    """A figure without an interval: charts have limits of the process, not of an estimate."""
    return Estimate(
        value=float(value),
        low=nan,
        high=nan,
        level=nan,
        cases=points,
        auditors=0,
        method=method,
    )


def _said(drawn: DrawnChart) -> str:
    """What the picture shows, in sentences."""
    if not drawn.chart.is_present.any():
        return "Nothing can be shown: every point is missing."
    better = "higher" if drawn.options.improvement == "up" else "lower"
    return " ".join(
        [
            f"A picture, not a verdict ({better} taken as better).",
            *_last_point(drawn),
            *_runs_said(drawn),
            *_target_said(drawn),
            "A chart cannot tell a change in practice from a change in who audited or in which "
            "cases were picked.",
        ]
    )


def _last_point(drawn: DrawnChart) -> Iterator[str]:
    last = last_variation(drawn.readings)
    row = int(np.flatnonzero(drawn.chart.is_present)[-1])
    signalled = sum(bool(names) for names in drawn.signals)
    by_runs = drawn.options.type != "xmr" and drawn.runs[-1].is_signal
    if last == Variation.CANNOT_TELL:
        yield "No rule could find the last point, whatever its value."
    elif last == Variation.COMMON_CAUSE and by_runs:
        yield "No rule finds the last point by itself."
    elif last == Variation.COMMON_CAUSE:
        yield f"The last point shows {last} variation."
    else:
        because = " and ".join(RULE_WORDS[name] for name in drawn.signals[row])
        yield f"The last point signals {last}: it belongs to {because}."
    present = counted(int(drawn.chart.is_present.sum()), "point")
    yield f"Of {present}, {signalled} {'signals' if signalled == 1 else 'signal'}."


def _runs_said(drawn: DrawnChart) -> Iterator[str]:
    if drawn.options.type == "xmr":
        return
    for number, runs in enumerate(drawn.runs):
        name = part_name(drawn, number)
        if runs.limits is None:
            yield f"{name}: run-chart rules cannot signal here."
            continue
        found = "varies in other ways than by chance" if runs.is_signal else "shows no signal"
        yield (
            f"{name} {found} by its runs: the longest is {runs.longest_run} (up to "
            f"{runs.limits.longest_run} is usual), with {counted(runs.crossings, 'crossing')} (at "
            f"least {runs.limits.crossings} {'is' if runs.limits.crossings == 1 else 'are'} usual)."
        )


def _target_said(drawn: DrawnChart) -> Iterator[str]:
    target, kind = drawn.options.target, drawn.options.type
    if target is None:
        return
    reading = assurance(drawn.chart, target=target, improvement=drawn.options.improvement)
    if reading == Assurance.UNKNOWN:
        without = "a run chart has no limits" if kind == "run" else "there are no limits"
        yield f"Whether the target of {target:g} would be met cannot be read: {without}."
    elif reading == Assurance.HIT_AND_MISS:
        yield f"The target of {target:g} lies within the limits: {reading}."
    else:
        yield f"Left as it is, the process would {reading} the target of {target:g}."
