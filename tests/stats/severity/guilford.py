"""Guilford's creativity grades and what mfrmr prints for them."""

from __future__ import annotations

import csv
import json

import numpy as np

from qaf_analysis.stats.severity.ratings import SeverityRatings
from tests.places import REFERENCE

FOLDER = REFERENCE / "rater_effects"
PUBLISHED = json.loads((FOLDER / "guilford_jml.json").read_text(encoding="utf-8"))


def guilford() -> SeverityRatings:
    """Seven examinees (as audits), three judges, five traits, grades 1 to 9 as 0 to 8."""
    with (FOLDER / "guilford.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    column = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return SeverityRatings(
        audit=column["examinee"].astype(int),
        auditor=column["judge"].astype(int),
        domain=np.array([ord(trait) for trait in column["trait"]]),
        grade=column["rating"].astype(int) - 1,
        n_levels=9,
    )


def published(facet: str, field: str) -> np.ndarray:
    """A column of the published measures, in the order of the elements' names."""
    rows = [row for row in PUBLISHED["measures"] if row["Facet"] == facet]
    return np.array([row[field] for row in sorted(rows, key=lambda row: row["Level"])])
