"""Each theme's domain over the quarters as charts: its share good or better, and its difference.

Charts are pictures. The verdict on a theme is that of ``analyses.themes``; nothing here changes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from qaf_analysis.analyses.events import THEMED, Event, events
from qaf_analysis.analyses.scope import (
    LeftOut,
    Scope,
    domain_names,
    first_quarter,
    graded,
    routine,
    up_to,
)
from qaf_analysis.analyses.theme_series import SeriesFrame, ThemeSeries
from qaf_analysis.analyses.themes import domain_means, graded_throughout
from qaf_analysis.data.audits import Audits
from qaf_analysis.stats.arrays import Floats, Ints
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.settings import Theme


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
    grades = graded(known, domain=None)
    grades = grades[grades["audit_id"].isin(routine(known.audits)["audit_id"])]
    found = set(grades["domain"].unique())
    able = [theme for theme in known.settings.themes if theme.domain in found]
    used = int(grades["audit_id"].nunique())
    others = len(known.audits) - used
    return ThemeCharts(
        scope=Scope(
            council=known.settings.council,
            quarter=quarter,
            first=quarters[0],
            last=quarter,
            period=f"{quarters[0]} to {quarter}",
            unit="routine audits with domain grades",
            used=used,
            left_out=(LeftOut(reason="themed, multi-agency or calibration audits", records=others),)
            if others
            else (),
        ),
        themes=tuple(_charting(known, theme, grades, quarters) for theme in able),
        not_charted=tuple(theme.name for theme in known.settings.themes if theme not in able),
        reason="" if able else _why_none(known),
    )


def _why_none(audits: Audits) -> str:
    if not audits.settings.themes:
        return "no themed audit is declared in the settings"
    return "no theme is about a domain that routine audits were graded in"


def _charting(
    audits: Audits, theme: Theme, grades: pd.DataFrame, quarters: list[Quarter]
) -> ThemeCharting:
    domain = theme.domain or ""
    untouched = audits.settings.controls_for(theme, domain_names(audits))
    controls = graded_throughout(grades, domain, untouched)
    good_from = audits.settings.scale.good_from
    share, count = _shares(grades[grades["domain"] == domain], quarters, good_from)
    difference, paired = _differences(domain_means(grades, domain, controls, good_from), quarters)
    frame = SeriesFrame.of(theme, quarters)
    has_difference = bool(paired.any())
    return ThemeCharting(
        name=theme.name,
        about=domain,
        audited_in=theme.audited_in,
        controls=controls,
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


def _shares(grades: pd.DataFrame, quarters: list[Quarter], good_from: int) -> tuple[Floats, Floats]:
    """Audits good or better and audits graded, by quarter."""
    place = _places(grades["quarter"].map(Quarter.parse), quarters)
    is_good = (grades["grade"] >= good_from).to_numpy(np.bool_)
    good, count = (np.bincount(rows, minlength=len(quarters)) for rows in (place[is_good], place))
    return good.astype(np.float64), count.astype(np.float64)


def _differences(wide: pd.DataFrame, quarters: list[Quarter]) -> tuple[Floats, Floats]:
    """Mean of themed less untouched grades within audits, and their number, by quarter."""
    usable = wide.dropna(subset=["themed", "control"])
    place = _places(usable["quarter"], quarters)
    apart = (usable["themed"] - usable["control"]).to_numpy(np.float64)
    count = np.bincount(place, minlength=len(quarters)).astype(np.float64)
    sums = np.bincount(place, weights=apart, minlength=len(quarters))
    return sums / np.where(count > 0, count, nan), count


def _places(when: pd.Series[Any], quarters: list[Quarter]) -> Ints:
    return np.array([quarter.index - quarters[0].index for quarter in when], dtype=np.int64)
