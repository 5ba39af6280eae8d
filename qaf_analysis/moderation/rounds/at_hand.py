"""A moderator at the owner's desk: grades go into the ledger as they are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from qaf_analysis.moderation.ledger.store import Ledger
from qaf_analysis.moderation.packs.pack import NOT_GRADED, Pack
from qaf_analysis.moderation.rounds.decisions import Decisions, YesNo
from qaf_analysis.moderation.rounds.gradings import grade_draft, grading_body
from qaf_analysis.moderation.rounds.state import Reading, RoundState, round_state
from qaf_analysis.terms.errors import UsageError

AuditGrades = Callable[[str], Mapping[str, str]]
"""The auditor's grades by domain, from the code of an audit."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the ledger holds of one case.

    ``audit_grades`` is empty until the case was revealed.
    """

    grades: Mapping[str, str | None]
    reason: str
    sure: str
    comment: str
    is_committed: bool
    recognised: Mapping[str, str]
    audit_grades: Mapping[str, str]


class LedgerPlace:
    """The pack of one moderator, graded straight into the ledger.

    Parameters
    ----------
    ledger : Ledger
    pack : Pack
    audit_grades : callable
        Asked at the reveal alone, so that nothing before it can show a grade.
    now : callable
    """

    def __init__(
        self,
        ledger: Ledger,
        pack: Pack,
        *,
        audit_grades: AuditGrades,
        now: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._pack = pack
        self._audit_grades = audit_grades
        self._now = now

    @property
    def pack(self) -> Pack:
        """The pack that is graded."""
        return self._pack

    def standing(self, case: str) -> Standing:
        """Return what is kept of a case."""
        reading = self._reading(case)
        graded, revealed = reading.grading, reading.revealed
        grades: dict[str, str | None] = dict.fromkeys(self._pack.domains)
        if graded is not None:
            grades |= graded.grades
            grades |= dict.fromkeys(graded.not_graded, NOT_GRADED)
        return Standing(
            grades=grades,
            reason=graded.reason if graded else "",
            sure=graded.sure if graded else "",
            comment=graded.comment if graded else "",
            is_committed=reading.committed is not None,
            recognised=dict(reading.recognised.body) if reading.recognised else {},
            audit_grades=dict(revealed.body["audit_grades"]) if revealed else {},
        )

    def put(
        self,
        case: str,
        *,
        grades: Mapping[str, str | None],
        reason: str,
        sure: str,
        comment: str,
    ) -> None:
        """Keep the reading of a case in place of an earlier one.

        Raises
        ------
        UsageError
            If it is committed.
        """
        reading = self._reading(case)
        body = grading_body(reading, grades=grades, reason=reason, sure=sure, comment=comment)
        draft = grade_draft(self._pack.round, reading, body)
        if draft is not None:
            self._ledger.append([draft], now=self._now())

    def commit(self, case: str) -> None:
        """Confirm the reading of a case as it was put last; there is no way back.

        Raises
        ------
        UsageError
            If nothing was graded yet.
        """
        reading = self._reading(case)
        if reading.grading is None:
            raise UsageError("Nothing was graded of this case yet, so there is nothing to confirm.")
        self._decisions().commit([reading], by="notebook")

    def recognise(self, case: str, *, file: str, audit_grade: str) -> None:
        """Keep whether file and audit's grade had been seen before; after commitment only."""
        self._decisions().recognised(
            self._reading(case), file=cast(YesNo, file), audit_grade=cast(YesNo, audit_grade)
        )

    def reveal(self, case: str) -> Mapping[str, str]:
        """Show the auditor's grades of a case by domain; after commitment only."""
        reading = self._reading(case)
        if reading.revealed is None:
            # Refused before a grade is fetched, where the reading is not committed.
            self._decisions().refuse_uncommitted(reading, "shown the auditor's grades")
            self._decisions().reveal(reading, self._audit_grades(reading.audit))
        return self.standing(case).audit_grades

    def _state(self) -> RoundState:
        return round_state(self._ledger.entries(about=self._pack.round), self._pack.round)

    def _reading(self, case: str) -> Reading:
        found = self._state().of_case(self._pack.pack, case)
        if found is None:
            raise UsageError(f"The pack {self._pack.pack} has no case {case}.")
        return found

    def _decisions(self) -> Decisions:
        return Decisions(self._ledger, self._state(), now=self._now())
