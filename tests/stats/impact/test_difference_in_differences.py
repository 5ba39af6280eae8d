"""Themed impact: the estimate against scipy, the verdict against simulated truth."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from qaf_analysis.stats.impact.difference_in_differences import theme_change, with_holm
from qaf_analysis.stats.impact.errors import difference_among_domains
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import ThemeRule, ThemeVerdict
from tests.places import REFERENCE

RATES = REFERENCE / "impact" / "sim_verdict_rates.csv"
CUTS = (-2.95, 0.0, 3.1)
AUDITORS = 29
CONTROLS = 5


def themed_audits(
    rng: np.random.Generator,
    *,
    quarters: int,
    audits: int,
    effect: float = 0.0,
    common_trend: float = 0.0,
    tougher: float = 0.0,
) -> dict[str, NDArray]:
    """One council (model in tests/reference/impact/README.md); effects on the logit scale."""
    n, domains = quarters * audits, CONTROLS + 1
    quarter, auditor = np.repeat(np.arange(quarters), audits), rng.integers(0, AUDITORS, n)
    post = quarter >= quarters // 2
    latent = rng.normal(0, 1.0, n) + rng.normal(0, 0.5, AUDITORS)[auditor]
    latent += rng.normal(0, 0.15, quarters)[quarter] + common_trend * quarter - tougher * post
    by_domain = latent[:, None] + rng.normal(0, 0.25, (AUDITORS, domains))[auditor]
    by_domain += rng.normal(0, 0.15, (quarters, domains))[quarter]
    by_domain += rng.logistic(size=(n, domains))
    by_domain[:, 0] += effect * post - 0.3
    grade = np.searchsorted(CUTS, by_domain).astype(float)
    good = (grade >= 2).astype(float)
    return {
        "quarter": quarter,
        "post": post,
        "themed_grade": grade[:, 0],
        "control_grade": grade[:, 1:].mean(axis=1),
        "themed_good": good[:, 0],
        "control_good": good[:, 1:].mean(axis=1),
        "auditor": auditor,
    }


def published(quarters: int, audits: int, scenario: str) -> dict[str, float]:
    with RATES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if (row["quarters"], row["audits_per_quarter"], row["scenario"]) == (
                str(quarters),
                str(audits),
                scenario,
            ):
                return {k: float(v) for k, v in row.items() if k != "scenario"}
    raise LookupError(scenario)


def by_quarter(differences: list[float], *, pre: int, audits: int = 12, seed: int = 0):
    """Audits whose quarter means of themed less control are exactly these."""
    rng = np.random.default_rng(seed)
    quarter = np.repeat(np.arange(len(differences)), audits)
    noise = rng.normal(0, 0.3, (len(differences), audits))
    noise -= noise.mean(axis=1, keepdims=True)
    control = rng.uniform(1, 2, quarter.size)
    gap = np.repeat(differences, audits) + noise.ravel()
    return {
        "quarter": quarter,
        "post": quarter >= pre,
        "themed_grade": control + gap,
        "control_grade": control,
        "themed_good": 0.5 + gap / 4,
        "control_good": np.full(quarter.size, 0.5),
    }


STILL = [0.00, 0.05, -0.05, 0.02]


@pytest.mark.parametrize(("quarters", "seed"), [(8, 1), (12, 2), (7, 3)])
def test_equals_a_t_test_of_quarter_means(quarters, seed):
    audits = themed_audits(np.random.default_rng(seed), quarters=quarters, audits=40, effect=0.5)
    change = theme_change(**audits)
    for estimate, scale in ((change.grade, "grade"), (change.good, "good")):
        gap = audits[f"themed_{scale}"] - audits[f"control_{scale}"]
        means = np.array([gap[audits["quarter"] == q].mean() for q in range(quarters)])
        theirs = stats.ttest_ind(means[quarters // 2 :], means[: quarters // 2])
        limits = theirs.confidence_interval(0.95)
        assert estimate.p == pytest.approx(theirs.pvalue, abs=1e-12)
        assert (estimate.low, estimate.high) == pytest.approx((limits.low, limits.high), abs=1e-12)
    assert change.grade.cases == quarters * 40
    assert change.grade.auditors == 29


def test_series_and_own_movements():
    audits = by_quarter([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.9], pre=4)
    change = theme_change(**audits)
    assert [point.difference for point in change.series] == pytest.approx(
        [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.9]
    )
    assert [point.audits for point in change.series] == [12] * 7
    own = change.themed_grade.value - change.control_grade.value
    assert own == pytest.approx(change.grade.value)
    assert change.lead.value == pytest.approx(0.2)


def test_what_can_be_ruled_out_is_the_far_end_of_the_interval():
    change = theme_change(**by_quarter([*STILL, 0.01, 0.05, -0.05, 0.02], pre=4))
    assert change.ruled_out == max(-change.grade.low, change.grade.high)
    assert change.ruled_out_good == max(-change.good.low, change.good.high)


def test_minimum_detectable_change_is_proportional_to_the_quarters_deviation():
    change = theme_change(**by_quarter([*STILL, 0.3, 0.35, 0.25, 0.32], pre=4))
    critical, noncentrality = stats.t.ppf(0.975, 6), change.detectable / change.grade.se
    assert stats.nct.sf(critical, 6, noncentrality) == pytest.approx(0.8, abs=1e-6)
    detectable = change.detectable_grade
    assert detectable.low < detectable.value < detectable.high
    ratio = (detectable.high / detectable.value) ** 2
    assert ratio == pytest.approx(6 / stats.chi2.ppf(0.025, 6))


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        ([0.3, 0.35, 0.25, 0.32], ThemeVerdict.IMPROVED),
        ([-0.3, -0.35, -0.25, -0.32], ThemeVerdict.GOT_WORSE),
        ([0.01, 0.05, -0.05, 0.02], ThemeVerdict.NO_EVIDENCE),
        ([1.2, -1.2, 0.8, -0.7], ThemeVerdict.TOO_LITTLE),
    ],
)
def test_each_verdict(after, verdict):
    assert theme_change(**by_quarter([*STILL, *after], pre=4)).verdict == verdict


def test_a_tiny_but_certain_change_is_no_change():
    tiny = [0.001, 0.002, 0.000, 0.001, 0.041, 0.040, 0.042, 0.041]
    change = theme_change(**by_quarter(tiny, pre=4))
    assert change.grade.low > 0
    assert (change.verdict, change.reason) == (
        ThemeVerdict.NO_EVIDENCE,
        "the change is smaller than 0.05 of a grade",
    )
    looser = theme_change(**by_quarter(tiny, pre=4), rule=ThemeRule(smallest_grade=0.01))
    assert looser.verdict == ThemeVerdict.IMPROVED


def test_opposite_scales_make_no_claim():
    audits = by_quarter([*STILL, 0.3, 0.35, 0.25, 0.32], pre=4)
    audits["themed_good"] = 1 - audits["themed_good"]
    change = theme_change(**audits)
    assert change.verdict == ThemeVerdict.NO_EVIDENCE
    assert "opposite" in change.reason


@pytest.mark.parametrize(
    ("pre", "quarters", "audits", "reason"),
    [
        (2, 8, 12, "2 quarters before"),
        (6, 6, 12, "no quarter after"),
        (0, 6, 12, "no quarter before"),
        (3, 5, 12, "5 quarters in all"),
        (4, 8, 9, "a median of 9 audits a quarter"),
    ],
)
def test_count_gates_come_before_any_claim(pre, quarters, audits, reason):
    steps = [0.01 * (q % 3) + 0.5 * (q >= pre) for q in range(quarters)]
    change = theme_change(**by_quarter(steps, pre=pre, audits=audits))
    assert change.verdict == ThemeVerdict.TOO_LITTLE
    assert change.reason.startswith(reason)
    assert not change.decision.tested


def test_one_quarter_after_is_provisional():
    change = theme_change(**by_quarter([*STILL, 0.01, 0.03, 0.5], pre=6))
    assert change.decision.provisional
    assert change.verdict == ThemeVerdict.IMPROVED


def test_a_movement_before_the_audit_weakens_the_claim():
    moving = [0.00, 0.01, 0.20, 0.21, 0.5, 0.52, 0.51, 0.49]
    change = theme_change(**by_quarter(moving, pre=4))
    assert change.decision.already_moving
    assert change.reason.endswith("but the difference was already moving before the themed audit")
    still = theme_change(**by_quarter([*STILL, 0.5, 0.52, 0.51, 0.49], pre=4))
    assert not still.decision.already_moving


def test_left_out_audits_are_counted():
    audits = by_quarter([*STILL, 0.3, 0.35, 0.25, 0.32], pre=4)
    for name in ("themed_grade", "themed_good"):
        audits[name][:5] = np.nan
    for name in ("control_grade", "control_good"):
        audits[name][3:7] = np.nan
    change = theme_change(**audits)
    assert (change.without_theme, change.without_control) == (5, 2)
    assert change.evidence.audits == 96 - 7


def degenerate(name: str):
    audits = by_quarter([*STILL, 0.3, 0.35, 0.25, 0.32], pre=4)
    if name == "empty":
        return {key: values[:0] for key, values in audits.items()}
    if name == "one quarter":
        return {key: values[:12] for key, values in audits.items()}
    if name == "one audit":
        return {key: values[:1] for key, values in audits.items()}
    if name == "one quarter each side":
        return {key: values[36:60] for key, values in audits.items()}
    missing = {"no controls": "control", "no themed grade": "themed"}.get(name)
    for key in audits:
        if missing and key.startswith(missing):
            audits[key] = np.full(96, np.nan)
        elif not missing and key not in ("quarter", "post"):
            audits[key] = np.full(96, 1.0)  # one grade only
    return audits


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("empty", "no audit has a grade in the themed domain"),
        ("one quarter", "1 quarter before the themed audit"),
        ("one audit", "1 quarter before the themed audit"),
        ("one quarter each side", "1 quarter before the themed audit"),
        ("no controls", "no audit has a grade in a comparison domain"),
        ("no themed grade", "no audit has a grade in the themed domain"),
        ("one grade only", "the quarters of each side are all alike"),
    ],
)
def test_degenerate_input_gets_a_reason(name, reason):
    change = theme_change(**degenerate(name))
    assert change.verdict == ThemeVerdict.TOO_LITTLE
    assert change.reason.startswith(reason)
    for estimate in (
        change.grade, change.good, change.lead, change.themed_grade, change.control_grade,
        change.themed_good, change.control_good, change.detectable_grade, change.detectable_good,
    ):  # fmt: skip
        assert estimate.has_interval or estimate.why_not


def test_an_unusable_good_scale_cannot_say_no_evidence():
    audits = by_quarter([*STILL, 0.01, 0.05, -0.05, 0.02], pre=4)
    audits["themed_good"] = np.ones(96)
    change = theme_change(**audits)
    assert change.verdict == ThemeVerdict.TOO_LITTLE
    assert change.reason.endswith("cannot be formed")


@pytest.mark.parametrize(
    "spoil",
    [
        {"post": np.ones(95, dtype=bool)},
        {"post": np.arange(96) % 2 == 0},
        {"themed_good": np.full(96, np.nan)},
        {"control_grade": np.full(96, np.inf)},
        {"quarter": np.zeros((8, 12), dtype=int)},
    ],
)
def test_refuses_arrays_that_do_not_fit(spoil):
    with pytest.raises(ShapeError):
        theme_change(**{**by_quarter([*STILL, 0.3, 0.35, 0.25, 0.32], pre=4), **spoil})


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.floats(-2, 2), min_size=8, max_size=8))
def test_what_moves_a_whole_quarter_changes_nothing(seed, shifts):
    audits = themed_audits(np.random.default_rng(seed), quarters=8, audits=12, effect=0.5)
    shift = np.array(shifts)[audits["quarter"]]
    moved = {
        **audits,
        "themed_grade": audits["themed_grade"] + shift,
        "control_grade": audits["control_grade"] + shift,
    }
    first, second = theme_change(**audits), theme_change(**moved)
    assert second.grade.value == pytest.approx(first.grade.value, abs=1e-9)
    assert second.grade.p == pytest.approx(first.grade.p, abs=1e-9)
    assert second.verdict == first.verdict


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_swapping_before_and_after_flips_the_sign(seed):
    audits = themed_audits(np.random.default_rng(seed), quarters=8, audits=12, effect=0.5)
    first = theme_change(**audits)
    second = theme_change(**{**audits, "post": ~audits["post"]})
    assert second.grade.value == pytest.approx(-first.grade.value, abs=1e-12)
    assert second.grade.low == pytest.approx(-first.grade.high, abs=1e-12)
    mirror = {
        ThemeVerdict.IMPROVED: ThemeVerdict.GOT_WORSE,
        ThemeVerdict.GOT_WORSE: ThemeVerdict.IMPROVED,
    }
    assert second.verdict == mirror.get(first.verdict, first.verdict)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_audits_and_auditors_codes_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    audits = themed_audits(rng, quarters=8, audits=12)
    order, codes = rng.permutation(96), rng.permutation(29)
    shuffled = {key: values[order] for key, values in audits.items()}
    shuffled["auditor"] = codes[shuffled["auditor"]]
    first, second = theme_change(**audits), theme_change(**shuffled)
    assert second.grade.value == pytest.approx(first.grade.value, abs=1e-12)
    assert second.grade.auditors == first.grade.auditors
    assert second.decision == first.decision


def test_holm_takes_back_what_only_stands_alone():
    alone = theme_change(**by_quarter([*STILL, 0.09, 0.05, 0.11, 0.13], pre=4))
    assert alone.verdict == ThemeVerdict.IMPROVED
    assert 0.01 < alone.grade.p < 0.05
    strong = theme_change(**by_quarter([*STILL, 0.5, 0.52, 0.51, 0.49], pre=4))
    still = theme_change(**by_quarter([*STILL, 0.01, 0.05, -0.05, 0.02], pre=4))
    untested = theme_change(**by_quarter([*STILL], pre=2))
    results = with_holm([alone, strong, still, still, still, untested])
    assert [result.verdict.value for result in results] == [
        ThemeVerdict.NO_EVIDENCE, ThemeVerdict.IMPROVED, *[ThemeVerdict.NO_EVIDENCE] * 3,
        ThemeVerdict.TOO_LITTLE,
    ]  # fmt: skip
    assert results[0].themes_tested == 5
    assert results[0].holm_p == pytest.approx(4 * alone.grade.p)
    assert "5 themes" in results[0].reason
    assert results[5] is untested
    assert with_holm([alone])[0].decision == alone.decision
    assert with_holm([]) == ()


REPLICATES = 400


@pytest.mark.slow
@pytest.mark.parametrize(
    ("quarters", "scenario", "effect"),
    [
        (8, "B null", 0.0),
        (12, "B null", 0.0),
        (8, "delta 0.7", 0.7),
        (12, "delta 0.7", 0.7),
        (8, "delta -0.7", -0.7),
    ],
)
def test_verdict_rates_are_those_of_the_reference(quarters, scenario, effect):
    """Every rate within three Monte Carlo errors of an independent implementation."""
    expected = published(quarters, 50, scenario)
    rng = np.random.default_rng(round(1000 + quarters + 10 * effect))
    changes = [
        theme_change(**themed_audits(rng, quarters=quarters, audits=50, effect=effect))
        for _ in range(REPLICATES)
    ]
    on_good = [
        replace(c.evidence, grade=replace(c.good), good=c.grade) for c in changes
    ]  # the same rule decided on the other scale, as most columns of the reference are
    good_claim = np.array([np.sign(e.grade.value) * _claims(e) for e in on_good])
    verdicts = np.array([c.verdict.value for c in changes])
    good_half = np.array([(c.good.high - c.good.low) / 2 for c in changes])
    found = {
        ThemeVerdict.IMPROVED: (good_claim > 0).mean(),
        "worse": (good_claim < 0).mean(),
        "noev": ((good_claim == 0) & (good_half <= 0.15)).mean(),
        "toolittle": ((good_claim == 0) & (good_half > 0.15)).mean(),
        "imp_score": (verdicts == ThemeVerdict.IMPROVED).mean(),
        "wor_score": (verdicts == ThemeVerdict.GOT_WORSE).mean(),
        "lead_fail": np.mean([c.lead.p < 0.05 for c in changes]),
    }
    unclaimed = np.isin(verdicts, [ThemeVerdict.NO_EVIDENCE, ThemeVerdict.TOO_LITTLE])
    assert ((verdicts == ThemeVerdict.TOO_LITTLE) == (unclaimed & (good_half > 0.15))).all()
    for name, rate in found.items():
        margin = 3 * np.sqrt(max(expected[name] * (1 - expected[name]), 0.002) / REPLICATES)
        assert rate == pytest.approx(expected[name], abs=margin), name
    estimates = np.array([c.good.value for c in changes])
    error = 3 * estimates.std() / np.sqrt(REPLICATES)
    assert estimates.mean() == pytest.approx(expected["truth"], abs=error)
    assert np.median(good_half) == pytest.approx(expected["half"], abs=0.006)


def _claims(evidence) -> bool:
    """Whether a claim stands on Good or better: clear of zero, 5 points, same direction."""
    estimate, other = evidence.grade, evidence.good
    clear = estimate.low > 0 or estimate.high < 0
    return clear and abs(estimate.value) >= 0.05 and estimate.value * other.value > 0


@pytest.mark.parametrize(
    "world", [{}, {"common_trend": 0.08}, {"tougher": 0.4}], ids=["base", "trend", "tougher"]
)
def test_no_false_claim_when_all_domains_move_alike(world):
    rng = np.random.default_rng(77)
    changes = [
        theme_change(**themed_audits(rng, quarters=8, audits=50, **world))
        for _ in range(REPLICATES)
    ]
    limit = 0.025 + 3 * np.sqrt(0.025 * 0.975 / REPLICATES)
    assert np.mean([c.verdict == ThemeVerdict.IMPROVED for c in changes]) <= limit
    assert np.mean([c.verdict == ThemeVerdict.GOT_WORSE for c in changes]) <= limit
    covered = np.mean([c.grade.low <= 0 <= c.grade.high for c in changes])
    assert covered == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / REPLICATES))


@pytest.mark.parametrize(("quarters", "points"), [(8, 0.18), (12, 0.136)])
def test_smallest_detectable_change_in_points(quarters, points):
    rng = np.random.default_rng(5)
    found = [
        theme_change(**themed_audits(rng, quarters=quarters, audits=50)).detectable_good.value
        for _ in range(150)
    ]
    assert np.sqrt(np.mean(np.square(found))) == pytest.approx(points, abs=0.015)


def test_good_or_better_decides_where_the_rule_says_so():
    """Inadequate files that became Requires improvement lift the mean grade, not Good or better."""
    quarter = np.repeat(np.arange(8), 40)
    post = quarter > 3
    low = np.arange(320) % 2 == 0
    themed = np.where(low, np.where(post, 1, 0), 2) + 0.0
    wobble = (np.arange(320) % 7 == quarter % 7) * 1.0
    control = np.where(low, 1, 2) + 0.2 * wobble
    arrays = {
        "quarter": quarter,
        "post": post,
        "themed_grade": themed,
        "control_grade": control,
        "themed_good": (themed >= 2) * 1.0,
        "control_good": np.clip(control - 1, 0, 1),
    }
    by_grade = theme_change(**arrays)
    by_good = theme_change(**arrays, rule=ThemeRule(outcome="good_or_better"))
    assert by_grade.verdict == ThemeVerdict.IMPROVED
    assert by_good.verdict == ThemeVerdict.NO_EVIDENCE
    assert (by_grade.deciding, by_good.deciding) == (by_grade.grade, by_grade.good)
    assert by_good.holm_p == by_good.good.p
    (alone,) = with_holm([by_good])
    assert alone.verdict == by_good.verdict


def test_error_from_all_domains_where_their_grades_are_given():
    """The same change, with the error of ``difference_among_domains`` by an independent path."""
    made = themed_audits(np.random.default_rng(11), quarters=8, audits=60)
    rng = np.random.default_rng(12)
    n = len(made["quarter"])
    controls = rng.integers(0, 4, (n, 4)).astype(float)
    controls[rng.random((n, 4)) < 0.1] = np.nan
    controls[np.isnan(controls).all(axis=1), 0] = 1.0
    goods = np.where(np.isnan(controls), np.nan, controls >= 2)
    made |= {
        "control_grade": np.nanmean(controls, axis=1),
        "control_good": np.nanmean(goods, axis=1),
        "control_grades": controls,
        "control_goods": goods,
    }
    change = theme_change(**made)
    means = np.array(
        [
            np.nanmean(
                np.column_stack([made["themed_grade"], controls])[made["quarter"] == q], axis=0
            )
            for q in np.unique(made["quarter"])
        ]
    )
    gap = made["themed_grade"] - made["control_grade"]
    by_quarter = np.array([gap[made["quarter"] == q].mean() for q in np.unique(made["quarter"])])
    post = np.array([made["post"][made["quarter"] == q][0] for q in np.unique(made["quarter"])])
    expected = difference_among_domains(means, post=post, difference=by_quarter)
    assert change.grade.value == pytest.approx(by_quarter[post].mean() - by_quarter[~post].mean())
    assert (change.grade.low, change.grade.high) == pytest.approx((expected.low, expected.high))
    assert change.grade.df == 6 * 4
    missing = controls.copy()
    missing[made["quarter"] == 2, 3] = np.nan
    kept = ~np.isnan(missing).all(axis=1)
    poorer = {name: np.asarray(values)[kept] for name, values in made.items()} | {
        "control_grades": missing[kept],
        "control_goods": np.where(np.isnan(missing), np.nan, missing >= 2)[kept],
    }
    assert theme_change(**poorer).grade.df == 6
