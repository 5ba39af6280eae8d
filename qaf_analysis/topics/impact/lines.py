"""Each theme's domain over time beside the domains that no theme touched, all on one scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import (
    FULL_WIDTH,
    SMALL,
    WORDS,
    fitted_lines,
    middle,
    spread_apart,
    text_width,
    write,
)
from qaf_analysis.kit.charts.time import LINE, PERIOD_WORDS, Change, TimeFrame
from qaf_analysis.kit.palette import ACCENT, BAND, COMPARISON, GRID, MUTED, QUIET, Ink
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.stats.impact.themed_series import QuarterPoint
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.topics.impact.analysis.themes import ThemeFinding, Themes

CONTROLS = "Untouched domains"
ALIKE = "Had it moved alike"
LEFT_OUT = "shaded: left out"
_LEVELS = 92.0  # most that the names of grades may take at the left
_DASHED, _DOTTED = (4, 2), (1, 1)


@dataclass(frozen=True, kw_only=True)
class Line:
    """Means by quarter under one name; NaN where a quarter has none, and stays a gap."""

    name: str
    means: tuple[float, ...]

    @property
    def known(self) -> tuple[float, ...]:
        """Means that there are."""
        return tuple(mean for mean in self.means if math.isfinite(mean))


def theme_pictures(result: Themes, themes: Sequence[ThemeFinding]) -> tuple[Picture, ...]:
    """Each of some themes beside its controls, all on the same scale."""
    themed = [themed_line(theme) for theme in themes]
    untouched = [untouched_line(theme) for theme in themes]
    as_controls = [as_controls_line(theme) for theme in themes]
    reach = level_reach(result.scale.levels, [*themed, *untouched, *as_controls])
    return tuple(
        theme_lines(
            [str(quarter) for quarter in theme.quarters],
            title=f"{theme.name}: {theme.full_verdict}",
            levels=result.scale.levels,
            themed=own,
            controls=others,
            as_controls=moved,
            marked=_marked(result, theme),
            activity=theme.design.activity,
            left_out=[
                place
                for place, quarter in enumerate(theme.quarters)
                if not theme.design.counts(quarter)
            ],
            reach=reach,
        )
        for theme, own, others, moved in zip(themes, themed, untouched, as_controls, strict=True)
    )


def _marked(result: Themes, theme: ThemeFinding) -> list[Change]:
    """The themed audit, and where the scale changed."""
    scales = [Change(label=one.label, before=str(one.quarter)) for one in result.new_scales]
    return [*scales, Change(label="Themed audit", before=str(theme.design.audited_in))]


def _line(theme: ThemeFinding, name: str, mean: Callable[[QuarterPoint], float]) -> Line:
    points = theme.change.series if theme.change is not None else ()
    by_quarter = {point.quarter: point for point in points}
    found = [by_quarter.get(quarter.index) for quarter in theme.quarters]
    return Line(name=name, means=tuple(math.nan if one is None else mean(one) for one in found))


def themed_line(theme: ThemeFinding) -> Line:
    """Mean grades of the themed domain."""
    return _line(theme, theme.design.about, lambda point: point.themed)


def untouched_line(theme: ThemeFinding) -> Line:
    """Mean grades of the domains that no theme touched, in the same audits."""
    return _line(theme, CONTROLS, lambda point: point.control)


def as_controls_line(theme: ThemeFinding) -> Line:
    """Where the domain would stand had it moved as the others did, from the audit on."""
    points = theme.change.series if theme.change is not None else ()
    before = [point.difference for point in points if not point.post]
    usual = sum(before) / len(before) if before else math.nan  # at the themed domain's level
    return _line(
        theme,
        ALIKE,
        lambda point: point.themed - point.difference + usual if point.post else math.nan,
    )


def level_reach(levels: Sequence[str], lines: Sequence[Line]) -> tuple[float, float]:
    """Ends of the scale that all lines share: as far as they go, with two grades at least.

    Two grades with their names are what a reader measures a change by; without them a small
    change would look large.

    Examples
    --------
    >>> low, high = level_reach("abcd", [Line(name="x", means=(1.25, 2.25))])
    >>> round(low, 3), round(high, 3)
    (0.925, 2.325)
    """
    known = [mean for line in lines for mean in line.known] or [0.0]
    low, high = min(known), max(known)
    codes = range(len(levels))
    while sum(low <= code <= high for code in codes) < 2:
        below = [code for code in codes if code < low]
        above = [code for code in codes if code > high]
        if below and (not above or low - below[-1] <= above[0] - high):
            low = float(below[-1])
        else:
            high = float(above[0])
    room = 0.06 * (high - low)
    return low - room, high + room


_HEIGHT = 170


def theme_lines(
    quarters: Sequence[str],
    *,
    title: str,
    levels: Sequence[str],
    themed: Line,
    controls: Line,
    as_controls: Line | None = None,
    marked: Sequence[Change] = (),
    activity: str = "",
    left_out: Sequence[int] = (),
    reach: tuple[float, float] | None = None,
) -> Picture:
    """Mean grade of the themed domain and of its controls, with the audit and activity marked.

    Parameters
    ----------
    quarters : sequence of str
        Every quarter, also those without audits.
    title : str
        The finding.
    levels : sequence of str
        Grades from worst to best; code 0 is the first.
    themed, controls : Line
        Mean grade codes by quarter.
    as_controls : Line, optional
        Where the themed domain would stand had it moved as the controls did.
    marked : sequence of Change
        The themed audit and changes of scale, each before its quarter.
    activity : str
        What was done after the themed audit.
    left_out : sequence of int
        Places of quarters that are left out by design: shaded.
    reach : tuple of float, optional
        Ends of the scale where several pictures share one; else as far as these lines go.

    Raises
    ------
    ShapeError
        If a line has not one mean for each quarter.
    """
    lines = [(themed, ACCENT), (controls, MUTED)]
    if as_controls is not None and as_controls.known:
        lines.insert(1, (as_controls, COMPARISON))
    if any(len(line.means) != len(quarters) for line, _ in lines):
        raise ShapeError(f"Each line needs {len(quarters)} means, one for each quarter.")
    ends = [_End.of(line, ink) for line, ink in lines]
    left = levels_width(levels)
    slot = (FULL_WIDTH - left - max(end.width for end in ends) - 12) / len(quarters)
    time = TimeFrame(
        periods=tuple(quarters), left=left, slot=slot, right=FULL_WIDTH, changes=tuple(marked)
    )
    head = LINE + 4 if activity else 0
    top = head + time.headroom + 8
    with house_style():
        figure = new_figure(FULL_WIDTH, top + _HEIGHT + PERIOD_WORDS)
        axes = panel(figure, left=left, top=top, width=slot * len(quarters), height=_HEIGHT)
        axes.set_ylim(*(reach or level_reach(levels, [line for line, _ in lines])))
        _shade(axes, left_out)
        if activity:
            _write_activity(axes, activity, left=left, rise=time.headroom + 12)
        time.frame(axes)
        if left_out:
            end = (len(quarters) - 0.5, axes.get_ylim()[0])
            write(axes, LEFT_OUT, end, shift=(6, -15), size=SMALL, colour=MUTED.light)
        _name_levels(axes, levels)
        _draw_line(axes, controls, ink=QUIET, dashes=_DASHED)
        for line, ink in lines[1:-1]:
            _draw_line(axes, line, ink=ink, dashes=_DOTTED)
        _draw_line(axes, themed, ink=ACCENT, dashes=None)
        _name_ends(axes, ends)
        alt = _lines_in_words(quarters, [line for line, _ in lines], marked, activity)
        return picture_of(figure, title=title, alt=alt)


def _write_activity(axes: Axes, activity: str, *, left: float, rise: float) -> None:
    top = axes.get_ylim()[1]
    lead = "After the themed audit: "
    (words,) = fitted_lines(f"{lead}{activity}", width=FULL_WIDTH, size=SMALL, most=1)
    write(axes, words, (-0.5, top), shift=(-left, rise), size=SMALL, colour=MUTED.light)


def levels_width(levels: Sequence[str]) -> float:
    """Room at the left for the names of grades."""
    return 12 + max(text_width(line, size=SMALL) for level in levels for line in two_lines(level))


def two_lines(level: str) -> list[str]:
    """Name of a grade in lines that fit at the left."""
    return fitted_lines(level, width=_LEVELS, size=SMALL, most=2)


def _shade(axes: Axes, left_out: Sequence[int]) -> None:
    """Shade the quarters left out by design, and say so at the foot."""
    low, high = axes.get_ylim()
    for first, last in runs(left_out):
        axes.fill(
            (first - 0.5, last + 0.5, last + 0.5, first - 0.5),
            (low, low, high, high),
            color=BAND.light,
            linewidth=0,
            zorder=0,
        )


def runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of places that follow on one another."""
    ordered = sorted(places)
    starts = [place for place in ordered if place - 1 not in ordered]
    lasts = [place for place in ordered if place + 1 not in ordered]
    yield from zip(starts, lasts, strict=True)


def _name_levels(axes: Axes, levels: Sequence[str]) -> None:
    low, high = axes.get_ylim()
    for code, level in enumerate(levels):
        if low <= code <= high:
            axes.axhline(code, color=GRID.light, linewidth=1, zorder=0.5)
            lines = two_lines(level)
            for number, words in enumerate(lines):
                rise = 13 * ((len(lines) - 1) / 2 - number)
                write(
                    axes, words, (-0.5, code), shift=(-8, rise + middle(SMALL)), anchor="right",
                    size=SMALL, colour=MUTED.light,
                )  # fmt: skip


def _draw_line(axes: Axes, line: Line, *, ink: Ink, dashes: tuple[int, int] | None) -> None:
    style = (0, dashes) if dashes else "-"
    axes.plot(
        range(len(line.means)), list(line.means), color=ink.light, linewidth=2.2,
        linestyle=style, marker="o", markersize=5.5, markeredgewidth=0, clip_on=False,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _End:
    """Where a line ends, and its name in lines that fit."""

    at: float
    place: int
    words: tuple[str, ...]
    ink: Ink

    @classmethod
    def of(cls, line: Line, ink: Ink) -> _End:
        known = [place for place, mean in enumerate(line.means) if math.isfinite(mean)]
        # Bold letters are wider than those that are measured here.
        words = fitted_lines(line.name, width=122, size=WORDS, most=2)
        last = known[-1] if known else -1
        return cls(
            at=line.means[last] if known else math.nan, place=last, words=tuple(words), ink=ink
        )

    @property
    def width(self) -> float:
        return max(text_width(words, bold=True) for words in self.words)


def _name_ends(axes: Axes, ends: Sequence[_End]) -> None:
    """Name each line at its last mean, moved apart where they end close together."""
    low, high = axes.get_ylim()
    ordered = sorted(ends, key=lambda end: end.at if math.isfinite(end.at) else low)
    # From below, so that of a name of two lines the second comes first.
    rows = [(end, words) for end in ordered for words in reversed(end.words)]
    wished = [
        _HEIGHT * ((end.at if math.isfinite(end.at) else low) - low) / (high - low)
        for end, _ in rows
    ]
    for place, (end, words) in zip(spread_apart(wished, gap=LINE), rows, strict=True):
        write(
            axes, words, (axes.get_xlim()[1], low), shift=(6, place + middle(WORDS)), bold=True,
            colour=end.ink.light,
        )  # fmt: skip


def _lines_in_words(
    quarters: Sequence[str],
    lines: Sequence[Line],
    marked: Sequence[Change],
    activity: str,
) -> list[str]:
    """Where each line begins and ends; every quarter stands in the table."""
    parts = []
    for line in lines:
        known = [
            f"{mean:.1f} in {quarter}"
            for quarter, mean in zip(quarters, line.means, strict=True)
            if math.isfinite(mean)
        ]
        ends = " to ".join(dict.fromkeys((known[0], known[-1]))) if known else "none"
        parts.append(f"{line.name} {ends}.")
    first, *others = parts
    audit = [f"Before {one.before}: {one.label}." for one in marked]
    done = [f"After it: {activity}."] if activity else []
    return [f"Mean grades. {first}", *others, *audit, *done]
