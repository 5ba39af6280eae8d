"""The ledger's head beside the exports: part of what a run is made from, and on every page."""

from __future__ import annotations

import json

import pytest

from qaf_analysis.run.compare import Outcome
from qaf_analysis.run.ledger_head import HEAD_FILE, read_ledger_head
from qaf_analysis.run.verify import verify_run
from qaf_analysis.terms.errors import InputRejectedError
from tests.places import ROOT

HEAD = {"ledger": "L1", "head": "41 9f3c1ab277e05d16", "round": "2019-20-Q4-a", "rule": "blind"}


def put(folder, **changed):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / HEAD_FILE).write_text(json.dumps({**HEAD, **changed}), encoding="utf-8")


def test_of_several_heads_the_furthest_counts(tmp_path):
    assert read_ledger_head(tmp_path) is None
    put(tmp_path / "a")
    put(tmp_path / "b", head="107 0123456789abcdef", round="2020-21-Q1-a")
    assert str(read_ledger_head(tmp_path).head) == "107 0123456789abcdef"


@pytest.mark.parametrize(
    "changed", [{"head": "41"}, {"rule": "kinder"}, {"head": "x 9f3c1ab277e05d16"}]
)
def test_a_head_that_is_none_is_refused(tmp_path, changed):
    put(tmp_path, **changed)
    with pytest.raises(InputRejectedError, match="qaf round close"):
        read_ledger_head(tmp_path)


def test_heads_of_two_ledgers_are_refused(tmp_path):
    put(tmp_path / "a")
    put(tmp_path / "b", ledger="L2")
    with pytest.raises(InputRejectedError, match="two ledgers"):
        read_ledger_head(tmp_path)


@pytest.mark.slow
def test_a_head_makes_another_run_and_stands_at_its_feet(small):
    put(small.data)
    built = small.again()
    assert built.run_id != small.run.name
    for name in ("report", "working", "annex"):
        page = (built.folder / f"{name}.html").read_text(encoding="utf-8")
        assert f"run {built.run_id[:8]} · ledger 41 9f3c1ab277e05d16" in page
    notebooks = ROOT / "notebooks"
    assert verify_run(built.folder, notebooks=notebooks, data=small.data).is_same
    put(small.data, head="42 0123456789abcdef")
    check = verify_run(built.folder, notebooks=notebooks, data=small.data)
    assert check.outcome == Outcome.DIFFERS
    assert any(each.startswith("ledger: ") for each in check.comparison.differences)
