"""What a notebook needs from disk: the audits of its run, and a place for its results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.data.files.folder import read_settings
from qaf_analysis.data.files.private_file import private_folder
from qaf_analysis.data.store.bundle import read_bundle, write_bundle
from qaf_analysis.report.look import Look
from qaf_analysis.report.signoff import SignOff
from qaf_analysis.run.earlier_designs import earlier_designs, read_earlier_designs
from qaf_analysis.run.earlier_keys import other_codes
from qaf_analysis.run.folder import BUILDING
from qaf_analysis.run.last_report import earlier_report, read_earlier_report
from qaf_analysis.run.ledger_head import keep_ledger_head, kept_ledger_head, read_ledger_head
from qaf_analysis.run.own_look import keep_look, kept_look, read_look
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.typed_path import path_advice
from qaf_analysis.topics.common.declared import EarlierDesigns
from qaf_analysis.topics.common.eras import in_era
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.headlines import with_derived
from qaf_analysis.topics.common.release import Released, release_each
from qaf_analysis.topics.common.reported import EarlierReport
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.common.scope import reported_quarter
from qaf_analysis.topics.common.section import Question
from qaf_analysis.topics.registry import question_of

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Session:
    """One notebook's place in a run.

    Parameters
    ----------
    data : Path
        Folder of exports.
    work : Path
        Run folder: bundle, results and figures are kept here.
    asked : str
        Quarter asked for; empty for the latest in the data.
    by_hand : bool
        Whether somebody opened the notebook, rather than the runner.
    """

    data: Path
    work: Path
    asked: str
    by_hand: bool

    def read(self) -> Audits:
        """Read the exports, keep the clean bundle, return the audits.

        Questions of the same notebook are then answered from them. Rows set aside go to the
        protected place; the audits' record has their sum, and nothing that was typed by somebody.
        """
        # Only the first notebook reads exports; the others start faster without the readers.
        from qaf_analysis.data.council.read import read_council
        from qaf_analysis.data.council.set_aside import keep_aside

        found = read_council(self.data, as_of=date.today(), away_from=(self._outputs,))
        settings, told = found.audits.settings, found.audits.record
        look, head = read_look(self.data, settings), read_ledger_head(self.data)
        other = other_codes(self._outputs, settings=settings, key_id=told.key_id)
        if other is not None:
            found = found.with_findings(other)
        kept = keep_aside(
            found.quarantine,
            council=settings.council,
            record=found.audits.record,
            in_run=found.record_for_run,
            key=found.key,
            away_from=(self.data, self._outputs),
        )
        record = replace(found.record_for_run, set_aside_sum=kept.keyed_sum if kept else "")
        audits = replace(found.audits, record=record)
        write_bundle(audits, self.work / "bundle")
        keep_look(look, self.work / "bundle")
        keep_ledger_head(head, self.work / "bundle")
        vars(self)["audits"] = audits
        return audits

    @property
    def _outputs(self) -> Path:
        """Folder of reports: a run is built two folders below it, notebooks by hand work one."""
        work = self.work.resolve()
        if self.by_hand:
            return work.parent
        return work.parents[1] if work.parent.name == BUILDING else work

    @cached_property
    def audits(self) -> Audits:
        """The audits of this run; by hand, the exports read afresh."""
        return self.read() if self.by_hand else read_bundle(self.work / "bundle")

    @cached_property
    def look(self) -> Look:
        """What this run's report bears of the council's own, as it was when exports were read."""
        return kept_look(self.work / "bundle", self.audits.settings)

    @cached_property
    def unsigned(self) -> SignOff:
        """What this run's report says of its signature: a draft, and how far the ledger went."""
        found = kept_ledger_head(self.work / "bundle")
        return SignOff(head=str(found.head) if found is not None else "")

    @cached_property
    def evidence(self) -> Evidence:
        """What this notebook answers questions from."""
        quarter = reported_quarter(self.audits, self.asked)
        return Evidence(
            audits=with_derived(in_era(self.audits, quarter)),
            quarter=quarter,
            whole=self.audits,
            earlier_designs=self.earlier_designs,
            earlier_report=self.earlier_report,
            found=self.load,
        )

    def answer(self, asks: Callable[..., Result]) -> Released[Result]:
        """Answer a question, pass the answer through the gate, and keep it for the report.

        Parameters
        ----------
        asks : callable
            The analysis that answers it, such as ``qaf.optimism``.

        Raises
        ------
        UsageError
            If it is no question of the report.
        DisclosureError
            If the answer may not be shown.
        """
        question: Question[Result] = question_of(asks)
        names = question.headlines(self.evidence)
        answers = [question.answered(self.evidence, name) for name in names]
        return self.save(release_each(answers, names))

    def answers_to(self, question: Question[Result]) -> Released[Result]:
        """Return what another notebook saved as the answer, for each headline."""
        names = question.headlines(self.evidence)
        return release_each([self.load(question.result, name) for name in names], names)

    def earlier_designs(self) -> EarlierDesigns:
        """What earlier reports declared about themes and process changes.

        In a run, as the runner kept it; by hand, from the reports in the project's ``outputs``.
        """
        if self.by_hand:
            council = read_settings(self.data)[0].council
            return earlier_designs(self.work.parent, council=council)
        return read_earlier_designs(self.work)

    def earlier_report(self) -> EarlierReport:
        """What the last report before this one said.

        In a run, as the runner kept it; by hand, from the reports in the project's ``outputs``.
        """
        if self.by_hand:
            quarter = reported_quarter(self.audits, self.asked)
            council = self.audits.settings.council
            return earlier_report(
                self.work.parent, council=council, quarter=quarter, now=lambda: self.audits
            )
        return read_earlier_report(self.work)

    def save(self, released: Released[Result]) -> Released[Result]:
        """Keep a released result for the report, and return it."""
        for one in released.every:
            path = self._path(type(one.result), one.headline)
            private_folder(path.parent)
            path.write_text(result_to_json(one.result), encoding="utf-8", newline="\n")
        return released

    def load(self, kind: type[Result], headline: str = "") -> Result:
        """Return the result of that kind, for a headline, that another notebook saved.

        Raises
        ------
        UsageError
            If the notebook that makes it has not been run yet.
        """
        path = self._path(kind, headline)
        if not path.exists():
            raise UsageError(
                f"There is no {path.name} yet: run the notebooks 00 to 05 before the report."
            )
        result: Result = result_from_json(path.read_text(encoding="utf-8"), kind)
        return result

    def _path(self, kind: type, headline: str) -> Path:
        """Where a result is kept; by the headline's place, for its name may not suit a file."""
        place = self.evidence.headlines.index(headline) if headline else 0
        name = kind.__name__ if place == 0 else f"{kind.__name__}.{place + 1}"
        return self.work / "results" / f"{name}.json"


def open_session(*, data: str, work: str = "", quarter: str = "") -> Session:
    """Open the place a notebook works in.

    Parameters
    ----------
    data : str
        Folder of exports; a relative path is taken from the project's own folder when the
        notebook is run by hand, and from the run folder in a run.
    work : str
        Run folder; empty when the notebook is run by hand.
    quarter : str
        Quarter to report on, such as ``2019-20 Q3``; empty for the latest in the data.

    Raises
    ------
    UsageError
        If the folder is a Windows path that Python or a shell has spoilt.
    UnknownQuarterError
        If the quarter is not written like one.
    """
    if work:
        return Session(data=Path(data), work=Path(work), asked=quarter, by_hand=False)
    if quarter:
        Quarter.parse(quarter)  # one that is none is refused before the exports are read
    home = project_folder()
    folder = home / data
    advice = path_advice(data)
    if advice and not folder.is_dir():
        raise UsageError(advice)
    return Session(data=folder, work=home / "outputs" / "by-hand", asked=quarter, by_hand=True)


def project_folder() -> Path:
    """Return the folder that holds ``pyproject.toml``, from here upwards.

    Raises
    ------
    UsageError
        If there is none.
    """
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "pyproject.toml").exists() and (folder / "notebooks").is_dir():
            return folder
    raise UsageError("Open the notebook from inside the project's folder.")
