"""Rows that name an audit which was not loaded: set aside, with the near match if there is one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import pandas as pd

from qaf_analysis.data.cells.identifiers import near_identifier, near_matches
from qaf_analysis.data.contract.distinct import present
from qaf_analysis.data.contract.problems import extract
from qaf_analysis.data.contract.spelling import spelling_keys
from qaf_analysis.data.council.export import Export


def set_unknown_audits_aside(
    entries: pd.DataFrame,
    *,
    audits: pd.DataFrame,
    exports: Sequence[Export],
    code: str,
    column: str,
) -> None:
    """Set aside rows whose audit is not among the audits loaded.

    Parameters
    ----------
    entries : DataFrame
        Entries of moderations or actions; ``audit`` is the key of the audit they name.
    audits : DataFrame
        Entries by auditors that stay.
    code : str
        Name of the finding.
    column : str
        Column of ``entries`` that names the audit.
    """
    orphans = entries[~entries["audit"].isin(present(audits["audit"]))]
    if orphans.empty:
        return
    set_aside = _identifiers_set_aside(exports)
    last = audits[["audit", "audit_id"]].drop_duplicates("audit", keep="last")
    known = dict(zip(last["audit"], last["audit_id"], strict=True))
    near = near_matches(list(orphans["audit"].unique()), known=known)
    for source, rows in orphans.groupby("source"):
        export, part = exports[int(str(source))], rows.drop_duplicates("row")
        export.problems.set_aside(
            part["row"].tolist(),
            code=code,
            column=export.layout.heading(column),
            found=[
                f"{extract(text)}, "
                + (
                    "whose audit was itself set aside"
                    if key in set_aside
                    else "which is not among the audits"
                )
                for key, text in zip(part["audit"], part[column], strict=True)
            ],
            expected="the audit_id of an audit that was loaded",
            mend=[_mend(key, near=near, known=known, set_aside=set_aside) for key in part["audit"]],
        )


def _mend(
    key: str, *, near: dict[str, str], known: dict[Hashable, str], set_aside: set[str]
) -> str:
    if key in set_aside:
        return "mend the audit's own row first; its reason stands with it"
    if key in near and near_identifier(key) != near_identifier(near[key]):
        return (
            f"perhaps {extract(known[near[key]])} is meant (offered, not assumed): Excel shows a "
            "number with letters before it where the cell's number format has them, but stores the "
            "number only. Put the whole identifier into the cells as text, by =TEXT() or by hand"
        )
    if key in near:
        return (
            f"perhaps {extract(known[near[key]])} is meant, which differs in leading zeros or "
            "punctuation only (offered, not assumed): format the column as text in Excel"
        )
    return "add the audit, or correct the audit_id"


def _identifiers_set_aside(exports: Sequence[Export]) -> set[str]:
    found: set[str] = set()
    for export in exports:
        if export.file.kind != "audits":
            continue
        place = next(p for c, p in export.layout.places.items() if c.name == "audit_id")
        cells = export.table.cells
        bad = ~export.problems.kept(cells.index)
        found.update(spelling_keys(present(cells[place][bad])))
    return found
