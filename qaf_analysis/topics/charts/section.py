"""The section with the charts of themes."""

from __future__ import annotations

from qaf_analysis.topics.charts.analysis.themes import ThemeCharts, theme_charts
from qaf_analysis.topics.charts.pictures import theme_charts_pictures
from qaf_analysis.topics.charts.tables import theme_charts_tables
from qaf_analysis.topics.charts.words import say_theme_charts
from qaf_analysis.topics.common.section import Section

THEME_CHARTS = Section(
    id="theme-charts",
    short="Charts of themes",
    level=3,
    notebook="04_themed_impact",
    result=ThemeCharts,
    asks=theme_charts,
    say=say_theme_charts,
    tables=theme_charts_tables,
    pictures=theme_charts_pictures,
)
