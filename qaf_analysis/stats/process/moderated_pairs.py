"""Auditor's and moderator's grades of the same audits, in one period or in two."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_grades,
    check_same_length,
    frozen_ints,
)
from qaf_analysis.stats.core.numbering import numbered
from qaf_analysis.stats.process.stratified_agreement import MOST_PAIRS_ALONE
from qaf_analysis.terms.errors import ShapeError


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
    after: NDArray[np.bool_]
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
