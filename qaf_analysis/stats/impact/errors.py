"""How unsure a themed domain's change is: from its own quarters, all domains, and who audited.

Eight quarters of one domain say little about chance, and nothing about a chance that lasts: a
domain that fares better for three quarters running looks like a change. The domains that no theme
touched went through the same quarters, and how far they moved at the same date shows it. A quarter
varies by chance itself and by the audits it rests on, so quarters count by what they know.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, numbered, sums
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.stats.impact.auditors import auditor_variance
from qaf_analysis.terms.estimate import Estimate

METHOD = "weighted difference of quarter means, error from all domains, t"
WEIGHT_OF_QUARTERS = 4
"""For how many degrees of freedom quarters count beside the movements of comparison domains."""
DIFFERS = 0.10
"""p of the F test below which a themed domain's own error keeps its own degrees of freedom."""
MOST_SURE = 50.0
"""Degrees of freedom rise at most so many times where audits and not quarters make the error."""

# Quarter means are sums of grades of order one; anything below this is rounding error.
ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class ComparedAudits:
    """Audits of the quarters compared, every domain at the themed domain's level.

    Parameters
    ----------
    values : array, shape (audits, 1 + controls)
        The themed domain first; NaN where a comparison domain is not graded. Each audit has the
        themed domain and one other; each domain a grade in every quarter.
    quarter : array of int, shape (audits,)
        Number of each audit's quarter, any whole number.
    post : array of bool, shape (audits,)
        Whether it lies after the themed audit.
    auditor : array of int, shape (audits,)
        Number of the auditor; below 0 where not known.
    """

    values: Floats
    quarter: Ints
    post: Bools
    auditor: Ints

    @cached_property
    def place(self) -> Ints:
        """Place of each audit's quarter, 0, 1, ... in order of time."""
        return numbered(self.quarter)[0]

    @cached_property
    def times(self) -> Ints:
        """Number of each quarter, in order."""
        return numbered(self.quarter)[1]

    @cached_property
    def late(self) -> Bools:
        """Whether each quarter lies after the themed audit."""
        late = np.zeros(len(self.times), dtype=np.bool_)
        late[self.place] = self.post
        return late

    @cached_property
    def gaps(self) -> Floats:
        """Each domain less the mean of the other domains of the same audit."""
        graded = ~np.isnan(self.values)
        known = np.where(graded, self.values, 0.0)
        others = graded.sum(axis=1, keepdims=True) - 1
        mean = (known.sum(axis=1, keepdims=True) - known) / np.maximum(others, 1)
        found: Floats = np.where(graded & (others > 0), self.values - mean, np.nan)
        return found

    @cached_property
    def means(self) -> QuarterMeans:
        """Grades by quarter and domain."""
        return quarter_means(self.values, place=self.place, late=self.late)

    @cached_property
    def gap_means(self) -> QuarterMeans:
        """Gaps by quarter and domain."""
        return quarter_means(self.gaps, place=self.place, late=self.late)


@dataclass(frozen=True, kw_only=True, eq=False)
class QuarterMeans:
    """Means by quarter (row) and column, and how they vary.

    Parameters
    ----------
    mean, audits : array, shape (quarters, columns)
    late : array of bool, shape (quarters,)
    within : array, shape (columns,)
        Variance between audits of a quarter.
    between : array, shape (columns,)
        Mean square of the quarters' means about the mean of their side, on quarters - 2.
    """

    mean: Floats
    audits: Floats
    late: Bools
    within: Floats
    between: Floats

    @property
    def from_audits(self) -> Floats:
        """How much of ``between`` comes from the audits that a quarter rests on."""
        each = np.where(self.late, self.late.sum(), (~self.late).sum())[:, np.newaxis]
        inverse = ((1 - 1 / each) / self.audits).sum(axis=0) / (len(self.late) - 2)
        found: Floats = self.within * inverse
        return found


def quarter_means(values: Floats, *, place: Ints, late: Bools) -> QuarterMeans:
    """Means of columns by quarter, over the values present; every quarter has some.

    Parameters
    ----------
    values : array, shape (audits, columns)
        NaN where missing.
    place : array of int, shape (audits,)
        Place of each audit's quarter, 0, 1, ...
    late : array of bool, shape (quarters,)
        Whether each quarter lies after the themed audit. With fewer than three quarters how they
        vary is unknown (NaN).
    """
    (quarters, columns), graded = (len(late), values.shape[1]), ~np.isnan(values)
    cell = (place[:, np.newaxis] * columns + np.arange(columns))[graded]
    known, size = values[graded], quarters * columns
    audits = np.bincount(cell, minlength=size).astype(np.float64)
    mean = sums(cell, known, n=size) / audits
    squares = sums(cell, (known - mean[cell]) ** 2, n=size).reshape(quarters, columns).sum(axis=0)
    audits, mean = audits.reshape(quarters, columns), mean.reshape(quarters, columns)
    spare = audits.sum(axis=0) - quarters
    # One quarter on either side: nothing is left to see by how much quarters vary.
    between = _between(mean, late) / (quarters - 2) if quarters > 2 else np.full(columns, np.nan)
    return QuarterMeans(
        mean=mean,
        audits=audits,
        late=late,
        within=np.where(spare > 0, squares / np.maximum(spare, 1), np.nan),
        between=between,
    )


def _between(mean: Floats, late: Bools) -> Floats:
    """Sum of squares of quarters' means about the mean of their side, by column."""
    found: Floats = sum(
        (((side - side.mean(axis=0)) ** 2).sum(axis=0) for side in (mean[~late], mean[late])),
        start=np.zeros(mean.shape[1]),
    )
    return found


@dataclass(frozen=True, kw_only=True, eq=False)
class WeightedChange:
    """Change of the themed domain against the others, and what it rests on.

    Parameters
    ----------
    estimate : Estimate
    weights : array, shape (quarters,)
        What each quarter counts for; adds up to 1 on each side. Equal where not estimable.
    quarter_variance : float
        Variance of one quarter's gap that the error amounts to, for slopes over quarters.
    shift : float
        Change of the comparison domains, at the themed domain's level.
    """

    estimate: Estimate
    weights: Floats
    quarter_variance: float
    shift: float

    @classmethod
    def not_estimable(cls, why_not: str, *, level: float) -> WeightedChange:
        """Return no change, with the reason."""
        return cls(
            estimate=Estimate.not_estimable(why_not, method=METHOD, level=level),
            weights=np.zeros(0),
            quarter_variance=math.nan,
            shift=math.nan,
        )


def weighted_change(audits: ComparedAudits, *, level: float, auditors: int) -> WeightedChange:
    """Change of a themed domain against the others, with the largest of three errors.

    Parameters
    ----------
    audits : ComparedAudits
    level : float
        Confidence level.
    auditors : int
        How many auditors there are (passed through).

    Returns
    -------
    WeightedChange
        Its value is the weighted mean of the quarters' gaps after less that before. Its variance
        is the largest of three, each with the part due to auditors who came or went: the themed
        domain's own variation between quarters; that of all domains; and the latter mixed with
        the comparison domains' own movements at the same date, which alone see chance that
        lasts. With one comparison domain only the first is left. Not estimable with fewer than
        three quarters, a side without one, or no variation.

    References
    ----------
    Donald and Lang (2007), Review of Economics and Statistics 89, 221-233, for quarters as units;
    Satterthwaite (1946), Biometrics Bulletin 2, 110-114, for degrees of freedom.
    """
    late = audits.late
    refused = _refusal(audits, level=level, auditors=auditors)
    if refused.why_not:
        equal = np.where(late, 1 / max(late.sum(), 1), 1 / max((~late).sum(), 1))
        return WeightedChange(
            estimate=refused, weights=equal, quarter_variance=math.nan, shift=math.nan
        )
    parts = _Parts.of(audits)
    variance, df = parts.variance_and_df()
    value = parts.signed @ audits.gap_means.mean[:, 0]
    return WeightedChange(
        estimate=_estimate(float(value), variance, df=df, like=refused),
        weights=parts.weights,
        quarter_variance=variance / parts.size,
        shift=float(parts.signed @ (audits.means.mean[:, 0] - audits.gap_means.mean[:, 0])),
    )


def _refusal(audits: ComparedAudits, *, level: float, auditors: int) -> Estimate:
    """An estimate without a value; its reason is empty where there is one to be had."""
    before, after = int((~audits.late).sum()), int(audits.late.sum())
    why_not = why_no_error(before, after)
    if min(before, after) > 0 and before + after >= 3:
        within = audits.gap_means.within[0]
        varies = within > ROUNDING**2 or audits.gap_means.between[0] > ROUNDING**2
        if math.isnan(within):
            why_not = "no quarter has a second audit"
        elif varies:
            why_not = ""
    return Estimate.not_estimable(
        why_not, method=METHOD, level=level, cases=len(audits.values), auditors=auditors
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Parts:
    """What the error is made of; all squares of grades.

    ``size`` is the sum of squared weights, ``sampling`` the part of the audits that the quarters
    rest on, ``own`` and ``of_all`` the errors without auditors, ``moved`` that of the comparison
    domains' own movements, ``auditors`` the part of auditors.
    """

    weights: Floats
    late: Bools
    size: float
    sampling: float
    own: float
    of_all: float
    moved: float
    auditors: float
    between: Floats

    @property
    def signed(self) -> Floats:
        """Weights, negative before."""
        found: Floats = np.where(self.late, self.weights, -self.weights)
        return found

    @property
    def controls(self) -> int:
        """Number of comparison domains."""
        return len(self.between) - 1

    @classmethod
    def of(cls, audits: ComparedAudits) -> _Parts:
        gaps, late = audits.gap_means, audits.late
        # Shock variance: what quarters' gaps vary by beyond the audits they rest on.
        beyond = gaps.between - gaps.from_audits
        alone = beyond.shape[0] == 2
        shock = max(0.0, float(beyond[0] if alone else beyond.mean()))
        per_quarter = shock + gaps.within[0] / gaps.audits[:, 0]
        if not (per_quarter > 0).all():
            per_quarter = np.ones(len(late))
        weights = 1 / per_quarter
        weights = weights / np.where(late, weights[late].sum(), weights[~late].sum())
        size = float((weights**2).sum())
        sampling = float(gaps.within[0] * (weights**2 / gaps.audits[:, 0]).sum())
        signed = np.where(late, weights, -weights)
        moved = signed @ audits.means.mean[:, 1:]
        return cls(
            weights=weights,
            late=late,
            size=size,
            sampling=sampling,
            own=max(0.0, float(beyond[0])) * size + sampling,
            of_all=shock * size + sampling,
            moved=math.nan if alone else float(moved.var(ddof=1)) * (1 + 1 / len(moved)),
            auditors=auditor_variance(
                audits.gaps, auditor=audits.auditor, post=audits.post,
                weight=(weights / gaps.audits[:, 0])[audits.place],
            ),
            between=gaps.between,
        )  # fmt: skip

    def variance_and_df(self) -> tuple[float, float]:
        """Variance of the change, and the degrees of freedom of its interval."""
        spare, m = float(len(self.late) - 2), self.controls
        if m == 1:
            return self.own + self.auditors, spare * self._sure(self.own, self.between[0])
        own, of_all = self.own + self.auditors, self.of_all + self.auditors
        mixed = (WEIGHT_OF_QUARTERS * of_all + (m - 1) * self.moved) / (WEIGHT_OF_QUARTERS + m - 1)
        if own < max(of_all, mixed):
            sure = self._sure(self.of_all, self.between.mean())
            return max(of_all, mixed), spare * m * sure
        # The themed domain's own error has its own degrees of freedom where it is another's.
        others = float(self.between[1:].mean())
        alike = others > 0 and special.fdtrc(
            spare, spare * (m - 1), self.between[0] / others
        ) >= DIFFERS  # fmt: skip
        return own, spare * (m if alike else 1) * self._sure(self.own, self.between[0])

    def _sure(self, error: float, between: float) -> float:
        """Factor of the degrees of freedom: only what quarters showed is uncertain."""
        shown = self.size * float(between)
        if not shown > 0:
            return MOST_SURE
        return min(max((error / shown) ** 2, 1.0), MOST_SURE)


def _estimate(value: float, variance: float, *, df: float, like: Estimate) -> Estimate:
    se = math.sqrt(variance)
    half = t_quantile(like.level, df=df) * se
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=like.level,
        cases=like.cases,
        auditors=like.auditors,
        method=f"{like.method}, {df:.3g} degrees of freedom",
        se=se,
        p=t_p_value(value / se, df=df),
        df=df,
    )


def own_change(means: QuarterMeans, *, weights: Floats, like: Estimate) -> Estimate:
    """Weighted change of one series by itself, its error from its own quarters only.

    Parameters
    ----------
    means : QuarterMeans
        Of one column.
    weights : array, shape (quarters,)
        What each quarter counts for; adds up to 1 on each side.
    like : Estimate
        Whose level and counts are taken over; not estimable where it is not.
    """
    method = "weighted difference of quarter means, own error, t"
    if not like.is_estimable:
        return Estimate.not_estimable(
            like.why_not, method=method, level=like.level, cases=like.cases, auditors=like.auditors
        )
    size = float((weights**2).sum())
    sampling = float(means.within[0] * (weights**2 / means.audits[:, 0]).sum())
    beyond = max(0.0, float(means.between[0] - means.from_audits[0]))
    variance, shown = beyond * size + sampling, size * float(means.between[0])
    value = float(np.where(means.late, weights, -weights) @ means.mean[:, 0])
    empty = Estimate.not_estimable(
        why_no_error(*(int(side.sum()) for side in (~means.late, means.late))),
        method=method, level=like.level, cases=like.cases, auditors=like.auditors,
    )  # fmt: skip
    if not variance > ROUNDING**2:
        return empty
    sure = min(max((variance / shown) ** 2, 1.0), MOST_SURE) if shown > 0 else MOST_SURE
    return _estimate(value, variance, df=(len(weights) - 2) * sure, like=empty)


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
