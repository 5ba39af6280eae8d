"""What is said about the child: level, audits, auditors, reasons; domain grades by hand."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.child.domain_grades import DomainGrades, check_same_audits, in_common
from qaf_analysis.stats.child.experience import child_experience_gap, good_without_child_rate
from qaf_analysis.stats.child.focus_share import focus_shares
from qaf_analysis.stats.child.halo import domain_correlation, halo, straight_lines
from qaf_analysis.stats.child.level_free import grade_slopes, normal_scores
from qaf_analysis.stats.child.rule_fit import (
    follows_rule,
    rule_fit,
    rule_share,
    weakest_link_difference,
)
from qaf_analysis.stats.core.means import clustered_mean
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError
from tests.stats.child.cases import reading, simulated

AUDIT, MODERATION, AUDITOR = simulated(np.random.default_rng(4), audits=40, auditors=8)
GOOD = {"good_from": 2, "auditor": AUDITOR, "level": 0.8}
NOBODY = reading(np.full((40, 5), np.nan), np.full(40, 2.0))
UNTAGGED = reading(AUDIT.domains, AUDIT.overall, child=0)


def rests(found):
    return found.level, found.cases, found.auditors


def test_what_each_figure_rests_on():
    below = int((MODERATION.lowest_child < 2).sum())
    who = len(np.unique(AUDITOR[MODERATION.lowest_child < 2]))
    found = {
        child_experience_gap(AUDIT, MODERATION, auditor=AUDITOR, level=0.8): (40, 8),
        good_without_child_rate(AUDIT, child_by=MODERATION, **GOOD): (below, who),
        good_without_child_rate(MODERATION, child_by=MODERATION, **GOOD): (below, who),
        halo(AUDIT, MODERATION, auditor=AUDITOR, level=0.8).audit: (40, 8),
        halo(AUDIT, MODERATION, auditor=AUDITOR, level=0.8).moderation: (40, 8),
        halo(AUDIT, MODERATION, auditor=AUDITOR, level=0.8).difference: (40, 8),
        straight_lines(AUDIT, MODERATION, auditor=AUDITOR, level=0.8).audit: (40, 8),
        straight_lines(AUDIT, MODERATION, auditor=AUDITOR, level=0.8).moderation: (40, 8),
        straight_lines(AUDIT, MODERATION, auditor=AUDITOR, level=0.8).difference: (40, 8),
        weakest_link_difference(AUDIT, MODERATION, auditor=AUDITOR, level=0.8): (40, 8),
        rule_share(AUDIT, rule="median", auditor=AUDITOR, level=0.8): (40, 8),
    }
    fit = rule_fit(AUDIT, MODERATION, rule="median", auditor=AUDITOR, level=0.8)
    found |= dict.fromkeys((fit.audit, fit.moderation, fit.difference), (40, 8))
    for one, (cases, auditors) in found.items():
        assert rests(one) == (0.8, cases, auditors)
        assert one.low <= one.value <= one.high
    assert fit.rule == "median"


def between_auditors(apart):
    """Analysis of variance by auditor: its share of the variance, not below 0."""
    groups = [apart[name == AUDITOR] for name in np.unique(AUDITOR)]
    size = np.array([len(one) for one in groups])
    within = sum(((one - one.mean()) ** 2).sum() for one in groups) / (40 - len(groups))
    between = within * stats.f_oneway(*groups).statistic
    usual = (40 - (size**2).sum() / 40) / (len(groups) - 1)
    return max(0.0, (between - within) / usual)


# By turns an auditor is a grade stricter, the same, or a grade kinder.
STRICT = reading(np.clip(AUDIT.domains + (AUDITOR % 3 - 1)[:, np.newaxis], 0, 3))


@pytest.mark.parametrize("ours", [AUDIT, STRICT])
def test_halo_by_its_formula(ours):
    found = halo(ours, MODERATION, auditor=AUDITOR, level=0.8)
    scores = normal_scores(ours), normal_scores(MODERATION)
    s = between_auditors((scores[0].score - scores[1].score).mean(axis=1))
    assert found.strictness == pytest.approx(s)
    assert (s > 0.1) == (ours is STRICT)
    (r, of_r), (theirs, of_theirs) = (domain_correlation(one) for one in scores)
    by_hand = {
        found.audit: ((r - s) / (1 - s), of_r / (1 - s)),
        found.moderation: (theirs, of_theirs),
        found.difference: ((r - s) / (1 - s) - theirs, of_r / (1 - s) - of_theirs),
    }
    for one, (value, influence) in by_hand.items():
        errors = clustered_mean(influence, cluster=AUDITOR)
        half = stats.t.ppf(0.9, errors.df) * sqrt(errors.variance)
        assert (one.value, one.se) == pytest.approx((value, sqrt(errors.variance)))
        assert (one.low, one.high) == pytest.approx((value - half, value + half))
        assert one.method.endswith(f", t with {errors.df:.1f} df, by auditor (CR2)")
    # Only the difference is tested: a correlation of 0 is no question anyone asks.
    assert np.isnan([found.audit.p, found.moderation.p]).all()
    p = 2 * stats.t.sf(abs(value) / sqrt(errors.variance), errors.df)
    assert found.difference.p == pytest.approx(p)


def test_the_gap_names_how_it_was_made():
    found = child_experience_gap(AUDIT, MODERATION, auditor=AUDITOR, level=0.8)
    slope = grade_slopes(AUDIT, MODERATION)
    shift = (AUDIT.domains - MODERATION.domains) / slope
    more = (shift[:, :2].mean(axis=1) - shift[:, 2:].mean(axis=1)) * slope[:2].mean()
    fit = clustered_mean(more, cluster=AUDITOR)
    half = stats.t.ppf(0.9, fit.df) * sqrt(fit.variance)
    assert found.value == pytest.approx(more.mean())
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half))
    assert found.method.endswith(f"; t with {fit.df:.1f} df, by auditor (CR2)")


NO_DOMAINS = "no audit has two or more domains graded by auditor and moderator"
NO_OVERALL = "no audit has an overall grade and two or more domains"


@pytest.mark.parametrize(
    ("call", "reason", "cases"),
    [
        (lambda: child_experience_gap(NOBODY, MODERATION, auditor=AUDITOR, level=0.8),
         "no audit has a child and a process domain graded by auditor and moderator", 0),
        (lambda: good_without_child_rate(AUDIT, child_by=NOBODY, **GOOD),
         "no child domain was graded", 0),
        (lambda: good_without_child_rate(
            reading(AUDIT.domains), child_by=MODERATION, **GOOD
         ), "no audit has an overall grade", 0),
        (lambda: good_without_child_rate(AUDIT, child_by=reading(AUDIT.domains * 0 + 3), **GOOD),
         "no audit has a child domain below the positive grades", 0),
        (lambda: good_without_child_rate(UNTAGGED, child_by=UNTAGGED, **GOOD),
         "no domain is tagged as about the child", 0),
        (lambda: halo(NOBODY, MODERATION, auditor=AUDITOR, level=0.8).difference, NO_DOMAINS, 0),
        (lambda: halo(AUDIT, reading(AUDIT.domains * 0), auditor=AUDITOR, level=0.8).audit,
         "grades hardly vary in all domains but one, or in all", 0),
        (lambda: straight_lines(NOBODY, MODERATION, auditor=AUDITOR, level=0.8).difference,
         NO_DOMAINS, 0),
        (lambda: rule_share(NOBODY, rule="median", auditor=AUDITOR, level=0.8), NO_OVERALL, 0),
        (lambda: rule_fit(NOBODY, MODERATION, rule="median", auditor=AUDITOR,
                          level=0.8).difference, NO_OVERALL, 0),
        (lambda: rule_fit(NOBODY, MODERATION, rule="weakest child domain", auditor=AUDITOR,
                          level=0.8).difference,
         "no audit has an overall grade and a child domain", 0),
        (lambda: rule_fit(UNTAGGED, UNTAGGED, rule="weakest child domain", auditor=AUDITOR,
                          level=0.8).audit, "no domain is tagged as about the child", 0),
        (lambda: weakest_link_difference(NOBODY, MODERATION, auditor=AUDITOR, level=0.8),
         NO_OVERALL, 0),
    ],
)  # fmt: skip
def test_reasons_in_full(call, reason, cases):
    found = call()
    assert (found.why_not, found.level, found.cases) == (reason, 0.8, cases)


def test_domain_grades_by_hand():
    N = np.nan
    grades = reading(
        [[1, 3, 2, 2], [N, 2, N, N], [N, N, N, N], [2, 2, N, 2], [0, N, 3, N]],
        [2, 2, N, 2, 1], process=1,
    )  # fmt: skip
    assert grades.n_audits == 5
    assert grades.child_mean == pytest.approx([2, 2, N, 2, 0], nan_ok=True)
    assert grades.process_mean == pytest.approx([2, N, N, N, 3], nan_ok=True)
    assert grades.lowest == pytest.approx([1, 2, N, 2, 0], nan_ok=True)
    assert grades.lowest_child == pytest.approx([1, 2, N, 2, 0], nan_ok=True)
    assert grades.spread == pytest.approx([sqrt(2 / 3), N, N, 0, sqrt(4.5)], nan_ok=True)
    assert grades.is_straight_line == pytest.approx([0, N, N, 1, 0], nan_ok=True)
    assert grades.why_not_contrasted == ""
    assert grades.select(np.arange(5) > 3).overall.tolist() == [1]
    kept = grades.limited_to(np.zeros((5, 4), bool))
    assert np.isnan(kept.domains).all()
    both = in_common(grades, reading([[1, N, 2, 2]] * 5, process=1))[0]
    assert np.isnan(both.domains[0]).tolist() == [False, True, False, False]
    assert follows_rule(grades, rule="median")[[0, 3, 4]].tolist() == [1, 1, 1]
    half = reading([[1, 2], [1, 2], [1, 2]], [1, 2, 3], child=1)
    assert follows_rule(half, rule="median").tolist() == [1, 1, 0]
    assert follows_rule(half, rule="most common grade").tolist() == [1, 1, 0]
    with pytest.raises(ValueError, match="read-only"):
        grades.is_child[0] = False


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"domains": [1, 2]}, ShapeError, "as many overall grades as rows"),
        ({"overall": [1]}, ShapeError, "as many overall grades as rows"),
        ({"is_child": [True]}, ShapeError, '"is_child" needs one value for each domain'),
        ({"is_process": [True, True]}, ShapeError, "not both"),
        ({"domains": [[1, -1], [1, 1]]}, UnknownGradeError, r"1 grade codes .* \(first: -1\)"),
        ({"overall": [0.5, 1.5]}, UnknownGradeError, r"2 grade codes .* \(first: 0\.5\)"),
    ],
)
def test_domain_grades_that_do_not_fit(change, error, words):
    given = {"domains": [[1, 2], [0, 3]], "overall": [1, 2], "is_child": [True, False],
             "is_process": [False, True]}  # fmt: skip
    DomainGrades(**given)
    with pytest.raises(error, match=words):
        DomainGrades(**given | change)


def test_readings_must_be_of_the_same_audits():
    check_same_audits(AUDIT, MODERATION)
    for other in (reading(AUDIT.domains[:5]), UNTAGGED, reading(AUDIT.domains, process=1)):
        with pytest.raises(ShapeError, match="same audits and tagged domains"):
            check_same_audits(AUDIT, other)


@pytest.mark.parametrize(
    ("audits", "words"),
    [
        (1, "only 1 audit has child, process and overall grades by auditor and moderator; at "),
        (5, "only 5 audits have child, process and overall grades by auditor and moderator; at "),
    ],
)
def test_shares_of_focus_need_audits(audits, words):
    some = np.arange(40) < audits
    found = focus_shares(
        AUDIT.select(some), MODERATION.select(some), auditor=AUDITOR[some],
        rng=np.random.default_rng(1), level=0.8,
    )  # fmt: skip
    for one in (found.audit, found.moderation, found.difference, found.weights):
        assert one.why_not.startswith(words)
        assert rests(one) == (0.8, audits, len(np.unique(AUDITOR[some])))


def test_shares_of_focus_say_what_they_rest_on():
    found = focus_shares(
        AUDIT, MODERATION, auditor=AUDITOR, rng=np.random.default_rng(1), draws=200, level=0.8
    )
    for one in (found.audit, found.moderation, found.difference, found.weights):
        assert rests(one) == (0.8, 40, 8)
        assert one.method.startswith("Shapley (LMG) share of child domains in R squared")
    assert found.difference.value == pytest.approx(found.audit.value - found.moderation.value)
    flat = focus_shares(
        reading(AUDIT.domains, np.full(40, 2.0)), MODERATION, auditor=AUDITOR,
        rng=np.random.default_rng(1), draws=20,
    )  # fmt: skip
    assert flat.audit.why_not == (
        "auditors' overall, child or process grades do not vary, or vary as one"
    )
    assert flat.difference.why_not == flat.audit.why_not
    assert flat.moderation.is_estimable
