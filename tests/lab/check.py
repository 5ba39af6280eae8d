"""What axe-core finds in the outputs of the notebooks' forms: ``python -m tests.lab.check``.

Not part of the test suite: it needs Node, Chromium and a download of a package of npm, which goes
into a folder of the reader's choice (or a temporary one) and never into the repository. With
``--run FOLDER`` the exploration of that report is measured too.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from qaf_analysis.lab.practice import DOMAINS
from tests.lab.by_keyboard import Hands
from tests.lab.driver import (
    browser_path,
    lab_page,
    lab_server,
    notebook_of,
    open_notebook,
    run_all,
    tab_into,
)

AXE = "axe-core@4.14.1"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
MEASURED = ".jp-OutputArea-output"
GRADING = "from qaf_analysis.lab.grading import grading_form"
PRACTICE = "from qaf_analysis.lab.practice import practice_place"
REVIEW = "from tests.lab.made_up_review import made_up_review"


def main(arguments: Sequence[str]) -> int:
    """Measure every form in each of its states, print what was found, return how much of it."""
    asked = _asked(arguments)
    if not browser_path():
        print("No Chromium was found.")
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        library = axe_library(asked.libraries or folder / "npm")
        told = [
            (f"{theme}, {name}", found)
            for theme in THEMES
            for name, found in measured(
                folder / theme, theme=theme, library=library, run=asked.run, pictures=asked.pictures
            )
        ]
    for name, found in told:
        print(f"{name}: axe violations {len(found)}")
        for one in found:
            print(f"  FAULT {one['rule']} at {one['places']} places, first {one['first']}")
    return sum(len(found) for _, found in told)


def axe_library(folder: Path) -> Path:
    """Path of axe-core in a folder of npm packages; put there if it is missing."""
    library = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not library.is_file():
        npm = shutil.which("npm") or "npm"
        quiet = ("--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        subprocess.run([npm, "install", *quiet, "--prefix", str(folder), AXE], check=True)
    return library


def measured(
    folder: Path, *, theme: str, library: Path, run: Path | None, pictures: Path | None
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """What axe-core finds in each state of each form."""
    shown = folder / "notebooks"
    shown.mkdir(parents=True)
    forms: dict[str, Callable[[Hands], Iterator[str]]] = {"one": _grading, "all": _nothing}
    notebook_of(shown / "one.ipynb", GRADING, PRACTICE, "grading_form(practice_place())")
    notebook_of(
        shown / "all.ipynb", GRADING, PRACTICE, "grading_form(practice_place(), show='all')"
    )
    forms["review"] = _nothing
    notebook_of(shown / "review.ipynb", REVIEW, "made_up_review()")
    if run is not None:
        forms["explore"] = _exploring
        notebook_of(
            shown / "explore.ipynb",
            "from qaf_analysis.run.export import kept_run\nfrom pathlib import Path",
            "from qaf_analysis.lab.explore.page import Exploration",
            f"kept = kept_run(Path({str(run.resolve())!r}))\n"
            "explore = Exploration(kept.results, run_id=kept.run_id, auditors=True)",
            "explore.form",
        )
    with (
        lab_server(shown, own=folder / "own", theme=THEMES[theme]) as address,
        lab_page(address, height=1600) as page,
    ):
        for name, steps in forms.items():
            open_notebook(page, address, f"{name}.ipynb")
            run_all(page)
            page.wait_for_selector(".qaf-form button")
            page.add_script_tag(path=library)
            hands = Hands(page)
            tab_into(page, ".qaf-form")
            yield f"{name}, as it opens", _violations(page)
            for state in steps(hands):
                yield f"{name}, {state}", _violations(page)
            if pictures is not None:
                page.screenshot(path=pictures / f"{name}_{theme}.png")


def _violations(page: Any) -> list[dict[str, Any]]:
    found = page.evaluate(
        f"axe.run({{include: [['{MEASURED}']]}}, {{resultTypes: ['violations']}})"
        ".then((told) => told.violations)"
    )
    return [
        {"rule": one["id"], "places": len(one["nodes"]), "first": one["nodes"][0]["html"][:160]}
        for one in found
    ]


def _nothing(hands: Hands) -> Iterator[str]:
    yield from ()


def _grading(hands: Hands) -> Iterator[str]:
    """Every state of the grading form, by keyboard."""
    for number in (1, 2, 3):
        for domain in DOMAINS:
            hands.tab_to(f"{domain}, case")
            hands.press("Space")
        hands.tab_to("Read back")
        hands.press("Enter")
        hands.wait_for("Read what will be committed")
        if number == 1:
            yield "read back"
        hands.tab_to("Commit case")
        hands.press("Enter")
        hands.wait_for("are committed")
        if number == 1:
            yield "two questions"
        for question in ("Had you read this file", "Had you seen the audit"):
            hands.tab_to(question)
            hands.press("Space")
        hands.tab_to("Keep the answers")
        hands.press("Enter")
        hands.wait_for("Thank you")
    hands.tab_to("Show the audits")
    hands.press("Enter")
    hands.wait_for("as you committed them")
    yield "compared"


def _exploring(hands: Hands) -> Iterator[str]:
    hands.tab_to("What is compared")
    hands.press("Space", "ArrowRight")
    hands.tab_to("Show")
    hands.press("Enter")
    hands.wait_for("Shown below: Gap")
    yield "gaps shown"


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.lab.check")
    parser.add_argument("--run", type=Path, help="folder of a report to explore")
    parser.add_argument("--libraries", type=Path, help="folder to keep the npm package in")
    parser.add_argument("--pictures", type=Path, help="folder for a picture of each form")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
