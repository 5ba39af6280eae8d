"""A plain table is read as it stands in whatever form it comes, or refused with its place."""

from __future__ import annotations

import io

import numpy as np
import openpyxl
import pytest

from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.plain.counts import PlainCounts
from qaf_analysis.data.plain.grades import PlainGrades, read_plain_grades
from qaf_analysis.data.plain.levels import declared_levels
from qaf_analysis.terms.errors import UsageError

WIDE = "Ann,Bob,Cat\n1,2,\n3,,4\n2,2,2\n"
LEVELS = declared_levels("1,2,3,4")


def table(folder, text, *, name="grades.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def as_rows(grades: PlainGrades):
    return sorted(zip(grades.audit, grades.auditor, grades.grade, strict=True))


def refusal(folder, text, **options):
    with pytest.raises(FileRefusedError) as caught:
        read_plain_grades(table(folder, text), **options)
    return str(caught.value)


EXPECTED = [(0, 0, 0), (0, 1, 1), (1, 0, 2), (1, 2, 3), (2, 0, 1), (2, 1, 1), (2, 2, 1)]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (WIDE, "utf-8"),
        (WIDE, "utf-8-sig"),
        (WIDE, "utf-16"),
        (WIDE.replace("\n", "\r\n"), "utf-8-sig"),
        (WIDE.replace(",", ";"), "utf-8"),
        (WIDE.replace(",", "\t"), "utf-8"),
        (WIDE.replace("2,2,2", " 2 ,2.0,\u00a02"), "utf-8"),
        (WIDE.replace("3,,4", '"3","","4"'), "utf-8"),
        (WIDE.replace("3,,4", "\n,,\n3, ,4\n"), "utf-8"),
    ],
)
def test_the_form_of_the_file_is_no_matter(tmp_path, text, encoding):
    path = table(tmp_path, text, encoding=encoding)
    grades = read_plain_grades(path, layout="wide", levels=LEVELS)
    codes = {audit: place for place, audit in enumerate(np.unique(grades.audit))}
    assert [(codes[a], b, c) for a, b, c in as_rows(grades)] == EXPECTED


def test_a_workbook_is_read_like_a_csv_file(tmp_path):
    book = openpyxl.Workbook()
    for row in (("Ann", "Bob", "Cat"), (1, 2, None), (3, None, 4), (2, 2, 2)):
        book.active.append(row)
    path = tmp_path / "grades.xlsx"
    book.save(path)
    grades = read_plain_grades(path, layout="wide", levels=LEVELS)
    assert as_rows(grades) == EXPECTED


def test_a_merged_cell_is_no_blank_cell(tmp_path):
    book = openpyxl.Workbook()
    for row in (("Ann", "Bob"), (1, 2), (3, None)):
        book.active.append(row)
    book.active.merge_cells("A3:B3")
    data = io.BytesIO()
    book.save(data)
    path = table(tmp_path, data.getvalue(), name="merged.xlsx")
    with pytest.raises(FileRefusedError, match="row 3, column Bob"):
        read_plain_grades(path, layout="wide", levels=LEVELS)


def test_wide_and_long_say_the_same(tmp_path):
    long = "rater,Case Ref,GRADE,note\nAnn,x,Good,\nBob,x,RI,?\nAnn,y,good ,\nBob,y,,\n"
    found = read_plain_grades(table(tmp_path, long), layout="long")
    assert as_rows(found) == [(0, 0, 2), (0, 1, 1), (1, 0, 2)]
    wide = "audit,Ann,Bob\nx,Good,RI\ny,good ,\n"
    assert as_rows(read_plain_grades(table(tmp_path, wide), layout="wide")) == as_rows(found)
    assert found.levels.labels[0] == "Inadequate"


def test_counts_are_matched_to_levels_by_their_headings(tmp_path):
    text = "audit,Good,Inadequate,Outstanding\n7,2,,1\n8,0,3,0\n"
    found = read_plain_grades(table(tmp_path, text), layout="counts")
    assert isinstance(found, PlainCounts)
    assert found.counts.tolist() == [[0, 0, 2, 1], [3, 0, 0, 0]]
    assert "No column for Requires improvement" in found.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        "low,mid,high\n5,1,0\n2,6,1\n0,3,7\n",
        "A\\B,high,low,mid\nmid,1,2,6\nlow,0,5,1\nhigh,7,0,3\n",
    ],
)
def test_a_contingency_table_may_name_its_rows(tmp_path, text):
    scale = declared_levels("low,mid,high")
    found = read_plain_grades(table(tmp_path, text), layout="contingency", levels=scale)
    assert found.counts.tolist() == [[5, 1, 0], [2, 6, 1], [0, 3, 7]]


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("A,B\n1,2\n3,9\n", {"layout": "wide", "levels": LEVELS}, 'row 3, column B: found "9"'),
        ("A,B\n1,2\n3,4\n", {"layout": "wide"}, "the grades 1, 2, 3, 4"),
        ("A,B\nyes,no\n", {"layout": "wide"}, "the grades yes, no"),
        ("A,B\n1,2,3\n", {"layout": "wide", "levels": LEVELS}, "row 2: found 3 cells"),
        ("A,A\n1,2\n", {"layout": "wide", "levels": LEVELS}, "two columns with this heading"),
        ("A,B\n,\n", {"layout": "wide"}, "no rows"),
        ("A,\n1,2\n", {"layout": "wide", "levels": LEVELS}, "without a heading"),
        ("audit,A\n1,2\n1,3\n", {"layout": "wide", "levels": LEVELS}, "row 3, column audit"),
        ("A,B\n1,2\n", {"layout": "long"}, "no column of the audit; the headings are A, B"),
        (
            "audit,auditor,grade\n1,a,2\n1,a,3\n",
            {"layout": "long", "levels": LEVELS},
            "row 3, column auditor",
        ),
        (
            "audit,auditor,grade\n1,,2\n",
            {"layout": "long", "levels": LEVELS},
            "row 2, column auditor: found an empty cell",
        ),
        ("1,2,5\n0,1,1\n", {"layout": "counts", "levels": LEVELS}, "row 1, column 5"),
        ("1,2,3,4\n0,1,1,x\n", {"layout": "counts", "levels": LEVELS}, 'column 4: found "x"'),
        ("1,2,3,4\n0,1,1,-1\n", {"layout": "counts", "levels": LEVELS}, 'column 4: found "-1"'),
        ("1,2,3,4\n9,9,9,99999999\n", {"layout": "counts", "levels": LEVELS}, "100,000,026"),
        ("1,2,2,4\n0,1,1,1\n", {"layout": "counts", "levels": LEVELS}, "two columns for"),
        ("1,2,3,4\n0,1,1,1\n", {"layout": "contingency", "levels": LEVELS}, "1 rows and 4"),
        ("", {"layout": "wide"}, "empty file"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path, text, options, words):
    assert words in refusal(tmp_path, text, **options)


def test_a_column_of_names_is_not_shown(tmp_path):
    text = "about,A,B\nJane Smith,1,2\nJohn Brown,2,2\n"
    said = refusal(tmp_path, text, layout="wide", levels=LEVELS)
    assert "row 2, column about" in said
    assert "headed audit" in said
    assert "Jane" not in said


def test_at_most_twenty_cells_are_named(tmp_path):
    said = refusal(tmp_path, "A,B\n" + "1,7\n1,1\n" * 30, layout="wide", levels=LEVELS)
    assert len(said.splitlines()) == 21
    assert "10 further cells" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3", "at least two levels"),
        ("1,2,,4", "at least two levels"),
        ("1,2,2.0", "stands twice"),
        ("1,3,2", "neither rise nor fall"),
        ("Good,Inadequate,Outstanding,Requires improvement", "Ofsted's order"),
        ("Outstanding,Good,RI,Inadequate", "worst first"),
    ],
)
def test_a_scale_that_cannot_be_meant_is_refused(text, words):
    with pytest.raises(UsageError, match=words):
        declared_levels(text)


def test_declared_levels_know_the_usual_spellings():
    levels = declared_levels("Inadequate, Requires improvement, Good, Outstanding")
    assert levels.code(" ri ") == 1
    assert declared_levels('"poor, or worse",fair').labels == ("poor, or worse", "fair")
    assert declared_levels("4,3,2,1").scores == (4, 3, 2, 1)


def test_a_missing_file_or_layout_is_a_wrong_use(tmp_path):
    with pytest.raises(UsageError, match="no file"):
        read_plain_grades(tmp_path / "none.csv", layout="wide")
    with pytest.raises(UsageError, match="no layout"):
        read_plain_grades(table(tmp_path, WIDE), layout="tall")
