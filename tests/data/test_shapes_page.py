"""The page on shapes of exports shows settings that can be read."""

import re
from pathlib import Path

import pytest

from qaf_analysis.data.contract.columns import source_columns, wanted_columns
from qaf_analysis.data.files.folder import settings_of

PAGE = Path(__file__).parents[2] / "docs" / "export_shapes.md"
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
COUNCIL = '[council]\nname = "Example"\n'
FILE = '[[files]]\npath = "moderations.csv"\nkind = "moderations"\n'


def test_the_page_shows_settings():
    assert len(BLOCKS) == 4


@pytest.mark.parametrize("block", BLOCKS)
def test_settings_of_the_page_can_be_read(block):
    whole = block if block.startswith("[[files]]") else FILE + block
    (file,) = settings_of((COUNCIL + whole).encode()).files
    assert wanted_columns(file)
    assert source_columns(file)


def test_moderations_matched_by_case_need_the_case_and_no_identifier():
    block = next(block for block in BLOCKS if block.startswith("[files.match]"))
    (file,) = settings_of((COUNCIL + FILE + block).encode()).files
    required = {c.name for c in wanted_columns(file) if c.need == "required"}
    assert "case_ref" in required
    assert "audit_id" not in required
