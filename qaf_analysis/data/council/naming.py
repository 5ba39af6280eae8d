"""What a council declares that its reports print: its name above all, never taken from a folder.

The key file follows the name. A folder renamed, copied or opened from another drive would give the
same people other codes, and a report its folder's name as a heading. Other words of the settings
are printed too: themes, what followed them, changes of process, and what was agreed. They may name
nobody.
"""

from __future__ import annotations

from pathlib import Path

from qaf_analysis.data.cells.personal import details_in
from qaf_analysis.data.contract.record import Finding
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.files.settings_names import SETTINGS_FILE
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.settings import Settings

PLACEHOLDER_NAME = "Unnamed council"
"""Name that proposed settings have until somebody writes the council's own."""
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


def words_printed(settings: Settings) -> tuple[Finding, ...]:
    """Warn of declared words that reports print: no council's name, or somebody's details."""
    return (*_placeholder(settings), *_details(settings))


def _placeholder(settings: Settings) -> tuple[Finding, ...]:
    if spelling_key(settings.council) != spelling_key(PLACEHOLDER_NAME):
        return ()
    return (
        Finding(
            code="council_placeholder",
            outcome="warning",
            file=SETTINGS_FILE,
            found=f'the name "{PLACEHOLDER_NAME}", which stands for one that nobody has written',
            expected="the council's own name, which its codes and its reports follow",
            mend="write it under [council] before the first report that is kept: with another name "
            "later, people get other codes",
            rows=0,
        ),
    )


def _details(settings: Settings) -> tuple[Finding, ...]:
    printed = {
        "[council] name": settings.council,
        "[[themes]] name": "\n".join(theme.name for theme in settings.themes),
        "[[themes]] activity": "\n".join(theme.activity for theme in settings.themes),
        "[[process_changes]] label": "\n".join(c.label for c in settings.process_changes),
        "[[scale_maps]] approved_by": "\n".join(m.approved_by for m in settings.scale_maps),
        **{
            f"[[{table}]] approved_by": "\n".join(m.approved_by for m in maps)
            for table, maps in (
                ("case_type_maps", settings.case_type_maps),
                ("team_maps", settings.team_maps),
            )
        },
        "[[process_changes]] kind": "\n".join(c.kind for c in settings.process_changes),
        **{
            f"[[agreed]] {key}": "\n".join(getattr(one, key) for one in settings.agreed)
            for key in ("action", "owner", "outcome", "meeting")
        },
    }
    return tuple(
        Finding(
            code="personal_details",
            outcome="warning",
            file=SETTINGS_FILE,
            found=f"what seems to be {kinds[0]} in {key}, which reports print",
            expected="words that identify nobody",
            mend=f"word {key} without it",
            rows=0,
        )
        for key, text in printed.items()
        if (kinds := details_in(text))
    )
