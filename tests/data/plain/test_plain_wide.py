"""A wide table says whom it counted, and counts no week, total or mean as an auditor or audit."""

import pytest

from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.plain.auditor_columns import named_auditors
from qaf_analysis.data.plain.grades import read_plain_grades
from qaf_analysis.data.plain.levels import declared_levels
from qaf_analysis.data.plain.moderated import read_plain_moderated
from qaf_analysis.data.plain.severity import read_plain_ratings
from qaf_analysis.terms.errors import UsageError

LEVELS = declared_levels("1,2,3,4")


def written(tmp_path, text):
    path = tmp_path / "grades.csv"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(tmp_path, text, *, layout="wide"):
    with pytest.raises(FileRefusedError) as caught:
        read_plain_grades(written(tmp_path, text), layout=layout, levels=LEVELS)
    return str(caught.value)


def test_the_auditors_counted_are_named(tmp_path):
    found = read_plain_grades(
        written(tmp_path, "audit,Ann,Bob\na,1,2\nb,3,3\n"), layout="wide", levels=LEVELS
    )
    assert found.auditors == ("Ann", "Bob")
    assert found.counted == "2 auditors counted, one a column: Ann, Bob."
    assert found.warnings == ()


OTHERS = ["Week", "Total", "Agreed", "mean", "Avg grade", "Month no.", "% agreement"]
OTHERS += ["Difference", "Final grade", "Consensus", "Week_no", "TEAM", "Overall"]
OTHERS += ["Priority", "Client ID", "ClientID", "Person_ID", "case ref no", "NHS number", "Pupil"]
OTHERS += ["7", "2024", "03/05/2024", "2024-05-03", "3 May 2024", "May-24", "Q3 2024-25", "12 %"]


@pytest.mark.parametrize("heading", OTHERS)
@pytest.mark.parametrize("place", [0, 2])
def test_a_column_that_is_no_auditors_is_refused(tmp_path, heading, place):
    heads, row = ["r1", "r2"], ["1", "2"]
    heads.insert(place, heading)
    row.insert(place, "1")
    said = refusal(tmp_path, f"{','.join(heads)}\n{','.join(row)}\n")
    assert f"({heading})" in said
    assert "delete the column" in said
    assert '--auditors "r1,r2"' in said


@pytest.mark.parametrize(
    "names",
    [
        ("Ann Week", "Bob Day"),
        ("Auditor 1 grade", "Auditor 2 grade"),
        ("A", "N"),
        ("Auditor no. 1", "Auditor no. 2"),
        ("May", "April Jones"),
        ("David", "Sheila McKay"),
        ("J1", "J2"),
    ],
)
def test_a_name_is_no_such_column(tmp_path, names):
    found = read_plain_grades(
        written(tmp_path, f"{','.join(names)}\n1,2\n3,4\n"), layout="wide", levels=LEVELS
    )
    assert found.auditors == names


def test_of_several_such_columns_all_are_named_and_the_auditors_offered(tmp_path):
    text = "Client ID,Ann,Priority,Bob,Total\n1,2,3,2,4\n2,3,1,3,4\n"
    said = refusal(tmp_path, text)
    assert "row 1, column Client ID: found 3 columns" in said
    assert "(Client ID, Priority, Total)" in said
    assert '--auditors "Ann,Bob"' in said


def test_auditors_that_are_named_are_counted_and_no_others(tmp_path):
    text = "audit,Week,ANN,1,Priority,Bob\na,1,2,3,3,4\nb,2,1,1,1,2\n"
    path = written(tmp_path, text)
    found = read_plain_grades(path, layout="wide", levels=LEVELS, auditors=("Ann", "1"))
    assert found.auditors == ("ANN", "1")
    # By hand: codes of the columns ANN and 1, row by row.
    assert found.audit.tolist() == [0, 0, 1, 1]
    assert found.auditor.tolist() == [0, 1, 0, 1]
    assert found.grade.tolist() == [1, 2, 0, 0]
    assert found.audits == ("a", "b")
    assert found.counted == "2 auditors counted, one a column: ANN, 1."
    assert found.warnings == ("3 columns not named as an auditor's: Week, Priority, Bob.",)


def test_a_column_called_as_that_of_the_audits_may_be_an_auditors(tmp_path):
    path = written(tmp_path, "Unit,Ann\n1,2\n1,3\n")
    found = read_plain_grades(path, layout="wide", levels=LEVELS, auditors=("Unit", "Ann"))
    assert found.auditors == ("Unit", "Ann")
    assert found.audits == ()
    assert found.grade.tolist() == [0, 1, 0, 2]


def test_names_that_head_no_column_or_name_one_twice_are_a_wrong_use(tmp_path):
    path = written(tmp_path, "Ann,Bob\n1,2\n")
    with pytest.raises(UsageError, match='"Cat", which heads no column; the headings are Ann, Bob'):
        read_plain_grades(path, layout="wide", levels=LEVELS, auditors=("Ann", "Cat"))
    for text in ("Ann", "Ann,ann", "Ann,", ""):
        with pytest.raises(UsageError, match="two or more columns"):
            named_auditors(text)
    long = written(tmp_path, "audit,auditor,grade\na,Ann,1\n")
    with pytest.raises(UsageError, match="--layout wide"):
        read_plain_grades(long, layout="long", levels=LEVELS, auditors=("Ann", "Bob"))


@pytest.mark.parametrize(
    ("levels", "cells"),
    [(LEVELS, ("1", "2")), (None, ("Good", "RI"))],
)
def test_a_column_on_other_levels_is_refused_by_name(tmp_path, levels, cells):
    rows = "\n".join(f"{cells[0]},{71 + n},{cells[1]}" for n in range(5))
    path = written(tmp_path, f"Ann,Zeta,Bob\n{rows}\n")
    with pytest.raises(FileRefusedError) as caught:
        read_plain_grades(path, layout="wide", levels=levels)
    said = str(caught.value)
    assert "row 2, column Zeta: found 1 column of which most cells are on no level" in said
    assert '--auditors "Ann,Bob"' in said
    assert "71" not in said
    found = read_plain_grades(path, layout="wide", levels=levels, auditors=("Ann", "Bob"))
    assert found.auditors == ("Ann", "Bob")


def test_a_slip_in_an_auditors_column_is_a_cell_to_mend(tmp_path):
    said = refusal(tmp_path, "Ann,Bob\n1,2\n3,7\n3,3\n")
    assert 'row 3, column Bob: found "7"' in said
    said = refusal(tmp_path, "Ann,Bob\n8,9\n8,9\n")  # a scale that fits nothing
    assert "row 2, column Ann: found a text" in said


WORDS = ["NULL", "n/a", "-", "(blank)", "Not recorded", "?", "#N/A"]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("levels", [LEVELS, None])
def test_a_word_for_missing_is_a_blank_cell_and_counted(tmp_path, word, levels):
    one, two = ("1", "2") if levels else ("Good", "RI")
    text = f"Ann,Bob,Cat\n{one},{two},{word}\n{word},{two},{word}\n"
    found = read_plain_grades(written(tmp_path, text), layout="wide", levels=levels)
    assert found.auditors == ("Ann", "Bob")
    assert list(zip(found.audit.tolist(), found.auditor.tolist(), strict=True)) == [
        (0, 0),
        (0, 1),
        (1, 1),
    ]
    # Cat's column holds no grade at all, so its two cells are not among those read as blank.
    assert any(
        f'1 cell with a word for a missing value, read as blank: "{word}" (1)' in said
        for said in found.warnings
    )
    assert "1 column without any grade left out." in found.warnings


def test_a_word_for_missing_that_is_a_level_is_one(tmp_path):
    levels = declared_levels("None,Some,All")
    found = read_plain_grades(
        written(tmp_path, "Ann,Bob\nNone,Some\nAll,n/a\n"), layout="wide", levels=levels
    )
    assert found.grade.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("levels", "half", "low", "high"),
    [(LEVELS, "2.5", 1, 2), (LEVELS, "2/3", 1, 2), (None, "Good/RI", 1, 2)],
)
@pytest.mark.parametrize("layout", ["wide", "long"])
def test_a_grade_between_two_levels_is_asked_about(tmp_path, levels, half, low, high, layout):
    whole = "3" if levels else "Good"
    wide = f"Ann,Bob\n{whole},{half}\n{whole},{whole}\n"
    long = f"audit,auditor,grade\na,Ann,{whole}\na,Bob,{half}\nb,Ann,{whole}\nb,Bob,{whole}\n"
    path = written(tmp_path, wide if layout == "wide" else long)
    with pytest.raises(FileRefusedError) as caught:
        read_plain_grades(path, layout=layout, levels=levels)
    assert f'found "{half}"' in str(caught.value)
    assert "lies between two of them" in str(caught.value)
    assert "--half-grades lower" in str(caught.value)
    for rule, code in (("lower", low), ("higher", high)):
        found = read_plain_grades(path, layout=layout, levels=levels, half_grades=rule)
        assert found.grade.tolist() == [2, code, 2, 2]
        assert any(f"counted as the {rule} one" in said for said in found.warnings)


def test_a_half_grade_that_is_a_level_of_its_own_is_one(tmp_path):
    path = written(tmp_path, "Ann,Bob\n2.5,2\n3,2.50\n")
    found = read_plain_grades(path, layout="wide", levels=declared_levels("1,2,2.5,3"))
    assert found.grade.tolist() == [2, 1, 3, 2]


def test_between_levels_that_are_no_neighbours_lies_no_grade(tmp_path):
    said = refusal(tmp_path, "Ann,Bob\n1,2\n1,1/3\n")
    assert 'row 3, column Bob: found "1/3"' in said
    assert "half_grade" not in said


@pytest.mark.parametrize("label", ["Total", "Grand total", "Mean", "AVERAGE", "Sub-total"])
def test_a_row_of_totals_is_no_audit(tmp_path, label):
    said = refusal(tmp_path, f"audit,r1,r2\na,1,2\n{label},3,3\n")
    assert "row 3, column audit" in said
    said = refusal(tmp_path, f"audit,auditor,grade\na,Ann,1\n{label},Ann,3\n", layout="long")
    assert "row 3, column audit" in said
    path = written(tmp_path, f"audit,auditor,grade\na,Ann,1\n{label},Ann,3\n")
    with pytest.raises(FileRefusedError, match="totals"):
        read_plain_ratings(path, levels=LEVELS)
    heads = "audit_id,auditor,audit_grade,moderation_grade"
    path = written(tmp_path, f"{heads}\na,Ann,1,1\n{label},Ann,3,3\n")
    with pytest.raises(FileRefusedError, match="totals"):
        read_plain_moderated(path, levels=LEVELS)


@pytest.mark.parametrize("word", ["NULL", "n/a", "-", "Unknown auditor"])
def test_a_word_for_missing_is_no_auditor(tmp_path, word):
    said = refusal(tmp_path, f"audit,auditor,grade\na,Ann,1\na,{word},2\n", layout="long")
    assert "row 3, column auditor" in said
    assert "name_missing" in said
