"""What a committee is told of agreement, for chosen figures and for every verdict."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace as Some

import pytest

from qaf_analysis.terms.verdicts import AgreementClaim, AgreementVerdict
from qaf_analysis.topics.agreement.brief import (
    agreement_brief,
    agreement_claim,
    agreement_in_short,
)
from qaf_analysis.topics.common.brief import ALWAYS
from tests.topics.agreement.results import AGREEMENT, SOURCE, figure, unmeasured

CLAIMS = {
    AgreementVerdict.WELL: "auditors agree well",
    AgreementVerdict.IN_PART: "auditors agree in part",
    AgreementVerdict.POORLY: "auditors agree poorly",
    AgreementVerdict.TOO_FEW: "too little was read twice to say whether auditors agree",
    AgreementVerdict.NOT_MEASURABLE: "whether auditors agree could not be measured",
}


def told(result):
    return [one.what for one in agreement_brief(result).paragraphs]


@pytest.mark.parametrize("verdict", AgreementVerdict)
def test_every_verdict_has_its_claim(verdict):
    assert agreement_claim(replace(AGREEMENT, verdict=verdict)) == CLAIMS[verdict]


def test_what_is_told_and_what_it_rests_on():
    brief = agreement_brief(AGREEMENT)
    assert brief.claim == "auditors agree in part"
    assert told(AGREEMENT) == [
        "Of 100 pairs of auditors’ grades on the same audit, 60 were the same and 28 one grade "
        "apart (1,030 audits).",
        "Allowing for chance, agreement is 0.64 (0.52 to 0.76), for auditors like these: 0 is no "
        "better than chance, 1 is always the same grade (AC2). "
        "The whole interval of AC2 lies at or above 0.40, but not all of it above 0.60.",
    ]
    assert {one.keep for one in brief.paragraphs} == {ALWAYS}
    assert brief.source == SOURCE
    assert brief.limits == (
        "Agreement is not accuracy: auditors can agree and all be too kind, which only external "
        "moderation can show."
    )


@pytest.mark.parametrize(
    ("shares", "audits", "sentence"),
    [
        ((0.01, 0.99, 0.0), 1, "1 was the same and 99 one grade apart (1 audit)."),
        ((0.004, 0.0, 0.996), 2,
         "fewer than 1 was the same and 0 one grade apart (2 audits)."),
        ((1.0, 0.0, 0.0), 44, "100 were the same and 0 one grade apart (44 audits)."),
        ((0.996, 0.004, 0.0), 250,
         "100 were the same and fewer than 1 one grade apart (250 audits)."),
    ],
)  # fmt: skip
def test_a_part_of_a_hundred_is_never_told_as_none_where_there_is_one(shares, audits, sentence):
    same, apart, further = shares
    result = replace(AGREEMENT, identical=same, one_apart=apart, two_or_more=further, audits=audits)
    assert told(result)[0].endswith(sentence)


@pytest.mark.parametrize(
    ("speaks_of", "words"),
    [
        (AgreementClaim.LIKE_THESE, "for auditors like these: 0"),
        (AgreementClaim.THESE_ONLY, "for these auditors only: 0"),
        (AgreementClaim.ONE_ONLY, "for agreement with one auditor only: 0"),
    ],
)
def test_a_committee_is_told_of_whom_without_anybody_s_code(speaks_of, words):
    person = Some(auditor="AUDITOR-22EG")
    result = replace(AGREEMENT, speaks_of=speaks_of, in_every_pair=(person,))
    assert f"is 0.64 (0.52 to 0.76), {words}" in told(result)[1]
    assert "22EG" not in " ".join([*told(result), agreement_in_short(result)])


def test_one_sentence_for_the_first_page():
    assert agreement_in_short(AGREEMENT) == (
        "Two auditors gave the same audit the same grade 60% of the time (1,030 audits)."
    )
    assert agreement_in_short(unmeasured()) == "Not available because no audit was graded twice."


def test_nothing_is_claimed_where_nothing_was_measured():
    result = unmeasured()
    brief = agreement_brief(result)
    assert brief.claim == "whether auditors agree could not be measured"
    assert told(result) == [
        "Not available because no audit was graded twice. To measure agreement, have a second "
        "auditor grade a planned share of audits without seeing the first grade."
    ]
    assert "nan" not in " ".join(told(result)).lower()


def test_the_picture_sets_auditors_beside_moderators():
    # 10 + 20 of 40 on the diagonal, 5 + 3 one apart, 2 further: 75%, 20% and 5%
    moderated = ((10, 3, 2), (5, 20, 0), (0, 0, 0))
    result = replace(AGREEMENT, levels=("Poor", "Fair", "Strong"), ac2=figure(0.7, 0.6, 0.8))
    (shown,) = agreement_brief(result, moderated).shown
    assert shown.keep == 7
    assert shown.what.title == (
        "Same grade on the same case: two auditors 60%, auditor and moderator 75%"
    )
    (alone,) = agreement_brief(AGREEMENT).shown
    assert "moderator" not in alone.what.title
    assert agreement_brief(unmeasured()).shown == ()


def test_the_best_verdict_is_told_without_the_second_measure_that_it_asks_for():
    well = replace(
        AGREEMENT,
        verdict=AgreementVerdict.WELL,
        reason="the whole interval of AC2 lies high, and that of alpha too",
    )
    assert told(well)[1].endswith(" (AC2). All of this range lies at or above 0.60.")
