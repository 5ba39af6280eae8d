"""What a brief is made of: sentences, limits that fit a margin, and the headline it is about."""

from __future__ import annotations

import pytest

from qaf_analysis.kit.parts import Column, Picture, Table
from qaf_analysis.topics.common.brief import ALWAYS, Brief, Told, sentences, short_limits

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M 0 0"/></svg>'
TABLE = Table(caption="Grades", columns=(Column(heading="A"),), rows=(("1",),))
PICTURE = Picture(svg=DRAWING, alt="It rose.", title="A rise", width=9)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("One. Two! Three? Four.", ["One.", "Two!", "Three?", "Four."]),
        ("It is 0.5 (0.2 to 0.8) of a grade. Good.",
         ["It is 0.5 (0.2 to 0.8) of a grade.", "Good."]),
        ("In the year to March 2020 it was 62%. n 50.",
         ["In the year to March 2020 it was 62%. n 50."]),
        ("", [""]),
    ],
)  # fmt: skip
def test_sentences_end_before_a_capital(words, expected):
    assert sentences(words) == expected


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (3, "A b c."),  # never less than the first
        (1, "A b c."),
        (5, "A b c. D e."),
        (6, "A b c. D e."),
        (9, "A b c. D e. F g h i."),
    ],
)
def test_limits_are_cut_between_sentences(words, kept):
    assert short_limits("A b c. D e. F g h i.", words=words) == kept


def test_a_brief_is_about_a_headline():
    brief = Brief(
        claim="Auditors agree",
        paragraphs=(Told(what="They do."),),
        shown=(Told(what=TABLE, keep=3), Told(what=PICTURE, keep=2, is_filler=True)),
        limits="Not much.",
        source="10 audits.",
    )
    about = brief.about("Help")
    assert about.claim == "Help: Auditors agree"
    assert about.paragraphs == brief.paragraphs
    table, picture = about.shown
    assert (table.what.caption, table.keep) == ("Help: Grades", 3)
    assert (picture.what.title, picture.what.alt) == ("Help: A rise", "Help: It rose.")
    assert (picture.keep, picture.is_filler) == (2, True)
    assert brief.about("") is brief
    assert Told(what="x").keep == ALWAYS
