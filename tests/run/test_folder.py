"""A failing or killed run leaves no half folder and earlier reports as they were."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qaf_analysis.data.contract.record import FileRecord
from qaf_analysis.run.folder import RunFolder, sweep
from qaf_analysis.run.manifest import (
    MANIFEST,
    RunIdentity,
    identify,
    read_manifest,
    verify_manifest,
    write_manifest,
)
from qaf_analysis.terms.errors import RunFailedError, UsageError
from qaf_analysis.terms.quarter import Quarter

QUARTER = Quarter(2019, 3)
NOON = datetime(2020, 1, 6, 12, tzinfo=UTC)


def identity(*, sha256: str = "ab" * 32, seed: int = 1, quarter: str = "2019-20 Q3") -> RunIdentity:
    audits = FileRecord(
        name="audits.csv", kind="audits", sha256=sha256, rows_in=9, loaded=8, quarantined=1
    )
    return RunIdentity(
        inputs=[audits],
        code="cd" * 32,
        lock="absent",
        package_version="0.1.0",
        parameters={"quarter": quarter},
        seed=seed,
        notebooks={"00_intake.ipynb": "ef" * 32},
    )


def build(outputs: Path, *, text: str = "report", hour: int = 13) -> Path:
    with RunFolder(outputs) as folder:
        (folder.path / "results").mkdir()
        (folder.path / "results" / "a.json").write_text("{}")
        (folder.path / "report.html").write_text(text)
        made_from = identity()
        write_manifest(folder.path, identity=made_from, started=NOON, ended=NOON.replace(hour=hour))
        return folder.publish(quarter=QUARTER, run_id=made_from.run_id)


def snapshot(outputs: Path) -> dict[str, bytes]:
    return {
        path.relative_to(outputs).as_posix(): path.read_bytes()
        for path in sorted(outputs.rglob("*"))
        if path.is_file() and not path.relative_to(outputs).parts[0].startswith(".")
    }


def test_a_run_is_published_whole(tmp_path):
    final = build(tmp_path)
    assert final == tmp_path / "2019-20-Q3" / identity().run_id
    assert verify_manifest(final).problems == ()
    assert verify_manifest(final).extra == ()
    assert list((tmp_path / ".building").iterdir()) == []


def test_the_same_run_again_leaves_the_earlier_folder_as_it_is(tmp_path):
    first = build(tmp_path)
    before = snapshot(tmp_path)
    assert build(tmp_path, hour=15) == first
    assert snapshot(tmp_path) == before


def test_a_differing_run_under_the_same_id_gets_its_own_folder(tmp_path):
    first = build(tmp_path)
    second = build(tmp_path, text="another report")
    assert second.name == f"{first.name}-2"
    assert (first / "report.html").read_text() == "report"
    (first / "report.html").write_text("tampered")
    assert build(tmp_path).name == f"{first.name}-3"
    assert build(tmp_path).name == f"{first.name}-3"


def test_a_failing_run_is_set_aside(tmp_path):
    build(tmp_path)
    before = snapshot(tmp_path)

    def fail() -> None:
        with RunFolder(tmp_path) as folder:
            (folder.path / "half.html").write_text("half")
            raise RunFailedError("no")

    with pytest.raises(RunFailedError):
        fail()
    assert snapshot(tmp_path) == before
    assert [path.name for path in (tmp_path / ".failed").glob("*/*")] == ["failure.json"]


def test_a_folder_changed_after_its_manifest_is_not_published(tmp_path):
    with RunFolder(tmp_path) as folder:
        (folder.path / "report.html").write_text("report")
        write_manifest(folder.path, identity=identity(), started=NOON, ended=NOON)
        (folder.path / "report.html").write_text("Report")
        with pytest.raises(RunFailedError, match=r"report\.html was changed"):
            folder.publish(quarter=QUARTER, run_id=identity().run_id)
        with pytest.raises(UsageError, match="not a run id"):
            folder.publish(quarter=QUARTER, run_id="../../x")
    assert not (tmp_path / "2019-20-Q3").exists()


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import test_folder
step = int(sys.argv[3])
def watch(event, args):
    # Every touch of a file's name or content below outputs is a moment at which to be killed.
    global step
    names = ("open", "os.rename", "os.mkdir", "os.remove", "shutil.rmtree")
    if event in names and str(args[0]).startswith(sys.argv[1]):
        step -= 1
        if step == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
test_folder.build(Path(sys.argv[1]), text="newer report")
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")
def test_killed_at_any_touch_of_a_file_the_earlier_report_is_whole(tmp_path):
    first = build(tmp_path)
    before = snapshot(tmp_path)
    kills = 0
    for step in range(1, 60):
        command = [
            sys.executable,
            "-c",
            KILLED,
            str(tmp_path),
            str(Path(__file__).parent),
            str(step),
        ]
        ended = subprocess.run(command, check=False).returncode
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        kills += 1
        after = snapshot(tmp_path)
        pointer = after.pop("latest.txt")
        assert {name: after[name] for name in before if name != "latest.txt"} == {
            name: content for name, content in before.items() if name != "latest.txt"
        }
        assert (tmp_path / pointer.decode().strip() / MANIFEST).exists()
        for folder in (tmp_path / "2019-20-Q3").iterdir():
            assert verify_manifest(folder).problems == ()
        assert sweep(tmp_path) in (0, 1)
        assert list((tmp_path / ".building").iterdir()) == []
    assert ended == 0
    assert kills > 10
    assert verify_manifest(first).problems == ()


def test_the_folder_of_a_living_run_is_not_swept(tmp_path):
    with RunFolder(tmp_path) as folder:
        other = folder.path.with_name(f"{os.getppid()}-abcd")
        other.mkdir()
        assert sweep(tmp_path) == 0
        assert folder.path.exists()
        assert other.exists()


def test_outputs_that_cannot_be_written_fail_before_any_work(tmp_path):
    (tmp_path / "outputs").write_text("a file")
    with pytest.raises(RunFailedError, match="cannot be written to"):
        RunFolder(tmp_path / "outputs").__enter__()


def test_a_flipped_bit_in_any_file_is_found(tmp_path):
    final = build(tmp_path)
    for path in [path for path in final.rglob("*") if path.is_file()]:
        whole = path.read_bytes()
        for place in range(0, len(whole), max(1, len(whole) // 40)):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert verify_manifest(final).problems, f"{path.name} at byte {place}"
        path.write_bytes(whole)
    assert verify_manifest(final).problems == ()
    (final / "report (conflicted copy).html").write_text("")
    assert verify_manifest(final).extra == ("report (conflicted copy).html",)
    (final / "report.html").unlink()
    assert verify_manifest(final).problems == ("report.html is missing",)
    (final / MANIFEST).unlink()
    assert len(verify_manifest(final).problems) == 1


def test_the_run_id_follows_what_decides_the_results_and_nothing_else(tmp_path):
    ids = {
        identity().run_id,
        identity(sha256="ac" * 32).run_id,
        identity(seed=2).run_id,
        identity(quarter="2019-20 Q4").run_id,
    }
    assert len(ids) == 4
    assert read_manifest(build(tmp_path / "a", hour=14))["run_id"] == identity().run_id
    assert read_manifest(build(tmp_path / "b", hour=15))["run_id"] == identity().run_id


def test_identify_takes_the_installed_code_and_lock(tmp_path):
    notebook = tmp_path / "a.ipynb"
    notebook.write_text("{}")
    made_from = identify(inputs=[], parameters={}, seed=1, notebooks=[notebook])
    assert made_from.notebooks == {
        # SHA-256 of the two bytes "{}", from sha256sum.
        "a.ipynb": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    }
    assert json.dumps(made_from.as_json()) == json.dumps(
        identify(inputs=[], parameters={}, seed=1, notebooks=[notebook]).as_json()
    )
