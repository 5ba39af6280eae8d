"""How often anchors find a drift of moderators, and how often they see one that is not there.

    python benchmarks/calibrate_anchors.py --replicates 8000 --seed 1

simulates panels of four moderators over four rounds and writes ``docs/calibration/anchors.md`` and
``.csv``. What lies behind a domain's grade is normal with SD 1, cut into four grades; a reading
adds noise, half of whose variance the domains of one reading share. A drift moves what lies
behind, so far that the mean grade moves as said. The rule is that of ``stats.moderation.anchors``;
the first replicates of every cell go through ``anchor_drift`` itself, and must agree.
"""

from __future__ import annotations

import argparse
import csv
import math
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from anchors_page import FIELDS, page
from scipy import optimize, stats

from qaf_analysis.stats.moderation.anchors import Anchors, anchor_drift
from qaf_analysis.stats.moderation.boundary import boundary
from qaf_analysis.stats.moderation.noise import Noise, retest_noise, stated_noise
from qaf_analysis.terms.verdicts import ANCHOR_CLAIMS, ANCHOR_RULE

CUTS = (-1.6, -0.05, 1.7)
SKEWED = (-0.84, 0.52, 2.33)  # 20, 50, 29 and 1 in 100
LOOKS = ANCHOR_RULE.looks
LAG = np.arange(1, LOOKS + 1)
DRIFT = ANCHOR_RULE.drift
SEVERITY = 0.25
CHECKED = 12
OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A panel, its anchors, and what happens to it.

    ``scatter`` is the SD of a reading's noise; ``parts`` the domains an anchor is the mean of;
    ``who`` drifts ("nobody", "one" or "all"); ``pairs`` are the retests that the noise is taken
    from (0: it is known); ``shared`` is the share of the noise's variance that domains share;
    ``alike`` that of the truth; ``remembered`` the share of anchors given their old grades;
    ``picked`` how anchors are picked from earlier cases.
    """

    part: str
    scatter: float = 0.4
    anchors: int = 8
    parts: int = 7
    who: str = "one"
    step: bool = False
    pairs: int = 0
    shared: float = 0.5
    alike: float = 0.5
    remembered: float = 0.0
    picked: str = "equal chances"
    moderators: int = 4
    cuts: tuple[float, ...] = CUTS


def _cells() -> tuple[Cell, ...]:
    cells = []
    for scatter in (0.4, 0.6):
        quiet = Cell(part="false", scatter=scatter, who="nobody")
        cells += [replace(quiet, pairs=pairs) for pairs in (0, 60, 30)]
        cells += [replace(quiet, parts=1), replace(quiet, anchors=2), replace(quiet, moderators=1)]
        for who in ("one", "all"):
            found = Cell(part="found", scatter=scatter, who=who)
            sizes = (4, 8, 12, 14) if who == "one" else (2, 8)
            cells += [replace(found, anchors=size) for size in sizes]
            cells += [replace(found, pairs=60), replace(found, step=True), replace(found, parts=1)]
        cells += [
            replace(Cell(part="other"), scatter=scatter, shared=0.8),
            replace(Cell(part="other"), scatter=scatter, alike=0.0),
            *(replace(Cell(part="other"), scatter=scatter, remembered=m) for m in (0.2, 0.4)),
        ]
    picked = Cell(part="picked", who="nobody", cuts=SKEWED)
    return (*cells, picked, replace(picked, picked="as many of each grade"))


CELLS = _cells()


def readings(rng, truth: np.ndarray, cell: Cell, shift: np.ndarray | float) -> np.ndarray:
    """Grades of one reading of each case; the last axis holds the domains."""
    common = math.sqrt(cell.shared) * rng.normal(size=(*truth.shape[:-1], 1))
    own = math.sqrt(1 - cell.shared) * rng.normal(size=truth.shape)
    return np.digitize(truth + shift + cell.scatter * (common + own), cell.cuts)


def truths(rng, cell: Cell, *shape: int) -> np.ndarray:
    common = math.sqrt(cell.alike) * rng.normal(size=(*shape, 1))
    return common + math.sqrt(1 - cell.alike) * rng.normal(size=(*shape, cell.parts))


@lru_cache
def latent_shift(scatter: float, cuts: tuple[float, ...], grades: float) -> float:
    """How far what lies behind has to move for the mean grade to move so far."""
    spread = math.sqrt(1 + scatter**2)

    def mean(shift: float) -> float:
        return float(stats.norm.sf((np.array(cuts) - shift) / spread).sum())

    return float(optimize.brentq(lambda shift: mean(shift) - mean(0) - grades, 0, 4))


@lru_cache
def true_noise(cell: Cell) -> float:
    """SD of the difference of two readings, from many of them."""
    rng = np.random.default_rng(999)
    truth = truths(rng, cell, 400_000)
    one, other = (readings(rng, truth, cell, 0.0).mean(axis=1) for _ in range(2))
    # Retests are remembered as anchors are.
    return float((one - other).std()) * math.sqrt(1 - cell.remembered)


def differences(rng, cell: Cell, times: int) -> np.ndarray:
    """Now less before: replicates, moderators, looks, anchors."""
    shape = (times, cell.moderators, LOOKS, cell.anchors)
    severity = SEVERITY * rng.normal(size=(times, cell.moderators, 1, 1, 1))
    if cell.picked == "equal chances":
        truth = truths(rng, cell, *shape)
        before = readings(rng, truth, cell, severity)
    else:
        truth, before = _as_many_of_each(rng, cell, shape, severity)
    moved = np.zeros((cell.moderators, LOOKS))
    if cell.who != "nobody":
        path = [DRIFT if cell.step else DRIFT * look / LOOKS for look in LAG]
        moved[: 1 if cell.who == "one" else cell.moderators] = [
            latent_shift(cell.scatter, cell.cuts, grades) for grades in path
        ]
    now = readings(rng, truth, cell, severity + moved[:, :, np.newaxis, np.newaxis])
    same = rng.random(shape) < cell.remembered
    now = np.where(same[..., np.newaxis], before, now)
    return now.mean(axis=-1) - before.mean(axis=-1)


def _as_many_of_each(rng, cell: Cell, shape, severity) -> tuple[np.ndarray, np.ndarray]:
    """Of many cases read before, as many of each first grade of the first domain as of the next."""
    times, moderators, looks, anchors = shape
    wide = (times, moderators, looks, 40 * anchors)
    truth = truths(rng, cell, *wide)
    before = readings(rng, truth, cell, severity)
    grade = before[..., 0]
    # The first cases of each grade; a grade that too few have is made up for by the next one.
    rank = np.zeros(wide, dtype=int)
    for level in range(len(cell.cuts) + 1):
        mine = grade == level
        rank = np.where(mine, np.cumsum(mine, axis=-1), rank)
    chosen = np.argsort(rank, axis=-1, kind="stable")[..., :anchors, np.newaxis]
    return tuple(np.take_along_axis(table, chosen, axis=-2) for table in (truth, before))


def noise_of(rng, cell: Cell, times: int) -> list[Noise]:
    if not cell.pairs:
        return [stated_noise(true_noise(base(cell)))] * times
    who = np.arange(cell.pairs) % cell.moderators
    truth = truths(rng, cell, times, cell.pairs)
    one, other = (readings(rng, truth, cell, 0.0).astype(float) for _ in range(2))
    return [retest_noise(a, b, moderator=who) for a, b in zip(one, other, strict=True)]


def base(cell: Cell) -> Cell:
    """What the noise depends on."""
    other = Cell(part="")
    return replace(
        cell,
        **{name: getattr(other, name) for name in ("anchors", "who", "step", "pairs", "picked")},
        part="",
        moderators=other.moderators,
    )


def measured(cell: Cell, *, replicates: int, seed: int) -> dict[str, object]:
    rng = np.random.default_rng([seed, CELLS.index(cell)])
    ringing, panels, naive, own, mean = [], [], [], [], []
    for start in range(0, replicates, 250):
        times = min(250, replicates - start)
        found = differences(rng, cell, times)
        noises = noise_of(rng, cell, times)
        one, panel, z = rings(found, noises)
        if start == 0:
            same_as_the_package(found, noises, one, panel)
        ringing.append(one)
        panels.append(panel)
        naive.append((np.abs(z) > stats.norm.ppf(0.975)).any(axis=(1, 2)))
        own.append(own_spread(found))
        mean.append(found.mean(axis=(1, 2, 3)))
    one, panel = np.concatenate(ringing), np.concatenate(panels)
    drifting = {"nobody": 0, "one": 1, "all": cell.moderators}[cell.who]
    row: dict[str, object] = asdict(cell) | {
        "noise": true_noise(base(cell)),
        "exact": exact(cell),
        "mean": float(np.concatenate(mean).mean()),
        "false": float(((panel != 0) | (one != 0).any(axis=1)).mean()) if not drifting else np.nan,
        "naive": float(np.concatenate(naive).mean()) if not drifting else np.nan,
        "own": float(np.concatenate(own).mean()) if not drifting else np.nan,
        "one": float((one[:, 0] > 0).mean()) if drifting == 1 else np.nan,
        "panel": float((panel > 0).mean()) if drifting else np.nan,
        "steady": float((one[:, 1:] != 0).any(axis=1).mean()) if drifting == 1 else np.nan,
    }
    return row


def exact(cell: Cell) -> float:
    """Share of single grades that two readings give alike."""
    rng = np.random.default_rng(998)
    truth = truths(rng, cell, 100_000)
    one, other = (readings(rng, truth, cell, 0.0) for _ in range(2))
    return float((one == other).mean())


def rings(found: np.ndarray, noises: list[Noise]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First ring of each moderator and of the panel (+1 kinder, -1 harsher, 0 none); all Z."""
    moderators, n = found.shape[1], found.shape[3]
    evidence = np.cumsum(LAG**2) * n
    share = evidence / evidence[-1]
    sigma = np.array([noise.difference.value for noise in noises])[:, np.newaxis, np.newaxis]
    score = np.cumsum(found.sum(axis=3) * LAG, axis=2)
    total = score / (sigma * math.sqrt(evidence[-1]))
    whole = score.sum(axis=1, keepdims=True) / (sigma * math.sqrt(moderators * evidence[-1]))
    df = noises[0].df
    error = ANCHOR_RULE.error if moderators == 1 else ANCHOR_RULE.error / 2
    limits = (
        boundary([share] * moderators, error=error, df=df),
        boundary([share], error=error, df=df),
    )
    one = first_ring(total, limits[0], np.cumsum(np.full(LOOKS, n)))
    panel = first_ring(whole, limits[1], np.cumsum(np.full(LOOKS, n * moderators)))
    return one, panel[:, 0], total / np.sqrt(share)


def first_ring(total: np.ndarray, limit: float, anchors: np.ndarray) -> np.ndarray:
    out = (np.abs(total) > limit) & (anchors >= ANCHOR_RULE.fewest_anchors)
    sign = np.take_along_axis(np.sign(total), out.argmax(axis=2)[..., np.newaxis], axis=2)[..., 0]
    return np.where(out.any(axis=2), sign, 0.0)


def own_spread(found: np.ndarray) -> np.ndarray:
    """Any |Z| > 1.96 where each look takes the spread of its own anchors."""
    n = found.shape[3]
    if n < 4:
        return np.full(len(found), np.nan)
    spread = found.std(axis=3, ddof=1)
    score = np.cumsum(found.sum(axis=3) * LAG, axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = score / (spread * np.sqrt(np.cumsum(LAG**2) * n))
    return (np.abs(z) > stats.norm.ppf(0.975)).any(axis=(1, 2))


def same_as_the_package(found, noises, one, panel) -> None:
    """The first replicates through ``anchor_drift``: the same claims."""
    _, moderators, looks, n = found.shape
    who, look, _ = np.indices((moderators, looks, n))
    for place in range(min(CHECKED, len(found))):
        drift = anchor_drift(
            Anchors(
                difference=found[place].ravel(),
                lag=look.ravel() + 1,
                round=look.ravel() + 1,
                moderator=who.ravel(),
                reference=np.arange(found[place].size),
            ),
            noise=noises[place],
        )
        told = [_sign(each) for each in (drift.panel, *drift.moderators)]
        if told != [panel[place], *one[place]]:
            raise ValueError(
                f"The package says {told}, the benchmark {panel[place]}, {one[place]}."
            )


def _sign(drift) -> float:
    if drift.verdict not in ANCHOR_CLAIMS:
        return 0.0
    return 1.0 if drift.verdict == ANCHOR_CLAIMS[0] else -1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    rows = [measured(cell, replicates=chosen.replicates, seed=chosen.seed) for cell in CELLS]
    chosen.out.mkdir(parents=True, exist_ok=True)
    text = page(rows, replicates=chosen.replicates, seed=chosen.seed)
    (chosen.out / "anchors.md").write_text(text, encoding="utf-8")
    with (chosen.out / "anchors.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows
        )


if __name__ == "__main__":
    main()
