"""A child's number in place of an audit's: two audits months apart would count as one audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.distinct import distinct, first_of_each
from qaf_analysis.data.contract.paste import file_block
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.council.entries import without_bad_rows
from qaf_analysis.data.council.export import Export
from qaf_analysis.terms.names import Role

FAR_APART = timedelta(weeks=6)
"""Two auditors of one audit grade it within weeks; the audits of one child are months apart."""
FEWEST = 2
SHARE = 0.1


def refuse_ids_of_children(audits: pd.DataFrame, *, exports: Sequence[Export]) -> None:
    """Refuse an export in which one audit_id stands for audits far apart; warn of single ones.

    A second reading that its role states may come at any time.

    Parameters
    ----------
    audits : DataFrame
        Entries by auditors (see ``entries``).

    Raises
    ------
    FileRefusedError
        If enough identifiers have two dates far apart: most likely they are of children.
    """
    columns = ["source", "row", "audit", "audit_date", "role"]
    entries = without_bad_rows(audits[columns], exports)
    entries = entries[entries["audit_date"].notna() & (entries["role"] != Role.SECOND_AUDITOR)]
    for source, part in entries.groupby("source"):
        audit = distinct(part["audit"])
        day = part["audit_date"].to_numpy(dtype="datetime64[us]")
        if (day == first_of_each(audit.places, day)).all():
            continue
        first = np.full(len(audit.texts), day.max(), dtype=day.dtype)
        last = np.full(len(audit.texts), day.min(), dtype=day.dtype)
        np.minimum.at(first, audit.places, day)
        np.maximum.at(last, audit.places, day)
        if not (last - first > FAR_APART).any():
            continue
        concerned = part[(last - first > FAR_APART)[audit.places]].astype({"audit": object})
        apart = concerned.groupby("audit", sort=False)["audit_date"].agg(["min", "max"])
        number = int((audit.numbers() > 0).sum())
        _tell(exports[int(str(source))], concerned, apart=apart, audits=number)


def _tell(export: Export, part: pd.DataFrame, *, apart: pd.DataFrame, audits: int) -> None:
    rows = part[part["audit"] == apart.index[0]].sort_values("audit_date")["row"]
    first = apart.iloc[0]
    found = (
        f"{counted(len(apart), 'audit_id')} of {audits:,} with dates more than "
        f"{FAR_APART.days // 7} weeks apart (the first in rows {rows.iloc[0]} and "
        f"{rows.iloc[-1]}, {(first['max'] - first['min']).days} days apart)"
    )
    expected = "an identifier for each audit, and not for each child"
    column = export.layout.heading("audit_id")
    if len(apart) >= FEWEST and len(apart) >= SHARE * audits:
        raise export.problems.refusal(
            code="audit_id_of_a_child",
            row=int(rows.iloc[-1]),
            column=column,
            found=found,
            expected=expected,
            mend=_built(export),
            rows_in=export.table.rows_in,
        )
    export.problems.warn(
        code="audit_far_apart",
        row=int(rows.iloc[-1]),
        column=column,
        found=found,
        expected=expected,
        mend="give the later audit an audit_id of its own, unless it is a second reading of the "
        "same audit (role second_auditor)",
        rows=len(apart),
    )


def _built(export: Export) -> str:
    """How to build an identifier of each audit from the child's and the date."""
    heading = export.layout.heading
    has_child = export.value("case_ref", "auditor") is not None
    child = heading("case_ref") if has_child else heading("audit_id")
    whole = (child, heading("audit_date"))
    parts = [f'"{part}"' for name in whole for part in export.file.built.get(name, (name,))]
    lines = [
        "[files.columns]",
        f"audit_id = [{', '.join(parts)}]",
        "# the rows of one audit then need one date; if the later rows are second readings of the "
        "same audit, add a column role that says second_auditor",
    ]
    return (
        "if the column holds the child's number, let the identifier be built from child and date: "
        "in council.toml, in the [[files]] table of this file if it is there already, write"
        + file_block(export.declared_as, lines)
    )
