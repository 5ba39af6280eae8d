"""Limits of Krippendorff's alpha that hold where some grades are rare: two pseudo-audits.

Where a rare grade was seen two or three times and never by both auditors, alpha is near 0 with a
tiny error, though in truth it may be high: a sample without the pattern cannot show how much it
varies. As Agresti and Coull do for a share, an audit that agrees and one a single step apart are
added before the interval is made. The value printed stays plain alpha.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isinf, isnan, nan, sqrt

import numpy as np

from qaf_analysis.stats.agreement.coefficient import ALL_AGREE, quantile_words, transformed_limits
from qaf_analysis.stats.agreement.coefficient_protocol import (
    AgreementCoefficient,
    Kind,
    Linearisation,
)
from qaf_analysis.stats.agreement.linearised import MeasuredCoefficient
from qaf_analysis.stats.agreement.moments import Moments
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import (
    LIKE_THESE,
    UNLIMITED,
    Population,
    SamplingError,
    StandardError,
    effective_auditors,
    sampling_error,
)
from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.terms.estimate import Estimate


@dataclass(frozen=True, kw_only=True, eq=False)
class WithPseudoAudits:
    """A coefficient of sums of pairs, such as alpha, with two audits added.

    One agrees and is spread evenly over the K levels, one lies a single step apart and is spread
    evenly over the K - 1 borders between them.

    Parameters
    ----------
    measure : AgreementCoefficient
        One that is computed from coincidences alone.
    grades : float
        Grades that either pseudo-audit counts for: as many as what is sampled (an audit, or a
        cluster of them) holds on average, so two where two auditors read each audit.
    """

    measure: AgreementCoefficient
    grades: float
    units: int

    @property
    def name(self) -> str:
        """Name of the coefficient."""
        return self.measure.name

    @property
    def kind(self) -> Kind:
        """What its interval is made for."""
        return self.measure.kind

    @property
    def compares_auditors(self) -> bool:
        """Whether it needs to know how often each auditor gave each grade."""
        return self.measure.compares_auditors

    def values(self, moments: Moments) -> Floats:
        """Value for each set of audits; NaN where none of them was graded twice."""
        value = self.measure.values(self._joined(moments))
        known: Floats = np.where(np.asarray(moments.n_double) > 0.5, value, np.nan)
        return known

    def linear(self, moments: Moments) -> Linearisation:
        """Value and linearisation, with the contributions of the real audits adding up to zero.

        With the pseudo-audits in they add up to what those two leave. That part is the same for
        every audit and no sign of how audits or auditors differ, yet it would be taken for one.
        """
        linear, real = self.measure.linear(self._joined(moments)), moments.coincidences
        total = float(np.vdot(real, linear.credit) + real.sum(axis=-1) @ linear.on_grade)
        return replace(linear, credit=linear.credit - total / max(float(real.sum()), 1.0))

    def refusal(self, ratings: Ratings) -> str:
        """Why these ratings do not suit the coefficient; empty when they do."""
        return self.measure.refusal(ratings)

    def own_variance(self, moments: Moments) -> float:
        """Variance that the two pseudo-audits add: weight times squared influence, summed."""
        linear = self.measure.linear(self._joined(moments))
        k = len(linear.on_grade)
        # An audit of two grades adds 2 credit + on_grade of either; here for ``grades`` of them.
        influence = self.grades * (
            linear.credit + (linear.on_grade[:, np.newaxis] + linear.on_grade) / 2
        )
        agreeing, apart = influence.diagonal(), influence.diagonal(1)
        return float((agreeing**2).sum() / k + (apart**2).sum() / (k - 1))

    def _joined(self, moments: Moments) -> Moments:
        k = moments.coincidences.shape[-1]
        near = np.eye(k, k=1) + np.eye(k, k=-1)
        kept = moments.coincidences.sum(axis=(-2, -1), keepdims=True) / (self.grades * self.units)
        added = kept * self.grades * (np.eye(k) / k + near / 2 / (k - 1))
        return replace(moments, coincidences=moments.coincidences + added)


@dataclass(frozen=True, kw_only=True)
class PseudoLimits:
    """Interval around a coefficient with pseudo-audits; NaN with a reason where it has none."""

    centre: float
    low: float
    high: float
    p: float
    df: float
    how: str

    def around(self, plain: Estimate) -> Estimate:
        """Plain estimate with these limits, stretched where it lies outside them."""
        return replace(
            plain,
            low=min(self.low, plain.value),
            high=max(self.high, plain.value),
            p=self.p,
            df=nan if isinf(self.df) else self.df,
            method=f"{plain.method.split(';')[0]}; {self.how}",
        )


def pseudo_limits(
    ratings: Ratings,
    measure: AgreementCoefficient,
    *,
    se: StandardError = "two_way",
    level: float = 0.95,
    population: Population | None = None,
) -> PseudoLimits:
    """Limits of alpha from its value and error with two pseudo-audits, on Fisher's scale.

    Parameters
    ----------
    ratings : Ratings
        With at least one audit graded twice; all grades may be the same.
    measure : Alpha
    se, level, population
        See ``kappas.gwet_ac``.

    Returns
    -------
    PseudoLimits
        The variance is that of the real audits' influences about their mean, plus the
        pseudo-audits' own.

    References
    ----------
    Agresti & Coull (1998), American Statistician 52, 119-126, for pseudo-observations.

    Examples
    --------
    >>> from qaf_analysis.stats.agreement.alpha import alpha_coefficient
    >>> ratings = Ratings.from_matrix([[2, 2]] * 11 + [[2, 3]], n_levels=4)
    >>> found = pseudo_limits(ratings, alpha_coefficient(n_levels=4), se="subjects")
    >>> round(found.centre, 3), found.low < 0 < 0.6 < found.high
    (0.587, True)
    """
    whole = population or UNLIMITED
    units = ratings.n_double_clusters
    grades = float(ratings.moments.coincidences.sum()) / units
    joined = WithPseudoAudits(measure=measure, grades=grades, units=units)
    found = MeasuredCoefficient(ratings=ratings, measure=joined)
    error = sampling_error(found, se=se, population=whole)
    if isnan(error.variance) or error.is_complete:
        return PseudoLimits(
            centre=found.value, low=nan, high=nan, p=nan, df=error.df, how=error.sampled
        )
    if LIKE_THESE in error.sampled and float(measure.values(ratings.moments)) > ALL_AGREE:
        error = _of_those_there(found, error)
    left = whole.left_of_audits(units)
    variance = error.variance + left * joined.own_variance(ratings.moments)
    low, high, p = transformed_limits(
        found.value, sqrt(variance), df=error.df, level=level, lowest=-1.0, interval="auto"
    )
    how = f"{error.sampled}, {quantile_words(error)}, two pseudo-audits"
    return PseudoLimits(centre=found.value, low=low, high=high, p=p, df=error.df, how=how)


def _of_those_there(found: MeasuredCoefficient, error: SamplingError) -> SamplingError:
    """Error where nobody disagreed, so that no auditor differs from another in agreeing.

    Influences still differ by grade, and who read which grades would seem to matter. It is that
    of audits, with no more degrees of freedom than there were auditors to speak of others.
    """
    most = max(1.0, effective_auditors(found.ratings.pairs) - 1)
    alone = sampling_error(found, se="subjects")
    return replace(alone, df=min(alone.df, most), sampled=error.sampled)
