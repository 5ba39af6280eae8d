"""How many moderated audits would settle a figure of the verdict that is still open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil, inf, log, nan

from scipy import special

from qaf_analysis.stats.core.intervals import wilson_limits
from qaf_analysis.stats.optimism.heterogeneity import means_of_gaps
from qaf_analysis.stats.optimism.verdict_figures import (
    MOST_TO_SETTLE,
    RuledFigure,
    Share,
    VerdictInputs,
    clopper_pearson,
    quantile_of,
    severe_share,
)
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, OptimismRule, Standing, VerdictFigure

STEP = 1.05


def with_sizes(
    figures: tuple[RuledFigure, ...], given: VerdictInputs, *, rule: OptimismRule = OPTIMISM_RULE
) -> tuple[RuledFigure, ...]:
    """The figures, each open one with the number of moderated audits that would settle it.

    Settled means shown to be small, or shown to be too large, should the figure stay as it is; one
    below half its limit is taken as half, so that luck does not make the number small. It is
    rounded up to tens, and NaN beyond ``MOST_TO_SETTLE``.
    """
    return tuple(replace(one, settled_at=_settled_at(one, given, rule)) for one in figures)


def _settled_at(one: RuledFigure, given: VerdictInputs, rule: OptimismRule) -> float:
    if one.standing is not Standing.OPEN or not one.small.has_interval:
        return nan
    if one.figure is VerdictFigure.SPREAD:
        n = _for_spread(one, given, rule)
    elif one.figure is VerdictFigure.SEVERE:
        n = _for_share(severe_share(given), limit=one.small_limit, rule=rule)
    else:
        n = _for_mean(one)
    if not n <= MOST_TO_SETTLE:
        return nan
    return float(ceil(max(n, one.small.cases + 1) / 10) * 10)


def _for_mean(one: RuledFigure) -> float:
    """Audits at which one of the two intervals, shrunk by the root of their number, would do."""
    size, n = max(abs(one.small.value), one.small_limit / 2), one.small.cases
    room = one.small_limit - size
    half = [(found.high - found.low) / 2 for found in (one.small, one.shown)]
    return min(
        n * (half[0] / room) ** 2 if room > 0 else inf,
        n * (half[1] / size) ** 2,
    )


def _for_share(share: Share, *, limit: float, rule: OptimismRule) -> float:
    size = max(share.value, limit / 2)
    for more in _larger(share.cases):
        grown = share.effective * more
        quantile = quantile_of(rule.small_level, share.df)
        high = wilson_limits(size, grown, quantile=quantile)[1]
        low = clopper_pearson(size * grown, grown, level=rule.beyond_level)[0]
        if high <= limit or low > limit:
            return float(share.cases * more)
    return inf


def _for_spread(one: RuledFigure, given: VerdictInputs, rule: OptimismRule) -> float:
    """Audits at which the interval expected for a spread of this size would do."""
    if given.auditor is None:
        return nan
    means = means_of_gaps(given.gap, given.auditor, weight=given.weight)
    df, auditors, n = len(means.mean) - 1, len(means.mean), means.audits
    of_a_mean = means.within * auditors / float(means.cases.sum())
    tau = max(one.small.value, one.small_limit / 2)
    tails = (1 - rule.small_level) / 2, 1 - (1 - rule.beyond_level) / 2
    for more in _larger(n):
        chance, spare = of_a_mean / more, max(n * more - auditors, 1.0)
        # Spread of auditors' means over what F allows, less chance: limits of tau squared.
        expected = tau**2 + chance
        high, low = (expected / float(special.fdtri(df, spare, tail)) - chance for tail in tails)
        if high <= one.small_limit**2 or low > one.shown_limit**2:
            return float(n * more)
    return inf


def _larger(n: int) -> Iterator[float]:
    """Factors by which the number of audits may grow, in steps of a twentieth."""
    steps = max(1, ceil(log(MOST_TO_SETTLE / n) / log(STEP)) + 1)
    return (STEP**power for power in range(1, steps + 1))
