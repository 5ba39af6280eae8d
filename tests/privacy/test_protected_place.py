"""Rows set aside, settings and failed runs: what stays where, and for how long."""

import hashlib
import hmac
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest

from qaf_analysis.cli import app, faults
from qaf_analysis.data.contract.record import FileRecord, Finding, ImportRecord
from qaf_analysis.data.contract.withheld import NOT_KEPT
from qaf_analysis.data.council.for_run import record_for_run
from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.data.council.read import read_council
from qaf_analysis.data.council.set_aside import aside_folders, keep_aside, sweep_aside
from qaf_analysis.data.council.sources import read_sources
from qaf_analysis.data.files.folder import open_folder, settings_of
from qaf_analysis.data.store.bundle import read_bundle, write_bundle
from qaf_analysis.data.store.settings_copy import settings_copy, settings_of_copy
from qaf_analysis.run.failed import FAILURE_FILE, failed_runs, without_data
from qaf_analysis.run.folder import RunFolder, sweep
from qaf_analysis.run.leftovers import leftovers
from qaf_analysis.terms.errors import RunFailedError, SettingsError, UsageError
from qaf_analysis.topics.common.moderation_record import moderation_rows
from tests.data.conftest import AS_OF, KEY

NOW = datetime(2020, 2, 7, 12, tzinfo=UTC)
HEADER = "audit_id,case_ref,audit_date,team,auditor,domain,grade\n"
GOOD = "A{n},C{n},2019-10-0{n},East,Jane Roe,Overall,Good\n"


@pytest.fixture
def place(tmp_path, monkeypatch):
    folder = tmp_path / "protected"
    monkeypatch.setenv("QAF_SET_ASIDE", str(folder))
    return folder


@pytest.fixture
def found(tmp_path):
    """A council of which one row is set aside."""
    folder = tmp_path / "Exports of Jo Bloggs"
    folder.mkdir()
    rows = "".join(GOOD.format(n=n) for n in range(1, 5))
    bad = "A9,C9,2019-10-09,East,John Doe,Overall,Adequate\n"
    (folder / "audits.csv").write_text(HEADER + rows + bad, encoding="utf-8")
    return read_council(folder, as_of=AS_OF, key=KEY)


def kept(found, *, away_from=()):
    return keep_aside(
        found.quarantine,
        council="Example",
        record=found.audits.record,
        in_run=found.record_for_run,
        key=KEY,
        away_from=away_from,
    )


def test_rows_set_aside_are_kept_once_under_their_sum(found, place):
    first = kept(found)
    assert kept(found) == first
    assert [path for path, _ in aside_folders("Example")] == [first.path.parent]
    assert first.path.parent.name == first.keyed_sum[:16]
    assert "John Doe" in first.path.read_text(encoding="utf-8-sig")
    if os.name == "posix":
        assert first.path.stat().st_mode & 0o777 == 0o600
        assert first.path.parent.stat().st_mode & 0o777 == 0o700


def test_the_sum_that_a_run_keeps_cannot_be_made_without_the_key(found, place):
    """A row of few possibilities could be found by trying them all against a plain sum."""
    content = kept(found).path.read_bytes()
    plain = [hashlib.new(name, content).hexdigest() for name in ("sha256", "sha3_256", "blake2s")]
    told = kept(found).keyed_sum
    assert told == hmac.new(KEY.secret, b"sum of a file:" + content, "sha256").hexdigest()
    assert not {told, told[:16]} & {part for one in plain for part in (one, one[:16])}
    assert KEY.sum_of(content) != PseudonymKey.random().sum_of(content)


def test_without_a_key_the_same_rows_are_kept_once_too(place, tmp_path, monkeypatch):
    monkeypatch.setenv("QAF_KEY_FILE", str(tmp_path / "none.key"))
    folder = tmp_path / "exports"
    folder.mkdir()
    bad = "A9,C9,2019-10-09,East,John Doe,Overall,Adequate\n"
    (folder / "audits.csv").write_text(HEADER + GOOD.format(n=1) + bad, encoding="utf-8")
    for _ in range(2):
        arguments = ["check", "--data", str(folder), "--outputs", str(tmp_path / "out")]
        assert app.run(arguments) == faults.QUARANTINED
    assert len([path for path, _ in aside_folders() if path.name != "check"]) == 1
    assert not (tmp_path / "none.key").exists()


def test_a_clean_check_leaves_no_page_of_an_earlier_one(place, tmp_path, capsys):
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "council.toml").write_text('[council]\nname = "Ottershire"\n', encoding="utf-8")
    check = ["check", "--data", str(folder), "--outputs", str(tmp_path / "out")]
    page = place / "ottershire" / "check" / "check.html"

    def checked(rows, toml='[council]\nname = "Ottershire"\n'):
        (folder / "council.toml").unlink()
        if toml:
            (folder / "council.toml").write_text(toml, encoding="utf-8")
        head = "audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade\n"
        (folder / "audits.csv").write_text(head + rows, encoding="utf-8")
        code = app.run(check)
        return code, capsys.readouterr().out

    good = "A1,C1,2019-10-01,2019-20 Q3,East,CIN,Jane Roe,Overall,Good\n"
    code, said = checked(good + good.replace("A1", "A2").replace("Good", "Adequate"))
    assert (code, page.is_file(), str(page) in said) == (faults.QUARANTINED, True, True)
    assert "Adequate" in page.read_text(encoding="utf-8")
    code, said = checked(good)
    assert (code, page.exists(), page.with_name("rows_to_mend.xlsx").exists()) == (0, False, False)
    assert "check.html" not in said
    assert checked(good, toml="")[0] == 0  # nobody knows whose check this is
    (folder / "council.toml").touch()
    [unread] = place.glob("*/check/check.html")
    assert "Check of the exports of folder exports" in unread.read_text(encoding="utf-8")
    assert checked(good)[0] == 0
    assert list(place.glob("*/check")) == []


def test_the_place_may_not_lie_with_exports_or_reports(found, place, tmp_path):
    for folder in (tmp_path, place):
        with pytest.raises(UsageError, match="QAF_SET_ASIDE"):
            kept(found, away_from=(folder,))
    assert not place.exists()


def test_rows_set_aside_are_swept_when_they_are_old(found, place):
    path = kept(found).path
    for days, swept in ((31, 0), (29, 1)):
        written = (NOW - timedelta(days=30)).timestamp()
        for file in path.parent.iterdir():
            os.utime(file, (written, written))
        assert sweep_aside("Another", days=1, now=NOW) == 0
        assert sweep_aside("Example", days=days, now=NOW) == swept
    assert not path.exists()


def test_a_run_keeps_the_rule_the_place_and_the_rows_of_a_finding():
    finding = Finding(
        code="unexpected_date",
        outcome="quarantine",
        file="audits of Jane Roe.csv",
        sheet="Roe 14.3.12",
        row=12345,
        column="Child's number",
        found="the date 2012-03-14",
        expected="text",
        mend="write 'Jane Roe' for “J Roe”, born 14/03/2012 or 14 March 2012, NHS 9434765919, or "
        'paste\n"J Roe" = "Jane Roe"; delete row 12345',
    )
    files = tuple(
        FileRecord(name=name, kind="audits", sha256="", rows_in=1, loaded=1, quarantined=0)
        for name in ("audits of Jane Roe.csv", "audits of John Doe.csv", "audits 2019-20 Q1.csv")
    )
    record = ImportRecord(files=files, findings=(finding,), checks=(), key_id="k")
    withheld = record.withheld
    assert [file.name for file in withheld.files] == [
        "audits of … (1).csv",
        "audits of … (2).csv",
        "audits 2019-20 Q1.csv",
    ]
    [one] = withheld.findings
    assert one.file == "audits of … (1).csv"
    assert (one.row, one.rows, one.code, one.found, one.expected) == (
        12345,
        1,
        "unexpected_date",
        "",
        "",
    )
    told = one.message
    for piece in ("Roe", "Jane", "2012", "14.3", "9434765919", "J Roe"):
        assert piece not in told, told
    assert withheld.withheld == withheld


@pytest.mark.parametrize("mend", ["ask Jane Roe", "see file C-1004", "correct Roe, J (East)"])
def test_a_message_that_holds_a_cell_in_any_words_is_not_kept(tmp_path, mend):
    """However a later message words it, a whole cell that identifies somebody is noticed."""
    rows = "A1,C-1004,2019-10-01,East,Jane Roe,Overall,Good\n"
    rows += 'A2,C-1005,2019-10-02,East,"Roe, J",Overall,Good\n'
    (tmp_path / "audits.csv").write_text(HEADER + rows, encoding="utf-8")
    exports = read_sources(tmp_path, council=open_folder(tmp_path), as_of=AS_OF).exports
    for text in (mend, "correct the quarter in East"):
        exports[0].problems.warn(code="x", found="", expected="", mend=text)
    record = ImportRecord(
        files=(), findings=tuple(exports[0].problems.findings), checks=(), key_id="k"
    )
    *_, first, second = record_for_run(record, exports=exports).findings
    assert (first.mend, second.mend) == (NOT_KEPT, "correct the quarter in East")


TOML = """# asked Jane Roe
[council]
name = "Ottershire"
synthetic = false
open_cases = 840
not_graded = ["N/A"]
headline_domain = "Overall"
keep_failed_days = 7
[domains]
Overall = ""
"Child's \\"voice\\"" = "child"
[grades]
"As Roe says" = "Good"
[optimism]
tolerance = 0.25
[spellings.auditor]
"J Roe" = "Jane Roe"
[[files]]
path = "audits Roe.csv"
[files.constants]
auditor = "Jane Roe"
[[themes]]
name = "Plans"
domain = "Child's \\"voice\\""
audited_in = "2018-19 Q2"
selected_in = ["2018-19 Q1"]
[[process_changes]]
kind = "training"
label = "Training"
starts = 2018-10-01
"""


def test_the_copy_of_the_settings_holds_what_figures_rest_on_and_no_name():
    settings = settings_of(TOML.encode())
    copy = settings_copy(TOML.encode(), sha256=settings.sha256)
    assert b"Roe" not in copy
    again = settings_of_copy(copy)
    for name in ("council", "open_cases", "domains", "optimism", "themes", "process_changes"):
        assert getattr(again, name) == getattr(settings, name), name
    assert (again.sha256, again.keep_failed_days) == (settings.sha256, 7)
    assert (again.files, again.spellings) == ((), {})
    assert settings_copy(copy, sha256=again.sha256) == copy
    assert settings_of_copy(TOML.encode()) == settings  # as runs of earlier versions keep it


@pytest.mark.parametrize("days", ["0", "367", "-1", "true", '"30"'])
def test_days_that_make_no_sense_are_refused(days):
    with pytest.raises(SettingsError, match="keep_set_aside_days"):
        settings_of(f'[council]\nname = "A"\nkeep_set_aside_days = {days}\n'.encode())


def test_a_bundle_of_a_wide_file_still_tells_which_rows_were_a_moderators(tmp_path):
    """Headings are not kept, so that the count must rest on our own names of the columns."""
    folder = tmp_path / "wide"
    folder.mkdir()
    (folder / "council.toml").write_text(
        '[council]\nname = "Ottershire"\n[[files]]\npath = "audits.csv"\nshape = "wide"\n'
        '[files.domains]\nOverall = "Roe grade"\n'
        '[files.moderator]\nrater = "Moderated by Roe"\ncolumns = { moderated_on = "On" }\n'
        'domains = { Overall = "Roe moderated" }\n',
        encoding="utf-8",
    )
    head = "audit_id,audit_date,team,auditor,Roe grade,Moderated by Roe,On,Roe moderated\n"
    rows = [f"A{n},2019-10-0{n},East,Kim,Good,Mo,2019-11-01,Good\n" for n in range(1, 6)]
    rows[1] = rows[1].replace("-01,Good", "-01,Adequate")
    rows[2] = rows[2].replace("2019-11-01", "2019-11-31")
    rows[3] = rows[3].replace("Kim,Good", "Kim,Passable")
    (folder / "audits.csv").write_text(head + "".join(rows), encoding="utf-8")
    audits = read_council(folder, as_of=AS_OF, key=KEY).audits
    counted = moderation_rows(audits)
    assert (counted.given, counted.set_aside) == (2, 2)
    found = read_council(folder, as_of=AS_OF, key=KEY)
    write_bundle(replace(found.audits, record=found.record_for_run), tmp_path / "bundle")
    assert moderation_rows(read_bundle(tmp_path / "bundle")) == counted
    kept = b"".join(path.read_bytes() for path in (tmp_path / "bundle").iterdir())
    assert b"Roe" not in kept
    assert "moderator’s grade of Overall" in kept.decode()


def failed_notebook() -> bytes:
    parameters = nbformat.v4.new_code_cell(
        'data = "../Jane Roe"', id="p", metadata={"tags": ["injected-parameters"]}
    )
    shown = nbformat.v4.new_code_cell(
        "show(found)", id="a", outputs=[nbformat.v4.new_output("stream", text="Jane Roe")]
    )
    trace = ["\x1b[31mKeyError\x1b[0m", "File C:/of roe/qaf/read.py:12, in f(x)", "x = 'Jane Roe'"]
    raised = nbformat.v4.new_code_cell(
        "session.read()",
        id="b",
        outputs=[
            nbformat.v4.new_output("error", ename="KeyError", evalue="Jane Roe", traceback=trace)
        ],
    )
    return nbformat.writes(nbformat.v4.new_notebook(cells=[parameters, shown, raised])).encode()


def test_a_notebook_that_failed_keeps_its_cells_and_the_lines_it_went_through():
    read = nbformat.reads(without_data(failed_notebook()).decode(), as_version=4)
    assert "Roe" not in str(read)
    assert "roe" not in str(read)
    assert [cell.source for cell in read.cells[1:]] == ["show(found)", "session.read()"]
    [error] = read.cells[2].outputs
    assert (error.ename, error.evalue, error.traceback) == ("KeyError", "", ["read.py, line 12"])


def test_nothing_of_anybodys_data_stays_of_a_failed_run(tmp_path):
    def fail() -> None:
        with RunFolder(tmp_path) as folder:
            for name in ("bundle/audits.csv", "results/a.json", "half.html"):
                (folder.path / name).parent.mkdir(exist_ok=True)
                (folder.path / name).write_text("Jane Roe")
            (folder.path / "notebooks").mkdir()
            (folder.path / "notebooks" / "00_intake.failed.ipynb").write_bytes(failed_notebook())
            raise RunFailedError("Jane Roe, row 3")

    with pytest.raises(RunFailedError):
        fail()
    left = [path for path in (tmp_path / ".failed").rglob("*") if path.is_file()]
    assert {path.name for path in left} == {FAILURE_FILE, "00_intake.failed.ipynb"}
    assert not any(b"Roe" in path.read_bytes() for path in left)
    [failure] = [path for path in left if path.name == FAILURE_FILE]
    told = json.loads(failure.read_text(encoding="utf-8"))
    assert told["error"] == "RunFailedError"
    assert told["at"][-1].endswith("in fail")
    assert list((tmp_path / ".building").iterdir()) == []


def test_failed_runs_of_earlier_versions_are_cleaned_and_old_ones_deleted(tmp_path):
    for stamp in ("2020-01-01-120000", "2020-02-01-120000"):
        folder = tmp_path / ".failed" / f"{stamp}-12-ab"
        (folder / "notebooks").mkdir(parents=True)
        (folder / "quarantine.csv").write_text("Jane Roe")
        (folder / "notebooks" / "00.failed.ipynb").write_bytes(failed_notebook())
    sweep(tmp_path, keep_failed_days=30, now=NOW)
    [folder] = (tmp_path / ".failed").iterdir()
    assert folder.name.startswith("2020-02-01")
    assert {path.name for path in folder.iterdir()} == {FAILURE_FILE, "00.failed.ipynb"}
    assert not any(b"Roe" in path.read_bytes() for path in folder.iterdir())


def published(outputs: Path, name: str) -> Path:
    run = outputs / "2019-20-Q3" / name
    (run / "bundle").mkdir(parents=True)
    (run / "bundle" / "quarantine.csv").write_text("Jane Roe")
    return run


def test_purge_lists_first_and_deletes_what_it_said(found, place, tmp_path, capsys):
    outputs = tmp_path / "outputs"
    run, other = published(outputs, "ab" * 8), published(outputs, "cd" * 8)
    (outputs / "latest.txt").write_text(f"2019-20-Q3/{run.name}\n")
    failed = outputs / ".failed" / "2020-01-01-120000-1-a"
    checked = outputs / "quarantine"
    for folder in (failed, checked, outputs / ".building" / f"{os.getpid()}-ab"):
        folder.mkdir(parents=True)
    rows = kept(found).path
    arguments = ["purge", "--outputs", str(outputs)]

    assert app.run([*arguments, "--all"]) == faults.USAGE
    said = capsys.readouterr().out
    for path in (rows.parent, failed, checked):
        assert str(path) in said
        assert path.exists()
    assert f"--report {run.name} --report {other.name}" in said
    assert app.run([*arguments, "--older-than", "5", "--all"]) == faults.USAGE
    assert app.run([*arguments, "--report", "ef" * 8, "--yes"]) == faults.USAGE
    assert app.run([*arguments, "--older-than", "5", "--yes"]) == 0
    assert not failed.exists()
    assert rows.exists()
    assert app.run([*arguments, "--all", "--report", run.name, "--yes"]) == 0
    assert not any(path.exists() for path in (rows.parent, checked, run, outputs / "latest.txt"))
    assert other.exists()
    assert (outputs / ".building" / f"{os.getpid()}-ab").exists()
    assert leftovers(outputs, older_than=None, now=datetime.now().astimezone()) == ()
    assert app.run([*arguments, "--all", "--yes"]) == 0
    assert "Nothing to delete." in capsys.readouterr().out


def test_a_folder_of_the_councils_own_is_never_taken_for_rows_set_aside(tmp_path, monkeypatch):
    monkeypatch.setenv("QAF_SET_ASIDE", str(tmp_path / "audits"))
    kept = tmp_path / "audits" / "camden" / ("0" * 16)
    others = [
        tmp_path / "audits" / "camden" / "2018",
        tmp_path / "audits" / "camden" / "check",
        tmp_path / "audits" / "camden" / ("1" * 16),
        tmp_path / "audits" / "camden" / ("2" * 16),
    ]
    for folder in (kept, *others):
        folder.mkdir(parents=True)
    (kept / "set_aside.csv").write_text("rows")
    for folder in others[:3]:
        (folder / "audits.csv").write_text("ours")
    (others[3] / "set_aside.csv").write_text("rows")
    (others[3] / "mine.docx").write_text("ours")
    (tmp_path / "audits" / "camden" / ("3" * 16)).symlink_to(kept, target_is_directory=True)
    later = datetime.now(UTC) + timedelta(days=400)
    assert [folder for folder, _ in aside_folders()] == [kept]
    assert sweep_aside("camden", days=30, now=later) == 1
    assert not kept.exists()
    assert all(folder.exists() for folder in others)


def test_links_in_the_folder_of_reports_are_followed_nowhere(tmp_path):
    precious = tmp_path / "precious" / "2020"
    precious.mkdir(parents=True)
    (precious / "photo.jpg").write_text("x")
    outputs = tmp_path / "outputs"
    for place in (".failed", ".building"):
        (outputs / place).mkdir(parents=True)
        (outputs / place / "999999999-x").symlink_to(precious, target_is_directory=True)
    sweep(outputs, keep_failed_days=1)
    assert (precious / "photo.jpg").read_text() == "x"
    assert failed_runs(outputs) == []
    behind = tmp_path / "reports"
    behind.mkdir()
    (behind / ".failed").symlink_to(tmp_path / "precious", target_is_directory=True)
    sweep(behind, keep_failed_days=1)
    assert (precious / "photo.jpg").exists()
