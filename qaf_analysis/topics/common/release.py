"""The gate every result passes before it is worded, drawn or tabulated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Generic, Literal, TypeVar

from qaf_analysis.terms.errors import DisclosureError

Edition = Literal["board"]
MARKING = "OFFICIAL-SENSITIVE"
PERSON_FIELDS = frozenset({"auditor", "moderator", "rater"})
_CODE = re.compile(r"[A-Z]+-[A-Z2-7]{4,20}")

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True, eq=False)
class Released(Generic[Result]):
    """A result that may be shown in the edition named.

    Parameters
    ----------
    result, edition, marking
    headline : str
        What it is about, where there are several headlines; else empty.
    further : tuple of Released
        Answers to the same question for the other headlines.
    """

    result: Result
    edition: Edition
    marking: str
    headline: str = ""
    further: tuple[Released[Result], ...] = ()

    @property
    def every(self) -> tuple[Released[Result], ...]:
        """The answer for each headline, this one first."""
        return (self, *self.further)


def release(result: Result, *, edition: str = "board", headline: str = "") -> Released[Result]:
    """Let a result through to readers of one edition.

    The board edition keeps every count, is marked OFFICIAL-SENSITIVE and names people by code
    only. No other edition is offered: a public one needs disclosure control that this version
    does not have.

    Raises
    ------
    DisclosureError
        If another edition is asked for, or a person stands in the result by anything but a code.

    Examples
    --------
    >>> release({"auditor": "PERSON-ABCDEFGHIJKLMNOPQRST"}).marking
    'OFFICIAL-SENSITIVE'
    """
    if edition != "board":
        raise DisclosureError(
            f'The edition "{edition}" is not offered: this version protects no small counts, so '
            'it builds the "board" edition only. Do not publish it.'
        )
    for name in _people(result):
        if not _CODE.fullmatch(name):
            raise DisclosureError("A person stands in a result by name and not by code.")
    return Released(result=result, edition="board", marking=MARKING, headline=headline)


def release_each(results: Sequence[Result], headlines: Sequence[str]) -> Released[Result]:
    """Let the answers to one question through: the first headline's, with the others behind it.

    Raises
    ------
    DisclosureError
        If one of them may not be shown.
    """
    first, *further = (
        release(result, headline=name) for result, name in zip(results, headlines, strict=True)
    )
    return replace(first, further=tuple(further))


def _people(value: Any) -> Iterator[str]:
    if is_dataclass(value) and not isinstance(value, type):
        pairs = [(field.name, getattr(value, field.name)) for field in fields(value)]
    elif isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, tuple | list):
        pairs = [("", inner) for inner in value]
    else:
        return
    for name, inner in pairs:
        if name in PERSON_FIELDS and isinstance(inner, str):
            yield inner
        else:
            yield from _people(inner)
