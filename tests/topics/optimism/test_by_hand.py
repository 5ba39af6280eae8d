"""Small councils of moderated audits, every figure worked out beside them, up to the sentences."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as Of
from math import sqrt

import pandas as pd
import pytest
from scipy import stats

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.optimism.analysis.detail import _share, optimism_detail
from qaf_analysis.topics.optimism.analysis.headline import optimism
from qaf_analysis.topics.optimism.tables import optimism_detail_tables, optimism_tables
from qaf_analysis.topics.optimism.words import optimism_card, say_optimism, say_optimism_detail
from tests.topics.by_hand import audit, council

LAST = Quarter(2019, 4)
NOW, THEN = "2019-20 Q3", "2017-18 Q2"

# Auditor's and moderator's grade of two audits of each of six auditors. Gaps 1 1, 0 1, 1 1, 0 1,
# 1 0 and 2 -1: together 8 of 12. Kinder in 8, harsher in 1, two apart in 1.
KINDER = {
    "A": ((2, 1), (3, 2)),
    "B": ((2, 2), (2, 1)),
    "C": ((3, 2), (2, 1)),
    "D": ((1, 1), (2, 1)),
    "E": ((2, 1), (1, 1)),
    "F": ((3, 1), (1, 2)),
}
HARSHER = {who: tuple(pair[::-1] for pair in pairs) for who, pairs in KINDER.items()}
ALIKE = dict.fromkeys(KINDER, ((2, 2), (2, 2)))
# Each auditor's total less 4/3: 2/3, -1/3, 2/3 and three times -1/3; their squares add up to 4/3.
# Six equal clusters: variance 4/3 x 6/5 / 144, five degrees of freedom.
HALF = float(stats.t.ppf(0.975, 5)) * sqrt(4 / 3 * 6 / 5 / 144)  # 0.271


def read(pairs, quarter=NOW, **more):
    return [
        audit(quarter, given, auditor=who, moderated={"Overall": found}, **{"chance": 0.75, **more})
        for who, both in pairs.items()
        for given, found in both
    ]


# Four audits that nobody moderated: graded 3, 3, 3 and 1 by their auditors.
UNREAD = [audit(NOW, grade, auditor=who) for grade, who in ((3, "A"), (3, "B"), (3, "C"), (1, "D"))]


def of(*rows, quarter=LAST, **settings):
    return optimism(council(*rows, settings=Settings(council="Small", **settings)), quarter=quarter)


def detail_of(*rows, **settings):
    return optimism_detail(
        council(*rows, settings=Settings(council="Small", **settings)), quarter=LAST
    )


@pytest.fixture(scope="module")
def kinder():
    return of(*read(KINDER), *UNREAD)


@pytest.fixture(scope="module")
def harsher():
    return of(*read(HARSHER), *UNREAD)


def test_kinder_auditors(kinder):
    assert kinder.gap.value == pytest.approx(Of(8, 12))
    assert (kinder.gap.low, kinder.gap.high) == pytest.approx((2 / 3 - HALF, 2 / 3 + HALF))
    assert kinder.over.value == pytest.approx(Of(8, 12))
    assert kinder.under.value == pytest.approx(Of(1, 12))
    assert kinder.severe.value == pytest.approx(Of(1, 12))
    # good by auditors 9, by moderators 4
    assert kinder.good_shift.value == pytest.approx(Of(9 - 4, 12))
    assert kinder.table == ((0, 0, 0, 0), (0, 2, 1, 0), (0, 5, 1, 0), (0, 1, 2, 0))
    # Stuart-Birch by auditor: totals 2, 1, 2, 1, 1, 1: 8 / root of 12
    assert kinder.heterogeneity.value == 0
    assert (kinder.verdict, kinder.reason) == (
        "adjust",
        "auditors are kinder than moderators",
    )
    assert (kinder.scale.levels[kinder.scale.good_from], kinder.tolerance) == ("Good", 0.25)


def test_the_profile_speaks_for_all_audits(kinder):
    """Auditors gave 1, 2 and 3 to 4, 6 and 6 audits; moderators found a third, a sixth and two
    thirds of these good, and gaps of -1/3, 5/6 and 4/3."""
    assert kinder.audits == 16
    assert kinder.audit_profile == pytest.approx((0, Of(4, 16), Of(6, 16), Of(6, 16)))
    assert kinder.audit_good.value == pytest.approx(Of(12, 16))
    assert kinder.adjusted_good.value == pytest.approx((Of(4, 3) + 1 + 4) / 16)
    assert kinder.adjusted_gap.value == pytest.approx((Of(-4, 3) + 5 + 8) / 16)
    # Nobody found 0 or 3. A 1 where 2/3, 5/6 and 1/3 were 1.
    assert [share.value for share in kinder.adjusted_profile] == pytest.approx(
        (0, (Of(8, 3) + 5 + 2) / 16, (Of(4, 3) + 1 + 4) / 16, 0)
    )
    profile = optimism_tables(kinder)[2]
    assert [row[:3] for row in profile.rows] == [
        ("Inadequate", "0%", "0%"),
        ("Requires improvement", "25%", "60%"),
        ("Good", "38%", "40%"),
        ("Outstanding", "38%", "0%"),
        ("Good or better", "75%", "40%"),
    ]


def test_what_is_said_of_kinder_auditors(kinder):
    said = say_optimism(kinder)
    # 67% of 12 lies between 39 and 86%: too wide for a heading
    assert said.claim == "Auditors were kinder than moderators"
    assert said.paragraphs[0].startswith(
        "On 12 audits chosen for moderation by a recorded chance, the mean gap (audit minus "
        "moderation) is +0.67 (+0.40 to +0.94) of a grade. Weights let them speak for all 16 "
        "audits. Moderators graded lower in 67% ("
    )
    assert "of them and higher in 8% (" in said.paragraphs[0]
    assert "The difference was two grades or more in 8% (" in said.paragraphs[0]
    assert "is 42 points higher by auditors than by moderators (" in said.paragraphs[0]
    assert said.paragraphs[0].endswith(
        "Verdict: adjust. Auditors are kinder than moderators. A gap is small within ±0.25 of a "
        "grade, a shift within ±12.5 points. Differences are small where at most 10% of audits "
        "are two grades or more apart, and auditors' own gaps spread by at most 0.50 of a grade."
    )
    assert said.paragraphs[1].startswith("By auditors, 75% (")
    assert (
        "of 16 audits were graded good or better. Had external moderators graded them"
        in said.paragraphs[1]
    )
    assert "the share would be about 40% (" in said.paragraphs[1]
    assert (
        said.paragraphs[2] == "No case of this period was picked for moderation in any other way."
    )
    assert said.source == (
        "12 moderated audits chosen by a recorded chance, 2019-20 Q3 to 2019-20 Q4. 4 left out "
        "(not moderated)."
    )
    assert optimism_card(kinder).startswith(
        "Auditors graded 0.67 of a grade above moderators on the same audits (+0.40 to +0.94; 12 "
        "audits). "
    )


def test_harsher_auditors_are_the_other_way_round(harsher):
    assert harsher.gap.value == pytest.approx(Of(-8, 12))
    assert (harsher.over.value, harsher.under.value) == pytest.approx((Of(1, 12), Of(8, 12)))
    assert harsher.severe.value == pytest.approx(Of(1, 12))
    assert harsher.good_shift.value == pytest.approx(Of(-5, 12))
    assert harsher.table == ((0, 0, 0, 0), (0, 2, 5, 1), (0, 1, 1, 2), (0, 0, 0, 0))
    assert (harsher.verdict, harsher.reason) == (
        "adjust",
        "auditors are harsher than moderators",
    )
    assert say_optimism(harsher).claim == "Auditors were harsher than moderators"
    assert optimism_card(harsher).startswith(
        "Auditors graded 0.67 of a grade below moderators on the same audits (−0.94 to −0.40; 12 "
        "audits). "
    )


def test_one_grade_only_does_not_show_how_far_auditors_differ():
    """No gap in 12: a share of 1 - 0.05^(1/12) = 0.22 one grade off could have gone unseen."""
    found = of(*read(ALIKE))
    unseen = 1 - 0.05 ** (1 / 12)
    assert (found.gap.low, found.gap.value, found.gap.high) == pytest.approx((-unseen, 0, unseen))
    assert (found.over.value, found.under.value, found.severe.value) == (0, 0, 0)
    assert (found.verdict, found.reason) == (
        "more moderation needed",
        "how far auditors differ among themselves cannot be told: gaps of the same auditor do not "
        "vary at all, so chance cannot be measured",
    )
    assert say_optimism(found).claim == "Auditors and moderators did not clearly differ"
    assert optimism_card(found).startswith(
        "Auditors graded on average the same as moderators on the same audits "
        "(−0.22 to +0.22; 12 audits). "
    )


def test_audits_drawn_seldom_stand_for_more():
    """Of each auditor's two audits one was drawn by a chance of 1/4 and one of 1/2: each of the
    first stands for 4 and each of the second for 2. Gaps 1 and 0, and once 1 and 1."""
    rows = [
        audit(NOW, 2, auditor=who, moderated={"Overall": found}, chance=chance)
        for who in "ABCDEF"
        for found, chance in ((1, 0.25), (1 if who == "F" else 2, 0.5))
    ]
    assert of(*rows).gap.value == pytest.approx(Of(6 * 4 + 2, 6 * 6))
    # so too where no auditor's mean is unlike another's
    rows[-1] = audit(NOW, 2, auditor="F", moderated={"Overall": 2}, chance=0.5)
    even = of(*rows).gap
    assert even.value == pytest.approx(Of(24, 36))
    # Every audit for itself: shares f of 1/9 and 1/18, deviations 1/3 and -2/3, and the variance is
    # 6 x (1/9)^2 (1/3)^2 / (1 - 1/9) + 6 x (1/18)^2 (2/3)^2 / (1 - 1/18)
    variance = 6 / 81 / 9 / (8 / 9) + 6 / 324 * 4 / 9 / (17 / 18)
    assert even.se == pytest.approx(sqrt(variance))
    assert (even.auditors, even.cases) == (6, 12)
    assert even.low < 0.4
    assert even.method.endswith("by audit (CR2), weighted by the chance of being chosen")


def test_auditors_who_are_quite_alike_do_not_make_the_gap_certain():
    """One gap in three audits of each of four auditors: 1/3, and no auditor differs at all."""
    rows = [
        audit(NOW, 2, auditor=who, moderated={"Overall": found})
        for who in "ABCD"
        for found in (1, 2, 2)
    ]
    gap = of(*rows).gap
    half = float(stats.t.ppf(0.975, 11)) * sqrt((4 * 4 / 9 + 8 / 9) / 11 / 12)
    assert (gap.low, gap.value, gap.high) == pytest.approx((1 / 3 - half, 1 / 3, 1 / 3 + half))


def test_without_a_chance_recorded_grades_still_weigh_as_often_as_they_were_given():
    """Nine audits graded 3 with a gap of 1, three graded 1 with none; 9 and 27 audits there are."""
    rows = [
        audit(NOW, given, auditor=who, moderated={"Overall": found}, selected_by="stratified")
        for given, found, auditors in ((3, 2, "ABCABCABC"), (1, 1, "DEF"))
        for who in auditors
    ]
    more = [audit(NOW, 1, auditor="D") for _ in range(24)]
    assert of(*rows, *more).gap.value == pytest.approx(Of(9, 36))


REFUSED = "no audit of this period was moderated after being chosen by a recorded chance"


@pytest.mark.parametrize(
    ("rows", "why", "still"),
    [
        (UNREAD, REFUSED, "No audit of this period has a moderator's grade."),
        (
            read(KINDER, selected_by="targeted", chance=None),
            REFUSED,
            "What may still be said: of 12 audits picked without a recorded chance, moderators "
            "lowered 67%; this says nothing of the other audits.",
        ),
        (
            read(HARSHER, selected_by="unknown"),
            REFUSED,
            "What may still be said: of 12 audits chosen in a way not recorded, moderators lowered "
            "8%; this says nothing of the other audits.",
        ),
        (
            [*read(KINDER)[:1], *read(KINDER, selected_by="targeted", chance=None)[1:]],
            "only 1 moderated audit can be used; at least 10 are needed",
            "What may still be said: of 11 audits picked without a recorded chance, moderators "
            "lowered 64%; this says nothing of the other audits.",
        ),
        (
            read(KINDER)[:9],
            "only 9 moderated audits can be used; at least 10 are needed",
            "Moderated were 9 audits chosen by chance: too few to say how many were lowered.",
        ),
    ],
)
def test_what_cannot_be_told_says_why(rows, why, still):
    found = of(*rows)
    assert (found.verdict, found.reason) == ("more moderation needed", why)
    said = say_optimism(found)
    assert said.claim == "Over-optimism could not be measured this period"
    assert said.paragraphs[0] == f"Not available because {why}. {still}"
    assert optimism_card(found) == f"Not measurable because {why}."


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (UNREAD, "no audit of this period was moderated"),
        (
            read(KINDER, selected_by="targeted", chance=None),
            "cases were picked for moderation by risk, none by chance",
        ),
        (
            read(KINDER, selected_by="unknown"),
            "how cases were chosen for moderation is not recorded",
        ),
        (read(KINDER)[:1], "only 1 moderated audit; at least 10 are needed"),
    ],
)
def test_no_profile_is_adjusted_without_a_draw(rows, why):
    found = of(*rows)
    assert found.adjusted_good.why_not == why
    assert say_optimism(found).paragraphs[1] == (
        "What the grade profile would be had moderators graded every audit is not given, because "
        f"{why}."
    )
    assert found.sensitivity == ()


def test_groups_are_those_of_the_rows():
    """A to C read by the partner, D to F by peers; kinder in 5 of 6 and in 3 of 6."""
    first = {who: KINDER[who] for who in "ABC"}
    then = {who: KINDER[who] for who in "DEF"}
    found = of(
        *read(first),
        *read(then, moderation_source="peers"),
        *read({"A": KINDER["A"]}, "2019-20 Q4", selected_by="targeted"),
        *UNREAD,
        risk_picked="apart",
    )
    assert [(group.label, group.cases) for group in found.by_selection] == [
        ("chosen by chance", 12),
        ("picked by risk", 2),
    ]
    assert [(group.label, group.cases) for group in found.by_source] == [
        ("partner", 6),
        ("peers", 6),
    ]
    for group in found.by_source:
        assert group.over.why_not == group.under.why_not
        assert group.over.why_not == "it would rest on 6 audits; at least 10 are needed"
    assert [(group.label, group.cases) for group in found.rounds] == [("2019-20 Q3", 12)]
    assert [row[0::5] + row[1:2] for row in optimism_tables(found)[-3].rows] == [
        ("partner", "too few to say", "6"),
        ("peers", "too few to say", "6"),
    ]
    assert [row[4] for row in optimism_tables(found)[-3].rows] == ["too few to say"] * 2
    assert say_optimism(found).paragraphs[2] == (
        "Reported apart, and in no figure above: 2 audits picked by risk."
    )
    assert say_optimism(found).source.endswith("4 left out (not moderated); 2 left out (picked by "
                                               "risk only).")  # fmt: skip


@pytest.fixture(scope="module")
def replied():
    """Nine grades were changed, all but B's first, D's first and E's second.

    A reason stands beside six of the nine and beside D's first; the auditor disagreed with two of
    the nine and with D's first, and agreed with three.
    """
    whole = council(*read(KINDER), *UNREAD)
    changed = ["A001", "A002", "A004", "A005", "A006", "A008", "A009", "A011", "A012"]
    reason = dict.fromkeys([*changed[:6], "A007"], "Plan out of date")
    response = dict.fromkeys([*changed[:2], "A007"], "disagreed")
    response |= dict.fromkeys(changed[2:5], "agreed")
    told = whole.moderations.assign(
        reason=whole.moderations["audit_id"].map(reason),
        response=whole.moderations["audit_id"].map(response),
    )
    return optimism_detail(replace(whole, moderations=told), quarter=LAST)


def test_disputes_and_reasons_are_shares_of_changed_grades(replied):
    for one in (replied.reasons, replied.disputed):
        assert one.why_not == "it would rest on 9 audits; at least 10 are needed"
    assert say_optimism_detail(replied).paragraphs[3] == (
        "Moderators changed 9 grades: too few to say how many carry a reason."
    )
    # Ten changed of twelve, six of them with a reason, and a reason beside one that was not.
    pairs = pd.DataFrame({"audit_grade": [2] * 12, "moderation_grade": [1] * 10 + [2] * 2})
    found = _share(pairs, pd.Series([True] * 6 + [False] * 4 + [True, False]), "with a reason")
    low, high = stats.binomtest(6, 10).proportion_ci(method="wilson")
    assert (found.value, found.cases) == (0.6, 10)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_nothing_changed_has_no_replies():
    found = detail_of(*read(ALIKE))
    assert found.reasons.why_not == found.disputed.why_not == "no grade was changed"
    assert (found.reasons.method, found.disputed.method) == (
        "Wilson; with a reason recorded",
        "Wilson; disputed by the auditor",
    )


def test_auditors_means_and_their_limits(replied):
    """Means 1, 1/2, 1, 1/2, 1/2, 1/2 of two each; within 0 + 1/2 + 0 + 1/2 + 1/2 + 9/2 over 6."""
    own = replied.own
    assert own.dots == ((2, 0.5), (2, 0.5), (2, 0.5), (2, 0.5), (2, 1.0), (2, 1.0))
    assert own.centre == pytest.approx(Of(8, 12))
    assert own.spread == pytest.approx(1.0)
    assert (own.auditors, own.too_few) == ((), 6)
    assert own.why_not == (
        "auditors are shown by code only once 4 rounds of moderation can be pooled; there is 1"
    )


def test_measures_of_the_headline_are_those_of_the_rows(replied):
    found = {named.name: named.estimate.value for named in replied.measures}
    assert found["mean_gap"] == pytest.approx(Of(8, 12))
    assert (found["over_rate"], found["under_rate"]) == pytest.approx((Of(8, 12), Of(1, 12)))
    assert found["severe_rate"] == pytest.approx(Of(1, 12))
    assert found["sign_test"] == pytest.approx(Of(8, 9))  # kinder of those that differ
    assert found["mcnemar_exact"] == pytest.approx(Of(6, 7))  # good to the auditor only: 6; not: 1
    assert list(found) == [
        "mean_gap", "over_rate", "under_rate", "severe_rate", "net_good_shift", "stuart_birch",
        "sign_test", "wilcoxon_pratt", "stuart_maxwell", "bhapkar", "bowker", "mcnemar_exact",
        "cumulative_logit", "odds_of_higher_grade", "quasi_symmetry", "bradley_blackwood",
    ]  # fmt: skip
    own = optimism_detail_tables(replied)[-1].rows[0]
    assert own == ("Small, this report", "75%", "12", "kinder in 67%, harsher in 8%")


def quarters(*means):
    """Rounds of four audits each, by A to D, with one more grade of kindness for each of a mean."""
    return [
        audit(quarter, 2, auditor=who, moderated={"Overall": 1 if place < kinder else 2})
        for quarter, kinder in means
        for place, who in enumerate("ABCD")
    ]


FALLING = (("2018-19 Q1", 4), ("2018-19 Q2", 3), ("2018-19 Q4", 1), ("2019-20 Q1", 0))


def test_the_line_through_the_rounds_counts_quarters_without_one():
    """Gaps 1, 3/4, 1/4 and 0 in the first, second, fourth and fifth quarter: 1/4 less in each."""
    found = detail_of(*quarters(*FALLING))
    assert found.trend.slope.value == pytest.approx(-0.25)
    assert (found.trend.first, found.trend.last) == pytest.approx((1.0, 0.0))
    assert (found.trend.rounds, found.trend.direction) == (4, "narrowing")
    assert [str(quarter) for quarter in found.trend_quarters] == [row[0] for row in FALLING]
    said = say_optimism_detail(found)
    assert said.claim == "The gap is narrowing from round to round"
    assert said.paragraphs[1].startswith(
        "Over 4 quarters with moderation the line through the gaps runs from +1.0 in 2018-19 Q1 to "
    )
    assert " in 2019-20 Q1. Its slope is −0.25 (" in said.paragraphs[1]


def test_a_gap_that_rises_from_round_to_round_is_widening():
    rising = [(quarter, 4 - kinder) for quarter, kinder in FALLING]
    found = detail_of(*quarters(*rising))
    assert found.trend.slope.value == pytest.approx(0.25)
    assert (found.trend.first, found.trend.last) == pytest.approx((0.0, 1.0))
    assert say_optimism_detail(found).claim == "The gap is widening from round to round"


def test_over_four_rounds_auditors_are_shown_by_code():
    """A was kinder in 3 of 4, B and C in 2, and D in 1."""
    found = detail_of(*quarters(*FALLING))
    assert sorted((one.cases, one.raw) for one in found.own.auditors) == [
        (4, 0.25), (4, 0.5), (4, 0.5), (4, 0.75),
    ]  # fmt: skip
    assert (found.own.too_few, found.own.why_not) == (0, "")
    assert {one.funnel for one in found.own.auditors} == {"within"}
    assert detail_of(*quarters(*FALLING[1:])).own.auditors == ()
    assert detail_of(*quarters(*FALLING[1:])).own.why_not.endswith("; there are 3")


def test_domains_stand_in_the_settings_order_with_their_own_gaps():
    """Voice: gap 1 in 8 of 12, -1 in 2. Plan: gap 2 in 3 of 12. Overall as in the headline."""
    rows = [
        replace(
            row,
            grades={**row.grades, "Voice": 2, "Plan": 3},
            moderated={
                **row.moderated,
                "Voice": 1 if place < 8 else 3 if place < 10 else 2,
                "Plan": 1 if place < 3 else 3,
            },
            team="East" if place < 5 else "West",
        )
        for place, row in enumerate(read(KINDER))
    ]
    found = detail_of(*rows, domains={"Voice": None, "Plan": None})
    kinds = {grouped.kind: grouped.groups for grouped in found.grouped}
    told = {
        group.label: (group.cases, group.gap.value, group.over.value, group.under.value)
        for group in kinds["domain"]
    }
    assert list(told) == ["Voice", "Plan", "Overall"]
    assert told["Voice"] == pytest.approx((12, Of(6, 12), Of(8, 12), Of(2, 12)))
    assert told["Plan"] == pytest.approx((12, Of(6, 12), Of(3, 12), 0))
    assert told["Overall"] == pytest.approx((12, Of(8, 12), Of(8, 12), Of(1, 12)))
    assert [(group.label, group.cases, group.over.is_estimable) for group in kinds["team"]] == [
        ("East", 5, False),
        ("West", 7, False),
    ]
    assert [(group.label, group.cases) for group in kinds["moderator's view"]] == [("blind", 12)]
    assert set(kinds) == {"domain", "team", "moderator's view"}


def test_moderators_who_saw_the_grade_are_told_apart():
    seen = [*read({"A": KINDER["A"], "B": KINDER["B"]}, blind=False)]
    rest = read({who: KINDER[who] for who in "CDEF"})
    found = detail_of(*seen, *rest)
    kinds = {grouped.kind: grouped.groups for grouped in found.grouped}
    assert [(group.label, group.cases) for group in kinds["moderator's view"]] == [
        ("blind", 8),
        ("seeing the auditor's grade", 4),
    ]


def test_a_team_s_gap_speaks_for_that_team_s_audits():
    """Five of East's audits graded 3 have a gap of 1, five graded 1 none; East has 5 and 15.

    West has another 20 graded 3, of which two were read.
    """
    east = [
        audit(NOW, given, auditor=who, moderated={"Overall": given - kinder}, team="East",
              selected_by="stratified")
        for given, kinder in ((3, 1), (1, 0))
        for who in "ABCDE"
    ]  # fmt: skip
    unread = [audit(NOW, 1, auditor="A", team="East") for _ in range(10)]
    west = [
        audit(NOW, 3, auditor="F", moderated={"Overall": 2} if n < 2 else {}, team="West",
              selected_by="stratified")
        for n in range(20)
    ]  # fmt: skip
    found = detail_of(*east, *unread, *west)
    (teams,) = [grouped.groups for grouped in found.grouped if grouped.kind == "team"]
    assert [(group.label, group.cases) for group in teams] == [("East", 10), ("West", 2)]
    assert teams[0].gap.value == pytest.approx(Of(5, 20))
    headline = of(*east, *unread, *west)
    assert headline.gap.value == pytest.approx(Of(25, 40))
