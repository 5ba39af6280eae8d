"""Child-focus metrics together: few false alarms, each failure found, each gap explained."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from math import isnan, nan

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from qaf_analysis.stats.child.focus import FocusTest, child_focus_metrics
from qaf_analysis.stats.optimism.gap import paired_share_difference
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import FocusMeasure, FocusVerdict
from tests.stats.child.cases import latent, reading, simulated


def metrics(audit, moderation, auditor, *, draws=400):
    return child_focus_metrics(
        audit,
        moderation,
        good_from=2,
        auditor=auditor,
        rng=np.random.default_rng(1),
        draws=draws,
    )


def estimates(value):
    if isinstance(value, Estimate):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from estimates(getattr(value, field.name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from estimates(inner)


def test_tests_are_adjusted_as_statsmodels_does():
    audit, moderation, auditor = simulated(np.random.default_rng(2), weight=0.2)
    tests = metrics(audit, moderation, auditor).tests
    assert [test.measure for test in tests] == list(FocusMeasure)
    expected = multipletests([test.p for test in tests], method="holm")[1]
    assert [test.adjusted_p for test in tests] == pytest.approx(list(expected))


def test_same_rule_seldom_raises_an_alarm():
    alarms, small = [], []
    for seed in range(150):
        audit, moderation, auditor = simulated(np.random.default_rng([1, seed]))
        tests = metrics(audit, moderation, auditor).tests
        alarms.append(any(test.adjusted_p < 0.05 for test in tests))
        small.append([test.p < 0.05 for test in tests])
    # 150 councils: the 99.9 % range of a true 5 % ends at 11 %.
    assert np.mean(alarms) <= 0.11
    assert (np.mean(small, axis=0) <= 0.11).all()


def test_surer_moderators_do_not_make_auditors_look_weaker():
    rng = np.random.default_rng(11)
    practice = rng.normal(size=(400, 1)) + 0.4 * rng.normal(size=(400, 6))

    def read(noise):
        seen = practice + noise * rng.normal(size=practice.shape)
        grades = np.searchsorted([-1.5, 0.5, 2.1], seen).astype(float)
        return reading(grades, np.floor(grades.mean(axis=1) + 0.5))

    found = metrics(read(0.9), read(0.5), np.arange(400) % 29)
    tests = {test.measure: test for test in found.tests}
    # A false alarm by its p-value alone.
    assert tests[FocusMeasure.ONE_IMPRESSION].adjusted_p < 0.001
    assert found.halo.difference.value < 0
    assert found.verdict == FocusVerdict.NOT_SHOWN


def kind_to_child(audit):
    grades = audit.domains.copy()
    grades[:, :2] = np.minimum(grades[:, :2] + 1, 3)
    return reading(grades, audit.overall)


def deaf_to_child(audit):
    return reading(audit.domains, np.floor(audit.process_mean + 0.5))


def one_impression(audit):
    pulled = 0.7 * audit.domains.mean(axis=1, keepdims=True) + 0.3 * audit.domains
    return reading(np.rint(pulled), audit.overall)


@pytest.mark.parametrize(
    ("fault", "measure"),
    [
        (kind_to_child, FocusMeasure.KINDER_TO_CHILD),
        (deaf_to_child, FocusMeasure.LESS_OF_CHILD),
        (one_impression, FocusMeasure.ONE_IMPRESSION),
    ],
)
def test_each_failure_is_found_by_its_measure(fault, measure):
    audit, moderation, auditor = simulated(np.random.default_rng(3), audits=120)
    found = metrics(fault(audit), moderation, auditor)
    tests = {test.measure: test for test in found.tests}
    assert tests[measure].adjusted_p < 0.05
    assert tests[measure].shows_weaker_focus
    assert found.verdict == FocusVerdict.WEAKER


def test_every_failure_turned_round_is_no_weaker_focus():
    audit, moderation, auditor = simulated(np.random.default_rng(3), audits=120)
    for fault in (kind_to_child, deaf_to_child, one_impression):
        found = metrics(moderation, fault(audit), auditor)
        assert found.verdict == FocusVerdict.NOT_SHOWN


def test_good_without_the_child_is_shown_and_not_tested():
    """Every audit called good whatever the child's domains: seen in the rates, claimed nowhere."""
    audit, moderation, auditor = simulated(np.random.default_rng(3), audits=80)
    good = metrics(reading(audit.domains, np.maximum(audit.overall, 2)), moderation, auditor)
    rates = good.good_without_child
    assert rates.audit.value == 1
    assert rates.moderation.high < 1
    assert len(good.tests) == 3


@pytest.mark.parametrize(
    ("adjusted", "weaker", "verdict"),
    [
        ((nan, nan, nan), (True, True, True), FocusVerdict.CANNOT_BE_TOLD),
        ((nan, 0.049, nan), (False, True, False), FocusVerdict.WEAKER),
        ((nan, 0.049, nan), (False, False, False), FocusVerdict.NOT_SHOWN),
        ((0.3, nan, 0.05), (True, True, True), FocusVerdict.NOT_SHOWN),
        ((0.3, nan, 0.01), (True, True, True), FocusVerdict.WEAKER),
    ],
)
def test_the_verdict_has_a_word_for_every_case(adjusted, weaker, verdict):
    audit, moderation, auditor = simulated(np.random.default_rng(3))
    tests = tuple(
        FocusTest(measure=measure, is_weaker=side, p=p, adjusted_p=p)
        for measure, side, p in zip(FocusMeasure, weaker, adjusted, strict=True)
    )
    found = replace(metrics(audit, moderation, auditor, draws=50), tests=tests)
    assert found.verdict == verdict


@pytest.mark.parametrize(
    "world",
    [
        {"kind": 0.8, "level": (1.2, 0.0)},
        {"kind": 0.8, "level": (0.0, 1.2)},
        {"kind": 0.5, "level": (0.0, 1.2), "severity": 0.3},
    ],
    ids=["child near the top", "process near the top", "auditors differ"],
)
def test_plain_kindness_is_seldom_called_weaker_focus(world):
    claims = 0
    for seed in range(80):
        rng = np.random.default_rng([9, seed])
        read = latent(rng, audits=100, **world)
        audit, moderation = (with_overall(grades, rng) for grades in read[:2])
        claims += metrics(audit, moderation, read.auditor).verdict == FocusVerdict.WEAKER
    assert claims <= 11  # 80 councils: a true 5 % gives no more in 998 of 1,000


def with_overall(grades, rng):
    """Overall half child, half process, rounded."""
    mean = (grades.child_mean + grades.process_mean) / 2 + 0.15 * rng.normal(size=grades.n_audits)
    return reading(grades.domains, np.clip(np.floor(mean + 0.5), 0, 3))


def test_order_of_audits_and_names_of_auditors_do_not_matter():
    audit, moderation, auditor = simulated(np.random.default_rng(4), missing=0.1)
    order = np.random.default_rng(5).permutation(60)
    first = metrics(audit, moderation, auditor)
    second = metrics(audit.select(order), moderation.select(order), auditor[order] * 7 + 3)
    for one, other in zip(estimates(first), estimates(second), strict=True):
        assert other.value == pytest.approx(one.value, nan_ok=True)
        assert other.low == pytest.approx(one.low, nan_ok=True)


DOMAINS = np.array(
    [[1, 2, 2, 1, 2], [2, 2, 3, 2, 2], [1, 1, 2, 2, 2], [0, 1, 1, 2, 1]] * 10, dtype=float
)
OVERALL = np.array([2, 2, 1, 1] * 10)


@pytest.mark.parametrize(
    "grades",
    [
        reading(DOMAINS, OVERALL),
        reading(DOMAINS, OVERALL, child=0),
        reading(DOMAINS, OVERALL, child=1),
        reading(DOMAINS, OVERALL, child=5),
        reading(np.full((40, 5), 2.0), np.full(40, 2.0)),
        reading(DOMAINS),
        reading(np.full((40, 5), np.nan), OVERALL),
        reading(DOMAINS[:, :1], OVERALL, child=1),
        reading(DOMAINS[:, :0], OVERALL, child=0),
        reading(DOMAINS[:1], OVERALL[:1]),
        reading(DOMAINS[:0], OVERALL[:0]),
    ],
    ids=[
        "usual",
        "no child domain",
        "one child domain",
        "child domains only",
        "one grade throughout",
        "no overall grade",
        "no domain graded",
        "one domain",
        "no domain",
        "one audit",
        "no audit",
    ],
)
@pytest.mark.parametrize("auditors", [1, 40])
def test_every_missing_figure_has_a_reason(grades, auditors):
    found = metrics(grades, grades, np.arange(grades.n_audits) % auditors, draws=50)
    every = list(estimates(found))
    assert len(every) == 1 + 4 + 2 + 3 + 3 + 1 + 3 * 4
    for estimate in every:
        assert isnan(estimate.value) == bool(estimate.why_not)
    for test in found.tests:
        assert isnan(test.adjusted_p) or 0 <= test.adjusted_p <= 1


def test_shares_need_zeros_and_ones():
    with pytest.raises(ShapeError, match="0 or 1"):
        paired_share_difference([0, 2], [1, 1], auditor=[0, 1])
