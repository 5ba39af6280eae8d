import pytest

from qaf_analysis.kit.palette import (
    INKS,
    PAGE,
    STRONGEST_TINT,
    TEXT,
    TINTS,
    WORDS_ON_GROUND,
    blend,
    contrast,
    grade_colours,
)
from qaf_analysis.terms.errors import ShapeError

READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3
SEEN = 3.0  # WCAG 2.2, success criterion 1.4.11, for lines and marks


@pytest.mark.parametrize(
    ("colour", "published"), [("#777777", 4.48), ("#767676", 4.54), ("#0000ff", 8.59)]
)
def test_contrast_on_white_matches_published_ratios(colour, published):
    assert contrast(colour, "#ffffff") == pytest.approx(published, abs=0.005)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    ("words", "ground"), WORDS_ON_GROUND, ids=lambda ink: getattr(ink, "name", None)
)
def test_words_can_be_read_on_their_ground(words, ground, mode):
    assert contrast(getattr(words, mode), getattr(ground, mode)) >= READABLE


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("ink", TINTS, ids=lambda ink: ink.name)
def test_counts_can_be_read_on_the_strongest_tint(ink, mode):
    ground = blend(getattr(ink, mode), getattr(PAGE, mode), opacity=STRONGEST_TINT)
    assert contrast(getattr(TEXT, mode), ground) >= READABLE


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("ink", TINTS, ids=lambda ink: ink.name)
def test_marks_can_be_seen_on_the_page(ink, mode):
    assert contrast(getattr(ink, mode), getattr(PAGE, mode)) >= SEEN


@pytest.mark.parametrize("levels", range(2, 22))
def test_words_can_be_read_on_every_grade_of_every_scale(levels):
    colours = grade_colours(levels)
    assert len({colour.fill for colour in colours}) == levels
    assert all(contrast(colour.words, colour.fill) >= READABLE for colour in colours)


def test_the_four_grades_have_the_words_the_style_asks_for():
    dark_words = [contrast(colour.words, "#ffffff") > SEEN for colour in grade_colours(4)]
    assert dark_words == [False, True, True, False]


def test_no_two_uses_share_a_colour():
    # Colours are told apart by their light form when a picture is made to follow the page.
    assert len({ink.light for ink in INKS}) == len({ink.name for ink in INKS}) == len(INKS)


def test_a_scale_of_one_level_is_refused():
    with pytest.raises(ShapeError, match="at least two"):
        grade_colours(1)
