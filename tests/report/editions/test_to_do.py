"""What is to be done first: from results by hand, each line with the number it must have."""

from __future__ import annotations

from types import SimpleNamespace as Made

import pytest

from qaf_analysis.data.contract.record import Check
from qaf_analysis.report.editions.to_do import (
    ToDo,
    _agreed,
    _overdue,
    _to_discuss,
    _to_draw,
    _to_mend,
    in_short,
    mend_tables,
    to_do_table,
)
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.topics.programme.analysis.intake import FindingGroup, Intake

BY = "30 June 2020"


def intake(*findings: FindingGroup, checks: tuple[Check, ...] = (), **more: int) -> Intake:
    counts = {"rows_in": 100, "loaded": 100, "quarantined": 0} | more
    return Intake(
        council="Small", synthetic=False, quarter=Quarter(2019, 4), files=(), findings=findings,
        checks=checks, dropped_columns=(), key_id="k", settings_sha256="", audits=1, ratings=1,
        moderations=0, **counts,
    )  # fmt: skip


def found(code: str, rows: int, outcome: str = "quarantine") -> FindingGroup:
    return FindingGroup(
        code=code, outcome=outcome, file="a.csv", first_place="a.csv › row 2", rows=rows, mend="do"
    )


def action(label: str, *, due: int, overdue: int) -> Made:
    return Made(label=label, due=due, overdue=overdue)


@pytest.mark.parametrize(
    ("overdue", "what", "why"),
    [
        (
            (2, 3),
            "Close 5 overdue actions, or agree another day",
            "Of 9 whose day had come, 5 are still open; most, 3, for Plans.",
        ),
        (
            (1, 0),
            "Close 1 overdue action, or agree another day",
            "Of 9 whose day had come, 1 is still open; most, 1, for Visits.",
        ),
    ],
)
def test_overdue_actions(overdue, what, why):
    themes = [
        action(n, due=4, overdue=k) for n, k in zip(("Visits", "Plans"), overdue, strict=True)
    ]
    actions = Made(
        why_not="", overall=action("All actions", due=9, overdue=sum(overdue)), by_theme=themes
    )
    (told,) = _overdue(actions, BY)
    assert (told.what, told.why, told.by, told.section) == (what, why, BY, "actions")


def agreed(action: str, state: str, by: str, *, overdue: bool = False, owner: str = "") -> Made:
    return Made(
        action=action, state=state, by=by, is_overdue=overdue, owner=owner, meeting="the board"
    )


def test_what_was_agreed_and_is_not_ended_stands_with_its_owner_and_day():
    since = Made(
        agreed=[
            agreed("Write guidance.", "part done", "2020-05-01", owner="Head of QA"),
            agreed("Brief auditors", "not started", "2019-12-31", overdue=True),
            agreed("Buy books", "done", "2019-01-01"),
            agreed("Sell books", "dropped", "2019-01-01"),
        ]
    )
    first, second = _agreed(since)
    assert (first.what, first.owner, first.by) == (
        "Brief auditors", "to be named", "31 December 2019"
    )  # fmt: skip
    assert first.why == "Agreed at the board; not started, overdue."
    assert (second.what, second.owner, second.by) == ("Write guidance", "Head of QA", "1 May 2020")
    assert second.why == "Agreed at the board; part done."


def test_of_many_things_agreed_the_first_page_lists_a_few():
    since = Made(agreed=[agreed(f"Step {n}", "late", "2020-05-01") for n in range(9)])
    assert len(list(_agreed(since))) == 5


def test_no_action_overdue_or_known_is_nothing_to_do():
    none = Made(why_not="", overall=action("All actions", due=9, overdue=0), by_theme=[])
    unknown = Made(why_not="no export", overall=action("All actions", due=0, overdue=0))
    assert not [*_overdue(none, BY), *_overdue(unknown, BY)]


def test_rows_and_checks_to_mend():
    checks = (
        Check(name="One thing", state="failed", detail=""),
        Check(name="Another", state="passed", detail=""),
        Check(name="A third", state="could not run", detail=""),
    )
    told = list(_to_mend(intake(checks=checks, quarantined=4, rows_in=107, not_data=7), BY))
    assert [(one.what, one.why) for one in told] == [
        ("Mend 4 rows that could not be used", "Of 100 rows, these are in no figure."),
        ("Look into 1 check that failed", "One thing."),
    ]
    assert not list(_to_mend(intake(checks=checks[1:]), BY))


def test_rows_to_mend_are_those_that_were_lost_most_first():
    result = intake(
        found("duplicate", 2), found("date_unreadable", 9), found("encoding", 50, "warning"),
        found("spelling", 70, "note"), quarantined=11,
    )  # fmt: skip
    (table,) = mend_tables(result)
    assert [row[:2] for row in table.rows] == [("date unreadable", "9"), ("duplicate", "2")]
    assert mend_tables(intake()) == ()


def test_checks_that_failed_stand_before_those_that_could_not_run():
    states = ("could not run", "passed", "failed")
    checks = tuple(Check(name=state, state=state, detail="") for state in states)
    (table,) = mend_tables(intake(checks=checks))
    assert [row[0] for row in table.rows] == ["failed", "could not run"]


def test_cases_and_the_next_draw():
    cases = Made(cases=[1, 2], scope=Made(used=9), scale=OFSTED4.words)
    (told,) = _to_discuss(cases, BY)
    assert told.what == "Talk over 2 cases that two people graded apart"
    assert told.why.startswith("Of 9 audits that two people read")
    assert not list(_to_discuss(Made(cases=[]), BY))
    assert next(_to_draw(1, BY)).what == "Draw 1 audit for the next round of moderation"
    assert not list(_to_draw(0, BY))


def test_the_table_names_the_section_and_no_owner_is_made_up():
    one = ToDo(what="Mend it", why="It broke.", by=BY, section="cases")
    table = to_do_table([one], numbers={"to-do": 1, "cases": 2})
    assert table.rows == (("Mend it", "It broke.", "to be named", BY, "2"),)
    assert in_short([one]) == "One thing is to be done before the next report. First: Mend it."
    assert in_short([one, one]).startswith("Two things are to be done")
    assert in_short([]).startswith("Nothing is to be done")
