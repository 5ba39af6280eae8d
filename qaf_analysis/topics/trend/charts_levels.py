"""Two levels side by side over the years: as auditors graded, and as moderators would have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import (
    FULL_WIDTH,
    SMALL,
    Mark,
    draw_mark,
    middle,
    spread_apart,
    text_width,
    write,
)
from qaf_analysis.kit.charts.time import PERIOD_WORDS
from qaf_analysis.kit.palette import ACCENT, COMPARISON, GRID, TEXT, Ink
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.errors import ShapeError

_APART = 0.09  # half the distance between the two dots of one period, in periods
_HEIGHT = 210


@dataclass(frozen=True, kw_only=True)
class Levels:
    """One series by period; a period that cannot be told has a mark without a value."""

    name: str
    marks: tuple[Mark, ...]


def levels_by_period(
    auditors: Levels,
    moderators: Levels,
    *,
    title: str,
    measure: str,
    number: Callable[[float], str],
) -> Picture:
    """Draw both series over the same periods, each dot with its interval.

    Parameters
    ----------
    auditors, moderators : Levels
        The same periods in order of time; the label of each mark names its period.
    title : str
        The finding.
    measure : str
        What is measured, for the alternative text.
    number : callable
        How a value is written.

    Raises
    ------
    ShapeError
        If there is no period, or the two have different ones.
    """
    periods = [mark.label for mark in auditors.marks]
    if not periods or periods != [mark.label for mark in moderators.marks]:
        raise ShapeError("Both series need the same periods, at least one.")
    names = 14 + max(text_width(each.name, bold=True) for each in (auditors, moderators))
    left = 20
    width = FULL_WIDTH - left - names
    with house_style():
        figure = new_figure(FULL_WIDTH, _HEIGHT + PERIOD_WORDS + 30)
        axes = panel(figure, left=left, top=20, width=width, height=_HEIGHT)
        axes.set_xlim(-0.5, len(periods) - 0.5)
        axes.set_ylim(*_reach((auditors, moderators)))
        low = axes.get_ylim()[0]
        axes.plot(axes.get_xlim(), (low, low), color=GRID.light, linewidth=1.5, clip_on=False)
        for place, period in enumerate(periods):
            write(axes, period, (place, low), shift=(0, -20), anchor="center", size=SMALL)
        for series, ink, shift in ((auditors, ACCENT, -_APART), (moderators, COMPARISON, _APART)):
            _draw_series(axes, series, ink=ink, shift=shift, number=number)
        _name_series(axes, ((auditors, ACCENT), (moderators, COMPARISON)))
        alt = f"{measure}. {_in_words(auditors, number)} {_in_words(moderators, number)}"
        return picture_of(figure, title=title, alt=alt)


def _reach(both: Sequence[Levels]) -> tuple[float, float]:
    ends = [end for series in both for mark in series.marks for end in mark.reach] or [0.0, 1.0]
    room = 0.12 * (max(ends) - min(ends) or 1.0)
    return min(ends) - room, max(ends) + room


def _draw_series(
    axes: Axes, series: Levels, *, ink: Ink, shift: float, number: Callable[[float], str]
) -> None:
    for place, mark in enumerate(series.marks):
        if not mark.has_value:
            continue
        draw_mark(axes, mark, place=place + shift, upright=True, ink=ink, radius=5)
        side = -9 if shift < 0 else 9
        write(
            axes, number(mark.value), (place + shift, mark.value), shift=(side, middle(SMALL)),
            anchor="right" if shift < 0 else "left", size=SMALL, bold=True,
            colour=TEXT.light,
        )  # fmt: skip


def _name_series(axes: Axes, both: Sequence[tuple[Levels, Ink]]) -> None:
    """Name each series at its last dot, moved apart where they end close together."""
    low, high = axes.get_ylim()
    ends = []
    for series, ink in both:
        known = [mark.value for mark in series.marks if mark.has_value]
        if known:
            ends.append((known[-1], series.name, ink))
    ends.sort(key=lambda end: end[0])
    places = [_HEIGHT * (end - low) / (high - low) for end, _, _ in ends]
    right = axes.get_xlim()[1]
    for place, (_, name, ink) in zip(spread_apart(places, gap=17), ends, strict=True):
        write(
            axes, name, (right, low), shift=(8, place + middle(12)), bold=True,
            colour=ink.light,
        )  # fmt: skip


def _in_words(series: Levels, number: Callable[[float], str]) -> str:
    parts = []
    for mark in series.marks:
        if mark.has_value:
            span = f" ({number(mark.low)} to {number(mark.high)})" if mark.has_interval else ""
            parts.append(f"{mark.label} {number(mark.value)}{span}")
        else:
            parts.append(f"{mark.label} not known")
    return f"{series.name}: {'; '.join(parts)}."
