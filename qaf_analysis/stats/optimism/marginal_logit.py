"""Odds of a higher grade from auditors than from moderators, over all boundaries of the scale."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from math import exp, inf, log, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_level,
    check_same_length,
    frozen_ints,
    numbered,
)
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.stats.core.means import clustered_mean
from qaf_analysis.stats.optimism.square_tables import NO_DIFFERENCE
from qaf_analysis.terms.estimate import Estimate

METHOD = "cumulative logit, independence working model"

MOST_STEPS = 200

CONVERGED = 1e-10
"""Largest derivative of the log-likelihood, for each reading, at which the fit is done."""

# What an audit adds is of order one; what is smaller than this is rounding.
ROUNDING = 1e-8

LARGEST = log(sys.float_info.max)


@dataclass(frozen=True, kw_only=True)
class MarginalLogit:
    """Auditors' grades against moderators' on the scale of odds.

    Parameters
    ----------
    log_odds_ratio : Estimate
        Log of the odds that an auditor grades at or above a boundary over the odds that a
        moderator does, the same at every boundary; positive where auditors are kinder.
    odds_ratio : Estimate
        The same as a ratio of odds: 1 where neither is kinder.
    boundaries : tuple of float
        Log odds that a moderator grades at or above each grade in use but the lowest.
    """

    log_odds_ratio: Estimate
    odds_ratio: Estimate
    boundaries: tuple[float, ...] = ()


def marginal_logit(
    audit_grade: ArrayLike,
    moderation_grade: ArrayLike,
    *,
    auditor: ArrayLike | None = None,
    level: float = 0.95,
) -> MarginalLogit:
    """Cumulative-logit model of both readings of each audit, with errors robust to clustering.

    logit P(grade >= k) = boundary_k + log_odds_ratio x [reading is the auditor's], fitted to all
    readings as if they were independent. The sandwich variance then allows for the two readings
    of one audit being alike, or for all readings of one auditor's audits.

    Parameters
    ----------
    audit_grade, moderation_grade : int array, shape (audits,)
        Grade codes of the same audits; grades that nobody gave are left out.
    auditor : int array, shape (audits,), optional
        Auditor of each audit; give it wherever auditors have several audits.
    level : float
        Confidence level.

    Returns
    -------
    MarginalLogit
        Sandwich of the observed information. By auditor with the bias-reduced (CR2) correction
        and t with Satterthwaite degrees of freedom, as in ``clustered_mean``: every audit brings
        one reading of each side, so an auditor's leverage is their share of audits. It is never
        below the variance by audit.
        Not estimable when only one grade was given, when one side's lowest grade is no lower
        than the other's highest (the odds ratio has no bound then), or when nobody differs.

    Raises
    ------
    ShapeError
        If the lengths differ or codes are not whole numbers.

    References
    ----------
    Agresti (2019), An Introduction to Categorical Data Analysis, 3rd edition, section 8.4 (its
    printed errors use the expected information); Bell & McCaffrey (2002) for the correction.

    Examples
    --------
    >>> found = marginal_logit([2, 2, 3, 1, 2, 2, 1, 0], [2, 1, 2, 1, 1, 2, 1, 1])
    >>> round(found.log_odds_ratio.value, 3), round(found.odds_ratio.value, 3)
    (0.819, 2.269)
    """
    check_level(level)
    audited = frozen_ints(audit_grade, name="audit_grade")
    moderated = frozen_ints(moderation_grade, name="moderation_grade")
    check_same_length({"audit grades": audited, "moderation grades": moderated})
    cluster = None if auditor is None else frozen_ints(auditor, name="auditor")
    if cluster is not None:
        check_same_length({"audit grades": audited, "auditor": cluster})
    why_not = _why_not(audited, moderated)
    if why_not:
        return _nothing(why_not, cases=len(audited), cluster=cluster, level=level)
    # Only grades in use have a boundary below or above them.
    codes, labels = numbered(np.concatenate([moderated, audited]))
    sides = codes.reshape(2, -1)
    counts = np.array([np.bincount(side, minlength=len(labels)) for side in sides], dtype=float)
    model = _fitted(counts)
    influence = _influence(model, counts, sides)
    if np.abs(influence).max() < ROUNDING:
        why_not = "auditors and moderators differ in no audit in a way that shows variation"
        return _nothing(why_not, cases=len(audited), cluster=cluster, level=level)
    return _result(model, influence, cluster, level)


class _Model:
    """The model at one value of its parameters: the boundaries, then the log odds ratio.

    Arrays have the side first: 0 moderators, 1 auditors.
    """

    def __init__(self, parameters: Floats) -> None:
        self.parameters = parameters
        boundaries = len(parameters) - 1
        # Design of P(grade >= k) for k = 0 .. K; the first is always 1, the last always 0.
        self.design = np.zeros((2, boundaries + 2, boundaries + 1))
        self.design[:, 1:-1, :-1] = np.eye(boundaries)
        self.design[1, 1:-1, -1] = 1
        self.above = special.expit(self.design @ parameters)
        self.above[:, 0], self.above[:, -1] = 1, 0
        self.chance = self.above[:, :-1] - self.above[:, 1:]

    def log_likelihood(self, counts: Floats) -> float:
        """Log-likelihood of the readings; minus infinity where boundaries are out of order."""
        if (self.chance <= 0).any():
            return -inf
        return float((counts * np.log(self.chance)).sum())

    def scores(self) -> Floats:
        """Derivative of the log chance of each reading, shape (sides, grades, parameters)."""
        slope = (self.above * (1 - self.above))[..., np.newaxis] * self.design
        found: Floats = (slope[:, :-1] - slope[:, 1:]) / self.chance[..., np.newaxis]
        return found

    def information(self, counts: Floats) -> Floats:
        """Observed information: minus the second derivative of the log-likelihood."""
        scores, odds = self.scores(), counts / self.chance
        curve = self.above * (1 - self.above) * (1 - 2 * self.above)
        weight = np.zeros_like(self.above)
        weight[:, 1:-1] = curve[:, 1:-1] * (odds[:, 1:] - odds[:, :-1])
        outer = np.einsum("sg,sgp,sgq->pq", counts, scores, scores)
        found: Floats = outer - np.einsum("sk,skp,skq->pq", weight, self.design, self.design)
        return found


def _fitted(counts: Floats) -> _Model:
    """Maximum likelihood by Newton's method; the log-likelihood is concave.

    Raises
    ------
    ArithmeticError
        If it does not get there, which would be a fault here.
    """
    pooled = counts.sum(axis=0)
    at_least = 1 - np.cumsum(pooled)[:-1] / pooled.sum()
    model = _Model(np.append(special.logit(at_least), 0.0))
    for _ in range(MOST_STEPS):
        gradient = np.einsum("sg,sgp->p", counts, model.scores())
        if np.abs(gradient).max() < CONVERGED * counts.sum():
            return model
        step = np.linalg.solve(model.information(counts), gradient)
        model = _uphill(model, step, counts)
    raise ArithmeticError("the cumulative-logit model did not converge")


def _uphill(model: _Model, step: Floats, counts: Floats) -> _Model:
    """Model after the step, or the largest half, quarter, ... of it that loses nothing."""
    before = model.log_likelihood(counts)
    slack = 1e-12 * abs(before)
    for halvings in range(60):
        after = _Model(model.parameters + step / 2**halvings)
        if after.log_likelihood(counts) >= before - slack:
            return after
    return model


def _influence(model: _Model, counts: Floats, sides: Ints) -> Floats:
    """What each audit adds to the log odds ratio, times the number of audits; the mean is 0."""
    bread = np.linalg.inv(model.information(counts))[-1]
    reading = model.scores() @ bread
    found: Floats = sides.shape[1] * (reading[0, sides[0]] + reading[1, sides[1]])
    return found


def _result(model: _Model, influence: Floats, cluster: Ints | None, level: float) -> MarginalLogit:
    n = len(influence)
    variance, df = float((influence**2).sum()) / n**2, n - 1.0
    method, auditors = f"{METHOD}, sandwich by audit", 0
    if cluster is not None:
        by_auditor = clustered_mean(influence, cluster=cluster)
        auditors = by_auditor.clusters
        if auditors > 1:
            # A few auditors whose sums happen to agree must not make an audit count for more.
            variance, df = max(variance, by_auditor.variance), by_auditor.df
            method = f"{METHOD}, sandwich by auditor (CR2)"
        else:
            method += "; one auditor only, so it speaks of this auditor"
    value, se = float(model.parameters[-1]), sqrt(variance)
    half = t_quantile(level, df=df) * se
    found = Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=level,
        cases=n,
        auditors=auditors,
        method=f"{method}, t with {df:.1f} df",
        se=se,
        p=t_p_value(value / se, df=df),
        df=df,
    )
    return MarginalLogit(
        log_odds_ratio=found,
        odds_ratio=_as_ratio(found),
        boundaries=tuple(model.parameters[:-1].tolist()),
    )


def _as_ratio(logged: Estimate) -> Estimate:
    return Estimate(
        value=_ratio(logged.value),
        low=_ratio(logged.low),
        high=_ratio(logged.high),
        level=logged.level,
        cases=logged.cases,
        auditors=logged.auditors,
        method=logged.method,
        p=logged.p,
        df=logged.df,
    )


def _ratio(logged: float) -> float:
    # Beyond the largest number there is, the ratio is unbounded for every purpose.
    return exp(logged) if logged < LARGEST else inf


def _nothing(why_not: str, *, cases: int, cluster: Ints | None, level: float) -> MarginalLogit:
    auditors = 0 if cluster is None else len(np.unique(cluster))
    nothing = Estimate.not_estimable(
        why_not, method=METHOD, level=level, cases=cases, auditors=auditors
    )
    return MarginalLogit(log_odds_ratio=nothing, odds_ratio=nothing)


def _why_not(audited: Ints, moderated: Ints) -> str:
    if len(audited) == 0:
        return "there are no cases"
    if (audited == moderated).all():
        return NO_DIFFERENCE
    if audited.min() >= moderated.max():
        return "no auditor's grade is below any moderator's, so the odds ratio has no bound"
    if moderated.min() >= audited.max():
        return "no moderator's grade is below any auditor's, so the odds ratio has no bound"
    return ""
