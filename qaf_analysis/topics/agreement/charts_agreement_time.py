"""Agreement by quarter: a dot with its interval, gaps where too few audits were graded twice."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import FULL_WIDTH, SMALL, Mark, draw_mark, write
from qaf_analysis.kit.charts.time import PERIOD_WORDS, Change, TimeFrame
from qaf_analysis.kit.numbers import coefficient, counted, whole
from qaf_analysis.kit.palette import BAND, GRID, MUTED
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.errors import ShapeError

_LEFT, _RIGHT, _HEIGHT = 60, 130, 200


def agreement_over_time(
    quarters: Sequence[Mark],
    *,
    title: str,
    whole_period: Mark,
    changes: Sequence[Change] = (),
    about: str = "Agreement by quarter, 1 being perfect and 0 what chance gives.",
    missing: str = "too few audits graded twice",
) -> Picture:
    """Agreement by quarter, over the interval of the whole period.

    Parameters
    ----------
    quarters : sequence of Mark
        In order of time; a quarter with too few double-graded audits has no value.
    title : str
        The finding.
    whole_period : Mark
        Agreement of all quarters together, drawn as a band behind the dots.
    changes : sequence of Change
        Process changes, drawn as rules before the quarter in which they begin.
    about, missing : str
        What the numbers are, and why a quarter has none, for those who cannot see the chart.

    Raises
    ------
    ShapeError
        If there is no quarter.
    """
    if not quarters:
        raise ShapeError("The chart of agreement over time needs at least one quarter.")
    slot = (FULL_WIDTH - _LEFT - _RIGHT) / len(quarters)
    time = TimeFrame(
        periods=tuple(mark.label for mark in quarters), left=_LEFT, slot=slot, right=FULL_WIDTH,
        changes=tuple(changes),
    )  # fmt: skip
    with house_style():
        figure = new_figure(FULL_WIDTH, time.headroom + 12 + _HEIGHT + PERIOD_WORDS + 16)
        axes = panel(
            figure, left=_LEFT, top=time.headroom + 12, width=slot * len(quarters), height=_HEIGHT
        )
        axes.set_ylim(min(0.0, *(x for mark in quarters for x in mark.reach), 0.0), 1.0)
        axes.set_xlim(-0.5, len(quarters) - 0.5)
        _draw_band(axes, whole_period)
        _draw_scale(axes)
        time.frame(axes)
        for place, mark in enumerate(quarters):
            _draw_quarter(axes, mark, place=place)
        said = _in_words(quarters, whole_period, changes, missing=missing)
        return picture_of(figure, title=title, alt=f"{about} {said}")


def _draw_band(axes: Axes, period: Mark) -> None:
    if not period.has_interval:
        return
    axes.axhspan(period.low, period.high, color=BAND.light, linewidth=0)
    at = (axes.get_xlim()[1], period.value)
    for row, words in enumerate((f"all quarters {coefficient(period.value)}", period.note)):
        write(axes, words, at, shift=(6, 3 - 14 * row), size=SMALL, colour=MUTED.light)


def _draw_scale(axes: Axes) -> None:
    for value in (0.0, 0.5, 1.0):
        axes.axhline(value, color=GRID.light, linewidth=1)
        write(
            axes, f"{value:.1f}", (-0.5, value), shift=(-8, -4), anchor="right", size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip


def _draw_quarter(axes: Axes, mark: Mark, *, place: int) -> None:
    low = axes.get_ylim()[0]
    words = f"n {whole(mark.cases)}" if mark.cases else "n 0"
    write(
        axes, words, (place, low), shift=(0, -48), anchor="center", size=SMALL, colour=MUTED.light
    )
    if mark.has_value:
        draw_mark(axes, mark, place=place, upright=True)


def _in_words(
    quarters: Sequence[Mark], period: Mark, changes: Sequence[Change], *, missing: str
) -> str:
    parts = []
    if period.has_value:
        parts.append(f"All quarters together: {coefficient(period.value)}.")
    for mark in quarters:
        if mark.has_value:
            span = f" ({coefficient(mark.low)} to {coefficient(mark.high)})"
            parts.append(
                f"{mark.label}: {coefficient(mark.value)}{span if mark.has_interval else ''}, "
                f"{counted(mark.cases or 0, 'audit')}."
            )
    gaps = sum(not mark.has_value for mark in quarters)
    if gaps:
        parts.append(f"{counted(gaps, 'quarter')} with {missing}.")
    parts += [f"Before {change.before}: {change.label}." for change in changes]
    return " ".join(parts)
