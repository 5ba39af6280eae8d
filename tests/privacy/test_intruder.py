"""A motivated intruder has a whole run folder, and finds nobody in it.

One run is made by the command itself, in kernels as a user makes it, of a council with a mark in
every place where somebody may type. Then every byte is searched, and the join is tried by which
rows set aside would tell whose code is whose.
"""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import json
import os
import subprocess
import sys
import urllib.parse
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest

from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.report.blocks import Paragraph
from qaf_analysis.report.writers.pdf import write_pdf
from qaf_analysis.run.manifest import read_manifest, verify_manifest
from tests.places import ROOT
from tests.privacy.canaries import (
    BORN_IN_FILE,
    BORN_IN_HEADING,
    BORN_IN_SHEET,
    KINDS,
    audit_rows,
    found_in,
    holds_date_of_birth,
    mark,
    write_council,
)
from tests.report.committee_specimen import committee

pytestmark = pytest.mark.slow
# What the person at the keyboard may see of their own exports in the console: places and
# identifiers to mend. Free text, comments and properties are nobody's business even there.
NEVER_SAID = (
    *("reason", "response", "notes", "comment", "property", "footer", "tomlcomment", "approver"),
    *("otherfile", "spelling"),
)


@dataclass(frozen=True, kw_only=True)
class Built:
    folder: Path
    outputs: Path
    aside: Path
    key: Path
    exports: Path
    said: str

    @property
    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.outputs).as_posix(): path.read_bytes()
            for path in sorted(self.outputs.rglob("*"))
            if path.is_file()
        }


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    place = tmp_path_factory.mktemp("intruder")
    exports, outputs = write_council(place), place / "outputs"
    key, aside = place / "keys" / "council.key", place / "aside"
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "qaf_analysis.cli", "report"),
            *("--data", str(exports), "--outputs", str(outputs)),
        ],
        cwd=ROOT,
        env=os.environ | {"QAF_KEY_FILE": str(key), "QAF_SET_ASIDE": str(aside)},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == 4, said
    [folder] = [path.parent for path in outputs.rglob("manifest.json")]
    return Built(folder=folder, outputs=outputs, aside=aside, key=key, exports=exports, said=said)


def test_no_byte_of_the_outputs_holds_anything_typed_but_what_reports_print(run):
    assert len(run.files) > 30
    got_through = {name: found_in(content) for name, content in run.files.items()}
    assert {name: kinds for name, kinds in got_through.items() if kinds} == {}
    assert not [name for name in run.files if found_in(name.encode())]
    text = b"".join(run.files.values())
    assert b"Ottershire" in text  # what is printed on purpose is there, so the search did search
    assert b"East" in text


def test_no_date_of_birth_is_in_the_outputs(run):
    assert not [name for name, content in run.files.items() if holds_date_of_birth(content)]


def test_every_day_of_birth_in_a_name_was_typed(run):
    typed = "".join(path.name for path in run.exports.iterdir()) + run.said
    assert all(words in typed for words in (BORN_IN_FILE, BORN_IN_SHEET))


def test_the_search_finds_marks_in_every_form():
    name = mark("case", 7)
    for form in (
        *(name.encode(), name.swapcase().encode(), name[::-1].encode()),
        *(name.encode("utf-16-le"), name.encode("utf-16-be"), name.encode().hex().encode()),
        *(base64.b64encode(b"x" * n + name.encode() + b"yy") for n in range(3)),
        *(urllib.parse.quote(name).encode(), "".join(f"%{ord(c):02x}" for c in name).encode()),
        *("".join(f"&#{ord(c)};" for c in name).encode(), gzip.compress(name.encode())),
        "".join(f"\\u{ord(c):04x}" for c in name).encode(),
    ):
        assert found_in(b"<p>" + form if form[:2] != b"\x1f\x8b" else form) == {"case"}, form
    pages = committee()
    first, *rest = pages.body
    typed = Paragraph(words=f"Of {name}, born 14.03.2012.")
    pages = replace(pages, body=(first, typed, *rest))
    assert found_in(write_pdf(pages)) == {"case"}
    assert holds_date_of_birth(write_pdf(pages))
    for written in ("2012-03-14", BORN_IN_FILE, BORN_IN_SHEET, BORN_IN_HEADING, "2012 March 14"):
        assert holds_date_of_birth(f"the date {written}.".encode())


def test_the_console_says_no_free_text(run):
    assert found_in(run.said.encode(), NEVER_SAID) == set()
    assert mark("badgrade") in run.said  # but what has to be mended is named


def test_the_run_names_rows_set_aside_by_number_and_sum_only(run):
    [rows] = run.aside.rglob("set_aside.csv")
    assert str(rows) in run.said
    manifest = read_manifest(run.folder)
    record = json.loads((run.folder / "bundle" / "record.json").read_bytes())
    table = pd.read_csv(rows, dtype=str, encoding="utf-8-sig")
    keyed = PseudonymKey.load(run.key).sum_of(rows.read_bytes())
    assert manifest["set_aside"] == {"rows": len(table), "keyed_sum": keyed}
    assert record["set_aside_sum"] == keyed
    assert rows.parent.name == keyed[:16]
    # No plain sum of the rows stands anywhere, by which a guessed row could be recognised.
    plain = hashlib.sha256(rows.read_bytes()).hexdigest()[:16].encode()
    assert not [name for name, content in run.files.items() if plain in content]
    assert verify_manifest(run.folder).problems == ()
    # Whoever may see it finds every mark of the rows set aside, and the names left out of the run.
    kept = found_in(b"".join(path.read_bytes() for path in run.aside.rglob("*.csv")))
    assert {"wrong", "badgrade", "baddate", "file", "sheet", "heading"} <= kept


@pytest.mark.skipif(os.name == "nt", reason="rights on Windows follow the folder")
def test_only_its_owner_may_read_a_run_and_its_rows_set_aside(run):
    for top in (run.folder, *run.aside.iterdir()):
        for path in (top, *top.rglob("*")):
            assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def joined(rows: pd.DataFrame, audits: pd.DataFrame, ratings: pd.DataFrame) -> dict[str, str]:
    """The attack: whose code a name has, by what rows in the clear share with coded ones.

    For a name, the codes of those who graded on each of its days, teams and types; one code that
    is in all of them gives the person away.
    """
    coded = ratings.merge(audits, on="audit_id")
    found = {}
    for name, part in rows.groupby("person"):
        codes = None
        for row in part.itertuples():
            here = coded[(coded["audit_date"] == row.day) & (coded["team"] == row.team)]
            codes = set(here["rater"]) if codes is None else codes & set(here["rater"])
        if codes is not None and len(codes) == 1:
            found[name] = codes.pop()
    return found


def clear_rows(path: Path) -> pd.DataFrame:
    """Rows of any file that name a known person beside a day and a team, whatever its form."""
    people = {mark("auditor", n) for n in range(4)} | {mark("second", n) for n in range(3)}
    found = []
    if path.suffix != ".csv":
        return pd.DataFrame(columns=["person", "day", "team"])
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            days = [cell[:10] for cell in row if cell[:4] in ("2019", "2020")]
            teams = [cell for cell in row if cell in ("East", "West")]
            named = [cell for cell in row if cell in people]
            if days and teams and named:
                found.append({"person": named[0], "day": days[0], "team": teams[0]})
    return pd.DataFrame(found, columns=["person", "day", "team"])


def test_rows_and_codes_cannot_be_joined(run):
    audits = pd.read_csv(run.folder / "bundle" / "audits.csv", dtype=str)
    ratings = pd.read_csv(run.folder / "bundle" / "ratings.csv", dtype=str)
    in_run = [clear_rows(path) for path in run.outputs.rglob("*") if path.is_file()]
    assert sum(map(len, in_run)) == 0
    # With rows in the clear the attack finds everybody: so it is right to keep them apart.
    clear = pd.DataFrame(
        [
            {"person": row[5], "day": str(row[2]), "team": row[3]}
            for row in audit_rows()
            if row[0] in {mark("audit", number) for number in range(10, 64)}
        ]
    )
    key = PseudonymKey.load(run.key)
    found = joined(clear, audits, ratings)
    assert len(found) == clear["person"].nunique() == 7
    assert all(key.code("person", name) == code for name, code in found.items())


def test_every_kind_of_mark_was_typed(run):
    """Otherwise a kind could be missing from the outputs because nobody ever typed it."""
    files = list(run.exports.iterdir())
    typed = set().union(*(found_in(path.read_bytes()) for path in files))
    typed |= set().union(*(found_in(path.name.encode()) for path in (run.exports, *files)))
    assert typed == set(KINDS)
