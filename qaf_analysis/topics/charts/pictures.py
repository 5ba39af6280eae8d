"""The charts of themes, drawn."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isnan

from qaf_analysis.kit.charts.control import control_picture
from qaf_analysis.kit.charts.control_marks import Panel, PanelPoint
from qaf_analysis.kit.charts.icons import Icon, icon_rows
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.kit.numbers import counted, fine_gap, percent
from qaf_analysis.kit.parts import Picture, in_appendix
from qaf_analysis.stats.charts.rules import FEWEST_USEFUL, RunAnalysis
from qaf_analysis.stats.charts.signals import FEWEST_FOR_LIMITS
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import Variation
from qaf_analysis.topics.charts.analysis.themes import (
    ThemeCharting,
    ThemeCharts,
    ThemePoint,
    ThemeSeries,
)
from qaf_analysis.topics.charts.tables import (
    CHART_NAMES,
    FALSE_SIGNALS,
    LINE_NAMES,
    mark_label,
    series_name,
)

IN_TABLE = "Every chart stands in the table of what the rules find."
SIGNAL_WORDS = {
    "outside": "outside the limits",
    "trend": "seven or more rising or falling",
    "two_of_three": "two of three near a limit",
    "shift": "seven or more on one side",
    "long_run": "long run on one side",
}


def theme_charts_pictures(result: ThemeCharts) -> tuple[Picture, ...]:
    """How each chart ends, then for each theme its control charts and its run charts."""
    if not result.themes:
        return ()
    charts = (each for theme in result.themes for each in theme_pictures(theme, result.scale))
    return (_icons(result), *map(in_appendix, charts))


def theme_pictures(theme: ThemeCharting, scale: ScaleWords) -> tuple[Picture, ...]:
    """The chart set of one theme: share, difference where there is one, and run charts of both."""
    runs = [series for series in (theme.share_run, theme.difference_run) if series is not None]
    sets = [[series] for series in (theme.share, theme.difference) if series is not None]
    changes = [Change(label=mark_label(event), before=str(event.quarter)) for event in theme.marked]
    return tuple(
        control_picture(
            [_panel(theme, series, scale) for series in each],
            title=f"{theme.name}: {_finding(each, scale)}",
            changes=changes,
        )
        for each in [*sets, runs]
    )


def _finding(charts: list[ThemeSeries], scale: ScaleWords) -> str:
    """Title of a picture: what its rules find, and nothing more."""
    if charts[0].chart == "run":
        return _runs_finding([series.runs for series in charts])
    (series,) = charts
    what = scale.positive_alone if series.is_share else "difference to untouched domains"
    found, present = len(series.signalled), len(series.present)
    if series.last == Variation.CANNOT_TELL and not found:
        return f"{what}, on which no rule can signal yet"
    if not found:
        return f"{what}, no quarter of {present} stands out"
    return f"{what}, {found} of {counted(present, 'quarter')} {_stand(found)} out"


def _runs_finding(charts: list[RunAnalysis]) -> str:
    if all(runs.limits is None for runs in charts):
        return "run charts, on which no rule can signal yet"
    signals = sum(runs.is_signal for runs in charts)
    if not signals:
        return "no signal on a run chart"
    return f"a signal on {signals} of {counted(len(charts), 'run chart')}"


def _stand(number: int) -> str:
    return "stands" if number == 1 else "stand"


def _panel(theme: ThemeCharting, series: ThemeSeries, scale: ScaleWords) -> Panel:
    share = series.is_share
    measure = (
        f"Share graded {scale.positive} in {theme.about}"
        if share
        else f"{theme.about} less untouched domains, in grades"
    )
    return Panel(
        measure=f"{measure} ({CHART_NAMES[series.chart]})",
        points=tuple(_point(point) for point in series.points),
        number=percent if share else fine_gap,
        centre_name=f"{LINE_NAMES[series.chart]} {'before' if series.is_frozen else 'of all'}",
        low=0.0 if share else inf,
        high=1.0 if share else -inf,
        reference=None if share else (0.0, "0: no difference"),
        notes=tuple(_notes(series)),
    )


def _point(point: ThemePoint) -> PanelPoint:
    of = f"{point.good:,} of " if point.good is not None else ""
    return PanelPoint(
        period=str(point.quarter),
        value=point.value,
        centre=point.centre,
        lower=point.lower,
        upper=point.upper,
        bears=point.bears,
        is_left_out=point.phase == "left out",
        direction=point.direction,
        signals=tuple(SIGNAL_WORDS[name] for name in point.signals),
        note=f"{of}{counted(point.audits, 'audit')}",
    )


def _notes(series: ThemeSeries) -> Iterator[str]:
    """What the chart cannot show, written on it."""
    runs = series.runs
    if series.chart != "xmr" and runs.limits is None:
        yield (
            f"Run-chart rules cannot signal here: {counted(runs.useful, 'useful point')}, and "
            f"they need {FEWEST_USEFUL}."
        )
    if series.chart == "run" and runs.is_too_seldom_crossed and runs.limits is not None:
        yield (
            f"The dots cross the line {counted(runs.crossings, 'time')}; at least "
            f"{runs.limits.crossings} would be usual."
        )
    if series.chart != "run":
        yield from _limit_notes(series)
    if not series.is_frozen:
        yield "No quarter after those that bear the lines, or none before: nothing is carried on."


def _limit_notes(series: ThemeSeries) -> Iterator[str]:
    quarters = counted(series.bearing, "quarter")
    if all(isnan(point.upper) for point in series.points):
        are = "is" if series.bearing == 1 else "are"
        yield f"No limits: the {quarters} they would rest on {are} too few or all alike."
        return
    low, high = FALSE_SIGNALS[series.chart]
    trial = ", so they are trial limits" if series.bearing < FEWEST_FOR_LIMITS else ""
    yield (
        f"Limits rest on {quarters}{trial}. Where nothing changes, such charts still signal "
        f"somewhere {low} to {high} times in 100."
    )
    if series.too_small:
        yield (
            f"{counted(series.too_small, 'quarter')} with too few audits for a dot outside the "
            "limits to count."
        )


def _icons(result: ThemeCharts) -> Picture:
    charts = [
        (f"{theme.name}, {series_name(series, result.scale)}", series.last)
        for theme in result.themes
        for series in (theme.share, theme.difference)
        if series is not None
    ]
    better, worse = (
        [name for name, reading in charts if reading == way]
        for way in (Variation.IMPROVEMENT, Variation.CONCERN)
    )
    title = (
        f"On {len(better)} of {counted(len(charts), 'chart')} the last quarter is a signal for the "
        f"better, on {len(worse)} for the worse"
    )
    named = [
        f"{words}: {'; '.join(names)}."
        for words, names in (("Better", better), ("Worse", worse))
        if names
    ]
    icons = [Icon(name=name, reading=reading) for name, reading in charts]
    return icon_rows(icons, title=title, alt=(IN_TABLE, *named))
