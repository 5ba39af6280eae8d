"""The clean bundle on disk: four CSV files, the import record and the settings.

Two bundles of the same audits are the same bytes. Text that a spreadsheet might run as a formula
stands behind an apostrophe (``formula_text``), which reading takes away again.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from qaf_analysis.data.contract.audits import (
    ACTION_COLUMNS,
    AUDIT_COLUMNS,
    MODERATION_COLUMNS,
    RATING_COLUMNS,
    Audits,
    no_actions,
)
from qaf_analysis.data.contract.formula_text import guarded, unguarded
from qaf_analysis.data.contract.record import Check, FileRecord, Finding, ImportRecord
from qaf_analysis.data.council.assembly import DTYPES, actions_in_order, in_order, typed
from qaf_analysis.data.files.private_file import private_folder
from qaf_analysis.data.files.settings_names import SETTINGS_FILE
from qaf_analysis.data.store.settings_copy import settings_copy, settings_of_copy
from qaf_analysis.terms.errors import SettingsError, UsageError
from qaf_analysis.terms.settings import Settings

COUNCIL_FILE = "council.json"
RECORD_FILE = "record.json"
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "audits.csv": AUDIT_COLUMNS,
    "ratings.csv": RATING_COLUMNS,
    "moderations.csv": MODERATION_COLUMNS,
}
ACTIONS_FILE = "actions.csv"  # apart, because bundles of earlier versions do not have it


def write_bundle(audits: Audits, folder: Path) -> None:
    """Write the bundle into a folder, which is made if need be.

    Rows are in the order of date and code of the audit. Of the import record every piece of a
    cell is withheld, and of the settings all that serves reading only, so that no identifier
    leaves the intake step.

    Raises
    ------
    SettingsError
        If the settings come from no file and say more than the council's name, for then they
        could not be read back.
    """
    settings = _settings_file(audits)
    days = audits.audits.set_index("audit_id")["audit_date"]
    tables = {
        "audits.csv": in_order(audits.audits),
        "ratings.csv": in_order(audits.ratings, days=days),
        "moderations.csv": in_order(audits.moderations, days=days),
    }
    private_folder(folder)
    for name, table in tables.items():
        (folder / name).write_bytes(_csv(table, _COLUMNS[name]).encode())
    text = _csv(actions_in_order(audits.actions), ACTION_COLUMNS)
    (folder / ACTIONS_FILE).write_bytes(text.encode())
    (folder / RECORD_FILE).write_bytes(_json(asdict(audits.record.withheld)))
    for name, data in settings.items():
        (folder / name).write_bytes(data)


def read_bundle(folder: Path) -> Audits:
    """Read a bundle back, every column as it was.

    Raises
    ------
    UsageError
        If the folder holds no bundle, or a damaged one.
    """
    try:
        tables = {name: _table(folder / name, columns) for name, columns in _COLUMNS.items()}
        record = _record(json.loads((folder / RECORD_FILE).read_bytes()))
        actions = _actions(folder, record=record)
        settings, data = _settings(folder)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise UsageError(
            f"{folder.name} holds no whole bundle ({type(error).__name__}). Run the intake again."
        ) from None
    return Audits(
        audits=tables["audits.csv"],
        ratings=tables["ratings.csv"],
        moderations=tables["moderations.csv"],
        settings=settings,
        record=record,
        settings_bytes=data,
        actions=actions,
    )


def read_bundle_settings(folder: Path) -> Settings:
    """Read only the settings of a bundle.

    Raises
    ------
    UsageError
        If the folder holds none, or damaged ones.
    SettingsError
        If they say what settings may not.
    """
    try:
        return _settings(folder)[0]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{folder.name} holds no settings that can be read ({type(error).__name__})."
        ) from None


def _settings_file(audits: Audits) -> dict[str, bytes]:
    settings = audits.settings
    if audits.settings_bytes:
        return {SETTINGS_FILE: settings_copy(audits.settings_bytes, sha256=settings.sha256)}
    if settings != Settings(council=settings.council, synthetic=settings.synthetic):
        raise SettingsError(
            "These settings were not read from a council.toml and could not be read back; "
            "give the bundle the bytes of the file (settings_bytes)."
        )
    named = {"council": settings.council, "synthetic": settings.synthetic}
    return {COUNCIL_FILE: _json(named)}


def _settings(folder: Path) -> tuple[Settings, bytes]:
    path = folder / SETTINGS_FILE
    if path.is_file():
        data = path.read_bytes()
        return settings_of_copy(data), data
    named = json.loads((folder / COUNCIL_FILE).read_bytes())
    return Settings(council=str(named["council"]), synthetic=bool(named["synthetic"])), b""


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _csv(table: pd.DataFrame, columns: tuple[str, ...]) -> str:
    written = {name: _texts(table[name]) for name in columns}
    if "month_only" in columns:
        # The day of what is known by its month was never told, so none is written.
        by_month = table["month_only"].fillna(False).astype(bool)
        for name in {"audit_date", "moderated_on"} & set(columns):
            written[name] = [
                text[:7] if only else text
                for text, only in zip(written[name], by_month, strict=True)
            ]
    texts = pd.DataFrame(written, dtype=object)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(texts.itertuples(index=False, name=None))
    return buffer.getvalue()


def _texts(column: pd.Series) -> list[str]:
    missing = column.isna().to_numpy(dtype=bool)
    if str(column.dtype).startswith("datetime64"):
        values = column.dt.strftime("%Y-%m-%d").astype(object)
    elif DTYPES.get(str(column.name), "str") == "str":
        values = column.astype(object).map(guarded, na_action="ignore")
    else:
        values = column.astype(object).map(repr, na_action="ignore")
    return ["" if gone else str(value) for value, gone in zip(values, missing, strict=True)]


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    if tuple(rows[0]) != columns:
        raise ValueError(f"{path.name} does not have the columns expected")
    body = pd.DataFrame(rows[1:], columns=list(columns), dtype=object)
    return typed(body.apply(_values), columns)


def _actions(folder: Path, *, record: ImportRecord) -> pd.DataFrame:
    """Actions of the bundle; none where it was written before there were any."""
    path = folder / ACTIONS_FILE
    if path.is_file() or any(file.kind == "actions" for file in record.files):
        return _table(path, ACTION_COLUMNS)
    return no_actions()


def _values(column: pd.Series) -> pd.Series:
    held = DTYPES.get(str(column.name), "str")
    if held == "str":
        return column.map(unguarded)
    if held == "boolean":
        return column.map({"True": True, "False": False, "": pd.NA}).astype("boolean")
    if held == "float64":
        return column.replace("", "nan").astype("float64")
    if held == "int64":
        return column.astype("int64")
    days = column.where(column.str.len() != len("2024-04"), column + "-01")
    return pd.to_datetime(days.replace("", None), format="%Y-%m-%d")


def _record(content: Mapping[str, Any]) -> ImportRecord:
    return ImportRecord(
        files=tuple(FileRecord(**file) for file in content["files"]),
        findings=tuple(Finding(**finding) for finding in content["findings"]),
        checks=tuple(Check(**check) for check in content["checks"]),
        key_id=content["key_id"],
        dropped_columns=tuple(content["dropped_columns"]),
        set_aside_sum=content.get("set_aside_sum", ""),
        is_for_run=True,
    )
