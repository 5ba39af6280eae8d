"""Every sentence on process changes, whole, for figures on either side of each condition."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.topics.process.words import (
    consistency_card,
    named,
    other_claims,
    say_consistency,
    say_process_agreement,
    together,
)
from tests.topics.by_hand import estimated, unknown
from tests.topics.process.results import (
    AGREEMENT,
    CONSISTENCY,
    LATE_SPREAD,
    POOL,
    POOL_AGREEMENT,
    POOL_SPREAD,
    TRAINING,
    TRAINING_SPREAD,
    spread_change,
    stratified,
)

MINUS = "\N{MINUS SIGN}"
SOURCE = (
    "395 routine audits with an overall grade, 2018-19 Q1 to 2019-20 Q4. 7 left out (no grade)."
)
POOL_SAYS = (
    "Pool cut (2018-19 Q3): more consistent. The spread between strict and lenient auditors went "
    f"from 0.42 (0.29 to 0.56) to 0.27 (0.13 to 0.45) of a grade. The change is {MINUS}0.15 "
    f"({MINUS}0.28 to {MINUS}0.02), on 1,100 audits by 44 auditors before and 1,200 audits by 31 "
    f"auditors after. Among the 26 auditors of both periods the spread changed by {MINUS}0.09 "
    f"({MINUS}0.25 to +0.07), the same way."
)
POOL_BESIDE = " The periods compared also hold Training and Days together."


def only(finding, **more):
    return replace(CONSISTENCY, changes=(finding,), headline=0, **more)


def test_everything_that_is_said_of_three_changes():
    said = say_consistency(CONSISTENCY)
    assert said.claim == (
        "There is no evidence that auditing became more consistent after Training and Days "
        "together (more alike after Pool cut)"
    )
    assert said.paragraphs == (
        POOL_SAYS + POOL_BESIDE,
        "Training and Days together (2019-20 Q2): no evidence of change. The spread between strict "
        "and lenient auditors went from 0.31 (0.22 to 0.41) to 0.36 (0.26 to 0.47) of a grade. "
        f"The change is +0.05 ({MINUS}0.07 to +0.17), on 199 audits by 29 auditors before and 190 "
        "audits by "
        f"28 auditors after. Among the 25 auditors of both periods the spread changed by "
        f"{MINUS}0.03 ({MINUS}0.16 to +0.10), the other way, so the change of pool may be behind "
        "it. Training and Days together began in the same quarter and cannot be told apart.",
        "New tool (2019-20 Q4): too little data, because 0 audits after the change; at least 25 "
        "needed (48 audits before, 0 after).",
    )
    assert said.limits == (
        "The spread is between auditors' usual strictness, on the grade scale; 0 would mean that "
        "every auditor is equally strict. Auditors who are all equally kind would look consistent. "
        "It assumes that, within a quarter, a case type and a team, cases were not given to "
        "strict or lenient auditors on purpose. Where each team is audited by its own auditors "
        "only, a team's strictness cannot be told from its practice. What began at the same time "
        "cannot be told apart."
    )
    assert said.source == SOURCE


@pytest.mark.parametrize(
    ("verdict", "claim"),
    [
        ("more consistent", "Auditors became more alike in strictness after Pool cut"),
        ("less consistent", "Auditors became less alike in strictness after Pool cut"),
        (
            "no evidence of change",
            "There is no evidence that auditing became more consistent after Pool cut",
        ),
        ("too little data", "Too little data to judge Pool cut"),
    ],
)
def test_each_verdict_has_its_claim(verdict, claim):
    assert say_consistency(only(POOL_SPREAD, verdict=verdict)).claim == claim


def changed(finding, verdict):
    return replace(finding, change=replace(finding.change, verdict=verdict))


def test_what_other_changes_showed_stands_behind_the_claim():
    less = changed(POOL_SPREAD, "less consistent")
    more = changed(LATE_SPREAD, "more consistent")
    told = replace(CONSISTENCY, changes=(less, TRAINING_SPREAD, more))
    assert say_consistency(told).claim.endswith(
        "after Training and Days together (less alike after Pool cut; more alike after New tool)"
    )
    # The change that the claim is about is not told twice.
    assert say_consistency(replace(told, verdict="more consistent", headline=2)).claim == (
        "Auditors became more alike in strictness after New tool (less alike after Pool cut)"
    )
    quiet = replace(CONSISTENCY, changes=(TRAINING_SPREAD, TRAINING_SPREAD))
    assert "(" not in say_consistency(quiet).claim


def test_other_claims_alone():
    claims = {"up": "up after"}
    assert other_claims([(POOL, "down"), (TRAINING, "none")], claims) == ""
    assert other_claims([(POOL, "up"), (TRAINING, "up")], claims) == (
        " (up after Pool cut; up after Training and Days together)"
    )


def test_names_and_what_began_together():
    assert named(TRAINING) == "Training and Days together (2019-20 Q2)"
    assert together(POOL) == POOL_BESIDE
    both = replace(TRAINING, also_within=("Pool cut",))
    assert together(both) == (
        " Training and Days together began in the same quarter and cannot be told apart. The "
        "periods compared also hold Pool cut."
    )
    assert together(replace(POOL, also_within=())) == ""


@pytest.mark.parametrize(
    ("says", "change", "words"),
    [
        ("agrees", -0.15, f"{MINUS}0.09 ({MINUS}0.25 to +0.07), the same way."),
        ("agrees", 0.0, f"{MINUS}0.09 ({MINUS}0.25 to +0.07)."),
        (
            "differs",
            -0.15,
            f"{MINUS}0.09 ({MINUS}0.25 to +0.07), the other way, so the change of pool may be "
            "behind it.",
        ),
        ("cannot be told", -0.15, f"{MINUS}0.09 ({MINUS}0.25 to +0.07)."),
    ],
)
def test_which_way_those_who_stayed_moved(says, change, words):
    finding = replace(
        POOL_SPREAD,
        change=spread_change(estimated(change, -0.28, 0.1), "no evidence of change"),
        retained_says=says,
    )
    (text,) = say_consistency(only(finding)).paragraphs
    assert text.endswith(
        f" Among the 26 auditors of both periods the spread changed by {words}{POOL_BESIDE}"
    )


def test_those_who_stayed_and_did_not_move_went_no_way():
    still = replace(POOL_SPREAD, retained=spread_change(estimated(0.0, -0.1, 0.1), "x"))
    (text,) = say_consistency(only(still)).paragraphs
    assert f" the spread changed by 0.00 ({MINUS}0.10 to +0.10).{POOL_BESIDE}" in text


def test_those_who_stayed_cannot_always_be_judged():
    nobody = replace(
        POOL_SPREAD,
        retained_auditors=1,
        retained=spread_change(unknown("x"), "too little data", "1 auditor is too few"),
    )
    (text,) = say_consistency(only(nobody)).paragraphs
    assert text.endswith(
        " Among the 1 auditor of both periods no change can be told, because 1 auditor is too few."
        f"{POOL_BESIDE}"
    )


def test_one_audit_by_one_auditor():
    one = replace(
        POOL_SPREAD,
        before=replace(POOL_SPREAD.before, audits=1),
        after=replace(POOL_SPREAD.after, audits=1),
        auditors_before=1,
        auditors_after=1,
    )
    (text,) = say_consistency(only(one)).paragraphs
    assert ", on 1 audit by 1 auditor before and 1 audit by 1 auditor after." in text
    few = changed(replace(one, after=replace(one.after, audits=1200)), "too little data")
    (text,) = say_consistency(only(few)).paragraphs
    assert text == (
        "Pool cut (2018-19 Q3): too little data, because chance makes as much (1 audit before, "
        f"1,200 after).{POOL_BESIDE}"
    )


def test_the_card():
    assert consistency_card(only(POOL_SPREAD)) == (
        "The spread between strict and lenient auditors went from 0.42 to 0.27 of a grade (change "
        f"{MINUS}0.28 to {MINUS}0.02; 2,300 audits).{POOL_BESIDE}"
    )
    assert consistency_card(CONSISTENCY).startswith(
        "The spread between strict and lenient auditors went from 0.31 to 0.36 of a grade (change "
        f"{MINUS}0.07 to +0.17; 389 audits). Training and Days together began"
    )
    assert consistency_card(only(LATE_SPREAD)) == (
        "New tool (2019-20 Q4): too little data, because 0 audits after the change; at least 25 "
        "needed (48 audits before, 0 after)."
    )


NOTHING = (
    "Not available because no process change is declared within the period audited. Declare "
    "training, co-location or a new auditor pool with its date in council.toml."
)
UNDECLARED = "no process change is declared within the period audited"


def test_nothing_declared():
    result = replace(
        CONSISTENCY, changes=(), headline=-1, verdict="too little data", reason=UNDECLARED
    )
    said = say_consistency(result)
    assert said.claim == "No change to the audit process can be judged"
    assert said.paragraphs == (NOTHING,)
    assert (said.limits[:30], said.source) == ("The spread is between auditors", SOURCE)
    assert consistency_card(result) == f"Not available because {UNDECLARED}."
    bare = replace(AGREEMENT, changes=(), headline=-1, verdict="too little data", reason=UNDECLARED)
    told = say_process_agreement(bare)
    assert told.claim == "Agreement with moderators before and after cannot be compared"
    assert told.paragraphs == (NOTHING,)


AGREEMENT_SAYS = (
    "Pool cut (2018-19 Q3): agreement improved, because auditors and moderators agree more often. "
    "At the same mix of moderators' grades, auditor and moderator gave the same grade in 51% of "
    "audits before and 63% after. The difference is +12 (+3 to +21) points (1,062 moderated audits "
    "before, 1,075 after); a change of more than 21 points is ruled out. Apart from that, the mean "
    f"gap to moderators went from +0.35 to +0.11 of a grade, a change of {MINUS}0.24 ({MINUS}0.40 "
    f"to {MINUS}0.08). That change alone would move agreement by +6 (+1 to +11) points. Among the "
    f"19 auditors of both periods the difference is +9 ({MINUS}3 to +20) points (41 and 52 "
    "moderated audits)."
)
CAUTIONS = (
    " Other reasons for a difference: cases came to moderation from other sources and no moderator "
    "worked in both."
)


def agreed(finding, **more):
    return replace(AGREEMENT, changes=(finding,), headline=0, **more)


def moved(**more):
    return replace(POOL_AGREEMENT, change=replace(POOL_AGREEMENT.change, **more))


def paragraph(finding) -> str:
    (text,) = say_process_agreement(agreed(finding)).paragraphs
    return text


def test_everything_that_is_said_of_agreement_with_moderators():
    said = say_process_agreement(AGREEMENT)
    assert said.claim == "Auditors agree more often with moderators since Pool cut"
    assert said.paragraphs == (AGREEMENT_SAYS + CAUTIONS + POOL_BESIDE,)
    assert said.limits == (
        "Agreement is compared among audits to which moderators gave the same grade, so that "
        "easier cases cannot pass for better auditing. It still rises when auditors merely become "
        "less kind on balance, which is told apart by a model and not by the counts. What began in "
        "the same quarter cannot be told apart, and the moderators themselves may have changed."
    )
    assert said.source == SOURCE


@pytest.mark.parametrize(
    ("verdict", "claim"),
    [
        ("agreement improved", "Auditors agree more often with moderators since Pool cut"),
        ("agreement fell", "Auditors agree less often with moderators since Pool cut"),
        (
            "no evidence of change",
            "There is no evidence that agreement with moderators changed after Pool cut",
        ),
        ("too little data", "Too little data on agreement with moderators around Pool cut"),
    ],
)
def test_each_verdict_on_agreement_has_its_claim(verdict, claim):
    assert say_process_agreement(agreed(POOL_AGREEMENT, verdict=verdict)).claim == claim


def test_what_other_changes_did_to_agreement_stands_behind_the_claim():
    fell = replace(moved(verdict="agreement fell"), periods=TRAINING)
    told = replace(AGREEMENT, changes=(POOL_AGREEMENT, fell), headline=1, verdict="agreement fell")
    assert say_process_agreement(told).claim == (
        "Auditors agree less often with moderators since Training and Days together (more often "
        "after Pool cut)"
    )
    assert say_process_agreement(replace(told, headline=0, verdict="agreement improved")).claim == (
        "Auditors agree more often with moderators since Pool cut (less often after Training and "
        "Days together)"
    )


def test_the_largest_change_not_ruled_out_is_the_farther_end():
    fell = moved(exact=stratified(estimated(-0.12, -0.26, 0.02), 0.63, 0.51))
    assert (
        f"in 63% of audits before and 51% after. The difference is {MINUS}12 ({MINUS}26 to +2) "
        "points (1,062 moderated audits before, 1,075 after); a change of more than 26 points is "
        "ruled out." in paragraph(fell)
    )


def test_a_bias_or_its_share_that_is_not_known_is_not_told():
    without = paragraph(moved(bias=unknown("x")))
    assert "mean gap" not in without
    assert "That change alone" not in without
    assert "is ruled out. Among the 19 auditors of both periods" in without
    parts = replace(POOL_AGREEMENT.change.parts, explained=unknown("x"))
    unshared = paragraph(moved(parts=parts))
    assert f"a change of {MINUS}0.24 ({MINUS}0.40 to {MINUS}0.08). Among the 19" in unshared


def test_those_of_both_periods_may_tell_nothing():
    alone = replace(
        POOL_AGREEMENT,
        retained_auditors=1,
        retained=replace(POOL_AGREEMENT.retained, exact=stratified(unknown("nobody stayed"))),
    )
    assert (
        "Among the 1 auditor of both periods nothing can be told, because nobody stayed."
        in paragraph(alone)
    )


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "too little data", "reason": "24 pairs"},
        {"exact": stratified(unknown("no grade in common")), "reason": "24 pairs"},
    ],
)
def test_too_few_pairs_give_no_figure(change):
    few = replace(moved(pairs_before=1, **change), cautions=())
    verdict = change.get("verdict", "agreement improved")
    assert paragraph(few) == (
        f"Pool cut (2018-19 Q3): {verdict}, because 24 pairs. (1 moderated audit before, 1,075 "
        f"after.){POOL_BESIDE}"
    )
