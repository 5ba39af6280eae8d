"""A key from its making to its end, and what is said when codes will not match."""

import csv
import json
import os
import secrets
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from qaf_analysis.cli import app
from qaf_analysis.data.council.key_care import fingerprint
from qaf_analysis.data.council.pseudonyms import PseudonymKey, default_key_path
from qaf_analysis.data.council.read import read_council
from qaf_analysis.data.council.set_aside import council_place
from qaf_analysis.run.earlier_keys import other_codes
from qaf_analysis.run.folder import RunFolder
from qaf_analysis.run.lock import RunLock
from qaf_analysis.run.manifest import RunIdentity, write_manifest
from qaf_analysis.terms.errors import SettingsError, UsageError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.programme.analysis.intake import intake
from qaf_analysis.topics.programme.words import data_warnings

TOML = '[council]\nname = "Ottershire"\n'
HEADER = "audit_id,case_ref,audit_date,team,auditor,domain,grade\n"
TODAY = date(2020, 2, 7)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user's own folder, without any variable set."""
    for name in ("QAF_KEY_FILE", "QAF_SET_ASIDE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return tmp_path / "home"


def exports(tmp_path, toml=TOML):
    folder = tmp_path / "exports"
    folder.mkdir(exist_ok=True)
    rows = [f"A{n},C{n},2019-10-0{n},East,Kim {n % 2},Overall,Good\n" for n in range(1, 5)]
    (folder / "audits.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    if toml:
        (folder / "council.toml").write_text(toml, encoding="utf-8")
    return folder


def test_a_short_key_is_refused(tmp_path):
    path = tmp_path / "council.key"
    path.touch(mode=0o600)
    path.write_text(f"qaf pseudonym key, version 1\n{secrets.token_bytes(16).hex()}\nab\n")
    with pytest.raises(UsageError, match="32 of the 64 digits"):
        PseudonymKey.load(path)


def test_the_published_key_is_refused_as_a_councils_own(tmp_path, monkeypatch):
    path = tmp_path / "council.key"
    monkeypatch.setenv("QAF_KEY_FILE", str(path))
    PseudonymKey.demonstration("Ottershire").write(path)
    with pytest.raises(UsageError, match="published one"):
        read_council(exports(tmp_path), as_of=TODAY)


def test_without_a_name_a_check_works_and_warns_and_nothing_is_kept(home, tmp_path, capsys):
    folder = exports(tmp_path, toml="")
    assert app.run(["check", "--data", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "council_unnamed" in said
    assert 'name = "Name of your council"' in said
    assert not (home / ".qaf" / "keys").exists()
    assert app.run(["report", "--data", str(folder), "--outputs", str(tmp_path / "out")]) == 3
    said = capsys.readouterr()
    assert said.err.endswith('[council]\nname = "Name of your council"\n')
    assert not (tmp_path / "out").exists()
    assert not (home / ".qaf" / "keys").exists()
    with pytest.raises(SettingsError, match="never taken from a folder"):
        read_council(folder, as_of=TODAY)


def test_a_check_of_a_named_council_makes_no_key(home, tmp_path, capsys):
    assert app.run(["check", "--data", str(exports(tmp_path))]) == 0
    assert "key_made" not in capsys.readouterr().out
    assert not (home / ".qaf" / "keys").exists()


def test_a_check_says_that_data_are_declared_invented(home, tmp_path, capsys):
    folder = exports(tmp_path, toml=f"{TOML}synthetic = true\n")
    assert app.run(["check", "--data", str(folder)]) == 0
    assert "synthetic = true" in capsys.readouterr().out
    assert app.run(["key", "show", "--data", str(folder)]) == 2
    assert "no key file" in capsys.readouterr().err


def test_show_back_up_rotate_destroy(home, tmp_path, capsys):
    folder = exports(tmp_path)
    data, outputs = ["--data", str(folder)], ["--outputs", str(tmp_path / "out")]
    assert app.run(["key", "show", *data, *outputs]) == 0
    assert "no key yet" in capsys.readouterr().out
    before = read_council(folder, as_of=TODAY).audits
    path = default_key_path("Ottershire")
    old = PseudonymKey.load(path)

    assert app.run(["key", "show", *data, *outputs]) == 0
    said = capsys.readouterr().out
    assert old.key_id in said
    assert fingerprint(old) in said
    assert old.secret.hex() not in said

    for wrong in (folder / "copy.key", tmp_path / "out" / "copy.key"):
        assert app.run(["key", "backup", *data, *outputs, "--to", str(wrong)]) == 2
    copy = tmp_path / "safe.key"
    assert app.run(["key", "backup", *data, *outputs, "--to", str(copy)]) == 0
    assert PseudonymKey.load(copy).secret == old.secret
    assert app.run(["key", "backup", *data, *outputs, "--to", str(copy)]) == 2

    assert app.run(["key", "rotate", *data]) == 2
    assert PseudonymKey.load(path).secret == old.secret
    assert app.run(["key", "rotate", *data, "--yes"]) == 0
    new = PseudonymKey.load(path)
    [retired] = path.parent.glob("*.until-*")
    assert PseudonymKey.load(retired).secret == old.secret
    assert new.key_id != old.key_id
    [table] = (home / ".qaf" / "set_aside" / "ottershire").glob("codes-*.csv")
    with table.open(encoding="utf-8-sig", newline="") as file:
        pairs = {row["old_code"]: row["new_code"] for row in csv.DictReader(file)}
    after = read_council(folder, as_of=TODAY).audits
    for column in ("audit_id", "case_ref"):
        assert set(before.audits[column].map(pairs)) == set(after.audits[column])
    assert set(before.ratings["rater"].map(pairs)) == set(after.ratings["rater"])
    assert pairs[old.code("person", "Kim 1")] == new.code("person", "Kim 1")
    assert len(pairs) == 10  # 4 audits, 4 cases, 2 people
    if os.name == "posix":
        assert {p.stat().st_mode & 0o777 for p in (path, retired, table, copy)} == {0o600}

    assert app.run(["key", "destroy", *data, "--retired"]) == 2
    assert retired.exists()
    assert app.run(["key", "destroy", *data, "--retired", "--yes"]) == 0
    assert (retired.exists(), path.exists()) == (False, True)
    assert app.run(["key", "destroy", *data, "--yes"]) == 0
    assert not path.exists()


def test_a_rotation_that_cannot_read_the_exports_changes_nothing(home, tmp_path):
    folder = exports(tmp_path)
    read_council(folder, as_of=TODAY)
    path = default_key_path("Ottershire")
    before = path.read_bytes()
    (folder / "audits.csv").write_text("nothing\n")
    assert app.run(["key", "rotate", "--data", str(folder), "--yes"]) == 3
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_key_in_the_folder_of_reports_is_refused(home, tmp_path, monkeypatch, capsys):
    folder, outputs = exports(tmp_path), tmp_path / "out"
    monkeypatch.setenv("QAF_KEY_FILE", str(outputs / "safe" / "council.key"))
    for command in ("check", "report"):
        assert app.run([command, "--data", str(folder), "--outputs", str(outputs)]) == 2
        assert "council.key lies in the folder" in capsys.readouterr().err
    assert not outputs.exists()


def copied(key, place):
    place.write_bytes(key.read_bytes())


@pytest.mark.parametrize("made", [copied, lambda key, to: to.hardlink_to(key)])
@pytest.mark.parametrize("where", ["exports", "out/2019-20-Q3/ab"])
def test_a_key_under_any_name_with_exports_or_reports_is_refused(
    home, tmp_path, capsys, made, where
):
    folder, outputs = exports(tmp_path), tmp_path / "out"
    read_council(folder, as_of=TODAY)
    place = tmp_path / where
    place.mkdir(parents=True, exist_ok=True)
    made(default_key_path("Ottershire"), place / "notes.txt")
    assert app.run(["check", "--data", str(folder), "--outputs", str(outputs)]) == 2
    assert "notes.txt" in capsys.readouterr().err
    (place / "notes.txt").unlink()
    assert app.run(["check", "--data", str(folder), "--outputs", str(outputs)]) == 0


def test_a_key_with_a_second_name_is_refused(home, tmp_path):
    read_council(exports(tmp_path), as_of=TODAY)
    path = default_key_path("Ottershire")
    (tmp_path / "elsewhere").hardlink_to(path)
    with pytest.raises(UsageError, match="second name"):
        PseudonymKey.load(path)
    (tmp_path / "elsewhere").unlink()
    PseudonymKey.load(path)


@pytest.mark.parametrize("where", ["exports/aside", "out/aside"])
def test_a_table_of_old_and_new_codes_is_not_written_with_exports_or_reports(
    home, tmp_path, monkeypatch, where
):
    folder = exports(tmp_path)
    read_council(folder, as_of=TODAY)
    path = default_key_path("Ottershire")
    before = path.read_bytes()
    monkeypatch.setenv("QAF_SET_ASIDE", str(tmp_path / where))
    rotate = ["key", "rotate", "--data", str(folder), "--outputs", str(tmp_path / "out"), "--yes"]
    assert app.run(rotate) == 2
    assert path.read_bytes() == before
    assert not (tmp_path / where).exists()
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_purge_deletes_tables_of_old_and_new_codes_and_nothing_like_them(home, tmp_path, capsys):
    folder = exports(tmp_path)
    read_council(folder, as_of=TODAY)
    assert app.run(["key", "rotate", "--data", str(folder), "--yes"]) == 0
    [table] = (home / ".qaf" / "set_aside" / "ottershire").glob("codes-*.csv")
    ours = table.with_name("codes-of-practice.csv")
    ours.write_text("ours")
    purge = ["purge", "--outputs", str(tmp_path / "out")]
    assert app.run([*purge, "--yes"]) == 0  # it is not 30 days old
    assert table.exists()
    capsys.readouterr()
    assert app.run([*purge, "--all", "--yes"]) == 0
    assert f"old codes with the new ones, of ottershire: {table}" in capsys.readouterr().out
    assert not table.exists()
    assert ours.exists()


@pytest.mark.skipif(os.name == "nt", reason="rights on Windows follow the folder")
def test_every_folder_that_is_made_is_its_owners_alone(home, tmp_path):
    folder, outputs = exports(tmp_path), tmp_path / "of the team" / "qaf" / "outputs"
    (folder / "audits.csv").write_text(
        (folder / "audits.csv").read_text() + "A9,C9,2019-10-09,East,Kim 1,Overall,Adequate\n"
    )
    before = os.umask(0o022)
    try:
        read_council(folder, as_of=TODAY)
        assert app.run(["check", "--data", str(folder), "--outputs", str(outputs)]) == 4
        with RunLock(outputs, council="Ottershire"), RunFolder(outputs):
            made = [home / ".qaf", *(home / ".qaf").rglob("*")]
            made += [outputs.parents[1], *outputs.parents[1].rglob("*")]
    finally:
        os.umask(before)
    names = {path.name for path in made}
    assert {".qaf", "keys", "set_aside", "ottershire", "check", "qaf", "outputs", ".locks"} <= names
    open_to_others = {p.name: oct(p.stat().st_mode) for p in made if p.exists() and is_open(p)}
    assert open_to_others == {}


def is_open(path):
    return path.is_dir() and path.stat().st_mode & 0o077 != 0


def test_two_names_that_lead_to_one_file_have_no_key_in_common(home, tmp_path, monkeypatch):
    first = exports(tmp_path, toml='[council]\nname = "A & B Council"\n')
    one = read_council(first, as_of=TODAY).audits.record.key_id
    assert read_council(first, as_of=TODAY).audits.record.key_id == one
    exports(tmp_path, toml='[council]\nname = "a  &  B council"\n')  # as a name may be typed
    assert read_council(first, as_of=TODAY).audits.record.key_id == one
    exports(tmp_path, toml='[council]\nname = "A/B Council"\n')
    with pytest.raises(UsageError, match=r"belongs to “A & B Council”; .* now “A/B Council”"):
        read_council(first, as_of=TODAY)
    assert app.run(["key", "rotate", "--data", str(first), "--yes"]) == 2
    monkeypatch.setenv("QAF_KEY_FILE", str(tmp_path / "other.key"))
    assert read_council(first, as_of=TODAY).audits.record.key_id != one
    names = ("A & B Council", "A/B Council", "A-B Council", "A B Council", "Ł", "Ø")
    assert len({council_place(name) for name in names}) == len(names)


def test_a_key_of_an_earlier_version_that_names_nobody_is_taken(home, tmp_path):
    folder = exports(tmp_path)
    key = read_council(folder, as_of=TODAY).audits.record.key_id
    path = default_key_path("Ottershire")
    lines = path.read_text().splitlines()
    assert lines[3:] == ['council "Ottershire"']
    path.write_text("".join(f"{line}\n" for line in lines[:3]))
    assert read_council(folder, as_of=TODAY).audits.record.key_id == key


NOON = datetime(2020, 1, 6, 12, tzinfo=UTC)


def published(outputs, *, council, key_id, hours=0, synthetic=False):
    identity = RunIdentity(
        inputs=[],
        code=f"{council}{key_id}",
        lock="absent",
        package_version="0.1.0",
        parameters={"quarter": "2019-20 Q3", "asked": ""},
        seed=hours,
        notebooks={},
    )
    folder = outputs / "2019-20-Q3" / identity.run_id
    (folder / "bundle").mkdir(parents=True)
    named = json.dumps({"council": council, "synthetic": synthetic})
    (folder / "bundle" / "council.json").write_text(named, encoding="utf-8")
    (folder / "bundle" / "record.json").write_text(json.dumps({"key_id": key_id}))
    ended = NOON + timedelta(hours=hours)
    write_manifest(folder, identity=identity, started=NOON, ended=ended)


def said(outputs, *, council="Ottershire", key_id="new"):
    found = other_codes(outputs, settings=Settings(council=council), key_id=key_id)
    return "" if found is None else found.found


def test_a_new_key_is_said_and_the_same_run_again_says_the_same(tmp_path):
    assert said(tmp_path) == ""
    published(tmp_path, council="Ottershire", key_id="new")
    published(tmp_path, council="Ottershire", key_id="made up", synthetic=True)
    assert said(tmp_path) == ""
    published(tmp_path, council="Ottershire", key_id="old", hours=1)
    assert said(tmp_path).startswith("1 earlier report of this council made under another key")


def test_a_changed_name_is_said_until_the_reports_of_the_old_name_are_the_later(tmp_path):
    published(tmp_path, council="Ottershire CC", key_id="old", hours=1)
    assert "under another name" in said(tmp_path)
    published(tmp_path, council="Ottershire", key_id="new", hours=2)
    assert "under another name" in said(tmp_path)  # the same run again
    assert said(tmp_path, council="OTTERSHIRE  cc", key_id="old") == ""  # one key file for both
    published(tmp_path, council="Ottershire", key_id="new", hours=0)
    assert said(tmp_path) == ""  # both councils report here


def test_the_first_page_says_that_codes_will_not_match(tmp_path, corpus, council):
    published(tmp_path, council="council", key_id="old")
    audits = (corpus / "clean" / "audits.csv").read_bytes()
    found = council({"audits.csv": audits})
    other = other_codes(tmp_path, settings=Settings(council="council"), key_id="new")
    told = found.with_findings(other)
    kept = replace(found.audits, record=told.record_for_run)
    first, *_ = data_warnings(intake(kept, quarter=Quarter(2019, 3)))
    assert first.startswith("Codes will not match earlier reports")
    plain = replace(found.audits, record=found.record_for_run)
    told = data_warnings(intake(plain, quarter=Quarter(2019, 3)))
    assert not any(words.startswith("Codes") for words in told)
