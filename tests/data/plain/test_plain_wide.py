"""A wide table says whom it counted, and counts no week, total or mean as an auditor or audit."""

import pytest

from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.plain.grades import read_plain_grades
from qaf_analysis.data.plain.levels import declared_levels
from qaf_analysis.data.plain.moderated import read_plain_moderated
from qaf_analysis.data.plain.severity import read_plain_ratings

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
    assert "2 auditors counted, one a column: Ann, Bob." in found.warnings


OTHERS = ["Week", "Total", "Agreed", "mean", "Avg grade", "Month no.", "% agreement"]
OTHERS += ["Difference", "Final grade", "Consensus", "Week_no", "TEAM", "Overall"]


@pytest.mark.parametrize("heading", OTHERS)
@pytest.mark.parametrize("place", [0, 2])
def test_a_column_that_is_no_auditors_is_refused(tmp_path, heading, place):
    heads, row = ["r1", "r2"], ["1", "2"]
    heads.insert(place, heading)
    row.insert(place, "1")
    said = refusal(tmp_path, f"{','.join(heads)}\n{','.join(row)}\n")
    assert f"({heading})" in said
    assert "delete the column" in said


@pytest.mark.parametrize(
    "names",
    [("Ann Week", "Bob Day"), ("Auditor 1 grade", "Auditor 2 grade"), ("A", "N"), ("1", "2")],
)
def test_a_name_is_no_such_column(tmp_path, names):
    found = read_plain_grades(
        written(tmp_path, f"{','.join(names)}\n1,2\n3,4\n"), layout="wide", levels=LEVELS
    )
    assert found.auditors == names


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
