"""A small file of the council's own that its settings name, such as its logo: read whole, once."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath

from qaf_analysis.terms.errors import SettingsError

_LINK = (
    "is a link. Copy the file itself into the folder, so that the report keeps what it was made "
    "with."
)


def own_file(folder: Path, name: str, *, called: str, most: int) -> bytes:
    """Read a file that lies in the folder of the exports, or in a folder within it.

    Parameters
    ----------
    folder : Path
        The folder of the exports.
    name : str
        As the settings write it; both kinds of slash part folders.
    called : str
        What messages call it, such as "The logo".
    most : int
        Bytes that it may have.

    Raises
    ------
    SettingsError
        If it is missing, lies elsewhere, is a link, is no file, or is too large.
    """
    path = _place(folder, name, called=called)
    try:
        _refuse_odd(path.stat(), name=name, called=called, most=most)  # a pipe would wait for ever
        with path.open("rb") as file:
            _refuse_odd(os.fstat(file.fileno()), name=name, called=called, most=most)
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        why = "is not in the folder" if missing else "cannot be read; close it in other programs"
        raise SettingsError(
            f'{called} "{name}" {why}. Put it beside the exports, or correct its name under '
            "[report]; / parts folders."
        ) from None
    if len(data) > most:
        raise _too_large(name, len(data), called=called, most=most)
    return data


def _place(folder: Path, name: str, *, called: str) -> Path:
    inner = PurePosixPath(name.replace("\\", "/"))
    is_outside = inner.is_absolute() or ".." in inner.parts or ":" in name
    path = folder / inner
    if is_outside:
        raise SettingsError(
            f'{called} "{name}" lies outside the folder of the exports. Copy it into that folder, '
            "and write its name alone."
        )
    each = folder
    for part in inner.parts:
        each = each / part
        if each.is_symlink():
            raise SettingsError(f'{called} "{name}" {_LINK}')
    try:
        within = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        within = False
    if not within:  # a junction of Windows is no symbolic link
        raise SettingsError(f'{called} "{name}" {_LINK}')
    return path


def _refuse_odd(status: os.stat_result, *, name: str, called: str, most: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise SettingsError(
            f'{called} "{name}" is a folder, a pipe or a device, not a file. Name the file.'
        )
    if status.st_size > most:
        raise _too_large(name, status.st_size, called=called, most=most)


def _too_large(name: str, size: int, *, called: str, most: int) -> SettingsError:
    return SettingsError(
        f'{called} "{name}" has {size:,} bytes; at most {most:,} are possible. Save it smaller, '
        "such as with fewer pixels."
    )
