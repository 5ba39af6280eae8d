"""The protected place for rows set aside: in the user's own folder, outside every run.

Rows set aside hold names and numbers as they stood, and the tables of a run hold the same people's
codes. Whoever has both can join them on date, team and type of case and tell whose code is whose.
So no folder holds both: a run names its rows set aside by their number and SHA-256 only.

A file lies at ``<place>/<council>/<first 16 digits of its SHA-256>/set_aside.csv``: the same rows
are kept once however often they are read, and the sum in a manifest leads to its file.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from qaf_analysis.data.contract.formula_text import guarded
from qaf_analysis.data.contract.record import Finding, ImportRecord
from qaf_analysis.data.council.pseudonyms import council_slug
from qaf_analysis.data.council.quarantine import quarantine_bytes
from qaf_analysis.terms.errors import UsageError

SET_ASIDE_VARIABLE = "QAF_SET_ASIDE"
ROWS_FILE = "set_aside.csv"
FINDINGS_FILE = "findings.csv"
CHECK_FOLDER = "check"
CHECK_FILES = frozenset({"check.html", "rows_to_mend.xlsx"})
_FINDING_COLUMNS = (
    "outcome",
    "code",
    "file",
    "sheet",
    "row",
    "column",
    "rows",
    "found",
    "expected",
    "mend",
    "place_in_the_run",
)


@dataclass(frozen=True, kw_only=True)
class KeptAside:
    """A file of rows set aside, where it lies, and what a run says of it."""

    path: Path
    rows: int
    sha256: str


def set_aside_place() -> Path:
    """Where rows set aside are kept: ``.qaf/set_aside`` in the user's folder, or as told.

    The environment variable ``QAF_SET_ASIDE`` names another folder.
    """
    named = os.environ.get(SET_ASIDE_VARIABLE)
    return Path(named) if named else Path.home() / ".qaf" / "set_aside"


def keep_aside(
    rows: pd.DataFrame,
    *,
    council: str,
    record: ImportRecord,
    in_run: ImportRecord,
    away_from: Sequence[Path],
) -> KeptAside | None:
    """Write rows set aside, and every finding as it was told, to the protected place.

    Parameters
    ----------
    rows : DataFrame
        As ``quarantine.quarantined_rows`` gives them.
    council : str
        The council's name.
    record, in_run : ImportRecord
        What was found, in full and as a run keeps it.
    away_from : sequence of Path
        Folders that the place must not lie in: the exports, and the folder of reports.

    Returns
    -------
    KeptAside or None
        None where no row was set aside; nothing is written then.

    Raises
    ------
    UsageError
        If the place lies in one of these folders, or cannot be written to.
    """
    if rows.empty:
        return None
    content = quarantine_bytes(rows)
    sha256 = hashlib.sha256(content).hexdigest()
    place = set_aside_place()
    _refuse_inside(place / council_slug(council), away_from)
    path = place / council_slug(council) / sha256[:16] / ROWS_FILE
    try:
        _private_folder(place, path.parent)
        told = _findings(record.findings, in_run.findings)
        _write_private(path.with_name(FINDINGS_FILE), told)
        _write_private(path, content)
    except OSError as error:
        raise _not_writable(place, error) from None
    return KeptAside(path=path, rows=len(rows), sha256=sha256)


def check_folder(council: str, *, away_from: Sequence[Path]) -> Path:
    """Folder for the page and the workbook of a council's latest check, beside its rows set aside.

    Parameters
    ----------
    away_from : sequence of Path
        Folders that the place must not lie in.

    Raises
    ------
    UsageError
        If the place lies in one of these folders, or cannot be written to.
    """
    place = set_aside_place()
    _refuse_inside(place / council_slug(council), away_from)
    folder = place / council_slug(council) / CHECK_FOLDER
    try:
        _private_folder(place, folder)
    except OSError as error:
        raise _not_writable(place, error) from None
    return folder


def aside_path(council: str, sha256: str) -> Path | None:
    """Where rows set aside with that sum lie; None where there are none."""
    return set_aside_place() / council_slug(council) / sha256[:16] / ROWS_FILE if sha256 else None


def aside_folders(council: str | None = None) -> Iterator[tuple[Path, datetime]]:
    """Folders of rows set aside with the time they were last written, of one council or of all."""
    place = set_aside_place()
    slug = "*" if council is None else council_slug(council)
    for folder in sorted(place.glob(f"{slug}/*")):
        if is_ours(folder):
            written = [path.stat().st_mtime for path in folder.iterdir()]
            yield folder, datetime.fromtimestamp(max(written), tz=UTC)


def is_ours(folder: Path) -> bool:
    """Whether a folder was made here: its name, and nothing in it but what is written here.

    The place can be named by anybody, and what is found in it is deleted after some days: a folder
    of the council's own must never be taken for one of these.
    """
    if folder.is_symlink() or folder.parent.is_symlink() or not folder.is_dir():
        return False
    held = {path.name for path in folder.iterdir() if path.is_file() and not path.is_symlink()}
    if len(held) != len(list(folder.iterdir())):
        return False
    if folder.name == CHECK_FOLDER:
        return bool(held) and held <= CHECK_FILES
    named = re.fullmatch(r"[0-9a-f]{16}", folder.name) is not None
    return named and ROWS_FILE in held and held <= {ROWS_FILE, FINDINGS_FILE}


def sweep_aside(council: str, *, days: int, now: datetime) -> int:
    """Delete a council's rows set aside that were last written so many days ago; return how many.

    Parameters
    ----------
    days : int
        Days that they are kept.
    now : datetime
        With a time zone.
    """
    old = [f for f, written in aside_folders(council) if now - written > timedelta(days=days)]
    for folder in old:
        shutil.rmtree(folder)
    return len(old)


def _not_writable(place: Path, error: OSError) -> UsageError:
    return UsageError(
        f"Rows set aside cannot be written to {place} ({error.strerror}). Name a folder of "
        f"your own that can be written to in {SET_ASIDE_VARIABLE}."
    )


def _refuse_inside(place: Path, away_from: Sequence[Path]) -> None:
    for folder in away_from:
        if place.resolve().is_relative_to(folder.resolve()):
            raise UsageError(
                f"The place for rows set aside, {place}, lies in {folder}. Name another in "
                f"{SET_ASIDE_VARIABLE}: whoever has both rows and codes can tell whose is whose."
            )


def _private_folder(place: Path, folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix":
        # Parents are made with the usual rights; on Windows they follow the user's own folder.
        for made in (folder, folder.parent):
            made.chmod(0o700)
        if SET_ASIDE_VARIABLE not in os.environ:
            place.chmod(0o700)


def _write_private(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _findings(told: Sequence[Finding], in_run: Sequence[Finding]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(_FINDING_COLUMNS)
    for finding, kept in zip(told, in_run, strict=True):
        cells = [getattr(finding, name) for name in _FINDING_COLUMNS[:-1]]
        texts = ["" if cell is None else str(cell) for cell in (*cells, kept.place)]
        writer.writerow([guarded(text) for text in texts])
    return buffer.getvalue().encode("utf-8-sig")
