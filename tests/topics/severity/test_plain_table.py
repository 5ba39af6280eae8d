"""Which figure of a fitted model stands under which name in the plain table of severity."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, nan
from types import SimpleNamespace

import numpy as np
import pytest

from qaf_analysis.data.plain.levels import declared_levels
from qaf_analysis.data.plain.severity import PlainRatings
from qaf_analysis.stats.severity.contrasts import severity_estimates
from qaf_analysis.stats.severity.joint.fit import joint_fit
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.statistics import severity_differences
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.severity.analysis import plain_table
from qaf_analysis.topics.severity.analysis.plain_table import (
    SeverityAsked,
    model_statistics,
    severity_table,
)
from tests.topics.by_hand import estimated

NAMES, DOMAINS = ("Ann", "Bea", "Cal"), ("Plan", "Risk")
JOINT = "joint likelihood, conditional error"
FACETS = "joint likelihood, as Facets prints it"
# Twelve audits in two domains by two of three auditors, Cal the kindest; two audits by one.
GRADES = (
    (1, 1, 2, 1), (2, 1, 3, 2), (3, 2, 2, 1), (0, 0, 0, 0), (2, 2, 3, 2), (2, 1, 0, 0),
    (1, 1, 1, 0), (2, 1, 2, 2), (3, 3, 1, 2), (1, 0, 1, 1), (2, 2, 2, 3), (1, 2, 1, 0),
)  # fmt: skip


def ratings_by_hand():
    rows = [
        (audit, (audit + side) % 3, domain, row[2 * side + domain])
        for audit, row in enumerate(GRADES)
        for side in (0, 1)
        for domain in (0, 1)
    ]
    return [*rows, (12, 0, 0, 2), (12, 0, 1, 1), (13, 1, 0, 1), (13, 1, 1, 2)]


def plain(rows=None, **more):
    audit, auditor, domain, grade = np.array(rows or ratings_by_hand()).T
    given = {"year": None, "warnings": ("read so",), **more}
    return PlainRatings(
        levels=declared_levels("Bad,Poor,Good,Top"),
        audit=audit,
        auditor=auditor,
        domain=domain,
        grade=grade,
        auditors=NAMES,
        domains=DOMAINS,
        **given,
    )


def as_ratings(rows=None):
    found = plain(rows)
    return SeverityRatings(
        audit=found.audit,
        auditor=found.auditor,
        domain=found.domain,
        grade=found.grade,
        n_levels=4,
    )


def told(table):
    return {one.name: one.estimate for one in table}


def each(what, names, values):
    return {f"{what}[{name}]": float(x) for name, x in zip(names, values, strict=True)}


def values_of(estimates):
    return {name: one.value for name, one in estimates.items()}


@pytest.fixture(scope="module")
def joint():
    found = severity_table(plain(), SeverityAsked(jml=True, statistics=True, level=0.9))
    return found, joint_fit(as_ratings())


def test_every_figure_of_joint_likelihood_stands_under_its_name(joint):
    table, fit = joint
    auditors, domains = fit.auditors, fit.domains
    expected = {
        **each("severity", NAMES, auditors.measure),
        **each("difficulty", DOMAINS, domains.measure),
        **each("threshold", ("1", "2", "3"), fit.steps),
        "sd_audit": nan,
        "sd_halo": nan,
        "sd_auditor": nan,
        "log_likelihood": fit.log_likelihood,
        "components": 1.0,
        **each("infit", NAMES, auditors.fit.infit),
        **each("outfit", NAMES, auditors.fit.outfit),
        **each("infit_z", NAMES, auditors.fit.infit_z),
        **each("outfit_z", NAMES, auditors.fit.outfit_z),
        **each("domain_infit", DOMAINS, domains.fit.infit),
        **each("domain_outfit", DOMAINS, domains.fit.outfit),
        **each("domain_infit_z", DOMAINS, domains.fit.infit_z),
        **each("domain_outfit_z", DOMAINS, domains.fit.outfit_z),
        **each("point_measure", NAMES, auditors.point_measure.observed),
        **each("point_measure_expected", NAMES, auditors.point_measure.expected),
        "identical": fit.agreement.observed_share,
        "identical_expected": fit.agreement.expected_share,
    }
    for name, one in zip(NAMES, fit.agreement_by_auditor, strict=True):
        expected[f"identical[{name}]"] = one.observed_share
        expected[f"identical_expected[{name}]"] = one.expected_share
    expected |= {
        "separation": auditors.separation.separation,
        "strata": auditors.separation.strata,
        "reliability": auditors.separation.reliability,
        "fixed_chi_square": auditors.fixed.value,
        "random_chi_square": auditors.random.value,
        "audits_at_one_end": float(fit.audits.is_extreme.sum()),
        "auditors_at_one_end": float(auditors.is_extreme.sum()),
    }
    found = told(table.estimates)
    assert list(found) == list(expected)
    assert values_of(found) == pytest.approx(expected, nan_ok=True)
    # the fourth audit is Bad throughout, and no auditor gave one grade only
    assert (found["audits_at_one_end"].value, found["auditors_at_one_end"].value) == (1, 0)
    assert len(set(expected.values())) > 40  # hardly two figures are alike


def test_intervals_cases_and_methods_of_joint_likelihood(joint):
    table, fit = joint
    found = told(table.estimates)
    ann = found["severity[Ann]"]
    # 1.6449 errors for 90 %
    assert (ann.high - ann.value) / fit.auditors.se[0] == pytest.approx(1.6449, abs=1e-4)
    assert (ann.value - ann.low) / fit.auditors.se[0] == pytest.approx(1.6449, abs=1e-4)
    assert (ann.se, ann.level, ann.method) == (fit.auditors.se[0], 0.9, JOINT)
    assert (ann.cases, ann.auditors) == (14, 3)
    step = found["threshold[1]"]
    assert (isnan(step.low), isnan(step.se), step.cases, step.level) == (True, True, 14, 0.9)
    for name in ("sd_audit", "sd_halo", "sd_auditor"):
        assert (found[name].why_not, found[name].method, found[name].level) == (
            "joint likelihood estimates every audit for itself and knows no such spread",
            JOINT,
            0.9,
        )
    assert found["infit[Ann]"].method == f"{FACETS}, mean square; cases are grades"
    assert found["infit[Ann]"].cases == fit.auditors.fit.count[0]
    assert found["point_measure[Bea]"].cases == fit.auditors.count[1]
    assert found["identical"].method == f"{FACETS}, share of pairs"
    assert found["identical"].cases == fit.agreement.pairs == 24
    assert found["separation"].method == FACETS
    chi = found["fixed_chi_square"]
    assert chi.method == f"{FACETS}; no test to rely on, 2 df"
    assert (chi.p, chi.df) == (fit.auditors.fixed.p, 2.0)
    assert found["random_chi_square"].p == fit.auditors.random.p


def test_what_a_reader_should_know_stands_with_the_table(joint):
    table, fit = joint
    assert table.levels == ("Bad", "Poor", "Good", "Top")
    assert table.verdict == "connected: every auditor can be compared with every other"
    assert table.warnings == (
        "read so",
        *fit.warnings,
        f"Standard errors are {fit.se_note}.",
    )
    apart = [row for row in ratings_by_hand() if row[1] < 2 or row[0] == 2]
    apart = [(a + 100 * (w == 2), w, d, g) for a, w, d, g in apart]
    cut = severity_table(plain(apart), SeverityAsked(jml=True))
    assert cut.verdict == (
        "disconnected: auditors fall into 2 groups without an audit in common; severities hold "
        "within a group only"
    )
    assert "separation" not in told(cut.estimates)  # no statistics were asked for


def test_only_linked_audits_are_counted_where_they_are_asked_for():
    found = severity_table(plain(), SeverityAsked(jml=True, linked_only=True))
    assert told(found.estimates)["severity[Ann]"].cases == 12
    alone = [row for row in ratings_by_hand() if row[0] >= 12]
    with pytest.raises(
        UsageError,
        match=r"^No audit was graded by two auditors, so --linked-only leaves none\.$",
    ):
        severity_table(plain(alone), SeverityAsked(jml=True, linked_only=True))


@pytest.fixture(scope="module")
def free():
    """The model that TAM fits: quick, on a grid of its own."""
    asked = SeverityAsked(halo=False)
    return severity_table(plain(), asked), severity_model(as_ratings(), options=asked.options)


def test_every_figure_of_the_model_stands_under_its_name(free):
    table, fit = free
    found = told(table.estimates)
    expected = {
        **each("severity", NAMES, fit.severity),
        **each("difficulty", DOMAINS, fit.difficulty),
        **each("threshold", ("1", "2", "3"), fit.thresholds),
        "sd_audit": fit.sd_audit.value,
        "sd_halo": nan,
        "sd_caseload": nan,
        "sd_auditor": severity_differences(fit).separation.true_sd,
        "log_likelihood": fit.log_likelihood,
        "log_likelihood_given_auditors": fit.log_likelihood,
        "components": 1.0,
    }
    assert list(found) == list(expected)
    assert values_of(found) == pytest.approx(expected, nan_ok=True, rel=1e-6)
    assert found["severity[Cal]"] == severity_estimates(fit)[2]
    how = "severity model, adjacent link, logits"
    assert found["difficulty[Plan]"].method == found["threshold[2]"].method == how
    assert found["sd_audit"].method == f"standard deviation in logits; {fit.sd_audit.words}"
    assert (found["sd_halo"].why_not, found["sd_halo"].method) == (
        fit.sd_halo.words,
        "severity model",
    )
    assert found["sd_auditor"].method == (
        "standard deviation in logits, errors of free severities taken out; no interval, because "
        "shrunken severities are needed for one"
    )
    assert found["sd_auditor"].cases == 14
    assert found["log_likelihood"].method == (
        "audits and halo integrated on a grid, shrunken effects by Laplace"
    )
    assert found["log_likelihood_given_auditors"].method == "at the estimated effects"
    assert found["components"].method == "groups of auditors that share audits"
    assert table.warnings == ("read so", *fit.warnings)


def test_each_domain_s_own_thresholds_are_named():
    found = severity_table(plain(), SeverityAsked(halo=False, partial_credit=True))
    names = [one.name for one in found.estimates if one.name.startswith("threshold")]
    assert names == [f"threshold[{d}, {step}]" for d in DOMAINS for step in (1, 2, 3)]


def test_a_grid_that_cuts_practice_off_is_said(free, monkeypatch):
    _, fit = free
    at = SimpleNamespace(**{name: getattr(fit, name) for name in vars(fit)})
    words = (
        "Practice differs so much that the grid, which ends at 8 logits, cuts it off; give "
        "--auditors free for a grid that suits the data."
    )
    for sd, reach, said in ((2.66, 8.0, ()), (2.67, 8.0, (words,)), (2.67, None, ())):
        at.sd_audit = replace(fit.sd_audit, value=sd)
        at.options = replace(fit.options, reach=reach)
        monkeypatch.setattr(plain_table, "_model", lambda fit, found: ())
        monkeypatch.setattr(plain_table, "severity_model", lambda ratings, *, options: at)
        assert severity_table(plain(), SeverityAsked(halo=False)).warnings == (
            "read so",
            *fit.warnings,
            *said,
        )


@pytest.mark.parametrize(
    ("asked", "effects", "expected"),
    [
        (
            SeverityAsked(),
            "shrunken",
            SeverityOptions(auditor_effects="shrunken"),
        ),
        (
            SeverityAsked(halo=False, level=0.9),
            "free",
            SeverityOptions(
                halo=False, auditor_effects="free", caseload=False, nodes=81, reach=8.0, level=0.9
            ),
        ),
        (
            SeverityAsked(halo=False, auditors="free"),
            "free",
            SeverityOptions(halo=False, auditor_effects="free", caseload=False),
        ),
        (
            SeverityAsked(halo=False, link="cumulative"),
            "shrunken",
            SeverityOptions(
                link="cumulative", halo=False, auditor_effects="shrunken", caseload=False
            ),
        ),
        (
            SeverityAsked(partial_credit=True, auditors="free"),
            "free",
            SeverityOptions(thresholds="partial_credit", auditor_effects="free"),
        ),
    ],
)
def test_what_is_asked_becomes_the_model_s_options(asked, effects, expected):
    assert asked.effects == effects
    assert asked.options == expected


def test_an_unknown_word_for_auditors_is_refused():
    with pytest.raises(UsageError, match=r'^"some" is none of auto, shrunken, free\.$'):
        _ = SeverityAsked(auditors="some").effects


def numbers(start: float) -> np.ndarray:
    return np.array([start, start + 0.01, start + 0.02])


def estimates(start: float):
    return tuple(estimated(float(x)) for x in numbers(start))


FIT = SimpleNamespace(
    infit=numbers(1), outfit=numbers(2), infit_z=numbers(3), outfit_z=numbers(4),
    count=np.array([31, 32, 33]),
)  # fmt: skip
OF_DOMAINS = SimpleNamespace(
    infit=numbers(5)[:2], outfit=numbers(6)[:2], infit_z=numbers(7)[:2], outfit_z=numbers(8)[:2],
    count=np.array([51, 52]),
)  # fmt: skip
STATISTICS = SimpleNamespace(
    fit=FIT,
    domain_fit=OF_DOMAINS,
    inconsistency=SimpleNamespace(shrunken=estimates(11)),
    halo=SimpleNamespace(shrunken=estimates(12)),
    centrality=estimates(13),
    limits=SimpleNamespace(
        draws=200, infit_low=numbers(14), infit_high=numbers(15), outfit_low=numbers(16),
        outfit_high=numbers(17),
    ),
    point_measure=SimpleNamespace(observed=numbers(18), expected=np.array([19, nan, 19.02])),
    agreement=SimpleNamespace(observed_share=0.61, expected_share=0.52, pairs=24),
    agreement_by_auditor=tuple(
        SimpleNamespace(observed_share=0.6 + k / 100, expected_share=0.5 + k / 100, pairs=k)
        for k in (3, 4, 5)
    ),
)  # fmt: skip
APART = SimpleNamespace(
    separation=SimpleNamespace(separation=1.83, strata=2.77, reliability=0.74),
    fixed=SimpleNamespace(value=41.5, df=2, p=0.03, why_not="nothing"),
)
TEST = SimpleNamespace(
    statistic=21.6, p=0.01, df=9.0, why_not="no overlap", correlation=estimated(-0.38),
    caseload=estimates(22),
    uneven=SimpleNamespace(ratings=SimpleNamespace(auditor_codes=np.array([2, 1, 0]))),
)  # fmt: skip


@pytest.fixture
def of_stand_ins(monkeypatch):
    """The statistics with a stand-in for each: ``of_stand_ins(apart=..., linked=...)``."""
    seen = []

    def found(*, apart=APART, test=TEST, linked=12, auditors=3, asked=None):
        for name, stand_in in {
            "fitted_statistics": lambda fit: STATISTICS,
            "auditor_severity_in_grades": lambda fit: estimates(9),
            "auditor_fair_grades": lambda fit: estimates(10),
            "freed_differences": lambda fit: apart,
            "at_one_end": lambda fit: (7, 2),
            "allocation_test": lambda ratings, *, options: seen.append(options) or test,
        }.items():
            monkeypatch.setattr(plain_table, name, stand_in)
        ratings = SimpleNamespace(
            auditor_codes=np.array([0, 1, 2]), domain_codes=np.array([1, 0]),
            n_auditors=auditors, n_linked=linked, n_audits=14,
        )  # fmt: skip
        asked = asked or SeverityAsked(statistics=True)
        return told(model_statistics(SimpleNamespace(ratings=ratings), asked, plain()))

    found.seen = seen
    return found


def test_every_statistic_stands_under_its_name(of_stand_ins):
    found = of_stand_ins()
    domains = ("Risk", "Plan")  # in the order of the model
    expected = {}
    for place, what in enumerate(
        ("severity_in_grades", "fair_grade", "inconsistency", "spread_within_file", "stretch")
    ):
        expected |= each(what, NAMES, numbers(9 + place))
    for place, what in enumerate(("infit", "outfit", "infit_z", "outfit_z"), start=1):
        expected |= each(what, NAMES, numbers(place))
    for place, what in enumerate(
        ("infit_usual_low", "infit_usual_high", "outfit_usual_low", "outfit_usual_high")
    ):
        expected |= each(what, NAMES, numbers(14 + place))
    for place, what in enumerate(("infit", "outfit", "infit_z", "outfit_z")):
        expected |= each(f"domain_{what}", domains, numbers(5 + place)[:2])
    expected |= each("point_measure", NAMES, numbers(18))
    expected |= each("point_measure_expected", NAMES, (19, nan, 19.02))
    expected |= {
        "identical": 0.61, "identical_expected": 0.52,
        "identical[Ann]": 0.63, "identical_expected[Ann]": 0.53,
        "identical[Bea]": 0.64, "identical_expected[Bea]": 0.54,
        "identical[Cal]": 0.65, "identical_expected[Cal]": 0.55,
        "separation": 1.83, "strata": 2.77, "reliability": 0.74, "fixed_chi_square": 41.5,
        "audits_at_one_end": 7.0, "auditors_at_one_end": 2.0,
        "allocation_chi_square": 21.6,
        "caseload[Cal]": 22.0, "caseload[Bea]": 22.01, "caseload[Ann]": 22.02,
        "caseload_correlation": -0.38,
    }  # fmt: skip
    assert list(found) == list(expected)
    assert values_of(found) == pytest.approx(expected, nan_ok=True)


def test_cases_and_methods_of_the_statistics(of_stand_ins):
    found = of_stand_ins()
    unknown = found["point_measure_expected[Bea]"]
    assert (unknown.why_not, unknown.cases) == ("its grades do not tell it", 32)
    assert {name: (found[name].cases, found[name].method) for name in (
        "infit[Bea]", "domain_outfit[Plan]", "outfit_usual_low[Ann]", "point_measure[Cal]",
        "identical", "identical[Cal]", "separation", "fixed_chi_square", "audits_at_one_end",
        "allocation_chi_square",
    )} == {
        "infit[Bea]": (32, "severity model, mean square; cases are grades"),
        "domain_outfit[Plan]": (52, "severity model, mean square; cases are grades"),
        "outfit_usual_low[Ann]": (0, "parametric bootstrap, 200 draws, seed 20200403"),
        "point_measure[Cal]": (33, "severity model"),
        "identical": (24, "severity model, share of pairs"),
        "identical[Cal]": (5, "severity model, share of pairs"),
        "separation": (0, "free severities with their covariance"),
        "fixed_chi_square": (0, "free severities with their covariance, 2 df"),
        "audits_at_one_end": (
            0,
            "all grades at one end of the scale, once others such are set aside",
        ),
        "allocation_chi_square": (
            14,
            "score test of practice between caseloads (Hausman, Mundlak)",
        ),
    }  # fmt: skip
    assert (found["fixed_chi_square"].p, found["fixed_chi_square"].df) == (0.03, 2.0)
    assert (found["allocation_chi_square"].p, found["allocation_chi_square"].df) == (0.01, 9.0)


def test_what_cannot_be_tested_is_left_out_or_says_why(of_stand_ins):
    tests = {"separation", "strata", "reliability", "fixed_chi_square"}
    assert not tests & set(of_stand_ins(apart=None))
    no_separation = SimpleNamespace(separation=None, fixed=APART.fixed)
    assert tests & set(of_stand_ins(apart=no_separation)) == {"fixed_chi_square"}
    untold = SimpleNamespace(
        separation=None, fixed=SimpleNamespace(value=nan, df=0, p=nan, why_not="two groups")
    )
    assert of_stand_ins(apart=untold)["fixed_chi_square"].why_not == "two groups"
    no_overlap = SimpleNamespace(**{**vars(TEST), "statistic": nan})
    assert of_stand_ins(test=no_overlap)["allocation_chi_square"].why_not == "no overlap"


@pytest.mark.parametrize(
    ("linked", "auditors", "tested"),
    [(0, 3, False), (1, 3, True), (13, 3, True), (14, 3, False), (12, 2, True), (12, 1, False)],
)
def test_allocation_needs_audits_of_both_kinds(of_stand_ins, linked, auditors, tested):
    found = of_stand_ins(linked=linked, auditors=auditors)
    assert ("allocation_chi_square" in found) == tested


def test_allocation_is_tested_with_severities_drawn_together(of_stand_ins):
    asked = SeverityAsked(statistics=True, halo=False, level=0.9)
    of_stand_ins(asked=asked)
    assert of_stand_ins.seen == [replace(asked.options, auditor_effects="shrunken", caseload=None)]
    assert of_stand_ins(asked=SeverityAsked()) == {}
