"""``qaf export``: a report that was made, as PDF, Word, Excel and CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qaf_analysis.cli.console import tell
from qaf_analysis.cli.folders import new_folder
from qaf_analysis.terms.errors import UsageError

if TYPE_CHECKING:
    from qaf_analysis.report.signoff import SignOff


def export(
    run: Annotated[Path, typer.Argument(help="Folder of the report, which holds report.html.")],
    out: Annotated[Path, typer.Option("--out", help="New folder to write to.", show_default=False)],
    formats: Annotated[
        str | None,
        typer.Option(
            "--formats",
            help="Which of pdf, word, excel, csv, html.",
            show_default="pdf,word,excel,csv, and html with --signed",
        ),
    ] = None,
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
    signed: Annotated[
        bool, typer.Option("--signed", help="With what the ledger says of its signature.")
    ] = False,
    place: Annotated[
        Path | None, typer.Option("--ledger", help="Folder of the ledger.", show_default=False)
    ] = None,
) -> None:
    """Write a report that was made as PDF, Word, and tables that leave auditors' own out."""
    from qaf_analysis.report.editions.every import EDITIONS
    from qaf_analysis.run.export import EVERY_FORMAT, FORMATS, export_run

    usual = EVERY_FORMAT if signed else FORMATS
    asked = usual if formats is None else _some_of(EVERY_FORMAT, formats, "format")
    wanted = _some_of(EDITIONS, editions, "edition")
    if reference is not None and not reference.is_file():
        raise UsageError(f"There is no file “{reference}”; give a Word document (.docx).")
    sign_off = _sign_off(run, place) if signed else None
    made = export_run(
        run,
        new_folder(out),
        formats=asked,
        editions=wanted,
        auditors_to=None if auditors_to is None else new_folder(auditors_to),
        reference=None if reference is None else reference.read_bytes(),
        told=lambda name: tell(f"Writing {name} …"),
        sign_off=sign_off,
    )
    if sign_off is not None:
        tell(" ".join(sign_off.sentences))
    for note in made.notes:
        tell(note)
    shown = [path for path in made.files if path.parent == out]
    tell(f"Run {made.run_id}, exported to {out}: {', '.join(path.name for path in shown)}.")
    csv = [path for path in made.files if path.parent == out / "tables"]
    if csv:
        tell(f"{len(csv)} CSV files in {out / 'tables'}.")
    if auditors_to is not None:
        tell(f"For the audit manager only: {made.files[-1]}. Do not pass it on.")


def _sign_off(run: Path, place: Path | None) -> SignOff:
    """What the ledger says of a run's signature; nobody needs its key to read it."""
    from qaf_analysis.run.review_session import open_review

    return open_review(run=run, ledger=place, for_reading=True).sign_off


def _some_of(known: tuple[str, ...], typed: str, what: str) -> tuple[str, ...]:
    """Names of a list with commas, each once; an unknown one is refused."""
    asked = tuple(dict.fromkeys(name.strip() for name in typed.split(",")))
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise UsageError(f'"{unknown[0]}" is no {what}; expected some of {", ".join(known)}.')
    return asked
