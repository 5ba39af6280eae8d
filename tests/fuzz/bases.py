"""Small whole councils that the fuzzer spoils: CSV, workbook with every usual part, settings."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.data.files import workbooks as w

LONG = """
[council]
name = "Fuzz"
synthetic = false
open_cases = 400
missing_words = ["No Value"]

[[files]]
path = "audits.csv"
kind = "audits"
date_order = "day_first"

[[files]]
path = "moderations.csv"
kind = "moderations"

[spellings.team]
Northern = "North"

[domains]
"Child's voice" = "child"
"""
WIDE = """
[council]
name = "Fuzz"

[[files]]
path = "audits.xlsx"
kind = "audits"
shape = "wide"
sheet = "audits"
header_rows = 1
not_data = ["Total"]

[files.columns]
audit_id = "Ref"
case_ref = "Child"
audit_date = "Date"
quarter = "Quarter"
team = "Team"
case_type = "Type"
auditor = "Auditor"

[files.domains]
Overall = "Overall grade"
Planning = "Planning grade"

[files.moderator]
rater = "Moderator"
columns = { moderated_on = "Moderated" }
domains = { Overall = "Moderated grade" }

[grades]
Weak = "Inadequate"
"""
WIDE_HEADER = [
    "Ref",
    "Child",
    "Date",
    "Quarter",
    "Team",
    "Type",
    "Auditor",
    "Overall grade",
    "Planning grade",
    "Moderator",
    "Moderated",
    "Moderated grade",
]
STYLES = (
    f'<styleSheet {w.MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '</numFmts><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/>'
    "</cellXfs></styleSheet>"
)
MODERATIONS = (
    "audit_id,moderator,moderation_source,moderated_on,domain,grade,reason\n"
    "AUD-0001,Mod 1,internal,2019-11-04,Overall,Good,thin\n"
    'AUD-0003,Mod 2,internal,2019-11-05,Overall,Inadequate,"one, two"\n'
)


def wide_rows():
    return [
        [*cells[:7], cells[8], "Good", "Mod 1", f"2019-11-0{n % 9 + 1}", "Good"]
        for n, cells in enumerate(w.audit_rows(6))
    ]


def rich_parts(header, rows):
    """Parts of a workbook as Excel writes it: shared texts, formats, dates, a second sheet."""
    texts: dict[str, int] = {}

    def cell(number, place, text):
        name = f"{chr(65 + place)}{number}"
        if place == 2 and number > 1:
            return f'<c r="{name}" s="1"><v>{43739 + number}</v></c>'
        index = texts.setdefault(text, len(texts))
        return f'<c r="{name}" s="0" t="s"><v>{index}</v></c>'

    body = "".join(
        f'<row r="{number}" spans="1:9">'
        + "".join(cell(number, place, text) for place, text in enumerate(cells))
        + "</row>"
        for number, cells in enumerate([header, *rows], start=1)
    )
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"/>',
        "_rels/.rels": w.relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": w.listing("audits", "Notes"),
        "xl/_rels/workbook.xml.rels": w.relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "worksheet", "worksheets/sheet2.xml"),
            ("rId3", "sharedStrings", "sharedStrings.xml"),
            ("rId4", "styles", "styles.xml"),
        ),
        w.SHEET: f'<worksheet {w.MAIN}><dimension ref="A1:I9"/><sheetData>{body}</sheetData>'
        '<mergeCells count="1"><mergeCell ref="K20:L21"/></mergeCells></worksheet>',
        "xl/worksheets/sheet2.xml": f'<worksheet {w.MAIN}><sheetData><row r="1"><c r="A1" '
        't="inlineStr"><is><t>Notes</t></is></c><c r="B1" t="b"><v>1</v></c><c r="C1" t="str">'
        "<f>A1</f><v>x</v></c></row></sheetData></worksheet>",
        "xl/sharedStrings.xml": f'<sst {w.MAIN} count="{len(texts)}">{shared}</sst>',
        "xl/styles.xml": STYLES,
    }


def councils():
    """Councils as (files of text or bytes, parts of the workbook if there is one)."""
    audits = w.csv_text(w.audit_rows())
    return {
        "csv": ({"audits.csv": audits, "moderations.csv": MODERATIONS}, None),
        "settings": (
            {"audits.csv": audits, "moderations.csv": MODERATIONS, "council.toml": LONG},
            None,
        ),
        "workbook": (
            {"moderations.csv": MODERATIONS},
            rich_parts(w.HEADER, w.audit_rows()),
        ),
        "wide": ({"council.toml": WIDE}, rich_parts(WIDE_HEADER, wide_rows())),
    }
