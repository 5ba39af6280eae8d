"""A word across each page of a Word file, behind its text, as Word itself makes one."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement

from qaf_analysis.report.signoff import WATERMARK
from qaf_analysis.report.writers.word_elements import clean

_WIDE, _POINTS_A_LETTER = 440, 2.0  # points: most of the text's width, and letters' height by width
_SPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in (
        ("w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
        ("v", "urn:schemas-microsoft-com:vml"),
        ("o", "urn:schemas-microsoft-com:office:office"),
    )
)


def watermark(words: str, *, number: int) -> BaseOxmlElement:
    """Run for the head of a page that shows words across it, rising to the right.

    It has an empty alternative text: what it says stands in words on the first page.

    Parameters
    ----------
    words : str
        A few words.
    number : int
        Of the head among those of the file; names must differ.
    """
    said = clean(words)
    high = round(_WIDE * _POINTS_A_LETTER / max(len(said), 1))
    place = (
        f"position:absolute;margin-left:0;margin-top:0;width:{_WIDE}pt;height:{high}pt;"
        "rotation:315;z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        "mso-position-vertical-relative:margin"
    )
    made: BaseOxmlElement = parse_xml(
        f"<w:r {_SPACES}><w:rPr><w:noProof/></w:rPr><w:pict>"
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/>'
        '<v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
        '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
        '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
        '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/>'
        '<v:f eqn="sum @6 0 @5"/></v:formulas><v:path textpathok="t" o:connecttype="custom" '
        'o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
        '<v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{2048 + number}" '
        f'type="#_x0000_t136" alt="" style="{escape(place)}" o:allowincell="f" '
        f'fillcolor="{WATERMARK}" stroked="f">'
        f'<v:textpath style="font-family:&quot;Arial&quot;;font-size:1pt;font-weight:bold" '
        f"string={quoteattr(said)}/></v:shape></w:pict></w:r>"
    )
    return made
