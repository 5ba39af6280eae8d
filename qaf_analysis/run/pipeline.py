"""The quarterly run: read, analyse in parallel, report, seal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePath
from threading import Event

from qaf_analysis.data.contract.record import CODES_DIFFER
from qaf_analysis.data.council.naming import refuse_unnamed
from qaf_analysis.data.council.set_aside import aside_path, sweep_aside
from qaf_analysis.data.files.folder import read_settings
from qaf_analysis.data.store.bundle import read_bundle, read_bundle_settings
from qaf_analysis.run.earlier_designs import (
    earlier_designs,
    read_earlier_designs,
    write_earlier_designs,
)
from qaf_analysis.run.edition import write_edition, write_index
from qaf_analysis.run.folder import RunFolder, sweep
from qaf_analysis.run.last_report import (
    earlier_report,
    read_earlier_report,
    write_earlier_report,
)
from qaf_analysis.run.ledger_head import kept_ledger_head
from qaf_analysis.run.lock import RunLock
from qaf_analysis.run.manifest import RunIdentity, file_sha256, identify, write_manifest
from qaf_analysis.run.notebooks import run_notebook
from qaf_analysis.run.own_look import sum_of_look
from qaf_analysis.run.parameters import ParameterValue
from qaf_analysis.run.summary import Summary, read_summary
from qaf_analysis.terms.errors import RunFailedError, UsageError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.declared import declared_design
from qaf_analysis.topics.common.results_json import result_from_json
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.registry import ANALYSIS_NOTEBOOKS, INTAKE_NOTEBOOK, REPORT_NOTEBOOK

SLOWEST = "02_severity"  # begun first, so that the others run beside it
ANALYSES = tuple(sorted(ANALYSIS_NOTEBOOKS, key=lambda name: (name != SLOWEST, name)))
AT_ONCE = 2
LOOK_UP_SECONDS = 0.2
MADE_BY = "QAF_MADE_BY"
"""Environment variable with the code of who makes a report, such as ``A-02``; never a name."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class BuiltReport:
    """A finished run.

    Parameters
    ----------
    folder, report : Path
        The run's folder, and the report in it.
    run_id : str
        Printed at the head of the report.
    quarter : Quarter
        Quarter reported on.
    summary : Summary
        Its edition and its verdicts.
    rows_in, loaded, quarantined, not_data : int
        Rows of the exports: those in are the sum of the others.
    set_aside : Path or None
        Where the rows set aside lie, outside the run; None where there are none.
    """

    folder: Path
    report: Path
    run_id: str
    quarter: Quarter
    summary: Summary
    rows_in: int
    loaded: int
    quarantined: int
    not_data: int = 0
    set_aside: Path | None = None


def build_report(
    data: Path,
    *,
    quarter: str | None = None,
    outputs: Path,
    notebooks: Path,
    seed: int = 1,
    progress: Progress | None = None,
    again: Path | None = None,
) -> BuiltReport:
    """Make the quarterly moderation report of a folder of exports.

    Parameters
    ----------
    data : Path
        Folder of exports.
    quarter : str, optional
        Such as ``2019-20 Q3``; the latest in the data when left out.
    outputs : Path
        Folder of reports. Earlier reports in it are never touched; what they declared about
        themes and process changes is compared with what is declared now, and what the last of
        them said with what this one says.
    notebooks : Path
        Folder of the notebooks to run.
    seed : int
        Recorded in the manifest; every random draw starts from it.
    progress : callable, optional
        Called as ``progress(what, done, total)``.
    again : Path, optional
        A finished run to repeat: what earlier reports said and declared is taken from what it
        kept, not looked for in ``outputs``.

    Raises
    ------
    InputRejectedError, SettingsError, UsageError
        If the exports, the settings or the quarter are not as they should be.
    RunFailedError
        If a notebook failed, or an export was changed while it was being read.
    RunLockedError
        If another run of this council is under way.
    """
    settings = read_settings(data)[0]
    refuse_unnamed(settings, folder=data)
    asked = str(Quarter.parse(quarter)) if quarter else ""
    with RunLock(outputs, council=settings.council):
        now = datetime.now(UTC)
        sweep(outputs, keep_failed_days=settings.keep_failed_days, now=now)
        sweep_aside(settings.council, days=settings.keep_set_aside_days, now=now)
        with RunFolder(outputs) as folder:
            run = _Run(data=data, work=folder.path, notebooks=notebooks, progress=progress)
            started = datetime.now(UTC)
            intake = run.intake(asked)
            earlier = (
                {
                    "earlier_designs": run.earlier(intake, outputs=outputs),
                    "last_report": run.last(intake, outputs=outputs),
                }
                if again is None
                else run.as_kept(again)
            )
            identity = run.identity(intake, asked=asked, seed=seed, earlier=earlier)
            run.analyse(intake.quarter)
            run.report(intake.quarter, run_id=identity.run_id)
            run.refuse_changed_inputs(intake)
            write_manifest(
                folder.path,
                identity=identity,
                started=started,
                ended=datetime.now(UTC),
                set_aside={"rows": intake.quarantined, "keyed_sum": intake.set_aside_sum},
                made_by=os.environ.get(MADE_BY, "").strip(),
            )
            final = folder.publish(quarter=intake.quarter, run_id=identity.run_id)
    return BuiltReport(
        folder=final,
        report=final / "report.html",
        run_id=identity.run_id,
        quarter=intake.quarter,
        summary=read_summary(final),
        rows_in=intake.rows_in,
        loaded=intake.loaded,
        quarantined=intake.quarantined,
        not_data=intake.not_data,
        set_aside=aside_path(settings.council, intake.set_aside_sum),
    )


@dataclass(frozen=True, kw_only=True)
class _Run:
    data: Path
    work: Path
    notebooks: Path
    progress: Progress | None
    stop: Event = field(default_factory=Event)

    def intake(self, asked: str) -> Intake:
        self._tell("Reading and checking the exports", 0)
        self._execute(INTAKE_NOTEBOOK, {"quarter": asked})
        text = (self.work / "results" / "Intake.json").read_text(encoding="utf-8")
        found: Intake = result_from_json(text, Intake)
        return found

    def earlier(self, intake: Intake, *, outputs: Path) -> str:
        """Keep what earlier reports declared otherwise for the notebooks; return its sum."""
        settings = read_bundle_settings(self.work / "bundle")
        now = declared_design(settings, quarter=intake.quarter)
        found = earlier_designs(outputs, council=settings.council)
        return write_earlier_designs(found.unlike(now), self.work)

    def last(self, intake: Intake, *, outputs: Path) -> str:
        """Keep what the last report said for the notebooks; return which it is, with its sum."""
        found = earlier_report(
            outputs,
            council=intake.council,
            quarter=intake.quarter,
            now=lambda: read_bundle(self.work / "bundle"),
        )
        return write_earlier_report(found, self.work)

    def as_kept(self, again: Path) -> dict[str, str]:
        """Keep what another run kept of earlier reports; return the sums of both."""
        return {
            "earlier_designs": write_earlier_designs(read_earlier_designs(again), self.work),
            "last_report": write_earlier_report(read_earlier_report(again), self.work),
        }

    def identity(
        self, intake: Intake, *, asked: str, seed: int, earlier: Mapping[str, str]
    ) -> RunIdentity:
        look = sum_of_look(self.work / "bundle")
        head = kept_ledger_head(self.work / "bundle")
        return identify(
            inputs=intake.files,
            parameters={
                "quarter": str(intake.quarter),
                "asked": asked,
                **earlier,
                # Another key gives other codes, and earlier reports may have had another.
                "key": intake.key_id,
                "codes_differ": any(f.code == CODES_DIFFER for f in intake.findings),
                # The table [report] is in the sum of the settings, the files that it names not.
                **({"look": look} if look else {}),
                **({"ledger": head.for_identity} if head is not None else {}),
            },
            seed=seed,
            notebooks=[
                self._source(name) for name in (INTAKE_NOTEBOOK, *ANALYSES, REPORT_NOTEBOOK)
            ],
        )

    def analyse(self, quarter: Quarter) -> None:
        parameters: dict[str, ParameterValue] = {"quarter": str(quarter)}
        with _stoppable(AT_ONCE, self.stop) as pool:
            runs = [pool.submit(self._executed, name, parameters) for name in ANALYSES]
            for done, run in enumerate(runs, start=1):
                self._tell("Analysing", done)
                _wait(run)

    def report(self, quarter: Quarter, *, run_id: str) -> None:
        self._tell("Building the report", len(ANALYSES) + 1)
        self._execute(REPORT_NOTEBOOK, {"quarter": str(quarter), "run_id": run_id})
        if not (self.work / "report.html").exists():
            raise RunFailedError(f"{REPORT_NOTEBOOK}.ipynb ended without a report.")
        self._tell("Writing the moderator's edition", len(ANALYSES) + 2)
        names = (INTAKE_NOTEBOOK, *sorted(ANALYSES), REPORT_NOTEBOOK)
        executed = [self.work / "notebooks" / f"{name}.ipynb" for name in names]
        index = self.work / "moderator" / "index.html"
        write_index(executed, index, quarter=str(quarter), run_id=run_id)
        for name, notebook in zip(names, executed, strict=True):
            write_edition(
                notebook,
                self.work / "moderator" / f"{name}.html",
                title=f"{name}, {quarter}",
                run_id=run_id,
            )
        self._tell("Done", len(ANALYSES) + 3)

    def refuse_changed_inputs(self, intake: Intake) -> None:
        """Refuse a run whose inputs are no longer in the folder as they were read.

        A run knows a file by its sum; its name in the run may leave words out.
        """
        # The rows of a query were read once, and stand in no file.
        sought = {
            file.sha256: file.name
            for file in intake.files
            if PurePath(file.name).suffix != "" and not file.is_query
        }
        suffixes = {PurePath(name).suffix.lower() for name in sought.values()}
        for path in sorted(self.data.rglob("*")):
            if sought and path.suffix.lower() in suffixes and path.is_file():
                sought.pop(file_sha256(path), None)
        for name in sought.values():
            raise RunFailedError(
                f"{name} was changed while the report was being made; run it again."
            )

    def _execute(self, name: str, parameters: dict[str, ParameterValue]) -> None:
        with _stoppable(1, self.stop) as pool:
            _wait(pool.submit(self._executed, name, parameters))

    def _executed(self, name: str, parameters: dict[str, ParameterValue]) -> None:
        run_notebook(
            self._source(name),
            self.work / "notebooks" / f"{name}.ipynb",
            {"data": self._relative_data(), "work": ".", **parameters},
            cwd=self.work,
            stop=self.stop,
        )

    def _relative_data(self) -> str:
        try:
            return Path(os.path.relpath(self.data, self.work)).as_posix()
        except ValueError:
            # On Windows there is no relative path from one drive to another.
            return self.data.resolve().as_posix()

    def _source(self, name: str) -> Path:
        path = self.notebooks / f"{name}.ipynb"
        if not path.exists():
            raise UsageError(f"There is no notebook {path.name} in {self.notebooks}.")
        return path

    def _tell(self, what: str, done: int) -> None:
        if self.progress is not None:
            self.progress(what, done, len(ANALYSES) + 3)


@contextmanager
def _stoppable(at_once: int, stop: Event) -> Iterator[ThreadPoolExecutor]:
    """Threads for notebooks, so that the main one hears the stop key and can end their kernels.

    A notebook in the main thread would take the key for a kernel that died.
    """
    pool = ThreadPoolExecutor(at_once)
    try:
        yield pool
    except KeyboardInterrupt:
        from qaf_analysis.run.engine import end_kernels

        stop.set()
        end_kernels()
        raise
    finally:
        # After a failure, notebooks that have not begun are not begun.
        pool.shutdown(cancel_futures=True)


def _wait(run: Future[None]) -> None:
    """Wait for a notebook, looking up now and then: Windows hears no key during a wait."""
    while True:
        try:
            return run.result(timeout=LOOK_UP_SECONDS)
        except NotYetError:
            if run.done():
                raise  # the notebook's own
