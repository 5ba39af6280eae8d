"""One kernel for one notebook: started clean, timed, and surely gone at the end.

Importing this module imports papermill (about a second); import it inside functions.
"""

from __future__ import annotations

import copy
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qaf_analysis.run.imports import without_address_checks

with without_address_checks():
    import zmq
    from jupyter_core.utils import ensure_event_loop
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine
    from papermill.parameterize import parameterize_notebook
    from traitlets.config import Config

START_SECONDS = 60
# Output may come late on a busy machine; nbclient's own 4 seconds then fail a good run.
OUTPUT_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Halt:
    """Why a kernel stopped before the end: in which cell (None: before the first), and how."""

    cell: int | None
    reason: str


class _TimeOverError(Exception):
    """The time for the whole notebook is over."""


class _Watch:
    """Follows one execution: which cell is running, and how long it may still take."""

    def __init__(
        self,
        *,
        cell_seconds: float,
        total_seconds: float,
        on_cell: Callable[[int], None],
        stop: threading.Event,
    ) -> None:
        self.cell: int | None = None
        self._stop = stop
        self._cell_seconds = cell_seconds
        self._total_seconds = total_seconds
        self._ends = float("inf")  # until the first cell; starting has a limit of its own
        self._on_cell = on_cell

    def start_cell(self, *, cell: Any, cell_index: int) -> None:
        if self.cell is None:
            self._ends = time.monotonic() + self._total_seconds
        self.cell = cell_index
        if self._stop.is_set() or time.monotonic() >= self._ends:
            raise _TimeOverError

    def end_cell(self, *, cell: Any, cell_index: int, execute_reply: Any) -> None:
        self._on_cell(cell_index)

    def seconds_for(self, cell: Any) -> float:
        return max(min(self._cell_seconds, self._ends - time.monotonic()), 0.01)

    def late(self) -> str:
        if self._stop.is_set():
            return "the run was stopped"
        if time.monotonic() >= self._ends:
            return f"the whole notebook took longer than {self._total_seconds:g} seconds"
        return f"the cell took longer than {self._cell_seconds:g} seconds"


class _GuardedEngine(Engine):  # type: ignore[misc]
    """papermill's engine with our limits and a clean environment for the kernel."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, watch: _Watch, cwd: Path, log_output: bool = False
    ) -> None:
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            startup_timeout=START_SECONDS,
            iopub_timeout=OUTPUT_SECONDS,
            timeout_func=watch.seconds_for,
            shutdown_kernel="immediate",
            ipython_hist_file=":memory:",
            config=_kernel_settings(),
            on_cell_start=watch.start_cell,
            on_cell_executed=watch.end_cell,
        )
        client.execute(cwd=str(cwd), env=kernel_environment())


def kernel_environment() -> dict[str, str]:
    """Environment of a kernel: as ours, but for what would change or drop results."""
    environment = dict(os.environ)
    # With a backend named here the kernel shows no figure and says nothing about it.
    environment.pop("MPLBACKEND", None)
    environment |= {"PYTHONHASHSEED": "0", "TZ": "UTC", "PYTHONUTF8": "1"}
    for library in ("OMP", "OPENBLAS", "MKL"):
        # Sums in several threads may differ in the last digit from run to run.
        environment[f"{library}_NUM_THREADS"] = "1"
    return environment


def parameterise(notebook: Any, parameters: Mapping[str, Any]) -> Any:
    """Return a copy with the values in a cell of their own after the one tagged ``parameters``."""
    copied = _prepared(notebook)
    parameterised = parameterize_notebook(
        copied,
        dict(parameters),
        comment="Set by the run",
        kernel_name=_kernel_name(copied),
        language="python",
    )
    return _prepared(parameterised)


def execute(
    notebook: Any,
    *,
    cwd: Path,
    cell_seconds: float,
    total_seconds: float,
    on_cell: Callable[[int], None],
    stop: threading.Event,
) -> tuple[Any, Halt | None]:
    """Run every cell in a fresh kernel; a kernel that does not start is tried once more.

    Parameters
    ----------
    notebook : NotebookNode
        Notebook with its parameters in place; it is not changed.
    cwd : Path
        Folder the kernel works in.
    cell_seconds, total_seconds : float
        Most time that a cell and, from the first cell on, the whole notebook may take.
    on_cell : callable
        Called with a cell's position when it has run; an exception from it stops the run.
    stop : Event
        Once it is set no kernel is tried again and no further cell begun.

    Returns
    -------
    tuple of NotebookNode and Halt or None
        The notebook as far as it was run. A cell that raised is not a ``Halt``: its error
        stands in its outputs.
    """
    for attempt in (1, 2):
        watch = _Watch(
            cell_seconds=cell_seconds, total_seconds=total_seconds, on_cell=on_cell, stop=stop
        )
        executed = _prepared(notebook)
        halt = _execute_once(executed, watch=watch, cwd=cwd)
        if halt is None or halt.cell is not None or attempt == 2 or stop.is_set():
            break
    return executed, halt


def end_kernels() -> None:
    """End the kernels that this process has started: the user has stopped the run."""
    import psutil

    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if any("ipykernel" in word for word in child.cmdline()):
                child.kill()


def _execute_once(notebook: Any, *, watch: _Watch, cwd: Path) -> Halt | None:
    try:
        # An empty context, so that no two threads ever share an event loop.
        Context().run(_execute_in_own_loop, notebook, watch=watch, cwd=cwd)
    except DeadKernelError:
        reason = "the kernel died; the likeliest cause is too little memory"
    except (_TimeOverError, CellTimeoutError):
        reason = watch.late()
    except (RuntimeError, TimeoutError) as error:
        if watch.cell is not None:
            raise
        reason = f"the kernel did not start ({type(error).__name__})"
    else:
        return None
    return Halt(cell=watch.cell, reason=reason)


def _kernel_name(notebook: Any) -> str:
    name: str = notebook.metadata.get("kernelspec", {}).get("name", "python3")
    return name


def _execute_in_own_loop(notebook: Any, *, watch: _Watch, cwd: Path) -> None:
    loop = ensure_event_loop()
    try:
        _GuardedEngine.execute_notebook(
            notebook, _kernel_name(notebook), progress_bar=False, watch=watch, cwd=cwd
        )
    finally:
        if not loop.is_running():
            loop.close()


def _kernel_settings() -> Any:
    # What a kernel and we say to each other holds children's data; another user of the same
    # computer could otherwise listen.
    settings = Config()
    settings.KernelManager.transport_encryption = "auto" if zmq.has("curve") else "disabled"
    return settings


def _prepared(notebook: Any) -> Any:
    copied = copy.deepcopy(notebook)
    copied.metadata["papermill"] = {}
    for cell in copied.cells:
        cell.metadata["papermill"] = {}
        cell.metadata.setdefault("tags", [])
    return copied
