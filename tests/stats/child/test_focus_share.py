"""Child domains' share of R squared against statsmodels' regressions; its interval by draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from qaf_analysis.stats.child.focus_share import focus_shares
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.verdicts import FOCUS_RULE
from tests.stats.child.cases import reading, simulated


def r_squared(overall, *columns):
    return sm.OLS(overall, sm.add_constant(np.column_stack(columns))).fit().rsquared


def child_share(overall, *, child, process):
    """Half of what child domains explain alone and half of what they add, by lstsq."""

    def explained(*columns):
        design = np.column_stack([np.ones(len(overall)), *columns])
        rest = overall - design @ np.linalg.lstsq(design, overall, rcond=None)[0]
        return 1 - rest.var() / overall.var()

    both = explained(child, process)
    return (explained(child) + both - explained(process)) / (2 * both)


def shares_of(audit, moderation=None, **more):
    rng = np.random.default_rng(1)
    auditor = np.arange(len(audit.overall)) % 6
    return focus_shares(audit, moderation or audit, auditor=auditor, rng=rng, draws=2, **more)


@pytest.mark.parametrize("seed", range(5))
def test_share_is_half_alone_half_added(seed):
    ours, theirs, _ = simulated(np.random.default_rng(seed))
    found = shares_of(ours, theirs)
    for grades, share, explained in (
        (ours, found.audit, found.explained_audit),
        (theirs, found.moderation, found.explained_moderation),
    ):
        overall, child, process = grades.overall, grades.child_mean, grades.process_mean
        both = r_squared(overall, child, process)
        half = r_squared(overall, child) + both - r_squared(overall, process)
        assert explained == pytest.approx(both, abs=1e-10)
        assert share.value == pytest.approx(half / (2 * both), abs=1e-10)
    assert found.difference.value == found.audit.value - found.moderation.value


def test_shares_of_child_and_process_add_up():
    grades, _, _ = simulated(np.random.default_rng(6), domains=4)
    turned = reading(grades.domains[:, ::-1], grades.overall)
    assert shares_of(grades).audit.value + shares_of(turned).audit.value == pytest.approx(1)


def test_share_does_not_depend_on_where_the_scale_begins():
    grades, _, _ = simulated(np.random.default_rng(7))
    moved = reading(grades.domains + 2, 5 + 3 * grades.overall)
    assert shares_of(moved).audit.value == pytest.approx(shares_of(grades).audit.value, abs=1e-8)


def test_share_is_unknown_where_nothing_varies():
    grades, _, _ = simulated(np.random.default_rng(8))
    same, one = np.ones(60), np.tile(grades.domains[:, :1], 5)
    for flat in (reading(grades.domains, same), reading(one, grades.overall)):
        found = shares_of(flat)
        assert "do not vary, or vary as one" in found.audit.why_not
        assert np.isnan([found.audit.value, found.explained_audit]).all()


def test_draws_are_those_of_drawing_auditors_one_by_one():
    audit, moderation, auditor = simulated(np.random.default_rng(3), audits=80)
    found = focus_shares(
        audit, moderation, auditor=auditor, rng=np.random.default_rng(1), draws=20_000
    )
    rng, names, drawn = np.random.default_rng(2), np.unique(auditor), []
    for _ in range(3000):
        picked = rng.choice(names, size=len(names))
        rows = np.concatenate([np.flatnonzero(auditor == name) for name in picked])
        drawn.append(
            [
                child_share(g.overall[rows], child=g.child_mean[rows], process=g.process_mean[rows])
                for g in (audit, moderation)
            ]
        )
    shares = np.array(drawn)
    # Standard errors are widened for few auditors, see Hesterberg (2015).
    widening = np.sqrt(len(names) / (len(names) - 1))
    gap = shares[:, 0] - shares[:, 1]
    for estimate, values in zip(
        (found.audit, found.moderation, found.difference), (*shares.T, gap), strict=True
    ):
        assert estimate.se == pytest.approx(values.std(ddof=1) * widening, rel=0.05)
        assert estimate.low < estimate.value < estimate.high


def test_process_led_auditors_are_found_and_the_same_seed_gives_the_same():
    audit, moderation, auditor = simulated(np.random.default_rng(5), audits=200, weight=0.1)
    runs = [
        focus_shares(audit, moderation, auditor=auditor, rng=np.random.default_rng(9))
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    found = runs[0].difference
    assert found.value < -0.15
    assert found.high < 0
    assert found.p < 0.01


def test_p_and_interval_say_the_same():
    found = []
    for seed in range(40):
        audit, moderation, auditor = simulated(np.random.default_rng(seed), weight=0.4)
        one = focus_shares(
            audit, moderation, auditor=auditor, rng=np.random.default_rng(seed), draws=4000
        ).difference
        found.append((one.p < 0.05, not one.low <= 0 <= one.high))
    assert {(True, True), (False, False)} == set(found)


def test_weak_or_few_grades_are_refused_with_the_reason():
    rng = np.random.default_rng(1)
    audit, moderation, auditor = simulated(rng, audits=29)
    few = focus_shares(audit, moderation, auditor=auditor, rng=rng)
    assert "only 29 audits" in few.difference.why_not
    audit, moderation, auditor = simulated(rng, audits=60)
    noise = reading(audit.domains, rng.permutation(audit.overall))
    weak = focus_shares(noise, moderation, auditor=auditor, rng=rng)
    assert weak.explained_audit < 0.2
    assert "of auditors' overall grades" in weak.audit.why_not
    assert weak.difference.why_not == weak.audit.why_not
    assert weak.moderation.has_interval
    untagged = reading(audit.domains, audit.overall, child=0)
    nothing = focus_shares(untagged, untagged, auditor=auditor, rng=rng)
    assert nothing.difference.why_not == "no domain is tagged as about the child"


@pytest.mark.parametrize(("auditors", "has_interval"), [(1, False), (4, False), (5, True)])
def test_few_auditors_give_no_interval(auditors, has_interval):
    audit, moderation, _ = simulated(np.random.default_rng(2))
    found = focus_shares(
        audit, moderation, auditor=np.arange(60) % auditors, rng=np.random.default_rng(1)
    ).difference
    assert found.is_estimable
    assert found.has_interval == has_interval
    assert np.isnan(found.p) != has_interval


def test_few_draws_keep_p_from_being_small():
    audit, moderation, auditor = simulated(
        np.random.default_rng(5), audits=400, auditors=8, weight=0.0
    )
    found = focus_shares(audit, moderation, auditor=auditor, rng=np.random.default_rng(1))
    assert found.difference.p == pytest.approx(0.014, abs=5e-4)


def test_a_wrong_number_of_draws_is_refused():
    audit, moderation, auditor = simulated(np.random.default_rng(2))
    with pytest.raises(UsageError, match="2 or more draws"):
        focus_shares(audit, moderation, auditor=auditor, rng=np.random.default_rng(1), draws=1)


def test_weight_is_the_share_of_least_squares_slopes():
    audit, moderation, auditor = simulated(np.random.default_rng(21), audits=90, weight=0.3)
    shares = []
    for grades in (audit, moderation):
        columns = np.column_stack(
            [np.ones(grades.n_audits), grades.child_mean, grades.process_mean]
        )
        slopes = np.linalg.lstsq(columns, grades.overall, rcond=None)[0][1:]
        shares.append(slopes[0] / slopes.sum())
    found = focus_shares(
        audit, moderation, auditor=auditor, rng=np.random.default_rng(1), draws=200
    )
    assert found.weights.value == pytest.approx(shares[0] - shares[1])
    assert found.weights.low < found.weights.value < found.weights.high


@pytest.mark.parametrize(
    ("share", "weight", "p"),
    [
        ((-0.2, 0.01), (-0.1, 0.04), 0.04),
        ((-0.2, 0.04), (-0.1, 0.01), 0.04),
        ((-0.2, 0.01), (0.1, 0.01), 1.0),
        ((0.2, 0.01), (-0.1, 0.01), 1.0),
        ((0.0, 0.9), (-0.1, 0.01), 1.0),
        ((0.2, 0.01), (0.1, 0.03), 0.03),
        ((-0.2, float("nan")), (-0.1, 0.01), float("nan")),
        ((-0.2, 0.01), (-0.1, float("nan")), float("nan")),
    ],
)
def test_both_differences_must_lie_on_one_side(share, weight, p):
    audit, moderation, auditor = simulated(np.random.default_rng(22))
    found = focus_shares(audit, moderation, auditor=auditor, rng=np.random.default_rng(1), draws=50)
    difference, weights = (
        replace(found.difference, value=value, p=of) for value, of in (share, weight)
    )
    assert replace(found, difference=difference, weights=weights).p == pytest.approx(p, nan_ok=True)


def test_a_difference_of_weights_up_to_five_points_is_let_pass():
    audit, moderation, _ = simulated(np.random.default_rng(23), audits=400, weight=0.46)
    found = focus_shares(
        audit, moderation, auditor=np.arange(400) % 80, rng=np.random.default_rng(1), draws=400
    )
    assert found.weights.high < 0  # no chance, and yet hardly more than is let pass
    assert -0.07 < found.weights.value < -FOCUS_RULE.smallest_weight
    assert found.weights.p > 0.5
    assert found.p == found.weights.p
