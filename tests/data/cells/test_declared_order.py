"""A declared order of day and month that the dates themselves contradict."""

from datetime import date

import pandas as pd
import pytest

from qaf_analysis.data.cells.dates import read_dates
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError

AS_OF = date(2024, 6, 30)


def read(texts, order, *, may_be_months=True):
    column = pd.Series(texts, index=range(2, len(texts) + 2), dtype=object)
    problems = Problems(file="audits.csv")
    days = read_dates(
        column,
        None,
        order=order,
        as_of=AS_OF,
        heading="Date",
        problems=problems,
        may_be_months=may_be_months,
    )
    return days, problems


def refusal(texts, order, **further):
    with pytest.raises(FileRefusedError) as caught:
        read(texts, order, **further)
    (finding,) = caught.value.findings
    return finding


@pytest.mark.parametrize(
    ("texts", "declared", "line", "row", "number"),
    [
        # 14 and 25 are no months: two of three dates cannot be read, and the third is misread.
        (["14/04/2023", "05/06/2023", "25/04/2023"], "month_first", "day_first", 2, 2),
        (["05/06/2023", "04/14/2023", "04/25/2023"], "day_first", "month_first", 3, 2),
        (["14/04/2023", "05/06/2023", ""], "year_first", "day_first", 2, 2),
        (["04/14/2023", "04/25/2023", "05/06/2023"], "year_first", "month_first", 2, 3),
        (["14/04/2023", "25/04/2023"], "excel_serial", "day_first", 2, 2),
        (["45030", "45041", "45060"], "day_first", "excel_serial", 2, 3),
        (["Apr-23", "May-23", "Jun-23"], "day_first", "months", 2, 3),
    ],
)
def test_an_order_that_the_dates_contradict_is_one_refusal_with_the_line_to_write(
    texts, declared, line, row, number
):
    finding = refusal(texts, declared)
    assert finding.code == "date_order_contradicted"
    assert finding.row == row
    assert finding.found.startswith(f"{number} dates such as ")
    assert f'write date_order = "{line}" in place of date_order = "{declared}"' in finding.mend
    days, problems = read(texts, line)
    assert not problems.bad_rows
    assert days.notna().sum() == sum(bool(text) for text in texts)


def test_dates_against_the_order_beside_fewer_for_it_are_counted_both():
    finding = refusal(["14/04/2023", "15/04/2023", "16/04/2023", "04/25/2023"], "month_first")
    assert finding.found.startswith("3 dates such as")
    assert "beside 1 the other way about" in finding.found


@pytest.mark.parametrize(
    ("texts", "declared", "aside"),
    [
        # One slip; as many for the order as against it; and few serials among readable dates.
        (["04/25/2023", "25/04/2023", "05/06/2023"], "month_first", {3}),
        (["04/25/2023", "04/26/2023", "25/04/2023", "26/04/2023"], "month_first", {4, 5}),
        (["14/04/2023", "15/04/2023", "16/04/2023", "45030"], "day_first", {5}),
        (["2023-04-14", "2023-04-15", "2023-04-16", "45030", "45031"], "day_first", {5, 6}),
        (["31/02/2023", "32/01/2023", "14/04/2023"], "day_first", {2, 3}),
    ],
)
def test_slips_in_single_cells_are_set_aside_alone(texts, declared, aside):
    _, problems = read(texts, declared)
    assert problems.bad_rows == aside


def test_months_are_offered_only_where_a_column_may_hold_them():
    _, problems = read(["Apr-23", "May-23", "Jun-23"], "day_first", may_be_months=False)
    assert problems.bad_rows == {2, 3, 4}
