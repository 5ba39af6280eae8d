"""Did changes to the audit process make auditing more consistent?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.process.spread import Spread, severity_spread
from qaf_analysis.stats.process.spread_change import (
    SpreadChange,
    retained_auditors,
    retained_says,
    spread_change,
)
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.verdicts import RetainedSays, SpreadVerdict
from qaf_analysis.topics.common.scope import (
    LeftOut,
    Scope,
    first_quarter,
    graded,
    headline_domain,
    routine,
    up_to,
)
from qaf_analysis.topics.process.analysis.periods import ProcessPeriods, process_periods


@dataclass(frozen=True, kw_only=True)
class ProcessFinding:
    """Spread of auditors' severity before and after the changes of one quarter.

    Parameters
    ----------
    periods : ProcessPeriods
        What changed, when, and the quarters compared.
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
    """Each process change, and the verdict on the latest of them that can be judged."""

    scope: Scope
    verdict: SpreadVerdict
    reason: str
    headline: int
    changes: tuple[ProcessFinding, ...]


def consistency(audits: Audits, *, quarter: Quarter) -> Consistency:
    """Compare the spread of severity before and after each process change, up to a quarter."""
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
    )
    found = tuple(
        _finding(periods, grades)
        for periods in process_periods(known.settings.process_changes, quarters=quarters)
    )
    verdict, reason, headline = consistency_verdict(found)
    used = int(grades["audit_id"].nunique())
    others = len(known.audits) - used
    return Consistency(
        scope=Scope(
            council=known.settings.council,
            quarter=quarter,
            first=first,
            last=quarter,
            period=f"{first} to {quarter}",
            unit=f"routine audits with {f'an {domain.lower()} grade' if domain else 'grades'}",
            used=used,
            left_out=(
                LeftOut(
                    reason="no grade, or themed, multi-agency or calibration audits",
                    records=others,
                ),
            )
            if others
            else (),
        ),
        verdict=verdict,
        reason=reason,
        headline=headline,
        changes=found,
    )


def consistency_verdict(found: tuple[ProcessFinding, ...]) -> tuple[SpreadVerdict, str, int]:
    """Verdict, reason and place of the latest change that can be judged."""
    if not found:
        reason = "no process change is declared within the period audited"
        return SpreadVerdict.TOO_LITTLE, reason, -1
    for place in reversed(range(len(found))):
        if found[place].change.verdict != SpreadVerdict.TOO_LITTLE:
            change = found[place].change
            return change.verdict, change.reason, place
    return SpreadVerdict.TOO_LITTLE, found[-1].change.reason, len(found) - 1


def _finding(periods: ProcessPeriods, grades: pd.DataFrame) -> ProcessFinding:
    sides = [grades[grades["when"].isin(side)] for side in (periods.before, periods.after)]
    who = retained_auditors(*(side["auditor"].to_numpy(np.int64) for side in sides))
    stayed = [side[side["auditor"].isin(who.retained)] for side in sides]
    before, after = map(_spread, sides)
    change, retained = spread_change(before, after), spread_change(*map(_spread, stayed))
    return ProcessFinding(
        periods=periods,
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


def _spread(rows: pd.DataFrame) -> Spread:
    """Spread of severity, with quarter and case type held fixed."""
    fixed = _dummies(rows, ["quarter", "case_type"])
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
