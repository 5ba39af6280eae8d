"""From a coefficient and its variance to an estimate with an interval that stays in range."""

from __future__ import annotations

from math import atanh, isnan, nan, sqrt, tanh
from typing import Literal, TypeAlias, get_args

from qaf_analysis.stats.arrays import check_level
from qaf_analysis.stats.intervals import t_p_value, t_quantile, wilson_limits
from qaf_analysis.stats.pairs import GradePairs, grade_pairs
from qaf_analysis.stats.ratings import Ratings
from qaf_analysis.stats.sampling import (
    Coefficient,
    Evaluate,
    SamplingError,
    StandardError,
    sampling_error,
)
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate

Kind: TypeAlias = Literal["coefficient", "share", "counted share"]

# Below this a variance is rounding: every audit contributes exactly the same.
NO_VARIANCE = 1e-24


def coefficient_estimate(
    ratings: Ratings,
    evaluate: Evaluate,
    *,
    name: str,
    se: StandardError,
    level: float,
    kind: Kind = "coefficient",
) -> Estimate:
    """Estimate of an agreement coefficient.

    Parameters
    ----------
    ratings : Ratings
    evaluate : callable
        Computes the coefficient from pairs of grades.
    name : str
        Name of the coefficient, the first words of ``method``.
    se : {"two_way", "subjects", "gwet2014"}
        See ``sampling_error``.
    level : float
        Confidence level.
    kind : {"coefficient", "share", "counted share"}
        What the interval is made for; it never leaves the range. A ``coefficient`` (-1 to 1) and
        a ``share`` (0 to 1) get Student's t on Fisher's transformation of the range. A
        ``counted share``, in which each pair either agrees or not, gets Wilson's interval on
        effective cases, never more than if all pairs were independent: shares near 1 are seen
        where the few pairs that disagree happen not to be in the sample.

    Returns
    -------
    Estimate
        When every audit contributes the same (for instance all pairs identical) the variance is
        zero and says nothing; the interval then holds what a share of 1 - (1 - level)^(1/n) of
        unseen disagreement could do ("rule of three") and there is no standard error.

    Raises
    ------
    UsageError
        If ``se`` or ``level`` is not known.
    """
    check_level(level)
    if se not in get_args(StandardError):
        known = ", ".join(get_args(StandardError))
        raise UsageError(f'"{se}" is no kind of standard error; expected one of {known}.')
    pairs = grade_pairs(ratings)
    cases, auditors = pairs.n_double_clusters, pairs.n_pairing_auditors
    coefficient = evaluate(pairs) if cases else Coefficient.without_variation()
    if isnan(coefficient.value):
        return Estimate.not_estimable(
            _why_not(pairs), method=name, level=level, cases=cases, auditors=auditors
        )
    error = sampling_error(ratings, pairs, coefficient, evaluate=evaluate, se=se)
    p, lowest = nan, -1.0 if kind == "coefficient" else 0.0
    if error.variance > NO_VARIANCE:
        how, spread = f"{error.sampled}, t with {error.df:.1f} df", sqrt(error.variance)
        if kind == "counted share":
            low, high = _wilson(coefficient.value, error, pairs, level=level)
        else:
            low, high, p = _fisher(coefficient.value, error, level=level, lowest=lowest)
    else:
        low, high = _rule_of_three(coefficient, cases, level=level, lowest=lowest)
        how, spread = "audits do not differ, rule of three", nan
    return Estimate(
        value=coefficient.value,
        low=low,
        high=high,
        level=level,
        cases=cases,
        auditors=auditors,
        method=f"{name}; {how}",
        se=spread,
        p=p,
    )


def _why_not(pairs: GradePairs) -> str:
    if pairs.n_double == 0:
        return f"none of the {pairs.n_audits} audits was graded by two auditors"
    return (
        f"every grade in {pairs.n_audits} audits is the same, so there is no variation "
        f"that chance agreement could be measured against"
    )


def _fisher(
    value: float, error: SamplingError, *, level: float, lowest: float
) -> tuple[float, float, float]:
    se, width = sqrt(error.variance), 1 - lowest
    quantile = t_quantile(level, df=error.df)
    if not lowest < value < 1:  # weighted coefficients can fall below -1
        return value - quantile * se, min(1.0, value + quantile * se), nan
    place = (2 * value - 1 - lowest) / width
    centre, spread = atanh(place), 2 * se / width / (1 - place**2)
    low, high = (tanh(centre + side * quantile * spread) for side in (-1, 1))
    # Only for a coefficient corrected for chance is zero a hypothesis worth a p-value.
    p = t_p_value(centre / spread, df=error.df) if lowest == -1 else nan
    return lowest + (low + 1) * width / 2, lowest + (high + 1) * width / 2, p


def _wilson(
    share: float, error: SamplingError, pairs: GradePairs, *, level: float
) -> tuple[float, float]:
    independent = pairs.n_double**2 / float((pairs.audit_weight**2).sum())
    effective = min(share * (1 - share) / error.variance, independent)
    return wilson_limits(share, effective, quantile=t_quantile(level, df=error.df))


def _rule_of_three(
    coefficient: Coefficient, n: int, *, level: float, lowest: float
) -> tuple[float, float]:
    unseen = 1 - (1 - level) ** (1 / n)
    expected, value = coefficient.expected, coefficient.value

    def corrected(seen: float) -> float:
        return (seen - expected) / (1 - expected)

    low = corrected(coefficient.seen * (1 - unseen))
    high = corrected(coefficient.seen * (1 - unseen) + unseen)
    return min(value, max(lowest, low)), max(value, min(1.0, high))
