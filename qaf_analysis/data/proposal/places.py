"""Where like tables stand: a path for many files, their sheets, and values in their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from qaf_analysis.data.contract.months import month_of
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.proposal.fields import Source
from qaf_analysis.data.proposal.look import Grid, Look
from qaf_analysis.data.proposal.tables import HEADING_WITHIN, Table
from qaf_analysis.terms.errors import UnknownQuarterError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import NamePlace

_QUARTER = re.compile(r"\d{4}[-/](?:\d{4}|\d{2})[ -]*Q[1-4]", re.IGNORECASE)
_MONTH = re.compile(r"(?<![A-Za-z])[A-Za-z]{3,9}\.?[ '’/-](?:\d{4}|\d{2})(?!\d)")
_MONTH_HOLE = "{audit_date}"
_NO_TEAM = re.compile(
    r"(?i)^(?:sheet ?\d*|table ?\d*|data|export|audits?|results|all|q[1-4]|quarter.*|v?\d+|final|"
    r"copy|draft|new|old|report|return|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|"
    r"sep\w*|oct\w*|nov\w*|dec\w*)(?:[ _-]?(?:\d{2,4})(?:[-/]\d{2,4})?)?$"
)
_COUNCIL = re.compile(
    r"\b((?:[A-Z][\w'’-]*(?: (?:and|upon|on|of|the|&))? )+"
    r"(?:(?:County|City|Borough|Metropolitan Borough|District|London Borough) )?Council)\b"
    r"|\b((?:London |Royal )?Borough of (?:[A-Z][\w'’-]*(?: (?:and|upon|on|&))? ?)+)"
    r"|\b((?:[A-Z][\w'’-]* )+Children(?:'s|’s) (?:Trust|Services))\b"
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a source stands, as settings say it.

    Parameters
    ----------
    path : str
        File, or a pattern that fits all its files and no other.
    sheet : str or None
        The one sheet.
    sheets : "all", tuple of str or None
        Several sheets.
    database, query : str
        For a table of a database, the file and the query that reads it.
    from_name : mapping of str to str
        Patterns for values in names, by where they stand.
    """

    path: str
    sheet: str | None = None
    sheets: str | tuple[str, ...] | None = None
    database: str = ""
    query: str = ""
    from_name: dict[NamePlace, str] = field(default_factory=dict)


def placed(source: Source, look: Look) -> list[tuple[Source, Place]]:
    """Say where a source stands; one that no single path and list of sheets fits is cut up."""
    if source.first.grid.query:
        return [
            (replace(source, tables=(table,)), _of_query(table.grid)) for table in source.tables
        ]
    files = list(dict.fromkeys(table.grid.file for table in source.tables))
    path = path_for(files, look.files)
    sheets = None if path is None else _sheets_for(source, look)
    if path is not None and sheets is not None:
        sheet, several = sheets
        return [(source, Place(path=path, sheet=sheet, sheets=several))]
    if len(files) == 1:
        names = tuple(table.grid.sheet or "" for table in source.tables)
        return [(source, Place(path=files[0], sheets=names))]
    cut = [
        replace(source, tables=tuple(t for t in source.tables if t.grid.file == file))
        for file in files
    ]
    return [pair for part in cut for pair in placed(part, look)]


def _of_query(grid: Grid) -> Place:
    return Place(path=grid.sheet or "query", database=grid.file, query=grid.query)


def common_start(texts: Sequence[str]) -> str:
    """Longest text with which all of them begin.

    Examples
    --------
    >>> common_start(["Audits Q1", "Audits Q2"])
    'Audits Q'
    """
    first, last = min(texts), max(texts)
    same = (place for place, letter in enumerate(first) if last[place : place + 1] != letter)
    return first[: next(same, len(first))]


def path_for(files: Sequence[str], all_files: Sequence[str]) -> str | None:
    """Pattern that fits these files and no other; None where there is none.

    Examples
    --------
    >>> path_for(["Audits 2023-24 Q1.xlsx", "Audits 2023-24 Q2.xlsx"], ["Audits 2023-24 Q1.xlsx",
    ...           "Audits 2023-24 Q2.xlsx", "log.csv"])
    'Audits *.xlsx'
    """
    if len(files) == 1:
        return files[0]
    folders = {str(PurePosixPath(file).parent) for file in files}
    suffixes = {PurePosixPath(file).suffix for file in files}
    if len(folders) > 1 or len(suffixes) > 1:
        return None
    stems = [PurePosixPath(file).stem for file in files]
    start = common_start(stems)
    end = common_start([stem[len(start) :][::-1] for stem in stems])[::-1]
    if not start:
        end = end[min((p for c in " -_(" if (p := end.find(c)) >= 0), default=len(end)) :]
    folder, suffix = folders.pop(), suffixes.pop()
    place = "" if folder == "." else f"{folder}/"
    # Up to the first part with a digit, so that the next year's files fit too.
    shorter = re.sub(r"(?:^|(?<=[ _(-]))[^ _(-]*\d.*$|(?<=[ _-])[^ _-]+$", "", start)
    pairs = [(shorter, ""), (shorter, end), (start, ""), (start, end)]
    for head, tail in pairs if shorter else [pairs[1], *pairs]:
        if not head and not tail and len(all_files) > len(files):
            continue
        pattern = f"{place}{head}*{tail}{suffix}"
        if {file for file in all_files if fnmatchcase(file, pattern)} == set(files):
            return pattern
    return None


def _sheets_for(
    source: Source, look: Look
) -> tuple[str | None, str | tuple[str, ...] | None] | None:
    """One sheet, or several; None where the files differ in them."""
    fitting: dict[str, list[str]] = {}
    for table in source.tables:
        if table.grid.sheet is None:
            return None, None
        fitting.setdefault(table.grid.file, []).append(table.grid.sheet)
    others = [
        grid for grid in look.grids if grid.file in fitting and grid.sheet not in fitting[grid.file]
    ]
    same = len({tuple(names) for names in fitting.values()}) == 1
    names = next(iter(fitting.values()))
    if same and len(names) == 1:
        return (names[0] if others else None), None
    if not any(_shares_headings(grid, source) for grid in others):
        return None, "all"
    return (None, tuple(names)) if same else None


def _shares_headings(grid: Grid, source: Source) -> bool:
    """Whether another sheet has one of a source's headings, so that it might be taken for it."""
    ours = {folded(heading) for heading in (*source.first.lowers, *source.first.headings)} - {""}
    cells = (row.cell(place) for row in grid.rows[:HEADING_WITHIN] for place in row.filled)
    return any(folded(text) in ours for text in cells)


def names_for(source: Source, *, wanted: str, wants_quarter: bool) -> dict[NamePlace, str]:
    """Patterns that take values from names of sheets and files, or from titles.

    Parameters
    ----------
    wanted : str
        Our column whose value may be the part in which the names differ: team or auditor; empty
        for none.
    wants_quarter : bool
        Whether a quarter is wanted too.
    """
    found: dict[NamePlace, str] = {}
    tables = source.tables
    sheets = [table.grid.sheet or "" for table in tables]
    stems = [PurePosixPath(table.grid.file).name for table in tables]
    titles = [max(table.titles, key=len, default="") for table in tables]
    places: tuple[tuple[NamePlace, list[str]], ...] = (
        ("sheet", sheets),
        ("file", stems),
        ("title", titles),
    )
    for place, texts in places:
        pattern = _quarter_pattern(texts) if wants_quarter else None
        if pattern is not None:
            found[place] = pattern
            break
    for place, texts in places:
        if not wanted:
            break
        pattern = _varying_pattern(texts, known=found.get(place), name=wanted)
        if pattern is not None:
            found[place] = pattern
            break
    return found


def quarter_in(text: str) -> Quarter | None:
    """Financial quarter that a name holds.

    Examples
    --------
    >>> str(quarter_in("Audits 2023-24 Q1.xlsx"))
    '2023-24 Q1'
    """
    match = _QUARTER.search(text)
    try:
        return Quarter.parse(match[0]) if match else None
    except UnknownQuarterError:
        return None


def quarter_named(table: Table, place: NamePlace) -> Quarter | None:
    """Quarter that the name of a table's sheet, its file or its title holds."""
    texts: dict[NamePlace, str] = {
        "sheet": table.grid.sheet or "",
        "file": table.grid.file,
        "title": max(table.titles, key=len, default=""),
    }
    return quarter_in(texts[place])


def month_named(source: Source) -> dict[NamePlace, str]:
    """Pattern that takes the month from the names of sheets or files, if all of them have one.

    Only months in words count: 2011-12 may be a year.
    """
    sheets = [table.grid.sheet or "" for table in source.tables]
    files = [PurePosixPath(table.grid.file).name for table in source.tables]
    places: tuple[tuple[NamePlace, list[str]], ...] = (("sheet", sheets), ("file", files))
    for place, texts in places:
        named = [_with_month_marked(text) for text in texts]
        pattern = _generalised([text for text in named if text], hole=_MONTH_HOLE)
        if pattern is not None and all(named):
            return {place: pattern}
    return {}


def _with_month_marked(text: str) -> str:
    """Name with its only month as a field of a pattern; "" where there is none, or several."""
    found = [match for match in _MONTH.finditer(text) if month_of(match[0]) is not None]
    if len(found) != 1:
        return ""
    return f"{text[: found[0].start()]}{_MONTH_HOLE}{text[found[0].end() :]}"


def _quarter_pattern(texts: Sequence[str]) -> str | None:
    if not texts or any(quarter_in(text) is None for text in texts):
        return None
    return _generalised([_QUARTER.sub("{quarter}", text, count=1) for text in texts])


def _generalised(texts: Sequence[str], *, hole: str = "{quarter}") -> str | None:
    """One pattern for texts that have a field in common; what differs becomes ``*``."""
    if not texts:
        return None
    if len(set(texts)) == 1:
        return texts[0]
    start = common_start(list(texts))
    end = common_start([text[len(start) :][::-1] for text in texts])[::-1]
    if hole in start or hole in end:
        return f"{start}*{end}"
    return None


def _varying_pattern(texts: Sequence[str], *, known: str | None, name: str) -> str | None:
    """Pattern whose field takes the part in which names differ, such as that of the team."""
    plain = [_QUARTER.sub("{quarter}", text, count=1) if known else text for text in texts]
    distinct = list(dict.fromkeys(plain))
    if not all(distinct):
        return None
    if len(distinct) == 1:
        return _single_team(distinct[0]) if name == "team" else None
    start = common_start(distinct)
    start = start[: max((start.rfind(c) + 1 for c in " -_–:("), default=0)]
    end = common_start([text[len(start) :][::-1] for text in distinct])[::-1]
    end = end[min((p for c in " -_–:)." if (p := end.find(c)) >= 0), default=len(end)) :]
    parts = [text[len(start) : len(text) - len(end)].strip() for text in distinct]
    if any(len(part) < 3 or _NO_TEAM.match(part) or _QUARTER.search(part) for part in parts):
        return None
    if any(sum(c.isdigit() for c in part) > 2 for part in parts):
        return None
    return f"{start}{{{name}}}{end}"


def _single_team(text: str) -> str | None:
    """Pattern for a single title such as ``Case file audits - Assessment Team``."""
    parts = re.split(r"\s[-–|:]\s", text)
    last = parts[-1]
    if len(parts) > 1 and re.search(r"(?i)\bteam\b|\bservice\b|\bhub\b", last):
        return f"*{text[len(text) - len(last) - 3 : len(text) - len(last)]}{{team}}"
    return None


def council_named(look: Look, tables: Sequence[Table]) -> str:
    """Name of the council where a title row or a file's name states it; otherwise empty."""
    texts = [title for table in tables for title in table.titles]
    texts += [PurePosixPath(file).stem.replace("_", " ") for file in look.files]
    found = [match for text in texts if (match := _COUNCIL.search(text))]
    names = [next(part for part in match.groups() if part).strip() for match in found]
    return max(set(names), key=names.count, default="")
