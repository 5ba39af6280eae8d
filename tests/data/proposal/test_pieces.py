"""The pieces of the recognition, each with what a person would say of the same cells."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest
from openpyxl import Workbook

from qaf_analysis.data.contract.audits import ACTION_DAYS
from qaf_analysis.data.files.heading_words import (
    block_of,
    domain_name,
    heading_weight,
    is_overall,
    is_private,
    meanings,
)
from qaf_analysis.data.proposal.content import profile_of
from qaf_analysis.data.proposal.draft import Draft, toml_key, toml_value
from qaf_analysis.data.proposal.grade_words import (
    grade_level,
    is_between_grades,
    is_ungraded,
    likely_level,
    sorted_grade_words,
)
from qaf_analysis.data.proposal.look import look_at
from qaf_analysis.data.proposal.places import council_named, path_for, quarter_in
from qaf_analysis.data.proposal.tables import table_in
from qaf_analysis.data.proposal.words import likely_one_person
from qaf_analysis.terms.errors import InputRejectedError, UsageError
from tests.data.proposal.exports import write_csv
from tests.data.proposal.small_council import proposed


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("RI", "Requires improvement"),
        ("R.I.", "Requires improvement"),
        ("Req. Imp.", "Requires improvement"),
        ("REQUIRES IMPROVEMENT TO BE GOOD", "Requires improvement"),
        ("Outst.", "Outstanding"),
        ("1 - Inadequate", "Inadequate"),
        ("2 - Good", "Good"),
        ("3 - Good", "Good"),
        ("Good (2)", "Good"),
        ("Grade 4: Outstanding", "Outstanding"),
        ("RI+", None),
        ("Good?", None),
        ("Good -", None),
        ("Good (borderline)", None),
        ("Adequate", None),
        ("Good enough", None),
        ("2", None),
        ("Not good", None),
    ],
)
def test_a_grade_is_read_by_its_word_and_never_by_a_number(text, level):
    assert grade_level(text) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Outsanding", "Outstanding"),
        ("Inadaquate", "Inadequate"),
        ("Requires improvment", "Requires improvement"),
        ("Adequate", None),
        ("Needs improvement", "Requires improvement"),
        ("Food", None),
    ],
)
def test_slips_are_offered_and_no_more(text, level):
    assert grade_level(text) is None
    assert likely_level(text) == level


def test_every_word_of_a_grade_column_is_sorted_with_its_count():
    words = sorted_grade_words(
        Counter({"Good": 9, "RI": 3, "Good/RI": 2, "N/A": 4, "3": 1, "Outsanding": 1, "Mrs B": 1})
    )
    assert words.levels == {"Good": "Good", "RI": "Requires improvement"}
    assert (words.between, words.ungraded, words.numbers) == (("Good/RI",), ("N/A",), ("3",))
    assert words.likely == {"Outsanding": "Outstanding"}
    assert words.unknown == ("Mrs B",)
    assert words.cells(["Good", "N/A"]) == 13
    assert words.to_declare() == {}


def test_neighbours_and_ungraded_words():
    assert is_between_grades("RI / Good")
    assert not is_between_grades("Good/Inadequate")
    assert not is_between_grades("Good/Good")
    assert is_ungraded("Not applicable")
    assert not is_ungraded("Nought")


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("LCS Person ID", "case_ref"),
        ("Child's reference number", "case_ref"),
        ("Mosaic ID of the child", "case_ref"),
        ("What is the child's LCS ID number?", "case_ref"),
        ("Workflow Step ID", "audit_id"),
        ("Form Instance ID", "audit_id"),
        ("Audit Ref.", "audit_id"),
        ("Record Number", "audit_id"),
        ("Date of the audit", "audit_date"),
        ("Step Completed Date", "audit_date"),
        ("Completion time", "audit_date"),
        ("Audited on", "audit_date"),
        ("Reviewing officer", "auditor"),
        ("Completed By", "auditor"),
        ("Assigned Worker", "auditor"),
        ("Allocated Team", "team"),
        ("Service area", "team"),
        ("Second auditor", "second_auditor"),
        ("Moderated by", "moderator"),
        ("Moderation date", "moderated_on"),
        ("How was the case selected?", "selected_by"),
        ("Question Text", "question"),
        ("Response", "answer"),
        ("moderater", "moderator"),
    ],
)
def test_headings_say_most_strongly_what_they_mean(heading, name):
    elsewhere = {*ACTION_DAYS, "verified_by_audit", "response"}  # of actions, and of free text
    weights = {o: heading_weight(heading, o) for o in meanings() if o not in elsewhere}
    assert weights[name] > 0
    assert weights[name] == max(weights.values()), weights


@pytest.mark.parametrize(
    ("heading", "block"),
    [
        ("Second auditor / Overall", "second_auditor"),
        ("2nd reader: Plan", "second_auditor"),
        ("Moderated overall grade", "moderator"),
        ("Grade after moderation", "moderator"),
        ("Management oversight", ""),
        ("Secondary school attendance", ""),
    ],
)
def test_a_heading_says_whose_grade_it_is(heading, block):
    assert block_of(heading) == block


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1. Assessment", "Assessment"),
        ("Q: Child voice", "Child voice"),
        ("Grade the quality of reviewing", "Reviewing"),
        ("How would you grade the quality of planning?", "Planning"),
        ("Judgement: Supervision", "Supervision"),
        ("Second auditor: Plan", "Plan"),
        ("Overall grade for this audit", "Overall"),
        ("What is your overall judgement of practice for this child?", "Overall"),
        ("Overall impact on the child", "Overall impact on the child"),
        ("4.5 Voice of the child", "Voice of the child"),
    ],
)
def test_domains_have_short_names(text, name):
    assert domain_name(text) == name
    assert is_overall(text) == (name == "Overall")


def test_columns_about_the_child_are_private_but_not_its_number():
    for heading in ("Date of birth", "DOB", "Child's name", "Postcode", "NHS number"):
        assert is_private(heading), heading
    for heading in ("Child ID", "Team name", "Name of auditor", "Voice of the child"):
        assert not is_private(heading), heading


@pytest.mark.parametrize(
    ("files", "others", "pattern"),
    [
        (["Audits 2023-24 Q1.xlsx", "Audits 2023-24 Q2.xlsx"], [], "Audits *.xlsx"),
        (["North.csv", "South.csv"], [], "*.csv"),
        (["North.csv", "South.csv"], ["log.csv"], None),
        (["a Q1.csv", "a Q2.csv"], ["a log.csv"], "a Q*.csv"),
        (["in/a 1.csv", "in/a 2.csv"], [], "in/a *.csv"),
        (["one/a.csv", "two/a.csv"], [], None),
        (["a.csv", "a.xlsx"], [], None),
    ],
)
def test_a_pattern_fits_its_files_and_no_other(files, others, pattern):
    assert path_for(files, [*files, *others]) == pattern


def test_quarters_in_names():
    assert str(quarter_in("Audits 2023-24 Q1.xlsx")) == "2023-24 Q1"
    assert quarter_in("Audits 2023-25 Q1.xlsx") is None
    assert quarter_in("Audits spring.xlsx") is None


def test_names_that_are_likely_one_persons():
    pairs = likely_one_person(
        {
            "Jo Field": 9,
            "Field, Jo": 2,
            "J Field": 1,
            "J. Marsh": 3,
            "Jo Fielding": 4,
            "JO FIELD": 1,
        }
    )
    assert ("Field, Jo", "Jo Field") in pairs
    assert ("J Field", "Jo Field") in pairs
    assert not [pair for pair in pairs if "Jo Fielding" in pair or "J. Marsh" in pair]


def test_settings_survive_any_heading():
    odd = 'Grade "A" \\ of\tthe child’s \u0085 plan = [x] # no'
    draft = Draft()
    draft.table("[files.domains]").add(odd, [odd, "b"], "said\nin two lines # and more")
    read = tomllib.loads(draft.text(["opening"]))
    assert read == {"files": {"domains": {odd: [odd, "b"]}}}
    assert tomllib.loads(f"{toml_key('a b')} = {toml_value(True)}") == {"a b": True}


def test_dates_are_told_by_their_order():
    profile = profile_of((text, "") for text in ["25/11/2024", "04/10/2024", "11/25/2024", ""])
    assert (profile.day_first, profile.month_first, profile.either) == (1, 1, 1)
    assert profile.are_dates
    assert profile.filled == 3


def test_a_table_is_found_below_titles_and_above_totals(tmp_path):
    write_csv(
        tmp_path / "a.csv",
        [["Quality assurance"], [], ["Exported by", "the team"], [],
         ["Audit ID", "Date of audit", "Auditor", "Overall"],
         ["1", "04/05/2024", "Ann Field", "Good"], ["2", "05/05/2024", "Ben Marsh", "RI"],
         ["Team total", "", "", "50%"], ["End of report"]],
    )  # fmt: skip
    (grid,) = look_at(tmp_path).grids
    table = table_in(grid)
    assert table.headings == ("Audit ID", "Date of audit", "Auditor", "Overall")
    assert len(table.records) == 2
    assert dict(table.sums) == {"Team total": 1, "End of report": 1}
    assert "Quality assurance" in table.titles


def test_a_record_is_never_taken_for_a_total(tmp_path):
    """ "All" would also begin the name of an audit, so that it is no label of totals here."""
    write_csv(
        tmp_path / "a.csv",
        [["Audit ID", "Date of audit", "Auditor", "Overall"],
         ["Total-01", "04/05/2024", "Ann Field", "Good"], ["A2", "05/05/2024", "Ben Marsh", "RI"],
         ["Total", "", "2", "50%"]],
    )  # fmt: skip
    (grid,) = look_at(tmp_path).grids
    table = table_in(grid)
    assert len(table.records) == 3
    assert not table.sums


def test_the_council_is_named_by_a_title(tmp_path):
    book = Workbook()
    book.active.append(["Case file audits of North Westmere County Council"])
    book.active.append([])
    book.active.append(["Audit ID", "Date of audit", "Auditor", "Overall"])
    book.active.append(["1", "2024-05-04", "Ann Field", "Good"])
    book.save(tmp_path / "a.xlsx")
    look = look_at(tmp_path)
    table = table_in(look.grids[0])
    assert council_named(look, [table]) == "North Westmere County Council"


def test_two_sheets_with_the_same_audits_are_asked_about(tmp_path):
    book = Workbook()
    for name in ("Current", "Copy"):
        sheet = book.create_sheet(name)
        sheet.append(["Audit ID", "Date of audit", "Team", "Auditor", "Overall"])
        for n in range(1, 9):
            sheet.append([n, f"2024-05-{n:02d}", "North", f"Auditor {n % 3}", "Good"])
    book.save(tmp_path / "audits.xlsx")
    (question,) = proposed(tmp_path).unanswered
    assert question.key == "copies"
    chosen = proposed(tmp_path, answers={"copies": question.options[1]})
    assert chosen.settings.files[0].sheet == "Copy"


def test_two_grade_columns_called_alike_beside_a_domain_are_refused(tmp_path):
    write_csv(
        tmp_path / "audits.csv",
        [["audit_id", "audit_date", "team", "auditor", "domain", "grade", "grade"],
         *([n // 2, "2024-05-04", "North", "Ann Field", ("Plan", "Overall")[n % 2], "Good", "RI"]
           for n in range(20))],
    )  # fmt: skip
    with pytest.raises(InputRejectedError, match="two columns are called alike"):
        proposed(tmp_path)


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(UsageError, match="is not a folder"):
        look_at(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["Q9.1", "Q2.1", "9.1", "Q 3", "Q9.1a", "4"])
def test_a_question_that_is_only_a_number_keeps_it(text):
    assert domain_name(text) == text
