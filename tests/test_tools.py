"""The tools that watch over style, types, floors and notebooks are tests like all others."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = Path(sys.executable).parent
NOTEBOOKS = [str(path) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--quiet", "."],
        ["ruff", "format", "--check", "--quiet", "."],
        pytest.param(["mypy", "--no-error-summary"], marks=pytest.mark.slow),  # half a minute
        ["lint-imports"],
        ["nbstripout", "--verify", *NOTEBOOKS],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_nothing_to_complain_about(command):
    ended = subprocess.run(
        [str(TOOLS / command[0]), *command[1:]],
        cwd=ROOT,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-4000:]
