"""One reader's grades: row by row as plain numpy has them, NaN where nothing was graded."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from qaf_analysis.stats.child.domain_grades import DomainGrades, in_common
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError
from tests.stats.child.cases import reading, simulated


def test_rows_are_those_of_numpy():
    grades, _, _ = simulated(np.random.default_rng(1), audits=200, missing=0.4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        expected = {
            "child_mean": np.nanmean(grades.domains[:, :2], axis=1),
            "process_mean": np.nanmean(grades.domains[:, 2:], axis=1),
            "lowest": np.nanmin(grades.domains, axis=1),
            "lowest_child": np.nanmin(grades.domains[:, :2], axis=1),
            "spread": np.nanstd(grades.domains, axis=1, ddof=1),
        }
    assert np.isnan(grades.lowest_child).any()
    for name, values in expected.items():
        np.testing.assert_allclose(getattr(grades, name), values, err_msg=name)


def test_a_straight_line_needs_two_domains():
    lines = reading([[2, 2, 2], [2, np.nan, 2], [2, np.nan, np.nan], [2, 1, 2]]).is_straight_line
    np.testing.assert_array_equal(lines, [1, 1, np.nan, 0])


def test_only_domains_graded_by_both_count():
    ours, theirs = in_common(reading([[1, np.nan, 3]]), reading([[2, 2, np.nan]]))
    np.testing.assert_array_equal(ours.domains, [[1, np.nan, np.nan]])
    np.testing.assert_array_equal(theirs.domains, [[2, np.nan, np.nan]])


def test_arrays_cannot_be_changed():
    grades = reading([[1, 2]], [1])
    for name in ("domains", "overall", "is_child"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(grades, name)[0] = 0


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"overall": [1]}, ShapeError, "as many overall grades"),
        ({"domains": [1, 2]}, ShapeError, "Domain grades of shape"),
        ({"is_child": [True]}, ShapeError, "one value for each domain"),
        ({"is_process": [True, False]}, ShapeError, "not both"),
        ({"domains": [[1, 2], [1.5, 2]]}, UnknownGradeError, "1.5"),
        ({"overall": [-1, 2]}, UnknownGradeError, "-1"),
    ],
)
def test_what_does_not_fit_is_refused(change, error, words):
    fits = {
        "domains": [[1, 2], [2, 2]],
        "overall": [1, 2],
        "is_child": [True, False],
        "is_process": [False, True],
    }
    with pytest.raises(error, match=words):
        DomainGrades(**(fits | change))


def test_other_audits_or_tags_cannot_be_compared():
    with pytest.raises(ShapeError, match="same audits"):
        in_common(reading([[1, 2, 2]]), reading([[1, 2, 2], [1, 2, 2]]))
    with pytest.raises(ShapeError, match="same audits"):
        in_common(reading([[1, 2, 2]], child=1), reading([[1, 2, 2]], child=2))
