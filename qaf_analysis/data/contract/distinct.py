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
_UNCLEAN = "\x1f"  # stands between texts that are searched together


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
    >>> list(found.texts), list(found.places)
    (['North', 'South'], [0, 1, 0])
    """
    if isinstance(texts.dtype, pd.CategoricalDtype):
        listed = texts.dtype.categories.to_numpy(dtype=object)
        return Distinct(places=texts.array.codes.astype(np.intp), texts=listed)
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
    merged, listed = pd.factorize(found.texts)
    places = np.append(merged, -1)[found.places]
    return pd.Series(_categorical(places, listed), index=index)


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


def where(texts: Texts, test: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Whether each cell's text passes a test, which is applied once to each distinct one."""
    found = distinct(texts)
    return found.chosen([test(text) for text in found.texts])


def together(columns: Sequence[Texts], *, index: pd.Index | None = None) -> Texts:
    """Columns one below the other, categorical; rows are numbered from 0 or by an index.

    Examples
    --------
    >>> both = together([pd.Series(["North", "South"]), pd.Series(["South"])])
    >>> list(both), len(both.cat.categories)
    (['North', 'South', 'South'], 2)
    """
    parts = [distinct(column) for column in columns]
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
    dtype = pd.CategoricalDtype(pd.Index(listed, dtype=object))
    return pd.Categorical.from_codes(places, dtype=dtype, validate=False)
