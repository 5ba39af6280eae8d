"""Square tables of paired grades: checked counts, and the chi-square tests made from them."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from qaf_analysis.stats.core.arrays import Ints
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

NO_DIFFERENCE = "auditor and moderator gave the same grade to every audit"


def square_counts(table: ArrayLike) -> Ints:
    """Counts of audits by auditor's grade (rows) and moderator's grade (columns), checked.

    Raises
    ------
    ShapeError
        If the table is not square with at least two grades, or an entry is not a count.

    Examples
    --------
    >>> square_counts([[3, 1], [0, 2]]).sum().item()
    6
    """
    counts = np.asarray(table)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or len(counts) < 2:
        raise ShapeError(
            f"A table of auditor's against moderator's grades is square; this has {counts.shape}."
        )
    if counts.dtype.kind not in "iu" or (counts < 0).any():
        raise ShapeError("A table of grades holds counts: whole numbers from 0.")
    checked = counts.astype(np.int64)
    checked.setflags(write=False)
    return checked


def why_no_test(counts: Ints) -> str:
    """Reason why no test of a difference can be made of a table; empty when one can."""
    if counts.sum() == 0:
        return "there are no cases"
    return NO_DIFFERENCE if counts.sum() == np.trace(counts) else ""


def chi_square_test(statistic: float, *, df: int, cases: int, method: str) -> Estimate:
    """Test whose statistic follows chi-square; it has no interval.

    Examples
    --------
    >>> round(chi_square_test(3.841459, df=1, cases=10, method="McNemar").p, 6)
    0.05
    """
    return Estimate(
        value=statistic,
        low=nan,
        high=nan,
        level=0.95,
        cases=cases,
        auditors=0,
        method=method,
        p=float(special.chdtrc(df, statistic)),
        df=float(df),
    )
