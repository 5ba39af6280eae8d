"""A plan for a mix of two grades, every number worked out another way beside it."""

from __future__ import annotations

from math import ceil, comb, sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.moderation.allocation import ModerationMix
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.scale import Scale
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.moderation.analysis import (
    ModerationWishes,
    assumed_basis,
    council_basis,
    moderation_plan,
    planned_answers,
)
from tests.topics.by_hand import audit, council

# Half of the audits were graded 0 and half 1. Moderators raise one in ten of the first and lower
# half of the second: kinder in 1/4, harsher in 1/20, and good to one of the two only in 3/10.
KINDER = ModerationMix(share=[0.5, 0.5], found=[[0.9, 0.1], [0.5, 0.5]], good_from=1)
HARSHER = ModerationMix(share=[0.5, 0.5], found=[[0.5, 0.5], [0.1, 0.9]], good_from=1)
# Gaps: 1 in 1/4 and -1 in 1/20. Variance 3/10 - (2/10)^2; within grades (0.09 + 0.25) / 2.
DEVIATION, WITHIN = sqrt(0.26), sqrt(0.17)
WISHES = ModerationWishes(
    half_width=0.12, shift=0.18, over_rate=0.25, tolerable=0.08, rate_half_width=0.11,
    auditor_half_width=0.4, power=0.9, level=0.9,
)  # fmt: skip
Z, BETA = float(stats.norm.ppf(0.95)), float(stats.norm.ppf(0.9))


def of_mean(deviation, *, of):
    """Fewest audits whose t interval is narrow enough, then Cochran's correction."""
    n = next(
        n for n in range(2, 1000)
        if float(stats.t.ppf(0.95, n - 1)) * deviation / sqrt(n) <= 0.12
    )  # fmt: skip
    return ceil(n / (1 + n / of))


def excess():
    """Fewest audits from which on a flag is raised in nine of ten samples, and the flag."""
    flags, short = {}, []
    for n in range(1, 80):
        cases = np.arange(n + 2)
        flags[n] = int(cases[stats.binom.sf(cases - 1, n, 0.08) < 0.1][0])
        if stats.binom.sf(flags[n] - 1, n, 0.25) < 0.9:
            short.append(n)
    return short[-1] + 1, flags[short[-1] + 1]


def none_met(n, *, of, over):
    return comb(of - over, n) / comb(of, n)


def of_rate():
    def half(n):
        return Z * sqrt(0.25 * 0.75 / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)

    return next(n for n in range(1, 1000) if half(n) <= 0.11)


def sign_power(n):
    """Chance that at least as many of those that differ are kinder as a sign test asks for."""
    total = 0.0
    for m in range(n + 1):
        enough = np.flatnonzero(2 * stats.binom.sf(np.arange(m + 1) - 1, m, 0.5) <= 0.1)
        if len(enough):
            total += stats.binom.pmf(m, n, 0.3) * stats.binom.sf(enough[0] - 1, m, 5 / 6)
    return total


def test_each_question_has_its_own_number():
    answers = planned_answers(KINDER, WISHES, audits=200)
    number, flag = excess()
    shift = ceil(((Z * sqrt(0.3) + BETA * sqrt(0.3 - 0.18**2)) / 0.18) ** 2)
    meet = next(n for n in range(1, 200) if none_met(n, of=200, over=50) <= 0.1)
    direction = next(n for n in range(55, 200) if sign_power(n) >= 0.9)
    assert [(answer.question, answer.moderated, answer.rule) for answer in answers] == [
        ("the mean gap to ±0.12 of a grade", of_mean(DEVIATION, of=200), ""),
        ("the same, drawn by auditors' grades", of_mean(WITHIN, of=200), ""),
        ("the share graded positive overstated by 18% net, seen with 90% chance", shift, ""),
        (
            "one auditor's own mean gap to ±0.4 of a grade, from so many of that auditor's audits",
            ceil((Z * DEVIATION / 0.4) ** 2), "",
        ),
        (
            "25% over-graded told from a tolerable 8%, with 90% chance", number,
            f"flag from {flag} over-graded on",
        ),
        ("at least one over-graded audit met, if 25% are", meet, ""),
        ("the share over-graded, about 25%, to ±11 points", of_rate(), ""),
        ("more over- than under-graded (25% against 5%), shown with 90% chance", direction, ""),
    ]  # fmt: skip
    assert [answer.moderated for answer in answers] == [41, 30, 76, 5, 35, 8, 41, 64]
    assert [answer.share for answer in answers] == pytest.approx(
        [number / 200 for number in (41, 30, 76, 5, 35, 8, 41, 64)]
    )
    assert {answer.why_not for answer in answers} == {""}


def test_harsher_auditors_are_asked_about_the_other_way_round():
    kinder, harsher = (planned_answers(mix, WISHES, audits=200)[-1] for mix in (KINDER, HARSHER))
    assert harsher.question == (
        "more under- than over-graded (25% against 5%), shown with 90% chance"
    )
    assert harsher.moderated == kinder.moderated


def test_more_than_there_are_is_said_with_the_number():
    answers = planned_answers(KINDER, WISHES, audits=75)
    assert (answers[2].moderated, answers[2].share) == (76, pytest.approx(76 / 75))
    assert answers[2].why_not == "more than the 75 audits there are"
    assert planned_answers(KINDER, WISHES, audits=76)[2].why_not == ""


def test_what_no_number_shows_says_why():
    alike = ModerationMix(share=[0.5, 0.5], found=[[0.8, 0.2], [0.2, 0.8]], good_from=1)
    answer = planned_answers(alike, WISHES, audits=200)[-1]
    assert (answer.moderated, answer.share, answer.rule) == (0, 0.0, "")
    assert answer.question == (
        "more over- than under-graded (10% against 10%), shown with 90% chance"
    )
    assert "the shares over- and under-graded should differ" in answer.why_not.lower()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"half_width": 0.0}, "The half width of an interval must be above zero."),
        ({"rate_half_width": -0.1}, "The half width of an interval must be above zero."),
        ({"auditor_half_width": 0.0}, "The half width of an interval must be above zero."),
        ({"shift": 0.0}, "The shift lies between 0 and 1 (0.15 for 15 %), not 0."),
        ({"over_rate": 1.0}, "The over rate lies between 0 and 1 (0.15 for 15 %), not 1."),
        ({"tolerable": 1.5}, "The tolerable lies between 0 and 1 (0.15 for 15 %), not 1.5."),
        ({"power": 80.0}, "The power lies between 0 and 1 (0.15 for 15 %), not 80."),
    ],
)
def test_a_wish_that_is_no_share_is_refused(wrong, said):
    with pytest.raises(UsageError) as refused:
        ModerationWishes(**wrong)
    assert str(refused.value) == said


# Of 30 audits moderated, 10 graded 1 and 20 graded 2; moderators raised 2 of the first, lowered 8
# of the second. Ten more audits graded 2 were not moderated. Nobody gave 0 or 3.
PAIRS = [(1, 1)] * 8 + [(1, 2)] * 2 + [(2, 1)] * 8 + [(2, 2)] * 12
NOW = "2019-20 Q2"
DECAY = 1.2


def moderated(pairs, **more):
    return [
        audit(NOW, given, auditor=who, moderated={"Overall": found}, **more)
        for who, (given, found) in zip("ABCDE" * 6, pairs, strict=False)
    ]


UNREAD = [audit(NOW, 2) for _ in range(10)]


def with_one_more(counts, own):
    """Shares of these counts with one case more, spread by how near a grade lies."""
    near = np.exp(-DECAY * np.abs(np.arange(4) - own))
    return (np.array(counts) + near / near.sum()) / (sum(counts) + 1)


def test_a_council_s_own_moderation_is_what_a_plan_rests_on():
    basis = council_basis(council(*moderated(PAIRS), *UNREAD))
    assert basis.audits == 40
    assert basis.mix.share.tolist() == pytest.approx([0, 0.25, 0.75, 0])
    ones, twos = with_one_more([0, 8, 2, 0], 1), with_one_more([0, 8, 12, 0], 2)
    assert basis.mix.found[1] == pytest.approx(ones)
    assert basis.mix.found[2] == pytest.approx(twos)
    # lowered: a little of the ones below 1, and of the twos below 2; raised likewise
    lowered = 0.25 * ones[0] + 0.75 * twos[:2].sum()
    raised = 0.25 * ones[2:].sum() + 0.75 * twos[3]
    assert (round(100 * lowered), round(100 * raised)) == (30, 6)
    first, *others = basis.assumptions
    assert first.startswith(
        "From the council's own 30 moderated audits chosen by a recorded chance: moderators lower "
        "30% and raise 6%; the gap has a standard deviation of "
    )
    assert basis.warnings == ()
    levels = np.arange(4)
    gap = 0.25 * (1 - ones @ levels) + 0.75 * (2 - twos @ levels)
    square = 0.25 * ones @ (1 - levels) ** 2 + 0.75 * twos @ (2 - levels) ** 2
    within = 0.25 * (ones @ levels**2 - (ones @ levels) ** 2) + 0.75 * (
        twos @ levels**2 - (twos @ levels) ** 2
    )
    assert first.endswith(
        f"of {sqrt(square - gap**2):.2f} grades, {sqrt(within):.2f} within auditors' grades."
    )
    assert others == [
        "Audits are drawn at random within auditors' grades, and moderated without sight of the "
        "auditor's grade.",
        "Widths are of these audits, by these auditors, and of moderators as they are. An interval "
        "that is to hold for other auditors too is wider, and so is one from very few audits.",
    ]


@pytest.mark.parametrize(
    ("rows", "number"),
    [
        (moderated(PAIRS[:29]), "29 moderated audits"),
        (moderated(PAIRS[:1]), "1 moderated audit"),
        (moderated(PAIRS, selected_by="targeted"), "0 moderated audits"),
    ],
)
def test_a_council_with_too_few_is_told_so(rows, number):
    basis = council_basis(council(*rows, *UNREAD))
    assert basis.warnings == (
        f"The council has {number} chosen by a recorded chance. At least 30, with an overall "
        "grade, are needed to plan from its own figures, so assumed ones are used.",
    )
    assert basis.audits == len(rows) + 10


# Invented, by grade: 0.0456, 0.3193, 0.5006, 0.1345. Lowered 0, 0.1898, 0.0247 + 0.4101 and
# 0.0027 + 0.0575 + 0.6638; raised 0.6633 + 0.0054, 0.1292, 0.0176 and 0.
LOWERED = 0.3193 * 0.1898 + 0.5006 * 0.4348 + 0.1345 * 0.724
RAISED = 0.0456 * 0.6687 + 0.3193 * 0.1292 + 0.5006 * 0.0176


def test_what_is_assumed_is_said_to_be():
    assert (round(100 * LOWERED, 1), round(100 * RAISED, 1)) == (37.6, 8.1)
    basis = assumed_basis()
    assert basis.audits == 200
    assert basis.assumptions[0] == (
        "Not this council's figures, but assumed: moderators lower 38% of audits and raise 8%. The "
        "gap has a standard deviation of 0.65 grades, 0.56 within auditors' grades. So it is in an "
        "invented council whose auditors are kinder by a third of a grade."
    )
    assert basis.warnings == ()


def test_assumptions_of_four_grades_serve_no_other_scale():
    three = Scale(name="three", levels=("Poor", "Fair", "Fine"), good_from=1)
    bare = council(audit(NOW, 1), settings=Settings(council="Small", scale=three))
    with pytest.raises(UsageError) as refused:
        assumed_basis(bare, why="Too few.")
    assert str(refused.value) == (
        "Too few. Assumptions are stated for a scale of four grades, two of them positive, only; "
        "have 30 audits drawn by chance moderated first."
    )


def test_a_draw_is_shared_out_as_auditors_graded():
    """40 audits, 10 graded 1 and 30 graded 2, half of them drawn: 5 and 15."""
    plan = moderation_plan(council(*moderated(PAIRS), *UNREAD), allocated=20)
    assert [size.moderated for size in plan.sizes] == [20, 30, 40]
    assert plan.sizes[0].numbers == (0, 5, 15, 0)
    ones, twos = with_one_more([0, 8, 2, 0], 1), with_one_more([0, 8, 12, 0], 2)
    levels = np.arange(4)
    spread = [row @ levels**2 - (row @ levels) ** 2 for row in (ones, twos)]
    good = [row[2:].sum() * (1 - row[2:].sum()) for row in (ones, twos)]

    def half(variances, unread):
        return 1.96 * sqrt(unread * (0.25**2 * variances[0] / 5 + 0.75**2 * variances[1] / 15))

    first = plan.sizes[0]
    assert first.gap_half_width == pytest.approx(half(spread, 0.5), rel=1e-4)
    assert first.good_half_width == pytest.approx(half(good, 0.5), rel=1e-4)
    assert first.over_found == pytest.approx(5 * ones[0] + 15 * twos[:2].sum())
    ways = {way.rule: way for way in plan.allocations}
    assert ways["proportional"].numbers == pytest.approx((0, 5, 15, 0))
    assert ways["proportional"].gap_half_width == pytest.approx(half(spread, 1), rel=1e-4)
    # by risk 1 to 3: 10 x 1 and 30 x 3; as many of each: 10 and 10
    assert ways["risk"].numbers == pytest.approx((0, 2, 18, 0))
    assert ways["equal"].numbers == pytest.approx((0, 10, 10, 0))
    assert ways["half_risk"].numbers == pytest.approx((0, 3.5, 16.5, 0))
    roots = [sqrt(0.0625 * good[0]), sqrt(0.5625 * good[1])]
    assert ways["neyman_good"].numbers[1] == pytest.approx(20 * roots[0] / sum(roots))
    assert [(way.rule, way.meaning) for way in plan.allocations] == [
        ("proportional", "in proportion to auditors' grades"),
        ("neyman_good", "for the share graded good or better (Neyman)"),
        ("neyman_gap", "for the mean gap (Neyman)"),
        ("neyman_profile", "for all grades' shares (Neyman)"),
        ("risk", "by risk, 1 : 1 : 3 : 6"),
        ("half_risk", "half in proportion, half by risk"),
        ("equal", "as many of each grade"),
    ]
    assert plan.assumptions[-1] == "40 audits to draw from."
    assert plan.profile == pytest.approx((0, 0.25, 0.75, 0))


@pytest.mark.parametrize(
    ("levels", "good_from"),
    [(("Poor", "Fair", "Fine"), 2), (("Poor", "Fair", "Good", "Top"), 1)],
)
def test_assumptions_need_four_grades_of_which_the_third_is_good(levels, good_from):
    scale = Scale(name="other", levels=levels, good_from=good_from)
    bare = council(audit(NOW, 1), settings=Settings(council="Small", scale=scale))
    with pytest.raises(UsageError, match="scale of four grades, two of them positive, only"):
        assumed_basis(bare)


@pytest.mark.parametrize(
    ("allocated", "numbers"), [(5, (1, 1, 2, 1)), (7, (1, 2, 3, 1)), (8, (2, 2, 2, 2))]
)
def test_a_draw_of_fewer_than_two_of_each_grade_takes_one_of_each(allocated, numbers):
    """Of 9, 64, 100 and 27 audits: of five 0.2, 1.6, 2.5, 0.7; of seven 0.3, 2.2, 3.5, 0.9."""
    assert moderation_plan(allocated=allocated).sizes[0].numbers == numbers
