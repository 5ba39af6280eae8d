"""The tables of the charts of themes."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

from qaf_analysis.kit.charts.icons import READING_WORDS
from qaf_analysis.kit.numbers import fine_gap, percent
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.charts.analysis.drawn import ChartType
from qaf_analysis.topics.charts.analysis.plain_table import RULE_WORDS
from qaf_analysis.topics.charts.analysis.themes import (
    ThemeCharting,
    ThemeCharts,
    ThemePoint,
    ThemeSeries,
)
from qaf_analysis.topics.common.scope import THEMED, Event

CHART_NAMES: dict[ChartType, str] = {
    "p": "p chart",
    "pprime": "p\N{PRIME} chart",
    "xmr": "XmR chart",
    "run": "run chart",
    "u": "u chart",
    "uprime": "u\N{PRIME} chart",
}
LINE_NAMES: dict[ChartType, str] = {
    "p": "share",
    "pprime": "share",
    "xmr": "mean",
    "run": "median",
    "u": "rate",
    "uprime": "rate",
}
FALSE_SIGNALS: dict[ChartType, tuple[int, int]] = {
    "p": (2, 24),
    "pprime": (2, 24),  # measured together: the choice between the two is part of the chart
    "xmr": (16, 38),
    "run": (0, 12),
}
"""Times in 100 that a chart signals somewhere though nothing changes, lowest and highest measured.

From ``docs/calibration/theme_charts.csv``: 8 to 24 quarters, 3 to 12 of them before the theme.
"""


def theme_charts_tables(result: ThemeCharts) -> tuple[Table, ...]:
    """What each chart found, how often it would without any change, and every quarter."""
    if not result.themes:
        return ()
    return (
        _found(result),
        _choice(result),
        _false_signals(result),
        *(table for theme in result.themes for table in _quarters(theme, result.scale)),
    )


def _found(result: ThemeCharts) -> Table:
    return Table(
        caption="What the rules of each chart find",
        columns=(
            Column(heading="Theme", align="left"),
            Column(heading="Chart", align="left"),
            Column(heading="Lines rest on", unit="quarters"),
            Column(heading="Quarters"),
            Column(heading="Found by a rule"),
            Column(heading="Of these after"),
            Column(heading="Too few audits", unit="quarters"),
            Column(heading="Useful points"),
            Column(heading="Longest run (usual)"),
            Column(heading="Crossings (usual)"),
            Column(heading="Last quarter", align="left"),
        ),
        rows=tuple(
            _found_row(theme, series, result.scale)
            for theme in result.themes
            for series in theme.series
        ),
        note="Useful points lie off the centre line; run-chart rules need 10 of them. Limits that "
        "rest on fewer than 12 quarters are trial limits. Too few audits: a dot outside the limits "
        "would not count.",
        source=result.scope.source_line,
    )


def _found_row(theme: ThemeCharting, series: ThemeSeries, scale: ScaleWords) -> tuple[str, ...]:
    runs, found = series.runs, series.signalled
    limits = runs.limits
    usual = ("", "") if limits is None else (limits.longest_run, limits.crossings)
    of = series_name(series, scale)
    return (
        theme.name,
        f"{CHART_NAMES[series.chart]}, {of}",
        f"{series.bearing}",
        f"{len(series.present)}",
        f"{len(found)}",
        f"{sum(point.phase == 'after' for point in found)}",
        f"{series.too_small}" if series.is_share and series.chart != "run" else "",
        f"{runs.useful}",
        f"{runs.longest_run}" + (f" (up to {usual[0]})" if limits else " (no rule)"),
        f"{runs.crossings}" + (f" (at least {usual[1]})" if limits else " (no rule)"),
        READING_WORDS[series.last],
    )


def _choice(result: ThemeCharts) -> Table:
    return Table(
        caption="Which chart was chosen, and why",
        columns=(
            Column(heading="Theme", align="left"),
            Column(heading="Series", align="left"),
            Column(heading="Chart", align="left"),
            Column(heading="Because", align="left"),
        ),
        rows=tuple(
            (
                theme.name,
                series_name(series, result.scale),
                CHART_NAMES[series.chart],
                series.why,
            )
            for theme in result.themes
            for series in theme.series
            if series.chart != "run"
        ),
        note="Chosen by a rule from the quarters before the themed audit, never by how it looks.",
        source=result.scope.source_line,
    )


def _false_signals(result: ThemeCharts) -> Table:
    return Table(
        caption="How often such charts signal somewhere although nothing changes",
        columns=(
            Column(heading="Chart", align="left"),
            Column(heading="Lowest", unit="in 100"),
            Column(heading="Highest", unit="in 100"),
        ),
        rows=tuple(
            (words, *map(str, measured))
            for words, measured in (
                (f"p or p\N{PRIME} chart, {result.scale.positive_alone}", FALSE_SIGNALS["p"]),
                ("XmR chart, difference", FALSE_SIGNALS["xmr"]),
                ("run chart, either", FALSE_SIGNALS["run"]),
            )
        ),
        note="Simulated series of 8 to 24 quarters whose lines rest on 3 to 12 quarters before.",
        source="Measured by simulation; the page on calibration of these charts gives each case.",
    )


def _quarters(theme: ThemeCharting, scale: ScaleWords) -> tuple[Table, ...]:
    tables = [_points(theme, theme.share, theme.share_run, scale)]
    if theme.difference is not None and theme.difference_run is not None:
        tables.append(_points(theme, theme.difference, theme.difference_run, scale))
    return tuple(tables)


def series_name(series: ThemeSeries, scale: ScaleWords) -> str:
    """What a chart shows, in a word or two."""
    return scale.positive_alone if series.is_share else "difference"


def _points(
    theme: ThemeCharting, series: ThemeSeries, runs: ThemeSeries, scale: ScaleWords
) -> Table:
    share = series.is_share
    graded = f"share graded {scale.positive}"
    what = graded if share else "mean difference to untouched domains"
    value = scale.positive_heading if share else "Difference"
    unit = "" if share else "grades"
    return Table(
        caption=f"{theme.name}: {what} by quarter, with the lines of its charts",
        columns=(
            Column(heading="Quarter", align="left"),
            Column(heading="Counts as", align="left"),
            Column(heading="Audits"),
            *((Column(heading=value, unit="audits"),) if share else ()),
            Column(heading=value, unit="share" if share else unit),
            Column(heading="Lower limit", unit=unit),
            Column(heading=LINE_NAMES[series.chart].capitalize(), unit=unit),
            Column(heading="Upper limit", unit=unit),
            Column(heading="Median of the run chart", unit=unit),
            Column(heading="Found because of", align="left"),
            Column(heading="What happened just before", align="left"),
        ),
        rows=tuple(
            (
                *_point_row(point, run, write=percent if share else fine_gap),
                "; ".join(mark_label(one) for one in theme.marked if one.quarter == point.quarter),
            )
            for point, run in zip(series.points, runs.points, strict=True)
        ),
        note="Left out: the quarters of selection, of the themed audit and of phasing in. "
        "The rules use unrounded numbers.",
        source=f"Routine audits graded in {theme.about}"
        + ("." if share else f", against {', '.join(theme.controls)} in the same audits."),
    )


def mark_label(event: Event) -> str:
    """What an event is called on a theme's own charts."""
    return "Themed audit" if event.kind == THEMED else event.label


def _point_row(
    point: ThemePoint, run: ThemePoint, *, write: Callable[[float], str]
) -> tuple[str, ...]:
    def cell(number: float) -> str:
        return "none" if isnan(number) else write(number)

    good = () if point.good is None else (f"{point.good:,}",)
    names = dict.fromkeys((*point.signals, *run.signals))
    return (
        str(point.quarter),
        point.phase,
        f"{point.audits:,}",
        *good,
        cell(point.value),
        cell(point.lower),
        cell(point.centre),
        cell(point.upper),
        cell(run.centre),
        "; ".join(RULE_WORDS[name] for name in names),
    )
