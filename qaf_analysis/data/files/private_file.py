"""Files and folders that only who made them may read, and that nothing can leave half written.

On Windows no rights are set: a folder takes those of the one it lies in, and the user's own folder
is closed to other users already.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
_BINARY = getattr(os, "O_BINARY", 0)  # Windows alone tells text from bytes


def private_folder(folder: Path) -> Path:
    """Make a folder, and each missing one above it, for their owner alone; return it.

    Folders that are there already keep their rights: they may be shared on purpose.
    """
    missing = [folder]
    while not missing[-1].exists() and missing[-1].parent != missing[-1]:
        missing.append(missing[-1].parent)
    # ``mkdir(parents=True)`` would give those above the usual rights.
    for path in reversed(missing):
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)
    return folder


def write_privately(path: Path, content: bytes) -> None:
    """Write a file so that its name holds either the old bytes or all of the new ones.

    A crash, a full disk or a power cut leaves the old ones.

    Parameters
    ----------
    path : Path
        File to write; its folder is made when missing.
    content : bytes
        Everything the file will hold.
    """
    private_folder(path.parent)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _write(part, content, how=os.O_TRUNC)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet.

    Raises
    ------
    FileExistsError
        If there is a file of that name; it stays as it is.
    """
    private_folder(path.parent)
    _write(path, content, how=os.O_EXCL)


def make_private(folder: Path) -> None:
    """Give a folder mode 700, as all folders in it, and its files mode 600; links stay."""
    if os.name != "posix":
        return
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)


def sync_folder(folder: Path) -> None:
    """Ask the disk to keep the names in a folder; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Ask the disk to keep every file below a folder, and the folders' names."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            sync_folder(path)
        elif path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    sync_folder(folder)


def _write(path: Path, content: bytes, *, how: int) -> None:
    # For its owner alone from the first byte on.
    number = os.open(path, os.O_WRONLY | os.O_CREAT | how | _BINARY, FILE_MODE)
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
