"""Everything that one run found, as it may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.charts.analysis.themes import ThemeCharts
from qaf_analysis.topics.child.analysis import ChildFocusFinding
from qaf_analysis.topics.common.release import Released
from qaf_analysis.topics.impact.analysis.actions import Actions
from qaf_analysis.topics.impact.analysis.changes import DesignChanges
from qaf_analysis.topics.impact.analysis.checks import ThemeChecks
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.optimism.analysis.detail import OptimismDetail
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.process.analysis.agreement import ProcessAgreement
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.programme.analysis.reach import Reach
from qaf_analysis.topics.severity.analysis.headline import Severity
from qaf_analysis.topics.trend.analysis import TrueTrend


@dataclass(frozen=True, kw_only=True)
class Results:
    """Every released result of one run."""

    intake: Released[Intake]
    programme: Released[Programme]
    agreement: Released[Agreement]
    agreement_detail: Released[AgreementDetail]
    agreement_drivers: Released[AgreementDrivers]
    severity: Released[Severity]
    true_trend: Released[TrueTrend]
    optimism: Released[Optimism]
    optimism_detail: Released[OptimismDetail]
    child_focus: Released[ChildFocusFinding]
    themes: Released[Themes]
    theme_checks: Released[ThemeChecks]
    theme_charts: Released[ThemeCharts]
    actions: Released[Actions]
    design_changes: Released[DesignChanges]
    consistency: Released[Consistency]
    process_agreement: Released[ProcessAgreement]
    reach: Released[Reach]
