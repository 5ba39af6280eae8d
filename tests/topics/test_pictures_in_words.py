"""Pictures of themes, severity and focus on the child, over many councils: words and tables."""

from __future__ import annotations

import re
from math import isfinite

import pytest

from qaf_analysis.kit.numbers import fine_gap, percent
from qaf_analysis.kit.picture import MOST_ALT_WORDS
from qaf_analysis.topics.charts.analysis.themes import ThemeCharts
from qaf_analysis.topics.charts.tables import theme_charts_tables
from qaf_analysis.topics.child.analysis.focus import ChildFocusFinding
from qaf_analysis.topics.impact.analysis.actions import Actions
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.impact.pictures import themes_card_picture, themes_small_multiples
from qaf_analysis.topics.impact.tables import themes_tables
from qaf_analysis.topics.registry import page_of
from qaf_analysis.topics.severity.analysis.headline import Severity
from tests.drawn import size_drawn, words_drawn
from tests.topics.councils import LAST
from tests.topics.ten_councils import EACH, answered

ROOMS = (Themes, ThemeCharts, Severity, ChildFocusFinding)
YEAR = re.compile(r"\d{4}-\d\d|\d\d/\d\d")
QUARTER = re.compile(r"\d{4}-\d\d Q[1-4]")


def pictures(name: str):
    results = answered(name)
    found = [
        picture
        for kind in ROOMS
        for released in results.released(kind).every
        for picture in page_of(kind).pictures(released.result)
    ]
    further = (
        themes_card_picture(results[Themes]),
        themes_small_multiples(results[Themes], results[Actions]),
        themes_small_multiples(results[Themes]),
    )
    return [*found, *(one for one in further if one is not None)]


@pytest.mark.parametrize("name", EACH)
def test_each_picture_is_told_in_sixty_words_and_drawn_in_letters_that_can_be_read(name):
    found = pictures(name)
    assert found
    for picture in found:
        assert len(picture.alt.split()) <= MOST_ALT_WORDS, picture.title
        assert picture.alt.startswith(picture.title)
        assert not re.search(r"\bnan\b|\binf\b", picture.alt, re.IGNORECASE)
        assert size_drawn(picture)[0] in (360, 642)
        assert size_drawn(picture)[1] < 960  # what a printed page has room for
        for svg in filter(None, (picture.svg, picture.narrow_svg)):
            sizes = re.findall(r"font-size: (\d+(?:\.\d+)?)px", svg)
            assert min(map(float, sizes)) >= 11, picture.title


@pytest.mark.parametrize("name", EACH)
def test_no_picture_names_a_quarter_after_the_one_reported(name):
    for picture in pictures(name):
        named = QUARTER.findall(" ".join([picture.alt, *words_drawn(picture)]))
        assert all(quarter <= str(LAST) for quarter in named), picture.title
        # Where quarters are named, so is the year of each: the first may be one quarter long.
        quarters = [words for words in words_drawn(picture) if re.fullmatch("Q[1-4]", words)]
        years = [words for words in words_drawn(picture) if YEAR.fullmatch(words)]
        assert len(quarters) <= 4 * len(years), picture.title


@pytest.mark.parametrize("name", EACH)
def test_every_dot_of_a_chart_of_a_theme_stands_in_its_table(name):
    result = answered(name)[ThemeCharts]
    tables = {table.caption: table for table in theme_charts_tables(result)}
    for theme in result.themes:
        for series, beginning in ((theme.share, "share"), (theme.difference, "mean difference")):
            if series is None:
                continue
            write = percent if series.is_share else fine_gap
            (table,) = [
                table
                for caption, table in tables.items()
                if caption.startswith(f"{theme.name}: {beginning}")
            ]
            rows = {row[0]: row for row in table.rows}
            assert list(rows) == [str(point.quarter) for point in series.points]
            for point in series.points:
                if isfinite(point.value):
                    assert write(point.value) in rows[str(point.quarter)]
                    assert f"{point.audits:,}" in rows[str(point.quarter)]
            for event in theme.marked:
                label = "Themed audit" if event.kind == "themed audit" else event.label
                assert label in rows[str(event.quarter)][-1]


@pytest.mark.parametrize("name", EACH)
def test_every_mean_of_the_lines_of_a_theme_stands_in_its_table(name):
    result = answered(name)[Themes]
    tables = {table.caption: table for table in themes_tables(result)}
    for theme in result.themes:
        if theme.change is None:
            continue
        table = tables[f"{theme.name}: mean grade by quarter, themed domain and untouched domains"]
        assert [row[2:4] for row in table.rows] == [
            (f"{point.themed:.2f}", f"{point.control:.2f}") for point in theme.change.series
        ]
