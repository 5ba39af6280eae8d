"""The pictures of themed audits: all changes in a forest, and each theme beside its controls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import (
    SMALL,
    WIDTH_OF,
    WORDS,
    Anchor,
    Mark,
    Size,
    draw_mark,
    fitted_lines,
    middle,
    text_width,
    write,
)
from qaf_analysis.kit.charts.time import LINE
from qaf_analysis.kit.numbers import gap
from qaf_analysis.kit.palette import BAND, GRID, MUTED, QUIET, TEXT
from qaf_analysis.kit.parts import Picture, in_appendix
from qaf_analysis.kit.picture import (
    drawn_for_both,
    fullest,
    house_style,
    new_figure,
    panel,
    picture_of,
)
from qaf_analysis.stats.impact.difference_in_differences import ThemeChange
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import THEME_CLAIMS, ThemeVerdict
from qaf_analysis.topics.impact.analysis.actions import Actions
from qaf_analysis.topics.impact.analysis.themes import ThemeFinding, Themes
from qaf_analysis.topics.impact.lines import theme_pictures
from qaf_analysis.topics.impact.small_multiples import themes_side_by_side

WORST_FIRST = (
    ThemeVerdict.GOT_WORSE,
    ThemeVerdict.TOO_LITTLE,
    ThemeVerdict.NO_EVIDENCE,
    ThemeVerdict.IMPROVED,
)
"""Verdicts in the order in which bad news stands first."""
IN_TABLES = "All other numbers stand in the tables of this section."


def themes_pictures(result: Themes) -> tuple[Picture, ...]:
    """Forest of themes; behind all sections, each theme beside its controls."""
    judged = [theme for theme in result.themes if _has_change(theme)]
    if not judged:
        return ()
    return (_forest(result, judged, size="full"), *map(in_appendix, theme_pictures(result, judged)))


def themes_card_picture(result: Themes) -> Picture | None:
    """Small forest of themes."""
    judged = [theme for theme in result.themes if _has_change(theme)]
    return _forest(result, judged, size="card") if judged else None


def themes_small_multiples(result: Themes, actions: Actions | None = None) -> Picture | None:
    """Every theme in a small chart of its own, all on one scale, worst first; also for telephones.

    Parameters
    ----------
    result : Themes
    actions : Actions, optional
        When the actions that followed each themed audit were closed is then marked.
    """
    return themes_side_by_side(result, actions, worst_first(result)) if result.themes else None


def worst_first(result: Themes) -> tuple[ThemeFinding, ...]:
    """Themes in the order in which bad news stands first.

    What got worse, what cannot be judged, what shows no evidence, what improved; of those of one
    verdict the smaller change first.
    """

    def key(theme: ThemeFinding) -> tuple[int, float]:
        change = theme.change.grade.value if theme.change is not None else math.nan
        return WORST_FIRST.index(theme.verdict), change if math.isfinite(change) else 0.0

    return tuple(sorted(result.themes, key=key))


def forest_picture(result: Themes) -> Picture | None:
    """Forest of every theme that can be judged, also for telephones; None where there is none."""
    judged = [theme for theme in result.themes if _has_change(theme)]
    return drawn_for_both(lambda size: _forest(result, judged, size=size)) if judged else None


def _has_change(theme: ThemeFinding) -> bool:
    return theme.change is not None and theme.change.decision.tested


def _change_of(theme: ThemeFinding) -> ThemeChange:
    if theme.change is None:
        raise ValueError(f"The theme {theme.name} has no comparison to draw.")
    return theme.change


def _forest(result: Themes, themes: list[ThemeFinding], *, size: Size) -> Picture:
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
        title=f"Against domains no theme touched: {result.verdict}",
        detectable=[_change_of(theme).detectable for theme in themes],
        size=size,
    )


_AIR = 10
_NAMES = 150.0  # most that the names of themes may take at the left
_NUMBERS, _VERDICT = 104, 166  # room for the number over its interval, and for the verdict
_CARD_RIGHT = 14  # a card has no numbers: they stand in its section
_TICK = 44  # fewest pixels between two numbers of the axis
_ROW_OF_CARD = 24
_SHADED = "a change within the bar is missed more than once in five"


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
    size : {"card", "full", "narrow"}
        A full picture adds the numbers of the axis, the interval and the verdict in words; in a
        narrow one these stand above each dot.

    Raises
    ------
    ShapeError
        If there is no theme, or not one detectable change for each.
    """
    if not themes or len(detectable) != len(themes):
        raise ShapeError("The forest chart needs a theme, and a detectable change for each.")
    left, right = _sides_of(themes, size=size)
    rows = [_ForestRow.of(mark, left=left, size=size) for mark in themes]
    height = sum(row.height for row in rows)
    measure = _measure(size)
    foot = 38 if size == "card" else 45 + LINE * len(measure)
    with house_style():
        figure = new_figure(WIDTH_OF[size], height + foot)
        width = WIDTH_OF[size] - left - right
        axes = panel(figure, left=left, top=2, width=width, height=height)
        axes.set_xlim(*_reach(themes, detectable))
        axes.set_ylim(height, 0)
        if size != "card":
            _draw_ticks(axes, width=width, rows=rows)
        top = 0.0
        for row, smallest in zip(rows, detectable, strict=True):
            _draw_theme(axes, row, smallest, top=top, left=left, right=right)
            top += row.height
        _draw_upright(axes, 0.0, rows, colour=TEXT.light, width=1.2)
        _name_forest_axis(axes, foot=height, measure=measure, right=right)
        alt = fullest(title, _forest_in_words(themes, detectable))
        return picture_of(figure, title=title, alt=alt)


def _sides_of(themes: Sequence[Mark], *, size: Size) -> tuple[float, float]:
    """Room at the left and at the right of the axis."""
    if size == "narrow":
        return _AIR, _AIR
    names = _AIR + 4 + max(text_width(mark.label) for mark in themes)
    if size == "card":
        return min(0.42 * WIDTH_OF[size], names), _CARD_RIGHT
    return min(_NAMES, names), _NUMBERS + _VERDICT


def _measure(size: Size) -> list[str]:
    if size == "card":
        return ["in grades; shaded: missed more than once in five"]
    words = f"change in grades, 95% interval; {_SHADED}"
    return fitted_lines(words, width=WIDTH_OF[size] - 2, size=SMALL)


@dataclass(frozen=True, kw_only=True)
class _ForestRow:
    """One theme with its words fitted: its name, its verdict, and what weakens it."""

    mark: Mark
    name: tuple[str, ...]
    verdict: tuple[str, ...]
    reservations: tuple[str, ...]
    size: Size

    @classmethod
    def of(cls, mark: Mark, *, left: float, size: Size) -> _ForestRow:
        verdict, _, reserved = (mark.note or "").partition(", ")
        if not mark.has_value:
            is_short = size == "card" or not mark.note
            verdict, reserved = (ThemeVerdict.TOO_LITTLE if is_short else mark.note), ""
        room = WIDTH_OF[size] - 4 if size == "narrow" else _VERDICT - 2
        name = WIDTH_OF[size] - _NUMBERS - 30 if size == "narrow" else left - _AIR
        return cls(
            mark=mark,
            name=tuple(fitted_lines(mark.label, width=name, most=2 if size == "full" else 1)),
            # Bold letters are wider: what fits in nine tenths of the room fits it in bold.
            verdict=tuple(fitted_lines(verdict, width=0.88 * room, most=2)),
            reservations=tuple(fitted_lines(reserved, width=room, size=SMALL, most=3))
            if reserved
            else (),
            size=size,
        )

    @property
    def height(self) -> int:
        if self.size == "card":
            return _ROW_OF_CARD
        words = len(self.verdict) + len(self.reservations)
        if self.size == "narrow":
            return LINE * (1 + words) + 38
        return LINE * max(2, len(self.name), words) + 8

    @property
    def place(self) -> float:
        """Pixels from the top of the row to its dot."""
        return self.height - 23 if self.size == "narrow" else self.height / 2


def _draw_upright(
    axes: Axes, at: float, rows: Sequence[_ForestRow], *, colour: str, width: float
) -> None:
    """Draw an upright line, which leaves out the words above the dots of a narrow chart."""
    across: list[float] = []
    along: list[float] = []
    top = 0.0
    for row in rows if rows[0].size == "narrow" else ():
        across += [at, at, math.nan]
        along += [top + row.place - 11, top + row.place + 11, math.nan]
        top += row.height
    across, along = across or [at, at], along or [0, sum(row.height for row in rows)]
    axes.plot(across, along, color=colour, linewidth=width, clip_on=False, zorder=1.2)


def _reach(themes: Sequence[Mark], detectable: Sequence[float]) -> tuple[float, float]:
    ends = [end for mark in themes for end in mark.reach]
    ends += [sign * smallest for smallest in detectable for sign in (-1, 1)]
    known = [0.0, *(end for end in ends if math.isfinite(end))]
    low, high = min(known), max(known)
    room = 0.05 * (high - low or 1.0)
    return low - room, high + room


def _draw_theme(
    axes: Axes, row: _ForestRow, smallest: float, *, top: float, left: float, right: float
) -> None:
    mark, place = row.mark, top + row.place
    if math.isfinite(smallest):
        axes.barh(
            place, 2 * smallest, 15, left=-smallest, color=BAND.light, edgecolor=QUIET.light,
            linewidth=0.6,
        )  # fmt: skip
    draw_mark(axes, mark, place=place, upright=False)
    if row.size == "narrow":
        _write_above(axes, row, top=top, left=left, right=right)
    else:
        _write_beside(axes, row, place=place, left=left)


def _write_beside(axes: Axes, row: _ForestRow, *, place: float, left: float) -> None:
    """Name at the left; number over interval, and the verdict, in columns at the right."""
    mark, loud = row.mark, not row.mark.is_quiet
    start, end = axes.get_xlim()
    _stack(axes, row.name, (start, place), shift=-left)
    if row.size == "card":
        if not mark.has_value:
            _stack(axes, row.verdict[:1], (0.0, place), shift=8, colour=MUTED.light)
        return
    if not mark.has_value:
        _stack(axes, row.verdict, (end, place), shift=_NUMBERS, colour=MUTED.light)
        return
    span = f"{gap(mark.low)} to {gap(mark.high)}" if mark.has_interval else ""
    _stack(
        axes, (gap(mark.value), span) if span else (gap(mark.value),), (end, place),
        shift=_NUMBERS - 12, anchor="right", loud=loud, quiet=1,
    )  # fmt: skip
    words = (*row.verdict, *row.reservations)
    _stack(
        axes, words, (end, place), shift=_NUMBERS, loud=loud, quiet=len(row.reservations)
    )  # fmt: skip


def _write_above(axes: Axes, row: _ForestRow, *, top: float, left: float, right: float) -> None:
    """Name and numbers in one line, the verdict under it, the dot under both."""
    mark, loud = row.mark, not row.mark.is_quiet
    start, end = axes.get_xlim()
    line = top + LINE / 2
    write(axes, row.name[0], (start, line), shift=(-left, middle(WORDS)))
    if mark.has_value:
        span = f"{gap(mark.low)} to {gap(mark.high)}" if mark.has_interval else ""
        room = right - 2 - (text_width(span, size=SMALL) + 8 if span else 0)
        write(axes, span, (end, line), shift=(right - 2, middle(SMALL)), anchor="right",
              size=SMALL, colour=MUTED.light)  # fmt: skip
        write(axes, gap(mark.value), (end, line), shift=(room, middle(WORDS)), anchor="right",
              bold=loud)  # fmt: skip
    for number, words in enumerate((*row.verdict, *row.reservations), start=1):
        is_verdict = number <= len(row.verdict)
        is_loud = is_verdict and loud and mark.has_value
        write(
            axes, words, (start, line + LINE * number), shift=(-left, middle(SMALL)), size=SMALL,
            bold=is_loud, colour=(TEXT if is_loud else MUTED).light,
        )  # fmt: skip


def _stack(
    axes: Axes,
    lines: Sequence[str],
    at: tuple[float, float],
    *,
    shift: float,
    anchor: Anchor = "left",
    colour: str = TEXT.light,
    loud: bool = False,
    quiet: int = 0,
) -> None:
    """Write lines under each other, centred on a place; the last so many are small and quiet."""
    for number, words in enumerate(lines):
        is_quiet = number >= max(1, len(lines) - quiet)
        size = SMALL if is_quiet else WORDS
        rise = LINE * ((len(lines) - 1) / 2 - number)
        write(
            axes, words, at, shift=(shift, rise + middle(size)), anchor=anchor, size=size,
            colour=MUTED.light if is_quiet else colour, bold=loud and not is_quiet,
        )  # fmt: skip


def _draw_ticks(axes: Axes, *, width: float, rows: Sequence[_ForestRow]) -> None:
    """Thin lines at round changes, with their numbers under them."""
    start, end = axes.get_xlim()
    foot = axes.get_ylim()[0]
    step = next(
        (size for size in (0.1, 0.2, 0.5, 1.0, 2.0) if size * width / (end - start) >= _TICK), 5.0
    )
    for count in range(math.ceil(start / step), math.floor(end / step) + 1):
        at = count * step
        _draw_upright(axes, at, rows, colour=GRID.light, width=1)
        words = gap(at) if count else "0"
        write(
            axes, words, (at, foot), shift=(0, -14), anchor="center", size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip


def _name_forest_axis(axes: Axes, *, foot: float, measure: Sequence[str], right: float) -> None:
    start, end = axes.get_xlim()
    axes.plot((start, end), (foot, foot), color=GRID.light, linewidth=1.5, clip_on=False)
    is_card = right == _CARD_RIGHT
    drop = -15 if is_card else -29
    write(axes, "no change", (0, foot), shift=(0, drop), anchor="center", size=SMALL)
    at, side, anchor = _side(start, end)
    write(axes, side, (at, foot), shift=(0, drop), anchor=anchor, size=SMALL, colour=MUTED.light)
    if len(measure) > 1:  # a narrow chart
        edge, reach, anchor = start, -right, "left"
    else:
        edge, reach, anchor = end, 0.0 if is_card else right, "right"
    for row, words in enumerate(measure):
        shift = (reach, (-31 if is_card else -52) - LINE * row)
        write(axes, words, (edge, foot), shift=shift, anchor=anchor, size=SMALL,
              colour=MUTED.light)  # fmt: skip


def _side(start: float, end: float) -> tuple[float, str, Anchor]:
    """The side that reaches farther, where it ends, and how its name is anchored."""
    return (end, "better →", "right") if end >= -start else (start, "← worse", "left")


def _forest_in_words(themes: Sequence[Mark], detectable: Sequence[float]) -> list[str]:
    """What the forest shows, from full to brief."""
    lead = "In grades, above zero better."

    def said(*, spans: bool, only: bool) -> str:
        kept = [mark for mark in themes if not (only and mark.is_quiet)]
        parts = [_theme_in_words(mark, has_span=spans) for mark in kept]
        return " ".join((lead, *parts, *([IN_TABLES] if only else [])))

    smallest = [size for size in detectable if math.isfinite(size)]
    seen = ""
    if smallest:
        low, high = (gap(end).removeprefix("+") for end in (min(smallest), max(smallest)))
        seen = f" Found four times in five from {low if low == high else f'{low} to {high}'}."
    return [
        said(spans=True, only=False) + seen,
        said(spans=True, only=False),
        said(spans=False, only=False),
        said(spans=False, only=True),
    ]


def _theme_in_words(mark: Mark, *, has_span: bool) -> str:
    if not mark.has_value:
        return f"{mark.label}: {mark.note or ThemeVerdict.TOO_LITTLE}."
    span = f" ({gap(mark.low)} to {gap(mark.high)})" if has_span and mark.has_interval else ""
    verdict = (mark.note or "").partition(", ")[0]
    return f"{mark.label} {gap(mark.value)}{span}{f', {verdict}' if verdict else ''}."
