"""Twelve audits of three grades each, every figure worked out beside them, up to the sentences."""

from __future__ import annotations

from fractions import Fraction as Of

import pytest

from qaf_analysis.terms.names import DomainTag
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.child.analysis.focus import child_focus
from qaf_analysis.topics.child.tables import child_focus_tables
from qaf_analysis.topics.child.words import say_child_focus
from tests.topics.by_hand import audit, council

LAST = Quarter(2019, 4)
SETTINGS = Settings(
    council="Small",
    domains={"Voice": DomainTag.CHILD, "Plan": DomainTag.PROCESS, "Extra": None},
)
# Overall, Voice and Plan by the auditor and by the moderator, how often.
KINDER = {
    ((2, 2, 2), (1, 1, 2)): 7,
    ((1, 2, 1), (1, 1, 1)): 1,
    ((2, 1, 2), (2, 1, 2)): 2,
    ((1, 1, 1), (2, 2, 1)): 2,
}
HARSHER = {pair[::-1]: times for pair, times in KINDER.items()}


def grades(three):
    return dict(zip(("Overall", "Voice", "Plan"), three, strict=True))


def rows(read, quarter="2019-20 Q2", **more):
    pairs = [pair for pair, times in read.items() for _ in range(times)]
    return [
        audit(quarter, grades=grades(ours), moderated=grades(theirs), auditor=who, **more)
        for who, (ours, theirs) in zip("ABCDEF" * 2, pairs, strict=True)
    ]


def unread(*threes, quarter="2018-19 Q1"):
    return [audit(quarter, grades=grades(three)) for three in threes]


BEFORE = 4 * unread((2, 1, 2), (2, 1, 2), (1, 1, 2), (2, 2, 2))


@pytest.fixture(scope="module")
def kinder():
    return child_focus(council(*BEFORE, *rows(KINDER), settings=SETTINGS), quarter=LAST)


@pytest.fixture(scope="module")
def harsher():
    return child_focus(council(*BEFORE, *rows(HARSHER), settings=SETTINGS), quarter=LAST)


def test_kinder_on_the_child_than_on_process(kinder):
    focus = kinder.comparison
    # Voice one kinder in 8, alike in 2, one harsher in 2; Plan alike in all, so that the one child
    # domain's slope divides and multiplies
    assert focus.experience_gap.value == pytest.approx(Of(8 - 2, 12))
    # moderators put Voice below good in 10; auditors were good overall in all of these but one
    rates = focus.good_without_child
    assert (rates.audit.value, rates.audit.cases) == (pytest.approx(0.9), 10)
    assert rates.moderation.value == pytest.approx(0.2)
    # auditors gave Voice and Plan one grade in 7 + 2, moderators in 1
    lines = focus.straight_lines
    assert lines.audit.value == pytest.approx(Of(9, 12))
    assert lines.moderation.value == pytest.approx(Of(1, 12))
    assert lines.difference.value == pytest.approx(Of(8, 12))
    # a correlation of -1 would be moderators' Voice below good and Plan good, or the reverse
    assert focus.halo.moderation.value < 0 < focus.halo.audit.value
    assert kinder.unvarying_domains == ()
    # no higher than the weaker of the two: 7 + 1 + 2 of the auditors', 8 of the moderators'
    assert focus.weakest_link.value == pytest.approx(Of(10 - 8, 12))


def test_readers_exchanged_exchange_all_figures(harsher):
    focus = harsher.comparison
    assert focus.experience_gap.value == pytest.approx(Of(-6, 12))
    # now moderators put Voice below good in 4: too few for a rate
    rates = focus.good_without_child
    assert rates.audit.why_not == "it would rest on 4 audits; at least 10 are needed"
    assert (rates.moderation.is_estimable, rates.audit.cases) == (False, 4)
    assert focus.straight_lines.difference.value == pytest.approx(Of(-8, 12))
    assert focus.weakest_link.value == pytest.approx(Of(-2, 12))


def test_which_rule_overall_grades_follow(kinder):
    """The weakest of Voice and Plan, Voice, between the two, or either: 10, 9, 12, 12 of 12."""
    assert [(each.rule, each.share.value) for each in kinder.own.rules] == [
        ("weakest domain", pytest.approx(Of(10, 12))),
        ("weakest child domain", pytest.approx(Of(9, 12))),
        ("median", 1),
        ("most common grade", 1),
    ]
    rules = child_focus_tables(kinder)[1]
    assert [(row[0], row[1], row[3], *row[4:]) for row in rules.rows] == [
        ("Weakest domain", "83%", "12", "83%", "67%", "12"),
        ("Weakest child domain", "75%", "12", "75%", "83%", "12"),
        ("Median", "100%", "12", "100%", "100%", "12"),
        ("Most common grade", "100%", "12", "100%", "100%", "12"),
    ]
    assert rules.note == "Child's domains: Voice. Process domains: Plan."


def test_auditors_own_grades_by_year(kinder):
    """Voice below good in 12 audits of 2018-19, 8 of them good overall; now in 4, too few."""
    assert [(year.period, year.audits, year.good_without_child.cases) for year in kinder.years] == [
        ("2018-19", 16, 12),
        ("2019-20", 12, 4),
    ]
    assert kinder.years[0].good_without_child.value == pytest.approx(Of(8, 12))
    assert not kinder.years[1].good_without_child.is_estimable
    assert (kinder.own.period, kinder.own.audits) == ("the year to March 2020", 12)
    table = child_focus_tables(kinder)[2]
    assert [row[:4] for row in table.rows] == [
        ("2018-19", "16", "12", "67%"),
        ("2019-20", "12", "4", "too few to say"),
    ]


def test_what_is_said_of_them(kinder):
    said = say_child_focus(kinder)
    assert said.paragraphs[0].startswith(
        "Over-optimism in the child's domains (Voice) less that in process domains is +0.5 ("
    )
    assert said.paragraphs[2].startswith(
        "Where moderators graded a child's domain below good (10 audits), 90% ("
    )
    assert ") were still graded good or better overall by auditors, and 20% (" in said.paragraphs[2]
    assert said.paragraphs[-2] == (
        "How often auditors grade an audit good or better although a child's domain is not cannot "
        "be said: it would rest on 4 audits; at least 10 are needed."
    )
    assert said.paragraphs[-1].startswith(
        "The overall grade is most often the median of the audit's own domains (100% ("
    )
    assert said.source == (
        "12 moderated audits chosen by a recorded chance, the year to March 2020. None left out."
    )
    assert (kinder.child_domains, kinder.process_domains, kinder.scale.lowest_positive) == (
        ("Voice",), ("Plan",), "good",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("read", "why", "left"),
    [
        ([], "no audit of this period was moderated", "1 left out (not moderated)"),
        (
            rows(KINDER, selected_by="targeted"),
            "no audit was chosen for moderation by a recorded chance",
            "1 left out (not moderated); 12 left out (picked without a recorded chance)",
        ),
        (
            rows(KINDER)[:1],
            "only 1 moderated audit can be used; at least 10 are needed",
            "1 left out (not moderated)",
        ),
        (
            rows(KINDER)[:9],
            "only 9 moderated audits can be used; at least 10 are needed",
            "1 left out (not moderated)",
        ),
    ],
)
def test_what_cannot_be_compared_says_why(read, why, left):
    rest = unread((2, 2, 2), quarter="2019-20 Q2")
    found = child_focus(council(*read, *rest, settings=SETTINGS), quarter=LAST)
    assert (found.comparison, found.reason) == (None, why)
    said = say_child_focus(found)
    assert said.claim == (
        "Whether audits look sharply at the child cannot be told against moderators"
    )
    assert said.paragraphs[0] == f"Not available because {why}."
    assert said.source.endswith(f"{left}.")


def test_ten_audits_can_be_compared():
    found = child_focus(council(*rows(KINDER)[:10], settings=SETTINGS), quarter=LAST)
    assert found.reason == ""
    assert found.comparison.good_without_child.audit.cases == 10
