"""How cases were given out: the association by hand, and what chance alone makes of it."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest

from qaf_analysis.stats.process.case_allocation import (
    allocation_change,
    cramers_v,
    home_teams,
)
from qaf_analysis.terms.verdicts import SPREAD_RULE, SpreadRule


def test_by_hand():
    """Counts 3 and 1, 1 and 3: every expected count is 2, chi-square 4 x 1 / 2 = 2 of n = 8.

    phi^2 = 0.25 less 1/7; classes 2 - 1/7 each; V = sqrt((0.25 - 1/7) / (1 - 1/7)).
    """
    auditor = [0, 0, 0, 0, 1, 1, 1, 1]
    team = [0, 0, 0, 1, 0, 1, 1, 1]
    assert cramers_v(auditor, team) == pytest.approx(sqrt((0.25 - 1 / 7) / (6 / 7)))
    assert cramers_v(team, auditor) == pytest.approx(cramers_v(auditor, team))


def test_three_auditors_and_two_teams_by_hand():
    """Counts (4, 0), (0, 4), (2, 2): expected 2 each; chi-square 4 x 4 / 2 = 8 of n = 12.

    phi^2 = 2/3 less 2 x 1 / 11; rows 3 - 4/11, columns 2 - 1/11; the smaller less 1 is 10/11.
    """
    auditor = [0] * 4 + [1] * 4 + [2] * 4
    team = [0] * 4 + [1] * 4 + [0, 0, 1, 1]
    assert cramers_v(auditor, team) == pytest.approx(sqrt((2 / 3 - 2 / 11) / (10 / 11)))


@pytest.mark.parametrize(
    ("auditor", "team"),
    [
        ([0, 0, 0], [1, 2, 3]),  # one auditor
        ([0, 1, 2], [4, 4, 4]),  # one team
        ([], []),
        ([0, 1, 2], [0, 1, 2]),  # nobody has a second audit
    ],
)
def test_what_cannot_be_told_is_not_a_number_and_no_change(auditor, team):
    assert isnan(cramers_v(auditor, team))
    tied = ([0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1])
    for sides in (((auditor, team), tied), (tied, (auditor, team))):
        assert not allocation_change(*sides, rule=SPREAD_RULE).changed


@pytest.mark.parametrize("audits", [50, 200])
def test_chance_alone_makes_little_of_it(audits):
    """29 auditors, 6 teams: the plain V of 200 audits would be near 0.38."""
    rng, found, said = np.random.default_rng(5), [], 0
    for _ in range(300):
        sides = [(rng.integers(29, size=audits), rng.integers(6, size=audits)) for _ in range(2)]
        change = allocation_change(*sides, rule=SPREAD_RULE)
        found.append(change.before)
        said += change.changed
    assert np.nanmean(found) < 0.12
    assert said <= 9  # 3 in 100


def test_an_association_that_chance_makes_is_no_change():
    """Counts 2 and 1, 1 and 2 say nothing, though V is far from 0 with a lower limit."""
    apart = ([0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 1, 1])
    mixed = ([0, 0, 1, 1], [0, 1, 0, 1])
    rule = SpreadRule(given_out_apart=-1.0)
    assert not allocation_change(apart, mixed, rule=rule).changed


def test_the_rule_s_boundary():
    # Chi-square 8 on 1 df, times 7/8: a chance of 0.008.
    tied = ([0] * 4 + [1] * 4, [0] * 4 + [1] * 4)
    mixed = ([0] * 4 + [1] * 4, [0, 0, 0, 1, 0, 1, 1, 1])
    apart = 1 - sqrt((0.25 - 1 / 7) / (6 / 7))
    for limit, changed in ((apart + 1e-9, False), (apart - 1e-9, True)):
        rule = SpreadRule(given_out_apart=limit)
        assert allocation_change(tied, mixed, rule=rule).changed is changed
        assert allocation_change(mixed, tied, rule=rule).changed is changed


def test_home_team_is_where_most_audits_were():
    assert home_teams([3, 3, 3, 9, 9], [7, 5, 7, 8, 5]) == {3: 7, 9: 5}  # a tie: the lower number
    assert home_teams([], []) == {}
