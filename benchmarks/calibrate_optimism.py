"""How often intervals of over-optimism hold the truth.

    python benchmarks/calibrate_optimism.py --replicates 1000 --seed 1

simulates councils with a known truth and writes ``docs/calibration/optimism.md`` and ``.csv``.
With ppi-python installed its interval is measured on the same cases. ``optimism_worlds.py`` makes
the councils.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from math import sqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np
from optimism_page import page
from optimism_worlds import GOOD, Chosen, Council, World, chosen, drawn, with_gap

from qaf_analysis.stats.optimism.adjusted import adjusted_profile
from qaf_analysis.stats.optimism.gap import mean_gap

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
HAS_PPI = find_spec("ppi_py") is not None

OPTIMISTIC = World(name="optimistic, 1,450 audits")
SMALL = World(name="optimistic, 200 audits", audits=200)
NO_BIAS = World(name="no optimism, 1,450 audits", kindness=0.0)
MAIN = (OPTIMISTIC, SMALL, NO_BIAS)
SELECTIONS = ("random", "by grade", "by risk")
EIGHT = World(name="8 auditors, 1,450 audits", auditors=8, spread=0.5)
EIGHT_SMALL = World(name="8 auditors, 200 audits", auditors=8, spread=0.5, audits=200)
DIFFERENT = World(name="29 auditors who differ, 1,450 audits", spread=0.5)


class Cell(NamedTuple):
    section: str
    world: World
    n: int
    selection: str


class Row(NamedTuple):
    section: str
    world: str
    auditors: int
    n: int
    selection: str
    figure: str
    value: float
    mc: float  # Monte Carlo standard error


def cells() -> Iterator[Cell]:
    """Every council and way of choosing for which the profile is measured."""
    for world in MAIN:
        for n in (20, 40, 80):
            for selection in SELECTIONS:
                yield Cell("main", world, n, selection)
    for world in MAIN:
        for n in (20, 40, 80):
            yield Cell("hunch", world, n, "hunch, recorded as random")
    for world in (OPTIMISTIC, SMALL):
        for n in (40, 80):
            yield Cell("other", world, n, "unequal chances, recorded")
            yield Cell("other", world, n, "by risk, no minimum")
    for world in (EIGHT, EIGHT_SMALL, DIFFERENT):
        for n in (20, 40, 80):
            yield Cell("auditors", world, n, "random")
        few = "3 auditors only" if world.auditors == 8 else "8 auditors only"
        for n in (40, 80):
            yield Cell("auditors", world, n, few)
            yield Cell("auditors", world, n, "4 auditors only")


def measured(council: Council, picks: Chosen, cell: Cell) -> list[float]:
    """Bias, hit and width of the share good and of the gap, and hits of the four grades."""
    at = picks.cases
    found = adjusted_profile(
        council.counts,
        audit_grade=council.audited[at],
        moderation_grade=council.moderated[at],
        good_from=GOOD,
        selection_probability=picks.chance,
        auditor=council.auditor[at],
        population_auditors=len(np.unique(council.auditor)),
    )
    if not found.good.is_estimable:
        return [float("nan")] * 10
    line: list[float] = []
    for one, truth in ((found.good, council.good), (found.gap, council.gap)):
        line += [one.value - truth, float(one.low <= truth <= one.high), one.high - one.low]
    return line + [
        float(share.low <= truth <= share.high)
        for share, truth in zip(found.shares, council.profile, strict=True)
    ]


def peer(council: Council, picks: Chosen, cell: Cell) -> list[float]:
    """Hits of ppi-python: all audits as unlabelled, and only those not moderated."""
    if not HAS_PPI or cell.section != "main":
        return [float("nan")] * 2
    from ppi_py import ppi_mean_ci

    good = [(grades >= GOOD).astype(float) for grades in (council.moderated, council.audited)]
    rest = np.delete(good[1], picks.cases)
    weights = None if cell.selection == "random" else 1 / picks.chance
    hits = []
    for unlabelled in (good[1], rest):
        low, high = ppi_mean_ci(
            good[0][picks.cases], good[1][picks.cases], unlabelled, alpha=0.05, w=weights
        )
        hits.append(float(np.ravel(low)[0] <= council.good <= np.ravel(high)[0]))
    return hits


PROFILE_FIGURES = (
    "good bias", "good coverage", "good width", "gap bias", "gap coverage", "gap width",
    "grade 1 coverage", "grade 2 coverage", "grade 3 coverage", "grade 4 coverage",
    "ppi-python coverage", "ppi-python coverage, rest as unlabelled",
)  # fmt: skip


def profile_rows(cell: Cell, *, replicates: int, rng: np.random.Generator) -> list[Row]:
    lines = []
    for _ in range(replicates):
        council = drawn(rng, cell.world)
        picks = chosen(rng, council, n=cell.n, selection=cell.selection)
        lines.append(measured(council, picks, cell) + peer(council, picks, cell))
    found = np.array(lines)
    # The peer has no rule to refuse, so it is measured on every council.
    rows = [_row(cell, "printed", (~np.isnan(found[:, 0])).astype(float))]
    return rows + [_row(cell, f, found[:, i]) for i, f in enumerate(PROFILE_FIGURES)]


def _row(cell: Cell, figure: str, values: np.ndarray) -> Row:
    kept = values[~np.isnan(values)]
    mean, mc = float("nan"), float("nan")
    if len(kept) > 1:
        mean, mc = float(kept.mean()), float(kept.std(ddof=1)) / sqrt(len(kept))
    world = cell.world
    return Row(cell.section, world.name, world.auditors, cell.n, cell.selection, figure, mean, mc)


def gap_worlds() -> Iterator[Cell]:
    for auditors in (8, 29):
        for gap in (0.0, 0.31):
            world = with_gap(
                f"true gap {gap:g}", gap, auditors=auditors, spread=0.5, audit_noise=0.5
            )
            for n in (20, 40, 80):
                yield Cell("mean gap", world, n, "random")


def gap_rows(cell: Cell, *, replicates: int, rng: np.random.Generator) -> list[Row]:
    """The moderated sample's own mean gap, against auditors like these and against these."""
    truth, lines = cell.world.true_gap(), []
    for _ in range(replicates):
        council = drawn(rng, cell.world)
        at = chosen(rng, council, n=cell.n, selection="random").cases
        grades = council.audited[at], council.moderated[at]
        found, plain = mean_gap(*grades, auditor=council.auditor[at]), mean_gap(*grades)
        lines.append(
            [
                float(found.low <= truth <= found.high),
                float(found.low <= council.gap <= found.high),
                found.high - found.low,
                float(plain.low <= truth <= plain.high),
            ]
        )
    names = ("coverage", "coverage of these audits", "width", "coverage, auditors ignored")
    return [_row(cell, name, column) for name, column in zip(names, np.array(lines).T, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    parts = ((cells(), profile_rows), (gap_worlds(), gap_rows))
    rows: list[Row] = []
    for part, (every, measure) in enumerate(parts):
        for place, cell in enumerate(every):
            rng = np.random.default_rng([given.seed, part, place])
            new = measure(cell, replicates=given.replicates, rng=rng)
            rows += new
            shown = "  ".join(f"{row.figure} {row.value:.3f}" for row in new[:8])
            print(f"{cell.world.name:36s} {cell.n:3d} {cell.selection:26s} {shown}", flush=True)
    given.out.mkdir(parents=True, exist_ok=True)
    peer_name = f"ppi-python {version('ppi-python')}" if HAS_PPI else "ppi-python (not installed)"
    text = page(rows, replicates=given.replicates, seed=given.seed, peer=peer_name)
    (given.out / "optimism.md").write_text(text, encoding="utf-8")
    with (given.out / "optimism.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Row._fields)
        writer.writerows([*row[:-2], f"{row.value:.6g}", f"{row.mc:.3g}"] for row in rows)


if __name__ == "__main__":
    main()
