"""Words of the settings that reports print: the council's name, and nobody else's."""

from __future__ import annotations

from datetime import date

import pytest

from qaf_analysis.data.council.naming import words_printed
from qaf_analysis.terms.settings import ProcessChange, Settings


@pytest.mark.parametrize("name", ["Unnamed council", "unnamed  Council"])
def test_a_name_that_nobody_wrote_is_told_of(name):
    [finding] = words_printed(Settings(council=name))
    assert finding.code == "council_placeholder"
    assert finding.outcome == "warning"
    assert "other codes" in finding.mend


def test_a_councils_own_name_is_passed_over():
    assert words_printed(Settings(council="Anyshire County Council")) == ()


def test_details_of_somebody_in_printed_words_are_told_of_without_quoting_them():
    change = ProcessChange(kind="training", label="call 0161 496 0123", starts=date(2020, 1, 1))
    [finding] = words_printed(Settings(council="Anyshire", process_changes=(change,)))
    assert finding.code == "personal_details"
    assert "[[process_changes]] label" in finding.found
    assert "0161" not in finding.message
