"""Spread of severity: mean squares against independent computations, intervals against truth."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qaf_analysis.stats.process.spread import severity_spread
from qaf_analysis.terms.errors import ShapeError
from tests.places import REFERENCE

SHROUT_FLEISS = REFERENCE / "impact" / "shrout_fleiss_1979.csv"


def period(rng, *, audits=200, auditors=29, sd=0.5, quarters=4):
    """Grades with known spread of severity, error SD 1, and quarters that differ."""
    auditor, quarter = rng.integers(0, auditors, audits), np.arange(audits) % quarters
    shocks = rng.normal(0, 0.3, quarters)
    grade = rng.normal(0, sd, auditors)[auditor] + shocks[quarter] + rng.normal(0, 1, audits)
    marks = (quarter[:, None] == np.arange(1, quarters)).astype(float)
    return {"grade": grade, "auditor": auditor, "fixed": marks}


def spread_of(data, **more):
    return severity_spread(data["grade"], auditor=data["auditor"], fixed=data["fixed"], **more)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_way_agrees_with_scipy(seed):
    rng = np.random.default_rng(seed)
    auditor = np.append(rng.integers(0, 20, 150), 99)  # the last has one audit
    grade = rng.integers(0, 4, 151).astype(float)
    spread = severity_spread(grade, auditor=auditor)
    groups = [grade[auditor == code] for code in np.unique(auditor)]
    assert spread.ms_between / spread.ms_within == pytest.approx(
        stats.f_oneway(*groups).statistic, rel=1e-9
    )
    sizes = np.array([len(group) for group in groups])
    n0 = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(sizes) - 1)
    within = sum(((group - group.mean()) ** 2).sum() for group in groups) / (151 - len(groups))
    assert spread.n0 == pytest.approx(n0, rel=1e-9)
    assert spread.ms_within == pytest.approx(within, rel=1e-9)
    assert spread.component == pytest.approx((spread.ms_between - within) / n0, rel=1e-9)
    assert (spread.audits, spread.auditors) == (151, len(groups))


@pytest.mark.parametrize("collinear", [False, True])
def test_henderson_agrees_with_sums_of_squares_of_statsmodels(collinear):
    data = period(np.random.default_rng(4), audits=120)
    marks = (data["auditor"][:, None] == np.unique(data["auditor"])).astype(float)
    fixed = sm.add_constant(data["fixed"])
    small = sm.OLS(data["grade"], fixed).fit()
    full = sm.OLS(data["grade"], np.column_stack([fixed, marks[:, 1:]])).fit()
    if collinear:
        data["fixed"] = np.column_stack([data["fixed"], data["fixed"].sum(axis=1)])
    spread = spread_of(data)
    degrees = small.df_resid - full.df_resid
    assert (spread.df_between, spread.df_within) == (degrees, full.df_resid)
    assert spread.ms_between == pytest.approx((small.ssr - full.ssr) / degrees, rel=1e-9)
    assert spread.ms_within == pytest.approx(full.ssr / full.df_resid, rel=1e-9)
    residual = marks - fixed @ np.linalg.pinv(fixed) @ marks
    assert spread.n0 == pytest.approx((marks * residual).sum() / degrees, rel=1e-9)
    se = np.sqrt(2 * spread.ms_between**2 / degrees + 2 * spread.ms_within**2 / spread.df_within)
    assert spread.component_se == pytest.approx(se / spread.n0, rel=1e-12)


def test_share_of_variance_is_the_published_intraclass_correlation():
    grades = np.loadtxt(SHROUT_FLEISS, delimiter=",", skiprows=1)
    spread = severity_spread(grades.ravel(), auditor=np.repeat(np.arange(6), 4))
    assert spread.icc.value == pytest.approx(0.165741768405476, abs=1e-12)
    assert spread.icc.high == pytest.approx(0.722560062328121, abs=1e-9)
    assert spread.icc.low == 0.0  # R gives -0.133; a share of variance is not below zero
    assert spread.ms_between / spread.ms_within == pytest.approx(1.79467849223947, rel=1e-12)


def test_interval_inverts_an_exact_f_test():
    data = period(np.random.default_rng(6))
    spread = spread_of(data)
    marks = (data["auditor"][:, None] == np.unique(data["auditor"])).astype(float)
    fixed = sm.add_constant(data["fixed"])
    for limit, share in ((spread.icc.low, 0.975), (spread.icc.high, 0.025)):
        ratio = limit / (1 - limit)
        root = np.linalg.cholesky(np.eye(200) + ratio * marks @ marks.T)
        white = [np.linalg.solve(root, m) for m in (data["grade"], fixed)]
        free = sm.OLS(*white).fit().ssr - spread.df_within * spread.ms_within
        statistic = free / spread.df_between / spread.ms_within
        critical = stats.f.ppf(share, spread.df_between, spread.df_within)
        assert statistic == pytest.approx(critical, rel=1e-8)


@pytest.mark.parametrize(
    ("audits", "auditors", "sd"), [(200, 29, 0.5), (200, 12, 0.2), (50, 20, 0.5), (200, 29, 0.0)]
)
def test_interval_covers_the_true_spread(audits, auditors, sd):
    rng = np.random.default_rng(8)
    spreads = [spread_of(period(rng, audits=audits, auditors=auditors, sd=sd)) for _ in range(400)]
    covered = np.mean([s.sd.low <= sd <= s.sd.high for s in spreads])
    assert covered >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 400)
    components = np.array([s.component for s in spreads])
    assert components.mean() == pytest.approx(sd**2, abs=3 * components.std() / 20)


def test_a_component_below_zero_is_kept_but_not_shown_as_a_spread():
    grade, auditor = [0, 3, 0, 3, 0, 3, 1, 2], [1, 1, 2, 2, 3, 3, 4, 4]
    spread = severity_spread(grade, auditor=auditor)
    assert spread.component == pytest.approx(-spread.ms_within / 2)
    assert (spread.sd.value, spread.sd.low, spread.icc.value) == (0, 0, 0)
    assert spread.sd.high > 0.5


@pytest.mark.parametrize(
    ("grade", "auditor", "reason"),
    [
        ([], [], "fewer than two auditors"),
        ([1, 2, 3], [5, 5, 5], "fewer than two auditors"),
        ([1, 2, 3], [1, 2, 3], "no auditor has enough audits"),
        ([2, 2, 2, 2], [1, 1, 2, 2], "every grade is the same"),
        ([1, 1, 2, 2], [1, 1, 2, 2], "no auditor's own grades differ"),
    ],
)
def test_degenerate_input_gets_a_reason(grade, auditor, reason):
    spread = severity_spread(np.array(grade, float), auditor=np.array(auditor, int))
    assert spread.why_not.startswith(reason)
    assert spread.sd.why_not == spread.icc.why_not == spread.why_not
    assert np.isnan(spread.component)


def test_auditors_who_never_share_a_quarter_cannot_be_compared():
    marks = np.repeat([[0.0], [1.0]], 4, axis=0)
    spread = severity_spread(
        [0, 1, 2, 1, 2, 3, 2, 1], auditor=[1, 1, 1, 1, 2, 2, 2, 2], fixed=marks
    )
    assert spread.why_not.startswith("no auditor can be compared")


@pytest.mark.parametrize(
    "spoil",
    [
        {"auditor": [1, 2]},
        {"grade": [1.0, np.nan, 2.0]},
        {"fixed": [1.0, 2.0, 3.0]},
        {"fixed": [[1.0], [2.0]]},
    ],
)
def test_refuses_arrays_that_do_not_fit(spoil):
    given_arrays = {"grade": [1.0, 2.0, 3.0], "auditor": [1, 1, 2], "fixed": None, **spoil}
    with pytest.raises(ShapeError):
        spread_of(given_arrays)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(-3, 3), st.floats(0.1, 4))
def test_relabelling_reordering_and_rescaling(seed, shift, scale):
    rng = np.random.default_rng(seed)
    data = period(rng, audits=60, auditors=10)
    first = spread_of(data)
    order, codes = rng.permutation(60), rng.permutation(10)
    second = severity_spread(
        -scale * data["grade"][order] + shift,
        auditor=codes[data["auditor"]][order],
        fixed=data["fixed"][order],
    )
    assert second.component == pytest.approx(scale**2 * first.component, rel=1e-7, abs=1e-9)
    assert second.sd.high == pytest.approx(scale * first.sd.high, rel=1e-7)
    assert second.icc.low == pytest.approx(first.icc.low, abs=1e-7)
