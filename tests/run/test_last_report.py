"""Which earlier report a run is compared with, what it keeps of it, and what it says of others."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import qaf_analysis
from qaf_analysis.data.contract.record import ImportRecord
from qaf_analysis.data.store.bundle import write_bundle
from qaf_analysis.run.last_report import (
    FACTS,
    LAST_FILE,
    NONE_BEFORE,
    OTHER_KEY,
    earlier_report,
    read_earlier_report,
    write_earlier_report,
)
from qaf_analysis.run.manifest import MANIFEST, RunIdentity, tree_sha256, write_manifest
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.reported import EarlierReport, PastMoves
from qaf_analysis.topics.common.results_json import result_to_json
from tests.topics.by_hand import GOOD, audit, council
from tests.topics.since.facts_by_hand import facts, verdict

NOON = datetime(2020, 1, 6, 12, tzinfo=UTC)
Q1, Q2, Q3, Q4 = (Quarter(2019, number) for number in (1, 2, 3, 4))
ROWS = (audit("2019-20 Q1", GOOD), audit("2019-20 Q2", GOOD))
OWN_CODE = tree_sha256(Path(qaf_analysis.__file__).parent)
COUNCIL = "Small"


def bundle(*rows, key: str = "k", named: str = COUNCIL):
    made = council(*rows)
    record = ImportRecord(files=(), findings=(), checks=(), key_id=key)
    return replace(made, record=record, settings=replace(made.settings, council=named))


def publish(
    outputs: Path,
    quarter: Quarter = Q2,
    *,
    said: str = "agrees well",
    named: str = COUNCIL,
    key: str = "k",
    hours: int = 0,
    code: str = OWN_CODE,
    kept: str | None = None,
) -> Path:
    """A finished run as small as can be: a bundle, and what it keeps for the next one."""
    told = facts(quarter, verdicts=[verdict(said=said)], council=named, key_id=key)
    identity = RunIdentity(
        inputs=[],
        code=code,
        lock="absent",
        package_version=said,
        parameters={"quarter": str(quarter), "asked": named},
        seed=hours,
        notebooks={},
    )
    folder = outputs / quarter.path_name / identity.run_id
    (folder / "results").mkdir(parents=True)
    write_bundle(bundle(*ROWS, key=key, named=named), folder / "bundle")
    if kept != "":
        text = result_to_json(told) if kept is None else kept
        (folder / FACTS).write_text(text, encoding="utf-8")
    write_manifest(folder, identity=identity, started=NOON, ended=NOON + timedelta(hours=hours))
    return folder


def found(outputs: Path, *, quarter: Quarter = Q3, now=None, named: str = COUNCIL) -> EarlierReport:
    own = now or bundle(*ROWS)
    return earlier_report(outputs, council=named, quarter=quarter, now=lambda: own)


def last_of(outputs: Path, **more) -> tuple[str, str]:
    """Run id and verdict of the report that is compared."""
    last = found(outputs, **more).last
    assert last is not None
    return last.run_id, last.facts.verdicts[0].verdict


def test_without_a_report_before_there_is_nothing_and_the_bundle_is_not_even_read(tmp_path):
    def refuse():
        raise AssertionError("the bundle was read for nothing")

    for outputs in (tmp_path, tmp_path / "missing"):
        nothing = earlier_report(outputs, council=COUNCIL, quarter=Q3, now=refuse)
        assert nothing == EarlierReport()


def test_the_latest_quarter_before_counts_whenever_it_was_made(tmp_path):
    publish(tmp_path, Q1, said="first", hours=9)
    second = publish(tmp_path, Q2, said="second", hours=1)
    assert last_of(tmp_path) == (second.name, "second")
    assert found(tmp_path).unreadable == ()


def test_of_two_on_one_quarter_the_one_made_last_counts(tmp_path):
    later = publish(tmp_path, said="later", hours=2)
    publish(tmp_path, said="earlier", hours=1)
    assert last_of(tmp_path) == (later.name, "later")
    latest = publish(tmp_path, said="latest", hours=3)
    assert last_of(tmp_path) == (latest.name, "latest")


def test_reports_on_this_quarter_and_on_later_ones_are_passed_over(tmp_path):
    publish(tmp_path, Q3, said="this")
    publish(tmp_path, Q4, said="next")
    assert found(tmp_path) == EarlierReport()
    damaged = publish(tmp_path, Q3, said="damaged")
    (damaged / MANIFEST).write_text("{")
    assert found(tmp_path) == EarlierReport()
    own = publish(tmp_path, Q2, said="before")
    assert last_of(tmp_path) == (own.name, "before")
    assert last_of(tmp_path, quarter=Q4)[1] == "this"


def test_another_council_s_report_is_passed_over(tmp_path):
    publish(tmp_path, Q2, named="Elsewhere")
    assert found(tmp_path) == EarlierReport()
    own = publish(tmp_path, Q1, said="own")
    assert last_of(tmp_path) == (own.name, "own")
    assert found(tmp_path).unreadable == ()


def test_a_report_of_an_earlier_version_is_told_and_the_one_before_it_is_compared(tmp_path):
    own = publish(tmp_path, Q1, said="own")
    old = publish(tmp_path, Q2, kept="")
    report = found(tmp_path)
    assert report.last is not None
    assert report.last.run_id == own.name
    assert report.unreadable == (
        f"2019-20-Q2/{old.name}: it was made by an earlier version, which kept nothing to compare.",
    )


BROKEN = [
    ("{", "is of another version (JSONDecodeError)"),
    ('{"kind": "Programme", "result": {}}', "is of another version (InputRejectedError)"),
    ('{"kind": "ReportFacts", "result": {"council": "Small"}}', "of another version (TypeError)"),
    ('{"kind": "ReportFacts", "result": {"sense": 1}}', "is of another version (KeyError)"),
    ("[]", "is of another version (AttributeError)"),
    ('{"kind": "ReportFacts", "result": []}', "is of another version (AttributeError)"),
]


@pytest.mark.parametrize(("kept", "told"), BROKEN)
def test_what_cannot_be_read_is_told_and_never_a_traceback(tmp_path, kept, told):
    run = publish(tmp_path, kept=kept)
    report = found(tmp_path)
    assert report.last is None
    (said,) = report.unreadable
    assert said.startswith(f"2019-20-Q2/{run.name}: what it kept to compare ")
    assert told in said


def test_facts_of_another_quarter_are_not_believed(tmp_path):
    publish(tmp_path, Q2, kept=result_to_json(facts(Q1)))
    assert "is of another quarter" in found(tmp_path).unreadable[0]


def test_what_was_changed_since_it_was_made_is_not_believed(tmp_path):
    run = publish(tmp_path)
    path = run / FACTS
    path.write_text(path.read_text().replace("agrees well", "agrees poorly"))
    assert found(tmp_path).last is None
    assert "is missing or was changed" in found(tmp_path).unreadable[0]
    path.unlink()
    assert "is missing or was changed" in found(tmp_path).unreadable[0]


def test_a_damaged_manifest_is_told_only_where_it_may_be_the_last_report(tmp_path):
    oldest = publish(tmp_path, Q1, said="oldest")
    (oldest / MANIFEST).write_text("{")
    middle = publish(tmp_path, Q2, said="middle")
    assert last_of(tmp_path) == (middle.name, "middle")
    assert found(tmp_path).unreadable == ()
    (middle / MANIFEST).write_text("{")
    assert len(found(tmp_path).unreadable) == 2
    (middle / MANIFEST).write_text(json.dumps({"schema": "qaf-run-manifest/1"}))
    assert "manifest was changed or is damaged" in found(tmp_path).unreadable[1]


def test_audits_are_looked_up_one_by_one(tmp_path):
    publish(tmp_path)
    late = bundle(*ROWS, audit("2019-20 Q1", GOOD), audit("2019-20 Q3", GOOD))
    last = found(tmp_path, now=late).last
    assert last is not None
    assert last.moves == (PastMoves(headline="", quarter=Q1, late=1),)
    assert last.why_no_moves == ""


def test_under_another_key_no_audit_is_looked_up_and_the_rest_is_compared(tmp_path):
    run = publish(tmp_path, key="other")
    last = found(tmp_path).last
    assert last is not None
    assert (last.run_id, last.moves, last.why_no_moves) == (run.name, None, OTHER_KEY)
    assert last.facts.verdicts[0].verdict == "agrees well"


@pytest.mark.parametrize("name", ["bundle/audits.csv", "bundle/ratings.csv"])
def test_audits_that_were_changed_or_purged_are_not_looked_up(tmp_path, name):
    run = publish(tmp_path)
    (run / name).write_text("changed")
    last = found(tmp_path).last
    assert last is not None
    assert (last.moves, last.why_no_moves) == (None, "its audits are missing or were changed")
    (run / name).unlink()
    assert found(tmp_path).last == last


def test_whether_the_same_code_made_it_follows_its_manifest(tmp_path):
    publish(tmp_path)
    publish(tmp_path, code="another", hours=1)
    last = found(tmp_path).last
    assert last is not None
    assert not last.same_code
    publish(tmp_path, hours=2)
    newest = found(tmp_path).last
    assert newest is not None
    assert newest.same_code


def test_what_is_kept_is_read_back_and_named_for_the_identity(tmp_path):
    run = publish(tmp_path)
    report, work = found(tmp_path), tmp_path / "work"
    work.mkdir()
    named = write_earlier_report(report, work)
    assert named.startswith(f"2019-20 Q2, run {run.name}, SHA-256 ")
    assert read_earlier_report(work) == report
    before = (work / LAST_FILE).read_bytes()
    assert write_earlier_report(found(tmp_path), work) == named
    assert (work / LAST_FILE).read_bytes() == before
    assert write_earlier_report(EarlierReport(), work) == NONE_BEFORE
    assert read_earlier_report(work) == EarlierReport()
    assert write_earlier_report(EarlierReport(unreadable=("x",)), work).startswith("none readable")


def test_a_run_folder_without_it_is_refused(tmp_path):
    with pytest.raises(UsageError, match=f"There is no {LAST_FILE}"):
        read_earlier_report(tmp_path)
