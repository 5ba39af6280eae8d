"""Between what came back and the ledger: readings, receipts, and what is confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qaf_analysis.moderation.codes import RoundKey
from qaf_analysis.moderation.ledger.entries import Draft, Entry, Kind
from qaf_analysis.moderation.ledger.store import OWNER
from qaf_analysis.moderation.packs.pack import NOT_GRADED
from qaf_analysis.moderation.returns.collect import Collected
from qaf_analysis.moderation.returns.keyed import ReturnedCase
from qaf_analysis.moderation.returns.receipt import (
    receipt_code,
    receipt_page,
    receipt_text,
    same_code,
)
from qaf_analysis.moderation.rounds.gradings import grade_draft, grading_body
from qaf_analysis.moderation.rounds.plan import RoundPlan
from qaf_analysis.moderation.rounds.state import PackMade, Reading, RoundState
from qaf_analysis.terms.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What was read of one pack so far and is not confirmed yet."""

    pack: str
    moderator: str
    code: str
    cases: tuple[ReturnedCase, ...]
    missing: int


def read_before(state: RoundState) -> dict[tuple[str, str], ReturnedCase]:
    """What the ledger holds of each case, as a returned case."""
    return {
        (each.pack, each.case): as_returned(each)
        for each in state.readings
        if each.grading is not None
    }


def as_returned(reading: Reading) -> ReturnedCase:
    """A reading of the ledger as if it had come back just now."""
    grading = reading.grading
    if grading is None:
        return ReturnedCase(
            pack=reading.pack,
            case=reading.case,
            grades={},
            reason="",
            sure="",
            comment="",
            places={},
        )
    grades = {
        part: NOT_GRADED if part in grading.not_graded else word
        for part, word in grading.grades.items()
    }
    return ReturnedCase(
        pack=reading.pack,
        case=reading.case,
        grades=grades,
        reason=grading.reason,
        sure=grading.sure,
        comment=grading.comment,
        places={},
    )


def grade_drafts(found: Collected, state: RoundState) -> Iterator[Draft]:
    """Entries for what can be entered; what the ledger holds already adds none."""
    for taken in found.taken:
        case = taken.case
        reading = state.of_case(case.pack, case.case)
        if reading is None:
            continue  # a pack of this round has only cases that were asked for
        parts = _parts(state, case.pack)
        body = grading_body(
            reading,
            grades={part: case.grades.get(part) for part in parts},
            reason=case.reason,
            sure=case.sure,
            comment=case.comment,
            file_sha256=taken.sources[-1],
        )
        draft = grade_draft(state.plan.round, reading, body)
        if draft is not None:
            yield draft


def receipts(state: RoundState, key: RoundKey) -> tuple[Receipt, ...]:
    """A receipt for each pack of which something came and is not confirmed."""
    found = []
    for pack in state.packs:
        own = [each for each in state.readings if each.pack == pack.pack]
        open_ = [each for each in own if each.grading is not None and each.committed is None]
        if open_:
            cases = tuple(as_returned(each) for each in open_)
            found.append(
                Receipt(
                    pack=pack.pack,
                    moderator=pack.moderator,
                    code=receipt_code(key, pack.pack, cases),
                    cases=cases,
                    missing=sum(each.grading is None for each in own),
                )
            )
    return tuple(found)


def receipt_drafts(made: Sequence[Receipt], plan: RoundPlan) -> Iterator[Draft]:
    """Entries that record the receipts."""
    for each in made:
        about = f"{plan.round}/{each.pack}"
        yield Draft(
            op=f"receipt/{about}/{each.code}",
            kind=Kind.RECEIPT,
            who=OWNER,
            about=about,
            body={"pack": each.pack, "code": each.code, "cases": [c.case for c in each.cases]},
        )


def receipt_files(made: Sequence[Receipt], state: RoundState) -> Mapping[str, bytes]:
    """Each receipt as a page, and as a text for an e-mail."""
    files: dict[str, bytes] = {}
    for each in made:
        pack = next(pack for pack in state.packs if pack.pack == each.pack)
        names = {case: f"Case {n}" for n, case in enumerate(pack.cases, start=1)}
        told = {
            "moderator": each.moderator,
            "round": state.plan.round,
            "code": each.code,
            "cases": each.cases,
            "missing": each.missing,
        }
        files[f"receipt {each.moderator}.html"] = receipt_page(**told, names=names)  # type: ignore[arg-type]
        files[f"receipt {each.moderator}.txt"] = receipt_text(**told).encode("utf-8-sig")  # type: ignore[arg-type]
    return files


def confirmed_by(code: str, state: RoundState, key: RoundKey) -> tuple[Reading, ...]:
    """Readings that the code of a receipt confirms.

    Raises
    ------
    UsageError
        If no receipt has the code, or what was read has changed since it was written.
    """
    for receipt in receipts(state, key):
        if same_code(code, receipt.code):
            cases = {case.case for case in receipt.cases}
            return tuple(
                each for each in state.readings if each.pack == receipt.pack and each.case in cases
            )
    known = [each for each in state.receipts if same_code(code, str(each.body["code"]))]
    if known and _all_committed(known[-1], state):
        return ()
    if known:
        raise UsageError(
            f"What was read has changed since the receipt {code.strip()[:20]} was written. Send "
            "the newer receipt, and ask for its code."
        )
    raise UsageError(
        f"No receipt of round {state.plan.round} has the code “{code.strip()[:20]}”. See whether "
        "it was typed as it stands in the receipt."
    )


def _all_committed(receipt: Entry, state: RoundState) -> bool:
    cases = set(receipt.body["cases"])
    own = [each for each in state.readings if each.pack == receipt.body["pack"]]
    return all(each.counts for each in own if each.case in cases)


def _parts(state: RoundState, pack: str) -> tuple[str, ...]:
    made: PackMade = next(each for each in state.packs if each.pack == pack)
    return made.domains
