"""Mantel-Haenszel difference: a published table, invariants, clusters and false claims."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.process.stratified_agreement import cell_contrast, stratified_difference
from qaf_analysis.terms.errors import ShapeError

# Rothman, Greenland & Lash (2008), Modern Epidemiology, Table 15-1: deaths on tolbutamide and on
# placebo, by age; (died, survived) of each.
TOLBUTAMIDE = (((8, 98), (5, 115)), ((22, 76), (16, 69)))


def pairs_of(tables):
    rows = []
    for stratum, (after, before) in enumerate(tables):
        for late, (yes, no) in ((True, after), (False, before)):
            rows += [(1, late, stratum)] * yes + [(0, late, stratum)] * no
    value, late, stratum = map(np.array, zip(*rows, strict=True))
    return {"value": value, "after": late, "stratum": stratum, "auditor": np.arange(len(rows))}


def difference(columns, **rest):
    return stratified_difference(columns.pop("value"), **columns, **rest)


def test_matches_the_published_risk_difference():
    """Value and limits as metafor 4 prints them for the table (the book's upper limit: 0.088)."""
    found = difference(pairs_of(TOLBUTAMIDE), level=0.9).difference
    assert found.value == pytest.approx(0.0349, abs=5e-5)
    assert (found.low, found.high) == pytest.approx((-0.0176, 0.0874), abs=5e-5)


def test_shares_are_at_one_mix():
    found = difference(pairs_of(TOLBUTAMIDE))
    weight = np.array([106 * 120 / 226, 98 * 85 / 183])
    share = weight / weight.sum()
    assert found.after == pytest.approx(share @ [8 / 106, 22 / 98])
    assert found.before == pytest.approx(share @ [5 / 120, 16 / 85])
    assert found.after - found.before == pytest.approx(found.difference.value)
    assert (found.strata, found.unmatched) == (2, 0)


def test_one_stratum_is_the_plain_difference():
    found = difference(pairs_of([((30, 20), (20, 40))]))
    assert found.difference.value == pytest.approx(30 / 50 - 20 / 60)


def test_a_better_mix_alone_changes_nothing():
    """Agreement is 40 % on one grade and 80 % on the other, in both periods."""
    tables = [((4, 6), (40, 60)), ((80, 20), (8, 2))]
    found = difference(pairs_of(tables))
    assert found.difference.value == pytest.approx(0, abs=1e-12)


def test_swapping_the_periods_flips_the_sign():
    columns = pairs_of(TOLBUTAMIDE)
    swapped = {**columns, "after": ~columns["after"]}
    first, second = difference(columns).difference, difference(swapped).difference
    assert second.value == pytest.approx(-first.value)
    assert (second.low, second.high) == pytest.approx((-first.high, -first.low))


def test_a_grade_met_once_is_counted_and_left_out():
    columns = pairs_of([*TOLBUTAMIDE, ((3, 0), (0, 0))])
    found = difference(columns)
    assert found.unmatched == 3
    assert found.difference.value == pytest.approx(0.0349, abs=5e-5)


def test_pairs_of_one_auditor_widen_the_interval():
    rng = np.random.default_rng(1)
    auditor = np.tile(np.arange(8), 30)
    skill = rng.uniform(0.2, 0.9, 8)
    value = (rng.random(240) < skill[auditor]).astype(int)
    late, stratum = np.repeat([False, True], 120), rng.integers(0, 3, 240)
    # Half of the auditors changes in between, so that skill does not drop out.
    auditor = np.where(late & (auditor < 4), auditor + 8, auditor)
    columns = {"after": late, "stratum": stratum}
    alone = stratified_difference(value, **columns, auditor=np.arange(240)).difference
    grouped = stratified_difference(value, **columns, auditor=auditor).difference
    assert "Sato" in alone.method
    assert "by auditor" in grouped.method
    assert grouped.se > alone.se
    weight = np.array([np.sum(stratum == g) for g in range(3)], dtype=float)
    counts = np.array([[np.sum((stratum == g) & (late == s)) for g in range(3)] for s in (0, 1)])
    weight = counts.prod(axis=0) / counts.sum(axis=0)
    signed = np.concatenate([-weight, weight]) / weight.sum()
    fit = cell_contrast(
        value.astype(float), cell=stratum + 3 * late, weight=signed, cluster=auditor
    )
    assert grouped.value == pytest.approx(fit.value)
    assert grouped.se == pytest.approx(np.sqrt(fit.variance))


def test_three_pairs_each_count_alone_four_do_not():
    value, stratum = np.tile([1, 0, 0, 1], 6), np.zeros(24, dtype=int)
    late = np.repeat([False, True], 12)
    three = stratified_difference(value, after=late, stratum=stratum, auditor=np.arange(24) // 3)
    assert "Sato" in three.difference.method
    same = np.where(np.arange(24) < 4, 0, np.arange(24))
    four = stratified_difference(value, after=late, stratum=stratum, auditor=same)
    assert four.difference.se >= three.difference.se


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ([((3, 2), (0, 0)), ((0, 0), (4, 1))], "no grade of the moderators was met in both"),
        ([((5, 0), (5, 0))], ""),
    ],
)
def test_degenerate_tables(tables, reason):
    found = difference(pairs_of(tables)).difference
    assert reason in found.why_not
    assert not found.has_interval


def test_no_pairs_at_all():
    none = np.zeros(0, dtype=int)
    found = stratified_difference(none, after=none, stratum=none, auditor=none)
    assert not found.difference.is_estimable


@pytest.mark.parametrize(
    "spoil", [{"value": [0.5, 1]}, {"after": [True]}, {"stratum": [1]}, {"auditor": [0.5, 1.0]}]
)
def test_refuses_what_does_not_fit(spoil):
    columns = {"value": [0, 1], "after": [False, True], "stratum": [0, 0], "auditor": [0, 1]}
    with pytest.raises(ShapeError):
        difference({**columns, **spoil})


@pytest.mark.parametrize("pairs", [25, 60])
def test_interval_holds_no_change_when_cases_get_better(pairs):
    """Agreement differs by moderator's grade, and the mix of grades shifts; nobody changes."""
    rng = np.random.default_rng(pairs)
    chance, mixes = (
        np.array([0.3, 0.5, 0.65, 0.8]),
        ([0.1, 0.5, 0.35, 0.05], [0.03, 0.25, 0.5, 0.22]),
    )
    late = np.repeat([False, True], pairs)
    wrong = np.zeros(2)
    for _ in range(1500):
        stratum = np.concatenate([rng.choice(4, pairs, p=mix) for mix in mixes])
        value = rng.random(2 * pairs) < chance[stratum]
        found = stratified_difference(
            value, after=late, stratum=stratum, auditor=np.arange(2 * pairs)
        ).difference
        wrong += found.low > 0, found.high < 0
    limit = 0.025 + 3 * np.sqrt(0.025 * 0.975 / 1500)
    assert (wrong / 1500 <= limit).all(), wrong / 1500
