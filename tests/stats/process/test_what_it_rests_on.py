"""Level, pairs, auditors, method and reasons of comparisons of two periods, and values by hand."""

from __future__ import annotations

from dataclasses import replace
from math import nan, sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.process.agreement_change import agreement_change
from qaf_analysis.stats.process.bias_share import bias_share
from qaf_analysis.stats.process.period_differences import (
    ModeratedPairs,
    TwoPeriods,
    bias_change,
    kappa_change,
)
from qaf_analysis.stats.process.spread import severity_spread
from qaf_analysis.stats.process.stratified_agreement import (
    cell_contrast,
    stratified_difference,
    stratum_weights,
)
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.verdicts import AgreementChangeVerdict


def pairs(seed, n, *, auditors=1000, kind=0.0):
    rng = np.random.default_rng(seed)
    moderated = rng.integers(0, 4, n)
    moved = (rng.random(n) < 0.3 + kind).astype(int) - (rng.random(n) < 0.3)
    return ModeratedPairs(
        audited=np.clip(moderated + moved, 0, 3),
        moderated=moderated,
        auditor=np.arange(n) % auditors,
        n_levels=4,
    )


BEFORE, AFTER = pairs(1, 40, kind=0.3), pairs(2, 60)


def rests(found):
    return found.level, found.cases, found.auditors


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_change_of_bias(level):
    found = bias_change(TwoPeriods.of(BEFORE, AFTER), level=level)
    ours = stats.ttest_ind(AFTER.gap, BEFORE.gap, equal_var=False)
    assert found.value == pytest.approx(AFTER.gap.mean() - BEFORE.gap.mean())
    assert found.se == pytest.approx(found.value / ours.statistic)
    half = stats.t.ppf(0.5 + level / 2, found.df) * found.se
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(found.value) / found.se, found.df))
    assert rests(found) == (level, 100, 60)
    assert found.method == f"difference of mean gaps (CR2), t with {found.df:.1f} df"


def test_bias_that_cannot_be_compared():
    nobody = BEFORE.by([])
    for periods, words in (
        (TwoPeriods.of(BEFORE, nobody), "one of the two periods has no pair"),
        (TwoPeriods.of(nobody, AFTER), "one of the two periods has no pair"),
        (TwoPeriods.of(replace(BEFORE, audited=BEFORE.moderated),
                       replace(AFTER, audited=AFTER.moderated)),
         "gaps do not vary within the periods, so chance cannot be judged"),
    ):  # fmt: skip
        found = bias_change(periods, level=0.8)
        assert found.why_not == words
        assert rests(found) == (0.8, len(periods.pairs), periods.pairs.auditors)
        assert found.method == "difference of mean gaps"


def test_pairs_of_an_auditor_are_alike_from_four_on():
    three = TwoPeriods.of(pairs(1, 6, auditors=3), pairs(2, 3, auditors=3))
    assert not three.by_auditor
    assert three.cluster.tolist() == list(range(9))
    four = TwoPeriods.of(pairs(1, 6, auditors=3), pairs(2, 4, auditors=3))
    assert four.by_auditor
    assert four.cluster.tolist() == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]
    assert four.after.tolist() == [False] * 6 + [True] * 4
    with pytest.raises(ValueError, match="read-only"):
        four.after[0] = True
    assert len(four.pairs.by([1])) == 3


def test_change_of_kappa():
    periods = TwoPeriods.of(BEFORE, AFTER)
    narrow, wide = (
        kappa_change(periods, rng=np.random.default_rng(1), draws=300, level=level)
        for level in (0.5, 0.95)
    )
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high
    assert rests(narrow) == (0.5, 100, 60)
    assert narrow.method == (
        "difference of quadratic weighted kappa; percentile bootstrap, 300 draws"
    )
    assert wide.high - wide.low == pytest.approx(2 * 1.96 * wide.se, rel=0.15)
    flat = TwoPeriods.of(BEFORE, replace(AFTER, audited=AFTER.audited * 0, moderated=AFTER.gap
                                         .astype(int) * 0))  # fmt: skip
    none = kappa_change(flat, rng=np.random.default_rng(1), draws=20, level=0.8)
    assert (none.level, none.cases, none.is_estimable) == (0.8, 100, False)
    assert none.why_not


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_parts_of_a_change(level):
    both = TwoPeriods.of(BEFORE, AFTER)
    found = bias_share(
        both.pairs.audited,
        both.pairs.moderated,
        after=both.after,
        cluster=both.cluster,
        n_levels=4,
        level=level,
    )
    t = stats.t.ppf(0.5 + level / 2, 99)
    shift, half = found.shift, t * found.shift.se
    assert (shift.low, shift.high) == pytest.approx((shift.value - half, shift.value + half))
    assert shift.p == pytest.approx(2 * stats.t.sf(abs(shift.value) / shift.se, 99))
    for part in (found.explained, found.had_bias_stayed):
        # Fisher's z of a difference d has the standard error se / (1 - d^2).
        z, z_se = np.arctanh(part.value), part.se / (1 - part.value**2)
        assert (np.arctanh(part.low), np.arctanh(part.high)) == pytest.approx(
            (z - t * z_se, z + t * z_se)
        )
        assert part.p == pytest.approx(2 * stats.t.sf(abs(z) / z_se, 99))
    for part in (found.explained, found.had_bias_stayed, found.shift):
        assert (rests(part), part.df) == ((level, 100, 0), 99)
        assert part.method == (
            "cumulative probit of auditor's on moderator's grade, with a shift and a scale after"
        )
    ratio = found.scatter
    assert ratio.value**2 == pytest.approx(ratio.low * ratio.high)
    assert ratio.low < ratio.value < ratio.high
    reach = stats.t.ppf(0.5 + level / 2, 99) * ratio.se / ratio.value
    assert np.log(ratio.high / ratio.value) == pytest.approx(reach)
    assert found.shift.value < 0  # less kind after


def test_parts_that_cannot_be_told():
    grade = np.arange(8) % 4
    for after, audited, moderated, words in (
        (np.zeros(8, bool), grade, grade, "no grade of the moderators was met in both periods"),
        (np.arange(8) > 3, np.full(8, 1), grade, "auditors or moderators gave one grade only"),
        (np.arange(8) > 3, grade, np.full(8, 1), "auditors or moderators gave one grade only"),
    ):
        found = bias_share(audited, moderated, after=after, cluster=range(8), n_levels=4, level=0.8)
        for part in (found.explained, found.had_bias_stayed, found.shift, found.scatter):
            assert (part.why_not, rests(part)) == (words, (0.8, 8, 0))
    with pytest.raises(ShapeError, match="8 pairs need 8 marks of the later period"):
        bias_share(grade, grade, after=[True], cluster=range(8), n_levels=4)
    with pytest.raises(UsageError, match="confidence level"):
        bias_share(grade, grade, after=grade > 1, cluster=range(8), n_levels=4, level=95)


VALUE = np.array([1, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1])
LATE = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1], dtype=bool)
STRATUM = np.array([1, 1, 1, 2, 2, 1, 1, 2, 2, 2, 2, 3])


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_stratified_difference_by_hand(level):
    """Pairs 3 and 2 of grade 1, 2 and 4 of grade 2: weights 6/5 and 8/6 of their sum."""
    found = stratified_difference(
        VALUE, after=LATE, stratum=STRATUM, auditor=np.arange(12), level=level
    )
    w = np.array([6 / 5, 8 / 6])
    n0, n1 = np.array([3, 2]), np.array([2, 4])
    a0, a1 = np.array([2, 1]), np.array([1, 3])
    d = float(w @ (a1 / n1 - a0 / n0) / w.sum())
    assert found.difference.value == pytest.approx(d)
    assert found.before == pytest.approx(w @ (a0 / n0) / w.sum())
    assert found.after == pytest.approx(w @ (a1 / n1) / w.sum())
    assert (found.strata, found.unmatched) == (2, 1)
    total = n0 + n1
    p = (n1**2 * a0 - n0**2 * a1 + n0 * n1 * (n0 - n1) / 2) / total**2
    q = (a1 * (n0 - a0) + a0 * (n1 - a1)) / (2 * total)
    variance = (d * p.sum() + q.sum()) / w.sum() ** 2
    assert found.difference.se == pytest.approx(sqrt(variance))
    half = stats.norm.ppf(0.5 + level / 2) * sqrt(variance)
    assert found.difference.low == pytest.approx(max(-1, d - half))
    assert found.difference.high == pytest.approx(min(1, d + half))
    assert found.difference.p == pytest.approx(2 * stats.norm.sf(abs(d) / sqrt(variance)), abs=1e-6)
    assert rests(found.difference) == (level, 11, 11)
    assert found.difference.method.endswith(", Sato")
    assert np.isnan(found.difference.df)


def test_stratified_difference_by_auditor():
    who = np.array([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    found = stratified_difference(VALUE, after=LATE, stratum=STRATUM, auditor=who, level=0.8)
    w = stratum_weights(np.array([[3, 2, 0], [2, 4, 1]]))
    assert w == pytest.approx([9 / 19, 10 / 19, 0])
    fit = cell_contrast(VALUE.astype(float), cell=STRATUM - 1 + 3 * LATE,
                        weight=np.concatenate([-w, w]), cluster=who)  # fmt: skip
    plain = stratified_difference(VALUE, after=LATE, stratum=STRATUM, auditor=np.arange(12))
    assert rests(found.difference) == (0.8, 11, 2)
    if fit.variance > plain.difference.se**2:
        assert found.difference.se == pytest.approx(sqrt(fit.variance))
        assert "by auditor (CR2)" in found.difference.method
    else:
        assert found.difference.se == pytest.approx(plain.difference.se)


def test_stratified_differences_without_an_interval_or_a_value():
    alike = stratified_difference(
        [1, 1, 1, 1], after=[0, 0, 1, 1], stratum=[1, 2, 1, 2], auditor=range(4), level=0.8
    )
    assert (alike.difference.value, alike.before, alike.after) == (0, 1, 1)
    assert alike.difference.method.endswith(
        "no interval: in each period all pairs agree, or none does"
    )
    assert not alike.difference.has_interval
    none = stratified_difference([1, 0], after=[0, 1], stratum=[1, 2], auditor=[1, 2], level=0.8)
    assert none.difference.why_not == "no grade of the moderators was met in both periods"
    assert (rests(none.difference), none.strata, none.unmatched) == ((0.8, 2, 0), 0, 2)
    with pytest.raises(ShapeError, match="0 or 1 for each pair"):
        stratified_difference([1, 2], after=[0, 1], stratum=[1, 1], auditor=[1, 2])
    with pytest.raises(ShapeError, match="2 pairs need 2 marks"):
        stratified_difference([1, 0], after=[0], stratum=[1, 1], auditor=[1, 2])


def test_change_of_agreement_says_what_it_rests_on():
    found = agreement_change(BEFORE, AFTER, rng=np.random.default_rng(1), draws=50, level=0.8)
    assert (found.pairs_before, found.pairs_after) == (40, 60)
    assert (found.auditors_before, found.auditors_after) == (40, 60)
    assert not found.by_auditor
    for one in (found.exact.difference, found.within_one.difference, found.kappa, found.bias,
                found.bias_before, found.bias_after, found.parts.shift):  # fmt: skip
        assert one.level == 0.8
    assert found.bias_before.value == pytest.approx(BEFORE.gap.mean())
    assert (found.bias_before.cases, found.bias_after.cases) == (40, 60)
    late = np.repeat([False, True], [40, 60])
    gap = np.concatenate([BEFORE.gap, AFTER.gap])
    grade = np.concatenate([BEFORE.moderated, AFTER.moderated])
    for apart, one in ((0, found.exact), (1, found.within_one)):
        again = stratified_difference(
            np.abs(gap) <= apart, after=late, stratum=grade,
            auditor=np.concatenate([BEFORE.auditor, AFTER.auditor]), level=0.8,
        )  # fmt: skip
        assert one == again
    ends = abs(found.exact.difference.low), abs(found.exact.difference.high)
    assert found.ruled_out == max(ends)


@pytest.mark.parametrize(
    ("agree_before", "agree_after", "verdict", "reason"),
    [
        (0.2, 0.9, AgreementChangeVerdict.IMPROVED,
         "auditors and moderators agree more often among cases to which moderators gave the same "
         "grade, by more than chance makes"),
        (0.9, 0.2, AgreementChangeVerdict.FELL,
         "auditors and moderators agree less often among cases to which moderators gave the same "
         "grade, by more than chance makes"),
        (0.5, 0.5, AgreementChangeVerdict.NO_EVIDENCE,
         "a change in agreement cannot be told from chance"),
    ],
)  # fmt: skip
def test_verdicts_in_full(agree_before, agree_after, verdict, reason):
    def side(share, n=40):
        moderated = np.arange(n) % 3
        return ModeratedPairs(
            audited=moderated + (np.arange(n) >= share * n), moderated=moderated,
            auditor=np.arange(n), n_levels=4,
        )  # fmt: skip

    found = agreement_change(
        side(agree_before), side(agree_after), rng=np.random.default_rng(1), draws=20
    )
    assert (found.verdict, found.reason) == (verdict, reason)


def test_contrasts_of_cells_are_refused_or_unsure():
    with pytest.raises(ShapeError, match="values 2, cell 1"):
        cell_contrast(np.ones(2), cell=np.zeros(1, int), weight=np.ones(1), cluster=np.arange(2))
    alone = cell_contrast(
        np.array([1.0, 3.0]), cell=np.array([0, 1]), weight=np.array([-1.0, 1.0]),
        cluster=np.array([4, 5]),
    )  # fmt: skip
    assert alone.value == 2
    assert alone.variance == 0
    assert alone.df == pytest.approx(nan, nan_ok=True)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_spread_of_auditors_by_an_analysis_of_variance(level):
    """Five auditors of six audits each: mean squares, exact F limits of their ratio."""
    rng = np.random.default_rng(3)
    table = rng.normal(0, 0.8, (5, 1)) + rng.normal(0, 1, (5, 6))
    found = severity_spread(table.ravel(), auditor=np.repeat(range(5), 6), level=level)
    between = 6 * table.mean(axis=1).var(ddof=1)
    within = table.var(axis=1, ddof=1).mean()
    assert (found.ms_between, found.ms_within, found.n0) == pytest.approx((between, within, 6))
    assert (found.df_between, found.df_within, found.audits, found.auditors) == (4, 25, 30, 5)
    component = (between - within) / 6
    assert found.component == pytest.approx(component)
    sampling = 2 * between**2 / 4 + 2 * within**2 / 25
    assert found.component_se == pytest.approx(sqrt(sampling) / 6)
    for one, at in ((found.sd, level), (found.sd_90, 0.9), (found.icc, level)):
        assert rests(one) == (at, 30, 5)
        tail = (1 - at) / 2
        ratio = [max(between / within / stats.f.ppf(q, 4, 25) - 1, 0) / 6 for q in (1 - tail, tail)]
        if one is found.icc:
            expected = component / (component + within), *(r / (1 + r) for r in ratio)
        else:
            expected = sqrt(component), *(sqrt(within * r) for r in ratio)
        assert (one.value, one.low, one.high) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("grade", "auditor", "words"),
    [
        ([1, 2, 1], [1, 1, 1], "fewer than two auditors"),
        ([1, 2], [1, 2], "no auditor has enough audits to tell strictness from the luck of the "
         "case"),
        ([1, 1, 1, 1], [1, 1, 2, 2], "every grade is the same"),
        ([1, 1, 2, 2], [1, 1, 2, 2],
         "no auditor's own grades differ, so strictness cannot be told from the case"),
    ],
)  # fmt: skip
def test_spreads_that_cannot_be_told(grade, auditor, words):
    found = severity_spread(grade, auditor=auditor)
    assert found.why_not == words
    for one in (found.sd, found.sd_90, found.icc):
        assert (one.why_not, one.cases, one.auditors) == (words, len(grade), len(set(auditor)))
    assert (found.df_between, found.df_within) == (0, 0)
    assert np.isnan([found.component, found.component_se, found.ms_between, found.n0]).all()
    with pytest.raises(ShapeError, match="a fixed effect is missing"):
        severity_spread([1, np.nan], auditor=[1, 2])
    with pytest.raises(ShapeError, match="come as one row"):
        severity_spread([[1, 2]], auditor=[1, 2])
