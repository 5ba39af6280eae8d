"""Small councils written as plain rows, so that every figure can be worked out beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan

import pandas as pd

from qaf_analysis.data.contract.audits import (
    AUDIT_COLUMNS,
    MODERATION_COLUMNS,
    RATING_COLUMNS,
    Audits,
)
from qaf_analysis.data.contract.record import ImportRecord
from qaf_analysis.data.council.assembly import typed
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import OVERALL
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import Scale
from qaf_analysis.terms.settings import Settings

INADEQUATE, IMPROVE, GOOD, OUTSTANDING = range(4)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One audit, graded by its auditor and perhaps by a second auditor and a moderator.

    ``grades`` maps domains to the auditor's grades, ``second`` and ``moderated`` likewise.
    """

    quarter: str
    grades: Mapping[str, int] = field(default_factory=dict)
    auditor: str = "A"
    role: str = "auditor"
    second: Mapping[str, int] = field(default_factory=dict)
    second_auditor: str = "B"
    moderated: Mapping[str, int] = field(default_factory=dict)
    moderator: str = "M"
    selected_by: str = "random"
    chance: float | None = None
    moderation_source: str = "partner"
    blind: bool | None = True
    moderated_on: str = ""
    audit_type: str | None = "collaborative"
    team: str | None = None
    case_type: str | None = None
    theme: str | None = None
    collaborative: bool | None = None
    family_feedback: bool | None = None


def audit(quarter: str, grade: int | None = None, **more: object) -> Row:
    """One audit with an overall grade, or without."""
    grades = {} if grade is None else {OVERALL: grade}
    return Row(quarter=quarter, **{"grades": grades, **more})  # type: ignore[arg-type]


def council(*rows: Row, settings: Settings | None = None) -> Audits:
    """Bundle of the audits in the order given: the first is audit A001 and so on."""
    numbered = [(f"A{number:03}", row) for number, row in enumerate(rows, start=1)]
    scale = (settings or Settings(council="Small")).scale
    graded = [
        rating
        for name, row in numbered
        for who, role, grades in (
            (row.auditor, row.role, row.grades),
            (row.second_auditor, "second_auditor", row.second),
            (row.moderator, "external_moderator", row.moderated),
        )
        for rating in _ratings(name, row, who, role, grades, scale)
    ]
    audits = [_audit(name, row) for name, row in numbered]
    moderations = [_moderation(name, row) for name, row in numbered if row.moderated]
    return Audits(
        audits=typed(pd.DataFrame(audits, columns=list(AUDIT_COLUMNS)), AUDIT_COLUMNS),
        ratings=typed(pd.DataFrame(graded, columns=list(RATING_COLUMNS)), RATING_COLUMNS),
        moderations=typed(
            pd.DataFrame(moderations, columns=list(MODERATION_COLUMNS)), MODERATION_COLUMNS
        ),
        settings=settings or Settings(council="Small"),
        record=ImportRecord(files=(), findings=(), checks=(), key_id="none"),
    )


def _audit(name: str, row: Row) -> dict[str, object]:
    known = {column: getattr(row, column, None) for column in AUDIT_COLUMNS}
    day = Quarter.parse(row.quarter).first_day
    return {**known, "audit_id": name, "case_ref": f"C{name}", "audit_date": pd.Timestamp(day)}


def _ratings(
    name: str, row: Row, who: str, role: str, grades: Mapping[str, int], scale: Scale
) -> list[dict[str, object]]:
    return [
        {
            "audit_id": name, "domain": domain, "rater": who, "role": role, "source": "",
            "grade": grade, "scale": scale.name, "grade_raw": scale.levels[grade], "rated_on": None,
            "blind": row.blind,
        }
        for domain, grade in grades.items()
    ]  # fmt: skip


def _moderation(name: str, row: Row) -> dict[str, object]:
    day = pd.Timestamp(row.moderated_on or Quarter.parse(row.quarter).last_day)
    return {
        "audit_id": name, "moderator": row.moderator, "moderation_source": row.moderation_source,
        "round": None, "moderated_on": day, "selected_by": row.selected_by,
        "selection_probability": row.chance, "reason": None, "response": None,
    }  # fmt: skip


def estimated(
    value: float,
    low: float = nan,
    high: float = nan,
    *,
    cases: int = 100,
    auditors: int = 0,
    method: str = "by hand",
    level: float = 0.95,
) -> Estimate:
    """A figure with its interval, as a test chooses it."""
    return Estimate(
        value=value, low=low, high=high, level=level, cases=cases, auditors=auditors, method=method
    )


def unknown(why_not: str, *, cases: int = 0) -> Estimate:
    """A figure that cannot be told."""
    return Estimate.not_estimable(why_not, method="by hand", cases=cases)
