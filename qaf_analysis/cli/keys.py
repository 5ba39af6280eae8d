"""``qaf key``: the key that turns identities into codes, from its backup to its end."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from qaf_analysis.cli.console import tell
from qaf_analysis.cli.folders import data_folder, outputs_folder
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.terms.errors import UsageError

keys = typer.Typer(
    name="key",
    help="Show, back up, replace or destroy the key that makes the codes.",
    no_args_is_help=True,
)
Data = Annotated[
    Path, typer.Option("--data", help="Folder that holds your exports.", show_default=False)
]
Outputs = Annotated[
    Path | None, typer.Option("--outputs", help="Folder of reports.", show_default="outputs")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without this it is only said.")]


@keys.command()
def show(data: Data, outputs: Outputs = None) -> None:
    """Say where the key is and which reports were made under it; never the key itself."""
    from qaf_analysis.data.contract.spelling import spelling_key
    from qaf_analysis.data.council.key_care import fingerprint, key_place
    from qaf_analysis.run.earlier_keys import earlier_keys

    place = key_place(data_folder(data))
    tell(f"Council: {place.council}")
    tell(f"Key file: {place.path.resolve()}")
    name = spelling_key(place.council)
    runs = [run for run in earlier_keys(outputs_folder(outputs)) if run.council == name]
    if not place.path.exists():
        tell("There is no key yet; the first report makes it.")
        if runs:
            tell(
                f"{counted(len(runs), 'report')} in the outputs folder had one: restore it from "
                "your backup before the next report."
            )
        return
    key = place.key()
    made = datetime.fromtimestamp(place.path.stat().st_mtime)
    tell(f"Name of the key: {key.key_id}, written {made:%Y-%m-%d}")
    tell(f"Sum to compare a copy by: {fingerprint(key)}")
    same = sum(run.key_id == key.key_id for run in runs)
    tell(f"Reports in the outputs folder: {same} under this key, {len(runs) - same} under another")
    for path in place.retired:
        tell(f"An earlier key is kept: {path.resolve()}")


@keys.command()
def backup(
    data: Data,
    to: Annotated[
        Path, typer.Option("--to", help="New file, or a folder to write it to.", show_default=False)
    ],
    outputs: Outputs = None,
) -> None:
    """Copy the key to a new file, for an envelope or a safe (docs/keys.md)."""
    from qaf_analysis.data.council.key_care import back_up, fingerprint, key_place

    place = key_place(data_folder(data))
    copy = back_up(place, to, away_from=(data, outputs_folder(outputs)))
    tell(f"Copy: {copy.resolve()}")
    tell(f"Sum to compare it by: {fingerprint(place.key())}")
    tell("Whoever has this file and the exports, or a list of names, can turn codes into people.")


@keys.command()
def rotate(data: Data, outputs: Outputs = None, yes: Yes = False) -> None:
    """Make a new key; the old one is kept beside it, and old codes are led to new ones."""
    from qaf_analysis.data.council import key_care

    folder = data_folder(data)
    place = key_care.key_place(folder)
    if not yes:
        raise UsageError(
            f"The key {place.key().key_id} of {place.council} would be replaced: later reports "
            "have other codes than earlier ones. Give --yes to do it."
        )
    apart = (outputs_folder(outputs),)
    done = key_care.rotate(folder, today=date.today(), away_from=apart)
    tell(f"New key {done.new_id} in place of {done.old_id}: {place.path.resolve()}")
    tell(f"The old key is kept: {done.retired.resolve()}")
    tell(f"{counted(done.codes, 'old code')} with the new ones: {done.table.resolve()}")
    tell("Back up the new key now (qaf key backup). Reports made before keep their old codes.")


@keys.command()
def destroy(
    data: Data,
    retired: Annotated[
        bool, typer.Option("--retired", help="Only keys that were replaced.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Destroy the key: no code can be turned back or made again."""
    from qaf_analysis.data.council import key_care

    place = key_care.key_place(data_folder(data))
    listed = place.retired if retired else (place.path, *place.retired)
    there = [path for path in listed if path.is_file()]
    if not there:
        tell("There is no key to destroy.")
        return
    for path in there:
        tell(f"To be destroyed: {path.resolve()}")
    if not yes:
        raise UsageError(
            "Without the key nobody can tell whose code is whose, and nobody gets the same code "
            "again. Give --yes to destroy what is listed."
        )
    gone = key_care.destroy(place, only_retired=retired)
    tell(f"Destroyed: {counted(len(gone), 'key')}. Destroy the copies of your backups too.")
