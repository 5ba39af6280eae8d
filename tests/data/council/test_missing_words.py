"""Words for a missing value: one rule for every column, counted once, allowed where declared."""

import pytest

from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.missing_words import MissingWords

HEADER = "audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade,theme,audit_type"
ROW = "A{n},C{n},2019-10-0{n},2019-20 Q3,North,CIN,{who},Overall,Good,Plans,themed"
WORDS = [
    *("NULL", "N/A", "None", "-", "TBC", "Unknown", "not recorded", "(blank)", "nan", ".", "?"),
    *("null", "No Value", "<NA>", "[none]", "n.a.", "N / A", "T.B.C.", "Not_recorded", "—", "--"),
    *("\\N", "Unknown auditor", "- select -", "Not known / not recorded", "\u200bNULL\u00a0"),
    *("NK", "N.K.", "Not allocated", "Unallocated", "Vacant", "Pending", "Awaiting", "To follow"),
]
REQUIRED = ("audit_id", "audit_date", "team", "auditor", "domain", "grade")
OPTIONAL = ("case_ref", "quarter", "case_type", "theme", "audit_type")


def rows(changes, *, people=("Ann", "Bob", "Cat")):
    """Three audits; ``changes`` puts a word into a column of the second."""
    table = [ROW.format(n=n, who=who).split(",") for n, who in enumerate(people, start=1)]
    for column, word in changes.items():
        table[1][HEADER.split(",").index(column)] = word
    return "\n".join([HEADER, *(",".join(row) for row in table)])


def warnings(imported, code="missing_word"):
    return [f for f in imported.audits.record.findings if f.code == code]


@pytest.mark.parametrize("word", WORDS)
def test_no_word_for_missing_becomes_a_person(council, word):
    imported = council({"audits.csv": rows({"auditor": word})})
    assert imported.audits.ratings["rater"].nunique() == 2
    assert imported.quarantine["source_row"].tolist() == ["3"]
    assert imported.quarantine["code"].tolist() == ["cell_missing"]
    (warning,) = warnings(imported)
    assert (warning.row, warning.column, warning.rows) == (3, "auditor", 1)


@pytest.mark.parametrize("column", REQUIRED)
def test_a_word_in_a_required_column_is_a_blank_cell(council, column):
    typed = council({"audits.csv": rows({column: "N/A"})})
    blank = council({"audits.csv": rows({column: ""})})
    assert typed.quarantine["code"].tolist() == blank.quarantine["code"].tolist()
    assert typed.audits.audits.equals(blank.audits.audits)
    assert [finding.column for finding in warnings(typed)] == [column]


@pytest.mark.parametrize("column", OPTIONAL)
def test_a_word_in_another_column_loads_the_row_without_it(council, column):
    typed = council({"audits.csv": rows({column: "(Not Recorded)"})})
    blank = council({"audits.csv": rows({column: ""})})
    assert len(typed.audits.audits) == 3
    assert typed.audits.audits.equals(blank.audits.audits)
    assert len(warnings(typed)) == 1


def test_two_children_without_a_number_are_not_one_child(council):
    table = rows({"case_ref": "NULL"}).replace("C3", "NULL")
    audits = council({"audits.csv": table}).audits.audits
    assert audits["case_ref"].isna().sum() == 2


def test_one_warning_for_a_column_counts_each_word(council):
    table = rows({}, people=("NULL", "n/a", "NULL")).splitlines()
    table.append(ROW.format(n=4, who="Dan"))
    (warning,) = warnings(council({"audits.csv": "\n".join(table)}))
    assert '"NULL" (2); "n/a" (1)' in warning.found
    assert warning.row == 2
    assert 'not_missing_words = ["NULL"]' in warning.mend


def test_moderators_and_actions_follow_the_same_rule(council):
    moderations = (
        "audit_id,moderator,moderated_on,domain,grade,selected_by,reason\n"
        "A1,NULL,2019-11-01,Overall,Good,random,\n"
        "A2,Mod,2019-11-01,Overall,Good,unknown,n/a\n"
    )
    actions = "action_id,raised_on,due_on,closed_on,team\nX1,2019-11-01,TBC,-,Unknown\n"
    toml = '[council]\nname = "E"\n' + "".join(
        f'[[files]]\npath = "{kind}.csv"\nkind = "{kind}"\n'
        for kind in ("audits", "moderations", "actions")
    )
    imported = council(
        {
            "audits.csv": rows({}),
            "moderations.csv": moderations,
            "actions.csv": actions,
            "council.toml": toml,
        }
    )
    assert imported.quarantine["code"].tolist() == ["cell_missing"]
    # "unknown" is one of the words of selected_by, so it is no word for missing there.
    assert imported.audits.moderations["selected_by"].tolist() == ["unknown"]
    assert imported.audits.moderations["reason"].isna().all()
    action = imported.audits.actions.iloc[0]
    assert action[["due_on", "closed_on", "team"]].isna().all()


@pytest.mark.parametrize(
    ("line", "team"),
    [
        ('not_missing_words = ["none"]', "None"),
        ("", None),
    ],
)
def test_a_council_can_say_that_a_word_is_a_value(council, line, team):
    toml = f'[council]\nname = "E"\n{line}\n'
    imported = council({"audits.csv": rows({"case_type": "None"}), "council.toml": toml})
    found = imported.audits.audits["case_type"].tolist()[1]
    assert (found if isinstance(found, str) else None) == team


@pytest.mark.parametrize("word", ["-1", "No record held", "DNA"])
def test_a_council_can_add_words(council, word):
    toml = f'[council]\nname = "E"\nmissing_words = ["{word}"]\n'
    before = council({"audits.csv": rows({"auditor": word})}).audits.ratings
    after = council({"audits.csv": rows({"auditor": word}), "council.toml": toml}).audits.ratings
    assert (before["rater"].nunique(), after["rater"].nunique()) == (3, 2)


def test_a_declared_word_is_a_value_where_it_was_declared(council):
    toml = (
        '[council]\nname = "E"\nnot_graded = ["None"]\n[spellings.team]\n"NULL" = "Duty"\n'
        '[spellings.auditor]\n"TBC" = "Bob Day"\n'
    )
    table = rows({"grade": "None", "team": "NULL", "auditor": "TBC"})
    imported = council({"audits.csv": table, "council.toml": toml})
    assert imported.quarantine.empty
    assert imported.audits.audits["team"].tolist() == ["North", "Duty", "North"]
    assert not warnings(imported)


@pytest.mark.parametrize(
    "value", ["Nil Patel", "Blank, Jane", "Other", "0", "x", "+", "Not graded", "1"]
)
def test_a_value_is_no_word_for_missing(value):
    assert not MissingWords().means_missing(value)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('missing_words = ["Good"]', '"missing_words" names "Good"'),
        ('missing_words = [""]', "empty text"),
        ('missing_words = ["x", "X "]', "more than once"),
        ('missing_words = ["x"]\nnot_missing_words = ["X"]', "take it out of one"),
        ('not_missing_words = ["Goo"]', "no word for missing"),
        ("missing_words = [1.5]", "list of texts"),
        ('[spellings.auditor]\n"NULL" = ""', 'missing_words = ["NULL"]'),
        ('[spellings.team]\n"x" = "  "', "empty agreed spelling"),
        ('[spellings.auditor]\n"NULL" = "Unknown"', "count as a person"),
        ('[spellings.moderator]\n"" = "Ann"', "empty spelling"),
    ],
)
def test_settings_of_missing_words_that_contradict_are_refused(council, lines, said):
    with pytest.raises(SettingsError, match=r"council\.toml") as caught:
        council({"audits.csv": rows({}), "council.toml": f'[council]\nname = "E"\n{lines}\n'})
    assert said in str(caught.value)
