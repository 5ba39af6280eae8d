"""How long reading a million ratings takes against bare ``pandas.read_csv``, in one run.

    python benchmarks/read_million.py
    python benchmarks/read_million.py --mess 0 --repeats 5

Both read the same two files, each time in a fresh interpreter, in turn: pandas cuts them into
columns, ours reads, checks, sets aside, pseudonymises and builds the tables. Times are medians;
memory is the largest resident set. The bars: at most three times as long, under 1.5 GB.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import psutil

BAR, BAR_GB = 3.0, 1.5
AS_OF = date(2025, 2, 7)


def bare(folder: Path) -> dict[str, float]:
    import pandas as pd

    began = time.perf_counter()
    # Without this option pandas would stop at the first row that is too long.
    tables = [pd.read_csv(path, on_bad_lines="skip") for path in sorted(folder.glob("*.csv"))]
    took = time.perf_counter() - began
    return {"seconds": took, "rows": sum(map(len, tables)), "gb": peak_gb()}


def ours(folder: Path) -> dict[str, float]:
    from qaf_analysis.data.council.read import read_council

    began = time.perf_counter()
    imported = read_council(folder, as_of=AS_OF)
    took = time.perf_counter() - began
    record = imported.audits.record
    print(
        f"{record.rows_in:,} rows = {record.loaded:,} loaded + {record.quarantined:,} set aside",
        file=sys.stderr,
    )
    return {"seconds": took, "rows": record.rows_in, "gb": peak_gb()}


def peak_gb() -> float:
    """Largest resident set of this process."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 1e9
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def write(folder: Path, *, mess: float) -> None:
    sys.path.insert(0, str(Path(__file__).parent))
    from million_ratings import write_million

    write_million(folder, mess=mess)


def in_fresh_interpreter(part: str, folder: Path, *, mess: float) -> dict[str, float]:
    command = [sys.executable, __file__, "--part", part, "--folder", str(folder)]
    run = subprocess.run(
        [*command, "--mess", str(mess)], check=True, stdout=subprocess.PIPE, text=True
    )
    return dict(json.loads(run.stdout or "{}"))


def compare(folder: Path, *, mess: float, repeats: int) -> int:
    in_fresh_interpreter("write", folder, mess=mess)
    turns = [
        (
            in_fresh_interpreter("bare", folder, mess=mess),
            in_fresh_interpreter("ours", folder, mess=mess),
        )
        for _ in range(repeats)
    ]
    pandas_s = statistics.median(turn[0]["seconds"] for turn in turns)
    ours_s = statistics.median(turn[1]["seconds"] for turn in turns)
    gb = max(turn[1]["gb"] for turn in turns)
    size = sum(path.stat().st_size for path in folder.glob("*.csv")) / 1e6
    rows = turns[0][1]["rows"]
    print(f"files               {size:7.1f} MB, {rows:,.0f} rows, {mess:g} of each kind of mess")
    print(f"pandas.read_csv     {pandas_s:7.2f} s, {max(t[0]['gb'] for t in turns):.2f} GB")
    print(f"read_council        {ours_s:7.2f} s, {gb:.2f} GB   (bar {BAR_GB} GB)")
    print(f"ratio               {ours_s / pandas_s:7.2f}   (bar {BAR})")
    return 0 if ours_s <= BAR * pandas_s and gb < BAR_GB else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mess", type=float, default=0.02)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--part", choices=["write", "bare", "ours"])
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.part == "write":
        write(asked.folder, mess=asked.mess)
        return 0
    if asked.part:
        print(json.dumps({"bare": bare, "ours": ours}[asked.part](asked.folder)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return compare(Path(folder), mess=asked.mess, repeats=asked.repeats)


if __name__ == "__main__":
    raise SystemExit(main())
