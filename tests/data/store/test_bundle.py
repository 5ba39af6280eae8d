from dataclasses import replace

import pandas as pd
import pytest

from qaf_analysis.data.contract.formula_text import guarded, unguarded
from qaf_analysis.data.council.quarantine import write_quarantine
from qaf_analysis.data.store.bundle import read_bundle, read_bundle_settings, write_bundle
from qaf_analysis.terms.errors import SettingsError, UsageError
from qaf_analysis.terms.scale import SIGNS_OF_SAFETY

TOML = '[council]\nname = "Example"\nnot_graded = ["N/A"]\n'
MODERATIONS = '''audit_id,moderator,moderation_source,moderated_on,domain,grade,reason,round,\
selected_by,selection_probability,blind,response
AUD-0001,Moderator 1,Peers,2020-01-14,Assessment,Good,thin,1,random,0.1,yes,Agreed
AUD-0002,Moderator 1,"=Peers, ""two""",2020-01-14,Assessment,Good,,1,targeted,33%,no,See notes
AUD-0003,Moderator 1,,2020-01-14,Assessment,Good,,,,,,
'''


@pytest.fixture
def imported(corpus, council):
    audits = (corpus / "clean" / "audits.csv").read_text().replace("AUD-0004", "AUD-0004x")
    # One audit without a team would be set aside; a blank type of case is only missing.
    audits = audits.replace("Looked After,Looked after", "Looked After,")
    return council({"audits.csv": audits, "moderations.csv": MODERATIONS, "council.toml": TOML})


def test_round_trip(imported, tmp_path):
    write_bundle(imported.audits, tmp_path / "bundle")
    again = read_bundle(tmp_path / "bundle")
    for name in ("audits", "ratings", "moderations"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(imported.audits, name))
    assert again.settings == replace(imported.audits.settings, not_graded=())
    assert again.record == imported.audits.record.withheld
    assert set(imported.audits.moderations["selection_probability"].dropna()) == {0.1, 0.33}
    assert set(again.moderations["response"].dropna()) == {"agreed", "given"}
    assert again.audits["case_type"].isna().any()


def test_bytes_do_not_depend_on_the_order_of_the_rows(imported, tmp_path):
    write_bundle(imported.audits, tmp_path / "a")
    audits = imported.audits
    shuffled = {
        name: getattr(audits, name).sample(frac=1, random_state=1)
        for name in ("audits", "ratings", "moderations")
    }
    write_bundle(replace(audits, **shuffled), tmp_path / "b")
    for path in (tmp_path / "a").iterdir():
        data = path.read_bytes()
        assert data == (tmp_path / "b" / path.name).read_bytes()
        assert b"\r\n" not in data


def test_settings_that_could_not_be_read_back_are_refused(imported, tmp_path):
    settings = replace(imported.audits.settings, scale=SIGNS_OF_SAFETY)
    made = replace(imported.audits, settings=settings, settings_bytes=b"")
    with pytest.raises(SettingsError, match=r"council\.toml"):
        write_bundle(made, tmp_path / "bundle")


@pytest.mark.parametrize("name", ["audits.csv", "ratings.csv", "record.json", "council.toml"])
def test_damaged_bundle_is_refused(imported, tmp_path, name):
    write_bundle(imported.audits, tmp_path / "bundle")
    (tmp_path / "bundle" / name).write_bytes(b"{")
    with pytest.raises((UsageError, SettingsError)):
        read_bundle(tmp_path / "bundle")


def test_settings_are_read_back_alone(imported, tmp_path):
    write_bundle(imported.audits, tmp_path / "bundle")
    (tmp_path / "bundle" / "audits.csv").unlink()
    kept = replace(imported.audits.settings, not_graded=())  # served reading only
    assert read_bundle_settings(tmp_path / "bundle") == kept


@pytest.mark.parametrize("text", [None, "{", "[]", '{"council": "Example"}'])
def test_settings_that_are_absent_or_damaged_are_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "council.json").write_text(text)
    with pytest.raises(UsageError, match="no settings that can be read"):
        read_bundle_settings(tmp_path)


@pytest.mark.parametrize("text", ["", "Good", "=1+1", "'=1", "''", "-2", "\t=x", "@a", "\x00"])
def test_guard_is_taken_away_again(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\x00"))


def test_quarantine_file_holds_the_cells_as_they_stood(corpus, council, tmp_path):
    lines = (corpus / "clean" / "audits.csv").read_text().splitlines()
    lines[2] = lines[2].replace("Good", "=cmd|'x'!A0").replace("C7000", "  C7000 ")
    imported = council({"audits.csv": "\n".join(lines)})
    write_quarantine(imported.quarantine, tmp_path / "q.csv")
    back = pd.read_csv(tmp_path / "q.csv", dtype=str, keep_default_na=False).map(unguarded)
    assert back.loc[0, ["grade", "case_ref", "source_row"]].tolist() == [
        "=cmd|'x'!A0",
        "  C7000 ",
        "3",
    ]
