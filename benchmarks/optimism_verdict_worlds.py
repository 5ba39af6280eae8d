"""Simulated councils for the verdict on optimism: one fault each, on scales of 2 to 11 levels.

Practice is latent and normal. Moderator and auditor each see it with noise and cut it into grades;
an auditor adds their own kindness first. Some worlds then move auditors' grades: two grades apart
both ways, or over the boundary of good with as many put down elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from scipy import optimize, special

from qaf_analysis.stats.optimism.verdict_figures import VerdictInputs
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, OptimismLimits

AUDITS = 1450
BELOW = {
    2: (0.55,),
    3: (0.15, 0.60),
    4: (0.10, 0.55, 0.95),
    5: (0.07, 0.25, 0.60, 0.90),
    11: (0.02, 0.05, 0.10, 0.18, 0.28, 0.40, 0.53, 0.68, 0.82, 0.93),
}
"""Share of audits below each limit, by moderators, on each number of levels."""
GOOD = {2: 1, 3: 2, 4: 2, 5: 3, 11: 6}
MARK, STEEP = 4.0, 20.0
"""Chance of an audit that is marked, beside one that is not."""
NOISE = {2: 0.48, 3: 0.48, 4: 0.48, 5: 0.40, 11: 0.30}
"""Standard deviation of what one reader sees beside practice, which has 1."""


@dataclass(frozen=True, kw_only=True)
class World:
    """A kind of council.

    Parameters
    ----------
    name : str
    levels, auditors : int
    kindness, spread : float
        Mean and standard deviation of auditors' kindness; with ``halves`` half of the auditors
        stand ``spread`` above the mean and half below it.
    noise : float
        Of one reader.
    severe : float
        Share of auditors' grades moved by two, up or down.
    lifted : float
        Share of audits put over the boundary of good, and as many grades put down elsewhere.
    """

    name: str
    levels: int = 4
    auditors: int = 29
    kindness: float = 0.0
    spread: float = 0.23
    noise: float = NOISE[4]
    severe: float = 0.0
    lifted: float = 0.0
    halves: bool = False

    @property
    def limits(self) -> OptimismLimits:
        """Limits of the verdict on this scale."""
        return OPTIMISM_RULE.limits(self.levels)


@dataclass(frozen=True, kw_only=True)
class Council:
    """Every audit's grade by auditor and moderator, its auditor, and a mark of risk."""

    audited: np.ndarray
    moderated: np.ndarray
    auditor: np.ndarray
    flagged: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is true of a kind of council; the spread is that of auditors' mean gaps."""

    gap: float
    severe: float
    shift: float
    spread: float
    same: float


def drawn(rng: np.random.Generator, world: World, *, audits: int = AUDITS) -> Council:
    """Draw one council."""
    cuts = special.ndtri(BELOW[world.levels]) * sqrt(1 + world.noise**2)
    practice = rng.normal(size=audits)
    auditor = rng.integers(0, world.auditors, audits)
    if world.halves:
        own = world.spread * np.where(np.arange(world.auditors) % 2, 1.0, -1.0)
        own = own - own.mean()
    else:
        own = rng.normal(0, world.spread, world.auditors)
    moderated = np.searchsorted(cuts, practice + rng.normal(0, world.noise, audits))
    seen = practice + rng.normal(0, world.noise, audits) + world.kindness + own[auditor]
    audited = _moved(rng, world, np.searchsorted(cuts, seen), moderated)
    flagged = rng.random(audits) < np.where(audited > moderated, 0.5, 0.2)
    return Council(audited=audited, moderated=moderated, auditor=auditor, flagged=flagged)


def _moved(
    rng: np.random.Generator, world: World, audited: np.ndarray, moderated: np.ndarray
) -> np.ndarray:
    top, good = world.levels - 1, GOOD[world.levels]
    if world.severe:
        up = moderated + 2 <= top
        up &= (moderated < 2) | (rng.random(len(audited)) < 0.5)
        apart = moderated + np.where(up, 2, -2)
        chosen = (rng.random(len(audited)) < world.severe) & (apart >= 0)
        return np.where(chosen, apart, audited)
    if world.lifted:
        # Of audits just below good some are lifted over it, as many others are put one down.
        at = moderated == good - 1
        lift = world.lifted / at.mean()
        draw = rng.random(len(audited))
        grades = np.where(at & (draw < lift), good, audited)
        others = (moderated > good) | (at & (draw >= lift) & (good > 1))
        down = world.lifted / max(others.mean(), 1e-9)
        put = others & (rng.random(len(audited)) < down)
        return np.where(put, np.maximum(moderated - 1, 0), grades)
    return audited


def truth(world: World, *, audits: int = 400_000) -> Truth:
    """True figures, from a council of very many audits and auditors."""
    many = replace(world, auditors=4000)
    council = drawn(np.random.default_rng(0), many, audits=audits)
    gap, good = council.audited - council.moderated, GOOD[world.levels]
    cases = np.bincount(council.auditor, minlength=4000)
    means = np.bincount(council.auditor, weights=gap, minlength=4000) / cases
    within = float(((gap - means[council.auditor]) ** 2).sum()) / (audits - 4000)
    apart = world.limits.severe_from
    return Truth(
        gap=float(gap.mean()),
        severe=float((np.abs(gap) >= apart).mean()) if apart else 0.0,
        shift=float((council.audited >= good).mean() - (council.moderated >= good).mean()),
        spread=sqrt(max(0.0, float(means.var(ddof=1)) - within * float((1 / cases).mean()))),
        same=float((gap == 0).mean()),
    )


def with_figure(world: World, field: str, figure: str, target: float) -> World:
    """The world whose true figure is ``target``, found by moving one of its numbers."""

    def off(number: float) -> float:
        return getattr(truth(replace(world, **{field: number}), audits=100_000), figure) - target

    low, high = {"kindness": (0.0, 2.5), "spread": (0.05, 2.0)}.get(field, (0.01, 0.45))
    return replace(world, **{field: float(optimize.brentq(off, low, high, xtol=2e-3))})


def inputs(
    rng: np.random.Generator, council: Council, world: World, *, n: int, selection: str
) -> VerdictInputs:
    """Moderate n audits: at random, by grade with more of the best, or by a mark of risk.

    Half of the audits that their auditor graded too high are marked, and a fifth of the others.
    """
    at, weight = _chosen(rng, council, world, n, selection)
    return VerdictInputs(
        audited=council.audited[at],
        moderated=council.moderated[at],
        auditor=council.auditor[at],
        weight=weight,
        good_from=GOOD[world.levels],
        limits=world.limits,
    )


def _chosen(
    rng: np.random.Generator, council: Council, world: World, n: int, selection: str
) -> tuple[np.ndarray, np.ndarray | None]:
    audits = len(council.audited)
    if selection == "random":
        return rng.choice(audits, n, replace=False), None
    if selection == "by grade":
        size = 1 + 5 * council.audited / (world.levels - 1)
    else:
        size = np.where(council.flagged, STEEP if selection == "by a steep mark" else MARK, 1.0)
    chance = np.minimum(1.0, n * size / size.sum())
    order = rng.permutation(audits)
    # Systematic draw in random order: each by its own chance, n in all.
    marks = np.floor(np.cumsum(chance[order]) + rng.random())
    at = order[np.diff(marks, prepend=0.0) > 0][:n]
    there = np.bincount(council.audited, minlength=world.levels)
    share = np.bincount(council.audited[at], weights=1 / chance[at], minlength=world.levels)
    return at, (1 / chance[at]) * (there / np.maximum(share, 1e-12))[council.audited[at]]


def worlds(levels: int, *, auditors: int = 29) -> Iterator[World]:
    """Each fault alone, at its limit and beyond, and councils without any."""
    plain = World(name="ordinary", levels=levels, auditors=auditors, noise=NOISE[levels])
    yield replace(plain, name="clean", spread=0.1, noise=0.65 * plain.noise)
    yield plain
    limits = plain.limits
    yield replace(
        with_figure(replace(plain, spread=0.1), "kindness", "gap", limits.tolerance),
        name="gap at its limit",
    )
    yield replace(
        with_figure(replace(plain, spread=0.1), "kindness", "shift", limits.good_shift),
        name="shift at its limit",
    )
    yield replace(
        with_figure(plain, "kindness", "gap", 1.7 * limits.tolerance), name="uniform kindness"
    )
    halves = replace(plain, halves=True)
    yield replace(
        with_figure(halves, "spread", "spread", limits.tolerance),
        name="auditors half and half, spread at the re-audit limit",
    )
    yield replace(
        with_figure(halves, "spread", "spread", limits.small_spread),
        name="auditors half and half, spread at the accept limit",
    )
    if levels == 4:
        yield replace(plain, name="30% two apart, both ways", severe=0.30)
        yield replace(
            with_figure(plain, "severe", "severe", limits.severe_share),
            name="severe share at its limit",
        )
        yield replace(
            with_figure(replace(plain, noise=0.2), "lifted", "shift", 0.25),
            name="good or better +25 points",
        )
        yield replace(
            with_figure(replace(plain, noise=0.2), "lifted", "shift", limits.good_shift),
            name="good or better at its limit",
        )
        yield replace(
            with_figure(
                with_figure(halves, "spread", "spread", 2 * limits.tolerance),
                "kindness",
                "gap",
                0.39,
            ),
            name="gap 0.39, auditors half and half",
        )
