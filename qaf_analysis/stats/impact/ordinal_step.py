"""The themed grade by itself on the scale of odds: a step and a trend, auditors differing.

A cumulative-logit model with one effect for each auditor, drawn towards none. Without a
comparison, so no verdict rests on it: it carries whatever moved every domain alike. The auditors'
term takes out part of a change in who audits, and nothing of auditors who have themselves become
stricter or kinder.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, inf, log, nan, sqrt

import numpy as np
from scipy import optimize, special

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, check_level, numbered, sums
from qaf_analysis.stats.core.least_squares import coefficient_estimate
from qaf_analysis.stats.impact.interrupted_series import UNCOMPARED, step_refused
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

METHOD = f"cumulative logit of the themed grade, step and trend, {UNCOMPARED}"

# Auditors' strictness in logits differs by less than this in any service that has been measured.
WIDEST = 3.0
NARROWEST = 1e-3
LARGEST = 700.0

MOST_STEPS = 60
CONVERGED = 1e-9
# Log odds beyond which a coefficient has no bound: the data separate.
FURTHEST = 25.0


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


@dataclass(frozen=True, kw_only=True, eq=False)
class GradedAudits:
    """What the model is fitted to.

    Parameters
    ----------
    grade : array of int, shape (audits,)
        Codes 0 .. K-1, each of them given at least once.
    design : array, shape (audits, columns)
        Columns beside the boundaries, which take the place of a constant.
    group : array of int, shape (audits,)
        Numbers 0, 1, ... of the groups, such as auditors.
    """

    grade: Ints
    design: Floats
    group: Ints

    @property
    def groups(self) -> int:
        """Number of groups."""
        return int(self.group.max()) + 1

    @property
    def boundaries(self) -> int:
        """Number of boundaries between grades."""
        return int(self.grade.max())


@dataclass(frozen=True, kw_only=True, eq=False)
class _Curvature:
    """Penalised information: of fixed effects, of both, and of groups (a diagonal)."""

    fixed: Floats
    both: Floats  # (groups, fixed)
    group: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class PenalisedFit:
    """The model at its best fixed effects and group effects.

    Parameters
    ----------
    fixed : array, shape (boundaries + columns,)
        Log odds of reaching each grade but the lowest, then the coefficients of the design.
    group : array, shape (groups,)
        Effects of the groups: positive where they grade higher.
    log_likelihood : float
        Without the penalty.
    sd : float
        Standard deviation of the group effects that was assumed.
    shift_score, shift_information : array, shape (audits,)
        First, and minus the second, derivative of each audit's log-likelihood by its log odds.
    """

    fixed: Floats
    group: Floats
    log_likelihood: float
    sd: float
    shift_score: Floats
    shift_information: Floats
    curvature: _Curvature

    def covariance(self) -> Floats:
        """Covariance of the fixed effects, the groups' being uncertain too."""
        return np.linalg.inv(_without_groups(self.curvature)).astype(np.float64)

    def dispersion(self, cluster: Ints, *, df: int) -> float:
        """Pearson chi-square of clusters' shifts by degree of freedom; 1 if chance makes them."""
        score, information = (
            sums(cluster, values) for values in (self.shift_score, self.shift_information)
        )
        return float((score**2 / information).sum()) / df

    def log_marginal(self) -> float:
        """Laplace approximation of the log-likelihood with the group effects integrated out."""
        penalty = float((self.group**2).sum()) / (2 * self.sd**2)
        spread = float(np.log(self.curvature.group).sum()) / 2 + len(self.group) * log(self.sd)
        return self.log_likelihood - penalty - spread


def penalised_fit(audits: GradedAudits, *, sd: float) -> PenalisedFit | None:
    """Maximise the likelihood times the normal density of the group effects, by Newton's method.

    Parameters
    ----------
    audits : GradedAudits
    sd : float
        Standard deviation of the group effects, above 0.

    Returns
    -------
    PenalisedFit or None
        None where a coefficient has no bound.

    Notes
    -----
    logit P(grade >= k) = boundary_k + design x coefficients + effect of the group. The penalised
    log-likelihood is concave, so a step that is too long needs only to be shortened.

    Examples
    --------
    >>> audits = GradedAudits(
    ...     grade=np.array([0, 1, 0, 1, 1, 1, 0, 1]),
    ...     design=np.repeat([[0.0], [1.0]], 4, axis=0), group=np.zeros(8, dtype=int),
    ... )
    >>> penalised_fit(audits, sd=1e-3).fixed.round(3).tolist()
    [0.0, 1.099]
    """
    at_least = np.array(
        [(audits.grade >= k).mean() for k in range(1, audits.boundaries + 1)], dtype=np.float64
    )
    fixed = np.concatenate([special.logit(at_least), np.zeros(audits.design.shape[1])])
    group = np.zeros(audits.groups)
    point = _Point(audits, fixed, group)
    for _ in range(MOST_STEPS):
        gradient, curvature = point.derivatives(sd)
        step = _newton_step(gradient, curvature)
        gain = float(gradient[0] @ step[0] + gradient[1] @ step[1])
        if gain < CONVERGED:
            return PenalisedFit(
                fixed=point.fixed,
                group=point.group,
                log_likelihood=point.log_likelihood,
                sd=sd,
                shift_score=1 - point.above - point.beyond,
                shift_information=point.above * (1 - point.above)
                + point.beyond * (1 - point.beyond),
                curvature=curvature,
            )
        point = _uphill(point, step, sd)
        if np.abs(point.fixed).max() > FURTHEST:
            return None
    return None


class _Point:
    """The model at one value of its parameters."""

    def __init__(self, audits: GradedAudits, fixed: Floats, group: Floats) -> None:
        self.audits, self.fixed, self.group = audits, fixed, group
        k = audits.boundaries
        shift = audits.design @ fixed[k:] + group[audits.group]
        # Ends of each audit's grade on the scale of log odds; the outermost are infinite.
        ends = np.concatenate([[np.inf], fixed[:k], [-np.inf]])
        self.above = special.expit(ends[audits.grade] + shift)
        self.beyond = special.expit(ends[audits.grade + 1] + shift)
        self.chance = self.above - self.beyond
        positive = self.chance > 0
        self.log_likelihood = float(np.log(self.chance).sum()) if positive.all() else -float("inf")

    def penalised(self, sd: float) -> float:
        """Log-likelihood less the penalty on group effects."""
        return self.log_likelihood - float((self.group**2).sum()) / (2 * sd**2)

    def derivatives(self, sd: float) -> tuple[tuple[Floats, Floats], _Curvature]:
        """Gradient and information of the penalised log-likelihood, fixed and group."""
        upper, lower = self.above * (1 - self.above), self.beyond * (1 - self.beyond)
        to_upper, to_lower = upper / self.chance, -lower / self.chance
        of_upper = to_upper**2 - upper * (1 - 2 * self.above) / self.chance
        of_lower = to_lower**2 + lower * (1 - 2 * self.beyond) / self.chance
        crossed = to_upper * to_lower
        first, second = self._designs()
        fixed_gradient = first.T @ to_upper + second.T @ to_lower
        weighted_first = first * of_upper[:, None] + second * crossed[:, None]
        weighted_second = second * of_lower[:, None] + first * crossed[:, None]
        whole = weighted_first + weighted_second
        name, groups = self.audits.group, self.audits.groups
        gradient = (
            fixed_gradient,
            sums(name, to_upper + to_lower, n=groups) - self.group / sd**2,
        )
        both = np.column_stack([sums(name, column, n=groups) for column in whole.T])
        return gradient, _Curvature(
            fixed=first.T @ weighted_first + second.T @ weighted_second,
            both=both,
            group=sums(name, upper + lower, n=groups) + 1 / sd**2,
        )

    def _designs(self) -> tuple[Floats, Floats]:
        """Design of the upper and of the lower end of each audit's grade."""
        k = self.audits.boundaries
        # The infinite ends have no boundary to move; all their derivatives are nought.
        rows = np.vstack([np.zeros(k), np.eye(k), np.zeros(k)])
        grade, design = self.audits.grade, self.audits.design
        return (
            np.hstack([rows[grade], design]),
            np.hstack([rows[grade + 1], design]),
        )


def _newton_step(gradient: tuple[Floats, Floats], curvature: _Curvature) -> tuple[Floats, Floats]:
    reduced = gradient[0] - curvature.both.T @ (gradient[1] / curvature.group)
    fixed = np.linalg.solve(_without_groups(curvature), reduced).astype(np.float64)
    group: Floats = (gradient[1] - curvature.both @ fixed) / curvature.group
    return fixed, group


def _without_groups(curvature: _Curvature) -> Floats:
    """Information of the fixed effects once the groups' effects have been fitted."""
    scaled = curvature.both / curvature.group[:, np.newaxis]
    found: Floats = curvature.fixed - curvature.both.T @ scaled
    return found


def _uphill(point: _Point, step: tuple[Floats, Floats], sd: float) -> _Point:
    """Point after the step, or the largest half, quarter, ... of it that loses nothing."""
    before = point.penalised(sd)
    for halvings in range(60):
        share = 0.5**halvings
        after = _Point(point.audits, point.fixed + share * step[0], point.group + share * step[1])
        if after.penalised(sd) >= before - 1e-12 * abs(before):
            return after
    return point
