"""How far one moderator's own grades scatter when the same case comes again unseen.

Nothing about moderators' drift can be said without it: a round's own few anchors know their scatter
too badly. It is taken from retests (a person's own case of the round before, again) of all
moderators together.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from qaf_analysis.stats.core.arrays import (
    Floats,
    check_level,
    check_same_length,
    frozen_ints,
)
from qaf_analysis.stats.core.means import clustered_share
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import ANCHOR_RULE


def mean_difference(
    now: ArrayLike, before: ArrayLike, *, least_domains: float = ANCHOR_RULE.least_domains
) -> Floats:
    """Difference between two readings of each case, as the mean over its domains.

    The domains of one case are not independent, so a case counts once.

    Parameters
    ----------
    now, before : array, shape (cases, domains) or (cases,)
        Grade codes; NaN where a domain was not graded.
    least_domains : float
        Share of the domains that both readings must have graded.

    Returns
    -------
    array, shape (cases,)
        Now less before, in grades: positive where the later reading is kinder. NaN where too few
        domains were graded in both.

    Raises
    ------
    ShapeError
        If the shapes differ.

    Examples
    --------
    >>> mean_difference([[2, 1, 3], [1, np.nan, np.nan]], [[1, 1, np.nan], [1, 2, 2]]).tolist()
    [0.5, nan]
    """
    later, earlier = (_as_table(grades) for grades in (now, before))
    if later.shape != earlier.shape:
        raise ShapeError("Two readings need grades of the same cases and domains.")
    difference = later - earlier
    known = ~np.isnan(difference)
    number = known.sum(axis=1)
    enough = (number > 0) & (number >= least_domains * difference.shape[1])
    total = np.where(known, difference, 0.0).sum(axis=1)
    return np.where(enough, total / np.maximum(number, 1), nan)


def _as_table(grades: ArrayLike) -> Floats:
    table = np.array(grades, dtype=np.float64)
    return table[:, np.newaxis] if table.ndim == 1 else table


@dataclass(frozen=True, kw_only=True)
class Noise:
    """How far readings of the same case by the same person scatter.

    Parameters
    ----------
    difference : Estimate
        Standard deviation, in grades, of the difference between two readings (each the mean over
        the domains of a case).
    reading : Estimate
        Standard deviation of one reading: the same divided by √2.
    exact : Estimate
        Share of single grades that came out the same again.
    pairs, moderators : int
        Pairs of readings used, and moderators they come from.
    left_out : int
        Pairs with too few domains graded in both.
    df : float
        Degrees of freedom of the standard deviations; infinite where they are stated, not found.
    reservation : str
        What weakens them, in a sentence; empty otherwise.
    """

    difference: Estimate
    reading: Estimate
    exact: Estimate
    pairs: int
    moderators: int
    left_out: int
    df: float
    reservation: str = ""


def retest_noise(
    first: ArrayLike, second: ArrayLike, *, moderator: ArrayLike, level: float = 0.95
) -> Noise:
    """Scatter of one person's readings, from cases that the person read twice.

    Parameters
    ----------
    first, second : array, shape (pairs, domains) or (pairs,)
        Grade codes of the two readings; NaN where a domain was not graded.
    moderator : int array, shape (pairs,)
        Whose readings they are.
    level : float
        Confidence level.

    Returns
    -------
    Noise
        Variance of the differences about each moderator's own mean difference, pooled: a drift
        between two rounds is then no noise. Its interval is that of chi squared. Not known with
        fewer than 20 pairs, or where no two readings differ.

    Raises
    ------
    ShapeError
        If lengths differ.

    Examples
    --------
    >>> first = [1, 2, 1, 2, 1, 3, 2, 1, 2, 2] * 4
    >>> again = [1, 2, 2, 2, 1, 2, 2, 0, 2, 2] * 4
    >>> noise = retest_noise(first, again, moderator=[0] * 20 + [1] * 20)
    >>> round(noise.difference.value, 3), noise.df, round(noise.exact.value, 2)
    (0.553, 38.0, 0.7)
    """
    names = frozen_ints(moderator, name="moderator")
    check_same_length({"readings": _as_table(first), "moderator": names})
    codes = np.unique(names, return_inverse=True)[1]
    return _noise(first, second, np.eye(int(codes.max(initial=-1)) + 1)[codes], level=level)


def double_noise(
    first: ArrayLike,
    second: ArrayLike,
    *,
    reader: ArrayLike,
    other: ArrayLike,
    level: float = 0.95,
) -> Noise:
    """Scatter between two people's readings of the same cases.

    What one person's own readings scatter is less, or as much: the two may also see a case
    differently each time. So it is on the safe side where no case was read twice by one person.

    Parameters
    ----------
    first, second : array, shape (pairs, domains) or (pairs,)
        Grade codes of the two readings; NaN where a domain was not graded.
    reader, other : int array, shape (pairs,)
        Who gave the first, and who the second.
    level : float
        Confidence level.

    Returns
    -------
    Noise
        Variance of the differences about the difference of the two people's strictness, which is
        fitted by least squares.

    Raises
    ------
    ShapeError
        If lengths differ.
    """
    one, two = frozen_ints(reader, name="reader"), frozen_ints(other, name="other")
    check_same_length({"readings": _as_table(first), "reader": one, "other": two})
    codes = np.unique(np.concatenate([one, two]), return_inverse=True)[1]
    marks = np.eye(int(codes.max(initial=-1)) + 1)
    return _noise(first, second, marks[codes[len(one) :]] - marks[codes[: len(one)]], level=level)


def _noise(first: ArrayLike, second: ArrayLike, columns: Floats, *, level: float) -> Noise:
    """Noise of pairs; the columns hold what a difference may owe to who read."""
    check_level(level)
    one, other = _as_table(first), _as_table(second)
    difference = mean_difference(other, one)
    used = ~np.isnan(difference)
    present = columns[used][:, np.any(columns[used] != 0, axis=0)]
    people = present.shape[1]
    deviation = _pooled(difference[used], present, people=people, level=level)
    return Noise(
        difference=deviation,
        reading=scaled(deviation, 1 / sqrt(2), method="standard deviation of one reading"),
        exact=_exact(one[used], other[used], level=level),
        pairs=int(used.sum()),
        moderators=people,
        left_out=int((~used).sum()),
        df=deviation.df,
        reservation=_reservation(int(used.sum()), deviation),
    )


def stated_noise(sigma: float, *, df: float = inf, level: float = 0.95) -> Noise:
    """A standard deviation of the difference of two readings that is taken as given.

    Parameters
    ----------
    sigma : float
        In grades.
    df : float
        Degrees of freedom that it rests on; infinite where it is an assumption.

    Raises
    ------
    UsageError
        If it is not above 0.
    """
    check_level(level)
    if not (sigma > 0 and df > 0):
        raise UsageError(f"A standard deviation of readings is above 0, not {sigma:g}.")
    deviation = _with_interval(sigma, df, level=level, cases=0, moderators=0)
    return Noise(
        difference=deviation,
        reading=scaled(deviation, 1 / sqrt(2), method="standard deviation of one reading"),
        exact=Estimate.not_estimable("a stated noise has no readings", method="share", level=level),
        pairs=0,
        moderators=0,
        left_out=0,
        df=df,
    )


def scaled(estimate: Estimate, factor: float, *, method: str) -> Estimate:
    """The estimate of a multiple: value, ends and standard error times a factor above 0."""
    return Estimate(
        value=estimate.value * factor,
        low=estimate.low * factor,
        high=estimate.high * factor,
        level=estimate.level,
        cases=estimate.cases,
        auditors=estimate.auditors,
        method=method,
        se=estimate.se * factor,
        df=estimate.df,
        why_not=estimate.why_not,
    )


def _pooled(difference: Floats, columns: Floats, *, people: int, level: float) -> Estimate:
    """Spread of the differences about what the columns explain."""
    n = len(difference)
    method = "standard deviation of differences"
    if n < ANCHOR_RULE.fewest_retests:
        return Estimate.not_estimable(
            f"{n} pair{' of readings' if n == 1 else 's of readings'} of one case came back; at "
            f"least {ANCHOR_RULE.fewest_retests} are needed, and {ANCHOR_RULE.wanted_retests} "
            "wanted",
            method=method,
            level=level,
            cases=n,
            auditors=people,
        )
    explained, _, rank, _ = np.linalg.lstsq(columns, difference, rcond=None)
    df = n - int(rank)
    squares = float(((difference - columns @ explained) ** 2).sum())
    if df < ANCHOR_RULE.fewest_retests // 2 or not squares > 1e-12:
        why = (
            "the differences do not vary"
            if df >= ANCHOR_RULE.fewest_retests // 2
            else "too few pairs of readings for so many people"
        )
        return Estimate.not_estimable(
            f"{why}, so nothing shows how far readings scatter",
            method=method,
            level=level,
            cases=n,
            auditors=people,
        )
    return _with_interval(sqrt(squares / df), df, level=level, cases=n, moderators=people)


def _with_interval(
    sigma: float, df: float, *, level: float, cases: int, moderators: int
) -> Estimate:
    low = high = sigma
    if df < inf:
        # chdtri takes the upper tail.
        low = sigma * sqrt(df / float(special.chdtri(df, 0.5 - level / 2)))
        high = sigma * sqrt(df / float(special.chdtri(df, 0.5 + level / 2)))
    return Estimate(
        value=sigma,
        low=low,
        high=high,
        level=level,
        cases=cases,
        auditors=moderators,
        method="standard deviation of differences, what is due to who read taken out, chi squared",
        df=float(df),
    )


def _exact(first: Floats, second: Floats, *, level: float) -> Estimate:
    """Share of grades that came out the same; the grades of one pair count as alike."""
    pair, domain = np.nonzero(~np.isnan(first) & ~np.isnan(second))
    same = first[pair, domain] == second[pair, domain]
    return clustered_share(same, cluster=pair, level=level)


def _reservation(pairs: int, deviation: Estimate) -> str:
    if not deviation.is_estimable or pairs >= ANCHOR_RULE.wanted_retests:
        return ""
    return (
        f"The noise of a reading rests on {pairs} cases that were read twice, of "
        f"{ANCHOR_RULE.wanted_retests} wanted: limits are wider for it."
    )
