"""Grades by month, where a council tells twelve a year: months, counts and shares by hand."""

from __future__ import annotations

import pytest

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.eras import in_era
from qaf_analysis.topics.programme.analysis.grades import programme
from qaf_analysis.topics.programme.tables import programme_tables
from tests.topics.scales.eras_by_hand import Graded, council, with_settings

QUARTER = Quarter(2026, 4)
PARTS = (
    Graded(quarter="2026-27 Q3", day="2026-12-01", grade=1, audits=4),
    Graded(quarter="2026-27 Q3", day="2026-12-31", grade=2, audits=12),
    Graded(quarter="2026-27 Q4", day="2027-02-01", grade=3, audits=3),
)


def told(*, months):
    audits = with_settings(council(*PARTS), months=months)
    return programme(in_era(audits, QUARTER), quarter=QUARTER)


def by_month(result):
    return [table for table in programme_tables(result) if "by month" in table.caption]


def test_each_month_from_the_first_audit_on_has_its_row():
    result = told(months=True)
    assert [(each.label, each.counts) for each in result.by_month] == [
        ("December 2026", (0, 4, 12, 0)),
        ("January 2027", (0, 0, 0, 0)),
        ("February 2027", (0, 0, 0, 3)),
    ]
    assert result.by_month[0].good.value == pytest.approx(12 / 16)
    assert not result.by_month[2].good.is_estimable  # three audits are too few for a share
    assert sum(each.total for each in result.by_month) == sum(
        each.total for each in result.by_quarter
    )


def test_the_table_by_month_stands_beside_the_one_by_quarter():
    result = told(months=True)
    [table] = by_month(result)
    assert table.rows == (
        ("December 2026", "0", "4", "12", "0", "16", "75%"),
        ("January 2027", "0", "0", "0", "0", "0", "none graded"),
        ("February 2027", "0", "0", "0", "3", "3", "too few to say"),
    )
    assert "single months should not be compared" in table.note


def test_where_months_are_not_declared_there_is_none():
    result = told(months=False)
    assert result.by_month == ()
    assert by_month(result) == []
