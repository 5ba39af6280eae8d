"""Did changes to the audit process make auditing more consistent?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.analyses.scope import (
    LeftOut,
    Scope,
    first_quarter,
    graded,
    headline_domain,
    routine,
    up_to,
)
from qaf_analysis.data.audits import Audits
from qaf_analysis.stats.spread import Spread, severity_spread
from qaf_analysis.stats.spread_change import SpreadChange, spread_change
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.settings import ProcessChange

QUARTERS_EACH_SIDE = 4


@dataclass(frozen=True, kw_only=True)
class ProcessFinding:
    """Spread of auditors' severity before and after the changes of one quarter.

    ``inseparable`` is true when several changes began in that quarter; ``also_within`` names
    changes of other quarters that fall inside the periods compared.
    """

    quarter: Quarter
    labels: tuple[str, ...]
    inseparable: bool
    also_within: tuple[str, ...]
    before_quarters: tuple[Quarter, ...]
    after_quarters: tuple[Quarter, ...]
    before: Spread
    after: Spread
    change: SpreadChange
    auditors_before: int
    auditors_after: int
    retained: int


@dataclass(frozen=True, kw_only=True)
class Consistency:
    """Each process change, and the verdict on the latest of them that can be judged."""

    scope: Scope
    verdict: str
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
    grades = grades.assign(when=grades["quarter"].map(Quarter.parse))
    declared = sorted(known.settings.process_changes, key=lambda change: change.starts)
    inside = [change for change in declared if quarters[0] < change.quarter <= quarters[-1]]
    found = tuple(
        _finding(list(group), inside, grades, quarters)
        for _, group in groupby(inside, key=lambda change: change.quarter)
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
            unit=f"routine audits with an {domain.lower()} grade" if domain else "domain grades",
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


def consistency_verdict(found: tuple[ProcessFinding, ...]) -> tuple[str, str, int]:
    """Verdict, reason and place of the latest change that can be judged."""
    if not found:
        return "too little data", "no process change is declared within the period audited", -1
    for place in reversed(range(len(found))):
        if found[place].change.verdict != "too little data":
            change = found[place].change
            return change.verdict, change.reason, place
    return "too little data", found[-1].change.reason, len(found) - 1


def _finding(
    together: list[ProcessChange],
    declared: list[ProcessChange],
    grades: pd.DataFrame,
    quarters: list[Quarter],
) -> ProcessFinding:
    when = together[0].quarter
    before = [q for q in quarters if q < when][-QUARTERS_EACH_SIDE:]
    after = [q for q in quarters if q > when][:QUARTERS_EACH_SIDE]
    compared = {*before, *after}
    rows_before, rows_after = (grades[grades["when"].isin(side)] for side in (before, after))
    spread_before, spread_after = _spread(rows_before), _spread(rows_after)
    raters = set(rows_before["rater"]), set(rows_after["rater"])
    return ProcessFinding(
        quarter=when,
        labels=tuple(change.label for change in together),
        inseparable=len(together) > 1,
        also_within=tuple(c.label for c in declared if c.quarter in compared),
        before_quarters=tuple(before),
        after_quarters=tuple(after),
        before=spread_before,
        after=spread_after,
        change=spread_change(spread_before, spread_after),
        auditors_before=len(raters[0]),
        auditors_after=len(raters[1]),
        retained=len(raters[0] & raters[1]),
    )


def _mean_per_audit(grades: pd.DataFrame) -> pd.DataFrame:
    """One row per audit: grades of one audit are not independent, so they count once."""
    first = grades.drop_duplicates("audit_id").set_index("audit_id")
    return first.assign(grade=grades.groupby("audit_id")["grade"].mean()).reset_index()


def _spread(rows: pd.DataFrame) -> Spread:
    """Spread of severity, with quarter and case type held fixed."""
    fixed = _dummies(rows, ["quarter", "case_type"])
    return severity_spread(
        rows["grade"].to_numpy(np.float64),
        auditor=pd.factorize(rows["rater"], sort=True)[0].astype(np.int64),
        fixed=fixed,
    )


def _dummies(rows: pd.DataFrame, columns: list[str]) -> NDArray[np.float64]:
    parts = [
        pd.get_dummies(rows[column].fillna("not recorded"), drop_first=True).to_numpy(np.float64)
        for column in columns
    ]
    return np.hstack(parts) if len(rows) else np.zeros((0, 0))
