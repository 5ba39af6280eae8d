"""Two runs one after the other: the second says what changed, and both stay what they were.

Notebooks are stood in for: shares are of the audits that were read, verdicts are given.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Event

import pytest

from qaf_analysis.run import pipeline
from qaf_analysis.run.last_report import LAST_FILE, NONE_BEFORE
from qaf_analysis.run.manifest import read_manifest, same_outputs, verify_manifest
from qaf_analysis.run.pipeline import BuiltReport, build_report
from qaf_analysis.run.session import Session
from qaf_analysis.run.summary import Summary, write_summary
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.programme.analysis.grades import programme
from qaf_analysis.topics.programme.analysis.intake import intake
from qaf_analysis.topics.registry import INTAKE_NOTEBOOK, REPORT_NOTEBOOK
from qaf_analysis.topics.since.analysis import since_last
from qaf_analysis.topics.since.facts import shares_of
from qaf_analysis.topics.since.tables import since_tables
from qaf_analysis.topics.since.words import since_sentence
from tests.places import ROOT
from tests.topics.since.facts_by_hand import facts, verdict

SETTINGS = """[council]
name = "Example"
synthetic = true
"""
AGREED = '[[agreed]]\naction = "Brief auditors"\nby = "2019-20 Q2"\nstate = "late"\n'
HEADER = "audit_id,case_ref,audit_date,quarter,team,auditor,domain,grade\n"
SAID = {"2019-20 Q2": "agrees well", "2019-20 Q3": "agrees poorly"}


def row(number: int, quarter: int, grade: str = "Good") -> str:
    month = {2: "07", 3: "10"}[quarter]
    day = f"2019-{month}-{number % 28 + 1:02}"
    return f"A{number},C{number},{day},2019-20 Q{quarter},East,Auditor 1,Overall,{grade}\n"


def run_stand_in(
    source: Path, target: Path, parameters: dict[str, str], *, cwd: Path, stop: Event
) -> None:
    """Do of a notebook only what the runner needs, and of the report what is compared."""
    session = Session(
        data=cwd / parameters["data"], work=cwd, asked=parameters["quarter"], by_hand=False
    )
    if source.stem == INTAKE_NOTEBOOK:
        session.read()
        session.answer(intake)
        session.answer(programme)
    if source.stem == REPORT_NOTEBOOK:
        _report(session, cwd)
    target.parent.mkdir(exist_ok=True)
    shutil.copy(source, target)


def _report(session: Session, folder: Path) -> None:
    quarter = session.evidence.quarter
    told = facts(
        quarter,
        verdicts=[verdict(said=SAID[str(quarter)])],
        shares=shares_of("", session.answer(programme).result),
        key_id=session.audits.record.key_id,
    )
    session.save(release(told))
    result = session.answer(since_last).result
    cells = [cell for table in since_tables(result) for line in table.rows for cell in line]
    write_summary(Summary(edition="board", council="Example", verdicts=()), folder)
    (folder / "report.html").write_text("\n".join([since_sentence(result), *cells]))


@pytest.fixture
def exports(tmp_path, monkeypatch):
    monkeypatch.setattr(pipeline, "run_notebook", run_stand_in)
    folder = tmp_path / "exports"
    folder.mkdir()
    write(folder, [row(n, 2) for n in range(1, 13)])
    return folder


def write(exports: Path, rows: list[str], settings: str = SETTINGS) -> None:
    (exports / "audits.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    (exports / "council.toml").write_text(settings, encoding="utf-8")


def build(exports: Path, *, outputs: str = "outputs") -> BuiltReport:
    return build_report(exports, outputs=exports.parent / outputs, notebooks=ROOT / "notebooks")


def named(built: BuiltReport) -> str:
    return str(read_manifest(built.folder)["identity"]["parameters"]["last_report"])


# A quarter later: one audit of the old one came late, one of its grades was corrected.
LATER = [
    *(row(n, 2) for n in range(1, 12)),
    row(12, 2, "Inadequate"),
    row(13, 2),
    *(row(n, 3) for n in range(20, 31)),
]


def test_the_second_report_tells_what_changed_and_why_and_names_the_first(exports):
    first = build(exports)
    assert (first.quarter, named(first)) == (Quarter(2019, 2), NONE_BEFORE)
    assert first.report.read_text() == "This is the first report kept here, so nothing is compared."
    write(exports, LATER, SETTINGS + AGREED)
    second = build(exports)
    assert named(second).startswith(f"2019-20 Q2, run {first.run_id}, SHA-256 ")
    sentence, *cells = second.report.read_text().splitlines()
    assert sentence == (
        "Since the last report (2019-20 Q2): agreement among auditors is now judged “agrees "
        "poorly”; 1 agreed action is overdue; 1 past share was revised."
    )
    assert cells == [
        "Brief auditors", "No owner named, by 30 September 2019", "late, overdue",
        "Nothing recorded.",
        "Do auditors agree?", "agrees well", "agrees poorly", "Reason not recorded.",
        "Graded good or better, 2019-20 Q2", "100% of 12 audits", "92% of 13 audits",
        "1 audit that no file loaded then held; 1 audit with another grade now.",
    ]  # fmt: skip
    for run in (first, second):
        assert verify_manifest(run.folder).problems == ()


@pytest.mark.wide
def test_the_same_inputs_beside_the_same_reports_give_the_same_bytes(exports, tmp_path):
    build(exports)
    shutil.copytree(tmp_path / "outputs", tmp_path / "again")
    write(exports, LATER)
    one, other = build(exports), build(exports, outputs="again")
    assert one.run_id == other.run_id
    assert same_outputs(one.folder, other.folder)
    assert build(exports).folder == one.folder  # its own report lies there by now


@pytest.mark.wide
def test_the_run_id_follows_the_report_that_is_compared(exports):
    build(exports)
    write(exports, LATER)
    beside, alone = build(exports), build(exports, outputs="elsewhere")
    assert beside.run_id != alone.run_id
    assert named(alone) == NONE_BEFORE
    assert (alone.folder / LAST_FILE).is_file()
