"""Small councils whose scale changed: each grade is read on the scale of its own day."""

from datetime import date

import pytest

from qaf_analysis.data.contract.record import ImportRejectedError

AS_OF = date(2026, 2, 7)
SETTINGS = """
[council]
name = "Made"
scale = "ofsted4"
{more}
[[scales]]
name = "five"
levels = ["Urgent", "Needs attention", "Expected", "Strong", "Exceptional"]
good_from = "Expected"
positive = "expected standard or better"
from = {start}
"""
HEAD = "audit_id,audit_date,team,auditor,domain,grade"


def settings(start="2025-04-01", more="", rest=""):
    return SETTINGS.format(start=start, more=more) + rest


def audits(*rows, head=HEAD):
    return "\n".join([head, *rows]) + "\n"


def row(number, day, grade, *more, auditor="Ann"):
    return ",".join([f"A{number}", day, "North", auditor, "Overall", grade, *more])


def graded(imported, role=None):
    """Level and scale of each rating, sorted."""
    table = imported.audits.ratings
    if role:
        table = table[table["role"] == role]
    levels = {era.scale.name: era.scale.levels for era in imported.audits.settings.all_eras}
    return sorted((levels[s][g], s) for s, g in zip(table["scale"], table["grade"], strict=True))


def findings(imported, code):
    return [f for f in imported.audits.record.findings if f.code == code]


def whole(imported):
    record = imported.audits.record
    assert record.rows_in == record.loaded + record.quarantined
    return record.loaded, record.quarantined


@pytest.fixture
def read(council):
    def reading(*rows, head=HEAD, toml=None, **files):
        named = {f"{name}.csv": text for name, text in files.items()}
        exports = {"audits.csv": audits(*rows, head=head), "council.toml": toml or settings()}
        return council(exports | named, as_of=AS_OF)

    return reading


def test_each_grade_is_on_the_scale_of_its_day(read):
    imported = read(
        row(1, "2025-03-31", "Good"),
        row(2, "2025-04-01", "Strong"),
        row(3, "2025-05-01", "urgent"),
        row(4, "2024-05-01", "RI"),
    )
    assert whole(imported) == (4, 0)
    assert graded(imported) == sorted(
        [
            ("Requires improvement", "ofsted4"),
            ("Good", "ofsted4"),
            ("Strong", "five"),
            ("Urgent", "five"),
        ]
    )


def test_a_word_of_another_era_is_set_aside_with_both_times_named(read):
    imported = read(
        row(1, "2025-03-12", "Strong"), row(2, "2025-04-02", "Good"), row(3, "2025-04-02", "Strong")
    )
    assert whole(imported) == (1, 2)
    early, late = findings(imported, "grade_of_other_scale")
    assert early.found == (
        '"Strong" is a grade of the scale five, in use from 1 April 2025; this audit is of '
        "12 March 2025"
    )
    assert late.found == (
        '"Good" is a grade of the scale ofsted4, in use until 31 March 2025; this audit is of '
        "2 April 2025"
    )
    assert (early.row, late.row, early.column) == (2, 3, "grade")


def test_a_label_of_both_scales_is_read_on_that_of_its_day(read):
    toml = settings().replace('"Strong"', '"Good"')
    imported = read(row(1, "2025-03-31", "Good"), row(2, "2025-04-01", "Good"), toml=toml)
    assert graded(imported) == sorted([("Good", "ofsted4"), ("Good", "five")])
    assert sorted(imported.audits.ratings["grade"]) == [2, 3]


def test_numbers_that_are_words_of_the_old_scale_are_levels_of_the_new(read):
    toml = """
[council]
name = "Made"
[grades]
"1" = "Outstanding"
"2" = "Good"
"3" = "Requires improvement"
"4" = "Inadequate"
[[scales]]
name = "numbers"
levels = ["1", "2", "3", "4", "5"]
good_from = "4"
from = "2025-26 Q1"
"""
    imported = read(
        row(1, "2025-03-31", "1"),
        row(2, "2025-03-31", "4"),
        row(3, "2025-04-01", "1"),
        row(4, "2025-04-01", "4"),
        row(5, "2025-03-30", "5"),
        toml=toml,
    )
    assert whole(imported) == (4, 1)
    assert graded(imported) == sorted(
        [
            ("Outstanding", "ofsted4"),
            ("Inadequate", "ofsted4"),
            ("1", "numbers"),
            ("4", "numbers"),
        ]
    )
    assert "scale numbers, in use from 1 April 2025" in (
        findings(imported, "grade_of_other_scale")[0].found
    )


def test_two_breaks_one_within_a_quarter(read):
    rest = """
[[scales]]
name = "pass"
levels = ["Not met", "Met"]
good_from = "Met"
from = 2025-11-15
"""
    imported = read(
        row(1, "2025-03-31", "Good"),
        row(2, "2025-11-14", "Strong"),
        row(3, "2025-11-15", "Met"),
        row(4, "2025-11-14", "Met"),
        toml=settings(rest=rest),
    )
    assert graded(imported) == sorted([("Good", "ofsted4"), ("Strong", "five"), ("Met", "pass")])
    [late] = findings(imported, "grade_of_other_scale")
    assert "14 November 2025" in late.found
    assert findings(imported, "unknown_grade") == []


def test_the_column_scale_goes_before_the_date_and_says_so(read):
    imported = read(
        row(1, "2025-03-20", "Strong", "Five"),
        row(2, "2025-04-20", "Good", "ofsted4"),
        row(3, "2025-04-20", "Strong", ""),
        row(4, "2025-04-20", "Strong", "ofsted4"),
        row(5, "2025-04-20", "Strong", "six point"),
        head=HEAD + ",scale",
    )
    assert whole(imported) == (3, 2)
    assert graded(imported) == sorted([("Strong", "five"), ("Good", "ofsted4"), ("Strong", "five")])
    [warned] = findings(imported, "scale_against_date")
    assert warned.rows == 3
    [named] = findings(imported, "grade_of_other_scale")
    assert named.found.endswith("in use from 1 April 2025; this row names its scale")
    [unknown] = findings(imported, "unknown_scale")
    assert unknown.expected == "one of ofsted4, five, or a blank cell"


def test_without_eras_a_column_scale_may_name_the_only_scale(read):
    imported = read(
        row(1, "2025-03-20", "Good", "ofsted4"),
        row(2, "2025-03-20", "Good", "five"),
        head=HEAD + ",scale",
        toml='[council]\nname = "Made"\n',
    )
    assert whole(imported) == (1, 1)
    assert [f.row for f in findings(imported, "unknown_scale")] == [3]


def test_a_file_may_name_the_scale_of_an_era_for_all_its_rows(council):
    files = settings(
        rest='[[files]]\npath = "old.csv"\nscale = "ofsted4"\n[[files]]\npath = "new.csv"\n'
    )
    imported = council(
        {
            "council.toml": files,
            "old.csv": audits(row(1, "2025-04-03", "Good")),
            "new.csv": audits(row(2, "2025-04-03", "Strong")),
        },
        as_of=AS_OF,
    )
    assert graded(imported) == sorted([("Good", "ofsted4"), ("Strong", "five")])


def test_a_second_reader_grades_on_the_scale_of_the_day_of_reading(read):
    head = HEAD + ",rated_on"
    imported = read(
        row(1, "2025-03-20", "Good", "2025-04-02"),  # the auditor: by the day of the audit
        row(1, "2025-03-20", "Strong", "2025-04-02", auditor="Bea"),
        row(2, "2025-03-20", "Good", ""),
        row(2, "2025-03-20", "RI", "", auditor="Bea"),
        head=head,
    )
    assert whole(imported) == (4, 0)
    assert graded(imported, "auditor") == sorted([("Good", "ofsted4")] * 2)
    assert graded(imported, "second_auditor") == [
        ("Requires improvement", "ofsted4"),
        ("Strong", "five"),
    ]


def test_a_moderator_grades_on_the_scale_of_the_day_of_moderation(read):
    head = "audit_id,moderator,moderated_on,domain,grade"
    rows = [
        "A1,Mo,2025-03-30,Overall,Good",
        "A2,Mo,2025-04-10,Overall,Strong",
        "A3,Mo,2025-04-10,Overall,RI",
    ]
    imported = read(
        *(row(n, "2025-03-20", "Good") for n in (1, 2, 3)),
        moderations="\n".join([head, *rows]) + "\n",
    )
    assert whole(imported) == (5, 1)
    assert graded(imported, "external_moderator") == sorted(
        [("Good", "ofsted4"), ("Strong", "five")]
    )
    [finding] = findings(imported, "grade_of_other_scale")
    assert finding.found.endswith("; this moderation is of 10 April 2025")
    [check] = [c for c in imported.audits.record.checks if "on one scale" in c.name]
    assert check.state == "failed"
    assert check.detail == "1 of 2 pairs of grades is on two scales and cannot be compared"


def test_no_check_of_scales_where_there_is_one(read):
    imported = read(row(1, "2025-03-20", "Good"), toml='[council]\nname = "Made"\n')
    assert not [c for c in imported.audits.record.checks if "on one scale" in c.name]


WIDE = """
[[files]]
path = "wide.csv"
shape = "wide"
[files.domains]
Overall = "Grade"
[files.second_auditor]
rater = "Second"
domains = { Overall = "Second grade" }
columns = { rated_on = "Read on" }
[files.moderator]
rater = "Moderator"
domains = { Overall = "Moderated" }
columns = { moderated_on = "Moderated on" }
"""


def test_every_grader_of_a_wide_row_has_a_scale_of_their_own(council):
    head = (
        "audit_id,audit_date,team,auditor,Grade,Second,Second grade,Read on,Moderator,Moderated,"
        "Moderated on"
    )
    wide = [
        head,
        "A1,2025-03-20,North,Ann,Good,Bea,RI,2025-03-21,Mo,Strong,2025-04-03",
        "A2,2025-03-20,North,Ann,Good,Bea,Expected,2025-04-01,,,",
        "A3,2025-03-20,North,Ann,Good,,,,,,",
    ]
    imported = council(
        {"council.toml": settings(rest=WIDE), "wide.csv": "\n".join(wide) + "\n"}, as_of=AS_OF
    )
    assert whole(imported) == (3, 0)
    assert graded(imported, "second_auditor") == [
        ("Expected", "five"),
        ("Requires improvement", "ofsted4"),
    ]
    assert graded(imported, "external_moderator") == sorted([("Strong", "five")])


def test_a_word_for_missing_that_is_a_level_of_any_era_is_a_grade(read):
    toml = settings().replace('"Urgent"', '"None"')
    imported = read(row(1, "2025-04-20", "None"), row(2, "2025-04-20", "Strong"), toml=toml)
    assert graded(imported) == sorted([("None", "five"), ("Strong", "five")])


def test_an_undeclared_word_of_no_scale_stays_unknown(read):
    with pytest.raises(ImportRejectedError):
        read(row(1, "2025-04-20", "Middling"))
