"""Eras of a scale: in order, without gaps, and which era a day lies in."""

import tomllib
from datetime import date

import pytest

from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings_file import settings_from

TWO = """
[council]
name = "Made"
scale = "ofsted4"
[[scales]]
name = "five"
levels = ["Urgent", "Needs attention", "Expected", "Strong", "Exceptional"]
good_from = "Expected"
positive = "expected standard or better"
from = 2025-04-01
[grades]
"RI-" = "Requires improvement"
"Exp" = "Expected"
"""


def settings(text: str):
    return settings_from(tomllib.loads(text))


def test_each_day_lies_in_the_era_that_began_last():
    found = settings(TWO)
    assert [era.scale.name for era in found.eras] == ["ofsted4", "five"]
    assert found.scale.name == "five"
    assert found.era_on(date(2025, 3, 31)).scale.name == "ofsted4"
    assert found.era_on(date(2025, 4, 1)).scale.name == "five"
    assert found.eras[1].quarter == Quarter.parse("2025-26 Q1")
    assert found.scale.positive == "expected standard or better"


def test_spellings_belong_to_the_era_whose_level_they_name():
    old, new = (era.scale for era in settings(TWO).eras)
    assert old.code("ri-") == 1
    assert new.code("exp") == 2
    assert "exp" not in old.codes


def test_within_an_era_its_scale_is_the_scale():
    found = settings(TWO)
    old = found.on(found.eras[0])
    assert old.scale.name == "ofsted4"
    assert old.optimism_limits.tolerance == 0.25  # a twelfth of three steps


def test_a_scale_that_never_changed_is_one_era():
    found = settings('[council]\nname = "Made"')
    assert found.eras == ()
    assert [era.scale.name for era in found.all_eras] == ["ofsted4"]


def test_quarters_serve_as_bounds():
    text = TWO.replace("from = 2025-04-01", 'from = "2025-26 Q1"')
    assert settings(text).eras[1].first == date(2025, 4, 1)
    old = '\n[[scales]]\nname = "ofsted4"\nto = "2024-25 Q4"\n'
    assert [e.first for e in settings(TWO + old).eras] == [None, date(2025, 4, 1)]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[[scales]]\nname = "ofsted4"\nto = 2025-04-30', "in use on the same days"),
        ('[[scales]]\nname = "ofsted4"\nto = 2025-02-28', "from 2025-03-01 to 2025-03-31"),
        ('[[scales]]\nname = "signs_of_safety"\nfrom = 2026-04-01\nto = 2027-03-31', "no other"),
        ('[[scales]]\nname = "signs_of_safety"\nfrom = 2026-04-01\nto = 2026-03-31', "before"),
        ('[[scales]]\nname = "ofsted4"\nfrom = 2026-04-01', "no scale is declared before"),
    ],
)
def test_eras_that_cannot_be_are_refused(more, said):
    with pytest.raises(SettingsError, match=said):
        settings(f"{TWO}\n{more}\n")


def test_a_spelling_of_no_scale_in_use_is_refused():
    with pytest.raises(SettingsError, match="level of no scale in use"):
        settings(TWO.replace('"Exp" = "Expected"', '"Exp" = "Expectable"'))
