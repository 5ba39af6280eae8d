"""Every row of the tables of the true trend, whole; no cell equals its neighbour by chance."""

from __future__ import annotations

from dataclasses import replace

from qaf_analysis.kit.parts import COLUMNS
from qaf_analysis.topics.trend.tables import true_trend_tables
from tests.topics.trend.results import TREND

SOURCE = (
    "170 moderated audits chosen by a recorded chance, the year to March 2018 and the year to "
    "March 2020. None left out."
)


def test_the_parts_stand_each_in_its_row():
    table = true_trend_tables(TREND)[0]
    assert (table.caption, table.place) == ("The change in grades and its parts", "section")
    assert table.columns == COLUMNS
    assert table.rows == (
        ("Change in auditors' grades, grades", "+0.5", "+0.3 to +0.7", "1,400", "30", "means"),
        ("… of which practice", "+0.1", "−0.1 to +0.3", "1,401", "31", "two-phase"),
        ("… of which grading (leniency)", "+0.4", "+0.2 to +0.6", "1,402", "32", "gaps"),
        ("   … other auditors did the audits", "+0.1", "−0.02 to +0.3", "1,403", "33",
         "mix of auditors"),
        ("   … auditors became kinder or harsher", "+0.3", "+0.1 to +0.5", "1,404", "34",
         "less mix"),
        ("Change in auditors' grades, points in the share graded good or better",
         "+21", "+12 to +30", "1,500", "40",
         "good means"),
        ("… of which practice", "+4", "−6 to +14", "1,501", "41", "good two-phase"),
        ("… of which grading (leniency)", "+17", "+7 to +27", "1,502", "42", "good gaps"),
        ("   … other auditors did the audits", "+5", "−1 to +11", "1,503", "43", "good mix"),
        ("   … auditors became kinder or harsher", "+12", "+2 to +22", "1,504", "44",
         "good less mix"),
        ("Moderated audits needed in each year", "1,085", "", "1,405", "", "80% power"),
        ("Moderators, later less earlier reading, grades", "+0.1", "−0.1 to +0.3", "24", "",
         "later less earlier"),
        ("Newer moderators less earlier ones, grades", "−0.2", "−0.4 to +0.1", "15", "",
         "newer less older"),
    )  # fmt: skip
    assert table.note == (
        "From the year to March 2018 to the year to March 2020; moderated 1,080 and 90. "
        "Moderators in both years: 7; 1,009 in the first and 12 in the last. Verdict: grading "
        "became kinder."
    )
    assert table.source == SOURCE


def test_a_first_year_without_a_name_is_called_the_first():
    result = replace(TREND, first_period="", years=(), verdict="cannot be told")
    (table,) = true_trend_tables(result)
    assert table.note.startswith("From the first year to the year to March 2020; moderated 1,080")
    assert table.note.endswith("Verdict: cannot be told.")


def test_years_have_auditors_before_moderators():
    table = true_trend_tables(TREND)[1]
    assert table.caption == "Each year as audited, and had moderators graded every audit"
    assert table.place == "appendix"
    assert [column.heading for column in table.columns] == [
        "Year", "Audits", "Moderated", "Mean grade", "By moderators", "95% interval",
        "Good or better", "By moderators", "95% interval",
    ]  # fmt: skip
    assert "".join(column.align[0] for column in table.columns) == "lrrrrrrrr"
    few = "too few to say"
    assert table.rows == (
        ("the year to March 2018", "1,190", "80", "1.31", "1.04", "0.90 to 1.18", "41%", "27%",
         "20 to 34%"),
        ("the year to March 2019", "195", "3", "1.52", few, few, "50%", few, few),
        ("the year to March 2020", "210", "1,090", "1.83", "1.15", "1.00 to 1.30", "62%", "31%",
         "23 to 39%"),
    )  # fmt: skip
    assert (table.note, table.source) == (
        "Mean grade counts the lowest grade as 0. Intervals are for the moderators' figures of "
        "the year's own audits, as in the section on optimism. Those of the change are for "
        "practice, of which audits are a sample, and wider.",
        SOURCE,
    )
