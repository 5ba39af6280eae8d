"""Dots with their intervals in rows under each other: people, parts of a change, or groups."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import (
    SMALL,
    WIDTH_OF,
    WORDS,
    Anchor,
    Mark,
    Size,
    draw_mark,
    fitted_lines,
    middle,
    text_width,
    write,
)
from qaf_analysis.kit.charts.scale import draw_values, round_values, words_of
from qaf_analysis.kit.numbers import TOO_FEW, counted, gap
from qaf_analysis.kit.palette import ACCENT, BAND, GRID, MUTED, PAGE, QUIET, TEXT, Ink
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.errors import ShapeError

_ROW, _LINE = 22, 14
_NARROW_ROW = 36  # the label above its dot
_HEAD = 18
_FOOT = 36
_MOST_LABEL = 0.36
BOLD = 0.87  # width of plain letters to that of bold ones
_FEW_WORDS = 42  # beside what is drawn and the finding


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the chart.

    Parameters
    ----------
    mark : Mark
        Number and 95 % interval; its ``note`` stands at the right. A quiet mark is drawn hollow.
    inner : tuple of float, optional
        Ends of a shorter interval, drawn thicker.
    ink : Ink
        Colour of dot and interval; the comparison colour for what falls short, or moderators.
    is_bold : bool
        Whether the label is bold, so that what falls short is told without colour too.
    """

    mark: Mark
    inner: tuple[float, float] | None = None
    ink: Ink = ACCENT
    is_bold: bool = False


@dataclass(frozen=True, kw_only=True)
class Axis:
    """What lies left, in the middle and right of the rows, and how numbers are written.

    Parameters
    ----------
    middle, left, right : str
        Words for the upright line and for both sides.
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
    at : float
        Where the upright line stands; no line is drawn where ``middle`` is empty.
    """

    middle: str
    left: str
    right: str
    unit: str
    band: float = 0.0
    band_words: str = ""
    number: Callable[[float], str] = gap
    span: tuple[float, float] | None = None
    at: float = 0.0


def interval_rows(
    rows: Sequence[Row], *, title: str, axis: Axis, about: str, size: Size = "full"
) -> Picture:
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
    size : {"full", "narrow", "card"}
        A narrow chart has each label above its dot; a card has no values along its axis either.

    Raises
    ------
    ShapeError
        If there is no row.
    """
    if not rows:
        raise ShapeError("A chart of rows needs at least one row.")
    plan = _Plan.of(rows, size)
    foot = _FOOT + _LINE * (len(_unit_lines(axis, plan)) - _shares_row(axis, plan))
    with house_style():
        figure = new_figure(plan.width, _HEAD + plan.pitch * len(rows) + foot)
        axes = panel(
            figure, left=plan.left, top=_HEAD, width=plan.across, height=plan.pitch * len(rows)
        )
        axes.set_xlim(*_reach(rows, axis))
        axes.set_ylim(len(rows), 0)
        if axis.band:
            axes.axvspan(-axis.band, axis.band, color=BAND.light, linewidth=0, zorder=0)
        _name_axis(axes, axis, plan, foot=len(rows), with_values=size != "card")
        for place, row in enumerate(rows):
            _draw_row(axes, row, axis, plan, place=place)
        return picture_of(figure, title=title, alt=rows_in_words(rows, axis.number, about))


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """Where the parts of the chart lie, in pixels."""

    width: int
    left: float
    right: float
    pitch: int
    is_narrow: bool

    @classmethod
    def of(cls, rows: Sequence[Row], size: Size) -> _Plan:
        width = WIDTH_OF[size]
        if size != "full":
            return cls(width=width, left=14, right=14, pitch=_NARROW_ROW, is_narrow=True)
        longest = max(text_width(row.mark.label, bold=row.is_bold) for row in rows)
        left = min(_MOST_LABEL * width, 16 + longest)
        notes = max(text_width(_note(row.mark), size=SMALL) for row in rows)
        lines = max(
            len(fitted_lines(row.mark.label, width=(left - 12) * (BOLD if row.is_bold else 1)))
            for row in rows
        )
        right = 60 + min(170.0, 12 + notes if notes else 0.0)
        return cls(
            width=width, left=left, right=right, pitch=_ROW + _LINE * (lines - 1), is_narrow=False
        )

    @property
    def across(self) -> float:
        """Length of the axis."""
        return self.width - self.left - self.right


def _note(mark: Mark) -> str:
    return mark.note if mark.has_value else mark.note or TOO_FEW


def _reach(rows: Sequence[Row], axis: Axis) -> tuple[float, float]:
    if axis.span:
        return axis.span
    named = [axis.at] if axis.middle else []
    named += [-axis.band, axis.band] if axis.band else []
    ends = [*named, *(end for row in rows for end in row.mark.reach)]
    room = 0.05 * (max(ends) - min(ends) or 1.0)
    return min(ends) - room, max(ends) + room


def _draw_row(axes: Axes, row: Row, axis: Axis, plan: _Plan, *, place: int) -> None:
    mark = row.mark
    if plan.is_narrow:
        _name_above(axes, row, axis, plan, place=place)
    else:
        _name_beside(axes, row, axis, plan, place=place)
    if not mark.has_value:
        return
    at = place + (0.72 if plan.is_narrow else 0.5)
    if row.inner:
        colour = QUIET if mark.is_quiet else row.ink
        axes.plot(row.inner, (at, at), color=colour.light, linewidth=5, clip_on=False)
    draw_mark(axes, mark, place=at, upright=False, radius=5, ink=row.ink)


def _name_beside(axes: Axes, row: Row, axis: Axis, plan: _Plan, *, place: int) -> None:
    mark = row.mark
    start, end = axes.get_xlim()
    at = place + 0.5
    lines = fitted_lines(mark.label, width=(plan.left - 12) * (BOLD if row.is_bold else 1))
    for line, words in enumerate(lines):
        rise = _LINE * ((len(lines) - 1) / 2 - line)
        shift = (-plan.left + 2, middle(WORDS) + rise)
        write(axes, words, (start, at), shift=shift, bold=row.is_bold)
    (note,) = fitted_lines(_note(mark), width=plan.right - 62, size=SMALL, most=1)
    write(axes, note, (end, at), shift=(58, middle(SMALL)), size=SMALL, colour=MUTED.light)
    if mark.has_value:
        number = axis.number(mark.value)
        write(axes, number, (end, at), shift=(50, middle(WORDS)), anchor="right", bold=True)


def _name_above(axes: Axes, row: Row, axis: Axis, plan: _Plan, *, place: int) -> None:
    """Label at the left and number at the right end, above the dot; the note in between."""
    mark, bold = row.mark, row.is_bold
    start, end = axes.get_xlim()
    at = place + 0.36
    number = axis.number(mark.value) if mark.has_value else _note(mark)
    (number,) = fitted_lines(number, width=0.6 * plan.width, size=SMALL, most=1)
    is_known = mark.has_value
    write(
        axes, number, (end, at), shift=(plan.right - 2, middle(WORDS)), anchor="right",
        size=SMALL, bold=is_known, colour=TEXT.light if is_known else MUTED.light, halo=PAGE.light,
    )  # fmt: skip
    room = plan.width - 12 - text_width(number, size=SMALL, bold=True)
    (label,) = fitted_lines(mark.label, width=room * (BOLD if bold else 1), size=SMALL, most=1)
    shift = (2 - plan.left, middle(WORDS))
    write(axes, label, (start, at), shift=shift, size=SMALL, bold=bold, halo=PAGE.light)
    taken = text_width(label, size=SMALL, bold=bold) + 8
    room -= taken
    if is_known and mark.note and text_width(mark.note, size=SMALL) <= room:
        after = (shift[0] + taken, shift[1])
        write(
            axes, mark.note, (start, at), shift=after, size=SMALL, colour=MUTED.light,
            halo=PAGE.light,
        )  # fmt: skip


def _unit(axis: Axis) -> str:
    return axis.unit + (f"; {axis.band_words}" if axis.band else "")


def _sides(axis: Axis) -> tuple[str, str]:
    return (f"← {axis.left}" if axis.left else "", f"{axis.right} →" if axis.right else "")


def _unit_lines(axis: Axis, plan: _Plan) -> list[str]:
    return fitted_lines(_unit(axis), width=plan.across + plan.right - 2, size=SMALL)


def _shares_row(axis: Axis, plan: _Plan) -> bool:
    """Whether the unit fits between the words for both sides."""
    words = [each for each in (*_sides(axis), _unit(axis)) if each]
    room = sum(text_width(each, size=SMALL) + 12 for each in words)
    return len(words) == 1 or room <= plan.across


def _name_axis(axes: Axes, axis: Axis, plan: _Plan, *, foot: int, with_values: bool) -> None:
    start, end = axes.get_xlim()
    axes.plot((start, end), (foot, foot), color=GRID.light, linewidth=1.5, clip_on=False)
    values = round_values(start, end)
    named = words_of(values, axis.number) if with_values else [""] * len(values)
    draw_values(axes, values, named, upright=False)
    # The name of the line stands over it, as far as the picture reaches.
    if axis.middle:
        _name_line(axes, axis, plan, foot=foot)
    left, right = _sides(axis)
    _under(axes, left, (start, foot), drop=31, anchor="left")
    # Long words for the right side may reach under the numbers.
    lacking = text_width(left, size=SMALL) + text_width(right, size=SMALL) + 12 - plan.across
    over = min(max(lacking, 0.0), plan.right - 2)
    _under(axes, right, (end + over * (end - start) / plan.across, foot), drop=31, anchor="right")
    lines = _unit_lines(axis, plan)
    if left and right and _shares_row(axis, plan):
        inner = (text_width(left, size=SMALL) - text_width(right, size=SMALL)) / 2
        at = (start + end) / 2 + inner * (end - start) / plan.across
        _under(axes, lines[0], (at, foot), drop=31, anchor="center")
        return
    drop = 31 if _shares_row(axis, plan) else 31 + _LINE
    for line, words_ in enumerate(lines):
        _under(axes, words_, (start, foot), drop=drop + _LINE * line, anchor="left")


def _name_line(axes: Axes, axis: Axis, plan: _Plan, *, foot: int) -> None:
    """Draw the upright line, and its name over it as far as the picture reaches."""
    start, end = axes.get_xlim()
    # In a narrow chart the line leaves out the labels above the dots.
    ends = [(row + 0.52, row + 0.94) for row in range(foot)] if plan.is_narrow else [(0, foot)]
    across = [x for _ in ends for x in (axis.at, axis.at, math.nan)]
    along = [y for low, high in ends for y in (low, high, math.nan)]
    axes.plot(across, along, color=TEXT.light, linewidth=1.2, clip_on=False)
    half = text_width(axis.middle, size=SMALL) / 2
    line = plan.left + plan.across * (axis.at - start) / (end - start)
    inside = min(max(line, half + 2), plan.width - half - 2) - line
    write(axes, axis.middle, (axis.at, 0), shift=(inside, 5), anchor="center", size=SMALL)


def _under(axes: Axes, words: str, at: tuple[float, float], *, drop: int, anchor: Anchor) -> None:
    write(
        axes, words, at, shift=(0, -drop), anchor=anchor, size=SMALL, colour=MUTED.light
    )  # fmt: skip


def rows_in_words(rows: Sequence[Row], number: Callable[[float], str], about: str) -> list[str]:
    """Sentences on rows: every one of a few, else the lowest and the highest."""
    said = [_row_in_words(row.mark, number) for row in rows]
    if len(" ".join(said).split()) <= _FEW_WORDS:
        return [about, *said]
    known = [row.mark for row in rows if row.mark.has_value]
    ends = sorted(known, key=lambda mark: mark.value)
    parts = [about]
    if known:
        parts.append(f"Lowest {_row_in_words(ends[0], number)}")
        parts.append(f"Highest {_row_in_words(ends[-1], number)}")
    return [*parts, f"{counted(len(rows), 'row')} in all."]


def _row_in_words(mark: Mark, number: Callable[[float], str]) -> str:
    if not mark.has_value or not math.isfinite(mark.value):
        return f"{mark.label}: {mark.note or TOO_FEW}."
    span = f" ({number(mark.low)} to {number(mark.high)})" if mark.has_interval else ""
    note = f", {mark.note}" if mark.note else ""
    return f"{mark.label}: {number(mark.value)}{span}{note}."
