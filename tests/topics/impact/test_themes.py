"""Verdicts on themes, from a council's bundle: against plain pandas, and what must not count."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import pytest

from qaf_analysis.stats.core.holm import holm
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Theme
from qaf_analysis.terms.verdicts import ThemeVerdict
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.common.results_json import result_to_json
from qaf_analysis.topics.impact.analysis.themes import TOO_LITTLE, themes, themes_verdict
from qaf_analysis.topics.impact.tables import themes_tables
from qaf_analysis.topics.impact.words import say_themes
from tests.topics.councils import LAST, keep, simulated
from tests.topics.theme_by_hand import (
    QUARTERS,
    about,
    after_less_before,
    change_by_loops,
    compared,
    in_quarter,
    quarter_means,
    wide,
)

UNTOUCHED = (
    "Assessment and analysis",
    "Plan",
    "Child's voice and lived experience",
    "Impact on the child",
    "Risk",
    "Recording",
)
EVERY = (*UNTOUCHED, "Core groups", "Supervision", "Strategy meetings")
CHRONOLOGIES = Theme(
    name="Chronologies",
    domain="Chronologies",
    audited_in=Quarter(2018, 2),
    selected_in=(Quarter(2018, 1),),
)
SUPERVISION = Theme(name="Supervision", domain="Supervision", audited_in=Quarter(2018, 4))
# 2018-19 Q1 chose the theme and 2018-19 Q2 was its audit: neither counts.
BEFORE, AFTER = QUARTERS[:4], QUARTERS[6:]


@pytest.fixture(scope="module")
def council():
    return simulated()[1]


@cache
def found_in_example():
    """Findings on the example's own themes, which many tests hold those of a changed one to."""
    return themes(simulated()[1], quarter=LAST)


def finding(audits, *declared, name="Chronologies"):
    """The finding on one of the themes declared."""
    if audits is simulated()[1] and not declared:
        found = found_in_example()
    else:
        found = themes(about(audits, *declared) if declared else audits, quarter=LAST)
    (one,) = (theme for theme in found.themes if theme.name == name)
    return one


def quarters_of(one):
    return [str(Quarter.from_index(point.quarter)) for point in one.change.series]


def regraded(audits, rows, grade):
    """The same council with another grade in some of the ratings."""
    ratings = audits.ratings.copy()
    ratings.loc[rows, "grade"] = grade
    return replace(audits, ratings=ratings)


def numbers(one):
    """What is found of a theme about a domain, as text to compare."""
    return result_to_json(one.change)


def test_the_change_is_that_of_a_plain_groupby(council):
    change = finding(council).change
    sides = (BEFORE, AFTER)
    means = quarter_means(council, "Chronologies", UNTOUCHED, sides=sides)
    goods = quarter_means(council, "Chronologies", UNTOUCHED, good=True, sides=sides)
    grade, good = (after_less_before(each, BEFORE, AFTER) for each in (means, goods))
    assert change.grade.value == pytest.approx(grade["difference"], abs=1e-12)
    assert change.good.value == pytest.approx(good["difference"], abs=1e-12)
    for found, column in (("themed", "themed"), ("control", "control")):
        own, own_good = getattr(change, f"{found}_grade"), getattr(change, f"{found}_good")
        assert own.value == pytest.approx(grade[column], abs=1e-12)
        assert own_good.value == pytest.approx(good[column], abs=1e-12)
    for point, quarter in zip(change.series, [*BEFORE, *AFTER], strict=True):
        assert Quarter.from_index(point.quarter) == Quarter.parse(quarter)
        parts = (point.themed, point.control, point.difference)
        assert parts == pytest.approx(tuple(means.loc[quarter]), abs=1e-12)
        parts = (point.themed_good, point.control_good, point.difference_good)
        assert parts == pytest.approx(tuple(goods.loc[quarter]), abs=1e-12)
        assert point.post == (quarter in AFTER)


def test_the_error_is_told_from_every_domain(council):
    """By loops over the audits, every domain at the themed domain's level."""
    change = finding(council).change
    value, variance, df = change_by_loops(council, "Chronologies", UNTOUCHED, (BEFORE, AFTER))
    assert change.grade.value == pytest.approx(value)
    assert (change.grade.se, change.grade.df) == pytest.approx((math.sqrt(variance), df))


def test_counts_are_those_of_the_audits_compared(council):
    change = finding(council).change
    used = compared(council, "Chronologies", UNTOUCHED)
    used = used[used["quarter"].isin([*BEFORE, *AFTER])]
    assert change.evidence.audits == change.grade.cases == len(used)
    assert change.grade.auditors == wide(council).loc[used.index, "auditor"].nunique()
    assert (change.pre_quarters, change.post_quarters) == (4, 6)
    assert found_in_example().scope.used == len(wide(council))


def test_declared_controls_are_compared_with_and_no_others(council):
    change = finding(council, replace(CHRONOLOGIES, controls=("Risk", "Plan"))).change
    means = quarter_means(council, "Chronologies", ("Plan", "Risk"), sides=(BEFORE, AFTER))
    expected = after_less_before(means, BEFORE, AFTER)["difference"]
    assert change.grade.value == pytest.approx(expected, abs=1e-12)
    others = ~council.ratings["domain"].isin(["Chronologies", "Plan", "Risk"])
    elsewhere = regraded(council, others, 0)
    again = finding(elsewhere, replace(CHRONOLOGIES, controls=("Risk", "Plan")))
    assert numbers(again) == result_to_json(change)


def test_good_or_better_decides_where_it_is_declared(council):
    theme = replace(CHRONOLOGIES, outcome="good_or_better")
    by_good, by_grade = finding(council, theme).change, finding(council, CHRONOLOGIES).change
    assert by_good.deciding == by_good.good == by_grade.good
    assert by_grade.deciding == by_grade.grade == by_good.grade
    assert by_good.holm_p == max(by_good.good.p, by_good.evidence.good_threshold.p)
    assert by_good.holm_p != by_grade.holm_p


def test_a_control_that_is_themed_later_ends_the_comparison(council):
    theme = replace(CHRONOLOGIES, controls=("Plan", "Supervision"))
    found = finding(council, theme, SUPERVISION)
    used = [*QUARTERS[:4], "2018-19 Q3"]
    assert quarters_of(found) == used
    assert "Supervision is itself themed" in found.design.cut_because
    means = quarter_means(
        council, "Chronologies", ("Plan", "Supervision"), sides=(used[:4], used[4:])
    )
    expected = after_less_before(means, used[:4], used[4:])["difference"]
    assert found.change.grade.value == pytest.approx(expected, abs=1e-12)
    later = in_quarter(council, *QUARTERS[7:])
    again = finding(regraded(council, later, 0), theme, SUPERVISION)
    assert numbers(again) == numbers(found)


def test_a_control_that_is_not_compared_with_ends_nothing(council):
    """Supervision is graded too late to be compared with, so its own theme is no matter."""
    rows = (council.ratings["domain"] == "Supervision") & in_quarter(council, *QUARTERS[:2])
    late = replace(council, ratings=council.ratings[~rows])
    theme = replace(CHRONOLOGIES, controls=("Plan", "Supervision"))
    found = finding(late, theme, SUPERVISION)
    assert found.not_throughout == ("Supervision",)
    assert found.design.controls == ("Plan",)
    assert (found.design.until, found.design.cut_because) == (None, "")
    assert quarters_of(found) == [*BEFORE, *AFTER]
    said = say_themes(themes(about(late, theme, SUPERVISION), quarter=LAST)).paragraphs[0]
    assert "Not compared with Supervision, because not graded in every quarter" in said


def test_the_same_domain_themed_again_splits_the_quarters(council):
    first = Theme(name="First", domain="Chronologies", audited_in=Quarter(2017, 2))
    again = Theme(
        name="Again", domain="Chronologies", audited_in=Quarter(2018, 4), phase_in_quarters=1
    )
    early = finding(council, first, again, name="First")
    late = finding(council, first, again, name="Again")
    assert quarters_of(early) == [QUARTERS[0], *QUARTERS[2:7]]
    assert quarters_of(late) == [*QUARTERS[2:7], *QUARTERS[9:]]
    assert "was themed before (First)" in late.design.cut_because
    assert "is themed again (Again)" in early.design.cut_because
    sides = (QUARTERS[2:7], QUARTERS[9:])
    means = quarter_means(council, "Chronologies", EVERY, sides=sides)
    expected = after_less_before(means, QUARTERS[2:7], QUARTERS[9:])["difference"]
    assert late.change.grade.value == pytest.approx(expected, abs=1e-12)


def words_of(result):
    said = say_themes(result)
    cells = [cell for table in themes_tables(result) for row in table.rows for cell in row]
    return " ".join([said.claim, *said.paragraphs, *cells]).lower().split()


@pytest.mark.parametrize(
    ("domains", "reason"),
    [
        ((*UNTOUCHED, "Overall"), "no audit has a grade in the themed domain"),
        (("Chronologies", "Overall"), "no audit has a grade in a comparison domain"),
    ],
)
def test_without_a_themed_or_a_comparison_grade_there_is_too_little_data(council, domains, reason):
    few = replace(council, ratings=council.ratings[council.ratings["domain"].isin(domains)])
    result = themes(about(few, CHRONOLOGIES), quarter=LAST)
    release(result)
    (found,) = result.themes
    assert (found.verdict, result.verdict) == (TOO_LITTLE, TOO_LITTLE)
    assert reason in found.reason
    assert result.reason == found.reason
    assert not found.change.decision.tested
    assert math.isnan(found.change.holm_p)
    assert not {"nan", "(nan"} & set(words_of(result))


def test_themes_are_corrected_for_the_number_tested(council):
    found = found_in_example().themes
    tested = [theme.change for theme in found if theme.change and theme.change.decision.tested]
    assert len(tested) == 4
    adjusted = holm([change.evidence.p("mean_grade") for change in tested])
    assert [change.holm_p for change in tested] == adjusted.tolist()
    assert {change.themes_tested for change in tested} == {4}
    for theme in found:
        if theme.verdict in (ThemeVerdict.IMPROVED, ThemeVerdict.GOT_WORSE):
            assert theme.change.holm_p < 0.05


def test_a_theme_that_cannot_be_tested_does_not_count_in_the_correction(council):
    ungraded = Theme(name="Nobody's", domain="Nobody's", audited_in=Quarter(2018, 2))
    alone = finding(council, CHRONOLOGIES).change
    beside = finding(council, CHRONOLOGIES, ungraded).change
    assert beside.holm_p == alone.holm_p == alone.evidence.p("mean_grade")


def test_a_theme_about_a_type_of_case_is_counted_and_never_claimed(council):
    found = finding(council, name="Private fostering")
    rows = council.ratings.merge(council.audits, on="audit_id")
    rows = rows[(rows["role"] == "auditor") & (rows["audit_type"] == "collaborative")]
    rows = rows[(rows["domain"] == "Overall") & (rows["case_type"] == "Private fostering")]
    for quarters, n, good in (
        (QUARTERS[:6], found.cohort.before_n, found.cohort.before_good),
        (QUARTERS[7:], found.cohort.after_n, found.cohort.after_good),
    ):
        grades = rows.loc[rows["quarter"].isin(quarters), "grade"]
        assert (n, good) == (len(grades), (grades >= 2).sum())
    assert found.sides == (6, 5)
    assert (found.change, found.verdict) == (None, ThemeVerdict.TOO_LITTLE)
    assert found.reservations == ()


def test_nothing_later_than_the_quarter_is_used(council):
    then = Quarter(2019, 1)
    cut = keep(council, council.audits["quarter"] <= str(then))
    assert result_to_json(themes(cut, quarter=then)) == result_to_json(
        themes(council, quarter=then)
    )
    last = max(q for one in themes(council, quarter=then).themes for q in one.quarters)
    assert last == then


def test_the_first_page_hides_no_fall_behind_an_improvement(council):
    found = found_in_example().themes
    verdicts = (
        ThemeVerdict.IMPROVED,
        ThemeVerdict.GOT_WORSE,
        TOO_LITTLE,
        ThemeVerdict.IMPROVED,
        ThemeVerdict.NO_EVIDENCE,
    )
    mixed = tuple(
        replace(theme, verdict=verdict) for theme, verdict in zip(found, verdicts, strict=True)
    )
    assert themes_verdict(mixed)[0] == (
        "2 of 5 improved, 1 got worse, 1 no evidence, 1 too little data"
    )
    still = tuple(replace(theme, verdict=ThemeVerdict.NO_EVIDENCE) for theme in found)
    assert themes_verdict(still)[0] == "5 of 5 no evidence"
    few = tuple(replace(theme, verdict=TOO_LITTLE) for theme in found)
    assert themes_verdict(few) == (TOO_LITTLE, "no theme can be judged yet")
    assert themes_verdict(few[2:3]) == (TOO_LITTLE, found[2].reason)
    assert themes_verdict(())[1] == "no themed audit is declared in the settings"


def test_planted_effects_are_found_with_their_sign(council):
    for name in ("Chronologies", "Supervision"):
        assert finding(council, name=name).verdict == ThemeVerdict.IMPROVED
    assert finding(council, name="Core groups").verdict == ThemeVerdict.NO_EVIDENCE
    flipped = council.ratings.assign(
        grade=council.ratings["grade"].where(
            council.ratings["domain"] != "Chronologies", 3 - council.ratings["grade"]
        )
    )
    assert finding(replace(council, ratings=flipped)).verdict == ThemeVerdict.GOT_WORSE
