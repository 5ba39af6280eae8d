"""Arrays as they enter and leave statistics: checked on the way in, read-only afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]


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
