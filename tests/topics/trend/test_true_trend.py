"""The true trend of whole councils: planted truth, refusals, and the checks on moderators."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.simulate import simulate_council
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import PlantedChange, RoundDesign
from qaf_analysis.simulate.truth import PlantedTruth
from qaf_analysis.terms.errors import InputRejectedError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import SteadinessVerdict, TrendClaim
from qaf_analysis.topics.common.leniency import AuditorLeniency
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.optimism.analysis.gaps import moderated_pairs
from qaf_analysis.topics.optimism.analysis.headline import optimism
from qaf_analysis.topics.optimism.analysis.moderator_checks import (
    UNSTEADY,
    limitations_of,
    steadiness_of,
)
from qaf_analysis.topics.programme.analysis.grades import programme
from qaf_analysis.topics.trend.analysis import TrueTrend, true_trend
from qaf_analysis.topics.trend.words import say_true_trend
from tests.topics.councils import LAST, STRIPPED, simulated

steady_of = partial(steadiness_of, tolerance=0.25)

YEAR_ENDS = (Quarter(2018, 4), Quarter(2019, 4))


def council(*, optimism_after, trend, seed, audits=400, moderated=160):
    design = CouncilDesign(
        first=Quarter(2018, 1),
        last=Quarter(2019, 4),
        audits_per_quarter=audits // 4,
        optimism=0.2,
        drift_sd=0.0,
        trend=trend,
        double_share=0.0,
        calibration_files=0,
        multi_agency=(0, 0),
        changes=(
            PlantedChange(
                kind="training",
                label="Training",
                starts=Quarter(2019, 1).first_day,
                optimism=optimism_after,
            ),
        ),
        rounds=tuple(
            RoundDesign(source="partner_council", last=end, quarters=4, audits=moderated)
            for end in YEAR_ENDS
        ),
    )
    drawn = simulate_council(design, rng=np.random.default_rng(seed))
    return drawn, simulated_audits(drawn)


def change_of_truth(drawn):
    """Change between the years in moderators' mean grade and in the mean gap, over all audits."""
    years = [PlantedTruth.of(drawn).window(f"year to {end}") for end in YEAR_ENDS]
    means = [float(np.arange(4) @ year.moderators) for year in years]
    return means[1] - means[0], years[1].mean_gap - years[0].mean_gap


@pytest.fixture(scope="module")
def example():
    return simulated()[1]


@pytest.fixture(scope="module")
def found(example):
    return true_trend(example, quarter=LAST)


@pytest.mark.parametrize(
    ("optimism_after", "trend", "verdict"),
    [(1.0, 0.0, TrendClaim.GRADING_KINDER), (0.2, 0.16, TrendClaim.PRACTICE_IMPROVED)],
)
def test_what_was_planted_is_named(optimism_after, trend, verdict):
    drawn, audits = council(optimism_after=optimism_after, trend=trend, seed=1)
    trend_found = true_trend(audits, quarter=LAST)
    practice, leniency = change_of_truth(drawn)
    assert trend_found.verdict == verdict
    assert trend_found.grade.practice.low <= practice <= trend_found.grade.practice.high
    assert trend_found.grade.leniency.low <= leniency <= trend_found.grade.leniency.high


def test_parts_add_up_in_both_measures(found):
    for split in (found.grade, found.good):
        parts = split.practice.value + split.mix.value + split.drift.value
        assert parts == pytest.approx(split.observed.value, abs=1e-12)


def test_the_latest_year_agrees_with_the_optimism_section(example, found):
    kinder = optimism(example, quarter=LAST)
    last = found.years[-1]
    assert last.good.adjusted == kinder.adjusted_good
    assert last.good.observed == kinder.audit_good
    gap = last.grade.observed.value - last.grade.adjusted.value
    assert gap == pytest.approx(kinder.adjusted_gap.value, abs=1e-12)
    width = last.grade.adjusted.high - last.grade.adjusted.low
    assert width == pytest.approx(kinder.adjusted_gap.high - kinder.adjusted_gap.low)


def test_the_same_two_years_have_the_same_change_wherever_it_stands(example):
    """Two years of audits only: the first is the year before the last."""
    quarter = Quarter(2018, 4)
    trend, graded = true_trend(example, quarter=quarter), programme(example, quarter=quarter)
    assert trend.good.observed == graded.change
    assert [year.good.observed for year in trend.years] == [year.good for year in graded.years]


def test_years_end_with_the_period_compared(found):
    assert [year.last for year in found.years] == [
        Quarter(2017, 4),
        Quarter(2018, 4),
        Quarter(2019, 4),
    ]
    assert all(year.audits == 200 for year in found.years)


def test_every_record_is_accounted_for(found):
    assert found.scope.used == found.moderated_first + found.moderated_last
    assert found.scope.used + sum(gone.records for gone in found.scope.left_out) == 400


def test_it_travels_as_json(found):
    text = result_to_json(found)
    assert result_to_json(result_from_json(text, TrueTrend)) == text
    with pytest.raises(InputRejectedError):
        result_from_json(text.replace('"TrueTrend"', '"Other"'), TrueTrend)


@pytest.mark.parametrize(
    ("strip", "reason"),
    [
        ("no moderation", "no audit of the first year was moderated"),
        ("one quarter", "only one year of audits"),
        ("one audit", "only one year of audits"),
        ("no overall grade", "no single overall grade"),
        ("hunch moderation", "not recorded"),
    ],
)
def test_what_cannot_be_told_is_said(example, strip, reason):
    stripped = true_trend(STRIPPED[strip](example), quarter=LAST)
    for split in (stripped.grade, stripped.good):
        assert split.verdict == TrendClaim.CANNOT_BE_TOLD
        for part in (split.practice, split.leniency, split.mix, split.drift):
            assert reason in part.why_not
            assert not part.is_estimable
    assert result_to_json(result_from_json(result_to_json(stripped), TrueTrend))


def test_without_a_single_grade_there_is_no_mean_to_change(example):
    # Of each audit's domain grades whichever stood first was taken, so order of rows decided.
    told = true_trend(STRIPPED["no overall grade"](example), quarter=LAST)
    for split in (told.grade, told.good):
        assert "no single overall grade" in split.observed.why_not
    (first, *_) = say_true_trend(told).paragraphs
    assert first == (
        "What of a change in grades is practice cannot be told, because the audits carry no "
        "single overall grade."
    )


def test_moderation_that_is_already_done_is_not_asked_for(example):
    told = true_trend(example, quarter=LAST)
    nothing = replace(told.grade.practice, value=0.0, low=-0.1, high=0.1)
    most = min(told.moderated_first, told.moderated_last)
    for needed, asks in ((most, False), (most + 1, True)):
        enough = replace(told.grade.practice, value=float(needed))
        split = replace(told.grade, practice=nothing, needed=enough)
        said = " ".join(say_true_trend(replace(told, grade=split)).paragraphs)
        assert (f"about {needed} audits moderated by chance would be needed" in said) == asks


def test_too_few_by_chance_say_how_many_are_needed():
    few = council(optimism_after=1.0, trend=0.1, seed=2, moderated=25)[1]
    told = true_trend(few, quarter=LAST)
    assert told.verdict == TrendClaim.CANNOT_BE_TOLD
    assert "only 25 moderated audits" in told.grade.practice.why_not
    assert 30 <= told.grade.needed.value <= 400
    # The picture of the years needs less than the verdict.
    assert all(year.grade.adjusted.has_interval for year in told.years)


def test_one_grade_for_all_changes_nothing(example):
    flat = true_trend(STRIPPED["one grade"](example), quarter=LAST)
    assert flat.verdict == TrendClaim.NO_CLEAR_CHANGE
    assert flat.grade.observed.value == flat.grade.practice.value == 0


def test_only_what_was_known_then_counts(example):
    then = true_trend(example, quarter=Quarter(2018, 4))
    assert then.last_period == "the year to March 2019"
    assert then.scope.last == Quarter(2018, 4)
    assert len(then.years) == 2


def test_leniency_known_from_elsewhere_is_matched_by_name(example, found):
    ours = example.ratings[example.ratings["role"] == "auditor"]
    auditors = (*sorted(ours["rater"].unique(), reverse=True), "nobody here")
    rng = np.random.default_rng(3)
    value = rng.normal(0, 0.3, len(auditors))
    certain = AuditorLeniency(
        auditors=auditors, leniency=value, covariance=1e-12 * np.eye(len(auditors))
    )
    told = true_trend(example, quarter=LAST, leniency=certain)
    routine = ours.merge(example.audits, on="audit_id")
    routine = routine[(routine["domain"] == "Overall") & (routine["audit_type"] == "collaborative")]
    year = routine["quarter"].str[:7]
    share = [
        routine.loc[year == name, "rater"].value_counts(normalize=True)
        for name in ("2017-18", "2019-20")
    ]
    known = pd.Series(value, index=auditors)
    change = share[1].reindex(known.index).fillna(0) - share[0].reindex(known.index).fillna(0)
    assert told.grade.mix.value == pytest.approx(float(change @ known), abs=1e-4)
    assert told.good.mix == found.good.mix
    assert told.grade.practice == found.grade.practice


def test_moderators_are_checked_on_audits_read_twice(example, found):
    pairs = moderated_pairs(example)
    assert found.steadiness.repeated.cases >= 10
    assert found.steadiness.moderators_both == 12  # the consultancy's four among them
    assert found.steadiness.verdict == SteadinessVerdict.NOT_SHOWN
    assert found.limitations == (UNSTEADY[SteadinessVerdict.NOT_SHOWN],)
    again = pairs.duplicated("audit_id")
    kinder = np.minimum(pairs["moderation_grade"] + 1, 3)
    later = pairs.assign(moderation_grade=pairs["moderation_grade"].mask(again, kinder))
    year = pairs["quarter"].str[:7]
    moved = steady_of(later, pairs[year == "2017-18"], pairs[year == "2019-20"])
    assert moved.verdict == SteadinessVerdict.MOVED
    assert moved.repeated.low > 0


def test_other_sources_and_people_are_named(example):
    pairs = moderated_pairs(example)
    first, last = (pairs[pairs["quarter"].str[:7] == name] for name in ("2017-18", "2019-20"))
    others = last.assign(moderation_source="peer", moderator="M " + last["moderator"])
    steady = replace(steady_of(pairs, first, last), verdict=SteadinessVerdict.STEADY)
    said = limitations_of(first, others, steadiness=steady)
    assert "other sources" in said[0]
    assert "no moderator worked in both years" in said[1]
    seen = limitations_of(first, last.assign(blind=False), steadiness=steady)
    assert "knew the auditor's grade" in seen[0]
    assert limitations_of(first, last, steadiness=steady) == ()
