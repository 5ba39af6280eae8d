"""How often an exploration sees more than chance between groups of a council that do not differ.

    python benchmarks/calibrate_chance_alone.py --replicates 500 --seed 1

simulates councils whose quarters, teams and kinds of case have the same practice and the same
graders, explores them as ``80_explore`` does, and writes ``docs/calibration/chance_alone.md`` and
``.csv``. Domains are left out: those of the simulated councils do differ.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path

import numpy as np

from qaf_analysis.lab.explore.released import SHARE, By, Group
from qaf_analysis.lab.explore.view import compared_groups, grade_mixes
from qaf_analysis.lab.explore.words import RARE
from qaf_analysis.simulate import null_design, simulate_council, standard_design
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.topics.common.scope import latest_quarter
from qaf_analysis.topics.programme.analysis.grades import programme

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
AUDITS = (20, 50)
QUARTERS = 8
KINDS = (By.QUARTER, By.TEAM, By.CASE_TYPE)
COLUMNS = ("audits_per_quarter", "groups", "asked", "councils", "more_than_chance")
RANGE, MIX = "range of shares", "mix of grades"


def explored_once(audits_per_quarter: int, rng: np.random.Generator) -> dict[tuple[By, str], bool]:
    """Whether more than chance is seen in one council where nothing differs."""
    design = null_design(standard_design(audits_per_quarter=audits_per_quarter, quarters=QUARTERS))
    audits = simulated_audits(simulate_council(design, rng=rng))
    found = programme(audits, quarter=latest_quarter(audits))
    counts = {
        By.QUARTER: found.by_quarter, By.TEAM: found.by_team, By.CASE_TYPE: found.by_case_type,
    }  # fmt: skip
    seen = {}
    for by in KINDS:
        groups = [Group(by=by, label=one.label, period="", estimate=one.good) for one in counts[by]]
        spread = compared_groups(by, SHARE, groups).spread
        mixes = grade_mixes(by, counts[by])
        if spread is not None:
            seen[by, RANGE] = spread.share <= RARE
        if mixes is not None and mixes.unlike is not None:
            seen[by, MIX] = mixes.unlike.share <= RARE
    return seen


def rows(replicates: int, seed: int) -> list[tuple[object, ...]]:
    """One row for each size of council, kind of group and question."""
    told: list[tuple[object, ...]] = []
    for audits in AUDITS:
        rng = np.random.default_rng([seed, audits])
        asked: Counter[tuple[By, str]] = Counter()
        seen: Counter[tuple[By, str]] = Counter()
        for _ in range(replicates):
            for key, is_more in explored_once(audits, rng).items():
                asked[key] += 1
                seen[key] += is_more
        told += [
            (audits, by.plural, what, asked[by, what], seen[by, what] / asked[by, what])
            for by in KINDS
            for what in (RANGE, MIX)
            if asked[by, what]
        ]
    return told


def page(told: list[tuple[object, ...]], *, replicates: int, seed: int) -> str:
    """The page of measured rates."""
    error = (0.05 * 0.95 / replicates) ** 0.5
    lines = [
        "# Calibration of what chance alone would show",
        "",
        f"Measured, not promised: {replicates:,} simulated councils for each size, seed {seed}, "
        "made by",
        "",
        f"    python benchmarks/calibrate_chance_alone.py --replicates {replicates} --seed {seed}",
        "",
        f"One Monte Carlo standard error is {error:.3f} near .05.",
        "",
        "Quarters, teams and kinds of case do not differ; auditors differ in strictness, as they "
        "do in the",
        f"made-up council. {QUARTERS} quarters. *More than chance*: how often it is said although "
        "nothing differs;",
        "0.05 is what the rule asks for. *Councils*: those with two groups of ten audits or more.",
        "",
        "| audits a quarter | groups | asked of | councils | more than chance |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| {a} | {g} | {w} | {n:,} | {share:.3f} |" for a, g, w, n, share in told]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--replicates", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    told = rows(asked.replicates, asked.seed)
    with (OUT / "chance_alone.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows((*row[:-1], f"{row[-1]:.4f}") for row in told)
    text = page(told, replicates=asked.replicates, seed=asked.seed)
    (OUT / "chance_alone.md").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
