"""Every verdict that a report or ``qaf stat`` may reach, and the numbers of the rule behind it.

A verdict's words stand here and nowhere else: whoever needs one names its member, and the groups
below say which verdicts claim something and which leave a question open. The printed rules, and
every sentence with a rule's number in it, are made from the rules here.
"""

from __future__ import annotations

# ruff: isort: skip_file
from qaf_analysis.terms.verdicts.bridge import (
    BRIDGE_CLAIMS as BRIDGE_CLAIMS,
)
from qaf_analysis.terms.verdicts.bridge import (
    GRADE_CLAIMS as GRADE_CLAIMS,
)
from qaf_analysis.terms.verdicts.bridge import (
    BRIDGE_RULE as BRIDGE_RULE,
    BridgeRefusal as BridgeRefusal,
    BridgeRule as BridgeRule,
    BridgeVerdict as BridgeVerdict,
)
from qaf_analysis.terms.verdicts.change import (
    AGREEMENT_CHANGE_RULE as AGREEMENT_CHANGE_RULE,
    CANNOT_TELL as CANNOT_TELL,
    JOINT_ERROR as JOINT_ERROR,
    RE_AUDIT_RULE as RE_AUDIT_RULE,
    SHORT_THEME_VERDICT as SHORT_THEME_VERDICT,
    SPREAD_CLAIMS as SPREAD_CLAIMS,
    SPREAD_RULE as SPREAD_RULE,
    STEADINESS_RULE as STEADINESS_RULE,
    THEME_CLAIMS as THEME_CLAIMS,
    THEME_OPEN as THEME_OPEN,
    TREND_RULE as TREND_RULE,
    WAIT_RULE as WAIT_RULE,
    YEAR_CLAIMS as YEAR_CLAIMS,
    YEAR_RULE as YEAR_RULE,
    AgreementChangeRule as AgreementChangeRule,
    AgreementChangeVerdict as AgreementChangeVerdict,
    Assurance as Assurance,
    DriftStanding as DriftStanding,
    ProcessAnswer as ProcessAnswer,
    ReAuditRule as ReAuditRule,
    ReAuditVerdict as ReAuditVerdict,
    Reservation as Reservation,
    ReservedVerdict as ReservedVerdict,
    RetainedSays as RetainedSays,
    Saying as Saying,
    SpreadRule as SpreadRule,
    SpreadVerdict as SpreadVerdict,
    SteadinessRule as SteadinessRule,
    SteadinessVerdict as SteadinessVerdict,
    ThemeRule as ThemeRule,
    ThemeVerdict as ThemeVerdict,
    WaitRule as WaitRule,
    TrendClaim as TrendClaim,
    TrendRule as TrendRule,
    Variation as Variation,
    YearRule as YearRule,
    YearVerdict as YearVerdict,
)
from qaf_analysis.terms.verdicts.evidence import (
    DATA_RULE as DATA_RULE,
    FEWEST_AUDITS as FEWEST_AUDITS,
    DataRule as DataRule,
)
from qaf_analysis.terms.verdicts.grading import (
    AGREEMENT_OPEN as AGREEMENT_OPEN,
    AGREEMENT_RULE as AGREEMENT_RULE,
    BEYOND_CHANCE as BEYOND_CHANCE,
    DRAWS_RULE as DRAWS_RULE,
    FOCUS_RULE as FOCUS_RULE,
    GAP_CLAIMS as GAP_CLAIMS,
    GAP_TREND_RULE as GAP_TREND_RULE,
    LARGE_TYPE_RULE as LARGE_TYPE_RULE,
    OPTIMISM_CLAIMS as OPTIMISM_CLAIMS,
    OPTIMISM_RULE as OPTIMISM_RULE,
    SEVERITY_CLAIMS as SEVERITY_CLAIMS,
    SEVERITY_RULE as SEVERITY_RULE,
    AgreementClaim as AgreementClaim,
    AgreementRule as AgreementRule,
    AgreementVerdict as AgreementVerdict,
    DrawsRule as DrawsRule,
    FocusMeasure as FocusMeasure,
    FocusRule as FocusRule,
    FocusVerdict as FocusVerdict,
    FunnelPlace as FunnelPlace,
    GapDirection as GapDirection,
    GapTrendRule as GapTrendRule,
    LargeTypeRule as LargeTypeRule,
    OptimismLimits as OptimismLimits,
    OptimismRule as OptimismRule,
    OptimismVerdict as OptimismVerdict,
    SelectionRefusal as SelectionRefusal,
    SeverityFinding as SeverityFinding,
    SeverityRule as SeverityRule,
    Standing as Standing,
    VerdictFigure as VerdictFigure,
)
from qaf_analysis.terms.verdicts.moderators import (
    ANCHOR_CLAIMS as ANCHOR_CLAIMS,
    ANCHOR_RULE as ANCHOR_RULE,
    AnchorRule as AnchorRule,
    AnchorVerdict as AnchorVerdict,
    CEILING_RULE as CEILING_RULE,
    CeilingRule as CeilingRule,
)

IS_A_CLAIM = frozenset(
    (
        *OPTIMISM_CLAIMS,
        *THEME_CLAIMS,
        *SPREAD_CLAIMS,
        *YEAR_CLAIMS,
        *BRIDGE_CLAIMS,
        *GRADE_CLAIMS,
        *ANCHOR_CLAIMS,
        FocusVerdict.WEAKER,
    )
)
"""Verdicts that would be false where nothing happened, whatever the question."""
