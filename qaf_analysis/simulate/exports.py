"""A simulated council as the canonical long tables, all text, ready to be written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from qaf_analysis.simulate.council import SimulatedCouncil
from qaf_analysis.terms.settings import FileSettings

AUDIT_COLUMNS = (
    "audit_id",
    "case_ref",
    "audit_date",
    "quarter",
    "team",
    "case_type",
    "audit_type",
    "theme",
    "session_id",
    "co_located",
    "collaborative",
    "family_feedback",
    "sample_method",
    "auditor",
    "role",
    "blind",
    "domain",
    "grade",
)
CLEAN_FILES: tuple[FileSettings, ...] = (
    FileSettings(path="audits.csv", kind="audits", date_order="year_first"),
    FileSettings(path="moderations.csv", kind="moderations", date_order="year_first"),
    FileSettings(path="actions.csv", kind="actions", date_order="year_first"),
)
BRIDGE_FILE = FileSettings(path="bridge.csv", kind="bridge", date_order="year_first")
ISO_DAY, MONTH = "%Y-%m-%d", "%B %Y"
_FLAGS = ("co_located", "collaborative", "family_feedback", "blind")


def long_audits(council: SimulatedCouncil) -> pd.DataFrame:
    """One row per audit, auditor and domain, ``AUDIT_COLUMNS``; dates as days, the rest text."""
    ratings = council.ratings
    audits = council.audits.iloc[ratings["row"].to_numpy()].reset_index(drop=True)
    audits["auditor"] = ratings["rater"]
    for column in ("role", "blind", "domain"):
        audits[column] = ratings[column]
    audits["grade"] = grade_labels(council, ratings)
    return _as_text(audits[list(AUDIT_COLUMNS)])


def long_moderations(council: SimulatedCouncil) -> pd.DataFrame:
    """One row per audit, round and domain; dates as days, the rest text.

    The scale is named where the council has had more than one.
    """
    moderations = council.moderations.copy()
    moderations["grade"] = grade_labels(council, moderations)
    if not council.design.eras:
        moderations = moderations.drop(columns="scale")
    chance = moderations["selection_probability"]
    moderations["selection_probability"] = [
        "" if np.isnan(value) else f"{value:.6g}" for value in chance.astype(float)
    ]
    return _as_text(moderations)


def long_actions(council: SimulatedCouncil) -> pd.DataFrame:
    """One row per improvement action; dates as days, the rest text."""
    return _as_text(council.actions)


def long_bridges(council: SimulatedCouncil) -> pd.DataFrame:
    """One row per audit graded on two scales, reader and domain; dates as days, the rest text."""
    bridges = council.bridges.copy()
    bridges["grade"] = grade_labels(council, bridges)
    return _as_text(bridges)


def day_style(council: SimulatedCouncil, *, of_days: str) -> str:
    """How the audit form writes when an audit was done: by a style of days, or the month alone."""
    return MONTH if council.design.dated_by == "month" else of_days


def csv_bytes(
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> bytes:
    """Return rows as a CSV file with line feeds, the same bytes on every machine."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def written_days(days: pd.Series, *, style: str) -> list[str]:
    """Days as text, by a ``strftime`` style; blank where there is none."""
    return ["" if day is pd.NaT else day.strftime(style) for day in days]


def grade_labels(council: SimulatedCouncil, graded: pd.DataFrame) -> np.ndarray:
    """Levels of grades, each on the scale that its row names."""
    levels = {era.scale.name: era.scale.levels for era in council.design.all_eras}
    pairs = zip(graded["scale"], graded["grade"], strict=True)
    return np.array([levels[scale][code] for scale, code in pairs], dtype=object)


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    text = table.copy()
    for column in text.columns:
        if column in _FLAGS:
            text[column] = np.where(text[column].astype(bool), "Yes", "No")
        elif not column.endswith(("_date", "_on")):
            text[column] = text[column].astype(object).where(text[column].notna(), "")
    return text
