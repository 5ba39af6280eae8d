"""Placebo dates and placebo domains."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.impact.errors import difference_of_means
from qaf_analysis.stats.impact.placebo import placebo_dates, placebo_domains
from qaf_analysis.terms.estimate import Estimate

BEFORE = np.array([0.0, 0.1, -0.1, 0.05, 0.5, 0.6, 0.55])


def test_every_date_that_leaves_two_quarters_on_each_side():
    found = placebo_dates(BEFORE, quarter=np.arange(7) + 3, cases=70)
    assert [date.first_after for date in found.dates] == [5, 6, 7, 8]
    for date, split in zip(found.dates, (2, 3, 4, 5), strict=True):
        theirs = stats.ttest_ind(BEFORE[split:], BEFORE[:split])
        assert date.change.p == pytest.approx(theirs.pvalue, abs=1e-12)
    assert found.most.value == found.dates[2].change.value
    assert found.most.p == pytest.approx(4 * found.dates[2].change.p)
    assert found.most.p < 0.05
    assert found.most.cases == 70


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_too_few_quarters_have_a_reason(quarters):
    found = placebo_dates(BEFORE[:quarters], quarter=np.arange(quarters))
    assert found.dates == ()
    assert found.most.why_not == "fewer than 4 quarters before the themed audit"


def test_quarters_all_alike_have_a_reason():
    found = placebo_dates(np.zeros(6), quarter=np.arange(6))
    assert "all alike" in found.most.why_not


def test_false_alarms_of_the_dates_keep_their_level():
    rng = np.random.default_rng(8)
    alarms = [
        placebo_dates(rng.normal(size=6), quarter=np.arange(6)).most.p < 0.05 for _ in range(1000)
    ]
    assert np.mean(alarms) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 1000)


def grades(domains=5, *, moved=0.0, seed=1):
    rng = np.random.default_rng(seed)
    quarter = np.repeat(np.arange(8), 10)
    found = rng.normal(1.5, 0.5, (80, domains))
    found[quarter > 3, 0] += moved
    return found, quarter, quarter > 3


def change(value):
    return difference_of_means(np.array([0.0, 0.1]), np.array([value, value + 0.1]))


def test_each_domain_is_set_against_the_others():
    given, quarter, post = grades(moved=1.0)
    given[::7, 2] = np.nan
    found = placebo_domains(given, quarter=quarter, post=post, true_change=change(0.5))
    rest = np.nanmean(given[:, 1:], axis=1)
    gap = given[:, 0] - rest
    expected = gap[post].mean() - gap[~post].mean()
    assert found.changes[0].value == pytest.approx(expected)
    third = ~np.isnan(given[:, 2])
    assert found.changes[2].cases == third.sum()
    sizes = [abs(one.value) for one in found.changes]
    assert found.rank == 1 + sum(size >= 0.5 for size in sizes)
    assert found.share == found.rank / 6


@pytest.mark.parametrize(("moved", "rank"), [(0.0, 1), (3.0, 2)])
def test_rank_of_the_theme(moved, rank):
    given, quarter, post = grades(moved=moved)
    found = placebo_domains(given, quarter=quarter, post=post, true_change=change(-0.9))
    assert found.rank == rank


@pytest.mark.parametrize(
    ("domains", "theme", "reason"),
    [
        (2, change(0.5), "2 comparison domains; at least 3 needed"),
        (0, change(0.5), "0 comparison domains"),
        (5, Estimate.not_estimable("no quarter after", method="t"), "no quarter after"),
    ],
)
def test_what_cannot_be_ranked_has_a_reason(domains, theme, reason):
    given, quarter, post = grades(domains=max(domains, 1))
    found = placebo_domains(given[:, :domains], quarter=quarter, post=post, true_change=theme)
    assert reason in found.why_not
    assert (found.rank, found.changes) == (0, ())
    assert np.isnan(found.share)


def test_domains_without_grades_are_not_counted():
    given, quarter, post = grades(domains=4)
    given[:, 1:3] = np.nan
    found = placebo_domains(given, quarter=quarter, post=post, true_change=change(0.5))
    assert found.why_not == "too few comparison domains have a change of their own"
