"""Every edition of a council of the golden pages, and each of its files, made once."""

from __future__ import annotations

from functools import cache

from qaf_analysis.report.editions.every import Editions, every_edition
from qaf_analysis.report.html import html_page
from qaf_analysis.report.writers.pdf import layout, write_pdf
from qaf_analysis.report.writers.word import write_word
from qaf_analysis.report.writers.workbook import workbook
from tests.golden.councils import results
from tests.wide import wide

COUNCILS = wide(["kinder", "no overall grade", "nothing moderated"], quick=["kinder"])


@cache
def editions(council: str) -> Editions:
    return every_edition(results(council), run_id="579c727a142d715d", lay_out=layout)


@cache
def pdf(council: str, edition: str) -> bytes:
    return write_pdf(editions(council)[edition])


@cache
def word(council: str, edition: str) -> bytes:
    return write_word(editions(council)[edition])


@cache
def page(council: str, edition: str) -> str:
    return html_page(editions(council)[edition])


@cache
def tables(council: str) -> bytes:
    """The workbook of the annex."""
    return workbook(editions(council).annex)


@cache
def auditors(council: str) -> bytes:
    """The workbook of the tables about single auditors."""
    return workbook(editions(council).whole, auditors="alone")
