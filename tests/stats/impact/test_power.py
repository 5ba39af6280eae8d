"""Smallest detectable change: components, the published table, and the verdict's own power."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.impact.difference_in_differences import theme_change
from qaf_analysis.stats.impact.power import audits_for_change, detectable_change, domain_variation
from qaf_analysis.terms.errors import ShapeError, UsageError
from tests.places import REFERENCE

RATES = REFERENCE / "impact" / "sim_verdict_rates.csv"
LIMITS = (-2.95, 0.0, 3.1)
DESIGN = {"before": 4, "after": 4, "controls": 5}


def seen(rng, *, quarters, audits, domains=5, start=0.0):
    """Latent practice of audits by domain; all variances as in the themed simulation."""
    n, quarter = quarters * audits, np.repeat(np.arange(quarters), audits)
    auditor = rng.integers(0, 29, n)
    shared = rng.normal(0, 1, n) + rng.normal(0, 0.5, 29)[auditor]
    shared += rng.normal(0, 0.15, quarters)[quarter]
    latent = shared[:, None] + rng.normal(0, 0.25, (29, domains))[auditor]
    latent += rng.normal(0, 0.15, (quarters, domains))[quarter] + start
    return latent + rng.logistic(size=(n, domains)), quarter


@pytest.fixture(scope="module")
def large():
    latent, quarter = seen(np.random.default_rng(1), quarters=400, audits=300)
    grade = np.searchsorted(LIMITS, latent).astype(float)
    good = (grade >= 2).astype(float)
    return tuple(domain_variation(values, quarter=quarter) for values in (grade, good))


@pytest.fixture(scope="module")
def rises():
    """True rise of the themed domain's mean grade and share Good or better, by latent effect."""
    latent, _ = seen(np.random.default_rng(2), quarters=400, audits=300, start=-0.3)
    grades = {effect: np.searchsorted(LIMITS, latent + effect) for effect in (0, 0.4, 0.7, 1.0)}
    return {
        effect: ((after - grades[0]).mean(), (after >= 2).mean() - (grades[0] >= 2).mean())
        for effect, after in grades.items()
    }


def marks(*codes):
    """0/1 columns of every combination of the codes."""
    place = np.unique(np.stack(codes), axis=1, return_inverse=True)[1].ravel()
    return (place[:, None] == np.unique(place)).astype(float)


def residual(design, outcome):
    """Residual sum of squares and its degrees of freedom."""
    fitted = design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
    return float(((outcome - fitted) ** 2).sum()), len(outcome) - np.linalg.matrix_rank(design)


def test_components_are_those_of_an_analysis_of_variance():
    """Balanced: audits within quarters, crossed with domains, by comparing models."""
    rng = np.random.default_rng(3)
    grade = rng.integers(0, 4, (20, 3)).astype(float)
    audit, domain = np.repeat(np.arange(20), 3), np.tile(np.arange(3), 20)
    quarter = audit // 5
    whole, df_whole = residual(np.hstack([marks(audit), marks(quarter, domain)]), grade.ravel())
    alike, df_alike = residual(np.hstack([marks(audit), marks(domain)]), grade.ravel())
    rest, crossed = whole / df_whole, (alike - whole) / (df_alike - df_whole)
    found = domain_variation(grade, quarter=np.arange(20) // 5)
    assert found.of_audit == pytest.approx(rest, rel=1e-9)
    assert found.of_quarter.value == pytest.approx((crossed - rest) / 5, rel=1e-9)
    assert found.of_quarter.df == df_alike - df_whole


def test_components_are_recovered():
    rng = np.random.default_rng(4)
    found = []
    for _ in range(300):
        quarter = np.repeat(np.arange(8), 30)
        values = rng.normal(0, 2, (240, 1)) + rng.normal(0, 0.7, (240, 4))
        values += rng.normal(0, 1, 8)[quarter, None] + rng.normal(0, 0.3, (8, 4))[quarter]
        found.append(domain_variation(values, quarter=quarter))
    assert np.mean([f.of_audit for f in found]) == pytest.approx(0.49, rel=0.01)
    assert np.mean([f.of_quarter.value for f in found]) == pytest.approx(0.09, rel=0.05)
    held = np.mean([f.of_quarter.low <= 0.09 <= f.of_quarter.high for f in found])
    assert held > 0.91


def test_what_moves_all_domains_alike_drops_out():
    rng = np.random.default_rng(5)
    grade, quarter = rng.integers(0, 4, (60, 3)).astype(float), np.arange(60) % 6
    moved = grade + rng.normal(size=(60, 1)) + rng.normal(size=6)[quarter, None] + [0, 5, -2]
    first, second = (domain_variation(values, quarter=quarter) for values in (grade, moved))
    assert second.of_audit == pytest.approx(first.of_audit)
    assert second.of_quarter.value == pytest.approx(first.of_quarter.value)


def simulated_power(quarters, audits, effect):
    """Share of simulated councils judged improved: decided on the mean grade, on Good or better."""
    with RATES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = (row["quarters"], row["audits_per_quarter"], row["scenario"])
            if found == (str(quarters), str(audits), f"delta {effect}"):
                return float(row["imp_score"]), float(row["improved"])
    raise LookupError(effect)


@pytest.mark.parametrize(
    ("quarters", "audits", "effect"),
    [
        *((q, n, e) for q in (8, 12) for n in (50, 150) for e in (0.4, 0.7, 1.0)),
        *((q, n, 0.7) for q in (8, 12) for n in (25, 350)),
        *((q, 350, 0.4) for q in (8, 12)),
    ],
)
def test_power_is_that_of_an_independent_simulation(large, rises, quarters, audits, effect):
    """Within four points, the errors of both simulations included."""
    half, theirs = quarters // 2, simulated_power(quarters, audits, effect)
    for variation, rise, power in zip(large, rises[effect], theirs, strict=True):
        variance = variation.quarter_variance(
            audits=audits, controls=5, of_quarter=variation.of_quarter.value
        )
        errors, df = rise / np.sqrt(2 * variance / half), 2 * half - 2
        found = stats.nct.sf(stats.t.ppf(0.975, df), df, errors)  # t test of quarter means
        assert found == pytest.approx(power, abs=0.04)


def test_one_control_domain_widens_as_simulated(large):
    """Half-widths of 12.5 points with five comparison domains, and 16 with one."""
    five, one = (
        detectable_change(large[1], audits=50, before=4, after=4, controls=m).value for m in (5, 1)
    )
    assert one / five == pytest.approx(16 / 12.5, rel=0.02)


@pytest.mark.parametrize(("quarters", "audits"), [(8, 50), (12, 25)])
def test_the_verdicts_t_test_finds_it_eight_times_in_ten(large, quarters, audits):
    """Within seven points: the verdict takes the largest of three errors, on more df."""
    rng, half = np.random.default_rng(6), quarters // 2
    change = detectable_change(large[0], audits=audits, before=half, after=half, controls=5).value
    found = []
    for _ in range(400):
        latent, quarter = seen(rng, quarters=quarters, audits=audits, domains=6)
        grade, post = np.searchsorted(LIMITS, latent).astype(float), quarter >= half
        good = (grade >= 2).astype(float)
        told = theme_change(
            quarter=quarter,
            post=post,
            themed_grade=grade[:, 0] + change * post,
            control_grade=grade[:, 1:].mean(axis=1),
            themed_good=good[:, 0],
            control_good=good[:, 1:].mean(axis=1),
            control_grades=grade[:, 1:],
            control_goods=good[:, 1:],
        ).evidence
        found.append(min(one.low for one in told.both("mean_grade")) > 0)
    assert np.mean(found) == pytest.approx(0.8, abs=0.07)


def test_audits_needed_are_the_fewest_that_do(large):
    needed = audits_for_change(large[0], 0.25, **DESIGN)
    found = [detectable_change(large[0], audits=n, **DESIGN).value for n in (needed - 1, needed)]
    assert found[0] > 0.25 >= found[1]


def test_no_number_of_audits_gets_below_the_limit(large):
    limit = detectable_change(large[0], audits=np.inf, **DESIGN).value
    assert audits_for_change(large[0], 0.99 * limit, **DESIGN) == 0
    assert audits_for_change(large[0], 0.5 * limit, before=60, after=60, controls=5) > 0


def test_more_of_anything_helps(large):
    base = {"audits": 50, **DESIGN}
    smallest = detectable_change(large[0], **base)
    for better in ({"audits": 100}, {"before": 6}, {"after": 6}, {"controls": 8}, {"power": 0.7}):
        assert detectable_change(large[0], **{**base, **better}).value < smallest.value
    assert smallest.low < smallest.value < smallest.high


@pytest.mark.parametrize(
    ("values", "quarter", "reason"),
    [
        (np.ones((9, 1)), np.arange(9) % 3, "fewer than 2 domains"),
        (np.ones((9, 2)), np.zeros(9, dtype=int), "fewer than 3 quarters"),
        (np.ones((3, 2)), np.arange(3), "no quarter has a second audit"),
        (np.full((9, 2), np.nan), np.arange(9) % 3, "fewer than 3 quarters"),
        (np.ones((0, 2)), np.zeros(0, dtype=int), "fewer than 3 quarters"),
    ],
)
def test_too_little_is_said(values, quarter, reason):
    found = domain_variation(values, quarter=quarter)
    assert found.why_not.startswith(reason)
    assert detectable_change(found, audits=50, **DESIGN).why_not == found.why_not
    assert audits_for_change(found, 0.2, **DESIGN) == 0


def test_audits_without_a_grade_are_left_out():
    rng = np.random.default_rng(7)
    grade, quarter = rng.integers(0, 4, (40, 3)).astype(float), np.arange(40) % 4
    grade[[3, 7], 1] = np.nan
    kept = ~np.isnan(grade).any(axis=1)
    found, without = (
        domain_variation(grade, quarter=quarter),
        domain_variation(grade[kept], quarter=quarter[kept]),
    )
    assert found == without
    assert found.audits == 38


@pytest.mark.parametrize(
    "wrong",
    [{"audits": 0}, {"controls": 0}, {"before": 0}, {"before": 1, "after": 1}],
)
def test_impossible_designs_are_refused(large, wrong):
    with pytest.raises(UsageError):
        detectable_change(large[0], **{"audits": 50, **DESIGN, **wrong})


def test_impossible_wishes_are_refused(large):
    with pytest.raises(UsageError):
        audits_for_change(large[0], 0.0, **DESIGN)
    with pytest.raises(ShapeError):
        domain_variation(np.ones(4), quarter=np.zeros(4, dtype=int))
