"""Pairs of readers of the same case: how often their grades are the same, one apart, or further."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from qaf_analysis.kit.charts.mark import (
    KEY_NAME,
    KEY_ROW,
    SMALL,
    WIDTH_OF,
    WORDS,
    Size,
    fitted_lines,
    key_places,
    middle,
    require_table,
    text_width,
    write,
)
from qaf_analysis.kit.charts.time import LINE
from qaf_analysis.kit.numbers import counted, percent
from qaf_analysis.kit.palette import ACCENT, COMPARISON, MUTED, PAGE, PALE, TEXT
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """One kind of pair of grades on the same case.

    Parameters
    ----------
    name : str
        Who the two are.
    cases : int
        Cases that both graded.
    shares : tuple of float
        Of them the same grade, one apart, and two or more apart; they add up to 1.
    """

    name: str
    cases: int
    shares: tuple[float, float, float]


_PAIR_NAMES = ("same grade", "one apart", "two or more apart")
_BAR_TALL, _PAIR_PITCH, _FAR_ROOM = 24, 34, 44


def pair_bars(pairs: Sequence[Pairs], *, title: str, size: Size = "full") -> Picture:
    """Bars of the same width, shared out into the same grade, one apart, and two or more.

    Parameters
    ----------
    pairs : sequence of Pairs
        One bar each, in the order given.
    title : str
        The finding.
    size : {"full", "narrow"}
        A narrow chart names each bar above it.

    Raises
    ------
    ShapeError
        If there is no pair.
    """
    require_table([pair.shares for pair in pairs], rows=len(pairs), columns=3)
    is_narrow, width = size == "narrow", WIDTH_OF[size]
    names = 12 + max(text_width(pair.name, bold=True) for pair in pairs)
    cases = 12 + max(text_width(_cases(pair), size=SMALL) for pair in pairs)
    left = 2.0 if is_narrow else min(names, 0.36 * width) + cases
    pitch = _PAIR_PITCH + (LINE + 2 if is_narrow else 0)
    across, tall = width - left - _FAR_ROOM, pitch * len(pairs)
    key = key_places(_PAIR_NAMES, width=width if is_narrow else across)
    with house_style():
        figure = new_figure(width, tall + 10 + KEY_ROW * (1 + max(row for row, _ in key)))
        axes = panel(figure, left=left, top=2, width=across, height=tall)
        axes.set_xlim(0, 1)
        axes.set_ylim(tall, 0)
        for place, pair in enumerate(pairs):
            foot = pitch * (place + 1) - 6
            _draw_pair(axes, pair, foot=foot, across=across)
            _name_pair(axes, pair, foot=foot, left=left, cases=cases, is_narrow=is_narrow)
        _draw_pair_key(axes, key, across=across, foot=tall)
        said = [
            f"{pair.name}, {counted(pair.cases, 'case')}: "
            + ", ".join(
                f"{_share(share)} {name}"
                for share, name in zip(pair.shares, _PAIR_NAMES, strict=True)
            )
            + "."
            for pair in pairs
        ]
        return picture_of(figure, title=title, alt=said)


def _cases(pair: Pairs) -> str:
    return counted(pair.cases, "case")


def _share(share: float) -> str:
    return "under 1%" if 0 < share < 0.005 else percent(share)


def _draw_pair(axes: Axes, pair: Pairs, *, foot: float, across: float) -> None:
    start = 0.0
    looks = ((ACCENT, PAGE), (PALE, TEXT), (COMPARISON, PAGE))
    for kind, (share, (ink, letters)) in enumerate(zip(pair.shares, looks, strict=True)):
        if share > 0:
            axes.add_patch(
                Rectangle(
                    (start, foot - _BAR_TALL), share, _BAR_TALL, facecolor=ink.light,
                    edgecolor=ACCENT.light, linewidth=0.8, clip_on=False,
                )
            )  # fmt: skip
        words = _share(share)
        if kind < 2 and text_width(words, bold=kind == 0) + 14 <= share * across:
            at = (start + 7 / across, foot - _BAR_TALL / 2)
            write(axes, words, at, shift=(0, middle(WORDS)), bold=kind == 0, colour=letters.light)
        start += share
    write(
        axes, _share(pair.shares[2]).replace("under ", "<"), (1, foot - _BAR_TALL / 2),
        shift=(6, middle(WORDS)), bold=pair.shares[2] > 0,
        colour=COMPARISON.light if pair.shares[2] > 0 else MUTED.light,
    )  # fmt: skip


def _name_pair(
    axes: Axes, pair: Pairs, *, foot: float, left: float, cases: float, is_narrow: bool
) -> None:
    if is_narrow:
        write(axes, pair.name, (0, foot - _BAR_TALL), shift=(0, 5), size=SMALL, bold=True)
        after = 8 + text_width(pair.name, size=SMALL, bold=True)
        write(
            axes, _cases(pair), (0, foot - _BAR_TALL), shift=(after, 5), size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip
        return
    at = (0, foot - _BAR_TALL / 2)
    (name,) = fitted_lines(pair.name, width=0.85 * (left - cases - 4), most=1)
    if text_width(pair.name, bold=True) <= left - cases - 4:
        name = pair.name
    write(axes, name, at, shift=(2 - left, middle(WORDS)), bold=True)
    write(
        axes, _cases(pair), at, shift=(-10, middle(SMALL)), anchor="right", size=SMALL,
        colour=MUTED.light,
    )  # fmt: skip


def _draw_pair_key(
    axes: Axes, key: Sequence[tuple[int, float]], *, across: float, foot: float
) -> None:
    parts = zip((ACCENT, PALE, COMPARISON), _PAIR_NAMES, key, strict=True)
    for ink, name, (row, left) in parts:
        base, at = foot + 16 + KEY_ROW * row, left / across
        axes.add_patch(
            Rectangle(
                (at, base - 10), 11 / across, 11, facecolor=ink.light, edgecolor=ACCENT.light,
                linewidth=0.8, clip_on=False,
            )
        )  # fmt: skip
        write(axes, name, (at, base), shift=(KEY_NAME, 0), size=SMALL)
