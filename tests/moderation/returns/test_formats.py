"""One pack filled in once and saved by many programs: one reading."""

import io
import shutil
import subprocess
import zipfile

import openpyxl
import pytest

from qaf_analysis.moderation.packs.pack import NOT_GRADED
from qaf_analysis.moderation.packs.workbook import HEADINGS, pack_workbook
from qaf_analysis.moderation.returns.keyed import returned_file
from tests.moderation.returns.filled import (
    COMMENT,
    REASON,
    as_csv,
    as_json,
    as_xlsx,
    given,
    pack,
    rows_of,
)

SENT = pack()
GRADES = [NOT_GRADED, "", *given(SENT)[2:]]
SOFFICE = shutil.which("soffice") or ""
AWKWARD = 'See “plan”; it’s late, "very" so\nand =1+1'


def reading(name, content):
    file = returned_file(name, content, [SENT])
    assert file.problems == (), [each.sentence for each in file.problems]
    return [
        (each.case, dict(each.grades), each.reason, each.sure, each.comment) for each in file.cases
    ]


def workbook():
    """The workbook of the pack, filled in as Excel would save it."""
    book = openpyxl.load_workbook(io.BytesIO(pack_workbook(SENT)))
    sheet = book["Grades"]
    column = {heading: place for place, heading in enumerate(HEADINGS, start=1)}
    for number, (row, grade) in enumerate(zip(SENT.rows, GRADES, strict=True), start=2):
        sheet.cell(number, column["Grade"]).value = grade or None
        if row.domain == "Overall":
            sheet.cell(number, column["Reason"]).value = REASON
            sheet.cell(number, column["Sure"]).value = "Very sure"
            sheet.cell(number, column["Comment"]).value = AWKWARD
    stored = io.BytesIO()
    book.save(stored)
    return stored.getvalue()


MEANT = [
    (
        case.code,
        {part: GRADES[3 * n + m] or None for m, part in enumerate(SENT.domains)},
        REASON,
        "Very sure",
        AWKWARD,
    )
    for n, case in enumerate(SENT.cases)
]


def test_the_workbook_of_the_pack_as_excel_saves_it():
    assert reading("return.xlsx", workbook()) == MEANT


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252", "utf-16"])
def test_a_csv_as_excel_in_the_united_kingdom_saves_it(separator, encoding):
    rows = rows_of(SENT, GRADES, comment=AWKWARD)
    assert reading("return.csv", as_csv(rows, separator=separator, encoding=encoding)) == MEANT


def test_separators_in_comments_do_not_outvote_that_of_the_file():
    comment = "a; b; c; d; e; f; g; h; i; j; k; l; m; n; o; p; q; r; s; t"
    found = reading("return.csv", as_csv(rows_of(SENT, GRADES, comment=comment)))
    assert found == [(*each[:4], comment) for each in MEANT]


def test_the_file_of_the_page():
    content = as_json(SENT, GRADES).decode()
    assert reading("return_1_of_2.json", content.encode()) == [
        (*each[:4], COMMENT) for each in MEANT
    ]


def test_a_formula_has_the_value_that_was_stored_with_it():
    stored = as_xlsx(rows_of(SENT, ['="Outstanding"', *given(SENT)[1:]]))
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(stored)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            if name.endswith("sheet1.xml"):
                before = '<c r="D2"><f>"Outstanding"</f><v></v></c>'
                before = before if before in part else before.replace("<v></v>", "<v />")
                assert before in part
                after = '<c r="D2" t="str"><f>"Outstanding"</f><v>Good</v></c>'
                part = part.replace(before, after)
            new.writestr(name, part)
    # What stands in the file and was seen by the moderator counts, not what would be worked out.
    assert reading("return.xlsx", changed.getvalue())[0][1]["Overall"] == "Good"


@pytest.fixture(scope="module")
def saved_again(tmp_path_factory):
    """The workbook opened by LibreOffice and saved in four formats."""
    if not SOFFICE:
        pytest.skip("LibreOffice is not on this computer")
    folder = tmp_path_factory.mktemp("saved")
    (folder / "filled.xlsx").write_bytes(workbook())
    for kind in ("xlsx", "ods", "xls", "csv"):
        subprocess.run(
            [SOFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
             "--convert-to", kind, "--outdir", str(folder / kind), str(folder / "filled.xlsx")],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls", "csv"])
def test_what_libreoffice_saves_is_read_the_same(saved_again, kind):
    content = (saved_again / kind / f"filled.{kind}").read_bytes()
    assert reading(f"filled.{kind}", content) == MEANT
    assert reading("renamed.xlsx", content) == MEANT


@pytest.mark.slow
def test_an_ods_and_an_xls_are_read_wherever_the_program_was_started(
    saved_again, tmp_path, monkeypatch
):
    """The reader's own process imports nothing from the folder in which it was started."""
    (tmp_path / "qaf_analysis").mkdir()
    for trap in ("json.py", "python_calamine.py", "qaf_analysis/__init__.py"):
        (tmp_path / trap).write_text("raise SystemExit(9)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    for kind in ("ods", "xls"):
        content = (saved_again / kind / f"filled.{kind}").read_bytes()
        assert reading(f"filled.{kind}", content) == MEANT
