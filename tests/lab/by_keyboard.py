"""Three cases graded in JupyterLab with the keyboard alone: ``python -m tests.lab.by_keyboard``.

JupyterLab is started on loopback with a token, the notebook is run and the form is filled by keys
of a Chromium without a window. What counts is read from the ledger of the round, not the screen.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qaf_analysis.moderation.ledger.entries import Kind
from tests.lab.driver import (
    browser_path,
    cells,
    lab_page,
    lab_server,
    notebook_of,
    open_notebook,
    run_all,
    tab_into,
)
from tests.lab.kept_in_ledger import FOLDER, entries_of, new_round

NOTEBOOK = (
    "from tests.lab.kept_in_ledger import form_of_round",
    "form_of_round()",
    "from qaf_analysis.lab.browse import browse\n"
    "from tests.lab.made_up_table import TABLE\nbrowse(TABLE)",
)
LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding", "Could not grade")
DOMAINS = ("Overall", "Assessment", "Plan")
WANTED = (
    ("Good", "Requires improvement", "Inadequate"),
    ("Outstanding", "Good", "Outstanding"),
    ("Requires improvement", "Could not grade", "Good"),
)
COMMENT = "jddb: no visit is recorded"  # what would act on cells if it left the text
# In JupyterLab: next cell, delete the cell, cell below; leave the form; undo; run; all cells.
DANGEROUS = ("j", "d", "d", "b", "x", "Escape", "d", "d", "Control+z", "Shift+Enter", "k", "a")


def main(arguments: Sequence[str]) -> int:
    """Grade three cases, say what was kept, and return whether anything is wrong."""
    if not browser_path():
        print("No Chromium was found.")
        return 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = graded_by_keyboard(Path(folder), picture=arguments[0] if arguments else "")
    wrong = faults(found)
    print("\n".join(wrong) or f"Three cases, {found['keys']} keys, {found['cells']} cells stand.")
    print(f"{time.monotonic() - began:.0f} seconds")
    return len(wrong)


def graded_by_keyboard(folder: Path, *, picture: str = "") -> dict[str, Any]:
    """Grade three cases by keyboard; return what was kept and how many cells stand."""
    shown = folder / "notebooks"
    shown.mkdir()
    notebook_of(shown / "grading.ipynb", *NOTEBOOK)
    desk = new_round(folder)
    with (
        lab_server(shown, own=folder / "own", **{FOLDER: str(folder)}) as address,
        lab_page(address) as page,
    ):
        open_notebook(page, address, "grading.ipynb")
        run_all(page)
        page.wait_for_selector(".qaf-form fieldset")
        hands = Hands(page)
        hands.keys += tab_into(page, ".qaf-form")
        for words in WANTED:
            _grade_case(hands, words)
        if picture:
            page.screenshot(path=picture)
        _browse(hands)
        standing = cells(page)
        page.keyboard.press("Control+s")
        page.wait_for_timeout(1_000)
    return {
        "kept": [(entry.kind, entry.about, entry.body) for entry in entries_of(desk)],
        "cells": standing,
        "keys": hands.keys,
        "saved": (shown / "grading.ipynb").read_text(encoding="utf-8"),
    }


def faults(found: Mapping[str, Any]) -> list[str]:
    """What is not as it should be, from what was kept and from the notebook as it was saved."""
    told = []
    if found["cells"] != len(NOTEBOOK):
        told.append(f"{found['cells']} cells stand of {len(NOTEBOOK)}.")
    last: dict[str, Mapping[str, Any]] = {}
    committed: dict[str, Mapping[str, Any]] = {}
    for kind, about, body in found["kept"]:
        if kind == Kind.GRADE:
            last[about] = body
        elif kind == Kind.COMMIT:
            committed[about] = last[about]
    for number, (wanted, body) in enumerate(zip(WANTED, committed.values(), strict=False), 1):
        grades = tuple(
            "Could not grade" if domain in body["not_graded"] else body["grades"][domain]
            for domain in DOMAINS
        )
        if grades != wanted:
            told.append(f"Case {number}: {grades} was kept, not {wanted}.")
        if body["comment"] != COMMENT or body["sure"] != "Fairly sure":
            told.append(f"Case {number}: comment or sureness is not what was given.")
        if body["reason"] != "Planning and review":
            told.append(f"Case {number}: the reason kept is {body['reason']!r}.")
    if len(committed) != len(WANTED):
        told.append(f"{len(committed)} cases are committed of {len(WANTED)}.")
    asked = [body for kind, _, body in found["kept"] if kind == Kind.RECOGNISED]
    if [(body["file"], body["audit_grade"]) for body in asked] != [("no", "no")] * len(WANTED):
        told.append("What was asked after commitment is not kept as it was answered.")
    if "Outstanding" in found["saved"] or COMMENT in found["saved"]:
        told.append("The saved notebook holds an answer.")
    return told


class Hands:
    """Presses keys one after another, and counts them."""

    def __init__(self, page: Any) -> None:
        self.page, self.keys = page, 0

    def press(self, *keys: str) -> None:
        """Press keys."""
        for key in keys:
            self.page.keyboard.press(key)
        self.keys += len(keys)

    def focus(self) -> str:
        """What a person would hear has the focus: its label, or the heading."""
        return str(
            self.page.evaluate(
                "(() => { const at = document.activeElement;"
                " const box = at.closest('fieldset');"
                " const label = at.labels?.[0]?.textContent ?? at.textContent;"
                " return (box ? box.querySelector('legend').textContent + ': ' : '') + label; })()"
            )
        )

    def tab_to(self, start: str) -> None:
        """Press Tab until what begins so has the focus."""
        for _ in range(40):
            if self.focus().startswith(start):
                return
            self.press("Tab")
        raise AssertionError(f"No Tab leads to {start!r}; the focus is on {self.focus()!r}.")

    def wait_for(self, words: str) -> None:
        """Wait until the status or a heading says something."""
        self.page.wait_for_selector(f".qaf-form >> text={words}")


def _grade_case(hands: Hands, words: tuple[str, ...]) -> None:
    for domain, word in zip(DOMAINS, words, strict=True):
        hands.tab_to(f"{domain}, case")
        # Space chooses the first word, an arrow the next one.
        hands.press("Space", *["ArrowDown"] * LEVELS.index(word))
        if domain == DOMAINS[0]:
            hands.press(*(key for key in DANGEROUS if key != "Control+z"))
    hands.tab_to("Main reason")
    hands.press("P", "l", "j")  # a closed list goes to what begins with the letters typed
    hands.tab_to("How sure")
    hands.press("Space", "ArrowRight", "ArrowRight", "Control+z")  # the last one is taken back
    hands.wait_for("Taken back")
    hands.press("d", "d")
    hands.tab_to("Comment")
    hands.page.keyboard.type(COMMENT)
    hands.keys += len(COMMENT)
    hands.tab_to("Read back")
    hands.press("d", "d", "j", "Enter")
    hands.wait_for("Read what will be committed")
    hands.press("d", "d")  # the focus is on the heading, inside the form
    hands.tab_to("Commit case")
    hands.press("Space")
    hands.wait_for("are committed")
    hands.press("d", "d")
    for question in ("Had you read this file", "Had you seen the audit"):
        hands.tab_to(question)
        hands.press("Space", "ArrowDown")
    hands.tab_to("Keep the answers")
    hands.press("Enter")
    hands.wait_for("Thank you")


def _browse(hands: Hands) -> None:
    """Press on every control of the table below the form what would act on cells elsewhere."""
    for selector in (".dt-length select", ".dt-search input", ".dt-paging button", "summary"):
        hands.keys += tab_into(hands.page, f".jp-OutputArea-output {selector}")
        hands.press("j", "d", "d", "b", "x", "d", "d")
        if selector.endswith("input"):
            hands.press(*["Backspace"] * 7)  # what was searched for would leave no page to turn


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
