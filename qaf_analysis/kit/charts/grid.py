"""The squares of a grade-by-grade grid, and what they mean in words beside it.

How far two grades of one case agree: squares, grids, and a coefficient on its scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from qaf_analysis.kit.charts.mark import (
    SMALL,
    WIDTH_OF,
    WORDS,
    Size,
    fitted_lines,
    middle,
    text_width,
    write,
)
from qaf_analysis.kit.numbers import percent, whole
from qaf_analysis.kit.palette import BAND, FAINTEST_TINT, MUTED, STRONGEST_TINT, TEXT, Ink
from qaf_analysis.kit.picture import new_figure, panel
from qaf_analysis.terms.errors import ShapeError

Corners = tuple[tuple[int, int], ...]
Explained = tuple[str, int, Ink, Corners | None]
_CELL = (84, 44)
_EXPLAINED = 200  # room for what the colours mean, to the right
_EXPLAINED_ROW = 22  # height of each, under a narrow grid
_SIDE = 90  # room for the names of grades at the left, on two lines
_FEW_WORDS = 26  # in which the squares are said one by one
_DARKEST_SHARE = 0.4  # of all counts in one square; beyond it the tint grows no stronger


def grid_frame(
    levels: Sequence[str], *, across: str, down: str, size: Size = "full"
) -> tuple[Figure, Axes]:
    """Empty grid with the grades named from worst to best, across and down."""
    is_narrow = size == "narrow"
    sides = [fitted_lines(level, width=_SIDE, size=SMALL) for level in levels]
    names = max(text_width(line, size=SMALL) for lines in sides for line in lines)
    left, top = max(names, text_width(down, size=SMALL, bold=True)) + 10, 50
    beside = 6 if is_narrow else _EXPLAINED
    wide = min(_CELL[0], (WIDTH_OF[size] - left - beside) / len(levels))
    tall = min(_CELL[1], 360 / len(levels))
    under = _EXPLAINED_ROW * 3 if is_narrow else 0
    width = WIDTH_OF[size] if is_narrow else round(left + wide * len(levels) + beside)
    figure = new_figure(width, round(top + tall * len(levels) + 4 + under))
    axes = panel(figure, left=left, top=top, width=wide * len(levels), height=tall * len(levels))
    axes.set_xlim(0, len(levels))
    axes.set_ylim(len(levels), 0)
    write(axes, across, (0, 0), shift=(2, 36), size=SMALL, bold=True)
    write(axes, down, (0, 0), shift=(-8, 8), anchor="right", size=SMALL, bold=True)
    fits = all(
        text_width(word, size=SMALL) <= wide - 2 for level in levels for word in level.split()
    )
    for place, (level, lines) in enumerate(zip(levels, sides, strict=True)):
        for row, words in enumerate(lines):
            rise = 13 * ((len(lines) - 1) / 2 - row)
            write(
                axes, words, (0, place + 0.5), shift=(-8, middle(SMALL) + rise), anchor="right",
                size=SMALL,
            )  # fmt: skip
        heads = fitted_lines(level, width=wide - 2, size=SMALL) if fits else [_initials(level)]
        for row, words in enumerate(heads):
            rise = 6 + 13 * (len(heads) - 1 - row)
            write(axes, words, (place + 0.5, 0), shift=(0, rise), anchor="center", size=SMALL)
    return figure, axes


def _initials(level: str) -> str:
    """First letters of a grade, where its name is too long for a narrow square.

    Examples
    --------
    >>> _initials("Requires improvement"), _initials("Good"), _initials("10")
    ('RI', 'G', '10')
    """
    return level if level.isdecimal() else "".join(word[0].upper() for word in level.split())


def draw_cell(
    axes: Axes, number: int, total: int, *, row: int, column: int, ink: Ink, words: str = ""
) -> None:
    """Draw one square with its count, tinted by its share of all; the diagonal is outlined.

    ``words`` stand in place of the count, where it rounds to none and is not.
    """
    share = number / total if total else 0.0
    tint = FAINTEST_TINT + (STRONGEST_TINT - FAINTEST_TINT) * min(1.0, share / _DARKEST_SHARE)
    corner = (column, row)
    axes.add_patch(
        Rectangle(corner, 1, 1, facecolor=ink.light, alpha=tint if number else 0.03, linewidth=0)
    )
    is_same = row == column
    axes.add_patch(
        Rectangle(
            (column + 0.03, row + 0.03), 0.94, 0.94, fill=False,
            edgecolor=TEXT.light if is_same else BAND.light, linewidth=1.8 if is_same else 1,
        )
    )  # fmt: skip
    write(
        axes, words or whole(number), (column + 0.5, row + 0.5), shift=(0, middle(WORDS)),
        anchor="center", bold=number > 0, colour=TEXT.light if number else MUTED.light,
    )  # fmt: skip


def explain(
    axes: Axes,
    rows: Sequence[Explained],
    total: int,
    *,
    rare: Sequence[bool] = (),
    size: Size = "full",
) -> None:
    """Name what each part of the grid means, to its right from the top down, or under it.

    ``rare`` marks parts whose number rounds to none and is not.
    """
    levels = axes.get_ylim()[0]
    right = axes.get_xlim()[1]
    pixels = axes.get_window_extent().width / right, axes.get_window_extent().height / levels
    for place, (name, number, ink, corners) in enumerate(rows):
        at, down = right + 26 / pixels[0], levels * (0.5 + place) / len(rows)
        if size == "narrow":
            at = (2 - axes.get_window_extent().x0) / pixels[0]
            down = levels + _EXPLAINED_ROW * (place + 0.7) / pixels[1]
        outline = corners or ((0, 0), (1, 0), (1, 1), (0, 1))
        points = [(at + 14 * x / pixels[0], down + (7 - 14 * y) / pixels[1]) for x, y in outline]
        axes.add_patch(Polygon(points, facecolor=ink.light, clip_on=False))
        words = f"{whole(number)} of {whole(total)}"
        if total:
            words += f" ({percent(number / total)})"
        if place < len(rare) and rare[place]:
            words = f"fewer than 1 of {whole(total)}"
        if size == "narrow":
            write(axes, name, (at, down), shift=(22, middle(WORDS)), bold=True)
            after = (30 + text_width(name, bold=True), middle(WORDS))
            write(axes, words, (at, down), shift=after, size=SMALL, colour=MUTED.light)
        else:
            write(axes, name, (at, down), shift=(24, 3), bold=True)
            write(axes, words, (at, down), shift=(24, -13), size=SMALL, colour=MUTED.light)


def split_in_words(
    split: Sequence[tuple[str, int, Ink]], total: int, *, rare: Sequence[bool] = ()
) -> str:
    """Say how the counts fall into the parts that the colours tell apart; see ``explain``."""
    few = rare or [False] * len(split)
    return ", ".join(
        f"{name} fewer than 1"
        if none
        else f"{name} {whole(number)}{f' ({percent(number / total)})' if total else ''}"
        for (name, number, _), none in zip(split, few, strict=True)
    )


def cells_in_words(
    levels: Sequence[str],
    counts: Sequence[Sequence[int]],
    joining: str,
    *,
    lower_only: bool = False,
) -> str:
    """Say every square that holds a count, or where they are many the fullest off the diagonal."""
    full = [
        (counts[i][j], i != j, f"{levels[i]} {joining} {levels[j]} {whole(counts[i][j])}")
        for i, j in product(range(len(levels)), range(len(levels)))
        if counts[i][j] and (j <= i or not lower_only)
    ]
    every = "; ".join(words for _, _, words in full) or "No audit was counted"
    if len(every.split()) <= _FEW_WORDS or not any(apart for _, apart, _ in full):
        return every
    _, _, words = max((cell for cell in full if cell[1]), key=lambda cell: cell[0])
    return f"Apart most often: {words}"


def require_square(levels: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
    """Refuse counts that are not one row and one column a level."""
    if len(counts) != len(levels) or any(len(row) != len(levels) for row in counts):
        raise ShapeError(f"The grid needs {len(levels)} rows of {len(levels)} counts.")
