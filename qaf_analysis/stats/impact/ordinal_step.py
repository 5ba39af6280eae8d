"""The themed grade by itself on the scale of odds: a step and a trend, auditors differing.

Without a comparison, so no verdict rests on it: it carries whatever moved every domain alike.
The auditors' term takes out part of a change in who audits, and nothing of auditors who have
themselves become stricter or kinder.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, inf, log, nan, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from qaf_analysis.stats.core.arrays import Floats, Ints, check_level
from qaf_analysis.stats.core.least_squares import coefficient_estimate
from qaf_analysis.stats.core.numbering import numbered
from qaf_analysis.stats.impact.cumulative_logit import GradedAudits, penalised_fit
from qaf_analysis.stats.impact.interrupted_series import UNCOMPARED, step_refused
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

Bools = NDArray[np.bool_]
METHOD = f"cumulative logit of the themed grade, step and trend, {UNCOMPARED}"
# Auditors' strictness in logits differs by less than this in any service that has been measured.
WIDEST = 3.0
NARROWEST = 1e-3
LARGEST = 700.0


@dataclass(frozen=True, kw_only=True)
class OrdinalStep:
    """Step of the themed grade at the themed audit, beside a trend.

    Parameters
    ----------
    log_odds_ratio, odds_ratio : Estimate
        Odds of a grade at or above any boundary after the themed audit over those before;
        above 0 (above 1) where grades rose.
    trend : Estimate
        Log odds ratio of one quarter more.
    auditor_sd : float
        Standard deviation of auditors' strictness in logits, as estimated or given; NaN without
        auditors.
    """

    log_odds_ratio: Estimate
    odds_ratio: Estimate
    trend: Estimate
    auditor_sd: float


def ordinal_step(
    grade: Ints,
    *,
    quarter: Ints,
    post: Bools,
    auditor: Ints | None = None,
    auditor_sd: float | None = None,
    level: float = 0.95,
) -> OrdinalStep:
    """Fit logit P(grade >= k) = boundary_k + step x post + trend x quarter + auditor.

    Parameters
    ----------
    grade : array of int, shape (audits,)
        Grade codes of the themed domain; grades that nobody gave are left out.
    quarter : array of int, shape (audits,)
    post : array of bool, shape (audits,)
    auditor : array of int, shape (audits,), optional
        Number of each audit's auditor; without it the auditors' term is left out.
    auditor_sd : float, optional
        Standard deviation of auditors' effects in logits; estimated where not given.
    level : float

    Returns
    -------
    OrdinalStep
        Penalised maximum likelihood (auditors normal about 0) with the standard deviation that
        makes the Laplace approximation of the marginal likelihood largest. Errors from the
        penalised information times the dispersion of quarters, never below 1, with t on Q - 3
        degrees of freedom, as in ``its_quasi_binomial``: without it chance shifts of whole
        quarters would pass for a step twice too often. Not estimable with fewer than four
        quarters, one grade only, or where grades tell before from after completely.

    Raises
    ------
    ShapeError
        If lengths differ, or a given standard deviation is not above 0.

    References
    ----------
    McCullagh (1980), Journal of the Royal Statistical Society B 42, 109-142, for the model;
    Breslow & Clayton (1993), Journal of the American Statistical Association 88, 9-25, for the
    Laplace approximation.
    """
    check_level(level)
    if auditor_sd is not None and not auditor_sd > 0:
        raise ShapeError(f"A standard deviation is above 0, not {auditor_sd}.")
    names = numbered(auditor)[0] if auditor is not None else None
    auditors = 0 if names is None else len(np.unique(names))
    base = Estimate.not_estimable(
        "", method=METHOD, level=level, cases=len(grade), auditors=auditors
    )
    codes, labels = numbered(grade)
    why_not = _why_not(quarter, post, levels=len(labels))
    if why_not:
        return _nothing(base, why_not)
    audits = GradedAudits(
        grade=codes,
        design=_design(quarter, post),
        group=np.zeros(len(codes), dtype=np.int64) if names is None else names,
    )
    sd = NARROWEST if names is None else auditor_sd or _best_sd(audits)
    fit = penalised_fit(audits, sd=sd)
    if fit is None:
        return _nothing(base, "grades tell before from after completely: the odds have no bound")
    how = "no auditor term" if names is None else f"auditors' spread {sd:.2f} logits"
    quarters = np.unique(quarter, return_inverse=True)[1]
    df = int(quarters.max()) - 2
    covariance = fit.covariance() * max(1.0, fit.dispersion(quarters, df=df))
    trend, step = (
        coefficient_estimate(
            float(fit.fixed[place]),
            se=sqrt(float(covariance[place, place])),
            df=float(df),
            level=level,
            cases=base.cases,
            auditors=auditors,
            method=f"{METHOD}, {how}, quasi-likelihood by quarter, t with {df} df",
        )
        for place in (-1, -2)
    )
    return OrdinalStep(
        log_odds_ratio=step,
        odds_ratio=_as_ratio(step),
        trend=trend,
        auditor_sd=nan if names is None else sd,
    )


def _why_not(quarter: Ints, post: Bools, *, levels: int) -> str:
    if levels < 2:
        return "there are no cases" if levels == 0 else "only one grade was given"
    quarters, first = np.unique(quarter, return_index=True)
    return step_refused(quarters, post[first])


def _design(quarter: Ints, post: Bools) -> Floats:
    # Counting from the middle keeps the trend apart from the boundaries.
    return np.column_stack([post.astype(np.float64), quarter - quarter.mean()])


def _best_sd(audits: GradedAudits) -> float:
    def lack(log_sd: float) -> float:
        fit = penalised_fit(audits, sd=exp(log_sd))
        return inf if fit is None else -fit.log_marginal()

    found = optimize.minimize_scalar(
        lack, bounds=(log(NARROWEST), log(WIDEST)), method="bounded", options={"xatol": 1e-3}
    )
    return exp(float(found.x))


def _as_ratio(logged: Estimate) -> Estimate:
    def ratio(value: float) -> float:
        return exp(value) if value < LARGEST else inf

    return replace(
        logged,
        value=ratio(logged.value),
        low=ratio(logged.low),
        high=ratio(logged.high),
        method=f"odds ratio of the {logged.method}",
        se=nan,
    )


def _nothing(base: Estimate, why_not: str) -> OrdinalStep:
    refused = replace(base, why_not=why_not)
    return OrdinalStep(log_odds_ratio=refused, odds_ratio=refused, trend=refused, auditor_sd=nan)
