"""How often the figures beside severities hold: moderators' severity, and who gets harder cases.

    OMP_NUM_THREADS=1 python benchmarks/calibrate_severity_beside.py --replicates 200 --seed 1

simulates audits with known severities, caseloads and moderators (``severity_worlds.py``) and
writes ``docs/calibration/severity_beside.md`` and ``.csv``.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
from severity_worlds import HEADLINE, Moderation, World, moderated, simulated

from qaf_analysis.stats.severity.allocation import caseload_correlation
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.moderator_facet import moderator_facet

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
FEWEST = 20  # figures given below which their mean says nothing
SMALL, LARGE, UNEVEN = World(audits=600), World(audits=3000), 0.7
USUAL = Moderation()
MODERATED = {
    "90 of 600 moderated at random": (SMALL, USUAL),
    "as many of each grade": (SMALL, replace(USUAL, chosen="by grade")),
    "by risk, the worst first": (SMALL, replace(USUAL, chosen="by risk")),
    "no gap": (SMALL, replace(USUAL, gap=0.0)),
    "caseloads differ": (replace(SMALL, caseload=UNEVEN), USUAL),
    "one domain moderated": (SMALL, replace(USUAL, domains=(HEADLINE,))),
    "two moderators": (SMALL, replace(USUAL, moderators=2)),
    "30 of 600 moderated": (SMALL, replace(USUAL, audits=30)),
}
CASELOADS = {
    f"{world.audits:,} audits, correlation {correlation:g}": replace(
        world, caseload=UNEVEN, correlation=correlation
    )
    for world in (SMALL, LARGE)
    for correlation in (-0.7, 0.0, 0.7)
} | {f"{world.audits:,} audits, caseloads alike": world for world in (SMALL, LARGE)}


def of_moderators(rng: np.random.Generator, name: str) -> dict[str, float]:
    made = moderated(rng, *MODERATED[name])
    found = moderator_facet(made.ratings, moderators=made.moderators, domain=HEADLINE)
    gap = found.gap
    return {
        "given": float(gap.is_estimable),
        "truth": made.gap,
        "bias": gap.value - made.gap,
        "half_width": (gap.high - gap.low) / 2,
        "covers": float(gap.low <= made.gap <= gap.high),
        "called_up": float(gap.low > 0),
        "called_down": float(gap.high < 0),
    }


def of_caseloads(rng: np.random.Generator, name: str) -> dict[str, float]:
    world = CASELOADS[name]
    found = caseload_correlation(severity_model(simulated(rng, world).ratings))
    told = found.is_estimable
    return {
        "given": float(told),
        "truth": world.correlation,
        "bias": found.value - world.correlation,
        "half_width": (found.high - found.low) / 2,
        "covers": float(found.low <= world.correlation <= found.high) if told else np.nan,
        "called_up": float(found.low > 0),
        "called_down": float(found.high < 0),
    }


def calibrated(
    figure: str, place: int, name: str, *, replicates: int, seed: int
) -> dict[str, object]:
    rng = np.random.default_rng([seed, place])
    one = of_moderators if figure == "moderators" else of_caseloads
    found = [one(rng, name) for _ in range(replicates)]
    columns = {key: np.array([row[key] for row in found]) for key in found[0]}
    told = columns["given"] == 1
    row: dict[str, object] = {"figure": figure, "world": name}
    for key, values in columns.items():
        every = key in ("given", "called_up", "called_down", "truth")
        enough = every or told.sum() >= FEWEST
        row[key] = float((values if every else values[told]).mean()) if enough else ""
    row["covers_error"] = ""
    if told.sum() >= FEWEST:
        row["covers_error"] = float(columns["covers"][told].std(ddof=1)) / sqrt(told.sum())
    return row


HEAD = (
    "| world | given | truth | bias | half-width | 95 % interval covers | ± | called up |"
    " called down |",
    "|---|---|---|---|---|---|---|---|---|",
)


def table(rows: list[dict[str, object]]) -> list[str]:
    lines = [*HEAD]
    for row in rows:
        cells = [
            row["world"],
            f"{row['given']:.1%}",
            f"{row['truth']:.2f}",
            *(f"{row[key]:+.3f}" if row[key] != "" else "" for key in ("bias",)),
            *(f"{row[key]:.3f}" if row[key] != "" else "" for key in ("half_width",)),
            *(f"{row[key]:.1%}" if row.get(key, "") != "" else "" for key in PERCENT),
        ]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return lines


PERCENT = ("covers", "covers_error", "called_up", "called_down")


def page(rows: list[dict[str, object]], *, replicates: int, seed: int) -> str:
    by_figure = {
        figure: [row for row in rows if row["figure"] == figure]
        for figure in ("moderators", "caseloads")
    }
    lines = [
        "# Calibration of what stands beside severities",
        "",
        f"Measured, not promised: {replicates:,} simulations per row, seed {seed}, made by",
        "",
        "    OMP_NUM_THREADS=1 python benchmarks/calibrate_severity_beside.py "
        f"--replicates {replicates} --seed {seed}",
        "",
        "29 auditors; 9 grades a sitting on four levels; 30 in 100 audits graded by two auditors.",
        "In logits: practice has standard deviation 1.5, halo 0.7, severity 0.5. `Given` is how",
        "often a figure is given at all; all other columns but the last two are of those, and",
        f"empty where there are fewer than {FEWEST}. `±` is one Monte Carlo standard error. A",
        "figure is *called* up or down when its 95 % interval leaves out 0.",
        "",
        "## Moderators' mean severity less auditors', in grades",
        "",
        "Six moderators with mean severity 0.8 logits above auditors' and standard deviation 0.4,",
        "who regrade all domains of 90 audits chosen at random, unless the world says otherwise.",
        "The truth is that of the raters who graded. *By risk*: chances 6 : 3 : 1 : 1 from the",
        "worst grade up.",
        "",
        *table(by_figure["moderators"]),
        "",
        "## Correlation of severity with practice in own files",
        "",
        "Mean practice of auditors' caseloads has standard deviation 0.7 logits. It is not given",
        "where caseloads may not differ at all.",
        "",
        *table(by_figure["caseloads"]),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    worlds = [("moderators", name) for name in MODERATED]
    worlds += [("caseloads", name) for name in CASELOADS]
    rows = []
    for place, (figure, name) in enumerate(worlds):
        size = {"replicates": chosen.replicates, "seed": chosen.seed}
        rows.append(calibrated(figure, place, name, **size))
        print(rows[-1], flush=True)
    OUT.mkdir(parents=True, exist_ok=True)
    with (OUT / "severity_beside.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)
    text = page(rows, replicates=chosen.replicates, seed=chosen.seed)
    (OUT / "severity_beside.md").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
