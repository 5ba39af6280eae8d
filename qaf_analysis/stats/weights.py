"""How much credit two grades of one audit get: 1 for the same grade, down to 0."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.arrays import Floats, frozen_floats
from qaf_analysis.terms.errors import ShapeError, UsageError

WeightName: TypeAlias = Literal["identity", "linear", "quadratic", "ordinal", "within_one"]
Weights: TypeAlias = WeightName | Floats


def grade_weights(weights: WeightName | ArrayLike, *, n_levels: int) -> Floats:
    """Credit that each pair of grades gets as agreement.

    Parameters
    ----------
    weights : {"identity", "linear", "quadratic", "ordinal", "within_one"} or array (K, K)
        ``identity`` credits only the same grade; ``within_one`` also full credit one grade apart;
        ``linear`` and ``quadratic`` fall with the distance and its square; ``ordinal`` falls
        with the number of pairs of levels that the two grades span (Gwet). A matrix of one's own
        must be symmetric, with ones on the diagonal and entries from 0 to 1.
    n_levels : int
        K, the number of levels of the scale.

    Returns
    -------
    array, shape (K, K)

    Raises
    ------
    UsageError
        If the name is unknown.
    ShapeError
        If a matrix of one's own is not as described.

    References
    ----------
    Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, chapter 3.

    Examples
    --------
    >>> grade_weights("quadratic", n_levels=4)[0].round(3).tolist()
    [1.0, 0.889, 0.556, 0.0]
    """
    if not isinstance(weights, str):
        return _checked(frozen_floats(weights), n_levels)
    if weights not in get_args(WeightName):
        raise UsageError(
            f'"{weights}" is no set of weights; expected one of '
            f"{', '.join(get_args(WeightName))}, or a matrix."
        )
    codes = np.arange(n_levels)
    apart = np.abs(codes[:, np.newaxis] - codes).astype(np.float64)
    far = n_levels - 1
    matrices = {
        "identity": apart == 0,
        "within_one": apart <= 1,
        "linear": 1 - apart / far,
        "quadratic": 1 - (apart / far) ** 2,
        "ordinal": 1 - apart * (apart + 1) / (far * (far + 1)),
    }
    return frozen_floats(matrices[weights])


def weights_name(weights: WeightName | ArrayLike) -> str:
    """Words for a set of weights in the name of a method."""
    return weights.replace("_", " ") if isinstance(weights, str) else "own"


def _checked(matrix: Floats, n_levels: int) -> Floats:
    if matrix.shape != (n_levels, n_levels):
        raise ShapeError(
            f"Weights for {n_levels} levels need {n_levels} rows and columns, not {matrix.shape}."
        )
    if not (matrix == matrix.T).all():
        raise ShapeError("Weights should be symmetric: grade a with b counts as b with a.")
    if not (np.diag(matrix) == 1).all():
        raise ShapeError("Weights of the same grade (the diagonal) should be 1.")
    if not ((matrix >= 0) & (matrix <= 1)).all():
        raise ShapeError("Weights should lie between 0 and 1.")
    return matrix
