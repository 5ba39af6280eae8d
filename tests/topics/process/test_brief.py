"""What a committee is told of changes to how audits are done, for every answer."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.terms.verdicts import AgreementChangeVerdict, ProcessAnswer, SpreadVerdict
from qaf_analysis.topics.common.brief import ALWAYS
from qaf_analysis.topics.process.analysis.answer import AgreementFound
from qaf_analysis.topics.process.brief import process_brief, process_claim, process_in_short
from tests.topics.by_hand import estimated, unknown
from tests.topics.process.results import CONSISTENCY, POOL, POOL_SPREAD, TRAINING

MINUS = "\N{MINUS SIGN}"
FELL = AgreementFound(
    periods=POOL,
    verdict=AgreementChangeVerdict.FELL,
    difference=estimated(-0.22, -0.41, -0.02),
    pairs_before=45,
    pairs_after=65,
)
ROSE = replace(
    FELL,
    periods=TRAINING,
    verdict=AgreementChangeVerdict.IMPROVED,
    difference=estimated(0.12, 0.03, 0.21),
)
CLAIMS = {
    ProcessAnswer.LESS_AND_FELL: "Auditing became less consistent, and agreement with moderators "
    "fell",
    ProcessAnswer.LESS: "Auditing became less consistent",
    ProcessAnswer.FELL: "Agreement with moderators fell after a change to how audits are done",
    ProcessAnswer.TOO_LITTLE: "Too little data to say whether auditing became more consistent",
    ProcessAnswer.NO_EVIDENCE: "There is no evidence that auditing became more consistent",
    ProcessAnswer.MORE: "Auditing became more consistent",
    ProcessAnswer.IMPROVED: "Agreement with moderators improved; strictness is no clearer",
}
NONE = replace(
    CONSISTENCY,
    changes=(),
    agreement=(),
    headline=-1,
    verdict=SpreadVerdict.TOO_LITTLE,
    reason="no process change is declared within the period audited",
    answer=ProcessAnswer.TOO_LITTLE,
)


def told(result):
    return [(one.what, one.keep) for one in process_brief(result).paragraphs]


def rows(result):
    return process_brief(result).shown[0].what.rows


@pytest.mark.parametrize("answer", ProcessAnswer)
def test_every_answer_has_its_claim(answer):
    assert process_claim(replace(CONSISTENCY, answer=answer)) == CLAIMS[answer]
    assert process_brief(replace(CONSISTENCY, answer=answer)).claim == CLAIMS[answer]


def test_what_is_told_and_what_else_began_then():
    brief = process_brief(CONSISTENCY)
    assert told(CONSISTENCY) == [
        (
            "The spread between strict and lenient auditors went from 0.31 to 0.36 of a grade "
            f"(change {MINUS}0.07 to +0.17; 389 audits). Training and Days together began in the "
            "same quarter and cannot be told apart.",
            ALWAYS,
        ),
        ("The quarters compared around Pool cut also hold Training and Days together.", 5),
    ]
    assert brief.source == (
        "395 routine audits with an overall grade, 2018-19 Q1 to 2019-20 Q4. 7 left out (no grade)."
    )
    assert brief.limits.startswith("The spread is between auditors' usual strictness, ")
    assert len(brief.limits.split()) <= 60


def test_two_changes_of_one_quarter_are_not_told_apart_where_another_is_told_first():
    first = replace(CONSISTENCY, headline=0, agreement=(FELL,), answer=ProcessAnswer.FELL)
    card, *others = told(first)
    assert card == (
        f"Agreement with moderators fell by 22 points after Pool cut ({MINUS}41 to {MINUS}2; 110 "
        "moderated audits). Strictness after Pool cut: more consistent. Of 3 comparisons made, 1 "
        "is worse.",
        ALWAYS,
    )
    assert others == [
        ("The quarters compared around Pool cut also hold Training and Days together.", 5),
        ("Training and Days together began in the same quarter and cannot be told apart.", 5),
    ]


def test_without_a_change_nothing_is_claimed():
    brief = process_brief(NONE)
    assert brief.claim == "No change to the audit process can be judged"
    assert [text for text, _ in told(NONE)] == [
        "Not available because no process change is declared within the period audited. Declare "
        "training, co-location or a new auditor pool with its date in council.toml."
    ]
    assert brief.shown == ()
    assert process_in_short(NONE) == (
        "Not available because no process change is declared within the period audited."
    )


def test_every_change_stands_in_one_table():
    table = process_brief(replace(CONSISTENCY, agreement=(FELL, ROSE))).shown[0].what
    assert table.caption == "Every change to how audits are done"
    assert [(column.heading, column.unit) for column in table.columns] == [
        ("Change", ""), ("Auditors’ strictness since", ""), ("Spread before, after", "grades"),
        ("Agreement with moderators since", ""), ("Change", "points"),
    ]  # fmt: skip
    assert table.rows == (
        ("Pool cut (2018-19 Q3)", "more consistent", "0.42, 0.27", "agreement fell",
         f"{MINUS}22 ({MINUS}41 to {MINUS}2)"),
        ("Training and Days together (2019-20 Q2)", "no evidence of change", "0.31, 0.36",
         "agreement improved", "+12 (+3 to +21)"),
        ("New tool (2019-20 Q4)", "too little data", "", "not compared", ""),
    )  # fmt: skip


def test_figures_of_too_few_audits_or_none_are_not_shown():
    little = replace(FELL, verdict=AgreementChangeVerdict.TOO_LITTLE)
    assert rows(replace(CONSISTENCY, agreement=(little,)))[0][3:] == ("too little data", "")
    unknown_sd = replace(POOL_SPREAD.before, sd=unknown("nobody audited twice"))
    holes = replace(
        CONSISTENCY,
        changes=(replace(POOL_SPREAD, before=unknown_sd), *CONSISTENCY.changes[1:]),
        agreement=(replace(FELL, difference=unknown("no pair")),),
    )
    assert rows(holes)[0][2:] == ("too few to say, 0.27", "agreement fell", "too few to say")
    lost = replace(POOL_SPREAD.after, sd=estimated(nan))
    gone = replace(CONSISTENCY, changes=(replace(POOL_SPREAD, after=lost),), headline=0)
    assert "nan" not in str(rows(gone)).lower()


def test_two_sentences_for_the_first_page():
    fell = replace(CONSISTENCY, agreement=(FELL,), answer=ProcessAnswer.FELL)
    assert process_in_short(fell) == (
        f"Agreement with moderators fell by 22 points after Pool cut ({MINUS}41 to {MINUS}2; 110 "
        "moderated audits). Strictness after Training and Days together: no evidence of change."
    )


def test_what_is_shown_and_what_goes_first():
    changes, spread = process_brief(CONSISTENCY).shown
    assert (changes.keep, changes.is_filler) == (7, False)
    assert (spread.keep, spread.is_filler) == (2, True)
    assert spread.what.caption == (
        "Spread of auditors' severity before and after each process change"
    )
