"""What a section shows: a statement, tables and pictures, each with all that a reader needs."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from markupsafe import Markup

from qaf_analysis.kit import svg
from qaf_analysis.kit.numbers import (
    TOO_FEW,
    decimals_adding_up,
    interval,
    percent_to,
    points_to,
    value,
)
from qaf_analysis.kit.palette import PAGE, TEXT
from qaf_analysis.terms.errors import DocumentError
from qaf_analysis.terms.estimate import Estimate

Alignment = Literal["left", "right"]
Place = Literal["section", "appendix"]
MANY_ROWS = 10
_QUARTER = re.compile(r"\d{4}-\d{2} Q\d")


@dataclass(frozen=True, kw_only=True)
class Column:
    """Heading of one column, its unit, and how its cells are aligned.

    Numbers stand to the right, with equal decimals; words stand to the left.
    """

    heading: str
    unit: str = ""
    align: Alignment = "right"


def word_columns(*headings: str) -> tuple[Column, ...]:
    """Columns of words, to the left."""
    return tuple(Column(heading=heading, align="left") for heading in headings)


def number_columns(*headings: str, unit: str = "") -> tuple[Column, ...]:
    """Columns of numbers of one unit, to the right.

    Examples
    --------
    >>> [column.align for column in (*word_columns("Team"), *number_columns("Audits", "Grades"))]
    ['left', 'right', 'right']
    """
    return tuple(Column(heading=heading, unit=unit) for heading in headings)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of finished text; the first cell of a row is its heading.

    Parameters
    ----------
    caption : str
        What the table shows, as a claim or a measure.
    columns : tuple of Column
        One for each cell of a row.
    rows : tuple of tuple of str
        Cells as they are to be read; nothing is formatted later.
    note, source : str
        What the reader must know, and what the table rests on; may be empty.
    place : {"section", "appendix"}
        Where a report puts it: beside the words, or behind all sections.

    Raises
    ------
    DocumentError
        If the caption or a heading is empty, or a row has more or fewer cells than there are
        columns.

    Examples
    --------
    >>> Table(caption="Audits", columns=(Column(heading="Team", align="left"),
    ...       Column(heading="Audits", unit="number")), rows=(("East", "12"),)).rows[0]
    ('East', '12')
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    source: str = ""
    place: Place = "appendix"

    def __post_init__(self) -> None:
        if not self.caption.strip():
            raise DocumentError("A table needs a caption that says what it shows.")
        if not self.columns or not all(column.heading.strip() for column in self.columns):
            raise DocumentError(f'Table "{self.caption}": every column needs a heading.')
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise DocumentError(
                    f'Table "{self.caption}": row {number} has {len(row)} cells, '
                    f"but there are {len(self.columns)} columns."
                )

    def about(self, headline: str) -> Table:
        """Return the table with the headline it is about before its caption, if there is one."""
        return replace(self, caption=f"{headline}: {self.caption}") if headline else self

    def markup(self, *, label: str = "") -> Markup:
        """HTML of the table; ``label`` (such as "Table 3") goes before the caption."""
        caption = f"{label}. {self.caption}" if label else self.caption
        parts = [
            Markup('<table class="{}">').format("many" if len(self.rows) > MANY_ROWS else "few"),
            Markup("<caption>{}</caption>").format(caption),
            Markup("<thead><tr>{}</tr></thead>").format(Markup("").join(map(_head, self.columns))),
            Markup("<tbody>{}</tbody>").format(Markup("").join(map(self._row, self.rows))),
            Markup("</table>"),
        ]
        return Markup("\n").join(parts)

    def _row(self, cells: tuple[str, ...]) -> Markup:
        first = Markup('<th scope="row" class="{}">{}</th>').format(self.columns[0].align, cells[0])
        rest = [
            Markup('<td class="{}">{}</td>').format(_cell_class(column, cell), cell)
            for column, cell in zip(self.columns[1:], cells[1:], strict=True)
        ]
        return Markup("<tr>{}</tr>\n").format(Markup("").join([first, *rest]))

    def _repr_html_(self) -> str:
        lines = [Markup("<p>{}</p>").format(line) for line in (self.note, self.source) if line]
        return str(Markup("").join([self.markup(), *lines]))


def _cell_class(column: Column, cell: str) -> str:
    return f"{column.align} quarter" if _QUARTER.fullmatch(cell) else column.align


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawing with the words for those who cannot see it.

    Parameters
    ----------
    svg : str
        One SVG element of shapes and words; anything that acts or fetches is refused.
    alt : str
        The finding and its numbers.
    title : str
        The finding, as shown above the drawing.
    width : int
        Natural width in CSS pixels.
    place : {"section", "appendix"}
        Where a report puts it: beside the words, or behind all sections.
    source : str
        What it shows and rests on, where that is not what its section rests on.
    narrow_svg : str
        The same chart drawn for a telephone, where it was; checked as ``svg`` is.

    Raises
    ------
    DocumentError
        If the title or the alternative text is empty, or a drawing is not safe in a page.
    """

    svg: str
    alt: str
    title: str
    width: int
    place: Place = "section"
    source: str = ""
    narrow_svg: str = ""

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise DocumentError("A picture needs a title that says what was found.")
        if not self.alt.strip():
            raise DocumentError(
                f'Picture "{self.title}" needs alternative text: the finding and its numbers.'
            )
        svg.check(self.svg)
        if self.narrow_svg:
            svg.check(self.narrow_svg)

    def about(self, headline: str) -> Picture:
        """Return the picture with the headline it is about before its words, if there is one."""
        if not headline:
            return self
        return replace(self, title=f"{headline}: {self.title}", alt=f"{headline}: {self.alt}")

    @property
    def fixed_svg(self) -> str:
        """The drawing in its light colours, for readers that know no CSS variables."""
        return svg.with_fixed_colours(self.svg)

    @property
    def fixed_narrow_svg(self) -> str:
        """The narrow drawing in its light colours; empty where there is none."""
        return svg.with_fixed_colours(self.narrow_svg)

    def _repr_html_(self) -> str:
        # An image, not a drawing: JupyterLab takes drawings out of notebooks it does not trust.
        drawn = base64.b64encode(self.fixed_svg.encode("utf-8")).decode("ascii")
        page = f"background: {PAGE.light}; color: {TEXT.light}; margin: 0; padding: 12px"
        return str(
            Markup(
                '<figure style="{}; max-width: {}px"><figcaption style="font-weight: 600">{}'
                '</figcaption><img alt="{}" src="data:image/svg+xml;base64,{}"></figure>'
            ).format(page, self.width, self.title, self.alt, drawn)
        )


def in_section(table: Table) -> Table:
    """Return the table, to stand beside the words of its section."""
    return replace(table, place="section")


def in_appendix(picture: Picture) -> Picture:
    """Return the picture, to stand behind all sections."""
    return replace(picture, place="appendix")


def _head(column: Column) -> Markup:
    unit = Markup(' <span class="unit">{}</span>').format(column.unit) if column.unit else ""
    return Markup('<th scope="col" class="{}">{}{}</th>').format(column.align, column.heading, unit)


Figure = tuple[str, Estimate, Callable[[float], str]]
COLUMNS = (
    Column(heading="Measure", align="left"),
    Column(heading="Estimate"),
    Column(heading="95% interval"),
    Column(heading="n"),
    Column(heading="Auditors"),
    Column(heading="Method, or why not", align="left"),
)


def estimates_table(caption: str, figures: list[Figure], *, note: str = "", source: str) -> Table:
    """Lay out estimates, one a row, each written as it is written in the words."""
    return Table(
        caption=caption,
        columns=COLUMNS,
        rows=tuple(_row(*figure) for figure in figures),
        note=note,
        source=source,
    )


def difference_figures(
    first: tuple[str, Estimate], second: tuple[str, Estimate], difference: tuple[str, Estimate]
) -> list[Figure]:
    """Two shares, and the first less the second, with decimals that let them add up."""
    decimals = 0
    if difference[1].is_estimable:
        decimals = decimals_adding_up(100 * second[1].value, 100 * first[1].value)
    return [
        (*first, percent_to(decimals)),
        (*second, percent_to(decimals)),
        (*difference, points_to(decimals)),
    ]


def number_row(label: str, text: str, method: str) -> tuple[str, ...]:
    """Row for a plain number that has no interval."""
    return (label, text, "", "", "", method)


def _row(label: str, estimate: Estimate, write: Callable[[float], str]) -> tuple[str, ...]:
    if not estimate.is_estimable:
        return (label, TOO_FEW, "", f"{estimate.cases:,}", "", estimate.why_not)
    return (
        label,
        value(estimate, write),
        interval(estimate, write) if estimate.has_interval else "",
        f"{estimate.cases:,}",
        f"{estimate.auditors:,}" if estimate.auditors else "",
        estimate.method,
    )


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a result says.

    Parameters
    ----------
    claim : str
        The finding as a heading.
    paragraphs : tuple of str
        Plain sentences, generated from the result.
    limits : str
        What the finding does not show.
    source : str
        Records used, left out and why.
    """

    claim: str
    paragraphs: tuple[str, ...]
    limits: str
    source: str

    def about(self, headline: str) -> Statement:
        """Return the statement with the headline it is about before its claim, if there is one.

        Examples
        --------
        >>> said = Statement(claim="Auditors agree well", paragraphs=(), limits="", source="")
        >>> said.about("Help and protection").claim
        'Help and protection: Auditors agree well'
        """
        return replace(self, claim=f"{headline}: {self.claim}") if headline else self

    def _repr_html_(self) -> str:
        parts = [f"<h2>{html.escape(self.claim)}</h2>"]
        parts += [f"<p>{html.escape(paragraph)}</p>" for paragraph in self.paragraphs]
        parts.append(f"<p><strong>What this does not show.</strong> {html.escape(self.limits)}</p>")
        parts.append(f"<p><small>{html.escape(self.source)}</small></p>")
        return "".join(parts)


@dataclass(frozen=True, kw_only=True)
class Card:
    """One of the questions of the first page with its verdict.

    Parameters
    ----------
    question, verdict : str
        The question, and one to four words that answer it.
    words : str
        One sentence with number of cases and interval.
    section : str
        Id of the section that says more.
    picture : Picture or None
        A small chart; none where there is nothing to draw.

    Raises
    ------
    DocumentError
        If the question or its verdict is empty.
    """

    question: str
    verdict: str
    words: str
    section: str
    picture: Picture | None = None

    def __post_init__(self) -> None:
        if not self.question.strip() or not self.verdict.strip():
            raise DocumentError("A card needs its question and its verdict.")


def listed(words: Sequence[str]) -> str:
    """Join words as in a sentence.

    Examples
    --------
    >>> listed(["training", "co-location", "a smaller pool"])
    'training, co-location and a smaller pool'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def few_listed(names: Sequence[str], *, most: int = 3) -> str:
    """Join names where there is room for a few only: of more, the first ones and how many others.

    Examples
    --------
    >>> few_listed(["A", "B", "C"]), few_listed(["A", "B", "C", "D", "E"])
    ('A, B and C', 'A, B and 3 others')
    """
    if len(names) <= most:
        return listed(names)
    return listed([*names[: most - 1], f"{len(names) - most + 1} others"])


LONGEST_SENTENCE = 30
"""Words that a sentence of a report may have at most."""


def because(said: str, reason: str) -> str:
    """Say something and why, in two sentences where one would be too long to read.

    Parameters
    ----------
    said, reason : str
        Without full stops.

    Examples
    --------
    >>> because("Nothing can be told", "no audit was moderated")
    'Nothing can be told, because no audit was moderated.'
    >>> because("Nothing can be told", " ".join(["very"] * 25 + ["few"]))[:47]
    'Nothing can be told. This is because very very '
    """
    one = f"{said}, because {reason}."
    if len(one.split()) <= LONGEST_SENTENCE:
        return one
    return f"{said}. This is because {reason}."


def as_sentence(reason: str) -> str:
    """Write a reason as a sentence of its own.

    Examples
    --------
    >>> as_sentence("no audit was moderated")
    'No audit was moderated.'
    """
    return f"{reason[:1].upper()}{reason[1:]}."
