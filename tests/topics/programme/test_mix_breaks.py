"""Merged types of case on the trend: named, marked, and the change with either mix by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Settings
from qaf_analysis.terms.word_maps import WordMap
from qaf_analysis.topics.programme.analysis.grades import programme
from qaf_analysis.topics.programme.pictures import grades_picture
from qaf_analysis.topics.programme.words import say_programme
from tests.topics.by_hand import GOOD, IMPROVE, audit, council

MERGED = WordMap(
    starts=date(2025, 4, 1),
    version="3",
    approved_by="Head of service",
    words={"Early help": "Family Help", "Child in need": "Family Help"},
)
SETTINGS = Settings(council="Small", case_type_maps=(MERGED,))
LAST = Quarter(2025, 4)


def audits(quarter, case_type, good, others):
    return [
        audit(quarter, grade, case_type=case_type, auditor="ABCDE"[n % 5])
        for n, grade in enumerate([GOOD] * good + [IMPROVE] * others)
    ]


def trend(*, settings=SETTINGS, first="2024-25 Q1"):
    """Year before: Family Help 10 of 40, protection 15 of 20. This year: 4 of 10, 30 of 50."""
    rows = [
        *audits(first, "Early help", 6, 14),
        *audits(first, "Child in need", 4, 16),
        *audits("2024-25 Q4", "Child protection", 15, 5),
        *audits("2025-26 Q1", "Family Help", 4, 6),
        *audits("2025-26 Q4", "Child protection", 30, 20),
    ]
    return programme(council(*rows, settings=settings), quarter=LAST)


def test_the_change_of_the_year_with_the_old_and_with_the_new_mix():
    (found,) = trend().mix_breaks
    assert found.old_mix.value == pytest.approx(2 / 3 * 0.15 - 1 / 3 * 0.15)
    assert found.new_mix.value == pytest.approx(1 / 6 * 0.15 - 5 / 6 * 0.15)
    assert found.words == ("Family Help (Early help, Child in need)",)
    assert (found.on, found.quarter) == ("1 April 2025", Quarter(2025, 1))


def test_the_mix_break_is_named_in_words_and_marked_on_the_trend():
    result = trend()
    words = " ".join(say_programme(result).paragraphs)
    assert (
        "From 1 April 2025 types of case have new words: Family Help (Early help, Child in need)."
    ) in words
    assert "merged by decision of Head of service, version 3" in words
    assert "with the mix of the year before, +5 points (" in words
    assert "with this year’s mix, −10 points (" in words
    assert "Before 2025-26 Q1: New types of case." in grades_picture(result, None).alt


def test_a_map_outside_the_trend_is_silent_and_without_a_year_before_it_is_said_why():
    early = replace(MERGED, starts=date(2023, 4, 1))
    late = replace(MERGED, starts=date(2026, 4, 1))
    for one in (early, late):
        assert trend(settings=replace(SETTINGS, case_type_maps=(one,))).mix_breaks == ()
    short = trend(first="2024-25 Q4")
    assert not short.mix_breaks[0].old_mix.is_estimable
    words = " ".join(say_programme(short).paragraphs)
    assert "cannot be told: there are not two whole years on one scale to compare" in words


def test_teams_are_told_like_types_of_case():
    teams = replace(SETTINGS, case_type_maps=(), team_maps=(MERGED,))
    (found,) = trend(settings=teams).mix_breaks
    assert found.column == "team"
    assert "teams have new words" in " ".join(say_programme(trend(settings=teams)).paragraphs)
    assert found.old_mix.value == pytest.approx(34 / 60 - 25 / 60)  # no team is recorded: one group
