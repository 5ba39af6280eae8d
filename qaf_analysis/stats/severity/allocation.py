"""Did audits reach auditors at random? If not, who gets the harder cases?

Severities from all audits take it that they did. Those from linked audits do not: there, auditors
are compared on the same audits. Where the two part, linked audits are to be believed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg, special

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.severity.caseload_correlation import caseload_correlation
from qaf_analysis.stats.severity.contrasts import caseload_estimates
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.likelihood import SeverityLikelihood
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.parameters import severity_terms
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.severity_terms import centred_basis
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate


@dataclass(frozen=True, kw_only=True, eq=False)
class AllocationTest:
    """Severities with and without the assumption of random allocation, and its test.

    Parameters
    ----------
    linked : SeverityFit
        From linked audits only, with caseloads free to differ: the headline.
    pooled : SeverityFit
        From all audits, taking it that they reached auditors at random.
    uneven : SeverityFit
        From all audits, with caseloads free to differ.
    statistic, df, p : float
        Test of that assumption: chi-square, its degrees of freedom, and p-value. NaN, with the
        reason in ``why_not``, where nothing can be tested.
    caseload : tuple of Estimate
        By auditor: how much better than average practice is in the audits that reach them, in
        logits; negative means harder cases.
    correlation : Estimate
        Of severity with caseload among auditors: above 0, harsher auditors get the better
        practice; below 0, the harder cases.
    why_not : str
    """

    linked: SeverityFit
    pooled: SeverityFit
    uneven: SeverityFit
    statistic: float
    df: float
    p: float
    caseload: tuple[Estimate, ...]
    correlation: Estimate
    why_not: str = ""


def allocation_test(
    ratings: SeverityRatings, *, options: SeverityOptions | None = None
) -> AllocationTest:
    """Test whether audits reached auditors at random.

    Hausman's test compares the two sets of severities by the difference of their variances, which
    need not be a variance. This is the same question in Mundlak's form, free of that: whether
    mean practice differs between the caseloads of auditors. Its statistic is the sum of squared
    scores of those differences where random allocation is fitted, as in a test that their spread
    is zero; its distribution is a chi-square scaled to the statistic's mean and variance. Dividing
    by the full matrix of variances, as Hausman's statistic does, rejected true random allocation
    in 8 to 14 councils of 100 at 5 %, since that matrix is too uncertain to be inverted.

    Parameters
    ----------
    ratings : SeverityRatings
        All audits.
    options : SeverityOptions, optional
        ``caseload`` is set as each fit needs it.

    Raises
    ------
    UsageError
        If no audit is linked: there is nothing to set against random allocation.

    Notes
    -----
    Three models are fitted, each from where the one before ended.

    References
    ----------
    Hausman (1978); Mundlak (1978); Lin (1997) for the score test of a spread; Satterthwaite
    (1946) for its distribution.
    """
    if ratings.n_linked == 0:
        raise UsageError("No audit was graded by two auditors, so allocation cannot be tested.")
    asked = options or SeverityOptions()
    linked = severity_model(ratings.linked, options=_with(asked, ratings.linked, caseload=True))
    pooled = severity_model(ratings, options=replace(asked, caseload=False), near=linked)
    uneven = linked  # the same model of the same audits
    if ratings.n_linked < ratings.n_audits:
        uneven = severity_model(ratings, options=replace(asked, caseload=True), near=pooled)
    statistic, df, why_not = _score_test(pooled)
    return AllocationTest(
        linked=linked,
        pooled=pooled,
        uneven=uneven,
        statistic=statistic,
        df=df,
        p=float(special.chdtrc(df, statistic)) if df else np.nan,
        caseload=caseload_estimates(uneven),
        correlation=caseload_correlation(uneven),
        why_not=why_not,
    )


def allocation_p(ratings: SeverityRatings, *, options: SeverityOptions | None = None) -> float:
    """P-value of the same test alone, which needs one fit in place of three.

    NaN where there is nothing to test.
    """
    asked = options or SeverityOptions()
    statistic, df, _ = _score_test(severity_model(ratings, options=replace(asked, caseload=False)))
    return float(special.chdtrc(df, statistic)) if df else np.nan


def _with(options: SeverityOptions, ratings: SeverityRatings, *, caseload: bool) -> SeverityOptions:
    """Options for part of the ratings: anchors who are not in it are left out."""
    inside = set(ratings.auditor_codes.tolist())
    anchored = {code: value for code, value in options.anchored.items() if code in inside}
    return replace(options, anchored=anchored, caseload=caseload)


def _score_test(pooled: SeverityFit) -> tuple[float, float, str]:
    """Score of caseloads at the fit without them: statistic, degrees of freedom, reason if none."""
    if pooled.options.auditor_effects == "none":
        return np.nan, 0.0, "there are no two auditors to compare"
    grid, options = pooled.posterior.grid, replace(pooled.options, caseload=True)
    terms = severity_terms(pooled.ratings, kinds=grid.kinds, options=options)
    likelihood = SeverityLikelihood(
        grid=grid, terms=terms, has_halo=options.halo, sd_is_known=False
    )
    place = terms.index["caseload"]
    others = np.r_[0 : place.start, place.stop : terms.n_parameters - 1 + options.halo]
    parameters = np.insert(pooled.parameters, place.start, np.zeros(place.stop - place.start))
    posterior = likelihood.posterior(parameters)
    score = likelihood.gradient(parameters, posterior=posterior)[place]
    whole = likelihood.information(parameters, posterior=posterior)
    between = whole[place, others]
    shrunken = whole[np.ix_(others, others)] + np.diag(_penalty(pooled, terms.random)[others])
    variance = whole[place, place] - between @ linalg.solve(shrunken, between.T, assume_a="sym")
    # Better practice everywhere is the same as lower thresholds: only differences can be tested.
    basis = centred_basis(len(score))
    spread = basis.T @ variance @ basis
    expected, squares = np.trace(spread), (spread**2).sum()
    if not expected > 0:
        return np.nan, 0.0, "the audits do not tell practice between caseloads"
    scale, df = squares / expected, expected**2 / squares
    return float(((basis.T @ score) ** 2).sum() / scale), float(df), ""


def _penalty(pooled: SeverityFit, random: dict[str, slice]) -> Floats:
    """Shrinkage of each parameter in the fit without caseloads."""
    penalty = np.zeros(len(pooled.parameters) + pooled.ratings.n_auditors)
    for name, spread in pooled.spreads.items():
        penalty[random[name]] = spread.value**-2
    return penalty
