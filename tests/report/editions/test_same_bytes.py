"""Every format of every edition is the same bytes, whenever and by whichever process it is made."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time

import pytest

from qaf_analysis.report.editions.every import EDITIONS
from qaf_analysis.report.writers.csv_tables import csv_tables
from tests.places import ROOT
from tests.report.editions import made

COUNCIL = "nothing moderated"  # the shortest of the golden ones


def hashes() -> dict[str, str]:
    """Hash of each file by its name."""
    files: dict[str, bytes] = {"tables.xlsx": made.tables(COUNCIL)}
    for edition in EDITIONS:
        files[f"{edition}.pdf"] = made.pdf(COUNCIL, edition)
        files[f"{edition}.docx"] = made.word(COUNCIL, edition)
        files[f"{edition}.html"] = made.page(COUNCIL, edition).encode()
    files |= csv_tables(made.editions(COUNCIL).annex)
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


@pytest.mark.slow
def test_every_file_is_the_same_later_and_in_another_process():
    first = hashes()
    assert len(first) > 20
    time.sleep(2.1)  # the clock of a zip ticks every other second
    done = subprocess.run(
        [sys.executable, "-c",
         "import json; from tests.report.editions.test_same_bytes import hashes;"
         "print(json.dumps(hashes()))"],
        capture_output=True, check=True, cwd=ROOT,
    )  # fmt: skip
    other = json.loads(done.stdout.splitlines()[-1])
    assert list(other) == list(first)
    assert [name for name in first if other[name] != first[name]] == []


@pytest.mark.slow
def test_every_file_is_the_same_when_made_again():
    first = hashes()
    for each in (made.editions, made.pdf, made.word, made.page, made.tables):
        each.cache_clear()
    time.sleep(2.1)
    assert hashes() == first
