"""The grade profile that moderators would have given to all audits, not only to those they read.

Each auditor's grade is replaced by what moderators found for audits with that grade (the
post-stratified double-sampling estimator of Tenenbein). This needs moderated cases that were
chosen by chance, or with recorded probabilities, within each auditor's grade; a hunch that is
not recorded makes it wrong, and more cases make it worse, so
``moderated.selection_refusal`` comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qaf_analysis.stats.arrays import (
    Floats,
    Ints,
    check_grades,
    check_level,
    check_same_length,
    frozen_ints,
)
from qaf_analysis.stats.intervals import t_p_value, t_quantile, wilson_limits
from qaf_analysis.stats.moderated import (
    ModeratedCounts,
    moderated_counts,
    selection_probabilities,
    varies_within_grade,
)
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

FEWEST_MODERATED = 10
SMALL_GRADE = 0.1  # an auditor's grade with a larger share of audits needs two moderated cases
METHOD = "moderation-adjusted share, Wilson on effective cases"
GAP_METHOD = "moderation-adjusted mean gap, t"


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
    unmoderated : tuple of int
        Grades that auditors gave but of which no audit was moderated; these audits keep the
        auditor's grade, and the intervals are widened for it.
    """

    shares: tuple[Estimate, ...]
    good: Estimate
    gap: Estimate
    unmoderated: tuple[int, ...] = ()


def adjusted_profile(
    population_counts: ArrayLike,
    *,
    audit_grade: ArrayLike,
    moderation_grade: ArrayLike,
    good_from: int,
    selection_probability: ArrayLike | None = None,
    auditor: ArrayLike | None = None,
    level: float = 0.95,
) -> AdjustedProfile:
    """Moderation-adjusted profile from the moderated audits one by one.

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
        Auditor of each moderated audit; only counted.
    level : float
        Confidence level.

    Returns
    -------
    AdjustedProfile
        Not estimable with fewer than 10 moderated audits, when an auditor's grade with more than
        a tenth of all audits has fewer than two of them moderated, or when some probabilities are
        recorded, vary within a grade, and others are missing.

    Raises
    ------
    ShapeError
        If arrays do not fit, more audits of a grade were moderated than there are, or a
        probability is not above 0 and at most 1.
    UnknownGradeError
        If a grade lies outside 0 .. K-1.

    Examples
    --------
    >>> audited, moderated = [1, 1, 1, 2, 2, 2, 2, 3, 3, 3], [1, 1, 0, 2, 1, 2, 1, 2, 2, 3]
    >>> found = adjusted_profile([0, 30, 50, 20], audit_grade=audited,
    ...                          moderation_grade=moderated, good_from=2)
    >>> round(found.good.value, 4), round(found.gap.value, 4)
    (0.45, 0.4833)
    """
    counts = frozen_ints(population_counts, name="population_counts")
    audited = frozen_ints(audit_grade, name="audit_grade")
    moderated = frozen_ints(moderation_grade, name="moderation_grade")
    check_same_length({"audit grades": audited, "moderation grades": moderated})
    for grades in (audited, moderated):
        check_grades(grades, n_levels=len(counts))
    chance = selection_probabilities(selection_probability, len(audited))
    missing, varies = np.isnan(chance), varies_within_grade(audited, chance)
    auditors = 0 if auditor is None else len(np.unique(frozen_ints(auditor, name="auditor")))
    if missing.any() and varies:
        reason = (
            f"{int(missing.sum())} of {len(chance)} moderated audits have no recorded "
            f"probability of being chosen, while others were chosen with unequal ones"
        )
        return refused_profile(reason, n_levels=len(counts), cases=len(audited), level=level)
    weight = 1 / chance if varies else np.ones(len(audited))
    cells = moderated_counts(audited, moderated, weight, n_levels=len(counts))
    return _profile(counts, cells, good_from=good_from, level=level, auditors=auditors)


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
    counts = frozen_ints(population_counts, name="population_counts")
    cells = np.asarray(table)
    if cells.shape != (len(counts), len(counts)) or cells.dtype.kind not in "iu":
        raise ShapeError(f"A table of {len(counts)} by {len(counts)} counts is needed.")
    audited, moderated = (np.repeat(codes, cells.ravel()) for codes in _cell_codes(len(counts)))
    moderated_cells = moderated_counts(
        audited, moderated, np.ones(len(audited)), n_levels=len(counts)
    )
    return _profile(counts, moderated_cells, good_from=good_from, level=level, auditors=0)


def refused_profile(
    reason: str, *, n_levels: int, cases: int = 0, auditors: int = 0, level: float = 0.95
) -> AdjustedProfile:
    """Profile without values, with the reason in plain words."""

    def nothing(method: str) -> Estimate:
        return Estimate.not_estimable(
            reason, method=method, level=level, cases=cases, auditors=auditors
        )

    return AdjustedProfile(
        shares=(nothing(METHOD),) * n_levels, good=nothing(METHOD), gap=nothing(GAP_METHOD)
    )


def _cell_codes(k: int) -> tuple[Ints, Ints]:
    codes = np.arange(k)
    return np.repeat(codes, k), np.tile(codes, k)


def _profile(
    population: Ints, cells: ModeratedCounts, *, good_from: int, level: float, auditors: int
) -> AdjustedProfile:
    check_level(level)
    k, per_grade, n = len(population), cells.cases, int(cells.cases.sum())
    if (population < 0).any() or (per_grade > population).any():
        raise ShapeError("More audits of a grade were moderated than there are audits of it.")
    reason = _refusal(population, per_grade)
    if reason:
        return refused_profile(reason, n_levels=k, cases=n, auditors=auditors, level=level)
    share = population / population.sum()
    # What a perfect count of the grade's audits leaves open: nothing once all are moderated.
    open_part = 1 - np.divide(per_grade, population, out=np.ones(k), where=population > 0)
    basis = _Basis(
        share=share, open_part=open_part, cells=cells, n=n, level=level, auditors=auditors
    )
    levels = np.arange(k)
    return AdjustedProfile(
        shares=tuple(_share(basis, levels == grade) for grade in levels),
        good=_share(basis, levels >= good_from),
        gap=_gap(basis),
        unmoderated=tuple(int(a) for a in np.flatnonzero((per_grade == 0) & (population > 0))),
    )


def _refusal(population: Ints, per_grade: Ints) -> str:
    n, total = int(per_grade.sum()), int(population.sum())
    if n < FEWEST_MODERATED:
        return f"only {n} moderated audits; at least {FEWEST_MODERATED} are needed"
    thin = np.flatnonzero((population > SMALL_GRADE * total) & (per_grade < 2))
    if len(thin):
        worst = int(thin[0])
        return (
            f"an auditors' grade (level {worst + 1}) with {int(population[worst])} of {total} "
            f"audits has only {int(per_grade[worst])} moderated; at least 2 are needed"
        )
    return ""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Basis:
    share: Floats  # of each auditor's grade among all audits
    open_part: Floats  # 1 - moderated / audits, by auditor's grade
    cells: ModeratedCounts
    n: int
    level: float
    auditors: int


def _share(basis: _Basis, event: NDArray[np.bool_]) -> Estimate:
    """Adjusted share of the grades marked in ``event``."""
    cells, q = basis.cells, basis.share
    value = float(q @ cells.found[:, event].sum(axis=1))
    smooth = cells.smoothed[:, event].sum(axis=1)
    # A grade with no moderated audit could be anything: the variance of a coin.
    spread = np.where(cells.cases > 0, smooth * (1 - smooth) / cells.effective, 0.25)
    variance = float(q**2 @ (spread * basis.open_part))
    whole = float(q @ smooth)
    low, high = value, value
    if variance > 0:
        unread = float(q @ basis.open_part)
        cases = min(max(whole * (1 - whole) / variance, 2.0), 4 * basis.n / unread)
        quantile = t_quantile(basis.level, df=basis.n - 1)
        low, high = wilson_limits(min(max(value, 0.0), 1.0), cases, quantile=quantile)
    return Estimate(
        value=value,
        low=low,
        high=high,
        level=basis.level,
        cases=basis.n,
        auditors=basis.auditors,
        method=METHOD if variance > 0 else f"{METHOD}; all audits were moderated",
        se=sqrt(variance),
    )


def _gap(basis: _Basis) -> Estimate:
    cells, q = basis.cells, basis.share
    levels = np.arange(len(q))
    value = float(q @ (levels - cells.found @ levels))
    within, df = cells.pooled_variance()
    spread = np.where(cells.cases > 0, within / cells.effective, 1.0)
    variance = float(q**2 @ (spread * basis.open_part))
    se, half = sqrt(variance), t_quantile(basis.level, df=df) * sqrt(variance)
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=basis.level,
        cases=basis.n,
        auditors=basis.auditors,
        method=GAP_METHOD,
        se=se,
        p=t_p_value(value / se, df=df) if se > 0 and not isnan(value) else float("nan"),
    )
