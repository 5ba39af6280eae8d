"""Styles and counts of one Word file: its own where it has them, the report's where it has none."""

from __future__ import annotations

from dataclasses import replace

from docx.document import Document as WordFile
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.numbering import NumberingPart

from qaf_analysis.kit.palette import ACCENT
from qaf_analysis.report.writers.word_elements import element, value
from qaf_analysis.report.writers.word_styles import (
    BOX,
    COUNTED,
    GUTTER,
    STYLES,
    TABLE,
    Style,
    made_style,
    made_table_style,
    twips,
)

_HANGING = 5.0  # mm that bullets of lists stand out
_COUNTING = 7.5  # mm that numbers of lists stand out, of two digits too


class Look:
    """Styles of a file by the report's names, and its counts.

    Parameters
    ----------
    word : docx.document.Document
        The file; it gets what it lacks. A style it has stays as it is, but for its numbering:
        numbers of sections and paragraphs are the report's own.
    accent : str
        Colour of links and rules in the styles that are made.
    """

    def __init__(self, word: WordFile, *, accent: str = ACCENT.light) -> None:
        self._accent = accent
        self._styles = word.styles.element
        self._numbering = _numbering_of(word)
        self._ids: dict[str, str] = {}
        found = {
            (_word(style, "w:name").lower(), style.get(qn("w:type"))): style.get(qn("w:styleId"))
            for style in self._styles.findall(qn("w:style"))
            if style.get(qn("w:styleId"))
        }
        self._taken = {identifier.lower() for identifier in found.values()}
        self._names = {name for name, _ in found}
        lacking = [style for style in STYLES if not self._is_found(found, style.name, style.kind)]
        has_tables = self._is_found(found, TABLE, "table")
        for style in lacking:
            self._ids[style.name] = self._new_id(style.name)
        for style in lacking:
            self._add(style)
        if not has_tables:
            self._ids[TABLE] = self._new_id(TABLE)
            self._styles.append(made_table_style(self._ids[TABLE]))
        self._count()

    def __getitem__(self, name: str) -> str:
        return self._ids[name]

    @property
    def bullets(self) -> int:
        """Number of the list of marks."""
        return self._bullets

    @property
    def boxed_bullets(self) -> int:
        """Number of the list of marks in a box."""
        return self._boxed_bullets

    def new_order(self) -> int:
        """Return the number of a list that counts from one."""
        return self._add_count(self._ordered, restarts=True)

    def _is_found(self, found: dict[tuple[str, str], str], name: str, kind: str) -> bool:
        identifier = found.get((name.lower(), kind))
        if identifier is not None:
            self._ids[name] = identifier
        return identifier is not None

    def _new_id(self, name: str) -> str:
        plain = identifier = name.title().replace(" ", "")
        number = 1
        while identifier.lower() in self._taken:
            number += 1
            identifier = f"{plain}{number}"
        self._taken.add(identifier.lower())
        return identifier

    def _add(self, style: Style) -> None:
        made = made_style(self._inked(style), identifier=self._ids[style.name], ids=self._ids)
        if style.name.lower() in self._names:  # a style of another kind bears it
            made.find(qn("w:name")).set(qn("w:val"), f"{style.name} of the report")
        if any(one.get(qn("w:default")) == "1" for one in self._of_kind(style.kind)):
            made.attrib.pop(qn("w:default"), None)
        self._styles.append(made)

    def _inked(self, style: Style) -> Style:
        own = {ACCENT.light: self._accent}
        return replace(
            style,
            colour=own.get(style.colour, style.colour),
            edge=own.get(style.edge, style.edge),
        )

    def _of_kind(self, kind: str) -> list[BaseOxmlElement]:
        return [s for s in self._styles.findall(qn("w:style")) if s.get(qn("w:type")) == kind]

    def _count(self) -> None:
        """Bind the counts to their styles, and take any other count out of the report's styles."""
        levels = [
            _level(0, "%1", style=self["heading 1"], width=GUTTER),
            _level(1, "%1.%2", style=self["Numbered Paragraph"], width=GUTTER),
        ]
        sections = self._add_count(self._add_list(levels, kind="multilevel"))
        self._ordered = self._add_list([_level(0, "%1.", width=_COUNTING)])
        self._bullets = self._add_count(self._add_list([_level(0, "•", kind="bullet")]))
        # Word takes the indent of a paragraph's own list before that of its style.
        boxed = _level(0, "•", kind="bullet", left=BOX)
        self._boxed_bullets = self._add_count(self._add_list([boxed]))
        self._bind("heading 1", sections, 0)
        self._bind("Numbered Paragraph", sections, 1)
        self._bind("List Bullet", self._bullets, 0)
        self._bind("Unnumbered Heading", 0, 0)
        for style in STYLES:
            if style.kind == "paragraph" and style.name not in COUNTED:
                self._uncount(style.name)

    def _style(self, identifier: str) -> BaseOxmlElement | None:
        every = self._styles.findall(qn("w:style"))
        return next((one for one in every if one.get(qn("w:styleId")) == identifier), None)

    def _bind(self, name: str, number: int, level: int) -> None:
        style = self._style(self[name])
        if style is None:
            raise KeyError(name)
        properties = style.get_or_add_pPr()
        for old in properties.findall(qn("w:numPr")):
            properties.remove(old)
        properties._insert_numPr(numbered(number, level))
        if number == 0 and properties.find(qn("w:ind")) is None:
            properties.get_or_add_ind().set(qn("w:left"), "0")
            properties.ind.set(qn("w:firstLine"), "0")

    def _uncount(self, name: str) -> None:
        """Take from a style a number that it has or inherits in the council's document."""
        identifier: str | None = self[name]
        seen: set[str] = set()
        while identifier and identifier not in seen:
            seen.add(identifier)
            style = self._style(identifier)
            if style is None:
                return
            found = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
            if found is not None:
                if found.get(qn("w:val")) != "0":
                    self._bind(name, 0, 0)
                return
            identifier = _word(style, "w:basedOn")

    def _add_list(self, levels: list[BaseOxmlElement], *, kind: str = "singleLevel") -> int:
        number = self._free("w:abstractNum", "w:abstractNumId")
        made = element("w:abstractNum", {"w:abstractNumId": str(number)}, [
            value("w:multiLevelType", kind), *levels,
        ])  # fmt: skip
        first = self._numbering.find(qn("w:num"))
        if first is None:
            self._append(made)
        else:  # Word reads no definition behind the first count
            first.addprevious(made)
        return number

    def _add_count(self, of_list: int, *, restarts: bool = False) -> int:
        number = self._free("w:num", "w:numId")
        parts = [value("w:abstractNumId", of_list)]
        if restarts:
            start = [value("w:startOverride", 1)]
            parts.append(element("w:lvlOverride", {"w:ilvl": "0"}, start))
        self._append(element("w:num", {"w:numId": str(number)}, parts))
        return number

    def _free(self, tag: str, name: str) -> int:
        """Return a number above all that are in use; 0 is kept for "no list"."""
        used = [one.get(qn(name), "") for one in self._numbering.findall(qn(tag))]
        return max((int(number) for number in used if number.isdecimal()), default=0) + 1

    def _append(self, made: BaseOxmlElement) -> None:
        last = self._numbering.find(qn("w:numIdMacAtCleanup"))
        if last is None:
            self._numbering.append(made)
        else:
            last.addprevious(made)


def numbered(number: int, level: int = 0) -> BaseOxmlElement:
    """Membership of a list; number 0 is of none."""
    return element("w:numPr", children=[value("w:ilvl", level), value("w:numId", number)])


def _level(
    level: int,
    text: str,
    *,
    style: str = "",
    width: float = _HANGING,
    left: float = 0,
    kind: str = "decimal",
) -> BaseOxmlElement:
    place = str(twips(left + width))
    indent = {"w:left": place, "w:hanging": str(twips(width))}
    stop = element("w:tab", {"w:val": "num", "w:pos": place})
    parts = [
        value("w:start", 1),
        value("w:numFmt", kind),
        *([value("w:pStyle", style)] if style else []),
        value("w:suff", "tab"),
        value("w:lvlText", text),
        value("w:lvlJc", "left"),
        element("w:pPr", children=[
            element("w:tabs", children=[stop]),
            element("w:ind", indent),
        ]),
    ]  # fmt: skip
    return element("w:lvl", {"w:ilvl": str(level)}, parts)


def _word(style: BaseOxmlElement, tag: str) -> str:
    found = style.find(qn(tag))
    return "" if found is None else found.get(qn("w:val"), "")


def _numbering_of(word: WordFile) -> BaseOxmlElement:
    """List definitions of a file, made where it has none."""
    try:
        part = word.part.part_related_by(RT.NUMBERING)
    except KeyError:
        made = element("w:numbering")
        name = PackURI("/word/numbering.xml")
        part = NumberingPart(name, CT.WML_NUMBERING, made, word.part.package)
        word.part.relate_to(part, RT.NUMBERING)
    if not isinstance(part, XmlPart):
        raise TypeError("The lists of a Word file are not XML.")
    lists: BaseOxmlElement = part.element
    return lists
