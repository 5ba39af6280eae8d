"""Figures as files: what each says, that nothing is cut off, and that bytes are equal twice."""

import struct
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree.ElementTree import fromstring

import pytest

from qaf_analysis.kit.charts.mark import text_width
from qaf_analysis.report.blocks import Figure, Link, Strong
from qaf_analysis.report.html import html_page
from qaf_analysis.report.writers.slide_figures import SHARPNESS, figure_files
from tests.report.committee_specimen import committee, forest

NS = "{http://www.w3.org/2000/svg}"
LONG = "A finding that needs many words to be told, since it holds a number and its interval " * 3


def document_of(*figures):
    body = (committee().body[0], *figures)
    page = replace(
        committee().first_page,
        cards=tuple(replace(c, section="section-1") for c in committee().first_page.cards),
    )
    return replace(committee(), body=body, first_page=page)


def said(svg):
    root = fromstring(svg)
    return [text.text for text in root.findall(f"{NS}text")]


@pytest.fixture(scope="module")
def files():
    return figure_files(committee())


class Links(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.to = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if "download" in told:
            self.to.append(told["href"])


def test_the_page_links_to_every_file_and_to_no_other(files):
    assert Links(html_page(committee())).to == [f"figures/{name}" for name in files]


def test_a_figure_says_what_it_is_and_where_it_is_from(files):
    root = fromstring(files["figure-1.svg"])
    lines = said(files["figure-1.svg"])
    assert [*lines[:3], " ".join(lines[3:5]), *lines[5:]] == [
        "Two themes rose above the others",
        "Difference to other domains, in grades",
        "199 audits.",
        "Example Council, children’s social care · 199 audits in the year to March 2020, 50 this "
        "quarter · What case audits tell us, 2019-20 Q4",
        "OFFICIAL-SENSITIVE · run 7f3a 91c2",
        "Made-up data: no child, worker or council behind these numbers is real.",
    ]
    assert root.findtext(f"{NS}title") == "Two themes rose above the others"
    assert root.findtext(f"{NS}desc") == forest().picture.alt


def test_the_whole_drawing_is_in_it_in_fixed_colours(files):
    drawn = fromstring(files["figure-1.svg"])
    words = [text.text for text in drawn.find(f"{NS}g").iter(f"{NS}text")]
    assert words == [text.text for text in fromstring(forest().picture.svg).iter(f"{NS}text")]
    assert b"var(" not in files["figure-1.svg"]


def test_links_are_left_out_and_strong_words_kept():
    figure = replace(
        forest(), source=("Of ", Strong("199"), " audits. ", Link("More", "#section-1"))
    )
    svg = figure_files(document_of(figure))["figure-1.svg"]
    assert "Of 199 audits." in said(svg)
    assert not any("More" in line for line in said(svg))


def test_a_figure_of_real_data_bears_no_banner():
    page = replace(committee().first_page, invented="")
    svg = figure_files(replace(committee(), first_page=page))["figure-1.svg"]
    assert said(svg)[-1] == "OFFICIAL-SENSITIVE · run 7f3a 91c2"


def test_long_words_are_broken_inside_the_picture_and_stand_apart():
    picture = replace(forest().picture, title=LONG)
    root = fromstring(figure_files(document_of(Figure(picture=picture)))["figure-1.svg"])
    lines = root.findall(f"{NS}text")
    wide = int(root.get("width")) - 48
    title = [line for line in lines if "16px" in line.get("style")]
    assert " ".join(line.text for line in title) == LONG.strip()
    assert len(title) > 2
    assert all(text_width(line.text, size=16, bold=True) <= wide for line in title)
    feet = [float(line.get("y")) for line in lines]
    assert all(later - earlier >= 11 for earlier, later in pairwise(feet))
    # The drawing stands between what is above and what is below it.
    top = float(root.find(f"{NS}g").get("transform").split()[1].rstrip(")"))
    height = int(fromstring(picture.svg).get("height"))
    above = [y for y in feet if y < top]
    assert len(above) == len(title)
    assert min(y for y in feet if y > top) - 11 >= top + height
    assert max(feet) < int(root.get("height"))


@pytest.mark.parametrize("hostile", ["<script>\"&'</script>", "]]><svg onload=x>", "A\u2028b ﬁ 字"])
def test_hostile_words_stay_words(hostile):
    picture = replace(forest().picture, title=hostile)
    svg = figure_files(document_of(Figure(picture=picture)))["figure-1.svg"]
    assert {node.tag.removeprefix(NS) for node in fromstring(svg).iter()} <= {
        "svg", "title", "desc", "rect", "text", "g", "path",
    }  # fmt: skip
    assert " ".join(said(svg)[0].split()) == " ".join(hostile.split())


def test_a_png_is_as_large_as_said_and_bytes_are_equal_twice(files):
    root = fromstring(files["figure-1.svg"])
    wide, high = struct.unpack(">II", files["figure-1.png"][16:24])
    assert abs(wide - SHARPNESS * int(root.get("width"))) <= 1
    assert abs(high - SHARPNESS * int(root.get("height"))) <= 1
    assert figure_files(committee()) == files
