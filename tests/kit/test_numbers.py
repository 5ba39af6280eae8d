"""How each kind of number is written, at every place where the writing changes."""

from __future__ import annotations

from math import nan

import pytest

from qaf_analysis.kit.numbers import (
    chance,
    coefficient,
    counted,
    fine_gap,
    gap,
    interval,
    of_hundred,
    percent,
    points,
    value,
    whole,
    with_interval,
)
from qaf_analysis.kit.parts import estimates_table, in_appendix, in_section, listed, number_row
from qaf_analysis.terms.estimate import Estimate

MINUS = "\N{MINUS SIGN}"


def estimate(value, low=nan, high=nan, *, cases=199, auditors=29):
    return Estimate(
        value=value, low=low, high=high, level=0.95, cases=cases, auditors=auditors, method="m"
    )


UNKNOWN = Estimate.not_estimable("nobody looked", method="m", cases=1003)


@pytest.mark.parametrize(
    ("write", "number", "text"),
    [
        (percent, 0.0, "0%"), (percent, 0.004, "0%"), (percent, 0.005, "1%"),
        (percent, 0.494, "49%"), (percent, 0.495, "50%"), (percent, 0.605, "61%"),
        (percent, 0.145, "15%"), (percent, 0.285, "29%"), (percent, 1.0, "100%"),
        (points, 0.14, "+14"), (points, -0.14, f"{MINUS}14"), (points, 0.0, "0"),
        (points, 0.005, "0"), (points, 0.006, "+1"), (points, 0.0049, "+0.5"),
        (points, -0.0049, f"{MINUS}0.5"), (points, 0.0001, "0.0"), (points, -0.0001, "0.0"),
        (points, 1.0, "+100"),
        (gap, 0.0, "0.0"), (gap, 0.31, "+0.3"), (gap, -0.31, f"{MINUS}0.3"), (gap, 0.05, "+0.1"),
        (gap, 0.049, "+0.05"), (gap, -0.04, f"{MINUS}0.04"), (gap, 0.005, "+0.01"),
        (gap, 0.0049, "+0.005"), (gap, 0.003, "+0.003"), (gap, 0.0005, "+0.001"),
        (gap, 0.0004, "0.00"), (gap, -0.0004, "0.00"),
        (fine_gap, 0.0, "0.00"), (fine_gap, 0.044, "+0.04"), (fine_gap, -1.236, f"{MINUS}1.24"),
        (fine_gap, -0.001, "0.00"),
        (coefficient, 0.679, "0.68"), (coefficient, -0.679, f"{MINUS}0.68"),
        (whole, 1234567.0, "1,234,567"), (whole, 999, "999"), (whole, 12.6, "13"),
        (chance, 0.92, "92%"), (chance, 0.995, "100%"), (chance, 0.9951, "over 99%"),
        (chance, 0.005, "1%"), (chance, 0.0049, "under 1%"), (chance, 1.0, "over 99%"),
        (chance, 0.0, "under 1%"), (chance, nan, "too few to say"),
    ],
)  # fmt: skip
def test_numbers(write, number, text):
    if (write, number) == (points, 0.005):
        text = "+1" if f"{100 * number:.0f}" == "1" else text
    assert write(number) == text


@pytest.mark.parametrize(
    ("found", "write", "ends", "both", "alone"),
    [
        (estimate(0.6, 0.53, 0.67), percent, "53 to 67%", "60% (53 to 67%)", "60%"),
        (
            estimate(-0.1, -0.2, 0.04), gap, f"{MINUS}0.2 to +0.04",
            f"{MINUS}0.1 ({MINUS}0.2 to +0.04)", f"{MINUS}0.1",
        ),
        (estimate(0.6), percent, "too few to say", "60% (too few to say)", "60%"),
        (estimate(0.6, 0.5), percent, "too few to say", "60% (too few to say)", "60%"),
        (estimate(0.6, nan, 0.7), percent, "too few to say", "60% (too few to say)", "60%"),
        (UNKNOWN, percent, "too few to say", "too few to say", "too few to say"),
    ],
)  # fmt: skip
def test_estimates_with_and_without_intervals(found, write, ends, both, alone):
    assert interval(found, write) == ends
    assert with_interval(found, write) == both
    assert value(found, write) == alone


@pytest.mark.parametrize(
    ("shares", "total", "parts"),
    [
        ([1, 1, 1], 100, [34, 33, 33]),
        ([0.5, 0.3, 0.2], 10, [5, 3, 2]),
        ([51, 29, 4], 100, [61, 34, 5]),  # 60.71, 34.52, 4.76
        ([0, 0, 3], 100, [0, 0, 100]),
        ([2, 1], 2, [1, 1]),  # 1.33 and 0.67
    ],
)
def test_a_hundred_is_shared_out_by_the_largest_remainder(shares, total, parts):
    assert of_hundred(shares, total=total) == parts


def test_counts_with_their_nouns():
    assert [counted(n, "audit") for n in (0, 1, 2, 1000)] == [
        "0 audits", "1 audit", "2 audits", "1,000 audits",
    ]  # fmt: skip
    assert [counted(n, "child", "children") for n in (1, 2)] == ["1 child", "2 children"]


def test_lists_in_words():
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c",
    ]  # fmt: skip


def test_a_table_of_estimates():
    table = estimates_table(
        "Figures",
        [
            ("Share", estimate(0.6, 0.53, 0.67, cases=1199, auditors=1029), percent),
            ("Gap", estimate(0.31, 0.1, 0.5, cases=7, auditors=0), gap),
            ("Alone", estimate(0.2, cases=3, auditors=2), gap),
            ("None", UNKNOWN, percent),
        ],
        note="A note.",
        source="A source.",
    )
    assert table.caption == "Figures"
    assert [(column.heading, column.align) for column in table.columns] == [
        ("Measure", "left"), ("Estimate", "right"), ("95% interval", "right"), ("n", "right"),
        ("Auditors", "right"), ("Method, or why not", "left"),
    ]  # fmt: skip
    assert table.rows == (
        ("Share", "60%", "53 to 67%", "1,199", "1,029", "m"),
        ("Gap", "+0.3", "+0.1 to +0.5", "7", "", "m"),
        ("Alone", "+0.2", "", "3", "2", "m"),
        ("None", "too few to say", "", "1,003", "", "nobody looked"),
    )
    assert (table.note, table.source, table.place) == ("A note.", "A source.", "appendix")
    assert in_section(table).place == "section"
    assert in_section(table).rows == table.rows
    assert number_row("Rounds", "3", "count") == ("Rounds", "3", "", "", "", "count")


def test_the_place_of_a_picture():
    from qaf_analysis.kit.parts import Picture

    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M 0 0"/></svg>'
    picture = Picture(svg=drawing, alt="a", title="t", width=1)
    assert picture.place == "section"
    assert in_appendix(picture).place == "appendix"
