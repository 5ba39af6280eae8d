"""Pictures for the guides: ``python -m tests.end_to_end.guide_pictures docs/guides``.

Everything on them is made up: the pack for practice, graded by a made-up moderator.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from qaf_analysis.lab.practice import MODERATOR, practice_place
from qaf_analysis.moderation.packs.files import file_names, pack_files
from qaf_analysis.moderation.plain_page import PlainSection, PlainTable, plain_page
from qaf_analysis.moderation.returns.keyed import returned_file
from qaf_analysis.moderation.returns.receipt import receipt_page
from qaf_analysis.moderation.rounds.revealing import MARKING, difference
from tests.end_to_end.filling import BROWSER, in_a_workbook, saved_by_libreoffice
from tests.lab.driver import lab_page, lab_server, open_notebook, run_all
from tests.places import ROOT

LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")


def main(arguments: Sequence[str]) -> int:
    """Make all pictures in a folder."""
    out = Path(arguments[0]).resolve()
    with TemporaryDirectory() as temporary:
        work = Path(temporary)
        pack = practice_place().pack
        workbook, page = file_names(pack)
        for name, content in pack_files(pack).items():
            (work / name).write_bytes(content)
        filled = in_a_workbook(work / workbook, work / "filled.xlsx", _grade)
        _workbook(filled, work, out / "workbook.png")
        returned = returned_file("filled.xlsx", filled.read_bytes(), [pack])
        (work / "receipt.html").write_bytes(
            receipt_page(
                moderator=MODERATOR,
                round=pack.round,
                code="K7QM5TXB",
                cases=returned.cases,
                missing=0,
                names={case.code: pack.case_name(case.code) for case in pack.cases},
            )
        )
        (work / "revealed.html").write_bytes(_revealed())
        _pages(work, page, out)
        _notebook(work, out / "notebook.png")
    return 0


def _grade(place: int, part: str) -> str:
    return LEVELS[1 + (place + part.count("e") + len(part)) % 3]


def _workbook(filled: Path, work: Path, to: Path) -> None:
    paper = saved_by_libreoffice(filled, work, as_="pdf")
    command = ["pdftoppm", "-png", "-r", "110", "-f", "1", "-l", "1", "-singlefile",
               "-x", "40", "-y", "50", "-W", "1210", "-H", "270"]  # fmt: skip
    subprocess.run([*command, str(paper), str(to.with_suffix(""))], check=True)


def _revealed() -> bytes:
    rows = (("Overall", "Good", "Good"), ("Plan", "Requires improvement", "Good"))
    table = PlainTable(
        caption="Case B7KD2QXM: grades side by side",
        columns=("Part", "You", "Auditor", "Difference"),
        rows=tuple(
            (part, own, theirs, difference(own, theirs, LEVELS)) for part, own, theirs in rows
        ),
    )
    return plain_page(
        "Round practice: your grades beside the auditors’",
        opening=("For M-00. What you graded is committed and stays as it is.",),
        sections=[PlainSection(heading="Case B7KD2QXM, A000123", tables=(table,))],
        marking=MARKING,
    )


def _pages(work: Path, page: str, out: Path) -> None:
    from playwright.sync_api import sync_playwright

    shots = ((page, "page.png"), ("receipt.html", "receipt.png"), ("revealed.html", "revealed.png"))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        for name, picture in shots:
            tab = browser.new_page(viewport={"width": 820, "height": 760})
            tab.goto((work / name).as_uri())
            if name == page:
                question = tab.locator("fieldset:has(input[type=radio])").first
                question.get_by_role("radio", name="Good", exact=True).check()
                question.evaluate("each => each.closest('section').scrollIntoView()")
            tab.screenshot(path=out / picture)
        browser.close()


def _notebook(work: Path, to: Path) -> None:
    (work / "lab").mkdir()
    name = "10_moderation_round.ipynb"
    (work / "lab" / name).write_bytes((ROOT / "notebooks" / name).read_bytes())
    with lab_server(work / "lab", own=work) as address, lab_page(address, height=900) as page:
        open_notebook(page, address, name)
        run_all(page)
        form = page.locator(".jp-OutputArea-output form, .jp-OutputArea-output fieldset").first
        form.wait_for()
        form.scroll_into_view_if_needed()
        page.locator("fieldset").first.evaluate("each => each.scrollIntoView({block: 'center'})")
        page.screenshot(path=to)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
