"""Small councils whose agreement is worked out by hand, from the rows to the words."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from math import isnan

import krippendorff
import numpy as np
import pandas as pd
import pytest

from qaf_analysis.stats.agreement.alpha import krippendorff_alpha
from qaf_analysis.stats.agreement.kappas import gwet_ac, percent_agreement
from qaf_analysis.stats.agreement.planning import AgreementComponents
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.terms.names import OVERALL
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import ProcessChange, Settings
from qaf_analysis.terms.verdicts import AgreementVerdict
from qaf_analysis.topics.agreement.analysis import detail as detail_module
from qaf_analysis.topics.agreement.analysis.detail import agreement_detail
from qaf_analysis.topics.agreement.analysis.drivers import agreement_drivers
from qaf_analysis.topics.agreement.analysis.headline import agreement
from qaf_analysis.topics.agreement.analysis.planning import PlanBasis, planned_double_grading
from qaf_analysis.topics.agreement.analysis.readings import Readings
from qaf_analysis.topics.agreement.pictures import agreement_drivers_pictures
from qaf_analysis.topics.agreement.words import (
    say_agreement,
    say_agreement_detail,
    say_agreement_drivers,
)
from tests.topics.by_hand import Row, audit, council

NOW = Quarter(2019, 4)
YEAR = ("2019-20 Q1", "2019-20 Q2", "2019-20 Q3", "2019-20 Q4")
BEFORE = "2018-19 Q4"
PEOPLE = "ABCDEF"


def double(quarter: str, first: int, second: int, *, who: str = "AB", **more: object) -> Row:
    """An audit graded by two auditors."""
    return audit(
        quarter,
        first,
        auditor=who[0],
        second={OVERALL: second},
        second_auditor=who[1],
        **more,
    )


def pairs_of(grades, quarter=YEAR[3]):
    """Audits graded by two of six auditors in turn."""
    return [
        double(quarter, a, b, who=PEOPLE[k % 6] + PEOPLE[(k + 1 + k // 6) % 6])
        for k, (a, b) in enumerate(grades)
    ]


# Twelve audits of the year graded twice: eight alike, three one apart, one two apart.
TWICE = ((2, 2),) * 4 + ((1, 1),) * 3 + ((1, 2),) * 2 + ((3, 2), (0, 2), (3, 3))


@pytest.fixture(scope="module")
def mixed():
    """Twelve of the year graded twice, two once, one by a second auditor who saw the first grade.

    A year before, two graded twice and alike; a quarter later one that is not to count.
    """
    rows = pairs_of(TWICE)
    rows = [replace(row, quarter=YEAR[k // 3]) for k, row in enumerate(rows)]
    return council(
        *rows,
        audit(YEAR[3], 2, auditor="A"),
        audit(YEAR[0], 0, auditor="B"),
        double(YEAR[1], 2, 0, blind=False),
        double(BEFORE, 3, 3),
        double(BEFORE, 3, 2, who="CD"),
        double("2020-21 Q1", 0, 3),
    )


def ratings_by_hand():
    """The readings that count: the seen second reading is left out, its first grade stays."""
    rows = [
        (k, PEOPLE.index(person), grade)
        for k, row in enumerate(pairs_of(TWICE))
        for person, grade in ((row.auditor, TWICE[k][0]), (row.second_auditor, TWICE[k][1]))
    ]
    rows += [(12, 0, 2), (13, 1, 0), (14, 0, 2)]
    audits, auditors, grades = np.array(rows).T
    return Ratings(audit=audits, auditor=auditors, grade=grades, n_levels=4)


def test_the_headline_of_twelve_audits(mixed):
    found = agreement(mixed, quarter=NOW)
    assert (found.audits, found.auditors, found.pairs) == (12, 6, 12)
    assert found.identical == pytest.approx(8 / 12)
    assert found.one_apart == pytest.approx(3 / 12)
    assert found.two_or_more == pytest.approx(1 / 12)
    assert found.pair_matrix == ((0, 0, 1, 0), (0, 3, 2, 0), (1, 2, 4, 1), (0, 0, 1, 1))
    assert np.array(found.pair_shares) == pytest.approx(np.array(found.pair_matrix) / 12)
    # of four pairs that differ, two lie between the middle grades
    assert (found.boundary, found.boundary_share) == ("Requires improvement and Good", 2 / 4)
    assert found.exact.value == pytest.approx(8 / 12)
    assert found.within_one.value == pytest.approx(11 / 12)
    # Linear weights 1, 2/3, 1/3, 0: (8 + 3 * 2/3 + 1/3) / 12 = 31/36 agreed. Fifteen audits, each
    # counting once, hold 1.5, 4, 8 and 1.5 of the grades; the weights add up to 28/3 of 12.
    share = np.array([1.5, 4, 8, 1.5]) / 15
    by_chance = 28 / 3 / 12 * (share * (1 - share)).sum()
    assert found.ac2.value == pytest.approx((31 / 36 - by_chance) / (1 - by_chance))
    matrix = np.array(TWICE, dtype=float).T
    for metric in ("nominal", "ordinal", "interval"):
        peer = krippendorff.alpha(
            matrix, level_of_measurement=metric, value_domain=[0.0, 1.0, 2.0, 3.0]
        )
        assert getattr(found, f"alpha_{metric}").value == pytest.approx(peer)


def test_every_figure_of_the_headline_is_that_of_its_name(mixed):
    found, ratings = agreement(mixed, quarter=NOW), ratings_by_hand()
    assert found.exact == percent_agreement(ratings)
    assert found.within_one == percent_agreement(ratings, weights="within_one")
    assert found.ac2 == gwet_ac(ratings, weights="linear", se="two_way")
    assert found.ac2_for_these_auditors == gwet_ac(ratings, weights="linear", se="subjects")
    assert found.alpha_nominal == krippendorff_alpha(ratings, metric="nominal")
    assert found.alpha_ordinal == krippendorff_alpha(ratings, metric="ordinal")
    assert found.alpha_interval == krippendorff_alpha(ratings, metric="interval")


def test_the_readings_that_count_and_those_that_do_not(mixed):
    found = agreement(mixed, quarter=NOW)
    assert found.scope.source_line == (
        "12 audits graded by two or more auditors, the year to March 2020. 3 left out (graded by "
        "one auditor only); 1 left out (second readings that were not blind)."
    )
    scope = found.scope
    assert (scope.council, scope.first, scope.last, scope.quarter) == (
        "Small",
        Quarter(2019, 1),
        NOW,
        NOW,
    )
    readings = Readings.of(mixed, NOW)
    assert readings.year == 15  # every routine audit of the year
    assert len(readings.every) == 32  # 12 + 1 + 2 graded twice, 2 once, none from later
    assert readings.every_blind.n_audits == 17
    assert len(readings.double) == 24
    assert readings.levels == ("Inadequate", "Requires improvement", "Good", "Outstanding")


def test_each_financial_year_stands_for_itself(mixed):
    earlier, later = agreement(mixed, quarter=NOW).by_year
    assert (earlier.label, later.label) == ("2018-19", "2019-20")
    for one in (earlier.exact, earlier.coefficient):
        assert (one.why_not, one.cases) == ("it would rest on 2 audits; at least 10 are needed", 2)
    assert (later.exact.cases, later.coefficient.cases) == (12, 12)
    assert later.exact.value == pytest.approx(8 / 12)


def test_the_words_of_twelve_audits(mixed):
    found = agreement(mixed, quarter=NOW)
    said = say_agreement(found)
    assert said.claim == (
        "When two auditors read the same audit they gave the same grade 67 times in 100"
    )
    # 66.67, 25 and 8.33: the odd one goes to the largest rest
    assert said.paragraphs[0] == (
        "Of 100 pairs of grades on the same audit, 67 were identical, 25 were one grade apart and "
        "8 were two or more apart. They rest on 12 audits, by 6 auditors."
    )
    assert said.paragraphs[2] == (
        "Of the pairs that differed, 50% lay between Requires improvement and Good."
    )


def test_the_detail_of_twelve_audits(mixed):
    found = agreement_detail(mixed, quarter=NOW)
    # of 24 grades 1, 8, 12 and 3
    assert found.prevalence == pytest.approx((1 / 24, 8 / 24, 12 / 24, 3 / 24))
    # No grade was given on ten audits or more.
    assert [level.name for level in found.by_grade] == list(found.levels)
    assert not any(level.estimate.is_estimable for level in found.by_grade)
    assert [level.estimate.cases for level in found.by_grade] == [1, 5, 8, 2]
    low, middle, top = found.boundaries
    assert (low.lower, low.upper, low.pairs) == ("Inadequate", "Requires improvement", 3)
    assert (middle.lower, middle.upper, middle.pairs) == ("Requires improvement", "Good", 9)
    assert (top.lower, top.upper, top.pairs) == ("Good", "Outstanding", 6)
    # Audits at a boundary are fewer than ten, though pairs of grades may be more.
    assert all(math.isnan(one.confused.value) for one in found.boundaries)
    ratings = ratings_by_hand()
    ac2 = gwet_ac(ratings, weights="linear")
    assert found.width == ac2.high - ac2.low
    assert found.double_graded == 12
    moved = [abs(without_auditor(ratings, person).value - ac2.value) for person in range(6)]
    assert found.largest_pull == pytest.approx(max(moved))
    assert min(moved) < max(moved)
    assert (found.needed, found.auditors) == (0, 0)
    assert isnan(found.needed_share)
    assert found.why_not == (
        "at least 30 double-graded audits by 10 auditors are needed to plan from the council's own "
        "figures; there are 14 by 6"
    )


@pytest.mark.parametrize("as_many", [2, 12])
def test_half_the_interval_is_planned_for_as_many_auditors(as_many, monkeypatch):
    """Enough of the council's own; the design is neither that of half as many nor of twice."""
    people = "ABCDEFGHIJKL"
    rows = [
        double(
            YEAR[k % 4], k % 4, (k + (k % 3 == 0)) % 4, who=people[k % 12] + people[(k + 1) % 12]
        )
        for k in range(48)
    ]
    basis = PlanBasis(
        components=AgreementComponents(value=0.6, audits=0.3, auditors=0.0),
        audits=400,
        auditors=12,
        assumptions=(),
        warnings=(),
    )
    monkeypatch.setattr(detail_module, "fitted_basis", lambda ratings, *, year, auditors: basis)
    rows += [audit(YEAR[3], 2)]
    audits = council(*rows)
    if as_many == 2:
        audits = council(*(replace(r, auditor="A", second_auditor="B") for r in rows))
    found = agreement_detail(audits, quarter=NOW)
    plan = planned_double_grading(basis, width=found.width / 2, auditors=as_many)
    [design] = [one for one in plan.designs if one.auditors == as_many]
    assert design.double_graded > 0
    assert (found.needed, found.needed_share) == (design.double_graded, design.share)
    assert (found.auditors, found.why_not) == (as_many, design.why_not)


def test_an_auditor_of_every_pair_cannot_be_left_out():
    """All read with A: without A no pair is left, so the pull is that of the others."""
    grades = [(2, 2), (1, 2), (1, 1), (2, 2)] * 5
    rows = [double(YEAR[3], a, b, who="A" + "BCDE"[k % 4]) for k, (a, b) in enumerate(grades)]
    found = agreement_detail(council(*rows), quarter=NOW)
    audits = np.repeat(np.arange(20), 2)
    people = np.array([[0, 1 + k % 4] for k in range(20)]).ravel()
    ratings = Ratings(audit=audits, auditor=people, grade=np.array(grades).ravel(), n_levels=4)
    ac2 = gwet_ac(ratings, weights="linear").value
    moved = [abs(without_auditor(ratings, person).value - ac2) for person in range(5)]
    assert isnan(moved[0])
    assert found.largest_pull == pytest.approx(max(moved[1:]))


def test_nine_audits_are_too_few_to_plan_from():
    found = agreement_detail(council(*pairs_of([(2, 2), (1, 2), (1, 1)] * 3)), quarter=NOW)
    assert found.why_not == "too few audits were graded twice to plan from"
    assert (found.needed, found.auditors, isnan(found.needed_share)) == (0, 0, True)
    none = agreement_detail(council(audit(YEAR[3], 2), audit(YEAR[3], 1)), quarter=NOW)
    assert none.why_not == "none of the 2 audits was graded by two auditors"


def without_auditor(ratings, person):
    kept = ratings.auditor != person
    return gwet_ac(
        Ratings(
            audit=ratings.audit[kept],
            auditor=ratings.auditor[kept],
            grade=ratings.grade[kept],
            n_levels=4,
        ),
        weights="linear",
    )


def test_an_audit_that_three_read_counts_once():
    """(2, 2, 2) has three pairs and (1, 3) one: of four pairs three are alike, of audits one."""
    audits = council(double(YEAR[3], 2, 2), double(YEAR[3], 1, 3))
    third = audits.ratings[audits.ratings["rater"] == "B"].iloc[:1].assign(rater="C")
    audits = replace(audits, ratings=pd.concat([audits.ratings, third], ignore_index=True))
    found = agreement(audits, quarter=NOW)
    assert (found.audits, found.auditors, found.pairs) == (2, 3, 4)
    assert (found.identical, found.one_apart, found.two_or_more) == (1 / 2, 0, 1 / 2)
    assert found.pair_matrix == ((0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 3, 0), (0, 1, 0, 0))
    assert found.pair_shares[2][2] == found.pair_shares[1][3] == found.pair_shares[3][1] == 1 / 2
    detail = agreement_detail(audits, quarter=NOW)
    assert detail.prevalence == pytest.approx((0, 1 / 4, 1 / 2, 1 / 4))


def test_the_measures_of_the_detail_are_by_linear_weights(mixed):
    measures = {one.name: one.estimate for one in agreement_detail(mixed, quarter=NOW).measures}
    assert measures["percent_agreement"].value == pytest.approx(31 / 36)
    assert measures["mean_absolute_difference"].value == pytest.approx(5 / 12)
    assert measures["gwet_ac"] == gwet_ac(ratings_by_hand(), weights="linear", se="two_way")


def test_auditors_who_all_agree_do_not_agree_poorly():
    """No error to reckon with.

    Six auditors in turn are 6 effective ones: t at 5 df is 2.571. A quarter of each grade makes
    chance 7/12, so that AC2 begins at 1 - 2.571² (1/3) / (5/12) / 24 = 0.78.
    """
    found = agreement(council(*pairs_of([(k % 4, k % 4) for k in range(24)])), quarter=NOW)
    assert (found.ac2.value, found.alpha_ordinal.value) == (1, 1)
    assert found.ac2.low > 0.6
    assert found.alpha_ordinal.low > 0.4
    assert (found.boundary, isnan(found.boundary_share)) == ("", True)
    said = say_agreement(found)
    assert found.verdict == AgreementVerdict.WELL
    assert said.paragraphs == (
        "Of 100 pairs of grades on the same audit, 100 were identical, 0 were one grade apart and "
        "0 were two or more apart. They rest on 24 audits, by 6 auditors.",
        "Allowing for chance, agreement (Gwet's AC2, linear weights) is 1.00 (0.78 to 1.00), for "
        "auditors like these. Krippendorff's alpha, a stricter measure, is 1.00 (0.81 to 1.00). "
        "Verdict: agrees well, because the whole interval of AC2 lies at or above 0.60, and that "
        "of alpha at or above 0.20.",
    )
    detail = agreement_detail(council(*pairs_of([(k % 4, k % 4) for k in range(24)])), quarter=NOW)
    assert say_agreement_detail(detail).paragraphs == (
        "No grade was given in enough audits graded twice to say how often it is shared.",
        "Where two grades are neighbours, the two auditors never gave one of each.",
        "Leaving out any one auditor moves AC2 by 0.00 at most: the figure does not hang on one "
        "person.",
        "What would halve the interval cannot be planned, because grades of the same audit do not "
        "differ, so what chance does is unknown.",
    )


def test_one_grade_only_tells_nothing_of_alpha():
    found = agreement(council(*pairs_of([(2, 2)] * 24)), quarter=NOW)
    assert not found.alpha_ordinal.is_estimable
    assert (found.verdict, found.reason) == (
        AgreementVerdict.IN_PART,
        "the whole interval of AC2 lies at or above 0.60, but that of alpha begins below 0.20: one "
        "common grade may flatter AC2",
    )


def test_ten_who_agree_are_too_few_to_be_sure_of_060():
    """Half of either grade: chance 7/9 of 1/2. Five auditors: t at 4 df is 2.776."""
    rows = [
        double(YEAR[3], k % 2 + 1, k % 2 + 1, who="ABCDE"[k % 5] + "ABCDE"[(k + 1) % 5])
        for k in range(10)
    ]
    found = agreement(council(*rows), quarter=NOW)
    assert found.ac2.low == pytest.approx(1 - 2.7764**2 * (1 / 3) / (1 - 7 / 18) / 10, abs=1e-4)
    assert 0.4 < found.ac2.low < 0.6
    assert (found.verdict, found.reason) == (
        AgreementVerdict.IN_PART,
        "the whole interval of AC2 lies at or above 0.40, but not all of it above 0.60",
    )


def test_auditors_at_opposite_ends_agree_poorly_and_name_no_boundary():
    found = agreement(council(*pairs_of([(0, 3), (3, 0)] * 8)), quarter=NOW)
    assert (found.identical, found.one_apart, found.two_or_more) == (0, 0, 1)
    assert (found.boundary, isnan(found.boundary_share)) == ("", True)
    assert (found.verdict, found.reason) == (
        AgreementVerdict.POORLY,
        "the whole interval of AC2 lies below 0.50",
    )
    # all agreed is 0; half of the grades at either end
    by_chance = 28 / 3 / 12 * 0.5
    assert found.ac2.value == pytest.approx(-by_chance / (1 - by_chance))


@pytest.mark.parametrize(
    ("grades", "reason"),
    [
        ([(2, 2), (1, 2), (1, 1)] * 3, "only 9 audits were graded twice; at least 10 are needed"),
        ([(2, 1)], "only 1 audit was graded twice; at least 10 are needed"),
    ],
)
def test_nine_audits_carry_no_verdict(grades, reason):
    found = agreement(council(*pairs_of(grades)), quarter=NOW)
    assert (found.verdict, found.reason) == (AgreementVerdict.TOO_FEW, reason)


def test_nothing_graded_twice():
    found = agreement(council(audit(YEAR[3], 2), audit(YEAR[3], 1)), quarter=NOW)
    assert found.verdict == AgreementVerdict.NOT_MEASURABLE
    assert found.reason == "none of the 2 audits was graded by two auditors"
    assert (found.audits, found.pairs, found.boundary) == (0, 0, "")
    detail = agreement_detail(council(audit(YEAR[3], 2)), quarter=NOW)
    assert detail.double_graded == 0
    assert detail.prevalence == (0, 0, 0, 0)
    assert isnan(detail.largest_pull)


SETTINGS = Settings(
    council="Small",
    domains={"Plan": None, "Risk": None, OVERALL: None},
    process_changes=(
        ProcessChange(kind="training", label="Training", starts=date(2019, 8, 1)),
        ProcessChange(kind="pool", label="Much later", starts=date(2020, 8, 1)),
    ),
)


def split_council():
    """Ten audits a quarter. Before the second quarter all differ, after it all agree.

    Team North has the first ten and ten of the last; the third quarter is a calibration.
    """
    rows = []
    for place, quarter in enumerate(YEAR):
        for k in range(10):
            second = 1 if place == 0 or (place == 1 and k < 5) else 2
            who = PEOPLE[k % 6] + PEOPLE[(k + 1 + k // 6) % 6]
            rows.append(
                Row(
                    quarter=quarter,
                    grades={OVERALL: 2, "Plan": 2, "Risk": k % 2},
                    second={OVERALL: second, "Plan": 2 if k < 7 else 0},
                    auditor=who[0],
                    second_auditor=who[1],
                    audit_type="calibration" if place == 2 else "collaborative",
                    team="North" if place in (0, 3) else "South",
                    case_type="CIN" if k < 3 else "CP",
                )
            )
    audits = council(*rows, settings=SETTINGS)
    # in the first quarter auditors sat apart, in the last in the same room
    sat = audits.audits["quarter"].map({YEAR[0]: False, YEAR[3]: True}).astype("boolean")
    return replace(audits, audits=audits.audits.assign(co_located=sat))


def told(groups):
    return [
        (
            group.kind,
            group.label,
            group.audits,
            None if isnan(group.exact.value) else round(group.exact.value, 6),
        )
        for group in groups
    ]


@pytest.fixture(scope="module")
def split():
    return agreement_drivers(split_council(), quarter=NOW)


def test_each_group_has_its_own_audits_and_share(split):
    """Alike: 0 of 10 in the first quarter, 5 of 10 in the second, all of 20 after it."""
    assert told(split.groups) == [
        ("domain", "Plan", 40, 28 / 40),
        ("domain", "Risk", 0, None),
        ("domain", "Overall", 40, 25 / 40),
        # without the calibration: the first three of each quarter, and the other seven
        ("case type", "CIN", 9, None),
        ("case type", "CP", 21, round((0 + 5 + 7) / 21, 6)),
        ("team", "North", 20, 10 / 20),
        ("team", "South", 10, 5 / 10),
        ("sitting", "in the same room", 10, 1.0),
        ("sitting", "apart", 10, 0.0),
        ("kind of reading", "calibration audits", 10, 1.0),
        ("kind of reading", "second readings", 30, 15 / 30),
        ("process change", "before Training", 10, 0.0),
        ("process change", "after Training", 20, 1.0),
        # "Much later" lies after every audit: there is nothing to set beside it.
    ]
    few = next(group for group in split.groups if group.label == "CIN")
    assert few.exact == few.coefficient
    assert few.coefficient.why_not == "only 9 audits were graded twice; at least 10 are needed"
    assert few.coefficient.cases == 9


def test_all_quarters_together_are_of_the_headline_whichever_domain_comes_first(split):
    assert told([split.whole]) == [("period", "all quarters", 40, 25 / 40)]
    [picture] = agreement_drivers_pictures(split)
    whole = split.whole.coefficient
    assert f" All quarters together: {whole.value:.2f}. 2019-20 Q4: " in picture.alt
    assert "Lowest 2019-20 Q1: " in picture.alt
    assert "Before 2019-20 Q2: Training." in picture.alt


def test_without_a_headline_all_domains_count_together():
    """Ten audits a quarter in two domains: 7 of 10 alike on plans, 5 of 10 on risks."""
    rows = [
        Row(
            quarter=quarter,
            grades={"Plan": 2, "Risk": 1},
            second={"Plan": 2 if k < 7 else 0, "Risk": 1 if k < 5 else 2},
            auditor="A",
            second_auditor="B",
        )
        for quarter in YEAR[:2]
        for k in range(10)
    ]
    found = agreement_drivers(council(*rows), quarter=Quarter(2019, 2))
    assert told([found.whole]) == [("period", "all quarters", 20, 24 / 40)]
    assert told(found.quarters) == [
        ("quarter", YEAR[0], 10, 12 / 20),
        ("quarter", YEAR[1], 10, 12 / 20),
    ]
    assert found.scope.source_line == (
        "40 double domain grades, 2019-20 Q1 to 2019-20 Q2. None left out."
    )
    head = agreement(council(*rows), quarter=Quarter(2019, 2))
    assert head.scope.source_line == (
        "40 double domain grades, 2019-20 Q1 to 2019-20 Q2. None left out."
    )
    # Grades of one audit go together, so audits are counted, and domains said beside them.
    assert (head.ac2.cases, head.audits, head.double_gradings) == (20, 20, 40)
    assert (
        say_agreement(head)
        .paragraphs[0]
        .endswith("They rest on 20 audits with 40 double domain grades, by 2 auditors.")
    )


def test_each_quarter_has_its_own_audits_and_share(split):
    assert told(split.quarters) == [
        ("quarter", YEAR[0], 10, 0.0),
        ("quarter", YEAR[1], 10, 0.5),
        ("quarter", YEAR[2], 10, 1.0),
        ("quarter", YEAR[3], 10, 1.0),
    ]
    assert [(change.label, change.quarter) for change in split.changes] == [
        ("Training", Quarter(2019, 2))
    ]
    assert split.scope.source_line == (
        "40 audits graded by two or more auditors, 2019-20 Q1 to 2019-20 Q4. None left out."
    )
    # (2, 1) ten times: 2/3 agreed, half of the grades each
    by_chance = 28 / 3 / 12 * 0.5
    assert split.quarters[0].coefficient.value == pytest.approx(
        (2 / 3 - by_chance) / (1 - by_chance)
    )


def test_the_groups_rest_on_all_quarters_up_to_the_one_reported(mixed):
    scope = agreement_drivers(mixed, quarter=NOW).scope
    assert (scope.council, scope.first, scope.last, scope.quarter, scope.used) == (
        "Small",
        Quarter(2018, 4),
        NOW,
        NOW,
        14,
    )


def test_the_words_on_the_groups(split):
    """(2/3 - 7/18) / (11/18) = 0.45 apart; Plan 28 of 40 alike, else two apart: 0.73."""
    said = say_agreement_drivers(split).paragraphs
    assert said[1].startswith("By where auditors sat: in the same room 1.00 (")
    assert "), apart 0.45 (" in said[1]


def test_one_way_of_sitting_is_no_comparison():
    audits = split_council()
    together = audits.audits["co_located"]
    all_apart = replace(audits, audits=audits.audits.assign(co_located=together & False))
    kinds = [group.kind for group in agreement_drivers(all_apart, quarter=NOW).groups]
    assert "sitting" not in kinds
    unknown_sitting = replace(audits, audits=audits.audits.assign(co_located=None))
    kinds = [group.kind for group in agreement_drivers(unknown_sitting, quarter=NOW).groups]
    assert "sitting" not in kinds


def test_a_group_is_measured_by_linear_weights_and_identity(split):
    rows = [(k, 2, 2 if k < 7 else 0) for k in range(10)] * 4
    plan = next(group for group in split.groups if group.label == "Plan")
    alike = sum(a == b for _, a, b in rows) / 40
    # 28 alike and 12 two apart, with credit 1/3: (28 + 4) / 40; 68 of 80 grades Good
    by_chance = 28 / 3 / 12 * (2 * (68 / 80) * (12 / 80))
    assert plan.exact.value == pytest.approx(alike)
    assert plan.coefficient.value == pytest.approx((32 / 40 - by_chance) / (1 - by_chance))
    assert plan.coefficient.cases == 40
