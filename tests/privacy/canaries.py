"""A small council with a mark in every place where somebody may type, and the search for marks.

Each place has marks of its own kind, so that what got through tells where from. Marks are made of
letters that no word has, so that finding one is never chance.
"""

from __future__ import annotations

import base64
import html
import io
import random
import re
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment

from tests.report.writers.pdf_words import every_word

KINDS = (
    *("audit", "case", "auditor", "second", "moderator", "reason", "response", "action", "session"),
    *("heading", "dropped", "notes", "sheet", "hidden", "comment", "property", "footer", "file"),
    *("folder", "spelling", "tomlcomment", "approver", "gradeword", "badgrade", "badteam", "wrong"),
    *("otherfile", "longcell", "errorcell", "baddate", "unread", "reader"),
)
DATES_OF_BIRTH = (datetime(2012, 3, 14), datetime(2009, 11, 2))
# Words for a day of birth in the name of a file, of a sheet and of a column that is left out.
BORN_IN_FILE, BORN_IN_SHEET, BORN_IN_HEADING = "14th Mar 2012", "2 November 2009", "March 14, 2012"
TEAMS = ("East", "West")
DOMAINS = ("Overall", "Plan")
_GRADES = ("Inadequate", "Requires improvement", "Good", "Outstanding")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")


def mark(kind: str, number: int = 0) -> str:
    """The mark of a place."""
    assert kind in KINDS
    return f"Zqx{KINDS.index(kind):02d}v{number:03d}kwj"


def write_council(parent: Path) -> Path:
    """Write the exports of the council into a new folder, whose name has a mark too."""
    folder = parent / f"exports {mark('folder')}"
    folder.mkdir()
    _audits(folder / f"audits {mark('file')} {BORN_IN_FILE}.xlsx")
    _moderations(folder / f"moderations {mark('file', 1)}.csv")
    _actions(folder / f"actions {mark('file', 2)}.csv")
    _bridge(folder / f"bridge {mark('file', 3)}.csv")
    (folder / f"{mark('otherfile')}.csv").write_text(f"a,b\n{mark('otherfile', 1)},2\n")
    (folder / "council.toml").write_text(_settings(), encoding="utf-8")
    return folder


def found_in(content: bytes, kinds: tuple[str, ...] = KINDS) -> set[str]:
    """Kinds of marks in some bytes, in whatever form: packed, encoded, quoted, turned round."""
    numbers = {KINDS.index(kind): kind for kind in kinds}
    pattern = re.compile(rb"zqx(\d\d)v\d\d\dkwj", re.I)
    turned = re.compile(rb"jwk\d\d\dv(\d\d)xqz", re.I)
    found = set()
    for form in _forms(content):
        found |= {numbers.get(int(n)) for n in pattern.findall(form)}
        found |= {numbers.get(int(n[::-1])) for n in turned.findall(form)}
    return {kind for kind in found if kind is not None}


def holds_date_of_birth(content: bytes) -> bool:
    """Whether a date of birth stands in some bytes, in any usual way of writing it."""
    forms = []
    for day in DATES_OF_BIRTH:
        forms += [day.strftime(f) for f in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y")]
        forms += [f"{day.day}.{day.month}.{day:%y}", f"{day.day}/{day.month}/{day.year}"]
        forms += days_in_words(day)
        forms += [str((day - datetime(1899, 12, 30)).days) + ".0", day.strftime("%d %b %Y")]
    return any(form.encode() in view for view in _forms(content) for form in forms)


def days_in_words(day: datetime) -> list[str]:
    """A day with its month as a word, in each order in which people write one."""
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(day.day, "th")
    written = []
    for number in (str(day.day), f"{day.day:02d}", f"{day.day}{suffix}"):
        for month in (f"{day:%B}", f"{day:%b}", f"{day:%B}".upper()):
            parts = ((number, month, f"{day:%Y}"), (month, number, f"{day:%Y}"))
            for order in (*parts, (f"{day:%Y}", month, number), (number, month, f"{day:%y}")):
                written += [sign.join(order) for sign in (" ", "-", ".", "/", ", ", "_", "")]
                written.append(f"{order[0]} {order[1]}, {order[2]}")
    return written


def _forms(content: bytes) -> Iterator[bytes]:
    views = [content, content.replace(b"\x00", b"")]  # the second is UTF-16, whichever its order
    for archive in _unpacked(content):
        views += [archive, archive.replace(b"\x00", b"")]
    for view in views:
        yield view
        yield html.unescape(view.decode("latin-1")).encode("latin-1", "replace")
        yield urllib.parse.unquote_to_bytes(view)
        yield re.sub(rb"\\u00([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), view)
        for text in _BASE64.findall(view):
            for start in range(4):
                part = text[start:]
                part = part[: len(part) // 4 * 4].translate(bytes.maketrans(b"-_", b"+/"))
                try:
                    decoded = base64.b64decode(part)
                except ValueError:
                    continue
                yield decoded
                yield decoded.replace(b"\x00", b"")
        for text in re.findall(rb"(?:[0-9a-fA-F]{2}){12,}", view):
            yield bytes.fromhex(text.decode())


def _unpacked(content: bytes) -> Iterator[bytes]:
    if content[:5] == b"%PDF-":
        yield every_word(content).encode()
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if content[:8] == b"\x89PNG\r\n\x1a\n" or content[:2] == b"\x1f\x8b":
        for packed in re.finditer(rb"\x1f\x8b|\x78[\x01\x9c\xda]", content):
            try:
                yield zlib.decompressobj(47).decompress(content[packed.start() :])
            except zlib.error:
                continue


def _audits(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = f"{mark('sheet')} {BORN_IN_SHEET}"
    sheet.append(
        [
            *(f"Audit id {mark('heading', 0)}", f"Child {mark('heading', 1)}"),
            *(f"Date {mark('heading', 2)}", f"Team {mark('heading', 3)}"),
            *(f"Type {mark('heading', 4)}", f"Auditor {mark('heading', 5)}"),
            *(f"Domain {mark('heading', 6)}", f"Grade {mark('heading', 7)}"),
            *(f"Session {mark('heading', 8)}", f"{mark('dropped')} {BORN_IN_HEADING} notes"),
        ]
    )
    for row in audit_rows():
        sheet.append(row)
    sheet["A2"].comment = Comment(mark("comment"), mark("comment", 1))
    sheet.oddFooter.center.text = mark("footer")
    hidden = book.create_sheet(mark("hidden"))
    hidden["A1"] = mark("hidden", 1)
    hidden.sheet_state = "hidden"
    for name in ("creator", "title", "subject", "description", "keywords", "lastModifiedBy"):
        setattr(book.properties, name, mark("property"))
    book.save(path)


def audit_rows() -> Iterator[list[object]]:
    start, dice = date(2019, 4, 5), random.Random(4)
    for number in range(64):
        day = start + timedelta(days=5 * number)
        first, second = mark("auditor", number % 4), mark("second", number % 3)
        for domain in DOMAINS:
            for person in (first, second):
                grade = dice.choice(_GRADES)
                yield [
                    *(mark("audit", number), mark("case", number), day, TEAMS[number % 2]),
                    *("Child in need", person, domain, grade, mark("session", number % 5)),
                    mark("notes", number),
                ]
    yield from _bad_rows()


def _bad_rows() -> Iterator[list[object]]:
    """Rows that are set aside, each for a reason whose message might tell a mark."""
    whole = [
        *(mark("wrong", 0), mark("wrong", 1), date(2019, 8, 1), "East", "Child in need"),
        *(mark("auditor", 0), "Overall", "Good", "", mark("notes", 99)),
    ]
    changes: tuple[dict[int, object], ...] = (
        {1: DATES_OF_BIRTH[0]},  # a date of birth as a real date where a number should be
        {0: DATES_OF_BIRTH[1]},
        {7: mark("badgrade")},
        {2: mark("baddate")},
        {6: mark("unread")},
        {0: mark("longcell") * 2000},
        {5: "#REF!"},
        {3: f"{mark('errorcell')}\x85\x9f"},
        {2: date(2031, 1, 1)},
        {0: "2.01911E+11"},
        {5: ""},
        {0: mark("audit", 3), 2: date(2019, 4, 20), 3: TEAMS[1]},  # a grade twice
    )
    for number, change in enumerate(changes):
        row = [mark("wrong", 10 + number), *whole[1:]]
        for place, value in change.items():
            row[place] = value
        yield row
    # Dates of birth as text are identifiers like any other: they become codes.
    for number, text in enumerate(("14/03/2012", "DOB 14.3.12", "2 November 2009")):
        row = list(whole)
        row[0], row[1] = mark("wrong", 40 + number), text
        yield row


def _moderations(path: Path) -> None:
    lines = ["audit_id,moderator,moderated_on,domain,grade,reason,response,round,selected_by"]
    dice = random.Random(5)
    for number in range(0, 40, 2):
        day = date(2019, 4, 5) + timedelta(days=5 * number + 20)
        lines.append(
            f"{mark('audit', number)},{mark('moderator', number % 2)},{day},Overall,"
            f"{dice.choice(_GRADES)},{mark('reason', number)} mum Kit,{mark('response', number)},"
            "Spring,random"
        )
    lines += [
        f"{mark('audit', 500)},{mark('moderator')},2019-09-01,Overall,Good,,,Spring,random",
        f"{mark('audit', 2).lower()}x,{mark('moderator')},2019-09-01,Overall,Good,,,Spring,random",
        f"{mark('audit', 4)},{mark('auditor', 0)},2019-09-01,Overall,Good,,,Spring,random",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _actions(path: Path) -> None:
    lines = ["action_id,domain,team,raised_on,due_on,closed_on"]
    lines += [f"{mark('action', n)},Plan,East,2019-07-0{n + 1},2019-09-01," for n in range(4)]
    lines.append(f"{mark('action', 9)},Plan,East,2019-09-09,2019-08-01,")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _bridge(path: Path) -> None:
    """Audits graded on an earlier scale too; one row of no audit, one on the audit's own scale."""
    lines = ["audit_id,reader,read_on,domain,grade,scale,blind,selected_by"]
    lines += [
        f"{mark('audit', n)},{mark('reader', n % 3)},2019-12-01,Overall,Fair,three,yes,random"
        for n in range(6)
    ]
    lines += [
        f"{mark('audit', 501)},{mark('reader', 7)},2019-12-01,Overall,Fair,three,yes,random",
        f"{mark('audit', 7)},{mark('reader', 8)},2019-12-01,Overall,Good,,yes,random",
        f"{mark('audit', 8)},{mark('reader', 0).lower()}x,2019-12-01,Overall,Poor,three,no,random",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _settings() -> str:
    headings = ("audit_id", "case_ref", "audit_date", "team", "case_type", "auditor", "domain")
    names = {"audit_id": "Audit id", "case_ref": "Child", "audit_date": "Date", "team": "Team"}
    names |= {"case_type": "Type", "auditor": "Auditor", "domain": "Domain", "grade": "Grade"}
    names["session_id"] = "Session"
    columns = "\n".join(
        f'{name} = "{names[name]} {mark("heading", place)}"'
        for place, name in enumerate((*headings, "grade", "session_id"))
    )
    return f"""# {mark("tomlcomment")}
[council]
name = "Ottershire"  # {mark("tomlcomment", 1)}
not_graded = ["{mark("gradeword", 1)}"]
scale = "three"
[domains]
Overall = ""
Plan = "process"
[grades]
"{mark("gradeword")}" = "Good"
[spellings.auditor]
"{mark("spelling")}" = "{mark("auditor", 0)}"
[spellings.team]
"{mark("badteam")}" = "East"
[[scales]]
name = "three"
levels = ["Poor", "Fair", "Fine"]
good_from = "Fine"
[[scales]]
name = "ofsted4"
from = 2010-04-01
[[scale_maps]]
source = "signs_of_safety"
target = "ofsted4"
version = "1"
approved_by = "{mark("approver")}"
[scale_maps.levels]
{_scale_map()}
[[files]]
path = "audits {mark("file")} {BORN_IN_FILE}.xlsx"
kind = "audits"
sheet = "{mark("sheet")} {BORN_IN_SHEET}"
[files.columns]
{columns}
[files.constants]
sample_method = "drawn at random"
[[files]]
path = "moderations {mark("file", 1)}.csv"
kind = "moderations"
date_order = "year_first"
[files.constants]
moderation_source = "Peers"
[[files]]
path = "actions {mark("file", 2)}.csv"
kind = "actions"
date_order = "year_first"
[[files]]
path = "bridge {mark("file", 3)}.csv"
kind = "bridge"
date_order = "year_first"
[[themes]]
name = "Plans"
domain = "Plan"
audited_in = "2019-20 Q2"
"""


def _scale_map() -> str:
    return "\n".join(f'"{level}" = "{_GRADES[min(3, level // 3)]}"' for level in range(11))
