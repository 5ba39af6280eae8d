"""Pages of docs/ are as the code would make them now, and show commands that work as shown."""

import json
import re
import shlex
from pathlib import Path

import pytest
import typer

from qaf_analysis.cli import app
from qaf_analysis.data.audits import AUDIT_COLUMNS, MODERATION_COLUMNS
from qaf_analysis.data.columns import REQUIRED
from qaf_analysis.report.reference_pages import reference_pages
from qaf_analysis.terms.contract import AUDIT_FIELDS, MODERATION_FIELDS

ROOT = Path(__file__).parents[1]
METHODS = ROOT / "docs" / "methods"
PAGES = [ROOT / "README.md", *sorted(METHODS.glob("*.md"))]


@pytest.mark.parametrize("name", reference_pages())
def test_pages_made_from_the_code_are_up_to_date(name):
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert page == reference_pages()[name], "python -m qaf_analysis.report.reference_pages docs"


def test_the_contract_names_the_columns_that_are_read():
    ours = {field.name for field in (*AUDIT_FIELDS, *MODERATION_FIELDS)}
    assert {*AUDIT_COLUMNS, *MODERATION_COLUMNS} <= ours


@pytest.mark.parametrize(
    ("kind", "fields"), [("audits", AUDIT_FIELDS), ("moderations", MODERATION_FIELDS)]
)
def test_the_contract_requires_what_the_reader_requires(kind, fields):
    assert {field.name for field in fields if field.required} == set(REQUIRED[kind])


def test_every_command_of_the_readme_exists():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python workbench.py report" in readme
    assert "python workbench.py test" in readme
    assert (ROOT / "docs" / "first_page.png").exists()


def blocks(page):
    return re.findall(r"^```\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.M)


def commands(page):
    """Commands of a page that stand in a block, or within a line between ` and `."""
    text = page.read_text(encoding="utf-8")
    yield from re.findall(r"`(qaf [^`]+)`", text)
    for block in blocks(page):
        yield from re.findall(r"^(?:\$ )?(qaf .+)$", block, re.M)


COMMANDS = sorted({(page.name, command) for page in PAGES for command in commands(page)})
SHOWN = [block for page in PAGES for block in blocks(page) if block.startswith("$ qaf ")]


def test_pages_show_commands():
    assert {"README.md", "agreement.md", "optimism.md"} <= {page for page, _ in COMMANDS}
    assert len(SHOWN) == 3


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_commands_and_options_of_the_pages_exist(page, command):
    words = shlex.split(command)[1:]
    found = typer.main.get_command(app.app)
    while hasattr(found, "commands"):
        name = words.pop(0)
        assert name in found.commands, f"{page}: qaf has no {name}"
        found = found.commands[name]
    known = {option for parameter in found.params for option in parameter.opts} | {"--help"}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("block", SHOWN, ids=lambda block: block.splitlines()[0])
def test_commands_print_what_the_pages_show(block, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("QAF_KEY_FILE", str(tmp_path / "council.key"))
    monkeypatch.chdir(ROOT)
    command, *shown = block.splitlines()
    words = shlex.split(command.removeprefix("$ qaf "))
    app.run([str(tmp_path / word) if word == "round" else word for word in words])
    printed = capsys.readouterr().out.splitlines()
    # A page may leave out lines, and the last column of a wide table.
    missing = [line for line in shown if not any(said.startswith(line) for said in printed)]
    assert missing == []


def test_the_worked_example_of_optimism_comes_out_by_hand(capsys):
    app.run(["stat", "optimism", str(METHODS / "optimism_example.csv"), "--json"])
    found = {e["name"]: e for e in json.loads(capsys.readouterr().out)["estimates"]}
    good = 0.1 * 0 / 4 + 0.3 * 1 / 8 + 0.5 * 7 / 12 + 0.1 * 6 / 6
    gap = 0.1 * 0 / 4 + 0.3 * 0 / 8 + 0.5 * 5 / 12 + 0.1 * 4 / 6
    within = (2 + 12 * (5 / 12) * (7 / 12) + 6 * (4 / 6) * (2 / 6)) / (30 - 4)
    read = ((0.1, 4, 10), (0.3, 8, 30), (0.5, 12, 50), (0.1, 6, 10))
    error = sum(share**2 * within / n * (1 - n / held) for share, n, held in read) ** 0.5
    assert found["adjusted_good"]["value"] == pytest.approx(good, abs=1e-12)
    assert found["adjusted_mean_gap"]["value"] == pytest.approx(gap, abs=1e-12)
    assert found["adjusted_mean_gap"]["se"] == pytest.approx(error, abs=1e-12)
