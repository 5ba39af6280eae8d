"""Limits of run, p, p', u, u' and XmR charts: qicharts2's figures, blanks, parts, baselines."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from qaf_analysis.stats.charts.limits import (
    mean_moving_range,
    p_chart,
    run_chart,
    u_chart,
    xmr_chart,
)
from qaf_analysis.stats.charts.rules import run_analysis
from qaf_analysis.terms.errors import ShapeError
from tests.places import REFERENCE

FOLDER = REFERENCE / "impact"
UNROUNDED = 3 / 1.128
NAN = float("nan")


def table(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def column(name, heading):
    return np.array([float(row[heading]) for row in table(name)])


CDI, DAYS = column("cdi", "n"), column("cdi", "days") / 1e4
NHS, SEEN = column("nhs_accidents", "r"), column("nhs_accidents", "n")
COMPLAINTS, SALES = column("complaints", "complaints"), column("complaints", "sales")
CABG = column("cabg_readmission_monthly", "readmission"), column("cabg_readmission_monthly", "n")
UTI = (
    column("hospital_infections_UTI_NOH", "n"),
    column("hospital_infections_UTI_NOH", "days") / 1e4,
)
FIRST_24 = np.arange(36) < 24
TWO_PARTS = (~FIRST_24).astype(int)
CHARTS = {
    "cdi_run": run_chart(CDI),
    "cdi_freeze24_run": run_chart(CDI, baseline=FIRST_24),
    "cdi_u_part24": u_chart(CDI, DAYS, part=TWO_PARTS),
    "cdi_u_freeze24": u_chart(CDI, DAYS, baseline=FIRST_24),
    "cdi_i_part24": xmr_chart(CDI / DAYS, part=TWO_PARTS, factor=UNROUNDED),
    "nhs_p": p_chart(NHS, SEEN),
    "nhs_pp": p_chart(NHS, SEEN, prime=True),
    "nhs_i": xmr_chart(NHS / SEEN, factor=UNROUNDED),
    "cabg_p": p_chart(*CABG),
    "complaints_u": u_chart(COMPLAINTS, SALES),
    "complaints_up": u_chart(COMPLAINTS, SALES, prime=True),
    "UTI_NOH_u": u_chart(*UTI),
}


@pytest.mark.parametrize(
    "expected", table("qicharts2_expected"), ids=lambda row: f"{row['case']}-{row['part']}"
)
def test_counts_and_limits_are_those_of_qicharts2(expected):
    chart = CHARTS[expected["case"]]
    here = chart.part == int(expected["part"]) - 1
    runs = run_analysis(chart.side[here])
    found = {
        "n.obs": here.sum(),
        "n.useful": runs.useful,
        "longest.run": runs.longest_run,
        "longest.run.max": runs.limits.longest_run,
        "n.crossings": runs.crossings,
        "n.crossings.min": runs.limits.crossings,
        "runs.signal": runs.is_signal,
        "sigma.signal": (chart.outside[here] != 0).sum(),
    }
    assert found == {name: int(expected[name]) for name in found}
    for name, lines in (("aLCL", chart.lower), ("CL", chart.centre), ("aUCL", chart.upper)):
        published = NAN if expected[name] == "NA" else float(expected[name])
        assert lines[here].mean() == pytest.approx(published, abs=1e-6, nan_ok=True)


def test_every_published_chart_is_compared():
    assert {row["case"] for row in table("qicharts2_expected")} == set(CHARTS)
    assert len(table("qicharts2_expected")) == 14


def test_the_signals_worth_a_name():
    outside = {name: int(np.abs(chart.outside).sum()) for name, chart in CHARTS.items()}
    assert (outside["nhs_p"], outside["nhs_pp"]) == (16, 0)
    assert (outside["complaints_u"], outside["complaints_up"]) == (13, 0)
    assert outside["cdi_u_freeze24"] == 6
    assert outside["UTI_NOH_u"] == 0
    assert run_analysis(CHARTS["UTI_NOH_u"].side).is_signal


LINES = ("centre", "lower", "upper", "outside", "side", "near", "step")


def same(one, other, *, rows=slice(None), other_rows=slice(None)):
    for name in LINES:
        np.testing.assert_allclose(
            getattr(one, name)[rows], getattr(other, name)[other_rows], rtol=1e-12, atol=1e-12
        )


SERIES = {
    "run": lambda n, d, **given: run_chart(n / d, **given),
    "xmr": lambda n, d, **given: xmr_chart(n / d, **given),
    "p": p_chart,
    "pprime": lambda n, d, **given: p_chart(n, d, prime=True, **given),
    "u": u_chart,
    "uprime": lambda n, d, **given: u_chart(n, d, prime=True, **given),
}


@pytest.fixture(params=list(SERIES))
def drawn(request):
    return SERIES[request.param]


@pytest.fixture
def counts():
    rng = np.random.default_rng(3)
    cases = rng.integers(20, 60, 30).astype(float)
    return rng.binomial(cases.astype(int), 0.5).astype(float), cases


def test_a_blank_changes_no_other_point(drawn, counts):
    above, below = counts
    rows = np.array([0, 0, 5, 17, 18, 30])
    whole, gappy = (
        drawn(above, below),
        drawn(np.insert(above, rows, NAN), np.insert(below, rows, 9)),
    )
    kept = gappy.is_present
    assert kept.sum() == 30
    same(whole, gappy, other_rows=kept)
    assert not gappy.side[~kept].any()
    assert not gappy.outside[~kept].any()
    assert not gappy.step[~kept].any()


def test_parts_are_charts_of_their_own(drawn, counts):
    above, below = counts
    both = drawn(above, below, part=np.repeat([0, 1], [12, 18]))
    same(drawn(above[:12], below[:12]), both, other_rows=slice(12))
    same(drawn(above[12:], below[12:]), both, other_rows=slice(12, None))
    whole = drawn(above, below)
    assert not np.allclose(whole.centre[:12], both.centre[:12], rtol=1e-6)
    assert not np.allclose(whole.centre[12:], both.centre[12:], rtol=1e-6)


def test_a_baseline_and_a_rebase_go_together(drawn, counts):
    above, below = counts
    part, baseline = np.repeat([0, 1], [15, 15]), np.arange(30) % 15 < 10
    both = drawn(above, below, part=part, baseline=baseline)
    for rows in (slice(15), slice(15, None)):
        alone = drawn(above[rows], below[rows], baseline=baseline[rows])
        same(alone, both, other_rows=rows)
    # What follows the baseline moves no line.
    moved = np.where(baseline, above, np.minimum(above + 5, below))
    later = drawn(moved, below, part=part, baseline=baseline)
    np.testing.assert_array_equal(both.centre, later.centre)
    np.testing.assert_array_equal(both.upper, later.upper)


def test_a_part_without_a_baseline_point_rests_on_all_of_its_points(drawn, counts):
    above, below = counts
    part = np.repeat([0, 1], [15, 15])
    frozen = drawn(above, below, part=part, baseline=np.arange(30) < 10)
    plain = drawn(above, below, part=part)
    same(frozen, plain, rows=slice(15, None), other_rows=slice(15, None))
    # In the part that has points of the baseline these alone move the lines.
    assert not np.allclose(frozen.centre[:15], plain.centre[:15], rtol=1e-6)
    same(drawn(above[:10], below[:10]), frozen, rows=slice(1), other_rows=slice(1))


@pytest.mark.parametrize("kind", ["run", "xmr", "p", "pprime"])
def test_a_mirrored_series_has_mirrored_lines(kind, counts):
    above, below = counts
    above[3] = below[3]
    one, other = SERIES[kind](above, below), SERIES[kind](below - above, below)
    np.testing.assert_allclose(one.centre, 1 - other.centre, rtol=1e-12)
    np.testing.assert_allclose(one.upper, 1 - other.lower, rtol=1e-12)
    for name in ("outside", "side", "near", "step"):
        np.testing.assert_array_equal(getattr(one, name), -getattr(other, name))
    np.testing.assert_array_equal(one.closed_above, other.closed_below)


def test_the_prime_limits_are_the_plain_ones_times_the_spread_of_z(counts):
    above, below = counts
    plain, prime = p_chart(above, below), p_chart(above, below, prime=True)
    z = (plain.values - plain.centre) / ((plain.upper - plain.centre) / 3)
    sigma = np.abs(np.diff(z)).mean() / 1.128
    np.testing.assert_allclose(prime.upper - prime.centre, sigma * (plain.upper - plain.centre))
    # Binomial counts vary as chance has it, so that the factor is near 1.
    assert 0.7 < sigma < 1.3


def test_equal_values_have_no_limits_and_no_sides():
    for values in ([0.1] * 12, [0.7] * 3, [0.0] * 9):
        chart = xmr_chart(values)
        assert np.isnan(chart.upper).all()
        assert not chart.side.any()
        assert not chart.outside.any()
        assert not chart.step.any()
    shares = p_chart([6, 3, 12], [10, 5, 20], prime=True)
    assert np.isnan(shares.upper).all()
    assert not shares.side.any()
    certain = p_chart([5, 8], [5, 8])
    np.testing.assert_array_equal(certain.upper, [1, 1])
    assert not certain.outside.any()
    assert np.isnan(p_chart([5, 8], [5, 8], prime=True).upper).all()


def test_rounding_puts_no_point_off_the_line():
    values = np.array([0.1, 0.2, 0.3, 0.1 + 0.2, 0.15, 0.25]) - 0.2
    centred = np.append(values, -values)  # their mean is 0 but for rounding
    chart = xmr_chart([*centred, 0.0])
    assert chart.side[-1] == 0
    assert chart.step[3] == 0


def test_few_points_have_a_centre_but_no_limits():
    assert np.isnan(xmr_chart([3.0]).upper).all()
    assert xmr_chart([3.0]).centre.tolist() == [3.0]
    empty = xmr_chart([NAN, NAN])
    assert np.isnan(empty.centre).all()
    assert not empty.outside.any()
    assert len(run_chart([]).centre) == 0
    frozen = xmr_chart([1, 2, 3, 4], baseline=[True, False, False, False])
    assert frozen.centre.tolist() == [1] * 4
    assert np.isnan(frozen.upper).all()


def test_screening_leaves_out_ranges_of_3267_times_their_mean_once():
    values = np.array([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1], dtype=float)
    # Ranges: 8 and 9 beside 15 of 1, so that their mean is 32 / 17 and the bound 6.1.
    assert mean_moving_range(values) == pytest.approx(32 / 17)
    assert mean_moving_range(values, screened=True) == 1


@pytest.mark.parametrize(
    ("share", "cases", "closed"),
    [(0.9, 50, True), (0.9, 80, True), (0.9, 100, False), (0.5, 8, True), (0.5, 10, False)],
)
def test_limits_beyond_what_is_possible_leave_no_room_above(share, cases, closed):
    chart = p_chart([share * cases] * 4, [cases] * 4)
    assert chart.closed_above.tolist() == [closed] * 4
    assert (chart.upper <= 1).all()
    best = p_chart([*[share * cases] * 4, cases], [cases] * 5, baseline=[True] * 4 + [False])
    assert bool(best.outside[-1]) is not closed


@pytest.mark.parametrize(
    "call",
    [
        lambda: xmr_chart([1, float("inf")]),
        lambda: xmr_chart([[1, 2]]),
        lambda: xmr_chart([1, 2], part=[1, 0]),
        lambda: xmr_chart([1, 2], part=[0]),
        lambda: xmr_chart([1, 2], baseline=[True]),
        lambda: p_chart([3], [2]),
        lambda: p_chart([0], [0]),
        lambda: p_chart([-1], [2]),
        lambda: u_chart([1], [-1]),
        lambda: u_chart([1], [float("inf")]),
        lambda: u_chart([1, 2], [1]),
    ],
)
def test_what_does_not_fit_is_refused(call):
    with pytest.raises(ShapeError):
        call()


def test_lines_cannot_be_changed():
    chart = CHARTS["nhs_p"]
    for name in ("values", "centre", "lower", "upper", "part", "baseline"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(chart, name)[0] = 0
