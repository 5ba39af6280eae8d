"""The pictures of over-optimism: the grid, the gap round by round, and the funnel of auditors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import isnan

import numpy as np
from matplotlib.axes import Axes

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
    Mark,
    Size,
    draw_mark,
    middle,
    spread_apart,
    text_width,
    write,
)
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.charts.time import PERIOD_WORDS, Change, TimeFrame
from qaf_analysis.kit.numbers import counted, gap, whole
from qaf_analysis.kit.palette import ACCENT, BAND, COMPARISON, GRID, MUTED, PAGE, PALE, QUIET, TEXT
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.stats.optimism.auditor_gaps import INNER, LEAST_CASES, OUTER, funnel_reach
from qaf_analysis.stats.optimism.verdict import size_in_grades
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.topics.optimism.analysis.detail import OptimismDetail
from qaf_analysis.topics.optimism.analysis.groups import GapGroup
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.optimism.words import say_optimism

MOST_ROUNDS_ON_A_CARD = 6


def optimism_pictures(result: Optimism) -> tuple[Picture, ...]:
    """The grid of auditor and moderator, and the gap over time."""
    pictures = []
    if any(any(row) for row in result.table):
        pictures.append(
            moderation_grid(
                result.scale.levels, title=say_optimism(result).claim, counts=result.table
            )
        )
    if any(group.gap.is_estimable for group in result.rounds):
        pictures.append(gap_picture(result, size="full"))
    return tuple(pictures)


def optimism_card_picture(result: Optimism) -> Picture | None:
    """The gap over the latest rounds."""
    if not any(group.gap.is_estimable for group in result.rounds):
        return None
    return gap_picture(result, size="card")


def gap_picture(result: Optimism, *, size: Size) -> Picture:
    """The gap round by round, with the changes to how audits are done."""
    rounds = result.rounds[-MOST_ROUNDS_ON_A_CARD:] if size == "card" else result.rounds
    known = {group.label: group for group in rounds}
    span = quarters_between(Quarter.parse(rounds[0].label), Quarter.parse(rounds[-1].label))
    labels = [str(quarter) for quarter in span] if size == "full" else list(known)
    return gap_over_rounds(
        [_round(label, known.get(label)) for label in labels],
        title="Auditor minus moderator, by quarter of moderation",
        tolerance=result.tolerance,
        changes=[
            Change(label=event.label, before=str(event.quarter))
            for event in result.events
            if str(event.quarter) in labels
        ],
        size=size,
        source=f"{counted(sum(group.cases for group in rounds), 'moderated audit')} drawn by "
        f"chance, moderated {rounds[0].label} to {rounds[-1].label}; plain means of each quarter.",
    )


def _round(label: str, group: GapGroup | None) -> Mark:
    if group is None:
        return Mark(label=label, value=math.nan, note="no moderation")
    return Mark.of(label, group.gap)


def optimism_detail_pictures(result: OptimismDetail) -> tuple[Picture, ...]:
    """Gap by domain, and the funnel of auditors."""
    pictures = list(gap_by_domain_pictures(result))
    if not isnan(result.own.spread) and not isnan(result.own.centre) and result.own.dots:
        pictures.append(_funnel_picture(result))
    return tuple(pictures)


def gap_by_domain_pictures(result: OptimismDetail) -> tuple[Picture, ...]:
    """Gap by domain, where any domain has one."""
    pictures = []
    for grouped in result.grouped:
        known = [group for group in grouped.groups if group.gap.is_estimable]
        if grouped.kind == "domain" and known:
            pictures.append(_domains_picture(known))
    return tuple(pictures)


def _domains_picture(groups: list[GapGroup]) -> Picture:
    return interval_rows(
        [
            Row(mark=Mark.of(group.label, group.gap, note=counted(group.cases, "audit")))
            for group in groups
        ],
        title="Auditors against moderators, domain by domain",
        axis=Axis(
            middle="same as moderators",
            left="auditors harsher",
            right="auditors kinder",
            unit="grades",
        ),
        about="Mean gap, audit minus moderation, by domain.",
    )


def _funnel_picture(result: OptimismDetail) -> Picture:
    own = result.own
    df = sum(cases for cases, _ in own.dots) - len(own.dots)
    bounds = FunnelBounds(centre=own.centre, spread=own.spread, df=df)
    dots = []
    for cases, raw in own.dots:
        # Whom the words leave out for want of cases counts here as little.
        is_judged = cases >= LEAST_CASES
        limit = bounds.reach(cases, OUTER)
        is_beyond = is_judged and abs(raw - own.centre) > limit
        dots.append(FunnelDot(cases=cases, gap=raw, is_beyond=is_beyond))
    beyond = sum(dot.is_beyond for dot in dots)
    few = sum(dot.cases < LEAST_CASES for dot in dots)
    told = f" Those with fewer than {LEAST_CASES} audits ({few:,}) are not judged."
    return gap_funnel(
        dots,
        title="Every auditor lies within the limits of chance"
        if not beyond
        else f"{counted(beyond, 'auditor')} beyond the limits of chance",
        bounds=bounds,
        source=f"{counted(sum(dot.cases for dot in dots), 'moderated audit')} drawn by chance "
        f"since {result.scope.first}, of {counted(len(dots), 'auditor')}.{told if few else ''}",
    )


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
    require_square(levels, counts)
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
            f"{counted(total, 'moderated audit')}: {split_in_words(split, total)}. "
            f"{cells_in_words(levels, counts, 'moderated to')}."
        )
        return picture_of(figure, title=title, alt=alt)


_TOP = 16  # room for a number above the highest interval


def gap_over_rounds(
    rounds: Sequence[Mark],
    *,
    title: str,
    tolerance: float,
    changes: Sequence[Change] = (),
    size: Size = "full",
    source: str = "",
) -> Picture:
    """Auditor minus moderator in grades, round by round; above zero the auditors were kinder.

    Parameters
    ----------
    rounds : sequence of Mark
        In order of time; a period without moderation has no value and stays a gap.
    title : str
        The finding.
    tolerance : float
        Gap, in grades, that is accepted on either side of zero.
    changes : sequence of Change
        Process changes, drawn as rules before the round they precede.
    size : {"card", "full"}
        A card has no axis but the named lines.
    source : str
        Which moderations are counted.

    Raises
    ------
    ShapeError
        If there is no round, or the tolerance is negative.
    """
    if not rounds or tolerance < 0:
        raise ShapeError("The gap chart needs a round and a tolerance that is not negative.")
    is_card = size == "card"
    width, height = (CARD_WIDTH, 112) if is_card else (FULL_WIDTH, 220)
    left, right = (4, 92) if is_card else (104, 150)
    slot = (width - left - right) / len(rounds)
    time = TimeFrame(
        periods=tuple(mark.label for mark in rounds), left=left, slot=slot, right=width,
        changes=tuple(changes),
    )  # fmt: skip
    foot = PERIOD_WORDS + (0 if is_card else 16)
    with house_style():
        figure = new_figure(width, time.headroom + _TOP + height + foot)
        axes = panel(
            figure, left=left, top=time.headroom + _TOP, width=width - left - right, height=height
        )
        axes.set_ylim(*_reach(rounds, tolerance))
        axes.set_xlim(-0.5, len(rounds) - 0.5)
        axes.axhspan(-tolerance, tolerance, color=BAND.light, linewidth=0)
        axes.axhline(0, color=TEXT.light, linewidth=1.2)
        time.frame(axes)
        _name_lines(axes, tolerance, height=height, is_card=is_card)
        if not is_card:
            _name_sides(axes, height=height, cases=[mark.cases for mark in rounds])
        known = [place for place, mark in enumerate(rounds) if mark.has_value]
        for place in known:
            is_last = place == known[-1]
            _draw_round(axes, rounds[place], place=place, slot=slot, is_last=is_last)
        alt = _rounds_in_words(rounds, tolerance, changes)
        return picture_of(figure, title=title, alt=alt, source=source)


def _reach(rounds: Sequence[Mark], tolerance: float) -> tuple[float, float]:
    ends = [0.0, -tolerance, tolerance, *(end for mark in rounds for end in mark.reach)]
    room = 0.06 * (max(ends) - min(ends) or 1.0)
    return min(ends) - room, max(ends) + room


def _draw_round(axes: Axes, mark: Mark, *, place: int, slot: float, is_last: bool) -> None:
    """Draw one round; its number stands beside the dot, or above it, as far as there is room."""
    draw_mark(axes, mark, place=place, upright=True)
    words = gap(mark.value)
    width = text_width(words, size=SMALL, bold=True)
    if width + 12 <= slot / 2:
        write(
            axes, words, (place, mark.value), shift=(9, middle(SMALL)), size=SMALL,
            bold=not mark.is_quiet,
        )  # fmt: skip
    elif is_last or width + 4 <= slot:
        top = mark.high if mark.has_interval else mark.value
        write(
            axes, words, (place, top), shift=(0, 5), anchor="center", size=SMALL,
            bold=not mark.is_quiet,
        )  # fmt: skip


def _name_lines(axes: Axes, tolerance: float, *, height: int, is_card: bool) -> None:
    """Name zero and the accepted gap at the right end."""
    low, high = axes.get_ylim()
    end = axes.get_xlim()[1]
    zero = ["same as", "moderators"] if is_card else ["same as moderators"]
    names = [([f"within {size_in_grades(tolerance)}"], tolerance / 2), (zero, 0.0)]
    if tolerance == 0:
        names = names[1:]
    wished = [height * (at - low) / (high - low) for _, at in names][::-1]
    spread = spread_apart(wished, gap=14 * (1 + len(zero)) / 2)[::-1]
    for (lines, _), height_of in zip(names, spread, strict=True):
        for row, words in enumerate(lines):
            offset = height_of + 7 * (len(lines) - 1) - 14 * row
            write(
                axes, words, (end, low), shift=(6, offset + middle(SMALL)), size=SMALL,
                colour=TEXT.light if lines is zero else MUTED.light,
            )  # fmt: skip


def _name_sides(axes: Axes, *, height: int, cases: Sequence[int | None]) -> None:
    """Say which side is which, and how many cases each round rests on."""
    low, high = axes.get_ylim()
    for at, words in ((high, "auditors kinder"), (low, "auditors harsher")):
        shift = -12 if at == high else 4
        write(
            axes, words, (-0.5, at), shift=(-8, shift), anchor="right", size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip
    for place, number in enumerate(cases):
        if number:
            write(
                axes, f"n {whole(number)}", (place, low), shift=(0, -48), anchor="center",
                size=SMALL, colour=MUTED.light,
            )  # fmt: skip


def _rounds_in_words(rounds: Sequence[Mark], tolerance: float, changes: Sequence[Change]) -> str:
    parts = [
        "Auditor minus moderator, in grades; above zero auditors were kinder, "
        f"and a gap within {size_in_grades(tolerance)} counts as small."
    ]
    for mark in rounds:
        if not mark.has_value:
            continue
        span = f" ({gap(mark.low)} to {gap(mark.high)})" if mark.has_interval else ""
        cases = f", {counted(mark.cases, 'case')}" if mark.cases else ""
        parts.append(f"{mark.label}: {gap(mark.value)}{span}{cases}.")
    if len(parts) == 1:
        parts.append("No round can be estimated.")
    parts += [f"Before {change.before}: {change.label}." for change in changes]
    return " ".join(parts)


@dataclass(frozen=True, kw_only=True)
class FunnelDot:
    """One auditor: moderated audits, their mean gap, and whether it lies beyond 99.8 % limits."""

    cases: int
    gap: float
    is_beyond: bool = False


@dataclass(frozen=True, kw_only=True)
class FunnelBounds:
    """Limits of chance about the overall gap.

    Parameters
    ----------
    centre : float
        Overall mean gap, in grades.
    spread : float
        Standard deviation of single gaps about their auditor's mean.
    df : float
        Moderated audits less auditors: what the spread is known by.
    """

    centre: float
    spread: float
    df: float

    def reach(self, cases: float, level: float) -> float:
        """How far from the centre chance takes a mean of so many cases: the limits of the words."""
        return funnel_reach(self.spread, cases, df=max(1.0, self.df), level=level)


def gap_funnel(
    dots: Sequence[FunnelDot], *, title: str, bounds: FunnelBounds, source: str = ""
) -> Picture:
    """Each auditor's mean gap by number of moderated audits, without names.

    Raises
    ------
    ShapeError
        If there is no dot.
    """
    if not dots:
        raise ShapeError("A funnel needs at least one auditor.")
    left, right, height = 120, 150, 250
    most = max(dot.cases for dot in dots)
    with house_style():
        figure = new_figure(FULL_WIDTH, height + 56)
        axes = panel(figure, left=left, top=10, width=FULL_WIDTH - left - right, height=height)
        axes.set_xlim(0.5, most + 0.8)
        steps = np.linspace(0.5, most + 0.8, 200)
        wide, narrow = (bounds.reach(1, level) / np.sqrt(steps) for level in (OUTER, INNER))
        far = max(abs(dot.gap - bounds.centre) for dot in dots)
        reach = 1.08 * max(far, bounds.reach(max(1, most), OUTER), 0.25)
        axes.set_ylim(bounds.centre - reach, bounds.centre + reach)
        for half, ink in ((wide, BAND), (narrow, GRID)):
            kept = np.minimum(half, reach)  # drawings keep no clipping
            axes.fill_between(
                steps, bounds.centre - kept, bounds.centre + kept, color=ink.light, linewidth=0
            )
        axes.axhline(bounds.centre, color=PALE.light, linewidth=1.5)
        axes.axhline(0, color=TEXT.light, linewidth=1.2)
        _draw_dots(axes, dots)
        _name_axes(axes, bounds, most=most)
        return picture_of(figure, title=title, alt=_in_words(dots, bounds), source=source)


def _draw_dots(axes: Axes, dots: Sequence[FunnelDot]) -> None:
    for dot in dots:
        ink = COMPARISON if dot.is_beyond else ACCENT
        axes.plot(
            [dot.cases], [dot.gap], marker="D" if dot.is_beyond else "o", markersize=8,
            markerfacecolor=ink.light, markeredgecolor=PAGE.light, markeredgewidth=1,
            clip_on=False,
        )  # fmt: skip


def _name_axes(axes: Axes, bounds: FunnelBounds, *, most: int) -> None:
    low, high = axes.get_ylim()
    end = axes.get_xlim()[1]
    lines = [(bounds.centre, f"all: {gap(bounds.centre)}")]
    if low < 0 < high:
        lines.append((0.0, "same as moderators"))
    apart = abs(bounds.centre) / (high - low) * 250 >= 15
    for at, words in lines if apart else lines[:1]:
        write(axes, words, (end, at), shift=(6, middle(SMALL)), size=SMALL)
    for at, words, shift in ((high, "auditor kinder", -12), (low, "auditor harsher", 4)):
        write(
            axes, words, (0.5, at), shift=(-8, shift), anchor="right", size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip
    for cases in sorted({1, most, *range(5, most, 5)}):
        if cases == most or most - cases > 1:
            write(
                axes, f"{cases}", (cases, low), shift=(0, -16), anchor="center", size=SMALL,
                colour=MUTED.light,
            )  # fmt: skip
    write(
        axes, "moderated audits of the auditor; shaded: 95% and 99.8% limits of chance",
        (end, low), shift=(0, -34), anchor="right", size=SMALL, colour=MUTED.light,
    )  # fmt: skip


def _in_words(dots: Sequence[FunnelDot], bounds: FunnelBounds) -> str:
    beyond = sum(dot.is_beyond for dot in dots)
    cases = [dot.cases for dot in dots]
    fewest = f"{min(cases)} to " if min(cases) < max(cases) else ""
    return (
        f"Mean gap of {counted(len(dots), 'auditor')} without names, each with "
        f"{fewest}{counted(max(cases), 'moderated audit')}, about the overall gap of "
        f"{gap(bounds.centre)}. {beyond} of them beyond the 99.8% limits of chance."
    )
