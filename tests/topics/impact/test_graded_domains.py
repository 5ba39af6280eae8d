"""Which grades count for a theme: the auditor's own, of routine audits, in the quarters kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.topics.common.results_json import result_to_json
from qaf_analysis.topics.impact.analysis.design import GradedDomains
from qaf_analysis.topics.impact.analysis.themes import themes
from tests.topics.councils import LAST, simulated
from tests.topics.impact.test_themes import (
    AFTER,
    BEFORE,
    UNTOUCHED,
    finding,
    found_in_example,
    numbers,
    regraded,
)
from tests.topics.theme_by_hand import (
    after_less_before,
    change_by_loops,
    in_quarter,
    quarter_means,
    wide,
)


@pytest.fixture(scope="module")
def council():
    return simulated()[1]


def test_the_order_of_rows_changes_nothing(council):
    rng = np.random.default_rng(3)
    shuffled = replace(
        council,
        audits=council.audits.sample(frac=1, random_state=rng),
        ratings=council.ratings.sample(frac=1, random_state=rng),
        moderations=council.moderations.sample(frac=1, random_state=rng),
    )
    mixed = themes(shuffled, quarter=LAST)
    assert result_to_json(mixed) == result_to_json(found_in_example())


def test_excluded_quarters_do_not_count(council):
    excluded = in_quarter(council, "2018-19 Q1", "2018-19 Q2")
    again = finding(regraded(council, excluded, 0))
    assert numbers(again) == numbers(finding(council))
    assert [str(quarter) for quarter in again.design.excluded] == ["2018-19 Q1", "2018-19 Q2"]


@pytest.mark.parametrize("role", ["second_auditor", "external_moderator"])
def test_only_the_auditor_s_own_grades_count(council, role):
    others = council.ratings["role"] == role
    assert others.any()
    moved = regraded(council, others, 0)
    assert result_to_json(themes(moved, quarter=LAST)) == result_to_json(found_in_example())


def test_themed_and_other_special_audits_do_not_count(council):
    kinds = council.audits.set_index("audit_id")["audit_type"]
    special = council.ratings["audit_id"].map(kinds) != "collaborative"
    assert special.any()
    again = themes(regraded(council, special, 0), quarter=LAST)
    assert result_to_json(again) == result_to_json(found_in_example())


def as_inspector(council, rows):
    """Ratings by an inspector, who finds everything inadequate."""
    return council.ratings[rows].assign(role="inspector", rater="Inspector", grade=0)


def test_an_inspector_s_grades_never_stand_beside_the_auditor_s(council):
    rows = (council.ratings["role"] == "auditor") & in_quarter(council, "2019-20 Q4")
    ratings = pd.concat([council.ratings, as_inspector(council, rows)], ignore_index=True)
    again = themes(replace(council, ratings=ratings), quarter=LAST)
    assert result_to_json(again) == result_to_json(found_in_example())


def test_an_inspector_s_grades_stand_where_nobody_else_graded(council):
    rows = (council.ratings["role"] == "auditor") & in_quarter(council, "2019-20 Q4")
    inspected = as_inspector(council, rows)
    ratings = pd.concat([council.ratings[~rows], inspected], ignore_index=True)
    found = finding(replace(council, ratings=ratings)).change
    assert found.series[-1].audits == finding(council).change.series[-1].audits
    assert (found.series[-1].themed, found.series[-1].control) == (0, 0)


def test_an_audit_counts_with_the_comparison_domains_it_has(council):
    rng = np.random.default_rng(4)
    ratings = council.ratings
    lost = ratings["domain"].isin(UNTOUCHED) & (rng.random(len(ratings)) < 0.3)
    ids = ratings["audit_id"].unique()
    bare, unthemed = rng.choice(ids, size=(2, 40), replace=False)
    lost |= ratings["domain"].isin(UNTOUCHED) & ratings["audit_id"].isin(bare)
    lost |= (ratings["domain"] == "Chronologies") & ratings["audit_id"].isin(unthemed)
    thinned = replace(council, ratings=ratings[~lost])
    change = finding(thinned).change
    value, variance, df = change_by_loops(thinned, "Chronologies", UNTOUCHED, (BEFORE, AFTER))
    assert change.grade.value == pytest.approx(value, abs=1e-12)
    assert (change.grade.se**2, change.grade.df) == pytest.approx((variance, df))
    table = wide(thinned)
    table = table[table["quarter"].isin([*BEFORE, *AFTER])]
    themed = table["Chronologies"].notna()
    any_control = table[list(UNTOUCHED)].notna().any(axis=1)
    assert change.without_control == (themed & ~any_control).sum() > 0
    assert change.without_theme == (~themed & any_control).sum() > 0
    assert change.evidence.audits == (themed & any_control).sum()


def test_domains_must_be_graded_in_every_quarter_of_the_themed_one(council):
    gone = (council.ratings["domain"] == "Plan") & in_quarter(council, "2019-20 Q3")
    some = replace(council, ratings=council.ratings[~gone])
    table = GradedDomains.of(some)
    assert table.graded_throughout("Chronologies", ("Plan", "Risk")) == ("Risk",)
    assert table.graded_throughout("Plan", ("Risk", "Chronologies")) == ("Risk", "Chronologies")
    found = finding(some)
    assert found.not_throughout == ("Plan",)
    others = tuple(domain for domain in UNTOUCHED if domain != "Plan")
    means = quarter_means(some, "Chronologies", others, sides=(BEFORE, AFTER))
    expected = after_less_before(means, BEFORE, AFTER)["difference"]
    assert found.change.grade.value == pytest.approx(expected, abs=1e-12)


def test_an_audit_that_two_people_graded_as_auditor_counts_once(council):
    ours = council.ratings["role"] == "auditor"
    one = council.ratings.loc[ours, "audit_id"].iloc[0]
    again = council.ratings[ours & (council.ratings["audit_id"] == one)].assign(
        rater="AUDITOR-ZZZZ"
    )
    twice = replace(council, ratings=pd.concat([council.ratings, again], ignore_index=True))
    before, after = GradedDomains.of(council), GradedDomains.of(twice)
    assert len(after.quarter) == len(before.quarter) + 1
    assert (after.used, after.not_routine) == (before.used, before.not_routine)
