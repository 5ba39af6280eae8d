"""Run and control charts: dots by quarter around a centre line, with limits where there are any.

A chart is a picture: it marks what its rules find, and never says why.

Names of the lines of a run or control chart, each with its value, at the right of its panel.

Names of the rules that find points of a chart, in rows above and below its panel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import isfinite

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.control_marks import (
    BOLD,
    KEY,
    Panel,
    PanelPoint,
    Plot,
    draw_dots,
    draw_ground,
    draw_key,
    draw_lines,
    key_entries,
    key_rows,
)
from qaf_analysis.kit.charts.mark import (
    FULL_WIDTH,
    SMALL,
    WORDS,
    fitted_lines,
    middle,
    spread_apart,
    text_width,
    write,
)
from qaf_analysis.kit.charts.time import LINE, PERIOD_WORDS, Change, TimeFrame
from qaf_analysis.kit.palette import ACCENT, MUTED, PAGE, TEXT
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import fullest, house_style, new_figure, panel, picture_of
from qaf_analysis.terms.errors import ShapeError

REBASED = "lines drawn anew"
_LEFT = 62
_NAMES = 190.0  # most that the names of lines may take at the right
_HEIGHT = {1: 190, 2: 130}
_AIR = 4
_HEAD = 20  # height of the line that says what is measured


def control_picture(
    panels: Sequence[Panel], *, title: str, changes: Sequence[Change] = ()
) -> Picture:
    """Draw one or two series over the same periods, one under the other.

    Whatever the kind of chart, what a panel holds is drawn: a run chart has no limits, limits that
    vary are stepped, lines carried beyond the points they rest on are dashed, and a point that a
    rule finds is a triangle with the rule named above or below it.

    Parameters
    ----------
    panels : sequence of Panel
        One or two.
    title : str
        The finding.
    changes : sequence of Change
        Themed audit and process changes. Where lines are drawn anew is marked without asking.

    Raises
    ------
    ShapeError
        If there is no panel or more than two, they have different periods, a period stands twice,
        or a change comes before an unknown one.
    """
    if len(panels) not in _HEIGHT or len({_periods(each) for each in panels}) > 1:
        raise ShapeError("The chart has one or two series over the same periods.")
    marked = (*_rebasings(panels), *changes)
    place = _Layout.of(panels, marked)
    drawn = [point for each in panels for point in each.points if point.has_value]
    key = key_rows(list(key_entries(drawn)))
    with house_style():
        foot = place.heads[0] + place.inner + PERIOD_WORDS
        figure = new_figure(FULL_WIDTH, foot + KEY * len(key) + 4)
        axes = panel(figure, left=_LEFT, top=place.heads[0], width=place.width, height=place.inner)
        axes.set_ylim(0, place.inner)
        plots = [place.plot(axes, each, number) for number, each in enumerate(panels)]
        # Bands first, then the rules of changes over them, then dots and words over these.
        for plot in plots:
            draw_ground(plot)
        place.time.frame(axes)
        for number, plot in enumerate(plots):
            if number:
                _clear(plot, height=place.heads[number])
            rise = place.heads[number] - (3 * _AIR if number else 0)
            _write_head(plot, place.words[number], rise=rise)
            _draw(plot, room=FULL_WIDTH - _LEFT - place.width)
        draw_key(plots[-1], key, left=_LEFT, top=PERIOD_WORDS)
        alt = _in_words(panels, marked, slot=place.time.slot, title=title)
        return picture_of(figure, title=title, alt=alt)


@dataclass(frozen=True, kw_only=True)
class _Head:
    """Lines of words over a panel, and rows of names of signals above and below it."""

    measure: tuple[str, ...]
    notes: tuple[str, ...]
    above: int
    below: int

    @classmethod
    def of(cls, series: Panel, *, slot: float) -> _Head:
        found = stretches(series.points, slot=slot)
        return cls(
            measure=tuple(fitted_lines(series.measure, width=FULL_WIDTH * BOLD, most=2)),
            notes=tuple(
                line
                for note in series.notes
                for line in fitted_lines(note, width=FULL_WIDTH - 4, size=SMALL, most=2)
            ),
            above=lanes(found, direction=1),
            below=lanes(found, direction=-1),
        )

    @property
    def height(self) -> int:
        """Pixels of the lines of words."""
        return _HEAD + LINE * (len(self.measure) - 1 + len(self.notes)) + 8


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """Where everything lies, in pixels: heads over each panel, feet under it."""

    time: TimeFrame
    words: tuple[_Head, ...]
    heads: tuple[int, ...]
    feet: tuple[int, ...]
    height: int

    @classmethod
    def of(cls, panels: Sequence[Panel], changes: Sequence[Change]) -> _Layout:
        names = min(_NAMES, max(map(names_width, panels)))
        slot = (FULL_WIDTH - _LEFT - names) / len(panels[0].points)
        words = tuple(_Head.of(each, slot=slot) for each in panels)
        time = TimeFrame(
            periods=_periods(panels[0]),
            left=_LEFT,
            slot=slot,
            right=FULL_WIDTH,
            changes=tuple(changes),
            above=LANE * words[0].above + _AIR,
        )
        heads = [each.height + LANE * each.above + _AIR for each in words]
        heads[0] += time.headroom
        heads[1:] = [head + 3 * _AIR for head in heads[1:]]
        return cls(
            time=time,
            words=words,
            heads=tuple(heads),
            feet=tuple(LANE * each.below for each in words),
            height=_HEIGHT[len(panels)],
        )

    @property
    def width(self) -> float:
        return self.time.slot * len(self.time.periods)

    @property
    def inner(self) -> int:
        """From the top of the first panel to the foot of the last."""
        return sum(self.heads[1:]) + sum(self.feet) + self.height * len(self.heads)

    def plot(self, axes: Axes, series: Panel, number: int) -> Plot:
        """Where a panel lies on the axes of all."""
        below = sum(self.heads[number + 1 :]) + sum(self.feet[number:])
        below += self.height * (len(self.heads) - 1 - number)
        return Plot(axes=axes, panel=series, slot=self.time.slot, foot=below, height=self.height)


def _draw(plot: Plot, *, room: float) -> None:
    draw_lines(plot)
    draw_dots(plot)
    draw_signals(plot, stretches(plot.panel.points, slot=plot.slot))
    name_lines(plot, room=room)


def _clear(plot: Plot, *, height: float) -> None:
    """Take the rules of changes out from under the words over a panel."""
    (start, end), foot = plot.ends, plot.top
    plot.axes.fill(
        (start, end, end, start), (foot, foot, foot + height, foot + height),
        color=PAGE.light, linewidth=0, zorder=2.5,
    )  # fmt: skip


def _write_head(plot: Plot, top: _Head, *, rise: float) -> None:
    at = (plot.ends[0], plot.top + rise - _HEAD / 2)
    for row, words in enumerate(top.measure):
        shift = (2 - _LEFT, middle(WORDS) - LINE * row)
        write(plot.axes, words, at, shift=shift, bold=True)
    for row, note in enumerate(top.notes, start=len(top.measure)):
        write(
            plot.axes, note, at, shift=(2 - _LEFT, middle(SMALL) - LINE * row - 2), size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip


def _rebasings(panels: Sequence[Panel]) -> list[Change]:
    """A change before each period at which a new part begins."""
    begins = [
        later.period
        for each in panels
        for earlier, later in pairwise(each.points)
        if later.part != earlier.part
    ]
    return [Change(label=REBASED, before=period) for period in dict.fromkeys(begins)]


def _periods(series: Panel) -> tuple[str, ...]:
    return tuple(point.period for point in series.points)


def _in_words(
    panels: Sequence[Panel], changes: Sequence[Change], *, slot: float, title: str
) -> list[str]:
    """How each series ends beside its lines, and what its rules find; the rest is in tables."""
    found = [
        _stretch_in_words(each, series.points)
        for series in panels
        for each in stretches(series.points, slot=slot)
    ]
    marked = [f"Before {change.before}: {change.label}." for change in changes]
    told = (
        " ".join(_series_in_words(each, has_note=has_note, has_lines=has_lines) for each in panels)
        for has_note, has_lines in ((True, True), (False, True), (False, False))
    )
    return [fullest(title, told), *found, *marked]


def _series_in_words(series: Panel, *, has_note: bool, has_lines: bool) -> str:
    known = [point for point in series.points if point.has_value]
    if not known:
        return f"{series.measure}: no values."
    last = known[-1]
    span = " to ".join(dict.fromkeys((known[0].period, last.period)))
    note = f" ({last.note})" if last.note and has_note else ""
    lines = ", ".join(each.words for each in line_names(series)) if has_lines else ""
    ends = f"{series.number(last.value)}{note} at the end"
    return f"{series.measure}, {span}: {ends}{f'; {lines}' if lines else ''}."


def _stretch_in_words(each: Stretch, points: Sequence[PanelPoint]) -> str:
    ends = dict.fromkeys((points[each.first].period, points[each.last].period))
    return f"{'High' if each.direction > 0 else 'Low'}, {each.words}: {' to '.join(ends)}."


@dataclass(frozen=True, kw_only=True)
class LineName:
    """Last value of a line, what it is called, and its value in words."""

    value: float
    name: str
    number: str = ""
    is_centre: bool = False

    @property
    def words(self) -> str:
        """Name and value."""
        return f"{self.name} {self.number}".strip()

    def fitted(self, width: float) -> str:
        """Name and value within a width: what has to go goes from the name."""
        if text_width(self.words, size=SMALL, bold=self.is_centre) <= width:
            return self.words
        left = BOLD * (width - text_width(f" {self.number}", size=SMALL, bold=True))
        (name,) = fitted_lines(self.name, width=left, size=SMALL, most=1)
        return f"{name} {self.number}".strip()


def line_names(panel: Panel) -> Iterator[LineName]:
    """Names of the lines of a panel, each with its last value."""
    for name, field in (
        ("lower limit", "lower"),
        (panel.centre_name, "centre"),
        ("upper limit", "upper"),
    ):
        known = [n for n in (getattr(point, field) for point in panel.points) if isfinite(n)]
        if known:
            yield LineName(
                value=known[-1], name=name, number=panel.number(known[-1]),
                is_centre=field == "centre",
            )  # fmt: skip
    if panel.reference is not None:
        yield LineName(value=panel.reference[0], name=panel.reference[1])


def names_width(panel: Panel) -> float:
    """Room that the names of the lines need at the right."""
    widths = [text_width(each.words, size=SMALL, bold=each.is_centre) for each in line_names(panel)]
    return max(widths, default=0.0) + 14


def name_lines(plot: Plot, *, room: float) -> None:
    """Name each line, with its last value, at the right."""
    named = sorted(line_names(plot.panel), key=lambda each: each.value)
    places = spread_apart([plot.up(each.value) for each in named], gap=15)
    for place, each in zip(places, named, strict=True):
        write(
            plot.axes, each.fitted(room - 10), (plot.ends[1], place), shift=(7, middle(SMALL)),
            size=SMALL, bold=each.is_centre, colour=(ACCENT if each.is_centre else MUTED).light,
        )  # fmt: skip


LANE = 19  # height of one row of names


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Points in a row that one rule finds on one side; ``row`` keeps their names apart."""

    words: str
    direction: int
    first: int
    last: int
    row: int = 0


def stretches(points: Sequence[PanelPoint], *, slot: float) -> tuple[Stretch, ...]:
    """Where each rule finds points, in rows in which no name lies on another.

    A missing point does not end a stretch.
    """
    found: list[Stretch] = []
    present = [place for place, point in enumerate(points) if point.has_value]
    for words in dict.fromkeys(words for point in points for words in point.signals):
        for direction, group in groupby(
            present, key=lambda place: points[place].direction * (words in points[place].signals)
        ):
            rows = list(group)
            if direction:
                made = Stretch(words=words, direction=direction, first=rows[0], last=rows[-1])
                found.append(_in_free_row(made, found, width=slot * len(points), slot=slot))
    return tuple(found)


def lanes(found: Sequence[Stretch], *, direction: int) -> int:
    """Rows of names needed above (1) or below (-1) the panel."""
    return max((each.row + 1 for each in found if each.direction == direction), default=0)


def draw_signals(plot: Plot, found: Sequence[Stretch]) -> None:
    """Name each rule above or below the panel, over a line along the points it finds."""
    for each in found:
        edge, way = (plot.top, 1) if each.direction > 0 else (plot.foot, -1)
        rule = edge + way * (LANE * each.row + 4)
        ends = each.first - 7 / plot.slot, each.last + 7 / plot.slot
        plot.axes.plot(ends, (rule, rule), color=TEXT.light, linewidth=1.2, clip_on=False, zorder=4)
        start, end = _words_span(each, width=plot.width, slot=plot.slot)
        middle_of = rule + way * 9
        # The rule of a change may pass here: the words stand on the page's own colour.
        sides = [plot.across(side) for side in (start - 2, end + 2, end + 2, start - 2)]
        plot.axes.fill(
            sides, (middle_of - 6, middle_of - 6, middle_of + 6, middle_of + 6),
            color=PAGE.light, linewidth=0, clip_on=False, zorder=2.5,
        )  # fmt: skip
        write(
            plot.axes, each.words, (plot.across((start + end) / 2), middle_of),
            shift=(0, middle(SMALL)), anchor="center", size=SMALL,
        )  # fmt: skip


def _words_span(each: Stretch, *, width: float, slot: float) -> tuple[float, float]:
    """Where the words of a stretch begin and end, kept within the panel."""
    needed = text_width(each.words, size=SMALL)
    wished = slot * (each.first + each.last + 1) / 2 - needed / 2
    start = max(0.0, min(wished, width - needed))
    return start, start + needed


def _in_free_row(made: Stretch, taken: Sequence[Stretch], *, width: float, slot: float) -> Stretch:
    """The stretch in the first row in which it touches no other of its side."""

    def box(each: Stretch) -> tuple[float, float]:
        start, end = _words_span(each, width=width, slot=slot)
        return min(start, slot * each.first), max(end, slot * (each.last + 1))

    start, end = box(made)
    rows = {
        each.row
        for each in taken
        if each.direction == made.direction and box(each)[0] < end + 6 and start < box(each)[1] + 6
    }
    row = next(row for row in range(len(rows) + 1) if row not in rows)
    return replace(made, row=row)
