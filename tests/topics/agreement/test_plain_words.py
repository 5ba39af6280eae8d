"""What a plain table of grades and a plan of double grading say, whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qaf_analysis.data.plain.counts import PlainCounts
from qaf_analysis.data.plain.grades import PlainGrades
from qaf_analysis.data.plain.levels import declared_levels
from qaf_analysis.stats.agreement.kappas import gwet_ac
from qaf_analysis.stats.agreement.planning import AgreementComponents, agreement_components
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import Population, effective_auditors
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.agreement.analysis.plain_comparison import agreement_comparison
from qaf_analysis.topics.agreement.analysis.plain_table import agreement_table, level_weights
from qaf_analysis.topics.agreement.analysis.planning import (
    ASSUMED,
    PlanBasis,
    agreement_plan,
    assumed_basis,
    fitted_basis,
    planned_double_grading,
)

LABELS = "Bad,Poor,Good,Top"


def table(pairs, *, levels=LABELS, once=(), names=("Ann", "Bea"), **more):
    """Grades of audits by two auditors, and of some by the first alone."""
    rows = [(k, who, grade) for k, pair in enumerate(pairs) for who, grade in enumerate(pair)]
    rows += [(len(pairs) + k, 0, grade) for k, grade in enumerate(once)]
    audit, auditor, grade = (np.array(column) for column in zip(*rows, strict=True))
    return PlainGrades(
        levels=declared_levels(levels),
        audit=audit,
        auditor=auditor,
        grade=grade,
        audits=tuple(f"a{k}" for k in range(len(pairs) + len(once))),
        auditors=names,
        rows=len(rows),
        **{"warnings": ("read so",), **more},
    )


# Eight alike, one apart and two apart, every grade given; Good 8 of 20.
MIXED = ((2, 2),) * 3 + ((1, 1),) * 3 + ((0, 0), (3, 3), (1, 2), (0, 2))
ENDING = "(AC2 with linear weights, alpha with the ordinal metric)"


CAUTION = "The verdict speaks of these auditors only, not of auditors like these."


def test_a_verdict_is_said_with_its_reason_and_for_whom():
    alike = table([(k % 4, k % 4) for k in range(40)])
    for se in ("subjects", "two_way"):  # two auditors leave no error for others
        found = agreement_table(alike, se=se)
        assert found.verdict == (
            "agrees well: the whole interval of AC2 lies at or above 0.60, and that of alpha at or "
            f"above 0.20 {ENDING}"
        )
        assert found.warnings == ("read so", CAUTION)
    one_grade = agreement_table(table([(2, 2)] * 40), se="subjects")
    assert one_grade.verdict == (
        "agrees in part: the whole interval of AC2 lies at or above 0.60, but that of alpha begins "
        "below 0.20: one common grade may flatter AC2 "
        f"{ENDING}"
    )


def test_a_poor_verdict_on_two_auditors():
    found = agreement_table(table([(0, 3), (3, 0), (1, 2), (2, 1)] * 5), se="subjects")
    assert found.verdict == (f"agrees poorly: the whole interval of AC2 lies below 0.50 {ENDING}")
    assert found.warnings == ("read so", CAUTION)
    assert found.levels == ("Bad", "Poor", "Good", "Top")


def test_every_measure_stands_in_its_place():
    found = agreement_table(table(MIXED), se="subjects")
    assert [one.name for one in found.estimates] == [
        "percent_agreement", "within_one", "mean_absolute_difference",
        "specific[Bad]", "specific[Poor]", "specific[Good]", "specific[Top]",
        "gwet_ac", "brennan_prediger", "fleiss", "krippendorff_alpha",
        "krippendorff_alpha[nominal]", "krippendorff_alpha[ordinal]",
        "krippendorff_alpha[interval]", "krippendorff_alpha[ratio]",
        "conger", "scott", "cohen", "light",
        "icc_1_1", "icc_1_k", "icc_2_1", "icc_2_k", "icc_3_1", "icc_3_k",
        "kendall_w", "lin_ccc", "bangdiwala_b", "maxwell_re",
    ]  # fmt: skip


def test_nine_audits_have_no_verdict():
    found = agreement_table(table(MIXED[:9]), se="subjects")
    assert found.verdict == (
        f"too few to say: only 9 audits were graded twice; at least 10 are needed {ENDING}"
    )


def test_cautions_count_what_is_there():
    """20 and 2 grades: 18 of 22 are Good, above 80 %; 17 of 22 are not."""
    uneven = agreement_table(table([(2, 2)] * 8 + [(1, 1)] * 2, once=(2, 2)), se="subjects")
    assert uneven.warnings[-3:] == (
        "Never given: Bad, Top. Brennan-Prediger, AC and weights still count these levels, as the "
        "scale has them.",
        "82% of all grades are Good. Fleiss, Conger, Cohen and alpha then fall and AC rises, with "
        "the same share of equal grades: read them beside percent_agreement.",
        "2 of 12 audits were graded once; they tell only how common each grade is.",
    )
    less = agreement_table(table([(2, 2)] * 8 + [(1, 1)] * 2, once=(2, 1)), se="subjects")
    assert [said.split(" ")[0] for said in less.warnings[-2:]] == ["Never", "2"]
    exactly = agreement_table(table([(2, 2)] * 8 + [(1, 1)] * 2), se="subjects")
    assert "of all grades" not in " ".join(exactly.warnings)  # 16 of 20 are no more than 80 %
    one = agreement_table(table(MIXED, once=(2,)), se="subjects")
    assert one.warnings[-1] == (
        "1 of 11 audits was graded once; it tells only how common each grade is."
    )


def test_counts_do_not_say_who_graded():
    counts = PlainCounts(
        levels=declared_levels(LABELS),
        counts=np.array([[2, 0, 0, 0], [0, 2, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]] * 3),
        by_auditor=False,
        warnings=(),
    )
    words = (
        "The table does not say which auditor gave which grade, so errors allow for other audits "
        "only (subjects), not for other auditors."
    )
    for se in ("two_way", "raters", "gwet_unconditional"):
        found = agreement_table(counts, se=se)
        assert found.warnings[0] == words
        by_name = {one.name: one.estimate for one in found.estimates}
        assert by_name["gwet_ac"] == gwet_ac(
            Ratings.from_counts(counts.counts), weights="linear", se="subjects"
        )
    assert words not in agreement_table(counts, se="subjects").warnings
    crossed = replace(counts, counts=np.diag([3, 3, 3, 3]), by_auditor=True)
    assert words not in agreement_table(crossed).warnings


@pytest.mark.parametrize(
    ("population", "words"),
    [
        (Population(audits=9), "The table holds 10 audits, more than 9 in all."),
        (Population(auditors=1), "The table holds 2 auditors, more than 1 in all."),
    ],
)
def test_a_table_larger_than_all_there_are_is_refused(population, words):
    with pytest.raises(UsageError) as refused:
        agreement_table(table(MIXED), population=population)
    assert str(refused.value) == words
    agreement_table(table(MIXED), population=Population(audits=10, auditors=2))


def test_weights_go_by_the_levels_own_numbers():
    assert level_weights("linear", declared_levels(LABELS)) == "linear"
    assert level_weights("linear", declared_levels("1,2,3,4")) == "linear"
    # 0, 1 and 4: 1 and 3 of 4 apart
    assert level_weights("linear", declared_levels("0,1,4")) == pytest.approx(
        np.array([[1, 3 / 4, 0], [3 / 4, 1, 1 / 4], [0, 1 / 4, 1]])
    )
    # the better level has the smaller number
    assert level_weights("linear", declared_levels("4,1,0")) == pytest.approx(
        np.array([[1, 1 / 4, 0], [1 / 4, 1, 3 / 4], [0, 3 / 4, 1]])
    )
    # power weights with exponent 2: 1 and 9 of 16 away
    rising = np.array([[1, 7 / 16, 0], [7 / 16, 1, 15 / 16], [0, 15 / 16, 1]])
    assert level_weights("power:2", declared_levels("0,3,4")) == pytest.approx(rising)
    falling = level_weights("power:2", declared_levels("4,3,0"))
    assert falling == pytest.approx(rising[::-1, ::-1])
    even = level_weights("power:1", declared_levels(LABELS))
    assert even == pytest.approx(
        np.array([[3, 2, 1, 0], [2, 3, 2, 1], [1, 2, 3, 2], [0, 1, 2, 3]]) / 3
    )
    with pytest.raises(UsageError, match=r"^Ratio weights need levels of 0 or more\.$"):
        level_weights("ratio", declared_levels("-1,0,1"))


def test_levels_below_zero_have_no_ratio():
    pairs = [(k % 3, (k // 2) % 3) for k in range(12)]
    found = agreement_table(table(pairs, levels="-1,0,1"), se="subjects")
    ratio = {one.name: one.estimate for one in found.estimates}["krippendorff_alpha[ratio]"]
    assert ratio.why_not == "the ratio metric is for levels that are numbers from 0 up"
    assert (ratio.method, ratio.level) == ("krippendorff_alpha[ratio]", 0.95)
    from_zero = agreement_table(table(pairs, levels="0,1,2"), se="subjects")
    named = {one.name: one.estimate for one in from_zero.estimates}
    assert named["krippendorff_alpha[ratio]"].is_estimable


def test_two_tables_are_matched_by_name_and_say_so():
    one = table(MIXED, warnings=("first",))
    two = table(MIXED, names=("Bea", "Cal"), warnings=("second",))
    alone = "1 auditor stands in both tables, by name."
    found = agreement_comparison(one, two, se="subjects")
    assert found.warnings == (
        "first",
        "second",
        alone,
        "10 names of audits stand in both tables; they were taken for different audits. Say "
        "--same-audits if they are the same.",
    )
    same = agreement_comparison(one, two, se="subjects", same_audits=True)
    assert same.warnings[2:] == (alone, "10 audits stand in both tables, by their names.")
    both = agreement_comparison(one, one, se="subjects", same_audits=True)
    assert both.warnings[2] == "2 auditors stand in both tables, by their names."
    shared = replace(two, audits=("a0", *(f"b{k}" for k in range(9))))
    assert agreement_comparison(one, shared, se="subjects").warnings[3:] == (
        "1 name of an audit stands in both tables; they were taken for different audits. Say "
        "--same-audits if they are the same.",
    )
    apart = replace(two, audits=tuple(f"b{k}" for k in range(10)), auditors=("Cal", "Dan"))
    assert agreement_comparison(one, apart, se="subjects").warnings[2:] == (
        "0 auditors stand in both tables, by their names.",
    )


COMMON = (
    "Each double-graded audit is chosen at random, graded by two auditors without sight of each "
    "other's grade, and the auditors share them evenly."
)
ASSUMPTION = (
    "Not this council's figures, but assumed: Gwet's AC2, linear weights, of 0.72, and an error "
    "variance of 0.14 / double-graded audits + 0.01 / auditors (an invented council of four grades "
    "whose auditors differ in severity by half as much as practice does)."
)


def test_a_plan_without_a_council_says_what_it_assumes():
    plan = agreement_plan(width=0.2)
    assert plan.assumptions == (ASSUMPTION, COMMON, "200 audits in a year, and 29 auditors.")
    assert (plan.measure, plan.claim, plan.width, plan.level, plan.audits) == (
        "Gwet's AC2, linear weights",
        "auditors-like-these",
        0.2,
        0.95,
        200,
    )
    # half of 29, rounded up, 29 and twice as many
    assert [design.auditors for design in plan.designs] == [15, 29, 58]
    assert [design.share for design in plan.designs] == [
        design.double_graded / 200 for design in plan.designs
    ]
    assert plan.warnings == ()
    asked = agreement_plan(width=0.2, audits=1500, auditors=3, level=0.9)
    assert asked.assumptions[-1] == "1,500 audits in a year, and 3 auditors."
    assert [design.auditors for design in asked.designs] == [2, 3, 6]
    assert (asked.audits, asked.level) == (1500, 0.9)
    two = agreement_plan(width=0.2, auditors=2)
    assert [design.auditors for design in two.designs] == [2, 4]


def test_a_wrong_question_about_a_plan_is_refused():
    two = agreement_plan(width=0.2, audits=2, auditors=2)
    assert two.assumptions[-1] == "2 audits in a year, and 2 auditors."
    for wrong in ({"audits": 1}, {"auditors": 1}):
        with pytest.raises(
            UsageError, match=r"^A plan needs at least two audits and two auditors\.$"
        ):
            agreement_plan(width=0.2, **wrong)
    with pytest.raises(
        UsageError,
        match=r'^"all" is no claim; expected one of auditors-like-these, these-auditors\.$',
    ):
        agreement_plan(width=0.2, claim="all")


def test_more_audits_than_there_are_take_years():
    basis = PlanBasis(
        components=AgreementComponents(value=0.0, audits=0.5, auditors=0.0),
        audits=1000,
        auditors=10,
        assumptions=(),
        warnings=("careful",),
    )
    enough = planned_double_grading(basis, width=0.1)
    number = enough.designs[0].double_graded
    assert number > 0
    assert planned_double_grading(basis, width=0.1, audits=number).designs[0].why_not == ""
    year = planned_double_grading(basis, width=0.1, audits=number - 1).designs[0]
    assert year.why_not == (
        f"more than the year's {number - 1:,} audits, so it would take "
        "1.0 years with every audit graded twice"
    )
    half = planned_double_grading(basis, width=0.1, audits=number // 2).designs[0]
    assert half.why_not == (
        f"more than the year's {number // 2:,} audits, so it would take "
        "2.0 years with every audit graded twice"
    )
    assert half.double_graded == number
    assert half.expected_width == pytest.approx(0.1, rel=1e-3)
    assert enough.warnings == ("careful",)


def ring(audits: int, auditors: int) -> Ratings:
    """Audits shared evenly: each by an auditor and the next; every fourth pair one apart."""
    rows = [
        (k, (k + step) % auditors, (k + (step and k % 4 == 0)) % 4)
        for k in range(audits)
        for step in (0, 1)
    ]
    audit, auditor, grade = np.array(rows).T
    return Ratings(audit=audit, auditor=auditor, grade=grade, n_levels=4)


@pytest.mark.parametrize(("audits", "auditors"), [(29, 10), (30, 9), (12, 6)])
def test_a_council_with_too_few_is_told_so(audits, auditors):
    found = fitted_basis(ring(audits, auditors), year=77, auditors=11)
    why_not = (
        "at least 30 double-graded audits by 10 auditors are needed to plan from the council's own "
        f"figures; there are {audits} by {auditors}"
    )
    assert found == assumed_basis(why_not, audits=77, auditors=11)
    assert found.warnings == (f"Assumed figures are used: {why_not}.",)
    assert (found.components, found.audits, found.auditors) == (ASSUMED, 77, 11)
    assert found.assumptions == (ASSUMPTION, COMMON)


def test_a_council_with_enough_is_planned_from_its_own_figures():
    ratings = ring(30, 10)
    found = fitted_basis(ratings, year=77, auditors=11)
    both = gwet_ac(ratings, weights="linear", se="two_way")
    alone = gwet_ac(ratings, weights="linear", se="subjects")
    own = agreement_components(both, alone, effective_auditors=effective_auditors(ratings.pairs))
    assert (found.components, found.audits, found.auditors, found.why_not) == (own, 77, 11, "")
    assert found.assumptions == (
        "From the council's own 30 double-graded audits by 10 auditors: Gwet's AC2, linear "
        f"weights, of {both.value:.2f}, and an error variance of {own.audits:.3g} / double-graded "
        f"audits + {own.auditors:.3g} / auditors.",
        COMMON,
    )
    alike = (
        "The council's auditors look alike in these audits, so the plan allows nothing for how "
        "they differ; it may be too hopeful."
    )
    assert found.warnings == (() if own.auditors else (alike,))


def test_auditors_who_all_agree_show_no_error_to_plan_from():
    rows = [(k, (k + step) % 10, k % 4) for k in range(40) for step in (0, 1)]
    audit, auditor, grade = np.array(rows).T
    ratings = Ratings(audit=audit, auditor=auditor, grade=grade, n_levels=4)
    found = fitted_basis(ratings, year=77, auditors=11)
    assert found.why_not == "the audits do not differ, or are too few, to show an error"
    assert found.components == ASSUMED
