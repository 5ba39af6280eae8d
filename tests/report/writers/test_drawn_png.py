import io

import pytest
from PIL import Image

from qaf_analysis.kit.parts import Picture
from qaf_analysis.report.writers.drawn_png import png_of


def drawn(words, *, family="Arial", style="font-size: 20px"):
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60" viewBox="0 0 300 60" '
        f'font-family="{family}"><text x="5" y="40" style="{style}">{words}</text></svg>'
    )
    data = png_of(Picture(svg=svg, alt="a", title="t", width=300))
    with Image.open(io.BytesIO(data)) as png:
        return png.convert("L")


def ink(image):
    return sum(255 - level for level in image.tobytes())


def test_a_picture_is_drawn_at_twice_its_size():
    assert drawn("words").size == (600, 120)


@pytest.mark.parametrize("letter", ["Ł", "ș", "ع", "₤", "≠", "Ω"])
def test_letters_that_the_shipped_font_lacks_are_drawn_too(letter):
    assert ink(drawn(letter)) > 1000


def test_bold_words_are_drawn_bold():
    assert ink(drawn("words", style="font-weight: 700; font-size: 20px")) > 1.2 * ink(
        drawn("words")
    )


def test_words_are_as_wide_as_in_the_shipped_font():
    """Digits of the shipped font are 0.497 em wide, those of DejaVu 0.636."""
    box = Image.eval(drawn("0" * 20), lambda level: 255 - level).getbbox()
    assert (box[2] - box[0]) / 2 == pytest.approx(20 * 20 * 0.497, abs=4)


def test_the_same_picture_gives_the_same_bytes():
    assert drawn("words").tobytes() == drawn("words").tobytes()


def test_quotes_and_backslashes_stay_words():
    assert ink(drawn("a &quot;b\\ #x $y$")) > ink(drawn("a"))
