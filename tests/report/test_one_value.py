"""The written document: a figure of one name and period is printed with one value only."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import fields, is_dataclass

import pytest

from qaf_analysis.kit.parts import Table
from qaf_analysis.report.quarterly import quarterly_document
from tests.topics.councils import simulated
from tests.topics.ten_councils import EACH, EXAMPLE, answered, council

HEADLINES = ("Good or better", "Mean grade", "Identical", "AC2", "Mean gap")
PERIODS = ("Year", "Quarter", "Moderated in", "Audited in")
NUMBER = re.compile(r"[+\N{MINUS SIGN}]?\d[\d,]*(?:\.\d+)?")


def tables_in(value):
    if isinstance(value, Table):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from tables_in(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from tables_in(one)


def printed_in(tables):
    """What stands under each headline and period, and beside each measure: table, cells."""
    found = defaultdict(list)
    for table in tables:
        heads, above = [column.heading for column in table.columns], ""
        for row in table.rows:
            above = above if row[0].startswith(("…", " ")) else row[0]
            if heads[0] in PERIODS:
                for place, heading in enumerate(heads):
                    if heading in HEADLINES:
                        when = row[0] if heads[0] in PERIODS[:2] else f"{heads[0]} {row[0]}"
                        found[heading, when].append((table.caption, (row[place],)))
            elif heads[:3] == ["Measure", "Estimate", "95% interval"]:
                part = row[0] if row[0] != above else ""
                found[above, part].append((table.caption, row[1:3]))
    return found


def numbers(text):
    """Each number of a cell with half a unit of its last digit."""
    for one in NUMBER.findall(text):
        plain = one.replace(",", "").replace("\N{MINUS SIGN}", "-")
        yield float(plain), 0.5 * 10.0 ** -len(plain.partition(".")[2])


def alike(one, other):
    """Whether two cells can be one figure, written with more or fewer decimals."""
    ours, theirs = list(numbers(one)), list(numbers(other))
    return len(ours) == len(theirs) and all(
        abs(a - b) <= 1.001 * max(half, more)
        for (a, half), (b, more) in zip(ours, theirs, strict=True)
    )


def twice(tables, *, names):
    """Figures that stand with two values, by their name."""
    return {
        name: cells
        for name, cells in printed_in(tables).items()
        if name[0] not in names
        and not all(
            alike(one, other)
            for _, row in cells[1:]
            for one, other in zip(cells[0][1], row, strict=True)
        )
    }


@pytest.mark.parametrize("name", [EXAMPLE, *EACH])
def test_a_headline_of_one_period_has_one_value_in_every_table(name):
    audits = simulated()[1] if name == EXAMPLE else council(name)
    document = quarterly_document(answered(name), run_id="one")
    domains = tuple(audits.ratings["domain"].unique())
    # A table of one domain bears its name; those of the severity model have a row for each.
    tables = [table for table in tables_in(document) if not table.caption.startswith(domains)]
    assert len(printed_in(tables)) > 30
    assert twice(tables, names=set(domains)) == {}


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("52%", "51.5%", True),
        ("52%", "53%", False),
        ("+0.19", "+0.2", True),
        ("+0.02 to +0.37", "\N{MINUS SIGN}0.02 to +0.37", False),
        ("too few to say", "62%", False),
    ],
)
def test_two_cells_are_one_figure_within_their_rounding(one, other, is_alike):
    assert alike(one, other) == is_alike
