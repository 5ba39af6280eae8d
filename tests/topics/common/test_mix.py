"""Old words mapped to the new for audits before the day of an approved map."""

from dataclasses import replace
from datetime import date

import pandas as pd

from qaf_analysis.terms.settings import Settings
from qaf_analysis.terms.word_maps import WordMap
from qaf_analysis.topics.common.mix import merged
from tests.topics.by_hand import audit, council

MAP = WordMap(
    starts=date(2025, 4, 1),
    version="1",
    approved_by="Head of service",
    words={"Early help": "Family Help", "Child in need": "Family Help"},
)


def made(**more):
    rows = [
        audit("2024-25 Q4", 2, case_type="early help", team="A"),
        audit("2024-25 Q4", 2, case_type="Child protection", team="A"),
        audit("2024-25 Q4", 2, case_type=None, team="A"),
        audit("2025-26 Q1", 2, case_type="Early help", team="A"),
        audit("2025-26 Q1", 2, case_type="Family Help", team="A"),
    ]
    return council(*rows, settings=Settings(council="Small", **more))


def test_only_rows_before_the_day_are_mapped_and_the_bundle_stays():
    audits = made(case_type_maps=(MAP,))
    before = audits.audits.copy()
    words = merged(audits, by="case_type")
    assert words.dropna().tolist() == [
        *("Family Help", "Child protection", "Early help", "Family Help"),
    ]
    assert words.isna().tolist() == [False, False, True, False, False]
    pd.testing.assert_frame_equal(audits.audits, before)


def test_a_map_of_teams_is_none_of_types():
    audits = made(team_maps=(replace(MAP, words={"A": "B"}),))
    assert merged(audits, by="case_type").dropna().tolist()[0] == "early help"
    assert merged(audits, by="team").tolist() == ["B", "B", "B", "A", "A"]
