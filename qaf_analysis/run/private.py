"""Folders and files that only the person who made them may read.

On Windows nothing is set here: a folder takes the rights of the one it lies in, and the user's own
folder is closed to other users already.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def make_private(folder: Path) -> None:
    """Give a folder mode 700, as all folders in it, and its files mode 600; links stay."""
    if os.name != "posix":
        return
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
