"""Tiny notebooks, written as the tests need them, and the run of a small council for all."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from qaf_analysis.run import pipeline
from qaf_analysis.run.pipeline import BuiltReport, build_report
from tests.places import ROOT
from tests.run.in_one_process import run_cells
from tests.run.small_council import write_small_council

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


@dataclass(frozen=True, kw_only=True)
class SmallRun:
    """A finished run of the smallest council: exports, folder of reports, its own folder."""

    data: Path
    outputs: Path
    run: Path

    def again(self, **more: object) -> BuiltReport:
        """Make a report of the exports as they are now."""
        return build_report(self.data, outputs=self.outputs, notebooks=ROOT / "notebooks", **more)


@pytest.fixture
def without_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "run_notebook", run_cells)
    monkeypatch.setattr(pipeline, "AT_ONCE", 1)


@pytest.fixture(scope="session")
def first_small_run(tmp_path_factory: pytest.TempPathFactory) -> SmallRun:
    folder = tmp_path_factory.mktemp("small")
    data, outputs = write_small_council(folder / "data"), folder / "outputs"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "run_notebook", run_cells)
        patch.setattr(pipeline, "AT_ONCE", 1)
        built = build_report(data, outputs=outputs, notebooks=ROOT / "notebooks")
    return SmallRun(data=data, outputs=outputs, run=built.folder)


@pytest.fixture
def small(first_small_run: SmallRun, tmp_path: Path, without_kernels: None) -> SmallRun:
    """A copy of it, to be spoilt; further runs are made in the process of the test."""
    shutil.copytree(first_small_run.data, tmp_path / "data")
    shutil.copytree(first_small_run.outputs, tmp_path / "outputs")
    inside = first_small_run.run.relative_to(first_small_run.outputs)
    return SmallRun(
        data=tmp_path / "data", outputs=tmp_path / "outputs", run=tmp_path / "outputs" / inside
    )
