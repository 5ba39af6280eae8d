"""The ``[[files]]`` tables of a settings file: every key, and what is refused."""

from __future__ import annotations

import tomllib

import pytest

from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.settings import FileSettings, Match
from qaf_analysis.terms.settings_file import settings_from

HEAD = '[council]\nname = "Example"\n[[files]]\npath = "Audits *.xlsx"\n'


def read(text: str) -> FileSettings:
    return settings_from(tomllib.loads(HEAD + text)).files[0]


def test_one_block_reads_many_workbooks_and_sheets() -> None:
    file = read(
        """
        shape = "wide"
        sheets = "all"
        header_rows = 2
        not_data = ["Total", "% Good"]
        [files.columns]
        audit_id = ["Child ID", "Date of audit"]
        audit_date = "Date of audit"
        [files.domains]
        Overall = ["Overall", "Overall grade"]
        [files.moderator]
        rater = "Moderation / Moderator"
        domains = { Overall = "Moderation / Overall grade" }
        [files.from_name]
        sheet = "{team}"
        """
    )
    assert file.sheets == "all"
    assert file.header_rows == 2
    assert file.not_data == ("Total", "% Good")
    assert file.columns == {
        "audit_id": "Child ID · Date of audit",
        "audit_date": "Date of audit",
    }
    assert file.built == {"Child ID · Date of audit": ("Child ID", "Date of audit")}
    assert file.domains == {"Overall": "Overall"}
    assert file.either == {"Overall": ("Overall", "Overall grade")}
    assert file.from_name == {"sheet": "{team}"}
    assert file.moderator is not None
    assert file.moderator.domains == {"Overall": "Moderation / Overall grade"}


def test_answers_name_their_questions() -> None:
    file = read(
        """
        shape = "answers"
        siblings = "audit_each"
        half_grades = "lower"
        [files.columns]
        question = "Question Text"
        answer = "Answer"
        [files.questions]
        case_type = "Type of case"
        [files.domains]
        Overall = "Overall grade"
        [files.match]
        days = 90
        """
    )
    assert (file.siblings, file.half_grades) == ("audit_each", "lower")
    assert file.questions == {"case_type": "Type of case"}
    assert file.match == Match(by="case_ref", days=90)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('shape = "wide"', "needs [files.domains]"),
        ('shape = "answers"\n[files.domains]\nOverall = "Q"', "needs [files.columns] question"),
        ('[files.questions]\nteam = "Team?"', 'for the shape "answers" only'),
        ('sheet = "A"\nsheets = ["B"]', "contradict"),
        ('sheets = "some"', "expected one of all"),
        ("sheets = []", "empty list"),
        ('sheets = ["A", "A"]', "more than once"),
        ("header_rows = 0", "1 to 3"),
        ("header_rows = 4", "1 to 3"),
        ('siblings = "both"', "one_audit, audit_each"),
        ('half_grades = "round"', "lower, higher"),
        ('query = "SELECT 1"', "belong together"),
        ('database = "a.sqlite"', "belong together"),
        ('database = "a.sqlite"\nquery = "SELECT 1"\nsheet = "A"', "no sheets"),
        ('[files.from_name]\nsheet = "team"', "in braces"),
        ('[files.from_name]\nsheet = "{}"', "in braces"),
        ('[files.from_name]\nfolder = "{team}"', '"folder" is not a setting'),
        ('[files.match]\nby = "team"', "expected one of case_ref"),
        ("[files.match]\ndays = -1", "negative"),
        ("[files.columns]\naudit_id = []", "a column heading, or a list"),
        ('[files.columns]\naudit_id = ["A", "A"]', "more than once"),
        ("[files.columns]\naudit_id = [1]", "a column heading, or a list"),
    ],
)
def test_what_contradicts_or_is_unknown_is_refused(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(text)
    assert said in str(refused.value)
