"""What a report says of its signature: who checked it, when, what is open, and whether it holds.

A value without any rule: whether a signature holds is decided where runs and ledgers are known
(``moderation.signoff``), and told here in the same words in every edition and format.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qaf_analysis.kit.numbers import counted
from qaf_analysis.kit.parts import listed
from qaf_analysis.terms.errors import DocumentError

RUN_DIGITS = 8
"""Digits of a run's id where a footer has no room for all."""

DRAFT = "A draft: do not quote."

WATERMARK = "#eceef2"
"""Colour of what stands across a printed page: seen at once, and light enough to read over."""


class Standing(StrEnum):
    """Whether a report is signed, and whether its signature still applies."""

    NOT_SIGNED = "not signed"
    SIGNED = "signed"
    REFUSED = "signature refused"
    SUPERSEDED = "superseded"
    WITHDRAWN = "signature withdrawn"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One person's decision on a report.

    Parameters
    ----------
    role, code : str
        Such as ``external moderator`` and ``M-04``; never a name.
    on : date
        Day of the decision.
    conflicts : str
        Conflicts of interest that the person declared; empty for none.
    comments : str
        What the person says of the report; may be empty.
    """

    role: str
    code: str
    on: date
    conflicts: str = ""
    comments: str = ""

    @property
    def who(self) -> str:
        """The person in a sentence, such as ``external moderator (M-04)``."""
        return f"{self.role} ({self.code})"


@dataclass(frozen=True, kw_only=True)
class OpenQuery:
    """Something that a reviewer asks of a finding, or disagrees with.

    Parameters
    ----------
    words : str
        The query.
    finding : str
        What it is about, in words.
    card : int
        Which of the first page's cards it is about, from 1; 0 for none of them.
    disagrees : bool
        Whether the reviewer disagrees with the finding.
    """

    words: str
    finding: str
    card: int = 0
    disagrees: bool = False

    @property
    def kind(self) -> str:
        """What it is, in a word."""
        return "Disagrees" if self.disagrees else "Query"

    @property
    def sentence(self) -> str:
        """The query with what it is about."""
        return f"{self.kind}, on “{self.finding}”: {self.words}"


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """The state of a report's signature, as its first page shows it.

    Parameters
    ----------
    standing : Standing
        Whether it is signed.
    signatures : tuple of Signature
        Who decided; empty while nobody has.
    queries : tuple of OpenQuery
        Queries that are open.
    by_run : str
        Run that superseded this one.
    on : date or None
        Day on which the report was superseded or the signature withdrawn.
    head : str
        Number of the ledger's last entry and 16 digits of its sum; empty without a ledger.

    Raises
    ------
    DocumentError
        If what the standing says is not given.

    Examples
    --------
    >>> SignOff().sentences
    ('Not signed. A draft: do not quote.',)
    >>> signed = Signature(role="external moderator", code="M-04", on=date(2020, 1, 31))
    >>> SignOff(standing=Standing.SIGNED, signatures=(signed,)).watermark
    ''
    """

    standing: Standing = Standing.NOT_SIGNED
    signatures: tuple[Signature, ...] = ()
    queries: tuple[OpenQuery, ...] = ()
    by_run: str = ""
    on: date | None = None
    head: str = ""

    def __post_init__(self) -> None:
        if bool(self.signatures) != (self.standing != Standing.NOT_SIGNED):
            raise DocumentError("A signed report names who signed it, and no other one does.")
        if self.standing == Standing.SUPERSEDED and not (self.by_run and self.on):
            raise DocumentError("A superseded report names the later run and its day.")
        if self.standing == Standing.WITHDRAWN and self.on is None:
            raise DocumentError("A withdrawn signature has the day on which it was withdrawn.")

    @property
    def is_valid(self) -> bool:
        """Whether the report is signed and the signature applies."""
        return self.standing == Standing.SIGNED

    @property
    def watermark(self) -> str:
        """What stands across each page; empty while a signature applies."""
        match self.standing:
            case Standing.SIGNED:
                return ""
            case Standing.SUPERSEDED:
                return "Superseded"
            case Standing.WITHDRAWN:
                return "Signature withdrawn"
            case _:
                return "Draft, not signed"

    @property
    def chip(self) -> str:
        """One line for the head of the first page."""
        if self.standing == Standing.NOT_SIGNED:
            return f"Not signed. {DRAFT}"
        return self.standing.capitalize()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who decided what and when, without the open queries."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        match self.standing:
            case Standing.SIGNED:
                yield from map(_checked, self.signatures)
            case Standing.REFUSED:
                for one in self.signatures:
                    yield f"The {one.who} refused to sign on {day(one.on)}."
                yield f"Not signed. {DRAFT}"
            case Standing.SUPERSEDED if self.on is not None:
                run = self.by_run[:RUN_DIGITS]
                yield (
                    f"Superseded: the figures were run again on {day(self.on)} (run {run}). "
                    "This copy's signature no longer applies."
                )
            case Standing.WITHDRAWN if self.on is not None:
                who = listed([f"the {one.who}" for one in self.signatures])
                yield f"The signature of {who} was withdrawn on {day(self.on)}. {DRAFT}"
            case _:
                yield f"Not signed. {DRAFT}"

    @property
    def conflicts(self) -> str:
        """What conflicts of interest the signers declared, in a sentence; empty unless signed."""
        if not self.is_valid:
            return ""
        told = [one for one in self.signatures if one.conflicts]
        if not told:
            return "Conflicts of interest declared: none."
        if len(self.signatures) == 1:
            return f"Conflicts of interest declared: {_ended(told[0].conflicts)}"
        each = "; ".join(f"{one.code}: {one.conflicts.rstrip('.')}" for one in told)
        return f"Conflicts of interest declared: {each}."

    @property
    def shows_remarks(self) -> bool:
        """Whether comments and queries stand on the first page: not once they are out of date."""
        return self.standing in (Standing.SIGNED, Standing.REFUSED)

    @property
    def comments(self) -> tuple[str, ...]:
        """Comments of the signers, each with who says it."""
        told = [one for one in self.signatures if one.comments and self.shows_remarks]
        return tuple(f"Comments of the {one.who}: {_ended(one.comments)}" for one in told)

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that it says on a first page, but for where queries lead."""
        queries = self.queries if self.shows_remarks else ()
        return (
            *self.sentences,
            *((queries_open(len(queries)),) if queries else ()),
            *((self.conflicts,) if self.conflicts else ()),
            *self.comments,
            *(query.sentence for query in queries),
        )


UNSIGNED = SignOff()


def footer_line(run_id: str, sign_off: SignOff) -> str:
    """Return what stands at the foot of each page: the run, and the ledger's head if there is one.

    Examples
    --------
    >>> footer_line("4f2a09c1d2e3b4a5", SignOff(head="41 9f3c1ab277e05d16"))
    'run 4f2a09c1 · ledger 41 9f3c1ab277e05d16'
    """
    head = f" · ledger {sign_off.head}" if sign_off.head else ""
    return f"run {run_id[:RUN_DIGITS]}{head}"


def queries_open(number: int) -> str:
    """Say how many queries are open.

    Examples
    --------
    >>> queries_open(1), queries_open(2)
    ('1 query is open.', '2 queries are open.')
    """
    return f"{counted(number, 'query', 'queries')} {'is' if number == 1 else 'are'} open."


def day(when: date) -> str:
    """Write a day as in a sentence.

    Examples
    --------
    >>> day(date(2020, 1, 31))
    '31 January 2020'
    """
    return f"{when.day} {when:%B %Y}"


def _checked(one: Signature) -> str:
    return (
        f"Checked and signed by the {one.who} on {day(one.on)}, after the run was repeated with "
        "the same result."
    )


def _ended(words: str) -> str:
    told = " ".join(words.split())
    return told if told.endswith((".", "!", "?")) else f"{told}."
