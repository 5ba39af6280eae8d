"""How rows belong to audits: by their own id, one built from columns, or by case and date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from qaf_analysis.data.cells.dates import EARLIEST, written_date
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.spelling import spelling_key, tidy
from qaf_analysis.data.proposal.asking import Asking
from qaf_analysis.data.proposal.fields import Source
from qaf_analysis.data.proposal.meaning import Meaning
from qaf_analysis.data.proposal.tables import Table
from qaf_analysis.terms.settings import DateOrder, Siblings

ROLE_OF_SECOND = "second_auditor"
_WINDOWS = (0, 7, 14, 30, 60, 90, 120, 180, 365)
_MOSTLY = 0.8
_FAR = 28  # days; two readings of one audit are not further apart
_FEWEST = 3
OTHERS = "others"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """How the rows of one source find their audit.

    Parameters
    ----------
    audit_id : tuple of str
        Headings that make up the audit's identifier; empty where it has none.
    why : str
        The reason in plain words.
    siblings : {"one_audit", "audit_each"} or None
        What one form about several children is.
    days : int or None
        Days within which rows are joined by case; None where ids join them.
    sure : bool
        Whether the file itself says so.
    case_ref : str
        Heading of the child's number, where it stands under that of the audit.
    """

    audit_id: tuple[str, ...]
    why: str
    siblings: Siblings | None = None
    days: int | None = None
    sure: bool = True
    case_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """What rows of audits say of whom: lists of equal length, blank or None where nothing is."""

    ids: Sequence[str]
    cases: Sequence[str]
    days: Sequence[date | None]
    are_second: Sequence[bool]

    def ids_of(self, *, second: bool | None) -> set[str]:
        """Identifiers of second readings, of first ones, or of all."""
        pairs = zip(self.ids, self.are_second, strict=True)
        return {audit for audit, is_second in pairs if audit and second in (None, is_second)}

    @property
    def cases_by_form(self) -> dict[str, set[str]]:
        """Children of each form."""
        found: dict[str, set[str]] = defaultdict(set)
        for audit, case in zip(self.ids, self.cases, strict=True):
            if audit and case:
                found[audit].add(spelling_key(case))
        return found


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the audits hold, for moderations to be joined with.

    Parameters
    ----------
    ids : mapping of str to frozenset of str
        Children of each audit, by its identifier.
    days : mapping of str to tuple of date
        Days on which each child's file was audited.
    by_child : bool
        Whether what stands as the audit's number is the child's.
    """

    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    days: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    by_child: bool = False


def day_in(text: str, order: DateOrder) -> date | None:
    """Day that a cell names, read in that order.

    Examples
    --------
    >>> day_in("04/10/2024", "day_first"), day_in("n/k", "day_first")
    (datetime.date(2024, 10, 4), None)
    """
    return written_date(tidy(text)).day(order)


def days_of(meaning: Meaning, name: str, order: DateOrder) -> list[date | None]:
    """Days of a column, one for each record."""
    fields = meaning.columns.get(name, ())
    if len(fields) == 3:
        parts = [meaning.source.texts(f) for f in fields]
        return [_from_parts(*part) for part in zip(*parts, strict=True)]
    return [day_in(text, order) if text else None for text in meaning.texts(name)]


def _from_parts(day: str, month: str, year: str) -> date | None:
    if month.isdigit():
        return day_in(f"{day}/{month}/{year}", "day_first")
    return day_in(f"{day} {month} {year}", "day_first")


def of_audits(
    meaning: Meaning, *, order: DateOrder, seconds: frozenset[str], key: str, asking: Asking
) -> Identity:
    """Say how rows of audits make up audits.

    Parameters
    ----------
    seconds : frozenset of str
        Words of the role column that mean a second reading.
    key : str
        Stands before the keys of questions, where there are several files of audits.
    """
    rows = _Rows(
        ids=meaning.texts("audit_id"),
        cases=meaning.texts("case_ref"),
        days=days_of(meaning, "audit_date", order),
        are_second=[role in seconds for role in meaning.texts("role")],
    )
    if not any(rows.ids):
        return _without_id(meaning, rows)
    if _is_case_number(rows):
        return _of_case_number(meaning, rows, key=key, asking=asking)
    siblings = _siblings(rows, key=key, asking=asking)
    window = _seconds_apart(rows)
    heading = meaning.columns["audit_id"][0].heading
    why = f"identifies the audit ({counted(len(rows.ids_of(second=None)), 'different value')})"
    return Identity(audit_id=(heading,), why=why, siblings=siblings, days=window)


def _without_id(meaning: Meaning, rows: _Rows) -> Identity:
    """Build the id from case and date, where the export has none.

    Second readings on another day then find the first one by the child.
    """
    pairs = zip(rows.cases, rows.days, strict=True)
    built = replace(rows, ids=[f"{case} {day}" if case and day else "" for case, day in pairs])
    parts = [name for name in ("case_ref", "audit_date") if meaning.columns.get(name)]
    headings = tuple(f.heading for name in parts for f in meaning.columns[name])
    return Identity(
        audit_id=headings,
        why="no column identifies the audit; the child and the day of the audit do together",
        days=_seconds_apart(built),
        sure=len(parts) == 2,
    )


def _is_case_number(rows: _Rows) -> bool:
    """Whether an id is really the child's number: again and again it has dates far apart.

    A slip in a date or two does not make it so.
    """
    by_id: dict[str, set[date]] = defaultdict(set)
    for audit, day in zip(rows.ids, rows.days, strict=True):
        if audit and day and day >= EARLIEST:
            by_id[audit].add(day)
    apart = [audit for audit, found in by_id.items() if (max(found) - min(found)).days > _FAR]
    return len(apart) >= max(_FEWEST, 0.1 * len(by_id))


def _of_case_number(meaning: Meaning, rows: _Rows, *, key: str, asking: Asking) -> Identity:
    heading = meaning.columns["audit_id"][0].heading
    built = len({(a, d) for a, d in zip(rows.ids, rows.days, strict=True) if a and d})
    alone = len(rows.ids_of(second=None))
    answer = asking.choose(
        f"{key}audit_id",
        asks=f"The column \"{heading}\" seems to hold the child's number, not the audit's: the "
        "same number has several dates. Is each child and day an audit of its own?",
        options=("child_and_day", "as_it_is"),
        proposed="child_and_day",
        consequence=f"child_and_day: {counted(built, 'audit')}; as_it_is: "
        f"{counted(alone, 'audit')}, some graded on several days",
    )
    dates = tuple(f.heading for f in meaning.columns["audit_date"])
    if answer == "child_and_day":
        return Identity(
            audit_id=(heading, *dates),
            why="the number is the child's, so the day of the audit is taken with it",
            sure=False,
            case_ref="" if meaning.columns.get("case_ref") else heading,
        )
    return Identity(audit_id=(heading,), why="as answered: the number is the audit's")


def _siblings(rows: _Rows, *, key: str, asking: Asking) -> Siblings | None:
    """What a form about several children is; second readings make no audits of their own."""
    per_form, first = rows.cases_by_form, rows.ids_of(second=False)
    several = [cases for cases in per_form.values() if len(cases) > 1]
    if not several:
        return None
    audits = [cases for form, cases in per_form.items() if form in first]
    forms, children = len(audits), sum(map(len, audits))
    answer = asking.choose(
        f"{key}siblings",
        asks=f"{counted(len(several), 'form')} cover several children (siblings). Is such a form "
        "one audit of the family, or an audit of each child?",
        options=("one_audit", "audit_each"),
        proposed="one_audit",
        consequence=f"one_audit: {counted(forms, 'audit')}; "
        f"audit_each: {counted(children, 'audit')}, the same grades once for each child",
    )
    return "audit_each" if answer == "audit_each" else "one_audit"


def _seconds_apart(rows: _Rows) -> int | None:
    """Days between the readings of one audit, where second readings have ids of their own."""
    second_ids = rows.ids_of(second=True)
    if not second_ids or len(second_ids & rows.ids_of(second=False)) >= 0.5 * len(second_ids):
        return None
    first_days: dict[str, list[date]] = defaultdict(list)
    for case, day, second in zip(rows.cases, rows.days, rows.are_second, strict=True):
        if case and day and not second:
            first_days[spelling_key(case)].append(day)
    gaps = []
    for case, day, second in zip(rows.cases, rows.days, rows.are_second, strict=True):
        near = first_days.get(spelling_key(case), [])
        if second and day and near:
            gaps.append(min(abs((day - other).days) for other in near))
    return _window(gaps)


def _window(gaps: Sequence[int]) -> int:
    """Shortest usual window that holds nearly all gaps."""
    if not gaps:
        return 0
    enough = sorted(gaps)[max(int(0.98 * len(gaps)) - 1, 0)] if len(gaps) > 50 else max(gaps)
    return next((days for days in _WINDOWS if days >= enough), _WINDOWS[-1])


def known_audits(meanings: Sequence[tuple[Meaning, DateOrder, Identity]]) -> Known:
    """Ids, and days of each case, of all audits."""
    ids: dict[str, set[str]] = defaultdict(set)
    days: dict[str, set[date]] = defaultdict(set)
    by_child = False
    for meaning, order, identity in meanings:
        numbers, cases = meaning.texts("audit_id"), meaning.texts("case_ref")
        if any(numbers) and len(identity.audit_id) > 1:
            by_child, cases = True, numbers
        elif any(numbers):
            for audit, case in zip(numbers, cases, strict=True):
                ids[spelling_key(audit)].add(spelling_key(case))
        for case, day in zip(cases, days_of(meaning, "audit_date", order), strict=True):
            if case and day:
                days[spelling_key(case)].add(day)
    return Known(
        ids={audit: frozenset(cases) for audit, cases in ids.items() if audit},
        days={case: tuple(sorted(found)) for case, found in days.items()},
        by_child=by_child,
    )


def of_moderations(
    meaning: Meaning, *, order: DateOrder, known: Known, key: str, asking: Asking
) -> Identity:
    """Say how moderations find their audits: by id where ids are shared, else by case and date."""
    cases = meaning.texts("case_ref")
    child = ""
    if known.by_child and not any(cases) and meaning.columns.get("audit_id"):
        child, cases = meaning.columns["audit_id"][0].heading, meaning.texts("audit_id")
    pairs = [(a, c) for a, c in zip(meaning.texts("audit_id"), cases, strict=True) if a]
    ids = [audit for audit, _ in pairs]
    shared = sum(_names_audit(audit, case, known) for audit, case in pairs)
    if not child and ids and (shared >= _MOSTLY * len(ids) or not any(cases)):
        heading = meaning.columns["audit_id"][0].heading
        why = f"{shared:,} of {counted(len(ids), 'row')} name an audit that is there"
        return Identity(audit_id=(heading,), why=why, sure=shared >= _MOSTLY * len(ids))
    if not any(cases):
        return Identity(audit_id=(), why="nothing says which audit was moderated", sure=False)
    gaps, lost = _gaps(cases, days_of(meaning, "moderated_on", order), known)
    answer = asking.choose(
        f"{key}days",
        asks="Moderations stand apart from the audits and are joined by the child and the date. "
        "How many days after its audit may a moderation be?",
        proposed=str(_window(gaps)),
        consequence=f"{counted(len(gaps), 'row')} find an audit before them"
        + (f", {max(gaps)} days at most" if gaps else "")
        + (f"; {counted(lost, 'row')} find none" if lost else ""),
    )
    days = int(answer) if answer.isdigit() else _window(gaps)
    return Identity(
        audit_id=(), why="no audit's id is given", days=days, sure=False, case_ref=child
    )


def _names_audit(audit: str, case: str, known: Known) -> bool:
    """Whether a row names an audit that is there, and the same child where both name one.

    Rows of two forms may be numbered alike from 1 on without having to do with each other.
    """
    children = known.ids.get(spelling_key(audit))
    if children is None:
        return False
    return not case or not any(children) or spelling_key(case) in children


def _gaps(cases: Sequence[str], days: Sequence[date | None], known: Known) -> tuple[list[int], int]:
    """Days from the last audit of a case to its moderation, and rows without one."""
    gaps, lost = [], 0
    for case, day in zip(cases, days, strict=True):
        before = [d for d in known.days.get(spelling_key(case), ()) if day and d <= day]
        if before and day:
            gaps.append((day - before[-1]).days)
        elif case:
            lost += 1
    return gaps, lost


def without_copies(meaning: Meaning, *, asking: Asking) -> Source:
    """Tables of a source without those that repeat another, once somebody says which counts.

    A copy of a sheet, or an older file beside a newer one, would give every audit twice.
    """
    tables = meaning.source.tables
    if meaning.kind is None or len(tables) < 2:
        return meaning.source
    keys = [_readings(meaning, table) for table in tables]
    alike = {
        place
        for one in range(len(tables))
        for other in range(one)
        if len(keys[one] & keys[other]) > 0.5 * min(len(keys[one]), len(keys[other]))
        for place in (one, other)
    }
    if not alike:
        return meaning.source
    places = [tables[place].grid.place for place in sorted(alike)]
    hub = _repeating_all(tables, keys)
    if hub is not None:
        return _without_hub(meaning, hub, keys, asking=asking)
    answer = asking.choose(
        "copies",
        asks=f"These hold the same audits: {'; '.join(places)}. Which one is to be read?",
        options=places,
        proposed="",
        consequence="reading several would give the same audits again and again",
    )
    dropped = {place for place in places if place != (answer or places[0])}
    kept = tuple(t for t in tables if t.grid.place not in dropped)
    return replace(meaning.source, tables=kept)


def _repeating_all(tables: Sequence[Table], keys: Sequence[set[tuple[str, ...]]]) -> int | None:
    """Place of the one table that repeats rows of several others, which repeat none of each other.

    Such is a sheet of all teams beside a sheet for each.
    """
    places = range(len(tables))
    pairs = [(a, b) for a in places for b in range(a) if keys[a] & keys[b]]
    hubs = [place for place in places if all(place in pair for pair in pairs)]
    return hubs[0] if len(hubs) == 1 and len(pairs) > 1 else None


def _without_hub(
    meaning: Meaning, hub: int, keys: Sequence[set[tuple[str, ...]]], *, asking: Asking
) -> Source:
    """Tables without the one that repeats others, or without those that it repeats."""
    tables = meaning.source.tables
    repeated = [place for place in range(len(tables)) if place != hub and keys[place] & keys[hub]]
    elsewhere = set[tuple[str, ...]]().union(*(keys[place] for place in repeated))
    grid = tables[hub].grid
    more = len(keys[hub] - elsewhere)
    graded = [_readings(meaning, table, with_grades=True) for table in tables]
    same = graded[hub] <= set[tuple[str, ...]]().union(*(graded[place] for place in repeated))
    answer = asking.choose(
        "copies",
        asks=f"{grid.place}{' (hidden)' if grid.hidden else ''} repeats rows of "
        f"{'; '.join(tables[place].grid.place for place in repeated)}. Which are to be read?",
        options=(OTHERS, grid.place),
        proposed=OTHERS if same else "",
        consequence=f"{OTHERS}: {counted(more, 'row')} that only {grid.place} has are not read; "
        f"reading all would give {counted(len(keys[hub] & elsewhere), 'row')} twice"
        + ("" if same or more else ", with grades that differ"),
    )
    dropped = repeated if answer == grid.place else [hub]
    kept = tuple(table for place, table in enumerate(tables) if place not in dropped)
    return replace(meaning.source, tables=kept)


def _readings(meaning: Meaning, table: Table, *, with_grades: bool = False) -> set[tuple[str, ...]]:
    """Who read what, in one table: the audit or child, the day, the person and the domain."""
    names = ("audit_id", "case_ref", "audit_date", "moderated_on", "auditor", "moderator", "domain")
    fields = [f for name in names for f in meaning.columns.get(name, ())]
    fields += meaning.graded_fields if with_grades else []
    fields = [f for f in fields if f.source == "column"]
    columns = [[tidy(text) for text, _ in table.cells(f.key)] for f in fields]
    return {row for row in zip(*columns, strict=True) if any(row)}
