"""Workbooks written part by part, so that any part can be spoilt."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

HEADER = [
    "audit_id",
    "case_ref",
    "audit_date",
    "quarter",
    "team",
    "case_type",
    "auditor",
    "domain",
    "grade",
]
GRADES = ("Good", "Inadequate", "Outstanding", "Requires improvement")
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
SHEET = "xl/worksheets/sheet1.xml"


def audit_rows(count=8):
    """Rows of audits that load: one grade each, the grades in turn."""
    return [
        [
            f"AUD-{n:04d}",
            f"C{7000 + n}",
            f"2019-10-{n % 27 + 1:02d}",
            "2019-20 Q3",
            "North",
            "Child in need",
            f"Auditor {n % 3}",
            "Overall",
            GRADES[n % 4],
        ]
        for n in range(1, count + 1)
    ]


def cell(name, text):
    return f'<c r="{name}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def row(number, cells):
    inside = "".join(cell(f"{chr(65 + place)}{number}", text) for place, text in enumerate(cells))
    return f'<row r="{number}">{inside}</row>'


def sheet(rows, *, after="", header=HEADER):
    """Sheet of a header and rows; ``after`` stands behind the cells."""
    inside = "".join(row(number, cells) for number, cells in enumerate([header, *rows], start=1))
    return f"<worksheet {MAIN}><sheetData>{inside}</sheetData>{after}</worksheet>"


def relations(*listed):
    """List of relations from (identifier, kind, target)."""
    inside = "".join(
        f'<Relationship Id="{identifier}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for identifier, kind, target in listed
    )
    return f"<Relationships {RELATIONS}>{inside}</Relationships>"


def listing(*names, state=""):
    """Workbook part that lists sheets rId1, rId2, …"""
    inside = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}" {state}/>'
        for n, name in enumerate(names, start=1)
    )
    return f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{inside}</sheets></workbook>'


def parts(rows=None, **more):
    """Parts of a workbook of audits, by name; ``more`` replaces a part of the same place."""
    found = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"/>',
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": listing("audits"),
        "xl/_rels/workbook.xml.rels": relations(("rId1", "worksheet", "worksheets/sheet1.xml")),
        SHEET: sheet(audit_rows() if rows is None else rows),
    }
    places = {"sheet": SHEET, "workbook": "xl/workbook.xml", "root": "_rels/.rels"}
    places["rels"] = "xl/_rels/workbook.xml.rels"
    return found | {places[name]: content for name, content in more.items()}


def packed(contents, *, method=zipfile.ZIP_DEFLATED):
    """Zip file of parts: a mapping, or pairs where a name may come twice."""
    buffer = io.BytesIO()
    pairs = contents.items() if isinstance(contents, dict) else contents
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in pairs:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def csv_text(rows, *, header=HEADER):
    return "\n".join(",".join(cells) for cells in [header, *rows]) + "\n"
