"""Words that a council declares: spellings, words for missing, words for ungraded.

Each word has one meaning, or the settings are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from qaf_analysis.terms.missing_words import MissingWords, plain_spelling
from qaf_analysis.terms.names import (
    NOT_STATED,
    REREADING_ROLES,
    TICKED,
    AuditType,
    Role,
    Selection,
)
from qaf_analysis.terms.scale import OFSTED4, Scale
from qaf_analysis.terms.settings import FileSettings
from qaf_analysis.terms.settings_table import SettingsTable

PEOPLE = ("auditor", "second_auditor", "moderator", "rater")
"""Columns of people; a spelling declared for one of them holds for all."""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "audit_type": tuple(str(word) for word in AuditType),
    "role": tuple(str(word) for word in Role if word not in NOT_STATED),
    "selected_by": tuple(str(word) for word in Selection),
    "reading": tuple(str(word) for word in REREADING_ROLES),
    "recognised": TICKED,
    "saw_audit_grade": TICKED,
}
"""Columns that hold one of a few words."""
WORDS = ("team", "case_type", "theme", "sample_method", "moderation_source", "round", "domain")
SPELT = (*PEOPLE, *WORDS, *CHOICES)
"""Columns of which further spellings may be declared."""
Spellings = Mapping[str, Mapping[str, str]]


def spellings_from(reader: SettingsTable) -> dict[str, dict[str, str]]:
    """Return the tables ``[spellings.team]`` and their like.

    Raises
    ------
    SettingsError
        If a table is of no column known, an agreed spelling is empty, or one spelling has two
        meanings.

    Examples
    --------
    >>> table = {"spellings": {"team": {"Nth": "North"}}}
    >>> spellings_from(SettingsTable(table, where="council.toml"))
    {'team': {'Nth': 'North'}}
    """
    declared: dict[str, Any] = reader.raw("spellings", dict, {})
    tables = reader.table("spellings")
    for column in declared:
        if column not in SPELT:
            raise reader.fail(f"[spellings.{column}] is {_no_such_column(column)}")
    spellings = {column: tables.words(column) for column in declared}
    for problem in _problems(spellings):
        raise reader.fail(problem)
    return spellings


def missing_words_from(council: SettingsTable) -> MissingWords:
    """Return the words for missing, with those that the council adds or takes out.

    Raises
    ------
    SettingsError
        If a word is empty, stands in both lists, or is taken out though it is in none.
    """
    words = MissingWords(
        added=council.texts("missing_words"), allowed=council.texts("not_missing_words")
    )
    listed = MissingWords(added=words.added)
    for key, texts in (("missing_words", words.added), ("not_missing_words", words.allowed)):
        if not all(text.strip() for text in texts):
            raise council.fail(f'"{key}" holds an empty text; a blank cell is missing anyhow.')
        council.refuse_twice(key, tuple(plain_spelling(text) for text in texts))
    allowed = {plain_spelling(text) for text in words.allowed}
    for text in words.added:
        if plain_spelling(text) in allowed:
            raise council.fail(
                f'"{text}" stands in "missing_words" and "not_missing_words"; take it out of one.'
            )
    for text in words.allowed:
        if not listed.means_missing(text):
            raise council.fail(
                f'"not_missing_words" names "{text}", which is no word for missing; take it out.'
            )
    return words


def refuse_contradictory_words(
    council: SettingsTable,
    *,
    scales: tuple[Scale, ...],
    not_graded: tuple[str, ...],
    missing: MissingWords,
    spellings: Spellings,
    domains: tuple[str, ...],
    files: tuple[FileSettings, ...],
) -> None:
    """Refuse a word that is given two meanings in different tables.

    Raises
    ------
    SettingsError
        Naming the word and the tables.
    """
    for named in (*scales, *(file.scale for file in files if file.scale is not None)):
        codes = {plain_spelling(text): named.levels[code] for text, code in named.codes.items()}
        for text in not_graded:
            if plain_spelling(text) in codes:
                raise council.fail(
                    f'"not_graded" names "{text}", which the scale "{named.name}" reads as the '
                    f"grade {codes[plain_spelling(text)]}; take it out of one of the two."
                )
        for text in missing.added:
            if plain_spelling(text) in codes:
                raise council.fail(
                    f'"missing_words" names "{text}", which the scale "{named.name}" reads as the '
                    f"grade {codes[plain_spelling(text)]}; take it out of one of the two."
                )
    for problem in _against_domains(spellings, domains):
        raise council.fail(problem)
    for column in (name for name in PEOPLE if name in spellings):
        for text, agreed in spellings[column].items():
            if missing.means_missing(agreed):
                raise council.fail(
                    f'[spellings.{column}] reads "{text}" as "{agreed}", a word for a missing '
                    "value, which would count as a person. Take the line out: such cells are read "
                    f'as blank; or declare not_missing_words = ["{agreed}"].'
                )


def refuse_reversed_scale(scale: Scale) -> None:
    """Refuse a scale that names Ofsted's grades from best to worst.

    Raises
    ------
    ValueError
        With what was found; every grade would count as its opposite.
    """
    places = [scale.codes.get(plain_spelling(level)) for level in OFSTED4.levels]
    known = [place for place in places if place is not None]
    if len(known) > 1 and known != sorted(known):
        raise ValueError(
            f'"levels" stand as {", ".join(scale.levels)}; write them from worst to best, or the '
            "best grade would count as the worst."
        )


def _no_such_column(column: str) -> str:
    if plain_spelling(column) in ("grade", "grades"):
        return "not known here; further words for a grade stand under [grades]."
    near = get_close_matches(column, SPELT, n=1, cutoff=0.0)[0]
    return f"not known here; nearest: [spellings.{near}]; known: {', '.join(SPELT)}."


def _problems(spellings: Spellings) -> Iterator[str]:
    for column, words in spellings.items():
        for text, agreed in words.items():
            yield from _pair_problems(column, text, agreed)
    people: dict[str, str] = {}
    for column in PEOPLE:
        # A person may audit and moderate, so one name has one meaning in all these tables.
        yield from _contradictions(column, spellings.get(column, {}), people)
    for column in spellings:
        if column not in PEOPLE:
            yield from _contradictions(column, spellings[column], {})


def _pair_problems(column: str, text: str, agreed: str) -> Iterator[str]:
    if not text.strip():
        yield f"[spellings.{column}] has an empty spelling; a blank cell is missing. Take it out."
    if not agreed.strip():
        yield (
            f'[spellings.{column}] "{text}" has an empty agreed spelling. Take the line out; to '
            f'have the word read as blank, declare missing_words = ["{text}"] under [council].'
        )
    if column in CHOICES:
        known = {plain_spelling(word) for word in CHOICES[column]}
        if plain_spelling(agreed) not in known:
            yield (
                f'[spellings.{column}] reads "{text}" as "{agreed}"; expected one of '
                f"{', '.join(CHOICES[column])}."
            )


def _contradictions(
    column: str, words: Mapping[str, str], meanings: dict[str, str]
) -> Iterator[str]:
    """Spellings with two meanings, and agreed spellings that are themselves read as another.

    ``meanings`` holds the words of tables that belong together, and takes in those of this one.
    """
    agreed_as = {plain_spelling(agreed): agreed for agreed in meanings.values()}
    for text, agreed in words.items():
        key = plain_spelling(text)
        earlier = meanings.setdefault(key, agreed)
        if plain_spelling(earlier) != plain_spelling(agreed):
            yield (
                f'[spellings.{column}] gives "{text}" two meanings, "{earlier}" and "{agreed}" '
                "(case and spaces make no difference); keep one."
            )
        other = agreed_as.setdefault(plain_spelling(agreed), agreed)
        if other != agreed:
            yield (
                f'[spellings.{column}] agrees on both "{other}" and "{agreed}", which differ in '
                "case or spaces only; keep one."
            )
    for text, agreed in meanings.items():
        onward = meanings.get(plain_spelling(agreed), agreed)
        if plain_spelling(onward) != plain_spelling(agreed):
            yield (
                f'[spellings.{column}] reads "{text}" as "{agreed}", and "{agreed}" as "{onward}"; '
                "write the agreed spelling in both lines (a chain or a circle is not followed)."
            )


def _against_domains(spellings: Spellings, domains: tuple[str, ...]) -> Iterator[str]:
    known = {plain_spelling(domain): domain for domain in domains}
    if not known:
        return
    for text, agreed in spellings.get("domain", {}).items():
        if plain_spelling(agreed) not in known:
            yield (
                f'[spellings.domain] reads "{text}" as "{agreed}", which is not in [domains]; '
                f"expected one of {', '.join(domains)}."
            )
        if known.get(plain_spelling(text), agreed) != known.get(plain_spelling(agreed), agreed):
            yield (
                f'[spellings.domain] reads "{text}" as "{agreed}", but "{text}" stands in '
                "[domains] as a domain of its own; take it out of one of the two."
            )
