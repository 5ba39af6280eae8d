"""The list of what ``--quick`` leaves out names tests that there are, and leaves each file one."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from tests.quick import COLLECTED, Measured, left_out, to_leave_out

ROOT = Path(__file__).resolve().parents[1]


def functions_of(file):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_on_the_list_exists(pytestconfig):
    """Its file and function; and its case, where all cases of its file were collected here."""
    collected = pytestconfig.stash[COLLECTED]
    is_whole = not any("::" in given for given in pytestconfig.args)
    is_whole &= not pytestconfig.getoption("keyword") and not pytestconfig.getoption("markexpr")
    files = {name.split("::")[0] for name in collected} if is_whole else set()
    known = {}
    for name in sorted(left_out()):
        file, _, rest = name.partition("::")
        assert (ROOT / file).is_file(), name
        if file in files:
            assert name in collected, name
        elif file.startswith("tests/"):
            known.setdefault(file, functions_of(file))
            assert rest.split("[")[0].split("::")[-1] in known[file], name


def test_the_longest_go_first_and_further_cases_before_whole_tests():
    tests = [
        Measured(test="a.py::one[x]", setup=0, own=3),
        Measured(test="a.py::one[y]", setup=0, own=4),
        Measured(test="a.py::two", setup=0, own=9),
        Measured(test="a.py::short", setup=0, own=0.5),
    ]
    assert to_leave_out(tests, most=20) == []
    assert to_leave_out(tests, most=13) == ["a.py::one[y]"]
    assert to_leave_out(tests, most=6) == ["a.py::one[y]", "a.py::two"]
    # The cheapest test of a file stays, whatever is asked.
    assert to_leave_out(tests, most=0) == ["a.py::one[y]", "a.py::two", "a.py::one[x]"]


def test_a_fixture_is_laid_to_all_tests_that_share_it():
    shared = ("council",)
    tests = [
        Measured(test="a.py::first", setup=5, own=0.1, shares=shared),
        Measured(test="a.py::second", setup=0, own=0.1, shares=shared),
        Measured(test="a.py::apart", setup=0, own=0.3),
    ]
    # Without "first" the council would be made for "second", so that both go or none.
    assert to_leave_out(tests, most=5.5) == []
    assert to_leave_out(tests, most=1) == ["a.py::first", "a.py::second"]


def test_every_file_keeps_a_test_unless_all_of_it_is_long(pytestconfig):
    kept = defaultdict(list)
    for name, is_left_out in pytestconfig.stash[COLLECTED].items():
        kept[name.split("::")[0]].append(not is_left_out)
    whole = {file for file, stays in kept.items() if not any(stays)}
    assert whole <= ALL_LONG


ALL_LONG = frozenset(
    {
        "tests/data/council/test_rows_accounted.py",
        "tests/end_to_end/test_round.py",
        "tests/privacy/test_intruder.py",
        "tests/report/editions/test_same_bytes.py",
        "tests/report/test_later_councils.py",
        "tests/run/test_pipeline.py",
        "tests/run/test_review.py",
        "tests/run/test_verify.py",
        "tests/topics/severity/test_severity.py",
    }
)
"""Files of which every test takes seconds: whole runs, whole councils, all pages."""
