"""Auditors who stayed: sorted by period, and whether they say the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_analysis.stats.process.spread_change import retained_auditors, retained_says
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import RetainedSays

CODES = st.lists(st.integers(-5, 20), max_size=30)


@given(CODES, CODES)
def test_everybody_is_in_one_group(before, after):
    found = retained_auditors(before, after)
    groups = [set(group.tolist()) for group in (found.retained, found.left, found.came)]
    assert set.union(*groups) == set(before) | set(after)
    assert sum(map(len, groups)) == len(set(before) | set(after))
    assert groups[0] | groups[1] == set(before)


def test_codes_must_be_whole_numbers():
    with pytest.raises(ShapeError):
        retained_auditors([0.5], [1])


EVERYBODY = Estimate(value=0.2, low=0.1, high=0.3, level=0.95, cases=9, auditors=3, method="")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (0.01, RetainedSays.SAME),
        (-0.01, RetainedSays.DIFFERENT),
        (0.0, RetainedSays.SAME),
        (np.nan, RetainedSays.UNKNOWN),
    ],
)
def test_directions_are_compared(value, says):
    assert retained_says(EVERYBODY, replace(EVERYBODY, value=value)) == says
    assert retained_says(replace(EVERYBODY, value=value), EVERYBODY) == says
