"""Results on agreement with chosen figures, none of them equal to its neighbour."""

from __future__ import annotations

from math import nan

from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import AgreementClaim, AgreementVerdict
from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail, BoundaryFigures
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers, GroupAgreement
from qaf_analysis.topics.agreement.analysis.headline import Agreement, YearAgreement
from qaf_analysis.topics.common.scope import PROCESS, Event, LeftOut, Scope
from tests.topics.by_hand import estimated, unknown

LAST = Quarter(2019, 4)
SCOPE = Scope(
    council="Small",
    quarter=LAST,
    first=Quarter(2019, 1),
    last=LAST,
    period="the year to March 2020",
    unit="audits graded by two or more auditors",
    used=1030,
    left_out=(LeftOut(reason="graded by one auditor only", records=1200),),
)
SOURCE = (
    "1,030 audits graded by two or more auditors, the year to March 2020. 1,200 left out (graded "
    "by one auditor only)."
)
LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")


def figure(value: float, low: float, high: float, cases: int = 1030, auditors: int = 1007):
    return estimated(value, low, high, cases=cases, auditors=auditors)


AGREEMENT = Agreement(
    scope=SCOPE,
    levels=LEVELS,
    verdict=AgreementVerdict.IN_PART,
    reason="the whole interval of AC2 lies at or above 0.40, but not all of it above 0.60",
    audits=1030,
    double_gradings=1030,
    auditors=1007,
    pairs=1204,
    pair_matrix=((48, 84, 36, 12), (84, 241, 193, 96), (36, 193, 361, 60), (12, 96, 60, 73)),
    # 4 + 20 + 30 + 6 identical, 7 + 16 + 5 one apart, 3 + 8 + 1 further apart
    pair_shares=(
        (0.04, 0.07, 0.03, 0.01),
        (0.07, 0.20, 0.16, 0.08),
        (0.03, 0.16, 0.30, 0.05),
        (0.01, 0.08, 0.05, 0.06),
    ),
    identical=0.60,
    one_apart=0.28,
    two_or_more=0.12,
    boundary="Requires improvement and Good",
    boundary_share=0.42,
    exact=figure(0.601, 0.51, 0.71),
    within_one=figure(0.88, 0.81, 0.94),
    ac2=figure(0.64, 0.52, 0.76),
    ac2_for_these_auditors=figure(0.65, 0.55, 0.75),
    alpha_nominal=figure(0.31, 0.22, 0.40),
    alpha_ordinal=figure(0.45, 0.33, 0.57),
    alpha_interval=figure(0.47, 0.36, 0.58),
    needed=0,
    speaks_of=AgreementClaim.LIKE_THESE,
    in_every_pair=(),
    by_year=(
        YearAgreement(
            label="2018-19",
            exact=figure(0.48, 0.39, 0.57, cases=1410, auditors=20),
            coefficient=figure(0.44, 0.32, 0.59, cases=1411, auditors=20),
        ),
        YearAgreement(
            label="2019-20",
            exact=unknown("nothing"),
            coefficient=unknown("no audit was graded twice", cases=4),
        ),
    ),
)


def unmeasured(reason: str = "no audit was graded twice") -> Agreement:
    """Nothing was graded twice."""
    none = unknown(reason)
    return Agreement(
        scope=SCOPE,
        levels=LEVELS,
        verdict=AgreementVerdict.NOT_MEASURABLE,
        reason=reason,
        audits=0,
        double_gradings=0,
        auditors=0,
        pairs=0,
        pair_matrix=((0,) * 4,) * 4,
        pair_shares=((0.0,) * 4,) * 4,
        identical=nan,
        one_apart=nan,
        two_or_more=nan,
        boundary="",
        boundary_share=nan,
        exact=none,
        within_one=none,
        ac2=none,
        ac2_for_these_auditors=none,
        alpha_nominal=none,
        alpha_ordinal=none,
        alpha_interval=none,
        needed=0,
        speaks_of=AgreementClaim.THESE_ONLY,
        in_every_pair=(),
        by_year=(),
    )


DETAIL = AgreementDetail(
    scope=SCOPE,
    levels=LEVELS,
    prevalence=(0.11, 0.24, 0.52, 0.13),
    by_grade=(
        NamedEstimate(name="Inadequate", estimate=figure(0.42, 0.21, 0.63, cases=10)),
        NamedEstimate(name="Requires improvement", estimate=figure(0.61, 0.51, 0.70, cases=1034)),
        NamedEstimate(name="Good", estimate=figure(0.78, 0.69, 0.86, cases=51)),
        NamedEstimate(name="Outstanding", estimate=figure(0.33, 0.12, 0.54, cases=9)),
    ),
    boundaries=(
        BoundaryFigures(
            lower="Inadequate",
            upper="Requires improvement",
            pairs=1021,
            confused=figure(0.31, 0.20, 0.44),
            grey_zone=figure(0.90, 0.71, 1.12),
        ),
        BoundaryFigures(
            lower="Requires improvement",
            upper="Good",
            pairs=77,
            confused=figure(0.36, 0.25, 0.47),
            grey_zone=figure(1.53, 1.14, 1.92),
        ),
        BoundaryFigures(
            lower="Good",
            upper="Outstanding",
            pairs=0,
            confused=unknown("no pair lies there"),
            grey_zone=unknown("no pair lies there"),
        ),
    ),
    measures=(
        NamedEstimate(name="percent_agreement", estimate=figure(0.84, 0.74, 0.91)),
        NamedEstimate(name="within_one", estimate=figure(0.88, 0.81, 0.94)),
        NamedEstimate(name="specific[Good]", estimate=figure(0.78, 0.69, 0.86, cases=51)),
        NamedEstimate(name="gwet_ac", estimate=figure(0.64, 0.52, 0.76)),
        NamedEstimate(name="scott", estimate=unknown("more than two auditors", cases=30)),
    ),
    largest_pull=0.06,
    width=0.24,
    double_graded=1030,
    needed=1120,
    needed_share=0.61,
    auditors=1008,
    why_not="",
    speaks_of=AgreementClaim.LIKE_THESE,
)


def group(
    kind: str,
    label: str,
    audits: int,
    exact: Estimate | None = None,
    coefficient: Estimate | None = None,
) -> GroupAgreement:
    few = unknown("only 9 audits were graded twice; at least 10 are needed", cases=audits)
    return GroupAgreement(
        kind=kind,
        label=label,
        audits=audits,
        exact=exact or few,
        coefficient=coefficient or few,
    )


DRIVERS = AgreementDrivers(
    scope=SCOPE,
    # not the figures of any group, nor of the first
    whole=group(
        "period", "all quarters", 1060, figure(0.59, 0.5, 0.7), figure(0.61, 0.51, 0.73, cases=1060)
    ),
    groups=(
        group("domain", "Overall", 1030, figure(0.60, 0.5, 0.7), figure(0.64, 0.52, 0.76)),
        group("domain", "Plan", 31, figure(0.58, 0.4, 0.7), figure(0.51, 0.42, 0.60)),
        group("domain", "Risk", 33, figure(0.63, 0.5, 0.8), figure(0.71, 0.62, 0.80)),
        group("domain", "Voice", 9),
        group("team", "North", 14, figure(0.55, 0.4, 0.7), figure(0.35, 0.15, 0.55)),
        group("sitting", "in the same room", 25, figure(0.72, 0.5, 0.9), figure(0.82, 0.73, 0.91)),
        group("sitting", "apart", 37, figure(0.47, 0.3, 0.6), figure(0.46, 0.34, 0.59)),
    ),
    quarters=(
        group(
            "quarter", "2019-20 Q2", 21, figure(0.57, 0.3, 0.8), figure(0.56, 0.37, 0.74, cases=21)
        ),
        group("quarter", "2019-20 Q3", 9),
        group(
            "quarter",
            "2019-20 Q4",
            1023,
            figure(0.66, 0.4, 0.9),
            figure(0.68, 0.49, 0.88, cases=1023),
        ),
    ),
    changes=(Event(quarter=Quarter(2019, 3), label="Joint reading", kind=PROCESS),),
)
