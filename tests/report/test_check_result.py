"""The result of a check as a page and as a workbook, of a council whose faults are known."""

import io
import os
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import fromstring

import openpyxl
import pytest
from lxml import html

from qaf_analysis.data.contract.record import FileRecord, Finding, ImportRecord, ImportRejectedError
from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.data.council.read import read_council
from qaf_analysis.report.check_page import check_page, write_check
from qaf_analysis.report.rows_to_mend import rows_to_mend

DAY = date(2020, 2, 7)
HEADER = "audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade,child_name\n"
AUDITS = (
    "A1,C1,2019-10-14,2019-20 Q3,North,CIN,Jo Brown,Overall,Good,Zebedee\n"  # row 2
    "A2,C2,31/11/2019,2019-20 Q3,North,CIN,Jo Brown,Overall,Good,Zebedee\n"  # row 3: no such day
    "A3,C3,2019-10-15,2019-20 Q3,=1+1,CIN,Jo Brown,Overall,Adequate,Zebedee\n"  # row 4
    "A4,C4,2019-10-16,2019-20 Q3,North,CIN,,Overall,Good,Zebedee\n"  # row 5: no auditor
    "A5,C5,2019-10-17,2019-20 Q3,<b>East</b>,CIN,Jo Brown,Overall,Fair,Zebedee\n"  # row 6
)
MODERATIONS = (
    "audit_id,moderator,moderated_on,domain,grade,moderation_source,reason\n"
    "A1,Al Green,2019-11-04,Overall,Good,peer,\n"
    "A9,Al Green,2019-11-04,Overall,Good,peer,\n"  # row 3: no such audit
)


@pytest.fixture
def found(tmp_path):
    folder = tmp_path / "council"
    folder.mkdir()
    (folder / "audits.csv").write_text(HEADER + AUDITS, encoding="utf-8")
    (folder / "moderations.csv").write_text(MODERATIONS, encoding="utf-8")
    return read_council(folder, as_of=DAY, key=PseudonymKey(secret=bytes(32)))


@pytest.fixture
def book(found):
    data = rows_to_mend(found.audits.record, found.quarantine)
    return openpyxl.load_workbook(io.BytesIO(data))


def rows_of(sheet):
    heading, *rows = sheet.iter_rows()
    names = [cell.value for cell in heading]
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_a_sheet_for_each_export_with_the_rows_set_aside(book):
    assert book.sheetnames == [
        "What to mend",
        "Rows of each file",
        "audits.csv",
        "moderations.csv",
        "Every finding",
    ]
    numbers = [row["Row in the file"].value for row in rows_of(book["audits.csv"])]
    assert numbers == [3, 4, 5, 6]
    assert [row["Row in the file"].value for row in rows_of(book["moderations.csv"])] == [3]


def test_the_cell_to_mend_is_coloured_and_says_how(book):
    """Each row's fault was put in by hand: this column, and no other, is marked."""
    faulty = {3: "audit_date", 4: "grade", 5: "auditor", 6: "grade"}
    for row in rows_of(book["audits.csv"]):
        marked = [name for name, cell in row.items() if cell.fill.patternType]
        assert marked == [faulty[row["Row in the file"].value]]
        note = row[marked[0]].comment.text
        assert re.fullmatch(r"Found: .+\nExpected: .+\nTo mend: .+", note, re.DOTALL)
    assert "31/11/2019" in rows_of(book["audits.csv"])[0]["audit_date"].comment.text


def test_a_blank_column_that_is_at_fault_is_shown(found, tmp_path):
    data = rows_to_mend(found.audits.record, found.quarantine.query("source_row == '5'"))
    [row] = rows_of(openpyxl.load_workbook(io.BytesIO(data))["audits.csv"])
    assert row["auditor"].value is None
    assert row["auditor"].fill.patternType == "solid"


def test_rows_past_those_named_one_by_one_are_marked_too(tmp_path):
    """Of many alike rows the first 500 have findings of their own, the others share one."""
    rows = "".join(
        f"A{n},C{n},2019-10-14,2019-20 Q3,North,CIN,Jo Brown,Overall,"
        f"{'Good' if n == 0 else 'Adequate'},Z\n"
        for n in range(600)
    )
    (tmp_path / "audits.csv").write_text(HEADER + rows, encoding="utf-8")
    found = read_council(tmp_path, as_of=DAY, key=PseudonymKey(secret=bytes(32)))
    data = rows_to_mend(found.audits.record, found.quarantine)
    marked = rows_of(openpyxl.load_workbook(io.BytesIO(data))["audits.csv"])
    assert len(marked) == 599
    assert all(row["grade"].fill.patternType and row["grade"].comment for row in marked)


def test_no_cell_can_run_and_none_is_read_otherwise_than_as_text(found, book):
    by_row = {row["Row in the file"].value: row for row in rows_of(book["audits.csv"])}
    assert by_row[4]["team"].value == "=1+1"
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    texts = [cell for cell in cells if isinstance(cell.value, str)]
    assert all(cell.quotePrefix and cell.number_format == "@" for cell in texts)


def test_columns_that_may_name_a_child_are_in_neither_file(found, book):
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    page = check_page(found.audits.record, name="Xshire", day=DAY, is_loaded=True)
    assert not any("Zebedee" in text for text in [*cells, page])


def test_the_front_sheet_is_in_the_order_of_what_must_be_done(book):
    steps = [row["What to do"].value for row in rows_of(book["What to mend"])]
    assert steps == sorted(steps)
    assert [step for n, step in enumerate(steps) if step not in steps[:n]] == [
        "2 to mend: rows set aside",
        "3 to look at: loaded, with a warning",
        *(["4 done"] if "4 done" in steps else []),
    ]
    assert set(steps) == {row["What to do"].value for row in rows_of(book["Every finding"])}
    counts = {row["File"].value: row for row in rows_of(book["Rows of each file"])}
    assert [cell.value for cell in counts["audits.csv"].values()][1:] == [5, 1, 4, 0]
    assert [cell.value for cell in counts["moderations.csv"].values()][1:] == [2, 1, 1, 0]


def test_every_finding_stands_in_the_workbook(found, book):
    assert len(rows_of(book["Every finding"])) == len(found.audits.record.findings)


def test_the_same_check_is_the_same_bytes(found, tmp_path):
    def written(folder: Path) -> dict[str, bytes]:
        record = found.audits.record
        write_check(folder, record=record, quarantine=found.quarantine, name="Xshire", day=DAY)
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    first = written(tmp_path / "first")
    assert sorted(first) == ["check.html", "rows_to_mend.xlsx"]
    with zipfile.ZipFile(io.BytesIO(first["rows_to_mend.xlsx"])) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        core = fromstring(archive.read("docProps/core.xml"))
    assert {each.text[:4] for each in core if each.tag.endswith(("created", "modified"))} == {
        "2000"
    }
    assert written(tmp_path / "second") == first


@pytest.mark.skipif(os.name != "posix", reason="rights are kept otherwise on Windows")
def test_both_files_are_for_their_owner_alone(found, tmp_path):
    files = write_check(
        tmp_path / "kept",
        record=found.audits.record,
        quarantine=found.quarantine,
        name="Xshire",
        day=DAY,
    )
    assert {path.stat().st_mode & 0o777 for path in (files.page, files.workbook)} == {0o600}
    assert files.page.parent.stat().st_mode & 0o777 == 0o700


def test_the_page_tells_what_to_do_first_to_last(found):
    page = html.fromstring(check_page(found.audits.record, name="Xshire", day=DAY, is_loaded=True))
    assert page.xpath("//h1/text()") == ["Check of the exports of Xshire"]
    steps = page.xpath("//section/h2/text()")
    assert steps[:2] == ["To mend: rows set aside", "To look at: loaded, with a warning"]
    big = [words.strip() for words in page.xpath("//p[@class='big']/strong/text()")]
    assert big == ["2", "5"]  # A1 and its moderation; four audits and a moderation aside
    table = page.xpath("//table[caption[starts-with(., 'Rows of each file')]]")[0]
    cells = [[c.text_content() for c in row.xpath("./*")] for row in table.xpath(".//tbody/tr")]
    assert cells == [
        ["audits.csv", "audits", "5", "1", "4", "0"],
        ["moderations.csv", "moderations", "2", "1", "1", "0"],
        ["All files", "", "7", "2", "5", "0"],
    ]


def test_every_place_and_word_of_a_finding_stands_on_the_page(found):
    page = html.fromstring(check_page(found.audits.record, name="Xshire", day=DAY, is_loaded=True))
    text = " ".join(page.text_content().split())
    for finding in found.audits.record.findings:
        for words in (finding.found, finding.expected, finding.mend, finding.file):
            assert " ".join(words.split()) in text, finding.code
    grades = page.xpath("//section[h3[starts-with(., 'Unknown grade')]]//tbody/tr")
    assert [row.xpath("./td/text()")[:2] for row in grades] == [["4", "grade"], ["6", "grade"]]


def test_the_page_runs_nothing_fetches_nothing_and_can_be_read_aloud(found):
    source = check_page(found.audits.record, name="<i>X</i>", day=DAY, is_loaded=True)
    page = html.fromstring(source)
    assert not page.xpath("//script | //iframe | //link | //img | //form | //i")
    assert not page.xpath("//@onclick | //@onload | //*[starts-with(@href, 'http')]")
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]/@content")[0]
    assert page.get("lang") == "en-GB"
    assert len(page.xpath("//main")) == len(page.xpath("//h1")) == 1
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for target in page.xpath("//a/@href"):
        assert target[1:] in ids
    for name in page.xpath("//@aria-labelledby"):
        assert name in ids
    assert all(table.xpath("./caption") for table in page.xpath("//table"))


def finding(outcome):
    return Finding(
        outcome=outcome, file="audits.csv", found="North, north", expected="one spelling",
        code="spelling_joined", rows=2, mend="Write one of them.",
    )  # fmt: skip


def test_what_is_warned_of_and_noted_alike_has_names_of_its_own(found):
    record = replace(found.audits.record, findings=(finding("warning"), finding("note")))
    page = html.fromstring(check_page(record, name="Xshire", day=DAY, is_loaded=True))
    names = page.xpath("//*[@role='region']/@aria-label")
    assert len(names) == len(set(names)) == 1 + 2 + bool(record.checks)


def test_no_ground_or_letter_on_the_screen_keeps_its_colour_in_the_dark(found):
    page = check_page(found.audits.record, name="Xshire", day=DAY, is_loaded=True)
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", page.split("<style>")[1].split("</style>")[0])
    coloured = re.compile(r"(?<!-)\b(color|background): ?#")
    fixed = [name.split()[-1] for name, look in rules if coloured.search(look)]
    assert fixed == [
        "@top-left",
        "@bottom-left",
        "@bottom-right",
    ]  # the head and foot of printed pages


def test_a_refused_folder_says_first_what_stops_everything(tmp_path):
    (tmp_path / "audits.csv").write_text(HEADER, encoding="utf-8")
    with pytest.raises(ImportRejectedError) as stopped:
        read_council(tmp_path, as_of=DAY, key=PseudonymKey(secret=bytes(32)))
    record = stopped.value.record
    page = html.fromstring(check_page(record, name="Xshire", day=DAY, is_loaded=False))
    assert page.xpath("//section/h2/text()")[0] == "First: what stops everything"
    assert "Nothing was loaded" in page.xpath("//p[@class='says']/text()")[0]
    book = openpyxl.load_workbook(io.BytesIO(rows_to_mend(record, None)))
    assert rows_of(book["What to mend"])[0]["What to do"].value == (
        "1 first: what stops everything"
    )


GOOD, NO_DAY, _, NO_AUDITOR, _ = AUDITS.splitlines(keepends=True)
TWICE = GOOD * 2  # the same in every cell


def page_of(tmp_path, rows):
    (tmp_path / "audits.csv").write_text(HEADER + rows, encoding="utf-8")
    found = read_council(tmp_path, as_of=DAY, key=PseudonymKey(secret=bytes(32)))
    page = html.fromstring(check_page(found.audits.record, name="Xshire", day=DAY, is_loaded=True))
    big = [" ".join(each.text_content().split()) for each in page.xpath("//p[@class='big']")]
    steps = page.xpath("//section[h2[starts-with(@id, 'page-step')]]")
    told = [(step.findtext("h2"), step.findtext("p")) for step in steps]
    book = openpyxl.load_workbook(io.BytesIO(rows_to_mend(found.audits.record, found.quarantine)))
    to_do = [row["What to do"].value for row in rows_of(book["What to mend"])]
    return page.xpath("//p[@class='says']/text()")[0], big, told, to_do


def test_where_rows_only_repeat_others_nothing_is_to_be_mended(tmp_path):
    says, big, told, to_do = page_of(tmp_path, TWICE)
    assert says.startswith(
        "Every record can be used. 1 row set aside repeats another or holds no record: nothing is "
        "lost by that."
    )
    assert "Mend" not in says
    assert big == [
        "1 row loaded of 2",
        "0 rows set aside, to be mended",
        "1 row set aside, nothing lost by it",
    ]
    heading, words = told[0]
    assert heading == "Set aside: nothing is lost by it"
    assert words == "These rows repeat others or hold no record. Nothing needs mending."
    assert to_do[0] == "2 set aside: nothing is lost by it"
    says, big, *_ = page_of(tmp_path, GOOD * 3)
    assert "2 rows set aside repeat others or hold no record" in says
    assert big[2] == "2 rows set aside, nothing lost by it"


def test_rows_that_repeat_others_are_told_apart_from_those_to_mend(tmp_path):
    says, big, told, to_do = page_of(tmp_path, TWICE + NO_DAY)
    assert says == (
        "1 row of 3 was set aside. Mend it in the export and check again; until then a report is "
        "made without it. 1 row set aside repeats another or holds no record: nothing is lost by "
        "that."
    )
    assert big[1:] == ["1 row set aside, to be mended", "1 row set aside, nothing lost by it"]
    assert told[0][0] == "To mend: rows set aside"
    assert {"2 to mend: rows set aside", "2 set aside: nothing is lost by it"} <= set(to_do)
    says, *_ = page_of(tmp_path, GOOD + NO_DAY + NO_AUDITOR)
    assert says == (
        "2 rows of 3 were set aside. Mend them in the export and check again; until then a report "
        "is made without them."
    )


def test_texts_no_workbook_can_hold_do_not_stop_it():
    finding = Finding(
        code="control_character",
        outcome="quarantine",
        file="a/b:c[1]?.csv",
        row=2,
        column="team",
        found="\x00\x07\ud800" + "x" * 40_000,
        expected="=HYPERLINK(1)",
        mend="@mend",
    )
    file = FileRecord(
        name="a.csv", kind="audits", sha256="", rows_in=1, loaded=0, quarantined=1, not_data=0
    )
    record = ImportRecord(files=(file,), findings=(finding,), checks=(), key_id="")
    book = openpyxl.load_workbook(io.BytesIO(rows_to_mend(record, None)))
    assert rows_of(book["Every finding"])[0]["Expected"].value == "=HYPERLINK(1)"
    assert len(rows_of(book["Every finding"])[0]["Found"].value) == 32_767
