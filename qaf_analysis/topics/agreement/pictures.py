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
    KEY_NAME,
    KEY_ROW,
    SMALL,
    WIDTH_OF,
    Anchor,
    Mark,
    Size,
    draw_mark,
    key_places,
    text_width,
    write,
)
from qaf_analysis.kit.charts.pairs import Pairs, pair_bars
from qaf_analysis.kit.charts.scale import draw_values, round_values, words_of
from qaf_analysis.kit.charts.time import LINE, PERIOD_WORDS, Change, TimeFrame
from qaf_analysis.kit.numbers import (
    coefficient,
    counted,
    in_hundred,
    of_hundred,
    percent,
    whole,
)
from qaf_analysis.kit.palette import (
    ACCENT,
    BAND,
    COMPARISON,
    GRID,
    MUTED,
    PAGE,
    PALE,
    QUIET,
)
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
FEWEST_PAIRS = 10
"""Cases that two readers graded, below which their shares are not drawn."""


def agreement_pictures(result: Agreement, *, size: Size = "full") -> tuple[Picture, ...]:
    """One hundred squares, the grid of grades, and the coefficient on its scale."""
    if not result.ac2.is_estimable:
        return ()
    return (
        agreement_card_picture(result, size="narrow" if size == "narrow" else "card"),
        auditor_grid(
            result.levels,
            title="Where 100 pairs of grades fell",
            pairs=grid_of_hundred(result.pair_shares, of_hundred_pairs(result)),
            shares=result.pair_shares,
            size=size,
        ),
        coefficient_scale(
            Mark.of("AC2", result.ac2),
            title="Agreement allowing for chance",
            bands=LANDIS_KOCH,
            size=size,
        ),
    )


def agreement_card_picture(result: Agreement, *, size: Size = "card") -> Picture:
    """One hundred squares."""
    return pair_squares(
        title=say_agreement(result).claim,
        identical=result.identical,
        one_apart=result.one_apart,
        further=result.two_or_more,
        size=size,
    )


def pairs_picture(
    result: Agreement, moderated: Sequence[Sequence[int]] = (), *, size: Size = "full"
) -> Picture | None:
    """Two auditors, and auditor and moderator: same grade, one apart, two or more.

    ``moderated[i][j]`` counts audits graded i by the auditor and j by the moderator. A kind of
    pair on fewer than ten cases is left out; no picture where none is left.
    """
    pairs = []
    if result.pairs and result.ac2.is_estimable:
        shares = (result.identical, result.one_apart, result.two_or_more)
        pairs.append(Pairs(name="Two auditors", cases=result.double_gradings, shares=shares))
    places = range(len(moderated))
    apart = [
        sum(moderated[i][j] for i in places for j in places if min(abs(i - j), 2) == far)
        for far in range(3)
    ]
    total = sum(apart)
    if total >= FEWEST_PAIRS:
        one, two, three = (number / total for number in apart)
        pairs.append(Pairs(name="Auditor and moderator", cases=total, shares=(one, two, three)))
    if not pairs:
        return None
    told = ", ".join(f"{pair.name.lower()} {percent(pair.shares[0])}" for pair in pairs)
    return pair_bars(pairs, title=f"Same grade on the same case: {told}", size=size)


def agreement_detail_pictures(result: AgreementDetail) -> tuple[Picture, ...]:
    """None: the grid of grades stands with the headline."""
    return ()


def agreement_drivers_pictures(
    result: AgreementDrivers, *, size: Size = "full"
) -> tuple[Picture, ...]:
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
            size=size,
        ),
    )


_SQUARE, _ACROSS = 15, 20


def pair_squares(
    *, title: str, identical: float, one_apart: float, further: float, size: Size = "card"
) -> Picture:
    """Draw one hundred small squares for the pairs of grades given to the same case.

    Parameters
    ----------
    title : str
        The finding.
    identical, one_apart, further : float
        Pairs, or shares of them, that were the same, one grade apart, and two or more apart.
        Squares are shared out by largest remainder, so they always add up to a hundred.
    size : {"card", "narrow"}
        How wide.

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
    parts = zip(squares, counts, names, strict=True)
    said = [f"{in_hundred(number, count)} {name}" for number, count, name in parts]
    width = WIDTH_OF[size]
    key = key_places(said, width=width)
    pitch = width // _ACROSS
    height = 5 * pitch + 28 + KEY_ROW * max(row for row, _ in key)
    with house_style():
        figure = new_figure(width, height)
        axes = panel(figure, left=0, top=0, width=width, height=height)
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        kinds = [kind for kind, number in enumerate(squares) for _ in range(number)]
        for place, kind in enumerate(kinds):
            row, column = divmod(place, _ACROSS)
            _square(axes, kind, left=1 + pitch * column, top=1 + pitch * row, side=pitch - 3)
        for kind, (words, (row, left)) in enumerate(zip(said, key, strict=True)):
            foot = 5 * pitch + 18 + KEY_ROW * row
            _square(axes, kind, left=left, top=foot - 11, side=12)
            write(axes, words, (left + KEY_NAME, foot), size=SMALL)
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
    size: Size = "full",
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
    size : {"full", "narrow"}
        A narrow grid is explained under it.

    Raises
    ------
    ShapeError
        If the table is not K by K or not symmetric.
    """
    require_square(levels, pairs)
    places, exact = range(len(levels)), pairs if shares is None else shares
    if any(pairs[i][j] != pairs[j][i] for i, j in product(places, places)):
        raise ShapeError("The grid of two auditors is symmetric: neither comes first.")
    total = sum(pairs[i][j] for i in places for j in range(i + 1))
    same = sum(pairs[i][i] for i in places)
    near = sum(pairs[i][i - 1] for i in places[1:])
    split = [("same grade", same, ACCENT), ("one apart", near, QUIET)]
    split.append(("two or more apart", total - same - near, COMPARISON))
    with house_style():
        figure, axes = grid_frame(levels, across="the other auditor", down="one auditor", size=size)
        for i in places:
            for j in range(i + 1):
                ink = (ACCENT, QUIET)[i - j] if i - j < 2 else COMPARISON
                rare = pairs[i][j] == 0 and exact[i][j] > 0
                draw_cell(
                    axes, pairs[i][j], total, row=i, column=j, ink=ink, words="<1" if rare else ""
                )
        parts = [
            sum(exact[i][j] for i in places for j in range(i + 1) if min(i - j, 2) == apart)
            for apart in range(3)
        ]
        few = [number == 0 and part > 0 for (_, number, _), part in zip(split, parts, strict=True)]
        explain(axes, [(*line, None) for line in split], total, rare=few, size=size)
        alt = [
            f"{counted(total, 'pair')}: {split_in_words(split, total, rare=few)}.",
            f"{cells_in_words(levels, pairs, 'and', lower_only=True)}.",
        ]
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
        figure = new_figure(width, 104 if size == "narrow" else 92)
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
    """Shade the bands, write their ends, and name them; in two rows where one is too short."""
    ends = [floor, *(end for end, _ in bands)]
    spans = [(start, end, name) for start, (end, name) in zip(ends, bands, strict=False)]
    in_one_row = all(
        text_width(name, size=SMALL) <= pixels * (end - start) - 4 for start, end, name in spans
    )
    for place, (start, end, name) in enumerate(spans):
        shade = BAND if place % 2 == 0 else GRID
        axes.axvspan(start, end, color=shade.light, linewidth=0)
        half = text_width(name, size=SMALL) / 2 / pixels
        at = min(max((start + end) / 2, floor + half), 1 - half)
        drop = 30 if in_one_row else 29 + 13 * (place % 2)
        write(
            axes, name, (at, 0), shift=(0, -drop), anchor="center", size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip
    told = sorted({floor, 0.0, *(end for end, _ in bands)})
    room = 1.6 * text_width("0.00", size=SMALL) / pixels
    for end in [each for each in told if each == 1 or 1 - each > room]:
        anchor: Anchor = "center" if floor < end < 1 else "left" if end < 1 else "right"
        write(
            axes, coefficient(end), (end, 0), shift=(0, -15), anchor=anchor, size=SMALL,
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


_LEFT, _RIGHT, _HEIGHT = 40, 130, 190
_NARROW_RIGHT = 8


def agreement_over_time(
    quarters: Sequence[Mark],
    *,
    title: str,
    whole_period: Mark,
    changes: Sequence[Change] = (),
    about: str = "Agreement by quarter, 1 being perfect and 0 what chance gives.",
    missing: str = "too few audits graded twice",
    size: Size = "full",
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
    size : {"full", "narrow"}
        A narrow chart names the band under it.

    Raises
    ------
    ShapeError
        If there is no quarter.
    """
    if not quarters:
        raise ShapeError("The chart of agreement over time needs at least one quarter.")
    is_narrow, width = size == "narrow", WIDTH_OF[size]
    slot = (width - _LEFT - (_NARROW_RIGHT if is_narrow else _RIGHT)) / len(quarters)
    time = TimeFrame(
        periods=tuple(mark.label for mark in quarters), left=_LEFT, slot=slot, right=width,
        changes=tuple(changes),
    )  # fmt: skip
    under = LINE if is_narrow and whole_period.has_interval else 0
    with house_style():
        figure = new_figure(width, time.headroom + 12 + _HEIGHT + PERIOD_WORDS + 16 + under)
        axes = panel(
            figure, left=_LEFT, top=time.headroom + 12, width=slot * len(quarters), height=_HEIGHT
        )
        axes.set_ylim(min(0.0, *(x for mark in quarters for x in mark.reach), 0.0), 1.0)
        axes.set_xlim(-0.5, len(quarters) - 0.5)
        _draw_band(axes, whole_period, is_narrow=is_narrow)
        values = round_values(*axes.get_ylim())
        draw_values(axes, values, words_of(values, coefficient), upright=True)
        time.frame(axes)
        for place, mark in enumerate(quarters):
            draw_mark(axes, mark, place=place, upright=True)
        _count_cases(axes, [mark.cases or 0 for mark in quarters], slot=slot)
        said = _in_words(quarters, whole_period, changes, missing=missing)
        return picture_of(figure, title=title, alt=[about, *said])


def _draw_band(axes: Axes, period: Mark, *, is_narrow: bool) -> None:
    if not period.has_interval:
        return
    axes.axhspan(period.low, period.high, color=BAND.light, linewidth=0)
    words = f"all quarters {coefficient(period.value)}"
    if is_narrow:
        at, drop = (-0.5, axes.get_ylim()[0]), -48 - LINE
        words = f"{words} {period.note}"
        write(axes, words, at, shift=(5, drop), size=SMALL, colour=MUTED.light)
        return
    at = (axes.get_xlim()[1], period.value)
    for row, line in enumerate((words, period.note)):
        write(axes, line, at, shift=(6, 3 - 14 * row), size=SMALL, colour=MUTED.light)


def _count_cases(axes: Axes, cases: Sequence[int], *, slot: float) -> None:
    """Write n under each quarter, or the range of n once where they stand too close."""
    low = axes.get_ylim()[0]
    names = [f"n {whole(number)}" for number in cases]
    if all(text_width(name, size=SMALL) + 3 <= slot for name in names):
        for place, name in enumerate(names):
            write(
                axes, name, (place, low), shift=(0, -48), anchor="center", size=SMALL,
                colour=MUTED.light,
            )  # fmt: skip
        return
    few, many = min(cases), max(cases)
    words = f"n {whole(few)}" + (f" to {whole(many)}" if few < many else "") + " a quarter"
    write(axes, words, (-0.5, low), shift=(5, -48), size=SMALL, colour=MUTED.light)


def _in_words(
    quarters: Sequence[Mark], period: Mark, changes: Sequence[Change], *, missing: str
) -> list[str]:
    """All quarters together, the last, changes, the lowest and highest, and what is missing."""
    told_changes = [f"Before {change.before}: {change.label}." for change in changes]
    known = [mark for mark in quarters if mark.has_value]
    parts = []
    if period.has_value:
        parts.append(f"All quarters together: {coefficient(period.value)}.")
    gaps = len(quarters) - len(known)
    if known:
        ends = sorted(known, key=lambda mark: mark.value)
        parts.append(_quarter_in_words(known[-1]))
        parts += told_changes
        parts += [
            f"{name} {_quarter_in_words(mark)}"
            for name, mark in (("Lowest", ends[0]), ("Highest", ends[-1]))
            if mark is not known[-1]
        ]
    if gaps:
        parts.append(f"{counted(gaps, 'quarter')} with {missing}.")
    return parts if known else [*parts, *told_changes]


def _quarter_in_words(mark: Mark) -> str:
    span = f" ({coefficient(mark.low)} to {coefficient(mark.high)})" if mark.has_interval else ""
    return f"{mark.label}: {coefficient(mark.value)}{span}, {counted(mark.cases or 0, 'audit')}."
