"""The last report of a council before this one, found in the outputs folder.

It is the latest report, of those on an earlier quarter, of the same council; of several on one
quarter the one that was made last. What it said is read from the facts that it kept
(``topics.common.reported``), whose sum must be the one in its manifest. A report that cannot be
read is named with the reason, and the one before it is compared.

Reports on this quarter and on later ones are passed over. So a run that is made again finds what it
found before, whatever was made since about its own quarter; and what it found is part of its
identity, because a report made since about an earlier quarter is another one to compare with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import qaf_analysis
from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.data.store.bundle import read_bundle
from qaf_analysis.run.earlier_designs import finished_runs, read_run
from qaf_analysis.run.manifest import file_sha256, read_manifest, tree_sha256
from qaf_analysis.terms.errors import RunFailedError, UsageError, WorkbenchError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.reported import EarlierReport, LastReport, PastMoves, ReportFacts
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.since.moves import past_moves

LAST_FILE = "last_report.json"
FACTS = f"results/{ReportFacts.__name__}.json"
NONE_BEFORE = "none"
OTHER_KEY = "its codes were made with another key"
_BUNDLE = ("bundle/audits.csv", "bundle/ratings.csv")


@dataclass(frozen=True, kw_only=True)
class _Run:
    """A finished run of the council, and when it ended."""

    folder: Path
    quarter: Quarter
    ended: datetime

    @property
    def order(self) -> tuple[int, datetime, str]:
        """Later reports are greater."""
        return self.quarter.index, self.ended, self.folder.name

    @property
    def place(self) -> str:
        """Where it lies in the folder of reports."""
        return f"{self.folder.parent.name}/{self.folder.name}"


def earlier_report(
    outputs: Path, *, council: str, quarter: Quarter, now: Callable[[], Audits]
) -> EarlierReport:
    """Find the last report of a council before a quarter, and look up its audits in those of now.

    Parameters
    ----------
    outputs : Path
        Folder of reports; it need not exist.
    council : str
        The council's name, as its settings have it.
    quarter : Quarter
        Quarter of the report being made.
    now : callable
        Gives the bundle behind that report; asked only where there is one to compare with.
    """
    runs, unknown = _runs_before(outputs, council=council, quarter=quarter)
    unreadable = []
    for run in sorted(runs, key=lambda one: one.order, reverse=True):
        try:
            last = _last_report(run, now=now, quarter=quarter)
        except RunFailedError as error:
            unreadable.append(f"{run.place}: {error}")
        else:
            since = [text for when, text in unknown if when >= run.quarter]
            return EarlierReport(last=last, unreadable=(*since, *unreadable))
    return EarlierReport(unreadable=(*(text for _, text in unknown), *unreadable))


def _runs_before(
    outputs: Path, *, council: str, quarter: Quarter
) -> tuple[list[_Run], list[tuple[Quarter, str]]]:
    """A council's runs on earlier quarters, and those of which nobody knows whose they are."""
    found, unknown = [], []
    for folder in finished_runs(outputs):
        reported = Quarter.parse(folder.parent.name)
        if reported >= quarter:
            continue
        try:
            ended, design = read_run(folder)
        except WorkbenchError as error:
            unknown.append((reported, f"{folder.parent.name}/{folder.name}: {error}"))
        else:
            if design.council == council:
                found.append(_Run(folder=folder, quarter=design.quarter, ended=ended))
    return [run for run in found if run.quarter < quarter], unknown


def _last_report(run: _Run, *, now: Callable[[], Audits], quarter: Quarter) -> LastReport:
    """What a run said, with its own run id, and how its audits differ from those of now.

    Raises
    ------
    RunFailedError
        If it kept nothing to compare, or what it kept was changed or cannot be read.
    """
    manifest = read_manifest(run.folder)
    facts = _facts(run, manifest)
    moves, why = _moves(run, manifest, facts, now=now, quarter=quarter)
    code = manifest["identity"].get("code")
    return LastReport(
        run_id=str(manifest["run_id"]),
        facts=facts,
        same_code=code == tree_sha256(Path(qaf_analysis.__file__).parent),
        moves=moves,
        why_no_moves=why,
    )


def _facts(run: _Run, manifest: Mapping[str, Any]) -> ReportFacts:
    path = run.folder / FACTS
    listed = _listed(manifest)
    if FACTS not in listed:
        raise RunFailedError("it was made by an earlier version, which kept nothing to compare.")
    if not path.is_file() or file_sha256(path) != listed[FACTS]:
        raise RunFailedError("what it kept to compare is missing or was changed.")
    try:
        facts: ReportFacts = result_from_json(path.read_text(encoding="utf-8"), ReportFacts)
    except (WorkbenchError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunFailedError(
            f"what it kept to compare is of another version ({type(error).__name__})."
        ) from None
    if facts.quarter != run.quarter:
        raise RunFailedError("what it kept to compare is of another quarter.")
    return facts


def _listed(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Sums of a run's files by their paths."""
    try:
        return {output["path"]: output["sha256"] for output in manifest["outputs"]}
    except (KeyError, TypeError) as error:
        raise RunFailedError(
            f"its manifest was changed or is damaged ({type(error).__name__})."
        ) from None


def _moves(
    run: _Run,
    manifest: Mapping[str, Any],
    facts: ReportFacts,
    *,
    now: Callable[[], Audits],
    quarter: Quarter,
) -> tuple[tuple[PastMoves, ...] | None, str]:
    """How its audits differ from those of now, or why that cannot be told."""
    own = now()
    if facts.key_id != own.record.key_id:
        return None, OTHER_KEY
    listed = _listed(manifest)
    for name in _BUNDLE:
        path = run.folder / name
        if not path.is_file() or file_sha256(path) != listed.get(name):
            return None, "its audits are missing or were changed"
    try:
        then = read_bundle(run.folder / "bundle")
    except WorkbenchError:
        return None, "its audits cannot be read by this version"
    return past_moves(then, own, reported=run.quarter, quarter=quarter), ""


def write_earlier_report(earlier: EarlierReport, work: Path) -> str:
    """Keep the last report in the run folder, for its notebooks.

    Returns
    -------
    str
        Which report it is, with the SHA-256 of the file, for the run's identity; ``none`` where
        there is neither a report nor one that could not be read.
    """
    content = result_to_json(earlier).encode("utf-8")
    (work / LAST_FILE).write_bytes(content)
    if earlier == EarlierReport():
        return NONE_BEFORE
    last = earlier.last
    named = "none readable" if last is None else f"{last.facts.quarter}, run {last.run_id}"
    return f"{named}, SHA-256 {hashlib.sha256(content).hexdigest()}"


def read_earlier_report(work: Path) -> EarlierReport:
    """Return the last report kept in a run folder.

    Raises
    ------
    UsageError
        If there is none: the folder was not made by a run.
    """
    path = work / LAST_FILE
    if not path.is_file():
        raise UsageError(
            f"There is no {LAST_FILE} in the run folder. The report command writes it before the "
            "analyses: make the report with it, or open the notebook by hand (work empty)."
        )
    found: EarlierReport = result_from_json(path.read_text(encoding="utf-8"), EarlierReport)
    return found
