"""Columns that hold one of a few words: choices, yes or no, quarters, probabilities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from qaf_analysis.data.cells.near_words import near_choice
from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.paste import block, lines_for, listed
from qaf_analysis.data.contract.problems import Problems, counted, extract
from qaf_analysis.data.contract.spelling import Texts, by_value, spelling_key
from qaf_analysis.data.files.headings import folded
from qaf_analysis.terms.errors import UnknownQuarterError
from qaf_analysis.terms.names import AuditType, Role, Selection
from qaf_analysis.terms.quarter import Quarter

CHOICES: Mapping[str, Sequence[str]] = {
    "audit_type": [str(word) for word in AuditType],
    "role": [str(word) for word in Role],
    "selected_by": [str(word) for word in Selection],
}
_FLAGS = {"yes": True, "y": True, "true": True, "1": True}
_FLAGS |= {"no": False, "n": False, "false": False, "0": False}
UNKNOWN_FLAGS = ("", "unknown", "not known")
RESPONSES = ("agreed", "partly agreed", "disagreed", "accepted", "none", "no response")
GIVEN = "given"


def read_choice(
    texts: Texts, *, column: Column, spellings: Mapping[str, str], problems: Problems
) -> Texts:
    """Read one of a list of words; blank stays blank.

    Parameters
    ----------
    spellings : mapping of str to str
        Declared further words, each to one of the list.
    """
    allowed = {folded(word): word for word in CHOICES[column.name]}
    declared = {spelling_key(k): allowed.get(folded(v), "") for k, v in spellings.items()}

    def reading(text: str) -> str | None:
        if not text:
            return ""
        return declared.get(spelling_key(text)) or allowed.get(folded(text))

    expected = f"one of {', '.join(CHOICES[column.name])}"
    mend = f"use one of these words, or declare it in council.toml under [spellings.{column.name}]"
    values = _read(texts, reading, column=column, expected=expected, mend=mend, problems=problems)
    unknown = texts[[value is None for value in values]]
    if len(unknown):
        counts = {str(word): int(n) for word, n in unknown.value_counts().items()}
        near = {word: near_choice(word, CHOICES[column.name]) for word in counts}
        hint = f" one of {', '.join(CHOICES[column.name])}"
        problems.advise(
            code="words_to_declare",
            row=int(unknown.index[0]),
            column=column.heading,
            found=f"{counted(len(counts), 'word')} not known here: {listed(counts)}",
            expected=expected,
            mend="say in council.toml what each word means (add the lines to the table if it is "
            "there already)"
            + block(f"spellings.{column.name}", lines_for(counts, near=near, hint=hint)),
            rows=len(unknown),
        )
    return values


def read_flag(texts: Texts, *, column: Column, problems: Problems) -> Texts:
    """Read yes or no; ``pd.NA`` where blank or unknown."""

    def reading(text: str) -> Any:
        key = text.casefold()
        return pd.NA if key in UNKNOWN_FLAGS else _FLAGS.get(key)

    return _read(
        texts,
        reading,
        column=column,
        expected="yes, no, or blank where not known",
        mend="write yes or no",
        problems=problems,
    )


def read_share(texts: Texts, *, column: Column, problems: Problems) -> Texts:
    """Read a probability such as 0.25 or 25%; NaN where blank."""

    def reading(text: str) -> float | None:
        if not text:
            return float("nan")
        number = text.removesuffix("%")
        try:
            value = float(number) / (100 if number != text else 1)
        except ValueError:
            return None
        return value if 0 < value <= 1 else None

    return _read(
        texts,
        reading,
        column=column,
        expected="a probability above 0 and at most 1, such as 0.25",
        mend="correct the probability, or leave the cell blank where it was not recorded",
        problems=problems,
    )


def check_quarters(texts: Texts, days: Texts, *, heading: str, problems: Problems) -> None:
    """Set aside rows whose stated quarter is not the one in which their date falls."""

    stated = by_value(texts[texts != ""], _financial)
    calendar = by_value(texts[stated.index[stated.isna()]], _calendar).dropna()
    if len(calendar):
        stated = stated.where(~stated.index.isin(calendar.index), calendar.reindex(stated.index))
        problems.note(
            code="calendar_quarter",
            column=heading,
            found=f"{len(calendar):,} calendar quarters, checked against the dates",
            expected="financial quarters such as 2019-20 Q3",
            mend="nothing needs mending",
            rows=len(calendar),
        )
    unread = [int(row) for row in stated.index[stated.isna()]]
    problems.set_aside(
        unread,
        code="quarter_unreadable",
        column=heading,
        found=[f"{extract(texts[row])}, which is not a financial quarter" for row in unread],
        expected="a quarter such as 2019-20 Q3 (April to June is Q1)",
        mend="write the quarter in this way, or leave the column out: the date gives it",
    )
    both = stated.dropna().index.intersection(days.dropna().index)
    derived = by_value(quarter_names(days[both]), Quarter.parse)
    differ = [int(row) for row in both[(stated[both] != derived[both]).to_numpy(dtype=bool)]]
    problems.set_aside(
        differ,
        code="quarter_disagrees",
        column=heading,
        found=[f"the quarter {stated[r]} beside a date in {derived[r]}" for r in differ],
        expected="the quarter in which the date falls",
        mend="correct the quarter or the date",
    )


def _financial(text: str) -> Quarter | None:
    try:
        return Quarter.parse(text)
    except UnknownQuarterError:
        return None


def _calendar(text: str) -> Quarter | None:
    try:
        return Quarter.parse_calendar(text)
    except UnknownQuarterError:
        return None


def quarter_names(days: Texts) -> Texts:
    """Financial quarters of dates, as text; NaN for NaT.

    Examples
    --------
    >>> list(quarter_names(pd.Series(pd.to_datetime(["2020-02-07"]))))
    ['2019-20 Q4']
    """
    places, distinct = pd.factorize(days.to_numpy())
    names = [str(Quarter.of(date.fromisoformat(str(day)[:10]))) for day in distinct]
    values = np.array([*names, None], dtype=object)[places]  # place -1 (NaT) takes the last
    return pd.Series(values, index=days.index, dtype="str")


def only_given(texts: Texts) -> Texts:
    """Replace free text by whether there is any: the words themselves never go further.

    The short answers in ``RESPONSES`` are kept, since they identify nobody.
    """

    def reading(text: str) -> str:
        key = spelling_key(text)
        return key if key in RESPONSES else GIVEN if key else ""

    return by_value(texts, reading)


def _read(
    texts: Texts,
    reading: Callable[[str], Any],
    *,
    column: Column,
    expected: str,
    mend: str,
    problems: Problems,
) -> Texts:
    values = by_value(texts, reading)
    bad = [int(row) for row in values.index[[value is None for value in values]]]
    problems.set_aside(
        bad,
        code="unknown_word",
        column=column.heading,
        found=[extract(texts[row]) for row in bad],
        expected=expected,
        mend=mend,
    )
    return values
