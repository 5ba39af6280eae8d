"""A finished run as whoever signs it needs it, and its signature as its report shows it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from textwrap import shorten

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.data.contract.record import Check
from qaf_analysis.data.council.pseudonyms import PseudonymKey, default_key_path
from qaf_analysis.data.store.bundle import read_bundle
from qaf_analysis.moderation.ledger.entries import Entry
from qaf_analysis.moderation.signoff.findings import Answer, Finding, findings_of
from qaf_analysis.moderation.signoff.review import Note, NoteState
from qaf_analysis.moderation.signoff.sign import NONE_DECLARED, SignedRun
from qaf_analysis.moderation.signoff.state import KnownRun, SignOffState, SignState
from qaf_analysis.report.editions.every import FILES
from qaf_analysis.report.quarterly import cards_of, claims_of
from qaf_analysis.report.signoff import OpenQuery, Signature, SignOff, Standing
from qaf_analysis.run.earlier_designs import finished_runs, read_run
from qaf_analysis.run.export import KeptRun, kept_run
from qaf_analysis.run.folder import LATEST
from qaf_analysis.run.manifest import MANIFEST, file_sha256, read_manifest
from qaf_analysis.terms.errors import IntegrityError, UsageError, WorkbenchError
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.registry import Results

RESULTS = "results"
MOST_OF_QUERY = 240
"""Letters of a query that stand on the first page; the ledger holds all of it."""
_STANDING = {
    SignState.NOT_SIGNED: Standing.NOT_SIGNED,
    SignState.VALID: Standing.SIGNED,
    SignState.REFUSED: Standing.REFUSED,
    SignState.SUPERSEDED: Standing.SUPERSEDED,
    SignState.WITHDRAWN: Standing.WITHDRAWN,
}


def signed_run(run: Path, *, made_by: str = "", kept: KeptRun | None = None) -> SignedRun:
    """Return what a signature binds of a run.

    Parameters
    ----------
    run : Path
        Folder of a finished run.
    made_by : str
        Who made it, where the run itself does not say.
    kept : KeptRun, optional
        Its results, where they were read already.

    Raises
    ------
    RunFailedError
        If it is no whole run, or not as it was made.
    UsageError
        If the run says that another made it.
    """
    found = kept or kept_run(run)
    manifest = read_manifest(run)
    said = str(manifest.get("made_by", ""))
    if said and made_by and said != made_by:
        raise UsageError(f"The run says that {said} made it, not {made_by}.")
    checks = found.results[Intake].checks
    return SignedRun(
        run_id=found.run_id,
        manifest_sha256=file_sha256(run / MANIFEST),
        report=editions_sums(run),
        results_sha256=_results_sum(run),
        checks=_counted(checks),
        findings=findings_of_run(found.results, checks),
        made_by=said or made_by,
    )


def editions_sums(run: Path) -> dict[str, str]:
    """SHA-256 of each edition's page, and of the committee edition in print."""
    pages = {edition: run / f"{name}.html" for edition, name in FILES.items()}
    printed = {f"{edition} pdf": run / f"{name}.pdf" for edition, name in FILES.items()}
    files = {**pages, **printed}
    return {edition: file_sha256(path) for edition, path in files.items() if path.is_file()}


def refuse_other_bytes(run: Path, signs: Sequence[Entry]) -> None:
    """Refuse a run whose pages are not those that were signed.

    Raises
    ------
    IntegrityError
        Naming the edition.
    """
    now = {**editions_sums(run), "results": _results_sum(run)}
    run_id = str(read_manifest(run)["run_id"])
    for entry in signs:
        if entry.body["run_id"] != run_id:
            raise IntegrityError(f"{entry.who} signed another run, {entry.body['run_id']}.")
        then = {**entry.body["report"], "results": entry.body["results_sha256"]}
        for name, signed in then.items():
            if now.get(name) != signed:
                raise IntegrityError(
                    f"The {name} of this run is not what {entry.who} signed: its bytes are others. "
                    "The signature is not shown. Take the folder from where it was signed."
                )


def findings_of_run(results: Results, checks: Sequence[Check]) -> tuple[Finding, ...]:
    """What a run found, one by one."""
    answers = [
        Answer(
            section=card.section,
            question=card.question,
            verdict=card.verdict,
            words=str(card.words),
        )
        for card in cards_of(results)
    ]
    claims = [claim.words for claim in claims_of(results) if claim.is_made]
    return findings_of(answers, claims, checks)


def known_runs(run: Path) -> tuple[KnownRun, ...]:
    """Finished runs beside a run on the same quarter and of the same council, itself included.

    A run whose manifest cannot be read is passed over: nobody can say what it is.
    """
    outputs = run.resolve().parents[1]
    latest = outputs / LATEST
    last = latest.read_text(encoding="utf-8").strip() if latest.is_file() else ""
    council, found = read_run(run)[1].council, []
    for folder in finished_runs(outputs):
        if folder.parent.name != run.resolve().parent.name:
            continue
        try:
            made, design = read_run(folder)
        except WorkbenchError:
            continue
        if design.council == council:
            run_id = str(read_manifest(folder)["run_id"])
            is_latest = folder.relative_to(outputs).as_posix() == last
            found.append(KnownRun(run_id=run_id, made=made, is_latest=is_latest))
    return tuple(found)


def own_share(run: Path, names: Collection[str]) -> float:
    """Share of a run's grades that one person gave.

    Parameters
    ----------
    run : Path
    names : collection of str
        Names and codes under which exports know the person.

    Raises
    ------
    UsageError
        If the key is not here by which people are known in the run.
    """
    audits = read_bundle(run / "bundle")
    key = _key(audits)
    codes = {key.code("person", name) for name in names if name}
    raters = audits.ratings["rater"]
    return float(raters.isin(codes).mean()) if len(raters) else 0.0


def _key(audits: Audits) -> PseudonymKey:
    settings = audits.settings
    if settings.synthetic:
        key = PseudonymKey.demonstration(settings.council)
    else:
        key = PseudonymKey.load(default_key_path(settings.council), council=settings.council)
    if key.key_id != audits.record.key_id:
        raise UsageError(
            "The key by which people are known in this run is not here, so nobody can tell whether "
            "the signer graded part of it. Sign where the run was made, or restore the key."
        )
    return key


def sign_off_of(state: SignOffState, findings: Sequence[Finding]) -> SignOff:
    """Return a signature as the first page of each edition shows it.

    Parameters
    ----------
    state : SignOffState
    findings : sequence of Finding
        Of the run, for what queries are about.
    """
    return SignOff(
        standing=_STANDING[state.state],
        signatures=tuple(map(_signature, state.signs)),
        queries=tuple(_query(note, findings) for note in state.queries) if state.signs else (),
        by_run=state.by.run_id if state.by else "",
        on=_day_of(state),
        head=str(state.head) if state.head else "",
    )


def _signature(entry: Entry) -> Signature:
    body = entry.body
    conflicts = str(body["conflicts"])
    return Signature(
        role=str(body["signer"]["role"]),
        code=entry.who,
        on=_day(entry.at),
        conflicts="" if conflicts == NONE_DECLARED else conflicts,
        comments=str(body["comments"]),
    )


def _query(note: Note, findings: Sequence[Finding]) -> OpenQuery:
    about = next((one for one in findings if one.id == note.finding), None)
    return OpenQuery(
        words=shorten(note.words, width=MOST_OF_QUERY, placeholder=" …"),
        finding=note.finding if about is None else about.title,
        card=0 if about is None else about.card,
        disagrees=note.state == NoteState.DISAGREE,
    )


def _day_of(state: SignOffState) -> date | None:
    if state.by is not None:
        return state.by.made.date()
    return _day(state.withdrawn_at) if state.withdrawn_at else None


def _day(at: str) -> date:
    return datetime.fromisoformat(at).date()


def _counted(checks: Sequence[Check]) -> dict[str, int]:
    states = ("passed", "failed", "could not run")
    counts = {state: sum(check.state == state for check in checks) for state in states}
    return {state.replace(" ", "_"): number for state, number in counts.items()}


def _results_sum(run: Path) -> str:
    total = sha256()
    for path in sorted((run / RESULTS).glob("*.json")):
        total.update(f"{path.name}\0{file_sha256(path)}\n".encode())
    return total.hexdigest()
