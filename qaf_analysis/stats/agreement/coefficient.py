"""From a coefficient and its variance to an estimate: interval, p-value, and what can be claimed.

Intervals stay within the range that a coefficient can have. ``measured`` serves the coefficients
computed from sums over audits, ``coefficient_estimate`` those computed from pairs of grades;
``probability_at_least`` says how sure a level of agreement is.
"""

from __future__ import annotations

from math import asin, atanh, isinf, isnan, nan, pi, sin, sqrt, tanh
from typing import Literal, TypeAlias, get_args

from scipy import special

from qaf_analysis.stats.agreement.coefficient_protocol import AgreementCoefficient, Kind
from qaf_analysis.stats.agreement.linearised import (
    Evaluate,
    EvaluatedCoefficient,
    MeasuredCoefficient,
)
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import (
    NO_VARIANCE,
    UNLIMITED,
    Population,
    SamplingError,
    StandardError,
    sampling_error,
)
from qaf_analysis.stats.core.arrays import check_level
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile, wilson_limits
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate

Interval: TypeAlias = Literal["auto", "fisher", "arcsine", "plain"]

ROUNDING = 1e-12
ALL_AGREE = 1 - ROUNDING
"""From here a coefficient is 1 but for rounding."""


def measured(
    ratings: Ratings,
    measure: AgreementCoefficient,
    *,
    se: StandardError = "two_way",
    level: float = 0.95,
    interval: Interval = "auto",
    population: Population | None = None,
) -> Estimate:
    """Estimate of a measure of agreement.

    Parameters
    ----------
    ratings : Ratings
    measure : AgreementCoefficient
        From ``agreement_coefficient`` or ``alpha_coefficient``.
    se : standard error
        See ``sampling_error``.
    level : float
        Confidence level.
    interval : {"auto", "fisher", "arcsine", "plain"}
        See ``coefficient_estimate``.
    population : Population, optional
        How many audits and auditors there are altogether; without limit by default.

    Returns
    -------
    Estimate
        As from ``coefficient_estimate``; not estimable when the ratings do not suit the measure.

    Raises
    ------
    UsageError
        If ``se``, ``level`` or ``interval`` is not known.
    ShapeError
        If a population is smaller than the sample.
    """
    found = MeasuredCoefficient(ratings=ratings, measure=measure)
    return _estimate(
        found,
        refusal=measure.refusal(ratings),
        name=measure.name,
        kind=measure.kind,
        se=se,
        level=level,
        interval=interval,
        population=population or UNLIMITED,
    )


def coefficient_estimate(
    ratings: Ratings,
    evaluate: Evaluate,
    *,
    name: str,
    se: StandardError,
    level: float,
    kind: Kind = "coefficient",
    interval: Interval = "auto",
    population: Population | None = None,
) -> Estimate:
    """Estimate of a coefficient that a function of one's own computes from pairs of grades.

    Parameters
    ----------
    ratings : Ratings
    evaluate : callable
        Computes the coefficient from pairs of grades.
    name : str
        Name of the coefficient, the first words of ``method``.
    se : standard error
        See ``sampling_error``.
    level : float
        Confidence level.
    kind : {"coefficient", "share", "counted share"}
        What the interval is made for; it never leaves the range. A ``coefficient`` (-1 to 1) and
        a ``share`` (0 to 1) get Student's t on Fisher's transformation of the range. A
        ``counted share``, in which each pair either agrees or not, gets Wilson's interval on
        effective cases, never more than if all pairs were independent: shares near 1 are seen
        where the few pairs that disagree happen not to be in the sample.
    interval : {"auto", "fisher", "arcsine", "plain"}
        ``auto`` chooses as told above; the others are those of ``transformed_limits``.
    population : Population, optional
        How many audits and auditors there are altogether; without limit by default.

    Returns
    -------
    Estimate
        Where nobody disagreed the variance is zero and says nothing; the interval is then the
        one of ``without_disagreement`` (Wilson's for a counted share). Where every audit
        contributes the same otherwise, it holds what a share of 1 - (1 - level)^(1/n) of audits
        not seen could do ("rule of three"). There is no standard error then. Where the error
        asked for cannot be told, there is a value without an interval, and ``method`` says why.

    Raises
    ------
    UsageError
        If ``se``, ``level`` or ``interval`` is not known.
    """
    return _estimate(
        EvaluatedCoefficient(ratings=ratings, evaluate=evaluate),
        refusal="",
        name=name,
        kind=kind,
        se=se,
        level=level,
        interval=interval,
        population=population or UNLIMITED,
    )


def check_standard_error(se: str) -> None:
    """Refuse an unknown kind of standard error.

    Raises
    ------
    UsageError
        If it is not known.
    """
    if se not in get_args(StandardError):
        known = ", ".join(get_args(StandardError))
        raise UsageError(f'"{se}" is no kind of standard error; expected one of {known}.')


def _estimate(
    found: MeasuredCoefficient | EvaluatedCoefficient,
    *,
    refusal: str,
    name: str,
    kind: Kind,
    se: StandardError,
    level: float,
    interval: Interval,
    population: Population,
) -> Estimate:
    check_level(level)
    check_standard_error(se)
    check_interval(interval)
    ratings = found.ratings
    cases, auditors = ratings.n_double_clusters, ratings.n_pairing_auditors
    why_not = refusal or _why_not(found)
    if why_not:
        return Estimate.not_estimable(
            why_not, method=name, level=level, cases=cases, auditors=auditors
        )
    error = sampling_error(found, se=se, population=population)
    low, high, p, how = _limits(found, error, kind=kind, level=level, interval=interval)
    return Estimate(
        value=found.value,
        low=low,
        high=high,
        level=level,
        cases=cases,
        auditors=auditors,
        method=f"{name}; {how}",
        se=_spread(error),
        p=p,
        df=nan if isinf(error.df) else error.df,
    )


def _why_not(found: MeasuredCoefficient | EvaluatedCoefficient) -> str:
    ratings = found.ratings
    if ratings.n_double == 0:
        return f"none of the {ratings.n_audits} audits was graded by two auditors"
    if not isnan(found.value):
        return ""
    return (
        f"every grade in {ratings.n_audits} audits is the same, so there is no variation "
        f"that chance agreement could be measured against"
    )


def _limits(
    found: MeasuredCoefficient | EvaluatedCoefficient,
    error: SamplingError,
    *,
    kind: Kind,
    level: float,
    interval: Interval,
) -> tuple[float, float, float, str]:
    """Low and high end, p-value, and how they were made."""
    lowest = -1.0 if kind == "coefficient" else 0.0
    value = found.value
    if isnan(error.variance):
        return nan, nan, nan, error.sampled
    if error.is_complete:
        return value, value, nan, error.sampled
    silent = error.variance <= NO_VARIANCE
    if kind == "counted share" and (silent or interval == "auto"):
        low, high = _wilson(value, error, found.ratings, level=level)
        return low, high, nan, f"{error.sampled}, {quantile_words(error)}"
    if value > ALL_AGREE and (silent or interval != "plain"):
        low = without_disagreement(
            found.smallest_step,
            found.ratings.n_double_clusters,
            quantile=t_quantile(level, df=error.df),
        )
        how = f"{error.sampled}, {quantile_words(error)}, no disagreement seen"
        return max(lowest, low), value, nan, how
    if silent:
        linear = found.linear
        unseen = 1 - (1 - level) ** (1 / found.ratings.n_double_clusters)
        low, high = _rule_of_three(value, linear.seen, linear.expected, unseen, lowest=lowest)
        return low, high, nan, f"{error.sampled}; no error shows in these audits, rule of three"
    low, high, p = transformed_limits(
        value,
        sqrt(error.variance),
        df=error.df,
        level=level,
        lowest=lowest,
        interval=interval,
    )
    # Only for a coefficient corrected for chance is zero a hypothesis worth a p-value.
    how = f"{error.sampled}, {quantile_words(error)}"
    return low, high, p if kind == "coefficient" else nan, how


def quantile_words(error: SamplingError) -> str:
    """Which quantile an interval is made with, in words."""
    return "normal" if isinf(error.df) else f"t with {error.df:.1f} df"


def without_disagreement(step: float, audits: int, *, quantile: float) -> float:
    """Low end of the interval of a coefficient where nobody disagreed.

    The score limit of a count at zero, in units of the smallest disagreement: had it a true
    rate r per audit, a sample of n would show none of it as long as r is under t^2 / n.

    Parameters
    ----------
    step : float
        What the smallest disagreement takes from the coefficient of one audit by itself.
    audits : int
        Audits (clusters of them) graded twice.
    quantile : float
        Two-sided quantile, from ``t_quantile``.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22, 209-212, whose score
    interval it is for a count of none, with Student's t.

    Examples
    --------
    Twelve audits on four grades with linear weights, where chance gives agreement of a half:

    >>> round(without_disagreement((1 / 3) / 0.5, 12, quantile=2.0), 3)
    0.778
    """
    return 1 - quantile**2 * step / audits


def _spread(error: SamplingError) -> float:
    if error.is_complete:
        return 0.0
    return sqrt(error.variance) if error.variance > NO_VARIANCE else nan


def _wilson(
    share: float, error: SamplingError, ratings: Ratings, *, level: float
) -> tuple[float, float]:
    # Without variance, or where nobody or everybody agreed, audits are all that can be counted.
    scatter, effective = share * (1 - share), float(ratings.n_double_clusters)
    if scatter > ROUNDING and error.variance > NO_VARIANCE:
        effective = min(scatter / error.variance, ratings.patterns.independent_pairs)
    return wilson_limits(share, effective, quantile=t_quantile(level, df=error.df))


def _rule_of_three(
    value: float, seen: float, expected: float, unseen: float, *, lowest: float
) -> tuple[float, float]:
    def corrected(seen: float) -> float:
        return (seen - expected) / (1 - expected)

    low, high = corrected(seen * (1 - unseen)), corrected(seen * (1 - unseen) + unseen)
    return min(value, max(lowest, low)), max(value, min(1.0, high))


def check_interval(interval: str) -> None:
    """Refuse an unknown kind of interval.

    Raises
    ------
    UsageError
        If it is not known.
    """
    if interval not in get_args(Interval):
        known = ", ".join(get_args(Interval))
        raise UsageError(f'"{interval}" is no kind of interval; expected one of {known}.')


def transformed_limits(
    value: float, se: float, *, df: float, level: float, lowest: float, interval: Interval
) -> tuple[float, float, float]:
    """Limits of an interval, and the two-sided p-value of the value being zero.

    Parameters
    ----------
    value, se : float
        Coefficient and standard error.
    df : float
        Degrees of freedom of Student's t.
    level : float
        Confidence level.
    lowest : float
        Lower end of the range, -1 or 0; the upper end is 1.
    interval : {"auto", "fisher", "arcsine", "plain"}
        ``fisher`` and ``arcsine`` make the interval on the inverse hyperbolic tangent, and on the
        inverse sine, of the place in the range; ``plain`` on the coefficient itself, cut off at 1
        (as irrCAC does). ``auto`` is ``fisher``.

    Returns
    -------
    low, high, p : float
        Outside the range, which weighted coefficients can leave, the interval is plain.

    References
    ----------
    Moss (2024), Psychometrika, on the two transformations for coefficients of agreement.

    Examples
    --------
    >>> [round(x, 3) for x in transformed_limits(0.9, 0.1, df=9, level=0.95, lowest=-1,
    ...                                          interval="fisher")]
    [0.274, 0.99, 0.021]
    """
    quantile = t_quantile(level, df=df)
    if interval == "plain" or not lowest < value < 1:
        high = min(1.0, value + quantile * se)
        p = t_p_value(value / se, df=df) if lowest < value else nan
        return value - quantile * se, high, p
    width = 1 - lowest
    place = (2 * value - 1 - lowest) / width
    if interval == "arcsine":
        centre, spread = asin(place), 2 * se / width / sqrt(1 - place**2)
        low, high = (
            sin(min(max(centre + side * quantile * spread, -pi / 2), pi / 2)) for side in (-1, 1)
        )
        zero = asin((-1 - lowest) / width)
    else:
        centre, spread = atanh(place), 2 * se / width / (1 - place**2)
        low, high = (tanh(centre + side * quantile * spread) for side in (-1, 1))
        zero = atanh((-1 - lowest) / width) if lowest < 0 else nan
    p = t_p_value((centre - zero) / spread, df=df)
    return lowest + (low + 1) * width / 2, lowest + (high + 1) * width / 2, p


def probability_at_least(estimate: Estimate, threshold: float) -> float:
    """Probability that agreement is at least so high: Gwet's cumulative membership probability.

    Parameters
    ----------
    estimate : Estimate
        An agreement coefficient with its standard error.
    threshold : float
        A level of agreement from -1 to 1.

    Returns
    -------
    float
        From Student's t (or the normal distribution, where the coefficient has no degrees of
        freedom) around the coefficient, cut off at -1 and 1. NaN when the coefficient has no
        standard error; its interval then says what can be claimed.

    References
    ----------
    Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, chapter 6, who uses the normal
    distribution; with few auditors it would promise too much.

    Examples
    --------
    >>> coefficient = Estimate(value=0.42, low=0.2, high=0.6, level=0.95, cases=50, auditors=8,
    ...                        method="AC2", se=0.11)
    >>> round(probability_at_least(coefficient, 0.4), 4)
    0.5721
    """
    if isnan(estimate.value) or isnan(estimate.se):
        return nan
    if threshold <= -1:
        return 1.0

    if estimate.se == 0:
        return float(estimate.value >= threshold)

    def above(level: float) -> float:
        steps = (estimate.value - level) / estimate.se
        normal = isnan(estimate.df)
        return float(special.ndtr(steps) if normal else special.stdtr(estimate.df, steps))

    whole = above(-1.0) - above(1.0)
    return (above(threshold) - above(1.0)) / whole if whole > 0 else nan
