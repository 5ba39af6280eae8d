"""What is said of improvement actions, re-audits and changed designs: whole sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.stats.impact.snapshots import ReAuditChange, ReAuditVerdict
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.impact import designs as designed
from qaf_analysis.topics.impact import tables, words
from qaf_analysis.topics.impact.analysis.actions import ReAudit, actions
from qaf_analysis.topics.impact.analysis.changes import DesignChange, DesignChanges, design_changes
from qaf_analysis.topics.impact.analysis.checks import theme_checks
from qaf_analysis.topics.impact.analysis.themes import themes
from qaf_analysis.topics.impact.designs import design_line, say_design_changes
from qaf_analysis.topics.impact.pictures import themes_pictures
from qaf_analysis.topics.impact.section import ACTIONS as SECTION
from qaf_analysis.topics.impact.section import DESIGN_CHANGES, THEME_CHECKS, THEMES
from qaf_analysis.topics.impact.words import say_actions
from tests.topics.impact.made import (
    ACTIONS,
    AUDITED,
    COUNTS,
    LAST,
    MINUS,
    ORDER,
    estimate,
    no_estimate,
    reserved,
)


def counts(**parts):
    return replace(ACTIONS, overall=replace(COUNTS, **parts))


def test_actions_are_counted_in_words():
    said = say_actions(counts())
    assert said.claim == "7 improvement actions overdue at the end of 2019-20 Q4"
    assert said.paragraphs == (
        "By the end of 2019-20 Q4, 1,040 actions had been raised and 28 closed, 70% (55 to 82%). "
        "Of 32 whose day had come, 17 were closed by it, 53% (36 to 69%); 8 after it, and 7 not "
        "yet.",
        "Of those closed, 13 were verified, 9 by a later audit, 32% (18 to 51%).",
        "6 actions had no due day, and can be neither late nor overdue.",
    )
    assert said.source == ("600 improvement actions, 2017-18 Q1 to 2019-20 Q4. None left out.")
    assert said.limits == (
        "Which actions were closed, and when, says nothing of whether they worked: grades may "
        "move before an action is closed, after it, or without it. A day of closing is what the "
        "council entered, and only a later audit has looked at practice. The intervals take the "
        "actions as a sample of how the council follows its audits up, each apart from the others."
    )


def test_few_actions_are_counted_without_a_share_and_in_the_singular():
    few = no_estimate("fewer than 5 actions")
    one = counts(
        raised=1, closed=1, due=1, in_time=1, late=0, overdue=0, verified=1, re_audited=1,
        undated=1, closed_share=few, in_time_share=few, re_audited_share=few,
    )  # fmt: skip
    said = say_actions(one)
    assert said.claim == "No improvement action overdue at the end of 2019-20 Q4"
    assert said.paragraphs == (
        "By the end of 2019-20 Q4, 1 action had been raised and 1 closed (too few for a share). "
        "Of 1 whose day had come, 1 was closed by it (too few for a share); 0 after it, and 0 not "
        "yet.",
        "Of those closed, 1 was verified, 1 by a later audit (too few for a share).",
        "1 action had no due day, and can be neither late nor overdue.",
    )


@pytest.mark.parametrize(
    ("parts", "claim"),
    [
        (
            {"due": 0, "overdue": 0},
            "No improvement action is known to have been due by the end of 2019-20 Q4",
        ),
        ({"due": 1, "overdue": 0}, "No improvement action overdue at the end of 2019-20 Q4"),
        ({"due": 1, "overdue": 1}, "1 improvement action overdue at the end of 2019-20 Q4"),
    ],
)
def test_the_claim_is_about_what_is_overdue(parts, claim):
    assert say_actions(counts(**parts)).claim == claim


def test_where_every_action_has_a_day_nothing_is_said_of_the_others():
    assert len(say_actions(counts(undated=0)).paragraphs) == 2


def test_without_actions_the_reason_and_the_mend_are_given():
    said = say_actions(replace(ACTIONS, why_not="no export of actions is declared"))
    assert said.claim == "Improvement actions are not described"
    assert said.paragraphs == (
        "Not available because no export of actions is declared. An export with one row for each "
        "action, and the days on which it was raised, due and closed, is declared in council.toml "
        "under [[files]].",
    )


BEGUN = (
    "Chronology work (audited in 2018-19 Q2): 3 of 12 actions had been closed before the first "
    "quarter after, 2018-19 Q3, and 5 since; 4 still open."
)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {},
            f"{BEGUN} A change was found over the quarters from 2018-19 Q3 on; when they began, 3 "
            "of 12 had been closed. An order of dates is no proof.",
        ),
        (
            {"verdict": reserved("got worse", "provisional")},
            f"{BEGUN} A change was found over the quarters from 2018-19 Q3 on; when they began, 3 "
            "of 12 had been closed. An order of dates is no proof.",
        ),
        (
            {"verdict": reserved("improved"), "closed_before": 0},
            "Chronology work (audited in 2018-19 Q2): 0 of 12 actions had been closed before the "
            "first quarter after, 2018-19 Q3, and 5 since; 4 still open. A change was found over "
            "the quarters from 2018-19 Q3 on; when they began, none of 12 had been closed. An "
            "order of dates is no proof.",
        ),
        (
            {"verdict": reserved("no evidence of change")},
            f"{BEGUN} No change was found in the theme.",
        ),
        (
            {"verdict": reserved("too little data", "provisional")},
            f"{BEGUN} Whether the theme changed cannot be said.",
        ),
        (
            {"has_begun": False, "raised": 1, "closed_before": 1},
            "Chronology work (audited in 2018-19 Q2): 1 of 1 action closed so far; the first "
            "quarter after, 2018-19 Q3, had not begun.",
        ),
        (
            {"raised": 0},
            "Chronology work (audited in 2018-19 Q2): no action is recorded.",
        ),
    ],
)
def test_the_order_of_closing_is_told_and_credits_nothing(parts, said):
    told = say_actions(replace(ACTIONS, order=(replace(ORDER, **parts),))).paragraphs
    assert told[3:] == (said,)


def re_audit(difference, verdict, **parts):
    base = {
        "theme": "Chronology work",
        "domain": "Chronologies",
        "audited": (AUDITED, AUDITED),
        "re_audited": (Quarter(2019, 3), LAST),
        "same_cases": 5,
        "change": ReAuditChange(
            audit_good=1_007,
            audit_n=1_020,
            re_audit_good=11,
            re_audit_n=44,
            difference=difference,
            verdict=verdict,
        ),
    }
    return ReAudit(**{**base, **parts})


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (
            re_audit(estimate(-0.31, -0.48, -0.12), ReAuditVerdict.SEEN),
            "Chronology work, audit (2018-19 Q2) and re-audit (2019-20 Q3 to 2019-20 Q4): 1,007 of "
            "1,020 audits and 11 of 44 graded good or better for Chronologies, a difference of "
            f"{MINUS}31 ({MINUS}48 to {MINUS}12) points. Verdict: difference seen; cannot tell "
            "practice from who audited or how the sample was picked.",
        ),
        (
            re_audit(no_estimate("few"), ReAuditVerdict.TOO_FEW, re_audited=(LAST, LAST)),
            "Chronology work, audit (2018-19 Q2) and re-audit (2019-20 Q4): 1,007 of 1,020 audits "
            "and 11 of 44 graded good or better for Chronologies; too few to say.",
        ),
    ],
)
def test_two_snapshots_are_told_with_their_counts(one, said):
    result = replace(ACTIONS, why_not="nothing was raised", re_audits=(one,))
    assert say_actions(result).paragraphs[1:] == (said,)


# Changed designs


def changed(aspect="date", before="2018-19 Q2", now="2018-19 Q3", **parts):
    base = {
        "what": "theme",
        "name": "Chronologies",
        "aspect": aspect,
        "before": before,
        "now": now,
        "run_id": "ab12cd34",
        "quarter": Quarter(2019, 2),
        "covered": True,
    }
    return DesignChange(**{**base, **parts})


def designs(*changes, **parts):
    base = {
        "council": "Example",
        "quarter": LAST,
        "settings_sha256": "0123456789abcdef" * 4,
        "looked_at": 1,
        "first": Quarter(2019, 2),
        "last": Quarter(2019, 2),
        "changes": changes,
        "unreadable": (),
        "why_not": "",
    }
    return DesignChanges(**{**base, **parts})


RULE = "Themes, their dates and process changes are to be declared before outcomes are read."
EASIER = (
    "What is fixed only after outcomes are seen, such as a date, what is left out or what is "
    "compared with, makes a change easier to find where there is none."
)
REASONS = (
    "There may be sound reasons for each, such as an audit held later than planned; the settings "
    "do not hold them."
)
DATE = (
    "Choosing the date of a themed audit after outcomes are seen finds an improvement in 5 to 12 "
    "of 100 steady councils instead of at most 3."
)


def test_two_changes_are_told_in_order_with_both_warnings():
    result = designs(
        changed(),
        changed("controls", "Plan", "Risk", covered=True),
        looked_at=2,
        first=Quarter(2019, 1),
        last=Quarter(2019, 3),
        unreadable=("a: damaged.", "b: empty."),
    )
    said = say_design_changes(result)
    assert said.claim == "2 parts of the design are declared otherwise than in earlier reports"
    assert said.paragraphs == (
        f"{RULE} 2 earlier reports declare something else than now; each difference is named "
        "once, with the last that had it so.",
        "The date of the themed audit Chronologies was 2018-19 Q2 in the report of 2019-20 Q2 "
        "(run ab12cd34) and is 2018-19 Q3 now.",
        "What the themed audit Chronologies is compared with was Plan in the report of 2019-20 Q2 "
        "(run ab12cd34) and is Risk now.",
        f"{REASONS} {DATE} {EASIER}",
        "2 earlier reports could not be compared. a: damaged. b: empty. Put the folder back as it "
        "was from a copy, or take it out of the outputs folder if it never was a report.",
    )
    assert said.source == (
        "Settings file, SHA-256 0123456789abcdef. 2 earlier reports with another design, about "
        "2019-20 Q1 to 2019-20 Q3."
    )
    assert design_line(result) == (
        "2 parts of the design are declared otherwise than in earlier reports.",
    )
    assert said.limits == (
        "Only reports kept in the outputs folder are compared: one that was made elsewhere, or "
        "whose folder was removed, is not known here. The words for an improvement activity are "
        "not compared, because no figure rests on them. Where a theme is compared with every "
        "domain no theme touches, a theme that is added takes its domain out of that comparison. "
        "This is not listed again for each of the others."
    )


@pytest.mark.parametrize(
    ("looked_at", "said"),
    [
        (1, "1 earlier report declares something else than now"),
        (2, "2 earlier reports declare something else than now"),
    ],
)
def test_without_a_change_it_is_said_what_was_looked_at(looked_at, said):
    found = say_design_changes(designs(looked_at=looked_at))
    assert found.claim == "No design is declared otherwise than in earlier reports"
    assert found.paragraphs == (f"{RULE} {said}, but only what had not been reported on yet.",)
    assert design_line(designs(looked_at=looked_at)) == ()


def test_without_an_earlier_report_the_reason_is_given():
    none = designs(looked_at=0, first=None, last=None, settings_sha256="", why_not="none is kept")
    said = say_design_changes(none)
    assert said.paragraphs == (f"{RULE} Nothing is to be named, because none is kept.",)
    assert said.source == "Settings file, SHA-256 none."


IN = "in the report of 2019-20 Q2 (run ab12cd34)"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (
            changed("subject", "Plan", "Risk"),
            f"The subject of the themed audit Chronologies was Plan {IN} and is Risk now.",
        ),
        (
            changed(covered=False),
            f"The date of the themed audit Chronologies was 2018-19 Q2 {IN} and is 2018-19 Q3 now. "
            "The reports that had it so did not yet reach either quarter.",
        ),
        (
            changed("phase_in", "0", "1", covered=False),
            "The number of quarters of phasing in after the themed audit Chronologies was 0 "
            f"{IN} and is 1 now. The reports that had it so did not yet reach its quarter.",
        ),
        (
            changed("outcome", "mean_grade", "good_or_better"),
            f"What decides on the themed audit Chronologies was the mean grade {IN} and is the "
            "positive share now.",
        ),
        (
            changed("kind", "new_form", "pool_cut", what="process change", name="Form"),
            f"The kind of the process change Form was new form {IN} and is pool cut now.",
        ),
        (
            changed("subject", "a_b", "c_d"),
            f"The subject of the themed audit Chronologies was a_b {IN} and is c_d now.",
        ),
        (
            changed("removed", "2018-19 Q2", ""),
            "The themed audit Chronologies (2018-19 Q2) was declared in the report of 2019-20 Q2 "
            "(run ab12cd34) and no longer is.",
        ),
        (
            changed("added", "", "2018-19 Q2", what="process change", name="Form"),
            "The process change Form (2018-19 Q2) was not declared in the report of 2019-20 Q2 "
            "(run ab12cd34), which covered that quarter.",
        ),
        (
            changed("name", "Old", "New", name="New"),
            "The themed audit New was called Old in the report of 2019-20 Q2 (run ab12cd34), with "
            "the same subject and quarter.",
        ),
        (
            changed("name", "Old", "New", what="process change", name="New"),
            "The process change New was called Old in the report of 2019-20 Q2 (run ab12cd34), "
            "with the same kind and quarter.",
        ),
    ],
)
def test_a_change_is_told_before_and_now(one, said):
    assert say_design_changes(designs(one)).paragraphs[1] == said


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ((changed("name", "Old", "New"),), REASONS),
        ((changed("kind", "a", "b", what="process change"),), REASONS),
        ((changed(covered=False),), REASONS),
        ((changed("added", "", "2018-19 Q2"),), f"{REASONS} {DATE}"),
        ((changed("removed", "2018-19 Q2", ""),), f"{REASONS} {EASIER}"),
        ((changed(what="process change"),), f"{REASONS} {EASIER}"),
        ((changed("added", "", "2018-19 Q2", what="process change"),), f"{REASONS} {EASIER}"),
    ],
)
def test_a_warning_stands_only_where_a_verdict_could_move(changes, warned):
    assert say_design_changes(designs(*changes)).paragraphs[-1] == warned


def test_sections_show_their_own_results():
    assert (THEMES.asks, THEMES.say, THEMES.tables, THEMES.pictures) == (
        themes, words.say_themes, tables.themes_tables, themes_pictures,
    )  # fmt: skip
    assert (THEME_CHECKS.asks, THEME_CHECKS.say, THEME_CHECKS.tables) == (
        theme_checks, words.say_theme_checks, tables.theme_checks_tables,
    )  # fmt: skip
    assert (SECTION.asks, SECTION.say, SECTION.tables) == (
        actions, words.say_actions, tables.actions_tables,
    )  # fmt: skip
    assert (DESIGN_CHANGES.asks, DESIGN_CHANGES.say, DESIGN_CHANGES.tables) == (
        design_changes, designed.say_design_changes, designed.design_changes_tables,
    )  # fmt: skip


def test_sections_say_which_part_of_the_notebook_they_are():
    kept = [
        (one.id, one.short, one.level, one.notebook)
        for one in (THEMES, THEME_CHECKS, SECTION, DESIGN_CHANGES)
    ]
    assert kept == [
        ("themes", "Themed audits", 2, "04_themed_impact"),
        ("theme-checks", "Other ways of asking about themes", 3, "04_themed_impact"),
        ("actions", "Improvement actions and re-audits", 3, "04_themed_impact"),
        ("design-changes", "Changes of the design", 3, "04_themed_impact"),
    ]
