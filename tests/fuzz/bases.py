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
ANSWERS = """
[council]
name = "Fuzz"

[[files]]
path = "answers.csv"
kind = "audits"
shape = "answers"
date_order = "day_first"
siblings = "one_audit"

[files.columns]
audit_id = "Form"
case_ref = "Child"
audit_date = ["Day", "Month", "Year"]
team = "Team"
auditor = "By"
question = "Question"
answer = "Answer"

[files.domains]
Overall = ["Overall grade", "Grade overall"]
Plan = "Grade the plan"

[files.questions]
case_type = "Type of case"

[domains]
Plan = ""
"""
MANY = """
[council]
name = "Fuzz"

[[files]]
path = "Audits *.xlsx"
kind = "audits"
shape = "wide"
sheets = "all"
not_data = ["Total"]
half_grades = "lower"

[files.columns]
audit_id = ["Child", "Date"]
case_ref = "Child"
audit_date = "Date"
case_type = "Type"
auditor = "Auditor"

[files.domains]
Overall = "Overall grade"

[files.from_name]
sheet = "{team}"
file = "Audits {quarter}.xlsx"

[[files]]
path = "moderations.csv"
kind = "moderations"

[files.columns]
case_ref = "case"

[files.match]
by = "case_ref"
days = 90
"""
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


def rich_parts(header, rows, *, names=("audits", "Notes")):
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
    second = (
        f'<worksheet {w.MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Notes</t></is>'
        '</c><c r="B1" t="b"><v>1</v></c><c r="C1" t="str"><f>A1</f><v>x</v></c></row></sheetData>'
        "</worksheet>"
    )
    if "Notes" not in names:
        others = [["", f"D{n}", *cells[2:4], "South", *cells[5:]] for n, cells in enumerate(rows)]
        second = w.sheet(others, header=header)
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"/>',
        "_rels/.rels": w.relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": w.listing(*names),
        "xl/_rels/workbook.xml.rels": w.relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "worksheet", "worksheets/sheet2.xml"),
            ("rId3", "sharedStrings", "sharedStrings.xml"),
            ("rId4", "styles", "styles.xml"),
        ),
        w.SHEET: f'<worksheet {w.MAIN}><dimension ref="A1:I9"/><sheetData>{body}</sheetData>'
        '<mergeCells count="1"><mergeCell ref="K20:L21"/></mergeCells></worksheet>',
        "xl/worksheets/sheet2.xml": second,
        "xl/sharedStrings.xml": f'<sst {w.MAIN} count="{len(texts)}">{shared}</sst>',
        "xl/styles.xml": STYLES,
    }


def answers():
    """Question-and-answer rows of three forms, one of them for two children."""
    asked = [
        ("Type of case", "Child in need"),
        ("Overall grade", "Good"),
        ("Grade the plan", "Inadequate"),
        ("Any comments?", "a, b"),
    ]
    lines = ["Form,Child,Day,Month,Year,Team,By,Question,Answer"]
    for form, child in (("F1", "C1"), ("F2", "C2"), ("F2", "C3"), ("F3", "C4")):
        head = f"{form},{child},{form[1]},10,2019,North,Ann"
        lines += [f"{head},{question},{answer.replace(',', ';')}" for question, answer in asked]
    return "\n".join(lines) + "\n"


def councils():
    """Councils as (files of text, name of the workbook, its parts); None where there is none."""
    audits = w.csv_text(w.audit_rows())
    matched = MODERATIONS.replace("audit_id", "case").replace("AUD-000", "D")
    long, wide = rich_parts(w.HEADER, w.audit_rows()), rich_parts(WIDE_HEADER, wide_rows())
    many = rich_parts(WIDE_HEADER, wide_rows(), names=("North", "South"))
    plain = {"audits.csv": audits, "moderations.csv": MODERATIONS}
    return {
        "csv": (plain, None, None),
        "settings": (plain | {"council.toml": LONG}, None, None),
        "answers": ({"answers.csv": answers(), "council.toml": ANSWERS}, None, None),
        "workbook": ({"moderations.csv": MODERATIONS}, "audits.xlsx", long),
        "wide": ({"council.toml": WIDE}, "audits.xlsx", wide),
        "many": (
            {"council.toml": MANY, "moderations.csv": matched},
            "Audits 2019-20 Q3.xlsx",
            many,
        ),
    }
