"""What severity makes of fitted models: models here are stand-ins with figures chosen by hand."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, nan
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.stats.severity.fit import SpreadComponent
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import SeverityFinding
from qaf_analysis.topics.common.auditor_codes import auditor_codes
from qaf_analysis.topics.severity.analysis import auditors, headline, moderators
from qaf_analysis.topics.severity.analysis import models as models_module
from qaf_analysis.topics.severity.analysis.auditors import (
    AuditorSeverity,
    auditor_habits,
    auditor_severities,
    auditors_to_talk_with,
)
from qaf_analysis.topics.severity.analysis.headline import (
    Component,
    Differences,
    ExtremeGrades,
    severity,
)
from qaf_analysis.topics.severity.analysis.models import severity_models
from qaf_analysis.topics.severity.analysis.moderators import moderator_severity
from tests.topics.by_hand import Row, council, estimated, unknown
from tests.topics.severity.results import FACET, HABITS, KIND, NEW, SCOPE, STRICT

NOW = Quarter(2019, 4)
STRICTER, KINDER = SeverityFinding.CLEARLY_STRICTER, SeverityFinding.CLEARLY_KINDER
RATERS = ("Ann", "Bea", "Cal", "Dan")
CODE = auditor_codes(RATERS)


def told(value: float, *, se: float = 0.1, width: float = 0.4, cases: int = 12) -> Estimate:
    found = estimated(value, value - width / 2, value + width / 2, cases=cases)
    return replace(found, se=se)


def fitted(*estimates: Estimate, codes: tuple[int, ...], **more: object) -> SimpleNamespace:
    return SimpleNamespace(
        estimates=estimates, ratings=SimpleNamespace(auditor_codes=np.array(codes)), **more
    )


def grades_of(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Rows of audit, rater and quarter, each graded once in one domain."""
    frame = pd.DataFrame(rows, columns=["audit_id", "rater", "quarter"])
    return frame.assign(domain="Overall", grade=2)


@pytest.fixture
def of_auditors(monkeypatch):
    """Severity, fair grades and habits are what the stand-ins carry."""
    monkeypatch.setattr(auditors, "auditor_severity_in_grades", lambda fit: fit.estimates)
    monkeypatch.setattr(auditors, "auditor_fair_grades", lambda fit: fit.fair)
    monkeypatch.setattr(auditors, "auditor_habits", lambda statistics, place: statistics[place])


def models_of(linked, *, pooled, uneven, caseload):
    return SimpleNamespace(
        raters=RATERS,
        ratings=grades_of(
            *(("a1", who, "2019-20 Q4") for who in RATERS),
            ("a2", "Ann", "2019-20 Q4"),
            ("a3", "Ann", "2019-20 Q4"),
            ("a4", "Cal", "2019-20 Q4"),
        ),
        linked=linked,
        allocation=SimpleNamespace(pooled=pooled, uneven=uneven, caseload=caseload),
        slope_of=lambda fit: {id(linked): 5.0, id(uneven): 2.0}[id(fit)],
    )


def test_each_auditor_has_figures_of_their_own_from_each_model(of_auditors):
    """Linked and pooled models know the auditors in different orders; a caseload of 0.1 logits
    is 0.2 grades.
    """
    fair = (estimated(1.1), estimated(1.2), estimated(1.3))
    linked = fitted(
        told(0.61, se=0.1, cases=31), told(-0.52, cases=32), told(0.03, cases=33),
        codes=(0, 2, 3), fair=fair, groups=SimpleNamespace(group=np.array([0, 1, 0])),
    )  # fmt: skip
    pooled = fitted(told(0.71), told(0.72), told(0.73), told(0.74), codes=(3, 2, 1, 0))
    uneven = fitted(codes=(0, 1, 2, 3))
    logits = tuple(replace(told(v, se=0.04), p=0.5) for v in (0.1, -0.2, 0.3, -0.4))
    found = auditor_severities(
        models_of(linked, pooled=pooled, uneven=uneven, caseload=logits), ("h1", "h2", "h3")
    )
    assert [person.auditor for person in found] == sorted(
        CODE[who] for who in ("Ann", "Cal", "Dan")
    )
    by_name = {person.auditor: person for person in found}
    ann, cal, dan = (by_name[CODE[who]] for who in ("Ann", "Cal", "Dan"))
    assert [(p.severity.value, p.linked, p.group) for p in (ann, cal, dan)] == [
        (0.61, 31, 0),
        (-0.52, 32, 1),
        (0.03, 33, 0),
    ]
    assert [p.pooled.value for p in (ann, cal, dan)] == [0.74, 0.72, 0.71]
    assert [p.audits for p in (ann, cal, dan)] == [3, 2, 1]
    assert [p.fair_grade.value for p in (ann, cal, dan)] == [1.1, 1.2, 1.3]
    assert [p.habits for p in (ann, cal, dan)] == ["h1", "h2", "h3"]
    assert [p.finding for p in (ann, cal, dan)] == [
        STRICTER,
        KINDER,
        SeverityFinding.NO_CLEAR_DIFFERENCE,
    ]
    # half of a normal distribution lies within 0.6745 standard errors
    assert ann.inner == pytest.approx((0.61 - 0.06745, 0.61 + 0.06745), abs=1e-5)
    assert ann.caseload.value == pytest.approx(0.2)
    assert (ann.caseload.low, ann.caseload.high) == pytest.approx((-0.2, 0.6))
    assert ann.caseload.se == pytest.approx(0.08)
    assert ann.caseload.method == "caseload of the severity model, in grades"
    assert [p.caseload.value for p in (cal, dan)] == pytest.approx([0.6, -0.8])


def test_without_a_model_there_are_no_auditors(of_auditors):
    none = SimpleNamespace(linked=None, allocation=object())
    assert auditor_severities(none, ()) == ()
    none = SimpleNamespace(linked=object(), allocation=None)
    assert auditor_severities(none, ()) == ()


# Beyond 0.25 with a chance of 95 in 100 (1.6449 errors of 0.1): 0.4145; of 80 (0.8416): 0.3342.
@pytest.mark.parametrize(
    ("severity_told", "finding"),
    [
        (told(0.415), "clearly stricter"),
        (told(0.414), "possibly stricter"),
        (told(0.335), "possibly stricter"),
        (told(0.333), "no clear difference"),
        (told(0.0), "no clear difference"),
        (told(-0.333), "no clear difference"),
        (told(-0.335), "possibly kinder"),
        (told(-0.414), "possibly kinder"),
        (told(-0.415), "clearly kinder"),
        (told(0.9, cases=10), "clearly stricter"),
        (told(0.9, cases=9), "not enough yet"),
        (told(-0.9, cases=9), "not enough yet"),
        (replace(told(0.9), low=0.5, high=1.5), "clearly stricter"),
        (replace(told(0.9), low=0.5, high=1.501), "not enough yet"),
        (unknown("no shared audit", cases=40), "not enough yet"),
    ],
)
def test_what_is_found_of_one_auditor(severity_told, finding, of_auditors):
    linked = fitted(
        severity_told,
        codes=(1,),
        fair=(estimated(1.0),),
        groups=SimpleNamespace(group=np.array([0])),
    )
    every = fitted(told(0.0), codes=(1,))
    found = auditor_severities(
        models_of(linked, pooled=every, uneven=every, caseload=(told(0.0),)), (HABITS,)
    )
    assert [person.finding for person in found] == [finding]


def shared(quarter: str, *, many: int, start: int = 0) -> list[tuple[str, str, str]]:
    """Audits of a quarter, each graded by Ann and Bea."""
    names = [f"{quarter}-{start + k}" for k in range(many)]
    return [(name, who, quarter) for name in names for who in ("Ann", "Bea")]


def talked(monkeypatch, rows, *windows, people=(STRICT, KIND)):
    """Whom to talk with, where the model of each window finds these severities of Ann and Bea."""
    asked = []

    def fit(ratings, **options):
        asked.append(sorted(set(ratings.quarter.tolist())))
        return fitted(*windows[len(asked) - 1], codes=(0, 1))

    monkeypatch.setattr(auditors, "severity_model", fit)
    monkeypatch.setattr(auditors, "auditor_severity_in_grades", lambda found: found.estimates)
    models = SimpleNamespace(
        raters=("Ann", "Bea"),
        domains=("Overall",),
        n_levels=4,
        linked=None,
        ratings=grades_of(*rows),
    )
    codes = auditor_codes(models.raters)
    named = [
        replace(person, auditor=codes[who])
        for person, who in zip(people, models.raters, strict=True)
    ]
    found = auditors_to_talk_with(models, tuple(named), NOW)
    return [{code: who for who, code in codes.items()}[code] for code in found], asked


YEAR_AND_BEFORE = [*shared("2019-20 Q1", many=10), *shared("2018-19 Q4", many=10)]
CLEAR = replace(KIND, finding=KINDER)


def test_a_conversation_needs_the_same_finding_in_both_windows(monkeypatch):
    """Ann is clearly stricter in the year and before it; Bea is clearly kinder in the year only."""
    found, asked = talked(
        monkeypatch,
        YEAR_AND_BEFORE,
        (told(0.6), told(-0.6)),
        (told(0.5), told(-0.3)),
        people=(STRICT, CLEAR),
    )
    assert found == ["Ann"]
    # the year reported, then the time before it: quarters by their financial year
    assert asked == [[2019], [2018]]


@pytest.mark.parametrize(
    ("windows", "people", "names"),
    [
        (((0.6, -0.6), (0.5, -0.5)), (STRICT, CLEAR), {"Ann", "Bea"}),
        (((0.6, -0.6), (0.5, -0.5)), (STRICT, KIND), {"Ann"}),
        (((0.6, -0.6), (-0.5, 0.5)), (STRICT, CLEAR), set()),  # turned round before
        (((-0.6, 0.6), (-0.5, 0.5)), (STRICT, CLEAR), set()),  # turned round in both
        (((0.2, -0.6), (0.5, -0.5)), (STRICT, CLEAR), {"Bea"}),  # not clear in the year
        (((0.6, -0.6), (0.2, -0.5)), (STRICT, CLEAR), {"Bea"}),  # not clear before it
        (((0.6, -0.6), (0.5, -0.5)), (NEW, KIND), set()),
    ],
)
def test_whom_to_talk_with(monkeypatch, windows, people, names):
    found, asked = talked(
        monkeypatch,
        YEAR_AND_BEFORE,
        *(tuple(told(value) for value in window) for window in windows),
        people=people,
    )
    assert set(found) == names
    assert people != (NEW, KIND) or asked == []  # nobody is clear, so nothing is fitted
    assert found == sorted(found, key=lambda who: auditor_codes(("Ann", "Bea"))[who])


@pytest.mark.parametrize(("year", "before"), [(9, 10), (10, 9)])
def test_nine_shared_audits_make_no_window(monkeypatch, year, before):
    rows = [*shared("2019-20 Q1", many=year), *shared("2018-19 Q4", many=before)]
    # audits that one auditor graded do not count
    rows += [(f"alone-{k}", "Ann", quarter) for k in range(5) for quarter in ("2019-20 Q1",)]
    found, _ = talked(monkeypatch, rows, (told(0.6), told(-0.6)), (told(0.6), told(-0.6)))
    assert found == []


def test_habits_are_those_of_the_auditor_s_place():
    """Each figure has a number of its own in the second place."""
    here = (estimated(0.0), estimated(3.1), estimated(0.0))
    statistics = SimpleNamespace(
        fit=SimpleNamespace(infit=np.array([0, 1.1, 0]), outfit=np.array([0, 1.2, 0])),
        limits=SimpleNamespace(
            infit_low=np.array([0, 0.71, 0]),
            infit_high=np.array([0, 1.31, 0]),
            outfit_low=np.array([0, 0.62, 0]),
            outfit_high=np.array([0, 1.42, 0]),
        ),
        inconsistency=SimpleNamespace(shrunken=here),
        halo=SimpleNamespace(shrunken=(estimated(0.0), estimated(3.2), estimated(0.0))),
        centrality=(estimated(0.0), estimated(3.3), estimated(0.0)),
        point_measure=SimpleNamespace(
            observed=np.array([0, 0.51, 0]), expected=np.array([0, 0.56, 0])
        ),
        agreement_by_auditor=(
            None,
            SimpleNamespace(pairs=44, observed_share=0.61, expected_share=0.54),
            None,
        ),
    )
    found = auditor_habits(statistics, 1)
    assert (found.infit, found.outfit) == (1.1, 1.2)
    assert (found.infit_limits, found.outfit_limits) == ((0.71, 1.31), (0.62, 1.42))
    assert found.inconsistency.value == 3.1
    assert found.spread_ratio.value == 3.2
    assert found.stretch.value == 3.3
    assert (found.correlation, found.expected_correlation) == (0.51, 0.56)
    assert (found.pairs, found.identical, found.expected_identical) == (44, 0.61, 0.54)


def moderated_council():
    """Five audits by Ann; four moderated: by chance and blind, by risk, by chance and seen, twice.

    Moderator and second domain of the fourth are others; the fifth was not moderated.
    """
    row = {"grades": {"Overall": 2, "Plan": 1}, "auditor": "Ann", "moderator": "Mo"}
    both = {"moderated": {"Overall": 1, "Plan": 0}}
    return council(
        Row(quarter="2019-20 Q4", **row, **both),
        Row(quarter="2019-20 Q4", **row, **both, selected_by="risk"),
        Row(quarter="2019-20 Q3", **row, **both, blind=False),
        Row(
            quarter="2019-20 Q3",
            **{**row, "moderator": "Ann"},
            moderated={"Overall": 3, "Risk": 3},
            selected_by="stratified",
        ),
        Row(quarter="2019-20 Q3", **row),
    )


@pytest.fixture
def facet_asked(monkeypatch):
    asked = []

    def facet(ratings, **options):
        asked.append((ratings, options))
        return FACET

    monkeypatch.setattr(moderators, "moderator_facet", facet)
    return asked


def of_council(audits, **more):
    names = audits.audits.set_index("audit_id")["quarter"]
    theirs = audits.ratings[audits.ratings["role"] == "auditor"]
    rows = theirs.assign(quarter=theirs["audit_id"].map(names))
    return SimpleNamespace(**{
        "allocation": SimpleNamespace(uneven="near"),
        "ratings": rows,
        "raters": ("Ann",),
        "domains": ("Overall", "Plan"),
        "n_levels": 4,
        "headline": 1,
        "why_not": "too few",
        **more,
    })  # fmt: skip


def test_moderations_count_where_chance_chose_and_the_moderator_was_blind(facet_asked):
    audits = moderated_council()
    found = moderator_severity(audits, of_council(audits))
    assert (found.facet, found.not_by_chance, found.not_blind) == (FACET, 1, 1)
    [(ratings, options)] = facet_asked
    # Ann as an auditor is one rater; Ann and Mo as moderators are two others
    assert options == {"moderators": range(1, 3), "domain": 1, "near": "near"}
    said = list(zip(ratings.auditor, ratings.audit, ratings.domain, ratings.grade, strict=True))
    assert [row for row in said if row[0] == 0] == [
        (0, audit, domain, grade) for audit in range(5) for domain, grade in ((0, 2), (1, 1))
    ]
    # moderator Ann of the fourth audit in the one domain that counts, Mo of the first in both
    assert [row for row in said if row[0] > 0] == [(2, 0, 0, 1), (2, 0, 1, 0), (1, 3, 0, 3)]


def test_without_a_moderation_that_counts_nothing_is_told(facet_asked):
    audits = moderated_council()
    only = audits.moderations["selected_by"] == "risk"
    by_risk = replace(audits, moderations=audits.moderations[only])
    found = moderator_severity(by_risk, of_council(audits))
    assert facet_asked == []
    assert found.facet.gap.why_not == (
        "no audit chosen by a recorded chance was moderated without sight of its grades"
    )
    assert (found.not_by_chance, found.not_blind) == (1, 0)
    none = moderator_severity(audits, of_council(audits, allocation=None))
    assert none.facet.gap.why_not == "too few"
    assert (none.not_by_chance, none.not_blind) == (0, 0)


def component(value: float, low: float = 0.1, *, at_boundary: bool = False) -> SpreadComponent:
    return SpreadComponent(
        value=value, low=low, high=2 * value, at_boundary=at_boundary, words="by hand"
    )


LINKED = SimpleNamespace(
    name="linked",
    options=SimpleNamespace(level=0.95),
    ratings=SimpleNamespace(
        n_audits=31, n_auditors=3, n_linked=29, domain_codes=np.array([1, 0])
    ),
    sd_audit=component(1.4),
    sd_halo=component(0.6),
    sd_auditor=component(0.8),
    sd_caseload=component(nan),
    groups=SimpleNamespace(sizes=np.array([2, 1])),
    thresholds=np.array([[-2.0, 0.0, 1.0], [-1.0, 0.4, 2.0]]),
    severity=np.array([0.9, nan, -0.7]),
    audit_mean=np.linspace(-1, 1, 101),
    difficulty=np.array([0.3, -0.3]),
    difficulty_covariance=np.diag([0.04, 0.01]),
    warnings=("slow",),
)  # fmt: skip
WIDE = SimpleNamespace(
    name="wide",
    options=LINKED.options,
    ratings=SimpleNamespace(n_audits=41, n_auditors=4),
    sd_auditor_domain=component(0.25),
    sd_drift=component(0.15),
)
UNEVEN = SimpleNamespace(
    name="uneven", options=LINKED.options, ratings=LINKED.ratings, sd_caseload=component(0.35)
)
STATISTICS = SimpleNamespace(
    agreement=SimpleNamespace(pairs=62, observed_share=0.58, expected_share=0.52),
    domain_fit=SimpleNamespace(infit=np.array([1.07, 0.93]), count=np.array([40, 0])),
)
SLOPES = {"linked": 0.5, "wide": 0.4, "uneven": 2.0}


def fitted_models():
    return SimpleNamespace(
        scope=SCOPE,
        why_not="",
        linked=LINKED,
        allocation=SimpleNamespace(
            statistic=21.6,
            df=9.0,
            p=0.01,
            correlation=estimated(-0.38, -0.59, -0.11),
            uneven=UNEVEN,
            why_not="",
        ),
        domains=("Overall", "Risk"),
        headline=1,
        slope_of=lambda fit: SLOPES[fit.name],
    )


APART = SimpleNamespace(
    separation=SimpleNamespace(separation=1.83, strata=2.77, reliability=0.74),
    fixed=SimpleNamespace(value=41.5, df=12, p=0.03),
)


@pytest.fixture
def of_models(monkeypatch):
    """The headline with a stand-in for each fit: ``of_models(linked=..., freed=...)``."""

    asked = []

    def found(*, people: tuple[AuditorSeverity, ...] = (STRICT, KIND, NEW), freed=APART, wide=WIDE,
              **changed):  # fmt: skip
        models = fitted_models()
        models.linked = SimpleNamespace(**{**vars(LINKED), **changed})
        for name, stand_in in {
            "fitted_statistics": lambda fit: STATISTICS,
            "severity_model": lambda ratings, **options: asked.append((ratings, options)) or wide,
            "freed_differences": lambda fit: freed,
            "at_one_end": lambda fit: (7, 2),
            "auditor_severities": lambda models, statistics: people,
            "auditors_to_talk_with": lambda models, people, quarter: ("AUDITOR-001",),
            "moderator_severity": lambda audits, models: "moderators",
        }.items():
            monkeypatch.setattr(headline, name, stand_in)
        audits = SimpleNamespace(settings=SimpleNamespace(scale=SimpleNamespace(levels=("a", "b"))))
        return severity(audits, quarter=NOW, models=models)

    found.asked = asked
    return found


def test_the_group_s_figures_are_in_grades(of_models):
    """0.8 logits at 0.5 grades each are 0.4 grades; of the wider model in its own slope."""
    found = of_models()
    assert (found.spread.value, found.spread.low, found.spread.high) == (0.4, 0.05, 0.8)
    assert found.spread.method == "severity model, in grades at the average auditor"
    # the slope is that of the fit of linked audits
    assert (found.by_domain.value, found.drift.value) == (0.125, 0.075)
    assert (found.spread.cases, found.spread.auditors) == (31, 3)
    assert found.groups == (2, 1)
    assert (found.pairs, found.identical, found.expected) == (62, 0.58, 0.52)
    assert found.extremes == ExtremeGrades(audits=7, auditors=2)
    assert found.differences == Differences(
        separation=1.83, strata=2.77, reliability=0.74, chi_square=41.5, df=12, p=0.03
    )
    assert (found.domain, found.levels) == ("Risk", ("a", "b"))
    assert (found.talks, found.warnings, found.moderators) == (
        ("AUDITOR-001",),
        ("slow",),
        "moderators",
    )
    [(ratings, options)] = of_models.asked
    assert (ratings, options["near"].severity is LINKED.severity) == (LINKED.ratings, True)
    assert options["options"] == SeverityOptions(auditor_by_domain=True, drift=True)
    assert (found.scope, found.why_not, found.auditors) == (SCOPE, "", (STRICT, KIND, NEW))


def test_the_scale_of_the_map(of_models):
    found = of_models()
    assert found.thresholds == pytest.approx((-1.5, 0.2, 1.5))  # the mean of both domains
    assert found.severities == (-0.7, 0.9)  # in order of size, without the one not known
    assert found.practice == pytest.approx((-0.8, -0.5, 0.0, 0.5, 0.8))
    assert [(one.name, one.estimate.value) for one in found.difficulty] == [
        ("Risk", 0.3),
        ("Overall", -0.3),
    ]
    # 1.96 errors of 0.2 and of 0.1
    assert [one.estimate.high - one.estimate.value for one in found.difficulty] == pytest.approx(
        [0.392, 0.196], abs=1e-4
    )
    risk, overall = found.domain_fit
    assert [(one.name, one.estimate.value, one.estimate.cases) for one in (risk, overall)] == [
        ("Risk", 1.07, 40),
        ("Overall", 0.93, 0),
    ]
    assert [one.estimate.why_not for one in (risk, overall)] == ["", "its grades tell nothing"]
    assert isnan(risk.estimate.low)
    assert isnan(risk.estimate.high)
    assert (risk.estimate.auditors, risk.estimate.method) == (3, "infit mean square")


def test_every_spread_is_named(of_models):
    found = of_models()
    assert [(one.name, one.estimate.value) for one in found.components[:3]] == [
        ("practice of audits", 1.4),
        ("halo: one auditor on one audit", 0.6),
        ("auditors' severity", 0.8),
    ]
    caseloads = found.components[3]
    assert caseloads.name == "practice between auditors' caseloads"
    assert caseloads.estimate.why_not == "not in the model"
    assert [(one.name, one.estimate.value) for one in found.components[4:]] == [
        ("auditors by domain", 0.25),
        ("auditors' change over the whole period", 0.15),
    ]
    assert [one.estimate.cases for one in found.components] == [31, 31, 31, 0, 41, 41]
    assert found.components[0].estimate.method == "severity model, logits"
    assert found.boundary == ()


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"sd_auditor": component(0.8, at_boundary=True)}, (Component.AUDITORS,)),
        ({"sd_auditor": component(0.8, low=0.0)}, (Component.AUDITORS,)),
        (
            {
                "sd_audit": component(1.0, low=0.0),
                "wide": SimpleNamespace(
                    **{**vars(WIDE), "sd_drift": component(0.1, at_boundary=True)}
                ),
            },
            ("practice of audits", Component.DRIFT),
        ),
    ],
)
def test_a_spread_that_may_be_none_is_named(of_models, changed, names):
    assert of_models(**changed).boundary == names


def test_precision_is_that_of_the_middle_auditor(of_models):
    """Half-widths 0.21, 0.31 and 0.705: the middle one; without an interval an auditor has none."""
    found = of_models()
    assert found.precision.value == pytest.approx(0.31)
    assert (found.precision.cases, found.precision.auditors) == (29, 3)
    assert found.precision.method == "median half-width of auditors' intervals"
    assert isnan(found.precision.low)
    bare = replace(STRICT, severity=unknown("no shared audit"))
    assert of_models(people=(KIND, bare)).precision.value == pytest.approx(0.31)
    none = of_models(people=(bare,)).precision
    assert none.why_not == "no auditor shares an audit with another"


def test_the_largest_change_lies_between_linked_and_all_audits(of_models):
    """0.62 to 0.73 is 0.11; -0.47 to -0.24 is 0.23; the third has none from all audits."""
    found = of_models().allocation
    assert found.change == pytest.approx(0.23)
    assert (found.statistic, found.df, found.p) == (21.6, 9.0, 0.01)
    assert found.correlation == estimated(-0.38, -0.59, -0.11)
    assert (found.spread.value, found.why_not) == (0.7, "")  # 0.35 logits at 2 grades each
    assert isnan(of_models(people=(NEW,)).allocation.change)
    assert isnan(of_models(people=()).allocation.change)


@pytest.mark.parametrize(
    "freed",
    [
        None,
        SimpleNamespace(separation=None, fixed=APART.fixed),
        SimpleNamespace(separation=APART.separation, fixed=SimpleNamespace(value=nan, df=0, p=nan)),
    ],
)
def test_differences_that_cannot_be_tested_are_none(of_models, freed):
    assert of_models(freed=freed).differences is None


def two_auditors(many: int, *, grade: int = 2, **more: object) -> list[Row]:
    grades = {"Overall": grade}
    return [
        Row(
            quarter="2019-20 Q4",
            grades=grades,
            auditor="Ann",
            second={"Overall": 2},
            second_auditor="Bea",
            **more,
        )
        for _ in range(many)
    ]


@pytest.mark.parametrize(
    ("rows", "why_not"),
    [
        (
            [Row(quarter="2019-20 Q4", grades={"Overall": k % 4}, auditor="Ann") for k in range(9)],
            "the audits have fewer than two auditors",
        ),
        (
            two_auditors(9, grade=1),
            "only 9 audits were graded by two or more auditors without sight of each other's "
            "grades; at least 10 are needed",
        ),
        (
            [*two_auditors(1, grade=1), Row(quarter="2019-20 Q4", grades={"Overall": 1})],
            "only 1 audit was graded by two or more auditors without sight of each other's grades; "
            "at least 10 are needed",
        ),
        (
            [*two_auditors(1), *two_auditors(10, blind=False), *two_auditors(1)],
            "only 2 audits were graded by two or more auditors without sight of each other's "
            "grades; at least 10 are needed",
        ),
        (two_auditors(10), "all grades are the same"),
    ],
)
def test_where_there_is_no_model_the_reason_is_said(rows, why_not):
    audits = council(*rows)
    models = severity_models(audits, quarter=NOW)
    assert models.why_not == why_not
    assert (models.linked, models.allocation, models.leniency) == (None, None, None)
    found = severity(audits, quarter=NOW, models=models)
    assert found.why_not == found.spread.why_not == found.allocation.why_not == why_not
    assert found.moderators.facet.gap.why_not == why_not
    assert (found.auditors, found.talks, found.pairs, found.domain) == ((), (), 0, "Overall")


def test_what_the_models_leave_out():
    """Ten read twice, two of them seen; three read once; a themed audit and one from later."""
    rows = [
        *two_auditors(8),
        *two_auditors(2, blind=False),
        *(Row(quarter="2018-19 Q1", grades={"Overall": 1}, auditor="Ann") for _ in range(3)),
        Row(quarter="2019-20 Q4", grades={"Overall": 0}, auditor="Ann", audit_type="themed"),
        Row(quarter="2020-21 Q1", grades={"Overall": 0}, auditor="Ann"),
        *two_auditors(1, audit_type="calibration"),
    ]
    models = severity_models(council(*rows), quarter=NOW)
    assert models.scope.source_line == (
        "9 audits graded by two or more auditors, 2018-19 Q1 to 2019-20 Q4. 5 left out (graded by "
        "one auditor); 2 left out (second readings that were not blind)."
    )
    scope = models.scope
    assert (scope.council, scope.first, scope.last, scope.quarter) == (
        "Small",
        Quarter(2018, 1),
        NOW,
        NOW,
    )
    assert models.raters == ("Ann", "Bea")
    assert len(models.ratings) == 9 * 2 + 5


def test_leniency_is_severity_turned_round_in_grades_and_in_good_grades(monkeypatch):
    """0.5 grades and 0.2 of the share Good or better a logit; Bea's severity is not known."""
    fit = SimpleNamespace(
        ratings=SimpleNamespace(auditor_codes=np.array([0, 1, 2]), domain_codes=np.array([1, 0])),
        groups=SimpleNamespace(is_connected=True),
        severity=np.array([0.4, nan, -0.6]),
        severity_covariance=np.array([[0.04, nan, 0.01], [nan, nan, nan], [0.01, nan, 0.09]]),
        sd_auditor=component(0.8),
    )
    asked = []

    def slope(found, *, values, domain):
        asked.append((values.tolist(), domain))
        return 0.5 if values.max() == 3 else 0.2

    monkeypatch.setattr(models_module, "lost_per_logit", slope)
    monkeypatch.setattr(
        models_module, "allocation_test", lambda ratings: SimpleNamespace(linked=fit)
    )
    rows = [
        Row(
            quarter="2019-20 Q4",
            grades={"Overall": k % 4, "Plan": 1},
            auditor="Ann",
            second={"Overall": 2},
            second_auditor="Bea" if k % 2 else "Cal",
        )
        for k in range(10)
    ]
    found = severity_models(council(*rows), quarter=NOW)
    assert (found.raters, found.domains, found.headline) == (
        ("Ann", "Bea", "Cal"),
        ("Overall", "Plan"),
        0,
    )
    # the headline is the second domain of the fit; Good is 2
    assert asked == [([0, 1, 2, 3], 1), ([0, 0, 1, 1], 1)]
    assert found.leniency.auditors == found.good_leniency.auditors == ("Ann", "Cal")
    assert found.leniency.leniency == pytest.approx([-0.2, 0.3])
    assert found.good_leniency.leniency == pytest.approx([-0.08, 0.12])
    assert found.leniency.covariance == pytest.approx(np.array([[0.01, 0.0025], [0.0025, 0.0225]]))
    assert (found.leniency.shrunk_to, found.good_leniency.shrunk_to) == pytest.approx((0.4, 0.16))
    assert found.slope_of(fit) == 0.5
    for bare in (
        {"sd_auditor": component(0.0)},
        {"sd_auditor": component(nan)},
        {"groups": SimpleNamespace(is_connected=False)},
    ):
        for name, value in {**vars(fit), **bare}.items():
            setattr(fit, name, value)
        assert severity_models(council(*rows), quarter=NOW).leniency is None
        fit.sd_auditor = component(0.8)
        fit.groups = SimpleNamespace(is_connected=True)
