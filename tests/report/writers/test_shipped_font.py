"""The two font files, the widths kept beside them, and what stands for a letter they lack."""

from __future__ import annotations

import string

import pytest
from fontTools.ttLib import TTFont

from qaf_analysis.report.writers import shipped_font
from qaf_analysis.report.writers.shipped_font import lacking, replacements, width

STYLES = {"Regular": 400, "Bold": 700}


@pytest.fixture(scope="module", params=STYLES)
def style(request):
    return request.param


@pytest.fixture(scope="module")
def font(style):
    return TTFont(shipped_font.folder() / f"ReportSans-{style}.ttf")


def test_widths_are_those_of_the_font(font, style):
    measured = {chr(letter): font["hmtx"][glyph][0] for letter, glyph in font.getBestCmap().items()}
    assert font["head"].unitsPerEm == 1000
    assert shipped_font._widths()[style] == measured


def test_both_weights_have_the_same_letters():
    kept = shipped_font._widths()
    assert kept["Regular"].keys() == kept["Bold"].keys()


def test_digits_and_signs_of_numbers_are_equally_wide(style):
    assert len({width(sign, size=10, weight=style) for sign in string.digits + "−+"}) == 1


def test_words_of_reports_can_be_set():
    assert lacking(string.printable[:-5]) == ()
    assert lacking("−×≤≥←↑→↓•●○■▲▼◆✓€½…–—‘’“”·ŵŷẁÉßøłžαβκЖя") == ()


def test_the_reserved_name_is_not_borne(font, style):
    names = {each.nameID: str(each) for each in font["name"].names}
    borne = [names[number] for number in (1, 3, 4, 6)]
    assert not any("source" in name.lower() for name in borne)
    assert names[1] == shipped_font.FAMILY
    assert not {16, 17, 21, 22, 25} & names.keys()
    assert "STAT" not in font
    assert "fvar" not in font
    assert font["OS/2"].usWeightClass == STYLES[style]
    assert bool(font["OS/2"].fsSelection & 32) == (style == "Bold")
    assert bool(font["head"].macStyle & 1) == (style == "Bold")


def test_the_licence_lies_beside_the_fonts():
    said = (shipped_font.folder() / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in said
    assert "Reserved Font Name 'Source'" in said
    assert said.startswith("Report Sans is Source Sans 3")


@pytest.mark.parametrize(
    ("letter", "instead"),
    [
        ("ﬁ", "fi"),  # a ligature: its letters
        ("Ａ", "A"),  # a wide form: the plain one
        ("◇", "◊"),  # a sign that looks alike
        ("\N{LATIN SMALL LETTER ENG WITH CROSSED-TAIL}", "□"),  # no rule knows it
        ("字", "□"),
        ("😀", "□"),
        ("\ue000", "□"),  # private use: nobody knows what it is
        ("\u202e", ""),  # turns the direction of what follows
        ("\ufe0f", ""),  # asks for a coloured form
        ("\u093f", "□"),  # a vowel sign that takes room
    ],
)
def test_what_stands_for_a_letter(letter, instead):
    assert replacements([letter]) == {letter: instead}
    assert lacking(instead) == ()


def test_full_width_signs_do_not_end_a_literal():
    assert replacements(["＂", "＼"]) == {"＂": "□", "＼": "□"}
