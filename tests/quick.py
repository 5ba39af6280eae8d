"""Which tests ``--quick`` leaves out: a measured list, remade by one command.

``python -m tests.quick`` from the root of the repository runs what ``--quick`` runs now, measures
the processor's seconds of each test, leaves out more of the longest until all that remains takes
90 seconds, and says what it did. With ``--anew`` the list is begun from nothing, as after tests
became quicker. Further cases of a test go first, then whole tests; of each file that can be run in
a few seconds the cheapest test stays, so that the main path of every module is still walked.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

LIST = Path(__file__).with_name("left_out_of_quick.txt")
BAR = 90.0
"""Seconds of the processor that ``--quick`` may take, collecting included."""
_MOST_ROUNDS = 8
_HEAVY = 0.2  # seconds from which what a fixture takes is laid to all tests that share it
_STAYS = 2.0  # seconds up to which the cheapest test of a file stays
_OUT = "QUICK_SECONDS"
_HEAD = """\
# Tests that --quick leaves out beside those marked slow or wide, because of the seconds they take.
# Written by: python -m tests.quick
"""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one test took.

    Parameters
    ----------
    test : str
        Its name, with its file.
    setup, own : float
        Seconds of its fixtures, and of itself.
    shares : sequence of str
        Fixtures that it shares with other tests of its file.
    """

    test: str
    setup: float
    own: float
    shares: Sequence[str] = ()

    @property
    def file(self) -> str:
        """Path of its file."""
        return self.test.split("::")[0]

    @property
    def function(self) -> str:
        """The test without the case."""
        return self.test.split("[")[0]


def left_out() -> frozenset[str]:
    """Names of the tests on the list."""
    if not LIST.exists():
        return frozenset()
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def to_leave_out(measured: Iterable[Measured], *, most: float) -> list[str]:
    """Tests to leave out so that the others take so many seconds at most, longest first.

    Examples
    --------
    >>> tests = [Measured(test=f"a.py::t[{n}]", setup=0.0, own=float(n)) for n in (1, 2, 3)]
    >>> to_leave_out(tests, most=3.5)
    ['a.py::t[3]']
    """
    tests = list(measured)
    cost = _with_shared(tests)
    stays = set(_cheapest(cost, by={one.test: one.file for one in tests}, most=_STAYS))
    first = set(_cheapest(cost, by={one.test: one.function for one in tests}, most=BAR))
    order = sorted(
        (one for one in tests if one.test not in stays),
        key=lambda one: (one.test in first, -cost[one.test], one.test),
    )
    total, gone = sum(one.setup + one.own for one in tests), []
    for one in order:
        if total <= most:
            break
        if cost[one.test] > 0:
            gone.append(one.test)
            total -= one.setup + one.own
    return gone


def _with_shared(tests: Iterable[Measured]) -> dict[str, float]:
    """Seconds of each test, those of a fixture that it shares laid to it as well."""
    shared: dict[tuple[str, str], float] = defaultdict(float)
    met: dict[str, set[str]] = defaultdict(set)
    cost = {}
    for one in tests:
        new = [name for name in one.shares if name not in met[one.file]]
        if one.setup >= _HEAVY and new:
            shared[one.file, new[-1]] += one.setup
        met[one.file].update(one.shares)
    for one in tests:
        of_others = sum(shared[one.file, name] for name in one.shares)
        cost[one.test] = one.own + max(one.setup, of_others)
    return cost


def _cheapest(cost: Mapping[str, float], *, by: Mapping[str, str], most: float) -> Iterator[str]:
    groups: dict[str, list[str]] = defaultdict(list)
    for test, group in by.items():
        groups[group].append(test)
    for tests in groups.values():
        one = min(tests, key=lambda test: cost[test])
        if cost[one] <= most:
            yield one


@dataclass(eq=False)
class Recorder:
    """Plugin that writes down the seconds of each test, those of processes it started included."""

    path: Path
    seconds: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    shares: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def _timed(self, item: pytest.Item, part: str) -> Iterator[None]:
        begun = _spent()
        try:
            yield
        finally:
            self.seconds[item.nodeid, part] += _spent() - begun

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        """Time the fixtures of a test."""
        info = getattr(item, "_fixtureinfo", None)
        found = info.name2fixturedefs.items() if info else ()
        self.shares[item.nodeid] = tuple(
            name for name, ways in found if ways[-1].scope not in ("function", "session")
        )
        yield from self._timed(item, "setup")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Time a test itself."""
        yield from self._timed(item, "own")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:
        """Time what a test leaves to be done."""
        yield from self._timed(item, "own")

    def pytest_sessionfinish(self) -> None:
        """Write all down."""
        tests = [
            {
                "test": test,
                "setup": self.seconds[test, "setup"],
                "own": self.seconds[test, "own"],
                "shares": shares,
            }
            for test, shares in self.shares.items()
        ]
        told = json.dumps({"total": _spent(), "tests": tests})
        self.path.write_text(told, encoding="utf-8")


def _spent() -> float:
    """Seconds of the processor that this process and its ended children have had."""
    return time.process_time() + sum(os.times()[2:4])


def pytest_configure(config: pytest.Config) -> None:
    """Record, where this module is loaded as a plugin."""
    if _OUT in os.environ:
        config.pluginmanager.register(Recorder(Path(os.environ[_OUT])))


def measured_run() -> tuple[float, list[Measured]]:
    """Run ``--quick`` once, in one process: seconds in all, and those of each test."""
    out = LIST.with_suffix(".measured")
    command = [sys.executable, "-m", "pytest", "-p", "tests.quick", "--quick", "-q"]
    one_thread = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    environment = {**os.environ, **one_thread, _OUT: str(out)}
    try:
        code = subprocess.run(command, cwd=LIST.parents[1], env=environment, check=False).returncode
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            raise SystemExit("The tests could not be run to their end; nothing was changed.")
        told = json.loads(out.read_text(encoding="utf-8"))
    finally:
        out.unlink(missing_ok=True)
    return told["total"], [
        Measured(**{**one, "shares": tuple(one["shares"])}) for one in told["tests"]
    ]


def write(names: Iterable[str]) -> None:
    """Write the list."""
    LIST.write_text(_HEAD + "".join(f"{name}\n" for name in sorted(names)), encoding="utf-8")


def main() -> int:
    """Measure and leave out, until what remains is quick enough."""
    parser = argparse.ArgumentParser(prog="python -m tests.quick", description=__doc__)
    parser.add_argument("--anew", action="store_true", help="begin the list from nothing")
    names = frozenset() if parser.parse_args().anew else left_out()
    write(names)
    for _ in range(_MOST_ROUNDS):
        total, tests = measured_run()
        sys.stdout.write(f"{len(tests):,} tests, {total:.0f} seconds; {len(names):,} left out\n")
        if total <= BAR:
            return 0
        beside = total - sum(one.setup + one.own for one in tests)
        names |= frozenset(to_leave_out(tests, most=0.95 * (BAR - beside)))
        write(names)
    sys.stdout.write("What remains is still too long.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
