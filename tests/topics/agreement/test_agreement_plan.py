"""The plan answers from the council's own double gradings, or says what it assumes."""

from __future__ import annotations

import pytest

from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.names import AUDITING_ROLES
from qaf_analysis.topics.agreement.analysis.planning import ASSUMED, FEWEST_TO_FIT, agreement_plan
from qaf_analysis.topics.common.scope import routine
from tests.stats.agreement.test_planning import fitted, large_council
from tests.topics.councils import one_quarter, simulated


def test_the_stated_assumptions_are_those_of_an_invented_council():
    truth = fitted(large_council(7))
    assert ASSUMED.value == pytest.approx(truth.value, abs=0.01)
    assert ASSUMED.audits == pytest.approx(truth.audits, rel=0.05)
    assert ASSUMED.auditors == pytest.approx(truth.auditors, rel=0.25)


def test_a_council_with_enough_double_gradings_is_planned_from_them():
    _, audits = simulated()
    plan = agreement_plan(audits, width=0.2)
    assert plan.components != ASSUMED
    assert "From the council's own" in plan.assumptions[0]
    assert 150 < plan.audits < 250  # fifty a quarter
    assert [design.auditors for design in plan.designs] == sorted(
        design.auditors for design in plan.designs
    )
    needed = [design.double_graded for design in plan.designs]
    assert needed == sorted(needed, reverse=True)
    assert all(0 < share <= 1 for share in (design.share for design in plan.designs))


def test_a_council_with_few_double_gradings_is_told_what_is_assumed():
    _, audits = simulated()
    plan = agreement_plan(one_quarter(audits), width=0.2)
    assert plan.components == ASSUMED
    assert "assumed" in plan.assumptions[0]
    # What differs is assumed; how many audits and auditors there are is the council's own.
    few = one_quarter(audits)
    year = len(routine(few.audits))
    graders = few.ratings[few.ratings["role"].isin(AUDITING_ROLES)]["rater"].nunique()
    assert plan.audits == year != 200
    assert graders in [design.auditors for design in plan.designs]
    assert plan.assumptions[-1] == f"{year} audits in a year, and {graders} auditors."
    assert f"at least {FEWEST_TO_FIT}" in plan.warnings[0]


def test_a_claim_about_these_auditors_needs_fewer_audits():
    other = agreement_plan(width=0.2)
    these = agreement_plan(width=0.2, claim="these-auditors")
    assert these.designs[0].double_graded < other.designs[0].double_graded
    assert these.designs[0].double_graded == these.designs[-1].double_graded


def test_what_is_out_of_reach_is_said():
    narrow = agreement_plan(width=0.05, audits=100)
    assert narrow.designs[0].double_graded == 0
    assert "more auditors are needed" in narrow.designs[0].why_not
    year = agreement_plan(width=0.15, audits=50)
    assert "years with every audit graded twice" in year.designs[-1].why_not


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"width": 0.2, "claim": "all"}, "no claim"),
        ({"width": 0.2, "audits": 1}, "at least two audits"),
        ({"width": 0.2, "auditors": 1}, "two auditors"),
        ({"width": 3.0}, "between 0 and 2"),
        ({"width": 0.2, "level": 95.0}, "between 0 and 1"),
    ],
)
def test_a_wrong_question_is_refused(options, words):
    with pytest.raises(UsageError, match=words):
        agreement_plan(**options)


def test_the_auditors_of_a_plan_are_those_of_the_year():
    """Not all who ever graded an audit twice: people leave."""
    _, audits = simulated()
    last = sorted(audits.audits["quarter"].unique())[-4:]
    of_year = audits.audits[audits.audits["quarter"].isin(last)]["audit_id"]
    graded = audits.ratings[audits.ratings["audit_id"].isin(of_year)]
    graders = graded[graded["role"].isin(AUDITING_ROLES)]["rater"].nunique()
    plan = agreement_plan(audits, width=0.2)
    assert plan.assumptions[-1].endswith(f"and {graders} auditors.")
