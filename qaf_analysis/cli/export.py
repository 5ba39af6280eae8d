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
    reference: Annotated[
        Path | None,
        typer.Option("--reference", help="Your own Word document, for its styles."),
    ] = None,
) -> None:
    """Write a report that was made as PDF, Word, and tables that leave auditors' own out."""
    from qaf_analysis.run.export import FORMATS, export_run

    asked = tuple(dict.fromkeys(name.strip() for name in formats.split(",")))
    unknown = [name for name in asked if name not in FORMATS]
    if unknown:
        raise UsageError(f'"{unknown[0]}" is no format; expected some of {", ".join(FORMATS)}.')
    if reference is not None and not reference.is_file():
        raise UsageError(f"There is no file “{reference}”; give a Word document (.docx).")
    made = export_run(
        run,
        new_folder(out),
        formats=asked,
        reference=None if reference is None else reference.read_bytes(),
        told=lambda name: tell(f"Writing {name} …"),
    )
    for note in made.notes:
        tell(note)
    shown = [path for path in made.files if path.parent == out]
    tell(f"Run {made.run_id}, exported to {out}: {', '.join(path.name for path in shown)}.")
    if len(shown) < len(made.files):
        tell(f"{len(made.files) - len(shown)} CSV files in {out / 'tables'}.")
