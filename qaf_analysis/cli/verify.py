"""``qaf verify``: is a report what its data and code give, and does its signature apply?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qaf_analysis.cli import faults
from qaf_analysis.cli.console import steps, tell
from qaf_analysis.cli.folders import data_folder
from qaf_analysis.terms.errors import UsageError, WorkbenchError

if TYPE_CHECKING:
    from qaf_analysis.moderation.ledger.key import LedgerKey
    from qaf_analysis.run.verify import RunCheck


def verify(
    run: Annotated[Path, typer.Argument(help="Folder of the report, which holds report.html.")],
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            help="Folder of the exports it was made from.",
            show_default="looked for here and in data",
        ),
    ] = None,
    place: Annotated[
        Path | None,
        typer.Option("--ledger", help="Folder of the ledger.", show_default="the council's own"),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option("--head", help='A head from a report\'s footer: "41 9f3c1ab277e05d16".'),
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Record in the ledger that it was repeated.")
    ] = False,
    reviewer: Annotated[
        str, typer.Option("--as", help="Code of who repeats it, for the record, such as M-04.")
    ] = "",
) -> None:
    """Make a report again from what it was made from, and say whether it is the same."""
    if record and not reviewer:
        raise UsageError("Say who repeats the run, by code: --as M-04.")
    folder = None if data is None else data_folder(data)
    check = _repeated(run, folder)
    if record:
        from qaf_analysis.run.review_session import open_review

        for sentence in open_review(run=run, reviewer=reviewer, ledger=place).record(check):
            tell(sentence)
        tell("Recorded in the ledger.")
    else:
        for sentence in check.sentences:
            tell(sentence)
    is_whole = _tell_ledger(run, place, head)
    if not (check.is_same and is_whole):
        raise typer.Exit(faults.INTEGRITY)


def _repeated(run: Path, data: Path | None) -> RunCheck:
    from qaf_analysis.run.review_session import project_home
    from qaf_analysis.run.verify import verify_run

    home = project_home()
    with faults.telling_of_a_stop("Nothing was compared."), steps() as progress:
        return verify_run(
            run,
            notebooks=home / "notebooks",
            data=data,
            look_in=(home / "data", home, Path.cwd()),
            progress=progress,
        )


def _tell_ledger(run: Path, place: Path | None, head: str | None) -> bool:
    """Say whether the ledger is whole and what it says of the signature; whether all is well."""
    from qaf_analysis.data.store.bundle import read_bundle_settings
    from qaf_analysis.moderation.ledger.entries import Head
    from qaf_analysis.moderation.ledger.key import default_ledger_place
    from qaf_analysis.moderation.ledger.schema import LEDGER_FILE
    from qaf_analysis.moderation.ledger.verify import verify_ledger
    from qaf_analysis.run.ledger_head import kept_ledger_head
    from qaf_analysis.run.review_session import open_review

    council = read_bundle_settings(run / "bundle").council
    where = place or default_ledger_place(council)
    if place is None and not (where / LEDGER_FILE).is_file():
        tell("Ledger: none is here, so nothing is told of signatures.")
        return True
    kept = kept_ledger_head(run / "bundle")
    heads = [Head.parse(head)] if head else []
    if kept is not None:
        heads.append(kept.head)
    checked = verify_ledger(where, key=_key_if_here(council), heads=heads)
    for sentence in checked.sentences:
        tell(f"Ledger: {sentence}")
    if checked.problems:
        return False
    try:
        state = open_review(run=run, ledger=where, for_reading=True).state
    except WorkbenchError as error:
        tell(f"Signature: {error}")
        return False
    for sentence in state.sentences[1:]:
        tell(f"Signature: {sentence}")
    return True


def _key_if_here(council: str) -> LedgerKey | None:
    from qaf_analysis.moderation.ledger.key import LedgerKey, default_ledger_key

    path = default_ledger_key(council)
    return LedgerKey.load(path, council=council) if path.is_file() else None
