"""Read a council's exports for a command, and say what was found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from qaf_analysis.cli import faults
from qaf_analysis.cli.console import reading, tell, tell_record

if TYPE_CHECKING:
    from qaf_analysis.data.contract.record import ImportRecord
    from qaf_analysis.data.council.read import Import

SYNTHETIC = (
    "Declared as invented (synthetic = true): codes are made with a published key, so anybody can "
    "turn them back. Real audits must never be read so."
)


def read_exports(
    folder: Path,
    *,
    outputs: Path,
    keep_key: bool = True,
    if_rejected: Callable[[ImportRecord], None] | None = None,
) -> Import:
    """Read a council's exports and say what was found; stop where nothing can be loaded.

    Parameters
    ----------
    outputs : Path
        Folder of reports, which may not hold the key.
    keep_key : bool
        Whether a key that had to be made is written; then it is said too that codes differ from
        those of earlier reports.
    if_rejected : callable, optional
        What to do with the record before stopping, where nothing can be loaded.

    Raises
    ------
    typer.Exit
        If nothing can be loaded.
    """
    from qaf_analysis.data.contract.record import ImportRejectedError
    from qaf_analysis.data.council.read import read_council
    from qaf_analysis.run.earlier_keys import other_codes

    try:
        kept = "The exports were being read; nothing was written."
        with faults.telling_of_a_stop(kept), reading() as progress:
            found = read_council(
                folder,
                as_of=date.today(),
                keep_key=keep_key,
                away_from=(outputs,),
                progress=progress,
            )
    except ImportRejectedError as error:
        tell_record(error.record)
        tell()
        if if_rejected is not None:
            if_rejected(error.record)
        tell("Nothing was loaded and nothing was changed.")
        raise typer.Exit(faults.REJECTED) from error
    settings = found.audits.settings
    if keep_key:
        key_id = found.audits.record.key_id
        other = other_codes(outputs, settings=settings, key_id=key_id)
        found = found if other is None else found.with_findings(other)
    tell_record(found.audits.record)
    tell()
    if settings.synthetic:
        tell(SYNTHETIC)
    return found


def tell_aside(path: Path, *, rows: int, days: int) -> None:
    """Say where rows set aside lie, and for how long."""
    were = "1 row was" if rows == 1 else f"{rows:,} rows were"
    tell(f"{were} set aside, each with its reason: {path.resolve()}")
    tell_kept(days=days)


def tell_kept(*, days: int) -> None:
    """Say that the file of rows set aside holds names, and for how long it is kept."""
    tell(
        f"The file of rows set aside holds names as your exports do. It is kept for {days} days, "
        "apart from every report; qaf purge deletes it sooner."
    )
