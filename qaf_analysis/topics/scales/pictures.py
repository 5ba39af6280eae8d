"""The picture of a scale that changed: each era in a panel and words of its own, never joined."""

from __future__ import annotations

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
    text_width,
    write,
)
from qaf_analysis.kit.charts.time import LINE, PERIOD_WORDS, TimeFrame
from qaf_analysis.kit.numbers import counted, percent, with_interval
from qaf_analysis.kit.palette import ACCENT, COMPARISON, GRID, MUTED, QUIET, TEXT
from qaf_analysis.kit.parts import Picture, in_appendix
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import BridgeKind
from qaf_analysis.topics.scales.analysis.eras import EraTold, PeriodShare
from qaf_analysis.topics.scales.analysis.scales import AreaBreak, MappedShare, ScaleBreak, ScaleEras
from qaf_analysis.topics.scales.words import mapped_by, scales_claim

_LEFT, _RIGHT, _GAP, _FOOT_ROOM = 44, 14, 40, 6
_HEIGHT = 190
_NARROWEST, _WIDEST_SLOT = 170, 96
_SWATCH = 22


@dataclass(frozen=True, kw_only=True)
class Level:
    """A share of an era's audits on the other scale, drawn over the quarters it is of.

    Parameters
    ----------
    words : str
        What it is, for the head of the panel.
    share : Estimate
    first, last : int
        Places of the first and the last period it is of.
    """

    words: str
    share: Estimate
    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class EraPanel:
    """One era as it is drawn.

    Parameters
    ----------
    head : str
        Its positive share in its own words.
    in_use : str
    points : tuple of PeriodShare
    levels : tuple of Level
    dashed : tuple of PeriodShare
        Its shares under an approved map; empty without one.
    dashed_words : str
    on : str
        The day on which it began, in words; empty for the first.
    """

    head: str
    in_use: str
    points: tuple[PeriodShare, ...]
    levels: tuple[Level, ...]
    dashed: tuple[PeriodShare, ...]
    dashed_words: str
    on: str


def scales_pictures(result: ScaleEras) -> tuple[Picture, ...]:
    """Return a picture for each area, those after the first in the appendix."""
    if not result.has_changed:
        return ()
    drawn = [_area_picture(result, area) for area in result.areas]
    return tuple(one if place == 0 else in_appendix(one) for place, one in enumerate(drawn))


def _area_picture(result: ScaleEras, area: str) -> Picture:
    about = f"{area}: " if len(result.areas) > 1 else ""
    title = scales_claim(result) if not about else f"{about}each era of the scale in its own words"
    eras = [era for era in result.eras if era.area(area).by_time]
    return era_panels([_panel(result, era, area) for era in eras], title=title)


def _panel(result: ScaleEras, era: EraTold, area: str) -> EraPanel:
    points = era.area(area).by_time
    levels: list[Level] = []
    mapped: MappedShare | None = None
    for one in result.breaks:
        found = next(each for each in one.areas if each.area == area)
        if era.name in (one.old, one.new):
            levels += _levels(result, one, found, era)
        if era.name == one.old:
            mapped = found.mapped
    return EraPanel(
        head=era.words.positive_heading,
        in_use=era.in_use,
        points=points,
        levels=tuple(levels),
        dashed=mapped.by_time if mapped else (),
        dashed_words=mapped_by(mapped) if mapped else "",
        on=era.since,
    )


def _levels(result: ScaleEras, one: ScaleBreak, found: AreaBreak, era: EraTold) -> list[Level]:
    """Levels over a bridge that belong to an era: of its own audits, on the other scale."""
    bridge = found.re_read if era.name == one.old else found.graded_twice
    if not bridge.share.has_interval:
        return []
    other = result.era(one.new if era.name == one.old else one.old)
    how = (
        "read again on the new scale"
        if bridge.kind is BridgeKind.RE_READ
        else "graded on the old scale too"
    )
    points = era.area(found.area).by_time
    places = [place for place, point in enumerate(points) if point.quarter >= bridge.since]
    share = with_interval(bridge.share, percent)
    return [
        Level(
            words=f"{how}: {share} {other.words.positive}",
            share=bridge.share,
            first=places[0],
            last=places[-1],
        )
    ]


def era_panels(eras: Sequence[EraPanel], *, title: str) -> Picture:
    """Positive share over time, an era a panel, with a gap where the scale changed.

    Parameters
    ----------
    eras : sequence of EraPanel
        In order of time.
    title : str
        The finding.
    """
    widths = _widths([len(era.points) for era in eras])
    heads = [_head_lines(era, width) for era, width in zip(eras, widths, strict=True)]
    top = LINE * (2 + max(map(len, heads))) + 6
    height = top + _HEIGHT + PERIOD_WORDS + _FOOT_ROOM
    with house_style():
        figure = new_figure(FULL_WIDTH, height)
        page = panel(figure, left=0, top=0, width=FULL_WIDTH, height=height)
        page.set_xlim(0, FULL_WIDTH)
        page.set_ylim(height, 0)
        left = float(_LEFT)
        for place, (era, width, head) in enumerate(zip(eras, widths, heads, strict=True)):
            axes = panel(figure, left=left, top=top, width=width, height=_HEIGHT)
            _draw_era(axes, era, left=left, width=width)
            _write_head(page, head, left=left)
            if place == 0:
                _name_shares(axes)
            else:
                _draw_break(page, era, at=left - _GAP / 2, foot=top + _HEIGHT)
            left += width + _GAP
        return picture_of(figure, title=title, alt=_in_words(eras))


def _widths(periods: Sequence[int]) -> list[float]:
    """Width of each panel: in proportion to its periods, and none too narrow for its words."""
    room = FULL_WIDTH - _LEFT - _RIGHT - _GAP * (len(periods) - 1)
    least = min(_NARROWEST, room / len(periods))
    free = room - least * len(periods)
    return [
        least + min(free * count / sum(periods), max(0.0, _WIDEST_SLOT * count - least))
        for count in periods
    ]


def _draw_era(axes: Axes, era: EraPanel, *, left: float, width: float) -> None:
    many = len(era.points)
    time = TimeFrame(
        periods=tuple(point.label for point in era.points),
        left=left,
        slot=width / many,
        right=left + width,
    )
    axes.set_ylim(0, 1)
    axes.set_xlim(-0.5, many - 0.5)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        axes.axhline(share, color=GRID.light, linewidth=1.0)
    for level in era.levels:
        _draw_level(axes, level)
    time.frame(axes)
    _draw_line(axes, era.points, dashed=False)
    if era.dashed:
        _draw_line(axes, era.dashed, dashed=True)
    for place, point in enumerate(era.points):
        draw_mark(axes, Mark.of(point.label, point.positive), place=place, upright=True, radius=4)


def _draw_level(axes: Axes, level: Level) -> None:
    ends = (level.first - 0.5, level.last + 0.5)
    axes.fill_between(
        ends, level.share.low, level.share.high, color=COMPARISON.light, alpha=0.18, linewidth=0
    )
    axes.plot(ends, [level.share.value] * 2, color=COMPARISON.light, linewidth=2)


def _draw_line(axes: Axes, points: Sequence[PeriodShare], *, dashed: bool) -> None:
    """Join the points of one era that follow on one another; a period without a share is a gap."""
    places = list(range(len(points)))
    shares = [point.positive.value for point in points]
    if dashed:
        axes.plot(places, shares, color=COMPARISON.light, linewidth=1.6, dashes=(4, 3))
    else:
        axes.plot(places, shares, color=ACCENT.light, linewidth=1.2)


def _draw_break(page: Axes, era: EraPanel, *, at: float, foot: float) -> None:
    """Rule in the gap before an era, with the day on which the scale changed above it."""
    words = f"scale changed on {era.on}"
    half = text_width(words, size=SMALL) / 2
    middle_of = min(max(at, half + 2), FULL_WIDTH - half - 2)
    write(
        page, words, (middle_of, LINE - 3), anchor="center", colour=MUTED.light, size=SMALL
    )  # fmt: skip
    page.plot((at, at), (LINE + 2, foot), color=QUIET.light, linewidth=1.2, dashes=(3, 3))


@dataclass(frozen=True, kw_only=True)
class _HeadLine:
    words: str
    sign: str = ""  # "band" or "dashed" before the first line of an explanation
    is_indented: bool = False
    is_head: bool = False


def _head_lines(era: EraPanel, width: float) -> list[_HeadLine]:
    """Lines above a panel: its words, when they were in use, and what else is drawn."""
    head = fitted_lines(era.head, width=width, size=WORDS, most=2)
    lines = [_HeadLine(words=words, is_head=True) for words in head]
    lines += [_HeadLine(words=words) for words in fitted_lines(era.in_use, width=width, size=SMALL)]
    explained = [(level.words, "band") for level in era.levels]
    if era.dashed:
        explained.append((f"in the new words; {era.dashed_words}", "dashed"))
    for words, sign in explained:
        fitted = fitted_lines(words, width=width - _SWATCH, size=SMALL, most=5)
        lines += [
            _HeadLine(words=line, sign=sign if row == 0 else "", is_indented=True)
            for row, line in enumerate(fitted)
        ]
    return lines


def _write_head(page: Axes, lines: Sequence[_HeadLine], *, left: float) -> None:
    for row, line in enumerate(lines):
        base = LINE * (row + 2)
        colour = COMPARISON if line.is_indented else TEXT if line.is_head else MUTED
        write(
            page, line.words, (left + (_SWATCH if line.is_indented else 0), base),
            bold=line.is_head, size=WORDS if line.is_head else SMALL, colour=colour.light,
        )  # fmt: skip
        if line.sign:
            ends, height = (left, left + _SWATCH - 6), [base + middle(SMALL)] * 2
            if line.sign == "band":
                page.plot(ends, height, color=COMPARISON.light, alpha=0.18, linewidth=9)
                page.plot(ends, height, color=COMPARISON.light, linewidth=2)
            else:
                page.plot(ends, height, color=COMPARISON.light, linewidth=1.6, dashes=(4, 3))


def _name_shares(axes: Axes) -> None:
    for share in (0.0, 0.5, 1.0):
        write(
            axes, percent(share), (-0.5, share), shift=(-8, middle(SMALL)), anchor="right",
            size=SMALL, colour=MUTED.light,
        )  # fmt: skip


def _in_words(eras: Sequence[EraPanel]) -> list[str]:
    """Bridges first, then where each era begins and ends; every period stands in the table."""
    return [
        *(f"Its audits {level.words}." for era in eras for level in era.levels),
        *(_era_in_words(f"{era.head}, {era.in_use}", era.points) for era in eras),
        *(_era_in_words("Dashed, in the new words", era.dashed) for era in eras if era.dashed),
        *(f"On {era.on} the scale changed; the line is broken there." for era in eras[1:]),
    ]


def _era_in_words(lead: str, points: Sequence[PeriodShare]) -> str:
    known = [point for point in points if point.positive.is_estimable]
    if not known:
        return f"{lead}: {counted(sum(point.audits for point in points), 'audit')}."
    ends = [f"{percent(each.positive.value)} in {each.label}" for each in (known[0], known[-1])]
    return f"{lead}: {', '.join(dict.fromkeys(ends))}."
