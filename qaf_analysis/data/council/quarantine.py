"""Rows set aside, whole and as they stood, with the reason and how to mend them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from qaf_analysis.data.contract.formula_text import guarded
from qaf_analysis.data.council.export import Export

QUARANTINE_COLUMNS = (
    "source_file",
    "source_sheet",
    "source_row",
    "source_column",
    "code",
    "reason",
    "how_to_mend",
)


def quarantined_rows(exports: Sequence[Export]) -> pd.DataFrame:
    """Every row set aside, in the order of the files and rows.

    Returns
    -------
    DataFrame
        ``QUARANTINE_COLUMNS``, then the exports' own columns with the cells as they stood (all
        text). Columns that are not known here, which may name people, are left out; of a row
        with too many or too few cells, where a name may stand under any heading, all cells are
        left out if the file has such columns.
    """
    rows = [
        {**_reasons(export, record), "source_row": str(row), **_cells(export, row)}
        for export in exports
        for record in sorted(export.problems.bad_rows)
        for row in export.table.file_rows(record)
    ]
    headings = dict.fromkeys(name for row in rows for name in row)
    columns = [*QUARANTINE_COLUMNS, *(n for n in headings if n not in QUARANTINE_COLUMNS)]
    return pd.DataFrame(rows, columns=columns, dtype="str").fillna("")


def write_quarantine(rows: pd.DataFrame, path: Path) -> None:
    """Write the rows set aside to a CSV file (UTF-8 with byte-order mark, for Excel).

    A cell that a spreadsheet might run as a formula gets an apostrophe in front, as does a cell
    that begins with an apostrophe: take one away to have the cell as it stood
    (``formula_text.unguarded``). The file holds what the export held, so it stays with those who
    may see the export, and is no part of any report.
    """
    path.write_bytes(quarantine_bytes(rows))


def quarantine_bytes(rows: pd.DataFrame) -> bytes:
    """The file of rows set aside; the same rows give the same bytes."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([guarded(str(name)) for name in rows.columns])
    for row in rows.itertuples(index=False):
        writer.writerow([guarded(str(cell)) for cell in row])
    return buffer.getvalue().encode("utf-8-sig")


def _reasons(export: Export, record: int) -> dict[str, str]:
    findings = export.problems.reasons(record)
    columns = dict.fromkeys(f.column for f in findings if f.column is not None)
    return {
        "source_file": export.table.file,
        "source_sheet": export.table.sheet or "",
        "source_column": ", ".join(columns),
        "code": findings[0].code,
        "reason": "; ".join(f"{f.found} (expected {f.expected})" for f in findings),
        "how_to_mend": "; ".join(dict.fromkeys(f.mend for f in findings)),
    }


def _cells(export: Export, row: int) -> dict[str, str]:
    origin, is_misfit = export.table.origin, row in export.table.misfits
    if is_misfit and export.layout.dropped:
        return {}
    if origin is not None:
        cells = export.table.cells_of(row) if is_misfit else origin.cells_of(row)
        return {_own(name): text for name, text in cells.items()}
    known = set(export.layout.places.values())
    headings = export.table.headings
    left_out = {name for place, name in enumerate(headings) if place not in known}
    cells = export.table.cells_of(row)
    return {_own(name): text for name, text in cells.items() if name not in left_out}


def _own(name: str) -> str:
    return f"{name} (cell)" if name in QUARANTINE_COLUMNS else name
