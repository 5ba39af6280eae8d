"""The NHS rules: NHSRplotthedots' flags point by point, ties, blanks, both directions, parts."""

from __future__ import annotations

import csv
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_analysis.stats.charts.limits import xmr_chart
from qaf_analysis.stats.charts.rules import RULES, nhs_flags
from qaf_analysis.stats.charts.signals import variations
from qaf_analysis.terms.verdicts import Variation
from tests.places import REFERENCE

FOLDER = REFERENCE / "impact"
NAN = float("nan")
LABELS = {
    "outside": {1: "Above UCL", -1: "Below LCL"},
    "trend": {1: "7 Point Trend (Increasing)", -1: "7 Point Trend (Decreasing)"},
    "two_of_three": {1: "2 in 3 Above CL", -1: "2 in 3 Below CL"},
    "shift": {1: "7 Points Above CL", -1: "7 Points Below CL"},
}


def table(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def published():
    for (case, screened), rows in groupby(
        table("ptd_rules_expected"), key=lambda row: (row["case"], row["screen_outliers"])
    ):
        yield pytest.param(list(rows), screened == "TRUE", "up", id=f"{case}-{screened}")
    for name in ("norebase", "rebase"):
        rows = table(f"ptd_cdi_{name}_expected")
        yield pytest.param(rows, None, "down", id=name)


def label(flags, point):
    rules = flags.rules(point)
    if not rules:
        return "Common Cause"
    return LABELS[rules[0]][int(getattr(flags, rules[0])[point])]


@pytest.mark.parametrize(("rows", "screened", "improvement"), list(published()))
def test_flags_and_limits_are_those_of_nhsrplotthedots(rows, screened, improvement):
    part = [int(row.get("rebase", 0)) for row in rows]
    values = [float(row["y"]) for row in rows]
    chart = xmr_chart(values, part=part, screened=screened is not False)
    flags = nhs_flags(chart)
    for name, lines in (("mean", chart.centre), ("lpl", chart.lower), ("upl", chart.upper)):
        np.testing.assert_allclose(lines, [float(row[name]) for row in rows], atol=1e-6)
    assert [label(flags, point) for point in range(len(rows))] == [row["type"] for row in rows]
    everywhere = np.ones(len(rows), dtype=bool)
    readings = variations(
        flags.direction, present=everywhere, could_signal=everywhere, improvement=improvement
    )
    words = {
        "common_cause": Variation.COMMON_CAUSE,
        "special_cause_improvement": Variation.IMPROVEMENT,
    }
    assert list(readings) == [words.get(row["point"], Variation.CONCERN) for row in rows]
    if screened is not None:
        outside = [row["outside"] == "TRUE" for row in rows]
        near = [row["close"] == "TRUE" for row in rows]
        assert (chart.outside != 0).tolist() == outside
        assert (chart.near != 0).tolist() == near
        assert chart.side.tolist() == [int(row["rel"]) for row in rows]


def test_the_vignettes_limits_are_the_published_ones():
    values = [1, 2, 1, 2, 10, *[1, 2] * 6, 1]
    screened, unscreened = xmr_chart(values), xmr_chart(values, screened=False)
    assert [round(float(x[0]), 2) for x in (screened.lower, screened.upper)] == [-0.72, 4.6]
    assert [round(float(x[0]), 2) for x in (unscreened.lower, unscreened.upper)] == [-3.06, 6.95]


def test_a_real_step_marks_all_eight_quarters():
    flags = nhs_flags(xmr_chart([0.40, 0.42, 0.39, 0.41, 0.60, 0.62, 0.59, 0.61]))
    assert flags.outside.tolist() == [-1] * 4 + [1] * 4


# Small whole numbers make ties with each other and with the mean; None is a blank.
values = st.lists(st.one_of(st.integers(-6, 6), st.none()), max_size=40)


def flags_of(series, **given_too):
    numbers = [NAN if value is None else float(value) for value in series]
    return nhs_flags(xmr_chart(numbers, **given_too))


def by_hand(chart):
    """The rules as they are worded, window by window over the points present."""
    rows = np.flatnonzero(chart.is_present)
    side, near, y = chart.side[rows].tolist(), chart.near[rows].tolist(), chart.values[rows]
    found = {rule: np.zeros(len(chart.values), dtype=int) for rule in RULES}
    for start in range(len(rows) - 6):
        window = slice(start, start + 7)
        for sign in (1, -1):
            if all(one == sign for one in side[window]):
                found["shift"][rows[window]] = sign
            if all(sign * (b - a) > 0 for a, b in zip(y[window], y[window][1:], strict=False)):
                found["trend"][rows[window]] = sign
    for start in range(len(rows) - 2):
        window = slice(start, start + 3)
        for sign in (1, -1):
            if side[window] == [sign] * 3 and near[window].count(sign) >= 2:
                for row, one in zip(rows[window], near[window], strict=True):
                    if one:
                        found["two_of_three"][row] = sign
    return found


def check_by_hand(chart):
    flags, expected = nhs_flags(chart), by_hand(chart)
    for rule in ("shift", "trend", "two_of_three"):
        assert getattr(flags, rule).tolist() == expected[rule].tolist(), rule
    assert (flags.direction != 0).tolist() == [bool(flags.rules(p)) for p in range(len(chart.side))]
    return flags


@settings(max_examples=200, deadline=None)
@given(values)
def test_flags_agree_with_the_rules_as_worded(series):
    flags = check_by_hand(xmr_chart([NAN if value is None else float(value) for value in series]))
    assert len(flags.direction) == len(series)
    assert not any(flags.rules(p) for p, value in enumerate(series) if value is None)


def test_flags_agree_with_the_rules_as_worded_where_signals_are_common():
    rng = np.random.default_rng(4)
    seen = dict.fromkeys(RULES, 0)
    for _ in range(300):
        walk = np.round(np.cumsum(rng.normal(0.1, 1, 40)) * 2) / 2
        walk[rng.random(40) < 0.1] = NAN
        chart = xmr_chart(walk, baseline=np.arange(40) < 12)
        check_by_hand(chart)
        for rule in RULES:
            seen[rule] += int(np.abs(getattr(nhs_flags(chart), rule)).sum())
    assert min(seen.values()) > 100


@settings(max_examples=100, deadline=None)
@given(values)
def test_a_mirrored_series_mirrors_every_flag(series):
    one = flags_of(series)
    other = flags_of([None if value is None else -value for value in series])
    for name in (*RULES, "direction"):
        np.testing.assert_array_equal(getattr(one, name), -getattr(other, name))


@settings(max_examples=100, deadline=None)
@given(values, st.lists(st.integers(0, 40), max_size=5))
def test_blanks_change_no_other_points_flag(series, places):
    gappy, was = list(series), list(range(len(series)))
    for place in places:
        gappy.insert(min(place, len(gappy)), None)
        was.insert(min(place, len(was)), -1)
    kept = np.array([place >= 0 for place in was], dtype=bool)
    one, other = flags_of(series), flags_of(gappy)
    for name in (*RULES, "direction"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name)[kept])
        assert not getattr(other, name)[~kept].any()


@settings(max_examples=100, deadline=None)
@given(values, values)
def test_rules_start_afresh_after_a_rebase(before, after):
    part = [0] * len(before) + [1] * len(after)
    both = flags_of([*before, *after], part=part)
    for name in (*RULES, "direction"):
        alone = [*getattr(flags_of(before), name), *getattr(flags_of(after), name)]
        assert getattr(both, name).tolist() == alone


FLAT = [0.0, 4.0] * 8  # mean 2, mean moving range 4, limits 2 -+ 10.64, outer third from 7.09


def after_flat(*later):
    """Flags of points that follow a flat baseline which alone bears the lines."""
    series = [*FLAT, *later]
    baseline = np.arange(len(series)) < len(FLAT)
    flags = nhs_flags(xmr_chart(series, baseline=baseline))
    return {name: getattr(flags, name)[len(FLAT) :].tolist() for name in RULES}


@pytest.mark.parametrize("sign", [1, -1])
def test_two_of_three_needs_one_side_and_marks_only_points_near_the_limit(sign):
    def found(*distances):
        return after_flat(*[2 + sign * distance for distance in distances])["two_of_three"]

    assert found(-1, 8, 1, 8, -1) == [0, sign, 0, sign, 0]
    assert found(-1, 8, 8, 1) == [0, sign, sign, 0]
    assert found(1, 8, -8, 1) == [0, 0, 0, 0]  # opposite limits
    assert found(8, -1, 8) == [0, 0, 0]  # the one between lies on the other side
    assert found(8, 0, 8) == [0, 0, 0]  # on the centre line
    assert found(8, 1, 1, 8) == [0, 0, 0, 0]  # too far apart
    assert found(-1, 8, 12, 1) == [0, 0, 0, 0]  # outside is another rule
    assert found(8, NAN, 1, 8) == [sign, 0, 0, sign]  # a blank is passed over


@pytest.mark.parametrize("sign", [1, -1])
def test_a_shift_is_seven_on_one_side_and_a_value_on_the_line_breaks_it(sign):
    def found(*distances):
        return after_flat(*[2 + sign * distance for distance in distances])["shift"]

    assert found(-1, *[1, 2] * 3) == [0] * 7
    assert found(-1, *[1, 2, 1] * 2, 1, -1) == [0, *[sign] * 7, 0]
    assert found(-1, 1, 2, 1, 0, 1, 2, 1, 1) == [0] * 9
    assert found(-1, 1, 2, 1, NAN, 1, 2, 1, 1) == [0, *[sign] * 3, 0, *[sign] * 4]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_trend_is_seven_rising_whatever_side_and_equal_values_break_it(sign):
    def found(*distances):
        return after_flat(*[2 + sign * distance for distance in distances])["trend"]

    # The last point of the baseline lies 2 above the mean: from it to the first is no rise.
    rise = [-2.5, -2, -1, 0, 1, 2, 3]
    if sign < 0:
        rise = [3 - 0.5, *rise][1:]
    assert found(5, *rise) == [0, *[sign] * 7]
    assert found(5, *rise[:6]) == [0] * 7
    assert found(5, -2.5, -2, -1, -1, 0, 1, 2, 3) == [0] * 9
    assert found(5, -2.5, -2, NAN, -1, 0, 1, 2, 3) == [0, sign, sign, 0, *[sign] * 5]
    # Seven up and six more down: the peak belongs to both and is read as falling.
    assert found(5, *rise, *rise[-2::-1]) == [0, *[sign] * 6, *[-sign] * 7]


@pytest.mark.parametrize("sign", [1, -1])
def test_no_rule_reaches_over_a_rebase(sign):
    before, after = (
        [2 + sign * x for x in (1, 2, 8, 8.1)],
        [2 + sign * x for x in (8.2, 8.3, 9, 10)],
    )
    tail = [value for value in FLAT if (value - 2) * sign < 0]  # the flat part ends off this side
    series = [*FLAT, *tail, *before, *after, *FLAT, *tail]
    rows = np.arange(len(series))
    start = len(FLAT) + len(tail) + len(before)
    bearing = (rows < len(FLAT)) | ((rows >= start + 4) & (rows < start + 4 + len(FLAT)))

    def found(part):
        flags = nhs_flags(xmr_chart(series, part=part, baseline=bearing))
        return {rule: getattr(flags, rule)[start - 4 : start + 4].tolist() for rule in RULES}

    whole, parted = found(np.zeros(len(series), dtype=int)), found((rows >= start).astype(int))
    assert whole["shift"] == whole["trend"] == [sign] * 8
    assert whole["two_of_three"] == [0, 0, *[sign] * 6]
    assert parted["shift"] == parted["trend"] == [0] * 8
    # On either side of this rebase three points in a row fit; the last point alone does not.
    assert parted["two_of_three"] == [0, 0, *[sign] * 6]
    alone = found((rows >= start + 3).astype(int))
    assert alone["two_of_three"] == [0, 0, *[sign] * 5, 0]


def test_a_point_many_rules_find_is_read_by_the_first():
    found = nhs_flags(xmr_chart([*FLAT, *range(-1, 14)], baseline=np.arange(31) < 16))
    assert found.rules(30) == ("outside", "trend", "shift")
    assert found.rules(17) == ("trend",)
    assert found.direction[17] == 1  # below the centre line, and rising


def test_fewer_than_three_points_have_no_flag():
    for series in ([], [1.0], [1.0, 9.0], [NAN, NAN, NAN]):
        flags = nhs_flags(xmr_chart(series))
        assert not flags.direction.any()
        assert len(flags.direction) == len(series)
