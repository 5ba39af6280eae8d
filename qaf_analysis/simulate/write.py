"""Write a simulated council to a folder: tidy tables, or the exports it would really have."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qaf_analysis.simulate.council import SimulatedCouncil
from qaf_analysis.simulate.exports import (
    CLEAN_FILES,
    csv_bytes,
    long_actions,
    long_audits,
    long_moderations,
    written_days,
)
from qaf_analysis.simulate.mess import mess_json
from qaf_analysis.simulate.settings_text import Declarations, council_toml
from qaf_analysis.simulate.truth import PlantedTruth
from qaf_analysis.simulate.untidy import declarations, untidy_files


def write_clean(council: SimulatedCouncil, folder: Path) -> None:
    """Write audits, moderations and actions as CSV files in canonical form, settings and truth.

    Parameters
    ----------
    folder : Path
        Made if missing; files of these names are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = (long_audits(council), long_moderations(council), long_actions(council))
    for settings, table in zip(CLEAN_FILES, tables, strict=True):
        for column in map(str, table.columns):
            if column.endswith(("_date", "_on")):
                table[column] = written_days(table[column], style="%Y-%m-%d")
        data = csv_bytes(list(table.columns), table.itertuples(index=False))
        (folder / settings.path).write_bytes(data)
    _write_facts(council, folder, declared=Declarations(files=CLEAN_FILES))


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
    for file in files:
        path = folder / file.export.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    _write_facts(council, folder, declared=declarations(council, files))
    _write_text(folder / "mess.json", mess_json(file.export for file in files))


def _write_facts(council: SimulatedCouncil, folder: Path, *, declared: Declarations) -> None:
    _write_text(folder / "council.toml", council_toml(council.design, declared))
    _write_text(folder / "truth.json", PlantedTruth.of(council).to_json())


def _write_text(path: Path, text: str) -> None:
    # Bytes, because text mode would end lines differently on Windows.
    path.write_bytes(text.encode("utf-8"))
