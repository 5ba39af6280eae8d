"""Cumulative logit of both readings: printed values, statsmodels, and a sandwich by differences."""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from qaf_analysis.stats.optimism.marginal_logit import marginal_logit
from qaf_analysis.terms.errors import ShapeError
from tests.stats.optimism.paired_tables import EXPECTED, PRINTED, TABLES, grades_of, random_tables


def log_chances(parameters, levels):
    """Log chance of each grade from moderators and from auditors, shape (2, K)."""
    rows = []
    for shift in (0.0, parameters[-1]):
        inner = 1 / (1 + np.exp(-(parameters[:-1] + shift)))
        above = np.concatenate([[1.0], inner, [0.0]])
        rows.append(np.log(above[:-1] - above[1:]))
    return np.array(rows).reshape(2, levels)


def by_differences(table, parameters, *, expected=False):
    """Sandwich error of the log odds ratio with every derivative taken numerically."""
    levels, p, h = len(table), len(parameters), 1e-4
    steps = np.eye(p) * h
    scores = np.stack(
        [
            (log_chances(parameters + e, levels) - log_chances(parameters - e, levels)) / (2 * h)
            for e in steps
        ],
        axis=-1,
    )
    counts = np.array([table.sum(axis=0), table.sum(axis=1)])

    def likelihood(at):
        return (counts * log_chances(at, levels)).sum()

    hessian = np.array(
        [
            [
                likelihood(parameters + a + b)
                - likelihood(parameters + a - b)
                - likelihood(parameters - a + b)
                + likelihood(parameters - a - b)
                for b in steps
            ]
            for a in steps
        ]
    ) / (4 * h**2)
    if expected:
        chance = table.sum() * np.exp(log_chances(parameters, levels))
        hessian = -np.einsum("sg,sgp,sgq->pq", chance, scores, scores)
    pair = scores[1][:, np.newaxis] + scores[0][np.newaxis, :]
    middle = np.einsum("ij,ijp,ijq->pq", table, pair, pair)
    bread = np.linalg.inv(hessian)
    return sqrt((bread @ middle @ bread)[-1, -1])


def parameters_of(found):
    return np.array([*found.boundaries, found.log_odds_ratio.value])


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"altman62", "prime_minister"}))
def test_matches_the_reference(name):
    found = marginal_logit(*grades_of(TABLES[name])).log_odds_ratio
    expected = EXPECTED[name]["marginal_cumlogit_independence_robust"]
    assert found.value == pytest.approx(-expected["beta_cum_le_rows_vs_cols"], abs=1e-6)
    assert found.se == pytest.approx(expected["robust_se"], rel=1e-6)


def test_matches_what_is_printed():
    table, printed = TABLES["recycle_drive"], PRINTED["recycle_drive"]
    found = marginal_logit(*grades_of(table))
    assert round(-found.log_odds_ratio.value, 5) == printed["beta"]
    assert found.log_odds_ratio.se == pytest.approx(printed["robust_se"], rel=1e-3)
    assert 1 / found.odds_ratio.value == pytest.approx(printed["odds_ratio"], abs=0.05)
    assert -np.array(found.boundaries) == pytest.approx(printed["intercepts"], abs=6e-6)
    # The book's error is the sandwich of the expected information, to all digits printed.
    book = by_differences(table, parameters_of(found), expected=True)
    assert round(book, 5) == printed["robust_se"]


@pytest.mark.parametrize("name", ["recycle_drive", "premarital_extramarital", "prime_minister"])
def test_matches_statsmodels_and_numerical_derivatives(name):
    table = TABLES[name]
    audited, moderated = grades_of(table)
    found = marginal_logit(audited, moderated)
    side = np.repeat([1.0, 0.0], len(audited))[:, np.newaxis]
    peer = OrderedModel(np.concatenate([audited, moderated]), side, distr="logit")
    fit = peer.fit(method="newton", disp=False)
    assert found.log_odds_ratio.value == pytest.approx(fit.params[0], rel=1e-6)
    assert found.log_odds_ratio.se == pytest.approx(
        by_differences(table, parameters_of(found)), rel=1e-4
    )


def test_two_grades_have_a_closed_form():
    found = marginal_logit(*grades_of(TABLES["prime_minister"]))
    assert exp(found.log_odds_ratio.value) == pytest.approx((656 / 944) / (720 / 880))
    assert found.odds_ratio.value == pytest.approx((656 / 944) / (720 / 880))


def test_grades_that_nobody_gave_change_nothing():
    audited, moderated = grades_of(TABLES["premarital_extramarital"])
    wider = np.array([1, 2, 6, 8])
    found, spread = marginal_logit(audited, moderated), marginal_logit(*wider[[audited, moderated]])
    assert spread.log_odds_ratio == found.log_odds_ratio


def test_one_audit_an_auditor_is_the_sandwich_by_audit_but_for_the_small_sample():
    table = TABLES["altman62"]
    grades, n = grades_of(table), table.sum()
    plain = marginal_logit(*grades).log_odds_ratio
    single = marginal_logit(*grades, auditor=np.arange(n)).log_odds_ratio
    assert single.se == pytest.approx(plain.se * sqrt(n / (n - 1)))
    assert (single.value, single.auditors) == (plain.value, n)


@pytest.mark.slow
def test_every_table_has_a_result_or_a_reason():
    rng = np.random.default_rng(12)
    for table in random_tables(2_000, seed=12):
        grades = grades_of(table)
        auditor = rng.integers(0, rng.integers(1, 9), len(grades[0]))
        for names in (None, auditor):
            found = marginal_logit(*grades, auditor=names)
            logged, ratio = found.log_odds_ratio, found.odds_ratio
            assert logged.is_estimable != bool(logged.why_not)
            if logged.is_estimable:
                assert logged.se > 0.01
                assert np.isfinite([logged.low, logged.high]).all()
                assert 0 <= logged.p <= 1
                assert 0 <= ratio.low < ratio.value < ratio.high
                assert (np.diff(found.boundaries) < 0).all()


@pytest.mark.parametrize(
    ("audited", "moderated", "words"),
    [
        ([], [], "no cases"),
        ([1, 2, 2], [1, 2, 2], "same grade to every audit"),
        ([2, 2, 1], [1, 0, 1], "no auditor's grade is below"),
        ([1, 0, 1], [2, 2, 1], "no moderator's grade is below"),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(audited, moderated, words):
    found = marginal_logit(audited, moderated, auditor=[1] * len(audited))
    for one in (found.log_odds_ratio, found.odds_ratio):
        assert words in one.why_not
        assert not one.is_estimable


def test_lengths_must_agree():
    with pytest.raises(ShapeError):
        marginal_logit([1, 2], [1, 2], auditor=[1])


@pytest.mark.slow
def test_intervals_hold_the_truth_with_few_auditors_who_differ():
    """8 auditors, severity SD 0.5 on the scale of odds; then 20 audits that are independent."""
    rng = np.random.default_rng(13)
    limits, held, runs = np.array([-1.9, 0.3, 1.9]), np.zeros(3), 1_000
    for _ in range(runs):
        auditor = rng.integers(0, 8, 60)
        noise = rng.logistic(size=(2, 60))
        audited = np.searchsorted(limits, noise[0] + rng.normal(0, 0.8, 8)[auditor])
        moderated = np.searchsorted(limits, noise[1])
        first = slice(0, 20)
        alone = np.searchsorted(limits, noise[0][first])
        tries = (
            marginal_logit(audited, moderated),
            marginal_logit(audited, moderated, auditor=auditor),
            marginal_logit(alone, moderated[first]),
        )
        held += [one.log_odds_ratio.low <= 0 <= one.log_odds_ratio.high for one in tries]
    naive, clustered, few = held / runs
    assert naive < 0.92
    assert clustered > 0.93
    assert few > 0.93
