"""Themes that were audited and audited again: two snapshots, and what cannot be said of them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.impact.snapshots import ReAuditChange, re_audit_change
from qaf_analysis.terms.names import AuditType
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.scope import graded, headline_domain, up_to


@dataclass(frozen=True, kw_only=True)
class ReAudit:
    """One theme with a re-audit.

    Parameters
    ----------
    theme : str
        Its name, as the audits carry it.
    domain : str
        The domain whose grades are compared: the theme's own, else the headline domain.
    audited, re_audited : tuple of Quarter
        First and last quarter of each snapshot.
    same_cases : int
        Cases that stand in both snapshots.
    change : ReAuditChange
        The difference, with its capped verdict.
    """

    theme: str
    domain: str
    audited: tuple[Quarter, Quarter]
    re_audited: tuple[Quarter, Quarter]
    same_cases: int
    change: ReAuditChange


def re_audits(audits: Audits, *, quarter: Quarter) -> tuple[ReAudit, ...]:
    """Compare each theme's themed audits with its re-audits, up to a quarter.

    A theme counts when audits of the type ``re_audit`` carry its name and themed audits of that
    name were graded in a quarter before the first of them; others are not compared.
    """
    known = up_to(audits, quarter)
    again = known.audits[known.audits["audit_type"] == AuditType.RE_AUDIT]
    found = [_re_audit(known, str(theme)) for theme in sorted(again["theme"].dropna().unique())]
    return tuple(one for one in found if one is not None)


def _re_audit(audits: Audits, theme: str) -> ReAudit | None:
    domain = _domain(audits, theme)
    grades = graded(audits, domain=domain)
    grades = grades[grades["theme"] == theme]
    grades = grades.assign(when=grades["quarter"].map(Quarter.parse))
    after = grades[grades["audit_type"] == AuditType.RE_AUDIT]
    before = grades[grades["audit_type"] == AuditType.THEMED]
    if after.empty:
        return None
    before = before[before["when"] < after["when"].min()]
    if before.empty:
        return None
    good_from = audits.settings.scale.good_from
    return ReAudit(
        theme=theme,
        domain=domain,
        audited=_ends(before),
        re_audited=_ends(after),
        same_cases=len(set(before["case_ref"].dropna()) & set(after["case_ref"].dropna())),
        change=re_audit_change(
            *_good_of(before, good_from=good_from), *_good_of(after, good_from=good_from)
        ),
    )


def _domain(audits: Audits, theme: str) -> str:
    declared = {one.name: one.domain for one in audits.settings.themes}
    return declared.get(theme) or headline_domain(audits) or audits.settings.headline_domain


def _ends(grades: pd.DataFrame) -> tuple[Quarter, Quarter]:
    return grades["when"].min(), grades["when"].max()


def _good_of(grades: pd.DataFrame, *, good_from: int) -> tuple[int, int]:
    return int((grades["grade"] >= good_from).sum()), len(grades)
