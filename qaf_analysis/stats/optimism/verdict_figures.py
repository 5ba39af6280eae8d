"""The four figures of the verdict on optimism, each with the intervals it is judged by.

A figure is shown to be small where a 90 % interval lies inside its limit, and shown to be too
large where a wider one lies beyond it. Both intervals come from the same estimate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isnan, nan, sqrt

import numpy as np
from scipy import special

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints
from qaf_analysis.stats.core.intervals import (
    normal_quantile,
    p_from_interval,
    t_quantile,
    wilson_limits,
)
from qaf_analysis.stats.core.means import clustered_mean
from qaf_analysis.stats.optimism.gap import mean_of_gaps
from qaf_analysis.stats.optimism.heterogeneity import means_of_gaps, spread_of_means
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import (
    OPTIMISM_RULE,
    OptimismLimits,
    OptimismRule,
    Standing,
    VerdictFigure,
)

MOST_TO_SETTLE = 2000
"""Moderated audits beyond which it is not said how many would settle a figure."""
SHIFT_METHOD = "MOVER of Wilson limits of the shares lifted over the boundary and put below it"


@dataclass(frozen=True, kw_only=True, eq=False)
class VerdictInputs:
    """Moderated audits as the verdict takes them, wherever their weights come from.

    Parameters
    ----------
    audited, moderated : int array, shape (moderated,)
        Grade codes of the same audits.
    auditor : int array, shape (moderated,), or None
        Auditor of each; None where not known.
    weight : array, shape (moderated,), or None
        How many audits each stands for; None where all weigh alike.
    good_from : int
        Lowest code that counts as good.
    limits : OptimismLimits
        Those of the scale.
    why_no_auditor : str
        Reason for which auditors are not known.
    """

    audited: Ints
    moderated: Ints
    auditor: Ints | None
    weight: Floats | None
    good_from: int
    limits: OptimismLimits
    why_no_auditor: str = "the table does not say who audited"

    @property
    def gap(self) -> Ints:
        """Audit minus moderation, in grades."""
        return self.audited - self.moderated


@dataclass(frozen=True, kw_only=True)
class RuledFigure:
    """One figure of the verdict, and where it stands against its limits.

    Parameters
    ----------
    figure : VerdictFigure
    small, shown : Estimate
        The figure with the interval that shows it to be small, and with the one that shows it to
        be too large.
    small_limit, shown_limit : float
        Size that the first interval may not pass, and that the second must pass.
    settled_at : float
        Moderated audits that would settle an open figure (see ``verdict_size``). NaN where it is
        not open, cannot be estimated, or would take more than ``MOST_TO_SETTLE``.
    """

    figure: VerdictFigure
    small: Estimate
    shown: Estimate
    small_limit: float
    shown_limit: float
    settled_at: float = nan

    @property
    def is_small(self) -> bool:
        """Whether the figure is shown to lie inside its limit."""
        reach = self.small.low, self.small.high
        return self.small.has_interval and -self.small_limit <= reach[0] <= reach[1] <= (
            self.small_limit
        )

    @property
    def is_beyond(self) -> bool:
        """Whether the figure is shown to lie beyond what is let pass: for gap and shift, none."""
        beyond = self.shown.low > self.shown_limit or self.shown.high < -self.shown_limit
        return self.shown.has_interval and beyond

    @property
    def p(self) -> float:
        """p-value of lying no further out than is let pass, as ``shown`` implies.

        Below 1 - level exactly where the figure ``is_beyond``; 1 inside the limit, NaN without an
        interval.
        """
        shown, sign = self.shown, -1.0 if self.shown.value < 0 else 1.0
        low, high = sorted((sign * shown.low, sign * shown.high))
        value, limit = sign * shown.value, self.shown_limit
        if shown.has_interval and value <= limit:
            return 1.0
        return p_from_interval(
            replace(shown, value=value - limit, low=low - limit, high=high - limit)
        )

    @property
    def standing(self) -> Standing:
        """What moderation has shown of this figure; open where it cannot be estimated."""
        if self.is_beyond:
            return Standing.SMALL_NOT_NONE if self.is_small else Standing.BEYOND
        return Standing.SMALL if self.is_small else Standing.OPEN


def verdict_figures(
    given: VerdictInputs, *, rule: OptimismRule = OPTIMISM_RULE
) -> tuple[RuledFigure, ...]:
    """Gap, shift in good or better, severe share and spread, with their standing.

    On a scale of two levels there is no severe share.

    References
    ----------
    Berger (1982), Technometrics 24, 295-300 (several figures all shown to be small); Zou & Donner
    (2008), Statistics in Medicine 27, 1693-1702 (MOVER); Korn & Graubard (1998), Survey
    Methodology 24, 193-201 (Clopper-Pearson on effective cases).
    """
    limits = given.limits
    gap = [
        mean_of_gaps(given.gap, auditor=given.auditor, weight=given.weight, level=level)
        for level in (rule.small_level, rule.differs_level)
    ]
    crossed = Crossing.of(given)
    shift = [crossed.interval(level) for level in (rule.small_level, rule.differs_level)]
    found = [
        _two_sided(VerdictFigure.GAP, gap, limit=limits.tolerance),
        _two_sided(VerdictFigure.SHIFT, shift, limit=limits.good_shift),
    ]
    if limits.severe_from is not None:
        found.append(_severe(given, rule))
    return (*found, _spread(given, rule))


def good_shift(given: VerdictInputs, *, level: float = 0.95) -> Estimate:
    """Share good or better by auditors minus that by moderators, each audit by its weight.

    Examples
    --------
    >>> limits = OPTIMISM_RULE.limits(4)
    >>> audited, moderated = np.array([2] * 5 + [1] * 15), np.array([1] * 19 + [2])
    >>> found = good_shift(VerdictInputs(audited=audited, moderated=moderated, auditor=None,
    ...                                  weight=None, good_from=2, limits=limits))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.2, -0.05, 0.43)
    """
    return Crossing.of(given).interval(level)


@dataclass(frozen=True, kw_only=True)
class Share:
    """A weighted share, and how many independent audits of equal weight it counts as."""

    value: float
    effective: float
    df: float
    cases: int
    auditors: int

    @classmethod
    def of(cls, event: Bools, given: VerdictInputs) -> Share:
        """Share of audits with the event; likeness within auditors is as of the event itself."""
        mean, variance, df, auditors = _fit(event.astype(np.float64), given)
        counted = kish(given)
        binomial = mean * (1 - mean) / counted if len(event) else nan
        effect = max(1.0, variance / binomial) if binomial > 0 and not isnan(variance) else 1.0
        return cls(
            value=mean,
            effective=counted / effect,
            df=df if binomial > 0 else inf,
            cases=len(event),
            auditors=auditors,
        )

    def wilson(self, level: float) -> tuple[float, float]:
        """Wilson limits on the effective number, with Student's t for few auditors."""
        return wilson_limits(self.value, self.effective, quantile=quantile_of(level, self.df))

    def clopper_pearson(self, level: float) -> tuple[float, float]:
        """Clopper-Pearson limits on the effective number, cut further for few auditors."""
        n = self.effective
        if self.df < inf and self.cases > 1:
            n *= (t_quantile(level, df=self.cases - 1) / t_quantile(level, df=self.df)) ** 2
        return clopper_pearson(self.value * n, n, level=level)


def clopper_pearson(successes: float, n: float, *, level: float) -> tuple[float, float]:
    """Exact limits of a share, for any (also an effective) number of cases.

    References
    ----------
    Clopper & Pearson (1934), Biometrika 26, 404-413.

    Examples
    --------
    >>> [round(limit, 4) for limit in clopper_pearson(4, 20, level=0.95)]
    [0.0573, 0.4366]
    """
    tail = (1 - level) / 2
    low = float(special.betaincinv(successes, n - successes + 1, tail)) if successes > 0 else 0.0
    short = n - successes
    high = float(special.betaincinv(successes + 1, short, 1 - tail)) if short > 1e-9 else 1.0
    return low, high


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Shares of audits that auditors put over the boundary of good, and below it."""

    up: float
    down: float
    effective: float
    df: float
    cases: int
    auditors: int

    @classmethod
    def of(cls, given: VerdictInputs) -> Crossing:
        """Count crossings; likeness within auditors is as of their difference."""
        kind, strict = given.audited >= given.good_from, given.moderated >= given.good_from
        up, down = kind & ~strict, ~kind & strict
        mean, variance, df, auditors = _fit(up.astype(np.float64) - down, given)
        shares = [_fit(side.astype(np.float64), given)[0] for side in (up, down)]
        counted = kish(given)
        plain = (sum(shares) - mean**2) / counted if len(kind) else nan
        measured = plain > 0 and not isnan(variance)
        return cls(
            up=shares[0],
            down=shares[1],
            effective=counted / (max(1.0, variance / plain) if measured else 1.0),
            df=df if measured else inf,
            cases=len(kind),
            auditors=auditors,
        )

    def interval(self, level: float) -> Estimate:
        """Share over the boundary less share below it."""
        if not self.cases:
            return Estimate.not_estimable("there are no cases", method=SHIFT_METHOD, level=level)
        quantile = quantile_of(level, self.df)
        up, down = (
            wilson_limits(p, self.effective, quantile=quantile) for p in (self.up, self.down)
        )
        # No audit can do both, so the two shares are drawn against each other.
        both = self.up * self.down
        rho = -sqrt(both / ((1 - self.up) * (1 - self.down))) if both > 0 else 0.0
        value = self.up - self.down
        below = _root(self.up - up[0], down[1] - self.down, rho)
        above = _root(up[1] - self.up, self.down - down[0], rho)
        return Estimate(
            value=value,
            low=max(-1.0, value - below),
            high=min(1.0, value + above),
            level=level,
            cases=self.cases,
            auditors=self.auditors,
            method=f"{SHIFT_METHOD}, on {self.effective:.1f} effective cases",
        )


def kish(given: VerdictInputs) -> float:
    """Number of audits of equal weight that the moderated ones count as (Kish 1965)."""
    if given.weight is None:
        return float(len(given.audited))
    total = float(given.weight.sum())
    return total**2 / float(given.weight @ given.weight) if total > 0 else 0.0


def _fit(values: Floats, given: VerdictInputs) -> tuple[float, float, float, int]:
    """Weighted mean, its variance by auditor, degrees of freedom, and number of auditors."""
    if given.auditor is None:
        return (float(values.mean()) if len(values) else nan), nan, inf, 0
    fit = clustered_mean(values, cluster=given.auditor, weight=given.weight)
    return fit.value, fit.variance, fit.df if fit.clusters > 1 else inf, fit.clusters


def quantile_of(level: float, df: float) -> float:
    """Two-sided quantile of Student's t, or of the normal with infinite degrees of freedom."""
    return normal_quantile(level) if df == inf else t_quantile(level, df=df)


def _root(one: float, other: float, rho: float) -> float:
    return sqrt(max(0.0, one**2 - 2 * rho * one * other + other**2))


def _two_sided(figure: VerdictFigure, found: list[Estimate], *, limit: float) -> RuledFigure:
    small, shown = found
    return RuledFigure(figure=figure, small=small, shown=shown, small_limit=limit, shown_limit=0.0)


def severe_share(given: VerdictInputs) -> Share:
    """Share of audits so far apart that the difference is severe; none on two levels."""
    apart = given.limits.severe_from
    return Share.of(np.abs(given.gap) >= (inf if apart is None else apart), given)


def _severe(given: VerdictInputs, rule: OptimismRule) -> RuledFigure:
    share = severe_share(given)
    limit, levels = given.limits.severe_share, (rule.small_level, rule.beyond_level)
    if not share.cases:
        none = Estimate.not_estimable("there are no cases", method="Wilson", level=levels[0])
        return RuledFigure(
            figure=VerdictFigure.SEVERE,
            small=none,
            shown=none,
            small_limit=limit,
            shown_limit=limit,
        )
    limits = share.wilson(levels[0]), share.clopper_pearson(levels[1])
    small, shown = (
        Estimate(
            value=share.value,
            low=low,
            high=high,
            level=level,
            cases=share.cases,
            auditors=share.auditors,
            method=f"{name} on {share.effective:.1f} effective cases",
        )
        for (low, high), level, name in zip(
            limits, levels, ("Wilson", "Clopper-Pearson"), strict=True
        )
    )
    return RuledFigure(
        figure=VerdictFigure.SEVERE, small=small, shown=shown, small_limit=limit, shown_limit=limit
    )


def _spread(given: VerdictInputs, rule: OptimismRule) -> RuledFigure:
    limits = given.limits
    if given.auditor is None:
        small = shown = Estimate.not_estimable(
            given.why_no_auditor, method="spread of auditors' gaps", cases=len(given.audited)
        )
    else:
        means = means_of_gaps(given.gap, given.auditor, weight=given.weight)
        small, shown = (
            spread_of_means(means, level=level, fewest_df=rule.fewest_df_within)
            for level in (rule.small_level, rule.beyond_level)
        )
    return RuledFigure(
        figure=VerdictFigure.SPREAD,
        small=small,
        shown=shown,
        small_limit=limits.small_spread,
        shown_limit=limits.tolerance,
    )
