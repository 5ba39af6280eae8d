"""Grades as written, turned into codes on the declared scale. Unknown ones are never guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from qaf_analysis.data.cells.half_grades import HalfGrade, half_grade, halves_counted
from qaf_analysis.data.cells.near_words import near_grade
from qaf_analysis.data.contract.distinct import Texts, distinct, where
from qaf_analysis.data.contract.paste import block, lines_for, listed
from qaf_analysis.data.contract.problems import Problems, extract
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.terms.scale import SCALES, Scale, ScaleMap
from qaf_analysis.terms.settings import HalfGrades

NOT_GRADED = -1
_UNKNOWN = -2
_NUMBER = re.compile(r"\d+(\.\d+)?( ?/ ?\d+)?")
_WHOLE = re.compile(r"(\d+)\.0+")


def looks_like_number(text: str) -> bool:
    """Whether a text is a number, or one of a number, such as 3, 2.5 or 3/5."""
    return _NUMBER.fullmatch(text) is not None


class GradeReader:
    """Reads the grade columns of one file and remembers how the grades were spelt.

    Parameters
    ----------
    scale : Scale
        Scale of the file.
    scale_map : ScaleMap or None
        Approved conversion to the council's scale, where the file has another one.
    not_graded : sequence of str
        Declared words for a domain left ungraded on purpose.
    blank_is_not_graded : bool
        Whether a blank cell means the same, as in a wide spreadsheet.
    half_grades : {"lower", "higher"} or None
        Which neighbour a grade between two levels counts as; None to set it aside.
    elsewhere : mapping of str to str, optional
        Words of the council's other scales, by their spelling key: what to say of each, such as
        "a grade of the scale five, in use from 1 April 2027".
    """

    def __init__(
        self,
        *,
        scale: Scale,
        scale_map: ScaleMap | None,
        not_graded: Sequence[str],
        blank_is_not_graded: bool,
        problems: Problems,
        half_grades: HalfGrades | None = None,
        elsewhere: Mapping[str, str] | None = None,
    ) -> None:
        self._scale = scale
        self._map = scale_map
        self._ungraded = {spelling_key(word) for word in not_graded}
        if blank_is_not_graded:
            self._ungraded.add("")
        self._problems = problems
        self._codes = {spelling_key(text): code for text, code in scale.codes.items()}
        self._spellings: Counter[tuple[str, str]] = Counter()
        self._unknown: Counter[str] = Counter()
        self._first_unknown: tuple[int, str] | None = None
        self._own_scale = scale_map is not None
        self._converted = 0
        self._half_grades = half_grades
        self._halves = 0
        self._elsewhere = elsewhere or {}

    @property
    def scale(self) -> Scale:
        """Scale of the codes that are given."""
        return self._scale if self._map is None else self._map.target

    def means(self, text: str) -> bool:
        """Whether a text is a grade, is no grade on purpose, or is one of another scale in use."""
        known = self._code(text) != _UNKNOWN or self._half(text) is not None
        return known or not text or spelling_key(text) in self._elsewhere

    def is_grade(self, text: str) -> bool:
        """Whether a text is a grade of the scale."""
        return self._code(text) >= 0

    def read(
        self,
        texts: Texts,
        *,
        raw: Texts,
        heading: str,
        rows_in: int,
        filled: int | None = None,
        dated: Callable[[int], str] | None = None,
    ) -> Texts:
        """Codes on the council's scale; ``NOT_GRADED`` where there is no grade.

        Parameters
        ----------
        texts, raw : Series of str
            Tidy texts, and the same cells as they stood.
        rows_in : int
            Rows of the file, for the refusal.
        filled : int, optional
            Cells of the column that hold anything, where ``texts`` are a part of it.
        dated : callable, optional
            What to say of a row's time, such as "this audit is of 12 March 2027".

        Raises
        ------
        FileRefusedError
            If most grades are numbers and the scale does not say what they mean.
        """
        written = distinct(texts)
        codes = np.array([self._code(text) for text in written.texts], dtype="int64")
        found = codes[written.places] if len(texts) else np.zeros(0, dtype="int64")
        unknown = texts[found == _UNKNOWN]
        filled = int(where(texts, bool).sum()) if filled is None else filled
        if self._elsewhere:
            unknown = self._without_elsewhere(unknown, heading=heading, dated=dated)
        self._refuse_numbers(unknown, filled=filled, heading=heading, rows_in=rows_in)
        self._set_unknown_aside(unknown, heading=heading)
        graded = found >= 0
        spelt = distinct(raw[graded])
        for text, number in zip(spelt.texts, spelt.numbers().tolist(), strict=True):
            if not number:
                continue
            label = self._scale.levels[self._code(" ".join(str(text).split()))]
            if text != label:
                self._spellings[str(text), label] += number
            self._halves += number * (self._half(str(text)) is not None)
        if self._map is not None:
            self._converted += int(graded.sum())
            found = np.where(graded, np.array(self._map.codes)[np.maximum(found, 0)], found)
        return pd.Series(np.maximum(found, NOT_GRADED), index=texts.index, dtype="int64")

    def report(self) -> None:
        """Report every spelling met, with its count, every unknown word, and any conversion."""
        self._report_unknown()
        if self._halves:
            self._problems.warn(
                code="half_grades",
                found=halves_counted(self._halves, self._half_grades),
                expected="one level for each grade",
                mend="none needed; have auditors choose one level if this is no rule of yours",
                rows=self._halves,
            )
        if self._spellings:
            listed = "; ".join(
                f"‘{text}’ read as {label} ({number})"
                for (text, label), number in sorted(self._spellings.items())
            )
            self._problems.warn(
                code="grade_spelling",
                found=f"grades spelt otherwise: {listed}",
                expected=f"one of {', '.join(reversed(self._scale.levels))}",
                mend="none needed",
                rows=sum(self._spellings.values()),
            )
        if self._map is not None:
            self._problems.note(
                code="scale_converted",
                found=f"{self._converted} grades on the scale {self._map.source.name}, turned into "
                f"{self._map.target.name} by version {self._map.version} of the approved map",
                expected=f"grades on {self._map.source.name}, as declared",
                rows=self._converted,
            )

    def _code(self, text: str) -> int:
        key = spelling_key(text)
        if key in self._codes:
            return self._codes[key]
        whole = _WHOLE.fullmatch(key)
        if whole and whole[1] in self._codes:
            return self._codes[whole[1]]
        if key in self._ungraded:
            return NOT_GRADED
        half = self._half(text)
        if half is None or self._half_grades is None:
            return _UNKNOWN
        return half.counted_as(self._half_grades)

    def _half(self, text: str) -> HalfGrade | None:
        key = spelling_key(text)
        return None if key in self._codes else half_grade(key, self._codes)

    def _without_elsewhere(
        self, unknown: Texts, *, heading: str, dated: Callable[[int], str] | None
    ) -> Texts:
        """Unknown words but for those of another scale in use, which are set aside for it."""
        others = where(unknown, lambda text: spelling_key(text) in self._elsewhere)
        part = unknown[others].astype(object)

        def found(row: int) -> str:
            about = f"; {dated(row)}" if dated else ""
            return f"{extract(part[row])} is {self._elsewhere[spelling_key(part[row])]}{about}"

        self._problems.set_aside(
            [int(row) for row in part.index],
            code="grade_of_other_scale",
            column=heading,
            found=found,
            expected=f"one of {', '.join(reversed(self._scale.levels))}, the scale "
            f"{self._scale.name} of that row",
            mend="correct the date or the grade; or name the scale of such rows in a column "
            "called scale; or correct the day on which the scale begins in council.toml",
        )
        return unknown[~others]

    def _refuse_numbers(self, unknown: Texts, *, filled: int, heading: str, rows_in: int) -> None:
        like_number = where(
            unknown, lambda text: looks_like_number(text) and self._half(text) is None
        )
        numbers = [int(row) for row in unknown.index[like_number]]
        if not numbers or 2 * len(numbers) < filled:
            return
        raise self._problems.refusal(
            code="numeric_grades",
            row=numbers[0],
            column=heading,
            found=f"grades that are numbers, such as {extract(unknown[numbers[0]])}, with no key "
            "that says which end of the scale is best",
            expected=f"one of {', '.join(reversed(self._scale.levels))}",
            mend="state in council.toml what each number means, under [grades] or as a scale; "
            "the direction is never guessed",
            rows_in=rows_in,
        )

    def _set_unknown_aside(self, unknown: Texts, *, heading: str) -> None:
        expected = f"one of {', '.join(reversed(self._scale.levels))}"
        filled = where(unknown, bool)
        blank = [int(row) for row in unknown.index[~filled]]
        self._problems.set_aside(
            blank,
            code="grade_missing",
            column=heading,
            found="a blank grade (missing)",
            expected=expected,
            mend="enter the grade, or leave the row out",
        )
        between = where(unknown, lambda text: self._half(text) is not None)
        self._set_halves_aside(unknown[between], heading=heading, expected=expected)
        others = unknown[filled & ~between].astype(object)
        self._unknown.update(str(text) for text in others)
        if len(others) and self._first_unknown is None:
            self._first_unknown = (int(others.index[0]), heading)
        self._problems.set_aside(
            [int(row) for row in others.index],
            code="unknown_grade",
            column=heading,
            found=lambda row: f"{extract(others[row])}, which is not a grade of the scale",
            expected=expected,
            mend=lambda row: self._mend(others[row]),
        )

    def _set_halves_aside(self, texts: Texts, *, heading: str, expected: str) -> None:
        halves = [half for half in map(self._half, texts) if half is not None]
        levels = self._scale.levels
        self._problems.set_aside(
            [int(row) for row in texts.index],
            code="half_grade",
            column=heading,
            found=[
                f"{extract(text)}, which lies between {half.named(levels)}"
                for text, half in zip(texts, halves, strict=True)
            ],
            expected=expected,
            mend=[
                "choose one of the two, or declare a rule in the [[files]] block of council.toml: "
                f'half_grades = "lower" counts it as {levels[half.lower]}, half_grades = "higher" '
                f"as {levels[half.higher]}"
                for half in halves
            ],
        )

    def _report_unknown(self) -> None:
        """Say all unknown words of the file at once, with the lines that would declare them."""
        if self._first_unknown is None:
            return
        counts = dict(self._unknown.most_common())
        near = {word: self.near(word) for word in counts}
        levels = ", ".join(reversed(self._scale.levels))
        table, where_it_is = "grades", ""
        if self._own_scale:
            table, where_it_is = "scales.spellings", f', below the scale "{self._scale.name}"'
        offered = block(table, lines_for(counts, near=near, noun="cell"))
        if self._own_scale and SCALES.get(self._scale.name) == self._scale:
            offered = ""  # nothing can be added to a scale that no table declares
        self._problems.advise(
            code="grades_to_declare",
            row=self._first_unknown[0],
            column=self._first_unknown[1],
            found=f"{len(counts):,} words that are no grades of the scale: {listed(counts)}",
            expected=f"one of {levels}",
            mend="correct the cells, or say in council.toml what each word means"
            + (
                f" (add the lines to [{table}]{where_it_is} if it is there already)"
                if offered
                else " in a scale of your own ([[scales]])"
            )
            + "; a word for a domain left ungraded goes into not_graded under [council]"
            + offered,
            rows=sum(counts.values()),
        )

    def near(self, text: str) -> str:
        """Grade that a word is likely a slip for; empty where there is none."""
        return near_grade(text, self._codes, self._scale.levels)

    def _mend(self, text: str) -> str:
        near = self.near(text)
        offer = f"perhaps {near} is meant; " if near else ""
        return (
            f"{offer}use one of the grades, or declare the word in council.toml under [grades] "
            "or not_graded"
        )
