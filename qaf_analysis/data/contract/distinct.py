"""Columns held by their distinct texts, so that a million cells cost what a few words cost.

A column of texts is a Series by row number, either of plain text objects or categorical: then
the cells are small numbers and every distinct text stands once. What is here works on both
kinds, so that the code that reads cells need not know which it has. A categorical column may
list texts of rows that are no longer in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Texts: TypeAlias = "pd.Series[Any]"
ManyTexts: TypeAlias = "Sequence[str] | NDArray[np.object_]"


@dataclass(frozen=True, kw_only=True, eq=False)
class Distinct:
    """The distinct texts of a column, and which of them stands in each cell.

    Parameters
    ----------
    places : array of int, shape (cells,)
        Place of each cell's text among ``texts``; -1 where the cell is missing.
    texts : array of object
        Every text once; some may stand in no cell.
    """

    places: NDArray[np.intp]
    texts: NDArray[np.object_]

    def chosen(self, flags: Sequence[bool] | NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether each cell holds a text that is flagged; a missing cell does not."""
        table = np.append(np.asarray(flags, dtype=bool), False)
        return table[self.places]

    def spread(self, values: Sequence[Any] | NDArray[Any], *, missing: Any = None) -> NDArray[Any]:
        """Value of each cell, given one for each text."""
        if isinstance(values, np.ndarray) and values.dtype != object:
            return np.append(values, np.asarray(missing, dtype=values.dtype))[self.places]
        table = np.empty(len(self.texts) + 1, dtype=object)
        table[:-1] = values
        table[-1] = missing
        return table[self.places]

    def numbers(self) -> NDArray[np.intp]:
        """How many cells hold each text."""
        return np.bincount(self.places[self.places >= 0], minlength=len(self.texts))


def distinct(texts: Texts) -> Distinct:
    """Distinct texts of a column.

    Examples
    --------
    >>> found = distinct(pd.Series(["North", "South", "North"]))
    >>> list(found.texts), found.places.tolist()
    (['North', 'South'], [0, 1, 0])
    """
    if isinstance(texts.dtype, pd.CategoricalDtype):
        listed = texts.dtype.categories.to_numpy(dtype=object)
        places: NDArray[np.intp] = np.asarray(texts.cat.codes.to_numpy(), dtype=np.intp)
        if len(places) < len(listed):  # few rows of a long column: list only what stands in them
            used, here = np.unique(places, return_inverse=True)
            missing = int(len(used) > 0 and used[0] < 0)
            places = np.asarray(here - missing, dtype=np.intp)
            return Distinct(places=places, texts=listed[used[missing:]])
        return Distinct(places=places, texts=listed)
    places, listed = pd.factorize(texts.to_numpy(dtype=object))
    return Distinct(places=places, texts=np.asarray(listed, dtype=object))


def held(found: Distinct, *, index: pd.Index) -> Texts:
    """Categorical column of these texts, each listed once.

    Examples
    --------
    >>> places = np.array([0, 1, 2])
    >>> texts = np.array(["North", "South", "North"], dtype=object)
    >>> list(held(Distinct(places=places, texts=texts), index=pd.RangeIndex(3)).cat.categories)
    ['North', 'South']
    """
    listed = pd.Index(found.texts, dtype=object)
    if listed.is_unique and not listed.hasnans:
        return pd.Series(_categorical(found.places, listed), index=index)
    merged, once = pd.factorize(found.texts)
    places = np.append(merged, -1)[found.places]
    return pd.Series(_categorical(places, once), index=index)


def places_among(texts: Texts, known: Distinct) -> NDArray[np.intp]:
    """Place of each cell's text among those of another column; -1 where it is not there.

    Examples
    --------
    >>> places_among(pd.Series(["b", "c"]), distinct(pd.Series(["a", "b"]))).tolist()
    [1, -1]
    """
    found = distinct(texts)
    places = pd.Index(known.texts, dtype=object).get_indexer(pd.Index(found.texts, dtype=object))
    return np.append(places, -1)[found.places]


def first_of_each(groups: NDArray[np.intp], values: NDArray[Any]) -> NDArray[Any]:
    """For each row the value of the first row of its group.

    Examples
    --------
    >>> first_of_each(np.array([0, 1, 0]), np.array([5, 6, 7])).tolist()
    [5, 6, 5]
    """
    first = np.empty(int(groups.max(initial=-1)) + 1, dtype=values.dtype)
    first[groups[::-1]] = values[::-1]
    return first[groups]


def counts_of(texts: Texts) -> dict[str, int]:
    """How many cells hold each text, the commonest first, equally common ones as met.

    Examples
    --------
    >>> counts_of(pd.Series(["b", "a", "a", ""]))
    {'a': 2, 'b': 1, '': 1}
    """
    found = distinct(texts)
    first = np.full(len(found.texts) + 1, len(found.places), dtype=np.intp)
    np.minimum.at(first, found.places, np.arange(len(found.places)))
    numbers = found.numbers()
    order = np.lexsort((first[:-1], -numbers))
    return {str(found.texts[n]): int(numbers[n]) for n in order if numbers[n]}


def blanked(texts: Texts, flags: NDArray[np.bool_]) -> Texts:
    """The same texts, blank in the cells flagged."""
    if not flags.any():
        return texts
    found = distinct(texts)
    places = np.where(flags, len(found.texts), found.places)
    return held(Distinct(places=places, texts=np.append(found.texts, "")), index=texts.index)


def as_plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Frame whose texts are plain objects, for code that sets single cells."""
    names = [n for n in frame.columns if isinstance(frame[n].dtype, pd.CategoricalDtype)]
    return frame.astype(dict.fromkeys(names, object)) if names else frame


def as_distinct(frame: pd.DataFrame) -> pd.DataFrame:
    """Frame whose texts are held by their distinct ones."""
    names = [name for name in frame.columns if frame[name].dtype == object]
    return frame.assign(**{n: held(distinct(frame[n]), index=frame.index) for n in names})


def present(texts: Texts) -> NDArray[np.object_]:
    """Texts that stand in at least one cell, each once."""
    found = distinct(texts)
    return found.texts[found.numbers() > 0]


def constant(text: str, *, index: pd.Index) -> Texts:
    """Column that holds one text throughout."""
    return pd.Series(_categorical(np.zeros(len(index), dtype=np.int8), [text]), index=index)


def by_text(texts: Texts, reading: Callable[[str], str]) -> Texts:
    """Another text for each text; the reading is applied once to each distinct one."""
    found = distinct(texts)
    read = np.empty(len(found.texts), dtype=object)
    read[:] = [reading(text) for text in found.texts]
    return held(Distinct(places=found.places, texts=read), index=texts.index)


def by_value(texts: Texts, reading: Callable[[str], Any]) -> Texts:
    """Apply a reading once to each distinct text; the result has the same index."""
    found = distinct(texts)
    values = np.empty(len(found.texts), dtype=object)
    for place, text in enumerate(found.texts):
        values[place] = reading(text)
    return pd.Series(found.spread(values), index=texts.index, dtype=object)


def blank(texts: Texts) -> NDArray[np.bool_]:
    """Whether each cell holds no text at all, not even spaces."""
    found = distinct(texts)
    return found.chosen(found.texts == "")


def are_plain(texts: ManyTexts) -> bool:
    """Whether texts are all printable ASCII without spare spaces, told by few searches.

    Texts with a vertical bar may be called not plain though they are.

    Examples
    --------
    >>> are_plain(["North", "South East", ""]), are_plain(["North "]), are_plain(["Nórth"])
    (True, False, False)
    """
    every = f"|{'|'.join(texts)}|"
    spare = "  " in every or "| " in every or " |" in every
    return every.isascii() and every.isprintable() and not spare


def where(texts: Texts, test: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Whether each cell's text passes a test, which is applied once to each distinct one."""
    found = distinct(texts)
    return found.chosen([test(text) for text in found.texts])


def in_rows(values: Texts, index: pd.Index) -> Texts:
    """Values in the rows of an index, both by row number; missing where there is none."""
    if values.index.equals(index):
        return values
    if not len(values) or not len(index):
        return values.reindex(index)
    rows, wanted = values.index.to_numpy(), index.to_numpy()
    place = np.full(max(int(rows.max()), int(wanted.max())) + 1, -1, dtype=np.intp)
    place[rows] = np.arange(len(rows))
    found = place[wanted]
    if (found < 0).any():
        return values.reindex(index)
    return pd.Series(values.array.take(found), index=index, dtype=values.dtype)


def together(columns: Sequence[Texts | Distinct], *, index: pd.Index | None = None) -> Texts:
    """Columns one below the other, categorical; rows are numbered from 0 or by an index.

    Examples
    --------
    >>> both = together([pd.Series(["North", "South"]), pd.Series(["South"])])
    >>> list(both), len(both.cat.categories)
    (['North', 'South', 'South'], 2)
    """
    parts = [c if isinstance(c, Distinct) else distinct(c) for c in columns]
    starts = np.cumsum([0, *(len(part.texts) for part in parts)])
    places = np.concatenate(
        [
            np.where(part.places < 0, starts[-1], part.places + start)
            for part, start in zip(parts, starts, strict=False)
        ]
    )
    texts = np.concatenate([part.texts for part in parts])
    places[places == starts[-1]] = -1
    rows = pd.RangeIndex(len(places)) if index is None else index
    return held(Distinct(places=places, texts=texts), index=rows)


def _categorical(places: NDArray[Any], listed: Any) -> pd.Categorical:
    # An index knows that it is unique; it is not asked twice.
    index = listed if isinstance(listed, pd.Index) else pd.Index(listed, dtype=object)
    dtype = pd.CategoricalDtype(index)
    return pd.Categorical.from_codes(places, dtype=dtype, validate=False)
