"""Grades of a returned file, found by the key of their row and by nothing else.

Where a row stands, in which sheet, under which name of a file: none of it matters. What does not
fit is set aside with its place and with how to mend it; no grade is guessed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qaf_analysis.moderation.codes import split_row_key
from qaf_analysis.moderation.packs.pack import LONGEST_COMMENT, SURE, Pack
from qaf_analysis.moderation.returns.rows import (
    UNSTORED,
    KeyedRow,
    ReturnProblem,
    SheetRows,
    problem_in,
)
from qaf_analysis.moderation.returns.sheets import Sheet, sheets_of
from qaf_analysis.moderation.returns.words import choice, grade_words, may_be_shown, plain

ASIDE = ("reason", "sure", "comment")


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
    unread : frozenset of str
        Parts of which something stands there that is no grade.
    """

    pack: str
    case: str
    grades: Mapping[str, str | None]
    reason: str
    sure: str
    comment: str
    places: Mapping[str, str]
    unread: frozenset[str] = frozenset()


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
    codes = {case.code for pack in packs for case in pack.cases}
    found: list[KeyedRow] = []
    problems: list[ReturnProblem] = []
    for sheet in sheets:
        read = SheetRows(sheet, index=index, cases=codes)
        found += read.rows
        problems += read.problems
    whole = Sheet(file=name, sheet="", rows=())
    if not found:
        problems = _once(whole, problems) or [_nothing(sheets[0] if sheets else whole)]
    if any(sheet.has_macro for sheet in sheets):
        problems.append(_macro(whole))
    rows, strays = _without_strays(found)
    good, twice = _without_twice(rows)
    cases, wrong = _cases(good)
    problems += [*strays, *twice, *wrong, *_missing(name, rows, packs)]
    return ReturnedFile(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        cases=cases,
        problems=tuple(problems),
        rows=tuple(found),
    )


def _nothing(sheet: Sheet) -> ReturnProblem:
    return problem_in(
        sheet,
        "no grades",
        0,
        "",
        found="this file has no row of a pack",
        expected="rows that begin with their key",
        mend="Perhaps another sheet was saved: save the sheet Grades, or the workbook.",
    )


def _once(whole: Sheet, problems: Sequence[ReturnProblem]) -> list[ReturnProblem]:
    """What is told of a file without one row of these packs: unknown keys once, not row by row."""
    unknown = [each for each in problems if each.code == "unknown key"]
    if len(unknown) < 2:
        return list(problems)
    same = problem_in(
        whole,
        "unknown key",
        0,
        "Row key",
        found=f"none of its {len(unknown)} keys is known: {unknown[0].found}",
        expected=unknown[0].expected,
        mend="Nothing was taken. Collect the file with the round that it belongs to, or ask for "
        "the pack of this one.",
    )
    return [same, *(each for each in problems if each.code != "unknown key")]


def _macro(whole: Sheet) -> ReturnProblem:
    return problem_in(
        whole,
        "macro",
        0,
        "",
        found="a program (macro) lies in the file; it was not run",
        expected="the workbook as it was sent, which has none",
        mend="Do not open the file by hand before you know where the macro came from.",
    )


def _without_strays(rows: Sequence[KeyedRow]) -> tuple[list[KeyedRow], list[ReturnProblem]]:
    """Rows without those of another moderator's pack that were copied in by themselves.

    Files of several moderators may be put together; then whole cases of each pack are there.
    """
    sizes = Counter(each.pack.pack for each in rows)
    main = [pack for pack, size in sizes.items() if size == max(sizes.values())]
    parts = Counter(case for case, _ in {((r.pack.pack, r.row.case), r.row.domain) for r in rows})
    good, strays = [], []
    for each in rows:
        is_whole = parts[each.pack.pack, each.row.case] == len(each.pack.parts)
        if is_whole or main == [each.pack.pack]:
            good.append(each)
            continue
        strays.append(
            problem_in(
                each.sheet,
                "another pack",
                each.number,
                "Row key",
                found=f"the row is of pack {each.pack.pack}, and the file is mostly another's",
                expected="rows of one pack, or whole cases of each",
                mend="The row was set aside. Ask for each moderator’s pack as it was sent, "
                "filled in.",
            )
        )
    return good, strays


def _without_twice(rows: Sequence[KeyedRow]) -> tuple[list[KeyedRow], list[ReturnProblem]]:
    """Rows of a key that stands once, or always with the same texts; a blank one gives way."""
    by_key: dict[str, list[KeyedRow]] = {}
    for each in rows:
        by_key.setdefault(each.row.key, []).append(each)
    good, wrong = [], []
    for same in by_key.values():
        apart = [name for name in ("grade", *ASIDE) if len(_said(same, name)) > 1]
        if not apart and _is_filled_down(same):
            apart = ["grade"]
        if not apart:
            texts = {
                name: next((text for each in same if (text := each.texts.get(name))), "")
                for name in ("grade", *ASIDE)
            }
            first = next((each for each in same if each.texts.get("grade")), same[0])
            good.append(_with_texts(first, texts))
            continue
        places = "; ".join(each.place for each in same)
        wrong.append(
            problem_in(
                same[0].sheet,
                "key twice",
                same[0].number,
                apart[0].capitalize(),
                found=f"the key stands {len(same)} times ({places}) with different texts",
                expected="one row for each key",
                mend="None of them was taken. Fill the part in again in a fresh copy of the pack.",
            )
        )
    return good, wrong


def _is_filled_down(same: Sequence[KeyedRow]) -> bool:
    """Whether copies of a row, some without a grade, have no labels that tell which row is meant.

    A key that was filled down over its neighbours would otherwise take their grade for a blank.
    """
    grades = [bool(each.texts.get("grade")) for each in same]
    is_labelled = all(each.texts.get("part") and each.texts.get("case") for each in same)
    return any(grades) and not all(grades) and not is_labelled


def _said(rows: Sequence[KeyedRow], name: str) -> set[str]:
    """Different texts of a column; a grade is the same however it is typed."""
    texts = [(each, each.texts.get(name, "")) for each in rows]
    if name == "grade":
        return {each.grade or text for each, text in texts if text}
    return {plain(text) for _, text in texts if text}


def _with_texts(row: KeyedRow, texts: Mapping[str, str]) -> KeyedRow:
    return KeyedRow(
        pack=row.pack,
        row=row.row,
        sheet=row.sheet,
        number=row.number,
        texts={**row.texts, **texts},
    )


def _cases(rows: Sequence[KeyedRow]) -> tuple[tuple[ReturnedCase, ...], list[ReturnProblem]]:
    by_case: dict[tuple[str, str], list[KeyedRow]] = {}
    for each in rows:
        by_case.setdefault((each.pack.pack, each.row.case), []).append(each)
    problems: list[ReturnProblem] = []
    cases = []
    for (pack, case), own in by_case.items():
        order = {domain: n for n, domain in enumerate(own[0].pack.domains)}
        own = sorted(own, key=lambda each: order[each.row.domain])
        unread = [each for each in own if each.texts["grade"] and not each.grade]
        problems += [_no_grade(each) for each in unread]
        reason, sure, comment = (_aside(name, own, problems) for name in ASIDE)
        read = [each for each in own if each not in unread]
        cases.append(
            ReturnedCase(
                pack=pack,
                case=case,
                grades={each.row.domain: each.grade or None for each in read},
                reason=reason,
                sure=sure,
                comment=comment,
                places={each.row.domain: each.place for each in own},
                unread=frozenset(each.row.domain for each in unread),
            )
        )
    return tuple(cases), problems


def _aside(name: str, rows: Sequence[KeyedRow], problems: list[ReturnProblem]) -> str:
    """Reason, how sure, or comment of a case, from the row of the overall grade or another."""
    given = [each for each in rows if each.texts.get(name)]
    if not given:
        return ""
    if UNSTORED in (each.texts[name] for each in given):
        problems.append(_unstored(given[0], name))
        return ""
    return _comment(given, problems) if name == "comment" else _chosen(name, given, problems)


def _chosen(name: str, given: Sequence[KeyedRow], problems: list[ReturnProblem]) -> str:
    choices = given[0].pack.reasons if name == "reason" else SURE
    words = {choice(each.texts[name], choices) for each in given}
    if len(words) == 1 and words != {""}:
        return words.pop()
    found = "different ones stand beside the parts" if len(words) > 1 else "it is none of the list"
    problems.append(
        problem_in(
            given[0].sheet,
            f"no {name}",
            given[0].number,
            name.capitalize(),
            found=found,
            expected=f"one of: {'; '.join(choices)}",
            mend="It was left out; the grades of the case were taken.",
        )
    )
    return ""


def _comment(given: Sequence[KeyedRow], problems: list[ReturnProblem]) -> str:
    """The comment of a case; where several parts have one, each after the name of its part."""
    texts = [each.texts["comment"] for each in given]
    whole = texts[0]
    if len(set(texts)) > 1:
        named = zip(given, texts, strict=True)
        whole = "\n".join(f"{each.row.domain}: {text}" for each, text in named)
    if len(whole) > LONGEST_COMMENT:
        problems.append(
            problem_in(
                given[0].sheet,
                "long comment",
                given[0].number,
                "Comment",
                found=f"the comment has {len(whole):,} letters",
                expected=f"at most {LONGEST_COMMENT:,}",
                mend="Its beginning was taken; the whole of it stands in the file that was kept.",
            )
        )
    return whole[:LONGEST_COMMENT]


def _no_grade(row: KeyedRow) -> ReturnProblem:
    text = row.texts["grade"]
    if text == UNSTORED:
        return _unstored(row, "grade")
    # What was meant for a grade is shown; another text is perhaps a comment in the wrong column.
    shown = f"“{text}”" if may_be_shown(text, row.pack) else "a text stands there that"
    return problem_in(
        row.sheet,
        "no grade",
        row.number,
        "Grade",
        found=f"{shown} is no grade",
        expected=f"one of: {'; '.join(grade_words(row.pack))}",
        mend="It was set aside, and nothing was guessed. Choose the grade from the list.",
    )


def _unstored(row: KeyedRow, name: str) -> ReturnProblem:
    return problem_in(
        row.sheet,
        "no stored value",
        row.number,
        name.capitalize(),
        found="a formula stands there, without a value stored with it",
        expected="a word of the list",
        mend="It was set aside. Choose the word from the list, or open the file in Excel, save "
        "it, and collect it again.",
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
