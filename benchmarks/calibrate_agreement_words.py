"""How often each word for agreement is said, by true agreement and number of double gradings.

    python benchmarks/calibrate_agreement_words.py --replicates 800 --seed 1

simulates councils with a known truth and writes ``docs/calibration/agreement_words.md`` and
``.csv``. Cases have latent normal practice; an auditor sees it less their severity, with noise, and
cuts it into four grades. Severities have half the standard deviation of the noise, which is set so
that AC2 among auditors never seen before has the value wanted. Where one auditor stands in every
double grading, the truth is that auditor's agreement with the other auditors who were there.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from dataclasses import dataclass
from math import inf, sqrt
from pathlib import Path

import numpy as np
from scipy import optimize, special

from qaf_analysis.stats.agreement.alpha import alpha_coefficient, krippendorff_alpha
from qaf_analysis.stats.agreement.kappas import agreement_coefficient, gwet_ac
from qaf_analysis.stats.agreement.moments import Moments
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.terms.verdicts import AgreementVerdict
from qaf_analysis.topics.agreement.analysis.judged import agreement_verdict, low_of_alpha

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
LEVELS = 4
ROUNDING = 1e-9
USUAL = (0.10, 0.45, 0.40, 0.05)
FLAT = (0.25, 0.25, 0.25, 0.25)
GOOD_88 = (0.03, 0.06, 0.88, 0.03)
GOOD_92 = (0.02, 0.04, 0.92, 0.02)
# Fine enough for the little noise of near agreement, which few nodes would step over.
NODES = np.linspace(-8, 8, 801)
WEIGHTS = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()
SIZES = (12, 25, 50, 100, 200)
AC2 = agreement_coefficient("gwet_ac", n_levels=LEVELS, weights="linear")
ALPHA = alpha_coefficient(n_levels=LEVELS)
WORDS = tuple(AgreementVerdict)[:4]


@dataclass(frozen=True, kw_only=True)
class World:
    """A kind of council: its profile of grades, true AC2, auditors, and one who is everywhere.

    ``hub`` is the share of double gradings in which the first auditor stands; None leaves pairs
    to chance.
    """

    name: str
    ac2: float
    profile: tuple[float, ...] = USUAL
    auditors: int = 29
    hub: float | None = None
    sizes: tuple[int, ...] = SIZES


def worlds() -> tuple[World, ...]:
    made = [
        World(name="29 auditors, flat profile", ac2=ac2, profile=FLAT)
        for ac2 in (0.2, 0.3, 0.4, 0.5)
    ]
    made += [
        World(name="29 auditors, usual profile", ac2=ac2)
        for ac2 in (0.6, 0.66, 0.72, 0.8, 0.97, 1.0)
    ]
    made.append(World(name="8 auditors, flat profile", ac2=0.5, profile=FLAT, auditors=8))
    made += [
        World(name="8 auditors, usual profile", ac2=ac2, auditors=8) for ac2 in (0.6, 0.8, 0.97)
    ]
    for share, words in ((1.0, "every"), (0.8, "four of five")):
        made += [
            World(
                name=f"One auditor in {words} double grading{'s' if share < 1 else ''}",
                ac2=ac2,
                hub=share,
                sizes=(25, 50, 200),
            )
            for ac2 in (0.6, 0.8)
        ]
    for good, profile in ((88, GOOD_88), (92, GOOD_92)):
        for auditors in (29, 8):
            made += [
                World(
                    name=f"{good} % one grade, {auditors} auditors",
                    ac2=ac2,
                    profile=profile,
                    auditors=auditors,
                    sizes=SIZES if auditors == 29 else (25, 100),
                )
                for ac2 in ((0.91, 0.95) if good == 88 else (0.945, 0.965))
            ]
    return tuple(made)


def chances(limits: np.ndarray, noise: float, severity: np.ndarray | float) -> np.ndarray:
    """Chance of each grade at each node of practice; shape (..., nodes, K)."""
    seen = NODES - np.asarray(severity)[..., np.newaxis]
    scale = noise if noise > 0 else 1e-9
    above = special.ndtr((seen[..., np.newaxis] - limits) / scale)
    edge = np.ones((*above.shape[:-1], 1))
    return -np.diff(np.concatenate([edge, above, 0 * edge], axis=-1), axis=-1)


def limits_of(profile: tuple[float, ...], noise: float) -> np.ndarray:
    """Limits that give the profile whatever the noise (severities with half of it)."""
    return special.ndtri(np.cumsum(profile)[:-1]) * sqrt(1 + 1.25 * noise**2)


def moments(one: np.ndarray, other: np.ndarray) -> Moments:
    """Moments of audits without number, from two auditors' chances at each node."""
    pairs, many = np.einsum("x,xk,xl->kl", WEIGHTS, one, other), 1e12
    pairs = (pairs + pairs.T) / 2
    return Moments(
        n_audits=np.asarray(many),
        n_double=np.asarray(many),
        shares=many * pairs.sum(axis=0),
        agreement=many * pairs,
        coincidences=2 * many * pairs,
    )


def of_others(world: World, noise: float) -> Moments:
    """Truth among auditors never seen before: severity is more noise, drawn anew for each."""
    grade = chances(limits_of(world.profile, noise), noise * sqrt(1.25), 0.0)
    return moments(grade, grade)


def noise_for(world: World) -> float:
    """Noise of one grading that gives the true AC2."""
    if world.ac2 == 1:
        return 0.0
    return float(
        optimize.brentq(lambda x: float(AC2.values(of_others(world, x))) - world.ac2, 0.02, 40)
    )


def simulated(
    rng: np.random.Generator, world: World, n: int, *, noise: float, severity: np.ndarray
) -> Ratings:
    pair = rng.random((n, world.auditors)).argpartition(1, axis=1)[:, :2]
    if world.hub is not None:
        others = 1 + rng.random((n, world.auditors - 1)).argpartition(1, axis=1)[:, :2]
        first = np.where(rng.random(n) < world.hub, 0, others[:, 0])
        pair = np.column_stack([first, others[:, 1]])
    practice = rng.normal(size=(n, 1))
    seen = practice - severity[pair] + rng.normal(0, 1, pair.shape) * noise
    return Ratings(
        audit=np.append(np.repeat(np.arange(n), 2), n + np.arange(world.auditors)),
        auditor=np.append(pair.ravel(), np.arange(world.auditors)),
        grade=np.append(
            np.searchsorted(limits_of(world.profile, noise), seen).ravel(),
            np.searchsorted(
                limits_of(world.profile, noise),
                rng.normal(size=world.auditors)
                - severity
                + rng.normal(0, 1, world.auditors) * noise,
            ),
        ),
        n_levels=LEVELS,
    )


def truths(world: World, noise: float, severity: np.ndarray) -> tuple[float, float]:
    if world.hub != 1:
        there = of_others(world, noise)
    else:
        each = chances(limits_of(world.profile, noise), noise, severity)
        there = moments(each[0], each[1:].mean(axis=0))
    return float(AC2.values(there)), float(ALPHA.values(there))


def calibrated(world: World, n: int, *, replicates: int, seed: int) -> dict[str, object]:
    rng = np.random.default_rng([seed, worlds().index(world), n])
    noise = noise_for(world)
    said: Counter[AgreementVerdict] = Counter()
    held, held_alpha, widths, wrong = [], [], [], Counter[str]()
    for _ in range(replicates):
        severity = rng.normal(0, 1, world.auditors) * noise / 2
        ratings = simulated(rng, world, n, noise=noise, severity=severity)
        ac2, alpha = gwet_ac(ratings, weights="linear"), krippendorff_alpha(ratings)
        hub = bool(ratings.in_every_pair)
        alpha_low = low_of_alpha(ratings, alpha)
        word = agreement_verdict(ac2, alpha_low=alpha_low, one_only=hub)[0]
        said[word] += 1
        true_ac2, true_alpha = truths(world, noise, severity)
        wrong["well"] += word == AgreementVerdict.WELL and true_ac2 <= 0.5 + ROUNDING
        wrong["poorly"] += word == AgreementVerdict.POORLY and true_ac2 >= 0.6 - ROUNDING
        held.append(ac2.low - 1e-9 <= true_ac2 <= ac2.high + 1e-9)
        widths.append(ac2.high - ac2.low)
        if alpha.has_interval:
            held_alpha.append(alpha.low - 1e-9 <= true_alpha <= alpha.high + 1e-9)
    return {
        "world": world.name,
        "ac2": world.ac2,
        "alpha": truths(world, noise, np.zeros(world.auditors))[1],
        "n": n,
        **{word.name.lower(): said[word] / replicates for word in WORDS},
        "false_well": wrong["well"] / replicates,
        "false_poorly": wrong["poorly"] / replicates,
        "ac2_covers": float(np.mean(held)),
        "alpha_covers": float(np.mean(held_alpha)) if held_alpha else inf,
        "alpha_told": len(held_alpha) / replicates,
        "ac2_width": float(np.mean(widths)),
    }


def page(rows: list[dict[str, object]], *, replicates: int, seed: int) -> str:
    def error(rate: float) -> str:
        return f"{100 * sqrt(rate * (1 - rate) / replicates):.1f}"

    lines = [
        "# How often each word for agreement is said",
        "",
        f"Measured, not promised: {replicates:,} simulated councils in each row, seed {seed}, made "
        "by",
        "",
        "    python benchmarks/calibrate_agreement_words.py "
        f"--replicates {replicates} --seed {seed}",
        "",
        "Grades on four levels, two auditors to an audit, drawn by chance unless a row says "
        "otherwise; every auditor grades one more audit alone. The usual profile is "
        "10 / 45 / 40 / 5 % from worst to best, the flat one 25 % each: with the usual one AC2 "
        "cannot be much below 0.5. Severities have half the standard deviation of the noise. `n` "
        "counts double gradings. The true values are those among auditors never seen before; "
        "where one auditor stands in every double grading, those of that auditor with the others "
        "there. The last three columns are how often the 95 % intervals of AC2 and ordinal alpha "
        "hold the truth (alpha among councils where it can be told), and the mean width of AC2's.",
        "",
        "One standard error of a rate in percentage points: "
        f"{error(0.03)} at 3 %, {error(0.1)} at 10 %, {error(0.5)} at 50 %, {error(0.95)} at 95 %.",
        "",
        "A word is false where agreement is truly 0.50 or less and it says well, or truly 0.60 or "
        "more and it says poorly.",
        "",
    ]
    said = [
        (word, max(float(str(row[f"false_{word}"])) for row in rows)) for word in ("well", "poorly")
    ]
    lines += [f"- largest rate of a false {word}: {rate:.1%}" for word, rate in said]
    for name in ("ac2", "alpha"):
        least = min(rows, key=lambda r: float(str(r[f"{name}_covers"])))
        lines.append(
            f"- least coverage of {'AC2' if name == 'ac2' else name}: "
            f"{float(str(least[f'{name}_covers'])):.1%} ({least['world']}, AC2 {least['ac2']}, "
            f"n = {least['n']})"
        )
    for world in dict.fromkeys(str(row["world"]) for row in rows):
        lines += [
            "",
            f"## {world}",
            "",
            "| AC2 | alpha | n | well | in part | poorly | too few | AC2 covers | alpha covers "
            "| width |",
            "|---|---|---|---|---|---|---|---|---|---|",
        ]
        lines += [
            "| {ac2:.2f} | {alpha:.2f} | {n} | {well:.1%} | {in_part:.1%} | {poorly:.1%} "
            "| {too_few:.1%} | {ac2_covers:.1%} | {alpha_covers:.1%} | {ac2_width:.2f} |".format(
                **row
            )
            for row in rows
            if row["world"] == world
        ]
    return "\n".join([*lines, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    rows = []
    for world in worlds():
        for n in world.sizes:
            rows.append(calibrated(world, n, replicates=chosen.replicates, seed=chosen.seed))
            print(rows[-1], flush=True)
    chosen.out.mkdir(parents=True, exist_ok=True)
    text = page(rows, replicates=chosen.replicates, seed=chosen.seed)
    (chosen.out / "agreement_words.md").write_text(text, encoding="utf-8")
    with (chosen.out / "agreement_words.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows
        )


if __name__ == "__main__":
    main()
