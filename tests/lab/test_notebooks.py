"""The notebooks of the workbench run from top to bottom, and are no part of a report."""

import json
import subprocess
import sys

import nbformat
import pytest

from qaf_analysis import notebook
from qaf_analysis.lab.moderating import open_round
from qaf_analysis.lab.practice import MODERATOR
from qaf_analysis.run.notebooks import run_notebook
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.registry import ANALYSIS_NOTEBOOKS, INTAKE_NOTEBOOK, REPORT_NOTEBOOK
from tests.places import ROOT

OURS = ("10_moderation_round", "11_review", "80_explore")


def test_none_of_them_is_run_for_a_report():
    assert not set(OURS) & {INTAKE_NOTEBOOK, *ANALYSIS_NOTEBOOKS, REPORT_NOTEBOOK}
    assert all((ROOT / "notebooks" / f"{name}.ipynb").exists() for name in OURS)


@pytest.mark.parametrize("name", OURS)
def test_no_notebook_holds_the_state_of_a_widget(name):
    read = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    assert "widgets" not in read.metadata
    assert "widget-view" not in json.dumps(read)


@pytest.mark.slow
def test_the_round_for_practice_opens_and_its_notebook_keeps_no_grade(tmp_path):
    done = run_notebook(
        ROOT / "notebooks" / "10_moderation_round.ipynb", tmp_path / "executed.ipynb", {}, cwd=ROOT
    )
    executed = done.path.read_text(encoding="utf-8")
    assert "A round for practice" in executed
    assert "A form: run this cell to see it." in executed
    for word in ("Requires improvement", "Outstanding", "qaf-status"):
        assert word not in executed
    tables = [line for line in executed.splitlines() if "<caption>" in line]
    assert len(tables) == 6


def test_a_round_where_none_was_begun_is_refused_and_makes_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("QAF_MODERATION", str(tmp_path / "moderation"))
    monkeypatch.setenv("QAF_LEDGER_KEY", str(tmp_path / "key"))
    with pytest.raises(UsageError, match="There is no ledger of Example County Council on this"):
        open_round(data="data/example", round="2019-20-Q4-z", moderator="M-04")
    assert list(tmp_path.iterdir()) == []


def test_progress_is_what_was_committed():
    practice = open_round(data="")
    assert practice.status.rows == ((MODERATOR, "3", "0"),)
    form = practice.grade().conversation
    for domain in form._pack.domains:
        form.chose(f"1/{domain}", "Good")
    form.pressed("read/1")
    form.pressed("commit/1")
    assert practice.status.rows == ((MODERATOR, "3", "1"),)
    shown = (practice.plan, practice.draw, practice.assignment, practice.packs, practice.returns)
    assert not [table for table in shown if "Good" in str(table.rows)]


@pytest.mark.parametrize(
    "name", ["open_round", "open_explore", "open_review", "review_form", "browse"]
)
def test_the_notebooks_one_name_has_what_they_call(name):
    assert callable(getattr(notebook, name))
    assert name in dir(notebook)


def test_a_notebook_of_the_report_does_not_wait_for_forms_and_charts():
    asked = "import sys, qaf_analysis.notebook; print([n for n in ('anywidget', 'seaborn', "
    asked += "'itables', 'ipywidgets') if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, check=True, encoding="utf-8", cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
