"""How many audits to moderate: one answer for each question that moderation may be asked.

The mean gap is planned by ``detectable.audits_for_mean``, of all audits or by auditors' grades.
All samples here are random ones; a shift, a rate and a level are proportions, 0 to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, check_level
from qaf_analysis.stats.core.detectable import chance_of_none
from qaf_analysis.stats.core.intervals import normal_quantile, wilson_limits
from qaf_analysis.terms.errors import UsageError

MOST_AUDITS = 10_000
"""More audits than this are never proposed; a question that needs more is out of reach."""


@dataclass(frozen=True, kw_only=True)
class RateTest:
    """A test of whether too many audits are over-graded, as a rule to count by.

    Parameters
    ----------
    audits : int
        Audits to moderate.
    flag_from : int
        Number of over-graded audits from which the rate counts as more than tolerable.
    false_alarm, power : float
        Chance of such a flag when the rate is the tolerable one, and when it is the higher one.
    """

    audits: int
    flag_from: int
    false_alarm: float
    power: float


def audits_for_net_shift(
    shift: float, *, discordant: float, power: float = 0.8, level: float = 0.95
) -> int:
    """Moderated audits needed to see that auditors overstate the share good or better.

    Parameters
    ----------
    shift : float
        True net overstatement: audits good to the auditor only, less those good to the moderator
        only, as a share of all; 0.15 is 15 points. Its sign is no matter.
    discordant : float
        Share of audits that are good to one of the two only; at least the shift.
    power : float
        Chance of seeing it.
    level : float
        Confidence level of McNemar's two-sided test.

    Raises
    ------
    UsageError
        If the shift is none, or more than the discordant share.

    References
    ----------
    Connor (1987), Biometrics 43: normal approximation of McNemar's test,
    n = (z_a sqrt(psi) + z_b sqrt(psi - delta^2))^2 / delta^2.

    Examples
    --------
    >>> audits_for_net_shift(0.15, discordant=0.20), audits_for_net_shift(0.15, discordant=0.30)
    (68, 103)
    """
    _check_shares(shift=abs(shift), discordant=discordant, power=power)
    check_level(level)
    if shift == 0 or abs(shift) > discordant:
        raise UsageError(
            f"A net shift of {shift:g} needs a share of discordant audits of at least as much, "
            f"not {discordant:g}, and must not be none."
        )
    null_part = normal_quantile(level) * math.sqrt(discordant)
    true_part = float(special.ndtri(power)) * math.sqrt(discordant - shift**2)
    return math.ceil(((null_part + true_part) / shift) ** 2)


def audits_for_excess_rate(
    rate: float, *, tolerable: float, power: float = 0.8, level: float = 0.95
) -> RateTest:
    """Moderated audits needed to see that more are over-graded than can be tolerated.

    Exact one-sided binomial test. Its power does not rise evenly with the number of audits; the
    number given is the one from which on the power is always reached.

    Parameters
    ----------
    rate, tolerable : float
        True share of over-graded audits, and the lower one that would be tolerated.
    power, level : float
        Chance of a flag at ``rate``; one less the chance of a flag at ``tolerable``.

    Raises
    ------
    UsageError
        If ``rate`` is not above ``tolerable``, or more than ``MOST_AUDITS`` would be needed.

    Examples
    --------
    >>> found = audits_for_excess_rate(0.15, tolerable=0.02)
    >>> found.audits, found.flag_from
    (28, 3)
    """
    _check_shares(rate=rate, tolerable=tolerable, power=power)
    check_level(level)
    if rate <= tolerable:
        raise UsageError(f"The rate ({rate:g}) should lie above the tolerable one ({tolerable:g}).")
    numbers = np.arange(1, MOST_AUDITS + 1)
    flag_from = _flag_from(level, numbers, tolerable)
    reached: Floats = np.asarray(stats.binom.sf(flag_from - 1, numbers, rate))
    audits = _lasting(reached >= power)
    limit = int(flag_from[audits - 1])
    return RateTest(
        audits=audits,
        flag_from=limit,
        false_alarm=float(stats.binom.sf(limit - 1, audits, tolerable)),
        power=float(stats.binom.sf(limit - 1, audits, rate)),
    )


def audits_to_meet_one(rate: float, *, chance: float = 0.95, population: int | None = None) -> int:
    """Moderated audits needed to meet at least one over-graded audit.

    Parameters
    ----------
    rate : float
        True share of over-graded audits, above 0.
    chance : float
        Wished-for chance of meeting one.
    population : int, optional
        Audits drawn from, without replacement.

    Raises
    ------
    UsageError
        If no number of audits gives that chance.

    References
    ----------
    Discovery sampling: n = ln(1 - chance) / ln(1 - rate); hypergeometric in a population.

    Examples
    --------
    >>> [audits_to_meet_one(rate) for rate in (0.15, 0.10, 0.05)]
    [19, 29, 59]
    >>> audits_to_meet_one(0.05, population=50)
    39
    """
    _check_shares(rate=rate, chance=chance)
    most = MOST_AUDITS if population is None else population
    for audits in range(1, most + 1):
        if chance_of_none(audits, rate=rate, population=population) <= 1 - chance + 1e-12:
            return audits
    raise UsageError(f"A rate of {rate:g} is too low to be met with a chance of {chance:g}.")


def audits_for_rate(rate: float, *, half_width: float, level: float = 0.95) -> int:
    """Moderated audits for a rate's Wilson interval to be no wider than wished.

    Parameters
    ----------
    rate : float
        Rate expected, such as the share over-graded.
    half_width : float
        Half of the interval's width.

    Examples
    --------
    >>> [audits_for_rate(0.15, half_width=h) for h in (0.05, 0.075, 0.10)]
    [196, 87, 49]
    """
    _check_shares(rate=rate)
    check_level(level)
    quantile = normal_quantile(level)
    for audits in range(1, MOST_AUDITS + 1):
        low, high = wilson_limits(rate, audits, quantile=quantile)
        if high - low <= 2 * half_width:
            return audits
    raise UsageError(f"A half width of {half_width:g} needs more than {MOST_AUDITS:,} audits.")


def audits_for_direction(
    over: float, under: float, *, power: float = 0.8, level: float = 0.95
) -> int:
    """Moderated audits needed to see that more are over-graded than under-graded.

    Exact two-sided sign test on the audits where the two differ; how many will differ is itself
    left to chance.

    Parameters
    ----------
    over, under : float
        True shares graded higher, and lower, by the auditor; unequal.

    Raises
    ------
    UsageError
        If the shares are equal, add up to more than 1, or need more than ``MOST_AUDITS``.

    Examples
    --------
    >>> audits_for_direction(0.20, 0.05)
    92
    """
    _check_shares(over=over, under=under, power=power)
    check_level(level)
    if over == under or over + under > 1:
        raise UsageError("The shares over- and under-graded should differ and not exceed 1.")
    # Doubling finds a number that is enough; halving then finds the fewest.
    high = 8
    while power_of_direction(high, over=over, under=under, level=level) < power:
        high *= 2
        if high > MOST_AUDITS:
            raise UsageError(
                f"{over:.3g} against {under:.3g} needs more than {MOST_AUDITS:,} audits."
            )
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        enough = power_of_direction(middle, over=over, under=under, level=level) >= power
        low, high = (low, middle) if enough else (middle, high)
    return high


def power_of_direction(audits: int, *, over: float, under: float, level: float = 0.95) -> float:
    """Chance that the exact sign test shows, in the true direction, which way auditors lean.

    The parameters are those of ``audits_for_direction``.
    """
    differing = np.arange(audits + 1)
    weight = stats.binom.pmf(differing, audits, over + under)
    flag_from = _flag_from(0.5 + level / 2, differing, 0.5)
    share = max(over, under) / (over + under)
    return float(weight @ np.asarray(stats.binom.sf(flag_from - 1, differing, share)))


def audits_for_one_auditor(deviation: float, *, half_width: float, level: float = 0.95) -> int:
    """Audits of one auditor to be moderated to know that auditor's own mean gap.

    The deviation is known from all auditors' audits together, so the normal quantile serves;
    the few audits of the one auditor are not asked for it.

    Parameters
    ----------
    deviation : float
        Standard deviation of gaps within an auditor's audits, in grades.
    half_width : float
        Half of the interval's width, in grades.

    Examples
    --------
    >>> [audits_for_one_auditor(0.62, half_width=h) for h in (0.5, 0.3)]
    [6, 17]
    """
    check_level(level)
    if not (deviation > 0 and half_width > 0):
        raise UsageError("The deviation and the half width must be above zero.")
    return math.ceil((normal_quantile(level) * deviation / half_width) ** 2)


def _flag_from(level: float, audits: Ints, rate: float) -> Ints:
    """Fewest cases that are less likely than one minus the level, at this rate."""
    return np.asarray(stats.binom.ppf(level, audits, rate)).astype(np.int64) + 1


def _lasting(enough: Bools) -> int:
    """First number (from 1) from which on every number is enough."""
    short = np.flatnonzero(~enough)
    if len(short) == 0:
        return 1
    if short[-1] == len(enough) - 1:
        raise UsageError(f"This needs more than {MOST_AUDITS:,} audits; ask for less.")
    return int(short[-1]) + 2


def _check_shares(**shares: float) -> None:
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise UsageError(f"{name.capitalize()} lies between 0 and 1, not {share:g}.")
