"""Groups beside one another, drawn: small multiples, maps of grades, a distribution of gaps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from qaf_analysis.kit.charts.mark import FULL_WIDTH, SMALL, WORDS, fitted_lines
from qaf_analysis.kit.numbers import gap, percent, whole
from qaf_analysis.kit.palette import (
    ACCENT,
    COMPARISON,
    GRID,
    MUTED,
    PAGE,
    PALE,
    STRONGEST_TINT,
    TEXT,
    blend,
)
from qaf_analysis.kit.parts import Picture, listed
from qaf_analysis.kit.picture import PIXELS_PER_INCH, house_style, new_figure, picture_of
from qaf_analysis.lab.explore.view import Bin, Explored, Member, Mixes, Panel
from qaf_analysis.lab.explore.words import mixes_sentence, panel_sentences

_ROW, _TITLE, _FOOT, _LEFT, _RIGHT = 22, 34, 34, 190, 60
_NORMAL_95 = 1.96
_BAND = "Pale bar: where 95 of 100 such groups would lie if all were alike."


def explored_pictures(result: Explored) -> tuple[Picture, ...]:
    """Every picture that there is something to draw for."""
    panels = [one for one in result.panels if one.spread is not None]
    drawn = [_small_multiples(result, panels)] if panels else []
    if result.bins and result.own is not None:
        drawn.append(_distribution(result, result.own, result.bins))
    if result.is_sealed and result.own is not None and result.own.spread is not None:
        drawn.append(_small_multiples(result, [result.own]))
    drawn += [_map(result, mixes) for mixes in result.mixes if mixes.unlike is not None]
    return tuple(drawn)


def _small_multiples(result: Explored, panels: Sequence[Panel]) -> Picture:
    """Dots of every group over the bar of what chance alone would show, one scale for all."""
    heights = [_TITLE + _ROW * len(one.members) for one in panels]
    height = sum(heights) + _FOOT + 22
    low, high = _reach(panels)
    with house_style():
        figure = new_figure(FULL_WIDTH, height)
        top = 0.0
        for panel, tall in zip(panels, heights, strict=True):
            axes = _axes(figure, top=top + _TITLE, rows=len(panel.members), height=height)
            _draw_panel(axes, panel, result)
            axes.set_xlim(low, high)
            is_last = panel is panels[-1]
            axes.tick_params(labelbottom=is_last)
            top += tall
        _foot(figure, _BAND, height)
        singles = listed([one.kind for one in panels])
        return picture_of(
            figure,
            title=f"{result.measure_words}, by {singles}, beside what chance alone would show",
            alt=[panel_sentences(one, result.measure) for one in panels],
            source=f"Run {result.run_id[:8]}, released figures.",
        )


def _reach(panels: Sequence[Panel]) -> tuple[float, float]:
    ends = [
        end
        for panel in panels
        for one in panel.members
        for end in (one.value, *_chance_ends(panel, one))
    ]
    pad = 0.04 * (max(ends) - min(ends) or 1)
    return min(ends) - pad, max(ends) + pad


def _chance_ends(panel: Panel, one: Member) -> tuple[float, float]:
    centre = panel.spread.centre if panel.spread is not None else one.value
    return centre - _NORMAL_95 * one.error, centre + _NORMAL_95 * one.error


def _axes(figure: Figure, *, top: float, rows: int, height: float, left: int = _LEFT) -> Axes:
    tall = rows * _ROW
    width = FULL_WIDTH - left - _RIGHT
    return figure.add_axes(
        (left / FULL_WIDTH, 1 - (top + tall) / height, width / FULL_WIDTH, tall / height)
    )


def _draw_panel(axes: Axes, panel: Panel, result: Explored) -> None:
    names = [one.label for one in panel.members]
    places = np.arange(len(names))
    for place, one in zip(places, panel.members, strict=True):
        axes.plot(_chance_ends(panel, one), (place, place), color=PALE.light, linewidth=9, zorder=1)
    if panel.spread is not None:
        axes.axvline(panel.spread.centre, color=MUTED.light, linewidth=1, zorder=2)
    table = pd.DataFrame(
        {
            "value": [one.value for one in panel.members],
            "place": places,
            "marked": ["marked" if one.is_marked else "group" for one in panel.members],
        }
    )
    sns.scatterplot(
        data=table, x="value", y="place", hue="marked", style="marked", legend=False, ax=axes,
        palette={"group": ACCENT.light, "marked": COMPARISON.light},
        markers={"group": "o", "marked": "D"}, s=46, edgecolor=PAGE.light, linewidth=0.5, zorder=3,
    )  # fmt: skip
    _bare(axes)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(places, [_shortened(name) for name in names], fontsize=SMALL)
    for label, one in zip(axes.get_yticklabels(), panel.members, strict=True):
        label.set_fontweight("bold" if one.is_marked else "normal")
        label.set_color(TEXT.light)
    for place, one in zip(places, panel.members, strict=True):
        axes.annotate(
            f"n {whole(one.cases)}", (1, place), xycoords=axes.get_yaxis_transform(),
            xytext=(6, 0), textcoords="offset points", va="center", fontsize=SMALL,
            color=MUTED.light,
        )  # fmt: skip
    axes.xaxis.set_major_formatter(lambda value, _: result.measure.write(value))
    _title(axes, _panel_title(panel, result))


def _panel_title(panel: Panel, result: Explored) -> str:
    name = panel.kinds.capitalize()
    spread, distance = panel.spread, result.measure.distance
    if spread is None:
        return name
    return (
        f"{name}: {distance(spread.observed)} {result.measure.unit} apart; "
        f"by chance {distance(spread.low)} to {distance(spread.high)}"
    )


def _map(result: Explored, mixes: Mixes) -> Picture:
    """Share of each grade in every group, as tinted cells with their percentages."""
    counts = np.array(mixes.counts, dtype=float)
    shares = counts / counts.sum(axis=1, keepdims=True)
    levels = result.scale.levels
    height = _TITLE + _ROW * len(shares) + 22
    strongest = blend(ACCENT.light, PAGE.light, opacity=STRONGEST_TINT)
    with house_style():
        figure = new_figure(FULL_WIDTH, height)
        axes = _axes(figure, top=_TITLE, rows=len(shares), height=height)
        sns.heatmap(
            pd.DataFrame(shares, index=list(mixes.labels), columns=list(levels)),
            ax=axes, cbar=False, vmin=0, vmax=max(0.5, float(shares.max())),
            cmap=LinearSegmentedColormap.from_list("tint", [PAGE.light, strongest]),
            annot=np.vectorize(percent)(shares), fmt="", linewidths=1, linecolor=GRID.light,
            annot_kws={"fontsize": WORDS, "color": TEXT.light},
        )  # fmt: skip
        _bare(axes)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.set_xticks(
            np.arange(len(levels)) + 0.5,
            ["\n".join(fitted_lines(level, width=90, size=SMALL)) for level in levels],
            fontsize=SMALL, rotation=0,
        )  # fmt: skip
        names = [_shortened(name) for name in mixes.labels]
        axes.set_yticks(np.arange(len(names)) + 0.5, names, fontsize=SMALL, rotation=0)
        marked = result.chosen.get(mixes.by, "")
        for label, name in zip(axes.get_yticklabels(), mixes.labels, strict=True):
            label.set_fontweight("bold" if name == marked else "normal")
        for place, total in enumerate(counts.sum(axis=1)):
            axes.annotate(
                f"n {whole(total)}", (1, place + 0.5), xycoords=axes.get_yaxis_transform(),
                xytext=(6, 0), textcoords="offset points", va="center", fontsize=SMALL,
                color=MUTED.light,
            )  # fmt: skip
        return picture_of(
            figure,
            title=f"Grades by {mixes.by}",
            alt=mixes_sentence(mixes),
            source=f"Run {result.run_id[:8]}, released counts.",
        )


def _distribution(result: Explored, own: Panel, bins: Sequence[Bin]) -> Picture:
    """How many auditors have which gap, with the line of what chance alone would show."""
    height = 250
    middles = [(one.low + one.high) / 2 for one in bins]
    with house_style():
        figure = new_figure(FULL_WIDTH, height)
        axes = figure.add_axes((0.09, 0.2, 0.88, 0.66))
        edges = [bins[0].low, *(one.high for one in bins)]
        sns.histplot(
            x=[one.value for one in own.members], bins=edges, ax=axes, color=PALE.light,
            edgecolor=ACCENT.light, alpha=1.0,
        )  # fmt: skip
        sns.lineplot(
            x=middles, y=[one.by_chance for one in bins], ax=axes, color=COMPARISON.light,
            marker="D", markersize=6, linewidth=2, estimator=None,
        )  # fmt: skip
        _bare(axes)
        axes.set_ylabel("Auditors", fontsize=SMALL)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        axes.xaxis.set_major_formatter(lambda value, _: gap(value))
        _title(axes, "Bars: auditors. Line with diamonds: what chance alone would show.")
        axes.set_xlabel("Own gap in grades; above zero, kinder than moderators", fontsize=SMALL)
        return picture_of(
            figure,
            title="Auditors’ own gaps to moderators",
            alt=panel_sentences(own, result.measure),
            source=f"Run {result.run_id[:8]}, released gaps of auditors, without codes.",
        )


def _bare(axes: Axes) -> None:
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlabel("")
    axes.set_ylabel("")
    axes.tick_params(length=0, labelsize=SMALL, colors=TEXT.light)
    axes.patch.set_alpha(0)


def _title(axes: Axes, words: str) -> None:
    axes.annotate(
        words, (0, 1), xycoords="axes fraction", xytext=(-axes.get_position().x0 * FULL_WIDTH, 8),
        textcoords="offset points", fontsize=WORDS, fontweight="bold", color=TEXT.light,
    )  # fmt: skip


def _foot(figure: Figure, words: str, height: float) -> None:
    figure.text(
        0, 6 / (height * 72 / PIXELS_PER_INCH), words, fontsize=SMALL, color=MUTED.light,
        va="bottom",
    )  # fmt: skip


def _shortened(name: str) -> str:
    lines = fitted_lines(name, width=_LEFT - 12, size=SMALL, most=1)
    return lines[0]
