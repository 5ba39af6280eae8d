import pytest

from qaf_analysis.kit.palette import (
    ALIKE,
    INKS,
    PAGE,
    STRONGEST_TINT,
    TEXT,
    TINTS,
    WORDS_ON_GROUND,
    blend,
    contrast,
    grade_colours,
    hatched_grades,
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


@pytest.mark.parametrize("levels", range(2, 12))
def test_hatches_tell_neighbours_apart_that_are_one_grey_in_print(levels):
    fills = [colour.fill for colour in grade_colours(levels)]
    hatched = hatched_grades(levels)
    assert not {0, levels - 1} & set(hatched)  # both ends are dark and need none
    for lower in range(1, levels - 2):
        if contrast(fills[lower], fills[lower + 1]) < ALIKE:
            assert (lower in hatched) != (lower + 1 in hatched)
    for level, colour in hatched.items():
        assert 1.2 <= contrast(colour, fills[level]) <= 2  # seen, and quieter than its words
        assert contrast(grade_colours(levels)[level].words, fills[level]) >= READABLE


def test_requires_improvement_is_the_hatched_one_of_four_and_nothing_of_three():
    assert dict(hatched_grades(4)) == {1: "#d0924a"}
    assert contrast("#f1b46a", "#b7b3d8") < ALIKE
    assert dict(hatched_grades(3)) == dict(hatched_grades(2)) == {}
