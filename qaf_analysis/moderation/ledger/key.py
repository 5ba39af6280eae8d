"""The key of a ledger, and where ledger and key are kept on the disk of a round's owner."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qaf_analysis.data.council.key_file import (
    KEY_BYTES,
    LEDGER_KEY,
    council_slug,
    key_id,
    random_secret,
    read_secret,
    refuse_key_beside,
    write_secret,
)
from qaf_analysis.terms.errors import UsageError

PLACE_VARIABLE = "QAF_MODERATION"


@dataclass(frozen=True, kw_only=True)
class LedgerKey:
    """The key that shows which entries the round's owner wrote.

    Whoever has it can check entries and write them, so it stays with the round's owner and never
    lies with exports, reports or the ledger. Codes of packs and rows are made from it, too
    (``codes.RoundKey.derived``).

    Parameters
    ----------
    secret : bytes
        256 random bits; never shown.
    is_new : bool
        Whether it was made just now: a copy should go to a safe place.

    Examples
    --------
    >>> LedgerKey(secret=bytes(range(32))).key_id
    '865174565c84'
    """

    secret: bytes = field(repr=False)
    is_new: bool = False

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise UsageError(f"A ledger key has {KEY_BYTES} bytes, not {len(self.secret)}.")

    @classmethod
    def random(cls) -> LedgerKey:
        """Make a new key, which is nowhere but in memory."""
        return cls(secret=random_secret(), is_new=True)

    @classmethod
    def load(cls, path: Path, *, council: str = "") -> LedgerKey:
        """Read a key file.

        Raises
        ------
        UsageError
            If it is missing, damaged, weak, another council's, or may be read by others.
        """
        return cls(secret=read_secret(path, LEDGER_KEY, council=council))

    @classmethod
    def load_or_create(
        cls, path: Path, *, council: str = "", away_from: Sequence[Path] = ()
    ) -> LedgerKey:
        """Read a council's key file, or make it with a new random key where there is none.

        Parameters
        ----------
        path : Path
            Where it is, or will be.
        council : str
            Whose it should be.
        away_from : sequence of Path
            Folders of exports, reports and the ledger, in none of which a key may lie.

        Raises
        ------
        UsageError
            If it is there but cannot be used, cannot be written, or lies where it may not.
        """
        refuse_key_beside(path, away_from, kind=LEDGER_KEY)
        if not path.exists():
            key = cls.random()
            try:
                key.write(path, council=council)
            except FileExistsError:
                return cls.load(path, council=council)
            return key
        return cls.load(path, council=council)

    def write(self, path: Path, *, council: str = "") -> None:
        """Write a new key file that only its owner may read; never over another.

        Raises
        ------
        FileExistsError
            If there is a file of that name.
        UsageError
            If it cannot be written.
        """
        write_secret(path, LEDGER_KEY, self.secret, council=council)

    @property
    def key_id(self) -> str:
        """Short public name of the key, which tells nothing about it."""
        return key_id(self.secret)


def default_ledger_place(council: str) -> Path:
    """The folder of a council's ledger, rounds and returned files.

    It lies in the user's own folder, on the computer's own disk, or in the folder that
    ``QAF_MODERATION`` names.

    Examples
    --------
    >>> default_ledger_place("Example County Council").name
    'example-county-council'
    """
    named = os.environ.get(PLACE_VARIABLE)
    base = Path(named) if named else Path.home() / ".qaf" / "moderation"
    return base / council_slug(council)


def default_ledger_key(council: str) -> Path:
    """The file of a council's ledger key: outside any project, or where ``QAF_LEDGER_KEY`` says.

    Examples
    --------
    >>> default_ledger_key("Example County Council").suffix
    '.ledger-key'
    """
    named = LEDGER_KEY.named_file()
    return named or Path.home() / ".qaf" / "keys" / f"{council_slug(council)}.ledger-key"
