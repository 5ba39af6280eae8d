"""The folders that commands are given, checked before anything else is done."""

from __future__ import annotations

from pathlib import Path

import qaf_analysis
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.typed_path import path_advice


def data_folder(data: Path) -> Path:
    """Return the folder of exports, or say what to give instead.

    Raises
    ------
    UsageError
        If it is a file, or there is no such folder.
    """
    if data.is_file():
        raise UsageError(
            f"“{data}” is a file; give the folder that holds it: --data “{data.parent}”."
        )
    if not data.is_dir():
        advice = path_advice(str(data))
        raise UsageError(
            advice
            or f"There is no folder “{data}”; give the one that holds your exports: --data FOLDER."
        )
    return data


def refuse_mistyped(out: Path) -> None:
    """Refuse a path to write to that cannot be what was meant: it would be made as it stands.

    Raises
    ------
    UsageError
        Saying what to write instead.
    """
    advice = path_advice(str(out))
    if advice and not out.exists():
        raise UsageError(advice)


def new_folder(out: Path) -> Path:
    """Return the folder to write to, which must be missing or empty: nothing is overwritten.

    Raises
    ------
    UsageError
        If something is there already.
    """
    refuse_mistyped(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"“{out}” is there already and is not an empty folder; name a new one.")
    return out


def home() -> Path:
    """Return the project's folder: the one that holds the package."""
    return Path(qaf_analysis.__file__).resolve().parents[1]


def outputs_folder(outputs: Path | None) -> Path:
    """Return the folder of reports: the one given, or the project's own.

    Raises
    ------
    UsageError
        If the path cannot be what was meant.
    """
    if outputs is None:
        return home() / "outputs"
    refuse_mistyped(outputs)
    return outputs
