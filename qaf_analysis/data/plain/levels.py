"""The levels of a plain table's grades, worst first: declared, or Ofsted's four where they fit."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qaf_analysis.data.cells.half_grades import HalfGrade, half_grade
from qaf_analysis.data.contract.spelling import spelling_key, tidy
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.missing_words import MissingWords
from qaf_analysis.terms.scale import OFSTED4, ScaleWords

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_MISSING = MissingWords()
_OFSTED = {spelling_key(text): code for text, code in OFSTED4.codes.items()}


@dataclass(frozen=True, kw_only=True)
class PlainLevels:
    """Levels of a scale, worst first; the code of a level is its place, 0 to K-1.

    Parameters
    ----------
    labels : tuple of str
        Labels, worst first.
    codes : mapping of str to int
        Code of every known spelling, by ``level_key``.

    Examples
    --------
    >>> declared_levels("1, 2, 3").code("2.0"), declared_levels("1, 2, 3").code("4")
    (1, None)
    """

    labels: tuple[str, ...]
    codes: Mapping[str, int]

    def code(self, text: str) -> int | None:
        """Code of a level as it is written in a cell; None where it is no level."""
        return self.codes.get(level_key(text))

    def half(self, text: str) -> HalfGrade | None:
        """Between which two neighbouring levels a grade lies; None where it lies on one or none.

        Examples
        --------
        >>> levels = declared_levels("1,2,3")
        >>> levels.half("2.5"), levels.half("2"), levels.half("3.5")
        (HalfGrade(lower=1, higher=2), None, None)
        """
        if self.code(text) is not None:
            return None
        written = {spelling_key(label): code for code, label in enumerate(self.labels)}
        return half_grade(spelling_key(text), {**self.codes, **written})

    def words(self, good_from: int, *, positive: str | None = None) -> ScaleWords:
        """What is said of the scale, positive grades called as typed or after their lowest."""
        return ScaleWords.of(self.labels, good_from, positive=positive or "")

    @property
    def scores(self) -> tuple[float, ...] | None:
        """The levels themselves where all of them are numbers, else None."""
        if all(_NUMBER.fullmatch(label) for label in self.labels):
            return tuple(float(label) for label in self.labels)
        return None


def level_key(text: str) -> str:
    """Key under which spellings of a level are the same: case, spaces, ``2`` and ``2.0``.

    Examples
    --------
    >>> level_key(" 2.0 ") == level_key("2"), level_key("GOOD ") == level_key("Good")
    (True, True)
    """
    key = spelling_key(text)
    return repr(float(key)) if _NUMBER.fullmatch(key) else key


def declared_levels(text: str) -> PlainLevels:
    """Levels as typed on the command line, worst first, separated by commas.

    A label that holds a comma stands in double quotes. Where the labels are Ofsted's four, the
    usual short forms ("RI") are known too.

    Raises
    ------
    UsageError
        If there are fewer than two, one stands twice, or the order cannot be meant: numbers that
        neither rise nor fall, or Ofsted's four in another order than theirs.
    """
    labels = tuple(tidy(label) for label in next(csv.reader([text], skipinitialspace=True), []))
    if len(labels) < 2 or "" in labels:
        raise UsageError(
            "A scale needs at least two levels, worst first, separated by commas: "
            f'--levels "1,2,3,4" or --levels "{",".join(OFSTED4.levels)}".'
        )
    codes = {level_key(label): code for code, label in enumerate(labels)}
    if len(codes) < len(labels):
        raise UsageError(f"A level stands twice in --levels: {', '.join(labels)}.")
    levels = PlainLevels(labels=labels, codes=codes)
    _refuse_shuffled(levels)
    if [_OFSTED.get(key) for key in codes] == list(range(OFSTED4.n_levels)):
        return PlainLevels(labels=labels, codes={**_OFSTED, **codes})
    return levels


def ofsted_levels(texts: Iterable[str]) -> PlainLevels | None:
    """Ofsted's four levels if every grade is one of them or lies between two, else None.

    Blanks and words for missing say nothing of the scale.
    """
    levels = PlainLevels(labels=OFSTED4.levels, codes=_OFSTED)
    met = {tidy(text) for text in texts if not _MISSING.means_missing(text)} - {""}
    off = {text for text in met if levels.code(text) is None}
    if off == met or any(levels.half(text) is None for text in off):
        return None
    return levels


def good_level(levels: PlainLevels, named: str | None) -> tuple[int, tuple[str, ...]]:
    """Code of the lowest level that counts as positive, and what to know of the choice.

    Parameters
    ----------
    levels : PlainLevels
    named : str or None
        The level as typed; without one it is Ofsted's ``Good``, else the middle of the scale.

    Raises
    ------
    UsageError
        If it is no level of the scale, or the lowest, from which every grade would be positive.

    Examples
    --------
    >>> good_level(declared_levels("1,2,3,4"), None)
    (2, ('Levels from 3 up count as positive; see --good-from.',))
    """
    if named is not None:
        code = levels.code(named)
        if code is None or code == 0:
            above = ", ".join(levels.labels[1:])
            raise UsageError(
                f'"{named}" cannot be the lowest positive level; choose one of {above}.'
            )
        return code, ()
    good = levels.code(OFSTED4.good_label)
    if good:
        return good, ()
    middle = len(levels.labels) // 2
    return middle, (f"Levels from {levels.labels[middle]} up count as positive; see --good-from.",)


def shown_levels(texts: Iterable[str], *, most: int = 12) -> str:
    """The different values met, for a message: numbers by size, words only where they are few.

    Many different words are no grades but may be names, which no message should show.
    """
    grades = (text for text in texts if text.strip() and not _MISSING.means_missing(text))
    met = list(dict.fromkeys(tidy(text) for text in grades))
    if all(_NUMBER.fullmatch(text) for text in met):
        met.sort(key=float)
    elif len(met) > most:
        return f"{len(met):,} different words"
    more = f" and {len(met) - most} more" if len(met) > most else ""
    return ", ".join(text[:40] for text in met[:most]) + more


def _refuse_shuffled(levels: PlainLevels) -> None:
    """Refuse an order that is neither worst first nor best first.

    Weights go by the order of the levels, so a shuffled one (the alphabet's, say) gives figures
    that look sound and are wrong.
    """
    if levels.scores is not None and not _runs_one_way(levels.scores):
        raise UsageError(
            f"The levels {', '.join(levels.labels)} neither rise nor fall. Give them worst first."
        )
    places = [_OFSTED.get(spelling_key(label)) for label in levels.labels]
    known = [float(place) for place in places if place is not None]
    if len(known) == len(places) and known != sorted(known):
        raise UsageError(
            f"The levels {', '.join(levels.labels)} are not in Ofsted's order. Give them worst "
            f"first: {', '.join(OFSTED4.levels)}."
        )


def _runs_one_way(numbers: Sequence[float]) -> bool:
    return list(numbers) in (sorted(numbers), sorted(numbers, reverse=True))
