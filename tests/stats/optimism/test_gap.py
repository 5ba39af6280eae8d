"""Paired comparison of auditor and moderator against published tables and R."""

from __future__ import annotations

import json
from itertools import product
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from qaf_analysis.stats.optimism.gap import (
    grade_table,
    mean_gap,
    net_good_shift,
    over_rate,
    severe_rate,
    stuart_birch,
    under_rate,
)
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError
from tests.places import REFERENCE

FOLDER = REFERENCE / "optimism"
TABLES = json.loads((FOLDER / "tables.json").read_text())
EXPECTED = json.loads((FOLDER / "expected.json").read_text())
VALUES = json.loads((FOLDER / "values.json").read_text())
GRADES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)


def grades_of(name):
    table = np.array(TABLES[name]["table"])
    rows, columns = np.divmod(np.repeat(np.arange(table.size), table.ravel()), len(table))
    return rows, columns


@pytest.mark.parametrize("name", sorted(TABLES))
def test_table_comes_back(name):
    found = grade_table(*grades_of(name), n_levels=len(TABLES[name]["table"]))
    assert found.tolist() == TABLES[name]["table"]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_mean_gap_matches_r(name):
    expected, found = EXPECTED[name]["gap_row_minus_col"], mean_gap(*grades_of(name))
    assert found.value == pytest.approx(expected["mean"], rel=1e-6)
    assert found.low == pytest.approx(expected["lo"], rel=1e-6)
    assert found.high == pytest.approx(expected["hi"], rel=1e-6)
    assert found.p == pytest.approx(expected["p"], rel=1e-6, abs=1e-300)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_rates_match_r(name):
    for key, rate in (("row_higher_wilson", over_rate), ("row_lower_wilson", under_rate)):
        expected, found = EXPECTED[name][key], rate(*grades_of(name))
        assert found.value == pytest.approx(expected["rate"], rel=1e-6)
        assert found.low == pytest.approx(expected["lo"], rel=1e-6, abs=1e-9)
        assert found.high == pytest.approx(expected["hi"], rel=1e-6)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_stuart_birch_matches_coin(name):
    expected, found = EXPECTED[name]["stuart_birch_ordinal_R_coin"], stuart_birch(*grades_of(name))
    assert found.value == pytest.approx(expected["Z"], rel=1e-6)
    if "exact" not in found.method:
        assert found.p == pytest.approx(expected["p"], rel=1e-6, abs=1e-300)


def test_stuart_birch_as_printed():
    found = stuart_birch(*grades_of("premarital_extramarital"))
    assert found.value == pytest.approx(
        VALUES["printed"]["premarital_extramarital"]["stuart_birch_Z"], abs=5e-4
    )
    # With two grades Z squared is McNemar's statistic, and the exact p is the sign test's.
    found = stuart_birch(*grades_of("prime_minister"))
    printed = VALUES["printed"]["prime_minister"]
    assert found.value**2 == pytest.approx(printed["mcnemar"], abs=5e-4)
    assert found.p == pytest.approx(printed["exact_p"], rel=1e-3)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_good_shift_matches(name):
    rows, columns = grades_of(name)
    if len(TABLES[name]["table"]) == 2:  # the first of two categories is the one counted
        rows, columns = 1 - rows, 1 - columns
    good_from = len(TABLES[name]["table"]) // 2
    found = net_good_shift(rows, columns, good_from=good_from)
    expected = EXPECTED[name]["newcombe_method10_phi_corrected_own"]
    assert found.value == pytest.approx(expected["diff"], abs=1e-9)
    assert found.low == pytest.approx(expected["lo"], rel=1e-6)
    assert found.high == pytest.approx(expected["hi"], rel=1e-6)
    if "mcnemar_gob_exact" in EXPECTED[name]:
        assert found.p == pytest.approx(
            EXPECTED[name]["mcnemar_gob_exact"]["p"], rel=1e-6, abs=1e-30
        )


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=9))
def test_exact_p_is_that_of_all_sign_changes(gaps):
    found = stuart_birch([gap + 3 for gap in gaps], [3] * len(gaps))
    units = [gap for gap in gaps if gap]
    if not units:
        assert not found.is_estimable
        return
    sums = [
        sum(s * u for s, u in zip(signs, units, strict=True))
        for signs in product((1, -1), repeat=len(units))
    ]
    assert found.p == pytest.approx(np.mean(np.abs(sums) >= abs(sum(units))))


@pytest.mark.parametrize("n", [400, 1_000])
def test_exact_and_normal_p_agree_when_many(n):
    rng = np.random.default_rng(n)
    audited, moderated = rng.integers(0, 4, n), rng.integers(0, 4, n)
    found = stuart_birch(audited, moderated)
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(found.value)), abs=0.02)


@given(GRADES)
def test_turning_the_scale_round_flips_the_gap(pairs):
    audited, moderated = (np.array(side) for side in zip(*pairs, strict=True))
    found, turned = mean_gap(audited, moderated), mean_gap(3 - audited, 3 - moderated)
    assert turned.value == pytest.approx(-found.value)
    assert turned.low == pytest.approx(-found.high)
    over, under = over_rate(audited, moderated), under_rate(3 - audited, 3 - moderated)
    assert (over.value, over.low, over.high) == (under.value, under.low, under.high)
    assert severe_rate(audited, moderated, at_least=2) == severe_rate(
        moderated, audited, at_least=2
    )


@given(GRADES)
def test_intervals_have_width(pairs):
    audited, moderated = zip(*pairs, strict=True)
    for found in (
        mean_gap(audited, moderated),
        over_rate(audited, moderated),
        net_good_shift(audited, moderated, good_from=2),
    ):
        assert found.low <= found.value <= found.high
        assert found.high - found.low > 0.01


def test_same_gap_everywhere_uses_the_rule_of_three():
    found = mean_gap([2] * 30, [1] * 30, auditor=list(range(10)) * 3)
    assert found.value == 1
    assert found.low == pytest.approx(0.05 ** (1 / 30))
    assert "rule of three" in found.method


def test_auditors_widen_the_interval():
    rng = np.random.default_rng(9)
    auditor = np.repeat(np.arange(10), 12)
    moderated = rng.integers(0, 3, 120)
    audited = moderated + (rng.random(10) < 0.4)[auditor]
    plain, honest = mean_gap(audited, moderated), mean_gap(audited, moderated, auditor=auditor)
    assert honest.se > 2 * plain.se
    assert stuart_birch(audited, moderated, auditor=auditor).p > stuart_birch(audited, moderated).p
    shift = net_good_shift(audited, moderated, good_from=2, auditor=auditor)
    independent = net_good_shift(audited, moderated, good_from=2)
    assert shift.high - shift.low > independent.high - independent.low
    assert shift.auditors == 10


def test_severe_is_two_or_more_either_way():
    assert severe_rate([0, 3, 2, 1], [2, 0, 1, 1], at_least=2).value == 0.5
    assert over_rate([0, 3, 2, 1], [2, 0, 1, 1], at_least=2).value == 0.25
    assert under_rate([0, 3, 2, 1], [2, 0, 1, 1], at_least=2).value == 0.25


def test_bad_input_is_refused_and_nothing_has_a_reason():
    with pytest.raises(ShapeError):
        mean_gap([1, 2], [1])
    with pytest.raises(UnknownGradeError):
        grade_table([1, 4], [1, 1], n_levels=4)
    for found in (mean_gap([], []), over_rate([], []), net_good_shift([], [], good_from=2)):
        assert found.why_not == "there are no cases"


@pytest.mark.slow
def test_error_rate_with_lenient_and_harsh_auditors():
    """Auditor bias SD 0.5, no mean gap, 50 audits by 8 auditors: about 5 % false alarms."""
    rng = np.random.default_rng(4)
    alarms = np.zeros(3)
    for _ in range(1_500):
        auditor = rng.integers(0, 8, 50)
        gap = np.rint(rng.normal(0, 0.5, 8)[auditor] + rng.normal(0, 0.7, 50)).astype(int)
        audited, moderated = 3 + gap, np.full(50, 3)
        alarms += [
            mean_gap(audited, moderated).p < 0.05,
            mean_gap(audited, moderated, auditor=auditor).p < 0.05,
            stuart_birch(audited, moderated, auditor=auditor).p <= 0.05,
        ]
    naive, clustered, flipped = alarms / 1_500
    margin = 3 * sqrt(0.05 * 0.95 / 1_500)
    assert naive > 0.12
    assert clustered < 0.05 + margin
    assert flipped < 0.05 + margin
