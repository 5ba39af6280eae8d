"""Files that were meant to be the settings: read, warned of or refused, never passed over."""

import pytest

from qaf_analysis.data.files.folder import read_settings
from qaf_analysis.terms.errors import SettingsError

COUNCIL = '[council]\nname = "E"\n'
NEAR = [
    "council.toml.txt",
    "council.txt",
    "council (1).toml",
    "council - Copy.toml",
    ".council.toml",
]


@pytest.mark.parametrize("name", NEAR)
def test_settings_under_another_name_are_warned_of(council, name):
    table = "audit_id,audit_date,team,auditor,domain,grade\nA1,2019-10-04,North,Ann,Overall,Good\n"
    record = council({"audits.csv": table, name: COUNCIL}).audits.record
    (warning,) = [f for f in record.findings if f.code == "settings_not_read"]
    assert (warning.outcome, warning.file) == ("warning", name)
    assert "rename the file council.toml" in warning.mend
    beside = council({"council.toml": COUNCIL + '[[files]]\npath = "audits.csv"\n'}).audits.record
    assert any(f.code == "settings_not_read" for f in beside.findings)


@pytest.mark.parametrize("name", ["Council.toml", "COUNCIL.TOML"])
def test_capital_letters_make_no_difference(tmp_path, name):
    (tmp_path / name).write_text(COUNCIL.replace("E", "Elsewhere"), encoding="utf-8")
    assert read_settings(tmp_path)[0].council == "Elsewhere"
    if not (tmp_path / "council.toml").exists():
        (tmp_path / "council.toml").write_text(COUNCIL, encoding="utf-8")
        with pytest.raises(SettingsError, match="two files of settings"):
            read_settings(tmp_path)


def test_a_folder_called_like_the_settings_is_refused(tmp_path):
    (tmp_path / "council.toml").mkdir()
    with pytest.raises(SettingsError, match="is a folder"):
        read_settings(tmp_path)
