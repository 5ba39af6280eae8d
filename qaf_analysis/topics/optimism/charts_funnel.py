"""Auditors' own gaps against how many of their audits were moderated, within limits of chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import FULL_WIDTH, SMALL, middle, write
from qaf_analysis.kit.numbers import counted, gap
from qaf_analysis.kit.palette import ACCENT, BAND, COMPARISON, GRID, MUTED, PAGE, PALE, TEXT
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.errors import ShapeError


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
    """

    centre: float
    spread: float


def gap_funnel(dots: Sequence[FunnelDot], *, title: str, bounds: FunnelBounds) -> Picture:
    """Each auditor's mean gap by number of moderated audits, without names.

    Raises
    ------
    ShapeError
        If there is no dot.
    """
    if not dots:
        raise ShapeError("A funnel needs at least one auditor.")
    left, right, height = 120, 150, 250
    most = max(dot.cases for dot in dots)
    with house_style():
        figure = new_figure(FULL_WIDTH, height + 56)
        axes = panel(figure, left=left, top=10, width=FULL_WIDTH - left - right, height=height)
        axes.set_xlim(0.5, most + 0.8)
        steps = np.linspace(0.5, most + 0.8, 200)
        wide, narrow = (z * bounds.spread / np.sqrt(steps) for z in (3.09, 1.96))
        far = max(abs(dot.gap - bounds.centre) for dot in dots)
        reach = 1.08 * max(far, 3.09 * bounds.spread / max(1.0, most**0.5), 0.25)
        axes.set_ylim(bounds.centre - reach, bounds.centre + reach)
        for half, ink in ((wide, BAND), (narrow, GRID)):
            kept = np.minimum(half, reach)  # drawings keep no clipping
            axes.fill_between(
                steps, bounds.centre - kept, bounds.centre + kept, color=ink.light, linewidth=0
            )
        axes.axhline(bounds.centre, color=PALE.light, linewidth=1.5)
        axes.axhline(0, color=TEXT.light, linewidth=1.2)
        _draw_dots(axes, dots)
        _name_axes(axes, bounds, most=most)
        return picture_of(figure, title=title, alt=_in_words(dots, bounds))


def _draw_dots(axes: Axes, dots: Sequence[FunnelDot]) -> None:
    for dot in dots:
        ink = COMPARISON if dot.is_beyond else ACCENT
        axes.plot(
            [dot.cases], [dot.gap], marker="D" if dot.is_beyond else "o", markersize=8,
            markerfacecolor=ink.light, markeredgecolor=PAGE.light, markeredgewidth=1,
            clip_on=False,
        )  # fmt: skip


def _name_axes(axes: Axes, bounds: FunnelBounds, *, most: int) -> None:
    low, high = axes.get_ylim()
    end = axes.get_xlim()[1]
    lines = [(bounds.centre, f"all: {gap(bounds.centre)}")]
    if low < 0 < high:
        lines.append((0.0, "same as moderators"))
    apart = abs(bounds.centre) / (high - low) * 250 >= 15
    for at, words in lines if apart else lines[:1]:
        write(axes, words, (end, at), shift=(6, middle(SMALL)), size=SMALL)
    for at, words, shift in ((high, "auditor kinder", -12), (low, "auditor harsher", 4)):
        write(
            axes, words, (0.5, at), shift=(-8, shift), anchor="right", size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip
    for cases in sorted({1, most, *range(5, most, 5)}):
        if cases == most or most - cases > 1:
            write(
                axes, f"{cases}", (cases, low), shift=(0, -16), anchor="center", size=SMALL,
                colour=MUTED.light,
            )  # fmt: skip
    write(
        axes, "moderated audits of the auditor; shaded: 95% and 99.8% limits of chance",
        (end, low), shift=(0, -34), anchor="right", size=SMALL, colour=MUTED.light,
    )  # fmt: skip


def _in_words(dots: Sequence[FunnelDot], bounds: FunnelBounds) -> str:
    beyond = sum(dot.is_beyond for dot in dots)
    cases = [dot.cases for dot in dots]
    return (
        f"Mean gap of {counted(len(dots), 'auditor')} without names, each with "
        f"{min(cases)} to {counted(max(cases), 'moderated audit')}, about the overall gap of "
        f"{gap(bounds.centre)}. {beyond} of them beyond the 99.8% limits of chance."
    )
