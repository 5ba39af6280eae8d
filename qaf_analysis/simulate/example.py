"""Make the example council: ``python -m qaf_analysis.simulate.example data/example``."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from qaf_analysis.simulate.council import SimulatedCouncil, simulate_council
from qaf_analysis.simulate.presets import example_design
from qaf_analysis.simulate.write import write_messy

SEED = 20200207  # the day for which the work was first asked; chosen before any result was seen


def example_council() -> SimulatedCouncil:
    """Draw the example council: the same at every call."""
    return simulate_council(example_design(), rng=np.random.default_rng(SEED))


def write_example(folder: Path) -> None:
    """Write the example council's untidy exports, settings, truth and list of mess."""
    write_messy(example_council(), folder, rng=np.random.default_rng(SEED + 1))


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Make the example council's exports.")
    parser.add_argument("folder", type=Path, help="folder to write to, such as data/example")
    write_example(parser.parse_args().folder)


if __name__ == "__main__":
    main()
