"""The whole run: exports in, report out, and nothing earlier touched when something fails."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qaf_analysis.kit.numbers import percent
from qaf_analysis.lab.reviewing import open_review, review_form
from qaf_analysis.report.html import html_page
from qaf_analysis.run import pipeline
from qaf_analysis.run.export import editions_of_run, export_run
from qaf_analysis.run.lock import RunLock
from qaf_analysis.run.manifest import read_manifest, verify_manifest
from qaf_analysis.run.notebooks import run_notebook
from qaf_analysis.run.pipeline import build_report
from qaf_analysis.simulate import null_design, simulate_council, standard_design, write_clean
from qaf_analysis.terms.errors import (
    InputRejectedError,
    IntegrityError,
    RunFailedError,
    RunLockedError,
    UsageError,
)
from tests.places import ROOT
from tests.report.writers.pdf_words import every_word
from tests.run.in_one_process import run_cells

NOTEBOOKS = ROOT / "notebooks"
WITHOUT_KERNELS = """
from qaf_analysis.cli.app import main
from qaf_analysis.run import pipeline
from tests.run.in_one_process import run_cells
pipeline.run_notebook, pipeline.AT_ONCE = run_cells, 1
main()
"""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    design = null_design(standard_design(audits_per_quarter=20, quarters=6))
    write_clean(simulate_council(design, rng=np.random.default_rng(3)), folder)
    return folder


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    return tmp_path_factory.mktemp("outputs")


@pytest.fixture(scope="module")
def built(exports, outputs):
    return build_report(exports, outputs=outputs, notebooks=NOTEBOOKS)


def sums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_run_leaves_report_evidence_and_manifest(built, outputs):
    names = {path.relative_to(built.folder).as_posix() for path in built.folder.rglob("*")}
    pages = {"report.html", "report.pdf", "working.html", "annex.html", "moderator/index.html"}
    kept = {"figures.csv", "summary.json", "bundle/record.json"}
    assert pages | kept | {"figures/figure-1.svg", "figures/figure-1.png"} <= names
    listed = {one["path"] for one in read_manifest(built.folder)["outputs"]}
    assert pages | kept <= listed
    first, *figures = (built.folder / "figures.csv").read_text(encoding="utf-8").splitlines()
    assert first.startswith("question,measure,population,group,period,weighting,value,low,high")
    assert len(figures) > 300
    # 00_setup writes settings and is no part of a run.
    run = {path.stem for path in NOTEBOOKS.glob("0*.ipynb")} - {"00_setup"}
    assert {f"moderator/{name}.html" for name in run} <= names
    assert verify_manifest(built.folder).problems == ()
    pointed = outputs / (outputs / "latest.txt").read_text(encoding="utf-8").strip()
    assert pointed == built.folder


def test_manifest_counts_rows_and_names_no_path(built, exports):
    manifest = read_manifest(built.folder)
    files = manifest["identity"]["inputs"]
    assert sum(f["rows_in"] for f in files) == built.rows_in
    assert built.rows_in == built.loaded + built.quarantined
    assert str(exports) not in json.dumps(manifest)


def test_same_inputs_give_the_same_bytes(built, exports, tmp_path, monkeypatch, times):
    """In kernels with ``--full``; else in this process, which keeps no outputs of cells."""
    has_outputs = times(0, full=1)
    if not has_outputs:
        monkeypatch.setattr(pipeline, "run_notebook", run_cells)
        monkeypatch.setattr(pipeline, "AT_ONCE", 1)
    again = build_report(exports, outputs=tmp_path, notebooks=NOTEBOOKS)
    assert again.run_id == built.run_id
    first, second = sums(built.folder), sums(again.folder)
    del first["manifest.json"], second["manifest.json"]  # says when it was run
    assert first.keys() == second.keys()
    different = {name.split("/")[0] for name in first if first[name] != second[name]}
    assert different <= (set() if has_outputs else {"moderator", "notebooks"})


def test_a_failing_run_touches_nothing_earlier(built, exports, outputs, tmp_path):
    before = sums(outputs)
    spoiled = tmp_path / "spoiled"
    shutil.copytree(exports, spoiled)
    audits = spoiled / "audits.csv"
    audits.write_text(audits.read_text(encoding="utf-8").replace("audit_id", "audit", 1))
    with pytest.raises(InputRejectedError, match="audit_id"):
        build_report(spoiled, outputs=outputs, notebooks=NOTEBOOKS)
    after = {name: kept for name, kept in sums(outputs).items() if not name.startswith(".")}
    assert after == {name: kept for name, kept in before.items() if not name.startswith(".")}


def test_a_quarter_without_audits_is_refused_by_name(exports, outputs):
    with pytest.raises(UsageError, match="No audit was done in 2030-31 Q1"):
        build_report(exports, quarter="2030-31 Q1", outputs=outputs, notebooks=NOTEBOOKS)


def test_a_second_run_of_the_council_is_told_to_wait(exports, outputs):
    council = null_design(standard_design()).name
    with RunLock(outputs, council=council), pytest.raises(RunLockedError, match="process"):
        build_report(exports, outputs=outputs, notebooks=NOTEBOOKS)


def test_no_identity_of_the_exports_is_in_any_output(built, exports):
    rows = (exports / "audits.csv").read_text(encoding="utf-8").splitlines()
    header = rows[0].split(",")
    places = [header.index(name) for name in ("audit_id", "case_ref", "auditor")]
    known = {row.split(",")[place] for row in rows[1:] for place in places}
    for path in built.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            is_pdf = path.suffix == ".pdf"
            text = every_word(content) if is_pdf else content.decode("utf-8", "replace")
            assert not [name for name in known if name in text], path.name


def test_the_smallest_council_gets_a_readable_report_even_without_asserts(tmp_path):
    exports = tmp_path / "exports"
    exports.mkdir()
    header = "audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade\n"
    rows = [
        f"A{n},C{n},2019-10-{n + 1:02d},2019-20 Q3,East,Child in need,Auditor 01,Overall,Good\n"
        for n in range(12)
    ]
    (exports / "audits.csv").write_text(header + "".join(rows), encoding="utf-8")
    (exports / "moderations.csv").write_text("", encoding="utf-8")
    (exports / "council.toml").write_text('[council]\nname = "Example"\n', encoding="utf-8")
    command = [sys.executable, "-O", "-c", WITHOUT_KERNELS, "report"]
    ended = subprocess.run(
        [*command, "--data", str(exports), "--outputs", str(tmp_path / "outputs")],
        env=os.environ | {"QAF_KEY_FILE": str(tmp_path / "council.key")},
        cwd=ROOT,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    page = next((tmp_path / "outputs").rglob("report.html")).read_text(encoding="utf-8")
    words = re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert not re.search(r"\bnan\b", words, re.IGNORECASE)
    assert words.count("because") >= 4


def test_the_method_check_finds_what_was_planted(tmp_path):
    executed = run_notebook(
        NOTEBOOKS / "90_method_check.ipynb",
        tmp_path / "executed.ipynb",
        {"councils": 1, "audits_per_quarter": 20, "seed": 4},
        cwd=tmp_path,
    )
    text = executed.path.read_text(encoding="utf-8")
    assert "planted values" in text
    assert "How often the planted value lay in its 95% interval" in text


def test_an_export_is_the_report_once_more_and_leaves_the_run_as_it_is(built, tmp_path):
    before = sums(built.folder)
    editions = editions_of_run(built.folder)
    assert html_page(replace(editions.committee, figure_folder="figures")) == _page(built, "report")
    assert html_page(editions.working) == _page(built, "working")
    assert html_page(editions.annex) == _page(built, "annex")
    made = export_run(built.folder, tmp_path / "out")
    assert sums(built.folder) == before
    assert made.run_id == built.run_id
    assert made.notes == ()
    names = [path.relative_to(tmp_path / "out").as_posix() for path in made.files]
    documents = ["report.pdf", "working.pdf", "report.docx", "working.docx"]
    assert names[:5] == [*documents, "tables.xlsx"]
    assert "tables/columns.csv" in names
    assert (tmp_path / "out" / "report.pdf").read_bytes() == (
        built.folder / "report.pdf"
    ).read_bytes()
    again = export_run(built.folder, tmp_path / "again", formats=("word", "pdf"))
    assert [path.name for path in again.files] == [*documents[2:], *documents[:2]]
    once = sums(tmp_path / "out")
    assert sums(tmp_path / "again") == {name: once[name] for name in documents}


def _page(built, edition: str) -> str:
    return (built.folder / f"{edition}.html").read_text(encoding="utf-8")


def test_editions_and_the_auditors_workbook_are_exported_when_they_are_asked_for(built, tmp_path):
    out, theirs = tmp_path / "out", tmp_path / "theirs"
    made = export_run(built.folder, out, formats=("word",), editions=("annex",), auditors_to=theirs)
    assert made.files == (out / "annex.docx", theirs / "auditors.xlsx")
    assert [path.name for path in out.iterdir()] == ["annex.docx"]


def test_a_run_that_was_changed_is_not_exported(built, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(built.folder, copy)
    path = copy / "results" / "Programme.json"
    path.write_text(path.read_text(encoding="utf-8").replace("0.", "0.1", 1), encoding="utf-8")
    with pytest.raises(RunFailedError, match=r"Programme\.json was changed.*not exported"):
        export_run(copy, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_notebook_that_explores_shows_what_was_released_and_no_single_auditor(built, tmp_path):
    done = run_notebook(
        NOTEBOOKS / "80_explore.ipynb",
        tmp_path / "explored.ipynb",
        {"run": str(built.folder)},
        cwd=ROOT,
    )
    outputs = [
        output
        for cell in json.loads(done.path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
    ]
    shown = "".join(
        "".join(output.get("data", {}).get(kind, []))
        for output in outputs
        for kind in ("text/html", "text/plain")
    )
    assert "Were all 6 alike, chance alone would show" in shown
    codes = set(re.findall(r"AUDITOR-([A-Z2-7]{4,20})", _results(built.folder)))
    assert len(codes) > 5
    coded = re.findall(r"svg\+xml;base64,([^\"]*)", shown)
    drawn = [base64.b64decode(text).decode() for text in coded]
    assert len(drawn) > 3
    written = re.sub(r"base64,[^\"']*|<script.*?</script>", " ", shown, flags=re.DOTALL)
    assert not codes & set(re.findall(r"\w+", " ".join([written, *drawn])))
    with (built.folder / "figures.csv").open(encoding="utf-8", newline="") as file:
        share = "share graded good or better, by auditors"
        told = [row for row in csv.DictReader(file) if row["measure"] == share and row["value"]]
    by_quarter = {row["period"]: float(row["value"]) for row in told if not row["group"]}
    for quarter in [name for name in by_quarter if re.fullmatch(r"\d{4}-\d\d Q\d", name)]:
        row = re.search(rf"<th [^>]*>{quarter}</th><td[^>]*>([^<]*)</td>", shown)
        assert row, quarter
        assert row[1] == percent(by_quarter[quarter])


def test_the_notebook_of_a_review_takes_words_on_findings_into_the_ledger(
    built, tmp_path, monkeypatch
):
    monkeypatch.setenv("QAF_MODERATION", str(tmp_path / "moderation"))
    monkeypatch.setenv("QAF_LEDGER_KEY", str(tmp_path / "keys" / "ledger-key"))
    done = run_notebook(
        NOTEBOOKS / "11_review.ipynb",
        tmp_path / "reviewed.ipynb",
        {"run": str(built.folder), "reviewer": "M-04"},
        cwd=ROOT,
    )
    shown = done.path.read_text(encoding="utf-8")
    for words in ("Not signed", "What the data checks said", "not repeated yet", "A form:"):
        assert words in shown
    review = open_review(run=str(built.folder), reviewer="M-04")
    form = review_form(review).conversation
    form.chose("0/state", "Query")
    form.chose("0/words", "Which audits?")
    form.pressed("keep")
    again = open_review(run=str(built.folder), reviewer="M-04").findings[0]
    assert (again.state, again.words) == ("query", "Which audits?")
    with pytest.raises(IntegrityError, match="The run was not repeated yet"):
        review.sign(decision="sign_with_queries", conflicts="none")


def _results(run: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in (run / "results").glob("*.json"))
