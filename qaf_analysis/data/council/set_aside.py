"""The protected place for rows set aside: in the user's own folder, outside every run.

Rows set aside hold names and numbers as they stood, and the tables of a run hold the same people's
codes. Whoever has both can join them on date, team and type of case and tell whose code is whose.
So no folder holds both: a run names its rows set aside by their number and a sum only, which
nobody can make without the council's key.

A file lies at ``<place>/<council>/<first 16 digits of that sum>/set_aside.csv``: the same rows are
kept once however often they are read, and the sum in a manifest leads to its file.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from qaf_analysis.data.contract.formula_text import guarded
from qaf_analysis.data.contract.record import Finding, ImportRecord
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.council.key_file import council_slug
from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.data.council.quarantine import quarantine_bytes
from qaf_analysis.data.files.private_file import FOLDER_MODE, private_folder, write_privately
from qaf_analysis.terms.errors import UsageError

SET_ASIDE_VARIABLE = "QAF_SET_ASIDE"
ROWS_FILE = "set_aside.csv"
FINDINGS_FILE = "findings.csv"
CHECK_FOLDER = "check"
_CODES_FILE = re.compile(r"codes-[0-9a-f]{12}-[0-9a-f]{12}\.csv")
CHECK_PAGE, CHECK_WORKBOOK = "check.html", "rows_to_mend.xlsx"
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
    keyed_sum: str


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
    key: PseudonymKey | None,
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
    key : PseudonymKey or None
        The council's key, which a run's name of the rows is made with: a plain sum of a few rows
        tells whoever tries every likely one. None where there is no key yet, and no run.
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
    keyed_sum = hashlib.sha256(content).hexdigest() if key is None else key.sum_of(content)
    path = council_place(council, away_from=away_from) / keyed_sum[:16] / ROWS_FILE
    told = _findings(record.findings, in_run.findings)
    with _telling_if_not_writable():
        _close(path.parent)
        write_privately(path.with_name(FINDINGS_FILE), told)
        write_privately(path, content)
    return KeptAside(path=path, rows=len(rows), keyed_sum=keyed_sum)


def council_place(council: str, *, away_from: Sequence[Path] = ()) -> Path:
    """Where a council's rows set aside are kept, apart from those of any other name.

    Raises
    ------
    UsageError
        If it lies in a folder that it must not lie in.

    Examples
    --------
    >>> council_place("A B Council").name, council_place("A & B Council").name
    ('a-b-council', 'a-b-council-71d79c95')
    """
    slug, name = council_slug(council), spelling_key(council)
    if name != slug.replace("-", " "):
        slug = f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    place = set_aside_place() / slug
    for folder in away_from:
        if place.resolve().is_relative_to(folder.resolve()):
            raise UsageError(
                f"The place for rows set aside, {place.parent}, lies in {folder}. Name another in "
                f"{SET_ASIDE_VARIABLE}: whoever has both rows and codes can tell whose is whose."
            )
    return place


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
    folder = council_place(council, away_from=away_from) / CHECK_FOLDER
    with _telling_if_not_writable():
        _close(folder)
    return folder


def forget_check(council: str) -> None:
    """Delete the page and the workbook of an earlier check: what they tell holds no more."""
    folder = council_place(council) / CHECK_FOLDER
    if is_ours(folder):
        shutil.rmtree(folder)


def aside_path(council: str, keyed_sum: str) -> Path | None:
    """Where rows set aside with that sum lie; None where there are none."""
    return council_place(council) / keyed_sum[:16] / ROWS_FILE if keyed_sum else None


def codes_path(council: str, old: str, new: str, *, away_from: Sequence[Path]) -> Path:
    """Where the table lies that leads from the codes of one key to those of another."""
    return council_place(council, away_from=away_from) / f"codes-{old}-{new}.csv"


def codes_tables() -> Iterator[tuple[Path, datetime]]:
    """Tables of old and new codes of every council, with the time each was written."""
    for path in sorted(set_aside_place().glob("*/codes-*.csv")):
        ours = _CODES_FILE.fullmatch(path.name) and not path.parent.is_symlink()
        if ours and path.is_file() and not path.is_symlink():
            yield path, datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)


def aside_folders(council: str | None = None) -> Iterator[tuple[Path, datetime]]:
    """Folders of rows set aside with the time they were last written, of one council or of all."""
    place = set_aside_place()
    found = place.glob("*/*") if council is None else council_place(council).glob("*")
    for folder in sorted(found):
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
        return bool(held) and held <= {CHECK_PAGE, CHECK_WORKBOOK}
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


@contextmanager
def _telling_if_not_writable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"Rows set aside cannot be written to {set_aside_place()} ({error.strerror}). Name a "
            f"folder of your own that can be written to in {SET_ASIDE_VARIABLE}."
        ) from None


def _close(folder: Path) -> None:
    """Make a folder of the place, and see that nobody else opens it nor what is ours above it."""
    private_folder(folder)
    ours = [folder, folder.parent]
    if SET_ASIDE_VARIABLE not in os.environ:
        ours += folder.parents[1:3]  # .qaf/set_aside
    if os.name == "posix":
        for made in ours:
            made.chmod(FOLDER_MODE)


def _findings(told: Sequence[Finding], in_run: Sequence[Finding]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(_FINDING_COLUMNS)
    for finding, kept in zip(told, in_run, strict=True):
        cells = [getattr(finding, name) for name in _FINDING_COLUMNS[:-1]]
        texts = ["" if cell is None else str(cell) for cell in (*cells, kept.place)]
        writer.writerow([guarded(text) for text in texts])
    return buffer.getvalue().encode("utf-8-sig")
