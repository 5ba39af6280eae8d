"""Widths of columns by content, and parts of tables wider than the page."""

from __future__ import annotations

import pytest

from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.report.writers.shipped_font import width
from qaf_analysis.report.writers.table_layout import (
    LONGEST_WORD,
    MAY_BREAK,
    PADDING,
    PAGE_WIDTH,
    breakable,
    parts_of,
)


def table(headings, *rows, right=()):
    return Table(
        caption="A table",
        columns=tuple(
            Column(heading=heading, align="right" if place in right else "left")
            for place, heading in enumerate(headings)
        ),
        rows=rows,
    )


def test_what_fits_is_as_wide_as_its_longest_cell():
    (part,) = parts_of(table(["Team", "Audits"], ("East", "1,234"), ("North-west", "5")))
    assert part.size == 9.5
    assert part.widths == pytest.approx(
        (
            width("North-west", size=9.5, weight="Bold") + PADDING,
            width("Audits", size=9.5, weight="Bold") + PADDING,
        )
    )


def test_long_words_get_the_page_and_numbers_keep_to_one_line():
    long = "what was found and why " * 12
    given = table(
        ["Measure", "95% interval", "Method"],
        ("Mean gap in grades of the year", "−0.12 to +0.24 (all)", long),
        right={1},
    )
    (part,) = parts_of(given)
    assert sum(part.widths) == pytest.approx(PAGE_WIDTH)
    assert part.widths[1] >= width("−0.12 to +0.24 (all)", size=9.5) + PADDING
    assert part.widths[2] > part.widths[0]


def test_no_column_is_narrower_than_its_longest_word():
    words = [f"{'m' * length} short" for length in (3, 9, 14, 6, 8)]
    (part,) = parts_of(table(words, *[tuple(f"{word} " * 9 for word in words)] * 3))
    for wide, word in zip(part.widths, words, strict=True):
        assert wide >= width(word.split()[0], size=part.size, weight="Bold") + PADDING - 1e-6
    assert sum(part.widths) <= PAGE_WIDTH + 1e-6


def test_type_gets_smaller_once_before_the_table_is_parted():
    # Nine letters of 0.83 em and the padding, eleven columns: 9.5 pt needs more than the page.
    word = "m" * 7
    wide = [11 * (width(word, size=size, weight="Bold") + PADDING) for size in (9.5, 8.5)]
    columns = 11
    while columns * wide[1] / 11 > PAGE_WIDTH:
        columns -= 1
    assert columns * wide[0] / 11 > PAGE_WIDTH
    (part,) = parts_of(table([word] * columns, (word,) * columns))
    assert part.size == 8.5


def test_a_wider_table_is_parted_with_the_row_heading_first():
    headings = ["Auditor", *(f"Heading_number_{place}" for place in range(1, 24))]
    parts = parts_of(table(headings, ("A1", *["12"] * 23)))
    assert len(parts) > 1
    assert all(part.columns[0] == 0 for part in parts)
    assert [place for part in parts for place in part.columns[1:]] == list(range(1, 24))
    assert all(sum(part.widths) <= PAGE_WIDTH + 1e-6 for part in parts)
    assert {part.size for part in parts} == {8.5}


def test_over_long_words_break_after_a_sign_or_anywhere():
    path = "exports/2019-20/quarter_four/audits_of_every_team_and_domain.xlsx"
    assert breakable(path).replace(MAY_BREAK, "") == path
    assert all(part[-1] in "/_-." for part in breakable(path).split(MAY_BREAK)[:-1])
    hashed = breakable("0123456789abcdef" * 4)
    assert hashed.count(MAY_BREAK) == 63
    assert breakable("ordinary words, however many there are of them " * 9).count(MAY_BREAK) == 0
    assert width("a" * 10, size=9.5) < LONGEST_WORD


def test_a_table_without_rows_has_widths():
    (part,) = parts_of(table(["One", "Two"]))
    assert part.height == 0
    assert all(wide > PADDING for wide in part.widths)
