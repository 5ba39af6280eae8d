"""Newcombe's interval against every case of his table."""

from __future__ import annotations

import csv

import pytest

from qaf_analysis.stats.core.intervals import newcombe_independent
from tests.places import REFERENCE

FILE = REFERENCE / "impact" / "newcombe1998_expected.csv"
CASES = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_limits_are_those_of_newcombe_1998(case):
    number = {key: float(value) for key, value in case.items() if key != "case"}
    found = newcombe_independent((number["x1"], number["x2"]), (number["n1"], number["n2"]))
    assert found.value == pytest.approx(number["diff"], abs=5e-7)
    assert (found.low, found.high) == pytest.approx((number["lower"], number["upper"]), abs=5e-7)


def test_there_are_eight_cases():
    assert len(CASES) == 8
