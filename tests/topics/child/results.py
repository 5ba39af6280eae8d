"""A finding on child focus with chosen figures, none of them equal to its neighbour."""

from __future__ import annotations

from qaf_analysis.stats.child.focus import ChildFocus, FocusTest, GoodWithoutChild
from qaf_analysis.stats.child.focus_share import FocusShares
from qaf_analysis.stats.child.halo import Halo, StraightLines
from qaf_analysis.stats.child.rule_fit import RuleFit
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.verdicts import FocusMeasure
from qaf_analysis.topics.child.analysis.focus import ChildFocusFinding, OwnReading, RuleShare
from qaf_analysis.topics.common.scope import LeftOut, Scope
from tests.topics.by_hand import estimated, unknown

LAST = Quarter(2019, 4)
RULES = ("weakest domain", "weakest child domain", "median", "most common grade")
UNASKED = unknown("not shown anywhere")
TESTS = (
    FocusTest(measure=FocusMeasure.KINDER_TO_CHILD, is_weaker=True, p=0.002, adjusted_p=0.007),
    FocusTest(measure=FocusMeasure.LESS_OF_CHILD, is_weaker=False, p=0.01, adjusted_p=0.02),
    FocusTest(measure=FocusMeasure.ONE_IMPRESSION, is_weaker=True, p=0.03, adjusted_p=0.03),
)
FOCUS = ChildFocus(
    experience_gap=estimated(0.31, 0.12, 0.5, cases=60, auditors=11, method="gap"),
    focus=FocusShares(
        audit=estimated(0.36, 0.25, 0.47, cases=61, auditors=12, method="share of audits"),
        moderation=estimated(0.58, 0.4, 0.7, cases=62, auditors=13, method="share of moderators"),
        difference=estimated(-0.22, -0.4, -0.04, cases=63, auditors=14, method="share less"),
        weights=UNASKED,
        explained_audit=0.71,
        explained_moderation=0.69,
    ),
    good_without_child=GoodWithoutChild(
        audit=estimated(0.67, 0.5, 0.8, cases=34, auditors=15, method="rate of audits"),
        moderation=estimated(0.12, 0.05, 0.27, cases=35, auditors=16, method="rate of moderators"),
    ),
    halo=Halo(
        audit=estimated(0.74, 0.66, 0.82, cases=64, auditors=19, method="halo of audits"),
        moderation=estimated(0.53, 0.42, 0.64, cases=36, auditors=17, method="of moderators"),
        difference=estimated(0.21, 0.08, 0.34, cases=37, auditors=18, method="halo less"),
        strictness=0.06,
    ),
    straight_lines=StraightLines(
        audit=estimated(0.26, 0.17, 0.38, cases=65, auditors=20, method="lines of audits"),
        moderation=estimated(0.09, 0.04, 0.19, cases=66, auditors=21, method="lines of moderators"),
        difference=estimated(0.17, 0.05, 0.29, cases=67, auditors=22, method="lines less"),
    ),
    weakest_link=estimated(-0.13, -0.27, 0.02, cases=68, auditors=23, method="link"),
    rules=tuple(
        RuleFit(
            rule=rule,
            audit=estimated(audit, cases=cases),
            moderation=estimated(moderation, cases=99),
            difference=UNASKED,
        )
        for rule, audit, moderation, cases in (
            ("weakest domain", 0.21, 0.62, 51),
            ("weakest child domain", 0.32, 0.51, 1052),
            ("median", 0.73, 0.44, 53),
            ("most common grade", 0.84, 0.35, 54),
        )
    ),
    tests=TESTS,
)


def own(period, audits, rate, shares=((0.2, 0.15, 0.26, 190), (0.3, 0.24, 0.37, 1191),
                                      (0.7, 0.63, 0.76, 192), (0.8, 0.74, 0.85, 193))):  # fmt: skip
    """Auditors' own grades of a period."""
    return OwnReading(
        period=period,
        audits=audits,
        good_without_child=rate,
        rules=tuple(
            RuleShare(rule=rule, share=estimated(value, low, high, cases=cases))
            for rule, (value, low, high, cases) in zip(RULES, shares, strict=True)
        ),
    )


FINDING = ChildFocusFinding(
    scope=Scope(
        council="Small",
        quarter=LAST,
        first=Quarter(2019, 1),
        last=LAST,
        period="the year to March 2020",
        unit="moderated audits chosen by a recorded chance",
        used=60,
        left_out=(LeftOut(reason="not moderated", records=140),),
    ),
    child_domains=("Voice", "Impact"),
    process_domains=("Recording",),
    untagged_domains=("Other",),
    unvarying_domains=(),
    scale=OFSTED4.words,
    reason="",
    comparison=FOCUS,
    own=own("the year to March 2020", 200, estimated(0.41, 0.3, 0.53, cases=70)),
    years=(
        own("2018-19", 1180, estimated(0.52, 0.45, 0.6, cases=1063)),
        own("2019-20", 201, unknown("no audit has such a domain")),
    ),
)
SOURCE = (
    "60 moderated audits chosen by a recorded chance, the year to March 2020. 140 left out (not "
    "moderated)."
)
