"""The folder of one run: built out of sight, then given its name in one step.

Readers see either a whole run or none. Nothing that was published is ever changed: the same run
twice gives the same folder, and a run that differs under the same id gets a name of its own.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from datetime import datetime
from pathlib import Path
from types import TracebackType

from qaf_analysis.data.files.private_file import (
    make_private,
    private_folder,
    sync_folder,
    sync_tree,
    write_privately,
)
from qaf_analysis.run.failed import keep_failure, sweep_failed
from qaf_analysis.run.manifest import same_outputs, verify_manifest
from qaf_analysis.terms.errors import RunFailedError, UsageError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import KEEP_DAYS

BUILDING = ".building"
LATEST = "latest.txt"
_RUN_ID = re.compile(r"[0-9a-f]{8,64}")


class RunFolder:
    """A run being built; use it as a context manager while holding the council's lock.

    ``path`` lies as deep below ``outputs`` as the published folder will, so a relative path
    from inside it to the data stays true after publishing. Only who made it may read it. Left
    without ``publish``, what helps to mend the fault is moved to ``outputs/.failed``
    (``run.failed``) and the rest is deleted.

    Parameters
    ----------
    outputs : Path
        Folder of reports; made when missing.

    Raises
    ------
    RunFailedError
        On entry, if ``outputs`` cannot be written to.
    """

    def __init__(self, outputs: Path) -> None:
        self.outputs = outputs
        self.path = outputs / BUILDING / f"{os.getpid()}-{secrets.token_hex(4)}"
        self._published = False

    def __enter__(self) -> RunFolder:
        try:
            private_folder(self.path)
        except OSError as error:
            raise RunFailedError(
                f"The outputs folder {self.outputs} cannot be written to ({error.strerror}). "
                "Choose another with --outputs, or ask for the right to write there."
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._published and self.path.exists():
            kept = keep_failure(
                self.path, self.outputs, error=error, now=datetime.now().astimezone()
            ).resolve()
            if isinstance(error, KeyboardInterrupt):
                error.add_note(
                    "What was made until then is no report and was deleted; where it stopped "
                    f"stands in {kept}."
                )

    def publish(self, *, quarter: Quarter, run_id: str) -> Path:
        """Give the finished run its name, and point ``latest.txt`` to it.

        Returns
        -------
        Path
            ``outputs/2019-20-Q3/<run id>``. If that run was published before with the same
            outputs, the earlier folder stands and ours is dropped; if its outputs differ, or it
            was damaged since, ours is kept beside it as ``<run id>-2`` and so on.

        Raises
        ------
        RunFailedError
            If the manifest does not fit the folder.
        """
        if not _RUN_ID.fullmatch(run_id):
            raise UsageError(f"“{run_id[:70]}” is not a run id (small letters a-f and digits).")
        problems = verify_manifest(self.path).problems
        if problems:
            raise RunFailedError(f"The run was not published: {'; '.join(problems)}.")
        make_private(self.path)
        sync_tree(self.path)
        final = self._place(self.outputs / quarter.path_name, run_id)
        self._published = True
        write_privately(
            self.outputs / LATEST,
            f"{final.relative_to(self.outputs).as_posix()}\n".encode(),
        )
        return final

    def _place(self, quarter_folder: Path, run_id: str) -> Path:
        private_folder(quarter_folder)
        number = 1
        while True:
            final = quarter_folder / (run_id if number == 1 else f"{run_id}-{number}")
            if not final.exists():
                self.path.rename(final)
                sync_folder(quarter_folder)
                return final
            if not verify_manifest(final).problems and same_outputs(final, self.path):
                shutil.rmtree(self.path)
                return final
            number += 1


def sweep(outputs: Path, *, keep_failed_days: int = KEEP_DAYS, now: datetime | None = None) -> int:
    """Remove folders left by runs that were killed; return how many there were.

    The folder of a process that is alive is left alone. What is left of failed runs is cleaned,
    and deleted when it is old (``run.failed``).

    Parameters
    ----------
    keep_failed_days : int
        Days that what is left of failed runs is kept.
    now : datetime, optional
        Time to count from.
    """
    stale = stale_folders(outputs)
    for folder in stale:
        shutil.rmtree(folder)
    sweep_failed(outputs, days=keep_failed_days, now=now or datetime.now().astimezone())
    return len(stale)


def stale_folders(outputs: Path) -> list[Path]:
    """Folders of runs whose process is no longer alive."""
    import psutil

    found = []
    place = outputs / BUILDING
    inside = [] if place.is_symlink() else sorted(place.glob("*-*"))
    for folder in (path for path in inside if path.is_dir() and not path.is_symlink()):
        number = folder.name.partition("-")[0]
        if number.isdigit() and int(number) != os.getpid() and not psutil.pid_exists(int(number)):
            found.append(folder)
    return found
