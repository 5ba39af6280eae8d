"""What a closed round gives to the council's exports: grades, re-readings, and the ledger's head.

The analyst, who need not hold the ledger, puts the files among the exports. The head says which
state of the ledger they are of, and is part of what a run is made from.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qaf_analysis.data.contract.formula_text import guarded
from qaf_analysis.data.council.read import Import
from qaf_analysis.moderation.ledger.entries import Head
from qaf_analysis.moderation.rounds.plan import (
    OF_AUDITS,
    OF_MODERATORS,
    GradeInUse,
    Moderator,
    Purpose,
)
from qaf_analysis.moderation.rounds.state import CaseTalk, DrawnAudit, Reading, RoundState
from qaf_analysis.terms.names import AuditType, Role

HEAD_FILE = "ledger_head.json"
MODERATION_COLUMNS = (
    "audit_id",
    "moderator",
    "moderation_source",
    "round",
    "moderated_on",
    "selected_by",
    "selection_probability",
    "blind",
    "domain",
    "grade",
    "reason",
    "response",
)
SESSION_COLUMNS = (
    "audit_id",
    "audit_date",
    "team",
    "case_type",
    "audit_type",
    "session_id",
    "auditor",
    "role",
    "blind",
    "rated_on",
    "domain",
    "grade",
)
REREADING_COLUMNS = (
    "audit_id",
    "moderator",
    "reading",
    "round",
    "read_on",
    "domain",
    "grade",
    "recognised",
    "saw_audit_grade",
)


@dataclass(frozen=True, kw_only=True)
class ClosedRound:
    """Files for the exports, and what does not stand in them.

    Parameters
    ----------
    files : mapping of str to bytes
    moderated, reread : int
        Readings of audits, and of moderators, that the files hold.
    not_returned, not_graded : int
        Readings asked for that never came or were not confirmed, and parts that a moderator could
        not grade.
    """

    files: Mapping[str, bytes]
    moderated: int
    reread: int
    not_returned: int
    not_graded: int


def closed_round(
    found: Import,
    state: RoundState,
    *,
    moderators: Sequence[Moderator],
    ledger: str,
    head: Head,
) -> ClosedRound:
    """Compose the files of a round.

    Parameters
    ----------
    found : Import
        The council's own references come from it.
    state : RoundState
    moderators : sequence of Moderator
        With their names; a moderator without one appears by code.
    ledger : str
        Identifier of the ledger.
    head : Head
        The state that the files are of.
    """
    names = {each.code: each for each in moderators}
    of_audits = [each for each in state.readings if each.counts and each.purpose in OF_AUDITS]
    others = [each for each in state.readings if each.counts and each.purpose in OF_MODERATORS]
    session = [each for each in state.readings if each.counts and each.purpose is Purpose.SESSION]
    drawn = {each.audit: each for each in state.drawn}
    rows = [
        row
        for each in of_audits
        for row in _moderation(each, drawn[each.audit], state, found.references, names)
    ]
    again = [row for each in others for row in _rereading(each, state, found.references, names)]
    name = state.plan.round
    files = {f"moderations {name}.csv": _csv(MODERATION_COLUMNS, rows)} if rows else {}
    if session:
        files[f"audits {name}.csv"] = _csv(SESSION_COLUMNS, _sessions(session, found, state, names))
    if again:
        files[f"rereadings {name}.csv"] = _csv(REREADING_COLUMNS, again)
    told = {
        "format": "qaf-ledger-head",
        "version": 1,
        "ledger": ledger,
        "head": str(head),
        "round": name,
        "rule": str(state.rule),
    }
    files[HEAD_FILE] = (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode("utf-8")
    return ClosedRound(
        files=files,
        moderated=len(of_audits) + len(session),
        reread=len(others),
        not_returned=sum(not each.counts for each in state.readings),
        not_graded=sum(
            word is None
            for each in (*of_audits, *others, *session)
            if each.grading is not None
            for word in each.grading.grades.values()
        ),
    )


def settings_to_add(closed: ClosedRound) -> str:
    """The tables that ``council.toml`` needs for the files.

    Examples
    --------
    >>> one = ClosedRound(files={"moderations a.csv": b""}, moderated=1, reread=0,
    ...     not_returned=0, not_graded=0)
    >>> print(settings_to_add(one))
    [[files]]
    path = "moderations a.csv"
    kind = "moderations"
    shape = "long"
    """
    return "\n\n".join(
        f'[[files]]\npath = "{name}"\nkind = "{name.split()[0]}"\nshape = "long"'
        for name in closed.files
        if name != HEAD_FILE
    )


def _moderation(
    reading: Reading,
    drawn: DrawnAudit,
    state: RoundState,
    references: Mapping[str, str],
    names: Mapping[str, Moderator],
) -> Iterator[tuple[str, ...]]:
    grading, talk = reading.grading, state.talks.get(reading.audit, CaseTalk())
    if grading is None:
        return
    agreed = _agreed(talk) if state.rule is GradeInUse.AGREED else {}
    chance = drawn.selection_probability
    for domain, word in {**grading.grades, **agreed}.items():
        if word is None:
            continue
        yield (
            references[reading.audit],
            _name(reading.moderator, names),
            _source(reading.moderator, names),
            state.plan.round,
            grading.at[:10],
            drawn.selected_by,
            "" if chance is None else repr(chance),
            "yes" if reading.is_blind and domain not in agreed else "no",
            domain,
            word,
            grading.reason,
            _response(talk),
        )


def _sessions(
    readings: Sequence[Reading],
    found: Import,
    state: RoundState,
    names: Mapping[str, Moderator],
) -> list[tuple[str, ...]]:
    """Readings of a session's cases as second readings of the audits, under the round's name."""
    audits = found.audits.audits.set_index("audit_id")
    rows: list[tuple[str, ...]] = []
    for each in readings:
        audit, grading = audits.loc[each.audit], each.grading
        for domain, word in grading.grades.items() if grading else ():
            if word is not None:
                rows.append(
                    (
                        found.references[each.audit],
                        str(audit["audit_date"])[:10],
                        str(audit["team"]),
                        "" if audit["case_type"] is None else str(audit["case_type"]),
                        str(AuditType.CALIBRATION),
                        state.plan.round,
                        _name(each.moderator, names),
                        str(Role.SECOND_AUDITOR),
                        "yes" if each.is_blind else "no",
                        grading.at[:10] if grading else "",
                        domain,
                        word,
                    )
                )
    return rows


def _agreed(talk: CaseTalk) -> dict[str, str]:
    return dict(talk.outcome.body["grades"]) if talk.outcome else {}


def _response(talk: CaseTalk) -> str:
    if talk.disputes:
        return "disagreed"
    if not talk.responses:
        return ""
    return {"accept": "agreed", "disagree": "disagreed"}[talk.responses[-1].body["answer"]]


def _rereading(
    reading: Reading,
    state: RoundState,
    references: Mapping[str, str],
    names: Mapping[str, Moderator],
) -> Iterator[tuple[str, ...]]:
    grading = reading.grading
    if grading is None:
        return
    told = reading.recognised.body if reading.recognised else {}
    for domain, word in grading.grades.items():
        if word is not None:
            yield (
                references[reading.audit],
                _name(reading.moderator, names),
                str(reading.purpose),
                state.plan.round,
                grading.at[:10],
                domain,
                word,
                told.get("file", ""),
                told.get("audit_grade", ""),
            )


def _name(code: str, names: Mapping[str, Moderator]) -> str:
    return names[code].name or code if code in names else code


def _source(code: str, names: Mapping[str, Moderator]) -> str:
    return names[code].source if code in names else ""


def _csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
