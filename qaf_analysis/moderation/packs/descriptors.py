"""What each grade means, as a council writes it: ``descriptors.csv`` beside its exports.

One row a grade and part, with the columns ``domain``, ``level`` and ``text``. An empty domain
holds for every part that has no row of its own. Nothing is made up: without the file there are no
descriptors, on Ofsted's own scale either, and the pack says so.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.spelling import spelling_key, tidy
from qaf_analysis.data.files.own_file import own_file
from qaf_analysis.data.files.settings_names import DESCRIPTORS_FILE, settings_path
from qaf_analysis.data.files.text_encoding import as_utf8, encoding_of
from qaf_analysis.kit.numbers import counted
from qaf_analysis.terms.errors import SettingsError

COLUMNS = ("domain", "level", "text")
LONGEST_TEXT = 2_000
_MOST_BYTES = 1_000_000
_MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One row of the file, with the number that a spreadsheet shows beside it."""

    number: int
    domain: str
    level: str
    text: str


def read_descriptors(
    folder: Path, *, levels: Sequence[str], domains: Sequence[str]
) -> Mapping[str, tuple[str, ...]]:
    """Read what each grade means in each part.

    Parameters
    ----------
    folder : Path
        The folder of the exports.
    levels : sequence of str
        The scale, worst first.
    domains : sequence of str
        The parts that are graded.

    Returns
    -------
    mapping of str to tuple of str
        A text a level, worst first, by domain. Empty where there is no file; a part of which the
        file says nothing is left out.

    Raises
    ------
    SettingsError
        If the file is not as it should be; rows and columns are named, texts are not.
    """
    path = settings_path(folder, name=DESCRIPTORS_FILE)
    if path is None:
        return {}
    rows = tuple(_rows(_text(folder, path.name)))
    faults = list(_faults(rows, levels=levels, domains=domains))
    if faults:
        more = f" And {len(faults) - _MOST_NAMED} more." if len(faults) > _MOST_NAMED else ""
        raise SettingsError(f"{DESCRIPTORS_FILE}: {' '.join(faults[:_MOST_NAMED])}{more}")
    texts = {(spelling_key(row.domain), spelling_key(row.level)): row.text for row in rows}
    return {
        domain: tuple(_of(texts, domain, level) for level in levels)
        for domain in domains
        if any(_of(texts, domain, level) for level in levels)
    }


def descriptors_sentence(found: Mapping[str, tuple[str, ...]], *, domains: Sequence[str]) -> str:
    """What packs have of descriptors, for who makes them.

    Examples
    --------
    >>> descriptors_sentence({}, domains=("Overall", "Plan"))[:42]
    'Packs have no descriptors: there is no des'
    >>> descriptors_sentence({"Plan": ("a", "b")}, domains=("Overall", "Plan"))
    'Packs have descriptors of 1 of 2 parts; without: Overall.'
    """
    if not found:
        return (
            f"Packs have no descriptors: there is no {DESCRIPTORS_FILE} beside the exports. "
            "Moderators are told to grade by those that the council uses."
        )
    without = [domain for domain in domains if domain not in found]
    if not without:
        return f"Packs have descriptors of every part, from {DESCRIPTORS_FILE}."
    parts = counted(len(domains), "part")
    return f"Packs have descriptors of {len(found)} of {parts}; without: {', '.join(without)}."


def _text(folder: Path, name: str) -> str:
    data = own_file(folder, name, called="The file", most=_MOST_BYTES)
    encoding = encoding_of(data, problems=Problems(file=DESCRIPTORS_FILE))
    text = as_utf8(data, encoding).decode()
    if "\ufffd" in text:
        row = text[: text.index("\ufffd")].count("\n") + 1
        raise SettingsError(
            f"{DESCRIPTORS_FILE}: line {row} has letters that cannot be read. Save it from Excel "
            "as CSV UTF-8."
        )
    return text


def _rows(text: str) -> Iterator[_Row]:
    start = text.partition("\n")[0]
    separator = max(",;\t", key=start.count)
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        lines = list(records)
    except csv.Error:
        raise SettingsError(
            f"{DESCRIPTORS_FILE}: line {records.line_num} cannot be cut into cells. Save it from "
            "Excel as CSV UTF-8."
        ) from None
    headings = [spelling_key(cell) for cell in lines[0]] if lines else []
    missing = [name for name in COLUMNS if headings.count(name) != 1]
    if missing:
        raise SettingsError(
            f"{DESCRIPTORS_FILE}: row 1 must name the columns {', '.join(COLUMNS)}, each once; "
            f"wrong: {', '.join(missing)}."
        )
    places = [headings.index(name) for name in COLUMNS]
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(headings) :]):
            raise SettingsError(
                f"{DESCRIPTORS_FILE}: row {number} has more cells than row 1. Put a text that "
                f"holds {separator!r} between quotation marks."
            )
        padded = [*cells, *[""] * len(headings)]
        domain, level, words = (padded[place] for place in places)
        yield _Row(number=number, domain=tidy(domain), level=tidy(level), text=words.strip())


def _faults(
    rows: Sequence[_Row], *, levels: Sequence[str], domains: Sequence[str]
) -> Iterator[str]:
    known_levels = {spelling_key(level) for level in levels}
    known_domains = {"", *map(spelling_key, domains)}
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        at = f"Row {row.number}"
        if spelling_key(row.domain) not in known_domains:
            yield (
                f"{at}, column domain: no part of the audit tool. Parts: {', '.join(domains)}; "
                "leave it empty for all."
            )
        if spelling_key(row.level) not in known_levels:
            yield f"{at}, column level: no grade of the scale. Grades: {', '.join(levels)}."
        if not row.text:
            yield f"{at}, column text: empty. Write what the grade means, or take the row out."
        if len(row.text) > LONGEST_TEXT:
            yield f"{at}, column text: longer than {LONGEST_TEXT:,} letters. Shorten it."
        same = first.setdefault((spelling_key(row.domain), spelling_key(row.level)), row.number)
        if same != row.number:
            yield f"{at}, columns domain and level: as in row {same}. Keep one of them."
    yield from _gaps(set(first), levels=levels, domains=domains)


def _gaps(
    given: set[tuple[str, str]], *, levels: Sequence[str], domains: Sequence[str]
) -> Iterator[str]:
    """Grades without a text in a part that has others: a moderator would read half a scale."""
    for domain in domains:
        own = {level for level in levels if (spelling_key(domain), spelling_key(level)) in given}
        shared = {level for level in levels if ("", spelling_key(level)) in given}
        lacking = [level for level in levels if level not in own | shared]
        if own | shared and lacking:
            yield f"{domain}: no row for {', '.join(lacking)} (column level). Add it."


def _of(texts: Mapping[tuple[str, str], str], domain: str, level: str) -> str:
    own = texts.get((spelling_key(domain), spelling_key(level)), "")
    return own or texts.get(("", spelling_key(level)), "")
