"""Rules about the repository itself: what it may hold, and that its parts agree."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement

from qaf_analysis.run.doctor import locked_versions, loopback_problems
from qaf_analysis.run.parameters import declared_parameters, parameters_cell

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "qaf_analysis"
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PRIVATE = {"outputs", ".venv", ".hypothesis", ".git", ".workbench", "__pycache__", "dist", "build"}
# Written so that this file does not hold what it looks for.
NOT_OURS = re.compile(
    r"[/]work[/]|[/]root[/]|[/]home[/]\w|[/]Users[/]\w|[A-Z]:\\Users\\|[.][.][/]shared"
    r"|[/]opt[/]pypi|https?://[^\s\"']*(/simple\b|pythonhosted|[/.]registry)"
)


def files() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        caches = any(part.endswith(("_cache", ".egg-info")) for part in inside)
        if path.is_file() and not caches and not PRIVATE.intersection(inside):
            yield path


@cache
def parsed() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES]


def test_environment_yml_agrees_with_the_project():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, further = environment["dependencies"]
    assert python == "python" + PROJECT["project"]["requires-python"]
    assert pip == "pip"
    assert further == {"pip": ["-r requirements.lock"]}
    assert environment["name"] == PROJECT["project"]["name"]


def test_the_lock_names_no_address_and_every_package_has_sums():
    assert "://" not in LOCK
    assert not re.search(r"^\s*(--index|--extra-index|--find-links|-i\b|-f\b|-e\b)", LOCK, re.M)
    for entry in re.split(r"\n(?=\S)", LOCK.strip()):
        assert re.match(r"[\w.-]+==\S+", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]


def test_every_dependency_is_locked_at_a_version_it_allows():
    locked = locked_versions(LOCK)
    wanted = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["dependency-groups"]["dev"],
        *PROJECT["build-system"]["requires"],
    ]
    for requirement in map(Requirement, wanted):
        versions = locked[requirement.name.lower().replace("_", "-")]
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_version_and_licence_are_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["project"]["version"]
    assert citation["license"] == PROJECT["project"]["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_the_ci_calls_the_readmes_test_command():
    command = "workbench.py test"
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")


def test_jupyterlab_ships_closed_to_other_computers():
    shipped = ROOT / ".jupyter"
    settings = yaml.safe_load((shipped / "jupyter_server_config.json").read_text(encoding="utf-8"))
    assert loopback_problems(settings) == []
    assert settings["LabApp"]["news_url"] is None
    page = yaml.safe_load((shipped / "labconfig" / "page_config.json").read_text(encoding="utf-8"))
    assert page["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"] is True


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_thin_and_holds_no_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert notebook.cells[parameters_cell(notebook, name=path.name)] is code[0]
    assert declared_parameters(code[0].source, name=path.name)
    assert notebook.metadata.kernelspec.name == "python3"
    lines = [len(cell.source.splitlines()) for cell in code]
    assert max(lines) <= 8
    assert sum(lines) <= 60
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    for cell in code:
        assert cell.outputs == []
        assert cell.execution_count is None
        logic = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda, ast.comprehension)
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, logic)]


def test_there_are_notebooks_to_look_at():
    assert len(NOTEBOOKS) >= 7


def test_no_file_names_a_machine_or_a_package_index():
    found = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}"
            for number, line in enumerate(text.splitlines(), start=1)
            if NOT_OURS.search(line)
        ]
    assert found == []


def test_the_list_of_modules_is_up_to_date():
    made = subprocess.run(
        [sys.executable, "-c", "import list_modules; print(list_modules.page(), end='')"],
        cwd=ROOT / "docs",
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert made.stdout == (ROOT / "docs" / "modules.md").read_text(encoding="utf-8")


def test_every_module_says_in_a_line_what_it_is_for():
    for path, tree in parsed():
        if not path.stem.startswith("__"):
            assert (ast.get_docstring(tree) or "").partition("\n")[0][-1:] in (".", "?", "!"), path


def test_no_module_runs_text_as_code_or_reads_pickles():
    modules = {"pickle", "joblib", "shelve", "marshal", "dill", "cloudpickle"}
    calls = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load"}
    for path, tree in parsed():
        for node in ast.walk(tree):
            place = f"{path.name}:{getattr(node, 'lineno', 0)}"
            assert not isinstance(node, ast.Assert), place
            if isinstance(node, ast.Import):
                assert not modules & {name.name.split(".")[0] for name in node.names}, place
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in modules, place
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in calls, place
                assert not [
                    word
                    for word in node.keywords
                    if word.arg == "shell" and ast.unparse(word.value) != "False"
                ], place


def test_no_exception_is_swallowed_and_nothing_is_left_to_do():
    for path, tree in parsed():
        assert not re.search(r"#.*\b(TODO|FIXME|XXX)\b", path.read_text(encoding="utf-8")), path
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"{path.name}:{node.lineno}"
                assert not all(isinstance(line, ast.Pass) for line in node.body), (
                    f"{path.name}:{node.lineno}"
                )


def test_functions_fit_on_a_screen_and_modules_hold_one_idea():
    for path, tree in parsed():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 600, path
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                first = node.body[0]
                words = ast.get_docstring(node) is not None and isinstance(first, ast.Expr)
                begins = (first.end_lineno or 0) + 1 if words else node.lineno
                length = (node.end_lineno or 0) - begins + 1
                assert length <= 50, f"{path.name}: {node.name} has {length} lines"


def test_every_test_asserts_something():
    """By itself, or by a helper whose name says that it does."""
    found = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_test = isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            if is_test and not any(map(_asserts, ast.walk(node))):
                found.append(f"{path.name}:{node.lineno} {node.name}")
    assert found == []


def _asserts(node):
    if not isinstance(node, ast.Call):
        return isinstance(node, ast.Assert)
    name = ast.unparse(node.func).rpartition(".")[2]
    return name in ("raises", "warns") or name.startswith(("assert_", "check_"))


@pytest.mark.parametrize(
    ("line", "asserts"),
    [
        ("assert x", True),
        ("with pytest.raises(ValueError): f()", True),
        ("np.testing.assert_allclose(x, y)", True),
        ("run.check_reading(folder)", True),
        ("f(x)", False),
        ("recheck_all(x)", False),
    ],
)
def test_what_asserts_is_known_by_its_name(line, asserts):
    assert any(map(_asserts, ast.walk(ast.parse(line)))) == asserts
