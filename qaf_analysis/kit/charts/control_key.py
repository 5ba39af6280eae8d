"""The key under a run or control chart: what its shapes and lines mean, of those that are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan

from matplotlib.figure import Figure

from qaf_analysis.kit.charts.control_marks import DASHES, PanelPoint, draw_shape
from qaf_analysis.kit.charts.mark import FULL_WIDTH, SMALL, middle, text_width, write
from qaf_analysis.kit.palette import ACCENT, MUTED
from qaf_analysis.kit.picture import panel

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
        yield Entry(words="lines where they rest on these quarters")
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


def draw_key(figure: Figure, rows: Sequence[Sequence[Entry]], *, top: float) -> None:
    """Draw the rows of the key at so many pixels from the top of the picture."""
    for row, entries in enumerate(rows):
        axes = panel(figure, left=0, top=top + KEY * row, width=FULL_WIDTH, height=KEY)
        axes.set_xlim(0, FULL_WIDTH)
        axes.set_ylim(0, KEY)
        start, height = 2.0, KEY / 2
        for entry in entries:
            if entry.point is not None:
                draw_shape(axes, entry.point, (start + 12, height))
            else:
                style = DASHES if entry.is_dashed else "-"
                axes.plot(
                    (start, start + 24), (height, height), color=ACCENT.light, linewidth=1.8,
                    linestyle=style,
                )  # fmt: skip
            write(
                axes, entry.words, (start + 30, height), shift=(0, middle(SMALL)), size=SMALL,
                colour=MUTED.light,
            )  # fmt: skip
            start += entry.width
