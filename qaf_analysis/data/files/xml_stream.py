"""XML of a workbook read as a stream: no document type, no giant tag, no bottomless nesting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import IO
from xml.parsers import expat

from qaf_analysis.data.contract.problems import extract
from qaf_analysis.data.files.faults import damaged, too_large, unsafe_xml
from qaf_analysis.data.files.limits import MAX_DEPTH, MAX_KINDS_OF_TAG, MAX_TOKEN

_CHUNK = 1 << 16
# What programs write; of others two readers may make two different texts, or none.
_ENCODINGS = ("utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "us-ascii")


def parse_xml(
    stream: IO[bytes],
    *,
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call back for every tag and text of a part; tags come without the prefix of their namespace.

    Raises
    ------
    WorkbookFaultError
        If the XML is damaged or unsafe.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.XmlDeclHandler = _refuse_encodings_of(stream)
    depth = 0
    local, known = _Local(), set[str]()

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise too_large(f"tags inside tags, more than {MAX_DEPTH} deep")
        if not known.issuperset(attributes):
            known.update(attributes)
            if len(known) > MAX_KINDS_OF_TAG:
                raise too_large(f"more than {MAX_KINDS_OF_TAG:,} kinds of attributes")
        start(local[name], attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(local[name])

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    given = 0
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            given += len(chunk)
            # The parser stands at the start of what it could not finish: one tag, or one comment.
            if given - max(parser.CurrentByteIndex, 0) > MAX_TOKEN:
                raise too_large(f"one tag of more than {MAX_TOKEN:,} bytes")
        parser.Parse(b"", True)
    except (expat.ExpatError, UnicodeError, LookupError):
        raise damaged("whose XML is broken") from None


class _Local(dict[str, str]):
    """Names without their prefix, cut once each."""

    def __missing__(self, name: str) -> str:
        if len(self) >= MAX_KINDS_OF_TAG:
            raise too_large(f"more than {MAX_KINDS_OF_TAG:,} kinds of tags")
        cut = self[name] = name.rpartition(":")[2]
        return cut


def _refuse_encodings_of(stream: IO[bytes]) -> Callable[[str, str | None, int], None]:
    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            part = getattr(stream, "name", None)
            where = f" of {extract(part)}" if isinstance(part, str) else ""
            raise damaged(f"whose XML{where} is in the encoding {extract(encoding)}")

    return declared


def _refuse_doctype(*_: object) -> None:
    raise unsafe_xml()
