import base64

import pytest
from lxml import html

from qaf_analysis.kit.parts import Column, Picture, Table
from qaf_analysis.terms.errors import DocumentError

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M 0 0"/></svg>'
COLUMNS = (Column(heading="Team", align="left"), Column(heading="Audits", unit="number"))


def a_table(**changes):
    parts = {"caption": "Audits", "columns": COLUMNS, "rows": (("East", "12"), ("West", "9"))}
    return Table(**{**parts, **changes})


def a_picture(**changes):
    return Picture(**{"svg": DRAWING, "alt": "It fell.", "title": "Fall", "width": 9, **changes})


def test_a_row_of_another_length_is_refused_by_its_number():
    with pytest.raises(DocumentError, match="row 2 has 3 cells, but there are 2 columns"):
        a_table(rows=(("East", "12"), ("West", "9", "1")))


@pytest.mark.parametrize(
    "changes", [{"caption": " "}, {"columns": (), "rows": ()}, {"columns": (Column(heading=""),)}]
)
def test_a_table_without_caption_or_headings_is_refused(changes):
    with pytest.raises(DocumentError, match="needs a"):
        a_table(**changes)


def test_a_table_in_a_notebook_has_caption_and_scoped_headings():
    page = html.fromstring(a_table(note="a note", source="a source")._repr_html_())
    assert page.findtext(".//caption") == "Audits"
    assert [th.get("scope") for th in page.iter("th")] == ["col", "col", "row", "row"]
    assert [td.text for td in page.iter("td")] == ["12", "9"]
    assert [p.text for p in page.iter("p")] == ["a note", "a source"]


def test_table_text_stays_text():
    hostile = "<script>alert(1)</script>"
    page = html.fromstring(
        a_table(caption=hostile, rows=((hostile, hostile),), note=hostile)._repr_html_()
    )
    assert not list(page.iter("script"))
    assert page.findtext(".//caption") == hostile
    assert page.findtext(".//td") == hostile


def test_only_long_tables_are_striped():
    def kind(rows):
        return html.fromstring(a_table(rows=(("a", "1"),) * rows).markup()).get("class")

    assert (kind(10), kind(11)) == ("few", "many")


@pytest.mark.parametrize("changes", [{"alt": ""}, {"alt": "  "}, {"title": ""}])
def test_a_picture_without_words_is_refused(changes):
    with pytest.raises(DocumentError, match="needs"):
        a_picture(**changes)


def test_a_picture_that_acts_is_refused():
    with pytest.raises(DocumentError, match="script"):
        a_picture(svg=DRAWING.replace("path", "script"))


def test_a_picture_in_a_notebook_is_labelled_and_safe():
    figure = html.fromstring(a_picture(alt='He said "so" <b>')._repr_html_())
    image = figure.find("img")
    assert figure.tag == "figure"
    assert image.get("alt") == 'He said "so" <b>'
    kind, _, drawn = image.get("src").partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert base64.b64decode(drawn).decode() == a_picture().fixed_svg
    assert not list(figure.iter("b", "script", "svg"))
