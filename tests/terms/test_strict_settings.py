"""Settings that are unknown, absurd or contradict each other are refused, with key and mend."""

import tomllib

import pytest

from qaf_analysis.data.files.folder import settings_of
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.settings_file import settings_from

COUNCIL = '[council]\nname = "E"\n'
FILE = '[[files]]\npath = "a.csv"\n'
CHANGE = '[[process_changes]]\nkind = "k"\nlabel = "l"\nstarts = '
THEME = '[[themes]]\nname = "T"\ndomain = "Plan"\naudited_in = '
REVERSED = """[[scales]]
name = "ours"
levels = ["Outstanding", "Good", "Requires improvement", "Inadequate"]
good_from = "Good"
"""


def refused(text):
    with pytest.raises(SettingsError) as caught:
        settings_from(tomllib.loads(COUNCIL + text))
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("open_cases = 0", "open_cases", "from 1 to 100,000"),
        ("open_cases = 1000000000", "open_cases", "from 1 to 100,000"),
        ("open_cases = -3", "open_cases", "is -3"),
        ("open_cases = 0x" + "f" * 5000, "open_cases", "very many digits"),
        ("open_cases = true", "open_cases", "whole number"),
        ("small_count = 0", "small_count", "from 1 to 100"),
        ("small_count = 1000", "small_count", "from 1 to 100"),
        ("[optimism]\ntolerance = 1" + "0" * 400, "tolerance", "number above 0"),
        ("[optimism]\nsevere_from = 0x" + "f" * 5000, "severe_from", "very many digits"),
        (CHANGE + "1066-10-14", "starts", "1990 to 2060"),
        (CHANGE + "2999-01-01", "starts", "1990 to 2060"),
        (CHANGE + "07:32:00", "starts", "a date such as"),
        (THEME + '"1918-19 Q2"', "audited_in", "1990 to 2060"),
        (THEME + '"2018-19 Q2"\nselected_in = ["9998-99 Q1"]', "selected_in", "1990 to 2060"),
    ],
)
def test_an_absurd_number_or_date_is_refused(text, key, said):
    message = refused(text)
    assert f'"{key}"' in message
    assert said in message
    assert len(message) < 600


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[spellings.nonsense]\na = 'b'", "[spellings.nonsense] is not known here; nearest: ["),
        ("[spellings.auditors]\na = 'b'", "nearest: [spellings.auditor]"),
        ("[spellings.selection]\na = 'all'", "nearest: [spellings.sele"),
        ("[spellings.grade]\na = 'Good'", "[grades]"),
        ("[spellings]\nNULL = ''", "[spellings.NULL]"),
        ("[spellings.team]\na = 3", "should be text"),
        ("[spelling.team]\na = 'b'", 'perhaps "spellings" is meant'),
        ("oppen_cases = 3", 'perhaps "open_cases" is meant'),
    ],
)
def test_an_unknown_entry_is_refused_with_the_nearest(text, said):
    assert said in refused(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('not_graded = ["Good"]', '"not_graded" names "Good"'),
        ('not_graded = ["x", " RI "]', '"not_graded" names " RI "'),
        ('not_graded = ["NYA"]\n[grades]\n"nya" = "Good"', '"not_graded" names "NYA"'),
        ('[grades]\n"RI" = "Good"', '"RI" is Requires improvement'),
        ('[grades]\n"Good" = "Outstanding"', '"Good" is Good'),
        ('[grades]\n" " = "Inadequate"', "empty spelling"),
        ('[grades]\n"A" = "Goood"', "not a level"),
        ('[spellings.team]\n"A" = "B"\n"B" = "A"', 'reads "a" as "B", and "B" as "A"'),
        ('[spellings.team]\n"A" = "B"\n"b " = "C"', 'and "B" as "C"'),
        ('[spellings.team]\n"a" = "X"\n"A" = "Y"', '"A" two meanings, "X" and "Y"'),
        ('[spellings.team]\n"a" = "North"\n"b" = "north"', "differ in case or spaces only"),
        ('[spellings.auditor]\n"J" = "Jo"\n[spellings.moderator]\n"j" = "Jim"', "two meanings"),
        ('[spellings.auditor]\n"J" = "Jo"\n[spellings.rater]\n"Jo" = "Joe"', 'and "Jo" as "Joe"'),
        ('[spellings.selected_by]\n"picked" = "rando"', "expected one of random, stratified"),
        ('[domains]\nPlan = ""\n[spellings.domain]\n"Planning" = "Plans"', "not in [domains]"),
        ('[domains]\nA = ""\nB = ""\n[spellings.domain]\n"A" = "B"', "a domain of its own"),
        ('[domains]\nPlan = ""\nplan = ""', "differ in case or spaces only"),
        (FILE + FILE, "are alike"),
        (
            FILE + "constants = {team = 'x'}\ncolumns = {team = 'T'}",
            "[files.constants] and as a column",
        ),
        (REVERSED, "from worst to best"),
        (REVERSED.replace("ours", "ofsted4"), "from worst to best"),
        (REVERSED.replace("ours", "ofsted4").replace('"Out', '"A", "Out'), "from worst to best"),
    ],
)
def test_a_contradiction_is_refused(text, said):
    assert said in refused(text)


@pytest.mark.parametrize("key", ["files", "scales", "themes", "process_changes", "scale_maps"])
def test_a_list_where_tables_belong_is_refused(key):
    with pytest.raises(SettingsError, match=rf"write \[\[{key}\]\]"):
        settings_from({"council": {"name": "E"}, key: [1]})


def test_what_does_not_contradict_is_read():
    found = settings_from(
        tomllib.loads(
            COUNCIL + 'not_graded = ["NYA", ""]\nopen_cases = 100000\nsmall_count = 1\n'
            '[grades]\n"RI" = "Requires improvement"\n"Good (borderline)" = "Good"\n'
            '[spellings.team]\n"NORTH" = "North"\n"N." = "North"\n'
            '[spellings.auditor]\n"J Smith" = "Jane Smith"\n'
            '[spellings.moderator]\n"Smith, J" = "Jane Smith"\n' + CHANGE + "2019-10-01T00:00:00\n"
        )
    )
    assert found.spellings["moderator"] == {"Smith, J": "Jane Smith"}
    assert found.small_count == 1
    assert found.process_changes[0].starts.isoformat() == "2019-10-01"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            COUNCIL + "open_cases = " + "9" * 5000,
            "open_cases (line 3) is a number of more than 15 digits",
        ),
        (COUNCIL + "x = " + "[" * 3000 + "]" * 3000, "stand inside one another"),
    ],
)
def test_what_toml_allows_and_no_machine_can_hold_is_named(text, said):
    with pytest.raises(SettingsError) as caught:
        settings_of(text.encode())
    assert said in str(caught.value)
