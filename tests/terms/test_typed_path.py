r"""Windows paths as Python, a shell or cmd leaves them: recognised, and mended in the message."""

import ast
from pathlib import Path

import pytest

from qaf_analysis.cli import app
from qaf_analysis.data.council.read import read_council
from qaf_analysis.run.session import open_session
from qaf_analysis.terms.errors import UnknownQuarterError, UsageError
from qaf_analysis.terms.typed_path import as_typed, path_advice

TYPED = [
    r"C:\audits\2024-25",
    r"C:\reports\new folder\2023-24",
    r"D:\temp\b\2018\vote",
    r"\\server\share\audits\2024-25",
]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("windows", [True, False])
def test_a_path_that_python_has_spoilt_is_mended_in_the_message(typed, windows):
    became = str(ast.literal_eval(f'"{typed}"'))
    assert became != typed
    assert as_typed(became) == typed
    advice = path_advice(became, windows=windows)
    assert f'r"{typed}"' in advice
    assert f'"{typed}"'.replace("\\", "/") in advice
    assert advice.isprintable()


@pytest.mark.parametrize(
    "text",
    ["data/example", "C:/audits/2024-25", r"C:\audits\2024-25", "é tudes/2024", ".", "../x"],
)
def test_a_path_that_may_be_one_gets_no_advice_on_windows(text):
    assert path_advice(text, windows=True) == ""
    assert as_typed(text) == text


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        (r"C:\audits\2024-25", "/mnt/c/audits/2024-25"),
        ("D:/audits", "/mnt/d/audits"),
        ("C:audits2024-25", "C:/audits/2024-25"),
    ],
)
def test_a_windows_path_elsewhere_is_told_as_such(text, advice):
    assert advice in path_advice(text, windows=False)


def test_backslashes_that_were_taken_away_are_told_on_windows_too():
    assert "backslashes were taken away" in path_advice("C:audits2024-25", windows=True)


def test_a_backslash_before_the_closing_quotation_mark_is_told():
    """What cmd hands on of --data "C:\\audits\\" --quarter "2019-20 Q3"."""
    advice = path_advice('C:\\audits" --quarter 2019-20', windows=True)
    assert 'Leave that backslash out: "C:\\audits".' in advice


def test_a_notebook_and_a_reader_say_it(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r'Write r"C:\\audits\\2024-25"'):
        open_session(data="C:\audits\2024-25")
    with pytest.raises(UsageError, match=r'Write r"C:\\audits\\2024-25"'):
        read_council(Path("C:\audits\2024-25"), as_of=None)
    with pytest.raises(UnknownQuarterError, match="Q1"):
        open_session(data=".", quarter="2019-20 Q5")


@pytest.mark.parametrize("command", ["check", "report"])
def test_a_command_says_it_and_makes_no_folder_of_that_name(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert app.run([command, "--data", "C:\audits\2024-25"]) == 2
    assert 'r"C:\\audits\\2024-25"' in capsys.readouterr().err
    assert app.run(["simulate", "--out", "C:\audits\2024-25"]) == 2
    assert list(tmp_path.iterdir()) == []
