"""What a chart's signals mean, as small signs that never stand without their words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import TypeAlias

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.control_marks import BOLD
from qaf_analysis.kit.charts.mark import FULL_WIDTH, WORDS, fitted_lines, middle, write
from qaf_analysis.kit.charts.time import LINE
from qaf_analysis.kit.palette import ACCENT, BAND, MUTED, PAGE, QUIET, TEXT
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.stats.charts.signals import Improvement
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import Assurance, Variation

Reading: TypeAlias = Variation | Assurance
READING_WORDS: Mapping[Reading, str] = {
    Variation.IMPROVEMENT: "a signal in the better direction",
    Variation.CONCERN: "a signal in the worse direction",
    Variation.COMMON_CAUSE: "no signal at this point",
    Variation.CANNOT_TELL: "no rule could signal here, so silence means nothing",
    Variation.MISSING: "no point to read",
    Assurance.PASS: "left as it is, it would meet the target every time",
    Assurance.FAIL: "left as it is, it would miss the target every time",
    Assurance.HIT_AND_MISS: "left as it is, it would meet the target only at times",
    Assurance.UNKNOWN: "without limits or a target this cannot be read",
}
_ROW = 38
_NAME_SHARE = 0.42  # of the room beside a sign; the longest reading needs more
_SIDE = 15.0  # half the side of a sign


@dataclass(frozen=True, kw_only=True)
class Icon:
    """One sign, what it is about, and what it says.

    Parameters
    ----------
    name : str
        The series, or the series and its target.
    reading : Variation or Assurance
        Key of ``READING_WORDS``.
    improvement : {"up", "down"}
        Which way is better.
    """

    name: str
    reading: Reading
    improvement: Improvement = "up"

    @property
    def words(self) -> str:
        """What the sign says."""
        return READING_WORDS[self.reading]


def icon_rows(icons: Sequence[Icon], *, title: str, alt: Sequence[str] = ()) -> Picture:
    """Draw signs one under the other, each with its name and its words beside it.

    Variation is told by a square with an arrow (filled for the better direction, empty for the
    worse) or a disc with a wave; assurance by the band between the limits above, below or across
    the line of the target; what cannot be read by a question mark.

    Parameters
    ----------
    icons : sequence of Icon
    title : str
        The finding.
    alt : sequence of str
        Alternative text in sentences, in place of one for every sign.

    Raises
    ------
    ShapeError
        If there is no sign.
    """
    if not icons:
        raise ShapeError("The picture needs at least one sign.")
    with house_style():
        figure = new_figure(FULL_WIDTH, _ROW * len(icons) + 4)
        axes = panel(figure, left=0, top=2, width=FULL_WIDTH, height=_ROW * len(icons))
        axes.set_xlim(0, FULL_WIDTH)
        axes.set_ylim(0, _ROW * len(icons))
        for row, icon in enumerate(reversed(icons)):
            height = _ROW * (row + 0.5)
            _SIGNS[icon.reading](axes, (_SIDE + 4, height), 1 if icon.improvement == "up" else -1)
            start = 2 * _SIDE + 16
            wide = _NAME_SHARE * (FULL_WIDTH - start)
            for words, at, room, bold in (
                (icon.name, start, BOLD * wide, True),
                (icon.words, start + wide, FULL_WIDTH - start - wide, False),
            ):
                lines = fitted_lines(words, width=room - 8)
                for line, fitted in enumerate(lines):
                    rise = LINE * ((len(lines) - 1) / 2 - line)
                    write(axes, fitted, (at, height), shift=(0, rise + middle(WORDS)), bold=bold)
        said = alt or [f"{icon.name}: {icon.reading}, {icon.words}." for icon in icons]
        return picture_of(figure, title=title, alt=said)


_Draw: TypeAlias = Callable[[Axes, tuple[float, float], int], None]


def _better(axes: Axes, at: tuple[float, float], way: int) -> None:
    _square(axes, at, fill=ACCENT.light)
    _arrow(axes, at, way, colour=PAGE.light)


def _worse(axes: Axes, at: tuple[float, float], way: int) -> None:
    _square(axes, at, fill=PAGE.light)
    _arrow(axes, at, -way, colour=TEXT.light)


def _steady(axes: Axes, at: tuple[float, float], way: int) -> None:
    _disc(axes, at, dashed=False)
    across = [at[0] + step for step in (-9, -4.5, 0, 4.5, 9)]
    axes.plot(across, [at[1] + rise for rise in (-3, 4, -3, 4, -3)], color=MUTED.light, linewidth=2)


def _unread(axes: Axes, at: tuple[float, float], way: int) -> None:
    _disc(axes, at, dashed=True)
    write(axes, "?", at, shift=(0, middle(WORDS)), anchor="center", bold=True, colour=MUTED.light)


def _band_at(rise: int) -> _Draw:
    """The band between the limits, on the good side of a target line (1), the bad (-1), across."""

    def draw(axes: Axes, at: tuple[float, float], way: int) -> None:
        centre = at[1] + 8 * rise * way
        low, high = centre - 4.5, centre + 4.5
        sides = at[0] - 11, at[0] + 11
        axes.fill(
            (sides[0], sides[1], sides[1], sides[0]), (low, low, high, high),
            facecolor=BAND.light, edgecolor=ACCENT.light, linewidth=1.6,
        )  # fmt: skip
        axes.plot((at[0] - _SIDE, at[0] + _SIDE), (at[1], at[1]), color=TEXT.light, linewidth=2)

    return draw


_SIGNS: Mapping[Reading, _Draw] = {
    Variation.IMPROVEMENT: _better,
    Variation.CONCERN: _worse,
    Variation.COMMON_CAUSE: _steady,
    Variation.CANNOT_TELL: _unread,
    Variation.MISSING: _unread,
    Assurance.PASS: _band_at(1),
    Assurance.FAIL: _band_at(-1),
    Assurance.HIT_AND_MISS: _band_at(0),
    Assurance.UNKNOWN: _unread,
}


def _square(axes: Axes, at: tuple[float, float], *, fill: str) -> None:
    sides = [at[0] + side * (_SIDE - 1) for side in (-1, 1, 1, -1)]
    ends = [at[1] + side * (_SIDE - 1) for side in (-1, -1, 1, 1)]
    edge = ACCENT.light if fill == ACCENT.light else TEXT.light
    axes.fill(sides, ends, facecolor=fill, edgecolor=edge, linewidth=2)


def _arrow(axes: Axes, at: tuple[float, float], way: int, *, colour: str) -> None:
    tip = at[1] + 9 * way
    axes.plot((at[0], at[0]), (at[1] - 9 * way, tip), color=colour, linewidth=2.4)
    axes.plot(
        (at[0] - 6, at[0], at[0] + 6), (tip - 7 * way, tip, tip - 7 * way), color=colour,
        linewidth=2.4,
    )  # fmt: skip


def _disc(axes: Axes, at: tuple[float, float], *, dashed: bool) -> None:
    # Drawn as a line, so that it can be dashed: a marker's edge cannot.
    turn = [step * 2 * pi / 48 for step in range(49)]
    axes.plot(
        [at[0] + (_SIDE - 1) * cos(angle) for angle in turn],
        [at[1] + (_SIDE - 1) * sin(angle) for angle in turn],
        color=QUIET.light, linewidth=1.8, linestyle=(0, (3, 2)) if dashed else "-",
    )  # fmt: skip
