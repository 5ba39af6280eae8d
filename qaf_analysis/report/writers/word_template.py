"""The document a Word report is written into: our own, made here, or one that a council gives."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from copy import deepcopy
from functools import cache

import docx
from docx.document import Document as WordFile
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.opc.rel import Relationships
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement

from qaf_analysis.data.files.faults import WorkbookFaultError
from qaf_analysis.data.files.package import DAMAGED, Package, part_name
from qaf_analysis.report.writers.rezip import rezipped, unzipped, zipped
from qaf_analysis.report.writers.word_elements import element
from qaf_analysis.report.writers.word_styles import LANGUAGE, document_defaults
from qaf_analysis.terms.errors import DocumentError

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OLD_WORD = b"\xd0\xcf\x11\xe0"  # .doc, and any file with a password
_TEMPLATE = CT.WML_DOCUMENT_MAIN.replace("document.main", "template.main")
_ACTS = re.compile(r"macroEnabled|vbaProject|vbaData|activeX|ms-office\.active", re.IGNORECASE)
_FETCHES = re.compile(r'TargetMode\s*=\s*["\']External', re.IGNORECASE)
# Parts of a council's document that make its look; all others held the text it once had.
_LOOK = {RT.STYLES, RT.NUMBERING, RT.SETTINGS, RT.THEME, RT.FONT_TABLE}
_ROOTS = {
    RT.STYLES: "w:styles", RT.NUMBERING: "w:numbering", RT.SETTINGS: "w:settings",
}  # fmt: skip
# What a document may ask of Word when it is opened that no report should.
_ASKING = (
    "w:attachedTemplate", "w:mailMerge", "w:documentProtection", "w:writeProtection",
    "w:updateFields", "w:linkStyles", "w:footnotePr", "w:endnotePr", "w:trackRevisions",
)  # fmt: skip
_TRY_AGAIN = 'Open it in Word, save it as a "Word Document (*.docx)" and give that file.'


def opened(reference: bytes | None) -> WordFile:
    """Open the document that a report is to be written into, emptied of its text.

    Parameters
    ----------
    reference : bytes or None
        A council's own document or template; none for ours.

    Raises
    ------
    DocumentError
        If the council's document is broken, locked, holds a macro, or fetches anything.
    """
    if reference is None:
        return docx.Document(io.BytesIO(_template()))
    parts = _checked(reference)
    try:
        word = docx.Document(io.BytesIO(zipped(parts)))
        _emptied(word)
        _refuse_other_roots(word)
        word.save(io.BytesIO())  # what python-docx cannot write shows here, not in the report
    except (*DAMAGED, SyntaxError, AttributeError, TypeError, AssertionError):
        # Whatever python-docx stumbles over is a part that is not as Word would have it.
        raise DocumentError(
            f"The reference document is not built as Word builds one. {_TRY_AGAIN}"
        ) from None
    return word


def emptied(reference: bytes) -> bytes:
    """Return a council's document without its text; the same bytes for the same document.

    Raises
    ------
    DocumentError
        If the council's document is broken, locked, holds a macro, or fetches anything.
    """
    out = io.BytesIO()
    opened(reference).save(out)
    return rezipped(out.getvalue())


def add_part(word: WordFile, *, name: str, kind: str, data: bytes, relation: str) -> None:
    """Add a part to the whole file, such as its properties."""
    part = Part(PackURI(name), kind, data, word.part.package)
    word.part.package.relate_to(part, relation)


@cache
def _template() -> bytes:
    """Our own document: A4, no text, no style but Word's defaults, no picture of itself."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    styles = element("w:styles", children=[document_defaults()])
    settings = (
        f'<w:settings {nsdecls("w")}><w:zoom w:percent="100"/>'
        '<w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="{LANGUAGE}"/><w:decimalSymbol w:val="."/>'
        '<w:listSeparator w:val=","/></w:settings>'
    )
    page = (
        f"<w:document {nsdecls('w', 'r')}><w:body><w:sectPr>"
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1304" w:right="1134" w:bottom="1134" '
        'w:left="1134" w:header="567" w:footer="510" w:gutter="0"/><w:cols w:space="567"/>'
        "</w:sectPr></w:body></w:document>"
    )
    kinds = {"document": CT.WML_DOCUMENT_MAIN, "styles": CT.WML_STYLES, "settings": CT.WML_SETTINGS}
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{kind}"/>'
        for part, kind in kinds.items()
    )
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" '
        f'ContentType="{CT.OPC_RELATIONSHIPS}"/><Default Extension="xml" ContentType="{CT.XML}"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{relation}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELATIONS}">'
        + "".join(
            f'<Relationship Id="rId{place}" Type="{relation}/{part}" Target="{part}.xml"/>'
            for place, part in enumerate(("styles", "settings"), start=1)
        )
        + "</Relationships>",
        "word/document.xml": page,
        "word/styles.xml": styles.xml,
        "word/settings.xml": settings,
    }
    return zipped({name: (_XML + text).encode("utf-8") for name, text in texts.items()})


def _checked(reference: bytes) -> dict[str, bytes]:
    """Parts of a council's document, once nothing in it can do harm; a template made a document."""
    if reference.startswith(_OLD_WORD):
        raise DocumentError(
            "The reference document has a password or is of the old kind (.doc). Open it in Word, "
            'take the password away, and save it as a "Word Document (*.docx)".'
        )
    try:
        package = Package(reference)
        for name in zipfile.ZipFile(io.BytesIO(reference)).namelist():
            if name[-1:] != "/":
                package.part(part_name(name)).close()  # counted through, and found whole
    except WorkbookFaultError as fault:
        why = "is locked with a password" if fault.code == "password" else "is damaged or too large"
        raise DocumentError(f"The reference document {why}. {_TRY_AGAIN}") from None
    parts = unzipped(reference)
    _refuse_macros(parts)
    for name, data in parts.items():
        if name.endswith((".xml", ".rels")) and b"<!" in data and re.search(rb"<!(?!--|\[)", data):
            raise DocumentError(
                f"The reference document holds a part that no Word file holds. {_TRY_AGAIN}"
            )
    if b"purl.oclc.org/ooxml" in parts.get("_rels/.rels", b""):
        raise DocumentError(
            f'The reference document is saved as "Strict Open XML Document". {_TRY_AGAIN}'
        )
    kinds = parts.get("[Content_Types].xml", b"").replace(
        _TEMPLATE.encode(), CT.WML_DOCUMENT_MAIN.encode()
    )
    if CT.WML_DOCUMENT_MAIN.encode() not in kinds:
        raise DocumentError(f"The reference document is not a Word document. {_TRY_AGAIN}")
    return {**parts, "[Content_Types].xml": kinds}


def _refuse_macros(parts: dict[str, bytes]) -> None:
    """Refuse what runs, and what is fetched from elsewhere in the head or foot of a page."""
    kinds = parts.get("[Content_Types].xml", b"").decode("utf-8", "replace")
    if _ACTS.search(kinds) or any(_ACTS.search(name) for name in parts):
        raise DocumentError(
            "The reference document holds a macro or a control. Save a copy without macros: in "
            'Word, "Save as", "Word Document (*.docx)".'
        )
    for name, data in parts.items():
        if re.fullmatch(r"word/_rels/(?:header|footer)\d*\.xml\.rels", name) and any(
            _FETCHES.search(one) and "/hyperlink" not in one
            for one in re.findall(r"<Relationship\b[^>]*>", data.decode("utf-8", "replace"))
        ):
            raise DocumentError(
                "The head or foot of the reference document shows a picture that lies elsewhere. "
                "In Word, insert the picture itself, not a link to it."
            )


def _emptied(word: WordFile) -> None:
    """Keep styles, page, head and foot of a council's document; nothing of its text stays."""
    body = word.element.body
    last = body.sectPr
    if last is None:
        last = docx.Document(io.BytesIO(_template())).element.body.sectPr
        body.append(last)
    _inherit(last, body.iter(qn("w:sectPr")))
    for child in list(body):
        if child is not last:
            body.remove(child)
    for tag in ("w:footnotePr", "w:endnotePr", "w:printerSettings", "w:sectPrChange"):
        for child in last.findall(qn(tag)):
            last.remove(child)
    used = {reference.get(qn("r:id")) for reference in last if reference.get(qn("r:id"))}
    _keep(word.part.rels, used)
    whole = word.part.package.rels
    _keep(whole, {name for name, one in whole.items() if one.reltype == RT.OFFICE_DOCUMENT})
    _ask_nothing(word)
    _speak_english(word.styles.element)


def _refuse_other_roots(word: WordFile) -> None:
    """Refuse parts that are not what is said of them."""
    relations = word.part.rels
    said = [(one.target_part, _ROOTS.get(one.reltype)) for one in relations.values()]
    for tag, root in (("w:headerReference", "w:hdr"), ("w:footerReference", "w:ftr")):
        for reference in word.element.body.sectPr.findall(qn(tag)):
            said.append((relations[reference.get(qn("r:id"))].target_part, root))
    for part, expected in said:
        if expected and part.element.tag != qn(expected):
            raise ValueError("A part is not what its relation says.")


def _inherit(last: BaseOxmlElement, sections: Iterable[BaseOxmlElement]) -> None:
    """Give the last section the heads and feet that it takes over from those before it."""
    found: dict[tuple[str, str], BaseOxmlElement] = {}
    for section in sections:
        for tag in ("w:headerReference", "w:footerReference"):
            for one in section.findall(qn(tag)):
                found[(tag, one.get(qn("w:type"), "default"))] = one
    for (tag, kind), one in reversed(found.items()):
        own = [o.get(qn("w:type"), "default") for o in last.findall(qn(tag))]
        if kind not in own:
            last.insert(0, deepcopy(one))


def _keep(relations: Relationships, used: set[str]) -> None:
    for name, relation in list(relations.items()):
        if name not in used and relation.reltype not in _LOOK:
            relations.pop(name)


def _ask_nothing(word: WordFile) -> None:
    """Take from the settings whatever makes Word ask, fetch, lock or look elsewhere."""
    settings = word.settings.element
    for child in list(settings):
        if child.tag in map(qn, _ASKING) or child.get(qn("r:id")):
            settings.remove(child)
    word.part.part_related_by(RT.SETTINGS).rels.clear()
    for lang in settings.findall(qn("w:themeFontLang")):
        lang.set(qn("w:val"), LANGUAGE)


def _speak_english(styles: BaseOxmlElement) -> None:
    """Set the language of every style, so that Word reads the report out as it is written."""
    place = styles
    for tag in ("w:docDefaults", "w:rPrDefault", "w:rPr", "w:lang"):
        inner = place.find(qn(tag))
        if inner is None:
            inner = element(tag)
            # The language is the last of a letter's properties, the others are first.
            place.insert(len(place) if tag == "w:lang" else 0, inner)
        place = inner
    for lang in styles.iter(qn("w:lang")):
        lang.set(qn("w:val"), LANGUAGE)
        lang.set(qn("w:eastAsia"), LANGUAGE)
