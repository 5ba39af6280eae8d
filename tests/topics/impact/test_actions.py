"""Improvement actions: counted as they stood, put beside the quarters, and never credited."""

import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.data.contract.audits import ACTION_COLUMNS, no_actions
from qaf_analysis.data.council.assembly import typed
from qaf_analysis.simulate import example_design, simulate_council
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import FEWEST_AUDITS, ReAuditVerdict
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.impact.analysis.actions import (
    ALL,
    NO_THEME,
    Actions,
    actions,
    re_audits,
)
from qaf_analysis.topics.impact.tables import actions_tables
from qaf_analysis.topics.impact.words import say_actions
from tests.topics.councils import simulated

LAST = Quarter(2019, 4)


@pytest.fixture(scope="module")
def example():
    return simulated()[1]


def having(audits, *rows):
    """The same council with these actions: theme, raised, due, closed, verified, by which audit."""
    names = ("theme", "raised_on", "due_on", "closed_on", "verified_on", "verified_by_audit")
    table = pd.DataFrame(rows, columns=names).assign(domain=None, team=None)
    table["action_id"] = [f"action-{number}" for number in range(len(table))]
    return replace(audits, actions=typed(table, ACTION_COLUMNS))


@pytest.fixture(scope="module")
def by_hand(example):
    """Chronologies were audited in 2018-19 Q2, so that 1 October 2018 begins the quarter after."""
    a = example.audits["audit_id"].iloc[-1]
    chronologies = [
        ("Chronologies", "2018-09-01", "2018-09-30", "2018-09-30", "2018-12-01", a),  # in time
        ("Chronologies", "2018-09-01", "2018-09-30", "2018-10-01", "2018-12-01", None),  # late
        ("Chronologies", "2018-09-01", "2019-12-31", None, None, None),  # overdue from 31 December
        ("Chronologies", "2018-09-01", "2020-01-01", "2019-11-01", None, None),  # before its day
        ("Chronologies", "2018-09-01", None, "2019-12-31", None, None),  # no due day
        ("Chronologies", "2018-09-01", "2018-10-01", "2020-01-01", None, None),  # closed later
    ]
    others = [
        ("Another", "2019-05-01", "2019-06-01", "2019-05-15", "2019-06-01", None),
        (None, "2019-05-01", "2019-06-01", None, None, None),
        ("Chronologies", "2020-01-01", "2020-02-01", None, None, None),  # raised later
    ]
    return having(example, *chronologies, *others)


def counts(one):
    return {
        name: getattr(one, name)
        for name in ("raised", "undated", "due", "in_time", "late", "overdue", "closed")
    }


def test_actions_are_counted_as_they_stood_at_the_quarters_end(by_hand):
    found = actions(by_hand, quarter=Quarter(2019, 3))
    themes = {one.label: one for one in found.by_theme}
    assert counts(themes["Chronologies"]) == {
        "raised": 6,
        "undated": 1,
        "due": 4,
        "in_time": 1,
        "late": 1,
        "overdue": 2,
        "closed": 4,
    }
    assert (themes["Chronologies"].verified, themes["Chronologies"].re_audited) == (2, 1)
    assert (themes["Another"].raised, themes[NO_THEME].overdue) == (1, 1)
    assert (found.overall.label, found.overall.raised, found.overall.closed) == (ALL, 8, 5)
    assert [one.records for one in found.scope.left_out] == [1]
    earlier = actions(by_hand, quarter=Quarter(2018, 3))
    assert counts(earlier.overall) == {
        "raised": 6,
        "undated": 1,
        "due": 3,
        "in_time": 1,
        "late": 1,
        "overdue": 1,
        "closed": 2,
    }


def test_themes_stand_in_the_settings_order_then_others_then_none(by_hand):
    labels = [one.label for one in actions(by_hand, quarter=LAST).by_theme]
    declared = [theme.name for theme in by_hand.settings.themes]
    assert labels == [*declared, "Another", NO_THEME]


def test_order_of_closing_beside_the_first_quarter_after(by_hand):
    order = {one.theme: one for one in actions(by_hand, quarter=Quarter(2019, 3)).order}
    ours = order["Chronologies"]
    assert (ours.first_after, ours.has_begun) == (Quarter(2018, 3), True)
    assert (ours.closed_before, ours.closed_since, ours.still_open) == (1, 3, 2)
    assert (ours.first_closed, ours.last_closed) == (Quarter(2018, 2), Quarter(2019, 3))
    none = order["Supervision"]
    assert (none.raised, none.first_closed) == (0, None)
    assert not order["Strategy meetings"].has_begun
    assert "no action is recorded" in " ".join(
        say_actions(actions(by_hand, quarter=LAST)).paragraphs
    )


def test_the_gate_lets_the_result_through(by_hand):
    result = actions(by_hand, quarter=LAST)
    assert release(result).result is result


def test_phase_in_quarters_put_the_first_quarter_after_off(by_hand):
    themes = tuple(
        replace(theme, phase_in_quarters=2) if theme.name == "Chronologies" else theme
        for theme in by_hand.settings.themes
    )
    audits = replace(by_hand, settings=replace(by_hand.settings, themes=themes))
    ours = actions(audits, quarter=LAST).order[0]
    assert (ours.first_after, ours.closed_before) == (Quarter(2019, 1), 2)


def test_a_theme_not_yet_audited_is_not_listed(by_hand):
    found = actions(by_hand, quarter=Quarter(2018, 2))
    assert [one.theme for one in found.order] == ["Chronologies"]
    assert not found.order[0].has_begun
    assert "had not begun" in " ".join(say_actions(found).paragraphs)


def test_shares_have_wilson_intervals_and_few_actions_are_counted_only(by_hand, example):
    found = actions(by_hand, quarter=Quarter(2019, 3)).by_theme[0]
    assert (found.closed, found.raised) == (4, 6)
    assert (found.closed_share.why_not, found.closed_share.cases) == ("fewer than 10 actions", 6)
    # Wilson's limits by his formula with 1.959964.
    all_ = actions(example, quarter=LAST).overall
    part, n, z2 = all_.closed / all_.raised, all_.raised, 1.959964**2
    centre, half = part + z2 / (2 * n), math.sqrt(z2 * (part * (1 - part) / n + z2 / (4 * n**2)))
    limits = [(centre - half) / (1 + z2 / n), (centre + half) / (1 + z2 / n)]
    assert [all_.closed_share.low, all_.closed_share.high] == pytest.approx(limits, abs=1e-6)
    assert found.due < FEWEST_AUDITS
    assert math.isnan(found.in_time_share.value)
    assert "too few to say" in str(actions_tables(actions(by_hand, quarter=LAST))[1].rows)


@pytest.mark.parametrize("quarter", [Quarter(2018, 2), Quarter(2018, 4), LAST])
def test_the_parts_add_up_in_every_quarter(example, quarter):
    found = actions(example, quarter=quarter)
    for one in (*found.by_theme, found.overall):
        assert one.in_time + one.late + one.overdue == one.due
        assert one.re_audited <= one.verified <= one.closed <= one.raised
    for name in ("raised", "due", "closed", "overdue", "verified"):
        assert sum(getattr(one, name) for one in found.by_theme) == getattr(found.overall, name)
    for one in found.order:
        assert one.closed_before + one.closed_since + one.still_open == one.raised


def test_what_happens_later_changes_nothing(example):
    quarter = Quarter(2018, 4)
    later = example.actions.copy()
    end = pd.Timestamp(quarter.last_day)
    for day in ("closed_on", "verified_on"):
        later[day] = later[day].where(later[day] <= end)
    later["verified_by_audit"] = later["verified_by_audit"].where(later["verified_on"].notna())
    seen = replace(example, actions=later[later["raised_on"] <= end])
    now, then = actions(example, quarter=quarter), actions(seen, quarter=quarter)
    assert result_to_json(then.overall) == result_to_json(now.overall)
    assert result_to_json(then).count("theme") == result_to_json(now).count("theme")
    assert now.order == then.order


def test_a_simulated_council_is_counted_as_it_was_drawn():
    design = replace(example_design(), actions_per_theme=40)
    council = simulate_council(design, rng=np.random.default_rng(8))
    found = actions(simulated_audits(council), quarter=LAST)
    drawn = council.actions
    end = pd.Timestamp(LAST.last_day)
    assert found.overall.raised == 40 * len(design.themes)
    assert found.overall.closed == drawn["closed_on"].notna().sum()
    overdue = drawn["closed_on"].isna() & (drawn["due_on"] <= end)
    assert found.overall.overdue == overdue.sum() > 0
    assert found.overall.re_audited == drawn["verified_by_audit"].notna().sum() > 0


def test_without_an_export_it_says_what_is_missing(example):
    bare = actions(replace(example, actions=no_actions()), quarter=LAST)
    assert bare.why_not == "no export of actions is declared"
    assert actions_tables(bare) == ()
    said = say_actions(bare).paragraphs
    assert said[0].startswith("Not available because no export of actions is declared.")
    early = actions(example, quarter=Quarter(2017, 1))
    assert early.why_not == "no action was raised by the end of 2017-18 Q1"


def test_the_result_survives_the_way_between_notebooks(by_hand):
    result = actions(by_hand, quarter=LAST)
    again = result_from_json(result_to_json(result), Actions)
    assert result_to_json(again) == result_to_json(result)
    assert again.order == result.order


@pytest.fixture(scope="module")
def audited_again(example):
    """Last year's routine audits as re-audits of chronologies; the theme's own twelve before."""
    audits = example.audits.copy()
    again = audits["quarter"].eq("2019-20 Q4") & audits["audit_type"].eq("collaborative")
    audits.loc[again, "audit_type"] = "re_audit"
    audits.loc[again, "theme"] = "Chronologies"
    return replace(example, audits=audits)


def test_an_audit_and_a_re_audit_are_two_snapshots(audited_again):
    (found,) = re_audits(audited_again, quarter=LAST)
    table = audited_again.ratings.merge(audited_again.audits, on="audit_id")
    table = table[(table["domain"] == "Chronologies") & (table["role"] == "auditor")]
    for kind, good, n in (
        ("themed", found.change.audit_good, found.change.audit_n),
        ("re_audit", found.change.re_audit_good, found.change.re_audit_n),
    ):
        grades = table[(table["theme"] == "Chronologies") & (table["audit_type"] == kind)]["grade"]
        assert (good, n) == ((grades >= 2).sum(), len(grades))
    assert (found.change.audit_n, found.change.re_audit_n) == (12, 50)
    assert found.audited == (Quarter(2018, 2), Quarter(2018, 2))
    assert found.re_audited == (LAST, LAST)
    assert found.change.verdict in (ReAuditVerdict.SEEN, ReAuditVerdict.NOT_SEEN)
    assert re_audits(audited_again, quarter=Quarter(2019, 3)) == ()


def test_a_re_audit_without_an_audit_before_it_is_not_compared(audited_again):
    audits = audited_again.audits
    only = audits[audits["audit_type"] != "themed"]
    assert re_audits(replace(audited_again, audits=only), quarter=LAST) == ()


def test_a_re_audit_is_worded_with_its_capped_verdict(audited_again):
    result = actions(audited_again, quarter=LAST)
    said = say_actions(result).paragraphs[-1]
    assert "cannot tell practice from who audited or how the sample was picked" in said
    assert actions_tables(result)[-1].rows[0][0] == "Chronologies"


def test_every_number_in_words_stands_in_a_table(by_hand, audited_again):
    result = actions(replace(by_hand, audits=audited_again.audits), quarter=LAST)
    said = say_actions(result)
    text = " ".join((said.claim, *said.paragraphs))
    cells = " ".join(
        cell
        for table in actions_tables(result)
        for cell in (table.caption, *(cell for row in table.rows for cell in row))
    )
    numbers = set(re.findall(r"\d[\d,.]*", text.replace("2019-20 Q4", "")))
    assert {number.strip(",.") for number in numbers} <= set(re.findall(r"\d+", cells))


def test_no_verb_says_that_an_action_had_an_effect(by_hand, audited_again):
    causal = re.compile(
        r"\b(led to|caused?|because of|as a result|thanks to|worked well|effective|impact of|"
        r"improved|due to)\b"
    )
    result = actions(replace(by_hand, audits=audited_again.audits), quarter=LAST)
    said = say_actions(result)
    assert not causal.search(" ".join((said.claim, *said.paragraphs)))
    assert "says nothing of whether they worked" in said.limits
