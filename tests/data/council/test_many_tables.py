"""Councils that keep a workbook a quarter and a sheet a team, compared cell by cell."""

import csv
import io
import random
from datetime import date, datetime, timedelta

import openpyxl
import pytest

from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.terms.errors import SettingsError

DOMAINS = ["1. Assessment", "2. Planning", "Overall"]
OURS = {"1. Assessment": "Assessment", "2. Planning": "Planning", "Overall": "Overall"}
TEAMS = ["Assessment Team", "North – East", "South"]
QUARTERS = {"2019-20 Q1": date(2019, 4, 1), "2019-20 Q2": date(2019, 7, 1)}
WORDS = [["Inadequate", "Inad"], ["RI", "Req. Imp."], ["Good", "2 - Good"], ["Outstanding", "O"]]
AS_OF = date(2020, 2, 7)
COUNCIL = """[council]
name = "Example"
[grades]
"Req. Imp." = "Requires improvement"
"2 - Good" = "Good"
O = "Outstanding"
"""
FILES = """[[files]]
path = "Audits *.xlsx"
shape = "wide"
sheets = "all"
header_rows = 2
not_data = ["Total", "% Good or better"]
from_name = { title = "* - Case file audits {quarter} - {team}" }
domains = { Assessment = "Audit grades / 1. Assessment", Planning = "Audit grades / 2. Planning", \
Overall = "Audit grades / Overall" }
second_auditor = { rater = "Second auditor / Name", domains = { \
Assessment = "Second auditor / 1. Assessment", Planning = "Second auditor / 2. Planning", \
Overall = "Second auditor / Overall" } }
moderator = { rater = "Moderation / Moderator", columns = { moderated_on = "Moderation / Date" }, \
domains = { Overall = "Moderation / Overall grade" } }
[files.columns]
audit_id = ["Child ID", "Date of audit"]
case_ref = "Child ID"
audit_date = "Date of audit"
auditor = "Auditor"
"""
SETTINGS = COUNCIL + FILES


def invented(seed=1, audits_a_sheet=6):
    """Audits of an invented council: what the workbooks are written from, and compared with."""
    rng, audits = random.Random(seed), []
    people = ["Ann Able", "Bob Best", "Cat Cole", "Dan Dove"]
    for quarter, first in QUARTERS.items():
        for team in TEAMS:
            for _ in range(audits_a_sheet):
                auditor, second, moderator = rng.sample(people, 3)
                day = first + timedelta(days=rng.randrange(90))
                grades = {d: rng.randrange(4) for d in DOMAINS}
                audits.append(
                    {
                        "quarter": quarter,
                        "team": team,
                        "child": str(rng.randrange(100_000, 999_999)),
                        "day": day,
                        "auditor": auditor,
                        "grades": grades,
                        "second": second if rng.random() < 0.5 else None,
                        "second_grades": {d: rng.randrange(4) for d in DOMAINS},
                        "moderator": moderator if rng.random() < 0.4 else None,
                        "moderated": day + timedelta(days=20),
                        "moderated_grade": rng.randrange(4),
                    }
                )
    return audits


def row_of(audit, rng):
    def word(code):
        return rng.choice(WORDS[code])

    second, moderator = audit["second"], audit["moderator"]
    return [
        int(audit["child"]),
        datetime.combine(audit["day"], datetime.min.time()),
        audit["auditor"],
        *(word(audit["grades"][d]) for d in DOMAINS),
        second,
        *(word(audit["second_grades"][d]) if second else None for d in DOMAINS),
        moderator,
        datetime.combine(audit["moderated"], datetime.min.time()) if moderator else None,
        word(audit["moderated_grade"]) if moderator else None,
    ]


def write_sheet(sheet, quarter, team, audits, rng):
    """One team's sheet: a merged title, a blank row, two merged heading rows, totals below."""
    sheet["A1"] = f"Anyshire County Council - Case file audits {quarter} - {team}"
    sheet.merge_cells("A1:M1")
    upper = {"A": "Child ID", "B": "Date of audit", "C": "Auditor"}
    for column, text in upper.items():
        sheet[f"{column}3"] = text
        sheet.merge_cells(f"{column}3:{column}4")
    for reference, text in (
        ("D3:F3", "Audit grades"),
        ("G3:J3", "Second auditor"),
        ("K3:M3", "Moderation"),
    ):
        sheet[reference[:2]] = text
        sheet.merge_cells(reference)
    lower = [*DOMAINS, "Name", *DOMAINS, "Moderator", "Date", "Overall grade"]
    for place, text in enumerate(lower, start=4):
        sheet.cell(4, place, text)
    for number, audit in enumerate(audits, start=5):
        for place, value in enumerate(row_of(audit, rng), start=1):
            sheet.cell(number, place, value)
    sheet.append(["Total", len(audits), None, "75%"])
    sheet.append(["% Good or better"])


def workbooks(audits, *, seed=2, more=None):
    rng, files = random.Random(seed), {}
    for quarter in QUARTERS:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for team in TEAMS:
            own = [a for a in audits if (a["quarter"], a["team"]) == (quarter, team)]
            write_sheet(book.create_sheet(team), quarter, team, own, rng)
        if more is not None:
            more(book)
        files[f"Audits {quarter}.xlsx"] = saved(book)
    return files


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def expected(audits, key):
    """Tables that must follow, made from the invented audits alone."""
    about, grades, moderations = set(), set(), set()
    for audit in audits:
        code = key.code("audit", f"{audit['child']} · {audit['day'].isoformat()}")
        case = key.code("case", audit["child"])
        about.add((code, case, audit["day"].isoformat(), audit["quarter"], audit["team"]))
        for domain in DOMAINS:
            first = key.code("person", audit["auditor"])
            grades.add((code, OURS[domain], "auditor", first, audit["grades"][domain]))
            if audit["second"]:
                other = key.code("person", audit["second"])
                grade = audit["second_grades"][domain]
                grades.add((code, OURS[domain], "second_auditor", other, grade))
        if audit["moderator"]:
            who = key.code("person", audit["moderator"])
            grades.add((code, "Overall", "external_moderator", who, audit["moderated_grade"]))
            moderations.add((code, who, audit["moderated"].isoformat()))
    return about, grades, moderations


def found(imported):
    audits, ratings = imported.audits.audits, imported.audits.ratings
    days = audits["audit_date"].dt.date.map(str)
    about = set(
        zip(
            audits["audit_id"],
            audits["case_ref"],
            days,
            audits["quarter"],
            audits["team"],
            strict=True,
        )
    )
    names = ["audit_id", "domain", "role", "rater", "grade"]
    grades = {
        (a, d, str(role), who, int(g)) for a, d, role, who, g in ratings[names].itertuples(False)
    }
    table = imported.audits.moderations
    on = table["moderated_on"].dt.date.map(str)
    moderations = set(zip(table["audit_id"], table["moderator"], on, strict=True))
    return about, grades, moderations


def codes(record, outcome=None):
    return [f.code for f in record.findings if outcome in (None, f.outcome)]


def refused(council, files, **more):
    with pytest.raises(ImportRejectedError) as error:
        council(files, **more)
    return [f for f in error.value.record.findings if f.outcome == "reject"]


def test_every_cell_of_every_sheet_is_loaded(council, key):
    audits = invented()
    imported = council({**workbooks(audits), "council.toml": SETTINGS})
    assert found(imported) == expected(audits, key)
    assert len(imported.audits.audits) == 36
    records = [f for f in imported.audits.record.files if f.kind == "audits"]
    assert [f.name for f in records] == ["Audits 2019-20 Q1.xlsx", "Audits 2019-20 Q2.xlsx"]
    assert [(f.rows_in, f.loaded, f.quarantined, f.not_data) for f in records] == [
        (24, 18, 0, 6),
        (24, 18, 0, 6),
    ]
    assert imported.quarantine.empty


def test_settings_of_such_a_council_fit_25_lines():
    assert len(SETTINGS.splitlines()) <= 25


def test_rows_set_aside_name_file_sheet_and_row(council):
    audits = invented()
    files = workbooks(audits)
    book = openpyxl.load_workbook(io.BytesIO(files["Audits 2019-20 Q2.xlsx"]))
    book["South"]["D6"] = "Adequate"
    files["Audits 2019-20 Q2.xlsx"] = saved(book)
    imported = council({**files, "council.toml": SETTINGS})
    row = imported.quarantine.iloc[0]
    assert row[["source_file", "source_sheet", "source_row"]].tolist() == [
        "Audits 2019-20 Q2.xlsx",
        "South",
        "6",
    ]
    assert row["source_column"] == "Audit grades / 1. Assessment"
    counts = [
        (f.rows_in, f.loaded, f.quarantined, f.not_data) for f in imported.audits.record.files
    ]
    assert counts[:2] == [(24, 18, 0, 6), (24, 17, 1, 6)]


def test_rows_not_declared_are_set_aside_with_the_line_to_write(council, key):
    audits = invented()
    line = 'not_data = ["Total", "% Good or better"]\n'
    imported = council({**workbooks(audits), "council.toml": SETTINGS.replace(line, "")})
    assert found(imported) == expected(audits, key)
    assert imported.quarantine["code"].tolist() == ["totals_row", "lone_cell"] * 6
    offered = {text.rpartition("not_data = ")[2] for text in imported.quarantine["how_to_mend"]}
    assert offered == {'["Total"]', '["% Good or better"]'}


def test_sheets_without_the_headings_are_passed_over_by_name(council, key):
    def further(book):
        book.create_sheet("Notes", 0).append(["Please read first"])
        lookup = book.create_sheet("Lists")
        for row in (["Auditor", "Team"], ["Ann Able", "South"], ["Bob Best", "South"]):
            lookup.append(row)
        book.create_sheet("Empty")
        book.create_chartsheet("Picture")
        summary = book.create_sheet("Summary")
        summary.append(["Team", "Overall", "1. Assessment"])
        summary.append(["South", "75%", "50%"])

    audits = invented()
    imported = council({**workbooks(audits, more=further), "council.toml": SETTINGS})
    assert found(imported) == expected(audits, key)
    notes = [f for f in imported.audits.record.findings if f.code == "sheet_passed_over"]
    assert {(f.outcome, f.sheet) for f in notes} == {
        ("note", name) for name in ("Notes", "Lists", "Empty", "Picture", "Summary")
    }
    assert len(notes) == 10


def test_a_summary_with_headings_of_grades_but_no_record_is_passed_over_with_a_warning(council):
    book = openpyxl.Workbook()
    book.active.title = "Audits"
    for row in (
        ["Ref", "Date", "team", "By", "Overall", "Plan"],
        ["A1", datetime(2019, 10, 4), "North", "Ann", "Good", "Good"],
    ):
        book.active.append(row)
    for row in (["team", "Overall", "Plan"], ["North", "100%", "100%"]):
        (book["Summary"] if "Summary" in book else book.create_sheet("Summary")).append(row)
    settings = """[council]
name = "E"
[[files]]
path = "a.xlsx"
shape = "wide"
sheets = "all"
columns = { audit_id = "Ref", audit_date = "Date", auditor = "By" }
domains = { Overall = "Overall", Plan = "Plan" }
"""
    imported = council({"a.xlsx": saved(book), "council.toml": settings})
    assert len(imported.audits.audits) == 1
    [finding] = [f for f in imported.audits.record.findings if f.code == "sheet_passed_over"]
    assert (finding.outcome, finding.sheet) == ("warning", "Summary")
    assert "2 rows" in finding.found


def test_a_sheet_with_one_heading_misspelt_is_refused_not_passed_over(council):
    def misspell(book):
        book["South"]["B3"] = "Dat of audit"

    files = {**workbooks(invented(), more=misspell), "council.toml": SETTINGS}
    refusals = refused(council, files)
    assert {(f.sheet, f.code) for f in refusals} == {("South", "column_missing")}
    assert "Dat of audit" in refusals[0].mend


def test_a_hidden_sheet_is_loaded_with_a_warning(council):
    def hide(book):
        book["South"].sheet_state = "hidden"

    imported = council({**workbooks(invented(), more=hide), "council.toml": SETTINGS})
    hidden = [f for f in imported.audits.record.findings if f.code == "sheet_hidden"]
    assert {(f.outcome, f.sheet) for f in hidden} == {("warning", "South")}
    assert len(imported.audits.audits) == 36


def test_named_sheets_only(council, key):
    audits = invented()
    some = SETTINGS.replace('sheets = "all"', 'sheets = ["south ", "Assessment Team"]')
    imported = council({**workbooks(audits), "council.toml": some})
    kept = [a for a in audits if a["team"] != "North – East"]
    assert found(imported) == expected(kept, key)


def test_a_sheet_that_is_absent_is_refused_with_the_near_name(council):
    some = SETTINGS.replace('sheets = "all"', 'sheets = ["Sout"]')
    refusals = refused(council, {**workbooks(invented()), "council.toml": some})
    assert [f.code for f in refusals] == ["sheet_missing", "sheet_missing"]
    assert "is South meant?" in refusals[0].mend


def test_no_sheet_with_the_headings_is_refused(council):
    other = SETTINGS.replace("header_rows = 2", "header_rows = 1")
    refusals = refused(council, {**workbooks(invented()), "council.toml": other})
    assert {f.code for f in refusals} == {"no_sheet_fits"}
    assert "Assessment Team, North – East, South" in refusals[0].found
    assert "header_rows" in refusals[0].mend


def test_merged_heading_rows_not_declared_are_refused_with_the_line_to_write(council):
    one = SETTINGS.replace("header_rows = 2\n", "").replace('sheets = "all"', 'sheet = "South"')
    refusals = refused(council, {**workbooks(invented()), "council.toml": one})
    assert {f.code for f in refusals} == {"merged_header"}
    assert "header_rows = 2" in refusals[0].mend
    assert "Second auditor / Name" in refusals[0].mend


def test_lock_files_are_passed_over_and_names_sort_as_people_count(council):
    audits = invented()
    files = dict(
        zip(["audits Q10.XLSX", "Audits Q2.xlsx"], workbooks(audits).values(), strict=True)
    )
    files |= {"~$Audits Q2.xlsx": b"lock", "council.toml": SETTINGS}
    imported = council(files)
    names = [f.name for f in imported.audits.record.files if f.kind == "audits"]
    assert names == ["Audits Q2.xlsx", "audits Q10.XLSX"]


def test_no_file_that_fits_lists_those_there_are(council):
    files = workbooks(invented())
    wrong = SETTINGS.replace("Audits *.xlsx", "Audit *.xlsx")
    [refusal] = refused(council, {**files, "council.toml": wrong})
    assert refusal.code == "file_missing"
    assert "Audits 2019-20 Q1.xlsx" in refusal.found


def test_a_file_that_two_patterns_claim_is_refused(council):
    files = workbooks(invented())
    second = FILES.replace("Audits *.xlsx", "*Q1.xlsx")
    [refusal] = refused(council, {**files, "council.toml": SETTINGS + second})
    assert refusal.code == "file_claimed_twice"
    assert refusal.file == "Audits 2019-20 Q1.xlsx"


def test_one_sheet_read_by_two_tables_of_the_settings_is_refused(council):
    again = FILES.replace('"Total", ', '"Total", "Sum", ')
    refusals = refused(council, {**workbooks(invented()), "council.toml": SETTINGS + again})
    assert {f.code for f in refusals} == {"table_claimed_twice"}
    assert len(refusals) == 6


def test_an_empty_sheet_of_headings_is_no_reason_to_refuse_the_others(council):
    audits = [a for a in invented() if a["team"] != "South"]
    imported = council({**workbooks(audits), "council.toml": SETTINGS})
    assert len(imported.audits.audits) == 24


def test_sheets_of_a_csv_are_refused(council):
    other = SETTINGS.replace("Audits *.xlsx", "audits.csv")
    [refusal] = refused(council, {"audits.csv": "a,b\n1,2\n", "council.toml": other})
    assert refusal.code == "no_sheets"


def test_a_title_that_does_not_fit_is_refused_with_what_was_found(council):
    def retitle(book):
        book["South"]["A1"] = "Anyshire - Audits of 2019-20 Q1"

    refusals = refused(council, {**workbooks(invented(), more=retitle), "council.toml": SETTINGS})
    assert {(f.code, f.sheet) for f in refusals} == {("name_not_read", "South")}
    assert "Audits of 2019-20 Q1" in refusals[0].found
    assert "{team}" in refusals[0].found


def test_a_team_from_the_sheet_and_a_quarter_from_the_file(council, key):
    audits = invented()
    title = '{ title = "* - Case file audits {quarter} - {team}" }'
    names = '{ sheet = "{team}", file = "Audits {quarter}.xlsx" }'
    imported = council({**workbooks(audits), "council.toml": SETTINGS.replace(title, names)})
    assert found(imported) == expected(audits, key)
    warned = [f for f in imported.audits.record.findings if f.code == "rows_above_header"]
    assert len(warned) == 6  # nothing says that the row above is a title


def as_text_files(audits):
    """The same sheets saved as text, a file each: merged cells leave blanks behind."""
    files = {}
    for name, data in workbooks(audits).items():
        for sheet in openpyxl.load_workbook(io.BytesIO(data)):
            text = io.StringIO()
            csv.writer(text).writerows(
                [
                    "" if c is None else f"{c:%d/%m/%Y}" if isinstance(c, datetime) else c
                    for c in row
                ]
                for row in sheet.iter_rows(values_only=True)
            )
            files[f"{name[:-5]} {sheet.title}.csv"] = text.getvalue()
    return files


def test_the_same_sheets_as_text_files_load_the_same(council, key):
    audits = invented()
    settings = SETTINGS.replace(".xlsx", ".csv").replace('sheets = "all"\n', "")
    imported = council({**as_text_files(audits), "council.toml": settings})
    assert found(imported) == expected(audits, key)
    carried = [f for f in imported.audits.record.findings if f.code == "heading_carried"]
    assert len(carried) == 6
    assert "Second auditor" in carried[0].found
    record = imported.audits.record
    assert (record.rows_in, record.loaded, record.not_data) == (48, 36, 12)


def test_a_second_title_below_is_refused(council):
    def stack(book):
        book["South"].append([])
        book["South"].append(
            ["Anyshire County Council - Case file audits 2019-20 Q1 - Another team"]
        )

    refusals = refused(council, {**workbooks(invented(), more=stack), "council.toml": SETTINGS})
    assert {f.code for f in refusals} == {"second_title"}


def test_a_quarter_of_the_title_that_contradicts_the_dates_sets_rows_aside(council):
    audits = [dict(a) for a in invented()]
    audits[0]["day"] = date(2019, 8, 1)  # stands in the workbook of the first quarter
    audits[0]["moderated"] = date(2019, 8, 20)
    imported = council({**workbooks(audits), "council.toml": SETTINGS})
    assert imported.quarantine["code"].tolist() == ["quarter_disagrees"]


@pytest.mark.parametrize("key", ["constants", "columns"])
def test_a_value_given_by_name_and_in_another_way_is_refused(council, key):
    twice = SETTINGS.replace("[files.columns]", f'[files.{key}]\nteam = "South"\n[files.columns]')
    if key == "columns":
        twice = SETTINGS.replace("[files.columns]", '[files.columns]\nteam = "Team"')
    with pytest.raises(SettingsError, match='"team" is given twice'):
        council({**workbooks(invented()), "council.toml": twice})
