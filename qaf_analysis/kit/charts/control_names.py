"""Names of the lines of a run or control chart, each with its value, at the right of its panel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from qaf_analysis.kit.charts.control_marks import BOLD, Panel, Plot
from qaf_analysis.kit.charts.mark import (
    SMALL,
    fitted_lines,
    middle,
    spread_apart,
    text_width,
    write,
)
from qaf_analysis.kit.palette import ACCENT, MUTED


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
            plot.axes, each.fitted(room - 10), (plot.width, place), shift=(7, middle(SMALL)),
            size=SMALL, bold=each.is_centre, colour=(ACCENT if each.is_centre else MUTED).light,
        )  # fmt: skip
