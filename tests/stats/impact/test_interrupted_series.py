"""Series without a comparison, and the difference with a trend of its own."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import statsmodels.api as sm

from qaf_analysis.stats.core.intervals import newcombe_independent
from qaf_analysis.stats.impact.difference_in_differences import theme_change
from qaf_analysis.stats.impact.interrupted_series import (
    differential_trend,
    its_newey_west,
    its_ols,
    its_quasi_binomial,
    step_and_trend,
)
from qaf_analysis.stats.impact.themed_series import ThemedAlone, ThemedAudits
from qaf_analysis.stats.impact.wild_bootstrap import wild_bootstrap
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate
from tests.places import REFERENCE
from tests.stats.impact.test_difference_in_differences import themed_audits

FILE = REFERENCE / "impact" / "sim_sensitivity_rates.csv"
PUBLISHED = {
    (row["scenario"], row["method"]): (float(row["claim_improved"]), float(row["claim_worse"]))
    for row in csv.DictReader(FILE.read_text(encoding="utf-8").splitlines())
}
QUARTERS = np.arange(8)
POST = QUARTERS > 3
VALUES = np.array([0.40, 0.46, 0.41, 0.50, 0.63, 0.60, 0.69, 0.66])
WHO = {"cases": 80, "auditors": 9}


def council(seed=3, **world):
    return ThemedAudits.checked(**themed_audits(np.random.default_rng(seed), **world))


def test_ols_is_that_of_statsmodels():
    design = np.column_stack([np.ones(8), POST, QUARTERS])
    theirs = sm.OLS(VALUES, design).fit()
    found = its_ols(VALUES, quarter=QUARTERS + 40, post=POST, **WHO)
    assert (found.value, found.se, found.p) == pytest.approx(
        (theirs.params[1], theirs.bse[1], theirs.pvalues[1]), abs=1e-12
    )
    assert (found.low, found.high) == pytest.approx(theirs.conf_int()[1], abs=1e-12)
    assert (found.df, found.cases, found.auditors) == (5, 80, 9)
    robust = sm.OLS(VALUES, design).fit(
        cov_type="HAC", cov_kwds={"maxlags": 1, "use_correction": True}
    )
    lagged = its_newey_west(VALUES, quarter=QUARTERS, post=POST, **WHO)
    assert (lagged.se, lagged.p) == pytest.approx((robust.bse[1], robust.pvalues[1]), abs=1e-9)


def test_a_gap_between_quarters_counts_as_time():
    quarter = np.array([0, 1, 2, 3, 5, 6, 7, 8])
    theirs = sm.OLS(VALUES, np.column_stack([np.ones(8), POST, quarter])).fit()
    found = its_ols(VALUES, quarter=quarter, post=POST, **WHO)
    assert found.value == pytest.approx(theirs.params[1], abs=1e-12)


def test_quasi_binomial_is_that_of_statsmodels_and_never_surer_than_chance():
    design = np.column_stack([np.ones(8), POST, QUARTERS])
    audits = np.array([50, 40, 60, 50, 45, 55, 50, 50])
    for good, scale in (
        (np.array([20.0, 23, 12, 31, 30, 22, 41, 30]), "X2"),
        (np.round(audits * VALUES), 1.0),
    ):
        model = sm.GLM(good / audits, design, family=sm.families.Binomial(), var_weights=audits)
        theirs = model.fit(scale=scale, tol=1e-12)
        found = its_quasi_binomial(good, audits=audits, quarter=QUARTERS, post=POST, auditors=9)
        assert (found.value, found.se) == pytest.approx((theirs.params[1], theirs.bse[1]), abs=1e-8)
    assert model.fit(scale="X2").scale < 1


@pytest.mark.parametrize(
    ("quarters", "pre", "reason"),
    [
        (3, 2, "at least 4 quarters; there are 3"),
        (0, 0, "there are 0"),
        (6, 6, "no quarter after"),
        (6, 0, "no quarter before"),
    ],
)
def test_too_few_quarters_have_a_reason(quarters, pre, reason):
    quarter = np.arange(quarters)
    where = {"quarter": quarter, "post": quarter >= pre}
    values = np.linspace(0.2, 0.8, quarters) ** 2
    audits = np.full(quarters, 10)
    for found in (
        its_ols(values, **where, **WHO),
        its_newey_west(values, **where, **WHO),
        its_quasi_binomial(np.round(values * 10), audits=audits, **where, auditors=9),
        *step_and_trend(values, **where, base=Estimate.not_estimable("", method="line")),
    ):
        assert reason in found.why_not


def test_degenerate_series_have_a_reason():
    line = its_ols(0.1 * QUARTERS + 0.0, quarter=QUARTERS, post=POST, **WHO)
    assert "by chance" in line.why_not
    all_good = its_quasi_binomial(
        np.full(8, 10.0), audits=np.full(8, 10), quarter=QUARTERS, post=POST, auditors=0
    )
    assert "no bound" in all_good.why_not
    twice = np.array([0, 0, 0, 3, 3, 3])
    refused = its_ols(VALUES[:6], quarter=twice, post=twice > 1, **WHO)
    assert refused.why_not == "these quarters cannot tell a step from a trend"


def test_differential_trend_takes_out_a_trend_and_is_wide():
    audits = council(quarters=12, audits=150)
    plain = differential_trend(audits.series())
    drift = audits.quarter * 0.1
    moved = ThemedAudits.checked(**{**vars(audits), "themed_grade": audits.themed_grade + drift})
    found = differential_trend(moved.series())
    assert found.step.value == pytest.approx(plain.step.value, abs=1e-9)
    assert found.trend.value == pytest.approx(plain.trend.value + 0.1, abs=1e-9)
    headline = theme_change(**vars(audits)).grade
    width = (plain.step.high - plain.step.low) / (headline.high - headline.low)
    assert 1.5 < width < 3.0


def test_themed_side_alone():
    audits = council(quarters=8, audits=20)
    alone = ThemedAlone.of(audits)
    series = alone.series()
    assert series.good_share == pytest.approx(audits.series().themed_good)
    assert series.grade == pytest.approx(audits.series().themed)
    before, after = alone.good_before_and_after()
    assert before == (int(audits.themed_good[~audits.post].sum()), 80)
    assert after[1] == 80
    nobody = ThemedAlone.of(ThemedAudits.checked(**{**vars(audits), "auditor": None}))
    assert (nobody.auditor, nobody.auditors) == (None, 0)
    halves = {**vars(audits), "themed_grade": audits.themed_grade + 0.5}
    with pytest.raises(ShapeError):
        ThemedAlone.of(ThemedAudits.checked(**halves))


REPLICATES = 250


def claims(audits: ThemedAudits) -> dict[str, Estimate]:
    """The methods of the reference, all on Good or better."""
    alone, difference = ThemedAlone.of(audits), audits.series()
    series = alone.series()
    where = {"quarter": series.quarter, "post": series.post}
    (good_before, before), (good_after, after) = alone.good_before_and_after()
    base = Estimate.not_estimable("", method="step")
    return {
        "OLS ITS level+trend, t": its_ols(series.good_share, **where, **WHO),
        "OLS ITS level+trend, HAC(1) z": its_newey_west(series.good_share, **where, **WHO),
        "quasi-binomial ITS level+trend, t": its_quasi_binomial(
            series.good, audits=series.audits, **where, auditors=9
        ),
        "DiD quarter t + diff. trend, %Good+": step_and_trend(
            difference.difference_good, **where, base=base
        )[0],
        "DiD wild cluster boot (quarter)": wild_bootstrap(
            audits.themed_good - audits.control_good, quarter=audits.quarter, post=audits.post
        ),
        "Newcombe pooled pre/post": newcombe_independent(
            (good_after, good_before), (after, before)
        ),
    }


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "tougher"), [("B", 0.0), ("E", 0.4)])
def test_false_claims_are_as_frequent_as_in_the_reference(scenario, tougher):
    """Every rate within three Monte Carlo errors of an independent implementation."""
    rng = np.random.default_rng(2024)
    up, down = {}, {}
    for _ in range(REPLICATES):
        world = themed_audits(rng, quarters=8, audits=50, tougher=tougher)
        for method, found in claims(ThemedAudits.checked(**world)).items():
            # The wild bootstrap's verdict is its p; elsewhere interval and p say the same.
            clear = found.p < 0.05 if found.p == found.p else found.low > 0 or found.high < 0
            up[method] = up.get(method, 0) + (clear and found.value > 0)
            down[method] = down.get(method, 0) + (clear and found.value < 0)
    for method in up:
        for found, known in zip(
            (up[method], down[method]), PUBLISHED[scenario, method], strict=True
        ):
            margin = 3 * np.sqrt(max(known * (1 - known), 0.005) / REPLICATES)
            assert found / REPLICATES == pytest.approx(known, abs=margin), (scenario, method)
