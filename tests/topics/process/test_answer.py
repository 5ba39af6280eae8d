"""The first page answers with the worst of what its section found."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from qaf_analysis.terms.verdicts import AgreementChangeVerdict, ProcessAnswer, SpreadVerdict
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.process.analysis.answer import AgreementFound, found_of, process_answer
from qaf_analysis.topics.process.section import PROCESS
from qaf_analysis.topics.process.words import consistency_card, say_consistency
from tests.topics.by_hand import estimated
from tests.topics.process.results import (
    AGREEMENT,
    CONSISTENCY,
    LATE_SPREAD,
    POOL,
    POOL_SPREAD,
    TRAINING_SPREAD,
)

MINUS = "\N{MINUS SIGN}"
FELL = AgreementFound(
    periods=POOL,
    verdict=AgreementChangeVerdict.FELL,
    difference=estimated(-0.22, -0.41, -0.02),
    pairs_before=45,
    pairs_after=65,
)
ROSE = replace(
    FELL, verdict=AgreementChangeVerdict.IMPROVED, difference=estimated(0.12, 0.03, 0.21)
)
QUIET = replace(FELL, verdict=AgreementChangeVerdict.NO_EVIDENCE)
BAD = {ProcessAnswer.LESS, ProcessAnswer.FELL, ProcessAnswer.LESS_AND_FELL}


@pytest.mark.parametrize("headline", SpreadVerdict)
@pytest.mark.parametrize("earlier", SpreadVerdict)
@pytest.mark.parametrize(("first", "last"), list(product(AgreementChangeVerdict, repeat=2)))
def test_every_combination_has_its_answer(headline, earlier, first, last):
    answer = process_answer(headline, spreads=[earlier, headline], agreements=[first, last])
    less = SpreadVerdict.LESS in (headline, earlier)
    fell = AgreementChangeVerdict.FELL in (first, last)
    rose = AgreementChangeVerdict.IMPROVED in (first, last)
    expected = {
        (True, True): ProcessAnswer.LESS_AND_FELL,
        (True, False): ProcessAnswer.LESS,
        (False, True): ProcessAnswer.FELL,
    }.get((less, fell))
    if expected is None and headline == SpreadVerdict.MORE:
        expected = ProcessAnswer.MORE
    if expected is None and rose:
        expected = ProcessAnswer.IMPROVED
    assert answer == (expected or ProcessAnswer(headline.value))
    assert (answer in BAD) == (less or fell)


def test_without_any_change_there_is_too_little_data():
    answer = process_answer(SpreadVerdict.TOO_LITTLE, spreads=[], agreements=[])
    assert answer == ProcessAnswer.TOO_LITTLE


def card(**more):
    shown = PROCESS.shown(release(replace(CONSISTENCY, **more)))
    found = shown.card()
    assert found is not None
    return found


def test_agreement_that_fell_after_an_earlier_change_is_the_card_s_answer():
    found = card(agreement=(FELL, QUIET), answer=ProcessAnswer.FELL)
    assert found.verdict == "Agreement with moderators fell"
    picture = found.picture
    assert picture is not None
    assert "of the same grade by auditor and moderator" in picture.alt
    assert f"Pool cut: {MINUS}22 ({MINUS}41 to {MINUS}2)" in picture.alt
    spread = card(agreement=(QUIET,), answer=ProcessAnswer.NO_EVIDENCE).picture
    assert spread is not None
    assert "Spread among auditors" in spread.alt
    assert str(found.words).startswith(
        f"Agreement with moderators fell by 22 points after Pool cut ({MINUS}41 to {MINUS}2; "
        "110 moderated audits). Strictness after Training and Days together: no evidence of "
        "change."
    )
    said = say_consistency(replace(CONSISTENCY, agreement=(FELL, QUIET), answer="x"))  # type: ignore[arg-type]
    assert said.claim.startswith(
        "Agreement with moderators fell after Pool cut. There is no evidence that auditing became "
        "more consistent after Training"
    )


def test_a_gain_in_agreement_is_said_behind_the_spread():
    words = consistency_card(replace(CONSISTENCY, agreement=(ROSE,), answer=ProcessAnswer.IMPROVED))
    assert words.startswith("The spread between strict and lenient auditors went from 0.31")
    assert words.endswith(
        "Agreement with moderators rose by 12 points after Pool cut (+3 to +21; 110 "
        "moderated audits)."
    )


def test_an_earlier_change_that_made_auditors_less_alike_is_told_and_drawn():
    less = replace(POOL_SPREAD, change=replace(POOL_SPREAD.change, verdict=SpreadVerdict.LESS))
    found = card(changes=(less, TRAINING_SPREAD, LATE_SPREAD), answer=ProcessAnswer.LESS)
    assert found.verdict == "Less consistent"
    assert "went from 0.42 to 0.27" in str(found.words)
    assert found.picture is not None
    assert found.picture.title == "Pool cut: less consistent"


def test_what_is_kept_of_agreement_is_what_its_section_shows():
    (kept,) = found_of(AGREEMENT)
    shown = AGREEMENT.changes[0]
    assert (kept.periods, kept.verdict) == (shown.periods, shown.change.verdict)
    assert kept.difference == shown.change.exact.difference
    assert (kept.pairs_before, kept.pairs_after) == (1062, 1075)
