"""A share from year to year: by hand, Student's t, matrix algebra, and councils that stay alike."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.trend.year_change import change_error, direction, share_change
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import YEAR_RULE, YearVerdict
from tests.monte_carlo import highest, lowest


def change(first, last, ours, theirs, **more):
    return share_change(first, last, first_auditor=ours, last_auditor=theirs, **more)


def test_an_auditor_of_both_years_is_subtracted_from_themselves_by_hand():
    """Two auditors, 10 audits each and year; 2 and 8 good, then 4 and 10: means .5 and .7.

    Each pulls the first mean by -+ 3/20 and the last by -+ 3/20: the differences are 0, and the
    variance falls to that of 40 independent audits.
    """
    first = [1] * 2 + [0] * 8 + [1] * 8 + [0] * 2
    last = [1] * 4 + [0] * 6 + [1] * 10
    who = [3] * 10 + [7] * 10
    found = change(first, last, who, who)
    assert found.value == pytest.approx(0.2)
    assert found.se**2 == pytest.approx((0.25 + 0.21) / 20)
    # Exchanged in the second year: pulls of 3/20 less -3/20, over sqrt(1/2), squared, twice.
    other = change(first, last, who, who[::-1])
    assert other.se**2 == pytest.approx(2 * (6 / 20) ** 2 * 2)
    # Others in the second year: 3/20 over sqrt(1/2), squared, four times.
    apart = change(first, last, who, [1] * 10 + [2] * 10)
    assert apart.se**2 == pytest.approx(4 * (3 / 20) ** 2 * 2)
    assert (found.auditors, other.auditors, apart.auditors, found.cases) == (2, 2, 4, 40)


def test_unequal_work_by_hand():
    """Shares of work 1/4 and 3/4, then 1/2 and 1/2."""
    first, who = [1, 1, 1, 1, 0] + [1] * 5 + [0] * 10, [0] * 5 + [1] * 15
    last, whose = [1] * 6 + [0] * 4 + [1] * 9 + [0], [0] * 10 + [1] * 10
    was, now = 9 / 20, 15 / 20
    pull = [
        (6 - 10 * now) / 20 / sqrt(1 / 2) - (4 - 5 * was) / 20 / sqrt(3 / 4),
        (9 - 10 * now) / 20 / sqrt(1 / 2) - (5 - 15 * was) / 20 / sqrt(1 / 4),
    ]
    assert change(first, last, who, whose).se ** 2 == pytest.approx(pull[0] ** 2 + pull[1] ** 2)


def test_one_audit_for_each_auditor_is_student_s_t():
    first, last = [1] * 4 + [0] * 11, [1] * 13 + [0] * 2
    found = change(first, last, np.arange(15), np.arange(15, 30))
    other = stats.ttest_ind(last, first)
    limits = other.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high))
    assert (found.p, found.df) == pytest.approx((other.pvalue, 28))


def test_degrees_of_freedom_are_those_of_the_whole_matrix():
    rng = np.random.default_rng(1)
    ours, theirs = rng.integers(0, 8, 60), rng.integers(3, 11, 80)
    first, last = rng.integers(0, 2, 60), rng.integers(0, 2, 80)
    # Covariances of the auditors' pulls when all audits vary alike, from their definition.
    weights = np.zeros((11, 140))
    for who, n, start, sign in ((ours, 60, 0, -1), (theirs, 80, 60, 1)):
        for person in range(11):
            work = (who == person).mean()
            if work:
                pull = (who == person) / n - work / n
                weights[person, start : start + n] += sign * pull / sqrt(1 - work)
    matrix = weights @ weights.T
    found = change(first, last, ours, theirs)
    assert found.df == pytest.approx(np.trace(matrix) ** 2 / (matrix**2).sum())
    pulls = weights @ np.concatenate([first, last])
    floor = first.var() / 60 + last.var() / 80
    assert found.se**2 == pytest.approx(max((pulls**2).sum(), floor))


def test_all_alike_is_not_certain():
    """None of 12 and then all of 12: each year errs as one good and one not good added would."""
    found = change([0] * 12, [1] * 12, np.arange(12), np.arange(12))
    assert found.se**2 == pytest.approx(2 * (1 / 14) * (13 / 14) / 14)
    assert found.high == 1
    same = change([1] * 12, [1] * 12, np.arange(12), np.arange(12))
    assert same.low < 0 < same.high
    assert direction(same) == YearVerdict.NO_CHANGE


def test_years_exchanged_turn_the_sign():
    rng = np.random.default_rng(2)
    ours, theirs = rng.integers(0, 6, 40), rng.integers(2, 9, 50)
    first, last = rng.integers(0, 2, 40), rng.integers(0, 2, 50)
    there, back = change(first, last, ours, theirs), change(last, first, theirs, ours)
    assert (back.value, back.se, back.df) == pytest.approx((-there.value, there.se, there.df))
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
    named = change(first, last, ours * 10 + 500, theirs * 10 + 500)
    assert named == there


def test_one_person_throughout_speaks_of_this_person():
    found = change([1] * 6 + [0] * 6, [1] * 9 + [0] * 3, [4] * 12, [4] * 12)
    assert found.se**2 == pytest.approx((0.25 + 0.1875) / 12)
    assert found.df == 22
    assert "one auditor only" in found.method


@pytest.mark.parametrize(
    ("ours", "theirs"), [([0] * 12, [0, 1] * 6), ([0, 1] * 6, [2] * 12), ([0] * 12, [1] * 12)]
)
def test_one_person_for_a_whole_year_and_others_is_refused(ours, theirs):
    found = change([1, 0] * 6, [1] * 12, ours, theirs)
    assert "one auditor did all audits of one" in found.why_not
    assert direction(found) == YearVerdict.CANNOT_BE_TOLD
    error = change_error([1, 0] * 6, [1] * 12, first_auditor=ours, last_auditor=theirs)
    assert isnan(error.variance)


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (9, 12, "has 9 graded audits"),
        (12, 1, "has 1 graded audit;"),
        (0, 12, "has 0 graded audits"),
    ],
)
def test_fewer_than_ten_audits_are_refused(first, last, why):
    found = change([1] * first, [0] * last, np.arange(first), np.arange(last))
    assert why in found.why_not
    assert change([1] * 10, [0] * 10, np.arange(10), np.arange(10)).is_estimable


def test_what_is_no_share_is_refused():
    with pytest.raises(ShapeError, match="0 or 1"):
        change([2] * 10, [1] * 10, np.arange(10), np.arange(10))
    with pytest.raises(ShapeError, match="equally long"):
        change([1] * 10, [1] * 10, np.arange(9), np.arange(10))
    with pytest.raises(UsageError):
        change([1] * 10, [1] * 10, np.arange(10), np.arange(10), level=95)


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.001, 0.2, YearVerdict.RISEN),
        (0.0, 0.2, YearVerdict.NO_CHANGE),
        (-0.2, 0.2, YearVerdict.NO_CHANGE),
        (-0.2, 0.0, YearVerdict.NO_CHANGE),
        (-0.2, -0.001, YearVerdict.FALLEN),
        (float("nan"), float("nan"), YearVerdict.CANNOT_BE_TOLD),
        (0.1, float("nan"), YearVerdict.CANNOT_BE_TOLD),
    ],
)
def test_the_word_is_that_of_the_interval_whatever_the_value(low, high, word):
    for value in (-0.1, 0.1, float("nan")):
        found = Estimate(
            value=value, low=low, high=high, level=0.95, cases=1, auditors=1, method=""
        )
        assert direction(found) == word


def test_other_levels_widen_and_narrow():
    who = np.arange(20) % 5
    wide, narrow = (
        change([1, 0] * 10, [1] * 15 + [0] * 5, who, who, level=level) for level in (0.99, 0.9)
    )
    assert wide.high - wide.low > narrow.high - narrow.low
    assert change([1, 0] * 10, [1] * 15 + [0] * 5, who, who).level == YEAR_RULE.level


def test_mean_grades_have_the_same_error():
    """Grades 0 to 3 by one auditor each: the error of Student's t with each year's own variance."""
    first, last = np.arange(12) % 4, (np.arange(15) % 4 + 1) / 2
    error = change_error(first, last, first_auditor=np.arange(12), last_auditor=np.arange(12, 27))
    assert error.variance == pytest.approx(first.var(ddof=1) / 12 + last.var(ddof=1) / 15)
    assert error.auditors == 27


def test_auditors_who_differ_and_share_out_work_anew_seldom_look_like_a_rise():
    """Eight auditors, SD .4, a third replaced, work shared out anew: nothing happened."""
    rng = np.random.default_rng(3)
    rose = fell = naive = 0
    times = 800
    for _ in range(times):
        strict = 0.4 * rng.normal(size=11)
        people = np.arange(8), np.concatenate([np.arange(3, 8), np.arange(8, 11)])
        who = [rng.choice(team, 200, p=rng.dirichlet(np.full(8, 2.0))) for team in people]
        good = [(rng.normal(size=200) > strict[team] - 0.126).astype(float) for team in who]
        found = change(*good, *who)
        rose += found.low > 0
        fell += found.high < 0
        plain = sum(year.var() / 200 for year in good)
        naive += abs(found.value) > 1.96 * sqrt(plain)
    assert rose / times <= highest(0.032, times)
    assert fell / times <= highest(0.032, times)
    assert naive / times >= lowest(0.15, times)
