"""From the files of a council to exports that are read: one for each table, however many."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from qaf_analysis.data.contract.columns import Column, source_columns, wanted_columns
from qaf_analysis.data.contract.distinct import present
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import (
    FileRecord,
    FileRefusedError,
    Finding,
    ImportRecord,
    ImportRejectedError,
)
from qaf_analysis.data.council.entries import set_unnamed_graders_aside
from qaf_analysis.data.council.export import Export, has_grades_before, read_export
from qaf_analysis.data.council.from_name import awaiting_names, refuse_second_title, with_names
from qaf_analysis.data.council.matching import refuse_match_without_role
from qaf_analysis.data.council.new_scale import tell_new_scale
from qaf_analysis.data.council.undeclared_wide import refuse_undeclared_wide
from qaf_analysis.data.files.database import QueryRows, ask
from qaf_analysis.data.files.folder import CouncilFolder
from qaf_analysis.data.files.headings import layout_of
from qaf_analysis.data.files.no_record import with_records_only
from qaf_analysis.data.files.opened import file_bytes
from qaf_analysis.data.files.raw_table import Form, RawTable
from qaf_analysis.data.files.sheets import chosen_sheets
from qaf_analysis.data.files.signature import refuse_wrong_kind
from qaf_analysis.data.files.table_file import read_csv_table
from qaf_analysis.data.files.workbook import open_workbook, read_workbook_table, table_on
from qaf_analysis.data.shapes.reshaped import reshaped
from qaf_analysis.terms.settings import FileSettings, Settings

ReadingProgress = Callable[[str, int, int, int | None], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sources:
    """Exports that were read, and the files that they came from.

    Parameters
    ----------
    exports : tuple of Export
        One for each table, in the order of the files and of their sheets.
    files : tuple of FileRecord
        One for each file of each ``[[files]]`` table; ``rows_in`` counts all of its sheets.
    file_of : tuple of int
        Place of each export's file among them.
    findings : tuple of Finding
        What was found about files as a whole, such as sheets passed over.
    """

    exports: tuple[Export, ...]
    files: tuple[FileRecord, ...]
    file_of: tuple[int, ...]
    findings: tuple[Finding, ...]

    def counted(self) -> list[FileRecord]:
        """Files with the rows that were loaded, set aside, or held no record so far."""
        aside, no_record = [0] * len(self.files), [0] * len(self.files)
        for place, export in zip(self.file_of, self.exports, strict=True):
            aside[place] += export.table.rows_aside
            no_record[place] += len(export.table.not_data)
        return [
            replace(
                file,
                loaded=file.rows_in - aside[place] - no_record[place],
                quarantined=aside[place],
                not_data=no_record[place],
            )
            for place, file in enumerate(self.files)
        ]


def rejected(files: Sequence[FileRecord], *, findings: Sequence[Finding]) -> ImportRejectedError:
    """Return the error that rejects a folder: nothing of it is loaded."""
    return ImportRejectedError(
        ImportRecord(
            files=tuple(replace(file, loaded=0, quarantined=0, not_data=0) for file in files),
            findings=tuple(findings),
            checks=(),
            key_id="",
        )
    )


def read_sources(
    folder: Path, *, council: CouncilFolder, as_of: date, progress: ReadingProgress | None = None
) -> Sources:
    """Read every table of a council's files.

    Parameters
    ----------
    progress : callable, optional
        Called as ``progress(name, number, files, rows)`` before a file is read, with None for
        its rows, and again when it was read.

    Raises
    ------
    ImportRejectedError
        If one of them cannot be used, with what was found in all.
    """
    parts = []
    for number, file in enumerate(council.files, start=1):
        if progress is not None:
            progress(file.path, number, len(council.files), None)
        part = _read_file(folder, file=file, settings=council.settings, as_of=as_of)
        if progress is not None:
            progress(file.path, number, len(council.files), part.record.rows_in)
        parts.append(part)
    files = [part.record for part in parts]
    _tell_new_scales([e for part in parts for e in part.exports], settings=council.settings)
    if any(part.is_refused for part in parts):
        raise rejected(files, findings=[f for part in parts for f in part.all_findings])
    exports = [(place, export) for place, part in enumerate(parts) for export in part.exports]
    _refuse_read_twice([export for _, export in exports], files=files)
    return Sources(
        exports=tuple(export for _, export in exports),
        files=tuple(files),
        file_of=tuple(place for place, _ in exports),
        findings=tuple(finding for part in parts for finding in part.findings),
    )


def _tell_new_scales(exports: Sequence[Export], *, settings: Settings) -> None:
    """Tell together of all rows held back for an undeclared scale, or of each by itself."""
    held = [(export, export.new_scale) for export in exports if export.new_scale is not None]
    told = [
        (export, found)
        for export, found in held
        if found.is_sure or any(has_grades_before(other, found.first) for other in exports)
    ]
    if told:
        told.sort(key=lambda pair: pair[0].file.kind != "audits")
        tell_new_scale([(e.problems, found) for e, found in told], settings=settings)
    for export, _ in held:
        if any(export is other for other, _ in told):
            export.report_grades()
        else:
            export.read_held()


@dataclass(frozen=True, kw_only=True, eq=False)
class _FilePart:
    """What one file gave: exports, or findings that refuse it."""

    record: FileRecord
    exports: list[Export]
    findings: list[Finding]
    is_refused: bool

    @property
    def all_findings(self) -> list[Finding]:
        return [*self.findings, *(f for e in self.exports for f in e.problems.findings)]


def _read_file(folder: Path, *, file: FileSettings, settings: Settings, as_of: date) -> _FilePart:
    problems = Problems(file=file.path)
    exports: list[Export] = []
    refusals: list[FileRefusedError] = []
    form = _form(file)
    waiting = awaiting_names(file)
    sought = source_columns(waiting)
    sha256 = ""
    try:
        data, sha256 = _data(folder, file=file, problems=problems)
        openers = _openers(data, file=waiting, sought=sought, form=form, problems=problems)
    except FileRefusedError as error:
        openers = []
        refusals.append(error)
    for opened in openers:
        try:
            table = with_records_only(opened(), labels=file.not_data, wanted=sought)
            exports.append(_export(table, file=waiting, settings=settings, as_of=as_of))
        except FileRefusedError as error:
            refusals.append(error)
    if len(openers) > 1 and not refusals and file.kind == "audits":
        refusals += _no_rows(exports, problems=problems)
    own = [] if any(e.problems is problems for e in exports) else problems.findings
    heard = [finding for error in refusals for finding in error.findings]
    known = {id(finding) for finding in own}  # by identity: there may be thousands
    rows_in = sum(export.table.rows_in for export in exports)
    return _FilePart(
        record=FileRecord(
            name=file.path,
            kind=file.kind,
            sha256=sha256,
            rows_in=rows_in + sum(error.rows_in for error in refusals),
            loaded=0,
            quarantined=0,
            is_query=file.database is not None,
        ),
        exports=exports,
        findings=[*own, *(finding for finding in heard if id(finding) not in known)],
        is_refused=bool(refusals),
    )


def _data(folder: Path, *, file: FileSettings, problems: Problems) -> tuple[bytes | QueryRows, str]:
    """Bytes of a file or rows of a query, with their hash."""
    if file.database is not None and file.query is not None:
        rows = ask(folder, database=file.database, query=file.query, problems=problems)
        return rows, rows.sha256
    data = file_bytes(folder / file.path, problems=problems, within=folder)
    return data, hashlib.sha256(data).hexdigest()


def _form(file: FileSettings) -> Form:
    return Form(
        header_rows=file.header_rows,
        not_data=file.not_data,
        title="title" in file.from_name,
    )


def _openers(
    data: bytes | QueryRows,
    *,
    file: FileSettings,
    sought: Sequence[Column],
    form: Form,
    problems: Problems,
) -> list[Callable[[], RawTable]]:
    """What reads each table of a file; called one by one, so that each may be refused alone."""
    one: list[Callable[[], RawTable]] = [
        lambda: _table(data, file=file, sought=sought, form=form, problems=problems)
    ]
    if isinstance(data, QueryRows) or (file.sheets is None and file.sheet is None):
        return one
    suffix = Path(file.path).suffix.lower()
    refuse_wrong_kind(data, suffix=suffix, problems=problems)
    if suffix not in (".xlsx", ".xlsm"):
        raise problems.refusal(
            code="no_sheets",
            found=f"a {suffix} file, which has no sheets, though council.toml names sheets for it",
            expected="a workbook (.xlsx)",
            mend="take sheet or sheets out, or write one [[files]] table for each kind of file",
        )
    if file.sheets is None:
        return one
    sheets = open_workbook(data, problems=problems)
    chosen = chosen_sheets(sheets, wanted=sought, file=file, form=form, problems=problems)

    def opener(place: int) -> Callable[[], RawTable]:
        return lambda: table_on(
            chosen[place],
            wanted=sought,
            problems=Problems(file=file.path, sheet=chosen[place].name),
            empty_is_refused=False,
            form=form,
        )

    return [opener(place) for place in range(len(chosen))]


def _export(table: RawTable, *, file: FileSettings, settings: Settings, as_of: date) -> Export:
    problems = table.problems
    file = with_names(table, file=file)
    refuse_second_title(table, file=file, problems=problems)
    wanted = wanted_columns(file)
    table = reshaped(
        table,
        file=file,
        wanted=wanted,
        missing=settings.missing,
        not_graded=settings.not_graded,
    )
    refuse_undeclared_wide(table, wanted=wanted, file=file, settings=settings)
    filled = [any(map(str.strip, present(table.cells[p]))) for p in table.cells.columns]
    layout = layout_of(
        table.headings,
        wanted=wanted,
        filled=filled,
        header_row=table.header_row,
        rows_in=table.rows_in,
        problems=problems,
        hint=_hint(table, header_rows=file.header_rows),
    )
    export = read_export(table, layout=layout, file=file, settings=settings, as_of=as_of)
    set_unnamed_graders_aside(export)
    refuse_match_without_role(export)
    return export


def _hint(table: RawTable, *, header_rows: int) -> str:
    """What to say of a row of several cells right above the heading, which may be part of it."""
    if header_rows > 1 or not table.above or len(table.above[-1]) < 2:
        return ""
    return (
        "; if the row above is part of the heading, write header_rows = 2 for this file, and the "
        "columns are called by both rows, joined as in Upper / Lower"
    )


def _table(
    data: bytes | QueryRows,
    *,
    file: FileSettings,
    sought: Sequence[Column],
    form: Form,
    problems: Problems,
) -> RawTable:
    """The one table of a file."""
    refused = file.kind == "audits"
    if isinstance(data, QueryRows):
        return data.table(wanted=sought, problems=problems, empty_is_refused=refused)
    if (not data or data.isspace()) and not refused:
        problems.warn(
            code="empty_file",
            found=f"an empty file: no {file.kind}",
            expected=f"a header, and the rows of the {file.kind}",
            mend=f"export the file again if there were {file.kind}",
            rows=0,
        )
        header = ",".join(dict.fromkeys(column.heading for column in sought))
        empty = read_csv_table(
            header.encode(),
            wanted=sought,
            problems=Problems(file=file.path),  # the one warning above is enough
            empty_is_refused=False,
        )
        return replace(empty, problems=problems)
    suffix = Path(file.path).suffix.lower()
    refuse_wrong_kind(data, suffix=suffix, problems=problems)
    if suffix in (".xlsx", ".xlsm"):
        return read_workbook_table(
            data,
            wanted=sought,
            sheet=file.sheet,
            problems=problems,
            empty_is_refused=refused,
            form=form,
        )
    return read_csv_table(
        data, wanted=sought, problems=problems, empty_is_refused=refused, form=form
    )


def _no_rows(exports: Sequence[Export], *, problems: Problems) -> list[FileRefusedError]:
    if any(export.table.rows_in for export in exports):
        return []
    return [
        problems.refusal(
            code="no_rows",
            found="headings and no rows below them on every sheet",
            expected="at least one row",
            mend="check the export's date range",
        )
    ]


def _refuse_read_twice(exports: Sequence[Export], *, files: Sequence[FileRecord]) -> None:
    """Refuse a table whose grades two ``[[files]]`` tables read: each would count twice."""
    seen: dict[tuple[str, str | None, str, str], Export] = {}
    findings: list[Finding] = []
    for export in exports:
        places = {export.table.headings[p] for c, p in export.layout.places.items()}
        graded = {
            export.table.headings[p] for c, p in export.layout.places.items() if c.kind == "grade"
        }
        for heading in graded or places:
            key = (export.table.file, export.table.sheet, export.file.kind, heading)
            if key in seen:
                findings += export.problems.refusal(
                    code="table_claimed_twice",
                    row=export.table.header_row,
                    column=heading,
                    found="a table that two [[files]] tables of council.toml read",
                    expected="each grade read once",
                    mend="take one of them out, or name other sheets",
                ).findings[-1:]
                break
            seen[key] = export
    if findings:
        raise rejected(files, findings=findings)
