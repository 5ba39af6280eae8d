"""Simulated councils whose auditors may be optimistic, and ways to choose cases for moderators.

Practice is latent and normal. Moderator and auditor each see it with noise and cut it into four
grades; an auditor adds their own kindness first. Moderators give about 10, 45, 40 and 5 in 100
from worst to best; auditors with a kindness of 0.55 give about 5, 32, 49 and 14.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import optimize, special

NOISE = 0.5
LIMITS = special.ndtri([0.10, 0.55, 0.95]) * sqrt(1 + NOISE**2)
LEVELS = len(LIMITS) + 1
GOOD = 2
RISK = (1, 1, 3, 6)


@dataclass(frozen=True, kw_only=True)
class World:
    """A kind of council; ``spread`` is the standard deviation of auditors' kindness."""

    name: str
    audits: int = 1450
    auditors: int = 29
    kindness: float = 0.55
    spread: float = 0.4
    audit_noise: float = NOISE

    def true_gap(self) -> float:
        """Mean of audit minus moderation among audits and auditors without number, in grades."""
        wide = sqrt(1 + self.audit_noise**2 + self.spread**2)
        above = special.ndtr((self.kindness - LIMITS) / wide).sum()
        return float(above - special.ndtr(-LIMITS / sqrt(1 + NOISE**2)).sum())


@dataclass(frozen=True, kw_only=True)
class Council:
    """Every audit's grade from its auditor and from a moderator, and its auditor."""

    audited: np.ndarray
    moderated: np.ndarray
    auditor: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        return np.bincount(self.audited, minlength=LEVELS)

    @property
    def good(self) -> float:
        return float((self.moderated >= GOOD).mean())

    @property
    def gap(self) -> float:
        return float((self.audited - self.moderated).mean())

    @property
    def profile(self) -> np.ndarray:
        return np.bincount(self.moderated, minlength=LEVELS) / len(self.moderated)


def with_gap(name: str, gap: float, *, auditors: int, spread: float, audit_noise: float) -> World:
    """World whose true gap in grades is ``gap``."""

    def world(kindness: float) -> World:
        return World(
            name=name, auditors=auditors, kindness=kindness, spread=spread, audit_noise=audit_noise
        )

    return world(float(optimize.brentq(lambda k: world(k).true_gap() - gap, -2, 4)))


def drawn(rng: np.random.Generator, world: World) -> Council:
    practice = rng.normal(size=world.audits)
    auditor = rng.integers(0, world.auditors, world.audits)
    kindness = rng.normal(world.kindness, world.spread, world.auditors)[auditor]
    by_auditor = practice + rng.normal(0, world.audit_noise, world.audits) + kindness
    by_moderator = practice + rng.normal(0, NOISE, world.audits)
    return Council(
        audited=np.searchsorted(LIMITS, by_auditor),
        moderated=np.searchsorted(LIMITS, by_moderator),
        auditor=auditor,
    )


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Numbers of the chosen audits and the probability recorded for each."""

    cases: np.ndarray
    chance: np.ndarray


def chosen(rng: np.random.Generator, council: Council, *, n: int, selection: str) -> Chosen:
    """Choose n audits: random, by grade, by risk, with unequal chances, by auditor, by hunch."""
    audits = len(council.audited)
    over = np.where(council.audited > council.moderated, 3.0, 1.0)
    if selection == "random":
        return Chosen(cases=rng.choice(audits, n, replace=False), chance=np.full(n, n / audits))
    if selection == "hunch, recorded as random":
        cases = rng.choice(audits, n, replace=False, p=over / over.sum())
        return Chosen(cases=cases, chance=np.full(n, n / audits))
    if selection == "unequal chances, recorded":
        return _systematic(rng, n * over / over.sum())
    if selection.endswith(" auditors only"):
        return _by_auditor(rng, council, n, int(selection.split()[0]))
    weights, least = {
        "by grade": ((1, 1, 1, 1), 2),
        "by risk": (RISK, 2),
        "by risk, no minimum": (RISK, 0),
    }[selection]
    return _by_grade(rng, council, allocation(council.counts, n, weights=weights, least=least))


def allocation(counts: np.ndarray, n: int, *, weights: tuple[int, ...], least: int) -> np.ndarray:
    """Cases of each grade: in proportion to audits times weight, at least so many of each."""
    wanted = n * counts * np.array(weights) / (counts @ np.array(weights))
    floor = np.minimum(least, counts)
    given = np.clip(np.floor(wanted).astype(int), floor, counts)
    while given.sum() < n:
        given[np.argmax(np.where(given < counts, wanted - given, -np.inf))] += 1
    while given.sum() > n:
        given[np.argmax(np.where(given > floor, given - wanted, -np.inf))] -= 1
    return given


def _by_grade(rng: np.random.Generator, council: Council, given: np.ndarray) -> Chosen:
    cases = [
        rng.choice(np.flatnonzero(council.audited == grade), number, replace=False)
        for grade, number in enumerate(given)
    ]
    numbers = np.concatenate(cases)
    chance = (given / np.maximum(council.counts, 1))[council.audited[numbers]]
    return Chosen(cases=numbers, chance=chance)


def _systematic(rng: np.random.Generator, chance: np.ndarray) -> Chosen:
    """Fixed number of audits, each with exactly its chance, along a random order."""
    order = rng.permutation(len(chance))
    passed = np.floor(np.cumsum(chance[order]) + rng.random())
    cases = order[np.flatnonzero(np.diff(passed, prepend=0.0) >= 1)]
    return Chosen(cases=cases, chance=chance[cases])


def _by_auditor(rng: np.random.Generator, council: Council, n: int, auditors: int) -> Chosen:
    """A few auditors at random, the same number of audits of each; chances count as alike."""
    names = rng.choice(np.unique(council.auditor), auditors, replace=False)
    cases = np.concatenate(
        [rng.permutation(np.flatnonzero(council.auditor == a))[: n // auditors] for a in names]
    )
    return Chosen(cases=cases, chance=np.full(len(cases), len(cases) / len(council.audited)))
