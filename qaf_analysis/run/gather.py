"""The last notebook's work: gather what the others saved, and build the report from it."""

from __future__ import annotations

from qaf_analysis.report.html import html_page
from qaf_analysis.report.quarterly import quarterly_document
from qaf_analysis.report.results import Results
from qaf_analysis.run.session import Session
from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.charts.analysis.themes import ThemeCharts
from qaf_analysis.topics.child.analysis import ChildFocusFinding
from qaf_analysis.topics.common.release import release
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
from qaf_analysis.topics.programme.analysis.reach import reach
from qaf_analysis.topics.severity.analysis.headline import Severity
from qaf_analysis.topics.trend.analysis import TrueTrend


def gather(session: Session) -> Results:
    """Load every result of this run, and compute what so many audits can tell."""
    programme, optimism = session.load(Programme), session.load(Optimism)
    return Results(
        intake=release(session.load(Intake)),
        programme=release(programme),
        agreement=release(session.load(Agreement)),
        agreement_detail=release(session.load(AgreementDetail)),
        agreement_drivers=release(session.load(AgreementDrivers)),
        severity=release(session.load(Severity)),
        true_trend=release(session.load(TrueTrend)),
        optimism=release(optimism),
        optimism_detail=release(session.load(OptimismDetail)),
        child_focus=release(session.load(ChildFocusFinding)),
        themes=release(session.load(Themes)),
        theme_checks=release(session.load(ThemeChecks)),
        theme_charts=release(session.load(ThemeCharts)),
        actions=release(session.load(Actions)),
        design_changes=release(session.load(DesignChanges)),
        consistency=release(session.load(Consistency)),
        process_agreement=release(session.load(ProcessAgreement)),
        reach=session.save(release(reach(programme, optimism))),
    )


def build(session: Session, results: Results, *, run_id: str) -> str:
    """Write ``report.html`` into the run folder, and say where it is."""
    page = html_page(quarterly_document(results, run_id=run_id or "by hand"))
    path = session.work / "report.html"
    path.write_text(page, encoding="utf-8", newline="\n")
    return f"The report is {path.name} in {session.work.name or 'the run folder'}."
