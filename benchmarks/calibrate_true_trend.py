"""How often the split of a change in grades holds its planted parts, and what it is called.

    python benchmarks/calibrate_true_trend.py --replicates 1000 --seed 1

simulates two years of a council with known truth and writes ``docs/calibration/true_trend.md``
and ``.csv``. Practice is normal with standard deviation 1.2; an auditor sees it less a severity
(0.5), with a halo (0.35) and chance (0.5), and cuts it into four grades; four moderators, the
same in both years, see it with severity, halo and chance 0.6 times as large. Truth is that of
practice at large, in closed form, given who did how many audits.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from functools import cache
from math import hypot, sqrt
from pathlib import Path

import numpy as np
from scipy import special
from scipy.optimize import brentq

from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.simulate.council import SimulatedCouncil, simulate_council
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import PlantedChange, RoundDesign
from qaf_analysis.stats.trend.auditor_mix import OutsideLeniency
from qaf_analysis.stats.trend.decomposition import TrendSplit, trend_split
from qaf_analysis.stats.trend.two_phase import ModeratedPeriod
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.trend.analysis import true_trend

CUTS = np.array([-2.0, 0.15, 2.1])
PRACTICE, SEVERITY, HALO, READING, STEADY = 1.2, 0.5, 0.35, 0.5, 0.6
SEEN = hypot(PRACTICE, hypot(HALO, READING))
SEEN_BY_MODERATORS = hypot(PRACTICE, STEADY * hypot(HALO, READING))
GRADES, GOOD = np.arange(4.0), np.array([0.0, 0.0, 1.0, 1.0])
MEASURES = {"mean grade": GRADES, "Good or better": GOOD}
PARTS = ("observed", "practice", "leniency", "mix", "drift")
OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"


@dataclass(frozen=True, kw_only=True)
class World:
    """What is planted, in grades, between the first year and the last."""

    name: str
    practice: float = 0.0
    leniency: float = 0.0
    pool: tuple[int, int] = (29, 29)
    leaving: float = 0.0  # log odds of leaving for each standard deviation of severity


@dataclass(frozen=True, kw_only=True)
class Design:
    name: str
    audits: int = 200
    moderated: int = 80
    rule: str = "random"
    reliability: float = 0.0  # of leniencies known from double-graded audits; 0 = none known


LENIENT = "leniency +0.3 grade"
WORLDS = (
    World(name="nothing changes"),
    World(name="practice +0.3 grade", practice=0.3),
    World(name=LENIENT, leniency=0.3),
    World(name="harsh auditors leave, 45 to 29", pool=(45, 29), leaving=1.5),
    World(name="all at once", practice=0.3, leniency=0.3, pool=(45, 29), leaving=1.5),
)
DESIGNS = (
    Design(name="200 audits a year, 80 moderated at random"),
    Design(name="200 audits a year, 80 moderated by grade", rule="proportional"),
    Design(name="200 audits a year, 80 moderated, as many of each grade", rule="even"),
    Design(name="400 audits a year, 160 moderated at random", audits=400, moderated=160),
    Design(name="200 audits a year, 80 at random, leniencies known (0.7)", reliability=0.7),
)


def worth(latent: np.ndarray, spread: float, values: np.ndarray) -> np.ndarray:
    """Expected value of a grade given the mean of what is seen."""
    above = special.ndtr((np.asarray(latent)[..., np.newaxis] - CUTS) / spread)
    return values[0] + above @ np.diff(values)


@cache
def latent_shift(grades: float, spread: float) -> float:
    """Shift of the latent mean, from zero, that raises the mean grade by so much."""
    if grades == 0:
        return 0.0
    base = worth(np.zeros(1), spread, GRADES)[0]
    return float(brentq(lambda x: worth(np.array([x]), spread, GRADES)[0] - base - grades, 0, 4))


@dataclass(frozen=True, kw_only=True)
class People:
    severity: np.ndarray
    moderators: np.ndarray
    active: tuple[np.ndarray, np.ndarray]

    @classmethod
    def drawn(cls, rng: np.random.Generator, world: World) -> People:
        before, after = world.pool
        severity = rng.normal(0, SEVERITY, before)
        odds = np.exp(world.leaving * severity / SEVERITY)
        leave = rng.choice(before, before - after, replace=False, p=odds / odds.sum())
        moderators = rng.normal(0, STEADY * SEVERITY, 4)
        everyone = np.arange(before)
        return cls(
            severity=severity,
            moderators=moderators - moderators.mean(),
            active=(everyone, np.setdiff1d(everyone, leave)),
        )


def chosen(rng: np.random.Generator, grade: np.ndarray, design: Design) -> np.ndarray:
    if design.rule == "random":
        return rng.choice(len(grade), design.moderated, replace=False)
    held = np.bincount(grade, minlength=4)
    quota = np.minimum(2, held) if design.rule == "proportional" else np.zeros(4, dtype=int)
    while quota.sum() < design.moderated:
        aim = held / (quota + 1) if design.rule == "proportional" else 1 / (quota + 1)
        quota[np.argmax(np.where(quota < held, aim, -1))] += 1
    return np.concatenate(
        [rng.choice(np.flatnonzero(grade == a), quota[a], replace=False) for a in range(4)]
    )


def period(
    rng: np.random.Generator, people: People, design: Design, *, year: int, world: World
) -> ModeratedPeriod:
    practice = rng.normal(0, PRACTICE, design.audits)
    kind = 0.0
    if year:
        practice += latent_shift(world.practice, SEEN_BY_MODERATORS)
        kind = latent_shift(world.leniency, SEEN)
    auditor = rng.choice(people.active[year], design.audits)
    chance = rng.normal(0, hypot(HALO, READING), design.audits)
    grade = np.searchsorted(CUTS, practice - people.severity[auditor] + kind + chance)
    reader = rng.permutation(np.arange(design.audits) % len(people.moderators))
    chance = rng.normal(0, STEADY * hypot(HALO, READING), design.audits)
    found = np.searchsorted(CUTS, practice - people.moderators[reader] + chance)
    cases = chosen(rng, grade, design)
    return ModeratedPeriod(
        grade=grade, auditor=auditor, moderated=cases, moderation_grade=found[cases]
    )


def expected_gaps(people: People, world: World, values: np.ndarray) -> tuple[np.ndarray, list]:
    """Gap that each auditor would have in each year, and the moderators' mean in each."""
    gaps, found = [], []
    for year in (0, 1):
        practice = year * latent_shift(world.practice, SEEN_BY_MODERATORS)
        kind = year * latent_shift(world.leniency, SEEN)
        ours = worth(practice - people.severity + kind, SEEN, values)
        found.append(worth(practice - people.moderators, SEEN_BY_MODERATORS, values).mean())
        gaps.append(ours - found[-1])
    return np.array(gaps), found


def truth_of(
    people: People, world: World, periods: list[ModeratedPeriod], values: np.ndarray
) -> dict[str, float]:
    """Kitagawa's split of the expected change, given who did how many audits."""
    gaps, found = expected_gaps(people, world, values)
    n = len(people.severity)
    share = [np.bincount(p.auditor, minlength=n) / len(p.auditor) for p in periods]
    mix = float((share[1] - share[0]) @ gaps.mean(axis=0))
    leniency = float(share[1] @ gaps[1] - share[0] @ gaps[0])
    practice = float(found[1] - found[0])
    return {
        "observed": practice + leniency,
        "practice": practice,
        "leniency": leniency,
        "mix": mix,
        "drift": leniency - mix,
    }


def known_elsewhere(
    rng: np.random.Generator, people: People, world: World, values: np.ndarray, reliability: float
) -> OutsideLeniency:
    """Leniencies with an error, shrunk towards their mean as empirical Bayes does."""
    leniency = expected_gaps(people, world, values)[0].mean(axis=0)
    slope = worth(np.array([0.1]), SEEN, values)[0] - worth(np.array([-0.1]), SEEN, values)[0]
    spread = SEVERITY * slope / 0.2
    error = spread * sqrt(1 / reliability - 1)
    found = leniency - leniency.mean() + rng.normal(0, error, len(leniency))
    return OutsideLeniency(
        auditor=np.arange(len(found)),
        leniency=reliability * found,
        covariance=reliability * error**2 * np.eye(len(found)),
        shrunk_to=spread,
    )


def own_council(
    rng: np.random.Generator, world: World, design: Design
) -> list[tuple[str, TrendSplit, dict[str, float]]]:
    people = People.drawn(rng, world)
    periods = [period(rng, people, design, year=y, world=world) for y in (0, 1)]
    out = []
    for name, values in MEASURES.items():
        outside = None
        if design.reliability:
            outside = known_elsewhere(rng, people, world, values, design.reliability)
        split = trend_split(periods[0], periods[1], values=values, outside=outside)
        out.append((name, split, truth_of(people, world, periods, values)))
    return out


# The second path: councils of the package's own simulator, read through the whole analysis.
FIRST, LAST = Quarter(2018, 1), Quarter(2019, 4)
LARGER = 40


def council_design(*, audits_per_quarter: int) -> CouncilDesign:
    """Two years; auditors' leniency falls and the pool shrinks half-way; practice improves."""
    per_round = 2 * audits_per_quarter * 2 // 5
    return CouncilDesign(
        first=FIRST,
        last=LAST,
        audits_per_quarter=audits_per_quarter,
        auditors=45,
        optimism=0.2,
        severity_sd=0.5,
        drift_sd=0.0,
        trend=0.08,
        quarter_sd=0.0,
        quarter_domain_sd=0.0,
        double_share=0.0,
        calibration_files=0,
        multi_agency=(0, 0),
        changes=(
            PlantedChange(
                kind="auditor_pool_reduction",
                label="Pool cut, and kinder",
                starts=Quarter(2019, 1).first_day,
                auditors=29,
                optimism=0.6,
            ),
        ),
        rounds=tuple(
            RoundDesign(source="partner_council", last=q, audits=per_round, rule=rule)
            for q, rule in (
                (Quarter(2018, 2), "random"),
                (Quarter(2018, 4), "stratified"),
                (Quarter(2019, 2), "random"),
                (Quarter(2019, 4), "stratified"),
            )
        ),
    )


def rates(council: SimulatedCouncil, year: int, values: np.ndarray) -> tuple[np.ndarray, ...]:
    """Sums of gaps and numbers of audits by auditor, and the mean grades, of one year."""
    audits = council.audits
    rows = np.flatnonzero((audits["audit_type"] == "collaborative") & (audits["t"] // 4 == year))
    auditor = audits["auditor"].to_numpy()[rows]
    given = values[council.auditor_grades[rows, 0]]
    found = values[council.moderator_grades["partner_council"][rows, 0]]
    n = len(council.raters.auditors)
    number = np.bincount(auditor, minlength=n)
    return np.bincount(auditor, given - found, minlength=n), number, given, found


def twin_truth(
    council: SimulatedCouncil, twin: SimulatedCouncil, values: np.ndarray
) -> dict[str, float]:
    """Truth of a council from one forty times as large, with the same people."""
    share, gap, practice = [], [], []
    for year in (0, 1):
        number = rates(council, year, values)[1]
        share.append(number / number.sum())
        total, number, _, found = rates(twin, year, values)
        gap.append(np.divide(total, number, out=np.full(len(total), np.nan), where=number > 0))
        practice.append(found.mean())
    stay = ~np.isnan(gap[0]) & ~np.isnan(gap[1])
    moved = np.nanmean(gap[1][stay] - gap[0][stay])
    # Whoever left would have moved as those who stayed did.
    gap[1] = np.where(np.isnan(gap[1]), gap[0] + moved, gap[1])
    mix = float((share[1] - share[0]) @ (gap[0] + gap[1]) / 2)
    leniency = float(share[1] @ gap[1] - share[0] @ gap[0])
    change = float(practice[1] - practice[0])
    return {
        "observed": change + leniency,
        "practice": change,
        "leniency": leniency,
        "mix": mix,
        "drift": leniency - mix,
    }


def package_council(
    rng: np.random.Generator,
) -> list[tuple[str, TrendSplit, dict[str, float]]]:
    seed = int(rng.integers(2**31))
    council, twin = (
        simulate_council(council_design(audits_per_quarter=size), rng=np.random.default_rng(seed))
        for size in (50, 50 * LARGER)
    )
    if not np.allclose(council.raters.leniency, twin.raters.leniency):
        raise RuntimeError("The larger council has other people; it cannot give the truth.")
    found = true_trend(simulated_audits(council), quarter=LAST)
    splits = {"mean grade": found.grade, "Good or better": found.good}
    return [(m, splits[m], twin_truth(council, twin, v)) for m, v in MEASURES.items()]


def summary(
    trials: list[list[tuple[str, TrendSplit, dict[str, float]]]], *, design: str, world: str
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    n = len(trials)
    for place, measure in enumerate(MEASURES):
        for part in PARTS:
            truth = np.array([trial[place][2][part] for trial in trials])
            found = [getattr(trial[place][1], part) for trial in trials]
            told = np.array([estimate.is_estimable for estimate in found])
            truth = truth[told]
            low, high, value, se = (
                np.array([getattr(estimate, what) for estimate in found])[told]
                for what in ("low", "high", "value", "se")
            )
            covered = float(((low <= truth) & (truth <= high)).mean())
            rows.append(
                {
                    "design": design,
                    "world": world,
                    "measure": measure,
                    "part": part,
                    "councils": n,
                    "told": float(told.mean()),
                    "truth": truth.mean(),
                    "bias": float((value - truth).mean()),
                    "se_over_sd": float(se.mean() / (value - truth).std(ddof=1)),
                    "half_width": float((high - low).mean() / 2),
                    "coverage": covered,
                    "coverage_mc": sqrt(covered * (1 - covered) / told.sum()),
                    "called_up": float((low > 0).mean()),
                    "called_down": float((high < 0).mean()),
                }
            )
    return rows


def page(rows: list[dict[str, object]], *, replicates: int, seed: int) -> str:
    command = f"python benchmarks/calibrate_true_trend.py --replicates {replicates} --seed {seed}"
    lines = [
        "# Calibration of the true trend",
        "",
        f"Measured, not promised: {replicates:,} simulated councils in each cell, seed {seed}, "
        "made by",
        "",
        f"    {command}",
        "",
        "A change between two years is split into practice (what moderators would have seen "
        "change),",
        "the mix of auditors, and the drift of those who stayed; leniency is mix and drift "
        "together.",
        "Truth is that of practice at large, given who did how many audits: each auditor's",
        "expected gap in each year, split by shares and gaps as Kitagawa (1955) does. A part is",
        "called when its 95 % interval leaves out 0. `±` is one Monte Carlo standard error.",
        "",
        "In the last but one design, auditors' leniencies are also known from elsewhere, with",
        "reliability 0.7 and shrunk as empirical Bayes does. The last is another path: councils",
        "of the package's own simulator, read through the whole analysis (random and even-by-grade",
        "moderation in turn, pool 45 to 29, auditors kinder, practice better), with truth from a",
        f"council {LARGER} times as large with the same people.",
        "",
    ]
    lines += summary_of_promises(rows)
    for design in dict.fromkeys(str(row["design"]) for row in rows):
        lines += [f"## {design[0].upper()}{design[1:]}", ""]
        for measure in MEASURES:
            lines += [
                f"{measure[0].upper()}{measure[1:]}:",
                "",
                "| world | part | truth | bias | half-width | 95 % interval covers | called up "
                "| called down |",
                "|---|---|---|---|---|---|---|---|",
            ]
            for row in rows:
                if row["design"] == design and row["measure"] == measure:
                    lines.append(
                        "| {world} | {part} | {truth:.3f} | {bias:+.3f} | {half_width:.3f} "
                        "| {coverage:.1%} ± {coverage_mc:.1%} | {called_up:.1%} "
                        "| {called_down:.1%} |".format(**row)
                    )
            lines.append("")
    return "\n".join(lines)


def summary_of_promises(rows: list[dict[str, object]]) -> list[str]:
    lines = [
        "## In short",
        "",
        "Lowest and highest coverage of practice, mix and drift of the mean grade over the worlds; "
        "and",
        "what is made of leniency that rises by 0.3 grade while practice stays as it is.",
        "",
        "| design | coverage of the three parts | called practice improved | called any change in "
        "practice | leniency recognised | drift recognised | told at all |",
        "|---|---|---|---|---|---|---|",
    ]
    for design in DESIGNS:
        ours = [r for r in rows if (r["design"], r["measure"]) == (design.name, "mean grade")]
        covered = [
            float(str(r["coverage"])) for r in ours if r["part"] in ("practice", "mix", "drift")
        ]
        kinder = {str(r["part"]): r for r in ours if r["world"] == LENIENT}
        up = {part: float(str(row["called_up"])) for part, row in kinder.items()}
        either = up["practice"] + float(str(kinder["practice"]["called_down"]))
        told = min(float(str(r["told"])) for r in ours)
        lines.append(
            f"| {design.name} | {min(covered):.1%} to {max(covered):.1%} | {up['practice']:.1%} "
            f"| {either:.1%} | {up['leniency']:.1%} | {up['drift']:.1%} | {told:.1%} |"
        )
    return [*lines, ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    rows: list[dict[str, object]] = []
    for d, design in enumerate(DESIGNS):
        for w, world in enumerate(WORLDS):
            rng = np.random.default_rng([asked.seed, d, w])
            trials = [own_council(rng, world, design) for _ in range(asked.replicates)]
            rows += summary(trials, design=design.name, world=world.name)
            shown(rows[-2 * len(PARTS) :])
    rng = np.random.default_rng([asked.seed, len(DESIGNS)])
    councils = min(asked.replicates, 200)
    trials = [package_council(rng) for _ in range(councils)]
    rows += summary(
        trials,
        design=f"the package's simulator, 200 audits a year, 80 moderated ({councils} councils)",
        world="all at once",
    )
    shown(rows[-2 * len(PARTS) :])
    written(rows, asked.out, text=page(rows, replicates=asked.replicates, seed=asked.seed))


def shown(rows: list[dict[str, object]]) -> None:
    for row in rows:
        print(
            "{design:60s} {world:32s} {measure:15s} {part:9s} truth {truth:6.3f} bias {bias:+.3f} "
            "SE/SD {se_over_sd:.2f} covers {coverage:.3f} up {called_up:.3f} "
            "down {called_down:.3f}".format(**row),
            flush=True,
        )


def written(rows: list[dict[str, object]], folder: Path, *, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "true_trend.md").write_text(text, encoding="utf-8")
    with (folder / "true_trend.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows
        )


if __name__ == "__main__":
    main()
