"""Simulated audits with known severities, for the benchmark and the calibration of the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaf_analysis.stats.severity_ratings import SeverityRatings

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
    by_domain: float = 0.0
    by_quarter: float = 0.0
    quarters: int = 1


@dataclass(frozen=True, kw_only=True)
class Simulated:
    ratings: SeverityRatings
    severity: np.ndarray
    caseload: np.ndarray


def simulated(rng: np.random.Generator, world: World) -> Simulated:
    severity = rng.normal(0, world.severity, world.auditors)
    caseload = rng.normal(0, world.caseload, world.auditors)
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
    return Simulated(ratings=ratings, severity=severity, caseload=caseload)


def drawn(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """Grades drawn under adjacent-category logits."""
    steps = np.cumsum(x[..., np.newaxis] - THRESHOLDS, axis=-1)
    weight = np.exp(np.concatenate([np.zeros((*x.shape, 1)), steps], axis=-1))
    below = np.cumsum(weight / weight.sum(axis=-1, keepdims=True), axis=-1)
    return (rng.random(x.shape)[..., np.newaxis] > below[..., :-1]).sum(axis=-1)
