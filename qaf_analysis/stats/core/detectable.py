"""What a number of audits can and cannot tell: power, smallest change seen, audits needed."""

from __future__ import annotations

import math
from functools import cache

from scipy import special
from scipy.optimize import brentq

from qaf_analysis.stats.core.intervals import normal_quantile, t_quantile
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate


def power_of_difference(
    before: float, after: float, *, audits_before: int, audits_after: int, level: float = 0.95
) -> float:
    """Chance that two random samples of audits show that a true share has changed.

    Parameters
    ----------
    before, after : float
        True shares, 0 to 1 (for example Good or better).
    audits_before, audits_after : int
        Audits in each sample.
    level : float
        Confidence level of the two-sided test.

    Returns
    -------
    float
        Chance of a significant difference in the true direction.

    References
    ----------
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, chapter 4:
    normal approximation, pooled variance under no change.

    Examples
    --------
    One quarter of 50 audits against another, true change 50 % to 60 %:

    >>> round(power_of_difference(0.5, 0.6, audits_before=50, audits_after=50), 2)
    0.17
    """
    _check_shares(before, after)
    _check_counts(audits_before, audits_after)
    pooled = (audits_before * before + audits_after * after) / (audits_before + audits_after)
    null_se = math.sqrt(pooled * (1 - pooled) * (1 / audits_before + 1 / audits_after))
    true_se = math.sqrt(before * (1 - before) / audits_before + after * (1 - after) / audits_after)
    margin = abs(after - before) - normal_quantile(level) * null_se
    if true_se == 0:
        return float(margin > 0)
    return float(special.ndtr(margin / true_se))


def detectable_difference(
    before: float,
    *,
    audits_before: int,
    audits_after: int,
    power: float = 0.8,
    level: float = 0.95,
) -> Estimate:
    """Smallest rise of a share that two random samples would show with the given power.

    Returns
    -------
    Estimate
        The rise, as a proportion, without an interval (it is computed, not estimated). No value
        when even a rise to 100 % would be missed too often.

    Examples
    --------
    >>> rise = detectable_difference(0.5, audits_before=200, audits_after=200)
    >>> round(rise.value, 2)
    0.14
    """
    _check_shares(before)
    _check_counts(audits_before, audits_after)
    method = f"smallest rise seen with {power:.0%} power"

    def shortfall(rise: float) -> float:
        reached = power_of_difference(
            before,
            before + rise,
            audits_before=audits_before,
            audits_after=audits_after,
            level=level,
        )
        return reached - power

    most = 1 - before
    cases = audits_before + audits_after
    if most == 0 or shortfall(most) < 0:
        return Estimate.not_estimable(
            "even a rise to 100 % would be missed too often with so few audits",
            method=method,
            level=level,
            cases=cases,
        )
    rise = float(brentq(shortfall, 0.0, most, xtol=1e-12))
    return Estimate(
        value=rise,
        low=math.nan,
        high=math.nan,
        level=level,
        cases=cases,
        auditors=0,
        method=method,
    )


def detectable_shift(
    deviation: float, *, before: int, after: int, power: float = 0.8, level: float = 0.95
) -> float:
    """Smallest true shift that a t test on quarter means would show with the given power.

    Parameters
    ----------
    deviation : float
        Standard deviation of one quarter's mean about its side; the shift is proportional to it.
    before, after : int
        Quarters on each side.

    References
    ----------
    Noncentral t distribution with before + after - 2 degrees of freedom; exact for normal means.

    Examples
    --------
    >>> round(detectable_shift(1.0, before=4, after=4), 2)
    2.38
    """
    _check_counts(before, after)
    se = deviation * math.sqrt(1 / before + 1 / after)
    return se * detectable_errors(before + after - 2, power=power, level=level)


@cache
def detectable_errors(df: float, *, power: float = 0.8, level: float = 0.95) -> float:
    """Smallest true change that a t test shows with the given power, in standard errors.

    Parameters
    ----------
    df : float
        Degrees of freedom of the standard error.

    Examples
    --------
    With an error known for certain it is 1.96 + 0.84:

    >>> round(detectable_errors(1e6), 2)
    2.8
    """
    if df < 1:
        raise UsageError("Power needs at least three quarters.")

    def shortfall(errors: float) -> float:
        return _power_of_errors(errors, df=df, level=level) - power

    high = 4.0
    while shortfall(high) < 0:
        high *= 2
    return float(brentq(shortfall, 0.0, high, xtol=1e-12))


def _power_of_errors(errors: float, *, df: float, level: float) -> float:
    return 1 - float(special.nctdtr(df, errors, t_quantile(level, df=df)))


def chance_of_none(moderated: int, *, rate: float, population: int | None = None) -> float:
    """Chance that a random moderation meets no audit that a moderator would lower.

    Parameters
    ----------
    moderated : int
        Audits drawn at random.
    rate : float
        True share of audits that would be lowered.
    population : int, optional
        Audits drawn from; the draw is then without replacement and ``rate * population`` is
        rounded to whole audits. Without it the population is taken as endless.

    Examples
    --------
    >>> round(chance_of_none(5, rate=0.3), 2), round(chance_of_none(10, rate=0.3), 2)
    (0.17, 0.03)
    """
    _check_shares(rate)
    if moderated < 0:
        raise UsageError(f"The number of moderated audits must not be negative, not {moderated}.")
    if population is None:
        return float((1 - rate) ** moderated)
    if moderated > population:
        raise UsageError(f"{moderated} audits cannot be drawn from {population}.")
    sound = population - round(rate * population)
    return math.comb(sound, moderated) / math.comb(population, moderated)


def audits_for_mean(
    deviation: float, *, half_width: float, level: float = 0.95, population: int | None = None
) -> int:
    """Random audits needed to know a mean (such as the optimism gap) to within a half width.

    Parameters
    ----------
    deviation : float
        Standard deviation between audits, in grades.
    half_width : float
        Half of the t interval's width aimed at, in grades.
    population : int, optional
        Audits drawn from, for the finite population correction.

    References
    ----------
    n = (t s / h)^2 with t on n - 1 degrees of freedom, then Cochran's n / (1 + n / N).

    Examples
    --------
    >>> audits_for_mean(0.55, half_width=0.15)
    55
    >>> audits_for_mean(0.55, half_width=0.15, population=50)
    27
    """
    _check_half_width(half_width)
    if not deviation > 0:
        raise UsageError(f"The standard deviation must be above zero, not {deviation}.")
    # The normal answer is never more than the t answer, so the search starts there.
    audits = max(2, math.ceil((normal_quantile(level) * deviation / half_width) ** 2))
    while t_quantile(level, df=audits - 1) * deviation / math.sqrt(audits) > half_width:
        audits += 1
    return max(2, math.ceil(_of_population(audits, population)))


def _of_population(audits: float, population: int | None) -> float:
    return audits if population is None else audits / (1 + audits / population)


def _check_shares(*shares: float) -> None:
    for share in shares:
        if not 0 <= share <= 1:
            raise UsageError(f"A share lies between 0 and 1, not {share}.")


def _check_counts(*counts: int) -> None:
    for count in counts:
        if count < 1:
            raise UsageError(f"A count must be at least 1, not {count}.")


def _check_half_width(half_width: float) -> None:
    if not half_width > 0:
        raise UsageError(f"The half width must be above zero, not {half_width}.")


def after_more_quarters(detectable: float, *, before: int, after: int, more: int) -> float:
    """Smallest change that would be found once more quarters after an event are in.

    Parameters
    ----------
    detectable : float
        Smallest change found now; NaN where that is not known.
    before, after : int
        Quarters before the event and after it.
    more : int
        Further quarters, of the same size.

    Returns
    -------
    float
        In the unit of ``detectable``. The error of a difference of two means of quarters falls
        with the root of 1 / before + 1 / after; quarters are taken as independent.

    Raises
    ------
    UsageError
        If there is no quarter on a side, or fewer than none to come.

    Examples
    --------
    >>> round(after_more_quarters(0.3, before=4, after=1, more=3), 4)
    0.1897
    """
    if before < 1 or after < 1 or more < 0:
        raise UsageError("A comparison needs a quarter before, one after, and none less to come.")
    now, later = (1 / before + 1 / quarters for quarters in (after, after + more))
    return detectable * math.sqrt(later / now)
