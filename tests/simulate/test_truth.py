"""The truth is recovered by plain counting from councils so large that chance is small."""

import json
from dataclasses import replace

import numpy as np
import pytest

from qaf_analysis.simulate import (
    CouncilDesign,
    PlantedTruth,
    example_design,
    null_design,
    simulate_council,
    standard_design,
)
from qaf_analysis.simulate.design_parts import (
    DomainDesign,
    PlantedChange,
    PlantedTheme,
    RoundDesign,
)
from qaf_analysis.simulate.expectation import expected_grades
from qaf_analysis.simulate.truth import agreement_of
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.quarter import Quarter

THEMED_IN = Quarter(2017, 4)
LARGE = CouncilDesign(
    last=Quarter(2018, 4),
    audits_per_quarter=8_000,
    auditors=60,
    double_share=1.0,
    calibration_files=0,
    multi_agency=(0, 0),
    domains=(
        DomainDesign(name="Chronologies", offset=-0.3),
        DomainDesign(name="Core groups"),
        DomainDesign(name="Plan", loading=0.8),
    ),
    themes=(
        PlantedTheme(name="Works", domain="Chronologies", audited_in=THEMED_IN, effect=1.0),
        PlantedTheme(name="Does not", domain="Core groups", audited_in=THEMED_IN, effect=0.0),
        PlantedTheme(name="Cohort", case_type="Child protection", audited_in=THEMED_IN, effect=0.5),
    ),
    changes=(
        PlantedChange(
            kind="training",
            label="Training",
            starts=Quarter(2018, 1).first_day,
            optimism=0.2,
            severity_sd=0.2,
            auditors=30,
        ),
    ),
    rounds=(
        RoundDesign(source="peers", last=Quarter(2018, 4), quarters=8, audits=10**6),
        RoundDesign(source="partner", last=Quarter(2018, 4), quarters=8, audits=10**6),
    ),
    quarter_sd=0.0,
    quarter_domain_sd=0.0,
    drift_sd=0.0,
)


@pytest.fixture(scope="module")
def large():
    council = simulate_council(LARGE, rng=np.random.default_rng(17))
    return council, PlantedTruth.of(council)


def overall(table, **equal):
    table = table[table["domain"] == "Overall"]
    for column, value in equal.items():
        table = table[table[column] == value]
    return table.set_index("audit_id")["grade"]


@pytest.mark.slow
def test_windows_are_what_is_counted_when_moderators_grade_everything(large):
    council, truth = large
    given = overall(council.ratings, role="auditor")
    quarter = council.audits.set_index("audit_id")["quarter"]
    window = truth.window("year to 2018-19 Q4")
    routine = council.audits.set_index("audit_id")["audit_type"] == "collaborative"
    rows = quarter.index[quarter.isin(window.quarters) & routine]
    gaps, profiles = [], []
    for source in ("peers", "partner"):
        found = overall(council.moderations, moderation_source=source).loc[rows]
        gaps.append((given.loc[rows] - found).to_numpy())
        profiles.append(found.value_counts(normalize=True).sort_index().to_numpy())
    assert window.audits == 32_000
    assert window.mean_gap == pytest.approx(np.mean(gaps), abs=1e-12)
    assert window.over_rate == pytest.approx((np.array(gaps) > 0).mean(), abs=1e-12)
    assert window.under_rate == pytest.approx((np.array(gaps) < 0).mean(), abs=1e-12)
    assert window.moderators == pytest.approx(np.mean(profiles, axis=0), abs=1e-12)
    assert window.moderators_good == pytest.approx(np.mean(profiles, axis=0)[2:].sum())
    assert window.auditors_good == pytest.approx((given.loc[rows] >= 2).mean())


@pytest.mark.parametrize("good_only", [False, True])
@pytest.mark.parametrize("name", ["Works", "Does not"])
def test_theme_effect_is_the_difference_in_differences_counted(large, name, good_only):
    council, truth = large
    theme = next(theme for theme in LARGE.themes if theme.name == name)
    t = council.audits["t"].to_numpy()
    routine = (council.audits["audit_type"] == "collaborative").to_numpy()
    column = LARGE.columns.index(theme.domain)
    grades = council.auditor_grades
    grades = (grades >= 2) if good_only else grades
    contrast = grades[:, column].astype(float) - grades[:, LARGE.columns.index("Plan")]
    means = [contrast[routine & (t == quarter)].mean() for quarter in range(8)]
    counted = np.mean(means[4:]) - np.mean(means[:3])
    planted = truth.theme(name)
    # Standard error about 0.9 grades / sqrt(24,000) each side; three of them.
    assert (planted.good if good_only else planted.mean_grade) == pytest.approx(counted, abs=0.025)
    if name == "Does not":
        assert planted.mean_grade == planted.mean_grade_without
        assert abs(planted.mean_grade) < 0.03
    else:
        assert planted.mean_grade - planted.mean_grade_without > 0.4


def test_cohort_truth_is_the_change_counted_in_its_cases(large):
    council, truth = large
    audits = council.audits
    cohort = (audits["case_type"] == "Child protection") & (audits["audit_type"] == "collaborative")
    t = audits["t"].to_numpy()
    grades = council.auditor_grades[:, 0]
    means = [grades[cohort & (t == quarter)].mean() for quarter in range(8)]
    counted = np.mean(means[4:]) - np.mean(means[:3])
    planted = truth.theme("Cohort")
    assert planted.kind == "cohort"
    assert planted.mean_grade == pytest.approx(counted, abs=0.03)
    assert planted.mean_grade_without < planted.mean_grade


def severity_sd_counted(council, quarters):
    """Spread of auditors' mean grades, less what chance adds to it."""
    audits = council.audits
    rows = ((audits["audit_type"] == "collaborative") & audits["t"].isin(quarters)).to_numpy()
    grades = council.auditor_grades[rows, 0].astype(float)
    by_auditor = audits.loc[rows, "auditor"].to_numpy()
    means, chance = [], []
    for auditor in np.unique(by_auditor):
        own = grades[by_auditor == auditor]
        means.append(own.mean())
        chance.append(own.var(ddof=1) / len(own))
    return np.sqrt(np.var(means, ddof=1) - np.mean(chance))


def test_severity_spread_is_that_of_the_auditors_mean_grades(large):
    council, truth = large
    (change,) = truth.changes
    assert (change.auditors_before, change.auditors_after) == (60, 30)
    assert change.severity_sd_before == pytest.approx(
        severity_sd_counted(council, range(4)), abs=0.02
    )
    assert change.severity_sd_after == pytest.approx(
        severity_sd_counted(council, range(4, 8)), abs=0.02
    )
    assert change.severity_sd_after < change.severity_sd_before - 0.05
    assert truth.severity_sd["2018-19 Q4"] == pytest.approx(change.severity_sd_after)


@pytest.mark.parametrize("window", ["2017-18 Q2", "2018-19 Q3", "all"])
def test_agreement_is_that_of_double_gradings(large, window):
    council, truth = large
    expected = truth.window(window)
    quarter = council.audits.set_index("audit_id")["quarter"]
    ids = quarter.index[quarter.isin(expected.quarters)]
    pairs = overall(council.ratings, role="auditor").to_frame("first")
    pairs["second"] = overall(council.ratings, role="second_auditor")
    pairs = pairs[pairs.index.isin(ids)].dropna()
    steps = (pairs["first"] - pairs["second"]).abs()
    weighted = (1 - steps / 3).mean()
    shares = np.array([(pairs == grade).to_numpy().mean() for grade in range(4)])
    # Linear weights of four grades add up to 4 + 6 x 2/3 + ... = 28/3 over 16 pairs of grades.
    by_chance = (28 / 3) / 12 * (shares * (1 - shares)).sum()
    counted = (weighted - by_chance) / (1 - by_chance)
    assert len(pairs) >= 8_000
    assert expected.exact_agreement == pytest.approx((steps == 0).mean(), abs=0.02)
    assert expected.ac2_linear == pytest.approx(counted, abs=0.015)


def test_agreement_without_shared_quality_is_chance():
    shares = np.array([0.25, 0.25, 0.25, 0.25])
    exact, ac2 = agreement_of(np.outer(shares, shares))
    assert exact == pytest.approx(0.25)
    assert ac2 == pytest.approx(0.0, abs=1e-12)


@pytest.mark.slow
def test_expected_grades_average_over_the_quarters_shocks():
    design = CouncilDesign(
        first=Quarter(1700, 1),
        last=Quarter(1849, 4),
        audits_per_quarter=60,
        calibration_files=0,
        multi_agency=(0, 0),
        quarter_sd=0.5,
        quarter_domain_sd=0.4,
        trend=0.0,
        drift_sd=0.0,
    )
    council = simulate_council(design, rng=np.random.default_rng(8))
    mean_grade, good = expected_grades(design, council.raters)
    counted = council.auditor_grades
    # 600 quarters, shocks worth about 0.35 grades: standard error 0.015.
    np.testing.assert_allclose(counted.mean(axis=0), mean_grade[0], atol=0.05)
    np.testing.assert_allclose((counted >= 2).mean(axis=0), good[0], atol=0.03)


def test_the_null_council_is_really_null():
    rounds = (RoundDesign(source="peers", last=Quarter(2018, 4)),)
    design = null_design(replace(LARGE, rounds=rounds, double_share=0.0))
    truth = PlantedTruth.of(simulate_council(design, rng=np.random.default_rng(3)))
    everything = truth.window("all")
    # Moderators read with less noise, which moves the mean grade by a hair.
    assert abs(everything.mean_gap) < 0.02
    assert abs(everything.auditors_good - everything.moderators_good) < 0.02
    for theme in truth.themes:
        assert abs(theme.mean_grade) < 1e-9
        assert abs(theme.good) < 1e-9
    assert len({round(spread, 12) for spread in truth.severity_sd.values()}) == 1


def test_quarters_of_a_theme_leave_out_when_it_was_chosen_and_audited():
    council = simulate_council(example_design(), rng=np.random.default_rng(1))
    chronologies = PlantedTruth.of(council).theme("Chronologies")
    assert chronologies.quarters_before == ("2017-18 Q1", "2017-18 Q2", "2017-18 Q3", "2017-18 Q4")
    assert chronologies.quarters_after[0] == "2018-19 Q3"


def test_truth_is_saved_as_plain_json_with_null_for_what_is_not_known():
    design = replace(standard_design(quarters=4), rounds=())
    truth = PlantedTruth.of(simulate_council(design, rng=np.random.default_rng(1)))
    saved = json.loads(truth.to_json())
    names = [window["window"] for window in saved["windows"]]
    assert names[-2:] == ["year to 2019-20 Q4", "all"]
    assert saved["windows"][-1]["mean_gap"] is None
    assert saved["windows"][-1]["auditors"] == pytest.approx(truth.window("all").auditors)


def test_an_unknown_window_or_theme_is_refused():
    truth = PlantedTruth.of(
        simulate_council(standard_design(quarters=4), rng=np.random.default_rng(1))
    )
    with pytest.raises(SettingsError, match="no window"):
        truth.window("2030-31 Q1")
    with pytest.raises(SettingsError, match="no theme"):
        truth.theme("Diversity")
