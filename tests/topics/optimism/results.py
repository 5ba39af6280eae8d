"""Results on over-optimism with chosen figures, none of them equal to its neighbour."""

from __future__ import annotations

from dataclasses import replace

from qaf_analysis.stats.optimism.gap_trend import GapTrend
from qaf_analysis.stats.optimism.moderator_sensitivity import SensitivityLine
from qaf_analysis.stats.optimism.several_draws import DrawBasis
from qaf_analysis.stats.optimism.verdict_figures import RuledFigure
from qaf_analysis.terms.estimate import NamedEstimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, VerdictFigure
from qaf_analysis.topics.common.moderation_record import ModerationRows
from qaf_analysis.topics.common.scope import Event, LeftOut, Scope
from qaf_analysis.topics.optimism.analysis.detail import (
    GroupedGaps,
    OptimismDetail,
    OwnGap,
    OwnGaps,
)
from qaf_analysis.topics.optimism.analysis.gaps import ToldApart
from qaf_analysis.topics.optimism.analysis.groups import GapGroup
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from tests.topics.by_hand import estimated, unknown

LAST = Quarter(2019, 4)
SCOPE = Scope(
    council="Small",
    quarter=LAST,
    first=Quarter(2019, 1),
    last=LAST,
    period="the year to March 2020",
    unit="moderated audits chosen by a recorded chance",
    used=60,
    left_out=(LeftOut(reason="not moderated", records=1140),),
)
SOURCE = (
    "60 moderated audits chosen by a recorded chance, the year to March 2020. "
    "1,140 left out (not moderated)."
)


def group(label, cases, gap, over=0.41, under=0.07):
    """A group of moderated audits; rates without an interval, as no table gives one."""
    return GapGroup(
        label=label,
        cases=cases,
        gap=replace(gap, cases=cases),
        over=estimated(over, cases=cases),
        under=estimated(under, cases=cases),
    )


CHANCE = group("chosen by chance", 1060, estimated(0.42, 0.21, 0.63), over=0.45, under=0.08)
RISK = group("picked by risk", 14, estimated(0.71, 0.3, 1.12), over=0.57, under=0.14)
UNSURE = group("chosen in a way not recorded", 1, unknown("only 1"), over=1.0, under=0.0)
ROUNDS = (
    group("2018-19 Q2", 12, estimated(0.92, 0.5, 1.34), over=0.75, under=0.01),
    group("2018-19 Q4", 9, unknown("only 9"), over=0.33, under=0.11),
    group("2019-20 Q1", 1020, estimated(-0.31, -0.6, -0.02), over=0.15, under=0.4),
)
LIMITS = OPTIMISM_RULE.limits(4)
OPTIMISM = Optimism(
    scope=SCOPE,
    scale=OFSTED4.words,
    limits=LIMITS,
    verdict="re-audit",
    reason="more than 10% of audits are two grades or more apart",
    figures=(
        RuledFigure(
            figure=VerdictFigure.GAP,
            small=estimated(0.42, 0.24, 0.6, level=0.9, cases=60),
            shown=estimated(0.42, 0.18, 0.66, level=0.975, cases=60),
            small_limit=0.25,
            shown_limit=0.0,
        ),
        RuledFigure(
            figure=VerdictFigure.SHIFT,
            small=estimated(0.06, -0.04, 0.16, level=0.9, cases=60),
            shown=estimated(0.06, -0.09, 0.21, level=0.975, cases=60),
            small_limit=0.125,
            shown_limit=0.0,
            settled_at=160.0,
        ),
        RuledFigure(
            figure=VerdictFigure.SEVERE,
            small=estimated(0.24, 0.15, 0.36, level=0.9, cases=60),
            shown=estimated(0.24, 0.13, 0.38, level=0.95, cases=60),
            small_limit=0.1,
            shown_limit=0.1,
        ),
        RuledFigure(
            figure=VerdictFigure.SPREAD,
            small=unknown("nobody audited twice"),
            shown=unknown("nobody audited twice"),
            small_limit=0.5,
            shown_limit=0.25,
        ),
    ),
    moderation_rows=ModerationRows(given=62, set_aside=2),
    gap=estimated(0.42, 0.21, 0.63, cases=60, auditors=11, method="t by auditor"),
    over=estimated(0.45, 0.33, 0.58, cases=60, auditors=12, method="Wilson over"),
    under=estimated(0.08, 0.03, 0.18, cases=60, auditors=13, method="Wilson under"),
    severe=estimated(0.05, 0.02, 0.14, cases=60, auditors=14, method="Wilson severe"),
    good_shift=estimated(0.23, 0.11, 0.35, cases=60, auditors=15, method="Newcombe"),
    heterogeneity=estimated(0.27, 0.1, 0.62, cases=60, auditors=17, method="tau"),
    table=((1, 1002, 0, 3), (4, 5, 6, 0), (7, 8, 9, 10), (0, 11, 12, 13)),
    audits=1200,
    audit_profile=(0.06, 0.34, 0.45, 0.15),
    audit_good=estimated(0.6, 0.57, 0.63, cases=1200, method="Wilson"),
    adjusted_profile=(
        estimated(0.11, 0.05, 0.19),
        unknown("too few of them"),
        estimated(0.33, 0.25, 0.42),
        estimated(0.04, 0.01, 0.09),
    ),
    adjusted_good=estimated(0.37, 0.28, 0.46, cases=1060, method="post-stratified"),
    adjusted_gap=estimated(0.44, 0.24, 0.64),
    by_selection=(CHANCE, UNSURE, RISK),
    by_source=(
        group("partner", 40, estimated(0.5, 0.2, 0.8), over=0.5, under=0.1),
        group("peers", 20, estimated(0.26, -0.1, 0.62), over=0.35, under=0.2),
    ),
    rounds=ROUNDS,
    events=(
        Event(quarter=Quarter(2018, 1), label="Too early", kind="process change"),
        Event(quarter=Quarter(2019, 1), label="Training", kind="process change"),
    ),
    sensitivity=(
        SensitivityLine(
            label="blind only", good=estimated(0.36, 0.26, 0.48), gap=estimated(0.45, 0.2, 0.7),
            agrees=True,
        ),
        SensitivityLine(
            label="a pull of 40%", good=estimated(0.22, 0.12, 0.34),
            gap=estimated(0.74, 0.5, 0.98), agrees=False,
        ),
        SensitivityLine(
            label="another panel", good=unknown("no pairs"), gap=unknown("nobody read twice"),
            agrees=False,
        ),
    ),
    apart=(
        ToldApart(label="chosen in a way not recorded", audits=1, in_no_figure=1),
        ToldApart(label="picked by risk", audits=14, in_no_figure=14),
    ),
    draws=DrawBasis(),
    ever_since=Quarter(2017, 1),
    ever=group("all rounds", 60, estimated(0.42, 0.21, 0.63), over=0.43, under=0.09),
)  # fmt: skip
TREND = GapTrend(
    slope=estimated(-0.123, -0.204, -0.042, cases=81, auditors=18, method="by round"),
    by_auditor=estimated(-0.123, -0.19, -0.056, cases=82, auditors=19, method="by auditor"),
    by_round=estimated(-0.123, -0.204, -0.042, cases=83, auditors=20, method="by round, t"),
    first=0.81,
    last=0.19,
    rounds=6,
    direction="narrowing",
)
OWN = OwnGaps(
    centre=0.4,
    spread=0.6,
    between=estimated(0.27, 0.1, 0.62, cases=84, auditors=21, method="tau"),
    dots=((1, 1.0), (4, 1.5), (9, 0.4), (16, -0.2)),
    auditors=(
        OwnGap(
            auditor="AUDITOR-2ABC", cases=4, raw=1.5, shrunken=estimated(0.9, 0.3, 1.51),
            funnel="above_998",
        ),
        OwnGap(
            auditor="AUDITOR-3DEF", cases=9, raw=0.4, shrunken=estimated(0.41, 0.1, 0.72),
            funnel="within",
        ),
        OwnGap(
            auditor="AUDITOR-7XYZ", cases=1600, raw=-0.2, shrunken=estimated(-0.11, -0.4, 0.18),
            funnel="below_95",
        ),
    ),
    too_few=5,
    why_not="",
)  # fmt: skip
MEASURES = (
    NamedEstimate(name="mean_gap", estimate=estimated(0.42, 0.21, 0.63, cases=60, method="t")),
    NamedEstimate(name="over_rate", estimate=estimated(0.45, 0.33, 0.58, cases=1061, method="W")),
    NamedEstimate(name="under_rate", estimate=estimated(0.08, 0.03, 0.18, cases=62, method="V")),
)
DETAIL = OptimismDetail(
    scope=SCOPE,
    scale=OFSTED4.words,
    severe_words="two grades or more",
    withheld="",
    measures=MEASURES,
    grouped=(
        GroupedGaps(
            kind="domain",
            groups=(
                group("Plan", 30, estimated(0.3, 0.05, 0.55), over=0.4, under=0.1),
                group("Voice", 28, estimated(0.61, 0.3, 0.92), over=0.5, under=0.0),
                group("Visits", 26, estimated(0.1, -0.1, 0.3), over=0.23, under=0.15),
                group("Health", 3, unknown("only 3"), over=0.33, under=0.67),
            ),
        ),
        GroupedGaps(kind="team", groups=()),
        GroupedGaps(
            kind="source",
            groups=(group("peers", 1020, estimated(-0.2, -0.5, 0.1), over=0.2, under=0.4),),
        ),
    ),
    trend=TREND,
    trend_quarters=(Quarter(2018, 2), Quarter(2018, 4), Quarter(2019, 3)),
    own=OWN,
    reasons=estimated(0.75, 0.6, 0.86, cases=32, method="Wilson reasons"),
    disputed=estimated(0.19, 0.09, 0.35, cases=33, method="Wilson disputed"),
)
