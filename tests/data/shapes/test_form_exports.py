"""Exports of forms filled in online: long questions as headings, months, people without a name."""

import io

import openpyxl
import pytest

from qaf_analysis.data.contract.record import ImportRejectedError

OVERALL = (
    "Considering everything you have read on the child's file, what is your overall judgement\n"
    "of the quality of practice? (please choose one)"
)
SETTINGS = """[council]
name = "Example"
[[files]]
path = "form.xlsx"
shape = "wide"
{more}
[files.columns]
audit_id = "ID"
case_ref = "Child's case number"
audit_date = {day}
team = "Which team holds the case?"
auditor = "{auditor}"
[files.domains]
Overall = "{overall}"
Plan = {plan}
"""
GIVEN = {
    "day": '"Month audited"',
    "auditor": "Name",
    "overall": "Considering everything you have read on the child’s file, what is your overall "
    "judgement of the quality of practice? (please choose one)",
    "plan": '"Grade of the plan"',
    "more": "",
}
HEADINGS = [
    "ID",
    "Start time",
    "Completion time",
    "Email",
    "Name",
    "Child\u2019s case number",
    "Month audited",
    "Which team\u00a0holds the case?",
    OVERALL,
    "Comments",
    "Grade of the plan\u00a0",
    "Comments2",
]


def row(number, month, *, grade="Good", plan="RI", name="Ann"):
    team, case = "North", f"C{number}"
    start = ["2019-11-02 09:00", "2019-11-02 09:40", "anonymous", name]
    return [number, *start, case, month, team, grade, "Mr Pike says …", plan, "…"]


def workbook(rows, headings=HEADINGS):
    book = openpyxl.Workbook()
    for cells in (headings, *rows):
        book.active.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(council, rows, headings=HEADINGS, **how):
    settings = SETTINGS.format(**(GIVEN | how))
    return council({"form.xlsx": workbook(rows, headings), "council.toml": settings})


def warnings(imported, code):
    return [f for f in imported.audits.record.findings if f.code == code]


def test_headings_are_compared_without_line_breaks_and_hard_spaces(council):
    imported = read(council, [row(1, "October 2019"), row(2, "October 2019")])
    assert sorted(imported.audits.ratings["grade"]) == [1, 1, 2, 2]
    assert "Pike" not in str(imported.audits.record) + imported.quarantine.to_csv()


@pytest.mark.parametrize(
    "months",
    [
        ["October 2019", "Nov 2019", "Sept 2019"],
        ["2019-10", "2019-11", "2019-09"],
        ["10/2019", "11/2019", "9/2019"],
        ["Oct-2019", "Nov-2019", "Sep-2019"],
    ],
)
def test_months_stand_for_their_first_day_with_one_warning(council, months):
    imported = read(council, [row(n, month) for n, month in enumerate(months, start=1)])
    days = imported.audits.audits["audit_date"].dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2019-09-01", "2019-10-01", "2019-11-01"]
    assert imported.audits.audits["quarter"].tolist() == ["2019-20 Q2", "2019-20 Q3", "2019-20 Q3"]
    (warning,) = warnings(imported, "months_for_dates")
    assert warning.rows == 3
    assert "3 months without a day" in warning.found


def test_a_month_with_two_digits_may_be_a_day_unless_declared(council):
    rows = [row(1, "Oct-19"), row(2, "Nov-19"), row(3, "Nov-19")]
    with pytest.raises(ImportRejectedError) as refused:
        read(council, rows)
    assert 'date_order = "months"' in str(refused.value)
    imported = read(council, rows, more='date_order = "months"')
    days = imported.audits.audits["audit_date"].dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2019-10-01", "2019-11-01", "2019-11-01"]
    assert len(warnings(imported, "months_for_dates")) == 1


def test_a_month_among_days_is_set_aside(council):
    imported = read(council, [row(1, "04/10/2019"), row(2, "October 2019")])
    assert imported.quarantine["code"].tolist() == ["date_unreadable"]


def test_a_moderation_by_month_may_be_of_the_month_of_its_audit(council):
    headings = [*HEADINGS, "Moderator", "Moderated", "Moderated grade"]
    rows = [
        [*row(1, "2019-10-04"), "Mo", "October 2019", "RI"],
        [*row(2, "2019-10-04"), None, None, None],
    ]
    settings = SETTINGS.format(**GIVEN) + (
        '[files.moderator]\nrater = "Moderator"\ncolumns = { moderated_on = "Moderated" }\n'
        'domains = { Overall = "Moderated grade" }\n'
    )
    imported = council({"form.xlsx": workbook(rows, headings), "council.toml": settings})
    assert imported.quarantine.empty
    assert imported.audits.moderations["month_only"].tolist() == [True]


def test_anonymous_is_nobody(council):
    rows = [row(1, "2019-10-04"), row(2, "2019-10-05")]
    with pytest.raises(ImportRejectedError) as refused:
        read(council, rows, auditor="Email")
    assert '"anonymous" (2)' in str(refused.value)


def test_two_versions_of_a_question_are_one_domain(council):
    headings = [*HEADINGS, "Quality of plan"]
    plan = '["Grade of the plan", "Quality of plan", "Grade of plan (2018)"]'
    rows = [
        [*row(1, "2019-10-04"), None],
        [*row(2, "2019-10-04", plan=None), "Outstanding"],
        [*row(3, "2019-10-04", plan="Good"), " good"],
        [*row(4, "2019-10-04", plan="Good"), "Inadequate"],
        [*row(5, "2019-10-04", plan="N/A"), "Good"],
    ]
    imported = read(council, rows, headings, plan=plan)
    ratings = imported.audits.ratings
    assert sorted(ratings[ratings["domain"] == "Plan"]["grade"]) == [1, 2, 2, 3]
    assert imported.quarantine["code"].tolist() == ["versions_differ"]
    assert imported.quarantine["source_row"].tolist() == ["5"]


def test_a_later_version_alone_stands_for_the_domain(council):
    headings = [h if h != "Grade of the plan\u00a0" else "Quality of plan" for h in HEADINGS]
    plan = '["Grade of the plan", "Quality of plan"]'
    imported = read(council, [row(1, "2019-10-04")], headings, plan=plan)
    assert sorted(imported.audits.ratings["grade"]) == [1, 2]


def test_a_date_in_three_columns(council):
    headings = [*HEADINGS, "Day", "Month", "Year"]
    rows = [
        [*row(1, None), 4, 10, 2019],
        [*row(2, None), "05", "October", 2019],
        [*row(3, None), 31, 9, 2019],
        [*row(4, None), None, 10, 2019],
        [*row(5, None), None, None, None],
        [*row(6, None), 10, 4, 2019],
        [*row(7, None), "NULL", "NULL", "NULL"],
    ]
    imported = read(council, rows, headings, day='["Day", "Month", "Year"]')
    days = imported.audits.audits["audit_date"].dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2019-04-10", "2019-10-04", "2019-10-05"]
    assert imported.quarantine["code"].tolist() == [
        "date_unreadable",
        "date_unreadable",
        "cell_missing",
        "cell_missing",
    ]
    assert imported.quarantine["Day"].tolist() == ["31", "", "", "NULL"]


def test_a_date_without_its_day_is_no_month(council):
    headings = [*HEADINGS, "Day", "Month", "Year"]
    rows = [[*row(1, None), None, 10, 2019], [*row(2, None), None, 11, 2019]]
    with pytest.raises(ImportRejectedError, match="date_unreadable"):
        read(council, rows, headings, day='["Day", "Month", "Year"]')


def test_a_part_of_a_date_that_is_not_there_is_refused(council):
    with pytest.raises(ImportRejectedError, match="the column Year is missing"):
        read(council, [row(1, None)], day='["ID", "Month audited", "Year"]')
