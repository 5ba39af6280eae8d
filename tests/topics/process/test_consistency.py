"""Spread of severity around process changes: who stayed, counted and compared by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.simulate import simulate_council
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.stats.process.spread import severity_spread
from qaf_analysis.stats.process.spread_change import spread_change
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import ProcessChange
from qaf_analysis.terms.verdicts import RetainedSays, SpreadVerdict
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.common.scope import latest_quarter
from qaf_analysis.topics.process.analysis.spread import Consistency, consistency
from qaf_analysis.topics.process.tables import consistency_tables
from qaf_analysis.topics.process.words import consistency_card, say_consistency
from tests.report.test_quarterly import numbers, table_text
from tests.topics.councils import LAST, STRIPPED, keep, simulated

CHANGED = Quarter(2018, 1)
YEAR_BEFORE = [str(CHANGED.next(-k)) for k in (4, 3, 2, 1)]
YEAR_AFTER = [str(CHANGED.next(k)) for k in (1, 2, 3, 4)]
POOL = ProcessChange(kind="pool", label="Pool halved", starts=date(2018, 4, 2))


@pytest.fixture(scope="module")
def example():
    return simulated()[1]


def pool(*, stays):
    """400 audits a quarter by 30 auditors who differ; then only those who ``stays`` lets stay.

    ``stays`` gets each auditor's rank by kindness, 0 the kindest. Nobody's strictness changes.
    """
    design = CouncilDesign(
        first=Quarter(2017, 1),
        last=Quarter(2019, 1),
        audits_per_quarter=400,
        auditors=30,
        severity_sd=0.8,
        drift_sd=0.0,
        double_share=0.0,
        calibration_files=0,
        multi_agency=(0, 0),
    )
    council = simulate_council(design, rng=np.random.default_rng(3))
    audits = simulated_audits(council)
    kindness = council.raters.leniency[0, :, 0]
    rank = dict(zip(council.raters.auditors, np.argsort(np.argsort(-kindness)), strict=True))
    first = audits.ratings[audits.ratings["role"] == "auditor"].drop_duplicates("audit_id")
    who = audits.audits["audit_id"].map(first.set_index("audit_id")["rater"])
    remains = who.map(lambda name: bool(stays(rank[name])))
    late = audits.audits["quarter"] > str(CHANGED)
    kept = keep(audits, ~late | remains)
    return replace(kept, settings=replace(kept.settings, process_changes=(POOL,)))


@pytest.fixture(scope="module")
def harsh_half():
    """The lenient half leaves."""
    return pool(stays=lambda rank: rank >= 15)


def overall(audits, quarters):
    """Overall grades by auditors of the routine audits of some quarters."""
    rows = audits.ratings.merge(audits.audits, on="audit_id")
    rows = rows[(rows["domain"] == "Overall") & (rows["role"] == "auditor")]
    return rows[rows["quarter"].isin(quarters) & rows["audit_type"].eq("collaborative")]


def spread_by_hand(rows):
    """Variance component with quarter, case type and team held fixed, from a design made here."""
    marks = [
        (rows[column] == level).to_numpy(float)
        for column in ("quarter", "case_type", "team")
        for level in sorted(rows[column].unique())
    ]
    return severity_spread(
        rows["grade"].to_numpy(float),
        auditor=rows["rater"].str.extract(r"(\d+)")[0].astype(int).to_numpy(),
        fixed=np.column_stack(marks),
    )


def test_a_narrower_pool_looks_more_consistent_and_those_who_stayed_do_not():
    """The kindest and the strictest leave, and nobody's strictness changes."""
    middle = pool(stays=lambda rank: 8 <= rank < 22)
    result = consistency(middle, quarter=Quarter(2019, 1))
    (found,) = result.changes
    assert result.verdict == SpreadVerdict.MORE
    assert found.change.sd.high < 0
    assert (found.auditors_before, found.auditors_after, found.retained_auditors) == (30, 14, 14)
    assert found.retained.verdict == SpreadVerdict.NO_EVIDENCE
    assert found.retained.sd.low < 0 < found.retained.sd.high


def test_without_the_lenient_half_those_who_stayed_show_no_change(harsh_half):
    (found,) = consistency(harsh_half, quarter=Quarter(2019, 1)).changes
    assert (found.auditors_before, found.auditors_after, found.retained_auditors) == (30, 15, 15)
    assert found.change.sd.value < found.retained.sd.value
    assert found.retained.sd.low < 0 < found.retained.sd.high


def test_the_comparison_of_those_who_stayed_uses_no_others(harsh_half):
    (found,) = consistency(harsh_half, quarter=Quarter(2019, 1)).changes
    before, after = (overall(harsh_half, quarters) for quarters in (YEAR_BEFORE, YEAR_AFTER))
    stayed = set(before["rater"]) & set(after["rater"])
    assert len(stayed) == found.retained_auditors
    sides = [side[side["rater"].isin(stayed)] for side in (before, after)]
    by_hand = spread_change(*map(spread_by_hand, sides))
    assert found.retained.sd.cases == sum(map(len, sides)) < len(before) + len(after)
    assert found.retained.sd.value == pytest.approx(by_hand.sd.value, abs=1e-9)
    assert found.retained.component.value == pytest.approx(by_hand.component.value, abs=1e-9)
    assert found.retained.component.se == pytest.approx(by_hand.component.se, abs=1e-9)


def test_the_comparison_of_all_is_that_of_every_routine_audit(harsh_half):
    (found,) = consistency(harsh_half, quarter=Quarter(2019, 1)).changes
    for quarters, side, auditors in (
        (YEAR_BEFORE, found.before, found.auditors_before),
        (YEAR_AFTER, found.after, found.auditors_after),
    ):
        rows = overall(harsh_half, quarters)
        by_hand = spread_by_hand(rows)
        assert (side.audits, auditors) == (len(rows), rows["rater"].nunique())
        assert side.component == pytest.approx(by_hand.component, abs=1e-9)
        assert side.sd.high == pytest.approx(by_hand.sd.high, abs=1e-9)


def test_the_same_pool_shows_no_change(harsh_half):
    whole = pool(stays=lambda rank: True)
    result = consistency(whole, quarter=Quarter(2019, 1))
    assert result.verdict == SpreadVerdict.NO_EVIDENCE
    (found,) = result.changes
    assert found.retained_auditors == found.auditors_before == found.auditors_after == 30
    assert found.retained.sd == found.change.sd
    assert found.retained_says == RetainedSays.SAME


def test_words_name_both_comparisons(harsh_half):
    result = consistency(harsh_half, quarter=Quarter(2019, 1))
    (found,) = result.changes
    (text,) = say_consistency(result).paragraphs
    all_of_them, stayed = found.change.sd.value, found.retained.sd.value
    minus = "\N{MINUS SIGN}"
    assert f"The change is {all_of_them:+.2f} (".replace("-", minus) in text
    who = f"Among the 15 auditors of both periods the spread changed by {stayed:+.2f} ("
    assert who.replace("-", minus) in text
    assert f"{found.before.audits:,} audits by 30 auditors before" in text
    assert f"{found.after.audits:,} audits by 15 auditors after" in text
    way = {
        RetainedSays.SAME: ", the same way.",
        RetainedSays.DIFFERENT: ", the other way, so the change of pool",
    }
    assert way[found.retained_says] in text


def test_those_who_stayed_moving_the_other_way_is_said(harsh_half):
    result = consistency(harsh_half, quarter=Quarter(2019, 1))
    found = replace(result.changes[0], retained_says=RetainedSays.DIFFERENT)
    (text,) = say_consistency(replace(result, changes=(found,))).paragraphs
    assert "the other way, so the change of pool may be behind it" in text


def test_changes_of_one_quarter_cannot_be_told_apart(example):
    result = consistency(example, quarter=LAST)
    pool_cut, training = result.changes
    assert not pool_cut.periods.inseparable
    assert training.periods.inseparable
    said = say_consistency(result)
    both = "Auditor training and Co-located audit days"
    assert f"{both} began in the same quarter and cannot be told apart." in said.paragraphs[1]
    assert "began in the same quarter" not in said.paragraphs[0]
    assert f"The periods compared also hold {both}." in said.paragraphs[0]
    assert both in said.claim
    assert both in consistency_card(result)
    assert consistency_tables(result)[2].rows[1][3] == "Auditor pool cut from 45 to 29"


def thinned(example, audits):
    """The example with a few routine audits a quarter."""
    routine = example.audits[example.audits["audit_type"].eq("collaborative")]
    first = routine.groupby("quarter").head(audits)["audit_id"]
    return keep(example, example.audits["audit_id"].isin(first))


def test_too_little_data_says_why_and_what_cannot_be_told_apart(example):
    result = consistency(thinned(example, 5), quarter=LAST)
    assert result.verdict == SpreadVerdict.TOO_LITTLE
    said = say_consistency(result)
    assert said.claim.startswith("Too little data to judge")
    for text, found in zip(said.paragraphs, result.changes, strict=True):
        because = "because 20 audits before the change; at least 25 needed"
        assert f"{SpreadVerdict.TOO_LITTLE}, {because}" in text
        assert "(20 audits before, 20 after)" in text
        assert "went from" not in text
        assert ("cannot be told apart" in text) == found.periods.inseparable
    assert "because 20 audits before the change" in consistency_card(result)
    known = numbers(table_text(consistency_tables(result)))
    assert not numbers(" ".join((said.claim, *said.paragraphs, consistency_card(result)))) - known


def test_the_verdict_is_that_of_the_latest_change_that_can_be_judged(example):
    late = ProcessChange(kind="training", label="Late", starts=LAST.first_day)
    changes = (*example.settings.process_changes, late)
    audits = replace(example, settings=replace(example.settings, process_changes=changes))
    result = consistency(audits, quarter=LAST)
    assert [found.change.verdict for found in result.changes][-1] == SpreadVerdict.TOO_LITTLE
    assert result.headline == 1
    assert result.verdict == result.changes[1].change.verdict


def test_without_an_overall_grade_each_audit_counts_once_with_its_mean(example):
    domains = example.ratings["domain"] != "Overall"
    bare = replace(example, ratings=example.ratings[domains])
    result = consistency(bare, quarter=LAST)
    routine = example.audits["audit_type"].eq("collaborative")
    assert result.scope.used == routine.sum()
    assert result.scope.unit == "routine audits with grades"
    rows = bare.ratings.merge(bare.audits[routine], on="audit_id")
    rows = rows[rows["role"] == "auditor"]
    mean = rows.groupby("audit_id")["grade"].mean()
    once = rows.drop_duplicates("audit_id").set_index("audit_id").assign(grade=mean)
    found = result.changes[1]
    quarters = [str(quarter) for quarter in found.periods.before]
    by_hand = spread_by_hand(once[once["quarter"].isin(quarters)].reset_index())
    assert found.before.component == pytest.approx(by_hand.component, abs=1e-9)


def test_an_inspector_s_grades_never_stand_beside_the_auditor_s(example):
    rows = example.ratings[example.ratings["role"] == "auditor"]
    inspected = rows.assign(role="inspector", rater="Inspector", grade=0)
    ratings = pd.concat([example.ratings, inspected], ignore_index=True)
    again = consistency(replace(example, ratings=ratings), quarter=LAST)
    assert result_to_json(again) == result_to_json(consistency(example, quarter=LAST))


def test_no_declared_change_is_no_comparison(example):
    none = replace(example, settings=replace(example.settings, process_changes=()))
    result = consistency(none, quarter=LAST)
    assert (result.changes, result.headline) == ((), -1)
    assert consistency_tables(result) == ()
    assert "council.toml" in say_consistency(result).paragraphs[0]
    assert consistency_card(result).startswith("Not available because no process change")


@pytest.mark.parametrize("strip", STRIPPED)
def test_what_cannot_be_told_is_said_without_a_broken_number(example, strip):
    stripped = STRIPPED[strip](example)
    result = consistency(stripped, quarter=latest_quarter(stripped))
    text = result_to_json(result)
    assert result_to_json(result_from_json(text, Consistency)) == text
    said = " ".join([*say_consistency(result).paragraphs, consistency_card(result)])
    assert "nan" not in said.lower().split()
    assert "because ." not in said
