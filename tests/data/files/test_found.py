"""Failures that long fuzzes found (docs/fuzz.md), each as a case of its own."""

import struct

import pytest

from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.terms.errors import SettingsError
from tests.data.files import workbooks as w

GOOD = w.csv_text(w.audit_rows())


def test_settings_that_name_no_file_of_audits(council):
    toml = '[council]\nname = "A"\n[[files]]\npath = "m.csv"\nkind = "moderations"\n'
    with pytest.raises(ImportRejectedError, match="no file of audits"):
        council({"council.toml": toml, "m.csv": "audit_id,moderator\n1,a\n"})


def test_a_part_without_a_name(council):
    """The length of a name in the zip file's list set to nothing."""
    data = bytearray(w.packed(w.parts()))
    place = data.rfind(b"PK\x01\x02")
    data[place + 28 : place + 30] = struct.pack("<H", 0)
    with pytest.raises(ImportRejectedError, match="workbook"):
        council({"audits.xlsx": bytes(data)})


@pytest.mark.parametrize("key", ["date_order", "shape", "path"])
def test_a_message_does_not_repeat_a_text_without_end(council, key):
    toml = f'[council]\nname = "A"\n[[files]]\npath = "audits.csv"\nkind = "audits"\n{key} = '
    toml = toml.replace('path = "audits.csv"\n', "") if key == "path" else toml
    with pytest.raises(SettingsError) as caught:
        council({"council.toml": toml + '"' + "x" * 5_000 + '"\n', "audits.csv": GOOD})
    assert len(str(caught.value)) < 400


def test_spellings_as_a_list_of_tables(council):
    toml = '[council]\nname = "A"\n[[spellings.team]]\nN = "North"\n'
    with pytest.raises(SettingsError):
        council({"council.toml": toml, "audits.csv": GOOD})


def test_a_moderator_without_grades(council):
    header = [*w.HEADER[:7], "Overall grade", "Moderator"]
    rows = [[*cells[:7], cells[8], "Mod"] for cells in w.audit_rows()]
    toml = """[council]
name = "A"
[[files]]
path = "audits.csv"
kind = "audits"
shape = "wide"
[files.domains]
Overall = "Overall grade"
[files.moderator]
rater = "Moderator"
domains = {}
"""
    read = council({"council.toml": toml, "audits.csv": w.csv_text(rows, header=header)})
    (found,) = read.audits.record.findings
    assert (found.outcome, found.code) == ("warning", "grader_without_grades")
    assert "[files.moderator]" in found.mend
    assert len(read.audits.moderations) == 0
    assert read.audits.record.loaded == len(rows)


def test_moderations_to_be_matched_when_no_audit_could_be_loaded(council):
    rows = [[*cells[:2], "31/02/2019", *cells[3:]] for cells in w.audit_rows()]
    toml = """[council]
name = "A"
[[files]]
path = "audits.csv"
kind = "audits"
[[files]]
path = "moderations.csv"
kind = "moderations"
[files.columns]
case_ref = "case"
[files.match]
by = "case_ref"
days = 90
"""
    moderations = (
        "case,moderator,moderation_source,moderated_on,domain,grade\n"
        "C7001,Mod 1,internal,2019-11-04,Overall,Good\n"
    )
    with pytest.raises(ImportRejectedError) as caught:
        council(
            {"council.toml": toml, "audits.csv": w.csv_text(rows), "moderations.csv": moderations}
        )
    assert "nothing_left" in [f.code for f in caught.value.record.findings]
    assert "no audit was loaded" in str(caught.value)
