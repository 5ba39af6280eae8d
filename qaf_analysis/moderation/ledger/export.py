"""A ledger as files that everybody can read, and two copies of one that went different ways."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

from qaf_analysis.data.contract.formula_text import guarded
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.files.private_file import write_new
from qaf_analysis.moderation.ledger.entries import Entry, Head, canonical
from qaf_analysis.moderation.ledger.store import Ledger
from qaf_analysis.terms.errors import IntegrityError, UsageError

FORMAT = "qaf ledger export 1"
CSV_FILE, JSON_FILE, HEAD_FILE = "ledger.csv", "ledger.jsonl", "head.txt"
_COLUMNS = ("entry", "at", "kind", "who", "about", "what", "act", "sum")


@dataclass(frozen=True, kw_only=True)
class Fork:
    """Where two copies of one ledger part.

    Parameters
    ----------
    common : Head
        The last entry that both have.
    ours, theirs : tuple of Entry
        What stands after it in each.
    """

    common: Head
    ours: tuple[Entry, ...]
    theirs: tuple[Entry, ...]

    @property
    def again(self) -> tuple[Entry, ...]:
        """Entries of theirs that ours lacks: to be collected again, from the files that came."""
        acts = {_act(entry) for entry in self.ours}
        return tuple(entry for entry in self.theirs if _act(entry) not in acts)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What to do with the two copies, in plain words; nothing is ever merged."""
        shared = f"Both copies are the same up to entry {self.common.seq} ({self.common.digits})."
        if not self.ours and not self.theirs:
            return (shared, "Neither goes further: they are copies of each other.")
        if not self.theirs:
            more = counted(len(self.ours), "entry", "entries")
            return (shared, f"The second ends there; the first has {more} more. Keep the first.")
        if not self.ours:
            more = counted(len(self.theirs), "entry", "entries")
            return (shared, f"The first ends there; the second has {more} more. Keep the second.")
        both = len(self.theirs) - len(self.again)
        same = f" {counted(both, 'act')} of the second stands in the first, too." if both else ""
        return (
            shared,
            f"From there on they differ: {counted(len(self.ours), 'entry', 'entries')} in the "
            f"first, {counted(len(self.theirs), 'entry', 'entries')} in the second.{same}",
            f"Keep one. If it is the first, collect {counted(len(self.again), 'act')} again, from "
            "the files that came back and from the people; nothing is merged.",
        )


def export_ledger(ledger: Ledger, folder: Path) -> tuple[Path, ...]:
    """Write a ledger as a table for spreadsheets, as lines of JSON, and its head.

    The lines of JSON hold all there is, sums included; the table is for reading. A text that a
    spreadsheet might run has an apostrophe before it.

    Raises
    ------
    UsageError
        If one of the files is there already.
    """
    entries = ledger.entries()
    contents = {
        CSV_FILE: entries_table(entries),
        JSON_FILE: _lines(ledger, entries),
        HEAD_FILE: _head_text(ledger, entries[-1]),
    }
    paths = tuple(folder / name for name in contents)
    for path, content in zip(paths, contents.values(), strict=True):
        try:
            write_new(path, content)
        except FileExistsError:
            raise UsageError(f"{path.name} is in “{folder}” already; name a new folder.") from None
    return paths


def entries_table(entries: tuple[Entry, ...]) -> bytes:
    """Entries as a CSV table that a spreadsheet may open."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(_COLUMNS)
    for entry in entries:
        what = canonical(entry.body).decode("utf-8")
        texts = (entry.at, entry.kind.value, entry.who, entry.about, what, entry.op)
        writer.writerow([entry.seq, *map(guarded, texts), entry.hash.hex()])
    return buffer.getvalue().encode("utf-8-sig")


def fork_of(ours: Ledger, theirs: Ledger) -> Fork:
    """Where two copies of one ledger part, and what stands in each from there on.

    Raises
    ------
    IntegrityError
        If they are not copies of one ledger, or an entry of one was changed.
    """
    first, second = ours.entries(), theirs.entries()
    if first[0].hash != second[0].hash:
        raise IntegrityError(
            "The two are not copies of one ledger: their first entries differ. Nothing can be "
            "compared."
        )
    same = 0
    for one, two in zip(first, second, strict=False):
        if one.hash != two.hash:
            break
        same += 1
    return Fork(common=first[same - 1].head, ours=first[same:], theirs=second[same:])


def _act(entry: Entry) -> tuple[str, str, str, str, bytes]:
    return (entry.op, entry.kind, entry.who, entry.about, canonical(entry.body))


def _lines(ledger: Ledger, entries: tuple[Entry, ...]) -> bytes:
    start = {
        "format": FORMAT,
        "ledger": ledger.id,
        "council": ledger.council,
        "entries": len(entries),
        "head": str(entries[-1].head),
    }
    lines = [json.dumps(start, ensure_ascii=False)]
    for entry in entries:
        line = {
            "seq": entry.seq,
            "op": entry.op,
            "at": entry.at,
            "kind": entry.kind.value,
            "who": entry.who,
            "about": entry.about,
            "body": entry.body,
            "prev": entry.prev.hex(),
            "hash": entry.hash.hex(),
            "mac": entry.mac.hex(),
        }
        lines.append(json.dumps(line, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _head_text(ledger: Ledger, last: Entry) -> bytes:
    return (
        f"{last.head} {last.at}\n"
        f"The line above is the head of the ledger of {ledger.council} ({ledger.id}).\n"
        "Keep it away from the ledger: qaf ledger verify --heads FILE compares them.\n"
    ).encode()
