"""How often auditing is called more or less consistent where only the cases were given out anew.

    OMP_NUM_THREADS=1 python benchmarks/calibrate_process.py --replicates 800 --seed 1

simulates councils with a known truth (``process_worlds.py``) and writes
``docs/calibration/process.md`` and ``.csv``. Councils of 600 audits a side are run for half of the
replicates, those of 50 and 100 for all.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from math import sqrt
from pathlib import Path

import numpy as np
from impact_worlds import Reading, read_twice
from process_worlds import Period, Side, World, periods

from qaf_analysis.stats.process.agreement_change import agreement_change
from qaf_analysis.stats.process.case_allocation import (
    NO_TEAM,
    AllocationChange,
    allocation_change,
    home_teams,
)
from qaf_analysis.stats.process.period_differences import ModeratedPairs
from qaf_analysis.stats.process.spread import Spread, severity_spread
from qaf_analysis.stats.process.spread_change import spread_change
from qaf_analysis.terms.verdicts import (
    SPREAD_RULE,
    AgreementChangeVerdict,
    ProcessAnswer,
    SpreadVerdict,
)
from qaf_analysis.topics.process.analysis.answer import process_answer

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
OWN, ALWAYS = Side(own=0.9), Side(own=1.0)
TWELVE = Side(auditors=12)
ALIKE = {"before": Side(sd=0.8), "after": Side(sd=0.4), "is_null": False}
WORLDS = (
    World(name="no change, cases mixed in both"),
    World(name="no change, 90 % own team in both", before=OWN, after=OWN),
    World(name="90 % own team, then mixed", before=OWN),
    World(name="always own team, then mixed", before=ALWAYS),
    World(name="mixed, then 90 % own team", after=OWN),
    World(name="90 % own team, then mixed; 29 auditors, then 12", before=OWN, after=TWELVE),
    World(name="the same with 8 teams", before=OWN, after=TWELVE, teams=8),
    World(name="90 % own, then mixed; a fifth of teams misrecorded", before=OWN, misrecorded=0.2),
    World(name="mixed, then 90 % own; a fifth of teams misrecorded", after=OWN, misrecorded=0.2),
    World(name="90 % own, then mixed; teams strict alike", before=OWN, together=0.8),
    World(name="mixed, then 90 % own; teams strict alike", after=OWN, together=0.8),
    World(name="29 auditors, then 12; mixed", after=TWELVE),
    World(name="auditors as alike as can be; mixed", before=Side(sd=0.0), after=Side(sd=0.0)),
    World(name="90 % own, then mixed; half the noise", before=OWN, noise=0.5),
    World(name="mixed, then 90 % own; half the noise", after=OWN, noise=0.5),
    World(name="spread 0.8 to 0.4, mixed", **ALIKE),
    World(name="spread 0.8 to 0.4, mixed, half the noise", noise=0.5, **ALIKE),
    World(name="spread 0.8 to 0.4, mixed, teams alike", practice=0.0, **ALIKE),
    World(
        name="spread 0.8 to 0.4, 90 % own team, then mixed",
        before=Side(own=0.9, sd=0.8),
        after=Side(sd=0.4),
        is_null=False,
    ),
    World(name="spread 0.4 to 0.8, mixed", before=Side(sd=0.4), after=Side(sd=0.8), is_null=False),
)
SIZES = {50: 1.0, 100: 1.0, 200: 1.0, 600: 0.5}
WAYS = ("as before", "team held fixed", "verdict")
CHANGES, PAIRS = (1, 2, 3), 60


def dummies(codes: np.ndarray) -> np.ndarray:
    return (codes[:, np.newaxis] == np.unique(codes)[1:]).astype(float)


def spreads(
    period: Period, *, homes: dict[int, int] | None
) -> tuple[Spread, Spread, Spread | None]:
    """Spread as it was told before, with the team held fixed, and within home teams."""
    usual = [dummies(period.quarter), dummies(period.case_type)]
    with_team = [*usual, dummies(period.team)]

    def of(marks: list[np.ndarray]) -> Spread:
        return severity_spread(period.grade, auditor=period.auditor, fixed=np.hstack(marks))

    if homes is None:
        return of(usual), of(with_team), None
    home = np.array([homes.get(int(who), NO_TEAM) for who in period.auditor])
    return of(usual), of(with_team), of([*with_team, dummies(home)])


def told(
    rng: np.random.Generator, world: World, audits: int
) -> tuple[AllocationChange, list[SpreadVerdict]]:
    """How cases were given out, and the verdict of each way of asking."""
    both = periods(rng, world, audits=audits)
    found = allocation_change(*((side.auditor, side.team) for side in both), rule=SPREAD_RULE)
    homes = None
    if found.changed:
        tied = both[0] if found.before > found.after else both[1]
        homes = home_teams(tied.auditor, tied.team)
    old, team, within = zip(*(spreads(side, homes=homes) for side in both), strict=True)
    last = team if homes is None else within
    return found, [spread_change(*way).verdict for way in (old, team, last)]


def spread_row(
    place: int, world: World, *, audits: int, replicates: int, seed: int
) -> dict[str, object]:
    rng = np.random.default_rng([seed, 1, place, audits])
    counts: Counter[tuple[str, SpreadVerdict]] = Counter()
    before, after, changed = [], [], 0
    for _ in range(replicates):
        found, verdicts = told(rng, world, audits)
        counts.update(zip(WAYS, verdicts, strict=True))
        before.append(found.before)
        after.append(found.after)
        changed += found.changed
    row: dict[str, object] = {
        "part": "spread",
        "setting": world.name,
        "size": audits,
        "replicates": replicates,
        "tied_before": float(np.nanmean(before)),
        "tied_after": float(np.nanmean(after)),
        "within_teams": changed / replicates,
    }
    for way in WAYS:
        for name, verdict in (("more", SpreadVerdict.MORE), ("less", SpreadVerdict.LESS)):
            row[f"{way}: {name}"] = counts[way, verdict] / replicates
    return row


def answer_row(changes: int, *, replicates: int, seed: int) -> dict[str, object]:
    """The first page where nothing happened: so many changes, 200 audits and 60 pairs a side."""
    rng = np.random.default_rng([seed, 2, changes])
    counts: Counter[ProcessAnswer] = Counter()
    for _ in range(replicates):
        told_spread = [told(rng, WORLDS[0], 200)[1][-1] for _ in range(changes)]
        agreement = [_agreement(rng) for _ in range(changes)]
        counts[process_answer(told_spread[-1], spreads=told_spread, agreements=agreement)] += 1
    worse = (ProcessAnswer.LESS, ProcessAnswer.FELL, ProcessAnswer.LESS_AND_FELL)
    return {
        "part": "answer",
        "setting": f"{changes} change{'s' if changes > 1 else ''}",
        "size": 200,
        "replicates": replicates,
        "worse": sum(counts[one] for one in worse) / replicates,
        "more": counts[ProcessAnswer.MORE] / replicates,
        "improved": counts[ProcessAnswer.IMPROVED] / replicates,
    }


def _agreement(rng: np.random.Generator) -> AgreementChangeVerdict:
    leniency = rng.normal(0, 0.5, 29)
    reading = Reading(pairs=PAIRS, auditors=29, spread=0.5)
    sides = []
    for _ in range(2):
        ours, theirs, auditor = read_twice(rng, reading, leniency=leniency)
        sides.append(ModeratedPairs(audited=ours, moderated=theirs, auditor=auditor, n_levels=4))
    return agreement_change(*sides, rng=rng, draws=2).verdict


def error(rate: float, replicates: int) -> float:
    return sqrt(max(rate * (1 - rate), 0.0) / replicates)


def spread_lines(rows: list[dict[str, object]]) -> list[str]:
    lines = [
        "| what happened | audits a side | as before | team held fixed | **verdict** | ± | "
        "within teams only | tied to teams |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        pairs = [f"{row[f'{w}: more']:.1%} / {row[f'{w}: less']:.1%}" for w in WAYS]
        largest = max(row["verdict: more"], row["verdict: less"])
        cells = [
            str(row["setting"]),
            str(row["size"]),
            *pairs,
            f"{error(largest, row['replicates']):.1%}",
            f"{row['within_teams']:.0%}",
            f"{row['tied_before']:.2f} to {row['tied_after']:.2f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def answer_lines(rows: list[dict[str, object]]) -> list[str]:
    lines = [
        "| changes declared | the worst is said | ± | more consistent | agreement improved |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        cells = [str(row["setting"]), f"{row['worse']:.1%}"]
        cells += [f"{error(row['worse'], row['replicates']):.1%}"]
        cells += [f"{row['more']:.1%}", f"{row['improved']:.1%}"]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def page(rows: list[dict[str, object]], *, replicates: int, seed: int) -> str:
    spread = [row for row in rows if row["part"] == "spread"]
    answers = [row for row in rows if row["part"] == "answer"]
    nulls = {world.name for world in WORLDS if world.is_null}
    worst = max(
        max(row["verdict: more"], row["verdict: less"]) for row in spread if row["setting"] in nulls
    )
    lines = [
        "# Calibration of consistency",
        "",
        f"Measured, not promised: {replicates:,} simulated councils a row (half at 600 audits a",
        f"side), seed {seed}, made by",
        "",
        "    OMP_NUM_THREADS=1 python benchmarks/calibrate_process.py "
        f"--replicates {replicates} --seed {seed}",
        "",
        "Latent scale: rest of a grade 1.8, case 1, teams' practice 1 (SD), auditors 0.8, 6 teams",
        "and 29 auditors unless said. *Strict alike*: auditors of one team have a part in common",
        "(SD 0.8); *half the noise*: case and rest halved. Cells are how often *more consistent* /",
        "*less consistent* is said. *As before*:",
        "only quarter and case type held fixed. *Team held fixed*: the case's team as well.",
        "*Verdict*: also the auditor's home team where cases were given out differently (*within",
        "teams only* says how often). *Tied to teams*: mean bias-corrected Cramér's V of auditor",
        "and team. `±` is one Monte Carlo standard error of the verdict's larger rate.",
        "",
        f"The largest rate of a false verdict is {worst:.1%}.",
        "",
        "## Where auditors did not change",
        "",
        *spread_lines([row for row in spread if row["setting"] in nulls]),
        "",
        "## Where they did",
        "",
        *spread_lines([row for row in spread if row["setting"] not in nulls]),
        "",
        "## The first page",
        "",
        "It answers with the worst of what was found of any change, so that several changes make",
        "several chances of a false alarm. Nothing happened; 200 audits and 60 moderated audits a",
        "side of each change, each change with auditors of its own.",
        "",
        *answer_lines(answers),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--replicates", type=int, default=800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    rows: list[dict[str, object]] = []
    for place, world in enumerate(WORLDS):
        for audits in chosen.sizes:
            n = max(round(chosen.replicates * SIZES[audits]), 2)
            rows.append(spread_row(place, world, audits=audits, replicates=n, seed=chosen.seed))
            print(spread_lines([rows[-1]])[-1], flush=True)
    for changes in CHANGES:
        rows.append(answer_row(changes, replicates=chosen.replicates, seed=chosen.seed))
        print(answer_lines([rows[-1]])[-1], flush=True)
    chosen.out.mkdir(parents=True, exist_ok=True)
    names = list(dict.fromkeys(name for row in rows for name in row))
    with (chosen.out / "process.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows
        )
    text = page(rows, replicates=chosen.replicates, seed=chosen.seed)
    (chosen.out / "process.md").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
