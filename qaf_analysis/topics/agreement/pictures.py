"""The pictures of agreement: one hundred pairs, the grid of grades, a coefficient on its scale."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from qaf_analysis.kit.charts.grid import (
    cells_in_words,
    draw_cell,
    explain,
    grid_frame,
    require_square,
    split_in_words,
)
from qaf_analysis.kit.charts.mark import (
    CARD_WIDTH,
    FULL_WIDTH,
    SMALL,
    WIDTH_OF,
    Anchor,
    Mark,
    Size,
    draw_mark,
    text_width,
    write,
)
from qaf_analysis.kit.charts.time import PERIOD_WORDS, Change, TimeFrame
from qaf_analysis.kit.numbers import coefficient, counted, in_hundred, of_hundred, whole
from qaf_analysis.kit.palette import ACCENT, BAND, COMPARISON, GRID, MUTED, PAGE, PALE, QUIET
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.agreement.words import (
    grid_of_hundred,
    of_hundred_pairs,
    say_agreement,
    were,
)

LANDIS_KOCH = (
    (0.2, "slight"),
    (0.4, "fair"),
    (0.6, "moderate"),
    (0.8, "substantial"),
    (1.0, "almost perfect"),
)


def agreement_pictures(result: Agreement) -> tuple[Picture, ...]:
    """One hundred squares, the grid of grades, and the coefficient on its scale."""
    if not result.ac2.is_estimable:
        return ()
    return (
        agreement_card_picture(result),
        auditor_grid(
            result.levels,
            title="Where 100 pairs of grades fell",
            pairs=grid_of_hundred(result.pair_shares, of_hundred_pairs(result)),
            shares=result.pair_shares,
        ),
        coefficient_scale(
            Mark.of("AC2", result.ac2),
            title="Agreement allowing for chance",
            bands=LANDIS_KOCH,
        ),
    )


def agreement_card_picture(result: Agreement) -> Picture:
    """One hundred squares."""
    return pair_squares(
        title=say_agreement(result).claim,
        identical=result.identical,
        one_apart=result.one_apart,
        further=result.two_or_more,
    )


def agreement_detail_pictures(result: AgreementDetail) -> tuple[Picture, ...]:
    """None: the grid of grades stands with the headline."""
    return ()


def agreement_drivers_pictures(result: AgreementDrivers) -> tuple[Picture, ...]:
    """Agreement over time, where at least two quarters can be estimated."""
    if sum(quarter.coefficient.is_estimable for quarter in result.quarters) < 2:
        return ()
    return (
        agreement_over_time(
            [Mark.of(quarter.label, quarter.coefficient) for quarter in result.quarters],
            title="Agreement between auditors by quarter (AC2)",
            whole_period=Mark.of(
                result.whole.label, result.whole.coefficient, note="(band: its interval)"
            ),
            changes=[
                Change(label=change.label, before=str(change.quarter)) for change in result.changes
            ],
        ),
    )


_SQUARE, _PITCH, _ACROSS = 15, 18, 20


def pair_squares(*, title: str, identical: float, one_apart: float, further: float) -> Picture:
    """Draw one hundred small squares for the pairs of grades given to the same case.

    Parameters
    ----------
    title : str
        The finding.
    identical, one_apart, further : float
        Pairs, or shares of them, that were the same, one grade apart, and two or more apart.
        Squares are shared out by largest remainder, so they always add up to a hundred.

    Raises
    ------
    ShapeError
        If there is no pair, or a count is negative.
    """
    counts = (identical, one_apart, further)
    if sum(counts) == 0 or min(counts) < 0:
        raise ShapeError("The squares need at least one pair of grades and no negative count.")
    squares = of_hundred(counts)
    names = ("identical", "one apart", "further apart")
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
            words = f"{in_hundred(number, counts[kind])} {name}"
            write(axes, words, (left + 17, foot), size=SMALL)
            left += 17 + text_width(words, size=SMALL) + 13
        alt = (
            "Of every 100 pairs of grades given to the same case, "
            f"{were(squares[0], identical)} identical, {were(squares[1], one_apart)} one grade "
            f"apart and {in_hundred(squares[2], further)} two or more apart."
        )
        return picture_of(figure, title=title, alt=alt)


def auditor_grid(
    levels: Sequence[str],
    *,
    title: str,
    pairs: Sequence[Sequence[int]],
    shares: Sequence[Sequence[float]] | None = None,
) -> Picture:
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
    shares : sequence of sequence of float, shape (K, K), optional
        Shares that ``pairs`` were rounded from: what is there but rounds to none is written so.

    Raises
    ------
    ShapeError
        If the table is not K by K or not symmetric.
    """
    require_square(levels, pairs)
    size, exact = range(len(levels)), pairs if shares is None else shares
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
                rare = pairs[i][j] == 0 and exact[i][j] > 0
                draw_cell(
                    axes, pairs[i][j], total, row=i, column=j, ink=ink, words="<1" if rare else ""
                )
        parts = [
            sum(exact[i][j] for i in size for j in range(i + 1) if min(i - j, 2) == apart)
            for apart in range(3)
        ]
        few = [number == 0 and part > 0 for (_, number, _), part in zip(split, parts, strict=True)]
        explain(axes, [(*line, None) for line in split], total, rare=few)
        alt = (
            f"{counted(total, 'pair')}: {split_in_words(split, total, rare=few)}. "
            f"{cells_in_words(levels, pairs, 'and', lower_only=True)}."
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
    width = WIDTH_OF[size]
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


def _coefficient_in_words(mark: Mark, bands: Sequence[tuple[float, str]]) -> str:
    if not mark.has_value:
        return f"{mark.label} cannot be estimated: {mark.note or 'too few audits'}."
    name = next((name for end, name in bands if mark.value <= end), bands[-1][1])
    span = f" ({coefficient(mark.low)} to {coefficient(mark.high)})" if mark.has_interval else ""
    return f"{mark.label} is {coefficient(mark.value)}{span}, in the band called {name}."


_LEFT, _RIGHT, _HEIGHT = 60, 130, 200


def agreement_over_time(
    quarters: Sequence[Mark],
    *,
    title: str,
    whole_period: Mark,
    changes: Sequence[Change] = (),
    about: str = "Agreement by quarter, 1 being perfect and 0 what chance gives.",
    missing: str = "too few audits graded twice",
) -> Picture:
    """Agreement by quarter, over the interval of the whole period.

    Parameters
    ----------
    quarters : sequence of Mark
        In order of time; a quarter with too few double-graded audits has no value.
    title : str
        The finding.
    whole_period : Mark
        Agreement of all quarters together, drawn as a band behind the dots.
    changes : sequence of Change
        Process changes, drawn as rules before the quarter in which they begin.
    about, missing : str
        What the numbers are, and why a quarter has none, for those who cannot see the chart.

    Raises
    ------
    ShapeError
        If there is no quarter.
    """
    if not quarters:
        raise ShapeError("The chart of agreement over time needs at least one quarter.")
    slot = (FULL_WIDTH - _LEFT - _RIGHT) / len(quarters)
    time = TimeFrame(
        periods=tuple(mark.label for mark in quarters), left=_LEFT, slot=slot, right=FULL_WIDTH,
        changes=tuple(changes),
    )  # fmt: skip
    with house_style():
        figure = new_figure(FULL_WIDTH, time.headroom + 12 + _HEIGHT + PERIOD_WORDS + 16)
        axes = panel(
            figure, left=_LEFT, top=time.headroom + 12, width=slot * len(quarters), height=_HEIGHT
        )
        axes.set_ylim(min(0.0, *(x for mark in quarters for x in mark.reach), 0.0), 1.0)
        axes.set_xlim(-0.5, len(quarters) - 0.5)
        _draw_band(axes, whole_period)
        _draw_scale(axes)
        time.frame(axes)
        for place, mark in enumerate(quarters):
            _draw_quarter(axes, mark, place=place)
        said = _in_words(quarters, whole_period, changes, missing=missing)
        return picture_of(figure, title=title, alt=f"{about} {said}")


def _draw_band(axes: Axes, period: Mark) -> None:
    if not period.has_interval:
        return
    axes.axhspan(period.low, period.high, color=BAND.light, linewidth=0)
    at = (axes.get_xlim()[1], period.value)
    for row, words in enumerate((f"all quarters {coefficient(period.value)}", period.note)):
        write(axes, words, at, shift=(6, 3 - 14 * row), size=SMALL, colour=MUTED.light)


def _draw_scale(axes: Axes) -> None:
    for value in (0.0, 0.5, 1.0):
        axes.axhline(value, color=GRID.light, linewidth=1)
        write(
            axes, f"{value:.1f}", (-0.5, value), shift=(-8, -4), anchor="right", size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip


def _draw_quarter(axes: Axes, mark: Mark, *, place: int) -> None:
    low = axes.get_ylim()[0]
    words = f"n {whole(mark.cases)}" if mark.cases else "n 0"
    write(
        axes, words, (place, low), shift=(0, -48), anchor="center", size=SMALL, colour=MUTED.light
    )
    if mark.has_value:
        draw_mark(axes, mark, place=place, upright=True)


def _in_words(
    quarters: Sequence[Mark], period: Mark, changes: Sequence[Change], *, missing: str
) -> str:
    parts = []
    if period.has_value:
        parts.append(f"All quarters together: {coefficient(period.value)}.")
    for mark in quarters:
        if mark.has_value:
            span = f" ({coefficient(mark.low)} to {coefficient(mark.high)})"
            parts.append(
                f"{mark.label}: {coefficient(mark.value)}{span if mark.has_interval else ''}, "
                f"{counted(mark.cases or 0, 'audit')}."
            )
    gaps = sum(not mark.has_value for mark in quarters)
    if gaps:
        parts.append(f"{counted(gaps, 'quarter')} with {missing}.")
    parts += [f"Before {change.before}: {change.label}." for change in changes]
    return " ".join(parts)
