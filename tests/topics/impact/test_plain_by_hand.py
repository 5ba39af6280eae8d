"""``impact_table``: figures, verdict and warnings of themed audits worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import log, sqrt

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from qaf_analysis.data.plain.levels import declared_levels
from qaf_analysis.data.plain.themed import PlainThemed
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.settings import ProcessChange, Settings, Theme
from qaf_analysis.topics.common.declared import EarlierDesigns, declared_design
from qaf_analysis.topics.impact.analysis.plain_table import impact_table
from tests.topics.impact.test_by_hand import AFTER, BEFORE, QUARTERS, RISE, THEMED, by_hand
from tests.topics.theme_by_hand import change_by_loops

LEVELS = declared_levels("Inadequate, Requires improvement, Good, Outstanding")
STANDING = (
    "The verdict is that of a single theme. With several themes tested at once, adjust the larger "
    "p of the two scales for their number (Holm).",
    "newcombe_uncontrolled, ordinal_step and everything named its_ have no comparison: they move "
    "with whatever moves every domain, and no verdict rests on them.",
    "Placebo dates that show no movement prove nothing; the test finds few real trends.",
)
SCALES = (
    "did_mean_grade and did_good take a common shift as equally many standard deviations in every "
    "domain; second_scale, of the one that decides, takes the thresholds between grades as common. "
    "A claim must hold on both."
)
ONE = "The error is told from the themed series alone, because there is one comparison domain."
SIDES = (QUARTERS[:3], QUARTERS[4:])


def loops(audits=RISE, controls=("Risk", "Recording"), *, good=False):
    """Value and error of the same council, by loops over the audits."""
    value, variance, _ = change_by_loops(audits, "Plan", controls, SIDES, good=good)
    return value, sqrt(variance)


def codes(text):
    """Codes of the digits; -1 where a dot stands."""
    return [-1 if sign == "." else int(sign) for sign in text]


def plain(before=BEFORE, after=AFTER, *, controls=("Risk", "Recording"), named=True, warnings=()):
    """The same audits as a plain table, the quarter of the themed audit left out."""
    lines = [*before, *after]
    themed = np.array([code for line in lines for code in codes(line["Plan"])])
    others = np.array(
        [[code for line in lines for code in codes(line[name])] for name in controls]
    ).T
    known = others >= 0
    number = known.sum(axis=1)
    size = np.where(number, number, 1)
    mean = np.where(number, np.where(known, others, 0).sum(axis=1) / size, np.nan)
    good = np.where(number, (others >= 2).sum(axis=1) / size, np.nan)
    quarter = [place for place, line in enumerate(lines) for _ in line["Plan"]]
    return PlainThemed(
        levels=LEVELS,
        quarter=np.array(quarter),
        post=np.array(quarter) >= len(before),
        auditor=np.arange(len(quarter)) % 3,
        themed_grade=themed,
        control_grade=mean,
        control_good=good,
        controls=controls if named else (),
        control_codes=others if named else np.zeros((len(quarter), 0), dtype=int),
        warnings=warnings,
    )


def named(table):
    return {one.name: one.estimate for one in table.estimates}


def test_the_verdict_is_given_with_its_reason():
    table = impact_table(plain())
    assert table.verdict.startswith("improved")
    assert table.verdict.endswith(
        ": the themed domain rose against the comparison domains of the same audits by more than "
        "chance explains"
    )
    assert table.scale == OFSTED4.words
    fall = impact_table(plain(AFTER, BEFORE))
    assert fall.verdict.startswith("got worse")
    assert fall.verdict.endswith(
        ": the themed domain fell against the comparison domains of the same audits by more than "
        "chance explains"
    )
    few = impact_table(plain(BEFORE[:2], AFTER))
    assert few.verdict == ("too little data: 2 quarters before the themed audit; at least 3 needed")


def test_every_figure_has_its_name():
    """Plan +0.50 and good +0.40; the others +0.05 each, and a little more at Plan's level."""
    found = named(impact_table(plain()))
    assert list(found) == [
        "did_mean_grade", "did_good", "second_scale", "minimum_detectable",
        "minimum_detectable_good", "themed_mean_grade_change", "control_mean_grade_change",
        "themed_good_change", "control_good_change", "drift_before_by_year",
        "breakdown_drift_by_year", "fastest_untouched_drift", "breakdown_factor",
        "differential_trend", "differential_trend_by_quarter",
        "cliffs_delta", "wild_bootstrap", "placebo_dates", "placebo_domains", "same_auditors",
        "leave_one_out", "newcombe_uncontrolled", "its_ols", "its_ols_mean_grade",
        "its_newey_west", "its_quasibinomial", "ordinal_step", "ordinal_step_odds_ratio",
    ]  # fmt: skip
    values = {
        "did_good": loops(good=True)[0],
        "themed_mean_grade_change": 0.5,
        "control_mean_grade_change": 0.05,
        "themed_good_change": 0.4,
        "control_good_change": 0.05,
        # Of 30 before 9 were good, of 30 after 21.
        "newcombe_uncontrolled": 21 / 30 - 9 / 30,
    }
    for name, value in values.items():
        assert found[name].value == pytest.approx(value, abs=1e-12)
    # The auditors of this table are not those of the council, so the error is another.
    assert found["did_mean_grade"].value == pytest.approx(loops()[0], abs=1e-12)
    uncontrolled = found["newcombe_uncontrolled"]
    limits = confint_proportions_2indep(21, 30, 9, 30, method="newcomb")
    assert (uncontrolled.low, uncontrolled.high) == pytest.approx(limits)
    assert found["ordinal_step"].value == pytest.approx(log(found["ordinal_step_odds_ratio"].value))
    assert found["minimum_detectable"].value > 2.8 * found["did_mean_grade"].se
    assert "no theme" not in found["drift_before_by_year"].why_not


def test_figures_without_a_comparison_are_those_of_plans_own_quarters():
    """Shares 0.2, 0.4, 0.3 and 0.8, 0.6, 0.7; means 1.0, 1.2, 1.1 and 1.7, 1.5, 1.6."""
    found = named(impact_table(plain()))
    assert (found["its_ols"].cases, found["its_newey_west"].cases) == (60, 60)
    assert found["its_ols"].auditors == 3
    # Within sides the shares move as the means do, so that the two lines differ by 0.1 in step.
    assert found["its_ols_mean_grade"].value - found["its_ols"].value == pytest.approx(0.1)
    assert found["its_newey_west"].value == pytest.approx(found["its_ols"].value)


def test_all_warnings_stand_in_order():
    table = impact_table(plain(warnings=("mind the table.",)))
    lines = table.lines
    assert len(lines) == 9
    agree = sum(line.agrees is True for line in lines)
    differ = [line for line in lines if line.agrees is False]
    assert table.warnings[0] == "mind the table."
    assert table.warnings[1] == SCALES
    assert table.warnings[2].startswith(f"Of 9 other ways of asking {agree} ")
    assert table.warnings[2].endswith(
        "with the verdict and 1 does not." if len(differ) == 1
        else f"with the verdict and {len(differ)} do not."
    )  # fmt: skip
    assert len(table.warnings) == 3 + len(differ) + 3
    assert table.warnings[-3:] == STANDING


def test_answers_that_differ_are_named_with_their_notes(monkeypatch):
    """One line agrees and one does not; then two do not, of which one has a note."""
    base = impact_table(plain()).lines[0]

    def answers(*lines):
        monkeypatch.setattr(
            "qaf_analysis.topics.impact.analysis.asked.theme_sensitivity",
            lambda change, audits: lines,
        )
        return impact_table(plain()).warnings[1:-3]

    yes = replace(base, agrees=True)
    no = replace(base, name="lead", agrees=False, says="got worse", note="")
    silent = replace(base, agrees=None)
    assert answers(yes, no, silent) == (
        "Of 3 other ways of asking 1 agrees with the verdict and 1 does not.",
        "lead says got worse.",
    )
    assert answers(yes, yes, no, replace(no, name="other", note="it is wide")) == (
        "Of 4 other ways of asking 2 agree with the verdict and 2 do not.",
        "lead says got worse.",
        "other says got worse: it is wide.",
    )


def test_small_quarters_and_domains_too_much_alike_are_told():
    short = {name: grades[:9] for name, grades in AFTER[2].items()}
    table = impact_table(plain(after=(*AFTER[:2], AFTER[1], short)))
    assert "1 quarter with fewer than 10 audits that can be compared left out." in (table.warnings)
    alike = [{**line, "Risk": "2222222221"} for line in (*BEFORE, *AFTER)]
    table = impact_table(plain(alike[:3], alike[3:]))
    assert table.warnings[0] == (
        "Risk is not compared with: 6 grades differ from its commonest one, and at least 20 are "
        "needed to tell its level."
    )


def test_a_single_comparison_domain_or_means_only_are_warned_of():
    one = impact_table(plain(controls=("Risk",)))
    assert one.warnings[:2] == (SCALES, ONE)
    means = impact_table(plain(named=False))
    assert means.verdict == (
        "too little data: the comparison domains' grades are not given one by one, so that a "
        "change of level that is common to all domains cannot be taken off"
    )
    assert means.warnings == STANDING
    assert not named(means)["did_mean_grade"].is_estimable
    assert means.lines == ()
    nothing = impact_table(plain(BEFORE[:1], ()))
    assert SCALES not in nothing.warnings


def test_a_domain_that_comes_or_goes_is_not_compared_with():
    """Risk is not graded in the last quarter: Plan is set against Recording, which stood still."""
    last = {**AFTER[2], "Risk": ".........."}
    table = impact_table(plain(after=(*AFTER[:2], last)))
    assert table.warnings[:2] == (
        "Risk is not compared with: it was not graded in every quarter in which the themed domain "
        "was, and would shift the comparison by coming or going.",
        SCALES,
    )
    assert table.warnings[2] == ONE
    assert named(table)["did_mean_grade"].value == pytest.approx(0.5)


def test_the_outcome_that_decides_may_be_the_share():
    """Shares decide; the other outcome is then the mean grade, 0.45 higher."""
    by_share = impact_table(plain(), outcome="good_or_better")
    assert by_share.verdict.startswith("improved")
    assert {line.name: line for line in by_share.lines}["other_outcome"].estimate.value == (
        pytest.approx(loops()[0])
    )
    with pytest.raises(UsageError, match="is no outcome"):
        impact_table(plain(), outcome="median")


def test_audits_left_out_are_counted():
    first = {"Plan": "..00111111", "Risk": "222222...0", "Recording": "222211...0"}
    warnings = impact_table(plain((first, *BEFORE[1:]))).warnings
    assert warnings[:2] == (
        "2 audits have no grade in the themed domain and count nowhere.",
        "3 audits have no grade in a comparison domain and count only where nothing is compared.",
    )
    first = {"Plan": ".200111111", "Risk": "222222222.", "Recording": "222211111."}
    warnings = impact_table(plain((first, *BEFORE[1:]))).warnings
    assert warnings[:2] == (
        "1 audit has no grade in the themed domain and counts nowhere.",
        "1 audit has no grade in a comparison domain and counts only where nothing is compared.",
    )


def test_the_lowest_good_level_may_be_another():
    """From Outstanding on: one of 10 in one of three quarters after, and no other grade at all."""
    table = impact_table(plain(), good_from="Outstanding")
    assert table.scale.positive == "outstanding"
    assert named(table)["themed_good_change"].value == pytest.approx(0.1 / 3)
    assert named(table)["control_good_change"].is_estimable is False


def test_each_outcome_has_its_own_error():
    """Risk Outstanding for Good moves grades and their error, but no share and not its error."""
    sides = [
        [{**line, "Risk": line["Risk"].replace("2", "3")} for line in side]
        for side in (BEFORE, AFTER)
    ]
    base, higher = named(impact_table(plain())), named(impact_table(plain(*sides)))
    assert higher["did_good"] == base["did_good"]
    # Six, five and seven more before; seven, eight and six after: Risk moves by 0.2, not by 0.1.
    assert higher["control_mean_grade_change"].value == pytest.approx(0.1)
    audits = by_hand(*sides[0], *THEMED, *sides[1])
    assert higher["did_mean_grade"].value == pytest.approx(loops(audits)[0])


def test_the_level_reaches_every_interval():
    wide, narrow = (impact_table(plain(), level=level) for level in (0.95, 0.8))
    for name in ("did_mean_grade", "newcombe_uncontrolled", "its_ols", "ordinal_step",
                 "differential_trend", "cliffs_delta", "its_quasibinomial"):  # fmt: skip
        lengths = [named(table)[name].high - named(table)[name].low for table in (wide, narrow)]
        assert lengths[0] > lengths[1] > 0
        assert named(narrow)[name].level == 0.8


# What settings declare

PLANS = Theme(
    name="Plans", domain="Plan", audited_in=Quarter(2018, 2),
    selected_in=(Quarter(2018, 1), Quarter(2017, 4)), phase_in_quarters=2, activity="Workshops",
    controls=("Risk", "Budget"), outcome="good_or_better",
)  # fmt: skip


def test_a_design_is_declared_as_the_settings_have_it():
    training = ProcessChange(kind="training", label="Training", starts=date(2018, 10, 1))
    settings = Settings(
        council="Example", themes=(PLANS,), process_changes=(training,), sha256="ab"
    )
    declared = declared_design(settings, quarter=Quarter(2019, 1), run_id="r1")
    assert (declared.council, str(declared.quarter), declared.run_id, declared.settings_sha256) == (
        "Example", "2019-20 Q1", "r1", "ab",
    )  # fmt: skip
    (theme,) = declared.themes
    assert (theme.name, theme.about, theme.activity, str(theme.quarter)) == (
        "Plans", "Plan", "Workshops", "2018-19 Q2",
    )  # fmt: skip
    assert dict(theme.facts) == {
        "subject": "Plan",
        "date": "2018-19 Q2",
        "selection": "2017-18 Q4, 2018-19 Q1",
        "phase_in": "2",
        "controls": "Budget, Risk",
        "outcome": "good_or_better",
    }
    (change,) = declared.process_changes
    assert (change.name, change.kind, change.about) == ("Training", "training", "training")
    assert dict(change.facts) == {"kind": "training", "date": "2018-19 Q3"}
    bare = replace(PLANS, selected_in=(), controls=())
    (theme,) = declared_design(replace(settings, themes=(bare,)), quarter=Quarter(2019, 1)).themes
    assert (theme.facts["selection"], theme.facts["controls"]) == (
        "none", "every domain no theme touches",
    )  # fmt: skip
    assert declared_design(settings, quarter=Quarter(2019, 1)).run_id == "by hand"


@pytest.mark.parametrize(
    ("quarter", "differs"),
    [(Quarter(2018, 1), False), (Quarter(2018, 2), True), (Quarter(2018, 3), True)],
)
def test_designs_differ_up_to_a_quarter(quarter, differs):
    with_theme, without = (
        declared_design(Settings(council="Example", themes=themes), quarter=quarter)
        for themes in ((PLANS,), ())
    )
    assert with_theme.differs_from(without, up_to=quarter) is differs
    assert without.differs_from(with_theme, up_to=quarter) is differs
    assert not with_theme.differs_from(with_theme, up_to=Quarter(2019, 4))
    earlier = EarlierDesigns(designs=(without, with_theme), unreadable=("damaged",))
    assert earlier.unlike(with_theme).designs == ((without,) if differs else ())
    assert earlier.unlike(with_theme).unreadable == ("damaged",)
