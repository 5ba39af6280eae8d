"""The last notebook's work: gather what the others saved, and build the report from it."""

from __future__ import annotations

from qaf_analysis.report.html import html_page
from qaf_analysis.report.quarterly import quarterly_document
from qaf_analysis.run.session import Session
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.registry import QUESTIONS, REPORT_NOTEBOOK, Results


def gather(session: Session) -> Results:
    """Load every answer of this run, and answer what rests on the others' answers."""
    return Results(
        session.answer(question.asks)
        if question.notebook == REPORT_NOTEBOOK
        else release(session.load(question.result))
        for question in QUESTIONS
    )


def build(session: Session, results: Results, *, run_id: str) -> str:
    """Write ``report.html`` into the run folder, and say where it is."""
    page = html_page(quarterly_document(results, run_id=run_id or "by hand"))
    path = session.work / "report.html"
    path.write_text(page, encoding="utf-8", newline="\n")
    return f"The report is {path.name} in {session.work.name or 'the run folder'}."
