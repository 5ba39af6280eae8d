"""A series from a plain table: values or counts, blanks, baseline and parts; faults are named."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.plain.series import read_plain_series

NAN = float("nan")


@pytest.fixture
def read(tmp_path):
    def read(*lines, kind="values"):
        path = tmp_path / "series.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_plain_series(path, kind=kind)

    return read


def test_values_are_read_with_blanks_as_missing_points(read):
    found = read("Quarter,Value", "2019-20 Q4,0.5", "2020-21 Q1,", "2020-21 Q2,-1e1")
    assert found.periods == ("2019-20 Q4", "2020-21 Q1", "2020-21 Q2")
    np.testing.assert_array_equal(found.values, [0.5, NAN, -10])
    assert found.numerator is found.denominator is found.baseline is found.part is None
    assert found.warnings == ()


@pytest.mark.parametrize("kind", ["values", "shares", "rates"])
def test_counts_are_read_and_a_point_lacking_one_is_missing(read, kind):
    found = read(
        "period,numerator,denominator", "1,3,4", "2,,", "3,0,0", "4,,9", "5,7,", "6,9,9", kind=kind
    )
    np.testing.assert_array_equal(found.values, [0.75, NAN, NAN, NAN, NAN, 1])
    np.testing.assert_array_equal(found.numerator, [3, NAN, NAN, NAN, NAN, 9])
    np.testing.assert_array_equal(found.denominator, [4, NAN, NAN, NAN, NAN, 9])
    assert len(found.warnings) == 2
    assert "1 row with a denominator of 0, read as missing" in found.warnings[0]
    assert "2 rows with a numerator or a denominator, not both" in found.warnings[1]


def test_rates_may_exceed_one_and_be_no_whole_numbers(read):
    found = read("period,numerator,denominator", "1,9,2.5", "2,1,4.25", kind="rates")
    np.testing.assert_array_equal(found.values, [3.6, 1 / 4.25])


def test_a_baseline_and_parts_may_be_marked(read):
    found = read("period,value,baseline,part", "1,5,Yes,old", "2,6,no,Old", "3,7,1,new", "4,8,,new")
    assert found.baseline.tolist() == [True, False, True, False]
    assert found.part.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    "periods",
    [
        ["9", "10", "11"],
        ["2019-20 Q4", "2020-21 Q1", "2020-21 Q2"],
        ["2019-09", "2019-10", "2019-11"],
        ["2019-09-30", "2019-10-01", "2020-01-01"],
        ["30/09/2019", "01/10/2019", "05/10/2019"],
    ],
)
def test_rows_in_the_order_of_time_are_taken_and_others_refused(read, periods):
    assert read("date,value", *(f"{period},1" for period in periods)).warnings == ()
    with pytest.raises(FileRefusedError, match="rows in the order of time"):
        read("date,value", *(f"{period},1" for period in reversed(periods)))


def test_periods_that_cannot_be_ordered_are_said(read):
    found = read("month,value", "April,1", "May,2")
    assert found.periods == ("April", "May")
    assert "cannot be told" in found.warnings[0]


@pytest.mark.parametrize(
    ("lines", "kind", "words"),
    [
        (["value", "1"], "values", "no column of the period"),
        (["period,rate", "1,2"], "values", "neither a column of values nor"),
        (["period,value", "1,2"], "shares", "no column of the numerator"),
        (["period,numerator", "1,2"], "rates", "no column of the denominator"),
        (["period,value", "1,2", "2,x"], "values", 'row 3, column value: found "x"'),
        (["period,value", ",2"], "values", "the period of each row"),
        (["period,value", "May,2", "may,2"], "values", "one row for each period"),
        (["period,numerator,denominator", "1,5,4"], "shares", "no more than the denominator"),
        (["period,numerator,denominator", "1,2.5,4"], "shares", "a whole number of cases"),
        (["period,numerator,denominator", "1,2,4.5"], "shares", "a whole number of cases"),
        (["period,numerator,denominator", "1,2,0"], "rates", "0 where the denominator is 0"),
        (["period,numerator,denominator", "1,-2,3"], "rates", "0 or more"),
        (["period,value,baseline", "1,2,perhaps"], "values", "yes or no"),
        (["period,value,baseline", "1,2,no"], "values", "at least one row"),
        (["period,value,part", "1,2,"], "values", "the part of each row"),
        (["period,value,part", "1,2,a", "2,2,b", "3,2,a"], "values", "rows of a part together"),
    ],
)
def test_what_cannot_be_read_is_refused_and_named(read, lines, kind, words):
    with pytest.raises(FileRefusedError) as refused:
        read(*lines, kind=kind)
    assert words in str(refused.value)


MONTHS = {
    "short": ["Apr-19", "Sept-19", "Dec-19", "Jan-20"],
    "full": ["April 2019", "September 2019", "December 2019", "January 2020"],
    "year first": ["2019 Apr", "2019 Sep", "2019 Dec", "2020 Jan"],
    "apostrophe": ["Apr '19", "Sep '19", "Dec '19", "Jan '20"],
    "day": ["1 Apr 2019", "01-Sep-19", "31 Dec 2019", "1 January 2020"],
    "numbers": ["04/2019", "09/2019", "12/2019", "01/2020"],
    "years": ["2017-18", "2018-19", "2019-20", "2020-21"],
}


@pytest.mark.parametrize("form", sorted(MONTHS))
def test_months_in_the_order_of_time_are_read_and_others_refused(tmp_path, form):
    def read(labels):
        path = tmp_path / "series.csv"
        rows = [f'"{label}",{n}' for n, label in enumerate(labels)]
        path.write_text("\n".join(["period,value", *rows]), encoding="utf-8")
        return read_plain_series(path, kind="values")

    found = read(MONTHS[form])
    assert list(found.periods) == MONTHS[form]
    assert not found.warnings
    for wrong in (MONTHS[form][::-1], [*MONTHS[form][1:], MONTHS[form][0]]):
        with pytest.raises(FileRefusedError, match="oldest first"):
            read(wrong)


def test_words_that_are_no_months_are_not_put_in_order(tmp_path):
    path = tmp_path / "series.csv"
    path.write_text("period,value\nSpring-19,1\nAutumn-19,2\n", encoding="utf-8")
    assert "cannot be told" in read_plain_series(path, kind="values").warnings[0]
