"""Every row of the tables on over-optimism, whole; no cell equals its neighbour by chance."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.kit.parts import COLUMNS
from qaf_analysis.terms.estimate import NamedEstimate
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import OPTIMISM_RULE
from qaf_analysis.topics.optimism.tables import optimism_detail_tables, optimism_tables
from tests.topics.by_hand import estimated, unknown
from tests.topics.optimism.results import DETAIL, OPTIMISM, SOURCE

GROUP_HEADINGS = ("Audits", "Mean gap", "95% interval", "Moderator lower", "Moderator higher")


@pytest.fixture(scope="module")
def tables():
    return {table.caption: table for table in optimism_tables(OPTIMISM)}


@pytest.fixture(scope="module")
def details():
    return {table.caption: table for table in optimism_detail_tables(DETAIL)}


def headings(table):
    return tuple(column.heading for column in table.columns)


def units(table):
    return tuple(column.unit for column in table.columns)


def aligned(table):
    return "".join(column.align[0] for column in table.columns)


def test_the_tables_come_in_this_order(tables):
    assert [(caption, table.place) for caption, table in tables.items()] == [
        ("Auditor's grade by moderator's grade", "appendix"),
        ("Auditors against moderators", "section"),
        ("Grades as audited, and had moderators graded every audit", "section"),
        ("The adjusted figures under other assumptions about moderators", "appendix"),
        ("Moderated audits by how they were chosen", "appendix"),
        ("Moderated audits chosen by a recorded chance, by source", "appendix"),
        ("Moderated audits chosen by chance, by quarter of moderation", "appendix"),
        ("What the verdict on over-optimism rests on", "appendix"),
    ]


def test_without_a_moderated_audit_only_what_is_there_is_tabled():
    empty = replace(
        OPTIMISM, table=((0, 0), (0, 0)), by_selection=(), by_source=(), rounds=(),
        sensitivity=(), figures=(),
    )  # fmt: skip
    assert optimism_tables(empty) == ()
    one = replace(empty, by_source=OPTIMISM.by_source)
    assert [table.caption for table in optimism_tables(one)] == [
        "Moderated audits chosen by a recorded chance, by source"
    ]
    cell = replace(empty, table=((0, 0), (1, 0)), scale=ScaleWords.of(("Low", "High"), 1))
    assert [table.caption for table in optimism_tables(cell)] == [
        "Auditor's grade by moderator's grade",
        "Auditors against moderators",
    ]


def test_the_grid_has_auditors_down_and_moderators_across(tables):
    grid = tables["Auditor's grade by moderator's grade"]
    assert headings(grid) == (
        "Auditor's grade", "Inadequate", "Requires improvement", "Good", "Outstanding",
    )  # fmt: skip
    assert units(grid) == ("", "moderator", "moderator", "moderator", "moderator")
    assert aligned(grid) == "lrrrr"
    assert grid.rows == (
        ("Inadequate", "1", "1,002", "0", "3"),
        ("Requires improvement", "4", "5", "6", "0"),
        ("Good", "7", "8", "9", "10"),
        ("Outstanding", "0", "11", "12", "13"),
    )
    assert (grid.note, grid.source) == ("", SOURCE)


def test_the_figures_stand_each_in_its_row(tables):
    figures = tables["Auditors against moderators"]
    assert figures.columns == COLUMNS
    assert figures.rows == (
        ("Mean gap, in grades (audit minus moderation)", "+0.42", "+0.21 to +0.63", "60", "11",
         "t by auditor"),
        ("Mean gap, all rounds since 2017-18 Q1", "+0.42", "+0.21 to +0.63", "60", "", "by hand"),
        ("… graded lower by the moderator", "43%", "", "60", "", "by hand"),
        ("… graded higher by the moderator", "9%", "", "60", "", "by hand"),
        ("Graded lower by the moderator", "45%", "33 to 58%", "60", "12", "Wilson over"),
        ("Graded higher by the moderator", "8%", "3 to 18%", "60", "13", "Wilson under"),
        ("Two grades or more apart", "5%", "2 to 14%", "60", "14", "Wilson severe"),
        ("Good or better, auditors minus moderators, points", "+23", "+11 to +35", "60", "15",
         "Newcombe"),
        ("Spread of gaps between auditors, in grades", "0.27", "0.10 to 0.62", "60", "17", "tau"),
    )  # fmt: skip
    assert figures.note == (
        "The verdict is not read from these 95% intervals but from those of the table of its own "
        "figures. How the gap changed stands in the section on the trend."
    )
    assert figures.source == SOURCE


def test_the_verdict_s_own_figures_stand_with_both_intervals_and_their_limits(tables):
    ruled = tables["What the verdict on over-optimism rests on"]
    assert ruled.rows == (
        ("Mean gap, grades", "+0.42", "+0.24 to +0.60 (90%)", "0.25", "+0.18 to +0.66 (97.5%)",
         "0", "shown to be too large", ""),
        ("Good or better, auditors minus moderators, points", "+6", "−4 to +16 (90%)", "12.5",
         "−9 to +21 (97.5%)", "0", "not settled", "about 160"),
        ("Two grades or more apart", "24%", "15 to 36% (90%)", "10%", "13 to 38% (95%)", "10%",
         "shown to be too large", ""),
        ("Spread of gaps between auditors, grades", "too few to say", "", "0.50", "", "0.25",
         "not settled: nobody audited twice", ""),
    )  # fmt: skip
    assert ruled.note.startswith("Limits are those of the scale, 4 levels. Accept: every figure")


def test_limits_that_a_council_sets_are_named_as_its_own_and_counted_in_its_grades():
    own = replace(OPTIMISM, limits=OPTIMISM_RULE.limits(4, tolerance=0.4, severe_from=3))
    *_, ruled = optimism_tables(own)
    assert ruled.note.startswith("Limits are set by the council")
    assert ruled.rows[2][0] == "Three grades or more apart"
    assert [row[0] for row in optimism_tables(own)[1].rows if row[0].endswith("apart")] == [
        "Three grades or more apart"
    ]


def test_two_levels_have_no_row_for_severe_differences():
    two = replace(OPTIMISM, limits=OPTIMISM_RULE.limits(2), figures=())
    assert not [row for row in optimism_tables(two)[1].rows if row[0].endswith("apart")]


def test_the_profile_has_raw_before_adjusted(tables):
    profile = tables["Grades as audited, and had moderators graded every audit"]
    assert headings(profile) == ("Grade", "As audited", "Had moderators graded all", "95% interval")
    assert aligned(profile) == "lrrr"
    assert profile.rows == (
        ("Inadequate", "6%", "11%", "5 to 19%"),
        ("Requires improvement", "34%", "too few to say", ""),
        ("Good", "45%", "33%", "25 to 42%"),
        ("Outstanding", "15%", "4%", "1 to 9%"),
        ("Good or better", "60%", "37%", "28 to 46%"),
    )
    assert profile.note == (
        "Method: post-stratified. As audited: 1,200 audits, good or better 57 to 63%. Moderated: "
        "1,060."
    )
    assert profile.source == SOURCE


def test_a_profile_that_is_refused_says_why():
    refused = replace(
        OPTIMISM,
        adjusted_good=unknown("none was drawn by chance"),
        scale=ScaleWords.of(OPTIMISM.scale.levels, 1),
    )
    profile = optimism_tables(refused)[2]
    assert profile.rows[-1] == ("Requires improvement or better", "60%", "too few to say", "")
    assert profile.note == "No adjusted figure, because none was drawn by chance."


def test_other_assumptions_have_good_before_gap(tables):
    lines = tables["The adjusted figures under other assumptions about moderators"]
    assert headings(lines) == (
        "Assumption", "Good or better", "95% interval", "Mean gap of these audits",
        "95% interval", "Same conclusion",
    )  # fmt: skip
    assert units(lines) == ("", "", "", "grades", "", "")
    assert aligned(lines) == "lrrrrl"
    assert lines.rows == (
        ("blind only", "36%", "26 to 48%", "+0.45", "+0.20 to +0.70", "yes"),
        ("a pull of 40%", "22%", "12 to 34%", "+0.74", "+0.50 to +0.98", "no"),
        ("another panel", "too few to say", "", "too few to say", "nobody read twice",
         "cannot be said"),
    )  # fmt: skip
    assert lines.note == (
        "Moderators differ among themselves, and one who sees the auditor's grade is drawn to it: "
        "these lines show how much hangs on that."
    )
    assert lines.source == SOURCE


@pytest.mark.parametrize(
    ("caption", "heading", "rows"),
    [
        (
            "Moderated audits by how they were chosen",
            "Chosen",
            (
                ("chosen by chance", "1,060", "+0.42", "+0.21 to +0.63", "45%", "8%"),
                ("chosen in a way not recorded", "1", "too few to say", "", "100%", "0%"),
                ("picked by risk", "14", "+0.71", "+0.30 to +1.12", "57%", "14%"),
            ),
        ),
        (
            "Moderated audits chosen by a recorded chance, by source",
            "Source",
            (
                ("partner", "40", "+0.50", "+0.20 to +0.80", "50%", "10%"),
                ("peers", "20", "+0.26", "−0.10 to +0.62", "35%", "20%"),
            ),
        ),
        (
            "Moderated audits chosen by chance, by quarter of moderation",
            "Moderated in",
            (
                ("2018-19 Q2", "12", "+0.92", "+0.50 to +1.34", "75%", "1%"),
                ("2018-19 Q4", "9", "too few to say", "", "33%", "11%"),
                ("2019-20 Q1", "1,020", "−0.31", "−0.60 to −0.02", "15%", "40%"),
            ),
        ),
    ],
)
def test_groups_have_lower_before_higher(tables, caption, heading, rows):
    table = tables[caption]
    assert headings(table) == (heading, *GROUP_HEADINGS)
    assert units(table) == ("", "", "grades", "", "", "")
    assert aligned(table) == "lrrrrr"
    assert table.rows == rows
    assert table.note == (
        'A mean gap on fewer than ten audits is "too few to say". An audit counts once in each '
        "row, and in every row that read it."
    )
    number = sum(int(row[1].replace(",", "")) for row in rows)
    assert table.source == (
        f"Routine audits with a moderator's grade, up to 2019-20 Q4: {number:,} in these rows."
    )


def test_the_detailed_tables_come_in_this_order(details):
    assert [(caption, table.place) for caption, table in details.items()] == [
        ("Gap by domain", "section"),
        ("Gap by source", "appendix"),
        ("Trend of the gap, and spread between auditors", "appendix"),
        ("Auditors' own gaps, in the order of their codes", "appendix"),
        ("Every paired measure of optimism", "appendix"),
        ("Published figures on disagreement with councils' own audits", "section"),
    ]
    bare = replace(DETAIL, grouped=(), own=replace(DETAIL.own, auditors=()), measures=())
    assert [table.caption for table in optimism_detail_tables(bare)] == [
        "Trend of the gap, and spread between auditors",
        "Published figures on disagreement with councils' own audits",
    ]


@pytest.mark.parametrize(
    ("caption", "heading", "rows"),
    [
        (
            "Gap by domain",
            "Domain",
            (
                ("Plan", "30", "+0.30", "+0.05 to +0.55", "40%", "10%"),
                ("Voice", "28", "+0.61", "+0.30 to +0.92", "50%", "0%"),
                ("Visits", "26", "+0.10", "−0.10 to +0.30", "23%", "15%"),
                ("Health", "3", "too few to say", "", "", ""),
            ),
        ),
        ("Gap by source", "Source", (("peers", "1,020", "−0.20", "−0.50 to +0.10", "20%", "40%"),)),
    ],
)
def test_groups_in_detail_have_lower_before_higher(details, caption, heading, rows):
    table = details[caption]
    assert headings(table) == (heading, *GROUP_HEADINGS)
    assert units(table) == ("", "", "grades", "", "", "")
    assert aligned(table) == "lrrrrr"
    assert table.rows == rows
    assert table.note == 'A gap on fewer than 10 audits is "too few to say".'
    assert table.source == SOURCE


def test_the_trend_and_the_replies_stand_each_in_its_row(details):
    table = details["Trend of the gap, and spread between auditors"]
    assert table.columns == COLUMNS
    assert table.rows == (
        ("Slope of the gap, grades a quarter", "−0.12", "−0.20 to −0.04", "81", "18", "by round"),
        ("… with auditors as what varies", "−0.12", "−0.19 to −0.06", "82", "19", "by auditor"),
        ("… with rounds as what varies", "−0.12", "−0.20 to −0.04", "83", "20", "by round, t"),
        ("Spread between auditors' gaps, grades", "0.27", "0.10 to 0.62", "84", "21", "tau"),
        ("Changed grades with a reason recorded", "75%", "60 to 86%", "32", "", "Wilson reasons"),
        ("Changed grades disputed by the auditor", "19%", "9 to 35%", "33", "", "Wilson disputed"),
    )
    assert table.note == (
        "Line: +0.8 in 2018-19 Q2, +0.2 in 2019-20 Q3, 6 quarters with moderation. Domains with a "
        "gap: 3, above none: 2; at least 10 audits each. Auditors shown: 3, outside 99.8% "
        "limits: "
        "1; not shown for want of cases: 5."
    )
    assert table.source == (
        "Slope and spread: 30 moderated audits drawn by chance since 2019-20 Q1. Changed grades: "
        f"{SOURCE}"
    )


def test_the_line_is_left_out_where_there_is_none():
    domain = replace(
        DETAIL.grouped[0],
        groups=(
            replace(DETAIL.grouped[0].groups[0], gap=estimated(0.3, 0.0, 0.6)),
            replace(DETAIL.grouped[0].groups[1], gap=estimated(-0.3, -0.6, -0.1)),
        ),
    )
    rest = (
        "Domains with a gap: 2, above none: 0; at least 10 audits each. Auditors shown: 0, "
        "outside 99.8% limits: 0; not shown for want of cases: 6. No auditor is shown, because "
        "there are too few rounds."
    )
    own = replace(DETAIL.own, auditors=(), too_few=6, why_not="there are too few rounds")
    flat = replace(DETAIL.trend, first=nan, last=nan)
    for unlike in ({"trend": flat}, {"trend_quarters": ()}, {"trend": flat, "trend_quarters": ()}):
        result = replace(DETAIL, grouped=(domain,), own=own, **unlike)
        assert optimism_detail_tables(result)[1].note == rest


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("within", "within"),
        ("above_95", "kinder than 95% limits"),
        ("above_998", "kinder than 99.8% limits"),
        ("below_95", "harsher than 95% limits"),
        ("below_998", "harsher than 99.8% limits"),
        ("not known", "not known"),
    ],
)
def test_each_place_in_the_funnel_has_its_words(place, words):
    own = replace(DETAIL.own, auditors=(replace(DETAIL.own.auditors[0], funnel=place),))
    table = optimism_detail_tables(replace(DETAIL, own=own))[3]
    assert table.rows == (("2ABC", "4", "+1.5", "+0.9", "+0.3 to +1.5", words),)


def test_auditors_have_the_raw_gap_before_the_best_estimate(details):
    table = details["Auditors' own gaps, in the order of their codes"]
    assert headings(table) == (
        "Auditor", "Moderated", "Raw gap", "Best estimate", "95% interval",
        "Against limits of chance",
    )  # fmt: skip
    assert units(table) == ("", "", "grades", "grades", "", "")
    assert aligned(table) == "lrrrrl"
    assert table.rows == (
        ("2ABC", "4", "+1.5", "+0.9", "+0.3 to +1.5", "kinder than 99.8% limits"),
        ("3DEF", "9", "+0.4", "+0.4", "+0.1 to +0.7", "within"),
        ("7XYZ", "1,600", "−0.2", "−0.1", "−0.4 to +0.2", "harsher than 95% limits"),
    )
    assert table.note == (
        "The best estimate pulls each raw gap towards all auditors', the more the fewer cases it "
        "rests on. Not a ranking, and not for appraisal."
    )
    assert table.source == "All moderated audits chosen by chance, 2019-20 Q1 to 2019-20 Q4."


MEASURES = (
    ("mean_gap", 0.414, "Mean gap, grades", "+0.41"),
    ("over_rate", 0.415, "Moderator lower", "42%"),
    ("under_rate", 0.084, "Moderator higher", "8%"),
    ("severe_rate", 0.05, "Two grades or more apart", "5%"),
    ("net_good_shift", 0.23, "Good or better, auditors minus moderators, points", "+23"),
    ("stuart_birch", 3.14, "Stuart–Birch", "3.14"),
    ("sign_test", 0.85, "Share kinder among those that differ (sign test)", "85%"),
    ("wilcoxon_pratt", 3.21, "Wilcoxon–Pratt", "3.21"),
    ("stuart_maxwell", 12.3, "Stuart–Maxwell", "12.30"),
    ("bhapkar", 13.4, "Bhapkar", "13.40"),
    ("bowker", 14.5, "Bowker", "14.50"),
    ("mcnemar_exact", 0.9, "Share kinder on whether graded good or better (McNemar)", "90%"),
    ("cumulative_logit", -1.1, "Marginal cumulative logit, slope", "−1.10"),
    ("odds_of_higher_grade", 3.0, "Odds of a higher grade from auditors", "3.00"),
    ("quasi_symmetry", 1.7, "Ordinal quasi-symmetry, slope", "1.70"),
    ("bradley_blackwood", 8.8, "Bradley–Blackwood", "8.80"),
)


@pytest.mark.parametrize(("name", "figure", "words", "written"), MEASURES)
def test_each_measure_has_its_name_and_its_unit(name, figure, words, written):
    one = NamedEstimate(name=name, estimate=estimated(figure, cases=1234, method="M"))
    others = (each for each in DETAIL.measures if each.name != name)
    table = optimism_detail_tables(replace(DETAIL, measures=(one, *others)))[4]
    assert table.caption == "Every paired measure of optimism"
    assert headings(table) == ("Measure", "Value", "95% interval", "p", "n", "Method, or why not")
    assert aligned(table) == "lrrrrl"
    assert table.rows[0] == (words, written, "", "", "1,234", "M")
    assert table.source == SOURCE


@pytest.mark.parametrize(
    ("p", "written"),
    [(nan, ""), (0.0009, "under 0.001"), (0.001, "0.001"), (0.0494, "0.049"), (1.0, "1.000")],
)
def test_a_p_value_is_written_to_three_decimals(p, written):
    found = replace(estimated(0.42, 0.21, 0.63, cases=60, method="t"), p=p)
    measures = (NamedEstimate(name="mean_gap", estimate=found),)
    table = optimism_detail_tables(replace(DETAIL, measures=measures))[4]
    assert table.rows == (("Mean gap, grades", "+0.42", "+0.21 to +0.63", written, "60", "t"),)


def test_a_measure_without_a_value_says_why():
    measures = (NamedEstimate(name="bowker", estimate=unknown("no grade differs", cases=12)),)
    table = optimism_detail_tables(replace(DETAIL, measures=measures))[4]
    assert table.rows == (("Bowker", "too few to say", "", "", "12", "no grade differs"),)


PUBLISHED = (
    ("West Berkshire. Ofsted single inspection, May 2015", "20%", "not stated", "not stated"),
    ("Croydon. Ofsted single inspection, 2017", "25%", "not stated", "not stated"),
    ("Plymouth. Ofsted single inspection, January 2015", "35%", "not stated", "council kinder"),
    ("Barnet. Ofsted single inspection, July 2017", "40%", "not stated", "council kinder"),
    ("Sandwell. Ofsted single inspection, June 2015", "45%", "20", "not stated"),
    ("Lincolnshire. Ofsted single inspection, January 2015", "57%", "30", "council kinder"),
    ("Sandwell. Local government peer review, 2015", "48%", "21", "council kinder"),
)


def test_published_figures_stand_under_the_council_s_own(details):
    table = details["Published figures on disagreement with councils' own audits"]
    assert headings(table) == (
        "Whose audits, and where published", "Graded differently", "Audits", "Direction",
    )  # fmt: skip
    assert aligned(table) == "lrrl"
    # 45% + 8% = 53%
    assert table.rows == (
        ("Small, this report", "53%", "1,061", "kinder in 45%, harsher in 8%"),
        *PUBLISHED,
    )
    assert table.note == (
        "Inspectors gave numbers mainly where disagreement was notable, and chose the cases "
        "themselves, so these shares are higher than usual. They are context, not a benchmark."
    )
    assert table.source == (
        "Inspection reports of 2012 to 2025, searched for figures; one peer review."
    )


@pytest.mark.parametrize(
    "measures",
    [
        (),
        tuple(
            NamedEstimate(name=name, estimate=unknown("none"))
            for name in ("over_rate", "under_rate")
        ),
    ],
)
def test_without_own_figures_only_published_ones_stand(measures):
    table = optimism_detail_tables(replace(DETAIL, measures=measures))[-1]
    assert table.rows == PUBLISHED
