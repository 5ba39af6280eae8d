"""The gate on a small package of its own: what is killed, what survives, and how it is told."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.mutation.gate import ROOT
from tests.mutation.mutants import mutants
from tests.mutation.page import Outcome, key, page, survivors_of, wilson
from tests.mutation.selection import nearest_tests

MODULE = "qaf_analysis/stats/room/sums.py"
TEXT = '''"""Sums."""


def doubled(x: float) -> float:
    """Twice.

    >>> doubled(2)
    4
    """
    return x + x


def halved(x: float) -> float:
    return x / 4


def unused(x: float) -> float:
    return x - 9


def counted_down(x: float) -> float:
    while x > 0:
        x -= 1
    return x
'''
TESTS = """from qaf_analysis.stats.room.sums import counted_down, halved


def test_counted_down():
    assert counted_down(3) == 0


def test_halved():
    assert halved(0) == 0
"""


SETTINGS = """[tool.pytest.ini_options]
addopts = "--doctest-modules --import-mode=importlib"
"""


@pytest.fixture
def package(tmp_path):
    files = {
        "qaf_analysis/__init__.py": "",
        MODULE: TEXT,
        "tests/stats/room/test_sums.py": TESTS,
        "pyproject.toml": SETTINGS,
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def gate(package, *arguments):
    words = (
        "import sys; from pathlib import Path; from tests.mutation.gate import main; "
        "sys.exit(main(sys.argv[2:], root=Path(sys.argv[1])))"
    )
    return subprocess.run(
        [sys.executable, "-c", words, str(package), *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )


@pytest.mark.wide
def test_faults_are_killed_survive_or_are_run_by_no_test(package):
    written = package / "page.md"
    done = gate(package, "--over", "stats/room", "--patience", "1", "--write", str(written))
    assert done.returncode == 1, done.stderr  # fewer than nine in ten died
    words = written.read_text(encoding="utf-8")
    survived = {(path, before, after) for path, _, before, after in survivors_of(words)}
    assert survived == {
        (MODULE, "return x / 4", "return x * 4"),
        (MODULE, "return x / 4", "return x / 5"),
        (MODULE, "return x - 9", "return x + 9"),
        (MODULE, "return x - 9", "return x - 10"),
    }
    assert words.count("(run by no test)") == 2
    assert "+ x += 1\n    took too long" in done.stdout
    assert f"{MODULE}::qaf_analysis.stats.room.sums.doubled" in done.stdout  # its own doctest
    again = gate(package, "--survivors", str(written), "--least", "0")
    assert again.returncode == 0, again.stderr
    assert "4 survivors on the page, 4 found again in the code" in again.stdout


def test_tests_that_fail_without_a_fault_stop_the_gate(package):
    test = package / "tests/stats/room/test_sums.py"
    test.write_text(TESTS.replace("(3) == 0", "(3) == 1"), encoding="utf-8")
    done = gate(package, "--only", f"{MODULE}:14")
    assert done.returncode == 2
    assert "test_sums.py fails without any mutant" in done.stderr


def test_own_tests_come_first_then_the_doctest_then_the_rest(package):
    other = package / "tests/stats/room/test_a.py"
    other.write_text("", encoding="utf-8")
    user = package / "tests/stats/test_user.py"
    user.write_text("import qaf_analysis.stats.room.sums", encoding="utf-8")
    assert nearest_tests(package, MODULE, thorough=False) == [
        "tests/stats/room/test_sums.py",
        MODULE,
        "tests/stats/room/test_a.py",
        "tests/stats/test_user.py",
    ]


@pytest.mark.parametrize(
    ("killed", "sampled", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)],
)
def test_interval_of_newcombe_1998(killed, sampled, low, high):
    assert wilson(killed, sampled) == pytest.approx((low, high), abs=5e-5)


def test_a_survivor_on_the_page_is_known_again():
    one = mutants(MODULE, TEXT)[0]
    outcomes = [
        Outcome(mutant=one, killed_by="", reached=True),
        Outcome(mutant=one, killed_by="test_x", reached=True),
    ]
    words = page(outcomes, command="python gate.py")
    assert survivors_of(words) == {key(one)}
    assert "| stats | 2 | 1 | 1 | 0 | 50.0% (9.5% to 90.5%) |" in words
