"""Child-focus metrics together: few false alarms, each failure found, each gap explained."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from math import isnan

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from qaf_analysis.stats.child.focus import child_focus_metrics
from qaf_analysis.stats.optimism.gap import paired_share_difference
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate
from tests.stats.child.cases import reading, simulated


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
    assert len(tests) == 5
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

    tests = {t.metric: t for t in metrics(read(0.9), read(0.5), np.arange(400) % 29).tests}
    # Both would be false alarms by their p-values alone.
    assert tests["weakest link difference"].adjusted_p < 0.001
    assert tests["halo ratio"].adjusted_p < 0.001
    assert not any(test.shows_weaker_focus() for test in tests.values())


def kind_to_child(audit):
    grades = audit.domains.copy()
    grades[:, :2] = np.minimum(grades[:, :2] + 1, 3)
    return reading(grades, audit.overall)


def good_whatever(audit):
    return reading(audit.domains, np.maximum(audit.overall, 2))


def flat(audit):
    return reading(np.repeat(audit.overall[:, np.newaxis], 5, axis=1), audit.overall)


@pytest.mark.parametrize(
    ("fault", "metric", "sign"),
    [
        (kind_to_child, "experience_gap", 1),
        (good_whatever, "good_without_child.crossed", 1),
        (flat, "halo", -1),
        (flat, "weakest_link", 1),
    ],
)
def test_each_failure_is_found_by_its_metric(fault, metric, sign):
    audit, moderation, auditor = simulated(np.random.default_rng(3), audits=80)
    found = metrics(fault(audit), moderation, auditor)
    estimate = found
    for name in metric.split("."):
        estimate = getattr(estimate, name)
    null = 1 if metric == "halo" else 0
    assert sign * (estimate.value - null) > 0
    (place,) = (i for i, e in enumerate(five_tested(found)) if e == estimate)
    test = found.tests[place]
    assert test.adjusted_p < 0.05
    # Domains that never differ make every overall grade the weakest domain's: that is not weaker.
    assert test.is_weaker == test.shows_weaker_focus() == (metric != "weakest_link")


def five_tested(found):
    return (
        found.experience_gap,
        found.focus.difference,
        found.good_without_child.crossed,
        found.halo,
        found.weakest_link,
    )


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
    assert len(every) == 14 + 3 * 4
    for estimate in every:
        assert isnan(estimate.value) == bool(estimate.why_not)
    for test in found.tests:
        assert isnan(test.adjusted_p) or 0 <= test.adjusted_p <= 1


def test_shares_need_zeros_and_ones():
    with pytest.raises(ShapeError, match="0 or 1"):
        paired_share_difference([0, 2], [1, 1], auditor=[0, 1])
