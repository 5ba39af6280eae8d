"""Unknown words that begin on one day: likely the grades of another scale, told in one finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.cells.grades import looks_like_number
from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.distinct import Texts, distinct
from qaf_analysis.data.contract.paste import fits_quotes, listed
from qaf_analysis.data.contract.problems import Problems, counted
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.council.row_scales import ScaledGrades, Values
from qaf_analysis.terms.eras import in_words
from qaf_analysis.terms.settings import Settings

FEWEST_CELLS = 5
"""Grades on either side of the day, and unknown ones in all, below which nothing is concluded."""
FEWEST_WORDS, MOST_WORDS = 2, 11
AFTER = 0.95
"""Share of the unknown grades that lie on or after the day."""
SHARE_AFTER = 1 / 3
"""Share of the grades from that day on that are unknown; the rest may be words of both scales."""
SHARED = 0.05
"""Share of those grades from which a known word is offered as a level of the new scale too."""
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")


@dataclass(frozen=True, kw_only=True)
class NewScale:
    """Rows of one export whose grades are likely on a scale that is not declared.

    Parameters
    ----------
    rows : tuple of int
        Set aside for it.
    words : mapping of str to int
        Cells of each unknown word, in the order in which they first stand.
    both : mapping of str to int
        Cells of known words that stand often from that day on: perhaps levels of both scales.
    first : date
        First day of an unknown word.
    is_sure : bool
        Whether earlier grades of the same export are on a scale in use. If not, the export says
        nothing of a change, and another one must.
    heading : str
        Heading of the first column of grades.
    """

    rows: tuple[int, ...]
    words: Mapping[str, int]
    both: Mapping[str, int]
    first: date
    is_sure: bool
    heading: str


def unknown_texts(texts: Texts, grades: ScaledGrades) -> NDArray[np.bool_]:
    """Whether each cell holds a word of no scale in use."""
    found = distinct(texts)
    return found.chosen([not any(r.means(t) for r in grades.readers) for t in found.texts])


def new_scale(
    texts: Mapping[Column, Texts], *, grades: ScaledGrades, values: Values
) -> NewScale | None:
    """The scale that unknown grades of an export are likely on, or None.

    Parameters
    ----------
    texts : mapping of Column to Series
        Its columns of grades, in the rows that were not set aside.
    values : mapping of Column to Series
        Its other columns, read.
    """
    cells = [_cells(column, part, grades=grades, values=values) for column, part in texts.items()]
    table = pd.concat([part for part in cells if len(part)] or cells[:1])
    table = table[table["day"].notna()]
    if int(table["is_new"].sum()) < FEWEST_CELLS:
        return None
    start = _break(table)
    is_sure = start is not None
    if start is None:
        if table["is_new"].mean() < AFTER:
            return None
        start = table["day"].min()
    later = table[table["day"] >= start]
    unknown = later[later["is_new"]]
    words = _spelt(unknown["text"])
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or not all(map(fits_quotes, words)):
        return None
    reader = grades.readers[-1]
    if 2 * sum(bool(reader.near(word)) for word in words) > len(words):
        return None  # slips for grades that are known
    if not is_sure and any(map(looks_like_number, words)):
        return None  # which end is best is asked for the whole file
    often = {
        w: n for w, n in _spelt(later[~later["is_new"]]["text"]).items() if n >= SHARED * len(later)
    }
    return NewScale(
        rows=tuple(sorted({int(row) for row in unknown.index})),
        words=words,
        both=often,
        first=unknown["day"].min().date(),
        is_sure=is_sure,
        heading=next(iter(texts)).heading,
    )


def _cells(column: Column, texts: Texts, *, grades: ScaledGrades, values: Values) -> pd.DataFrame:
    """Text, day and whether it is unknown, of each cell that holds a grade or an unknown word."""
    unknown = unknown_texts(texts, grades)
    found = distinct(texts)
    is_grade = found.chosen([any(r.is_grade(t) for r in grades.readers) for t in found.texts])
    days, _ = grades.places(column, texts.index, values=values)
    table = pd.DataFrame(
        {"text": texts.astype(object), "day": days, "is_new": unknown}, index=texts.index
    )
    return table[unknown | is_grade]


def _break(table: pd.DataFrame) -> pd.Timestamp | None:
    """First day of the time in which words are unknown, where they were not before."""
    by_day = table.groupby("day")["is_new"].agg(["sum", "size"]).sort_index()
    unknown = by_day["sum"].to_numpy(dtype=np.float64)
    number = by_day["size"].to_numpy(dtype=np.float64)
    if len(by_day) < 2:
        return None
    before_u, before_n = np.cumsum(unknown)[:-1], np.cumsum(number)[:-1]
    after_u, after_n = unknown.sum() - before_u, number.sum() - before_n
    fits = (
        (after_u >= AFTER * unknown.sum())
        & (before_n - before_u >= FEWEST_CELLS)
        & (after_u >= SHARE_AFTER * after_n)
        & (before_u <= (1 - AFTER) * before_n)
    )
    if not fits.any():
        return None
    # Log-likelihood of one share of unknown words before the day and another from it on.
    likely = _likelihood(before_u, before_n) + _likelihood(after_u, after_n)
    best = int(np.argmax(np.where(fits, likely, -np.inf)))
    return pd.Timestamp(by_day.index[best + 1])


def _likelihood(chosen: NDArray[np.float64], number: NDArray[np.float64]) -> NDArray[np.float64]:
    share = np.clip(chosen / number, 1e-12, 1 - 1e-12)
    return chosen * np.log(share) + (number - chosen) * np.log(1 - share)


def _spelt(texts: pd.Series) -> dict[str, int]:
    """Cells of each word, by its first spelling, in the order in which they first stand."""
    counts: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for text, number in texts.value_counts(sort=False).items():
        word = spelling.setdefault(spelling_key(str(text)), str(text))
        counts[word] += int(number)
    return dict(counts)


def tell_new_scale(found: Sequence[tuple[Problems, NewScale]], *, settings: Settings) -> None:
    """Set the rows of every export aside, with the block to paste in the first one's finding."""
    words: Counter[str] = Counter()
    both: Counter[str] = Counter()
    for _, one in found:
        words.update(one.words)
        both.update(one.both)
    first = min(one.first for _, one in found)
    block = _block(words, both, first=first, settings=settings)
    for place, (problems, one) in enumerate(found):
        number = _NUMBERS[len(one.words) - FEWEST_WORDS]
        problems.set_aside_together(
            one.rows,
            code="new_scale",
            column=one.heading,
            found=f"{counted(len(one.rows), 'row')} from {in_words(one.first)} on use {number} "
            f"words of another scale: {listed(one.words, shown=MOST_WORDS)}",
            expected="grades of "
            + ", ".join(era.scale.name for era in settings.all_eras)
            + ", or the scale that was in use declared with its first day",
            mend="declare the scale: paste this into council.toml, put its levels in order, worst "
            "first, and fill in good_from\n" + block
            if not place
            else f"declare the scale: the block to paste stands with {found[0][0].file}",
        )


def _block(
    words: Mapping[str, int], both: Mapping[str, int], *, first: date, settings: Settings
) -> str:
    names = {era.scale.name for era in settings.all_eras}
    name = next(n for n in ("new", *(f"new {k}" for k in range(2, 99))) if n not in names)
    keys = {spelling_key(word) for word in words}
    kept = [word for word in both if spelling_key(word) not in keys and fits_quotes(word)]
    levels = ", ".join(f'"{word}"' for word in (*words, *kept))
    asked = [
        f'# "{word}" is a grade of the earlier scale too: take it out if it is none of this one'
        for word in kept
    ]
    return "\n".join(
        [
            "[[scales]]",
            f'name = "{name}"',
            "# put in order, worst first: they stand here as they were met",
            f"levels = [{levels}]",
            *asked,
            'good_from = ""  # fill in: the lowest level that counts as positive',
            f"from = {first.isoformat()}  # its first word was met then: write the day on which "
            "it began",
        ]
    )
