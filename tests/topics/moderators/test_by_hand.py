"""Moderators measured in small councils whose readings, figures and sentences stand beside them."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.terms.errors import DisclosureError
from qaf_analysis.terms.verdicts import AnchorVerdict
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.moderators.analysis.drift import reader_drift
from qaf_analysis.topics.moderators.analysis.headline import (
    ModeratorsMeasured,
    moderators_measured,
)
from qaf_analysis.topics.moderators.section import MODERATORS
from qaf_analysis.topics.moderators.tables import moderators_tables
from qaf_analysis.topics.moderators.words import ceiling_words, say_moderators
from tests.topics.moderators.small import LAST, Read, again, council


def of(*reads, **more):
    return moderators_measured(council(*reads, **more), quarter=LAST)


def said(result):
    statement = say_moderators(result)
    return [statement.claim, *statement.paragraphs]


# ---- two moderators on one audit ---------------------------------------------------------


def doubles(same, apart, *, round=0, start=0):
    """Audits read by M and N: so many alike (Good), so many Good by M and below it by N."""
    return [
        one
        for number in range(start, start + same + apart)
        for one in (
            Read(audit=f"D{number:03}", by="M", round=round, grade=2),
            Read(audit=f"D{number:03}", by="N", round=round,
                 grade=2 if number < start + same else 1),
        )
    ]  # fmt: skip


def ac2(pairs, power):
    """Gwet's AC2 on four levels, from its definition."""
    k = 4
    weight = [[1 - (abs(i - j) / (k - 1)) ** power for j in range(k)] for i in range(k)]
    agree = np.mean([weight[a][b] for a, b in pairs])
    share = [np.mean([((a == g) + (b == g)) / 2 for a, b in pairs]) for g in range(k)]
    total = sum(map(sum, weight))
    chance = total / (k * (k - 1)) * sum(p * (1 - p) for p in share)
    return (agree - chance) / (1 - chance)


def test_sixteen_double_readings_give_a_ceiling_but_none_with_linear_weights():
    found = of(*doubles(12, 4)).ceiling
    two, beside = found.among_moderators, found.with_auditors
    assert (two.audits, found.people, found.rounds) == (16, 2, ("r0",))
    assert two.exact.value == pytest.approx(0.75)
    assert two.quadratic.value == pytest.approx(ac2([(2, 2)] * 12 + [(2, 1)] * 4, 2))
    assert two.exact.low < 0.75 < two.exact.high
    assert not two.linear.is_estimable
    assert two.linear.why_not == (
        "16 audits were read by two moderators in one round; at least 30 are needed"
    )
    # The auditor gave Good throughout: alike with M always, with N in 12 of 16.
    assert beside.exact.value == pytest.approx(28 / 32)
    assert beside.quadratic.value == pytest.approx(ac2([(2, 2)] * 28 + [(2, 1)] * 4, 2))
    assert ceiling_words(found).startswith(
        "Two moderators who read one audit blind in the same round gave the same grade in 75% ("
    )
    assert "AC2 with quadratic weights is 0.9" in ceiling_words(found)
    assert "An auditor and a moderator gave the same grade in 88% (" in ceiling_words(found)


def test_fifteen_give_none_and_the_number_is_told():
    result = of(*doubles(11, 4))
    two = result.ceiling.among_moderators
    assert not any(one.is_estimable for one in (two.exact, two.quadratic, two.linear))
    assert ceiling_words(result.ceiling) == (
        "How far two moderators agree: too few to say. In the latest rounds two of them read "
        "15 audits blind; 16 are needed, and 30 for AC2 with linear weights."
    )
    assert not result.has_something


@pytest.mark.parametrize(("audits", "told"), [(29, False), (30, True)])
def test_linear_weights_need_thirty(audits, told):
    found = of(*doubles(audits - 5, 5)).ceiling
    assert found.among_moderators.linear.is_estimable is told
    assert ("linear weights is" in ceiling_words(found)) is told
    if told:
        expected = ac2([(2, 2)] * 25 + [(2, 1)] * 5, 1)
        assert found.among_moderators.linear.value == pytest.approx(expected)


def test_only_blind_pairs_of_one_round_of_the_last_four_count():
    rounds = [one for r in range(5) for one in doubles(3, 1, round=r, start=10 * r)]
    unseen = replace(rounds[-1], blind=None)  # not recorded counts as blind
    known = replace(rounds[-3], blind=False)
    apart = replace(rounds[-5], round=3)  # the other reading of that audit is of round 4
    assert of(*rounds).ceiling.rounds == ("r1", "r2", "r3", "r4")
    assert of(*rounds).ceiling.among_moderators.audits == 16
    assert of(*rounds[:-1], unseen).ceiling.among_moderators.audits == 16
    fewer = [*rounds[:-5], apart, rounds[-4], known, *rounds[-2:]]
    assert of(*fewer).ceiling.among_moderators.audits == 14


def test_rounds_without_a_name_are_their_quarters():
    found = of(*doubles(12, 4, round=5), named=False).ceiling
    assert (found.rounds, found.among_moderators.audits) == (("2019-20 Q2",), 16)


def test_rereadings_are_no_double_readings():
    singles = [one for one in doubles(16, 0) if one.by == "M"]
    others = [replace(one, by="N", role="consensus") for one in singles]
    assert of(*singles, *others).ceiling.among_moderators.audits == 0


# ---- cases read again --------------------------------------------------------------------


def firsts(by, number, *, round=0, start=0):
    return [Read(audit=f"{by}{n:03}", by=by, round=round, grade=1 + n % 2)
            for n in range(start, start + number)]  # fmt: skip


def retests(by, number, *, move=0):
    """Own readings of round 4, again in round 5: half a grade up, half down, in pairs."""
    base = firsts(by, number, round=4, start=500)
    return base + [
        again(one, 5, move + (0 if n % 4 > 1 else 1 if n % 2 else -1), role="retest")
        for n, one in enumerate(base)
    ]


QUIET = [*retests("M", 32), *retests("N", 32)]
# Differences of retests: -1, 1, 0, 0 over and over: squares 32 of 64, two means of 0 fitted.
SIGMA = sqrt(32 / 62)


def anchored(by, number, move, *, rounds=(0, 4), **more):
    """So many cases of one round, again in another one."""
    base = firsts(by, number, round=rounds[0])
    return base + [again(one, rounds[1], move, **more) for one in base]


def verdicts(result):
    return {one.moderator: one.found.verdict for one in result.moderators}


def test_noise_of_a_reading_by_retests():
    result = of(*QUIET)
    assert result.noise.reading.value == pytest.approx(SIGMA / sqrt(2))
    assert (result.noise.cases, result.noise.by_two) == (64, False)
    assert result.noise.exact.value == pytest.approx(0.5)
    assert result.kinds == (0, 0, 64)
    assert said(result)[0] == "Whether moderators drifted: too few to say"
    assert said(result)[2] == (
        "Whether moderators drifted: too few to say. No own earlier reading came back again."
    )
    assert said(result)[-1].startswith("A reading of the same case scatters by 0.51 (")
    assert "by 64 cases that one moderator read twice." in said(result)[-1]


def test_a_drift_in_common_between_two_rounds_is_no_noise():
    moved = of(*retests("M", 32, move=1), *retests("N", 32, move=1))
    assert moved.noise.reading.value == pytest.approx(SIGMA / sqrt(2))


@pytest.mark.parametrize(
    ("move", "verdict", "way"),
    [(1, AnchorVerdict.KINDER, "kinder"), (-1, AnchorVerdict.HARSHER, "harsher")],
)
def test_all_kinder_or_all_harsher(move, verdict, way):
    result = of(*QUIET, *anchored("M", 20, move), *anchored("N", 20, move))
    panel = result.panel
    assert (panel.verdict, panel.anchors, panel.rounds) == (verdict, 40, 4)
    assert panel.in_all.value == pytest.approx(move)
    assert panel.per_round.value == pytest.approx(move / 4)
    # One look, 40 anchors four rounds back: the standard error of the whole is sigma / root 40.
    assert panel.per_round.se * 4 == pytest.approx(SIGMA / sqrt(40))
    assert panel.rang_in == "r4"
    assert set(verdicts(result).values()) == {verdict}
    assert said(result)[0] == f"Moderators together drifted {way}"
    sign = "+1.0" if move > 0 else "\N{MINUS SIGN}1.0"
    assert said(result)[2].startswith(
        "Since round r4, moderators graded 40 cases again without being told. Together they "
        f"graded them {sign} ("
    )
    seen = f"of a grade {way} than up to 4 rounds before, first seen in round r4."
    assert seen in said(result)[2]
    assert said(result)[2].endswith(f"Verdict: drifted {way}.")
    assert said(result)[3] == f"Of 2 moderators, each by own cases: 2 drifted {way}."


def test_one_moderator_alone_stands_by_code():
    steady = [one for n, first in enumerate(firsts("N", 40))
              for one in (first, again(first, 4, (-1, 1, 0, 0)[n % 4]))]  # fmt: skip
    result = of(*QUIET, *anchored("M", 20, 1), *steady)
    told = verdicts(result)
    found = {one.found.anchors: one.found for one in result.moderators}
    assert found[20].verdict is AnchorVerdict.KINDER
    assert found[40].in_all.value == pytest.approx(0)
    assert all(code.startswith("MODERATOR-") for code in told)
    release(result)
    with pytest.raises(DisclosureError):
        release(replace(result.moderators[0], moderator="Mo"))
    rows = moderators_tables(result)[1].rows
    assert [row[0] for row in rows] == [
        "All together",
        *(c.removeprefix("MODERATOR-") for c in told),
    ]


def test_no_drift_is_said_only_where_a_drift_would_have_been_seen():
    def steady(number):
        return [one for by in "MN" for n, first in enumerate(firsts(by, number))
                for one in (first, again(first, 4, (-1, 1, 0, 0)[n % 4]))]  # fmt: skip

    many, few = of(*QUIET, *steady(60)), of(*QUIET, *steady(8))
    assert many.panel.verdict is AnchorVerdict.NO_DRIFT
    assert said(many)[0] == "No drift of moderators was seen"
    assert said(many)[2].endswith("Verdict: no drift seen.")
    assert few.panel.verdict is AnchorVerdict.TOO_FEW
    assert said(few)[0] == "Whether moderators drifted: too few to say"
    assert said(few)[2].endswith(
        "Verdict: too few to say. A drift of 0.3 of a grade could have been missed."
    )
    assert said(few)[3] == "Of 2 moderators, each by own cases: 2 too few to say."


def test_seven_anchors_say_nothing_however_far_they_moved():
    result = of(*QUIET, *anchored("M", 7, 1))
    assert result.panel.verdict is AnchorVerdict.TOO_FEW
    assert said(result)[2].endswith("Verdict: too few to say. At least 8 cases are needed.")
    assert of(*QUIET, *anchored("M", 8, 1)).panel.verdict is AnchorVerdict.KINDER


def test_without_noise_there_is_no_verdict_and_the_reason_is_told():
    result = of(*anchored("M", 20, 1))
    assert result.panel.verdict is AnchorVerdict.TOO_FEW
    assert "at least 20 are needed" in said(result)[2]
    assert said(result)[-1].startswith("How far one moderator's readings scatter: too few to say.")
    assert moderators_tables(result)[1].rows[0][3:] == ("Too few to say", "", "Too few to say")


def test_readings_by_two_stand_in_for_retests():
    pairs = [*doubles(20, 10), *[replace(one, by={"M": "N", "N": "M"}[one.by]) for one in
                                 doubles(0, 10, start=100)]]  # fmt: skip
    result = of(*anchored("M", 20, 1), *pairs)
    assert result.noise.by_two
    assert result.noise.cases == 40
    assert "two moderators read." in said(result)[-1]
    assert "so limits are on the safe side." in said(result)[-1]
    assert result.panel.verdict is AnchorVerdict.KINDER


def test_readings_of_a_case_that_was_known_are_left_out_and_counted():
    seen = anchored("M", 20, 1, blind=False)
    result = of(*QUIET, *seen, *anchored("N", 20, 0, blind=None))
    assert result.panel.anchors == 20
    assert result.panel.in_all.value == pytest.approx(0)
    gone = {one.reason: one.records for one in result.scope.left_out}
    assert gone == {"the file or its grade was, or may have been, known": 20}


def test_an_anchor_is_held_against_the_first_reading_of_all_and_nobody_elses():
    first = Read(audit="X", by="M", round=0, grade=1)
    other = Read(audit="X", by="N", round=0, grade=3)
    lonely = Read(audit="Y", by="M", round=4, grade=3, role="anchor")
    filler = [*firsts("M", 1, start=50), Read(audit="Y", by="N", round=1, grade=0)]
    result = of(*QUIET, first, other, again(first, 2, 2), again(first, 4, 1), lonely, *filler)
    assert result.panel.anchors == 2
    # Lags 2 and 4, differences 2 and 1, correlated by one half: C inverse is 4/3, -2/3.
    score = 2 * (4 / 3 * 2 - 2 / 3 * 4) + 1 * (4 / 3 * 4 - 2 / 3 * 2)
    evidence = 4 / 3 * (2 * 2 + 4 * 4) - 2 * 2 / 3 * 8
    assert result.panel.per_round.value == pytest.approx(score / evidence)
    assert {g.reason: g.records for g in result.scope.left_out} == {"no own earlier reading": 1}


def test_domains_of_a_case_count_once():
    names = ("Overall", "Plan", "Visits", "Voice")
    every = dict.fromkeys(names, 1)
    base = [Read(audit=f"M{n:03}", by="M", round=0, grade=every) for n in range(12)]
    quiet = [replace(one, grade=dict.fromkeys(names, one.grades["Overall"])) for one in QUIET]
    later = [again(one, 4, 0, grade={"Overall": 2, "Plan": 1, "Visits": 1, "Voice": 2})
             for one in base[:10]]  # fmt: skip
    one_domain = [again(one, 4, 0, grade={"Plan": 3}) for one in base[10:]]
    result = of(*quiet, *base, *later, *one_domain)
    assert (result.panel.anchors, result.panel.in_all.value) == (10, pytest.approx(0.5))
    gone = {one.reason: one.records for one in result.scope.left_out}
    assert gone["too few domains graded both times"] == 2


def test_readings_after_the_next_quarter_are_of_a_later_report():
    late = moderators_measured(
        council(*QUIET, *anchored("M", 20, 1, rounds=(0, 6))), quarter=LAST.next(-3)
    )
    assert late.panel.anchors == 0
    assert {g.reason for g in late.scope.left_out} >= {"read after the next quarter"}
    assert of(*QUIET, *anchored("M", 20, 1, rounds=(0, 6))).panel.anchors == 20


def test_a_council_that_supplied_nothing_has_no_section():
    result = of(*firsts("M", 10))
    assert not MODERATORS.has_something(result)
    enough = of(*doubles(12, 4))
    assert MODERATORS.has_something(enough)
    assert said(enough) == [
        "Two moderators give the same grade to 75% of audits",
        ceiling_words(enough.ceiling),
        "No cases that a moderator read again were supplied, so drift cannot be told.",
    ]
    assert len(moderators_tables(enough)) == 1


def test_no_moderation_at_all():
    empty = replace(council(*firsts("M", 3)))
    bare = replace(
        empty,
        ratings=empty.ratings[empty.ratings["role"] == "auditor"],
        moderations=empty.moderations.iloc[:0],
    )
    assert not moderators_measured(bare, quarter=LAST).has_something


def test_it_is_kept_as_it_is_said():
    result = of(*QUIET, *doubles(12, 4), *anchored("M", 20, 1))
    back = result_from_json(result_to_json(result), ModeratorsMeasured)
    assert say_moderators(back) == say_moderators(result)
    assert moderators_tables(back) == moderators_tables(result)


@pytest.mark.parametrize(
    "reads",
    [[*QUIET, *anchored("M", 20, 1), *doubles(12, 4)], QUIET, doubles(12, 4), firsts("M", 2),
     anchored("M", 9, 0)],
)  # fmt: skip
def test_sentences_are_short_and_nobody_is_blamed(reads):
    for words in (*said(of(*reads)), say_moderators(of(*reads)).limits):
        for sentence in words.split(". "):
            assert len(sentence.split()) <= 31, sentence
        assert not {"blame", "fault", "wrong", "worst", "bias"} & set(words.lower().split())


# ---- between two years -------------------------------------------------------------------


def spell(*names):
    return pd.DataFrame([(n, n[0]) for n in names], columns=["audit_id", "moderator"])


def drift_between(reads, first, last):
    return reader_drift(council(*reads), quarter=LAST, first=spell(*first), last=spell(*last))


def test_drift_between_years_is_the_panels_a_round_times_the_rounds_between():
    reads = [*QUIET, *anchored("M", 20, 1), *firsts("M", 4, round=4, start=900)]
    found = drift_between(reads, ["M000", "M001"], ["M900", "M901"])
    assert (found.rounds, found.change.value) == (4, pytest.approx(1))
    assert found.change.se == pytest.approx(SIGMA / sqrt(20))
    assert found.change.cases == 20


@pytest.mark.parametrize(
    ("reads", "why"),
    [
        (QUIET, "no moderator read a case of an earlier round again"),
        (firsts("M", 3), "no moderator read a case of an earlier round again"),
        (anchored("M", 20, 1), "at least 20 are needed"),
        ([*QUIET, *anchored("M", 5, 1)], "5 cases were read again; at least 8 are needed"),
        ([*QUIET, *anchored("M", 20, 1, rounds=(1, 4))], "do not reach over both years"),
        ([*QUIET, *anchored("M", 20, 1, rounds=(0, 3))], "do not reach over both years"),
    ],
)
def test_nothing_is_taken_out_where_anchors_do_not_tell(reads, why):
    ends = [*firsts("M", 1, start=800), *firsts("M", 1, round=4, start=900)]
    found = drift_between([*reads, *ends], ["M800"], ["M900"])
    assert not found.change.is_estimable
    assert why in found.change.why_not
