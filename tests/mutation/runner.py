"""Run tests on a changed module in a forked process, with everything heavy imported already."""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

MEMORY = 8 * 2**30  # bytes a changed module may ask for before its tests fail
PAUSE = 0.02  # seconds between two looks at what has ended
PYTEST = (
    "-x", "-q", "--tb=no", "--no-header", "--assert=plain", "-p", "no:cacheprovider",
    "-p", "no:xdist",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Job:
    """Tests to be run on a package of which one module may be changed."""

    tests: tuple[str, ...]
    changed: Mapping[str, str]  # paths from the root, with their changed text
    watched: tuple[str, ...] = ()  # paths of which the lines run are told
    slow: bool = False
    seconds: float = 1800.0  # processor time after which the run is ended


@dataclass(frozen=True, kw_only=True)
class Run:
    """How a run of tests ended."""

    passed: bool
    why: str  # the first failing test, or what ended the run; empty when all passed
    seconds: float  # processor time
    lines: dict[str, set[int]]  # lines run of each watched path


class Changed(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Give the package's modules with some of them changed, before Python looks at the files."""

    def __init__(self, root: Path, changed: Mapping[str, str]) -> None:
        self.root = root
        self.texts = {_module(path): (root / path, text) for path, text in changed.items()}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a changed module; every other one is left to Python."""
        if fullname not in self.texts:
            return None
        file = self.texts[fullname][0]
        folder = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, file, loader=self, submodule_search_locations=folder
        )

    def get_source(self, fullname: str) -> str:
        """Return the changed text."""
        return self.texts[fullname][1]

    def get_code(self, fullname: str) -> CodeType:
        """Return the changed module, compiled."""
        file, text = self.texts[fullname]
        return compile(text, str(file), "exec", dont_inherit=True)


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


class FirstFailure:
    """A plugin of pytest that keeps the name of the first test that failed."""

    def __init__(self) -> None:
        self.name = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep the first failing test, whether in its set-up or in itself."""
        if report.failed and not self.name:
            self.name = report.nodeid

    def pytest_collectreport(self, report: Any) -> None:
        """Keep the first file that could not even be imported."""
        if report.failed and not self.name:
            self.name = f"{report.nodeid} (import)"


class Watch:
    """Keep which lines of some files are run, at next to no cost for lines already seen."""

    def __init__(self, files: Iterable[str]) -> None:
        self.files = set(files)
        self.seen: dict[str, set[int]] = {file: set() for file in self.files}
        self.unseen: dict[CodeType, set[int]] = {}

    def __enter__(self) -> Watch:
        threading.settrace(self._call)
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        self.whole = sys.gettrace() == self._call
        sys.settrace(None)

    def _call(self, frame: FrameType, event: str, arg: object) -> Callable[..., Any] | None:
        code = frame.f_code
        if code.co_filename not in self.files:
            return None
        if code not in self.unseen:
            self.unseen[code] = {line for *_, line in code.co_lines() if line}
        return self._line if self.unseen[code] else None

    def _line(self, frame: FrameType, event: str, arg: object) -> Callable[..., Any]:
        code = frame.f_code
        self.seen[code.co_filename].add(frame.f_lineno)
        self.unseen[code].discard(frame.f_lineno)
        if not self.unseen[code]:
            frame.f_trace_lines = False
        return self._line


def prepare(root: Path, names: Iterable[str]) -> None:
    """Import what is not ours and heavy, once; our package must never be among it."""
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    os.environ.setdefault("MPLBACKEND", "Agg")
    os.environ["PYTHONPATH"] = str(root)
    os.chdir(root)
    sys.path.insert(0, str(root))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in sorted({"pytest", "hypothesis", "_hypothesis_pytestplugin", *names}):
            with contextlib.suppress(ImportError):  # a name within a module, or a library not here
                importlib.import_module(name)


def run_all(root: Path, jobs: Sequence[Job], *, at_once: int) -> Iterator[tuple[int, Run]]:
    """Run every job in a process of its own; each is told with its number as it ends."""
    waiting = list(enumerate(jobs))[::-1]
    running: dict[int, tuple[int, float, Path]] = {}
    with tempfile.TemporaryDirectory() as folder:
        try:
            while waiting or running:
                while waiting and len(running) < at_once:
                    number, job = waiting.pop()
                    said = Path(folder) / f"{number}.json"
                    child = _start(root, job, said)
                    running[child] = (number, time.monotonic() + 8 * job.seconds, said)
                for child, number, run in _ended(running):
                    del running[child]
                    yield number, run
                time.sleep(PAUSE)
        finally:
            for child in running:
                _stop(child)
                os.waitpid(child, 0)


def _start(root: Path, job: Job, said: Path) -> int:
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = _run(root, job, said)
        finally:
            os._exit(status)
    return child


def _ended(running: dict[int, tuple[int, float, Path]]) -> list[tuple[int, int, Run]]:
    found = []
    for child, (number, until, said) in running.items():
        late = time.monotonic() > until
        if late:
            _stop(child)
        ended, status, used = os.wait4(child, 0 if late else os.WNOHANG)
        if ended:
            _stop(child)  # whatever the tests started and left behind
            found.append((child, number, _told(said, status, used.ru_utime + used.ru_stime, late)))
    return found


def _stop(child: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)


def _told(said: Path, status: int, seconds: float, late: bool) -> Run:
    if os.WIFSIGNALED(status) or not said.exists():
        slow = late or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU)
        why = "took too long" if slow else f"the process ended by itself ({status})"
        return Run(passed=False, why=why, seconds=seconds, lines={})
    words = json.loads(said.read_text(encoding="utf-8"))
    lines = {path: set(numbers) for path, numbers in words["lines"].items()}
    return Run(passed=not words["why"], why=words["why"], seconds=seconds, lines=lines)


def _run(root: Path, job: Job, said: Path) -> int:
    """Run tests within the forked process, silently, and write what came of it."""
    import pytest
    from hypothesis import settings

    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (int(job.seconds) + 1, int(job.seconds) + 30))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    settings.register_profile("mutation", derandomize=True, database=None, deadline=None)
    settings.load_profile("mutation")
    sys.dont_write_bytecode = True
    sys.meta_path.insert(0, Changed(root, job.changed))
    failure = FirstFailure()
    which = () if job.slow else ("-m", "not slow")
    arguments = [*PYTEST, *which, f"--rootdir={root}", *job.tests]
    watch = Watch(str(root / path) for path in job.watched)
    with watch if job.watched else contextlib.nullcontext():
        code = int(pytest.main(arguments, plugins=[failure]))
    lines = {path: sorted(watch.seen[str(root / path)]) for path in job.watched}
    if job.watched and not watch.whole:
        lines = {path: list(range(1, 100_000)) for path in job.watched}
    why = "" if code in (0, 5) else failure.name or f"pytest ended with {code}"
    said.write_text(json.dumps({"why": why, "lines": lines}), encoding="utf-8")
    return 0
