"""The command ``qaf``. Heavy imports stand inside the commands, so that each starts at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

import qaf_analysis
from qaf_analysis.cli import faults
from qaf_analysis.cli.cases import cases
from qaf_analysis.cli.check import check
from qaf_analysis.cli.closing import closing_lines, open_in_browser
from qaf_analysis.cli.console import make_safe, steps, tell, tell_checks
from qaf_analysis.cli.export import export
from qaf_analysis.cli.folders import data_folder, home, new_folder, outputs_folder
from qaf_analysis.cli.init import init
from qaf_analysis.cli.keys import keys
from qaf_analysis.cli.ledger import ledger
from qaf_analysis.cli.options import DataFolder, OutputsFolder, Seed
from qaf_analysis.cli.plan import plan
from qaf_analysis.cli.purge import purge
from qaf_analysis.cli.reading import read_exports, tell_kept
from qaf_analysis.cli.review import review
from qaf_analysis.cli.round import round_
from qaf_analysis.cli.sample import sample
from qaf_analysis.cli.stat import stat
from qaf_analysis.cli.template import template
from qaf_analysis.cli.verify import verify
from qaf_analysis.terms.quarter import Quarter

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
app.add_typer(round_)
app.add_typer(review)
app.add_typer(ledger)
app.command()(sample)
app.command()(cases)
app.command()(template)
app.command()(init)
app.command()(check)
app.command()(purge)
app.command()(export)
app.command()(verify)


@app.command()
def report(
    data: DataFolder,
    quarter: Annotated[
        str | None,
        typer.Option(help='Such as "2019-20 Q3".', show_default="the latest in the data"),
    ] = None,
    outputs: OutputsFolder = None,
    seed: Seed = 1,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Do not open the report in the browser.")
    ] = False,
) -> None:
    """Make the quarterly moderation report."""
    folder = data_folder(data)
    # A quarter that is none is refused before minutes of reading.
    asked = str(Quarter.parse(quarter)) if quarter else ""
    from qaf_analysis.data.council.naming import refuse_unnamed
    from qaf_analysis.data.files.folder import read_settings
    from qaf_analysis.run.own_look import read_look
    from qaf_analysis.run.pipeline import build_report
    from qaf_analysis.topics.common.scope import reported_quarter

    settings = read_settings(folder)[0]
    refuse_unnamed(settings, folder=folder)
    read_look(folder, settings)  # a logo that cannot be shown is told before minutes of reading
    # Read here first: what must be mended is said at once, in full, and before a kernel starts.
    found = read_exports(folder, outputs=outputs_folder(outputs))
    reported_quarter(found.audits, asked)
    with faults.telling_of_a_stop("No report was made."), steps() as progress:
        built = build_report(
            folder,
            quarter=asked or None,
            outputs=outputs_folder(outputs),
            notebooks=home() / "notebooks",
            seed=seed,
            progress=progress,
        )
    if built.set_aside is not None:
        tell_kept(days=settings.keep_set_aside_days)
    for line in closing_lines(built, record=found.audits.record):
        tell(line)
    open_in_browser(built.report, wanted=not no_open)
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
