"""Plans for double grading come true in simulated councils."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.agreement import planning
from qaf_analysis.stats.agreement.kappas import gwet_ac
from qaf_analysis.stats.agreement.planning import (
    AgreementComponents,
    agreement_components,
    planned_audits,
)
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import AUDITORS_PER_DF, effective_auditors
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate
from tests.stats.agreement.cases import random_ratings

SOME = AgreementComponents(value=0.7, audits=0.2, auditors=0.01)


def fitted(ratings):
    both, alone = (
        gwet_ac(ratings, weights="linear"),
        gwet_ac(ratings, weights="linear", se="subjects"),
    )
    return agreement_components(both, alone, effective_auditors=effective_auditors(ratings.pairs))


def large_council(seed, *, severity=0.5):
    """The council of ``random_ratings``, with so many auditors that its components are known."""
    rng, audits, auditors = np.random.default_rng(seed), 150_000, 1500
    first = rng.integers(0, auditors, audits)
    who = np.stack([first, (first + rng.integers(1, auditors, audits)) % auditors])
    seen = rng.normal(size=audits) - rng.normal(0, severity, auditors)[who]
    grade = np.searchsorted([-1.9, 0.3, 1.9], seen + rng.normal(0, 0.6, who.shape))
    return Ratings(
        audit=np.tile(np.arange(audits), 2), auditor=who.ravel(), grade=grade.ravel(), n_levels=4
    )


@pytest.fixture(scope="module")
def truth():
    """Components of a council so large that they are known."""
    return fitted(large_council(7))


def simulated(*, audits, auditors, severity=0.5, times=120):
    rng = np.random.default_rng(11)
    found = [
        gwet_ac(
            random_ratings(rng, audits=audits, auditors=auditors, severity=severity),
            weights="linear",
        )
        for _ in range(times)
    ]
    return np.array([e.value for e in found]), np.array([e.high - e.low for e in found])


def needs(components, *, width, auditors):
    """Double-graded audits needed; endless where no number does."""
    plan = planned_audits(components, width=width, n_auditors=auditors)
    return plan.double_graded if not plan.why_not else inf


@pytest.mark.parametrize(("audits", "auditors"), [(100, 20), (200, 29), (1000, 29), (200, 60)])
def test_the_planned_width_is_what_intervals_come_to(truth, audits, auditors):
    values, widths = simulated(audits=audits, auditors=auditors)
    wide, narrow = np.median(widths) / 0.85, np.median(widths) / 1.15
    assert needs(truth, width=wide, auditors=auditors) <= audits
    assert needs(truth, width=narrow, auditors=auditors) > audits
    spread = truth.variance(n_double=audits, n_auditors=auditors) ** 0.5
    assert spread == pytest.approx(values.std(ddof=1), rel=0.15)


def test_a_plan_from_one_councils_own_gradings_comes_true_on_average(monkeypatch):
    monkeypatch.setattr(planning, "MOST_AUDITS", 2_000)  # beyond which is more than 600 too
    rng = np.random.default_rng(5)
    own = [fitted(random_ratings(rng, audits=300, auditors=30)) for _ in range(60)]
    _, widths = simulated(audits=600, auditors=30)
    wide, narrow = np.median(widths) / 0.85, np.median(widths) / 1.15
    assert np.median([needs(one, width=wide, auditors=30) for one in own]) <= 600
    assert np.median([needs(one, width=narrow, auditors=30) for one in own]) > 600


def test_auditors_who_are_alike_add_nothing():
    alike, differing = fitted(large_council(3, severity=0.0)), fitted(large_council(3))
    assert alike.auditors < 0.2 * differing.auditors


def test_components_give_back_the_error_they_came_from():
    known = Estimate(
        value=0.6, low=0.5, high=0.7, level=0.95, cases=150, auditors=25, method="", se=0.05
    )
    found = agreement_components(known, replace(known, se=0.03), effective_auditors=21.0)
    assert found.variance(n_double=150, n_auditors=21) == pytest.approx(0.05**2, rel=1e-12)
    these = found.for_these_auditors()
    assert these.variance(n_double=150, n_auditors=21) == pytest.approx(0.03**2, rel=1e-12)


def test_the_plan_is_the_smallest_that_does():
    plan = planned_audits(SOME, width=0.2, n_auditors=25)
    assert plan.width <= 0.2

    # By hand for r = 25: variance (a + b / 2) / n + b (1 / r - 1 / 2n), t with Welch's df.
    def width(n, r=25):
        of_audits, of_auditors = (0.2 + 0.005) / n, 0.01 * (1 / r - 1 / (2 * n))
        variance = of_audits + of_auditors
        uncertain = AUDITORS_PER_DF * of_auditors**2 / (r - 1) + of_audits**2 / (n - 1)
        df = min(variance**2 / uncertain, r - 1, n - 1)
        reach = stats.t.ppf(0.975, df) * variance**0.5 / (1 - 0.7**2)
        return np.tanh(np.arctanh(0.7) + reach) - np.tanh(np.arctanh(0.7) - reach)

    assert plan.width == pytest.approx(width(plan.double_graded), rel=1e-12)
    assert width(plan.double_graded - 1) > 0.2
    more = planned_audits(SOME, width=0.2, n_auditors=50)
    assert more.double_graded < plan.double_graded


def test_no_number_of_audits_makes_up_for_few_auditors():
    plan = planned_audits(SOME, width=0.05, n_auditors=5)
    assert plan.double_graded == 0
    assert plan.width > 0.05
    assert "more auditors are needed" in plan.why_not


def test_what_cannot_be_planned_is_refused():
    with pytest.raises(UsageError, match="between 0 and 2"):
        planned_audits(SOME, width=0.0, n_auditors=5)
    with pytest.raises(UsageError, match="at least two"):
        planned_audits(SOME, width=0.2, n_auditors=1)
    with pytest.raises(ShapeError, match="between -1 and 1"):
        AgreementComponents(value=1.0, audits=0.1, auditors=0.0)
    none = Estimate.not_estimable("no audit was graded twice", method="AC2")
    found = agreement_components(none, none, effective_auditors=nan)
    assert found.why_not == "no audit was graded twice"
