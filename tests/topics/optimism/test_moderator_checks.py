"""What two periods' moderators leave open, from a few rows made by hand."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

from qaf_analysis.topics.optimism.analysis.moderator_checks import limitations_of, steadiness_of

steady_of = partial(steadiness_of, tolerance=0.25)

MOVED = (
    "moderators themselves did not hold steady on audits that two of them read, so the change in "
    "practice and that in leniency may each be off by as much"
)
NOT_SHOWN = "the audits that two moderators read are too few to show that moderators held steady"
NOT_TESTED = "too few audits were read by two moderators to test whether they held steady"
SOURCES = (
    "other sources moderated in the two years, so a difference between sources would look like a "
    "change in practice"
)
PEOPLE = (
    "no moderator worked in both years, so a difference between moderators would look like a "
    "change in practice"
)
SEEN = (
    "some moderators knew the auditor's grade, which pulls their own towards it and hides leniency"
)


def pairs(*read):
    """Readings as audit, moderator, grade and day, in order of time."""
    rows = pd.DataFrame(read, columns=["audit_id", "moderator", "moderation_grade", "day"])
    return rows.assign(
        domain="Overall", moderation_source="partner", blind=True,
        moderated_on=pd.to_datetime(rows["day"]),
    ).sort_values("moderated_on", kind="stable", ignore_index=True)  # fmt: skip


def twice(old, new, *, new_reads):
    """Ten audits by Old and by New, who reads them before or after Old."""
    day = {"before": "2018-01-01", "after": "2018-03-01", "same day": "2018-02-01"}[new_reads]
    return pairs(
        *((f"A{n}", "Old", grade, "2018-02-01") for n, grade in enumerate(old)),
        *((f"A{n}", "New", grade, day) for n, grade in enumerate(new)),
    )


FIRST, LAST = pairs(("A0", "Old", 1, "2018-02-01")), pairs(("B0", "New", 1, "2019-02-01"))
LOW, HIGH = [1] * 10, [2, 2, 2, 2, 2, 2, 2, 2, 1, 1]


@pytest.mark.parametrize(
    ("new_reads", "repeated", "newcomers"),
    [("after", 0.8, 0.8), ("before", -0.8, 0.8), ("same day", None, 0.8)],
)
def test_newcomers_are_told_from_those_before_whoever_reads_first(new_reads, repeated, newcomers):
    found = steady_of(twice(LOW, HIGH, new_reads=new_reads), FIRST, LAST)
    assert found.newcomers.value == pytest.approx(newcomers)
    assert (found.verdict, found.moderators_first, found.moderators_last) == ("moved", 1, 1)
    if repeated is None:
        assert found.repeated.why_not == (
            "only 0 audits were moderated by both; at least 10 are needed"
        )
    else:
        assert found.repeated.value == pytest.approx(repeated)


def test_those_who_worked_in_both_periods_are_no_newcomers():
    both = pd.concat([FIRST, LAST])
    found = steady_of(twice(LOW, HIGH, new_reads="after"), both, LAST)
    assert found.newcomers.cases == 0
    assert (found.moderators_first, found.moderators_last, found.moderators_both) == (2, 1, 1)


def test_a_reading_that_saw_the_auditor_s_grade_does_not_count():
    every = twice(LOW, HIGH, new_reads="after")
    every["blind"] = [None] * 10 + [False] * 10
    found = steady_of(every, FIRST, LAST)
    assert (found.repeated.cases, found.verdict) == (0, "not tested")
    every["blind"] = [None] * 20
    assert steady_of(every, FIRST, LAST).repeated.cases == 10


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [(LOW, HIGH, [MOVED, PEOPLE]), (LOW, [2, 0, *LOW[2:]], [NOT_SHOWN, PEOPLE]),
     (LOW[:9], LOW[:9], [NOT_TESTED, PEOPLE])],
)  # fmt: skip
def test_moderators_that_are_not_steady_limit_the_trend(old, new, said):
    steadiness = steady_of(twice(old, new, new_reads="after"), FIRST, LAST)
    assert list(limitations_of(FIRST, LAST, steadiness=steadiness)) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ({}, {"moderator": "Old"}, []),
        ({}, {}, [PEOPLE]),
        ({}, {"moderator": "Old", "moderation_source": "peers"}, [SOURCES]),
        ({"moderation_source": None}, {"moderator": "Old", "moderation_source": "peers"}, []),
        ({"blind": False}, {"moderator": "Old"}, [SEEN]),
        ({}, {"moderator": "Old", "blind": False}, [SEEN]),
        ({"blind": None}, {"moderator": "Old"}, []),
    ],
)
def test_sources_people_and_sight_limit_the_trend(first, last, said):
    same = [f"A{n}" for n in range(16)]
    steady = steady_of(
        pairs(*((one, who, 1, f"2018-0{month}-01") for month, who in ((1, "Old"), (2, "New"))
                for one in same)), FIRST, LAST,
    )  # fmt: skip
    assert steady.verdict == "held steady"
    rows = FIRST.assign(**first), LAST.assign(**last)
    assert list(limitations_of(*rows, steadiness=steady)) == said


def test_without_a_reading_nobody_is_missed():
    steady = steady_of(twice(LOW, LOW, new_reads="after"), FIRST, LAST)
    assert PEOPLE not in limitations_of(FIRST[:0], LAST, steadiness=steady)
