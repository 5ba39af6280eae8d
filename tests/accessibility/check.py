"""What axe-core, a keyboard and a ruler find in pages: ``python -m tests.accessibility.check``.

Not part of the test suite: it needs Node, Chromium and a download of two packages of npm, which
go into a folder of the reader's choice (or a temporary one) and never into the repository.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LIBRARIES = ("axe-core@4.14.1", "playwright-core@1.65.1")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "msedge")
SMALLEST_LETTER = 11
MOST_TAB_STOPS = 60
HERE = Path(__file__).parent


def main(arguments: Sequence[str]) -> int:
    """Measure pages, print what was found, and return how many of them fail."""
    asked = _asked(arguments)
    browser = asked.browser or next(filter(None, map(shutil.which, BROWSERS)), "")
    if not browser:
        print("No Chromium was found. Name one with --browser PATH.")
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        told = measured(asked.pages, browser=browser, libraries=asked.libraries or Path(temporary))
    failed = 0
    for each in told:
        faults = faults_of(each, most_tabs=asked.tabs)
        failed += bool(faults)
        print("\n".join([*summary(each), *(f"  FAULT {fault}" for fault in faults)]))
    return failed


def measured(pages: Sequence[Path], *, browser: str, libraries: Path) -> list[dict[str, Any]]:
    """Measure each page in a browser; libraries that are missing are put into a folder."""
    installed = libraries / "node_modules"
    if not (installed / "axe-core").is_dir() or not (installed / "playwright-core").is_dir():
        npm = shutil.which("npm") or "npm"
        quiet = ("--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        subprocess.run([npm, "install", *quiet, "--prefix", str(libraries), *LIBRARIES], check=True)
    ask = {
        "pages": [str(page.resolve()) for page in pages],
        "browser": browser,
        "library": str(installed / "axe-core" / "axe.min.js"),
    }
    done = subprocess.run(
        ["node", str(HERE / "measure.cjs"), json.dumps(ask)],
        env={**os.environ, "NODE_PATH": str(installed)},
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def summary(told: Mapping[str, Any]) -> list[str]:
    """What was measured of one page, in a few lines."""
    phone = told["phone"]
    return [
        told["page"],
        "  axe violations: "
        + ", ".join(f"{mode} {len(found)}" for mode, found in told["axe"].items()),
        f"  tab stops: {told['tabs']} wide, {phone['tabs']} on a phone",
        f"  smallest letter in a chart on a phone: {phone['letter']} px",
        f"  height on a phone: {phone['height']:,} px, unfolded {phone['unfolded']:,} px",
    ]


def faults_of(told: Mapping[str, Any], *, most_tabs: int | None) -> list[str]:
    """What fails a bar: violations, refused content, small letters, sideways scrolling, stops."""
    phone = told["phone"]
    faults = [
        f"axe, {mode}: {one['rule']} at {one['places']} places, first {one['first']}"
        for mode, found in told["axe"].items()
        for one in found
    ]
    faults += [f"refused by the page's own policy: {said}" for said in told["refused"]]
    if phone["letter"] is not None and phone["letter"] < SMALLEST_LETTER:
        faults.append(f"letters of {phone['letter']} px in a chart on a phone")
    for name, extent in (("390", phone), ("320", told["narrow"])):
        if extent["sideways"] > 0:
            faults.append(f"the page is {extent['sideways']} px wider than {name} px")
    if most_tabs is not None and max(told["tabs"], phone["tabs"]) > most_tabs:
        faults.append(f"more than {most_tabs} tab stops")
    return faults


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.accessibility.check")
    parser.add_argument("pages", nargs="+", type=Path, metavar="PAGE")
    parser.add_argument("--browser", default="", help="path of Chromium, Chrome or Edge")
    parser.add_argument("--libraries", type=Path, help="folder to keep the npm packages in")
    parser.add_argument(
        "--tabs",
        type=int,
        nargs="?",
        const=MOST_TAB_STOPS,
        help=f"most tab stops, {MOST_TAB_STOPS} where no number is given: the committee edition",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
