"""Every figure of an adjusted profile once more, grade by grade, from the formulas printed."""

from __future__ import annotations

from math import exp, isnan, sqrt

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from qaf_analysis.stats.core.means import clustered_mean
from qaf_analysis.stats.optimism.adjusted import (
    AdjustedProfile,
    adjusted_profile,
    adjusted_profile_of_table,
    refused_profile,
)
from qaf_analysis.stats.optimism.headline import gap_of_all
from qaf_analysis.stats.optimism.moderated_counts import (
    ModeratedAudits,
    moderated_counts,
    pseudo_case,
    varies_within_grade,
)
from qaf_analysis.stats.optimism.moderator_sensitivity import (
    another_panel,
    beside_headline,
    sensitivity,
    unblinded_moderation,
)
from qaf_analysis.terms.errors import ShapeError, UnknownGradeError
from qaf_analysis.terms.estimate import Estimate

COUNTS = [15, 90, 80, 30]
TABLE = np.array([[0, 0, 0, 0], [2, 8, 2, 0], [0, 7, 11, 1], [1, 1, 4, 2]])
EVENTS = {
    "good": lambda a, m: m >= 2,
    "over": lambda a, m: a > m,
    "under": lambda a, m: a < m,
    "severe": lambda a, m: abs(a - m) >= 2,
}


def share_by_hand(event, *, level=0.95):
    """Value, limits and error: Wilson in each auditors' grade, squared distances weighed."""
    value = below = above = variance = 0.0
    for a, (total, row) in enumerate(zip(COUNTS, TABLE, strict=True)):
        q, n, hits = total / 215, row.sum(), [event(a, m) for m in range(4)]
        near = [exp(-1.2 * abs(a - m)) for m in range(4)]
        if n == 0:
            p, low, high, spread, left = float(hits[a]), 0.0, 1.0, 0.25, 1.0
        else:
            k = sum(row[m] for m in range(4) if hits[m])
            p, left = k / n, 1 - n / total
            low, high = proportion_confint(k, n, alpha=1 - level, method="wilson")
            smooth = (k + sum(near[m] for m in range(4) if hits[m]) / sum(near)) / (n + 1)
            spread = smooth * (1 - smooth) / n
        value += q * p
        below += q**2 * left * (p - low) ** 2
        above += q**2 * left * (high - p) ** 2
        variance += q**2 * left * spread
    return value, max(0, value - sqrt(below)), min(1, value + sqrt(above)), sqrt(variance)


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("name", sorted(EVENTS))
def test_shares(name, level):
    found = getattr(adjusted_profile_of_table(COUNTS, TABLE, good_from=2, level=level), name)
    expected = share_by_hand(EVENTS[name], level=level)
    assert (found.value, found.low, found.high, found.se) == pytest.approx(expected, abs=1e-9)
    assert (found.level, found.cases, found.auditors) == (level, 39, 0)
    assert found.method == "moderation-adjusted share, Wilson within auditors' grades (MOVER)"


def test_each_grade_has_its_share():
    found = adjusted_profile_of_table(COUNTS, TABLE, good_from=2)
    for grade, share in enumerate(found.shares):
        expected = share_by_hand(lambda a, m, grade=grade: m == grade)
        assert (share.value, share.low, share.high, share.se) == pytest.approx(expected, abs=1e-9)
    assert found.unmoderated == (0,)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_mean_gap(level):
    """One variance within auditors' grades on 39 - 3 df; a grade not read could be a grade off."""
    value, squares = 0.0, 0.0
    means = {}
    for a in (1, 2, 3):
        grades = np.repeat(range(4), TABLE[a])
        means[a] = grades.mean()
        squares += ((grades - means[a]) ** 2).sum()
        value += COUNTS[a] / 215 * (a - means[a])
    variance = (15 / 215) ** 2 * 1.0
    for a in (1, 2, 3):
        n, total = TABLE[a].sum(), COUNTS[a]
        variance += (total / 215) ** 2 * squares / 36 / n * (1 - n / total)
    found = adjusted_profile_of_table(COUNTS, TABLE, good_from=2, level=level).gap
    se = sqrt(variance)
    half = stats.t.ppf(0.5 + level / 2, 36) * se
    assert (found.value, found.se) == pytest.approx((value, se))
    assert (found.low, found.high) == pytest.approx((value - half, value + half))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(value) / se, 36))
    assert (found.df, found.level, found.cases, found.auditors) == (36, level, 39, 0)
    assert found.method == "moderation-adjusted mean gap, t"


def test_likeness_of_an_auditors_audits_widens_by_the_formula():
    """Half of ten auditors seen: the variance between counts for half, that of audits for half."""
    audited, moderated = np.repeat([1, 2], [10, 15]), np.tile([1, 2, 1, 0, 2], 5)
    auditor = np.arange(25) % 7 % 5
    chance = np.where(np.arange(25) % 2, 0.2, 0.5)
    found = adjusted_profile(
        [0, 40, 60, 0],
        audit_grade=audited,
        moderation_grade=moderated,
        auditor=auditor,
        selection_probability=chance,
        population_auditors=10,
        good_from=2,
    )
    weight = 1 / chance
    stands = np.array([0.4 if a == 1 else 0.6 for a in audited]) * weight
    stands = stands / np.array([weight[audited == a].sum() for a in audited])
    for figure, y in (
        (found.good, (moderated >= 2).astype(float)),
        (found.gap, moderated.astype(float)),
        (found.over, (moderated < audited).astype(float)),
    ):
        mean = np.array([np.average(y[audited == a], weights=weight[audited == a]) for a in (1, 2)])
        off = 25 * stands * (y - mean[audited - 1])
        fit = clustered_mean(off, cluster=auditor)
        ratio = max(1.0, fit.variance / ((off**2).sum() / 25**2))
        n = np.array([weight[audited == a].sum() ** 2 / (weight[audited == a] ** 2).sum()
                      for a in (1, 2)])  # fmt: skip
        if figure is found.gap:
            squares = [np.average((y - mean[i])[audited == a] ** 2, weights=weight[audited == a])
                       for i, a in enumerate((1, 2))]  # fmt: skip
            spread = (10 * squares[0] + 15 * squares[1]) / 23 / n
        else:
            near = pseudo_case(4)
            event = [
                [a > m if figure is found.over else m >= 2 for m in range(4)] for a in range(4)
            ]
            smooth = (n * mean + [near[a] @ np.array(event[a], float) for a in (1, 2)]) / (n + 1)
            spread = smooth * (1 - smooth) / n
        q, left = np.array([0.4, 0.6]), 1 - np.array([10 / 40, 15 / 60])
        rest, whole = q**2 @ (spread * left), q**2 @ spread
        between = 0.5 * ratio / (rest / whole)
        factor = between + 0.5
        assert figure.se == pytest.approx(sqrt(rest * factor))
        assert figure.method.endswith(f"; design effect {factor:.2f} by auditor")
        assert figure.auditors == 5
        if figure is found.gap:
            df = factor**2 / (between**2 / fit.df + (factor - between) ** 2 / 23)
            assert figure.df == pytest.approx(df)
        else:
            df = factor**2 / (between**2 / fit.df)
            quantile = stats.t.ppf(0.975, df)
            limits = []
            for share, cases in zip(mean, n, strict=True):
                m = cases / factor
                centre = (share + quantile**2 / (2 * m)) / (1 + quantile**2 / m)
                half = sqrt(share * (1 - share) / m + quantile**2 / (4 * m**2))
                half *= quantile / (1 + quantile**2 / m)
                limits.append((centre - half, centre + half))
            low, high = np.array(limits).T
            below, above = (sqrt(q**2 @ ((mean - end) ** 2 * left)) for end in (low, high))
            assert figure.low == pytest.approx(max(0, figure.value - below))
            assert figure.high == pytest.approx(min(1, figure.value + above))


def test_everything_read_says_so():
    whole = np.diag([3, 5, 4, 2]) + np.eye(4, k=-1, dtype=int)
    found = adjusted_profile_of_table(whole.sum(axis=1), whole, good_from=2)
    for one in (found.good, found.gap):
        assert one.method.endswith("; all audits were moderated")
        assert one.se == 0
    assert found.gap.low == found.gap.high == found.gap.value == pytest.approx(3 / 17)
    assert isnan(found.gap.p)


@pytest.mark.parametrize(
    ("counts", "table"),
    [([-1, 90, 80, 30], TABLE), ([15, 11, 80, 30], TABLE), ([15, 90, 80], TABLE[:3, :3] * 9)],
)
def test_more_read_than_there_are_is_refused(counts, table):
    with pytest.raises(ShapeError, match="moderated than there are audits of it"):
        adjusted_profile_of_table(counts, table, good_from=2)


def test_reasons_in_full():
    def reason(counts, table):
        return adjusted_profile_of_table(counts, table, good_from=1).gap.why_not

    assert reason([10, 20], np.diag([4, 5])) == ("only 9 moderated audits; at least 10 are needed")
    assert reason([10, 20], np.diag([1, 0])) == "only 1 moderated audit; at least 10 are needed"
    assert reason([10, 20], np.diag([4, 6])) == ""
    # A grade with more than a tenth of all audits needs two; with a tenth it needs none.
    thin = "an auditors' grade (level 1) with 11 of 100 audits has only 1 moderated; at least 2"
    assert reason([11, 89], np.diag([1, 12])) == f"{thin} are needed"
    assert reason([10, 90], np.diag([0, 12])) == ""
    assert reason([11, 89], np.diag([2, 12])) == ""


def test_refusals_say_what_they_rest_on():
    found = refused_profile("nothing is known", n_levels=3, cases=4, auditors=2, level=0.8)
    assert len(found.shares) == 3
    for one in (*found.shares, found.good, found.gap, found.over, found.under, found.severe):
        assert (one.why_not, one.level, one.cases, one.auditors) == ("nothing is known", 0.8, 4, 2)
    assert found.gap.method == "moderation-adjusted mean gap, t"
    assert found.good.method.startswith("moderation-adjusted share")
    few = adjusted_profile(
        [5, 5], audit_grade=[0, 1], moderation_grade=[0, 0], auditor=[3, 4], good_from=1, level=0.9
    )
    assert (few.good.level, few.good.cases, few.good.auditors) == (0.9, 2, 2)


def test_pseudo_case_lies_near_its_grade():
    e = exp(-1.2)
    assert pseudo_case(2) == pytest.approx(np.array([[1, e], [e, 1]]) / (1 + e))
    row = np.array([e, 1, e]) / (1 + 2 * e)
    assert pseudo_case(3)[1] == pytest.approx(row)
    assert pseudo_case(5).sum(axis=1) == pytest.approx(1)


def test_counts_by_hand():
    found = moderated_counts(
        np.array([0, 0, 0, 2]), np.array([0, 1, 1, 1]), np.array([1.0, 2, 1, 5]), n_levels=3
    )
    assert found.cases.tolist() == [3, 0, 1]
    assert found.effective == pytest.approx([16 / 6, 1, 1])  # Kish: 4^2 / (1 + 4 + 1)
    assert found.weight.tolist() == [4, 1, 5]
    assert found.found == pytest.approx(np.array([[1, 3, 0], [0, 4, 0], [0, 4, 0]]) / 4)
    near = pseudo_case(3)
    first = (16 / 6 * np.array([0.25, 0.75, 0]) + near[0]) / (16 / 6 + 1)
    assert found.smoothed[0] == pytest.approx(first)
    assert found.smoothed[1] == pytest.approx(near[1])
    # Variance 3/16 in the first row, of 3 audits on 4 - 2 df.
    assert found.pooled_variance() == pytest.approx((3 * 3 / 16 / 2, 2))


def test_no_variation_within_grades_takes_the_pseudo_case():
    found = moderated_counts(np.array([0, 1, 1]), np.array([0, 1, 1]), np.ones(3), n_levels=2)
    p, q = found.smoothed[0, 1], found.smoothed[1, 1]
    pooled, df = found.pooled_variance()
    assert pooled == pytest.approx((p * (1 - p) + 2 * q * (1 - q)) / 3)
    assert df == 1


def test_chances_that_vary_do_so_within_a_grade():
    grade = np.array([0, 0, 1, 1])
    assert not varies_within_grade(grade, np.array([0.2, 0.2, 0.5, 0.5]))
    assert varies_within_grade(grade, np.array([0.2, 0.2, 0.5, 0.4]))
    assert not varies_within_grade(grade, np.array([0.2, 0.2, 0.5, np.nan]))
    assert not varies_within_grade(grade, np.full(4, np.nan))


# Other moderators, and moderators who knew the auditor's grade.


def estimate(value, low, high, **more):
    rest = {"level": 0.9, "cases": 40, "auditors": 0, "method": "t", "se": 0.1} | more
    return Estimate(value=value, low=low, high=high, **rest)


KINDER, HARSHER = estimate(0.5, 0.2, 0.8), estimate(-0.5, -0.8, -0.2)
EITHER = estimate(0.1, -0.2, 0.4)


def headline_of(gap, good=None):
    good = good or estimate(0.5, 0.4, 0.6)
    return AdjustedProfile(
        shares=(good,) * 4, good=good, gap=gap, over=good, under=good, severe=good
    )


@pytest.mark.parametrize("headline", [KINDER, HARSHER, EITHER])
@pytest.mark.parametrize("gap", [KINDER, HARSHER, EITHER])
@pytest.mark.parametrize("good", [0.39, 0.4, 0.5, 0.6, 0.61])
def test_a_line_agrees_in_direction_and_within_the_interval(headline, gap, good):
    line = beside_headline("so", estimate(good, 0, 1), gap, headline_of(headline))
    assert line.agrees == (headline is gap and 0.4 <= good <= 0.6)
    assert (line.label, line.good.value, line.gap) == ("so", good, gap)


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.5), (-0.5, 0.0)])
def test_an_interval_that_touches_none_shows_no_direction(low, high):
    touching = estimate(0.1, low, high)
    assert beside_headline("so", estimate(0.5, 0, 1), touching, headline_of(EITHER)).agrees
    assert not beside_headline("so", estimate(0.5, 0, 1), touching, headline_of(KINDER)).agrees


def cases_of(table):
    codes = np.repeat(np.arange(16), table.ravel())
    return {"audit_grade": codes // 4, "moderation_grade": codes % 4}


def test_a_pull_stretches_the_distance_and_keeps_shares_possible():
    given = cases_of(TABLE) | {"good_from": 2, "level": 0.9}
    blind = np.arange(39) < 13  # 26 of 39 knew: a pull of 0.9 leaves 1 - 0.6
    lines = unblinded_moderation(COUNTS, blind=blind, pulls=(0.3, 0.9), **given)
    plain = adjusted_profile(COUNTS, **given)
    audited = 110 / 215
    for line, left in zip(lines[2:], (0.8, 0.4), strict=True):
        for end in ("value", "low", "high"):
            good = audited + (getattr(plain.good, end) - audited) / left
            assert getattr(line.good, end) == pytest.approx(min(1, max(0, good)))
            assert getattr(line.gap, end) == pytest.approx(getattr(plain.gap, end) / left)
        assert line.good.se == pytest.approx(plain.good.se / left)
        assert line.gap.method == f"{plain.gap.method}; differences divided by {left:.3g}"
        assert line.good.low <= line.good.value <= line.good.high
    assert lines[3].label == "if knowing the auditor's grade hid 90% of differences"
    assert lines[1].label == "blind moderation only"
    assert lines[1].good.cases == 13


def test_a_pull_beyond_what_is_possible_ends_at_none_or_all():
    """Auditors have all (or no) audits good, moderators half; stretched, the ends pass 0 and 1."""
    ends = {}
    for grade, hand in ((2, [0, 0, 40, 0]), (1, [0, 40, 0, 0])):
        table = np.zeros((4, 4), dtype=int)
        table[grade, 1:3] = (8, 12) if grade == 2 else (12, 8)
        given = cases_of(table) | {"good_from": 2}
        lines = unblinded_moderation(hand, blind=np.zeros(20, bool), pulls=(0.5,), **given)
        ends[grade] = lines[0].good, lines[-1].good
    plain, down = ends[2]
    assert (down.low, down.value) == (0, pytest.approx(0.2))
    assert down.high == pytest.approx(1 - 2 * (1 - plain.high))
    plain, up = ends[1]
    assert (up.value, up.high) == (pytest.approx(0.8), 1)
    assert up.low == pytest.approx(2 * plain.low)


def test_nothing_adjusted_leaves_nothing_to_pull():
    table = np.diag([1, 2, 2, 0])
    lines = unblinded_moderation(
        COUNTS, blind=np.zeros(5, bool), good_from=2, pulls=(0.2,), **cases_of(table)
    )
    for line in lines:
        assert "only" in line.good.why_not
        assert not line.good.is_estimable
        assert not line.agrees


def test_another_panel_says_what_it_rests_on():
    anchors = np.diag([5, 5, 5, 5])
    found = another_panel(
        COUNTS, TABLE, anchors, good_from=2, rng=np.random.default_rng(1), draws=200, level=0.8
    )
    wide = another_panel(
        COUNTS, TABLE, anchors, good_from=2, rng=np.random.default_rng(1), draws=200, level=0.99
    )
    for one, other in ((found.good, wide.good), (found.gap, wide.gap)):
        assert one.method == (
            "another panel of moderators, 20 audits with two moderators, 200 draws"
        )
        assert (one.level, one.cases, other.level) == (0.8, 39, 0.99)
        assert other.low < one.low < one.value < one.high < other.high
        assert isnan(one.p)
        assert one.value == other.value
        # Limits of draws that are near to normal: 1.28 standard errors on either side for 80 %.
        assert one.high - one.low == pytest.approx(2.56 * one.se, rel=0.2)
    assert found.label == "another panel of moderators"
    one_less = another_panel(
        COUNTS, TABLE, np.diag([1, 0, 0, 0]), good_from=2, rng=np.random.default_rng(1)
    )
    assert one_less.good.why_not == (
        "only 1 audit was graded by two moderators; at least 20 are needed"
    )


def test_all_lines_of_a_councils_sensitivity():
    blind = np.arange(39) % 2 == 0
    moderated = ModeratedAudits(
        auditor=np.arange(39) % 6,
        n_levels=4,
        good_from=2,
        blind=blind,
        population=np.array(COUNTS),
        **cases_of(TABLE),
    )
    headline = gap_of_all(moderated).adjusted
    twice = np.tile(range(4), 5), np.tile(range(4), 5)
    lines = sensitivity(moderated, headline, twice, rng=np.random.default_rng(1))
    assert [line.label for line in lines] == [
        "all moderation",
        "blind moderation only",
        "if knowing the auditor's grade hid 20% of differences",
        "if knowing the auditor's grade hid 40% of differences",
        "another panel of moderators",
    ]
    assert lines[0].good == headline.good
    assert lines[1].good.cases == 20
    assert lines[-1].good.is_estimable
    few = sensitivity(moderated, headline, (twice[0][:19], twice[1][:19]),
                      rng=np.random.default_rng(1))  # fmt: skip
    assert few[-1].good.why_not.startswith("only 19 audits were graded by two moderators")
    refused = refused_profile("none", n_levels=4)
    assert sensitivity(moderated, refused, twice, rng=np.random.default_rng(1)) == ()


def test_anchors_off_the_scale_are_refused():
    with pytest.raises(ShapeError, match="4 by 4 counts"):
        another_panel(COUNTS, TABLE, np.ones((4, 3), int), good_from=2, rng=None)
    with pytest.raises(ShapeError, match="A table of 4 by 4 counts"):
        adjusted_profile_of_table(COUNTS, TABLE[:3], good_from=2)
    with pytest.raises(UnknownGradeError):
        adjusted_profile([5, 5], audit_grade=[0, 1], moderation_grade=[1, -1], good_from=1)
