"""Every grade by a moderator, of audits and of cases read again, each in its round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.terms.names import MODERATING_ROLES, REREADING_ROLES
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.auditor_codes import auditor_codes
from qaf_analysis.topics.common.scope import up_to

_READING = ["rater", "audit_id", "place", "role", "blind"]


@dataclass(frozen=True, kw_only=True, eq=False)
class ModeratorReadings:
    """What moderators graded, selected once.

    Parameters
    ----------
    audits : Audits
        The council as it was known at the end of the quarter.
    rounds : tuple of str
        Names of rounds in order of time. A moderation without one counts to its quarter's.
    grades : DataFrame
        A row for each grade: audit_id, domain, rater, role, grade, blind (False where the moderator
        knew the audit's grade, or may have known the file), place (of its round).
    later, undated : int
        Readings of cases again that were left out: made after the quarter that follows the one
        reported, or in a round without a day.
    """

    audits: Audits
    rounds: tuple[str, ...]
    grades: pd.DataFrame
    later: int
    undated: int

    @property
    def again(self) -> pd.DataFrame:
        """Grades of cases read again."""
        return self.grades[self.grades["role"].isin(REREADING_ROLES)]

    @property
    def moderated(self) -> pd.DataFrame:
        """Grades of audits that were moderated."""
        return self.grades[self.grades["role"].isin(MODERATING_ROLES)]


def moderator_readings(audits: Audits, quarter: Quarter) -> ModeratorReadings:
    """Select the readings up to a quarter; a round that reads it may be held in the next one."""
    known = up_to(audits, quarter)
    ratings = known.ratings[known.ratings["scale"] == known.settings.scale.name]
    last = pd.Timestamp(quarter.next().last_day)
    again = _again(ratings)
    late = (again["day"] > last).to_numpy(dtype=bool)
    every = pd.concat([_of_audits(known, ratings), again[~late]], ignore_index=True)
    days = every.groupby("round")["day"].min().dropna()
    rounds = sorted(days.index, key=lambda name: (days[name], name))
    place = every["round"].map({name: number for number, name in enumerate(rounds)})
    dated = place.notna()
    lost = every[~dated & every["role"].isin(REREADING_ROLES)]
    return ModeratorReadings(
        audits=known,
        rounds=tuple(str(name) for name in rounds),
        grades=every[dated].assign(place=place[dated].astype(np.int64)).reset_index(drop=True),
        later=_readings_in(again[late]),
        undated=_readings_in(lost),
    )


def _of_audits(known: Audits, ratings: pd.DataFrame) -> pd.DataFrame:
    theirs = ratings[ratings["role"].isin(MODERATING_ROLES)]
    about = known.moderations[["audit_id", "moderator", "round", "moderated_on"]]
    about = about.rename(columns={"moderator": "rater", "moderated_on": "day"})
    rows = theirs.merge(about, on=["audit_id", "rater"], validate="many_to_one")
    unnamed = rows["day"].map(lambda day: str(Quarter.of(day.date())), na_action="ignore")
    return _columns(rows.assign(round=rows["round"].astype(object).fillna(unnamed)))


def _again(ratings: pd.DataFrame) -> pd.DataFrame:
    rows = ratings[ratings["role"].isin(REREADING_ROLES)]
    return _columns(rows.rename(columns={"source": "round", "rated_on": "day"}))


def _columns(rows: pd.DataFrame) -> pd.DataFrame:
    names = ["audit_id", "domain", "rater", "role", "grade", "round"]
    kept = rows[names].astype({name: object for name in names if name != "grade"})
    seen = rows["blind"].eq(False).fillna(False).astype(bool)
    day = pd.to_datetime(rows["day"]).astype("datetime64[us]")
    return kept.assign(blind=~seen, day=day).reset_index(drop=True)


def _readings_in(rows: pd.DataFrame) -> int:
    return len(rows.drop_duplicates(["audit_id", "rater", "round"]))


def moderator_codes(raters: Sequence[str]) -> dict[str, str]:
    """Code of each moderator, such as ``MODERATOR-5XQ3``; the letters are those of the person."""
    codes = auditor_codes(raters)
    return {rater: code.replace("AUDITOR", "MODERATOR") for rater, code in codes.items()}


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Cases that one person read twice, each reading with the grades of all domains.

    Parameters
    ----------
    rater, audit_id : list of str
    place, before : list of int
        Places of the rounds of the two readings.
    now, earlier : array, shape (pairs, domains)
        Grades; NaN where a domain was not graded.
    known : int
        Readings left out because the moderator knew the grade, or may have known the file.
    alone : int
        Readings left out because the person has no earlier one of that case.
    """

    rater: list[str]
    audit_id: list[str]
    place: list[int]
    before: list[int]
    now: Floats
    earlier: Floats
    known: int
    alone: int


def reread_domains(readings: ModeratorReadings) -> list[str]:
    """Domains in which cases were read again; a grade derived from others is none."""
    derived = readings.audits.settings.derived_domain
    return sorted(name for name in readings.again["domain"].unique() if name != derived)


def own_pairs(readings: ModeratorReadings, role: str, *, nearest: bool) -> Pairs:
    """Pair each reading in a role with an earlier reading by the same person.

    Parameters
    ----------
    readings : ModeratorReadings
    role : str
        Such as ``anchor``.
    nearest : bool
        Whether with the last reading before it, else with the first of all.
    """
    domains = reread_domains(readings)
    grades = readings.grades[readings.grades["domain"].isin(domains)]
    wide = grades.pivot_table(index=_READING, columns="domain", values="grade", aggfunc="first")
    wide = wide.reindex(columns=domains).astype(np.float64).reset_index()
    chosen = wide[wide["role"] == role]
    unseen = chosen[chosen["blind"].astype(bool)]
    both = unseen.reset_index(names="reading").merge(
        wide[wide["blind"].astype(bool)], on=["rater", "audit_id"], suffixes=("", " before")
    )
    both = both[both["place before"] < both["place"]].sort_values(
        ["reading", "place before"], kind="stable"
    )
    both = both.drop_duplicates("reading", keep="last" if nearest else "first")
    return Pairs(
        rater=both["rater"].tolist(),
        audit_id=both["audit_id"].tolist(),
        place=both["place"].tolist(),
        before=both["place before"].tolist(),
        now=both[domains].to_numpy(np.float64),
        earlier=both[[f"{name} before" for name in domains]].to_numpy(np.float64),
        known=len(chosen) - len(unseen),
        alone=len(unseen) - len(both),
    )
