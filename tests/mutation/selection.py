"""Which tests are run for a mutant of a module, nearest first."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = "qaf_analysis"


@dataclass(frozen=True, kw_only=True)
class Where:
    """The tests of one part of the package; {room} stands for the module's folder in it.

    A folder stands for its own test files, and with ** for those of every folder in it too.
    """

    near: tuple[str, ...]  # every test file there is run
    users: tuple[str, ...] = ()  # of the test files there, those that import the room
    last: tuple[str, ...] = ()  # run when all others let the mutant pass
    thorough: tuple[str, ...] = ()  # run after these with --thorough


TABLE = {
    "topics": Where(
        near=("tests/topics/{room}/**",),
        users=("tests/topics/**", "tests/kit/**", "tests/report/**"),
        last=("tests/topics", "tests/golden/**"),
        thorough=("tests/kit/**", "tests/report/**"),
    ),
    "kit": Where(
        near=("tests/kit/**",),
        last=("tests/topics/**", "tests/golden/**", "tests/report/**"),
    ),
    "report": Where(
        near=("tests/report/**",), last=("tests/golden/**",), thorough=("tests/run/**",)
    ),
    "stats": Where(
        near=("tests/stats/{room}/**",), users=("tests/stats/**",), thorough=("tests/topics/**",)
    ),
}


def nearest_tests(root: Path, path: str, *, thorough: bool) -> list[str]:
    """Test files for one module, nearest first; its own doctests are among them.

    Parameters
    ----------
    root : Path
        The repository.
    path : str
        The module, from the repository's root.
    thorough : bool
        Whether to take the tests in that are far away.

    Returns
    -------
    list of str
        Files, from the repository's root.
    """
    parts = Path(path).with_suffix("").parts
    table = TABLE.get(parts[1], Where(near=(f"tests/{parts[1]}/**",)))
    module, room = ".".join(parts), ".".join(parts[:3])
    if parts[1] in ("topics", "stats") and len(parts) == 3:  # a module outside all rooms
        table = Where(near=table.users, last=table.last, thorough=table.thorough)
    near = _files(root, [one.format(room=parts[2]) for one in table.near])
    near = sorted(near, key=lambda one: _distance(root, one, module))
    used = room if parts[1] == "topics" else module
    users = [one for one in _files(root, table.users) if _imports(root, one, used)]
    rest = _files(root, (*table.last, *(table.thorough if thorough else ())))
    doctest = [path] if ">>>" in (root / path).read_text(encoding="utf-8") else []
    return list(dict.fromkeys([*near[:1], *doctest, *near[1:], *users, *rest]))


def _files(root: Path, folders: Iterable[str]) -> list[str]:
    return [
        one.relative_to(root).as_posix()
        for folder in folders
        for one in sorted(root.glob(f"{folder}/test_*.py"))
    ]


def _distance(root: Path, test: str, module: str) -> tuple[bool, bool]:
    name = module.rpartition(".")[2]
    return (name not in Path(test).stem, not _imports(root, test, module))


def _imports(root: Path, test: str, module: str) -> bool:
    """Whether a test file imports a module, or from one, or from one of its room."""
    return any(name == module or name.startswith(f"{module}.") for name in imported(root / test))


@cache
def imported(path: Path) -> tuple[str, ...]:
    """Every module a file imports, and every name it imports from one, with dots."""
    return tuple(_imported(ast.parse(path.read_text(encoding="utf-8"))))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
