"""The pictures of the audit programme: grades by quarter, and audits completed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import (
    FULL_WIDTH,
    SMALL,
    WORDS,
    Mark,
    draw_mark,
    fitted_lines,
    middle,
    require_table,
    spread_apart,
    text_width,
    write,
)
from qaf_analysis.kit.charts.time import LINE, PERIOD_WORDS, Change, TimeFrame
from qaf_analysis.kit.numbers import counted, percent, whole
from qaf_analysis.kit.palette import ACCENT, COMPARISON, GRID, MUTED, TEXT, grade_colours
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import YEAR_RULE
from qaf_analysis.topics.common.scope import Event, for_every_chart
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.words import programme_claim


def programme_pictures(result: Programme) -> tuple[Picture, ...]:
    """Audits completed by type; the grades by quarter have their place on the first page."""
    return (_completed(result),)


def grades_picture(result: Programme, optimism: Optimism | None) -> Picture:
    """Grades by quarter, with the moderation-adjusted profile beside them where there is one."""
    return grade_bars(
        [str(quarter) for quarter in result.quarters],
        title=programme_claim(result),
        scale=result.scale,
        counts=[counted.counts for counted in result.by_quarter],
        adjusted=_adjusted_bar(optimism) if optimism else None,
        changes=_changes(for_every_chart(result.events), result.quarters),
    )


def _adjusted_bar(result: Optimism) -> AdjustedBar | None:
    shares = tuple(share.value for share in result.adjusted_profile)
    if not result.adjusted_good.is_estimable or any(math.isnan(share) for share in shares):
        return None
    return AdjustedBar(
        label=f"had moderators graded {result.scope.period}",
        shares=shares,
        good=Mark.of(result.scale.positive, result.adjusted_good),
    )


def _changes(events: tuple[Event, ...], quarters: tuple[Quarter, ...]) -> list[Change]:
    return [
        Change(label=event.label, before=str(event.quarter))
        for event in events
        if event.quarter in quarters
    ]


def _completed(result: Programme) -> Picture:
    total = sum(sum(kind.counts) for kind in result.by_type)
    return audits_completed(
        [str(quarter) for quarter in result.quarters],
        title=f"{total:,} audits completed since {result.quarters[0]}",
        kinds=[kind.audit_type.replace("_", "-").capitalize() for kind in result.by_type],
        counts=[kind.counts for kind in result.by_type],
    )


_HEIGHT = 190
_N_ROW = 20
_ADJUSTED_ROOM = 196
_BESIDE_ROOM = 92
_KIND_ROOM = 170


@dataclass(frozen=True, kw_only=True)
class AdjustedBar:
    """Grades as they would have been had all audits been moderated.

    Parameters
    ----------
    label : str
        Written under the bar, such as "had moderators graded the last year".
    shares : tuple of float
        Share of each level, worst first, adding up to 1.
    good : Mark
        Share graded positive with its interval.
    """

    label: str
    shares: tuple[float, ...]
    good: Mark


def grade_bars(
    periods: Sequence[str],
    *,
    title: str,
    scale: ScaleWords,
    counts: Sequence[Sequence[int]],
    adjusted: AdjustedBar | None = None,
    changes: Sequence[Change] = (),
) -> Picture:
    """Share of each grade by period, worst at the foot, with the number of audits above.

    Parameters
    ----------
    periods : sequence of str
        Names of the periods in order, such as ``2019-20 Q4``.
    title : str
        The finding.
    scale : ScaleWords
        With K levels.
    counts : sequence of sequence of int
        Audits of each grade (K) in each period; a period without audits is a gap.
    adjusted : AdjustedBar or None
        Drawn beside the last period.
    changes : sequence of Change
        Process changes, drawn as rules.

    Raises
    ------
    ShapeError
        If the counts do not fit the periods and the levels.
    """
    require_table(counts, rows=len(periods), columns=scale.n_levels)
    left = 12 + max(text_width(level, size=SMALL) for level in scale.levels)
    slot = (FULL_WIDTH - left - (_ADJUSTED_ROOM if adjusted else 12)) / len(periods)
    slot = min(slot, 96)
    time = TimeFrame(
        periods=tuple(periods), left=left, slot=slot, right=left + slot * len(periods),
        changes=tuple(changes), above=_N_ROW,
    )  # fmt: skip
    top = time.headroom + _N_ROW
    with house_style():
        figure = new_figure(FULL_WIDTH, top + _HEIGHT + PERIOD_WORDS)
        axes = panel(figure, left=left, top=top, width=slot * len(periods), height=_HEIGHT)
        axes.set_ylim(0, 1)
        for place, row in enumerate(counts):
            _draw_stack(axes, _shares(row), place=place, slot=slot, written=_is_enough(row))
        _count_audits(axes, [sum(row) for row in counts], slot=slot)
        time.frame(axes)
        _name_levels(axes, scale.levels, next((row for row in counts if sum(row)), counts[0]))
        if adjusted is not None:
            require_table([adjusted.shares], rows=1, columns=scale.n_levels)
            beside = panel(
                figure, left=left + slot * len(periods) + 28, top=top, width=70, height=_HEIGHT
            )
            _draw_adjusted(beside, adjusted)
        alt = _bars_in_words(periods, scale, counts, adjusted, changes)
        return picture_of(figure, title=title, alt=alt)


def audits_completed(
    quarters: Sequence[str],
    *,
    title: str,
    kinds: Sequence[str],
    counts: Sequence[Sequence[int]],
) -> Picture:
    """Audits completed by quarter, one row of bars for each kind of audit, on one scale.

    Parameters
    ----------
    quarters : sequence of str
        Names of the quarters in order.
    title : str
        The finding.
    kinds : sequence of str
        Kinds of audit, such as "Collaborative" and "Multi-agency".
    counts : sequence of sequence of int
        Audits of each kind (rows) in each quarter (columns).

    Raises
    ------
    ShapeError
        If the counts do not fit the kinds and the quarters.
    """
    require_table(counts, rows=len(kinds), columns=len(quarters))
    most = max([1, *(number for row in counts for number in row)])
    tall = 52
    slot = min((FULL_WIDTH - _KIND_ROOM - 70) / len(quarters), 96)
    width = slot * len(quarters)
    time = TimeFrame(periods=tuple(quarters), left=_KIND_ROOM, slot=slot, right=_KIND_ROOM + width)
    with house_style():
        figure = new_figure(FULL_WIDTH, LINE + (tall + LINE) * len(kinds) + PERIOD_WORDS)
        for row, (kind, numbers) in enumerate(zip(kinds, counts, strict=True)):
            top = LINE + (tall + LINE) * row
            axes = panel(figure, left=_KIND_ROOM, top=top, width=width, height=tall)
            axes.set_xlim(-0.5, len(quarters) - 0.5)
            axes.set_ylim(0, most)
            _draw_kind(axes, kind, numbers, slot=slot)
            if row == 0:
                _head_totals(axes, tall)
            if row == len(kinds) - 1:
                time.frame(axes)
        return picture_of(figure, title=title, alt=_completed_in_words(quarters, kinds, counts))


def _draw_stack(
    axes: Axes,
    shares: Sequence[float],
    *,
    place: float,
    slot: float,
    width: float = 0.78,
    written: bool = True,
) -> None:
    floor = 0.0
    for share, colour in zip(shares, grade_colours(len(shares)), strict=True):
        if share > 0:
            axes.bar(
                place, share, width, bottom=floor, color=colour.fill,
                edgecolor=TEXT.light, linewidth=0.7, clip_on=False,
            )  # fmt: skip
        words = percent(share)
        fits_across = text_width(words, size=SMALL) + 4 <= slot * width
        if written and fits_across and share * _HEIGHT >= SMALL + 3:
            write(
                axes, words, (place, floor + share / 2), shift=(0, middle(SMALL)),
                anchor="center", colour=colour.words, size=SMALL,
            )  # fmt: skip
        floor += share


def _count_audits(axes: Axes, totals: Sequence[int], *, slot: float) -> None:
    """Write n above each bar, or the range of n once where the bars stand too close."""
    labels = [f"n {total:,}" for total in totals]
    if all(text_width(label, size=SMALL) + 3 <= slot for label in labels):
        for place, label in enumerate(labels):
            write(
                axes, label, (place, 1), shift=(0, 6), anchor="center", colour=MUTED.light,
                size=SMALL,
            )  # fmt: skip
    else:
        label = f"n {min(totals):,} to {max(totals):,}"
        write(axes, label, (-0.5, 1), shift=(2, 6), colour=MUTED.light, size=SMALL)


def _name_levels(axes: Axes, levels: Sequence[str], counts: Sequence[int]) -> None:
    """Name the grades beside the first bar that has any."""
    shares = _shares(counts)
    centres = [_HEIGHT * (sum(shares[:k]) + shares[k] / 2) for k in range(len(shares))]
    gap = min(LINE, _HEIGHT / len(levels))
    for level, height in zip(levels, spread_apart(centres, gap=gap), strict=True):
        write(
            axes, level, (-0.5, height / _HEIGHT), shift=(-6, middle(SMALL)), anchor="right",
            size=SMALL,
        )  # fmt: skip


def _draw_adjusted(axes: Axes, bar: AdjustedBar) -> None:
    axes.set_xlim(-0.5, 0.5)
    axes.set_ylim(0, 1)
    _draw_stack(axes, bar.shares, place=-0.18, slot=70, width=0.64)
    for row, words in enumerate(fitted_lines(bar.label, width=160, size=SMALL, most=2)):
        write(
            axes, words, (-0.5, 0), shift=(0, -15 - 14 * row), size=SMALL,
            colour=COMPARISON.light,
        )  # fmt: skip
    if not bar.good.has_value:
        return
    from_top = Mark(
        label="", value=1 - bar.good.value, low=1 - bar.good.high, high=1 - bar.good.low
    )
    draw_mark(axes, from_top, place=0.36, upright=True, ink=COMPARISON)
    beside = fitted_lines(bar.good.label, width=_BESIDE_ROOM, size=SMALL, most=3)
    lines = [percent(bar.good.value), *beside]
    if bar.good.has_interval:
        lines.insert(1, f"{percent(bar.good.low)[:-1]} to {percent(bar.good.high)}")
    for row, words in enumerate(lines):
        write(
            axes, words, (0.36, from_top.value), shift=(12, 12 - 14 * row), bold=row == 0,
            size=WORDS if row == 0 else SMALL, colour=COMPARISON.light,
        )  # fmt: skip


def _draw_kind(axes: Axes, kind: str, numbers: Sequence[int], *, slot: float) -> None:
    axes.bar(range(len(numbers)), list(numbers), 0.74, color=ACCENT.light)
    axes.plot(axes.get_xlim(), (0, 0), color=GRID.light, linewidth=1.5, clip_on=False)
    for place, number in enumerate(numbers):
        if text_width(whole(number), size=SMALL) + 4 <= slot:
            write(
                axes, whole(number), (place, number), shift=(0, 4), anchor="center", size=SMALL,
                colour=TEXT.light if number else MUTED.light,
            )  # fmt: skip
    lines = fitted_lines(kind, width=_KIND_ROOM - 14, size=WORDS)
    for row, words in enumerate(lines):
        write(axes, words, (-0.5, 0), shift=(2 - _KIND_ROOM, 2 + 15 * (len(lines) - 1 - row)))
    total = (axes.get_xlim()[1], 0.0)
    write(axes, whole(sum(numbers)), total, shift=(58, 2), anchor="right", bold=True)


def _head_totals(axes: Axes, tall: int) -> None:
    end = (axes.get_xlim()[1], 0.0)
    write(
        axes, "Total", end, shift=(58, tall + 4), anchor="right", size=SMALL, colour=MUTED.light
    )  # fmt: skip


def _is_enough(counts: Sequence[int]) -> bool:
    """Whether the audits are enough for shares to be written."""
    return sum(counts) >= YEAR_RULE.fewest_audits


def _shares(counts: Sequence[int]) -> list[float]:
    total = sum(counts)
    return [count / total if total else 0.0 for count in counts]


def _bars_in_words(
    periods: Sequence[str],
    scale: ScaleWords,
    counts: Sequence[Sequence[int]],
    adjusted: AdjustedBar | None,
    changes: Sequence[Change],
) -> str:
    good = [
        f"{period} {percent(sum(row[scale.good_from :]) / sum(row))} of {whole(sum(row))}"
        if _is_enough(row)
        else f"{period} {counted(sum(row), 'audit') if sum(row) else 'no audits'}"
        for period, row in zip(periods, counts, strict=True)
    ]
    parts = [f"Share of audits graded {scale.positive}: {', '.join(good)}."]
    if _is_enough(counts[-1]):
        last = zip(scale.levels, _shares(counts[-1]), strict=True)
        parts.append(
            f"In {periods[-1]}: {', '.join(f'{level} {percent(x)}' for level, x in last)}."
        )
    if adjusted is not None and adjusted.good.has_value:
        span = (
            f" ({percent(adjusted.good.low)[:-1]} to {percent(adjusted.good.high)})"
            if adjusted.good.has_interval
            else ""
        )
        label = adjusted.label[:1].upper() + adjusted.label[1:]
        parts.append(f"{label}: {percent(adjusted.good.value)}{span}.")
    parts += [f"Before {change.before}: {change.label}." for change in changes]
    return " ".join(parts)


def _completed_in_words(
    quarters: Sequence[str], kinds: Sequence[str], counts: Sequence[Sequence[int]]
) -> str:
    parts = [
        f"{kind}: {counted(sum(row), 'audit')} from {quarters[0]} to {quarters[-1]}, "
        f"{whole(row[-1])} in the last quarter."
        for kind, row in zip(kinds, counts, strict=True)
    ]
    return " ".join(parts)
