"""The command ``qaf``. Heavy imports stand inside the commands, so that each starts at once."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import qaf_analysis
from qaf_analysis.cli import faults
from qaf_analysis.cli.console import (
    make_safe,
    reading,
    rows_words,
    steps,
    tell,
    tell_checks,
    tell_record,
)
from qaf_analysis.cli.folders import data_folder, new_folder, refuse_mistyped
from qaf_analysis.cli.plan import plan
from qaf_analysis.cli.sample import sample
from qaf_analysis.cli.stat import stat
from qaf_analysis.cli.template import template
from qaf_analysis.terms.quarter import Quarter

if TYPE_CHECKING:
    from pandas import DataFrame

    from qaf_analysis.data.contract.record import ImportRecord
    from qaf_analysis.data.council.read import Import

app = typer.Typer(
    name="qaf",
    help="Moderation analysis for audits of children's social-care case files.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(stat)
app.add_typer(plan)
app.command()(sample)
app.command()(template)

DataFolder = Annotated[
    Path, typer.Option("--data", help="Folder that holds your exports.", show_default=False)
]
OutputsFolder = Annotated[
    Path | None,
    typer.Option("--outputs", help="Folder for what is made.", show_default="outputs"),
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of every random draw.", min=0)]


@app.command()
def check(data: DataFolder, outputs: OutputsFolder = None) -> None:
    """Read your exports and say what would be loaded, what would be set aside, and why."""
    folder = data_folder(data)
    from qaf_analysis.data.council.quarantine import write_quarantine

    kept = _outputs_folder(outputs) / "quarantine" / _slug(folder.resolve().name)
    found = _read(folder, check_in=kept)
    record = found.audits.record
    # An earlier check's page must not stay as it was when its rows have been mended.
    if kept.exists() or any(finding.outcome != "note" for finding in record.findings):
        _tell_check(kept, record, found.quarantine, name=found.audits.settings.council)
    if not record.quarantined:
        tell("Every row can be used.")
        return
    path = kept.with_suffix(".csv")
    write_quarantine(found.quarantine, path)
    tell(f"{record.quarantined} rows were set aside, each with its reason: {path}")
    raise typer.Exit(faults.QUARANTINED)


@app.command()
def report(
    data: DataFolder,
    quarter: Annotated[
        str | None,
        typer.Option(help='Such as "2019-20 Q3".', show_default="the latest in the data"),
    ] = None,
    outputs: OutputsFolder = None,
    seed: Seed = 1,
) -> None:
    """Make the quarterly moderation report."""
    folder = data_folder(data)
    # A quarter that is none is refused before minutes of reading.
    asked = str(Quarter.parse(quarter)) if quarter else ""
    from qaf_analysis.run.pipeline import build_report
    from qaf_analysis.topics.common.scope import reported_quarter

    # Read here first: what must be mended is said at once, in full, and before a kernel starts.
    found = _read(folder)
    reported_quarter(found.audits, asked)
    with faults.telling_of_a_stop("No report was made."), steps() as progress:
        built = build_report(
            folder,
            quarter=asked or None,
            outputs=_outputs_folder(outputs),
            notebooks=home() / "notebooks",
            seed=seed,
            progress=progress,
        )
    tell(rows_words(built))
    if built.quarantined:
        kept = built.folder / "bundle" / "quarantine.csv"
        tell(f"{built.quarantined} rows were set aside, each with its reason: {kept.resolve()}")
    tell(f"Run {built.run_id}, {built.quarter}")
    tell(f"Report: {built.report.resolve()}")
    if built.quarantined:
        raise typer.Exit(faults.QUARANTINED)


@app.command()
def simulate(
    out: Annotated[
        Path, typer.Option("--out", help="Folder to write the exports to.", show_default=False)
    ],
    audits_per_quarter: Annotated[int, typer.Option(min=1)] = 50,
    quarters: Annotated[int, typer.Option(min=1)] = 12,
    seed: Seed = 1,
    messy: Annotated[
        bool, typer.Option("--messy/--clean", help="Untidy, as real exports are; or clean.")
    ] = True,
    null: Annotated[bool, typer.Option("--null", help="Plant no effect at all.")] = False,
) -> None:
    """Write the exports of an invented council, with what is true of it beside them."""
    new_folder(out)
    import numpy as np

    from qaf_analysis.simulate.council import simulate_council
    from qaf_analysis.simulate.presets import null_design, standard_design
    from qaf_analysis.simulate.write import write_clean, write_messy

    design = standard_design(audits_per_quarter=audits_per_quarter, quarters=quarters)
    # One stream for what is true and one for the mess, so that both forms hold the same council.
    truth, mess = np.random.default_rng(seed).spawn(2)
    council = simulate_council(null_design(design) if null else design, rng=truth)
    if messy:
        write_messy(council, out, rng=mess)
    else:
        write_clean(council, out)
    tell(f"{council.design.name}: {quarters} quarters of {audits_per_quarter} audits in {out}")


@app.command()
def doctor(outputs: OutputsFolder = None) -> None:
    """Check that the installation here does what was tested."""
    from qaf_analysis.run.doctor import examine
    from qaf_analysis.run.manifest import tree_sha256

    now = datetime.now().astimezone().isoformat(timespec="minutes")
    code = tree_sha256(Path(qaf_analysis.__file__).parent)[:16]
    tell(f"Self-check of {now}, version {qaf_analysis.__version__}, code {code}")
    checks = examine(home=home(), outputs=_outputs_folder(outputs))
    tell_checks(checks)
    if any(check.state != "passed" for check in checks):
        raise typer.Exit(faults.FAILED)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code (``cli.faults``)."""
    make_safe()
    # Small matrices are slower in several threads; imports of numerical packages come later.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    try:
        code = app(list(arguments), prog_name="qaf", standalone_mode=False)
    except Exception as error:
        show = getattr(error, "show", None)
        if show is not None:
            # A wrong option: the parser words it better than we could.
            show()
            return faults.USAGE
        stopped = isinstance(error, typer.Abort)
        return faults.explain(faults.StoppedError(faults.STOPPED) if stopped else error)
    except KeyboardInterrupt:
        return faults.explain(faults.StoppedError(faults.STOPPED))
    if code == faults.INTERRUPTED:
        # The parser took the stop key itself and told nobody.
        return faults.explain(faults.StoppedError(faults.STOPPED))
    return code if isinstance(code, int) else faults.BUILT


def home() -> Path:
    """Return the project's folder: the one that holds the package."""
    return Path(qaf_analysis.__file__).resolve().parents[1]


def _read(folder: Path, *, check_in: Path | None = None) -> Import:
    """Read a council's exports and say what was found; stop where nothing can be loaded.

    Where a folder for the check's page and workbook is given, they are written there before
    stopping.
    """
    from qaf_analysis.data.contract.record import ImportRejectedError
    from qaf_analysis.data.council.read import read_council

    try:
        kept = "The exports were being read; nothing was written."
        with faults.telling_of_a_stop(kept), reading() as progress:
            found = read_council(folder, as_of=date.today(), progress=progress)
    except ImportRejectedError as error:
        tell_record(error.record)
        tell()
        if check_in is not None:
            _tell_check(check_in, error.record, None, name=folder.resolve().name)
        tell("Nothing was loaded and nothing was changed.")
        raise typer.Exit(faults.REJECTED) from error
    tell_record(found.audits.record)
    tell()
    return found


def _tell_check(
    kept: Path, record: ImportRecord, quarantine: DataFrame | None, *, name: str
) -> None:
    """Write the result of a check as a page and a workbook, and say where."""
    from qaf_analysis.report.check_page import write_check

    files = write_check(kept, record=record, quarantine=quarantine, name=name, day=date.today())
    tell(f"Every finding, to read or print: {files.page}")
    tell(f"The rows to mend, marked, for Excel: {files.workbook}")


def _outputs_folder(outputs: Path | None) -> Path:
    if outputs is None:
        return home() / "outputs"
    refuse_mistyped(outputs)
    return outputs


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "data"
