"""All themes side by side in small charts of equal size and one scale, for page and telephone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import (
    SMALL,
    WIDTH_OF,
    Size,
    fitted_lines,
    middle,
    spread_apart,
    text_width,
    write,
)
from qaf_analysis.kit.charts.time import LINE
from qaf_analysis.kit.numbers import gap
from qaf_analysis.kit.palette import ACCENT, BAND, COMPARISON, GRID, MUTED, QUIET, TEXT
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import (
    drawn_for_both,
    fullest,
    house_style,
    new_figure,
    panel,
    picture_of,
)
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.impact.analysis.actions import Actions
from qaf_analysis.topics.impact.analysis.themes import ThemeFinding, Themes
from qaf_analysis.topics.impact.lines import (
    level_reach,
    levels_width,
    runs,
    themed_line,
    two_lines,
    untouched_line,
)

NO_COMPARISON = "no comparison: it is about a type of case"
OWN, OTHERS = "theme", "others"
_COLUMNS: dict[Size, int] = {"full": 3, "narrow": 1}
_GUTTER = 12
_TALL = 96  # height of one small chart
_MARKS = 15  # room above it for the sign of the themed audit
_YEARS = 20  # and under it for the names of the years
_BETWEEN = 12
_KEY = 20
_FEW = 3.0  # half the length of the dash that stands for a quarter alone


@dataclass(frozen=True, kw_only=True)
class SmallChart:
    """What one theme's small chart holds; quarters are told by their place.

    Parameters
    ----------
    name, verdict : str
    change : float
        Change in grades against untouched domains; NaN where there is none.
    themed, controls : tuple of float
        Mean grade codes by quarter; NaN where there is none.
    audited : int or None
        The quarter of the themed audit, where it is shown.
    closed : tuple of int, or None
        First and last quarter in which actions that followed it were closed.
    left_out : tuple of int
        Quarters left out by design.
    why_none : str
        Why there are no lines.
    """

    name: str
    verdict: str
    change: float
    themed: tuple[float, ...]
    controls: tuple[float, ...]
    audited: int | None
    closed: tuple[int, int] | None
    left_out: tuple[int, ...]
    why_none: str

    @property
    def has_lines(self) -> bool:
        """Whether there is a mean to draw."""
        return any(map(math.isfinite, self.themed))

    @property
    def last(self) -> int:
        """Place of the last mean."""
        return max(
            place
            for line in (self.themed, self.controls)
            for place, mean in enumerate(line)
            if math.isfinite(mean)
        )


def themes_side_by_side(
    result: Themes, actions: Actions | None, themes: Sequence[ThemeFinding]
) -> Picture:
    """Draw themes in the order given; see ``pictures.themes_small_multiples``."""
    quarters = themes[0].quarters
    lines = [line for one in themes for line in (themed_line(one), untouched_line(one))]
    shown = SmallCharts(
        quarters=tuple(map(str, quarters)),
        levels=result.scale.levels,
        reach=level_reach(result.scale.levels, lines),
        charts=tuple(_chart(theme, actions) for theme in themes),
        new_scales=tuple(quarters.index(one.quarter) for one in result.new_scales),
    )
    return small_charts(shown, title=f"Themed audits, by quarter: {result.verdict}")


def _chart(theme: ThemeFinding, actions: Actions | None) -> SmallChart:
    quarters, design = theme.quarters, theme.design
    place = {quarter: number for number, quarter in enumerate(quarters)}
    change = theme.change
    why = NO_COMPARISON if theme.cohort is not None else theme.reason
    return SmallChart(
        name=theme.name,
        verdict=str(theme.full_verdict),
        change=math.nan if change is None else change.grade.value,
        themed=themed_line(theme).means,
        controls=untouched_line(theme).means,
        audited=place.get(design.audited_in),
        closed=_closed(theme.name, actions, quarters),
        left_out=tuple(n for quarter, n in place.items() if not design.counts(quarter)),
        why_none=why,
    )


def _closed(
    theme: str, actions: Actions | None, quarters: Sequence[Quarter]
) -> tuple[int, int] | None:
    """First and last quarter in which the theme's actions were closed, as far as shown."""
    for one in actions.order if actions is not None else ():
        if one.theme == theme and one.first_closed is not None and one.last_closed is not None:
            shown = [
                place
                for place, quarter in enumerate(quarters)
                if one.first_closed <= quarter <= one.last_closed
            ]
            return (shown[0], shown[-1]) if shown else None
    return None


@dataclass(frozen=True, kw_only=True)
class SmallCharts:
    """All small charts of a picture: their quarters, and the scale they share.

    Parameters
    ----------
    quarters : tuple of str
        Such as ``2019-20 Q4``.
    levels : tuple of str
        Grades from worst to best.
    reach : tuple of float
        Ends of the scale.
    charts : tuple of SmallChart
    new_scales : tuple of int
        Quarters with which a new scale began.
    """

    quarters: tuple[str, ...]
    levels: tuple[str, ...]
    reach: tuple[float, float]
    charts: tuple[SmallChart, ...]
    new_scales: tuple[int, ...] = ()


def small_charts(shown: SmallCharts, *, title: str) -> Picture:
    """Draw small charts of equal size, twice: for the page, and narrow for a telephone."""
    alt = fullest(title, _in_words(shown))
    return drawn_for_both(lambda size: _drawn(shown, size=size, title=title, alt=alt))


def _drawn(shown: SmallCharts, *, size: Size, title: str, alt: str) -> Picture:
    place = _Layout.of(shown, size=size)
    with house_style():
        figure = new_figure(WIDTH_OF[size], place.height)
        axes = panel(figure, left=0, top=0, width=WIDTH_OF[size], height=place.height)
        axes.set_xlim(0, WIDTH_OF[size])
        axes.set_ylim(place.height, 0)
        for chart, cell in zip(shown.charts, place.cells, strict=True):
            _draw_chart(axes, shown, chart, cell)
        for row, top in enumerate(place.rows):
            _name_levels(axes, shown, place, top=top, is_first=row == 0)
        for entry in place.key:
            _draw_entry(axes, entry)
        return picture_of(figure, title=title, alt=alt)


@dataclass(frozen=True, kw_only=True)
class _Cell:
    """Where one small chart lies, in pixels from the top left corner of the picture."""

    left: float
    head: float  # top of its words
    top: float  # top of the chart itself
    slot: float
    quarters: int
    reach: tuple[float, float]

    @property
    def right(self) -> float:
        return self.left + self.slot * self.quarters

    @property
    def foot(self) -> float:
        return self.top + _TALL

    def across(self, place: float) -> float:
        return self.left + self.slot * (place + 0.5)

    def down(self, mean: float) -> float:
        low, high = self.reach
        return self.foot - _TALL * (mean - low) / (high - low)


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """One entry of the key: a sign, its words, and where it stands."""

    sign: str
    words: str
    at: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """Where everything lies."""

    left: float
    rows: tuple[float, ...]
    cells: tuple[_Cell, ...]
    key: tuple[_Entry, ...]
    height: int

    @classmethod
    def of(cls, shown: SmallCharts, *, size: Size) -> _Layout:
        width, columns = WIDTH_OF[size], _COLUMNS[size]
        left = levels_width(shown.levels)
        ends = max(text_width(words, size=SMALL, bold=True) for words in (OWN, OTHERS)) + 8
        wide = (width - left - _GUTTER * (columns - 1)) / columns
        slot = (wide - ends) / len(shown.quarters)
        top = 0.0
        rows, cells = [], []
        for start in range(0, len(shown.charts), columns):
            group = shown.charts[start : start + columns]
            lines = max(len(_verdict_lines(chart, wide)) for chart in group)
            chart_top = top + LINE * (1 + lines) + _MARKS
            rows.append(chart_top)
            cells += [
                _Cell(
                    left=left + column * (wide + _GUTTER), head=top, top=chart_top, slot=slot,
                    quarters=len(shown.quarters), reach=shown.reach,
                )
                for column in range(len(group))
            ]  # fmt: skip
            top = chart_top + _TALL + _YEARS + _BETWEEN
        key = tuple(_placed(list(_entries(shown)), top=top, width=width))
        foot = (key[-1].at[1] if key else top) + 12
        return cls(
            left=left, rows=tuple(rows), cells=tuple(cells), key=key,
            height=math.ceil(foot),
        )  # fmt: skip


def _verdict_lines(chart: SmallChart, width: float) -> list[str]:
    return fitted_lines(chart.verdict, width=width, size=SMALL, most=3)


def _draw_chart(axes: Axes, shown: SmallCharts, chart: SmallChart, cell: _Cell) -> None:
    wide = cell.right - cell.left + 48
    (name,) = fitted_lines(chart.name, width=0.88 * wide, most=1)
    write(axes, name, (cell.left, cell.head + 12), bold=True)
    for row, words in enumerate(_verdict_lines(chart, wide), start=1):
        at = (cell.left, cell.head + 12 + LINE * row)
        write(axes, words, at, size=SMALL, colour=MUTED.light)
    for first, last in runs(chart.left_out) if chart.has_lines else ():
        _box(axes, cell, (first, last), (cell.top, cell.foot), colour=BAND.light, zorder=0)
    _draw_ground(axes, shown, cell)
    if chart.audited is not None:
        middle_of = cell.across(chart.audited)
        if chart.has_lines:
            axes.plot([middle_of] * 2, (cell.top - 6, cell.foot), color=COMPARISON.light,
                      linewidth=1.2, dashes=(2, 2))  # fmt: skip
        axes.plot([middle_of], [cell.top - 7], marker="v", markersize=9, color=COMPARISON.light,
                  markeredgewidth=0)  # fmt: skip
    if chart.closed is not None:
        ends = (cell.foot - 6, cell.foot)
        _box(axes, cell, chart.closed, ends, colour=COMPARISON.light, zorder=2)
    if chart.has_lines:
        _draw_lines(axes, chart, cell)
        return
    lines = fitted_lines(chart.why_none, width=cell.right - cell.left + 30, size=SMALL, most=4)
    for row, words in enumerate(lines):
        down = cell.top + _TALL / 2 + LINE * (row - (len(lines) - 1) / 2) + 4
        write(axes, words, (cell.left + 4, down), size=SMALL, colour=MUTED.light)


def _box(
    axes: Axes,
    cell: _Cell,
    places: tuple[int, int],
    ends: tuple[float, float],
    *,
    colour: str,
    zorder: float,
) -> None:
    """Fill the room of some quarters, from one height to another."""
    start, end = cell.across(places[0] - 0.5), cell.across(places[1] + 0.5)
    axes.fill(
        (start, end, end, start), (ends[0], ends[0], ends[1], ends[1]), color=colour,
        linewidth=0, zorder=zorder,
    )  # fmt: skip


def _draw_ground(axes: Axes, shown: SmallCharts, cell: _Cell) -> None:
    """Lines of the grades, the floor with its years, and where the scale changed."""
    across: list[float] = []
    down: list[float] = []
    low, high = shown.reach
    heights = [cell.down(code) for code in range(len(shown.levels)) if low <= code <= high]
    for height in (*heights, cell.foot):
        across += [cell.left, cell.right, math.nan]
        down += [height, height, math.nan]
    years = [
        (year, [place for place, _ in group])
        for year, group in groupby(enumerate(shown.quarters), key=lambda one: one[1].split()[0])
    ]
    names = _year_names([(year, len(places)) for year, places in years], slot=cell.slot)
    for name, (_, places) in zip(names, years, strict=True):
        at = cell.across(places[0] - 0.5)
        across += [at, at, math.nan]
        down += [cell.foot, cell.foot + 5, math.nan]
        write(axes, name, (at + 2, cell.foot + 14), size=SMALL, colour=MUTED.light)
    axes.plot(across, down, color=GRID.light, linewidth=1, zorder=0.5)
    for place in shown.new_scales:
        at = cell.across(place - 0.5)
        axes.plot((at, at), (cell.top, cell.foot), color=QUIET.light, linewidth=1.4,
                  dashes=(1, 1.5))  # fmt: skip


def _year_names(years: Sequence[tuple[str, int]], *, slot: float) -> list[str]:
    """Names of years, all in one form; one without room for it stays a tick."""

    def fits(name: str, many: int) -> bool:
        return text_width(name, size=SMALL) <= slot * many - 3

    whole = [(year, many) for year, many in years if many == 4] or list(years)
    is_long = all(fits(*one) for one in whole)
    named = [
        (year if is_long or "-" not in year else f"{year[2:4]}/{year[5:]}", many)
        for year, many in years
    ]
    return [name if fits(name, many) else "" for name, many in named]


def _draw_lines(axes: Axes, chart: SmallChart, cell: _Cell) -> None:
    """Both lines, and their names where they end."""
    for line, ink, dashes in ((chart.controls, QUIET, (3, 1.5)), (chart.themed, ACCENT, None)):
        across, down = _joined(line, cell)
        axes.plot(across, down, color=ink.light, linewidth=2 if dashes is None else 1.5,
                  linestyle="-" if dashes is None else (0, dashes))  # fmt: skip
    dots = [(cell.across(n), cell.down(mean)) for n, mean in enumerate(chart.themed)
            if math.isfinite(mean)]  # fmt: skip
    axes.plot(*zip(*dots, strict=True), color=ACCENT.light, marker="o", markersize=4,
              markeredgewidth=0, linestyle="")  # fmt: skip
    named = [
        (cell.down([mean for mean in line if math.isfinite(mean)][-1]), words, ink)
        for line, words, ink in ((chart.themed, OWN, ACCENT), (chart.controls, OTHERS, MUTED))
        if any(map(math.isfinite, line))
    ]
    named.sort(key=lambda one: one[0])
    heights = spread_apart([height for height, _, _ in named], gap=13)
    for height, (_, words, ink) in zip(heights, named, strict=True):
        write(
            axes, words, (cell.across(chart.last), height), shift=(6, middle(SMALL)),
            size=SMALL, colour=ink.light, bold=words == OWN,
        )  # fmt: skip


def _joined(line: Sequence[float], cell: _Cell) -> tuple[list[float], list[float]]:
    """Quarters that follow on one another; one alone is a short dash, so that it can be seen."""
    across: list[float] = []
    down: list[float] = []
    known = [place for place, mean in enumerate(line) if math.isfinite(mean)]
    for first, last in runs(known):
        places = [cell.across(place) for place in range(first, last + 1)]
        heights = [cell.down(mean) for mean in line[first : last + 1]]
        if first == last:
            places = [places[0] - _FEW, places[0] + _FEW]
            heights = heights * 2
        across += [*places, math.nan]
        down += [*heights, math.nan]
    return across, down


def _name_levels(
    axes: Axes, shown: SmallCharts, place: _Layout, *, top: float, is_first: bool
) -> None:
    low, high = shown.reach
    cell = replace(place.cells[0], top=top)
    for code, level in enumerate(shown.levels):
        if not low <= code <= high:
            continue
        lines = two_lines(level)
        for number, words in enumerate(lines):
            rise = 13 * ((len(lines) - 1) / 2 - number)
            write(
                axes, words, (place.left, cell.down(code)), shift=(-8, rise + middle(SMALL)),
                anchor="right", size=SMALL, colour=MUTED.light,
            )  # fmt: skip


def _entries(shown: SmallCharts) -> Iterator[tuple[str, str]]:
    """Signs and their words, of those that are drawn."""
    if any(chart.has_lines for chart in shown.charts):
        yield "own", f"{OWN}: the themed domain"
        yield "others", f"{OTHERS}: domains no theme touched"
    if any(chart.audited is not None for chart in shown.charts):
        yield "audit", "themed audit"
    if any(chart.closed is not None for chart in shown.charts):
        yield "closed", "its actions closed"
    if any(chart.left_out for chart in shown.charts):
        yield "left out", "left out of the comparison"
    if shown.new_scales:
        yield "scale", "new scale"


def _placed(entries: Sequence[tuple[str, str]], *, top: float, width: float) -> Iterator[_Entry]:
    across, down = 2.0, top + 4
    for sign, words in entries:
        needed = 30 + text_width(words, size=SMALL)
        if across > 2 and across + needed > width:
            across, down = 2.0, down + _KEY
        yield _Entry(sign=sign, words=words, at=(across, down))
        across += needed + 16


def _draw_entry(axes: Axes, entry: _Entry) -> None:
    start, down = entry.at
    ends, level = (start, start + 22), (down, down)
    if entry.sign == "own":
        axes.plot(ends, level, color=ACCENT.light, linewidth=2, marker="o", markersize=4,
                  markeredgewidth=0)  # fmt: skip
    elif entry.sign == "others":
        axes.plot(ends, level, color=QUIET.light, linewidth=1.5, linestyle=(0, (3, 1.5)))
    elif entry.sign == "audit":
        axes.plot([start + 11], level[:1], marker="v", markersize=9, color=COMPARISON.light,
                  markeredgewidth=0)  # fmt: skip
    elif entry.sign == "scale":
        axes.plot([start + 11] * 2, (down - 7, down + 7), color=QUIET.light, linewidth=1.4,
                  dashes=(1, 1.5))  # fmt: skip
    else:
        ink, half = (COMPARISON, 3) if entry.sign == "closed" else (BAND, 7)
        axes.fill(
            (ends[0], ends[1], ends[1], ends[0]),
            (down - half, down - half, down + half, down + half),
            facecolor=ink.light, edgecolor=QUIET.light, linewidth=0.6 if ink is BAND else 0,
        )  # fmt: skip
    write(axes, entry.words, (start + 30, down), shift=(0, middle(SMALL)), size=SMALL,
          colour=TEXT.light)  # fmt: skip


def _in_words(shown: SmallCharts) -> Iterator[str]:
    """Each theme's change, from full to brief; every quarter stands in the tables."""
    lead = "Change in grades against domains no theme touched:"

    def said(chart: SmallChart) -> str:
        found = gap(chart.change) if math.isfinite(chart.change) else chart.verdict
        return f"{chart.name} {found}"

    known = [chart for chart in shown.charts if math.isfinite(chart.change)]
    if not known:
        yield "No theme could be set beside domains that no theme touched."
        return
    yield f"{lead} {', '.join(map(said, shown.charts))}. Each quarter stands in the annex."
    yield f"{lead} {', '.join(map(said, known))}."
    ends = f"{said(known[0])} to {said(known[-1])}"
    yield f"{lead} {len(known)} themes, from {ends}."
