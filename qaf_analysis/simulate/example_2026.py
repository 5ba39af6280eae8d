"""Make the second example: ``python -m qaf_analysis.simulate.example_2026 data/example_2026``."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import numpy as np

from qaf_analysis.simulate.council import SimulatedCouncil, simulate_council
from qaf_analysis.simulate.later_presets import example_2026_design
from qaf_analysis.simulate.mess import mess_json
from qaf_analysis.simulate.one_workbook import workbook_files
from qaf_analysis.simulate.settings_text import Declarations
from qaf_analysis.simulate.write import write_facts, write_files, write_text

SEED = 20270401  # the day on which its scale changes; chosen before any result was seen
AS_OF = date(2028, 2, 29)
"""Its dates lie ahead, so its settings say on which day they are read."""


def example_2026_council() -> SimulatedCouncil:
    """Draw the second example council: the same at every call."""
    return simulate_council(example_2026_design(), rng=np.random.default_rng(SEED))


def write_example_2026(folder: Path) -> None:
    """Write the second example council's exports, settings, truth and list of mess."""
    council = example_2026_council()
    files = workbook_files(council, rng=np.random.default_rng(SEED + 1))
    write_files(files, folder)
    declared = Declarations(files=tuple(file.settings for file in files), as_of=AS_OF)
    write_facts(council, folder, declared=declared)
    write_text(folder / "mess.json", mess_json(file.export for file in files))


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Make the second example council's exports.")
    parser.add_argument("folder", type=Path, help="folder to write to, such as data/example_2026")
    write_example_2026(parser.parse_args().folder)


if __name__ == "__main__":
    main()
