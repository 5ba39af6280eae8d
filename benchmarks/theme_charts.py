"""How long the chart set of one theme takes, from the audits to finished pictures.

    python benchmarks/theme_charts.py

Processor time on a council of the example's design, the first picture of the process included
apart. The bar is two seconds for one theme.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from qaf_analysis.simulate import example_design, simulate_council
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.topics.charts.analysis.themes import theme_charts
from qaf_analysis.topics.charts.pictures import theme_pictures
from qaf_analysis.topics.common.scope import latest_quarter

REPEATS = 7
BAR = 2.0


def main() -> None:
    council = simulate_council(example_design(), rng=np.random.default_rng(1))
    audits = simulated_audits(council)
    quarter = latest_quarter(audits)
    taken = []
    for _ in range(REPEATS):
        began = time.process_time()
        charts = theme_charts(audits, quarter=quarter)
        computed = time.process_time()
        pictures = theme_pictures(charts.themes[0])
        taken.append((computed - began, time.process_time() - computed))
    (first, *_), drawn = [part[1] for part in taken], [part[1] for part in taken[1:]]
    every = statistics.median(part[0] for part in taken)
    print(f"series and lines of {len(charts.themes)} themes: {every:.2f} s")
    print(f"{len(pictures)} pictures of one theme: {statistics.median(drawn):.2f} s, "
          f"the first time {first:.2f} s")  # fmt: skip
    slowest = every + first
    print(f"one theme, at its slowest {slowest:.2f} s: {'within' if slowest < BAR else 'OVER'} "
          f"the bar of {BAR:.0f} s")  # fmt: skip


if __name__ == "__main__":
    main()
