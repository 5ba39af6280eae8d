"""Pages made from the code stand in docs/ as the code would make them now."""

from pathlib import Path

import pytest

from qaf_analysis.data.audits import AUDIT_COLUMNS, MODERATION_COLUMNS
from qaf_analysis.data.columns import REQUIRED
from qaf_analysis.report.reference_pages import reference_pages
from qaf_analysis.terms.contract import AUDIT_FIELDS, MODERATION_FIELDS

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", reference_pages())
def test_pages_made_from_the_code_are_up_to_date(name):
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert page == reference_pages()[name], "python -m qaf_analysis.report.reference_pages docs"


def test_the_contract_names_the_columns_that_are_read():
    ours = {field.name for field in (*AUDIT_FIELDS, *MODERATION_FIELDS)}
    assert {*AUDIT_COLUMNS, *MODERATION_COLUMNS} <= ours


@pytest.mark.parametrize(
    ("kind", "fields"), [("audits", AUDIT_FIELDS), ("moderations", MODERATION_FIELDS)]
)
def test_the_contract_requires_what_the_reader_requires(kind, fields):
    assert {field.name for field in fields if field.required} == set(REQUIRED[kind])


def test_every_command_of_the_readme_exists():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python workbench.py report" in readme
    assert "python workbench.py test" in readme
    assert (ROOT / "docs" / "first_page.png").exists()
