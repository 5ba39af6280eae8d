"""Councils written as plain readings by moderators, one after another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from qaf_analysis.data.contract.audits import (
    AUDIT_COLUMNS,
    MODERATION_COLUMNS,
    RATING_COLUMNS,
    Audits,
)
from qaf_analysis.data.contract.record import ImportRecord
from qaf_analysis.data.council.assembly import typed
from qaf_analysis.terms.names import OVERALL
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.settings import Settings

FIRST = Quarter(2018, 1)
LAST = Quarter(2019, 4)


@dataclass(frozen=True, kw_only=True)
class Read:
    """One reading by a moderator, in a round (0, 1, ...), one a quarter from 2018-19 Q1 on."""

    audit: str
    by: str
    round: int
    grade: int | dict[str, int]
    role: str = "external_moderator"
    blind: bool | None = True

    @property
    def grades(self) -> dict[str, int]:
        return self.grade if isinstance(self.grade, dict) else {OVERALL: self.grade}

    @property
    def day(self) -> pd.Timestamp:
        return pd.Timestamp(FIRST.next(self.round).first_day) + pd.Timedelta(days=40)

    @property
    def is_moderation(self) -> bool:
        return self.role.endswith("moderator")


def again(read: Read, round: int, by: int = 0, **more: object) -> Read:
    """The same case by the same person in a later round, so much kinder."""
    grades = {name: grade + by for name, grade in read.grades.items()}
    return replace(read, **{"round": round, "grade": grades, "role": "anchor", **more})  # type: ignore[arg-type]


def council(*reads: Read, audited: dict[str, int] | None = None, named: bool = True) -> Audits:
    """A council with these readings; auditors graded as told, or else Good.

    In each of eight rounds one more audit was moderated, so that every round is known.
    """
    reads = (*reads, *(Read(audit=f"Z{n}", by="Zed", round=n, grade=2) for n in range(8)))
    names = sorted({one.audit for one in reads})
    audits = [
        {"audit_id": n, "case_ref": n, "audit_type": "collaborative", "month_only": False,
         "audit_date": pd.Timestamp(FIRST.first_day), "quarter": str(FIRST)}
        for n in names
    ]  # fmt: skip
    ratings = [
        {"audit_id": n, "domain": OVERALL, "rater": "Ann", "role": "auditor", "source": "",
         "grade": (audited or {}).get(n, 2), "blind": None}
        for n in names
    ]  # fmt: skip
    ratings += [
        {"audit_id": one.audit, "domain": domain, "rater": one.by, "role": one.role,
         "source": "" if one.is_moderation else f"r{one.round}", "grade": grade,
         "rated_on": one.day, "blind": one.blind}
        for one in reads for domain, grade in one.grades.items()
    ]  # fmt: skip
    about = {"scale": OFSTED4.name, "grade_raw": "x"}
    moderations = [
        {"audit_id": one.audit, "moderator": one.by, "moderation_source": "partner",
         "round": f"r{one.round}" if named else None, "moderated_on": one.day,
         "selected_by": "random", "month_only": False}
        for one in reads if one.is_moderation
    ]  # fmt: skip
    later = audits[-1] | {
        "audit_id": "ZZ", "quarter": str(LAST), "audit_date": pd.Timestamp(LAST.first_day),
    }  # fmt: skip

    def table(rows: list[dict[str, object]], columns: tuple[str, ...]) -> pd.DataFrame:
        return typed(pd.DataFrame(rows, columns=list(columns)), columns)

    return Audits(
        audits=table([*audits, later], AUDIT_COLUMNS),
        ratings=table([about | row for row in ratings], RATING_COLUMNS),
        moderations=table(moderations, MODERATION_COLUMNS),
        settings=Settings(council="Small"),
        record=ImportRecord(files=(), findings=(), checks=(), key_id="none"),
    )
