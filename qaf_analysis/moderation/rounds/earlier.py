"""Which cases a moderator knows: own audits, own teams, and what was read in earlier rounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.data.council.read import Import
from qaf_analysis.moderation.ledger.entries import Entry
from qaf_analysis.moderation.rounds.plan import Moderator
from qaf_analysis.moderation.rounds.state import RoundState, round_state, rounds_in
from qaf_analysis.stats.core.arrays import Bools
from qaf_analysis.terms.names import MODERATING_ROLES, Role


@dataclass(frozen=True, kw_only=True)
class EarlierReading:
    """A case that a moderator of this round read in an earlier one.

    Parameters
    ----------
    audit, moderator : str
        Code of the audit, and of the moderator in this round.
    rounds_since : int
        1 for the round before this one.
    times : int
        How often the person has read it.
    grade : float
        Mean of the grades given at the first reading, over domains, as codes of the scale.
    """

    audit: str
    moderator: str
    rounds_since: int
    times: int
    grade: float


def person_codes(found: Import, moderators: Sequence[Moderator]) -> dict[str, str]:
    """Code that the exports' key makes of each moderator's name; none where no key is kept."""
    if found.key is None:
        return {}
    return {found.key.code("person", each.name): each.code for each in moderators}


def may_read(
    found: Import,
    audits: Sequence[str],
    moderators: Sequence[Moderator],
    *,
    roles: Sequence[Role] = tuple(Role),
) -> Bools:
    """Whether each moderator may read each audit: not an own one, and none of an own team.

    Own is an audit that the person graded in one of the roles.

    Returns
    -------
    array, shape (audits, moderators)
    """
    codes = person_codes(found, moderators)
    place = {each.code: n for n, each in enumerate(moderators)}
    row = {audit: n for n, audit in enumerate(audits)}
    allowed = np.ones((len(audits), len(moderators)), dtype=bool)
    ratings = found.audits.ratings
    own = ratings[
        ratings["rater"].isin(list(codes))
        & ratings["audit_id"].isin(list(row))
        & ratings["role"].isin(roles)
    ]
    for audit, rater in zip(own["audit_id"], own["rater"], strict=True):
        allowed[row[audit], place[codes[rater]]] = False
    team = found.audits.audits.set_index("audit_id")["team"]
    for each in moderators:
        if each.teams:
            bars = [str(team.get(audit)) in each.teams for audit in audits]
            allowed[np.array(bars, dtype=bool), place[each.code]] = False
    return allowed


def unknown_teams(found: Import, moderators: Sequence[Moderator]) -> tuple[str, ...]:
    """Teams of the list that no audit has: a bar that would bar nothing."""
    known = set(found.audits.audits["team"].dropna().astype(str))
    named = {team for each in moderators for team in each.teams}
    return tuple(sorted(named - known))


def earlier_readings(
    found: Import, entries: Sequence[Entry], moderators: Sequence[Moderator]
) -> tuple[EarlierReading, ...]:
    """What the moderators of a new round read before, by the exports and by the ledger.

    Parameters
    ----------
    found : Import
    entries : sequence of Entry
        All of the ledger.
    moderators : sequence of Moderator

    Notes
    -----
    A round that was closed into the exports stands in both; it is one round by its name.
    """
    told = pd.DataFrame(
        [*_by_exports(found, moderators), *_by_ledger(entries, moderators)],
        columns=["audit", "moderator", "round", "day", "grade"],
    ).drop_duplicates(["audit", "moderator", "round"])
    if told.empty:
        return ()
    begun = told.groupby("round")["day"].min().sort_values(kind="stable")
    since = {name: len(begun) - place for place, name in enumerate(begun.index)}
    told = told.assign(since=told["round"].map(since)).sort_values("since", kind="stable")
    return tuple(
        EarlierReading(
            audit=str(audit),
            moderator=str(moderator),
            rounds_since=int(rows["since"].iloc[0]),
            times=len(rows),
            grade=float(rows["grade"].iloc[-1]),
        )
        for (audit, moderator), rows in told.groupby(["audit", "moderator"], sort=True)
    )


_Row = tuple[str, str, str, str, float]


def _by_exports(found: Import, moderators: Sequence[Moderator]) -> Iterable[_Row]:
    codes = person_codes(found, moderators)
    ratings = found.audits.ratings
    theirs = ratings[ratings["role"].isin(MODERATING_ROLES) & ratings["rater"].isin(list(codes))]
    means = theirs.groupby(["audit_id", "rater"])["grade"].mean()
    rows = found.audits.moderations
    for row in rows[rows["moderator"].isin(list(codes))].itertuples(index=False):
        day = str(row.moderated_on)[:10]
        name = str(row.round) if isinstance(row.round, str) else day[:7]
        grade = means.get((row.audit_id, row.moderator), float("nan"))
        yield str(row.audit_id), codes[str(row.moderator)], name, day, float(grade)


def _by_ledger(entries: Sequence[Entry], moderators: Sequence[Moderator]) -> Iterable[_Row]:
    codes = {each.code for each in moderators}
    for name in rounds_in(entries):
        state = round_state([each for each in entries if _is_about(each, name)], name)
        for reading in state.readings:
            if reading.moderator in codes and reading.counts and reading.grading is not None:
                grade = _mean_grade(reading.grading.grades, state)
                yield reading.audit, reading.moderator, name, reading.grading.at[:10], grade


def _is_about(entry: Entry, round: str) -> bool:
    return entry.about == round or entry.about.startswith(f"{round}/")


def _mean_grade(grades: Mapping[str, str | None], state: RoundState) -> float:
    levels = state.packs[0].levels if state.packs else ()
    codes = [levels.index(word) for word in grades.values() if word in levels]
    return float(np.mean(codes)) if codes else float("nan")
