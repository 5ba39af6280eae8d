"""What reading found: every finding with its place, every check, every count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from qaf_analysis.data.contract.withheld import (
    LEFT_OUT,
    NOT_KEPT,
    only_known_words,
    without_cells,
)
from qaf_analysis.terms.errors import InputRejectedError

Outcome = Literal["note", "warning", "quarantine", "reject"]
CheckState = Literal["passed", "failed", "could not run"]
MAX_EXTRACT = 60
MODERATORS = "moderator’s"
"""How our name of a column begins that a moderator filled in beside an audit."""
CODES_DIFFER = "codes_differ"
"""Code of the finding that people have other codes than in earlier reports."""
NOTHING_LOST = ("duplicate", "totals_row", "repeated_header")
"""Codes of rows set aside that take nothing away: what they hold was loaded, or is no record."""
COPIED_CHECK = "Moderators' grades were not copied over the auditors'"


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
    ``is_query`` tells that the rows came from a database, so that no file has the hash.
    """

    name: str
    kind: Literal["audits", "moderations", "actions", "bridge", "rereadings", "settings"]
    sha256: str
    rows_in: int
    loaded: int
    quarantined: int
    not_data: int = 0
    is_query: bool = False


@dataclass(frozen=True, kw_only=True)
class ImportRecord:
    """Everything that reading a council's folder found.

    ``set_aside_sum`` is the keyed sum of the file of rows set aside, which lies outside any run;
    ``is_for_run`` says that the record went through ``for_run``.
    """

    files: tuple[FileRecord, ...]
    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]
    key_id: str
    dropped_columns: tuple[str, ...] = ()
    set_aside_sum: str = ""
    is_for_run: bool = False

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
    def nothing_lost(self) -> int:
        """Rows set aside that take nothing away: they repeat others, or are no record."""
        return sum(
            finding.rows
            for finding in self.findings
            if finding.outcome == "quarantine" and finding.code in NOTHING_LOST
        )

    @property
    def not_data(self) -> int:
        """Rows recognised as holding no record, in all files."""
        return sum(file.not_data for file in self.files)

    @property
    def withheld(self) -> ImportRecord:
        """The same record without any piece of a cell, fit to leave the intake step."""
        return self.for_run()

    def for_run(
        self,
        *,
        own_names: Mapping[tuple[str, str], str] | None = None,
        holds_cell: Callable[[str], bool] = lambda text: False,
    ) -> ImportRecord:
        """The record that a run keeps: which rule was broken, where, in how many rows.

        What was found and expected is left out whole. A file, a sheet and a column left out go by
        the ordinary words of their names, with a number where that leaves something out; a column
        that was read goes by our own name.

        Parameters
        ----------
        own_names : mapping of (str, str) to str, optional
            Our name of a column by its file and heading.
        holds_cell : callable
            Whether a text holds a whole cell of a column that identifies somebody.

        Examples
        --------
        >>> found = Finding(code="x", outcome="warning", file="audits J Doe.csv", sheet="J Doe",
        ...     found="Jane Doe", expected="x", mend='correct "Jane Doe"')
        >>> record = ImportRecord(files=(), findings=(found,), checks=(), key_id="")
        >>> record.withheld.findings[0].place, record.withheld.findings[0].mend
        ('audits … (1).csv › sheet … (1)', 'correct "…"')
        """
        if self.is_for_run:
            return self
        files, sheets = _Numbered(), _Numbered()
        kept = tuple(replace(file, name=files.name(file.name)) for file in self.files)
        return replace(
            self,
            files=kept,
            findings=tuple(
                replace(
                    finding,
                    file=files.name(finding.file),
                    sheet=None if finding.sheet is None else sheets.name(finding.sheet),
                    column=_own(finding, own_names or {}),
                    found="",
                    expected="",
                    mend=_safe(finding.mend, holds_cell),
                )
                for finding in self.findings
            ),
            dropped_columns=tuple(dict.fromkeys(map(files.headed, self.dropped_columns))),
            is_for_run=True,
        )


class _Numbered:
    """Names in ordinary words; where that leaves something out a number tells them apart."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def name(self, name: str) -> str:
        number = self._numbers.setdefault(name, len(self._numbers) + 1)
        shown = only_known_words(name)
        if LEFT_OUT not in shown:
            return shown
        stem, dot, suffix = shown.rpartition(".")
        return f"{stem} ({number}).{suffix}" if dot else f"{shown} ({number})"

    def headed(self, column: str) -> str:
        file, _, heading = column.partition(": ")
        return f"{self.name(file)}: {only_known_words(heading)}"


def _own(finding: Finding, own_names: Mapping[tuple[str, str], str]) -> str | None:
    if finding.column is None:
        return None
    known = own_names.get((finding.file, finding.column))
    return known or only_known_words(finding.column)


def _safe(mend: str, holds_cell: Callable[[str], bool]) -> str:
    shown = without_cells(mend)
    return NOT_KEPT if holds_cell(shown) else shown


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
