"""How often intervals of agreement hold the truth, and how right standard errors are.

    python benchmarks/calibrate_agreement.py --replicates 2000 --seed 1

simulates councils with a known truth and writes ``docs/calibration/agreement.md`` and ``.csv``.
Cases have latent normal practice; an auditor sees it less their severity, with noise, and cuts it
into four grades (about 7, 53, 34 and 7 in 100). Truth is that among auditors never seen before.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
from scipy import special

from qaf_analysis.stats.agreement.alpha import Alpha, alpha_coefficient, krippendorff_alpha
from qaf_analysis.stats.agreement.coefficient import measured
from qaf_analysis.stats.agreement.kappas import agreement_coefficient
from qaf_analysis.stats.agreement.moments import Moments
from qaf_analysis.stats.agreement.ratings import Ratings

LIMITS = np.array([-1.9, 0.3, 1.9])
NOISE = 0.6
LEVELS = len(LIMITS) + 1
SHORT = 0.92
OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"

MEASURES = {
    "exact agreement": agreement_coefficient("percent_agreement", n_levels=4, weights="identity"),
    "Brennan-Prediger, quadratic": agreement_coefficient("brennan_prediger", n_levels=4),
    "AC1": agreement_coefficient("gwet_ac", n_levels=4, weights="identity"),
    "AC2, linear": agreement_coefficient("gwet_ac", n_levels=4, weights="linear"),
    "AC2, quadratic": agreement_coefficient("gwet_ac", n_levels=4),
    "alpha, ordinal": alpha_coefficient(n_levels=4),
    "Fleiss, quadratic": agreement_coefficient("fleiss", n_levels=4),
    "Conger, quadratic": agreement_coefficient("conger", n_levels=4),
}


@dataclass(frozen=True, kw_only=True)
class Design:
    name: str
    audits: int
    auditors: int
    raters: int = 2
    severity: float = 0.5
    single: float = 0.0
    shape: str = "normal"


DESIGNS = (
    Design(name="200 audits, 29 auditors", audits=200, auditors=29),
    Design(name="1,450 audits, 29 auditors", audits=1450, auditors=29),
    Design(name="200 audits, 8 auditors", audits=200, auditors=8),
    Design(name="1,450 audits, 8 auditors", audits=1450, auditors=8),
    Design(name="200 audits, 15 auditors", audits=200, auditors=15),
    Design(name="50 audits, 29 auditors", audits=50, auditors=29),
    Design(name="200 audits, 29 equal auditors", audits=200, auditors=29, severity=0),
    Design(name="1,450 audits, 29 equal auditors", audits=1450, auditors=29, severity=0),
    Design(name="1,000 audits, 80 % graded once", audits=1000, auditors=29, single=0.8),
    Design(
        name="1,000 audits, 80 % graded once, equal auditors",
        audits=1000,
        auditors=29,
        single=0.8,
        severity=0,
    ),
    Design(name="480 audits by three each", audits=480, auditors=29, raters=3),
    Design(name="20 audits by all 29", audits=20, auditors=29, raters=29),
    Design(name="1,450 audits, uniform severities", audits=1450, auditors=29, shape="uniform"),
    Design(name="1,450 audits, a few far off", audits=1450, auditors=29, shape="mixture"),
)


def severities(rng: np.random.Generator, design: Design, n: int) -> np.ndarray:
    if design.shape == "uniform":
        return rng.uniform(-1, 1, n) * design.severity * sqrt(3)
    if design.shape == "mixture":  # one in ten three times as spread as the others
        far = np.where(rng.random(n) < 0.1, 3, 1)
        return rng.normal(size=n) * far * design.severity / sqrt(1.8)
    return rng.normal(0, design.severity, n)


def simulated(rng: np.random.Generator, design: Design) -> Ratings:
    shape = (design.audits, design.auditors)
    auditor = rng.random(shape).argpartition(design.raters - 1, axis=1)[:, : design.raters]
    harsh = severities(rng, design, design.auditors)
    practice = rng.normal(size=(design.audits, 1))
    seen = practice - harsh[auditor] + rng.normal(0, NOISE, auditor.shape)
    kept = np.ones(auditor.shape, dtype=bool)
    kept[rng.random(design.audits) < design.single, 1:] = False
    audit = np.broadcast_to(np.arange(design.audits)[:, np.newaxis], auditor.shape)
    return Ratings(
        audit=audit[kept],
        auditor=auditor[kept],
        grade=np.searchsorted(LIMITS, seen)[kept],
        n_levels=LEVELS,
    )


def true_moments(design: Design) -> Moments:
    """Moments of audits without number, each by two auditors never seen before."""
    node, weight = np.polynomial.hermite_e.hermegauss(80)
    weight = weight / weight.sum()
    parts = {"normal": [(1.0, 1.0)], "mixture": [(0.9, 1 / 1.8), (0.1, 9 / 1.8)]}
    if design.shape == "uniform":
        x, w = np.polynomial.legendre.leggauss(60)
        harsh = x * design.severity * sqrt(3)
        above = special.ndtr((node[:, None, None] - harsh[:, None] - LIMITS) / NOISE)
        above = np.einsum("xhk,h->xk", above, w / 2)
    else:
        above = sum(
            share * special.ndtr((node[:, None] - LIMITS) / sqrt(NOISE**2 + v * design.severity**2))
            for share, v in parts[design.shape]
        )
    edge = np.ones((len(node), 1))
    grade = -np.diff(np.concatenate([edge, above, 0 * edge], axis=1), axis=1)  # (practice, K)
    pairs, many = np.einsum("x,xk,xl->kl", weight, grade, grade), 1e12
    shares = pairs.sum(axis=0)
    return Moments(
        n_audits=np.asarray(many),
        n_double=np.asarray(many),
        shares=many * shares,
        agreement=many * pairs,
        coincidences=2 * many * pairs,
        margins=np.tile(many * shares, (2, 1)),
    )


def calibrated(design: Design, *, replicates: int, seed: int) -> list[dict[str, object]]:
    rng = np.random.default_rng([seed, DESIGNS.index(design)])
    truth = {name: float(m.values(true_moments(design))) for name, m in MEASURES.items()}
    found = np.full((replicates, len(MEASURES), 5), np.nan)
    for replicate in range(replicates):
        ratings = simulated(rng, design)
        for place, (name, measure) in enumerate(MEASURES.items()):
            if isinstance(measure, Alpha):  # its own interval has pseudo-audits
                one, only = krippendorff_alpha(ratings), krippendorff_alpha(ratings, se="subjects")
            else:
                one, only = measured(ratings, measure), measured(ratings, measure, se="subjects")
            narrow = float(only.low <= truth[name] <= only.high)
            found[replicate, place] = one.value, one.se, one.low, one.high, narrow
    rows: list[dict[str, object]] = []
    for place, name in enumerate(MEASURES):
        value, se, low, high, narrow = found[:, place].T
        below, above = (high < truth[name]).mean(), (low > truth[name]).mean()
        spread, covered = value.std(ddof=1), 1 - below - above
        rows.append(
            {
                "design": design.name,
                "coefficient": name,
                "truth": truth[name],
                "bias": value.mean() - truth[name],
                "sd": spread,
                "se_over_sd": np.nanmean(se) / spread,
                "se_over_sd_mc": np.nanmean(se) / spread / sqrt(2 * replicates),
                "coverage": covered,
                "coverage_mc": sqrt(covered * (1 - covered) / replicates),
                "below": below,
                "above": above,
                "coverage_audits_only": narrow.mean(),
            }
        )
    return rows


def page(rows: list[dict[str, object]], *, replicates: int, seed: int) -> str:
    command = f"python benchmarks/calibrate_agreement.py --replicates {replicates} --seed {seed}"
    lines = [
        "# Calibration of agreement intervals",
        "",
        f"Measured, not promised: {replicates:,} simulated councils per design, seed {seed}, "
        "made by",
        "",
        f"    {command}",
        "",
        "Grades on four levels; severities of auditors have standard deviation 0.5 where practice "
        "has 1",
        "and the noise of one grading 0.6, unless the design says otherwise. Two grades per audit",
        "unless it says so. The truth is that among auditors never seen before. `SE / SD` compares "
        "the",
        'mean standard error with the spread of the coefficient over councils; "95 %" intervals '
        "should",
        "hold the truth 95 times in 100. `±` is one Monte Carlo standard error. The last column "
        "shows",
        "what an error for audits alone, as other programs give, would cover.",
        "",
    ]
    short = [row for row in rows if float(str(row["coverage"])) < SHORT]
    lines += [f"Intervals that hold the truth less than {SHORT:.0%} of the time:", ""]
    lines += [f"- {r['design']}: {r['coefficient']}, {r['coverage']:.1%}" for r in short] or [
        "- none"
    ]
    lines.append("")
    for design in DESIGNS:
        lines += [
            f"## {design.name[0].upper()}{design.name[1:]}",
            "",
            "| coefficient | truth | SE / SD | 95 % interval covers | too low | too high "
            "| audits only covers |",
            "|---|---|---|---|---|---|---|",
        ]
        for row in rows:
            if row["design"] == design.name:
                lines.append(
                    "| {coefficient} | {truth:.3f} | {se_over_sd:.2f} ± {se_over_sd_mc:.2f} "
                    "| {coverage:.1%} ± {coverage_mc:.1%} | {below:.1%} | {above:.1%} "
                    "| {coverage_audits_only:.1%} |".format(**row)
                )
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    rows: list[dict[str, object]] = []
    for design in DESIGNS:
        found = calibrated(design, replicates=chosen.replicates, seed=chosen.seed)
        for row in found:
            print(
                f"{row['design']:52s} {row['coefficient']:28s} SE/SD {row['se_over_sd']:.2f} "
                f"covers {row['coverage']:.1%} ± {row['coverage_mc']:.1%}",
                flush=True,
            )
        rows += found
    chosen.out.mkdir(parents=True, exist_ok=True)
    text = page(rows, replicates=chosen.replicates, seed=chosen.seed)
    (chosen.out / "agreement.md").write_text(text, encoding="utf-8")
    with (chosen.out / "agreement.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows
        )


if __name__ == "__main__":
    main()
