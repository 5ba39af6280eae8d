"""The annex: no table about a single auditor, no empty heading, the numbers of the workbook."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from qaf_analysis.kit.parts import Table, word_columns
from qaf_analysis.report.blocks import Figure, Heading, Note, Paragraph
from qaf_analysis.report.document import Document
from qaf_analysis.report.editions.annex import (
    _kept_apart,
    _without_empty_headings,
    annex_document,
)
from qaf_analysis.report.writers.chosen_tables import every_table
from qaf_analysis.report.writers.workbook import workbook
from tests.golden.councils import results

RUN = "0123456789abcdef"
CODE = re.compile(r"\b(?:AUDITOR|MODERATOR|RATER|PERSON)-([A-Z2-7]{4,20})\b")


@pytest.fixture(scope="module")
def pair() -> tuple[Document, Document]:
    return annex_document(results("all falls"), run_id=RUN)


def tables(document: Document) -> list[Table]:
    return [one.table for one in every_table(document)]


def texts(table: Table) -> list[str]:
    heads = [f"{column.heading} {column.unit}" for column in table.columns]
    cells = [cell for row in table.rows for cell in row]
    return [table.caption, table.note, table.source, *heads, *cells]


def test_no_table_with_a_person_s_code_remains(pair):
    annex, whole = pair
    sealed = [one.table for one in every_table(whole) if one.about_auditors]
    assert sealed  # there is something to keep apart
    # the letters of every code that the workbook for the audit manager has, read by another rule
    codes = {letters for table in sealed for text in texts(table) for letters in CODE.findall(text)}
    codes |= {
        row[0]
        for table in sealed
        if table.columns[0].heading in ("Auditor", "Moderator")
        for row in table.rows
        if re.fullmatch(r"[A-Z2-7]{4,20}", row[0])
    }
    assert codes
    for block in annex.body:
        if isinstance(block, Figure):
            seen = f"{block.picture.svg} {block.picture.alt} {block.picture.title}"
            assert codes.isdisjoint(re.findall(r"\w+", seen)), block.picture.title
    for table in tables(annex):
        for text in texts(table):
            assert not CODE.search(text), (table.caption, text)
            assert codes.isdisjoint(re.findall(r"\b[A-Z2-7]{4,20}\b", text)), table.caption


def test_only_tables_about_auditors_went(pair):
    annex, whole = pair
    kept = [one.table.caption for one in every_table(whole) if not one.about_auditors]
    assert [table.caption for table in tables(annex)] == kept
    shown = [block for block in whole.body if not isinstance(block, Table | Heading)]
    left = [block for block in annex.body if not isinstance(block, Table | Heading)]
    gone = [block for block in shown if block not in left]
    assert [block.picture.title for block in gone if isinstance(block, Figure)] == [
        "Auditors show no difference in strictness beyond chance"
    ]
    assert len(gone) == 1
    sealed = len(tables(whole)) - len(kept)
    note = annex.body[-1]
    assert isinstance(note, Note)
    assert note.label == "Kept apart"
    assert note.lines[0].startswith(f"{sealed} tables about single auditors, by code, stand in a ")
    assert note.lines[0].endswith("asked for. 1 figure that shows them is left out.")


def test_no_heading_is_left_without_content(pair):
    annex, _ = pair
    for block, after in zip(annex.body, annex.body[1:], strict=False):
        if isinstance(block, Heading) and isinstance(after, Heading):
            assert after.level > block.level, block.text
    assert not isinstance(annex.body[-1], Heading)


def heading(name: str, level: int) -> Heading:
    return Heading(text=name, id=name, level=level)


WORDS = Paragraph(words="w")


@pytest.mark.parametrize(
    ("blocks", "left"),
    [
        ([heading("a", 2), heading("b", 3), WORDS], "ab"),
        ([heading("a", 2), heading("b", 3), heading("c", 2), WORDS], "c"),
        ([heading("a", 2), heading("b", 3), heading("c", 3), WORDS], "ac"),
        ([heading("a", 2), WORDS, heading("b", 3)], "a"),
        ([heading("a", 2), heading("b", 3), heading("c", 4)], ""),
        ([heading("a", 2)], ""),
        ([WORDS], ""),
    ],
)
def test_headings_go_with_all_that_stood_below_them(blocks, left):
    found = list(_without_empty_headings(blocks))
    assert "".join(block.id for block in found if isinstance(block, Heading)) == left
    assert found.count(WORDS) == blocks.count(WORDS)


def test_numbers_of_tables_are_those_of_the_workbook(pair):
    annex, _ = pair
    book = openpyxl.load_workbook(io.BytesIO(workbook(annex)))
    numbered = {one.number: one.table.caption for one in every_table(annex)}
    sheets = [name for name in book.sheetnames if name.startswith("Table ")]
    assert sheets == [f"Table {place}" for place in range(1, len(numbered) + 1)]
    for name in sheets:
        assert numbered[name] in str(book[name]["A1"].value)


def test_what_an_annex_is(pair):
    annex, whole = pair
    assert annex.title == f"{whole.title}: annex"
    assert annex.first_page.edition == "annex, not for publication"
    assert annex.folded
    assert annex.searchable
    assert not whole.searchable


def test_one_table_kept_apart_is_told_as_one():
    (note,) = _kept_apart(1, 2)
    assert note.lines[0].startswith("1 table about single auditors, by code, stands in a workbook ")
    assert note.lines[0].endswith(" 2 figures that show them are left out.")
    assert list(_kept_apart(0, 0)) == []


def test_a_table_of_words_is_none_of_persons():
    plain = Table(caption="Words", columns=word_columns("Word"), rows=(("AUDIT",),))
    assert not CODE.search(" ".join(texts(plain)))
