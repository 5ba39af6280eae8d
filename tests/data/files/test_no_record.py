"""Rows that hold no record: declared, idle formulas, tables below; and none lost with them."""

import io

import openpyxl
import pytest

HEADER = "audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade"
ROW = "A1,C1,2019-10-04,2019-20 Q3,North,CIN,Ann,Overall,Good"
OTHER = ROW.replace("A1", "A2").replace("C1", "C2")
BLANK = "," * 8


def declared(*labels):
    listed = ", ".join(f'"{label}"' for label in labels)
    return f'[council]\nname = "E"\n[[files]]\npath = "audits.csv"\nnot_data = [{listed}]\n'


def read(council, *rows, settings=None):
    files = {"audits.csv": "\n".join((HEADER, *rows))}
    if settings:
        files["council.toml"] = settings
    return council(files)


def counts(imported):
    file = imported.audits.record.files[0]
    return file.rows_in, file.loaded, file.quarantined, file.not_data


def codes(imported):
    return imported.quarantine["code"].tolist()


def findings(imported, code):
    return [f for f in imported.audits.record.findings if f.code == code]


@pytest.mark.parametrize(
    "row",
    [
        "Total,2,,,,,,,",
        ",,,,,,,TOTAL of all,2",
        "total",  # too few cells
        "Total,2,8,,,,,,",  # a count in the column of dates
        "Total,,,,,,,,,,,75%",  # too many cells
    ],
)
def test_declared_rows_hold_no_record(council, row):
    imported = read(council, ROW, row, OTHER, settings=declared("Total"))
    assert counts(imported) == (3, 2, 0, 1)
    [note] = findings(imported, "no_record")
    assert (note.row, note.rows, note.outcome) == (3, 1, "note")


def test_a_label_that_a_record_begins_with_loses_no_record(council):
    imported = read(council, ROW, OTHER, "A,3,,,,,,,", settings=declared("A"))
    assert counts(imported) == (3, 2, 0, 1)
    assert [f.row for f in findings(imported, "not_data_bears_date")] == [2, 3]


@pytest.mark.parametrize("row", ["Total,2,,,,,,,", "Grand total,2,8,,,,,,"])
def test_undeclared_totals_are_set_aside_with_the_line_that_declares_them(council, row):
    imported = read(council, ROW, row)
    assert counts(imported) == (2, 1, 1, 0)
    assert codes(imported) == ["totals_row"]
    label = row.split(",")[0]
    assert f'not_data = ["{label}"]' in imported.quarantine["how_to_mend"][0]


def test_the_line_offered_declares_the_row(council):
    first = read(council, ROW, "% Good or better" + BLANK)
    assert codes(first) == ["lone_cell"]
    offered = first.quarantine["how_to_mend"][0].rpartition("not_data = ")[2]
    settings = f'[council]\nname = "E"\n[[files]]\npath = "audits.csv"\nnot_data = {offered}\n'
    assert counts(read(council, ROW, "% Good or better" + BLANK, settings=settings)) == (2, 1, 0, 1)


def test_long_lone_texts_are_not_repeated(council):
    text = "Prepared for the board by the quality team and not to be shared"
    imported = read(council, ROW, text + BLANK)
    assert codes(imported) == ["lone_cell"]
    assert not any("board" in f.message for f in imported.audits.record.findings)


SECOND = ["Summary by team,,,,,,,,", "Team,Audits,Share good,,,,,,", "North,8,75%,,,,,,"]


def test_a_second_table_below_is_named(council):
    imported = read(council, ROW, OTHER, "", *SECOND)
    assert counts(imported) == (5, 2, 3, 0)
    assert set(codes(imported)) == {"second_table"}
    assert "rows 5 to 7" in imported.quarantine["reason"][0]


def test_a_second_table_is_declared_by_its_first_row(council):
    settings = declared("Summary by team")
    imported = read(council, ROW, OTHER, "", *SECOND, settings=settings)
    assert counts(imported) == (5, 2, 0, 3)


def test_records_below_a_blank_row_or_a_declared_label_are_read(council):
    more = OTHER.replace("A2", "A3").replace("C2", "C3")
    imported = read(council, ROW, "", "Team South" + BLANK, OTHER, more, settings=declared("Team"))
    assert counts(imported) == (4, 3, 0, 1)


def test_records_below_a_heading_of_their_own_are_read(council):
    imported = read(council, ROW, "", "Added late,by,hand,,,,,,", OTHER)
    assert counts(imported) == (3, 2, 1, 0)
    assert codes(imported) == ["date_unreadable"]


def test_a_row_with_one_fault_below_a_blank_row_is_no_second_table(council):
    imported = read(council, ROW, "", OTHER.replace("2019-10-04", ""))
    assert codes(imported) == ["cell_missing"]


def with_empty_results(book, *, stored):
    """Write a workbook whose last two rows are formulas, with an empty stored result or none."""
    buffer = io.BytesIO()
    book.save(buffer)
    if not stored:
        return buffer.getvalue()
    import zipfile

    source, target = zipfile.ZipFile(buffer), io.BytesIO()
    with zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                import re

                data = re.sub(rb'(<c r="[A-Z]+\d+")([^>]*)(><f>)', rb'\1\2 t="str"\3', data)
            copy.writestr(name, data)
    return target.getvalue()


def filled_down():
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(ROW.split(","))
    for number in (3, 4):
        book.active.append([f'=IF(Z{number}="","",Z{number})' for _ in HEADER.split(",")])
    return book


def test_formulas_that_show_nothing_hold_no_record(council):
    imported = council({"audits.xlsx": with_empty_results(filled_down(), stored=True)})
    assert counts(imported) == (3, 1, 0, 2)
    [note] = findings(imported, "no_record")
    assert "formulas that show nothing" in note.found


def test_formulas_whose_result_was_never_stored_are_no_blank_rows(council):
    imported = council({"audits.xlsx": with_empty_results(filled_down(), stored=False)})
    assert counts(imported) == (3, 1, 2, 0)
    assert set(codes(imported)) == {"formula_without_value"}
