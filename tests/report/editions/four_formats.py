"""The numbers of each table, and all words, of a report as each of its formats holds them.

Nothing here is the writers' own: a PDF is read by its structure, a Word file, a workbook and a page
by libraries that know nothing of reports.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator

import docx
import openpyxl
from lxml import html

from qaf_analysis.kit.parts import Table
from qaf_analysis.report.document import Document
from tests.report.writers import pdf_read_back, pdf_words, read_word
from tests.report.writers.read_word import W

NUMBER = re.compile(r"[+−-]?\d+(?:,\d{3})*(?:\.\d+)?%?")
Numbers = dict[str, Counter[str]]
"""Numbers by the name of their table, such as "Table 3"."""


def numbers(texts: Iterable[str]) -> Counter[str]:
    """Every number in some texts as it is printed, and how often.

    Examples
    --------
    >>> sorted(numbers(["+0.18 (−0.02 to 1,575)", "62%"]))
    ['+0.18', '1,575', '62%', '−0.02']
    """
    return Counter(found for text in texts for found in NUMBER.findall(text))


def of_the_model(document: Document) -> Numbers:
    highlights, body = document.placed()
    return {
        each.number: numbers(_texts(each.block))
        for each in (*highlights, *body)
        if isinstance(each.block, Table)
    }


def _texts(table: Table) -> Iterator[str]:
    for column in table.columns:
        yield from (column.heading, column.unit)
    for row in table.rows:
        yield from map(str, row)


def of_word(data: bytes) -> Numbers:
    file = docx.Document(io.BytesIO(data))
    told = (read_word.text(each._p) for each in file.paragraphs)  # with the counts of fields
    captions = [text for text in told if re.match(r"Table \d+\. ", text)]
    assert len(captions) == len(file.tables)
    return {
        _name(caption): numbers(cell.text for row in table.rows for cell in row.cells)
        for caption, table in zip(captions, file.tables, strict=True)
    }


def of_pdf(data: bytes) -> Numbers:
    """As the others; a table set in several parts counts its cells, not the first column twice."""
    found: Numbers = {}
    with pdf_read_back.opened(data) as pdf:
        for caption, rows in pdf_words.tables(pdf):
            name = _name(caption)
            kept = [cells[1:] if name in found else cells for cells in rows]
            found[name] = found.get(name, Counter()) + numbers(
                cell.replace("\u200b", "") for cells in kept for cell in cells
            )
    return found


def of_html(page: str) -> Numbers:
    found: Numbers = {}
    for table in html.fromstring(page).iter("table"):
        caption = table.find("caption")
        if caption is not None and re.match(r"Table \d+\. ", caption.text_content()):
            cells = (" ".join(cell.itertext()) for cell in table.iter("th", "td"))
            found[_name(caption.text_content())] = numbers(cells)
    return found


def of_workbook(data: bytes) -> Numbers:
    """As the others, numbers as their format shows them; percentages are without their sign."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    found: Numbers = {}
    for sheet in book.worksheets:
        for range_of_table in (table.ref for table in sheet.tables.values()):
            cells = [cell for row in sheet[range_of_table] for cell in row]
            found[sheet.title] = numbers(map(shown, cells))
    return found


def shown(cell: openpyxl.cell.Cell) -> str:
    """What a cell shows, by the few formats that a report's numbers need."""
    if cell.value is None:
        return ""
    if isinstance(cell.value, str):
        return cell.value
    positive, *others = cell.number_format.split(";")
    shape = positive if cell.value >= 0 or not others else others[0]
    if cell.value == 0 and len(others) > 1:
        shape = others[1]
    decimals = len(shape.partition(".")[2])
    digits = f"{abs(cell.value):{',' if '#,##0' in shape else ''}.{decimals}f}"
    assert re.fullmatch(r'(\+|"−")?(#,##)?0(\.0+)?', shape), cell.number_format
    assert cell.value >= 0 or "−" in shape
    return f"{re.sub(r'[^+−]', '', shape)}{digits}"


def without_signs(found: Numbers) -> Numbers:
    """Numbers without their percent signs, which a sheet has in the heading of the column."""
    return {
        name: sum((Counter({number.rstrip("%"): many}) for number, many in each.items()), Counter())
        for name, each in found.items()
    }


def words_of_word(data: bytes) -> str:
    parts = read_word.body(data).iterchildren(f"{W}p")
    marks = (mark for part in parts for mark in (*part.iter(f"{W}t", f"{W}tab"), None))
    return "".join((mark is not None and mark.text) or " " for mark in marks)


def words_of_pdf(data: bytes) -> str:
    with pdf_read_back.opened(data) as pdf:
        return pdf_words.all_words(pdf)


def words_of_html(page: str) -> str:
    tree = html.fromstring(page)
    for unseen in tree.xpath("//style|//script|//svg|//tr"):
        unseen.getparent().remove(unseen)
    return " ".join(tree.itertext())


def close(text: str) -> str:
    """The text without any space: lines end elsewhere in each format."""
    return re.sub(r"[\s\u200b\xa0]+", "", text)


def _name(caption: str) -> str:
    found = re.match(r"Table \d+", caption)
    assert found is not None, caption
    return found[0]
