"""Which period a result covers, and which records it rests on or leaves out, and why."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.names import (
    AUDITING_ROLES,
    OVERALL,
    REREADING_ROLES,
    ROUTINE_AUDITS,
    AuditType,
    Role,
)
from qaf_analysis.terms.quarter import Quarter, quarters_between, spans

PROCESS = "process change"
THEMED = "themed audit"
NEW_SCALE = "new scale"
NEW_MIX = "new mix of audits"


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """How many records were left out, and why."""

    reason: str
    records: int


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The period and the records behind a result.

    ``unit`` says what is counted, such as "audits with an overall grade".
    """

    council: str
    quarter: Quarter
    first: Quarter
    last: Quarter
    period: str
    unit: str
    used: int
    left_out: tuple[LeftOut, ...] = ()

    @property
    def source_line(self) -> str:
        """One line for the foot of a figure or a table."""
        out = "; ".join(f"{gone.records:,} left out ({gone.reason})" for gone in self.left_out)
        unit = self.unit.replace("audits", "audit", 1) if self.used == 1 else self.unit
        return f"{self.used:,} {unit}, {self.period}. {out or 'None left out'}."


def latest_quarter(audits: Audits) -> Quarter:
    """Return the latest quarter with a routine audit that was graded, or else with any audit."""
    grades = routine_grades(audits, domain=headline_domain(audits))
    quarters = grades["quarter"] if len(grades) else audits.audits["quarter"]
    return max(Quarter.parse(text) for text in quarters.unique())


def first_quarter(audits: Audits) -> Quarter:
    """Return the first quarter in which an audit was done."""
    return min(Quarter.parse(text) for text in audits.audits["quarter"].unique())


def reported_quarter(audits: Audits, quarter: str = "") -> Quarter:
    """Quarter to report on: the one asked for, or else the latest with audits.

    Raises
    ------
    UsageError
        If no audit was done in the quarter asked for.
    """
    known = {Quarter.parse(text) for text in audits.audits["quarter"].unique()}
    if not quarter:
        return latest_quarter(audits)
    asked = Quarter.parse(quarter)
    if asked not in known:
        raise UsageError(
            f"No audit was done in {asked}. The files hold audits of {spans(known)}; "
            f'choose one of those quarters, for example "{max(known)}".'
        )
    return asked


@dataclass(frozen=True, kw_only=True)
class Periods:
    """Quarters up to the one reported.

    Parameters
    ----------
    every : list of Quarter
        From the first quarter of audits on.
    headline : list of Quarter
        Those that headline figures cover.
    last_year : list of Quarter
        The last four.
    words : str
        The headline's quarters in words.
    """

    every: list[Quarter]
    headline: list[Quarter]
    last_year: list[Quarter]
    words: str

    def first_year(self, *, before: Quarter) -> list[Quarter]:
        """Return the first four quarters, as far as they lie before a quarter."""
        return [q for q in self.every[:4] if q < before]


def periods_to(audits: Audits, quarter: Quarter) -> Periods:
    """Quarters from the first audits to the one reported, and those that headlines cover."""
    every = quarters_between(first_quarter(audits), quarter)
    last_year = every[-4:]
    headline = every if audits.settings.window == "all" else last_year
    return Periods(
        every=every, headline=headline, last_year=last_year, words=period_words(headline)
    )


def headline_quarters(audits: Audits, quarter: Quarter) -> list[Quarter]:
    """Quarters that headline figures cover, up to the one reported."""
    return periods_to(audits, quarter).headline


@dataclass(frozen=True, kw_only=True)
class Event:
    """What is marked on a time line: a process change, a themed audit, a new scale or mix."""

    quarter: Quarter
    label: str
    kind: str


def events(audits: Audits, quarters: list[Quarter]) -> tuple[Event, ...]:
    """Everything on record that a time line shows in these quarters, in order of time.

    Process changes, themed audits, new scales, and new words for types of case or teams.
    """
    changes = [
        Event(quarter=change.quarter, label=change.label, kind=PROCESS)
        for change in audits.settings.process_changes
    ]
    themes = [
        Event(quarter=theme.audited_in, label=theme.name, kind=THEMED)
        for theme in audits.settings.themes
    ]
    scales = [
        Event(quarter=era.quarter, label="New scale", kind=NEW_SCALE)
        for era in audits.settings.eras
        if era.quarter is not None
    ]
    mixes = [
        Event(quarter=Quarter.of(one.starts), label=label, kind=NEW_MIX)
        for label, maps in (
            ("New types of case", audits.settings.case_type_maps),
            ("New teams", audits.settings.team_maps),
        )
        for one in maps
    ]
    return tuple(
        sorted(
            (event for event in changes + themes + scales + mixes if event.quarter in quarters),
            key=lambda event: (event.quarter, event.kind, event.label),
        )
    )


def for_every_chart(marks: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events that every chart over time shows: all but themed audits, which only theirs do."""
    return tuple(event for event in marks if event.kind != THEMED)


@dataclass(frozen=True, kw_only=True, eq=False)
class Known:
    """What was known of a council at the end of a quarter, picked once for a question.

    Parameters
    ----------
    audits : Audits
        The council without later quarters.
    periods : Periods
    grades : DataFrame
        Auditors' grades of routine audits in every domain, as from ``routine_grades``.
    domain : str or None
        Domain that headlines are about; None where no audit carries it.
    domains : tuple of str
        All domains, in the settings' order.
    """

    audits: Audits
    periods: Periods
    grades: pd.DataFrame
    domain: str | None
    domains: tuple[str, ...]

    def of_headline(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of the headline domain; all of them where no audit carries it."""
        if self.domain is None:
            return rows
        return rows[rows["domain"] == self.domain].reset_index(drop=True)


def known_at(audits: Audits, quarter: Quarter) -> Known:
    """Pick what was known of a council at the end of a quarter."""
    known = up_to(audits, quarter)
    return Known(
        audits=known,
        periods=periods_to(known, quarter),
        grades=routine_grades(known),
        domain=headline_domain(known),
        domains=domain_names(known),
    )


def period_words(quarters: list[Quarter]) -> str:
    """Say in words which quarters these are; nothing where there are none."""
    if not quarters:
        return ""
    if len(quarters) == 1:
        return f"{quarters[0]}"
    if len(quarters) == 4:
        return f"the year to {quarters[-1].last_day:%B %Y}"
    return f"{quarters[0]} to {quarters[-1]}"


def span_words(quarters: list[Quarter]) -> str:
    """Say which quarters these are within a sentence that already has a "from" or a "since".

    Parameters
    ----------
    quarters : list of Quarter
        At most four; each follows the one before.

    Examples
    --------
    >>> span_words([Quarter(2025, 2), Quarter(2025, 3)]), span_words([Quarter(2025, 2)])
    ('the two quarters to December 2025', '2025-26 Q2')
    """
    number = {2: "two", 3: "three"}.get(len(quarters))
    if number is None:
        return period_words(quarters)
    return f"the {number} quarters to {quarters[-1].last_day:%B %Y}"


def up_to(audits: Audits, quarter: Quarter) -> Audits:
    """Return the same council as it was known at the end of a quarter."""
    known = audits.audits[audits.audits["quarter"].map(Quarter.parse) <= quarter]
    keep = known["audit_id"]
    return Audits(
        audits=known,
        ratings=audits.ratings[audits.ratings["audit_id"].isin(keep)],
        moderations=audits.moderations[audits.moderations["audit_id"].isin(keep)],
        settings=audits.settings,
        record=audits.record,
    )


def routine(audits: pd.DataFrame) -> pd.DataFrame:
    """Return the audits that answer "how good is practice": routine ones, or inspections."""
    kinds = [*ROUTINE_AUDITS, AuditType.INSPECTION]
    return audits[audits["audit_type"].isna() | audits["audit_type"].isin(kinds)]


def graded(
    audits: Audits,
    *,
    domain: str | None,
    roles: tuple[Role, ...] = (Role.AUDITOR, Role.INSPECTOR),
) -> pd.DataFrame:
    """Ratings in these roles beside the audit's own columns; one domain, or all of them.

    An inspector's grades count only where no auditor graded the audit, so that none counts twice.
    """
    ratings = audits.ratings[audits.ratings["role"].isin(roles)]
    inspected = ratings["role"] == Role.INSPECTOR
    if inspected.any():
        audited = ratings["audit_id"].isin(ratings.loc[~inspected, "audit_id"])
        ratings = ratings[~(inspected & audited)]
    if domain is not None:
        ratings = ratings[ratings["domain"] == domain]
    return ratings.merge(audits.audits, on="audit_id", validate="many_to_one")


def routine_grades(audits: Audits, *, domain: str | None = None) -> pd.DataFrame:
    """Auditors' grades of routine audits, beside the audit's own columns; see ``graded``."""
    grades = graded(audits, domain=domain)
    return grades[grades["audit_id"].isin(routine(audits.audits)["audit_id"])]


def in_quarters(rows: pd.DataFrame, quarters: list[Quarter]) -> pd.DataFrame:
    """Rows of audits of these quarters."""
    return rows[rows["quarter"].isin([str(q) for q in quarters])]


def headline_domain(audits: Audits) -> str | None:
    """Return the domain that headlines are about, or None where no audit carries it."""
    wanted = audits.settings.headline_domain
    auditing = audits.ratings[audits.ratings["role"].isin([*AUDITING_ROLES, Role.INSPECTOR])]
    return wanted if bool((auditing["domain"] == wanted).any()) else None


def grade_for(domain: str) -> str:
    """Name a grade by its domain, within a sentence.

    Examples
    --------
    >>> grade_for("Overall"), grade_for("Help and protection")
    ('an overall grade', 'a grade for Help and protection')
    """
    return f"an {OVERALL.lower()} grade" if domain == OVERALL else f"a grade for {domain}"


def domain_names(audits: Audits) -> tuple[str, ...]:
    """Domains in the settings' order, then any others in alphabetical order."""
    of_audits = ~audits.ratings["role"].isin(REREADING_ROLES)
    found = set(audits.ratings.loc[of_audits, "domain"].unique())
    declared = [name for name in audits.settings.domains if name in found]
    return (*declared, *sorted(found - set(declared)))
