"""How unsure a themed domain's change is, told from all domains and not from its own series only.

Eight quarters of one domain say little about chance, and nothing about a chance that lasts: a
domain that fares better for three quarters running looks like a change. The domains that no theme
touched went through the same quarters, and how far they moved at the same date shows it. The
quarter, not the audit, is the unit that varies by chance, so quarter means are compared.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, frozen_floats
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

METHOD = "difference of quarter means, error from all domains, t"
WEIGHT_OF_QUARTERS = 4
"""For how many degrees of freedom quarters count beside the movements of comparison domains."""

# Quarter means are sums of grades of order one; anything below this is rounding error.
ROUNDING = 1e-12


def difference_among_domains(
    means: ArrayLike,
    *,
    post: ArrayLike,
    difference: ArrayLike | None = None,
    level: float = 0.95,
    cases: int = 0,
    auditors: int = 0,
) -> Estimate:
    """Change of a themed domain against the others, with the largest of three errors.

    Parameters
    ----------
    means : array, shape (quarters, 1 + controls)
        Mean grade by quarter over the same audits: the themed domain first, then each
        comparison domain.
    post : array of bool, shape (quarters,)
        Whether the quarter lies after the themed audit.
    difference : array, shape (quarters,), optional
        Mean within audits of themed less mean comparison grade, where some audits lack some
        comparison domain; by default that of the means.
    level : float
        Confidence level.
    cases, auditors : int
        How many audits and auditors the means rest on (passed through).

    Returns
    -------
    Estimate
        The value is that of ``difference_of_means`` of themed less mean comparison
        grade. Its variance is the largest of: the themed series' own variation between quarters
        of a side; that of all domains, on (quarters - 2) x controls degrees of freedom; and the
        latter mixed with the comparison domains' own movements at the same date, which alone see
        chance that lasts. With one comparison domain only the first is left. Not estimable with
        fewer than three quarters, a side without one, or no variation.

    Raises
    ------
    ShapeError
        If the arrays do not fit together, a mean is missing, or there is no comparison domain.

    Examples
    --------
    >>> means = [[1.0, 1.1, 0.9], [1.1, 1.0, 1.1], [1.6, 1.0, 0.9], [1.5, 1.1, 1.0]]
    >>> found = difference_among_domains(means, post=[False, False, True, True])
    >>> round(found.value, 3), found.df
    (0.525, 4.0)
    """
    values, late = frozen_floats(means), np.array(post, dtype=np.bool_)
    if values.ndim != 2 or values.shape[1] < 2 or late.shape != values.shape[:1]:
        raise ShapeError("Means come as quarters by domains, two domains or more, with one mark.")
    gap = _gap(values) if difference is None else frozen_floats(difference)
    if gap.shape != late.shape:
        raise ShapeError("Each quarter has one difference.")
    if not (np.isfinite(values).all() and np.isfinite(gap).all()):
        raise ShapeError("A quarter's mean is missing; leave the quarter out.")
    controls, (before, after) = values.shape[1] - 1, (int((~late).sum()), int(late.sum()))
    none = Estimate.not_estimable(
        why_no_error(before, after),
        method=METHOD,
        level=level,
        cases=cases,
        auditors=auditors,
    )
    if min(before, after) == 0 or before + after < 3:
        return none
    variance = _variance(values, gap, late)
    if not variance > ROUNDING**2:
        return none
    value = float(gap[late].mean() - gap[~late].mean())
    df = float((before + after - 2) * controls)
    se = math.sqrt(variance)
    half = t_quantile(level, df=df) * se
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=level,
        cases=cases,
        auditors=auditors,
        method=f"{METHOD}, {df:.0f} degrees of freedom",
        se=se,
        p=t_p_value(value / se, df=df),
        df=df,
    )


def _gap(values: Floats) -> Floats:
    gap: Floats = values[:, 0] - values[:, 1:].mean(axis=1)
    return gap


def _variance(values: Floats, gap: Floats, late: Bools) -> float:
    """Largest of the three variances of the themed domain's change."""
    controls, before, after = values.shape[1] - 1, int((~late).sum()), int(late.sum())
    quarters, apart = 1 / before + 1 / after, 1 + 1 / controls
    own = pooled_deviation(gap[~late], gap[late]) ** 2 * quarters
    level_free = values - values.mean(axis=1, keepdims=True)
    squares = sum(
        float(((side - side.mean(axis=0)) ** 2).sum())
        for side in (level_free[~late], level_free[late])
    )
    of_all = squares / ((before + after - 2) * controls) * quarters * apart
    if controls == 1:
        return own
    moved = values[late, 1:].mean(axis=0) - values[~late, 1:].mean(axis=0)
    lasting = float(moved.var(ddof=1)) * apart
    mixed = (WEIGHT_OF_QUARTERS * of_all + (controls - 1) * lasting) / (
        WEIGHT_OF_QUARTERS + controls - 1
    )
    return float(max(own, of_all, mixed))


def mean_by(values: Floats, *, group: Ints, groups: int) -> Floats:
    """Mean of the values in each group.

    Parameters
    ----------
    values : array, shape (n,)
        Values without gaps.
    group : array of int, shape (n,)
        Group of each value, 0 .. groups-1; every group holds at least one value.
    groups : int
        Number of groups.

    Returns
    -------
    array, shape (groups,)

    Examples
    --------
    >>> mean_by(np.array([1.0, 3.0, 5.0]), group=np.array([0, 0, 1]), groups=2).tolist()
    [2.0, 5.0]
    """
    sums = np.bincount(group, weights=values, minlength=groups)
    counts = np.bincount(group, minlength=groups)
    means: Floats = sums / counts
    return means


def pooled_deviation(before: Floats, after: Floats) -> float:
    """Pooled standard deviation of the quarter means about the mean of their own side.

    Returns
    -------
    float
        NaN when there are fewer than three quarters or a side has none; exactly zero when the
        quarters of each side differ by no more than rounding error.
    """
    degrees = before.size + after.size - 2
    if before.size == 0 or after.size == 0 or degrees < 1:
        return math.nan
    squares = float(((before - before.mean()) ** 2).sum() + ((after - after.mean()) ** 2).sum())
    deviation = math.sqrt(squares / degrees)
    return deviation if deviation > ROUNDING else 0.0


def difference_of_means(
    before: Floats, after: Floats, *, level: float = 0.95, cases: int = 0, auditors: int = 0
) -> Estimate:
    """Mean of the quarters after less the mean of the quarters before, with a t interval.

    Parameters
    ----------
    before, after : array, shapes (b,) and (a,)
        One mean per quarter, each quarter counting once.
    level : float
        Confidence level.
    cases, auditors : int
        How many audits and auditors the means rest on (passed through).

    Returns
    -------
    Estimate
        Positive when the later quarters are higher. Pooled variance, b + a - 2 degrees of
        freedom. Without a value, and with the reason, where a side has no quarter or chance
        variation cannot be judged: a change without an interval would be taken for a finding.

    References
    ----------
    Donald and Lang (2007), Inference with difference-in-differences and other panel data,
    Review of Economics and Statistics 89: the two-step estimator on group means.

    Examples
    --------
    >>> result = difference_of_means(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    >>> result.value, round(result.se, 3), round(result.p, 3)
    (2.0, 0.707, 0.106)
    """
    degrees = before.size + after.size - 2
    se = pooled_deviation(before, after) * math.sqrt(_inverse(before.size) + _inverse(after.size))
    if not se > 0:
        return Estimate.not_estimable(
            why_no_error(before.size, after.size),
            method="difference of quarter means, t",
            level=level,
            cases=cases,
            auditors=auditors,
        )
    value = float(after.mean() - before.mean())
    reach = t_quantile(level, df=degrees) * se
    return Estimate(
        value=value,
        low=value - reach,
        high=value + reach,
        level=level,
        cases=cases,
        auditors=auditors,
        method=f"difference of quarter means, t, {degrees} degrees of freedom",
        se=se,
        p=2 * float(special.stdtr(degrees, -abs(value) / se)),
        df=float(degrees),
    )


def _inverse(count: int) -> float:
    return 1 / count if count else math.nan


def why_no_error(before: int, after: int) -> str:
    """Say why so many quarters before and after do not show how much they differ by chance."""
    if before == 0 or after == 0:
        return f"there is no quarter {'before' if before == 0 else 'after'}"
    if before + after < 3:
        return "one quarter on each side does not show how much quarters differ by chance"
    return "the quarters of each side are all alike, so chance variation cannot be judged"
