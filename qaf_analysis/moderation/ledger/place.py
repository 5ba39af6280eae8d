"""Where a ledger should not lie: a disk that other computers write to, or that is copied."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_CLOUDS = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "icloud": "iCloud",
}
_CLOUD_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_REMOTE = 4  # what Windows calls a drive of another computer (DRIVE_REMOTE)


def place_notices(folder: Path) -> tuple[str, ...]:
    """What speaks against a place for a ledger; none where nothing does.

    Examples
    --------
    >>> place_notices(Path("/srv/moderation/example"))
    ()
    >>> place_notices(Path("/srv/OneDrive - Example County/qaf"))[0].split(":")[0]
    'The ledger lies in a folder of OneDrive'
    """
    found = []
    if cloud := _cloud(folder):
        found.append(
            f"The ledger lies in a folder of {cloud}: it could put back an older copy, or make two "
            "of one. Move the folder to this computer's own disk, and keep copies by export."
        )
    if _is_remote(folder):
        found.append(
            "The ledger lies on a network drive: two computers that write there can damage it. "
            "Move the folder to this computer's own disk; others send you their files."
        )
    return tuple(found)


def _cloud(folder: Path) -> str:
    for variable in _CLOUD_VARIABLES:
        place = os.environ.get(variable)
        if place and folder.is_relative_to(place):
            return "OneDrive"
    for part in folder.parts:
        for start, name in _CLOUDS.items():
            if part.casefold().startswith(start):
                return name
    return ""


def _is_remote(folder: Path) -> bool:
    text = str(folder)
    if text.startswith(("\\\\?\\UNC\\", "\\\\.\\UNC\\")):
        return True
    if text.startswith(("\\\\", "//")) and text[2:3] not in ("?", "."):
        return True
    return _drive_is_remote(folder)


if sys.platform == "win32":
    import ctypes

    def _drive_is_remote(folder: Path) -> bool:
        anchor = folder.resolve().anchor
        return bool(ctypes.windll.kernel32.GetDriveTypeW(anchor) == _REMOTE)

else:

    def _drive_is_remote(folder: Path) -> bool:
        return False
