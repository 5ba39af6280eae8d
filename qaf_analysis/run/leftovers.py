"""What lies about that is no report: listed for ``qaf purge``, and deleted by it.

Rows set aside, what is left of failed runs, folders of runs that were killed, and what earlier
versions wrote beside reports. A finished report is on the list only if it was named.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from qaf_analysis.data.council.set_aside import aside_folders, codes_tables
from qaf_analysis.run.earlier_designs import finished_runs
from qaf_analysis.run.failed import failed_runs
from qaf_analysis.run.folder import LATEST, stale_folders
from qaf_analysis.terms.errors import UsageError

CHECKED = "quarantine"  # where earlier versions kept the rows that a check set aside
BESIDE_TABLES = "bundle/quarantine.csv"  # and those of a report, beside its coded tables
_RUN_ID = re.compile(r"[0-9a-f]{8,64}(-\d+)?")


@dataclass(frozen=True, kw_only=True)
class Leftover:
    """One folder or file that can be deleted.

    Parameters
    ----------
    path : Path
        Where it is.
    what : str
        What it is, in words.
    written : datetime
        When it was last written, with a time zone.
    """

    path: Path
    what: str
    written: datetime


def leftovers(outputs: Path, *, older_than: int | None, now: datetime) -> tuple[Leftover, ...]:
    """Everything that can be deleted without touching a report.

    Parameters
    ----------
    outputs : Path
        Folder of reports.
    older_than : int or None
        Only what was last written more than so many days ago; None for all of it.
    now : datetime
        With a time zone.
    """
    found = list(_all(outputs))
    if older_than is not None:
        found = [one for one in found if now - one.written > timedelta(days=older_than)]
    return tuple(found)


def named_reports(outputs: Path, names: Sequence[str]) -> tuple[Leftover, ...]:
    """Finished reports that somebody wants deleted, each by its run id.

    Raises
    ------
    UsageError
        If a name is no run id, or no report has it.
    """
    runs = {folder.name: folder for folder in finished_runs(outputs)}
    found = []
    for name in names:
        if not _RUN_ID.fullmatch(name) or name not in runs:
            raise UsageError(
                f"There is no report “{name[:70]}” in {outputs}; give the run id at its head."
            )
        found.append(_leftover(runs[name], f"report of {runs[name].parent.name}"))
    return tuple(found)


def reports_with_names(outputs: Path) -> tuple[str, ...]:
    """Run ids of the reports of earlier versions that keep rows set aside beside their tables."""
    runs = finished_runs(outputs)
    return tuple(folder.name for folder in runs if (folder / BESIDE_TABLES).is_file())


def delete(chosen: Sequence[Leftover], *, outputs: Path) -> None:
    """Delete what was listed; ``latest.txt`` goes with the report that it names."""
    for one in chosen:
        if one.path.is_dir() and not one.path.is_symlink():
            shutil.rmtree(one.path)
        else:
            one.path.unlink(missing_ok=True)
    latest = outputs / LATEST
    if latest.is_file() and not (outputs / latest.read_text(encoding="utf-8").strip()).is_dir():
        latest.unlink()


def _all(outputs: Path) -> Iterator[Leftover]:
    for folder, written in aside_folders():
        yield Leftover(
            path=folder, what=f"rows set aside, of {folder.parent.name}", written=written
        )
    for path, written in codes_tables():
        what = f"old codes with the new ones, of {path.parent.name}"
        yield Leftover(path=path, what=what, written=written)
    for folder, failed_at in failed_runs(outputs):
        yield Leftover(path=folder, what="a run that failed", written=failed_at.astimezone())
    for folder in stale_folders(outputs):
        yield _leftover(folder, "a run that was killed")
    if (outputs / CHECKED).is_dir():
        yield _leftover(outputs / CHECKED, "rows set aside, kept by an earlier version")


def _leftover(path: Path, what: str) -> Leftover:
    written = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    return Leftover(path=path, what=what, written=written)
