"""Write docs/modules.md, the list of every module: python docs/list_modules.py"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "qaf_analysis"
PAGE = ROOT / "docs" / "modules.md"
HEAD = """# Every module

Made from the modules' own first lines by `python docs/list_modules.py`; a test says when it is out
of date. [ARCHITECTURE.md](../ARCHITECTURE.md) says how they hang together.
"""


def page() -> str:
    """Return the whole page."""
    return HEAD + "".join(room(folder) for folder in folders())


def folders() -> Iterator[Path]:
    """Every folder that holds modules, by name."""
    for folder in sorted({path.parent for path in PACKAGE.rglob("*.py")}):
        if modules(folder):
            yield folder


def modules(folder: Path) -> list[Path]:
    """Modules of a folder that have a name of their own."""
    return [path for path in sorted(folder.glob("*.py")) if not path.stem.startswith("__")]


def room(folder: Path) -> str:
    """Return one folder's heading and table."""
    heading = folder.relative_to(ROOT).as_posix()
    rows = [f"| `{path.stem}` | {first_line(path)} |" for path in modules(folder)]
    return "\n".join(["", f"## `{heading}/`", "", "| module | what it is for |", "|---|---|", *rows, ""])


def first_line(path: Path) -> str:
    """Return the first line of a module's docstring."""
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return words.partition("\n")[0]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
