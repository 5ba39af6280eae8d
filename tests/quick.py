"""Which tests ``--quick`` leaves out: a measured list, remade by one command.

``python -m tests.quick`` from the root of the repository runs what ``--quick`` runs now, measures
the processor's seconds of each test, leaves out more of the longest until all that remains takes
90 seconds, and says what it did. With ``--anew`` the list is begun from nothing, as after tests
became quicker; ``--whole FILE`` begins it from a whole run that was measured by

    QUICK_SECONDS=FILE python -m pytest -p tests.quick

Further cases of a test go before its first one; of each file that can be run in seconds the
cheapest test stays, so that the main path of every module is still walked.
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
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

LIST = Path(__file__).with_name("left_out_of_quick.txt")
BAR = 90.0
"""Seconds of the processor that ``--quick`` may take, collecting included."""
_MOST_ROUNDS = 8
_HEAVY = 0.2  # seconds from which what a fixture takes is laid to all tests that share it
_FURTHER = 5  # how many times dearer a further case of a test is reckoned than its first
_STAYS = 2.0  # seconds up to which the cheapest test of a file stays
_OUT = "QUICK_SECONDS"
COLLECTED = pytest.StashKey[dict[str, bool]]()
"""Every test collected, and whether ``--quick`` leaves it out."""
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


def to_leave_out(measured: Sequence[Measured], *, most: float) -> list[str]:
    """Tests to leave out so that the others take so many seconds at most, dearest first.

    A further case of a test is worth a fifth of its first one. The cheapest test of a file stays,
    unless it takes seconds itself.

    Examples
    --------
    >>> tests = [Measured(test=f"a.py::t[{n}]", setup=0.0, own=float(n)) for n in (1, 2, 3)]
    >>> to_leave_out(tests, most=3.5)
    ['a.py::t[3]']
    """
    seconds = _Seconds.of(measured)
    cost = {one.test: seconds.of_test(one.test) for one in measured}
    stays = set(_cheapest(cost, by={one.test: one.file for one in measured}, most=_STAYS))
    first = set(_cheapest(cost, by={one.test: one.function for one in measured}, most=inf))
    price = {test: cost[test] * (1 if test in first else _FURTHER) for test in cost}
    gone: list[str] = []
    for test in sorted(cost.keys() - stays, key=lambda test: (-price[test], test)):
        if seconds.total <= most:
            break
        seconds.leave_out(test)
        gone.append(test)
    return gone


@dataclass(frozen=True, kw_only=True)
class _Seconds:
    """Seconds of tests by themselves, and of the fixtures that several of a file share."""

    alone: dict[str, float]
    shared: dict[tuple[str, str], float]
    users: dict[tuple[str, str], set[str]]

    @classmethod
    def of(cls, measured: Iterable[Measured]) -> _Seconds:
        """What fixtures take is laid to the one that the first test needing it brought in."""
        alone, shared = {}, {}
        users: dict[tuple[str, str], set[str]] = defaultdict(set)
        for one in measured:
            new = [name for name in one.shares if (one.file, name) not in users]
            for name in one.shares:
                users[one.file, name].add(one.test)
            is_shared = one.setup >= _HEAVY and bool(new)
            if is_shared:
                shared[one.file, new[-1]] = one.setup
            alone[one.test] = one.own + (0.0 if is_shared else one.setup)
        return cls(alone=alone, shared=shared, users=users)

    @property
    def total(self) -> float:
        """Seconds of all that remains."""
        return sum(self.alone.values()) + sum(self.shared.values())

    def of_test(self, test: str) -> float:
        """Seconds of a test that is run by itself."""
        return self.alone[test] + sum(
            took for place, took in self.shared.items() if test in self.users[place]
        )

    def leave_out(self, test: str) -> None:
        """Take a test away, and each fixture that no other test needs."""
        del self.alone[test]
        for place in list(self.shared):
            self.users[place].discard(test)
            if not self.users[place]:
                del self.shared[place]


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

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write all down."""
        is_long = session.config.stash[COLLECTED]
        tests = [
            {
                "test": test,
                "setup": self.seconds[test, "setup"],
                "own": self.seconds[test, "own"],
                "shares": shares,
            }
            for test, shares in self.shares.items()
            if not is_long[test]
        ]
        spent = _spent()
        beside = spent - sum(self.seconds.values())
        told = json.dumps({"total": spent, "beside": beside, "tests": tests})
        self.path.write_text(told, encoding="utf-8")


def _spent() -> float:
    """Seconds of the processor that this process and its ended children have had."""
    return time.process_time() + sum(os.times()[2:4])


def pytest_configure(config: pytest.Config) -> None:
    """Record, where this module is loaded as a plugin."""
    if _OUT in os.environ:
        config.pluginmanager.register(Recorder(Path(os.environ[_OUT])))


def measured_run(out: Path) -> None:
    """Run ``--quick`` once, in one process, and write what it took into a file."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.quick", "--quick", "-q"]
    one_thread = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    environment = {**os.environ, **one_thread, _OUT: str(out)}
    code = subprocess.run(command, cwd=LIST.parents[1], env=environment, check=False).returncode
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit("The tests could not be run to their end; nothing was changed.")


def write(names: Iterable[str]) -> None:
    """Write the list."""
    LIST.write_text(_HEAD + "".join(f"{name}\n" for name in sorted(names)), encoding="utf-8")


def more_to_leave_out(file: Path) -> list[str]:
    """What a measured run says must be left out as well; nothing where it kept to the bar."""
    told = json.loads(file.read_text(encoding="utf-8"))
    tests = [Measured(**one) for one in told["tests"]]
    seconds = told["beside"] + sum(one.setup + one.own for one in tests)
    sys.stdout.write(f"{len(tests):,} tests, {seconds:.0f} of {told['total']:.0f} seconds\n")
    return to_leave_out(tests, most=BAR - told["beside"]) if seconds > BAR else []


def main() -> int:
    """Measure and leave out, until what remains is quick enough."""
    parser = argparse.ArgumentParser(prog="python -m tests.quick", description=__doc__)
    parser.add_argument("--anew", action="store_true", help="begin the list from nothing")
    parser.add_argument("--whole", type=Path, help="begin it from a whole run that was measured")
    asked = parser.parse_args()
    names = frozenset() if asked.anew or asked.whole else left_out()
    if asked.whole:
        names |= frozenset(more_to_leave_out(asked.whole))
    write(names)
    with TemporaryDirectory() as folder:
        for number in range(_MOST_ROUNDS):
            out = Path(folder) / f"round {number}.json"
            measured_run(out)
            more = more_to_leave_out(out)
            if not more:
                return 0
            names |= frozenset(more)
            write(names)
    sys.stdout.write("What remains is still too long.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
