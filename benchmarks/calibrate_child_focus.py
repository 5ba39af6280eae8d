"""How often a weaker focus on the child is claimed, where it is there and where it is not.

    python benchmarks/calibrate_child_focus.py --replicates 300 --seed 1

simulates moderated audits in worlds of known truth and writes ``docs/calibration/child_focus.md``
and ``.csv``. Six domains, two of them about the child. Practice is skewed and shared by the case
and its team, with a part of each domain's own; a reader sees it with noise and cuts it into four
grades, 10, 45, 40 and 5 in 100 of a domain that stands in the middle. The overall grade is the
rounded mean of child and process domains.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from qaf_analysis.stats.child.domain_grades import DomainGrades
from qaf_analysis.stats.child.experience import child_experience_gap
from qaf_analysis.stats.child.focus import FocusTest, focus_tests, focus_verdict
from qaf_analysis.stats.child.focus_share import focus_shares
from qaf_analysis.stats.child.halo import halo
from qaf_analysis.stats.core.means import mean_interval
from qaf_analysis.terms.verdicts import FocusMeasure, FocusVerdict

DOMAINS, CHILD = 6, 2
CASE, TEAM, OWN, NOISE, OVERALL_NOISE = 0.4, 0.3, 0.5, 0.6, 0.15
LIMITS = np.sqrt(CASE**2 + TEAM**2 + OWN**2 + NOISE**2) * np.array([-1.2816, 0.1257, 1.6449])
SIZES = (40, 80, 200)
DRAWS = 500
MANY = 60_000
OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"


@dataclass(frozen=True, kw_only=True)
class World:
    """What auditors do that moderators do not, in latent units; at rest they do nothing."""

    name: str
    weaker: bool = False  # whether auditors' focus on the child is weaker
    kind: float = 0.0
    lean: float = 0.0  # kinder on child domains only
    halo: float = 0.0  # SD of what an auditor adds to all domains of an audit
    strict: float = 0.0  # SD between auditors
    by_domain: float = 0.0  # the same, for each domain apart
    child_weight: float = 0.5  # in the auditors' overall grade; in the moderators' it is a half
    child_level: float = 0.0
    process_level: float = 0.0
    auditors: int = 29
    teams: int = 8
    moderator_noise: float = 1.0


TOP = 1.2
WORLDS = (
    World(name="alike"),
    World(name="all .5 kinder", kind=0.5),
    World(name=".5 kinder, process near the top", kind=0.5, process_level=TOP),
    World(name=".8 kinder, process near the top", kind=0.8, process_level=TOP),
    World(name=".5 kinder, child near the top", kind=0.5, child_level=TOP),
    World(name=".8 kinder, child near the top", kind=0.8, child_level=TOP),
    World(name=".5 tougher, process near the top", kind=-0.5, process_level=TOP),
    World(
        name=".5 kinder, process near the top, auditors differ .3",
        kind=0.5,
        process_level=TOP,
        strict=0.3,
    ),
    World(name="auditors differ .5", strict=0.5),
    World(name="auditors differ .4, and .15 by domain", strict=0.4, by_domain=0.15),
    World(
        name="8 auditors who differ .4, .5 kinder, process near the top",
        kind=0.5,
        process_level=TOP,
        strict=0.4,
        auditors=8,
    ),
    World(name="moderators surer (60 % of the noise)", moderator_noise=0.6),
    World(name="child lean .3", weaker=True, lean=0.3),
    World(
        name="child lean .3, .5 kinder, child near the top",
        weaker=True,
        lean=0.3,
        kind=0.5,
        child_level=TOP,
    ),
    World(name="halo .5", weaker=True, halo=0.5),
    World(
        name="halo .5, .5 kinder, process near the top",
        weaker=True,
        halo=0.5,
        kind=0.5,
        process_level=TOP,
    ),
    World(name="overall driven by process", weaker=True, child_weight=0.05),
)
MEASURES = dict(zip(FocusMeasure, ("gap", "share", "halo"), strict=True))


def reading(rng: np.random.Generator, seen: np.ndarray, *, child_weight: float) -> DomainGrades:
    domains = np.searchsorted(LIMITS, seen).astype(float)
    child, process = domains[:, :CHILD].mean(axis=1), domains[:, CHILD:].mean(axis=1)
    mean = child_weight * child + (1 - child_weight) * process
    heard = mean + OVERALL_NOISE * rng.normal(size=len(mean))
    is_child = np.arange(DOMAINS) < CHILD
    return DomainGrades(
        domains=domains,
        overall=np.clip(np.floor(heard + 0.5), 0, len(LIMITS)),
        is_child=is_child,
        is_process=~is_child,
    )


def council(
    rng: np.random.Generator, world: World, *, audits: int
) -> tuple[DomainGrades, DomainGrades, np.ndarray]:
    is_child = np.arange(DOMAINS) < CHILD
    shape = (audits, DOMAINS)
    case = CASE * (rng.gamma(4.0, 0.5, size=(audits, 1)) - 2.0)
    team = (TEAM * rng.normal(size=world.teams))[rng.integers(0, world.teams, audits), np.newaxis]
    practice = case + team + OWN * rng.normal(size=shape)
    practice += np.where(is_child, world.child_level, world.process_level)
    auditor = rng.integers(0, world.auditors, audits)
    strict = world.strict * rng.normal(size=(world.auditors, 1))
    strict = strict + world.by_domain * rng.normal(size=(world.auditors, DOMAINS))
    added = world.kind + world.lean * is_child + world.halo * rng.normal(size=(audits, 1))
    seen = practice + added - strict[auditor] + NOISE * rng.normal(size=shape)
    theirs = practice + world.moderator_noise * NOISE * rng.normal(size=shape)
    return (
        reading(rng, seen, child_weight=world.child_weight),
        reading(rng, theirs, child_weight=0.5),
        auditor,
    )


class Found(NamedTuple):
    """One council: the tests, each measure's value, low and high, and a claim without level."""

    tests: tuple[FocusTest, ...]
    values: list[tuple[float, float, float]]
    plain: bool


def compared(rng: np.random.Generator, world: World, *, audits: int, draws: int = DRAWS) -> Found:
    """Compare one council; and whether the plain difference of gaps would be called a lean."""
    audit, moderation, auditor = council(rng, world, audits=audits)
    gap = child_experience_gap(audit, moderation, auditor=auditor)
    shares = focus_shares(audit, moderation, auditor=auditor, rng=rng, draws=draws)
    together = halo(audit, moderation, auditor=auditor)
    apart = audit.domains - moderation.domains
    plain = mean_interval(
        apart[:, :CHILD].mean(axis=1) - apart[:, CHILD:].mean(axis=1), cluster=auditor
    )
    each = (gap, shares.difference, together.difference)
    return Found(
        tests=focus_tests(gap, shares, together),
        values=[(one.value, one.low, one.high) for one in each],
        plain=plain.low > 0,
    )


def truth(world: World, *, seed: int) -> np.ndarray:
    """Each measure in very many audits by very many auditors."""
    many = replace(world, auditors=MANY // 20, teams=MANY // 20)
    found = compared(np.random.default_rng([seed, 99]), many, audits=MANY, draws=2)
    return np.array(found.values)[:, 0]


def calibrated(
    world: World, true: np.ndarray, *, audits: int, replicates: int, seed: int
) -> list[dict[str, object]]:
    rng = np.random.default_rng([seed, WORLDS.index(world), audits])
    found = [compared(rng, world, audits=audits) for _ in range(replicates)]
    claimed = np.mean([focus_verdict(one.tests) == FocusVerdict.WEAKER for one in found])
    numbers = np.array([one.values for one in found])
    rows: list[dict[str, object]] = []
    for place, short in enumerate(MEASURES.values()):
        tests = [one.tests[place] for one in found]
        value, low, high = numbers[:, place].T
        known = ~np.isnan(low)
        rows.append(
            {
                "world": world.name,
                "weaker": world.weaker,
                "audits": audits,
                "measure": short,
                "truth": true[place],
                "mean": np.nanmean(value),
                "alone": np.mean([test.is_weaker and test.p < 0.05 for test in tests]),
                "after_holm": np.mean([test.shows_weaker_focus for test in tests]),
                "plain": np.mean([one.plain for one in found]) if short == "gap" else np.nan,
                "any_claim": claimed,
                "coverage": ((low[known] <= true[place]) & (true[place] <= high[known])).mean(),
                "without_interval": 1 - known.mean(),
            }
        )
    return rows


def cell(value: object) -> str:
    number = float(str(value))
    return "" if np.isnan(number) else f"{number:.3f}"


def page(rows: list[dict[str, object]], *, replicates: int, seed: int) -> str:
    lines = introduction(replicates=replicates, seed=seed)
    for title, weaker in (("Focus is not weaker: every claim is false", False),
                          ("Focus is weaker: claims are right", True)):  # fmt: skip
        lines += [
            f"## {title}",
            "",
            "| world | audits | any claim | gap: plain | gap: alone | after Holm | share: alone "
            "| after Holm | halo: alone | after Holm |",
            "|---|---|---|---|---|---|---|---|---|---|",
        ]
        for gap, share, like in zip(rows[::3], rows[1::3], rows[2::3], strict=True):
            if gap["weaker"] == weaker:
                cells = [cell(gap["any_claim"]), cell(gap["plain"])]
                cells += [cell(m[f]) for m in (gap, share, like) for f in ("alone", "after_holm")]
                lines.append(f"| {gap['world']} | {gap['audits']} | {' | '.join(cells)} |")
        lines.append("")
    lines += [
        "## Values and intervals",
        "",
        "| world | audits | measure | truth | mean | interval covers | without interval |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {r['world']} | {r['audits']} | {r['measure']} | "
            + " | ".join(cell(r[f]) for f in ("truth", "mean", "coverage", "without_interval"))
            + " |"
            for r in rows
        ),
        "",
    ]
    return "\n".join(lines)


def introduction(*, replicates: int, seed: int) -> list[str]:
    command = f"python benchmarks/calibrate_child_focus.py --replicates {replicates} --seed {seed}"
    low, middle = (np.sqrt(p * (1 - p) / replicates) for p in (0.05, 0.5))
    return [
        "# Calibration of focus on the child",
        "",
        f"Measured, not promised: {replicates:,} simulated councils for each world and size, seed "
        f"{seed}, made by",
        "",
        f"    {command}",
        "",
        f"One Monte Carlo standard error is {low:.3f} near .05 and {middle:.3f} near .5.",
        "",
        "Six domains, two about the child, four grades; 29 auditors unless the world says",
        "otherwise. Kindness, lean, halo and differences are in latent units: one is about 1.1",
        "standard deviations of a domain's grade behind the limits. *Near the top* lifts a kind of",
        f"domain by {TOP}, so that nine in ten of its audits are Good or better.",
        "",
        "- *gap*: child experience gap; *share*: the child's domains' share in the overall grade;",
        "  *halo*: how much more the domains of an audit go together.",
        "- *any claim*: the verdict says that focus is weaker, by one or more measures after Holm.",
        "- *plain*: what the plain difference of mean gaps, with no allowance for level, would",
        "  have claimed alone. *alone*: the measure's own p is below .05 on the side of weaker",
        "  focus. *after Holm*: it is claimed.",
        "- *truth*: the figure in very many audits by very many auditors and teams.",
        "",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    rows: list[dict[str, object]] = []
    for world in WORLDS:
        true = truth(world, seed=chosen.seed)
        for audits in SIZES:
            rows += calibrated(
                world, true, audits=audits, replicates=chosen.replicates, seed=chosen.seed
            )
            print(f"{world.name}, {audits}: {rows[-1]['any_claim']:.3f}", flush=True)
    chosen.out.mkdir(parents=True, exist_ok=True)
    text = page(rows, replicates=chosen.replicates, seed=chosen.seed)
    (chosen.out / "child_focus.md").write_text(text, encoding="utf-8")
    with (chosen.out / "child_focus.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows
        )


if __name__ == "__main__":
    main()
