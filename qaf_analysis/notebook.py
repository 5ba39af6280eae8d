"""Everything a notebook calls, under one name: ``from qaf_analysis import notebook as qaf``."""

from qaf_analysis.report.quarterly import verdict_table
from qaf_analysis.run.gather import build, gather
from qaf_analysis.run.session import open_session
from qaf_analysis.topics.agreement.agreement import agreement
from qaf_analysis.topics.agreement.agreement_detail import agreement_detail
from qaf_analysis.topics.agreement.agreement_drivers import agreement_drivers
from qaf_analysis.topics.charts.theme_charts import theme_charts
from qaf_analysis.topics.child.child_focus import child_focus
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.impact.actions import actions
from qaf_analysis.topics.impact.declared_design import declared_design
from qaf_analysis.topics.impact.design_changes import design_changes
from qaf_analysis.topics.impact.theme_checks import theme_checks
from qaf_analysis.topics.impact.themes import themes
from qaf_analysis.topics.optimism.optimism import optimism
from qaf_analysis.topics.optimism.optimism_detail import optimism_detail
from qaf_analysis.topics.process.consistency import consistency
from qaf_analysis.topics.process.process_agreement import process_agreement
from qaf_analysis.topics.programme.intake import intake
from qaf_analysis.topics.programme.programme import programme
from qaf_analysis.topics.severity.severity import severity
from qaf_analysis.topics.severity.severity_models import severity_models
from qaf_analysis.topics.show import plot, say, table
from qaf_analysis.topics.trend.true_trend import true_trend

__all__ = [
    "actions",
    "agreement",
    "agreement_detail",
    "agreement_drivers",
    "build",
    "child_focus",
    "consistency",
    "declared_design",
    "design_changes",
    "gather",
    "intake",
    "open_session",
    "optimism",
    "optimism_detail",
    "plot",
    "process_agreement",
    "programme",
    "release",
    "say",
    "severity",
    "severity_models",
    "table",
    "theme_charts",
    "theme_checks",
    "themes",
    "true_trend",
    "verdict_table",
]
