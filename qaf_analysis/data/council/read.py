"""The one entry for a council's exports: read, check, set aside, pseudonymise."""

from __future__ import annotations

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
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import (
    FileRecord,
    FileRefusedError,
    Finding,
    ImportRecord,
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
from qaf_analysis.data.council.bridge import BridgeChecks
from qaf_analysis.data.council.changed_words import warn_of_changed_words
from qaf_analysis.data.council.checks import run_checks
from qaf_analysis.data.council.entries import (
    action_entries,
    audit_entries,
    bridge_entries,
    moderation_entries,
    rereading_entries,
)
from qaf_analysis.data.council.export import Export
from qaf_analysis.data.council.for_run import record_for_run
from qaf_analysis.data.council.key_file import PSEUDONYM_KEY, refuse_key_beside
from qaf_analysis.data.council.links import Links
from qaf_analysis.data.council.lone_readings import tell_lone_second_readings
from qaf_analysis.data.council.matching import matched
from qaf_analysis.data.council.naming import refuse_unnamed, unnamed, words_printed
from qaf_analysis.data.council.pseudonyms import PseudonymKey, default_key_path
from qaf_analysis.data.council.quarantine import quarantined_rows
from qaf_analysis.data.council.rereadings import kept_rereadings
from qaf_analysis.data.council.sources import ReadingProgress, Sources, read_sources, rejected
from qaf_analysis.data.council.unused_spellings import unused_spellings
from qaf_analysis.data.files.folder import CouncilFolder, open_folder
from qaf_analysis.data.files.settings_names import SETTINGS_FILE
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.settings import Settings


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
    record_for_run : ImportRecord
        What a run may keep of ``audits.record``.
    key : PseudonymKey or None
        The key its codes were made with; None where it is kept nowhere.
    """

    audits: Audits
    quarantine: pd.DataFrame
    references: Mapping[str, str]
    record_for_run: ImportRecord
    key: PseudonymKey | None

    def with_findings(self, *more: Finding) -> Import:
        """The same import with further findings, which name nothing of the exports."""
        record, kept = self.audits.record, self.record_for_run
        return replace(
            self,
            audits=replace(self.audits, record=replace(record, findings=(*record.findings, *more))),
            record_for_run=replace(kept, findings=(*kept.findings, *more)),
        )


def read_council(
    folder: Path,
    *,
    as_of: date,
    key: PseudonymKey | None = None,
    progress: ReadingProgress | None = None,
    keep_key: bool = True,
    away_from: Sequence[Path] = (),
    proposed: bytes | None = None,
) -> Import:
    """Read every export of a council.

    The files are read once and never written to. Every row is either loaded or set aside, and
    nothing is guessed.

    Parameters
    ----------
    folder : Path
        Holds ``council.toml``, or else ``audits.*`` and perhaps ``moderations.*``.
    as_of : date
        Day of reading; later dates are set aside. Invented data may declare a later one.
    key : PseudonymKey, optional
        Key for the codes. Without it: the demonstration key for invented data, else the
        council's own key file, which is made on the first run.
    progress : callable, optional
        Told of each file as it is read (see ``sources.read_sources``).
    keep_key : bool
        Whether a key that had to be made is written. Without it the codes of this reading are
        good for nothing but counting, and a council without a name is read with a warning.
    away_from : sequence of Path
        Folders beside that of the exports that may not hold a key: that of the reports.
    proposed : bytes, optional
        Settings to try in place of the folder's ``council.toml``; nothing is written.

    Raises
    ------
    ImportRejectedError
        If a file cannot be used; its ``record`` holds every finding.
    SettingsError
        If ``council.toml`` is not as it should be, or the key would follow the folder's name.
    UsageError
        If there is no such folder, or the key cannot be used.
    """
    try:
        council = open_folder(folder, proposed=proposed)
    except FileRefusedError as error:
        raise rejected([], findings=error.findings) from None
    if key is None and not keep_key and not council.settings.is_named:
        council = replace(council, findings=(*council.findings, unnamed()))
    as_of = max(as_of, council.settings.as_of or as_of)
    sources = read_sources(folder, council=council, as_of=as_of, progress=progress)
    if key is None:
        key = _key(folder, settings=council.settings, keep=keep_key, away_from=away_from)
    if key.is_demonstration and not council.settings.synthetic:
        raise UsageError(
            "The demonstration key is for invented data only; it is published. Use the council's "
            "own key, or declare synthetic = true in council.toml if the data are invented."
        )
    return _imported(sources, council=council, key=key, keep_key=keep_key)


Further = tuple[pd.DataFrame, pd.DataFrame]
"""Bridge readings, and rereadings by moderators."""


def _key(
    folder: Path, *, settings: Settings, keep: bool, away_from: Sequence[Path]
) -> PseudonymKey:
    if settings.synthetic:
        return PseudonymKey.demonstration(settings.council)
    if not settings.is_named and PSEUDONYM_KEY.named_file() is None:
        if not keep:
            return PseudonymKey.random()
        refuse_unnamed(settings, folder=folder)
    path = default_key_path(settings.council)
    refuse_key_beside(path, (folder, *away_from), kind=PSEUDONYM_KEY)
    if not keep and not path.exists():
        return PseudonymKey.random()
    return PseudonymKey.load_or_create(path, council=settings.council)


def _imported(
    sources: Sources, *, council: CouncilFolder, key: PseudonymKey, keep_key: bool
) -> Import:
    exports = sources.exports
    links, actions, further = _linked_or_rejected(sources, council=council)
    told_twice, likely_twice = links.note_told_twice(), links.warn_of_likely_twice()
    counts = sources.counted()
    findings = _all_findings(sources, council=council, made=key if keep_key else None)
    if links.audits.empty:
        raise rejected(counts, findings=[*findings, _nothing_left(counts)])
    coder = Coder(key)
    entries = with_codes(with_roles(links.audits), coder=coder)
    audits, ratings, moderations = _tables(entries, links.moderations, further, coder=coder)
    checks = run_checks(
        audits,
        ratings,
        moderations,
        settings=council.settings,
        files=counts,
        findings=findings,
        told_twice=told_twice,
        likely_twice=likely_twice,
    )
    record = ImportRecord(
        files=(*counts, *_settings_record(council)),
        findings=tuple(findings),
        checks=checks,
        key_id=key.key_id,
        dropped_columns=_dropped(exports),
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
    return Import(
        audits=bundle,
        quarantine=quarantined_rows(exports),
        references=audit_references(entries),
        record_for_run=record_for_run(record, exports=exports),
        key=key if keep_key or not key.is_new else None,
    )


def _all_findings(
    sources: Sources, *, council: CouncilFolder, made: PseudonymKey | None
) -> list[Finding]:
    findings = [*council.findings, *words_printed(council.settings), *sources.findings]
    findings += unused_spellings(sources.exports, settings=council.settings)
    findings += [finding for export in sources.exports for finding in export.problems.findings]
    return [*findings, _key_made(made)] if made is not None and made.is_new else findings


def _tables(
    entries: pd.DataFrame, moderations: pd.DataFrame, further: Further, *, coder: Coder
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Audits, ratings and moderations, texts by their distinct ones."""
    moderated = with_codes(moderations, coder=coder)
    audits = audits_table(entries, coder=coder)
    days = pd.Series(audits["audit_date"].array, index=audits["audit_id"].astype(object))
    again = [with_codes(rows, coder=coder) for rows in further]
    ratings = ratings_table(entries, moderated, *again, days=days, coder=coder)
    return audits, ratings, moderations_table(moderated, days=days, coder=coder)


def _linked_or_rejected(
    sources: Sources, *, council: CouncilFolder
) -> tuple[Links, pd.DataFrame, Further]:
    try:
        return _linked(sources.exports, settings=council.settings)
    except FileRefusedError:
        heard = [finding for export in sources.exports for finding in export.problems.findings]
        told = [*council.findings, *sources.findings, *heard]
        raise rejected(sources.files, findings=told) from None


def _linked(
    exports: Sequence[Export], *, settings: Settings
) -> tuple[Links, pd.DataFrame, Further]:
    """Audits with their moderations, actions, and further readings: the rows that stay."""
    audits, moderations = audit_entries(exports), moderation_entries(exports)
    frames = [audits, moderations, action_entries(exports)]
    frames += [bridge_entries(exports), rereading_entries(exports)]
    agree_spellings(frames, exports=exports, settings=settings)
    set_unknown_domains_aside(frames, exports=exports, settings=settings)
    audits, moderations = matched(audits, moderations, exports=exports)
    links = Links(audits, moderations, exports=exports)
    links.check()
    tell_lone_second_readings(links.audits, exports=exports)
    warn_of_changed_words(links.audits, exports=exports, settings=settings)
    checks = ActionChecks(frames[2], audits=links.audits, exports=exports, settings=settings)
    bridge = BridgeChecks(frames[3], audits=links.audits, exports=exports, settings=settings)
    again = kept_rereadings(frames[4], audits=links.audits, exports=exports)
    return links, checks.kept(), (bridge.kept(), again)


def _dropped(exports: Sequence[Export]) -> tuple[str, ...]:
    return tuple(f"{e.table.file}: {name}" for e in exports for name in e.layout.dropped)


def _settings_record(council: CouncilFolder) -> tuple[FileRecord, ...]:
    if not council.settings.sha256:
        return ()  # none, or those of a filled template, which is a file of its own
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
