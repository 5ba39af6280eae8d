"""A new round: what is drawn, who reads it, and which cases are read once more, unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import Any

import numpy as np

from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.council.read import Import
from qaf_analysis.moderation.draw.drawing import DrawnAudits, DrawRules, draw_audits
from qaf_analysis.moderation.draw.frame import ModerationFrame, moderation_frame
from qaf_analysis.moderation.ledger.entries import Draft, Entry, Kind
from qaf_analysis.moderation.ledger.store import OWNER
from qaf_analysis.moderation.rounds.earlier import (
    EarlierReading,
    earlier_readings,
    may_read,
    unknown_teams,
)
from qaf_analysis.moderation.rounds.plan import Assigned, Moderator, Purpose, RoundPlan
from qaf_analysis.moderation.rounds.state import rounds_in
from qaf_analysis.stats.core.arrays import Ints
from qaf_analysis.stats.moderation.assignment import assign
from qaf_analysis.stats.moderation.chosen_again import (
    Chosen,
    OwnReadings,
    choose_anchors,
    choose_consensus,
    choose_retests,
)
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.names import AUDITING_ROLES
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.scope import LeftOut


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A round that was drawn and shared out.

    Parameters
    ----------
    plan : RoundPlan
    moderators : tuple of Moderator
    drawn : DrawnAudits or None
        None for a round that measures the cases of a session.
    assigned : tuple of Assigned
    unreadable : tuple of str
        Codes of drawn audits that no moderator may read: named, never dropped.
    is_connected : bool
        Whether double readings link all moderators, so that their severities can be compared.
    fewer : mapping of Purpose to int
        How many re-readings were asked for and could not be found, by purpose.
    unknown_teams : tuple of str
        Teams of the list that no audit has.
    """

    plan: RoundPlan
    moderators: tuple[Moderator, ...]
    drawn: DrawnAudits | None
    assigned: tuple[Assigned, ...]
    unreadable: tuple[str, ...]
    is_connected: bool
    fewer: Mapping[Purpose, int]
    unknown_teams: tuple[str, ...]


def opened_round(
    found: Import,
    plan: RoundPlan,
    moderators: Sequence[Moderator],
    *,
    entries: Sequence[Entry],
) -> Opened:
    """Draw a round's audits and share its readings out; the same input gives the same round.

    Parameters
    ----------
    found : Import
    plan : RoundPlan
        Its quarter may be empty: the latest with audits.
    moderators : sequence of Moderator
    entries : sequence of Entry
        All of the ledger: what other rounds drew is not drawn again.

    Raises
    ------
    UsageError
        If there is such a round already, or nothing to draw from.
    """
    _refuse_again(plan, entries)
    frame = moderation_frame(found, quarter=plan.quarter, quarters=plan.quarters)
    frame = _without(frame, _drawn_before(entries))
    by_risk = floor(plan.audits * plan.targeted_share + 0.5)
    rules = DrawRules(
        audits=plan.audits,
        min_per_grade=plan.min_per_grade,
        targeted_share=plan.targeted_share,
        anchors=_doubles(plan, by_chance=plan.audits - by_risk, moderators=len(moderators)),
        seed=plan.seed,
    )
    drawn = draw_audits(frame, rules)
    audits = list(drawn.table["audit_code"])
    again, fewer = _again(found, plan, moderators, entries)
    given = Counter(each.moderator for each in again)
    shared = assign(
        may_read(found, audits, moderators),
        drawn.table["anchor"].eq("yes").to_numpy(dtype=bool),
        seed=plan.seed,
        beforehand=[given[each.code] for each in moderators],
    )
    first = [
        Assigned(audit=audits[row], moderator=moderators[place].code, purpose=Purpose.FIRST)
        for row, place in enumerate(shared.first)
        if place >= 0
    ]
    second = [
        Assigned(audit=audits[row], moderator=moderators[place].code, purpose=Purpose.DOUBLE)
        for row, place in enumerate(shared.second)
        if place >= 0
    ]
    return Opened(
        plan=replace(plan, quarter=frame.quarters[-1]),
        moderators=tuple(moderators),
        drawn=drawn,
        assigned=(*first, *second, *again),
        unreadable=tuple(audits[row] for row in shared.unreadable),
        is_connected=shared.is_connected,
        fewer=fewer,
        unknown_teams=unknown_teams(found, moderators),
    )


def session_round(
    found: Import,
    plan: RoundPlan,
    moderators: Sequence[Moderator],
    *,
    references: Sequence[str],
    entries: Sequence[Entry],
) -> Opened:
    """A round in which everybody reads the same cases, to measure a session on them.

    Only who graded a case as its auditor is kept from it; teams keep nobody away.

    Parameters
    ----------
    references : sequence of str
        The council's own references of the cases, as the list of a session has them.
    found, plan, moderators, entries
        As for ``opened_round``.

    Raises
    ------
    UsageError
        If there is such a round already, or a case is not among the audits.
    """
    _refuse_again(plan, entries)
    code_of = {spelling_key(own): code for code, own in found.references.items()}
    unknown = [each for each in references if spelling_key(each) not in code_of]
    if unknown or not references:
        raise UsageError(
            f"{len(unknown)} of {len(references)} cases of the list are no audits of the exports. "
            "Give the list as “qaf round learn” wrote it."
        )
    audits = list(dict.fromkeys(code_of[spelling_key(each)] for each in references))
    anywhere = [replace(each, teams=()) for each in moderators]
    allowed = may_read(found, audits, anywhere, roles=AUDITING_ROLES)
    assigned = tuple(
        Assigned(audit=audit, moderator=each.code, purpose=Purpose.SESSION)
        for row, audit in enumerate(audits)
        for place, each in enumerate(moderators)
        if allowed[row, place]
    )
    days = found.audits.audits.set_index("audit_id").loc[audits, "audit_date"]
    return Opened(
        plan=replace(plan, quarter=str(Quarter.of(days.max().date())), audits=len(audits)),
        moderators=tuple(moderators),
        drawn=None,
        assigned=assigned,
        unreadable=(),
        is_connected=True,
        fewer={},
        unknown_teams=(),
    )


def _refuse_again(plan: RoundPlan, entries: Sequence[Entry]) -> None:
    if plan.round in rounds_in(entries):
        raise UsageError(
            f"There is a round {plan.round} already. Nothing is overwritten: name another."
        )


def round_drafts(opened: Opened, coded: Sequence[tuple[Assigned, str, str]]) -> tuple[Draft, ...]:
    """Entries that begin a round: its plan, its draw, and who reads what.

    Parameters
    ----------
    opened : Opened
    coded : sequence of (Assigned, str, str)
        Each reading with the codes of its pack and case.
    """
    plan = opened.plan
    moderators = [
        {
            "code": each.code,
            "source": each.source,
            "is_external": each.is_external,
            "teams": list(each.teams),
        }
        for each in opened.moderators
    ]
    readings = [
        {
            "audit": each.audit,
            "moderator": each.moderator,
            "purpose": str(each.purpose),
            "pack": pack,
            "case": case,
        }
        for each, pack, case in coded
    ]
    bodies = [
        (Kind.ROUND, {**plan.as_json(), "moderators": moderators}),
        *([] if opened.drawn is None else [(Kind.DRAW, _draw(opened.drawn, seed=plan.seed))]),
        (Kind.ASSIGN, {"readings": readings}),
    ]
    return tuple(
        Draft(op=f"{kind}/{plan.round}", kind=kind, who=OWNER, about=plan.round, body=body)
        for kind, body in bodies
    )


def _draw(drawn: DrawnAudits, *, seed: int) -> dict[str, Any]:
    return {
        "frame_sha256": drawn.frame.sha256,
        "frame": len(drawn.frame.table),
        "strata": _strata(drawn.frame),
        "seed": seed,
        "command": drawn.rules.command,
        "audits": [_drawn_audit(row) for row in drawn.table.to_dict("records")],
    }


def _strata(frame: ModerationFrame) -> dict[str, int]:
    """Audits of each auditor's grade that the draw speaks for, worst first."""
    grades = frame.table["grade"]
    return {level: int((grades == code).sum()) for code, level in enumerate(frame.levels)}


def _drawn_audit(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    chance = row["selection_probability"]
    unknown = isinstance(chance, float) and np.isnan(chance)
    return {
        "audit": row["audit_code"],
        "quarter": row["quarter"],
        "stratum": row["stratum"],
        "selected_by": row["selected_by"],
        "selection_probability": None if unknown else chance,
    }


def _drawn_before(entries: Sequence[Entry]) -> frozenset[str]:
    """Audits that a round of the ledger drew, be it closed into the exports or not."""
    return frozenset(
        each["audit"]
        for entry in entries
        if entry.kind is Kind.DRAW
        for each in entry.body["audits"]
    )


def _without(frame: ModerationFrame, gone: frozenset[str]) -> ModerationFrame:
    there = frame.table["audit_code"].isin(gone)
    if not there.any():
        return frame
    left = LeftOut(reason="drawn for another round already", records=int(there.sum()))
    table = frame.table[~there].reset_index(drop=True)
    if table.empty:
        raise UsageError(
            f"Every audit of {', '.join(frame.quarters)} that could be drawn was drawn for another "
            "round already. Draw from more --quarters."
        )
    return replace(frame, table=table, left_out=(*frame.left_out, left))


def _doubles(plan: RoundPlan, *, by_chance: int, moderators: int) -> int:
    return floor(by_chance * plan.double_share + 0.5) if moderators > 1 else 0


def _again(
    found: Import,
    plan: RoundPlan,
    moderators: Sequence[Moderator],
    entries: Sequence[Entry],
) -> tuple[list[Assigned], dict[Purpose, int]]:
    """Readings that tell about moderators: anchors, retests, and cases of others."""
    earlier = earlier_readings(found, entries, moderators)
    place = {each.code: n for n, each in enumerate(moderators)}
    own = OwnReadings(
        moderator=_whole(place[each.moderator] for each in earlier),
        grade=_whole(_rounded(each.grade) for each in earlier),
        rounds_since=_whole(each.rounds_since for each in earlier),
        uses=_whole(each.times - 1 for each in earlier),
    )
    many, seed = len(moderators), plan.seed
    chosen: list[Assigned] = []
    fewer: dict[Purpose, int] = {}

    def keep(purpose: Purpose, picked: Chosen, audits: Sequence[str]) -> None:
        chosen.extend(
            Assigned(audit=audits[row], moderator=moderators[who].code, purpose=purpose)
            for row, who in zip(picked.row, picked.moderator, strict=True)
        )
        if picked.short.sum():
            fewer[purpose] = int(picked.short.sum())

    read = [each.audit for each in earlier]
    keep(Purpose.ANCHOR, choose_anchors(own, moderators=many, each=plan.anchors, seed=seed), read)
    keep(Purpose.RETEST, choose_retests(own, moderators=many, each=plan.retests, seed=seed), read)
    keep(Purpose.CONSENSUS, *_of_others(found, moderators, earlier, plan))
    return chosen, fewer


def _of_others(
    found: Import,
    moderators: Sequence[Moderator],
    earlier: Sequence[EarlierReading],
    plan: RoundPlan,
) -> tuple[Chosen, list[str]]:
    """Cases that others read in earlier rounds; whoever read or audited one does not get it."""
    by_audit: dict[str, list[EarlierReading]] = {}
    for each in earlier:
        by_audit.setdefault(each.audit, []).append(each)
    audits = sorted(by_audit)
    allowed = may_read(found, audits, moderators).copy()
    for row, audit in enumerate(audits):
        readers = {each.moderator for each in by_audit[audit]}
        allowed[row, [each.code in readers for each in moderators]] = False
    picked = choose_consensus(
        allowed,
        readers=[len(by_audit[audit]) for audit in audits],
        grade=[_rounded(by_audit[audit][0].grade) for audit in audits],
        each=plan.consensus,
        seed=plan.seed,
    )
    return picked, audits


def _whole(numbers: Iterable[int]) -> Ints:
    return np.array([*numbers], dtype=np.int64)


def _rounded(grade: float) -> int:
    return -1 if np.isnan(grade) else floor(grade + 0.5)
