"""Characters that Unicode gives to no text: their rows are set aside, and every output is made."""

import io
from datetime import date

import openpyxl
import pytest

from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.data.council.read import read_council
from qaf_analysis.report.check_page import write_check
from qaf_analysis.report.rows_to_mend import rows_to_mend
from tests.data.files import workbooks as w


@pytest.mark.parametrize("mark", ["\uffff", "\ufffe", "\ufdd0", "\ufdef"])
def test_a_row_that_holds_one_is_set_aside_and_shown(tmp_path, mark):
    folder = tmp_path / "council"
    folder.mkdir()
    rows = w.audit_rows()
    rows[2][4] = f"No{mark}rth"
    (folder / "audits.csv").write_text(w.csv_text(rows), encoding="utf-8")
    council = read_council(folder, as_of=date(2020, 2, 7), key=PseudonymKey(secret=bytes(32)))
    record = council.audits.record
    assert (record.rows_in, record.loaded, record.quarantined) == (8, 7, 1)
    (found,) = [f for f in record.findings if f.outcome == "quarantine"]
    assert (found.code, found.row) == ("control_character", 4)
    book = openpyxl.load_workbook(io.BytesIO(rows_to_mend(record, council.quarantine)))
    texts = [str(c.value) for sheet in book for row in sheet for c in row if c.value]
    assert any("No" in text and "rth" in text for text in texts)
    write_check(
        tmp_path / "out",
        record=record,
        quarantine=council.quarantine,
        name="Example",
        day=date(2020, 2, 7),
    )
