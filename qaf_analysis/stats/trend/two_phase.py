"""Means of a period when all audits carry the auditor's grade and some also a moderator's.

Sampling has two phases: the audits done are a sample of practice, and those moderated are a
sample of the audits. Both count in every variance here, without a finite-population correction,
because a trend is about practice and not about the files that happened to be audited.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_grades,
    check_same_length,
    frozen_floats,
    frozen_ints,
)
from qaf_analysis.stats.optimism.adjusted import SMALL_GRADE
from qaf_analysis.stats.optimism.moderated_counts import (
    ModeratedCounts,
    moderated_counts,
    selection_probabilities,
    varies_within_grade,
)
from qaf_analysis.terms.errors import ShapeError

BORROWED = 4.0
"""Degrees of freedom that each auditors' grade borrows from the others for its variance."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ModeratedPeriod:
    """All audits of a period, and the moderated ones among them.

    Parameters
    ----------
    grade, auditor : int array, shape (audits,)
        Auditor's grade 0 .. K-1 of every audit, and a whole number 0, 1, ... naming the auditor
        (the same person has the same number in every period that is compared).
    moderated : int array, shape (moderated,)
        Places of the moderated audits, chosen by a recorded chance, among all audits.
    moderation_grade : int array, shape (moderated,)
        Their moderators' grades.
    selection_probability : array, shape (moderated,), optional
        Chance with which each was chosen; without it, or where it does not vary within an
        auditors' grade, cases of one grade weigh alike.

    Raises
    ------
    ShapeError
        If lengths differ, a place is repeated or outside, or an auditor's number is negative.
    """

    grade: Ints
    auditor: Ints
    moderated: Ints
    moderation_grade: Ints
    selection_probability: Floats | None = None

    def __post_init__(self) -> None:
        for name in ("grade", "auditor", "moderated", "moderation_grade"):
            object.__setattr__(self, name, frozen_ints(getattr(self, name), name=name))
        check_same_length({"grades": self.grade, "auditors": self.auditor})
        check_same_length({"moderated": self.moderated, "moderation grades": self.moderation_grade})
        if len(self.auditor) and self.auditor.min() < 0:
            raise ShapeError("Auditors are numbered 0, 1, 2, ...; a number is negative.")
        outside = (self.moderated < 0) | (self.moderated >= len(self.grade))
        if outside.any() or len(np.unique(self.moderated)) < len(self.moderated):
            raise ShapeError("Each moderated audit is named once, by its place among all audits.")

    @property
    def audited(self) -> Ints:
        """Auditor's grade of each moderated audit."""
        return self.grade[self.moderated]

    def selection_weight(self) -> Floats:
        """One over the chance of being chosen where it varies within a grade, else 1.

        Raises
        ------
        ShapeError
            If chances vary within a grade and some are missing.
        """
        chance = selection_probabilities(self.selection_probability, len(self.moderated))
        if not varies_within_grade(self.audited, chance):
            return np.ones(len(chance))
        if np.isnan(chance).any():
            raise ShapeError(self._missing_chances(chance))
        return 1 / chance

    def refusal(self, *, fewest: int) -> str:
        """Reason why this period carries no adjusted mean; empty if it does."""
        n = len(self.moderated)
        if n < fewest:
            return (
                f"only {n} moderated audit{' was' if n == 1 else 's were'} chosen by chance; "
                f"at least {fewest} are needed"
            )
        chance = selection_probabilities(self.selection_probability, n)
        if np.isnan(chance).any() and varies_within_grade(self.audited, chance):
            return self._missing_chances(chance)
        held = np.bincount(self.grade)
        read = np.bincount(self.audited, minlength=len(held))
        thin = np.flatnonzero((held > SMALL_GRADE * len(self.grade)) & (read < 2))
        if len(thin):
            worst = int(thin[0])
            return (
                f"an auditors' grade (level {worst + 1}) with {int(held[worst])} of "
                f"{len(self.grade)} audits has only {int(read[worst])} moderated; at least 2 are "
                "needed"
            )
        return ""

    def _missing_chances(self, chance: Floats) -> str:
        return (
            f"{int(np.isnan(chance).sum())} of {len(chance)} moderated audits have no recorded "
            "probability of being chosen, while others were chosen with unequal ones"
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class TwoPhaseMeans:
    """Mean by auditors, mean as moderators would have found it, and the gap between the two.

    Parameters
    ----------
    observed, adjusted, gap : float
        Mean of all audits by their auditors; the same had moderators graded all of them; and
        the first less the second (positive = auditors kinder).
    observed_variance, adjusted_variance, gap_variance : float
        Their variances over samples of practice and samples of audits.
    audits_variance : float
        The part of ``adjusted_variance`` that moderating more of the audits leaves as it is.
    within : float
        Variance of moderators' values among audits of one auditors' grade, averaged over all
        audits: what ``moderated`` cases reduce.
    df : float
        Degrees of freedom behind ``within``.
    weight : array, shape (moderated,)
        Share of all audits that each moderated audit stands for; sums to 1, or less where a
        grade has no moderated audit.
    """

    observed: float
    adjusted: float
    gap: float
    observed_variance: float
    adjusted_variance: float
    gap_variance: float
    audits_variance: float
    within: float
    df: float
    weight: Floats


def two_phase_means(period: ModeratedPeriod, *, values: ArrayLike) -> TwoPhaseMeans:
    """Post-stratified means of a period with variances of both phases.

    Parameters
    ----------
    period : ModeratedPeriod
        With at least two audits and one moderated audit.
    values : array, shape (K,)
        What each grade counts: 0 .. K-1 for the mean grade, 0 or 1 for Good or better.

    Raises
    ------
    ShapeError
        If there are fewer than two audits, or none moderated.
    UnknownGradeError
        If a grade lies outside 0 .. K-1.

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 12 (double sampling for stratification): a part
    for the moderated cases within each auditors' grade, and one between grades for all audits.

    Examples
    --------
    >>> period = ModeratedPeriod(grade=[1, 1, 2, 2, 2, 2], auditor=[0, 1, 0, 1, 0, 1],
    ...                          moderated=[0, 1, 2, 3], moderation_grade=[1, 1, 1, 2])
    >>> means = two_phase_means(period, values=[0, 1, 2, 3])
    >>> round(means.observed, 4), round(means.adjusted, 4), round(means.gap, 4)
    (1.6667, 1.3333, 0.3333)
    """
    worth = frozen_floats(values)
    check_grades(period.grade, n_levels=len(worth))
    check_grades(period.moderation_grade, n_levels=len(worth))
    if len(period.grade) < 2 or len(period.moderated) == 0:
        raise ShapeError("Two-phase means need two audits or more, one of them moderated.")
    weight = period.selection_weight()
    cells = moderated_counts(period.audited, period.moderation_grade, weight, n_levels=len(worth))
    share = np.bincount(period.grade, minlength=len(worth)) / len(period.grade)
    found = cells.found @ worth
    by_grade, df = _within_grade(cells, worth)
    # A grade with no moderated audit could be a whole step off: its auditors' grade stands.
    second_phase = float(share**2 @ np.where(cells.cases > 0, by_grade / cells.effective, 1.0))
    more = len(period.grade) - 1
    return TwoPhaseMeans(
        observed=float(share @ worth),
        adjusted=float(share @ found),
        gap=float(share @ (worth - found)),
        observed_variance=_between(share, worth) / more,
        adjusted_variance=second_phase + _between(share, found) / more,
        gap_variance=second_phase + _between(share, worth - found) / more,
        audits_variance=_between(share, found) / more,
        within=float(share @ by_grade),
        df=df,
        weight=_represented(period.audited, weight, share),
    )


def _within_grade(cells: ModeratedCounts, worth: Floats) -> tuple[Floats, float]:
    """Variance of the moderators' values in each auditors' grade, and degrees of freedom.

    A grade with few moderated audits borrows from all of them; otherwise two alike by luck would
    count as no variation at all.
    """
    own = np.maximum(cells.found @ worth**2 - (cells.found @ worth) ** 2, 0.0)
    spare = np.maximum(cells.cases - 1, 0)
    sums = cells.cases * own
    df = max(float(spare.sum()), 1.0)
    pooled = float(sums.sum()) / df
    if pooled <= 1e-12:
        smooth = cells.smoothed @ worth**2 - (cells.smoothed @ worth) ** 2
        pooled = float(cells.cases @ smooth / cells.cases.sum())
    return (sums + BORROWED * pooled) / (spare + BORROWED), df


def _between(share: Floats, of_grade: Floats) -> float:
    return float(share @ (of_grade - share @ of_grade) ** 2)


def _represented(audited: Ints, weight: Floats, share: Floats) -> Floats:
    total = np.bincount(audited, weights=weight, minlength=len(share))
    return frozen_floats(share[audited] * weight / total[audited])
