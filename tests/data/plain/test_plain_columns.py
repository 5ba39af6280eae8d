"""Plain tables for severity and optimism: what is read, and what is refused with its place."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.plain.levels import declared_levels
from qaf_analysis.data.plain.moderated import read_plain_moderated, read_plain_moderated_counts
from qaf_analysis.data.plain.severity import read_plain_ratings


def written(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_ratings_keep_the_names_of_auditors_and_domains(tmp_path):
    path = written(
        tmp_path,
        "quarter,audit,auditor,domain,grade\n"
        "2019-20 Q4,A1,ann,Plan,Good\n"
        "2020-21 Q1,A1,ben,Plan,RI\n"
        "2020-21 Q1,A2,ann,Risk,\n"
        "2020-21 Q1,A2, ben ,Risk,Outstanding\n",
    )
    found = read_plain_ratings(path)
    assert found.auditors == ("ann", "ben")
    assert found.domains == ("Plan", "Risk")
    assert found.auditor.tolist() == [0, 1, 1]
    assert found.domain.tolist() == [0, 0, 1]
    assert found.grade.tolist() == [2, 1, 3]
    assert found.year.tolist() == [2019, 2020, 2020]
    assert any("1 rows have no grade" in said for said in found.warnings)


def test_without_a_domain_all_grades_are_of_one(tmp_path):
    found = read_plain_ratings(
        written(tmp_path, "rater,case,rating\n1,x,3\n2,x,1\n"), levels=declared_levels("1,2,3")
    )
    assert found.domains == ("all grades",)
    assert found.year is None
    assert "no column of the domain" in found.warnings[0]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("audit,auditor,grade\nA,x,Good\nA,x,RI\n", "row 3", "in an earlier row together"),
        ("audit,auditor,grade\nA,,Good\n", "row 2", "a name or number"),
        ("audit,grade\nA,Good\n", "row 1", "no column of the auditor"),
        ("audit,auditor,grade,quarter\nA,x,Good,spring\nB,x,Good,2\n", "row 2", "2019-20 Q3"),
        ("audit,auditor,grade\nA,x,Fine\n", "", "--levels"),
    ],
)
def test_ratings_that_cannot_be_right_are_refused(tmp_path, text, place, words):
    with pytest.raises(FileRefusedError) as refused:
        read_plain_ratings(written(tmp_path, text))
    said = str(refused.value)
    assert place in said
    assert words in said


def test_a_blank_moderation_grade_means_not_moderated(tmp_path):
    path = written(
        tmp_path,
        "audit_id,auditor,audit_grade,moderation_grade,selection_probability,stratum\n"
        "1,ann,Good,RI,0.5,a\n2,ann,RI,,,b\n3,ben,Outstanding,Good,1,a\n",
    )
    found = read_plain_moderated(path)
    assert found.audit_grade.tolist() == [2, 1, 3]
    assert found.moderation_grade.tolist() == [1, -1, 2]
    assert found.auditors == ("ann", "ben")
    assert found.selection_probability.tolist() == pytest.approx([0.5, np.nan, 1], nan_ok=True)
    assert found.stratum.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,ann,,Good,0.5", "row 2, column audit_grade"),
        ("1,ann,Good,Good,0", "row 2, column selection_probability"),
        ("1,ann,Good,Good,1.2", "row 2, column selection_probability"),
        ("1,ann,Good,Good,half", "row 2, column selection_probability"),
        ("1,,Good,Good,1", "row 2, column auditor"),
        ("1,ann,Good,Good,1\n1,ben,Good,RI,1", "row 3, column audit_id"),
    ],
)
def test_moderated_audits_that_cannot_be_right_are_refused(tmp_path, row, words):
    head = "audit_id,auditor,audit_grade,moderation_grade,selection_probability\n"
    with pytest.raises(FileRefusedError) as refused:
        read_plain_moderated(written(tmp_path, head + row + "\n"))
    assert words in str(refused.value)


def test_a_square_table_is_the_auditor_down_and_the_moderator_across(tmp_path):
    path = written(tmp_path, "Inadequate,RI,Good,Outstanding\n0,0,0,0\n0,1,0,0\n0,2,0,0\n0,0,0,0\n")
    found = read_plain_moderated_counts(path)
    assert found.audit_grade.tolist() == [1, 2, 2]
    assert found.moderation_grade.tolist() == [1, 1, 1]
    assert found.auditor is None
