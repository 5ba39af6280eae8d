"""What ``qaf round`` says, from figures by hand."""

import math
from dataclasses import replace

import pytest

from qaf_analysis.cli.round_lines import _status_lines, collected_lines, opened_lines
from qaf_analysis.moderation.returns.collect import Collected, Conflict
from qaf_analysis.moderation.returns.keyed import ReturnProblem
from qaf_analysis.moderation.rounds.opening import Opened
from qaf_analysis.moderation.rounds.plan import Assigned, Purpose
from qaf_analysis.moderation.rounds.status import (
    ModeratorStatus,
    PairAgreement,
    Precision,
    RoundStatus,
)
from qaf_analysis.terms.estimate import Estimate
from tests.moderation.rounds.council import MODERATORS, PLAN

NONE = PairAgreement(cases=0, same=0, adjacent=0)
GAP = Estimate(
    value=0.31, low=0.12, high=0.5, level=0.95, cases=18, auditors=0, method="stratified mean"
)
STATUS = RoundStatus(
    moderators=(
        ModeratorStatus(moderator="M-01", asked=10, returned=10, committed=4),
        ModeratorStatus(moderator="M-02", asked=9, returned=8, committed=0),
    ),
    is_overdue=True,
    pairs=PairAgreement(cases=5, same=3, adjacent=2),
    against=PairAgreement(cases=12, same=7, adjacent=4),
    everybody=NONE,
    precision=Precision(gap=GAP, half_width=0.19, wished=0.15, best=("Good", "Inadequate")),
    disputes=1,
    closed=False,
)


def test_a_round_under_way_is_told_line_by_line():
    assert list(_status_lines(STATUS)) == [
        "  M-01: 10 of 10 returned, 4 committed",
        "  M-02: 8 of 9 returned, 0 committed; 1 case overdue",
        "  Two moderators, each blind to the other: 3 of 5 cases the same, 2 one grade apart",
        "  Moderators beside auditors: 7 of 12 the same, 4 one grade apart (for the owner's eyes "
        "only)",
        "  Mean gap so far +0.31 (+0.12 to +0.50, 18 cases drawn by chance): half width 0.19, "
        "planned: at most 0.15",
        "  One more reading would narrow it most among audits graded Good, then Inadequate (tell "
        "no moderator)",
        "  1 case disputed and not agreed",
    ]


def test_enough_is_enough_and_no_stratum_is_named():
    enough = replace(STATUS.precision, half_width=0.15)
    lines = list(_status_lines(replace(STATUS, precision=enough, is_overdue=False, disputes=0)))
    assert lines[1] == "  M-02: 8 of 9 returned, 0 committed"
    assert lines[-1].endswith("half width 0.15, as planned")


def test_a_gap_that_cannot_be_told_is_no_number():
    unknown = Estimate.not_estimable("2 of 4 strata have no reading yet", method="m", level=0.95)
    told = Precision(gap=unknown, half_width=math.nan, wished=0.15, best=("Inadequate",))
    lines = list(_status_lines(replace(STATUS, precision=told)))
    assert "  The mean gap cannot be told yet: 2 of 4 strata have no reading yet" in lines
    assert any("among audits graded Inadequate (" in line for line in lines)


def test_a_session_tells_how_its_readers_agree():
    session = replace(
        STATUS, everybody=PairAgreement(cases=30, same=21, adjacent=8), precision=None, pairs=NONE
    )
    lines = list(_status_lines(session))
    assert lines[2] == (
        "  Pairs of people who read the same case: 21 of 30 the same, 8 one grade apart"
    )
    assert not any("Mean gap" in line for line in lines)


def opened(**changes):
    made = Opened(
        plan=replace(PLAN, audits=2),
        moderators=MODERATORS[:2],
        drawn=None,
        assigned=(
            Assigned(audit="audit-1", moderator="M-01", purpose=Purpose.FIRST),
            Assigned(audit="audit-2", moderator="M-01", purpose=Purpose.ANCHOR),
            Assigned(audit="audit-2", moderator="M-02", purpose=Purpose.FIRST),
        ),
        unreadable=(),
        is_connected=True,
        fewer={},
        unknown_teams=(),
    )
    return replace(made, **changes)


def test_a_new_round_says_who_reads_how_many():
    assert list(opened_lines(opened())) == [
        "Round 2019-20-Q4-a: packs are due on 30 April 2020.",
        "Everybody reads the same 2 cases, but for own audits.",
        "M-01 reads 2 cases, 1 of them once more.",
        "M-02 reads 1 case.",
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"unreadable": ("audit-9",)}, "Nobody may read 1 audit"),
        ({"is_connected": False}, "Double readings do not link all moderators"),
        ({"fewer": {Purpose.ANCHOR: 6}}, "6 fewer own earlier readings (drift) than asked for"),
        ({"unknown_teams": ("Wset",)}, "No audit is of the team “Wset”"),
    ],
)
def test_what_could_not_be_done_is_said(changes, told):
    assert any(line.startswith(told) for line in opened_lines(opened(**changes)))


def test_what_was_set_aside_is_told_and_no_comment_is_shown():
    problem = ReturnProblem(
        code="no grade", file="a.csv", sheet="Grades", row=4, column="Grade",
        found="“RI” is no grade", expected="one of: Good", mend="Choose the grade from the list.",
    )  # fmt: skip
    found = Collected(
        files=(),
        taken=(),
        conflicts=(
            Conflict(
                pack="P", case="B7KD2QXM", what="Plan",
                said=(("a.csv, row 3", "Good"), ("b.csv, row 3", "Inadequate")),
            ),
        ),
        problems=(problem,),
        flags=(),
        unreadable=("c.xlsx cannot be read.",),
        empty=2,
    )  # fmt: skip
    assert list(collected_lines(found)) == [
        "0 files read, 0 cases taken.",
        "c.xlsx cannot be read.",
        "  a.csv, sheet Grades, row 4, column Grade: “RI” is no grade; one of: Good. Choose the "
        "grade from the list.",
        "  Case B7KD2QXM, Plan: two things were said, neither was taken: “Good” in a.csv, row 3; "
        "“Inadequate” in b.csv, row 3. Ask the moderator which is meant, and collect the answer "
        "with --corrected.",
        "  2 cases came back without a grade.",
    ]
