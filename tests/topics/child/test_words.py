"""Every sentence on child focus, whole, for figures on either side of each condition."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.child.section import CHILD_FOCUS
from qaf_analysis.topics.child.words import say_child_focus
from tests.topics.by_hand import estimated, unknown
from tests.topics.child.results import FINDING, FOCUS, SOURCE, TESTS

WEAKER = "Auditors' focus on the child is weaker than moderators'"
NOT_WEAKER = "Auditors' focus on the child is not shown to be weaker than moderators'"
NOT_KNOWN = "Whether audits look sharply at the child cannot be told against moderators"
OWN = (
    "By auditors' own grades, 41% (30 to 53%) of 70 audits with a child's domain graded below "
    "good are graded good or better overall (the year to March 2020)."
)
FOLLOWED = (
    "The overall grade is most often the most common grade of the audit's own domains (80% (74 to "
    "85%) of 193 audits); several rules can give the same grade."
)


def of(**parts):
    return replace(FINDING, comparison=replace(FOCUS, **parts))


def test_everything_that_is_said_of_child_focus():
    said = say_child_focus(FINDING)
    assert said.claim == WEAKER
    assert said.paragraphs == (
        "Over-optimism in the child's domains (Voice and Impact) less that in process domains is "
        "+0.3 (+0.1 to +0.5) of a grade. It allows for where each domain stands on the scale.",
        "From 0 (not at all) to 1 (wholly), domains of an audit go together 0.74 for auditors and "
        "0.53 for moderators (difference 0.08 to 0.34).",
        "Where moderators graded a child's domain below good (34 audits), 67% (50 to 80%) were "
        "still graded good or better overall by auditors, and 12% (5 to 27%) by moderators. "
        "Kindness alike in every domain does this too, so it is shown and not tested.",
        "Of 3 measures tested together, these show a weaker focus than moderators': kinder to the "
        "child's domains than to process; the domains of an audit are graded more alike.",
        OWN,
        FOLLOWED,
    )
    assert said.limits == (
        "These measures see grades, not files: they cannot tell whether a child was heard, only "
        "whether grades treat the child's domains as moderators do. Which domains count as the "
        "child's is declared in the settings."
    )
    assert said.source == SOURCE
    assert (CHILD_FOCUS.id, CHILD_FOCUS.short, CHILD_FOCUS.level, CHILD_FOCUS.notebook) == (
        "child-focus", "Focus on the child", 3, "03_optimism",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("is_weaker", "adjusted_p", "claim", "tests"),
    [
        (True, 0.049, WEAKER, "Of 1 measure tested together, this shows a weaker focus "
         "than moderators': the domains of an audit are graded more alike."),
        (True, 0.051, NOT_WEAKER, "Of 1 measure tested together, none shows a clearly weaker focus "
         "than moderators'."),
        (False, 0.001, NOT_WEAKER, "Of 1 measure tested together, none shows a clearly weaker "
         "focus than moderators'."),
    ],
)  # fmt: skip
def test_a_weaker_focus_needs_its_side_and_its_p(is_weaker, adjusted_p, claim, tests):
    asked = replace(TESTS[2], is_weaker=is_weaker, adjusted_p=adjusted_p, p=adjusted_p)
    said = say_child_focus(of(tests=(asked,)))
    assert said.claim == claim
    assert said.paragraphs[3] == tests


def test_without_a_test_nothing_is_claimed():
    untested = tuple(replace(test, p=nan, adjusted_p=nan) for test in TESTS)
    said = say_child_focus(of(tests=untested))
    assert said.claim == NOT_KNOWN
    assert said.paragraphs[3] == "Nothing could be tested that would show a weaker focus."


@pytest.mark.parametrize(
    ("figure", "written"),
    [
        (estimated(-0.31, -0.5, -0.12), "−0.3 (−0.5 to −0.1)"),
        (estimated(0.0, -0.2, 0.2), "0.0 (−0.2 to +0.2)"),
    ],
)
def test_the_gap_of_the_child_s_domains_has_its_sign(figure, written):
    said = say_child_focus(replace(of(experience_gap=figure), child_domains=("Voice",)))
    assert said.paragraphs[0] == (
        "Over-optimism in the child's domains (Voice) less that in process domains is "
        f"{written} of a grade. It allows for where each domain stands on the scale."
    )


def test_a_gap_that_cannot_be_told_says_why():
    said = say_child_focus(of(experience_gap=unknown("no domain is tagged process")))
    assert said.paragraphs[0] == (
        "Whether optimism is larger in the child's domains is not available because no domain is "
        "tagged process."
    )


def test_halo_that_cannot_be_told_says_why():
    halo = replace(FOCUS.halo, difference=unknown("grades hardly vary"))
    assert say_child_focus(of(halo=halo)).paragraphs[1] == (
        "Whether one impression colours all domains of an audit is not available because grades "
        "hardly vary."
    )


def test_the_level_from_which_grades_are_good_is_named_by_the_scale():
    rates = replace(FOCUS.good_without_child, audit=estimated(1.0, 0.2, 1.0, cases=1))
    finding = replace(
        of(good_without_child=rates), scale=ScaleWords.of(("Poor", "Fair", "Strong", "Leading"), 2)
    )
    said = say_child_focus(finding)
    assert said.paragraphs[2].startswith(
        "Where moderators graded a child's domain below strong (1 audit), 100% (20 to 100%) were "
        "still graded strong or better overall by auditors, and 12% (5 to 27%) by moderators."
    )
    assert said.paragraphs[4] == (
        "By auditors' own grades, 41% (30 to 53%) of 70 audits with a child's domain graded below "
        "strong are graded strong or better overall (the year to March 2020)."
    )


def test_a_rate_that_cannot_be_told_says_why():
    rates = replace(FOCUS.good_without_child, audit=unknown("no child's domain was below good"))
    assert say_child_focus(of(good_without_child=rates)).paragraphs[2] == (
        "How often audits are graded good or better although a child's domain is not cannot be "
        "said, because no child's domain was below good."
    )


def test_without_moderators_only_auditors_own_grades_are_told():
    said = say_child_focus(
        replace(FINDING, comparison=None, reason="no audit of this period was moderated")
    )
    assert said.claim == NOT_KNOWN
    assert said.paragraphs == (
        "Not available because no audit of this period was moderated.",
        OWN,
        FOLLOWED,
    )


def test_own_grades_that_tell_nothing():
    none = replace(
        FINDING.own,
        good_without_child=unknown("no domain is tagged child"),
        rules=tuple(replace(rule, share=unknown("no domain")) for rule in FINDING.own.rules),
    )
    said = say_child_focus(replace(FINDING, own=none))
    assert said.paragraphs[4:] == (
        "How often auditors grade an audit good or better although a child's domain is not cannot "
        "be said: no domain is tagged child.",
    )


def test_the_rule_most_often_followed_is_the_one_with_the_largest_share():
    rules = FINDING.own.rules
    shares = (estimated(0.9, 0.8, 1.0, cases=1), *(rule.share for rule in rules[1:3]),
              unknown("no domain"))  # fmt: skip
    own = replace(
        FINDING.own,
        rules=tuple(replace(rule, share=share) for rule, share in zip(rules, shares, strict=True)),
    )
    assert say_child_focus(replace(FINDING, own=own)).paragraphs[5] == (
        "The overall grade is most often the weakest domain of the audit's own domains (90% (80 to "
        "100%) of 1 audit); several rules can give the same grade."
    )
