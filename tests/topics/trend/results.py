"""A true trend with chosen figures, none of them equal to its neighbour."""

from __future__ import annotations

from qaf_analysis.stats.trend.decomposition import TrendSplit
from qaf_analysis.stats.trend.moderator_steadiness import ModeratorSteadiness
from qaf_analysis.stats.trend.period_level import PeriodLevel
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.topics.common.scope import Scope
from qaf_analysis.topics.trend.analysis import TrueTrend, YearLevel
from tests.topics.by_hand import estimated, unknown

LAST = Quarter(2019, 4)


def level(observed, adjusted):
    """Level of a year."""
    return PeriodLevel(observed=observed, adjusted=adjusted)


def split(observed, practice, leniency, mix, drift, *, needed, verdict):
    """A change and its parts."""
    return TrendSplit(
        observed=observed, practice=practice, leniency=leniency, mix=mix, drift=drift,
        needed=needed, verdict=verdict,
    )  # fmt: skip


GRADE = split(
    estimated(0.52, 0.31, 0.73, cases=1400, auditors=30, method="means"),
    estimated(0.11, -0.12, 0.34, cases=1401, auditors=31, method="two-phase"),
    estimated(0.41, 0.2, 0.62, cases=1402, auditors=32, method="gaps"),
    estimated(0.13, -0.02, 0.28, cases=1403, auditors=33, method="mix of auditors"),
    estimated(0.28, 0.06, 0.5, cases=1404, auditors=34, method="less mix"),
    needed=estimated(1085.0, cases=1405, method="80% power"),
    verdict="grading became kinder",
)
GOOD = split(
    estimated(0.21, 0.12, 0.3, cases=1500, auditors=40, method="good means"),
    estimated(0.04, -0.06, 0.14, cases=1501, auditors=41, method="good two-phase"),
    estimated(0.17, 0.07, 0.27, cases=1502, auditors=42, method="good gaps"),
    estimated(0.05, -0.01, 0.11, cases=1503, auditors=43, method="good mix"),
    estimated(0.12, 0.02, 0.22, cases=1504, auditors=44, method="good less mix"),
    needed=estimated(77.0),
    verdict="not shown anywhere",
)
STEADINESS = ModeratorSteadiness(
    repeated=estimated(0.08, -0.14, 0.3, cases=24, method="later less earlier"),
    newcomers=estimated(-0.17, -0.4, 0.06, cases=15, method="newer less older"),
    moderators_first=1009,
    moderators_last=12,
    moderators_both=7,
    verdict="not shown",
)
TREND = TrueTrend(
    scale=OFSTED4.words,
    scope=Scope(
        council="Small",
        quarter=LAST,
        first=Quarter(2017, 1),
        last=LAST,
        period="the year to March 2018 and the year to March 2020",
        unit="moderated audits chosen by a recorded chance",
        used=170,
    ),
    first_period="the year to March 2018",
    last_period="the year to March 2020",
    moderated_first=1080,
    moderated_last=90,
    verdict="grading became kinder",
    grade=GRADE,
    good=GOOD,
    years=(
        YearLevel(
            period="the year to March 2018", last=Quarter(2017, 4), audits=1190, moderated=80,
            grade=level(estimated(1.31, 1.2, 1.42), estimated(1.04, 0.9, 1.18)),
            good=level(estimated(0.41, 0.35, 0.47), estimated(0.27, 0.2, 0.34)),
        ),
        YearLevel(
            period="the year to March 2019", last=Quarter(2018, 4), audits=195, moderated=3,
            grade=level(estimated(1.52, 1.4, 1.64), unknown("only 3")),
            good=level(estimated(0.5, 0.43, 0.57), unknown("only 3")),
        ),
        YearLevel(
            period="the year to March 2020", last=LAST, audits=210, moderated=1090,
            grade=level(estimated(1.83, 1.7, 1.96), estimated(1.15, 1.0, 1.3)),
            good=level(estimated(0.62, 0.56, 0.68), estimated(0.31, 0.23, 0.39)),
        ),
    ),
    steadiness=STEADINESS,
    limitations=("moderators changed", "some knew the grade"),
)  # fmt: skip
