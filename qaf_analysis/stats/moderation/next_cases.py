"""Which cases are worth most next: to narrow a round's figure, or to learn from together."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_grades,
    check_level,
    check_same_length,
    frozen_floats,
    frozen_ints,
    sums,
)
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

SESSION_CASES = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class SoFar:
    """What the readings that have come tell, and where one more would tell most.

    Parameters
    ----------
    figure : Estimate
        The planned figure over all strata, with its interval so far.
    read : int array, shape (strata,)
        Readings of each stratum.
    gain : array, shape (strata,)
        By how much one more reading would lessen the variance of the figure; infinite where a
        stratum has none, 0 where all its audits are read.
    best : int array
        Strata in order of their gain, without those that have none.
    pooled : int array
        Strata whose spread had to be taken from all strata together.
    """

    figure: Estimate
    read: Ints
    gain: Floats
    best: Ints
    pooled: Ints

    @property
    def half_width(self) -> float:
        """Half of the interval's width; NaN while a stratum has no reading."""
        return (self.figure.high - self.figure.low) / 2


def so_far(
    values: ArrayLike, *, stratum: ArrayLike, population: ArrayLike, level: float = 0.95
) -> SoFar:
    """How far the planned figure is known, and which strata would narrow it most.

    The round's owner alone may know this: told to a moderator, it would give away the stratum of
    the next case, and with it the auditor's grade.

    Parameters
    ----------
    values : array, shape (readings,)
        What the figure is the mean of: audit minus moderation, or 1 for positive and 0 if not.
    stratum : int array, shape (readings,)
        Stratum 0, 1, ... of each.
    population : int array, shape (strata,)
        Audits of each stratum that the round speaks for.
    level : float
        Confidence level.

    Returns
    -------
    SoFar
        Stratified mean with its variance, the sum of W² s² (1/n - 1/N). One more reading takes
        W² s² / (n (n + 1)) off it.

    Raises
    ------
    ShapeError
        If a stratum is not one of those given, or has more readings than audits.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, sections 5.3 and 5.5.

    Examples
    --------
    >>> now = so_far([0, 1, 0, 1], stratum=[0, 0, 1, 1], population=[10, 30])
    >>> now.best.tolist(), round(now.half_width, 3)
    ([1, 0], 0.743)
    """
    check_level(level)
    numbers, codes = frozen_floats(values), frozen_ints(stratum, name="stratum")
    size = frozen_ints(population, name="population")
    check_same_length({"values": numbers, "stratum": codes})
    if len(size) == 0 or (codes < 0).any() or (codes >= len(size)).any():
        raise ShapeError(f"Strata are numbered from 0 to {len(size) - 1}.")
    read = np.bincount(codes, minlength=len(size)).astype(np.int64)
    if (read > size).any():
        raise ShapeError("A stratum has more readings than audits.")
    variance, pooled = _spreads(numbers, codes, read)
    weight = size / size.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = weight**2 * variance / (read * (read + 1.0))
    gain = np.where(read == 0, np.inf, gain)
    gain = np.where(read == size, 0.0, gain)
    order = np.lexsort((-weight, -gain))
    return SoFar(
        figure=_figure(numbers, codes, size=size, read=read, variance=variance, level=level),
        read=frozen_ints(read, name="read"),
        gain=frozen_floats(gain),
        best=frozen_ints(order[gain[order] > 0], name="best"),
        pooled=frozen_ints(pooled, name="pooled"),
    )


def _spreads(values: Floats, stratum: Ints, read: Ints) -> tuple[Floats, Ints]:
    """Variance within each stratum, drawn towards that of all strata as if by two readings more.

    From few readings a stratum often shows no spread at all; it must not seem finished for it.
    """
    mean = sums(stratum, values, n=len(read)) / np.maximum(read, 1)
    squares = sums(stratum, (values - mean[stratum]) ** 2, n=len(read))
    df = np.maximum(read - 1, 0)
    if df.sum() == 0:
        return np.full(len(read), float(values.var(ddof=1)) if len(values) > 1 else np.nan), (
            np.arange(len(read))
        )
    together = float(squares.sum()) / float(df.sum())
    return (squares + 2 * together) / (df + 2), np.flatnonzero(read < 2)


def _figure(
    values: Floats, stratum: Ints, *, size: Ints, read: Ints, variance: Floats, level: float
) -> Estimate:
    method = "stratified mean"
    empty = int(((read == 0) & (size > 0)).sum())
    if empty or np.isnan(variance).any():
        return Estimate.not_estimable(
            f"{empty} of {len(size)} strata have no reading yet" if empty else "one reading only",
            method=method,
            level=level,
            cases=len(values),
        )
    inside = size > 0
    weight = (size / size.sum())[inside]
    mean = (sums(stratum, values, n=len(size)) / np.maximum(read, 1))[inside]
    left = 1 / read[inside] - 1 / size[inside]
    se = sqrt(float(weight**2 @ (variance[inside] * left)))
    half, value = normal_quantile(level) * se, float(weight @ mean)
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=level,
        cases=len(values),
        auditors=0,
        method=method,
        se=se,
    )


def further_reading(
    one: ArrayLike, other: ArrayLike, *, n_levels: int, smoothing: float = 1.0
) -> Floats:
    """Which grade a further reader gives, after each grade that one reader gave.

    Parameters
    ----------
    one, other : int array, shape (pairs,)
        Grade codes of two readers of the same case and domain.
    n_levels : int
    smoothing : float
        Pairs that are added to each row, shared between its own level and its neighbours, so
        that no further grade seems certain.

    Returns
    -------
    array, shape (K, K)
        Rows add up to 1.

    Raises
    ------
    UnknownGradeError, ShapeError
        If a code is outside the scale, or lengths differ.
    """
    first, second = frozen_ints(one, name="one"), frozen_ints(other, name="other")
    check_same_length({"one": first, "other": second})
    check_grades(first, n_levels=n_levels)
    check_grades(second, n_levels=n_levels)
    counts = np.zeros((n_levels, n_levels))
    # Either of the two may be the further one.
    np.add.at(counts, (first, second), 0.5)
    np.add.at(counts, (second, first), 0.5)
    levels = np.arange(n_levels)
    near = np.where(np.abs(levels[:, np.newaxis] - levels) <= 1, 1.0, 0.0) + np.eye(n_levels)
    counts += smoothing * near / near.sum(axis=1, keepdims=True)
    return frozen_floats(counts / counts.sum(axis=1, keepdims=True))


@dataclass(frozen=True, kw_only=True, eq=False)
class Instructive:
    """Cases in the order of what one more reading would tell.

    Parameters
    ----------
    case : int array
        Numbers of the cases, most instructive first.
    information : array
        Expected information of a further reading of each, in bits, added over its domains.
    disagreement, closeness : array
        Its two parts: that readings differ, and that each lies near another grade.
    """

    case: Ints
    information: Floats
    disagreement: Floats
    closeness: Floats


def instructive_cases(
    grades: ArrayLike,
    *,
    case: ArrayLike,
    domain: ArrayLike,
    further: ArrayLike,
    seed: int,
    n: int = SESSION_CASES,
) -> Instructive:
    """The cases from which a calibration session would learn most.

    Nothing here knows who read a case.

    Parameters
    ----------
    grades : int array, shape (readings,)
        Grade codes.
    case, domain : int array, shape (readings,)
        Whole numbers naming the case and the domain of each.
    further : array, shape (K, K)
        From ``further_reading``.
    seed : int
        Decides among cases that tell equally much.
    n : int
        Cases wished for.

    Returns
    -------
    Instructive
        What a further reader would give is expected to be the mean, over the readings of a
        domain, of the rows of ``further``. Its entropy is the information of that reading. It is
        the sum of two parts, both 0 or more: the entropy of the rows themselves, on average
        (closeness to a boundary between grades), and what is left (Jensen-Shannon divergence:
        disagreement of the readings). Domains read once only count too, by closeness alone.

    Raises
    ------
    UnknownGradeError, ShapeError
        If a code is outside the scale, or lengths differ.

    References
    ----------
    Lin (1991), IEEE Transactions on Information Theory 37, 145-151.

    Examples
    --------
    >>> further = further_reading([0, 1, 1, 2], [0, 1, 2, 2], n_levels=3)
    >>> found = instructive_cases([1, 1, 0, 2], case=[7, 7, 8, 8], domain=[0, 0, 0, 0],
    ...                           further=further, seed=1)
    >>> found.case.tolist()
    [8, 7]
    """
    rows = frozen_floats(further)
    codes = frozen_ints(grades, name="grades")
    names, parts = frozen_ints(case, name="case"), frozen_ints(domain, name="domain")
    check_same_length({"grades": codes, "case": names, "domain": parts})
    check_grades(codes, n_levels=len(rows))
    if len(codes) == 0:
        none = np.zeros(0)
        return Instructive(case=names, information=none, disagreement=none, closeness=none)
    cells, cell = np.unique(np.stack([names, parts]), axis=1, return_inverse=True)
    count = np.bincount(cell)
    expected = np.stack([sums(cell, column) for column in rows[codes].T], axis=1)
    information = _entropy(expected / count[:, np.newaxis])
    closeness = sums(cell, _entropy(rows)[codes]) / count
    cases, place = np.unique(cells[0], return_inverse=True)
    whole, near = sums(place, information), sums(place, closeness)
    by_chance = np.random.default_rng(seed).permutation(len(cases))
    # Rounded, so that the last bit of a sum does not choose.
    order = np.lexsort((by_chance, -np.round(whole, 9)))[:n]
    return Instructive(
        case=frozen_ints(cases[order], name="case"),
        information=frozen_floats(whole[order]),
        disagreement=frozen_floats(np.maximum(whole - near, 0.0)[order]),
        closeness=frozen_floats(near[order]),
    )


def _entropy(shares: Floats) -> Floats:
    logs = np.log2(np.where(shares > 0, shares, 1.0))
    entropy: Floats = -(shares * logs).sum(axis=1)
    return entropy
