"""A change of a share with the mix held: what it would be had both periods audited the same mix."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Bools,
    Floats,
    check_level,
    check_same_length,
    frozen_floats,
    frozen_ints,
)
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import YEAR_RULE

METHOD = "difference of shares with the mix held (direct standardisation)"
FEWEST_IN_STRATUM = 5
"""Audits of a group that each period needs, for its share to be weighed."""
SMALL_STRATA = 0.05
"""Weight up to which groups with fewer may be left out, all together."""


def mix_of(stratum: ArrayLike, *, n_strata: int) -> Floats:
    """Share of a period's audits in each group: the weights that hold its mix.

    Examples
    --------
    >>> mix_of([0, 0, 1, 1], n_strata=3).tolist()
    [0.5, 0.5, 0.0]
    """
    codes = frozen_ints(stratum, name="stratum")
    if len(codes) == 0:
        raise ShapeError("A mix needs audits.")
    return frozen_floats(np.bincount(codes, minlength=n_strata) / len(codes))


def standardised_change(
    first: ArrayLike,
    last: ArrayLike,
    *,
    first_stratum: ArrayLike,
    last_stratum: ArrayLike,
    weights: ArrayLike,
    level: float = YEAR_RULE.level,
) -> Estimate:
    """Share of the last period less that of the first, both with one mix of groups.

    Parameters
    ----------
    first, last : array, shapes (n1,) and (n2,)
        1 where an audit has the property, else 0.
    first_stratum, last_stratum : int array, shapes (n1,) and (n2,)
        Group of each audit, 0 .. H-1, in words that hold for both periods.
    weights : array, shape (H,)
        Share of each group in the mix that is held; they add up to 1.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Sum over groups of weight times the change within the group; the variance is the sum of
        squared weights times each group's binomial variance with one audit of each kind added, so
        that a group whose audits are all alike is not taken as certain. Groups with fewer than
        five audits in a period are left out where they weigh 5 % at most together, and otherwise
        there is no estimate. Auditors are taken as they are: it says what the mix does, and is no
        verdict.

    Raises
    ------
    ShapeError
        If lengths differ, a value is neither 0 nor 1, or weights do not add up to 1.

    References
    ----------
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, chapter 19
    (direct standardisation). Agresti and Caffo (2000), The American Statistician 54(4), 280-288.

    Examples
    --------
    >>> change = standardised_change(
    ...     [0, 1] * 5 + [1] * 10, [0, 1] * 10 + [1] * 10,
    ...     first_stratum=[0] * 10 + [1] * 10, last_stratum=[0] * 20 + [1] * 10,
    ...     weights=[0.5, 0.5])
    >>> round(change.value, 3)  # within each group nothing moved; plain shares go from 75 to 67 %
    0.0
    """
    check_level(level)
    weigh = frozen_floats(weights)
    if abs(float(weigh.sum()) - 1) > 1e-9 or (weigh < 0).any():
        raise ShapeError("The weights of a mix are not negative and add up to 1.")
    tables = [
        _table(values, stratum, n_strata=len(weigh))
        for values, stratum in ((first, first_stratum), (last, last_stratum))
    ]
    audits = np.stack([table[0] for table in tables])
    kept: Bools = np.min(audits, axis=0) >= FEWEST_IN_STRATUM
    cases = int(audits.sum())
    lost = float(weigh[~kept].sum())
    if lost > SMALL_STRATA + 1e-9:
        many = int((~kept & (weigh > 0)).sum())
        return Estimate.not_estimable(
            f"{many} group{'' if many == 1 else 's'} of the mix had fewer than "
            f"{FEWEST_IN_STRATUM} audits in one of the two periods",
            method=METHOD,
            level=level,
            cases=cases,
        )
    worth = weigh[kept] / weigh[kept].sum()
    shares, variances = zip(*(_moments(table, kept) for table in tables), strict=True)
    value = float(worth @ (shares[1] - shares[0]))
    se = sqrt(float(worth**2 @ (variances[0] + variances[1])))
    half = normal_quantile(level) * se
    return Estimate(
        value=value,
        low=max(-1.0, value - half),
        high=min(1.0, value + half),
        level=level,
        cases=cases,
        auditors=0,
        method=f"{METHOD}, {int(kept.sum())} groups",
        se=se,
    )


def _table(values: ArrayLike, stratum: ArrayLike, *, n_strata: int) -> tuple[Floats, Floats]:
    """Audits of each group, and those with the property."""
    ones, codes = frozen_floats(values), frozen_ints(stratum, name="stratum")
    check_same_length({"values": ones, "groups": codes})
    if not np.isin(ones, (0.0, 1.0)).all():
        raise ShapeError("A share needs values that are 0 or 1 only.")
    if len(codes) and not 0 <= codes.min() <= codes.max() < n_strata:
        raise ShapeError(f"Groups are numbered 0 to {n_strata - 1}, as the weights are.")
    audits = np.bincount(codes, minlength=n_strata)
    return frozen_floats(audits), frozen_floats(
        np.bincount(codes, weights=ones, minlength=n_strata)
    )


def _moments(table: tuple[Floats, Floats], kept: Bools) -> tuple[Floats, Floats]:
    """Share of each group that is kept, and its variance."""
    audits, positive = table[0][kept], table[1][kept]
    near = (positive + 1) / (audits + 2)
    return frozen_floats(positive / audits), frozen_floats(near * (1 - near) / audits)
