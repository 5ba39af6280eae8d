"""Where a round stands: computed from its ledger's entries, and kept nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qaf_analysis.moderation.ledger.entries import Entry, Kind
from qaf_analysis.moderation.rounds.plan import GradeInUse, Moderator, Purpose, RoundPlan
from qaf_analysis.terms.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class DrawnAudit:
    """One audit of the draw, with the chance that it had."""

    audit: str
    quarter: str
    stratum: str
    selected_by: str
    selection_probability: float | None


@dataclass(frozen=True, kw_only=True)
class Grading:
    """What one person said of one case, as an entry records it."""

    op: str
    who: str
    at: str
    grades: Mapping[str, str | None]
    not_graded: frozenset[str]
    reason: str
    sure: str
    comment: str

    @classmethod
    def of(cls, entry: Entry, domains: Sequence[str] = ()) -> Grading:
        """The grading that an entry records, its parts in the order of the audit tool."""
        body = entry.body
        place = {domain: number for number, domain in enumerate(domains)}
        parts = sorted(body["grades"], key=lambda domain: place.get(domain, len(place)))
        return cls(
            op=entry.op,
            who=entry.who,
            at=entry.at,
            grades={domain: body["grades"][domain] for domain in parts},
            not_graded=frozenset(body["not_graded"]),
            reason=body["reason"],
            sure=body["sure"],
            comment=body["comment"],
        )


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One reading that was asked for, and what has become of it.

    Parameters
    ----------
    audit, moderator, purpose, pack, case
        As assigned.
    grading : Grading or None
        The last one before commitment, or the one committed.
    committed : Entry or None
    recognised : Entry or None
        What the moderator answered afterwards about having seen the file or the audit's grade.
    revealed : Entry or None
    second_thought : Grading or None
        A grading after the reveal; no blind figure uses it.
    """

    audit: str
    moderator: str
    purpose: Purpose
    pack: str
    case: str
    grading: Grading | None = None
    committed: Entry | None = None
    recognised: Entry | None = None
    revealed: Entry | None = None
    second_thought: Grading | None = None

    @property
    def about(self) -> str:
        """Pack and case."""
        return f"{self.pack}/{self.case}"

    @property
    def counts(self) -> bool:
        """Whether it is committed, and so may be used."""
        return self.committed is not None and self.grading is not None

    @property
    def is_blind(self) -> bool:
        """Whether the moderator did not see the audit's grade, as far as it was asked."""
        told = self.recognised.body.get("audit_grade", "no") if self.recognised else "no"
        return bool(told == "no")


@dataclass(frozen=True, kw_only=True)
class PackMade:
    """A pack as it was made; with its key it can be made again, row by row."""

    pack: str
    moderator: str
    cases: tuple[str, ...]
    domains: tuple[str, ...]
    levels: tuple[str, ...]
    version: int


@dataclass(frozen=True, kw_only=True)
class CaseTalk:
    """What was said of one audit after its grades were revealed."""

    responses: tuple[Entry, ...] = ()
    disputes: tuple[Entry, ...] = ()
    third_views: tuple[Grading, ...] = ()
    panels: tuple[Entry, ...] = ()
    outcome: Entry | None = None

    @property
    def is_disputed(self) -> bool:
        """Whether somebody disputed, and no outcome was agreed since."""
        last = max((entry.seq for entry in self.disputes), default=0)
        return last > (self.outcome.seq if self.outcome else 0)


@dataclass(frozen=True, kw_only=True)
class RoundState:
    """A round as its ledger tells it; ``strata`` has the audits of each grade to draw from."""

    plan: RoundPlan
    moderators: tuple[Moderator, ...]
    drawn: tuple[DrawnAudit, ...]
    strata: Mapping[str, int]
    readings: tuple[Reading, ...]
    packs: tuple[PackMade, ...]
    receipts: tuple[Entry, ...]
    talks: Mapping[str, CaseTalk] = field(default_factory=dict)
    rule: GradeInUse = GradeInUse.BLIND
    closed: Entry | None = None

    def of_moderator(self, code: str) -> tuple[Reading, ...]:
        """Readings asked of one moderator."""
        return tuple(reading for reading in self.readings if reading.moderator == code)

    def of_case(self, pack: str, case: str) -> Reading | None:
        """The reading that a case of a pack is."""
        places = (each for each in self.readings if (each.pack, each.case) == (pack, case))
        return next(places, None)

    def is_overdue(self, today: date) -> bool:
        """Whether the day has passed and something has not come back."""
        return today > self.plan.due and any(each.grading is None for each in self.readings)


def round_state(entries: Sequence[Entry], round: str) -> RoundState:
    """Where a round stands after the entries about it.

    Raises
    ------
    UsageError
        If there is no such round.
    """
    plan = _last(entries, Kind.ROUND)
    if plan is None:
        raise UsageError(
            f"There is no round “{round}” in this ledger. “qaf round status” lists the rounds that "
            "there are; “qaf round new” begins one."
        )
    drawn, assigned = _last(entries, Kind.DRAW), _last(entries, Kind.ASSIGN)
    rule = _last(entries, Kind.RULE)
    packs = _packs(entries)
    domains = packs[0].domains if packs else ()
    return RoundState(
        plan=RoundPlan.from_json(plan.body),
        moderators=tuple(_moderator(each) for each in plan.body["moderators"]),
        drawn=tuple(DrawnAudit(**each) for each in drawn.body["audits"]) if drawn else (),
        strata=dict(drawn.body["strata"]) if drawn else {},
        readings=_readings(
            entries, round, assigned.body["readings"] if assigned else (), domains=domains
        ),
        packs=packs,
        receipts=tuple(each for each in entries if each.kind is Kind.RECEIPT),
        talks=_talks(entries, round, domains=domains),
        rule=GradeInUse(rule.body["uses"]) if rule else GradeInUse.BLIND,
        closed=_last(entries, Kind.CLOSE),
    )


def rounds_in(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Names of the rounds of a ledger, in the order in which they were begun."""
    return tuple(dict.fromkeys(each.about for each in entries if each.kind is Kind.ROUND))


def _last(entries: Sequence[Entry], kind: Kind) -> Entry | None:
    return next((each for each in reversed(entries) if each.kind is kind), None)


def _moderator(body: Mapping[str, Any]) -> Moderator:
    return Moderator(
        code=body["code"],
        name="",
        source=body["source"],
        is_external=body["is_external"],
        teams=tuple(body["teams"]),
    )


def _packs(entries: Sequence[Entry]) -> tuple[PackMade, ...]:
    """Packs as they were made last, each once."""
    made = {each.body["pack"]: _pack(each) for each in entries if each.kind is Kind.PACK}
    return tuple(made.values())


def _pack(entry: Entry) -> PackMade:
    body = entry.body
    return PackMade(
        pack=body["pack"],
        moderator=body["moderator"],
        cases=tuple(body["cases"]),
        domains=tuple(body["domains"]),
        levels=tuple(body["levels"]),
        version=body["version"],
    )


_OF_READINGS = (Kind.GRADE, Kind.COMMIT, Kind.RECOGNISED, Kind.REVEAL, Kind.SECOND_THOUGHT)


def _readings(
    entries: Sequence[Entry],
    round: str,
    assigned: Sequence[Mapping[str, Any]],
    *,
    domains: Sequence[str],
) -> tuple[Reading, ...]:
    last: dict[tuple[str, Kind], Entry] = {}
    for entry in entries:
        if entry.kind in _OF_READINGS:
            last[entry.about, entry.kind] = entry
    return tuple(
        _reading(each, f"{round}/{each['pack']}/{each['case']}", last, domains=domains)
        for each in assigned
    )


def _reading(
    body: Mapping[str, Any],
    about: str,
    last: Mapping[tuple[str, Kind], Entry],
    *,
    domains: Sequence[str],
) -> Reading:
    graded = last.get((about, Kind.GRADE))
    later = last.get((about, Kind.SECOND_THOUGHT))
    return Reading(
        audit=body["audit"],
        moderator=body["moderator"],
        purpose=Purpose(body["purpose"]),
        pack=body["pack"],
        case=body["case"],
        grading=Grading.of(graded, domains) if graded else None,
        committed=last.get((about, Kind.COMMIT)),
        recognised=last.get((about, Kind.RECOGNISED)),
        revealed=last.get((about, Kind.REVEAL)),
        second_thought=Grading.of(later, domains) if later else None,
    )


def _talks(entries: Sequence[Entry], round: str, *, domains: Sequence[str]) -> dict[str, CaseTalk]:
    """Talks by audit; these entries are about ``ROUND/audit/CODE``."""
    found: dict[str, list[Entry]] = {}
    start = talk_about(round, "")
    for entry in entries:
        if entry.about.startswith(start):
            found.setdefault(entry.about.removeprefix(start), []).append(entry)
    return {audit: _talk(told, domains) for audit, told in found.items()}


def talk_about(round: str, audit: str) -> str:
    """What entries of the talk about an audit are about."""
    return f"{round}/audit/{audit}"


def _talk(entries: Sequence[Entry], domains: Sequence[str]) -> CaseTalk:
    def of(kind: Kind) -> tuple[Entry, ...]:
        return tuple(each for each in entries if each.kind is kind)

    return CaseTalk(
        responses=of(Kind.RESPONSE),
        disputes=of(Kind.DISPUTE),
        third_views=tuple(Grading.of(each, domains) for each in of(Kind.THIRD_VIEW)),
        panels=of(Kind.PANEL),
        outcome=_last(entries, Kind.OUTCOME),
    )
