"""How often intervals of severity hold the truth where auditors are attached to teams.

    OMP_NUM_THREADS=1 python benchmarks/calibrate_severity_teams.py --replicates 30 --seed 1

simulates audits with known severities (``severity_team_worlds.py``) and writes
``docs/calibration/severity_teams.md`` and ``.csv``.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
from severity_team_worlds import TeamWorld, attached

from qaf_analysis.stats.severity.contrasts import severity_estimates
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.terms.verdicts import SEVERITY_RULE

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
USUAL = TeamWorld(audits=160)
WORLDS = {
    "160 audits graded twice, own team 90 %": USUAL,
    "the same, 60 moderated by 4": replace(USUAL, moderated=60),
    "the same, teams strict alike": replace(USUAL, severity=0.4, team_severity=0.3),
    "the same, strict alike, 60 moderated": replace(
        USUAL, severity=0.4, team_severity=0.3, moderated=60
    ),
    "160 audits graded twice, mixed": replace(USUAL, own=0.0),
    "160 audits, 30 in 100 graded twice, own team 90 %": replace(USUAL, double=0.3),
    "160 audits graded twice, 12 auditors, 4 teams, own team 90 %": replace(
        USUAL, auditors=12, teams=4
    ),
    "320 audits graded twice, own team 90 %": replace(USUAL, audits=320),
    "600 audits, 30 in 100 graded twice, own team 90 %": replace(USUAL, audits=600, double=0.3),
    "160 audits graded twice, mixed, auditors alike": replace(USUAL, own=0.0, severity=0.0),
}


def one(rng: np.random.Generator, world: TeamWorld) -> dict[str, float]:
    """One council; of auditors only, each beside the mean of the connected auditors."""
    made = attached(rng, world)
    ratings = made.ratings.linked
    fit = severity_model(ratings, options=SeverityOptions(moderators=made.moderators))
    truth, found = made.severity[ratings.auditor_codes], severity_estimates(fit)
    is_ours = ratings.auditor_codes < world.auditors
    covers, printed, widths = [], [], []
    for group in range(len(fit.groups.sizes)):
        inside = fit.groups.group == group
        centre = truth[inside].mean()
        for place in np.flatnonzero(inside & is_ours):
            estimate = found[place]
            if not estimate.is_estimable:
                continue
            holds = estimate.low <= truth[place] - centre <= estimate.high
            covers.append(holds)
            widths.append(estimate.high - estimate.low)
            if estimate.cases >= SEVERITY_RULE.fewest_linked:
                printed.append(holds)
    return {
        "covers": float(np.mean(covers)),
        "printed_covers": float(np.mean(printed)) if printed else np.nan,
        "printed": float(len(printed)),
        "half_width": float(np.mean(widths)) / 2,
        "sd_auditor": fit.sd_auditor.value,
    }


def calibrated(place: int, name: str, *, replicates: int, seed: int) -> dict[str, object]:
    rng = np.random.default_rng([seed, place])
    found = [one(rng, WORLDS[name]) for _ in range(replicates)]
    columns = {key: np.array([row[key] for row in found]) for key in found[0]}
    row: dict[str, object] = {"world": name, "replicates": replicates}
    for key, values in columns.items():
        known = values[~np.isnan(values)]
        row[key] = float(known.mean()) if len(known) else ""
    row["covers_error"] = float(columns["covers"].std(ddof=1)) / sqrt(replicates)
    return row


def line(row: dict[str, object]) -> str:
    cells = [
        str(row["world"]),
        f"{row['covers']:.1%}",
        f"{row['covers_error']:.1%}",
        f"{row['printed_covers']:.1%}" if row["printed_covers"] != "" else "nobody",
        f"{row['printed']:.1f}",
        f"{row['half_width']:.2f}",
        f"{row['sd_auditor']:.2f}",
    ]
    return "| " + " | ".join(cells) + " |"


def page(rows: list[dict[str, object]], *, replicates: int, seed: int) -> str:
    lines = [
        "# Calibration of severities where auditors are attached to teams",
        "",
        f"Measured, not promised: {replicates:,} simulations a row, seed {seed}, made by",
        "",
        "    OMP_NUM_THREADS=1 python benchmarks/calibrate_severity_teams.py "
        f"--replicates {replicates} --seed {seed}",
        "",
        "29 auditors in 6 teams unless said; 9 grades a sitting on four levels. In logits:",
        "practice has standard deviation 1.5 and teams' practice 0.75, halo 0.7, severity 0.5;",
        "where *teams are strict alike* auditors 0.4 and what a team's auditors share 0.3. *Own",
        "team 90 %*: so many readings, first and second, come from an auditor of the case's team.",
        "*Covers*: share of auditors whose 95 % interval holds the true severity; `±` one Monte",
        "Carlo standard error, councils as clusters. *Shown*: the same among auditors with as many",
        f"shared audits as a finding needs ({SEVERITY_RULE.fewest_linked}), and how many of them a",
        "council has. Half-width in logits.",
        "",
        "| world | covers | ± | shown: covers | shown: auditors | half-width | SD severity |",
        "|---|---|---|---|---|---|---|",
        *map(line, rows),
        "",
        "Intervals take each spread of the model at its upper 90 % limit. Where auditors do not",
        "differ at all they therefore cover over 98 %.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--replicates", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    rows = []
    for place, name in enumerate(WORLDS):
        size = {"replicates": chosen.replicates, "seed": chosen.seed}
        rows.append(calibrated(place, name, **size))
        print(line(rows[-1]), flush=True)
    with (chosen.out / "severity_teams.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    text = page(rows, replicates=chosen.replicates, seed=chosen.seed)
    (chosen.out / "severity_teams.md").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
