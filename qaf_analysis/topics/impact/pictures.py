"""The pictures of themed audits: all changes in a forest, and each theme beside its controls."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import (
    CARD_WIDTH,
    FULL_WIDTH,
    SMALL,
    WORDS,
    Anchor,
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
from qaf_analysis.kit.numbers import gap
from qaf_analysis.kit.palette import ACCENT, BAND, COMPARISON, GRID, MUTED, QUIET, TEXT, Ink
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.stats.impact.difference_in_differences import ThemeChange
from qaf_analysis.stats.impact.themed_series import QuarterPoint
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import THEME_CLAIMS, ThemeVerdict
from qaf_analysis.topics.impact.analysis.themes import ThemeFinding, Themes


def themes_pictures(result: Themes) -> tuple[Picture, ...]:
    """Forest of themes, then each theme beside its controls."""
    judged = [theme for theme in result.themes if _has_change(theme)]
    if not judged:
        return ()
    return (_forest(judged, size="full"), *(_lines(theme) for theme in judged))


def themes_card_picture(result: Themes) -> Picture | None:
    """Small forest of themes."""
    judged = [theme for theme in result.themes if _has_change(theme)]
    return _forest(judged, size="card") if judged else None


def forest_picture(result: Themes) -> Picture | None:
    """Forest of every theme that can be judged; None where there is none."""
    judged = [theme for theme in result.themes if _has_change(theme)]
    return _forest(judged, size="full") if judged else None


def _has_change(theme: ThemeFinding) -> bool:
    return theme.change is not None and theme.change.decision.tested


def _change_of(theme: ThemeFinding) -> ThemeChange:
    if theme.change is None:
        raise ValueError(f"The theme {theme.name} has no comparison to draw.")
    return theme.change


def _forest(themes: list[ThemeFinding], *, size: Size) -> Picture:
    return theme_forest(
        [
            Mark.of(
                theme.name,
                _change_of(theme).grade,
                note=str(theme.full_verdict),
                is_quiet=theme.verdict not in THEME_CLAIMS,
            )
            for theme in themes
        ],
        title="Change of each theme against domains no theme touched",
        detectable=[_change_of(theme).detectable for theme in themes],
        size=size,
    )


def _lines(theme: ThemeFinding) -> Picture:
    by_quarter = {point.quarter: point for point in _change_of(theme).series}
    before = [point.difference for point in by_quarter.values() if not point.post]
    usual = sum(before) / len(before)  # at the themed domain's level

    def line(name: str, mean: Callable[[QuarterPoint], float]) -> Line:
        found = [by_quarter.get(quarter.index) for quarter in theme.quarters]
        return Line(name=name, means=tuple(math.nan if one is None else mean(one) for one in found))

    design = theme.design
    return theme_lines(
        [str(quarter) for quarter in theme.quarters],
        title=f"{theme.name}: {theme.full_verdict}",
        levels=theme.scale.levels,
        themed=line(design.about, lambda point: point.themed),
        controls=line("Untouched domains", lambda point: point.control),
        as_controls=line(
            "Had it moved as they did",
            lambda point: point.themed - point.difference + usual if point.post else math.nan,
        ),
        marked=[Change(label="Themed audit", before=str(design.audited_in))],
    )


_ROW = 30
_LEFT: Anchor = "left"
_RIGHT: Anchor = "right"


def theme_forest(
    themes: Sequence[Mark],
    *,
    title: str,
    detectable: Sequence[float],
    size: Size = "full",
) -> Picture:
    """Change of each theme against untouched domains, over the smallest change one could see.

    Parameters
    ----------
    themes : sequence of Mark
        Difference in grades, above zero better; ``note`` holds the verdict in words, and
        ``is_quiet`` draws a theme without evidence hollow.
    title : str
        The finding.
    detectable : sequence of float
        Smallest detectable change of each theme, drawn as a light bar about zero; NaN for none.
    size : {"card", "full"}
        A full picture adds the interval and the verdict in words.

    Raises
    ------
    ShapeError
        If there is no theme, or not one detectable change for each.
    """
    if not themes or len(detectable) != len(themes):
        raise ShapeError("The forest chart needs a theme, and a detectable change for each.")
    is_card = size == "card"
    width = CARD_WIDTH if is_card else FULL_WIDTH
    left = min(0.42 * width, 14 + max(text_width(mark.label) for mark in themes))
    right = 44 if is_card else 330
    row = 24 if is_card else _ROW
    height = row * len(themes)
    with house_style():
        figure = new_figure(width, height + 40)
        axes = panel(figure, left=left, top=4, width=width - left - right, height=height)
        axes.set_xlim(*_reach(themes, detectable))
        axes.set_ylim(len(themes), 0)
        for place, (mark, smallest) in enumerate(zip(themes, detectable, strict=True)):
            _draw_theme(axes, mark, smallest, place=place + 0.5, left=left, is_card=is_card)
        axes.plot((0, 0), (0, len(themes)), color=TEXT.light, linewidth=1.2, clip_on=False)
        _name_forest_axis(axes, foot=len(themes))
        return picture_of(figure, title=title, alt=_forest_in_words(themes, detectable))


@dataclass(frozen=True, kw_only=True)
class Line:
    """Means by quarter under one name; NaN where a quarter has none, and stays a gap."""

    name: str
    means: tuple[float, ...]


def theme_lines(
    quarters: Sequence[str],
    *,
    title: str,
    levels: Sequence[str],
    themed: Line,
    controls: Line,
    as_controls: Line | None = None,
    marked: Sequence[Change] = (),
) -> Picture:
    """Mean grade of the themed domain and of its controls, with the audit and activity marked.

    Parameters
    ----------
    quarters : sequence of str
        Every quarter, also those without audits.
    title : str
        The finding.
    levels : sequence of str
        Grades from worst to best; code 0 is the first.
    themed, controls : Line
        Mean grade codes by quarter.
    as_controls : Line, optional
        Where the themed domain would stand had it moved as the controls did.
    marked : sequence of Change
        The themed audit and the activity that followed, each before the quarter it precedes.

    Raises
    ------
    ShapeError
        If a line has not one mean for each quarter.
    """
    lines = [(themed, ACCENT), (controls, MUTED)]
    if as_controls is not None and any(math.isfinite(mean) for mean in as_controls.means):
        lines.insert(1, (as_controls, COMPARISON))
    if any(len(line.means) != len(quarters) for line, _ in lines):
        raise ShapeError(f"Each line needs {len(quarters)} means, one for each quarter.")
    left = 14 + max(text_width(level, size=SMALL) for level in levels)
    names = max(text_width(line.name, bold=True) for line, _ in lines)
    right = min(210.0, names + 16)
    slot = (FULL_WIDTH - left - right) / len(quarters)
    time = TimeFrame(
        periods=tuple(quarters), left=left, slot=slot, right=FULL_WIDTH, changes=tuple(marked)
    )
    height = 200
    with house_style():
        figure = new_figure(FULL_WIDTH, time.headroom + 8 + height + PERIOD_WORDS)
        axes = panel(
            figure, left=left, top=time.headroom + 8, width=slot * len(quarters), height=height
        )
        axes.set_ylim(*_level_reach(levels, [line for line, _ in lines]))
        time.frame(axes)
        _name_levels(axes, levels)
        _draw_line(axes, controls, ink=QUIET, dashes=(4, 2))
        for line, ink in lines[1:-1]:
            _draw_line(axes, line, ink=ink, dashes=(1, 1))
        _draw_line(axes, themed, ink=ACCENT, dashes=None)
        _name_ends(axes, lines, height=height, room=right)
        alt = _lines_in_words(quarters, [line for line, _ in lines], marked)
        return picture_of(figure, title=title, alt=alt)


def _reach(themes: Sequence[Mark], detectable: Sequence[float]) -> tuple[float, float]:
    ends = [end for mark in themes for end in mark.reach]
    ends += [sign * smallest for smallest in detectable for sign in (-1, 1)]
    known = [0.0, *(end for end in ends if math.isfinite(end))]
    low, high = min(known), max(known)
    room = 0.05 * (high - low or 1.0)
    return low - room, high + room


def _draw_theme(
    axes: Axes, mark: Mark, smallest: float, *, place: float, left: float, is_card: bool
) -> None:
    if math.isfinite(smallest):
        axes.barh(place, 2 * smallest, 0.62, left=-smallest, color=BAND.light)
    start, end = axes.get_xlim()
    (words,) = fitted_lines(mark.label, width=left - 10, most=1)
    write(axes, words, (start, place), shift=(-left, middle(WORDS)))
    number = (end, place)
    if not mark.has_value:
        why = ThemeVerdict.TOO_LITTLE if is_card else mark.note or ThemeVerdict.TOO_LITTLE
        at, shift = ((0.0, place), 8) if is_card else (number, 150)
        (why,) = fitted_lines(why, width=170, most=1)
        write(axes, why, at, shift=(shift, middle(WORDS)), colour=MUTED.light)
        return
    draw_mark(axes, mark, place=place, upright=False)
    write(
        axes, gap(mark.value), number, shift=(40, middle(WORDS)), anchor="right",
        bold=not mark.is_quiet,
    )  # fmt: skip
    if not is_card:
        span = f"{gap(mark.low)} to {gap(mark.high)}" if mark.has_interval else ""
        (note,) = fitted_lines(mark.note, width=170, most=1)
        write(axes, span, number, shift=(54, middle(WORDS)), colour=MUTED.light)
        write(axes, note, number, shift=(150, middle(WORDS)), bold=not mark.is_quiet)


def _name_forest_axis(axes: Axes, *, foot: int) -> None:
    start, end = axes.get_xlim()
    axes.plot((start, end), (foot, foot), color=GRID.light, linewidth=1.5, clip_on=False)
    write(axes, "no change", (0, foot), shift=(0, -15), anchor="center", size=SMALL)
    at, side, anchor = (end, "better", _RIGHT) if end >= -start else (start, "worse", _LEFT)
    write(axes, side, (at, foot), shift=(0, -15), anchor=anchor, size=SMALL, colour=MUTED.light)
    write(
        axes, "in grades; shaded: missed more than once in five", (end, foot), shift=(0, -31),
        anchor="right", size=SMALL, colour=MUTED.light,
    )  # fmt: skip


def _level_reach(levels: Sequence[str], lines: Sequence[Line]) -> tuple[float, float]:
    """Whole grades about the means, at least two, so that a small change does not look large."""
    known = [mean for line in lines for mean in line.means if math.isfinite(mean)]
    low = math.floor(min(known, default=0.0))
    high = max(math.ceil(max(known, default=1.0)), low + 1)
    if high - low < 2:
        low, high = (low - 1, high) if low > 0 else (low, high + 1)
    return max(low, 0) - 0.08, min(high, len(levels) - 1) + 0.08


def _name_levels(axes: Axes, levels: Sequence[str]) -> None:
    low, high = axes.get_ylim()
    for code, level in enumerate(levels):
        if low <= code <= high:
            axes.axhline(code, color=GRID.light, linewidth=1, zorder=0)
            write(
                axes, level, (-0.5, code), shift=(-8, middle(SMALL)), anchor="right",
                size=SMALL, colour=MUTED.light,
            )  # fmt: skip


def _draw_line(axes: Axes, line: Line, *, ink: Ink, dashes: tuple[int, int] | None) -> None:
    style = (0, dashes) if dashes else "-"
    axes.plot(
        range(len(line.means)), list(line.means), color=ink.light, linewidth=2.2,
        linestyle=style, marker="o", markersize=5.5, markeredgewidth=0, clip_on=False,
    )  # fmt: skip


def _name_ends(axes: Axes, lines: Sequence[tuple[Line, Ink]], *, height: int, room: float) -> None:
    """Name each line at its last mean, moved apart where they end close together."""
    low, high = axes.get_ylim()
    ends = []
    for line, ink in lines:
        known = [mean for mean in line.means if math.isfinite(mean)]
        ends.append((known[-1] if known else low, line.name, ink))
    ends.sort(key=lambda end: end[0])
    places = [height * (end - low) / (high - low) for end, _, _ in ends]
    for place, (_, name, ink) in zip(spread_apart(places, gap=16), ends, strict=True):
        (words,) = fitted_lines(name, width=room - 14, most=1)
        write(
            axes, words, (axes.get_xlim()[1], low), shift=(6, place + middle(WORDS)), bold=True,
            colour=ink.light,
        )  # fmt: skip


def _forest_in_words(themes: Sequence[Mark], detectable: Sequence[float]) -> str:
    parts = ["Change against untouched domains at one level, in grades; above zero is better."]
    for mark, smallest in zip(themes, detectable, strict=True):
        if not mark.has_value:
            parts.append(f"{mark.label}: {mark.note or ThemeVerdict.TOO_LITTLE}.")
            continue
        span = f" ({gap(mark.low)} to {gap(mark.high)})" if mark.has_interval else ""
        verdict = f", {mark.note}" if mark.note else ""
        seen = f"; found four times in five from {gap(smallest).removeprefix('+')}"
        parts.append(
            f"{mark.label}: {gap(mark.value)}{span}{verdict}"
            f"{seen if math.isfinite(smallest) else ''}."
        )
    return " ".join(parts)


def _lines_in_words(
    quarters: Sequence[str], lines: Sequence[Line], marked: Sequence[Change]
) -> str:
    parts = []
    for line in lines:
        known = [
            f"{quarter} {mean:.1f}"
            for quarter, mean in zip(quarters, line.means, strict=True)
            if math.isfinite(mean)
        ]
        parts.append(f"{line.name}, mean grade: {', '.join(known) or 'none'}.")
    parts += [f"Before {change.before}: {change.label}." for change in marked]
    return " ".join(parts)
