"""Audits and moderations of which only the month is known, in councils made by hand."""

from datetime import date

import pandas as pd
import pytest

from qaf_analysis.data.store.bundle import read_bundle, write_bundle
from tests.data.council.test_eras import audits, findings, graded, row, settings, whole

AS_OF = date(2026, 2, 7)
TOML = '[council]\nname = "Made"\n'
MONTHS = TOML + "months = true\n"
MODERATIONS = "audit_id,moderator,moderated_on,domain,grade\n"


def read(council, lines, moderations=(), toml=TOML, **more):
    files = {"audits.csv": audits(*lines), "council.toml": toml} | more
    if moderations:
        files["moderations.csv"] = MODERATIONS + "".join(f"{line}\n" for line in moderations)
    return council(files, as_of=AS_OF)


@pytest.mark.parametrize("text", ["April 2024", "2024-04", "04/2024", "Apr-24", "Apr 2024"])
def test_a_month_gives_the_quarter_and_no_day(council, tmp_path, text):
    imported = read(council, [row(1, text, "Good"), row(2, text, "Good")], toml=MONTHS)
    assert whole(imported) == (2, 0)
    bundle = imported.audits
    assert bundle.audits["quarter"].tolist() == ["2024-25 Q1"] * 2
    assert bundle.audits["month_only"].all()
    assert bundle.ratings["rated_on"].isna().all()
    write_bundle(bundle, tmp_path / "bundle")
    for path in (tmp_path / "bundle").iterdir():
        assert b"2024-04-01" not in path.read_bytes()
    again = read_bundle(tmp_path / "bundle")
    pd.testing.assert_frame_equal(again.audits, bundle.audits)
    pd.testing.assert_frame_equal(again.ratings, bundle.ratings)
    assert again.settings.months


def test_days_and_months_may_stand_together_where_months_are_declared(council):
    imported = read(council, [row(1, "2024-04-03", "Good"), row(2, "May-24", "Good")], toml=MONTHS)
    assert imported.audits.audits["month_only"].tolist() == [False, True]
    assert [str(d.date()) for d in imported.audits.ratings["rated_on"].dropna()] == ["2024-04-03"]


def test_a_column_of_first_days_is_one_of_months_only_where_months_are_declared(council):
    lines = [row(1, "01/04/2024", "Good"), row(2, "01/05/2024", "Good")]
    assert read(council, lines, toml=MONTHS).audits.audits["month_only"].all()
    assert not read(council, lines).audits.audits["month_only"].any()


def test_a_moderation_in_the_month_of_its_audit_is_not_early(council):
    lines = [row(n, "April 2024", "Good") for n in (1, 2, 3)]
    moderated = [
        "A1,Mo,2024-04-20,Overall,Good",
        "A2,Mo,2024-03-31,Overall,Good",
        "A3,Mo,2024-05-01,Overall,Good",
    ]
    imported = read(council, lines, moderated)
    assert [f.row for f in findings(imported, "moderated_before_audit")] == [3]
    assert not imported.audits.moderations["month_only"].any()


def test_a_moderation_by_month_is_compared_with_the_month_of_the_audit(council):
    lines = [row(1, "2024-04-20", "Good"), row(2, "2024-05-02", "Good")]
    moderated = ["A1,Mo,April 2024,Overall,Good", "A2,Mo,April 2024,Overall,Good"]
    imported = read(council, lines, moderated)
    assert [f.row for f in findings(imported, "moderated_before_audit")] == [3]
    assert imported.audits.moderations["month_only"].tolist() == [True]
    by_moderators = imported.audits.ratings.query("role == 'external_moderator'")
    assert by_moderators["rated_on"].isna().all()


def test_days_still_decide_where_both_are_known(council):
    lines = [row(1, "2024-04-20", "Good"), row(2, "2024-04-20", "Good")]
    moderated = ["A1,Mo,2024-04-19,Overall,Good", "A2,Mo,2024-04-20,Overall,Good"]
    imported = read(council, lines, moderated, toml=MONTHS)
    assert [f.row for f in findings(imported, "moderated_before_audit")] == [2]


def test_a_month_within_which_the_scale_changed_needs_the_day_or_the_scale(council):
    lines = [
        row(1, "April 2025", "Good"),
        row(2, "May 2025", "Strong"),
        row(3, "March 2025", "Good"),
    ]
    imported = read(council, lines, toml=settings(start="2025-04-15"))
    assert whole(imported) == (2, 1)
    [found] = findings(imported, "month_of_new_scale")
    assert found.found == "a grade of April 2025, within which the scale changed"
    assert graded(imported) == [("Good", "ofsted4"), ("Strong", "five")]
    named = [f"{line},{name}" for line, name in zip(lines, ("ofsted4", "", ""), strict=True)]
    head = "audit_id,audit_date,team,auditor,domain,grade,scale"
    again = council(
        {"audits.csv": audits(*named, head=head), "council.toml": settings(start="2025-04-15")},
        as_of=AS_OF,
    )
    assert whole(again) == (3, 0)


def test_a_wrong_word_of_a_month_is_told_by_month(council):
    imported = read(
        council, [row(1, "May 2025", "Strong"), row(2, "May 2025", "Good")], toml=settings()
    )
    [found] = findings(imported, "grade_of_other_scale")
    assert found.found.endswith("this audit is of May 2025")


MATCHED = """
[[files]]
path = "audits.csv"
[[files]]
path = "reads.csv"
kind = "moderations"
match = { by = "case_ref", days = 20 }
"""


def test_readings_matched_by_case_fit_a_month_where_any_day_of_it_would(council):
    head = "audit_id,case_ref,audit_date,team,auditor,domain,grade"
    lines = [
        "A1,C1,April 2024,North,Ann,Overall,Good",
        "A2,C2,April 2024,North,Ann,Overall,Good",
        "A3,C3,April 2024,North,Ann,Overall,Good",
    ]
    reads = "case_ref,moderator,moderated_on,domain,grade\n" + "".join(
        f"{case},Mo,{day},Overall,Good\n"
        for case, day in (("C1", "2024-05-20"), ("C2", "2024-05-21"), ("C3", "2024-04-02"))
    )
    files = {
        "audits.csv": audits(*lines, head=head),
        "reads.csv": reads,
        "council.toml": TOML + MATCHED,
    }
    imported = council(files, as_of=AS_OF)
    # 30 April to 20 May are 20 days, to 21 May are 21; 2 April may lie after the audit.
    assert [f.row for f in findings(imported, "match_missing")] == [3]
    assert findings(imported, "match_missing")[0].found.endswith("the nearest is of 2024-04")
    assert len(imported.audits.moderations) == 2
