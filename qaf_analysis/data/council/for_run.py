"""What of an import a run may keep: its record without anything that was typed by somebody.

The generic rule is ``ImportRecord.for_run``. Here it gets what only the exports know: our own name
of each of their columns, and their cells, so that no message can hold a name or a case number
whatever words it was put in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qaf_analysis.data.contract.columns import OWN_COLUMNS, Column
from qaf_analysis.data.contract.record import MODERATORS, ImportRecord
from qaf_analysis.data.contract.withheld import phrases
from qaf_analysis.data.council.export import Export
from qaf_analysis.terms.settings import FileKind

_IDENTIFYING = ("identifier", "person", "free")
_CAPITAL_OR_DIGIT = re.compile(r"[A-Z0-9]")
_DECLARED = " (declared for the file)"


def record_for_run(record: ImportRecord, *, exports: Sequence[Export]) -> ImportRecord:
    """The record that a run keeps.

    Parameters
    ----------
    record : ImportRecord
        Everything that was found.
    exports : sequence of Export
        The exports it was found in.
    """
    asked: set[str] = set()
    for mend in {finding.mend for finding in record.findings}:
        asked |= _suspects(mend)
    cells = _cells_among(asked, exports=exports)
    return record.for_run(
        own_names={
            (export.table.file, column.heading): own_name(column, kind=export.file.kind)
            for export in exports
            for column in export.values
        },
        holds_cell=lambda text: not cells.isdisjoint(_suspects(text)),
    )


def own_name(column: Column, *, kind: FileKind) -> str:
    """Our name of a column, with whose it is where a file holds several graders' columns.

    Examples
    --------
    >>> overall = Column(name="grade", heading="Her grade", grader="moderator", domain="Overall")
    >>> own_name(overall, kind="audits"), own_name(overall, kind="moderations")
    ('moderator’s grade of Overall', 'grade of Overall')
    """
    whose = {"moderator": f"{MODERATORS} ", "second_auditor": "second auditor’s "}
    prefix = "" if column.grader == OWN_COLUMNS[kind] else whose.get(column.grader, "")
    about = f" of {column.domain}" if column.domain else ""
    declared = _DECLARED if column.heading.endswith(_DECLARED) else ""
    return f"{prefix}{column.name}{about}{declared}"


def _suspects(text: str) -> set[str]:
    """Pieces of a message that may be a whole cell; our own words are mostly in small letters."""
    return {run for run in phrases(text) if _is_marked(run)}


def _is_marked(run: str) -> bool:
    if run.isascii():
        return _CAPITAL_OR_DIGIT.search(run) is not None
    return any(c.isupper() or c.isdigit() for c in run)


def _cells_among(asked: set[str], *, exports: Sequence[Export]) -> set[str]:
    found: set[str] = set()
    if not asked:
        return found
    for export in exports:
        table = export.table
        plain = {p for c, p in export.layout.places.items() if c.kind not in _IDENTIFYING}
        for place in map(int, table.cells.columns):
            if place not in plain:
                # Only whole cells are compared, so a column of a million texts costs one pass.
                column = table.cells[place]
                found |= set(column[column.isin(asked)])
        found |= asked & {cell for cells in table.misfits.values() for cell in cells}
        found |= asked & {case for cases in table.further_cases.values() for case in cases}
    return found
