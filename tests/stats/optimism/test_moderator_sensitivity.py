"""Other moderators, and moderators who know the auditor's grade: recovery of a known truth."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.optimism.adjusted import adjusted_profile, adjusted_profile_of_table
from qaf_analysis.stats.optimism.moderator_sensitivity import another_panel, unblinded_moderation
from qaf_analysis.terms.errors import ShapeError, UsageError

LIMITS = np.array([-1.28, 0.13, 1.64])
COUNTS = np.array([20, 90, 80, 30])
TABLE = np.array([[3, 1, 0, 0], [2, 8, 2, 0], [0, 7, 11, 1], [0, 1, 4, 2]])


def graded(rng, practice, *, harsh=0.0, noise=0.4):
    return np.searchsorted(LIMITS, practice - harsh + rng.normal(0, noise, len(practice)))


def table_of(first, second):
    return np.bincount(first * 4 + second, minlength=16).reshape(4, 4)


def test_a_panel_that_agrees_changes_little():
    anchors = np.diag([30, 120, 120, 30])
    found = another_panel(COUNTS, TABLE, anchors, good_from=2, rng=np.random.default_rng(1))
    headline = adjusted_profile_of_table(COUNTS, TABLE, good_from=2)
    assert found.good.value == pytest.approx(headline.good.value, abs=0.01)
    assert found.gap.value == pytest.approx(headline.gap.value, abs=0.03)
    assert found.agrees
    # The same chance of sampling stands behind both intervals; the pseudo-case takes a little off.
    assert 0.85 < found.good.se / headline.good.se < 1.05


def test_value_is_the_profile_times_the_other_panels_shares():
    anchors = 1000 * np.array([[80, 20, 0, 0], [30, 60, 10, 0], [0, 40, 55, 5], [0, 0, 50, 50]])
    found = another_panel(COUNTS, TABLE, anchors, good_from=2, rng=np.random.default_rng(1))
    profile = COUNTS / COUNTS.sum() @ (TABLE / TABLE.sum(axis=1, keepdims=True))
    other = profile @ (anchors / anchors.sum(axis=1, keepdims=True))
    assert found.good.value == pytest.approx(other[2:].sum(), abs=1e-4)
    gap = (COUNTS / COUNTS.sum() - other) @ np.arange(4)
    assert found.gap.value == pytest.approx(gap, abs=1e-4)


def test_a_harsher_panel_does_not_agree():
    anchors = np.array([[10, 0, 0, 0], [20, 20, 0, 0], [0, 36, 4, 0], [0, 0, 9, 1]])
    found = another_panel(COUNTS, TABLE, anchors, good_from=2, rng=np.random.default_rng(1))
    headline = adjusted_profile_of_table(COUNTS, TABLE, good_from=2)
    assert found.good.value < headline.good.low
    assert found.gap.value > headline.gap.value
    assert not found.agrees


@pytest.mark.parametrize("harsh", [0.0, 0.6])
def test_the_other_panels_profile_is_recovered(harsh):
    """Coverage of what a second moderator gave to all audits; 30 anchors, 60 moderated."""
    rng = np.random.default_rng(round(harsh * 10))
    hits, bias = np.zeros(2), 0.0
    replicates = 400
    for _ in range(replicates):
        practice = rng.normal(size=600)
        audited = graded(rng, practice, harsh=-0.5)
        first, second = graded(rng, practice), graded(rng, practice, harsh=harsh)
        cases = rng.permutation(600)[:60]
        found = another_panel(
            np.bincount(audited, minlength=4),
            table_of(audited[cases], first[cases]),
            table_of(first[cases[:30]], second[cases[:30]]),
            good_from=2,
            rng=rng,
            draws=400,
        )
        truth = (second >= 2).mean(), (audited - second).mean()
        for place, (one, true) in enumerate(zip((found.good, found.gap), truth, strict=True)):
            hits[place] += one.low <= true <= one.high
        bias += (found.good.value - truth[0]) / replicates
    assert (hits / replicates >= 0.91).all()
    assert abs(bias) < 0.02


def test_same_seed_same_interval():
    lines = [
        another_panel(
            COUNTS, TABLE, np.diag([9] * 4), good_from=2, rng=np.random.default_rng(3), draws=100
        )
        for _ in range(2)
    ]
    assert lines[0] == lines[1]


def test_too_few_anchors_or_too_little_moderation_has_a_reason():
    rng = np.random.default_rng(1)
    few = another_panel(COUNTS, TABLE, np.diag([5, 5, 5, 4]), good_from=2, rng=rng)
    assert few.good.why_not.startswith("only 19 audits were graded by two moderators")
    assert few.gap.why_not == few.good.why_not
    assert not few.agrees
    thin = another_panel(COUNTS, np.diag([2, 2, 2, 2]), np.diag([9] * 4), good_from=2, rng=rng)
    assert "only 8 moderated" in thin.good.why_not
    for bad in (np.diag([9] * 3), np.diag([9.5] * 4), np.diag([-1, 9, 9, 9])):
        with pytest.raises(ShapeError):
            another_panel(COUNTS, TABLE, bad, good_from=2, rng=rng)
    with pytest.raises(UsageError, match="100"):
        another_panel(COUNTS, TABLE, np.diag([9] * 4), good_from=2, rng=rng, draws=10)


def pulled_council(rng, *, pull, unblinded):
    practice = rng.normal(size=60_000)
    audited, own = graded(rng, practice, harsh=-0.6), graded(rng, practice)
    blind = rng.random(60_000) >= unblinded
    taken_over = ~blind & (rng.random(60_000) < pull)
    return audited, own, np.where(taken_over, audited, own), blind


@pytest.mark.parametrize("unblinded", [0.4, 1.0])
def test_the_right_pull_restores_the_moderators_own_grades(unblinded):
    rng = np.random.default_rng(7)
    audited, own, shown, blind = pulled_council(rng, pull=0.4, unblinded=unblinded)
    cases = rng.permutation(60_000)[:20_000]
    lines = unblinded_moderation(
        np.bincount(audited, minlength=4),
        audit_grade=audited[cases],
        moderation_grade=shown[cases],
        blind=blind[cases],
        good_from=2,
    )
    every, only, _, restored = lines
    assert restored.gap.value == pytest.approx((audited - own).mean(), abs=0.02)
    assert restored.good.value == pytest.approx((own >= 2).mean(), abs=0.015)
    assert every.gap.value < restored.gap.value - 0.05
    if unblinded < 1:
        assert only.gap.value == pytest.approx((audited - own).mean(), abs=0.02)
    else:
        assert only.good.why_not.startswith("only 0 moderated audits")
        assert not only.agrees


def test_lines_are_labelled_and_exact():
    audited, moderated = (
        np.repeat(codes, TABLE.ravel()) for codes in (np.repeat(range(4), 4), np.tile(range(4), 4))
    )
    plain = adjusted_profile(COUNTS, audit_grade=audited, moderation_grade=moderated, good_from=2)
    blind = np.zeros(len(audited), dtype=bool)
    lines = unblinded_moderation(
        COUNTS,
        audit_grade=audited,
        moderation_grade=moderated,
        blind=blind,
        good_from=2,
        pulls=(0.0, 0.5),
    )
    assert [line.label for line in lines] == [
        "all moderation",
        "blind moderation only",
        "if knowing the auditor's grade hid 0% of differences",
        "if knowing the auditor's grade hid 50% of differences",
    ]
    every, _, none, half = lines
    assert every.good == plain.good
    assert every.agrees
    assert none.gap.value == pytest.approx(plain.gap.value)
    assert half.gap.value == pytest.approx(2 * plain.gap.value)
    assert half.gap.low == pytest.approx(2 * plain.gap.low)
    share = 110 / 220
    assert half.good.value == pytest.approx(share - 2 * (share - plain.good.value))
    only = unblinded_moderation(
        COUNTS, audit_grade=audited, moderation_grade=moderated, blind=~blind, good_from=2
    )
    assert [line.label for line in only] == ["all moderation"]


def test_bad_pulls_and_blindness_are_refused():
    given = {"audit_grade": [1, 2], "moderation_grade": [1, 2], "good_from": 2}
    with pytest.raises(UsageError, match="below 1"):
        unblinded_moderation(COUNTS, blind=[True, False], pulls=(1.0,), **given)
    with pytest.raises(ShapeError, match="true or false"):
        unblinded_moderation(COUNTS, blind=[1, 0], **given)
    with pytest.raises(ShapeError, match="true or false"):
        unblinded_moderation(COUNTS, blind=[True], **given)
