"""How often the first page of a report claims something although nothing was there to find.

Whole simulated councils with nothing planted are analysed as a report analyses them. Counted is
each primary claim, and whether a report made at least one of them: the joint error.

    python benchmarks/calibrate_first_page.py --replicates 150 --seed 1

writes docs/calibration/first_page.csv and first_page.md.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.simulate import simulate_council
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.presets import example_design, null_design, standard_design
from qaf_analysis.stats.trend.decomposition import claim
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import (
    OPTIMISM_CLAIMS,
    THEME_CLAIMS,
    YEAR_CLAIMS,
    AgreementVerdict,
    ProcessAnswer,
    TrendClaim,
)
from qaf_analysis.topics.agreement.analysis.headline import agreement
from qaf_analysis.topics.impact.analysis.themes import themes
from qaf_analysis.topics.optimism.analysis.headline import optimism
from qaf_analysis.topics.primary import primary_claims, together
from qaf_analysis.topics.process.analysis.agreement import process_agreement
from qaf_analysis.topics.process.analysis.spread import consistency
from qaf_analysis.topics.programme.analysis.grades import programme
from qaf_analysis.topics.trend.analysis import true_trend

OUT = Path(__file__).parents[1] / "docs" / "calibration"
PRIMARY_CLAIMS = (
    "the share good or better has risen or fallen",
    "auditors agree poorly",
    "auditors are kinder or harsher than moderators",
    "practice changed after a themed audit",
    "auditing became more or less consistent",
    "practice or grading changed since the start",
)
JOINT = "at least one of them"
TOGETHER = "at least one said to be found also when all are judged together"
QUIET = (ProcessAnswer.TOO_LITTLE, ProcessAnswer.NO_EVIDENCE)


def worlds() -> Iterator[tuple[str, CouncilDesign]]:
    """Councils of three sizes in which there is nothing to find, no shock to practice either."""
    example = _still(example_design())
    yield "the example's design: 50 audits a quarter, 29 auditors, 5 themes, 3 changes", example
    small = standard_design(audits_per_quarter=25)
    yield "small: 25 audits a quarter, 14 auditors, 2 themes, 1 change", _still(small)
    large = standard_design(audits_per_quarter=150)
    yield "large: 150 audits a quarter, 87 auditors, 2 themes, 1 change", _still(large)


def _still(design: CouncilDesign) -> CouncilDesign:
    return replace(null_design(design), quarter_sd=0.0)


def claimed(audits: Audits, quarter: Quarter) -> dict[str, bool]:
    """Which primary claims a report on these audits makes."""
    agreed = process_agreement(audits, quarter=quarter)
    results = (
        programme(audits, quarter=quarter),
        optimism(audits, quarter=quarter),
        themes(audits, quarter=quarter),
        consistency(audits, quarter=quarter, agreement=agreed),
        true_trend(audits, quarter=quarter),
    )
    graded, moderated, themed, process, trend = results
    unclear = (TrendClaim.NO_CLEAR_CHANGE, TrendClaim.CANNOT_BE_TOLD)
    made = (
        graded.verdict in YEAR_CLAIMS,
        agreement(audits, quarter=quarter).verdict is AgreementVerdict.POORLY,
        moderated.verdict in OPTIMISM_CLAIMS,
        any(one.verdict in THEME_CLAIMS for one in themed.themes),
        process.answer not in QUIET,
        any(
            claim(part, getattr(trend.grade, part)) not in unclear
            for part in ("practice", "leniency")
        ),
    )
    found = dict(zip(PRIMARY_CLAIMS, made, strict=True))
    said = together(primary_claims(*results))
    stand = bool(said) and said[0].startswith("Found also")
    return {**found, JOINT: any(made), TOGETHER: stand}


def rates(replicates: int, *, seed: int) -> Iterator[tuple[str, str, float]]:
    """World, claim, and the share of reports that made it."""
    for place, (world, design) in enumerate(worlds()):
        told = []
        for replicate in range(replicates):
            rng = np.random.default_rng((seed, place, replicate))
            told.append(claimed(simulated_audits(simulate_council(design, rng=rng)), design.last))
            print(f"{world[:20]}: {replicate + 1} of {replicates}", end="\r", flush=True)
        for name in (*PRIMARY_CLAIMS, JOINT, TOGETHER):
            yield world, name, sum(one[name] for one in told) / replicates


def page(found: list[tuple[str, str, float]], *, replicates: int, seed: int) -> str:
    """The page on these rates."""
    names = list(dict.fromkeys(world for world, _, _ in found))
    rate = {(world, name): share for world, name, share in found}
    error = 100 * sqrt(0.1 * 0.9 / replicates)
    lines = [
        "# Claims of the first page",
        "",
        "How many in 100 reports make a claim on a council in which there is nothing to find: no "
        "optimism, no trend, no effect of any theme or change.",
        "",
        f"{replicates} councils a column; one Monte Carlo standard error is {error:.1f} near 10. "
        f"`python benchmarks/calibrate_first_page.py --replicates {replicates} --seed {seed}`",
        "",
        f"| claim | {' | '.join(names)} |",
        f"|---|{'---|' * len(names)}",
    ]
    lines += [
        f"| {name} | {' | '.join(f'{100 * rate[world, name]:.1f}' for world in names)} |"
        for name in (*PRIMARY_CLAIMS, JOINT, TOGETHER)
    ]
    lines += [
        "",
        "These six are the primary claims; each keeps its own error, so that a report that makes "
        "several errs more often. The first page therefore says which claims are "
        "found also when all are judged together (Holm over every comparison asked): the last "
        "line is the joint error of those. Everything else in a report is supporting: of its "
        "intervals about one in twenty misses its figure.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Simulate, count, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    found = list(rates(asked.replicates, seed=asked.seed))
    with (asked.out / "first_page.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("world", "claim", "replicates", "rate"))
        writer.writerows((world, name, asked.replicates, share) for world, name, share in found)
    text = page(found, replicates=asked.replicates, seed=asked.seed)
    (asked.out / "first_page.md").write_text(text, encoding="utf-8", newline="\n")
    print(text)


if __name__ == "__main__":
    main()
