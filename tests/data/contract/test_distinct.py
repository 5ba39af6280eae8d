"""Columns held by their distinct texts behave as columns of plain texts do."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_analysis.data.contract import distinct as d
from qaf_analysis.data.contract.spelling import (
    by_spelling,
    joined,
    lookalikes,
    spelling_key,
    spelling_keys,
    tidy,
)

WORDS = st.sampled_from(["North", "north", " North", "South ", "", "Ärger", "Auditor O1", "a|b"])
COLUMN = st.lists(WORDS, max_size=12)


def both(words):
    """A column of plain texts, and the same one categorical with texts that stand in no row."""
    plain = pd.Series(words, index=pd.RangeIndex(2, 2 + len(words)), dtype=object)
    longer = pd.Series(["unused", *words, "other"], dtype=object)
    held = d.held(d.distinct(longer), index=longer.index)[1:-1].set_axis(plain.index)
    return plain, held


@given(words=COLUMN)
def test_both_kinds_give_the_same(words):
    plain, held = both(words)
    assert list(d.by_value(plain, len)) == list(d.by_value(held, len)) == [len(w) for w in words]
    assert list(d.by_text(plain, tidy)) == list(d.by_text(held, tidy)) == [tidy(w) for w in words]
    for column in (plain, held):
        assert list(d.where(column, str.isupper)) == [w.isupper() for w in words]
        assert list(d.blank(column)) == [w == "" for w in words]
        assert sorted(d.present(column)) == sorted(set(words))
        assert list(d.counts_of(column).items()) == list(plain.value_counts().items())
        assert list(by_spelling(column)) == [spelling_key(w) for w in words]
        assert lookalikes(column) == lookalikes(plain)
        flags = np.arange(len(words)) % 2 == 0
        expected = ["" if flag else w for w, flag in zip(words, flags, strict=True)]
        assert list(d.blanked(column, flags)) == expected
        result = joined(column, agreed={"north": "NORTH"})
        assert list(result.texts) == list(joined(plain, agreed={"north": "NORTH"}).texts)
        assert list(result.otherwise) == [a != b for a, b in zip(result.texts, words, strict=True)]


@given(one=COLUMN, other=COLUMN)
def test_columns_below_each_other(one, other):
    assert list(d.together([both(one)[1], both(other)[0]])) == [*one, *other]
    known = d.distinct(both(other)[1])
    found = d.places_among(both(one)[1], known)
    assert [known.texts[p] if p >= 0 else None for p in found] == [
        w if w in set(known.texts) else None for w in one
    ]


@given(texts=st.lists(st.text(max_size=5) | WORDS, max_size=8))
def test_keys_of_many_texts_are_those_of_each(texts):
    assert spelling_keys(texts) == [spelling_key(text) for text in texts]
    if d.are_plain(texts):
        assert all(text.isascii() and text == tidy(text) for text in texts)


def test_missing_cells_stay_missing():
    column = pd.Series(["a", None, "b"], dtype=object)
    held = d.held(d.distinct(column), index=column.index)
    assert held.isna().tolist() == [False, True, False]
    longer = pd.Series(["c", "a", None, "b", "d"], dtype=object)
    few = d.held(d.distinct(longer), index=longer.index)[1:3]  # fewer rows than texts are listed
    assert d.distinct(few).places.tolist() == [0, -1]
    assert d.by_value(few, str.upper).tolist() == ["A", None]
    assert d.by_value(held, str.upper).tolist() == ["A", None, "B"]
    assert d.where(held, lambda text: True).tolist() == [True, False, True]


@pytest.mark.parametrize("rows", [[2, 3, 5], [5], []])
def test_values_in_rows(rows):
    values = pd.Series([1, 2, 3, 4], index=[2, 3, 4, 5])
    assert d.in_rows(values, pd.Index(rows, dtype="int64")).tolist() == [r - 1 for r in rows]
    assert d.in_rows(values, pd.Index([2, 9])).isna().tolist() == [False, True]
