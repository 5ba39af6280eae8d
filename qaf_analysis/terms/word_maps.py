"""Approved maps of words that changed on a date: types of case and teams that were merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

from qaf_analysis.terms.missing_words import plain_spelling

if TYPE_CHECKING:
    from qaf_analysis.terms.settings_table import SettingsTable

MappedColumn: TypeAlias = Literal["case_type", "team"]
MAP_TABLES: Mapping[MappedColumn, str] = {"case_type": "case_type_maps", "team": "team_maps"}
"""Table of ``council.toml`` that holds the maps of each column."""


@dataclass(frozen=True, kw_only=True)
class WordMap:
    """What words of a column are called from a day on, as somebody approved it.

    Nothing is renamed when exports are read; analyses of the mix ask for the words merged.

    Parameters
    ----------
    starts : date
        First day of the new words; rows before it are mapped.
    version : str
        Version of the map, quoted wherever merged words are used.
    approved_by : str
        Role that approved it (no person's name).
    words : mapping of str to str
        New word for each old one.

    Examples
    --------
    >>> merging = WordMap(starts=date(2025, 4, 1), version="1", approved_by="Head of service",
    ...                   words={"Early help": "Family Help", "Child in need": "Family Help"})
    >>> merging.merged("early  help"), merging.merged("Child protection")
    ('Family Help', 'Child protection')
    """

    starts: date
    version: str
    approved_by: str
    words: Mapping[str, str]

    def merged(self, word: str) -> str:
        """Return the new word for an old one; any other word as it is."""
        known = {plain_spelling(old): new for old, new in self.words.items()}
        return known.get(plain_spelling(word), word)


def merged_word(maps: Sequence[WordMap], word: str, day: date) -> str:
    """What a word of a day is called after every map that began later, of maps in order."""
    for one in maps:
        if day < one.starts:
            word = one.merged(word)
    return word


def word_maps_from(reader: SettingsTable, column: MappedColumn) -> tuple[WordMap, ...]:
    """Build the maps of one column, in the order of their days.

    Raises
    ------
    SettingsError
        If a map names no words, one word twice, or a new word that is old too.
    """
    maps = []
    for table in reader.tables(MAP_TABLES[column]):
        starts = table.bound("from")
        if starts is None:
            raise table.fail(
                '"from" is missing; write the first day of the new words, such as '
                "from = 2025-04-01."
            )
        one = WordMap(
            starts=starts,
            version=table.text("version"),
            approved_by=table.text("approved_by"),
            words=table.words("words"),
        )
        table.refuse_unknown()
        _refuse_contradictions(table, one)
        maps.append(one)
    ordered = tuple(sorted(maps, key=lambda one: one.starts))
    for before, after in pairwise(ordered):
        again = {plain_spelling(w) for w in before.words} & {plain_spelling(w) for w in after.words}
        if again and before.starts == after.starts:
            raise reader.fail(
                f"[[{MAP_TABLES[column]}]] has two maps from {after.starts} for one word; keep one."
            )
    return ordered


def _refuse_contradictions(table: SettingsTable, one: WordMap) -> None:
    if not one.words:
        raise table.fail('"words" is missing; write [….words] with "old word" = "new word".')
    old = [plain_spelling(word) for word in one.words]
    table.refuse_twice("words", old)
    for word, new in one.words.items():
        if not word.strip() or not new.strip():
            raise table.fail(f'"words" leaves what "{word}" is called empty; fill it in.')
        if plain_spelling(new) in old and plain_spelling(new) != plain_spelling(word):
            raise table.fail(
                f'"words" maps "{word}" to "{new}", and "{new}" to another word; write the last '
                "word in both lines (a chain or a circle is not followed)."
            )
