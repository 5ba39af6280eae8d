"""Arrays are checked on the way in, and the words say what is wrong and where."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.core.arrays import (
    check_grades,
    check_level,
    check_same_length,
    frozen_floats,
    frozen_ints,
    number_present,
    numbered,
    refuse_repeats,
    sums,
)
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError, UsageError


def ints(*values):
    return np.array(values, dtype=np.int64)


def test_copies_are_read_only_and_leave_the_original_alone():
    given = np.array([3, 1])
    for copy in (frozen_ints(given, name="grade"), frozen_floats(given)):
        assert copy.tolist() == [3, 1]
        with pytest.raises(ValueError, match="read-only"):
            copy[0] = 9
    given[0] = 5  # still the caller's own
    assert frozen_ints([], name="grade").dtype == np.int64
    assert frozen_ints(np.array([2], dtype=np.uint8), name="grade").dtype == np.int64


@pytest.mark.parametrize("wrong", [[[1, 2]], [0.5], ["a"], 3])
def test_anything_but_one_row_of_whole_numbers_is_refused(wrong):
    with pytest.raises(ShapeError, match='"grade" should be one row of whole numbers'):
        frozen_ints(wrong, name="grade")


def test_sums_have_a_place_for_codes_that_are_absent():
    assert sums(ints(2, 0, 2), np.array([1.0, 5.0, 0.5])).tolist() == [5, 0, 1.5]
    assert sums(ints(0), np.array([2.0]), n=3).tolist() == [2, 0, 0]
    assert number_present(ints(4, 1, 4)) == 2


def test_lengths_are_told():
    check_same_length({"grades": ints(1, 2), "auditors": ints(7, 7)})
    with pytest.raises(ShapeError, match=r"equally long: grades 2, auditors 1\."):
        check_same_length({"grades": ints(1, 2), "auditors": ints(7)})


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ((0, 3, -1), r"2 of 3 grade codes lie outside 0 to 2 \(first: 3 at place 1\)"),
        ((0, 1, -2), r"1 of 3 grade codes lie outside 0 to 2 \(first: -2 at place 2\)"),
    ],
)
def test_codes_off_the_scale_are_counted_and_placed(codes, words):
    check_grades(ints(0, 2), n_levels=3)
    with pytest.raises(UnknownGradeError, match=words):
        check_grades(ints(*codes), n_levels=3)


def test_a_scale_has_two_levels():
    check_grades(ints(0, 1), n_levels=2)
    with pytest.raises(ShapeError, match="two levels, not 1"):
        check_grades(ints(0), n_levels=1)


@pytest.mark.parametrize("level", [0.0, 1.0, 95, -0.1, float("nan")])
def test_levels_lie_between_0_and_1(level):
    with pytest.raises(UsageError, match="between 0 and 1"):
        check_level(level)


@pytest.mark.parametrize(
    "codes",
    [(0, 1, 2), (5, 5, 0), (2, 0, 2), (-3, 4, 4), (10**9, 7, 10**9), (0,), (1010, 0), (0, 2000)],
)
def test_numbers_go_by_the_order_of_the_codes(codes):
    numbers, labels = numbered(ints(*codes))
    expected_labels, expected = np.unique(codes, return_inverse=True)
    assert numbers.tolist() == expected.tolist()
    assert labels.tolist() == expected_labels.tolist()


def test_nothing_has_no_number():
    numbers, labels = numbered(ints())
    assert (len(numbers), len(labels)) == (0, 0)


@pytest.mark.parametrize("auditors", [2, 10_000])  # by a table of cells, and by sorting
def test_a_second_grade_by_one_auditor_is_refused_where_it_first_stands(auditors):
    audit, auditor = ints(0, 1, 0, 1, 0), ints(0, 0, 1, 0, 1)
    refuse_repeats(audit[:3], auditor[:3], n_audits=2, n_auditors=auditors)
    with pytest.raises(ShapeError, match=r"2 grades repeat .* \(first at place 3\)"):
        refuse_repeats(audit, auditor, n_audits=2, n_auditors=auditors)
    with pytest.raises(ShapeError, match=r"1 grades repeat .* \(first at place 3\)"):
        refuse_repeats(audit[:4], auditor[:4], n_audits=2, n_auditors=auditors)
