"""What is kept of a run that failed: where it stopped and how, and nothing of anybody's data.

A run that stops half way holds tables, figures and notebooks whose outputs and error messages may
quote the exports. None of it is needed to mend the fault: that takes the kind of the error, the
lines of code it went through, and the cells as they are written. So only these stay.
"""

from __future__ import annotations

import json
import re
import shutil
import traceback
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from qaf_analysis.data.files.private_file import make_private, private_folder, write_privately
from qaf_analysis.run.imports import without_address_checks

FAILED = ".failed"
FAILURE_FILE = "failure.json"
FAILED_NOTEBOOK = ".failed.ipynb"
_STAMP = "%Y-%m-%d-%H%M%S"
# A frame of a traceback, as IPython prints it: the file with its line, or the cell with its line.
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r"(?:File\s+)?(\S*?[\w.-]+\.py|[Cc]ell(?: In\[\d+\])?)[:,]\s*(?:line\s*)?(\d+)")


def keep_failure(work: Path, outputs: Path, *, error: BaseException | None, now: datetime) -> Path:
    """Move to ``.failed`` what helps to mend a failed run, and delete the rest of it.

    Parameters
    ----------
    work : Path
        Folder of the run; it is deleted.
    outputs : Path
        Folder of reports.
    error : BaseException or None
        What ended the run; its message is not kept, because it may quote a cell.
    now : datetime
        Time of the failure.
    """
    folder = outputs / FAILED / f"{now.strftime(_STAMP)}-{work.name}"
    private_folder(folder)
    told = {"when": now.isoformat(timespec="seconds"), "error": _kind(error), "at": _at(error)}
    write_privately(folder / FAILURE_FILE, (json.dumps(told, indent=1) + "\n").encode())
    for notebook in sorted(work.rglob(f"*{FAILED_NOTEBOOK}")):
        write_privately(folder / notebook.name, without_data(notebook.read_bytes()))
    make_private(folder)
    # A kernel that is still ending may hold a file on Windows; the next run deletes the rest, for
    # by then the process that the folder is named after is gone.
    shutil.rmtree(work, ignore_errors=True)
    return folder


def without_data(notebook: bytes) -> bytes:
    """A notebook as written: cells without their outputs, parameters without their values.

    Of an error its kind stays, and the lines of code it went through.
    """
    with without_address_checks():
        import nbformat

    from qaf_analysis.run.executed import INJECTED_TAG, as_bytes, error_in

    read: Any = nbformat.reads(notebook.decode("utf-8"), as_version=4)
    for cell in read.cells:
        if INJECTED_TAG in cell.metadata.get("tags", []):
            cell["source"] = "# Parameters of the run; their values are not kept."
        if cell.cell_type != "code":
            continue
        raised = error_in(cell)
        frames = [line for output in cell.outputs for line in _frames(output)]
        cell["outputs"] = []
        if raised is not None:
            cell["outputs"] = [
                nbformat.v4.new_output("error", ename=raised[0], evalue="", traceback=frames)
            ]
    return as_bytes(read)


def sweep_failed(outputs: Path, *, days: int, now: datetime) -> int:
    """Delete what is older than so many days, and clean what earlier versions left.

    Returns
    -------
    int
        How many folders were deleted.
    """
    deleted = 0
    for folder, failed_at in failed_runs(outputs):
        if now.timestamp() - failed_at.timestamp() > timedelta(days=days).total_seconds():
            shutil.rmtree(folder)
            deleted += 1
        elif holds_data(folder):
            _clean(folder)
    return deleted


def failed_runs(outputs: Path) -> list[tuple[Path, datetime]]:
    """Folders of failed runs, with the time at which each failed."""
    place = outputs / FAILED
    if place.is_symlink():
        return []  # what lies behind a link is not ours to delete
    folders = [p for p in sorted(place.glob("*")) if p.is_dir() and not p.is_symlink()]
    return [(folder, _failed_at(folder)) for folder in folders]


def holds_data(folder: Path) -> bool:
    """Whether a folder of a failed run holds more than this version leaves there."""
    return not (folder / FAILURE_FILE).is_file()


def _clean(folder: Path) -> None:
    """Bring the folder of an earlier version to what this one would have left."""
    notebooks = {path.name: path.read_bytes() for path in folder.rglob(f"*{FAILED_NOTEBOOK}")}
    failed_at = _failed_at(folder)
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for name, content in notebooks.items():
        write_privately(folder / name, without_data(content))
    told = {"when": failed_at.isoformat(timespec="seconds"), "error": "not recorded", "at": []}
    write_privately(folder / FAILURE_FILE, (json.dumps(told, indent=1) + "\n").encode())
    make_private(folder)


def _failed_at(folder: Path) -> datetime:
    try:
        return datetime.strptime(folder.name[:17], _STAMP)
    except ValueError:
        return datetime.fromtimestamp(folder.stat().st_mtime)


def _kind(error: BaseException | None) -> str:
    return type(error).__name__ if error is not None else "not published"


def _at(error: BaseException | None) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    return [f"{Path(f.filename).name}, line {f.lineno}, in {f.name}" for f in frames]


def _frames(output: Any) -> list[str]:
    """Places of an error's traceback: name of the file and line, without code or values."""
    if output.output_type != "error":
        return []
    lines = "\n".join(output.traceback)
    found = _FRAME.findall(_ANSI.sub("", lines))
    return [f"{Path(name).name}, line {number}" for name, number in found]
