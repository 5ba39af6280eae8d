"""Grades drawn from the adjacent-category severity model with known truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from qaf_analysis.stats.severity.ratings import SeverityRatings


@dataclass(frozen=True, kw_only=True)
class Truth:
    ratings: SeverityRatings
    predictor: np.ndarray  # of each grade, halo included
    probabilities: np.ndarray
    severity: np.ndarray


def simulated(
    rng,
    *,
    audits=200,
    auditors=8,
    domains=5,
    raters=2,
    sd_audit=1.5,
    severity=None,
    halo=0.0,
    thresholds=(-2.0, 0.0, 2.0),
    stretch=None,
    double=1.0,
):
    """Each audit is graded by ``raters`` auditors (the second only with chance ``double``)."""
    severity = rng.normal(0, 0.5, auditors) if severity is None else np.asarray(severity, float)
    stretch = np.ones(auditors) if stretch is None else np.asarray(stretch, float)
    who = np.stack([rng.permutation(auditors)[:raters] for _ in range(audits)])
    kept = np.ones(who.shape, dtype=bool)
    kept[:, 1:] = rng.random((audits, raters - 1)) < double
    audit, place = np.nonzero(kept)
    auditor = who[audit, place]
    practice, bundle = rng.normal(0, sd_audit, audits), rng.normal(0, halo, len(audit))
    difficulty = np.linspace(-0.5, 0.5, domains) if domains > 1 else np.zeros(1)
    number = np.repeat(np.arange(len(audit)), domains)
    domain = np.tile(np.arange(domains), len(audit))
    predictor = (practice[audit] - severity[auditor] + bundle)[number] - difficulty[domain]
    edges = np.outer(stretch[auditor][number], thresholds)
    exponents = np.cumsum(
        np.concatenate([np.zeros((len(number), 1)), predictor[:, None] - edges], axis=1), axis=1
    )
    table = special.softmax(exponents, axis=1)
    grade = (rng.random(len(number))[:, None] > table.cumsum(axis=1)[:, :-1]).sum(axis=1)
    ratings = SeverityRatings(
        audit=audit[number],
        auditor=auditor[number],
        domain=domain,
        grade=grade,
        n_levels=len(thresholds) + 1,
    )
    return Truth(ratings=ratings, predictor=predictor, probabilities=table, severity=severity)
