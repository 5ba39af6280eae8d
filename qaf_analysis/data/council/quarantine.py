"""Rows set aside, whole and as they stood, with the reason and how to mend them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from operator import itemgetter
from pathlib import Path

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.formula_text import guarded
from qaf_analysis.data.contract.problems import Problems
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
    parts = [_part(export) for export in exports if export.problems.bad_rows]
    headings = dict.fromkeys(name for part in parts for name in part.columns)
    columns = [*QUARANTINE_COLUMNS, *(n for n in headings if n not in QUARANTINE_COLUMNS)]
    if not parts:
        return pd.DataFrame(columns=columns, dtype="str")
    rows = [part.reindex(columns=columns, fill_value="") for part in parts]
    return pd.concat(rows, ignore_index=True).astype("str")


def _part(export: Export) -> pd.DataFrame:
    """Rows set aside of one export: cells column by column, misfits row by row."""
    table = export.table
    records = [
        (record, row)
        for record in sorted(export.problems.bad_rows)
        for row in table.file_rows(record)
    ]
    rows = [row for _, row in records]
    whole: dict[str, int] = {}
    places = np.full(len(rows), -1, dtype=np.intp)
    if table.origin is None:
        places = table.cells.index.get_indexer(pd.Index(rows, dtype="int64"))
        places[[row in table.misfits for row in rows]] = -1
        whole = _own_places(export)
    fitting = np.flatnonzero(places >= 0)
    met: list[tuple[int, Iterable[str]]] = [(int(fitting[0]), whole)] if len(fitting) else []
    single = {int(n): _cells(export, rows[n]) for n in np.flatnonzero(places < 0)}
    met += single.items()
    names = dict.fromkeys(name for _, some in sorted(met, key=itemgetter(0)) for name in some)
    cells = {name: np.full(len(rows), "", dtype=object) for name in names}
    for name, place in whole.items() if len(fitting) else ():
        cells[name][fitting] = np.asarray(table.cells[place].array.take(places[fitting]))
    for n, texts in single.items():
        for name, text in texts.items():
            cells[name][n] = text
    reasons = _reasons(export, [record for record, _ in records], rows)
    return pd.DataFrame({**reasons, **cells}, dtype=object)


def _own_places(export: Export) -> dict[str, int]:
    """Place of each column whose cells are kept, by the name it has among the rows set aside."""
    known = set(export.layout.places.values())
    named = [*enumerate(export.table.headings)]
    left_out = {name for place, name in named if place not in known}
    return {_own(name): place for place, name in named if name not in left_out}


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


def _reasons(export: Export, records: Sequence[int], rows: Sequence[int]) -> dict[str, list[str]]:
    told = [_told(export.problems, record) for record in records]
    columns, codes, reasons, mends = zip(*told, strict=True)
    return {
        "source_file": [export.table.file] * len(told),
        "source_sheet": [export.table.sheet or ""] * len(told),
        "source_row": [str(row) for row in rows],
        "source_column": list(columns),
        "code": list(codes),
        "reason": list(reasons),
        "how_to_mend": list(mends),
    }


def _told(problems: Problems, record: int) -> tuple[str, str, str, str]:
    """Columns, code, reasons and mends of a record set aside."""
    findings = problems.reasons(record)
    columns = dict.fromkeys(f.column for f in findings if f.column is not None)
    return (
        ", ".join(columns),
        findings[0].code,
        "; ".join(f"{f.found} (expected {f.expected})" for f in findings),
        "; ".join(dict.fromkeys(f.mend for f in findings)),
    )


def _cells(export: Export, row: int) -> dict[str, str]:
    origin, is_misfit = export.table.origin, row in export.table.misfits
    if is_misfit and export.layout.dropped:
        return {}
    if origin is not None:
        cells = export.table.cells_of(row) if is_misfit else origin.cells_of(row)
        return {_own(name): text for name, text in cells.items()}
    known = set(export.layout.places.values())
    left_out = {name for place, name in enumerate(export.table.headings) if place not in known}
    cells = export.table.cells_of(row)
    return {_own(name): text for name, text in cells.items() if name not in left_out}


def _own(name: str) -> str:
    return f"{name} (cell)" if name in QUARANTINE_COLUMNS else name
