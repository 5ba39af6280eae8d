"""The plan of a round of moderation: who reads what, for which purpose, by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any


class Purpose(StrEnum):
    """Why a moderator reads a case. The moderator never learns it.

    First and double readings tell about the audits; the others tell about the moderators.
    """

    FIRST = "first"
    DOUBLE = "double"  # a second moderator, who does not see the first one's grade
    ANCHOR = "anchor"  # the same moderator again, two rounds or more later: drift
    CONSENSUS = "consensus"  # read by others in an earlier round: severity
    RETEST = "retest"  # the same moderator again, one round later: noise
    SESSION = "session"  # everybody reads the same cases, before and after a session on them


OF_AUDITS = (Purpose.FIRST, Purpose.DOUBLE)
OF_MODERATORS = (Purpose.ANCHOR, Purpose.CONSENSUS, Purpose.RETEST)


class GradeInUse(StrEnum):
    """Which grade analyses use of a case that was discussed after the moderator graded it."""

    BLIND = "blind"  # the moderator's, as committed before anything was revealed
    AGREED = "agreed"  # the agreed outcome, where there is one


@dataclass(frozen=True, kw_only=True)
class Moderator:
    """Somebody who reads cases in a round.

    Parameters
    ----------
    code : str
        Such as ``M-04``: the only name in packs, ledger and reports.
    name : str
        The name that exports have, by which earlier readings and own audits are found. It stays
        in the private roster of the round.
    source : str
        Such as ``Partner council``.
    is_external : bool
        Whether the person works for another organisation.
    teams : tuple of str
        Teams whose cases the person may not read.
    """

    code: str
    name: str
    source: str = ""
    is_external: bool = True
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RoundPlan:
    """What a round is to be, before anything is drawn.

    Parameters
    ----------
    round : str
        Its name, such as ``2019-20-Q4-a``.
    purpose : str
        What it is for, in a sentence.
    quarter : str
        Last quarter that cases are drawn from.
    quarters : int
        From how many quarters up to it.
    audits : int
        Audits to draw.
    targeted_share : float
        Share of them to be picked by risk instead of by chance.
    min_per_grade : int
        Fewest audits of each auditor's grade in the part drawn by chance.
    half_width : float
        Half width wished for of the mean gap's interval, in grades.
    double_share : float
        Share of those drawn by chance that a second moderator reads too.
    anchors : int
        Own earlier readings that each moderator reads again, two rounds or more later.
    consensus : int
        Cases that others read in an earlier round, for each moderator.
    retests : int
        Own readings of the last round that each moderator reads again.
    due : date
        Day by which packs are to come back.
    silence_days : int
        Days without an answer after which a receipt counts as confirmed; 0: only an answer does.
    shows_reference : bool
        Whether packs show the council's own reference; otherwise a key sheet does.
    seed : int
        Seed of the draw and of the assignment.
    """

    round: str
    purpose: str
    quarter: str
    quarters: int
    audits: int
    targeted_share: float
    min_per_grade: int
    half_width: float
    double_share: float
    anchors: int
    consensus: int
    retests: int
    due: date
    silence_days: int
    shows_reference: bool
    seed: int

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain values."""
        return {**asdict(self), "due": self.due.isoformat()}

    @classmethod
    def from_json(cls, read: Mapping[str, Any]) -> RoundPlan:
        """Return the plan that ``as_json`` gave; further keys are let alone."""
        values = {each.name: read[each.name] for each in fields(cls)}
        return cls(**{**values, "due": date.fromisoformat(read["due"])})


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """One reading that a moderator is to give.

    ``audit`` is the code of the audit in the bundle (``audit-…``).
    """

    audit: str
    moderator: str
    purpose: Purpose
