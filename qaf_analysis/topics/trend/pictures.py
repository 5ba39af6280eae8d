"""The pictures of the true trend: levels year by year, and what the change is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import (
    SMALL,
    WIDTH_OF,
    Mark,
    Size,
    draw_mark,
    fitted_lines,
    middle,
    spread_apart,
    text_width,
    write,
)
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.charts.scale import draw_values, round_values, words_of
from qaf_analysis.kit.numbers import percent
from qaf_analysis.kit.palette import ACCENT, COMPARISON, GRID, Ink
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.stats.trend.decomposition import Part, claim
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import TrendClaim
from qaf_analysis.topics.trend.analysis import TrueTrend
from qaf_analysis.topics.trend.words import _claim

PARTS: tuple[tuple[Part, str], ...] = (
    ("practice", "Practice"),
    ("mix", "Other auditors did the audits"),
    ("drift", "Auditors became kinder or harsher"),
)


def true_trend_pictures(result: TrueTrend, *, size: Size = "full") -> tuple[Picture, ...]:
    """The positive share by year, as audited and as moderated; and the parts of the change."""
    pictures = []
    if len(result.years) > 1:
        pictures.append(_years_picture(result, size=size))
    if result.grade.practice.is_estimable:
        pictures.append(_parts_picture(result, size=size))
    return tuple(pictures)


def _years_picture(result: TrueTrend, *, size: Size) -> Picture:
    return levels_by_period(
        Levels(
            name="As audited",
            marks=tuple(Mark.of(year.period, year.good.observed) for year in result.years),
        ),
        Levels(
            name="By moderators",
            marks=tuple(Mark.of(year.period, year.good.adjusted) for year in result.years),
        ),
        title=_claim(result),
        measure=f"Share of audits graded {result.scale.positive}",
        number=percent,
        size=size,
    )


def _parts_picture(result: TrueTrend, *, size: Size) -> Picture:
    split = result.grade
    rows = [Row(mark=Mark.of("Change in auditors' grades", split.observed))]
    for part, words in PARTS:
        estimate = getattr(split, part)
        if estimate.is_estimable:
            said = claim(part, estimate)
            mark = Mark.of(words, estimate, note=said, is_quiet=said == TrendClaim.NO_CLEAR_CHANGE)
            rows.append(Row(mark=mark))
    return interval_rows(
        rows,
        title="What the change is made of",
        axis=Axis(middle="no change", left="lower", right="higher", unit="grades"),
        about="Change in grades between the two years, and its parts, which add up to it.",
        size=size,
    )


_APART = 0.09  # half the distance between the two dots of one period, in periods
_NARROW_APART = 5.0  # the same in pixels on a telephone
_BESIDE = 9  # pixels from the middle of a dot to its number
_HEIGHT = 190
_LEFT = 40


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
    size: Size = "full",
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
    size : {"full", "narrow"}
        A narrow chart names the series above it.

    Raises
    ------
    ShapeError
        If there is no period, or the two have different ones.
    """
    periods = [mark.label for mark in auditors.marks]
    if not periods or periods != [mark.label for mark in moderators.marks]:
        raise ShapeError("Both series need the same periods, at least one.")
    both = ((auditors, ACCENT), (moderators, COMPARISON))
    names = 14 + max(text_width(each.name, bold=True) for each, _ in both)
    is_narrow, full = size == "narrow", WIDTH_OF[size]
    top = 22
    width = full - _LEFT - (10 if is_narrow else names)
    slot = width / len(periods)
    lines = [fitted_lines(period, width=slot - 6, size=SMALL) for period in periods]
    foot = 12 + 14 * max(map(len, lines))
    with house_style():
        figure = new_figure(full, top + _HEIGHT + foot)
        axes = panel(figure, left=_LEFT, top=top, width=width, height=_HEIGHT)
        axes.set_xlim(-0.5, len(periods) - 0.5)
        axes.set_ylim(*_reach((auditors, moderators)))
        low, high = axes.get_ylim()
        values = round_values(low, high)
        draw_values(axes, values, words_of(values, number), upright=True)
        axes.plot(axes.get_xlim(), (low, low), color=GRID.light, linewidth=1.5, clip_on=False)
        for place, words in enumerate(lines):
            for row, line in enumerate(words):
                write(
                    axes, line, (place, low), shift=(0, -16 - 14 * row), anchor="center",
                    size=SMALL,
                )  # fmt: skip
        apart = min(_APART, _NARROW_APART / slot) if is_narrow else _APART
        for series, ink, shift in ((auditors, ACCENT, -apart), (moderators, COMPARISON, apart)):
            _draw_series(axes, series, ink=ink, shift=shift, slot=slot, number=number)
        if is_narrow:
            _name_above(axes, both)
        else:
            _name_series(axes, both)
        alt = [f"{measure}.", *_in_words(auditors, moderators, number)]
        return picture_of(figure, title=title, alt=alt)


def _reach(both: Sequence[Levels]) -> tuple[float, float]:
    ends = [end for series in both for mark in series.marks for end in mark.reach] or [0.0, 1.0]
    room = 0.12 * (max(ends) - min(ends) or 1.0)
    return min(ends) - room, max(ends) + room


def _draw_series(
    axes: Axes,
    series: Levels,
    *,
    ink: Ink,
    shift: float,
    slot: float,
    number: Callable[[float], str],
) -> None:
    """Draw one series beside the middle of each period; ``shift`` is in periods, to the right.

    A number stands on the outer side of its dot where it stays within its own period's room.
    """
    for place, mark in enumerate(series.marks):
        if not mark.has_value:
            continue
        draw_mark(axes, mark, place=place + shift, upright=True, ink=ink, radius=5)
        words = number(mark.value)
        if abs(shift) * slot + _BESIDE + text_width(words, size=SMALL, bold=True) <= slot / 2:
            write(
                axes, words, (place + shift, mark.value),
                shift=(-_BESIDE if shift < 0 else _BESIDE, middle(SMALL)),
                anchor="right" if shift < 0 else "left", size=SMALL, bold=True,
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


def _name_above(axes: Axes, both: Sequence[tuple[Levels, Ink]]) -> None:
    """Name both series in one row above a narrow chart, each in its colour."""
    at, high = -_LEFT + 2.0, axes.get_ylim()[1]
    for series, ink in both:
        write(
            axes, series.name, (-0.5, high), shift=(at, 8), size=SMALL, bold=True,
            colour=ink.light,
        )  # fmt: skip
        at += text_width(series.name, size=SMALL, bold=True) + 16


def _in_words(auditors: Levels, moderators: Levels, number: Callable[[float], str]) -> list[str]:
    """The last period by both with intervals, then the earlier ones, the latest first."""
    parts = []
    pairs = list(zip(auditors.marks, moderators.marks, strict=True))
    for place, pair in enumerate(reversed(pairs)):
        said = [
            f"{series.name.lower()} {_value_in_words(mark, number, with_ends=place == 0)}"
            for series, mark in zip((auditors, moderators), pair, strict=True)
        ]
        parts.append(f"{pair[0].label[:1].upper()}{pair[0].label[1:]}: {', '.join(said)}.")
    return parts


def _value_in_words(mark: Mark, number: Callable[[float], str], *, with_ends: bool) -> str:
    if not mark.has_value:
        return "not known"
    if not (with_ends and mark.has_interval):
        return number(mark.value)
    return f"{number(mark.value)} ({number(mark.low)} to {number(mark.high)})"
