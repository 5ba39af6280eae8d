"""``qaf purge``: delete what holds names or serves no longer; list it first."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from qaf_analysis.cli import faults
from qaf_analysis.cli.console import tell
from qaf_analysis.cli.folders import outputs_folder
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.settings import KEEP_DAYS


def purge(
    outputs: Annotated[
        Path | None,
        typer.Option("--outputs", help="Folder of reports.", show_default="outputs"),
    ] = None,
    older_than: Annotated[
        int | None,
        typer.Option(
            "--older-than", help="Only what is older than so many days.", min=0, show_default="30"
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of it, however new.")] = False,
    report: Annotated[
        list[str] | None,
        typer.Option(help="A finished report to delete too, by its run id; may be repeated."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete what is listed.")] = False,
) -> None:
    """List rows set aside and what is left of failed runs, and delete them with --yes.

    A finished report is deleted only if it is named.
    """
    from qaf_analysis.run.leftovers import delete, leftovers, named_reports, reports_with_names

    if everything and older_than is not None:
        raise UsageError("Give either --all or --older-than, not both.")
    folder = outputs_folder(outputs)
    days = None if everything else KEEP_DAYS if older_than is None else older_than
    now = datetime.now().astimezone()
    chosen = (
        *leftovers(folder, older_than=days, now=now),
        *named_reports(folder, report or ()),
    )
    for one in chosen:
        tell(f"{one.written:%Y-%m-%d}  {one.what}: {one.path.resolve()}")
    with_names = [name for name in reports_with_names(folder) if name not in (report or ())]
    if with_names:
        tell(
            f"{counted(len(with_names), 'report')} of an earlier version "
            f"{'holds' if len(with_names) == 1 else 'hold'} names beside codes. Reports are "
            f"deleted only by name: {' '.join(f'--report {name}' for name in with_names)}"
        )
    if not chosen:
        tell(f"Nothing to delete{'' if days is None else f' that is older than {days} days'}.")
        return
    if not yes and not _agreed(len(chosen)):
        tell("Nothing was deleted. Give --yes to delete what is listed.")
        raise typer.Exit(faults.USAGE)
    delete(chosen, outputs=folder)
    tell(f"Deleted: {counted(len(chosen), 'entry', 'entries')}.")


def _agreed(number: int) -> bool:
    if not sys.stdin.isatty():
        return False
    return typer.confirm(f"Delete {'it' if number == 1 else f'all {number}'}?")
