"""What is said of the charts of themes."""

from __future__ import annotations

from collections.abc import Iterator

from qaf_analysis.kit.charts.icons import READING_WORDS
from qaf_analysis.kit.numbers import counted
from qaf_analysis.kit.parts import Statement, listed
from qaf_analysis.stats.charts.rules import FEWEST_USEFUL
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.charts.analysis.themes import ThemeCharting, ThemeCharts, ThemeSeries
from qaf_analysis.topics.charts.tables import CHART_NAMES

LIMITS = (
    "A chart is a picture, not a verdict: the verdict on each theme stands in the section on "
    "themed audits. A chart cannot tell a change in practice from a change in who audited or in "
    "which cases were picked. With few quarters before the theme it often signals although "
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
    paragraphs = [_opening(), *(_theme(theme, result.scale) for theme in result.themes)]
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


def _opening() -> str:
    return (
        "Each chart shows every quarter as a dot. Its lines rest on the quarters before the themed "
        "audit and are carried forward unchanged, so the dots show whether later quarters look "
        "like those before. Quarters of selection, of the themed audit and of phasing in "
        "are drawn hollow and bear no line."
    )


def _theme(theme: ThemeCharting, scale: ScaleWords) -> str:
    about = "" if theme.about == theme.name else f"{theme.about}; "
    said = [f"{theme.name} ({about}audited in {theme.audited_in})."]
    for series in (theme.share, theme.difference):
        if series is not None:
            share = f"share graded {scale.positive}"
            what = share if series.is_share else "difference to untouched domains"
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
        of = "the one quarter" if present == 1 else f"any of the {present:,} quarters"
        return f"no rule finds {of}"
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
                f"Run-chart rules cannot signal on the {what}: "
                f"{counted(runs.useful, 'useful point')}, and they need {FEWEST_USEFUL}."
            )
            continue
        yield (
            f"The run chart of the {what} {'signals' if runs.is_signal else 'shows no signal'}: "
            f"its longest run is {runs.longest_run} (up to {runs.limits.longest_run} is usual), "
            f"with {counted(runs.crossings, 'crossing')} (at least {runs.limits.crossings} "
            f"{'is' if runs.limits.crossings == 1 else 'are'} usual)."
        )
