"""``qaf check``: what would be loaded, what would be set aside, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qaf_analysis.cli import faults
from qaf_analysis.cli.console import tell
from qaf_analysis.cli.folders import data_folder, outputs_folder
from qaf_analysis.cli.reading import read_exports, tell_aside

if TYPE_CHECKING:
    from pandas import DataFrame

    from qaf_analysis.data.contract.record import ImportRecord
    from qaf_analysis.terms.settings import Settings


def check(
    data: Annotated[
        Path, typer.Option("--data", help="Folder that holds your exports.", show_default=False)
    ],
    outputs: Annotated[
        Path | None,
        typer.Option("--outputs", help="Folder for what is made.", show_default="outputs"),
    ] = None,
) -> None:
    """Read your exports and say what would be loaded, what would be set aside, and why."""
    folder = data_folder(data)
    from qaf_analysis.data.contract.record import FileRefusedError
    from qaf_analysis.data.council.set_aside import forget_check, keep_aside, sweep_aside
    from qaf_analysis.data.files.folder import read_settings
    from qaf_analysis.run.own_look import read_look

    away_from = (folder, outputs_folder(outputs))

    def keep_rejected(record: ImportRecord) -> None:
        try:
            settings = read_settings(folder)[0]
        except FileRefusedError:
            settings = None  # they are at fault themselves
        _tell_check(record, None, council=_whose(settings, folder), away_from=away_from)

    found = read_exports(folder, outputs=away_from[1], keep_key=False, if_rejected=keep_rejected)
    settings, record = found.audits.settings, found.audits.record
    sweep_aside(settings.council, days=settings.keep_set_aside_days, now=datetime.now(UTC))
    kept = keep_aside(
        found.quarantine,
        council=settings.council,
        record=record,
        in_run=found.record_for_run,
        key=found.key,
        away_from=away_from,
    )
    # Pages of earlier checks, whose faults may be mended by now, or that had no name yet.
    for name in {_whose(settings, folder), _whose(None, folder)}:
        forget_check(name)
    if any(finding.outcome != "note" for finding in record.findings):
        name = _whose(settings, folder)
        _tell_check(record, found.quarantine, council=name, away_from=away_from)
    read_look(folder, settings)  # after what the exports hold, which matters more
    if kept is None:
        tell(f"Every {'record' if record.not_data else 'row'} can be used.")
        return
    tell_aside(kept.path, rows=kept.rows, days=settings.keep_set_aside_days)
    raise typer.Exit(faults.QUARANTINED)


def _whose(settings: Settings | None, folder: Path) -> str:
    """Whose check it is: the council's, or the folder's where nobody knows the council."""
    if settings is not None and settings.is_named:
        return settings.council
    return f"folder {folder.resolve().name}"


def _tell_check(
    record: ImportRecord,
    quarantine: DataFrame | None,
    *,
    council: str,
    away_from: tuple[Path, ...],
) -> None:
    """Write the result of a check as a page and a workbook, and say where."""
    from qaf_analysis.data.council.set_aside import check_folder
    from qaf_analysis.report.check_page import write_check

    kept = check_folder(council, away_from=away_from)
    files = write_check(kept, record=record, quarantine=quarantine, name=council, day=date.today())
    tell(f"Every finding, to read or print: {files.page}")
    tell(f"The rows to mend, marked, for Excel: {files.workbook}")
