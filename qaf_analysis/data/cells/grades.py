"""Grades as written, turned into codes on the declared scale. Unknown ones are never guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.distinct import Texts, distinct, where
from qaf_analysis.data.contract.problems import Problems, extract
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.terms.scale import Scale, ScaleMap

NOT_GRADED = -1
_UNKNOWN = -2
_NEAR = 0.75
_NUMBER = re.compile(r"\d+(\.\d+)?( ?/ ?\d+)?")
_WHOLE = re.compile(r"(\d+)\.0+")


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
    """

    def __init__(
        self,
        *,
        scale: Scale,
        scale_map: ScaleMap | None,
        not_graded: Sequence[str],
        blank_is_not_graded: bool,
        problems: Problems,
    ) -> None:
        self._scale = scale
        self._map = scale_map
        self._ungraded = {spelling_key(word) for word in not_graded}
        if blank_is_not_graded:
            self._ungraded.add("")
        self._problems = problems
        self._codes = {spelling_key(text): code for text, code in scale.codes.items()}
        self._spellings: Counter[tuple[str, str]] = Counter()
        self._converted = 0

    def read(self, texts: Texts, *, raw: Texts, heading: str, rows_in: int) -> Texts:
        """Codes on the council's scale; ``NOT_GRADED`` where there is no grade.

        Parameters
        ----------
        texts, raw : Series of str
            Tidy texts, and the same cells as they stood.
        rows_in : int
            Rows of the file, for the refusal.

        Raises
        ------
        FileRefusedError
            If most grades are numbers and the scale does not say what they mean.
        """
        written = distinct(texts)
        codes = np.array([self._code(text) for text in written.texts], dtype="int64")
        found = codes[written.places] if len(texts) else np.zeros(0, dtype="int64")
        unknown = texts[found == _UNKNOWN]
        self._refuse_numbers(texts, unknown, heading=heading, rows_in=rows_in)
        self._set_unknown_aside(unknown, heading=heading)
        graded = found >= 0
        spelt = distinct(raw[graded])
        for text, number in zip(spelt.texts, spelt.numbers().tolist(), strict=True):
            if not number:
                continue
            label = self._scale.levels[self._code(" ".join(str(text).split()))]
            if text != label:
                self._spellings[str(text), label] += number
        if self._map is not None:
            self._converted += int(graded.sum())
            found = np.where(graded, np.array(self._map.codes)[np.maximum(found, 0)], found)
        return pd.Series(np.maximum(found, NOT_GRADED), index=texts.index, dtype="int64")

    def report(self) -> None:
        """Report every spelling met, with its count, and any conversion."""
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
        return NOT_GRADED if key in self._ungraded else _UNKNOWN

    def _refuse_numbers(self, texts: Texts, unknown: Texts, *, heading: str, rows_in: int) -> None:
        like_number = where(unknown, lambda text: _NUMBER.fullmatch(text) is not None)
        numbers = [int(row) for row in unknown.index[like_number]]
        if not numbers or 2 * len(numbers) < int(where(texts, bool).sum()):
            return
        raise self._problems.refusal(
            code="numeric_grades",
            row=numbers[0],
            column=heading,
            found=f"grades that are numbers, such as {extract(texts[numbers[0]])}, with no key "
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
        others = unknown[filled]
        self._problems.set_aside(
            [int(row) for row in others.index],
            code="unknown_grade",
            column=heading,
            found=lambda row: f"{extract(others[row])}, which is not a grade of the scale",
            expected=expected,
            mend=lambda row: self._mend(others[row]),
        )

    def _mend(self, text: str) -> str:
        key = spelling_key(text)
        near = get_close_matches(key, list(self._codes), n=1, cutoff=_NEAR)
        # "Adequate" is no misspelling of "Inadequate".
        if near and (near[0].endswith(key) or key.endswith(near[0])):
            near = []
        offer = f"perhaps {self._scale.levels[self._codes[near[0]]]} is meant; " if near else ""
        return (
            f"{offer}use one of the grades, or declare the word in council.toml under [grades] "
            "or not_graded"
        )
