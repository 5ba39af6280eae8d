"""Tiny notebooks, written as the tests need them."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

Write = Callable[..., Path]


@pytest.fixture
def write_notebook(tmp_path: Path) -> Write:
    """Write a notebook: each cell is its source, or a pair of source and tag."""

    def write(*cells: str | tuple[str, str], name: str = "tiny.ipynb") -> Path:
        made = []
        for number, cell in enumerate(cells):
            source, tag = cell if isinstance(cell, tuple) else (cell, "")
            metadata = {"tags": [tag]} if tag else {}
            made.append(nbformat.v4.new_code_cell(source, id=f"cell-{number}", metadata=metadata))
        notebook = nbformat.v4.new_notebook(
            cells=made,
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        path = tmp_path / name
        nbformat.write(notebook, path)
        return path

    return write
