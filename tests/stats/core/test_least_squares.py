"""Least squares and generalised linear fits against published series and statsmodels."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from qaf_analysis.stats.core.intervals import t_quantile
from qaf_analysis.stats.core.least_squares import (
    coefficient_estimate,
    fitted_shares,
    has_full_rank,
    least_squares,
    newey_west_errors,
)
from qaf_analysis.terms.errors import ShapeError
from tests.places import REFERENCE
from tests.stats.core.counts import fitted_counts

FOLDER = REFERENCE / "impact"


def columns(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([float(row[key]) for row in rows]) for key in rows[0]}


def expected(name):
    return json.loads((FOLDER / f"{name}_expected.json").read_text(encoding="utf-8"))


def agrees(fit, known, names, *, dispersion=None):
    errors = fit.errors(dispersion=dispersion)
    for place, name in enumerate(names):
        assert fit.coefficients[place] == pytest.approx(known[name]["est"], rel=1e-6), name
        assert errors[place] == pytest.approx(known[name]["se"], rel=1e-4), name


@pytest.fixture(scope="module")
def sicily():
    data = columns("sicily")
    turn = 2 * np.pi * data["time"] / 12
    waves = [np.sin(turn), np.cos(turn), np.sin(2 * turn), np.cos(2 * turn)]
    plain = [np.ones(len(turn)), data["smokban"], data["time"]]
    slope = data["smokban"] * (data["time"] - 36)

    def fit(*extra):
        return fitted_counts(
            np.column_stack([*plain, *extra]), counts=data["aces"], exposure=data["stdpop"]
        )

    return fit(), fit(*waves), fit(*waves, slope)


PLAIN, WAVES = ["(Intercept)", "smokban", "time"], ["s1", "c1", "s2", "c2"]


def test_sicily_poisson_and_quasi_poisson(sicily):
    known = expected("sicily")
    agrees(sicily[0], known["model1_poisson"], PLAIN, dispersion=1.0)
    agrees(sicily[0], known["model2_quasi"], PLAIN)
    assert sicily[0].dispersion == pytest.approx(known["model2_quasi"]["dispersion"], rel=1e-5)


def test_sicily_with_seasons(sicily):
    known = expected("sicily")["model3_quasi_harmonic"]
    fit = sicily[1]
    agrees(fit, known, [*PLAIN, *WAVES])
    assert fit.dispersion == pytest.approx(2.262, abs=5e-4)
    step, se = fit.coefficients[1], fit.errors()[1]
    # R's confint.default takes the normal quantile.
    limits = np.exp([step, step - 1.959964 * se, step + 1.959964 * se])
    assert limits == pytest.approx([known["RR_smokban"], known["RR_lo"], known["RR_hi"]], abs=1e-6)
    by_lag = newey_west_errors(fit, lags=1)[1]
    assert by_lag == pytest.approx(expected("sicily")["model3_NW_lag1_prewhiteFALSE"]["smokban"])


def test_sicily_change_of_slope(sicily):
    known = expected("sicily")["model4_slope"]
    agrees(sicily[2], known, [*PLAIN, *WAVES, "ts"])
    f = (sicily[1].deviance - sicily[2].deviance) / sicily[2].dispersion
    assert f == pytest.approx(known["F"], rel=1e-5)


def test_seatbelts():
    data, known = columns("seatbelts"), expected("seatbelts")
    months = [(data["month"] == month).astype(float) for month in range(2, 13)]
    design = np.column_stack([np.ones(192), data["law"], data["t"], *months])
    killed = fitted_counts(design, counts=data["DriversKilled"])
    assert killed.coefficients[1] == pytest.approx(-0.135791995825, abs=1e-9)
    assert killed.errors()[1] == pytest.approx(0.0384491452046, rel=1e-6)
    assert killed.dispersion == pytest.approx(known["disp"], rel=1e-6)
    drivers = least_squares(design, np.log(data["drivers"]))
    assert drivers.coefficients[1] == pytest.approx(known["log_drivers_ols_law"]["est"], rel=1e-9)
    assert drivers.errors()[1] == pytest.approx(known["log_drivers_ols_law"]["se"], rel=1e-9)
    found = newey_west_errors(drivers, lags=12)[1]
    assert found == pytest.approx(known["log_drivers_ols_NW12"]["se"], rel=1e-9)


def test_nile():
    data, known = columns("nile"), expected("nile")
    time, post = data["year"] - 1870, (data["year"] > 1898).astype(float)
    shift = least_squares(np.column_stack([np.ones(100), post]), data["flow"])
    agrees(shift, known["mean_shift"], ["(Intercept)", "post"])
    # Means of the 28 years to 1898 and of the 72 after it, by hand from the published series.
    before, after = data["flow"][:28].sum() / 28, data["flow"][28:].sum() / 72
    assert shift.coefficients == pytest.approx([before, after - before], rel=1e-12)
    assert before == pytest.approx(1097.75)
    slope = least_squares(
        np.column_stack([np.ones(100), time, post, (time - 29) * post]), data["flow"]
    )
    agrees(slope, known["level_slope"], ["(Intercept)", "t", "post", "I((t - 29) * post)"])


def test_shares_agree_with_statsmodels():
    rng = np.random.default_rng(4)
    design = np.column_stack([np.ones(12), np.arange(12) > 5, np.arange(12) / 12.0])
    trials = rng.integers(20, 60, 12).astype(float)
    good = rng.binomial(trials.astype(int), 0.4).astype(float)
    ours = fitted_shares(design, successes=good, trials=trials)
    theirs = sm.GLM(good / trials, design, family=sm.families.Binomial(), var_weights=trials).fit(
        scale="X2", tol=1e-12
    )
    assert ours.coefficients == pytest.approx(theirs.params, abs=1e-8)
    assert ours.errors() == pytest.approx(theirs.bse, rel=1e-7)
    assert ours.deviance == pytest.approx(theirs.deviance, rel=1e-9)
    assert ours.scores.sum(axis=0) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("good", [[5.0, 5, 0, 0], [0.0, 0, 0, 0], [5.0, 5, 5, 5]])
def test_shares_without_a_bound_are_not_fitted(good):
    design = np.column_stack([np.ones(4), [1.0, 1, 0, 0]])
    assert fitted_shares(design, successes=np.array(good), trials=np.full(4, 5.0)) is None


def test_an_exact_line_leaves_no_residual():
    fit = least_squares(np.column_stack([np.ones(5), np.arange(5.0)]), 0.1 + 0.3 * np.arange(5))
    assert fit.dispersion == 0


def test_an_error_of_nought_is_no_finding():
    rest = {"level": 0.95, "cases": 3, "auditors": 1, "method": "t"}
    nothing = coefficient_estimate(1.0, se=0.0, df=3, **rest)
    assert not nothing.is_estimable
    assert "by chance" in nothing.why_not
    normal = coefficient_estimate(1.0, se=1.0, df=float("nan"), **rest)
    assert (normal.high, normal.p) == pytest.approx((2.959964, 0.317311), abs=1e-6)
    some = coefficient_estimate(1.0, se=1.0, df=4.0, **rest)
    assert some.high == pytest.approx(1 + t_quantile(0.95, df=4))


@pytest.mark.parametrize(
    "call",
    [
        lambda: least_squares(np.ones((4, 2)), np.ones(4)),
        lambda: least_squares(np.ones((4, 1)), np.ones(3)),
        lambda: fitted_counts(np.ones((2, 2)), counts=np.ones(2)),
        lambda: fitted_counts(np.ones((3, 1)), counts=np.ones(2)),
        lambda: fitted_shares(np.ones((2, 1)), successes=np.ones(2), trials=np.zeros(2)),
        lambda: fitted_shares(np.ones((2, 1)), successes=np.full(2, 3.0), trials=np.ones(2)),
        lambda: newey_west_errors(least_squares(np.ones((3, 1)), np.arange(3.0)), lags=3),
    ],
)
def test_refuses_what_does_not_fit(call):
    with pytest.raises(ShapeError):
        call()


def test_rank():
    assert not has_full_rank(np.column_stack([np.ones(4), np.zeros(4)]))


def white(design, rest, bread):
    """Newey and West with 1 lag and weight 1/2, term by term."""
    meat = sum(rest[i] ** 2 * np.outer(design[i], design[i]) for i in range(len(rest)))
    for i in range(1, len(rest)):
        cross = rest[i] * rest[i - 1] * np.outer(design[i], design[i - 1])
        meat = meat + 0.5 * (cross + cross.T)
    return np.sqrt(np.diag(bread @ meat @ bread))


def test_a_line_by_the_normal_equations():
    design = np.column_stack([np.ones(5), [0.0, 1, 2, 3, 5]])
    outcome = np.array([1.0, 3, 2, 5, 4])
    fit = least_squares(design, outcome)
    bread = np.linalg.inv(design.T @ design)
    rest = outcome - design @ (bread @ design.T @ outcome)
    assert fit.coefficients == pytest.approx(bread @ design.T @ outcome)
    assert fit.bread == pytest.approx(bread)
    assert fit.df == 3
    assert fit.deviance == pytest.approx(rest @ rest)
    assert fit.dispersion == pytest.approx(rest @ rest / 3)
    assert fit.scores == pytest.approx(design * rest[:, None])
    assert fit.errors() == pytest.approx(np.sqrt(rest @ rest / 3 * np.diag(bread)))
    assert fit.errors(dispersion=4.0) == pytest.approx(2 * np.sqrt(np.diag(bread)))
    assert newey_west_errors(fit, lags=1) == pytest.approx(white(design, rest, bread))
    plain = np.sqrt(np.diag(bread @ (design.T * rest**2 @ design) @ bread))
    assert newey_west_errors(fit, lags=0) == pytest.approx(plain)


def test_as_many_columns_as_rows_leave_no_dispersion():
    fit = least_squares(np.array([[1.0, 0], [1, 1]]), np.array([1.0, 3.0]))
    assert (fit.df, np.isnan(fit.dispersion)) == (0, True)
    shares = fitted_shares(np.eye(2), successes=np.array([1.0, 3.0]), trials=np.full(2, 4.0))
    assert (shares.df, np.isnan(shares.dispersion)) == (0, True)
    assert shares.coefficients == pytest.approx([np.log(1 / 3), np.log(3)])
    # Information n p (1 - p) = 3/4 of each, and deviance 0 where the shares are met.
    assert shares.bread == pytest.approx(np.eye(2) * 4 / 3)
    assert shares.deviance == pytest.approx(0, abs=1e-12)


def test_estimates_carry_what_they_rest_on():
    rest = {"level": 0.9, "cases": 7, "auditors": 3, "method": "by hand"}
    some = coefficient_estimate(-1.5, se=0.5, df=4.0, **rest)
    none = coefficient_estimate(-1.5, se=float("nan"), df=4.0, **rest)
    for one in (some, none):
        assert (one.level, one.cases, one.auditors, one.method) == (0.9, 7, 3, "by hand")
    half = stats.t.ppf(0.95, 4) * 0.5
    assert (some.value, some.low, some.high) == pytest.approx((-1.5, -1.5 - half, -1.5 + half))
    assert (some.se, some.df, some.p) == pytest.approx((0.5, 4, 2 * stats.t.sf(3, 4)))
    assert not none.is_estimable


@pytest.mark.parametrize(
    ("good", "trials"), [([1.0, -1.0], [2.0, 2.0]), ([1.0, 2.0], [2.0, 0.0]), ([3.0, 0], [2.0, 2])]
)
def test_impossible_shares_are_refused(good, trials):
    with pytest.raises(ShapeError, match="at least one case, and no more successes"):
        fitted_shares(np.ones((2, 1)), successes=np.array(good), trials=np.array(trials))


def test_lags_are_fewer_than_rows():
    fit = least_squares(np.ones((3, 1)), np.array([0.0, 1.0, 5.0]))
    assert newey_west_errors(fit, lags=2).shape == (1,)
    for lags in (-1, 3):
        with pytest.raises(ShapeError, match=f"{lags} lags need more than 3 rows"):
            newey_west_errors(fit, lags=lags)
