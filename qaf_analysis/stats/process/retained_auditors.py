"""Auditors who worked both before and after a change.

When the pool of auditors changes, auditing may become more consistent because others do it, not
because anybody learned anything. Among those who stayed only the second is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Ints, frozen_ints
from qaf_analysis.terms.estimate import Estimate

SAME, DIFFERENT, UNKNOWN = "agrees", "differs", "cannot be told"


@dataclass(frozen=True, kw_only=True, eq=False)
class RetainedAuditors:
    """Who stayed, who left and who came; codes in rising order."""

    retained: Ints
    left: Ints
    came: Ints


def retained_auditors(before: ArrayLike, after: ArrayLike) -> RetainedAuditors:
    """Sort auditors by the periods in which they audited.

    Parameters
    ----------
    before, after : int array
        Auditor of each audit of the two periods, by whole numbers that mean the same in both.

    Raises
    ------
    ShapeError
        If the codes are not whole numbers in one dimension.

    Examples
    --------
    >>> found = retained_auditors([1, 1, 2, 3], [3, 4, 3])
    >>> found.retained.tolist(), found.left.tolist(), found.came.tolist()
    ([3], [1, 2], [4])
    """
    first, second = frozen_ints(before, name="before"), frozen_ints(after, name="after")
    return RetainedAuditors(
        retained=np.intersect1d(first, second),
        left=np.setdiff1d(first, second),
        came=np.setdiff1d(second, first),
    )


def retained_says(everybody: Estimate, retained: Estimate) -> str:
    """Whether the auditors who stayed moved in the same direction as all auditors did.

    Parameters
    ----------
    everybody, retained : Estimate
        The same difference, among all auditors and among those who stayed.

    Returns
    -------
    str
        "agrees", "differs", or "cannot be told" where one has no value. It compares directions
        only: those who stayed are fewer, so that their own interval is wide.

    Examples
    --------
    >>> rest = {"low": -1.0, "high": 1.0, "level": 0.95, "cases": 9, "auditors": 3, "method": ""}
    >>> retained_says(Estimate(value=0.2, **rest), Estimate(value=-0.1, **rest))
    'differs'
    """
    if not (everybody.is_estimable and retained.is_estimable):
        return UNKNOWN
    return SAME if everybody.value * retained.value >= 0 else DIFFERENT
