"""From linked entries to the pseudonymised tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.cells.grades import NOT_GRADED
from qaf_analysis.data.cells.words import quarter_names
from qaf_analysis.data.contract.audits import (
    ACTION_COLUMNS,
    ACTION_DAYS,
    AUDIT_COLUMNS,
    MODERATION_COLUMNS,
    RATING_COLUMNS,
)
from qaf_analysis.data.contract.distinct import (
    Distinct,
    Texts,
    by_text,
    constant,
    distinct,
    first_of_each,
    held,
    present,
    where,
)
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.council.entries import below
from qaf_analysis.data.council.pseudonyms import PseudonymKey, PseudonymKind
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
    "month_only": "boolean",
    "selection_probability": "float64",
    "grade": "int64",
}
_SHORT = 64
_INTERNAL = ("internal", "in-house", "in house", "internal moderation", "internal moderator")


class Coder:
    """Codes under one key; that of each identifier is made once, whichever tables it stands in."""

    def __init__(self, key: PseudonymKey) -> None:
        self._key = key
        self._known: dict[PseudonymKind, dict[str, str]] = {}

    def codes(self, kind: PseudonymKind, texts: Texts) -> Texts:
        """Code of each text, categorical; missing where it is blank."""
        found = distinct(texts)
        known = self._known.setdefault(kind, {"": ""})
        new = [text for text in present(texts) if text not in known]
        known.update(zip(new, self._key.codes_of(kind, new), strict=True))
        coded = np.array([known.get(text) or None for text in found.texts], dtype=object)
        return held(replace(found, texts=coded), index=texts.index)


def audits_table(entries: pd.DataFrame, *, coder: Coder) -> pd.DataFrame:
    """One row per audit; where its rows differ, the auditor's first row stands.

    Columns of text are categorical here and in the other tables: see ``typed``.
    """
    first = entries.drop_duplicates("audit").copy()
    first["audit_id"] = first["code"]
    first["case_ref"] = coder.codes("case", first["case"])
    first["session_id"] = coder.codes("session", first["session_id"])
    first["quarter"] = quarter_names(first["audit_date"])
    return in_order(first[[*AUDIT_COLUMNS]])


def audit_references(entries: pd.DataFrame) -> dict[str, str]:
    """Return the council's own identifier of each audit, as first written, by the audit's code."""
    first = entries[["code", "audit_id"]].drop_duplicates("code").astype(object)
    return dict(zip(first["code"], first["audit_id"], strict=True))


def with_codes(entries: pd.DataFrame, *, coder: Coder) -> pd.DataFrame:
    """Entries, each with the ``code`` of its audit."""
    return entries.assign(code=coder.codes("audit", entries["audit"]))


def with_roles(entries: pd.DataFrame) -> pd.DataFrame:
    """Entries by auditors, each with a role.

    Of several people who graded one audit the first in the file is the auditor and the others
    are second auditors, unless the export states the roles.
    """
    audit, rater = distinct(entries["audit"]), distinct(entries["rater"])
    first = first_of_each(audit.places, rater.places)
    words = [str(Role.AUDITOR), str(Role.SECOND_AUDITOR)]
    derived = (rater.places != first).astype(np.intp)
    return entries.assign(role=_stated_or(entries["role"], derived, words))


def _stated_or(roles: Texts, derived: NDArray[np.intp], words: Sequence[str]) -> Texts:
    """Roles as stated, and where blank one of some words, by its place among them."""
    found = distinct(roles)
    texts = np.array([*found.texts, *words], dtype=object)
    blank = found.chosen(found.texts == "")
    places = np.where(blank, derived + len(found.texts), found.places)
    return held(Distinct(places=places, texts=texts), index=roles.index)


def ratings_table(
    audits: pd.DataFrame,
    moderations: pd.DataFrame,
    bridge: pd.DataFrame,
    rereadings: pd.DataFrame,
    *,
    days: pd.Series,
    coder: Coder,
) -> pd.DataFrame:
    """One row per audit, domain and rater, moderators' grades and further readings among them.

    Parameters
    ----------
    audits, moderations, bridge, rereadings : DataFrame
        Entries by auditors (with roles), by moderators, by readers over a change of scale, and by
        moderators who read a case to show how they grade. The ``source`` of a bridge reading says
        how its audit was chosen, that of a rereading names its round.
    days : Series
        Date of each audit by its code, for the order of the rows.
    """
    columns = ["code", *(name for name in RATING_COLUMNS if name != "audit_id")]
    graded = audits[audits["grade"] != NOT_GRADED]
    graded = graded.assign(source=constant("", index=graded.index))
    again = bridge.assign(source=_selection(bridge["selected_by"]))
    measured = rereadings.assign(source=rereadings["round"])
    every = (graded, _moderated(moderations), again, measured)
    parts = [part for part in every if len(part)] or [graded]
    both = below([part[columns] for part in parts])
    both["audit_id"] = both["code"]
    both["rater"] = coder.codes("person", both["rater"])
    return in_order(both[[*RATING_COLUMNS]], days=days)


def moderations_table(entries: pd.DataFrame, *, days: pd.Series, coder: Coder) -> pd.DataFrame:
    """One row per audit and moderator; selection is ``unknown`` where it was not recorded."""
    first = entries.drop_duplicates(["audit", "rater"]).copy()
    first["audit_id"] = first["code"]
    first["moderator"] = coder.codes("person", first["rater"])
    first["selected_by"] = _selection(first["selected_by"])
    return in_order(first[[*MODERATION_COLUMNS]], days=days)


def _selection(texts: Texts) -> Texts:
    """How audits were chosen; ``unknown`` where it was not recorded."""
    return by_text(texts, lambda text: text or str(Selection.UNKNOWN))


def actions_table(entries: pd.DataFrame, *, coder: Coder) -> pd.DataFrame:
    """One row per improvement action."""
    coded = entries.assign(
        action_id=coder.codes("action", entries["action"]),
        verified_by_audit=coder.codes("audit", entries["audit"]),
    )
    return actions_in_order(typed(coded, ACTION_COLUMNS))


def _moderated(entries: pd.DataFrame) -> pd.DataFrame:
    internal = where(entries["moderation_source"], lambda text: spelling_key(text) in _INTERNAL)
    words = [str(Role.EXTERNAL_MODERATOR), str(Role.MODERATOR)]
    return entries.assign(
        source=entries["moderation_source"],
        role=_stated_or(entries["role"], internal.astype(np.intp), words),
    )


def typed(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return the columns named, in order and with their dtypes; blank text becomes missing."""
    kept = {}
    for name in columns:
        if name == "month_only" and name not in table:
            kept[name] = pd.Series(False, index=table.index, dtype="boolean")
            continue
        column = table[name]
        dtype = DTYPES.get(name, "str")
        if isinstance(column.dtype, pd.CategoricalDtype):
            texts = pd.array([text or None for text in column.cat.categories], dtype="str")
            values = texts.take(column.array.codes, allow_fill=True)
            kept[name] = pd.Series(values, index=column.index)
            continue
        if dtype == "str":
            column = column.astype(object).where(column.notna() & (column != ""), None)
        kept[name] = column.astype(dtype)  # type: ignore[call-overload]
    index = pd.RangeIndex(len(table))
    return pd.DataFrame({n: c.set_axis(index) for n, c in kept.items()}, index=index, copy=False)


def in_order(table: pd.DataFrame, *, days: pd.Series | None = None) -> pd.DataFrame:
    """Rows by date and code of the audit, then by domain, role and person.

    The order of the export is not kept: it might tell which audit is whose.

    Parameters
    ----------
    days : Series, optional
        Date of each audit by its code; not needed for the audits themselves.
    """
    audit = distinct(table["audit_id"])
    if days is None:
        day = table["audit_date"].to_numpy(dtype="datetime64[us]")
        ranks = [_day_ranks(day), _ranks(audit)]
    else:
        by_code = days.reindex(audit.texts).to_numpy(dtype="datetime64[us]")
        alphabet = _ranks(replace(audit, places=np.arange(len(audit.texts))))
        rank = np.empty(len(audit.texts), dtype=np.int64)
        rank[_order([_day_ranks(by_code), alphabet])] = np.arange(len(audit.texts))
        ranks = [audit.spread(rank, missing=len(rank))]
    further = [name for name in ("domain", "role", "rater", "moderator") if name in table.columns]
    ranks += [_ranks(distinct(table[name])) for name in further]
    return table.iloc[_order(ranks)].reset_index(drop=True)


def _day_ranks(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Place of each day among all; the last where there is none."""
    places, different = pd.factorize(days, sort=True)
    return np.where(places < 0, len(different), places).astype(np.int64)


def _ranks(found: Distinct) -> NDArray[np.int64]:
    """Place of each cell's text in the alphabet; the last where it is missing or blank."""
    rank = np.empty(len(found.texts) + 1, dtype=np.int64)
    texts = found.texts
    if max(map(len, texts), default=0) <= _SHORT:
        # Arrays of letters sort faster than objects, and in the same order.
        texts = texts.astype("S" if "".join(texts).isascii() else "U")
    rank[np.argsort(texts, kind="stable")] = np.arange(len(texts))
    rank[-1] = len(found.texts)
    rank[:-1][found.texts == ""] = len(found.texts)
    return rank[found.places]


def _order(ranks: Sequence[NDArray[np.int64]]) -> NDArray[np.intp]:
    """Stable order of rows by several ranks, the first one first."""
    sizes = [int(rank.max(initial=0)) + 1 for rank in ranks]
    if math.prod(sizes) >= 2**62:
        return np.lexsort(ranks[::-1])
    rows = len(ranks[0])
    key = np.zeros(rows, dtype=np.int64)
    for rank, size in zip(ranks, sizes, strict=True):
        key = key * size + rank
    if math.prod(sizes) * rows < 2**62:
        return np.argsort(key * rows + np.arange(rows))  # no two alike: any sort is stable
    return np.argsort(key, kind="stable")


def actions_in_order(actions: pd.DataFrame) -> pd.DataFrame:
    """Actions by the day raised and their code; the order of the export is not kept."""
    return actions.sort_values(["raised_on", "action_id"], kind="stable", ignore_index=True)
