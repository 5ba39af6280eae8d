"""A real round for the notebook: its ledger's state as tables, without a grade or a purpose."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from qaf_analysis.kit.parts import Table, number_columns, word_columns
from qaf_analysis.lab.place import GradingPlace
from qaf_analysis.moderation.rounds.desk import RoundDesk, open_desk
from qaf_analysis.moderation.rounds.state import RoundState
from qaf_analysis.moderation.rounds.status import ModeratorStatus, round_status
from qaf_analysis.terms.eras import in_words


class LedgerRound:
    """A round of the ledger, as its owner has it open beside a moderator.

    Parameters
    ----------
    desk : RoundDesk
    round : str
        Name of the round.
    """

    def __init__(self, desk: RoundDesk, round: str) -> None:
        self._desk = desk
        self._round = round
        desk.state(round)  # a round that is not there is told of at once

    @property
    def sentence(self) -> str:
        """What the round is and how far it is, in a sentence or two."""
        state, statuses = self._state, self._statuses
        asked = sum(each.asked for each in statuses)
        done = sum(each.committed for each in statuses)
        closed = " It is closed." if state.closed else ""
        return (
            f"Round {self._round} asks {len(statuses)} moderators for {asked} readings by "
            f"{in_words(state.plan.due)}; {done} are committed.{closed} "
            f"Ledger head: {self._desk.head}."
        )

    @property
    def plan(self) -> Table:
        """What the round is to be."""
        plan = self._state.plan
        rows = (
            ("Purpose", plan.purpose or "not said"),
            ("Audits to draw", str(plan.audits)),
            ("From", f"{plan.quarters} quarters up to {plan.quarter}"),
            ("Due", in_words(plan.due)),
            (
                "A receipt is confirmed by",
                f"its code, or {plan.silence_days} days of silence"
                if plan.silence_days
                else "its code",
            ),
            ("Packs show", "your own reference" if plan.shows_reference else "a code"),
        )
        return Table(
            caption="The plan of the round", columns=word_columns("What", "Planned"), rows=rows
        )

    @property
    def draw(self) -> Table:
        """How many audits were drawn, and from what."""
        drawn = self._state.drawn
        quarters = sorted({each.quarter for each in drawn})
        rows = tuple(
            (quarter, str(sum(each.quarter == quarter for each in drawn))) for quarter in quarters
        )
        return Table(
            caption="Audits drawn",
            columns=(*word_columns("Quarter"), *number_columns("Drawn")),
            rows=rows,
            note="Which were drawn by chance, and from which grades, the owner sees by “qaf round "
            "status”: a moderator may look on here.",
        )

    @property
    def assignment(self) -> Table:
        """How many cases each moderator reads."""
        rows = tuple((each.moderator, str(each.asked)) for each in self._statuses)
        return Table(
            caption="Cases of each moderator",
            columns=(*word_columns("Moderator"), *number_columns("Cases")),
            rows=rows,
        )

    @property
    def packs(self) -> Table:
        """Packs as they were made."""
        rows = tuple(
            (each.pack, each.moderator, str(len(each.cases))) for each in self._state.packs
        )
        return Table(
            caption="Packs",
            columns=(*word_columns("Pack", "Moderator"), *number_columns("Cases")),
            rows=rows or (("none yet", "", ""),),
            note="" if rows else "“qaf round pack” writes them.",
        )

    @property
    def returns(self) -> Table:
        """What came back of each pack."""
        return self._counts("What came back", ("Cases", "Returned", "Not yet"))

    @property
    def status(self) -> Table:
        """How far each moderator is."""
        return self._counts("How far the round is", ("Cases", "Returned", "Committed"))

    def place(self, moderator: str) -> GradingPlace:
        """Return where the grades of a moderator's pack are kept: the ledger."""
        return self._desk.grading_place(self._round, moderator)

    @property
    def _state(self) -> RoundState:
        return self._desk.state(self._round)

    @property
    def _statuses(self) -> tuple[ModeratorStatus, ...]:
        return round_status(self._state, today=datetime.now(UTC).date()).moderators

    def _counts(self, caption: str, headings: tuple[str, ...]) -> Table:
        found = {
            "Cases": lambda each: each.asked,
            "Returned": lambda each: each.returned,
            "Not yet": lambda each: each.outstanding,
            "Committed": lambda each: each.committed,
        }
        rows = tuple(
            (each.moderator, *(str(found[heading](each)) for heading in headings))
            for each in self._statuses
        )
        return Table(
            caption=caption,
            columns=(*word_columns("Moderator"), *number_columns(*headings)),
            rows=rows,
        )


def ledger_round(data: Path, round: str) -> LedgerRound:
    """Open a round of the council whose exports lie in a folder.

    Raises
    ------
    UsageError
        If there is no such round.
    """
    return LedgerRound(open_desk(data, clock=lambda: datetime.now(UTC)), round)
