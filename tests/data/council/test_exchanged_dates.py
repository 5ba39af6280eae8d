"""Days and months that a spreadsheet exchanged, or an order the quarters contradict."""

import io
from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest

from qaf_analysis.data.cells.exchanged_dates import refuse_exchanged_dates
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import ImportRejectedError

HEADER = ["audit_id", "case_ref", "audit_date", "quarter", "team", "auditor", "domain", "grade"]
# Days of October to December 2019 as they truly were; eight of them up to the twelfth.
TRUE = [(4, 10), (15, 10), (7, 10), (23, 10), (5, 11), (18, 11), (2, 11), (29, 11)]
TRUE += [(12, 11), (25, 11), (3, 12), (14, 12), (9, 12), (17, 12), (11, 12), (20, 12)]


def text(day, month, *, separator="/", year=2019):
    return f"{day:02d}{separator}{month:02d}{separator}{year}"


def american(day, month):
    """What a spreadsheet that puts the month first makes of a text with the day first."""
    return text(day, month) if day > 12 else datetime(2019, day, month)


def rows(dates, *, quarter="2019-20 Q3"):
    return [
        [f"A{n}", f"C{n}", day, quarter, "North", "Ann", "Overall", "Good"]
        for n, day in enumerate(dates, start=1)
    ]


def workbook(table, *, heads=HEADER):
    book = openpyxl.Workbook()
    for row in (heads, *table):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return {"audits.xlsx": buffer.getvalue()}


def csv(table):
    return {"audits.csv": "\n".join(",".join(map(str, row)) for row in (HEADER, *table))}


def refusal(council, files):
    with pytest.raises(ImportRejectedError) as caught:
        council(files)
    (found,) = [f for f in caught.value.record.findings if f.outcome == "reject"]
    assert all(file.loaded == 0 for file in caught.value.record.files)
    return found


def codes(imported):
    return {finding.code for finding in imported.audits.record.findings}


def test_a_file_opened_in_another_country_is_refused(council):
    found = refusal(council, workbook(rows([american(*day) for day in TRUE], quarter="")))
    assert (found.code, found.row, found.column) == ("dates_exchanged", 2, "audit_date")
    assert "8 dates, all on the 1st to 12th" in found.found
    assert "8 dates left as text, all after" in found.found
    assert "export the data again" in found.mend


def test_a_few_rows_mended_by_hand_do_not_hide_it(council):
    dates = [american(*day) for day in TRUE * 2]
    dates[1] = datetime(2019, 10, 15)  # somebody typed two dates anew
    dates[2] = text(7, 10)
    found = refusal(council, workbook(rows(dates, quarter="")))
    assert found.code == "dates_exchanged"
    assert "but for 1" in found.found


@pytest.mark.parametrize("form", ["year first", "with time", "two digits"])
def test_it_is_seen_after_saving_as_csv(council, form):
    real = {"year first": "2019-{:02d}-{:02d}", "with time": "2019-{:02d}-{:02d} 00:00:00"}
    real["two digits"] = "2019/{:02d}/{:02d}"
    dates = [text(d, m) if d > 12 else real[form].format(d, m) for d, m in TRUE]
    assert refusal(council, csv(rows(dates, quarter=""))).code == "dates_exchanged"


def test_one_exchanged_column_of_two_is_enough(council):
    heads = [*HEADER, "rated_on"]
    table = [
        [*row, american(*day)]
        for row, day in zip(rows([datetime(2019, m, d) for d, m in TRUE]), TRUE, strict=True)
    ]
    assert refusal(council, workbook(table, heads=heads)).column == "rated_on"


def test_real_and_text_dates_of_any_day_are_read(council):
    dates = [datetime(2019, m, d) if n % 2 else text(d, m) for n, (d, m) in enumerate(TRUE * 2)]
    imported = council(workbook(rows(dates)))
    assert len(imported.audits.audits) == 32
    assert "dates_exchanged" not in codes(imported)


def test_a_single_text_date_is_no_sign(council):
    dates = [datetime(2019, 10, 4), text(15, 10)]
    assert len(council(workbook(rows(dates))).audits.audits) == 2


def test_month_first_dates_that_the_quarters_contradict_are_one_finding(council):
    dates = [f"{month:02d}/{day:02d}/2019" for day, month in TRUE if day <= 12] * 2
    found = refusal(council, csv(rows(dates)))
    # 4/10, 7/10, 5/11, 2/11, 3/12 and 9/12 fall outside Q3 the wrong way round; 12/11, 11/12 do not
    assert (found.code, found.row) == ("dates_against_quarters", 2)
    assert found.found.startswith("12 dates of 12 ")
    assert 'date_order = "month_first"' in found.mend
    toml = '[council]\nname = "E"\n[[files]]\npath = "audits.csv"\ndate_order = "month_first"\n'
    audits = council({**csv(rows(dates)), "council.toml": toml}).audits.audits
    assert set(audits["audit_date"].dt.month) == {10, 11, 12}


def test_real_dates_that_the_quarters_contradict_are_to_be_exported_again(council):
    dates = [datetime(2019, day, month) for day, month in TRUE if day <= 12]
    found = refusal(council, workbook(rows(dates)))
    assert found.code == "dates_against_quarters"
    assert "export the data again" in found.mend


def test_a_quarter_of_exchanged_dates_among_right_ones_refuses_the_file(council):
    dates = [text(d, m) for d, m in TRUE]
    dates[0], dates[2], dates[4] = text(10, 4), text(10, 7), text(11, 5)
    assert refusal(council, csv(rows(dates))).code == "dates_against_quarters"


def test_a_wrong_quarter_here_and_there_sets_its_row_aside(council):
    dates = [text(d, m) for d, m in TRUE * 2]
    dates[0] = text(10, 4)
    imported = council(csv(rows(dates)))
    assert imported.quarantine["code"].tolist() == ["quarter_disagrees"]
    table = rows([text(d, m) for d, m in TRUE])
    for row in table[:5]:
        row[3] = "2018-19 Q3"  # wrong either way round: no sign of an exchange
    assert len(council(csv(table)).quarantine) == 5


def test_many_dates_without_a_late_day_are_warned_of(council):
    days = [date(2019, month, day) for month in range(1, 7) for day in (4, 10)]
    imported = council(csv(rows([day.isoformat() for day in days], quarter="")))
    (warning,) = [f for f in imported.audits.record.findings if f.code == "no_late_day"]
    assert warning.found.startswith("12 dates, not one of them after the 12th")
    imported = council(csv(rows([*(d.isoformat() for d in days), "2019-02-13"], quarter="")))
    assert "no_late_day" not in codes(imported)
    # Exchanged days would stand as months: twelve days of one October are no sign.
    october = [f"2019-10-{day:02d}" for day in range(1, 13)]
    assert "no_late_day" not in codes(council(csv(rows(october, quarter=""))))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2019-10-01T00:00:00Z", "2019-10-01"),
        ("2019-09-30T23:00:00Z", "2019-10-01"),  # midnight of a summer's day in London
        ("2019-11-30T23:00:00Z", "2019-11-30"),
        ("2019-10-26T23:00:00.000Z", "2019-10-27"),
        ("2019-10-27T23:00:00+00:00", "2019-10-27"),
        ("2019-03-30T23:59:00Z", "2019-03-30"),
        ("2019-03-31T23:00:00Z", "2019-04-01"),
        ("2019-10-01T00:00:00+01:00", "2019-10-01"),
        ("2019-10-01 00:00:00 +0100", "2019-10-01"),
    ],
)
def test_a_time_with_a_zone_is_the_day_in_the_united_kingdom(council, written, day):
    imported = council(csv(rows([written], quarter="")))
    assert str(imported.audits.audits["audit_date"].iloc[0].date()) == day
    assert "date_with_zone" in codes(imported)


def test_numbers_of_days_are_refused_together_and_read_when_declared(council):
    # 43742 is 4 October 2019: 25,569 days lie between 30 December 1899 and 1 January 1970.
    table = rows([43742, 43743, 43805], quarter="")
    found = refusal(council, csv(table))
    assert (found.code, found.row) == ("date_serials", 2)
    assert "2019-10-04" in found.found
    toml = '[council]\nname = "E"\n[[files]]\npath = "audits.csv"\ndate_order = "excel_serial"\n'
    imported = council({**csv(table), "council.toml": toml})
    assert [str(d.date()) for d in imported.audits.audits["audit_date"].sort_values()] == [
        "2019-10-04",
        "2019-10-05",
        "2019-12-06",
    ]
    (warning,) = [f for f in imported.audits.record.findings if f.code == "date_serial"]
    assert "from 2019-10-04 to 2019-12-06" in warning.found


@pytest.mark.parametrize("written", ["Apr-19", "19-Apr", "April 2019", "20191004"])
def test_half_a_date_is_set_aside_and_said_to_be_one(council, written):
    imported = council(csv(rows(["2019-10-04", written], quarter="")))
    assert imported.quarantine["code"].tolist() == ["date_unreadable"]
    mend = imported.quarantine["how_to_mend"].iloc[0]
    assert ("2019-10-04" if written == "20191004" else "a month with a year or a day") in mend


@pytest.mark.parametrize("written", ["00/01/1900", "1900-01-00", "0000-00-00 00:00:00"])
def test_a_date_of_nought_is_blank(council, written):
    audits = "\n".join([",".join(HEADER), "A1,C1,2019-10-04,,North,Ann,Overall,Good"])
    actions = f"action_id,raised_on,closed_on\nX1,2019-10-04,{written}\n"
    imported = council({"audits.csv": audits, "actions.csv": actions})
    assert imported.audits.actions["closed_on"].isna().all()
    (warning,) = [f for f in imported.audits.record.findings if f.code == "zero_date"]
    assert (warning.row, warning.column) == (2, "closed_on")


def test_a_nought_under_a_date_format_is_blank(council):
    book = openpyxl.Workbook()
    book.active.append(["action_id", "raised_on", "closed_on"])
    book.active.append(["X1", datetime(2019, 10, 4), 0])
    book.active["C2"].number_format = "dd/mm/yyyy"
    buffer = io.BytesIO()
    book.save(buffer)
    audits = "\n".join([",".join(HEADER), "A1,C1,2019-10-04,,North,Ann,Overall,Good"])
    imported = council({"audits.csv": audits, "actions.xlsx": buffer.getvalue()})
    assert imported.audits.actions["closed_on"].isna().all()
    assert imported.quarantine.empty


@pytest.mark.parametrize(("order", "other"), [("month_first", "day"), (None, "month")])
def test_the_order_that_is_declared_already_is_not_advised(order, other):
    texts = pd.Series([f"{d:02d}/{m:02d}/2019" for m in range(1, 7) for d in (m, m + 1)])
    problems = Problems(file="audits.csv")
    refuse_exchanged_dates(
        texts, None, order=order, heading="Date", problems=problems, rows_in=len(texts)
    )
    (warning,) = problems.findings
    assert f'date_order = "{other}_first"' in warning.mend


def test_a_declared_order_that_quarters_contradict_is_mended_by_the_other_one(council):
    # 4 October written month first, read day first as 10 April, and so on; all in quarter 3.
    early = [(day, month) for day, month in TRUE if day <= 12]
    exports = csv(rows([f"{month:02d}/{day:02d}/2019" for day, month in early]))
    lines = '[council]\nname = "A"\n[[files]]\npath = "audits.csv"\ndate_order = "day_first"\n'
    found = refusal(council, exports | {"council.toml": lines})
    assert found.code == "dates_against_quarters"
    assert 'declare date_order = "month_first"' in found.mend
    mended = lines.replace("day_first", "month_first")
    imported = council(exports | {"council.toml": mended})
    assert len(imported.audits.audits) == len(early)
    back = csv(rows([text(day, month) for day, month in early]))
    found = refusal(council, back | {"council.toml": mended})
    assert 'declare date_order = "day_first"' in found.mend
