"""Whether the moderators of two periods can be taken as one yardstick."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qaf_analysis.stats.trend.moderator_steadiness import (
    ModeratorSteadiness,
    moderator_steadiness,
    second_less_first,
)
from qaf_analysis.terms.verdicts import SteadinessVerdict

UNSTEADY = {
    SteadinessVerdict.MOVED: "moderators themselves did not hold steady on audits that two of them "
    "read, so the change in practice and that in leniency may each be off by as much",
    SteadinessVerdict.NOT_SHOWN: "the audits that two moderators read are too few to show that "
    "moderators held steady",
    SteadinessVerdict.NOT_TESTED: "too few audits were read by two moderators to test whether they "
    "held steady",
}


def read_twice(pairs: pd.DataFrame) -> pd.DataFrame:
    """First and last moderation of each audit and domain that different moderators read."""
    unit = ["audit_id", "domain"]
    columns = [*unit, "moderator", "moderated_on", "moderation_grade"]
    ends = [pairs.drop_duplicates(unit, keep=keep)[columns] for keep in ("first", "last")]
    both = ends[0].merge(ends[1], on=unit, suffixes=("_first", "_second"))
    return both[both["moderator_first"] != both["moderator_second"]]


def steadiness_of(
    every: pd.DataFrame, first: pd.DataFrame, last: pd.DataFrame, *, tolerance: float
) -> ModeratorSteadiness:
    """Compare moderators on audits that two of them read, neither told of the auditor's grade.

    Parameters
    ----------
    every : DataFrame
        All moderated pairs known, however chosen, as from ``moderated_pairs``.
    first, last : DataFrame
        Those of the two periods that the trend rests on.
    tolerance : float
        Grades within which moderators count as alike.
    """
    codes = {name: code for code, name in enumerate(sorted(every["moderator"].unique()))}
    before, after = (set(rows["moderator"]) for rows in (first, last))
    pairs = read_twice(every[every["blind"].fillna(True).astype(bool)])
    later = pairs[pairs["moderated_on_second"] > pairs["moderated_on_first"]]
    is_old = {who: who in before - after for who in codes}
    is_new = {who: who in after - before for who in codes}
    one, other = pairs["moderator_first"], pairs["moderator_second"]
    forward = one.map(is_old).astype(bool) & other.map(is_new).astype(bool)
    backward = one.map(is_new).astype(bool) & other.map(is_old).astype(bool)
    grade = pairs["moderation_grade_first"], pairs["moderation_grade_second"]
    old = pd.concat([grade[0][forward], grade[1][backward]])
    new = pd.concat([grade[1][forward], grade[0][backward]])
    return moderator_steadiness(
        repeated=second_less_first(
            later["moderation_grade_first"].to_numpy(np.int64),
            later["moderation_grade_second"].to_numpy(np.int64),
        ),
        newcomers=second_less_first(old.to_numpy(np.int64), new.to_numpy(np.int64)),
        moderators_first=first["moderator"].map(codes).to_numpy(np.int64),
        moderators_last=last["moderator"].map(codes).to_numpy(np.int64),
        tolerance=tolerance,
    )


def limitations_of(
    first: pd.DataFrame, last: pd.DataFrame, *, steadiness: ModeratorSteadiness
) -> tuple[str, ...]:
    """What the moderators of two periods leave open, in plain words."""
    found = [UNSTEADY[steadiness.verdict]] if steadiness.verdict in UNSTEADY else []
    sources = [set(rows["moderation_source"].dropna()) for rows in (first, last)]
    if all(sources) and not sources[0] & sources[1]:
        found.append(
            "other sources moderated in the two years, so a difference between sources would "
            "look like a change in practice"
        )
    people = [set(rows["moderator"]) for rows in (first, last)]
    if all(people) and not people[0] & people[1]:
        found.append(
            "no moderator worked in both years, so a difference between moderators would look "
            "like a change in practice"
        )
    if (~pd.concat([first["blind"], last["blind"]]).fillna(True).astype(bool)).any():
        found.append(
            "some moderators knew the auditor's grade, which pulls their own towards it and "
            "hides leniency"
        )
    return tuple(found)
