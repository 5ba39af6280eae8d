"""Notebooks run by the process of the test: the same cells, without the cost of a kernel for each.

A kernel imports everything anew, which takes longer than most notebooks' own work. What kernels do
is tested with notebooks run in them; here only what the cells make is wanted.
"""

from __future__ import annotations

import ast
import contextlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat


def run_cells(
    source: Path, target: Path, parameters: Mapping[str, Any], *, cwd: Path, stop: Any = None
) -> None:
    """Run a notebook's cells in this process; what is kept of it has no outputs."""
    names: dict[str, Any] = {}
    with contextlib.chdir(cwd):
        for cell in nbformat.read(source, as_version=4).cells:
            if cell.cell_type == "code":
                _run(cell.source, names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= parameters
    target.parent.mkdir(exist_ok=True)
    shutil.copy(source, target)


def _run(text: str, names: dict[str, Any]) -> None:
    """Run a cell, and make the markup of what it ends with, as Jupyter would to show it."""
    *before, last = ast.parse(text).body
    exec(compile(ast.Module(before, []), "cell", "exec"), names)  # noqa: S102  # our own notebooks
    if not isinstance(last, ast.Expr):
        exec(compile(ast.Module([last], []), "cell", "exec"), names)  # noqa: S102
        return
    shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307
    if hasattr(shown, "_repr_html_"):
        shown._repr_html_()
