"""Everything a notebook calls, under one name: ``from qaf_analysis import notebook as qaf``."""

from qaf_analysis.analyses.actions import actions
from qaf_analysis.analyses.agreement import agreement
from qaf_analysis.analyses.agreement_detail import agreement_detail
from qaf_analysis.analyses.agreement_drivers import agreement_drivers
from qaf_analysis.analyses.child_focus import child_focus
from qaf_analysis.analyses.consistency import consistency
from qaf_analysis.analyses.declared_design import declared_design
from qaf_analysis.analyses.design_changes import design_changes
from qaf_analysis.analyses.intake import intake
from qaf_analysis.analyses.optimism import optimism
from qaf_analysis.analyses.optimism_detail import optimism_detail
from qaf_analysis.analyses.process_agreement import process_agreement
from qaf_analysis.analyses.programme import programme
from qaf_analysis.analyses.release import release
from qaf_analysis.analyses.severity import severity
from qaf_analysis.analyses.severity_models import severity_models
from qaf_analysis.analyses.theme_charts import theme_charts
from qaf_analysis.analyses.theme_checks import theme_checks
from qaf_analysis.analyses.themes import themes
from qaf_analysis.analyses.true_trend import true_trend
from qaf_analysis.present.show import plot, say, table
from qaf_analysis.report.quarterly import verdict_table
from qaf_analysis.run.gather import build, gather
from qaf_analysis.run.session import open_session

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
