"""A settings file no reader of TOML should be given is refused, with the key or the line."""

import os
import sys

import pytest

from qaf_analysis.terms.errors import SettingsError
from tests.data.files import workbooks as w

GOOD = w.csv_text(w.audit_rows())
HEAD = '[council]\nname = "Test"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + "open_cases = " + "9" * 5_000, "open_cases (line 3)"),
        (HEAD + "open_cases = -" + "9_9" * 3_000, "open_cases (line 3)"),
        (HEAD + "open_cases = " + "9" * 400, "council.open_cases"),
        (HEAD + "[themes]\n[[themes.x]]\na.b = 1" + "0" * 15, "themes.x.a.b"),
        (HEAD + "open_cases = [[1, " + "9" * 5_000 + "]]", "open_cases (line 3)"),
        (HEAD + "open_cases = " + "8" * 30 + "e9999", "council.open_cases"),
        (HEAD + "open_cases = inf", "council.open_cases"),
        (HEAD + "open_cases = nan", "council.open_cases"),
        (HEAD + '[[files]]\npath = "audits\\u0000.csv"\nkind = "audits"', "files.path"),
        (HEAD + 'x."a\\u0007" = 1', "control character"),
        (HEAD + "open_cases = " + "[" * 20_000, "cannot be read"),
        (HEAD + "a" + ".a" * 20_000 + " = 1", "12 deep"),
        ("\x00" * 500, "NUL bytes only"),
        (HEAD + "# " + "x" * 1_000_001, "larger than 1,000,000 bytes"),
        (b'[council]\nname = "\xff"', "line 2 is not UTF-8"),
    ],
    ids=lambda value: value[:25] if isinstance(value, str) and len(value) < 30 else "",
)
def test_refused(council, text, says):
    with pytest.raises(SettingsError) as caught:
        council({"audits.csv": GOOD, "council.toml": text})
    assert says in str(caught.value)
    assert len(str(caught.value)) < 400


def test_the_largest_number_with_few_enough_digits_is_left_to_the_settings(council):
    council({"audits.csv": GOOD, "council.toml": HEAD + "open_cases = 99999"})


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes")
@pytest.mark.parametrize("kind", ["pipe", "device", "to itself"])
def test_what_is_no_file_is_refused_unopened(council, tmp_path, kind):
    folder = tmp_path / "council"
    folder.mkdir()
    path = folder / "council.toml"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if kind == "device" else "council.toml")
    with pytest.raises(SettingsError, match="not a file|cannot be read"):
        council({"audits.csv": GOOD})
