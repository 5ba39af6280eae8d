"""``qaf cases``: the cases to discuss, with the council's own identifiers that no report holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from qaf_analysis.cli import faults
from qaf_analysis.cli.console import tell
from qaf_analysis.cli.folders import data_folder, new_folder
from qaf_analysis.cli.options import DataFolder
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.terms.quarter import Quarter


def cases(
    data: DataFolder,
    out: Annotated[
        Path,
        typer.Option("--out", help="New folder to write the list to.", show_default=False),
    ],
    quarter: Annotated[
        str, typer.Option(help='Such as "2019-20 Q3".', show_default="the latest in the data")
    ] = "",
) -> None:
    """List the audits that two people graded apart, with your own identifiers."""
    data_folder(data)
    new_folder(out)
    asked = str(Quarter.parse(quarter)) if quarter else ""
    from qaf_analysis.data.council.read import read_council
    from qaf_analysis.moderation.case_list import case_list, write_cases

    found = read_council(data, as_of=date.today())
    listed = case_list(found, quarter=asked)
    if not listed.rows:
        tell(f"No case to discuss up to {listed.quarter}: nothing was written.")
    else:
        path = write_cases(listed, out)
        tell(f"{counted(len(listed.rows), 'case')} to discuss up to {listed.quarter}.")
        tell(f"List: {path.resolve()}")
        tell("It names audits as you know them: keep it with those who may see them.")
    aside = found.audits.record.quarantined
    if aside:
        rows = "1 row was" if aside == 1 else f"{aside:,} rows were"
        tell(f"{rows} set aside and can be no case; “qaf check” says why.")
        raise typer.Exit(faults.QUARANTINED)
