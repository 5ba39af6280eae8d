"""Settings that would do nothing are refused or warned of, never passed over."""

import pytest

from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.settings_file import settings_from

NAME = '[council]\nname = "Quietshire"\n'
FILE = f'{NAME}[[files]]\npath = "audits.csv"\n'
HEADER = "audit_id,case_ref,audit_date,team,auditor,domain,grade"
ROWS = "A1,C1,2019-10-04,Front Door,Ann,Overall,Good\nA2,C2,2019-10-05,MASH,Bob,Overall,Good\n"
AUDITS = {"audits.csv": f"{HEADER}\n{ROWS}"}


def unused(imported):
    return [f for f in imported.audits.record.findings if f.code == "spelling_unused"]


def test_a_name_of_somebody_is_told_by_its_place(council):
    words = '[spellings.auditor]\n"Ann" = "Ann Lee"\n"Nobody Known" = "Ann Lee"\n'
    (warning,) = unused(council({**AUDITS, "council.toml": NAME + words}))
    assert "number 2 of the table" in warning.found
    assert "Nobody" not in warning.found


def test_a_spelling_that_stands_nowhere_is_warned_of_with_the_near_one(council):
    words = (
        '[spellings.team]\n"Frnt Door" = "MASH"\n"front  door" = "Front Door"\n"Gone" = "MASH"\n'
    )
    (warning,) = unused(council({**AUDITS, "council.toml": NAME + words}))
    assert (warning.outcome, warning.file) == ("warning", "council.toml")
    assert warning.found.startswith("2 words of [spellings.team] that stand in no export")
    assert '"Frnt Door" (near "Front Door"); "Gone"' in warning.found


@pytest.mark.parametrize(
    "words",
    [
        '[spellings.team]\n"front door" = "Door"\n',
        # A word for one column of people holds for all of them.
        '[spellings.moderator]\n"Bob" = "Robert"\n',
        '[spellings.domain]\n"OVERALL" = "Overall"\n',
    ],
)
def test_a_spelling_that_stands_somewhere_is_not_warned_of(council, words):
    assert not unused(council({**AUDITS, "council.toml": NAME + words}))


def test_names_that_the_settings_give_are_spellings_too(council):
    wide = HEADER.replace("team,", "").replace("domain,grade", "Grade") + "\n"
    wide += "A1,C1,2019-10-04,Ann,Good\n"
    lines = (
        f'{FILE}shape = "wide"\n[files.domains]\n"Final" = "Grade"\n'
        '[files.constants]\nteam = "Nth"\n'
        '[spellings.domain]\n"Final" = "Overall"\n[spellings.team]\n"Nth" = "North"\n'
    )
    imported = council({"audits.csv": wide, "council.toml": lines})
    assert not unused(imported)
    assert imported.audits.audits["team"].tolist() == ["North"]


def test_a_word_of_a_list_that_stands_nowhere_is_warned_of(council):
    table = AUDITS["audits.csv"].replace("grade\n", "grade,role\n").replace("Good\n", "Good,1st\n")
    words = '[spellings.role]\n"1st" = "auditor"\n"2nd" = "second_auditor"\n'
    (warning,) = unused(council({"audits.csv": table, "council.toml": NAME + words}))
    assert warning.found.endswith('"2nd"')


def refusal(council, files):
    with pytest.raises(ImportRejectedError) as caught:
        council(files)
    (finding,) = [f for f in caught.value.record.findings if f.outcome == "reject"]
    return finding


@pytest.mark.parametrize("line", ['sheet = "Sheet1"', 'sheets = "all"', 'sheets = ["A"]'])
@pytest.mark.parametrize("path", ["audits.csv", "audit*"])
def test_sheets_of_a_file_that_has_none_are_refused(council, line, path):
    lines = f'{NAME}[[files]]\npath = "{path}"\nkind = "audits"\n{line}\n'
    finding = refusal(council, {**AUDITS, "council.toml": lines})
    assert finding.code == "no_sheets"
    assert "take sheet or sheets out" in finding.mend


MATCH = '[files.match]\nby = "case_ref"\ndays = 90\n'


def test_a_match_of_audits_without_a_role_is_refused(council):
    finding = refusal(council, {**AUDITS, "council.toml": FILE + MATCH})
    assert finding.code == "match_without_role"
    assert "role" in finding.mend


def test_a_match_that_finds_no_second_reading_is_warned_of(council):
    table = AUDITS["audits.csv"].replace("grade\n", "grade,role\n").replace("Good\n", "Good,\n")
    imported = council({"audits.csv": table, "council.toml": FILE + MATCH})
    (warning,) = [f for f in imported.audits.record.findings if f.code == "match_of_none"]
    assert (warning.outcome, warning.column) == ("warning", "role")
    matched = table.replace("Bob,Overall,Good,", "Bob,Overall,Good,second_auditor")
    matched = matched.replace("A2,C2", "A2,C1")
    imported = council({"audits.csv": matched, "council.toml": FILE + MATCH})
    assert not [f for f in imported.audits.record.findings if f.code == "match_of_none"]
    assert len(imported.audits.audits) == 1


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"spellings": {"team": {"": ""}}}, "empty spelling"),
        ({"spellings": {"auditor": {" ": "Ann"}}}, "empty spelling"),
        ({"grades": {"": ""}}, "empty spelling"),
        ({"domains": {"": ""}}, "domain without a name"),
        ({"files": [{"path": "a.csv", "not_data": [""]}]}, '"not_data" holds an empty text'),
        ({"files": [{"path": "a.csv", "not_data": ["Total", " "]}]}, '"not_data" holds an empty'),
        (
            {"files": [{"path": "a.csv", "shape": "wide", "domains": {"": "Overall"}}]},
            "entry without a name",
        ),
        (
            {"files": [{"path": "a.csv", "kind": "actions", "match": {"days": 3}}]},
            "matched to nothing",
        ),
    ],
)
def test_empty_words_and_idle_tables_are_refused(tables, words):
    with pytest.raises(SettingsError, match=words):
        settings_from({"council": {"name": "Q"}, **tables})
