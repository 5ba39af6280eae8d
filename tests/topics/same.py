"""Equality of two estimates in every figure, told by the figure that differs."""

from __future__ import annotations

from math import isnan

FIGURES = ("value", "low", "high", "level", "se", "p", "df", "cases", "auditors")


def assert_given(report, stat, *, what):
    """The report's figure is the command's, or is refused on fewer than ten audits."""
    if report.why_not.startswith("it would rest on"):
        audits = int(report.why_not.split()[4])
        assert audits < 10, what
    else:
        assert_same(report, stat, what=what)


def assert_same(one, other, *, what, figures=FIGURES):
    """Every figure of two estimates is equal to 1e-12, and missing in both or in neither."""
    for figure in figures:
        ours, theirs = getattr(one, figure), getattr(other, figure)
        assert isnan(ours) == isnan(theirs), (what, figure, ours, theirs)
        assert isnan(ours) or abs(ours - theirs) <= 1e-12 * max(1, abs(ours)), (
            what,
            figure,
            ours,
            theirs,
        )
