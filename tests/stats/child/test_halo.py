"""Halo and straight lines: by hand, against the jackknife, in councils of known truth, at edges."""

from __future__ import annotations

from math import isnan, pi, sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.child.halo import domain_correlation, halo, straight_lines
from qaf_analysis.stats.child.level_free import normal_scores
from tests.stats.child.cases import latent, reading, simulated


def test_correlation_by_hand():
    """Half of each domain below: scores are -+ sqrt(pi/2), so a product is -+ pi/2."""
    read = reading([[1, 1], [1, 1], [2, 2], [2, 1], [2, 2], [1, 2]], child=1)
    value, influence = domain_correlation(normal_scores(read))
    assert value == pytest.approx((4 - 2) / 6 * pi / 2)
    # What the grades tell is 2/pi, so V z^2 is 1 in each, and the second term is C itself.
    agree = pi / 2 - value
    assert influence == pytest.approx(
        [agree, agree, agree, -pi / 2 - value, agree, -pi / 2 - value]
    )
    assert influence.sum() == pytest.approx(0)


def test_a_domain_that_was_not_graded_leaves_its_pairs_only():
    """Pairs 1-2 on six audits, 1-3 and 2-3 on the four that have the third."""
    read = reading(
        [[1, 1, 1], [1, 1, np.nan], [2, 2, 2], [2, 1, np.nan], [2, 2, 2], [1, 2, 1]], child=1
    )
    z = sqrt(pi / 2)
    first, second = np.array([-1, -1, 1, 1, 1, -1]) * z, np.array([-1, -1, 1, -1, 1, 1]) * z
    third = np.array([-1, 0, 1, 0, 1, -1]) * z
    by_hand = [
        (first * second).mean(), (first * third).sum() / 4, (second * third).sum() / 4
    ]  # fmt: skip
    value, influence = domain_correlation(normal_scores(read))
    assert value == pytest.approx(np.mean(by_hand))
    assert influence.sum() == pytest.approx(0)


def test_correlation_is_that_of_what_lies_behind_wherever_domains_stand():
    rng = np.random.default_rng(1)
    for level in (0.0, 1.2):
        read = latent(rng, audits=60_000, level=(0.0, level), own=1.0, noise=1.0)
        value, _ = domain_correlation(normal_scores(read.moderation))
        assert value == pytest.approx(1 / 3, abs=0.02)  # one part of three is the case's


def test_exchange_of_readers_turns_the_difference_round():
    audit, moderation, _ = simulated(np.random.default_rng(4), audits=80, missing=0.2)
    each = np.arange(80) % 8
    one, other = halo(audit, moderation, auditor=each), halo(moderation, audit, auditor=each)
    if one.strictness == 0 == other.strictness:
        assert other.difference.value == pytest.approx(-one.difference.value)
        assert other.difference.p == pytest.approx(one.difference.p)
    assert one.difference.value == pytest.approx(one.audit.value - one.moderation.value)


def test_standard_error_agrees_with_the_jackknife_by_auditor():
    """Without the influence of each domain's own spread it would be half as large again."""
    rng = np.random.default_rng(5)
    read = latent(rng, audits=400, level=(0.0, 0.0))
    auditor = np.arange(400) % 40
    ours, theirs = (normal_scores(grades) for grades in (read.audit, read.moderation))
    apart = domain_correlation(ours)[1] - domain_correlation(theirs)[1]
    without = []
    for name in range(40):
        left = auditor != name
        rest = [
            domain_correlation(normal_scores(grades.select(left)))[0]
            for grades in (read.audit, read.moderation)
        ]
        without.append(rest[0] - rest[1])
    jackknife = sqrt(39 / 40 * ((np.array(without) - np.mean(without)) ** 2).sum())
    by_auditor = np.bincount(auditor, apart) / 400
    assert sqrt((by_auditor**2).sum()) == pytest.approx(jackknife, rel=0.1)
    plain = [
        np.mean([
            one.score[:, d] * one.score[:, j] for d in range(6) for j in range(d)
        ], axis=0)
        for one in (ours, theirs)
    ]  # fmt: skip
    first_term = plain[0] - plain[1]
    naive = np.bincount(auditor, first_term - first_term.mean()) / 400
    assert sqrt((naive**2).sum()) > 1.25 * jackknife


def test_one_impression_is_found():
    read = latent(np.random.default_rng(6), audits=200, halo=0.6, case=0.4)
    found = halo(read.audit, read.moderation, auditor=read.auditor)
    assert found.difference.low > 0
    assert found.difference.p < 0.01
    flat = reading(np.repeat(read.audit.domains[:, :1], 6, axis=1))
    lines = straight_lines(flat, read.moderation, auditor=read.auditor)
    assert lines.difference.low > 0
    assert lines.difference.p < 0.001


def test_strict_auditors_are_no_halo():
    """Auditors differ by SD .5, moderators grade alike: near 0 on average, and seldom claimed."""
    values, claims, raw = [], 0, []
    for seed in range(150):
        read = latent(np.random.default_rng([7, seed]), audits=120, severity=0.5, case=0.4)
        found = halo(read.audit, read.moderation, auditor=read.auditor)
        values.append(found.difference.value)
        claims += found.difference.low > 0
        one, other = (
            domain_correlation(normal_scores(grades))[0] for grades in (read.audit, read.moderation)
        )
        raw.append(one - other)
    assert abs(np.mean(values)) < 0.03
    assert np.mean(raw) > 0.1
    assert claims <= 11  # 150 councils: a true 2.5 % gives no more in 999 of 1,000


def test_between_auditors_by_hand():
    """Two auditors, two audits each, gaps 0, 0 and 2, 2: 4 between (1 df), 0 within, over 2."""
    from qaf_analysis.stats.child.halo import _between_auditors

    names = np.array([5, 5, 9, 9])
    assert _between_auditors(np.array([0.0, 0.0, 1.0, 1.0]), names) == pytest.approx(0.5)
    assert _between_auditors(np.array([0.0, 1.0, 0.0, 1.0]), names) == 0
    assert _between_auditors(np.array([0.0, 0.0, 9.0, 9.0]), names) == 0.9


def test_straight_lines_by_hand():
    audit = reading([[2, 2, 2], [1, 1, 1], [2, 2, 1], [3, 3, 3]])
    moderation = reading([[2, 2, 1], [1, 1, 2], [2, 1, 1], [3, 3, 3]])
    found = straight_lines(audit, moderation, auditor=[0, 1, 2, 3])
    assert (found.audit.value, found.moderation.value, found.difference.value) == (0.75, 0.25, 0.5)
    assert found.difference.p == pytest.approx(stats.binomtest(2, 2, 0.5).pvalue)


def test_auditors_who_never_tell_domains_apart_are_the_most_alike():
    read = latent(np.random.default_rng(7), audits=60)
    flat = reading(np.repeat(read.audit.domains[:, :1], 6, axis=1))
    found = halo(flat, read.moderation, auditor=np.arange(60) % 12)
    assert found.audit.value <= 1
    assert found.difference.low > 0


def test_reasons():
    audit, _, auditor = simulated(np.random.default_rng(8))
    flat = reading(np.full((60, 5), 2.0))
    for ours, theirs in ((audit, flat), (flat, audit), (flat, flat)):
        found = halo(ours, theirs, auditor=auditor)
        assert found.difference.why_not == found.audit.why_not
        assert "hardly vary" in found.difference.why_not
    single = reading([[2]], child=1)
    assert "two or more domains" in halo(single, single, auditor=[0]).difference.why_not
    assert "two or more domains" in straight_lines(single, single, auditor=[0]).audit.why_not
    each = halo(audit, audit, auditor=np.arange(60))
    assert "too few auditors have several" in each.difference.why_not
    alone = halo(audit, audit, auditor=np.zeros(60, int))
    assert alone.difference.value == 0
    assert isnan(alone.difference.p)
    assert "no interval" in alone.difference.method


@pytest.mark.parametrize(("spare", "told"), [(4, False), (5, True)])
def test_strictness_needs_five_audits_beyond_each_auditors_first(spare, told):
    audit, moderation, _ = simulated(np.random.default_rng(9), audits=40)
    auditor = np.arange(40) % (40 - spare)
    assert halo(audit, moderation, auditor=auditor).difference.is_estimable == told
