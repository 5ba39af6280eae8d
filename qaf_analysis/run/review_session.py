"""A finished run under review: its findings, its repetition, notes, and the signature.

The command line and the notebook ``11_review`` do the same through it: whatever is said goes into
the council's ledger, and whatever is shown is computed from it.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from qaf_analysis.data.contract.record import Check
from qaf_analysis.kit.parts import Table, word_columns
from qaf_analysis.moderation.ledger.entries import Entry, Kind
from qaf_analysis.moderation.ledger.key import (
    LedgerKey,
    default_ledger_key,
    default_ledger_place,
)
from qaf_analysis.moderation.ledger.signature import enrolled_keys, is_signed_by, sign
from qaf_analysis.moderation.ledger.store import Ledger, open_ledger, read_ledger
from qaf_analysis.moderation.signoff.findings import Finding
from qaf_analysis.moderation.signoff.reproduction import Reproduction, last_reproduction
from qaf_analysis.moderation.signoff.review import Note, note_draft, standing_notes
from qaf_analysis.moderation.signoff.sign import (
    Decision,
    Signer,
    refusals,
    sealed_bytes,
    sign_draft,
    withdrawal,
)
from qaf_analysis.moderation.signoff.state import SignOffState, sign_off_state
from qaf_analysis.report.signoff import SignOff
from qaf_analysis.run.export import kept_run
from qaf_analysis.run.folder import LATEST
from qaf_analysis.run.manifest import read_manifest
from qaf_analysis.run.session import project_folder
from qaf_analysis.run.signing import (
    known_runs,
    own_share,
    refuse_other_bytes,
    sign_off_of,
    signed_run,
)
from qaf_analysis.run.verify import RunCheck, verify_run
from qaf_analysis.terms.errors import IntegrityError, UsageError
from qaf_analysis.topics.programme.analysis.intake import Intake


@dataclass(frozen=True, kw_only=True)
class FindingAtHand:
    """A finding with what the reviewer said of it last; ``state`` is empty before anything was."""

    id: str
    claim: str
    sentences: tuple[str, ...]
    state: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """Sentences as a notebook shows them."""

    sentences: tuple[str, ...]

    def __str__(self) -> str:
        """One sentence a line."""
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        from markupsafe import Markup

        return str(Markup("").join(Markup("<p>{}</p>").format(line) for line in self.sentences))


class Review:
    """A run under review; ``open_review`` gives one.

    Parameters
    ----------
    run : Path
        Folder of a finished run.
    ledger : Ledger
        The council's ledger.
    reviewer : str
        Code of whoever reviews, such as ``M-04``.
    made_by : str
        Code of who made the run, where the run does not say.
    notices : tuple of str
        What the reviewer should know of the ledger's key.

    Raises
    ------
    RunFailedError
        If the run is not whole, or not as it was made.
    """

    def __init__(
        self,
        run: Path,
        ledger: Ledger,
        *,
        reviewer: str = "",
        made_by: str = "",
        notices: tuple[str, ...] = (),
    ) -> None:
        self.run = run
        self.notices = (*notices, *ledger.notices)
        self.ledger = ledger
        self.reviewer = reviewer.strip()
        kept = kept_run(run)
        self._checks: Sequence[Check] = kept.results[Intake].checks
        self._bound = signed_run(run, made_by=made_by.strip(), kept=kept)

    @property
    def run_id(self) -> str:
        """The run."""
        return self._bound.run_id

    @property
    def findings(self) -> tuple[FindingAtHand, ...]:
        """The findings in the order of the report, each with the reviewer's last word on it."""
        notes = standing_notes(self._entries, self.run_id)
        return tuple(self._at_hand(one, notes.get(one.id, ())) for one in self._bound.findings)

    def _at_hand(self, finding: Finding, notes: Sequence[Note]) -> FindingAtHand:
        own = next((note for note in notes if note.who == self.reviewer), None)
        return FindingAtHand(
            id=finding.id,
            claim=finding.title,
            sentences=(finding.words,),
            state="" if own is None else str(own.state),
            words="" if own is None else own.words,
        )

    @property
    def findings_table(self) -> Table:
        """Findings, and what every reviewer said of them, as a table."""
        notes = standing_notes(self._entries, self.run_id)
        return Table(
            caption="Findings of the run",
            columns=word_columns("Finding", "Kind", "What was found", "Said of it"),
            rows=tuple(
                (
                    one.id,
                    str(one.kind),
                    f"{one.title}: {one.words}",
                    "; ".join(
                        f"{note.who}: {note.state}{f' ({note.words})' if note.words else ''}"
                        for note in notes.get(one.id, ())
                    ),
                )
                for one in self._bound.findings
            ),
        )

    @property
    def data_checks(self) -> Table:
        """What the data checks said, those that failed first."""
        order = ("failed", "could not run", "passed")
        checks = sorted(self._checks, key=lambda check: order.index(check.state))
        return Table(
            caption="What the data checks said",
            columns=word_columns("Check", "State", "What was seen"),
            rows=tuple((check.name, check.state, check.detail) for check in checks),
        )

    def reproduce(self, *, agreed: bool = True, data: Path | None = None) -> Told:
        """Repeat the run, and record what came of it; this takes a minute or two.

        Parameters
        ----------
        agreed : bool
            Whether to do it now; else only what was recorded last is told.
        data : Path, optional
            Folder of the exports; else it is looked for in the project's ``data``.
        """
        if agreed:
            return Told(sentences=self.record(self.check(data=data)))
        found = last_reproduction(self._entries, self.run_id)
        if found is None:
            return Told(sentences=("The run was not repeated yet. Nobody signs before it was.",))
        said = f"Repeated on {found.at[:10]} by {found.by}: {found.outcome}."
        return Told(sentences=(said, *found.differences))

    def check(self, *, data: Path | None = None) -> RunCheck:
        """Repeat the run, and record nothing."""
        home = project_home()
        look_in = (home / "data", home, Path.cwd())
        return verify_run(self.run, notebooks=home / "notebooks", data=data, look_in=look_in)

    def record(self, check: RunCheck) -> tuple[str, ...]:
        """Record what repeating the run came to, and say it."""
        found = Reproduction(
            manifest_sha256=check.manifest_sha256,
            at=_now().isoformat(timespec="seconds"),
            by=self._reviewer,
            machine=f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
            outcome=str(check.outcome),
            figures_compared=check.comparison.figures,
            largest_difference=min(check.comparison.largest, 1.0),
            differences=check.comparison.differences or ((check.why_not,) if check.why_not else ()),
        )
        self.ledger.append([found.draft(self.run_id)], now=_now())
        return check.sentences

    def note(self, finding: str, *, state: str, words: str = "") -> None:
        """Keep what the reviewer says of a finding: accept, query or disagree.

        Raises
        ------
        UsageError
            If there is no such finding or answer, or a query has no words.
        """
        with self.ledger.alone():
            draft = note_draft(
                self.run_id,
                self._bound.findings,
                finding=finding,
                state=state,
                words=words,
                who=self._reviewer,
                after=self.ledger.head.seq,
            )
            self.ledger.append([draft], now=_now())

    def sign(
        self,
        *,
        decision: str,
        conflicts: str = "",
        comments: str = "",
        role: str = "",
        organisation: str = "",
        is_external: bool | None = None,
        key_file: Path | None = None,
    ) -> Told:
        """Sign the run, or refuse to; nothing is done while no decision is given.

        Parameters
        ----------
        decision : str
            ``sign``, ``sign_with_queries`` or ``refuse``; empty does nothing.
        conflicts : str
            Conflicts of interest; empty declares that there are none.
        comments : str
            Stand on the first page.
        role, organisation, is_external
            As the round's plan has them where they are left out.
        key_file : Path, optional
            The signer's own secret key, for a signature that everybody can check.

        Raises
        ------
        IntegrityError
            If the run may not be signed so: every reason in a sentence.
        """
        if not decision:
            return Told(sentences=("Nothing was signed: no decision was given.", *self._missing()))
        decided = Decision(
            decision=decision, comments=_plain(comments), conflicts=_plain(conflicts)
        )
        signer = self._signer(role, organisation, is_external)
        with self.ledger.alone():
            draft = sign_draft(
                self._bound,
                signer,
                decided,
                self._entries,
                ledger=self.ledger.id,
                head=self.ledger.head,
                key_id=self._ledger_key_id,
                now=_now(),
            )
            if key_file is not None:
                own = {"key_id": key_file.stem, "signature": ""}
                own["signature"] = sign(sealed_bytes(draft.body), key_file)
                draft = replace(draft, body={**draft.body, **own})
            (entry,) = self.ledger.append([draft], now=_now())
        head = f"The ledger goes to {entry.head}: keep this line elsewhere."
        return Told(sentences=(*self.sign_off.sentences, head))

    def withdraw(self, *, words: str) -> Told:
        """Withdraw the reviewer's own signature.

        Raises
        ------
        UsageError
            If there is none, or no reason is given.
        """
        standing = [entry for entry in self.state_of.signs if entry.who == self._reviewer]
        if not standing:
            raise UsageError(f"{self._reviewer} has not signed this run.")
        draft = withdrawal(self.run_id, standing[-1], who=self._reviewer, words=words)
        self.ledger.append([draft], now=_now())
        return Told(sentences=self.sign_off.sentences)

    @property
    def state_of(self) -> SignOffState:
        """Whether the run is signed, as a value."""
        runs = known_runs(self.run)
        return sign_off_state(self.run_id, self._entries, runs, head=self.ledger.head)

    @property
    def sign_off(self) -> SignOff:
        """The signature as the report shows it.

        Raises
        ------
        IntegrityError
            If the pages of the run are not those that were signed, or a signature is not true.
        """
        state = self.state_of
        refuse_other_bytes(self.run, state.signs)
        for entry in state.signs:
            if entry.body.get("signature") and not self._is_true(entry):
                raise IntegrityError(
                    f"The signature of {entry.who} does not fit what was signed, or its key is not "
                    "vouched for by two people (qaf ledger key)."
                )
        return sign_off_of(state, self._bound.findings)

    @property
    def state(self) -> Told:
        """Whether the run is signed, in words."""
        sign_off = self.sign_off
        signatures = tuple(self._signature_words())
        return Told(sentences=(f"Run {self.run_id}.", *sign_off.texts, *signatures))

    def _signature_words(self) -> Iterator[str]:
        from qaf_analysis.moderation.ledger.signature import without_signature

        for entry in self.state_of.signs:
            if entry.body.get("signature"):
                yield f"{entry.who} signed with a key of their own, which everybody can check."
            else:
                yield f"{entry.who}: {without_signature(str(entry.body['key_id']))}"

    def _is_true(self, entry: Entry) -> bool:
        before = self.ledger.entries(kinds=[Kind.KEY])
        keys = enrolled_keys(one for one in before if one.seq < entry.seq)
        signature = str(entry.body["signature"])
        return is_signed_by(sealed_bytes(entry.body), signature, keys.get(entry.who, ()))

    def _missing(self) -> tuple[str, ...]:
        """What stands against a signature now."""
        queries = self.state_of.queries
        decision = Decision(decision="sign_with_queries" if queries else "sign")
        return refusals(self._bound, self._signer("moderator", "", None), decision, self._entries)

    def _signer(self, role: str, organisation: str, is_external: bool | None) -> Signer:
        plan = _moderator_of(self.ledger, self._reviewer)
        external = bool(plan.get("is_external", False)) if is_external is None else is_external
        usual = "external moderator" if external else "moderator"
        names = (self._reviewer, *_names(self.ledger.folder, self._reviewer))
        return Signer(
            code=self._reviewer,
            role=_plain(role) or usual,
            organisation=_plain(organisation) or str(plan.get("source", "")),
            is_external=external,
            own_share=own_share(self.run, names),
        )

    @property
    def _reviewer(self) -> str:
        if not self.reviewer:
            raise UsageError("Say who reviews, by code, such as M-04 (--as M-04, or reviewer).")
        return self.reviewer

    @property
    def _entries(self) -> tuple[Entry, ...]:
        return self.ledger.entries(about=f"run/{self._bound.run_id}")

    @cached_property
    def _ledger_key_id(self) -> str:
        (first,) = self.ledger.entries(kinds=[Kind.LEDGER])[:1]
        return str(first.body["key"])


def open_review(
    *,
    run: str | Path = "",
    reviewer: str = "",
    made_by: str = "",
    ledger: Path | None = None,
    key: Path | None = None,
    for_reading: bool = False,
) -> Review:
    """Open a finished run for review.

    Parameters
    ----------
    run : str or Path
        Its folder; empty for the one that was made last in the project's ``outputs``.
    reviewer : str
        Code of whoever reviews, such as ``M-04``.
    made_by : str
        Code of who made the run, where the run does not say.
    ledger, key : Path, optional
        Folder of the council's ledger and file of its key, where they are not in their usual place.
    for_reading : bool
        Whether nothing is to be written: then no key is needed.

    Raises
    ------
    UsageError
        If there is no run, no ledger to read, or a key that cannot be used.
    """
    folder = Path(run) if str(run) else _latest()
    council = _council_of(folder)
    place = ledger or default_ledger_place(council)
    notices: tuple[str, ...] = ()
    if for_reading:
        found = read_ledger(place)
    else:
        away = (place, folder.resolve().parents[1])
        where = key or default_ledger_key(council)
        held = LedgerKey.load_or_create(where, council=council, away_from=away)
        if held.is_new:
            notices = (f"A key for the ledger was made: {where}. Keep a copy in a safe place.",)
        found = open_ledger(place, key=held, council=council, now=_now())
    return Review(folder, found, reviewer=reviewer, made_by=made_by, notices=notices)


def project_home() -> Path:
    """The project's folder: that of the notebook, or the one that holds the package."""
    try:
        return project_folder()
    except UsageError:
        import qaf_analysis

        return Path(qaf_analysis.__file__).resolve().parents[1]


def _latest() -> Path:
    outputs = project_home() / "outputs"
    path = outputs / LATEST
    if not path.is_file():
        raise UsageError("No report was made here yet: make one with qaf report, or name one.")
    return outputs / path.read_text(encoding="utf-8").strip()


def _council_of(folder: Path) -> str:
    from qaf_analysis.data.store.bundle import read_bundle_settings

    read_manifest(folder)  # says what is wrong with a folder that is no run
    return read_bundle_settings(folder / "bundle").council


def _moderator_of(ledger: Ledger, code: str) -> dict[str, object]:
    """What the last plan of a round that names a person says of them."""
    for entry in reversed(ledger.entries(kinds=[Kind.ROUND])):
        for one in entry.body.get("moderators", ()):
            if one.get("code") == code:
                return dict(one)
    return {}


def _names(folder: Path, code: str) -> Iterator[str]:
    """Names that exports have for a person, from the rounds' private rosters."""
    for roster in sorted((folder / "rounds").glob("*/roster.json")):
        for one in json.loads(roster.read_text(encoding="utf-8")):
            if one.get("code") == code and one.get("name"):
                yield str(one["name"])


def _plain(words: str) -> str:
    return " ".join(words.split())


def _now() -> datetime:
    return datetime.now(UTC)
