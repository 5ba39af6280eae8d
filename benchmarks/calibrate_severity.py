"""How often intervals of severity hold the truth, and how often nothing is taken for something.

    OMP_NUM_THREADS=1 python benchmarks/calibrate_severity.py --replicates 200 --seed 1

simulates audits with known severities (``severity_worlds.py``) and writes
``docs/calibration/severity.md`` and ``.csv``.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path

import numpy as np
from scipy import stats
from severity_worlds import World, simulated

from qaf_analysis.stats.severity.allocation import allocation_p
from qaf_analysis.stats.severity.contrasts import severity_estimates
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
DEFAULT, AT_RANDOM = SeverityOptions(), SeverityOptions(caseload=False)


@dataclass(frozen=True, kw_only=True)
class Cell:
    name: str
    world: World
    linked: bool = False
    options: SeverityOptions = DEFAULT
    tests_allocation: bool = False


SMALL, LARGE = World(audits=600), World(audits=3000)
CELLS = (
    Cell(name="600 audits, all", world=SMALL, tests_allocation=True),
    Cell(name="600 audits, linked only", world=SMALL, linked=True),
    Cell(name="600 audits, random allocation taken for granted", world=SMALL, options=AT_RANDOM),
    Cell(name="3,000 audits, all", world=LARGE, tests_allocation=True),
    Cell(name="3,000 audits, linked only", world=LARGE, linked=True),
    Cell(
        name="600 audits, caseloads differ, all",
        world=replace(SMALL, caseload=0.7),
        tests_allocation=True,
    ),
    Cell(
        name="600 audits, caseloads differ, linked only",
        world=replace(SMALL, caseload=0.7),
        linked=True,
    ),
    Cell(name="3,000 audits, caseloads differ, all", world=replace(LARGE, caseload=0.7)),
    Cell(
        name="3,000 audits, caseloads differ, linked only",
        world=replace(LARGE, caseload=0.7),
        linked=True,
    ),
    Cell(
        name="3,000 audits, caseloads differ, random allocation taken for granted",
        world=replace(LARGE, caseload=0.7),
        options=AT_RANDOM,
    ),
    Cell(name="600 audits, equal auditors", world=replace(SMALL, severity=0.0)),
    Cell(name="3,000 audits, equal auditors", world=replace(LARGE, severity=0.0)),
)


def one(rng: np.random.Generator, cell: Cell) -> dict[str, float]:
    made = simulated(rng, cell.world)
    ratings = made.ratings.linked if cell.linked else made.ratings
    fit = severity_model(ratings, options=cell.options)
    truth = made.severity[ratings.auditor_codes]
    truth = truth - truth.mean()
    found = severity_estimates(fit)
    low, high = np.array([e.low for e in found]), np.array([e.high for e in found])
    return {
        "covers": float(((low <= truth) & (truth <= high)).mean()),
        "flagged": float(((low > 0) | (high < 0)).mean()),
        "rmse": sqrt(float(((fit.severity - truth) ** 2).mean())),
        "mean_se": float(np.mean([e.se for e in found])),
        "sd_auditor": fit.sd_auditor.value,
        "sd_halo": fit.sd_halo.value,
        "sd_audit": fit.sd_audit.value,
        "halo_covers": float(fit.sd_halo.low <= cell.world.halo <= fit.sd_halo.high),
        "at_boundary": float(fit.sd_auditor.at_boundary),
        "p": allocation_p(ratings) if cell.tests_allocation else np.nan,
    }


def calibrated(cell: Cell, *, replicates: int, seed: int) -> dict[str, object]:
    rng = np.random.default_rng([seed, CELLS.index(cell)])
    found = [one(rng, cell) for _ in range(replicates)]
    columns = {name: np.array([row[name] for row in found]) for name in found[0]}
    p = columns.pop("p")
    row: dict[str, object] = {"cell": cell.name}
    row |= {name: float(values.mean()) for name, values in columns.items()}
    row["covers_error"] = float(columns["covers"].std(ddof=1)) / sqrt(replicates)
    row["allocation_p_below_05"] = float((p < 0.05).mean()) if cell.tests_allocation else ""
    uniform = stats.kstest(p, "uniform").pvalue if cell.tests_allocation else ""
    row["allocation_uniform_p"] = float(uniform) if cell.tests_allocation else ""
    return row


def page(rows: list[dict[str, object]], *, replicates: int, seed: int) -> str:
    lines = [
        "# Calibration of severities",
        "",
        f"Measured, not promised: {replicates:,} simulations per row, seed {seed}, made by",
        "",
        f"    OMP_NUM_THREADS=1 python benchmarks/calibrate_severity.py "
        f"--replicates {replicates} --seed {seed}",
        "",
        "29 auditors; 9 grades a sitting on four levels; 30 in 100 audits graded by two auditors.",
        "In logits: practice has standard deviation 1.5, halo 0.7, severity 0.5 (0 where auditors",
        "are equal), and mean practice of an auditor's caseload 0.7 where caseloads differ.",
        "`Covers` is the share of auditors whose 95 % interval holds the true severity, `±` one",
        "Monte Carlo standard error; `flagged` the share whose interval excludes 0, to be 5 % at",
        "most where auditors are equal; `error` the root mean square error of severities. The last",
        "two columns are of the test of random allocation: how often p is below 0.05 (5 % where",
        "allocation is random), and the Kolmogorov-Smirnov p-value against uniform p.",
        "",
        "| audits | covers | ± | flagged | error | mean SE | SD severity | SD halo | halo covers |"
        " p < 0.05 | uniform |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        tested = row["allocation_p_below_05"] != ""
        cells = [
            str(row["cell"]),
            *(f"{row[name]:.1%}" for name in ("covers", "covers_error", "flagged")),
            *(f"{row[name]:.3f}" for name in ("rmse", "mean_se", "sd_auditor", "sd_halo")),
            f"{row['halo_covers']:.1%}",
            f"{row['allocation_p_below_05']:.1%}" if tested else "",
            f"{row['allocation_uniform_p']:.2g}" if tested else "",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    rows = []
    for cell in CELLS:
        rows.append(calibrated(cell, replicates=chosen.replicates, seed=chosen.seed))
        print(rows[-1], flush=True)
    OUT.mkdir(parents=True, exist_ok=True)
    with (OUT / "severity.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    text = page(rows, replicates=chosen.replicates, seed=chosen.seed)
    (OUT / "severity.md").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
