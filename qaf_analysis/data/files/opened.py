"""Bytes of a file of the council's: what is no readable file, or too large, is refused unread."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.files.limits import MAX_TABLE_BYTES, MAX_WORKBOOK_BYTES
from qaf_analysis.data.files.oversize import too_large
from qaf_analysis.data.files.signature import ZIP

_EXPECTED = "a CSV file, or a workbook saved as .xlsx"


def file_bytes(path: Path, *, problems: Problems, within: Path | None = None) -> bytes:
    """Read a file whole, after its kind and size were looked at.

    Parameters
    ----------
    path : Path
    problems : Problems
        Of this file.
    within : Path, optional
        Folder that the file must lie in, wherever a link of that name leads.

    Raises
    ------
    FileRefusedError
        If it is missing, no file, too large, may not be read, lies elsewhere, or changes while
        it is read.
    """
    try:
        if within is not None and not path.resolve().is_relative_to(within.resolve()):
            raise _outside(problems)
        _refuse_no_file(path.stat(), problems=problems)
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            _refuse_size(file.read(len(ZIP)), before.st_size, problems=problems)
            file.seek(0)
            data = file.read(before.st_size + 1)  # one more, should the file be growing
            after = os.fstat(file.fileno())
    except (OSError, ValueError, RuntimeError) as error:
        # ValueError: a name with a NUL character. RuntimeError: a link that leads to itself.
        raise _unreadable(error, problems=problems) from None
    if len(data) != before.st_size or _state(before) != _state(after):
        raise _changing(problems)
    return data


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _refuse_no_file(status: os.stat_result, *, problems: Problems) -> None:
    """Refuse folders, and pipes and devices, which would keep the reader waiting for ever."""
    if stat.S_ISDIR(status.st_mode):
        raise problems.refusal(
            code="a_folder",
            found="a folder of that name, not a file",
            expected=_EXPECTED,
            mend="take the file out of that folder, and rename or remove the folder",
        )
    if not stat.S_ISREG(status.st_mode):
        raise problems.refusal(
            code="not_a_file",
            found="a pipe, a device or another thing that is not a file",
            expected=_EXPECTED,
            mend="save the export as a file",
        )


def _refuse_size(start: bytes, size: int, *, problems: Problems) -> None:
    what, limit = "file", MAX_TABLE_BYTES
    if start == ZIP:
        what, limit = "workbook", MAX_WORKBOOK_BYTES
    if size > limit:
        raise too_large(f"a {what} of {size:,} bytes", f"{limit:,} bytes", problems=problems)


def _outside(problems: Problems) -> FileRefusedError:
    return problems.refusal(
        code="outside_folder",
        found="a path or a link that leads out of the folder",
        expected="files in the folder itself",
        mend="copy the file itself into the folder",
    )


def _unreadable(error: Exception, *, problems: Problems) -> FileRefusedError:
    if isinstance(error, FileNotFoundError):
        return problems.refusal(
            code="file_missing",
            found="no such file, or one that has just been moved",
            expected=_EXPECTED,
            mend="put the file into the folder",
        )
    if isinstance(error, PermissionError):
        return problems.refusal(
            code="unreadable",
            found="a file that may not be read: it is locked by a program or belongs to another",
            expected="a file that you may read",
            mend="close it in Excel, or ask its owner for the right to read it, or copy it",
        )
    # What the system says, without the path that its own message would hold.
    reason = (error.strerror if isinstance(error, OSError) else "") or "no file can have that name"
    return problems.refusal(
        code="unreadable",
        found=f"a file that cannot be read ({reason})",
        expected="a file that opens",
        mend="copy the file to this computer, open it once to see that it is whole, and try again",
    )


def _changing(problems: Problems) -> FileRefusedError:
    return problems.refusal(
        code="changed_while_read",
        found="a file that changed while it was read",
        expected="a file that stays as it is",
        mend="wait until the export or the copying has ended, close the file, and try again",
    )
