"""Grades of a returned file, found by the key of their row and by nothing else.

Where a row stands, in which sheet, under which name of a file: none of it matters. What does not
fit is set aside with its place and with how to mend it; no grade is guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qaf_analysis.moderation.codes import split_row_key
from qaf_analysis.moderation.packs.pack import LONGEST_COMMENT, NOT_GRADED, SURE, Pack, PackRow
from qaf_analysis.moderation.returns.sheets import Sheet, sheets_of

HEADINGS = ("row key", "case", "part", "grade", "reason", "sure", "comment")
ASIDE = ("reason", "sure", "comment")


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
class ReturnedCase:
    """What one file says of one case.

    Parameters
    ----------
    pack, case : str
        Codes.
    grades : mapping of str to str or None
        Word of the scale by part; ``NOT_GRADED`` where the moderator could not grade; None where
        nothing stands. Parts whose row is not in the file, or was set aside, are not among them.
    reason, sure, comment : str
    places : mapping of str to str
        Where the grade of each part stands: file, sheet and row.
    """

    pack: str
    case: str
    grades: Mapping[str, str | None]
    reason: str
    sure: str
    comment: str
    places: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class KeyedRow:
    """One row whose key is known, with the texts that stand beside it."""

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


@dataclass(frozen=True, kw_only=True)
class ReturnedFile:
    """What one file holds.

    Parameters
    ----------
    name, sha256 : str
    cases : tuple of ReturnedCase
    problems : tuple of ReturnProblem
        What was set aside.
    rows : tuple of KeyedRow
        Rows as they stand in the file, for looking at their order.
    """

    name: str
    sha256: str
    cases: tuple[ReturnedCase, ...] = ()
    problems: tuple[ReturnProblem, ...] = ()
    rows: tuple[KeyedRow, ...] = field(default=(), repr=False)

    @property
    def packs(self) -> tuple[str, ...]:
        """Packs that it has rows of."""
        return tuple(dict.fromkeys(case.pack for case in self.cases))


def returned_file(name: str, content: bytes, packs: Sequence[Pack]) -> ReturnedFile:
    """Read what a file says of the cases of some packs.

    Raises
    ------
    InputRejectedError
        If the file cannot be read at all.
    """
    sheets = sheets_of(name, content)
    index = {split_row_key(row.key): (pack, row) for pack in packs for row in pack.rows}
    own_cases = {case.code for pack in packs for case in pack.cases}
    found: list[KeyedRow] = []
    problems: list[ReturnProblem] = []
    for sheet in sheets:
        reader = _SheetReader(sheet, index=index, own_cases=own_cases)
        found += reader.rows
        problems += reader.problems
    if not found and not problems:
        problems.append(
            _problem(
                "no grades",
                sheets[0] if sheets else Sheet(file=name, sheet="", rows=()),
                0,
                "",
                found="this file has no row of a pack",
                expected="rows that begin with their key",
                mend="Perhaps another sheet was saved: save the sheet Grades, or the workbook.",
            )
        )
    good, wrong = _without_twice(found)
    problems += wrong
    cases, further = _cases(good)
    problems += further
    problems += _missing(name, found, packs)
    return ReturnedFile(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        cases=cases,
        problems=tuple(problems),
        rows=tuple(found),
    )


_Index = Mapping[tuple[str, str] | None, tuple[Pack, PackRow]]


class _SheetReader:
    """Rows of one sheet whose key is known; what is wrong with the others."""

    def __init__(self, sheet: Sheet, *, index: _Index, own_cases: set[str]) -> None:
        self.sheet = sheet
        self.rows: list[KeyedRow] = []
        self.problems: list[ReturnProblem] = []
        self._index = index
        self._own_cases = own_cases
        keyed = [(n, _key_of(row)) for n, row in enumerate(sheet.rows, start=1)]
        first = next((n for n, key in keyed if key is not None), 0)
        if first == 0:
            return
        self._columns = self._headings(first)
        for number, key in keyed:
            if key is not None:
                self._keyed(number, key)
            elif number > first:
                self._unkeyed(number)

    def _headings(self, first: int) -> dict[str, int]:
        """Columns by their heading: the last row above the first key that has some of them."""
        for row in reversed(self.sheet.rows[: first - 1]):
            places = {_plain(cell): place for place, cell in enumerate(row)}
            columns = {name: places[name] for name in HEADINGS if name in places}
            if "grade" in columns:
                return columns
        self.problems.append(
            _problem(
                "no heading",
                self.sheet,
                first - 1,
                "",
                found="the row of headings is not there, or has no heading Grade",
                expected="the headings of the pack",
                mend="Each grade was taken from the one cell of its row that is a grade; check it.",
            )
        )
        return {}

    def _keyed(self, number: int, key: tuple[str, str]) -> None:
        known = self._index.get(key)
        if known is None:
            self._unknown(number, key)
            return
        pack, row = known
        texts = self._texts(number, pack)
        if wrong := self._mismatch(texts, pack, row):
            self.problems.append(
                _problem(
                    "another label",
                    self.sheet,
                    number,
                    wrong.capitalize(),
                    found="the label beside the key is that of another row",
                    expected="the label that the pack has",
                    mend="The grade was set aside. Fill the part in again in a fresh copy.",
                )
            )
            return
        self.rows.append(KeyedRow(pack=pack, row=row, sheet=self.sheet, number=number, texts=texts))

    def _texts(self, number: int, pack: Pack) -> dict[str, str]:
        cells = self.sheet.rows[number - 1]
        if self._columns:
            return {
                name: cells[place].strip() if place < len(cells) else ""
                for name, place in self._columns.items()
            }
        words = [cell.strip() for cell in cells if _word(cell, pack) is not None]
        return {"grade": words[0] if len(words) == 1 else ""}

    def _mismatch(self, texts: Mapping[str, str], pack: Pack, row: PackRow) -> str:
        """The column whose label belongs to another row; empty where none does."""
        wanted = {"part": row.domain, "case": pack.case_name(row.case)}
        for name, label in wanted.items():
            there = texts.get(name, "")
            if there and _plain(there) not in (_plain(label), _plain(row.case)):
                return name
        return ""

    def _unknown(self, number: int, key: tuple[str, str]) -> None:
        own = key[0] in self._own_cases
        self.problems.append(
            _problem(
                "unknown key",
                self.sheet,
                number,
                "Row key",
                found="the key is none of this round’s packs"
                if not own
                else "the key was mistyped, or is of another version of the pack",
                expected="a key as it stands in the pack",
                mend="The row was set aside. It may belong to another round, or be a copy by hand: "
                "fill it in again in a fresh copy of the pack.",
            )
        )

    def _unkeyed(self, number: int) -> None:
        place = self._columns.get("grade")
        cells = self.sheet.rows[number - 1]
        if place is not None and place < len(cells) and cells[place].strip():
            self.problems.append(
                _problem(
                    "no key",
                    self.sheet,
                    number,
                    "Row key",
                    found="a grade stands there without a key",
                    expected="the key of its row",
                    mend="The grade was set aside. Fill it in again in a fresh copy of the pack.",
                )
            )


def _key_of(row: Sequence[str]) -> tuple[str, str] | None:
    return next((key for cell in row if (key := split_row_key(cell)) is not None), None)


def _plain(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").split()).casefold()


def _word(text: str, pack: Pack) -> str | None:
    """The grade that a cell is, however its letters and its ends are written; None if none."""
    plain = _plain(text).rstrip(".").rstrip()
    words = {_plain(word): word for word in (*pack.levels, NOT_GRADED)}
    return words.get(plain)


def _choice(text: str, choices: Sequence[str]) -> str:
    return {_plain(choice): choice for choice in choices}.get(_plain(text).rstrip("."), "")


def _problem(
    code: str, sheet: Sheet, row: int, column: str, *, found: str, expected: str, mend: str
) -> ReturnProblem:
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


def _without_twice(rows: Sequence[KeyedRow]) -> tuple[list[KeyedRow], list[ReturnProblem]]:
    """Rows of a key that stands once, or always with the same texts; a blank one gives way."""
    by_key: dict[str, list[KeyedRow]] = {}
    for each in rows:
        by_key.setdefault(each.row.key, []).append(each)
    good, wrong = [], []
    for same in by_key.values():
        filled = [each for each in same if each.texts.get("grade")]
        words = {_word(each.texts["grade"], each.pack) or each.texts["grade"] for each in filled}
        if len(words) <= 1:
            good.append((filled or same)[0])
            continue
        places = " and ".join(str(each.number) for each in filled)
        wrong.append(
            _problem(
                "key twice",
                filled[0].sheet,
                filled[0].number,
                "Row key",
                found=f"the key stands in rows {places} with different grades",
                expected="one row for each key",
                mend="None of them was taken. Fill the part in again in a fresh copy of the pack.",
            )
        )
    return good, wrong


def _cases(rows: Sequence[KeyedRow]) -> tuple[tuple[ReturnedCase, ...], list[ReturnProblem]]:
    by_case: dict[tuple[str, str], list[KeyedRow]] = {}
    for each in rows:
        by_case.setdefault((each.pack.pack, each.row.case), []).append(each)
    problems: list[ReturnProblem] = []
    cases = []
    for (pack, case), own in by_case.items():
        order = {domain: n for n, domain in enumerate(own[0].pack.domains)}
        own = sorted(own, key=lambda each: order[each.row.domain])
        grades, places = {}, {}
        for each in own:
            text = each.texts.get("grade", "")
            word = _word(text, each.pack) if text else None
            if text and word is None:
                problems.append(_no_grade(each, text))
                continue
            grades[each.row.domain] = word
            places[each.row.domain] = each.place
        told, further = _aside(own)
        problems += further
        cases.append(
            ReturnedCase(
                pack=pack,
                case=case,
                grades=grades,
                reason=told["reason"],
                sure=told["sure"],
                comment=told["comment"],
                places=places,
            )
        )
    return tuple(cases), problems


def _aside(rows: Sequence[KeyedRow]) -> tuple[dict[str, str], list[ReturnProblem]]:
    """Reason, how sure, and comment of a case: from the row of the overall grade, or the first."""
    told, problems = {}, []
    for name in ASIDE:
        given = next((each for each in rows if each.texts.get(name)), None)
        text = given.texts[name] if given else ""
        if given and name != "comment":
            choices = given.pack.reasons if name == "reason" else SURE
            choice = _choice(text, choices)
            if not choice:
                problems.append(
                    _problem(
                        f"no {name}",
                        given.sheet,
                        given.number,
                        name.capitalize(),
                        found="what stands there is none of the list",
                        expected=f"one of: {'; '.join(choices)}",
                        mend="It was left out; the grades of the case were taken.",
                    )
                )
            text = choice
        told[name] = text[:LONGEST_COMMENT]
    return told, problems


def _no_grade(row: KeyedRow, text: str) -> ReturnProblem:
    # A short word is shown as it stands; a long one is perhaps a comment in the wrong column.
    shown = f"“{text}” is no grade" if len(text) <= 30 else "a text stands there that is no grade"
    return _problem(
        "no grade",
        row.sheet,
        row.number,
        "Grade",
        found=shown,
        expected=f"one of: {'; '.join((*row.pack.levels, NOT_GRADED))}",
        mend="It was set aside, and nothing was guessed. Choose the grade from the list.",
    )


def _missing(name: str, rows: Sequence[KeyedRow], packs: Sequence[Pack]) -> Iterator[ReturnProblem]:
    """Rows of a pack that came back in part."""
    for pack in packs:
        there = {each.row.key for each in rows if each.pack.pack == pack.pack}
        gone = [row for row in pack.rows if row.key not in there]
        if there and gone:
            yield ReturnProblem(
                code="rows missing",
                file=name,
                sheet="",
                row=0,
                column="",
                found=f"{len(gone)} of {len(pack.rows)} rows of pack {pack.pack} are not there",
                expected="every row of the pack",
                mend="The others were taken. If grades were moved up or down, or rows were taken "
                "out, ask for the pack again.",
            )
