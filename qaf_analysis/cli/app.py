"""The command ``qaf``. Heavy imports stand inside the commands, so that each starts at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import qaf_analysis
from qaf_analysis.cli import faults
from qaf_analysis.cli.console import make_safe, steps, tell, tell_checks, tell_record
from qaf_analysis.cli.folders import data_folder, home, new_folder, outputs_folder
from qaf_analysis.cli.keys import keys
from qaf_analysis.cli.plan import plan
from qaf_analysis.cli.purge import purge
from qaf_analysis.cli.sample import sample
from qaf_analysis.cli.stat import stat

if TYPE_CHECKING:
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
app.add_typer(keys)
app.command()(sample)
app.command()(purge)

SYNTHETIC = (
    "Declared as invented (synthetic = true): codes are made with a published key, so anybody can "
    "turn them back. Real audits must never be read so."
)

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
    from qaf_analysis.data.council.set_aside import keep_aside, sweep_aside

    found = _read(folder, keep_key=False)
    settings, told = found.audits.settings, found.audits.record
    sweep_aside(settings.council, days=settings.keep_set_aside_days, now=datetime.now(UTC))
    kept = keep_aside(
        found.quarantine,
        council=settings.council,
        record=told,
        in_run=found.record_for_run,
        away_from=(folder, outputs_folder(outputs)),
    )
    if kept is None:
        tell("Every row can be used.")
        return
    _tell_aside(kept.path, rows=kept.rows, days=settings.keep_set_aside_days)
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
    from qaf_analysis.data.council.naming import refuse_unnamed
    from qaf_analysis.data.files.folder import read_settings
    from qaf_analysis.run.pipeline import build_report

    settings = read_settings(folder)[0]
    refuse_unnamed(settings, folder=folder)
    # Read here first: what must be mended is said at once, in full, and before a kernel starts.
    _read(folder, outputs=outputs_folder(outputs))
    with steps() as progress:
        built = build_report(
            folder,
            quarter=quarter,
            outputs=outputs_folder(outputs),
            notebooks=home() / "notebooks",
            seed=seed,
            progress=progress,
        )
    tell(f"{built.rows_in} rows in = {built.loaded} loaded + {built.quarantined} quarantined")
    if built.set_aside is not None:
        _tell_aside(built.set_aside, rows=built.quarantined, days=settings.keep_set_aside_days)
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
    checks = examine(home=home(), outputs=outputs_folder(outputs))
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
    except (Exception, KeyboardInterrupt) as error:
        show = getattr(error, "show", None)
        if show is not None:
            # A wrong option: the parser words it better than we could.
            show()
            return faults.USAGE
        # The parser calls the stop key by a name of its own.
        return faults.explain(KeyboardInterrupt() if isinstance(error, typer.Abort) else error)
    return code if isinstance(code, int) else faults.BUILT


def _read(folder: Path, *, keep_key: bool = True, outputs: Path | None = None) -> Import:
    """Read a council's exports and say what was found; stop where nothing can be loaded.

    With a folder of reports, that codes differ from those in it is said too.
    """
    from qaf_analysis.data.contract.record import ImportRejectedError
    from qaf_analysis.data.council.read import read_council
    from qaf_analysis.run.earlier_keys import other_codes

    try:
        found = read_council(folder, as_of=date.today(), keep_key=keep_key)
    except ImportRejectedError as error:
        tell_record(error.record)
        tell()
        tell("Nothing was loaded and nothing was changed.")
        raise typer.Exit(faults.REJECTED) from error
    settings = found.audits.settings
    if outputs is not None:
        key_id = found.audits.record.key_id
        other = other_codes(outputs, settings=settings, key_id=key_id)
        found = found if other is None else found.with_findings(other)
    tell_record(found.audits.record)
    tell()
    if settings.synthetic:
        tell(SYNTHETIC)
    return found


def _tell_aside(path: Path, *, rows: int, days: int) -> None:
    """Say where rows set aside lie, and for how long."""
    were = "1 row was" if rows == 1 else f"{rows:,} rows were"
    tell(f"{were} set aside, each with its reason: {path.resolve()}")
    tell(
        f"That file holds names as your exports do. It is kept for {days} days, apart from every "
        "report; qaf purge deletes it sooner."
    )
