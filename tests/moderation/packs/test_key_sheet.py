"""The key sheet: codes and references for the person who finds the files, and nothing else."""

import io

import pytest
from openpyxl import load_workbook

from qaf_analysis.moderation.packs.files import pack_files
from qaf_analysis.moderation.packs.key_sheet import key_sheet
from qaf_analysis.terms.errors import UsageError
from tests.moderation.packs.made import KEY, made_pack

AUDITS = ("a1", "a2", "a3")


def packs_and_references():
    packs = [made_pack(AUDITS, shows=False, moderator=code) for code in ("M-04", "M-05")]
    references = {
        KEY.code("case", pack.pack, audit): f"CF-{audit}" for pack in packs for audit in AUDITS
    }
    return packs, references


def test_every_code_leads_to_its_file():
    packs, references = packs_and_references()
    sheet = load_workbook(io.BytesIO(key_sheet(packs, references))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=7)]
    assert rows[0] == ["Moderator", "Pack", "Case", "Code", "File", "Read as at"]
    assert {row[3]: row[4] for row in rows[1:]} == references
    assert [row[0] for row in rows[1:]] == ["M-04"] * 3 + ["M-05"] * 3
    days = {"CF-a1": "1 May 2019", "CF-a2": "2 May 2019", "CF-a3": "3 May 2019"}
    assert all(row[5] == days[row[4]] for row in rows[1:])


def test_it_is_the_same_bytes_again_and_packs_hold_no_reference():
    packs, references = packs_and_references()
    assert key_sheet(packs, references) == key_sheet(packs, references)
    for data in pack_files(packs[0]).values():
        assert b"CF-a" not in data  # members are not compressed


def test_a_file_that_nobody_could_find_is_told():
    packs, references = packs_and_references()
    code = packs[1].cases[2].code
    with pytest.raises(UsageError, match=rf"1 of 6 cases have no reference .*{code}"):
        key_sheet(packs, references | {code: " "})
    with pytest.raises(UsageError, match="Make the packs first"):
        key_sheet([], {})
