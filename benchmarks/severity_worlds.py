"""Simulated audits with known severities, for the benchmark and the calibration of the model."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt
from typing import Literal

import numpy as np

from qaf_analysis.stats.severity.ratings import SeverityRatings

THRESHOLDS = np.array([-2.5, 0.0, 2.5])
DOMAINS = 9


@dataclass(frozen=True, kw_only=True)
class World:
    """Grades follow the adjacent-category model; SDs are in logits."""

    audits: int
    double: float = 0.3
    auditors: int = 29
    practice: float = 1.5
    halo: float = 0.7
    severity: float = 0.5
    caseload: float = 0.0
    correlation: float = 0.0  # of severity with caseload
    by_domain: float = 0.0
    by_quarter: float = 0.0
    quarters: int = 1


@dataclass(frozen=True, kw_only=True)
class Simulated:
    ratings: SeverityRatings
    severity: np.ndarray
    caseload: np.ndarray


def simulated(rng: np.random.Generator, world: World) -> Simulated:
    return _with_practice(rng, world)[0]


def _with_practice(rng: np.random.Generator, world: World) -> tuple[Simulated, np.ndarray]:
    severity = rng.normal(0, world.severity, world.auditors)
    caseload = rng.normal(0, world.caseload, world.auditors)
    if world.correlation:
        own = sqrt(1 - world.correlation**2) * caseload
        caseload = own + world.correlation * world.caseload / world.severity * severity
    by_domain = rng.normal(0, world.by_domain, (world.auditors, DOMAINS))
    by_quarter = rng.normal(0, world.by_quarter, (world.auditors, world.quarters))
    first = rng.integers(world.auditors, size=world.audits)
    other = (first + rng.integers(1, world.auditors, size=world.audits)) % world.auditors
    twice = np.flatnonzero(rng.random(world.audits) < world.double)
    audit = np.concatenate([np.arange(world.audits), twice])
    auditor = np.concatenate([first, other[twice]])
    quarter = rng.integers(world.quarters, size=world.audits)[audit]
    # The first auditor's caseload decides what practice there is; the second is drawn at random.
    practice = rng.normal(0, world.practice, world.audits) + caseload[first]
    seen = practice[audit] + rng.normal(0, world.halo, len(audit))
    seen = seen - severity[auditor] - by_quarter[auditor, quarter]
    x = seen[:, np.newaxis] - np.linspace(-0.6, 0.6, DOMAINS) - by_domain[auditor]
    ratings = SeverityRatings(
        audit=np.repeat(audit, DOMAINS),
        auditor=np.repeat(auditor, DOMAINS),
        domain=np.tile(np.arange(DOMAINS), len(audit)),
        grade=drawn(rng, x).ravel(),
        n_levels=len(THRESHOLDS) + 1,
        quarter=np.repeat(quarter, DOMAINS) if world.quarters > 1 else None,
    )
    return Simulated(ratings=ratings, severity=severity, caseload=caseload), practice


def probabilities(x: np.ndarray) -> np.ndarray:
    """Chance of each grade under adjacent-category logits."""
    steps = np.cumsum(x[..., np.newaxis] - THRESHOLDS, axis=-1)
    weight = np.exp(np.concatenate([np.zeros((*x.shape, 1)), steps], axis=-1))
    return weight / weight.sum(axis=-1, keepdims=True)


def drawn(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """Grades drawn from these chances."""
    below = np.cumsum(probabilities(x), axis=-1)
    return (rng.random(x.shape)[..., np.newaxis] > below[..., :-1]).sum(axis=-1)


@dataclass(frozen=True, kw_only=True)
class Moderation:
    """Who regrades which audits: at random, as many of each grade, or the worst first (recorded).

    ``gap`` is the mean severity of moderators less that of auditors, ``spread`` their standard
    deviation, in logits. ``domains`` are what they grade; domain 4 is the one looked at.
    """

    audits: int = 90
    moderators: int = 6
    gap: float = 0.8
    spread: float = 0.4
    chosen: Literal["at random", "by grade", "by risk"] = "at random"
    domains: tuple[int, ...] = tuple(range(DOMAINS))


HEADLINE = DOMAINS // 2
RISK = np.array([6.0, 3.0, 1.0, 1.0])


@dataclass(frozen=True, kw_only=True)
class Moderated:
    """``gap`` is true of the raters who graded, in grades of the domain looked at."""

    ratings: SeverityRatings
    moderators: tuple[int, ...]
    gap: float
    gap_in_logits: float
    spread: float


def moderated(rng: np.random.Generator, world: World, moderation: Moderation) -> Moderated:
    """Audits as in ``simulated``, some of them graded again by moderators."""
    made, practice = _with_practice(rng, world)
    ours = made.ratings
    severity = rng.normal(0, moderation.spread, moderation.moderators)
    severity += moderation.gap - severity.mean() + made.severity.mean()
    first = np.unique(ours.audit, return_index=True)[1] + HEADLINE
    audit = _chosen(rng, ours.grade[first], moderation)
    who = rng.integers(moderation.moderators, size=len(audit))
    seen = practice[audit] + rng.normal(0, world.halo, len(audit)) - severity[who]
    kept = list(moderation.domains)
    grade = drawn(rng, seen[:, np.newaxis] - np.linspace(-0.6, 0.6, DOMAINS))[:, kept]
    rows = {
        "audit": np.repeat(audit, len(kept)),
        "auditor": world.auditors + np.repeat(who, len(kept)),
        "domain": np.tile(kept, len(audit)),
        "grade": grade.ravel(),
    }
    columns = {name: np.concatenate([getattr(ours, name), rows[name]]) for name in rows}
    centre = float(made.severity[ours.auditor_codes].mean())
    gap = float(severity[np.unique(who)].mean()) - centre
    spread = hypot(hypot(world.practice, world.caseload), world.halo)
    means = _mean_grade(np.array([centre, centre + gap]), spread)
    return Moderated(
        ratings=SeverityRatings(**columns, n_levels=ours.n_levels),
        moderators=tuple(range(world.auditors, world.auditors + moderation.moderators)),
        gap=float(means[0] - means[1]),
        gap_in_logits=gap,
        spread=moderation.spread,
    )


def _chosen(rng: np.random.Generator, grade: np.ndarray, moderation: Moderation) -> np.ndarray:
    if moderation.chosen == "at random":
        return rng.choice(len(grade), moderation.audits, replace=False)
    if moderation.chosen == "by risk":
        weight = RISK[grade]
        return rng.choice(len(grade), moderation.audits, replace=False, p=weight / weight.sum())
    held, quota = np.bincount(grade, minlength=4), np.zeros(4, dtype=np.int64)
    for _ in range(moderation.audits):
        places = np.flatnonzero(quota < held)
        quota[places[np.argmin(quota[places])]] += 1
    each = [rng.choice(np.flatnonzero(grade == k), quota[k], replace=False) for k in range(4)]
    return np.concatenate(each)


def _mean_grade(severity: np.ndarray, spread: float) -> np.ndarray:
    """Mean grade that raters of given severities give to all files, in the domain looked at."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    x = spread * nodes - severity[:, np.newaxis]
    return probabilities(x) @ np.arange(len(THRESHOLDS) + 1) @ weights / weights.sum()
