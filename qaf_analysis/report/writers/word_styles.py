"""Styles of the Word report: how each kind of text looks, and what a document lacks of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from docx.oxml.xmlchemy import BaseOxmlElement

from qaf_analysis.kit.palette import (
    ACCENT,
    GRID,
    MUTED,
    NOTICE,
    NOTICE_EDGE,
    PANEL,
    TEXT,
)
from qaf_analysis.report.writers.word_elements import element, value

FONT = "Arial"  # on every Windows computer
LANGUAGE = "en-GB"
GUTTER = 12.0  # mm that paragraph numbers stand in
BOX = 3.0  # mm that the words of a box stand in
TABLE = "Report Table"
Kind = Literal["paragraph", "character", "table"]


def twips(millimetres: float) -> int:
    """Length in twentieths of a point, Word's own measure.

    Examples
    --------
    >>> twips(25.4)
    1440
    """
    return round(millimetres * 1440 / 25.4)


@dataclass(frozen=True, kw_only=True)
class Style:
    """One style by the name Word shows, and its look where a document does not have it.

    Parameters
    ----------
    name, based_on, then : str
        Its own name, the style it builds on, and the style of the next paragraph.
    size, line, before, after : float
        Points of type, of line (at least), of space before and after; 0 is as in the other style.
    left, hanging : float
        Millimetres from the left margin, and how far the first line stands out.
    fill, edge : str
        Colours of the ground and of the rule at its left.
    outline : int
        Level in the outline, 0 the highest; -1 is none of its own.
    stop : float
        Millimetres of the first tab stop.
    """

    name: str
    kind: Kind = "paragraph"
    based_on: str = "Normal"
    then: str = ""
    size: float = 0
    line: float = 0
    before: float = 0
    after: float = 0
    is_bold: bool | None = None
    colour: str = ""
    left: float = 0
    hanging: float = 0
    stop: float = 0
    keeps_next: bool = False
    is_to_the_right: bool = False
    fill: str = ""
    edge: str = ""
    outline: int = -1
    is_underlined: bool = False


def _box(name: str, *, fill: str, edge: str, **rest: float | bool | str | None) -> Style:
    """Paragraph on a ground; neighbours of one kind grow together."""
    given: dict[str, object] = {"left": BOX, "line": 14, "before": 0, "after": 4, **rest}
    return Style(name=name, fill=fill, edge=edge, **given)  # type: ignore[arg-type]


_NORMAL = Style(name="Normal", based_on="", after=6, line=15)
_HEADINGS = (
    Style(name="Title", then="Subtitle", size=24, line=29, before=6, after=2, is_bold=True,
          keeps_next=True),
    Style(name="Subtitle", after=8, colour=MUTED.light),
    Style(name="heading 1", then="Numbered Paragraph", size=17.5, line=22, before=24, after=8,
          is_bold=True, keeps_next=True, outline=0),
    Style(name="heading 2", then="Normal", size=13, line=17, before=14, after=4, is_bold=True,
          keeps_next=True, outline=1),
    Style(name="heading 3", then="Normal", size=11, line=15, before=10, after=3, is_bold=True,
          keeps_next=True, outline=2),
    Style(name="Unnumbered Heading", based_on="heading 1", then="Normal", size=14, line=18,
          before=8, after=2, keeps_next=True),
    Style(name="TOC Heading", then="Normal", size=14, line=18, before=20, after=6, is_bold=True,
          keeps_next=True),
    Style(name="toc 1", after=4, left=GUTTER, hanging=GUTTER, stop=GUTTER),
)  # fmt: skip
_TEXT = (
    Style(name="Numbered Paragraph", after=8, line=15),
    Style(name="List Bullet", after=4, line=15),
    Style(name="List Number", after=4, line=15),
    Style(name="Document Line", size=9, line=12, after=2, colour=MUTED.light),
    Style(name="Front Matter", left=42, hanging=42, stop=42, after=1),
    Style(name="Lead", size=11.5, line=15.5, before=3, after=5),
    Style(name="Big Number", left=34, hanging=34, stop=34, before=2, after=0, line=15),
    Style(name="Colophon", size=8.5, line=12, before=18, colour=MUTED.light),
    Style(name="header", size=8.5, line=12, colour=MUTED.light),
    Style(name="footer", size=8.5, line=12, colour=MUTED.light),
)  # fmt: skip
_CARDS = (
    Style(name="Card Question", based_on="heading 2", then="Card Verdict", size=10, line=13,
          before=0, after=0, is_bold=False, keeps_next=True),
    Style(name="Card Verdict", size=14, line=18, after=3, is_bold=True, keeps_next=True),
    Style(name="Card Picture", after=2, keeps_next=True),
    Style(name="Card Text", size=9.5, line=13, after=10),
)  # fmt: skip
_FIGURES = (
    Style(name="caption", size=11, line=14, before=12, after=2, is_bold=True, colour=TEXT.light,
          keeps_next=True),
    Style(name="Measure", size=9.5, line=13, after=3, colour=MUTED.light, keeps_next=True),
    Style(name="Figure", after=2),
    Style(name="Source", size=8.5, line=12, before=2, after=4, colour=MUTED.light),
    *(
        Style(name=f"Table {part}{side}", size=9.5, line=12, before=2, after=2, is_bold=bold,
              is_to_the_right=bool(side))
        for part, bold in (("Heading", True), ("Row Heading", True), ("Text", None))
        for side in ("", " Right")
    ),
)  # fmt: skip
_BOXES = (
    _box("Notice", fill=NOTICE.light, edge=NOTICE_EDGE.light, size=9.5),
    _box("Box Heading", fill=PANEL.light, edge=ACCENT.light, based_on="heading 2", size=12,
         line=16, before=10, left=BOX + 5, hanging=5, keeps_next=True),
    _box("Box Label", fill=PANEL.light, edge=ACCENT.light, is_bold=True, before=12,
         keeps_next=True),
    _box("Box", fill=PANEL.light, edge=ACCENT.light),
    _box("Box List", fill=PANEL.light, edge=ACCENT.light, left=BOX + 5, hanging=5,
         based_on="Box"),
)  # fmt: skip
_CHARACTERS = (
    Style(name="Strong", kind="character", based_on="", is_bold=True),
    Style(name="Hyperlink", kind="character", based_on="", colour=ACCENT.light,
          is_underlined=True),
    Style(name="Big Figure", kind="character", based_on="", size=23, is_bold=True,
          colour=ACCENT.light),
)  # fmt: skip
STYLES = (_NORMAL, *_HEADINGS, *_TEXT, *_CARDS, *_FIGURES, *_BOXES, *_CHARACTERS)
_WORDS_OWN = {
    "Normal", "Title", "Subtitle", "heading 1", "heading 2", "heading 3", "TOC Heading", "toc 1",
    "List Bullet", "List Number", "header", "footer", "caption", "Strong", "Hyperlink",
}  # fmt: skip
COUNTED = {"heading 1", "Numbered Paragraph", "List Bullet", "List Number", "Box List"}
"""Styles that bear the report's own numbers or marks; any other style the report uses has none."""


def made_style(style: Style, *, identifier: str, ids: dict[str, str]) -> BaseOxmlElement:
    """Definition of a style.

    Parameters
    ----------
    style : Style
        What it is to be.
    identifier : str
        The name by which paragraphs refer to it.
    ids : dict of str to str
        Identifiers of other styles by name.
    """
    attributes = {"w:type": style.kind, "w:styleId": identifier}
    if style.name == "Normal":
        attributes["w:default"] = "1"
    if style.name not in _WORDS_OWN:
        attributes["w:customStyle"] = "1"
    parts = [value("w:name", style.name)]
    if style.based_on:
        parts.append(value("w:basedOn", ids[style.based_on]))
    if style.then:
        parts.append(value("w:next", ids[style.then]))
    parts.append(element("w:qFormat"))
    if style.kind == "paragraph":
        parts.append(element("w:pPr", children=_paragraph_look(style)))
    return element("w:style", attributes, [*parts, element("w:rPr", children=_letters(style))])


def _paragraph_look(style: Style) -> Iterable[BaseOxmlElement]:
    """Properties of a paragraph in the order of the schema."""
    if style.keeps_next:
        yield element("w:keepNext")
        yield element("w:keepLines")
    if style.edge:
        rule = {"w:val": "single", "w:sz": "24", "w:space": "6", "w:color": style.edge[1:]}
        yield element("w:pBdr", children=[element("w:left", rule)])
    if style.fill:
        yield element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": style.fill[1:]})
    if style.stop:
        stop = element("w:tab", {"w:val": "left", "w:pos": str(twips(style.stop))})
        yield element("w:tabs", children=[stop])
    spacing = {"w:before": str(round(20 * style.before)), "w:after": str(round(20 * style.after))}
    if style.line:
        spacing |= {"w:line": str(round(20 * style.line)), "w:lineRule": "atLeast"}
    else:
        spacing |= {"w:line": "240", "w:lineRule": "auto"}
    yield element("w:spacing", spacing)
    if style.left:
        indent = {"w:left": str(twips(style.left))}
        if style.hanging:
            indent["w:hanging"] = str(twips(style.hanging))
        yield element("w:ind", indent)
    if style.is_to_the_right:
        yield value("w:jc", "right")
    if style.outline >= 0:
        yield value("w:outlineLvl", style.outline)


def _letters(style: Style) -> Iterable[BaseOxmlElement]:
    """Properties of letters in the order of the schema."""
    if style.is_bold is not None:
        yield value("w:b", int(style.is_bold))
        yield value("w:bCs", int(style.is_bold))
    if style.colour:
        yield value("w:color", style.colour[1:])
    if style.size:
        yield value("w:sz", round(2 * style.size))
        yield value("w:szCs", round(2 * style.size))
    if style.is_underlined:
        yield value("w:u", "single")


def made_table_style(identifier: str) -> BaseOxmlElement:
    """Style of tables: rules under the heading and at the foot, pale bands where asked for."""

    def rule(side: str, width: int, colour: str) -> BaseOxmlElement:
        look = {"w:val": "single", "w:sz": str(width), "w:space": "0", "w:color": colour[1:]}
        return element(f"w:{side}", look)

    borders = [rule("bottom", 8, TEXT.light), rule("insideH", 4, GRID.light)]
    margins = [element(f"w:{side}", {"w:w": "90", "w:type": "dxa"}) for side in ("left", "right")]
    whole = [
        value("w:tblStyleRowBandSize", 1),
        element("w:tblBorders", children=borders),
        element("w:tblCellMar", children=margins),
    ]
    heading = element("w:tcPr", children=[
        element("w:tcBorders", children=[rule("bottom", 8, TEXT.light)]),
        value("w:vAlign", "bottom"),
    ])  # fmt: skip
    band = element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": PANEL.light[1:]})
    return element("w:style", {
        "w:type": "table", "w:styleId": identifier, "w:customStyle": "1",
    }, [
        value("w:name", TABLE),
        element("w:qFormat"),
        element("w:tblPr", children=whole),
        element("w:tblStylePr", {"w:type": "firstRow"}, [heading]),
        element("w:tblStylePr", {"w:type": "band2Horz"}, [element("w:tcPr", children=[band])]),
    ])  # fmt: skip


def document_defaults() -> BaseOxmlElement:
    """Font, size and language of whatever no style says otherwise of."""
    fonts = {f"w:{script}": FONT for script in ("ascii", "hAnsi", "eastAsia", "cs")}
    letters = [
        element("w:rFonts", fonts),
        value("w:sz", 21),
        value("w:szCs", 21),
        element("w:lang", {"w:val": LANGUAGE, "w:eastAsia": LANGUAGE, "w:bidi": "ar-SA"}),
    ]
    inner = element("w:rPrDefault", children=[element("w:rPr", children=letters)])
    return element("w:docDefaults", children=[inner, element("w:pPrDefault")])
