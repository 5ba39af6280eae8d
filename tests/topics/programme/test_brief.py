"""What a committee is told of grades, for chosen figures and scales."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.kit.parts import Picture, Table
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import SIGNS_OF_SAFETY, ScaleWords
from qaf_analysis.topics.common.brief import ALWAYS
from qaf_analysis.topics.programme.analysis.grades import GradeCounts
from qaf_analysis.topics.programme.brief import audits_below, programme_brief
from tests.report.scale_councils import FIVE, TWO
from tests.topics.by_hand import estimated, unknown
from tests.topics.optimism.results import OPTIMISM
from tests.topics.programme.results import LAST, PROGRAMME, counts

MINUS = "\N{MINUS SIGN}"


def having(*numbers, **more):
    """The results of a council whose only quarter has so many audits of each grade."""
    by_quarter = (counts("2019-20 Q4", *numbers),)
    return replace(PROGRAMME, quarters=(LAST,), by_quarter=by_quarter, **more)


def told(result, optimism=None):
    """Words and how long each is kept."""
    return [(one.what, one.keep) for one in programme_brief(result, optimism).paragraphs]


def first(result):
    return told(result)[0][0]


def test_the_shortfall_comes_first_and_every_number_is_its_own():
    # 3 + 10 of 50 audits of Q3 and 2 + 16 of 48 of Q4 are below good: 31 of 98
    brief = programme_brief(PROGRAMME, None)
    assert audits_below(PROGRAMME) == (31, 98)
    assert brief.claim == "31 of 98 audits were graded below good"
    assert told(PROGRAMME) == [
        (
            "In the year to March 2020, 60% (53 to 67%) of 98 audits were graded good or better by "
            "auditors. The others were graded requires improvement (26) and inadequate (5).",
            ALWAYS,
        ),
        (
            "In the year to March 2019 the share was 46% (39 to 54%). Allowing for who audited in "
            "each year: the share has risen (+4 to +24 points).",
            ALWAYS,
        ),
        (
            "Routine audits graded inadequate, by quarter: 2019-20 Q3: 3 of 50; 2019-20 Q4: "
            "2 of 48.",
            6,
        ),
    ]
    assert brief.source == (
        "199 audits with an overall grade, the year to March 2020. None left out."
    )
    assert brief.limits == (
        "These are auditors' own grades. A rise can mean better practice, a different set of "
        "auditors, or kinder auditing; the section on external moderation bears on which. Quarters "
        "of this size move by chance, so single quarters should not be compared."
    )


def test_quarters_before_the_period_are_not_counted():
    early = counts("2018-19 Q4", 40, 40, 0, 0)
    longer = replace(PROGRAMME, by_quarter=(early, *PROGRAMME.by_quarter))
    assert audits_below(longer) == (31, 98)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (estimated(0.14, 0.04, 0.24), "the share has risen (+4 to +24 points)."),
        (estimated(-0.14, -0.24, -0.04), f"the share has fallen ({MINUS}24 to {MINUS}4 points)."),
        (estimated(0.02, -0.08, 0.12), f"no change can be told ({MINUS}8 to +12 points)."),
    ],
)
def test_the_year_is_told_as_its_interval_bears_out(change, sentence):
    assert told(replace(PROGRAMME, change=change))[1][0].endswith(sentence)


def test_a_change_that_cannot_be_told_is_not_claimed():
    cannot = replace(PROGRAMME, change=unknown("one auditor did all audits of one of the years"))
    assert told(cannot)[1][0] == (
        "A change from one year to the next cannot be told: one auditor did all audits of one of "
        "the years."
    )


def test_a_period_longer_than_the_year_is_not_set_beside_the_year_before():
    period = "2017-18 Q1 to 2019-20 Q4"
    longer = replace(PROGRAMME, scope=replace(PROGRAMME.scope, period=period))
    assert told(longer)[1][0].startswith(
        "In the year to March 2019 the share was 46% (39 to 54%). In the year to March 2020 alone "
        "it was 60% (53 to 67%). Allowing for who "
    )


def test_without_a_share_nothing_is_told_of_levels_or_years():
    why = "it would rest on 1 audit; at least 10 are needed"
    few = having(0, 1, 0, 0, good_now=unknown(why, cases=1))
    assert programme_brief(few, None).claim == "Good or better: too few to say"
    assert told(few) == [
        (
            "How many audits of the year to March 2020 were graded good or better cannot be said: "
            "it would rest on 1 audit; at least 10 are needed.",
            ALWAYS,
        )
    ]
    none = having(0, 0, 0, 0, good_now=unknown("no audit was graded"))
    assert programme_brief(none, None).claim == "No routine audit of this period was graded"


@pytest.mark.parametrize(
    ("numbers", "claim", "others"),
    [
        ((0, 1, 9, 2), "1 of 12 audits was graded below good",
         " The other was graded requires improvement."),
        ((0, 0, 10, 2), "No audit of 12 was graded below good", ""),
        ((12, 0, 0, 0), "12 of 12 audits were graded below good",
         " The others were graded inadequate (12)."),
        ((0, 12, 0, 0), "12 of 12 audits were graded below good",
         " The others were graded requires improvement (12) and inadequate (0)."),
    ],
)  # fmt: skip
def test_one_none_and_all(numbers, claim, others):
    result = having(*numbers)
    assert programme_brief(result, None).claim == claim
    assert first(result) == (
        "In the year to March 2020, 60% (53 to 67%) of 12 audits were graded good or better by "
        f"auditors.{others}"
    )


def test_a_council_with_grades_of_domains_only_has_no_audits_graded():
    domains = replace(PROGRAMME, has_overall=False)
    assert programme_brief(domains, None).claim == "31 of 98 domain grades were graded below good"
    assert "of 98 domain grades were graded good or better" in first(domains)
    one = having(0, 1, 19, 2, has_overall=False)
    assert programme_brief(one, None).claim == "1 of 22 domain grades was graded below good"
    none = having(0, 0, 19, 2, has_overall=False)
    assert programme_brief(none, None).claim == "No domain grade of 21 was graded below good"


SCALES = {
    "two levels": (
        TWO.words, (5, 15), "5 of 20 audits were graded not met",
        "graded met by auditors. The others were graded not met (5).",
    ),
    "five levels": (
        FIVE.words, (2, 4, 8, 5, 1), "6 of 20 audits were graded below expected standard",
        "graded expected standard or better by auditors. The others were graded needs attention "
        "(4) and urgent improvement (2).",
    ),
    "eleven levels": (
        SIGNS_OF_SAFETY.words, (1, 0, 0, 0, 3, 2, 8, 4, 1, 1, 0),
        "6 of 20 audits were graded below 6",
        "graded 6 or more by auditors. The others were graded 5 (2), 4 (3) and 0 (1).",
    ),
    "own words": (
        ScaleWords.of(("RI", "Nearly there", "At standard"), 2, positive="At the Ofsted standard"),
        (1, 2, 17), "3 of 20 audits were graded below at standard",
        "graded at the Ofsted standard by auditors. The others were graded nearly there (2) and "
        "RI (1).",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SCALES)
def test_every_word_is_of_the_council_s_own_scale(name):
    scale, numbers, claim, sentence = SCALES[name]
    result = having(
        *numbers,
        scale=scale,
        by_domain=tuple(
            GradeCounts(
                label=label,
                counts=numbers,
                good=estimated(share, share - 0.1, share + 0.1, cases=20),
            )
            for label, share in (("Plan", 0.4), ("Risk", 0.5), ("Voice", 0.6), ("Visits", 0.9))
        ),
    )
    brief = programme_brief(result, None)
    assert brief.claim == claim
    assert first(result).endswith(sentence)
    assert told(result)[2][0] == (
        f"The domains with the smallest share graded {scale.positive} were Plan (40%), Risk (50%) "
        "and Voice (60%)."
    )
    worst = scale.worst
    assert told(result)[3][0] == (
        f"Routine audits graded {worst}, by quarter: 2019-20 Q4: {numbers[0]} of 20."
    )
    whole = " ".join(
        [brief.claim, *(str(one.what) for one in brief.paragraphs), *map(_seen, brief.shown)]
    )
    assert "good" not in whole.lower()
    assert "outstanding" not in whole.lower()


def _seen(one) -> str:
    if isinstance(one.what, Table):
        cells = [cell for row in one.what.rows for cell in row]
        heads = [column.heading for column in one.what.columns]
        return " ".join([one.what.caption, *heads, *cells])
    return f"{one.what.title} {one.what.alt} {one.measure}"


def test_what_is_shown_and_what_goes_first():
    brief = programme_brief(PROGRAMME, OPTIMISM)
    grades, years = brief.shown
    assert isinstance(grades.what, Picture)
    assert (grades.keep, grades.is_filler) == (ALWAYS, False)
    assert grades.what.narrow_svg != ""
    assert grades.measure == (
        "Share of routine audits by grade and quarter; the bar on the right is the year had "
        "moderators graded it all"
    )
    assert (years.what.caption, years.keep, years.is_filler) == (
        "Good or better, year by year", 3, True,
    )  # fmt: skip
    assert years.what.rows[-1][:4] == ("the year to March 2020", "199", "29", "60%")


def test_without_moderation_no_bar_is_promised():
    hidden = replace(OPTIMISM, adjusted_good=unknown("too few"))
    for optimism in (None, hidden):
        grades = programme_brief(PROGRAMME, optimism).shown[0]
        assert grades.measure == "Share of routine audits by grade and quarter"
    shown = programme_brief(having(0, 0, 0, 0), None).shown
    assert not any(isinstance(one.what, Picture) for one in shown)


def test_the_quarter_of_a_year_ends_with_it():
    """The period's own quarters are counted, its first and its last among them."""
    each = [counts(f"2019-20 Q{number}", 1, 0, 0, 0) for number in (1, 2, 3, 4)]
    outside = [counts("2018-19 Q4", 100, 0, 0, 0), counts("2020-21 Q1", 100, 0, 0, 0)]
    year = replace(PROGRAMME, by_quarter=(outside[0], *each, outside[1]))
    assert year.scope.first == Quarter(2019, 1)
    assert audits_below(year) == (4, 4)


def test_a_share_too_unsure_for_the_first_page_is_told_as_a_count():
    # 5 of 11, 16 to 79%: 63 points wide, and at most 40 stand in large type
    few = having(0, 6, 4, 1, good_now=estimated(5 / 11, 0.16, 0.79, cases=11))
    assert told(few)[0][0] == (
        "In the year to March 2020, 5 of 11 audits were graded good or better by auditors. The "
        "others were graded requires improvement (6) and inadequate (0). Too few were graded, or "
        "by too few auditors, to tell the share more closely than 16 to 79%."
    )
