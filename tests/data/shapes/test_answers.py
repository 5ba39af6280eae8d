"""Question-and-answer rows: one record a form, whatever else the form asks."""

import io
import time
from datetime import datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest

from qaf_analysis.data.contract.columns import wanted_columns
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.data.files.folder import settings_of
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.shapes.answers import answers_as_columns
from qaf_analysis.terms.missing_words import MissingWords

SECRET = "Mum said she hit him; call 07700 900123"
SETTINGS = """[council]
name = "Example"
[domains]
Overall = ""
Plan = ""
[[files]]
path = "answers.csv"
shape = "answers"
date_order = "day_first"
{more}
[files.columns]
audit_id = "Form ID"
case_ref = "Child"
audit_date = "Completed"
team = "Team"
auditor = "By"
question = "{question}"
answer = "Answer"
[files.domains]
Overall = {overall}
Plan = {plan}
[files.questions]
case_type = {case_type}
[files.moderator]
rater = {moderator}
columns = {{ moderated_on = {moderated_on} }}
domains = {{ Overall = {moderated} }}
"""
BY_TEXT = {
    "question": "Question",
    "overall": '"Overall grade"',
    "plan": '"Grade the plan"',
    "case_type": '"Type of case"',
    "moderator": '"Moderator"',
    "moderated_on": '"Date moderated"',
    "moderated": '"Moderated grade"',
    "more": "",
}
BY_NUMBER = BY_TEXT | {
    "question": "No",
    "overall": '"6.1"',
    "plan": '"6.10"',
    "case_type": '"0.1"',
    "moderator": '"7.1"',
    "moderated_on": '"7.2"',
    "moderated": '"7.3"',
}
HEADER = "Form ID,Child,Completed,Team,By,No,Question,Answer"
FIRST = ("F1", "C1", "04/10/2019 14:01", "North", "Ann")
SECOND = ("F2", "C2", "05/10/2019 09:30", "South", "Bob")


def form(head, answers):
    """Rows of one form: (number, question, answer) under the same head."""
    return [",".join((*head, *map(quoted, answer))) for answer in answers]


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


ONE = [
    ("0.1", "Type of case", "CIN"),
    ("6.1", "Overall grade", "Good"),
    ("1.9", "Comments", SECRET),
    ("6.10", "Grade the plan", "RI"),
    ("7.1", "Moderator", "Mo"),
    ("7.2", "Date moderated", "20/10/2019"),
    ("7.3", "Moderated grade", "RI"),
]
TWO = [
    ("0.1", "Type of case", "CP"),
    ("1.9", "Comments", SECRET),
    ("6.1", "Overall grade", "Outstanding"),
    ("6.10", "Grade the plan", "Good"),
]


def text(*rows):
    return "\n".join((HEADER, *rows)) + "\n"


def read(council, rows, **settings):
    given = SETTINGS.format(**(BY_TEXT | settings))
    return council({"answers.csv": text(*rows), "council.toml": given})


def both():
    return [*form(FIRST, ONE), *form(SECOND, TWO)]


def messages(imported):
    return [finding.message for finding in imported.audits.record.findings]


def codes(imported):
    return imported.quarantine["code"].tolist()


def record(imported):
    file = imported.audits.record.files[0]
    assert file.rows_in == file.loaded + file.quarantined + file.not_data
    return (file.rows_in, file.loaded, file.quarantined, file.not_data)


@pytest.mark.parametrize("settings", [BY_TEXT, BY_NUMBER], ids=["by text", "by number"])
def test_forms_become_audits_with_grades_and_their_moderation(council, settings):
    imported = read(council, both(), **settings)
    assert record(imported) == (11, 9, 0, 2)
    audits = imported.audits.audits
    assert audits["audit_date"].dt.strftime("%d %b").tolist() == ["04 Oct", "05 Oct"]
    assert audits["team"].tolist() == ["North", "South"]
    assert audits["case_type"].tolist() == ["CIN", "CP"]
    ratings = imported.audits.ratings
    told = zip(ratings["role"], ratings["domain"], ratings["grade"], strict=True)
    assert sorted(told) == [
        ("auditor", "Overall", 2),
        ("auditor", "Overall", 3),
        ("auditor", "Plan", 1),
        ("auditor", "Plan", 2),
        ("external_moderator", "Overall", 1),
    ]
    moderated = imported.audits.moderations
    assert moderated["moderated_on"].dt.strftime("%d %b").tolist() == ["20 Oct"]


def test_free_text_goes_nowhere(council):
    rows = form(FIRST, [*ONE, ("6.1", "Overall grade", "RI")]) + form(SECOND, TWO)
    imported = read(council, rows)
    assert codes(imported) == ["answered_twice"] * 7
    shown = " ".join(messages(imported)) + imported.quarantine.to_csv()
    assert "hit him" not in shown
    assert "07700" not in shown


def test_other_answers_are_no_data_and_counted_by_question(council):
    rows = [*both(), *form(SECOND, [("", "", "stray"), ("", "-1", "x"), ("", "NULL", "y")])]
    imported = read(council, rows)
    assert record(imported) == (14, 9, 0, 5)
    assert any(
        "found 2 answers to 1 other question, and 3 rows without a question" in m
        for m in messages(imported)
    )


def test_spellings_of_a_question_are_one(council):
    rows = [r.replace("Overall grade", "OVERALL\u00a0 grade ") for r in form(FIRST, ONE)]
    imported = read(council, [*rows, *form(SECOND, TWO)])
    assert len(imported.audits.audits) == 2


def test_an_answer_given_twice_alike_is_one_and_a_blank_one_gives_way(council):
    again = [("6.1", "Overall grade", " good"), ("6.10", "Grade the plan", "")]
    imported = read(council, [*form(FIRST, [*ONE, *again]), *form(SECOND, TWO)])
    assert record(imported) == (13, 11, 0, 2)
    assert len(imported.audits.ratings) == 5


def test_two_answers_that_differ_set_the_form_aside_and_name_both_rows(council):
    again = [("6.1", "Overall grade", "RI")]
    imported = read(council, [*form(FIRST, [*ONE, *again]), *form(SECOND, TWO)])
    assert record(imported) == (12, 3, 7, 2)
    assert any("not alike (rows 3 and 9)" in m for m in messages(imported))
    assert imported.quarantine["source_row"].tolist() == ["2", "3", "5", "6", "7", "8", "9"]
    assert imported.quarantine["Answer"].tolist()[1] == "Good"


def test_a_grade_that_is_unknown_is_named_where_it_stands(council):
    rows = [r.replace('"RI"', '"Adequate"') for r in form(FIRST, ONE[:4])]
    imported = read(council, [*rows, *form(SECOND, TWO)])
    assert any("row 5, column Grade the plan" in m and "Adequate" in m for m in messages(imported))


@pytest.mark.parametrize(
    ("place", "other", "column"),
    [(1, "C9", "Child"), (2, "06/10/2019 14:01", "Completed"), (4, "Cat", "By")],
)
def test_a_form_whose_rows_differ_is_set_aside_naming_them(council, place, other, column):
    head = [*FIRST]
    head[place] = other
    rows = [*form(FIRST, ONE[:3]), *form(tuple(head), ONE[3:4]), *form(SECOND, TWO)]
    imported = read(council, rows)
    assert record(imported) == (8, 3, 3, 2)
    assert set(codes(imported)) == {"form_differs"}
    assert any(f"differ in {column} (rows 2 and 5)" in m for m in messages(imported))


def test_other_times_of_one_day_and_other_people_of_the_moderation_are_no_conflict(council):
    later = ("F1", "C1", "04/10/2019 15:59", "", "Ann")
    moderator = ("F1", "C1", "20/10/2019 08:00", "North", "Mo")
    rows = [*form(FIRST, ONE[:3]), *form(later, ONE[3:4]), *form(moderator, ONE[4:])]
    imported = read(council, [*rows, *form(SECOND, TWO)])
    assert record(imported) == (11, 9, 0, 2)
    assert set(imported.audits.audits["team"]) == {"North", "South"}


def test_the_forms_own_cells_stand_before_blank_ones_and_those_of_its_moderation(council):
    moderator = ("F1", "C1", "20/10/2019 08:00", "East", "Mo")
    blank = ("F1", "C1", "", "(null)", "Ann")
    rows = [*form(moderator, ONE[4:]), *form(blank, ONE[:2]), *form(FIRST, ONE[2:4])]
    imported = read(council, [*rows, *form(SECOND, TWO)])
    assert record(imported) == (11, 9, 0, 2)
    audits = imported.audits.audits
    assert audits["team"].tolist() == ["North", "South"]
    assert audits["audit_date"].dt.strftime("%d %b").tolist() == ["04 Oct", "05 Oct"]


def test_an_answer_stands_before_a_word_for_missing_and_is_named_where_it_stands(council):
    first = [("6.1", "Overall grade", "NULL"), *ONE[:4]]
    first[4] = ("6.10", "Grade the plan", "Adequate")
    third = ("F3", "C3", "06/10/2019", "North", "Ann")
    again = [("6.10", "Grade the plan", ""), TWO[2], ("6.10", "Grade the plan", "Fair")]
    imported = read(council, [*form(FIRST, first), *form(SECOND, TWO), *form(third, again)])
    assert any("row 6, column Grade the plan" in m and "Adequate" in m for m in messages(imported))
    assert any("row 13, column Grade the plan" in m and "Fair" in m for m in messages(imported))
    assert sorted(imported.audits.ratings["grade"]) == [2, 3]


def test_a_form_without_a_grade_is_set_aside_even_if_no_wanted_question_was_asked(council):
    third = ("F3", "C3", "06/10/2019", "North", "Ann")
    fourth = ("V1", "C4", "06/10/2019", "North", "Ann")
    rows = [
        *both(),
        *form(third, [("0.1", "Type of case", "CIN"), ("6.1", "Overall grade", "")]),
        *form(fourth, [("6.1", "Overall judgement", "Good"), ("1", "What was seen", SECRET)]),
    ]
    imported = read(council, rows)
    assert record(imported) == (15, 9, 4, 2)
    assert codes(imported) == ["form_ungraded"] * 4
    assert any('not_data = ["Draft"]' in m for m in messages(imported))
    assert any("none of the questions named" in m for m in messages(imported))
    assert not any(SECRET in m for m in messages(imported))


def test_forms_marked_as_drafts_are_no_data_where_declared(council):
    rows = [f"{r},Draft" for r in form(FIRST, ONE)] + [f"{r},Done" for r in form(SECOND, TWO)]
    given = SETTINGS.format(**(BY_TEXT | {"more": 'not_data = ["draft"]'}))
    data = "\n".join((HEADER + ",Status", *rows)) + "\n"
    imported = council({"answers.csv": data, "council.toml": given})
    assert record(imported) == (11, 3, 0, 8)


def test_a_column_of_states_is_named_with_the_line_that_leaves_some_out(council):
    rows = [f"{r},Draft" for r in form(FIRST, ONE)] + [f"{r},Done" for r in form(SECOND, TWO)]
    given = SETTINGS.format(**BY_TEXT)
    data = "\n".join((HEADER + ",Form status", *rows)) + "\n"
    told = messages(council({"answers.csv": data, "council.toml": given}))
    assert any(
        '"Draft" (1), "Done" (1)' in m or '"Done" (1), "Draft" (1)' in m
        for m in told
        if "[form_status]" in m and "not_data = [" in m
    )


def test_minus_one_and_words_for_missing_are_no_answers(council):
    rows = form(
        FIRST, [*ONE[:4], ("6.1", "Overall grade", "NULL"), ("6.10", "Grade the plan", "-1")]
    )
    third = ("F3", "C3", "06/10/2019", "North", "Ann")
    empty = [("6.1", "Overall grade", "-1"), ("6.10", "Grade the plan", "(null)")]
    imported = read(council, [*rows, *form(SECOND, TWO), *form(third, empty)])
    assert record(imported) == (12, 8, 2, 2)
    assert codes(imported) == ["form_ungraded"] * 2
    assert sorted(imported.audits.ratings["grade"]) == [1, 2, 2, 3]
    assert any("found 2 answers of -1" in m for m in messages(imported))


def test_a_word_for_ungraded_is_an_answer(council):
    settings = SETTINGS.format(**BY_TEXT).replace('"Example"', '"Example"\nnot_graded = ["N/A"]')
    rows = [row.replace('"Good"', '"N/A"').replace('"RI"', '"N/A"') for row in form(FIRST, ONE[:4])]
    data = text(*rows, *form(SECOND, TWO))
    imported = council({"answers.csv": data, "council.toml": settings})
    assert len(imported.audits.audits) == 2
    assert sorted(imported.audits.ratings["grade"]) == [2, 3]


@pytest.mark.parametrize(
    ("settings", "near"),
    [
        ({"plan": '"Grade of the plan"'}, "Grade the plan"),
        ({"case_type": '"Type of the case"'}, "Type of case"),
        ({"moderated": '"Moderated overall grade"'}, "Moderated grade"),
        ({"plan": '["Plan grade v1", "Grade of plan"]'}, "Grade the plan"),
    ],
)
def test_a_question_that_is_never_asked_is_refused_with_the_near_ones(council, settings, near):
    with pytest.raises(ImportRejectedError, match="question_missing") as refused:
        read(council, both(), **settings)
    assert f'"{near}"' in str(refused.value)


def test_no_moderation_yet_is_a_warning(council):
    rows = [*form(FIRST, ONE[:4]), *form(SECOND, TWO)]
    imported = read(council, rows)
    assert record(imported) == (8, 6, 0, 2)
    assert any("[questions_absent]" in m for m in messages(imported))


def test_versions_of_a_form_are_one_domain(council):
    rows = [r.replace("Grade the plan", "Quality of plan (v4)") for r in form(SECOND, TWO)]
    plan = '["Grade the plan", "Quality of plan (v4)"]'
    imported = read(council, [*form(FIRST, ONE), *rows], plan=plan)
    ratings = imported.audits.ratings
    assert sorted(ratings[ratings["domain"] == "Plan"]["grade"]) == [1, 2]
    assert record(imported) == (11, 9, 0, 2)


def test_both_versions_filled_and_unlike_set_the_form_aside(council):
    rows = form(SECOND, [*TWO, ("9", "Quality of plan (v4)", "Inadequate")])
    plan = '["Grade the plan", "Quality of plan (v4)"]'
    imported = read(council, [*form(FIRST, ONE), *rows], plan=plan)
    assert codes(imported) == ["versions_differ"] * 4


def test_a_question_asked_in_every_section_needs_its_number(council):
    asked = [("1.4", "Grade", "Good"), ("6.1", "Overall grade", "RI"), ("2.4", "Grade", "RI")]
    rows = [*form(FIRST, [*ONE, *asked]), *form(SECOND, [*TWO, *asked[::2]])]
    with pytest.raises(ImportRejectedError, match="question_twice"):
        read(council, rows, plan='"Grade"')


def test_rows_without_a_form_are_set_aside_one_by_one(council):
    nobody = ("", "C9", "06/10/2019", "North", "Ann")
    rows = [*both(), *form(nobody, [TWO[1], TWO[2]]), *form(("-1", *nobody[1:]), [TWO[3]])]
    imported = read(council, rows)
    assert record(imported) == (14, 9, 2, 3)
    assert set(codes(imported)) == {"cell_missing"}


@pytest.mark.parametrize("column", ["question", "answer", "audit_id"])
def test_a_column_that_is_not_there_is_refused(council, column):
    settings = SETTINGS.format(**BY_TEXT)
    for name, heading in (("question", "Question"), ("answer", "Answer"), ("audit_id", "Form ID")):
        if name == column:
            settings = settings.replace(f'{name} = "{heading}"', f'{name} = "Frage"')
    with pytest.raises(ImportRejectedError, match="the column Frage is missing"):
        council({"answers.csv": text(*both()), "council.toml": settings})


def test_a_date_in_three_questions(council):
    parts = [("1", "Day", "7"), ("2", "Month", "10"), ("3", "Year", "2019")]
    incomplete = [parts[0], parts[2]]
    settings = SETTINGS.format(**BY_TEXT).replace('audit_date = "Completed"\n', "")
    settings = settings.replace(
        "[files.questions]", '[files.questions]\naudit_date = ["Day", "Month", "Year"]'
    )
    data = text(*form(FIRST, [*ONE, *parts]), *form(SECOND, [*TWO, *incomplete]))
    imported = council({"answers.csv": data, "council.toml": settings})
    assert imported.audits.audits["audit_date"].dt.strftime("%Y-%m-%d").tolist() == ["2019-10-07"]
    assert set(codes(imported)) == {"date_unreadable"}


def test_the_identifier_of_a_form_may_be_built(council):
    settings = SETTINGS.format(**BY_TEXT).replace('"Form ID"', '["Child", "Completed"]')
    lacking = ("F3", "C3", "", "North", "Ann")
    rows = [*both(), *form(lacking, [TWO[1], TWO[2]])]
    imported = council({"answers.csv": text(*rows), "council.toml": settings})
    assert set(imported.references.values()) == {"C1 · 2019-10-04", "C2 · 2019-10-05"}
    assert record(imported) == (13, 9, 1, 3)
    assert set(codes(imported)) == {"cell_missing"}


@pytest.mark.parametrize(
    ("forms", "seconds"), [(626, 1), pytest.param(76_923, 20, marks=pytest.mark.slow)]
)
def test_many_rows_take_little_time(forms, seconds):
    """A form has 13 rows, 3 of them wanted: 8,138 and a million rows."""
    asked = ["Type of case", "Overall grade", "Grade the plan", *(f"Part {n}" for n in range(10))]
    number = np.repeat(np.arange(forms), len(asked)).astype(str).astype(object)
    columns = [
        "F" + number,
        "C" + number,
        np.full(len(number), "04/10/2019 14:01", dtype=object),
        np.full(len(number), "North", dtype=object),
        np.full(len(number), "Ann", dtype=object),
        np.full(len(number), "", dtype=object),
        np.tile(np.array(asked, dtype=object), forms),
        np.tile(np.array(["CIN", "Good", "RI", *["-"] * 10], dtype=object), forms),
    ]
    index = pd.RangeIndex(2, len(number) + 2)
    file = settings_of(SETTINGS.format(**BY_TEXT).encode()).files[0]
    table = RawTable(
        file=file.path,
        sheet=None,
        header_row=1,
        headings=tuple(HEADER.split(",")),
        cells=pd.DataFrame(dict(enumerate(columns)), index=index),
        misfits={},
        problems=Problems(file=file.path),
    )
    start = time.perf_counter()
    wanted, missing = wanted_columns(file), MissingWords()
    result = answers_as_columns(table, file=file, wanted=wanted, missing=missing)
    assert time.perf_counter() - start < seconds
    assert len(result.cells) == forms
    assert (result.rows_in, len(result.not_data)) == (13 * forms, 10 * forms)


def test_a_workbook_with_real_dates_and_numbers(council):
    """Question numbers are numbers there, the moderation's date is a date, and ids have no text."""
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    for number, head, answers in ((1, FIRST, ONE), (2, SECOND, TWO)):
        day = datetime(2019, 10, 3 + number, 14, 1)
        for question, asked, answer in answers:
            given = datetime(2019, 10, 20) if asked == "Date moderated" else answer
            numbered = float(question)
            book.active.append([number, head[1], day, *head[3:], numbered, asked, given])
    buffer = io.BytesIO()
    book.save(buffer)
    settings = SETTINGS.format(**(BY_NUMBER | {"plan": '"9.9"'})).replace(".csv", ".xlsx")
    files = {"answers.xlsx": buffer.getvalue(), "council.toml": settings}
    with pytest.raises(ImportRejectedError, match="question_missing"):
        council(files)
    settings = SETTINGS.format(**BY_TEXT).replace(".csv", ".xlsx")
    imported = council(files | {"council.toml": settings})
    assert record(imported) == (11, 9, 0, 2)
    assert set(imported.references.values()) == {"1", "2"}
    days = imported.audits.audits["audit_date"].dt.strftime("%d %b").tolist()
    assert days == ["04 Oct", "05 Oct"]
    assert imported.audits.moderations["moderated_on"].dt.strftime("%d %b").tolist() == ["20 Oct"]
    assert not {"date_as_text", "unexpected_date"} & {
        finding.code for finding in imported.audits.record.findings
    }
