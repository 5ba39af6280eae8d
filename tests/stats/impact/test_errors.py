"""Errors told from all domains: the parts by hand, and false claims where chance lasts."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.impact.errors import difference_among_domains, difference_of_means
from qaf_analysis.terms.errors import ShapeError


def usual(means, post):
    gap = means[:, 0] - means[:, 1:].mean(axis=1)
    return difference_of_means(gap[~post], gap[post])


def drawn(rng, *, quarters=8, controls=5, lasting=0.0, sd=0.05, effect=0.0):
    """Means by quarter and domain: chance of the quarter that may last, and of 150 audits."""
    shock = rng.normal(0, sd, (quarters, controls + 1))
    for q in range(1, quarters):
        shock[q] = lasting * shock[q - 1] + np.sqrt(1 - lasting**2) * shock[q]
    post = np.arange(quarters) >= quarters // 2
    means = shock + rng.normal(0, np.sqrt(0.42 / 150), shock.shape) + rng.normal(size=(quarters, 1))
    means[:, 0] += effect * post
    return means, post


def test_value_is_the_usual_one_and_the_error_never_smaller():
    rng = np.random.default_rng(1)
    for _ in range(50):
        means, post = drawn(rng)
        found, plain = difference_among_domains(means, post=post), usual(means, post)
        assert found.value == pytest.approx(plain.value, abs=1e-12)
        assert found.se >= plain.se * (1 - 1e-12)


def test_one_comparison_domain_gives_the_usual_interval():
    means, post = drawn(np.random.default_rng(2), controls=1)
    found, plain = difference_among_domains(means, post=post), usual(means, post)
    assert (found.low, found.high, found.p) == pytest.approx((plain.low, plain.high, plain.p))


def test_error_of_all_domains_by_hand():
    """Comparison domains never move between the sides, so only quarters of a side count."""
    still = np.array([[0.0, 0.2, -0.2], [0.0, -0.2, 0.2]])
    means = np.vstack([still, still])
    found = difference_among_domains(means, post=[False, False, True, True])
    # Six residuals squared: 8 x 0.04 of the comparison domains, on (4 - 2) x 2 degrees of freedom.
    assert found.se**2 == pytest.approx(8 * 0.04 / 4 * (1 / 2 + 1 / 2) * (1 + 1 / 2))
    assert found.df == 4


def test_comparison_domains_that_moved_widen_the_interval():
    means, post = drawn(np.random.default_rng(3))
    apart = means.copy()
    apart[post, 1:] += [0.5, -0.5, 0.4, -0.4, 0.0]
    first, second = (difference_among_domains(values, post=post) for values in (means, apart))
    assert second.value == pytest.approx(first.value)
    moved = apart[post, 1:].mean(axis=0) - apart[~post, 1:].mean(axis=0)
    assert second.se**2 > 0.5 * moved.var(ddof=1) * 1.2
    assert second.se > 2 * first.se


def test_moving_whole_quarters_changes_nothing():
    rng = np.random.default_rng(4)
    means, post = drawn(rng)
    moved = means + rng.normal(size=(8, 1))
    first, second = (difference_among_domains(values, post=post) for values in (means, moved))
    assert (second.value, second.se) == pytest.approx((first.value, first.se), abs=1e-12)


@pytest.mark.parametrize(
    ("means", "post", "why_not"),
    [
        (np.ones((4, 3)), [False, False, True, True], "all alike"),
        (np.eye(4), [False] * 4, "no quarter after"),
        (np.eye(2), [False, True], "one quarter on each side"),
        (np.ones((0, 2)), [], "no quarter before"),
    ],
)
def test_too_little_to_judge(means, post, why_not):
    found = difference_among_domains(means, post=post)
    assert why_not in found.why_not
    assert not found.is_estimable


def test_a_difference_within_audits_replaces_that_of_the_means():
    """Where audits lack some comparison domain, the value is that of the audits."""
    means, post = drawn(np.random.default_rng(6))
    gap = means[:, 0] - means[:, 1:].mean(axis=1)
    same = difference_among_domains(means, post=post, difference=gap)
    moved = difference_among_domains(means, post=post, difference=gap + 0.3 * post)
    plain = difference_among_domains(means, post=post)
    assert (same.value, same.se) == (plain.value, plain.se)
    assert moved.value == pytest.approx(plain.value + 0.3)
    assert moved.se == pytest.approx(plain.se)
    with pytest.raises(ShapeError):
        difference_among_domains(means, post=post, difference=gap[1:])


@pytest.mark.parametrize(
    ("means", "post"),
    [
        (np.ones((4, 1)), [False, False, True, True]),
        (np.ones((4, 3)), [False, True]),
        (np.full((4, 3), np.nan), [False, False, True, True]),
    ],
)
def test_refuses_what_does_not_fit(means, post):
    with pytest.raises(ShapeError):
        difference_among_domains(means, post=post)


def claims(runs, **world):
    rng = np.random.default_rng(5)
    found = []
    for _ in range(runs):
        means, post = drawn(rng, **world)
        found.append(
            (difference_among_domains(means, post=post).low > 0, usual(means, post).low > 0)
        )
    return np.mean(found, axis=0)


def test_fewer_false_claims_where_chance_lasts_and_no_less_power():
    limit = 0.025 + 3 * np.sqrt(0.025 * 0.975 / 2000)
    assert claims(2000)[0] <= limit
    lasting = claims(2000, lasting=0.5, sd=0.066)
    assert lasting[0] < lasting[1] - 0.01
    power = claims(1000, effect=0.195)
    assert power[0] > power[1]
