"""Grades given in a real JupyterLab by keyboard are those that are kept, and no cell is lost."""

import importlib.util

import pytest

from qaf_analysis.moderation.ledger.entries import Kind
from tests.lab import by_keyboard
from tests.lab.driver import browser_path

GOOD = {
    "grades": dict(zip(by_keyboard.DOMAINS, by_keyboard.WANTED[0], strict=True)),
    "not_graded": [],
    "comment": by_keyboard.COMMENT,
    "sure": "Fairly sure",
    "reason": "Planning and review",
}


@pytest.mark.slow
@pytest.mark.skipif(not browser_path(), reason="there is no Chromium, Chrome or Edge")
@pytest.mark.skipif(not importlib.util.find_spec("playwright"), reason="playwright is missing")
def test_three_cases_are_graded_by_keyboard_alone(tmp_path, pytestconfig):
    if not pytestconfig.getoption("--full"):
        pytest.skip("half a minute of JupyterLab: with --full, or python -m tests.lab.by_keyboard")
    found = by_keyboard.graded_by_keyboard(tmp_path)
    assert by_keyboard.faults(found) == []


def test_a_wrong_grade_a_lost_cell_and_a_kept_answer_would_be_told():
    wrong = {**GOOD, "grades": GOOD["grades"] | {"Plan": "Good"}}
    kept = [(Kind.GRADE, "A", wrong), (Kind.COMMIT, "A", {})]
    told = by_keyboard.faults({"cells": 2, "saved": "Outstanding", "kept": kept})
    assert [line.partition(" ")[0] for line in told] == ["2", "Case", "1", "What", "The"]
