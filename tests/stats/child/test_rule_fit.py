"""Rules of the overall grade: by hand, against statistics' own, and which rule was planted."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from qaf_analysis.stats.child.rule_fit import (
    RULES,
    follows_rule,
    rule_fit,
    rule_share,
    weakest_link_difference,
)
from qaf_analysis.terms.errors import UsageError
from tests.stats.child.cases import reading, simulated


def test_rules_are_those_of_the_standard_library():
    rng = np.random.default_rng(1)
    domains = rng.integers(0, 4, (500, 5)).astype(float)
    domains[rng.random(domains.shape) < 0.25] = np.nan
    grades = reading(domains, rng.integers(0, 4, 500))
    fits = {rule: follows_rule(grades, rule=rule) for rule in RULES}
    for row in range(500):
        known = [grade for grade in domains[row] if not np.isnan(grade)]
        child = [grade for grade in domains[row, :2] if not np.isnan(grade)]
        overall = grades.overall[row]
        expected = {
            "weakest domain": overall == min(known, default=None),
            "weakest child domain": overall == min(child, default=None),
            "median": bool(known)
            and statistics.median_low(known) <= overall <= statistics.median_high(known)
            and abs(overall - statistics.median(known)) <= 0.5,
            "most common grade": overall in statistics.multimode(known),
        }
        for rule, fit in expected.items():
            needed = child if rule == "weakest child domain" else known[1:]
            if needed:
                assert fits[rule][row] == fit, (rule, known, overall)
            else:
                assert np.isnan(fits[rule][row])


@pytest.mark.parametrize("rule", RULES)
def test_a_planted_rule_fits_every_time_and_the_others_less(rule):
    rng = np.random.default_rng(2)
    domains = rng.integers(0, 4, (200, 5)).astype(float)
    overall = {
        "weakest domain": domains.min(axis=1),
        "weakest child domain": domains[:, :2].min(axis=1),
        "median": np.median(domains, axis=1),
        "most common grade": [statistics.mode(row) for row in domains],
    }[rule]
    audit, moderation = reading(domains, overall), reading(domains, rng.permutation(overall))
    fits = {
        other: rule_fit(audit, moderation, rule=other, auditor=np.arange(200) % 20)
        for other in RULES
    }
    assert fits[rule].audit.value == 1
    assert fits[rule].difference.low > 0
    assert all(fits[other].audit.value < 0.9 for other in RULES if other != rule)


def test_difference_is_that_of_the_two_shares_on_the_same_audits():
    audit, moderation, auditor = simulated(np.random.default_rng(3), missing=0.5)
    for rule in RULES:
        fit = rule_fit(audit, moderation, rule=rule, auditor=auditor)
        assert fit.audit.cases == fit.moderation.cases == fit.difference.cases < 60
        assert fit.difference.value == pytest.approx(fit.audit.value - fit.moderation.value)


def test_weakest_link_counts_overall_grades_at_or_below_the_weakest():
    audit = reading([[1, 2], [1, 2], [1, 2]], [2, 2, 1], child=1)
    moderation = reading([[1, 2], [1, 2], [1, 2]], [1, 0, 1], child=1)
    found = weakest_link_difference(audit, moderation, auditor=[0, 1, 2])
    assert found.value == pytest.approx(1 / 3 - 1)
    assert found.p == 0.5


def test_one_inspectorate_s_grades_count_as_independent():
    grades = reading([[1, 2, 2]] * 10, [2] * 8 + [1] * 2)
    share = rule_share(grades, rule="median", auditor=np.zeros(10, int))
    assert (share.value, share.cases) == (0.8, 10)
    assert (share.low, share.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)  # Wilson 8 of 10


def test_reasons():
    no_overall = reading([[1, 2, 2]])
    for rule in RULES:
        fit = rule_fit(no_overall, no_overall, rule=rule, auditor=[0])
        for estimate in (fit.audit, fit.moderation, fit.difference):
            assert "no audit has an overall grade" in estimate.why_not
    untagged = reading([[1, 2, 2]], [2], child=0)
    share = rule_share(untagged, rule="weakest child domain", auditor=[0])
    assert share.why_not == "no domain is tagged as about the child"
    link = weakest_link_difference(no_overall, no_overall, auditor=[0])
    assert "no audit has an overall grade" in link.why_not
    with pytest.raises(UsageError, match="no rule"):
        follows_rule(no_overall, rule="mean")
