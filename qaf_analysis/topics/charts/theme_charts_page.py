"""Charts of themes: words and pictures that show the quarters and decide nothing."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isnan

from qaf_analysis.kit.charts.control import control_picture
from qaf_analysis.kit.charts.control_marks import Panel, PanelPoint
from qaf_analysis.kit.charts.icons import READING_WORDS, Icon, icon_rows
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.kit.numbers import counted, fine_gap, percent
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.statement import Statement, listed
from qaf_analysis.stats.charts.rules import FEWEST_USEFUL, RunAnalysis
from qaf_analysis.stats.charts.signals import FEWEST_FOR_LIMITS
from qaf_analysis.topics.charts.theme_charts import ThemeCharting, ThemeCharts
from qaf_analysis.topics.charts.theme_charts_tables import (
    CHART_NAMES,
    FALSE_SIGNALS,
    LINE_NAMES,
)
from qaf_analysis.topics.charts.theme_series import ThemePoint, ThemeSeries
from qaf_analysis.topics.common.events import THEMED

SIGNAL_WORDS = {
    "outside": "outside the limits",
    "trend": "seven or more rising or falling",
    "two_of_three": "two of three near a limit",
    "shift": "seven or more on one side",
    "long_run": "long run on one side",
}
LIMITS = (
    "A chart is a picture, not a verdict: the verdict on each theme stands in the section on "
    "themed audits. A chart cannot tell a change in practice from a change in who audited or in "
    "which cases were picked, and with few quarters before the theme it often signals although "
    "nothing changed; the table of false signals says how often. A chart without a signal is no "
    "evidence that nothing changed."
)


def say_theme_charts(result: ThemeCharts) -> Statement:
    """Words on the charts of each theme."""
    if not result.themes:
        return Statement(
            claim="No theme can be charted",
            paragraphs=(f"Not available because {result.reason}.",),
            limits=LIMITS,
            source=result.scope.source_line,
        )
    paragraphs = [_opening(), *(_theme(theme) for theme in result.themes)]
    if result.not_charted:
        paragraphs.append(
            f"Not charted, because no domain of routine audits stands for it: "
            f"{listed(result.not_charted)}."
        )
    return Statement(
        claim="The quarters of each theme, as pictures",
        paragraphs=tuple(paragraphs),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def theme_charts_pictures(result: ThemeCharts) -> tuple[Picture, ...]:
    """How each chart ends, then for each theme its control charts and its run charts."""
    if not result.themes:
        return ()
    return (_icons(result), *(each for theme in result.themes for each in theme_pictures(theme)))


def theme_pictures(theme: ThemeCharting) -> tuple[Picture, ...]:
    """The chart set of one theme: share, difference where there is one, and run charts of both."""
    runs = [series for series in (theme.share_run, theme.difference_run) if series is not None]
    sets = [[series] for series in (theme.share, theme.difference) if series is not None]
    changes = [
        Change(
            label="Themed audit" if event.kind == THEMED else event.label,
            before=str(event.quarter),
        )
        for event in theme.marked
    ]
    return tuple(
        control_picture(
            [_panel(theme, series) for series in each],
            title=f"{theme.name}: {_finding(each)}",
            changes=changes,
        )
        for each in [*sets, runs]
    )


def _opening() -> str:
    return (
        "Each chart shows every quarter as a dot, and lines that rest on the quarters before the "
        "themed audit and are carried forward unchanged: the dots show whether later quarters "
        "look like those before. Quarters of selection, of the themed audit and of phasing in "
        "are drawn hollow and bear no line."
    )


def _theme(theme: ThemeCharting) -> str:
    about = "" if theme.about == theme.name else f"{theme.about}; "
    said = [f"{theme.name} ({about}audited in {theme.audited_in})."]
    for series in (theme.share, theme.difference):
        if series is not None:
            what = "share good or better" if series.is_share else "difference to untouched domains"
            last = READING_WORDS[series.last]
            said.append(
                f"On the {CHART_NAMES[series.chart]} of the {what}, {_found(series)}; last "
                f"quarter: {last}."
            )
    if theme.difference is None:
        said.append(f"There is no chart of a difference, because {theme.why_not}.")
    said += _runs_said(theme)
    return " ".join(said)


def _found(series: ThemeSeries) -> str:
    """How many quarters some rule finds, and before or after the themed audit."""
    found, present = series.signalled, len(series.present)
    if not found:
        return f"no rule finds any of the {counted(present, 'quarter')}"
    after = sum(point.phase == "after" for point in found)
    return f"a rule finds {len(found)} of {counted(present, 'quarter')}, {after} after the theme"


def _runs_said(theme: ThemeCharting) -> Iterator[str]:
    for series in (theme.share_run, theme.difference_run):
        if series is None:
            continue
        what = "share" if series.is_share else "difference"
        runs = series.runs
        if runs.limits is None:
            yield (
                f"Run-chart rules cannot signal on the {what}: {runs.useful} useful points, and "
                f"they need {FEWEST_USEFUL}."
            )
            continue
        yield (
            f"The run chart of the {what} {'signals' if runs.is_signal else 'shows no signal'}: "
            f"its longest run is {runs.longest_run} (up to {runs.limits.longest_run} is usual), "
            f"with {counted(runs.crossings, 'crossing')} (at least {runs.limits.crossings} "
            f"{'is' if runs.limits.crossings == 1 else 'are'} usual)."
        )


def _finding(charts: list[ThemeSeries]) -> str:
    """Title of a picture: what its rules find, and nothing more."""
    if charts[0].chart == "run":
        return _runs_finding([series.runs for series in charts])
    (series,) = charts
    what = "good or better" if series.is_share else "difference to untouched domains"
    found, present = len(series.signalled), len(series.present)
    if series.last == "cannot tell" and not found:
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


def _panel(theme: ThemeCharting, series: ThemeSeries) -> Panel:
    share = series.is_share
    measure = (
        f"Share good or better in {theme.about}"
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
    of = f"{point.good} of " if point.good is not None else ""
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
            f"Run-chart rules cannot signal here: {runs.useful} useful points, and they need "
            f"{FEWEST_USEFUL}."
        )
    if series.chart == "run" and runs.is_too_seldom_crossed and runs.limits is not None:
        yield (
            f"The dots cross the line {runs.crossings} times; at least {runs.limits.crossings} "
            "would be usual."
        )
    if series.chart != "run":
        yield from _limit_notes(series)
    if not series.is_frozen:
        yield "No quarter after those that bear the lines, or none before: nothing is carried on."


def _limit_notes(series: ThemeSeries) -> Iterator[str]:
    quarters = counted(series.bearing, "quarter")
    if all(isnan(point.upper) for point in series.points):
        yield f"No limits: the {quarters} they would rest on are too few or all alike."
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
    icons = [
        Icon(
            name=f"{theme.name}, {'good or better' if series.is_share else 'difference'}",
            reading=series.last,
        )
        for theme in result.themes
        for series in (theme.share, theme.difference)
        if series is not None
    ]
    return icon_rows(icons, title="What the last quarter on each chart reads as")
