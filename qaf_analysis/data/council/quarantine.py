"""Rows set aside, whole and as they stood, with the reason and how to mend them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from operator import itemgetter
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
    numbers = np.array(sorted(export.problems.bad_rows), dtype=np.int64)
    table = export.table
    places = table.cells.index.get_indexer(pd.Index(numbers))
    fitting = np.flatnonzero(places >= 0)
    whole = _own_places(export) if len(fitting) else {}
    met: list[tuple[int, Iterable[str]]] = [(int(fitting[0]), whole)] if len(fitting) else []
    misfits = {int(n): _misfit(export, int(numbers[n])) for n in np.flatnonzero(places < 0)}
    met += misfits.items()
    names = dict.fromkeys(name for _, some in sorted(met, key=itemgetter(0)) for name in some)
    cells = {name: np.full(len(numbers), "", dtype=object) for name in names}
    for name, place in whole.items():
        cells[name][fitting] = np.asarray(table.cells[place].array.take(places[fitting]))
    for n, texts in misfits.items():
        for name, text in texts.items():
            cells[name][n] = text
    return pd.DataFrame({**_reasons(export, numbers), **cells}, dtype=object)


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
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([guarded(str(name)) for name in rows.columns])
        for row in rows.itertuples(index=False):
            writer.writerow([guarded(str(cell)) for cell in row])


def _reasons(export: Export, numbers: NDArray[np.int64]) -> dict[str, list[str]]:
    told = [_told(export.problems, row) for row in numbers.tolist()]
    columns, codes, reasons, mends = zip(*told, strict=True)
    return {
        "source_file": [export.table.file] * len(told),
        "source_sheet": [export.table.sheet or ""] * len(told),
        "source_row": [str(row) for row in numbers.tolist()],
        "source_column": list(columns),
        "code": list(codes),
        "reason": list(reasons),
        "how_to_mend": list(mends),
    }


def _told(problems: Problems, row: int) -> tuple[str, str, str, str]:
    """Columns, code, reasons and mends of a row set aside."""
    findings = problems.reasons(row)
    columns = dict.fromkeys(f.column for f in findings if f.column is not None)
    return (
        ", ".join(columns),
        findings[0].code,
        "; ".join(f"{f.found} (expected {f.expected})" for f in findings),
        "; ".join(dict.fromkeys(f.mend for f in findings)),
    )


def _misfit(export: Export, row: int) -> dict[str, str]:
    if export.layout.dropped:
        return {}
    known = set(export.layout.places.values())
    left_out = {name for place, name in enumerate(export.table.headings) if place not in known}
    cells = export.table.cells_of(row)
    return {_own(name): text for name, text in cells.items() if name not in left_out}


def _own(name: str) -> str:
    return f"{name} (cell)" if name in QUARANTINE_COLUMNS else name
