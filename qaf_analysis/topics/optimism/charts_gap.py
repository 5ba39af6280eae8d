"""Gaps between auditors and moderators over rounds, and spread among auditors before and after."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import (
    CARD_WIDTH,
    FULL_WIDTH,
    SMALL,
    WORDS,
    Mark,
    Size,
    draw_mark,
    fitted_lines,
    middle,
    spread_apart,
    text_width,
    write,
)
from qaf_analysis.kit.charts.time import PERIOD_WORDS, Change, TimeFrame
from qaf_analysis.kit.numbers import coefficient, counted, gap, whole
from qaf_analysis.kit.palette import BAND, GRID, MUTED, TEXT
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.errors import ShapeError

_TOP = 16  # room for a number above the highest interval


def gap_over_rounds(
    rounds: Sequence[Mark],
    *,
    title: str,
    tolerance: float,
    changes: Sequence[Change] = (),
    size: Size = "full",
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
        return picture_of(figure, title=title, alt=_rounds_in_words(rounds, tolerance, changes))


def spread_before_after(before: Mark, after: Mark, *, title: str, size: Size = "full") -> Picture:
    """Spread between strict and lenient auditors before and after a change, in grades.

    Parameters
    ----------
    before, after : Mark
        Standard deviation among auditors; 0 means that all are alike.
    title : str
        The finding.
    size : {"card", "full"}
        How wide.
    """
    width = CARD_WIDTH if size == "card" else 720
    left = 16 + max(text_width(mark.label) for mark in (before, after))
    left = min(left, 0.4 * width)
    with house_style():
        figure = new_figure(width, 128)
        axes = panel(figure, left=left, top=10, width=width - left - 20, height=84)
        axes.set_xlim(0, 1.05 * max([0.1, *before.reach, *after.reach]))
        axes.set_ylim(2, 0)
        axes.plot((0, 0), (0, 2), color=TEXT.light, linewidth=1.2, clip_on=False)
        axes.plot(axes.get_xlim(), (2, 2), color=GRID.light, linewidth=1.5, clip_on=False)
        for place, mark in ((0.65, before), (1.55, after)):
            _draw_spread(axes, mark, place=place, left=left)
        write(
            axes, "0 = all auditors alike", (0, 2), shift=(0, -17), size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip
        write(
            axes, "spread, in grades", (axes.get_xlim()[1], 2), shift=(0, -17), anchor="right",
            size=SMALL, colour=MUTED.light,
        )  # fmt: skip
        alt = " ".join(f"{mark.label}: {_spread_in_words(mark)}." for mark in (before, after))
        return picture_of(
            figure, title=title, alt=f"Spread among auditors in grades, 0 if all are alike. {alt}"
        )


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
    names = [([f"within {tolerance:g}"], tolerance / 2), (zero, 0.0)]
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


def _draw_spread(axes: Axes, mark: Mark, *, place: float, left: float) -> None:
    lines = fitted_lines(mark.label, width=left - 14)
    for row, words in enumerate(lines):
        rise = 7 * (len(lines) - 1) - 14 * row + middle(WORDS)
        write(axes, words, (0, place), shift=(-left + 2, rise))
    draw_mark(axes, mark, place=place, upright=False)
    if mark.has_value:
        write(
            axes, coefficient(mark.value), (mark.value, place), shift=(0, 9), anchor="center",
            bold=True,
        )  # fmt: skip
    else:
        write(axes, "not measurable", (0, place), shift=(8, middle(WORDS)), colour=MUTED.light)


def _rounds_in_words(rounds: Sequence[Mark], tolerance: float, changes: Sequence[Change]) -> str:
    parts = [
        "Auditor minus moderator, in grades; above zero auditors were kinder, "
        f"and a gap within {tolerance:g} is accepted."
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


def _spread_in_words(mark: Mark) -> str:
    if not mark.has_value:
        return f"not measurable{f' because {mark.note}' if mark.note else ''}"
    span = f" ({coefficient(mark.low)} to {coefficient(mark.high)})" if mark.has_interval else ""
    return f"{coefficient(mark.value)}{span}"
