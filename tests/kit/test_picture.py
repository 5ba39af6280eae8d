import matplotlib as mpl
from lxml import etree

from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of


def draw(label):
    with house_style():
        figure = new_figure(200, 100)
        axes = panel(figure, left=20, top=10, width=160, height=80)
        axes.set_xlim(0, 10)
        axes.set_ylim(0, 1)
        axes.plot([0, 10], [0, 1], marker="o", color="#12436d")
        axes.text(5, 0.5, label)
        return picture_of(figure, title="Finding", alt="It rose.")


def test_a_panel_lies_where_it_was_put():
    root = etree.fromstring(draw("x").svg)
    lines = [p.get("d") for p in root.iter("{*}path") if "fill: none" in p.get("style", "")]
    assert lines == ["M 20 90 L 180 10"]


def test_words_are_never_read_as_formulas_and_stay_words():
    root = etree.fromstring(draw(r"$\frac{1}{0}$ <b>").svg)
    assert [text.text for text in root.iter("{*}text")] == [r"$\frac{1}{0}$ <b>"]


def test_letters_that_the_font_lacks_do_not_warn():
    assert "漢字" in draw("漢字").svg


def test_the_readers_settings_neither_matter_nor_change():
    plain = draw("x").svg
    with mpl.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.facecolor": "red"}):
        assert draw("x").svg == plain
        assert mpl.rcParams["font.size"] == 30


def test_a_drawing_holds_no_ids_links_or_styles_for_the_page():
    root = etree.fromstring(draw("x").svg)
    assert {etree.QName(node).localname for node in root.iter()} <= {"svg", "g", "path", "text"}
    assert not [node for node in root.iter() if {"id", "href", "class"} & set(node.attrib)]


def test_the_finding_opens_the_alternative_text():
    assert draw("x").alt == "Finding. It rose."
