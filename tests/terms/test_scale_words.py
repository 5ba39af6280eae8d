"""What a result says of its scale: one rule for capitals, ends of the scale, the positive share."""

from dataclasses import dataclass

import pytest

from qaf_analysis.terms.scale import OFSTED4, SIGNS_OF_SAFETY, Scale, ScaleWords, within_sentence
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json


def scale(*levels: str, good_from: int, positive: str = "") -> Scale:
    return Scale(name="made", levels=levels, good_from=good_from, positive=positive)


@pytest.mark.parametrize(
    ("label", "within"),
    [
        ("Good", "good"),
        ("Requires improvement", "requires improvement"),
        ("Expected Standard", "expected standard"),
        ("Cause for Concern", "cause for concern"),
        ("RI", "RI"),
        ("RI to good", "RI to good"),
        ("Meets Ofsted standard", "meets Ofsted standard"),
        ("meets Ofsted standard", "meets Ofsted standard"),
        ("A", "A"),
        ("B+", "B+"),
        ("Level A", "level A"),
        ("3 - Good", "3 - good"),
        ("6", "6"),
        ("NYA or better", "NYA or better"),
        ("iThrive", "iThrive"),
        ("Well-Led", "Well-Led"),
        ("", ""),
    ],
)
def test_capitals_that_only_mark_a_beginning_are_dropped(label, within):
    assert within_sentence(label) == within
    assert within_sentence(within) == within


@pytest.mark.parametrize(
    ("levels", "good_from", "positive", "heading", "below"),
    [
        (OFSTED4.levels, 2, "good or better", "Good or better", "below good"),
        (SIGNS_OF_SAFETY.levels, 6, "6 or more", "Graded 6 or more", "below 6"),
        (("1", "1.5", "2"), 1, "1.5 or more", "Graded 1.5 or more", "1"),
        (("Not met", "Met"), 1, "met", "Graded met", "not met"),
        (("Weak", "Fair", "Strong"), 2, "strong", "Graded strong", "below strong"),
        (("IN", "RI", "GD", "OS"), 1, "RI or better", "RI or better", "IN"),
        (("C", "B", "A"), 1, "B or better", "B or better", "C"),
    ],
)
def test_the_positive_share_is_made_from_the_level(levels, good_from, positive, heading, below):
    words = scale(*levels, good_from=good_from).words
    assert words.positive == positive
    assert words.positive_heading == heading
    assert words.below_positive == below


def test_a_declared_name_stands_as_declared_but_for_its_first_capital():
    made = scale("Low", "Met", "High", good_from=1, positive="Met or beyond").words
    assert (made.positive, made.positive_heading) == ("met or beyond", "Met or beyond")
    assert (made.worst, made.best, made.within(1)) == ("low", "high", "met")


@dataclass(frozen=True, kw_only=True)
class _Answer:
    scale: ScaleWords


def test_a_result_hands_them_on():
    answer = _Answer(scale=scale("Low", "RI", "Met", good_from=1, positive="fine").words)
    back = result_from_json(result_to_json(answer), _Answer)
    assert back == answer
    assert isinstance(back.scale.levels, tuple)
