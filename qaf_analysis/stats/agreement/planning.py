"""How many audits to double-grade, by how many auditors, for an interval of a given width.

The variance of an agreement coefficient has two parts: audits differ, and auditors differ. With
``n`` double-graded audits spread evenly over ``r`` auditors it is near ``a / n + b / r``. More
audits make the first part as small as one likes; only more auditors make the second one smaller.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, isnan, nan

import numpy as np
from scipy import special

from qaf_analysis.stats.agreement.standard_errors import AUDITORS_PER_DF
from qaf_analysis.stats.core.arrays import Floats, check_level
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate

MOST_AUDITS = 100_000
"""Above this many audits a plan is of no use and counts as out of reach."""

NUMBERS = np.arange(2.0, MOST_AUDITS + 1)
"""Numbers of double-graded audits that a plan looks at."""


@dataclass(frozen=True, kw_only=True)
class AgreementComponents:
    """What the variance of an agreement coefficient is made of.

    Parameters
    ----------
    value : float
        The coefficient, above -1 and below 1; the interval is narrower near its ends.
    audits : float
        ``a``: variance that one double-graded audit adds, divided by the number of audits.
    auditors : float
        ``b``: variance that auditors add, divided by the number of auditors; 0 when auditors
        look alike.
    why_not : str
        Why they could not be estimated (the numbers are then NaN); else empty.

    Raises
    ------
    ShapeError
        If the value lies outside -1 to 1, or a component is below zero.
    """

    value: float
    audits: float
    auditors: float
    why_not: str = ""

    def __post_init__(self) -> None:
        if self.why_not:
            return
        if not -1 < self.value < 1:
            raise ShapeError(f"A coefficient to plan for lies between -1 and 1, not {self.value}.")
        if not (self.audits >= 0 and self.auditors >= 0):
            raise ShapeError("Components of a variance are not below zero.")

    def variance(self, *, n_double: float, n_auditors: float) -> float:
        """Variance of the coefficient with so many double-graded audits and auditors.

        Examples
        --------
        >>> AgreementComponents(value=.7, audits=.2, auditors=.01).variance(
        ...     n_double=100, n_auditors=20)
        0.0025
        """
        return self.audits / n_double + self.auditors / n_auditors

    def for_these_auditors(self) -> AgreementComponents:
        """Components of the claim "these auditors, other audits", whoever else there may be.

        What sets auditors apart then no longer counts between samples, but each audit still
        meets two of them: half of ``b`` moves into ``a``.
        """
        return AgreementComponents(
            value=self.value,
            audits=self.audits + self.auditors / 2,
            auditors=0.0,
            why_not=self.why_not,
        )


def agreement_components(
    two_way: Estimate, subjects: Estimate, *, effective_auditors: float
) -> AgreementComponents:
    """Components of variance behind an estimate, from its two standard errors.

    Write what an audit adds to the coefficient as a part of either of its auditors, with
    variance s, and a part of its own, with variance t. Audits sampled alone then give the
    variance (2s + t) / n; auditors sampled as well give 4s / r + t / n, where r is the effective
    number of auditors. Both are solved for b = 4s and a = t.

    Parameters
    ----------
    two_way, subjects : Estimate
        The same coefficient of the same ratings with the two kinds of standard error.
    effective_auditors : float
        Number of equally busy auditors who would carry the pairs as unevenly
        (``standard_errors.effective_auditors``).

    Returns
    -------
    AgreementComponents
        Where the two-way error is no larger than the other, ``auditors`` is 0. Not estimable
        without both errors.

    Notes
    -----
    A few auditors tell little of how auditors differ: with 10 of them ``auditors`` may well be
    half or double of what is true.

    Examples
    --------
    >>> known = dict(value=.7, low=.6, high=.8, level=.95, cases=100, auditors=20, method="AC2")
    >>> both, audits = Estimate(**known, se=.05), Estimate(**known, se=.04)
    >>> fitted = agreement_components(both, audits, effective_auditors=20)
    >>> round(fitted.variance(n_double=100, n_auditors=20), 6)
    0.0025
    """
    spread, variance, n = two_way.se**2, subjects.se**2, subjects.cases
    if isnan(spread) or isnan(variance):
        why = two_way.why_not or "the audits do not differ, or are too few, to show an error"
        return AgreementComponents(value=nan, audits=nan, auditors=nan, why_not=why)
    shared = 4 / effective_auditors - 2 / n
    apart = max(spread - variance, 0.0) / shared if shared > 0 else 0.0
    return AgreementComponents(
        value=two_way.value,
        audits=max(n * variance - 2 * apart, 0.0),
        auditors=4 * apart,
    )


@dataclass(frozen=True, kw_only=True)
class PlannedAgreement:
    """One way to reach an interval of the width asked for.

    Parameters
    ----------
    auditors : int
        Auditors who share the double-graded audits evenly.
    double_graded : int
        Fewest audits to be graded by two of them; 0 when no number would do.
    width : float
        Width of the interval then expected; without a number of audits, the narrowest that so
        many auditors allow.
    why_not : str
        Why no number would do; else empty.
    """

    auditors: int
    double_graded: int
    width: float
    why_not: str = ""


def planned_audits(
    components: AgreementComponents, *, width: float, n_auditors: int, level: float = 0.95
) -> PlannedAgreement:
    """Fewest double-graded audits for an interval no wider than asked.

    Parameters
    ----------
    width : float
        Full width of the interval, from its low end to its high end; above 0 and below 2.
    n_auditors : int
        Auditors who share the double-graded audits evenly.
    level : float
        Confidence level.

    Returns
    -------
    PlannedAgreement
        Without a number of audits where auditors differ so much that no number is enough.

    Raises
    ------
    UsageError
        If ``width``, ``n_auditors`` or ``level`` is not as it should be.
    """
    if not 0 < width < 2:
        raise UsageError(f"The width of an interval lies between 0 and 2, not {width}.")
    if n_auditors < 2:
        raise UsageError("A plan needs at least two auditors.")
    numbers = NUMBERS
    # Every number is looked at: where auditors count for most, more audits can even widen the
    # interval, since what is known then rests on fewer degrees of freedom.
    widths = _widths(components, numbers, n_auditors=n_auditors, level=level)
    enough = np.flatnonzero(widths <= width)
    if len(enough) == 0:
        narrowest = float(widths.min())
        return PlannedAgreement(
            auditors=n_auditors,
            double_graded=0,
            width=narrowest,
            why_not=f"{n_auditors} auditors differ too much: however many audits, the interval "
            f"is at least {narrowest:.2f} wide; more auditors are needed",
        )
    first = int(enough[0])
    return PlannedAgreement(
        auditors=n_auditors, double_graded=int(numbers[first]), width=float(widths[first])
    )


def _widths(components: AgreementComponents, n: Floats, *, n_auditors: int, level: float) -> Floats:
    """Expected width for each number of double-graded audits."""
    low, high = planned_limits(components, n, n_auditors=n_auditors, level=level)
    widths: Floats = high - low
    return widths


def planned_limits(
    components: AgreementComponents, n: Floats, *, n_auditors: int, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Ends of the interval to expect for each number of double-graded audits.

    Parameters
    ----------
    n : array
        Numbers of double-graded audits, 2 or more.
    n_auditors : int
        Auditors who share them evenly.
    level : float
        Confidence level.

    Examples
    --------
    >>> components = AgreementComponents(value=0.7, audits=0.15, auditors=0.01)
    >>> low, high = planned_limits(components, np.array([50.0, 200.0]), n_auditors=20)
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.55, 0.62], [0.8, 0.77])
    """
    check_level(level)
    # So few audits cannot keep more auditors busy than two for each.
    r = np.minimum(float(n_auditors), 2 * n)
    of_audits = (components.audits + components.auditors / 2) / n
    of_auditors = np.maximum(components.auditors * (1 / r - 1 / (2 * n)), 0.0)
    variance = of_audits + of_auditors
    if not variance.any():
        return np.full(len(n), components.value), np.full(len(n), components.value)
    uncertain = of_auditors**2 * AUDITORS_PER_DF / (r - 1) + of_audits**2 / (n - 1)
    most = np.where(of_auditors > 0, np.minimum(r, n), n) - 1
    df = np.clip(variance**2 / uncertain, 1.0, most)
    reach = special.stdtrit(df, 0.5 + level / 2) * np.sqrt(variance) / (1 - components.value**2)
    centre = atanh(components.value)
    return np.tanh(centre - reach), np.tanh(centre + reach)
