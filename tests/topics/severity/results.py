"""Results on severity with chosen figures, none of them equal to its neighbour."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from qaf_analysis.stats.severity.moderator_facet import ModeratorFacet
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import SeverityFinding
from qaf_analysis.topics.common.scope import LeftOut, Scope
from qaf_analysis.topics.severity.analysis.auditors import AuditorHabits, AuditorSeverity
from qaf_analysis.topics.severity.analysis.headline import (
    Allocation,
    Differences,
    ExtremeGrades,
    Severity,
)
from qaf_analysis.topics.severity.analysis.moderators import ModeratorSeverity
from tests.topics.by_hand import estimated, unknown

LAST = Quarter(2019, 4)
SCOPE = Scope(
    council="Small",
    quarter=LAST,
    first=Quarter(2018, 1),
    last=LAST,
    period="2018-19 Q1 to 2019-20 Q4",
    unit="audits graded by two or more auditors",
    used=1060,
    left_out=(LeftOut(reason="graded by one auditor", records=1300),),
)
SOURCE = (
    "1,060 audits graded by two or more auditors, 2018-19 Q1 to 2019-20 Q4. 1,300 left out (graded "
    "by one auditor)."
)
LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")


def figure(value: float, low: float = nan, high: float = nan, cases: int = 1060) -> Estimate:
    return estimated(value, low, high, cases=cases, auditors=1004)


HABITS = AuditorHabits(
    infit=0.91,
    outfit=1.12,
    infit_limits=(0.73, 1.34),
    outfit_limits=(0.65, 1.46),
    inconsistency=figure(0.95, 0.81, 1.17),
    spread_ratio=figure(1.08, 0.87, 1.29),
    stretch=figure(1.21, 1.02, 1.44),
    correlation=0.52,
    expected_correlation=0.57,
    pairs=1203,
    identical=0.61,
    expected_identical=0.54,
)
# Nothing is known of how this auditor uses the scale.
NO_HABITS = AuditorHabits(
    infit=nan,
    outfit=nan,
    infit_limits=(nan, nan),
    outfit_limits=(nan, nan),
    inconsistency=unknown("no grade"),
    spread_ratio=figure(1.3),
    stretch=unknown("no grade"),
    correlation=nan,
    expected_correlation=nan,
    pairs=0,
    identical=nan,
    expected_identical=nan,
)
STRICT = AuditorSeverity(
    auditor="AUDITOR-001",
    group=0,
    audits=1104,
    linked=1031,
    severity=figure(0.62, 0.41, 0.83, cases=31),
    inner=(0.55, 0.69),
    finding=SeverityFinding.CLEARLY_STRICTER,
    pooled=figure(0.73, 0.54, 0.92),
    caseload=figure(-0.32, -0.51, -0.13),
    fair_grade=figure(1.31, 1.12, 1.53),
    habits=HABITS,
)
KIND = replace(
    STRICT,
    auditor="AUDITOR-002",
    audits=57,
    linked=23,
    severity=figure(-0.47, -0.78, -0.16, cases=23),
    inner=(-0.58, -0.36),
    finding=SeverityFinding.POSSIBLY_KINDER,
    pooled=figure(-0.24, -0.66, 0.11),
    caseload=figure(0.43, 0.22, 0.64),
    fair_grade=figure(2.12, 1.93, 2.34),
    habits=replace(HABITS, infit=1.45, pairs=44),
)
NEW = replace(
    STRICT,
    auditor="AUDITOR-003",
    audits=9,
    linked=4,
    severity=figure(0.12, -0.58, 0.83, cases=4),
    inner=(-0.12, 0.36),
    finding=SeverityFinding.NOT_ENOUGH,
    pooled=unknown("no audit"),
    caseload=unknown("no audit"),
    fair_grade=figure(1.8),
    habits=NO_HABITS,
)
FACET = ModeratorFacet(
    gap=estimated(0.35, 0.14, 0.56, cases=1085, auditors=1003),
    gap_in_logits=figure(0.88, 0.37, 1.39),
    spread=figure(0.19, 0.08, 0.31),
    auditor_spread=figure(0.27, 0.16, 0.42),
    moderators=8,
    boundary=False,
)
SEVERITY = Severity(
    scope=SCOPE,
    why_not="",
    groups=(3,),
    precision=estimated(0.26, cases=1058, auditors=3),
    spread=figure(0.34, 0.23, 0.48),
    by_domain=figure(0.13, 0.06, 0.22),
    drift=figure(0.17, 0.09, 0.28),
    components=(
        NamedEstimate(name="practice of audits", estimate=figure(1.41, 1.22, 1.63)),
        NamedEstimate(name="auditors by domain", estimate=unknown("not in the model")),
    ),
    boundary=(),
    difficulty=(
        NamedEstimate(name="Overall", estimate=figure(-0.21, -0.35, -0.07)),
        NamedEstimate(name="Risk", estimate=figure(0.42, 0.28, 0.56)),
    ),
    domain_fit=(
        NamedEstimate(name="Overall", estimate=figure(0.93)),
        NamedEstimate(name="Risk", estimate=figure(1.07)),
    ),
    thresholds=(-1.8, 0.1, 1.9),
    severities=(-0.9, 0.2, 1.1),
    practice=(-1.6, -0.7, 0.3, 0.8, 1.5),
    pairs=1302,
    identical=0.58,
    expected=0.52,
    differences=Differences(
        separation=1.83, strata=2.77, reliability=0.74, chi_square=41.5, df=12, p=0.03
    ),
    extremes=ExtremeGrades(audits=1006, auditors=1002),
    allocation=Allocation(
        statistic=21.6,
        df=9.0,
        p=0.01,
        correlation=figure(-0.38, -0.59, -0.11),
        spread=figure(0.24, 0.15, 0.33),
        change=0.11,
        why_not="",
    ),
    moderators=ModeratorSeverity(facet=FACET, not_by_chance=1014, not_blind=1007),
    domain="Overall",
    levels=LEVELS,
    auditors=(STRICT, KIND, NEW),
    talks=("AUDITOR-001",),
    warnings=(),
)


def untold(why_not: str = "all grades are the same") -> Severity:
    """Nothing can be said of severity."""
    return replace(SEVERITY, why_not=why_not, auditors=(), talks=())
