"""Heads kept outside a ledger: a cut tail or an older copy put back shows by nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from qaf_analysis.data.files.private_file import FILE_MODE, private_folder
from qaf_analysis.moderation.ledger.entries import Head
from qaf_analysis.terms.errors import UsageError

HEADS_FILE = "heads.txt"
_BINARY = getattr(os, "O_BINARY", 0)
_LAST_BYTES = 200  # more than a line of heads


def write_head(path: Path, head: Head, *, at: str) -> None:
    """Add a line with a head to a file: number, digits and when; the file is made where missing."""
    private_folder(path.parent)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY, FILE_MODE)
    with os.fdopen(number, "ab") as file:
        file.write(f"{head} {at}\n".encode("ascii"))


def read_heads(path: Path) -> tuple[Head, ...]:
    """Every head in a text: a line begins with one, or has one after the word ``head``.

    Lines that have none are passed over, so that a footer of a report or a note can be given.

    Raises
    ------
    UsageError
        If the file cannot be read, or holds none.
    """
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read ({error.strerror}).") from None
    heads = tuple(_heads(text))
    if not heads:
        raise UsageError(
            f"{path.name} holds no head: a line has a number and 16 digits, such as "
            "“41 9f3c1ab277e05d16”."
        )
    return heads


def last_head(folder: Path) -> Head | None:
    """The newest head that is kept beside a ledger; None where none is."""
    path = folder / HEADS_FILE
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - _LAST_BYTES))
        lines = file.read().decode("ascii", errors="replace")
    heads = tuple(_heads(lines))
    return heads[-1] if heads else None


def heads_beside(folder: Path) -> tuple[Head, ...]:
    """All heads that are kept beside a ledger."""
    path = folder / HEADS_FILE
    if not path.exists():
        return ()
    return tuple(_heads(path.read_text(encoding="ascii", errors="replace")))


def _heads(text: str) -> Iterator[Head]:
    for line in text.splitlines():
        words = line.split()
        start = words.index("head") + 1 if "head" in words else 0
        try:
            yield Head.parse(" ".join(words[start : start + 2]))
        except ValueError:
            continue  # a heading, a note, or a line that a power cut left unfinished
