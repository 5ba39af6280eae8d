"""Agreement with moderators around process changes, on whole councils."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from qaf_analysis.simulate import simulate_council
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import PlantedChange, RoundDesign
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.settings import ProcessChange
from qaf_analysis.terms.verdicts import AgreementChangeVerdict, RetainedSays
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.common.scope import latest_quarter
from qaf_analysis.topics.optimism.analysis.gaps import by_chance, moderated_pairs
from qaf_analysis.topics.process.analysis.agreement import ProcessAgreement, process_agreement
from qaf_analysis.topics.process.analysis.periods import process_periods
from tests.topics.councils import LAST, STRIPPED, simulated

TRAINED = Quarter(2018, 1)


@pytest.fixture(scope="module")
def example():
    return simulated()[1]


@pytest.fixture(scope="module")
def found(example):
    return process_agreement(example, quarter=LAST)


def council(*, optimism_after, seed):
    """A year of audits on each side of a training, 200 of each year moderated."""
    design = CouncilDesign(
        first=Quarter(2017, 1),
        last=Quarter(2019, 1),
        audits_per_quarter=80,
        optimism=1.6,
        drift_sd=0.0,
        double_share=0.0,
        calibration_files=0,
        multi_agency=(0, 0),
        changes=(
            PlantedChange(
                kind="training",
                label="Training",
                starts=TRAINED.first_day,
                optimism=optimism_after,
            ),
        ),
        rounds=tuple(
            RoundDesign(source="partner_council", last=end, quarters=4, audits=200)
            for end in (Quarter(2017, 4), Quarter(2019, 1))
        ),
    )
    return simulated_audits(simulate_council(design, rng=np.random.default_rng(seed)))


def test_a_planted_fall_of_bias_is_named_as_what_it_is():
    change = process_agreement(council(optimism_after=0.0, seed=1), quarter=Quarter(2019, 1))
    assert change.verdict == AgreementChangeVerdict.IMPROVED
    only = change.changes[0]
    assert only.change.bias.high < 0
    assert only.change.parts.explained.low > 0
    assert only.change.parts.had_bias_stayed.low < 0.05
    assert only.retained_says == RetainedSays.SAME


def test_no_change_is_not_called_one():
    change = process_agreement(council(optimism_after=1.6, seed=2), quarter=Quarter(2019, 1))
    assert change.verdict == AgreementChangeVerdict.NO_EVIDENCE
    assert change.changes[0].change.ruled_out < 0.3


def test_changes_of_one_quarter_cannot_be_told_apart(example, found):
    pool, training = found.changes
    assert pool.periods.labels == ("Auditor pool cut from 45 to 29",)
    assert not pool.periods.inseparable
    assert training.periods.labels == ("Auditor training", "Co-located audit days")
    assert training.periods.inseparable
    assert training.periods.also_within == pool.periods.labels
    assert found.headline == 1


def test_pairs_are_those_drawn_by_chance_once_each(example, found):
    drawn = by_chance(moderated_pairs(example)).drop_duplicates("audit_id")
    assert found.scope.used == len(drawn)
    for one in found.changes:
        for quarters, pairs in (
            (one.periods.before, one.change.pairs_before),
            (one.periods.after, one.change.pairs_after),
        ):
            assert pairs == drawn["quarter"].isin([str(q) for q in quarters]).sum()
        assert str(one.periods.quarter) not in {str(q) for q in one.periods.before}
        assert one.retained.pairs_before <= one.change.pairs_before
        assert one.retained.auditors_before == one.retained.auditors_after == one.retained_auditors


def test_the_timeline_names_each_change_in_its_quarter(found):
    assert [one.quarter for one in found.timeline] == quarters_between(Quarter(2017, 1), LAST)
    assert sum(one.pairs for one in found.timeline) == found.scope.used
    began = {str(one.quarter): one.changes for one in found.timeline if one.changes}
    assert began == {str(one.periods.quarter): one.periods.labels for one in found.changes}


def test_other_reasons_are_listed(example, found):
    moderations = example.moderations
    at_random = replace(example, moderations=moderations.assign(selected_by="random"))
    assert process_agreement(at_random, quarter=LAST).changes[0].cautions == ()
    assert "drawn by the auditor's grade" in found.changes[0].cautions[0]
    seen = replace(example, ratings=example.ratings.assign(blind=False))
    said = process_agreement(seen, quarter=LAST).changes[0].cautions
    assert any("without sight" in text for text in said)


def test_cases_drawn_in_another_way_are_not_compared(example):
    moderations = example.moderations
    late = moderations["moderated_on"] >= "2018-07-01"
    apart = replace(
        example, moderations=moderations.assign(selected_by=np.where(late, "stratified", "random"))
    )
    pool = process_agreement(apart, quarter=LAST).changes[0].change
    assert pool.verdict == AgreementChangeVerdict.TOO_LITTLE
    assert "drawn for moderation by the auditor's grade in one period" in pool.reason
    assert pool.exact.difference.is_estimable


def test_it_travels_as_json(found):
    text = result_to_json(found)
    assert result_to_json(result_from_json(text, ProcessAgreement)) == text


@pytest.mark.parametrize("strip", STRIPPED)
def test_what_cannot_be_told_is_said(example, strip):
    stripped = STRIPPED[strip](example)
    told = process_agreement(stripped, quarter=latest_quarter(stripped))
    assert told.verdict == AgreementChangeVerdict.TOO_LITTLE
    assert told.reason
    text = result_to_json(told)
    assert result_to_json(result_from_json(text, ProcessAgreement)) == text


def test_only_what_was_known_then_counts(example):
    then = process_agreement(example, quarter=Quarter(2018, 2))
    assert [one.periods.quarter for one in then.changes] == [Quarter(2018, 1)]
    assert then.verdict == AgreementChangeVerdict.TOO_LITTLE


def test_without_a_declared_change_nothing_is_compared(example):
    none = replace(example, settings=replace(example.settings, process_changes=()))
    told = process_agreement(none, quarter=LAST)
    assert (told.changes, told.headline) == ((), -1)
    assert "no process change is declared" in told.reason


def test_periods_take_four_quarters_and_leave_out_the_change():
    changes = tuple(
        ProcessChange(kind="training", label=label, starts=starts)
        for label, starts in (
            ("first", date(2018, 4, 2)),
            ("outside", date(2017, 4, 2)),
            ("second", date(2018, 12, 1)),
        )
    )
    quarters = quarters_between(Quarter(2017, 1), Quarter(2019, 4))
    first, second = process_periods(changes, quarters=quarters)
    assert first.before == tuple(quarters[:4])
    assert first.after == tuple(quarters[5:9])
    assert first.also_within == ("second",)
    assert second.quarter == Quarter(2018, 3)
    assert len(second.after) == 4
