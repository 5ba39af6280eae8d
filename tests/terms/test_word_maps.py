"""Approved maps of words that changed: in order, without contradiction, kept by a run."""

import tomllib
from datetime import date

import pytest

from qaf_analysis.data.files.folder import settings_of
from qaf_analysis.data.store.settings_copy import settings_copy, settings_of_copy
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.settings_file import settings_from
from qaf_analysis.terms.word_maps import merged_word

TOML = """
[council]
name = "Made"
months = true
[[case_type_maps]]
from = "2026-27 Q1"
approved_by = "Head of service"
version = "2"
[case_type_maps.words]
"Family Help" = "Help"
[[case_type_maps]]
from = 2025-04-01
approved_by = "Head of service"
version = "1"
[case_type_maps.words]
"Early help" = "Family Help"
"Child in need" = "Family Help"
[[team_maps]]
from = 2025-09-01
approved_by = "Director"
version = "1"
words = { "North A" = "North", "North B" = "North" }
"""
ERAS = """
[[scales]]
name = "five"
levels = ["Urgent", "Weak", "Expected", "Strong", "Exceptional"]
good_from = "Expected"
positive = "expected standard or better"
from = 2027-04-01
[scales.spellings]
"Exp" = "Expected"
[[scale_maps]]
source = "ofsted4"
target = "five"
version = "3"
approved_by = "Quality board"
[scale_maps.levels]
"Inadequate" = "Urgent"
"Requires improvement" = "Weak"
"Good" = "Expected"
"Outstanding" = "Exceptional"
[[scale_maps]]
source = "signs_of_safety"
target = "five"
version = "1"
approved_by = "Somebody"
[scale_maps.levels]
"0" = "Urgent"
"1" = "Urgent"
"2" = "Urgent"
"3" = "Weak"
"4" = "Weak"
"5" = "Weak"
"6" = "Expected"
"7" = "Expected"
"8" = "Strong"
"9" = "Strong"
"10" = "Exceptional"
"""


def settings(text=TOML):
    return settings_from(tomllib.loads(text))


def test_a_word_goes_through_every_map_that_began_later():
    maps = settings().case_type_maps
    assert [one.version for one in maps] == ["1", "2"]
    assert merged_word(maps, "early HELP", date(2025, 3, 31)) == "Help"
    assert merged_word(maps, "Family Help", date(2026, 3, 31)) == "Help"
    assert merged_word(maps, "Early help", date(2025, 4, 1)) == "Early help"
    assert merged_word(maps, "Family Help", date(2026, 4, 1)) == "Family Help"
    assert merged_word(maps, "Child protection", date(2024, 4, 1)) == "Child protection"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('from = 2025-09-01\n', "", '"from" is missing'),
        ('approved_by = "Director"', 'approved_by = ""', '"approved_by" is missing or empty'),
        ('version = "1"\nwords', "words", '"version" is missing'),
        ('"North B" = "North"', '"North B" = ""', "fill it in"),
        ('"North B" = "North"', '"north  a" = "North"', "more than once"),
        ('"North B" = "North"', '"North" = "South"', "last word in both lines"),
        ('words = { "North A" = "North", "North B" = "North" }', "", '"words" is missing'),
        ('words = {', 'word = {', "not a setting known"),
    ],
)  # fmt: skip
def test_maps_that_cannot_be_are_refused(old, new, said):
    head, tail = TOML.split("[[team_maps]]")
    with pytest.raises(SettingsError, match=said):
        settings(head + "[[team_maps]]" + tail.replace(old, new))


def test_a_run_keeps_scales_with_their_days_maps_and_months():
    data = (TOML + ERAS).encode()
    found, kept = settings_of(data), settings_of_copy(settings_copy(data, sha256="ab" * 32))
    assert (kept.case_type_maps, kept.team_maps) == (found.case_type_maps, found.team_maps)
    assert kept.months
    assert [(e.scale.levels, e.first, e.scale.positive) for e in kept.eras] == [
        (e.scale.levels, e.first, e.scale.positive) for e in found.eras
    ]
    [linking] = kept.scale_maps
    assert (linking.source.name, linking.target.name, linking.version) == ("ofsted4", "five", "3")
    copy = settings_copy(data, sha256="")
    assert b"Somebody" not in copy  # a map that only reads files
    assert b'"Exp"' not in copy
    assert settings_copy(copy, sha256="") == copy
