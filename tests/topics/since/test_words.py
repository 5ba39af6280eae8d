"""What is said of the last report: sentences and cells that must follow from facts by hand."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest

from qaf_analysis.kit.numbers import percent
from qaf_analysis.terms.agreed import Agreed
from qaf_analysis.topics.common.reported import EarlierReport, PastMoves
from qaf_analysis.topics.since.analysis import LIMITS, Differing, since_last
from qaf_analysis.topics.since.tables import agreed_table, figures_table, since_tables
from qaf_analysis.topics.since.tables import verdicts_table as changed_table
from qaf_analysis.topics.since.words import (
    FIRST,
    MOST_WORDS,
    NO_FIGURE,
    NO_STEP,
    NO_VERDICT,
    nothing_words,
    say_since,
    since_sentence,
    step_words,
    why_figure,
    why_verdict,
)
from tests.topics.since.facts_by_hand import (
    Q1,
    Q2,
    Q3,
    RUN,
    compared,
    facts,
    last,
    no_share,
    share,
    step,
    verdict,
)

IMPROVED = verdict("theme", "improved", theme="Supervision")
NOT_YET = verdict("theme", "no evidence of change", theme="Supervision")
OPEN = Agreed(action="Brief auditors", by=date(2019, 9, 30), state="part done", owner="Head")


def test_the_first_report_says_so_and_finds_nothing():
    found = since_last(EarlierReport(), facts(), printed=percent)
    assert since_sentence(found) == FIRST
    assert say_since(found).paragraphs == (FIRST,)
    assert nothing_words(found) == ()
    assert since_tables(found) == ()


def test_what_is_overdue_is_told_first_though_no_report_can_be_compared():
    """The settings hold two actions that are done, then one whose day was September 2019."""
    done = Agreed(action="Train auditors", by=date(2019, 6, 30), state="done", owner="Head")
    again = Agreed(action="Meet moderators", by=date(2019, 7, 31), state="done", owner="Head")
    found = since_last(EarlierReport(), facts(), agreed=(done, again, OPEN), printed=percent)
    assert since_sentence(found) == "Of 3 agreed actions, 1 is overdue and 2 are done."
    assert [one.action for one in found.agreed] == [
        "Brief auditors",
        "Train auditors",
        "Meet moderators",
    ]
    unread = EarlierReport(unreadable=("2019-20-Q2/x: damaged.",))
    assert since_sentence(since_last(unread, facts(), agreed=(OPEN,), printed=percent)) == (
        "Of 1 agreed action, 1 is overdue and 0 are done. The last report could not be read, so "
        "nothing is compared with it."
    )


def test_a_report_that_could_not_be_read_is_named_and_nothing_is_said_to_be_unchanged():
    found = since_last(
        EarlierReport(unreadable=("2019-20-Q2/x: damaged.",)), facts(), printed=percent
    )
    assert since_sentence(found) == (
        "The last report could not be read, so nothing is compared with it."
    )
    said = say_since(found)
    assert said.paragraphs == ("1 report could not be compared. 2019-20-Q2/x: damaged.",)
    assert said.claim == "The last report could not be compared"


def test_where_an_older_one_was_read_the_sentence_does_not_call_it_the_last():
    earlier = EarlierReport(last=last(facts(quarter=Q1)), unreadable=("2019-20-Q2/x: damaged.",))
    said = since_sentence(since_last(earlier, facts(), printed=percent))
    assert said.startswith("Since the report on 2019-20 Q1 (later ones could not be read):")


def test_nothing_changed_is_said_of_what_was_compared_only():
    found = compared(facts(verdicts=[verdict()], shares=[share()]),
                     facts(verdicts=[verdict()], shares=[share()]))  # fmt: skip
    assert since_sentence(found) == (
        "Since the last report (2019-20 Q2): no verdict changed, and no share of a past period "
        "was revised."
    )
    assert nothing_words(found) == (NO_STEP, NO_VERDICT, NO_FIGURE)
    assert since_tables(found) == ()


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        (NOT_YET, IMPROVED, "Supervision is now judged “improved”"),
        (IMPROVED, NOT_YET, "Supervision is now judged “no evidence of change”"),
        (verdict(), verdict(said="agrees poorly"),
         "agreement among auditors is now judged “agrees poorly”"),
        (verdict("optimism", "accept"), verdict("optimism", "adjust"),
         "over-optimism is now judged “adjust”"),
        (verdict("process", "more consistent", headline="Area"),
         verdict("process", "less consistent", headline="Area"),
         "Area: consistency of auditing is now judged “less consistent”"),
    ],
)  # fmt: skip
def test_one_changed_verdict_is_one_sentence(then, now, told):
    found = compared(facts(verdicts=[then]), facts(verdicts=[now]))
    assert since_sentence(found) == f"Since the last report (2019-20 Q2): {told}."


def test_verdicts_come_before_what_is_overdue_and_that_before_shares():
    found = compared(
        facts(verdicts=[NOT_YET], shares=[share()]),
        facts(verdicts=[IMPROVED], shares=[share(n=41)]),
        agreed=(OPEN,),
    )
    assert since_sentence(found) == (
        "Since the last report (2019-20 Q2): Supervision is now judged “improved”; "
        "1 agreed action is overdue; 1 past share was revised."
    )
    assert say_since(found).claim == (
        "Since the report on 2019-20 Q2, 1 verdict changed, 1 past share was revised and "
        "1 agreed action is overdue"
    )


MANY = [
    ("theme", "no evidence of change", "improved", "Assessment and analysis of need"),
    ("agreement", "agrees well", "not measurable this period", ""),
    ("optimism", "accept", "more moderation needed", ""),
    ("process", "more consistent", "less consistent, and agreement fell", ""),
    ("year", "has risen", "no change can be told", ""),
]


@pytest.mark.parametrize("count", range(len(MANY) + 1))
def test_the_sentence_has_25_words_at_most_whatever_changed(count):
    for some in combinations(MANY, count):
        found = compared(
            facts(verdicts=[verdict(a, then, theme=t) for a, then, _, t in some],
                  shares=[share(), share(Q2)]),
            facts(verdicts=[verdict(a, now, theme=t) for a, _, now, t in some],
                  shares=[share(n=41), share(Q2, n=42)]),
            agreed=(OPEN,),
        )  # fmt: skip
        said = since_sentence(found)
        assert len(said.split()) <= MOST_WORDS, said
        told = said.count("judged") + said.count("overdue") + said.count("revised")
        rest = count + 2 - told
        assert (f"{rest} further change" in said) == (rest > 0), said


@pytest.mark.parametrize(
    ("differing", "told"),
    [
        (Differing(), "Reason not recorded."),
        (Differing(data=("40 audits", "52 audits")), "New data: 52 audits; then 40 audits."),
        (Differing(settings=(LIMITS,)), f"Other settings ({LIMITS})."),
        (Differing(versions=("0.13.0", "0.14.0")),
         "Another version of the workbench (0.14.0, then 0.13.0)."),
        (Differing(versions=("0.14.0", "0.14.0")),
         "A change of the workbench under the same version number."),
        (Differing(versions=("0.13.0", "0.14.0"), data=("a", "b")),
         "Several things changed; which of them did it was not looked at: another version of the "
         "workbench (0.14.0, then 0.13.0); new data: b; then a."),
    ],
)  # fmt: skip
def test_a_cause_is_named_only_where_nothing_else_that_was_looked_at_differs(differing, told):
    assert why_verdict(differing) == told


def figure(then, now, **more):
    (found,) = compared(facts(shares=[then]), facts(shares=[now]), **more).figures
    return found


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        ({"late": 3}, "3 audits that no file loaded then held."),
        ({"counted_since": 1}, "1 audit loaded then, and counted only now."),
        ({"moved_in": 1}, "1 audit then dated in another quarter."),
        ({"moved_out": 2}, "2 audits now dated in another quarter."),
        ({"withdrawn": 1}, "1 audit that no file loaded now holds."),
        ({"uncounted": 1}, "1 audit loaded now, and counted no longer."),
        ({"regraded": 2}, "2 audits with another grade now."),
        ({"late": 1, "withdrawn": 1},
         "1 audit that no file loaded then held; 1 audit that no file loaded now holds."),
        ({}, "Reason not recorded."),
    ],
)  # fmt: skip
def test_why_a_share_was_revised_is_what_was_seen_of_its_audits(moves, told):
    planted = (PastMoves(headline="", quarter=Q1, **moves),)
    assert why_figure(figure(share(), share(n=41), moves=planted), "audit") == told


def test_why_is_open_where_audits_were_not_looked_up_and_the_paragraph_says_so():
    found = compared(
        facts(shares=[share()]), facts(shares=[share(n=41)]), moves=None, why="keys differ"
    )
    assert why_figure(found.figures[0], "audit") == "Reason not recorded."
    assert "Audits could not be compared one by one, because keys differ." in (
        say_since(found).paragraphs
    )


def test_rows_of_the_table_of_shares():
    found = compared(
        facts(shares=[no_share(n=7), share(Q2, n=40, value=0.5)], set_aside=12),
        facts(shares=[share(n=12, value=0.75), share(Q2, n=40, value=0.475)]),
        moves=(PastMoves(headline="", quarter=Q2, regraded=1),),
    )
    table = figures_table(found)
    assert [column.heading for column in table.columns] == ["Figure", "Last report", "Now", "Why"]
    assert table.rows == (
        ("Graded good or better, 2019-20 Q1", "no share, 7 audits", "75% of 12 audits",
         "Reason not recorded."),
        ("Graded good or better, 2019-20 Q2", "50% of 40 audits", "48% of 40 audits",
         "1 audit with another grade now."),
    )  # fmt: skip
    assert table.source == (
        f"Compared with the report on 2019-20 Q2, run {RUN}. Rows set aside: 12 then, 9 now."
    )


def test_rows_of_the_table_of_verdicts():
    found = compared(
        facts(verdicts=[NOT_YET, verdict("theme", "improved", theme="Gone")]),
        facts(verdicts=[IMPROVED]),
    )
    table = changed_table(found)
    assert table.rows == (
        ("Did practice change after the themed audit on Supervision?", "no evidence of change",
         "improved", "Reason not recorded."),
        ("Did practice change after the themed audit on Gone?", "improved",
         "not in this report", "Reason not recorded."),
    )  # fmt: skip


def test_rows_of_the_table_of_steps():
    found = compared(
        facts(steps=[step(by=Q3), step("moderate more", "Moderate 30.")],
              verdicts=[verdict(said="agrees poorly"), verdict("optimism", "adjust")]),
        facts(steps=[step("moderate more", "Moderate 20.")],
              verdicts=[verdict(said="agrees well"), verdict("optimism", "adjust")]),
        agreed=(
            Agreed(action="Hold a calibration session", by=date(2019, 9, 30), state="late",
                   owner="Head of service", outcome="Planned for May", meeting="Board, 14 July"),
            Agreed(action="Buy chairs", by=date(2020, 3, 31), state="not started"),
        ),
    )  # fmt: skip
    table = agreed_table(found)
    assert [column.heading for column in table.columns] == [
        "Agreed", "Owner", "State", "What became of it",
    ]  # fmt: skip
    assert table.rows == (
        ("Hold a calibration session (Board, 14 July)", "Head of service, by 30 September 2019",
         "late, overdue", "Planned for May. The verdict on agreement among auditors is now "
         "“agrees well”, which does not call for it."),
        ("Buy chairs", "No owner named, by 31 March 2020", "not started", "Nothing recorded."),
        ("Recommended: Moderate 30.", "No owner named, by 31 December 2019", "recommended again",
         "The verdict on over-optimism is still “adjust”. It now reads: Moderate 20."),
    )  # fmt: skip


def test_a_step_that_no_longer_is_called_for_by_the_same_verdict_says_that_it_is_the_same():
    (found,) = compared(
        facts(steps=[step()], verdicts=[verdict()]), facts(verdicts=[verdict()])
    ).steps
    assert step_words(found) == (
        "The verdict on agreement among auditors is still “agrees well”, which does not call for "
        "it."
    )


def test_a_step_behind_others_and_one_of_another_version():
    then = facts(steps=[step(), step("older", "Count.")], verdicts=[verdict()])
    behind, older = compared(then, facts(called_for=[step()], verdicts=[verdict()])).steps
    assert step_words(behind) == (
        "The verdict on agreement among auditors is still “agrees well”. Other steps come first."
    )
    assert step_words(older) == "This version does not know which verdict called for it."


def test_a_verdict_that_is_not_reached_leaves_no_hole_in_the_sentence():
    (found,) = compared(facts(steps=[step()], verdicts=[verdict()]), facts()).steps
    assert step_words(found) == (
        "The verdict on agreement among auditors is now not reached, which does not call for it."
    )
