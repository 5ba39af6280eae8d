"""Every pair of grades that two auditors gave one audit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from qaf_analysis.stats.core.arrays import Floats, Ints, number_present, numbered, sums


@dataclass(frozen=True, kw_only=True, eq=False)
class GradePairs:
    """Every pair of grades that two auditors gave one audit, and the audits graded once.

    Parameters
    ----------
    n_levels, n_audits, n_double, n_auditors : int
        Levels of the scale, audits, audits with two or more grades, auditors.
    audit, first, second : array, shape (pairs,)
        Audit and the two auditors of each pair, numbered from 0; ``first`` is below ``second``.
    grade_first, grade_second : array, shape (pairs,)
        The grade by each of the two.
    raters : array, shape (pairs,)
        Number of grades of the pair's audit, 2 or more.
    single_audit, single_auditor, single_grade : array, shape (audits graded once,)
        The audits with one grade only.
    cluster : array, shape (audits,)
        What each audit is sampled with, numbered from 0.
    auditor_codes : array, shape (auditors,)
        Code in the ratings of each auditor number.
    """

    n_levels: int
    n_audits: int
    n_double: int
    n_auditors: int
    audit: Ints
    first: Ints
    second: Ints
    grade_first: Ints
    grade_second: Ints
    raters: Ints
    single_audit: Ints
    single_auditor: Ints
    single_grade: Ints
    cluster: Ints
    auditor_codes: Ints

    @cached_property
    def audit_weight(self) -> Floats:
        """Weight of each pair such that the pairs of one audit add up to one."""
        weight: Floats = 2 / (self.raters * (self.raters - 1.0))
        return weight

    @cached_property
    def sharing_pairs(self) -> float:
        """Share of all products of two audits' pairs of grades that share an auditor or cluster.

        Each audit weighs alike.
        """
        weight, r = self.audit_weight, self.n_auditors
        load = sums(self.first, weight, n=r) + sums(self.second, weight, n=r)
        total = float(load @ load) - _square_sum(self.dyad, weight)
        if not self.is_one_pair_each:
            paired = self.cluster_auditor[0]
            total += _square_sum(self.cluster[self.audit], weight)
            total += _square_sum(self.cluster_dyad, weight)
            total -= _square_sum(paired, np.tile(weight, 2))
        return total / max(self.n_double, 1) ** 2

    @cached_property
    def n_double_clusters(self) -> int:
        """Number of clusters that hold an audit with two or more grades."""
        return number_present(self.cluster[self.audit])

    @cached_property
    def n_pairing_auditors(self) -> int:
        """Number of auditors who are in a pair."""
        return number_present(np.concatenate([self.first, self.second]))

    @cached_property
    def is_clustered(self) -> bool:
        """Whether some audits are sampled together."""
        return self.n_audits > 0 and int(self.cluster.max()) + 1 < self.n_audits

    @cached_property
    def is_one_pair_each(self) -> bool:
        """Whether all that are sampled together are the two grades of one audit."""
        return not self.is_clustered and bool((self.raters == 2).all())

    @cached_property
    def dyad(self) -> Ints:
        """Number of the two auditors together, for each pair."""
        return numbered(self.first * self.n_auditors + self.second)[0]

    @cached_property
    def cluster_dyad(self) -> Ints:
        """Number of the two auditors and the cluster together, for each pair."""
        if not self.is_clustered:  # two auditors grade one audit together only once
            return np.arange(len(self.audit))
        dyads = self.n_auditors**2
        code = self.first * self.n_auditors + self.second
        return numbered(self.cluster[self.audit] * dyads + code)[0]

    @cached_property
    def audit_auditor(self) -> tuple[Ints, Ints, Ints]:
        """Numbers of audit and auditor together: of pairs by either auditor, and of singles.

        The third array holds the code ``audit * n_auditors + auditor`` of each number.
        """
        return self._numbered_with_auditor(self.audit, self.single_audit)

    @cached_property
    def cluster_auditor(self) -> tuple[Ints, Ints, Ints]:
        """The same for cluster and auditor together."""
        if not self.is_clustered:
            return self.audit_auditor
        return self._numbered_with_auditor(
            self.cluster[self.audit], self.cluster[self.single_audit]
        )

    def _numbered_with_auditor(self, of_pairs: Ints, of_singles: Ints) -> tuple[Ints, Ints, Ints]:
        r = self.n_auditors
        codes = [of_pairs * r + self.first, of_pairs * r + self.second]
        numbers, labels = numbered(np.concatenate([*codes, of_singles * r + self.single_auditor]))
        ends = 2 * len(of_pairs)
        return numbers[:ends], numbers[ends:], labels


def pairs_of(
    *,
    audit: Ints,
    auditor: Ints,
    grade: Ints,
    cluster: Ints,
    n_levels: int,
    auditor_codes: Ints,
) -> GradePairs:
    """Every pair of grades of one audit, from audits and auditors numbered from 0.

    Takes memory in proportion to the number of pairs: an audit with m grades gives m(m-1)/2.
    """
    of, by, given = audit, auditor, grade
    if (audit[1:] < audit[:-1]).any():
        order = np.argsort(audit, kind="stable")
        of, by, given = audit[order], auditor[order], grade[order]
    sizes = np.bincount(of)
    start = np.cumsum(sizes) - sizes
    raters = sizes[of]
    # Each grade pairs with those after it in the same audit.
    after = raters - 1 - (np.arange(len(of)) - start[of])
    one = np.repeat(np.arange(len(of)), after)
    within = np.arange(len(one)) - np.repeat(np.cumsum(after) - after, after)
    other = one + 1 + within
    swap = by[one] > by[other]
    one[swap], other[swap] = other[swap], one[swap]
    lone = raters == 1
    return GradePairs(
        n_levels=n_levels,
        n_audits=len(sizes),
        n_double=int((sizes > 1).sum()),
        n_auditors=len(auditor_codes),
        audit=of[one],
        first=by[one],
        second=by[other],
        grade_first=given[one],
        grade_second=given[other],
        raters=raters[one],
        single_audit=of[lone],
        single_auditor=by[lone],
        single_grade=given[lone],
        cluster=cluster,
        auditor_codes=auditor_codes,
    )


def _square_sum(numbers: Ints, values: Floats) -> float:
    total = sums(numbers, values)
    return float(total @ total)
