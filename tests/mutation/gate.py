"""How many planted faults do the tests notice? python tests/mutation/gate.py --over topics,kit

Written here because mutmut changes function bodies only and runs all tests once for its map, and
cosmic-ray starts Python anew for each fault and has one command of tests for all of them; neither
exchanges words or columns.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from tests.mutation.mutants import Mutant, mutants  # noqa: E402
from tests.mutation.page import Outcome, key, kinds, page, survivors_of, table  # noqa: E402
from tests.mutation.runner import Job, Run, prepare, run_all  # noqa: E402
from tests.mutation.selection import PACKAGE, imported, nearest_tests  # noqa: E402

TIMES = 4  # how many times as long as before a run may take, beyond the patience asked for


class GateError(Exception):
    """The gate cannot go on; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Which mutants are tried with which tests."""

    mutants: tuple[Mutant, ...]
    tests: dict[str, list[str]]  # test files of each module, nearest first
    slow: bool
    at_once: int
    patience: float  # processor seconds


def main(arguments: Sequence[str] | None = None, *, root: Path = ROOT) -> int:
    """Run the command: 0 when enough mutants died, 1 when too few did, 2 when it cannot go on."""
    try:
        return _tried(root, _options().parse_args(arguments))
    except GateError as error:
        print(error, file=sys.stderr)
        return 2


def _tried(root: Path, options: argparse.Namespace) -> int:
    if not hasattr(os, "fork"):
        raise GateError("The gate forks a process for each mutant, which Windows cannot do.")
    over = options.over.split(",")
    chosen = _chosen(root, over, options)
    paths = sorted({mutant.path for mutant in chosen})
    plan = Plan(
        mutants=tuple(chosen),
        tests={path: nearest_tests(root, path, thorough=options.thorough) for path in paths},
        slow=options.thorough,
        at_once=options.jobs,
        patience=options.patience,
    )
    print(f"{len(chosen)} mutants in {len(paths)} modules", flush=True)
    if options.list:
        for mutant in chosen:
            print(_line(mutant))
        return 0
    prepare(root, _third_party(root))
    outcomes = attempt(root, plan, unmutated(root, plan))
    written = page(outcomes, command=_command(options))
    if options.write:
        Path(options.write).write_text(written, encoding="utf-8", newline="\n")
    print("\n" + written.partition("## Survivors")[2])
    print("\n".join([*kinds(outcomes), "", *table(outcomes)]))
    killed = sum(outcome.killed for outcome in outcomes)
    return 0 if killed >= options.least * len(outcomes) else 1


def unmutated(root: Path, plan: Plan) -> dict[str, Run]:
    """Run each test file once on the package as it is, and keep which lines it runs.

    Raises
    ------
    GateError
        If a test fails without any mutant.
    """
    watched = tuple(plan.tests)
    files = list(dict.fromkeys(test for tests in plan.tests.values() for test in tests))
    jobs = [Job(tests=(file,), changed={}, watched=watched, slow=plan.slow) for file in files]
    found: dict[str, Run] = {}
    for number, run in run_all(root, jobs, at_once=plan.at_once):
        print(f"unchanged: {files[number]} {run.seconds:.1f} s", flush=True)
        if not run.passed:
            raise GateError(f"{files[number]} fails without any mutant: {run.why}")
        found[files[number]] = run
    return found


def attempt(root: Path, plan: Plan, before: dict[str, Run]) -> list[Outcome]:
    """Try every mutant with those of its tests that run the changed line.

    A test file that, alone in a process, never runs the line cannot notice the mutant, so it need
    not be run again.
    """
    texts = {path: (root / path).read_text(encoding="utf-8") for path in plan.tests}
    jobs: list[Job] = []
    numbers: list[int] = []
    outcomes: dict[int, Outcome] = {}
    for number, mutant in enumerate(plan.mutants):
        tests = [
            test
            for test in plan.tests[mutant.path]
            if not before[test].lines[mutant.path].isdisjoint(mutant.felt)
        ]
        if not tests:
            outcomes[number] = Outcome(mutant=mutant, killed_by="", reached=False)
            continue
        seconds = plan.patience + TIMES * sum(before[test].seconds for test in tests)
        changed = {mutant.path: mutant.applied(texts[mutant.path])}
        jobs.append(Job(tests=tuple(tests), changed=changed, slow=plan.slow, seconds=seconds))
        numbers.append(number)
    for done, outcome in enumerate(outcomes.values(), start=1):
        _say(f"{done}/{len(plan.mutants)}", outcome, "run by no test")
    for place, run in run_all(root, jobs, at_once=plan.at_once):
        number = numbers[place]
        outcome = Outcome(mutant=plan.mutants[number], killed_by=run.why, reached=True)
        outcomes[number] = outcome
        how = run.why or f"{len(jobs[place].tests)} test files passed"
        _say(f"{len(outcomes)}/{len(plan.mutants)}", outcome, f"{how} ({run.seconds:.1f} s)")
    return [outcomes[number] for number in range(len(plan.mutants))]


def _say(count: str, outcome: Outcome, how: str) -> None:
    said = "killed" if outcome.killed else "SURVIVED"
    print(f"[{count}] {said}  {_line(outcome.mutant)}\n    {how}", flush=True)


def _chosen(root: Path, over: Iterable[str], options: argparse.Namespace) -> list[Mutant]:
    """Mutants asked for by line, those that survived before, or a seeded sample of all."""
    if options.only:
        path, _, line = options.only.rpartition(":")
        text = (root / path).read_text(encoding="utf-8")
        return [one for one in mutants(path, text) if one.line == int(line) and one.is_real(text)]
    if options.survivors:
        wanted = survivors_of(Path(options.survivors).read_text(encoding="utf-8"))
        every = [one for path in sorted({each[0] for each in wanted}) for one in _every(root, path)]
        found = [one for one in every if key(one) in wanted]
        print(f"{len(wanted)} survivors on the page, {len(found)} found again in the code")
        return found
    paths = [path for part in over for path in _modules(root, part)]
    drawn = [one for path in paths for one in _every(root, path)]
    random.Random(options.seed).shuffle(drawn)
    sample: list[Mutant] = []
    for mutant in drawn:
        if len(sample) == options.sample:
            break
        if mutant.is_real((root / mutant.path).read_text(encoding="utf-8")):
            sample.append(mutant)
    return sample


def _every(root: Path, path: str) -> list[Mutant]:
    file = root / path
    return mutants(path, file.read_text(encoding="utf-8")) if file.is_file() else []


def _modules(root: Path, part: str) -> list[str]:
    place = root / PACKAGE / part
    files = [place.with_suffix(".py")] if not place.is_dir() else sorted(place.rglob("*.py"))
    if not all(file.is_file() for file in files):
        raise GateError(f"{PACKAGE}/{part} is no folder and no module.")
    return [file.relative_to(root).as_posix() for file in files]


def _third_party(root: Path) -> set[str]:
    """Modules from elsewhere that the package's lower floors or their tests import."""
    floors = ("terms", "stats", "data", "simulate", "topics", "kit", "report")
    folders = [root / top / floor for top in (PACKAGE, "tests") for floor in floors]
    names = {name for folder in folders for file in folder.rglob("*.py") for name in imported(file)}
    return {name for name in names if name.partition(".")[0] not in (PACKAGE, "tests")}


def _line(mutant: Mutant) -> str:
    return f"{mutant.path}:{mutant.line} {mutant.kind}\n    - {mutant.before}\n    + {mutant.after}"


def _command(options: argparse.Namespace) -> str:
    what = f"--over {options.over} --sample {options.sample} --seed {options.seed}"
    if options.only or options.survivors:
        what = f"--only {options.only}" if options.only else f"--survivors {options.survivors}"
    return f"python tests/mutation/gate.py {what}{' --thorough' if options.thorough else ''}"


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--over", default="topics,kit,report", help="parts of the package: stats, topics/trend ...")
    add("--sample", type=int, default=300, help="how many mutants are drawn")
    add("--seed", type=int, default=1, help="seed of the draw")
    add("--jobs", type=int, default=1, help="how many are tried at once")
    add("--patience", type=float, default=30, help="seconds before a run counts as endless")
    add("--thorough", action="store_true", help="also slow tests, and tests far away")
    add("--only", default="", metavar="FILE:LINE", help="every mutant of one line")
    add("--survivors", default="", metavar="PAGE", help="only those that survived on this page")
    add("--list", action="store_true", help="only say what would be tried")
    add("--write", default="", metavar="PAGE", help="write the page, such as docs/mutation.md")
    add("--least", type=float, default=0.9, help="share that must die for the exit code 0")
    return parser


if __name__ == "__main__":
    sys.exit(main())
