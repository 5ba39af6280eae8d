"""Whole reports: on 2, 5 and 11 levels, and of a council whose scale changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from qaf_analysis.data.council.read import read_council
from qaf_analysis.simulate import PlantedTruth, simulate_council, standard_design
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.simulate.example_2026 import example_2026_council
from qaf_analysis.simulate.later_presets import AREAS, IMPACT, design_of_levels
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.eras import in_era
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.registry import answers
from qaf_analysis.topics.scales.analysis.scales import ScaleEras
from tests.golden.page import page
from tests.places import EXAMPLE_2026
from tests.topics.councils import results_of

NEW, OLD = Quarter(2027, 3), Quarter(2026, 4)
FOUR = ("inadequate", "requires improvement", "good or better", "outstanding")
FIVE = ("urgent improvement", "expected standard", "exceptional")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("levels", "own", "others"),
    [
        (2, "graded met", (*FOUR, *FIVE)),
        (5, "graded expected standard or better", FOUR),
        (11, "graded 6 or more", (*FOUR, *FIVE)),
    ],
)
def test_a_small_council_on_so_many_levels_has_a_whole_report(levels, own, others):
    small = replace(standard_design(audits_per_quarter=12, quarters=6), auditors=6)
    design = design_of_levels(levels, design=small)
    council = simulate_council(design, rng=np.random.default_rng(levels))
    results = results_of(simulated_audits(council))
    text = page(results).lower()
    assert own in text
    assert [word for word in others if word in text] == []
    year = (council.audits["t"] >= 2).to_numpy()  # the last four of six quarters
    routine = (council.audits["audit_type"] == "collaborative").to_numpy() & year
    good = council.auditor_grades[routine, 0] >= design.scale.good_from
    assert results[Programme].good_now.value == pytest.approx(good.mean())


@pytest.fixture(scope="module")
def whole():
    return read_council(EXAMPLE_2026, as_of=date(2028, 2, 29)).audits


def results_in(whole, quarter):
    evidence = Evidence(audits=in_era(whole, quarter), quarter=quarter, whole=whole)
    return answers(evidence)


@pytest.fixture(scope="module")
def new(whole):
    return results_in(whole, NEW)


@pytest.mark.slow
def test_the_latest_report_counts_audits_and_uses_the_new_words(new):
    text = page(new)
    assert "150 audits in 2027-28 Q1 to 2027-28 Q3" in text
    assert "600 audits" not in text
    assert "450 audits" not in text
    units = [one.result.scope.unit for one in new.released(Programme).every]
    assert units == [f"audits with a grade for {area}" for area in (*AREAS, IMPACT)]
    council = example_2026_council()
    rows = (council.audits["t"] >= 7) & (council.audits["audit_type"] == "collaborative")
    for one in new.released(Programme).every:
        column = council.design.columns.index(one.headline)
        good = council.auditor_grades[rows.to_numpy(), column] >= 2
        assert one.result.good_now.value == pytest.approx(good.mean())


@pytest.mark.slow
def test_what_the_files_hold_is_told_of_every_era(new, whole):
    found = new[Intake]
    assert (found.audits, found.ratings) == (512, len(whole.ratings))
    assert "They hold 512 audits" in page(new)


@pytest.mark.slow
def test_bridged_shares_and_changes_hold_the_truth(new):
    truth = PlantedTruth.of(example_2026_council())
    [broken] = new[ScaleEras].breaks
    assert [area.area for area in broken.areas] == [one.domain for one in truth.breaks]
    for area, true in zip(broken.areas, truth.breaks, strict=True):
        assert (area.re_read.used, area.re_read.readers) == (80, 14)
        assert area.re_read.share.low < true.old_on_new < area.re_read.share.high
        assert area.re_read.change.low < true.change < area.re_read.change.high


@pytest.mark.slow
def test_the_report_of_the_old_scale_has_its_own_words(whole):
    text = page(results_in(whole, OLD))
    assert "200 audits in the year to March 2027" in text
    assert "graded good or better" in text
    assert "They hold 512 audits" in text
