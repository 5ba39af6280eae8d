"""A council with known truth, and the untidy exports that such a council would really have."""

from qaf_analysis.simulate.council import SimulatedCouncil, simulate_council
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.presets import example_design, null_design, standard_design
from qaf_analysis.simulate.truth import PlantedTruth
from qaf_analysis.simulate.write import write_clean, write_messy

__all__ = [
    "CouncilDesign",
    "PlantedTruth",
    "SimulatedCouncil",
    "example_design",
    "null_design",
    "simulate_council",
    "standard_design",
    "write_clean",
    "write_messy",
]
