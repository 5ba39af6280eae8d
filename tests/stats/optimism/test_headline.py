"""The headline of moderated audits, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qaf_analysis.stats.optimism.headline import (
    gap_of_all,
    good_as_audited,
    headline,
    stands_for,
    verdict_inputs,
)
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.stats.optimism.verdict_figures import verdict_figures
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError

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


def test_nine_audits_give_no_gap_no_verdict_and_no_rates():
    nine = replace(
        CASES, audit_grade=GRADE[:9], moderation_grade=FOUND[:9], auditor=np.arange(9) % 5,
        selected_by=("random",) * 9,
    )  # fmt: skip
    found = headline(nine)
    assert found.found.gap.why_not == "only 9 moderated audits can be used; at least 10 are needed"
    assert (found.verdict.verdict, found.verdict.reason, found.verdict.figures) == (
        "more moderation needed", found.found.gap.why_not, (),
    )  # fmt: skip
    assert not found.found.over.is_estimable
    assert not found.found.adjusted.good.is_estimable


def test_verdict_and_spread_rest_on_what_each_audit_stands_for():
    cases = replace(CASES, selection_probability=np.where(np.arange(12) % 2, 0.25, 0.75))
    found, weight = headline(cases), stands_for(cases)
    assert weight is not None
    given = verdict_inputs(cases, weight)
    assert found.verdict.figures[0].small.value == pytest.approx(found.found.gap.value)
    assert found.found.gap.value != pytest.approx(5 / 12)
    assert found.found.good_shift.value == pytest.approx(
        weight @ ((GRADE >= 2) * 1.0 - (FOUND >= 2)) / weight.sum()
    )
    assert found.heterogeneity.method == verdict_figures(given)[3].small.method
    for ours, theirs in zip(found.verdict.figures, verdict_figures(given), strict=True):
        assert (ours.small.low, ours.shown.high) == pytest.approx(
            (theirs.small.low, theirs.shown.high), nan_ok=True
        )


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


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"moderation_grade": FOUND[:-1]}, ShapeError, "audit grade 12, moderation grade 11"),
        ({"auditor": np.arange(11)}, ShapeError, "auditor 11"),
        ({"audit_grade": GRADE / 2}, ShapeError, "whole numbers"),
        ({"moderation_grade": FOUND + 3}, UnknownGradeError, "10 of 12 grade codes"),
        ({"selection_probability": np.zeros(12)}, ShapeError, "above 0"),
        ({"selection_probability": np.ones(11)}, ShapeError, "12 probabilities"),
        ({"blind": np.ones(12)}, ShapeError, "as many true or false"),
        ({"level": 95}, UsageError, "0.95 for 95 %"),
    ],
)
def test_moderated_audits_that_do_not_fit_cannot_be_made(change, error, words):
    with pytest.raises(error, match=words):
        replace(CASES, **change)


def test_the_arrays_of_moderated_audits_cannot_be_changed_afterwards():
    grades = GRADE.copy()
    cases = replace(CASES, audit_grade=grades)
    grades[0] = 0
    assert cases.audit_grade[0] == 2
    with pytest.raises(ValueError, match="read-only"):
        cases.audit_grade[0] = 0


def test_only_those_read_blind_speak_for_the_same_audits():
    blind = np.arange(12) % 2 == 0
    some = replace(CASES, blind=blind, audits=6).only_blind()
    assert some.audit_grade.tolist() == [2, 2, 1, 1, 1, 1]
    assert some.moderation_grade.tolist() == [1, 1, 1, 1, 1, 0]
    assert some.auditor.tolist() == [0, 2, 4, 1, 3, 0]
    assert some.cases == 6
    assert some.population.tolist() == [0, 30, 10, 0]


def test_good_as_audited_is_the_share_of_the_grades_given():
    found = good_as_audited(GRADE, good_from=2, auditor=None, audits=12)
    assert (found.value, found.cases) == (pytest.approx(4 / 12), 12)
    assert not good_as_audited(GRADE, good_from=2, auditor=None, audits=9).is_estimable
    none = good_as_audited(GRADE[:0], good_from=2, auditor=None, audits=0)
    assert none.why_not == "no audit was graded"


def test_kinder_and_harsher_auditors():
    swapped = replace(CASES, audit_grade=FOUND, moderation_grade=GRADE, selected_by=None)
    harsher = gap_of_all(replace(swapped, population=np.array([8, 28, 4, 0])))
    assert harsher.gap.value == pytest.approx(-5 / 12)
    assert (harsher.over.value, harsher.under.value) == (0, pytest.approx(5 / 12))
    assert harsher.severe.value == 0
