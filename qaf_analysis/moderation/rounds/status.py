"""Where a round stands, in figures for its owner: who returned what, and whether it is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np

from qaf_analysis.moderation.rounds.plan import OF_AUDITS, Purpose
from qaf_analysis.moderation.rounds.state import Reading, RoundState
from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.moderation.next_cases import so_far
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import PROBABILITY_SELECTIONS

CHANCE = frozenset(map(str, PROBABILITY_SELECTIONS))


@dataclass(frozen=True, kw_only=True)
class ModeratorStatus:
    """How far one moderator is."""

    moderator: str
    asked: int
    returned: int
    committed: int

    @property
    def outstanding(self) -> int:
        """Cases that have not come back."""
        return self.asked - self.returned


@dataclass(frozen=True, kw_only=True)
class PairAgreement:
    """How often two moderators gave one case the same grade, each blind to the other's."""

    cases: int
    same: int
    adjacent: int


@dataclass(frozen=True, kw_only=True)
class Precision:
    """How well the mean gap is known from what is committed, and where one more would tell most.

    Only cases drawn by chance count. To a moderator nothing of this is told: it would give away
    the auditor's grade of the next case.

    Parameters
    ----------
    gap : Estimate
        Auditors' mean grade less the moderators', over all that the draw speaks for.
    half_width : float
        Half of its interval's width so far; NaN while it cannot be told.
    wished : float
        Half width that the round was planned for.
    best : tuple of str
        Auditors' grades of which one more reading would narrow it most, best first.
    """

    gap: Estimate
    half_width: float
    wished: float
    best: tuple[str, ...]

    @property
    def is_enough(self) -> bool:
        """Whether the interval is as narrow as planned."""
        return self.half_width <= self.wished


@dataclass(frozen=True, kw_only=True)
class RoundStatus:
    """A round on a day.

    Parameters
    ----------
    moderators : tuple of ModeratorStatus
    is_overdue : bool
    pairs : PairAgreement
        Of double readings that are both committed, on the first domain.
    against : PairAgreement
        Of first readings against the auditors' grades, on the first domain; they are the owner's
        to see, and no moderator's before the reveal.
    everybody : PairAgreement
        Pairs of committed readings of one case in a round that measures a session's cases.
    precision : Precision or None
        None where nothing was drawn.
    disputes : int
        Cases that are disputed and not agreed.
    closed : bool
    """

    moderators: tuple[ModeratorStatus, ...]
    is_overdue: bool
    pairs: PairAgreement
    against: PairAgreement
    everybody: PairAgreement
    precision: Precision | None
    disputes: int
    closed: bool


def round_status(state: RoundState, *, today: date) -> RoundStatus:
    """Where a round stands on a day."""
    return RoundStatus(
        moderators=tuple(_status(each.code, state) for each in state.moderators),
        is_overdue=state.is_overdue(today),
        pairs=_agreement(double_readings(state), state),
        against=_against(state),
        everybody=_agreement(session_pairs(state), state),
        precision=precision(state) if state.drawn else None,
        disputes=sum(talk.is_disputed for talk in state.talks.values()),
        closed=state.closed is not None,
    )


def precision(state: RoundState) -> Precision:
    """How well the mean gap is known so far from first readings of cases drawn by chance."""
    by_chance = {each.audit: each for each in state.drawn if each.selected_by in CHANCE}
    levels = list(state.strata)
    firsts = [
        each
        for each in state.readings
        if each.counts and each.purpose is Purpose.FIRST and each.audit in by_chance
    ]
    theirs = first_codes(firsts, state)
    own = np.array([levels.index(by_chance[each.audit].stratum) for each in firsts], dtype=int)
    graded = ~np.isnan(theirs)
    found = so_far((own - theirs)[graded], stratum=own[graded], population=[*state.strata.values()])
    return Precision(
        gap=found.figure,
        half_width=found.half_width,
        wished=state.plan.half_width,
        best=tuple(levels[place] for place in found.best),
    )


def double_readings(state: RoundState) -> tuple[tuple[Reading, Reading], ...]:
    """Pairs of committed readings of one audit by two moderators."""
    found = []
    for reading in state.readings:
        if reading.purpose is Purpose.DOUBLE and reading.counts:
            firsts = (
                each
                for each in state.readings
                if each.audit == reading.audit and each.purpose is Purpose.FIRST and each.counts
            )
            found += [(first, reading) for first in firsts]
    return tuple(found)


def session_pairs(state: RoundState) -> tuple[tuple[Reading, Reading], ...]:
    """Every pair of committed readings of one case of a session."""
    by_audit: dict[str, list[Reading]] = {}
    for each in state.readings:
        if each.purpose is Purpose.SESSION and each.counts:
            by_audit.setdefault(each.audit, []).append(each)
    return tuple(pair for same in by_audit.values() for pair in combinations(same, 2))


def first_codes(readings: Sequence[Reading], state: RoundState) -> Floats:
    """Grades on the first domain as codes of the scale; NaN where none was given."""
    if not state.packs:
        return np.empty(0)
    pack = state.packs[0]
    levels, first = pack.levels, pack.domains[0]
    codes = []
    for reading in readings:
        word = reading.grading.grades.get(first) if reading.grading else None
        codes.append(float(levels.index(word)) if word in levels else np.nan)
    return np.array(codes, dtype=float)


def _status(code: str, state: RoundState) -> ModeratorStatus:
    readings = state.of_moderator(code)
    return ModeratorStatus(
        moderator=code,
        asked=len(readings),
        returned=sum(each.grading is not None for each in readings),
        committed=sum(each.counts for each in readings),
    )


def _agreement(pairs: Sequence[tuple[Reading, Reading]], state: RoundState) -> PairAgreement:
    if not pairs:
        return PairAgreement(cases=0, same=0, adjacent=0)
    one = first_codes([first for first, _ in pairs], state)
    other = first_codes([second for _, second in pairs], state)
    return _counted(one, other)


def _against(state: RoundState) -> PairAgreement:
    graded = {each.audit: each.stratum for each in state.drawn}
    firsts = [
        each
        for each in state.readings
        if each.counts and each.purpose in OF_AUDITS and each.audit in graded
    ]
    if not firsts:
        return PairAgreement(cases=0, same=0, adjacent=0)
    levels = state.packs[0].levels
    theirs = np.array(
        [
            float(levels.index(graded[each.audit])) if graded[each.audit] in levels else np.nan
            for each in firsts
        ]
    )
    return _counted(first_codes(firsts, state), theirs)


def _counted(one: Floats, other: Floats) -> PairAgreement:
    apart = np.abs(one - other)
    apart = apart[~np.isnan(apart)]
    return PairAgreement(
        cases=len(apart), same=int((apart == 0).sum()), adjacent=int((apart == 1).sum())
    )
