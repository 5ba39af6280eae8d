"""The published outcomes of 153 authorities: read, counted, and honest about what they lack."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pytest

from qaf_analysis.data.council.read import read_council
from qaf_analysis.report.html import html_page
from qaf_analysis.report.quarterly import quarterly_document
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.programme.analysis.grades import Programme
from tests.places import PUBLISHED_OUTCOMES
from tests.topics.councils import results_of

FOLDER = PUBLISHED_OUTCOMES


@pytest.fixture(scope="module")
def found():
    return read_council(FOLDER, as_of=date(2026, 11, 1))


@pytest.fixture(scope="module")
def results(found):
    return results_of(found.audits)


def test_every_row_is_loaded_or_set_aside(found):
    record = found.audits.record
    assert (record.rows_in, record.loaded, record.quarantined) == (153, 150, 3)


def test_grades_are_those_of_the_published_file(results):
    with next(FOLDER.glob("*.csv")).open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["inspection_end_date"] and r["region_code"]]
    published = Counter(row["overall_effectiveness_grade"] for row in rows)
    programme = results[Programme]
    for place, level in enumerate(programme.scale.levels):
        counted = sum(quarter.counts[place] for quarter in programme.by_quarter)
        assert counted == published[level.lower()]


def test_what_cannot_be_answered_says_why(results):
    assert "graded by two" in results[Agreement].reason
    assert "moderated" in results[Optimism].gap.why_not
    assert "no themed audit" in results[Themes].reason
    assert "no process change" in results[Consistency].reason
    page = html_page(quarterly_document(results, run_id="0123456789abcdef"))
    assert page.count("ot available because") + page.count("ot measurable because") >= 5
