"""Whole reports on scales of 2, 4, 5 and 11 levels: no foreign word, and they read right."""

from __future__ import annotations

import re

import pytest

from qaf_analysis.terms.scale import OFSTED4
from tests.report.scale_councils import FIVE, NAMED, SCALES, page_on
from tests.wide import wide

EACH = wide(tuple(SCALES), quick=("five", "two"))
ORDINARY = {"met", "not met"}
"""Words of a scale that sentences use otherwise: "to meet one grade"."""


def words_of(scale) -> set[str]:
    levels = {level for level in scale.levels if not level.isdecimal()}
    return {word.casefold() for word in (*levels, *scale.spellings, scale.positive)} - ORDINARY


def foreign_to(own) -> list[str]:
    others = (scale for scale in (OFSTED4, *SCALES.values()) if scale.name != own.name)
    found = {"good", "or better"}.union(*map(words_of, others)) - words_of(own)
    ours = " | ".join(words_of(own))
    return sorted(word for word in found if word not in ours)


@pytest.mark.parametrize("name", EACH)
def test_no_word_of_another_scale_stands_in_the_report(name):
    page, foreign = page_on(name), foreign_to(SCALES[name])
    assert "good" in foreign
    found = [
        line
        for line in page.splitlines()
        for word in foreign
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", line, re.IGNORECASE)
    ]
    assert found == []


@pytest.mark.parametrize("name", EACH)
def test_every_report_says_what_its_scale_calls_positive(name):
    assert page_on(name).count(f"graded {SCALES[name].positive}") > 20


@pytest.mark.parametrize("name", EACH)
def test_no_key_of_the_settings_and_no_phrase_said_twice(name):
    page = page_on(name)
    assert not re.search(r"good_or_better|or more or better|or better or|graded graded", page)
    assert not re.search(r"\ba (?:6 or more|met)\b|share graded,|\{\w*\}", page)


FIVE_SAYS = (
    "[74%] graded expected standard or better by auditors (61 to 84%)",
    "No change can be told in the share graded expected standard or better since the year to "
    "March 2019 (−18 to +15 points).",
    "Not settled yet: mean gap, shift in the share graded expected standard or better, severe "
    "differences and spread between auditors.",
    "## 1 Expected standard or better: no change can be told (75%, now 74%)",
    "In the year to March 2020, 74% (61 to 84%) of 80 audits were graded expected standard or "
    "better by auditors.",
    "- Expected standard or better, this quarter against the last: no change can be told (−45 to "
    "+65 points).",
    "- Hold a calibration session on the line between expected standard and strong standard.",
    "The domains with the smallest share graded expected standard or better were Impact on the "
    "child (58%), Plan (66%) and Risk (66%).",
    "Quarter | Urgent improvement | Needs attention | Expected standard | Strong standard | "
    "Exceptional | All graded | Expected standard or better",
    "The share graded expected standard or better is 10 points higher by auditors than by "
    "moderators (−49 to +63).",
    "The share graded expected standard or better changed by 0 (−17 to +17) points.",
    "By auditors' own grades, 59% (40 to 75%) of 41 audits with a child's domain graded below "
    "expected standard are graded expected standard or better overall (the year to March 2020).",
    "Against 8 domains no theme touched, it changed by +0.88 (+0.47 to +1.29) of a grade, and "
    "its share graded expected standard or better by +24 (+10 to +37) points.",
    "On the p chart of the share graded expected standard or better, no rule finds any of the 9 "
    "quarters; last quarter: no signal at this point.",
    "- 2019-20 Q1: 6 cases; 2 graded expected standard and 4 graded exceptional.",
    "## 8 Audits graded urgent improvement",
    "Positive share | The share of audits graded expected standard or better.",
    "Grade | A level of the declared scale: Urgent improvement, Needs attention, Expected "
    "standard, Strong standard, Exceptional.",
)


@pytest.mark.parametrize("sentence", FIVE_SAYS)
def test_five_levels_read_right(sentence):
    assert FIVE.positive == "expected standard or better"
    assert sentence in page_on("five").splitlines()


@pytest.mark.parametrize(
    ("name", "heading", "row"),
    [
        ("two", "Graded met", "Quarter | Not met | Met | All graded | Graded met"),
        (
            "signs_of_safety",
            "Graded 6 or more",
            "Positive share | The share of audits graded 6 or more.",
        ),
        ("named", "At the Ofsted standard or above", "## 8 Audits graded RI"),
    ],
)
def test_a_number_one_level_and_a_declared_name_stand_alone_at_the_head(name, heading, row):
    lines = page_on(name).splitlines()
    assert any(line.startswith(f"## 1 {heading}") for line in lines)
    assert row in lines


def test_a_declared_name_is_kept_in_the_settings_and_keeps_its_proper_noun():
    assert NAMED.named_positive == "at the Ofsted standard or above"
    assert FIVE.named_positive == OFSTED4.named_positive == ""
