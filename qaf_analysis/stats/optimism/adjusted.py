"""The grade profile that moderators would have given to all audits, not only to those they read.

Each auditor's grade is replaced by what moderators found for audits with that grade (the
post-stratified double-sampling estimator of Tenenbein). This needs moderated cases chosen by
chance, or with recorded probabilities, within each auditor's grade; a hunch that is not recorded
makes it wrong, and more cases make it worse, so ``moderated_counts.untold_selection`` comes
first.

A share's interval joins the Wilson intervals of the auditors' grades by their squared distances
(MOVER). One standard error for the whole, as other programs have it, is too small when few audits
of a grade were moderated and none, or all, were changed: docs/calibration/optimism.md. Where cases
were chosen auditor by auditor (three of eight, ten audits each), the leniency of the others stays
unknown, and a design effect widens the interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Bools,
    Floats,
    Ints,
    frozen_ints,
    sums,
)
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile, wilson_limits
from qaf_analysis.stats.core.means import clustered_mean
from qaf_analysis.stats.optimism.moderated_counts import (
    NO_POPULATION,
    ModeratedAudits,
    ModeratedCounts,
    moderated_counts,
    unfit_selection,
    untold_selection,
)
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import OPTIMISM_RULE

FEWEST_PAIRS = OPTIMISM_RULE.fewest_pairs
SMALL_GRADE = 0.1  # an auditor's grade with a larger share of audits needs two moderated cases

SHARE_METHOD = "moderation-adjusted share, Wilson within auditors' grades (MOVER)"
GAP_METHOD = "moderation-adjusted mean gap, t"
NO_SPREAD = 1e-24  # below this a variance is rounding


@dataclass(frozen=True, kw_only=True)
class AdjustedProfile:
    """Shares of grades as moderators would have given them to all audits.

    Parameters
    ----------
    shares : tuple of Estimate
        One for each grade, worst first.
    good : Estimate
        Share good or better.
    gap : Estimate
        Mean of audit minus moderation over all audits, in grades.
    over, under, severe : Estimate
        Share of all audits that moderators would grade lower, higher, and two grades or more
        apart.
    unmoderated : tuple of int
        Grades that auditors gave but of which no audit was moderated; these audits keep the
        auditor's grade, and the intervals are widened for it.
    """

    shares: tuple[Estimate, ...]
    good: Estimate
    gap: Estimate
    over: Estimate
    under: Estimate
    severe: Estimate
    unmoderated: tuple[int, ...] = ()


def adjusted_profile(
    population_counts: ArrayLike,
    *,
    audit_grade: ArrayLike,
    moderation_grade: ArrayLike,
    good_from: int,
    selection_probability: ArrayLike | None = None,
    auditor: ArrayLike | None = None,
    population_auditors: int | None = None,
    level: float = 0.95,
) -> AdjustedProfile:
    """Moderation-adjusted profile from the moderated audits one by one.

    The profile is that of the audits counted. The interval of a share joins the Wilson intervals
    of the auditors' grades by their squared distances (MOVER), so that a grade with few moderated
    audits, none or all of them changed, keeps its own doubt; what was moderated is known, so
    every grade counts by the part of it that was not. The mean gap has a t interval with one
    variance within auditors' grades. Coverage: docs/calibration/optimism.md.

    Parameters
    ----------
    population_counts : int array, shape (K,)
        Number of audits of each auditor's grade: all audits that the profile is to describe, the
        moderated ones among them.
    audit_grade, moderation_grade : int array, shape (moderated,)
        Auditor's and moderator's grade of each moderated audit.
    good_from : int
        Lowest code that counts as good.
    selection_probability : array, shape (moderated,), optional
        Probability with which each audit was chosen; NaN where not recorded. Within an auditor's
        grade cases are weighted by one over it (Hájek). Without it, or where it does not vary
        within any grade, cases of one grade weigh alike.
    auditor : int array, shape (moderated,), optional
        Auditor of each moderated audit. Where some auditors' audits were not moderated at all,
        intervals are widened by the likeness of one auditor's audits.
    population_auditors : int, optional
        Number of auditors of all audits. Unknown, it counts as without limit: the interval then
        allows for other auditors like these, which is too wide when all of them were moderated.
    level : float
        Confidence level.

    Returns
    -------
    AdjustedProfile
        Not estimable with fewer than 10 moderated audits, when an auditor's grade with more than
        a tenth of all audits has fewer than two of them moderated, when some probabilities are
        recorded, vary within a grade, and others are missing, or when all moderated audits are
        of one auditor of several.

    Raises
    ------
    ShapeError
        If arrays do not fit, more audits of a grade (or auditors) were moderated than there
        are, or a probability is not above 0 and at most 1.
    UnknownGradeError
        If a grade lies outside 0 .. K-1.

    References
    ----------
    Tenenbein (1970, 1972), double sampling; Zou & Donner (2008), Statistics in Medicine 27,
    1693-1702 (MOVER).

    Examples
    --------
    >>> audited, moderated = [1, 1, 1, 2, 2, 2, 2, 3, 3, 3], [1, 1, 0, 2, 1, 2, 1, 2, 2, 3]
    >>> found = adjusted_profile([0, 30, 50, 20], audit_grade=audited,
    ...                          moderation_grade=moderated, good_from=2)
    >>> round(found.good.value, 4), round(found.gap.value, 4)
    (0.45, 0.4833)
    """
    counts = frozen_ints(population_counts, name="population_counts")
    chance, names = (
        None if column is None else np.asarray(column)
        for column in (selection_probability, auditor)
    )
    return profile_of(
        ModeratedAudits(
            audit_grade=np.asarray(audit_grade),
            moderation_grade=np.asarray(moderation_grade),
            auditor=names,
            n_levels=len(counts),
            good_from=good_from,
            level=level,
            selection_probability=chance,
            population=counts,
            population_auditors=population_auditors,
        )
    )


def adjusted_profile_of_table(
    population_counts: ArrayLike, table: ArrayLike, *, good_from: int, level: float = 0.95
) -> AdjustedProfile:
    """Moderation-adjusted profile from a table of moderated audits.

    Parameters
    ----------
    population_counts : int array, shape (K,)
        Number of audits of each auditor's grade, moderated or not.
    table : int array, shape (K, K)
        Moderated audits by auditor's grade (rows) and moderator's grade (columns).
    good_from : int
        Lowest code that counts as good.
    level : float
        Confidence level.

    Returns
    -------
    AdjustedProfile
        As from ``adjusted_profile`` with cases of one grade weighing alike.

    Raises
    ------
    ShapeError
        If the table does not fit the counts, or holds more audits of a grade than there are.
    """
    return profile_of(audits_of_table(population_counts, table, good_from=good_from, level=level))


def audits_of_table(
    population_counts: ArrayLike, table: ArrayLike, *, good_from: int, level: float = 0.95
) -> ModeratedAudits:
    """Moderated audits one by one from a table of them; see ``adjusted_profile_of_table``."""
    counts, cells = frozen_ints(population_counts, name="population_counts"), np.asarray(table)
    k = len(counts)
    if cells.shape != (k, k) or cells.dtype.kind not in "iu":
        raise ShapeError(f"A table of {k} by {k} counts is needed.")
    codes, times = np.arange(k), cells.ravel()
    return ModeratedAudits(
        audit_grade=np.repeat(np.repeat(codes, k), times),
        moderation_grade=np.repeat(np.tile(codes, k), times),
        auditor=None,
        n_levels=k,
        good_from=good_from,
        level=level,
        population=counts,
    )


def profile_of(moderated: ModeratedAudits) -> AdjustedProfile:
    """Moderation-adjusted profile of moderated audits; see ``adjusted_profile``.

    Parameters
    ----------
    moderated : ModeratedAudits
        With the audits that they are to speak for.

    Raises
    ------
    ShapeError
        If more audits of a grade (or auditors) were moderated than there are.
    """
    population, k = moderated.population, moderated.n_levels
    weight = moderated.weight
    cells = moderated_counts(moderated.audit_grade, moderated.moderation_grade, weight, n_levels=k)
    untold = untold_selection(moderated)
    reason = untold or unfit_selection(moderated) or _too_few(population, cells.cases)
    if reason or population is None:
        return refused_profile(
            reason,
            n_levels=k,
            cases=len(weight),
            auditors=0 if untold else moderated.auditors,
            level=moderated.level,
        )
    # q_a: share of auditor's grade a among all audits.
    share = population / population.sum()
    # What a perfect count of the grade's audits leaves open: nothing once all are moderated.
    open_part = 1 - np.divide(cells.cases, population, out=np.ones(k), where=population > 0)
    basis = AdjustedBasis(
        share=share,
        open_part=open_part,
        cells=cells,
        clusters=None
        if moderated.auditor is None
        else auditor_clusters(
            moderated.audit_grade,
            moderated.moderation_grade,
            moderated.auditor,
            weight * (share / cells.weight)[moderated.audit_grade],
            population_auditors=moderated.population_auditors,
        ),
        level=moderated.level,
        auditors=moderated.auditors,
    )
    levels = np.arange(k)
    kinder = levels[:, np.newaxis] - levels
    unread = np.flatnonzero((cells.cases == 0) & (population > 0))
    return AdjustedProfile(
        shares=tuple(adjusted_share(basis, levels == grade) for grade in levels),
        good=adjusted_share(basis, levels >= moderated.good_from),
        gap=adjusted_gap(basis),
        over=adjusted_share(basis, kinder > 0),
        under=adjusted_share(basis, kinder < 0),
        severe=adjusted_share(basis, abs(kinder) >= (moderated.ruled_by.severe_from or k)),
        unmoderated=tuple(int(a) for a in unread),
    )


def refused_profile(
    reason: str, *, n_levels: int, cases: int = 0, auditors: int = 0, level: float = 0.95
) -> AdjustedProfile:
    """Profile without values, with the reason in plain words."""

    def nothing(method: str) -> Estimate:
        return Estimate.not_estimable(
            reason, method=method, level=level, cases=cases, auditors=auditors
        )

    share = nothing(SHARE_METHOD)
    return AdjustedProfile(
        shares=(share,) * n_levels,
        good=share,
        gap=nothing(GAP_METHOD),
        over=share,
        under=share,
        severe=share,
    )


def _too_few(population: Ints | None, per_grade: Ints) -> str:
    """Reason why so many moderated audits of each grade are too few; empty if they are enough."""
    if population is None:
        return NO_POPULATION
    if (population < 0).any() or (per_grade > population).any():
        raise ShapeError("More audits of a grade were moderated than there are audits of it.")
    n, total = int(per_grade.sum()), int(population.sum())
    if n < FEWEST_PAIRS:
        return (
            f"only {n} moderated audit{'' if n == 1 else 's'}; at least {FEWEST_PAIRS} are needed"
        )
    thin = np.flatnonzero((population > SMALL_GRADE * total) & (per_grade < 2))
    if len(thin):
        worst = int(thin[0])
        return (
            f"an auditors' grade (level {worst + 1}) with {int(population[worst])} of {total} "
            f"audits has only {int(per_grade[worst])} moderated; at least 2 are needed"
        )
    return ""


@dataclass(frozen=True, kw_only=True, eq=False)
class AdjustedBasis:
    """What adjusted figures rest on.

    Parameters
    ----------
    share : array, shape (K,)
        Share of each auditor's grade among all audits.
    open_part : array, shape (K,)
        Share of the audits of each auditor's grade that were not moderated.
    cells : ModeratedCounts
        What moderators found.
    clusters : AuditorClusters or None
        Whose audits were moderated, where that is known.
    level : float
        Confidence level.
    auditors : int
        Auditors of moderated audits; 0 where not known.
    """

    share: Floats
    open_part: Floats
    cells: ModeratedCounts
    clusters: AuditorClusters | None
    level: float
    auditors: int

    def variance(self, spread: Floats, value: Floats) -> tuple[float, DesignEffect]:
        """Variance of an adjusted mean, and the design effect that is part of it.

        ``spread`` is the variance within each auditor's grade of the mean of ``value``, a number
        for each moderator's grade.
        """
        # Var = sum of q_a^2 v_a, with the finite population correction 1 - n_a / N_a.
        whole = float(self.share**2 @ spread)
        rest = float(self.share**2 @ (spread * self.open_part))
        if self.clusters is None or rest <= 0:
            return rest, NO_EFFECT
        effect = self.clusters.effect(value, open_part=rest / whole)
        return rest * effect.factor, effect

    def words(self, method: str, effect: DesignEffect) -> str:
        """How an interval was made."""
        if not self.open_part.any():
            return f"{method}; all audits were moderated"
        if effect.factor == 1:
            return method
        return f"{method}; design effect {effect.factor:.2f} by auditor"


def adjusted_share(basis: AdjustedBasis, event: Bools) -> Estimate:
    """Adjusted share of audits with the event.

    ``event`` marks moderators' grades, shape (K,), or auditors' and moderators' grades, shape
    (K, K) with the auditor's in rows.

    The standard error comes from shares with one pseudo-case in each auditor's grade, so that it
    is never zero while audits are unread.
    """
    cells, q = basis.cells, basis.share
    found, smooth = (
        np.minimum((shares * event).sum(axis=1), 1.0) for shares in (cells.found, cells.smoothed)
    )
    # A grade with no moderated audit could be anything: the variance of a coin.
    spread = np.where(cells.cases > 0, smooth * (1 - smooth) / cells.effective, 0.25)
    # p = sum of q_a p_a, v_a = p_a (1 - p_a) / n_a.
    variance, effect = basis.variance(spread, event.astype(np.float64))
    value, limits = float(q @ found), _limits_by_grade(basis, found, effect)
    # MOVER: squared distances from p_a to its Wilson limits, weighed by q_a^2.
    below, above = (sqrt(float(q**2 @ ((found - x) ** 2 * basis.open_part))) for x in limits)
    return Estimate(
        value=value,
        low=max(0.0, value - below),
        high=min(1.0, value + above),
        level=basis.level,
        cases=int(cells.cases.sum()),
        auditors=basis.auditors,
        method=basis.words(SHARE_METHOD, effect),
        se=sqrt(variance),
    )


def _limits_by_grade(
    basis: AdjustedBasis, found: Floats, effect: DesignEffect
) -> tuple[Floats, Floats]:
    """Wilson limits within each auditor's grade; 0 and 1 where none was moderated."""
    quantile = t_quantile(basis.level, df=effect.joint_df())
    limits = [
        wilson_limits(share, n / effect.factor, quantile=quantile) if cases else (0.0, 1.0)
        for share, n, cases in zip(
            found.tolist(), basis.cells.effective.tolist(), basis.cells.cases, strict=True
        )
    ]
    low, high = np.array(limits).T
    return low, high


def adjusted_gap(basis: AdjustedBasis) -> Estimate:
    """Adjusted mean of audit minus moderation, with one variance within all auditors' grades."""
    cells, q = basis.cells, basis.share
    levels = np.arange(len(q), dtype=np.float64)
    # Gap = sum of q_a (a - mean of moderators' grades within a).
    value = float(q @ (levels - cells.found @ levels))
    within, df = cells.pooled_variance()
    spread = np.where(cells.cases > 0, within / cells.effective, 1.0)
    variance, effect = basis.variance(spread, levels)
    df, se = effect.joint_df(df), sqrt(variance)
    half = t_quantile(basis.level, df=df) * se
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=basis.level,
        cases=int(cells.cases.sum()),
        auditors=basis.auditors,
        method=basis.words(GAP_METHOD, effect),
        se=se,
        p=t_p_value(value / se, df=df) if se > 0 else float("nan"),
        df=df,
    )


class DesignEffect(NamedTuple):
    """By what factor likeness within auditors widens a variance.

    ``between`` is the part of the factor that rests on differences between the auditors seen,
    and ``df`` are its degrees of freedom.
    """

    factor: float
    between: float
    df: float

    def joint_df(self, df: float = inf) -> float:
        """Degrees of freedom of the whole, when the other part has ``df`` (Satterthwaite)."""
        # 1 / df = (between^2 / df_between + rest^2 / df) / factor^2.
        rest = self.factor - self.between
        uncertain = (self.between**2 / self.df + rest**2 / df) / self.factor**2
        return 1 / uncertain if uncertain > 0 else inf


NO_EFFECT = DesignEffect(factor=1.0, between=0.0, df=inf)


@dataclass(frozen=True, kw_only=True, eq=False)
class AuditorClusters:
    """Moderated audits and whose they are.

    Parameters
    ----------
    audited, moderated : int array, shape (moderated,)
        Auditor's and moderator's grade.
    auditor : int array, shape (moderated,)
        Number of the auditor.
    share : array, shape (moderated,)
        Share of all audits that each moderated audit stands for; these add up to at most 1.
    unseen : float
        Share of all auditors of whom no audit was moderated.
    """

    audited: Ints
    moderated: Ints
    auditor: Ints
    share: Floats
    unseen: float

    def effect(self, value: Floats, *, open_part: float) -> DesignEffect:
        """Effect on the adjusted mean of ``value``.

        ``value`` is a number for each moderator's grade, or, of shape (K, K), for each auditor's
        and moderator's grade.

        As in sampling in two stages the variance between auditors (CR2 of the linearised mean,
        see ``means.clustered_mean``; at least that of audits chosen one by one) counts for the
        share of auditors not seen, and that of audits for the rest, less what is known of them:
        ``open_part`` is what the moderated audits leave open of the variance of audits.
        """
        if self.unseen == 0:
            return NO_EFFECT
        # Weighted mean of ``value`` within each auditor's grade: (K,).
        within = sums(self.audited, self.share)
        of_audit = np.broadcast_to(value, (value.shape[-1],) * 2)[self.audited, self.moderated]
        mean = sums(self.audited, self.share * of_audit)
        mean = np.divide(mean, within, out=np.zeros_like(mean), where=within > 0)
        # Linearised mean: n w_i (y_i - mean of its grade), (moderated,).
        off = len(self.share) * self.share * (of_audit - mean[self.audited])
        by_audit = float(off @ off) / len(off) ** 2
        fit = clustered_mean(off, cluster=self.auditor)
        if fit.clusters < 2:
            return NO_EFFECT
        ratio = fit.variance / by_audit if by_audit > NO_SPREAD else 1.0
        # Two stages: auditors not seen count by the variance between, the rest by that of audits.
        between = self.unseen * max(1.0, ratio) / open_part
        return DesignEffect(factor=between + 1 - self.unseen, between=between, df=fit.df)


def auditor_clusters(
    audited: Ints, moderated: Ints, auditor: Ints, share: Floats, *, population_auditors: int | None
) -> AuditorClusters:
    """Clusters of moderated audits; without ``population_auditors`` others have no limit.

    Raises
    ------
    ShapeError
        If there are more auditors than ``population_auditors``.
    """
    seen = len(np.unique(auditor))
    if population_auditors is not None and population_auditors < seen:
        raise ShapeError(
            f"Audits of {seen} auditors were moderated, more than the {population_auditors} "
            "there are."
        )
    return AuditorClusters(
        audited=audited,
        moderated=moderated,
        auditor=auditor,
        share=share,
        unseen=1.0 if population_auditors is None else 1 - seen / population_auditors,
    )
