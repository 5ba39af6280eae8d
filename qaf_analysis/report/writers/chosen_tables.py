"""The tables of a report for a spreadsheet, with those about single auditors kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from qaf_analysis.kit.parts import Picture, Table
from qaf_analysis.report.blocks import Figure, Heading, Words, pieces
from qaf_analysis.report.document import Document, Placed
from qaf_analysis.terms.errors import DocumentError
from qaf_analysis.topics.common.release import PERSON_FIELDS

AuditorTables = Literal["left out", "alone", "among the others"]
"""What becomes of tables about single auditors: left out is what most readers may see."""

_ROLES = "|".join(sorted({*PERSON_FIELDS, "person"}))
# Letters of a code, as after "AUDITOR-" or "person-"; reports often print the letters alone.
_CODE = re.compile(rf"\b(?:{_ROLES})-([A-Z2-7]{{4,20}})\b", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Z2-7]{4,20}")


@dataclass(frozen=True, kw_only=True)
class ChosenTable:
    """A table with what tells where it stands in the report.

    Parameters
    ----------
    number : str
        As in every other format of the report, such as "Table 5".
    section : str
        Section it belongs to, with its number; "First page" before the first section.
    table : Table
    about_auditors : bool
        Whether single auditors can be told apart in it, though by code only.
    """

    number: str
    section: str
    table: Table
    about_auditors: bool


def chosen_tables(
    document: Document, *, auditors: AuditorTables = "left out"
) -> tuple[ChosenTable, ...]:
    """Tables of a report in its order, those about single auditors left out or alone.

    Parameters
    ----------
    document : Document
    auditors : {"left out", "alone", "among the others"}

    Raises
    ------
    DocumentError
        If nothing is left to be written, or ``auditors`` is none of the three.
    """
    if auditors not in ("left out", "alone", "among the others"):
        raise DocumentError(
            'Tables about single auditors are "left out", "alone" or "among the others", '
            f'not "{auditors}".'
        )
    every = every_table(document)
    if auditors == "among the others":
        found = every
    else:
        wanted = auditors == "alone"
        found = tuple(one for one in every if one.about_auditors == wanted)
    if not found:
        which = "table about single auditors" if auditors == "alone" else "table"
        raise DocumentError(
            f'The report "{document.title}" has no {which} to write. Leave this file out.'
        )
    return found


def every_table(document: Document) -> tuple[ChosenTable, ...]:
    """Every table of a report, with its number and its section."""
    placed = tuple(_with_sections(document))
    letters = _letters_of_auditors(block.block for block, _ in placed)
    return tuple(
        ChosenTable(
            number=each.number,
            section=section,
            table=each.block,
            about_auditors=_is_about_auditors(each.block, letters),
        )
        for each, section in placed
        if isinstance(each.block, Table)
    )


def figures_about_auditors(document: Document) -> tuple[Figure, ...]:
    """Figures of a report in which single auditors can be told apart by the codes of its tables."""
    letters = _letters_of_auditors(document.body)
    return tuple(
        block
        for block in document.body
        if isinstance(block, Figure) and _names_auditor(block.picture, letters)
    )


def _names_auditor(picture: Picture, letters: frozenset[str]) -> bool:
    seen = f"{picture.title} {picture.alt} {picture.svg}"
    return bool(_CODE.search(seen)) or not letters.isdisjoint(re.findall(r"\w+", seen))


def plain(words: Words) -> str:
    """Words without what makes them bold or a link.

    Examples
    --------
    >>> from qaf_analysis.report.blocks import Strong
    >>> plain((Strong("Hold a session."), " Soon."))
    'Hold a session. Soon.'
    """
    return "".join(one if isinstance(one, str) else one.text for one in pieces(words))


def _with_sections(document: Document) -> Iterator[tuple[Placed, str]]:
    highlights, body = document.placed()
    for each in highlights:
        yield each, "First page"
    number = section = ""
    for each in body:
        match each.block:
            case Heading(level=2):
                number, section = each.number, f"{each.number}. {each.block.text}"
            case Heading():
                section = f"{number}. {each.block.text}"
            case _:
                pass
        yield each, section


def _letters_of_auditors(blocks: Iterable[object]) -> frozenset[str]:
    """Letters of every code that a table of the report gives to a person."""
    found: set[str] = set()
    for block in blocks:
        if not isinstance(block, Table):
            continue
        for text in _texts(block):
            found.update(_CODE.findall(text))
        for place in _people_columns(block):
            cells = (row[place] for row in block.rows)
            found.update(cell for cell in cells if _LETTERS.fullmatch(cell))
    return frozenset(found)


def _people_columns(table: Table) -> tuple[int, ...]:
    """Places of the columns that name one person a row."""
    return tuple(
        place
        for place, column in enumerate(table.columns)
        if column.heading.strip().casefold() in PERSON_FIELDS
    )


def _is_about_auditors(table: Table, letters: frozenset[str]) -> bool:
    # On the safe side: a word that is by chance somebody's code seals the table too.
    return bool(_people_columns(table)) or any(
        _CODE.search(text) or not letters.isdisjoint(re.findall(r"\w+", text))
        for text in _texts(table)
    )


def _texts(table: Table) -> Iterator[str]:
    yield from (table.caption, table.note, table.source)
    yield from (column.heading for column in table.columns)
    for row in table.rows:
        yield from row
