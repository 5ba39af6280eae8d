"""A round owner's desk: the council's exports, the ledger and the round's folder together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import cast

from qaf_analysis.data.council.naming import refuse_unnamed
from qaf_analysis.data.council.read import Import, read_council
from qaf_analysis.data.files.folder import read_settings
from qaf_analysis.data.files.private_file import private_folder, write_privately
from qaf_analysis.moderation.codes import RoundKey
from qaf_analysis.moderation.ledger.entries import Draft, Head, Kind
from qaf_analysis.moderation.ledger.key import LedgerKey, default_ledger_key
from qaf_analysis.moderation.ledger.store import Ledger, open_ledger
from qaf_analysis.moderation.rounds.closing import ClosedRound, closed_round
from qaf_analysis.moderation.rounds.decisions import OWNER, Decisions, YesNo
from qaf_analysis.moderation.rounds.gradings import grading_body
from qaf_analysis.moderation.rounds.opening import Opened, opened_round, round_drafts
from qaf_analysis.moderation.rounds.packing import with_codes
from qaf_analysis.moderation.rounds.place import (
    ModerationPlace,
    check_round_name,
    moderation_place,
)
from qaf_analysis.moderation.rounds.plan import GradeInUse, Moderator, RoundPlan
from qaf_analysis.moderation.rounds.revealing import audit_grades, reveal_pages
from qaf_analysis.moderation.rounds.state import Reading, RoundState, round_state, rounds_in
from qaf_analysis.terms.errors import UsageError

Clock = Callable[[], datetime]
TALK = ("accept", "disagree", "dispute", "third-view", "panel", "outcome")


class RoundDesk:
    """What the owner of a council's rounds does, each act an entry of the ledger.

    Parameters
    ----------
    data : Path
        Folder of exports; it is read when it is first needed.
    place : ModerationPlace
    ledger : Ledger
    key : LedgerKey
    clock : callable
        Tells the time, with its time zone.
    """

    def __init__(
        self,
        data: Path,
        *,
        place: ModerationPlace,
        ledger: Ledger,
        key: LedgerKey,
        clock: Clock,
    ) -> None:
        self.data = data
        self.place = place
        self.ledger = ledger
        self._key = key
        self._clock = clock

    @cached_property
    def found(self) -> Import:
        """The council's audits, read from its exports."""
        return read_council(self.data, as_of=self._clock().date())

    @property
    def head(self) -> Head:
        """How far the ledger goes."""
        return self.ledger.head

    @property
    def rounds(self) -> tuple[str, ...]:
        """Names of the rounds, in order."""
        return rounds_in(self.ledger.entries(kinds=(Kind.ROUND,)))

    def state(self, name: str) -> RoundState:
        """Where a round stands.

        Raises
        ------
        UsageError
            If there is no such round.
        """
        check_round_name(name)
        return round_state(self.ledger.entries(about=name), name)

    def round_key(self, name: str) -> RoundKey:
        """The secret that a round's codes are made from."""
        return RoundKey.derived(self._key.secret, name)

    def new(self, plan: RoundPlan, moderators: Sequence[Moderator]) -> Opened:
        """Draw a round's audits, share them out, and record both."""
        check_round_name(plan.round)
        opened = opened_round(self.found, plan, moderators, entries=self.ledger.entries())
        coded = with_codes(opened.assigned, self.round_key(plan.round))
        self.ledger.append(round_drafts(opened, coded), now=self._clock())
        self.place.keep_moderators(plan.round, opened.moderators)
        return opened

    def pack(self, name: str, out: Path) -> tuple[Pack, ...]:
        """Write the packs of a round, a folder a moderator, and record them.

        Made again, they are the same bytes.

        Raises
        ------
        IntegrityError
            If a pack would tell anything of the audits; none is then written.
        """
        from qaf_analysis.moderation.rounds.pack_files import key_sheet_file, pack_files

        state = self.state(name)
        packs = packs_of(
            self.found,
            state,
            self.round_key(name),
            descriptors=read_descriptors(self.data, self._tool(state)),
        )
        written = {pack.pack: pack_files(pack) for pack in packs}
        drafts = [_pack_draft(pack, written[pack.pack]) for pack in packs]
        self.ledger.append(drafts, now=self._clock())
        for pack in packs:
            self._write(out / pack.moderator, written[pack.pack])
        if not state.plan.shows_reference:
            self._write(out, key_sheet_file(packs, self._references(state)))
        return packs

    def decisions(self, name: str) -> Decisions:
        """Acts of a round as it stands now."""
        return Decisions(self.ledger, self.state(name), now=self._clock())

    def recognised(self, name: str, case: str, *, file: str, audit_grade: str) -> None:
        """Record whether a moderator knew a file, or had seen the audit's grade."""
        words = ("yes", "no", "not sure")
        for word in (file, audit_grade):
            if word not in words:
                raise UsageError(f"“{word}” is no answer. Answer yes, no or “not sure”.")
        self.decisions(name).recognised(
            self._case(name, case), file=cast(YesNo, file), audit_grade=cast(YesNo, audit_grade)
        )

    def reveal(self, name: str, out: Path, *, moderator: str = "") -> int:
        """Record a reveal of every committed case, and write the pages that show it.

        Returns
        -------
        int
            Cases revealed, those of earlier reveals among them.
        """
        state = self.state(name)
        readings = [
            each for each in state.readings if each.counts and moderator in ("", each.moderator)
        ]
        if not readings:
            raise UsageError(
                "Nothing is committed yet, so there is nothing to reveal. Confirm receipts first: "
                "“qaf round confirm”."
            )
        decisions = self.decisions(name)
        for each in readings:
            decisions.reveal(each, audit_grades(self.found, each.audit))
        now = self.state(name)
        self._write(out, reveal_pages(self.found, now, [each.about for each in readings]))
        return len(readings)

    def talk(
        self,
        name: str,
        case: str,
        what: str,
        *,
        who: str,
        words: str,
        grades: Mapping[str, str],
    ) -> None:
        """Record what was said of a case after its grades were revealed."""
        reading, decisions = self._case(name, case), self.decisions(name)
        match what:
            case "accept" | "disagree":
                decisions.response(reading.audit, who=who, answer=what, words=words)
            case "dispute":
                decisions.dispute(reading.audit, who=who, words=words)
            case "third-view":
                body = grading_body(reading, grades=dict(grades), comment=words)
                decisions.third_view(reading.audit, who=who, body={**body, "moderator": who})
            case "panel":
                members = [each.strip() for each in who.split(",") if each.strip()]
                decisions.panel(reading.audit, members=members, words=words)
            case "outcome":
                decisions.outcome(reading.audit, grades)
            case _:
                raise UsageError(f"“{what}” is none of {', '.join(TALK)}.")

    def rule(self, name: str, uses: str) -> None:
        """Record which grade analyses use."""
        if uses not in set(GradeInUse):
            raise UsageError(f"“{uses}” is neither blind nor agreed.")
        self.decisions(name).rule(GradeInUse(uses))

    def close(self, name: str, out: Path) -> ClosedRound:
        """Close a round, and write its files for the exports."""
        state = self.state(name)
        draft = Draft(op=f"close/{name}", kind=Kind.CLOSE, who=OWNER, about=name, body={})
        self.ledger.append([draft], now=self._clock())
        closed = closed_round(
            self.found,
            state,
            moderators=self.place.moderators(name),
            ledger=self.ledger.id,
            head=self.head,
        )
        self._write(out, closed.files)
        return closed

    def _case(self, name: str, case: str) -> Reading:
        """The reading that a code of a case stands for."""
        wanted = case.strip().upper()
        for reading in self.state(name).readings:
            if reading.case == wanted:
                return reading
        raise UsageError(
            f"Round {name} has no case “{wanted[:20]}”. Give the code that stands beside the case "
            "in its pack."
        )

    def _write(self, out: Path, files: Mapping[str, bytes]) -> None:
        private_folder(out)
        for name, content in files.items():
            write_privately(out / name, content)


def open_desk(data: Path, *, clock: Clock) -> RoundDesk:
    """Open the desk of the council whose exports lie in a folder.

    Raises
    ------
    UsageError, IntegrityError
        If key or ledger cannot be used.
    SettingsError
        If the council has no name.
    """
    settings = read_settings(data)[0]
    refuse_unnamed(settings, folder=data)
    place = moderation_place(settings.council)
    key = LedgerKey.load_or_create(
        default_ledger_key(settings.council), council=settings.council, away_from=(data,)
    )
    ledger = open_ledger(place.folder, key=key, council=settings.council, now=clock())
    return RoundDesk(data, place=place, ledger=ledger, key=key, clock=clock)
