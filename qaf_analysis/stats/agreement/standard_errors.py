"""Standard errors of agreement coefficients: audits sampled, auditors sampled, or both.

A coefficient is written as its value plus small contributions of pairs of grades (its
linearisation). If only audits are sampled, the contributions of one audit belong together. If
auditors are sampled too, any two pairs that share an auditor are alike as well, whichever audits
they belong to, and the dyadic sum adds up the products of all of them. Leaving that out makes
intervals far too narrow: with 29 auditors who differ by half a grade and 1,450 audits, a "95 %"
interval covers the truth 60 to 75 times in 100.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan, nan
from typing import Literal, Protocol, TypeAlias

import numpy as np

from qaf_analysis.stats.agreement.coefficient_protocol import PairContributions
from qaf_analysis.stats.agreement.grade_pairs import GradePairs
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.core.arrays import Floats, Ints, number_present, sums
from qaf_analysis.terms.errors import ShapeError

StandardError: TypeAlias = Literal[
    "two_way", "subjects", "raters", "gwet2014", "gwet_unconditional", "jackknife"
]

# With fewer auditors too many pairs share one, and the dyadic sum falls short of the variance.
FEWEST_FOR_DYADIC = 15

# An auditor's effect on agreement grows with the square of their severity, so it is as skewed as
# a squared normal variable, and its variance rests on about a quarter of the usual degrees of
# freedom. Found by simulation: docs/calibration/agreement.md.
AUDITORS_PER_DF = 4

# Below this a variance is rounding: every audit contributes exactly the same.
NO_VARIANCE = 1e-24
THESE = "for these auditors"
LIKE_THESE = "for auditors like these"


@dataclass(frozen=True, kw_only=True)
class Population:
    """How many audits and auditors there are altogether; None for a number without limit.

    When all 29 auditors of a council are in the sample, ``auditors=29`` says that there are no
    others to allow for, and when a tenth of the audits is, that part is known without error.

    Parameters
    ----------
    audits, auditors : int or None
        Numbers at least as large as those in the ratings.
    """

    audits: int | None = None
    auditors: int | None = None

    def left_of_audits(self, n: int) -> float:
        """Part of the audits' variance that remains when ``n`` audits were read."""
        return _left(n, self.audits, "audits")

    def left_of_auditors(self, n: int) -> float:
        """Part of the auditors' variance that remains when ``n`` auditors took part."""
        return _left(n, self.auditors, "auditors")


UNLIMITED = Population()


class SamplingSource(Protocol):
    """A coefficient of certain ratings, with all that its standard errors need."""

    @property
    def ratings(self) -> Ratings:
        """The ratings."""
        ...

    @property
    def value(self) -> float:
        """The coefficient."""
        ...

    def totals(self) -> tuple[Floats, Floats]:
        """Contributions of what is sampled (clusters of audits), and how often each occurs."""
        ...

    def published_totals(self) -> tuple[Floats, Floats]:
        """Contributions of audits as Gwet (2014) has them, and how often each occurs."""
        ...

    def on_pairs(self) -> PairContributions:
        """Contributions of pairs of grades."""
        ...

    def without_auditors(self) -> Floats:
        """Value with each auditor left out in turn."""
        ...

    def without_audits(self) -> tuple[Floats, Floats]:
        """Value with each cluster of audits left out in turn, and how often each occurs."""
        ...


@dataclass(frozen=True, kw_only=True)
class SamplingError:
    """Variance of a coefficient, its degrees of freedom, and what is taken as sampled.

    The variance is NaN where it cannot be told, and ``sampled`` says why.
    """

    variance: float
    df: float
    sampled: str

    @property
    def is_complete(self) -> bool:
        """Whether nothing was left to chance: the whole population is in the sample."""
        return self.variance == 0 and isnan(self.df)


def sampling_error(
    found: SamplingSource, *, se: StandardError, population: Population = UNLIMITED
) -> SamplingError:
    """Variance of a coefficient.

    Parameters
    ----------
    found : SamplingSource
        The coefficient of some ratings.
    se : {"two_way", "subjects", "raters", "gwet2014", "gwet_unconditional", "jackknife"}
        ``subjects``: audits (or clusters of audits) sampled, by the ratio linearisation; it
        answers "these auditors, other audits". ``jackknife``: the same by leaving out one audit
        at a time. ``gwet2014``: the same by the published formula that R's irrCAC uses; it
        equals ``subjects`` unless some audits were graded once, when it is too large.
        ``raters``: auditors sampled, "these audits, other auditors", by leaving out one auditor
        at a time. ``two_way``: other audits and other auditors. ``gwet_unconditional``: the sum
        of ``gwet2014`` and ``raters`` (Gwet 2014, equation 5.4.4; Stata's kappaetc), which is
        too large where each audit has few auditors.
    population : Population
        Finite numbers of audits and auditors.

    Returns
    -------
    SamplingError
        ``two_way`` is never below ``subjects``. It is the dyadic-robust sum over pairs of grades
        that share an auditor or a cluster. When the auditors who carry the pairs are effectively
        fewer than 15, it is at least the variance of leaving one auditor out, plus that of
        audits, minus what both contain. Its degrees of freedom are Satterthwaite's, with a
        quarter of the usual ones for the auditors' part and never more than one for each
        effective auditor but one.
    """
    if found.ratings.n_double_clusters < 2:
        return SamplingError(variance=0.0, df=1.0, sampled="one audit graded twice")
    error = _error(found, se, population)
    if error.variance == 0 and _error(found, se, UNLIMITED).variance > 0:
        return SamplingError(variance=0.0, df=nan, sampled="the whole population was read")
    return error


def _error(found: SamplingSource, se: StandardError, population: Population) -> SamplingError:
    if se == "two_way":
        return _two_way(found, population)
    if se == "raters":
        return _raters(found, population)
    if se == "gwet_unconditional":
        audits, auditors = _gwet2014(found, population), _raters(found, population)
        return SamplingError(
            variance=audits.variance + auditors.variance,
            df=inf,
            sampled=f"audits and auditors sampled, {LIKE_THESE} (Gwet 2014, unconditional)"
            if not isnan(auditors.variance)
            else auditors.sampled,
        )
    if se == "gwet2014":
        return _gwet2014(found, population)
    return _jackknife(found, population) if se == "jackknife" else _subjects(found, population)


def _subjects(found: SamplingSource, population: Population) -> SamplingError:
    # n / (n - 1) sum of z_i^2: z_i is what audit i adds (ratio linearisation).
    total, times = found.totals()
    n = int(times.sum())
    return SamplingError(
        variance=n / (n - 1) * float(times @ (total * total)) * population.left_of_audits(n),
        df=found.ratings.n_double_clusters - 1.0,
        sampled=f"audits sampled, {THESE}",
    )


def _gwet2014(found: SamplingSource, population: Population) -> SamplingError:
    total, times = found.published_totals()
    n = int(times.sum())
    return SamplingError(
        variance=n / (n - 1) * float(times @ (total * total)) * population.left_of_audits(n),
        df=n - 1.0,
        sampled=f"audits sampled, {THESE} (Gwet 2014)",
    )


def _jackknife(found: SamplingSource, population: Population) -> SamplingError:
    value, times = found.without_audits()
    n = int(times.sum())
    if np.isnan(value[times > 0]).any():
        why = "no error: without one of the audits the coefficient has no meaning"
        return SamplingError(variance=nan, df=nan, sampled=why)
    # (n - 1) / n sum of (value without i - their mean)^2.
    spread = float(times @ (value - times @ value / n) ** 2)
    return SamplingError(
        variance=(n - 1) / n * spread * population.left_of_audits(n),
        df=found.ratings.n_double_clusters - 1.0,
        sampled=f"audits sampled, {THESE} (jackknife)",
    )


def _raters(found: SamplingSource, population: Population) -> SamplingError:
    if not found.ratings.auditors_known:
        return SamplingError(variance=nan, df=nan, sampled="no error: auditors are not named")
    value = found.without_auditors()
    r = len(value)
    if r < 3 or np.isnan(value).any():
        why = "no error: too few auditors, or one in every pair, to leave one out"
        return SamplingError(variance=nan, df=nan, sampled=why)
    spread = float(((value - value.mean()) ** 2).sum())
    return SamplingError(
        variance=(r - 1) / r * spread * population.left_of_auditors(r),
        df=r - 1.0,
        sampled=f"auditors sampled, these audits, {LIKE_THESE}",
    )


def _two_way(found: SamplingSource, population: Population) -> SamplingError:
    subjects, ratings = _subjects(found, UNLIMITED), found.ratings
    left = population.left_of_audits(int(found.totals()[1].sum()))
    effective = effective_auditors(ratings.pairs)
    both = _other_auditors(found, subjects.variance, effective)
    if isnan(both):
        why = "too few auditors, or one in every pair, to allow for others"
        if not ratings.auditors_known:
            why = "auditors are not named, so others cannot be allowed for"
        return SamplingError(
            variance=subjects.variance * left,
            df=subjects.df,
            sampled=f"audits sampled, {THESE}; {why}",
        )
    # Two parts of the variance, each with its own finite population.
    of_audits = subjects.variance * left
    of_auditors = max(both - subjects.variance, 0.0)
    of_auditors *= population.left_of_auditors(ratings.n_pairing_auditors)
    variance, df = of_audits + of_auditors, subjects.df
    if of_auditors > 0:
        # Satterthwaite: df = V^2 / (V_auditors^2 / df_auditors + V_audits^2 / df_audits).
        uncertain = of_auditors**2 * AUDITORS_PER_DF / (effective - 1) + of_audits**2 / df
        df = max(1.0, min(variance**2 / uncertain, effective - 1, df))
    elif variance <= NO_VARIANCE:
        # Nobody disagreed: what is claimed of other auditors rests on those who were there.
        df = max(1.0, min(effective - 1, df))
    return SamplingError(
        variance=variance, df=df, sampled=f"audits and auditors sampled, {LIKE_THESE}"
    )


def _other_auditors(found: SamplingSource, subjects: float, effective: float) -> float:
    """Variance with audits and auditors sampled; NaN where others cannot be allowed for."""
    pairs = found.ratings.pairs
    if not found.ratings.auditors_known or pairs.n_auditors < 3:
        return nan
    contributions = found.on_pairs()
    dyadic = dyadic_variance(pairs, contributions)
    if effective >= FEWEST_FOR_DYADIC:
        return dyadic
    value = found.without_auditors()
    r = len(value)
    if np.isnan(value).any():
        return nan
    # Jackknife over auditors; it holds the audits' noise of each one's pairs, taken off as in_both.
    left_out = (r - 1) / r * float(((value - value.mean()) ** 2).sum())
    in_both = float(audit_noise_in_leaving_out(pairs, contributions).sum())
    # With very few auditors all pairs share one and the dyadic sum tells nothing.
    return float(np.fmax(dyadic, left_out + subjects - in_both))


def _left(n: int, whole: int | None, what: str) -> float:
    if whole is None:
        return 1.0
    if whole < n:
        raise ShapeError(f"A population of {whole} {what} cannot hold the {n} that were sampled.")
    return 1 - n / whole


def effective_auditors(pairs: GradePairs) -> float:
    """Number of equally busy auditors who would carry the pairs as unevenly as these do.

    One over the sum of squared shares of the pairs: 29 when 29 auditors share them equally, close
    to 4 when one of them is in every pair.
    """
    # Kish: (sum of loads)^2 / sum of squared loads.
    load = sums(pairs.first, pairs.audit_weight, n=pairs.n_auditors)
    load = load + sums(pairs.second, pairs.audit_weight, n=pairs.n_auditors)
    return float(load.sum() ** 2 / (load**2).sum())


def dyadic_variance(pairs: GradePairs, coefficient: PairContributions) -> float:
    """Variance by the dyadic sum.

    Contributions add up to zero, which takes out as large a part of the variance as there are
    products summed over; the division puts it back.

    References
    ----------
    Aronow, Samii & Assenova (2015), Political Analysis 23, 564-577, for dyadic sums.
    """
    taken = pairs.sharing_pairs
    return sum_over_sharing(pairs, coefficient) / (1 - taken) if taken < 1 else np.nan


def sum_over_sharing(pairs: GradePairs, coefficient: PairContributions) -> float:
    """Sum of products of contributions over all that share an auditor or a cluster."""
    value = coefficient.on_pairs
    # A product of two pairs that share both auditors stands in the first sum twice.
    sharing = _by_auditor(pairs, coefficient) - _square_sum(pairs.dyad, value)
    if pairs.is_one_pair_each:
        return sharing
    # Pairs of one cluster belong together whether or not they share an auditor: take out those
    # that do, which were counted above, and put in all of them.
    counted = _by_cell(pairs, coefficient, pairs.cluster_auditor)
    once = _square_sum(pairs.cluster_dyad, value) if pairs.is_clustered else float(value @ value)
    counted -= once
    whole = audit_totals(pairs, coefficient)
    if pairs.is_clustered:
        whole = sums(pairs.cluster, whole)
    together = float(whole @ whole)
    return sharing + together - counted


def audit_totals(pairs: GradePairs, coefficient: PairContributions) -> Floats:
    """Contribution of each audit."""
    total = sums(pairs.audit, coefficient.on_pairs, n=pairs.n_audits)
    if len(coefficient.on_singles):
        total[pairs.single_audit] += coefficient.on_singles
    return total


def sampled_clusters(pairs: GradePairs, coefficient: PairContributions) -> int:
    """Number of clusters with an audit that contributes."""
    if len(coefficient.on_singles):
        return number_present(pairs.cluster)
    return pairs.n_double_clusters


def audit_noise_in_leaving_out(pairs: GradePairs, coefficient: PairContributions) -> Floats:
    """Variance, from audits alone, of what leaving each auditor out changes; shape (auditors,).

    The change of each audit's contribution when one of its auditors is left out: an audit with two
    grades drops out; with m grades the other pairs take the place of the auditor's own.
    """
    paired, single, cell = pairs.audit_auditor
    audit, auditor = np.divmod(cell, pairs.n_auditors)
    # What an auditor's own pairs add in each audit: (cells of audit and auditor,).
    own = sums(paired, np.tile(coefficient.on_pairs, 2), n=len(cell))
    if len(coefficient.on_singles):
        own = own + sums(single, coefficient.on_singles, n=len(cell))
    grades = np.full(pairs.n_audits, 1)
    grades[pairs.audit] = pairs.raters
    m, whole = grades[audit], audit_totals(pairs, coefficient)[audit]
    # With m grades (m - 1)(m - 2) / 2 pairs are left, weighing m / (m - 2) as much each.
    change = np.where(m > 2, (2 * whole - m * own) / np.maximum(m - 2, 1), -own)
    if pairs.is_clustered:
        key = pairs.cluster[audit] * pairs.n_auditors + auditor
        key, place = np.unique(key, return_inverse=True)
        change, auditor = sums(place, change), key % pairs.n_auditors
    n = sampled_clusters(pairs, coefficient)
    return n / (n - 1) * sums(auditor, change**2, n=pairs.n_auditors)


def _square_sum(numbers: Ints, values: Floats) -> float:
    """Sum of squares of the totals by number."""
    total = sums(numbers, values)
    return float(total @ total)


def _by_auditor(pairs: GradePairs, coefficient: PairContributions) -> float:
    r, value = pairs.n_auditors, coefficient.on_pairs
    total = sums(pairs.first, value, n=r) + sums(pairs.second, value, n=r)
    if len(coefficient.on_singles):
        total = total + sums(pairs.single_auditor, coefficient.on_singles, n=r)
    return float(total @ total)


def _by_cell(
    pairs: GradePairs, coefficient: PairContributions, numbers: tuple[Ints, Ints, Ints]
) -> float:
    paired, single, cells = numbers
    total = sums(paired, np.tile(coefficient.on_pairs, 2), n=len(cells))
    if len(coefficient.on_singles):
        total = total + sums(single, coefficient.on_singles, n=len(cells))
    return float(total @ total)
