"""Grades given as numbers under headings that do not say so: asked about, never taken for granted.

A column of numbers from 1 to 4 may hold grades or count visits; no cell tells. Which end of the
scale is best is told only where the files write a number beside a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.spelling import tidy
from qaf_analysis.data.files.heading_words import meanings, plain_heading
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.proposal.asking import Asking
from qaf_analysis.data.proposal.fields import Field, Source, quoted_headings
from qaf_analysis.data.proposal.grade_words import grade_level, number_beside
from qaf_analysis.data.proposal.look import Grid
from qaf_analysis.data.proposal.meaning import columns_asked, open_columns
from qaf_analysis.terms.scale import OFSTED4

GRADES = "grades"
LEAVE_OUT = "leave_out"
BEST_FIRST, WORST_FIRST = "1_is_best", "1_is_worst"
_LEVELS = ("1", "2", "3", "4")
_NEARLY_ALL = 0.9
_LEAST_LEVELS = 3
_TELLING_PAIRS = 2
_KEY_ROWS = 3
_NO_OTHER = ("domain", "grade", "question", "answer")
_COUNTS = re.compile(
    r"\b(?:numbers? of|nos? of|how many|count|age|years?|months?|weeks?|days?|visits?|times|total|"
    r"version|priority|round|tier|row|page|placements?|meetings?)\b|^(?:children|siblings|no|number)\b"
)


def with_numbered(sources: Sequence[Source], asking: Asking) -> list[Source]:
    """The same sources, with those columns of numbers as grades that somebody says are grades."""
    found: list[Source] = []
    asked = 0
    for source in sources:
        doubtful = doubtful_numbers(source)
        if not doubtful:
            found.append(source)
            continue
        asked += 1
        key = "numbered" if asked == 1 else f"numbered_{asked}"
        cells = counted(sum(f.profile.filled for f in doubtful), "cell")
        answer = asking.choose(
            key,
            asks=f"{source.place}: {quoted_headings(doubtful)} hold numbers from 1 to 4, and no "
            "heading says that they are grades. Are they?",
            options=(GRADES, LEAVE_OUT),
            proposed="",
            consequence=f"{GRADES}: {cells} are read as grades; {LEAVE_OUT}: they are not read. "
            "To read only some, leave them out and name those under [files.domains]",
        )
        headings = (folded(f.heading) for f in doubtful)
        found.append(replace(source, numbered=frozenset(headings)) if answer == GRADES else source)
    return found


def doubtful_numbers(source: Source) -> list[Field]:
    """Columns or questions whose numbers may be grades, in a table whose grades are numbers.

    Where all other grades are words, or there is no date, a column of numbers is nothing to stop
    for: it is named among those left out.
    """
    columns = open_columns(source)
    if not any(f.profile.are_dates or f.profile.are_serials for f in columns):
        return []
    asked = columns_asked(source, columns)
    fields = columns if asked is None else source.questions(*asked)
    doubtful = [f for f in fields if _may_be_grades(f)]
    graded = [f for f in fields if f.is_graded or f.is_numbered]
    in_words = graded and not any(f.is_numbered or _has_numbers(f) for f in graded)
    alone = not graded and len(doubtful) < 2
    return [] if in_words or alone else doubtful


def _may_be_grades(f: Field) -> bool:
    words = f.profile.words
    levels = [level for level in _LEVELS if level in words]
    if len(levels) < _LEAST_LEVELS or f.is_graded or f.is_numbered:
        return False
    if sum(words[level] for level in levels) < _NEARLY_ALL * f.profile.filled:
        return False
    if f.source == "question":
        return _COUNTS.search(plain_heading(f.lower)) is None
    others = [name for name in meanings() if name not in _NO_OTHER]
    known = any(f.weight(name) >= 2 for name in others)
    return not known and _COUNTS.search(plain_heading(f.lower)) is None


def _has_numbers(f: Field) -> bool:
    """Whether some grades stand as words with a number beside them."""
    return any(number_beside(word) for word in f.profile.words)


def direction(words: Iterable[str], grids: Iterable[Grid]) -> str:
    """Which end of the numbers the files say is best; "" where they do not, or not with one voice.

    Parameters
    ----------
    words : iterable of str
        Words in grade columns, such as ``2 - Good``.
    grids : iterable of Grid
        Sheets, one of which may list the grades with their numbers.
    """
    pairs = {
        (number, level)
        for word in words
        if (number := number_beside(word)) and (level := grade_level(word))
    }
    for grid in grids:
        pairs |= _listed_pairs(grid)
    worst_first = dict(zip(_LEVELS, OFSTED4.levels, strict=True))
    best_first = dict(zip(_LEVELS, reversed(OFSTED4.levels), strict=True))
    if len(pairs) < _TELLING_PAIRS:
        return ""
    for name, meant in ((WORST_FIRST, worst_first), (BEST_FIRST, best_first)):
        if all(meant.get(number) == level for number, level in pairs):
            return name
    return ""


def _listed_pairs(grid: Grid) -> set[tuple[str, str]]:
    """Numbers and levels of a list of grades: rows of a word and a number, and little else."""
    found = set()
    for row in grid.rows:
        cells = [tidy(row.cell(place)) for place in row.filled]
        numbers = [text for text in cells if text in _LEVELS]
        levels = [level for text in cells if len(text) > 2 and (level := grade_level(text))]
        if len(cells) == 2 and len(numbers) == len(levels) == 1:
            found.add((numbers[0], levels[0]))
    return found if len(found) >= _KEY_ROWS else set()
