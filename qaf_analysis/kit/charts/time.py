"""Time from left to right: every quarter named once, and the changes that happened on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import SMALL, Anchor, fitted_lines, text_width, write
from qaf_analysis.kit.palette import GRID, MUTED, QUIET
from qaf_analysis.terms.errors import ShapeError

LINE = 15  # height of one line of small words
PERIOD_WORDS = 40  # height of the names under a time axis
_QUARTER = re.compile(r"(\d{4}-\d{2}) (Q[1-4])")
_GAP = 8


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something that changed just before a period, such as training or co-location."""

    label: str
    before: str


@dataclass(frozen=True, kw_only=True)
class TimeFrame:
    """Where the periods of a chart lie, in pixels.

    Parameters
    ----------
    periods : tuple of str
        Their names, in order; ``2019-20 Q4`` is split into quarter and financial year.
    left, slot : float
        Where the first begins, and how wide each is.
    right : float
        How far words may reach.
    changes : tuple of Change
        To be drawn between periods; several before one period share a rule.
    above : int
        Pixels above the panel that are taken already.

    Raises
    ------
    ShapeError
        If there is no period, one is named twice, or a change comes before an unknown one.
    """

    periods: tuple[str, ...]
    left: float
    slot: float
    right: float
    changes: tuple[Change, ...] = ()
    above: int = 0

    def __post_init__(self) -> None:
        if not self.periods or len(set(self.periods)) < len(self.periods):
            raise ShapeError("A chart over time needs at least one period, each named once.")
        for change in self.changes:
            if change.before not in self.periods:
                raise ShapeError(
                    f'The change "{change.label}" comes before "{change.before}", '
                    "which is not on the chart."
                )

    @property
    def headroom(self) -> int:
        """Pixels needed above the panel for the names of changes."""
        rows = [row + len(lines) for _, lines, _, row in self._named_changes()]
        return LINE * max(rows) + 4 if rows else 0

    def frame(self, axes: Axes) -> None:
        """Name the periods under the panel and the changes above it."""
        axes.set_xlim(-0.5, len(self.periods) - 0.5)
        self._draw_changes(axes)
        if all(map(_QUARTER.fullmatch, self.periods)):
            self._name_quarters(axes)
        else:
            self._name_periods(axes)

    def _named_changes(self) -> list[tuple[int, list[str], Anchor, int]]:
        """Period before which each rule stands, its words in lines, their anchor, lowest row.

        From right to left, so that a name that reaches over later rules stands above theirs.
        """
        named: list[tuple[int, list[str], Anchor, int]] = []
        taken: list[tuple[float, float, int]] = []
        for place, period in reversed(list(enumerate(self.periods))):
            words = "; ".join(change.label for change in self.changes if change.before == period)
            if not words:
                continue
            at = self.left + self.slot * place
            ahead, behind = self.right - at - _GAP, at - self.left - _GAP
            lines = fitted_lines(words, width=max(ahead, behind), size=SMALL, most=2)
            width = max(text_width(line, size=SMALL) for line in lines)
            anchor: Anchor = "left" if width <= ahead else "right"
            box = (at, at + width) if anchor == "left" else (at - width, at)
            row = _free_row(box, taken)
            taken.append((*box, row + len(lines) - 1))
            named.append((place, lines, anchor, row))
        return named

    def _draw_changes(self, axes: Axes) -> None:
        top = axes.get_ylim()[1]
        for place, lines, anchor, row in self._named_changes():
            at = place - 0.5
            shift = 4 if anchor == "left" else -4
            rise = self.above + 4 + LINE * (row + len(lines) - 1)
            axes.axvline(at, color=QUIET.light, linewidth=1.2, dashes=(3, 3), clip_on=False)
            _stalk(axes, at, rise + 10)
            for line, words in enumerate(lines):
                write(
                    axes, words, (at, top), shift=(shift, rise - LINE * line), anchor=anchor,
                    colour=MUTED.light, size=SMALL,
                )  # fmt: skip

    def _name_quarters(self, axes: Axes) -> None:
        floor = axes.get_ylim()[0]
        parts = [period.split(" ") for period in self.periods]
        if self.slot >= text_width("Q4", size=SMALL) + 2:
            for place, (_, quarter) in enumerate(parts):
                write(
                    axes, quarter, (place, floor), shift=(0, -15), anchor="center",
                    colour=MUTED.light, size=SMALL,
                )  # fmt: skip
        first = 0
        for year, group in groupby(year for year, _ in parts):
            many = len(list(group))
            _tick(axes, first - 0.5)
            room = self.slot * many - 6
            for words in (year, f"{year[2:4]}/{year[5:]}"):
                if text_width(words, size=SMALL, bold=True) <= room:
                    write(axes, words, (first - 0.5, floor), shift=(5, -32), size=SMALL, bold=True)
                    break
            else:
                self._name_short_year(axes, words, first, many)
            first += many

    def _name_short_year(self, axes: Axes, words: str, first: int, many: int) -> None:
        """Name a year of a quarter or two over the end of the chart, where there is room."""
        floor, width = axes.get_ylim()[0], text_width(words, size=SMALL, bold=True)
        after = self.right - self.left - self.slot * first
        if first == 0 and width <= self.slot * many - 6 + self.left:
            end = (many - 0.5, floor)
            write(axes, words, end, shift=(-4, -32), anchor="right", size=SMALL, bold=True)
        elif first + many == len(self.periods) and width + 6 <= after:
            write(axes, words, (first - 0.5, floor), shift=(5, -32), size=SMALL, bold=True)

    def _name_periods(self, axes: Axes) -> None:
        floor = axes.get_ylim()[0]
        widest = max(text_width(word, size=SMALL) for name in self.periods for word in name.split())
        step = max(1, -(-int(widest + 6) // int(self.slot)))
        last = len(self.periods) - 1
        for place, name in enumerate(self.periods):
            if (last - place) % step:
                continue
            for row, words in enumerate(
                fitted_lines(name, width=step * self.slot - 4, size=SMALL, most=2)
            ):
                write(
                    axes, words, (place, floor), shift=(0, -15 - 14 * row), anchor="center",
                    colour=MUTED.light, size=SMALL,
                )  # fmt: skip


def _free_row(box: tuple[float, float], taken: Sequence[tuple[float, float, int]]) -> int:
    """Lowest row above every name that stands in the way."""
    rows = [row for start, end, row in taken if box[0] < end + _GAP and start < box[1] + _GAP]
    return max(rows, default=-1) + 1


def _stalk(axes: Axes, at: float, rise: float) -> None:
    """Carry a rule above the panel, up to its name."""
    axes.annotate(
        "", xy=(at, axes.get_ylim()[1]), xytext=(0, rise), textcoords="offset points",
        arrowprops={"arrowstyle": "-", "color": QUIET.light, "linewidth": 1.2,
                    "linestyle": (0, (3, 3)), "shrinkA": 0, "shrinkB": 0},
        annotation_clip=False,
    )  # fmt: skip


def _tick(axes: Axes, at: float) -> None:
    axes.annotate(
        "", xy=(at, axes.get_ylim()[0]), xytext=(0, -34), textcoords="offset points",
        arrowprops={"arrowstyle": "-", "color": GRID.light, "linewidth": 1.5,
                    "shrinkA": 0, "shrinkB": 4},
        annotation_clip=False,
    )  # fmt: skip
