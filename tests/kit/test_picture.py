import matplotlib as mpl
from lxml import etree

from qaf_analysis.kit.charts.mark import WIDTH_OF
from qaf_analysis.kit.picture import (
    MOST_ALT_WORDS,
    drawn_for_both,
    house_style,
    new_figure,
    panel,
    picture_of,
)


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


def test_a_picture_for_both_has_the_full_words_and_both_drawings():
    def drawn_at(size):
        with house_style():
            figure = new_figure(WIDTH_OF[size], 40)
            panel(figure, left=0, top=0, width=40, height=40).plot([0, 1], [0, 1])
            return picture_of(figure, title="Finding", alt=f"Drawn {size}.")

    both = drawn_for_both(drawn_at)
    assert (both.svg, both.narrow_svg) == (drawn_at("full").svg, drawn_at("narrow").svg)
    assert (both.width, both.alt) == (642, "Finding. Drawn full.")
    assert 'width="342"' in both.narrow_svg
    assert both.about("Safety").narrow_svg == both.narrow_svg


def test_sentences_are_kept_from_the_first_on_within_sixty_words_with_a_headline():
    """One word of title and five that a headline may take leave 54: five sentences of ten."""
    sentence = " ".join(["word"] * 9) + " end."
    with house_style():
        picture = picture_of(new_figure(9, 9), title="Found", alt=[sentence] * 8)
        short = picture_of(new_figure(9, 9), title="Found", alt=[sentence * 9, "More."])
    assert picture.alt == " ".join(["Found.", *[sentence] * 5])
    assert len(picture.about("Help and protection").alt.split()) <= MOST_ALT_WORDS
    assert short.alt == f"Found. {sentence * 9}"  # the finding is never cut


def test_no_axis_makes_a_tick():
    with house_style():
        axes = panel(new_figure(90, 90), left=0, top=0, width=90, height=90)
        axes.plot([0, 5], [0, 5])
        picture = picture_of(axes.figure, title="Finding", alt="x")
    assert not axes.xaxis.get_ticklines(minor=True)
    assert "<text" not in picture.svg
    assert picture.svg.count("<path") == 1
