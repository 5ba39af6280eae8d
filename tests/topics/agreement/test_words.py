"""Every sentence on agreement, whole, for figures of every kind."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.kit.parts import Picture, Table
from qaf_analysis.terms.verdicts import AgreementVerdict
from qaf_analysis.topics.agreement.section import AGREEMENT as SECTION
from qaf_analysis.topics.agreement.section import BY_GRADE
from qaf_analysis.topics.agreement.section import DRIVERS as DRIVERS_SECTION
from qaf_analysis.topics.agreement.words import (
    agreement_card,
    grid_of_hundred,
    of_hundred_pairs,
    say_agreement,
    say_agreement_detail,
    say_agreement_drivers,
)
from qaf_analysis.topics.common.section import Shown
from tests.topics.agreement.results import (
    AGREEMENT,
    DETAIL,
    DRIVERS,
    SOURCE,
    figure,
    group,
    unmeasured,
)
from tests.topics.by_hand import unknown

PAIRS = (
    "Of 100 pairs of grades on the same audit, 60 were identical, 28 were one grade apart and 12 "
    "were two or more apart. They rest on 1,030 audits, by 1,007 auditors."
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
LIMITS = (
    "Agreement is not accuracy: auditors can agree and all be too kind, which only external "
    "moderation can show. The coefficient depends on how often each grade is given, so it should "
    "not be compared with another council's."
)


def test_the_headline_is_said_whole():
    said = say_agreement(AGREEMENT)
    assert said.claim == (
        "When two auditors read the same audit they gave the same grade 60 times in 100"
    )
    assert said.paragraphs == (
        PAIRS,
        "Allowing for chance, agreement (Gwet's AC2, linear weights) is 0.64 (0.52 to 0.76), for "
        "auditors like these. Krippendorff's alpha, a stricter measure, is 0.45 (0.33 to 0.57). "
        "Verdict: agrees in part, because the whole interval of AC2 lies at or above 0.40, but not "
        "all of it above 0.60.",
        "Of the pairs that differed, 42% lay between Requires improvement and Good.",
    )
    assert (said.limits, said.source) == (LIMITS, SOURCE)


def test_where_no_pair_differs_no_boundary_is_named():
    alike = replace(
        AGREEMENT,
        identical=1.0,
        one_apart=0.0,
        two_or_more=0.0,
        boundary="",
        boundary_share=nan,
        alpha_ordinal=unknown("every grade is the same"),
    )
    said = say_agreement(alike)
    assert said.claim == (
        "When two auditors read the same audit they gave the same grade 100 times in 100"
    )
    assert said.paragraphs == (
        "Of 100 pairs of grades on the same audit, 100 were identical, 0 were one grade apart and "
        "0 were two or more apart. They rest on 1,030 audits, by 1,007 auditors.",
        "Allowing for chance, agreement (Gwet's AC2, linear weights) is 0.64 (0.52 to 0.76), for "
        "auditors like these. Krippendorff's alpha, a stricter measure, cannot be told, because "
        "every grade is the same. Verdict: agrees in part, because the whole interval of AC2 lies "
        "at or above 0.40, but not all of it above 0.60.",
    )


def test_no_probability_is_told_and_none_is_needed():
    bare = replace(
        AGREEMENT,
        ac2=replace(AGREEMENT.ac2, low=nan, high=nan),
        verdict=AgreementVerdict.NOT_MEASURABLE,
        reason="only 1 audit was graded twice",
    )
    assert say_agreement(bare).paragraphs[1] == (
        "Allowing for chance, agreement (Gwet's AC2, linear weights) is 0.64 (too few to say), for "
        "auditors like these. Krippendorff's alpha, a stricter measure, is 0.45 (0.33 to 0.57). "
        "Verdict: not measurable this period, because only 1 audit was graded twice."
    )


def test_one_pair_in_a_hundred_was_and_two_were():
    few = replace(AGREEMENT, identical=0.01, one_apart=0.98, two_or_more=0.01)
    said = say_agreement(few)
    assert said.claim == (
        "When two auditors read the same audit they gave the same grade 1 time in 100"
    )
    assert said.paragraphs[0] == (
        "Of 100 pairs of grades on the same audit, 1 was identical, 98 were one grade apart and "
        "1 was two or more apart. They rest on 1,030 audits, by 1,007 auditors."
    )
    one = replace(AGREEMENT, identical=0.97, one_apart=0.01, two_or_more=0.02, audits=1, auditors=1)
    one = replace(one, double_gradings=1)
    assert say_agreement(one).paragraphs[0] == (
        "Of 100 pairs of grades on the same audit, 97 were identical, 1 was one grade apart and "
        "2 were two or more apart. They rest on 1 audit, by 1 auditor."
    )


def test_what_cannot_be_measured_says_why_and_what_would_help():
    said = say_agreement(unmeasured())
    assert said.claim == "Agreement among auditors could not be measured this period"
    assert said.paragraphs == (
        "Not available because no audit was graded twice. To measure agreement, have a second "
        "auditor grade a planned share of audits without seeing the first grade.",
    )
    assert (said.limits, said.source) == (LIMITS, SOURCE)
    assert agreement_card(unmeasured("nothing")) == "Not available because nothing."


def test_the_card_has_the_pairs_the_coefficient_and_the_verdict():
    assert agreement_card(AGREEMENT) == (
        "Two auditors gave the same audit the same grade 60% of the time (1,030 audits). Allowing "
        "for chance, agreement is 0.52 to 0.76, for auditors like these. The whole interval of AC2 "
        "lies at or above 0.40, but not all of it above 0.60."
    )
    well = agreement_card(replace(AGREEMENT, verdict=AgreementVerdict.WELL))
    assert well.endswith("0.52 to 0.76, for auditors like these.")
    card = SECTION.card(AGREEMENT, shown(AGREEMENT))
    assert (card.question, card.verdict) == ("Do auditors agree?", "Agrees in part")
    assert card.section == "agreement"
    assert card.picture == shown(AGREEMENT).pictures[0]
    assert "100 squares" in card.picture.alt or "100 pairs" in card.picture.alt
    assert card.words == agreement_card(AGREEMENT)
    none = SECTION.card(unmeasured("nothing"), shown(unmeasured("nothing")))
    assert (none.verdict, none.words, none.picture) == (
        "Not measurable this period",
        "Not available because nothing.",
        None,
    )


def shown(result):
    return Shown(
        headline="",
        section=SECTION,
        result=result,
        statement=say_agreement(result),
        tables=(),
    )


def test_the_sections_stand_in_their_place():
    assert [
        (one.id, one.short, one.level, one.notebook, one.card is None)
        for one in (SECTION, BY_GRADE, DRIVERS_SECTION)
    ] == [
        ("agreement", "Agreement among auditors", 2, "01_agreement", False),
        ("by-grade", "Agreement grade by grade", 3, "01_agreement", True),
        ("drivers", "What drives disagreement", 3, "01_agreement", True),
    ]
    for section, result, claim in (
        (SECTION, AGREEMENT, say_agreement(AGREEMENT).claim),
        (BY_GRADE, DETAIL, "Grade by grade"),
        (DRIVERS_SECTION, DRIVERS, "Where auditors part"),
    ):
        assert section.say(result).claim == claim
        assert isinstance(result, section.result)
        assert section.tables(result) != ()
        assert all(isinstance(each, Table) for each in section.tables(result))
        assert all(isinstance(each, Picture) for each in section.pictures(result))
    assert [
        len(one.pictures(result)) for one, result in ((SECTION, AGREEMENT), (BY_GRADE, DETAIL))
    ] == [3, 0]
    assert [one.asks.__name__ for one in (SECTION, BY_GRADE, DRIVERS_SECTION)] == [
        "agreement",
        "agreement_detail",
        "agreement_drivers",
    ]


def test_a_hundred_pairs_are_shared_out_by_distance():
    assert of_hundred_pairs(AGREEMENT) == [60, 28, 12]
    # 1/3 each: the odd one goes to the first; 2/3, 1/6, 1/6: 66 + 16 + 16, two left for the rests
    thirds = replace(AGREEMENT, identical=1 / 3, one_apart=1 / 3, two_or_more=1 / 3)
    assert of_hundred_pairs(thirds) == [34, 33, 33]


def test_the_grid_adds_up_to_each_distance():
    assert grid_of_hundred(AGREEMENT.pair_shares, [60, 28, 12]) == [
        [4, 7, 3, 1],
        [7, 20, 16, 8],
        [3, 16, 30, 5],
        [1, 8, 5, 6],
    ]
    # 1/3 of 34 on each square of the diagonal is 11.33: 12, 11, 11; no pair lies further apart
    third = 1 / 9
    shares = [[third, third, 0], [third, third, third], [0, third, third]]
    assert grid_of_hundred(shares, [60, 40, 0]) == [[20, 20, 0], [20, 20, 20], [0, 20, 20]]
    assert grid_of_hundred(shares, [34, 66, 0]) == [[12, 33, 0], [33, 11, 33], [0, 33, 11]]


DETAIL_LIMITS = (
    "A rare grade is hard to agree on, and its figure rests on few audits. With several "
    "boundaries one is always the least clear. Coefficients answer different questions and must "
    "not be picked for the answer they give: the verdict rests on AC2 and alpha, as fixed "
    "beforehand."
)
BY_GRADE_WORDS = (
    "When one auditor gives a grade, another auditor of the same audit gives it too this often: "
    "Inadequate: 42% (21 to 63%); Requires improvement: 61% (51 to 70%); Good: 78% (69 to 86%)."
)
BOUNDARY_WORDS = (
    "Where both grades are Requires improvement or Good, the two auditors gave one of each 36% "
    "(25 to 47%) of the time, the most of any boundary."
)
PULL_WORDS = (
    "Leaving out any one auditor moves AC2 by 0.06 at most: the figure does not hang on one person."
)
HALVING_WORDS = (
    "AC2's interval is now 0.24 wide. To halve it, about 1,120 audits a year would have to be "
    "graded twice by 1,008 auditors."
)


def test_the_detail_is_said_whole():
    said = say_agreement_detail(DETAIL)
    assert said.claim == "Grade by grade"
    assert said.paragraphs == (BY_GRADE_WORDS, BOUNDARY_WORDS, PULL_WORDS, HALVING_WORDS)
    assert (said.limits, said.source) == (DETAIL_LIMITS, SOURCE)


def test_nothing_graded_twice_has_no_detail():
    said = say_agreement_detail(replace(DETAIL, double_graded=0))
    assert said.claim == "Agreement grade by grade cannot be told"
    assert said.paragraphs == ("Not available because no audit was graded by two auditors.",)
    assert (said.limits, said.source) == (DETAIL_LIMITS, SOURCE)


def test_a_grade_given_in_nine_audits_is_not_told():
    rare = replace(DETAIL, by_grade=DETAIL.by_grade[3:])
    assert say_agreement_detail(rare).paragraphs[0] == (
        "No grade was given in enough audits graded twice to say how often it is shared."
    )
    gone = replace(DETAIL.by_grade[0], estimate=unknown("never given", cases=40))
    rare = replace(DETAIL, by_grade=(gone, DETAIL.by_grade[2]))
    assert say_agreement_detail(rare).paragraphs[0] == (
        "When one auditor gives a grade, another auditor of the same audit gives it too this "
        "often: Good: 78% (69 to 86%)."
    )


def test_the_boundary_named_is_the_one_most_often_confused():
    low, middle, top = DETAIL.boundaries
    other = replace(DETAIL, boundaries=(replace(low, confused=figure(0.37, 0.2, 0.5)), middle, top))
    assert say_agreement_detail(other).paragraphs[1] == (
        "Where both grades are Inadequate or Requires improvement, the two auditors gave one of "
        "each 37% (20 to 50%) of the time, the most of any boundary."
    )
    none = replace(DETAIL, boundaries=(top,))
    assert say_agreement_detail(none).paragraphs == (BY_GRADE_WORDS, PULL_WORDS, HALVING_WORDS)


@pytest.mark.parametrize(
    ("pull", "sentences"),
    [
        (0.119, (PULL_WORDS.replace("0.06", "0.12"),)),
        (
            0.12,
            (
                "Leaving out one auditor would move AC2 by up to 0.12: the figure leans on single "
                "auditors, because few audits were graded twice.",
            ),
        ),
        (
            0.23,
            (
                "Leaving out one auditor would move AC2 by up to 0.23: the figure leans on single "
                "auditors, because few audits were graded twice.",
            ),
        ),
        (nan, ()),
    ],
)
def test_one_auditor_s_pull_is_held_against_half_the_interval(pull, sentences):
    said = say_agreement_detail(replace(DETAIL, largest_pull=pull))
    assert said.paragraphs == (BY_GRADE_WORDS, BOUNDARY_WORDS, *sentences, HALVING_WORDS)


def test_full_agreement_hangs_on_nobody():
    """All alike: the interval has no width, and leaving out anybody moves nothing."""
    alike = replace(DETAIL, largest_pull=0.0, width=0.0)
    assert say_agreement_detail(alike).paragraphs[2] == (
        "Leaving out any one auditor moves AC2 by 0.00 at most: the figure does not hang on one "
        "person."
    )


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"needed": 1, "auditors": 1},
            "AC2's interval is now 0.24 wide. To halve it, about 1 audit a year would have to be "
            "graded twice by 1 auditor.",
        ),
        (
            {"why_not": "more than the year's 50 audits, so it would take 22.4 years"},
            "AC2's interval is now 0.24 wide. To halve it, about 1,120 audits a year would have "
            "to be graded twice by 1,008 auditors. That is more than the year's 50 audits, so it "
            "would take 22.4 years.",
        ),
        (
            {"needed": 0, "why_not": "more auditors are needed"},
            "AC2's interval is now 0.24 wide; no number of audits would halve it, because more "
            "auditors are needed.",
        ),
        (
            {"needed_share": nan, "needed": 0, "why_not": "the interval is too wide to plan from"},
            "What would halve the interval cannot be planned, because the interval is too wide to "
            "plan from.",
        ),
    ],
)
def test_what_would_halve_the_interval(changed, sentence):
    assert say_agreement_detail(replace(DETAIL, **changed)).paragraphs[-1] == sentence


DRIVERS_LIMITS = (
    "Groups differ in their cases as well as in how they were audited, and most rest on few "
    "audits; overlapping intervals mean that no difference was shown. Looking at many groups "
    "finds one that stands out by chance alone."
)
SITTINGS = "By where auditors sat: in the same room 0.82 (0.73 to 0.91), apart 0.46 (0.34 to 0.59)."


def test_the_drivers_are_said_whole():
    said = say_agreement_drivers(DRIVERS)
    assert said.claim == "Where auditors part"
    assert said.paragraphs == (
        "Agreement is lowest on Plan (0.51) and highest on Risk (0.71); their intervals do not "
        "overlap.",
        SITTINGS,
    )
    assert (said.limits, said.source) == (DRIVERS_LIMITS, SOURCE)


@pytest.mark.parametrize(
    ("high", "end"),
    [
        (0.619, "; their intervals do not overlap."),
        (0.62, ", but their intervals overlap, so no domain stands out."),
        (0.66, ", but their intervals overlap, so no domain stands out."),
    ],
)
def test_a_domain_stands_out_only_where_intervals_do_not_overlap(high, end):
    overall, plan, risk, *rest = DRIVERS.groups
    plan = replace(plan, coefficient=figure(0.51, 0.42, high))
    said = say_agreement_drivers(replace(DRIVERS, groups=(overall, plan, risk, *rest)))
    assert said.paragraphs[0] == (
        f"Agreement is lowest on Plan (0.51) and highest on Risk (0.71){end}"
    )


def test_groups_of_other_kinds_are_no_domains():
    """One domain and a team: nothing to compare, so the audits are counted."""
    plan, north = DRIVERS.groups[1], DRIVERS.groups[4]
    said = say_agreement_drivers(replace(DRIVERS, groups=(plan, north)))
    assert said.paragraphs == (
        "1,030 audits were graded by two or more auditors.",
        "Whether auditors sat together is not recorded for enough audits to compare.",
    )
    one = replace(DRIVERS, groups=(north,), scope=replace(DRIVERS.scope, used=1))
    assert say_agreement_drivers(one).paragraphs[0] == (
        "1 audit was graded by two or more auditors."
    )


def test_two_sittings_are_compared_and_one_is_not():
    room, apart = DRIVERS.groups[5:]
    assert say_agreement_drivers(replace(DRIVERS, groups=(room, apart))).paragraphs[1] == SITTINGS
    said = say_agreement_drivers(replace(DRIVERS, groups=(room, group("sitting", "apart", 9))))
    assert said.paragraphs[1] == (
        "Whether auditors sat together is not recorded for enough audits to compare."
    )


def test_where_no_group_is_large_enough_nothing_is_told():
    said = say_agreement_drivers(replace(DRIVERS, groups=(DRIVERS.groups[3],)))
    assert said.claim == "What drives disagreement cannot be told"
    assert said.paragraphs == (
        "Not available because no group has ten audits graded by two or more auditors.",
    )
    assert (said.limits, said.source) == (DRIVERS_LIMITS, SOURCE)
