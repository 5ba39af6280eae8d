"""What is said of the charts of themes: whole sentences, whole rows, every mark."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan
from types import SimpleNamespace

import pytest

from qaf_analysis.kit.numbers import fine_gap, percent
from qaf_analysis.stats.charts.rules import RunLimits
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.topics.charts import pictures
from qaf_analysis.topics.charts.analysis.themes import theme_charts
from qaf_analysis.topics.charts.pictures import theme_charts_pictures, theme_pictures
from qaf_analysis.topics.charts.section import THEME_CHARTS
from qaf_analysis.topics.charts.tables import theme_charts_tables
from qaf_analysis.topics.charts.words import say_theme_charts
from tests.topics.charts.made import (
    CHARTING,
    FEW,
    GAPS,
    MINUS,
    PRIME,
    RUNS,
    SHARES,
    SOURCE,
    charts,
    point,
    run,
    series,
)

OPENING = (
    "Each chart shows every quarter as a dot. Its lines rest on the quarters before the "
    "themed audit and are carried forward unchanged, so the dots show whether later quarters look "
    "like those before. Quarters of selection, of the themed audit and of phasing in are drawn "
    "hollow and bear no line."
)
SHARE = (
    "On the p chart of the share graded good or better, a rule finds 1 of 4 quarters, 1 after the "
    "theme; last quarter: a signal in the better direction."
)
GAP = (
    "On the XmR chart of the difference to untouched domains, a rule finds 1 of 4 quarters, 1 "
    "after the theme; last quarter: a signal in the better direction."
)
RUN = (
    "The run chart of the share shows no signal: its longest run is 5 (up to 7 is usual), with 6 "
    "crossings (at least 4 are usual)."
)
FEW_GAPS = "Run-chart rules cannot signal on the difference: 9 useful points, and they need 10."


def told(theme):
    return say_theme_charts(charts(theme)).paragraphs[1]


def test_a_theme_is_told_chart_by_chart():
    said = say_theme_charts(charts(CHARTING, not_charted=("Fostering", "Ghost")))
    assert said.claim == "The quarters of each theme, as pictures"
    assert said.paragraphs == (
        OPENING,
        f"Chronology work (Chronologies; audited in 2018-19 Q3). {SHARE} {GAP} {RUN} {FEW_GAPS}",
        "Not charted, because no domain of routine audits stands for it: Fostering and Ghost.",
    )
    assert said.source == SOURCE
    assert said.limits == (
        "A chart is a picture, not a verdict: the verdict on each theme stands in the section on "
        "themed audits. A chart cannot tell a change in practice from a change in who audited or "
        "in which cases were picked. With few quarters before the theme it often signals "
        "although nothing changed; the table of false signals says how often. A chart without a "
        "signal is no evidence that nothing changed."
    )


def test_without_a_difference_the_reason_is_given():
    alone = replace(
        CHARTING, about="Chronology work", difference=None, difference_run=None, why_not="alone"
    )
    assert told(alone) == (
        f"Chronology work (audited in 2018-19 Q3). {SHARE} There is no chart of a difference, "
        f"because alone. {RUN}"
    )


CONCERN = tuple(
    replace(each, signals=("outside",), direction=-1, reading="concern") if number != 2 else each
    for number, each in enumerate(SHARES)
)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (
            series(points=CONCERN),
            "On the p chart of the share graded good or better, a rule finds 3 of 4 quarters, 1 "
            "after the theme; last quarter: a signal in the worse direction.",
        ),
        (
            series("pprime", SHARES[:3]),
            f"On the p{PRIME} chart of the share graded good or better, no rule finds any of the 3 "
            "quarters; last quarter: no signal at this point.",
        ),
        (
            series(points=(point(1, good=3, reading="cannot tell"),)),
            "On the p chart of the share graded good or better, no rule finds the one quarter; "
            "last quarter: no rule could signal here, so silence means nothing.",
        ),
        (
            series(points=(*SHARES, point(4, good=0, reading="missing")), last="common cause"),
            "On the p chart of the share graded good or better, a rule finds 1 of 4 quarters, 1 "
            "after the theme; last quarter: no signal at this point.",
        ),
        (
            series(points=(replace(SHARES[3], phase="before"), SHARES[0])),
            "On the p chart of the share graded good or better, a rule finds 1 of 2 quarters, 0 "
            "after the theme; last quarter: no signal at this point.",
        ),
        (
            series(points=(SHARES[3],)),
            "On the p chart of the share graded good or better, a rule finds 1 of 1 quarter, 1 "
            "after the theme; last quarter: a signal in the better direction.",
        ),
    ],
)
def test_what_is_found_is_counted_and_read(share, said):
    assert told(replace(CHARTING, share=share)) == (
        f"Chronology work (Chronologies; audited in 2018-19 Q3). {said} {GAP} {RUN} {FEW_GAPS}"
    )


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        (
            replace(RUNS, longest_run=8),
            "The run chart of the share signals: its longest run is 8 (up to 7 is usual), with 6 "
            "crossings (at least 4 are usual).",
        ),
        (
            replace(RUNS, longest_run=7, crossings=4),
            "The run chart of the share shows no signal: its longest run is 7 (up to 7 is usual), "
            "with 4 crossings (at least 4 are usual).",
        ),
        (
            replace(RUNS, crossings=1, limits=RunLimits(longest_run=6, crossings=2)),
            "The run chart of the share signals: its longest run is 5 (up to 6 is usual), with 1 "
            "crossing (at least 2 are usual).",
        ),
        (
            replace(RUNS, crossings=1, limits=RunLimits(longest_run=6, crossings=1)),
            "The run chart of the share shows no signal: its longest run is 5 (up to 6 is usual), "
            "with 1 crossing (at least 1 is usual).",
        ),
        (
            replace(FEW, useful=1),
            "Run-chart rules cannot signal on the share: 1 useful point, and they need 10.",
        ),
    ],
)
def test_runs_are_told_with_what_is_usual(runs, said):
    theme = replace(CHARTING, share_run=run(runs=runs))
    assert told(theme) == (
        f"Chronology work (Chronologies; audited in 2018-19 Q3). {SHARE} {GAP} {said} {FEW_GAPS}"
    )


def test_without_a_theme_the_reason_is_given():
    said = say_theme_charts(charts(reason="none is declared"))
    assert (said.claim, said.paragraphs) == (
        "No theme can be charted",
        ("Not available because none is declared.",),
    )
    assert theme_charts_tables(charts()) == theme_charts_pictures(charts()) == ()


def test_the_section_names_itself():
    section = THEME_CHARTS
    result = charts()
    assert section.say(result).claim == "No theme can be charted"
    assert section.tables(charts(CHARTING))[0].caption == "What the rules of each chart find"
    assert section.pictures is theme_charts_pictures
    assert section.asks is theme_charts
    assert (section.id, section.short, section.level, section.notebook) == (
        "theme-charts", "Charts of themes", 3, "04_themed_impact",
    )  # fmt: skip


# Tables


def shape(table):
    heads = tuple(f"{one.heading} / {one.unit}".removesuffix(" / ") for one in table.columns)
    return table.caption, heads, table.note, table.source


def left(table):
    return [one.heading for one in table.columns if one.align == "left"]


def test_what_the_rules_find_stands_in_its_column():
    found, *_ = theme_charts_tables(charts(CHARTING))
    assert shape(found) == (
        "What the rules of each chart find",
        (
            "Theme", "Chart", "Lines rest on / quarters", "Quarters", "Found by a rule",
            "Of these after", "Too few audits / quarters", "Useful points", "Longest run (usual)",
            "Crossings (usual)", "Last quarter",
        ),
        "Useful points lie off the centre line; run-chart rules need 10 of them. Limits that rest "
        "on fewer than 12 quarters are trial limits. Too few audits: a dot outside the limits "
        "would not count.",
        SOURCE,
    )  # fmt: skip
    better, steady = "a signal in the better direction", "no signal at this point"
    assert found.rows == (
        ("Chronology work", "p chart, good or better", "2", "4", "1", "1", "0", "14", "5 (up to 7)",
         "6 (at least 4)", better),
        ("Chronology work", "XmR chart, difference", "3", "4", "1", "1", "", "14", "5 (up to 7)",
         "6 (at least 4)", better),
        ("Chronology work", "run chart, good or better", "2", "4", "0", "0", "", "14",
         "5 (up to 7)", "6 (at least 4)", steady),
        ("Chronology work", "run chart, difference", "2", "4", "0", "0", "", "9", "4 (no rule)",
         "3 (no rule)", steady),
    )  # fmt: skip
    assert left(found) == ["Theme", "Chart", "Last quarter"]
    early = replace(CHARTING, share=series(points=CONCERN))
    assert theme_charts_tables(charts(early))[0].rows[0][4:6] == ("3", "1")


def test_the_choice_and_the_false_signals_are_tabled():
    _, choice, false, *_ = theme_charts_tables(charts(CHARTING))
    assert shape(choice) == (
        "Which chart was chosen, and why",
        ("Theme", "Series", "Chart", "Because"),
        "Chosen by a rule from the quarters before the themed audit, never by how it looks.",
        SOURCE,
    )
    assert choice.rows == (
        ("Chronology work", "good or better", "p chart", "a reason"),
        ("Chronology work", "difference", "XmR chart", "single values, not counts"),
    )
    assert shape(false) == (
        "How often such charts signal somewhere although nothing changes",
        ("Chart", "Lowest / in 100", "Highest / in 100"),
        "Simulated series of 8 to 24 quarters whose lines rest on 3 to 12 quarters before.",
        "Measured by simulation; the page on calibration of these charts gives each case.",
    )
    assert false.rows == (
        (f"p or p{PRIME} chart, good or better", "2", "24"),
        ("XmR chart, difference", "16", "38"),
        ("run chart, either", "0", "12"),
    )
    assert (left(choice), left(false)) == (["Theme", "Series", "Chart", "Because"], ["Chart"])


def test_every_quarter_of_a_share_stands_with_its_lines():
    table = theme_charts_tables(charts(CHARTING))[3]
    assert shape(table) == (
        "Chronology work: share graded good or better by quarter, with the lines of its charts",
        (
            "Quarter", "Counts as", "Audits", "Good or better / audits", "Good or better / share",
            "Lower limit", "Share", "Upper limit", "Median of the run chart", "Found because of",
            "What happened just before",
        ),
        "Left out: the quarters of selection, of the themed audit and of phasing in. The rules use "
        "unrounded numbers.",
        "Routine audits graded in Chronologies.",
    )  # fmt: skip
    assert table.rows == (
        ("2018-19 Q1", "before", "41", "17", "41%", "24%", "45%", "66%", "47%", "", ""),
        ("2018-19 Q2", "before", "42", "21", "50%", "24%", "45%", "66%", "47%", "", "Training"),
        ("2018-19 Q3", "left out", "43", "19", "44%", "24%", "45%", "66%", "47%", "",
         "Themed audit"),
        ("2018-19 Q4", "after", "1,450", "1,030", "71%", "24%", "45%", "66%", "47%",
         "a point outside the limits", ""),
    )  # fmt: skip
    assert left(table) == [
        "Quarter", "Counts as", "Found because of", "What happened just before",
    ]  # fmt: skip


def test_every_quarter_of_a_difference_stands_with_its_lines():
    signals = ("outside", "trend", "two_of_three", "shift")
    every = (*GAPS[:3], replace(GAPS[3], signals=signals, lower=nan, upper=nan))
    long = tuple(replace(each, signals=("long_run", "outside")) for each in run(GAPS).points)
    theme = replace(
        CHARTING,
        difference=series("xmr", every),
        difference_run=series("run", (*run(GAPS).points[:3], long[3])),
    )
    table = theme_charts_tables(charts(theme))[4]
    assert shape(table) == (
        "Chronology work: mean difference to untouched domains by quarter, with the lines of its "
        "charts",
        (
            "Quarter", "Counts as", "Audits", "Difference / grades", "Lower limit / grades",
            "Mean / grades", "Upper limit / grades", "Median of the run chart / grades",
            "Found because of", "What happened just before",
        ),
        "Left out: the quarters of selection, of the themed audit and of phasing in. The rules use "
        "unrounded numbers.",
        "Routine audits graded in Chronologies, against Plan, Risk in the same audits.",
    )  # fmt: skip
    lines = (f"{MINUS}0.52", f"{MINUS}0.31", f"{MINUS}0.10", f"{MINUS}0.29", "")
    assert table.rows == (
        ("2018-19 Q1", "before", "41", f"{MINUS}0.40", *lines, ""),
        ("2018-19 Q2", "before", "42", f"{MINUS}0.25", *lines, "Training"),
        ("2018-19 Q3", "left out", "43", f"{MINUS}0.35", *lines, "Themed audit"),
        (
            "2018-19 Q4", "after", "1,450", "+0.05", "none", f"{MINUS}0.31", "none",
            f"{MINUS}0.29",
            "a point outside the limits; seven or more points that all rise or all fall; two of "
            "three points near a limit; seven or more points on one side of the centre line; too "
            "long a run on one side of the centre line", "",
        ),
    )  # fmt: skip


@pytest.mark.parametrize("missing", ["difference", "difference_run"])
def test_without_a_difference_there_is_one_table_of_quarters(missing):
    assert len(theme_charts_tables(charts(replace(CHARTING, **{missing: None})))) == 4


@pytest.mark.parametrize(
    ("chart", "line", "name"),
    [
        ("pprime", "Share", f"p{PRIME} chart"),
        ("run", "Median", "run chart"),
        ("u", "Rate", "u chart"),
        ("uprime", "Rate", f"u{PRIME} chart"),
    ],
)
def test_the_centre_line_is_called_by_its_chart(chart, line, name):
    tables = theme_charts_tables(charts(replace(CHARTING, share=series(chart))))
    assert tables[3].columns[6].heading == line
    assert tables[0].rows[0][1] == f"{name}, good or better"


# Pictures


@pytest.fixture
def drawings(monkeypatch):
    """What is handed to the drawing, in place of drawings."""
    monkeypatch.setattr(
        pictures, "control_picture",
        lambda panels, **words: SimpleNamespace(panels=panels, **words),
    )  # fmt: skip
    monkeypatch.setattr(
        pictures, "icon_rows", lambda icons, **words: SimpleNamespace(icons=icons, **words)
    )
    monkeypatch.setattr(pictures, "in_appendix", lambda one: one)


def test_a_theme_has_three_pictures_that_say_what_was_found(drawings):
    share, gap, runs = theme_pictures(CHARTING, OFSTED4.words)
    assert share.title == "Chronology work: good or better, 1 of 4 quarters stands out"
    assert gap.title == (
        "Chronology work: difference to untouched domains, 1 of 4 quarters stands out"
    )
    assert runs.title == "Chronology work: no signal on a run chart"
    for one in (share, gap, runs):
        assert [(each.label, each.before) for each in one.changes] == [
            ("Training", "2018-19 Q2"),
            ("Themed audit", "2018-19 Q3"),
        ]
    assert [len(one.panels) for one in (share, gap, runs)] == [1, 1, 2]


def test_a_panel_holds_the_figures_of_its_series(drawings):
    share, gap, runs = theme_pictures(CHARTING, OFSTED4.words)
    (panel,) = share.panels
    assert (panel.measure, panel.centre_name, panel.low, panel.high, panel.reference) == (
        "Share graded good or better in Chronologies (p chart)", "share before", 0.0, 1.0, None,
    )  # fmt: skip
    assert panel.number is percent
    first, _, third, last = panel.points
    assert (first.period, first.value, first.centre, first.lower, first.upper, first.note) == (
        "2018-19 Q1", 0.41, 0.45, 0.24, 0.66, "17 of 41 audits",
    )  # fmt: skip
    assert (first.bears, first.is_left_out, first.direction, first.signals) == (True, False, 0, ())
    assert (third.bears, third.is_left_out) == (False, True)
    assert (last.direction, last.signals, last.note) == (
        1, ("outside the limits",), "1,030 of 1,450 audits",
    )  # fmt: skip
    (panel,) = gap.panels
    assert (panel.measure, panel.centre_name, panel.low, panel.high, panel.reference) == (
        "Chronologies less untouched domains, in grades (XmR chart)", "mean before", inf, -inf,
        (0.0, "0: no difference"),
    )  # fmt: skip
    assert panel.number is fine_gap
    assert panel.points[0].note == "41 audits"
    assert [each.measure for each in runs.panels] == [
        "Share graded good or better in Chronologies (run chart)",
        "Chronologies less untouched domains, in grades (run chart)",
    ]
    assert [each.centre_name for each in runs.panels] == ["median before"] * 2
    everyone = replace(CHARTING, share=series(is_frozen=False))
    assert theme_pictures(everyone, OFSTED4.words)[0].panels[0].centre_name == "share of all"


def test_rules_are_named_on_the_chart(drawings):
    names = ("outside", "trend", "two_of_three", "shift", "long_run")
    signalled = (replace(SHARES[3], signals=names, direction=-1),)
    panel = theme_pictures(replace(CHARTING, share=series(points=signalled)), OFSTED4.words)[
        0
    ].panels[0]
    assert panel.points[0].signals == (
        "outside the limits",
        "seven or more rising or falling",
        "two of three near a limit",
        "seven or more on one side",
        "long run on one side",
    )
    assert panel.points[0].direction == -1


@pytest.mark.parametrize(
    ("share", "title"),
    [
        (series(points=CONCERN), "good or better, 3 of 4 quarters stand out"),
        (series(points=SHARES[3:]), "good or better, 1 of 1 quarter stands out"),
        (series(points=SHARES[:3]), "good or better, no quarter of 3 stands out"),
        (
            series(points=SHARES[:3], last="cannot tell"),
            "good or better, on which no rule can signal yet",
        ),
        (series(last="cannot tell"), "good or better, 1 of 4 quarters stands out"),
    ],
)
def test_the_title_says_what_the_rules_find_and_nothing_more(drawings, share, title):
    picture = theme_pictures(replace(CHARTING, share=share), OFSTED4.words)[0]
    assert picture.title == f"Chronology work: {title}"


SIGNAL = replace(RUNS, longest_run=9)


@pytest.mark.parametrize(
    ("share", "difference", "title"),
    [
        (FEW, FEW, "run charts, on which no rule can signal yet"),
        (RUNS, FEW, "no signal on a run chart"),
        (RUNS, SIGNAL, "a signal on 1 of 2 run charts"),
        (SIGNAL, SIGNAL, "a signal on 2 of 2 run charts"),
        (SIGNAL, None, "a signal on 1 of 1 run chart"),
        (FEW, None, "run charts, on which no rule can signal yet"),
    ],
)
def test_signals_of_runs_are_counted(drawings, share, difference, title):
    theme = replace(
        CHARTING,
        share_run=run(runs=share),
        difference_run=None if difference is None else run(GAPS, runs=difference),
    )
    picture = theme_pictures(theme, OFSTED4.words)[-1]
    assert picture.title == f"Chronology work: {title}"
    assert len(picture.panels) == 1 + (difference is not None)


P_RATE = "Where nothing changes, such charts still signal somewhere 2 to 24 times in 100."
XMR_RATE = "Where nothing changes, such charts still signal somewhere 16 to 38 times in 100."
BARE = tuple(replace(each, lower=nan, upper=nan) for each in SHARES)


@pytest.mark.parametrize(
    ("one", "notes"),
    [
        (series(), (f"Limits rest on 2 quarters, so they are trial limits. {P_RATE}",)),
        (series(bearing=1), (f"Limits rest on 1 quarter, so they are trial limits. {P_RATE}",)),
        (series(bearing=11), (f"Limits rest on 11 quarters, so they are trial limits. {P_RATE}",)),
        (series(bearing=12), (f"Limits rest on 12 quarters. {P_RATE}",)),
        (series("pprime", bearing=12), (f"Limits rest on 12 quarters. {P_RATE}",)),
        (
            series("xmr", GAPS, bearing=12, runs=FEW),
            (f"Limits rest on 12 quarters. {XMR_RATE}",),
        ),
        (
            series(runs=FEW, bearing=12),
            (
                "Run-chart rules cannot signal here: 9 useful points, and they need 10.",
                f"Limits rest on 12 quarters. {P_RATE}",
            ),
        ),
        (
            series("run", runs=replace(FEW, useful=1)),
            ("Run-chart rules cannot signal here: 1 useful point, and they need 10.",),
        ),
        (
            series("run", runs=replace(RUNS, crossings=3)),
            ("The dots cross the line 3 times; at least 4 would be usual.",),
        ),
        (
            series("run", runs=replace(RUNS, crossings=1)),
            ("The dots cross the line 1 time; at least 4 would be usual.",),
        ),
        (series("run", runs=replace(RUNS, crossings=4)), ()),
        (series("run", runs=SIGNAL), ()),
        (series(runs=replace(RUNS, crossings=3), bearing=12),
         (f"Limits rest on 12 quarters. {P_RATE}",)),
        (
            series(points=BARE),
            ("No limits: the 2 quarters they would rest on are too few or all alike.",),
        ),
        (
            series(points=BARE, bearing=1),
            ("No limits: the 1 quarter they would rest on is too few or all alike.",),
        ),
        (
            series(points=(*BARE[:3], SHARES[3]), bearing=12),
            (f"Limits rest on 12 quarters. {P_RATE}",),
        ),
        (
            series(too_small=1, bearing=12),
            (
                f"Limits rest on 12 quarters. {P_RATE}",
                "1 quarter with too few audits for a dot outside the limits to count.",
            ),
        ),
        (
            series(too_small=3, bearing=12, is_frozen=False),
            (
                f"Limits rest on 12 quarters. {P_RATE}",
                "3 quarters with too few audits for a dot outside the limits to count.",
                "No quarter after those that bear the lines, or none before: nothing is carried "
                "on.",
            ),
        ),
    ],
)  # fmt: skip
def test_what_a_chart_cannot_show_is_written_on_it(drawings, one, notes):
    picture = theme_pictures(replace(CHARTING, share=one), OFSTED4.words)[0]
    assert picture.panels[0].notes == notes


def test_signs_show_how_each_control_chart_ends(drawings):
    worse = replace(CHARTING, name="B", share=series(points=CONCERN), difference=None)
    icons, *rest = theme_charts_pictures(charts(CHARTING, worse))
    assert icons.title == (
        "On 2 of 3 charts the last quarter is a signal for the better, on 1 for the worse"
    )
    assert icons.alt == (
        "Every chart stands in the table of what the rules find.",
        "Better: Chronology work, good or better; Chronology work, difference.",
        "Worse: B, good or better.",
    )
    assert [(each.name, each.reading, each.improvement) for each in icons.icons] == [
        ("Chronology work, good or better", "improvement", "up"),
        ("Chronology work, difference", "improvement", "up"),
        ("B, good or better", "concern", "up"),
    ]
    assert len(rest) == 3 + 2


def test_the_finished_pictures_stand_behind_the_section():
    icons, share, *_ = theme_charts_pictures(charts(CHARTING))
    assert icons.place == "section"
    assert share.place == "appendix"
    assert icons.alt.startswith("On 2 of 2 charts the last quarter is a signal for the better, on")
    assert share.alt == (
        "Chronology work: good or better, 1 of 4 quarters stands out. Share graded good or better "
        "in Chronologies (p chart), 2018-19 Q1 to 2018-19 Q4: 71% (1,030 of 1,450 audits) at the "
        "end; lower limit 24%, share before 45%, upper limit 66%. High, outside the limits: "
        "2018-19 Q4. Before 2018-19 Q2: Training."
    )
    assert str(CHARTING.audited_in) == str(Quarter(2018, 3))
