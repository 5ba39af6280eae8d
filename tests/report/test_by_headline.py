"""Cards and steps where there are several headlines: each named, the shared ones said once."""

from dataclasses import replace

import pytest

from qaf_analysis.kit.parts import Card
from qaf_analysis.report.by_headline import NOT_ASKED, card_of_headlines, headlines_table
from qaf_analysis.terms.headlines import DerivedRule
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.headlines import with_derived
from qaf_analysis.topics.common.scope import latest_quarter
from qaf_analysis.topics.optimism.analysis.derived import DerivedGap
from qaf_analysis.topics.recommendations import Recommendation, steps_of_headlines
from qaf_analysis.topics.registry import answers
from tests.golden.councils import council
from tests.golden.page import page


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


@pytest.mark.slow
def test_the_derived_grade_has_its_gap_and_no_verdict_in_the_table_of_headlines():
    areas = ("Plan", "Recording", "Supervision")
    audits = council("kinder")
    settings = replace(
        audits.settings, headline_domain="Plan", headline_domains=areas,
        derived_overall=DerivedRule.WEAKEST,
    )  # fmt: skip
    given = with_derived(replace(audits, settings=settings))
    results = answers(Evidence(audits=given, quarter=latest_quarter(given)))
    [table] = headlines_table(results)
    assert [row[0] for row in table.rows] == [*areas, settings.derived_domain]
    gap = results[DerivedGap].found.gap
    assert 0 < gap.low < gap.value < gap.high
    assert table.rows[-1][5] == f"+{gap.value:.2f} (+{gap.low:.2f} to +{gap.high:.2f})"
    assert (table.rows[-1][3], table.rows[-1][6]) == (NOT_ASKED, NOT_ASKED)
    assert NOT_ASKED not in [cell for row in table.rows[:-1] for cell in row]
    told = page(results)
    assert f"Gap of the derived grade: +{gap.value:.2f} of a grade" in told
    assert told.count("The weakest of several areas turns noise into harshness") == 1


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
