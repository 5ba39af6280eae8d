"""Pages made from the code are those that stand in the documentation, and the title in print."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.report.html import html_page
from qaf_analysis.report.reference_pages import main, reference_pages
from tests.places import ROOT
from tests.report.specimen import specimen

PAGES = ("data_contract.md", "glossary.md", "verdicts.md")


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_those_of_the_documentation(name, tmp_path):
    kept = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert reference_pages()[name] == kept
    assert sorted(reference_pages()) == list(PAGES)
    main(str(tmp_path))
    assert (tmp_path / name).read_bytes().decode("utf-8") == kept


def test_the_running_title_holds_only_what_can_be_printed():
    page = html_page(replace(specimen(), title="A\tB\x07 é"))
    assert '@top-left { content: "OFFICIAL\\00002d SENSITIVE \\0000b7  AB \\0000e9 "; }' in page
