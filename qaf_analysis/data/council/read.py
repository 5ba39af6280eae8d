"""The one entry for a council's exports: read, check, set aside, pseudonymise."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from qaf_analysis.data.contract.audits import (
    AUDIT_COLUMNS,
    MODERATION_COLUMNS,
    RATING_COLUMNS,
    Audits,
)
from qaf_analysis.data.contract.columns import Column, wanted_columns
from qaf_analysis.data.contract.distinct import present
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import (
    FileRecord,
    FileRefusedError,
    Finding,
    ImportRecord,
    ImportRejectedError,
)
from qaf_analysis.data.council.actions import ActionChecks
from qaf_analysis.data.council.agreed_spelling import agree_spellings, set_unknown_domains_aside
from qaf_analysis.data.council.assembly import (
    Coder,
    actions_table,
    audit_references,
    audits_table,
    moderations_table,
    ratings_table,
    typed,
    with_codes,
    with_roles,
)
from qaf_analysis.data.council.checks import run_checks
from qaf_analysis.data.council.entries import (
    action_entries,
    audit_entries,
    moderation_entries,
    set_unnamed_graders_aside,
)
from qaf_analysis.data.council.export import Export, read_export
from qaf_analysis.data.council.links import Links
from qaf_analysis.data.council.pseudonyms import PseudonymKey, default_key_path
from qaf_analysis.data.council.quarantine import quarantined_rows
from qaf_analysis.data.files.folder import SETTINGS_FILE, CouncilFolder, open_folder
from qaf_analysis.data.files.headings import layout_of
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.files.signature import refuse_wrong_kind
from qaf_analysis.data.files.table_file import read_csv_table
from qaf_analysis.data.files.workbook import read_workbook_table
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.settings import FileSettings, Settings


@dataclass(frozen=True, kw_only=True, eq=False)
class Import:
    """What reading a council's folder gave.

    Parameters
    ----------
    audits : Audits
        The pseudonymised bundle; ``audits.record`` holds findings, checks and counts.
    quarantine : DataFrame
        Rows set aside, whole (see ``quarantine.quarantined_rows``). They hold what the export
        held, real identifiers among it.
    references : mapping of str to str
        The council's own identifier of each audit by its code, for lists that people of the
        council work from. In no bundle and no report.
    """

    audits: Audits
    quarantine: pd.DataFrame
    references: Mapping[str, str]


def read_council(folder: Path, *, as_of: date, key: PseudonymKey | None = None) -> Import:
    """Read every export of a council.

    The files are read once and never written to. Every row is either loaded or set aside, and
    nothing is guessed.

    Parameters
    ----------
    folder : Path
        Holds ``council.toml``, or else ``audits.*`` and perhaps ``moderations.*``.
    as_of : date
        Day of reading; later dates are set aside.
    key : PseudonymKey, optional
        Key for the codes. Without it: the demonstration key for invented data, else the
        council's own key file, which is made on the first run.

    Raises
    ------
    ImportRejectedError
        If a file cannot be used; its ``record`` holds every finding.
    SettingsError
        If ``council.toml`` is not as it should be.
    UsageError
        If there is no such folder, or the key cannot be used.
    """
    try:
        council = open_folder(folder)
    except FileRefusedError as error:
        raise _rejected([], findings=error.findings) from None
    exports, files = _exports(folder, council=council, as_of=as_of)
    key = key or _key(folder, settings=council.settings)
    if key.is_demonstration and not council.settings.synthetic:
        raise UsageError(
            "The demonstration key is for invented data only; it is published. Use the council's "
            "own key, or declare synthetic = true in council.toml if the data are invented."
        )
    return _imported(exports, files=files, council=council, key=key)


def _key(folder: Path, *, settings: Settings) -> PseudonymKey:
    if settings.synthetic:
        return PseudonymKey.demonstration(settings.council)
    path = default_key_path(settings.council)
    if path.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            f"The pseudonym key {path.name} lies in the folder of the exports. Keep it elsewhere: "
            "whoever has both can tell whose code is whose."
        )
    return PseudonymKey.load_or_create(path)


def _exports(
    folder: Path, *, council: CouncilFolder, as_of: date
) -> tuple[list[Export], list[FileRecord]]:
    exports: list[Export] = []
    files: list[FileRecord] = []
    findings: list[Finding] = []
    for file in council.files:
        data = (folder / file.path).read_bytes()
        record = FileRecord(
            name=file.path,
            kind=file.kind,
            sha256=hashlib.sha256(data).hexdigest(),
            rows_in=0,
            loaded=0,
            quarantined=0,
        )
        try:
            export = _export(data, file=file, settings=council.settings, as_of=as_of)
            exports.append(export)
            files.append(replace(record, rows_in=export.table.rows_in))
            findings += export.problems.findings
        except FileRefusedError as error:
            files.append(replace(record, rows_in=error.rows_in))
            findings += error.findings
    if len(exports) < len(files):
        raise _rejected(files, findings=findings)
    return exports, files


def _export(data: bytes, *, file: FileSettings, settings: Settings, as_of: date) -> Export:
    problems = Problems(file=file.path)
    wanted = wanted_columns(file)
    table = _table(data, file=file, wanted=wanted, problems=problems)
    filled = [any(map(str.strip, present(table.cells[p]))) for p in table.cells.columns]
    layout = layout_of(
        table.headings,
        wanted=wanted,
        filled=filled,
        header_row=table.header_row,
        rows_in=table.rows_in,
        problems=problems,
    )
    export = read_export(table, layout=layout, file=file, settings=settings, as_of=as_of)
    set_unnamed_graders_aside(export)
    return export


def _table(
    data: bytes, *, file: FileSettings, wanted: Sequence[Column], problems: Problems
) -> RawTable:
    refused = file.kind == "audits"
    if (not data or data.isspace()) and not refused:
        problems.warn(
            code="empty_file",
            found=f"an empty file: no {file.kind}",
            expected=f"a header, and the rows of the {file.kind}",
            mend=f"export the file again if there were {file.kind}",
            rows=0,
        )
        header = ",".join(dict.fromkeys(column.heading for column in wanted))
        empty = read_csv_table(
            header.encode(),
            wanted=wanted,
            problems=Problems(file=file.path),  # the one warning above is enough
            empty_is_refused=False,
        )
        return replace(empty, problems=problems)
    suffix = Path(file.path).suffix.lower()
    refuse_wrong_kind(data, suffix=suffix, problems=problems)
    if suffix in (".xlsx", ".xlsm"):
        return read_workbook_table(
            data, wanted=wanted, sheet=file.sheet, problems=problems, empty_is_refused=refused
        )
    return read_csv_table(data, wanted=wanted, problems=problems, empty_is_refused=refused)


def _imported(
    exports: Sequence[Export],
    *,
    files: Sequence[FileRecord],
    council: CouncilFolder,
    key: PseudonymKey,
) -> Import:
    links, actions = _linked(exports, settings=council.settings)
    told_twice = links.note_told_twice()
    counts = [_counted(file, export) for file, export in zip(files, exports, strict=True)]
    findings = [*council.findings, *(f for e in exports for f in e.problems.findings)]
    if key.is_new:
        findings.append(_key_made(key))
    if links.audits.empty:
        raise _rejected(counts, findings=[*findings, _nothing_left(files)])
    coder = Coder(key)
    entries = with_codes(with_roles(links.audits), coder=coder)
    moderated = with_codes(links.moderations, coder=coder)
    audits = audits_table(entries, coder=coder)
    days = pd.Series(audits["audit_date"].array, index=audits["audit_id"].astype(object))
    ratings = ratings_table(entries, moderated, days=days, coder=coder)
    moderations = moderations_table(moderated, days=days, coder=coder)
    checks = run_checks(
        audits,
        ratings,
        moderations,
        settings=council.settings,
        files=counts,
        findings=findings,
        told_twice=told_twice,
    )
    record = ImportRecord(
        files=(*counts, *_settings_record(council)),
        findings=tuple(findings),
        checks=checks,
        key_id=key.key_id,
        dropped_columns=tuple(
            f"{export.table.file}: {name}" for export in exports for name in export.layout.dropped
        ),
    )
    bundle = Audits(
        audits=typed(audits, AUDIT_COLUMNS),
        ratings=typed(ratings, RATING_COLUMNS),
        moderations=typed(moderations, MODERATION_COLUMNS),
        settings=council.settings,
        record=record,
        settings_bytes=council.settings_bytes,
        actions=actions_table(actions, coder=coder),
    )
    references = audit_references(entries)
    return Import(audits=bundle, quarantine=quarantined_rows(exports), references=references)


def _linked(exports: Sequence[Export], *, settings: Settings) -> tuple[Links, pd.DataFrame]:
    audits, moderations = audit_entries(exports), moderation_entries(exports)
    frames = [audits, moderations, action_entries(exports)]
    agree_spellings(frames, exports=exports, settings=settings)
    set_unknown_domains_aside(frames, exports=exports, settings=settings)
    links = Links(audits, moderations, exports=exports)
    links.check()
    checks = ActionChecks(frames[-1], audits=links.audits, exports=exports, settings=settings)
    return links, checks.kept()


def _counted(file: FileRecord, export: Export) -> FileRecord:
    aside, no_record = export.table.rows_aside, len(export.table.not_data)
    loaded = file.rows_in - aside - no_record
    return replace(file, loaded=loaded, quarantined=aside, not_data=no_record)


def _settings_record(council: CouncilFolder) -> tuple[FileRecord, ...]:
    if not council.settings_bytes:
        return ()
    return (
        FileRecord(
            name=SETTINGS_FILE,
            kind="settings",
            sha256=council.settings.sha256,
            rows_in=0,
            loaded=0,
            quarantined=0,
        ),
    )


def _key_made(key: PseudonymKey) -> Finding:
    problems = Problems(file="pseudonym key")
    problems.note(
        code="key_made",
        found=f"no key for this council; a new one was made ({key.key_id})",
        expected="the key of earlier runs, if there were any",
        mend="keep a copy of the key in a safe place: without it later codes will differ",
    )
    return problems.findings[0]


def _nothing_left(files: Sequence[FileRecord]) -> Finding:
    problems = Problems(file=next(file.name for file in files if file.kind == "audits"))
    return problems.refusal(
        code="nothing_left",
        found="not one row of audits that could be loaded",
        expected="at least one",
        mend="mend the rows named above",
    ).findings[-1]


def _rejected(files: Sequence[FileRecord], *, findings: Sequence[Finding]) -> ImportRejectedError:
    return ImportRejectedError(
        ImportRecord(
            files=tuple(replace(file, loaded=0, quarantined=0, not_data=0) for file in files),
            findings=tuple(findings),
            checks=(),
            key_id="",
        )
    )
