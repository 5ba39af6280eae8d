"""Values of a whole table that stand in the name of its sheet or file, or in a title above it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePath

import numpy as np

from qaf_analysis.data.contract.distinct import blank
from qaf_analysis.data.contract.problems import Problems, extract
from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.contract.spelling import spelling_key, tidy
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.terms.errors import SettingsError, UnknownQuarterError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import FileSettings, NamePlace

_HOLE = re.compile(r"(\*|\{\w+\})")
_PLAIN = str.maketrans({"–": "-", "—": "-", "‐": "-", "‑": "-", "’": "'", "‘": "'", "\u00a0": " "})
_LONGEST = 500
_SHOWN = 3
_WHERE: Mapping[NamePlace, str] = {
    "sheet": "the name of the sheet",
    "file": "the name of the file",
    "title": "a row above the heading",
}


def named_columns(file: FileSettings) -> tuple[str, ...]:
    """Our names of the columns whose value stands in a name or title.

    Raises
    ------
    SettingsError
        If the settings also give such a column in another way.
    """
    found: list[str] = []
    for place, pattern in file.from_name.items():
        for name in _names(pattern):
            for key, given in (("columns", file.columns), ("constants", file.constants)):
                if name in given:
                    raise SettingsError(
                        f'Settings of {file.path}: "{name}" is given twice, by [files.{key}] and '
                        f"by [files.from_name] {place}; take one of them out."
                    )
            if name in found:
                raise SettingsError(
                    f'Settings of {file.path}: [files.from_name] gives "{name}" twice; '
                    "take one of them out."
                )
            found.append(name)
    return tuple(found)


def awaiting_names(file: FileSettings) -> FileSettings:
    """Settings in which the columns from names are known to need no column of their own."""
    blank = dict.fromkeys(named_columns(file), "")
    return replace(file, constants={**file.constants, **blank}) if blank else file


def with_names(table: RawTable, *, file: FileSettings) -> FileSettings:
    """Settings of one table with the values from its names as constants.

    Raises
    ------
    FileRefusedError
        If a pattern does not fit, fits in two ways, or a column of the table says otherwise.
    """
    found: dict[str, str] = {}
    for place, pattern in file.from_name.items():
        found |= _values(table, place, pattern)
    _refuse_contradictions(table, found)
    return replace(file, constants={**file.constants, **found}) if found else file


@dataclass(frozen=True)
class _Reading:
    """What a text holds for each column of a pattern; hashable, to be told apart."""

    values: tuple[tuple[str, str], ...]


def readings(pattern: str, text: str, *, any_quarter: bool = False) -> list[dict[str, str]]:
    """What a text may hold for each column of a pattern: nothing, one reading, or several.

    ``{column}`` stands for some text, ``*`` for any or none; case and spare spaces are no matter.
    Of a column ``quarter`` only texts that are a quarter count, unless any may.

    Examples
    --------
    >>> readings("* - {quarter} - {team}", "Audits - 2023-24 Q1 - North")
    [{'quarter': '2023-24 Q1', 'team': 'North'}]
    >>> readings("{team}*", "North")
    [{'team': 'N'}, {'team': 'North'}]
    """
    shown = tidy(text)[:_LONGEST]
    pieces = [tidy(p) if _HOLE.fullmatch(p) else " ".join(_spaced(p)) for p in _HOLE.split(pattern)]
    pieces[0], pieces[-1] = pieces[0].lstrip(), pieces[-1].rstrip()
    both = (_leftmost(pieces, shown), _rightmost(pieces, shown))
    distinct = dict.fromkeys(_Reading(reading) for reading in both if reading is not None)
    found = [dict(reading.values) for reading in distinct]
    return found if any_quarter else [r for r in found if _is_quarter(r.get("quarter"))]


def _spaced(literal: str) -> list[str]:
    return re.split(r"\s+", literal)


def _is_quarter(text: str | None) -> bool:
    if text is None:
        return True
    for parse in (Quarter.parse, Quarter.parse_calendar):
        try:
            parse(text)
        except UnknownQuarterError:
            continue
        return True
    return False


def _leftmost(pieces: Sequence[str], text: str) -> tuple[tuple[str, str], ...] | None:
    """Reading in which each literal piece stands as far left as it can."""
    return _placed(pieces, text, from_right=False)


def _rightmost(pieces: Sequence[str], text: str) -> tuple[tuple[str, str], ...] | None:
    """Reading in which each literal piece stands as far right as it can."""
    return _placed(pieces, text, from_right=True)


def _placed(
    pieces: Sequence[str], text: str, *, from_right: bool
) -> tuple[tuple[str, str], ...] | None:
    literals, holes = pieces[0::2], pieces[1::2]
    spans = _spans(literals, holes, text, from_right=from_right)
    if spans is None:
        return None
    found: dict[str, str] = {}
    for hole, ((_, left), (right, _)) in zip(holes, pairwise(spans), strict=True):
        if hole != "*":
            found[hole[1:-1]] = text[left:right].strip()
    return tuple(found.items()) if all(found.values()) else None


def _spans(
    literals: Sequence[str], holes: Sequence[str], text: str, *, from_right: bool
) -> list[tuple[int, int]] | None:
    """Start and end of each literal piece in the text, or None where they do not fit.

    The first piece stands at the start and the last one at the end; those between are taken as
    early (or late) as they can be, which finds a place for them all if there is one.
    """
    plain = text.translate(_PLAIN)
    wanted = [re.compile(re.escape(piece.translate(_PLAIN)), re.IGNORECASE) for piece in literals]
    first, last = wanted[0].match(plain), wanted[-1].match(plain, len(plain) - len(literals[-1]))
    if first is None or last is None or len(plain) < len(literals[-1]):
        return None
    least = [0 if hole == "*" else 1 for hole in holes]
    spans = [(0, len(literals[0]))]
    end = (len(plain) - len(literals[-1]), len(plain))
    middle: list[tuple[int, int]] = []
    if from_right:
        limit = end[0]
        for n in range(len(literals) - 2, 0, -1):
            limit -= least[n] + len(literals[n])
            place = next((p for p in range(limit, -1, -1) if wanted[n].match(plain, p)), None)
            if place is None:
                return None
            middle.insert(0, (place, place + len(literals[n])))
            limit = place
    else:
        start = spans[0][1]
        for n in range(1, len(literals) - 1):
            match = wanted[n].search(plain, start + least[n - 1])
            if match is None:
                return None
            middle.append(match.span())
            start = match.end()
    spans += [*middle, end]
    gaps = [b[0] - a[1] for a, b in pairwise(spans)]
    return spans if all(g >= m for g, m in zip(gaps, least, strict=True)) else None


def _names(pattern: str) -> list[str]:
    return [piece[1:-1] for piece in _HOLE.findall(pattern) if piece != "*"]


def _values(table: RawTable, place: NamePlace, pattern: str) -> dict[str, str]:
    """Values that the name or title gives, of which there must be one reading only."""
    texts = _texts(table, place, pattern)
    found: dict[_Reading, dict[str, str]] = {}
    for text in texts:
        for reading in readings(pattern, text):
            keys = tuple((name, spelling_key(value)) for name, value in reading.items())
            found.setdefault(_Reading(keys), reading)
    if len(found) == 1:
        return next(iter(found.values()))
    raise _refusal(table, place, pattern, texts, [*found.values()])


def _texts(table: RawTable, place: NamePlace, pattern: str) -> list[str]:
    if place == "sheet":
        return [table.sheet] if table.sheet is not None else []
    if place == "file":
        name = PurePath(table.file.replace("\\", "/"))
        with_end = pattern.casefold().rstrip().endswith(name.suffix.casefold())
        return [name.name if with_end else name.stem]
    rows = [[*row] for row in table.above]
    return [text for row in rows for text in dict.fromkeys((" ".join(row), *row))]


def _refusal(
    table: RawTable,
    place: NamePlace,
    pattern: str,
    texts: Sequence[str],
    found: Sequence[Mapping[str, str]],
) -> FileRefusedError:
    where = _WHERE[place]
    shown = "; ".join(extract(text) for text in texts[:_SHOWN]) or "nothing"
    what = f"{where} ({shown}) does not fit {extract(pattern)}"
    if found:
        two = " or ".join(
            ", ".join(f"{name} {extract(value)}" for name, value in reading.items())
            for reading in found[:2]
        )
        what = f"{where} ({shown}) can be read in two ways: {two}"
    elif place == "sheet" and not texts:
        what = "a pattern for the name of a sheet, but a file without sheets"
    quarters = [] if found else _no_quarters(pattern, texts)
    if quarters:
        what = f"{where} gives {extract(quarters[0])} for the quarter, which is none"
    names = ", ".join(_names(pattern))
    return table.problems.refusal(
        code="name_not_read",
        found=what,
        expected=f"one text that gives {names}",
        mend="write * in place of {quarter} in council.toml: the dates give the quarter; or write "
        "the quarter as in 2019-20 Q3"
        if quarters
        else f"correct [files.from_name] {place} in council.toml, with more of the words that "
        "stand around; * stands for any text",
        rows_in=table.rows_in,
    )


def _no_quarters(pattern: str, texts: Sequence[str]) -> list[str]:
    """What stands where the pattern has a quarter, and is none."""
    found = [reading for text in texts for reading in readings(pattern, text, any_quarter=True)]
    return [reading["quarter"] for reading in found if "quarter" in reading]


def _refuse_contradictions(table: RawTable, found: Mapping[str, str]) -> None:
    """Refuse a table that has a column of the same name with other values."""
    for place, heading in enumerate(table.headings):
        name = next((name for name in found if folded(name) == folded(heading)), None)
        if name is None:
            continue
        stated = {spelling_key(text) for text in table.cells[place].unique()} - {""}
        if stated - {spelling_key(found[name])}:
            raise table.problems.refusal(
                code="name_contradicts_column",
                row=table.header_row,
                column=heading,
                found=f"a column {heading} with other values than the {extract(found[name])} "
                "that [files.from_name] gives",
                expected=f"one source of the {name}",
                mend=f"take {name} out of [files.from_name] in council.toml, and the column "
                "counts; or take the column out of the export",
                rows_in=table.rows_in,
            )


def refuse_second_title(table: RawTable, *, file: FileSettings, problems: Problems) -> None:
    """Refuse a table with a second title further down: what it says of the rows below is unread.

    Raises
    ------
    FileRefusedError
        Naming the row.
    """
    pattern = file.from_name.get("title")
    if pattern is None or table.cells.empty:
        return
    filled = np.zeros(len(table.cells), dtype=np.int64)
    for place in table.cells.columns:
        filled += ~blank(table.cells[place])
    for row in table.cells.index[filled == 1]:
        text = next(cell for cell in table.cells.loc[row] if cell)
        if readings(pattern, text):
            raise problems.refusal(
                code="second_title",
                row=int(row),
                found="a second title below the heading, so that what the first one says does "
                "not hold for every row",
                expected="one table on each sheet",
                mend="move the second table to a sheet of its own",
                rows_in=table.rows_in,
            )
