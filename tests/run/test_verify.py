"""A run repeated: identical, the same numbers in other bytes, or what differs, by its name."""

from __future__ import annotations

import json
import re
import shutil
from math import inf, nan

import pytest

from qaf_analysis.run import manifest
from qaf_analysis.run.compare import Outcome, _share, compare_runs
from qaf_analysis.run.manifest import MANIFEST, read_manifest
from qaf_analysis.run.verify import verify_run
from tests.places import ROOT
from tests.run.small_council import write_small_council

pytestmark = pytest.mark.slow
NOTEBOOKS = ROOT / "notebooks"


def verified(small, **more):
    return verify_run(small.run, notebooks=NOTEBOOKS, **{"data": small.data, **more})


def files(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def resealed(run):
    """The manifest of a run written anew over files that somebody changed."""
    body = read_manifest(run)
    body.pop("manifest_sha256")
    body["outputs"] = [manifest._output(run, path) for path in manifest._files(run)]
    body["manifest_sha256"] = manifest._sha256(manifest._canonical(body))
    (run / MANIFEST).write_bytes(manifest._canonical(body) + b"\n")


def test_the_same_inputs_give_the_same_bytes_and_nothing_is_touched(small):
    before = files(small.outputs)
    check = verified(small)
    assert check.outcome == Outcome.IDENTICAL
    assert check.is_same
    assert check.sentences[0].startswith(f"Identical: run {small.run.name} was repeated")
    assert check.comparison.figures > 100
    assert files(small.outputs) == before


def test_the_exports_are_found_by_their_sums(small, tmp_path):
    other = write_small_council(tmp_path / "others" / "b", grade="Outstanding")
    shutil.copytree(small.data, tmp_path / "others" / "c")
    found = verify_run(small.run, notebooks=NOTEBOOKS, look_in=[other.parent])
    assert found.outcome == Outcome.IDENTICAL
    nowhere = verify_run(small.run, notebooks=NOTEBOOKS, look_in=[other])
    assert nowhere.outcome == Outcome.CANNOT_RUN
    assert "--data" in nowhere.sentences[0]


def test_one_changed_grade_is_told_by_file_and_figure(small):
    write_small_council(small.data, regraded="Requires improvement")
    check = verified(small)
    assert check.outcome == Outcome.DIFFERS
    assert "input: moderations.csv was changed" in check.comparison.differences
    assert not [d for d in check.comparison.differences if "audits.csv" in d and "input" in d]
    assert check.comparison.first_figure
    assert f"first figure that differs: {check.comparison.first_figure}" in check.sentences[-1]


def test_an_input_that_is_gone_cannot_be_run(small):
    (small.data / "moderations.csv").unlink()
    check = verified(small)
    assert check.outcome == Outcome.CANNOT_RUN
    assert "moderations.csv" in check.sentences[0]


def test_exports_that_cannot_be_read_any_more_differ(small):
    text = (small.data / "audits.csv").read_text(encoding="utf-8")
    (small.data / "audits.csv").write_text(text.replace("audit_id", "name", 1), encoding="utf-8")
    check = verified(small)
    assert check.outcome == Outcome.DIFFERS
    assert check.comparison.differences == ("input: audits.csv was changed",)


@pytest.mark.parametrize(
    ("name", "told"), [("code", "code: the package's code"), ("lock", "lock: the list")]
)
def test_another_line_of_code_or_another_lock_is_told(small, monkeypatch, name, told):
    changed = "tree_sha256" if name == "code" else "file_sha256"
    usual = getattr(manifest, changed)

    def other(path):
        return "f" * 64 if name == "code" or path.name == "requirements.lock" else usual(path)

    monkeypatch.setattr(manifest, changed, other)
    check = verified(small)
    assert check.outcome == Outcome.DIFFERS
    assert any(each.startswith(told) for each in check.comparison.differences)


def test_a_page_that_was_changed_is_told_whether_the_manifest_was_mended_or_not(small):
    page = small.run / "report.html"
    page.write_text(page.read_text(encoding="utf-8").replace("Not signed", "Signed"))
    check = verified(small)
    assert check.outcome == Outcome.DIFFERS
    assert check.comparison.differences == ("output: report.html was changed",)
    resealed(small.run)
    check = verified(small)
    assert check.outcome == Outcome.DIFFERS
    assert check.comparison.differences == ("output: report.html differs",)


def test_a_print_or_a_picture_put_in_is_told(small):
    """Its words or dots follow from nothing that was made again."""
    other = small.run / "figures"
    pictures = sorted(other.glob("*.png"))
    pictures[0].write_bytes(pictures[0].read_bytes() + b"\0")
    resealed(small.run)
    check = verified(small)
    assert check.outcome == Outcome.DIFFERS
    (told,) = check.comparison.differences
    assert told == f"output: figures/{pictures[0].name} was not made by this run"


def test_last_digits_of_another_computer_are_the_same_numbers(small, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(small.run, other)
    figures = other / "figures.csv"
    text = figures.read_text(encoding="utf-8")
    number = re.search(r"0\.\d{15,}", text)[0]
    figures.write_text(text.replace(number, f"{number[:-1]}{(int(number[-1]) + 5) % 10}"))
    resealed(other)
    found = compare_runs(small.run, other)
    assert found.outcome == Outcome.SAME_NUMBERS
    assert 0 < found.largest < 1e-14
    figures.write_text(text.replace(number, f"{float(number) + 1e-6!r}"))
    resealed(other)
    found = compare_runs(small.run, other)
    assert found.outcome == Outcome.DIFFERS
    assert found.first_figure


def test_a_number_of_the_results_that_became_none_differs(small, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(small.run, other)
    path = next(p for p in sorted((other / "results").glob("*.json")) if "0." in p.read_text())
    read = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**read, "more": 1}), encoding="utf-8")
    resealed(other)
    assert compare_runs(small.run, other).outcome == Outcome.DIFFERS


def test_numbers_that_are_none_are_never_the_same_as_numbers():
    assert _share(nan, nan) == 0
    assert _share(nan, 1.0) == inf
    assert _share(inf, 1.0) == inf
    assert _share(inf, inf) == 0
    assert _share(1.0, 1.1) == pytest.approx(0.1 / 1.1)
    assert _share(0.0, 1e-12) == 1e-12  # near zero numbers are compared as they are


def test_what_earlier_reports_said_is_taken_from_the_run_itself(small, tmp_path):
    """Reports made since, or taken away, change nothing of a run that is repeated."""
    assert (small.run / "last_report.json").is_file()
    moved = tmp_path / "elsewhere" / small.run.parent.name / small.run.name
    shutil.copytree(small.run, moved)
    check = verify_run(moved, notebooks=NOTEBOOKS, data=small.data)
    assert check.outcome == Outcome.IDENTICAL
