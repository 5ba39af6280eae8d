"""Types of case and teams that end as others begin, in councils made by hand."""

import tomllib
from datetime import date, timedelta

import pytest

from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.settings_file import settings_from
from tests.data.council.test_eras import AS_OF, findings

HEAD = "audit_id,audit_date,team,case_type,auditor,domain,grade"
BREAK = date(2025, 4, 1)
TOML = '[council]\nname = "Made"\n'


def rows(*, old=("Early help", "Child in need"), new=("Family Help",), other="Child protection"):
    """Two years, an audit every fourth day; every third is of another type throughout."""
    lines = [HEAD]
    for number in range(160):
        day = BREAK - timedelta(days=362) + timedelta(days=4 * number)
        words = new if day >= BREAK else old
        word = other if number % 3 == 0 else words[number % len(words)]
        lines.append(f"A{number},{day},North,{word},Ann,Overall,Good")
    return "\n".join(lines) + "\n"


def read(council, text, toml=TOML):
    return council({"audits.csv": text, "council.toml": toml}, as_of=AS_OF)


def test_words_that_end_as_another_begins_are_named_with_the_map(council):
    imported = read(council, rows())
    [found] = findings(imported, "words_changed")
    assert found.outcome == "warning"
    # Numbers 0 to 90 lie before the break: 31 of them multiples of 3, 60 in turn; 91 to 159 after.
    assert found.found == (
        '2 types of case with no audit any more, "Child in need" (30); "Early help" (30), as '
        '"Family Help" (46) began on 3 April 2025'
    )
    assert imported.audits.record.quarantined == 0
    pasted = found.mend.split("\n", 1)[1]
    filled = pasted.replace('approved_by = ""', 'approved_by = "Head of service"')
    again = read(council, rows(), toml=TOML + filled + "\n")
    assert findings(again, "words_changed") == []
    [declared] = again.audits.settings.case_type_maps
    assert declared.words == {"Early help": "Family Help", "Child in need": "Family Help"}
    assert declared.starts == date(2025, 4, 3)
    assert set(again.audits.audits["case_type"]) == {  # nothing is renamed
        *("Early help", "Child in need", "Family Help", "Child protection"),
    }


def test_what_became_what_is_left_open_where_two_begin(council):
    imported = read(council, rows(old=("Early help",), new=("Help A", "Help B")))
    [found] = findings(imported, "words_changed")
    assert '"Early help" = ""' in found.mend


def test_teams_that_merge_are_named_too(council):
    text = rows().replace(",North,Early help,", ",West,Child protection,")
    text = text.replace(",North,Child in need,", ",West,Child protection,")
    text = text.replace(",North,Family Help,", ",West and East,Child protection,")
    [found] = findings(read(council, text), "words_changed")
    assert found.column == "team"
    assert "[[team_maps]]" in found.mend


def test_words_that_go_on_and_rare_words_are_not(council):
    assert findings(read(council, rows(old=("Family Help",))), "words_changed") == []
    text = rows(old=("Family Help",)).replace("A3,", "A3x,")
    rare = text.replace("Child protection", "Rare one", 4)
    assert findings(read(council, rare), "words_changed") == []


def test_a_word_that_ends_half_a_year_earlier_did_not_become_the_other(council):
    lines = rows(old=("Early help",)).splitlines()
    kept = [line for line in lines if "Early help" not in line or line.split(",")[1] < "2024-10-01"]
    assert findings(read(council, "\n".join(kept) + "\n"), "words_changed") == []


def test_settings_of_the_block_are_refused_until_somebody_approved():
    text = TOML + '[[case_type_maps]]\nfrom = 2025-04-01\nversion = "1"\napproved_by = ""\n'
    with pytest.raises(SettingsError, match="approved_by"):
        settings_from(tomllib.loads(text))
