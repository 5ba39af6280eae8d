"""Names of the rules that find points of a chart, in rows above and below its panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from qaf_analysis.kit.charts.control_marks import PanelPoint, Plot
from qaf_analysis.kit.charts.mark import SMALL, middle, text_width, write
from qaf_analysis.kit.palette import PAGE, TEXT

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
        edge, way = (plot.height, 1) if each.direction > 0 else (0.0, -1)
        rule = edge + way * (LANE * each.row + 4)
        ends = plot.across(each.first) - 7, plot.across(each.last) + 7
        plot.axes.plot(ends, (rule, rule), color=TEXT.light, linewidth=1.2, clip_on=False, zorder=4)
        start, end = _words_span(each, width=plot.width, slot=plot.slot)
        middle_of = rule + way * 9
        # The rule of a change may pass here: the words stand on the page's own colour.
        plot.axes.fill(
            (start - 2, end + 2, end + 2, start - 2),
            (middle_of - 6, middle_of - 6, middle_of + 6, middle_of + 6),
            color=PAGE.light, linewidth=0, clip_on=False, zorder=3,
        )  # fmt: skip
        write(
            plot.axes, each.words, ((start + end) / 2, middle_of), shift=(0, middle(SMALL)),
            anchor="center", size=SMALL,
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
