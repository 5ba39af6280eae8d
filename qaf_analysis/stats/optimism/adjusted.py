"""The grade profile that moderators would have given to all audits, not only to those they read.

Each auditor's grade is replaced by what moderators found for audits with that grade (the
post-stratified double-sampling estimator of Tenenbein). This needs moderated cases that were
chosen by chance, or with recorded probabilities, within each auditor's grade; a hunch that is
not recorded makes it wrong, and more cases make it worse, so
``moderated.selection_refusal`` comes first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_grades,
    check_level,
    check_same_length,
    frozen_ints,
)
from qaf_analysis.stats.optimism.adjusted_figures import (
    GAP_METHOD,
    METHOD,
    AdjustedBasis,
    adjusted_gap,
    adjusted_share,
)
from qaf_analysis.stats.optimism.design_effect import AuditorClusters, auditor_clusters
from qaf_analysis.stats.optimism.moderated_counts import (
    ModeratedCounts,
    moderated_counts,
    selection_probabilities,
    varies_within_grade,
)
from qaf_analysis.stats.optimism.paired import SEVERE
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

FEWEST_MODERATED = 10
SMALL_GRADE = 0.1  # an auditor's grade with a larger share of audits needs two moderated cases


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
    audited = frozen_ints(audit_grade, name="audit_grade")
    moderated = frozen_ints(moderation_grade, name="moderation_grade")
    check_same_length({"audit grades": audited, "moderation grades": moderated})
    for grades in (audited, moderated):
        check_grades(grades, n_levels=len(counts))
    chance = selection_probabilities(selection_probability, len(audited))
    names = None if auditor is None else frozen_ints(auditor, name="auditor")
    varies, auditors = varies_within_grade(audited, chance), _number(names)
    reason = _unfit(chance, varies, auditors=auditors, of=population_auditors)
    if reason:
        return refused_profile(
            reason, n_levels=len(counts), cases=len(audited), auditors=auditors, level=level
        )
    weight = 1 / chance if varies else np.ones(len(audited))
    cells = moderated_counts(audited, moderated, weight, n_levels=len(counts))
    clusters = None
    if names is not None:
        stands_for = weight * (counts / counts.sum() / cells.weight)[audited]
        clusters = auditor_clusters(
            audited, moderated, names, stands_for, population_auditors=population_auditors
        )
    return _profile(counts, cells, clusters, good_from=good_from, level=level, auditors=auditors)


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
    return _profile(counts, moderated_cells, None, good_from=good_from, level=level, auditors=0)


def refused_profile(
    reason: str, *, n_levels: int, cases: int = 0, auditors: int = 0, level: float = 0.95
) -> AdjustedProfile:
    """Profile without values, with the reason in plain words."""

    def nothing(method: str) -> Estimate:
        return Estimate.not_estimable(
            reason, method=method, level=level, cases=cases, auditors=auditors
        )

    share = nothing(METHOD)
    return AdjustedProfile(
        shares=(share,) * n_levels,
        good=share,
        gap=nothing(GAP_METHOD),
        over=share,
        under=share,
        severe=share,
    )


def _cell_codes(k: int) -> tuple[Ints, Ints]:
    codes = np.arange(k)
    return np.repeat(codes, k), np.tile(codes, k)


def _number(names: Ints | None) -> int:
    return 0 if names is None else len(np.unique(names))


def _unfit(chance: Floats, varies: bool, *, auditors: int, of: int | None) -> str:
    """Reason why cases chosen like this carry no adjusted figure; empty if they do."""
    missing = np.isnan(chance)
    if missing.any() and varies:
        return (
            f"{int(missing.sum())} of {len(chance)} moderated audits have no recorded "
            f"probability of being chosen, while others were chosen with unequal ones"
        )
    if auditors == 1 and of is not None and of > 1:
        return f"all moderated audits are of one auditor; there are {of}"
    return ""


def _profile(
    population: Ints,
    cells: ModeratedCounts,
    clusters: AuditorClusters | None,
    *,
    good_from: int,
    level: float,
    auditors: int,
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
    basis = AdjustedBasis(
        share=share,
        open_part=open_part,
        cells=cells,
        clusters=clusters,
        level=level,
        auditors=auditors,
    )
    levels = np.arange(k)
    kinder = levels[:, np.newaxis] - levels
    return AdjustedProfile(
        shares=tuple(adjusted_share(basis, levels == grade) for grade in levels),
        good=adjusted_share(basis, levels >= good_from),
        gap=adjusted_gap(basis),
        over=adjusted_share(basis, kinder > 0),
        under=adjusted_share(basis, kinder < 0),
        severe=adjusted_share(basis, abs(kinder) >= SEVERE),
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
