"""The last notebook's work: gather what the others saved, and build the report from it."""

from __future__ import annotations

from dataclasses import replace

from qaf_analysis.data.files.private_file import private_folder, write_privately
from qaf_analysis.report.editions.every import (
    ANNEX,
    COMMITTEE,
    FIGURES,
    FILES,
    WORKING,
    every_edition,
)
from qaf_analysis.report.html import html_page
from qaf_analysis.report.writers.pdf import layout, write_pdf
from qaf_analysis.report.writers.slide_figures import figure_files
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
    """Write every edition into the run folder, and say where they are.

    ``report.html`` and ``report.pdf`` are the committee edition, with its figures for slides
    beside them. ``figures.csv`` lists every released estimate with what it measures, for whoever
    checks a figure, and ``summary.json`` holds the verdicts.
    """
    editions = every_edition(
        results,
        run_id=run_id or "by hand",
        lay_out=layout,
        look=session.look,
        sign_off=session.unsigned,
    )
    write_summary(
        summary_of(editions.committee, council=results[Programme].scope.council), session.work
    )
    committee = replace(editions.committee, figure_folder=FIGURES)
    for name, document in (
        (COMMITTEE, committee),
        (WORKING, editions.working),
        (ANNEX, editions.annex),
    ):
        path = session.work / f"{FILES[name]}.html"
        path.write_text(html_page(document), encoding="utf-8", newline="\n")
    write_privately(session.work / f"{FILES[COMMITTEE]}.pdf", write_pdf(committee))
    private_folder(session.work / FIGURES)
    for name, drawn in figure_files(committee).items():
        write_privately(session.work / FIGURES / name, drawn)
    (session.work / FIGURES_FILE).write_text(figures_csv(results), encoding="utf-8", newline="\n")
    return f"The report is report.html in {session.work.name or 'the run folder'}."
