"""Keyed pseudonyms: the same person has the same code, and without the key nobody can tell whose.

Codes are HMAC-SHA256 of the normalised text under a random key that stays outside the project. An
unkeyed hash of a case number can be reversed by trying all numbers; a keyed one cannot.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.distinct import ManyTexts, Texts, distinct
from qaf_analysis.data.contract.spelling import spelling_key, spelling_keys
from qaf_analysis.data.council.key_strength import published_secret, weakness
from qaf_analysis.data.files.private_file import write_new
from qaf_analysis.terms.errors import UsageError

PseudonymKind = Literal["audit", "case", "person", "action", "session"]
KEY_FILE_VARIABLE = "QAF_KEY_FILE"
_HEAD = "qaf pseudonym key, version 1"
_OWNER = "council "
_LONGEST_FILE = 2_000  # bytes; a key file has about 150
_CODE_LENGTH = 20  # 20 letters of base32 are 100 bits
_CODE_BYTES = 15  # enough for those letters; encoding the rest would be waste
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_KEY_BYTES = 32


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
        if len(self.secret) != _KEY_BYTES:
            raise UsageError(f"A pseudonym key has {_KEY_BYTES} bytes, not {len(self.secret)}.")

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
        try:
            lines = path.read_text(encoding="ascii").split("\n")
            status = path.stat()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"The pseudonym key {path.name} cannot be read ({type(error).__name__}). Restore "
                f"it from your backup, or name its place in {KEY_FILE_VARIABLE}."
            ) from None
        _refuse_shared(path, status)
        if len(lines) > 1 and re.fullmatch(r"[0-9a-f]{1,63}", lines[1]):
            raise UsageError(
                f"The pseudonym key {path.name} is too short: {len(lines[1])} of the "
                f"{2 * _KEY_BYTES} digits are there. It is damaged; restore it from your backup."
            )
        if len(lines) < 3 or lines[0] != _HEAD or not re.fullmatch(r"[0-9a-f]{64}", lines[1]):
            raise _damaged(path)
        key = cls(secret=bytes.fromhex(lines[1]))
        # Before the sum: whoever typed a key by hand should learn why it will not do.
        if why := weakness(key.secret, council=council):
            raise UsageError(
                f"The pseudonym key {path.name} is weak: {why}. Codes made with it could be turned "
                "back into names. Restore the key from your backup, or take it away and let a new "
                "one be made."
            )
        if lines[2] != key.key_id:
            raise _damaged(path)
        _refuse_anothers(lines[3:], path=path, council=council)
        return key

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
        secret = secrets.token_bytes(_KEY_BYTES)
        # Three in a hundred million look as if somebody had made them, and would be refused later.
        return cls.random() if weakness(secret) else cls(secret=secret, is_new=True)

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
        lines = [_HEAD, self.secret.hex(), self.key_id]
        if council:
            lines.append(f"{_OWNER}{json.dumps(council)}")
        try:
            write_new(path, "".join(f"{line}\n" for line in lines).encode("ascii"))
        except FileExistsError:
            raise
        except OSError as error:
            raise UsageError(
                f"The pseudonym key {path.name} cannot be written ({error.strerror}). Name a "
                f"place that can be written in {KEY_FILE_VARIABLE}."
            ) from None

    @property
    def key_id(self) -> str:
        """Short public name of the key, which tells nothing about it."""
        return hmac.new(self.secret, b"key id", hashlib.sha256).hexdigest()[:12]

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


def key_files(folder: Path) -> Iterator[Path]:
    """Every file in a folder, and below it, that holds a key, whatever it is called."""
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and path.stat().st_size <= _LONGEST_FILE:
                with path.open("rb") as file:
                    if file.read(len(_HEAD)) == _HEAD.encode("ascii"):
                        yield path
        except OSError:
            continue  # whoever may not open a file finds no key in it


def refuse_key_beside(path: Path, away_from: Sequence[Path]) -> None:
    """Refuse a key that lies with exports or reports, under its own name or any other.

    Raises
    ------
    UsageError
        Naming the folder, and the file where it is another.
    """
    for folder in away_from:
        if path.resolve().is_relative_to(folder.resolve()):
            raise UsageError(
                f"The pseudonym key {path.name} lies in the folder {folder}, with exports or "
                "reports. Keep it elsewhere: whoever has both can tell whose code is whose."
            )
        for found in key_files(folder):
            raise UsageError(
                f"The file {found.name} in the folder {found.parent} holds a pseudonym key. Keep "
                "it elsewhere: whoever has it with exports or reports can tell whose code is "
                "whose. If others could open that folder, replace the key (qaf key rotate)."
            )


def _refuse_shared(path: Path, status: os.stat_result) -> None:
    if os.name == "posix" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"The pseudonym key {path.name} may be read by others. Give it mode 600.")
    if status.st_nlink > 1:
        raise UsageError(
            f"The pseudonym key {path.name} has a second name elsewhere (a hard link), by which it "
            "can be read in another folder. Delete that name. If you do not know it, copy the key "
            "to a new file, delete this name, and give the copy its name."
        )


def _refuse_anothers(rest: Sequence[str], *, path: Path, council: str) -> None:
    """Refuse the key of a council whose name leads to the same file."""
    if not council or not rest or not rest[0].startswith(_OWNER) or named_key_file():
        return  # a file that was named for it may serve whom it will
    try:
        owner = str(json.loads(rest[0].removeprefix(_OWNER)))
    except ValueError:
        raise _damaged(path) from None
    if spelling_key(owner) != spelling_key(council):
        raise UsageError(
            f"The pseudonym key {path.name} belongs to “{owner}”; the council is now “{council}”. "
            "If it is the same council, write its name in council.toml as it was. If it is "
            f"another, name a file for its own key in {KEY_FILE_VARIABLE}."
        )


def _damaged(path: Path) -> UsageError:
    return UsageError(
        f"The pseudonym key {path.name} is damaged. Restore it from your backup: with another key "
        "nobody would keep their code."
    )


def default_key_path(council: str) -> Path:
    """Where a council's key is kept: outside any project, or where ``QAF_KEY_FILE`` says.

    Examples
    --------
    >>> default_key_path("Example County Council").name
    'example-county-council.key'
    """
    named = named_key_file()
    return named or Path.home() / ".qaf" / "keys" / f"{council_slug(council)}.key"


def named_key_file() -> Path | None:
    """The key file that ``QAF_KEY_FILE`` names."""
    named = os.environ.get(KEY_FILE_VARIABLE)
    return Path(named) if named else None


def council_slug(council: str) -> str:
    """A council's name as part of a file name.

    Examples
    --------
    >>> council_slug("A & B Council")
    'a-b-council'
    """
    return re.sub(r"[^a-z0-9]+", "-", council.casefold()).strip("-") or "council"
