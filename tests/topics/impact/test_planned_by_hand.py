"""A plan of themed audits: worked out from stated variances, and what is printed of it."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest
from scipy.stats import nct, t

from qaf_analysis.cli.plan_impact import impact_plan_lines
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4, Scale
from qaf_analysis.terms.settings import Settings, Theme
from qaf_analysis.topics.impact.analysis.planning import (
    ImpactDesign,
    ImpactPlan,
    PlannedImpact,
    assumed_basis,
    impact_basis,
    impact_plan,
)
from tests.topics.themed_council import council

LEVEL = (
    "The themed domain varies by chance as much as each domain that no theme ever touched, and "
    "was not already moving by itself: a plan cannot know of such a movement.",
    "A change is seen when the 95 % interval of the verdict leaves out no change; with several "
    "themes tested at once larger changes are needed.",
    "Every quarter has as many audits, the same auditors work before and after, and the themed "
    "domain's grades lie where those domains' do.",
)


def power_of(shift, *, before, after, level=0.95):
    """Chance that a change of so many errors of one quarter is seen, by scipy's noncentral t."""
    df = before + after - 2
    errors = shift / sqrt(1 / before + 1 / after)
    limit = t.ppf((1 + level) / 2, df)
    return nct.sf(limit, df, errors) + nct.cdf(-limit, df, errors)


@pytest.mark.parametrize(
    ("design", "power", "level"),
    [
        ({"audits": 50, "before": 4, "after": 4, "controls": 5}, 0.8, 0.95),
        ({"audits": 20, "before": 3, "after": 6, "controls": 2}, 0.8, 0.95),
        ({"audits": 50, "before": 4, "after": 4, "controls": 5}, 0.9, 0.95),
        ({"audits": 50, "before": 6, "after": 3, "controls": 1}, 0.8, 0.99),
    ],
)
def test_the_smallest_change_is_seen_with_just_that_power(design, power, level):
    """Assumed variances: 0.42 between audits, 0.0025 between quarters; of shares 0.20, 0.0009."""
    plan = impact_plan(**design, power=power, level=level)
    assert plan.present.design == ImpactDesign(**design)
    assert (plan.power, plan.level) == (power, level)
    sides = {"before": design["before"], "after": design["after"], "level": level}
    apart = 1 + 1 / design["controls"]
    for size, of_audit, of_quarter, audits in (
        (plan.present.grade, 0.42, 0.0025, design["audits"]),
        (plan.present.grade_limit, 0.42, 0.0025, 1e12),
        (plan.present.good, 0.20, 0.0009, design["audits"]),
        (plan.present.good_limit, 0.20, 0.0009, 1e12),
    ):
        error = sqrt((of_quarter + of_audit / audits) * apart)
        assert power_of(size / error, **sides) == pytest.approx(power, abs=1e-4)
    assert plan.present.grade_low == plan.present.grade_high == plan.present.grade
    assert plan.present.good_low == plan.present.good_high == plan.present.good
    assert plan.present.grade_limit_high == plan.present.grade_limit
    assert plan.present.good_limit_high == plan.present.good_limit


def test_audits_are_needed_until_the_change_is_seen():
    """The last number of audits that is not enough, and the first that is."""
    plan = impact_plan(change=0.2)
    few, enough = (
        power_of(0.2 / sqrt((0.0025 + 0.42 / audits) * 1.2), before=4, after=4)
        for audits in (plan.needed - 1, plan.needed)
    )
    assert plan.needed == 125
    assert few < 0.8 <= enough
    assert plan.change == 0.2
    nothing = impact_plan()
    assert (nothing.change, nothing.needed) == (0.0, 0)
    fewer = impact_plan(change=0.3, before=3, after=6, controls=2, power=0.9, level=0.9).needed
    error = sqrt((0.0025 + 0.42 / fewer) * 1.5)
    assert power_of(0.3 / error, before=3, after=6, level=0.9) == pytest.approx(0.9, abs=0.005)


def test_other_designs_change_one_thing_each():
    plan = impact_plan(audits=30, before=3, after=5, controls=4)
    assert plan.present.design == ImpactDesign(audits=30, before=3, after=5, controls=4)
    assert [(o.design.audits, o.design.before, o.design.after, o.design.controls)
            for o in plan.audits] == [
        (audits, 3, 5, 4) for audits in (10, 25, 50, 100, 150, 350)
    ]  # fmt: skip
    assert [(o.design.audits, o.design.before, o.design.after, o.design.controls)
            for o in plan.quarters] == [
        (30, 3, 3, 4), (30, 4, 4, 4), (30, 6, 6, 4), (30, 8, 8, 4),
    ]  # fmt: skip
    assert [(o.design.audits, o.design.before, o.design.after, o.design.controls)
            for o in plan.controls] == [
        (30, 3, 5, controls) for controls in (1, 2, 3, 5, 8)
    ]  # fmt: skip


def test_what_is_assumed_is_stated():
    basis = assumed_basis()
    assert (basis.audits, basis.controls, basis.warnings) == (50, 5, ())
    assert basis.assumptions == (
        "Not this council's figures, but assumed: beside its audit's own level a domain's grade "
        "has a standard deviation of 0.65 grades, and its mean one of 0.05 grades from quarter to "
        "quarter (an invented council, 45 in 100 graded good or better).",
        *LEVEL,
    )
    # The standard deviations printed are the roots of the variances used.
    assert (round(0.42**0.5, 2), 0.0025**0.5) == (0.65, 0.05)
    assert (basis.grade.of_audit, basis.grade.of_quarter.value) == (0.42, 0.0025)
    assert (basis.good.of_audit, basis.good.of_quarter.value) == (0.20, 0.0009)
    assert (basis.grade.audits, basis.grade.quarters, basis.grade.domains) == (0, 0, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"power": 0.0}, {"power": 1.0}, {"level": 0.0}, {"level": 1.0}, {"change": -0.01},
    ],
)  # fmt: skip
def test_the_ends_of_power_and_level_are_refused(wrong):
    with pytest.raises(UsageError):
        impact_plan(**wrong)


@pytest.mark.parametrize("differs", [{"good_from": 1}, {"levels": ("a", "b", "c")}])
def test_assumptions_are_for_one_scale_only(differs):
    scale = Scale(**{"name": "x", "levels": ("a", "b", "c", "d"), "good_from": 2, **differs})
    with pytest.raises(UsageError, match="four grades, two of them positive"):
        assumed_basis(Settings(council="c", scale=scale))


# Two audits a quarter of four quarters; Plan is themed, Overall is never a comparison.
GRADES = [
    ("2018-19 Q1", {"Overall": "00", "Plan": "03", "Risk": "22", "Records": "12", "Voice": "21"}),
    ("2018-19 Q2", {"Overall": "00", "Plan": "30", "Risk": "23", "Records": "10", "Voice": "12"}),
    ("2018-19 Q3", {"Overall": "00", "Plan": "03", "Risk": "11", "Records": "12", "Voice": "22"}),
    ("2018-19 Q4", {"Overall": "00", "Plan": "30", "Risk": "01", "Records": "13", "Voice": "12"}),
]
PLANS = Theme(name="Plans", domain="Plan", audited_in=Quarter(2018, 2))


def test_a_council_is_planned_for_from_its_own_domains():
    """Squares of each grade beside its audit's mean, about the mean of its domain and quarter."""
    basis = impact_basis(council(*GRADES, themes=(PLANS,)))
    within = between = 0.0
    means = []
    for _, row in GRADES:
        audits = list(zip(*(map(int, row[d]) for d in ("Risk", "Records", "Voice")), strict=True))
        own = [[grade - sum(audit) / 3 for grade in audit] for audit in audits]
        mean = [sum(column) / 2 for column in zip(*own, strict=True)]
        means.append(mean)
        within += sum((g - m) ** 2 for audit in own for g, m in zip(audit, mean, strict=True))
    overall = [sum(column) / 4 for column in zip(*means, strict=True)]
    between = sum((m - o) ** 2 for mean in means for m, o in zip(mean, overall, strict=True))
    # 8 audits less 4 quarters, and 4 quarters less 1; each times 3 domains less 1.
    of_audit = within / (4 * 2)
    of_quarter = between / (3 * 2) - of_audit / 2
    assert basis.grade.of_audit == pytest.approx(of_audit)
    assert basis.grade.of_quarter.value == pytest.approx(of_quarter)
    assert (basis.audits, basis.controls, basis.warnings) == (2, 3, ())
    spread = f"{of_audit**0.5:.2f}", f"{max(of_quarter, 0) ** 0.5:.2f}"
    assert spread == ("0.61", "0.66")
    assert basis.assumptions == (
        "From the council's own 8 routine audits of 4 quarters in 3 domains that no theme touches "
        "(0 audits without a grade in one of them left out): beside its audit's own level a "
        "domain's grade has a standard deviation of 0.61 grades, and its mean one of 0.66 grades "
        "from quarter to quarter.",
        "No theme of the council has yet had quarters on both sides that can be compared, so 4 and "
        "4 are assumed.",
        *LEVEL,
    )
    plan = impact_plan(council(*GRADES, themes=(PLANS,)))
    assert plan.present.design == ImpactDesign(audits=2, before=4, after=4, controls=3)
    error = sqrt((of_quarter + of_audit / 2) * (4 / 3))
    assert power_of(plan.present.grade / error, before=4, after=4) == pytest.approx(0.8, abs=1e-4)
    assert plan.present.grade_low < plan.present.grade < plan.present.grade_high
    assert plan.present.good_low < plan.present.good < plan.present.good_high


def test_audits_without_a_grade_are_told():
    gap = (GRADES[0][0], {**GRADES[0][1], "Risk": "1."})
    basis = impact_basis(council(gap, *GRADES[1:], themes=(PLANS,)))
    assert basis.assumptions[0].startswith(
        "From the council's own 7 routine audits of 4 quarters in 3 domains that no theme touches "
        "(1 audit without a grade in one of them left out): "
    )
    assert basis.audits == 2


def test_too_few_domains_or_quarters_give_what_is_assumed():
    for audits, found, own in (
        (council(*GRADES[:3], themes=(PLANS,)), "3 domains that no theme touches, all graded in 6 "
         "audits of 3 quarters", (2, 3)),
        (council(*GRADES, themes=(PLANS, replace(PLANS, name="R", domain="Risk"))),
         "2 domains that no theme touches, all graded in 8 audits of 4 quarters",
         (2, 2)),
        (council(("2018-19 Q1", {"Overall": "2", "Risk": "1"})),
         "1 domain that no theme touches, all graded in 1 audit of 1 quarter", (1, 1)),
    ):  # fmt: skip
        basis = impact_basis(audits)
        assert basis.warnings == (
            f"The council has {found}; at least 3 domains in 4 quarters are needed to tell how "
            "much they vary, so that is assumed.",
        )
        assert basis.grade.of_audit == 0.42
        # Audits and comparison domains are its own all the same.
        assert (basis.audits, basis.controls) == own


# What is printed


def planned(audits, before, after, controls, first):
    """Ten figures, a hundredth apart, from a first one."""
    names = (
        "grade", "grade_low", "grade_high", "grade_limit", "grade_limit_high",
        "good", "good_low", "good_high", "good_limit", "good_limit_high",
    )  # fmt: skip
    design = ImpactDesign(audits=audits, before=before, after=after, controls=controls)
    sizes = {name: first + place / 100 for place, name in enumerate(names)}
    return PlannedImpact(design=design, **sizes)


PLAN = ImpactPlan(
    scale=OFSTED4.words,
    power=0.8,
    level=0.95,
    present=planned(51, 3, 5, 6, 0.2),
    audits=(planned(1_000, 3, 5, 6, 0.3),),
    quarters=(planned(51, 4, 7, 6, 0.4),),
    controls=(planned(51, 3, 5, 8, 0.5),),
    change=0.15,
    needed=1_234,
    assumptions=("one thing.", "another."),
    warnings=("mind this.",),
)


def test_a_plan_is_printed_with_its_power_and_every_figure_in_its_place():
    assert impact_plan_lines(PLAN) == [
        "Smallest true change seen 80% of the time, by a verdict at the level 0.95",
        "  now, with 51 audits a quarter, 3 + 5 quarters, 6 comparison domains: 0.20 grades, or 25 "
        "points in the share graded good or better",
        "    or 0.21 to 0.22 grades, 26 to 27 points: so few quarters leave open how much they "
        "vary",
        "    however many audits a quarter: 0.23 grades, or 28 points in the share "
        "graded good or better (but up to 0.24 and 29 are possible)",
        "    a change of 0.15 grades needs 1,234 audits a quarter",
        "",
        "Other numbers of audits a quarter",
        "  1,000  0.30 grades, or 35 points in the share graded good or better",
        "",
        "Other numbers of quarters before and after",
        "   4 + 7  0.40 grades, or 45 points in the share graded good or better",
        "",
        "Other numbers of comparison domains",
        "      8  0.50 grades, or 55 points in the share graded good or better",
        "",
        "Rests on: one thing.",
        "Rests on: another.",
        "Note: mind this.",
    ]


@pytest.mark.parametrize(
    ("parts", "place", "line"),
    [
        ({"power": 0.9}, 0, "Smallest true change seen 90% of the time, by a verdict at the level "
         "0.95"),
        ({"level": 0.99}, 0, "Smallest true change seen 80% of the time, by a verdict at the level "
         "0.99"),
        ({"needed": 0}, 4, "    a change of 0.15 grades: out of reach with any number of audits; "
         "more quarters or comparison domains are needed"),
        ({"change": 0.0}, 4, ""),
        ({"needed": 1}, 4, "    a change of 0.15 grades needs 1 audit a quarter"),
        ({"present": planned(1, 1, 1, 1, 0.2)}, 1, "  now, with 1 audit a quarter, 1 + 1 quarters, "
         "1 comparison domain: 0.20 grades, or 25 points in the share graded good or better"),
        ({"present": replace(PLAN.present, grade_high=PLAN.present.grade_low)}, 2,
         "    however many audits a quarter: 0.23 grades, or 28 points in the share "
         "graded good or better (but up to 0.24 and 29 are possible)"),
        ({"present": replace(PLAN.present, grade_limit_high=PLAN.present.grade_limit)}, 3,
         "    however many audits a quarter: 0.23 grades, or 28 points in the share "
         "graded good or better"),
    ],
)  # fmt: skip
def test_what_a_plan_prints_follows_its_figures(parts, place, line):
    assert impact_plan_lines(replace(PLAN, **parts))[place] == line
