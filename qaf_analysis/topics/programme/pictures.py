"""The pictures of the audit programme: grades by quarter, and audits completed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from qaf_analysis.kit.charts.mark import (
    KEY_NAME,
    KEY_ROW,
    SMALL,
    WIDTH_OF,
    WORDS,
    Mark,
    Size,
    draw_hatch,
    draw_mark,
    fitted_lines,
    key_places,
    middle,
    require_table,
    spread_apart,
    text_width,
    write,
)
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.charts.time import LINE, PERIOD_WORDS, Change, TimeFrame
from qaf_analysis.kit.numbers import counted, percent, whole
from qaf_analysis.kit.palette import (
    ACCENT,
    COMPARISON,
    GRID,
    MUTED,
    QUIET,
    TEXT,
    grade_colours,
    hatched_grades,
)
from qaf_analysis.kit.parts import Picture, listed
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import YEAR_RULE
from qaf_analysis.topics.common.scope import Event, for_every_chart
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.programme.analysis.grades import GradeCounts, Programme
from qaf_analysis.topics.programme.words import programme_claim

MOST_DOMAINS = 10
MOST_NAMED = 4  # gaps as many as these are counted, not named


def programme_pictures(result: Programme, *, size: Size = "full") -> tuple[Picture, ...]:
    """Audits completed by type; the grades by quarter have their place on the first page."""
    return (_completed(result, size=size),)


def grades_picture(result: Programme, optimism: Optimism | None, *, size: Size = "full") -> Picture:
    """Grades by quarter, and the last year as graded beside what moderators would have given."""
    return grade_bars(
        [str(quarter) for quarter in result.quarters],
        title=programme_claim(result),
        scale=result.scale,
        counts=[counted.counts for counted in result.by_quarter],
        adjusted=_adjusted_bar(optimism) if optimism else None,
        changes=_changes(for_every_chart(result.events), result.quarters),
        size=size,
    )


def _adjusted_bar(result: Optimism) -> AdjustedBar | None:
    shares = tuple(share.value for share in result.adjusted_profile)
    if not result.adjusted_good.is_estimable or any(math.isnan(share) for share in shares):
        return None
    return AdjustedBar(
        period=result.scope.period,
        graded=result.audit_profile,
        audits=result.audits,
        shares=shares,
        good=Mark.of(result.scale.positive, result.adjusted_good),
    )


def weakest_domains_picture(result: Programme, *, size: Size = "full") -> Picture | None:
    """Share graded positive by domain, the worst first; none without two domains to compare.

    In the comparison colour, and bold, are those whose whole interval lies under the share of all.
    """
    known = [domain for domain in result.by_domain if domain.good.is_estimable]
    known = sorted(known, key=lambda domain: domain.good.value)[:MOST_DOMAINS]
    if len(known) < 2 or not result.good_now.is_estimable:
        return None
    share = result.good_now.value
    named = "all audits" if result.has_overall else "all domain grades"
    short = [domain for domain in known if domain.good.high < share]
    return interval_rows(
        [_domain_row(domain, share) for domain in known],
        title=_weakest_title(known, short, result),
        axis=Axis(
            middle=f"{named} {percent(share)}",
            left="",
            right="",
            unit=f"share graded {result.scale.positive}, {result.scope.period}",
            number=percent,
            at=share,
        ),
        about=f"Share of audits graded {result.scale.positive} by domain, worst first; {named}: "
        f"{percent(share)}.",
        size=size,
    )


def _domain_row(domain: GradeCounts, share: float) -> Row:
    ink = QUIET
    if domain.good.has_interval:
        ink = COMPARISON if domain.good.high < share else ACCENT if domain.good.low > share else ink
    note = f"n {domain.total:,}"
    return Row(
        mark=Mark.of(domain.label, domain.good, note=note), ink=ink, is_bold=ink is COMPARISON
    )


def _weakest_title(
    known: Sequence[GradeCounts], short: Sequence[GradeCounts], result: Programme
) -> str:
    if not short:
        return f"No domain stands clearly below the rest; lowest is {known[0].label}"
    if len(short) <= 2:
        verb = "stands" if len(short) == 1 else "stand"
        return f"{listed([domain.label for domain in short])} {verb} below the rest"
    return f"{len(short)} of {len(result.by_domain)} domains stand below the rest"


def _changes(events: tuple[Event, ...], quarters: tuple[Quarter, ...]) -> list[Change]:
    return [
        Change(label=event.label, before=str(event.quarter))
        for event in events
        if event.quarter in quarters
    ]


def _completed(result: Programme, *, size: Size = "full") -> Picture:
    total = sum(sum(kind.counts) for kind in result.by_type)
    return audits_completed(
        [str(quarter) for quarter in result.quarters],
        title=f"{total:,} audits completed since {result.quarters[0]}",
        kinds=[kind.audit_type.replace("_", "-").capitalize() for kind in result.by_type],
        counts=[kind.counts for kind in result.by_type],
        size=size,
    )


_HEIGHT = 190
_N_ROW = 20
_KIND_ROOM = 170
_NAME_ROOM = 92  # for the names of grades beside the first bar, on two lines
_WIDEST_SLOT = 96
_BAR, _NARROW_BAR = 0.8, 0.88  # width of a bar, as a share of its slot


@dataclass(frozen=True, kw_only=True)
class AdjustedBar:
    """Grades as they would have been had all audits been moderated, beside those given.

    Parameters
    ----------
    period : str
        The audits both bars are of, such as "the year to March 2020".
    graded : tuple of float
        Share of each level as graded, worst first, adding up to 1.
    audits : int
        How many were graded.
    shares : tuple of float
        Share of each level had moderators graded them.
    good : Mark
        Share moderators would have graded positive, with its interval.
    """

    period: str
    graded: tuple[float, ...]
    audits: int
    shares: tuple[float, ...]
    good: Mark


@dataclass(frozen=True, kw_only=True)
class _Beside:
    """Places of the two bars of the last year, in pixels from the left of their panel."""

    gap: int
    graded: int
    moderated: int
    bar: int
    whisker: int

    @property
    def room(self) -> float:
        """Pixels needed, with the number at the whisker."""
        return self.gap + self.whisker + 8 + text_width("100%", bold=True)


_BESIDE = {
    "full": _Beside(gap=16, graded=22, moderated=80, bar=32, whisker=106),
    "narrow": _Beside(gap=6, graded=21, moderated=55, bar=18, whisker=71),
}


def grade_bars(
    periods: Sequence[str],
    *,
    title: str,
    scale: ScaleWords,
    counts: Sequence[Sequence[int]],
    adjusted: AdjustedBar | None = None,
    changes: Sequence[Change] = (),
    size: Size = "full",
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
    size : {"full", "narrow"}
        A narrow chart names its grades under the bars.

    Raises
    ------
    ShapeError
        If the counts do not fit the periods and the levels.
    """
    require_table(counts, rows=len(periods), columns=scale.n_levels)
    is_narrow = size == "narrow"
    names = [fitted_lines(level, width=_NAME_ROOM, size=SMALL) for level in scale.levels]
    left = 12 + max(text_width(line, size=SMALL) for lines in names for line in lines)
    left = 2.0 if is_narrow else left
    width, beside = WIDTH_OF[size], _BESIDE["narrow" if is_narrow else "full"]
    slot = (width - left - (beside.room if adjusted else 6)) / len(periods)
    slot = min(slot, _WIDEST_SLOT)
    time = TimeFrame(
        periods=tuple(periods), left=left, slot=slot, right=width, changes=tuple(changes),
        above=_N_ROW,
    )  # fmt: skip
    top = time.headroom + _N_ROW
    in_key = [fitted_lines(each, width=width - 24, size=SMALL, most=1)[0] for each in scale.levels]
    key = key_places(in_key, width=width) if is_narrow else []
    under = KEY_ROW * (1 + max(row for row, _ in key)) if key else 0
    with house_style():
        figure = new_figure(width, top + _HEIGHT + PERIOD_WORDS + under + 4)
        axes = panel(figure, left=left, top=top, width=slot * len(periods), height=_HEIGHT)
        axes.set_ylim(0, 1)
        axes.set_xlim(-0.5, len(periods) - 0.5)
        _draw_periods(axes, counts, slot=slot, wide=_NARROW_BAR if is_narrow else _BAR)
        time.frame(axes)
        if not is_narrow:
            _name_levels(axes, names, next((row for row in counts if sum(row)), counts[0]))
        if adjusted is not None:
            at = left + slot * len(periods) + beside.gap
            _draw_adjusted(figure, adjusted, beside, left=at, top=top, levels=scale.n_levels)
        if key:
            _draw_key(figure, in_key, key, top=top + _HEIGHT + PERIOD_WORDS)
        alt = _bars_in_words(periods, scale, counts, adjusted, changes)
        return picture_of(figure, title=title, alt=alt)


def audits_completed(
    quarters: Sequence[str],
    *,
    title: str,
    kinds: Sequence[str],
    counts: Sequence[Sequence[int]],
    size: Size = "full",
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
    size : {"full", "narrow"}
        A narrow chart names each kind above its bars.

    Raises
    ------
    ShapeError
        If the counts do not fit the kinds and the quarters.
    """
    require_table(counts, rows=len(kinds), columns=len(quarters))
    most = max([1, *(number for row in counts for number in row)])
    is_narrow = size == "narrow"
    tall, head = (32, 3 * LINE) if is_narrow else (52, LINE)
    room, width = (2 if is_narrow else _KIND_ROOM), WIDTH_OF[size]
    total = max(text_width(whole(sum(row)), bold=True) for row in counts) + 18
    slot = min((width - room - max(total, 44)) / len(quarters), _WIDEST_SLOT)
    across = slot * len(quarters)
    time = TimeFrame(periods=tuple(quarters), left=room, slot=slot, right=room + across)
    with house_style():
        figure = new_figure(width, LINE + (tall + head) * len(kinds) + PERIOD_WORDS)
        for row, (kind, numbers) in enumerate(zip(kinds, counts, strict=True)):
            top = head + (tall + head) * row
            axes = panel(figure, left=room, top=top, width=across, height=tall)
            axes.set_xlim(-0.5, len(quarters) - 0.5)
            axes.set_ylim(0, most)
            _draw_kind(axes, numbers, slot=slot, total=max(total, 44) - 4)
            _name_kind(axes, kind, tall=tall, is_narrow=is_narrow)
            if row == 0:
                _head_totals(axes, tall, total=max(total, 44) - 4)
            if row == len(kinds) - 1:
                time.frame(axes)
        return picture_of(figure, title=title, alt=_completed_in_words(quarters, kinds, counts))


def _draw_periods(axes: Axes, counts: Sequence[Sequence[int]], *, slot: float, wide: float) -> None:
    hatch = []
    for place, row in enumerate(counts):
        hatch += _draw_stack(
            axes, _shares(row), place=place, width=wide, pixels=wide * slot, written=_is_enough(row)
        )
    _hatch(axes, hatch, levels=len(counts[0]))
    _count_audits(axes, [sum(row) for row in counts], slot=slot)


_Hatched = tuple[int, tuple[float, float, float, float]]  # level and box


def _draw_stack(
    axes: Axes,
    shares: Sequence[float],
    *,
    place: float,
    width: float,
    pixels: float,
    written: bool = True,
) -> list[_Hatched]:
    """Draw one bar of grades; ``width`` is in data units and ``pixels`` the same in pixels."""
    floor, hatch, hatched = 0.0, [], hatched_grades(len(shares))
    for level, (share, colour) in enumerate(zip(shares, grade_colours(len(shares)), strict=True)):
        box = (place - width / 2, floor, width, share)
        if share > 0:
            axes.add_patch(
                Rectangle(
                    box[:2], width, share, facecolor=colour.fill, edgecolor=TEXT.light,
                    linewidth=0.7, clip_on=False,
                )
            )  # fmt: skip
            hatch += [(level, box)] if level in hatched else []
        words = _fitted_percent(share, pixels)
        if written and words and share * _HEIGHT >= SMALL + 3:
            write(
                axes, words, (place, floor + share / 2), shift=(0, middle(SMALL)),
                anchor="center", colour=colour.words, size=SMALL,
                halo=colour.fill if level in hatched else "",
            )  # fmt: skip
        floor += share
    return hatch


def _fitted_percent(share: float, pixels: float) -> str:
    """Percentage as it fits all bars of a width: with its sign, without it, or not at all."""
    words = percent(share)
    if max(text_width(each, size=SMALL) for each in ("88%", words)) + 1 > pixels:
        words = words.removesuffix("%")
    return words if text_width(words, size=SMALL) + 1 <= pixels else ""


def _hatch(axes: Axes, hatched: Sequence[_Hatched], *, levels: int) -> None:
    for level, colour in hatched_grades(levels).items():
        draw_hatch(axes, [box for of, box in hatched if of == level], colour=colour)


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
        few, many = min(totals), max(totals)
        label = f"n {few:,} each" if few == many else f"n {few:,} to {many:,}"
        write(axes, label, (-0.5, 1), shift=(2, 6), colour=MUTED.light, size=SMALL)


def _name_levels(axes: Axes, names: Sequence[Sequence[str]], counts: Sequence[int]) -> None:
    """Name the grades beside the first bar that has any."""
    shares = _shares(counts)
    centres = [_HEIGHT * (sum(shares[:k]) + shares[k] / 2) for k in range(len(shares))]
    lines = max(map(len, names))
    gap = min(LINE if lines == 1 else 1.6 * LINE, _HEIGHT / len(names))
    for words, height in zip(names, spread_apart(centres, gap=gap), strict=True):
        for row, line in enumerate(words):
            rise = 13 * ((len(words) - 1) / 2 - row)
            write(
                axes, line, (-0.5, height / _HEIGHT), shift=(-6, middle(SMALL) + rise),
                anchor="right", size=SMALL,
            )  # fmt: skip


def _draw_key(
    figure: Figure, levels: Sequence[str], places: Sequence[tuple[int, float]], *, top: float
) -> None:
    """Name the grades under a narrow chart, each beside a square in its colour."""
    width, tall = WIDTH_OF["narrow"], KEY_ROW * (1 + max(row for row, _ in places))
    axes = panel(figure, left=0, top=top, width=width, height=tall)
    axes.set_xlim(0, width)
    axes.set_ylim(0, tall)
    hatch = []
    for level, (name, (row, left)) in enumerate(zip(levels, places, strict=True)):
        box = (left, tall - KEY_ROW * (row + 1) + 4, 11, 11)
        fill = grade_colours(len(levels))[level].fill
        axes.add_patch(
            Rectangle(box[:2], 11, 11, facecolor=fill, edgecolor=TEXT.light, linewidth=0.7)
        )
        hatch += [(level, box)] if level in hatched_grades(len(levels)) else []
        write(axes, name, (left + KEY_NAME, box[1] + 5.5), shift=(0, middle(SMALL)), size=SMALL)
    _hatch(axes, hatch, levels=len(levels))


def _draw_adjusted(
    figure: Figure, bar: AdjustedBar, at: _Beside, *, left: float, top: float, levels: int
) -> None:
    require_table([bar.graded, bar.shares], rows=2, columns=levels)
    width = at.room - at.gap
    axes = panel(figure, left=left, top=top, width=width, height=_HEIGHT)
    axes.set_xlim(0, width)
    axes.set_ylim(0, 1)
    hatch = []
    cases = bar.good.cases
    for place, shares, name, number, ink, drop in (
        (at.graded, bar.graded, "graded", bar.audits, MUTED, 0),
        (at.moderated, bar.shares, "moderators", cases, COMPARISON, 0 if at.bar > 20 else 14),
    ):
        hatch += _draw_stack(axes, shares, place=place, width=at.bar, pixels=at.bar)
        for words, height, shift in (
            (name, 0, -15 - drop),
            (f"n {number:,}" if number else "", 1, 6),
        ):
            write(
                axes, words, (place, height), shift=(0, shift), anchor="center", size=SMALL,
                colour=ink.light,
            )  # fmt: skip
    _hatch(axes, hatch, levels=levels)
    if at.bar > 20:
        (words,) = fitted_lines(bar.period, width=width, size=SMALL, most=1)
        write(axes, words, (0, 0), shift=(0, -32), size=SMALL, colour=MUTED.light)
    if bar.good.has_value:
        _draw_moderated_share(axes, bar.good, at)


def _draw_moderated_share(axes: Axes, good: Mark, at: _Beside) -> None:
    """Whisker over the share that moderators would have graded positive, from the top down."""
    from_top = Mark(label="", value=1 - good.value, low=1 - good.high, high=1 - good.low)
    draw_mark(axes, from_top, place=at.whisker, upright=True, ink=COMPARISON)
    write(
        axes, percent(good.value), (at.whisker, from_top.value), shift=(8, middle(WORDS)),
        bold=True, colour=COMPARISON.light,
    )  # fmt: skip


def _draw_kind(axes: Axes, numbers: Sequence[int], *, slot: float, total: float) -> None:
    for place, number in enumerate(numbers):
        if number:
            axes.add_patch(
                Rectangle((place - 0.37, 0), 0.74, number, color=ACCENT.light, linewidth=0)
            )
        if text_width(whole(number), size=SMALL) + 4 <= slot:
            write(
                axes, whole(number), (place, number), shift=(0, 4), anchor="center", size=SMALL,
                colour=TEXT.light if number else MUTED.light,
            )  # fmt: skip
    axes.plot(axes.get_xlim(), (0, 0), color=GRID.light, linewidth=1.5, clip_on=False)
    end = (axes.get_xlim()[1], 0.0)
    write(axes, whole(sum(numbers)), end, shift=(total, 2), anchor="right", bold=True)


def _name_kind(axes: Axes, kind: str, *, tall: int, is_narrow: bool) -> None:
    if is_narrow:
        (words,) = fitted_lines(kind, width=0.8 * WIDTH_OF["narrow"], size=WORDS, most=1)
        write(axes, words, (-0.5, 0), shift=(0, tall + LINE + 6))
        return
    lines = fitted_lines(kind, width=_KIND_ROOM - 14, size=WORDS)
    for row, words in enumerate(lines):
        write(axes, words, (-0.5, 0), shift=(2 - _KIND_ROOM, 2 + 15 * (len(lines) - 1 - row)))


def _head_totals(axes: Axes, tall: int, *, total: float) -> None:
    end = (axes.get_xlim()[1], 0.0)
    write(
        axes, "Total", end, shift=(total, tall + 4), anchor="right", size=SMALL,
        colour=MUTED.light,
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
) -> list[str]:
    """The last period first, then moderators, the first period, each grade, and changes."""
    told = [_period_in_words(p, row, scale) for p, row in zip(periods, counts, strict=True)]
    parts = [f"Share graded {scale.positive}: {told[-1]}."]
    if adjusted is not None and adjusted.good.has_value:
        good = adjusted.good
        ends = f" ({percent(good.low)[:-1]} to {percent(good.high)})" if good.has_interval else ""
        parts.append(f"Had moderators graded {adjusted.period}: {percent(good.value)}{ends}.")
    if len(told) > 1:
        parts.append(f"First {told[0]}.")
    gaps = [p for p, row in zip(periods[1:-1], counts[1:-1], strict=True) if not sum(row)]
    if gaps:
        named = listed(gaps) if len(gaps) < MOST_NAMED else counted(len(gaps), "quarter")
        parts.append(f"No audits in {named}.")
    if _is_enough(counts[-1]):
        last = zip(scale.levels, _shares(counts[-1]), strict=True)
        shares = ", ".join(f"{level} {percent(share)}" for level, share in last)
        parts.append(f"In {periods[-1]}: {shares}.")
    return [*parts, *(f"Before {change.before}: {change.label}." for change in changes)]


def _period_in_words(period: str, counts: Sequence[int], scale: ScaleWords) -> str:
    total = sum(counts)
    if not _is_enough(counts):
        return f"{period} {counted(total, 'audit') if total else 'no audits'}"
    return f"{period} {percent(sum(counts[scale.good_from :]) / total)} of {whole(total)}"


def _completed_in_words(
    quarters: Sequence[str], kinds: Sequence[str], counts: Sequence[Sequence[int]]
) -> list[str]:
    return [
        f"{kind}: {counted(sum(row), 'audit')}, {whole(row[-1])} in {quarters[-1]}."
        for kind, row in zip(kinds, counts, strict=True)
    ]
