"""Which way audits differ: had nobody been kinder, each difference could have gone either way."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy import special

from qaf_analysis.stats.core.arrays import Floats, Ints, check_level
from qaf_analysis.terms.estimate import Estimate

MOST_FOR_EXACT = 1_000
"""Up to so many units (audits, or auditors) that differ the test counts every change of signs;
beyond, the normal distribution is as good."""


MOST_ADDITIONS = 200_000_000
"""The same limit for units of very different size, whose sums take long to count."""


class SignFlips(NamedTuple):
    """Sum of signed units over its standard deviation, and the chance of one as large."""

    z: float
    p: float
    how: str  # "exact" or "normal"


def units_by_auditor(signed: Ints, auditor: Ints | None) -> tuple[Ints, int]:
    """Signed numbers that may change sign on their own, none of them 0, and how many auditors.

    One number an audit; with auditors one sum an auditor, because leniency turns all audits of an
    auditor the same way.

    ``auditor`` holds the auditor of each, and is taken as checked.
    """
    if auditor is None:
        return signed[signed != 0], 0
    place = np.unique(auditor, return_inverse=True)[1]
    units = np.zeros(int(place.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(units, place, signed)
    return units[units != 0], len(units)


def sign_flip_test(units: Ints) -> SignFlips:
    """Test that signed whole numbers are as likely to be positive as negative.

    Parameters
    ----------
    units : int array, shape (units,)
        Whole numbers, none of them 0; at least one.

    Returns
    -------
    SignFlips
        ``p`` is the share of all changes of signs whose sum is at least as far from 0.

    Examples
    --------
    >>> test = sign_flip_test(np.array([1, 1, 1, 1, 1]))
    >>> round(test.z, 4), test.p, test.how
    (2.2361, 0.0625, 'exact')
    """
    numbers = units.astype(np.float64)
    z = float(numbers.sum() / sqrt(float((numbers**2).sum())))
    smallest = units // np.gcd.reduce(units)
    total = int(np.abs(smallest).sum())
    if len(units) > MOST_FOR_EXACT or len(units) * total > MOST_ADDITIONS:
        return SignFlips(z=z, p=float(2 * special.ndtr(-abs(z))), how="normal")
    return SignFlips(z=z, p=_exact_p(smallest, total), how="exact")


def sign_test_p(over: int, under: int) -> float:
    """Exact two-sided p that a difference is as likely over as under (McNemar's exact p).

    Examples
    --------
    >>> sign_test_p(5, 0), sign_test_p(0, 0)
    (0.0625, 1.0)
    """
    if over + under == 0:
        return 1.0
    return min(1.0, 2 * float(special.bdtr(min(over, under), over + under, 0.5)))


def kinder_share(over: int, under: int, *, cases: int, level: float) -> Estimate:
    """Share over among the audits that differ; 0.5 when neither side is kinder.

    Returns
    -------
    Estimate
        Clopper-Pearson interval, which excludes 0.5 exactly when the sign test's p, which goes
        with it, is below one less the level. Not estimable when no audit differs.
    """
    check_level(level)
    method = f"share of the {over + under} audits that differ, Clopper-Pearson, exact sign test"
    if over + under == 0:
        return Estimate.not_estimable("no audit differs", method=method, level=level, cases=cases)
    tail = (1 - level) / 2
    return Estimate(
        value=over / (over + under),
        low=float(special.betaincinv(over, under + 1, tail)) if over else 0.0,
        high=float(special.betaincinv(over + 1, under, 1 - tail)) if under else 1.0,
        level=level,
        cases=cases,
        auditors=0,
        method=method,
        p=sign_test_p(over, under),
    )


def _exact_p(units: Ints, total: int) -> float:
    chances: Floats = np.ones(1)
    for size, number in zip(*np.unique(np.abs(units), return_counts=True), strict=True):
        longer = np.zeros(len(chances) + int(size) * int(number))
        for heads, chance in enumerate(_binomial_half(int(number))):
            longer[heads * size : heads * size + len(chances)] += chance * chances
        chances = longer
    # Place h stands for the sum 2h - total.
    sums = 2 * np.arange(len(chances)) - total
    return min(1.0, float(chances[np.abs(sums) >= abs(int(units.sum()))].sum()))


def _binomial_half(n: int) -> Floats:
    heads = np.arange(n + 1)
    log_choose = (
        special.gammaln(n + 1) - special.gammaln(heads + 1) - special.gammaln(n - heads + 1)
    )
    chances: Floats = np.exp(log_choose - n * np.log(2))
    return chances
