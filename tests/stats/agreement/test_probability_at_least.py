"""The probability that agreement is at least so high, against irrCAC."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isnan, nan

import pytest
from scipy import stats

from qaf_analysis.stats.agreement.coefficient import probability_at_least
from qaf_analysis.terms.estimate import Estimate
from tests.stats.agreement.cases import FOLDER

SAVED = json.loads((FOLDER / "benchmarks.json").read_text())
LANDIS_KOCH = (0.8, 0.6, 0.4, 0.2, 0.0, -1.0)


def estimate(value, se, low=nan):
    return Estimate(
        value=value, low=low, high=1, level=0.95, cases=9, auditors=4, method="AC1", se=se
    )


@pytest.mark.parametrize("case", sorted(SAVED))
def test_matches_irrcac(case):
    found = estimate(SAVED[case]["coeff"], SAVED[case]["se"])
    for lower, expected in zip(LANDIS_KOCH, SAVED[case]["landis_koch"]["cum_prob"], strict=True):
        assert probability_at_least(found, lower) == pytest.approx(expected, abs=1e-9)


def test_nothing_known_has_no_probability():
    nothing = Estimate.not_estimable("no audit was graded twice", method="AC1")
    assert isnan(probability_at_least(nothing, 0.4))
    assert isnan(probability_at_least(estimate(1.0, nan, low=0.7), 0.4))


def test_few_degrees_of_freedom_promise_less():
    normal = Estimate(
        value=0.78, low=0.2, high=0.98, level=0.95, cases=12, auditors=4, method="AC2", se=0.1
    )
    unsure = replace(normal, df=3.0)
    many = replace(normal, df=1e7)
    assert probability_at_least(unsure, 0.6) < probability_at_least(normal, 0.6)
    assert probability_at_least(many, 0.6) == pytest.approx(probability_at_least(normal, 0.6))
    t = stats.t(df=3, loc=0.78, scale=0.1)
    expected = (t.cdf(1) - t.cdf(0.6)) / (t.cdf(1) - t.cdf(-1))
    assert probability_at_least(unsure, 0.6) == pytest.approx(expected, rel=1e-9)


def test_a_complete_count_is_certain():
    known = Estimate(
        value=0.5, low=0.5, high=0.5, level=0.95, cases=12, auditors=4, method="AC2", se=0.0
    )
    assert probability_at_least(known, 0.4) == 1.0
    assert probability_at_least(known, 0.6) == 0.0
