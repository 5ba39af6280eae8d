"""How often each verdict on optimism is given, and how often it is wrong.

    python benchmarks/calibrate_optimism_verdict.py --replicates 600 --seed 1

simulates councils with one known fault each and writes ``docs/calibration/optimism_verdict.md``
and ``.csv``. ``optimism_verdict_worlds.py`` makes the councils.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from math import sqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np
from optimism_verdict_worlds import AUDITS, Truth, World, drawn, inputs, truth, worlds

from qaf_analysis.stats.optimism.verdict import optimism_verdict
from qaf_analysis.stats.optimism.verdict_figures import verdict_figures
from qaf_analysis.terms.verdicts import OptimismVerdict

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
VERDICTS = tuple(v for v in OptimismVerdict if v is not OptimismVerdict.NOT_JUDGED)
SIZES = (20, 40, 80, 160)
RANDOM = "random"
WEIGHTED = ("by grade", "by mark", "by a steep mark")
NEAR = 0.03
"""A true figure counts as at its limit from this share below it on."""


class Row(NamedTuple):
    section: str
    levels: int
    auditors: int
    chosen: str
    world: str
    n: int
    gap: float
    severe: float
    shift: float
    spread: float
    accept: float
    adjust: float
    re_audit: float
    more: float
    mc: float  # Monte Carlo standard error at a rate of 5 in 100
    accept_wrong: bool
    adjust_wrong: bool
    re_audit_wrong: bool


class Part(NamedTuple):
    section: str
    levels: int
    auditors: int
    selections: tuple[str, ...]


PARTS = (
    Part("four levels", 4, 29, (RANDOM,)),
    Part("unequal chances", 4, 29, WEIGHTED),
    Part("eight auditors", 4, 8, (RANDOM,)),
    *(Part("other scales", levels, 29, (RANDOM,)) for levels in (2, 3, 5, 11)),
)


def measured(
    part: Part, world: World, true: Truth, *, n: int, chosen: str, replicates: int, seed: list[int]
) -> Row:
    """Rates of the four verdicts in one kind of council."""
    rng, seen = np.random.default_rng(seed), np.zeros(len(VERDICTS))
    # At random, the audits that nobody moderates make no difference and are not drawn.
    audits = n if chosen == RANDOM else AUDITS
    for _ in range(replicates):
        given = inputs(rng, drawn(rng, world, audits=audits), world, n=n, selection=chosen)
        found = optimism_verdict(verdict_figures(given), limits=world.limits)
        seen[VERDICTS.index(found.verdict)] += 1
    rates, limits = seen / replicates, world.limits
    at_limit = (
        abs(true.gap) / limits.tolerance,
        abs(true.shift) / limits.good_shift,
        true.severe / limits.severe_share,
        true.spread / limits.small_spread,
    )
    return Row(
        part.section, part.levels, part.auditors, chosen, world.name, n,
        true.gap, true.severe, true.shift, true.spread,
        *(float(rate) for rate in rates), sqrt(0.05 * 0.95 / replicates),
        max(at_limit) >= 1 - NEAR,
        max(at_limit[:2]) <= 2 * NEAR,
        at_limit[2] <= 1 + NEAR and true.spread <= (1 + NEAR) * limits.tolerance,
    )  # fmt: skip


def every(*, replicates: int, seed: int) -> Iterator[Row]:
    for place, part in enumerate(PARTS):
        for number, world in enumerate(worlds(part.levels, auditors=part.auditors)):
            true = truth(world)
            for chosen in part.selections:
                for n in SIZES:
                    yield measured(
                        part, world, true, n=n, chosen=chosen, replicates=replicates,
                        seed=[seed, place, number, n, part.selections.index(chosen)],
                    )  # fmt: skip


INTRODUCTION = """\
# Calibration of the verdict on over-optimism

Measured, not promised: {replicates:,} simulated councils for each line, seed {seed}, made by

    python benchmarks/calibrate_optimism_verdict.py --replicates {replicates} --seed {seed}

Practice is latent and normal; auditor and moderator see it with noise and cut it into grades. On
four levels moderators give 10, 45, 40 and 5 in 100 from worst to best. Each council has one fault:
at a limit of the verdict, where accepting, or auditing again, begins to be wrong, or far beyond it.
*Clean* councils agree on 77 in 100 audits, *ordinary* ones on 66. The rates of each line are
accept / adjust / re-audit / more moderation needed. One Monte Carlo standard error is {mc:.3f} at a
rate of 0.05 and {half:.3f} at 0.5.

Chosen *at random*: each audit with one chance. *By grade*: the best grade has six times the chance
of the worst. *By mark*: audits with a mark of risk have four times the chance of others; half of
the audits graded too high are marked and a fifth of the rest. *By a steep mark*: twenty times.
Chances are recorded, and each audit counts for as many as it stands for."""

WRONG = """\
## Wrong verdicts

The highest rate of each error in any line. Accepting is wrong where a true figure lies at its limit
or beyond; adjusting where gap and shift are none; auditing again where neither the severe share nor
the spread between auditors lies beyond its limit. The highest of so many lines is itself on the
high side, by two Monte Carlo standard errors or so."""


def wrong(rows: Sequence[Row]) -> Iterator[tuple[str, str, float]]:
    """Highest rate of each error, by part and way of choosing."""
    kinds = (
        ("accept", "accept_wrong"), ("adjust", "adjust_wrong"), ("re_audit", "re_audit_wrong"),
    )  # fmt: skip
    for label in dict.fromkeys(map(_label, rows)):
        for rate, is_wrong in kinds:
            found = [getattr(r, rate) for r in rows if _label(r) == label and getattr(r, is_wrong)]
            if found:
                yield label, rate, max(found)


def _label(row: Row) -> str:
    return f"{row.levels} levels, {row.auditors} auditors, chosen {_how(row.chosen)}"


def _how(chosen: str) -> str:
    return "at random" if chosen == RANDOM else chosen


def page(rows: Sequence[Row], *, replicates: int, seed: int) -> str:
    """All rates in words and tables."""
    parts = [
        INTRODUCTION.format(
            replicates=replicates, seed=seed, mc=rows[0].mc, half=0.5 / sqrt(replicates)
        ),
        WRONG,
        _wrong_table(rows),
        "## Ordinary councils accepted",
        _accepted(rows),
    ]
    for label in dict.fromkeys(map(_label, rows)):
        parts += [f"## {label.capitalize()}", _table([r for r in rows if _label(r) == label])]
    return "\n\n".join(parts) + "\n"


def _wrong_table(rows: Sequence[Row]) -> str:
    found: dict[str, dict[str, float]] = {}
    for label, rate, value in wrong(rows):
        found.setdefault(label, {})[rate] = value
    lines = ["| councils | accept | adjust | re-audit |", "|---|---|---|---|"]
    for label, rates in found.items():
        shown = (f"{rates[r]:.1%}" if r in rates else "–" for r in ("accept", "adjust", "re_audit"))
        lines.append(f"| {label} | {' | '.join(shown)} |")
    return "\n".join(lines)


def _accepted(rows: Sequence[Row]) -> str:
    lines = [f"| councils | {' | '.join(f'n = {n}' for n in SIZES)} |", "|---" * 5 + "|"]
    for label in dict.fromkeys(map(_label, rows)):
        mine = {r.n: r.accept for r in rows if _label(r) == label and r.world == "ordinary"}
        lines.append(f"| {label} | {' | '.join(f'{mine[n]:.1%}' for n in SIZES)} |")
    return "\n".join(lines)


def _table(rows: Sequence[Row]) -> str:
    heads = ["council", "gap", "severe", "shift", "spread", *(f"n = {n}" for n in SIZES)]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for world in dict.fromkeys(r.world for r in rows):
        mine = [r for r in rows if r.world == world]
        r = mine[0]
        true = (f"{r.gap:+.2f}", f"{r.severe:.2f}", f"{r.shift:+.2f}", f"{r.spread:.2f}")
        rates = map(_rates, mine)
        lines.append(f"| {world} | {' | '.join([*true, *rates])} |")
    return "\n".join(lines)


def _rates(row: Row) -> str:
    return "/".join(f"{x:.3f}" for x in (row.accept, row.adjust, row.re_audit, row.more))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    rows = []
    for row in every(replicates=given.replicates, seed=given.seed):
        rows.append(row)
        print(f"{_label(row):48s} {row.world:52s} {row.n:4d} {_rates(row)}", flush=True)
    given.out.mkdir(parents=True, exist_ok=True)
    text = page(rows, replicates=given.replicates, seed=given.seed)
    (given.out / "optimism_verdict.md").write_text(text, encoding="utf-8")
    with (given.out / "optimism_verdict.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Row._fields)
        writer.writerows([f"{x:.6g}" if isinstance(x, float) else x for x in row] for row in rows)


if __name__ == "__main__":
    main()
