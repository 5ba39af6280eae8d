"""Grades by audit, auditor and domain in long form, as the severity model reads them.

``linked_groups`` says which auditors can be compared at all: those connected by audits that they
graded in common.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from qaf_analysis.stats.core.arrays import (
    Bools,
    Ints,
    check_grades,
    check_same_length,
    frozen_ints,
    numbered,
)
from qaf_analysis.terms.errors import ShapeError


@dataclass(frozen=True, kw_only=True, eq=False)
class SeverityRatings:
    """Grades that auditors gave to the domains of audits, one row per grade.

    A *bundle* is what one auditor gave to one audit in one sitting: all rows that share audit,
    auditor and quarter. An audit is *linked* when two or more auditors graded it.

    Parameters
    ----------
    audit, auditor, domain : int array, shape (grades,)
        Any whole numbers that name the audit, the auditor and the domain of each grade.
    grade : int array, shape (grades,)
        Grade codes 0 .. K-1; higher is better.
    n_levels : int
        K, the number of levels of the declared scale, used or not.
    quarter : int array, shape (grades,), optional
        Number of the quarter each grade belongs to (usually that of the audit); later is larger.

    Raises
    ------
    ShapeError
        If there is no grade, lengths differ, codes are not whole numbers, or an auditor grades
        one domain of one audit twice in a quarter.
    UnknownGradeError
        If a grade lies outside 0 .. K-1.

    Examples
    --------
    >>> ratings = SeverityRatings(
    ...     audit=[1, 1, 2], auditor=[7, 8, 7], domain=[0, 0, 0], grade=[2, 1, 3], n_levels=4
    ... )
    >>> ratings.n_audits, ratings.n_linked, ratings.linked.n_audits
    (2, 1, 1)
    """

    audit: Ints
    auditor: Ints
    domain: Ints
    grade: Ints
    n_levels: int
    quarter: Ints | None = None

    def __post_init__(self) -> None:
        columns = {"audit": self.audit, "auditor": self.auditor, "domain": self.domain}
        columns["grade"] = self.grade
        if self.quarter is not None:
            columns["quarter"] = self.quarter
        checked = {name: frozen_ints(values, name=name) for name, values in columns.items()}
        check_same_length(checked)
        if len(checked["grade"]) == 0:
            raise ShapeError("There is no grade at all.")
        check_grades(checked["grade"], n_levels=self.n_levels)
        for name, values in checked.items():
            object.__setattr__(self, name, values)
        self._refuse_repeats()

    def _refuse_repeats(self) -> None:
        place = self.bundle_number * self.n_domains + self.domain_number
        repeated = len(place) - len(np.unique(place))
        if repeated:
            raise ShapeError(
                f"{repeated} grades repeat an audit, auditor and domain already seen in the same "
                "quarter. Keep one grade for each."
            )

    @property
    def audit_number(self) -> Ints:
        """Number 0, 1, ... of each grade's audit, in the order of the codes."""
        return self._audits[0]

    @property
    def audit_codes(self) -> Ints:
        """Code of each audit, by its number."""
        return self._audits[1]

    @property
    def auditor_number(self) -> Ints:
        """Number 0, 1, ... of each grade's auditor, in the order of the codes."""
        return self._auditors[0]

    @property
    def auditor_codes(self) -> Ints:
        """Code of each auditor, by their number."""
        return self._auditors[1]

    @property
    def domain_number(self) -> Ints:
        """Number 0, 1, ... of each grade's domain, in the order of the codes."""
        return self._domains[0]

    @property
    def domain_codes(self) -> Ints:
        """Code of each domain, by its number."""
        return self._domains[1]

    @property
    def quarter_number(self) -> Ints:
        """Number 0, 1, ... of each grade's quarter among those seen; all 0 without quarters."""
        return self._quarters[0]

    @property
    def quarter_codes(self) -> Ints:
        """Code of each quarter seen, in order of time; a single 0 without quarters."""
        return self._quarters[1]

    @property
    def n_audits(self) -> int:
        """Number of audits with a grade."""
        return len(self.audit_codes)

    @property
    def n_auditors(self) -> int:
        """Number of auditors with a grade."""
        return len(self.auditor_codes)

    @property
    def n_domains(self) -> int:
        """Number of domains with a grade."""
        return len(self.domain_codes)

    @property
    def n_quarters(self) -> int:
        """Number of quarters seen; 1 without quarters."""
        return len(self.quarter_codes)

    @property
    def n_bundles(self) -> int:
        """Number of bundles."""
        return len(self._bundles[1])

    @property
    def bundle_number(self) -> Ints:
        """Number of each grade's bundle; bundles of one audit follow each other."""
        return self._bundles[0]

    @property
    def bundle_first(self) -> Ints:
        """Row of one grade of each bundle: what holds for the whole bundle is read from there."""
        return self._bundles[1]

    @cached_property
    def auditors_of_audit(self) -> Ints:
        """How many auditors graded each audit."""
        pairs = np.unique(self.audit_number * self.n_auditors + self.auditor_number)
        return np.bincount(pairs // self.n_auditors, minlength=self.n_audits)

    @cached_property
    def audits_of_auditor(self) -> Ints:
        """How many audits each auditor graded."""
        return self._audits_of_auditor(np.ones(self.n_audits, dtype=bool))

    @cached_property
    def linked_audits(self) -> Ints:
        """How many audits of each auditor another auditor graded too."""
        return self._audits_of_auditor(self.auditors_of_audit >= 2)

    @property
    def n_linked(self) -> int:
        """Number of linked audits."""
        return int((self.auditors_of_audit >= 2).sum())

    @cached_property
    def linked(self) -> SeverityRatings:
        """The ratings of linked audits only.

        Raises
        ------
        ShapeError
            If no audit is linked.
        """
        if self.n_linked == 0:
            raise ShapeError("No audit was graded by two auditors, so none is linked.")
        return self._where((self.auditors_of_audit >= 2)[self.audit_number])

    def of_auditors(self, codes: Collection[int]) -> SeverityRatings:
        """Return the ratings by these auditors only."""
        return self._where(np.isin(self.auditor, list(codes)))

    def _where(self, kept: Bools) -> SeverityRatings:
        return SeverityRatings(
            audit=self.audit[kept],
            auditor=self.auditor[kept],
            domain=self.domain[kept],
            grade=self.grade[kept],
            n_levels=self.n_levels,
            quarter=None if self.quarter is None else self.quarter[kept],
        )

    def _audits_of_auditor(self, counted: Bools) -> Ints:
        pairs = np.unique(self.audit_number * self.n_auditors + self.auditor_number)
        pairs = pairs[counted[pairs // self.n_auditors]]
        return np.bincount(pairs % self.n_auditors, minlength=self.n_auditors)

    @cached_property
    def _audits(self) -> tuple[Ints, Ints]:
        return numbered(self.audit)

    @cached_property
    def _auditors(self) -> tuple[Ints, Ints]:
        return numbered(self.auditor)

    @cached_property
    def _domains(self) -> tuple[Ints, Ints]:
        return numbered(self.domain)

    @cached_property
    def _quarters(self) -> tuple[Ints, Ints]:
        none = np.zeros(len(self.grade), dtype=np.int64)
        return numbered(none if self.quarter is None else self.quarter)

    @cached_property
    def _bundles(self) -> tuple[Ints, Ints]:
        sitting = self.auditor_number * self.n_quarters + self.quarter_number
        key = self.audit_number * (self.n_auditors * self.n_quarters) + sitting
        _, first, number = np.unique(key, return_index=True, return_inverse=True)
        return number.astype(np.int64), first.astype(np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class AuditorGroups:
    """Groups of auditors that shared audits connect, directly or through others.

    Severities can be compared within a group only: between groups, a stricter group cannot be
    told from one that got the weaker practice.

    Parameters
    ----------
    group : int array, shape (auditors,)
        Number of each auditor's group; 0 is the largest group.
    sizes : int array, shape (groups,)
        Auditors in each group, largest first.
    """

    group: Ints
    sizes: Ints

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return len(self.sizes)

    @property
    def is_connected(self) -> bool:
        """Whether every auditor can be compared with every other."""
        return self.n_groups == 1


def linked_groups(ratings: SeverityRatings) -> AuditorGroups:
    """Groups of auditors connected by audits that two or more of them graded.

    Examples
    --------
    >>> ratings = SeverityRatings(
    ...     audit=[1, 1, 2, 3], auditor=[7, 8, 8, 9], domain=[0, 0, 0, 0], grade=[2, 1, 3, 0],
    ...     n_levels=4,
    ... )
    >>> linked_groups(ratings).group.tolist()
    [0, 0, 1]
    """
    graded = sparse.csr_array(
        (np.ones(len(ratings.grade)), (ratings.audit_number, ratings.auditor_number))
    )
    _, label = csgraph.connected_components(graded.T @ graded, directed=False)
    counts = np.bincount(label)
    order = np.lexsort((np.arange(len(counts)), -counts))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return AuditorGroups(
        group=frozen_ints(place[label].astype(np.int64), name="group"),
        sizes=frozen_ints(counts[order].astype(np.int64), name="sizes"),
    )
