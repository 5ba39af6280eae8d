"""Everything that one run found, as it may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.analyses.actions import Actions
from qaf_analysis.analyses.agreement import Agreement
from qaf_analysis.analyses.agreement_detail import AgreementDetail
from qaf_analysis.analyses.agreement_drivers import AgreementDrivers
from qaf_analysis.analyses.child_focus import ChildFocusFinding
from qaf_analysis.analyses.consistency import Consistency
from qaf_analysis.analyses.design_changes import DesignChanges
from qaf_analysis.analyses.intake import Intake
from qaf_analysis.analyses.optimism import Optimism
from qaf_analysis.analyses.optimism_detail import OptimismDetail
from qaf_analysis.analyses.process_agreement import ProcessAgreement
from qaf_analysis.analyses.programme import Programme
from qaf_analysis.analyses.reach import Reach
from qaf_analysis.analyses.release import Released
from qaf_analysis.analyses.severity import Severity
from qaf_analysis.analyses.theme_charts import ThemeCharts
from qaf_analysis.analyses.theme_checks import ThemeChecks
from qaf_analysis.analyses.themes import Themes
from qaf_analysis.analyses.true_trend import TrueTrend


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
