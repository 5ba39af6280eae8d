"""One run of a council at a time: the second is told who holds the lock, and since when."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from qaf_analysis.data.council.key_file import council_slug
from qaf_analysis.data.files.file_lock import FileLock, holder_words
from qaf_analysis.terms.errors import RunLockedError

LOCKS = ".locks"


class RunLock:
    """Held while a council is being run; use it as a context manager.

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
        self._lock = FileLock(self.path)

    def __enter__(self) -> RunLock:
        holder = self._lock.take()
        if holder is not None:
            raise RunLockedError(
                f"Another run of {self._council} is under way: {holder_words(holder)}. Wait until "
                "it has ended. If that computer no longer runs it, delete the file "
                f"{self.path.name} in {self.path.parent.name} of the outputs folder."
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._lock.release()
