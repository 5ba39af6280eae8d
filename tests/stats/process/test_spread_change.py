"""Process change: false claims, power, gates and the audits that would be needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qaf_analysis.stats.process.spread import severity_spread
from qaf_analysis.stats.process.spread_change import spread_change
from qaf_analysis.terms.verdicts import SpreadVerdict


def period(rng, *, audits, auditors, sd, quarters=4):
    """Four quarters of graded audits, as in the themed simulation but one domain."""
    auditor, quarter = rng.integers(0, auditors, audits), np.arange(audits) % quarters
    latent = rng.normal(0, sd, auditors)[auditor] + rng.normal(0, 0.15, quarters)[quarter]
    latent += rng.normal(0, 1, audits) + rng.logistic(size=audits)
    marks = (quarter[:, None] == np.arange(1, quarters)).astype(float)
    grade = np.searchsorted((-2.95, 0.0, 3.1), latent).astype(float)
    return severity_spread(grade, auditor=auditor, fixed=marks)


def verdict_shares(before, after, *, replicates, seed):
    rng = np.random.default_rng(seed)
    verdicts = [
        spread_change(period(rng, **before), period(rng, **after)).verdict
        for _ in range(replicates)
    ]
    return {word: verdicts.count(word) / replicates for word in SpreadVerdict}


def side(audits, auditors, sd):
    return {"audits": audits, "auditors": auditors, "sd": sd}


# In the last three the component's own standard error would claim "more consistent" 8 to 14
# times in 100.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (side(200, 29, 0.5), side(200, 12, 0.5)),
        (side(200, 29, 0.8), side(200, 12, 0.8)),
        (side(200, 29, 0.0), side(200, 12, 0.0)),
        (side(200, 29, 0.8), side(50, 8, 0.8)),
        (side(600, 29, 0.8), side(600, 5, 0.8)),
        (side(200, 29, 0.8), side(200, 5, 0.8)),
    ],
)
def test_false_claims_stay_at_five_in_a_hundred(before, after):
    shares = verdict_shares(before, after, replicates=600, seed=3)
    limit = 0.05 + 3 * np.sqrt(0.05 * 0.95 / 600)
    assert shares[SpreadVerdict.MORE] <= limit
    assert shares[SpreadVerdict.LESS] <= limit


@pytest.mark.slow
def test_a_large_change_is_found_when_audits_are_many():
    shares = verdict_shares(side(600, 29, 0.8), side(600, 12, 0.2), replicates=200, seed=4)
    assert shares[SpreadVerdict.MORE] > 0.8
    assert shares[SpreadVerdict.LESS] == 0
    shares = verdict_shares(side(600, 29, 0.2), side(600, 12, 0.8), replicates=200, seed=5)
    assert shares[SpreadVerdict.LESS] > 0.6
    assert shares[SpreadVerdict.MORE] == 0


@pytest.mark.slow
def test_at_fifty_a_quarter_only_a_third_of_large_changes_is_found():
    shares = verdict_shares(side(200, 29, 0.8), side(200, 12, 0.2), replicates=400, seed=6)
    assert 0.22 < shares[SpreadVerdict.MORE] < 0.48


def test_difference_and_its_standard_error():
    rng = np.random.default_rng(7)
    before, after = period(rng, **side(200, 29, 0.8)), period(rng, **side(200, 12, 0.5))
    change = spread_change(before, after)
    assert change.component.value == after.component - before.component
    assert change.component.se == pytest.approx(
        np.sqrt(before.component_se**2 + after.component_se**2)
    )
    assert change.component.high == pytest.approx(
        change.component.value + 1.6448536269514722 * change.component.se
    )
    assert change.sd.value == after.sd.value - before.sd.value
    mirrored = spread_change(after, before)
    assert (mirrored.sd.low, mirrored.sd.high) == pytest.approx((-change.sd.high, -change.sd.low))
    assert mirrored.component.p == pytest.approx(change.component.p)


def spreads():
    rng = np.random.default_rng(8)
    return period(rng, **side(200, 29, 0.8)), period(rng, **side(200, 12, 0.2))


@pytest.mark.parametrize(
    ("shortage", "reason"),
    [
        ({"audits": 24}, "24 audits after the change; at least 25 needed"),
        ({"auditors": 4}, "4 auditors after the change; at least 5 needed"),
        ({"auditors": 1}, "1 auditor after the change; at least 5 needed"),
        ({"df_within": 9}, "auditors after the change have too few audits each"),
    ],
)
def test_too_little_data(shortage, reason):
    before, after = spreads()
    change = spread_change(before, replace(after, **shortage))
    assert change.verdict == SpreadVerdict.TOO_LITTLE
    assert change.reason.startswith(reason)
    other = spread_change(replace(before, **shortage), after)
    assert "before the change" in other.reason


def test_a_period_without_spread_has_a_reason():
    before, _ = spreads()
    same = severity_spread(np.full(30, 2.0), auditor=np.arange(30) % 6)
    change = spread_change(before, same)
    assert change.verdict == SpreadVerdict.TOO_LITTLE
    assert change.reason == "after the change every grade is the same"
    for estimate in (change.component, change.sd, change.times_audits):
        assert estimate.why_not == change.reason
    nobody = severity_spread([], auditor=[])
    assert spread_change(nobody, nobody).reason.startswith("0 audits before the change")


def test_audits_needed_give_the_power_promised():
    """Enlarge both periods by the factor stated: about 80 % of changes of that size are seen."""
    before, after = (
        replace(spread, component=component, ms_between=within + spread.n0 * component)
        for spread, component, within in (
            (spreads()[0], 0.16, spreads()[0].ms_within),
            (spreads()[1], 0.01, spreads()[1].ms_within),
        )
    )
    times = spread_change(before, after).times_audits.value
    assert times > 1
    rng = np.random.default_rng(9)

    def drawn(spread):
        n0, df = spread.n0 * times, spread.df_within + (times - 1) * spread.audits
        scale = spread.ms_within + n0 * spread.component
        between = scale * rng.chisquare(spread.df_between, 4000) / spread.df_between
        within = spread.ms_within * rng.chisquare(df, 4000) / df
        return (between - within) / n0, scale, n0, df

    first, second = drawn(before), drawn(after)
    spread_of_difference = np.std(second[0] - first[0])
    assert 0.15 / spread_of_difference == pytest.approx(1.6449 + 0.8416, rel=0.05)


def test_no_number_of_audits_helps_when_auditors_are_few():
    before, after = spreads()
    close = replace(after, component=before.component * 0.9, df_between=4)
    change = spread_change(before, close)
    assert not change.times_audits.is_estimable
    assert change.times_audits.why_not.startswith("no number of audits")
