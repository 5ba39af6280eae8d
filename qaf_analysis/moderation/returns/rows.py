"""Rows of a returned sheet by their keys: what stands beside each key, and what does not fit.

Columns are found by their headings. Labels beside a key must be those of its row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from qaf_analysis.moderation.codes import split_row_key
from qaf_analysis.moderation.packs.pack import Pack, PackRow
from qaf_analysis.moderation.returns.sheets import Sheet
from qaf_analysis.moderation.returns.words import grade_word, letters_of, plain

HEADINGS = ("row key", "case", "file", "part", "grade", "reason", "sure", "comment")
_AGAIN = "Fill the part in again in a fresh copy of the pack."
Key = tuple[str, str]
Index = Mapping[Key | None, tuple[Pack, PackRow]]


@dataclass(frozen=True, kw_only=True)
class ReturnProblem:
    """Something in a returned file that was set aside, or is to be looked at.

    Parameters
    ----------
    code : str
        Kind of the problem.
    file, sheet : str
    row : int
        Row of the sheet; 0 where it is about the whole file.
    column : str
        Heading of the column; empty where it is about the row.
    found, expected, mend : str
        What stands there (never a comment), what should, and how to mend it.
    """

    code: str
    file: str
    sheet: str
    row: int
    column: str
    found: str
    expected: str
    mend: str

    @property
    def sentence(self) -> str:
        """The problem as one line."""
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        row = f", row {self.row}" if self.row else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{sheet}{row}{column}: {self.found}; {self.expected}. {self.mend}"


@dataclass(frozen=True, kw_only=True)
class KeyedRow:
    """One row whose key is known, with the texts that stand beside it.

    ``texts`` has them by heading; where the grade is a formula without a value it is ``UNSTORED``.
    """

    pack: Pack
    row: PackRow
    sheet: Sheet
    number: int
    texts: Mapping[str, str]

    @property
    def place(self) -> str:
        """File, sheet and row."""
        sheet = f", sheet {self.sheet.sheet}" if self.sheet.sheet else ""
        return f"{self.sheet.file}{sheet}, row {self.number}"

    @cached_property
    def grade(self) -> str:
        """The grade as the pack writes it; empty where none stands there."""
        return grade_word(self.texts.get("grade", ""), self.pack)


UNSTORED = "=?"
"""What stands for a formula without a stored value; no grade and no reason is written so."""


@dataclass(frozen=True, kw_only=True)
class _Headings:
    """A row of headings: its number, 0 where there is none, and the places of each."""

    row: int
    places: Mapping[str, tuple[int, ...]]


class SheetRows:
    """Rows of one sheet whose key is known; what is wrong with the others.

    Parameters
    ----------
    sheet : Sheet
    index : mapping
        Pack and row by the two halves of a key.
    cases : set of str
        Codes of the packs' cases, to tell a slip from a key of elsewhere.
    """

    def __init__(self, sheet: Sheet, *, index: Index, cases: set[str]) -> None:
        self.sheet = sheet
        self.rows: list[KeyedRow] = []
        self.problems: list[ReturnProblem] = []
        self._index = index
        self._cases = cases
        self._keys = [_keys_of(row) for row in sheet.rows]
        self._headings = [*self._found_headings()]
        is_pack = any("row key" in each.places for each in self._headings)
        if not any(self._keys) and not is_pack:
            return
        self._by_words = self._place_by_words()
        if any(self._keys) and not all("grade" in each.places for each in self._all_headings()):
            self._say_no_heading()
        for number, keys in enumerate(self._keys, start=1):
            if keys:
                self._keyed(number, keys)
            else:
                self._unkeyed(number)

    def problem(
        self, code: str, number: int, column: str, *, found: str, expected: str, mend: str
    ) -> None:
        """Note what was set aside."""
        self.problems.append(
            problem_in(self.sheet, code, number, column, found=found, expected=expected, mend=mend)
        )

    def _found_headings(self) -> Iterator[_Headings]:
        for number, (row, keys) in enumerate(zip(self.sheet.rows, self._keys, strict=True), 1):
            places: dict[str, tuple[int, ...]] = {}
            for at, cell in enumerate(() if keys else row):
                if (name := plain(cell)) in HEADINGS:
                    places[name] = (*places.get(name, ()), at)
            if len(places) >= (2 if "grade" in places else 3):
                yield _Headings(row=number, places=places)

    def _all_headings(self) -> Sequence[_Headings]:
        return self._headings or (_Headings(row=0, places={}),)

    def _headings_of(self, number: int) -> _Headings:
        """Headings of a row: the last above it, or the first where a sort has moved them below."""
        above = [each for each in self._all_headings() if each.row < number]
        return above[-1] if above else self._all_headings()[0]

    def _place_by_words(self) -> int | None:
        """Where grades stand without a heading: next to the parts, as the pack has it.

        None unless every row has its part there and no other column has as many grade words: a
        comment may be the word Good.
        """
        known = [
            (*known, cells)
            for cells, keys in zip(self.sheet.rows, self._keys, strict=True)
            if len(keys) == 1 and (known := self._index.get(keys[0])) is not None
        ]
        headed = {at for each in self._headings for places in each.places.values() for at in places}
        words = Counter(
            at
            for pack, _, cells in known
            for at, cell in enumerate(cells)
            if at not in headed and grade_word(cell, pack)
        )
        most = [place for place, number in words.items() if number == max(words.values())]
        if len(most) != 1 or most == [0]:
            return None
        (place,) = most
        parts = {part for pack, *_ in known for part in map(plain, pack.domains)}
        beside = [plain(cells[place - 1]) for *_, cells in known if len(cells) >= place]
        return place if len(beside) == len(known) and parts.issuperset(beside) else None

    def _say_no_heading(self) -> None:
        self.problem(
            "no heading",
            0,
            "",
            found="the row of headings is not there, or has no heading Grade",
            expected="the headings of the pack",
            mend="Grades were taken from the column next to the parts; check them."
            if self._by_words is not None
            else "No grade was taken. Put the headings back as the pack has them.",
        )

    def _keyed(self, number: int, keys: Sequence[Key]) -> None:
        if len(keys) > 1:
            self.problem(
                "two keys",
                number,
                "Row key",
                found="two keys stand in one row",
                expected="one key in each row",
                mend=f"The row was set aside. {_AGAIN}",
            )
            return
        known = self._index.get(keys[0])
        if known is None:
            self._unknown(number, keys[0])
            return
        pack, row = known
        texts = self._texts(number, pack)
        if texts is None:
            return
        if wrong := _other_label(texts, pack, row):
            self.problem(
                "another label",
                number,
                wrong.capitalize(),
                found="the label beside the key is that of another row",
                expected="the label that the pack has",
                mend=f"The row was set aside. {_AGAIN}",
            )
            return
        self.rows.append(KeyedRow(pack=pack, row=row, sheet=self.sheet, number=number, texts=texts))

    def _texts(self, number: int, pack: Pack) -> dict[str, str] | None:
        """Texts by heading; None where two columns of one heading say different things."""
        cells = self.sheet.rows[number - 1]
        columns = dict(self._headings_of(number).places)
        if "grade" not in columns and self._by_words is not None:
            columns["grade"] = (self._by_words,)
            columns.setdefault("part", (self._by_words - 1,))
        texts = {}
        for name, places in columns.items():
            there = [self._cell(number, cells, at) for at in places]
            said = {plain(text): text for text in there if text}
            if len(said) > 1:
                self.problem(
                    "two columns",
                    number,
                    name.capitalize(),
                    found="two columns have this heading, and different texts",
                    expected="one column of each heading",
                    mend=f"The row was set aside. {_AGAIN}",
                )
                return None
            texts[name] = next(iter(said.values()), "")
        if "case" not in columns:
            texts["case"] = _case_label(cells, pack)
        return texts

    def _cell(self, number: int, cells: Sequence[str], at: int) -> str:
        if (number, at) in self.sheet.unstored:
            return UNSTORED
        return cells[at].strip() if at < len(cells) else ""

    def _unknown(self, number: int, key: Key) -> None:
        self.problem(
            "unknown key",
            number,
            "Row key",
            found="the key was mistyped, or is of another version of the pack"
            if key[0] in self._cases
            else "the key is none of this round’s packs, or was mistyped",
            expected="a key as it stands in the pack",
            mend=f"The row was set aside. {_AGAIN}",
        )

    def _unkeyed(self, number: int) -> None:
        headings = self._headings_of(number)
        if any(number == each.row for each in self._headings):
            return
        cells = self.sheet.rows[number - 1]
        places = headings.places.get("grade", () if self._by_words is None else (self._by_words,))
        texts = [text for at in places if (text := self._cell(number, cells, at))]
        if number < headings.row:  # a title perhaps, unless it is a grade that a sort moved there
            packs = {pack.pack: pack for pack, _ in self._index.values()}.values()
            texts = [text for text in texts if any(grade_word(text, pack) for pack in packs)]
        if texts:
            self.problem(
                "no key",
                number,
                "Row key",
                found="something stands in the column of grades, and no key that can be read",
                expected="the key of its row",
                mend=f"The row was set aside. {_AGAIN}",
            )


def problem_in(
    sheet: Sheet, code: str, row: int, column: str, *, found: str, expected: str, mend: str
) -> ReturnProblem:
    """A problem in a sheet."""
    return ReturnProblem(
        code=code,
        file=sheet.file,
        sheet=sheet.sheet,
        row=row,
        column=column,
        found=found,
        expected=expected,
        mend=mend,
    )


def _keys_of(row: Sequence[str]) -> tuple[Key, ...]:
    """The different keys in a row."""
    found = (split_row_key(cell) for cell in row)
    return tuple(dict.fromkeys(key for key in found if key is not None))


def _case_label(cells: Sequence[str], pack: Pack) -> str:
    """The name of a case in a row whose column of cases has no heading; empty where there is none.

    Comments may name another case too; then it is not told which is the label.
    """
    names = {plain(pack.case_name(case.code)) for case in pack.cases}
    found = {plain(cell) for cell in cells} & names
    return found.pop() if len(found) == 1 else ""


def _other_label(texts: Mapping[str, str], pack: Pack, row: PackRow) -> str:
    """The column whose label belongs to another row; empty where none does."""
    wanted = {"part": (row.domain,), "case": (pack.case_name(row.case), row.case)}
    for name, labels in wanted.items():
        there = texts.get(name, "")
        if there and letters_of(there) not in map(letters_of, labels):
            return name
    # A council's own reference may be rewritten by a spreadsheet; only another case's counts.
    files: dict[str, set[str]] = {}
    for case in pack.cases:
        files.setdefault(letters_of(case.file), set()).add(case.code)
    cases = files.get(letters_of(texts.get("file", "")), {row.case})
    return "" if row.case in cases else "file"
