"""Joint likelihood: mfrmr's figures for Guilford's grades, plain loops, and difficult designs."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest

from qaf_analysis.stats.severity.joint.fit import SE_NOTE, joint_fit
from qaf_analysis.stats.severity.ratings import SeverityRatings
from tests.stats.severity.guilford import PUBLISHED, guilford, published
from tests.stats.severity.simulated_grades import simulated

FACETS = {"Person": "audits", "judge": "auditors", "trait": "domains"}


@pytest.fixture(scope="module")
def fit():
    return joint_fit(guilford())


def ratings_of(rows, *, n_levels=3):
    audit, auditor, domain, grade = np.array(rows).T
    return SeverityRatings(
        audit=audit, auditor=auditor, domain=domain, grade=grade, n_levels=n_levels
    )


def with_grades(ratings, grade, **more):
    columns = {"audit": ratings.audit, "auditor": ratings.auditor, "domain": ratings.domain}
    return SeverityRatings(**{**columns, **more}, grade=grade, n_levels=ratings.n_levels)


@pytest.mark.parametrize("facet", FACETS)
def test_measures_are_those_of_mfrmr(fit, facet):
    table = getattr(fit, FACETS[facet])
    assert table.measure == pytest.approx(published(facet, "Estimate"), abs=2e-6)
    assert table.se == pytest.approx(published(facet, "SE"), abs=2e-6)
    assert table.fit.infit == pytest.approx(published(facet, "Infit"), abs=2e-6)
    assert table.fit.outfit == pytest.approx(published(facet, "Outfit"), abs=2e-6)
    assert table.observed_average + 1 == pytest.approx(published(facet, "ObservedAverage"))


def test_log_likelihood_and_steps_are_those_of_mfrmr(fit):
    assert fit.log_likelihood == pytest.approx(PUBLISHED["logLik"], abs=1e-7)
    assert fit.steps == pytest.approx([step["Estimate"] for step in PUBLISHED["steps"]], abs=2e-6)
    assert fit.converged
    assert fit.warnings == ()
    assert fit.se_note == SE_NOTE


@pytest.mark.parametrize("row", PUBLISHED["reliability"], ids=lambda row: row["Facet"])
def test_separation_is_that_of_mfrmr(fit, row):
    found = getattr(fit, FACETS[row["Facet"]]).separation
    assert found.sd == pytest.approx(row["SD"], abs=1e-6)
    assert found.rmse == pytest.approx(row["RMSE"], abs=1e-6)
    assert found.true_sd == pytest.approx(row["TrueSD"], abs=1e-6)


@pytest.mark.parametrize("row", PUBLISHED["chisq"], ids=lambda row: row["Facet"])
def test_chi_squares_are_those_of_mfrmr(fit, row):
    table = getattr(fit, FACETS[row["Facet"]])
    assert table.fixed.value == pytest.approx(row["FixedChiSq"], abs=2e-5)
    assert (table.fixed.df, table.random.df) == (row["FixedDF"], row["RandomDF"])
    assert table.fixed.p == pytest.approx(row["FixedProb"], rel=1e-4)
    assert table.random.value == pytest.approx(row["RandomChiSq"], abs=1e-5)
    assert table.random.p == pytest.approx(row["RandomProb"], abs=1e-5)


def test_agreement_is_that_of_mfrmr(fit):
    assert (fit.agreement.pairs, fit.agreement.exact) == (105, 33)
    assert fit.agreement.expected == pytest.approx(27.01940291, abs=2e-6)
    assert fit.agreement.observed_share == pytest.approx(0.31428571, abs=1e-8)
    assert sum(pairs.exact for pairs in fit.agreement_by_auditor) == 2 * 33


def test_point_measure_correlation_is_that_of_numpy(fit):
    ratings = guilford()
    measure = (
        fit.audits.measure[ratings.audit_number]
        - fit.auditors.measure[ratings.auditor_number]
        - fit.domains.measure[ratings.domain_number]
    )
    for judge, found in enumerate(fit.auditors.point_measure.observed):
        own = ratings.auditor_number == judge
        assert found == pytest.approx(np.corrcoef(ratings.grade[own], measure[own])[0, 1])


def loops(ratings, *, sweeps=4000):
    """One Newton step for each parameter in turn, with plain loops, as Facets proceeds."""
    rows = list(
        zip(
            ratings.audit_number.tolist(),
            ratings.auditor_number.tolist(),
            ratings.domain_number.tolist(),
            ratings.grade.tolist(),
            strict=True,
        )
    )
    sizes = (ratings.n_audits, ratings.n_auditors, ratings.n_domains)
    own = [[0.0] * size for size in sizes]
    steps = [0.0] * (ratings.n_levels - 1)

    def chances(row):
        predictor = own[0][row[0]] - own[1][row[1]] - own[2][row[2]]
        weights, total = [1.0], 0.0
        for step in steps:
            total += predictor - step
            weights.append(exp(total))
        return [weight / sum(weights) for weight in weights]

    for _ in range(sweeps):
        largest = 0.0
        for facet, sign in ((0, 1), (1, -1), (2, -1)):
            for element in range(sizes[facet]):
                residual = variance = 0.0
                for row in rows:
                    if row[facet] == element:
                        shares = chances(row)
                        mean = sum(k * share for k, share in enumerate(shares))
                        residual += row[3] - mean
                        variance += sum(k * k * share for k, share in enumerate(shares)) - mean**2
                move = sign * residual / variance
                own[facet][element] += move
                largest = max(largest, abs(move))
            if facet:
                mean = sum(own[facet]) / sizes[facet]
                own[facet] = [value - mean for value in own[facet]]
        table = [chances(row) for row in rows]
        for k in range(1, ratings.n_levels):
            expected = [sum(shares[level] for shares in table) for level in range(len(steps) + 1)]
            seen = [sum(row[3] == level for row in rows) for level in range(len(steps) + 1)]
            move = log(expected[k] / expected[k - 1]) - log(seen[k] / seen[k - 1])
            steps[k - 1] += move
            largest = max(largest, abs(move))
        if largest < 1e-9:
            break
    shift = sum(steps) / len(steps)
    return [value - shift for value in own[0]], own[1], own[2], [step - shift for step in steps]


def test_plain_loops_find_the_same_maximum():
    truth = simulated(np.random.default_rng(5), audits=12, auditors=3, domains=3)
    found = joint_fit(truth.ratings)
    assert not found.audits.is_extreme.any()
    practice, severity, difficulty, steps = loops(truth.ratings)
    assert found.audits.measure == pytest.approx(practice, abs=1e-6)
    assert found.auditors.measure == pytest.approx(severity, abs=1e-6)
    assert found.domains.measure == pytest.approx(difficulty, abs=1e-6)
    assert found.steps == pytest.approx(steps, abs=1e-6)


def test_known_severities_are_recovered_stretched_as_joint_likelihood_does():
    truth = simulated(np.random.default_rng(11), audits=1500, auditors=10, domains=5)
    found = joint_fit(truth.ratings)
    slope, _ = np.polyfit(truth.severity - truth.severity.mean(), found.auditors.measure, 1)
    assert 1.02 < slope < 1.25  # with ten grades an audit, about 10 / 9
    assert np.corrcoef(truth.severity, found.auditors.measure)[0, 1] > 0.99


@pytest.mark.parametrize("seed", [1, 2])
def test_order_and_names_change_nothing(seed):
    rng = np.random.default_rng(seed)
    ratings = simulated(rng, audits=60, auditors=6, domains=4).ratings
    order = rng.permutation(len(ratings.grade))
    names = rng.permutation(1000)[:6]
    shuffled = SeverityRatings(
        audit=ratings.audit[order] * 7 + 3,
        auditor=names[ratings.auditor[order]],
        domain=9 - ratings.domain[order],
        grade=ratings.grade[order],
        n_levels=4,
    )
    first, second = joint_fit(ratings), joint_fit(shuffled)
    place = np.searchsorted(second.auditors.code, names)
    assert second.auditors.measure[place] == pytest.approx(first.auditors.measure, abs=1e-8)
    assert second.domains.measure[::-1] == pytest.approx(first.domains.measure, abs=1e-8)
    assert second.auditors.fit.outfit[place] == pytest.approx(first.auditors.fit.outfit, abs=1e-8)
    assert second.log_likelihood == pytest.approx(first.log_likelihood, abs=1e-8)


def test_reversing_the_scale_turns_the_signs():
    ratings = simulated(np.random.default_rng(3), audits=80).ratings
    first, second = joint_fit(ratings), joint_fit(with_grades(ratings, 3 - ratings.grade))
    assert second.auditors.measure == pytest.approx(-first.auditors.measure, abs=1e-8)
    assert second.audits.measure == pytest.approx(-first.audits.measure, abs=1e-8)
    assert second.steps == pytest.approx(-first.steps[::-1], abs=1e-8)


def expected_score(fit, ratings, number):
    """Expected sum of the grades of an audit, from the printed measures."""
    total = 0.0
    for row in np.flatnonzero(ratings.audit_number == number):
        place = (
            fit.audits.measure[number]
            - fit.auditors.measure[ratings.auditor_number[row]]
            - fit.domains.measure[ratings.domain_number[row]]
        )
        heights = [0.0]
        for step in fit.steps:
            heights.append(heights[-1] + place - step)
        weights = [exp(height) for height in heights]
        total += sum(k * weight for k, weight in enumerate(weights)) / sum(weights)
    return total


def test_extreme_audits_get_a_measure_from_a_score_moved_inward():
    ratings = simulated(np.random.default_rng(4), audits=50, auditors=4, domains=3).ratings
    grade = ratings.grade.copy()
    grade[ratings.audit_number == 7] = 3
    grade[ratings.audit_number == 9] = 0
    ratings = with_grades(ratings, grade)
    found = joint_fit(ratings)
    assert found.audits.is_extreme[[7, 9]].all()
    assert expected_score(found, ratings, 7) == pytest.approx(6 * 3 - 0.3, abs=1e-6)
    assert expected_score(found, ratings, 9) == pytest.approx(0.3, abs=1e-6)
    assert np.isfinite(found.audits.measure).all()
    assert np.isfinite(found.audits.se).all()
    assert "one end of the scale" in found.audits.remark[7]
    assert found.audits.remark[8] == ""
    assert "one end of the scale" in " ".join(found.warnings)


def test_extreme_audits_do_not_move_the_others():
    ratings = simulated(np.random.default_rng(4), audits=50, auditors=4, domains=3).ratings
    grade = ratings.grade.copy()
    extreme = np.isin(ratings.audit_number, [7, 9])
    grade[extreme] = 3
    kept = SeverityRatings(
        audit=ratings.audit[~extreme],
        auditor=ratings.auditor[~extreme],
        domain=ratings.domain[~extreme],
        grade=grade[~extreme],
        n_levels=4,
    )
    first, second = joint_fit(with_grades(ratings, grade)), joint_fit(kept)
    assert first.auditors.measure == pytest.approx(second.auditors.measure, abs=1e-9)
    assert first.log_likelihood == pytest.approx(second.log_likelihood, abs=1e-9)
    assert first.auditors.fixed == second.auditors.fixed
    assert first.agreement.pairs > second.agreement.pairs


def test_an_auditor_who_gives_one_grade_only_is_finite_and_marked():
    ratings = simulated(np.random.default_rng(6), audits=80, auditors=5).ratings
    grade = np.where(ratings.auditor_number == 2, 3, ratings.grade)
    found = joint_fit(with_grades(ratings, grade))
    assert found.auditors.is_extreme.tolist() == [False, False, True, False, False]
    assert found.auditors.measure[2] == found.auditors.measure.min()
    assert np.isfinite(found.auditors.se).all()
    assert found.auditors.group[2] == -1
    assert found.auditors.separation.n == 4


def test_no_missing_measure_without_a_remark():
    # Auditor 9 graded one file only, all at the top, so neither has anything beside it.
    rows = [(a, r, d, (a + r * d) % 3) for a in range(6) for r in range(2) for d in range(3)]
    rows += [(77, 9, d, 2) for d in range(3)]
    found = joint_fit(ratings_of(rows))
    for table in (found.audits, found.auditors, found.domains):
        for measure, se, remark in zip(table.measure, table.se, table.remark, strict=True):
            assert np.isfinite(measure) == np.isfinite(se)
            assert np.isfinite(measure) or remark
    assert np.isnan(found.auditors.measure[-1])


@pytest.mark.parametrize("grade", [0, 1, 2])
def test_one_grade_everywhere_is_said_and_not_estimated(grade):
    rows = [(a, r, d, grade) for a in range(4) for r in range(2) for d in range(2)]
    found = joint_fit(ratings_of(rows))
    assert np.isnan(found.auditors.measure).all()
    assert all(table.remark[0] for table in (found.audits, found.auditors, found.domains))
    assert found.warnings == (
        "Nothing can be estimated: no file, auditor or domain has mixed grades.",
    )
    assert not found.converged


def test_groups_that_share_no_audit_are_centred_apart_and_not_compared():
    first = simulated(np.random.default_rng(7), audits=60, auditors=4).ratings
    second = simulated(np.random.default_rng(8), audits=60, auditors=3).ratings
    both = SeverityRatings(
        audit=np.concatenate([first.audit, second.audit + 1000]),
        auditor=np.concatenate([first.auditor, second.auditor + 10]),
        domain=np.concatenate([first.domain, second.domain]),
        grade=np.concatenate([first.grade, second.grade]),
        n_levels=4,
    )
    found = joint_fit(both)
    assert found.n_groups == 2
    assert found.auditors.group.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert found.auditors.measure[:4].mean() == pytest.approx(0, abs=1e-9)
    assert found.auditors.measure[4:].mean() == pytest.approx(0, abs=1e-9)
    assert found.auditors.separation is None
    assert found.auditors.fixed is None
    assert found.domains.separation is not None
    assert "2 groups" in found.warnings[0]
    assert found.converged


def test_auditors_whose_grades_do_not_overlap_are_said_to_be_undetermined():
    # Audits 0 to 3 link the two auditors, and there the first is always above the second.
    rows = [(a, 0, d, 2) for a in range(4) for d in range(2)]
    rows += [(a, 1, d, 0) for a in range(4) for d in range(2)]
    rows += [(a, a % 2, d, (a // 2 + d) % 3) for a in range(4, 24) for d in range(2)]
    found = joint_fit(ratings_of(rows))
    assert any("not determined" in warning for warning in found.warnings)
    assert np.isfinite(found.auditors.measure).all()


def test_a_level_that_nobody_gave_is_left_out():
    ratings = simulated(np.random.default_rng(9), audits=60).ratings
    grade = np.where(ratings.grade == 1, 0, ratings.grade)
    found = joint_fit(with_grades(ratings, grade))
    assert found.levels.tolist() == [0, 2, 3]
    assert len(found.steps) == 2
    # The first step bridges two levels, so it counts twice in the centre.
    assert 2 * found.steps[0] + found.steps[1] == pytest.approx(0, abs=1e-9)
    assert any("1 of 4 levels" in warning for warning in found.warnings)


def test_two_levels_and_one_domain_are_enough():
    truth = simulated(
        np.random.default_rng(10), audits=300, auditors=5, domains=1, raters=4, thresholds=(0.0,)
    )
    found = joint_fit(truth.ratings)
    assert found.steps == pytest.approx([0.0])
    assert np.corrcoef(found.auditors.measure, truth.severity)[0, 1] > 0.9
    assert np.isfinite(found.audits.measure).all()


@pytest.mark.slow
@pytest.mark.parametrize(("halo", "at_least"), [(0.0, 0.2), (0.7, 0.45)])
def test_its_fixed_chi_square_rejects_auditors_who_do_not_differ(halo, at_least):
    # This is why it is kept for comparison with Facets only.
    rng = np.random.default_rng(12)
    p = [
        joint_fit(
            simulated(rng, audits=120, auditors=6, severity=np.zeros(6), halo=halo).ratings
        ).auditors.fixed.p
        for _ in range(40)
    ]
    assert np.mean(np.array(p) < 0.05) > at_least
