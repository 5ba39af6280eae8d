"""How far apart groups would lie if they were all alike: what chance alone would show.

Two questions. Groups with one estimate each: how far would the highest lie above the lowest if
every group had the same true value and each estimate erred as its standard error says? Groups with
counts of grades: how unlike would their counts be if the grades were dealt to them at random?
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr
from scipy.stats import random_table

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.terms.errors import ShapeError

DRAWS = 4_000
LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class ChanceSpread:
    """The range over groups, beside the range that chance alone would show.

    Parameters
    ----------
    observed : float
        Highest less lowest value.
    usual : float
        Median of that range if all groups were alike.
    low, high : float
        Between which it lies with probability 0.95 if all groups were alike.
    share : float
        How often chance alone gives at least the range observed, 0 to 1.
    centre : float
        The value that all groups would share: their mean, the more precise counting for more.
    groups, draws : int
    """

    observed: float
    usual: float
    low: float
    high: float
    share: float
    centre: float
    groups: int
    draws: int


@dataclass(frozen=True, kw_only=True)
class ChanceUnlikeness:
    """How unlike the grades of groups are, beside what dealing the grades out again would show.

    Parameters
    ----------
    observed : float
        Mean over audits of half the absolute difference between the mix of the audit's group and
        the mix of all: the share of grades that would have to change for all mixes to be equal.
    usual, low, high, share : float
        As in ``ChanceSpread``.
    groups, audits, draws : int
    """

    observed: float
    usual: float
    low: float
    high: float
    share: float
    groups: int
    audits: int
    draws: int


def chance_spread(
    values: ArrayLike, errors: ArrayLike, *, rng: np.random.Generator, draws: int = DRAWS
) -> ChanceSpread:
    """Range over groups, and the range of groups that are alike and err as these do.

    Parameters
    ----------
    values : array, shape (n,)
        One estimate a group, in any unit.
    errors : array, shape (n,)
        Their standard errors, above 0.
    rng : numpy.random.Generator
    draws : int
        Sets of groups that are drawn.

    Raises
    ------
    ShapeError
        If there are fewer than two groups, the arrays do not fit, or an error is not above 0.

    Examples
    --------
    Two groups with errors of 1: the median of |N(0, 2)| is 0.954.

    >>> found = chance_spread([0, 4], [1, 1], rng=np.random.default_rng(1))
    >>> found.observed, found.centre, abs(found.usual - 0.954) < 0.05, found.share < 0.01
    (4.0, 2.0, True, True)
    """
    given, error = _groups(values, errors)
    centre = float(np.average(given, weights=error**-2))
    drawn = rng.standard_normal((draws, given.size)) * error
    ranges = np.ptp(drawn, axis=1)
    observed = float(np.ptp(given))
    low, usual, high = map(float, np.quantile(ranges, _quantiles()))
    return ChanceSpread(
        observed=observed,
        usual=usual,
        low=low,
        high=high,
        share=_share(ranges, observed),
        centre=centre,
        groups=given.size,
        draws=draws,
    )


def chance_of_one_so_far(
    values: ArrayLike,
    errors: ArrayLike,
    *,
    place: int,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> float:
    """How often, were all groups alike, one of them would lie as far from the rest as this one.

    Distance is from the mean of the other groups, in its own standard error. Whoever looks for the
    group that stands out has looked at all of them: so any of them counts.

    Parameters
    ----------
    values, errors : array, shape (n,)
        As in ``chance_spread``.
    place : int
        Which group is meant, from 0.
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    float
        0 to 1; small where such a distance would be rare.

    Raises
    ------
    ShapeError
        As ``chance_spread``, or if there is no such place.
    """
    given, error = _groups(values, errors)
    if not 0 <= place < given.size:
        raise ShapeError(f"There are {given.size} groups, none with number {place}.")
    drawn = rng.standard_normal((draws, given.size)) * error
    farthest = np.abs(_distances(drawn, error)).max(axis=1)
    observed = abs(float(_distances(given[np.newaxis], error)[0, place]))
    return _share(farthest, observed)


def _distances(values: Floats, errors: Floats) -> Floats:
    """Each group less the mean of the others, over its standard error; shape (sets, groups)."""
    weights = errors**-2
    others = weights.sum() - weights
    mean = ((values * weights).sum(axis=1, keepdims=True) - values * weights) / others
    distances: Floats = (values - mean) / np.sqrt(errors**2 + 1 / others)
    return distances


def chance_unlikeness(
    counts: ArrayLike, *, rng: np.random.Generator, draws: int = DRAWS
) -> ChanceUnlikeness:
    """How unlike the mixes of groups are, and how unlike grades dealt out at random would be.

    The grades are kept and dealt again to groups of the same sizes: a permutation of labels.

    Parameters
    ----------
    counts : array, shape (groups, levels)
        Audits of each group by grade.
    rng : numpy.random.Generator
    draws : int
        Deals.

    Raises
    ------
    ShapeError
        If fewer than two groups have an audit, or a count is not a whole number from 0 up.

    Examples
    --------
    >>> found = chance_unlikeness([[9, 1], [1, 9]], rng=np.random.default_rng(1))
    >>> found.observed, found.share < 0.01
    (0.4, True)
    """
    table = np.asarray(counts, dtype=np.float64)
    whole = table.ndim == 2 and bool(np.all(table >= 0)) and bool(np.all(table == np.floor(table)))
    if not whole or np.count_nonzero(table.sum(axis=1)) < 2:
        raise ShapeError("Two groups or more need counts of grades: whole numbers, none below 0.")
    table = table[table.sum(axis=1) > 0]
    sizes, totals = table.sum(axis=1).astype(int), table.sum(axis=0).astype(int)
    deals = random_table(sizes, totals).rvs(size=draws, random_state=rng)  # (draws, groups, K)
    drawn = _unlikeness(np.asarray(deals, dtype=np.float64))
    observed = float(_unlikeness(table[np.newaxis])[0])
    low, usual, high = map(float, np.quantile(drawn, _quantiles()))
    return ChanceUnlikeness(
        observed=observed,
        usual=usual,
        low=low,
        high=high,
        share=_share(drawn, observed),
        groups=len(table),
        audits=int(table.sum()),
        draws=draws,
    )


def errors_if_alike(shares: ArrayLike, errors: ArrayLike, *, cases: ArrayLike) -> Floats:
    """Standard errors that shares would have if all groups had one share.

    A share near 0 or 1 has a small error of its own. By that error it would seem far from the
    others although chance put it there: what counts is the error of the share that all would have.

    Parameters
    ----------
    shares : array, shape (n,)
        0 to 1.
    errors : array, shape (n,)
        Standard errors of the shares as they are; they tell how many independent cases each is
        worth. Where a share is 0 or 1, its cases are taken as independent.
    cases : array, shape (n,)
        Cases of each group: a share is worth no more.

    Returns
    -------
    array, shape (n,)
        The errors given, where all shares are 0 or all are 1.

    Examples
    --------
    Ten cases each with 0.9 and 0.5: the common share is 0.7, with an error of √(0.21 / 10).

    >>> errors_if_alike([0.9, 0.5], [0.0949, 0.1581], cases=[10, 10]).round(3).tolist()
    [0.145, 0.145]
    """
    share = np.asarray(shares, dtype=np.float64)
    own = np.asarray(errors, dtype=np.float64)
    number = np.asarray(cases, dtype=np.float64)
    worth = np.minimum(share * (1 - share) / own**2, number)
    worth = np.where(worth > 0, worth, number)
    common = float(np.average(share, weights=worth))
    if not 0 < common < 1:
        return own.copy()
    alike: Floats = np.sqrt(common * (1 - common) / worth)
    return alike


def expected_by_chance(edges: ArrayLike, errors: ArrayLike, *, centre: float) -> Floats:
    """How many groups would fall between edges if all were alike and erred as these do.

    Parameters
    ----------
    edges : array, shape (bins + 1,)
        Rising.
    errors : array, shape (n,)
        Standard errors of the groups.
    centre : float
        The value that all would share.

    Returns
    -------
    array, shape (bins,)
        Expected numbers; they add up to n less what falls outside the edges.

    Examples
    --------
    >>> expected_by_chance([-1, 0, 1], [1, 1], centre=0).round(2).tolist()
    [0.68, 0.68]
    """
    ends = np.asarray(edges, dtype=np.float64)[:, np.newaxis]
    below = ndtr((ends - centre) / np.asarray(errors, dtype=np.float64))  # (bins + 1, n)
    expected: Floats = np.diff(below.sum(axis=1))
    return expected


def _unlikeness(tables: Floats) -> Floats:
    """Share of grades that would have to change; shape (sets, groups, levels) to (sets,)."""
    sizes = tables.sum(axis=2, keepdims=True)
    audits = tables.sum(axis=(1, 2))
    mixes, all_mix = tables / sizes, tables.sum(axis=1, keepdims=True) / audits[:, None, None]
    apart = np.abs(mixes - all_mix).sum(axis=2) / 2  # (sets, groups)
    unlike: Floats = (apart * sizes[:, :, 0]).sum(axis=1) / audits
    return unlike


def _groups(values: ArrayLike, errors: ArrayLike) -> tuple[Floats, Floats]:
    given = np.asarray(values, dtype=np.float64)
    error = np.asarray(errors, dtype=np.float64)
    if given.ndim != 1 or given.shape != error.shape or given.size < 2:
        raise ShapeError("Two groups or more need one estimate and one standard error each.")
    if not np.all(np.isfinite(given)) or not np.all(np.isfinite(error)) or np.any(error <= 0):
        raise ShapeError("Every group needs a known estimate, and a standard error above 0.")
    return given, error


def _quantiles() -> tuple[float, float, float]:
    return ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2)


def _share(drawn: Floats, observed: float) -> float:
    """Share of draws at least as large; the one observed counts as a draw, so it is never 0."""
    as_large = int(np.count_nonzero(drawn >= observed - 1e-12 * max(1.0, abs(observed))))
    return (as_large + 1) / (drawn.size + 1)
