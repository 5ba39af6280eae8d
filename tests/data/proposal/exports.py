"""Exports of a small council as councils have them: workbooks, answers, steps, and forms."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from tests.data.proposal.small_council import Audited

Words = Sequence[Sequence[str]]  # for each level, the words that are used for it in turn
PLAIN: Words = (("Inadequate",), ("Requires improvement",), ("Good",), ("Outstanding",))
SHORT: Words = (("Inad.", "I"), ("RI", "R.I.", "Req. Imp."), ("G", "Good"), ("O", "Outst."))
NUMBERED: Words = (
    ("4 - Inadequate",),
    ("3 - Requires Improvement", "3 - RI"),
    ("2 - Good",),
    ("1 - Outstanding",),
)
WRONG_NUMBERS: Words = (("1. Inadequate",), ("2. Req Imp",), ("3. GOOD",), ("4. Outstanding",))


class Speller:
    """Gives each grade in one of its words, taking turns."""

    def __init__(self, words: Words) -> None:
        self._words, self._turn = words, 0

    def __call__(self, grade: int | None) -> str | None:
        if grade is None:
            return None
        self._turn += 1
        return self._words[grade][self._turn % len(self._words[grade])]


def write_csv(
    path: Path,
    rows: Sequence[Sequence[object]],
    *,
    separator: str = ",",
    encoding: str = "utf-8",
) -> None:
    """Write rows as a CSV file."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)


def day_first(day: date) -> str:
    """As 25/11/2024."""
    return f"{day:%d/%m/%Y}"


def month_first(day: date) -> str:
    """As 11/25/2024."""
    return f"{day:%m/%d/%Y}"


def named_month(day: date) -> str:
    """As 25-Nov-2024."""
    return f"{day:%d-%b-%Y}"


def long_month(day: date) -> str:
    """As 5 November 2024."""
    return f"{day.day} {day:%B} {day.year}"


def with_time(day: date) -> str:
    """As 25/11/2024 14:05."""
    return f"{day:%d/%m/%Y} 14:05"


def real(day: date) -> datetime:
    """As a real date of a workbook."""
    return datetime(day.year, day.month, day.day)


def wide_row(
    audit: Audited,
    *,
    domains: Sequence[str],
    spell: Speller,
    written: Callable[[date], object],
    before: Sequence[object],
) -> list[object]:
    """Cells of one audit: what stands before, then grades, second auditor, moderation."""
    moderated = audit.moderated
    return [
        *before,
        *(spell(audit.grades[d]) for d in domains),
        audit.second or None,
        *(spell(audit.second_grades.get(d)) for d in domains),
        moderated and moderated.moderator,
        moderated and written(moderated.on),
        spell(moderated.grade) if moderated else None,
    ]


def merged_heading(
    sheet: Any, row: int, plain: Sequence[str], blocks: Sequence[tuple[str, Sequence[str]]]
) -> None:
    """Two heading rows: columns merged downwards, blocks merged across their columns."""
    place = 1
    for text in plain:
        sheet.cell(row, place, text)
        sheet.merge_cells(start_row=row, end_row=row + 1, start_column=place, end_column=place)
        place += 1
    for block, lower in blocks:
        sheet.cell(row, place, block)
        for offset, text in enumerate(lower):
            sheet.cell(row + 1, place + offset, text)
        sheet.merge_cells(
            f"{get_column_letter(place)}{row}:{get_column_letter(place + len(lower) - 1)}{row}"
        )
        place += len(lower)


def add_notes(book: Workbook) -> None:
    """Sheets that hold no audits: notes, a list of words, an empty one."""
    notes = book.create_sheet("Notes")
    notes.append(["Please enter one audit in each row."])
    notes.append(["Ask the quality assurance team if in doubt."])
    lookup = book.create_sheet("Lookup")
    for row in (("Grades", "Teams"), ("Good", "North"), ("Inadequate", "South")):
        lookup.append(row)
    book.create_sheet("Sheet3")


def answers_rows(
    truth: Sequence[Audited],
    *,
    heading: Sequence[str],
    form_number: Callable[[Audited], str],
    before: Callable[[Audited], Sequence[object]],
    questions: Callable[[Audited], Mapping[str, object]],
) -> list[list[object]]:
    """Rows of question and answer: the form, what stands before, the question, its answer."""
    rows: list[list[object]] = [list(heading)]
    for audit in truth:
        for question, answer in questions(audit).items():
            rows.append([form_number(audit), *before(audit), question, answer])
    return rows


def step_rows(
    truth: Sequence[Audited],
    *,
    domains: Sequence[str],
    spell: Speller,
    written: Callable[[date], object],
    first: str,
    second: str,
    later: Callable[[date], date] = lambda day: day,
) -> list[list[object]]:
    """A row for each child and step: step, family, child, type, day, worker, team, grades.

    Second readings are steps of their own, and siblings share one step.
    """
    rows: list[list[object]] = []
    step = 50_000
    for audit in truth:
        readings = [(first, audit.auditor, audit.grades, audit.on)]
        if audit.second:
            readings.append((second, audit.second, audit.second_grades, later(audit.on)))
        for kind, worker, grades, day in readings:
            step += 1
            for child in audit.children:
                rows.append(
                    [
                        step,
                        audit.number + 900,
                        child,
                        kind,
                        written(day),
                        worker,
                        audit.team,
                        *(
                            spell(grades[d]) if child == audit.child else _same(rows, p)
                            for p, d in enumerate(domains)
                        ),
                    ]
                )
    return rows


def _same(rows: Sequence[Sequence[object]], place: int) -> object:
    return rows[-1][7 + place]


def steps_of(rows: Sequence[Sequence[object]], first: str) -> dict[str, object]:
    """Step of each child's first reading."""
    return {str(row[2]): row[0] for row in rows if row[3] == first}
