"""Groups of a made-up council beside one another: what is compared, said, held back and sealed."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from scipy.stats import norm

from qaf_analysis.lab.explore import released
from qaf_analysis.lab.explore.page import Exploration
from qaf_analysis.lab.explore.pictures import explored_pictures
from qaf_analysis.lab.explore.released import GAP, SAME, SHARE, By, released_groups, tidy_table
from qaf_analysis.lab.explore.view import explored
from qaf_analysis.lab.explore.words import explored_tables, say_explored
from qaf_analysis.report.blocks import Heading
from qaf_analysis.report.document import Document, Placed
from qaf_analysis.report.writers.chosen_tables import every_table
from qaf_analysis.terms.errors import UsageError
from tests.lab.explore.by_hand import CODE, TOO_FEW, Results, released_figures

RUN = "4f2a09c1d2e3b4a5"
RESULTS = Results()
LETTERS = CODE.partition("-")[2]


@pytest.fixture(autouse=True)
def figures_by_hand(monkeypatch):
    monkeypatch.setattr(released, "figures", released_figures)


def look(measure=SHARE, *, auditors=False, **chosen):
    kinds = {str(by): by for by in By}
    return explored(
        RESULTS, measure=measure, run_id=RUN, auditors=auditors,
        chosen={kinds[kind]: label for kind, label in chosen.items()},
    )  # fmt: skip


def panel(found, by):
    return next(one for one in found.panels if one.by is by)


def everything(found):
    """All that is shown of it, as one text."""
    said = say_explored(found)
    shown = [*said.paragraphs, said.claim, said.limits, said.source]
    shown += [text for one in explored_pictures(found) for text in (one.svg, one.alt, one.title)]
    for table in explored_tables(found):
        shown += [table.caption, table.note, table.source, *(c for row in table.rows for c in row)]
    return "\n".join(shown)


def test_only_groups_of_the_measure_and_nothing_of_single_auditors_are_compared():
    groups = released_groups(RESULTS, GAP)
    assert [(one.by, one.label) for one in groups] == [
        (By.QUARTER, "2019-20 Q2"), (By.TEAM, "East"), (By.TEAM, "West"),
    ]  # fmt: skip
    assert released_groups(RESULTS, SAME) == []


def test_the_range_and_the_chance_of_it_by_hand():
    # East and West differ by 0.3 with errors of 0.1 each: |difference| / (0.1 * √2).
    spread = panel(look(GAP), By.TEAM).spread
    assert spread.observed == pytest.approx(0.3)
    assert spread.share == pytest.approx(2 * norm.sf(0.3 / (0.1 * 2**0.5)), abs=0.01)
    assert spread.high == pytest.approx(0.1 * 2**0.5 * norm.ppf(0.9875), rel=0.05)


def test_groups_that_are_alike_show_no_more_than_chance_and_one_that_stands_out_does():
    said = say_explored(look()).paragraphs
    quarters = next(line for line in said if line.startswith("Quarters: the highest of 3 lies 0"))
    assert "Were all 3 alike, chance alone would show" in quarters
    assert quarters.endswith("So no more than chance is seen.")
    teams = next(line for line in said if line.startswith("Teams: the highest of 3 lies 40"))
    assert "So more than chance is seen." in teams
    assert "Too little is known of Edge of Care." in teams


def test_within_chance_nothing_is_said_of_domains_that_share_their_audits():
    said = say_explored(look()).paragraphs
    (domains,) = [line for line in said if line.startswith("Domains: ")]
    assert domains.endswith("So whether there is more than chance cannot be told.")


def test_a_group_that_stands_out_is_rare_and_one_in_the_middle_is_not():
    east = panel(look(team="East"), By.TEAM).marked
    middle = panel(look(quarter="2019-20 Q2"), By.QUARTER).marked
    assert east.one_so_far < 0.01
    assert middle.one_so_far == 1
    said = "\n".join(say_explored(look(team="East")).paragraphs)
    assert "Team East: 90% (84 to 96%), n = 100." in said
    assert "Chance alone would show one team as far from the others in under 1%" in said


def test_marking_one_group_changes_no_figure_of_another():
    without, marked = look(), look(team="West", domain="Plan")
    assert [one.spread for one in without.panels] == [one.spread for one in marked.panels]
    assert without.mixes == marked.mixes


def test_what_the_report_holds_back_is_held_back_everywhere():
    found = look(team="Edge of Care")
    teams = panel(found, By.TEAM)
    assert teams.held_back == (("Edge of Care", TOO_FEW),)
    assert "Edge of Care" not in [one.label for one in teams.members]
    assert f"Team Edge of Care has no figure: {TOO_FEW}." in say_explored(found).paragraphs
    mixes = next(one for one in found.mixes if one.by is By.TEAM)
    assert mixes.left_out == ("Edge of Care",)
    assert (0, 4, 0, 0) not in mixes.counts
    assert not any("Edge of Care" in one.svg for one in explored_pictures(found))
    assert tidy_table(RESULTS).query("group == 'Edge of Care'")["value"].isna().all()


def test_mixes_by_hand():
    # East has 0, 10, 60, 30 of 100; the two others 10, 40, 40, 10; all: 6.67, 30, 46.67, 16.67.
    mixes = next(one for one in look().mixes if one.by is By.TEAM)
    east = (6.667 + 20 + 13.333 + 13.333) / 200
    other = (3.333 + 10 + 6.667 + 6.667) / 200
    assert mixes.unlike.observed == pytest.approx((east + 2 * other) / 3, abs=1e-4)
    assert mixes.unlike.share < 0.01
    quarters = next(one for one in look().mixes if one.by is By.QUARTER)
    assert quarters.unlike.observed == 0
    assert quarters.unlike.share == 1


def test_mixes_stand_beside_the_share_alone():
    assert look(GAP).mixes == ()


def test_without_asking_no_auditor_can_be_told_apart():
    found = look(GAP)
    assert found.own.spread.groups == 4  # the fifth rests on two audits
    assert {one.label for one in found.own.members} == {""}
    assert LETTERS not in everything(found)
    assert not any(
        column.heading == "Auditor" for t in explored_tables(found) for column in t.columns
    )
    assert sum(one.auditors for one in found.bins) == 4
    assert "Single auditors" not in everything(found)


def test_an_auditor_is_refused_unless_the_notebook_asks_for_it():
    with pytest.raises(UsageError, match="auditors = True"):
        look(GAP, auditor=LETTERS)
    found = look(GAP, auditors=True, auditor=LETTERS)
    assert found.own.marked.label == LETTERS
    assert "for the quality lead's eyes" in say_explored(found).paragraphs[0]
    assert LETTERS in everything(found)


def tables(found):
    return explored_tables(found)


def _placed(table):
    return Placed(block=table, number="Table")


def test_the_tables_of_single_auditors_are_sealed_by_the_reports_own_rule():
    def sealed(found):
        heading = Heading(level=2, text="Explored", id="explored")
        document = SimpleNamespace(
            placed=lambda: ((), [Placed(block=heading, number="1"), *map(_placed, tables(found))])
        )
        told = every_table(cast(Document, document))
        return [one.table.caption for one in told if one.about_auditors]

    assert sealed(look(GAP)) == []
    assert sealed(look(GAP, auditors=True)) == ["Gap to moderators, by auditor"]


def test_expected_auditors_by_hand():
    # Errors 0.6 / √n; the share of each within a bin under one centre adds up to the auditors.
    found = look(GAP)
    centre = found.own.spread.centre
    weights = [40, 10, 10, 6]
    assert centre == pytest.approx((40 * 0.3 + 10 * 0.2 - 10 * 0.2) / sum(weights))
    for one in found.bins:
        by_hand = sum(
            norm.cdf(one.high, centre, 0.6 / n**0.5) - norm.cdf(one.low, centre, 0.6 / n**0.5)
            for n in weights
        )
        assert one.by_chance == pytest.approx(by_hand)


def test_every_picture_has_words_and_every_sentence_is_short():
    for measure in (SHARE, GAP, SAME):
        found = look(measure, team="East")
        for drawn in explored_pictures(found):
            assert len(drawn.alt.split()) > 8
            assert len(drawn.alt.split()) <= 62
        for line in say_explored(found).paragraphs:
            for sentence in re.split(r"(?<=[.?!]) (?=[A-Z])", line):
                assert len(sentence.split()) <= 30, sentence


def test_every_fact_drawn_stands_in_a_table():
    tables = {table.caption: table for table in explored_tables(look())}
    by_team = tables["Share graded good or better, by team, the year to March 2020"]
    assert by_team.rows[0] == ("East", "90%", "84 to 96%", "100")
    assert ("Edge of Care", "too few to say", "", "") in by_team.rows
    assert tables["Audits by grade and team"].rows[0] == ("East", "0", "10", "60", "30", "100")
    first = explored_tables(look())[0]
    assert first.rows[1][:3] == ("Teams", "3", "40")


def test_a_measure_with_nothing_to_compare_says_so():
    found = look(SAME)
    assert found.panels == ()
    assert explored_pictures(found) == ()
    found = look(GAP)
    quarters = say_explored(found).paragraphs[0]
    assert quarters == "Too few moderation rounds have a figure to be compared."


@pytest.fixture
def exploration():
    return Exploration(RESULTS, run_id=RUN)


def test_the_form_asks_for_measure_and_groups_and_shows_when_asked(exploration):
    page = exploration.page()
    questions = page.sections[0].questions
    assert [one.id for one in questions] == ["measure", "quarter", "team", "domain"]
    assert questions[0].value == "Share graded good or better"
    assert page.shown == ()
    exploration.chose("team", "East")
    exploration.chose("measure", "Gap to moderators")
    assert exploration.page().shown == ()
    exploration.pressed("show")
    page = exploration.page()
    assert page.shown[0].heading.startswith("Gap to moderators, beside what chance")
    assert any("Team East" in line for line in page.shown[0].lines)
    assert page.status.startswith("Shown below: Gap to moderators")
    json.dumps(page, default=vars)


def test_the_form_offers_auditors_only_where_asked():
    asked = Exploration(RESULTS, run_id=RUN, auditors=True).page().sections[0]
    assert asked.questions[-1].words == (LETTERS, "B2CD")
    assert "not to be passed on" in asked.lines[0]


def test_what_is_not_there_cannot_be_looked_at(exploration):
    with pytest.raises(UsageError, match="cannot be chosen"):
        exploration.chose("team", "South")
    with pytest.raises(UsageError, match='no team "South"'):
        exploration.look(team="South")
    with pytest.raises(UsageError, match="no measure"):
        exploration.look(measure="Kappa")
    with pytest.raises(UsageError, match="auditors = True"):
        exploration.look(measure="Gap to moderators", auditor=LETTERS)


def test_each_headline_is_compared_by_itself(monkeypatch):
    def of_two(results):
        found = released_figures(results)
        one = [
            replace(each, headline="One", group=f"One; {each.group}".strip("; ")) for each in found
        ]
        other = replace(one[0], headline="Other", group="Other; team Elsewhere")
        return (*one, other)

    monkeypatch.setattr(released, "figures", of_two)
    labels = [one.label for one in released_groups(RESULTS, SHARE, headline="One")]
    assert labels == [
        "2019-20 Q1", "2019-20 Q2", "2019-20 Q3", "East", "North", "Edge of Care", "West", "Plan",
        "Risk",
    ]  # fmt: skip
    (other,) = released_groups(RESULTS, SHARE, headline="Other")
    assert (other.by, other.label) == (By.TEAM, "Elsewhere")
