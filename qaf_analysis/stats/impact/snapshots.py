"""Two snapshots of one theme, the audit and the re-audit: a difference, and no claim about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qaf_analysis.stats.impact.cohort import cohort_change
from qaf_analysis.terms.estimate import Estimate

FEWEST = 5
CANNOT_TELL = "cannot tell practice from who audited or how the sample was picked"


class ReAuditVerdict(StrEnum):
    """The most that two snapshots allow to be said; none of these claims a change of practice."""

    SEEN = f"difference seen; {CANNOT_TELL}"
    NOT_SEEN = f"no difference seen; {CANNOT_TELL}"
    TOO_FEW = "too few to say"


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
        Audits Good or better, and audits, in each snapshot; fewer than ``FEWEST`` audits in
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
    >>> change.verdict.value[:15], round(change.difference.value, 2)
    ('difference seen', 0.35)
    """
    found = cohort_change(audit_good, audit_n, re_audit_good, re_audit_n, level=level)
    difference = found.difference
    if min(audit_n, re_audit_n) < FEWEST:
        verdict = ReAuditVerdict.TOO_FEW
        difference = Estimate.not_estimable(
            f"fewer than {FEWEST} audits in a snapshot",
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
