"""Charts of themes: the series are those of the audits, the lines those of the quarters before."""

import csv
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.settings import Settings, Theme
from qaf_analysis.terms.verdicts import Variation
from qaf_analysis.topics.charts.analysis.themes import (
    FEWEST_FOR_PRIME,
    SeriesFrame,
    ThemeCharts,
    theme_charts,
)
from qaf_analysis.topics.charts.pictures import theme_charts_pictures, theme_pictures
from qaf_analysis.topics.charts.tables import FALSE_SIGNALS, theme_charts_tables
from qaf_analysis.topics.charts.words import LIMITS, say_theme_charts
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.common.scope import latest_quarter
from qaf_analysis.topics.impact.analysis.design import theme_design
from qaf_analysis.topics.impact.analysis.themes import themes
from tests.drawn import words_drawn
from tests.places import CALIBRATION
from tests.topics.councils import LAST, STRIPPED, keep, simulated

CALIBRATION = CALIBRATION / "theme_charts.csv"
FIRST = Quarter(2017, 1)


@cache
def council():
    return simulated()[1]


@cache
def charts():
    return theme_charts(council(), quarter=LAST)


def named(name):
    (theme,) = (theme for theme in charts().themes if theme.name == name)
    return theme


def frame(length=12, before=5, **more):
    theme = Theme(name="t", audited_in=FIRST.next(before), domain="d", **more)
    quarters = quarters_between(FIRST, FIRST.next(length - 1))
    settings = Settings(council="c", themes=(theme,))
    return SeriesFrame.of(theme_design(settings, theme, graded=("d",), quarters=quarters), quarters)


def test_every_theme_about_a_domain_is_charted_and_the_others_are_named():
    declared = council().settings.themes
    assert [theme.name for theme in charts().themes] == [t.name for t in declared if t.domain]
    assert charts().not_charted == tuple(t.name for t in declared if not t.domain)


def test_shares_are_counts_of_the_routine_audits_of_the_domain():
    """Recounted by hand from the ratings of one domain and quarter."""
    audits = council()
    themed = audits.audits["audit_type"].isin(["themed", "multi_agency", "calibration"])
    ids = audits.audits[~themed & (audits.audits["quarter"] == "2018-19 Q3")]["audit_id"]
    ratings = audits.ratings[audits.ratings["audit_id"].isin(ids)]
    grades = ratings[(ratings["domain"] == "Supervision") & (ratings["role"] == "auditor")]["grade"]
    (point,) = (p for p in named("Supervision").share.points if str(p.quarter) == "2018-19 Q3")
    assert (point.good, point.audits) == (int((grades >= 2).sum()), len(grades))
    assert point.value == point.good / point.audits


def test_differences_are_those_of_the_means_as_graded():
    """Not brought to one level, as the verdict's are: a chart is a picture of the grades."""
    for finding in themes(council(), quarter=LAST).themes:
        if finding.change is None:
            continue
        charted = {p.quarter: p for p in named(finding.name).difference.points}
        for point in finding.change.series:
            drawn = charted[Quarter.from_index(point.quarter)]
            assert drawn.value == pytest.approx(point.themed - point.control, abs=1e-12)
            assert drawn.audits == point.audits
            assert drawn.phase == ("after" if point.post else "before")
        assert named(finding.name).controls == finding.design.controls


def test_lines_rest_on_the_quarters_before_and_on_no_other():
    series = named("Chronologies").share
    bearing = [p for p in series.points if p.bears]
    assert [str(p.quarter) for p in bearing] == [f"2017-18 Q{k}" for k in (1, 2, 3, 4)]
    assert [str(p.quarter) for p in series.points if p.phase == "left out"] == [
        "2018-19 Q1", "2018-19 Q2",
    ]  # fmt: skip
    centre = sum(p.good for p in bearing) / sum(p.audits for p in bearing)
    error = np.sqrt(centre * (1 - centre) / series.points[-1].audits)
    assert series.points[-1].centre == pytest.approx(centre, abs=1e-12)
    assert series.points[-1].upper == pytest.approx(centre + 3 * error, abs=1e-12)
    difference = named("Chronologies").difference
    base = np.array([p.value for p in difference.points if p.bears])
    reach = 2.66 * np.abs(np.diff(base)).mean()
    assert difference.points[-1].lower == pytest.approx(base.mean() - reach, abs=1e-12)
    assert named("Chronologies").difference_run.points[0].centre == np.median(base)


def test_what_comes_later_never_moves_the_lines():
    rng = np.random.default_rng(1)
    values, count = rng.normal(size=12), np.full(12, 50.0)
    moved = values + np.where(np.arange(12) > 5, 9.0, 0.0)
    for chart in ("xmr_chart", "run_chart"):
        lines = [
            [(p.centre, p.lower, p.upper) for p in getattr(frame(), chart)(v, count).points]
            for v in (values, moved)
        ]
        assert np.array_equal(lines[0], lines[1], equal_nan=True)


def test_the_kind_of_chart_goes_by_the_quarters_before_alone():
    count = np.full(16, 50.0)
    wild = np.array([10, 40, 12, 38, 9, 41, 11, 39] + [25] * 8, dtype=float)
    calm = np.array([25, 26, 25, 24, 25, 26, 24, 25] + [5, 45] * 4, dtype=float)
    assert frame(16, 8).share_chart(wild, count).chart == "pprime"
    assert frame(16, 8).share_chart(calm, count).chart == "p"
    assert frame(16, FEWEST_FOR_PRIME - 1).share_chart(wild, count).chart == "p"
    assert frame(16, 8).share_chart(np.zeros(16), count).chart == "p"


def test_widened_limits_are_never_narrower_than_chance():
    rng = np.random.default_rng(2)
    count = np.full(16, 60.0)
    for _ in range(40):
        good = rng.binomial(60, 1 / (1 + np.exp(-rng.normal(0, rng.uniform(0, 0.8), size=16))))
        series = frame(16, 8).share_chart(good.astype(float), count)
        point = series.points[-1]
        chance = 3 * np.sqrt(point.centre * (1 - point.centre) / 60)
        assert point.upper >= min(1.0, point.centre + chance) - 1e-12


def test_quarters_without_audits_stay_gaps():
    audits = council()
    gone = keep(audits, ~audits.audits["quarter"].isin(["2017-18 Q3", "2019-20 Q1"]))
    for series in theme_charts(gone, quarter=LAST).themes[0].series:
        missing = [str(p.quarter) for p in series.points if p.reading == Variation.MISSING]
        assert missing == ["2017-18 Q3", "2019-20 Q1"]
        assert len(series.points) == 12
        assert all(np.isnan(p.value) and p.audits == 0 and not p.bears for p in series.points
                   if p.reading == Variation.MISSING)  # fmt: skip


def test_marks_are_the_themes_own_audit_and_every_process_change():
    marked = {event.label for event in named("Supervision").marked}
    assert marked == {
        "Supervision", "Auditor pool cut from 45 to 29", "Auditor training",
        "Co-located audit days",
    }  # fmt: skip


def test_results_survive_json():
    text = result_to_json(charts())
    again = result_from_json(text, ThemeCharts)
    assert result_to_json(again) == text
    assert again.themes[0].share.points[3] == charts().themes[0].share.points[3]
    assert [p.alt for p in theme_pictures(again.themes[1], OFSTED4.words)] == [
        p.alt for p in theme_pictures(charts().themes[1], OFSTED4.words)
    ]


def test_a_theme_before_all_audits_or_without_comparison_still_has_its_chart():
    audits = council()
    theme = audits.settings.themes[0]
    early = replace(theme, audited_in=FIRST, selected_in=())
    lone = replace(audits.settings, themes=(early,))
    only = audits.ratings[audits.ratings["domain"].isin([theme.domain, "Overall"])]
    result = theme_charts(replace(audits, settings=lone, ratings=only), quarter=LAST)
    (charted,) = result.themes
    assert charted.difference is None
    assert "no untouched domain" in charted.why_not
    assert not charted.share.is_frozen
    assert charted.why_not in say_theme_charts(result).paragraphs[1]
    assert len(theme_pictures(charted, OFSTED4.words)) == 2


@pytest.mark.parametrize("name", STRIPPED)
def test_a_council_stripped_of_something_is_charted_or_told_why_not(name):
    audits = STRIPPED[name](council())
    result = theme_charts(audits, quarter=latest_quarter(audits))
    release(result)
    said = say_theme_charts(result)
    pictures = theme_charts_pictures(replace(result, themes=result.themes[:1]))
    assert bool(result.themes) == bool(pictures)
    assert bool(result.themes) == bool(theme_charts_tables(result))
    assert result.themes or result.reason in said.paragraphs[0]
    everything = " ".join([*said.paragraphs, *(p.alt for p in pictures), result_to_json(result)])
    assert "nan" not in re.findall(r"[a-z]+", everything.lower())


def test_few_useful_points_are_said_on_the_chart_in_words_and_in_the_table():
    early = theme_charts(council(), quarter=Quarter(2018, 4))
    theme = early.themes[0]
    useful = theme.share_run.runs.useful
    assert useful < 10
    said = f"Run-chart rules cannot signal here: {useful} useful points, and they need 10."
    assert said in " ".join(words_drawn(theme_pictures(theme, OFSTED4.words)[-1]))
    assert f"{useful} useful points" in " ".join(say_theme_charts(early).paragraphs)
    found = next(row for row in theme_charts_tables(early)[0].rows if "run chart" in row[1])
    assert found[7] == str(useful)
    assert "(no rule)" in found[8]


def numbers(text):
    """Numbers of a text, but for those in names of quarters."""
    return set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"\d{4}-\d\d Q\d", "", text)))


def test_every_number_said_stands_in_a_table():
    tables = " ".join(
        " ".join([table.caption, table.note, *(cell for row in table.rows for cell in row)])
        for table in theme_charts_tables(charts())
    )
    assert numbers(" ".join(say_theme_charts(charts()).paragraphs)) <= numbers(tables)


def test_words_are_no_verdict():
    said = say_theme_charts(charts())
    titles = [picture.title for picture in theme_pictures(charts().themes[0], OFSTED4.words)]
    everything = " ".join([said.claim, *said.paragraphs, *titles])
    assert not re.search(r"improved|got worse|because of|led to|caused|effect", everything)
    assert "not a verdict" in LIMITS


def test_false_signals_told_are_those_measured():
    with CALIBRATION.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for chart, name in (("p", "p or p'"), ("pprime", "p or p'"), ("xmr", "XmR"), ("run", "run")):
        shares = [100 * float(row["any"]) for row in rows if row["chart"] == name]
        assert FALSE_SIGNALS[chart] == (round(min(shares)), round(max(shares)))


@pytest.mark.slow
def test_false_signals_are_found_again_on_fresh_series():
    """XmR chart of 12 quarters, 5 of them before, against the share published for it."""
    with CALIBRATION.open(encoding="utf-8") as file:
        (published,) = (
            float(row["any"]) for row in csv.DictReader(file)
            if (row["chart"], row["quarters"], row["before"]) == ("XmR", "12", "5")
        )  # fmt: skip
    rng = np.random.default_rng(99)
    count = np.full(12, 50.0)
    found = [bool(frame().xmr_chart(rng.normal(size=12), count).signalled) for _ in range(2000)]
    error = np.sqrt(published * (1 - published) * (1 / 2000 + 1 / 4000))
    assert np.mean(found) == pytest.approx(published, abs=3 * error)


def test_a_planted_step_is_drawn_on_the_side_it_has():
    chart = named("Chronologies").difference
    assert {p.direction for p in chart.signalled if p.phase == "after"} == {1}
    assert chart.last == Variation.IMPROVEMENT
