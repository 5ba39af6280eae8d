"""A council's own words: all of a kind in one message with the lines to paste, never applied."""

import io
import tomllib

import openpyxl
import pandas as pd
import pytest

from qaf_analysis.data.cells.near_words import near_choice, near_domain, near_grade
from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.data.council import agreed_spelling
from qaf_analysis.data.council.likely_people import likely_people, same_person
from qaf_analysis.terms.scale import OFSTED4

HEADER = "audit_id,case_ref,audit_date,team,auditor,domain,grade,audit_type"
COUNCIL = '[council]\nname = "E"\n'
LEVELS = OFSTED4.levels


def row(n, *, who="Ann Lee", domain="Overall", grade="Good", kind="", day="2019-10-04", case=""):
    return f"A{n},{case or f'C{n}'},{day},North,{who},{domain},{grade},{kind}"


def table(*rows):
    return {"audits.csv": "\n".join((HEADER, *rows))}


def of_code(record, code):
    return [finding for finding in record.findings if finding.code == code]


def pasted(finding):
    """What the block of a message says once it is pasted."""
    return tomllib.loads(finding.mend[finding.mend.index("\n") :])


def test_grades_of_its_own_are_one_message_with_a_block_that_mends_them(council):
    words = ["RI+", "RI+", "Good (borderline)", "NYA", "Good"]
    rows = [row(n, grade=word) for n, word in enumerate(words)]
    imported = council(table(*rows))
    (advice,) = of_code(imported.audits.record, "grades_to_declare")
    assert '"RI+" (2); "Good (borderline)" (1); "NYA" (1)' in advice.found
    assert (advice.row, advice.rows) == (2, 4)
    assert imported.audits.record.quarantined == 4
    grades = pasted(advice)["grades"]
    assert grades == {
        "RI+": "Requires improvement",
        "Good (borderline)": "Good",
    }
    assert '# "NYA" = ""  # 1 cell, fill in' in advice.mend
    lines = "".join(f'"{w}" = "{level}"\n' for w, level in (grades | {"NYA": "Good"}).items())
    mended = council({**table(*rows), "council.toml": f"{COUNCIL}[grades]\n{lines}"})
    assert mended.quarantine.empty
    assert sorted(mended.audits.ratings["grade"]) == [1, 1, 2, 2, 2]


def test_a_choice_of_its_own_is_one_message_with_a_block(council):
    rows = [row(1, kind="Case file audit"), row(2, kind="Case file audit"), row(3, kind="Visit")]
    imported = council(table(*rows, row(4)))
    (advice,) = of_code(imported.audits.record, "words_to_declare")
    assert pasted(advice) == {"spellings": {"audit_type": {"Case file audit": "case_file"}}}
    assert '# "Visit" = ""  # 1 row, fill in one of' in advice.mend
    assert "multi_agency" in advice.mend
    assert imported.quarantine["code"].tolist() == ["unknown_word"] * 3


@pytest.mark.parametrize("domain", ["Overall judgement", "Overall grade", "Final outcome"])
def test_another_name_of_the_overall_grade_is_offered(council, domain):
    rows = [row(n, domain=d) for n in (1, 2) for d in (domain, "Plan")]
    record = council(table(*rows)).audits.record
    (warning,) = of_code(record, "headline_absent")
    assert (warning.outcome, warning.rows) == ("warning", 2)
    assert pasted(warning) == {"spellings": {"domain": {domain: "Overall"}}}


def test_without_an_overall_grade_it_is_said_what_can_be_reported(council):
    record = council(table(row(1, domain="Plan"), row(1, domain="Risk"))).audits.record
    (note,) = of_code(record, "headline_absent")
    assert note.outcome == "note"
    assert 'the first page is about "Plan", "Risk", each by itself' in note.mend
    assert pasted(note) == {"council": {"headline_domains": ["Plan", "Risk"]}}
    assert not of_code(council(table(row(1))).audits.record, "headline_absent")


def test_undeclared_domains_are_one_message_with_a_block(council):
    toml = COUNCIL + '[domains]\n"Child\'s voice" = "child"\n'
    rows = [row(1), row(1, domain="Childs voice"), row(2, domain="Childs voice"), row(2), row(3)]
    imported = council({**table(*rows, row(3, domain="Food")), "council.toml": toml})
    (advice,) = of_code(imported.audits.record, "domains_to_declare")
    assert pasted(advice) == {"spellings": {"domain": {"Childs voice": "Child's voice"}}}
    assert '# "Food" = ""  # 1 row, fill in a declared domain' in advice.mend
    assert imported.audits.record.quarantined == 3


def test_of_very_many_undeclared_domains_the_commonest_alone_are_compared(council, monkeypatch):
    looked, near = [], agreed_spelling.near_domain
    monkeypatch.setattr(
        agreed_spelling,
        "near_domain",
        lambda text, known, headline: looked.append(text) or near(text, known, headline=headline),
    )
    toml = COUNCIL + '[domains]\n"Child\'s voice" = "child"\n'
    rare = [row(n, domain=f"Topic {n}") for n in range(3, 120)]
    common = [row(n, domain="Childs voice") for n in (1, 2)]
    rows = [row(n) for n in range(1, 120)]
    imported = council({**table(*rows, *rare, *common), "council.toml": toml})
    (advice,) = of_code(imported.audits.record, "domains_to_declare")
    assert "118 domains" in advice.found
    assert (len(looked), looked[0]) == (50, "Childs voice")
    assert pasted(advice)["spellings"]["domain"]["Childs voice"] == "Child's voice"


@pytest.mark.parametrize(
    ("word", "grade"),
    [
        *(("Good -", 2), ("Inadequate (just)", 0), ("Requires Improvment", 1), ("R.I. +", 1)),
        *(("Good/RI", None), ("RI to Good", None), ("2.5", None), ("Adequate", None)),
        *(("Not graded", None), ("Better than good", None)),
    ],
)
def test_grades_that_are_near(word, grade):
    assert near_grade(word, OFSTED4.codes, LEVELS) == ("" if grade is None else LEVELS[grade])


def test_choices_that_are_near():
    words = ("random", "stratified", "all", "targeted", "unknown")
    assert near_choice("Random sample", words) == "random"
    # What would turn a choice into its opposite is never offered.
    assert [near_choice(w, words) for w in ("not random", "not all", "a hunch")] == ["", "", ""]
    assert near_choice("2nd auditor", ("auditor", "second_auditor")) == "second_auditor"
    assert near_domain("Planning", ["Plan"], headline="Overall") == ""


PEOPLE = [
    (["Smith, Jane", "Jane Smith"], "Smith, Jane", ("Jane Smith",)),
    (["M Khan", "Mo Khan"], "M Khan", ("Mo Khan",)),
    (["M. Khan", "Khan, Mo"], "M. Khan", ("Khan, Mo",)),
    (["Khan M", "Mo Khan"], "Khan M", ("Mo Khan",)),
    (["J\u0430ne Smith", "Jane Smith"], "J\u0430ne Smith", ("Jane Smith",)),
    (["Mrs Jane Smith", "Jane Smith"], "Mrs Jane Smith", ("Jane Smith",)),
    (["Jane Smith (IRO)", "Jane Smith"], "Jane Smith (IRO)", ("Jane Smith",)),
    (["jane.smith@example.org", "Jane Smith"], "jane.smith@example.org", ("Jane Smith",)),
    (["Jane A Smith", "Jane Smith"], "Jane A Smith", ("Jane Smith",)),
    (["Pat ONeill", "Pat O'Neill"], "Pat ONeill", ("Pat O'Neill",)),
    (["M Khan", "Mo Khan", "Mary Khan"], "M Khan", ("Mo Khan", "Mary Khan")),
]


@pytest.mark.parametrize(("names", "name", "others"), PEOPLE)
def test_people_under_two_spellings(names, name, others):
    # The first spelling is the rarest, so the order of what is likelier is fixed.
    counted = pd.Series([n for k, n in enumerate(names) for _ in range(k + 1)])
    (pair,) = likely_people(counted)
    assert (pair.name, set(pair.others)) == (name, set(others))
    assert same_person([pair]) == ({name: others[0]} if len(others) == 1 else {})


@pytest.mark.parametrize(
    "names",
    [
        ["Auditor 01", "Auditor 02"],
        ["Jane Smith", "John Smith"],
        ["Jane Smith", "Jane Smyth", "Jane Jones"],
        ["A Patel", "Mo Khan"],
        ["Team A", "Team B"],
    ],
)
def test_people_who_only_share_a_name(names):
    assert likely_people(pd.Series(names)) == ()


def test_one_person_under_two_names_is_told_once_and_fails_a_check(council):
    rows = [row(n, who=who) for n in (1, 2) for who in ("Jane Smith", '"Smith, Jane"')]
    rows += [row(n, who=who) for n in (3, 4) for who in ("Mo Khan", "M Khan")]
    rows += [row(5, who=who) for who in ("Jane Smith", "Mo Khan")]
    imported = council(table(*rows))
    (warning,) = of_code(imported.audits.record, "similar_names")
    assert (warning.row, warning.column) == (3, "auditor")
    block = {"Smith, Jane": "Jane Smith", "M Khan": "Mo Khan"}
    assert pasted(warning) == {"spellings": {"auditor": block}}
    (twice,) = of_code(imported.audits.record, "likely_graded_twice")
    assert twice.found.startswith("4 audits of which two graders")
    (check,) = [c for c in imported.audits.record.checks if "by two people" in c.name]
    assert (check.state, check.detail[:22]) == ("failed", "4 of 5 audits graded t")
    # Nothing is joined until it is declared, and then nobody is left who graded alone twice.
    assert imported.audits.ratings["rater"].nunique() == 4
    lines = "".join(f'"{k}" = "{v}"\n' for k, v in block.items())
    toml = f"{COUNCIL}[spellings.auditor]\n{lines}"
    declared = council({**table(*rows), "council.toml": toml}).audits
    assert declared.ratings["rater"].nunique() == 2
    (check,) = [c for c in declared.record.checks if "by two people" in c.name]
    assert check.state == "passed"


def test_a_moderator_who_is_likely_the_auditor_fails_the_check(council):
    moderations = (
        'audit_id,moderator,moderated_on,domain,grade\nA1,"Lee, Ann",2019-11-04,Overall,RI'
    )
    imported = council({**table(row(1)), "moderations.csv": moderations})
    (check,) = [c for c in imported.audits.record.checks if "by two people" in c.name]
    assert check.state == "failed"


def refused(council, files):
    with pytest.raises(ImportRejectedError) as caught:
        council(files)
    assert all(file.loaded == 0 for file in caught.value.record.files)
    return [f for f in caught.value.record.findings if f.outcome == "reject"]


@pytest.mark.parametrize("who", [("Ann Lee", "Bob Day"), ("Ann Lee", "Ann Lee")])
def test_a_childs_number_as_audit_id_is_refused(council, who):
    rows = [
        row(n, who=name, day=day, case=f"A{n}")
        for n in range(1, 9)
        for name, day in zip(who, ("2019-04-03", "2019-10-02"), strict=True)
    ]
    (found,) = refused(council, table(*rows))
    assert (found.code, found.column) == ("audit_id_of_a_child", "audit_id")
    assert "8 audit_ids of 8" in found.found
    assert "182 days apart" in found.found
    built = {"path": "audits.csv", "columns": {"audit_id": ["case_ref", "audit_date"]}}
    assert pasted(found) == {"files": [built]}
    toml = COUNCIL + found.mend[found.mend.index("\n") :]
    imported = council({**table(*rows), "council.toml": toml})
    assert len(imported.audits.audits) == 16
    assert imported.quarantine.empty


def test_a_share_of_children_audited_twice_is_enough(council):
    rows = [row(n) for n in range(18)]
    rows += [row(n, who="Bob Day", day="2019-05-01") for n in (3, 7)]
    assert refused(council, table(*rows))[0].code == "audit_id_of_a_child"
    rows = [*(row(n) for n in range(30)), row(3, who="Bob Day", day="2019-05-01")]
    (warning,) = of_code(council(table(*rows)).audits.record, "audit_far_apart")
    assert (warning.row, warning.rows) == (5, 1)


def test_second_readings_within_weeks_or_stated_as_such_are_read(council):
    soon = [row(n, who="Bob Day", day="2019-11-12") for n in range(9)]
    rows = [row(n) for n in range(9)]
    assert len(council(table(*rows, *soon)).audits.audits) == 9
    late = [f"{row(n, who='Bob Day', day='2020-01-20')},second_auditor" for n in range(9)]
    stated = {"audits.csv": "\n".join([HEADER + ",role", *(r + "," for r in rows), *late])}
    assert len(council(stated).audits.ratings) == 18


def test_a_wide_sheet_without_settings_is_named_and_declared(council):
    book = openpyxl.Workbook()
    book.active.append(["audit_id", "audit_date", "team", "auditor", "Plan", "Overall", "Note"])
    for n, grade in enumerate(["Good", "RI", "NYA"]):
        book.active.append([f"A{n}", "2019-10-04", "North", "Ann", "Good", grade, "x"])
    buffer = io.BytesIO()
    book.save(buffer)
    files = {"audits.xlsx": buffer.getvalue()}
    (found,) = refused(council, files)
    assert found.code == "wide_table"
    assert "2 columns of grades (Plan, Overall)" in found.found
    toml = found.mend[found.mend.index("\n") :] + '\n[grades]\n"NYA" = "Good"\n'
    imported = council({**files, "council.toml": toml})
    assert len(imported.audits.ratings) == 6


SWAPPED = HEADER.replace("team,auditor", "auditor,team")


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (SWAPPED, "second_header"),
        (SWAPPED.upper().replace("_", " "), "second_header"),
        (HEADER.replace("audit_id,case_ref", "case_ref,audit_id"), "second_header"),
        (HEADER.replace("auditor", "reviewer"), "second_header"),
    ],
)
def test_a_second_header_in_another_order_refuses_the_file(council, second, code):
    files = table(row(1), row(2), second, "A3,C3,2019-10-04,Ann,North,Overall,Good,")
    (found,) = refused(council, files)
    assert (found.code, found.row) == (code, 4)
    assert "1 row below it" in found.found


@pytest.mark.parametrize("second", [HEADER, HEADER.upper(), HEADER.replace("audit_type", "")])
def test_the_same_header_again_is_set_aside(council, second):
    imported = council(table(row(1), row(2), second, row(3)))
    assert imported.quarantine["code"].tolist() == ["repeated_header"]
    assert len(imported.audits.audits) == 3


def test_values_that_are_called_like_headings_are_data(council):
    imported = council(table(row(1, domain="grade"), row(2, domain="Team"), row(3, who="auditor")))
    assert len(imported.audits.audits) == 3


def test_identifiers_whose_letters_stand_in_the_number_format_are_offered(council):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    for n in (1, 2):
        book.active.append([n, f"C{n}", "2019-10-04", "North", "Ann", "Overall", "Good", ""])
        book.active.cell(n + 1, 1).number_format = '"AUD-"0000'
    buffer = io.BytesIO()
    book.save(buffer)
    moderations = "audit_id,moderator,moderated_on,domain,grade\n" + "".join(
        f"AUD-000{n},Mod,2019-11-04,Overall,Good\n" for n in (1, 2, 9)
    )
    imported = council({"audits.xlsx": buffer.getvalue(), "moderations.csv": moderations})
    mends = imported.quarantine["how_to_mend"].tolist()
    assert [('perhaps "1"' in m, 'perhaps "2"' in m) for m in mends] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert "number format" in mends[0]
    assert len(imported.audits.moderations) == 0


@pytest.mark.parametrize("times", [(1, 5), (5, 1), (3, 3)])
def test_of_a_name_in_two_alphabets_the_latin_one_is_to_stay(council, times):
    cyrillic = "J\u0430ne Smith"  # the second letter is Cyrillic
    names = ["Jane Smith"] * times[0] + [cyrillic] * times[1]
    files = table(*(row(n, who=who) for n, who in enumerate(names)))
    (warning,) = of_code(council(files).audits.record, "similar_names")
    assert pasted(warning) == {"spellings": {"auditor": {cyrillic: "Jane Smith"}}}


def test_of_a_name_with_and_without_an_accent_the_commoner_is_to_stay():
    names = ["Jos\u00e9 Diaz"] * 2 + ["Jose Diaz"]
    (pair,) = likely_people(pd.Series(names))
    assert (pair.name, pair.others) == ("Jose Diaz", ("Jos\u00e9 Diaz",))
