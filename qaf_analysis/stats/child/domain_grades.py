"""One reader's grades of audits, domain by domain, and what can be said of them row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.stats.core.arrays import Bools, Floats, frozen_floats
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError


@dataclass(frozen=True, kw_only=True, eq=False)
class DomainGrades:
    """Grades that auditors, or moderators, gave to audits: by domain, and overall.

    Parameters
    ----------
    domains : array, shape (audits, domains)
        Grade codes 0 .. K-1, higher is better; NaN where a domain was not graded. Without the
        overall grade.
    overall : array, shape (audits,)
        Overall grade codes; NaN where there is none.
    is_child, is_process : bool array, shape (domains,)
        Which domains are about the child's experience, and which about process. A domain may be
        neither.

    Raises
    ------
    ShapeError
        If the shapes do not fit, or a domain is both.
    UnknownGradeError
        If a grade is not a whole number from 0 up.

    Examples
    --------
    >>> read = DomainGrades(domains=[[1, 2, 2], [2, 2, np.nan]], overall=[2, 2],
    ...                     is_child=[True, False, False], is_process=[False, True, True])
    >>> read.lowest_child.tolist(), read.process_mean.tolist(), read.is_straight_line.tolist()
    ([1.0, 2.0], [2.0, 2.0], [0.0, 1.0])
    """

    domains: Floats
    overall: Floats
    is_child: Bools
    is_process: Bools

    def __post_init__(self) -> None:
        domains, overall = frozen_floats(self.domains), frozen_floats(self.overall)
        if domains.ndim != 2 or overall.shape != domains.shape[:1]:
            raise ShapeError(
                f"Domain grades of shape {domains.shape} need as many overall grades as rows, "
                f"not shape {overall.shape}."
            )
        for name, values in (("domains", domains), ("overall", overall)):
            _check_codes(values)
            object.__setattr__(self, name, values)
        for name in ("is_child", "is_process"):
            tags = np.array(getattr(self, name), dtype=np.bool_)
            if tags.shape != domains.shape[1:]:
                raise ShapeError(f'"{name}" needs one value for each domain, not {tags.shape}.')
            tags.setflags(write=False)
            object.__setattr__(self, name, tags)
        if (self.is_child & self.is_process).any():
            raise ShapeError("A domain is about the child's experience or about process, not both.")

    @property
    def n_audits(self) -> int:
        """Number of audits."""
        return len(self.overall)

    @property
    def child_mean(self) -> Floats:
        """Mean grade of each audit's child domains; NaN without one."""
        return row_mean(self.domains[:, self.is_child])

    @property
    def process_mean(self) -> Floats:
        """Mean grade of each audit's process domains; NaN without one."""
        return row_mean(self.domains[:, self.is_process])

    @property
    def lowest(self) -> Floats:
        """Lowest domain grade of each audit; NaN without one."""
        return _row_lowest(self.domains)

    @property
    def lowest_child(self) -> Floats:
        """Lowest grade of each audit's child domains; NaN without one."""
        return _row_lowest(self.domains[:, self.is_child])

    @property
    def spread(self) -> Floats:
        """Standard deviation of each audit's domain grades; NaN with fewer than two."""
        known = ~np.isnan(self.domains)
        spare = known.sum(axis=1) - 1.0
        off = np.where(known, self.domains - row_mean(self.domains)[:, np.newaxis], 0.0)
        variance = np.full(len(off), np.nan)
        np.divide((off**2).sum(axis=1), spare, out=variance, where=spare > 0)
        root: Floats = np.sqrt(variance)
        return root

    @property
    def is_straight_line(self) -> Floats:
        """1 where all of an audit's domains have one grade, else 0; NaN with fewer than two."""
        some = (~np.isnan(self.domains)).sum(axis=1) >= 2
        highest = -_row_lowest(-self.domains)
        return np.where(some, highest == self.lowest, np.nan)

    @property
    def why_no_child(self) -> str:
        """Reason why nothing can be said of child domains; empty where there are some."""
        return "" if self.is_child.any() else "no domain is tagged as about the child"

    @property
    def why_not_contrasted(self) -> str:
        """Reason why child and process cannot be set side by side; empty where they can."""
        if self.why_no_child or self.is_process.any():
            return self.why_no_child
        return "no domain is tagged as about process"

    def select(self, rows: Bools) -> DomainGrades:
        """Return the grades of some audits."""
        return replace(self, domains=self.domains[rows], overall=self.overall[rows])

    def limited_to(self, known: Bools) -> DomainGrades:
        """Return the same grades without those of domains not ``known``; (audits, domains)."""
        return replace(self, domains=np.where(known, self.domains, np.nan))


def in_common(audit: DomainGrades, moderation: DomainGrades) -> tuple[DomainGrades, DomainGrades]:
    """Both readers' grades of the domains that both graded in an audit.

    What one reader left out would otherwise look like a difference between the two.

    Raises
    ------
    ShapeError
        If the two do not hold the same audits and the same tagged domains.
    """
    check_same_audits(audit, moderation)
    both = ~np.isnan(audit.domains) & ~np.isnan(moderation.domains)
    return audit.limited_to(both), moderation.limited_to(both)


def check_same_audits(audit: DomainGrades, moderation: DomainGrades) -> None:
    """Refuse two readings that cannot be of the same audits with the same domains.

    Raises
    ------
    ShapeError
        If numbers of audits or domains, or the domains' tags, differ.
    """
    alike = (
        audit.domains.shape == moderation.domains.shape
        and np.array_equal(audit.is_child, moderation.is_child)
        and np.array_equal(audit.is_process, moderation.is_process)
    )
    if not alike:
        raise ShapeError(
            "Auditors' and moderators' grades should be of the same audits and tagged domains; "
            f"their shapes are {audit.domains.shape} and {moderation.domains.shape}."
        )


def _check_codes(values: Floats) -> None:
    known = values[~np.isnan(values)]
    wrong = (known < 0) | (known != np.floor(known))
    if wrong.any():
        raise UnknownGradeError(
            f"{int(wrong.sum())} grade codes are not whole numbers from 0 up "
            f"(first: {known[wrong][0]:g})."
        )


def row_mean(values: Floats) -> Floats:
    """Mean of each row's known values; NaN where none is known."""
    known = ~np.isnan(values)
    number = known.sum(axis=1).astype(np.float64)
    mean = np.full(len(values), np.nan)
    np.divide(np.where(known, values, 0.0).sum(axis=1), number, out=mean, where=number > 0)
    return mean


def _row_lowest(values: Floats) -> Floats:
    lowest = np.where(np.isnan(values), np.inf, values).min(axis=1, initial=np.inf)
    return np.where(np.isinf(lowest), np.nan, lowest)
