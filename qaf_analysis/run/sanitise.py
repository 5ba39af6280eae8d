"""Markup that is safe to show: what is not on the list below does not get through.

Notebook outputs may carry text that somebody typed into a case system. The page is rebuilt from
the parsed markup, tag by tag and attribute by attribute; every text and value is escaped anew.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VOID = frozenset({"br", "hr", "img", "col"})
_HTML = _VOID | _names(
    "a abbr b blockquote caption code colgroup dd details div dl dt em figcaption figure h1 h2 h3 "
    "h4 h5 h6 i kbd li mark ol p pre s samp section small span strong sub summary sup table tbody "
    "td tfoot th thead tr u ul"
)
_SVG = _names(
    "svg g path rect circle ellipse line polyline polygon text tspan defs clippath use marker "
    "pattern lineargradient radialgradient stop title desc"
)
# These go with all that is in them; of any other unknown tag the text is kept.
_DROPPED = _names(
    "script style iframe object embed template noscript noframes noembed math foreignobject form "
    "textarea select button head audio video canvas xmp plaintext frameset animate set image"
)
_ATTRIBUTES = _names("class id title lang dir role style")
_TAG_ATTRIBUTES = {
    "a": frozenset({"href"}),
    "img": _names("src alt width height"),
    "ol": frozenset({"start"}),
    "td": _names("colspan rowspan headers"),
    "th": _names("colspan rowspan headers scope abbr"),
    "col": frozenset({"span"}),
    "details": frozenset({"open"}),
}
_SVG_ATTRIBUTES = _names(
    "clip-path clip-rule clippathunits cx cy d dx dy dominant-baseline fill fill-opacity fill-rule "
    "focusable font-family font-size font-style font-weight gradienttransform gradientunits height "
    "href letter-spacing marker-end marker-mid marker-start markerheight markerunits markerwidth "
    "offset opacity orient patternunits points preserveaspectratio r refx refy rotate rx ry "
    "shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset "
    "stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor "
    "transform version viewbox width x x1 x2 xlink:href xml:space xmlns xmlns:xlink y y1 y2"
)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]+")
_LINK = re.compile(r"(#|https://)[^\s\x00-\x1f]*", re.IGNORECASE)
_FRAGMENT = re.compile(r"#[\w.:-]+")
_XML_NAMES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")
_STYLE = re.compile(r"\s*([a-z-]+)\s*:\s*([\w\s#%.,()'\"+*/-]+?)\s*")
_FUNCTION = re.compile(r"([\w-]*)\s*\(\s*(.?)")
_FUNCTIONS = _names("rgb rgba hsl hsla var calc translate rotate scale matrix")


def sanitised(markup: str) -> str:
    """Return the markup with only what is on our lists, every open tag closed.

    Parameters
    ----------
    markup : str
        A fragment of HTML, with inline SVG or without.

    Examples
    --------
    >>> sanitised('<p onclick="x()">Good<script>x()</script> <b>cases')
    '<p>Good <b>cases</b></p>'
    """
    builder = _Builder()
    builder.feed(markup)
    builder.close()
    return builder.finished()


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._open: list[str] = []
        self._dropping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropping or tag in _DROPPED:
            if tag in _DROPPED:
                self._dropping.append(tag)
            return
        if tag not in _HTML and tag not in _SVG:
            return
        kept = "".join(
            f' {name}="{escape(value or "")}"'
            for name, value in attrs
            if _is_allowed(tag, name, value or "")
        )
        self._parts.append(f"<{tag}{kept}>")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            return
        self.handle_starttag(tag, attrs)
        # The slash closes a tag of SVG; in HTML it means nothing.
        if tag in _SVG:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            if tag == self._dropping[-1]:
                self._dropping.pop()
            return
        if tag in self._open:
            while True:
                closed = self._open.pop()
                self._parts.append(f"</{closed}>")
                if closed == tag:
                    break

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            self._parts.append(escape(data, quote=False))

    def finished(self) -> str:
        closing = "".join(f"</{tag}>" for tag in reversed(self._open))
        return "".join(self._parts) + closing


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "style":
        return _is_plain_style(value)
    if name in ("xmlns", "xmlns:xlink"):
        return tag in _SVG and value in _XML_NAMES
    if name in ("href", "xlink:href"):
        pattern = _FRAGMENT if tag in _SVG else _LINK
        return tag in _SVG | {"a"} and bool(pattern.fullmatch(value))
    if name == "src":
        return tag == "img" and bool(_PICTURE.fullmatch(value))
    if name in _ATTRIBUTES or re.fullmatch(r"aria-[a-z]+", name):
        return True
    if tag in _SVG and name in _SVG_ATTRIBUTES:
        return _calls_nothing(value)
    return name in _TAG_ATTRIBUTES.get(tag, frozenset())


def _is_plain_style(style: str) -> bool:
    for declaration in style.split(";"):
        if not declaration.strip():
            continue
        match = _STYLE.fullmatch(declaration)
        if match is None or match[1] == "position" or not _calls_nothing(match[2]):
            return False
    return True


def _calls_nothing(value: str) -> bool:
    return all(
        name.lower() in _FUNCTIONS or (name.lower() == "url" and first == "#")
        for name, first in _FUNCTION.findall(value)
    )
