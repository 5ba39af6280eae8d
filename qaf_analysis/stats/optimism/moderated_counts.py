"""Moderated audits, what moderators found in them, and whether their selection lets that count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Bools,
    Floats,
    Ints,
    check_grades,
    check_level,
    check_same_length,
    frozen_floats,
    frozen_ints,
)
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.names import PROBABILITY_SELECTIONS, Selection
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, OptimismLimits

SMOOTHING_DECAY = 1.2
"""One pseudo-case for each auditor's grade, spread over grades as exp(-1.2 x grades apart)."""

NO_POPULATION = "the table holds moderated audits only; how many audits there are in all is unknown"


@dataclass(frozen=True, kw_only=True, eq=False)
class ModeratedAudits:
    """Moderated audits as arrays, and the audits they are to speak for.

    The arrays are checked once, here; what takes moderated audits trusts them.

    Parameters
    ----------
    audit_grade, moderation_grade : int array, shape (moderated,)
        Grade codes of the same audits.
    auditor : int array, shape (moderated,), or None
        Auditor of each; None where that is not known, or where audits are to count as
        independent of each other.
    n_levels, good_from : int
        Levels of the scale, and the lowest code that counts as positive.
    positive : str
        What grades from that code on are called, after "graded".
    level : float
        Confidence level.
    selected_by : tuple of str, or None
        How each was chosen (see ``Selection``); None where nothing is told, which counts as
        drawn at random.
    selection_probability : array, shape (moderated,), or None
        Chance with which each was chosen, by any draw (``several_draws.chance_of_any``); only its
        proportions within an auditor's grade count. NaN, or None, where not recorded.
    blind : bool array, shape (moderated,), or None
        Whether the moderator did not know the auditor's grade; False where not recorded.
    population : int array, shape (K,), or None
        All audits by auditor's grade, the moderated ones among them. None where they are not
        known: the moderated audits then speak for themselves only, and all weigh alike.
    population_auditors : int or None
        Auditors of all audits.
    audits : int or None
        Moderated audits, where the rows are several grades of one audit; None: one row each.
    no_profile : str
        Reason for which no adjusted profile may be made; empty if it may.
    limits : OptimismLimits, or None
        Limits of the verdict; None for those of a scale of so many levels.
    withheld : str
        Reason for which nothing may be said of these grades, such as a failed check of the data.

    Raises
    ------
    ShapeError
        If arrays do not fit, or a probability is not above 0 and at most 1.
    UnknownGradeError
        If a grade lies outside 0 .. K-1.
    UsageError
        If the level is not between 0 and 1.
    """

    audit_grade: Ints
    moderation_grade: Ints
    auditor: Ints | None
    n_levels: int
    good_from: int
    positive: str = "positive"
    level: float = 0.95
    selected_by: tuple[str, ...] | None = None
    selection_probability: Floats | None = None
    blind: Bools | None = None
    population: Ints | None = None
    population_auditors: int | None = None
    audits: int | None = None
    no_profile: str = ""
    limits: OptimismLimits | None = None
    withheld: str = ""

    def __post_init__(self) -> None:
        check_level(self.level)
        columns: dict[str, Floats | Ints] = {}
        for name in ("audit_grade", "moderation_grade", "auditor"):
            given = getattr(self, name)
            if given is not None:
                columns[name.replace("_", " ")] = codes = frozen_ints(given, name=name)
                object.__setattr__(self, name, codes)
        check_same_length(columns)
        for grades in (self.audit_grade, self.moderation_grade):
            check_grades(grades, n_levels=self.n_levels)
        if self.selection_probability is not None:
            chance = selection_probabilities(self.selection_probability, len(self.audit_grade))
            object.__setattr__(self, "selection_probability", chance)
        if self.blind is not None:
            n, blind = len(self.audit_grade), np.asarray(self.blind)
            if blind.dtype.kind != "b" or blind.shape != (n,):
                raise ShapeError(f"{n} moderated audits need as many true or false for blind.")

    @property
    def ruled_by(self) -> OptimismLimits:
        """Limits of the verdict on these audits."""
        return self.limits or OPTIMISM_RULE.limits(self.n_levels)

    @property
    def cases(self) -> int:
        """Number of moderated audits."""
        return len(self.audit_grade) if self.audits is None else self.audits

    @property
    def gap(self) -> Ints:
        """Audit minus moderation of each row, in grades; positive where the auditor was kinder."""
        return self.audit_grade - self.moderation_grade

    @property
    def chance(self) -> Floats:
        """Chance with which each was chosen, NaN where not recorded."""
        if self.selection_probability is None:
            return np.full(len(self.audit_grade), np.nan)
        return self.selection_probability

    @property
    def weight(self) -> Floats:
        """One over the chance, where chances are known and vary within an auditor's grade; or 1."""
        if not varies_within_grade(self.audit_grade, self.chance) or np.isnan(self.chance).any():
            return np.ones(len(self.audit_grade))
        return 1 / self.chance

    @property
    def auditors(self) -> int:
        """Auditors of moderated audits; 0 where not known."""
        return 0 if self.auditor is None else len(np.unique(self.auditor))

    @property
    def table(self) -> Ints:
        """Audits by auditor's grade (rows) and moderator's grade (columns)."""
        return cross_table(self.audit_grade, self.moderation_grade, n_levels=self.n_levels)

    def only_blind(self) -> ModeratedAudits:
        """Those read blind, to speak for the same audits; how all were chosen was judged before."""
        seen = np.ones(len(self.audit_grade), dtype=bool) if self.blind is None else self.blind
        return replace(
            self,
            audit_grade=self.audit_grade[seen],
            moderation_grade=self.moderation_grade[seen],
            auditor=None if self.auditor is None else self.auditor[seen],
            selected_by=None,
            selection_probability=self.chance[seen],
            blind=None,
            audits=None,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class ModeratedCounts:
    """Moderated audits by auditor's grade (rows) and moderator's grade (columns).

    Parameters
    ----------
    cases : int array, shape (K,)
        Moderated audits of each auditor's grade.
    effective : array, shape (K,)
        The same for equal weights; fewer when weights are unequal (Kish). 1 where there are none,
        so that it can be divided by.
    weight : array, shape (K,)
        Weight of all moderated audits of each auditor's grade. 1 where there are none.
    found : array, shape (K, K)
        Weighted share of each moderator's grade within each auditor's grade. Where no audit was
        moderated the auditor's grade stands.
    smoothed : array, shape (K, K)
        The same with one pseudo-case, for variances only: a share of 0 or 1 in a few cases is
        not certain.
    """

    cases: Ints
    effective: Floats
    weight: Floats
    found: Floats
    smoothed: Floats

    def pooled_variance(self) -> tuple[float, float]:
        """Variance of moderators' grades within auditors' grades, and its degrees of freedom.

        When grades never vary within a row, the smoothed shares stand in.
        """
        levels, some = np.arange(len(self.cases)), self.cases > 0
        df = max(float(self.cases.sum() - some.sum()), 1.0)
        within = self.found @ levels**2 - (self.found @ levels) ** 2
        pooled = float(self.cases @ within) / df
        if pooled <= 1e-12:
            smooth = self.smoothed @ levels**2 - (self.smoothed @ levels) ** 2
            pooled = float(self.cases @ smooth) / float(self.cases.sum())
        return pooled, df


def moderated_counts(
    audited: Ints, moderated: Ints, weight: Floats, *, n_levels: int
) -> ModeratedCounts:
    """Count moderated audits; ``weight`` is one over the probability of being chosen."""
    k = n_levels
    cases = np.bincount(audited, minlength=k).astype(np.int64)
    cases.setflags(write=False)
    total = np.bincount(audited, weights=weight, minlength=k)
    squares = np.bincount(audited, weights=weight**2, minlength=k)
    cells = np.bincount(audited * k + moderated, weights=weight, minlength=k * k).reshape(k, k)
    some = cases > 0
    effective = np.divide(total**2, squares, out=np.ones(k), where=some)
    found = np.eye(k)
    found[some] = cells[some] / total[some, np.newaxis]
    counted = np.where(some, effective, 0.0)[:, np.newaxis]
    return ModeratedCounts(
        cases=cases,
        effective=frozen_floats(effective),
        weight=frozen_floats(np.where(some, total, 1.0)),
        found=frozen_floats(found),
        smoothed=frozen_floats((counted * found + pseudo_case(k)) / (counted + 1)),
    )


def cross_table(rows: Ints, columns: Ints, *, n_levels: int) -> Ints:
    """Count pairs of grades 0 .. K-1, which are taken as checked; read-only."""
    cells = np.bincount(rows * n_levels + columns, minlength=n_levels**2)
    table = cells.reshape(n_levels, n_levels).astype(np.int64)
    table.setflags(write=False)
    return table


def varies_within_grade(audited: Ints, chance: Floats) -> bool:
    """Whether recorded probabilities differ between audits of one auditor's grade."""
    recorded = ~np.isnan(chance)
    return any(np.ptp(chance[recorded & (audited == a)]) > 1e-12 for a in set(audited[recorded]))


def pseudo_case(k: int) -> Floats:
    """One case for each auditor's grade (rows), spread over moderators' grades near it."""
    levels = np.arange(k)
    near: Floats = np.exp(-SMOOTHING_DECAY * np.abs(levels[:, np.newaxis] - levels))
    share: Floats = near / near.sum(axis=1, keepdims=True)
    return share


def selection_probabilities(given: ArrayLike | None, n: int) -> Floats:
    """Probabilities with which n audits were chosen, NaN where not recorded.

    Raises
    ------
    ShapeError
        If there are not n, or one is not above 0 and at most 1.
    """
    if given is None:
        return np.full(n, np.nan)
    chance = frozen_floats(given)
    if chance.shape != (n,):
        raise ShapeError(f"{n} moderated audits need {n} probabilities, not {chance.shape}.")
    if ((chance <= 0) | (chance > 1)).any():
        raise ShapeError("A probability of being chosen lies above 0 and is at most 1.")
    return chance


def selection_refusal(
    selected_by: Sequence[Selection | str], *, selection_probability: ArrayLike | None = None
) -> str:
    """Reason why cases chosen like this must not carry an adjusted figure; empty if they may.

    Parameters
    ----------
    selected_by : sequence of Selection, one for each moderated audit
    selection_probability : array, shape (moderated,), optional
        Probability of being chosen; NaN where not recorded.

    Examples
    --------
    >>> selection_refusal(["random", "unknown"])
    '1 of 2 moderated audits were chosen in a way that is not recorded'
    >>> selection_refusal(["random", "targeted"], selection_probability=[0.1, 0.4])
    ''
    """
    n = len(selected_by)
    if n == 0:
        return "no audit was moderated"
    chance = selection_probabilities(selection_probability, n)
    unknown = sum(how not in tuple(Selection) or how == Selection.UNKNOWN for how in selected_by)
    if unknown:
        return f"{unknown} of {n} moderated audits were chosen in a way that is not recorded"
    picked = np.array([how not in PROBABILITY_SELECTIONS for how in selected_by])
    if (picked & np.isnan(chance)).any():
        bare = int((picked & np.isnan(chance)).sum())
        return f"{bare} of {n} moderated audits were picked without a recorded probability"
    if picked.any() and np.isnan(chance).any():
        return "picked audits can only be weighed when every audit's probability is recorded"
    return ""


def untold_selection(moderated: ModeratedAudits) -> str:
    """Reason why moderated audits must not speak for all audits; empty if they may."""
    if moderated.withheld or moderated.no_profile:
        return moderated.withheld or moderated.no_profile
    if moderated.population is None:
        return NO_POPULATION
    if moderated.selected_by is None:
        return ""
    return selection_refusal(
        moderated.selected_by, selection_probability=moderated.selection_probability
    )


def unfit_selection(moderated: ModeratedAudits) -> str:
    """Reason why cases chosen like this carry no adjusted figure; empty if they do."""
    missing, of = np.isnan(moderated.chance), moderated.population_auditors
    if missing.any() and varies_within_grade(moderated.audit_grade, moderated.chance):
        return (
            f"{int(missing.sum())} of {len(missing)} moderated audits have no recorded "
            f"probability of being chosen, while others were chosen with unequal ones"
        )
    if moderated.auditors == 1 and of is not None and of > 1:
        return f"all moderated audits are of one auditor; there are {of}"
    return ""
