"""Agreement grade by grade, at each boundary, by every measure, and what would sharpen it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan, nan

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.agreement.by_grade import boundaries
from qaf_analysis.stats.agreement.kappas import agreement_coefficient, gwet_ac
from qaf_analysis.stats.agreement.linearised import MeasuredCoefficient
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.core.small_base import on_enough
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import AGREEMENT_RULE, AgreementClaim
from qaf_analysis.topics.agreement.analysis.judged import judged_agreement
from qaf_analysis.topics.agreement.analysis.measures import Asked, every_measure
from qaf_analysis.topics.agreement.analysis.planning import (
    fitted_basis,
    planned_double_grading,
)
from qaf_analysis.topics.agreement.analysis.readings import Readings
from qaf_analysis.topics.common.scope import Scope


@dataclass(frozen=True, kw_only=True)
class BoundaryFigures:
    """Confusion between two neighbouring grades; see ``stats.agreement.by_grade``."""

    lower: str
    upper: str
    pairs: int
    confused: Estimate
    grey_zone: Estimate


@dataclass(frozen=True, kw_only=True)
class AgreementDetail:
    """What stands behind the headline on agreement.

    Parameters
    ----------
    prevalence : tuple of float, length K
        Share of each grade among audits graded twice, each audit counting once; no coefficient
        can be read without it.
    by_grade : tuple of NamedEstimate
        When one auditor gives this grade, how often another gives it too.
    boundaries : tuple of BoundaryFigures
        From the lowest grade up.
    measures : tuple of NamedEstimate
        Every measure of the registry, with linear weights and errors for auditors like these.
    largest_pull : float
        Largest change of AC2 when any one auditor is left out; NaN where it cannot be told.
    width : float
        Width of AC2's interval now.
    double_graded, needed, needed_share, auditors : int, int, float, int
        Audits graded twice in the period; those needed in a year to halve the interval, 0 where
        no number would do, and as a share of the year's audits; by how many auditors.
    why_not : str
        Why halving the interval cannot be planned; empty otherwise.
    speaks_of : AgreementClaim
        Of whom AC2's interval speaks.
    """

    scope: Scope
    levels: tuple[str, ...]
    prevalence: tuple[float, ...]
    by_grade: tuple[NamedEstimate, ...]
    boundaries: tuple[BoundaryFigures, ...]
    measures: tuple[NamedEstimate, ...]
    largest_pull: float
    width: float
    double_graded: int
    needed: int
    needed_share: float
    auditors: int
    why_not: str
    speaks_of: AgreementClaim


def agreement_detail(audits: Audits, *, quarter: Quarter) -> AgreementDetail:
    """Agreement in detail over the headline period up to a quarter."""
    readings = Readings.of(audits, quarter)
    ratings, levels = readings.ratings, readings.levels
    every = every_measure(ratings, Asked(weights="linear", se="two_way", level=0.95, labels=levels))
    ac2 = next(one.estimate for one in every if one.name == "gwet_ac")
    measures = _on_enough(every, audits=ratings.n_double_clusters)
    named = {one.name: one.estimate for one in measures}
    needed, share, auditors, why_not = _halving(readings, ac2)
    return AgreementDetail(
        scope=readings.scope,
        levels=levels,
        prevalence=_prevalence(readings.double, len(levels)),
        by_grade=tuple(
            NamedEstimate(name=level, estimate=named[f"specific[{level}]"]) for level in levels
        ),
        boundaries=_boundaries(ratings, levels),
        measures=measures,
        largest_pull=_largest_pull(ratings),
        width=ac2.high - ac2.low,
        double_graded=ac2.cases,
        needed=needed,
        needed_share=share,
        auditors=auditors,
        why_not=why_not,
        speaks_of=judged_agreement(ratings).speaks_of,
    )


def _on_enough(measures: tuple[NamedEstimate, ...], *, audits: int) -> tuple[NamedEstimate, ...]:
    """Give no measure on fewer audits than a share needs anywhere, nor that of a rarer grade."""
    return tuple(
        replace(one, estimate=on_enough(one.estimate, audits=min(audits, one.estimate.cases)))
        for one in measures
    )


def _prevalence(doubles: pd.DataFrame, n_levels: int) -> tuple[float, ...]:
    raters = doubles.groupby(["audit_id", "domain"])["rater"].transform("size")
    grades = doubles["grade"].to_numpy(dtype=np.int64)
    shares = np.bincount(grades, weights=1 / raters.to_numpy(np.float64), minlength=n_levels)
    return tuple(float(share) for share in shares / max(shares.sum(), 1.0))


def _boundaries(ratings: Ratings, levels: tuple[str, ...]) -> tuple[BoundaryFigures, ...]:
    return tuple(
        BoundaryFigures(
            lower=levels[found.lower],
            upper=levels[found.upper],
            pairs=found.pairs,
            confused=on_enough(found.confused, audits=found.confused.cases),
            grey_zone=found.grey_zone,
        )
        for found in boundaries(ratings)
    )


def _largest_pull(ratings: Ratings) -> float:
    measure = agreement_coefficient("gwet_ac", n_levels=ratings.n_levels, weights="linear")
    if not gwet_ac(ratings, weights="linear").is_estimable:
        return nan
    found = MeasuredCoefficient(ratings=ratings, measure=measure)
    moved = np.abs(found.without_auditors() - found.value)
    return float(np.nanmax(moved)) if np.isfinite(moved).any() else nan


def _halving(readings: Readings, ac2: Estimate) -> tuple[int, float, int, str]:
    """Audits to grade twice in a year for half the interval, their share, by how many auditors."""
    if not ac2.has_interval or ac2.cases < AGREEMENT_RULE.fewest_audits:
        return 0, nan, 0, ac2.why_not or "too few audits were graded twice to plan from"
    if isnan(ac2.se):
        return 0, nan, 0, "grades of the same audit do not differ, so what chance does is unknown"
    width = (ac2.high - ac2.low) / 2
    if isnan(width) or not 0 < width < 1:
        return 0, nan, 0, "the interval is too wide to plan from"
    basis = fitted_basis(readings.every_blind, year=readings.year, auditors=readings.auditors)
    if basis.why_not:
        return 0, nan, 0, basis.why_not
    as_many = max(2, ac2.auditors)
    plan = planned_double_grading(basis, width=width, auditors=as_many)
    design = next(one for one in plan.designs if one.auditors == as_many)
    return design.double_graded, design.share, design.auditors, design.why_not
