"""What a pack's workbook holds beside what it must: members, cells, looks, names, properties."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from qaf_analysis.data.files.written_workbook import printable
from qaf_analysis.moderation.packs.instructions import addressed, instructions, title
from qaf_analysis.moderation.packs.pack import NOT_GRADED, SURE, Pack, shared_descriptors
from qaf_analysis.moderation.packs.scan_words import telling

_MEMBERS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core|custom)\.xml"
    r"|xl/(workbook|styles|theme/theme1|tables/table1|worksheets/sheet[1-4])\.xml"
    r"|xl/(_rels/workbook|worksheets/_rels/sheet1)\.xml\.rels"
)
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_SHEETS = ("Grades", "Instructions", "Descriptors", "Lists")
_HEADINGS = ("Row key", "Case", "File", "Part", "Grade", "Reason", "Sure", "Comment")
_IN_SHEETS = {
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData"),
    *("sheetProtection", "dataValidations", "pageMargins", "pageSetup", "headerFooter"),
    "tableParts",
}
_NAMES = {
    "grade_words": r"Lists!\$A\$2:\$A\$\d+",
    "reason_words": r"Lists!\$B\$2:\$B\$\d+",
    "sure_words": r"Lists!\$C\$2:\$C\$\d+",
    "_xlnm.Print_Titles": r"'?\w+'?!\$1:\$1",
}
_CORE = {"creator": "qaf", "language": "en-GB"}
_CELL = re.compile(r"([A-Z]+)(\d+)")


def workbook_leaks(data: bytes, pack: Pack) -> Iterator[str]:
    """Yield what a workbook tells beside what it must, a sentence each."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            parts = {entry.filename: archive.read(entry) for entry in entries}
            has_words = bool(archive.comment) or any(each.comment or each.extra for each in entries)
    except zipfile.BadZipFile:
        yield "is no workbook."
        return
    if has_words or any(entry.date_time != _EARLIEST for entry in entries):
        yield "its members have comments, or times at which they were made."
    for name in sorted(parts):
        if not _MEMBERS.fullmatch(name):
            yield f"has {name}, which no pack has: comments and pictures lie in such members."
        elif b"<!--" in parts[name] or b"<?" in parts[name].removeprefix(b"<?xml"):
            yield f"{name} has a comment or an instruction that no sheet shows."
    trees = {name: fromstring(xml) for name, xml in parts.items() if _MEMBERS.fullmatch(name)}
    yield from _of_properties(trees, pack)
    yield from _of_names(trees)
    yield from _of_sheets(trees, pack)


def _of_properties(trees: dict[str, Element], pack: Pack) -> Iterator[str]:
    core = {_tag(each): each.text or "" for each in trees.get("docProps/core.xml", ())}
    expected = {**_CORE, "title": title(pack)}
    stamps = {core.pop(name, "") for name in ("created", "modified")}
    if core != expected or not stamps <= {"2000-01-01T00:00:00Z"}:
        yield "docProps/core.xml holds more than title, language and the fixed day and maker."
    app = {_tag(each) for each in trees.get("docProps/app.xml", ())}
    if not app <= {"Application", "AppVersion"}:
        yield "docProps/app.xml holds more than the kind of program."
    custom = {
        each.get("name"): "".join(each.itertext()) for each in trees.get("docProps/custom.xml", ())
    }
    own = {"qaf pack": pack.pack, "qaf round": pack.round, "qaf layout": str(pack.version)}
    if custom != own:
        yield "docProps/custom.xml holds more than pack, round and layout."


def _of_names(trees: dict[str, Element]) -> Iterator[str]:
    for each in _every(trees["xl/workbook.xml"], "definedName"):
        shape = _NAMES.get(each.get("name", ""))
        is_known = shape is not None and re.fullmatch(shape, each.text or "")
        if not is_known or each.get("hidden", "0") != "0" or each.get("comment"):
            yield f"has the name {each.get('name')!r}, which no pack has."
    for each in _every(trees["xl/styles.xml"], "cellStyle"):
        if each.get("name") != "Normal":
            yield f"has the style {each.get('name')!r}, which no pack has."


def _of_sheets(trees: dict[str, Element], pack: Pack) -> Iterator[str]:
    found = list(_every(trees["xl/workbook.xml"], "sheet"))
    names = [each.get("name", "") for each in found]
    expected = [
        name
        for name in _SHEETS
        if name != "Descriptors" or any(part.descriptors for part in pack.parts)
    ]
    if names != expected:
        yield f"has other sheets than {', '.join(expected)}."
        return
    for number, (name, each) in enumerate(zip(names, found, strict=True), start=1):
        if each.get("state", "visible") != "visible":
            yield f"the sheet {name} is hidden."
        sheet = trees[f"xl/worksheets/sheet{number}.xml"]
        odd = sorted({_tag(child) for child in sheet} - _IN_SHEETS)
        if odd:
            yield f"the sheet {name} has {', '.join(odd)}, which no pack has."
        hidden = [one for tag in ("row", "col") for one in _every(sheet, tag) if one.get("hidden")]
        if hidden:
            yield f"the sheet {name} has hidden rows or columns."
        if any(True for _ in _every(sheet, "f")):
            yield f"the sheet {name} has a formula."
        yield from _of_cells(name, sheet, pack)
    yield from _of_looks(trees["xl/worksheets/sheet1.xml"], pack)
    yield from _of_prompts(trees["xl/worksheets/sheet1.xml"], pack)


def _of_cells(name: str, sheet: Element, pack: Pack) -> Iterator[str]:
    """Every cell that holds a text must hold the one that belongs there."""
    expected = {
        (row, column): printable(text)
        for row, cells in enumerate(_rows_of(name, pack), start=1)
        for column, text in enumerate(cells, start=1)
        if text
    }
    for cell in _every(sheet, "c"):
        text = "".join(cell.itertext())
        place = _place(cell)
        if text != expected.pop(place, ""):
            yield (
                f"the sheet {name} holds in cell {cell.get('r')} what does not belong there."
                f"{_if_grade(text, pack)}"
            )
    if expected:
        yield f"the sheet {name} lacks {len(expected)} of its texts."


def _rows_of(name: str, pack: Pack) -> Sequence[Sequence[str]]:
    """What the rows of a sheet hold."""
    match name:
        case "Grades":
            files = {case.code: case.file for case in pack.cases}
            rows = [
                (row.key, pack.case_name(row.case), files[row.case], row.domain)
                for row in pack.rows
            ]
            return [_HEADINGS, *rows]
        case "Instructions":
            told = instructions(pack, medium="workbook")
            lines = [line for each in told for line in (each.heading, *each.sentences)]
            return [
                (line,) for line in (title(pack), addressed(pack), f"Layout {pack.version}")
            ] + [(line,) for line in lines]
        case "Descriptors":
            return [("Part", *pack.levels)] + [
                (names, *texts) for names, texts in shared_descriptors(pack)
            ]
        case _:
            lists = ((*pack.levels, NOT_GRADED), pack.reasons, SURE)
            longest = max(map(len, lists))
            padded = [(*words, *[""] * (longest - len(words))) for words in lists]
            return [("Grade", "Reason", "Sure"), *zip(*padded, strict=True)]


def _of_looks(sheet: Element, pack: Pack) -> Iterator[str]:
    """Cells alike in column, kind of row and band must look alike: a colour tells too."""
    looks: dict[tuple[object, ...], set[object]] = {}
    number_of = {case.code: number for number, case in enumerate(pack.cases)}
    for row in _every(sheet, "row"):
        number = int(row.get("r", "1")) - 2
        if not 0 <= number < len(pack.rows):
            continue
        kind = (
            pack.rows[number].domain == pack.domains[0],
            number_of[pack.rows[number].case] % 2,
        )
        own = tuple(sorted((name, value) for name, value in row.items() if name != "r"))
        looks.setdefault((kind[0], "row"), set()).add(own)
        for cell in _every(row, "c"):
            looks.setdefault((*kind, _place(cell)[1]), set()).add(cell.get("s"))
    if any(len(each) > 1 for each in looks.values()):
        yield "the sheet Grades has rows or cells that look unlike others of their kind."


def _of_prompts(sheet: Element, pack: Pack) -> Iterator[str]:
    """Checks must be the same for all cases, and name no grade."""
    checks = list(_every(sheet, "dataValidation"))
    if len(checks) != len(_HEADINGS) - 4:
        yield "the sheet Grades has more or fewer checks than columns to fill in."
    for check in checks:
        words = " ".join(check.get(name, "") for name in ("prompt", "error", "promptTitle"))
        if _if_grade(words, pack):
            yield "a prompt of the sheet Grades holds a grade."


def _if_grade(text: str, pack: Pack) -> str:
    return " It is a grade, or holds one." if telling(pack.levels).search(text) else ""


def _place(cell: Element) -> tuple[int, int]:
    found = _CELL.fullmatch(cell.get("r", ""))
    if found is None:
        return (0, 0)
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _every(tree: Element, tag: str) -> Iterator[Element]:
    return (each for each in tree.iter() if _tag(each) == tag)
