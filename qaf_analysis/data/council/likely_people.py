"""Names that are likely of one person under two spellings: reported, never joined."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qaf_analysis.data.contract.distinct import Texts, counts_of
from qaf_analysis.data.contract.spelling import (
    has_other_alphabet,
    latin,
    lookalike_key,
    spelling_key,
)

_TITLES = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "cllr", "sir", "dame"}
_AFTERTHOUGHT = re.compile(r"\(.*?\)|\[.*?\]")
_MAIL = re.compile(r"([\w.+-]+)@[\w-]+\.[\w.-]+")


@dataclass(frozen=True, kw_only=True)
class Likely:
    """A name that is likely of somebody who stands under another spelling too.

    Parameters
    ----------
    name : str
        The rarer or shorter spelling, or the one with letters of another alphabet.
    others : tuple of str
        Whom it may be; more than one where the name does not tell.
    why : str
        In what the spellings differ.
    """

    name: str
    others: tuple[str, ...]
    why: str


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """Surname and forenames of a name, in plain Latin letters; initials are single letters."""

    surname: str
    forenames: tuple[str, ...]

    @property
    def is_short(self) -> bool:
        return not self.forenames or len(self.forenames[0]) == 1


def likely_people(names: Texts) -> tuple[Likely, ...]:
    """Names that look alike, or are one another with an initial, a title or in another order.

    Parameters
    ----------
    names : Series of str
        Agreed spellings, one for each grade given; blank where there is no name.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["Mo Khan", "Mo Khan", "M Khan", "Smith, Jane", "Jane Smith"]
    >>> found = likely_people(pd.Series(names))
    >>> [(pair.name, pair.others) for pair in found]
    [('Smith, Jane', ('Jane Smith',)), ('M Khan', ('Mo Khan',))]
    """
    counts = {name: n for name, n in counts_of(names).items() if name}
    # The commonest spelling stands; of equally common ones the one without a comma or @. A letter
    # of another alphabet is never what was meant, however often it was copied.
    order = sorted(
        counts,
        key=lambda name: (
            has_other_alphabet(name),
            -counts[name],
            "," in name,
            "@" in name,
            not name.isascii(),
            name,
        ),
    )
    found = _same_letters(order)
    taken = {pair.name for pair in found}
    return (*found, *_followed(_shortened([name for name in order if name not in taken])))


def _followed(pairs: list[Likely]) -> list[Likely]:
    """Each pair with the fullest spelling, so that no line to paste leads on to another."""
    onward = same_person(pairs)
    return [
        Likely(
            name=pair.name,
            others=tuple(dict.fromkeys(onward.get(other, other) for other in pair.others)),
            why=pair.why,
        )
        for pair in pairs
    ]


def same_person(pairs: Iterable[Likely]) -> dict[str, str]:
    """Whom each name most likely is, where the name tells."""
    return {pair.name: pair.others[0] for pair in pairs if len(pair.others) == 1}


def _same_letters(order: list[str]) -> list[Likely]:
    """Names of the same words, whatever their order, alphabet, title or punctuation."""
    commonest: dict[str, str] = {}
    found = []
    for name in order:
        key = lookalike_key(re.sub(r"['’`´]", "", _bare(name)))
        if not key:
            continue
        other = commonest.setdefault(key, name)
        if spelling_key(name) != spelling_key(other):
            found.append(Likely(name=name, others=(other,), why=_difference(name, other)))
    return found


def _difference(name: str, other: str) -> str:
    if not name.isascii() and latin(name) == latin(other):
        return "letters of another alphabet or accents"
    return "the order of the names, a title or letters that look alike"


def _shortened(order: list[str]) -> list[Likely]:
    """Names with an initial for a forename of somebody with the same surname."""
    parts = {name: _parts(name) for name in order}
    by_surname: dict[str, list[str]] = {}
    for name, known in parts.items():
        if known is not None:
            by_surname.setdefault(known.surname, []).append(name)
    found = []
    for name, short in parts.items():
        if short is None or not short.forenames:
            continue
        others = tuple(
            other
            for other in by_surname[short.surname]
            if other != name and _may_be(short, parts[other], order.index(name), order.index(other))
        )
        if others:
            found.append(Likely(name=name, others=others, why="an initial or a middle name"))
    return found


def _may_be(short: _Parts, full: _Parts | None, place: int, other: int) -> bool:
    """Whether the one name is a shorter form of the other."""
    if full is None or not full.forenames:
        return False
    first, second = short.forenames[0], full.forenames[0]
    if short.is_short and not full.is_short:
        return second.startswith(first)
    # Both in full, or both as initials: the same forename with and without a middle name.
    if first != second or len(short.forenames) == len(full.forenames):
        return False
    middle = {len(short.forenames), len(full.forenames)}
    return 1 in middle and (len(short.forenames), place) > (len(full.forenames), other)


def _bare(name: str) -> str:
    """Name without titles, remarks in brackets and the address behind an @."""
    mail = _MAIL.fullmatch(name.strip())
    plain = re.sub(r"[._+-]+", " ", mail[1]) if mail else _AFTERTHOUGHT.sub(" ", name)
    words = re.split(r"(\s+|,)", plain)
    return "".join(w for w in words if w.casefold().strip(".") not in _TITLES).strip(" ,")


def _parts(name: str) -> _Parts | None:
    """Surname and forenames; None for what is no name of letters, such as "Auditor 01"."""
    bare = re.sub(r"['’`´]", "", latin(_bare(name))).replace(".", " ")
    if any(c.isdigit() for c in bare):
        return None
    before, comma, after = bare.partition(",")
    words = [re.sub(r"[^\w-]", "", word) for word in bare.replace(",", " ").split()]
    if len(words) < 2:
        return None
    if comma and after.strip():
        surname = re.sub(r"[^\w-]", "", before.replace(" ", ""))
        return _Parts(surname=surname, forenames=tuple(words[len(before.split()) :]))
    if len(words[-1]) == 1 and len(words[0]) > 1:
        return _Parts(surname=words[0], forenames=tuple(words[1:]))
    return _Parts(surname=words[-1], forenames=tuple(words[:-1]))
