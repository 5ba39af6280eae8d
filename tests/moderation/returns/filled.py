"""Packs by hand, and what a moderator would send back of them."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

from openpyxl import Workbook

from qaf_analysis.moderation.codes import RoundKey
from qaf_analysis.moderation.packs.pack import LAYOUT, Pack, PackCase, PackRow, Part

LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
DOMAINS = ("Overall", "Assessment", "Plan")
KEY = RoundKey(secret=bytes(range(32)), round="2019-20-Q4-a")
HEADINGS = ("Row key", "Case", "Part", "Grade", "Reason", "Sure", "Comment")
REASON, COMMENT = "Planning and review", "See plan"
AT = {heading: place for place, heading in enumerate(HEADINGS)}


def pack(moderator="M-04", cases=4, *, key=KEY, version=LAYOUT, domains=DOMAINS):
    code = key.code("pack", moderator)
    names = [key.code("case", code, f"audit {n}") for n in range(cases)]
    return Pack(
        council="Example County Council",
        round=key.round,
        pack=code,
        moderator=moderator,
        due=date(2020, 1, 31),
        levels=LEVELS,
        parts=tuple(Part(domain=domain) for domain in domains),
        cases=tuple(PackCase(code=name) for name in names),
        rows=tuple(
            PackRow(key=key.row_key(code, name, domain, version=version), case=name, domain=domain)
            for name in names
            for domain in domains
        ),
        version=version,
    )


def given(sent, *, first=0):
    """A grade for each row by its place, so that no two rows of a case have the same."""
    return [LEVELS[(first + 2 * n + n // 3) % 4] for n in range(len(sent.rows))]


def rows_of(sent, grades=None, *, reason=REASON, comment=COMMENT):
    """The rows of the sheet Grades as filled in."""
    grades = given(sent) if grades is None else grades
    rows = [list(HEADINGS)]
    for row, grade in zip(sent.rows, grades, strict=True):
        first = row.domain == sent.domains[0]
        rows.append(
            [
                row.key,
                sent.case_name(row.case),
                row.domain,
                grade,
                reason if first else "",
                "Very sure" if first else "",
                comment if first else "",
            ]
        )
    return rows


def as_csv(rows, *, separator=",", encoding="utf-8-sig"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows, **further):
    """A workbook with the rows on the sheet Grades, and further sheets by their names."""
    book = Workbook()
    book.active.title = "Grades"
    sheets = {"Grades": rows, **further}
    for name, content in sheets.items():
        sheet = book["Grades"] if name == "Grades" else book.create_sheet(name)
        for row in content:
            sheet.append(row)
    stored = io.BytesIO()
    book.save(stored)
    return stored.getvalue()


def as_json(sent, grades=None, **changed):
    """The file that the page of a pack saves."""
    rows = [
        dict(zip(("key", "case", "part", "grade", "reason", "sure", "comment"), row, strict=True))
        for row in rows_of(sent, grades)[1:]
    ]
    for row in rows:
        row.update({name: row[name] or None for name in ("grade", "reason", "sure", "comment")})
    content = {"format": "qaf-return", "version": sent.version, "round": sent.round,
               "pack": sent.pack, "moderator": sent.moderator, "rows": rows}  # fmt: skip
    return json.dumps({**content, **changed}).encode()


def truth(sent, grades=None):
    """Grade by key."""
    grades = given(sent) if grades is None else grades
    return {row.key: grade for row, grade in zip(sent.rows, grades, strict=True)}


def read_grades(file, sent):
    """What a returned file says, by key."""
    keys = {(row.case, row.domain): row.key for row in sent.rows}
    return {
        keys[case.case, part]: word
        for case in file.cases
        if case.pack == sent.pack
        for part, word in case.grades.items()
        if word is not None
    }
