"""What the commands print: whole lines, in any console, however wide."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from qaf_analysis.data.contract.grouped import IN_ORDER, FindingKind, grouped, heading, of_outcome
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.record import Check, FileRecord, Finding, ImportRecord


def make_safe() -> None:
    """Let both streams take every character; a Windows console could otherwise stop a run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def tell(text: str = "") -> None:
    """Print a line to standard output, never wrapped or cut."""
    print(_shown(text))


def warn(text: str) -> None:
    """Print a line to standard error."""
    print(_shown(text), file=sys.stderr)


def tell_record(record: ImportRecord) -> None:
    """Print counts, findings and checks of an import."""
    tables = [file for file in record.files if file.kind != "settings"]
    for file in tables:
        tell(counts_line(file))
    if len(tables) > 1:
        tell(f"All files: {rows_words(record)}")
    if record.dropped_columns:
        tell(f"Columns left out: {', '.join(record.dropped_columns)}")
    for line in finding_lines(record.findings):
        tell(line)
    tell_checks(record.checks)


def tell_checks(checks: tuple[Check, ...]) -> None:
    """Print each check with its state."""
    if not checks:
        return
    states = [check.state for check in checks]
    tell()
    tell(
        f"Checks: {states.count('passed')} passed, {states.count('failed')} failed, "
        f"{states.count('could not run')} could not run"
    )
    for check in checks:
        tell(f"  {check.state}: {check.name}: {check.detail}")


def counts_line(file: FileRecord) -> str:
    """One file's rows.

    Examples
    --------
    >>> counts_line(FileRecord(name="a.csv", kind="audits", sha256="", rows_in=9, loaded=8,
    ...     quarantined=1))
    'a.csv: 9 rows in = 8 loaded + 1 quarantined'
    >>> counts_line(FileRecord(name="a.csv", kind="audits", sha256="", rows_in=9, loaded=6,
    ...     quarantined=1, not_data=2))
    'a.csv: 9 rows in = 6 loaded + 1 quarantined + 2 not data'
    """
    return f"{file.name}: {rows_words(file)}"


class RowCounts(Protocol):
    """Rows of a file, of an import or of a run."""

    @property
    def rows_in(self) -> int: ...  # noqa: D102

    @property
    def loaded(self) -> int: ...  # noqa: D102

    @property
    def quarantined(self) -> int: ...  # noqa: D102

    @property
    def not_data(self) -> int: ...  # noqa: D102


def rows_words(counts: RowCounts) -> str:
    """Say what became of the rows: of a file, of all files, or of a run."""
    words = f"{counts.rows_in} rows in = {counts.loaded} loaded + {counts.quarantined} quarantined"
    return f"{words} + {counts.not_data} not data" if counts.not_data else words


def finding_lines(findings: tuple[Finding, ...]) -> Iterator[str]:
    """One line a kind, in the order of what the reader must do; what was done is only named.

    Every finding with its place stands in the page and the workbook of the check.
    """
    kinds = grouped(findings)
    for outcome in IN_ORDER:
        chosen = of_outcome(kinds, outcome)
        if not chosen:
            continue
        yield ""
        yield f"{heading(chosen)} ({counted(len(chosen), 'kind')})"
        told = [kind for kind in chosen if outcome != "note" or kind.asks_something]
        for kind in told:
            yield "  " + kind.line.replace("\n", "\n      ")
        if done := [kind for kind in chosen if kind not in told]:
            yield f"  Nothing to mend: {'; '.join(_named(kind) for kind in done)}"


def _named(kind: FindingKind) -> str:
    return f"{kind.title.lower()} ({kind.extent})"


class Steps:
    """Shows how far a run is: a bar on a terminal, one line a step elsewhere."""

    def __init__(self, bar: _Bar | None = None) -> None:
        self._bar = bar
        self._last = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Tell that ``done`` of ``total`` steps are over and ``what`` is under way."""
        if self._bar is not None:
            self._bar.show(what, done, total)
        elif what != self._last:
            warn(f"{what} …")
        self._last = what


class ReadingSteps:
    """Shows which file of how many is read: a bar on a terminal, one line a file elsewhere."""

    def __init__(self, bar: _Bar | None = None) -> None:
        self._bar = bar

    def __call__(self, name: str, number: int, files: int, rows: int | None) -> None:
        """Tell that a file is being read, or with its rows that it was."""
        if self._bar is not None:
            read = number - (rows is None)
            self._bar.show(f"Reading {_shown(name)}, file {number} of {files}", read, files)
        elif rows is not None:
            warn(f"Read {name}, file {number} of {files}: {counted(rows, 'row')}")


class _Bar:
    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._task = self.progress.add_task("Starting", total=None)

    def show(self, what: str, done: int, total: int) -> None:
        self.progress.update(self._task, description=what, completed=done, total=total)


@contextmanager
def steps() -> Iterator[Steps]:
    """Progress of a run for as long as the block runs."""
    with _bar() as bar:
        yield Steps(bar)


@contextmanager
def reading() -> Iterator[ReadingSteps]:
    """Progress of reading for as long as the block runs."""
    with _bar() as bar:
        yield ReadingSteps(bar)


@contextmanager
def _bar() -> Iterator[_Bar | None]:
    """A bar where somebody watches; none elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    bar = _Bar()
    with bar.progress:
        yield bar


def _shown(text: str) -> str:
    # A cell's text may hold codes that would command the terminal.
    return "".join(c if c.isprintable() or c in "\n\t" else repr(c)[1:-1] for c in text)
