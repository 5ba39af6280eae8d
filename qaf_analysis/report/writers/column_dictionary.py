"""What every column of every table of a report holds: the dictionary of its data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qaf_analysis.kit.parts import Table
from qaf_analysis.report.document import Document
from qaf_analysis.report.writers.chosen_tables import ChosenTable, every_table
from qaf_analysis.report.writers.table_columns import Kind, SheetColumn, sheet_columns

DICTIONARY_HEADINGS = ("Table", "Column", "Unit", "Kind", "Meaning")
_GLOSSARY = ("word", "meaning")
# Columns that stand in tables of every kind, and in no glossary.
_USUAL: Mapping[str, str] = {
    "95% interval": "The range within which the true figure lies for 95 of 100 reports like this "
    "one, where its assumptions hold.",
    "auditors": "Number of auditors that the figures of the row rest on.",
    "audits": "Number of audits that the figures of the row rest on.",
    "estimate": "The figure that the row names, worked out from the records used.",
    "found because of": "The rule of the chart by which a quarter stands out; else nothing.",
    "identical": "Share of pairs of grades on the same audit that are the same grade.",
    "lower limit": "What a quarter would seldom fall below by chance alone, by the chart's rule.",
    "measure": "What the figures of the row measure.",
    "method, or why not": "How the figure was worked out, or why it cannot be given.",
    "moderator higher": "Share of moderated audits that the moderator graded higher.",
    "moderator lower": "Share of moderated audits that the moderator graded lower.",
    "n": "Number of records that the figures of the row rest on.",
    "p": "Chance of a finding at least so large if there were nothing to find.",
    "upper limit": "What a quarter would seldom rise above by chance alone, by the chart's rule.",
    "what happened just before": "What is on record as begun shortly before the quarter.",
}
NAMES_THE_ROW = "Names the row: what the figures beside it are about."


@dataclass(frozen=True, kw_only=True)
class DescribedColumn:
    """A column of a table and what is known of it.

    Parameters
    ----------
    table : str
        Its number in the report.
    heading, unit : str
    kind : {"name of the row", "number", "text"}
    meaning : str
        From the report's own glossary; where no word of the heading stands in it, empty but for
        the column that names the rows.
    """

    table: str
    heading: str
    unit: str
    kind: Kind
    meaning: str

    @property
    def row(self) -> tuple[str, str, str, str, str]:
        """Under ``DICTIONARY_HEADINGS``."""
        return (self.table, self.heading, self.unit, self.kind, self.meaning)


def column_dictionary(
    document: Document, tables: Iterable[ChosenTable]
) -> tuple[DescribedColumn, ...]:
    """Describe every column of some tables of a report, in their order.

    Parameters
    ----------
    document : Document
        Its glossary, a table of words and meanings, explains the headings.
    tables : iterable of ChosenTable
    """
    glossary = glossary_in(document)
    return tuple(
        DescribedColumn(
            table=one.number,
            heading=column.heading,
            unit=column.unit,
            kind=column.kind,
            meaning=_meaning(column, glossary),
        )
        for one in tables
        for column in sheet_columns(one.table)
    )


def glossary_in(document: Document) -> dict[str, str]:
    """The words that a report explains, from its own table of words and meanings."""
    return {
        word: meaning
        for one in every_table(document)
        if _is_glossary(one.table)
        for word, meaning in one.table.rows
    }


def _is_glossary(table: Table) -> bool:
    return tuple(column.heading.casefold() for column in table.columns) == _GLOSSARY


def _meaning(column: SheetColumn, glossary: Mapping[str, str]) -> str:
    """Meaning of a heading, or of the longest word of the glossary in it, with that word."""
    heading = column.heading.casefold()
    for name in sorted(_USUAL, key=len, reverse=True):
        if heading == name or heading.startswith(f"{name}, "):
            return _USUAL[name]
    for word in sorted(glossary, key=lambda word: (-len(word), word)):
        if re.search(rf"\b{re.escape(word.casefold())}s?\b", heading):
            return f"{word}: {glossary[word]}"
    return NAMES_THE_ROW if column.kind == "name of the row" else ""
