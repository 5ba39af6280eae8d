"""Results on process changes with chosen figures, none of them equal to its neighbour."""

from __future__ import annotations

from math import nan

from qaf_analysis.stats.process.agreement_change import AgreementChange
from qaf_analysis.stats.process.bias_share import BiasShare
from qaf_analysis.stats.process.case_allocation import AllocationChange
from qaf_analysis.stats.process.spread import Spread
from qaf_analysis.stats.process.spread_change import SpreadChange
from qaf_analysis.stats.process.stratified_agreement import StratifiedDifference
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.verdicts import ProcessAnswer
from qaf_analysis.topics.common.scope import LeftOut, Scope
from qaf_analysis.topics.process.analysis.agreement import (
    AgreementFinding,
    ModeratedQuarter,
    ProcessAgreement,
)
from qaf_analysis.topics.process.analysis.periods import ProcessPeriods
from qaf_analysis.topics.process.analysis.spread import Consistency, ProcessFinding
from tests.topics.by_hand import estimated, unknown

SCOPE = Scope(
    council="Small",
    quarter=Quarter(2019, 4),
    first=Quarter(2018, 1),
    last=Quarter(2019, 4),
    period="2018-19 Q1 to 2019-20 Q4",
    unit="routine audits with an overall grade",
    used=395,
    left_out=(LeftOut(reason="no grade", records=7),),
)
POOL = ProcessPeriods(
    quarter=Quarter(2018, 3),
    labels=("Pool cut",),
    also_within=("Training", "Days together"),
    before=(Quarter(2018, 1), Quarter(2018, 2)),
    after=(Quarter(2018, 4), Quarter(2019, 1), Quarter(2019, 2)),
)
TRAINING = ProcessPeriods(
    quarter=Quarter(2019, 2),
    labels=("Training", "Days together"),
    also_within=(),
    before=tuple(quarters_between(Quarter(2018, 2), Quarter(2019, 1))),
    after=(Quarter(2019, 3),),
)
LATE = ProcessPeriods(
    quarter=Quarter(2019, 4), labels=("New tool",), also_within=(), before=POOL.after, after=()
)


def spread(sd: object, audits: int, auditors: int) -> Spread:
    """A period's spread of severity; of its figures only those that are shown."""
    return Spread(
        component=nan, component_se=nan, sd=sd, sd_90=sd, icc=unknown("not shown"),
        ms_between=nan, ms_within=nan, df_between=0, df_within=0, n0=nan, audits=audits,
        auditors=auditors,
    )  # type: ignore[arg-type]  # fmt: skip


def spread_change(sd: object, verdict: str, reason: str = "chance makes as much") -> SpreadChange:
    """A difference of spreads."""
    return SpreadChange(
        component=unknown("not shown"), sd=sd, times_audits=unknown("not shown"),
        verdict=verdict, reason=reason,
    )  # type: ignore[arg-type]  # fmt: skip


STEADY = AllocationChange(before=0.07, after=0.04, changed=False)
POOL_SPREAD = ProcessFinding(
    periods=POOL,
    allocation=STEADY,
    before=spread(estimated(0.42, 0.29, 0.56), 1100, 45),
    after=spread(estimated(0.27, 0.13, 0.45), 1200, 29),
    change=spread_change(estimated(-0.15, -0.28, -0.02), "more consistent"),
    auditors_before=44,
    auditors_after=31,
    retained_auditors=26,
    retained=spread_change(estimated(-0.09, -0.25, 0.07), "no evidence of change", "few stayed"),
    retained_says="agrees",
)
TRAINING_SPREAD = ProcessFinding(
    periods=TRAINING,
    allocation=AllocationChange(before=0.12, after=0.09, changed=False),
    before=spread(estimated(0.31, 0.22, 0.41), 199, 29),
    after=spread(estimated(0.36, 0.26, 0.47), 190, 28),
    change=spread_change(estimated(0.05, -0.07, 0.17), "no evidence of change"),
    auditors_before=29,
    auditors_after=28,
    retained_auditors=25,
    retained=spread_change(estimated(-0.03, -0.16, 0.10), "no evidence of change"),
    retained_says="differs",
)
LATE_SPREAD = ProcessFinding(
    periods=LATE,
    allocation=AllocationChange(before=0.15, after=nan, changed=False),
    before=spread(estimated(0.33, 0.23, 0.43), 48, 12),
    after=spread(unknown("there is no audit"), 0, 0),
    change=spread_change(
        unknown("after the change there is no audit"),
        "too little data",
        "0 audits after the change; at least 25 needed",
    ),
    auditors_before=12,
    auditors_after=0,
    retained_auditors=0,
    retained=spread_change(
        unknown("nobody"), "too little data", "0 audits before the change; at least 25 needed"
    ),
    retained_says="cannot be told",
)
CONSISTENCY = Consistency(
    scope=SCOPE,
    verdict="no evidence of change",
    reason="a change cannot be told from chance",
    headline=1,
    changes=(POOL_SPREAD, TRAINING_SPREAD, LATE_SPREAD),
    agreement=(),
    answer=ProcessAnswer.NO_EVIDENCE,
)


def stratified(
    difference: object, before: float = nan, after: float = nan, unmatched: int = 0
) -> StratifiedDifference:
    """Shares before and after, and their difference."""
    return StratifiedDifference(
        difference=difference, before=before, after=after, strata=4, unmatched=unmatched
    )  # type: ignore[arg-type]


def share(explained: object) -> BiasShare:
    """The part that the change of bias brings about."""
    none = unknown("not shown")
    return BiasShare(explained=explained, had_bias_stayed=none, shift=none, scatter=none)  # type: ignore[arg-type]


POOL_AGREEMENT = AgreementFinding(
    periods=POOL,
    change=AgreementChange(
        exact=stratified(estimated(0.12, 0.03, 0.21), 0.51, 0.63, 2),
        within_one=stratified(estimated(0.04, -0.02, 0.10)),
        kappa=estimated(0.08, -0.05, 0.22),
        bias=estimated(-0.24, -0.40, -0.08),
        bias_before=estimated(0.35),
        bias_after=estimated(0.11),
        parts=share(estimated(0.06, 0.01, 0.11)),
        pairs_before=1062,
        pairs_after=1075,
        auditors_before=33,
        auditors_after=27,
        by_auditor=True,
        verdict="agreement improved",
        reason="auditors and moderators agree more often",
    ),  # type: ignore[arg-type]
    retained=AgreementChange(
        exact=stratified(estimated(0.09, -0.03, 0.20), 0.5, 0.59),
        within_one=stratified(unknown("not shown")),
        kappa=unknown("not shown"),
        bias=unknown("not shown"),
        bias_before=unknown("not shown"),
        bias_after=unknown("not shown"),
        parts=share(unknown("not shown")),
        pairs_before=41,
        pairs_after=52,
        auditors_before=19,
        auditors_after=19,
        by_auditor=True,
        verdict="no evidence of change",
        reason="chance",
    ),  # type: ignore[arg-type]
    retained_auditors=19,
    retained_says="agrees",
    cautions=("cases came to moderation from other sources", "no moderator worked in both"),
)


def timeline(number: int, pairs: int, *changes: str) -> ModeratedQuarter:
    """A quarter of the last year with so many pairs."""
    return ModeratedQuarter(
        quarter=Quarter(2019, number),
        pairs=pairs,
        same=round((0.5 + number / 100) * pairs),
        identical=estimated(0.5 + number / 100, 0.4, 0.7, cases=pairs),
        gap=estimated(number / 10, -0.1, 0.4, cases=pairs),
        changes=changes,
    )


QUIET_QUARTER = ModeratedQuarter(
    quarter=Quarter(2019, 3),
    pairs=0,
    same=0,
    identical=unknown("no pair"),
    gap=unknown("no pair"),
    changes=(),
)
AGREEMENT = ProcessAgreement(
    scope=SCOPE,
    verdict="agreement improved",
    reason="auditors and moderators agree more often",
    headline=0,
    changes=(POOL_AGREEMENT,),
    timeline=(
        timeline(1, 1020),
        timeline(2, 30, "Training", "Days together"),
        QUIET_QUARTER,
    ),
)
