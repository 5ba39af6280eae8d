"""Codes of rounds, packs, cases and rows that survive spreadsheets, and say whose row it is.

The letters have no vowel, so no code is a word, a month or an exponent; no 0 and no 1, which are
read as O and I; and the first symbol is a letter, so that no spreadsheet makes a number of it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

LETTERS = "BCDFGHJKLMNPQRSTVWXYZ"
SYMBOLS = LETTERS + "23456789"
CODE_LENGTH = 8
CHECK_LENGTH = 5


@dataclass(frozen=True, kw_only=True)
class RoundKey:
    """The secret from which the codes of one round are made; it stays with the round's owner.

    Codes are keyed sums of identifiers alone: whoever lacks the secret learns nothing from a code,
    and no grade has a part in it.

    Examples
    --------
    >>> key = RoundKey(secret=bytes(32), round="2019-20-Q4-a")
    >>> key.code("pack", "M-04") == key.code("pack", "M-04") != key.code("case", "M-04")
    True
    >>> split_row_key(key.row_key("B7KD2QXM", "B7KD3QXM", "Plan", version=1))[0]
    'B7KD3QXM'
    """

    secret: bytes = field(repr=False)
    round: str

    @classmethod
    def derived(cls, ledger_secret: bytes, round: str) -> RoundKey:
        """The key of a round from the secret of its ledger."""
        return cls(secret=_sum(ledger_secret, "round key 1", round), round=round)

    def code(self, kind: str, *names: str) -> str:
        """Code of eight symbols of a pack, or of a case in a pack."""
        digest = _sum(self.secret, kind, self.round, *names)
        return _symbols(digest, CODE_LENGTH)

    def order(self, pack: str, case: str) -> bytes:
        """What cases of a pack are sorted by: a random order that no grade has a part in."""
        return _sum(self.secret, "order", self.round, pack, case)

    def check(self, pack: str, case: str, domain: str, *, version: int) -> str:
        """Check of five symbols that a row belongs to this pack, case and domain."""
        digest = _sum(self.secret, "row", self.round, pack, case, domain, str(version))
        return _symbols(digest, CHECK_LENGTH)

    def row_key(self, pack: str, case: str, domain: str, *, version: int) -> str:
        """Key of a row: code of its case, a dash, and the check."""
        return f"{case}-{self.check(pack, case, domain, version=version)}"


def split_row_key(text: str) -> tuple[str, str] | None:
    """Code of the case and check of what looks like a row key; None where it does not.

    Capitals, spaces around and the kind of dash do not matter.

    Examples
    --------
    >>> split_row_key(" b7kd2qxm–bcdfg ")
    ('B7KD2QXM', 'BCDFG')
    >>> split_row_key("Good") is None
    True
    """
    plain = text.strip().upper().translate(_DASHES)
    case, dash, check = plain.partition("-")
    if not dash or len(case) != CODE_LENGTH or len(check) != CHECK_LENGTH:
        return None
    return (case, check) if set(case + check) <= set(SYMBOLS) else None


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def _sum(secret: bytes, *parts: str) -> bytes:
    # Each part with its length, so that no two lists of parts are one text.
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.digest(secret, message, "sha256")


def _symbols(digest: bytes, length: int) -> str:
    number = int.from_bytes(digest, "big")
    number, place = divmod(number, len(LETTERS))
    found = [LETTERS[place]]
    while len(found) < length:
        number, place = divmod(number, len(SYMBOLS))
        found.append(SYMBOLS[place])
    return "".join(found)
