"""A settings file no reader of TOML should be given is refused, with the key or the line."""

import os
import sys
from time import process_time

import pytest

from qaf_analysis.data.files.settings_bytes import tables_of
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
    imported = council({"audits.csv": GOOD, "council.toml": HEAD + "open_cases = 99999"})
    assert imported.audits.settings.open_cases == 99_999


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
    with pytest.raises(SettingsError, match=r"not a file|cannot be read"):
        council({"audits.csv": GOOD})


@pytest.mark.parametrize(
    "text",
    [
        "[domains]\na" + ".a" * 200_000 + " = 1",
        "[domains" + ".a" * 200_000 + "]",
        "[domains" + ' . "a\\"b"' * 50_000 + "]",
        "x = { a" + ".'b'" * 200_000 + " = 1 }",
    ],
    ids=["key", "table", "quoted", "inline"],
)
def test_a_key_of_very_many_dots_is_refused_at_once(text):
    begun = process_time()
    with pytest.raises(SettingsError, match="12 deep"):
        tables_of(text.encode(), name="council.toml")
    assert process_time() - begun < 5


@pytest.mark.parametrize("text", ['"' * 900_001, '\\"' * 400_000, "a" * 900_000, "a " * 400_000])
def test_no_text_is_searched_for_dots_again_and_again(text):
    begun = process_time()
    with pytest.raises(SettingsError, match="cannot be read"):
        tables_of(text.encode(), name="council.toml")
    assert process_time() - begun < 5


def test_dots_in_texts_and_comments_are_no_key():
    dots = "a" + ".a" * 30
    quotes = ('"', "'", '"""', "'''")
    text = f"# {dots}\n" + "".join(f"k{n} = {q}{dots}{q}\n" for n, q in enumerate(quotes))
    assert tables_of(text.encode(), name="council.toml") == {f"k{n}": dots for n in range(4)}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = [" + "1," * 10_001 + "]", "a has 10,001 entries; at most 10,000"),
        ("[[files]]\n" * 501, "files has 501 tables; at most 500"),
        ("[[scale_maps]]\n" * 501, "scale_maps has 501 tables"),
    ],
    ids=["list", "files", "scale_maps"],
)
def test_a_list_too_long_to_be_meant_is_refused(text, says):
    with pytest.raises(SettingsError, match=says):
        tables_of(text.encode(), name="council.toml")


def test_lists_of_the_greatest_length_are_read():
    text = "a = [" + "1," * 10_000 + "]\n" + "[[files]]\n" * 500
    tables = tables_of(text.encode(), name="council.toml")
    assert (len(tables["a"]), len(tables["files"])) == (10_000, 500)
