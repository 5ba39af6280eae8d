"""What the notebook ``10_moderation_round`` shows of a round, and where its cases are graded."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from qaf_analysis.kit.parts import Table
from qaf_analysis.lab.grading import Shows, grading_form
from qaf_analysis.lab.place import GradingPlace
from qaf_analysis.lab.practice import MODERATOR, PracticeRound
from qaf_analysis.lab.question import QuestionForm
from qaf_analysis.run.session import project_folder


class RoundAtHand(Protocol):
    """A round as its owner has it open.

    A moderator may sit beside the owner. So no table says of a case why it is read, and none shows
    a grade that an auditor gave.
    """

    @property
    def sentence(self) -> str:
        """What the round is and how far it is, in a sentence or two."""

    @property
    def plan(self) -> Table:
        """What the round is to be."""

    @property
    def draw(self) -> Table:
        """How many audits were drawn, and from what."""

    @property
    def assignment(self) -> Table:
        """How many cases each moderator reads."""

    @property
    def packs(self) -> Table:
        """Packs with what was sent and when."""

    @property
    def returns(self) -> Table:
        """What came back, and what was set aside."""

    @property
    def status(self) -> Table:
        """How far each moderator is."""

    def place(self, moderator: str) -> GradingPlace:
        """Return where the grades of a moderator's pack are kept."""


class ModerationRound:
    """The round of a notebook: its tables, and the form to grade a pack."""

    def __init__(self, kept: RoundAtHand, *, moderator: str) -> None:
        self._kept = kept
        self._moderator = moderator

    @property
    def sentence(self) -> str:
        """What the round is and how far it is."""
        return self._kept.sentence

    @property
    def plan(self) -> Table:
        """What the round is to be."""
        return self._kept.plan

    @property
    def draw(self) -> Table:
        """How many audits were drawn, and from what."""
        return self._kept.draw

    @property
    def assignment(self) -> Table:
        """How many cases each moderator reads."""
        return self._kept.assignment

    @property
    def packs(self) -> Table:
        """Packs with what was sent and when."""
        return self._kept.packs

    @property
    def returns(self) -> Table:
        """What came back, and what was set aside."""
        return self._kept.returns

    @property
    def status(self) -> Table:
        """How far each moderator is, as things stand now."""
        return self._kept.status

    def grade(self, *, show: Shows = "one") -> QuestionForm:
        """Return the form to grade the moderator's cases: blind, committed, then compared."""
        return grading_form(self._kept.place(self._moderator), show=show)


def open_round(*, data: str, round: str = "", moderator: str = "") -> ModerationRound:
    """Open a round of moderation; without a name, one for practice.

    Parameters
    ----------
    data : str
        Folder of exports of the council.
    round : str
        Name of the round, such as ``2019-20-Q4-a``.
    moderator : str
        Code of the moderator who grades in this notebook.

    Raises
    ------
    UsageError
        If there is no such round.
    """
    if round:
        from qaf_analysis.lab.ledger_round import ledger_round

        return ModerationRound(
            ledger_round(project_folder() / Path(data), round), moderator=moderator
        )
    return ModerationRound(PracticeRound(), moderator=moderator or MODERATOR)
