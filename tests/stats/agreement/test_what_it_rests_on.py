"""Level, audits, auditors, method and reasons of measures of agreement, and values by hand."""

from __future__ import annotations

from math import atanh, isnan, sqrt, tanh

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.agreement.alpha import alpha_coefficient, krippendorff_alpha
from qaf_analysis.stats.agreement.by_grade import (
    boundaries,
    mean_absolute_difference,
    only_audits_with,
    specific_agreement,
)
from qaf_analysis.stats.agreement.comparison import independent_difference, paired_difference
from qaf_analysis.stats.agreement.criterion import criterion_agreement
from qaf_analysis.stats.agreement.kappas import (
    agreement_coefficient,
    brennan_prediger,
    cohen,
    conger,
    fleiss,
    gwet_ac,
    percent_agreement,
)
from qaf_analysis.stats.agreement.rank_agreement import kendall_w
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.resampling import bootstrap
from qaf_analysis.stats.agreement.two_raters import (
    bangdiwala_b,
    light_kappa,
    lin_concordance,
    maxwell_re,
)
from qaf_analysis.stats.agreement.weights import (
    grade_weights,
    neighbour_weights,
    power_weights,
    weights_with_parameter,
)
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError

N = np.nan
# Nine audits, two of them graded once; four auditors, of whom one has no partner.
TABLE = [
    [2, 2, N], [1, 2, N], [N, 1, 1], [0, N, 1], [3, 3, 2],
    [2, 2, 2], [1, 1, N], [N, 2, N], [N, N, 0],
]  # fmt: skip
RATINGS = Ratings.from_matrix(TABLE, n_levels=4)
TWO = Ratings.from_matrix([[2, 2], [1, 2], [0, 0], [3, 2], [1, 1], [2, N]], n_levels=4)
SAME = Ratings.from_matrix([[1, 1], [1, 1], [1, 1]], n_levels=4)
ALONE = Ratings.from_matrix([[1, N], [N, 2], [2, N]], n_levels=4)
UNNAMED = Ratings.from_counts([[2, 0, 0], [0, 1, 1], [0, 0, 2]])

MEASURES = {
    "percent": percent_agreement,
    "gwet": gwet_ac,
    "brennan": brennan_prediger,
    "conger": conger,
    "fleiss": fleiss,
    "alpha": krippendorff_alpha,
    "light": light_kappa,
    "distance": mean_absolute_difference,
    "specific": lambda ratings, **more: specific_agreement(ratings, **more)[2],
    "boundary": lambda ratings, **more: boundaries(ratings, **more)[1].of_all,
}


def rests(found):
    return found.level, found.cases, found.auditors


@pytest.mark.parametrize("name", sorted(MEASURES))
@pytest.mark.parametrize("se", ["subjects", "two_way"])
def test_what_a_measure_rests_on(name, se):
    found = MEASURES[name](RATINGS, se=se, level=0.8)
    cases = 4 if name == "specific" else 7  # audits with a second opinion, and grade 2 in them
    assert rests(found) == (0.8, cases, 3)
    assert found.low <= found.value <= found.high
    wide = MEASURES[name](RATINGS, se=se, level=0.95)
    assert wide.low <= found.low
    assert wide.high >= found.high
    assert wide.se == found.se


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_nothing_graded_twice_has_its_reason(name):
    found = MEASURES[name](ALONE, level=0.8)
    assert found.why_not == "none of the 3 audits was graded by two auditors"
    assert rests(found) == (0.8, 0, 0)


@pytest.mark.parametrize("measure", [gwet_ac, conger, fleiss])
def test_one_grade_throughout(measure):
    found = measure(SAME, level=0.8)
    if found.is_estimable:  # Gwet's chance agreement is none where one grade only is used
        assert measure is gwet_ac
        return
    assert found.why_not == (
        "every grade in 3 audits is the same, so there is no variation that chance agreement "
        "could be measured against"
    )
    assert rests(found) == (0.8, 3, 2)


def test_full_agreement_has_the_limit_of_a_count_of_none():
    """Wilson's limit of 3 of 3 with t on 2 df is 3 / (3 + t^2)."""
    square = stats.t.ppf(0.9, 2) ** 2
    found = percent_agreement(SAME, level=0.8)
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(3 / (3 + square))
    assert isnan(found.se)
    assert found.method.endswith(", t with 2.0 df")
    # One disagreement takes 1 from a chance-corrected range of 3/4; as many as t^2 in 3 audits.
    corrected = brennan_prediger(SAME, weights="identity", level=0.8)
    assert corrected.low == pytest.approx(1 - square / 3 / 0.75)
    assert corrected.method.endswith(", t with 2.0 df, no disagreement seen")
    # With linear weights the smallest disagreement is a third, and chance gives 7/12.
    linear = brennan_prediger(SAME, weights="linear", level=0.8)
    assert linear.low == pytest.approx(1 - square / 3 * (1 / 3) / (5 / 12))
    none = percent_agreement(Ratings.from_matrix([[0, 1], [1, 0]], n_levels=2), level=0.8)
    assert (none.value, none.low) == (0, 0)
    square = stats.t.ppf(0.9, 1) ** 2
    assert none.high == pytest.approx(square / (2 + square))


def test_audits_that_all_disagree_alike_have_the_rule_of_three():
    """Unseen agreement of 1 - 0.2^(1/3) of audits, corrected for a chance of 1/2."""
    apart = Ratings.from_matrix([[0, 1], [1, 0], [0, 1]], n_levels=2)
    found = brennan_prediger(apart, weights="identity", level=0.8)
    assert (found.value, found.low) == (-1, -1)
    assert found.high == pytest.approx((1 - 0.2 ** (1 / 3) - 0.5) / 0.5)
    assert isnan(found.se)
    assert found.method.endswith("no error shows in these audits, rule of three")


def test_coefficients_of_two_auditors():
    for found in (
        bangdiwala_b(TWO, level=0.8),
        lin_concordance(TWO, level=0.8).estimate,
        cohen(TWO, level=0.8),
    ):
        assert rests(found) == (0.8, 5, 2)
    for find in (lambda r: bangdiwala_b(r, level=0.8),
                 lambda r: lin_concordance(r, level=0.8).estimate):  # fmt: skip
        three = find(RATINGS)
        assert three.why_not == "it is for two auditors and there are 3"
        assert rests(three) == (0.8, 7, 3)
        assert "who gave which grade is not known" in find(UNNAMED).why_not
        assert find(ALONE).why_not == "none of the 3 audits was graded by two auditors"
    apart = Ratings.from_matrix([[0, 1], [0, 1]], n_levels=2)
    assert bangdiwala_b(apart).why_not == "the two auditors have no grade in common"
    assert bangdiwala_b(apart).method == "Bangdiwala's B"


def test_concordance_by_hand():
    """Grades 2 1 0 3 1 and 2 2 0 2 1: means 1.4 each, variances 1.04 and 0.64, covariance 0.64."""
    found = lin_concordance(TWO, level=0.8)
    assert found.correlation == pytest.approx(0.64 / sqrt(1.04 * 0.64))
    assert found.scale_shift == pytest.approx(sqrt(1.04 / 0.64))
    assert found.location_shift == pytest.approx(0)
    value = 2 * 0.64 / (1.04 + 0.64)
    assert found.estimate.value == pytest.approx(value)
    assert found.accuracy == pytest.approx(value / found.correlation)
    scored = lin_concordance(TWO, scores=[0, 1, 2, 5])
    first, second = np.array([2, 1, 0, 5, 1]), np.array([2, 2, 0, 2, 1])
    shift = (first.mean() - second.mean()) / sqrt(first.std() * second.std())
    assert scored.location_shift == pytest.approx(shift)
    assert scored.location_shift > 0  # the first auditor is kinder
    r, v, c = scored.correlation, scored.estimate.value, scored.accuracy
    variance = (1 - r**2) * v**2 * (1 - v**2) / r**2 + 2 * v**3 * (1 - v) * shift**2 / r
    variance = (variance - v**4 * shift**4 / (2 * r**2)) / 3
    assert scored.estimate.se == pytest.approx(sqrt(variance))
    half = stats.norm.ppf(0.975) * sqrt(variance) / (1 - v**2)
    assert scored.estimate.low == pytest.approx(tanh(atanh(v) - half))
    assert scored.estimate.high == pytest.approx(tanh(atanh(v) + half))
    assert c == pytest.approx(2 / (scored.scale_shift + 1 / scored.scale_shift + shift**2))
    few = lin_concordance(Ratings.from_matrix([[0, 1], [2, 2]], n_levels=4)).estimate
    assert few.is_estimable
    assert not few.has_interval
    flat = lin_concordance(Ratings.from_matrix([[0, 1], [2, 1]], n_levels=4)).estimate
    assert flat.why_not == "one auditor gave the same grade throughout"
    for scores in ([0, 1, 2], [0, 1, 2, np.inf]):
        with pytest.raises(ShapeError, match="4 levels need"):
            lin_concordance(TWO, scores=scores)


def test_maxwell_is_twice_the_agreement_less_one():
    ratings = Ratings.from_matrix([[0, 0], [1, 1], [1, 0], [1, 1], [0, 0], [1, 0]], n_levels=2)
    agreed, found = percent_agreement(ratings, level=0.8), maxwell_re(ratings, level=0.8)
    for end in ("value", "low", "high"):
        assert getattr(found, end) == pytest.approx(2 * getattr(agreed, end) - 1)
    assert found.se == pytest.approx(2 * agreed.se)
    assert rests(found) == (0.8, 6, 2)
    assert found.method.startswith("Maxwell's random error coefficient; audits sampled")
    more = maxwell_re(TWO, level=0.8)
    assert more.why_not == "it is for two levels and the scale has 4"
    assert rests(more) == (0.8, 5, 2)


def test_light_says_how_many_pairs_it_uses():
    found = light_kappa(RATINGS, level=0.8)
    assert found.method.startswith("Light's kappa, identity weights, mean of 3 of 3 pairs")
    some = light_kappa(RATINGS, fewest_audits=4, level=0.8)
    assert "mean of 1 of 3 pairs of auditors" in some.method
    none = light_kappa(RATINGS, fewest_audits=9, level=0.8)
    assert none.why_not == (
        "none of the 3 pairs of auditors who shared an audit has 9 in common with grades that vary"
    )
    assert rests(none) == (0.8, 7, 3)
    assert light_kappa(UNNAMED).why_not == (
        "it compares auditors, and who gave which grade is not known"
    )
    with pytest.raises(UsageError, match="one audit or more, not 0"):
        light_kappa(RATINGS, fewest_audits=0)
    # One weight for each pair of auditors, whichever of the two is named first.
    turned = Ratings.from_matrix(np.array(TABLE)[:, ::-1], n_levels=4)
    assert light_kappa(turned).value == pytest.approx(found.value)
    assert light_kappa(turned, se="subjects").se == pytest.approx(
        light_kappa(RATINGS, se="subjects").se
    )


def test_specific_agreement_and_boundaries_by_hand():
    """Each audit counts once: of audit 5 (3 3 2), pairs 33, 32 and 32 count a third each."""
    one, two = specific_agreement(RATINGS, level=0.8)[1:3]
    # Grade 1: pairs 12, 11, 01, 11: both (1 + 1) over halves (1/2 + 1 + 1/2 + 1).
    assert one.value == pytest.approx(2 / 3)
    # Grade 2: audits 22, 12, (3 3 2), (2 2 2): 1 + 1 over 1 + 1/2 + 1/3 + 1.
    assert two.value == pytest.approx(2 / (1 + 1 / 2 + 1 / 3 + 1))
    assert one.method.startswith("specific agreement on level 2 of 4; ")
    found = boundaries(RATINGS, level=0.8)
    assert [(b.lower, b.upper) for b in found] == [(0, 1), (1, 2), (2, 3)]
    assert [b.pairs for b in found] == [3, 7, 7]
    assert found[2].confused.value == pytest.approx((2 / 3) / (1 + 1 + 1))
    assert found[2].of_all.value == pytest.approx(2 / 3 / 7)
    assert found[1].crossed.value == pytest.approx(1 / 7)
    assert sum(b.crossed.value for b in found) == pytest.approx(
        mean_absolute_difference(RATINGS).value
    )
    assert found[0].confused.cases == 3
    nothing = boundaries(Ratings.from_matrix([[3, 3], [3, 2]], n_levels=4))[0].confused
    assert nothing.why_not == "no two grades of one audit are both at this boundary"
    assert rests(nothing) == (0.95, 2, 2)
    rare = specific_agreement(Ratings.from_matrix([[3, 3], [3, 2]], n_levels=4))[0]
    assert rare.why_not == "no audit with two grades was given this grade"
    assert rests(rare) == (0.95, 2, 2)
    assert (
        "one boundary only"
        in boundaries(Ratings.from_matrix([[0, 1], [1, 1]], n_levels=2))[0].grey_zone.why_not
    )
    kept = only_audits_with(RATINGS, 2, 3, at_least=2)
    assert np.unique(kept.audit).tolist() == [0, 4, 5]


def test_grey_zone_by_hand():
    """Agreeing pairs 4 8 4 1, confused 2 and 4 and 1: odds 4 x 8 / 1, 8 x 4 / 4, 4 / (1/4)."""
    pairs = [(0, 0)] * 4 + [(1, 1)] * 8 + [(2, 2)] * 4 + [(3, 3)] + [(0, 1)] * 2 + [(1, 2)] * 4
    ratings = Ratings.from_matrix([*pairs, (2, 3)], n_levels=4)
    found = [b.grey_zone for b in boundaries(ratings, se="subjects", level=0.8)]
    odds = np.array([32.0, 8.0, 16.0])
    expected = [sqrt(odds[1] / odds[0]), sqrt(sqrt(32 * 16) / 8), sqrt(odds[1] / odds[2])]
    assert [one.value for one in found] == pytest.approx(expected)
    for one in found:
        assert one.low < one.value < one.high
        assert one.level == 0.8
        # A ratio: the interval is symmetric in its logarithm.
        assert one.low * one.high == pytest.approx(one.value**2)


def test_rank_agreement_says_what_it_rests_on():
    ratings = Ratings.from_matrix(
        [[0, 1, 0], [1, 1, 1], [2, 3, 2], [3, 3, 3], [1, N, 2]], n_levels=4
    )
    found = kendall_w(ratings, level=0.8)
    assert rests(found.estimate) == (0.8, 4, 3)
    assert found.left_out == 1
    assert found.estimate.method == (
        "Kendall's W, corrected for ties; chi-squared test with 3 df; 1 audits not graded by "
        "everybody left out"
    )
    assert found.chi_square == pytest.approx(9 * found.estimate.value)
    assert found.estimate.p == pytest.approx(stats.chi2.sf(found.chi_square, 3))
    assert found.df == 3
    assert found.uncorrected < found.estimate.value
    for table, words in (
        ([[1], [2]], "there are fewer than two auditors"),
        ([[1, 2], [1, N]], "1 audits were graded by all 2 auditors and 1 were not"),
        ([[1, 2], [1, 2]], "every auditor gave one grade throughout"),
    ):
        none = kendall_w(Ratings.from_matrix(table, n_levels=4), level=0.8)
        assert words in none.estimate.why_not
        assert none.estimate.level == 0.8
    assert "not known" in kendall_w(UNNAMED).estimate.why_not


def test_against_a_criterion():
    """Auditor 0 is right: gaps 0 1 (audit 1: 2 against 1), of audit 4 3 3 2 and so on."""
    found = criterion_agreement(RATINGS, criterion=0, level=0.8)
    # Audits with the criterion and another: 22, 12, 0.1, 332, 222, 11.
    assert found.comparisons == 8
    assert found.exact.value == pytest.approx((1 + 0 + 0 + 0.5 + 1 + 1) / 6)
    assert found.bias.value == pytest.approx((0 + 1 + 1 - 0.5 + 0 + 0) / 6)
    assert found.distance.value == pytest.approx((0 + 1 + 1 + 0.5 + 0 + 0) / 6)
    assert found.weighted.value == pytest.approx(1 - found.distance.value / 3)
    for one in (found.exact, found.weighted, found.bias, found.distance):
        assert rests(one) == (0.8, 6, 2)
        assert one.low <= one.value <= one.high
        assert "audits sampled, t with" in one.method
    assert found.weighted.method.startswith("agreement with criterion, linear weights")
    assert isnan(found.exact.p)
    assert 0 < found.bias.p < 1
    assert found.distance.high - found.distance.value == pytest.approx(
        3 * (found.weighted.value - found.weighted.low)
    )
    alike = criterion_agreement(SAME, criterion=0, level=0.8)
    assert alike.exact.low == pytest.approx(0.2 ** (1 / 3))
    assert alike.distance.high == pytest.approx(3 * (1 - 0.2 ** (1 / 3)))
    assert (alike.bias.low, alike.bias.high) == pytest.approx(
        (-3 * (1 - 0.2 ** (1 / 3)), 3 * (1 - 0.2 ** (1 / 3)))
    )
    none = criterion_agreement(ALONE, criterion=1, level=0.8).exact
    assert none.why_not == "no audit was graded by the criterion and by an auditor"
    assert none.level == 0.8
    with pytest.raises(UsageError, match="auditor 8, gave no grade"):
        criterion_agreement(RATINGS, criterion=8)


def test_differences_say_what_they_rest_on():
    measure = agreement_coefficient("gwet_ac", n_levels=4)
    other = Ratings.from_matrix([[2, 2, 1], [1, 0, N], [N, 1, 1], [0, N, 3], [2, 3, 2]], n_levels=4)
    both = paired_difference(RATINGS, other, measure, se="subjects", level=0.8)
    assert rests(both) == (0.8, 7, 3)
    assert "same audits" in both.method
    apart = independent_difference(RATINGS, other, measure, se="subjects", level=0.8)
    assert rests(apart) == (0.8, 12, 3)
    assert "different audits" in apart.method
    expected = gwet_ac(other).value - gwet_ac(RATINGS).value
    assert both.value == apart.value == pytest.approx(expected)
    variance = gwet_ac(RATINGS, se="subjects").se ** 2 + gwet_ac(other, se="subjects").se ** 2
    assert apart.se == pytest.approx(sqrt(variance), rel=0.1)
    half = stats.t.ppf(0.9, 11) * apart.se
    assert (apart.low, apart.high) == pytest.approx((expected - half, expected + half))
    assert apart.p == pytest.approx(2 * stats.t.sf(abs(expected) / apart.se, 11))
    back = independent_difference(other, RATINGS, measure, se="subjects")
    assert back.value == pytest.approx(-expected)
    none = independent_difference(RATINGS, ALONE, measure, level=0.8)
    assert none.why_not == "one of the two sets has no audit graded by two auditors"
    assert none.level == 0.8
    kappa = agreement_coefficient("conger", n_levels=4)
    flat = independent_difference(RATINGS, SAME, kappa)
    assert flat.why_not == "in one of the two sets every grade is the same"
    with pytest.raises(ShapeError, match="Scales of 4 and 3 levels differ"):
        paired_difference(RATINGS, UNNAMED, measure)
    with pytest.raises(UsageError, match="no kind of standard error"):
        paired_difference(RATINGS, other, measure, se="luck")
    with pytest.raises(UsageError, match='Comparisons have no "jackknife" error'):
        paired_difference(RATINGS, other, measure, se="jackknife")


def test_bootstrap_says_what_it_rests_on():
    measures = [agreement_coefficient("gwet_ac", n_levels=4), alpha_coefficient(n_levels=4)]
    for interval, words in (("bca", "BCa"), ("percentile", "percentile")):
        found = bootstrap(
            RATINGS, measures, rng=np.random.default_rng(1), draws=300, interval=interval, level=0.8
        )
        for one in found:
            assert rests(one.estimate) == (0.8, 7, 3)
            assert f"; {words} bootstrap, 300 draws of audits, for these auditors" in (
                one.estimate.method
            )
            assert len(one.draws) == 300
        plain = found[0]
        if interval == "percentile":
            ends = np.quantile(plain.draws, [0.1, 0.9])
            assert (plain.estimate.low, plain.estimate.high) == pytest.approx(ends)
        assert plain.estimate.se == pytest.approx(plain.draws.std(ddof=1))
    alike = bootstrap(SAME, measures[:1], rng=np.random.default_rng(1), draws=20)[0].estimate
    assert "no interval: the draws do not differ" in alike.method
    none = bootstrap(ALONE, measures, rng=np.random.default_rng(1), draws=20, level=0.8)
    for one in none:
        assert one.estimate.why_not == "no audit was graded twice, or every grade is the same"
        assert rests(one.estimate) == (0.8, 0, 0)
        assert np.isnan(one.draws).all()
    for wrong in ({"draws": 1}, {"interval": "best"}, {"level": 95}):
        with pytest.raises(UsageError):
            bootstrap(RATINGS, measures, rng=np.random.default_rng(1), **wrong)


@pytest.mark.parametrize("measure", [gwet_ac, percent_agreement])
def test_unknown_words_are_named(measure):
    for wrong, words in (
        ({"se": "luck"}, '"luck" is no kind of standard error; expected one of two_way, subjects'),
        ({"interval": "best"}, '"best" is no kind of interval; expected one of auto, fisher'),
        ({"level": 95}, "confidence level"),
    ):
        with pytest.raises(UsageError, match=words):
            measure(RATINGS, **wrong)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Ratings.from_matrix([1, 2], n_levels=3), ShapeError, "two dimensions, not 1"),
        (lambda: Ratings.from_matrix([[0.5, 1]], n_levels=3), UnknownGradeError, "whole numbers"),
        (lambda: Ratings.from_matrix([[3, 1]], n_levels=3), UnknownGradeError, "outside 0 to 2"),
        (lambda: Ratings.from_counts([[1], [2]]), ShapeError, "two or more columns"),
        (lambda: Ratings.from_counts([[1, -1]]), ShapeError, "0 or more"),
        (lambda: Ratings.from_table([[1, 2, 3], [1, 2, 3]]), ShapeError, "square, not"),
        (lambda: power_weights(0, n_levels=3), UsageError, "0"),
        (lambda: neighbour_weights(1.1, n_levels=3), UsageError, "between 0 and 1, not 1.1"),
        (lambda: weights_with_parameter("power:x", n_levels=3), UsageError, "end in a number"),
        (lambda: weights_with_parameter("luck:1", n_levels=3), UsageError, '"luck" is no set'),
        (lambda: grade_weights("linear", n_levels=1), ShapeError, "two levels, not 1"),
        (lambda: grade_weights(np.ones((2, 3)), n_levels=2), ShapeError, "2 rows and columns"),
        (lambda: grade_weights([[1, 0], [0.5, 1]], n_levels=2), ShapeError, "symmetric"),
        (lambda: grade_weights([[0.9, 0], [0, 1]], n_levels=2), ShapeError, "diagonal"),
        (lambda: grade_weights([[1, -0.1], [-0.1, 1]], n_levels=2), ShapeError, "between 0 and 1"),
        (lambda: grade_weights([[1, 1.1], [1.1, 1]], n_levels=2), ShapeError, "between 0 and 1"),
    ],
)
def test_what_does_not_fit_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("identity", [1, 0, 0, 0]),
        ("linear", [1, 2 / 3, 1 / 3, 0]),
        ("quadratic", [1, 8 / 9, 5 / 9, 0]),
        ("radical", [1, 1 - sqrt(1 / 3), 1 - sqrt(2 / 3), 0]),
        ("ordinal", [1, 1 - 2 / 12, 1 - 6 / 12, 0]),
        ("ratio", [1, 1 - (1 / 3) ** 2 / 0.36, 1 - (2 / 4) ** 2 / 0.36, 0]),
        ("circular", [1, 0.5, 0, 0.5]),
        ("bipolar", [1, 1 - (1 / 5) / (9 / 9), 1 - (4 / 8) / (9 / 9), 0]),
        ("within_one", [1, 1, 0, 0]),
    ],
)
def test_first_row_of_each_set_of_weights(name, row):
    """Levels 1 2 3 4: circular by sin^2 of quarters of a turn; bipolar over its largest, 9/9."""
    assert grade_weights(name, n_levels=4)[0] == pytest.approx(row)
    assert (grade_weights(name, n_levels=4) == grade_weights(name, n_levels=4).T).all()


def test_weights_with_a_number():
    assert weights_with_parameter("power:2", n_levels=3).tolist() == (
        grade_weights("quadratic", n_levels=3).tolist()
    )
    assert weights_with_parameter("neighbour:0.5", n_levels=4)[0].tolist() == [1, 0.5, 0, 0]
    turned = weights_with_parameter("circular_neighbour:0.5", n_levels=4)[0]
    assert turned.tolist() == [1, 0.5, 0, 0.5]


@pytest.mark.parametrize(
    "table", [[[60, 29], [0, 0]], [[12, 0], [0, 9]]], ids=["no error shows", "full agreement"]
)
def test_light_of_one_pair_of_auditors_is_cohen(table):
    """One pair has one kappa, so its interval cannot depend on whose name it bears."""
    ratings = Ratings.from_table(table)
    one = cohen(ratings, weights="identity")
    light = light_kappa(ratings, weights="identity")
    assert (light.value, light.low, light.high) == pytest.approx((one.value, one.low, one.high))
    # 60 audits got equal grades and 29 did not: it would be untrue that audits do not differ.
    assert "do not differ" not in one.method
