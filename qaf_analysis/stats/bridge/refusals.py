"""Whether a bridge may carry a comparison, and if not, why and what to do about it.

Only readings that were picked by chance, and for old audits read again without sight of the first
grade, are used. What is left must be enough audits, enough readers, and some of every common grade.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaf_analysis.stats.core.arrays import (
    Bools,
    Floats,
    Ints,
    check_grades,
    check_same_length,
    frozen_floats,
    frozen_ints,
    number_present,
)
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.names import BridgeKind
from qaf_analysis.terms.verdicts import BRIDGE_RULE, BridgeRefusal, BridgeRule


@dataclass(frozen=True, kw_only=True)
class Refused:
    """One reason why a bridge carries no comparison.

    Parameters
    ----------
    reason : BridgeRefusal
    why : str
        The reason with its numbers, and what to do, for a reader: whole sentences.
    """

    reason: BridgeRefusal
    why: str


@dataclass(frozen=True, kw_only=True, eq=False)
class BridgeDesign:
    """How the readings of a bridge came about.

    Parameters
    ----------
    kind : BridgeKind
    grade : int array, shape (audits,)
        Grade of every audit of the era on its own scale, 0 .. K-1.
    level : int array, shape (readings,)
        The same of each audit in the bridge; one reading for each audit.
    reader : int array, shape (readings,)
        Whole number, 0 or above, that names who graded it on the other scale.
    by_chance : array, shape (readings,)
        1 where the audit was picked by a recorded chance (within its grade, if need be), 0 where
        it was picked in another way, NaN where that is not recorded.
    blind : array, shape (readings,)
        1 where the reader did not see the first grade, 0 where they did, NaN where that is not
        recorded. Not asked of new audits graded on both scales, where one auditor gives both.
    levels : tuple of str
        Names of the own grades, from worst to best, for the words.

    Raises
    ------
    ShapeError
        If lengths differ, a reader's number is negative, or a flag is neither 0, 1 nor NaN.
    UnknownGradeError
        If a grade lies outside 0 .. K-1.
    """

    kind: BridgeKind
    grade: Ints
    level: Ints
    reader: Ints
    by_chance: Floats
    blind: Floats
    levels: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in ("grade", "level", "reader"):
            object.__setattr__(self, name, frozen_ints(getattr(self, name), name=name))
        for name in ("by_chance", "blind"):
            given = frozen_floats(getattr(self, name))
            if not (np.isin(given, (0.0, 1.0)) | np.isnan(given)).all():
                raise ShapeError(f'"{name}" should hold 1, 0, or NaN where it is not recorded.')
            object.__setattr__(self, name, given)
        check_same_length(
            {
                "levels": self.level,
                "readers": self.reader,
                "by_chance": self.by_chance,
                "blind": self.blind,
            }
        )
        if len(self.reader) and self.reader.min() < 0:
            raise ShapeError("Readers are numbered 0, 1, 2, ...; a number is negative.")
        for codes in (self.grade, self.level):
            check_grades(codes, n_levels=len(self.levels))

    @property
    def picked(self) -> Bools:
        """Readings of audits that were picked by chance."""
        return np.equal(self.by_chance, 1)

    @property
    def usable(self) -> Bools:
        """Readings that count: picked by chance and, where audits are read again, blind."""
        if self.kind is BridgeKind.GRADED_TWICE:
            return self.picked
        return self.picked & np.equal(self.blind, 1)


def refusals(design: BridgeDesign, *, rule: BridgeRule = BRIDGE_RULE) -> tuple[Refused, ...]:
    """Every reason against a comparison over this bridge; none where it carries one.

    Parameters
    ----------
    design : BridgeDesign
    rule : BridgeRule

    Examples
    --------
    >>> design = BridgeDesign(kind=BridgeKind.RE_READ, grade=[0, 1, 2, 2] * 50,
    ...                       level=[0, 1, 2, 2] * 5, reader=list(range(20)),
    ...                       by_chance=[1] * 20, blind=[1] * 20, levels=("Low", "Mid", "High"))
    >>> [found.why for found in refusals(design)]
    ['20 audits were read again; at least 40 are needed. Plan 80 to see changes of 15 points.']
    """
    if len(design.level) == 0:
        return (_no_bridge(design, rule),)
    asked = (
        _few_audits(design, rule),
        _not_by_chance(design, rule),
        _not_blind(design, rule),
        _few_readers(design, rule),
        _thin_levels(design, rule),
    )
    return tuple(found for found in asked if found is not None)


def _no_bridge(design: BridgeDesign, rule: BridgeRule) -> Refused:
    how = "re-read" if design.kind is BridgeKind.RE_READ else "grade on both scales"
    which = "of the old scale" if design.kind is BridgeKind.RE_READ else "of the new scale"
    return Refused(
        reason=BridgeRefusal.NO_BRIDGE,
        why=f"No audit was graded on both scales. To compare, {how} at least "
        f"{rule.fewest_audits} audits {which} ({rule.planned_audits} for changes of "
        f"{100 * rule.planned_change:g} points).",
    )


def _few_audits(design: BridgeDesign, rule: BridgeRule) -> Refused | None:
    n = len(design.level)
    if n >= rule.fewest_audits:
        return None
    return Refused(
        reason=BridgeRefusal.FEW_AUDITS,
        why=f"{_audits(n)} {_was(n)} {_done(design)}; {_needed(rule)}",
    )


def _not_by_chance(design: BridgeDesign, rule: BridgeRule) -> Refused | None:
    n, picked = len(design.level), int(design.picked.sum())
    if picked == n or picked >= rule.fewest_audits:
        return None
    flags = design.by_chance
    unknown = int(np.isnan(flags).sum())
    said = _both_ways(
        n - picked - unknown,
        unknown,
        of=n,
        known="picked in another way than by chance",
        unknown_words="picked in a way that is not recorded",
    )
    return Refused(
        reason=BridgeRefusal.NOT_BY_CHANCE,
        why=f"{said}. That leaves {_audits(picked)} picked by chance; {_needed(rule)} Draw them by "
        "chance, never by grade.",
    )


def _not_blind(design: BridgeDesign, rule: BridgeRule) -> Refused | None:
    n, usable = int(design.picked.sum()), int(design.usable.sum())
    if usable == n or usable >= rule.fewest_audits:
        return None
    flags = design.blind[design.picked]
    unknown = int(np.isnan(flags).sum())
    said = _both_ways(
        n - usable - unknown,
        unknown,
        of=n,
        known="read with the first grade in sight",
        unknown_words="read without a record of whether the first grade was hidden",
    )
    return Refused(
        reason=BridgeRefusal.NOT_BLIND,
        why=f"{said}. That leaves {_audits(usable)} read blind; {_needed(rule)} Readers who see "
        "the first grade are drawn to it.",
    )


def _few_readers(design: BridgeDesign, rule: BridgeRule) -> Refused | None:
    readers = number_present(_numbers(design.reader[design.usable]))
    if readers >= rule.fewest_readers or not design.usable.any():
        return None
    people = f"{readers} reader{'' if readers == 1 else 's'}"
    return Refused(
        reason=BridgeRefusal.FEW_READERS,
        why=f"{people} graded for the bridge; at least {rule.fewest_readers} are needed, as each "
        "has a strictness of their own. Share the audits out among more.",
    )


def _thin_levels(design: BridgeDesign, rule: BridgeRule) -> Refused | None:
    k = len(design.levels)
    held = np.bincount(design.grade, minlength=k)
    read = np.bincount(design.level[design.usable], minlength=k)
    common = held >= rule.common_level * len(design.grade)
    thin = np.flatnonzero(common & (held > 0) & (read < rule.fewest_of_level))
    if len(thin) == 0 or not design.usable.any():
        return None
    named = "; ".join(
        f'"{design.levels[level]}": {held[level]} of {len(design.grade)} audits, {read[level]} in '
        "the bridge"
        for level in thin
    )
    return Refused(
        reason=BridgeRefusal.THIN_LEVEL,
        why=f"A grade that {100 * rule.common_level:g}% of audits or more have needs at least "
        f"{rule.fewest_of_level} audits in the bridge ({named}). Add audits of it, drawn by "
        "chance.",
    )


def _numbers(codes: Ints) -> Ints:
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def _done(design: BridgeDesign) -> str:
    return "read again" if design.kind is BridgeKind.RE_READ else "graded on both scales"


def _needed(rule: BridgeRule) -> str:
    return (
        f"at least {rule.fewest_audits} are needed. Plan {rule.planned_audits} to see changes of "
        f"{100 * rule.planned_change:g} points."
    )


def _both_ways(known_n: int, unknown_n: int, *, of: int, known: str, unknown_words: str) -> str:
    parts = [(known_n, known), (unknown_n, unknown_words)]
    said = " and ".join(f"{n} {_was(n)} {words}" for n, words in parts if n)
    return f"Of {_audits(of)} in the bridge, {said}"


def _audits(n: int) -> str:
    return f"{n} audit{'' if n == 1 else 's'}"


def _was(n: int) -> str:
    return "was" if n == 1 else "were"
