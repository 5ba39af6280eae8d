"""What reading found: every finding with its place, every check, every count."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from qaf_analysis.terms.errors import InputRejectedError

Outcome = Literal["note", "warning", "quarantine", "reject"]
CheckState = Literal["passed", "failed", "could not run"]
MAX_EXTRACT = 60
NOTHING_LOST = ("duplicate", "totals_row", "repeated_header")
"""Codes of rows set aside that take nothing away: what they hold was loaded, or is no record."""
COPIED_CHECK = "Moderators' grades were not copied over the auditors'"
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing seen while reading, written for the person who must mend it.

    Parameters
    ----------
    code : str
        Stable short name, such as ``unknown_grade``.
    outcome : {"note", "warning", "quarantine", "reject"}
        What it led to: nothing; the rows loaded with a warning; the rows were set aside;
        nothing was loaded.
    file, sheet, row, column
        Where: the row as a spreadsheet numbers it (header = 1), or None.
    found, expected, mend : str
        In plain words; ``found`` quotes at most ``MAX_EXTRACT`` characters of a cell.
    rows : int
        How many rows it concerns.
    """

    code: str
    outcome: Outcome
    file: str
    found: str
    expected: str
    mend: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    rows: int = 1

    @property
    def place(self) -> str:
        """Where it is: ``audits.csv › sheet Q3 › row 9, column grade``."""
        parts = [self.file]
        if self.sheet is not None:
            parts.append(f"sheet {self.sheet}")
        cell = [f"row {self.row}"] if self.row is not None else []
        if self.column is not None:
            cell.append(f"column {self.column}")
        if cell:
            parts.append(", ".join(cell))
        return " › ".join(parts)

    @property
    def message(self) -> str:
        """The finding as one line."""
        return (
            f"{self.place}: found {self.found}; expected {self.expected}; "
            f"to mend: {self.mend} [{self.code}]"
        )

    @property
    def withheld(self) -> Finding:
        """The same finding with every piece of a cell (all stand in double quotes) blanked."""
        return replace(
            self,
            found=_QUOTED.sub('"…"', self.found),
            expected=_QUOTED.sub('"…"', self.expected),
            mend=_QUOTED.sub('"…"', self.mend),
        )


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check of the data: passed, failed, or could not run."""

    name: str
    state: CheckState
    detail: str


@dataclass(frozen=True, kw_only=True)
class FileRecord:
    """Row counts of one input file.

    Unless the file was rejected, ``rows_in`` = ``loaded`` + ``quarantined`` + ``not_data``: rows
    loaded, set aside, and recognised as holding no record (totals, answers nobody asked for).
    """

    name: str
    kind: Literal["audits", "moderations", "actions", "settings"]
    sha256: str
    rows_in: int
    loaded: int
    quarantined: int
    not_data: int = 0


@dataclass(frozen=True, kw_only=True)
class ImportRecord:
    """Everything that reading a council's folder found."""

    files: tuple[FileRecord, ...]
    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]
    key_id: str
    dropped_columns: tuple[str, ...] = ()

    @property
    def rows_in(self) -> int:
        """Rows found in all files."""
        return sum(file.rows_in for file in self.files)

    @property
    def loaded(self) -> int:
        """Rows loaded from all files."""
        return sum(file.loaded for file in self.files)

    @property
    def quarantined(self) -> int:
        """Rows set aside from all files."""
        return sum(file.quarantined for file in self.files)

    @property
    def not_data(self) -> int:
        """Rows recognised as holding no record, in all files."""
        return sum(file.not_data for file in self.files)

    @property
    def withheld(self) -> ImportRecord:
        """The same record without any piece of a cell, fit to leave the intake step."""
        return replace(self, findings=tuple(finding.withheld for finding in self.findings))


class FileRefusedError(InputRejectedError):
    """One file cannot be used; ``findings`` say why and ``rows_in`` how many rows it held."""

    def __init__(self, findings: tuple[Finding, ...], *, rows_in: int = 0) -> None:
        super().__init__("\n".join(f.message for f in findings if f.outcome == "reject"))
        self.findings = findings
        self.rows_in = rows_in


class ImportRejectedError(InputRejectedError):
    """The folder cannot be used; ``record`` holds every finding and count."""

    def __init__(self, record: ImportRecord) -> None:
        super().__init__("\n".join(finding.message for finding in record.findings))
        self.record = record
