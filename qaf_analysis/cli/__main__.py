"""So that ``python -m qaf_analysis.cli`` is ``qaf``."""

from qaf_analysis.cli.app import main

main()
