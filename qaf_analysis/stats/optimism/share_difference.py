"""A property that auditors' and moderators' readings of the same audits may or may not have."""

from __future__ import annotations

from dataclasses import replace

from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import frozen_floats
from qaf_analysis.stats.optimism.paired import net_good_shift, stuart_birch
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate


def paired_share_difference(
    audit: ArrayLike, moderation: ArrayLike, *, auditor: ArrayLike, level: float = 0.95
) -> Estimate:
    """Share of audits with a property as the auditor read them, less as the moderator did.

    Parameters
    ----------
    audit, moderation : array, shape (audits,)
        1 (or True) where the reading has the property, else 0.
    auditor : int array, shape (audits,)
        Auditor of each audit.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Newcombe's interval for paired shares, with a design effect for auditors. In the test
        each auditor's differences change sign together (see ``paired.stuart_birch``); with one
        audit per auditor it is McNemar's exact test. ``p`` is 1 where no reading differs. Not
        estimable without audits.

    Raises
    ------
    ShapeError
        If a value is neither 0 nor 1, or the lengths differ.

    Examples
    --------
    >>> gap = paired_share_difference([1, 1, 1, 0], [0, 0, 1, 0], auditor=[1, 2, 3, 4])
    >>> gap.value, gap.p
    (0.5, 0.5)
    """
    first, second = frozen_floats(audit), frozen_floats(moderation)
    for values in (first, second):
        if ((values != 0) & (values != 1)).any():
            raise ShapeError("A difference of shares needs values that are 0 or 1 only.")
    ours, theirs = first.astype(int), second.astype(int)
    found = net_good_shift(ours, theirs, good_from=1, auditor=auditor, level=level)
    if not found.is_estimable:
        return found
    test = stuart_birch(ours, theirs, auditor=auditor)
    method = f"{found.method}; p of {test.method}"
    return replace(found, p=test.p if test.is_estimable else 1.0, method=method)
