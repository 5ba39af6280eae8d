"""Each auditor's own mean gap, pulled towards all auditors' as far as few cases demand.

With two to four moderated audits an auditor, raw means are mostly chance: giving everybody the
average would be nearer the truth. So nothing here ranks auditors; they stand in order of code.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Floats,
    check_grades,
    check_level,
    check_same_length,
    frozen_ints,
)
from qaf_analysis.stats.core.intervals import t_quantile
from qaf_analysis.stats.optimism.heterogeneity import (
    AuditorMeans,
    dersimonian_laird,
    means_of_gaps,
    spread_of_means,
)
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import FunnelPlace

LEAST_CASES = 3
"""Moderated audits below which an auditor's own gap is not shown, though it counts in the pool."""

INNER, OUTER = 0.95, 0.998
"""Levels of the funnel's two pairs of limits."""

GRID = 400
"""Values of tau over which its uncertainty is averaged."""


@dataclass(frozen=True, kw_only=True)
class AuditorGap:
    """One auditor's mean of audit minus moderation, in grades; positive is kinder.

    Parameters
    ----------
    auditor : int
        Code of the auditor.
    cases : int
        The auditor's moderated audits.
    raw : float
        Mean gap of these audits alone.
    shrunken : Estimate
        What is best believed of the auditor's true mean gap, with its interval.
    funnel : str
        Where the raw mean lies: within what chance alone would give an auditor with so many
        cases, or above or below its 95 % or 99.8 % limits.
    """

    auditor: int
    cases: int
    raw: float
    shrunken: Estimate
    funnel: FunnelPlace


@dataclass(frozen=True, kw_only=True)
class FunnelLimits:
    """Between which mean gaps an auditor lies by chance, if all auditors were alike.

    Parameters
    ----------
    centre : float
        Mean gap of all audits.
    cases : tuple of int
        Numbers of moderated audits of an auditor; the limits go with them one by one.
    low_95, high_95, low_998, high_998 : tuple of float
        Limits that 5 in 100, and 2 in 1,000, auditors no different from others lie outside.
    """

    centre: float
    cases: tuple[int, ...]
    low_95: tuple[float, ...]
    high_95: tuple[float, ...]
    low_998: tuple[float, ...]
    high_998: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class AuditorGaps:
    """Auditors' own gaps, never ranked.

    Parameters
    ----------
    tau : Estimate
        Spread between auditors' true mean gaps; see ``gap_heterogeneity``.
    within : float
        Variance of gaps around their auditor's mean; NaN without an auditor with two.
    towards : float
        Mean gap of auditors, towards which each auditor's own is pulled; NaN where not known.
    auditors : tuple of AuditorGap
        Those with enough cases, in the order of their codes.
    funnel : FunnelLimits or None
        None when chance cannot be measured (the reason is that of ``tau``).
    too_few : int
        Auditors not shown for want of cases.
    """

    tau: Estimate
    within: float
    towards: float
    auditors: tuple[AuditorGap, ...]
    funnel: FunnelLimits | None
    too_few: int


def auditor_gaps(
    audit_grade: ArrayLike,
    moderation_grade: ArrayLike,
    auditor: ArrayLike,
    *,
    n_levels: int,
    least_cases: int = LEAST_CASES,
    level: float = 0.95,
) -> AuditorGaps:
    """Mean gap of each auditor: raw, shrunken with an interval, and its place in a funnel.

    Parameters
    ----------
    audit_grade, moderation_grade, auditor : int array, shape (audits,)
        Grades of the same audits, and who audited each.
    n_levels : int
        Number of levels of the scale; no limit goes beyond the largest gap it allows.
    least_cases : int
        Fewest moderated audits with which an auditor is shown.
    level : float
        Confidence level of the intervals; on average over auditors they hold the true mean gap
        that often.

    Returns
    -------
    AuditorGaps
        The shrunken gap is m + B (raw - m), B = tau^2 / (tau^2 + s^2 / cases), with tau by
        DerSimonian and Laird, s the pooled spread within auditors, and m the mean of auditors
        weighted by how well each is known. Its interval allows for m and tau being estimated: it
        averages the squared distance from the value over the tau that the data allow. Where tau
        is not estimable the raw means stand alone, with the reason.

    Raises
    ------
    ShapeError, UnknownGradeError
        If the lengths differ, or a grade lies outside 0 .. K-1.
    UsageError
        If ``least_cases`` is below 1.

    References
    ----------
    Morris (1983), Journal of the American Statistical Association (shrinkage and its intervals);
    Spiegelhalter (2005), Statistics in Medicine (funnel).

    Examples
    --------
    >>> found = auditor_gaps([2, 2, 3, 1, 2, 2], [2, 1, 1, 1, 2, 2], [1, 1, 1, 2, 2, 2], n_levels=4)
    >>> [(one.auditor, one.raw, round(one.shrunken.value, 3)) for one in found.auditors]
    [(1, 1.0, 0.833), (2, 0.0, 0.167)]
    """
    check_level(level)
    if least_cases < 1:
        raise UsageError(f"An auditor is shown with one case at least, not {least_cases}.")
    audited, moderated, names = (
        frozen_ints(codes, name=name)
        for name, codes in (
            ("audit_grade", audit_grade),
            ("moderation_grade", moderation_grade),
            ("auditor", auditor),
        )
    )
    columns = {"audit grades": audited, "moderation grades": moderated, "auditor": names}
    check_same_length(columns)
    for grade in (audited, moderated):
        check_grades(grade, n_levels=n_levels)
    means, codes = means_of_gaps(audited - moderated, names), np.unique(names)
    tau = spread_of_means(means, level=level)
    shown = np.flatnonzero(means.cases >= least_cases).tolist()
    most = n_levels - 1
    if tau.is_estimable:
        funnel = _funnel(means, range(least_cases, int(means.cases.max()) + 1), most)
        towards, shrunken = _shrunken(means, most=most, level=level)
    else:
        funnel, towards = None, nan
        shrunken = [_unknown(tau.why_not, cases=int(n), level=level) for n in means.cases]
    return AuditorGaps(
        tau=tau,
        within=means.within,
        towards=towards,
        auditors=tuple(
            AuditorGap(
                auditor=int(codes[j]),
                cases=int(means.cases[j]),
                raw=float(means.mean[j]),
                shrunken=shrunken[j],
                funnel=_place(means, j),
            )
            for j in shown
        ),
        funnel=funnel,
        too_few=len(codes) - len(shown),
    )


def _shrunken(means: AuditorMeans, *, most: int, level: float) -> tuple[float, list[Estimate]]:
    """Mean of auditors, and each auditor's own gap pulled towards it."""
    towards, value, _ = _pulled(means, np.array([dersimonian_laird(means)]))
    weight, taus = _weights_of_tau(means, most)
    _, at_tau, variance = _pulled(means, taus**2)
    error = weight @ (variance + (at_tau - value) ** 2)
    df = float(means.cases.sum()) - len(means.cases)
    half = t_quantile(level, df=df) * np.sqrt(error)
    method = f"empirical Bayes, averaged over tau, t with {df:.0f} df"
    return float(towards[0]), [
        Estimate(
            value=float(value[0, j]),
            low=max(-float(most), float(value[0, j] - half[j])),
            high=min(float(most), float(value[0, j] + half[j])),
            level=level,
            cases=int(means.cases[j]),
            auditors=1,
            method=method,
            se=sqrt(error[j]),
            df=df,
        )
        for j in range(len(means.mean))
    ]


def _pulled(means: AuditorMeans, tau_squared: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean of auditors, their own gaps and the variances of these, for each value of tau.

    Shapes (taus,), (taus, auditors) and (taus, auditors).
    """
    chance = means.within / means.cases
    spread = tau_squared[:, np.newaxis]
    weight = 1 / (chance + spread)
    total = weight.sum(axis=1)
    towards = weight @ means.mean / total
    kept = spread * weight  # B
    own = towards[:, np.newaxis] + kept * (means.mean - towards[:, np.newaxis])
    variance = chance * kept + (1 - kept) ** 2 / total[:, np.newaxis]
    return towards, own, variance


def _weights_of_tau(means: AuditorMeans, most: int) -> tuple[Floats, Floats]:
    """Weights of tau that add up to 1, at values up to the largest gap a scale allows.

    Restricted likelihood times tau, that is with all values of tau squared alike beforehand:
    with all values of tau alike intervals hold the truth less often than they say.
    """
    taus = np.linspace(0, most, GRID)
    weight = 1 / (means.within / means.cases + taus[:, np.newaxis] ** 2)
    total = weight.sum(axis=1)
    away = means.mean - (weight @ means.mean / total)[:, np.newaxis]
    q = (weight * away**2).sum(axis=1)
    log_likelihood = (np.log(weight).sum(axis=1) - np.log(total) - q) / 2
    likelihood = np.exp(log_likelihood - log_likelihood.max())
    posterior = likelihood * taus
    return posterior / posterior.sum(), taus


def _funnel(means: AuditorMeans, cases: range, most: int) -> FunnelLimits:
    centre = _centre(means)
    inner, outer = ([_reach(means, n, level) for n in cases] for level in (INNER, OUTER))
    return FunnelLimits(
        centre=centre,
        cases=tuple(cases),
        low_95=tuple(max(-float(most), centre - half) for half in inner),
        high_95=tuple(min(float(most), centre + half) for half in inner),
        low_998=tuple(max(-float(most), centre - half) for half in outer),
        high_998=tuple(min(float(most), centre + half) for half in outer),
    )


def _centre(means: AuditorMeans) -> float:
    return float(means.cases @ means.mean / means.cases.sum())


def _reach(means: AuditorMeans, cases: float, level: float) -> float:
    """How far from the centre chance takes the mean of so many cases."""
    df = float(means.cases.sum()) - len(means.cases)
    return funnel_reach(sqrt(means.within), cases, df=df, level=level)


def funnel_reach(spread: float, cases: float, *, df: float, level: float) -> float:
    """How far from the centre chance takes the mean gap of so many cases.

    Parameters
    ----------
    spread : float
        Standard deviation of gaps within auditors.
    cases : float
        Moderated audits of the auditor.
    df : float
        All moderated audits less the number of auditors: what the spread is known by.
    level : float
        ``INNER`` or ``OUTER``.
    """
    return t_quantile(level, df=df) * spread / sqrt(cases)


def _place(means: AuditorMeans, j: int) -> FunnelPlace:
    if len(means.mean) < 2 or not means.within > 0:
        return FunnelPlace.NOT_KNOWN
    away = float(means.mean[j]) - _centre(means)
    if abs(away) <= _reach(means, means.cases[j], INNER):
        return FunnelPlace.WITHIN
    if abs(away) <= _reach(means, means.cases[j], OUTER):
        return FunnelPlace.ABOVE_95 if away > 0 else FunnelPlace.BELOW_95
    return FunnelPlace.ABOVE_998 if away > 0 else FunnelPlace.BELOW_998


def _unknown(why_not: str, *, cases: int, level: float) -> Estimate:
    return Estimate.not_estimable(
        why_not, method="empirical Bayes", level=level, cases=cases, auditors=1
    )
