"""Dots with their intervals in rows under each other: people, parts of a change, or groups."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import (
    FULL_WIDTH,
    SMALL,
    WORDS,
    Anchor,
    Mark,
    draw_mark,
    fitted_lines,
    middle,
    text_width,
    write,
)
from qaf_analysis.kit.numbers import TOO_FEW, gap
from qaf_analysis.kit.palette import ACCENT, BAND, GRID, MUTED, QUIET, TEXT
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.errors import ShapeError

_ROW = 22
_FOOT = 54
_MOST_LABEL = 0.32


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the chart.

    Parameters
    ----------
    mark : Mark
        Number and 95 % interval; its ``note`` stands at the right. A quiet mark is drawn hollow.
    inner : tuple of float, optional
        Ends of a shorter interval, drawn thicker.
    """

    mark: Mark
    inner: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Axis:
    """What lies left, in the middle and right of the rows, and how numbers are written.

    Parameters
    ----------
    middle, left, right : str
        Words for zero and for both sides.
    unit : str
        What is measured.
    band : float
        Half-width of the shaded band of no practical difference about zero; 0 for none.
    band_words : str
        What the band means.
    number : callable
        How a value is written.
    span : tuple of float, optional
        Ends of the axis; by default as far as the intervals go.
    """

    middle: str
    left: str
    right: str
    unit: str
    band: float = 0.0
    band_words: str = ""
    number: Callable[[float], str] = gap
    span: tuple[float, float] | None = None


def interval_rows(rows: Sequence[Row], *, title: str, axis: Axis, about: str) -> Picture:
    """Rows of dots with intervals about a named zero, in the order given.

    Parameters
    ----------
    rows : sequence of Row
        In the order they are to be read; never sorted here.
    title : str
        The finding.
    axis : Axis
    about : str
        First sentence of the alternative text: what is drawn, and the sign.

    Raises
    ------
    ShapeError
        If there is no row.
    """
    if not rows:
        raise ShapeError("A chart of rows needs at least one row.")
    left = min(_MOST_LABEL * FULL_WIDTH, 16 + max(text_width(row.mark.label) for row in rows))
    notes = 16 + max(text_width(row.mark.note, size=SMALL) for row in rows)
    right = 60 + min(250.0, notes)
    height = _ROW * len(rows)
    with house_style():
        figure = new_figure(FULL_WIDTH, height + _FOOT + 8)
        axes = panel(figure, left=left, top=6, width=FULL_WIDTH - left - right, height=height)
        axes.set_xlim(*_reach(rows, axis))
        axes.set_ylim(len(rows), 0)
        if axis.band:
            axes.axvspan(-axis.band, axis.band, color=BAND.light, linewidth=0, zorder=0)
        axes.plot((0, 0), (0, len(rows)), color=TEXT.light, linewidth=1.2, clip_on=False)
        for place, row in enumerate(rows):
            _draw_row(axes, row, axis, place=place + 0.5, left=left, room=right)
        _name_axis(axes, axis, foot=len(rows))
        return picture_of(figure, title=title, alt=_in_words(rows, axis, about))


def _reach(rows: Sequence[Row], axis: Axis) -> tuple[float, float]:
    if axis.span:
        return axis.span
    ends = [0.0, -axis.band, axis.band, *(end for row in rows for end in row.mark.reach)]
    room = 0.05 * (max(ends) - min(ends) or 1.0)
    return min(ends) - room, max(ends) + room


def _draw_row(axes: Axes, row: Row, axis: Axis, *, place: float, left: float, room: float) -> None:
    start, end = axes.get_xlim()
    mark = row.mark
    (label,) = fitted_lines(mark.label, width=left - 12, most=1)
    write(axes, label, (start, place), shift=(-left + 2, middle(WORDS)))
    (note,) = fitted_lines(mark.note, width=room - 62, size=SMALL, most=1)
    write(axes, note, (end, place), shift=(56, middle(SMALL)), size=SMALL, colour=MUTED.light)
    if not mark.has_value:
        return
    if row.inner:
        colour = QUIET if mark.is_quiet else ACCENT
        axes.plot(row.inner, (place, place), color=colour.light, linewidth=5, clip_on=False)
    draw_mark(axes, mark, place=place, upright=False, radius=5)
    write(axes, axis.number(mark.value), (end, place), shift=(46, middle(WORDS)), anchor="right")


def _name_axis(axes: Axes, axis: Axis, *, foot: int) -> None:
    start, end = axes.get_xlim()
    axes.plot((start, end), (foot, foot), color=GRID.light, linewidth=1.5, clip_on=False)
    write(axes, axis.middle, (0, foot), shift=(0, -15), anchor="center", size=SMALL)
    unit = axis.unit + (f"; {axis.band_words}" if axis.band else "")
    sides: tuple[tuple[str, float, float, Anchor], ...] = (
        (axis.left, start, -31, "left"),
        (axis.right, end, -31, "right"),
        (unit, end, -46, "right"),
    )
    for words, at, drop, anchor in sides:
        write(
            axes, words, (at, foot), shift=(0, drop), anchor=anchor, size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip


def _in_words(rows: Sequence[Row], axis: Axis, about: str) -> str:
    parts = [about]
    for row in rows:
        mark = row.mark
        if not mark.has_value or not math.isfinite(mark.value):
            parts.append(f"{mark.label}: {mark.note or TOO_FEW}.")
            continue
        write_ = axis.number
        span = f" ({write_(mark.low)} to {write_(mark.high)})" if mark.has_interval else ""
        note = f", {mark.note}" if mark.note else ""
        parts.append(f"{mark.label}: {write_(mark.value)}{span}{note}.")
    return " ".join(parts)
