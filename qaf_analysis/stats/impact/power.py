"""The smallest change after a themed audit that a council's own audits could show.

A quarter's mean of themed less comparison grade varies for two reasons: the audits it rests on,
which more audits cure, and the quarter itself, in which one domain happens to fare better than
another; only more quarters cure that. Both are measured on domains that no theme ever touched.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from qaf_analysis.stats.core.arrays import (
    check_same_length,
    frozen_floats,
    frozen_ints,
    numbered,
    sums,
)
from qaf_analysis.stats.core.detectable import detectable_shift
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate

FEWEST_QUARTERS = 3
FEWEST_DOMAINS = 2
MOST_AUDITS = 10_000
METHOD = "smallest change found with {power:.0%} power, noncentral t"


@dataclass(frozen=True, kw_only=True)
class DomainVariation:
    """How one domain varies against the others of the same audits, by chance.

    Parameters
    ----------
    of_audit : float
        Variance between audits of a quarter of one domain's grade about the audit's own level.
    of_quarter : Estimate
        Variance between quarters of a domain's true mean about the quarter's own level. The
        value may be below zero when quarters differ less than audits make them; the interval
        is cut off there.
    audits, quarters, domains : int
        What it rests on; ``domains`` are those compared.
    why_not : str
        Plain reason when nothing can be estimated.
    """

    of_audit: float
    of_quarter: Estimate
    audits: int
    quarters: int
    domains: int
    why_not: str = ""

    def quarter_variance(self, *, audits: float, controls: int, of_quarter: float) -> float:
        """Variance of a quarter's mean of themed less mean comparison grade.

        The themed domain and each of ``controls`` comparison domains vary alike and apart.
        """
        shock = max(of_quarter, 0.0)
        return (shock + self.of_audit / audits) * (1 + 1 / controls)


def domain_variation(
    values: ArrayLike, *, quarter: ArrayLike, level: float = 0.95
) -> DomainVariation:
    """Variance components of domains within audits, and of domains within quarters.

    What moves all domains of an audit or of a quarter alike drops out, as it does from the
    comparison of a themed domain with the others.

    Parameters
    ----------
    values : array, shape (audits, domains)
        Grade codes (or 1 and 0 for Good or better) in domains that no theme ever touched. An
        audit with a missing value is left out.
    quarter : int array, shape (audits,)
        Quarter of each audit, by whole numbers.
    level : float
        Confidence level of ``of_quarter``.

    Returns
    -------
    DomainVariation
        Mean squares equated with their expectations: the residual of audit by domain inside
        quarters, and of quarter by domain. Limits of the second from its chi-square.

    Raises
    ------
    ShapeError
        If the arrays do not fit together.

    References
    ----------
    Searle, Casella & McCulloch (1992), Variance Components: analysis of variance estimators.

    Examples
    --------
    >>> grades = np.array([[1, 2], [2, 2], [2, 1], [1, 1], [0, 2], [1, 1]])
    >>> found = domain_variation(grades, quarter=[0, 0, 1, 1, 2, 2])
    >>> round(found.of_audit, 3), round(found.of_quarter.value, 3)
    (0.5, 0.042)
    """
    grades, when = frozen_floats(values), frozen_ints(quarter, name="quarter")
    if grades.ndim != 2:
        raise ShapeError(f"Grades come as audits by domains, not of shape {grades.shape}.")
    check_same_length({"values": grades, "quarter": when})
    whole = ~np.isnan(grades).any(axis=1)
    grades, (place, quarters) = grades[whole], numbered(when[whole])
    n, domains = np.bincount(place, minlength=len(quarters)).astype(np.float64), grades.shape[1]
    why_not = _why_not(len(grades), quarters=len(quarters), domains=domains)
    if why_not:
        return _unknown(why_not, audits=len(grades), quarters=len(quarters), domains=domains)
    own = grades - grades.mean(axis=1, keepdims=True)
    means = np.column_stack([sums(place, column) for column in own.T]) / n[:, np.newaxis]
    within = float(((own - means[place]) ** 2).sum())
    between = float(((means - means.mean(axis=0)) ** 2).sum())
    df_between = (len(quarters) - 1) * (domains - 1)
    of_audit = within / ((len(grades) - len(quarters)) * (domains - 1))
    from_audits = of_audit * float((1 / n).mean())
    return DomainVariation(
        of_audit=of_audit,
        of_quarter=_component(
            between / df_between, less=from_audits, df=df_between, level=level, cases=len(grades)
        ),
        audits=len(grades),
        quarters=len(quarters),
        domains=domains,
    )


def detectable_change(
    variation: DomainVariation,
    *,
    audits: float,
    before: int,
    after: int,
    controls: int,
    power: float = 0.8,
    level: float = 0.95,
) -> Estimate:
    """Smallest true change of a themed domain that the verdict would find, for a design.

    Parameters
    ----------
    variation : DomainVariation
        From ``domain_variation``.
    audits : float
        Audits a quarter; infinite for the limit that no number of audits gets below.
    before, after : int
        Quarters on each side, those left out by plan not counted.
    controls : int
        Comparison domains.
    power, level : float
        Chance of finding it; confidence level of the verdict.

    Returns
    -------
    Estimate
        In the unit of the values (grades, or a proportion). The interval comes from not knowing
        how much quarters vary, and is that of ``of_quarter``. Not estimable where the
        components are not.

    Raises
    ------
    UsageError
        If there are fewer than three quarters, or no audit or comparison domain.

    Examples
    --------
    >>> seen = np.random.default_rng(1).integers(0, 4, (400, 5))
    >>> variation = domain_variation(seen, quarter=np.arange(400) % 8)
    >>> rest = {"before": 4, "after": 4, "controls": 5}
    >>> few = detectable_change(variation, audits=10, **rest)
    >>> many = detectable_change(variation, audits=90, **rest)
    >>> few.value > many.value
    True
    """
    if not audits > 0 or controls < 1:
        raise UsageError("A design needs at least one audit a quarter and a comparison domain.")
    method, cases = METHOD.format(power=power), variation.audits
    if variation.why_not:
        return Estimate.not_estimable(variation.why_not, method=method, level=level, cases=cases)

    def smallest(of_quarter: float) -> float:
        variance = variation.quarter_variance(
            audits=audits, controls=controls, of_quarter=of_quarter
        )
        one = detectable_shift(1.0, before=before, after=after, power=power, level=level)
        return math.sqrt(variance) * one

    quarters = variation.of_quarter
    return Estimate(
        value=smallest(quarters.value),
        low=smallest(quarters.low),
        high=smallest(quarters.high),
        level=quarters.level,
        cases=cases,
        auditors=0,
        method=method,
    )


def audits_for_change(
    variation: DomainVariation,
    change: float,
    *,
    before: int,
    after: int,
    controls: int,
    power: float = 0.8,
    level: float = 0.95,
) -> int:
    """Audits a quarter needed to find a true change; 0 when no number up to 10,000 is enough.

    The parameters are those of ``detectable_change``.

    Raises
    ------
    UsageError
        If the change is not above zero, or the design is not one.
    """
    if not change > 0:
        raise UsageError(f"The change to be found must be above zero, not {change}.")
    if variation.why_not:
        return 0
    one = detectable_shift(1.0, before=before, after=after, power=power, level=level)
    wanted = (change / one) ** 2 / (1 + 1 / controls)
    room = wanted - max(variation.of_quarter.value, 0.0)
    audits = math.ceil(variation.of_audit / room) if room > 0 else MOST_AUDITS + 1
    return max(1, audits) if audits <= MOST_AUDITS else 0


def _why_not(audits: int, *, quarters: int, domains: int) -> str:
    if domains < FEWEST_DOMAINS:
        return f"fewer than {FEWEST_DOMAINS} domains that no theme ever touched"
    if quarters < FEWEST_QUARTERS:
        return f"fewer than {FEWEST_QUARTERS} quarters with audits graded in all those domains"
    return "" if audits > quarters else "no quarter has a second audit"


def _component(mean_square: float, *, less: float, df: int, level: float, cases: int) -> Estimate:
    tail = (1 - level) / 2
    low, high = (
        max(mean_square * df / float(special.chdtri(df, share)) - less, 0.0)
        for share in (tail, 1 - tail)
    )
    return Estimate(
        value=mean_square - less,
        low=low,
        high=high,
        level=level,
        cases=cases,
        auditors=0,
        method=f"analysis of variance, quarter by domain, {df} degrees of freedom",
        df=float(df),
    )


def _unknown(why_not: str, *, audits: int, quarters: int, domains: int) -> DomainVariation:
    return DomainVariation(
        of_audit=math.nan,
        of_quarter=Estimate.not_estimable(
            why_not, method="analysis of variance, quarter by domain", cases=audits
        ),
        audits=audits,
        quarters=quarters,
        domains=domains,
        why_not=why_not,
    )
