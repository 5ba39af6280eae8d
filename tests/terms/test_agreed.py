"""What a council may declare as agreed, what each slip of it is told, and what is overdue."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from qaf_analysis.data.council.naming import words_printed
from qaf_analysis.data.store.settings_copy import settings_copy, settings_of_copy
from qaf_analysis.terms.agreed import Agreed
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings_file import settings_from

BRIEF = '[[agreed]]\naction = "Brief auditors"\nby = "2019-20 Q3"\nstate = "done"\n'


def declared(text: str) -> tuple[Agreed, ...]:
    return settings_from(tomllib.loads(f'[council]\nname = "Example"\n{text}')).agreed


def test_everything_declared_is_taken_as_it_is_written():
    more = 'owner = "Head of service"\noutcome = "All\\n  29 came"\nmeeting = "Board, 14 January"\n'
    (one,) = declared(BRIEF + more)
    assert one == Agreed(
        action="Brief auditors",
        by=date(2019, 12, 31),
        state="done",
        owner="Head of service",
        outcome="All 29 came",
        meeting="Board, 14 January",
    )


def test_a_quarter_ends_with_its_last_day_and_a_day_is_taken_as_it_is():
    assert declared(BRIEF)[0].by == date(2019, 12, 31)
    assert declared(BRIEF.replace('"2019-20 Q3"', "2020-02-29"))[0].by == date(2020, 2, 29)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('action = "Brief auditors"', "", '"action" is missing or empty'),
        ('by = "2019-20 Q3"', "", '"by" is missing; write a quarter such as by = "2019-20 Q4"'),
        ('"2019-20 Q3"', '"next spring"', '"by": "next spring" is not a quarter'),
        ('"2019-20 Q3"', "1920-01-01", '"by" is 1920-01-01; expected a date from 1990'),
        ('"2019-20 Q3"', "20", '"by" should be a date such as'),
        ('state = "done"', "", '"state" is missing; write one of done, part done, late'),
        ('"done"', '"finished"', '"state" is "finished"; expected one of done, part done, late'),
        ('"done"', "true", '"state" should be text'),
        ('state = "done"', 'state = "done"\nowners = "Head"', 'perhaps "owner" is meant'),
        ("Brief auditors", "x" * 301, '"action" has 301 characters; write at most 300'),
    ],
)
def test_each_slip_is_told_with_the_table_and_the_key(old, new, told):
    text = BRIEF.replace(old, new, 1)
    assert text != BRIEF
    with pytest.raises(SettingsError) as caught:
        declared(BRIEF.replace("Brief", "Train") + text)
    assert str(caught.value).startswith("council.toml, [[agreed]] number 2: ")
    assert told in str(caught.value)


def test_the_same_thing_twice_is_refused_and_another_day_is_another_thing():
    with pytest.raises(SettingsError, match=r"number 2: .*declared above already"):
        declared(BRIEF + BRIEF.replace("Brief auditors", "brief  AUDITORS"))
    assert len(declared(BRIEF + BRIEF.replace("Q3", "Q4"))) == 2


def test_more_than_can_be_read_is_refused():
    with pytest.raises(SettingsError, match=r"51 \[\[agreed\]\] tables; keep the latest 50"):
        declared("".join(BRIEF.replace("auditors", f"team {n}") for n in range(51)))


def test_texts_in_place_of_tables_are_named():
    with pytest.raises(SettingsError, match=r"write \[\[agreed\]\] above each"):
        settings_from({"council": {"name": "Example"}, "agreed": ["Brief auditors"]})


@pytest.mark.parametrize(
    ("by", "state", "is_overdue"),
    [
        (date(2019, 12, 30), "not started", True),
        (date(2019, 12, 30), "part done", True),
        (date(2019, 12, 30), "late", True),
        (date(2019, 12, 30), "done", False),
        (date(2019, 12, 30), "dropped", False),
        (date(2019, 12, 31), "not started", False),  # the quarter's own last day is its day
        (date(2020, 3, 31), "late", False),
    ],
)
def test_overdue_is_what_was_due_before_the_quarter_s_end_and_is_open(by, state, is_overdue):
    assert Agreed(action="x", by=by, state=state).is_overdue(Quarter(2019, 3)) is is_overdue


def test_a_run_keeps_it_and_reads_the_same_back():
    text = '[council]\nname = "Example"\n' + BRIEF + 'owner = "Head of \\"QA\\""\n'
    data = text.encode()
    copy = settings_copy(data, sha256="ab" * 32)
    assert settings_of_copy(copy).agreed == settings_from(tomllib.loads(text)).agreed
    assert settings_copy(copy, sha256="ab" * 32) == copy


@pytest.mark.parametrize("key", ["action", "owner", "outcome", "meeting"])
def test_details_of_somebody_in_it_are_told_of_without_quoting_them(key):
    lines = {"action": "Brief auditors", "by": "2019-20 Q3", "state": "done"}
    lines[key] = "call 0161 496 0123"
    text = "\n".join(f'{name} = "{said}"' for name, said in lines.items())
    settings = settings_from(tomllib.loads(f'[council]\nname = "Example"\n[[agreed]]\n{text}\n'))
    (finding,) = words_printed(settings)
    assert f"[[agreed]] {key}" in finding.found
    assert "0161" not in finding.message
