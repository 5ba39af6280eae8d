"""One run of a council at a time: the second is told who holds the lock, and since when."""

from __future__ import annotations

import json
import os
import socket
import sys
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from qaf_analysis.data.council.pseudonyms import council_slug
from qaf_analysis.data.files.private_file import private_folder
from qaf_analysis.terms.errors import RunLockedError

LOCKS = ".locks"
# Locked far behind the text, because a locked byte cannot be read on Windows.
_LOCKED_BYTE = 1 << 20


class RunLock:
    """Held while a council is being run; use it as a context manager.

    The operating system holds the lock for as long as the process lives, so the lock of a process
    that was killed is free at once and there is never a moment at which two can take it over.
    The file says who holds it. A file left by another computer on a shared drive, whose locks we
    may not be able to see, is respected.

    Parameters
    ----------
    outputs : Path
        Folder of reports.
    council : str
        The council's name.
    """

    def __init__(self, outputs: Path, *, council: str) -> None:
        self.path = outputs / LOCKS / f"{council_slug(council)}.lock"
        self._council = council
        self._file: BinaryIO | None = None

    def __enter__(self) -> RunLock:
        private_folder(self.path.parent)
        # "a+" makes the file when it is missing and never empties one that another run holds.
        file = self.path.open("a+b")
        try:
            if not _lock(file):
                raise self._locked(_holder(file))
            holder = _holder(file)
            if holder and holder.get("host") != socket.gethostname():
                raise self._locked(holder)
            _write(file, self._ourselves())
        except BaseException:
            file.close()
            raise
        self._file = file
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            # The file stays: removing it would let two runs lock two files of one name.
            _write(self._file, {})
            self._file.close()
            self._file = None

    def _ourselves(self) -> dict[str, str | int]:
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        return {"host": socket.gethostname(), "pid": os.getpid(), "since": since}

    def _locked(self, holder: dict[str, str | int]) -> RunLockedError:
        return RunLockedError(
            f"Another run of {self._council} is under way: process {holder.get('pid', 'unknown')} "
            f"on {holder.get('host', 'this computer')} since {holder.get('since', 'just now')}. "
            "Wait until it has ended. If that computer no longer runs it, delete the file "
            f"{self.path.name} in {self.path.parent.name} of the outputs folder."
        )


def _holder(file: BinaryIO) -> dict[str, str | int]:
    file.seek(0)
    try:
        read = json.loads(file.read(1000) or b"{}")
    except ValueError:
        # Killed while writing its name, or being written at this moment; the lock itself decides.
        return {}
    return read if isinstance(read, dict) else {}


def _write(file: BinaryIO, holder: dict[str, str | int]) -> None:
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

else:
    import fcntl

    def _lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
