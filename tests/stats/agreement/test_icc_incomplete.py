"""Intraclass correlations of incomplete designs against dense algebra, mixed models and truth."""

from __future__ import annotations

import warnings
from math import isnan

import numpy as np
import pytest
import statsmodels.formula.api as smf
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pandas import DataFrame
from scipy import linalg, optimize, stats

from qaf_analysis.stats.agreement.icc import icc
from qaf_analysis.stats.agreement.icc_incomplete import crossing, incomplete_icc
from qaf_analysis.stats.agreement.ratings import Ratings
from tests.monte_carlo import highest, lowest
from tests.stats.agreement.cases import random_ratings
from tests.stats.agreement.other_cases import cases_with, complete_ratings_of, scores_of


def council(rng, *, audits, auditors, raters=2, audit_sd=1.0, auditor_sd=0.5, single=0.0):
    """Grades as numbers: audit + auditor + error of variance 1."""
    who = rng.random((audits, auditors)).argsort(axis=1)[:, :raters]
    grade = rng.normal(0, audit_sd, (audits, 1)) + rng.normal(0, auditor_sd, auditors)[who]
    grade = grade + rng.normal(size=who.shape)
    kept = np.ones(who.shape, dtype=bool)
    kept[rng.random(audits) < single, 1:] = False
    audit = np.repeat(np.arange(audits), raters).reshape(who.shape)
    return audit[kept], who[kept], grade[kept]


def projection(columns):
    basis = linalg.orth(columns)
    return basis @ basis.T


def textbook(audit, auditor, grade):
    """Henderson's method 3 with whole projection matrices."""
    marks = [(codes[:, None] == np.unique(codes)).astype(float) for codes in (audit, auditor)]
    both = projection(np.hstack(marks))
    rest = np.eye(len(grade)) - both
    error = grade @ rest @ grade / round(np.trace(rest))
    found = [error]
    for own, other in (marks, marks[::-1]):
        after = both - projection(other)
        expected = round(np.trace(after)) * error
        found.append((grade @ after @ grade - expected) / np.trace(own.T @ after @ own))
    return np.array(found)


@pytest.mark.parametrize(("raters", "single"), [(2, 0.0), (3, 0.4), (2, 0.7)])
def test_components_match_dense_algebra(raters, single):
    rng = np.random.default_rng(raters)
    data = council(rng, audits=40, auditors=7, raters=raters, single=single)
    found = incomplete_icc(*data)
    components = (found.error_variance, found.audit_variance, found.auditor_variance)
    assert components == pytest.approx(textbook(*data), abs=1e-10)
    error, audits, auditors = textbook(*data)
    assert found.form("ICC(A,1)").estimate.value == pytest.approx(
        audits / (audits + auditors + error)
    )
    assert found.form("ICC(C,1)").estimate.value == pytest.approx(audits / (audits + error))


def test_exact_limits_match_dense_algebra():
    # Harville and Fenech by eigenvalues of the whole information matrix of the audits
    audit, auditor, grade = council(
        np.random.default_rng(5), audits=30, auditors=6, raters=3, single=0.3
    )
    form = incomplete_icc(audit, auditor, grade).form("ICC(C,1)")
    audits = (audit[:, None] == np.unique(audit)).astype(float)
    auditors = (auditor[:, None] == np.unique(auditor)).astype(float)
    free = np.eye(len(grade)) - projection(auditors)
    strength, vectors = linalg.eigh(audits.T @ free @ audits)
    kept = strength > 1e-9
    squares = (vectors[:, kept].T @ audits.T @ free @ grade) ** 2 / strength[kept]
    error = textbook(audit, auditor, grade)[0]
    assert form.df1 == kept.sum()
    assert form.f == pytest.approx(squares.mean() / error)

    def end(place):
        def excess(ratio):
            return (squares / (1 + ratio * strength[kept])).mean() / error - place

        ratio = optimize.brentq(excess, -0.3, 1e4)
        return ratio / (1 + ratio)

    limits = [end(stats.f.ppf(tail, form.df1, form.df2)) for tail in (0.975, 0.025)]
    assert (form.estimate.low, form.estimate.high) == pytest.approx(limits, abs=1e-9)


@pytest.mark.parametrize("case", cases_with("icc"))
def test_complete_designs_give_the_closed_forms(case):
    ratings, scores = complete_ratings_of(case), np.array(scores_of(case))
    closed = icc(ratings, scores=scores)
    found = incomplete_icc(ratings.audit, ratings.auditor, scores[ratings.grade])
    for form in found.forms:
        expected = closed.form(form.shrout_fleiss)
        assert form.estimate.value == pytest.approx(expected.estimate.value, abs=1e-9)
        assert form.f == pytest.approx(expected.f, rel=1e-9)
        assert (form.df1, form.df2) == (expected.df1, expected.df2)
        if form.shrout_fleiss[4] != "2":  # those have generalised limits instead
            assert form.estimate.low == pytest.approx(expected.estimate.low, abs=1e-8)
            assert form.estimate.high == pytest.approx(expected.estimate.high, abs=1e-8)


def test_components_are_near_those_of_a_mixed_model():
    audit, auditor, grade = council(np.random.default_rng(11), audits=120, auditors=12, raters=3)
    found = incomplete_icc(audit, auditor, grade)
    frame = DataFrame({"grade": grade, "audit": audit, "auditor": auditor, "all": 1})
    model = smf.mixedlm(
        "grade ~ 1",
        frame,
        groups="all",
        re_formula="0",
        vc_formula={"audit": "0 + C(audit)", "auditor": "0 + C(auditor)"},
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model.fit(reml=True)
    names = fitted.model.exog_vc.names
    components = dict(zip(names, fitted.vcomp, strict=True))
    # Two estimators of the same components: they differ by far less than their errors of 15-50 %.
    assert found.audit_variance == pytest.approx(components["audit"], rel=0.05)
    assert found.auditor_variance == pytest.approx(components["auditor"], rel=0.1)
    assert found.error_variance == pytest.approx(fitted.scale, rel=0.02)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), shift=st.floats(-20, 20), unit=st.floats(0.2, 5))
def test_origin_unit_order_and_names_do_not_matter(seed, shift, unit):
    rng = np.random.default_rng(seed)
    audit, auditor, grade = council(rng, audits=25, auditors=5, raters=3, single=0.3)
    order = rng.permutation(len(grade))
    plain = incomplete_icc(audit, auditor, grade)
    other = incomplete_icc(
        rng.permutation(500)[audit][order],
        rng.permutation(500)[auditor][order],
        (shift + unit * grade)[order],
    )
    for one, two in zip(plain.forms, other.forms, strict=True):
        for name in ("value", "low", "high"):
            expected = getattr(one.estimate, name)
            assert getattr(two.estimate, name) == pytest.approx(expected, abs=1e-6, nan_ok=True)


@settings(max_examples=25, deadline=None)
@example(seed=32, audits=5, auditors=3)  # auditors who do not differ at all
@given(seed=st.integers(0, 10_000), audits=st.integers(2, 7), auditors=st.integers(2, 4))
def test_small_designs_have_a_value_or_a_reason(seed, audits, auditors):
    rng = np.random.default_rng(seed)
    ratings = random_ratings(rng, audits=audits, auditors=auditors, single=0.4)
    for form in icc(ratings).forms:
        estimate = form.estimate
        if not estimate.is_estimable:
            assert estimate.why_not
        elif estimate.has_interval:
            assert estimate.low <= estimate.value <= estimate.high <= 1


def test_audits_graded_once_count_and_do_no_harm():
    # The standard error that others print for kappas grows several times over with such audits.
    rng, widths = np.random.default_rng(3), []
    for _ in range(12):
        audit, auditor, grade = council(rng, audits=400, auditors=8, single=0.8)
        double = np.isin(audit, np.flatnonzero(np.bincount(audit) > 1))
        both = (
            incomplete_icc(audit[kept], auditor[kept], grade[kept]).form("ICC(C,1)").estimate
            for kept in (np.ones(len(audit), dtype=bool), double)
        )
        widths.append([one.high - one.low for one in both])
    assert incomplete_icc(audit, auditor, grade).form("ICC(C,1)").estimate.cases == 400
    every, double_only = np.mean(widths, axis=0)
    assert every == pytest.approx(double_only, rel=0.1)


def test_separate_groups_are_counted_and_only_within_group_differences_used():
    rng = np.random.default_rng(8)
    one, other = (council(rng, audits=60, auditors=5) for _ in range(2))
    audit, auditor, grade = (np.concatenate(both) for both in zip(one, other, strict=True))
    audit[len(one[0]) :] += 1000
    auditor[len(one[0]) :] += 1000
    shifted = grade + 3.0 * (auditor >= 1000)
    found, moved = (incomplete_icc(audit, auditor, numbers) for numbers in (grade, shifted))
    assert found.groups == 2
    assert found.auditor_variance == pytest.approx(moved.auditor_variance, abs=1e-9)


def test_pairs_never_mixed_leave_nothing_for_the_error():
    # each auditor graded one audit with one other: audit, auditor and error cannot be parted
    found = incomplete_icc([0, 0, 1, 1], [0, 1, 2, 3], [1.0, 2.0, 0.0, 3.0])
    assert found.groups == 2
    assert "changing pairs" in found.form("ICC(C,1)").estimate.why_not
    assert found.form("ICC(1)").estimate.is_estimable


def test_unknown_auditors_leave_the_one_way_forms():
    ratings = Ratings.from_counts([[2, 0, 0], [0, 1, 1], [0, 0, 2], [1, 1, 0]])
    found = icc(ratings)
    assert found.form("ICC(1)").estimate.is_estimable
    assert isnan(found.auditor_variance)
    for name in ("ICC(A,1)", "ICC(C,k)"):
        assert "not known" in found.form(name).estimate.why_not


def test_a_million_grades_take_little_memory():
    # The matrices are auditors by auditors, whatever the number of audits.
    rng = np.random.default_rng(1)
    design = crossing(*council(rng, audits=100_000, auditors=29))
    largest = max(np.size(value) for value in vars(design).values())
    assert largest <= 29 * 29


def coverage(truth, *, replicates, seed, **design):
    rng, held = np.random.default_rng(seed), np.zeros(2)
    for _ in range(replicates):
        found = incomplete_icc(*council(rng, **design))
        for place, name in enumerate(("ICC(A,1)", "ICC(C,1)")):
            estimate = found.form(name).estimate
            held[place] += estimate.low <= truth[place] <= estimate.high
    return held / replicates


@pytest.mark.slow
@pytest.mark.parametrize(
    "design",
    [
        {"audits": 200, "auditors": 29},
        {"audits": 200, "auditors": 8},
        {"audits": 200, "auditors": 29, "single": 0.7},
        {"audits": 30, "auditors": 5, "raters": 3, "single": 0.2},
    ],
)
def test_limits_cover_the_truth(design, times):
    replicates = times(60, full=250)
    held = coverage((1 / 2.25, 1 / 2), replicates=replicates, seed=2, **design)
    assert (held >= lowest(0.95, replicates)).all()
    assert (held <= highest(0.95, replicates, errors=2.9)).all()


@pytest.mark.slow
def test_values_are_right_on_average():
    rng = np.random.default_rng(4)
    found = [incomplete_icc(*council(rng, audits=150, auditors=12)) for _ in range(60)]
    for name, truth in (("audit_variance", 1), ("auditor_variance", 0.25), ("error_variance", 1)):
        values = np.array([getattr(one, name) for one in found])
        assert values.mean() == pytest.approx(truth, abs=3.5 * values.std() / np.sqrt(60))
