"""The themed grades by themselves, of every audit that has one, compared with nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, sums
from qaf_analysis.stats.impact.themed_series import ThemedAudits
from qaf_analysis.terms.errors import ShapeError


@dataclass(frozen=True, kw_only=True, eq=False)
class AloneSeries:
    """Themed grades by quarter, in order; each array of shape (quarters,).

    Parameters
    ----------
    quarter : array of int
    post : array of bool
    audits : array of int
        Audits with a themed grade.
    good : array
        Those of them that are Good or better.
    grade : array
        Mean grade code.
    """

    quarter: Ints
    post: Bools
    audits: Ints
    good: Floats
    grade: Floats

    @property
    def good_share(self) -> Floats:
        """Share Good or better, 0 to 1."""
        found: Floats = self.good / self.audits
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class ThemedAlone:
    """Audits with a themed grade; each array of shape (audits,).

    Parameters
    ----------
    quarter : array of int
    post : array of bool
    grade : array of int
        Grade codes.
    good : array
        1 or 0 for Good or better.
    auditor : array of int or None
        None where auditors were not given.
    """

    quarter: Ints
    post: Bools
    grade: Ints
    good: Floats
    auditor: Ints | None

    @classmethod
    def of(cls, audits: ThemedAudits) -> ThemedAlone:
        """Take the themed side of audits.

        Raises
        ------
        ShapeError
            If a themed grade is no whole code.
        """
        kept = audits.has_theme
        grade = audits.themed_grade[kept]
        if (grade != np.round(grade)).any():
            raise ShapeError("Themed grades must be whole codes, 0, 1, 2, and so on.")
        auditor = audits.auditor[kept]
        return cls(
            quarter=audits.quarter[kept],
            post=audits.post[kept],
            grade=grade.astype(np.int64),
            good=audits.themed_good[kept],
            auditor=None if (auditor < 0).any() or len(auditor) == 0 else auditor,
        )

    @property
    def auditors(self) -> int:
        """Number of auditors; 0 where they were not given."""
        return 0 if self.auditor is None else len(np.unique(self.auditor))

    def series(self) -> AloneSeries:
        """Sums and means by quarter."""
        quarter, first, place = np.unique(self.quarter, return_index=True, return_inverse=True)
        audits = np.bincount(place, minlength=len(quarter))
        return AloneSeries(
            quarter=quarter,
            post=self.post[first],
            audits=audits,
            good=sums(place, self.good, n=len(quarter)),
            grade=sums(place, self.grade.astype(np.float64), n=len(quarter)) / audits,
        )

    def good_before_and_after(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Audits Good or better, and audits: first before, then after the themed audit."""
        before, after = (
            (int(self.good[side].sum()), int(side.sum())) for side in (~self.post, self.post)
        )
        return before, after
