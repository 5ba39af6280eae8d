"""The last notebook's work: gather what the others saved, and build the report from it."""

from __future__ import annotations

from qaf_analysis.report.html import html_page
from qaf_analysis.report.quarterly import quarterly_document
from qaf_analysis.run.session import Session
from qaf_analysis.run.summary import summary_of, write_summary
from qaf_analysis.topics.figures import figures_csv
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.registry import QUESTIONS, REPORT_NOTEBOOK, Results

FIGURES_FILE = "figures.csv"


def gather(session: Session, *, keep: bool = True) -> Results:
    """Load every answer of this run, and answer what rests on the others' answers.

    With ``keep`` false all answers are there already, and nothing is written.
    """
    return Results(
        session.answer(question.asks)
        if keep and question.notebook == REPORT_NOTEBOOK
        else session.answers_to(question)
        for question in QUESTIONS
    )


def build(session: Session, results: Results, *, run_id: str) -> str:
    """Write ``report.html`` into the run folder, and say where it is.

    Beside it lie ``summary.json`` with the verdicts, and ``figures.csv``, which lists every
    released estimate with what it measures, for whoever checks a figure.
    """
    document = quarterly_document(results, run_id=run_id or "by hand", look=session.look)
    page = html_page(document)
    council = results[Programme].scope.council
    write_summary(summary_of(document, council=council), session.work)
    path = session.work / "report.html"
    path.write_text(page, encoding="utf-8", newline="\n")
    (session.work / FIGURES_FILE).write_text(figures_csv(results), encoding="utf-8", newline="\n")
    return f"The report is {path.name} in {session.work.name or 'the run folder'}."
