"""What a council may declare of its own look, and what each mistake is told."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from datetime import date

import pytest

from qaf_analysis.data.proposal.draft import Draft
from qaf_analysis.data.store.settings_copy import settings_copy, settings_of_copy
from qaf_analysis.terms.contract import REPORT_KEYS
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.report_settings import ReportSettings
from qaf_analysis.terms.settings_file import settings_from

COUNCIL = '[council]\nname = "Example"\n'
WHOLE = """
[report]
name = " Example County Council "
logo = "brand/logo.PNG"
logo_alt = "A green oak"
colour = "#12436D"
committee = "Children's Scrutiny Committee"
meeting = 2025-05-12
from = "Head of Quality Assurance"
front_matter = [["Wards affected", "All"], ["Contact officer:", "Quality assurance team"]]
ask = "To note the report."
reference = "committee report.docx"
"""


def declared(text: str) -> ReportSettings:
    return settings_from(tomllib.loads(COUNCIL + text)).report


def test_all_keys_are_taken_in_their_order():
    assert declared(WHOLE) == ReportSettings(
        is_given=True,
        name="Example County Council",
        logo="brand/logo.PNG",
        logo_alt="A green oak",
        colour="#12436d",
        committee="Children's Scrutiny Committee",
        meeting=date(2025, 5, 12),
        sender="Head of Quality Assurance",
        front_matter=(("Wards affected", "All"), ("Contact officer", "Quality assurance team")),
        ask="To note the report.",
        reference="committee report.docx",
    )


def test_without_the_table_nothing_is_declared():
    assert declared("") == ReportSettings()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('color = "#12436D"', 'perhaps "colour" is meant'),
        ('comittee = "x"', 'perhaps "committee" is meant'),
        ('font = "Comic Sans"', '"font" is not a setting known here'),
        ('colour = "navy"', '"colour" is "navy"; expected # and six digits or letters a to f'),
        ('colour = "#123"', "expected # and six digits"),
        ('colour = "#12436D;}body{"', "expected # and six digits"),
        ('logo = "logo.gif"', "expected a file that ends in .svg or .png"),
        ('logo = "logo.svg.exe"', "expected a file that ends in .svg or .png"),
        ('reference = "old.doc"', "expected a file that ends in .docx"),
        ('meeting = "12 May"', '"meeting" should be a date'),
        ("meeting = 1825-05-12", '"meeting" is 1825-05-12; expected a date from 1990'),
        ('name = " "', '"name" is empty; fill it in, or take it out'),
        (f'committee = "{"x" * 101}"', '"committee" has 101 characters; at most 100 have room'),
        ('name = """a\nb"""', '"name" should be one line'),
        (f'ask = "{"so " * 61}"', '"ask" has 61 words; at most 60'),
        ('front_matter = "Wards"', '"front_matter" should be a list'),
        ('front_matter = ["Wards", "All"]', 'entry 1 of "front_matter" should be a label and a'),
        ('front_matter = [["A", "b"], ["B"]]', 'entry 2 of "front_matter" should be a label'),
        ('front_matter = [["A", "b"], ["B", 1]]', 'entry 2 of "front_matter" should be a label'),
        ('front_matter = [["A", " "]]', 'the text of entry 1 of "front_matter" is empty'),
        ('front_matter = [["A", "b"], ["A:", "c"]]', 'names "A" more than once'),
        (f"front_matter = {[[f'L{n}', 'x'] for n in range(13)]}", "has 13 entries; at most 12"),
    ],
)
def test_a_mistake_is_named_with_what_to_write(line, said):
    with pytest.raises(SettingsError) as error:
        declared(f"[report]\n{line}\n")
    assert str(error.value).startswith("council.toml, [report]: ")
    assert said in str(error.value)


def test_sixty_words_and_twelve_pairs_are_taken():
    pairs = [[f"Label {n}", "x"] for n in range(12)]
    found = declared(f'[report]\nask = "{" ".join(["word"] * 60)}"\nfront_matter = {pairs}\n')
    assert len(found.ask.split()) == 60
    assert found.front_matter == tuple((label, text) for label, text in pairs)


def test_a_run_keeps_the_words_but_not_the_names_of_files():
    data = (COUNCIL + WHOLE).encode()
    copy = settings_copy(data, sha256="ab" * 32)
    kept, typed = settings_of_copy(copy).report, declared(WHOLE)
    assert b"brand" not in copy
    assert b"docx" not in copy
    assert (kept.committee, kept.meeting, kept.sender) == (
        typed.committee, typed.meeting, typed.sender,
    )  # fmt: skip
    assert (kept.front_matter, kept.ask, kept.colour) == (
        typed.front_matter, typed.ask, typed.colour,
    )  # fmt: skip
    assert settings_copy(copy, sha256="ab" * 32) == copy


def test_the_page_of_the_contract_names_every_key():
    renamed = {"sender": "from"}
    keys = {renamed.get(field.name, field.name) for field in fields(ReportSettings)}
    assert keys - {"is_given"} == {key.name for key in REPORT_KEYS}


def test_the_proposal_offers_the_table_as_comments_that_can_be_taken_in():
    text = Draft().text([])
    assert tomllib.loads(text) == {}
    lines = text[text.index("# [report]") :].splitlines()
    found = declared("\n".join(line.removeprefix("# ") for line in lines))
    assert found.committee == "Children's Scrutiny Committee"
    assert found.meeting == date(2025, 5, 12)
