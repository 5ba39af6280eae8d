"""A round owner's desk: the council's exports, the ledger and the round's folder together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
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
from qaf_analysis.moderation.ledger.schema import LEDGER_FILE
from qaf_analysis.moderation.ledger.store import OWNER, Ledger, open_ledger
from qaf_analysis.moderation.packs.descriptors import read_descriptors
from qaf_analysis.moderation.packs.pack import Pack
from qaf_analysis.moderation.returns.collect import Collected, collected
from qaf_analysis.moderation.returns.kept import files_in, keep_returned
from qaf_analysis.moderation.rounds.at_hand import LedgerPlace
from qaf_analysis.moderation.rounds.closing import ClosedRound, closed_round
from qaf_analysis.moderation.rounds.collecting import (
    confirmed_by,
    grade_drafts,
    read_before,
    receipt_drafts,
    receipt_files,
    receipts,
)
from qaf_analysis.moderation.rounds.decisions import Decisions, YesNo
from qaf_analysis.moderation.rounds.gradings import grading_body
from qaf_analysis.moderation.rounds.learning import session_cases, session_files
from qaf_analysis.moderation.rounds.opening import (
    Opened,
    opened_round,
    round_drafts,
    session_round,
)
from qaf_analysis.moderation.rounds.packing import (
    pack_again,
    pack_draft,
    packs_of,
    tool_of,
    with_codes,
)
from qaf_analysis.moderation.rounds.place import (
    ModerationPlace,
    check_round_name,
    moderation_place,
)
from qaf_analysis.moderation.rounds.plan import GradeInUse, Moderator, RoundPlan
from qaf_analysis.moderation.rounds.revealing import audit_grades, reveal_pages
from qaf_analysis.moderation.rounds.set_aside import set_aside_page
from qaf_analysis.moderation.rounds.state import Reading, RoundState, round_state, rounds_in
from qaf_analysis.terms.errors import IntegrityError, UsageError

Clock = Callable[[], datetime]
TALK = (
    "accept",
    "disagree",
    "dispute",
    "second-thought",
    "third-view",
    "panel",
    "outcome",
)


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

    def new(
        self,
        plan: RoundPlan,
        moderators: Sequence[Moderator],
        *,
        references: Sequence[str] = (),
    ) -> Opened:
        """Draw a round's audits, share them out, and record both.

        Parameters
        ----------
        plan : RoundPlan
        moderators : sequence of Moderator
        references : sequence of str
            The cases of a session, which everybody reads; empty to draw.
        """
        check_round_name(plan.round)
        entries = self.ledger.entries()
        if references:
            opened = session_round(
                self.found, plan, moderators, references=references, entries=entries
            )
        else:
            opened = opened_round(self.found, plan, moderators, entries=entries)
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
        from qaf_analysis.moderation.packs.files import pack_files
        from qaf_analysis.moderation.packs.key_sheet import key_sheet
        from qaf_analysis.moderation.packs.scan import scan_pack

        state, key = self.state(name), self.round_key(name)
        tool = tool_of(self.found, quarter=state.plan.quarter)
        descriptors = read_descriptors(self.data, levels=tool.levels, domains=tool.domains)
        packs = packs_of(self.found, state, key, descriptors=descriptors)
        written = {pack.pack: pack_files(pack) for pack in packs}
        for pack in packs:
            if leaks := scan_pack(written[pack.pack], pack, key=key):
                raise IntegrityError(
                    f"No pack was written: that of {pack.moderator} would tell of the audits. "
                    f"{leaks[0]}"
                )
        drafts = [pack_draft(pack, written[pack.pack]) for pack in packs]
        self.ledger.append(drafts, now=self._clock())
        for pack in packs:
            self._write(out / pack.moderator, written[pack.pack])
        if not state.plan.shows_reference:
            references = {each.case: self.found.references[each.audit] for each in state.readings}
            self._write(out, {"key sheet.xlsx": key_sheet(packs, references)})
        return packs

    def collect(
        self, name: str, paths: Sequence[Path], out: Path, *, corrected: bool = False
    ) -> Collected:
        """Read files that came back, enter what can be entered, and write receipts.

        Parameters
        ----------
        name : str
        paths : sequence of Path
            Files, or folders of them. They are kept byte for byte.
        out : Path
            Folder for the receipts and for what was set aside.
        corrected : bool
            Whether files may correct what was collected before and is not confirmed.
        """
        state, key = self.state(name), self.round_key(name)
        self._refuse_without_packs(state)
        files = files_in(list(paths))
        for file, content in files:
            keep_returned(file, content, self.place.returns(name))
        packs = [pack_again(each, state, key, council=self.place.council) for each in state.packs]
        found = collected(
            packs,
            files,
            already=read_before(state),
            confirmed=frozenset((each.pack, each.case) for each in state.readings if each.counts),
            corrected=corrected,
        )
        self.ledger.append([*grade_drafts(found, state)], now=self._clock())
        now = self.state(name)
        made = receipts(now, key)
        self.ledger.append([*receipt_drafts(made, now.plan)], now=self._clock())
        self._write(out, {**receipt_files(made, now), **set_aside_page(found, name)})
        return found

    def confirm(self, name: str, codes: Sequence[str]) -> int:
        """Commit what the codes of receipts confirm.

        Returns
        -------
        int
            How many readings were committed now.
        """
        key, done = self.round_key(name), 0
        for code in codes:
            state = self.state(name)
            readings = confirmed_by(code, state, key)
            done += Decisions(self.ledger, state, now=self._clock()).commit(
                readings, by=f"receipt {code.strip().upper()}"
            )
        return done

    def confirm_by_silence(self, name: str) -> int:
        """Commit what stands in receipts to which nobody answered for the round's days of silence.

        Raises
        ------
        UsageError
            If the round's plan does not let silence confirm.
        """
        state, now = self.state(name), self._clock()
        days = state.plan.silence_days
        if days == 0:
            raise UsageError(
                f"By its plan, silence confirms nothing in round {name}. Ask for the codes."
            )
        done = 0
        for receipt in receipts(state, self.round_key(name)):
            sent = [each for each in state.receipts if each.body["code"] == receipt.code]
            if sent and now - datetime.fromisoformat(sent[-1].at) >= timedelta(days=days):
                readings = confirmed_by(receipt.code, state, self.round_key(name))
                done += Decisions(self.ledger, state, now=now).commit(readings, by="silence")
        return done

    def learn(self, name: str, out: Path) -> int:
        """Write a session on the most instructive cases of a round; return how many there are."""
        state = self.state(name)
        cases = session_cases(self.found, state)
        self._write(out, session_files(self.found, state, cases))
        return len(cases)

    def grading_place(self, name: str, moderator: str) -> LedgerPlace:
        """The pack of a moderator, to be graded at this desk straight into the ledger.

        Raises
        ------
        UsageError
            If the round has no pack for the person, or none was made yet.
        """
        state = self.state(name)
        self._refuse_without_packs(state)
        tool = tool_of(self.found, quarter=state.plan.quarter)
        packs = packs_of(
            self.found,
            state,
            self.round_key(name),
            descriptors=read_descriptors(self.data, levels=tool.levels, domains=tool.domains),
        )
        for pack in packs:
            if pack.moderator == moderator:
                return LedgerPlace(
                    self.ledger,
                    pack,
                    audit_grades=lambda audit: audit_grades(self.found, audit),
                    now=self._clock,
                )
        known = ", ".join(pack.moderator for pack in packs)
        raise UsageError(f"Round {name} has no pack for “{moderator}”. It has packs for {known}.")

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
            case "second-thought":
                body = grading_body(reading, grades=dict(grades), comment=words)
                decisions.second_thought(reading, body)
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

    def _refuse_without_packs(self, state: RoundState) -> None:
        if not state.packs:
            raise UsageError(
                f"Round {state.plan.round} has no packs yet. Write them first: “qaf round pack”."
            )

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


def open_desk(data: Path, *, clock: Clock, begin: bool = False) -> RoundDesk:
    """Open the desk of the council whose exports lie in a folder.

    Parameters
    ----------
    data : Path
    clock : callable
    begin : bool
        Whether a ledger and its key are made where there are none; looking makes nothing.

    Raises
    ------
    UsageError, IntegrityError
        If there is no ledger, or key or ledger cannot be used.
    SettingsError
        If the council has no name.
    """
    settings = read_settings(data)[0]
    refuse_unnamed(settings, folder=data)
    place = moderation_place(settings.council)
    if not begin and not (place.folder / LEDGER_FILE).exists():
        raise UsageError(
            f"There is no ledger of {settings.council} on this computer (“{place.folder}”): no "
            "round was begun here. “qaf round new” begins one; if the ledger lies elsewhere, name "
            "its folder in QAF_MODERATION."
        )
    key = LedgerKey.load_or_create(
        default_ledger_key(settings.council), council=settings.council, away_from=(data,)
    )
    ledger = open_ledger(place.folder, key=key, council=settings.council, now=clock())
    return RoundDesk(data, place=place, ledger=ledger, key=key, clock=clock)
