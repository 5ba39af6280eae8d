"""Cards and steps where there are several headlines: each named, the shared ones said once."""

import pytest

from qaf_analysis.kit.parts import Card
from qaf_analysis.report.by_headline import card_of_headlines
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.recommendations import Recommendation, steps_of_headlines


def card(verdict, words):
    return Card(question="Do auditors agree?", verdict=verdict, words=words, section="agreement")


def test_one_headline_keeps_its_card():
    only = card("Agrees well", "AC2 .8.")
    assert card_of_headlines([("", only)]) is only


def test_a_verdict_that_all_share_is_theirs():
    made = card_of_headlines([("Help", card("Well", "AC2 .8.")), ("Care", card("Well", "AC2 .7."))])
    assert (made.verdict, made.words) == ("Well", "The same for Help and Care. Help: AC2 .8.")


def test_verdicts_that_differ_are_each_named():
    made = card_of_headlines([("Help", card("Well", "x")), ("Care", card("In part", "y"))])
    assert (made.verdict, made.words) == ("Differs by headline", "Help: well. Care: in part.")
    assert made.picture is None


def step(action, because="Why."):
    return Recommendation(action=action, because=because, by=Quarter(2025, 1))


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        ([("", (step("Do."), step("Wait.")))], ["Do.", "Wait."]),
        ([("Help", (step("Do."),)), ("Care", (step("Do."),))], ["Do."]),
        (
            [("Help", (step("Do."), step("Plan."))), ("Care", (step("Mend."), step("Plan.")))],
            ["Help: Do.", "Care: Mend.", "Plan."],
        ),
        (
            [("Help", (step("A."), step("B."), step("C."))), ("Care", (step("D."), step("B.")))],
            ["Help: A.", "Care: D.", "B."],
        ),
    ],
)
def test_the_most_urgent_of_each_headline_comes_first(each, expected):
    assert [one.action for one in steps_of_headlines(each)] == expected
