"""What the notebook 00_setup shows, and that it writes with consent only."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from qaf_analysis.run.notebooks import run_notebook
from qaf_analysis.run.setup import answers_in, open_setup
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.registry import ANALYSIS_NOTEBOOKS, INTAKE_NOTEBOOK
from tests.data.proposal.exports import PLAIN, Speller, day_first, write_csv
from tests.data.proposal.small_council import DOMAINS, small_council
from tests.places import ROOT

TRUTH = small_council(audits=20, seed=6, seconds=0, moderated=0)


@pytest.fixture
def folder(tmp_path):
    spell = Speller(PLAIN)
    write_csv(
        tmp_path / "audits.csv",
        [["Audit ref", "Child ID", "Date completed", "Team", "Auditor", *DOMAINS],
         *([a.number, a.child, day_first(a.on), a.team, a.auditor,
            *(spell(a.grades[d]) for d in DOMAINS)] for a in TRUTH)],
    )  # fmt: skip
    return tmp_path


def test_the_proposal_is_shown_as_tables_and_nothing_is_written(folder):
    setup = open_setup(data=str(folder), council="Westmere")
    assert setup.sentence.startswith("This would load: 20 audits, 0 graded twice")
    assert setup.files.iloc[0].tolist()[2:] == [20, 20, 0, 0]
    assert set(setup.questions["key"]) == {"council", "audit_date", "domain_tags"}
    assert setup.choices["setting"].is_unique is False
    assert "Nothing was written" in setup.write(agreed=False)
    assert [path.name for path in folder.iterdir()] == ["audits.csv"]


def test_consent_writes_what_was_shown(folder):
    setup = open_setup(data=str(folder), council="Westmere", answers="domain_tags=no")
    assert "council.toml" in setup.write(agreed=True)
    text = (folder / "council.toml").read_text(encoding="utf-8")
    assert text == setup.settings
    assert set(tomllib.loads(text)["domains"].values()) == {""}


def test_columns_left_out_are_shown_with_what_they_seem_to_hold(folder):
    lines = (folder / "audits.csv").read_text(encoding="utf-8").splitlines()
    lines = [f"{lines[0]},Previous audit grade", *(f"{line},Good" for line in lines[1:])]
    (folder / "audits.csv").write_text("\n".join(lines), encoding="utf-8")
    (row,) = open_setup(data=str(folder), council="Westmere").left_out.to_numpy().tolist()
    assert row[:4] == ["audits.csv", "Previous audit grade", "grades", 20]
    assert "[files.domains]" in row[4]


def test_answers_are_told_apart_by_semicolons():
    assert answers_in("") == {}
    with pytest.raises(UsageError, match="key=answer"):
        answers_in("siblings")


def test_the_notebook_runs_from_top_to_bottom_and_is_no_part_of_a_report(folder, tmp_path_factory):
    done = run_notebook(
        ROOT / "notebooks" / "00_setup.ipynb",
        tmp_path_factory.mktemp("executed") / "00_setup.ipynb",
        {"data": str(folder), "council": "Westmere"},
        cwd=ROOT,
    )
    shown = done.path.read_text(encoding="utf-8")
    assert "This would load: 20 audits" in shown
    assert "Nothing was written" in shown
    assert not [audit.auditor for audit in TRUTH if audit.auditor in shown]
    assert [path.name for path in folder.iterdir()] == ["audits.csv"]
    assert "00_setup" not in (INTAKE_NOTEBOOK, *ANALYSIS_NOTEBOOKS)
    assert Path(ROOT / "notebooks" / f"{INTAKE_NOTEBOOK}.ipynb").exists()
