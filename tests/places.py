"""Where tests find what they read, so that a test may move without its paths."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "tests" / "reference"
EXAMPLE = ROOT / "data" / "example"
EXAMPLE_2026 = ROOT / "data" / "example_2026"
PUBLISHED_OUTCOMES = ROOT / "data" / "ofsted_ilacs"
CALIBRATION = ROOT / "docs" / "calibration"
