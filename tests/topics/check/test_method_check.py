"""Coverage and rates of verdicts counted by hand, over councils whose answers are chosen."""

from __future__ import annotations

from math import isnan, nan
from types import SimpleNamespace as Some

import pytest

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.topics.check.analysis import method_check as room
from qaf_analysis.topics.check.analysis.method_check import method_check
from tests.topics.by_hand import estimated, unknown

LAST = Quarter(2019, 4)
TRUTH = Some(
    ac2_linear=0.60, exact_agreement=0.70, mean_gap=0.20, over_rate=0.30, moderators_good=0.50
)
SPREADS = {"2019-20 Q1": 0.2, "2019-20 Q2": 0.4, "2019-20 Q4": 0.1}


def finding(name: str, verdict: str, *, grade: object):
    return Some(name=name, verdict=verdict, change=None if grade is None else Some(grade=grade))


def answers(number: int):
    """What the analyses find in the councils in turn: two with effects, two without.

    AC2 is covered in councils 0, 1 and 3; its errors are -0.1, 0.1, -0.3 and 0.
    """
    ac2 = (
        estimated(0.5, 0.4, 0.6), estimated(0.7, 0.6, 0.8), estimated(0.3, 0.2, 0.4),
        estimated(0.6, 0.5, 0.7),
    )[number]  # fmt: skip
    change = Some(
        periods=Some(before=(Quarter(2019, 1), Quarter(2019, 2)), after=(LAST,)),
        before=Some(sd=estimated(0.35, 0.25, 0.45)),  # truth (0.2 + 0.4) / 2 = 0.3
        after=Some(sd=estimated(0.35, 0.25, 0.45)),  # truth 0.1
    )
    return Some(
        agreement=Some(ac2=ac2, exact=estimated(0.71)),  # without an interval
        optimism=Some(
            gap=estimated(0.25, 0.1, 0.4), over=unknown("none"), adjusted_good=unknown("none"),
            verdict=("adjust", "accept", "accept", "accept")[number],
        ),
        themes=Some(
            themes=(
                finding("Plans", "improved", grade=estimated(0.3, 0.1, 0.5)),
                finding("Fostering", "too little data", grade=None),
            )
        ),
        consistency=Some(changes=(change,), verdict="no evidence of change"),
    )  # fmt: skip


@pytest.fixture
def checked(monkeypatch):
    """Two councils in each world; ``seen`` keeps what was asked for."""
    seen = []

    def analysis(name):
        def asked(audits, *, quarter):
            assert quarter == LAST
            return getattr(answers(audits % 4), name)

        return asked

    def simulate(design, *, rng):
        seen.append((design.world, round(float(rng.random()), 12)))
        return len(seen) - 1

    truth = Some(
        window=lambda name: {f"year to {LAST}": TRUTH}[name],
        theme=lambda name: Some(mean_grade={"Plans": 0.6}[name]),
        severity_sd=SPREADS,
    )
    designs = {
        "standard_design": lambda *, audits_per_quarter: Some(
            world=f"planted {audits_per_quarter}", last=LAST, scale=OFSTED4
        ),
        "null_design": lambda design: Some(
            world=f"null of {design.world}", last=LAST, scale=OFSTED4
        ),
        "simulate_council": simulate,
        "simulated_audits": lambda council: council,
        "PlantedTruth": Some(of=lambda council: truth),
        **{name: analysis(name) for name in ("agreement", "optimism", "themes", "consistency")},
    }
    for name, made in designs.items():
        monkeypatch.setattr(room, name, made)
    told = []
    result = method_check(
        councils=2, audits_per_quarter=50, seed=3, on_council=lambda *at: told.append(at)
    )
    return result, seen, told


def test_each_world_has_the_same_councils_in_the_same_order(checked):
    result, seen, told = checked
    assert [world for world, _ in seen] == ["planted 50"] * 2 + ["null of planted 50"] * 2
    streams = [stream for _, stream in seen]
    assert streams[:2] == streams[2:]
    assert streams[0] != streams[1]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert (result.councils, result.audits_per_quarter, result.seed) == (2, 50, 3)


def test_coverage_is_counted_by_figure_and_world(checked):
    found = {(one.world, one.figure): one for one in checked[0].recoveries}
    figures = [
        "AC2, linear weights", "Identical grades", "Mean gap", "Graded lower by the moderator",
        "Good or better, moderation-adjusted", "Plans: mean grade", "Spread before the change",
        "Spread after the change",
    ]  # fmt: skip
    assert [one.figure for one in checked[0].recoveries] == figures * 2
    assert [one.world for one in checked[0].recoveries] == (
        ["effects planted"] * 8 + ["nothing planted"] * 8
    )
    shares = {
        ("effects planted", "AC2, linear weights"): (2, 1.0, 0.0),
        ("nothing planted", "AC2, linear weights"): (2, 0.5, -0.15),
        ("effects planted", "Mean gap"): (2, 1.0, 0.05),
        ("effects planted", "Plans: mean grade"): (2, 0.0, -0.3),
        ("effects planted", "Spread before the change"): (2, 1.0, 0.05),
        ("effects planted", "Spread after the change"): (2, 0.0, 0.25),
    }
    for key, (estimable, share, error) in shares.items():
        assert (found[key].councils, found[key].estimable) == (2, estimable)
        assert found[key].share.value == share
        assert found[key].mean_error == pytest.approx(error)
    for figure in ("Identical grades", "Graded lower by the moderator"):
        one = found["effects planted", figure]
        assert (one.estimable, isnan(one.mean_error)) == (0, True)
        assert not one.share.is_estimable


def test_an_interval_covers_its_own_ends(checked):
    """Council 1 has AC2 from 0.6 to 0.8 and council 0 from 0.4 to 0.6: both cover 0.60."""
    assert checked[0].recoveries[0].share.value == 1.0


def test_verdicts_are_counted_by_question_and_world(checked):
    told = [(r.world, r.question, r.verdict, r.share.value) for r in checked[0].verdicts]
    assert told == [
        ("effects planted", "Optimism", "accept", 0.5),
        ("effects planted", "Optimism", "adjust", 0.5),
        ("effects planted", "Theme: Plans", "improved", 1.0),
        ("effects planted", "Theme: Fostering", "too little data", 1.0),
        ("effects planted", "Consistency", "no evidence of change", 1.0),
        ("nothing planted", "Optimism", "accept", 1.0),
        ("nothing planted", "Theme: Plans", "improved", 1.0),
        ("nothing planted", "Theme: Fostering", "too little data", 1.0),
        ("nothing planted", "Consistency", "no evidence of change", 1.0),
    ]
    assert {rate.share.cases for rate in checked[0].verdicts} == {2}


def test_nobody_need_be_told_how_far_it_is(checked):
    again = method_check(councils=1, audits_per_quarter=50, seed=3)
    assert (again.councils, len(again.recoveries)) == (1, 16)
    assert checked[1][4:] == [("planted 50", checked[1][0][1]), (*checked[1][2],)]


def test_a_truth_that_is_not_known_covers_nothing(monkeypatch, checked):
    monkeypatch.setattr(TRUTH, "mean_gap", nan)
    gap = method_check(councils=0, audits_per_quarter=50, seed=3)
    assert (gap.recoveries, gap.verdicts) == ((), ())
