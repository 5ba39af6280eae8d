"""A real round of a small invented council, graded straight into its ledger."""

from __future__ import annotations

import os
from pathlib import Path

from qaf_analysis.lab.ledger_round import LedgerRound
from qaf_analysis.lab.moderating import ModerationRound
from qaf_analysis.lab.question import QuestionForm
from qaf_analysis.moderation.ledger.entries import Entry
from qaf_analysis.moderation.rounds.desk import RoundDesk
from tests.moderation.rounds.council import MODERATORS, PLAN, desk_of, write_council

FOLDER = "QAF_TEST_ROUND"
MODERATOR = "M-01"


def new_round(folder: Path) -> RoundDesk:
    """Begin the round and make its packs."""
    desk = desk_of(folder / "place", write_council(folder / "exports"))
    desk.new(PLAN, MODERATORS)
    desk.pack(PLAN.round, folder / "packs")
    return desk


def round_in(desk: RoundDesk, *, moderator: str = MODERATOR) -> ModerationRound:
    """The round as a notebook shows it."""
    return ModerationRound(LedgerRound(desk, PLAN.round), moderator=moderator)


def form_of_round() -> QuestionForm:
    """The form of the round in the folder that the environment names, for a notebook."""
    folder = Path(os.environ[FOLDER])
    return round_in(desk_of(folder / "place", folder / "exports")).grade()


def entries_of(desk: RoundDesk) -> tuple[Entry, ...]:
    """All that the ledger has of the round, in order."""
    return desk.ledger.entries(about=PLAN.round)
