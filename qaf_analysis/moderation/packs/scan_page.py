"""What a pack's page holds beside what it must: its texts, its attributes, its JSON, its script."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from qaf_analysis.moderation.packs.instructions import (
    NO_NAMES,
    NO_SCRIPTS,
    WHY_NOT_GRADED,
    addressed,
    instructions,
    title,
)
from qaf_analysis.moderation.packs.pack import (
    LONGEST_COMMENT,
    NOT_GRADED,
    SURE,
    Pack,
    shared_descriptors,
)
from qaf_analysis.moderation.packs.page import POLICY, SCRIPT_SHA256
from qaf_analysis.moderation.packs.scan_words import telling

_ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "id", "class", "type", "for", "accept"),
    *("role", "aria-label", "aria-labelledby", "aria-keyshortcuts"),
}
_HEADINGS = {
    *("Before you begin", "What each grade means", "Your cases"),
    *("Save a file", "Next without a grade", "Undo", "Open a saved file"),
}


class _Read(HTMLParser):
    """Texts of a page outside scripts and styles, its scripts, and what no page of ours has."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.scripts: list[tuple[str | None, str]] = []
        self.policy = ""
        self.odd: list[str] = []
        self._within = ""
        self._kind: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._within, self._kind = tag, given.get("type")
        self.odd += [f"the attribute {name}" for name in given if name not in _ATTRIBUTES]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given.get("content") or ""
        if tag in ("img", "link", "iframe", "object", "template", "base"):
            self.odd.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within == "script":
            self.scripts.append((self._kind, data))
        elif self._within != "style" and data.strip():
            self.texts.append(" ".join(data.split()))

    def handle_comment(self, data: str) -> None:
        self.odd.append("a comment")


def page_leaks(data: bytes, pack: Pack) -> Iterator[str]:
    """Yield what a page tells beside what it must, a sentence each."""
    read = _Read()
    try:
        read.feed(data.decode("utf-8"))
    except UnicodeDecodeError:
        yield "is no page."
        return
    read.close()
    if read.odd:
        yield f"holds {', '.join(sorted(set(read.odd)))}, which no pack has."
    told = instructions(pack, medium="page")
    known = {
        *(title(pack), addressed(pack), NO_SCRIPTS, *_HEADINGS),
        *(line for each in told for line in (each.heading, *each.sentences)),
    }
    strange = [
        text for text in read.texts if text not in {" ".join(each.split()) for each in known}
    ]
    if strange:
        has_grade = any(telling(pack.levels).search(text) for text in strange)
        grade = " One holds a grade." if has_grade else ""
        yield f"holds {len(strange)} texts that do not belong there.{grade}"
    yield from _of_scripts(read, pack)


def _of_scripts(read: _Read, pack: Pack) -> Iterator[str]:
    islands = [text for kind, text in read.scripts if kind == "application/json"]
    scripts = [text for kind, text in read.scripts if kind != "application/json"]
    if len(islands) != 1 or len(scripts) != 1:
        yield "has more or fewer scripts than one, and one block of JSON."
        return
    total = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    if total != SCRIPT_SHA256 or read.policy != POLICY:
        yield "its script or its policy is not the one that all packs have."
    if json.loads(islands[0]) != _expected(pack):
        yield "its JSON holds other than codes, files, parts and words to choose from."


def _expected(pack: Pack) -> dict[str, Any]:
    """What the JSON of a page may hold, made from the pack alone."""
    shared = shared_descriptors(pack)
    places = {texts: number for number, (_, texts) in enumerate(shared)}
    keys: dict[str, list[str]] = {case.code: [] for case in pack.cases}
    for row in pack.rows:
        keys[row.case].append(row.key)
    return {
        "format": "qaf-pack",
        "returns": "qaf-return",
        "version": pack.version,
        "round": pack.round,
        "pack": pack.pack,
        "moderator": pack.moderator,
        "scale": list(pack.levels),
        "not": NOT_GRADED,
        "reasons": list(pack.reasons),
        "sure": list(SURE),
        "hint": f"{WHY_NOT_GRADED} {NO_NAMES}",
        "longest": LONGEST_COMMENT,
        "descriptors": [{"parts": names, "texts": list(texts)} for names, texts in shared],
        "parts": [
            {"domain": part.domain, "means": places.get(part.descriptors)} for part in pack.parts
        ],
        "cases": [
            {
                "code": case.code,
                "name": f"Case {number}",
                "file": case.file,
                "keys": keys[case.code],
            }
            for number, case in enumerate(pack.cases, start=1)
        ],
    }
