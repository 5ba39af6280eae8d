"""Every sentence on over-optimism, whole, for figures on either side of each condition."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.stats.optimism.several_draws import (
    DrawBasis,
    GradeLine,
    PanelDifference,
    PanelLine,
    WeightLine,
)
from qaf_analysis.terms.scale import OFSTED4, ScaleWords
from qaf_analysis.topics.common.section import Shown
from qaf_analysis.topics.optimism.analysis.gaps import ToldApart
from qaf_analysis.topics.optimism.draw_tables import draw_tables
from qaf_analysis.topics.optimism.section import GAPS, MODERATION
from qaf_analysis.topics.optimism.words import optimism_card, say_optimism, say_optimism_detail
from tests.topics.by_hand import estimated, unknown
from tests.topics.optimism.results import (
    CHANCE,
    DETAIL,
    OPTIMISM,
    RISK,
    SOURCE,
    UNSURE,
    group,
)

FEW = "only 7 moderated audits can be used; at least 10 are needed"
GAP = (
    "On 60 audits chosen for moderation by a recorded chance, the mean gap (audit minus "
    "moderation) "
    "is +0.42 (+0.21 to +0.63) of a grade. Weights let them speak for all 1,200 audits. "
    "Moderators graded lower in 45% (33 to 58%) of them and higher in 8% (3 to 18%). The "
    "difference was two grades or more in 5% (2 to 14%). The share graded good or better is 23 "
    "points higher by auditors than by moderators (+11 to +35). Verdict: re-audit. More than 10% "
    "of audits are two grades or more apart. A gap is small within ±0.25 of a grade, a shift "
    "within ±12.5 points. Differences are small where at most 10% of audits are two grades or more "
    "apart, and auditors' own gaps spread by at most 0.50 of a grade."
)
ADJUSTED = (
    "By auditors, 60% (57 to 63%) of 1,200 audits were graded good or better. Had external "
    "moderators "
    "graded them all, the share would be about 37% (28 to 46%)."
)
NOT_ADJUSTED = (
    "What the grade profile would be had moderators graded every audit is not given, because the "
    "audits carry no single overall grade."
)


def test_everything_that_is_said_against_moderators():
    said = say_optimism(OPTIMISM)
    assert said.claim == "Moderators lowered 45% of the grades they re-read"
    assert said.paragraphs == (
        GAP,
        ADJUSTED,
        "Reported apart, and in no figure above: 1 audit chosen in a way not recorded and 14 "
        "audits picked by risk.",
    )
    assert said.limits == (
        "Moderators are the yardstick, not the truth: if two moderators differ by half a grade, "
        "these figures move too. The result describes the set of audits, never one child's case "
        "or one auditor. It holds if, within each auditor grade, moderated cases were chosen by "
        "the recorded chance, and moderators worked to the same descriptors."
    )
    assert said.source == SOURCE


@pytest.mark.parametrize(
    ("gap", "claim"),
    [
        (estimated(0.4, 0.001, 0.8), "Moderators lowered 45% of the grades they re-read"),
        (estimated(0.1, 0.0, 0.3, cases=60), "Auditors and moderators did not clearly differ"),
        (estimated(0.1, -0.001, 0.3, cases=60), "Auditors and moderators did not clearly differ"),
        (estimated(-0.1, -0.3, 0.001, cases=60), "Auditors and moderators did not clearly differ"),
        (estimated(-0.1, -0.3, 0.0, cases=60), "Auditors and moderators did not clearly differ"),
        (estimated(-0.4, -0.8, -0.001), "Moderators raised 8% of the grades they re-read"),
    ],
)
def test_the_claim_needs_an_interval_on_one_side_of_no_gap(gap, claim):
    assert say_optimism(replace(OPTIMISM, gap=gap)).claim == claim


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (estimated(0.42, 0.21, 0.63, cases=60), "0.42 of a grade above moderators on the same "
         "audits (+0.21 to +0.63; 60 audits)"),
        (estimated(-0.42, -0.63, -0.21, cases=60), "0.42 of a grade below moderators on the same "
         "audits (−0.63 to −0.21; 60 audits)"),
        (estimated(-0.004, -0.2, 0.3, cases=1), "on average the same as moderators on the same "
         "audits (−0.20 to +0.30; 1 audit). Over all rounds: +0.21 to +0.63"),
        (estimated(0.06, -0.2, 0.3, cases=60), "0.06 of a grade above moderators on the same "
         "audits (−0.20 to +0.30; 60 audits)"),
        (estimated(-0.06, -0.3, 0.002, cases=60), "0.06 of a grade below moderators on the same "
         "audits (−0.30 to +0.002; 60 audits)"),
    ],
)  # fmt: skip
def test_the_card_says_which_way_the_gap_lies(gap, said):
    assert optimism_card(replace(OPTIMISM, gap=gap)) == (
        f"Auditors graded {said}. More than 10% of audits are two grades or more apart."
    )


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("accept", "Accept"),
        ("adjust", "Adjust"),
        ("re-audit", "Re-audit"),
        ("more moderation needed", "More moderation needed"),
        ("not judged", "Not judged"),
    ],
)
def test_the_card_carries_the_verdict_of_the_result(verdict, words):
    result = replace(OPTIMISM, verdict=verdict, rounds=())
    card = Shown(
        section=MODERATION, result=result, statement=say_optimism(result), tables=()
    ).card()
    assert (card.question, card.verdict) == ("Are audits over-optimistic?", words)
    decided = {
        "more moderation "
        "needed": "Not settled yet: shift in the share graded good or better and spread between "
        "auditors."
    }.get(verdict, "More than 10% of audits are two grades or more apart.")
    assert card.words == (
        "Auditors graded 0.42 of a grade above moderators on the same audits (+0.21 to +0.63; 60 "
        f"audits). {decided}"
    )
    assert (card.section, card.picture) == ("moderation", None)
    assert f"Verdict: {verdict}. More than 10% of audits" in say_optimism(result).paragraphs[0]


def test_each_section_stands_where_links_to_it_lead():
    assert (MODERATION.id, MODERATION.short, MODERATION.level, MODERATION.notebook) == (
        "moderation", "External moderation", 2, "03_optimism",
    )  # fmt: skip
    assert (GAPS.id, GAPS.short, GAPS.level, GAPS.notebook, GAPS.card) == (
        "gaps", "Over-optimism in detail", 3, "03_optimism", None,
    )  # fmt: skip


def test_without_an_adjusted_profile_nothing_is_said_to_speak_for_all():
    why = "the audits carry no single overall grade"
    said = say_optimism(replace(OPTIMISM, adjusted_gap=unknown(why), adjusted_good=unknown(why)))
    assert said.paragraphs[0].startswith(
        "On 60 audits chosen for moderation by a recorded chance, the mean gap (audit minus "
    )
    assert said.paragraphs[1] == NOT_ADJUSTED


def test_the_level_from_which_grades_are_good_is_named_by_the_scale():
    said = say_optimism(replace(OPTIMISM, scale=ScaleWords.of(OFSTED4.levels, 1), audits=1))
    assert said.paragraphs[1] == (
        "By auditors, 60% (57 to 63%) of 1 audit was graded requires improvement or better. Had "
        "external "
        "moderators graded them all, the share would be about 37% (28 to 46%)."
    )


@pytest.mark.parametrize(
    ("groups", "apart", "said"),
    [
        ((CHANCE,), (), "No case of this period was picked for moderation in any other way."),
        ((), (), "No case of this period was picked for moderation in any other way."),
        (
            (CHANCE, RISK),
            (ToldApart(label="picked by risk", audits=24, in_no_figure=16),),
            "Reported apart, and in no figure above: 24 audits picked by risk (8 of them drawn by "
            "chance too, and counted for that).",
        ),
        (
            (CHANCE, RISK),
            (),
            "Their chance was recorded, so they count in every figure above: 14 audits picked by "
            "risk.",
        ),
    ],
)
def test_audits_picked_otherwise_are_told_apart(groups, apart, said):
    result = replace(OPTIMISM, by_selection=groups, apart=apart)
    assert say_optimism(result).paragraphs[2] == said


ONE_ROUND = group("all", 10, estimated(0.42, 0.21, 0.63))
ONE_IN_TEN = estimated(0.1, -0.31, 0.51, cases=10)


@pytest.mark.parametrize(
    ("gap", "ever", "claim"),
    [
        # Half a grade is not ruled out by ten audits; nor by 48 whose interval is as wide.
        (ONE_IN_TEN, ONE_ROUND, "Too few audits were moderated to say whether auditors are "
         "kinder"),
        (replace(ONE_IN_TEN, cases=48), ONE_ROUND, "Too few audits were moderated to say "
         "whether auditors are kinder"),
        (estimated(0.1, -0.04, 0.26, cases=10), ONE_ROUND, "Too few audits were moderated to "
         "say whether auditors are kinder"),
        (estimated(0.1, -0.04, 0.26, cases=20), ONE_ROUND, "Auditors and moderators did not "
         "clearly differ"),
        (estimated(0.1, -0.04, 0.24, cases=10), ONE_ROUND, "Auditors and moderators did not "
         "clearly differ"),
        (estimated(0.15, -0.04, 0.33, cases=48), group("all", 143, estimated(0.19, 0.06, 0.31)),
         "Auditors and moderators did not clearly differ, but over all rounds auditors were "
         "kinder"),
        (estimated(-0.15, -0.33, 0.04, cases=48), group("all", 143, estimated(-0.19, -0.31, -0.06)),
         "Auditors and moderators did not clearly differ, but over all rounds auditors were "
         "harsher"),
        (estimated(0.15, -0.04, 0.33, cases=48), group("all", 48, estimated(0.19, 0.06, 0.31)),
         "Auditors and moderators did not clearly differ"),
    ],
)  # fmt: skip
def test_no_difference_is_claimed_of_too_few_audits_and_all_rounds_stand_beside(gap, ever, claim):
    assert say_optimism(replace(OPTIMISM, gap=gap, ever=ever)).claim == claim


def test_all_rounds_are_said_beside_this_year_s():
    ever = replace(
        group("all", 143, estimated(0.19, 0.06, 0.31)),
        over=estimated(0.29, 0.22, 0.38, cases=143),
        under=estimated(0.1, 0.06, 0.17, cases=143),
    )
    assert say_optimism(replace(OPTIMISM, ever=ever)).paragraphs[3] == (
        "Over all rounds since 2017-18 Q1 the mean gap is +0.19 (+0.06 to +0.31) of a grade, on "
        "143 audits. Moderators graded lower in 29% (22 to 38%) and higher in 10% (6 to 17%)."
    )


@pytest.mark.parametrize(
    ("sign", "share", "claim"),
    [
        (1, estimated(0.7, 0.5, 0.9), "Moderators lowered 70% of the grades they re-read"),
        (1, estimated(0.7, 0.49, 0.9), "Auditors were kinder than moderators"),
        (-1, estimated(0.7, 0.49, 0.9), "Auditors were harsher than moderators"),
    ],
)
def test_a_share_wider_than_40_points_stands_in_no_heading(sign, share, claim):
    gap = estimated(0.4 * sign, 0.3 * sign - 0.1, 0.3 * sign + 0.2)
    assert say_optimism(replace(OPTIMISM, gap=gap, over=share, under=share)).claim == claim


PANELS = DrawBasis(
    panels=(
        PanelLine(
            name="partner_council", files=39, weight_share=0.54, effective=38.2,
            good=estimated(0.62, 0.5, 0.73), gap=estimated(0.1, -0.05, 0.25),
        ),
        PanelLine(
            name="peer_audit", files=9, weight_share=0.46, effective=9.0,
            good=unknown("too few"), gap=unknown("too few"),
        ),
    ),
    grades=(
        GradeLine(
            grade=1, audits=400, files=(10, 3), twice=1, read=12, lightest=20.0, heaviest=40.0,
            effective=9.25, good=0.25, gap=-0.2,
        ),
        GradeLine(
            grade=2, audits=800, files=(29, 6), twice=0, read=35, lightest=22.857, heaviest=22.857,
            effective=17.75, good=0.5, gap=0.6,
        ),
    ),
    weights=(
        WeightLine(grade=1, chance=0.05, stands_for=20.0, files=4, good=1),
        WeightLine(grade=1, chance=0.025, stands_for=40.0, files=8, good=2),
    ),
    differences=(
        PanelDifference(
            first="partner_council", second="peer_audit", paired=False,
            difference=estimated(0.02, -0.36, 0.38),
        ),
    ),
    files=47,
    effective=27.0,
)  # fmt: skip


def test_several_panels_are_told_with_what_they_count_as_and_what_to_beware_of():
    said = say_optimism(replace(OPTIMISM, draws=PANELS)).paragraphs[3]
    assert said == (
        "The 47 audits were read by partner council (39) and peer audit (9); 1 of them was read "
        "by more than one. Each weighs by one over the chance that any draw took it, so they "
        "count as 27.0 of equal weight. Beware: a few audits carry much of the weight, and 47 "
        "count as 27.0. Beware: peer audit holds 46% of the weight with 9 audits."
    )
    composite = say_optimism(replace(OPTIMISM, draws=replace(PANELS, chances_known=False)))
    assert "Each draw weighs by its own effective number, so they" in composite.paragraphs[3]
    told = replace(PANELS, effective=28.2)  # 0.6 of 47
    assert "a few audits" not in say_optimism(replace(OPTIMISM, draws=told)).paragraphs[3]


def test_panels_that_differ_are_not_pooled_and_the_reason_is_said():
    apart = replace(PANELS.differences[0], difference=estimated(-0.6, -0.9, -0.3))
    kept = replace(PANELS, panels=PANELS.panels[:1], others=PANELS.panels[1:], apart=apart)
    assert (
        say_optimism(replace(OPTIMISM, draws=kept))
        .paragraphs[3]
        .endswith(
            "partner council and peer audit grade alike files 0.60 of a grade apart, so panels "
            "are not pooled. Figures are those of partner council; peer audit stands beside them."
        )
    )
    none = replace(PANELS, apart=apart)
    assert (
        say_optimism(replace(OPTIMISM, draws=none))
        .paragraphs[3]
        .endswith("so panels are not pooled. So no figure about all audits is given.")
    )


def test_the_adjusted_share_can_be_made_again_from_the_printed_table():
    """400 x 1/4 and 800 x 1/2 are 500 of 1,200."""
    panels, remade, weights = draw_tables(replace(OPTIMISM, draws=PANELS))
    assert [row[:4] for row in panels.rows] == [
        ("partner council", "39", "54%", "38.2"), ("peer audit", "9", "46%", "9.0"),
    ]  # fmt: skip
    assert "partner council less peer audit +0.02 (−0.36 to +0.38)" in panels.note
    assert remade.rows == (
        (
            "Requires improvement",
            "400",
            "10",
            "3",
            "12",
            "20.00 to 40.00",
            "9.2",
            "25.0%",
            "100.00",
        ),
        ("Good", "800", "29", "6", "35", "22.86", "17.8", "50.0%", "400.00"),
        ("Together", "1,200", "", "", "47", "", "27.0", "", "500.00"),
    )
    assert remade.note.startswith("500.00 ÷ 1,200 = 41.7%: the adjusted share. ")
    assert weights.rows == (
        ("Requires improvement", "0.0500", "20.000", "4", "1"),
        ("Requires improvement", "0.0250", "40.000", "8", "2"),
    )


@pytest.mark.parametrize(
    ("groups", "still"),
    [
        ((), "No audit of this period has a moderator's grade."),
        (
            (RISK,),
            "What may still be said: of 14 audits picked by risk, moderators lowered 57%; this "
            "says nothing of the other audits.",
        ),
        (
            (group("chosen by chance", 9, unknown("few"), over=0.33), UNSURE, RISK),
            "What may still be said: of 9 audits chosen by chance, moderators lowered 33%, of 1 "
            "audit chosen in a way not recorded, moderators lowered 100% and of 14 audits picked "
            "by risk, moderators lowered 57%; this says nothing of the other audits.",
        ),
    ],
)
def test_without_a_gap_only_what_may_still_be_said_is_said(groups, still):
    result = replace(OPTIMISM, gap=unknown(FEW), by_selection=groups)
    said = say_optimism(result)
    assert said.claim == "Over-optimism could not be measured this period"
    assert said.paragraphs == (f"Not available because {FEW}. {still}", ADJUSTED)
    assert said.limits.startswith("Moderators are the yardstick")
    assert said.source == SOURCE
    assert optimism_card(result) == f"Not measurable because {FEW}."


WHERE = (
    "Of 3 domains with a gap, the interval lies above none in 2 domains. The widest is in Voice: "
    "+0.61 (+0.30 to +0.92) of a grade."
)
OWN = (
    "Auditors' true gaps differ by about 0.27 (0.10 to 0.62) of a grade (standard deviation, all "
    "auditors and rounds taken together). 1 auditor of 3 shown stands outside the limits of "
    "chance (99.8%). Each is judged there alone, on few audits: auditors can differ together with "
    "nobody outside."
)


def test_everything_that_is_said_in_detail():
    said = say_optimism_detail(DETAIL)
    assert said.claim == "The gap is narrowing from round to round"
    assert said.paragraphs == (
        WHERE,
        "Over 6 quarters with moderation the line through the gaps runs from +0.8 in 2018-19 Q2 "
        "to +0.2 in 2019-20 Q3. Its slope is −0.12 (−0.20 to −0.04) of a grade a quarter, a clear "
        "change.",
        OWN,
        "Of 32 changed grades, 75% carry a recorded reason, and auditors disputed 19%.",
    )
    assert said.limits == (
        "Groups were not drawn separately, so a group may stand out by chance: with ten groups, "
        "one often does. An auditor's own gap rests on few cases and is never a ranking; a "
        "different auditor is not a wrong one."
    )
    assert said.source == SOURCE


@pytest.mark.parametrize(
    ("direction", "first", "last", "claim", "clear"),
    [
        ("narrowing", 0.81, 0.19, "The gap is narrowing from round to round", "a clear change"),
        ("narrowing", -0.81, -0.19, "The gap is narrowing from round to round", "a clear change"),
        ("widening", 0.19, 0.81, "The gap is widening from round to round", "a clear change"),
        ("widening", -0.19, -0.81, "The gap is widening from round to round", "a clear change"),
        (
            "no clear change", 0.81, 0.19, "The gap shows no clear trend over the rounds",
            "which may be chance",
        ),
        (
            "not known", 0.19, 0.81, "The gap shows no clear trend over the rounds",
            "which may be chance",
        ),
    ],
)  # fmt: skip
def test_the_line_through_the_rounds_is_said_with_its_direction(
    direction, first, last, claim, clear
):
    trend = replace(DETAIL.trend, direction=direction, first=first, last=last, rounds=1)
    said = say_optimism_detail(replace(DETAIL, trend=trend))
    written = {0.81: "+0.8", 0.19: "+0.2", -0.81: "−0.8", -0.19: "−0.2"}
    assert said.claim == claim
    assert said.paragraphs[1] == (
        f"Over 1 quarter with moderation the line through the gaps runs from {written[first]} in "
        f"2018-19 Q2 to {written[last]} in 2019-20 Q3. Its slope is −0.12 (−0.20 to −0.04) of a "
        f"grade a quarter, {clear}."
    )


@pytest.mark.parametrize(
    ("slope", "why"),
    [
        (unknown("a trend needs 3 rounds, not 2"), "a trend needs 3 rounds, not 2"),
        (estimated(0.2), "the rounds do not show how much they differ by chance"),
    ],
)
def test_a_line_without_an_interval_is_not_told(slope, why):
    trend = replace(DETAIL.trend, slope=slope, direction="not known")
    said = say_optimism_detail(replace(DETAIL, trend=trend))
    assert said.claim == "The gap shows no clear trend over the rounds"
    assert (
        said.paragraphs[1] == f"Whether the gap narrows over rounds cannot be told, because {why}."
    )


def with_domains(*groups):
    domains = replace(DETAIL.grouped[0], groups=groups)
    return replace(DETAIL, grouped=(domains, *DETAIL.grouped[1:]))


PLAN, HARSH = estimated(0.3, 0.05, 0.55), estimated(-0.5, -0.8, -0.2)


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ((), "No domain has the 10 moderated audits chosen by chance that a gap needs."),
        (
            (group("Plan", 9, unknown("few")),),
            "No domain has the 10 moderated audits chosen by chance that a gap needs.",
        ),
        (
            (group("Plan", 30, PLAN),),
            "Of 1 domain with a gap, the interval lies above none in 1 domain. The widest is in "
            "Plan: +0.30 (+0.05 to +0.55) of a grade.",
        ),
        (
            (group("Plan", 30, estimated(0.3, 0.0, 0.6)),),
            "Of 1 domain with a gap, the interval lies above none in no domain. The widest is in "
            "Plan: +0.30 (0.00 to +0.60) of a grade.",
        ),
        (
            (group("Plan", 30, PLAN), group("Voice", 12, HARSH)),
            "Of 2 domains with a gap, the interval lies above none in 1 domain and below none in "
            "1 domain. The widest is in Voice: −0.50 (−0.80 to −0.20) of a grade.",
        ),
        (
            (group("Plan", 30, estimated(-0.3, -0.6, 0.0)), group("Voice", 12, HARSH),
             group("Visits", 14, estimated(-0.6, -0.9, -0.3))),
            "Of 3 domains with a gap, the interval lies above none in no domain and below none in "
            "2 domains. The widest is in Visits: −0.60 (−0.90 to −0.30) of a grade.",
        ),
    ],
)  # fmt: skip
def test_the_widest_gap_is_the_one_furthest_from_none(groups, said):
    assert say_optimism_detail(with_domains(*groups)).paragraphs[0] == said


@pytest.mark.parametrize(
    ("beyond", "said"),
    [
        ((), "No auditor of 3 shown stands"),
        ((0,), "1 auditor of 3 shown stands"),
        ((0, 2), "2 auditors of 3 shown stand"),
    ],
)
def test_auditors_beyond_the_limits_are_counted_on_both_sides(beyond, said):
    places = {0: "above_998", 2: "below_998"}
    inside = ("above_95", "within", "below_95")
    auditors = tuple(
        replace(one, funnel=places[number] if number in beyond else inside[number])
        for number, one in enumerate(DETAIL.own.auditors)
    )
    result = replace(DETAIL, own=replace(DETAIL.own, auditors=auditors))
    assert say_optimism_detail(result).paragraphs[2] == (
        "Auditors' true gaps differ by about 0.27 (0.10 to 0.62) of a grade (standard deviation, "
        f"all auditors and rounds taken together). {said} outside the limits of chance (99.8%). "
        "Each is judged there alone, on few audits: auditors can differ together with nobody "
        "outside."
    )


def test_auditors_who_are_not_shown_are_not_counted():
    own = replace(DETAIL.own, auditors=(), why_not="there are too few rounds")
    assert say_optimism_detail(replace(DETAIL, own=own)).paragraphs[2] == (
        "Auditors' true gaps differ by about 0.27 (0.10 to 0.62) of a grade (standard deviation, "
        "all auditors and rounds taken together). No auditor's own gap is shown, because "
        "there are too few rounds."
    )
    untold = replace(own, between=unknown("there is one auditor"))
    assert say_optimism_detail(replace(DETAIL, own=untold)).paragraphs[2] == (
        "How far auditors differ in their gaps cannot be said, because there is one auditor."
    )


def test_replies_are_of_changed_grades():
    none = replace(DETAIL, reasons=unknown("no grade was changed"))
    assert say_optimism_detail(none).paragraphs[3] == (
        "No grade was changed by a moderator chosen by chance in this period."
    )
    one = replace(DETAIL, reasons=estimated(1.0, cases=1), disputed=estimated(0.0, cases=1))
    assert say_optimism_detail(one).paragraphs[3] == (
        "Of 1 changed grade, 100% carry a recorded reason, and auditors disputed 0%."
    )


@pytest.mark.parametrize(
    ("shift", "said"),
    [
        (
            estimated(0.23, 0.11, 0.35),
            "is 23 points higher by auditors than by moderators (+11 to +35).",
        ),
        (
            estimated(-0.23, -0.35, -0.11),
            "is 23 points lower by auditors than by moderators (−35 to −11).",
        ),
        (estimated(0.0, -0.1, 0.1), "is the same by auditors and by moderators (−10 to +10)."),
    ],
)
def test_the_share_good_or_better_is_higher_or_lower(shift, said):
    text = say_optimism(replace(OPTIMISM, good_shift=shift)).paragraphs[0]
    assert f" in 5% (2 to 14%). The share graded good or better {said} Verdict: re-audit. " in text


def test_a_share_good_or_better_that_cannot_be_compared_says_why():
    text = say_optimism(replace(OPTIMISM, good_shift=unknown("none is good"))).paragraphs[0]
    assert (
        ". How the share graded good or better differs cannot be told, because none is good. "
        "Verdict: " in text
    )


@pytest.mark.parametrize(
    ("first", "last", "claim"),
    [
        (0.81, -0.19, "The gap is turning from one side of no gap to the other over the rounds"),
        (-0.19, 0.81, "The gap is turning from one side of no gap to the other over the rounds"),
        (0.21, 0.19, "The gap hardly moves over the rounds"),
    ],
)
def test_a_line_that_passes_no_gap_is_not_said_to_narrow(first, last, claim):
    trend = replace(DETAIL.trend, first=first, last=last)
    assert say_optimism_detail(replace(DETAIL, trend=trend)).claim == claim
