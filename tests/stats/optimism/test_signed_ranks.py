"""Sign test and Wilcoxon-Pratt against R, scipy and counting every change of signs."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from qaf_analysis.stats.optimism.sign_flips import sign_flip_test
from qaf_analysis.stats.optimism.signed_ranks import sign_test, wilcoxon_pratt
from qaf_analysis.terms.errors import ShapeError
from tests.stats.optimism.paired_tables import EXPECTED, TABLES, grades_of, random_tables

GAPS = st.lists(st.integers(-3, 3), min_size=1, max_size=9)


def all_sign_changes(units):
    signs = np.array(list(product((1, -1), repeat=len(units))))
    sums = signs @ np.array(units, dtype=float)
    return np.mean(np.abs(sums) >= abs(sum(units)) - 1e-9)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_matches_r(name):
    grades, expected = grades_of(TABLES[name]), EXPECTED[name]
    assert sign_test(*grades).p == pytest.approx(expected["sign_test_exact"]["p"], rel=1e-6)
    found = wilcoxon_pratt(*grades)
    assert found.value == pytest.approx(expected["wilcoxon_pratt_coin"]["Z"], rel=1e-6)
    if "normal" in found.method:
        assert found.p == pytest.approx(expected["wilcoxon_pratt_coin"]["p"], rel=1e-6)


def test_matches_scipy():
    rng = np.random.default_rng(5)
    audited, moderated = rng.integers(0, 4, 60), rng.integers(0, 4, 60)
    peer = stats.wilcoxon(
        audited, moderated, zero_method="pratt", correction=False, method="asymptotic"
    )
    z = wilcoxon_pratt(audited, moderated).value
    assert 2 * stats.norm.sf(abs(z)) == pytest.approx(peer.pvalue)


@given(GAPS)
def test_exact_p_counts_every_change_of_signs(gaps):
    audited, moderated = np.array(gaps) + 3, np.full(len(gaps), 3)
    ranks, found = stats.rankdata(np.abs(gaps)), wilcoxon_pratt(audited, moderated)
    units = [rank * np.sign(gap) for rank, gap in zip(ranks, gaps, strict=True) if gap]
    if not units:
        assert found.why_not
        return
    assert found.p == pytest.approx(all_sign_changes(units))
    assert sign_test(audited, moderated).p == pytest.approx(all_sign_changes(np.sign(units)))


@given(GAPS)
def test_turning_the_scale_round_turns_the_result(gaps):
    gap = np.array(gaps)
    first, second = (wilcoxon_pratt(3 + turned, np.full(len(gap), 3)) for turned in (gap, -gap))
    if first.is_estimable:
        assert (first.value, first.p) == pytest.approx((-second.value, second.p))


def test_by_auditor_an_auditors_gaps_turn_together():
    auditor = np.repeat(np.arange(6), 10)
    gap = np.repeat([1, 1, 1, 1, -1, 1], 10)
    audited, moderated = 1 + gap, np.ones(60, dtype=int)
    assert wilcoxon_pratt(audited, moderated).p < 1e-6
    expected = all_sign_changes([1, 1, 1, 1, -1, 1])
    for test in (wilcoxon_pratt, sign_test):
        found = test(audited, moderated, auditor=auditor)
        assert found.p == pytest.approx(expected)
        assert found.auditors == 6
    share = sign_test(audited, moderated, auditor=auditor)
    assert share.high - share.low > 0.2


def test_units_of_many_sizes_fall_back_on_the_normal_distribution_in_time():
    rng = np.random.default_rng(6)
    units = rng.integers(1, 400_000, 900) * rng.choice([-1, 1], 900)
    found = sign_flip_test(units)
    assert found.how == "normal"
    small = sign_flip_test(np.where(units > 0, 1, -1) * (1 + np.abs(units) % 7))
    assert small.how == "exact"
    assert small.p == pytest.approx(2 * stats.norm.sf(abs(small.z)), abs=0.01)


@pytest.mark.slow
def test_every_table_has_a_result_or_a_reason():
    rng = np.random.default_rng(7)
    for table in random_tables(1_500, seed=7):
        grades = grades_of(table)
        auditor = rng.integers(0, rng.integers(1, 9), len(grades[0]))
        for names in (None, auditor):
            share, ranks = sign_test(*grades, auditor=names), wilcoxon_pratt(*grades, auditor=names)
            for found in (share, ranks):
                assert found.is_estimable != bool(found.why_not)
                if found.is_estimable:
                    assert 0 < found.p <= 1
            if share.is_estimable:
                assert 0 <= share.low <= share.value <= share.high <= 1
                assert share.high - share.low > 0.01


def test_gaps_that_cancel_out_for_every_auditor():
    audited, moderated, auditor = [2, 1, 2, 1], [1, 2, 1, 2], [1, 1, 2, 2]
    found = sign_test(audited, moderated, auditor=auditor)
    assert (found.value, found.p) == (0.5, 1.0)
    assert "cancel out" in found.method
    assert wilcoxon_pratt(audited, moderated, auditor=auditor).why_not


def test_lengths_must_agree():
    with pytest.raises(ShapeError):
        wilcoxon_pratt([1, 2], [1, 2], auditor=[1])


@pytest.mark.slow
def test_error_rate_with_lenient_and_harsh_auditors():
    rng = np.random.default_rng(8)
    alarms = np.zeros(4)
    for _ in range(1_500):
        auditor = rng.integers(0, 8, 60)
        gap = np.rint(rng.normal(0, 0.5, 8)[auditor] + rng.normal(0, 0.7, 60)).astype(int)
        grades = (3 + gap, np.full(60, 3))
        alarms += [
            test(*grades, auditor=names).p <= 0.05
            for test in (sign_test, wilcoxon_pratt)
            for names in (None, auditor)
        ]
    plain_signs, signs, plain_ranks, ranks = alarms / 1_500
    assert min(plain_signs, plain_ranks) > 0.12
    assert max(signs, ranks) < 0.05 + 3 * 0.0056
