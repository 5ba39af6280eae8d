"""What a name or a message keeps on its way into a run: no day of anybody's, however written."""

import re
from datetime import date, timedelta

import pytest

from qaf_analysis.data.contract.record import Finding, ImportRecord
from qaf_analysis.data.contract.withheld import only_known_words, without_cells
from tests.privacy.canaries import days_in_words

BORN = (
    *("3 March 2011", "3rd Mar 2011", "March 3, 2011", "2011 March 3", "2011-Mar-03", "03Mar2011"),
    *("3rd of March 2011", "third of March 2011", "MARCH THE 3RD 2011", "3–March–2011"),
    *("3.march.11", "Mar.3.'11", "(3) March (2011)", "3rd March", "March 3"),
    *("3 Febuary 2011", "Febuary 3, 2011", "2011 Febuary 3", "3 de marzo de 2011", "3.iii.2011"),
    *("2011 03 03", "3. 3. 2011", "3/3-2011", "3, 3, 2011", "2011.3.3", "20110303"),
)


@pytest.mark.parametrize("born", BORN)
def test_a_day_in_a_name_is_left_out_whole(born):
    for name in (f"Case {born}.xlsx", f"case_{born}_audits.xlsx", born):
        assert not re.search(r"\d|mar|third", only_known_words(name), re.IGNORECASE), name


def test_every_day_of_a_leap_year_is_left_out_in_every_order():
    for day in (date(2012, 1, 1) + timedelta(days=n) for n in range(366)):
        for born in days_in_words(day):
            assert not re.search(r"\d", only_known_words(f"Case {born} audits")), born


@pytest.mark.parametrize(
    "name",
    [
        "Audits March 2019.xlsx",
        "Audits 2023-24 Q1.xlsx",
        "Audits 2023-24 (2).xlsx",
        "Audits April 2019 to June 2019",
        "Q3 March 2019",
        "14. Assessment 2019",
        "May audits 2",
    ],
)
def test_months_years_and_quarters_of_audits_stay(name):
    assert only_known_words(name) == name


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("a child born 3rd Mar 2011: delete row 5", "a child born …: delete row 5"),
        ("a child born March 3, 2011", "a child born …"),
        ("2011 March 3 is no number", "… is no number"),
        ("row 3 may hold 12 of 2019", "row 3 may hold 12 of 2019"),
        ("see row 3, March 2019 and rows 2, 3, 11", "see row 3, March 2019 and rows 2, 3, 11"),
    ],
)
def test_a_day_in_a_message_is_left_out_and_numbers_of_rows_stay(message, kept):
    assert without_cells(message) == kept


def test_a_record_for_a_run_has_no_day_in_any_name():
    finding = Finding(
        code="x",
        outcome="warning",
        file="audits 3 March 2011.xlsx",
        sheet="3rd Mar 2011",
        column="2011 March 3",
        found="",
        expected="",
        mend="delete it",
    )
    dropped = ("audits 3 March 2011.xlsx: March 3, 2011",)
    record = ImportRecord(
        files=(), findings=(finding,), checks=(), key_id="", dropped_columns=dropped
    ).withheld
    assert record.findings[0].place == "audits … (1).xlsx › sheet … (1) › column …"
    assert record.dropped_columns == ("audits … (1).xlsx: …",)
