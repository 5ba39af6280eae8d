"""Multi-agency audits: counted by hand, told in numbers of cases and never as a share."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.programme.analysis.grades import multi_agency_rounds, programme
from qaf_analysis.topics.programme.words import MULTI_AGENCY, say_multi_agency
from tests.topics.councils import LAST, simulated

LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")


@pytest.fixture(scope="module")
def council():
    return simulated()[1]


@pytest.fixture(scope="module")
def marked(council):
    """Themes named for the rounds of the last year; three cases without an overall grade."""
    audits = council.audits.copy()
    ours = audits["audit_type"] == "multi_agency"
    recent = ours & audits["quarter"].str.startswith("2019-20")
    audits.loc[recent, "theme"] = "Neglect"
    ids = audits.loc[ours, "audit_id"]
    ungraded = ids.iloc[[0, 1, -1]]
    ratings = council.ratings
    gone = ratings["audit_id"].isin(ungraded) & (ratings["domain"] == "Overall")
    return replace(council, audits=audits, ratings=ratings[~gone])


def by_hand(audits):
    """Cases by quarter, theme and grade, from one audit at a time."""
    counted = {}
    for row in audits.audits.itertuples():
        if row.audit_type != "multi_agency":
            continue
        key = (row.quarter, "" if pd.isna(row.theme) else row.theme)
        ours = audits.ratings[audits.ratings["audit_id"] == row.audit_id]
        grade = ours[(ours["domain"] == "Overall") & (ours["role"] == "auditor")]["grade"]
        entry = counted.setdefault(key, [0] * 5)
        entry[int(grade.iloc[0]) if len(grade) else 4] += 1
    return counted


def test_rounds_are_counted_by_hand(marked):
    expected = by_hand(marked)
    found = multi_agency_rounds(marked)
    assert [(str(one.quarter), one.theme) for one in found] == sorted(expected)
    assert len(found) == 12
    for one in found:
        *counts, ungraded = expected[(str(one.quarter), one.theme)]
        assert (list(one.counts), one.ungraded) == (counts, ungraded)
        assert one.cases == sum(counts) + ungraded
    assert sum(one.ungraded for one in found) == 3


def test_rounds_of_one_quarter_are_told_apart_by_theme(marked):
    audits = marked.audits.copy()
    last = audits.index[(audits["audit_type"] == "multi_agency") & (audits["quarter"] == str(LAST))]
    audits.loc[last[:2], "theme"] = "Exploitation"
    found = [one for one in multi_agency_rounds(replace(marked, audits=audits))
             if one.quarter == LAST]  # fmt: skip
    assert [(one.theme, one.cases) for one in found] == [
        ("Exploitation", 2), ("Neglect", len(last) - 2),
    ]  # fmt: skip


def test_the_order_of_rows_and_further_graders_change_nothing(marked):
    rng = np.random.default_rng(2)
    shuffled = replace(
        marked,
        audits=marked.audits.sample(frac=1, random_state=rng),
        ratings=marked.ratings.sample(frac=1, random_state=rng),
    )
    assert multi_agency_rounds(shuffled) == multi_agency_rounds(marked)
    ours = marked.ratings[marked.ratings["role"] == "auditor"]
    for role in ("second_auditor", "external_moderator", "inspector"):
        others = ours.assign(role=role, rater="Another", grade=0)
        ratings = pd.concat([others, marked.ratings], ignore_index=True)
        assert multi_agency_rounds(replace(marked, ratings=ratings)) == multi_agency_rounds(marked)


def test_two_who_graded_as_auditors_are_taken_in_the_order_of_their_codes(marked):
    first = marked.ratings[marked.ratings["role"] == "auditor"]
    joint = first.assign(rater="ZZZ", grade=0)
    for parts in ([first, joint], [joint, first]):
        both = replace(marked, ratings=pd.concat(parts, ignore_index=True))
        assert multi_agency_rounds(both) == multi_agency_rounds(marked)


def test_without_multi_agency_audits_there_is_no_round(council):
    other = council.audits[council.audits["audit_type"] != "multi_agency"]
    none = replace(council, audits=other)
    assert multi_agency_rounds(none) == ()
    assert say_multi_agency(programme(none, quarter=LAST)) == ()


def test_without_an_overall_grade_every_case_is_ungraded(marked):
    bare = replace(marked, ratings=marked.ratings[marked.ratings["domain"] != "Overall"])
    for one in multi_agency_rounds(bare):
        assert (one.counts, one.ungraded) == ((0, 0, 0, 0), one.cases)


def test_words_tell_counts_and_no_share(marked):
    result = programme(marked, quarter=LAST)
    assert result_from_json(result_to_json(result), type(result)).multi_agency == (
        result.multi_agency
    )
    said = say_multi_agency(result)
    expected = by_hand(marked)
    for text, key in zip(said, sorted(expected), strict=True):
        quarter, theme = key
        *counts, ungraded = expected[key]
        assert text.startswith(f"{quarter}, {theme}: " if theme else f"{quarter}: ")
        assert f": {sum(counts) + ungraded} case" in text
        for count, level in zip(counts, LEVELS, strict=True):
            assert (f"{count} graded {level.lower()}" in text) == (count > 0)
        assert (f"{ungraded} without an overall grade" in text) == (ungraded > 0)
    assert not re.search(r"%|per ?cent|points|interval", " ".join(said))
    assert "no percentage, interval or verdict" in MULTI_AGENCY
