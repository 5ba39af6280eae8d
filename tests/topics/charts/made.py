"""Charts of a theme made of chosen figures, no two alike."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from qaf_analysis.stats.charts.rules import RunAnalysis, RunLimits
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.topics.charts.analysis.themes import (
    ThemeCharting,
    ThemeCharts,
    ThemePoint,
    ThemeSeries,
)
from qaf_analysis.topics.common.scope import Event, Scope

MINUS = "\N{MINUS SIGN}"
PRIME = "\N{PRIME}"
SOURCE = "600 routine audits with domain grades, 2018-19 Q1 to 2018-19 Q4. None left out."
LAST = Quarter(2018, 4)
SCOPE = Scope(
    council="Example",
    quarter=LAST,
    first=Quarter(2018, 1),
    last=LAST,
    period="2018-19 Q1 to 2018-19 Q4",
    unit="routine audits with domain grades",
    used=600,
)


def point(number, phase="before", good=None, value=0.5, **parts):
    """The quarter of this number; higher than its lower limit, lower than its upper."""
    base = {
        "quarter": Quarter(2018, number),
        "phase": phase,
        "audits": 40 + number,
        "good": good,
        "value": value,
        "centre": 0.45,
        "lower": 0.24,
        "upper": 0.66,
        "bears": phase == "before",
        "signals": (),
        "direction": 0,
        "reading": "common cause",
    }
    return ThemePoint(**{**base, **parts})


RUNS = RunAnalysis(
    useful=14,
    longest_run=5,
    crossings=6,
    limits=RunLimits(longest_run=7, crossings=4),
    false_signals=0.02,
)
FEW = RunAnalysis(useful=9, longest_run=4, crossings=3, limits=None, false_signals=nan)
SHARES = (
    point(1, good=17, value=0.41),
    point(2, good=21, value=0.5),
    point(3, "left out", good=19, value=0.44),
    point(
        4, "after", good=1_030, value=0.71, audits=1_450, signals=("outside",), direction=1,
        reading="improvement",
    ),
)  # fmt: skip
GAPS = tuple(
    replace(each, good=None, value=value, centre=-0.31, lower=-0.52, upper=-0.1)
    for each, value in zip(SHARES, (-0.4, -0.25, -0.35, 0.05), strict=True)
)


def series(chart="p", points=SHARES, **parts):
    base = {
        "chart": chart,
        "why": "a reason",
        "points": points,
        "runs": RUNS,
        "bearing": 2,
        "is_frozen": True,
        "too_small": 0,
        "last": points[-1].reading,
    }
    return ThemeSeries(**{**base, **parts})


def run(points=SHARES, **parts):
    """A run chart of the same points, around a median of its own."""
    lines = tuple(
        replace(each, centre=each.centre + 0.02, lower=nan, upper=nan, signals=(), direction=0,
                reading="common cause")
        for each in points
    )  # fmt: skip
    return series("run", lines, **parts)


CHARTING = ThemeCharting(
    name="Chronology work",
    about="Chronologies",
    audited_in=Quarter(2018, 3),
    controls=("Plan", "Risk"),
    marked=(
        Event(quarter=Quarter(2018, 2), label="Training", kind="process change"),
        Event(quarter=Quarter(2018, 3), label="Chronology work", kind="themed audit"),
    ),
    share=series(),
    share_run=run(),
    difference=series("xmr", GAPS, bearing=3, why="single values, not counts"),
    difference_run=run(GAPS, runs=FEW),
)


def charts(*themes, **parts):
    base = {
        "scope": SCOPE,
        "scale": OFSTED4.words,
        "themes": themes,
        "not_charted": (),
        "reason": "",
    }
    return ThemeCharts(**{**base, **parts})
