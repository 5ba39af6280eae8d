"""What the commands print: whole lines, in any console, however wide."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.record import Check, FileRecord, Finding, ImportRecord

IN_FULL = 20
_ORDER = ("reject", "quarantine", "warning", "note")
_HEADINGS = {
    "reject": "Why nothing was loaded",
    "quarantine": "Why rows were set aside",
    "warning": "Warnings",
    "note": "Notes",
}


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
        tell(
            f"All files: {record.rows_in} rows in = {record.loaded} loaded + "
            f"{record.quarantined} quarantined"
        )
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
    """
    return (
        f"{file.name}: {file.rows_in} rows in = {file.loaded} loaded + "
        f"{file.quarantined} quarantined"
    )


def finding_lines(findings: tuple[Finding, ...]) -> Iterator[str]:
    """Lines of all findings: the gravest first; of each kind the first 20 in full, then places."""
    for outcome in _ORDER:
        chosen = [finding for finding in findings if finding.outcome == outcome]
        if not chosen:
            continue
        yield ""
        yield f"{_HEADINGS[outcome]} ({_counts(chosen)})"
        for code in dict.fromkeys(finding.code for finding in chosen):
            alike = [finding for finding in chosen if finding.code == code]
            yield from (f"  {finding.message}" for finding in alike[:IN_FULL])
            if rest := alike[IN_FULL:]:
                places = "; ".join(finding.place for finding in rest)
                yield f"  {len(rest)} more [{code}]: {places}"


def _counts(findings: Sequence[Finding]) -> str:
    """Count findings, and their rows where one finding stands for many."""
    rows = sum(finding.rows for finding in findings)
    found = counted(len(findings), "finding")
    return found if rows == len(findings) else f"{found} about {counted(rows, 'row')}"


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
    """Progress for as long as the block runs."""
    if not sys.stderr.isatty():
        yield Steps()
        return
    bar = _Bar()
    with bar.progress:
        yield Steps(bar)


def _shown(text: str) -> str:
    # A cell's text may hold codes that would command the terminal.
    return "".join(c if c.isprintable() or c in "\n\t" else repr(c)[1:-1] for c in text)
