"""What the overall grade follows: how much of it the child's domains explain, how much process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan, nan, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from qaf_analysis.stats.child.domain_grades import DomainGrades, in_common
from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, check_level, frozen_ints
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import FOCUS_RULE

FEWEST_TO_FIT = 30
FEWEST_AUDITORS = 5
"""With fewer, an interval widened by Student's t ends beyond all of the draws."""
LEAST_EXPLAINED = 0.2
# Below this share of draws with a value, the draws say little.
ENOUGH = 0.9
# Numbers in the largest table of draws made at a time.
LARGEST = 4_000_000


@dataclass(frozen=True, kw_only=True)
class FocusShares:
    """Share of what explains the overall grade that belongs to the child's domains.

    Parameters
    ----------
    audit, moderation : Estimate
        Share for auditors and for moderators, 0 (all process) to 1 (all child).
    difference : Estimate
        Auditors less moderators: negative where auditors' overall grades follow process more.
    weights : Estimate
        The same difference by what one grade more is worth: the slope of the overall grade on the
        child domains over the sum of both slopes. Its p is of a difference no larger than
        ``FOCUS_RULE.smallest_weight``.
    explained_audit, explained_moderation : float
        R squared of the overall grade on both; NaN where it cannot be had.
    """

    audit: Estimate
    moderation: Estimate
    difference: Estimate
    weights: Estimate
    explained_audit: float
    explained_moderation: float

    @property
    def p(self) -> float:
        """Larger p of the two differences, 1 where they lie on two sides; NaN where one is unknown.

        A share of what is explained falls where a domain's grades bunch near the top, and a
        weight for each grade rises there: kindness alone moves one or the other, never both.
        """
        if isnan(self.difference.p) or isnan(self.weights.p):
            return nan
        if self.difference.value * self.weights.value <= 0:
            return 1.0
        return max(self.difference.p, self.weights.p)


def focus_shares(
    audit: DomainGrades,
    moderation: DomainGrades,
    *,
    auditor: ArrayLike,
    rng: np.random.Generator,
    draws: int = 2000,
    level: float = 0.95,
) -> FocusShares:
    """Child domains' share in the overall grade: auditors, moderators, and the difference.

    Parameters
    ----------
    audit, moderation : DomainGrades
        Of the same audits; only domains that both graded count.
    auditor : int array, shape (audits,)
        Auditor of each audit. Auditors are drawn, each with all of their audits.
    rng : numpy.random.Generator
        Source of randomness; the same state gives the same draws.
    draws : int
        Number of draws, 2 or more. With few draws p cannot be very small: with 2,000 and eight
        auditors no smaller than .014.
    level : float
        Confidence level.

    Returns
    -------
    FocusShares
        Intervals are quantiles of the draws, widened for few auditors by Student's t; none with
        fewer than five auditors. A share is not estimable with fewer than 30 audits, or when
        child and process together explain less than a fifth of the overall grade; the difference
        when either share is not.

    Raises
    ------
    ShapeError
        If the two do not hold the same audits and domains.
    UsageError
        If ``level`` or ``draws`` is not as described.

    References
    ----------
    Hesterberg (2015), The American Statistician 69(4), 371-386 (expanded percentile interval).
    """
    check_level(level)
    if draws < 2:
        raise UsageError(f"A bootstrap needs 2 or more draws, not {draws}.")
    names = frozen_ints(auditor, name="auditor")
    ours, theirs = in_common(audit, moderation)
    known = _is_complete(ours) & _is_complete(theirs)
    place = np.unique(names[known], return_inverse=True)[1].astype(np.int64)
    parts = [_products(*_columns(grades.select(known)).T) for grades in (ours, theirs)]
    (share, weight, explained), (their_share, their_weight, their_explained) = (
        (float(x), float(y), float(z)) for x, y, z in (_shares(part.sum(axis=0)) for part in parts)
    )
    untagged = ours.why_not_contrasted
    why = untagged or _refusal(len(place), explained, who="auditors")
    their_why = untagged or _refusal(len(place), their_explained, who="moderators")
    sample = _Sample(audits=len(place), auditors=len(set(place.tolist())), level=level)
    drawn = np.empty((0, 4))
    if not (why and their_why):
        drawn = _drawn(np.hstack(parts), place, rng=rng, draws=draws)
    gap, weights = (drawn[:, :2] - drawn[:, 2:]).T
    either = why or their_why
    return FocusShares(
        audit=_estimate(share, drawn[:, 0], sample=sample, why_not=why),
        moderation=_estimate(their_share, drawn[:, 2], sample=sample, why_not=their_why),
        difference=_difference(share - their_share, gap, sample=sample, why_not=either),
        weights=_difference(
            weight - their_weight,
            weights,
            sample=sample,
            why_not=either,
            smallest=FOCUS_RULE.smallest_weight,
        ),
        explained_audit=explained,
        explained_moderation=their_explained,
    )


class _Sample(NamedTuple):
    audits: int
    auditors: int
    level: float

    @property
    def widening(self) -> float:
        """By how much draws of few auditors spread too little."""
        return sqrt(self.auditors / (self.auditors - 1))


def _difference(
    value: float, drawn: Floats, *, sample: _Sample, why_not: str, smallest: float = 0.0
) -> Estimate:
    found = _estimate(value, drawn, sample=sample, why_not=why_not)
    if not found.has_interval:
        return found
    beyond = float(np.sign(value)) * smallest
    p = 1.0 if abs(value) < smallest else _p_value(drawn - beyond, sample=sample)
    return replace(found, p=p)


def _estimate(value: float, drawn: Floats, *, sample: _Sample, why_not: str) -> Estimate:
    audits, auditors, level = sample
    method = "Shapley (LMG) share of child domains in R squared"
    if why_not:
        return Estimate.not_estimable(
            why_not, method=method, level=level, cases=audits, auditors=auditors
        )
    known = drawn[~np.isnan(drawn)]
    low = high = se = nan
    if auditors >= FEWEST_AUDITORS and len(known) >= ENOUGH * len(drawn) and np.ptp(known) > 0:
        tail = float(special.ndtr(-sample.widening * t_quantile(level, df=auditors - 1)))
        low, high = (float(end) for end in np.quantile(known, [tail, 1 - tail]))
        se = float(known.std(ddof=1)) * sample.widening
        method = f"{method}; expanded percentile bootstrap, {len(drawn):,} draws of auditors"
    else:
        method = f"{method}; no interval: too few auditors, or draws that do not vary"
    return Estimate(
        value=value,
        low=low,
        high=high,
        level=level,
        cases=audits,
        auditors=auditors,
        method=method,
        se=se,
    )


def _p_value(drawn: Floats, *, sample: _Sample) -> float:
    """Level at which the nearer end of the interval would lie on zero."""
    known = drawn[~np.isnan(drawn)]
    below = (known < 0).sum() + 0.5 * (known == 0).sum()
    tail = (min(below, len(known) - below) + 0.5) / (len(known) + 1)
    t = float(special.ndtri(tail)) / sample.widening
    return min(1.0, t_p_value(t, df=sample.auditors - 1))


def _is_complete(grades: DomainGrades) -> Bools:
    complete: Bools = ~np.isnan(_columns(grades).sum(axis=1))
    return complete


def _columns(grades: DomainGrades) -> Floats:
    """Overall grade, child mean and process mean; shape (audits, 3)."""
    return np.column_stack([grades.overall, grades.child_mean, grades.process_mean])


def _products(overall: Floats, child: Floats, process: Floats) -> Floats:
    """What variances and covariances are sums of; shape (audits, 10)."""
    y, c, p = (
        column - column.mean() if len(column) else column for column in (overall, child, process)
    )
    return np.column_stack([np.ones(len(y)), y, c, p, y * y, c * c, p * p, y * c, y * p, c * p])


def _shares(sums: Floats) -> tuple[Floats, Floats, Floats]:
    """Child share, child weight and R squared from sums of products; leading axes hold sets."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums[..., 1:4] / sums[..., :1]
        second = sums[..., 4:] / sums[..., :1]
        y, c, p = np.moveaxis(mean, -1, 0)
        yy, cc, pp, yc, yp, cp = np.moveaxis(second, -1, 0)
        yy, cc, pp = (_variance(square, m) for square, m in ((yy, y), (cc, c), (pp, p)))
        of_child = (yc - y * c) ** 2 / (yy * cc)
        of_process = (yp - y * p) ** 2 / (yy * pp)
        shared = 1 - (cp - c * p) ** 2 / (cc * pp)
        cross = (yc - y * c) * (yp - y * p) * (cp - c * p) / (yy * cc * pp)
        both = (of_child + of_process - 2 * cross) / np.where(shared > 1e-9, shared, np.nan)
        share = np.clip((of_child + both - of_process) / (2 * both), 0.0, 1.0)
        slope = np.maximum((yc - y * c) * pp - (yp - y * p) * (cp - c * p), 0.0)
        other = np.maximum((yp - y * p) * cc - (yc - y * c) * (cp - c * p), 0.0)
        weight = np.where(np.isnan(share), np.nan, slope / (slope + other))
    return share, weight, both


def _variance(square: Floats, mean: Floats) -> Floats:
    variance = square - mean**2
    return np.where(variance > 1e-12, variance, np.nan)


def _drawn(products: Floats, place: Ints, *, rng: np.random.Generator, draws: int) -> Floats:
    """Share and weight of auditors, then of moderators, in each draw of auditors; (draws, 4)."""
    units = int(place.max()) + 1
    sums = np.zeros((units, products.shape[1]))
    np.add.at(sums, place, products)
    half, step = products.shape[1] // 2, max(1, LARGEST // units)
    found = np.empty((draws, 4))
    for start in range(0, draws, step):
        part = slice(start, min(start + step, draws))
        times = rng.multinomial(units, np.full(units, 1 / units), size=part.stop - start)
        totals = times @ sums
        readers = _shares(totals[:, :half])[:2], _shares(totals[:, half:])[:2]
        found[part] = np.column_stack([*readers[0], *readers[1]])
    return found


def _refusal(audits: int, explained: float, *, who: str) -> str:
    if audits < FEWEST_TO_FIT:
        return (
            f"only {'1 audit has' if audits == 1 else f'{audits} audits have'} child, process and "
            f"overall grades by auditor and moderator; at least {FEWEST_TO_FIT} are needed"
        )
    if np.isnan(explained):
        return f"{who}' overall, child or process grades do not vary, or vary as one"
    if explained < LEAST_EXPLAINED:
        return (
            f"child and process domains explain only {explained:.0%} of {who}' overall grades; "
            f"at least {LEAST_EXPLAINED:.0%} is needed"
        )
    return ""
