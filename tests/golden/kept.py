"""The kept pages, the record of why each last changed, and where a new page waits to be read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from tests.golden.councils import NAMES

ROOM = Path(__file__).parent
MOST_LINES = 40
HEAD = """# Why each golden page is as it is

Written by `python -m tests.golden.accept`; the last line of a page bears the hash of what is kept.

"""
_LINE = re.compile(r"- `(?P<page>[a-z_]+)` (?P<hash>[0-9a-f]{64}): (?P<reason>\S.*)")


class NotAcceptedError(Exception):
    """A page cannot be accepted as it was asked."""


def file_name(name: str) -> str:
    """Return the name under which the page of a council is kept."""
    return name.replace(" ", "_")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The folder of the pages: ``pages`` as accepted, ``received`` as last made, ``CHANGES.md``."""

    room: Path = ROOM

    @property
    def record(self) -> Path:
        """The list of what was accepted, and why."""
        return self.room / "CHANGES.md"

    def accepted(self, name: str) -> Path:
        """Return where the page of a council is kept."""
        return self.room / "pages" / f"{file_name(name)}.txt"

    def received(self, name: str) -> Path:
        """Return where a page waits that differs from the kept one."""
        return self.room / "received" / f"{file_name(name)}.txt"

    def last_hashes(self) -> dict[str, str]:
        """Hash of each page as the record last has it, by the name of its file."""
        lines = self.record.read_text(encoding="utf-8").splitlines()
        found = filter(None, map(_LINE.fullmatch, lines))
        return {line["page"]: line["hash"] for line in found}

    def complaint(self, name: str, new: str) -> str:
        """Say how a page differs from the kept one, and keep it for reading; empty where alike."""
        path = self.accepted(name)
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        waiting = self.received(name)
        if new == old:
            waiting.unlink(missing_ok=True)
            return ""
        write(waiting, new)
        return "\n".join(_told(name, old=old, new=new))

    def accept(self, name: str, *, because: str) -> None:
        """Keep the page that waits, and write down why.

        Raises
        ------
        NotAcceptedError
            If the council is unknown, no page of it waits, or the reason is not one line of words.
        """
        reason = because.strip()
        if name not in NAMES:
            raise NotAcceptedError(f'There is no council "{name}", only: {", ".join(NAMES)}.')
        if not self.received(name).exists():
            raise NotAcceptedError(f'No page of "{name}" waits: run pytest tests/golden first.')
        if len(reason.split()) < 2 or "\n" in reason:
            raise NotAcceptedError("Say in one line of at least two words why the page changes.")
        text = self.received(name).read_text(encoding="utf-8")
        write(self.accepted(name), text)
        old = self.record.read_text(encoding="utf-8") if self.record.exists() else HEAD
        write(self.record, f"{old}- `{file_name(name)}` {digest(text)}: {reason}\n")
        self.received(name).unlink()


def digest(text: str) -> str:
    """Hash of a page's text, whatever line ends a checkout gave it."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def write(path: Path, text: str) -> None:
    """Write text with the line ends it has."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _told(name: str, *, old: str, new: str) -> Iterator[str]:
    yield f'The report of "{name}" is not the kept one. Read the difference:'
    page = file_name(name)
    lines = list(
        unified_diff(
            old.splitlines(),
            new.splitlines(),
            f"pages/{page}",
            f"received/{page}",
            lineterm="",
            n=1,
        )
    )
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield f"… and {len(lines) - MOST_LINES} lines more."
    yield "If every changed line is right:"
    yield f'python -m tests.golden.accept "{name}" --because "…"'
