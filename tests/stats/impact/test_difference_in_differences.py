"""Themed impact: the change and its verdict against formulas by hand and simulated truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import norm

from qaf_analysis.stats.impact.compared import Compared
from qaf_analysis.stats.impact.difference_in_differences import change_of, theme_change, with_holm
from qaf_analysis.stats.impact.themed_series import ThemedAudits
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import ThemeRule, ThemeVerdict

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
    levels: tuple[float, float] = (-0.3, 0.0),
    noise: float = 1.0,
    sizes: tuple[int, ...] = (),
    before: int = 0,
) -> dict[str, NDArray]:
    """One council (model in tests/reference/impact/README.md); effects on the logit scale.

    ``levels`` are those of the themed and of the comparison domains; ``noise`` is how many times
    as noisily the themed domain is graded. ``sizes`` are audits by quarter, ``before`` of which
    lie before, where quarters are unequal.
    """
    sizes, before = sizes or (audits,) * quarters, before or quarters // 2
    n, domains, quarters = sum(sizes), CONTROLS + 1, len(sizes)
    quarter, auditor = np.repeat(np.arange(quarters), sizes), rng.integers(0, AUDITORS, n)
    post = quarter >= before
    latent = rng.normal(0, 1.0, n) + rng.normal(0, 0.5, AUDITORS)[auditor]
    latent += rng.normal(0, 0.15, quarters)[quarter] + common_trend * quarter - tougher * post
    by_domain = latent[:, None] + rng.normal(0, 0.25, (AUDITORS, domains))[auditor]
    by_domain += rng.normal(0, 0.15, (quarters, domains))[quarter]
    by_domain += rng.logistic(size=(n, domains)) * np.array([noise, *[1.0] * CONTROLS])
    by_domain[:, 0] += effect * post + levels[0]
    by_domain[:, 1:] += levels[1]
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
        "control_grades": grade[:, 1:],
        "control_goods": good[:, 1:],
    }


def one(seed=1, **world):
    made = {"quarters": 8, "audits": 50, **world}
    return themed_audits(np.random.default_rng(seed), **made)


def permuted(seed=1, *, audits=40, effect=0.0):
    """Every domain has the same grades, in another order, on each side: all slopes are equal."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 4, audits * 4)
    grade = np.vstack(
        [np.column_stack([rng.permutation(codes) for _ in range(4)]) for _ in range(2)]
    ).astype(float)
    quarter = np.repeat(np.arange(8), audits)
    good = (grade >= 2) * 1.0
    return {
        "quarter": quarter, "post": quarter > 3, "themed_grade": grade[:, 0],
        "control_grade": grade[:, 1:].mean(axis=1), "themed_good": good[:, 0],
        "control_good": good[:, 1:].mean(axis=1), "auditor": np.arange(len(quarter)) % 9,
        "control_grades": grade[:, 1:], "control_goods": good[:, 1:],
    }  # fmt: skip


def subset(audits, kept):
    return {name: np.asarray(values)[kept] for name, values in audits.items()}


def test_domains_of_one_level_are_compared_as_they_are():
    audits = permuted()
    change = theme_change(**audits)
    weights = Compared.of(ThemedAudits.checked(**audits), ThemeRule()).slopes
    assert weights.latent == pytest.approx(np.full(4, weights.latent[0]))
    gap = audits["themed_grade"] - audits["control_grade"]
    means = [gap[audits["quarter"] == q].mean() for q in range(8)]
    # Equal quarters count alike.
    assert change.grade.value == pytest.approx(np.mean(means[4:]) - np.mean(means[:4]), abs=1e-12)
    assert change.evidence.grade_threshold.value == pytest.approx(change.grade.value, abs=1e-12)
    assert [p.difference for p in change.series] == pytest.approx(means, abs=1e-12)


def test_the_comparison_domains_movement_is_worth_the_ratio_of_slopes():
    audits = one(3, levels=(-1.5, 2.0), effect=0.5)
    change = theme_change(**audits)
    post, slope = audits["post"], []
    for grades in (audits["themed_grade"], *audits["control_grades"].T):
        share = [(np.mean(grades[~post] >= k) + np.mean(grades[post] >= k)) / 2 for k in (1, 2, 3)]
        share = np.clip(share, 0.5 / 400, 1 - 0.5 / 400)
        slope.append(norm.pdf(norm.ppf(share)).sum())
    moved = audits["control_grades"][post].mean(axis=0) - audits["control_grades"][~post].mean(
        axis=0
    )
    worth = np.mean(slope[0] / np.array(slope[1:]) * moved)
    themed = audits["themed_grade"][post].mean() - audits["themed_grade"][~post].mean()
    assert change.shift == pytest.approx(worth)
    assert change.grade.value == pytest.approx(themed - worth)
    assert change.themed_grade.value == pytest.approx(themed)
    assert change.control_grade.value == pytest.approx(moved.mean())


def test_turning_the_scale_round_turns_the_change_and_nothing_else():
    audits = one(4, effect=0.9, levels=(-1.0, 1.0))
    turned = {
        name: (3 - values if "grade" in name else 1 - values if "good" in name else values)
        for name, values in audits.items()
    }
    first, second = theme_change(**audits), theme_change(**turned)
    assert first.verdict == ThemeVerdict.IMPROVED
    assert second.verdict == ThemeVerdict.GOT_WORSE
    for name in ("grade", "good", "grade_threshold"):
        ours, theirs = getattr(first.evidence, name), getattr(second.evidence, name)
        assert (theirs.value, theirs.low, theirs.high, theirs.p) == pytest.approx(
            (-ours.value, -ours.high, -ours.low, ours.p), abs=1e-9
        )
    assert second.drift.breakdown == pytest.approx(first.drift.breakdown)


def test_what_can_be_ruled_out_is_the_far_end_of_the_interval():
    change = theme_change(**one(5))
    assert change.ruled_out == max(-change.grade.low, change.grade.high)
    assert change.ruled_out_good == max(-change.good.low, change.good.high)


def test_minimum_detectable_change_follows_from_the_error():
    change = theme_change(**one(6))
    df, noncentrality = change.grade.df, change.detectable / change.grade.se
    assert stats.nct.sf(stats.t.ppf(0.975, df), df, noncentrality) == pytest.approx(0.8, abs=1e-6)
    detectable = change.detectable_grade
    ratio = (detectable.high / detectable.value) ** 2
    assert ratio == pytest.approx(df / stats.chi2.ppf(0.025, df))
    near = replace(change.evidence.grade, value=0.99 * change.detectable)
    assert replace(change, evidence=replace(change.evidence, grade=near)).is_hard_to_see


def test_the_factor_takes_the_interval_to_its_end():
    """Were the comparison domains' movement worth factor times as much, the end would be 0."""
    change = theme_change(**one(3, effect=1.6, common_trend=0.15))
    assert change.verdict == ThemeVerdict.IMPROVED
    themed = change.grade.value + change.shift
    left = themed - change.factor * change.shift
    assert left == pytest.approx(change.grade.value - change.grade.low)
    assert change.factor > 1
    still = theme_change(**one(9, effect=1.2))
    moved = still.control_grade
    assert np.isnan(still.factor) == (abs(moved.value) <= moved.se)


@pytest.mark.parametrize(
    ("pre", "sizes", "reason"),
    [
        (2, (12,) * 8, "2 quarters before"),
        (3, (12,) * 5, "5 quarters in all"),
        (4, (9,) * 8, "no quarter before the themed audit with at least 10 audits"),
        (4, (50,) * 4 + (3,), "no quarter after the themed audit with at least 10 audits"),
        (4, (50, 5, 50, 5, 50, 50, 50), "2 quarters before the themed audit with at least 10"),
    ],
)
def test_count_gates_come_before_any_claim(pre, sizes, reason):
    change = theme_change(**one(2, sizes=sizes, before=pre, effect=2.0))
    assert change.verdict == ThemeVerdict.TOO_LITTLE
    assert change.reason.startswith(reason)
    assert not change.decision.tested


def test_a_quarter_with_few_audits_is_left_out_and_named():
    sizes = (50, 9, 50, 50, 50, 50, 10, 3)
    audits = one(7, sizes=sizes, before=4, effect=0.8)
    change = theme_change(**audits)
    assert change.evidence.small_quarters == (1, 7)
    assert (change.pre_quarters, change.post_quarters) == (3, 3)
    assert [point.quarter for point in change.series] == [0, 2, 3, 4, 5, 6]
    without = theme_change(**subset(audits, ~np.isin(audits["quarter"], (1, 7))))
    assert (change.grade, change.verdict) == (without.grade, without.verdict)


def test_one_quarter_after_is_provisional():
    change = theme_change(**one(2, sizes=(50,) * 7, before=6, effect=2.5))
    assert change.decision.provisional
    assert change.verdict == ThemeVerdict.IMPROVED


def test_a_comparison_domain_of_one_grade_is_left_out_and_named():
    audits = one(8, effect=0.8)
    alike, goods = audits["control_grades"].copy(), audits["control_goods"].copy()
    alike[:, 1], goods[:, 1] = 2.0, 1.0
    alike[:19, 1], goods[:19, 1] = 1.0, 0.0  # 19 grades off the commonest one
    audits |= {"control_grades": alike, "control_goods": goods}
    change = theme_change(**audits)
    (gone,) = change.left_out
    assert gone.place == 1
    assert gone.why.startswith("19 grades differ from its commonest one, and at least 20")
    rest = [0, 2, 3, 4]
    kept = audits | {"control_grades": alike[:, rest], "control_goods": goods[:, rest]}
    kept |= {"control_grade": alike[:, rest].mean(axis=1)}
    assert change.grade.value == pytest.approx(theme_change(**kept).grade.value)
    alike[19, 1], goods[19, 1] = 1.0, 0.0
    assert theme_change(**audits).left_out == ()


def test_a_comparison_domain_absent_from_a_quarter_is_left_out_and_named():
    audits = one(8)
    for name in ("control_grades", "control_goods"):
        audits[name][audits["quarter"] == 2, 3] = np.nan
    (gone,) = theme_change(**audits).left_out
    assert (gone.place, gone.why) == (3, "not graded in some quarter compared")


def test_left_out_audits_are_counted():
    audits = one(8)
    for name in ("themed_grade", "themed_good"):
        audits[name][:5] = np.nan
    for name in ("control_grade", "control_good", "control_grades", "control_goods"):
        audits[name][3:7] = np.nan
    change = theme_change(**audits)
    assert (change.without_theme, change.without_control) == (5, 2)
    assert change.evidence.audits == 400 - 7


def degenerate(name: str):
    audits = one(1, audits=12)
    if name == "empty":
        return subset(audits, slice(0))
    if name == "one quarter":
        return subset(audits, slice(12))
    if name == "one audit":
        return subset(audits, slice(1))
    if name == "one quarter each side":
        return subset(audits, slice(36, 60))
    if name == "means only":
        return {key: v for key, v in audits.items() if key not in ONE_BY_ONE}
    missing = {"no controls": "control", "no themed grade": "themed"}.get(name)
    for key, values in audits.items():
        if missing and key.startswith(missing):
            audits[key] = np.full(values.shape, np.nan)
        elif name == "themed of one grade" and key.startswith("themed"):
            audits[key] = np.full(96, 1.0)
        elif name == "one grade only" and key not in ("quarter", "post", "auditor"):
            audits[key] = np.full(values.shape, 1.0)
    return audits


ONE_BY_ONE = ("control_grades", "control_goods")
POOR = {
    "empty": "no audit has a grade in the themed domain",
    "one quarter": "1 quarter before the themed audit",
    "one audit": "no quarter before the themed audit with at least 10 audits",
    "one quarter each side": "1 quarter before the themed audit",
    "no controls": "no audit has a grade in a comparison domain",
    "no themed grade": "no audit has a grade in the themed domain",
    "themed of one grade": "0 grades of the themed domain differ from its commonest one",
    "one grade only": "no comparison domain is left (0 grades differ from its commonest one",
    "means only": "the comparison domains' grades are not given one by one",
}


@pytest.mark.parametrize("name", POOR)
def test_degenerate_input_gets_a_reason(name):
    change = theme_change(**degenerate(name))
    assert change.verdict == ThemeVerdict.TOO_LITTLE
    assert change.reason.startswith(POOR[name])
    for estimate in (
        change.grade, change.good, change.drift.before, change.themed_grade, change.control_grade,
        change.themed_good, change.control_good, change.detectable_grade, change.detectable_good,
        change.evidence.grade_threshold, change.evidence.good_threshold,
    ):  # fmt: skip
        assert estimate.has_interval or estimate.why_not


def test_a_scale_of_two_grades_has_one_scale():
    audits = one(3, effect=2.0)
    grades = [name for name in audits if "grade" in name]
    two = audits | {name: audits[name.replace("grade", "good")] for name in grades}
    change = theme_change(**two)
    assert change.evidence.scales == 1
    assert change.verdict == ThemeVerdict.IMPROVED
    assert change.grade.value == pytest.approx(change.good.value)
    assert "thresholds" in change.evidence.grade_threshold.why_not


@pytest.mark.parametrize(
    "spoil",
    [
        {"post": np.ones(95, dtype=bool)},
        {"post": np.arange(400) % 2 == 0},
        {"themed_good": np.full(400, np.nan)},
        {"control_grade": np.full(400, np.inf)},
        {"quarter": np.zeros((8, 50), dtype=int)},
    ],
)
def test_refuses_arrays_that_do_not_fit(spoil):
    with pytest.raises(ShapeError):
        theme_change(**{**one(), **spoil})


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_swapping_before_and_after_flips_the_sign(seed):
    audits = one(seed, audits=15, effect=0.5)
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
    audits = themed_audits(rng, quarters=8, audits=15)
    order, codes = rng.permutation(120), rng.permutation(29)
    shuffled = subset(audits, order)
    shuffled["auditor"] = codes[shuffled["auditor"]]
    first, second = theme_change(**audits), theme_change(**shuffled)
    assert second.grade.value == pytest.approx(first.grade.value, abs=1e-12)
    assert second.grade.auditors == first.grade.auditors
    assert second.decision == first.decision


def test_holm_takes_back_what_only_stands_alone():
    """The p adjusted is the larger of the two scales'."""
    alone = next(
        change
        for change in (theme_change(**one(seed, effect=0.7)) for seed in range(99))
        if change.verdict == ThemeVerdict.IMPROVED and change.evidence.p("mean_grade") > 0.0125
    )
    strong, still = theme_change(**one(2, effect=2.5)), theme_change(**permuted())
    untested = theme_change(**one(1, sizes=(50,) * 4, before=2))
    results = with_holm([alone, strong, still, still, still, untested])
    assert results[0].verdict in (ThemeVerdict.NO_EVIDENCE, ThemeVerdict.TOO_LITTLE)
    assert [result.verdict.value for result in results[1:]] == [
        ThemeVerdict.IMPROVED, *[still.verdict] * 3,
        ThemeVerdict.TOO_LITTLE,
    ]  # fmt: skip
    assert results[0].themes_tested == 5
    larger = max(alone.grade.p, alone.evidence.grade_threshold.p)
    assert results[0].holm_p == pytest.approx(4 * larger)
    assert "5 themes" in results[0].reason
    assert results[5] is untested
    assert with_holm([alone])[0].decision == alone.decision
    assert with_holm([]) == ()


def test_a_verdict_others_contest_is_no_longer_contested_when_holm_changes_it():
    alone = next(
        change
        for change in (theme_change(**one(seed, effect=0.7)) for seed in range(99))
        if change.verdict == ThemeVerdict.IMPROVED and change.evidence.p("mean_grade") > 0.0125
    ).contested(True)
    assert alone.among(1, holm_p=0.02).decision.is_contested
    assert not alone.among(5, holm_p=0.08).decision.is_contested


def rates(runs, **world):
    """Shares of councils called improved and worse; and where raw grades would say improved."""
    up = down = raw = latent_down = 0
    for seed in range(runs):
        audits = one(10_000 + seed, **world)
        change = change_of(ThemedAudits.checked(**audits), rule=ThemeRule())
        up += change.verdict == ThemeVerdict.IMPROVED
        down += change.verdict == ThemeVerdict.GOT_WORSE
        latent_down += change.grade.high < 0
        gap = audits["themed_grade"] - audits["control_grade"]
        means = np.array([gap[audits["quarter"] == q].mean() for q in range(8)])
        test = stats.ttest_ind(means[4:], means[:4])
        raw += test.pvalue < 0.05 and test.statistic > 0
    return np.array([up, down, raw, latent_down]) / runs


def test_kinder_auditors_make_no_improvement_of_a_domain_that_stands_lower():
    """All auditors kinder by 2 logits: in raw grades that often looks like improvement."""
    up, down, raw, _ = rates(300, levels=(-1.2, 3.0), tougher=-2.0)
    assert raw > 0.15
    assert up <= 0.05
    assert down <= 0.05


def test_a_noisier_themed_domain_needs_the_second_scale():
    up, down, _, latent_down = rates(300, levels=(-1.5, 2.2), tougher=-1.2, noise=2.2)
    assert latent_down > 0.06
    assert up <= 0.05
    assert down <= 0.05


@pytest.mark.parametrize(
    "world",
    [
        {},
        {"common_trend": 0.15, "levels": (-1.2, 1.5)},
        {"tougher": 0.8, "levels": (-1.2, 1.5)},
        {"sizes": (50,) * 7 + (12,), "before": 7},
    ],
    ids=["base", "trend", "tougher", "small last quarter"],
)
def test_no_false_claim_when_all_domains_move_alike(world):
    up, down, *_ = rates(300, **world)
    limit = 0.025 + 3 * np.sqrt(0.025 * 0.975 / 300)
    assert up <= limit
    assert down <= limit


def test_a_real_change_is_found():
    up, down, *_ = rates(200, effect=0.9)
    assert up > 0.7
    assert down == 0


def test_good_or_better_decides_where_the_rule_says_so():
    """Inadequate files that became Requires improvement lift the mean grade, not Good or better."""
    audits = permuted(4, audits=160)
    lifted = audits["post"] & (audits["themed_grade"] == 0)
    audits["themed_grade"] = np.where(lifted, 1.0, audits["themed_grade"])
    by_grade = theme_change(**audits)
    by_good = theme_change(**audits, rule=ThemeRule(outcome="good_or_better"))
    assert by_grade.verdict == ThemeVerdict.IMPROVED
    assert by_good.verdict in (ThemeVerdict.NO_EVIDENCE, ThemeVerdict.TOO_LITTLE)
    assert (by_grade.deciding, by_good.deciding) == (by_grade.grade, by_grade.good)
    assert by_good.holm_p == max(by_good.good.p, by_good.evidence.good_threshold.p)
    (alone,) = with_holm([by_good])
    assert alone.verdict == by_good.verdict
