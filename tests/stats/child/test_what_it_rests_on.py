"""What is said about the child: level, audits, auditors, reasons; domain grades by hand."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.child.domain_grades import DomainGrades, check_same_audits, in_common
from qaf_analysis.stats.child.experience import (
    child_experience_gap,
    crossed_difference,
    good_without_child_difference,
    good_without_child_rate,
)
from qaf_analysis.stats.child.focus_share import focus_shares
from qaf_analysis.stats.child.halo import halo_ratio, straight_lines
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
        good_without_child_difference(AUDIT, MODERATION, **GOOD): (below, who),
        crossed_difference(AUDIT, MODERATION, **GOOD): (40, 8),
        halo_ratio(AUDIT, MODERATION, auditor=AUDITOR, level=0.8): (40, 8),
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


def test_halo_by_its_formula():
    ours, theirs = AUDIT.spread, MODERATION.spread
    found = halo_ratio(AUDIT, MODERATION, auditor=AUDITOR, level=0.8)
    errs = clustered_mean(ours / ours.mean() - theirs / theirs.mean(), cluster=AUDITOR)
    half = stats.t.ppf(0.9, errs.df) * sqrt(errs.variance)
    value = ours.mean() / theirs.mean()
    assert (found.low, found.high) == pytest.approx((value * exp(-half), value * exp(half)))
    assert found.se == pytest.approx(sqrt(errs.variance))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(log(value)) / found.se, errs.df))
    assert found.method.endswith(f", t with {errs.df:.1f} df, by auditor (CR2)")
    flat = halo_ratio(reading(np.full((40, 5), 2.0)), MODERATION, auditor=AUDITOR, level=0.8)
    assert (flat.value, rests(flat)) == (0, (0.8, 40, 8))
    assert "auditors gave all domains the same grade in every audit" in flat.method


def test_the_gap_names_how_it_was_made():
    found = child_experience_gap(AUDIT, MODERATION, auditor=AUDITOR, level=0.8)
    more = (AUDIT.child_mean - MODERATION.child_mean) - (
        AUDIT.process_mean - MODERATION.process_mean
    )
    fit = clustered_mean(more, cluster=AUDITOR)
    half = stats.t.ppf(0.9, fit.df) * sqrt(fit.variance)
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
        (lambda: good_without_child_difference(reading(AUDIT.domains), MODERATION, **GOOD),
         "no audit has an overall grade", 0),
        (lambda: good_without_child_rate(AUDIT, child_by=reading(AUDIT.domains * 0 + 3), **GOOD),
         "no audit has a child domain below good", 0),
        (lambda: crossed_difference(NOBODY, MODERATION, **GOOD),
         "no audit has overall and child-domain grades by auditor and moderator", 0),
        (lambda: crossed_difference(UNTAGGED, UNTAGGED, **GOOD),
         "no domain is tagged as about the child", 0),
        (lambda: halo_ratio(NOBODY, MODERATION, auditor=AUDITOR, level=0.8), NO_DOMAINS, 0),
        (lambda: halo_ratio(AUDIT, reading(AUDIT.domains * 0), auditor=AUDITOR, level=0.8),
         "moderators gave all domains the same grade in every audit", 40),
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
    for one in (found.audit, found.moderation, found.difference):
        assert one.why_not.startswith(words)
        assert rests(one) == (0.8, audits, len(np.unique(AUDITOR[some])))


def test_shares_of_focus_say_what_they_rest_on():
    found = focus_shares(
        AUDIT, MODERATION, auditor=AUDITOR, rng=np.random.default_rng(1), draws=200, level=0.8
    )
    for one in (found.audit, found.moderation, found.difference):
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
