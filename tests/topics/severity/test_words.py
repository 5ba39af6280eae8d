"""Every sentence on severity, whole, for figures of every kind."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.terms.verdicts import SeverityFinding
from qaf_analysis.topics.severity.analysis.headline import Component
from qaf_analysis.topics.severity.section import SEVERITY as SECTION
from qaf_analysis.topics.severity.words import (
    allocation_words,
    finding_words,
    group_words,
    moderator_words,
    say_severity,
)
from tests.topics.by_hand import unknown
from tests.topics.severity.results import (
    FACET,
    KIND,
    NEW,
    SEVERITY,
    SOURCE,
    STRICT,
    figure,
    untold,
)

LIMITS = (
    "Severity is relative to this group: a strict auditor may be the accurate one, and if all are "
    "too kind, no comparison among them shows it; only external moderation does. Codes stand in "
    "no order of merit. Not for appraisal or pay."
)
PRECISION = (
    "With 1,058 audits graded by two or more auditors, a typical auditor's severity is known to "
    "within 0.26 of a grade either way. Of 3 auditors, 2 share 10 or more audits with colleagues "
    "and are known closely enough to say anything."
)
SPREAD = (
    "Auditors' severities spread by 0.34 (0.23 to 0.48) of a grade (standard deviation) in overall "
    "grades."
)
ALIKE = "That all auditors are alike has a chance of 3% to look like this."
HARDER = (
    "Who gets the harder cases: some auditors do. If audits had reached auditors at random, their "
    "cases would differ as much as here with a chance of 1%; practice differs between their "
    "caseloads by 0.24 (0.15 to 0.33) of a grade (standard deviation)."
)
STRICTER_GET_THEM = (
    "It is the stricter auditors who get the harder cases: all audits together would make them "
    "look stricter than they are (correlation \N{MINUS SIGN}0.38)."
)
OURS = (
    "Severities here rest on audits that two or more auditors graded, so harder cases do not count "
    "against anybody. All audits, taken as if they had reached auditors at random, would change "
    "no severity by more than 0.11 of a grade."
)
GROUP = (
    "As a group, auditors differ from domain to domain by 0.13 (0.06 to 0.22) of a grade (standard "
    "deviation); and auditors changed over the whole period by 0.17 (0.09 to 0.28) of a grade "
    "(standard deviation). No auditor's own domain or change is shown: one person's rests on too "
    "few audits."
)
AGREE = (
    "Of 1,302 pairs of grades for the same domain of the same audit, 58% are identical, where the "
    "model expects 52%: auditors agree more than judging apart would give. So about 42% of grades "
    "would differ with another auditor."
)
BESIDE = (
    "(1,085 moderated audits, 8 moderators, 1,003 auditors). Here moderators are raters like "
    "auditors and nobody is taken as the truth; the gap under external moderation, from pairs of "
    "grades alone, stays the headline."
)
AMONG = "Moderators differ among themselves by 0.19 (0.08 to 0.31) of a grade (standard deviation)."
MODERATORS = (
    "Moderators are stricter than auditors on the same files, so auditors are kinder: 0.35 "
    f"(0.14 to 0.56) of a grade in overall grades {BESIDE} {AMONG}"
)
PEOPLE = (
    "1 auditor differs clearly by more than 0.25 of a grade. A conversation is suggested with 001: "
    "the same finding in two successive windows. First step: regrade three to five files together."
)
HOW_TO_READ = (
    "How to read the chart: the dot is the best estimate of how much lower (stricter) or higher "
    "(kinder) an auditor grades the same files than colleagues do. It is pulled towards the "
    "group as "
    "far as few shared files demand. The thick line holds the truth half of the time, the thin "
    "one nearly always. A line that meets the shaded band may mean no difference that matters."
)
WHOLE = (
    PRECISION,
    f"{SPREAD} {ALIKE}",
    f"{HARDER} {STRICTER_GET_THEM} {OURS}",
    GROUP,
    AGREE,
    MODERATORS,
    PEOPLE,
    HOW_TO_READ,
)


def paragraphs(**changed):
    return say_severity(replace(SEVERITY, **changed)).paragraphs


def test_severity_is_said_whole():
    said = say_severity(SEVERITY)
    assert said.claim == "Auditors differ by about 0.34 of a grade in strictness"
    assert said.paragraphs == WHOLE
    assert (said.limits, said.source) == (LIMITS, SOURCE)


def test_what_cannot_be_told_says_why_and_what_would_help():
    said = say_severity(untold())
    assert said.claim == "How strictly auditors grade cannot be told"
    assert said.paragraphs == (
        "Not available because all grades are the same. Planned double grading of a share of "
        "audits, or calibration files that all auditors grade, would make it possible.",
    )
    assert (said.limits, said.source) == (LIMITS, SOURCE)


def test_auditors_who_may_be_alike_are_not_said_to_differ():
    said = say_severity(replace(SEVERITY, boundary=(Component.AUDITORS,)))
    assert said.claim == "Auditors show no difference in strictness beyond chance"
    other = say_severity(replace(SEVERITY, boundary=(Component.BY_DOMAIN,)))
    assert other.claim == "Auditors differ by about 0.34 of a grade in strictness"


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (
            SeverityFinding.CLEARLY_STRICTER,
            "grades lower than colleagues on the same files (clear)",
        ),
        (SeverityFinding.POSSIBLY_STRICTER, "may grade lower than colleagues on the same files"),
        (SeverityFinding.CLEARLY_KINDER, "grades higher than colleagues on the same files (clear)"),
        (SeverityFinding.POSSIBLY_KINDER, "may grade higher than colleagues on the same files"),
        (SeverityFinding.NO_CLEAR_DIFFERENCE, "no clear difference"),
        (SeverityFinding.NOT_ENOUGH, "not enough shared audits yet"),
    ],
)
def test_what_may_be_said_of_one_auditor(finding, words):
    assert finding_words(replace(STRICT, finding=finding)) == words


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"precision": unknown("no auditor shares an audit with another")},
            "No auditor's severity can be told, because no auditor shares an audit with another.",
        ),
        (
            {"auditors": (STRICT, NEW, NEW)},
            "With 1,058 audits graded by two or more auditors, a typical auditor's severity is "
            "known to within 0.26 of a grade either way. Of 3 auditors, 1 shares 10 or more audits "
            "with colleagues and is known closely enough to say anything.",
        ),
        (
            {"auditors": (NEW,), "precision": replace(figure(0.31), cases=1)},
            "With 1 audit graded by two or more auditors, a typical auditor's severity is known "
            "to within 0.31 of a grade either way. Of 1 auditor, 0 share 10 or more audits with "
            "colleagues and are known closely enough to say anything.",
        ),
    ],
)
def test_how_closely_auditors_are_known(changed, sentence):
    assert paragraphs(**changed)[0] == sentence


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"differences": None}, SPREAD),
        (
            {"differences": None, "groups": (3, 2)},
            f"{SPREAD} Auditors fall into 2 groups that share no audit; nobody is compared across "
            "groups.",
        ),
        (
            {"groups": (3, 2, 1), "domain": "Plan"},
            f"{SPREAD.replace('overall', 'plan')} {ALIKE} Auditors fall into 3 groups that share "
            "no audit; nobody is compared across groups.",
        ),
    ],
)
def test_how_far_auditors_differ(changed, sentence):
    assert paragraphs(**changed)[1] == sentence


def allocation(**changed):
    return replace(SEVERITY, allocation=replace(SEVERITY.allocation, **changed))


OURS_ALONE = (
    "Severities here rest on audits that two or more auditors graded, so harder cases do not count "
    "against anybody."
)
NOT_TOLD = "Whether those are the stricter or the kinder auditors cannot be told."


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, f"{HARDER} {STRICTER_GET_THEM} {OURS}"),
        (
            {"correlation": figure(0.38, 0.11, 0.59)},
            f"{HARDER} It is the kinder auditors who get the harder cases: all audits together "
            f"would make auditors look more alike than they are (correlation 0.38). {OURS}",
        ),
        ({"correlation": figure(0.38, -0.11, 0.59)}, f"{HARDER} {NOT_TOLD} {OURS}"),
        ({"correlation": figure(-0.38, -0.59, 0.11)}, f"{HARDER} {NOT_TOLD} {OURS}"),
        ({"correlation": figure(0.0, 0.0, 0.0)}, f"{HARDER} {NOT_TOLD} {OURS}"),
        ({"correlation": figure(0.38)}, f"{HARDER} {NOT_TOLD} {OURS}"),
        ({"correlation": unknown("few")}, f"{HARDER} {NOT_TOLD} {OURS}"),
        ({"change": nan}, f"{HARDER} {STRICTER_GET_THEM} {OURS_ALONE}"),
        (
            {"p": 0.049},
            f"{HARDER.replace('1%;', '5%;')} {STRICTER_GET_THEM} {OURS}",
        ),
        (
            {"p": 0.05},
            "Who gets the harder cases: nobody, as far as this can show. If audits had reached "
            "auditors at random, their cases would differ as much as here with a chance of 5%. "
            f"{OURS}",
        ),
        (
            {"p": 0.34, "change": nan},
            "Who gets the harder cases: nobody, as far as this can show. If audits had reached "
            "auditors at random, their cases would differ as much as here with a chance of 34%. "
            f"{OURS_ALONE}",
        ),
        (
            {"why_not": "caseloads overlap too little", "change": nan},
            "Who gets the harder cases cannot be told, because caseloads overlap too little. "
            f"{OURS_ALONE}",
        ),
        ({"p": nan}, f"Who gets the harder cases cannot be told. {OURS}"),
        (
            {"p": nan, "why_not": "few"},
            f"Who gets the harder cases cannot be told, because few. {OURS}",
        ),
    ],
)
def test_who_gets_the_harder_cases(changed, words):
    found = allocation(**changed)
    assert allocation_words(found) == words
    assert say_severity(found).paragraphs[2] == words


def moderated(**changed):
    facet = replace(FACET, **changed)
    return replace(SEVERITY, moderators=replace(SEVERITY.moderators, facet=facet))


@pytest.mark.parametrize(
    ("low", "value", "high", "words"),
    [
        (
            0.01,
            0.35,
            0.56,
            "Moderators are stricter than auditors on the same files, so auditors are kinder: 0.35 "
            "(0.01 to 0.56)",
        ),
        (
            -0.56,
            -0.35,
            -0.01,
            "Moderators are kinder than auditors on the same files, so auditors are stricter: "
            "\N{MINUS SIGN}0.35 (\N{MINUS SIGN}0.56 to \N{MINUS SIGN}0.01)",
        ),
        (
            -0.05,
            0.35,
            0.56,
            "There is no clear difference in strictness between moderators and auditors: 0.35 "
            "(\N{MINUS SIGN}0.05 to 0.56)",
        ),
        (
            -0.56,
            -0.35,
            0.0,
            "There is no clear difference in strictness between moderators and auditors: "
            "\N{MINUS SIGN}0.35 (\N{MINUS SIGN}0.56 to 0.00)",
        ),
        (
            0.0,
            0.35,
            0.56,
            "There is no clear difference in strictness between moderators and auditors: 0.35 "
            "(0.00 to 0.56)",
        ),
    ],
)
def test_moderators_beside_auditors(low, value, high, words):
    gap = replace(FACET.gap, value=value, low=low, high=high)
    found = moderated(gap=gap)
    assert moderator_words(found) == f"{words} of a grade in overall grades {BESIDE} {AMONG}"
    assert say_severity(found).paragraphs[5] == moderator_words(found)


def test_moderators_among_themselves():
    start = (
        "Moderators are stricter than auditors on the same files, so auditors are kinder: 0.35 "
        "(0.14 to 0.56) of a grade in overall grades "
    )
    assert moderator_words(moderated(boundary=True)) == (
        f"{start}{BESIDE} Moderators show no difference among themselves beyond chance."
    )
    few = moderated(spread=unknown("two moderators"), boundary=True)
    assert moderator_words(few) == f"{start}{BESIDE}"
    one = moderated(
        gap=replace(FACET.gap, cases=1, auditors=1), moderators=1, spread=unknown("one moderator")
    )
    assert moderator_words(one) == (
        start + BESIDE.replace(
            "1,085 moderated audits, 8 moderators, 1,003 auditors",
            "1 moderated audit, 1 moderator, 1 auditor",
        )
    )  # fmt: skip
    none = moderated(gap=unknown("no audit was moderated"))
    assert moderator_words(none) == (
        "How strict moderators are beside auditors cannot be told, because no audit was moderated."
    )


OWN = "No auditor's own domain or change is shown: one person's rests on too few audits."


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, GROUP),
        (
            {"boundary": (Component.BY_DOMAIN,)},
            "As a group, there is no sign beyond chance that auditors differ from domain to "
            "domain; and auditors changed over the whole period by 0.17 (0.09 to 0.28) of a grade "
            f"(standard deviation). {OWN}",
        ),
        (
            {"boundary": (Component.DRIFT,)},
            "As a group, auditors differ from domain to domain by 0.13 (0.06 to 0.22) of a grade "
            "(standard deviation); and there is no sign beyond chance that auditors changed over "
            f"the whole period. {OWN}",
        ),
        (
            {"by_domain": unknown("one domain"), "boundary": (Component.BY_DOMAIN,)},
            "As a group, whether auditors differ from domain to domain cannot be told; and "
            "auditors changed over the whole period by 0.17 (0.09 to 0.28) of a grade (standard "
            f"deviation). {OWN}",
        ),
        (
            {"drift": unknown("one quarter")},
            "As a group, auditors differ from domain to domain by 0.13 (0.06 to 0.22) of a grade "
            "(standard deviation); and whether auditors changed over the whole period cannot be "
            f"told. {OWN}",
        ),
    ],
)
def test_what_auditors_differ_by_as_a_group(changed, words):
    assert group_words(replace(SEVERITY, **changed)) == words


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"pairs": 0}, "No two auditors graded the same domain of an audit."),
        (
            {"identical": 0.41, "expected": 0.52},
            "Of 1,302 pairs of grades for the same domain of the same audit, 41% are identical, "
            "where the model expects 52%. So about 59% of grades would differ with another "
            "auditor.",
        ),
        (
            {"identical": 0.52, "expected": 0.52, "pairs": 1},
            "Of 1 pair of grades for the same domain of the same audit, 52% are identical, where "
            "the model expects 52%. So about 48% of grades would differ with another auditor.",
        ),
    ],
)
def test_identical_grades_beside_what_the_model_expects(changed, words):
    assert paragraphs(**changed)[4] == words


NOBODY = (
    "No conversation is suggested: nobody shows the same clear finding in two successive windows."
)
clear_kind = replace(KIND, finding=SeverityFinding.CLEARLY_KINDER)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"talks": ()},
            f"1 auditor differs clearly by more than 0.25 of a grade. {NOBODY}",
        ),
        (
            {"auditors": (KIND, NEW), "talks": ()},
            f"No auditor differs clearly by more than 0.25 of a grade. {NOBODY}",
        ),
        (
            {"auditors": (STRICT, clear_kind, NEW), "talks": ("AUDITOR-001", "AUDITOR-002")},
            "2 auditors differ clearly by more than 0.25 of a grade. A conversation is suggested "
            "with 001 and 002: the same finding in two successive windows. First step: regrade "
            "three to five files together.",
        ),
    ],
)
def test_whom_to_talk_with(changed, words):
    assert paragraphs(**changed)[6] == words


def test_the_section_stands_in_its_place():
    assert (SECTION.id, SECTION.short, SECTION.level) == ("severity", "Auditors' severity", 2)
    assert (SECTION.notebook, SECTION.card) == ("02_severity", None)
    assert SECTION.say(SEVERITY).paragraphs == WHOLE
    assert isinstance(SEVERITY, SECTION.result)
