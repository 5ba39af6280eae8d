"""How ``qaf report`` ends: five lines that say what was made, and the report in the browser."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from qaf_analysis.data.contract.grouped import FindingKind, grouped, of_outcome
from qaf_analysis.data.contract.record import ImportRecord

if TYPE_CHECKING:
    from qaf_analysis.run.pipeline import BuiltReport

LONGEST_MEND = 160
"""Letters of what is to be mended; ``qaf check`` says it whole."""


def closing_lines(built: BuiltReport, *, record: ImportRecord) -> tuple[str, ...]:
    """Return the last five lines: what was made, verdicts, rows, where to click, what next.

    Parameters
    ----------
    built : BuiltReport
        The finished run.
    record : ImportRecord
        What reading its exports found.
    """
    summary = built.summary
    return (
        f"Made: {summary.edition}, of {summary.council} for {built.quarter}, run {built.run_id}",
        summary.line,
        f"Rows: {_rows(built)}",
        f"Open: {built.report.resolve().as_uri()}",
        f"Next: {_next(built, record)}",
    )


def open_in_browser(report: Path, *, wanted: bool) -> bool:
    """Show the report where somebody sits at a screen; one that cannot be shown is no failure."""
    if not (wanted and _is_watched() and _has_screen(os.environ, system=sys.platform)):
        return False
    try:
        return webbrowser.open(report.resolve().as_uri())
    except (webbrowser.Error, OSError):
        return False  # the line above says where the report lies


def _is_watched() -> bool:
    return sys.stdout.isatty()


def _has_screen(environment: Mapping[str, str], *, system: str) -> bool:
    """Whether a browser would be a window: no machine that only tests, no bare text console.

    Examples
    --------
    >>> _has_screen({}, system="win32"), _has_screen({"CI": "true"}, system="win32")
    (True, False)
    >>> _has_screen({}, system="linux"), _has_screen({"DISPLAY": ":0"}, system="linux")
    (False, True)
    """
    if environment.get("CI", "").lower() not in ("", "0", "false"):
        return False
    if system in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _rows(built: BuiltReport) -> str:
    told = f"{built.rows_in:,} in = {built.loaded:,} loaded + {built.quarantined:,} set aside"
    if built.not_data:
        told += f" + {built.not_data:,} not data"
    return told if built.set_aside is None else f"{told}; those set aside: {built.set_aside}"


def _next(built: BuiltReport, record: ImportRecord) -> str:
    lost = [k for k in of_outcome(grouped(record.findings), "quarantine") if not k.loses_nothing]
    if lost:
        return f"mend first: {_to_mend(lost[0])}. qaf check tells the rest."
    quarter = str(built.quarter).replace(" ", "-")
    run = _short(built.folder)
    return f'for PDF, Word and Excel: qaf export "{run}" --out "exported-{quarter}"'


def _to_mend(kind: FindingKind) -> str:
    """One kind of finding as part of a line: a block to paste is told by ``qaf check`` alone."""
    words = " ".join(kind.mend.split("\n")[0].split()).rstrip(" .:")
    if len(words) > LONGEST_MEND:
        words = words[: LONGEST_MEND - 1].rsplit(" ", 1)[0] + " …"
    return f"{kind.title} ({kind.extent}): {words}"


def _short(folder: Path) -> Path:
    """A folder as somebody here would write it."""
    whole, here = folder.resolve(), Path.cwd().resolve()
    return whole.relative_to(here) if whole.is_relative_to(here) else whole
