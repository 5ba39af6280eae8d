"""Did audits reach auditors at random? If not, do harsher auditors get the harder cases?

Severities from all audits take it that they did. Those from linked audits do not: there, auditors
are compared on the same audits. Where the two part, linked audits are to be believed.

The plain correlation of estimated severities with estimated caseloads does not answer the second
question. From audits graded once only their difference is known, and shrinkage shares it out
between them: where the two had nothing to do with each other, that correlation was on average -0.3
to -0.4 in 60 simulated councils (600 audits, 29 auditors, 30 in 100 audits graded twice).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy import linalg, optimize, special

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.core.intervals import t_quantile
from qaf_analysis.stats.severity.contrasts import caseload_estimates
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.likelihood import SeverityLikelihood
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.parameters import centred_basis, severity_terms
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.variances import guard
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate

METHOD = "likelihood of severity and caseload drawn together, severity model about its best fit"
GRID = np.tanh(np.linspace(-2.7, 2.7, 55))
FEWEST_AUDITORS = 5
# Minus the log-likelihood of SDs so large that the quadratic has no peak: nothing to go to.
NO_PEAK = 1e10


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


def caseload_correlation(fit: SeverityFit) -> Estimate:
    """Correlation, among auditors, of severity with how good practice in their audits is.

    Parameters
    ----------
    fit : SeverityFit
        Of all audits, with shrunken severities and caseloads.

    Returns
    -------
    Estimate
        Above 0, harsher auditors get the better practice; below 0, the harder cases. Not
        estimable with fewer than five auditors, or where caseloads may not differ at all. The
        interval may reach from near -1 to near 1: nothing is known then.

    Notes
    -----
    About the best fit the log-likelihood is taken as quadratic in the effects. Severity and
    caseload of one auditor get a correlation in place of independence; the effects are integrated
    out, and the SDs are those that suit each correlation best. The interval holds all correlations
    whose log-likelihood is within half the square of Student's quantile (auditors less 2 degrees of
    freedom) of the best. How often it holds the truth is measured: see ``docs/calibration``.

    References
    ----------
    Laird and Ware (1982) for the likelihood of correlated effects.

    Examples
    --------
    >>> from qaf_analysis.stats.severity.model import severity_model
    >>> from qaf_analysis.stats.severity.ratings import SeverityRatings
    >>> ratings = SeverityRatings(
    ...     audit=[1, 1, 2, 3], auditor=[7, 8, 7, 8], domain=[0] * 4, grade=[1, 2, 1, 2], n_levels=4
    ... )
    >>> caseload_correlation(severity_model(ratings)).is_estimable  # nothing shows a difference
    False
    """
    level, audits, auditors = fit.options.level, fit.ratings.n_audits, fit.ratings.n_auditors
    reason = _why_not(fit)
    if reason:
        return Estimate.not_estimable(
            reason, method=METHOD, level=level, cases=audits, auditors=auditors
        )
    height = _profile(fit)
    reach = t_quantile(level, df=auditors - 2) ** 2 / 2
    inside = GRID[height > height.max() - reach]
    return Estimate(
        value=float(GRID[np.argmax(height)]),
        low=float(inside[0]),
        high=float(inside[-1]),
        level=level,
        cases=audits,
        auditors=auditors,
        method=METHOD,
    )


def _why_not(fit: SeverityFit) -> str:
    own = fit.terms.random.get("auditor")
    if fit.caseload is None or own is None:
        return "the model holds no differences between caseloads"
    if fit.sd_caseload.at_boundary or fit.sd_caseload.low == 0:
        return "practice may not differ between auditors' caseloads at all"
    if fit.ratings.n_auditors < FEWEST_AUDITORS:
        return f"there are fewer than {FEWEST_AUDITORS} auditors"
    if own.stop - own.start != fit.ratings.n_auditors:
        return "some severities are held or have a mean of their own"
    return ""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Effects:
    """The log-likelihood of severities and caseloads as a quadratic, all else integrated out.

    Parameters
    ----------
    information : array, shape (2 auditors, 2 auditors)
        Severities first.
    slope : array, shape (2 auditors,)
        Gradient plus information times effects.
    """

    information: Floats
    slope: Floats

    def depth(self, correlation: float, log_sd: Floats) -> float:
        """Minus the log-likelihood of a correlation and two SDs, with guards, effects out."""
        sd = np.exp(log_sd)
        left = 1 - correlation**2
        shared = np.array([[1, -correlation], [-correlation, 1]]) / (left * np.outer(sd, sd))
        n = len(self.slope) // 2
        curved = self.information + np.kron(shared, np.eye(n))
        try:
            factor = linalg.cho_factor(curved, lower=True)
        except linalg.LinAlgError:
            return NO_PEAK
        peak = 0.5 * self.slope @ linalg.cho_solve(factor, self.slope)
        volume = np.log(np.diag(factor[0])).sum() + n * log_sd.sum() + n / 2 * np.log(left)
        return float(volume - peak - np.sum(guard(sd)))


def _profile(fit: SeverityFit) -> Floats:
    """Log-likelihood of each correlation of the grid at the SDs that suit it, up to a constant."""
    effects = _effects(fit)
    best = np.log([fit.sd_auditor.value, fit.sd_caseload.value])
    height = np.empty(len(GRID))
    middle = len(GRID) // 2
    for way in (range(middle, len(GRID)), range(middle - 1, -1, -1)):
        log_sd = best
        for place in way:
            depth = partial(effects.depth, float(GRID[place]))
            found = optimize.minimize(depth, log_sd, method="BFGS", options={"gtol": 1e-3})
            log_sd, height[place] = found.x, -found.fun
    return height


def _effects(fit: SeverityFit) -> _Effects:
    likelihood = SeverityLikelihood(
        grid=fit.posterior.grid, terms=fit.terms, has_halo=fit.options.halo, sd_is_known=False
    )
    held = len(fit.parameters) - 2  # the SDs of practice and halo
    gradient = likelihood.gradient(fit.parameters, posterior=fit.posterior)[:held]
    information = likelihood.design_information(fit.posterior)
    slope = gradient + information @ fit.parameters[:held]
    every = np.arange(held)
    own = np.concatenate([every[fit.terms.random[name]] for name in ("auditor", "caseload")])
    rest = np.setdiff1d(every, own)
    for name, spread in fit.spreads.items():
        if name not in ("auditor", "caseload"):
            place = every[fit.terms.random[name]]
            information[place, place] += spread.value**-2
    across = linalg.solve(
        information[np.ix_(rest, rest)], information[rest][:, own], assume_a="sym"
    )
    return _Effects(
        information=information[np.ix_(own, own)] - information[own][:, rest] @ across,
        slope=slope[own] - across.T @ slope[rest],
    )
