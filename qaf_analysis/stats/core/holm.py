"""Several themes at once: Holm's adjustment keeps the chance of any false claim at its level."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Floats


def holm(p_values: ArrayLike) -> Floats:
    """Adjust p-values for having tested them all.

    Parameters
    ----------
    p_values : array, shape (n,)
        p-values 0 to 1; NaN where nothing was tested (not counted, stays NaN).

    Returns
    -------
    array, shape (n,)
        Adjusted p-values, never below those given.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal
    of Statistics 6: 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(given.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(given))
    order = tested[np.argsort(given[tested], kind="stable")]
    steps = given[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
