"""Everything that one run found, as it may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.topics.agreement.agreement import Agreement
from qaf_analysis.topics.agreement.agreement_detail import AgreementDetail
from qaf_analysis.topics.agreement.agreement_drivers import AgreementDrivers
from qaf_analysis.topics.charts.theme_charts import ThemeCharts
from qaf_analysis.topics.child.child_focus import ChildFocusFinding
from qaf_analysis.topics.common.release import Released
from qaf_analysis.topics.impact.actions import Actions
from qaf_analysis.topics.impact.design_changes import DesignChanges
from qaf_analysis.topics.impact.theme_checks import ThemeChecks
from qaf_analysis.topics.impact.themes import Themes
from qaf_analysis.topics.optimism.optimism import Optimism
from qaf_analysis.topics.optimism.optimism_detail import OptimismDetail
from qaf_analysis.topics.process.consistency import Consistency
from qaf_analysis.topics.process.process_agreement import ProcessAgreement
from qaf_analysis.topics.programme.intake import Intake
from qaf_analysis.topics.programme.programme import Programme
from qaf_analysis.topics.programme.reach import Reach
from qaf_analysis.topics.severity.severity import Severity
from qaf_analysis.topics.trend.true_trend import TrueTrend


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
