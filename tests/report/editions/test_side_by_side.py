"""Teams and domains side by side: worst first where it is shown, never ranked on chance."""

from __future__ import annotations

from types import SimpleNamespace as Made

import pytest

from qaf_analysis.report.editions import side_by_side
from qaf_analysis.report.editions.side_by_side import (
    domains_table,
    graded_domains,
    teams_below,
    teams_table,
    teams_words,
)
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers
from qaf_analysis.topics.optimism.analysis.detail import OptimismDetail
from qaf_analysis.topics.programme.analysis.grades import GradeCounts, Programme
from tests.topics.by_hand import estimated, unknown


def graded(label: str, good: Estimate) -> GradeCounts:
    return GradeCounts(label=label, counts=(0, 10, 10, 0), good=good)


class Found:
    """Results with just what the tables read."""

    def __init__(self, *, teams=(), domains=(), gaps=(), agreement=(), headline=""):
        scope = Made(period="the year to March 2020", source_line="Some audits.")
        self.headlines = ()
        self.headline = headline
        self.kinds = {
            Programme: Made(
                scope=scope, scale=OFSTED4.words, by_team=teams, by_domain=domains,
                good_now=estimated(0.6, 0.5, 0.7),
            ),
            OptimismDetail: Made(withheld="", grouped=gaps),
            AgreementDrivers: Made(groups=agreement, scope=scope),
        }  # fmt: skip

    def __getitem__(self, kind):
        return self.kinds[kind]

    def has(self, kind):
        return kind in self.kinds

    def released(self, kind):
        return Made(headline=self.headline)


EAST = graded("East", estimated(0.5, 0.3, 0.7))
WEST = graded("West", estimated(0.3, 0.1, 0.55))
NORTH = graded("North", estimated(0.2, 0.1, 0.59))
SOUTH = graded("South", unknown("fewer than ten audits"))
BEST = graded("Best", estimated(0.9, 0.8, 0.95))


def test_only_teams_whose_whole_interval_lies_below_the_council_s_share_are_below():
    lines = [Made(grades=one) for one in (EAST, WEST, SOUTH, BEST)]
    assert [line.grades.label for line in teams_below(lines, estimated(0.6))] == ["West"]
    assert teams_below(lines, estimated(0.55)) == ()  # the limit itself is not beyond it
    assert teams_below(lines, unknown("nobody graded")) == ()


def test_teams_shown_to_be_below_come_first_and_the_others_keep_their_order():
    table = teams_table(Found(teams=(BEST, EAST, NORTH, SOUTH, WEST)))
    assert [row[0] for row in table.rows] == ["North", "West", "Best", "East", "South"]


@pytest.mark.parametrize(
    ("teams", "words"),
    [
        (
            (BEST, EAST),
            "Of 2 teams with audits enough, none lies below the council's share graded good or "
            "better by more than chance would explain. They are not ranked.",
        ),
        (
            (EAST, WEST),
            "Of 2 teams with audits enough, West (30%) lies below the council's 60% graded good "
            "or better, by the whole interval. The others are not ranked.",
        ),
        (
            (NORTH, SOUTH, WEST),
            "Of 2 teams with audits enough, North (20%) and West (30%) lie below the council's "
            "60% graded good or better, by the whole interval. The others are not ranked.",
        ),
        ((SOUTH,), "No team has audits enough to say how many were graded good or better."),
    ],
)
def test_what_is_said_of_teams(teams, words):
    assert teams_words(Found(teams=teams)) == words


def test_domains_stand_weakest_first_with_gap_and_agreement_beside():
    gaps = (
        Made(kind="domain", groups=(Made(label="West", gap=estimated(0.25, 0.1, 0.4, cases=40)),)),
        Made(kind="team", groups=(Made(label="East", gap=estimated(9.0)),)),
    )
    agreement = (
        Made(kind="domain", label="East", coefficient=estimated(0.7, 0.6, 0.8, cases=12)),
        Made(kind="team", label="West", coefficient=estimated(0.1)),
    )
    table = domains_table(Found(domains=(EAST, SOUTH, WEST), gaps=gaps, agreement=agreement))
    assert table.rows == (
        ("West", "20", "30% (10 to 55%)", "40", "+0.25 (+0.10 to +0.40)", "0", "too few to say"),
        ("East", "20", "50% (30 to 70%)", "0", "too few to say", "12", "0.70 (0.60 to 0.80)"),
        ("South", "20", "too few to say", "0", "too few to say", "0", "too few to say"),
    )
    assert table.caption == "Domains: grades, gap to moderators and agreement"


def test_columns_without_a_figure_are_left_out():
    table = domains_table(Found(domains=(EAST,)))
    assert table.caption == "Domains: grades"
    assert [column.heading for column in table.columns] == ["Domain", "Grades", "Good or better"]


def test_copied_moderators_grades_give_no_gap():
    gaps = (Made(kind="domain", groups=(Made(label="East", gap=estimated(0.0)),)),)
    found = Found(domains=(EAST,), gaps=gaps)
    found.kinds[OptimismDetail].withheld = "a check failed"
    assert domains_table(found).caption == "Domains: grades"


def test_of_several_headlines_each_is_a_domain_of_the_others(monkeypatch):
    each = [("Help", Found(domains=(WEST,))), ("Care", Found(domains=(EAST, WEST)))]
    monkeypatch.setattr(side_by_side, "by_headline", lambda results: each)
    assert [one.label for one in graded_domains(Found())] == ["West", "East"]
