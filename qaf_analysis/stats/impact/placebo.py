"""Would the same change be found where none was made: at earlier dates, in other domains?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints
from qaf_analysis.stats.core.holm import holm
from qaf_analysis.stats.impact.errors import difference_of_means, mean_by
from qaf_analysis.terms.estimate import Estimate

# One quarter on a side would make its own luck the whole of the change.
FEWEST_A_SIDE = 2
# With two comparison domains each would be the whole comparison of the other.
FEWEST_DOMAINS = 3


@dataclass(frozen=True, kw_only=True)
class PlaceboDate:
    """A date before the themed audit, treated as if the themed audit had been then.

    Parameters
    ----------
    first_after : int
        Number of the first quarter that counts as after.
    change : Estimate
        Change found at that date, in grades.
    """

    first_after: int
    change: Estimate


@dataclass(frozen=True, kw_only=True)
class PlaceboDates:
    """Every placebo date.

    Parameters
    ----------
    dates : tuple of PlaceboDate
        In the order of time.
    most : Estimate
        The change at the date with the smallest p-value, which is adjusted for the number of
        dates (Holm). A large p is no proof that the difference stood still: this test finds few
        real trends.
    """

    dates: tuple[PlaceboDate, ...]
    most: Estimate


@dataclass(frozen=True, kw_only=True, eq=False)
class PlaceboDomains:
    """Each comparison domain treated as if it had been the themed one.

    Parameters
    ----------
    changes : tuple of Estimate
        Change of each comparison domain against the others, in grades, in the order given.
    true_change : Estimate
        The theme's change against all of them.
    rank : int
        Place of the theme's change among all by size, 1 being the largest; 0 if unknown.
    share : float
        Share of the domains, the themed one included, that changed at least as much. With five
        comparison domains it cannot be below 1/6, so it describes and does not test; NaN if
        unknown.
    why_not : str
    """

    changes: tuple[Estimate, ...]
    true_change: Estimate
    rank: int
    share: float
    why_not: str = ""


def placebo_dates(
    before: Floats, *, quarter: Ints, level: float = 0.95, cases: int = 0
) -> PlaceboDates:
    """Test every date before the themed audit that leaves two quarters on each side of it.

    Parameters
    ----------
    before : array, shape (quarters,)
        Quarter means of themed less comparison grade before the themed audit, in order.
    quarter : array of int, shape (quarters,)
    level : float
    cases : int
        How many audits the means rest on (passed through).

    Examples
    --------
    >>> found = placebo_dates(np.array([0.0, 0.1, 0.5, 0.6]), quarter=np.arange(4))
    >>> [date.first_after for date in found.dates], found.most.value
    ([2], 0.5)
    """
    dates = tuple(
        PlaceboDate(
            first_after=int(quarter[split]),
            change=difference_of_means(before[:split], before[split:], level=level, cases=cases),
        )
        for split in range(FEWEST_A_SIDE, len(before) - FEWEST_A_SIDE + 1)
    )
    return PlaceboDates(dates=dates, most=_most([date.change for date in dates], level, cases))


def placebo_domains(
    control_grades: Floats, *, quarter: Ints, post: Bools, true_change: Estimate
) -> PlaceboDomains:
    """Compare the theme's change with the change of each comparison domain against the others.

    Parameters
    ----------
    control_grades : array, shape (audits, domains)
        Grades of the comparison domains, at one level; NaN where an audit has none.
    quarter : array of int, shape (audits,)
    post : array of bool, shape (audits,)
    true_change : Estimate
        The theme's own change against all comparison domains.
    """
    domains = control_grades.shape[1]
    if domains < FEWEST_DOMAINS:
        why_not = f"{domains} comparison domains; at least {FEWEST_DOMAINS} needed"
        return _no_domains(true_change, why_not)
    if not true_change.is_estimable:
        return _no_domains(true_change, true_change.why_not)
    changes = tuple(
        _change_of_domain(
            control_grades, place, quarter=quarter, post=post, level=true_change.level
        )
        for place in range(domains)
    )
    sizes = np.array([abs(change.value) for change in changes if change.is_estimable])
    if len(sizes) < FEWEST_DOMAINS:
        return _no_domains(true_change, "too few comparison domains have a change of their own")
    rank = 1 + int((sizes >= abs(true_change.value)).sum())
    return PlaceboDomains(
        changes=changes, true_change=true_change, rank=rank, share=rank / (1 + len(sizes))
    )


def _most(changes: list[Estimate], level: float, cases: int) -> Estimate:
    method = "largest movement before the themed audit, over all dates"
    tested = [change for change in changes if change.is_estimable]
    if not tested:
        return Estimate.not_estimable(
            f"fewer than {2 * FEWEST_A_SIDE} quarters before the themed audit"
            if not changes
            else changes[0].why_not,
            method=method,
            level=level,
            cases=cases,
        )
    adjusted = holm([change.p for change in tested])
    most = tested[int(np.argmin(adjusted))]
    return Estimate(
        value=most.value,
        low=most.low,
        high=most.high,
        level=level,
        cases=cases,
        auditors=0,
        method=f"{method} (p by Holm over {len(tested)}; interval of its date alone)",
        se=most.se,
        p=float(adjusted.min()),
    )


def _change_of_domain(
    grades: Floats, place: int, *, quarter: Ints, post: Bools, level: float
) -> Estimate:
    others = np.delete(grades, place, axis=1)
    graded = ~np.isnan(others)
    used = graded.any(axis=1) & ~np.isnan(grades[:, place])
    mean_other = np.nansum(others[used], axis=1) / graded[used].sum(axis=1)
    quarters, first, group = np.unique(quarter[used], return_index=True, return_inverse=True)
    means = mean_by(grades[used, place] - mean_other, group=group, groups=len(quarters))
    after = post[used][first]
    return difference_of_means(means[~after], means[after], level=level, cases=int(used.sum()))


def _no_domains(true_change: Estimate, why_not: str) -> PlaceboDomains:
    return PlaceboDomains(
        changes=(), true_change=true_change, rank=0, share=float("nan"), why_not=why_not
    )
