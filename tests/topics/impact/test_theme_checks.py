"""Other ways of asking about themes: the lines are those of the statistics on arrays by hand."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.stats.impact.difference_in_differences import theme_change
from qaf_analysis.stats.impact.sensitivity import QUESTIONS, theme_sensitivity
from qaf_analysis.stats.impact.themed_series import ThemedAudits
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Theme
from qaf_analysis.terms.verdicts import ThemeRule, ThemeVerdict
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.impact.analysis.checks import ThemeChecks, theme_checks
from qaf_analysis.topics.impact.analysis.themes import themes
from tests.topics.councils import LAST, simulated
from tests.topics.theme_by_hand import QUARTERS, about, compared, wide

UNTOUCHED = (
    "Assessment and analysis",
    "Plan",
    "Child's voice and lived experience",
    "Impact on the child",
    "Risk",
    "Recording",
)
BEFORE, AFTER = QUARTERS[:4], QUARTERS[6:]


@pytest.fixture(scope="module")
def council():
    return simulated()[1]


@pytest.fixture(scope="module")
def found(council):
    return theme_checks(council, quarter=LAST)


def arrays_by_hand(audits):
    """Chronologies before and after its audit, cut from the bundle with plain pandas."""
    table = wide(audits)
    table = table[table["quarter"].isin([*BEFORE, *AFTER])]
    grades = table[list(UNTOUCHED)]
    goods = (grades >= 2).where(grades.notna()).astype(float)
    themed = table["Chronologies"]
    return {
        "quarter": table["quarter"].map(lambda text: Quarter.parse(text).index),
        "post": table["quarter"].isin(AFTER),
        "themed_grade": themed,
        "control_grade": grades.mean(axis=1),
        "themed_good": (themed >= 2).where(themed.notna()).astype(float),
        "control_good": goods.mean(axis=1),
        "auditor": pd.factorize(table["auditor"], sort=True)[0],
        "control_grades": grades,
        "control_goods": goods,
    }


def leaves(value):
    """Every number, text and truth value of a result, in order."""
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [value]


@pytest.mark.parametrize("outcome", ["mean_grade", "good_or_better"])
def test_lines_are_those_of_the_statistics(council, outcome):
    declared = replace(council.settings.themes[0], outcome=outcome, controls=UNTOUCHED)
    (check,) = theme_checks(about(council, declared), quarter=LAST).themes
    arrays = arrays_by_hand(council)
    change = theme_change(**arrays, rule=ThemeRule(outcome=outcome))
    lines = theme_sensitivity(change, ThemedAudits.checked(**arrays))
    assert [line.name for line in check.lines] == list(QUESTIONS)
    ours, theirs = (
        leaves(json.loads(result_to_json(each)))
        for each in ({"lines": check.lines}, {"lines": lines})
    )
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        if isinstance(mine, float):
            assert mine == pytest.approx(other, rel=1e-9, abs=1e-12)
        else:
            assert mine == other
    assert (check.verdict, check.outcome) == (change.verdict, outcome)
    assert check.deciding.value == pytest.approx(change.deciding.value, abs=1e-12)


def test_the_verdict_is_that_of_the_theme_on_its_own(council, found):
    """Strategy meetings: significant alone, and not among the four tested."""
    (alone,) = (check for check in found.themes if check.name == "Strategy meetings")
    (theme,) = (t for t in council.settings.themes if t.name == "Strategy meetings")
    controls = replace(theme, controls=UNTOUCHED)
    (single,) = themes(about(council, controls), quarter=LAST).themes
    (among,) = (t for t in themes(council, quarter=LAST).themes if t.name == "Strategy meetings")
    assert alone.verdict == single.verdict == ThemeVerdict.IMPROVED
    assert among.verdict != ThemeVerdict.IMPROVED
    assert alone.deciding.p == single.change.grade.p


def test_the_effect_is_cliff_s_delta_of_every_pair(council, found):
    table = compared(council, "Chronologies", UNTOUCHED, sides=(BEFORE, AFTER))
    after, before = (
        table.loc[table["quarter"].isin(side), "difference"].round(9) for side in (AFTER, BEFORE)
    )
    signs = [np.sign(late - early) for late, early in product(after, before)]
    assert found.themes[0].effect.value == pytest.approx(np.mean(signs), abs=1e-12)


def test_agreeing_and_differing_are_the_lines_that_do(found):
    for check in found.themes:
        assert {line.agrees for line in check.agreeing} <= {True}
        assert {line.agrees for line in check.differing} <= {False}
        other = [line for line in check.lines if line.agrees is None]
        assert len(check.agreeing) + len(check.differing) + len(other) == 9


def test_themes_about_a_type_of_case_are_not_asked_about(council, found):
    assert [check.name for check in found.themes] == [
        theme.name for theme in council.settings.themes if theme.domain
    ]
    only = theme_checks(about(council, council.settings.themes[2]), quarter=LAST)
    assert only.themes == ()
    assert only.why_not == "no theme about a domain is declared in the settings"


def test_a_theme_that_cannot_be_tested_has_a_reason_and_no_line(council):
    late = Theme(name="Late", domain="Risk", audited_in=LAST)
    ungraded = Theme(name="Nobody's", domain="Nobody's", audited_in=Quarter(2018, 2))
    late_check, nobody = theme_checks(about(council, late, ungraded), quarter=LAST).themes
    assert late_check.reason == "no quarter after the themed audit; at least 1 needed"
    assert nobody.reason == "no audit has a grade in the themed domain"
    for check in (late_check, nobody):
        assert (check.tested, check.lines, check.verdict) == (False, (), ThemeVerdict.TOO_LITTLE)
        assert math.isnan(check.effect.value)
        assert check.effect.why_not


def test_results_survive_json(found):
    text = result_to_json(found)
    again = result_from_json(text, ThemeChecks)
    assert result_to_json(again) == text
    assert [line.says for line in again.themes[0].lines] == [
        line.says for line in found.themes[0].lines
    ]
    assert release(again).result is again


def test_nothing_later_than_the_quarter_is_used(council, found):
    earlier = theme_checks(council, quarter=Quarter(2019, 1))
    by_name = {check.name: check for check in earlier.themes}
    assert not by_name["Strategy meetings"].tested
    assert by_name["Chronologies"].deciding.cases == found.themes[0].deciding.cases - 150
