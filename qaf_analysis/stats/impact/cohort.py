"""A theme about a kind of case: a difference may be seen, but nothing says what made it."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.stats.core.intervals import newcombe_independent
from qaf_analysis.stats.impact.verdict import ThemeVerdict
from qaf_analysis.terms.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class CohortChange:
    """Good or better among cases of one kind, before and after a themed audit.

    Parameters
    ----------
    before_good, before_n, after_good, after_n : int
        Audits Good or better, and audits, on each side.
    difference : Estimate
        Share after less share before.
    difference_seen : bool
        Whether the interval leaves out no difference.
    verdict : ThemeVerdict
        Always "too little data": nothing in the same audits serves as a comparison.
    reason : str
        Why, in plain words.
    """

    before_good: int
    before_n: int
    after_good: int
    after_n: int
    difference: Estimate
    difference_seen: bool
    verdict: ThemeVerdict
    reason: str


def cohort_change(
    before_good: int, before_n: int, after_good: int, after_n: int, *, level: float = 0.95
) -> CohortChange:
    """Difference between two samples of audits, without any comparison.

    Such a difference arises from practice, but as easily from who audited, which cases were
    picked and what happened to every domain alike, so it never leads to a claim.

    Raises
    ------
    ShapeError
        If more audits are good than there are audits.

    Examples
    --------
    >>> change = cohort_change(8, 20, 30, 40)
    >>> change.difference_seen, change.verdict.value
    (True, 'too little data')
    """
    difference = newcombe_independent((after_good, before_good), (after_n, before_n), level=level)
    seen = difference.low > 0 or difference.high < 0
    return CohortChange(
        before_good=before_good,
        before_n=before_n,
        after_good=after_good,
        after_n=after_n,
        difference=difference,
        difference_seen=seen,
        verdict=ThemeVerdict.TOO_LITTLE,
        reason=_reason(difference, seen=seen),
    )


def _reason(difference: Estimate, *, seen: bool) -> str:
    if not difference.is_estimable:
        return "no such cases were audited before, or none after, the themed audit"
    cannot = (
        "there is no comparison inside the same audits, so practice cannot be told from who "
        "audited or how the sample was picked"
    )
    return f"a difference is seen, but {cannot}" if seen else cannot
