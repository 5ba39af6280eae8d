"""Every edition of one report, composed once and written in whatever format is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.report.document import Document
from qaf_analysis.report.editions.annex import annex_document
from qaf_analysis.report.editions.committee import committee_edition
from qaf_analysis.report.editions.fit import LayOut
from qaf_analysis.report.editions.working import working_document
from qaf_analysis.report.look import PLAIN, Look
from qaf_analysis.topics.registry import Results


@dataclass(frozen=True, kw_only=True)
class Editions:
    """The editions of one report that are documents.

    Parameters
    ----------
    committee, working, annex : Document
        For a committee, for the quality lead, and for whoever looks a figure up. The moderator's
        edition is the executed notebooks with their code.
    """

    committee: Document
    working: Document
    annex: Document


def every_edition(
    results: Results, *, run_id: str, lay_out: LayOut, look: Look = PLAIN
) -> Editions:
    """Compose every edition from released results.

    Parameters
    ----------
    results : Results
        What the notebooks found.
    run_id : str
        Identifier of the run, printed at the head.
    lay_out : callable
        From a document to how it fills its printed pages.
    look : Look
        What the report bears of the council's own.
    """
    committee = committee_edition(results, run_id=run_id, lay_out=lay_out, look=look)
    return Editions(
        committee=committee.document,
        working=working_document(results, run_id=run_id),
        annex=annex_document(results, run_id=run_id, look=look),
    )
