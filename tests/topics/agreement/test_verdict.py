"""The verdict on agreement: a word for every figure, its reason, and of whom it speaks."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import isnan, nan
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.data.plain.grades import read_plain_grades
from qaf_analysis.stats.agreement.coefficient import Interval
from qaf_analysis.stats.agreement.kappas import gwet_ac
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import AgreementClaim, AgreementRule, AgreementVerdict
from qaf_analysis.topics.agreement.analysis import judged as judged_module
from qaf_analysis.topics.agreement.analysis.detail import agreement_detail
from qaf_analysis.topics.agreement.analysis.headline import agreement
from qaf_analysis.topics.agreement.analysis.judged import (
    agreement_verdict,
    audits_needed,
    judged_agreement,
)
from qaf_analysis.topics.agreement.analysis.measures import Asked, every_measure
from qaf_analysis.topics.agreement.analysis.plain_table import agreement_table
from qaf_analysis.topics.agreement.tables import (
    agreement_detail_tables,
    agreement_tables,
    measure_words,
)
from qaf_analysis.topics.agreement.words import agreement_card, say_agreement
from qaf_analysis.topics.common.release import release
from tests.topics.agreement.results import AGREEMENT
from tests.topics.by_hand import audit, council, estimated, unknown

NOW = Quarter(2019, 4)
WELL, IN_PART, POORLY, TOO_FEW, NOT_MEASURABLE = AgreementVerdict
ERRORS = ("two_way", "subjects", "raters", "gwet2014", "gwet_unconditional", "jackknife")
INTERVALS: tuple[Interval, ...] = ("auto", "fisher", "arcsine", "plain")


def word(low, high, *, alpha=0.5, one_only=False, cases=10):
    found = estimated((low + high) / 2, low, high, cases=cases)
    return agreement_verdict(found, alpha_low=alpha, one_only=one_only)[0]


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.60, 0.90, WELL),
        (0.599, 0.90, IN_PART),
        (0.40, 0.99, IN_PART),
        (0.399, 0.99, TOO_FEW),
        (0.399, 0.699, IN_PART),
        (0.30, 0.699, IN_PART),
        (0.30, 0.70, TOO_FEW),
        (0.299, 0.699, TOO_FEW),
        (0.10, 0.499, POORLY),
        (0.10, 0.50, TOO_FEW),
        (0.30, 0.499, POORLY),
        (0.41, 0.499, IN_PART),
        (-0.9, -0.2, POORLY),
        (-1.0, 1.0, TOO_FEW),
        (1.0, 1.0, WELL),
    ],
)
def test_both_ends_of_the_interval_decide(low, high, verdict):
    assert word(low, high) == verdict
    assert word(low, high, cases=9) == TOO_FEW


def test_the_point_estimate_decides_nothing():
    for value in (-0.9, 0.39, 0.41, 0.61, 0.99):
        found = replace(estimated(0.5, 0.35, 0.65, cases=40), value=value)
        assert agreement_verdict(found, alpha_low=0.3)[0] == IN_PART


@pytest.mark.parametrize(("alpha", "verdict"), [(0.2, WELL), (0.199, IN_PART), (nan, IN_PART)])
def test_agreeing_well_needs_more_than_chance_from_alpha(alpha, verdict):
    assert word(0.7, 0.9, alpha=alpha) == verdict
    assert word(0.45, 0.9, alpha=alpha) == IN_PART
    assert word(0.1, 0.3, alpha=alpha) == POORLY


def test_one_auditor_in_every_pair_caps_the_verdict():
    assert word(0.7, 0.9, one_only=True) == IN_PART
    assert word(0.1, 0.3, one_only=True) == POORLY


def test_every_figure_has_its_word_and_its_reason():
    """Estimable, without interval and not estimable; every end; alpha known or not; hub or not."""
    ends = (nan, -1.0, 0.0, 0.29, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 1.0)
    seen = set()
    for low, high, alpha, hub, cases in product(
        ends, ends, (nan, -1.0, 0.2, 0.9), (False, True), (0, 1, 9, 10, 400)
    ):
        if low > high:
            continue
        for value in (nan, low, high, 0.5):
            found = replace(estimated(0.5, low, high, cases=cases), value=value)
            if isnan(value):
                found = unknown("nothing was graded twice", cases=cases)
            verdict, reason = agreement_verdict(found, alpha_low=alpha, one_only=hub)
            assert isinstance(verdict, AgreementVerdict)
            assert reason
            if verdict == WELL:
                assert (low >= 0.6, alpha >= 0.2, hub, cases >= 10) == (True, True, False, True)
            if verdict == POORLY:
                assert (high < 0.5, cases >= 10) == (True, True)
            if isnan(low) or isnan(high):
                assert verdict in (TOO_FEW, NOT_MEASURABLE)
            seen.add(verdict)
    assert seen == set(AgreementVerdict)


def test_reasons_name_what_decided(monkeypatch):
    def reason(low, high, **more):
        found = estimated((low + high) / 2, low, high, cases=40)
        return agreement_verdict(found, **{"alpha_low": 0.5, **more})[1]

    rule = AgreementRule(
        well_from=0.7, in_part_from=0.45, poorly_below=0.55, between=(0.35, 0.75), alpha_from=0.25
    )
    monkeypatch.setattr(judged_module, "AGREEMENT_RULE", rule)
    assert [
        reason(0.7, 0.9),
        reason(0.7, 0.9, alpha_low=0.2),
        reason(0.7, 0.9, one_only=True),
        reason(0.5, 0.9),
        reason(0.1, 0.5),
        reason(0.4, 0.7),
        reason(0.1, 0.9, needed=1200),
        reason(0.1, 0.9),
    ] == [
        "the whole interval of AC2 lies at or above 0.70, and that of alpha at or above 0.25",
        "the whole interval of AC2 lies at or above 0.70, but that of alpha begins below 0.25: one "
        "common grade may flatter AC2",
        "the whole interval of AC2 lies at or above 0.70, but one auditor stands in every double "
        "grading, so that others are not compared",
        "the whole interval of AC2 lies at or above 0.45, but not all of it above 0.70",
        "the whole interval of AC2 lies below 0.55",
        "the whole interval of AC2 lies between 0.35 and 0.75",
        "the interval of AC2 is too wide for any word; about 1,200 audits graded twice would do, "
        "if agreement stays as it is",
        "the interval of AC2 is too wide for any word, and more auditors, not more audits alone, "
        "would have to grade twice",
    ]
    bare = replace(estimated(0.5, nan, nan, cases=40), method="AC2; no error: auditors unnamed")
    assert agreement_verdict(bare, alpha_low=0.5) == (
        TOO_FEW,
        "AC2 has no interval (no error: auditors unnamed)",
    )


def test_auditors_who_all_agree_agree_well():
    """48 audits by two of eight auditors each, every pair alike."""
    table = read_plain_grades(Path(__file__).parent / "perfect_agreement.csv", layout="long")
    found = agreement_table(table)
    assert found.verdict.startswith(WELL)
    rows = np.arange(800) // 2
    many = Ratings(audit=rows, auditor=np.arange(800) % 6, grade=rows % 4, n_levels=4)
    assert judged_agreement(many).verdict == WELL
    # t at 5 df, chance 7/12, 400 audits
    assert judged_agreement(many).ac2.low == pytest.approx(
        1 - 2.5706**2 * (1 / 3) / (5 / 12) / 400, abs=1e-5
    )


def test_the_verdict_does_not_hang_on_the_interval_asked_for():
    rows = np.arange(48) // 2
    alike = Ratings(audit=rows, auditor=np.arange(48) % 6, grade=rows % 4, n_levels=4)
    found = {level: judged_agreement(alike, level=level) for level in (0.8, 0.95, 0.999)}
    assert found[0.8].ac2.low > found[0.95].ac2.low > 0.6 > found[0.999].ac2.low
    assert {one.verdict for one in found.values()} == {WELL}


def shared(hub: bool, *, others: str = "BCDEFGH", audits: int = 60, apart: int = 6):
    """Audits of all grades; every ``apart``-th pair one grade apart."""
    rows = []
    for k in range(audits):
        who = ("A", others[k % 7]) if hub else (others[k % 7], others[(k + 1 + k % 3) % 7])
        grade = k % 4
        other = grade if k % apart else min(grade + 1, 3) if grade < 3 else 2
        rows.append(
            audit("2019-20 Q4", grade, auditor=who[0], second={"Overall": other},
                  second_auditor=who[1])
        )  # fmt: skip
    return council(*rows, audit("2019-20 Q4", 2, auditor="Z"))


def test_a_hub_is_named_and_never_said_to_be_like_others():
    found, free = (agreement(shared(hub), quarter=NOW) for hub in (True, False))
    assert found.ac2.low > 0.6 < free.ac2.low
    assert (found.verdict, free.verdict) == (IN_PART, WELL)
    assert (found.speaks_of, free.speaks_of) == (
        AgreementClaim.ONE_ONLY,
        AgreementClaim.LIKE_THESE,
    )
    [hub] = found.in_every_pair
    assert hub.auditor.startswith("AUDITOR-")
    assert release(found).result is found
    detail = agreement_detail(shared(True), quarter=NOW)
    texts = [
        *say_agreement(found).paragraphs,
        agreement_card(found),
        *(str(table) for table in agreement_tables(found)),
        *(str(table.note) for table in agreement_detail_tables(detail)),
    ]
    assert not any("auditors like these" in text for text in texts)
    assert "for agreement with one auditor only" in say_agreement(found).paragraphs[1]
    assert "for agreement with one auditor only" in agreement_card(found)
    assert "for auditors like these" in say_agreement(free).paragraphs[1]
    assert free.in_every_pair == ()


def test_two_who_share_every_pair_while_others_audit_are_both_named():
    rows = [
        audit("2019-20 Q4", k % 4, auditor="A", second={"Overall": k % 4}, second_auditor="B")
        for k in range(40)
    ]
    among_others = agreement(council(*rows, audit("2019-20 Q4", 2, auditor="C")), quarter=NOW)
    assert (len(among_others.in_every_pair), among_others.verdict) == (2, IN_PART)
    # Where there are no others, these two are all there is to speak of.
    alone = agreement(council(*rows), quarter=NOW)
    assert (alone.in_every_pair, alone.verdict) == ((), WELL)
    assert alone.speaks_of == AgreementClaim.THESE_ONLY
    assert "for these auditors only" in say_agreement(alone).paragraphs[1]


def test_audits_read_by_everybody_have_no_hub():
    grades = np.tile(np.arange(4), 5)[:, np.newaxis] * np.ones(6)
    assert Ratings.from_matrix(grades, n_levels=4).in_every_pair == ()
    pairs = np.array([[1, 1, np.nan], [1, np.nan, 2], [np.nan, 3, 3]])
    assert Ratings.from_matrix(pairs[:2], n_levels=4).in_every_pair == (0,)
    assert Ratings.from_matrix(pairs, n_levels=4).in_every_pair == ()


def test_the_audits_needed_are_the_fewest_that_close_the_interval():
    """Variance a / n and n - 1 df, on Fisher's scale, looked at number by number."""
    grades = [[2, 2]] * 4 + [[1, 2]] * 6 + [[1, 1]] * 3 + [[0, 2], [3, 1], [0, 0]]
    few = Ratings.from_matrix(grades, n_levels=4)
    judged = judged_agreement(few, se="subjects")
    assert judged.verdict == TOO_FEW

    def ends(n):
        variance = judged.ac2.se**2 * 16 / n
        spread = np.sqrt(variance) / (1 - judged.ac2.value**2)
        half = stats.t.ppf(0.975, n - 1) * spread
        return np.tanh(np.arctanh(judged.ac2.value) + np.array([-half, half]))

    def closed(n):
        low, high = ends(n)
        return low >= 0.4 or high < 0.5 or (low >= 0.3 and high < 0.7)

    assert ends(16) == pytest.approx([judged.ac2.low, judged.ac2.high])
    fewest = next(n for n in range(17, 10_000) if closed(n))
    assert judged.needed == fewest
    assert f"about {fewest} audits graded twice would do" in judged.reason


def test_no_number_is_asked_for_where_the_word_is_found():
    rows = np.arange(48) // 2
    alike = Ratings(audit=rows, auditor=np.arange(48) % 6, grade=rows % 4, n_levels=4)
    ac2 = gwet_ac(alike, weights="linear")
    assert audits_needed(ac2, alike, se="two_way") == 0
    # All agree, yet ten audits leave the limit at 0.2: three quarters of 0.8 may stay unseen at
    # 10 x 0.8 / 0.6 = 13.3 audits.
    short = replace(ac2, low=0.2, cases=10)
    assert audits_needed(short, alike, se="two_way") == 14


def random_ratings(rng):
    """A council as it comes: one grade or all, few or many auditors, hubs, singles, clusters."""
    k, audits, auditors = rng.integers(2, 6), rng.integers(1, 30), rng.integers(1, 9)
    chances = rng.dirichlet(np.full(k, rng.choice([0.02, 0.3, 3.0])))
    rows = []
    for one in range(audits):
        m = min(auditors, int(rng.choice([1, 2, 2, 2, 3, 9])))
        who = rng.choice(auditors, m, replace=False)
        if rng.random() < 0.3 and 0 not in who:
            who[0] = 0
        same = rng.choice(k, p=chances)
        alike = rng.random() < rng.choice([0.0, 0.5, 1.0])
        grades = np.full(m, same) if alike else rng.choice(k, m, p=chances)
        rows += [(one, person, grade) for person, grade in zip(who, grades, strict=True)]
    audit_, auditor, grade = np.array(rows).T
    cluster = audit_ // 3 if rng.random() < 0.3 else None
    return Ratings(
        audit=audit_, auditor=auditor, grade=grade, n_levels=int(k), cluster=cluster,
        auditors_known=bool(rng.random() < 0.8),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_no_measure_fails_on_honest_grades_and_no_verdict_is_open(seed):
    """Any coefficient, error and interval gives a figure in order, or a reason."""
    rng = np.random.default_rng([7, seed])
    for _ in range(3):
        ratings = random_ratings(rng)
        se, interval = rng.choice(ERRORS), rng.choice(INTERVALS)
        weights = rng.choice(["linear", "identity", "quadratic"])
        labels = tuple("abcdef"[: ratings.n_levels])
        judged = judged_agreement(ratings, se=se)
        assert isinstance(judged.verdict, AgreementVerdict)
        assert judged.reason
        asked = Asked(weights=weights, se=se, level=0.95, labels=labels, interval=interval)
        for one in every_measure(ratings, asked):
            found = one.estimate
            assert found.is_estimable or found.why_not, one.name
            if found.has_interval and interval != "plain":
                assert found.low - 1e-9 <= found.value <= found.high + 1e-9, one.name


@pytest.mark.parametrize("se", ERRORS)
def test_pairs_within_one_grade_and_audits_graded_once(se):
    """Sums of squares by the published formula are not 0 here, though nobody disagreed."""
    grades = [[2, 2, np.nan], [2, 1, np.nan], [1, np.nan, 2]] * 5 + [[0, np.nan, np.nan]] * 3
    ratings = Ratings.from_matrix(grades, n_levels=4)
    asked = Asked(weights="linear", se=se, level=0.95, labels=tuple("abcd"))
    within = {one.name: one.estimate for one in every_measure(ratings, asked)}["within_one"]
    assert (within.value, within.high if within.has_interval else 1.0) == (1.0, 1.0)
    assert isnan(within.low) or 0.6 < within.low < 1


def test_no_pair_that_is_there_is_said_to_be_none():
    """40 of 4,912 pairs, each audit counting once: 0.4 in 100."""
    few = replace(AGREEMENT, identical=0.804, one_apart=0.192, two_or_more=0.004)
    said = say_agreement(few).paragraphs[0]
    assert said.startswith(
        "Of 100 pairs of grades on the same audit, 81 were identical, 19 were one grade apart and "
        "fewer than 1 was two or more apart"
    )
    rows = dict(row[:2] for row in agreement_tables(few)[0].rows)
    assert rows["Two or more apart, of 100 pairs"] == "fewer than 1"
    none = replace(AGREEMENT, identical=0.8, one_apart=0.2, two_or_more=0.0)
    assert (
        dict(row[:2] for row in agreement_tables(none)[0].rows)["Two or more apart, of 100 pairs"]
        == "0"
    )


def test_every_measure_has_a_name_in_words():
    ratings = Ratings.from_matrix([[2, 2], [1, 2], [0, 1]], n_levels=4)
    asked = Asked(weights="linear", se="subjects", level=0.95, labels=tuple("abcd"))
    for one in every_measure(ratings, asked):
        words = measure_words(one.name)
        assert words.endswith(f" ({one.name})")
        assert "_" not in words.removesuffix(f" ({one.name})")


def test_domains_of_one_audit_give_no_interval_that_takes_them_for_audits():
    """Every audit in three domains that go together: 60 double gradings, but 20 audits."""
    rng = np.random.default_rng(3)
    one = np.repeat(rng.integers(0, 4, 20), 3)
    other = np.where(rng.random(60) < 0.7, one, rng.integers(0, 4, 60))
    columns = {
        "audit": np.repeat(np.arange(60), 2),
        "auditor": np.tile([0, 1], 60),
        "grade": np.column_stack([one, other]).ravel(),
        "n_levels": 4,
    }
    asked = Asked(weights="linear", se="subjects", level=0.95, labels=tuple("abcd"))
    apart, together = (
        {e.name: e.estimate for e in every_measure(ratings, asked)}
        for ratings in (
            Ratings(**columns),
            Ratings(**columns, cluster=np.repeat(np.arange(60) // 3, 2)),
        )
    )
    for name in ("icc_1_1", "icc_2_k", "kendall_w"):
        assert together[name].value == apart[name].value
        assert not together[name].has_interval
        assert isnan(together[name].p)
        assert "domains of one audit go together" in together[name].method
    assert apart["icc_1_1"].has_interval
    assert together["gwet_ac"].cases == 20
