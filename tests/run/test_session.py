"""A notebook by hand: where it works, and what it shows of a mistake."""

from __future__ import annotations

import pytest

from qaf_analysis.run.session import open_session, project_folder
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.impact.analysis.themes import Themes


def test_by_hand_the_project_folder_is_found_from_below(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    session = open_session(data="data/example")
    assert session.by_hand
    assert session.data == tmp_path / "data" / "example"
    assert session.work == tmp_path / "outputs" / "by-hand"


def test_outside_the_project_the_message_says_where_to_open_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="inside the project"):
        project_folder()


def test_a_missing_result_names_what_to_run_first(tmp_path):
    session = open_session(data="data", work=str(tmp_path))
    with pytest.raises(UsageError, match="run the notebooks 00 to 05"):
        session.load(Themes)


def test_a_notebook_shows_a_mistake_as_its_message_alone():
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.run_cell("from qaf_analysis.terms.errors import UsageError")
    shown = []
    shell._showtraceback = lambda kind, value, lines: shown.extend(lines)
    result = shell.run_cell('raise UsageError("Choose a quarter.")')
    assert not result.success
    assert shown == ["Choose a quarter."]
