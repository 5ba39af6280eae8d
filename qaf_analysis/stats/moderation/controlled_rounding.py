"""A table of expected numbers, rounded at random with every cell, row and column as expected.

Numbers of audits to draw, auditor by grade, are seldom whole. Rounding them one by one would let
the sums drift; this rounds them together, and on average each keeps its value.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.terms.errors import ShapeError

_UNIT = 2**40  # all sums are kept in whole numbers of 1/_UNIT, so that they stay exact
_ROUNDING = 2**20  # a sum so near to a whole one was meant to be whole


def rounded_at_random(expected: ArrayLike, *, rng: np.random.Generator) -> Ints:
    """Whole numbers whose mean is what was expected, in every cell, row, column and in all.

    Parameters
    ----------
    expected : array, shape (rows, columns)
        Numbers, 0 or more.
    rng : Generator
        Source of chance.

    Returns
    -------
    int array, shape (rows, columns)
        Every cell, row sum, column sum and the sum of all is rounded up or down, never further;
        what is whole already stays.

    Raises
    ------
    ShapeError
        If it is not a table, or a number is below zero or missing.

    References
    ----------
    Cox (1987), A constructive procedure for unbiased controlled rounding, Journal of the American
    Statistical Association 82.

    Examples
    --------
    >>> whole = rounded_at_random([[0.5, 1.5], [0.5, 0.5]], rng=np.random.default_rng(1))
    >>> whole.sum(axis=0).tolist(), whole.sum(axis=1).tolist()
    ([1, 2], [2, 1])
    """
    numbers = np.asarray(expected, dtype=np.float64)
    if numbers.ndim != 2 or not (numbers >= 0).all():
        raise ShapeError("A table of numbers that are 0 or more is needed.")
    units = _with_margins(numbers)
    # Which cycle is turned first is left to chance, so that any two audits can be drawn together.
    order = rng.permutation(units.shape[0]), rng.permutation(units.shape[1])
    units = units[np.ix_(*order)]
    while (loose := units % _UNIT != 0).any():
        _turn(units, _cycle(loose), rng=rng)
    back = np.ix_(np.argsort(order[0]), np.argsort(order[1]))
    whole: Ints = units[back][:-1, :-1] // _UNIT
    return whole


def _with_margins(expected: Floats) -> Ints:
    """Add a row and a column of fractions that make every sum whole."""
    units = np.rint(expected * _UNIT).astype(np.int64)
    for column in units.T:
        _make_whole(column)
    _make_whole(units.reshape(-1))
    table = np.zeros((units.shape[0] + 1, units.shape[1] + 1), dtype=np.int64)
    table[:-1, :-1] = units
    table[-1, :-1] = -units.sum(axis=0) % _UNIT
    table[:-1, -1] = -units.sum(axis=1) % _UNIT
    table[-1, -1] = units.sum() % _UNIT
    return table


def _make_whole(units: Ints) -> None:
    """Take what a sum is off a whole number by rounding from a cell that is not whole."""
    excess = int((units.sum() + _UNIT // 2) % _UNIT - _UNIT // 2)
    if excess and abs(excess) < _ROUNDING:
        units[int(np.argmax(units % _UNIT))] -= excess


def _cycle(loose: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Cells, none of them whole, of a closed walk along a row and along a column in turn.

    Sums of rows and columns are whole. So whoever comes by a cell that is not finds another to
    leave by, and meets a row or column again in the end.
    """
    n_rows = len(loose)
    walk = [int(np.argmax(loose.any(axis=1)))]  # rows are 0, 1, ...; columns follow them
    while True:
        place, before = walk[-1], walk[-2] if len(walk) > 1 else -1
        if place < n_rows:
            ways = n_rows + np.flatnonzero(loose[place])
        else:
            ways = np.flatnonzero(loose[:, place - n_rows])
        ahead = int(ways[0] if ways[0] != before else ways[1])
        if ahead in walk:
            ring = [*walk[walk.index(ahead) :], ahead]
            return [(min(pair), max(pair) - n_rows) for pair in pairwise(ring)]
        walk.append(ahead)


def _turn(units: Ints, cells: list[tuple[int, int]], *, rng: np.random.Generator) -> None:
    """Move the cells of a cycle up and down in turn until one of them is whole."""
    rows, columns = np.array(cells).T
    rising, falling = (rows[::2], columns[::2]), (rows[1::2], columns[1::2])
    above_rising, above_falling = units[rising] % _UNIT, units[falling] % _UNIT
    up = min(int((_UNIT - above_rising).min()), int(above_falling.min()))
    down = min(int(above_rising.min()), int((_UNIT - above_falling).min()))
    # With these chances the step is nothing on average, so every cell keeps its mean.
    step = up if rng.random() * (up + down) < down else -down
    units[rising] += step
    units[falling] -= step
