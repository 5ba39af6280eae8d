"""Change of bias and the rest: recovery of a known truth, and coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.process.bias_share import bias_share
from qaf_analysis.stats.process.stratified_agreement import stratified_difference
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError

LIMITS = np.array([-1.9, 0.3, 1.9])


def read_twice(rng, n, *, bias, error):
    """Moderators see practice with an error of 0.4; auditors with bias and their own error."""
    practice = rng.normal(size=n)
    ours = np.searchsorted(LIMITS, practice + bias + rng.normal(0, error, n))
    return ours, np.searchsorted(LIMITS, practice + rng.normal(0, 0.4, n))


def two_periods(rng, n, before, after):
    """Arguments of ``bias_share``; each period as (bias, error)."""
    sides = [read_twice(rng, n, bias=bias, error=error) for bias, error in (before, after)]
    audited, moderated = (np.concatenate(part) for part in zip(*sides, strict=True))
    late = np.repeat([False, True], n)
    return {
        "audited": audited, "moderated": moderated, "after": late,
        "cluster": np.arange(2 * n), "n_levels": 4,
    }  # fmt: skip


def parts(columns, **rest):
    columns = dict(columns)
    return bias_share(columns.pop("audited"), columns.pop("moderated"), **columns, **rest)


def observed(columns):
    return stratified_difference(
        columns["audited"] == columns["moderated"],
        after=columns["after"],
        stratum=columns["moderated"],
        auditor=columns["cluster"],
    ).difference.value


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((0.6, 0.5), (0.0, 0.5)),  # only bias falls
        ((0.3, 1.0), (0.3, 0.4)),  # only error falls
        ((0.6, 1.0), (0.0, 0.4)),  # both
        ((0.0, 0.5), (0.6, 0.5)),  # bias grows
    ],
)
def test_recovers_what_the_difference_would_be_with_the_old_bias(before, after):
    rng = np.random.default_rng(1)
    found = parts(two_periods(rng, 60_000, before, after))
    truth = observed(two_periods(rng, 60_000, before, (before[0], after[1])))
    assert found.had_bias_stayed.value == pytest.approx(truth, abs=0.015)
    if before[1] == after[1]:
        assert found.scatter.value == pytest.approx(1, abs=0.03)
    else:
        assert found.scatter.value < 0.7


def test_the_parts_add_up_to_the_observed_difference():
    columns = two_periods(np.random.default_rng(2), 80, (0.6, 1.0), (0.1, 0.6))
    found = parts(columns)
    total = found.explained.value + found.had_bias_stayed.value
    assert total == pytest.approx(observed(columns), abs=1e-12)


@pytest.mark.slow
def test_intervals_hold_the_truth():
    rng, held, runs = np.random.default_rng(3), np.zeros(2), 120
    for _ in range(runs):
        found = parts(two_periods(rng, 60, (0.6, 0.5), (0.0, 0.5)))
        # From 60,000 pairs above: the fall of bias brings 13 points, and nothing is left.
        held += (
            found.explained.low <= 0.125 <= found.explained.high,
            found.had_bias_stayed.low <= 0 <= found.had_bias_stayed.high,
        )
    assert (held / runs > 0.89).all(), held / runs


def test_auditors_as_clusters_widen_the_interval():
    rng = np.random.default_rng(4)
    columns = two_periods(rng, 120, (0.0, 0.5), (0.0, 0.5))
    auditor = np.tile(np.arange(8), 30)
    kinder = rng.integers(0, 2, 8)[auditor]
    columns["audited"] = np.minimum(columns["audited"] + kinder * columns["after"], 3)
    alone, grouped = parts(columns), parts({**columns, "cluster": auditor})
    assert grouped.shift.value == pytest.approx(alone.shift.value, abs=1e-9)
    assert grouped.shift.se > alone.shift.se
    assert grouped.shift.df == 7


def test_order_of_pairs_does_not_matter():
    rng = np.random.default_rng(5)
    columns = two_periods(rng, 50, (0.4, 0.8), (0.0, 0.6))
    order = rng.permutation(100)
    mixed = {k: v if k == "n_levels" else v[order] for k, v in columns.items()}
    first, second = parts(columns), parts(mixed)
    assert second.explained.value == pytest.approx(first.explained.value, abs=1e-6)
    assert second.explained.se == pytest.approx(first.explained.se, rel=1e-4)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ({"audited": np.full(40, 2)}, "one grade only"),
        ({"moderated": np.full(40, 2)}, "one grade only"),
        ({"after": np.zeros(40, dtype=bool)}, "no grade of the moderators was met in both"),
        ({"moderated": np.repeat([0, 3], 20)}, "no grade of the moderators was met in both"),
    ],
)
def test_what_cannot_be_split_is_said(spoil, reason):
    columns = two_periods(np.random.default_rng(6), 20, (0, 1), (0, 1))
    found = parts({**columns, **spoil})
    for part in (found.explained, found.had_bias_stayed, found.shift, found.scatter):
        assert reason in part.why_not


def test_grades_never_given_do_no_harm():
    """Auditors who never use the ends of the scale leave two limits open."""
    columns = two_periods(np.random.default_rng(7), 40, (0, 0.5), (0, 0.5))
    found = parts({**columns, "audited": np.clip(columns["audited"], 1, 2)})
    assert found.explained.has_interval
    assert abs(found.explained.value) < 0.3


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        ({"after": np.zeros(3, dtype=bool)}, ShapeError),
        ({"cluster": np.arange(3)}, ShapeError),
        ({"audited": np.full(40, 4)}, UnknownGradeError),
    ],
)
def test_refuses_what_does_not_fit(spoil, error):
    columns = two_periods(np.random.default_rng(8), 20, (0, 1), (0, 1))
    with pytest.raises(error):
        parts({**columns, **spoil})


def test_limits_of_a_share_stay_within_what_a_share_can_do():
    """Few clusters: value and error alone would reach beyond 100 points."""
    beyond = 0
    for seed in range(6):
        columns = two_periods(np.random.default_rng(seed), 14, (0.9, 0.5), (0, 0.5))
        found = parts({**columns, "cluster": np.arange(28) % 3})
        for part in (found.explained, found.had_bias_stayed):
            half = stats.t.ppf(0.975, part.df) * part.se
            beyond += part.value + half > 1 or part.value - half < -1
            spread = half / (1 - part.value**2)
            ends = np.tanh(np.arctanh(part.value) + np.array([-spread, spread]))
            assert (part.low, part.high) == pytest.approx(tuple(ends))
            assert -1 <= part.low <= part.value <= part.high <= 1
    assert beyond > 0
