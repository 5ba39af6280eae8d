"""What is said of themed audits: every sentence as a whole, for chosen figures."""

from __future__ import annotations

import re
from dataclasses import replace
from math import nan

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from qaf_analysis.stats.impact.verdict import ThemeVerdict
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.verdicts import DriftStanding
from qaf_analysis.topics.impact.analysis.themes import themes_verdict
from qaf_analysis.topics.impact.section import THEMES
from qaf_analysis.topics.impact.words import (
    changed_by,
    quarters_counted,
    ruled_out,
    ruled_out_of,
    say_theme_checks,
    say_themes,
    smallest_seen,
    themes_card,
)
from tests.topics.impact.made import (
    CHECK,
    MINUS,
    NAMES,
    SOURCE,
    change,
    checks_of,
    cohort,
    estimate,
    finding,
    line,
    no_estimate,
    themes_of,
)

NO_RIVAL = "Nothing else is on record for the quarters compared."
OPENING = "Chronology work (Chronologies; audited in 2018-19 Q2): "
FOUND = (
    "With 487 audits, 4 quarters before the themed audit and 6 after, a true change of 0.24 of a "
    "grade would be found four times in five. Against 3 domains no theme touched, it changed by "
    "+0.31 (+0.12 to +0.50) of a grade, and its share graded good or better by +17 (+5 to +29) "
    "points. A change of more than 0.50 of a grade is ruled out. "
)
MOVED = (
    f"Those domains themselves moved by {MINUS}0.09 ({MINUS}0.20 to +0.02) of a grade; at this "
    f"domain's level that is worth {MINUS}0.11 to {MINUS}0.10. "
)
SEEN = (
    "Had it been moving this way by more than 0.08 of a grade a year by itself all along, that "
    f"would explain the change. In the quarters before it moved by +0.02 ({MINUS}0.33 to +0.37) a "
    "year; no untouched domain moved by more than 0.06 of a grade. "
)
STANDS = (
    "The claim stands if it drifted no faster than it was seen to before, nor than any untouched "
    "domain."
)
DRIFT = f"{SEEN}{STANDS}"


def paragraph(theme):
    """All that is said of a theme."""
    return say_themes(themes_of(theme)).paragraphs[0]


def test_an_improvement_is_told_in_full():
    said = say_themes(themes_of(finding()))
    assert said.claim == "Chronology work improved against untouched domains"
    assert said.paragraphs == (
        f"{OPENING}improved, because it rose. {FOUND}{MOVED}{DRIFT}",
        NO_RIVAL,
    )
    assert said.source == SOURCE
    assert said.limits == (
        "The comparison is with domains that no theme touched, graded in the same audits by the "
        "same auditors. It cannot rule out that the themed domain was already moving differently, "
        "or that something else happened to that domain alone. An improvement that also lifted "
        "the other domains would be understated. How fast a domain would have to have been moving "
        "by itself is told beside each claim, and no test on its grades can rule that out."
    )


def test_a_fall_is_told_with_its_signs_and_its_farther_end():
    fall = change(
        verdict=ThemeVerdict.GOT_WORSE,
        reason="it fell",
        grade=estimate(-0.27, -0.58, -0.06),
        good=estimate(-0.14, -0.33, -0.02),
        control_grade=estimate(0.08, 0.01, 0.15),
    )
    assert say_themes(themes_of(finding(fall))).claim == (
        "Chronology work got worse against untouched domains"
    )
    assert paragraph(finding(fall)) == (
        f"{OPENING}got worse, because it fell. With 487 audits, 4 quarters before the themed "
        "audit and 6 after, a true change of 0.24 of a grade would be found four times in five. "
        f"Against 3 domains no theme touched, it changed by {MINUS}0.27 ({MINUS}0.58 to "
        f"{MINUS}0.06) of a grade, and its share graded good or better by {MINUS}14 ({MINUS}33 to "
        f"{MINUS}2) points. A change of more than 0.58 of a grade is ruled out. Those domains "
        f"themselves moved by +0.08 (+0.01 to +0.15) of a grade; at this domain's level that is "
        f"worth {MINUS}0.11 to {MINUS}0.10. {DRIFT}"
    )


def test_a_theme_decided_on_good_or_better_is_told_in_points():
    shares = change(rule="good_or_better", control_good=no_estimate("they are all alike"))
    assert paragraph(finding(shares, outcome="good_or_better")) == (
        f"{OPENING}improved, because it rose. With 487 audits, 4 quarters before the themed audit "
        "and 6 after, a true change of 13 points would be found four times in five. Against 3 "
        "domains no theme touched, it changed by +17 (+5 to +29) points in the share graded good "
        "or better, and its mean grade by +0.31 (+0.12 to +0.50) of a grade. A change of more "
        "than 29 points is ruled out. How far those domains themselves moved cannot be told, "
        "because they are all alike. Had it been moving this way by more than 8 points a year by "
        "itself all along, that would explain the change. In the quarters before it moved by +2 "
        f"({MINUS}33 to +37) a year; no untouched domain moved by more than 6 points. {STANDS}"
    )


@pytest.mark.parametrize(
    ("rule", "parts", "said"),
    [
        (
            "mean_grade",
            {"good": no_estimate("no variation")},
            "it changed by +0.31 (+0.12 to +0.50) of a grade. A change of more than 0.50 of a "
            "grade is ruled out.",
        ),
        (
            "good_or_better",
            {"grade": no_estimate("no variation")},
            "it changed by +17 (+5 to +29) points in the share graded good or better. A change of "
            "more than 29 points is ruled out.",
        ),
    ],
)
def test_an_outcome_without_a_value_is_not_told(rule, parts, said):
    told = paragraph(finding(change(rule=rule, **parts)))
    assert told.split("no theme touched, ")[1].split(" Those domains")[0] == said


def test_one_of_each_is_told_in_the_singular():
    one = change(audits=1, pre_quarters=1, post_quarters=1, provisional=True)
    told = paragraph(finding(one, controls=("Plan",)))
    assert told == (
        f"{OPENING}improved, provisional, because it rose. With 1 audit, 1 quarter before the "
        "themed audit and 1 after, a true change of 0.24 of a grade would be found four times in "
        "five. Against 1 domain no theme touched, it changed by +0.31 (+0.12 to +0.50) of a grade, "
        "and its share graded good or better by +17 (+5 to +29) points. A change of more than "
        f"0.50 of a grade is ruled out. {MOVED}It is provisional, because only one quarter has "
        f"passed since. {DRIFT}"
    )


@pytest.mark.parametrize(
    ("standing", "verdict", "said"),
    [
        (DriftStanding.EXPLAINED, "improved, a drift of its own could explain it",
         "A drift as fast as one that was seen would explain it."),
        (DriftStanding.FIRM, "improved",
         "The claim is firm against drift: it would have to have been faster than the quarters "
         "before allow with 90 % confidence, and than that of any untouched domain."),
    ],
)  # fmt: skip
def test_how_a_claim_stands_against_drift_is_told(standing, verdict, said):
    told = paragraph(finding(change(standing=standing)))
    assert told == f"{OPENING}{verdict}, because it rose. {FOUND}{MOVED}{SEEN}{said}"


def test_without_a_claim_no_drift_is_told():
    still = change(verdict=ThemeVerdict.NO_EVIDENCE, standing=None, reason="nothing moved")
    told = paragraph(finding(still))
    assert told == f"{OPENING}no evidence of change, because nothing moved. {FOUND}{MOVED[:-1]}"


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (2.94, "moved this one more than 2.9 times as much."),
        (0.45, "moved this one less than 0.5 times as much."),
        (-0.5, "moved this one the other way."),
    ],
)
def test_the_factor_is_told_beside_a_claim_only(factor, said):
    told = paragraph(finding(change(factor=factor)))
    assert f"{MOVED}The claim holds unless whatever moved all domains {said} {DRIFT}" in told
    open_ = change(factor=factor, verdict=ThemeVerdict.NO_EVIDENCE, standing=None)
    assert "The claim" not in paragraph(finding(open_))


def test_a_change_in_the_band_of_what_is_missed_is_explained():
    told = paragraph(finding(change(detectable_grade=estimate(0.32, 0.2, 0.5))))
    assert (
        "It is smaller than a change that would be found four times in five; changes found so "
        "near the edge of chance look larger than they are." in told
    )
    assert "It is smaller" not in paragraph(finding())


def test_a_verdict_that_most_other_ways_contradict_is_explained():
    theme = finding(
        change(is_contested=True), differing=("same_auditors", "placebo_domains"), agreeing=1
    )
    assert str(theme.full_verdict) == "improved, most other ways of asking differ"
    assert (
        "Of the other ways of asking that can judge it, 1 agrees and 2 do not: the same auditors "
        "only and comparison domains as if themed." in paragraph(theme)
    )


def test_a_verdict_that_depends_on_the_scale_gives_both():
    theme = finding(change(verdict=ThemeVerdict.NO_EVIDENCE, depends_on_scale=True, standing=None))
    assert str(theme.full_verdict) == "no evidence of change, depends on the scale"
    assert "On the second scale the change is +0.29 (+0.10 to +0.48) of a grade." in paragraph(
        theme
    )


def test_an_untested_theme_gives_its_counts_only():
    few = change(tested=False, verdict=ThemeVerdict.TOO_LITTLE, reason="too few", audits=1_234)
    assert paragraph(finding(few, about="Chronology work")) == (
        "Chronology work (audited in 2018-19 Q2): too little data, because too few. (1,234 audits, "
        "4 quarters before the themed audit and 6 after.)"
    )


def of_cases(before, after, **parts):
    return finding(
        None,
        cohort=cohort(before, after),
        verdict=ThemeVerdict.TOO_LITTLE,
        reason="nothing is compared",
        name="Private fostering",
        about="cases of type Private fostering",
        excluded=(Quarter(2018, 2),),
        **parts,
    )


def test_a_type_of_case_is_told_with_its_counts():
    """9 of 20 before, 24 of 30 after: 0.80 - 0.45 = 0.35; Newcombe's limits by statsmodels."""
    limits = confint_proportions_2indep(24, 30, 9, 20, method="newcomb")
    assert limits == pytest.approx((0.0795, 0.5686), abs=5e-4)
    told = paragraph(of_cases((9, 20), (24, 30)))
    assert told == (
        "Private fostering (cases of type Private fostering; audited in 2018-19 Q2): too little "
        "data, because nothing is compared. 20 audits before and 30 after, in 2 quarters before "
        "the themed audit and 1 after: the share graded good or better differs by +35 (+8 to +57) "
        "points. A difference of more than 57 points is ruled out."
    )
    fall = paragraph(of_cases((24, 30), (9, 20)))
    assert (
        f"differs by {MINUS}35 ({MINUS}57 to {MINUS}8) points. A difference of more than 57" in fall
    )


def test_a_type_of_case_without_audits_on_a_side_is_too_few():
    assert paragraph(of_cases((0, 0), (3, 4))) == (
        "Private fostering (cases of type Private fostering; audited in 2018-19 Q2): too little "
        "data, because nothing is compared. 0 audits before and 4 after are too few to say (2 "
        "quarters before the themed audit and 1 after)."
    )


def test_what_is_left_out_is_told_in_order():
    theme = finding(
        change(small_quarters=(Quarter(2019, 3).index, Quarter(2019, 4).index)),
        cut_because="Plan is itself themed (Plans) from 2019-20 Q1 on",
        not_graded=("Ghost", "Spirit"),
        not_throughout=("Risk",),
        too_alike=("Recording",),
        rivals=("Training (2018-19 Q3)", "themed audit Plans (2019-20 Q1)"),
    )
    start = f"{OPENING}improved, because it rose. {FOUND}{MOVED}{DRIFT} "
    assert say_themes(themes_of(theme)).paragraphs[1] == (
        "Also on record for the quarters compared, and not ruled out as an explanation: Training "
        "(2018-19 Q3); themed audit Plans (2019-20 Q1)."
    )
    assert paragraph(theme).removeprefix(start) == (
        "Not all quarters are used, because Plan is itself themed (Plans) from 2019-20 Q1 on. "
        "Named for comparison but graded in no audit: Ghost and Spirit. Left out, because fewer "
        "than 10 audits can be compared: 2019-20 Q3 and 2019-20 Q4. Not compared with Recording, "
        "because its grades are too much alike to tell its level. Not compared with Risk, "
        "because not graded in every quarter in which Chronologies was."
    )


def test_themes_without_a_quarter_of_selection_are_named_where_tested():
    bare = finding(selected_in=())
    other = replace(bare, design=replace(bare.design, name="Plans"))
    untested = finding(change(tested=False), selected_in=(), name="Late")
    said = say_themes(themes_of(bare, finding(), other, untested, of_cases((9, 20), (24, 30))))
    assert len(said.paragraphs) == 7
    assert said.paragraphs[-1] == (
        "No quarter of selection is declared for Chronology work and Plans. If a theme was chosen "
        "because its latest grades looked worst, declare that quarter: it looks better next time "
        "by itself."
    )
    assert len(say_themes(themes_of(untested)).paragraphs) == 2


def named(name, verdict, **decision):
    """A theme of this name with this verdict."""
    return finding(change(verdict=ThemeVerdict(verdict), **decision), name=name)


@pytest.mark.parametrize(
    ("themes", "claim", "card"),
    [
        (
            (named("A", "got worse"), named("B", "improved"), named("C", "improved")),
            "B and C improved and A got worse against untouched domains",
            "B and C: improved. A: got worse.",
        ),
        (
            (
                named("A", "got worse", provisional=True),
                named("B", "improved", standing=DriftStanding.EXPLAINED),
            ),
            "B improved and A got worse against untouched domains (B: a drift of its own could "
            "explain it; A: provisional)",
            "B: improved, a drift of its own could explain it. A: got worse, provisional.",
        ),
        (
            (named("A", "improved", provisional=True, standing=DriftStanding.EXPLAINED),),
            "A improved against untouched domains (A: provisional, a drift of its own could "
            "explain it)",
            "A: improved, provisional, a drift of its own could explain it.",
        ),
        (
            (named("A", "too little data"), named("B", "no evidence of change")),
            "No theme moved apart from the untouched domains",
            "B: no evidence of change. A: too little data.",
        ),
        (
            (named("A", "too little data"), named("B", "too little data")),
            "There is too little data to judge any theme",
            "A and B: too little data.",
        ),
    ],
)
def test_claim_and_card_say_improved_first_and_name_every_theme(themes, claim, card):
    result = themes_of(*themes)
    assert say_themes(result).claim == claim
    assert themes_card(result) == card


def test_without_a_theme_nothing_is_claimed():
    none = themes_of(reason="no themed audit is declared")
    said = say_themes(none)
    assert said.claim == "No themed audit is declared"
    assert said.paragraphs == (
        "Not available because no themed audit is declared. Declare each theme, with its domain "
        "and the quarter of its audit, in council.toml before outcomes are read.",
    )
    assert said.source == SOURCE
    assert themes_card(none) == "Not available because no themed audit is declared."


def test_the_card_takes_the_verdict_of_all_themes(monkeypatch):
    monkeypatch.setattr("qaf_analysis.topics.impact.section.themes_card_picture", lambda _: None)
    result = replace(themes_of(finding()), verdict="1 of 2 improved, 1 no evidence")
    card = THEMES.card(result, None)
    assert (card.question, card.verdict, card.section, card.picture) == (
        "Did themed audits change practice?", "1 of 2 improved, 1 no evidence", "themes", None,
    )  # fmt: skip
    assert card.words == "Chronology work: improved."


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (("improved", "got worse"), ("1 of 2 improved, 1 got worse", "against")),
        (
            ("got worse", "got worse", "too little data"),
            ("2 of 3 got worse, 1 too little data", "against"),
        ),
        (
            ("no evidence of change", "improved", "improved"),
            ("2 of 3 improved, 1 no evidence", "against"),
        ),
        (
            ("no evidence of change", "too little data"),
            ("1 of 2 no evidence, 1 too little data", "no theme moved"),
        ),
    ],
)
def test_the_verdict_on_all_themes_counts_those_that_could_be_judged(verdicts, said):
    verdict, reason = themes_verdict(tuple(named("A", one) for one in verdicts))
    assert (verdict, reason) == (
        said[0],
        {
            "against": "against domains that no theme touched, in the same audits",
            "no theme moved": "no theme moved apart from the untouched domains",
        }[said[1]],
    )


def test_sizes_are_written_without_a_sign_and_unknown_ones_in_words():
    assert smallest_seen(change()) == "0.24 of a grade"
    assert smallest_seen(change(rule="good_or_better")) == "13 points"
    assert smallest_seen(change(detectable_grade=estimate(nan))) == "not known"
    assert ruled_out(change(grade=estimate(0.1, -0.42, 0.2))) == "0.42 of a grade"
    assert ruled_out(change(grade=estimate(0.1, -0.2, 0.43))) == "0.43 of a grade"
    shares = change(rule="good_or_better", good=estimate(0.1, -0.2, 0.16))
    assert ruled_out(shares) == "20 points"
    assert ruled_out(change(grade=no_estimate("few"))) == "not known"
    assert changed_by(change(), OFSTED4.words) == "+0.31 (+0.12 to +0.50) of a grade"
    assert (
        changed_by(change(rule="good_or_better"), OFSTED4.words)
        == "+17 (+5 to +29) points in the share graded good or better"
    )
    assert ruled_out_of(finding()) == "0.50 of a grade"
    assert ruled_out_of(finding(change(tested=False))) == "not known"
    assert ruled_out_of(finding(None)) == "not known"
    assert ruled_out_of(of_cases((0, 0), (3, 4))) == "not known"
    assert quarters_counted(finding()) == "4 quarters before the themed audit and 6 after"


# Other ways of asking


def check(*agrees, **parts):
    """A check whose lines agree, differ or cannot say, in the order of the questions."""
    lines = tuple(line(name, one) for name, one in zip(NAMES, agrees, strict=False))
    return replace(CHECK, **{"lines": lines, **parts})


@pytest.mark.parametrize(
    ("themes", "claim"),
    [
        (
            (check(True, True, False), check(True, False, False, None)),
            "Asked in other ways, 3 of the answers about themes agree with the verdict and 3 do "
            "not",
        ),
        (
            (check(True, False, None),),
            "Asked in other ways, 1 of the answers about themes agrees with the verdict and 1 "
            "does not",
        ),
        (
            (check(None), check(tested=False)),
            "Asked in other ways, 0 of the answers about themes agree with the verdict and 0 do "
            "not",
        ),
        ((check(tested=False),), "No verdict on a theme can be asked about in other ways"),
        ((), "No verdict on a theme can be asked about in other ways"),
    ],
)
def test_answers_are_counted_over_all_themes(themes, claim):
    assert say_theme_checks(checks_of(*themes, why_not="none is declared")).claim == claim


def test_answers_that_differ_are_named_in_words():
    differing = tuple(line(name, False, "got worse") for name in NAMES)
    said = say_theme_checks(checks_of(replace(CHECK, lines=differing)))
    assert said.paragraphs == (
        "Chronology work (improved on its own): 0 answers agree; 9 answers say otherwise: the "
        "other outcome (got worse), bootstrap by quarter (got worse), with a trend of its own "
        "(got worse), dates before the themed audit (got worse), comparison domains as if themed "
        "(got worse), the same auditors only (got worse), ordinal model without comparison (got "
        "worse), share over time without comparison (got worse) and without one quarter or "
        "auditor (got worse).",
    )
    assert said.source == SOURCE
    assert said.limits == (
        "Nothing here changes a verdict: the rule was fixed before outcomes were read. Whoever "
        "chooses among ten answers afterwards finds too many changes that are not there. The lines "
        "without a comparison move with whatever moves every domain, so they neither agree nor "
        "disagree. A line with a trend of its own is about twice as unsure, so finding nothing "
        "there says little. That no movement was seen before the themed audit proves nothing. "
        "Verdicts here are those of each theme on its own, not corrected for the number of themes."
    )


def early(verdict):
    """A theme with this verdict of which only one quarter after is in."""
    return finding(change(verdict=ThemeVerdict(verdict), provisional=True))


def test_every_theme_is_counted_once_and_provisional_ones_apart():
    improved, other = named("A", "improved"), named("B", "improved")
    none, few = named("C", "no evidence of change"), named("D", "too little data")
    five = themes_verdict((few, improved, early("improved"), other, none))
    assert five[0] == "2 of 5 improved, 1 provisional, 1 no evidence, 1 too little data"
    assert themes_verdict((early("improved"),))[0] == "1 of 1 improved (provisional)"
    assert themes_verdict((early("no evidence of change"), improved))[0] == (
        "1 of 2 improved, 1 no evidence"
    )
    worse = themes_verdict((improved, early("got worse"), early("got worse"), none))
    assert worse[0] == "1 of 4 improved, 2 got worse (provisional), 1 no evidence"
    assert themes_verdict((few, few)) == ("too little data", few.reason)


def test_no_sentence_on_a_theme_is_longer_than_thirty_words():
    said = say_themes(
        themes_of(
            finding(
                change(
                    provisional=True, is_contested=True, factor=2.1, standing=DriftStanding.FIRM,
                    reason="the themed domain rose against the comparison domains of the same "
                    "audits by more than chance explains",
                ),
                differing=NAMES[:2], too_alike=("Risk",), not_throughout=("Plan",),
            )
        )
    )  # fmt: skip
    for sentence in " ".join([*said.paragraphs, said.limits]).split(". "):
        words = re.sub(r"\(.*?\)", "", sentence).split()
        assert len(words) <= 30, sentence


@pytest.mark.parametrize(
    ("theme", "said"),
    [
        (check(True), "Chronology work (improved on its own): 1 answer agrees."),
        (check(True, True), "Chronology work (improved on its own): 2 answers agree."),
        (
            check(True, False),
            "Chronology work (improved on its own): 1 answer agrees; 1 answer says otherwise: "
            "bootstrap by quarter (improved).",
        ),
        (
            check(None),
            "Chronology work (improved on its own): nothing can agree or disagree, because it "
            "rose.",
        ),
        (check(tested=False), "Chronology work: not asked, because it rose."),
    ],
)
def test_each_theme_is_told_by_its_own_answers(theme, said):
    assert say_theme_checks(checks_of(theme)).paragraphs == (said,)


def test_without_a_theme_the_reason_is_given():
    said = say_theme_checks(checks_of(why_not="none is declared"))
    assert said.paragraphs == ("Not available because none is declared.",)
