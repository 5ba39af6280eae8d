"""From linked entries to the pseudonymised tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from qaf_analysis.data.cells.grades import NOT_GRADED
from qaf_analysis.data.cells.words import quarter_names
from qaf_analysis.data.contract.audits import (
    ACTION_COLUMNS,
    ACTION_DAYS,
    AUDIT_COLUMNS,
    MODERATION_COLUMNS,
    RATING_COLUMNS,
)
from qaf_analysis.data.contract.spelling import Texts, spelling_key
from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.terms.names import Role, Selection

# How each column is held; the bundle restores these exactly.
DTYPES: Mapping[str, str] = {
    "audit_date": "datetime64[us]",
    "rated_on": "datetime64[us]",
    "moderated_on": "datetime64[us]",
    **dict.fromkeys(ACTION_DAYS, "datetime64[us]"),
    "co_located": "boolean",
    "collaborative": "boolean",
    "family_feedback": "boolean",
    "blind": "boolean",
    "selection_probability": "float64",
    "grade": "int64",
}
_INTERNAL = ("internal", "in-house", "in house", "internal moderation", "internal moderator")


def audits_table(entries: pd.DataFrame, *, key: PseudonymKey) -> pd.DataFrame:
    """One row per audit; where its rows differ, the auditor's first row stands."""
    first = entries.drop_duplicates("audit").copy()
    first["audit_id"] = key.codes("audit", first["audit"])
    first["case_ref"] = key.codes("case", first["case"])
    first["session_id"] = key.codes("session", first["session_id"])
    first["quarter"] = quarter_names(first["audit_date"])
    return in_order(typed(first, AUDIT_COLUMNS))


def audit_references(entries: pd.DataFrame, *, key: PseudonymKey) -> dict[str, str]:
    """Return the council's own identifier of each audit, as first written, by the audit's code."""
    first = entries.drop_duplicates("audit")
    return dict(zip(key.codes("audit", first["audit"]), first["audit_id"], strict=True))


def with_roles(entries: pd.DataFrame) -> pd.DataFrame:
    """Entries by auditors, each with a role.

    Of several people who graded one audit the first in the file is the auditor and the others
    are second auditors, unless the export states the roles.
    """
    first = entries.groupby("audit", sort=False)["rater"].transform("first")
    derived = np.where(entries["rater"] == first, str(Role.AUDITOR), str(Role.SECOND_AUDITOR))
    return entries.assign(role=entries["role"].where(entries["role"] != "", derived))


def ratings_table(
    audits: pd.DataFrame, moderations: pd.DataFrame, *, days: pd.Series, key: PseudonymKey
) -> pd.DataFrame:
    """One row per audit, domain and rater, moderators' grades among them.

    Parameters
    ----------
    audits, moderations : DataFrame
        Entries by auditors (with roles) and by moderators.
    days : Series
        Date of each audit by its code, for the order of the rows.
    """
    graded = audits[audits["grade"] != NOT_GRADED].assign(source="")
    moderated = moderations.assign(
        source=moderations.get("moderation_source", ""), role=_moderating_roles(moderations)
    )
    both = pd.concat(
        [part for part in (graded, moderated) if len(part)] or [graded], ignore_index=True
    )
    both["audit_id"] = key.codes("audit", both["audit"])
    both["rater"] = key.codes("person", both["rater"])
    return in_order(typed(both, RATING_COLUMNS), days=days)


def moderations_table(entries: pd.DataFrame, *, days: pd.Series, key: PseudonymKey) -> pd.DataFrame:
    """One row per audit and moderator; selection is ``unknown`` where it was not recorded."""
    first = entries.drop_duplicates(["audit", "rater"]).copy()
    first["audit_id"] = key.codes("audit", first["audit"])
    first["moderator"] = key.codes("person", first["rater"])
    first["selected_by"] = first["selected_by"].replace("", str(Selection.UNKNOWN))
    return in_order(typed(first, MODERATION_COLUMNS), days=days)


def actions_table(entries: pd.DataFrame, *, key: PseudonymKey) -> pd.DataFrame:
    """One row per improvement action."""
    coded = entries.assign(
        action_id=key.codes("action", entries["action"]),
        verified_by_audit=key.codes("audit", entries["audit"]),
    )
    return actions_in_order(typed(coded, ACTION_COLUMNS))


def _moderating_roles(entries: pd.DataFrame) -> Texts:
    internal = entries["moderation_source"].map(lambda text: spelling_key(text) in _INTERNAL)
    derived = np.where(internal, str(Role.MODERATOR), str(Role.EXTERNAL_MODERATOR))
    return entries["role"].where(entries["role"] != "", derived)


def typed(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return the columns named, in order and with their dtypes; blank text becomes missing."""
    held = {}
    for name in columns:
        column = table[name]
        dtype = DTYPES.get(name, "str")
        if dtype == "str":
            column = column.astype(object).where(column.notna() & (column != ""), None)
        held[name] = column.astype(dtype)  # type: ignore[call-overload]
    return pd.DataFrame(held, columns=list(columns)).reset_index(drop=True)


def in_order(table: pd.DataFrame, *, days: pd.Series | None = None) -> pd.DataFrame:
    """Rows by date and code of the audit, then by domain, role and person.

    The order of the export is not kept: it might tell which audit is whose.

    Parameters
    ----------
    days : Series, optional
        Date of each audit by its code; not needed for the audits themselves.
    """
    day = table["audit_date"] if days is None else table["audit_id"].map(days)
    further = [name for name in ("domain", "role", "rater", "moderator") if name in table.columns]
    keyed = table.assign(_day=day)
    ordered = keyed.sort_values(["_day", "audit_id", *further], kind="stable", na_position="last")
    return ordered.drop(columns="_day").reset_index(drop=True)


def actions_in_order(actions: pd.DataFrame) -> pd.DataFrame:
    """Actions by the day raised and their code; the order of the export is not kept."""
    return actions.sort_values(["raised_on", "action_id"], kind="stable", ignore_index=True)
