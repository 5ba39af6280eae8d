"""Multi-agency audits: a few cases at a time, told one by one and never as percentages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.names import AuditType
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.scope import graded, headline_domain


@dataclass(frozen=True, kw_only=True)
class MultiAgencyRound:
    """The multi-agency audits of one quarter and theme.

    Parameters
    ----------
    quarter : Quarter
    theme : str
        Empty where the exports name none.
    cases : int
    counts : tuple of int
        Cases by level of the headline domain, worst first.
    ungraded : int
        Cases without such a grade.
    """

    quarter: Quarter
    theme: str
    cases: int
    counts: tuple[int, ...]
    ungraded: int


def multi_agency_rounds(audits: Audits) -> tuple[MultiAgencyRound, ...]:
    """Count the cases of each round by grade, in order of time.

    Parameters
    ----------
    audits : Audits
        As known at the end of the quarter reported.
    """
    ours = audits.audits[audits.audits["audit_type"] == AuditType.MULTI_AGENCY]
    if ours.empty:
        return ()
    grades = graded(audits, domain=headline_domain(audits) or audits.settings.headline_domain)
    # In the order of people, so that the order of the rows read decides nothing.
    first = grades.sort_values(["audit_id", "rater"]).drop_duplicates("audit_id")
    code = first.set_index("audit_id")["grade"]
    marked = ours.assign(named=ours["theme"].fillna(""), code=ours["audit_id"].map(code))
    return tuple(
        _round(Quarter.parse(str(quarter)), str(theme), rows, audits.settings.scale.n_levels)
        for (quarter, theme), rows in marked.groupby(["quarter", "named"], sort=True)
    )


def _round(quarter: Quarter, theme: str, rows: pd.DataFrame, n_levels: int) -> MultiAgencyRound:
    codes = rows["code"].dropna().to_numpy(np.int64)
    return MultiAgencyRound(
        quarter=quarter,
        theme=theme,
        cases=len(rows),
        counts=tuple(int(n) for n in np.bincount(codes, minlength=n_levels)),
        ungraded=len(rows) - len(codes),
    )
