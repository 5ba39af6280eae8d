"""The headline of moderated audits, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qaf_analysis.stats.optimism.headline import ModeratedAudits, gap_of_all, headline, stands_for

# 12 of 40 audits: 4 of the 10 "good" ones, 8 of the 30 "requires improvement" ones.
GRADE = np.array([2] * 4 + [1] * 8)
FOUND = np.array([1, 1, 1, 2] + [1] * 6 + [0] * 2)
CASES = ModeratedAudits(
    audit_grade=GRADE,
    moderation_grade=FOUND,
    auditor=np.arange(12) % 5,
    n_levels=4,
    good_from=2,
    selected_by=("stratified",) * 12,
    population=np.array([0, 30, 10, 0]),
    population_auditors=5,
)


def test_audits_drawn_by_grade_share_their_grade_s_audits():
    assert stands_for(CASES).tolist() == pytest.approx([10 / 4] * 4 + [30 / 8] * 8)
    assert gap_of_all(CASES).gap.value == pytest.approx((10 * 3 / 4 + 30 * 2 / 8) / 40)
    assert gap_of_all(CASES).over == gap_of_all(CASES).adjusted.over


def test_within_a_grade_each_weighs_one_over_its_chance():
    chance = np.array([0.2, 0.2, 0.4, 0.4] + [0.5] * 8)
    weight = stands_for(replace(CASES, selection_probability=chance))
    # One over the chance is 5, 5, 2.5 and 2.5, together 15, for 10 audits.
    assert weight.tolist() == pytest.approx([10 / 3, 10 / 3, 5 / 3, 5 / 3] + [30 / 8] * 8)


@pytest.mark.parametrize(
    "alike",
    [
        {"selected_by": ("random",) * 12},
        {"selected_by": ("all",) * 12, "selection_probability": np.ones(12)},
        {"selected_by": None},
        {"population": None},
        {"auditor": None},
    ],
    ids=["random", "all", "untold", "no population", "no auditor"],
)
def test_with_one_chance_all_weigh_alike(alike):
    cases = replace(CASES, **alike)
    assert stands_for(cases) is None
    assert gap_of_all(cases).gap.value == pytest.approx(5 / 12)
    assert gap_of_all(cases).over.value == pytest.approx(5 / 12)
    assert gap_of_all(cases).under.value == 0


def test_nine_audits_give_no_gap_and_no_verdict_but_their_rates():
    nine = replace(
        CASES, audit_grade=GRADE[:9], moderation_grade=FOUND[:9], auditor=np.arange(9) % 5,
        selected_by=("random",) * 9,
    )  # fmt: skip
    found = headline(nine)
    assert found.found.gap.why_not == "only 9 moderated audits can be used; at least 10 are needed"
    assert found.verdict == ("more moderation needed", found.found.gap.why_not)
    assert found.found.over.value == pytest.approx(3 / 9)
    assert not found.found.adjusted.good.is_estimable


def test_several_grades_of_one_audit_are_one_audit():
    assert gap_of_all(replace(CASES, audits=6)).gap.why_not.startswith("only 6 moderated audits")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"no_profile": "the audits carry no single overall grade"}, "no single overall grade"),
        ({"population": None}, "how many audits there are in all is unknown"),
        ({"selected_by": ("unknown",) * 12}, "not recorded"),
        ({"selected_by": ("targeted",) * 12}, "picked without a recorded probability"),
    ],
)
def test_an_adjusted_profile_is_refused_with_its_reason(change, words):
    assert words in gap_of_all(replace(CASES, **change)).adjusted.good.why_not


def test_kinder_and_harsher_auditors():
    swapped = replace(CASES, audit_grade=FOUND, moderation_grade=GRADE, selected_by=None)
    harsher = gap_of_all(replace(swapped, population=np.array([8, 28, 4, 0])))
    assert harsher.gap.value == pytest.approx(-5 / 12)
    assert (harsher.over.value, harsher.under.value) == (0, pytest.approx(5 / 12))
    assert harsher.severe.value == 0
