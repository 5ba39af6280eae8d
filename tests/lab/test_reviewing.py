"""Findings are answered one by one, and kept as they were answered."""

from types import SimpleNamespace

import pytest

from qaf_analysis.lab.reviewing import NotebookReview, Reviewing, open_review, review_form
from qaf_analysis.terms.errors import UsageError
from tests.lab.made_up_review import Review, three_findings


@pytest.fixture
def review():
    return three_findings()


def test_answers_are_kept_with_their_finding(review):
    form = Reviewing(review)
    form.chose("0/state", "Accept")
    form.pressed("keep")
    form.chose("1/state", "Disagree")
    form.chose("1/words", " Other auditors. ")
    form.pressed("next")
    assert review.noted == [("f1", "accept", ""), ("f2", "disagree", "Other auditors.")]
    page = form.page()
    assert page.sections[0].heading == "Finding 3 of 3: Plans improved"
    assert [one.value for one in page.sections[0].questions] == ["Query", "Which plans?"]
    assert page.progress == "3 of 3 findings answered; 2 queries or disagreements."


def test_nothing_is_noted_twice_and_nothing_unsaid(review):
    form = Reviewing(review)
    form.pressed("next")
    form.pressed("next")
    form.pressed("next")
    assert review.noted == []
    assert form.page().status == "Kept. This is the last finding."


@pytest.mark.parametrize("word", ["Query", "Disagree"])
def test_a_query_needs_its_words(review, word):
    form = Reviewing(review)
    form.chose("0/state", word)
    with pytest.raises(UsageError, match="Say in the comment"):
        form.pressed("keep")
    assert review.noted == []


def test_a_comment_without_an_answer_is_not_lost(review):
    form = Reviewing(review)
    form.chose("0/words", "Hm.")
    with pytest.raises(UsageError, match="accept, query or disagree"):
        form.pressed("next")
    assert form.page().sections[0].questions[1].value == "Hm."


def test_the_last_answer_can_be_taken_back_until_it_is_kept(review):
    form = Reviewing(review)
    form.chose("0/state", "Accept")
    form.pressed("undo")
    assert form.page().sections[0].questions[0].value == ""
    form.chose("0/state", "Accept")
    form.pressed("keep")
    form.pressed("previous")
    form.pressed("undo")
    assert form.page().status == "There is nothing to take back."
    assert form.page().sections[0].questions[0].value == "Accept"


def test_what_is_not_asked_is_refused(review):
    form = Reviewing(review)
    for question, value in (("1/state", "Accept"), ("0/state", "Sign"), ("0/other", "x")):
        with pytest.raises(UsageError):
            form.chose(question, value)


def test_a_run_without_findings_is_refused():
    with pytest.raises(UsageError, match="no finding"):
        review_form(Review([]))


@pytest.mark.parametrize(
    ("declared", "passed_on"), [("none", ""), (" None declared ", ""), ("I know one", "I know one")]
)
def test_a_declaration_of_no_conflicts_is_made_in_words(declared, passed_on):
    asked = []
    review = NotebookReview(SimpleNamespace(sign=lambda **words: asked.append(words)))
    review.sign(decision="sign", conflicts=declared)
    assert asked == [{"decision": "sign", "conflicts": passed_on, "comments": ""}]


def test_silence_about_conflicts_is_no_declaration():
    review = NotebookReview(SimpleNamespace(sign=lambda **words: words["decision"]))
    with pytest.raises(UsageError, match="Declare your conflicts"):
        review.sign(decision="sign", conflicts=" ")
    assert review.sign(decision="", conflicts="") == ""


def test_nobody_reviews_without_a_code():
    with pytest.raises(UsageError, match="Say who reviews"):
        open_review(run="", reviewer=" ")
