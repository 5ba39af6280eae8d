"""Audits and auditors numbered 0, 1, 2, ... whatever codes they came with."""

from __future__ import annotations

import numpy as np

from qaf_analysis.stats.core.arrays import Ints
from qaf_analysis.terms.errors import ShapeError

# Beyond so many possible codes for each one seen, sorting takes less memory than a place for each.
SPREAD = 4


def numbered(codes: Ints) -> tuple[Ints, Ints]:
    """Numbers 0, 1, ... in the order of the codes, and the code of each number.

    Quick, and without a copy, where the codes are 0, 1, 2, ... already.

    Examples
    --------
    >>> numbers, labels = numbered(np.array([7, 3, 7]))
    >>> numbers.tolist(), labels.tolist()
    ([1, 0, 1], [3, 7])
    """
    if len(codes) == 0:
        return codes, codes
    highest = int(codes.max())
    if int(codes.min()) < 0 or highest > SPREAD * len(codes) + 1000:
        labels, inverse = np.unique(codes, return_inverse=True)
        return inverse.astype(np.int64), labels
    present = np.zeros(highest + 1, dtype=bool)
    present[codes] = True
    labels = np.flatnonzero(present)
    if len(labels) == highest + 1:
        return codes, labels
    return (np.cumsum(present) - 1)[codes], labels


def refuse_repeats(audit: Ints, auditor: Ints, *, n_audits: int, n_auditors: int) -> None:
    """Refuse two grades by one auditor for one audit.

    Parameters
    ----------
    audit, auditor : int array, shape (grades,)
        Numbers from ``numbered``.
    n_audits, n_auditors : int

    Raises
    ------
    ShapeError
        If an auditor graded an audit twice; it names the first place where that happens.
    """
    cells = n_audits * n_auditors
    if cells <= 64 * len(audit):  # one byte for each possible grade is less than sorting takes
        seen = np.zeros(cells, dtype=bool)
        seen[audit * n_auditors + auditor] = True
        if np.count_nonzero(seen) == len(audit):
            return
    order = np.lexsort((auditor, audit))
    repeated = (np.diff(audit[order]) == 0) & (np.diff(auditor[order]) == 0)
    if repeated.any():
        place = int(order[1:][repeated].min())
        raise ShapeError(
            f"{int(repeated.sum())} grades repeat an auditor and audit already seen (first at "
            f"place {place}). Keep one grade for each audit and auditor."
        )
