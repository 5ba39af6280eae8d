"""The lines of a plan and of a draw, whole; no number equals its neighbour."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.cli.moderation_plan_lines import moderation_plan_lines
from qaf_analysis.cli.sample import draw_lines
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.common.scope import LeftOut
from qaf_analysis.topics.moderation.analysis import (
    ModerationPlan,
    ModerationWishes,
    PlannedAllocation,
    PlannedAnswer,
    PlannedSize,
)

PLAN = ModerationPlan(
    wishes=ModerationWishes(level=0.9),
    audits=1200,
    scale=ScaleWords.of(("Poor", "Good"), 1),
    profile=(0.3, 0.7),
    found=((0.9, 0.1), (0.4, 0.6)),
    deviation=0.6,
    answers=(
        PlannedAnswer(question="plain", moderated=41, share=0.034),
        PlannedAnswer(question="with a rule", moderated=1059, share=0.8825, rule="flag from 7 on"),
        PlannedAnswer(question="too many", moderated=1300, share=1.083, why_not="more than 1,200"),
        PlannedAnswer(question="both", moderated=5, share=0.004, rule="a rule", why_not="a reason"),
        PlannedAnswer(question="never", moderated=0, share=0.0, why_not="needs more than 10,000"),
    ),
    sizes=(
        PlannedSize(
            moderated=1020, numbers=(306, 714), good_half_width=0.0473, gap_half_width=0.126,
            over_found=285.6,
        ),
    ),
    allocated=80,
    allocations=(
        PlannedAllocation(
            rule="risk", meaning="by risk", numbers=(5.33, 74.67), good_half_width=0.1234,
            gap_half_width=0.151, over_found=31.4,
        ),
    ),
    assumptions=("one thing.", "another."),
    warnings=("too few.",),
)  # fmt: skip


def test_the_lines_of_a_plan():
    assert moderation_plan_lines(PLAN) == [
        "Audits to have moderated, of 1,200 (at the level 0.9)",
        "     41 (  3%)  plain",
        "  1,059 ( 88%)  with a rule; flag from 7 on",
        "  1,300 (108%)  too many; more than 1,200",
        "      5 (  0%)  both; a rule; a reason",
        "  out of reach  never; needs more than 10,000",
        "",
        "What a draw in proportion to auditors' grades buys (Poor / Good)",
        "  1,020  graded good ± 4.7 points, mean gap ±0.13, 286 over-graded met (306 / 714)",
        "",
        "Ways of sharing out 80 (Poor / Good; from an endless supply)",
        "  graded good ±12.3 points, mean gap ±0.15, 31 over-graded met  by risk (5.3 / 74.7)",
        "",
        "Rests on: one thing.",
        "Rests on: another.",
        "Note: too few.",
    ]


def drawn(*, grades, chance, targeted, anchor, auditors, met, unseen, left_out=()):
    """A draw as its lines read it: grade, auditor and part of each audit of the frame."""
    frame = SimpleNamespace(
        table=pd.DataFrame({"grade": grades, "auditor": auditors}),
        quarters=("2019-20 Q3", "2019-20 Q4")[: 1 + (len(grades) > 1)],
        levels=("Poor", "Good"),
        left_out=left_out,
    )
    parts = SimpleNamespace(
        by_chance=np.array(chance, dtype=bool),
        targeted=np.array(targeted, dtype=bool),
        anchor=np.array(anchor, dtype=bool),
    )
    return SimpleNamespace(frame=frame, drawn=parts, auditors_drawn=met, auditors_unseen=unseen)


def test_the_lines_of_a_draw():
    """Drawn by chance 1 of 2 poor and 3 of 5 good; two of these for two moderators."""
    lines = draw_lines(
        drawn(
            grades=[0, 0, 1, 1, 1, 1, 1],
            chance=[1, 0, 1, 1, 1, 0, 0],
            targeted=[0, 1, 0, 0, 0, 0, 1],
            anchor=[1, 0, 1, 0, 0, 0, 0],
            auditors=[0, 1, 2, 3, 4, 0, 1],
            met=4,
            unseen=3,
            left_out=(
                LeftOut(reason="not routine audits", records=1048),
                LeftOut(reason="moderated already", records=46),
            ),
        )
    )
    assert lines == [
        "To draw from: 7 audits of 2019-20 Q3, 2019-20 Q4. 1,048 left out (not routine audits); 46 "
        "left out (moderated already).",
        "By chance: 4 audits (Poor 1 of 2, Good 3 of 5), 2 of them for two moderators.",
        "Targeted: 2 audits, picked from the rest; never to be counted together with those drawn "
        "by chance.",
        "Auditors: 4 of the 5 who have audits here; 3 of the year are not met yet.",
    ]


@pytest.mark.parametrize(("unseen", "said"), [(0, "0 of the year are"), (1, "1 of the year is")])
def test_a_draw_of_one_audit_has_no_targeted_part(unseen, said):
    lines = draw_lines(
        drawn(grades=[1], chance=[1], targeted=[0], anchor=[0], auditors=[0], met=1, unseen=unseen)
    )
    assert lines == [
        "To draw from: 1 audit of 2019-20 Q3. None left out.",
        "By chance: 1 audit (Poor 0 of 0, Good 1 of 1), 0 of them for two moderators.",
        f"Auditors: 1 of the 1 who have audits here; {said} not met yet.",
    ]
