"""Cases are given out in another way, and no auditor changes."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from qaf_analysis.stats.process.spread import severity_spread
from qaf_analysis.stats.process.spread_change import spread_change
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import ProcessChange, Settings
from qaf_analysis.terms.verdicts import SpreadVerdict
from qaf_analysis.topics.process.analysis.spread import consistency
from qaf_analysis.topics.process.tables import consistency_tables
from qaf_analysis.topics.process.words import consistency_card, say_consistency
from tests.topics.by_hand import audit, council

CHANGE = ProcessChange(kind="training", label="Cases mixed", starts=date(2018, 5, 1))
SETTINGS = Settings(council="Small", process_changes=(CHANGE,))
TEAMS, EACH = 4, 3


def given_out(*, seed, own_before, own_after, shift=0):
    """12 auditors, all equally strict; four teams, of which two practise a grade better.

    ``shift`` is added to the grades of the first team in the first period.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for quarter, own in (("2017-18 Q4", own_before), ("2018-19 Q2", own_after)):
        for _ in range(240):
            team = int(rng.integers(TEAMS))
            at_home = rng.random() < own
            who = team * EACH + int(rng.integers(EACH)) if at_home else int(rng.integers(12))
            grade = int(rng.integers(2)) + (team % 2)
            grade += shift if team == 0 and quarter == "2017-18 Q4" else 0
            rows.append(
                audit(quarter, grade, auditor=f"A{who:02d}", team=f"T{team}", case_type="CP")
            )
    return council(*rows, settings=SETTINGS)


def found_in(audits):
    result = consistency(audits, quarter=Quarter(2018, 2))
    (found,) = result.changes
    return result, found


def told_without_teams(audits):
    """The same two spreads with nothing held fixed (one quarter and one case type a side)."""
    rows = audits.ratings.merge(audits.audits, on="audit_id")
    sides = []
    for quarter in ("2017-18 Q4", "2018-19 Q2"):
        part = rows[rows["quarter"] == quarter]
        sides.append(
            severity_spread(
                part["grade"].to_numpy(float),
                auditor=part["rater"].astype("category").cat.codes.to_numpy(np.int64),
            )
        )
    return spread_change(*sides)


def test_own_teams_before_and_mixed_after_is_not_more_consistent():
    audits = given_out(seed=1, own_before=1.0, own_after=0.0)
    assert told_without_teams(audits).verdict == SpreadVerdict.MORE
    result, found = found_in(audits)
    assert found.change.verdict == SpreadVerdict.NO_EVIDENCE
    assert found.allocation.changed
    assert found.allocation.before > 0.95
    assert found.allocation.after < 0.2
    (text,) = say_consistency(result).paragraphs
    assert "Cases were given out differently: " in text
    assert "So strictness is compared within teams only." in text
    assert ", within teams only." in consistency_card(result)
    assert consistency_tables(result)[0].rows[0][-1] == (
        f"{found.allocation.before:.2f}, {found.allocation.after:.2f}"
    )


def test_mixed_before_and_own_teams_after_is_not_less_consistent():
    audits = given_out(seed=2, own_before=0.0, own_after=1.0)
    assert told_without_teams(audits).verdict == SpreadVerdict.LESS
    _, found = found_in(audits)
    assert found.change.verdict == SpreadVerdict.NO_EVIDENCE
    assert found.allocation.changed


def test_cases_mixed_throughout_are_compared_across_teams():
    result, found = found_in(given_out(seed=3, own_before=0.0, own_after=0.0))
    assert not found.allocation.changed
    # All 12 auditors are compared: 11 contrasts a side.
    assert (found.before.df_between, found.after.df_between) == (11, 11)
    assert "within teams" not in consistency_card(result)
    assert "given out differently" not in say_consistency(result).paragraphs[0]


def test_within_teams_the_contrasts_are_those_inside_teams():
    _, found = found_in(given_out(seed=4, own_before=1.0, own_after=0.0))
    # Three auditors in each of four teams: 4 x (3 - 1) contrasts, before and after.
    assert (found.before.df_between, found.after.df_between) == (8, 8)


@pytest.mark.parametrize("shift", [1, 2])
def test_a_team_that_is_better_by_any_constant_leaves_the_spread_as_it_is(shift):
    """Each team audited by its own auditors only."""
    plain = found_in(given_out(seed=5, own_before=1.0, own_after=1.0))[1]
    moved = found_in(given_out(seed=5, own_before=1.0, own_after=1.0, shift=shift))[1]
    assert moved.before.component == pytest.approx(plain.before.component, abs=1e-9)
    assert moved.after.component == pytest.approx(plain.after.component, abs=1e-9)
