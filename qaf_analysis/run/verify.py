"""Repeat a finished run from what its manifest names, and say whether the same came of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qaf_analysis.data.files.settings_names import SETTINGS_FILE
from qaf_analysis.data.store.bundle import COUNCIL_FILE, RECORD_FILE
from qaf_analysis.run.compare import Comparison, Outcome, compare_runs
from qaf_analysis.run.earlier_designs import finished_runs
from qaf_analysis.run.manifest import MANIFEST, file_sha256, read_manifest, verify_manifest
from qaf_analysis.run.pipeline import Progress, build_report
from qaf_analysis.terms.errors import WorkbenchError

_STANDS_FOR = (
    MANIFEST,
    *(f"bundle/{name}" for name in (RECORD_FILE, SETTINGS_FILE, COUNCIL_FILE)),
)


@dataclass(frozen=True, kw_only=True)
class RunCheck:
    """What repeating a run found.

    Parameters
    ----------
    run_id : str
        The run.
    manifest_sha256 : str
        Sum of its manifest, and so of every byte of it.
    comparison : Comparison
        What came of it.
    why_not : str
        Why it could not be repeated; empty where it was.
    """

    run_id: str
    manifest_sha256: str
    comparison: Comparison
    why_not: str = ""

    @property
    def outcome(self) -> Outcome:
        """In one word."""
        return self.comparison.outcome

    @property
    def is_same(self) -> bool:
        """Whether the same came of it, to the byte or to the last digits of numbers."""
        return self.outcome in (Outcome.IDENTICAL, Outcome.SAME_NUMBERS)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, in plain words."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        found = self.comparison
        match found.outcome:
            case Outcome.IDENTICAL:
                yield (
                    f"Identical: run {self.run_id} was repeated, and every file has the same "
                    f"bytes ({found.figures:,} figures)."
                )
            case Outcome.SAME_NUMBERS:
                yield (
                    f"The same numbers, other bytes: run {self.run_id} was repeated on another "
                    f"computer or version. {found.figures:,} figures were compared; the largest "
                    f"difference is {found.largest:.1g} of a number."
                )
            case Outcome.DIFFERS:
                yield f"Differs: run {self.run_id} was repeated, and not the same came of it."
                yield from (f"  {each}" for each in found.differences)
                if found.first_figure:
                    yield f"  first figure that differs: {found.first_figure}"
            case _:
                yield f"Cannot run: {self.why_not}"


def verify_run(
    run: Path,
    *,
    notebooks: Path,
    data: Path | None = None,
    look_in: Sequence[Path] = (),
    progress: Progress | None = None,
) -> RunCheck:
    """Repeat a run in a temporary folder, and compare.

    Parameters
    ----------
    run : Path
        Folder of a finished run; it is not touched.
    notebooks : Path
        Folder of the notebooks.
    data : Path, optional
        Folder of the exports it was made from; a run keeps no path, so it must be given or found.
    look_in : sequence of Path
        Folders among which, and right below which, the exports are looked for where no folder was
        given; they are known by the sums of their files.
    progress : callable, optional
        As for ``build_report``.

    Raises
    ------
    RunFailedError
        If the folder holds no finished run.
    """
    manifest = read_manifest(run)
    identity, run_id = manifest["identity"], str(manifest["run_id"])
    about = {"run_id": run_id, "manifest_sha256": file_sha256(run / MANIFEST)}
    spoilt = verify_manifest(run).problems
    if spoilt:
        told = tuple(f"output: {problem}" for problem in spoilt)
        found = Comparison(outcome=Outcome.DIFFERS, differences=told)
        return RunCheck(**about, comparison=found)
    folder = data if data is not None else _find(identity["inputs"], look_in)
    why = _why_not(folder, identity["inputs"])
    if folder is None or why:
        return RunCheck(**about, comparison=Comparison(outcome=Outcome.CANNOT_RUN), why_not=why)
    with TemporaryDirectory(prefix="qaf-verify-") as temporary:
        outputs = Path(temporary)
        if identity["parameters"].get("codes_differ"):
            _stand_ins(run, outputs)
        try:
            built = build_report(
                folder,
                quarter=identity["parameters"]["asked"] or None,
                outputs=outputs,
                notebooks=notebooks,
                seed=identity["seed"],
                progress=progress,
                again=run,
            )
        except (WorkbenchError, OSError) as error:
            changed = tuple(_changed(folder, identity["inputs"]))
            if changed:
                found = Comparison(outcome=Outcome.DIFFERS, differences=changed)
                return RunCheck(**about, comparison=found)
            found = Comparison(outcome=Outcome.CANNOT_RUN)
            return RunCheck(**about, comparison=found, why_not=str(error))
        return RunCheck(**about, comparison=compare_runs(run, built.folder))


def _why_not(folder: Path | None, inputs: Sequence[Mapping[str, Any]]) -> str:
    """Why a run cannot be repeated, before it is tried."""
    if folder is None:
        return (
            "the exports it was made from were not found. Say where they lie: --data FOLDER, the "
            "folder that holds council.toml."
        )
    if not folder.is_dir():
        return f"there is no folder “{folder}”."
    gone = [str(one["name"]) for one in _files(inputs) if not _is_there(folder, one)]
    if gone:
        return f"{gone[0]}, which it was made from, is not in “{folder.name}” any more."
    return ""


def _files(inputs: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The inputs that are files; rows of a query and folders are none."""
    for one in inputs:
        if Path(str(one["name"])).suffix and not one.get("is_query"):
            yield one


def _is_there(folder: Path, one: Mapping[str, Any]) -> bool:
    path = folder / str(one["name"])
    # A run may know a file by a name that leaves words out; its sum is what counts.
    return path.is_file() or one["sha256"] in _sums(folder)


def _changed(folder: Path, inputs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    sums = _sums(folder)
    for one in _files(inputs):
        if one["sha256"] not in sums:
            is_there = (folder / str(one["name"])).is_file()
            yield f"input: {one['name']} {'was changed' if is_there else 'is gone'}"


def _find(inputs: Sequence[Mapping[str, Any]], look_in: Sequence[Path]) -> Path | None:
    """The folder that holds every input with the sum it had."""
    wanted = {str(one["sha256"]) for one in _files(inputs)}
    for place in look_in:
        inside = sorted(path for path in place.iterdir() if path.is_dir()) if place.is_dir() else []
        for folder in (place, *inside):
            if (folder / "council.toml").is_file() and wanted <= _sums(folder):
                return folder
    return None


def _sums(folder: Path) -> set[str]:
    return {file_sha256(path) for path in folder.rglob("*") if path.is_file()}


def _stand_ins(run: Path, outputs: Path) -> None:
    """What tells under which keys other reports were made, for a run that warned of them."""
    for other in finished_runs(run.resolve().parents[1]):
        if other.name == run.name:
            continue
        for name in _STANDS_FOR:
            if (other / name).is_file():
                kept = outputs / other.parent.name / other.name / name
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(other / name, kept)
