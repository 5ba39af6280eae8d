"""Pages of docs/ are as the code would make them now, and show commands that work as shown."""

import csv
import json
import re
import shlex
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import typer
from scipy.stats import norm

from qaf_analysis.cli import app
from qaf_analysis.data.contract.audits import AUDIT_COLUMNS, MODERATION_COLUMNS
from qaf_analysis.data.contract.columns import REQUIRED
from qaf_analysis.report.reference_pages import reference_pages
from qaf_analysis.terms.agreed import Agreed
from qaf_analysis.terms.contract import (
    AGREED_KEYS,
    AUDIT_FIELDS,
    MODERATION_FIELDS,
    PROCESS_CHANGE_KEYS,
    THEME_KEYS,
)
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.settings import ProcessChange, Theme
from qaf_analysis.terms.verdicts import Assurance, ThemeVerdict

ROOT = Path(__file__).parents[1]
METHODS = ROOT / "docs" / "methods"
PAGES = [ROOT / "README.md", *sorted(METHODS.glob("*.md"))]


@pytest.mark.parametrize("name", reference_pages())
def test_pages_made_from_the_code_are_up_to_date(name):
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert page == reference_pages()[name], "python -m qaf_analysis.report.reference_pages docs"


def test_the_contract_names_the_columns_that_are_read():
    ours = {field.name for field in (*AUDIT_FIELDS, *MODERATION_FIELDS)}
    assert {*AUDIT_COLUMNS, *MODERATION_COLUMNS} - {"month_only"} <= ours


@pytest.mark.parametrize(
    ("kind", "fields"), [("audits", AUDIT_FIELDS), ("moderations", MODERATION_FIELDS)]
)
def test_the_contract_requires_what_the_reader_requires(kind, fields):
    assert {field.name for field in fields if field.required} == set(REQUIRED[kind])


@pytest.mark.parametrize(
    ("declared", "keys"),
    [(Theme, THEME_KEYS), (ProcessChange, PROCESS_CHANGE_KEYS), (Agreed, AGREED_KEYS)],
)
def test_the_contract_names_every_key_of_what_is_declared(declared, keys):
    assert {field.name for field in fields(declared)} == {key.name for key in keys}


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
    assert len(SHOWN) >= 6


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


def run_json(capsys, *words):
    app.run([*words, "--json"])
    return json.loads(capsys.readouterr().out)


def table_of(page, words):
    """Figures of the first table of a page that holds these words, without its first column."""
    _, text = (METHODS / page).read_text(encoding="utf-8").split(words, 1)
    rows = re.search(r"(?:\|.*\n)+", text).group().replace("\N{MINUS SIGN}", "-").splitlines()
    return [[float(cell) for cell in line.split("|")[2:-1]] for line in rows if line[1:3] != "--"]


def test_the_worked_example_of_themed_impact_comes_out_by_hand(capsys):
    with (METHODS / "impact_example.csv").open(encoding="utf-8", newline="") as file:
        audits = list(csv.DictReader(file))
    graded = ("themed_grade", "control: Plan", "control: Risk", "control: Recording")
    quarters = [1, 2, 3, 4, 6, 7, 8, 9]
    means = [
        [
            sum(OFSTED4.levels.index(a[domain]) for a in audits if int(a["quarter"]) == q) / 20
            for q in quarters
        ]
        for domain in graded
    ]
    shown = table_of(
        "themed_impact.md", "| mean grade in quarter | 1 | 2 | 3 | 4 | 6 | 7 | 8 | 9 |\n"
    )
    others = [sum(of_quarter) / 3 for of_quarter in zip(*means[1:], strict=True)]
    gaps = [ours - theirs for ours, theirs in zip(means[0], others, strict=True)]
    for computed, printed in zip([*means, others, gaps], shown, strict=True):
        assert computed == pytest.approx(printed, abs=1e-9)
    moved = [(sum(of_domain[4:]) - sum(of_domain[:4])) / 4 for of_domain in means]
    assert moved == pytest.approx([0.5, 0.15, 0.075, 0.075])
    slopes = []
    for domain in graded:
        codes = [OFSTED4.levels.index(audit[domain]) for audit in audits]
        late = [int(audit["quarter"]) > 5 for audit in audits]
        shares = [
            sum(
                np.mean([c >= k for c, after in zip(codes, late, strict=True) if after is side])
                for side in (False, True)
            )
            / 2
            for k in (1, 2, 3)
        ]
        shares = np.clip(shares, 0.5 / 160, 1 - 0.5 / 160)
        slopes.append(norm.pdf(norm.ppf(shares)).sum())
    assert slopes == pytest.approx([0.7638, 0.7214, 0.7497, 0.7497], abs=5e-5)
    worth = sum(slopes[0] / slope * change for slope, change in zip(slopes, moved, strict=True))
    worth = (worth - moved[0]) / 3
    assert worth == pytest.approx(0.1039, abs=5e-5)
    document = run_json(capsys, "stat", "impact", str(METHODS / "impact_example.csv"))
    named = {e["name"]: e for e in document["estimates"]}
    found = named["did_mean_grade"]
    assert found["value"] == pytest.approx(0.5 - worth, abs=1e-9)
    assert found["se"] ** 2 == pytest.approx(0.47734 / 20 / 2, abs=5e-7)
    assert found["high"] - found["value"] == pytest.approx(1.969 * found["se"], abs=5e-5)
    drift = (found["value"] - 1.969 * found["se"]) / (5 / 4)
    assert named["breakdown_drift_by_year"]["value"] == pytest.approx(drift, abs=5e-5)
    assert document["verdict"].startswith(f"{ThemeVerdict.IMPROVED}: ")
    assert any("6 agree with the verdict and 0 do not" in said for said in document["warnings"])


def test_the_worked_example_of_charts_comes_out_by_hand(capsys):
    options = ("--type", "p", "--baseline", "6", "--target", "0.6")
    document = run_json(capsys, "stat", "chart", str(METHODS / "chart_example.csv"), *options)
    first, *_, last = document["points"]
    error = (0.43 * 0.57 / 50) ** 0.5
    assert first["center"] == pytest.approx((20 + 22 + 19 + 23 + 21 + 24) / 300)
    assert (first["lower"], first["upper"]) == pytest.approx((0.43 - 3 * error, 0.43 + 3 * error))
    outside = [point["value"] for point in document["points"] if point["signal"]]
    assert outside == [33 / 50]
    assert last["value"] > last["center"]
    assert Assurance.HIT_AND_MISS in document["verdict"]
