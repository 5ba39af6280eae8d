"""Councils whose scale changed, written as arrays: one audit a row, readings of a bridge beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import (
    AUDIT_COLUMNS,
    MODERATION_COLUMNS,
    RATING_COLUMNS,
    Audits,
)
from qaf_analysis.data.contract.record import ImportRecord
from qaf_analysis.data.council.assembly import typed
from qaf_analysis.terms.eras import Era
from qaf_analysis.terms.names import OVERALL
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4, Scale
from qaf_analysis.terms.settings import Settings

BREAK = date(2027, 4, 1)
FIVE = Scale(
    name="five",
    levels=("Causing concern", "Attention needed", "Expected standard", "Strong", "Exceptional"),
    good_from=2,
    positive="expected standard or better",
)
ERAS = (Era(scale=OFSTED4), Era(scale=FIVE, first=BREAK))
SETTINGS = Settings(council="Invented", scale=FIVE, eras=ERAS)
LAST = Quarter(2027, 4)


@dataclass(frozen=True, kw_only=True)
class Graded:
    """Audits alike: so many in one quarter with one grade on the scale in use.

    ``again`` are grades on the other scale of the first of them, ``reader`` who gave these.
    """

    quarter: str
    grade: int
    audits: int = 1
    auditors: Sequence[str] = ("A", "B", "C", "D", "E")
    domain: str = OVERALL
    again: Sequence[int] = ()
    readers: Sequence[str] = ()
    blind: bool | None = True
    selected: str = "random"
    read_on: str = "2027-06-01"
    day: str = ""


def council(*parts: Graded, settings: Settings = SETTINGS) -> Audits:
    """Bundle of these audits; auditors take turns in each part."""
    audits, ratings = [], []
    for number, part in enumerate(parts):
        on = pd.Timestamp(part.day or Quarter.parse(part.quarter).first_day)
        own = settings.era_on(on.date()).scale
        for place in range(part.audits):
            name = f"A{number:03}-{place:03}"
            auditor = part.auditors[place % len(part.auditors)]
            audits.append(
                {"audit_id": name, "case_ref": f"C{name}", "audit_date": on,
                 "quarter": part.quarter, "audit_type": "collaborative"}
            )  # fmt: skip
            ratings.append(_rating(name, part, auditor, "auditor", part.grade, own))
            if place < len(part.again):
                reader = part.readers[place % len(part.readers)] if part.readers else auditor
                other = next(e.scale for e in settings.eras if e.scale.name != own.name)
                again = _rating(name, part, reader, "bridge", part.again[place], other)
                ratings.append(
                    {**again, "source": part.selected, "blind": part.blind,
                     "rated_on": pd.Timestamp(part.read_on)}
                )  # fmt: skip
    return bundle(audits, ratings, settings)


def bundle(
    audits: list[dict[str, object]], ratings: list[dict[str, object]], settings: Settings
) -> Audits:
    """Bundle of rows; several rows of one audit (one for each domain) become one."""
    frame = pd.DataFrame(audits, columns=list(AUDIT_COLUMNS)).drop_duplicates("audit_id")
    return Audits(
        audits=typed(frame, AUDIT_COLUMNS),
        ratings=typed(pd.DataFrame(ratings, columns=list(RATING_COLUMNS)), RATING_COLUMNS),
        moderations=typed(pd.DataFrame([], columns=list(MODERATION_COLUMNS)), MODERATION_COLUMNS),
        settings=settings,
        record=ImportRecord(files=(), findings=(), checks=(), key_id="none"),
    )


def _rating(
    name: str, part: Graded, who: str, role: str, grade: int, scale: Scale
) -> dict[str, object]:
    return {
        "audit_id": name, "domain": part.domain, "rater": who, "role": role, "source": "",
        "grade": grade, "scale": scale.name, "grade_raw": scale.levels[grade], "rated_on": None,
        "blind": None,
    }  # fmt: skip


READERS = tuple("KLMNOPQRSTUV")  # twelve


def bridged(*, first: int = 20, rises: bool = False, **more: object) -> Audits:
    """200 old audits, 200 new ones, and 80 of the old read again by 12 readers.

    Old: 20 inadequate, 80 requires improvement, 80 good, 20 outstanding: 50 % positive. Read again
    are 8, 32, 32 and 8 of them, of which 0, 8, 28 and 8 meet the new standard: 44 of 80.
    New: 110 positive of 200, or 150 where practice rises.
    """
    new = 150 if rises else 110
    old = [
        Graded(quarter="2026-27 Q1", grade=0, audits=20, again=[1] * 8, readers=READERS, **more),
        Graded(quarter="2026-27 Q2", grade=1, audits=80, again=[1, 1, 1, 2] * 8,
               readers=READERS, **more),
        Graded(quarter="2026-27 Q3", grade=2, audits=80, again=[2, 3, 2, 2, 2, 2, 2, 1] * 4,
               readers=READERS, **more),
        Graded(quarter="2026-27 Q4", grade=3, audits=20, again=[3] * 8, readers=READERS, **more),
    ]  # fmt: skip
    return council(
        *old,
        Graded(quarter="2027-28 Q1", grade=1, audits=200 - new),
        Graded(quarter="2027-28 Q4", grade=2, audits=new),
    )


def with_settings(audits: Audits, **changes: object) -> Audits:
    """The same council with other settings."""
    return replace(audits, settings=replace(audits.settings, **changes))  # type: ignore[arg-type]


def rng(seed: int) -> np.random.Generator:
    """Chance of a test."""
    return np.random.default_rng(seed)
