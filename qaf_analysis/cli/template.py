"""``qaf template``: a workbook to fill in, which is read back without any settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qaf_analysis.cli.console import tell
from qaf_analysis.cli.folders import data_folder, refuse_mistyped
from qaf_analysis.terms.errors import UsageError

FILE = Path("audits to fill in.xlsx")


def template(
    out: Annotated[Path, typer.Option("--out", help="Workbook to write; never over another.")] = (
        FILE
    ),
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            help="Folder with your council.toml: its domains, scale and themes are taken.",
            show_default=False,
        ),
    ] = None,
    council: Annotated[
        str, typer.Option(help="The council's name; else it is filled in.", show_default=False)
    ] = "",
    domain: Annotated[
        list[str] | None,
        typer.Option(
            help="A domain that your audits grade, besides Overall; once for each.",
            show_default="usual ones, or those of council.toml",
        ),
    ] = None,
) -> None:
    """Write a workbook for audits and moderations, with drop-downs, notes and checks."""
    target = _new_file(out)
    from dataclasses import replace

    from qaf_analysis.data.files.folder import read_settings
    from qaf_analysis.data.files.settings_names import SETTINGS_FILE
    from qaf_analysis.data.template.workbook import template_workbook
    from qaf_analysis.terms.settings import Settings

    name, settings = council.strip(), Settings(council="the council")
    if data is not None:
        settings, declared = read_settings(data_folder(data))
        if not declared:
            raise UsageError(
                f"There is no {SETTINGS_FILE} in “{data}”. Leave --data out, or name the folder "
                "that holds it."
            )
        name = name or settings.council
    if domain:
        settings = replace(settings, domains=dict.fromkeys(domain))
    content = template_workbook(settings, council=name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        file.write(content)
    tell(f"Fill in this workbook, then check its folder with “qaf check --data FOLDER”: {target}")
    if not name:
        tell("Write the council's name into cell A2 of its sheet Your council.")


def _new_file(out: Path) -> Path:
    """Path of the workbook to write: an .xlsx that is not there yet.

    Raises
    ------
    UsageError
        If it is there already, or is called otherwise.
    """
    refuse_mistyped(out)
    if out.is_dir():
        out = out / FILE
    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"“{out}” is no name of a workbook; name it with .xlsx at its end.")
    if out.exists():
        raise UsageError(f"“{out}” is there already, perhaps filled in; give another name.")
    return out.resolve()
