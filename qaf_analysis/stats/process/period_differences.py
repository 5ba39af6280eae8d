"""Bias and chance-corrected agreement with moderators in two periods, after less before.

Both periods' pairs of grades are held together (``TwoPeriods``), so that auditors who worked in
both are not taken for different people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.agreement.kappas import agreement_coefficient
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.resampling import ENOUGH, bootstrap
from qaf_analysis.stats.core.arrays import (
    Bools,
    Floats,
    Ints,
    check_grades,
    check_same_length,
    frozen_ints,
    numbered,
)
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.stats.process.stratified_agreement import MOST_PAIRS_ALONE, cell_contrast
from qaf_analysis.terms.errors import ShapeError
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
    measure = agreement_coefficient("cohen", n_levels=both.n_levels)
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


def _two_raters(both: ModeratedPairs, side: Bools, cluster: Ints) -> Ratings:
    """Pairs as grades of two raters, whoever they were: the auditor, and the moderator."""
    n = int(side.sum())
    return Ratings(
        audit=np.tile(np.arange(n), 2),
        auditor=np.repeat([0, 1], n),
        grade=np.concatenate([both.audited[side], both.moderated[side]]),
        n_levels=both.n_levels,
        cluster=np.tile(cluster[side], 2),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class ModeratedPairs:
    """Auditor's and moderator's grade of each moderated audit of one period.

    Parameters
    ----------
    audited, moderated, auditor : int array, shape (pairs,)
        Grade codes 0 .. K-1; whole number naming the auditor, the same in both periods.
    n_levels : int
        K.

    Raises
    ------
    ShapeError, UnknownGradeError
        If the lengths differ or a grade lies outside the scale.
    """

    audited: Ints
    moderated: Ints
    auditor: Ints
    n_levels: int

    def __post_init__(self) -> None:
        for name in ("audited", "moderated", "auditor"):
            object.__setattr__(self, name, frozen_ints(getattr(self, name), name=name))
        columns = {"audited": self.audited, "moderated": self.moderated}
        check_same_length({**columns, "auditor": self.auditor})
        for grades in columns.values():
            check_grades(grades, n_levels=self.n_levels)

    def __len__(self) -> int:
        return len(self.audited)

    @property
    def auditors(self) -> int:
        """How many auditors gave the grades."""
        return len(np.unique(self.auditor))

    @property
    def gap(self) -> Floats:
        """Audit minus moderation, in grades."""
        return (self.audited - self.moderated).astype(np.float64)

    def by(self, auditors: ArrayLike) -> ModeratedPairs:
        """Return the pairs of some auditors only."""
        kept = np.isin(self.auditor, auditors)
        return replace(
            self,
            audited=self.audited[kept],
            moderated=self.moderated[kept],
            auditor=self.auditor[kept],
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class TwoPeriods:
    """Pairs of an earlier and a later period together.

    Parameters
    ----------
    pairs : ModeratedPairs
    after : array of bool, shape (pairs,)
        Whether the pair belongs to the later period.
    by_auditor : bool
        Whether pairs of one auditor count as alike: where one gives more than three.
    """

    pairs: ModeratedPairs
    after: Bools
    by_auditor: bool

    @classmethod
    def of(cls, before: ModeratedPairs, after: ModeratedPairs) -> TwoPeriods:
        """Join two periods.

        Raises
        ------
        ShapeError
            If their scales differ.
        """
        if before.n_levels != after.n_levels:
            raise ShapeError(
                f"Scales of {before.n_levels} and {after.n_levels} levels cannot be compared."
            )
        pairs = ModeratedPairs(
            audited=np.concatenate([before.audited, after.audited]),
            moderated=np.concatenate([before.moderated, after.moderated]),
            auditor=np.concatenate([before.auditor, after.auditor]),
            n_levels=before.n_levels,
        )
        most = int(np.bincount(numbered(pairs.auditor)[0]).max(initial=0))
        late = np.repeat([False, True], [len(before), len(after)])
        late.setflags(write=False)
        return cls(pairs=pairs, after=late, by_auditor=most > MOST_PAIRS_ALONE)

    @property
    def cluster(self) -> Ints:
        """What is sampled as one: the auditor, or each pair by itself."""
        return self.pairs.auditor if self.by_auditor else np.arange(len(self.pairs))
