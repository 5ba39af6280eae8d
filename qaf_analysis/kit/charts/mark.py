"""What every chart draws with: marked numbers, words that fit, dots with their intervals."""

from __future__ import annotations

import math
import textwrap
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from qaf_analysis.kit import svg
from qaf_analysis.kit.palette import ACCENT, PAGE, QUIET, TEXT, Ink
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

Size = Literal["card", "full", "narrow"]
Anchor = Literal["left", "center", "right"]
# 642 pixels are the 170 mm between the margins of a page, so that 11 print as 8 points or more;
# 342 stand on a telephone without being shrunk.
CARD_WIDTH, FULL_WIDTH, NARROW_WIDTH = 360, 642, 342
WIDTH_OF: Mapping[Size, int] = {"card": CARD_WIDTH, "full": FULL_WIDTH, "narrow": NARROW_WIDTH}
WORDS, SMALL = 12.0, 11.0
KEY_NAME = 17  # pixels from the left of a square in a key to its name
KEY_ROW = 18
_HATCH = 8.0  # pixels from one line of a hatch to the next
_NARROWEST = 0.27  # width of the narrowest letter of DejaVu Sans, as a share of its size


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One number to be drawn, with its interval.

    Parameters
    ----------
    label : str
        What or when it is.
    value, low, high : float
        NaN where unknown; a mark without a value is drawn as a gap.
    cases : int or None
        What it rests on.
    note : str
        A verdict, or why there is no value.
    is_quiet : bool
        Whether the verdict found nothing: drawn hollow and grey instead of filled.
    """

    label: str
    value: float
    low: float = math.nan
    high: float = math.nan
    cases: int | None = None
    note: str = ""
    is_quiet: bool = False

    @classmethod
    def of(cls, label: str, estimate: Estimate, *, note: str = "", is_quiet: bool = False) -> Mark:
        """Mark of an estimate; one without a value brings its own reason."""
        return cls(
            label=label,
            value=estimate.value,
            low=estimate.low,
            high=estimate.high,
            cases=estimate.cases,
            note=note or estimate.why_not,
            is_quiet=is_quiet,
        )

    @property
    def has_value(self) -> bool:
        """Whether there is a number to draw."""
        return math.isfinite(self.value)

    @property
    def has_interval(self) -> bool:
        """Whether both ends of the interval are known."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def reach(self) -> tuple[float, ...]:
        """Every finite number it needs room for."""
        return tuple(x for x in (self.low, self.value, self.high) if math.isfinite(x))


@lru_cache(maxsize=4096)
def text_width(text: str, *, size: float = WORDS, bold: bool = False) -> float:
    """Width of one line of text in pixels, in the wide letters that layout is made for."""
    letters = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    with warnings.catch_warnings():
        # A letter that DejaVu lacks is set in the reader's own font; any width will do for it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        width, _, _ = text_to_path.get_text_width_height_descent(text, letters, ismath=False)
    return float(width)


def fitted_lines(text: str, *, width: float, size: float = WORDS, most: int = 2) -> list[str]:
    """Text in at most so many lines of a width; what does not fit ends in an ellipsis."""
    words = " ".join(text.split())
    letters = max(1, min(len(words), int(width / (_NARROWEST * size))))
    while True:
        lines = textwrap.wrap(
            words, letters, max_lines=most, placeholder="…", break_on_hyphens=False
        ) or [""]
        if letters == 1 or max(text_width(line, size=size) for line in lines) <= width:
            return lines
        letters -= 1


def key_places(names: Sequence[str], *, width: float) -> list[tuple[int, float]]:
    """Row and left end of each part of a key: a square and its name, as many in a row as fit."""
    row, left, found = 0, 1.0, []
    for name in names:
        room = KEY_NAME + text_width(name, size=SMALL)
        if left > 1 and left + room > width:
            row, left = row + 1, 1.0
        found.append((row, left))
        left += room + 13
    return found


def spread_apart(places: Sequence[float], *, gap: float) -> list[float]:
    """Move places as little as needed to stand a gap apart, in the order given.

    Examples
    --------
    >>> spread_apart([10, 12, 40], gap=10)
    [6.0, 16.0, 40.0]
    """
    groups: list[list[float]] = []  # each: wished-for places, as if the group began at its first
    for place in places:
        groups.append([float(place)])
        while len(groups) > 1 and _end(groups[-2], gap) + gap > _start(groups[-1], gap):
            last = groups.pop()
            groups[-1].extend(last)
    return [_start(group, gap) + gap * step for group in groups for step in range(len(group))]


def write(
    axes: Axes,
    text: str,
    at: tuple[float, float],
    *,
    shift: tuple[float, float] = (0, 0),
    anchor: Anchor = "left",
    colour: str = TEXT.light,
    size: float = WORDS,
    bold: bool = False,
    halo: str = "",
) -> None:
    """Write one line, vertically centred on a place in data units, shifted by pixels.

    ``halo`` is the colour of a thin rim, for words that stand on lines or on a hatch.
    """
    if not text:
        return
    said = axes.annotate(
        text,
        xy=at,
        xytext=shift,
        textcoords="offset points",
        ha=anchor,
        # By the baseline: centring on the box would let letters without tails stand higher.
        va="baseline",
        color=colour,
        fontsize=size,
        fontweight="bold" if bold else "normal",
        annotation_clip=False,
    )
    if halo:
        said.set_gid(svg.HALO + halo.removeprefix("#"))


def middle(size: float) -> float:
    """Pixels by which a line's baseline lies under its middle."""
    return -0.36 * size


def draw_mark(
    axes: Axes, mark: Mark, *, place: float, upright: bool, ink: Ink = ACCENT, radius: float = 4.5
) -> None:
    """Draw a dot on its interval, across or upright; hollow and grey when the mark is quiet."""
    if not mark.has_value:
        return
    colour = QUIET if mark.is_quiet else ink
    ends = [mark.low, mark.high] if mark.has_interval else [mark.value, mark.value]
    line = ([place, place], ends) if upright else (ends, [place, place])
    dot = ([place], [mark.value]) if upright else ([mark.value], [place])
    axes.plot(*line, color=colour.light, linewidth=2.5, clip_on=False)
    axes.plot(
        *dot,
        marker="o",
        markersize=2 * radius,
        markerfacecolor=PAGE.light if mark.is_quiet else colour.light,
        markeredgecolor=colour.light,
        markeredgewidth=2 if mark.is_quiet else 0,
        clip_on=False,
    )


def draw_hatch(
    axes: Axes, boxes: Sequence[tuple[float, float, float, float]], *, colour: str
) -> None:
    """Hatch boxes (left, foot, width, height in data units) with one path for all of them.

    Axes must have their place and both limits by now.
    """
    (left, right), (foot, top) = axes.get_xlim(), axes.get_ylim()
    seen = axes.get_window_extent()
    wide, tall = seen.width / (right - left), seen.height / (top - foot)
    across: list[float] = []
    along: list[float] = []
    for x, y, width, height in boxes:
        box = ((x - left) * wide, (y - foot) * tall, width * wide, height * tall)
        for start, end in _slanted(*box):
            across += [left + start[0] / wide, left + end[0] / wide, math.nan]
            along += [foot + start[1] / tall, foot + end[1] / tall, math.nan]
    if across:
        axes.plot(across, along, color=colour, linewidth=1.4, zorder=1.5, clip_on=False)


def _slanted(
    x: float, y: float, width: float, height: float
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Ends of the rising lines that cross a box in pixels, inside its outline."""
    x, y, width, height = x + 0.4, y + 0.4, width - 0.8, height - 0.8
    first = math.ceil((y - x - width) / _HATCH)
    for place in range(first, math.floor((y + height - x) / _HATCH) + 1):
        rise = place * _HATCH  # the line is y = x + rise
        start, end = max(x, y - rise), min(x + width, y + height - rise)
        if end - start > 0.5:
            yield (start, start + rise), (end, end + rise)


def require_table(table: Sequence[Sequence[float]], *, rows: int, columns: int) -> None:
    """Refuse a table of another shape, or with a number that is missing or negative."""
    if not table or len(table) != rows or any(len(row) != columns for row in table):
        raise ShapeError(f"The chart needs {max(1, rows)} rows of {columns} numbers.")
    numbers = [number for row in table for number in row]
    if not numbers or any(not math.isfinite(number) or number < 0 for number in numbers):
        raise ShapeError("The chart needs numbers that are not negative.")


def _start(group: Sequence[float], gap: float) -> float:
    return sum(place - gap * step for step, place in enumerate(group)) / len(group)


def _end(group: Sequence[float], gap: float) -> float:
    return _start(group, gap) + gap * (len(group) - 1)
