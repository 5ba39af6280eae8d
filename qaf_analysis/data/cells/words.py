"""Columns that hold one of a few words: choices, yes or no, quarters, probabilities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.cells.near_words import near_choice
from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.distinct import Distinct, Texts, by_text, distinct, held, in_rows
from qaf_analysis.data.contract.paste import block, lines_for, listed
from qaf_analysis.data.contract.problems import Problems, counted, extract
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.files.headings import folded
from qaf_analysis.terms.errors import UnknownQuarterError
from qaf_analysis.terms.names import (
    NOT_STATED,
    REREADING_ROLES,
    TICKED,
    AuditType,
    Role,
    Selection,
)
from qaf_analysis.terms.quarter import Quarter

CHOICES: Mapping[str, Sequence[str]] = {
    "audit_type": [str(word) for word in AuditType],
    "role": [str(word) for word in Role if word not in NOT_STATED],
    "selected_by": [str(word) for word in Selection],
    "reading": [str(word) for word in REREADING_ROLES],
    "recognised": TICKED,
    "saw_audit_grade": TICKED,
}
_FLAGS = {"yes": True, "y": True, "true": True, "1": True}
_FLAGS |= {"no": False, "n": False, "false": False, "0": False}
UNKNOWN_FLAGS = ("", "unknown", "not known")
RESPONSES = ("agreed", "partly agreed", "disagreed", "accepted", "none", "no response")
GIVEN = "given"
_NO_QUARTER = -1


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
    words = _read(texts, reading, column=column, expected=expected, mend=mend, problems=problems)
    values = held(words, index=texts.index)
    unknown = texts[values.isna()].astype(object)
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

    flags = _read(
        texts,
        reading,
        column=column,
        expected="yes, no, or blank where not known",
        mend="write yes or no",
        problems=problems,
    )
    stated = flags.spread(np.array([flag is True for flag in flags.texts], dtype=bool), missing=0)
    known = flags.spread(
        np.array([isinstance(flag, bool) for flag in flags.texts], dtype=bool), missing=0
    )
    return pd.Series(pd.arrays.BooleanArray(stated, ~known), index=texts.index)


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

    shares = _read(
        texts,
        reading,
        column=column,
        expected="a probability above 0 and at most 1, such as 0.25",
        mend="correct the probability, or leave the cell blank where it was not recorded",
        problems=problems,
    )
    numbers = np.array(shares.texts, dtype=np.float64)  # None becomes NaN
    return pd.Series(shares.spread(numbers, missing=np.nan), index=texts.index)


def check_quarters(texts: Texts, days: Texts, *, heading: str, problems: Problems) -> None:
    """Set aside rows whose stated quarter is not the one in which their date falls."""

    found = distinct(texts)
    stated = [_financial(text) if text else None for text in found.texts]
    calendar = [
        _calendar(text) if text and quarter is None else None
        for text, quarter in zip(found.texts, stated, strict=True)
    ]
    number = int(found.chosen([quarter is not None for quarter in calendar]).sum())
    if number:
        problems.note(
            code="calendar_quarter",
            column=heading,
            found=f"{number:,} calendar quarters, checked against the dates",
            expected="financial quarters such as 2019-20 Q3",
            mend="nothing needs mending",
            rows=number,
        )
    read = [one or other for one, other in zip(stated, calendar, strict=True)]
    blind = [bool(t) and quarter is None for t, quarter in zip(found.texts, read, strict=True)]
    problems.set_aside(
        texts.index[found.chosen(blind)].tolist(),
        code="quarter_unreadable",
        column=heading,
        found=lambda row: f"{extract(texts[row])}, which is not a financial quarter",
        expected="a quarter such as 2019-20 Q3 (April to June is Q1)",
        mend="write the quarter in this way, or leave the column out: the date gives it",
    )
    indices = [_NO_QUARTER if quarter is None else quarter.index for quarter in read]
    said = found.spread(np.array(indices, dtype=np.int64), missing=_NO_QUARTER)
    dated = quarter_indices(in_rows(days, texts.index).to_numpy(dtype="datetime64[D]"))
    differ = (said != dated) & (said != _NO_QUARTER) & (dated != _NO_QUARTER)
    both = pd.DataFrame({"said": said, "dated": dated}, index=texts.index)[differ]
    problems.set_aside(
        both.index.tolist(),
        code="quarter_disagrees",
        column=heading,
        found=lambda row: (
            f"the quarter {Quarter.from_index(int(both.at[row, 'said']))} beside a date in "
            f"{Quarter.from_index(int(both.at[row, 'dated']))}"
        ),
        expected="the quarter in which the date falls",
        mend="correct the quarter or the date",
    )


def quarter_indices(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """``Quarter.index`` of each day; -1 where there is none."""
    months = days.astype("datetime64[M]").astype(np.int64)  # from January 1970
    return np.where(np.isnat(days), _NO_QUARTER, 1970 * 4 + (months - 3) // 3)


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
    places, different = pd.factorize(days.to_numpy())
    names = [str(Quarter.of(date.fromisoformat(str(day)[:10]))) for day in different]
    values = np.array([*names, None], dtype=object)[places]  # place -1 (NaT) takes the last
    return pd.Series(values, index=days.index, dtype="str")


def only_given(texts: Texts) -> Texts:
    """Replace free text by whether there is any: the words themselves never go further.

    The short answers in ``RESPONSES`` are kept, since they identify nobody.
    """

    def reading(text: str) -> str:
        key = spelling_key(text)
        return key if key in RESPONSES else GIVEN if key else ""

    return by_text(texts, reading)


def _read(
    texts: Texts,
    reading: Callable[[str], Any],
    *,
    column: Column,
    expected: str,
    mend: str,
    problems: Problems,
) -> Distinct:
    """Value of each distinct text; rows of which it is None are set aside."""
    found = distinct(texts)
    values = [reading(text) for text in found.texts]
    problems.set_aside(
        texts.index[found.chosen([value is None for value in values])].tolist(),
        code="unknown_word",
        column=column.heading,
        found=lambda row: extract(texts[row]),
        expected=expected,
        mend=mend,
    )
    read = np.empty(len(values), dtype=object)
    read[:] = values
    return replace(found, texts=read)
