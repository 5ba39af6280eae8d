"""Child-experience gap and good-without-the-child rate: worked by hand, scipy, and null worlds."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.child.experience import (
    child_experience_gap,
    good_without_child_rate,
)
from qaf_analysis.stats.child.level_free import grade_slopes
from qaf_analysis.stats.core.intervals import wilson
from tests.stats.child.cases import latent, reading

EACH = np.arange(6)
AUDIT = reading(
    [[2, 2, 2, 2], [3, 2, 2, 2], [2, 1, 2, 2], [1, 1, 2, 2], [2, 2, 1, 1], [2, 2, 2, 2]],
    [2, 2, 2, 1, 2, 2],
)
MODERATION = reading(
    [[1, 2, 2, 2], [2, 2, 2, 1], [1, 1, 2, 2], [1, 1, 2, 2], [2, 2, 1, 1], [1, 2, 2, np.nan]],
    [2, 2, 1, 1, 1, 1],
)


def test_gap_is_the_mean_of_level_free_differences_by_hand():
    """Grades off the commonest: 5 in the first domain, 4 in the second, 2 and 4 in process."""
    assert np.isnan(grade_slopes(AUDIT, MODERATION)).tolist() == [False, True, True, True]
    audit = reading(np.tile(AUDIT.domains, (3, 1)))
    moderation = reading(np.tile(MODERATION.domains, (3, 1)))
    slope = grade_slopes(audit, moderation)
    shift = (audit.domains - moderation.domains) / slope
    by_hand = (shift[:, :2].mean(axis=1) - np.nanmean(shift[:, 2:], axis=1)) * slope[:2].mean()
    found = child_experience_gap(audit, moderation, auditor=np.arange(18))
    expected = stats.ttest_1samp(by_hand, 0)
    assert found.value == pytest.approx(np.mean(by_hand))
    assert found.p == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_domains_at_one_level_give_the_plain_difference_of_gaps():
    """Each domain has the same grades in another order: slopes are equal and cancel."""
    rng = np.random.default_rng(1)
    column = np.repeat([0.0, 1.0, 2.0, 3.0], [4, 18, 16, 2])
    ours, theirs = (np.column_stack([rng.permutation(column) for _ in range(4)]) for _ in range(2))
    gap = ours - theirs
    found = child_experience_gap(reading(ours), reading(theirs), auditor=np.arange(40) % 9)
    assert found.value == pytest.approx(gap[:, :2].mean() - gap[:, 2:].mean())


def test_a_scale_read_backwards_turns_the_sign_and_nothing_else():
    read = latent(np.random.default_rng(2), audits=80, level=(0.0, 1.0), lean=0.3)
    there = child_experience_gap(read.audit, read.moderation, auditor=read.auditor)
    back = child_experience_gap(
        reading(3 - read.audit.domains), reading(3 - read.moderation.domains),
        auditor=read.auditor,
    )  # fmt: skip
    assert back.value == pytest.approx(-there.value)
    assert (back.low, back.high, back.p) == pytest.approx((-there.high, -there.low, there.p))


@pytest.mark.parametrize("level", [(0.0, 1.2), (1.2, 0.0), (0.0, 0.0)])
def test_kindness_alike_in_all_domains_is_no_gap_wherever_domains_stand(level):
    """All auditors .8 kinder: the plain difference of gaps is off by .1 of a grade and more."""
    found, plain = [], []
    for seed in range(60):
        read = latent(np.random.default_rng([3, seed]), audits=200, level=level, kind=0.8, case=0.4)
        gap = read.audit.domains - read.moderation.domains
        plain.append(gap[:, :2].mean() - gap[:, 2:].mean())
        one = child_experience_gap(read.audit, read.moderation, auditor=read.auditor)
        found.append(one.value)
    assert abs(np.mean(found)) < 0.03
    if level[0] != level[1]:
        assert abs(np.mean(plain)) > 0.1


def test_a_real_lean_to_the_child_has_its_size_in_grades():
    """.3 kinder in child domains only: what the child domains' mean grade moves by."""
    read = latent(np.random.default_rng(4), audits=40_000, level=(0.0, 1.2), lean=0.3)
    found = child_experience_gap(read.audit, read.moderation, auditor=read.auditor)
    moved = (read.audit.domains - read.moderation.domains)[:, :2].mean()
    assert found.value == pytest.approx(moved, abs=0.02)


def test_gap_has_an_interval_when_auditors_means_are_alike_though_audits_vary():
    audit = reading([[2, 2, 1, 1], [1, 1, 2, 2]] * 6)
    moderation = reading([[1, 1, 1, 1], [2, 2, 2, 2]] * 6)
    found = child_experience_gap(audit, moderation, auditor=[0, 0, 1, 1, 2, 2] * 2)
    assert found.value == 0
    assert found.has_interval


def test_rate_is_counted_among_audits_with_a_child_domain_below_good():
    # The moderator has a child domain below good in audits 1, 3, 4 and 6.
    ours = good_without_child_rate(AUDIT, child_by=MODERATION, good_from=2, auditor=EACH)
    theirs = good_without_child_rate(MODERATION, child_by=MODERATION, good_from=2, auditor=EACH)
    own = good_without_child_rate(AUDIT, child_by=AUDIT, good_from=2, auditor=EACH)
    assert (ours.value, ours.cases) == (0.75, 4)
    assert (theirs.value, theirs.cases) == (0.25, 4)
    assert (own.value, own.cases) == (0.5, 2)  # audits 3 and 4
    assert ours.low < wilson(3, 4).low  # few auditors: Student's t


def test_reasons():
    none_below = reading([[2, 2, 1, 1]], [2])
    rate = good_without_child_rate(none_below, child_by=none_below, good_from=2, auditor=[0])
    assert rate.why_not == "no audit has a child domain below the positive grades"
    ungraded = reading([[np.nan, np.nan, 1, 1]], [2])
    rate = good_without_child_rate(ungraded, child_by=ungraded, good_from=2, auditor=[0])
    assert rate.why_not == "no child domain was graded"
    no_overall = reading([[1, 1, 1, 1]])
    rate = good_without_child_rate(no_overall, child_by=no_overall, good_from=2, auditor=[0])
    assert rate.why_not == "no audit has an overall grade"
    untagged = reading([[1, 1, 1, 1]], [2], child=0)
    rate = good_without_child_rate(untagged, child_by=untagged, good_from=2, auditor=[0])
    assert rate.why_not == "no domain is tagged as about the child"
    flat = reading(np.full((20, 4), 2.0))
    gap = child_experience_gap(flat, flat, auditor=np.arange(20))
    assert gap.why_not == "grades of the child's domains, or of process domains, hardly vary"
    gap = child_experience_gap(ungraded, ungraded, auditor=[0])
    assert "no audit has a child and a process domain" in gap.why_not
    all_child = reading([[1, 1, 1, 1]], [2], child=4)
    gap = child_experience_gap(all_child, all_child, auditor=[0])
    assert gap.why_not == "no domain is tagged as about process"
    assert isnan(gap.p)
