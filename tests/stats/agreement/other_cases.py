"""What established programs print for the coefficients that are not computed from counts."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from tests.stats.agreement.cases import EXPECTED, FOLDER, ratings_of

OTHER = json.loads((FOLDER / "other_coefficients.json").read_text(encoding="utf-8"))


def cases_with(key):
    return sorted(name for name, expected in OTHER.items() if key in expected)


def scores_of(name):
    """Numbers that the levels stand for; None where they are names."""
    levels = EXPECTED[name]["categories"]
    return None if isinstance(levels[0], str) else levels


def complete(ratings):
    """The audits that every auditor graded."""
    kept = np.isin(ratings.audit, np.flatnonzero(np.bincount(ratings.audit) == ratings.n_auditors))
    return kept_only(ratings, kept)


def complete_ratings_of(name):
    return complete(ratings_of(name))


def kept_only(ratings, kept):
    return replace(
        ratings,
        audit=ratings.audit[kept],
        auditor=ratings.auditor[kept],
        grade=ratings.grade[kept],
    )
