"""Would the change look as large had each quarter's luck gone the other way?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, check_level, sums
from qaf_analysis.terms.estimate import Estimate

METHOD = "difference of audits, wild bootstrap by quarter"
# Up to so many quarters every combination of signs is tried; 2^13 of them take milliseconds.
MOST_ENUMERATED = 14
DRAWS = 9_999
SEED = 1
# Statistics that differ by less than this share are the same but for rounding.
TIE = 1e-9
# The interval's ends are sought so many doublings of the standard error away, then halved down to
# a billionth of that.
MOST_DOUBLINGS, HALVINGS = 40, 40


@dataclass(frozen=True, kw_only=True, eq=False)
class _Quarters:
    """Sums by quarter, each of shape (quarters,)."""

    difference: Floats
    audits: Floats
    post: Bools

    @property
    def weights(self) -> Floats:
        """What a sum counts for in the mean after less the mean before."""
        found: Floats = np.where(
            self.post,
            1 / self.audits[self.post].sum(),
            -1 / self.audits[~self.post].sum(),
        )
        return found

    def weighted_residuals(self, change: float) -> Floats:
        """What is left of each quarter if the true change were ``change``, times its weight."""
        # Sums of the differences had the change been taken away (restricted residuals).
        less = self.difference - change * self.audits * self.post
        found: Floats = self.weights * (less - self.audits * (less.sum() / self.audits.sum()))
        return found

    def spread(self, change: float) -> float:
        """Standard error of the change by quarters, before the small-sample factor."""
        return float(np.sqrt((self.weighted_residuals(change) ** 2).sum()))

    @property
    def small_sample_factor(self) -> float:
        """The usual factor of a cluster-robust error (CR1)."""
        # G / (G - 1) * (N - 1) / (N - k), with G quarters, N audits and k = 2 means.
        quarters, audits = len(self.audits), float(self.audits.sum())
        return float(np.sqrt(quarters / (quarters - 1) * (audits - 1) / (audits - 2)))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Test:
    """The bootstrap test of any change at all, not only of none."""

    table: _Quarters
    signs: Floats
    value: float
    spread: float

    def p_value(self, change: float) -> float:
        """Share of combinations whose statistic is at least as large as that of the data."""
        # Rademacher signs on the residuals of quarters: (combinations, quarters).
        scaled = self.signs * self.table.weighted_residuals(change)
        variance = np.zeros(len(scaled))
        for side in (self.table.post, ~self.table.post):
            # Each side's mean is fitted anew; what is left varies about it.
            share = self.table.audits[side] / self.table.audits[side].sum()
            left = scaled[:, side] - scaled[:, side].sum(axis=1, keepdims=True) * share
            variance += (left**2).sum(axis=1)
        # |t*| >= |t|: numerator and the square root of the cluster-robust variance of each.
        moved = np.abs(scaled.sum(axis=1))
        # Compared without dividing: a combination may leave nothing on either side.
        observed = abs(self.value - change) / self.spread * (1 - TIE)
        return float((moved >= observed * np.sqrt(variance)).mean())

    def end(self, direction: int, *, alpha: float) -> float:
        """End of the interval of changes not rejected, below (-1) or above (1) the value."""
        # The test is inverted: out by doubling until rejected, then halved to the edge.
        inside, step = self.value, direction * self.spread
        for _ in range(MOST_DOUBLINGS):
            outside = self.value + step
            if self.p_value(outside) < alpha:
                break
            inside, step = outside, 2 * step
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            if self.p_value(middle) < alpha:
                outside = middle
            else:
                inside = middle
        return inside


def wild_bootstrap(
    difference: Floats,
    *,
    quarter: Ints,
    post: Bools,
    auditors: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Change of the audits' differences, with the p-value of the wild cluster bootstrap.

    Every audit counts once (in the headline every quarter does). The residuals under no change
    keep or change sign quarter by quarter, in every combination.

    Parameters
    ----------
    difference : array, shape (audits,)
        Themed less mean comparison grade of each audit.
    quarter : array of int, shape (audits,)
    post : array of bool, shape (audits,)
    auditors : int
        Passed through.
    level : float

    Returns
    -------
    Estimate
        ``p`` is the share of combinations with a t statistic at least as large; the interval
        holds the changes that this test does not reject. Beyond 14 quarters 9,999 combinations
        are drawn, with a fixed seed. Not estimable with a single quarter on a side, whose luck
        the bootstrap cannot see, or too few quarters to reach a p below 1 - level.

    References
    ----------
    Cameron, Gelbach & Miller (2008), Review of Economics and Statistics 90, 414-427: restricted
    residuals, Rademacher signs.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> quarter = np.repeat(np.arange(8), 20)
    >>> found = wild_bootstrap(
    ...     rng.normal(size=160) + (quarter > 3), quarter=quarter, post=quarter > 3
    ... )
    >>> found.p, found.low < found.value < found.high
    (0.0078125, True)
    """
    check_level(level)
    _, place = np.unique(quarter, return_inverse=True)
    of_quarter = np.zeros(int(place.max(initial=-1)) + 1, dtype=np.bool_)
    of_quarter[place] = post
    why_not = _why_not(of_quarter, level)
    base = Estimate.not_estimable(
        why_not, method=METHOD, level=level, cases=len(difference), auditors=auditors
    )
    if why_not:
        return base
    table = _Quarters(
        difference=sums(place, difference),
        audits=np.bincount(place).astype(np.float64),
        post=of_quarter,
    )
    value = float(table.weights @ table.difference)
    spread = table.spread(value)
    if not spread > TIE:
        return replace(base, why_not="the quarters of each side are all alike")
    signs, how = _signs(len(of_quarter))
    test = _Test(table=table, signs=signs, value=value, spread=spread)
    return Estimate(
        value=value,
        low=test.end(-1, alpha=1 - level),
        high=test.end(1, alpha=1 - level),
        level=level,
        cases=len(difference),
        auditors=auditors,
        method=f"{METHOD}, {how}, {len(of_quarter)} quarters",
        se=spread * table.small_sample_factor,
        p=test.p_value(0.0),
    )


def _why_not(post: Bools, level: float) -> str:
    after, before = int(post.sum()), int((~post).sum())
    if before == 0 or after == 0:
        return f"there is no quarter {'before' if before == 0 else 'after'}"
    if before == 1 or after == 1:
        return "a single quarter on a side: the bootstrap cannot see its luck"
    if 2.0 ** (1 - len(post)) >= 1 - level:
        return f"{len(post)} quarters have too few combinations of signs for a p this small"
    return ""


def _signs(quarters: int) -> tuple[Floats, str]:
    """Combinations of signs, shape (combinations, quarters), the first being all plus.

    Changing every sign changes no absolute statistic, so half the combinations say it all.
    """
    if quarters <= MOST_ENUMERATED:
        numbers = np.arange(2 ** (quarters - 1))
        minus = (numbers[:, np.newaxis] >> np.arange(quarters)) & 1
        return (1 - 2 * minus).astype(np.float64), "every combination of signs"
    drawn = np.random.default_rng(SEED).integers(0, 2, size=(DRAWS, quarters))
    signs = np.vstack([np.ones(quarters, dtype=np.int64), 1 - 2 * drawn])
    return signs.astype(np.float64), f"{DRAWS:,} combinations of signs, seed {SEED}"
