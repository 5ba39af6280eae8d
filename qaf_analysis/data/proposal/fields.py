"""Fields of one or more like tables: their columns, or the questions that their rows answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from qaf_analysis.data.contract.spelling import tidy
from qaf_analysis.data.files.heading_words import (
    heading_weight,
    is_overall,
    is_private,
    needs_upper,
    of_no_grader,
)
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.proposal.content import Profile, cell_kind, profile_of
from qaf_analysis.data.proposal.grade_words import is_between_grades, is_ungraded, likely_level
from qaf_analysis.data.proposal.tables import Table
from qaf_analysis.terms.missing_words import MissingWords

MOST_QUESTIONS = 300
_MOSTLY = 0.6
_FEW = 15


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """One column, or one question, with what it holds.

    Parameters
    ----------
    heading : str
        Whole heading as the reader joins it, or the question.
    upper, lower : str
        What the upper heading rows say over the column, and the lowest one.
    place : int
        Place of the column; for a question, its order.
    profile : Profile
        What its cells hold.
    source : {"column", "question"}
        What it is.
    forms : frozenset of str
        For a question, the forms that answer it.
    key : tuple of str and int
        Folded heading of a column, and how many like it stand before it.
    agreed : bool
        Whether somebody said that its numbers are grades.
    """

    heading: str
    upper: str
    lower: str
    place: int
    profile: Profile
    source: Literal["column", "question"] = "column"
    forms: frozenset[str] = field(default_factory=frozenset)
    key: tuple[str, int] = ("", 0)
    agreed: bool = False

    def weight(self, name: str) -> int:
        """How strongly the heading says one of our columns (see ``heading_weight``).

        A word such as "Name" says nothing alone: with the merged heading above it, it does.
        """
        own = heading_weight(self.lower, name)
        if not self.upper or not needs_upper(self.lower):
            return own
        if own and of_no_grader(self.upper):
            return 0
        return max(own, heading_weight(f"{self.upper} {self.lower}", name))

    @property
    def is_private(self) -> bool:
        """Whether the column identifies a child or family, by its own heading or the one above."""
        joint = self.upper and needs_upper(self.lower) and is_private(f"{self.upper} {self.lower}")
        return bool(joint) or is_private(self.lower)

    @cached_property
    def is_graded(self) -> bool:
        """Whether its cells are grades, slips and words for "no grade" among them."""
        profile = self.profile
        if not profile.filled or profile.are_flags:
            return False
        if profile.are_grades:
            return True
        alike = sum(
            number
            for text, number in profile.words.items()
            if cell_kind(text) == "grade"
            or likely_level(text)
            or is_ungraded(text)
            or is_between_grades(text)
        )
        levels = profile.share("grade") > 0.2
        if levels and alike >= _MOSTLY * profile.filled:
            return True
        # A column of a few words, some of them grades: the others are words to ask about.
        few = profile.distinct <= _FEW and profile.repeats >= 1.5 and not profile.are_long
        graded = sum(n for t, n in profile.words.items() if len(t) > 2 and cell_kind(t) == "grade")
        named = is_overall(self.lower) or self.weight("grade") >= 3
        return few and graded >= (0.05 if named else 0.2) * profile.filled

    @cached_property
    def is_numbered(self) -> bool:
        """Whether its cells are small numbers, and its heading or somebody says: of grades."""
        if self.agreed:
            return True
        graded = is_overall(self.lower) or self.weight("grade") >= 3
        return graded and self.profile.are_small_numbers


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """Like tables, to be read by one block of settings.

    Parameters
    ----------
    tables : tuple of Table
        At least one; all have the same headings.
    numbered : frozenset of str
        Folded headings and questions whose numbers somebody says are grades.
    """

    tables: tuple[Table, ...]
    numbered: frozenset[str] = frozenset()

    @property
    def first(self) -> Table:
        """The first of the tables."""
        return self.tables[0]

    @property
    def place(self) -> str:
        """Where the first table stands, and how many are like it."""
        more = len(self.tables) - 1
        return self.first.grid.place + (f" (and {more} like it)" if more else "")

    @property
    def names(self) -> str:
        """Names of files and sheets in one text, for words such as "moderation"."""
        return " ".join(f"{t.grid.file} {t.grid.sheet or ''}" for t in self.tables)

    @property
    def records(self) -> int:
        """Rows that hold a record."""
        return sum(len(table.records) + table.grid.more for table in self.tables)

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        """Every column of the tables with its cells together, found by its heading."""
        found: dict[tuple[str, int], Field] = {}
        for table in self.tables:
            for key, place in table.places.items():
                if key not in found:
                    found[key] = self._column(table, place=place, key=key)
        return tuple(found.values())

    def _column(self, table: Table, *, place: int, key: tuple[str, int]) -> Field:
        heading, (alike, before) = table.headings[place], key
        if (alike, 1) in table.places:
            heading = f"{heading} ({before + 1})"  # as the reader tells like headings apart
        return Field(
            heading=heading,
            upper=table.uppers[place],
            lower=table.lowers[place],
            place=place,
            profile=profile_of(cell for each in self.tables for cell in each.cells(key)),
            key=key,
            agreed=folded(heading) in self.numbered,
        )

    def texts(self, wanted: Field) -> list[str]:
        """Tidy texts of a column, one for each record; words for a missing value are blank."""
        return ["" if is_missing(text) else text for text in self.as_written(wanted)]

    def as_written(self, wanted: Field) -> list[str]:
        """Tidy texts of a column, one for each record of all tables."""
        return [tidy(text) for table in self.tables for text, _ in table.cells(wanted.key)]

    def kinds(self, wanted: Field) -> list[str]:
        """Kinds of the cells of a column, one for each record."""
        return [kind for table in self.tables for _, kind in table.cells(wanted.key)]

    def questions(
        self, question: Field, answer: Field, form: Sequence[Field] = ()
    ) -> tuple[Field, ...]:
        """Every question with its answers, in the order in which they first appear.

        Parameters
        ----------
        form : sequence of Field
            Columns that together tell one form from another.
        """
        texts, answers = self.texts(question), self.as_written(answer)
        kinds = self.kinds(answer)
        parts = [self.texts(f) for f in form]
        forms = [" · ".join(part) for part in zip(*parts, strict=True)] or [""] * len(texts)
        cells: dict[str, list[tuple[str, str]]] = {}
        asked: dict[str, set[str]] = {}
        for text, reply, kind, whose in zip(texts, answers, kinds, forms, strict=True):
            if text:
                cells.setdefault(text, []).append((reply, kind))
                if reply:
                    asked.setdefault(text, set()).add(whose)
        return tuple(
            Field(
                heading=text,
                upper="",
                lower=text,
                place=order,
                profile=profile_of(replies),
                source="question",
                forms=frozenset(asked.get(text, ())),
                agreed=folded(text) in self.numbered,
            )
            for order, (text, replies) in enumerate(list(cells.items())[:MOST_QUESTIONS])
        )


@lru_cache(maxsize=65_536)
def is_missing(text: str) -> bool:
    """Whether a text is blank, or a word that every council is taken to mean so."""
    return not text or MissingWords().means_missing(text)


def joined(sources: Sequence[Source]) -> Source:
    """One source of the tables of several that read alike."""
    return Source(
        tables=tuple(table for source in sources for table in source.tables),
        numbered=frozenset().union(*(source.numbered for source in sources)),
    )


def like_tables(tables: Sequence[Table]) -> list[Source]:
    """Put tables of the same layout together, in the order in which they were found."""
    alike: dict[tuple[object, ...], list[Table]] = {}
    for table in tables:
        alike.setdefault(table.layout, []).append(table)
    return [Source(tables=tuple(group)) for group in alike.values()]


def best_field(
    fields: Sequence[Field], name: str, fits: Callable[[Field], bool], *, least: int = 2
) -> Field | None:
    """The field whose heading says most strongly that it is that column, if it fits."""
    weighed = [(f.weight(name), f) for f in fields]
    good = [(weight, f) for weight, f in weighed if weight >= least and fits(f)]
    return max(good, key=lambda pair: pair[0])[1] if good else None


def quoted_headings(fields: Sequence[Field]) -> str:
    """Headings of the first fields in quotation marks, and how many more there are."""
    shown = ", ".join(f'"{f.heading}"' for f in fields[:6])
    return f"{shown} and {len(fields) - 6} more" if len(fields) > 6 else shown
