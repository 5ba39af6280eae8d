"""Bundles of councils that change their scale, by the thousand: to try what a report says of them.

Grades and readings are drawn as the calibration of the bridge draws them (``stats.bridge``); here
they become the tables that every analysis reads. Who graded an audit first is filled in by turns:
nothing that is said over a change of scale looks at it.
"""

from __future__ import annotations

from dataclasses import dataclass
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
from qaf_analysis.stats.bridge.councils import EraAudits, ScaleShape
from qaf_analysis.terms.eras import Era
from qaf_analysis.terms.names import OVERALL, Role, Selection
from qaf_analysis.terms.quarter import Quarter, rolling_year
from qaf_analysis.terms.scale import Scale
from qaf_analysis.terms.settings import Settings

BREAK = date(2027, 4, 1)
LAST = Quarter(2027, 4)
_READ_ON = pd.Timestamp(date(2027, 6, 1))


@dataclass(frozen=True, kw_only=True)
class Readings:
    """How the readings of a bridge are recorded.

    Parameters
    ----------
    re_read, graded_twice : bool
        Whether old audits were read again, and new ones graded twice.
    blind : bool or None
        None where it is not recorded.
    selected_by : Selection
    """

    re_read: bool = True
    graded_twice: bool = False
    blind: bool | None = True
    selected_by: Selection = Selection.RANDOM


NO_BRIDGE = Readings(re_read=False)


def scale_of(shape: ScaleShape, *, name: str) -> Scale:
    """A scale with as many levels as a shape, in invented words."""
    levels = tuple(f"{name.capitalize()} step {step}" for step in range(1, len(shape.shares) + 1))
    return Scale(name=name, levels=levels, good_from=shape.good_from)


def settings_of(old: ScaleShape, new: ScaleShape) -> Settings:
    """Settings of a council that goes from one scale to another on ``BREAK``."""
    first, second = scale_of(old, name="old"), scale_of(new, name="new")
    eras = (Era(scale=first), Era(scale=second, first=BREAK))
    return Settings(council="Invented", synthetic=True, scale=second, eras=eras)


def council_of(
    old: EraAudits, new: EraAudits, place: int, *, settings: Settings, readings: Readings
) -> Audits:
    """Return one of many drawn councils as a bundle.

    Parameters
    ----------
    old, new : EraAudits
        From ``ChangedCouncil.drawn``.
    place : int
        Which of them.
    settings : Settings
        From ``settings_of``.
    readings : Readings
        Which bridges were made, and what is recorded of them.
    """
    before, after = settings.eras
    years = rolling_year(LAST.next(-4)), rolling_year(LAST)
    parts = [
        _era(old, place, prefix="O", quarters=years[0], scale=before.scale),
        _era(new, place, prefix="N", quarters=years[1], scale=after.scale, twice=True),
    ]
    ratings = [rating for _, rating in parts]
    if readings.re_read:
        ratings.append(_bridge(old, place, prefix="O", scale=after.scale, readings=readings))
    if readings.graded_twice:
        ratings.append(_bridge(new, place, prefix="N", scale=before.scale, readings=readings))
    return Audits(
        audits=typed(
            _with(pd.concat([audits for audits, _ in parts]), AUDIT_COLUMNS), AUDIT_COLUMNS
        ),
        ratings=typed(_with(pd.concat(ratings), RATING_COLUMNS), RATING_COLUMNS),
        moderations=typed(pd.DataFrame(columns=list(MODERATION_COLUMNS)), MODERATION_COLUMNS),
        settings=settings,
        record=ImportRecord(files=(), findings=(), checks=(), key_id="none"),
    )


def _era(
    era: EraAudits,
    place: int,
    *,
    prefix: str,
    quarters: list[Quarter],
    scale: Scale,
    twice: bool = False,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Audits of one era with their own grades; those of the bridge come first."""
    counts = np.rint(era.audits * era.shares[place]).astype(np.int64)
    first = era.bridge.level[place]
    rest = np.repeat(np.arange(len(counts)), counts - np.bincount(first, minlength=len(counts)))
    grade = np.concatenate([first, rest])
    number = np.arange(len(grade))
    names = [f"{prefix}{n:04}" for n in number]
    who = number % 29
    if twice:
        who[: len(first)] = era.bridge.reader[place]
    when = [quarters[n % len(quarters)] for n in number]
    audits = pd.DataFrame(
        {
            "audit_id": names,
            "case_ref": names,
            "audit_date": [pd.Timestamp(quarter.first_day) for quarter in when],
            "quarter": [str(quarter) for quarter in when],
            "audit_type": "collaborative",
        }
    )
    ratings = _ratings(names, grade, [f"R{n:02}" for n in who], scale=scale)
    return audits, ratings.assign(role=Role.AUDITOR.value, source="")


def _bridge(
    era: EraAudits, place: int, *, prefix: str, scale: Scale, readings: Readings
) -> pd.DataFrame:
    """Readings on the other scale: the best level below positive, or the lowest positive one."""
    positive = era.bridge.positive[place]
    grade = np.where(positive == 1, scale.good_from, scale.good_from - 1)
    names = [f"{prefix}{n:04}" for n in range(len(grade))]
    rows = _ratings(names, grade, [f"R{n:02}" for n in era.bridge.reader[place]], scale=scale)
    return rows.assign(
        role=Role.BRIDGE.value,
        source=readings.selected_by.value,
        blind=readings.blind,
        rated_on=_READ_ON,
    )


def _ratings(names: list[str], grade: np.ndarray, who: list[str], *, scale: Scale) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "audit_id": names,
            "domain": OVERALL,
            "rater": who,
            "grade": grade,
            "scale": scale.name,
            "grade_raw": [scale.levels[code] for code in grade],
        }
    )


def _with(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    return rows.reindex(columns=list(columns)).reset_index(drop=True)
