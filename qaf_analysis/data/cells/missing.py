"""Words for a missing value, read as blank in every column alike, and counted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qaf_analysis.data.cells.words import CHOICES, RESPONSES, UNKNOWN_FLAGS
from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.distinct import Texts, blanked, where
from qaf_analysis.data.contract.problems import Problems, counted, extract
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.terms.missing_words import MissingWords
from qaf_analysis.terms.scale import Scale
from qaf_analysis.terms.settings import Settings

_SHOWN = 8
# What a date of nought, or of no date at all, looks like once it is shown or saved as text.
_ZERO_DATE = re.compile(
    r"(0?0[-/.]0?1[-/.](19)?00|1900-01-00|0000-00-00|0?0[ -]jan(uary)?[ -](19)?00)( 0?0:00(:00)?)?",
    re.IGNORECASE,
)
_PEOPLE = ("auditor", "second_auditor", "moderator", "rater")


def without_missing_words(
    texts: Texts, *, column: Column, words: MissingWords, known: frozenset[str], problems: Problems
) -> Texts:
    """Blank cells whose word stands for a missing value, and warn once, counting each word.

    What a blank cell leads to is then the same as where nothing was typed.

    Parameters
    ----------
    texts : Series of str
        Tidy texts; the index is the row number.
    known : frozenset of str
        Keys of words that are values of this column (see ``words_known_to``); they stay.
    """
    flags = where(texts, lambda text: _is_missing(text, words=words, known=known))
    if not flags.any():
        return texts
    missing = texts[flags].astype(object)
    counts = missing.value_counts()
    problems.warn(
        code="missing_word",
        row=int(missing.index[0]),
        column=column.heading,
        found=missing_words_found({str(word): int(n) for word, n in counts.items()}),
        expected="a value, or a blank cell",
        mend="none needed, or leave such cells blank; if a word is a value here, name it in "
        f"council.toml, [council] {_allowing(column, str(counts.index[0]))}",
        rows=len(missing),
    )
    return blanked(texts, flags)


def missing_words_found(counts: Mapping[str, int]) -> str:
    """What a reader is told of cells that were read as blank, from the count of each word."""
    met = sorted(counts.items(), key=lambda pair: -pair[1])
    listed = "; ".join(f"{extract(word)} ({n})" for word, n in met[:_SHOWN])
    more = f" and {counted(len(met) - _SHOWN, 'other word')}" if len(met) > _SHOWN else ""
    cells = counted(sum(counts.values()), "cell")
    return f"{cells} with a word for a missing value, read as blank: {listed}{more}"


def without_zero_dates(
    texts: Texts, kinds: Texts | None, *, heading: str, problems: Problems
) -> Texts:
    """Blank dates of nought, which a formula on an empty cell gives; Excel shows 00/01/1900.

    Parameters
    ----------
    texts : Series of str
        Tidy texts of a column of dates.
    kinds : Series of str or None
        Kinds of the cells, for a workbook.
    """
    zero = where(texts, lambda text: _ZERO_DATE.fullmatch(text) is not None)
    if kinds is not None:
        zero |= ((texts == "0") & (kinds.reindex(texts.index) == "d")).to_numpy(dtype=bool)
    rows = texts.index[zero]
    if len(rows):
        problems.warn(
            code="zero_date",
            row=int(rows[0]),
            column=heading,
            found=f"{counted(len(rows), 'date')} of nought, shown as 00/01/1900 or the like, read "
            "as blank: a formula that points to an empty cell gives it",
            expected="a date, or a blank cell",
            mend="none needed if there is no date, or correct the formula",
            rows=len(rows),
        )
    return blanked(texts, zero)


def words_known_to(
    column: Column, *, scales: Sequence[Scale], settings: Settings
) -> frozenset[str]:
    """Keys of the words that a column knows, or that the settings declare for it.

    A word for missing that is declared as a value, such as ``not_graded = ["None"]``, is one.
    """
    if column.kind == "grade":
        return _keys((*(word for scale in scales for word in scale.codes), *settings.not_graded))
    if column.kind == "flag":
        return _keys(UNKNOWN_FLAGS)
    if column.kind == "free":
        return _keys(RESPONSES)
    names = _PEOPLE if column.kind == "person" else (column.name,)
    declared = [word for name in names for word in _words(settings.spellings.get(name, {}))]
    if column.name == "domain":
        declared += [*settings.domains, *settings.judged_domains]
    if column.name == "theme":
        declared += [theme.name for theme in settings.themes]
    return _keys((*declared, *CHOICES.get(column.name, ())))


def _allowing(column: Column, word: str) -> str:
    key = "not_graded" if column.kind == "grade" else "not_missing_words"
    return f"{key} = [{extract(word)}]"


def _is_missing(text: str, *, words: MissingWords, known: frozenset[str]) -> bool:
    return words.means_missing(text) and spelling_key(text) not in known


def _words(spellings: Mapping[str, str]) -> list[str]:
    return [word for pair in spellings.items() for word in pair]


def _keys(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(spelling_key(word) for word in words)
