"""Which auditors can be compared at all: those connected by audits that they graded in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from qaf_analysis.stats.core.arrays import Ints, frozen_ints
from qaf_analysis.stats.severity.ratings import SeverityRatings


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
