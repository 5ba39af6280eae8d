"""Running one notebook so that a fault is never mistaken for a result.

papermill does the running. It lets an unknown parameter pass with a log line, ignores parameters
where no cell is tagged, and can leave a dead kernel, a cell that ran out of time or
``sys.exit(0)`` looking like success on disk. Each of these is an error here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, NoReturn

from qaf_analysis.data.files.private_file import write_privately
from qaf_analysis.run.parameters import (
    ParameterValue,
    check_parameters,
    declared_parameters,
    echo_differs,
    echo_source,
    first_reassignment,
    parameters_cell,
)
from qaf_analysis.terms import errors
from qaf_analysis.terms.errors import RunFailedError, UsageError, WorkbenchError

OnCell = Callable[[str, int, int], None]
CELL_SECONDS = 600.0
TOTAL_SECONDS = 1800.0
ECHO_ID = "parameter-echo"

# Raised in a cell, these mean that the reader's files, settings or words are to be mended; the
# message is ours and names no person, so it is handed on as it is.
_HANDED_ON: dict[str, type[WorkbenchError]] = {
    "ImportRejectedError": errors.InputRejectedError,
    "FileRefusedError": errors.InputRejectedError,
    "InputRejectedError": errors.InputRejectedError,
    "SettingsError": errors.SettingsError,
    "UsageError": errors.UsageError,
    "UnknownQuarterError": errors.UnknownQuarterError,
    "DisclosureError": errors.DisclosureError,
}


@dataclass(frozen=True, kw_only=True)
class ExecutedNotebook:
    """A notebook that was run to its end.

    Parameters
    ----------
    name : str
        File name of the notebook.
    path : Path
        Where the executed notebook is kept.
    cells : int
        Code cells that were run, without the one that set the parameters.
    """

    name: str
    path: Path
    cells: int


def run_notebook(
    source: Path,
    target: Path,
    parameters: Mapping[str, ParameterValue],
    *,
    cwd: Path,
    cell_seconds: float = CELL_SECONDS,
    total_seconds: float = TOTAL_SECONDS,
    on_cell: OnCell | None = None,
    stop: Event | None = None,
) -> ExecutedNotebook:
    """Run a notebook in a kernel of its own and keep it only if all of it was run.

    Several notebooks may be run at once, each in a thread.

    Parameters
    ----------
    source : Path
        Notebook to run; it is not changed.
    target : Path
        Where the executed notebook goes, written whole or not at all. After a failure the
        notebook as far as it went is kept beside it as ``<name>.failed.ipynb``; it may hold
        data in its error messages.
    parameters : mapping of str to text, number, bool or None
        Values for parameters that the notebook declares.
    cwd : Path
        Folder the kernel works in.
    cell_seconds, total_seconds : float
        Most time for a cell, and for the notebook.
    on_cell : callable, optional
        Called as ``on_cell(name, done, total)`` after each cell; an exception stops the run.
    stop : Event, optional
        Once it is set no further cell is begun.

    Returns
    -------
    ExecutedNotebook
        What was run and where it is.

    Raises
    ------
    UsageError
        If the notebook has not exactly one cell tagged ``parameters``, sets a parameter again
        in a later cell, or does not declare what is asked.
    RunFailedError
        If a cell raised, was not run or took too long, the kernel died or did not start, a
        cell tagged ``figure`` shows no picture, or the kernel held another parameter value.
    """
    import nbformat

    from qaf_analysis.run.engine import execute
    from qaf_analysis.run.executed import as_bytes, is_to_run, scrub

    notebook = nbformat.read(source, as_version=4)
    prepared, position = _with_parameters(notebook, asked=parameters, name=source.name)
    total = sum(is_to_run(cell) for cell in notebook.cells)
    done = 0

    def count(_index: int) -> None:
        nonlocal done
        done += 1
        if on_cell is not None:
            on_cell(source.name, min(done, total), total)

    executed, halt = execute(
        prepared,
        cwd=cwd,
        cell_seconds=cell_seconds,
        total_seconds=total_seconds,
        on_cell=count,
        stop=stop or Event(),
    )
    place = _Place(name=source.name, injected=position, notebook=notebook)
    try:
        if halt is not None:
            place.fail(halt.cell, halt.reason)
        _check(executed, asked=parameters, place=place)
    except WorkbenchError:
        scrub(executed)
        write_privately(target.with_suffix(".failed.ipynb"), as_bytes(executed))
        raise
    executed.cells.pop()  # the echo
    scrub(executed)
    write_privately(target, as_bytes(executed))
    return ExecutedNotebook(name=source.name, path=target, cells=total)


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Turns a position in the prepared notebook into words about the notebook as written."""

    name: str
    injected: int
    notebook: Any

    def words(self, position: int | None) -> str:
        if position is None:
            return f"{self.name}, before the first cell"
        if position == self.injected:
            return f"{self.name}, in the cell that sets the parameters"
        index = position - (position > self.injected)
        cells = self.notebook.cells
        if index >= len(cells):
            return f"{self.name}, after the last cell"
        lines = cells[index].source.strip().splitlines()
        begins = f" (begins “{lines[0][:60]}”)" if lines else ""
        return f"{self.name}, cell {index + 1} of {len(cells)}{begins}"

    def fail(self, position: int | None, reason: str) -> NoReturn:
        raise RunFailedError(f"{self.words(position)}: {reason}. Earlier reports are untouched.")


def _with_parameters(
    notebook: Any, *, asked: Mapping[str, ParameterValue], name: str
) -> tuple[Any, int]:
    """Notebook with the parameters and the echo in place, and the position of the former."""
    import nbformat

    from qaf_analysis.run.engine import parameterise

    tagged = parameters_cell(notebook, name=name)
    declared = declared_parameters(notebook.cells[tagged].source, name=name)
    check_parameters(asked, declared=declared, name=name)
    changed = first_reassignment(notebook, after=tagged, declared=declared)
    if changed is not None:
        raise UsageError(
            f"Cell {changed[0] + 1} of {name} gives the parameter {changed[1]} another value; "
            "use another name there, so that a run does what it was asked."
        )
    prepared = parameterise(notebook, asked)
    echo = nbformat.v4.new_code_cell(echo_source(declared), id=ECHO_ID)
    prepared.cells.append(echo)
    return prepared, tagged + 1


def _check(executed: Any, *, asked: Mapping[str, ParameterValue], place: _Place) -> None:
    from qaf_analysis.run.executed import error_in, first_not_run, first_without_figure

    for position, cell in enumerate(executed.cells):
        raised = error_in(cell)
        if raised is not None:
            _hand_on(*raised, words=place.words(position))
            place.fail(position, f"the cell stopped with {raised[0]}")
    missing = first_not_run(executed)
    if missing is not None:
        place.fail(missing, "the cell was not run to its end")
    empty = first_without_figure(executed)
    if empty is not None:
        place.fail(empty, "the cell is tagged “figure” but shows no picture")
    printed = "".join(output.get("text", "") for output in executed.cells[-1].outputs)
    differs = echo_differs(printed, asked)
    if differs is not None:
        place.fail(len(executed.cells) - 1, f"parameter {differs} is not what was asked")


def _hand_on(ename: str, evalue: str, *, words: str) -> None:
    if ename in _HANDED_ON:
        raise _HANDED_ON[ename](evalue)
    if isinstance(getattr(errors, ename, None), type):
        raise RunFailedError(f"{words}: {evalue}")
