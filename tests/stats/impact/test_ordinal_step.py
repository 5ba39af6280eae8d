"""The ordinal step against statsmodels, brute numerical integration, and a known truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special
from statsmodels.miscmodels.ordinal_model import OrderedModel

from qaf_analysis.stats.impact.ordinal_step import GradedAudits, ordinal_step, penalised_fit
from qaf_analysis.terms.errors import ShapeError
from tests.stats.impact.test_difference_in_differences import themed_audits


def audits(seed=5, *, quarters=8, n=50, **world):
    made = themed_audits(np.random.default_rng(seed), quarters=quarters, audits=n, **world)
    return {
        "grade": made["themed_grade"].astype(int),
        "quarter": made["quarter"],
        "post": made["post"],
        "auditor": made["auditor"],
    }


def test_without_auditors_it_is_the_model_of_statsmodels():
    data = audits(effect=0.7)
    found = ordinal_step(data["grade"], quarter=data["quarter"], post=data["post"])
    design = np.column_stack([data["post"], data["quarter"]]).astype(float)
    theirs = OrderedModel(data["grade"], design, distr="logit").fit(
        method="bfgs", disp=0, gtol=1e-7
    )
    step, trend = found.log_odds_ratio, found.trend
    assert (step.value, trend.value) == pytest.approx(tuple(theirs.params[:2]), abs=1e-6)
    # Quarters were no more different than chance makes them here, so the error is the model's.
    assert (step.se, trend.se) == pytest.approx(tuple(theirs.bse[:2]), rel=1e-5)
    assert np.isnan(found.auditor_sd)
    ratio = found.odds_ratio
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx(
        tuple(np.exp([step.value, step.low, step.high]))
    )


def test_quarters_that_differ_by_more_than_chance_widen_the_interval():
    data = audits(effect=0.7)
    shaken = data["grade"].copy()
    for quarter, grade in ((1, 3), (6, 0)):
        shaken[data["quarter"] == quarter] = grade
    plain = OrderedModel(
        shaken, np.column_stack([data["post"], data["quarter"]]).astype(float), distr="logit"
    ).fit(method="bfgs", disp=0, gtol=1e-6)
    found = ordinal_step(shaken, quarter=data["quarter"], post=data["post"]).log_odds_ratio
    assert found.se > 2 * plain.bse[0]


def small():
    rng = np.random.default_rng(11)
    name = np.repeat(np.arange(5), 12)
    post = np.tile([0.0, 1.0], 30)
    latent = 0.8 * post + rng.normal(0, 0.9, 5)[name] + rng.logistic(size=60)
    grade = np.searchsorted([-1.0, 1.0], latent)
    return GradedAudits(grade=grade, design=post[:, np.newaxis], group=name)


def test_penalised_gradient_is_nought_and_information_is_its_slope():
    data, sd = small(), 0.7
    fit = penalised_fit(data, sd=sd)

    def value(parameters):
        fixed, group = parameters[:3], parameters[3:]
        shift = data.design @ fixed[2:] + group[data.group]
        ends = np.array([np.inf, *fixed[:2], -np.inf])
        chance = special.expit(ends[data.grade] + shift) - special.expit(
            ends[data.grade + 1] + shift
        )
        return np.log(chance).sum() - (group**2).sum() / (2 * sd**2)

    best = np.concatenate([fit.fixed, fit.group])
    units = np.eye(8)
    h = 1e-4
    slope = [(value(best + h * u) - value(best - h * u)) / (2 * h) for u in units]
    assert slope == pytest.approx(np.zeros(8), abs=1e-5)
    curve = np.array(
        [
            [
                (
                    value(best + h * (u + v))
                    - value(best + h * (u - v))
                    - value(best - h * (u - v))
                    + value(best - h * (u + v))
                )
                / (4 * h**2)
                for v in units
            ]
            for u in units
        ]
    )
    assert np.linalg.inv(-curve)[:3, :3] == pytest.approx(fit.covariance(), abs=1e-4)


def test_laplace_is_near_the_integral():
    data, sd = small(), 0.7
    fit = penalised_fit(data, sd=sd)
    ends = np.array([np.inf, *fit.fixed[:2], -np.inf])
    total = 0.0
    for name in range(5):
        mine = data.group == name
        shift, grade = (data.design @ fit.fixed[2:])[mine], data.grade[mine]

        def density(u, shift=shift, grade=grade):
            chance = special.expit(ends[grade] + shift + u) - special.expit(
                ends[grade + 1] + shift + u
            )
            return chance.prod() * np.exp(-(u**2) / (2 * sd**2)) / (sd * np.sqrt(2 * np.pi))

        total += np.log(integrate.quad(density, -6, 6, epsabs=0, epsrel=1e-8)[0])
    assert fit.log_marginal() == pytest.approx(total, abs=0.05)


def test_spread_of_auditors_and_step_are_recovered():
    rng = np.random.default_rng(3)
    found = []
    for _ in range(12):
        data = audits(seed=rng.integers(1 << 30), quarters=12, n=150, effect=0.7)
        found.append(ordinal_step(**data))
    # Case differences of SD 1 flatten effects on the marginal scale by about 0.86.
    steps = np.array([one.log_odds_ratio.value for one in found])
    assert steps.mean() == pytest.approx(0.7 * 0.86, abs=3 * steps.std() / np.sqrt(12))
    spreads = np.array([one.auditor_sd for one in found])
    assert spreads.mean() == pytest.approx(np.hypot(0.5, 0.25) * 0.86, abs=0.1)


def test_a_given_spread_is_used_and_extremes_make_sense():
    data = audits()
    tight = ordinal_step(**data, auditor_sd=1e-3).log_odds_ratio
    none = ordinal_step(data["grade"], quarter=data["quarter"], post=data["post"]).log_odds_ratio
    assert tight.value == pytest.approx(none.value, abs=1e-4)
    assert ordinal_step(**data, auditor_sd=0.8).auditor_sd == 0.8
    assert none.auditors == 0
    assert tight.auditors == 29


def test_odd_codes_change_nothing():
    data = audits(seed=8)
    recoded = {
        **data,
        "grade": 2 * data["grade"] + 1,
        "auditor": 100 - data["auditor"],
        "quarter": data["quarter"] + 900,
    }
    first, second = ordinal_step(**data), ordinal_step(**recoded)
    assert second.log_odds_ratio.value == pytest.approx(first.log_odds_ratio.value, abs=1e-4)
    assert second.auditor_sd == pytest.approx(first.auditor_sd, rel=1e-2)


def separated():
    data = audits()
    return {**data, "grade": np.where(data["post"], 3, 1)}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({key: values[:0] for key, values in audits().items()}, "there are no cases"),
        ({**audits(), "grade": np.ones(400, dtype=int)}, "only one grade"),
        ({key: values[:150] for key, values in audits().items()}, "at least 4 quarters"),
        ({key: values[:200] for key, values in audits().items()}, "no quarter after"),
        (separated(), "no bound"),
    ],
)
def test_degenerate_input_has_a_reason(data, reason):
    found = ordinal_step(**data)
    for estimate in (found.log_odds_ratio, found.odds_ratio, found.trend):
        assert reason in estimate.why_not
    assert np.isnan(found.auditor_sd)


def test_refuses_a_spread_that_is_none():
    with pytest.raises(ShapeError):
        ordinal_step(**audits(), auditor_sd=0.0)


@pytest.mark.slow
def test_chance_alone_is_seldom_called_a_step():
    rng = np.random.default_rng(21)
    claims = [
        ordinal_step(**audits(seed=rng.integers(1 << 30))).log_odds_ratio.p < 0.05
        for _ in range(150)
    ]
    assert np.mean(claims) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 150)
