"""Where a round stands, in figures for its owner: who returned what, and whether it is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from qaf_analysis.moderation.rounds.plan import OF_AUDITS, Purpose
from qaf_analysis.moderation.rounds.state import Reading, RoundState


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
    disputes : int
        Cases that are disputed and not agreed.
    closed : bool
    """

    moderators: tuple[ModeratorStatus, ...]
    is_overdue: bool
    pairs: PairAgreement
    against: PairAgreement
    disputes: int
    closed: bool


def round_status(state: RoundState, *, today: date) -> RoundStatus:
    """Where a round stands on a day."""
    return RoundStatus(
        moderators=tuple(_status(each.code, state) for each in state.moderators),
        is_overdue=state.is_overdue(today),
        pairs=_agreement(double_readings(state), state),
        against=_against(state),
        disputes=sum(talk.is_disputed for talk in state.talks.values()),
        closed=state.closed is not None,
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


def first_codes(readings: Sequence[Reading], state: RoundState) -> np.ndarray:
    """Grades on the first domain as codes of the scale; NaN where none was given."""
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


def _counted(one: np.ndarray, other: np.ndarray) -> PairAgreement:
    apart = np.abs(one - other)
    apart = apart[~np.isnan(apart)]
    return PairAgreement(
        cases=len(apart), same=int((apart == 0).sum()), adjacent=int((apart == 1).sum())
    )
