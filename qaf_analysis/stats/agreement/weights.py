"""How much credit two grades of one audit get: 1 for the same grade, down to 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Floats, frozen_floats
from qaf_analysis.terms.errors import ShapeError, UsageError

WeightName: TypeAlias = Literal[
    "identity",
    "linear",
    "quadratic",
    "ordinal",
    "radical",
    "ratio",
    "circular",
    "bipolar",
    "within_one",
]


def grade_weights(
    weights: WeightName | ArrayLike, *, n_levels: int, scores: ArrayLike | None = None
) -> Floats:
    """Credit that each pair of grades gets as agreement.

    Parameters
    ----------
    weights : name or array (K, K)
        ``identity`` credits only the same grade; ``within_one`` also full credit one grade apart;
        ``linear``, ``quadratic`` and ``radical`` fall with the distance, its square and its
        square root; ``ordinal`` falls with the number of pairs of levels that the two grades
        span; ``ratio`` with the difference relative to the sum, so that steps at the lower end
        count more; ``circular`` is for scales whose ends meet; ``bipolar`` makes steps near the
        ends of the scale count more. A matrix of one's own must be symmetric, with ones on the
        diagonal and entries from 0 to 1.
    n_levels : int
        K, the number of levels of the scale.
    scores : array, shape (K,), optional
        Number that each level stands for, rising; 1 to K by default. Has no bearing on
        ``identity``, ``within_one``, ``ordinal`` and a matrix of one's own. Unequal steps are
        the way to make one boundary, such as Requires improvement to Good, count more.

    Returns
    -------
    array, shape (K, K)

    Raises
    ------
    UsageError
        If the name is unknown.
    ShapeError
        If a matrix of one's own or the scores are not as described, or a score is below 0 in
        ``ratio`` weights.

    Notes
    -----
    ``ratio`` weights of two grades at a level that stands for 0 are 0/0 by the formula; as the
    grades are the same, they get 1.

    References
    ----------
    Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, chapter 3.

    Examples
    --------
    >>> grade_weights("quadratic", n_levels=4)[0].round(3).tolist()
    [1.0, 0.889, 0.556, 0.0]
    >>> grade_weights("linear", n_levels=4, scores=[0, 1, 3, 4])[1].tolist()
    [0.75, 1.0, 0.5, 0.25]
    """
    levels = _levels(scores, n_levels)
    if not isinstance(weights, str):
        return _checked(frozen_floats(weights), n_levels)
    if weights not in get_args(WeightName):
        raise UsageError(
            f'"{weights}" is no set of weights; expected one of '
            f"{', '.join(get_args(WeightName))}, or a matrix."
        )
    return frozen_floats(_FORMULAS[weights](levels))


def power_weights(power: float, *, n_levels: int, scores: ArrayLike | None = None) -> Floats:
    """Weights that fall with a power of the distance: 0.5 radical, 1 linear, 2 quadratic.

    Parameters
    ----------
    power : float
        Above 0. The higher, the more credit near misses get.
    n_levels, scores
        See ``grade_weights``.

    Returns
    -------
    array, shape (K, K)

    Raises
    ------
    UsageError
        If the power is not above 0.

    Examples
    --------
    >>> power_weights(3, n_levels=3)[0].tolist()
    [1.0, 0.875, 0.0]
    """
    if not (np.isfinite(power) and power > 0):
        raise UsageError(f"Weights fall with a power above 0, not {power}.")
    return frozen_floats(_power(_levels(scores, n_levels), power))


def neighbour_weights(credit: float, *, n_levels: int, circular: bool = False) -> Floats:
    """Weights that credit the same grade, and in part a neighbouring one, and no other.

    Parameters
    ----------
    credit : float
        Credit for neighbouring levels, 0 (``identity``) to 1 (``within_one``).
    n_levels : int
        K, the number of levels of the scale.
    circular : bool
        Whether the first and the last level are neighbours as well.

    Returns
    -------
    array, shape (K, K)

    Raises
    ------
    UsageError
        If the credit does not lie between 0 and 1.

    References
    ----------
    Warrens & Pratiwi (2016), Journal of Classification 33, 507-522, for circular scales.

    Examples
    --------
    >>> neighbour_weights(0.5, n_levels=4)[0].tolist()
    [1.0, 0.5, 0.0, 0.0]
    >>> neighbour_weights(0.5, n_levels=4, circular=True)[0].tolist()
    [1.0, 0.5, 0.0, 0.5]
    """
    if not 0 <= credit <= 1:
        raise UsageError(f"Credit for a neighbouring grade lies between 0 and 1, not {credit}.")
    steps = _steps(_levels(None, n_levels))
    if circular:
        steps = np.minimum(steps, n_levels - steps)
    return frozen_floats(np.where(steps == 0, 1.0, np.where(steps == 1, credit, 0.0)))


def weights_with_parameter(asked: str, *, n_levels: int, scores: ArrayLike | None = None) -> Floats:
    """Weights asked for as a name and a number: ``power:3``, ``neighbour:0.5``.

    Parameters
    ----------
    asked : str
        ``power``, ``neighbour`` or ``circular_neighbour``, a colon, and the power or the credit.
    n_levels, scores
        See ``grade_weights``; the scores are for ``power`` only.

    Returns
    -------
    array, shape (K, K)
        As from ``power_weights`` and ``neighbour_weights``.

    Raises
    ------
    UsageError
        If the name is unknown, or the number is not as it should be.

    Examples
    --------
    >>> weights_with_parameter("neighbour:0.5", n_levels=4)[0].tolist()
    [1.0, 0.5, 0.0, 0.0]
    """
    name, _, text = asked.partition(":")
    try:
        number = float(text)
    except ValueError as error:
        raise UsageError(f'"{asked}" should end in a number, as in power:3.') from error
    if name == "power":
        return power_weights(number, n_levels=n_levels, scores=scores)
    if name in ("neighbour", "circular_neighbour"):
        return neighbour_weights(number, n_levels=n_levels, circular=name != "neighbour")
    raise UsageError(
        f'"{name}" is no set of weights with a parameter; expected power, neighbour or '
        "circular_neighbour."
    )


def weights_name(weights: WeightName | ArrayLike) -> str:
    """Words for a set of weights in the name of a method."""
    return weights.replace("_", " ") if isinstance(weights, str) else "own"


def _levels(scores: ArrayLike | None, n_levels: int) -> Floats:
    if n_levels < 2:
        raise ShapeError(f"A grade scale needs at least two levels, not {n_levels}.")
    if scores is None:
        return np.arange(1.0, n_levels + 1)
    levels = frozen_floats(scores)
    if levels.shape != (n_levels,):
        raise ShapeError(f"{n_levels} levels need {n_levels} scores, not {levels.shape}.")
    if not (np.isfinite(levels).all() and (np.diff(levels) > 0).all()):
        raise ShapeError("Scores of levels should rise from each level to the next.")
    return levels


def _apart(levels: Floats) -> Floats:
    apart: Floats = np.abs(levels[:, np.newaxis] - levels)
    return apart


def _sum(levels: Floats) -> Floats:
    total: Floats = levels[:, np.newaxis] + levels
    return total


def _steps(levels: Floats) -> Floats:
    return _apart(np.arange(float(len(levels))))


def _power(levels: Floats, power: float) -> Floats:
    credit: Floats = 1 - (_apart(levels) / (levels[-1] - levels[0])) ** power
    return credit


def _ordinal(levels: Floats) -> Floats:
    steps, far = _steps(levels), len(levels) - 1
    credit: Floats = 1 - steps * (steps + 1) / (far * (far + 1))
    return credit


def _ratio(levels: Floats) -> Floats:
    if levels[0] < 0:
        raise ShapeError(f"Ratio weights need scores of 0 or more, not {levels[0]:g}.")
    # Two grades at a level of 0 are the same grade: no distance, whatever they are divided by.
    whole = np.where(_sum(levels) == 0, 1.0, _sum(levels))
    share = _apart(levels) / whole
    credit: Floats = 1 - (share / share.max()) ** 2
    return credit


def _circular(levels: Floats) -> Floats:
    distance: Floats = np.sin(np.pi * _apart(levels) / (levels[-1] - levels[0] + 1)) ** 2
    credit: Floats = 1 - distance / distance.max()
    return credit


def _bipolar(levels: Floats) -> Floats:
    room = (_sum(levels) - 2 * levels[0]) * (2 * levels[-1] - _sum(levels))
    np.fill_diagonal(room, 1.0)  # the same grade: no distance, whatever it is divided by
    distance: Floats = _apart(levels) ** 2 / room
    credit: Floats = 1 - distance / distance.max()
    return credit


_FORMULAS: dict[str, Callable[[Floats], Floats]] = {
    "identity": lambda levels: np.eye(len(levels)),
    "linear": lambda levels: _power(levels, 1),
    "quadratic": lambda levels: _power(levels, 2),
    "ordinal": _ordinal,
    "radical": lambda levels: _power(levels, 0.5),
    "ratio": _ratio,
    "circular": _circular,
    "bipolar": _bipolar,
    "within_one": lambda levels: np.where(_steps(levels) <= 1, 1.0, 0.0),
}


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
