"""Arrays as they enter and leave statistics: checked on the way in, read-only afterwards.

Audits and auditors come with any codes and are numbered 0, 1, 2, ... here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]

# Beyond so many possible codes for each one seen, sorting takes less memory than a place for each.
SPREAD = 4


def frozen_ints(values: ArrayLike, *, name: str) -> Ints:
    """Read-only copy of a one-dimensional array of whole numbers.

    Raises
    ------
    ShapeError
        If the values are not whole numbers in one dimension.
    """
    array = np.asarray(values)
    if array.size == 0:
        array = array.astype(np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ShapeError(
            f'"{name}" should be one row of whole numbers; it has shape {array.shape} '
            f"and holds {array.dtype}."
        )
    copy = array.astype(np.int64)
    copy.setflags(write=False)
    return copy


def frozen_floats(values: ArrayLike) -> Floats:
    """Read-only copy as floating-point numbers, of any shape."""
    copy = np.array(values, dtype=np.float64)
    copy.setflags(write=False)
    return copy


def sums(codes: Ints, values: Floats, *, n: int = 0) -> Floats:
    """Sum of the values of each code 0, 1, ...; at least ``n`` sums, 0 where a code is absent."""
    return np.bincount(codes, weights=values, minlength=n).astype(np.float64)


def number_present(codes: Ints) -> int:
    """How many different codes 0, 1, ... there are; quick where the codes are small numbers."""
    return int(np.count_nonzero(np.bincount(codes)))


def check_same_length(arrays: Mapping[str, Floats | Ints]) -> None:
    """Refuse arrays, given by name, of unequal length.

    Raises
    ------
    ShapeError
        If two lengths differ.
    """
    if len({len(array) for array in arrays.values()}) > 1:
        lengths = ", ".join(f"{name} {len(array)}" for name, array in arrays.items())
        raise ShapeError(f"These should be equally long: {lengths}.")


def check_grades(grade: Ints, *, n_levels: int) -> None:
    """Refuse grade codes outside 0 .. K-1.

    Raises
    ------
    ShapeError
        If the scale has fewer than two levels.
    UnknownGradeError
        If a code is outside the scale; it would otherwise be counted wrongly or dropped.
    """
    if n_levels < 2:
        raise ShapeError(f"A grade scale needs at least two levels, not {n_levels}.")
    outside = (grade < 0) | (grade >= n_levels)
    if outside.any():
        first = int(np.flatnonzero(outside)[0])
        raise UnknownGradeError(
            f"{int(outside.sum())} of {len(grade)} grade codes lie outside 0 to {n_levels - 1} "
            f"(first: {int(grade[first])} at place {first})."
        )


def check_level(level: float) -> None:
    """Refuse a confidence level that is not between 0 and 1.

    Raises
    ------
    UsageError
        If it is not; 95 % is written 0.95.
    """
    if not 0 < level < 1:
        raise UsageError(f"A confidence level lies between 0 and 1 (0.95 for 95 %), not {level}.")


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
