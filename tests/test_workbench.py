"""The entrance works on any Python far enough to say what is wrong, and installs only when due."""

import ast
import subprocess
import sys
import time
from pathlib import Path

import pytest

import workbench
from workbench import SetupError, Workbench, why

SOURCE = Path(workbench.__file__)


@pytest.fixture
def project(tmp_path):
    """Return a project folder whose environment was completed by somebody else."""
    (tmp_path / "requirements.lock").write_text("a==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    made = Workbench(tmp_path)
    made.python.parent.mkdir(parents=True)
    made.python.write_text("")
    made.stamp.write_text(made.wanted())
    return made


def test_an_old_python_is_told_so(tmp_path):
    pretend = (
        f"import sys, runpy; sys.version_info = (3, 8, 1); runpy.run_path({str(SOURCE)!r}, "
        "run_name='__main__')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", pretend], capture_output=True, check=False, encoding="utf-8"
    )
    assert ended.returncode == 2
    assert "needs Python 3.11 or later; this is 3.8" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_old_python_can_read_the_file():
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 4))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        assert not isinstance(node, newer), ast.unparse(node)
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            assert not any(isinstance(part, ast.Starred) for part in node.elts), ast.unparse(node)
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None
            assert not node.args.kwonlyargs
            assert all(argument.annotation is None for argument in node.args.args)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
            assert not node.keywords
    # What comes before the version is looked at must be there in every Python.
    checked = next(i for i, node in enumerate(tree.body) if isinstance(node, ast.If))
    assert [ast.unparse(node) for node in tree.body[1:checked]] == ["import sys"]


def test_a_complete_environment_is_taken_as_it_is(project, monkeypatch):
    monkeypatch.setattr(project, "logged", lambda command: pytest.fail(f"ran {command}"))
    project.prepare()
    assert project.is_ready()


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed_again(project, changed):
    path = project.root / changed
    path.write_text(path.read_text() + "\n")
    assert not project.is_ready()


def test_a_half_made_environment_is_made_again(project, monkeypatch):
    project.stamp.unlink()
    left = project.venv / "left over"
    left.write_text("")
    commands = []

    def logged(command):
        commands.append(command)
        project.python.parent.mkdir(parents=True, exist_ok=True)
        project.python.write_text("")
        assert not project.stamp.exists()
        return 0

    monkeypatch.setattr(workbench.shutil, "which", lambda name: None)
    monkeypatch.setattr(project, "logged", logged)
    project.prepare()
    assert not left.exists()
    assert [command[1:3] for command in commands] == [["-m", "venv"], ["-m", "pip"], ["-m", "pip"]]
    assert "--require-hashes" in commands[1]
    assert "--no-deps" in commands[2]
    assert project.is_ready()


def test_uv_that_fails_gives_way_to_pip(project, monkeypatch):
    project.stamp.unlink()
    commands = []

    def logged(command):
        commands.append(command[0])
        project.python.parent.mkdir(parents=True, exist_ok=True)
        project.python.write_text("")
        return 1 if command[:3] == ["uv", "pip", "install"] else 0

    monkeypatch.setattr(workbench.shutil, "which", lambda name: "uv")
    monkeypatch.setattr(project, "logged", logged)
    project.prepare()
    assert commands[:2] == ["uv", "uv"]
    assert "uv" not in commands[2:]
    assert project.is_ready()


def test_a_failed_installation_leaves_no_stamp_and_says_why(project, monkeypatch):
    (project.root / "requirements.lock").write_text("b==1\n")

    def logged(command):
        project.log.write_text("ERROR: Could not find a version that satisfies b==1")
        return 0 if "venv" in command else 1

    monkeypatch.setattr(workbench.shutil, "which", lambda name: None)
    monkeypatch.setattr(project, "logged", logged)
    with pytest.raises(SetupError, match="no package index could be reached"):
        project.prepare()
    assert not project.is_ready()


@pytest.mark.slow
def test_without_a_network_pip_fails_with_a_clear_message(project, monkeypatch):
    (project.root / "requirements.lock").write_text(
        "a-package-of-nobody==1 --hash=sha256:" + "0" * 64 + "\n"
    )
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setattr(workbench.shutil, "which", lambda name: None)
    with pytest.raises(SetupError, match="could not be fetched"):
        project.prepare()
    assert not project.is_ready()


def test_a_package_with_another_sum_is_not_called_a_network_fault(tmp_path):
    said = why("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", tmp_path / "install.log")
    assert "not the one that was tested" in said


@pytest.mark.parametrize(
    ("arguments", "ended", "code"),
    [
        ([], 4, 0),
        ([], 5, 5),
        (["--quarter", "2019-20 Q3"], 0, 0),
        (["--data", "mine"], 4, 4),
        (["--data=mine"], 4, 4),
    ],
)
def test_the_example_may_set_rows_aside_and_your_own_data_tell_you(
    project, monkeypatch, arguments, ended, code
):
    asked = []
    monkeypatch.setattr(project, "qaf", lambda given: asked.append(given) or ended)
    assert project.report(arguments) == code
    example = str(project.root / "data" / "example")
    assert (example in asked[0]) == ("mine" not in " ".join(arguments))
    assert asked[0][-len(arguments) :] == arguments or not arguments


def test_the_second_start_adds_well_under_a_second(project):
    real = Workbench(SOURCE.parent)
    started = time.perf_counter()
    real.is_ready()
    real.wanted()
    assert time.perf_counter() - started < 0.5
