"""Write a simulated council to a folder: tidy tables, or the exports it would really have."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from qaf_analysis.simulate.council import SimulatedCouncil
from qaf_analysis.simulate.exports import (
    BRIDGE_FILE,
    CLEAN_FILES,
    ISO_DAY,
    csv_bytes,
    day_style,
    long_actions,
    long_audits,
    long_bridges,
    long_moderations,
    written_days,
)
from qaf_analysis.simulate.mess import mess_json
from qaf_analysis.simulate.settings_text import Declarations, council_toml
from qaf_analysis.simulate.truth import PlantedTruth
from qaf_analysis.simulate.untidy import UntidyFile, declarations, untidy_files


def write_clean(council: SimulatedCouncil, folder: Path) -> None:
    """Write every table as a CSV file in canonical form, and settings and truth beside them.

    Parameters
    ----------
    folder : Path
        Made if missing; files of these names are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = [long_audits(council), long_moderations(council), long_actions(council)]
    files = CLEAN_FILES
    if council.design.bridges:
        tables, files = [*tables, long_bridges(council)], (*CLEAN_FILES, BRIDGE_FILE)
    for settings, table in zip(files, tables, strict=True):
        for column in map(str, table.columns):
            if column.endswith(("_date", "_on")):
                is_audit = column == "audit_date"
                style = day_style(council, of_days=ISO_DAY) if is_audit else ISO_DAY
                table[column] = written_days(table[column], style=style)
        data = csv_bytes(list(table.columns), table.itertuples(index=False))
        (folder / settings.path).write_bytes(data)
    write_facts(council, folder, declared=Declarations(files=files))


def write_messy(council: SimulatedCouncil, folder: Path, *, rng: np.random.Generator) -> None:
    """Write the exports that the council would really have, settings, truth and a list of mess.

    Parameters
    ----------
    folder : Path
        Made if missing; files of these names are replaced.
    rng : Generator
        Chooses what is spoilt; see ``untidy_files``.
    """
    files = untidy_files(council, rng=rng)
    write_files(files, folder)
    write_facts(council, folder, declared=declarations(council, files))
    write_text(folder / "mess.json", mess_json(file.export for file in files))


def write_files(files: Iterable[UntidyFile], folder: Path) -> None:
    """Write exports into a folder, which is made if missing."""
    for file in files:
        path = folder / file.export.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)


def write_facts(council: SimulatedCouncil, folder: Path, *, declared: Declarations) -> None:
    """Write what the council declares, and what is true of it."""
    write_text(folder / "council.toml", council_toml(council.design, declared))
    write_text(folder / "truth.json", PlantedTruth.of(council).to_json())


def write_text(path: Path, text: str) -> None:
    """Write a text file, the same bytes on every machine."""
    # Bytes, because text mode would end lines differently on Windows.
    path.write_bytes(text.encode("utf-8"))
