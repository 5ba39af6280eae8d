"""Two snapshots of one theme, the audit and the re-audit: a difference, and no claim about it.

A theme about a kind of case (a cohort) is compared in the same way. A difference may be seen, but
nothing says what made it.
"""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.stats.core.intervals import newcombe_independent
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import RE_AUDIT_RULE, ReAuditVerdict, ThemeVerdict


@dataclass(frozen=True, kw_only=True)
class ReAuditChange:
    """Good or better in the audit and in the re-audit of one theme.

    Parameters
    ----------
    audit_good, audit_n, re_audit_good, re_audit_n : int
        Audits Good or better, and audits, in each snapshot.
    difference : Estimate
        Share in the re-audit less share in the audit; not estimable with too few audits.
    verdict : ReAuditVerdict
        Never more than that a difference was seen.
    """

    audit_good: int
    audit_n: int
    re_audit_good: int
    re_audit_n: int
    difference: Estimate
    verdict: ReAuditVerdict


def re_audit_change(
    audit_good: int, audit_n: int, re_audit_good: int, re_audit_n: int, *, level: float = 0.95
) -> ReAuditChange:
    """Difference between an audit and a re-audit, without any comparison.

    The two samples are taken as independent. Where the same cases are audited again their grades
    are usually alike, and the interval is then wider than it need be.

    Parameters
    ----------
    audit_good, audit_n, re_audit_good, re_audit_n : int
        Audits Good or better, and audits, in each snapshot; fewer than the rule needs in
        either are counted only.
    level : float
        Confidence level.

    Raises
    ------
    ShapeError
        If more audits are good than there are audits.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> change = re_audit_change(8, 20, 30, 40)
    >>> change.verdict.name, round(change.difference.value, 2)
    ('SEEN', 0.35)
    """
    found = cohort_change(audit_good, audit_n, re_audit_good, re_audit_n, level=level)
    difference = found.difference
    fewest = RE_AUDIT_RULE.fewest_audits
    if min(audit_n, re_audit_n) < fewest:
        verdict = ReAuditVerdict.TOO_FEW
        difference = Estimate.not_estimable(
            f"fewer than {fewest} audits in a snapshot",
            method=difference.method,
            level=level,
            cases=audit_n + re_audit_n,
        )
    else:
        verdict = ReAuditVerdict.SEEN if found.difference_seen else ReAuditVerdict.NOT_SEEN
    return ReAuditChange(
        audit_good=audit_good,
        audit_n=audit_n,
        re_audit_good=re_audit_good,
        re_audit_n=re_audit_n,
        difference=difference,
        verdict=verdict,
    )


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
        Always too little data: nothing in the same audits serves as a comparison.
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
    >>> change.difference_seen, change.verdict.name
    (True, 'TOO_LITTLE')
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
