"""``qaf export``: a report that was made, as PDF, Word, Excel and CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qaf_analysis.cli.console import tell
from qaf_analysis.cli.folders import new_folder
from qaf_analysis.terms.errors import UsageError


def export(
    run: Annotated[Path, typer.Argument(help="Folder of the report, which holds report.html.")],
    out: Annotated[Path, typer.Option("--out", help="New folder to write to.", show_default=False)],
    formats: Annotated[
        str, typer.Option("--formats", help="Which of pdf, word, excel, csv.")
    ] = "pdf,word,excel,csv",
    editions: Annotated[
        str, typer.Option("--editions", help="Which of committee, working, annex.")
    ] = "committee,working",
    auditors_to: Annotated[
        Path | None,
        typer.Option(
            "--auditors-to", help="New folder for the audit manager's tables of single auditors."
        ),
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Option("--reference", help="Your own Word document, for its styles."),
    ] = None,
) -> None:
    """Write a report that was made as PDF, Word, and tables that leave auditors' own out."""
    from qaf_analysis.report.editions.every import EDITIONS
    from qaf_analysis.run.export import FORMATS, export_run

    asked = _some_of(FORMATS, formats, "format")
    wanted = _some_of(EDITIONS, editions, "edition")
    if reference is not None and not reference.is_file():
        raise UsageError(f"There is no file “{reference}”; give a Word document (.docx).")
    made = export_run(
        run,
        new_folder(out),
        formats=asked,
        editions=wanted,
        auditors_to=None if auditors_to is None else new_folder(auditors_to),
        reference=None if reference is None else reference.read_bytes(),
        told=lambda name: tell(f"Writing {name} …"),
    )
    for note in made.notes:
        tell(note)
    shown = [path for path in made.files if path.parent == out]
    tell(f"Run {made.run_id}, exported to {out}: {', '.join(path.name for path in shown)}.")
    csv = [path for path in made.files if path.parent == out / "tables"]
    if csv:
        tell(f"{len(csv)} CSV files in {out / 'tables'}.")
    if auditors_to is not None:
        tell(f"For the audit manager only: {made.files[-1]}. Do not pass it on.")


def _some_of(known: tuple[str, ...], typed: str, what: str) -> tuple[str, ...]:
    """Names of a list with commas, each once; an unknown one is refused."""
    asked = tuple(dict.fromkeys(name.strip() for name in typed.split(",")))
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise UsageError(f'"{unknown[0]}" is no {what}; expected some of {", ".join(known)}.')
    return asked
