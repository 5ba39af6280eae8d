"""What is otherwise than in the last report, with facts and answers written by hand."""

from __future__ import annotations

from datetime import date
from math import isnan

import pytest

from qaf_analysis.kit.numbers import percent
from qaf_analysis.terms.agreed import Agreed
from qaf_analysis.topics.common.reported import EarlierReport, PastMoves, StepKind
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.since import analysis
from qaf_analysis.topics.since.analysis import (
    LIMITS,
    PROCESS_CHANGES,
    RESTS_ON,
    SCALE,
    Differing,
    SinceLast,
    since_last,
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


def verdicts_of(then, now, **more):
    return compared(facts(verdicts=then), facts(verdicts=now), **more).verdicts


def test_without_an_earlier_report_nothing_is_compared_and_nothing_is_found():
    found = since_last(EarlierReport(), facts(verdicts=[verdict()]), printed=percent)
    assert found.is_first
    assert not found.has_something
    assert (found.last, found.verdicts, found.figures, found.steps) == (None, (), (), ())


def test_a_report_that_cannot_be_read_is_something_to_tell_and_no_first_report():
    found = since_last(EarlierReport(unreadable=("x: y",)), facts(), printed=percent)
    assert (found.is_first, found.has_something, found.last) == (False, True, None)


def test_a_verdict_is_told_as_it_was_then_and_as_it_is_now():
    """The fault to fear: then and now exchanged."""
    (found,) = verdicts_of([verdict(said="agrees well")], [verdict(said="agrees poorly")])
    assert (found.asked, found.then, found.now) == ("agreement", "agrees well", "agrees poorly")


def test_the_same_verdict_on_other_data_is_no_change():
    assert verdicts_of([verdict(basis="40 audits")], [verdict(basis="52 audits")]) == ()


def test_verdicts_are_paired_by_question_headline_and_theme():
    then = [
        verdict("theme", "improved", theme="Plans"),
        verdict("theme", "no evidence of change", theme="Risk"),
        verdict(said="agrees well", headline="Area A"),
        verdict(said="agrees poorly", headline="Area B"),
    ]
    now = [
        verdict(said="agrees poorly", headline="Area B"),
        verdict(said="agrees in part", headline="Area A"),
        verdict("theme", "no evidence of change", theme="Risk"),
        verdict("theme", "got worse", theme="Plans"),
    ]
    found = [(one.headline, one.theme, one.then, one.now) for one in verdicts_of(then, now)]
    assert found == [
        ("Area A", "", "agrees well", "agrees in part"),
        ("", "Plans", "improved", "got worse"),
    ]


def test_a_theme_that_came_or_went_is_told_without_a_verdict_on_that_side():
    then = [verdict("theme", "improved", theme="Gone")]
    now = [verdict("theme", "too little data", theme="New")]
    found = [(one.theme, one.then, one.now, one.differing) for one in verdicts_of(then, now)]
    assert found == [
        ("New", "", "too little data", Differing()),
        ("Gone", "improved", "", Differing()),
    ]


def one_differing(then, now, **more) -> Differing:
    (found,) = compared(then, now, **more).verdicts
    return found.differing


def test_of_new_data_what_both_rested_on_is_kept_in_its_order():
    found = one_differing(
        facts(verdicts=[verdict(basis="40 audits")]),
        facts(verdicts=[verdict(said="agrees poorly", basis="52 audits")]),
    )
    assert found == Differing(data=("40 audits", "52 audits"))


def test_where_nothing_that_was_looked_at_differs_no_reason_is_given():
    found = one_differing(
        facts(verdicts=[verdict()]), facts(verdicts=[verdict(said="agrees poorly")])
    )
    assert found == Differing()


@pytest.mark.parametrize(
    ("asked", "name", "counts"),
    [
        ("optimism", LIMITS, True),
        ("agreement", LIMITS, False),
        ("process", PROCESS_CHANGES, True),
        ("optimism", PROCESS_CHANGES, False),
        *((asked, SCALE, True) for asked in RESTS_ON),
    ],
)
def test_a_setting_is_named_only_for_a_verdict_that_rests_on_it(asked, name, counts):
    found = one_differing(
        facts(verdicts=[verdict(asked, "accept")]),
        facts(verdicts=[verdict(asked, "adjust")], settings={name: "another"}),
    )
    assert found.settings == ((name,) if counts else ())


def test_a_setting_that_one_version_did_not_keep_is_not_said_to_differ():
    then = facts(verdicts=[verdict("optimism", "accept")])
    now = facts(verdicts=[verdict("optimism", "adjust")], settings={"weights": "new"})
    assert one_differing(then, now).settings == ()


def test_another_code_is_told_with_both_versions_in_their_order():
    found = one_differing(
        facts(verdicts=[verdict()], version="0.13.0"),
        facts(verdicts=[verdict(said="agrees poorly")]),
        same_code=False,
    )
    assert found.versions == ("0.13.0", "0.14.0")


def figures_of(then, now, **more):
    return compared(facts(shares=then), facts(shares=now), **more).figures


def test_a_revised_share_is_told_with_both_values_and_both_numbers():
    """25 of 40 then, 27 of 43 now: 62.5 and 62.8 percent, printed 63 and 63; n tells them apart."""
    (found,) = figures_of([share(n=40, value=25 / 40)], [share(n=43, value=27 / 43)])
    assert (found.period, found.n_then, found.n_now) == ("2019-20 Q1", 40, 43)
    assert (found.then, found.now) == (25 / 40, 27 / 43)


@pytest.mark.parametrize(
    ("then", "now", "is_revised"),
    [
        (0.6249, 0.6151, False),  # both print 62%
        (0.6249, 0.6250, True),  # 62% and 63%
        (0.6149, 0.6151, True),  # 61% and 62%
        (0.625, 0.625, False),
    ],
)
def test_what_prints_alike_is_no_revision(then, now, is_revised):
    found = figures_of([share(value=then)], [share(value=now)])
    assert bool(found) is is_revised


def test_a_share_that_was_withheld_on_few_audits_and_is_given_now_is_revised():
    (found,) = figures_of([no_share(n=7)], [share(n=12, value=0.5)])
    assert isnan(found.then)
    assert (found.n_then, found.n_now, found.now) == (7, 12, 0.5)
    assert figures_of([no_share(n=7)], [no_share(n=7)]) == ()
    assert len(figures_of([no_share(n=7)], [no_share(n=8)])) == 1


def test_only_the_same_period_of_the_same_headline_is_compared():
    year = {"is_year": True, "first": Q1, "last": Q1, "period": "the year"}
    then = [share(Q1), share(Q2, n=30), share(Q1, n=99, **year), share(Q1, n=50, headline="Area")]
    now = [
        share(Q1),
        share(Q2, n=31),
        share(Q3, n=20),
        share(Q1, n=99, **year),
        share(Q1, n=51, headline="Other"),
    ]
    (found,) = figures_of(then, now)
    assert (found.period, found.n_then, found.n_now) == (str(Q2), 30, 31)


def test_moves_of_all_quarters_of_a_year_count_and_no_others():
    year = {"is_year": True, "first": Q1, "last": Q2, "period": "2019-20 Q1 to 2019-20 Q2"}
    moves = (
        PastMoves(headline="", quarter=Q1.next(-1), late=50),
        PastMoves(headline="", quarter=Q1, late=2, regraded=1),
        PastMoves(headline="", quarter=Q2, withdrawn=1, late=1),
        PastMoves(headline="Area", quarter=Q2, late=70),
    )
    then = [share(Q2, n=10, **year), share(Q1, n=4)]
    now = [share(Q2, n=12, **year), share(Q1, n=6)]
    whole, first = figures_of(then, now, moves=moves)
    assert whole.moves == PastMoves(headline="", quarter=Q2, late=3, withdrawn=1, regraded=1)
    assert first.moves == PastMoves(headline="", quarter=Q1, late=2, regraded=1)


def test_audits_that_cannot_be_looked_up_leave_the_reason_open():
    (found,) = figures_of([share(n=40)], [share(n=41)], moves=None, why="of the key")
    assert found.moves is None
    assert not found.other_scale


def test_another_scale_is_told_of_a_revised_share():
    result = compared(
        facts(shares=[share(value=0.5)]), facts(shares=[share()], settings={SCALE: "five levels"})
    )
    assert [one.other_scale for one in result.figures] == [True]


def steps_of(then, now_steps, *, called=None, then_verdict="agrees poorly", now="agrees poorly"):
    return compared(
        facts(steps=then, verdicts=[verdict(said=then_verdict)]),
        facts(steps=now_steps, called_for=called, verdicts=[verdict(said=now)]),
    ).steps


def test_a_step_recommended_again_in_other_numbers_is_the_same_step():
    (found,) = steps_of([step(action="Moderate 30.", kind="moderate more")],
                        [step(action="Moderate 20.", kind="moderate more")])  # fmt: skip
    assert (found.became, found.action, found.action_now) == (
        "again", "Moderate 30.", "Moderate 20.",
    )  # fmt: skip
    (same,) = steps_of([step()], [step(by=Q3.next())])
    assert (same.became, same.action_now, same.by) == ("again", "", Q3)


def test_a_step_that_had_no_room_is_still_called_for_and_not_said_to_be_over():
    (found,) = steps_of([step()], [], called=[step()])
    assert found.became == "still"


def test_a_step_that_no_verdict_calls_for_is_told_with_the_verdict_and_whether_that_changed():
    (over,) = steps_of([step()], [], now="agrees well")
    assert (over.became, over.asked, over.verdicts, over.is_changed) == (
        "no longer", "agreement", ("agrees well",), True,
    )  # fmt: skip
    (as_before,) = steps_of([step()], [])
    assert (as_before.verdicts, as_before.is_changed) == (("agrees poorly",), False)


def test_a_kind_that_this_version_does_not_know_is_not_compared():
    (found,) = steps_of([step(kind="something older")], [step()])
    assert (found.became, found.asked) == ("not comparable", "")


def test_each_kind_of_step_has_the_verdict_that_calls_for_it():
    assert set(analysis._CALLED_BY) == set(StepKind)


def agreed(action="Hold a calibration session", state="done", by=date(2019, 12, 30), **more):
    return Agreed(action=action, by=by, state=state, **more)


def test_what_was_agreed_stands_as_declared_and_takes_the_step_in_its_words_along():
    result = compared(
        facts(steps=[step(), step(kind="moderate more", action="Moderate 30.")]),
        facts(),
        agreed=[agreed(owner="Head of service", outcome="Held twice"), agreed("Buy chairs")],
    )
    first, second = result.agreed
    assert (first.owner, first.state, first.outcome, first.by) == (
        "Head of service", "done", "Held twice", "2019-12-30",
    )  # fmt: skip
    assert first.step is not None
    assert first.step.action == "Hold a calibration session."
    assert second.step is None
    assert [one.action for one in result.steps] == ["Moderate 30."]


def test_overdue_is_counted_by_the_quarter_of_this_report_and_not_of_the_last():
    open_one = agreed(state="part done", by=date(2019, 12, 30))
    result = compared(facts(), facts(), agreed=[open_one, agreed("Other")])
    assert result.overdue == 1
    assert compared(facts(), facts(quarter=Q2), agreed=[open_one]).overdue == 0


def test_agreed_actions_are_told_of_without_an_earlier_report_too():
    found = since_last(EarlierReport(), facts(), agreed=(agreed(),), printed=percent)
    assert found.is_first
    assert found.has_something


def test_what_was_compared_is_named_and_rows_set_aside_are_in_their_order():
    result = compared(facts(set_aside=12), facts(set_aside=9))
    assert (result.last, result.run_id, result.set_aside) == (Q2, RUN, (12, 9))


def test_the_result_is_kept_and_read_back_as_it_was():
    result = compared(
        facts(verdicts=[verdict()], shares=[share(n=3)], steps=[step()]),
        facts(verdicts=[verdict(said="x")], shares=[share(n=4)]),
        agreed=[agreed(), agreed("Other", "late")],
        moves=(PastMoves(headline="", quarter=Q1, late=1),),
    )
    text = result_to_json(result)
    assert result_from_json(text, SinceLast) == result
    kept = EarlierReport(last=last(facts(shares=[share()], steps=[step()])), unreadable=("a: b",))
    assert result_from_json(result_to_json(kept), EarlierReport) == kept
