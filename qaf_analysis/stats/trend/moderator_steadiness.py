"""Did moderators hold steady? Without it, a change in their grades need not be practice.

Moderators are the yardstick of the true trend. Whether the yardstick itself moved shows only
where the same audit was moderated twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import check_same_length, frozen_ints
from qaf_analysis.stats.optimism.gap import mean_gap
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import STEADINESS_RULE, SteadinessVerdict


@dataclass(frozen=True, kw_only=True)
class ModeratorSteadiness:
    """What audits that were moderated twice say about moderators.

    Parameters
    ----------
    repeated : Estimate
        Later less earlier moderation of the same audit by another moderator, in grades;
        positive = moderators became kinder.
    newcomers : Estimate
        Grade by a moderator of the last period only, less that of one of the first period only,
        on audits that both read.
    moderators_first, moderators_last, moderators_both : int
        Moderators of each period, and those who worked in both.
    verdict : SteadinessVerdict
        "moved" where an interval excludes 0; "held steady" where those known lie within the
        tolerance; "not shown" where they are too wide; "not tested" where there are none.
    """

    repeated: Estimate
    newcomers: Estimate
    moderators_first: int
    moderators_last: int
    moderators_both: int
    verdict: SteadinessVerdict


def moderator_steadiness(
    *,
    repeated: Estimate,
    newcomers: Estimate,
    moderators_first: ArrayLike,
    moderators_last: ArrayLike,
    tolerance: float,
) -> ModeratorSteadiness:
    """Bring the checks on moderators together.

    Parameters
    ----------
    repeated, newcomers : Estimate
        From ``second_less_first``.
    moderators_first, moderators_last : int array
        Whole numbers naming the moderators of each period; repeats do not matter.
    tolerance : float
        Grades within which moderators count as alike.
    """
    first, last = (
        set(frozen_ints(names, name="moderators").tolist())
        for names in (moderators_first, moderators_last)
    )
    return ModeratorSteadiness(
        repeated=repeated,
        newcomers=newcomers,
        moderators_first=len(first),
        moderators_last=len(last),
        moderators_both=len(first & last),
        verdict=_verdict([repeated, newcomers], tolerance=tolerance),
    )


def second_less_first(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Mean difference of two moderations of the same audits, second minus first.

    Parameters
    ----------
    first, second : array, shape (audits,)
        Grades, for example the earlier and the later moderation.

    Returns
    -------
    Estimate
        t interval over audits; where every difference is the same, one that allows for as large
        a share of audits one grade off as could have gone unseen. Not estimable with fewer than
        10 audits.

    Raises
    ------
    ShapeError
        If lengths differ.

    Examples
    --------
    >>> moved = second_less_first([1, 2, 2, 1, 2, 1, 2, 3, 1, 2], [2, 2, 2, 1, 2, 2, 2, 3, 1, 2])
    >>> round(moved.value, 2), round(moved.low, 2), round(moved.high, 2)
    (0.2, -0.1, 0.5)
    """
    earlier, later = (frozen_ints(grades, name="grades") for grades in (first, second))
    check_same_length({"first": earlier, "second": later})
    n = len(later)
    fewest = STEADINESS_RULE.fewest_repeated
    if n < fewest:
        return Estimate.not_estimable(
            f"only {'1 audit was' if n == 1 else f'{n} audits were'} moderated by both; "
            f"at least {fewest} are needed",
            method="mean difference of two moderations",
            level=level,
            cases=n,
        )
    return mean_gap(later, earlier, level=level)


def _verdict(checks: list[Estimate], *, tolerance: float) -> SteadinessVerdict:
    known = [check for check in checks if check.has_interval]
    if not known:
        return SteadinessVerdict.NOT_TESTED
    if any(check.low > 0 or check.high < 0 for check in known):
        return SteadinessVerdict.MOVED
    if all(-tolerance <= check.low and check.high <= tolerance for check in known):
        return SteadinessVerdict.STEADY
    return SteadinessVerdict.NOT_SHOWN
