"""Improvement actions: raised, due, closed and verified, and when against each theme's quarters.

Themes that were audited and audited again: two snapshots, and what cannot be said of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_analysis.data.contract.audits import ACTION_DAYS, Audits
from qaf_analysis.stats.core.intervals import wilson
from qaf_analysis.stats.impact.snapshots import ReAuditChange, re_audit_change
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import AuditType
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.settings import Theme
from qaf_analysis.terms.verdicts import FEWEST_AUDITS, ReservedVerdict
from qaf_analysis.topics.common.scope import LeftOut, Scope, graded, headline_domain, up_to
from qaf_analysis.topics.impact.analysis.design import excluded_quarters
from qaf_analysis.topics.impact.analysis.themes import themes as found_themes

ALL, NO_THEME = "All actions", "No theme stated"


@dataclass(frozen=True, kw_only=True)
class ActionCounts:
    """Actions of one theme, or all, as they stood at the end of the quarter.

    Parameters
    ----------
    label : str
        The theme, ``ALL`` or ``NO_THEME``.
    raised, closed, verified, re_audited : int
        Actions raised; of these closed; of these verified; of these verified by a re-audit, which
        is any later audit that the export names.
    due, in_time, late, overdue : int
        Actions whose due day has come; of these closed by that day, closed after it, still open.
    undated : int
        Actions without a due day.
    closed_share, in_time_share, re_audited_share : Estimate
        Closed of those raised, in time of those due, verified by re-audit of those closed. Not
        estimable below ``FEWEST_AUDITS`` actions.
    """

    label: str
    raised: int
    undated: int
    due: int
    in_time: int
    late: int
    overdue: int
    closed: int
    verified: int
    re_audited: int
    closed_share: Estimate
    in_time_share: Estimate
    re_audited_share: Estimate


@dataclass(frozen=True, kw_only=True)
class ThemeOrder:
    """When the actions of a declared theme were closed, beside its first quarter after.

    Parameters
    ----------
    theme : str
    audited_in, first_after : Quarter
        The themed audit, and the first quarter that counts as after it.
    verdict : ReservedVerdict
        What was found of the theme's practice (``analysis.themes``), whatever the actions did.
    has_begun : bool
        Whether that quarter had begun by the quarter reported.
    raised, closed_before, closed_since, still_open : int
        Actions raised; closed before the first day of ``first_after``; closed on or after it;
        still open at the end of the quarter reported.
    first_closed, last_closed : Quarter or None
        Quarters of the first and of the last closing; None where none was closed.
    """

    theme: str
    audited_in: Quarter
    first_after: Quarter
    verdict: ReservedVerdict
    has_begun: bool
    raised: int
    closed_before: int
    closed_since: int
    still_open: int
    first_closed: Quarter | None
    last_closed: Quarter | None


@dataclass(frozen=True, kw_only=True)
class Actions:
    """What became of the improvement actions; a description that claims no effect of any.

    ``why_not`` says why there is nothing to describe; it is empty where there is something.
    ``re_audits`` may hold themes even so, for they come from the audits.
    """

    scope: Scope
    scale: ScaleWords
    why_not: str
    overall: ActionCounts
    by_theme: tuple[ActionCounts, ...]
    order: tuple[ThemeOrder, ...]
    re_audits: tuple[ReAudit, ...]


def actions(audits: Audits, *, quarter: Quarter) -> Actions:
    """Count improvement actions as they stood at the end of a quarter.

    Parameters
    ----------
    audits : Audits
        The council's bundle; its ``actions`` may be empty.
    quarter : Quarter
        The quarter reported on. What was raised, closed or verified later is not counted.
    """
    known = _as_known(audits.actions, quarter=quarter)
    themes = [theme for theme in audits.settings.themes if theme.audited_in <= quarter]
    labels = known["theme"].fillna(NO_THEME)
    verdicts = {one.name: one.full_verdict for one in found_themes(audits, quarter=quarter).themes}
    return Actions(
        scope=_scope(audits, known, quarter=quarter),
        scale=audits.settings.scale.words,
        why_not=_why_not(audits, known, quarter=quarter),
        overall=_counts(known, label=ALL, quarter=quarter),
        by_theme=tuple(
            _counts(known[labels == label], label=label, quarter=quarter)
            for label in _in_order(labels, themes)
        ),
        order=tuple(
            _order(
                theme,
                known[known["theme"] == theme.name],
                quarter=quarter,
                verdict=verdicts[theme.name],
            )
            for theme in themes
        ),
        re_audits=re_audits(audits, quarter=quarter),
    )


def _as_known(actions: pd.DataFrame, *, quarter: Quarter) -> pd.DataFrame:
    """Actions raised by the end of the quarter, without what became of them later."""
    end = pd.Timestamp(quarter.last_day)
    known = actions[actions["raised_on"] <= end].copy()
    for day in ACTION_DAYS:
        if day != "due_on":  # the plan was known, whichever day it names
            known[day] = known[day].where(known[day] <= end)
    known["verified_by_audit"] = known["verified_by_audit"].where(known["verified_on"].notna())
    return known


def _why_not(audits: Audits, known: pd.DataFrame, *, quarter: Quarter) -> str:
    if not audits.has_actions:
        return "no export of actions is declared"
    return "" if len(known) else f"no action was raised by the end of {quarter}"


def _scope(audits: Audits, known: pd.DataFrame, *, quarter: Quarter) -> Scope:
    first = Quarter.of(known["raised_on"].min().date()) if len(known) else quarter
    later = len(audits.actions) - len(known)
    return Scope(
        council=audits.settings.council,
        quarter=quarter,
        first=first,
        last=quarter,
        period=f"{first} to {quarter}",
        unit="improvement actions",
        used=len(known),
        left_out=(LeftOut(reason="raised after the quarter", records=later),) if later else (),
    )


def _in_order(labels: pd.Series, themes: list[Theme]) -> list[str]:
    """Themes audited by then, in the order of the settings; then others; then none stated."""
    declared = [theme.name for theme in themes]
    others = sorted(set(labels) - {*declared, NO_THEME})
    return [*declared, *others, *([NO_THEME] if (labels == NO_THEME).any() else [])]


def _counts(known: pd.DataFrame, *, label: str, quarter: Quarter) -> ActionCounts:
    end = pd.Timestamp(quarter.last_day)
    closed, due = known["closed_on"].notna(), known["due_on"] <= end
    late = due & (known["closed_on"] > known["due_on"])
    in_time = int((due & closed & ~late).sum())
    re_audited = int(known["verified_by_audit"].notna().sum())
    n_closed = int(closed.sum())
    return ActionCounts(
        label=label,
        raised=len(known),
        undated=int(known["due_on"].isna().sum()),
        due=int(due.sum()),
        in_time=in_time,
        late=int(late.sum()),
        overdue=int((due & ~closed).sum()),
        closed=n_closed,
        verified=int(known["verified_on"].notna().sum()),
        re_audited=re_audited,
        closed_share=_share(n_closed, len(known)),
        in_time_share=_share(in_time, int(due.sum())),
        re_audited_share=_share(re_audited, n_closed),
    )


def _share(part: int, whole: int) -> Estimate:
    if whole < FEWEST_AUDITS:
        return Estimate.not_estimable(
            f"fewer than {FEWEST_AUDITS} actions", method="Wilson", cases=whole
        )
    return wilson(part, whole)


def _order(
    theme: Theme, known: pd.DataFrame, *, quarter: Quarter, verdict: ReservedVerdict
) -> ThemeOrder:
    first_after = theme.audited_in.next()
    while first_after in excluded_quarters(theme):
        first_after = first_after.next()
    closed = known["closed_on"].dropna()
    before = int((closed < pd.Timestamp(first_after.first_day)).sum())
    return ThemeOrder(
        theme=theme.name,
        audited_in=theme.audited_in,
        first_after=first_after,
        verdict=verdict,
        has_begun=first_after <= quarter,
        raised=len(known),
        closed_before=before,
        closed_since=len(closed) - before,
        still_open=len(known) - len(closed),
        first_closed=Quarter.of(closed.min().date()) if len(closed) else None,
        last_closed=Quarter.of(closed.max().date()) if len(closed) else None,
    )


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
