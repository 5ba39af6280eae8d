"""The folder of a council's rounds: on the owner's own disk, away from exports and reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from qaf_analysis.data.files.private_file import private_folder, write_privately
from qaf_analysis.moderation.ledger.key import default_ledger_place
from qaf_analysis.moderation.rounds.plan import Moderator
from qaf_analysis.moderation.rounds.roster import keep_roster, kept_roster
from qaf_analysis.terms.errors import UsageError

_ROUND = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_ROSTER = "roster.json"


@dataclass(frozen=True, kw_only=True)
class ModerationPlace:
    """Where a council's ledger and rounds lie.

    Parameters
    ----------
    folder : Path
        ``ledger.sqlite`` and ``rounds`` lie in it.
    council : str
    """

    folder: Path
    council: str

    def round_folder(self, round: str) -> Path:
        """Folder of one round, which need not be there yet.

        Raises
        ------
        UsageError
            If the name cannot be that of a folder.
        """
        check_round_name(round)
        return self.folder / "rounds" / round

    def keep_moderators(self, round: str, moderators: tuple[Moderator, ...]) -> None:
        """Keep the names of a round's moderators, for its owner alone."""
        folder = private_folder(self.round_folder(round))
        write_privately(folder / _ROSTER, keep_roster(moderators))

    def moderators(self, round: str) -> tuple[Moderator, ...]:
        """Moderators of a round with their names; none where the private copy is not here."""
        path = self.round_folder(round) / _ROSTER
        return kept_roster(path.read_bytes()) if path.exists() else ()

    def returns(self, round: str) -> Path:
        """Folder in which returned files are kept byte for byte."""
        return self.round_folder(round) / "returns"


def moderation_place(council: str) -> ModerationPlace:
    """Where a council's rounds lie: ``.qaf/moderation`` in the user's folder, or as told.

    The environment variable ``QAF_MODERATION`` names another folder.
    """
    return ModerationPlace(folder=default_ledger_place(council), council=council)


def check_round_name(round: str) -> None:
    """Refuse a name that cannot be that of a folder or stand in a path of the ledger.

    Raises
    ------
    UsageError
        Saying what may stand in it.
    """
    if not _ROUND.fullmatch(round):
        raise UsageError(
            f"“{round[:50]}” cannot be the name of a round. Use letters, digits, dots and dashes, "
            "at most 40, such as 2019-20-Q4-a."
        )
