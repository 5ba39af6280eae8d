"""Simulated audits whose auditors are attached to teams, with known severities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from severity_worlds import DOMAINS, drawn

from qaf_analysis.stats.severity.ratings import SeverityRatings


@dataclass(frozen=True, kw_only=True)
class TeamWorld:
    """Audits of teams' cases; SDs are in logits.

    Parameters
    ----------
    audits : int
    double : float
        Share of audits that two auditors grade.
    own : float
        Share of readings, first and second alike, that an auditor of the case's team gives; the
        rest go to anybody.
    team_practice, team_severity : float
        Spread of practice between teams, and of what auditors of one team have in common.
    moderators, moderated : int
        Moderators, of no team, and the audits that they grade, chosen at random.
    """

    audits: int
    double: float = 1.0
    auditors: int = 29
    teams: int = 6
    own: float = 0.9
    practice: float = 1.5
    halo: float = 0.7
    severity: float = 0.5
    team_practice: float = 0.75
    team_severity: float = 0.0
    moderators: int = 4
    moderated: int = 0
    gap: float = 0.8


@dataclass(frozen=True, kw_only=True)
class Attached:
    """Ratings, raters' true severities, and which raters are moderators."""

    ratings: SeverityRatings
    severity: np.ndarray
    moderators: tuple[int, ...]


def attached(rng: np.random.Generator, world: TeamWorld) -> Attached:
    home = np.arange(world.auditors) % world.teams
    common = rng.normal(0, world.team_severity, world.teams)
    severity = rng.normal(0, world.severity, world.auditors) + common[home]
    moderators = rng.normal(severity.mean() + world.gap, 0.4, world.moderators)
    team = rng.integers(world.teams, size=world.audits)
    practice = rng.normal(0, world.team_practice, world.teams)[team]
    practice += rng.normal(0, world.practice, world.audits)
    first = _readers(rng, world, home, team)
    twice = np.flatnonzero(rng.random(world.audits) < world.double)
    second = _readers(rng, world, home, team)
    while (same := second[twice] == first[twice]).any():
        again = _readers(rng, world, home, team)
        second[twice[same]] = again[twice[same]]
    chosen = rng.choice(world.audits, world.moderated, replace=False)
    third = world.auditors + rng.integers(world.moderators, size=world.moderated)
    audit = np.concatenate([np.arange(world.audits), twice, chosen])
    rater = np.concatenate([first, second[twice], third])
    everybody = np.concatenate([severity, moderators])
    seen = practice[audit] + rng.normal(0, world.halo, len(audit)) - everybody[rater]
    grade = drawn(rng, seen[:, np.newaxis] - np.linspace(-0.6, 0.6, DOMAINS))
    ratings = SeverityRatings(
        audit=np.repeat(audit, DOMAINS),
        auditor=np.repeat(rater, DOMAINS),
        domain=np.tile(np.arange(DOMAINS), len(audit)),
        grade=grade.ravel(),
        n_levels=4,
    )
    who = tuple(sorted(set(third.tolist())))
    return Attached(ratings=ratings, severity=everybody, moderators=who)


def _readers(
    rng: np.random.Generator, world: TeamWorld, home: np.ndarray, team: np.ndarray
) -> np.ndarray:
    """Who reads each audit."""
    who = rng.integers(world.auditors, size=world.audits)
    at_home = rng.random(world.audits) < world.own
    for place in range(world.teams):
        theirs = np.flatnonzero(at_home & (team == place))
        who[theirs] = rng.choice(np.flatnonzero(home == place), len(theirs))
    return who
