"""A funnel of auditors without names: mean gap by number of cases, within limits of chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import SMALL, WIDTH_OF, Size, middle, write
from qaf_analysis.kit.charts.scale import UNIT_OF_GAPS, draw_values, round_values, words_of
from qaf_analysis.kit.numbers import counted, gap
from qaf_analysis.kit.palette import ACCENT, BAND, COMPARISON, GRID, MUTED, PAGE, PALE, TEXT
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.stats.optimism.auditor_gaps import INNER, OUTER, funnel_reach
from qaf_analysis.terms.errors import ShapeError

_UNIT_ROW = 18


@dataclass(frozen=True, kw_only=True)
class FunnelDot:
    """One auditor: moderated audits, their mean gap, and whether it lies beyond 99.8 % limits."""

    cases: int
    gap: float
    is_beyond: bool = False


@dataclass(frozen=True, kw_only=True)
class FunnelBounds:
    """Limits of chance about the overall gap.

    Parameters
    ----------
    centre : float
        Overall mean gap, in grades.
    spread : float
        Standard deviation of single gaps about their auditor's mean.
    df : float
        Moderated audits less auditors: what the spread is known by.
    """

    centre: float
    spread: float
    df: float

    def reach(self, cases: float, level: float) -> float:
        """How far from the centre chance takes a mean of so many cases: the limits of the words."""
        return funnel_reach(self.spread, cases, df=max(1.0, self.df), level=level)


def gap_funnel(
    dots: Sequence[FunnelDot],
    *,
    title: str,
    bounds: FunnelBounds,
    size: Size = "full",
    source: str = "",
) -> Picture:
    """Each auditor's mean gap by number of moderated audits, without names.

    Raises
    ------
    ShapeError
        If there is no dot.
    """
    if not dots:
        raise ShapeError("A funnel needs at least one auditor.")
    width = WIDTH_OF[size]
    left, right, height = 44, (78 if size == "narrow" else 130), 220
    most = max(dot.cases for dot in dots)
    with house_style():
        figure = new_figure(width, _UNIT_ROW + height + (54 if size == "narrow" else 40))
        axes = panel(figure, left=left, top=_UNIT_ROW, width=width - left - right, height=height)
        axes.set_xlim(0.5, most + 0.8)
        steps = np.linspace(0.5, most + 0.8, 60)
        wide, narrow = (bounds.reach(1, level) / np.sqrt(steps) for level in (OUTER, INNER))
        far = max(abs(dot.gap - bounds.centre) for dot in dots)
        reach = 1.08 * max(far, bounds.reach(max(1, most), OUTER), 0.25)
        axes.set_ylim(bounds.centre - reach, bounds.centre + reach)
        for half, ink in ((wide, BAND), (narrow, GRID)):
            kept = np.minimum(half, reach)  # drawings keep no clipping
            axes.fill_between(
                steps, bounds.centre - kept, bounds.centre + kept, color=ink.light, linewidth=0
            )
        axes.axhline(bounds.centre, color=PALE.light, linewidth=1.5)
        axes.axhline(0, color=TEXT.light, linewidth=1.2)
        _draw_dots(axes, dots)
        _name_axes(axes, bounds, most=most, height=height, is_narrow=size == "narrow")
        return picture_of(figure, title=title, alt=_in_words(dots, bounds), source=source)


def _draw_dots(axes: Axes, dots: Sequence[FunnelDot]) -> None:
    for dot in dots:
        ink = COMPARISON if dot.is_beyond else ACCENT
        axes.plot(
            [dot.cases], [dot.gap], marker="D" if dot.is_beyond else "o", markersize=8,
            markerfacecolor=ink.light, markeredgecolor=PAGE.light, markeredgewidth=1,
            clip_on=False,
        )  # fmt: skip


def _name_axes(
    axes: Axes, bounds: FunnelBounds, *, most: int, height: int, is_narrow: bool
) -> None:
    low, high = axes.get_ylim()
    start, end = axes.get_xlim()
    values = round_values(low, high)
    draw_values(axes, values, words_of(values, gap), upright=True)
    write(axes, UNIT_OF_GAPS, (start, high), shift=(-34, 6), size=SMALL, colour=MUTED.light)
    lines = [(bounds.centre, [f"all: {gap(bounds.centre)}"])]
    if low < 0 < high:
        lines.append((0.0, ["same as", "moderators"]))
    apart = abs(bounds.centre) / (high - low) * height >= 22
    for at, words in lines if apart else lines[:1]:
        for row, said in enumerate(words):
            rise = 7 * (len(words) - 1) - 14 * row
            write(axes, said, (end, at), shift=(6, middle(SMALL) + rise), size=SMALL)
    step = max(5, round(most / 25) * 5)
    for cases in sorted({1, most, *range(step, most, step)}):
        if cases == most or most - cases > 0.3 * step:
            write(
                axes, f"{cases}", (cases, low), shift=(0, -15), anchor="center", size=SMALL,
                colour=MUTED.light,
            )  # fmt: skip
    below = ["moderated audits of the auditor;", "shaded: 95% and 99.8% limits of chance"]
    for row, said in enumerate(below if is_narrow else [" ".join(below)]):
        write(
            axes, said, (start, low), shift=(0, -32 - 14 * row), size=SMALL, colour=MUTED.light
        )  # fmt: skip


def _in_words(dots: Sequence[FunnelDot], bounds: FunnelBounds) -> list[str]:
    beyond = sum(dot.is_beyond for dot in dots)
    cases = [dot.cases for dot in dots]
    fewest = f"{min(cases)} to " if min(cases) < max(cases) else ""
    return [
        f"Mean gap of {counted(len(dots), 'auditor')} without names, each with "
        f"{fewest}{counted(max(cases), 'moderated audit')}, about the overall gap of "
        f"{gap(bounds.centre)}.",
        f"{beyond} of them beyond the 99.8% limits of chance.",
    ]
