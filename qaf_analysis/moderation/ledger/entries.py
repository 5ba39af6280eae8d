"""What a ledger holds: entries that are only ever added, each bound to the one before it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

GENESIS = bytes(32)
"""What the first entry names as the sum of the one before it."""

HEAD_DIGITS = 16


class Kind(StrEnum):
    """What an entry records."""

    LEDGER = "ledger"  # the first entry: whose ledger it is, and the head of the one before it
    KEY = "key"  # a public key for signatures, with who vouches for it
    ROUND = "round"  # the plan of a round, or a change of it before packs are made
    DRAW = "draw"
    ASSIGN = "assign"
    PACK = "pack"
    RECEIPT = "receipt"  # a file that came back, as it was read
    GRADE = "grade"  # a moderator's reading of one case
    COMMIT = "commit"  # the moderator confirmed the reading, or the round's silence did
    RECOGNISED = "recognised"  # asked after commitment: file seen before, audit's grade seen
    REVEAL = "reveal"  # the auditor's grade was shown to the moderator
    SECOND_THOUGHT = "second_thought"  # a grade given after the reveal; never a blind one
    RESPONSE = "response"  # the auditor's answer
    DISPUTE = "dispute"
    THIRD_VIEW = "third_view"
    PANEL = "panel"
    OUTCOME = "outcome"  # the grade agreed in the end
    RULE = "rule"  # which grade analyses use
    CLOSE = "close"  # the round is closed
    REPRODUCTION = "reproduction"  # a run was repeated, with what came of it
    FINDING = "finding"  # what a reviewer says of one finding of a run
    SIGN = "sign"
    VOID = "void"  # a signature is withdrawn


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An entry that is to be added.

    Parameters
    ----------
    op : str
        Names the act, so that doing it twice adds nothing: the same act has the same name.
    kind : Kind
    who : str
        Code of the person whose act it is, such as ``M-04``; never a name.
    about : str
        What it is about, from the large to the small: ``2019-20-Q4-a``,
        ``2019-20-Q4-a/K7QM5TXB/B7KD2QXM`` (round, pack, case) or ``run/4f2a09c1d2e3b4a5``.
    body : mapping
        Plain values of JSON.
    """

    op: str
    kind: Kind
    who: str
    about: str
    body: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry as it stands in a ledger.

    Parameters
    ----------
    seq : int
        1, 2, 3 …; the order of entries, whatever the clock said.
    op, kind, who, about, body
        As in ``Draft``.
    at : str
        When, in ISO 8601 with the time zone.
    prev : bytes
        ``hash`` of the entry before it.
    hash : bytes
        SHA-256 over ``prev`` and the rest (``entry_hash``).
    mac : bytes
        Keyed sum of ``hash``: whoever lacks the ledger's key cannot make it.
    """

    seq: int
    op: str
    at: str
    kind: Kind
    who: str
    about: str
    body: Mapping[str, Any]
    prev: bytes
    hash: bytes
    mac: bytes

    @property
    def head(self) -> Head:
        """The state of the ledger after this entry."""
        return Head(seq=self.seq, digits=self.hash.hex()[:HEAD_DIGITS])


@dataclass(frozen=True, kw_only=True)
class Head:
    """How far a ledger goes, to be kept outside it: a cut tail shows by nothing else.

    Examples
    --------
    >>> str(Head(seq=41, digits="9f3c1ab277e05d16"))
    '41 9f3c1ab277e05d16'
    >>> Head.parse("41 9f3c1ab277e05d16").seq
    41
    """

    seq: int
    digits: str

    def __str__(self) -> str:
        return f"{self.seq} {self.digits}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read a head as it is printed.

        Raises
        ------
        ValueError
            If it is none.
        """
        seq, digits = text.split()
        if len(digits) != HEAD_DIGITS or not set(digits) <= set("0123456789abcdef"):
            raise ValueError(text)
        return cls(seq=int(seq), digits=digits)


def canonical(value: object) -> bytes:
    """Return a value of JSON in the one form that is summed.

    Raises
    ------
    ValueError
        If it holds a number that JSON has not.
    """
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.encode("utf-8")


def sum_of(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def entry_hash(
    *, prev: bytes, seq: int, op: str, at: str, kind: str, who: str, about: str, body: object
) -> bytes:
    """SHA-256 of ``prev`` and the entry as canonical JSON."""
    return hashlib.sha256(prev + canonical([seq, op, at, kind, who, about, body])).digest()


def entry_mac(key: bytes, ledger: str, hashed: bytes) -> bytes:
    """Keyed sum of an entry's hash; another ledger with the same key has another."""
    return hmac.digest(key, f"qaf ledger 1\0{ledger}\0".encode() + hashed, "sha256")
