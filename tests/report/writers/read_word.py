"""Read a Word file back, with nothing of the writer: its parts, its order, its words."""

from __future__ import annotations

import io
import zipfile

import docx
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# Order of children as ECMA-376, part 1, annex A has it (the ones that can occur here).
ORDER = {
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW "
    "jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption "
    "tblDescription",
    "trPr": "cantSplit tblHeader",  # any order is valid; Word writes this one
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection "
    "tcFitText vAlign hideMark",
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr "
    "suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct "
    "topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind "
    "contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint "
    "noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect "
    "bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc "
    "pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi "
    "rtlGutter docGrid printerSettings sectPrChange",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden "
    "unhideWhenUsed qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr "
    "tcPr tblStylePr",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    "abstractNum": "nsid multiLevelType tmpl name styleLink numStyleLink lvl",
    "numbering": "numPicBullet abstractNum num numIdMacAtCleanup",
    "num": "abstractNumId lvlOverride",
    "styles": "docDefaults latentStyles style",
}


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def part(data: bytes, name: str):
    return etree.fromstring(parts(data)[name])


def body(data: bytes):
    return part(data, "word/document.xml")[0]


def word(data: bytes):
    return docx.Document(io.BytesIO(data))


def plain(tag: str) -> str:
    return etree.QName(tag).localname


def out_of_order(root) -> list[str]:
    """Elements whose children do not stand as the schema has them."""
    found = []
    for node in root.iter(etree.Element):
        order = ORDER.get(plain(node.tag))
        if order is None or not node.tag.startswith(W):
            continue
        places = [order.split().index(plain(child.tag)) for child in node]
        if places != sorted(places):
            found.append(f"{plain(node.tag)}: {[plain(child.tag) for child in node]}")
    return found


def text(node) -> str:
    return "".join(t.text or "" for t in node.iter(f"{W}t"))


def style_names(data: bytes) -> dict[str, str]:
    """Names of styles by identifier."""
    styles = part(data, "word/styles.xml")
    return {
        style.get(f"{W}styleId"): style.find(f"{W}name").get(f"{W}val")
        for style in styles.iter(f"{W}style")
    }


def paragraphs(data: bytes) -> list[tuple[str, str]]:
    """Name of the style and words of each paragraph that stands in no table."""
    names = style_names(data)
    return [
        (names[node.find(f"{W}pPr/{W}pStyle").get(f"{W}val")], text(node))
        for node in body(data).findall(f"{W}p")
    ]
