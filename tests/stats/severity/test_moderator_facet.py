"""Moderators as raters: the planted difference from auditors is found, or refused with a reason."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.moderator_facet import moderator_facet
from qaf_analysis.stats.severity.ratings import SeverityRatings
from tests.monte_carlo import lowest
from tests.stats.severity.simulated_grades import simulated

AUDITORS, MODERATORS = 8, 4
THEIRS = range(AUDITORS, AUDITORS + MODERATORS)


def severities(rng, gap):
    """Auditors about 0, moderators about the gap, exactly."""
    ours, theirs = rng.normal(0, 0.5, AUDITORS), rng.normal(0, 0.3, MODERATORS)
    return np.append(ours - ours.mean(), theirs - theirs.mean() + gap)


def council(seed, gap, **more):
    rng = np.random.default_rng(seed)
    severity = severities(rng, gap)
    size = {"audits": 160, "domains": 5, "halo": 0.6, "sd_audit": 1.5} | more
    return simulated(rng, auditors=len(severity), severity=severity, **size)


def in_grades(gap, *, domain, domains=5, spread):
    """Difference of mean grades over the files as they were drawn, written out."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    difficulty = np.linspace(-0.5, 0.5, domains)[domain]
    means = []
    for severity in (0.0, gap):
        place = nodes * spread - severity - difficulty
        table = special.softmax(np.outer(place, np.arange(4)) - [0.0, -2.0, -2.0, 0.0], axis=1)
        means.append(table @ np.arange(4) @ weights / weights.sum())
    return means[0] - means[1]


def part(ratings, kept):
    columns = {name: getattr(ratings, name)[kept] for name in ("audit", "auditor", "domain")}
    return SeverityRatings(**columns, grade=ratings.grade[kept], n_levels=ratings.n_levels)


@pytest.mark.slow
def test_intervals_hold_the_planted_gap_about_as_often_as_they_say(times):
    councils = times(24, full=60)
    gap, held, errors, up = 0.8, [], [], []
    truth = in_grades(gap, domain=1, spread=np.hypot(1.5, 0.6))
    for seed in range(councils):
        found = moderator_facet(council([1, seed], gap).ratings, moderators=THEIRS, domain=1)
        held.append((found.gap.low <= truth <= found.gap.high, found.gap_in_logits.low <= gap))
        errors.append(found.gap.value - truth)
        up.append(found.gap.low > 0)
    assert np.mean([one for one, _ in held]) >= lowest(0.95, councils)
    assert np.mean(errors) == pytest.approx(0, abs=0.02 * np.sqrt(60 / councils))
    assert np.mean(up) > 0.95


@pytest.mark.parametrize(("gap", "sign"), [(1.0, 1), (-1.0, -1)])
def test_the_sign_is_that_of_over_optimism(gap, sign):
    found = moderator_facet(council(5, gap).ratings, moderators=THEIRS, domain=0)
    assert np.sign(found.gap.value) == np.sign(found.gap.low) == np.sign(found.gap.high) == sign
    assert (found.moderators, found.gap.auditors) == (MODERATORS, AUDITORS)
    assert found.spread.is_estimable
    assert found.spread.low <= found.spread.value <= found.spread.high


def test_a_mean_of_their_own_keeps_moderators_from_being_drawn_to_auditors():
    """Drawn together with auditors, a distant group would look nearer than it is."""
    made = council(8, 2.5, audits=90)
    truth = in_grades(2.5, domain=2, spread=np.hypot(1.5, 0.6))
    own = moderator_facet(made.ratings, moderators=THEIRS, domain=2)
    assert own.gap.low <= truth <= own.gap.high
    together = severity_model(made.ratings)
    inside = np.isin(made.ratings.auditor_codes, list(THEIRS))
    drawn = together.severity[inside].mean() - together.severity[~inside].mean()
    assert own.gap_in_logits.value > drawn
    assert own.auditor_spread.value < together.sd_auditor.value


def test_names_and_order_of_raters_change_nothing():
    ratings = council(3, 0.5).ratings
    order = np.random.default_rng(1).permutation(len(ratings.grade))
    other = SeverityRatings(
        audit=ratings.audit[order],
        auditor=100 - ratings.auditor[order],
        domain=ratings.domain[order],
        grade=ratings.grade[order],
        n_levels=4,
    )
    one = moderator_facet(ratings, moderators=THEIRS, domain=3)
    again = moderator_facet(other, moderators=[100 - code for code in THEIRS], domain=3)
    for name in ("value", "low", "high"):
        assert getattr(again.gap, name) == pytest.approx(getattr(one.gap, name), abs=1e-8)


def test_a_start_near_the_auditors_own_fit_changes_nothing():
    ratings = council(4, 0.7).ratings
    near = severity_model(part(ratings, ratings.auditor < AUDITORS))
    scratch = moderator_facet(ratings, moderators=THEIRS, domain=0)
    begun = moderator_facet(ratings, moderators=THEIRS, domain=0, near=near)
    assert begun.gap.value == pytest.approx(scratch.gap.value, abs=5e-4)
    assert begun.gap.se == pytest.approx(scratch.gap.se, rel=5e-3)


def test_too_few_moderated_audits_are_refused():
    ratings = council(2, 0.5, audits=60).ratings
    found = moderator_facet(ratings, moderators=THEIRS, domain=0)
    assert not found.gap.is_estimable
    assert "audits were graded by both an auditor and a moderator" in found.gap.why_not
    assert found.gap.cases < 30
    assert not found.spread.is_estimable


def test_the_spread_of_two_moderators_is_not_told():
    ratings = council(6, 0.5, audits=400).ratings
    kept = part(ratings, ratings.auditor < AUDITORS + 2)
    found = moderator_facet(kept, moderators=THEIRS, domain=0)
    assert found.moderators == 2
    assert found.gap.is_estimable
    assert not found.spread.is_estimable
    assert "fewer than 3" in found.spread.why_not


def test_moderators_who_share_audits_with_one_auditor_only_are_refused():
    made = council(7, 0.5, audits=300)
    ratings = made.ratings
    auditor = np.where(ratings.auditor < AUDITORS, 0, ratings.auditor)
    _, first = np.unique(
        np.column_stack([ratings.audit, auditor, ratings.domain]), axis=0, return_index=True
    )
    only = SeverityRatings(
        audit=ratings.audit[first],
        auditor=auditor[first],
        domain=ratings.domain[first],
        grade=ratings.grade[first],
        n_levels=4,
    )
    found = moderator_facet(only, moderators=THEIRS, domain=0)
    assert not found.gap.is_estimable
    assert "fewer than two auditors" in found.gap.why_not
