"""Packs filled in as moderators do: in Excel, in LibreOffice, and in the page of a browser."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl

from qaf_analysis.moderation.packs.workbook import HEADINGS

SOFFICE = shutil.which("soffice") or ""
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), "")
Grade = Callable[[int, str], str]
"""A word of the scale for the place of a case and a part."""

REASON = "Planning and review"


def in_a_workbook(pack: Path, to: Path, grade: Grade) -> Path:
    """Fill the workbook of a pack, as Excel would save it."""
    book = openpyxl.load_workbook(pack)
    sheet = book["Grades"]
    column = {heading: place for place, heading in enumerate(HEADINGS, start=1)}
    for row in range(2, sheet.max_row + 1):
        part = sheet.cell(row, column["Part"]).value
        place = int(sheet.cell(row, column["Case"]).value.split()[1])
        sheet.cell(row, column["Grade"]).value = grade(place, part)
        if part == "Overall":
            sheet.cell(row, column["Reason"]).value = REASON
    book.save(to)
    return to


def saved_by_libreoffice(filled: Path, to: Path, *, as_: str = "ods") -> Path:
    """Open a filled workbook in LibreOffice without a window, and save it in another format."""
    profile = to / "profile"
    command = [
        SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless",
        "--convert-to", as_, "--outdir", str(to), str(filled),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shutil.rmtree(profile)
    return to / f"{filled.stem}.{as_}"


def in_the_page(pack: Path, to: Path, grade: Grade) -> Path:
    """Fill the page of a pack in a browser without a network, and save its file."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_context(offline=True, accept_downloads=True).new_page()
        page.goto(pack.as_uri())
        for question in page.locator("fieldset:has(input[type=radio])").all():
            legend = question.locator("legend").first.inner_text()
            part, _, case = legend.rpartition(", Case ")
            if not part.startswith("How sure"):
                question.get_by_role("radio", name=grade(int(case), part), exact=True).check()
        with page.expect_download() as waiting:
            page.keyboard.press("Control+s")
        path = to / waiting.value.suggested_filename
        waiting.value.save_as(path)
        browser.close()
    return path
