"""Likeness of one auditor's audits in adjusted figures."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from qaf_analysis.stats.optimism.adjusted import (
    NO_EFFECT,
    DesignEffect,
    adjusted_profile,
    auditor_clusters,
)
from qaf_analysis.terms.errors import ShapeError

GOOD = np.array([0.0, 1.0])


def clusters(moderated, auditor, *, population_auditors=None):
    n = len(moderated)
    return auditor_clusters(
        np.zeros(n, dtype=np.int64),
        np.asarray(moderated),
        np.asarray(auditor),
        np.full(n, 1 / n),
        population_auditors=population_auditors,
    )


def test_equal_loads_are_the_variance_of_auditors_means():
    rng = np.random.default_rng(1)
    moderated, auditor = rng.integers(0, 2, 40) * (np.arange(40) // 10 != 2), np.arange(40) // 10
    means = moderated.reshape(4, 10).mean(axis=1)
    of_means = means.var(ddof=1) / 4
    of_audits = moderated.var() / 40
    found = clusters(moderated, auditor).effect(GOOD, open_part=1.0)
    assert found.factor == pytest.approx(of_means / of_audits)
    assert found.df == pytest.approx(3)
    assert found.joint_df() == pytest.approx(3)
    half = clusters(moderated, auditor, population_auditors=8).effect(GOOD, open_part=0.8)
    assert half.factor == pytest.approx(0.5 * of_means / of_audits / 0.8 + 0.5)


def test_none_when_every_auditor_was_seen_or_there_is_one():
    moderated, auditor = np.arange(40) % 2, np.arange(40) // 10
    assert clusters(moderated, auditor, population_auditors=4).effect(GOOD, open_part=1) == (
        NO_EFFECT
    )
    assert clusters(moderated, np.zeros(40, int)).effect(GOOD, open_part=1) == NO_EFFECT


def test_auditors_alike_by_chance_do_not_narrow():
    found = clusters(np.arange(40) % 2, np.arange(40) // 10).effect(GOOD, open_part=1)
    assert found.factor == 1  # all auditors have the same mean
    same = clusters(np.ones(40, int), np.arange(40) // 10).effect(GOOD, open_part=1)
    assert same.factor == 1


def test_joint_degrees_of_freedom():
    assert NO_EFFECT.joint_df() == inf
    assert NO_EFFECT.joint_df(17) == 17
    assert DesignEffect(factor=2.0, between=2.0, df=3.0).joint_df(40) == pytest.approx(3)
    assert DesignEffect(factor=2.0, between=1.0, df=3.0).joint_df(20) == pytest.approx(
        4 / (1 / 3 + 1 / 20)
    )


def test_bad_numbers_of_auditors():
    with pytest.raises(ShapeError, match="more than the 3"):
        clusters(np.ones(8, int), np.arange(8) // 2, population_auditors=3)
    with pytest.raises(ShapeError, match="auditor 4"):
        adjusted_profile(
            [8, 8],
            audit_grade=np.zeros(8, int),
            moderation_grade=np.ones(8, int),
            good_from=1,
            auditor=np.arange(4),
        )


@pytest.mark.slow
@pytest.mark.parametrize("auditors", [8, 29])
def test_few_auditors_of_many_still_cover(auditors):
    """Four auditors, ten audits each; without the widening the gap covers about 85 to 90 %."""
    rng = np.random.default_rng(auditors)
    limits, hits = np.array([-1.43, 0.14, 1.84]), np.zeros(3)
    for _ in range(500):
        who, practice = rng.integers(0, auditors, 1450), rng.normal(size=1450)
        kind = rng.normal(0.5, 0.5, auditors)
        audited = np.searchsorted(limits, practice + rng.normal(0, 0.5, 1450) + kind[who])
        moderated = np.searchsorted(limits, practice + rng.normal(0, 0.5, 1450))
        picked = rng.choice(auditors, 4, replace=False)
        at = np.concatenate([np.flatnonzero(who == a)[:10] for a in picked])
        given = {"audit_grade": audited[at], "moderation_grade": moderated[at], "good_from": 2}
        counts = np.bincount(audited, minlength=4)
        found = adjusted_profile(counts, auditor=who[at], population_auditors=auditors, **given)
        plain = adjusted_profile(counts, **given)
        if found.good.is_estimable:
            good, gap = (moderated >= 2).mean(), (audited - moderated).mean()
            hits += [
                found.good.low <= good <= found.good.high,
                found.gap.low <= gap <= found.gap.high,
                plain.gap.low <= gap <= plain.gap.high,
            ]
        else:
            hits += [1, 1, 1]
    assert (hits[:2] / 500 >= 0.93).all()
    assert hits[2] / 500 < 0.935
