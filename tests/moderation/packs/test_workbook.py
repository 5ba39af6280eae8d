"""The workbook of a pack, read back by another library, and re-saved by LibreOffice."""

import io
import shutil
import subprocess
import zipfile

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from qaf_analysis.moderation.packs.pack import NOT_GRADED, REASONS, SURE
from qaf_analysis.moderation.packs.workbook import pack_workbook
from tests.moderation.packs.made import DOMAINS, LEVELS, MEANS, made_pack

HEADINGS = ["Row key", "Case", "File", "Part", "Grade", "Reason", "Sure", "Comment"]


@pytest.fixture(scope="module")
def pack():
    return made_pack()


@pytest.fixture(scope="module")
def data(pack):
    return pack_workbook(pack)


@pytest.fixture
def book(data):
    return load_workbook(io.BytesIO(data))


def test_a_row_a_case_and_part_in_the_order_of_the_pack_read_by_another_library(pack, data):
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Grades").to_python()
    assert rows[0] == HEADINGS
    assert [row[0] for row in rows[1:]] == [row.key for row in pack.rows]
    assert [row[1] for row in rows[1:]] == ["Case 1"] * 3 + ["Case 2"] * 3 + ["Case 3"] * 3
    assert [row[3] for row in rows[1:]] == [*DOMAINS] * 3
    assert all(row[4:] == [""] * 4 for row in rows[1:])


def test_the_file_shows_its_reference_or_its_code_and_the_day(pack):
    shown = load_workbook(io.BytesIO(pack_workbook(pack)))["Grades"]["C2"].value
    assert shown == f"{pack.cases[0].reference}, as at {pack.cases[0].as_at.day} May 2019"
    coded = made_pack(shows=False)
    hidden = load_workbook(io.BytesIO(pack_workbook(coded)))["Grades"]["C2"].value
    assert hidden.startswith(f"{coded.cases[0].code}, as at ")


def test_the_grades_stand_first_so_that_a_csv_holds_them(book):
    assert book.sheetnames == ["Grades", "Instructions", "Descriptors", "Lists"]
    assert book.active.title == "Grades"
    assert all(sheet.sheet_state == "visible" for sheet in book.worksheets)


def test_lists_offer_whole_words_and_could_not_grade(book):
    lists = [[cell.value for cell in column if cell.value] for column in book["Lists"].columns]
    assert lists == [
        ["Grade", *LEVELS, NOT_GRADED], ["Reason", *REASONS], ["Sure", *SURE]
    ]  # fmt: skip
    names = {name: each.attr_text for name, each in book.defined_names.items()}
    assert names == {
        "grade_words": "Lists!$A$2:$A$6",
        "reason_words": f"Lists!$B$2:$B${len(REASONS) + 1}",
        "sure_words": "Lists!$C$2:$C$4",
    }
    checks = {each.formula1: str(each.sqref) for each in checks_of(book)}
    assert checks == {
        "grade_words": "E2:E10", "reason_words": "F2 F5 F8", "sure_words": "G2 G5 G8",
        "2000": "H2 H5 H8",
    }  # fmt: skip
    assert all(each.errorStyle == "stop" and each.prompt for each in checks_of(book))
    assert all(len(each.prompt) <= 255 and len(each.promptTitle) <= 32 for each in checks_of(book))


def checks_of(book):
    return book["Grades"].data_validations.dataValidation


def test_reason_sure_and_comment_are_open_once_a_case(book):
    sheet = book["Grades"]
    is_open = [
        [not sheet.cell(row, column).protection.locked for column in range(1, 9)]
        for row in range(1, 11)
    ]
    first, other = [False] * 4 + [True] * 4, [False] * 4 + [True] + [False] * 3
    assert is_open == [[False] * 8] + [first, other, other] * 3
    assert all(sheet.cell(row, 5).number_format == "@" for row in range(2, 11))


def test_sorting_inserting_and_deleting_are_forbidden_without_a_password(book):
    for sheet in book.worksheets:
        guard = sheet.protection
        assert guard.sheet
        assert guard.password is None
        # In the file 1 forbids.
        forbidden = (guard.sort, guard.insertRows, guard.insertColumns, guard.deleteRows)
        assert all((*forbidden, guard.deleteColumns, guard.autoFilter))
        assert not guard.formatColumns
        assert not guard.selectLockedCells


def test_pasted_text_can_be_corrected_and_tab_stays_among_cells_to_fill_in(data):
    """Pasted text takes the style Normal; columns are locked by name, to the last one."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles = archive.read("xl/styles.xml").decode()
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    normal = styles.partition("<cellStyleXfs")[2].partition("</cellStyleXfs>")[0]
    assert 'applyProtection="1"' in normal
    assert '<protection locked="0"' in normal
    formats = styles.partition("<cellXfs")[2].partition("</cellXfs>")[0].split("<xf ")[1:]
    assert all("<protection locked=" in each for each in formats[1:])
    columns = sheet.partition("<cols>")[2].partition("</cols>")[0].split("<col ")[1:]
    assert 'max="16384"' in columns[-1]
    for column in columns:
        style = int(column.partition('style="')[2].partition('"')[0])
        assert '<protection locked="1"' in formats[style]


def test_descriptors_stand_once_for_parts_that_share_them(book):
    rows = [[cell.value for cell in row] for row in book["Descriptors"].rows]
    assert rows == [["Part", *LEVELS], ["Every part", *MEANS]]


def test_a_pack_without_descriptors_says_so():
    book = load_workbook(io.BytesIO(pack_workbook(made_pack(means=()))))
    assert book.sheetnames == ["Grades", "Instructions", "Lists"]
    told = [row[0].value for row in book["Instructions"].rows]
    assert any(line.startswith("This pack has no descriptors.") for line in told)


def test_the_same_pack_is_the_same_bytes_with_no_clock_in_them(pack, data):
    assert pack_workbook(pack) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = load_workbook(io.BytesIO(data)).properties
    assert (properties.creator, properties.language) == ("qaf", "en-GB")
    assert properties.lastModifiedBy is None


def test_a_reference_that_looks_like_a_formula_stays_a_text():
    pack = made_pack(("a1",), references={"a1": "=1+1"})
    cell = load_workbook(io.BytesIO(pack_workbook(pack)))["Grades"]["C2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


GRADES = ("Good", "Requires improvement", NOT_GRADED)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_filled_in_and_saved_by_libreoffice_keys_grades_and_lists_are_kept(pack, data, tmp_path):
    book = load_workbook(io.BytesIO(data))
    sheet = book["Grades"]
    for place in range(len(pack.rows)):
        sheet.cell(place + 2, 5).value = GRADES[place % 3]
    sheet["F2"], sheet["G2"], sheet["H2"] = REASONS[1], SURE[0], "=1+1, and more"
    sheet["H2"].data_type = "s"
    (tmp_path / "filled").mkdir()
    book.save(tmp_path / "filled" / "return.xlsx")
    for kind in ("xlsx", "csv"):
        subprocess.run(
            [
                "soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
                "--headless", "--convert-to", kind, "--outdir", str(tmp_path),
                str(tmp_path / "filled" / "return.xlsx"),
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    kept = load_workbook(tmp_path / "return.xlsx")
    rows = [[cell.value for cell in row] for row in kept["Grades"].iter_rows(min_row=2, max_col=8)]
    assert [row[0] for row in rows] == [row.key for row in pack.rows]
    assert [row[4] for row in rows] == [*GRADES] * 3
    assert rows[0][5:] == [REASONS[1], SURE[0], "=1+1, and more"]
    assert {each.formula1 for each in checks_of(kept)} == {
        "grade_words", "reason_words", "sure_words", "2000"
    }  # fmt: skip
    assert "grade_words" in kept.defined_names
    assert kept["Grades"].protection.sheet
    assert kept["Grades"].protection.sort
    assert not kept["Grades"]["E2"].protection.locked
    assert kept["Grades"]["A2"].protection.locked
    first = (tmp_path / "return.csv").read_text(encoding="cp1252").splitlines()
    assert first[0].split(",") == HEADINGS
    assert first[1].startswith(f"{pack.rows[0].key},Case 1,")
