"""The next round of moderation: one number a year, and never more than can be drawn."""

from __future__ import annotations

from math import nan
from types import SimpleNamespace as Made

import pytest
import typer.main

from qaf_analysis.cli.app import app
from qaf_analysis.report.editions import next_round as module
from qaf_analysis.report.editions.next_round import next_round
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.verdicts import OptimismVerdict, Standing
from qaf_analysis.topics.common.scope import Scope
from qaf_analysis.topics.moderation.analysis import PlannedAnswer
from qaf_analysis.topics.moderation.next_sample import NextSample
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from tests.topics.by_hand import estimated, unknown

LAST = Quarter(2019, 4)


def plan(*, by_grades: int = 37, open_audits: int = 30, why_not: str = "") -> NextSample:
    answers = (
        PlannedAnswer(question="the mean gap to ±0.15 of a grade", moderated=45, share=0.2),
        PlannedAnswer(question="the same", moderated=by_grades, share=0.1),
    )
    return NextSample(
        scope=Scope(
            council="Small", quarter=LAST, first=LAST, last=LAST, period="2019-20 Q4",
            unit="audits", used=200,
        ),
        scale=OFSTED4.words, open_audits=open_audits, answers=() if why_not else answers, sizes=(),
        rests_on=(), warnings=(), why_not=why_not,
    )  # fmt: skip


def optimism(verdict: OptimismVerdict, settled: float = nan, *, audits: int = 200) -> Made:
    figures = [Made(standing=Standing.OPEN, settled_at=settled)]
    gap = estimated(0.1) if audits else unknown("none")
    return Made(verdict=verdict, figures=figures, audits=audits, gap=gap)


def drawn(monkeypatch, *each: tuple[NextSample, Made]):
    results = [("", {NextSample: sample, Optimism: found}) for sample, found in each]
    monkeypatch.setattr(module, "by_headline", lambda _: results)
    return next_round(None)


MORE, SETTLED = OptimismVerdict.MORE_MODERATION, OptimismVerdict.ACCEPT


@pytest.mark.parametrize(
    ("verdict", "settled", "a_year", "draw"),
    [
        (SETTLED, nan, 37, 10),  # 37 in four rounds: 9.25, and no quarter of an audit
        (MORE, 100.0, 100, 25),
        (MORE, 160.0, 160, 30),  # 40 a round, but 30 are open
        (MORE, 900.0, 200, 30),  # no number would do: all audits of the year
        (MORE, nan, 200, 30),
    ],
)
def test_how_many_a_year_and_now(monkeypatch, verdict, settled, a_year, draw):
    found = drawn(monkeypatch, (plan(), optimism(verdict, settled)))
    assert (found.a_year, found.draw) == (a_year, draw)


def test_what_is_said_of_the_draw(monkeypatch):
    found = drawn(monkeypatch, (plan(open_audits=5), optimism(SETTLED)))
    assert found.claim == "Draw 5 audits of 2019-20 Q4 for moderation"
    assert found.paragraphs[0] == (
        "37 moderated audits a year would tell the mean gap to ±0.15 of a grade. In 4 rounds a "
        "year, that is 10 a round. Only 5 are open, so all of them are drawn."
    )
    assert '--audits 5 --quarter "2019-20 Q4"' in found.command


def test_the_headline_that_needs_most_decides(monkeypatch):
    found = drawn(monkeypatch, (plan(), optimism(SETTLED)), (plan(by_grades=60), optimism(SETTLED)))
    assert found.a_year == 60


def test_without_a_plan_or_audits_nothing_is_drawn(monkeypatch):
    none = drawn(monkeypatch, (plan(why_not="no overall grade"), optimism(SETTLED)))
    assert (none.draw, none.why_not) == (0, "no overall grade")
    assert drawn(monkeypatch, (plan(open_audits=0), optimism(SETTLED))).draw == 0


def test_the_command_is_one_that_there_is(monkeypatch):
    words = drawn(monkeypatch, (plan(), optimism(SETTLED))).command.split()
    command = typer.main.get_command(app).commands[words[1]]
    known = {name for option in command.params for name in option.opts}
    assert {word for word in words if word.startswith("--")} <= known
