"""Councils of themed audits written as rows: a line for each quarter, a digit for each audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from qaf_analysis.data.contract.audits import (
    ACTION_COLUMNS,
    AUDIT_COLUMNS,
    MODERATION_COLUMNS,
    RATING_COLUMNS,
    Audits,
)
from qaf_analysis.data.contract.record import ImportRecord
from qaf_analysis.data.council.assembly import typed
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import ProcessChange, Settings, Theme

Row = tuple[str, dict[str, str]]  # a quarter; the grades of its audits in each domain
LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")


def council(
    *rows: Row,
    themes: Sequence[Theme] = (),
    process_changes: Sequence[ProcessChange] = (),
    actions: Sequence[Sequence[str | None]] = (),
    audits: Sequence[Mapping[str, object]] = (),
    sha256: str = "",
) -> Audits:
    """Bundle of these audits.

    In a row, the n-th digit of each domain is the grade of the quarter's n-th audit; a dot is no
    grade. Auditors take turns of three. Further audits, with all their columns, may follow as
    mappings with their grades under ``grades``. Actions are theme, raised, due, closed, verified
    and by which audit.
    """
    made = [one for quarter, domains in rows for one in _audits(quarter, domains)]
    made += [{"audit_id": f"X{number}", **one} for number, one in enumerate(audits, start=1)]
    ratings = [
        {"audit_id": one["audit_id"], "domain": domain, "rater": one["auditor"],
         "role": one.get("role", "auditor"), "grade": grade,
         "scale": "ofsted4", "grade_raw": LEVELS[grade]}
        for one in made
        for domain, grade in one["grades"].items()
    ]  # fmt: skip
    names = ("theme", "raised_on", "due_on", "closed_on", "verified_on", "verified_by_audit")
    followed = pd.DataFrame(actions, columns=names)
    followed = followed.assign(action_id=[f"K{n}" for n in range(len(followed))])
    domains = dict.fromkeys(domain for _, grades in rows for domain in grades)
    return Audits(
        audits=_table(made, AUDIT_COLUMNS),
        ratings=_table(ratings, RATING_COLUMNS),
        moderations=_table([], MODERATION_COLUMNS),
        settings=Settings(
            council="By hand",
            domains=dict.fromkeys(domains),
            themes=tuple(themes),
            process_changes=tuple(process_changes),
            sha256=sha256,
        ),
        record=ImportRecord(files=(), findings=(), checks=(), key_id="none"),
        actions=typed(followed.reindex(columns=list(ACTION_COLUMNS)), ACTION_COLUMNS),
    )


def _audits(quarter: str, domains: Mapping[str, str]) -> list[dict]:
    count = len(next(iter(domains.values())))
    return [
        {
            "audit_id": f"{quarter}-{number:02}",
            "case_ref": f"C-{quarter}-{number:02}",
            "quarter": quarter,
            "audit_date": pd.Timestamp(Quarter.parse(quarter).first_day),
            "audit_type": "collaborative",
            "auditor": "ABC"[number % 3],
            "grades": {
                name: int(grades[number]) for name, grades in domains.items()
                if grades[number] != "."
            },
        }
        for number in range(count)
    ]  # fmt: skip


def _table(rows: list[dict], columns: tuple[str, ...]) -> pd.DataFrame:
    return typed(pd.DataFrame(rows).reindex(columns=list(columns)), columns)
