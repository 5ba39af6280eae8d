"""Why something has nothing before it to be compared with, told from where its quarter lies."""

from datetime import date

import pytest

from qaf_analysis.terms.eras import Era
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4, SIGNS_OF_SAFETY
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.common.eras import why_no_before

ERAS = (Era(scale=OFSTED4), Era(scale=SIGNS_OF_SAFETY, first=date(2027, 4, 1)))
NEW = Settings(council="Made", scale=SIGNS_OF_SAFETY, eras=ERAS)
CHANGED = "the scale changed on 1 April 2027, "
EARLIER = (
    "what happened in {} came before the scale changed on 1 April 2027; only the report of an "
    "earlier quarter can tell"
)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (Quarter(2025, 2), EARLIER.format("2025-26 Q2")),
        (Quarter(2026, 3), EARLIER.format("2026-27 Q3")),
        (Quarter(2026, 4), CHANGED + "between before and after"),
        (Quarter(2027, 1), CHANGED + "between before and after"),
        (Quarter(2027, 2), CHANGED + "in the year before"),
        (Quarter(2027, 4), CHANGED + "in the year before"),
        (Quarter(2028, 1), ""),
    ],
)
def test_the_place_of_an_event_gives_the_reason(event, reason):
    assert why_no_before(NEW, event) == reason


def test_the_earlier_scale_has_no_scale_before_it():
    old = Settings(council="Made", scale=OFSTED4, eras=ERAS)
    assert why_no_before(old, Quarter(2027, 1)) == ""
