"""Did changes to the audit process make auditing more consistent?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.process.case_allocation import (
    NO_TEAM,
    AllocationChange,
    allocation_change,
    home_teams,
)
from qaf_analysis.stats.process.spread import Spread, severity_spread
from qaf_analysis.stats.process.spread_change import (
    SpreadChange,
    retained_auditors,
    retained_says,
    spread_change,
)
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.settings import Settings
from qaf_analysis.terms.verdicts import SPREAD_RULE, ProcessAnswer, RetainedSays, SpreadVerdict
from qaf_analysis.topics.common.eras import why_no_before
from qaf_analysis.topics.common.scope import (
    LeftOut,
    Scope,
    first_quarter,
    grade_for,
    graded,
    headline_domain,
    routine,
    up_to,
)
from qaf_analysis.topics.process.analysis.agreement import ProcessAgreement, process_agreement
from qaf_analysis.topics.process.analysis.answer import AgreementFound, found_of, process_answer
from qaf_analysis.topics.process.analysis.periods import (
    NONE_DECLARED,
    ProcessPeriods,
    none_on_this_scale,
    process_periods,
)


@dataclass(frozen=True, kw_only=True)
class ProcessFinding:
    """Spread of auditors' severity before and after the changes of one quarter.

    Parameters
    ----------
    periods : ProcessPeriods
        What changed, when, and the quarters compared.
    allocation : AllocationChange
        How far auditors kept to certain teams' cases. Where that changed, spreads are those
        within auditors' home teams.
    before, after : Spread
    change : SpreadChange
    auditors_before, auditors_after : int
    retained_auditors : int
        Auditors who audited in both periods.
    retained : SpreadChange
        The same comparison among these, which a change of pool cannot explain.
    retained_says : RetainedSays
        Whether it points the same way.
    """

    periods: ProcessPeriods
    allocation: AllocationChange
    before: Spread
    after: Spread
    change: SpreadChange
    auditors_before: int
    auditors_after: int
    retained_auditors: int
    retained: SpreadChange
    retained_says: RetainedSays


@dataclass(frozen=True, kw_only=True)
class Consistency:
    """Each process change, and what the first page answers.

    Parameters
    ----------
    scope : Scope
    verdict : SpreadVerdict
        On the latest change that can be judged.
    reason : str
    headline : int
        Its place among the changes; -1 without any.
    changes : tuple of ProcessFinding
    agreement : tuple of AgreementFound
        What was found of agreement with moderators, change by change.
    answer : ProcessAnswer
        The worst of both.
    """

    scope: Scope
    verdict: SpreadVerdict
    reason: str
    headline: int
    changes: tuple[ProcessFinding, ...]
    agreement: tuple[AgreementFound, ...]
    answer: ProcessAnswer


def consistency(
    audits: Audits, *, quarter: Quarter, agreement: ProcessAgreement | None = None
) -> Consistency:
    """Compare the spread of severity before and after each process change, up to a quarter.

    Parameters
    ----------
    audits : Audits
    quarter : Quarter
        The last quarter that counts.
    agreement : ProcessAgreement, optional
        Of the same audits and quarter, where it was found already.
    """
    known = up_to(audits, quarter)
    domain = headline_domain(known)
    first = first_quarter(known)
    quarters = quarters_between(first, quarter)
    grades = graded(known, domain=domain)
    grades = grades[grades["audit_id"].isin(routine(known.audits)["audit_id"])]
    if domain is None:
        grades = _mean_per_audit(grades)
    grades = grades.assign(
        when=grades["quarter"].map(Quarter.parse),
        auditor=pd.factorize(grades["rater"], sort=True)[0],
        team_code=pd.factorize(grades["team"].fillna("not recorded"), sort=True)[0],
    )
    found = tuple(
        _over_new_scale(_finding(periods, grades), known.settings)
        for periods in process_periods(known.settings.process_changes, quarters=quarters)
    )
    verdict, reason, headline = consistency_verdict(found)
    reason = reason if found else none_on_this_scale(known.settings) or reason
    beside = found_of(agreement or process_agreement(audits, quarter=quarter))
    return Consistency(
        scope=_scope(known, quarter, domain, used=int(grades["audit_id"].nunique())),
        verdict=verdict,
        reason=reason,
        headline=headline,
        changes=found,
        agreement=beside,
        answer=process_answer(
            verdict,
            spreads=[one.change.verdict for one in found],
            agreements=[one.verdict for one in beside],
        ),
    )


def _scope(known: Audits, quarter: Quarter, domain: str | None, *, used: int) -> Scope:
    first, others = first_quarter(known), len(known.audits) - used
    reason = "no grade, or themed, multi-agency or calibration audits"
    return Scope(
        council=known.settings.council,
        quarter=quarter,
        first=first,
        last=quarter,
        period=f"{first} to {quarter}",
        unit=f"routine audits with {grade_for(domain) if domain else 'grades'}",
        used=used,
        left_out=(LeftOut(reason=reason, records=others),) if others else (),
    )


def consistency_verdict(found: tuple[ProcessFinding, ...]) -> tuple[SpreadVerdict, str, int]:
    """Verdict, reason and place of the latest change that can be judged."""
    if not found:
        return SpreadVerdict.TOO_LITTLE, NONE_DECLARED, -1
    for place in reversed(range(len(found))):
        if found[place].change.verdict != SpreadVerdict.TOO_LITTLE:
            change = found[place].change
            return change.verdict, change.reason, place
    return SpreadVerdict.TOO_LITTLE, found[-1].change.reason, len(found) - 1


def _over_new_scale(found: ProcessFinding, settings: Settings) -> ProcessFinding:
    """Give the change of scale as the reason, where it leaves too little of before."""
    why = why_no_before(settings, found.periods.quarter)
    if not why or found.change.verdict != SpreadVerdict.TOO_LITTLE:
        return found
    return replace(found, change=replace(found.change, reason=why))


def _finding(periods: ProcessPeriods, grades: pd.DataFrame) -> ProcessFinding:
    sides = [grades[grades["when"].isin(side)] for side in (periods.before, periods.after)]
    given_out = allocation_change(*map(_given_out, sides), rule=SPREAD_RULE)
    if given_out.changed:
        sides = _with_home_teams(sides, kept=0 if given_out.before > given_out.after else 1)
    who = retained_auditors(*(side["auditor"].to_numpy(np.int64) for side in sides))
    stayed = [side[side["auditor"].isin(who.retained)] for side in sides]
    before, after = map(_spread, sides)
    change, retained = spread_change(before, after), spread_change(*map(_spread, stayed))
    return ProcessFinding(
        periods=periods,
        allocation=given_out,
        before=before,
        after=after,
        change=change,
        auditors_before=len(who.retained) + len(who.left),
        auditors_after=len(who.retained) + len(who.came),
        retained_auditors=len(who.retained),
        retained=retained,
        retained_says=retained_says(change.sd, retained.sd),
    )


def _mean_per_audit(grades: pd.DataFrame) -> pd.DataFrame:
    """One row per audit: grades of one audit are not independent, so they count once."""
    first = grades.sort_values(["audit_id", "rater"]).drop_duplicates("audit_id")
    first = first.set_index("audit_id")
    return first.assign(grade=grades.groupby("audit_id")["grade"].mean()).reset_index()


def _given_out(rows: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return rows["auditor"].to_numpy(np.int64), rows["team_code"].to_numpy(np.int64)


def _with_home_teams(sides: list[pd.DataFrame], *, kept: int) -> list[pd.DataFrame]:
    """Add each auditor's home team, told from the period in which auditors kept to teams.

    Auditors of one team may be strict alike. In that period this cannot be told from the team's
    practice, so that in the other it must not count either.
    """
    homes = home_teams(*_given_out(sides[kept]))
    return [
        side.assign(home=side["auditor"].map(homes).fillna(NO_TEAM).astype(np.int64))
        for side in sides
    ]


HELD_FIXED = ("quarter", "case_type", "team", "home")
"""Columns whose differences are no auditor's; the last only where cases were given out anew."""


def _spread(rows: pd.DataFrame) -> Spread:
    """Spread of severity, with quarter, case type, the case's team and perhaps home team fixed."""
    fixed = _dummies(rows, [column for column in HELD_FIXED if column in rows])
    return severity_spread(
        rows["grade"].to_numpy(np.float64),
        auditor=pd.factorize(rows["auditor"], sort=True)[0].astype(np.int64),
        fixed=fixed,
    )


def _dummies(rows: pd.DataFrame, columns: list[str]) -> NDArray[np.float64]:
    parts = [
        pd.get_dummies(rows[column].fillna("not recorded"), drop_first=True).to_numpy(np.float64)
        for column in columns
    ]
    return np.hstack(parts) if len(rows) else np.zeros((0, 0))
