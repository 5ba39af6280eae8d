"""Ways to spoil a council's files that know how the files are built."""

from __future__ import annotations

import random
import re
import struct
import warnings
import zipfile

from tests.data.files import workbooks as w
from tests.fuzz.bases import councils

ODD_TEXTS = (
    "", " ", "\x00", "\ufeff", "�", "\u202e", "é", "😀", "١٢", "０１", "null", "N/A", "nan",
    "inf", "-1", "0", "1e999", "9" * 400, "1" * 30, "=1+1", "@x", "#REF!", "TRUE", "2019-02-30",
    "31/12/9999", "00/01/1900", "2019-10-04T09:00:00Z", "43731", "Good; Bad", "x" * 40_000,
    '"', '""', "'", "\n", "\r\n", "a\nb,c\nd", "<b>", "&", "Total", "audit_id", "<<<<<<< a",
    "2019-20 Q9", "../..", "C:\\x", "_xD800_", "_xDC00_", "_x0000_", "_xFFFF_",
)  # fmt: skip
ODD_ATTRIBUTES = (
    "", " ", "0", "-1", "1", "00", "01", "+1", "1.0", "1e3", "999999", "9" * 30, "１", "x", "s",
    "b", "e", "n", "d", "str", "inlineStr", "true", "A1", "A0", "a1", "ZZZ1", "XFD1048576",
    "A1048577", "$A$1", "A1:", "A1:XFD1048576", "B2:A1", "rId1", "rId9", "../../x", "/", "\\",
    "http://x", "General", "yyyy", "[Red]dd", "audits", "hidden", "worksheets/sheet1.xml", "&#0;",
    "&#xD800;", "&x;", "&#65535;",
)  # fmt: skip
ODD_VALUES = (
    "0", "-1", "1", "9999999999", "9" * 400, "9" * 5_000, "1.5", "1e400", "inf", "nan", "true",
    '""', '" "', '"x"', '"\\u0000"', "'''x'''", "[]", "[[]]", '[""]', '["Good", "Good"]', "{}",
    "{ a = 1 }", "1979-05-27", "1979-05-27T07:32:00Z", "0001-01-01", "25:61:00", "0x10", "[1, 'a']",
    '"Good"', '"audits.csv"', '"*"', '"../x.csv"', '"/"', '"a/b*.csv"', '"' + "x" * 5_000 + '"',
    '"{team}"', '"all"', '"wide"', '"answers"', '"month_first"', "{ Good = 1, Bad = 2 }",
)  # fmt: skip
ODD_KEYS = (
    "name", "path", "kind", "shape", "sheets", "header_rows", "not_data", "scale", "date_order",
    "half_grades", "siblings", "query", "database", "columns", "domains", "constants", "questions",
    "moderator", "second_auditor", "from_name", "match", "missing_words", "not_graded", "x", '""',
    "audit_date", "synthetic", "open_cases", '"a.b"', "themes", "processes", "grades", "scales",
)  # fmt: skip
ODD_TABLES = (
    "council", "files", "files.columns", "files.domains", "files.constants", "files.moderator",
    "files.second_auditor", "files.from_name", "files.match", "files.questions", "grades", "scales",
    "spellings.team", "spellings.auditor", "spellings.x", "themes", "domains.Overall", "limits",
)  # fmt: skip
COUNCILS = councils()
_ATTRIBUTE = re.compile(r'(\s[\w:]+=")([^"]*)(")')
_ELEMENT = re.compile(r"<(\w+)[^<>]*/>|<(c|row|si|xf|v|t|is|sheet)\b[^<>]*>.*?</\2>", re.DOTALL)
_TEXT = re.compile(r">([^<>]+)<")
_LINE = re.compile(r"^(\s*[\w.\"']+\s*=\s*)(.*)$", re.MULTILINE)


def case(seed: int, number: int) -> dict[str, bytes]:
    """Files of one spoilt council; the same for the same seed and number."""
    chance = random.Random(f"{seed}-{number}")
    files, workbook, parts = chance.choice(list(COUNCILS.values()))
    spoilt = {name: text.encode() for name, text in files.items()}
    if parts is not None and workbook is not None:
        spoilt[workbook] = spoilt_workbook(parts, chance)
    if parts is None or chance.random() < 0.3:
        names = [name for name in files if name != "council.toml"] + ["council.toml"] * 2
        name = chance.choice([name for name in names if name in files])
        spoil = spoilt_settings if name == "council.toml" else spoilt_table
        spoilt[name] = spoil(files[name], chance)
    return spoilt


def spoilt_table(text: str, chance: random.Random) -> bytes:
    """CSV with cells, rows, signs or bytes changed, in some encoding."""
    rows = [line.split(",") for line in text.splitlines()]
    for _ in range(chance.randint(1, 3)):
        row = chance.choice(rows)
        place = chance.randrange(len(row)) if row else 0
        match chance.randrange(9):
            case 0 | 1 | 2 if row:
                row[place] = chance.choice(ODD_TEXTS)
            case 3:
                rows.insert(chance.randrange(len(rows) + 1), list(chance.choice(rows)))
            case 4 if len(rows) > 1:
                rows.pop(chance.randrange(len(rows)))
            case 5 if row:
                row.pop(place)
            case 6:
                row.insert(place, chance.choice(ODD_TEXTS))
            case 7:
                for cells in rows:
                    cells.insert(min(place, len(cells)), chance.choice(ODD_TEXTS))
            case 8:
                chance.shuffle(rows)
    separator = chance.choice([",", ",", ",", ";", "\t", "|", ", "])
    line_end = chance.choice(["\n", "\r\n", "\r", "\n\n"])
    joined = line_end.join(separator.join(cells) for cells in rows)
    encoding = chance.choice(["utf-8"] * 4 + ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
    return spoilt_bytes(joined.encode(encoding, errors="replace"), chance, share=0.4)


def spoilt_settings(text: str, chance: random.Random) -> bytes:
    """Settings with values, keys, tables or bytes changed."""
    for _ in range(chance.choice([1, 1, 2, 3])):
        lines = list(_LINE.finditer(text))
        match chance.randrange(7):
            case 0 | 1 | 2 if lines:
                found = chance.choice(lines)
                value = chance.choice(ODD_VALUES)
                text = text[: found.start(2)] + value + text[found.end(2) :]
            case 3 if lines:
                found = chance.choice(lines)
                key = chance.choice(ODD_KEYS) + " = "
                text = text[: found.start(1)] + key + text[found.end(1) :]
            case 4 if lines:
                found = chance.choice(lines)
                added = f"{chance.choice(ODD_KEYS)} = {chance.choice(ODD_VALUES)}\n"
                text = text[: found.start()] + added + text[found.start() :]
            case 5:
                brackets = chance.choice(["[{}]", "[[{}]]"])
                table = brackets.format(chance.choice(ODD_TABLES))
                text += f"\n{table}\n{chance.choice(ODD_KEYS)} = {chance.choice(ODD_VALUES)}\n"
            case 6:
                blocks = text.split("\n\n")
                chance.shuffle(blocks)
                text = "\n\n".join(blocks[: chance.randint(1, len(blocks))])
    return spoilt_bytes(text.encode(), chance, share=0.1)


def spoilt_workbook(parts: dict[str, str], chance: random.Random) -> bytes:
    """Workbook with attributes, elements, texts, parts, relations or the zip file changed."""
    contents = dict(parts)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        names = [name for name in contents if name != "[Content_Types].xml"]
        name = chance.choice(names) if names else ""
        if not name:
            break
        contents[name] = _spoilt_part(contents[name], chance)
        if chance.random() < 0.1:
            _move_part(contents, name, chance)
    pairs = list(contents.items())
    if chance.random() < 0.05:
        pairs.append(chance.choice(pairs))
    if chance.random() < 0.2:
        chance.shuffle(pairs)
    methods = [zipfile.ZIP_DEFLATED] * 40 + [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand twice
        data = w.packed(pairs, method=chance.choice(methods))
    return spoilt_zip(data, chance) if chance.random() < 0.15 else data


def _spoilt_part(text: str, chance: random.Random) -> str:
    attributes, elements = list(_ATTRIBUTE.finditer(text)), list(_ELEMENT.finditer(text))
    texts = list(_TEXT.finditer(text))
    match chance.randrange(9):
        case 0 | 1 | 2 if attributes:
            found = chance.choice(attributes)
            return text[: found.start(2)] + chance.choice(ODD_ATTRIBUTES) + text[found.end(2) :]
        case 3 if attributes:
            found = chance.choice(attributes)
            return text[: found.start()] + text[found.end() :]
        case 4 if elements:
            found = chance.choice(elements)
            return text[: found.start()] + text[found.end() :]
        case 5 if elements:
            found, other = chance.choice(elements), chance.choice(elements)
            return text[: other.start()] + found[0] + text[other.start() :]
        case 6 | 7 if texts:
            found = chance.choice(texts)
            odd = chance.choice([*ODD_TEXTS, *ODD_ATTRIBUTES])
            odd = odd.replace("&", "&amp;").replace("<", "&lt;").replace("\x00", "")
            return text[: found.start(1)] + odd + text[found.end(1) :]
        case 8:
            place = chance.randrange(len(text))
            inserted = chance.choice(["<!DOCTYPE a>", "<a>", "</a>", "<!--", "&", "<x:c/>", "]]>"])
            return text[:place] + inserted + text[place:]
    return text


def _move_part(contents: dict[str, str], name: str, chance: random.Random) -> None:
    content = contents.pop(name)
    moved = chance.choice([name.upper(), "/" + name, name.replace("/", "\\"), "x/" + name, ""])
    if moved:
        contents[moved] = content


def spoilt_zip(data: bytes, chance: random.Random) -> bytes:
    """Zip file with a field of one of its headers changed, or bytes of it."""
    signs = [b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"]
    places = [m.start() for sign in signs for m in re.finditer(re.escape(sign), data)]
    if places and chance.random() < 0.7:
        place = chance.choice(places) + chance.randrange(4, 46)
        value = struct.pack("<H", chance.choice([0, 1, 8, 9, 255, 4_096, 65_535]))
        return data[:place] + value + data[place + 2 :]
    return spoilt_bytes(data, chance, share=1)


def spoilt_bytes(data: bytes, chance: random.Random, *, share: float) -> bytes:
    """Bytes changed, cut, repeated or put in, in a share of the cases."""
    if chance.random() >= share or not data:
        return data
    start = chance.randrange(len(data))
    end = min(len(data), start + chance.choice([1, 1, 4, 50]))
    match chance.randrange(5):
        case 0:
            return data[:start]
        case 1:
            return data[:start] + data[end:]
        case 2:
            return data[:end] + data[start:end] * chance.choice([1, 3, 100]) + data[end:]
        case 3:
            return data[:start] + chance.randbytes(end - start) + data[end:]
    odd = chance.choice([b'"', b"\x00", b"\xff", b"\r", b"\n", b"\xef\xbb\xbf", b"\x00" * 64])
    return data[:start] + odd + data[start:]
