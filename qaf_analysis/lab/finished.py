"""The finished run that a notebook names: its folder, or that of the latest report."""

from __future__ import annotations

from pathlib import Path

from qaf_analysis.run.folder import LATEST
from qaf_analysis.run.session import project_folder
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.typed_path import path_advice


def finished_run(run: str = "") -> Path:
    """Folder of a run that a notebook names, or of the latest report where it names none.

    Raises
    ------
    UsageError
        If there is no such folder.
    """
    home = project_folder()
    outputs = home / "outputs"
    told = outputs / LATEST
    named = home / run
    if not run and told.is_file():
        named = outputs / told.read_text(encoding="utf-8").strip()
    if not named.is_dir() or named == home:
        wanted = f'There is no run "{run}".' if run else "There is no report yet."
        advice = path_advice(run)
        if advice:
            raise UsageError(advice)
        raise UsageError(f"{wanted} Make one first: python workbench.py report")
    return named
