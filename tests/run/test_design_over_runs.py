"""A date is changed between two runs: the second names the first, and each stays what it was.

Notebooks are stood in for, so that only what the runner itself does with designs is tried.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Event

import pytest

from qaf_analysis.run import pipeline
from qaf_analysis.run.earlier_designs import EARLIER_FILE, NONE_UNLIKE, read_earlier_designs
from qaf_analysis.run.manifest import read_manifest, verify_manifest
from qaf_analysis.run.pipeline import BuiltReport, build_report
from qaf_analysis.run.session import Session
from qaf_analysis.run.summary import Summary, write_summary
from qaf_analysis.topics.impact.analysis.changes import design_changes
from qaf_analysis.topics.programme.analysis.intake import intake
from qaf_analysis.topics.registry import INTAKE_NOTEBOOK, REPORT_NOTEBOOK
from tests.places import ROOT

NOTEBOOKS = ROOT / "notebooks"
SETTINGS = """[council]
name = "Example"
synthetic = true

[[themes]]
name = "Plans"
domain = "Plan"
audited_in = "2019-20 Q2"
"""


def run_stand_in(
    source: Path, target: Path, parameters: dict[str, str], *, cwd: Path, stop: Event
) -> None:
    """Do of a notebook only what the runner needs: read, or report what earlier reports had."""
    session = Session(
        data=cwd / parameters["data"], work=cwd, asked=parameters["quarter"], by_hand=False
    )
    if source.stem == INTAKE_NOTEBOOK:
        session.read()
        session.answer(intake)
    if source.stem == REPORT_NOTEBOOK:
        changes = session.answer(design_changes).result
        write_summary(Summary(edition="board", council="Example", verdicts=()), cwd)
        (cwd / "report.html").write_text(f"{[c.before for c in changes.changes]}")
    target.parent.mkdir(exist_ok=True)
    shutil.copy(source, target)


@pytest.fixture
def exports(tmp_path, monkeypatch):
    monkeypatch.setattr(pipeline, "run_notebook", run_stand_in)
    folder = tmp_path / "exports"
    folder.mkdir()
    header = "audit_id,case_ref,audit_date,quarter,team,auditor,domain,grade\n"
    rows = [
        f"A{q}{day},C{q}{day},2019-{month}-{day},2019-20 Q{q},East,Auditor 1,Plan,Good\n"
        for q, month in ((2, "07"), (3, "10"))
        for day in ("03", "04", "05")
    ]
    (folder / "audits.csv").write_text(header + "".join(rows), encoding="utf-8")
    (folder / "council.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


def declare(exports: Path, audited_in: str) -> None:
    text = SETTINGS.replace("2019-20 Q2", audited_in)
    (exports / "council.toml").write_text(text, encoding="utf-8")


def build(exports: Path, *, quarter: str = "2019-20 Q3", outputs: str = "outputs") -> BuiltReport:
    return build_report(
        exports, quarter=quarter, outputs=exports.parent / outputs, notebooks=NOTEBOOKS
    )


def earlier_of(built: BuiltReport) -> str:
    return str(read_manifest(built.folder)["identity"]["parameters"]["earlier_designs"])


@pytest.mark.wide
def test_a_run_made_again_is_the_same_run_whatever_lies_beside_it(exports):
    first = build(exports, quarter="2019-20 Q2")
    assert earlier_of(first) == NONE_UNLIKE
    assert build(exports, quarter="2019-20 Q2").folder == first.folder
    later = build(exports)
    assert build(exports, quarter="2019-20 Q2").folder == first.folder
    assert build(exports).folder == later.folder
    assert earlier_of(later) == NONE_UNLIKE
    listed = [output["path"] for output in read_manifest(first.folder)["outputs"]]
    assert EARLIER_FILE in listed


def test_a_date_changed_after_a_report_is_named_in_the_next_and_in_no_other(exports):
    first = build(exports)
    declare(exports, "2019-20 Q1")
    second = build(exports)
    assert [d.run_id for d in read_earlier_designs(second.folder).designs] == [first.run_id]
    assert second.report.read_text() == "['2019-20 Q2']"
    assert first.report.read_text() == "[]"
    assert build(exports).folder == second.folder
    assert verify_manifest(first.folder).problems == ()


def test_the_run_id_follows_what_earlier_reports_declared(exports):
    declare(exports, "2019-20 Q1")
    alone = build(exports, outputs="elsewhere")
    declare(exports, "2019-20 Q2")
    build(exports)
    declare(exports, "2019-20 Q1")
    after = build(exports)
    assert after.run_id != alone.run_id
    assert earlier_of(alone) == NONE_UNLIKE != earlier_of(after)


@pytest.mark.wide
def test_a_date_changed_back_is_named_as_well(exports):
    first = build(exports)
    declare(exports, "2019-20 Q1")
    build(exports)
    declare(exports, "2019-20 Q2")
    third = build(exports)
    assert third.run_id != first.run_id
    assert third.report.read_text() == "['2019-20 Q1']"
    assert build(exports).folder == third.folder
