"""What happens to a reading after it came back: commitment, reveal, answer, dispute, agreement.

The auditor's grade and the moderator's blind one are never changed. What is said later stands
beside them, and which grade analyses use is a rule that is recorded too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from qaf_analysis.moderation.ledger.entries import Draft, Entry, Kind
from qaf_analysis.moderation.ledger.store import OWNER, Ledger
from qaf_analysis.moderation.rounds.plan import GradeInUse
from qaf_analysis.moderation.rounds.state import Reading, RoundState, talk_about
from qaf_analysis.terms.errors import UsageError

YesNo = Literal["yes", "no", "not sure"]
Answer = Literal["accept", "disagree"]


class Decisions:
    """Acts of one round, each an entry of the ledger.

    Saying the same thing again adds nothing; saying another adds an entry, and the last counts.

    Parameters
    ----------
    ledger : Ledger
    state : RoundState
        The round as it stood when the act was decided on.
    now : datetime
        With a time zone.
    """

    def __init__(self, ledger: Ledger, state: RoundState, *, now: datetime) -> None:
        self._ledger = ledger
        self._state = state
        self._now = now

    def commit(self, readings: Sequence[Reading], *, by: str) -> int:
        """Commit gradings as they stand; from then on they are what the moderator said.

        Returns
        -------
        int
            How many were committed now.
        """
        drafts = [
            Draft(
                op=f"commit/{self._round}/{each.about}",
                kind=Kind.COMMIT,
                who=each.moderator,
                about=f"{self._round}/{each.about}",
                body={"by": by, "grade_op": each.grading.op},
            )
            for each in readings
            if each.grading is not None and each.committed is None
        ]
        return len(self._ledger.append(drafts, now=self._now)) if drafts else 0

    def recognised(self, reading: Reading, *, file: YesNo, audit_grade: YesNo) -> Entry:
        """Record what the moderator answers about having seen the file, or the audit's grade."""
        self.refuse_uncommitted(reading, "asked whether the file was known")
        about = f"{self._round}/{reading.about}"
        body = {"file": file, "audit_grade": audit_grade}
        return self._say(Kind.RECOGNISED, reading.moderator, about, body)

    def reveal(self, reading: Reading, audit_grades: Mapping[str, str]) -> Entry:
        """Record that the auditor's grades were shown to the moderator of a reading."""
        self.refuse_uncommitted(reading, "shown the auditor's grades")
        about = f"{self._round}/{reading.about}"
        body = {"audit_grades": dict(audit_grades)}
        return self._say(Kind.REVEAL, reading.moderator, about, body)

    def second_thought(self, reading: Reading, body: Mapping[str, Any]) -> Entry:
        """Record a grading that the moderator gives after the reveal."""
        if reading.revealed is None:
            raise UsageError(
                f"Case {reading.case} was not revealed yet, so there is no second thought of it. "
                "Grade it blind, or reveal it first."
            )
        self._refuse_unknown_words(body["grades"])
        about = f"{self._round}/{reading.about}"
        return self._say(Kind.SECOND_THOUGHT, reading.moderator, about, body)

    def response(self, audit: str, *, who: str, answer: Answer, words: str) -> Entry:
        """Record the auditor's answer."""
        self._refuse_unrevealed(audit)
        return self._talk(Kind.RESPONSE, audit, who, {"answer": answer, "words": words})

    def dispute(self, audit: str, *, who: str, words: str) -> Entry:
        """Record that somebody disputes the moderator's grade."""
        self._refuse_unrevealed(audit)
        return self._talk(Kind.DISPUTE, audit, who, {"by": who, "words": words})

    def third_view(self, audit: str, *, who: str, body: Mapping[str, Any]) -> Entry:
        """Record the grading of a further moderator, who read neither of the first two."""
        if any(each.audit == audit and each.moderator == who for each in self._state.readings):
            raise UsageError(
                f"{who} read this case in the round already; a third view comes from somebody else."
            )
        self._refuse_unknown_words(body["grades"])
        return self._talk(Kind.THIRD_VIEW, audit, who, body)

    def panel(self, audit: str, *, members: Sequence[str], words: str) -> Entry:
        """Record that a panel discussed the case."""
        self._refuse_unrevealed(audit)
        return self._talk(Kind.PANEL, audit, OWNER, {"members": list(members), "words": words})

    def outcome(self, audit: str, grades: Mapping[str, str]) -> Entry:
        """Record the grades agreed in the end."""
        self._refuse_unrevealed(audit)
        self._refuse_unknown_words(grades)
        return self._talk(Kind.OUTCOME, audit, OWNER, {"grades": dict(grades)})

    def rule(self, uses: GradeInUse) -> Entry:
        """Record which grade analyses use."""
        return self._say(Kind.RULE, OWNER, self._round, {"uses": str(uses)})

    @property
    def _round(self) -> str:
        return self._state.plan.round

    def _talk(self, kind: Kind, audit: str, who: str, body: Mapping[str, Any]) -> Entry:
        return self._say(kind, who, talk_about(self._round, audit), body)

    def _say(self, kind: Kind, who: str, about: str, body: Mapping[str, Any]) -> Entry:
        if self._state.closed is not None:
            raise UsageError(
                f"Round {self._round} is closed. What is said now belongs to another round."
            )
        said = [
            each
            for each in self._ledger.entries(kinds=(kind,), about=about)
            if each.who == who and each.about == about
        ]
        if said and dict(said[-1].body) == dict(body):
            return said[-1]
        draft = Draft(
            op=f"{kind}/{about}/{who}/{len(said) + 1}", kind=kind, who=who, about=about, body=body
        )
        return self._ledger.append([draft], now=self._now)[0]

    def refuse_uncommitted(self, reading: Reading, what: str) -> None:
        """Refuse what may be done only once a reading is committed.

        Raises
        ------
        UsageError
            If it is not.
        """
        if reading.committed is None:
            raise UsageError(
                f"Case {reading.case} of {reading.moderator} is not committed yet; only then is a "
                f"moderator {what}. Confirm the receipt first: “qaf round confirm”."
            )

    def _refuse_unrevealed(self, audit: str) -> None:
        readings = [each for each in self._state.readings if each.audit == audit]
        if not any(each.revealed for each in readings):
            raise UsageError(
                "The grades of this case were not revealed yet, so there is nothing to answer. "
                "“qaf round reveal” shows them."
            )

    def _refuse_unknown_words(self, grades: Mapping[str, str | None]) -> None:
        levels, domains = self._words()
        if not any(grades.values()):
            raise UsageError("Give at least one grade, as --grade “DOMAIN=GRADE”.")
        for domain, word in grades.items():
            if domain not in domains:
                raise UsageError(
                    f"“{domain}” is no domain of the round. Its domains: {', '.join(domains)}."
                )
            if word is not None and word not in levels:
                raise UsageError(f"“{word}” is no grade. The grades: {', '.join(levels)}.")

    def _words(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        pack = self._state.packs[0]
        return pack.levels, pack.domains
