"""How long the example's whole run takes against its bare parts, measured in one go.

    python benchmarks/run.py

Bare parts: for each notebook of the run a kernel that starts and stops, and a fresh interpreter
that imports the libraries the analyses stand on; then the pages written from finished notebooks
and results. The bar is a whole run of at most twice their sum.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from jupyter_client.manager import KernelManager

from qaf_analysis.run.edition import write_edition
from qaf_analysis.run.gather import build, gather
from qaf_analysis.run.pipeline import ANALYSES, build_report
from qaf_analysis.run.session import Session
from qaf_analysis.topics.registry import INTAKE_NOTEBOOK, REPORT_NOTEBOOK

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = (INTAKE_NOTEBOOK, *ANALYSES, REPORT_NOTEBOOK)
LIBRARIES = "import numpy, pandas, scipy.optimize, matplotlib.figure"
REPEATS = 3
BAR = 2.0


def seconds(action: Callable[[], object]) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def start_and_stop_kernel() -> None:
    manager = KernelManager()
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def import_libraries() -> None:
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True)


def render(folder: Path) -> None:
    session = Session(data=ROOT / "data" / "example", work=folder, asked="", by_hand=False)
    build(session, gather(session), run_id="0" * 16)
    for name in NOTEBOOKS:
        write_edition(
            folder / "notebooks" / f"{name}.ipynb",
            folder / "again" / f"{name}.html",
            title=name,
            run_id="0" * 16,
        )


def main() -> int:
    with tempfile.TemporaryDirectory() as outputs:
        began = time.perf_counter()
        built = build_report(
            ROOT / "data" / "example", outputs=Path(outputs), notebooks=ROOT / "notebooks"
        )
        whole = time.perf_counter() - began
        kernel = statistics.median(seconds(start_and_stop_kernel) for _ in range(REPEATS))
        imports = statistics.median(seconds(import_libraries) for _ in range(REPEATS))
        render(built.folder)  # once for the imports of the writers
        pages = statistics.median(seconds(lambda: render(built.folder)) for _ in range(REPEATS))
    n = len(NOTEBOOKS)
    parts = n * kernel + n * imports + pages
    print(f"kernel starts  {n} x {kernel:6.2f} s")
    print(f"bare imports   {n} x {imports:6.2f} s")
    print(f"rendering          {pages:6.2f} s")
    print(f"sum of parts       {parts:6.2f} s")
    print(f"whole run          {whole:6.2f} s")
    print(f"ratio              {whole / parts:6.2f}   (bar {BAR})")
    return 0 if whole <= BAR * parts else 1


if __name__ == "__main__":
    raise SystemExit(main())
