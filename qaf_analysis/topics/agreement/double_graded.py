"""Grades that two or more auditors gave to the same audit, as frames and as numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qaf_analysis.stats.agreement.ratings import Ratings


def blind_readings(ratings: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Ratings without second readings known not to be blind, and how many those are."""
    second = ratings["role"] == "second_auditor"
    not_blind = second & ratings["blind"].eq(False).fillna(False)
    return ratings[~not_blind], int(not_blind.sum())


def double_readings(ratings: pd.DataFrame) -> pd.DataFrame:
    """Ratings of audits and domains that two or more auditors graded."""
    raters = ratings.groupby(["audit_id", "domain"])["rater"].transform("nunique")
    return ratings[raters >= 2]


def as_ratings(grades: pd.DataFrame, n_levels: int) -> Ratings:
    """Ratings by number; audits graded once stay in, for they tell how common each grade is."""
    grades = grades.drop_duplicates(["audit_id", "domain", "rater"])
    units = grades.groupby(["audit_id", "domain"], sort=True).ngroup()
    return Ratings(
        audit=np.asarray(units, dtype=np.int64),
        auditor=pd.factorize(grades["rater"], sort=True)[0].astype(np.int64),
        grade=grades["grade"].to_numpy(dtype=np.int64),
        n_levels=n_levels,
        cluster=pd.factorize(grades["audit_id"], sort=True)[0].astype(np.int64),
    )
