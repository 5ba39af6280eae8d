"""Each theme's domain over the quarters as charts: its positive share, and its difference.

Charts are pictures. The verdict on a theme is that of ``topics.impact``; nothing here changes it.
Their lines rest on the quarters before the themed audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Literal, TypeAlias

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.data.plain.series import PlainSeries
from qaf_analysis.stats.charts.limits import MEAN_RANGE, mean_moving_range, p_chart
from qaf_analysis.stats.charts.rules import RunAnalysis
from qaf_analysis.stats.charts.signals import last_variation
from qaf_analysis.stats.core.arrays import Bools, Floats, Ints
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import Variation
from qaf_analysis.topics.charts.analysis.drawn import (
    ChartOptions,
    ChartType,
    DrawnChart,
    drawn_chart,
    points_too_small,
)
from qaf_analysis.topics.common.scope import THEMED, Event, Scope, events
from qaf_analysis.topics.impact.analysis.design import GradedDomains, ThemeDesign
from qaf_analysis.topics.impact.analysis.themes import ThemedDomain, ThemedQuarters


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
    scale: ScaleWords
    themes: tuple[ThemeCharting, ...]
    not_charted: tuple[str, ...]
    reason: str


def theme_charts(audits: Audits, *, quarter: Quarter) -> ThemeCharts:
    """Chart the domain of each theme over all quarters up to one.

    The positive share is a p chart, or a p' chart where the quarters before call for it;
    the difference to the untouched domains of the same audits is an XmR chart; run charts of both
    stand beside. All lines rest on the quarters that the verdict, too, counts as before.

    Parameters
    ----------
    audits : Audits
    quarter : Quarter
        The last on the charts.
    """
    ground = ThemedQuarters.of(audits, quarter)
    table, declared = ground.table, ground.settings.themes
    graded = {d for d in table.domains if not np.isnan(table.of_domain(d)).all()}
    able = [theme for theme in declared if theme.domain in graded]
    marks = events(audits, ground.quarters)
    return ThemeCharts(
        scope=ground.scope,
        scale=audits.settings.scale.words,
        themes=tuple(
            _charting(ground.themed_domain(theme), table, ground.quarters, marks) for theme in able
        ),
        not_charted=tuple(theme.name for theme in declared if theme not in able),
        reason="" if able else WHY_NONE[bool(declared)],
    )


WHY_NONE = {
    False: "no themed audit is declared in the settings",
    True: "no theme is about a domain that routine audits were graded in",
}
"""Why nothing is charted, by whether any theme is declared."""


def _charting(
    ready: ThemedDomain, table: GradedDomains, quarters: list[Quarter], marks: tuple[Event, ...]
) -> ThemeCharting:
    themed = table.of_domain(ready.design.about)
    share, count = _shares(themed, table, quarters)
    difference, paired = _differences(ready, table, quarters)
    frame = SeriesFrame.of(ready.design, quarters)
    has_difference = bool(paired.any())
    return ThemeCharting(
        name=ready.theme.name,
        about=ready.design.about,
        audited_in=ready.theme.audited_in,
        controls=ready.design.controls,
        marked=tuple(
            event for event in marks if event.kind != THEMED or event.label == ready.theme.name
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
    ready: ThemedDomain, table: GradedDomains, quarters: list[Quarter]
) -> tuple[Floats, Floats]:
    """Mean of themed less untouched grades within audits, and their number, by quarter.

    Of every quarter, also of those that count on neither side of the verdict.
    """
    found = table.themed_audits(
        ready.design.about,
        ready.design.controls,
        kept=np.ones(len(table.quarter), dtype=bool),
        post=table.quarter > ready.design.audited_in.index,
    ).series()
    values, count = np.full(len(quarters), nan), np.zeros(len(quarters))
    place = found.quarter - quarters[0].index
    values[place], count[place] = found.difference, found.audits
    return values, count


def _places(table: GradedDomains, quarters: list[Quarter]) -> Ints:
    places: Ints = table.quarter - quarters[0].index
    return places


def _counted(place: Ints, quarters: list[Quarter]) -> Floats:
    return np.bincount(place, minlength=len(quarters)).astype(np.float64)


Phase: TypeAlias = Literal["before", "left out", "after"]
FEWEST_FOR_PRIME = 7
"""Quarters before the theme from which limits may be widened by how shares were seen to vary."""


@dataclass(frozen=True, kw_only=True)
class ThemePoint:
    """One quarter on a chart.

    Parameters
    ----------
    quarter : Quarter
    phase : {"before", "left out", "after"}
        Left out: the quarters of selection, of the themed audit and of phasing in, and those
        that the design cuts off.
    audits : int
        Audits the value rests on; 0 where the point is missing.
    good : int or None
        How many of them were graded good or better; None on charts of differences.
    value, centre, lower, upper : float
        NaN where there is none.
    bears : bool
        Whether the lines rest on it.
    signals : tuple of str
        Names of the rules that find it, keys of ``chart_table.RULE_WORDS``.
    direction : int
        1 where the first of them finds it high or rising, -1 low or falling, 0 without.
    reading : Variation
        What that means, higher being better.
    """

    quarter: Quarter
    phase: Phase
    audits: int
    good: int | None
    value: float
    centre: float
    lower: float
    upper: float
    bears: bool
    signals: tuple[str, ...]
    direction: int
    reading: Variation


@dataclass(frozen=True, kw_only=True)
class ThemeSeries:
    """One chart of one series.

    Parameters
    ----------
    chart : str
        Its type: ``p``, ``pprime``, ``xmr`` or ``run``.
    why : str
        Why this type.
    points : tuple of ThemePoint
        Every quarter, also those without audits.
    runs : RunAnalysis
        By the rules of run charts, around this chart's centre line.
    bearing : int
        Quarters its lines rest on.
    is_frozen : bool
        Whether these are the quarters before the theme; otherwise all quarters bear the lines.
    too_small : int
        Points of a chart of shares with too few audits for a point outside the limits to count.
    last : str
        Reading of the last point present.
    """

    chart: ChartType
    why: str
    points: tuple[ThemePoint, ...]
    runs: RunAnalysis
    bearing: int
    is_frozen: bool
    too_small: int
    last: Variation

    @property
    def is_share(self) -> bool:
        """Whether it is of shares good or better rather than of differences in grades."""
        return self.points[0].good is not None

    @property
    def present(self) -> tuple[ThemePoint, ...]:
        """Points that are not missing."""
        return tuple(point for point in self.points if point.reading != Variation.MISSING)

    @property
    def signalled(self) -> tuple[ThemePoint, ...]:
        """Points that some rule finds."""
        return tuple(point for point in self.points if point.signals)


@dataclass(frozen=True, kw_only=True, eq=False)
class SeriesFrame:
    """The quarters of a theme's charts, and which of them bear the lines.

    Series are arrays of shape (quarters,); ``count`` holds the audits of each quarter.
    """

    quarters: list[Quarter]
    phases: tuple[Phase, ...]

    @classmethod
    def of(cls, design: ThemeDesign, quarters: list[Quarter]) -> SeriesFrame:
        """Frame of a theme: the lines rest on the quarters the verdict counts as before it."""

        def phase(quarter: Quarter) -> Phase:
            if not design.counts(quarter):
                return "left out"
            return "before" if design.before(quarter) else "after"

        return cls(quarters=quarters, phases=tuple(map(phase, quarters)))

    @property
    def before(self) -> Bools:
        """Which quarters bear the lines."""
        return np.array([phase == "before" for phase in self.phases], dtype=bool)

    def share_chart(self, good: Floats, count: Floats) -> ThemeSeries:
        """Chart of the positive share: p' where the quarters before call for it, else p."""
        chart, why = _share_chart(good, count, baseline=self.before)
        series = self._plain(good / np.where(count > 0, count, nan), good=good, count=count)
        drawn = drawn_chart(series, ChartOptions(type=chart))
        return self._series(drawn, count, why=why, good=good)

    def xmr_chart(self, values: Floats, count: Floats) -> ThemeSeries:
        """Chart of single values with limits from their moving ranges."""
        drawn = drawn_chart(self._plain(values), ChartOptions(type="xmr"))
        return self._series(drawn, count, why="single values, not counts")

    def run_chart(
        self, values: Floats, count: Floats, *, good: Floats | None = None
    ) -> ThemeSeries:
        """Chart of values around their median, without limits; ``good`` where they are shares."""
        drawn = drawn_chart(self._plain(values), ChartOptions(type="run"))
        why = "values around their median, without limits"
        return self._series(drawn, count, why=why, good=good)

    def _plain(
        self, values: Floats, *, good: Floats | None = None, count: Floats | None = None
    ) -> PlainSeries:
        missing = np.isnan(values)
        return PlainSeries(
            periods=tuple(map(str, self.quarters)),
            values=values,
            numerator=None if good is None else np.where(missing, nan, good),
            denominator=None if count is None else np.where(missing, nan, count),
            baseline=self.before,
            part=None,
            warnings=(),
        )

    def _series(
        self, drawn: DrawnChart, count: Floats, *, why: str, good: Floats | None = None
    ) -> ThemeSeries:
        chart = drawn.chart
        return ThemeSeries(
            chart=drawn.options.type,
            why=why,
            points=tuple(
                _point(drawn, row, quarter, self.phases[row], count=count, good=good)
                for row, quarter in enumerate(self.quarters)
            ),
            runs=drawn.runs[0],
            bearing=int(chart.baseline.sum()),
            is_frozen=drawn.is_frozen,
            too_small=0 if good is None else points_too_small(chart, count),
            last=last_variation(drawn.readings),
        )


def _point(
    drawn: DrawnChart,
    row: int,
    quarter: Quarter,
    phase: Phase,
    *,
    count: Floats,
    good: Floats | None,
) -> ThemePoint:
    chart = drawn.chart
    return ThemePoint(
        quarter=quarter,
        phase=phase,
        audits=int(count[row]),
        good=None if good is None else int(good[row]),
        value=float(chart.values[row]),
        centre=float(chart.centre[row]),
        lower=float(chart.lower[row]),
        upper=float(chart.upper[row]),
        bears=bool(chart.baseline[row]),
        signals=drawn.signals[row],
        direction=int(drawn.direction[row]),
        reading=drawn.readings[row],
    )


def _share_chart(good: Floats, count: Floats, *, baseline: Bools) -> tuple[ChartType, str]:
    """Choose p', with limits widened, or p: by the quarters before the theme alone.

    p' needs enough quarters to tell how much shares vary, and is used only where they were seen
    to vary beyond chance: it never narrows limits.
    """
    missing = count == 0
    numerator, denominator = np.where(missing, nan, good), np.where(missing, nan, count)
    chart = p_chart(numerator, denominator, baseline=baseline)
    rows = np.flatnonzero(chart.baseline)
    if rows.size < FEWEST_FOR_PRIME:
        return "p", f"fewer than {FEWEST_FOR_PRIME} quarters to judge how shares vary beyond chance"
    error = np.sqrt(chart.centre[rows] * (1 - chart.centre[rows]) / denominator[rows])
    if not error.all():
        return "p", "the quarters before are all alike"
    sigma = mean_moving_range((chart.values[rows] - chart.centre[rows]) / error) / MEAN_RANGE
    if sigma > 1:
        return "pprime", f"shares varied {sigma:.1f} times as much as chance in the quarters before"
    return "p", "shares varied no more than chance in the quarters before"
