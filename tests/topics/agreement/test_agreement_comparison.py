"""Agreement of one plain table against another, and against a gold standard, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.data.plain.grades import read_plain_grades
from qaf_analysis.data.plain.levels import declared_levels
from qaf_analysis.stats.agreement.comparison import independent_difference, paired_difference
from qaf_analysis.stats.agreement.kappas import agreement_coefficient
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.agreement.analysis.plain_comparison import (
    agreement_comparison,
    criterion_table,
)

SCALE = declared_levels("0,1,2,3")
# Ann and Bea agree on 2 of 4 audits, later on 3 of 4; Cal grades later only.
BEFORE = "audit,Ann,Bea\na,0,0\nb,1,2\nc,2,2\nd,3,1\n"
AFTER = "audit,Bea,Cal,Ann\na,0,,0\nb,2,,2\nc,,1,1\nd,3,2,\n"


def read(folder, text, *, layout="wide", levels=SCALE):
    path = folder / f"{abs(hash(text))}.csv"
    path.write_text(text, encoding="utf-8")
    return read_plain_grades(path, layout=layout, levels=levels)


def by_name(table):
    return {named.name: named.estimate for named in table.estimates}


def ratings(rows):
    audit, auditor, grade = np.array(rows).T
    return Ratings(audit=audit, auditor=auditor, grade=grade, n_levels=4)


FIRST = ratings(
    [(0, 0, 0), (0, 1, 0), (1, 0, 1), (1, 1, 2), (2, 0, 2), (2, 1, 2), (3, 0, 3), (3, 1, 1)]
)
SECOND = ratings(
    [(0, 1, 0), (0, 0, 0), (1, 1, 2), (1, 0, 2), (2, 2, 1), (2, 0, 1), (3, 1, 3), (3, 2, 2)]
)


@pytest.mark.parametrize("same_audits", [False, True])
def test_people_are_matched_by_name_whatever_column_they_stand_in(tmp_path, same_audits):
    first, second = read(tmp_path, BEFORE), read(tmp_path, AFTER)
    options = {"weights": "identity", "se": "subjects"}
    table = agreement_comparison(first, second, same_audits=same_audits, **options)
    found = by_name(table)
    assert found["percent_agreement[first]"].value == pytest.approx(2 / 4)
    assert found["percent_agreement[second]"].value == pytest.approx(3 / 4)
    assert found["percent_agreement[difference]"].value == pytest.approx(1 / 4)
    assert found["within_one[difference]"].value == pytest.approx(4 / 4 - 3 / 4)
    by_hand = paired_difference if same_audits else independent_difference
    for name in ("gwet_ac", "conger"):
        coefficient = agreement_coefficient(name, n_levels=4, weights="identity")
        expected = by_hand(FIRST, SECOND, coefficient, se="subjects")
        assert found[f"{name}[difference]"] == expected
    assert "2 auditors stand in both tables, by their names." in table.warnings
    assert ("--same-audits" in " ".join(table.warnings)) != same_audits
    assert table.verdict == ""


def test_the_difference_of_shares_has_the_error_of_a_paired_mean(tmp_path):
    # Same audits: whether grades are equal is 1 0 1 0 before and 1 1 1 0 after.
    first, second = read(tmp_path, BEFORE), read(tmp_path, AFTER)
    options = {"weights": "identity", "se": "subjects"}
    paired = by_name(agreement_comparison(first, second, same_audits=True, **options))
    change = np.array([0, 1, 0, 0])
    assert paired["percent_agreement[difference]"].se == pytest.approx(
        change.std(ddof=1) / np.sqrt(4)
    )
    apart = by_name(agreement_comparison(first, second, **options))
    # Eight different audits: n / (n - 1) times the squares of each side's parts.
    before, after = np.array([1, 0, 1, 0]), np.array([1, 1, 1, 0])
    parts = [(x - x.mean()) / 4 for x in (before, after)]
    expected = np.sqrt(8 / 7 * sum(float(part @ part) for part in parts))
    assert apart["percent_agreement[difference]"].se == pytest.approx(expected)


def test_a_gold_standard_is_compared_with_everybody_else(tmp_path):
    # Ann and Bea against the panel on audits a and b, each counting once; c has no other grade.
    rows = ["a,Panel,2", "a,Ann,2", "a,Bea,3", "b,Panel,1", "b,Ann,1", "b,Bea,1", "c,Panel,0"]
    text = "\n".join(["audit,auditor,grade", *rows])
    found = by_name(criterion_table(read(tmp_path, text, layout="long"), gold="Panel"))
    assert found["gold_exact"].value == pytest.approx((1 / 2 + 1) / 2)
    assert found["gold_weighted"].value == pytest.approx(((1 + 2 / 3) / 2 + 1) / 2)
    assert found["gold_bias"].value == pytest.approx((1 / 2 + 0) / 2)  # kinder is positive
    assert found["gold_distance"].value == pytest.approx(1 / 4)
    assert (found["gold_bias"].cases, found["gold_bias"].auditors) == (2, 2)


def test_what_cannot_be_compared_is_refused(tmp_path):
    first = read(tmp_path, BEFORE)
    other = read(tmp_path, AFTER, levels=declared_levels("0,1,2,3,4"))
    with pytest.raises(UsageError, match="different levels"):
        agreement_comparison(first, other)
    nameless = read(tmp_path, "Ann,Bea\n0,0\n1,2\n")
    with pytest.raises(UsageError, match="column audit"):
        agreement_comparison(first, nameless, same_audits=True)
    counts = read(tmp_path, "0,1,2,3\n1,1,0,0\n0,2,0,0\n", layout="counts")
    with pytest.raises(UsageError, match="who graded"):
        agreement_comparison(first, counts)
    with pytest.raises(UsageError, match="no auditor of the name"):
        criterion_table(first, gold="Dan")
    later = read(tmp_path, AFTER)
    with pytest.raises(UsageError, match="jackknife"):
        agreement_comparison(first, later, se="jackknife")


def test_several_domains_of_an_audit_are_not_compared_as_if_they_were_audits(tmp_path):
    rows = "audit,auditor,domain,grade\na,Ann,Plan,0\na,Bea,Plan,1\na,Ann,Risk,2\na,Bea,Risk,2\n"
    grades = read(tmp_path, rows, layout="long")
    with pytest.raises(UsageError, match="one domain at a time"):
        agreement_comparison(grades, grades)
    with pytest.raises(UsageError, match="one domain at a time"):
        criterion_table(grades, gold="Ann")
