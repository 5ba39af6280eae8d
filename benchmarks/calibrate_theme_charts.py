"""How often the charts of a theme show a signal although nothing changed.

    python benchmarks/calibrate_theme_charts.py --replicates 4000 --seed 1

simulates series without any change or trend and writes ``docs/calibration/theme_charts.md`` and
``.csv``. Differences are independent normal values; shares are binomial, 45 in 100 good or better
of 50 audits a quarter, by chance alone or with quarters that differ beyond it (a standard
deviation of 0.2 in log odds). Lines rest on the quarters before, then one quarter is left out.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from math import sqrt
from pathlib import Path

import numpy as np

from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.settings import Settings, Theme
from qaf_analysis.topics.charts.analysis.themes import SeriesFrame, ThemeSeries
from qaf_analysis.topics.impact.analysis.design import theme_design

AUDITS, GOOD, BEYOND = 50.0, 0.45, 0.2
LENGTHS = ((8, 3), (8, 4), (12, 4), (12, 5), (12, 6), (12, 8), (16, 8), (20, 10), (24, 12))
OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
INTRODUCTION = """\
# Calibration of the charts of a theme

Measured, not promised: {replicates:,} simulated series for each line, seed {seed}, made by

    python benchmarks/calibrate_theme_charts.py --replicates {replicates} --seed {seed}

Nothing changes and nothing trends in these series. *Any* is the share of series in which some
rule finds some point (on a run chart: in which either rule signals); *better after* is the share
in which a point after the themed audit is found on the better side. The lines rest on the
quarters before; with few of them the line itself is off, and all later quarters then lie on one
side of it. That is why charts are pictures here and the verdict is another's. The Monte Carlo
standard error is at most {mc:.1%}.

| chart | series | quarters | before | any | better after |
|---|---|---|---|---|---|"""


def series(frame: SeriesFrame, rng: np.random.Generator) -> Iterator[tuple[str, str, ThemeSeries]]:
    """One series of each kind on its charts: name of the chart, of the series, and the chart."""
    length = len(frame.quarters)
    count = np.full(length, AUDITS)
    values = rng.normal(size=length)
    yield "XmR", "difference", frame.xmr_chart(values, count)
    yield "run", "difference", frame.run_chart(values, count)
    logit = np.log(GOOD / (1 - GOOD))
    for name, spread in (("share, chance alone", 0.0), ("share, beyond chance", BEYOND)):
        share = 1 / (1 + np.exp(-logit - spread * rng.normal(size=length)))
        good = rng.binomial(int(AUDITS), share).astype(np.float64)
        yield "p or p'", name, frame.share_chart(good, count)
        yield "run", name, frame.run_chart(good / count, count)


def frame_of(length: int, before: int) -> SeriesFrame:
    first = Quarter(2015, 1)
    theme = Theme(name="theme", audited_in=first.next(before), domain="domain")
    quarters = quarters_between(first, first.next(length - 1))
    settings = Settings(council="simulated", themes=(theme,))
    design = theme_design(settings, theme, graded=("domain",), quarters=quarters)
    return SeriesFrame.of(design, quarters)


def measured(*, replicates: int, seed: int) -> Iterator[dict[str, object]]:
    for length, before in LENGTHS:
        rng = np.random.default_rng([seed, length, before])
        frame = frame_of(length, before)
        found: dict[tuple[str, str], list[tuple[bool, bool]]] = {}
        for _ in range(replicates):
            for chart, name, drawn in series(frame, rng):
                any_found = bool(drawn.signalled) or (chart == "run" and drawn.runs.is_signal)
                better = any(p.direction > 0 and p.phase == "after" for p in drawn.signalled)
                found.setdefault((chart, name), []).append((any_found, better))
        for (chart, name), flags in found.items():
            shares = np.mean(flags, axis=0)
            yield {
                "chart": chart,
                "series": name,
                "quarters": length,
                "before": before,
                "any": float(shares[0]),
                "better_after": float(shares[1]),
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    rows = list(measured(replicates=chosen.replicates, seed=chosen.seed))
    rows.sort(key=lambda row: (row["chart"], row["series"]))
    lines = [
        INTRODUCTION.format(
            replicates=chosen.replicates, seed=chosen.seed, mc=0.5 / sqrt(chosen.replicates)
        )
    ]
    line = "| {chart} | {series} | {quarters} | {before} | {any:.1%} | {better_after:.1%} |"
    lines += [line.format(**row) for row in rows]
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "theme_charts.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (chosen.out / "theme_charts.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows
        )


if __name__ == "__main__":
    main()
