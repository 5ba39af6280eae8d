"""The files that the ``[[files]]`` tables of the settings stand for: one each, or all that fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError, Finding
from qaf_analysis.data.files.settings_names import DESCRIPTORS_FILE, SETTINGS_FILE
from qaf_analysis.terms.settings import FileSettings

TABLE_SUFFIXES = (".csv", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".txt", ".tsv")
_MOST_OFFERED = 5
_ALIKE = 0.5


def declared_files(
    folder: Path, declared: Sequence[FileSettings]
) -> tuple[tuple[FileSettings, ...], tuple[Finding, ...]]:
    """Files to read, each with its own name as the path, and notes on tables that none names.

    A query stays as it is: it has no file of its own to be found.

    Raises
    ------
    FileRefusedError
        If a file is missing, no file fits a pattern, a path leads out of the folder, or two
        tables of the settings claim one file by different names.
    """
    files: list[FileSettings] = []
    claims: dict[Path, str] = {}
    for file in declared:
        if file.database is not None:
            files.append(file)
            continue
        for name in _names_of(folder, file.path):
            claimed = claims.setdefault((folder / name).resolve(), file.path)
            if _key(claimed) != _key(file.path):
                raise _claimed_twice(name, claimed, file.path)
            files.append(replace(file, path=name))
    patterns = [file.path for file in declared if "/" not in file.path]
    unread = [
        path.name
        for path in folder.iterdir()
        if path.resolve() not in claims
        and (is_table(path) or (_is_plain(path) and any(fits(p, path.name) for p in patterns)))
    ]
    return tuple(files), passed_over(sorted(unread, key=natural_order))


def fits(pattern: str, name: str) -> bool:
    """Whether a file name fits a path of the settings; case is no matter.

    Examples
    --------
    >>> fits("Audits *.xlsx", "audits 2023-24 Q1.XLSX"), fits("Q?.csv", "Q10.csv")
    (True, False)
    """
    # Each piece between two stars is taken where it first fits: no way is tried twice.
    wild, text = _key(pattern), _key(name)
    first, *rest = wild.split("*")
    if not rest:
        return len(text) == len(first) and _stands(first, text, 0)
    *inner, last = rest
    end = len(text) - len(last)
    if len(first) > end or not _stands(first, text, 0) or not _stands(last, text, end):
        return False
    start = len(first)
    for piece in inner:
        places = range(start, end - len(piece) + 1)
        place = next((place for place in places if _stands(piece, text, place)), None)
        if place is None:
            return False
        start = place + len(piece)
    return True


def _stands(piece: str, text: str, place: int) -> bool:
    """Whether a piece without stars stands at a place of a text that is long enough."""
    part = text[place : place + len(piece)]
    return all(wanted in ("?", found) for wanted, found in zip(piece, part, strict=True))


def natural_order(name: str) -> list[tuple[int, int, str]]:
    """Key by which names sort as people count: Q2 before Q10.

    Examples
    --------
    >>> sorted(["Q10.csv", "q2.csv", "Q1.csv"], key=natural_order)
    ['Q1.csv', 'q2.csv', 'Q10.csv']
    """
    pieces = re.findall(r"[0-9]+|[^0-9]+", _key(name))
    return [(0, int(p), "") if p[0] in "0123456789" else (1, 0, p) for p in pieces]


def declaring_path(path: str, files: Sequence[FileSettings]) -> str:
    """Path, perhaps a pattern, of the ``[[files]]`` table that stands for a file; else the file's.

    Examples
    --------
    >>> files = [FileSettings(path="Audits *.xlsx", kind="audits")]
    >>> declaring_path("Audits Q1.xlsx", files), declaring_path("audits.csv", files)
    ('Audits *.xlsx', 'audits.csv')
    """
    return next((file.path for file in files if fits(file.path, path)), path)


def passed_over(names: Sequence[str]) -> tuple[Finding, ...]:
    """Notes on tables of the folder that were not read."""
    findings: list[Finding] = []
    for name in names:
        problems = Problems(file=name)
        problems.note(
            code="file_passed_over",
            found="a file that is neither audits, moderations nor actions; it was not read",
            expected="audits, moderations and actions only",
            mend=f"none needed, or name it in {SETTINGS_FILE}",
        )
        findings += problems.findings
    return tuple(findings)


def is_table(path: Path) -> bool:
    """Whether a path is a file that may hold a table.

    ``~$audits.xlsx`` is the mark that Excel leaves while a workbook is open.
    """
    return _is_plain(path) and path.suffix.lower() in TABLE_SUFFIXES


def _is_plain(path: Path) -> bool:
    ours = (SETTINGS_FILE, DESCRIPTORS_FILE)
    own = path.name.startswith(("~$", ".")) or path.name.casefold() in ours
    return path.is_file() and not own


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).replace("\\", "/").casefold()


def _tables_in(folder: Path) -> list[str]:
    found = [path.name for path in folder.iterdir() if is_table(path)]
    return sorted(found, key=natural_order)


def _names_of(folder: Path, declared: str) -> list[str]:
    """Names of the files that a path of the settings stands for, in natural order."""
    _refuse_outside(folder, declared)
    inner, _, pattern = declared.replace("\\", "/").rpartition("/")
    where = folder / inner
    if any(mark in inner for mark in "*?"):
        raise Problems(file=declared).refusal(
            code="pattern_of_folders",
            found=f"a pattern in the name of a folder ({inner})",
            expected="* and ? in the name of the file only",
            mend=f"name the folder in full, in a [[files]] table of its own ({SETTINGS_FILE})",
        )
    is_pattern = any(mark in pattern for mark in "*?")
    # A folder of that name is told when it is opened.
    if not is_pattern and ((where / pattern).is_file() or (where / pattern).is_dir()):
        return [declared.replace("\\", "/")]
    present = _tables_in(where) if where.is_dir() else []
    fitting = [name for name in present if fits(pattern, name)]
    if not fitting or (len(fitting) > 1 and not is_pattern):
        raise _none_fits(declared, fitting or present, is_pattern=is_pattern, many=bool(fitting))
    for name in fitting:
        _refuse_outside(folder, f"{inner}/{name}" if inner else name)
    return [f"{inner}/{name}" if inner else name for name in fitting]


def _refuse_outside(folder: Path, declared: str) -> None:
    path = folder / declared.replace("\\", "/")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Problems(file=declared).refusal(
            code="outside_folder",
            found="a path that leads out of the folder",
            expected="files in the folder itself",
            mend=f"correct the path in {SETTINGS_FILE}",
        )


def _none_fits(
    declared: str, present: Sequence[str], *, is_pattern: bool, many: bool
) -> FileRefusedError:
    """Refusal of a path that no file fits, or, being no pattern, several fit but for case."""
    found = "no such file"
    if is_pattern:
        found = "no file that fits this pattern"
    elif many:
        found = "several files whose names differ in case only"
    keys = {_key(name): name for name in present}
    near = get_close_matches(_key(declared), list(keys), n=_MOST_OFFERED, cutoff=_ALIKE)
    shown = [keys[key] for key in near] or list(present[:_MOST_OFFERED])
    beside = f"; there are: {', '.join(shown)}" if shown else "; there is no table in the folder"
    return Problems(file=declared).refusal(
        code="file_missing",
        found=f"{found}, though {SETTINGS_FILE} names it{beside}",
        expected="at least one file that fits" if is_pattern else "every file named there",
        mend=f"put the file into the folder, or correct the path in {SETTINGS_FILE}",
    )


def _claimed_twice(name: str, first: str, second: str) -> FileRefusedError:
    return Problems(file=name).refusal(
        code="file_claimed_twice",
        found=f"a file that two [[files]] tables of {SETTINGS_FILE} claim, as {first} and as "
        f"{second}",
        expected="each file under one path",
        mend="write a pattern that fits fewer files, or give both tables the same path",
    )
