"""The headline gap: of all audits, though grades may have been drawn with unequal chances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.optimism.adjusted import AdjustedProfile
from qaf_analysis.stats.optimism.paired import mean_gap, over_rate, severe_rate, under_rate
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Selection
from qaf_analysis.topics.optimism.gap_groups import gap_of, grade_codes


def headline_gap(chosen: pd.DataFrame, population: pd.DataFrame) -> Estimate:
    """Mean gap with errors that allow for other auditors; too few to say under ten audits.

    Cases drawn by grade are no likeness of all audits, so each then weighs as many audits as it
    stands for.
    """
    plain = gap_of(chosen)
    weight = grade_weights_of(chosen, population)
    if weight is None or not plain.is_estimable:
        return plain
    audit_grade, moderation_grade, auditor = grade_codes(chosen)
    found = mean_gap(audit_grade, moderation_grade, auditor=auditor, weight=weight)
    return replace(found, cases=plain.cases)


def headline_figures(
    chosen: pd.DataFrame, population: pd.DataFrame, adjusted: AdjustedProfile
) -> tuple[Estimate, Estimate, Estimate, Estimate]:
    """Headline gap, and rates of over-, under- and severe misgrading.

    Rates are the adjusted ones where cases were drawn with unequal chances.
    """
    gap = headline_gap(chosen, population)
    unequal = grade_weights_of(chosen, population) is not None
    if gap.is_estimable and unequal and adjusted.over.is_estimable:
        return gap, adjusted.over, adjusted.under, adjusted.severe
    audit_grade, moderation_grade, auditor = grade_codes(chosen)
    over, under, severe = (
        rate(audit_grade, moderation_grade, auditor=auditor)
        for rate in (over_rate, under_rate, severe_rate)
    )
    return gap, over, under, severe


def grade_weights_of(chosen: pd.DataFrame, population: pd.DataFrame) -> Floats | None:
    """How many audits each moderated one stands for; None where all weigh alike.

    They weigh alike when every case was drawn at random with one chance. Otherwise cases of one
    auditor's grade share that grade's audits, by one over their chance where it is recorded.
    """
    chance = chosen["selection_probability"].to_numpy(np.float64)
    simple = chosen["selected_by"].isin([Selection.RANDOM, Selection.ALL]).all()
    if chosen.empty or (simple and len(np.unique(chance[~np.isnan(chance)])) <= 1):
        return None
    each = 1 / chance if not np.isnan(chance).any() else np.ones(len(chosen))
    grade = chosen["audit_grade"].to_numpy(np.int64)
    there = np.bincount(population["grade"].to_numpy(np.int64), minlength=grade.max() + 1)
    drawn = np.bincount(grade, weights=each, minlength=len(there))
    weights: Floats = each * (there / np.maximum(drawn, 1e-12))[grade]
    return weights
