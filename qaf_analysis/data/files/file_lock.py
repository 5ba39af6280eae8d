"""A lock that the operating system holds for as long as a process lives, and who holds it."""

from __future__ import annotations

import json
import os
import socket
import sys
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from qaf_analysis.data.files.private_file import FILE_MODE, private_folder

# Locked far behind the text, because a locked byte cannot be read on Windows.
_LOCKED_BYTE = 1 << 20
_BINARY = getattr(os, "O_BINARY", 0)  # Windows alone tells text from bytes

Holder = dict[str, str | int]
"""Computer, process and time of whoever holds a lock; empty where the file does not say."""


class FileLock:
    """A lock on one file: of those who try to take it, one has it.

    The lock of a process that was killed is free at once, and there is never a moment at which two
    can take it over. The file says who holds it. A file left by another computer on a shared
    drive, whose locks we may not be able to see, is respected.

    Parameters
    ----------
    path : Path
        The file; it is made where missing, with its folder, and stays.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None

    @property
    def is_ours(self) -> bool:
        """Whether this object holds the lock now."""
        return self._file is not None

    def take(self) -> Holder | None:
        """Take the lock: None where it is ours now, else who holds it. It never waits."""
        private_folder(self.path.parent)
        file = _opened(self.path)
        try:
            if not _lock(file):
                found = _holder(file)
                file.close()
                return found
            holder = _holder(file)
            if holder and holder.get("host") != socket.gethostname():
                file.close()
                return holder
            _write(file, _ourselves())
        except BaseException:
            file.close()
            raise
        self._file = file
        return None

    def release(self) -> None:
        """Let the next one have it; nothing happens where it is not ours."""
        if self._file is not None:
            # The file stays: removing it would let two lock two files of one name.
            _write(self._file, {})
            _unlock(self._file)
            self._file.close()
            self._file = None


def holder_words(holder: Holder) -> str:
    """Who holds a lock, as far as the file says.

    Examples
    --------
    >>> holder_words({"host": "pc7", "pid": 41, "since": "2020-01-31T10:00:00+00:00"})
    'process 41 on pc7 since 2020-01-31T10:00:00+00:00'
    """
    return (
        f"process {holder.get('pid', 'unknown')} on {holder.get('host', 'this computer')} "
        f"since {holder.get('since', 'just now')}"
    )


def _opened(path: Path) -> BinaryIO:
    # Made where it is missing, for its owner alone; never emptied, for another may hold it.
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | _BINARY, FILE_MODE)
    return os.fdopen(number, "a+b")


def _ourselves() -> Holder:
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    return {"host": socket.gethostname(), "pid": os.getpid(), "since": since}


def _holder(file: BinaryIO) -> Holder:
    file.seek(0)
    try:
        read = json.loads(file.read(1000) or b"{}")
    except ValueError:
        # Killed while writing its name, or being written at this moment; the lock itself decides.
        return {}
    return read if isinstance(read, dict) else {}


def _write(file: BinaryIO, holder: Holder) -> None:
    file.truncate(0)
    if holder:
        file.write(json.dumps(holder).encode("utf-8"))
    file.flush()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> bool:
        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: BinaryIO) -> None:
        # Windows would free it some time after the file is closed.
        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _unlock(file: BinaryIO) -> None:
        # A process that was forked meanwhile holds the same lock until it is freed by name.
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
