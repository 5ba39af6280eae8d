"""Simulated periods of auditing whose allocation of cases to auditors may change.

An independent path: nothing here comes from ``qaf_analysis``. A grade is a sum of practice (SD 1 of
the case, logistic rest), the practice of the case's team, and the auditor's leniency, of which a
part may be common to auditors of one home team; four grades, cut at -2.95, 0 and 3.1. All SDs are
on this latent scale, in which the rest has an SD of 1.8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LIMITS = np.array([-2.95, 0.0, 3.1])
CASE, QUARTER, QUARTERS, CASE_TYPES = 1.0, 0.15, 4, 3
MIXED = 0.0


@dataclass(frozen=True, kw_only=True)
class Side:
    """How cases are given out, and who audits.

    Parameters
    ----------
    own : float
        Share of cases that go to an auditor whose home is the case's team; the rest go to anybody.
    auditors : int
        Those of the pool who audit: the first so many.
    sd : float
        Spread of auditors' own leniency.
    """

    own: float = MIXED
    auditors: int = 29
    sd: float = 0.8


@dataclass(frozen=True, kw_only=True)
class World:
    """What happens to a council between two periods."""

    name: str
    before: Side = Side()
    after: Side = Side()
    pool: int = 29
    teams: int = 6
    practice: float = 1.0  # SD of teams' practice
    together: float = 0.0  # SD of what auditors of one home team have in common
    misrecorded: float = 0.0
    noise: float = 1.0  # what case and rest are multiplied by
    is_null: bool = True


@dataclass(frozen=True, kw_only=True)
class Period:
    """One row per audit: grade, auditor, recorded team, quarter and type of case."""

    grade: np.ndarray
    auditor: np.ndarray
    team: np.ndarray
    quarter: np.ndarray
    case_type: np.ndarray


def periods(rng: np.random.Generator, world: World, *, audits: int) -> tuple[Period, Period]:
    """Both periods of one council: the same auditors, each as lenient as before but for ``sd``."""
    own = rng.normal(size=world.pool)
    home = rng.permutation(np.arange(world.pool) % world.teams)
    team = rng.normal(0, world.practice, world.teams)
    common = rng.normal(0, world.together, world.teams)
    return tuple(
        _period(rng, world, side, team, common[home] + side.sd * own, home, audits)
        for side in (world.before, world.after)
    )


def _period(
    rng: np.random.Generator,
    world: World,
    side: Side,
    practice: np.ndarray,
    leniency: np.ndarray,
    home: np.ndarray,
    audits: int,
) -> Period:
    team = rng.integers(world.teams, size=audits)
    auditor = rng.integers(side.auditors, size=audits)
    at_home = rng.random(audits) < side.own
    for place in range(world.teams):
        local = np.flatnonzero(home[: side.auditors] == place)
        theirs = np.flatnonzero(at_home & (team == place))
        if len(local):
            auditor[theirs] = rng.choice(local, len(theirs))
    quarter = np.arange(audits) % QUARTERS
    latent = practice[team] + leniency[auditor] + world.noise * rng.normal(0, CASE, audits)
    latent += rng.normal(0, QUARTER, QUARTERS)[quarter] + world.noise * rng.logistic(size=audits)
    wrong = rng.random(audits) < world.misrecorded
    recorded = np.where(wrong, rng.integers(world.teams, size=audits), team)
    return Period(
        grade=np.searchsorted(LIMITS, latent).astype(float),
        auditor=auditor,
        team=recorded,
        quarter=quarter,
        case_type=rng.integers(CASE_TYPES, size=audits),
    )
