"""A difference between means of groups of audits, when audits of one auditor are alike."""

from __future__ import annotations

from math import nan, sqrt
from typing import NamedTuple

import numpy as np

from qaf_analysis.stats.core.arrays import Floats, Ints, check_same_length, sums
from qaf_analysis.stats.core.numbering import numbered
from qaf_analysis.terms.errors import ShapeError

# Shares of a cell closer to 1 than this are those of the only auditor in it.
ROUNDING = 1e-12


class Contrast(NamedTuple):
    """Weighted sum of cell means, its variance and the degrees of freedom of that.

    The variance and its degrees of freedom are NaN where one auditor stands behind everything.
    """

    value: float
    variance: float
    df: float


def cell_contrast(values: Floats, *, cell: Ints, weight: Floats, cluster: Ints) -> Contrast:
    """Weighted sum of the means of cells, with a variance that lets values of a cluster be alike.

    The bias-reduced ("CR2") variance of Bell and McCaffrey with their Satterthwaite degrees of
    freedom, for a regression on marks of the cells. It has a closed form: with f the share of a
    cell's values that one cluster gives, the cluster's residuals of that cell are divided by
    the root of 1 - f. An auditor with values in several cells (before and after) counts once.

    Parameters
    ----------
    values : array, shape (n,)
    cell : int array, shape (n,)
        Cell of each value, 0 .. C-1; every cell with a weight holds at least one value.
    weight : array, shape (C,)
        Weight of each cell's mean, such as -1 and 1 for a difference.
    cluster : int array, shape (n,)
        Whole number naming the auditor of each value.

    Returns
    -------
    Contrast

    Raises
    ------
    ShapeError
        If lengths differ, or a cell with a weight is empty.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28(2), 169-181; Imbens & Kolesár (2016),
    Review of Economics and Statistics 98, 701-712.

    Examples
    --------
    With one value per auditor the variance is the sum of those of the two means:

    >>> found = cell_contrast(
    ...     np.array([1.0, 2.0, 3.0, 5.0, 9.0]), cell=np.array([0, 0, 0, 1, 1]),
    ...     weight=np.array([-1.0, 1.0]), cluster=np.arange(5),
    ... )
    >>> found.value, round(found.variance, 6) == round(1 / 3 + 8 / 2, 6)
    (5.0, True)
    """
    check_same_length({"values": values, "cell": cell, "cluster": cluster})
    n = np.bincount(cell, minlength=len(weight)).astype(np.float64)
    if (n[weight != 0] == 0).any():
        raise ShapeError("A cell that has a weight holds no value.")
    kept = weight[cell] != 0
    mean = np.divide(sums(cell, values, n=len(n)), n, out=np.zeros_like(n), where=n > 0)
    place, names = numbered(cluster[kept])
    value = float(weight @ mean)
    if len(names) < 2:
        return Contrast(value, nan, nan)
    part, cells = place * len(n) + cell[kept], len(names) * len(n)
    held = sums(part, np.ones(len(part)), n=cells).reshape(len(names), len(n))
    rest = sums(part, (values - mean[cell])[kept], n=cells).reshape(len(names), len(n))
    size = np.where(n > 0, n, 1.0)
    others = 1 - held / size
    # A cluster that fills a cell has no residual there and cannot say how sure its mean is.
    scale = np.divide(1.0, np.sqrt(others), out=np.zeros_like(others), where=others > ROUNDING)
    per_value = weight / size * scale
    variance = float(((per_value * rest).sum(axis=1) ** 2).sum())
    return Contrast(value, variance, _satterthwaite(per_value, held=held, size=size))


def _satterthwaite(per_value: Floats, *, held: Floats, size: Floats) -> float:
    """Degrees of freedom, from the products of the clusters' parts in the residual variance."""
    across = per_value * held / np.sqrt(size)
    products = np.diag((per_value**2 * held).sum(axis=1)) - across @ across.T
    squares = float((products**2).sum())
    trace = float(np.trace(products))
    return trace**2 / squares if squares > 0 and trace > ROUNDING * sqrt(squares) else nan
