"""Published agreement cases, read into ``Ratings``."""

from __future__ import annotations

import csv
import json

import numpy as np

from qaf_analysis.stats.agreement.ratings import Ratings
from tests.places import REFERENCE

FOLDER = REFERENCE / "agreement"
EXPECTED = json.loads((FOLDER / "expected.json").read_text())


def ratings_of(name: str) -> Ratings:
    expected = EXPECTED[name]
    with (FOLDER / f"{name}.csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    n_levels = len(expected["categories"])
    if expected["layout"] == "raw":
        code = {str(label): place for place, label in enumerate(expected["categories"])}
        code |= {f"{label:g}": place for label, place in _numbers(expected["categories"])}
        grades = [[code[cell] if cell else np.nan for cell in row] for row in rows]
        return Ratings.from_matrix(grades, n_levels=n_levels)
    counts = np.array(rows, dtype=np.float64).astype(int)
    if expected["layout"] == "distribution":
        grades = np.concatenate([np.repeat(np.arange(n_levels), row) for row in counts])
        per_audit = counts.sum(axis=1)
        auditor = np.concatenate([np.arange(m) for m in per_audit])
        audit = np.repeat(np.arange(len(counts)), per_audit)
        return Ratings(audit=audit, auditor=auditor, grade=grades, n_levels=n_levels)
    cells = np.repeat(np.arange(n_levels**2), counts.ravel())
    return Ratings.from_matrix(np.stack(np.divmod(cells, n_levels), axis=1), n_levels=n_levels)


def _numbers(categories):
    return [(label, p) for p, label in enumerate(categories) if not isinstance(label, str)]


def random_ratings(rng, *, audits=60, auditors=8, raters=2, severity=0.5, single=0.0, n_levels=4):
    """Grades of a council with latent-normal practice and lenient and harsh auditors."""
    limits = np.array([-1.9, 0.3, 1.9]) if n_levels == 4 else np.linspace(-1, 1, n_levels - 1)
    order = rng.random((audits, auditors)).argsort(axis=1)[:, :raters]
    practice, harsh = rng.normal(size=audits), rng.normal(0, severity, auditors)
    seen = practice[:, np.newaxis] - harsh[order] + rng.normal(0, 0.6, order.shape)
    grade = np.searchsorted(limits, seen)
    kept = np.ones(order.shape, dtype=bool)
    kept[rng.random(audits) < single, 1:] = False
    audit = np.repeat(np.arange(audits), raters).reshape(order.shape)
    return Ratings(audit=audit[kept], auditor=order[kept], grade=grade[kept], n_levels=n_levels)
