"""Small readings of audits for the child-focus tests."""

from __future__ import annotations

from typing import NamedTuple

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


class Both(NamedTuple):
    """Two readings of the same audits, and the auditors."""

    audit: DomainGrades
    moderation: DomainGrades
    auditor: np.ndarray


def latent(
    rng, *, audits, level=(0.0, 0.0), kind=0.0, lean=0.0, halo=0.0, severity=0.0, auditors=29,
    own=0.5, noise=0.6, case=1.0, domains=6, child=2,
):  # fmt: skip
    """Readings cut from normal practice at 10, 55 and 95 in 100 of a domain at level 0.

    ``level`` lifts child and process domains, ``kind`` all of the auditors' grades, ``lean``
    those of child domains; ``halo`` is the SD of what an auditor adds to all domains of an audit.
    """
    is_child = np.arange(domains) < child
    practice = case * rng.normal(size=(audits, 1)) + own * rng.normal(size=(audits, domains))
    practice = practice + np.where(is_child, *level)
    auditor = rng.integers(0, auditors, audits)
    added = kind + lean * is_child + halo * rng.normal(size=(audits, 1))
    added = added - severity * rng.normal(size=auditors)[auditor, np.newaxis]
    limits = np.sqrt(case**2 + own**2 + noise**2) * np.array([-1.282, 0.126, 1.645])

    def read(more):
        seen = practice + more + noise * rng.normal(size=practice.shape)
        return reading(np.searchsorted(limits, seen).astype(float), child=child)

    return Both(read(added), read(0.0), auditor)
