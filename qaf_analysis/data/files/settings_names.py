"""Where the settings of a folder stand, and files that were meant to be them and are not."""

from __future__ import annotations

import re
from pathlib import Path

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import Finding
from qaf_analysis.terms.errors import SettingsError

SETTINGS_FILE = "council.toml"
DESCRIPTORS_FILE = "descriptors.csv"
"""What each grade means, for moderators: it lies beside the exports and is none of them."""
# Windows hides known endings, so that Notepad makes council.toml.txt of council.toml.
_NEAR = re.compile(
    r"council([ ._-]*(settings|copy|new|old|\(\d+\)|\d+))*"
    r"\.(toml|tml|toml\.\w+|txt|ini|yaml|yml|json)"
    r"|(copy of |\.|~)council\.toml|council(\.toml)?\.(bak|old|txt)|settings\.toml|councils\.toml",
    re.IGNORECASE,
)


def settings_path(folder: Path, *, name: str) -> Path | None:
    """Path of the settings file, or None where there is none.

    A name that differs in capital letters is found on every system alike.

    Raises
    ------
    SettingsError
        If there is a folder of that name, or there are two files that differ in case only.
    """
    if not folder.is_dir():
        return None
    fitting = [path for path in sorted(folder.iterdir()) if path.name.casefold() == name]
    if any(path.is_dir() for path in fitting):
        raise SettingsError(
            f"{name} is a folder, and should be a text file with the settings. Rename the folder, "
            f"or take it out; if the settings lie in it, move them up beside the exports."
        )
    if len(fitting) > 1:
        raise SettingsError(
            f"{' and '.join(path.name for path in fitting)} are two files of settings that differ "
            f"in capital letters only. Keep one, and name it {name}."
        )
    return fitting[0] if fitting else None


def settings_named_otherwise(folder: Path, *, name: str) -> tuple[Finding, ...]:
    """Warn of files that look like the settings and were not read, or read under another case."""
    findings: list[Finding] = []
    for path in sorted(folder.iterdir()):
        if path.name == name or not _NEAR.fullmatch(path.name):
            continue
        problems = Problems(file=path.name)
        if path.name.casefold() == name:
            problems.warn(
                code="settings_renamed",
                found=f"settings in a file that is not called {name}; they were read",
                expected=f"settings in {name}, in small letters",
                mend=f"rename the file {name}",
            )
        else:
            problems.warn(
                code="settings_not_read",
                found=f"a file that looks like the settings but is not called {name}; it was not "
                "read, and none of its settings count",
                expected=f"settings in {name}",
                mend=f"rename the file {name} if it holds the settings (in Explorer show file name "
                "extensions first: Notepad adds a hidden .txt), or take it out of the folder",
            )
        findings += problems.findings
    return tuple(findings)
