"""What ratings cannot tell is left out of a model and said; how ratings are numbered."""

from __future__ import annotations

import pytest

from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions, severity_scope
from qaf_analysis.stats.severity.ratings import SeverityRatings, linked_groups
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError


def ratings_of(rows, *, n_levels=4, quarters=False):
    names = ("audit", "auditor", "domain", "grade", *(("quarter",) if quarters else ()))
    columns = dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))
    return SeverityRatings(**columns, n_levels=n_levels)


def scope(ratings, **options):
    return severity_scope(
        ratings, options=SeverityOptions(**options), groups=linked_groups(ratings)
    )


# Twelve audits, each by two of three auditors in two domains, every grade used.
LINKED = ratings_of(
    [
        (audit, auditor, domain, (audit + auditor + 2 * domain) % 4)
        for audit in range(12)
        for auditor in (audit % 3, (audit + 1) % 3)
        for domain in (0, 1)
    ]
)


def test_a_full_model_has_no_warning():
    found = scope(LINKED)
    assert found.warnings == ()
    assert not found.sd_is_known
    assert found.options.halo
    assert found.options.has_caseload
    assert not found.options.practice_by_quarter
    assert scope(LINKED, auditor_by_domain=True).options.auditor_by_domain
    assert scope(LINKED, thresholds="partial_credit").options.partial_credit
    assert not scope(LINKED, caseload=False).options.has_caseload
    assert not scope(LINKED, auditor_effects="free").options.has_caseload


def kept(rows):
    names = ("audit", "auditor", "domain", "grade")
    return SeverityRatings(**{name: getattr(LINKED, name)[rows] for name in names}, n_levels=4)


@pytest.mark.parametrize(
    ("ratings", "options", "warning", "left"),
    [
        (lambda: kept(LINKED.grade != 3), {},
         "Nobody gave grade 3; the model is that of the grades used, and has no threshold for it.",
         {}),
        (lambda: kept((LINKED.grade != 3) & (LINKED.grade != 1)), {},
         "Nobody gave grade 1, 3; the model is that of the grades used, and has no threshold for "
         "it.", {}),
        (lambda: kept(LINKED.domain == 0), {}, "The halo was left out: there is one domain only.",
         {"halo": False}),
        (lambda: kept(LINKED.domain == 0), {"auditor_by_domain": True},
         "Differences by domain were left out: there is one domain only.",
         {"auditor_by_domain": False}),
        (lambda: kept((LINKED.auditor + LINKED.audit + LINKED.domain) % 2 == 0), {},
         "The halo was left out: no auditor graded two domains of one audit.", {"halo": False}),
        (lambda: kept(LINKED.auditor == LINKED.audit % 3), {},
         "The halo was left out: no audit was graded twice, so the halo cannot be told from "
         "practice.", {"halo": False, "caseload": False}),
        (lambda: kept(LINKED.auditor == LINKED.audit % 3), {},
         "No audit was graded by two auditors, so a harsh auditor cannot be told from one who "
         "gets weaker practice; severities hold only if audits reached auditors at random.",
         {"caseload": False}),
        (lambda: kept(LINKED.audit < 9), {},
         "Only 9 audits were graded by two or more auditors; severities rest on audits having "
         "reached auditors at random.", {}),
        (lambda: kept(LINKED.auditor == 1), {},
         "There is one auditor only, so nobody's severity can be told.",
         {"auditor_effects": "none"}),
        (lambda: kept(LINKED.auditor == 1), {"drift": True},
         "No differences between auditors are estimated: there are none to tell.",
         {"drift": False, "auditor_effects": "none"}),
        (lambda: LINKED, {"anchored": {0: 0.0, 1: 0.1, 2: 0.2}, "auditor_by_domain": True},
         "No differences between auditors are estimated: there are none to tell.",
         {"auditor_effects": "none", "auditor_by_domain": False}),
        (lambda: LINKED, {"drift": True},
         "Changes over time were left out: there is one quarter only.",
         {"drift": False, "auditor_by_quarter": False, "practice_by_quarter": False}),
        (lambda: LINKED, {"auditor_by_quarter": True},
         "Changes over time were left out: there is one quarter only.",
         {"auditor_by_quarter": False}),
        (lambda: kept((LINKED.domain == 0) | (LINKED.grade != 3)), {"thresholds": "partial_credit"},
         "Some domains lack a grade that others have, so all domains share one set of thresholds.",
         {"thresholds": "rating_scale"}),
        (lambda: kept((LINKED.domain == 0) & (LINKED.auditor == LINKED.audit % 3)), {},
         "Every audit has one grade only, so how far practice differs between audits is not "
         "known; it was taken as 1 logit.", {}),
    ],
)  # fmt: skip
def test_what_ratings_cannot_tell_is_left_out_and_said(ratings, options, warning, left):
    found = scope(ratings(), **options)
    assert warning in found.warnings
    for name, value in left.items():
        assert getattr(found.options, name) == value
    assert found.sd_is_known == (len(ratings().grade) == ratings().n_audits)


def test_ten_linked_audits_are_enough():
    assert not any("Only" in one for one in scope(kept(LINKED.audit < 10)).warnings)
    alone = scope(kept(LINKED.auditor == 1)).warnings
    assert not any("Only" in one or "No audit" in one for one in alone)


def test_groups_without_an_audit_in_common_are_said():
    two = ratings_of([(0, 1, 0, 1), (0, 2, 0, 2), (1, 3, 0, 1), (1, 4, 0, 0), (2, 3, 0, 3)])
    said = "Auditors fall into 2 groups without an audit in common."
    assert any(said in one for one in scope(two).warnings)
    one = scope(two, anchored={1: 0.0})
    assert any(said in warning for warning in one.warnings)
    both = scope(two, anchored={1: 0.0, 3: 0.0})
    assert not any(said in warning for warning in both.warnings)


def test_moderators_are_those_who_graded_beside_auditors():
    assert scope(LINKED, moderators={2, 9}).options.moderators == {2}
    assert scope(LINKED, moderators={0, 1, 2}).options.moderators == set()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"link": "probit"}, '"link" is one of adjacent, cumulative, not "probit"'),
        ({"thresholds": "x"}, '"thresholds" is one of rating_scale, partial_credit'),
        ({"auditor_effects": "x"}, '"auditor_effects" is one of shrunken, free, none'),
        ({"level": 95}, "confidence level"),
        ({"nodes": 4}, "at least 5 points"),
        ({"reach": 0.0}, "reach above 0"),
    ],
)
def test_options_that_make_no_model(options, words):
    with pytest.raises(UsageError, match=words):
        SeverityOptions(**options)


def test_smallest_grid_and_anchors():
    assert SeverityOptions(nodes=5, reach=0.1).nodes == 5
    with pytest.raises(UsageError, match=r"2 anchored auditors graded nothing \(first: code 7\)"):
        scope(LINKED, anchored={8: 0.0, 7: 0.0, 1: 0.0})
    with pytest.raises(UsageError, match="All grades are the same"):
        severity_model(ratings_of([(0, 1, 0, 1), (0, 2, 0, 1)]))


def test_ratings_are_numbered_and_counted():
    found = ratings_of(
        [(5, 9, 3, 1, 20), (5, 7, 3, 2, 20), (5, 7, 4, 2, 20), (2, 7, 4, 0, 10)], quarters=True
    )
    assert found.audit_number.tolist() == [1, 1, 1, 0]
    assert found.auditor_number.tolist() == [1, 0, 0, 0]
    assert found.domain_number.tolist() == [0, 0, 1, 1]
    assert found.quarter_number.tolist() == [1, 1, 1, 0]
    assert (found.n_audits, found.n_auditors, found.n_domains, found.n_quarters) == (2, 2, 2, 2)
    assert found.bundle_number.tolist() == [2, 1, 1, 0]
    assert found.n_bundles == 3
    assert found.auditors_of_audit.tolist() == [1, 2]
    assert found.audits_of_auditor.tolist() == [2, 1]
    assert found.linked_audits.tolist() == [1, 1]
    assert found.n_linked == 1
    assert found.linked.audit.tolist() == [5, 5, 5]
    assert found.linked.quarter.tolist() == [20, 20, 20]
    assert found.of_auditors([9]).grade.tolist() == [1]
    groups = linked_groups(ratings_of([(0, 4, 0, 1), (1, 5, 0, 1), (1, 6, 0, 2)]))
    assert groups.group.tolist() == [1, 0, 0]
    assert groups.sizes.tolist() == [2, 1]
    assert not groups.is_connected
    with pytest.raises(ShapeError, match="no grade at all"):
        SeverityRatings(audit=[], auditor=[], domain=[], grade=[], n_levels=4)
    with pytest.raises(ShapeError, match="1 grades repeat an audit, auditor and domain"):
        ratings_of([(0, 1, 0, 1), (0, 1, 0, 2), (0, 1, 1, 2)])
    with pytest.raises(ShapeError, match="none is linked"):
        _ = ratings_of([(0, 1, 0, 1), (1, 2, 0, 2)]).linked
    with pytest.raises(UnknownGradeError):
        ratings_of([(0, 1, 0, 4)])
