"""What is no file that can be read whole is refused by its true name, before it is read."""

import os
import sys
from pathlib import Path

import pytest

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError, ImportRejectedError
from qaf_analysis.data.files.opened import file_bytes
from qaf_analysis.terms.errors import UsageError
from tests.data.files import workbooks as w

GOOD = w.csv_text(w.audit_rows())
TOML = '[council]\nname = "Test"\n[[files]]\npath = "export.csv"\nkind = "audits"\n'
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes")


def codes(council, files):
    with pytest.raises(ImportRejectedError) as caught:
        council(files)
    return [f.code for f in caught.value.record.findings if f.outcome == "reject"]


@pytest.mark.parametrize("name", ["audits.csv", "export.csv"])
def test_a_folder_where_a_file_is_expected(council, tmp_path, name):
    (tmp_path / "council" / name).mkdir(parents=True)
    files = {} if name == "audits.csv" else {"council.toml": TOML}
    assert codes(council, files) == ["a_folder"]


@posix
@pytest.mark.parametrize("declared", [True, False])
def test_a_link_out_of_the_folder(council, tmp_path, declared):
    (tmp_path / "elsewhere.csv").write_text(GOOD)
    (tmp_path / "council").mkdir()
    name = "export.csv" if declared else "audits.csv"
    (tmp_path / "council" / name).symlink_to(tmp_path / "elsewhere.csv")
    assert codes(council, {"council.toml": TOML} if declared else {}) == ["outside_folder"]


@posix
def test_a_link_within_the_folder_is_followed(council, tmp_path):
    (tmp_path / "council").mkdir()
    (tmp_path / "council" / "real.txt").write_text(GOOD)
    (tmp_path / "council" / "audits.csv").symlink_to("real.txt")
    assert council({}).audits.record.loaded == 8


@posix
def test_a_link_to_nothing_and_a_link_to_itself(council, tmp_path):
    (tmp_path / "council").mkdir()
    (tmp_path / "council" / "audits.csv").symlink_to("gone.csv")
    assert codes(council, {}) == ["file_missing"]
    (tmp_path / "council" / "audits.csv").unlink()
    (tmp_path / "council" / "audits.csv").symlink_to("audits.csv")
    assert codes(council, {}) in (["unreadable"], ["file_missing"])


@posix
def test_a_pipe_does_not_keep_the_reader_waiting(tmp_path):
    os.mkfifo(tmp_path / "audits.csv")
    with pytest.raises(FileRefusedError, match="not_a_file"):
        file_bytes(tmp_path / "audits.csv", problems=Problems(file="audits.csv"))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PermissionError(13, "Permission denied", "/secret/place"), "unreadable"),
        (OSError(5, "Input/output error", "/secret/place"), "unreadable"),
        (OSError(36, "File name too long", "/secret/place"), "unreadable"),
        (FileNotFoundError(2, "No such file", "/secret/place"), "file_missing"),
        (ValueError("embedded null byte"), "unreadable"),
    ],
)
def test_a_file_that_does_not_open(council, monkeypatch, error, code):
    """As on a locked file of Windows or a lost network drive; the path is in no message."""
    whole = Path.open

    def refusing(path, *args, **more):
        if path.name == "audits.csv" and args[:1] == ("rb",):
            raise error
        return whole(path, *args, **more)

    monkeypatch.setattr(Path, "open", refusing)
    with pytest.raises(ImportRejectedError) as caught:
        council({"audits.csv": GOOD})
    (found,) = caught.value.record.findings
    assert found.code == code
    assert "secret" not in found.message


def test_a_folder_that_may_not_be_listed(council, monkeypatch):
    def refusing(_):
        raise PermissionError(13, "Permission denied", "/secret/place")

    monkeypatch.setattr(Path, "iterdir", refusing)
    with pytest.raises(UsageError, match="Permission denied") as caught:
        council({"audits.csv": GOOD})
    assert "secret" not in str(caught.value)


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_without_the_right_to_read(council, tmp_path):
    (tmp_path / "council").mkdir()
    (tmp_path / "council" / "audits.csv").write_text(GOOD)
    (tmp_path / "council" / "audits.csv").chmod(0)
    assert codes(council, {}) == ["unreadable"]


@pytest.mark.parametrize("change", ["grown", "shortened", "written again"])
def test_a_file_that_changes_while_it_is_read(tmp_path, monkeypatch, change):
    path = tmp_path / "audits.csv"
    path.write_text(GOOD)
    os.utime(path, ns=(1, 1))
    whole = os.fstat
    seen = []

    def changing(number):
        status = whole(number)
        if not seen:
            text = {"grown": GOOD + "x", "shortened": GOOD[:50]}.get(change, GOOD)
            path.write_text(text)
        seen.append(status)
        return status

    monkeypatch.setattr(os, "fstat", changing)
    with pytest.raises(FileRefusedError, match="changed_while_read"):
        file_bytes(path, problems=Problems(file="audits.csv"))


def test_a_sparse_file_is_refused_by_its_size_alone(council, tmp_path, monkeypatch):
    (tmp_path / "council").mkdir()
    for name in ("audits.csv", "moderations.xlsx"):
        with (tmp_path / "council" / name).open("wb") as file:
            file.write(b"PK\x03\x04" if name.endswith("xlsx") else b"a,b\n")
            file.truncate(4_000_000_000)
    assert codes(council, {}) == ["too_large", "too_large"]
