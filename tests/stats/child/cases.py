"""Small readings of audits for the child-focus tests."""

from __future__ import annotations

import numpy as np

from qaf_analysis.stats.child.domain_grades import DomainGrades


def reading(domains, overall=None, *, child=2, process=None):
    """Grades whose first ``child`` domains are about the child, the rest about process."""
    domains = np.asarray(domains, dtype=float)
    place = np.arange(domains.shape[1])
    if overall is None:
        overall = np.full(len(domains), np.nan)
    return DomainGrades(
        domains=domains,
        overall=overall,
        is_child=place < child,
        is_process=(place >= child) & (place < child + (process or domains.shape[1])),
    )


def simulated(rng, *, audits=60, domains=5, child=2, auditors=12, missing=0.0, weight=0.5):
    """Two readings of the same practice by one rule, and the auditors."""
    practice = rng.normal(size=(audits, 1)) + 0.9 * rng.normal(size=(audits, domains))

    def read(of_child):
        seen = practice + 0.4 * rng.normal(size=practice.shape)
        grades = np.searchsorted([-1.3, 0.3, 1.8], seen).astype(float)
        mean = of_child * grades[:, :child].mean(1) + (1 - of_child) * grades[:, child:].mean(1)
        grades[rng.random(grades.shape) < missing] = np.nan
        return reading(grades, np.floor(mean + 0.5), child=child)

    return read(weight), read(0.5), rng.integers(0, auditors, audits)
