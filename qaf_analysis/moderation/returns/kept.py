"""Returned files, kept byte for byte under their sum; nothing is overwritten."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from qaf_analysis.data.files.private_file import write_privately
from qaf_analysis.moderation.returns.sheets import MOST_BYTES
from qaf_analysis.terms.errors import UsageError

_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")
MOST_FILES = 500


def keep_returned(name: str, content: bytes, folder: Path) -> Path:
    """Keep a file for its owner alone; the same file is kept once, under whatever names it came."""
    found = Path(name).suffix.lower()
    suffix = found if _SUFFIX.fullmatch(found) else ""
    path = folder / f"{hashlib.sha256(content).hexdigest()}{suffix}"
    if not path.exists() or path.read_bytes() != content:
        # Whole or not at all: a name that promises a sum never has half of a file.
        write_privately(path, content)
    return path


def files_in(paths: list[Path]) -> list[tuple[str, bytes]]:
    """Names and contents of files, and of every file in folders among them.

    Raises
    ------
    UsageError
        If one is not there or cannot be read, or there are too many.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(each for each in path.rglob("*") if _is_return(each))
        elif path.exists():
            found.append(path)
        else:
            raise UsageError(f"There is no file or folder “{path}”.")
    if len(found) > MOST_FILES:
        raise UsageError(
            f"{len(found)} files were given; at most {MOST_FILES} are collected at once. Give the "
            "folder of the returns alone."
        )
    for path in found:
        if not path.is_file():
            raise UsageError(f"“{path}” is no file. Save the return as a file, and collect it.")
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(
                f"“{path}” has more than {MOST_BYTES // 1_000_000} MB, and is no return. Take it "
                "out of the folder, and collect again."
            )
    try:
        return [(path.name, path.read_bytes()) for path in found]
    except OSError as error:
        raise UsageError(
            f"“{error.filename}” cannot be read ({error.strerror}). Close it in other programs, "
            "and collect again."
        ) from None


def _is_return(path: Path) -> bool:
    # Office programs and synchronised drives leave files of their own beside it.
    return path.is_file() and not path.name.startswith((".", "~$"))
