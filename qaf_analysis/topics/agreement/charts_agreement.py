"""How far two grades of one case agree: squares, grids, and a coefficient on its scale."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from qaf_analysis.kit.charts.grid import draw_cell, explain, grid_frame
from qaf_analysis.kit.charts.mark import (
    CARD_WIDTH,
    SMALL,
    Anchor,
    Mark,
    Size,
    draw_mark,
    text_width,
    write,
)
from qaf_analysis.kit.numbers import coefficient, counted, of_hundred, percent, whole
from qaf_analysis.kit.palette import (
    ACCENT,
    BAND,
    COMPARISON,
    GRID,
    MUTED,
    PAGE,
    PALE,
    QUIET,
    Ink,
)
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.errors import ShapeError

_SQUARE, _PITCH, _ACROSS = 15, 18, 20


def pair_squares(*, title: str, identical: int, one_apart: int, further: int) -> Picture:
    """Draw one hundred small squares for the pairs of grades given to the same case.

    Parameters
    ----------
    title : str
        The finding.
    identical, one_apart, further : int
        Pairs that were the same, one grade apart, and two or more apart. Squares are shared out
        by largest remainder, so they always add up to a hundred.

    Raises
    ------
    ShapeError
        If there is no pair, or a count is negative.
    """
    counts = (identical, one_apart, further)
    if sum(counts) == 0 or min(counts) < 0:
        raise ShapeError("The squares need at least one pair of grades and no negative count.")
    squares = of_hundred(counts)
    names = ("identical", "one apart", "two or more apart")
    with house_style():
        figure = new_figure(CARD_WIDTH, 5 * _PITCH + 28)
        axes = panel(figure, left=0, top=0, width=CARD_WIDTH, height=5 * _PITCH + 28)
        axes.set_xlim(0, CARD_WIDTH)
        axes.set_ylim(5 * _PITCH + 28, 0)
        kinds = [kind for kind, number in enumerate(squares) for _ in range(number)]
        for place, kind in enumerate(kinds):
            row, column = divmod(place, _ACROSS)
            _square(axes, kind, left=1 + _PITCH * column, top=1 + _PITCH * row)
        left, foot = 1.0, 5 * _PITCH + 18
        for kind, (number, name) in enumerate(zip(squares, names, strict=True)):
            _square(axes, kind, left=left, top=foot - 11, side=12)
            words = f"{number} {name}"
            write(axes, words, (left + 17, foot), size=SMALL)
            left += 17 + text_width(words, size=SMALL) + 13
        alt = (
            f"Of every 100 pairs of grades given to the same case, {squares[0]} were identical, "
            f"{squares[1]} were one grade apart and {squares[2]} two or more apart."
        )
        return picture_of(figure, title=title, alt=alt)


def auditor_grid(levels: Sequence[str], *, title: str, pairs: Sequence[Sequence[int]]) -> Picture:
    """Which grades two auditors gave the same audit.

    Parameters
    ----------
    levels : sequence of str
        Grades from worst to best, K of them.
    title : str
        The finding.
    pairs : sequence of sequence of int, shape (K, K)
        Pairs of auditors, symmetric: row i, column j holds the pairs in which one gave grade i
        and the other grade j; the diagonal holds the pairs in which both gave the grade. Only
        one triangle is drawn, so that no pair is shown twice.

    Raises
    ------
    ShapeError
        If the table is not K by K or not symmetric.
    """
    _require_square(levels, pairs)
    size = range(len(levels))
    if any(pairs[i][j] != pairs[j][i] for i, j in product(size, size)):
        raise ShapeError("The grid of two auditors is symmetric: neither comes first.")
    total = sum(pairs[i][j] for i in size for j in range(i + 1))
    same = sum(pairs[i][i] for i in size)
    near = sum(pairs[i][i - 1] for i in size[1:])
    split = [("same grade", same, ACCENT), ("one apart", near, QUIET)]
    split.append(("two or more apart", total - same - near, COMPARISON))
    with house_style():
        figure, axes = grid_frame(levels, across="the other auditor", down="one auditor")
        for i in size:
            for j in range(i + 1):
                ink = (ACCENT, QUIET)[i - j] if i - j < 2 else COMPARISON
                draw_cell(axes, pairs[i][j], total, row=i, column=j, ink=ink)
        explain(axes, [(*line, None) for line in split], total)
        alt = (
            f"{counted(total, 'pair')}: {_split_in_words(split, total)}. "
            f"{_cells_in_words(levels, pairs, 'and', lower_only=True)}."
        )
        return picture_of(figure, title=title, alt=alt)


def moderation_grid(
    levels: Sequence[str], *, title: str, counts: Sequence[Sequence[int]]
) -> Picture:
    """Auditor's grade against moderator's grade, with the two triangles named.

    Parameters
    ----------
    levels : sequence of str
        Grades from worst to best, K of them.
    title : str
        The finding.
    counts : sequence of sequence of int, shape (K, K)
        Row: auditor's grade; column: moderator's grade. Below the diagonal the auditor was
        kinder.

    Raises
    ------
    ShapeError
        If the table is not K by K.
    """
    _require_square(levels, counts)
    size = range(len(levels))
    total = sum(map(sum, counts))
    kinder = sum(counts[i][j] for i in size for j in range(i))
    same = sum(counts[i][i] for i in size)
    split = [("auditor harsher", total - kinder - same, QUIET), ("same grade", same, ACCENT)]
    split.append(("auditor kinder", kinder, COMPARISON))
    with house_style():
        figure, axes = grid_frame(levels, across="moderator’s grade", down="auditor’s grade")
        for i, j in product(size, size):
            ink = ACCENT if i == j else COMPARISON if i > j else QUIET
            draw_cell(axes, counts[i][j], total, row=i, column=j, ink=ink)
        upper, lower = ((0, 1), (1, 1), (1, 0)), ((0, 1), (0, 0), (1, 0))
        rows = [(*line, shape) for line, shape in zip(split, (upper, None, lower), strict=True)]
        explain(axes, rows, total)
        alt = (
            f"{counted(total, 'moderated audit')}: {_split_in_words(split, total)}. "
            f"{_cells_in_words(levels, counts, 'moderated to')}."
        )
        return picture_of(figure, title=title, alt=alt)


def coefficient_scale(
    mark: Mark, *, title: str, bands: Sequence[tuple[float, str]], size: Size = "full"
) -> Picture:
    """Place one agreement coefficient with its interval on a scale whose bands are named.

    Parameters
    ----------
    mark : Mark
        The coefficient; its label names it.
    title : str
        The finding.
    bands : sequence of (float, str)
        Upper end and name of each band, upwards; the last ends at 1.
    size : {"card", "full"}
        How wide.

    Raises
    ------
    ShapeError
        If the bands do not rise to 1.
    """
    ends = [end for end, _ in bands]
    if not ends or ends != sorted(set(ends)) or ends[-1] != 1:
        raise ShapeError("The bands of a coefficient rise to 1, each higher than the one before.")
    width = CARD_WIDTH if size == "card" else 720
    floor = min(0.0, *mark.reach, 0.0)
    with house_style():
        figure = new_figure(width, 92)
        axes = panel(figure, left=14, top=28, width=width - 28, height=26)
        axes.set_xlim(floor, 1)
        axes.set_ylim(0, 1)
        _draw_bands(axes, bands, floor=floor, pixels=(width - 28) / (1 - floor))
        draw_mark(axes, mark, place=0.5, upright=False, radius=5.5)
        if mark.has_value:
            write(
                axes, f"{mark.label} {coefficient(mark.value)}", (mark.value, 1), shift=(0, 8),
                anchor=_inside(mark.value, floor), bold=True,
            )  # fmt: skip
        alt = _coefficient_in_words(mark, bands)
        return picture_of(figure, title=title, alt=alt)


def _square(axes: Axes, kind: int, *, left: float, top: float, side: float = _SQUARE) -> None:
    """Draw a full, a pale or a struck-through square: three kinds even without colour."""
    fill = (ACCENT, PALE, COMPARISON)[kind].light
    edge = COMPARISON.light if kind == 2 else ACCENT.light
    box = Rectangle(
        (left, top), side, side, facecolor=fill, edgecolor=edge, linewidth=1, clip_on=False
    )
    axes.add_patch(box)
    if kind == 2:
        ends = ([left + 3, left + side - 3], [top + side - 3, top + 3])
        axes.plot(*ends, color=PAGE.light, linewidth=2, clip_on=False)


def _draw_bands(
    axes: Axes, bands: Sequence[tuple[float, str]], *, floor: float, pixels: float
) -> None:
    start = floor
    for place, (end, name) in enumerate(bands):
        shade = BAND if place % 2 == 0 else GRID
        axes.axvspan(start, end, color=shade.light, linewidth=0)
        if text_width(name, size=SMALL) <= pixels * (end - start) - 4:
            write(
                axes, name, ((start + end) / 2, 0), shift=(0, -15), anchor="center", size=SMALL,
                colour=MUTED.light,
            )  # fmt: skip
        start = end
    ticks = [floor] if floor < 0 else []
    for end in [*ticks, 0.0, *[end for end, _ in bands]]:
        anchor: Anchor = "center" if floor < end < 1 else "left" if end < 1 else "right"
        write(
            axes, coefficient(end), (end, 0), shift=(0, -31), anchor=anchor, size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip


def _inside(value: float, floor: float) -> Anchor:
    place = (value - floor) / (1 - floor)
    return "left" if place < 0.2 else "right" if place > 0.8 else "center"


def _split_in_words(split: Sequence[tuple[str, int, Ink]], total: int) -> str:
    return ", ".join(
        f"{name} {whole(number)}{f' ({percent(number / total)})' if total else ''}"
        for name, number, _ in split
    )


def _cells_in_words(
    levels: Sequence[str],
    counts: Sequence[Sequence[int]],
    joining: str,
    *,
    lower_only: bool = False,
) -> str:
    cells = [
        f"{levels[i]} {joining} {levels[j]} {whole(counts[i][j])}"
        for i, j in product(range(len(levels)), range(len(levels)))
        if counts[i][j] and (j <= i or not lower_only)
    ]
    return "; ".join(cells) or "No audit was counted"


def _coefficient_in_words(mark: Mark, bands: Sequence[tuple[float, str]]) -> str:
    if not mark.has_value:
        return f"{mark.label} cannot be estimated: {mark.note or 'too few audits'}."
    name = next((name for end, name in bands if mark.value <= end), bands[-1][1])
    span = f" ({coefficient(mark.low)} to {coefficient(mark.high)})" if mark.has_interval else ""
    return f"{mark.label} is {coefficient(mark.value)}{span}, in the band called {name}."


def _require_square(levels: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
    if len(counts) != len(levels) or any(len(row) != len(levels) for row in counts):
        raise ShapeError(f"The grid needs {len(levels)} rows of {len(levels)} counts.")
