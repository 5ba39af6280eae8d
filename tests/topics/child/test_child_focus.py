"""Child focus of a council: the right audits, domains and years, and reasons for what is absent."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import norm

from qaf_analysis.data.council.read import read_council
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.child.analysis.focus import ChildFocusFinding, child_focus
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.common.scope import latest_quarter
from tests.places import PUBLISHED_OUTCOMES
from tests.topics.councils import LAST, STRIPPED, simulated

INSPECTIONS = PUBLISHED_OUTCOMES
CHILD = ("Child's voice and lived experience", "Impact on the child")


@pytest.fixture(scope="module")
def council():
    return simulated()[1]


@pytest.fixture(scope="module")
def found(council):
    return child_focus(council, quarter=LAST)


@pytest.fixture(scope="module")
def inspections():
    return read_council(INSPECTIONS, as_of=date(2026, 11, 1)).audits


def moderated_by_hand(council):
    """Both readings of the year's audits chosen by chance, first moderation, long."""
    year = council.audits[council.audits["quarter"].str.startswith("2019-20")]
    year = year[year["audit_type"].isin(["collaborative", "case_file"])]
    chance = council.moderations[council.moderations["selected_by"].isin(["random", "stratified"])]
    chance = chance[chance["audit_id"].isin(year["audit_id"])].sort_values("moderated_on")
    first = chance.drop_duplicates("audit_id")[["audit_id", "moderator"]]
    ratings = council.ratings
    theirs = first.merge(
        ratings, left_on=["audit_id", "moderator"], right_on=["audit_id", "rater"]
    )[["audit_id", "domain", "grade"]]
    ours = ratings.loc[ratings["role"] == "auditor", ["audit_id", "domain", "grade", "rater"]]
    return ours.merge(theirs, on=["audit_id", "domain"], suffixes=("", "_moderation"))


def test_gap_is_that_of_tagged_domains_counted_by_hand(council, found):
    pairs = moderated_by_hand(council)
    tags = council.settings.domains
    pairs = pairs.assign(
        gap=pairs["grade"] - pairs["grade_moderation"], tag=pairs["domain"].map(tags)
    )
    mean = pairs.groupby(["audit_id", "tag"])["gap"].mean().unstack()
    assert len((mean["child"] - mean["process"]).dropna()) >= 30
    slope = {}
    for domain, rows in pairs[pairs["tag"].notna()].groupby("domain"):
        both, margin = np.concatenate([rows["grade"], rows["grade_moderation"]]), 0.5 / len(rows)
        above = np.clip([(both >= k).mean() for k in (1, 2, 3)], margin, 1 - margin)
        slope[domain] = norm.pdf(norm.ppf(above)).sum()
    pairs["gap"] = pairs["gap"] / pairs["domain"].map(slope)
    mean = pairs.groupby(["audit_id", "tag"])["gap"].mean().unstack()
    by_hand = (mean["child"] - mean["process"]).dropna() * np.mean([slope[d] for d in CHILD])
    assert found.child_domains == CHILD
    assert len(found.process_domains) == 5
    assert len(found.untagged_domains) == 3
    gap = found.comparison.experience_gap
    assert gap.cases == len(by_hand) >= 30
    assert gap.value == pytest.approx(by_hand.mean())


def test_straight_lines_are_of_all_domains_without_the_overall(council, found):
    pairs = moderated_by_hand(council)
    pairs = pairs[pairs["domain"] != "Overall"]
    per_audit = pairs.groupby("audit_id")["grade"].agg(["nunique", "size"])
    lines = per_audit.loc[per_audit["size"] >= 2, "nunique"] == 1
    assert found.comparison.straight_lines.audit.value == pytest.approx(lines.mean())


def test_own_contradictions_are_of_every_routine_audit(council, found):
    own = council.ratings[council.ratings["role"] == "auditor"]
    wide = own.pivot(index="audit_id", columns="domain", values="grade")
    audits = council.audits.set_index("audit_id")
    kinds = audits["audit_type"].isin(["collaborative", "case_file"])
    years = audits["quarter"].str[:7]
    assert [year.period for year in found.years] == ["2017-18", "2018-19", "2019-20"]
    for year in found.years:
        rows = wide.loc[audits.index[kinds & (years == year.period)]]
        below = rows[rows[list(CHILD)].min(axis=1) < 2]
        assert year.audits == len(rows)
        assert year.good_without_child.cases == len(below)
        assert year.good_without_child.value == pytest.approx((below["Overall"] >= 2).mean())
    assert found.own.good_without_child == found.years[-1].good_without_child


def test_kindness_to_the_child_s_domains_is_found(council, found):
    kind = council.ratings["domain"].isin(CHILD) & (council.ratings["role"] == "auditor")
    raised = np.where(kind, np.minimum(council.ratings["grade"] + 1, 3), council.ratings["grade"])
    kinder = replace(council, ratings=council.ratings.assign(grade=raised))
    after = child_focus(kinder, quarter=LAST).comparison
    assert after.experience_gap.value > found.comparison.experience_gap.value + 0.5
    assert after.tests[0].shows_weaker_focus


def test_two_runs_give_the_same_and_survive_the_file(council, found):
    text = result_to_json(found)
    assert result_to_json(child_focus(council, quarter=LAST)) == text
    assert result_to_json(result_from_json(text, ChildFocusFinding)) == text


def test_later_quarters_do_not_count(council):
    earlier = child_focus(council, quarter=Quarter(2018, 4))
    assert [year.period for year in earlier.years] == ["2017-18", "2018-19"]
    assert earlier.scope.period == "the year to March 2019"


def test_untagged_domains_still_show_halo_and_rules(council, found):
    settings = replace(council.settings, domains=dict.fromkeys(council.settings.domains))
    bare = child_focus(replace(council, settings=settings), quarter=LAST)
    assert bare.child_domains == ()
    why = "no domain is tagged as about the child"
    assert bare.comparison.experience_gap.why_not == why
    assert bare.comparison.focus.difference.why_not == why
    assert bare.comparison.good_without_child.audit.why_not == why
    assert bare.own.good_without_child.why_not == why
    assert bare.comparison.halo == found.comparison.halo
    assert bare.comparison.weakest_link == found.comparison.weakest_link


@pytest.mark.parametrize("name", STRIPPED)
def test_a_stripped_council_is_answered_or_told_why(council, name):
    stripped = STRIPPED[name](council)
    finding = child_focus(stripped, quarter=latest_quarter(stripped))
    assert (finding.comparison is None) == bool(finding.reason)
    assert result_from_json(result_to_json(finding), ChildFocusFinding).reason == finding.reason
    if name == "no moderation":
        assert finding.reason == "no audit of this period was moderated"
    if name == "hunch moderation":
        assert "recorded chance" in finding.reason
    if name == "no overall grade":
        assert "overall" in finding.comparison.good_without_child.audit.why_not
        assert finding.comparison.halo.difference.is_estimable


def test_rules_of_published_inspections_are_those_of_the_file(inspections):
    finding = child_focus(
        inspections,
        quarter=max(Quarter.parse(text) for text in inspections.audits["quarter"].unique()),
    )
    assert finding.comparison is None
    levels = [label.lower() for label in inspections.settings.scale.levels]
    names = ["impact_of_leaders", "help_and_protection", "in_care", "care_leavers"]
    fits = []
    with next(INSPECTIONS.glob("*.csv")).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            dated = row["inspection_end_date"] and row["region_code"]
            if dated and row["overall_effectiveness_grade"]:
                overall = levels.index(row["overall_effectiveness_grade"])
                domains = [row[f"{name}_grade"] for name in names]
                lowest = min(levels.index(grade) for grade in domains if grade in levels)
                fits.append(overall == lowest)
    weakest = {rule.rule: rule.share for rule in finding.own.rules}["weakest domain"]
    assert finding.own.audits == 150
    assert weakest.cases == len(fits) == 148  # two outcomes have no overall grade
    assert weakest.value == pytest.approx(np.mean(fits))
    assert weakest.has_interval
    assert sum(year.audits for year in finding.years) == 150
