"""Everything a notebook calls, under one name: ``from qaf_analysis import notebook as qaf``."""

from qaf_analysis.report.quarterly import verdict_table
from qaf_analysis.run.gather import build, gather
from qaf_analysis.run.session import open_session
from qaf_analysis.topics.agreement.analysis.detail import agreement_detail
from qaf_analysis.topics.agreement.analysis.drivers import agreement_drivers
from qaf_analysis.topics.agreement.analysis.headline import agreement
from qaf_analysis.topics.charts.analysis.themes import theme_charts
from qaf_analysis.topics.child.analysis import child_focus
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.impact.analysis.actions import actions
from qaf_analysis.topics.impact.analysis.changes import design_changes
from qaf_analysis.topics.impact.analysis.checks import theme_checks
from qaf_analysis.topics.impact.analysis.themes import themes
from qaf_analysis.topics.optimism.analysis.detail import optimism_detail
from qaf_analysis.topics.optimism.analysis.headline import optimism
from qaf_analysis.topics.process.analysis.agreement import process_agreement
from qaf_analysis.topics.process.analysis.spread import consistency
from qaf_analysis.topics.programme.analysis.grades import programme
from qaf_analysis.topics.programme.analysis.intake import intake
from qaf_analysis.topics.severity.analysis.headline import severity
from qaf_analysis.topics.show import plot, say, table
from qaf_analysis.topics.trend.analysis import true_trend

__all__ = [
    "actions",
    "agreement",
    "agreement_detail",
    "agreement_drivers",
    "build",
    "child_focus",
    "consistency",
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
    "table",
    "theme_charts",
    "theme_checks",
    "themes",
    "true_trend",
    "verdict_table",
]
