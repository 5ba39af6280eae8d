"""A themed domain and the untouched domains of the same audits, quarter by quarter.

``ThemedAlone`` is the same without a comparison: the themed domain's own grades.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qaf_analysis.stats.core.arrays import (
    Bools,
    Floats,
    Ints,
    check_same_length,
    frozen_floats,
    frozen_ints,
    sums,
)
from qaf_analysis.stats.impact.errors import mean_by
from qaf_analysis.terms.errors import ShapeError


@dataclass(frozen=True, kw_only=True)
class QuarterPoint:
    """One quarter, over the audits with a themed and a comparison grade.

    Parameters
    ----------
    quarter : int
        The quarter's number.
    post : bool
        Whether it lies after the themed audit.
    audits : int
        Usable audits.
    themed, control : float
        Mean grades.
    difference : float
        Mean within audits of themed less control, the latter brought to the themed domain's
        level; NaN where it cannot be.
    themed_good, control_good, difference_good : float
        The same for shares Good or better, 0 to 1.
    """

    quarter: int
    post: bool
    audits: int
    themed: float
    control: float
    difference: float
    themed_good: float
    control_good: float
    difference_good: float


@dataclass(frozen=True, kw_only=True, eq=False)
class QuarterSeries:
    """The columns of ``QuarterPoint``, each of shape (quarters,) and read-only.

    Quarters are in order; those without a usable audit are absent.
    """

    quarter: Ints
    post: Bools
    audits: Ints
    themed: Floats
    control: Floats
    difference: Floats
    themed_good: Floats
    control_good: Floats
    difference_good: Floats

    def split(self, values: Floats) -> tuple[Floats, Floats]:
        """Quarter values before, and quarter values after, the themed audit."""
        return values[~self.post], values[self.post]

    def points(self) -> tuple[QuarterPoint, ...]:
        """One point per quarter."""
        columns = {name: values.tolist() for name, values in vars(self).items()}
        rows = zip(*columns.values(), strict=True)
        return tuple(QuarterPoint(**dict(zip(columns, row, strict=True))) for row in rows)


@dataclass(frozen=True, kw_only=True, eq=False)
class ThemedAudits:
    """Audits with a themed grade, a mean comparison grade, or both.

    The parameters are those of ``theme_change``. ``control_grades`` and ``control_goods`` have a
    column for each comparison domain; none where these were not given one by one.

    Raises
    ------
    ShapeError
        If lengths differ, a quarter lies on both sides, a value is infinite, or a grade is
        present without its Good-or-better value.
    """

    quarter: Ints
    post: Bools
    themed_grade: Floats
    control_grade: Floats
    themed_good: Floats
    control_good: Floats
    auditor: Ints
    control_grades: Floats
    control_goods: Floats

    @classmethod
    def checked(
        cls,
        *,
        quarter: ArrayLike,
        post: ArrayLike,
        themed_grade: ArrayLike,
        control_grade: ArrayLike,
        themed_good: ArrayLike,
        control_good: ArrayLike,
        auditor: ArrayLike | None = None,
        control_grades: ArrayLike | None = None,
        control_goods: ArrayLike | None = None,
    ) -> ThemedAudits:
        """Copy the arrays, make them read-only and refuse what does not fit together."""
        quarters = frozen_ints(quarter, name="quarter")
        nobody, no_domain = np.full(len(quarters), -1), np.zeros((len(quarters), 0))
        made = cls(
            quarter=quarters,
            post=_frozen(np.array(post, dtype=np.bool_)),
            themed_grade=frozen_floats(themed_grade),
            control_grade=frozen_floats(control_grade),
            themed_good=frozen_floats(themed_good),
            control_good=frozen_floats(control_good),
            auditor=frozen_ints(nobody if auditor is None else auditor, name="auditor"),
            control_grades=frozen_floats(no_domain if control_grades is None else control_grades),
            control_goods=frozen_floats(no_domain if control_goods is None else control_goods),
        )
        made._check()
        return made

    @classmethod
    def of_grades(
        cls,
        *,
        quarter: Ints,
        post: Bools,
        auditor: Ints,
        themed: Floats,
        controls: Floats,
        good_from: int,
    ) -> ThemedAudits:
        """Audits of which every grade is known one by one.

        Parameters
        ----------
        quarter, post, auditor : array, shape (audits,)
            As in ``theme_change``.
        themed : array, shape (audits,)
            Grade codes in the themed domain; NaN where not graded.
        controls : array, shape (audits, domains)
            Grade codes in the comparison domains; NaN where not graded. An audit without any
            grade in these domains or in the themed one is passed over.
        good_from : int
            Lowest code that counts as Good or better.
        """
        kept = ~(np.isnan(themed) & np.isnan(controls).all(axis=1))
        ours, theirs = themed[kept], controls[kept]
        our_good, their_good = (
            np.where(np.isnan(codes), np.nan, codes >= good_from) for codes in (ours, theirs)
        )
        return cls.checked(
            quarter=quarter[kept],
            post=post[kept],
            themed_grade=ours,
            control_grade=_row_means(theirs),
            themed_good=our_good,
            control_good=_row_means(their_good),
            auditor=auditor[kept],
            control_grades=theirs,
            control_goods=their_good,
        )

    @property
    def has_theme(self) -> Bools:
        """Which audits have a grade in the themed domain."""
        return ~np.isnan(self.themed_grade)

    @property
    def is_usable(self) -> Bools:
        """Which audits have both a themed and a comparison grade."""
        return self.has_theme & ~np.isnan(self.control_grade)

    @property
    def auditors(self) -> int:
        """Number of auditors of the usable audits; 0 where auditors were not given."""
        codes = np.unique(self.auditor[self.is_usable])
        return int((codes >= 0).sum())

    def part(self, kept: Bools) -> ThemedAudits:
        """Keep some of the audits."""
        if kept.all():
            return self
        return replace(self, **{name: _frozen(v[kept]) for name, v in vars(self).items()})

    def against(self, places: Ints) -> ThemedAudits:
        """Keep some of the comparison domains; their mean is that of those kept."""
        grades, goods = self.control_grades[:, places], self.control_goods[:, places]
        return replace(
            self,
            control_grades=_frozen(grades),
            control_goods=_frozen(goods),
            control_grade=_frozen(_row_means(grades)),
            control_good=_frozen(_row_means(goods)),
        )

    def series(self, *, gap: Floats | None = None, gap_good: Floats | None = None) -> QuarterSeries:
        """Means by quarter over the usable audits.

        Parameters
        ----------
        gap, gap_good : array, shape (usable audits,), optional
            Themed less comparison, at the themed domain's level; as graded where not given.
        """
        used = self.is_usable
        if gap is None:
            gap = (self.themed_grade - self.control_grade)[used]
        if gap_good is None:
            gap_good = (self.themed_good - self.control_good)[used]
        quarters, first, group = np.unique(
            self.quarter[used], return_index=True, return_inverse=True
        )

        def means(values: Floats) -> Floats:
            return _frozen(mean_by(values, group=group, groups=quarters.size))

        return QuarterSeries(
            quarter=_frozen(quarters),
            post=_frozen(self.post[used][first]),
            audits=_frozen(np.bincount(group, minlength=quarters.size)),
            themed=means(self.themed_grade[used]),
            control=means(self.control_grade[used]),
            difference=means(gap),
            themed_good=means(self.themed_good[used]),
            control_good=means(self.control_good[used]),
            difference_good=means(gap_good),
        )

    def _check(self) -> None:
        check_same_length(vars(self))
        self._check_domains()
        if np.intersect1d(self.quarter[self.post], self.quarter[~self.post]).size:
            raise ShapeError("A quarter cannot lie both before and after the themed audit.")
        for side in ("themed", "control"):
            grade, good = getattr(self, f"{side}_grade"), getattr(self, f"{side}_good")
            if np.isinf(grade).any() or (np.isnan(grade) != np.isnan(good)).any():
                raise ShapeError(
                    f"A {side} grade and whether it is positive must be present together, "
                    "and both must be finite."
                )

    def _check_domains(self) -> None:
        grades, goods = self.control_grades, self.control_goods
        if grades.ndim != 2 or grades.shape != goods.shape:
            raise ShapeError(
                f"Comparison grades of shape {grades.shape} and whether they are positive, of "
                f"shape {goods.shape} should be audits by domains."
            )
        has_any = (~np.isnan(grades)).any(axis=1)
        if grades.shape[1] and (has_any == np.isnan(self.control_grade)).any():
            raise ShapeError("An audit has comparison grades and no mean of them, or the reverse.")


def graded_throughout(quarter: Ints, *, themed: Floats, controls: Floats) -> Bools:
    """Which comparison domains were graded in every quarter in which the themed domain was.

    One that comes or goes half-way would shift the comparison by itself.

    Parameters
    ----------
    quarter : array of int, shape (audits,)
    themed, controls : array, shape (audits,) and (audits, domains)
        Grades; NaN where not graded.

    Examples
    --------
    >>> nothing = float("nan")
    >>> graded_throughout(
    ...     np.array([1, 2]), themed=np.array([1.0, 2.0]),
    ...     controls=np.array([[1.0, nothing], [1.0, 3.0]]),
    ... ).tolist()
    [True, False]
    """
    needed = np.unique(quarter[~np.isnan(themed)])
    present = [quarter[~np.isnan(grades)] for grades in controls.T]
    return np.array([bool(np.isin(needed, seen).all()) for seen in present], dtype=bool)


def _row_means(values: Floats) -> Floats:
    present = ~np.isnan(values)
    counts = present.sum(axis=1)
    sums = np.where(present, values, 0.0).sum(axis=1)
    means: Floats = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return means


def _frozen(values: NDArray[Any]) -> NDArray[Any]:
    values.setflags(write=False)
    return values


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
