"""Every edition of one report, composed once and written in whatever format is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from qaf_analysis.report.document import Document
from qaf_analysis.report.editions.annex import annex_document
from qaf_analysis.report.editions.committee import committee_edition
from qaf_analysis.report.editions.fit import LayOut
from qaf_analysis.report.editions.working import working_document
from qaf_analysis.report.look import PLAIN, Look
from qaf_analysis.report.quarterly import cards_of
from qaf_analysis.report.signoff import UNSIGNED, SignOff
from qaf_analysis.topics.registry import Results

COMMITTEE, WORKING, ANNEX = "committee", "working", "annex"
EDITIONS = (COMMITTEE, WORKING, ANNEX)
"""Editions that are documents; the moderator's is the executed notebooks with their code."""

FILES: Mapping[str, str] = {COMMITTEE: "report", WORKING: "working", ANNEX: "annex"}
"""Name of each edition's files, without their ending: most readers want the committee's."""

FIGURES = "figures"
"""Folder beside the committee edition's page with each figure for slides."""


@dataclass(frozen=True, kw_only=True)
class Editions:
    """The editions of one report.

    Parameters
    ----------
    committee, working, annex : Document
        For a committee, for the quality lead, and for whoever looks a figure up.
    whole : Document
        The annex with its tables about single auditors, for the audit manager's workbook only.
    """

    committee: Document
    working: Document
    annex: Document
    whole: Document

    def __getitem__(self, edition: str) -> Document:
        """Return one of ``EDITIONS``."""
        return {COMMITTEE: self.committee, WORKING: self.working, ANNEX: self.annex}[edition]


def every_edition(
    results: Results,
    *,
    run_id: str,
    lay_out: LayOut,
    look: Look = PLAIN,
    sign_off: SignOff = UNSIGNED,
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
    sign_off : SignOff
        Its signature, on the first page of each edition.
    """
    cards = cards_of(results)
    committee = committee_edition(
        results, run_id=run_id, lay_out=lay_out, look=look, cards=cards, sign_off=sign_off
    )
    annex, whole = annex_document(results, run_id=run_id, look=look, cards=cards)
    working = working_document(
        results, run_id=run_id, look=look, moved=committee.moved, cards=cards
    )
    return Editions(
        committee=committee.document,
        working=_signed(working, sign_off),
        annex=_signed(annex, sign_off),
        whole=_signed(whole, sign_off),
    )


def _signed(document: Document, sign_off: SignOff) -> Document:
    return replace(document, first_page=replace(document.first_page, sign_off=sign_off))
