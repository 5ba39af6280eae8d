import pytest

from qaf_analysis.kit import svg
from qaf_analysis.terms.errors import DocumentError

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 9 9">{}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<path d="M 0 0" onload="alert(1)"/>',
        "<foreignObject><p>x</p></foreignObject>",
        '<image href="http://example.org/x.png"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<use href="#x"/>',
        "<style>* { color: red }</style>",
        '<rect style="fill: url(http://example.org/x)"/>',
        '<rect style="fill: red; background: URL(//x)"/>',
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<set attributeName="onclick" to="alert(1)"/>',
        '<g id="main"/>',
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
        "<!--><script>alert(1)</script>-->",
        "<?xml-stylesheet href='x'?>",
        "<text><![CDATA[<script>alert(1)</script>]]></text>",
        '<path d="M 0 0" xmlns:l="http://www.w3.org/1999/xlink" l:href="http://x"/>',
        "<title>x</title>",
        "<g>",
    ],
)
def test_a_drawing_that_acts_fetches_or_clashes_is_refused(inside):
    with pytest.raises(DocumentError, match="picture"):
        svg.check(SVG.format(inside))


@pytest.mark.parametrize("drawing", ["", "<p>x</p>", "words", "<svg>x</svg>"])
def test_what_is_no_drawing_is_refused(drawing):
    with pytest.raises(DocumentError, match="SVG drawing"):
        svg.check(drawing)


def test_an_entity_bomb_is_refused():
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.format("<text>&a;</text>")
    with pytest.raises(DocumentError):
        svg.check(bomb)


def test_shapes_and_words_are_accepted():
    drawing = SVG.format('<g style="opacity: 0.5"><path d="M 0 0 L 9 9"/><text>a</text></g>')
    svg.check(drawing)
    kept = svg.tidy(drawing, width=9, height=9)
    for piece in ("opacity: 0.5", 'd="M 0 0 L 9 9"', ">a</text>"):
        assert piece in kept


def test_colours_of_the_palette_follow_the_page_and_others_stay():
    drawing = svg.tidy(
        SVG.format('<path d="M 0 0" style="fill: #12436d; stroke: #7f3b08"/>'), width=9, height=9
    )
    assert "fill: var(--accent, #12436d); stroke: #7f3b08" in drawing
    assert "fill: #12436d; stroke: #7f3b08" in svg.with_fixed_colours(drawing)


def test_coordinates_keep_two_decimals_and_no_negative_zero():
    drawing = svg.tidy(SVG.format('<path d="M -0.0001 1.23456 \n L 100.0 7"/>'), width=9, height=9)
    assert 'd="M 0 1.23 L 100 7"' in drawing
