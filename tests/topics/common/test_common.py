"""Scopes, events, codes, the gate and the JSON of results, on small cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from math import isnan, nan

import numpy as np
import pytest
from numpy.typing import NDArray

from qaf_analysis.terms.errors import DisclosureError, InputRejectedError, UsageError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.settings import ProcessChange, Settings, Theme
from qaf_analysis.topics.common.auditor_codes import auditor_codes
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.common.scope import (
    Event,
    LeftOut,
    Scope,
    domain_names,
    events,
    first_quarter,
    graded,
    headline_domain,
    headline_quarters,
    latest_quarter,
    period_words,
    reported_quarter,
    routine,
    up_to,
)
from tests.topics.by_hand import GOOD, IMPROVE, audit, council, estimated

Q = Quarter
FIVE = ("2018-19 Q4", "2019-20 Q1", "2019-20 Q2", "2019-20 Q3", "2019-20 Q4")


def scope(**more) -> Scope:
    given = {
        "council": "Small", "quarter": Q(2019, 4), "first": Q(2019, 1), "last": Q(2019, 4),
        "period": "the year", "unit": "audits", "used": 1200,
    }  # fmt: skip
    return Scope(**{**given, **more})


def test_the_source_line():
    assert scope().source_line == "1,200 audits, the year. None left out."
    out = (LeftOut(reason="no grade", records=3000), LeftOut(reason="themed", records=2))
    assert scope(left_out=out).source_line == (
        "1,200 audits, the year. 3,000 left out (no grade); 2 left out (themed)."
    )


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (Q(2019, 4), Q(2019, 4), "2019-20 Q4"),
        (Q(2019, 3), Q(2019, 4), "2019-20 Q3 to 2019-20 Q4"),
        (Q(2019, 2), Q(2019, 4), "2019-20 Q2 to 2019-20 Q4"),
        (Q(2019, 1), Q(2019, 4), "the year to March 2020"),
        (Q(2018, 3), Q(2019, 2), "the year to September 2019"),
        (Q(2018, 4), Q(2019, 4), "2018-19 Q4 to 2019-20 Q4"),
    ],
)
def test_periods_in_words(first, last, words):
    assert period_words(quarters_between(first, last)) == words


def test_quarters_of_a_council():
    rows = [audit(quarter, GOOD) for quarter in FIVE]
    late = [audit("2020-21 Q1", GOOD, audit_type="themed"), audit("2020-21 Q2", None)]
    known = council(*rows, *late)
    assert first_quarter(known) == Q(2018, 4)
    # The latest with a routine audit that was graded
    assert latest_quarter(known) == Q(2019, 4)
    assert latest_quarter(council(*late)) == Q(2020, 2)
    assert reported_quarter(known) == Q(2019, 4)
    assert reported_quarter(known, "2019-20 Q2") == Q(2019, 2)
    with pytest.raises(
        UsageError, match=r'hold audits of 2018-19 Q4 to 2020-21 Q2; .*"2020-21 Q2"'
    ):
        reported_quarter(known, "2021-22 Q1")
    assert headline_quarters(known, Q(2019, 4)) == quarters_between(Q(2019, 1), Q(2019, 4))
    assert headline_quarters(known, Q(2019, 2)) == quarters_between(Q(2018, 4), Q(2019, 2))
    every = replace(known, settings=replace(known.settings, window="all"))
    assert headline_quarters(every, Q(2019, 4)) == quarters_between(Q(2018, 4), Q(2019, 4))


def test_a_council_as_it_was_known_then():
    moderated = [
        audit(quarter, GOOD, second={"Overall": GOOD}, moderated={"Overall": GOOD})
        for quarter in FIVE
    ]
    known = up_to(council(*moderated), Q(2019, 1))
    assert list(known.audits["audit_id"]) == ["A001", "A002"]
    assert set(known.ratings["audit_id"]) == {"A001", "A002"}
    assert len(known.ratings) == 6
    assert list(known.moderations["audit_id"]) == ["A001", "A002"]


def test_which_audits_are_routine():
    kinds = (
        "collaborative", "case_file", "inspection", None, "themed", "multi_agency", "calibration",
        "re_audit", "dip_sample", "other",
    )  # fmt: skip
    known = council(*(audit(FIVE[0], GOOD, audit_type=kind) for kind in kinds))
    assert list(routine(known.audits)["audit_id"]) == ["A001", "A002", "A003", "A004"]


def test_grades_of_auditors_and_of_inspectors_where_no_auditor_graded():
    rows = [
        audit(FIVE[0], GOOD, second={"Overall": IMPROVE}, moderated={"Overall": IMPROVE}),
        audit(FIVE[0], IMPROVE, auditor="I", role="inspector"),
        audit(FIVE[0], GOOD, auditor="C", second={"Plan": GOOD}, second_auditor="C2"),
    ]
    known = council(*rows)
    assert list(graded(known, domain="Overall")["rater"]) == ["A", "I", "C"]
    assert list(graded(known, domain=None)["rater"]) == ["A", "I", "C"]
    both = graded(known, domain=None, roles=("auditor", "second_auditor"))
    assert sorted(both["rater"]) == ["A", "B", "C", "C2"]
    assert list(graded(known, domain="Plan", roles=("second_auditor",))["audit_id"]) == ["A003"]
    inspected = replace(rows[0], second={}, auditor="I", role="inspector")
    joint = council(replace(rows[0]), inspected)
    joint.ratings.loc[joint.ratings["rater"] == "I", "audit_id"] = "A001"
    assert list(graded(joint, domain="Overall")["rater"]) == ["A"]


def test_the_domain_of_headlines_and_the_order_of_domains():
    rows = [
        audit(FIVE[0], None, grades={"Voice": GOOD, "Plan": GOOD, "Court": GOOD}),
        audit(FIVE[0], None, moderated={"Overall": GOOD}),
    ]
    known = council(*rows)
    assert headline_domain(known) is None  # only a moderator gave an overall grade
    assert headline_domain(council(*rows, audit(FIVE[0], GOOD))) == "Overall"
    assert headline_domain(council(audit(FIVE[0], GOOD, role="inspector"))) == "Overall"
    assert domain_names(known) == ("Court", "Overall", "Plan", "Voice")
    order = replace(known, settings=Settings(council="S", domains={"Voice": None, "Never": None}))
    assert domain_names(order) == ("Voice", "Court", "Overall", "Plan")
    plan = replace(known, settings=Settings(council="S", headline_domain="Plan"))
    assert headline_domain(plan) == "Plan"


def test_events_in_order_of_time_kind_and_name():
    settings = Settings(
        council="S",
        themes=(
            Theme(name="Voice", domain="Voice", audited_in=Q(2019, 2)),
            Theme(name="Plans", domain="Plan", audited_in=Q(2019, 2)),
            Theme(name="Early", domain="Court", audited_in=Q(2018, 1)),
            Theme(name="Court", domain="Court", audited_in=Q(2019, 1)),
        ),
        process_changes=(
            ProcessChange(kind="x", label="Zeal", starts=date(2019, 7, 1)),
            ProcessChange(kind="x", label="Pool", starts=date(2019, 4, 1)),
            ProcessChange(kind="x", label="Late", starts=date(2020, 7, 1)),
        ),
    )
    known = council(audit(FIVE[0], GOOD), settings=settings)
    assert events(known, quarters_between(Q(2019, 1), Q(2019, 4))) == (
        Event(quarter=Q(2019, 1), label="Pool", kind="process change"),
        Event(quarter=Q(2019, 1), label="Court", kind="themed audit"),
        Event(quarter=Q(2019, 2), label="Zeal", kind="process change"),
        Event(quarter=Q(2019, 2), label="Plans", kind="themed audit"),
        Event(quarter=Q(2019, 2), label="Voice", kind="themed audit"),
    )


def test_codes_are_the_first_letters_of_pseudonyms_longer_where_two_would_be_alike():
    one, two = "person-ABCDEFGHIJKLMNOPQRST", "person-ABCDEZGHIJKLMNOPQRST"
    assert auditor_codes([one, two, one]) == {one: "AUDITOR-ABCDEF", two: "AUDITOR-ABCDEZ"}
    assert auditor_codes([one]) == {one: "AUDITOR-ABCD"}
    assert auditor_codes([]) == {}
    plain = auditor_codes(["Auditor 01", "Auditor 02"])
    assert len(set(plain.values())) == 2
    for name, code in plain.items():
        assert name not in code
        assert len(code) == len("AUDITOR-ABCD")


@dataclass(frozen=True, kw_only=True)
class Person:
    auditor: str
    note: str = ""


def test_people_pass_the_gate_by_code_only():
    passed = release((Person(auditor="AUDITOR-ABCD", note="Jo"), {"rater": "PERSON-ABCDEFGH"}))
    assert (passed.edition, passed.marking) == ("board", "OFFICIAL-SENSITIVE")
    for named in (
        Person(auditor="Jo"),
        [Person(auditor="AUDITOR-ABCD"), Person(auditor="Jo")],
        {"deep": ({"moderator": "Jo"},)},
        {"rater": "AUDITOR-ABC"},
        {"rater": "AUDITOR-ABCD and Jo"},
        {"rater": "AUDITOR-abcd"},
    ):
        with pytest.raises(DisclosureError, match="by name and not by code"):
            release(named)
    with pytest.raises(DisclosureError, match='The edition "public" is not offered'):
        release(3, edition="public")


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, kw_only=True)
class Mixed:
    quarter: Quarter
    figure: float
    share: Estimate
    colour: Colour
    pair: tuple[int, str]
    rows: tuple[tuple[float, ...], ...]
    grid: NDArray[np.float64]
    counts: np.ndarray
    maybe: Estimate | None
    other: Estimate | None
    numbers: dict[str, int]
    whole: int


def mixed() -> Mixed:
    return Mixed(
        quarter=Q(2019, 4), figure=nan, share=estimated(0.1, 0.05, nan), colour=Colour.RED,
        pair=(3, "x"), rows=((1.5, nan), ()), grid=np.array([[1.0, nan]]),
        counts=np.array([1, 2]), maybe=None, other=estimated(0.2), numbers={"a": np.int64(4)},
        whole=np.int64(7),
    )  # type: ignore[arg-type]  # fmt: skip


def test_a_result_comes_back_from_json_as_it_went():
    text = result_to_json(mixed())
    back = result_from_json(text, Mixed)
    assert result_to_json(back) == text
    assert text.endswith("}\n")
    assert (back.quarter, back.colour) == (Q(2019, 4), Colour.RED)
    assert isinstance(back.colour, Colour)
    assert isnan(back.figure)
    assert isnan(back.share.high)
    assert (back.share.value, back.share.low, back.share.cases) == (0.1, 0.05, 100)
    assert back.pair == (3, "x")
    assert back.rows[0][0] == 1.5
    assert isnan(back.rows[0][1])
    assert back.rows[1] == ()
    assert np.array_equal(back.grid, np.array([[1.0, nan]]), equal_nan=True)
    assert (back.counts.tolist(), back.counts.dtype.kind) == ([1, 2], "i")
    assert not back.counts.flags.writeable
    assert back.maybe is None
    assert back.other is not None
    assert (back.other.value, back.other.cases) == (0.2, 100)
    assert (back.numbers, back.whole) == ({"a": 4}, 7)


class Shape(StrEnum):
    ROUND = "round"


@dataclass(frozen=True, kw_only=True)
class Either:
    looks: tuple[Colour | Shape, ...]


def test_of_several_lists_of_words_the_one_that_holds_the_word_is_taken():
    text = result_to_json(Either(looks=(Shape.ROUND, Colour.RED)))
    found = result_from_json(text, Either).looks
    assert [type(each) for each in found] == [Shape, Colour]


def test_letters_are_written_as_they_are():
    assert "child’s" in result_to_json(Person(auditor="AUDITOR-ABCD", note="one child’s case"))


def test_another_kind_is_refused_by_name():
    with pytest.raises(
        InputRejectedError,
        match="Expected a Estimate result, found Mixed; run the notebooks again from 00_intake",
    ):
        result_from_json(result_to_json(mixed()), Estimate)
