"""Zip files that two programs may read as two tables are refused; parts elsewhere are found."""

import struct
import warnings
import zipfile

import pytest

from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.data.files.filled_template import bears_mark
from qaf_analysis.data.files.package import directory_at_end
from tests.data.files import workbooks as w

GOOD = w.sheet(w.audit_rows())
BAD = GOOD.replace("Good", "Inadequate")


def assert_refused(council, data, *, code, says=()):
    with pytest.raises(ImportRejectedError) as caught:
        council({"audits.xlsx": data})
    found = [f for f in caught.value.record.findings if f.outcome == "reject"]
    assert [f.code for f in found] == [code]
    assert found[0].mend
    for word in (says,) if isinstance(says, str) else says:
        assert word in found[0].message
    return found[0]


def twice(contents, name, content):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of the name that stands twice
        return w.packed([*contents.items(), (name, content)])


@pytest.mark.parametrize(
    "name",
    [
        w.SHEET,
        "xl/worksheets/SHEET1.XML",
        "XL/worksheets/sheet1.xml",
        "/xl/worksheets/sheet1.xml",
        "xl\\worksheets\\sheet1.xml",
        "xl/./worksheets/sheet1.xml",
        "xl/worksheets/%73heet1.xml",
    ],
)
def test_a_part_twice_is_ambiguous_in_whatever_order(council, name):
    for first, second in ((GOOD, BAD), (BAD, GOOD)):
        data = twice(w.parts(sheet=first), name, second)
        assert_refused(council, data, code="ambiguous_workbook", says="2 parts named xl/worksheets")


def test_a_part_twice_is_ambiguous_even_where_it_is_not_read(council):
    data = w.packed([*w.parts().items(), ("docProps/a.xml", "<a/>"), ("docProps/A.xml", "<b/>")])
    assert_refused(council, data, code="ambiguous_workbook", says="docprops/a.xml")


def test_two_zip_files_behind_one_another_are_ambiguous(council):
    assert_refused(
        council, w.packed(w.parts(sheet=BAD)) + w.packed(w.parts()), code="ambiguous_workbook"
    )


def test_two_names_for_one_part_are_ambiguous(council):
    data = bytearray(w.packed([*w.parts().items(), ("xl/worksheets/sheet2.xml", BAD)]))
    entries = [n for n in range(len(data)) if data[n : n + 4] == b"PK\x01\x02"]
    data[entries[-1] + 42 : entries[-1] + 46] = data[entries[-2] + 42 : entries[-2] + 46]
    assert_refused(council, bytes(data), code="ambiguous_workbook", says="one and the same part")


@pytest.mark.parametrize(
    ("contents", "says"),
    [
        (w.parts(workbook=w.listing("audits", "Audits ")), "two sheets of one name"),
        (
            w.parts(rels=w.relations(*[("rId1", "worksheet", "worksheets/sheet1.xml")] * 2)),
            "two relations of one identifier",
        ),
        (
            w.parts(
                workbook=w.listing("a", "b"),
                rels=w.relations(
                    *[(f"rId{n}", "worksheet", "worksheets/sheet1.xml") for n in (1, 2)]
                ),
            ),
            "one and the same",
        ),
        (
            w.parts(
                rels=w.relations(
                    ("rId1", "worksheet", "worksheets/sheet1.xml"),
                    ("rId2", "sharedStrings", "a.xml"),
                    ("rId3", "sharedStrings", "b.xml"),
                )
            ),
            "2 parts of the kind sharedStrings",
        ),
        (
            w.parts(
                root=w.relations(
                    ("rId1", "officeDocument", "xl/workbook.xml"),
                    ("rId2", "officeDocument", "xl/other.xml"),
                )
            ),
            "two workbooks in one file",
        ),
    ],
    ids=["sheet names", "relation twice", "sheets of one part", "two texts", "two workbooks"],
)
def test_two_that_could_be_meant_are_ambiguous(council, contents, says):
    assert_refused(council, w.packed(contents), code="ambiguous_workbook", says=says)


@pytest.mark.parametrize("path", ["book2.xml", "deep/er/book.xml", "xl/Arbeitsmappe.xml"])
@pytest.mark.parametrize("absolute", [True, False])
def test_parts_are_found_by_their_relations(council, path, absolute):
    folder, _, base = path.rpartition("/")
    rows = w.audit_rows()
    texts = "".join(f"<si><t>{text}</t></si>" for text in w.HEADER)
    header = "".join(f'<c r="{chr(65 + n)}1" t="s"><v>{n}</v></c>' for n in range(len(w.HEADER)))
    body = w.sheet(rows).replace(w.row(1, w.HEADER), f'<row r="1">{header}</row>')
    up = "/" if absolute else "../" * (folder.count("/") + 1 if folder else 0)
    contents = {
        "_rels/.rels": w.relations(("rId9", "officeDocument", path)),
        path: w.listing("audits"),
        f"{folder}/_rels/{base}.rels".lstrip("/"): w.relations(
            ("rId1", "worksheet", f"{up}tables/one.xml"),
            ("rId2", "sharedStrings", f"{up}words.xml"),
        ),
        "tables/one.xml": body,
        "words.xml": f"<sst {w.MAIN}>{texts}</sst>",
        # The usual names are there too, and mean nothing.
        "xl/sharedStrings.xml": f"<sst {w.MAIN}>{texts.replace('grade', 'team')}</sst>",
        "xl/workbook.xml": w.listing("another"),
    }
    read = council({"audits.xlsx": w.packed(contents)}).audits
    assert len(read.audits) == len(rows)
    assert read.record.findings == ()


@pytest.mark.parametrize(
    ("method", "name"), [(zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "LZMA")]
)
def test_other_methods_of_packing_are_named(council, method, name):
    assert_refused(
        council, w.packed(w.parts(), method=method), code="compression", says=(name, "Excel")
    )


def test_a_method_python_does_not_know_is_named(council):
    data = w.packed(w.parts()).replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x08\x00", b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x09\x00"
    )
    assert_refused(council, data, code="compression", says="Deflate64")


def test_a_part_locked_with_a_password_is_named(council):
    data = bytearray(w.packed(w.parts()))
    for place in range(len(data) - 8):
        if data[place : place + 4] == b"PK\x01\x02":
            data[place + 8] |= 1
    assert_refused(council, bytes(data), code="password", says="locked with a password")


def test_a_list_of_parts_is_counted_before_it_is_read(council):
    data = bytearray(w.packed(w.parts()))
    end = data.rfind(b"PK\x05\x06")
    data[end + 8 : end + 12] = struct.pack("<HH", 60_000, 60_000)
    assert_refused(council, bytes(data), code="too_large", says="60,000 parts")


def test_zip64_counts_are_read(council):
    """The 64-bit end of the list says more parts than any workbook has."""
    data = w.packed(w.parts())
    place = data.rfind(b"PK\x05\x06")
    size, start = struct.unpack_from("<LL", data, place + 12)
    end64 = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 9999, 9999, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1)
    assert_refused(
        council, data[:place] + end64 + locator + data[place:], code="too_large", says="9,999 parts"
    )


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9, 0.99])
def test_a_workbook_cut_short_is_damaged(council, share):
    data = w.packed(w.parts())
    assert_refused(council, data[: int(len(data) * share)], code="damaged_workbook")


def test_a_spoilt_byte_inside_a_part_is_noticed(council):
    """Stored, not packed: only the checksum can tell that a grade was changed."""
    data = w.packed(w.parts(), method=zipfile.ZIP_STORED)
    assert len(council({"audits.xlsx": data}).audits.audits) == 8
    spoilt = data.replace(b">Outstanding<", b">Inadequate  <"[:13], 1)
    assert len(spoilt) == len(data)
    assert_refused(council, spoilt, code="damaged_workbook", says="does not unpack")


@pytest.mark.parametrize("name", list(w.parts())[2:])
def test_a_missing_part_is_damage(council, name):
    contents = {n: c for n, c in w.parts().items() if n != name}
    assert_refused(council, w.packed(contents), code="damaged_workbook")


def test_the_usual_names_do_where_relations_are_left_out(council):
    contents = {n: c for n, c in w.parts().items() if n != "_rels/.rels"}
    assert len(council({"audits.xlsx": w.packed(contents)}).audits.audits) == 8


def test_a_chart_sheet_is_passed_over(council):
    contents = w.parts(
        workbook=w.listing("Chart", "audits"),
        rels=w.relations(
            ("rId1", "chartsheet", "chartsheets/sheet1.xml"),
            ("rId2", "worksheet", "worksheets/sheet1.xml"),
        ),
    )
    assert len(council({"audits.xlsx": w.packed(contents)}).audits.audits) == 8


def test_a_sheet_outside_the_file_is_damage(council):
    rels = w.relations(("rId1", "worksheet", "file:///elsewhere.xml"))
    data = w.packed(w.parts(rels=rels.replace("/>", ' TargetMode="External"/>')))
    assert_refused(council, data, code="damaged_workbook")


def test_more_sheets_than_can_be_looked_at_are_refused_not_passed_over(council):
    names = [f"S{n}" for n in range(101)]
    assert_refused(
        council, w.packed(w.parts(workbook=w.listing(*names))), code="too_large", says="100 sheets"
    )


def test_a_list_of_parts_is_counted_at_the_end_of_a_file_alone(tmp_path):
    """Every workbook of a folder is asked whether it is a template, whatever its size."""
    path = tmp_path / "audits.xlsx"
    path.write_bytes(w.packed(w.parts()))
    assert directory_at_end(path).parts == 5
    assert not directory_at_end(path).is_too_large
    data = bytearray(path.read_bytes())
    end = data.rfind(b"PK\x05\x06")
    data[end + 8 : end + 12] = struct.pack("<HH", 60_000, 60_000)
    path.write_bytes(bytes(data))
    assert directory_at_end(path).is_too_large
    assert not bears_mark(path)
