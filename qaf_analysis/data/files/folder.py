"""A council's folder: its settings, and which files are its exports."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError, Finding
from qaf_analysis.data.files.declared import (
    TABLE_SUFFIXES,
    declared_files,
    is_table,
    passed_over,
)
from qaf_analysis.data.files.filled_template import (
    FilledTemplate,
    filled_templates,
    template_settings,
)
from qaf_analysis.data.files.settings_bytes import settings_bytes, tables_of
from qaf_analysis.data.files.settings_names import (
    SETTINGS_FILE,
    settings_named_otherwise,
    settings_path,
)
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.settings import FileKind, FileSettings, Settings
from qaf_analysis.terms.settings_file import settings_from
from qaf_analysis.terms.typed_path import path_advice

_STEMS: tuple[FileKind, ...] = ("audits", "moderations", "actions", "bridge", "rereadings")


@dataclass(frozen=True, kw_only=True, eq=False)
class CouncilFolder:
    """What a folder holds.

    Parameters
    ----------
    settings : Settings
        Declared in ``council.toml``, or only named after the folder.
    settings_bytes : bytes
        The settings file as it stood; empty where there is none.
    files : tuple of FileSettings
        The exports to read, one for each file: a pattern of the settings is written out.
    findings : tuple of Finding
        Files passed over.
    """

    settings: Settings
    settings_bytes: bytes
    files: tuple[FileSettings, ...]
    findings: tuple[Finding, ...]


def open_folder(folder: Path, *, proposed: bytes | None = None) -> CouncilFolder:
    """Read the settings and find the exports.

    Parameters
    ----------
    proposed : bytes, optional
        Settings to read by in place of the folder's own, which stay as they are.

    Raises
    ------
    UsageError
        If there is no such folder.
    SettingsError
        If ``council.toml`` is not as it should be.
    FileRefusedError
        If there is no file of audits, or two, or a declared one is missing.
    """
    try:
        return _opened(folder, proposed=proposed)
    except OSError as error:
        raise UsageError(
            f"The folder {folder.name} cannot be read ({error.strerror}). Ask for the right to "
            "read it, or copy it to this computer."
        ) from None


def _opened(folder: Path, *, proposed: bytes | None) -> CouncilFolder:
    if not folder.is_dir():
        raise UsageError(
            path_advice(str(folder))
            or f"{folder.name} is not a folder. Name the folder that holds the exports "
            "(audits.csv, moderations.csv, and council.toml if there is one)."
        )
    settings, data = (
        read_settings(folder) if proposed is None else (settings_of(proposed), proposed)
    )
    near = () if proposed is not None else settings_named_otherwise(folder, name=SETTINGS_FILE)
    if settings.files:
        if not any(file.kind == "audits" for file in settings.files):
            raise _no_audits()
        files, findings = declared_files(folder, settings.files)
    else:
        files, findings = _found(folder)
    return CouncilFolder(
        settings=settings, settings_bytes=data, files=files, findings=(*near, *findings)
    )


def settings_of(data: bytes) -> Settings:
    """Settings from the bytes of a ``council.toml``.

    Raises
    ------
    SettingsError
        If it is not TOML, or says what it may not.
    """
    tables = tables_of(data, name=SETTINGS_FILE)
    return settings_from(tables, source=SETTINGS_FILE, sha256=hashlib.sha256(data).hexdigest())


def read_settings(folder: Path) -> tuple[Settings, bytes]:
    """Settings of a folder and the bytes they came from.

    A filled template brings settings of its own, which are added to those of ``council.toml``.
    Without either the council is named after the folder and the bytes are empty.

    Raises
    ------
    SettingsError
        If ``council.toml`` is not as it should be.
    FileRefusedError
        If a template is not as it should be, or audits lie beside it in another file too.
    """
    path = settings_path(folder, name=SETTINGS_FILE)
    data = b"" if path is None else settings_bytes(path)
    settings = settings_of(data) if data else Settings(council=folder.resolve().name)
    templates = () if settings.files else filled_templates(folder)
    if not templates:
        return settings, data
    both = template_settings(templates, own=data, beside=_beside(folder, templates))
    # The sum is that of the council's own file: what a template says is in the template's sum.
    return replace(settings_of(both), sha256=settings.sha256), both


def _beside(folder: Path, templates: Sequence[FilledTemplate]) -> tuple[FileSettings, ...]:
    """Exports with a usual name that lie beside templates: they are read as always."""
    names = {template.name for template in templates}
    files = []
    for path in sorted(folder.iterdir()):
        kind = next((stem for stem in _STEMS if stem == path.stem.lower()), None)
        if path.name in names or not is_table(path) or kind is None:
            continue
        if kind == "audits":
            raise Problems(file=path.name).refusal(
                code="two_files",
                found=f"an export of audits beside the filled template {templates[0].name}",
                expected="one of them, for no audit may be told twice",
                mend="take one out of the folder, or copy its audits into the other",
            )
        files.append(FileSettings(path=path.name, kind=kind))
    return tuple(files)


def _found(folder: Path) -> tuple[tuple[FileSettings, ...], tuple[Finding, ...]]:
    tables = sorted(path for path in folder.iterdir() if is_table(path) or _is_named_so(path))
    files = []
    for kind in _STEMS:
        fitting = [path for path in tables if path.stem.lower() == kind]
        if len(fitting) > 1:
            raise _two(kind, [path.name for path in fitting])
        files += [FileSettings(path=path.name, kind=kind) for path in fitting]
    if not any(file.kind == "audits" for file in files):
        raise _no_audits()
    read = {file.path for file in files}
    return tuple(files), passed_over([path.name for path in tables if path.name not in read])


def _is_named_so(path: Path) -> bool:
    """Whether a folder or a broken link bears an export's name: it is told when it is opened."""
    is_export = path.suffix.lower() in TABLE_SUFFIXES and path.stem.lower() in _STEMS
    return is_export and not path.is_file()


def _two(kind: str, names: list[str]) -> FileRefusedError:
    return Problems(file=names[0]).refusal(
        code="two_files",
        found=f"{len(names)} files of {kind}: {', '.join(names)}",
        expected=f"one file of {kind}, or {SETTINGS_FILE} that names them all",
        mend=f"take one out of the folder, or name them in {SETTINGS_FILE}",
    )


def _no_audits() -> FileRefusedError:
    return Problems(file="audits.csv").refusal(
        code="file_missing",
        found="no file of audits in the folder",
        expected="audits.csv or audits.xlsx",
        mend=f"put the export into the folder, or name its file in {SETTINGS_FILE}",
    )
