"""A new round: what is drawn, who reads it, and which cases are read once more, unseen."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import Any

import numpy as np

from qaf_analysis.data.council.read import Import
from qaf_analysis.moderation.draw.drawing import DrawnAudits, DrawRules, draw_audits
from qaf_analysis.moderation.draw.frame import ModerationFrame, moderation_frame
from qaf_analysis.moderation.ledger.entries import Draft, Entry, Kind
from qaf_analysis.moderation.rounds.decisions import OWNER
from qaf_analysis.moderation.rounds.earlier import (
    EarlierReading,
    earlier_readings,
    may_read,
    unknown_teams,
)
from qaf_analysis.moderation.rounds.plan import Assigned, Moderator, Purpose, RoundPlan
from qaf_analysis.moderation.rounds.state import rounds_in
from qaf_analysis.stats.moderation.assignment import assign
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.common.scope import LeftOut

OWN = (Purpose.ANCHOR, Purpose.RETEST)
FEWEST_ROUNDS_APART = 2
MOST_TIMES = 2
"""How often one person reads one file, so that it is not known by heart."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A round that was drawn and shared out.

    Parameters
    ----------
    plan : RoundPlan
    moderators : tuple of Moderator
    drawn : DrawnAudits
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
    drawn: DrawnAudits
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
    if plan.round in rounds_in(entries):
        raise UsageError(
            f"There is a round {plan.round} already. Nothing is overwritten: name another."
        )
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


def round_drafts(opened: Opened, coded: Sequence[tuple[Assigned, str, str]]) -> tuple[Draft, ...]:
    """Entries that begin a round: its plan, its draw, and who reads what.

    Parameters
    ----------
    opened : Opened
    coded : sequence of (Assigned, str, str)
        Each reading with the codes of its pack and case.
    """
    plan, drawn = opened.plan, opened.drawn
    moderators = [
        {
            "code": each.code,
            "source": each.source,
            "is_external": each.is_external,
            "teams": list(each.teams),
        }
        for each in opened.moderators
    ]
    draw = {
        "frame_sha256": drawn.frame.sha256,
        "frame": len(drawn.frame.table),
        "seed": plan.seed,
        "command": drawn.rules.command,
        "audits": [_drawn_audit(row) for row in drawn.table.to_dict("records")],
    }
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
    bodies = (
        (Kind.ROUND, {**plan.as_json(), "moderators": moderators}),
        (Kind.DRAW, draw),
        (Kind.ASSIGN, {"readings": readings}),
    )
    return tuple(
        Draft(op=f"{kind}/{plan.round}", kind=kind, who=OWNER, about=plan.round, body=body)
        for kind, body in bodies
    )


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
    chosen: list[Assigned] = []
    fewer: dict[Purpose, int] = {}
    wanted = (
        (Purpose.ANCHOR, plan.anchors),
        (Purpose.RETEST, plan.retests),
        (Purpose.CONSENSUS, plan.consensus),
    )
    read = sorted({each.audit for each in earlier})
    allowed = may_read(found, read, moderators)
    for place, moderator in enumerate(moderators):
        known = {each.audit for each in chosen if each.moderator == moderator.code}
        barred = {audit for audit, may in zip(read, allowed[:, place], strict=True) if not may}
        for purpose, number in wanted:
            # Own readings are barred as new ones; here they are what is sought.
            not_now = known if purpose in OWN else known | barred
            audits = _spread(
                [
                    each
                    for each in _candidates(purpose, moderator, earlier)
                    if each.audit not in not_now
                ],
                number,
                salt=f"{plan.seed}/{plan.round}/{moderator.code}/{purpose}",
            )
            known |= set(audits)
            chosen += [
                Assigned(audit=audit, moderator=moderator.code, purpose=purpose) for audit in audits
            ]
            fewer[purpose] = fewer.get(purpose, 0) + number - len(audits)
    return chosen, {purpose: number for purpose, number in fewer.items() if number}


def _candidates(
    purpose: Purpose, moderator: Moderator, earlier: Sequence[EarlierReading]
) -> list[EarlierReading]:
    own = [each for each in earlier if each.moderator == moderator.code]
    if purpose is Purpose.RETEST:
        return [each for each in own if each.rounds_since == 1 and each.times < MOST_TIMES]
    if purpose is Purpose.ANCHOR:
        return [
            each
            for each in own
            if each.rounds_since >= FEWEST_ROUNDS_APART and each.times < MOST_TIMES
        ]
    read = {each.audit for each in own}
    others = {each.audit: each for each in earlier if each.audit not in read}
    return list(others.values())


def _spread(found: Sequence[EarlierReading], number: int, *, salt: str) -> list[str]:
    """Choose so that every grade given before is met: one grade after the other, else at random."""

    def at_random(each: EarlierReading) -> bytes:
        return hashlib.sha256(f"{salt}/{each.audit}".encode()).digest()

    by_grade: dict[int, list[EarlierReading]] = {}
    for each in sorted(found, key=at_random):
        level = -1 if np.isnan(each.grade) else floor(each.grade + 0.5)
        by_grade.setdefault(level, []).append(each)
    queues = [by_grade[level] for level in sorted(by_grade)]
    chosen: list[str] = []
    while len(chosen) < number and any(queues):
        for queue in queues:
            if queue and len(chosen) < number:
                chosen.append(queue.pop(0).audit)
    return chosen
