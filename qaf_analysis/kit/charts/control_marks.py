"""What one panel of a run or control chart holds, and how its lines, dots and signals are drawn.

The key under a run or control chart: what its shapes and lines mean, of those that are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, inf, isfinite, log10, nan

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import FULL_WIDTH, SMALL, middle, text_width, write
from qaf_analysis.kit.palette import ACCENT, BAND, GRID, MUTED, PAGE, QUIET, TEXT, Ink
from qaf_analysis.terms.errors import ShapeError

BOLD = 0.85  # share of a width that words may take so that they fit it in bold
_MOST_STEPS = 5
DASHES = (0, (5, 3))


@dataclass(frozen=True, kw_only=True)
class PanelPoint:
    """One period of a chart.

    Parameters
    ----------
    period : str
    value : float
        NaN where the point is missing: it stays a gap.
    centre, lower, upper : float
        NaN where there is no such line.
    part : int
        Lines are drawn anew where it changes.
    bears : bool
        Whether the lines rest on it. Lines are dashed after the last such point of their part.
    is_left_out : bool
        Whether it is left out by design: drawn hollow.
    direction : int
        1 or -1 where a rule finds it high or low: drawn as a triangle that points that way.
    signals : tuple of str
        What the rules that find it are called on the chart.
    note : str
        What it rests on, for the alternative text.
    """

    period: str
    value: float
    centre: float
    lower: float = nan
    upper: float = nan
    part: int = 1
    bears: bool = True
    is_left_out: bool = False
    direction: int = 0
    signals: tuple[str, ...] = ()
    note: str = ""

    @property
    def has_value(self) -> bool:
        """Whether there is a dot to draw."""
        return isfinite(self.value)

    @property
    def has_limits(self) -> bool:
        """Whether both limits are known."""
        return isfinite(self.lower) and isfinite(self.upper)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One series with its lines.

    Parameters
    ----------
    measure : str
        What is measured, and the kind of chart.
    points : tuple of PanelPoint
        Every period, also those without a value.
    number : callable
        How a value is written.
    centre_name : str
        What the centre line is, such as ``median before``.
    low, high : float
        Ends of the axis where they are fixed, such as 0 and 1 for shares.
    reference : tuple of float and str, or None
        A further line and its name: a target, or where there is no difference.
    notes : tuple of str
        What a reader must know, written on the chart.

    Raises
    ------
    ShapeError
        If there is no point, or a point with signals has no direction.
    """

    measure: str
    points: tuple[PanelPoint, ...]
    number: Callable[[float], str]
    centre_name: str
    low: float = inf
    high: float = -inf
    reference: tuple[float, str] | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.points:
            raise ShapeError("A chart needs at least one period.")
        if any(point.signals and point.direction not in (-1, 1) for point in self.points):
            raise ShapeError("A point that a rule finds is high or low.")

    @property
    def reach(self) -> tuple[float, float]:
        """Ends of the axis: all that is drawn, and a little room."""
        drawn = [n for p in self.points for n in (p.value, p.centre, p.lower, p.upper)]
        drawn += [self.low, self.high, *(self.reference or ())[:1]]
        known = [number for number in drawn if isfinite(number)] or [0.0, 1.0]
        low, high = min(known), max(known)
        room = 0.06 * (high - low or 1.0)
        return low - room, high + room


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Where a panel lies on axes that count periods across and pixels upwards.

    Parameters
    ----------
    axes : Axes
        Shared by all panels of a picture: axes of their own would cost more than all marks.
    panel : Panel
    slot : float
        Pixels of a period.
    foot, height : float
        Pixels.
    """

    axes: Axes
    panel: Panel
    slot: float
    foot: float
    height: float

    @property
    def top(self) -> float:
        """Where the panel ends."""
        return self.foot + self.height

    @property
    def ends(self) -> tuple[float, float]:
        """Where the first period begins, and where the last one ends."""
        return -0.5, len(self.panel.points) - 0.5

    def across(self, pixels: float) -> float:
        """Place of so many pixels from the left of the first period."""
        return pixels / self.slot - 0.5

    def up(self, value: float) -> float:
        """Pixels from the bottom to a value."""
        low, high = self.panel.reach
        return self.foot + self.height * (value - low) / (high - low)

    @property
    def width(self) -> float:
        """Pixels of all periods."""
        return self.slot * len(self.panel.points)


def draw_ground(plot: Plot) -> None:
    """Draw the band between the limits, and round values with a thin line across at each."""
    points = plot.panel.points
    for places in _unbroken(points, lambda point: point.has_limits):
        edges = _edges(places)
        upper = [plot.up(points[place].upper) for place in places for _ in (0, 1)]
        lower = [plot.up(points[place].lower) for place in places for _ in (0, 1)]
        plot.axes.fill(
            [*edges, *reversed(edges)], [*upper, *reversed(lower)], color=BAND.light, linewidth=0,
            zorder=0.5,
        )  # fmt: skip
    low, high = plot.panel.reach
    fixed = plot.panel.low, plot.panel.high
    ends = fixed if all(map(isfinite, fixed)) else (low, high)
    step = _step(ends[1] - ends[0])
    for count in range(ceil(ends[0] / step - 1e-9), floor(ends[1] / step + 1e-9) + 1):
        height = plot.up(count * step)
        plot.axes.plot(plot.ends, [height] * 2, color=GRID.light, linewidth=1, zorder=1)
        words = plot.panel.number(count * step)
        write(
            plot.axes, words, (plot.ends[0], height), shift=(-8, middle(SMALL)), anchor="right",
            size=SMALL, colour=MUTED.light,
        )  # fmt: skip


def draw_lines(plot: Plot) -> None:
    """Draw the limits, the centre line and any further line."""
    points = plot.panel.points
    if plot.panel.reference is not None:
        height = plot.up(plot.panel.reference[0])
        plot.axes.plot(plot.ends, [height] * 2, color=TEXT.light, linewidth=0.8, zorder=3.1)
    for name, ink, width in (("lower", QUIET, 1.2), ("upper", QUIET, 1.2), ("centre", ACCENT, 1.8)):
        _draw_steps(plot, [getattr(point, name) for point in points], ink=ink, width=width)


def draw_dots(plot: Plot) -> None:
    """Join neighbouring quarters, and draw a dot, a hollow dot or a triangle at each."""
    points = plot.panel.points
    for places in _unbroken(points, lambda point: point.has_value):
        heights = [plot.up(points[place].value) for place in places]
        plot.axes.plot(places, heights, color=ACCENT.light, linewidth=1, zorder=3.5)
    alike: dict[tuple[bool, int], list[int]] = {}
    for place, point in enumerate(points):
        if point.has_value:
            shape = point.direction if point.signals else 0
            alike.setdefault((point.is_left_out, shape), []).append(place)
    for places in alike.values():
        heights = [plot.up(points[place].value) for place in places]
        draw_shapes(plot.axes, points[places[0]], places, heights)


def draw_shapes(
    axes: Axes, point: PanelPoint, across: Sequence[float], up: Sequence[float]
) -> None:
    """Draw points of one kind by what they are: found by a rule or not, left out or not."""
    ink = TEXT if point.signals else ACCENT
    shape = {0: "o", 1: "^", -1: "v"}[point.direction if point.signals else 0]
    axes.plot(
        across, up, linestyle="", marker=shape, markersize=11 if point.signals else 7.5,
        markerfacecolor=PAGE.light if point.is_left_out else ink.light,
        markeredgecolor=ink.light, markeredgewidth=1.6, clip_on=False, zorder=4,
    )  # fmt: skip


def _edges(places: Sequence[int]) -> list[float]:
    """Where periods begin and end."""
    return [place + side for place in places for side in (-0.5, 0.5)]


def _draw_steps(plot: Plot, heights: Sequence[float], *, ink: Ink, width: float) -> None:
    """Draw a line level over each period, dashed where it is carried beyond its own points."""
    points = plot.panel.points
    for places in _unbroken(points, lambda point: True):
        borne = max((place for place in places if points[place].bears), default=places[0] - 1)
        if not any(points[place].has_value for place in places if place > borne):
            borne = places[-1]  # nothing follows that the line would be carried to
        for is_dashed, group in groupby(places, key=lambda place: place > borne):
            rows = list(group)
            level = [plot.up(heights[place]) for place in rows for _ in (0, 1)]  # NaN: a gap
            plot.axes.plot(
                _edges(rows), level, color=ink.light, linewidth=width, zorder=3.3, clip_on=False,
                linestyle=DASHES if is_dashed else "-",
            )  # fmt: skip


def _unbroken(
    points: Sequence[PanelPoint], is_drawn: Callable[[PanelPoint], bool]
) -> Iterator[list[int]]:
    """Periods in a row, of one part, that are drawn."""
    for (_, drawn), group in groupby(
        range(len(points)), key=lambda place: (points[place].part, is_drawn(points[place]))
    ):
        if drawn:
            yield list(group)


def _step(span: float) -> float:
    """Round step that divides a span into at most five."""
    unit = 10.0 ** floor(log10(span / _MOST_STEPS))
    return next(unit * size for size in (1, 2, 2.5, 5, 10) if span / (unit * size) <= _MOST_STEPS)


KEY = 24  # height of one row


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of the key: a point or, without one, a line."""

    words: str
    point: PanelPoint | None = None
    is_dashed: bool = False

    @property
    def width(self) -> float:
        """Pixels it takes up, with the room to the next."""
        return 30 + text_width(self.words, size=SMALL) + 22


def key_entries(points: Sequence[PanelPoint]) -> Iterator[Entry]:
    """What shapes and lines mean, of those that are drawn."""
    if any(point.is_left_out for point in points):
        yield Entry(words="left out by design", point=_example(is_left_out=True))
    for direction, words in ((1, "high or rising"), (-1, "low or falling")):
        if any(point.signals and point.direction == direction for point in points):
            yield Entry(words=f"found {words} by a rule", point=_example(direction=direction))
    if any(not point.bears for point in points):
        yield Entry(words="lines rest on these quarters")
        yield Entry(words="lines carried forward", is_dashed=True)


def _example(*, is_left_out: bool = False, direction: int = 0) -> PanelPoint:
    signals = ("found",) if direction else ()
    return PanelPoint(
        period="", value=0.0, centre=nan, is_left_out=is_left_out, direction=direction,
        signals=signals,
    )  # fmt: skip


def key_rows(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Entries in rows that fit the picture."""
    rows: list[list[Entry]] = []
    for entry in entries:
        if rows and sum(each.width for each in (*rows[-1], entry)) <= FULL_WIDTH - 2:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    return rows


def draw_key(plot: Plot, rows: Sequence[Sequence[Entry]], *, left: float, top: float) -> None:
    """Draw the rows of the key from so many pixels under the foot of the picture's axes.

    ``left`` is the room at the left of the axes, over which the key may reach.
    """
    for row, entries in enumerate(rows):
        start, height = 2.0 - left, -top - KEY * (row + 0.5)
        for entry in entries:
            if entry.point is not None:
                draw_shapes(plot.axes, entry.point, [plot.across(start + 12)], [height])
            else:
                style = DASHES if entry.is_dashed else "-"
                ends = [plot.across(start), plot.across(start + 24)]
                plot.axes.plot(
                    ends, (height, height), color=ACCENT.light, linewidth=1.8, linestyle=style,
                    clip_on=False,
                )  # fmt: skip
            write(
                plot.axes, entry.words, (plot.across(start + 30), height),
                shift=(0, middle(SMALL)), size=SMALL, colour=MUTED.light,
            )  # fmt: skip
            start += entry.width
