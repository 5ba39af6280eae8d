"""Keyed pseudonyms: the same person has the same code, and without the key nobody can tell whose.

Codes are HMAC-SHA256 of the normalised text under a random key that stays outside the project. An
unkeyed hash of a case number can be reversed by trying all numbers; a keyed one cannot.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.distinct import ManyTexts, Texts, distinct
from qaf_analysis.data.contract.spelling import spelling_key, spelling_keys
from qaf_analysis.data.council.key_file import (
    KEY_BYTES,
    PSEUDONYM_KEY,
    council_slug,
    key_id,
    random_secret,
    read_secret,
    write_secret,
)
from qaf_analysis.data.council.key_strength import published_secret
from qaf_analysis.terms.errors import UsageError

PseudonymKind = Literal["audit", "case", "person", "action", "session"]
_CODE_LENGTH = 20  # 20 letters of base32 are 100 bits
_CODE_BYTES = 15  # enough for those letters; encoding the rest would be waste
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(frozen=True, kw_only=True)
class PseudonymKey:
    """The key under which identifiers become codes.

    Parameters
    ----------
    secret : bytes
        256 random bits; never shown, written into a report or put into the project.
    is_demonstration : bool
        Whether it is the published key for invented data.
    is_new : bool
        Whether it was made just now.

    Examples
    --------
    >>> key = PseudonymKey.demonstration("Example County Council")
    >>> key.code("person", " Auditor  01") == key.code("person", "auditor 01")
    True
    >>> key.code("audit", "1") == key.code("case", "1")
    False
    """

    secret: bytes = field(repr=False)
    is_demonstration: bool = False
    is_new: bool = False

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise UsageError(f"A pseudonym key has {KEY_BYTES} bytes, not {len(self.secret)}.")

    @classmethod
    def demonstration(cls, council: str) -> PseudonymKey:
        """Fixed key derived from the council's name; for invented data only."""
        return cls(secret=published_secret(council), is_demonstration=True)

    @classmethod
    def load(cls, path: Path, *, council: str = "") -> PseudonymKey:
        """Read a key file.

        Parameters
        ----------
        path : Path
            Where it is.
        council : str
            Whose it should be.

        Raises
        ------
        UsageError
            If it is missing, damaged, weak, another council's, or may be read by others. There
            is no other way to make codes, so that reading stops here.
        """
        return cls(secret=read_secret(path, PSEUDONYM_KEY, council=council))

    @classmethod
    def load_or_create(cls, path: Path, *, council: str = "") -> PseudonymKey:
        """Read a council's key file, or make it with a new random key where there is none.

        Raises
        ------
        UsageError
            If it is there but cannot be used, or cannot be written.
        """
        if path.exists():
            return cls.load(path, council=council)
        key = cls.random()
        try:
            key.write(path, council=council)
        except FileExistsError:
            return cls.load(path, council=council)
        return key

    @classmethod
    def random(cls) -> PseudonymKey:
        """Make a new key, which is nowhere but in memory."""
        return cls(secret=random_secret(), is_new=True)

    def write(self, path: Path, *, council: str = "") -> None:
        """Write a new key file that only its owner may read; never over another.

        Parameters
        ----------
        path : Path
            Where to.
        council : str
            Whose it is; the file says so, for two names of councils may lead to one file.

        Raises
        ------
        FileExistsError
            If there is a file of that name.
        UsageError
            If it cannot be written.
        """
        write_secret(path, PSEUDONYM_KEY, self.secret, council=council)

    @property
    def key_id(self) -> str:
        """Short public name of the key, which tells nothing about it."""
        return key_id(self.secret)

    def sum_of(self, content: bytes) -> str:
        """Sum of a file that nobody without the key can make, not even of every likely content."""
        return hmac.new(self.secret, b"sum of a file:" + content, hashlib.sha256).hexdigest()

    def code(self, kind: PseudonymKind, text: str) -> str:
        """Code of one identifier, such as ``person-5XQ3…``: 100 bits of HMAC-SHA256.

        Spellings that differ in case, spaces, invisible characters or the form of a quotation
        mark have the same code; the same text as an audit, a case and a person has three.
        """
        message = f"{kind}:{spelling_key(text)}".encode()
        digest = hmac.digest(self.secret, message, "sha256")[:_CODE_BYTES]
        return f"{kind}-{base64.b32encode(digest)[:_CODE_LENGTH].decode('ascii')}"

    def codes(self, kind: PseudonymKind, texts: Texts) -> Texts:
        """Code of each text; NaN where it is blank."""
        found = distinct(texts)
        coded = np.empty(len(found.texts), dtype=object)
        coded[:] = self.codes_of(kind, found.texts)
        coded[found.texts == ""] = None
        return pd.Series(found.spread(coded), index=texts.index, dtype="str")

    def codes_of(self, kind: PseudonymKind, texts: ManyTexts) -> list[str]:
        """``code`` of each of many texts, made together."""
        # HMAC as RFC 2104 defines it: what depends on the key alone is hashed once for all.
        block = self.secret.ljust(hashlib.sha256().block_size, b"\0")
        inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + f"{kind}:".encode())
        outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))
        digests = []
        for text in spelling_keys(texts):
            inside, outside = inner.copy(), outer.copy()
            inside.update(text.encode())
            outside.update(inside.digest())
            digests.append(outside.digest()[:_CODE_BYTES])
        return [f"{kind}-{letters}" for letters in _letters(digests)]


def _letters(digests: Sequence[bytes]) -> list[str]:
    """First letters of the base32 form of each digest."""
    if not digests:
        return []
    size = len(digests)
    every = np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(size, _CODE_BYTES)
    bits = np.unpackbits(every, axis=1)[:, : 5 * _CODE_LENGTH].reshape(size, _CODE_LENGTH, 5)
    numbers = bits @ np.array([16, 8, 4, 2, 1], dtype=np.uint8)
    letters = np.frombuffer(_ALPHABET, dtype=np.uint8)[numbers].tobytes().decode("ascii")
    return [letters[n : n + _CODE_LENGTH] for n in range(0, len(letters), _CODE_LENGTH)]


def default_key_path(council: str) -> Path:
    """Where a council's key is kept: outside any project, or where ``QAF_KEY_FILE`` says.

    Examples
    --------
    >>> default_key_path("Example County Council").name
    'example-county-council.key'
    """
    named = PSEUDONYM_KEY.named_file()
    return named or Path.home() / ".qaf" / "keys" / f"{council_slug(council)}.key"
