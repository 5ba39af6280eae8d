"""Each theme's domain over the quarters as charts: its share good or better, and its difference.

Charts are pictures. The verdict on a theme is that of ``analyses.themes``; nothing here changes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.settings import Theme
from qaf_analysis.topics.charts.theme_series import SeriesFrame, ThemeSeries
from qaf_analysis.topics.common.events import THEMED, Event, events
from qaf_analysis.topics.common.scope import Scope, first_quarter, up_to
from qaf_analysis.topics.impact.graded_domains import GradedDomains
from qaf_analysis.topics.impact.themes import themed_domain, themes_scope


@dataclass(frozen=True, kw_only=True)
class ThemeCharting:
    """The charts of one theme.

    ``difference`` and ``difference_run`` are None where no untouched domain was graded beside the
    themed one; ``why_not`` then says so. ``controls`` are those of the verdict.
    """

    name: str
    about: str
    audited_in: Quarter
    controls: tuple[str, ...]
    marked: tuple[Event, ...]
    share: ThemeSeries
    share_run: ThemeSeries
    difference: ThemeSeries | None = None
    difference_run: ThemeSeries | None = None
    why_not: str = ""

    @property
    def series(self) -> tuple[ThemeSeries, ...]:
        """Charts there are: the control charts, then the run charts."""
        every = (self.share, self.difference, self.share_run, self.difference_run)
        return tuple(series for series in every if series is not None)


@dataclass(frozen=True, kw_only=True)
class ThemeCharts:
    """Charts of every theme about a domain.

    ``not_charted`` names the other themes: about a type of case, or about a domain that no
    routine audit was graded in.
    """

    scope: Scope
    themes: tuple[ThemeCharting, ...]
    not_charted: tuple[str, ...]
    reason: str


def theme_charts(audits: Audits, *, quarter: Quarter) -> ThemeCharts:
    """Chart the domain of each theme over all quarters up to one.

    The share good or better is a p chart, or a p' chart where the quarters before call for it;
    the difference to the untouched domains of the same audits is an XmR chart; run charts of both
    stand beside. All lines rest on the quarters that the verdict, too, counts as before.

    Parameters
    ----------
    audits : Audits
    quarter : Quarter
        The last on the charts.
    """
    known = up_to(audits, quarter)
    quarters = quarters_between(first_quarter(known), quarter)
    table = GradedDomains.of(known)
    graded = {d for d in table.domains if not np.isnan(table.of_domain(d)).all()}
    able = [theme for theme in known.settings.themes if theme.domain in graded]
    return ThemeCharts(
        scope=themes_scope(known, table, quarters),
        themes=tuple(_charting(known, theme, table, quarters) for theme in able),
        not_charted=tuple(theme.name for theme in known.settings.themes if theme not in able),
        reason="" if able else _why_none(known),
    )


def _why_none(audits: Audits) -> str:
    if not audits.settings.themes:
        return "no themed audit is declared in the settings"
    return "no theme is about a domain that routine audits were graded in"


def _charting(
    audits: Audits, theme: Theme, table: GradedDomains, quarters: list[Quarter]
) -> ThemeCharting:
    ready = themed_domain(audits, theme, table, quarters)
    themed = table.of_domain(ready.design.about)
    controls = table.of_domains(ready.design.controls)
    share, count = _shares(themed, table, quarters)
    difference, paired = _differences(themed, controls, table, quarters)
    frame = SeriesFrame.of(ready.design, quarters)
    has_difference = bool(paired.any())
    return ThemeCharting(
        name=theme.name,
        about=ready.design.about,
        audited_in=theme.audited_in,
        controls=ready.design.controls,
        marked=tuple(
            event
            for event in events(audits, quarters)
            if event.kind != THEMED or event.label == theme.name
        ),
        share=frame.share_chart(share, count),
        share_run=frame.run_chart(share / np.where(count > 0, count, nan), count, good=share),
        difference=frame.xmr_chart(difference, paired) if has_difference else None,
        difference_run=frame.run_chart(difference, paired) if has_difference else None,
        why_not=""
        if has_difference
        else "no untouched domain was graded in every quarter beside the themed one",
    )


def _shares(themed: Floats, table: GradedDomains, quarters: list[Quarter]) -> tuple[Floats, Floats]:
    """Audits good or better and audits graded, by quarter."""
    place = _places(table, quarters)
    return (
        _counted(place[themed >= table.good_from], quarters),
        _counted(place[~np.isnan(themed)], quarters),
    )


def _differences(
    themed: Floats, controls: Floats, table: GradedDomains, quarters: list[Quarter]
) -> tuple[Floats, Floats]:
    """Mean of themed less untouched grades within audits, and their number, by quarter."""
    usable = ~np.isnan(themed) & (~np.isnan(controls)).any(axis=1)
    place = _places(table, quarters)[usable]
    apart = themed[usable] - np.nanmean(controls[usable], axis=1)
    count = _counted(place, quarters)
    sums = np.bincount(place, weights=apart, minlength=len(quarters))
    return sums / np.where(count > 0, count, nan), count


def _places(table: GradedDomains, quarters: list[Quarter]) -> Ints:
    places: Ints = table.quarter - quarters[0].index
    return places


def _counted(place: Ints, quarters: list[Quarter]) -> Floats:
    return np.bincount(place, minlength=len(quarters)).astype(np.float64)
