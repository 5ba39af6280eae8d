"""A council's name: it is declared, never taken from a folder.

The key file follows the name. A folder renamed, copied or opened from another drive would give the
same people other codes, and a report its folder's name as a heading.
"""

from __future__ import annotations

from pathlib import Path

from qaf_analysis.data.contract.record import Finding
from qaf_analysis.data.files.folder import SETTINGS_FILE
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.settings import Settings

LINES_TO_PASTE = '[council]\nname = "Name of your council"'


def refuse_unnamed(settings: Settings, *, folder: Path) -> None:
    """Refuse settings that come from no file.

    Raises
    ------
    SettingsError
        With the two lines to paste.
    """
    if settings.is_named:
        return
    raise SettingsError(
        f"The council has no name: there is no {SETTINGS_FILE} in {folder.name}. The codes of "
        "people and the report's heading follow the name, so it is never taken from a folder. "
        f"Make a text file {SETTINGS_FILE} there with these two lines, and your council's name:\n"
        f"{LINES_TO_PASTE}"
    )


def unnamed() -> Finding:
    """Warn, where nothing is kept, that a report will need the name."""
    return Finding(
        code="council_unnamed",
        outcome="warning",
        file=SETTINGS_FILE,
        found=f"no {SETTINGS_FILE} in the folder, so the council has no name; no key was made",
        expected="the council's name, which its codes and its reports follow",
        mend=f"make {SETTINGS_FILE} with these two lines before the first report:\n"
        f"{LINES_TO_PASTE}",
        rows=0,
    )
