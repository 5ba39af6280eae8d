"""The gap of a derived overall grade by hand, told with its traps and without a verdict."""

from dataclasses import replace

import numpy as np
import pytest

from qaf_analysis.terms.headlines import DerivedRule
from qaf_analysis.terms.names import DomainTag
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.common.headlines import with_derived
from qaf_analysis.topics.optimism.analysis.derived import derived_gap
from qaf_analysis.topics.optimism.analysis.headline import optimism
from qaf_analysis.topics.optimism.derived import derived_gap_tables, say_derived_gap
from tests.topics.by_hand import Row, audit, council

QUARTER = Quarter(2025, 1)
AREAS = ("Help", "Care", "Plan")
# Auditor's and moderator's grades: weakest 2 and 1, lower median 2 and 2.
KINDER = ((2, 2, 3), (1, 2, 3))
# Weakest 1 and 1, lower median 1 and 2.
HARSHER = ((1, 1, 3), (1, 2, 3))
# The moderator left the third area blank; of the two others the weakest would be 3 and 0.
BLANK = ((3, 3, 3), (0, 3))
GIVEN = (*[KINDER] * 12, *[HARSHER] * 8)


def rows(*pairs):
    return [
        Row(quarter=str(QUARTER), auditor="ABCDEF"[number % 6],
            grades=dict(zip(AREAS, ours, strict=False)),
            moderated=dict(zip(AREAS, theirs, strict=False)))
        for number, (ours, theirs) in enumerate(pairs)
    ]  # fmt: skip


def found(*pairs, rule=DerivedRule.WEAKEST, **more):
    settings = Settings(
        council="Small", headline_domain="Help", headline_domains=AREAS, derived_overall=rule,
        domains={"Help": DomainTag.CHILD, "Care": DomainTag.CHILD, "Plan": None}, **more,
    )  # fmt: skip
    return derived_gap(with_derived(council(*rows(*pairs), settings=settings)), quarter=QUARTER)


@pytest.mark.parametrize(
    ("rule", "gap", "over", "under"),
    [
        (DerivedRule.WEAKEST, 12 / 20, 12 / 20, 0.0),
        (DerivedRule.LOWER_MEDIAN, -8 / 20, 0.0, 8 / 20),
        (DerivedRule.WEAKEST_CHILD, 12 / 20, 12 / 20, 0.0),
    ],
)
def test_the_gap_is_that_of_what_the_rule_makes_of_both(rule, gap, over, under):
    result = found(*GIVEN, rule=rule)
    assert (result.moderated, result.found.cases, result.found.gap.cases) == (20, 20, 20)
    assert result.found.gap.value == pytest.approx(gap)
    assert result.found.over.value == pytest.approx(over)
    assert result.found.under.value == pytest.approx(under)


def test_an_audit_with_a_blank_area_counts_for_nothing():
    result = found(*GIVEN, *[BLANK] * 4)
    assert (result.moderated, result.found.cases) == (24, 20)
    assert result.found.gap.value == pytest.approx(12 / 20)


def test_gap_and_interval_are_those_of_a_judged_grade_on_the_same_audits():
    judged = council(
        *(
            audit(str(QUARTER), min(ours), auditor="ABCDEF"[number % 6],
                  moderated={"Overall": min(theirs)})
            for number, (ours, theirs) in enumerate(GIVEN)
        )
    )  # fmt: skip
    same = optimism(judged, quarter=QUARTER).gap
    gap = found(*GIVEN).found.gap
    assert (gap.value, gap.low, gap.high) == (same.value, same.low, same.high)
    assert gap.low < gap.value < gap.high


def test_few_whole_audits_give_no_gap():
    result = found(*GIVEN[:9], *[BLANK] * 20)
    assert (result.moderated, result.found.cases) == (29, 9)
    assert not result.found.gap.is_estimable
    said = say_derived_gap(result)
    assert said.claim == "Too few moderated audits to tell the gap of the derived grade"
    assert said.paragraphs[0].startswith("Not available because ")
    assert "both graded all 3 areas in 9 of 29 audits moderated" in said.paragraphs[0]


def test_nothing_is_derived_where_no_rule_is_declared():
    plain = council(audit(str(QUARTER), 2, moderated={"Overall": 1}))
    result = derived_gap(plain, quarter=QUARTER)
    assert (result.found, result.name, result.areas, result.moderated) == (None, "", 0, 0)
    assert derived_gap_tables(result) == ()
    assert say_derived_gap(result).claim == "No overall grade is derived"


def test_it_is_told_with_its_traps_and_without_a_verdict():
    said = say_derived_gap(found(*GIVEN, *[BLANK] * 4))
    assert said.claim == "Gap of the derived grade: +0.60 of a grade"
    whole, gap, trap = said.paragraphs
    assert whole == (
        "Auditor and moderator both graded all 3 areas in 20 of 24 audits moderated by a recorded "
        "chance. The other 4 count for nothing here: one area left blank in every audit would move "
        "the derived share by 2 to 5 points."
    )
    assert gap.startswith(
        "On these, the mean gap (audit minus moderation) of the overall grade, derived as the "
        "weakest of 3 areas, is +0.60 ("
    )
    assert gap.endswith(" of audits and higher in 0% (0 to 16%).")
    assert trap == (
        "The weakest of several areas turns noise into harshness: auditors who are only less "
        "steady than moderators look 0.06 (three areas) to 0.09 (six) of a grade harsher than in "
        "the areas."
    )
    assert "told by the areas" in said.limits
    words = " ".join((said.claim, *said.paragraphs)).lower()
    assert [word for word in ("accept", "adjust", "re-audit", "optimis") if word in words] == []


@pytest.mark.parametrize(
    ("rule", "trap"), [(DerivedRule.LOWER_MEDIAN, False), (DerivedRule.WEAKEST_CHILD, True)]
)
def test_only_the_weakest_area_is_said_to_turn_noise_into_harshness(rule, trap):
    said = say_derived_gap(found(*GIVEN, rule=rule))
    assert ("into harshness" in " ".join(said.paragraphs)) is trap
    points = "2 to 5" if trap else "5 to 8"
    assert said.paragraphs[0].endswith(
        "An audit with an area left blank would count for nothing here: one area left blank in "
        f"every audit would move the derived share by {points} points."
    )


def test_the_table_holds_the_same_figures():
    result = found(*GIVEN)
    [table] = derived_gap_tables(result)
    assert table.caption == "Overall, derived as the weakest of 3 areas"
    assert [row[1] for row in table.rows] == ["+0.60", "60%", "0%"]
    assert table.note == "No verdict: over-optimism is told by the areas."


def test_the_order_of_audits_and_areas_makes_no_difference():
    rng = np.random.default_rng(1)
    settings = replace(
        Settings(council="Small", headline_domain="Help", headline_domains=AREAS),
        derived_overall=DerivedRule.WEAKEST,
    )
    given = rows(*GIVEN, *[BLANK] * 4)
    mixed = [given[place] for place in rng.permutation(len(given))]
    one, other = (
        derived_gap(with_derived(council(*each, settings=settings)), quarter=QUARTER).found.gap
        for each in (given, mixed)
    )
    assert one.value == pytest.approx(other.value)
    assert one.low == pytest.approx(other.low)
