"""Bias and chance-corrected agreement with moderators in two periods, after less before."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from qaf_analysis.stats.agreement.kappas import agreement_measure
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.resampling import ENOUGH, bootstrap
from qaf_analysis.stats.core.arrays import Ints
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.stats.process.cell_contrast import cell_contrast
from qaf_analysis.stats.process.moderated_pairs import ModeratedPairs, TwoPeriods
from qaf_analysis.terms.estimate import Estimate

KAPPA = "difference of quadratic weighted kappa"
BIAS = "difference of mean gaps"


def bias_change(periods: TwoPeriods, *, level: float = 0.95) -> Estimate:
    """Difference of the mean gap (audit minus moderation), in grades, after less before.

    Returns
    -------
    Estimate
        Negative where auditors became less kind. CR2 variance with t (see ``cell_contrast``);
        where pairs count as independent, that is Welch's variance. Not estimable when a period
        has no pair or gaps do not vary.

    References
    ----------
    See ``cell_contrast.cell_contrast``.
    """
    both, late = periods.pairs, periods.after
    if late.all() or not late.any():
        return _no_change(both, "one of the two periods has no pair", level=level)
    found = cell_contrast(
        both.gap,
        cell=late.astype(np.int64),
        weight=np.array([-1.0, 1.0]),
        cluster=periods.cluster,
    )
    if not (found.variance > 0 and found.df > 0):
        why_not = "gaps do not vary within the periods, so chance cannot be judged"
        return _no_change(both, why_not, level=level)
    se = sqrt(found.variance)
    half = t_quantile(level, df=found.df) * se
    return Estimate(
        value=found.value,
        low=found.value - half,
        high=found.value + half,
        level=level,
        cases=len(both),
        auditors=both.auditors,
        method=f"{BIAS} (CR2), t with {found.df:.1f} df",
        se=se,
        p=t_p_value(found.value / se, df=found.df),
        df=found.df,
    )


def _no_change(both: ModeratedPairs, why_not: str, *, level: float) -> Estimate:
    return Estimate.not_estimable(
        why_not, method=BIAS, level=level, cases=len(both), auditors=both.auditors
    )


def kappa_change(
    periods: TwoPeriods, *, rng: np.random.Generator, draws: int = 1000, level: float = 0.95
) -> Estimate:
    """Difference of quadratic weighted kappa between auditor and moderator, after less before.

    Kappa depends on the mix of grades: where one period has fewer different grades it is lower
    although nobody grades differently.

    Parameters
    ----------
    periods : TwoPeriods
    rng : numpy.random.Generator
    draws : int
        Bootstrap draws of each period.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Percentile bootstrap; pairs (or all pairs of an auditor) of each period are drawn anew.
        Not estimable when a period has no pair, or grades of one kind only.

    References
    ----------
    Cohen (1968), Psychological Bulletin 70, 213-220, for weighted kappa.
    """
    both, late = periods.pairs, periods.after
    measure = agreement_measure("cohen", n_levels=both.n_levels)
    before, after = (
        bootstrap(
            _two_raters(both, side, periods.cluster),
            [measure],
            rng=rng,
            draws=draws,
            interval="percentile",
        )[0]
        for side in (~late, late)
    )
    name = f"{KAPPA}; percentile bootstrap, {draws:,} draws"
    for one in (before.estimate, after.estimate):
        if not one.is_estimable:
            return Estimate.not_estimable(one.why_not, method=name, level=level, cases=len(both))
    value = after.estimate.value - before.estimate.value
    drawn = after.draws - before.draws
    known = drawn[~np.isnan(drawn)]
    low = high = se = nan
    if len(known) >= ENOUGH * draws and np.ptp(known) > 0:
        ends = np.quantile(known, [0.5 - level / 2, 0.5 + level / 2])
        low, high, se = float(ends[0]), float(ends[1]), float(known.std(ddof=1))
    return Estimate(
        value=value,
        low=low,
        high=high,
        level=level,
        cases=len(both),
        auditors=both.auditors,
        method=name,
        se=se,
    )


def _two_raters(both: ModeratedPairs, side: NDArray[np.bool_], cluster: Ints) -> Ratings:
    """Pairs as grades of two raters, whoever they were: the auditor, and the moderator."""
    n = int(side.sum())
    return Ratings(
        audit=np.tile(np.arange(n), 2),
        auditor=np.repeat([0, 1], n),
        grade=np.concatenate([both.audited[side], both.moderated[side]]),
        n_levels=both.n_levels,
        cluster=np.tile(cluster[side], 2),
    )
