"""Scales of invented councils: two levels, and the five of a report card."""

from __future__ import annotations

from qaf_analysis.terms.scale import Scale

MET = Scale(name="met", levels=("Not met", "Met"), good_from=1)
REPORT_CARD = Scale(
    name="report_card",
    levels=(
        "Urgent improvement",
        "Needs attention",
        "Expected standard",
        "Strong standard",
        "Exceptional",
    ),
    good_from=2,
    positive="expected standard or better",
)
