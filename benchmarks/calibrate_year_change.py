"""How often the share good or better is said to have risen or fallen, with and without a change.

    python benchmarks/calibrate_year_change.py --replicates 2000 --seed 1

simulates two years of audits by auditors who differ in strictness (SD .4 where one audit's grade
has 1), of whom some leave and others join, and writes ``docs/calibration/year_change.md`` and
``.csv``. Beside the rule in use stand two that are not: audits taken as independent, and the errors
of the two years added.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
from scipy import stats

from qaf_analysis.stats.core.means import clustered_mean
from qaf_analysis.stats.trend.year_change import direction, share_change
from qaf_analysis.terms.verdicts import YearVerdict

STRICT = 0.4
RISE = 0.14
OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"


@dataclass(frozen=True, kw_only=True)
class World:
    """Auditors, audits a year, part replaced between the years, and who does how much.

    ``shifting`` shares the work out anew in the second year; else shares stay, and a newcomer
    takes over that of who left. ``good`` is the share in the first year.
    """

    auditors: int
    audits: int
    replaced: float
    shifting: bool = False
    good: float = 0.55

    @property
    def name(self) -> str:
        share = "" if self.good == 0.55 else f", {self.good:.0%} good"
        return (
            f"{self.auditors} auditors, {self.audits} audits, {self.replaced:.0%} replaced, "
            f"{'shifting' if self.shifting else 'same'} work{share}"
        )


WORLDS = (
    World(auditors=29, audits=200, replaced=0.0),
    World(auditors=29, audits=200, replaced=0.3),
    World(auditors=29, audits=200, replaced=1.0),
    World(auditors=29, audits=200, replaced=0.3, shifting=True),
    World(auditors=8, audits=200, replaced=0.3),
    World(auditors=8, audits=200, replaced=0.3, shifting=True),
    World(auditors=8, audits=50, replaced=0.3, shifting=True),
    World(auditors=29, audits=1450, replaced=0.3, shifting=True),
    World(auditors=29, audits=1450, replaced=0.3),
    World(auditors=5, audits=100, replaced=0.2, shifting=True),
    World(auditors=29, audits=50, replaced=0.3),
    World(auditors=8, audits=12, replaced=0.3),
    World(auditors=29, audits=200, replaced=0.3, shifting=True, good=0.92),
    World(auditors=8, audits=40, replaced=0.3, shifting=True, good=0.92),
)


def years(
    rng: np.random.Generator, world: World, *, rise: float, number: int = 2
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Good or not, and the auditor, of each audit of each year."""
    count = world.auditors
    leavers = round(world.replaced * count)
    severity = STRICT * rng.normal(size=count + number * leavers)
    team, newcomer = np.arange(count), count
    work = rng.dirichlet(np.full(count, 2.0))
    good, who = [], []
    for year in range(number):
        if year:
            team = team.copy()
            team[rng.permutation(count)[:leavers]] = np.arange(newcomer, newcomer + leavers)
            newcomer += leavers
            work = rng.dirichlet(np.full(count, 2.0)) if world.shifting else work
        auditor = team[rng.choice(count, world.audits, p=work)]
        # The share is that over auditors: severity is part of the normal variable behind it.
        share = world.good + (rise if year else 0.0)
        limit = sqrt(1 + STRICT**2) * stats.norm.ppf(1 - share)
        seen = rng.normal(size=world.audits) - severity[auditor]
        good.append((seen > limit).astype(float))
        who.append(auditor)
    return good, who


def called(good: list[np.ndarray], who: list[np.ndarray]) -> dict[str, tuple[bool, bool, float]]:
    """Whether each rule says risen, whether fallen, and its half-width."""
    first, last = good
    change = last.mean() - first.mean()
    found = share_change(first, last, first_auditor=who[0], last_auditor=who[1])
    word = direction(found)
    plain = sqrt(sum(year.var() / len(year) for year in good))
    each = [clustered_mean(year, cluster=people) for year, people in zip(good, who, strict=True)]
    squares = np.array([one.variance for one in each])
    added = 1.0  # all audits of both years alike
    if squares.any():
        freedom = squares.sum() ** 2 / (squares**2 / [one.df for one in each]).sum()
        added = sqrt(squares.sum()) * stats.t.ppf(0.975, freedom)
    result = {
        "in use": (
            word == YearVerdict.RISEN,
            word == YearVerdict.FALLEN,
            (found.high - found.low) / 2,
        )
    }
    for name, half in (("audits only", 1.96 * plain), ("errors added", added)):
        result[name] = (change > half, change < -half, half)
    return result


def calibrated(world: World, *, replicates: int, seed: int) -> list[dict[str, object]]:
    rows: dict[str, dict[str, object]] = {}
    for rise in (0.0, RISE):
        if world.good + rise >= 1:
            continue
        rng = np.random.default_rng([seed, WORLDS.index(world), int(1000 * rise)])
        found = [called(*years(rng, world, rise=rise)) for _ in range(replicates)]
        for rule in found[0]:
            risen, fallen, half = np.mean([one[rule] for one in found], axis=0)
            row = rows.setdefault(rule, {"world": world.name, "rule": rule})
            if rise:
                row |= {"found": risen}
            else:
                row |= {"false_risen": risen, "false_fallen": fallen, "half_width": half}
    for row in rows.values():
        row.setdefault("found", np.nan)
    return list(rows.values())


def best_of_three(*, replicates: int, seed: int) -> tuple[float, float]:
    """False "risen" of this year against the one before, and of the best pair of three years."""
    rng = np.random.default_rng([seed, 77])
    fixed = best = 0
    for _ in range(replicates):
        good, who = years(rng, WORLDS[1], rise=0.0, number=3)
        words = {
            pair: direction(
                share_change(
                    good[pair[0]],
                    good[pair[1]],
                    first_auditor=who[pair[0]],
                    last_auditor=who[pair[1]],
                )
            )
            for pair in ((0, 1), (0, 2), (1, 2))
        }
        fixed += words[1, 2] == YearVerdict.RISEN
        best += YearVerdict.RISEN in words.values()
    return fixed / replicates, best / replicates


def page(
    rows: list[dict[str, object]], three: tuple[float, float], *, replicates: int, seed: int
) -> str:
    command = f"python benchmarks/calibrate_year_change.py --replicates {replicates} --seed {seed}"
    low, middle = (sqrt(p * (1 - p) / replicates) for p in (0.025, 0.5))
    lines = [
        '# Calibration of "has risen"',
        "",
        f"Measured, not promised: {replicates:,} simulated councils for each world, seed {seed}, "
        "made by",
        "",
        f"    {command}",
        "",
        f"One Monte Carlo standard error is {low:.4f} near .025 and {middle:.3f} near .5.",
        "",
        f"Auditors differ in strictness with SD {STRICT} where what lies behind one grade has 1.",
        "*Work* is each auditor's share of a year's audits, unequal. *In use* is the rule of the",
        "report: auditors as clusters over both years. *Audits only* takes audits as independent;",
        "*errors added* adds two years' errors as if no auditor audited in both. *False*: nothing",
        f"happened. *Found*: the share rose by {100 * RISE:.0f} points. *Half-width* in points.",
        "",
        "| world | rule | false risen | false fallen | found | half-width |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        numbers = [float(str(row[f])) for f in ("false_risen", "false_fallen", "found")]
        cells = ["" if np.isnan(number) else f"{number:.3f}" for number in numbers]
        half = f"{100 * float(str(row['half_width'])):.1f}"
        lines.append(f"| {row['world']} | {row['rule']} | {' | '.join(cells)} | {half} |")
    used = [row for row in rows if row["rule"] == "in use"]
    worst = max(float(str(row[f])) for row in used for f in ("false_risen", "false_fallen"))
    lines += [
        "",
        f"The largest false rate of the rule in use is {worst:.3f} a side.",
        "",
        f"With three years and nothing happening, {WORLDS[1].name}: this year against the year",
        f"before is called risen in {three[0]:.3f}, the best of the three pairs in {three[1]:.3f}.",
        "That is why one pair is fixed beforehand.",
        "",
        "Strict auditors who leave by policy, or all auditors growing kinder, raise the share as",
        "practice does: no error of these grades alone can tell them apart.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    rows = [
        row
        for world in WORLDS
        for row in calibrated(world, replicates=chosen.replicates, seed=chosen.seed)
    ]
    three = best_of_three(replicates=chosen.replicates, seed=chosen.seed)
    chosen.out.mkdir(parents=True, exist_ok=True)
    text = page(rows, three, replicates=chosen.replicates, seed=chosen.seed)
    (chosen.out / "year_change.md").write_text(text, encoding="utf-8")
    with (chosen.out / "year_change.csv").open("w", newline="", encoding="utf-8") as file:
        fields = ("world", "rule", "false_risen", "false_fallen", "found", "half_width")
        writer = csv.DictWriter(file, fieldnames=fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows
        )


if __name__ == "__main__":
    main()
