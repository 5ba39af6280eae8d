"""Bootstrap, jackknife, leaving auditors out, and comparisons, against plain loops."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, sqrt

import numpy as np
import pytest

from qaf_analysis.stats.agreement.alpha import alpha_coefficient, krippendorff_alpha
from qaf_analysis.stats.agreement.comparison import (
    independent_difference,
    paired_difference,
)
from qaf_analysis.stats.agreement.kappas import (
    agreement_coefficient,
    conger,
    gwet_ac,
    percent_agreement,
)
from qaf_analysis.stats.agreement.linearised import MeasuredCoefficient
from qaf_analysis.stats.agreement.moments import features, patterns_of
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.resampling import bootstrap
from qaf_analysis.stats.agreement.standard_errors import Population, audit_noise_in_leaving_out
from qaf_analysis.terms.errors import ShapeError, UsageError
from tests.stats.agreement.cases import random_ratings, ratings_of

NAMES = ("percent_agreement", "brennan_prediger", "gwet_ac", "fleiss", "conger")
MEASURES = [
    *(agreement_coefficient(name, n_levels=4) for name in NAMES),
    alpha_coefficient(n_levels=4),
]
COUNTED = [one for one in MEASURES if not one.compares_auditors]


def subset(ratings, rows):
    return Ratings(
        audit=ratings.audit[rows],
        auditor=ratings.auditor[rows],
        grade=ratings.grade[rows],
        n_levels=ratings.n_levels,
        cluster=None if ratings.cluster is None else ratings.cluster[rows],
    )


def drawn_audits(ratings, audits):
    """Ratings of audits drawn with replacement, each draw an audit of its own."""
    rows = [np.flatnonzero(ratings.audit == audit) for audit in audits]
    audit = np.repeat(np.arange(len(rows)), [len(r) for r in rows])
    every = np.concatenate(rows)
    return Ratings(
        audit=audit, auditor=ratings.auditor[every], grade=ratings.grade[every], n_levels=4
    )


def point(ratings, measure):
    return float(measure.values(replace(ratings.moments, margins=ratings.margins)))


@pytest.mark.parametrize("levels", [2, 4, 30])
def test_patterns_hold_the_same_counts_as_a_plain_table(levels):
    rng = np.random.default_rng(levels)
    audit, grade = np.repeat(np.arange(50), 6), rng.integers(0, levels, 300)
    table = np.zeros((50, levels))
    np.add.at(table, (audit, grade), 1)
    found = patterns_of(audit, grade, n_audits=50, n_levels=levels)
    assert (found.counts[found.of_audit] == table).all()
    assert found.times.sum() == 50
    assert features(found.counts)[:, 2 : 2 + levels].sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("single", [0.0, 0.4])
def test_jackknife_is_leaving_one_audit_out(single):
    ratings = random_ratings(np.random.default_rng(5), audits=40, auditors=9, single=single)
    for name in (gwet_ac, conger, krippendorff_alpha):
        audits = np.unique(ratings.audit)
        if name is krippendorff_alpha:  # audits graded once do not count
            audits = [a for a in audits if (ratings.audit == a).sum() > 1]
        left_out = [name(subset(ratings, ratings.audit != a)).value for a in audits]
        n = len(left_out)
        expected = sqrt((n - 1) / n * ((np.array(left_out) - np.mean(left_out)) ** 2).sum())
        assert name(ratings, se="jackknife").se == pytest.approx(expected, rel=1e-9)


def test_jackknife_leaves_out_whole_clusters():
    plain = random_ratings(np.random.default_rng(6), audits=40, auditors=9)
    ratings = Ratings(
        audit=plain.audit,
        auditor=plain.auditor,
        grade=plain.grade,
        n_levels=4,
        cluster=plain.audit // 4,
    )
    left_out = [gwet_ac(subset(ratings, ratings.cluster != c)).value for c in range(10)]
    expected = sqrt(0.9 * ((np.array(left_out) - np.mean(left_out)) ** 2).sum())
    assert gwet_ac(ratings, se="jackknife").se == pytest.approx(expected, rel=1e-9)


def test_bootstrap_draws_are_those_of_audits_drawn_one_by_one():
    ratings = random_ratings(np.random.default_rng(7), audits=60, auditors=9, single=0.3)
    found = bootstrap(ratings, COUNTED, rng=np.random.default_rng(1), draws=4000)
    rng = np.random.default_rng(2)
    loops = [drawn_audits(ratings, rng.integers(0, 60, 60)) for _ in range(400)]
    for measure, one in zip(COUNTED, found, strict=True):
        plain = np.array([point(loop, measure) for loop in loops])
        assert one.draws.mean() == pytest.approx(plain.mean(), abs=4 * plain.std() / 20)
        assert one.draws.std() == pytest.approx(plain.std(), rel=0.15)


def test_bootstrap_error_agrees_with_the_linearised_one():
    ratings = random_ratings(np.random.default_rng(8), audits=400, auditors=12, single=0.3)
    found = bootstrap(ratings, MEASURES, rng=np.random.default_rng(1), draws=3000)
    for one, name in ((found[2], gwet_ac), (found[4], conger), (found[5], krippendorff_alpha)):
        expected = name(ratings, se="subjects")
        assert one.estimate.value == pytest.approx(expected.value, abs=1e-12)
        assert one.estimate.se == pytest.approx(expected.se, rel=0.06)
        assert one.estimate.low == pytest.approx(expected.low, abs=0.4 * expected.se)
        assert one.estimate.high == pytest.approx(expected.high, abs=0.4 * expected.se)
        assert "for these auditors" in one.estimate.method


def test_bootstrap_interval_shrinks_with_the_number_of_audits():
    widths = []
    exact = agreement_coefficient("percent_agreement", n_levels=4, weights="identity")
    for audits in (100, 1600):
        rng = np.random.default_rng(9)
        ratings = random_ratings(rng, audits=audits, auditors=12, severity=0)
        (found,) = bootstrap(ratings, [exact], rng=rng)
        widths.append(found.estimate.high - found.estimate.low)
    assert widths[0] / widths[1] == pytest.approx(4, rel=0.1)


def test_bootstrap_draws_clusters_whole():
    one = random_ratings(np.random.default_rng(10), audits=80, auditors=20)
    copies = np.concatenate([one.audit * 5 + domain for domain in range(5)])
    honest = Ratings(
        audit=copies,
        auditor=np.tile(one.auditor, 5),
        grade=np.tile(one.grade, 5),
        n_levels=4,
        cluster=np.tile(one.audit, 5),
    )
    (plain,) = bootstrap(one, COUNTED[2:3], rng=np.random.default_rng(1), draws=4000)
    (found,) = bootstrap(honest, COUNTED[2:3], rng=np.random.default_rng(2), draws=4000)
    assert found.estimate.se == pytest.approx(plain.estimate.se, rel=0.06)


def test_percentile_interval_is_the_quantiles_of_the_draws():
    ratings = random_ratings(np.random.default_rng(11), audits=80, auditors=9)
    options = {"rng": np.random.default_rng(1), "draws": 999, "interval": "percentile"}
    (found,) = bootstrap(ratings, COUNTED[2:3], level=0.9, **options)
    assert found.estimate.low == np.quantile(found.draws, 0.05)
    assert found.estimate.high == np.quantile(found.draws, 0.95)


def test_bca_shifts_a_skewed_interval_as_its_formula_says():
    # The mean of a share is unbiased: BCa of a binary coefficient is close to the score limits.
    ratings = Ratings.from_table([[45, 3], [2, 0]])
    exact = agreement_coefficient("percent_agreement", n_levels=2, weights="identity")
    (bca,) = bootstrap(ratings, [exact], rng=np.random.default_rng(1), draws=20_000)
    (plain,) = bootstrap(
        ratings, [exact], rng=np.random.default_rng(1), draws=20_000, interval="percentile"
    )
    assert bca.estimate.low < plain.estimate.low
    assert bca.estimate.low == pytest.approx(0.7864, abs=0.03)  # Wilson's lower limit of 45/50


def test_bootstrap_without_pairs_or_variation_says_so():
    rng = np.random.default_rng(1)
    nothing = Ratings.from_matrix([[1, np.nan], [np.nan, 2]], n_levels=4)
    same = Ratings.from_matrix(np.full((12, 2), 2), n_levels=4)
    for found in bootstrap(nothing, MEASURES, rng=rng, draws=50):
        assert isnan(found.estimate.value)
        assert found.estimate.why_not
    percent, *_, alpha = bootstrap(same, MEASURES, rng=rng, draws=50)
    assert percent.estimate.value == 1
    assert not percent.estimate.has_interval
    assert "do not differ" in percent.estimate.method
    assert alpha.estimate.why_not
    for options in ({"draws": 1}, {"interval": "normal"}, {"level": 2}):
        with pytest.raises(UsageError):
            bootstrap(same, MEASURES, rng=rng, **options)


@pytest.mark.parametrize("raters", [2, 4])
def test_values_without_each_auditor_are_those_of_the_other_grades(raters):
    rng = np.random.default_rng(raters)
    ratings = random_ratings(rng, audits=50, auditors=7, raters=raters, single=0.2)
    for measure in MEASURES:
        found = MeasuredCoefficient(ratings=ratings, measure=measure).without_auditors()
        loop = [point(ratings.without(int(code)), measure) for code in ratings.auditor_codes]
        assert found == pytest.approx(loop, abs=1e-12)


def test_noise_in_leaving_out_matches_drawing_other_audits():
    rng = np.random.default_rng(12)
    ratings = random_ratings(rng, audits=150, auditors=6)
    measure = COUNTED[2]

    def changes(ratings):
        found = MeasuredCoefficient(ratings=ratings, measure=measure)
        return found.value - found.without_auditors()

    whole = MeasuredCoefficient(ratings=ratings, measure=measure)
    noise = audit_noise_in_leaving_out(ratings.pairs, whole.on_pairs())
    drawn = [changes(drawn_audits(ratings, rng.integers(0, 150, 150))) for _ in range(300)]
    assert np.sqrt(noise) == pytest.approx(np.std(drawn, axis=0), rel=0.25)


def test_paired_difference_of_shares_is_that_of_each_audit():
    first = random_ratings(np.random.default_rng(13), audits=90, auditors=12)
    grade = np.random.default_rng(14).permutation(first.grade)
    second = Ratings(audit=first.audit, auditor=first.auditor, grade=grade, n_levels=4)
    exact = agreement_coefficient("percent_agreement", n_levels=4, weights="identity")
    same = [(r.grade[::2] == r.grade[1::2]).astype(float) for r in (first, second)]
    gap = same[1] - same[0]
    found = paired_difference(first, second, exact, se="subjects")
    assert found.value == pytest.approx(gap.mean(), abs=1e-12)
    assert found.se == pytest.approx(gap.std(ddof=1) / sqrt(90), rel=1e-9)


def test_a_regrading_that_changes_nothing_has_no_difference():
    ratings = random_ratings(np.random.default_rng(15), audits=60, auditors=20)
    for measure in MEASURES:
        found = paired_difference(ratings, ratings, measure)
        assert found.value == 0
        assert not found.has_interval


def test_independent_periods_without_shared_auditors_add_variances():
    first = random_ratings(np.random.default_rng(16), audits=120, auditors=20)
    other = random_ratings(np.random.default_rng(17), audits=150, auditors=20)
    second = Ratings(audit=other.audit, auditor=other.auditor + 100, grade=other.grade, n_levels=4)
    for measure, name in ((COUNTED[2], gwet_ac), (MEASURES[-1], krippendorff_alpha)):
        found = independent_difference(first, second, measure, se="subjects")
        apart = [name(r, se="subjects").se for r in (first, second)]
        assert found.value == pytest.approx(name(second).value - name(first).value, abs=1e-12)
        assert found.se == pytest.approx(sqrt(apart[0] ** 2 + apart[1] ** 2), rel=0.01)
        both = independent_difference(first, second, measure)
        apart = [name(r).se for r in (first, second)]
        assert both.se == pytest.approx(sqrt(apart[0] ** 2 + apart[1] ** 2), rel=0.1)


@pytest.mark.slow
def test_difference_between_periods_covers_no_change():
    # The same 29 auditors in both periods; without clustering by auditor intervals are too wide.
    rng = np.random.default_rng(18)
    measure, held, wide = COUNTED[2], 0, []
    for _ in range(200):
        ratings = random_ratings(rng, audits=800, auditors=29)
        rows = ratings.audit < 400
        first, second = subset(ratings, rows), subset(ratings, ~rows)
        found = independent_difference(first, second, measure)
        held += found.low <= 0 <= found.high
        wide.append(found.se / sqrt(gwet_ac(first).se ** 2 + gwet_ac(second).se ** 2))
    assert 0.90 <= held / 200 <= 0.995
    assert np.mean(wide) < 0.9


def test_differences_that_cannot_be_told_have_a_reason():
    ratings = random_ratings(np.random.default_rng(19), audits=30, auditors=8)
    single = Ratings.from_matrix([[1, np.nan]], n_levels=4)
    same = Ratings.from_matrix(np.full((9, 3), 1), n_levels=4)
    assert "no audit graded by two" in paired_difference(ratings, single, MEASURES[2]).why_not
    assert "every grade is the same" in independent_difference(ratings, same, MEASURES[-1]).why_not
    with pytest.raises(UsageError, match="jackknife"):
        paired_difference(ratings, ratings, MEASURES[2], se="jackknife")
    with pytest.raises(ShapeError, match="levels differ"):
        paired_difference(ratings, Ratings.from_matrix([[0, 1]], n_levels=2), MEASURES[2])


def test_finite_numbers_of_audits_and_auditors():
    ratings = random_ratings(np.random.default_rng(25), audits=600, auditors=29)
    subjects, both = gwet_ac(ratings, se="subjects"), gwet_ac(ratings)
    half = gwet_ac(ratings, se="subjects", population=Population(audits=1200))
    assert half.se == pytest.approx(subjects.se * sqrt(0.5))
    these = gwet_ac(ratings, population=Population(auditors=29))
    assert these.se == pytest.approx(subjects.se)
    assert both.se > subjects.se
    every = gwet_ac(ratings, population=Population(audits=600, auditors=29))
    assert (every.low, every.high, every.se) == (every.value, every.value, 0)
    assert "whole population" in every.method


@pytest.mark.parametrize("interval", ["fisher", "arcsine", "plain"])
def test_intervals_agree_when_there_are_many_audits(interval):
    ratings = random_ratings(np.random.default_rng(23), audits=5000, auditors=200)
    for name in (gwet_ac, percent_agreement):
        auto, other = name(ratings), name(ratings, interval=interval)
        assert other.low == pytest.approx(auto.low, abs=0.1 * auto.se)
        assert other.high == pytest.approx(auto.high, abs=0.1 * auto.se)


def test_the_claim_is_in_the_method():
    ratings = ratings_of("rand_145x29_sparse")
    assert "for auditors like these" in gwet_ac(ratings).method
    assert "for these auditors" in gwet_ac(ratings, se="subjects").method
    assert "these audits" in gwet_ac(ratings, se="raters").method
    assert "normal" in gwet_ac(ratings, se="gwet_unconditional").method
