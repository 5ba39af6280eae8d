"""Several draws as one, against sums by hand, brute-force chances and simulated truth."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from qaf_analysis.stats.moderation.draw import moderation_draw
from qaf_analysis.stats.optimism.adjusted import adjusted_profile, profile_of
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.stats.optimism.several_draws import (
    Draws,
    Panel,
    chance_of_any,
    draw_basis,
    effective_files,
    frame_chance,
    leading_panel,
    panel_difference,
    panel_differences,
    shown_apart,
)
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.names import Selection


def draws(took, chance, exercise=None):
    took = np.array(took, dtype=bool)
    numbers = np.arange(len(took)) if exercise is None else np.array(exercise)
    return Draws(took=took, chance=np.array(chance, dtype=float), exercise=numbers)


# The chance that any draw takes a file


def test_one_less_the_chance_that_every_draw_passes_by():
    """1 - 0.8 x 0.95 = 0.24; 1 - 0.8 x 1 = 0.2; 1 - 1 x 0.95 = 0.05."""
    found, known = chance_of_any(
        draws([[1, 1, 0], [1, 0, 1]], [[0.2, 0.2, 0.0], [0.05, 0.0, 0.05]]), np.array([0, 0, 1])
    )
    assert known
    assert found == pytest.approx([0.24, 0.2, 0.05])


def test_it_is_the_chance_of_brute_force():
    """Three draws of fixed size from six files, each set of each size as likely as any other."""
    sizes, files = (2, 3, 1), 6
    sets = [
        [set(s) for s in product(range(files), repeat=n) if list(s) == sorted(set(s))]
        for n in sizes
    ]
    hit = np.mean([[i in a | b | c for i in range(files)] for a, b, c in product(*sets)], axis=0)
    chance = np.repeat(np.array(sizes)[:, np.newaxis] / files, files, axis=1)
    found, _ = chance_of_any(draws(np.ones((3, files)), chance), np.zeros(files, dtype=int))
    assert found == pytest.approx(hit)


def test_parts_of_one_exercise_never_take_the_same_file_so_their_chances_add_up():
    parts = draws([[1, 0], [0, 1]], [[0.3, 0.3], [0.2, 0.2]], exercise=[0, 0])
    assert chance_of_any(parts, np.zeros(2, dtype=int))[0] == pytest.approx([0.5, 0.5])
    both = draws([[1, 1], [0, 1]], [[0.3, 0.3], [0.2, 0.2]], exercise=[0, 0])
    assert chance_of_any(both, np.zeros(2, dtype=int))[0] == pytest.approx([0.44, 0.44])


def test_a_draw_known_only_where_it_took_is_scaled_to_its_own_effective_number():
    """Within one grade: the first draw has weights 2, 2, 4 (number 64/24 = 2.667, so each by
    8/24), the second 10 and 10 (number 2, so each counts 1). The third file is in both."""
    nan = np.nan
    found, known = chance_of_any(
        draws([[1, 1, 1, 0], [0, 0, 1, 1]], [[0.5, 0.5, 0.25, nan], [nan, nan, 0.1, 0.1]]),
        np.zeros(4, dtype=int),
    )
    weight = np.array([2 / 3, 2 / 3, 4 / 3 + 1, 1])
    assert not known
    assert found == pytest.approx((2 / 3) / weight)
    assert (found <= 1).all()


def test_known_draws_are_one_design_beside_an_unknown_one():
    """0.2 and 0.05 make 0.24: one design with equal weights, so each file counts 1 for it."""
    nan = np.nan
    found, known = chance_of_any(
        draws(
            [[1, 1, 0], [0, 1, 0], [0, 1, 1]],
            [[0.2, 0.2, 0.2], [0.05, 0.05, 0.05], [nan, 0.4, 0.4]],
        ),
        np.zeros(3, dtype=int),
    )
    assert not known
    assert 1 / found == pytest.approx([1, 2, 1])


def test_a_draw_alone_keeps_its_own_chances():
    found, known = chance_of_any(draws([[1, 1]], [[0.5, 0.25]]), np.zeros(2, dtype=int))
    assert known
    assert found == pytest.approx([0.5, 0.25])


def test_a_file_without_a_chance_is_refused():
    with pytest.raises(ShapeError, match="no recorded chance"):
        draws([[1]], [[np.nan]])
    with pytest.raises(ShapeError, match="a chance for each file"):
        draws([[1, 1]], [[0.5]])


def test_chances_constant_within_grades_weigh_files_of_a_grade_alike():
    """To all digits: the union is then the plain post-stratified profile."""
    rng = np.random.default_rng(3)
    grade = rng.integers(1, 4, 60)
    moderated = np.clip(grade - rng.integers(0, 2, 60), 0, 3)
    took = np.array([np.arange(60) < 45, np.arange(60) >= 30])
    chance = np.array([np.array([0, 0.2, 0.3, 0.5])[grade], np.full(60, 0.05)])
    union, _ = chance_of_any(Draws(took=took, chance=chance, exercise=np.arange(2)), grade)
    given = {"audit_grade": grade, "moderation_grade": moderated, "good_from": 2}
    plain = adjusted_profile([0, 80, 90, 30], **given)
    assert adjusted_profile([0, 80, 90, 30], **given, selection_probability=union) == plain


# What follows from the record of a draw

# Quarters 0 to 3 with 10 files of grade 1 and 10 of grade 2 each.
QUARTER = np.repeat(np.arange(4), 20)
GRADE = np.tile(np.repeat([1, 2], 10), 4)


def told(taken, chance, how, *, last=3, read_before=()):
    took, before = np.zeros(80, dtype=bool), np.zeros(80, dtype=bool)
    took[list(taken)] = True
    before[list(read_before)] = True
    given = np.where(took, np.broadcast_to(chance, 80), np.nan)
    return frame_chance(
        took, given, how, quarter=QUARTER, grade=GRADE, read_before=before, last=last
    )


def test_a_simple_draw_tells_its_frame_by_the_number_it_stands_for():
    """4 at 0.1 are of 40 files: two quarters, the second and third, as it took from both."""
    found = told((20, 35, 41, 59), 0.1, Selection.RANDOM)
    assert found == pytest.approx(np.where((QUARTER == 1) | (QUARTER == 2), 0.1, 0.0))


def test_of_several_frames_the_one_nearest_to_the_moderation_is_taken():
    """All of one quarter: 40 files are it and the one before, or it and the one after."""
    taken = (40, 45, 51, 59)
    after = told(taken, 0.1, Selection.RANDOM)
    assert after == pytest.approx(np.where((QUARTER == 2) | (QUARTER == 3), 0.1, 0.0))
    before = told(taken, 0.1, Selection.RANDOM, last=2)
    assert before == pytest.approx(np.where((QUARTER == 1) | (QUARTER == 2), 0.1, 0.0))


def test_a_draw_by_grade_tells_its_chance_by_grade():
    """4 of 20 and 6 of 20 in two quarters."""
    taken = (0, 1, 20, 21, 10, 11, 12, 30, 31, 32)
    found = told(taken, np.where(GRADE == 1, 0.2, 0.3), Selection.STRATIFIED)
    assert found == pytest.approx(np.where(QUARTER < 2, np.where(GRADE == 1, 0.2, 0.3), 0.0))


def test_a_draw_from_what_was_not_read_before_leaves_that_out():
    """Of 40 files 10 were read: 3 at 0.1 are of the other 30."""
    found = told((65, 70, 71), 0.1, Selection.RANDOM, read_before=(*range(40, 45), *range(75, 80)))
    assert found[[40, 44, 75, 79]] == pytest.approx(0.0)
    assert found[[45, 59, 60, 74]] == pytest.approx(0.1)
    assert found[QUARTER < 2] == pytest.approx(0.0)


def test_a_grade_that_risk_passed_by_has_the_chance_that_is_left():
    """3 of grade 2 at 0.135 in two quarters (2.7): grade 1 has 0.3 / 20 = 0.015."""
    found = told((30, 31, 50), 0.135, Selection.TARGETED, last=2)
    assert found[(QUARTER == 1) & (GRADE == 1)] == pytest.approx(0.015)
    assert found[(QUARTER == 2) & (GRADE == 2)] == pytest.approx(0.135)
    assert found[(QUARTER == 0) | (QUARTER == 3)] == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("taken", "chance", "how"),
    [
        ((20, 35, 41), 0.1, Selection.RANDOM),  # 30 files make no run of quarters
        ((20, 35, 41, 59), np.where(QUARTER == 1, 0.1, 0.2), Selection.RANDOM),  # not by grade
        ((20, 21, 41, 59), 0.2, Selection.STRATIFIED),  # 3 of grade 1 at 0.2 are of 15
        ((30, 31), 0.02, Selection.TARGETED),  # no grade 1, which would have to have 1.2 or more
    ],
)
def test_what_does_not_follow_from_the_record_is_not_known(taken, chance, how):
    found = told(taken, chance, how, last=2)
    own = np.broadcast_to(chance, 80)
    assert found[list(taken)] == pytest.approx(own[list(taken)])
    assert np.isnan(np.delete(found, list(taken))).all()


@pytest.mark.parametrize("seed", range(5))
def test_the_record_of_a_draw_of_ours_gives_every_chance_back(seed):
    """By chance and by risk in one exercise: the parts as drawn, and their sum for every file."""
    rng = np.random.default_rng(seed)
    grade, quarter = rng.choice(4, 160, p=[0.1, 0.3, 0.4, 0.2]), np.repeat(np.arange(4), 40)
    frame = quarter >= 2
    drawn = moderation_draw(
        grade[frame], rng.integers(0, 9, frame.sum()), n_levels=4, audits=24, by_risk=12,
        fewest=2, rng=rng,
    )  # fmt: skip
    rows = []
    for took, chance, how in (
        (drawn.by_chance, drawn.chance, Selection.STRATIFIED),
        (drawn.targeted, drawn.targeted_chance, Selection.TARGETED),
    ):
        whole, given = np.zeros(160, dtype=bool), np.full(160, np.nan)
        whole[frame], given[frame] = took, chance
        found = frame_chance(
            whole, given, how, quarter=quarter, grade=grade,
            read_before=np.zeros(160, dtype=bool), last=3,
        )  # fmt: skip
        assert found[frame] == pytest.approx(chance, abs=1e-6)
        assert found[~frame] == pytest.approx(0.0)
        rows.append((whole, found))
    both = Draws(
        took=np.array([row[0] for row in rows]), chance=np.array([row[1] for row in rows]),
        exercise=np.zeros(2, dtype=int),
    )  # fmt: skip
    found, known = chance_of_any(both, grade)
    assert known
    assert found[frame] == pytest.approx(drawn.chance + drawn.targeted_chance, abs=1e-6)


# Panels of moderators


def panel(name, audited, moderated, file, chance=None, population=(0, 60, 100, 40)):
    return Panel(
        name=name,
        readings=ModeratedAudits(
            audit_grade=np.array(audited),
            moderation_grade=np.array(moderated),
            auditor=None,
            n_levels=4,
            good_from=2,
            selection_probability=None if chance is None else np.array(chance),
            population=np.array(population),
        ),
        file=np.array(file),
    )


def test_panels_are_compared_within_auditors_grades():
    """Grade 1: means 1 and 0.5 of 4 and 2, h = 4/3; grade 2: 1.5 and 1 of 4 and 4, h = 2.

    Differences of 1/2 in both. Squared distances: 0, 2 x 1/4, 4 x 1/4 and 2 (of 1, 1, 0, 2):
    3.5 on 14 - 4 degrees of freedom.
    """
    one = panel("one", [1] * 4 + [2] * 4, [1] * 4 + [1, 1, 2, 2], range(8))
    two = panel("two", [1] * 2 + [2] * 4, [0, 1, 1, 1, 0, 2], range(8, 14))
    found = panel_difference(one, two)
    assert not found.paired
    assert found.difference.value == pytest.approx(0.5)
    assert found.difference.se == pytest.approx(np.sqrt(0.35 / (4 / 3 + 2)))
    assert found.difference.df == 10
    half = stats.t.ppf(0.975, 10) * found.difference.se
    assert (found.difference.low, found.difference.high) == pytest.approx((0.5 - half, 0.5 + half))
    assert panel_difference(two, one).difference.value == pytest.approx(-0.5)


def test_ten_files_that_both_read_tell_the_difference_directly():
    """Differences 1, 0, 1, 0, 1, 0, 1, 0, 1, 1: mean 0.6, variance 10 x 0.24 / 9."""
    apart = [1, 0, 1, 0, 1, 0, 1, 0, 1, 1]
    one = panel("one", [2] * 10, [1 + d for d in apart], range(10))
    two = panel("two", [2] * 10 + [3], [1] * 10 + [0], [*range(10), 77])
    found = panel_difference(one, two)
    assert found.paired
    assert found.difference.value == pytest.approx(0.6)
    assert found.difference.se == pytest.approx(np.sqrt(2.4 / 9 / 10))
    assert (found.difference.df, found.difference.cases) == (9, 10)
    fewer = panel("one", [2] * 9, [1 + d for d in apart[:9]], range(9))
    assert not panel_difference(fewer, two).paired


def test_panels_without_a_grade_in_common_are_not_compared():
    one, two = (
        panel("one", [1] * 8, [1] * 8, range(8)),
        panel("two", [2] * 8, [2] * 8, range(9, 17)),
    )
    found = panel_difference(one, two).difference
    assert not found.is_estimable
    assert found.why_not == "the two panels read too few files of the same auditors' grade"
    assert shown_apart([panel_difference(one, two)]) is None


def test_panels_are_refused_only_where_they_are_shown_to_differ():
    """With three panels each of the three pairs has a third of the 5 %."""
    alike = panel("a", [2] * 12, [2, 1] * 6, range(12))
    also = panel("b", [2] * 12, [1, 2] * 6, range(20, 32))
    strict = panel("c", [2] * 12, [0, 1] * 6, range(40, 52))
    differences = panel_differences([alike, also, strict])
    apart = shown_apart(differences)
    assert apart is not None
    assert (apart.first, apart.second) in {("a", "c"), ("b", "c")}
    assert shown_apart(differences[:1]) is None
    near = panel("d", [2] * 12, [2, 1, 1, 1] * 3, range(60, 72))
    one = panel_difference(alike, near)
    p = one.difference.p
    assert p == pytest.approx(2 * stats.t.sf(abs(one.difference.value / one.difference.se), 22))
    assert p > 0.05
    assert shown_apart([one]) is None


def test_the_panel_that_alone_carries_a_profile_leads():
    """The larger has one file of a grade with more than a tenth of all audits, so it cannot."""
    small = panel("small", [1] * 4 + [2] * 6 + [3] * 2, [1] * 4 + [1, 2] * 3 + [3, 2], range(12))
    large = panel("large", [1] * 10 + [2] * 20 + [3], [1] * 10 + [1, 2] * 10 + [3], range(20, 51))
    leading = leading_panel([small, large])
    assert leading is not None
    assert leading.name == "small"
    assert leading_panel([large]) is None


# What a figure rests on


def basis():
    """Of 60 graded 1: two files at 0.1, one at 0.05; of 100 graded 2: three; of 40: two alike."""
    grade, moderated = np.array([1, 1, 1, 2, 2, 2, 3, 3, 2, 2]), [1, 2, 2, 2, 1, 2, 3, 2, 1, 2]
    chance = np.array([0.1, 0.1, 0.05, 0.1, 0.1, 0.1, 0.2, 0.2, 0.1, 0.1])
    file = np.arange(10)
    whole = panel("both", grade, moderated, file, chance=chance)
    took = np.array([[1] * 6 + [0] * 4, [0] * 5 + [1] * 5], dtype=bool)
    parts = [
        panel(name, grade[ours], np.array(moderated)[ours], file[ours], chance=chance[ours])
        for name, ours in zip(("a", "b"), took, strict=True)
    ]
    return whole.readings, draw_basis(whole.readings, parts, took)


def test_the_figure_can_be_made_again_from_the_lines():
    """Graded 1: weights 10, 10, 20 of which 10 + 20 are good: 0.75 of 60. Graded 2: 3/5 of 100."""
    moderated, found = basis()
    assert [line.audits for line in found.grades] == [60, 100, 40]
    assert [line.good for line in found.grades] == pytest.approx([0.75, 0.6, 1.0])
    assert [(line.lightest, line.heaviest) for line in found.grades] == [
        pytest.approx((15, 30)), pytest.approx((20, 20)), pytest.approx((20, 20)),
    ]  # fmt: skip
    assert [line.effective for line in found.grades] == pytest.approx([40**2 / 600, 5, 2])
    assert [(line.files, line.twice, line.read) for line in found.grades] == [
        ((3, 0), 0, 3), ((3, 3), 1, 5), ((0, 2), 0, 2),
    ]  # fmt: skip
    assert (found.files, found.effective) == (10, pytest.approx(7 + 8 / 3))
    share = sum(line.audits * line.good for line in found.grades) / 200
    assert share == pytest.approx((45 + 60 + 40) / 200)
    assert share == pytest.approx(profile_of(moderated).good.value, abs=1e-12)
    gap = sum(line.audits * line.gap for line in found.grades) / 200
    assert gap == pytest.approx(profile_of(moderated).gap.value, abs=1e-12)


def test_each_panel_has_its_share_of_the_weight():
    """a: 60, two files of 20, and half of a shared one; b: half, two of 20 and two of 20."""
    _, found = basis()
    assert [line.weight_share for line in found.panels] == pytest.approx([110 / 200, 90 / 200])
    assert [(line.name, line.files) for line in found.panels] == [("a", 6), ("b", 5)]
    assert not found.few_dominate
    assert found.outweighing == ()


def test_every_weight_stands_with_its_files_and_how_many_were_good():
    _, found = basis()
    assert [(w.grade, w.files, w.good) for w in found.weights] == [
        (1, 2, 1), (1, 1, 1), (2, 5, 3), (3, 2, 2),
    ]  # fmt: skip
    assert [w.chance for w in found.weights] == pytest.approx([0.1, 0.05, 0.1, 0.2])
    assert [w.stands_for for w in found.weights] == pytest.approx([15, 30, 20, 20])


def test_a_few_heavy_files_are_told():
    """39 files at 0.2 and 9 at 0.05, weighed by the draw that took them, count as 29 of 48."""
    grade, chance = np.full(48, 2), np.array([0.2] * 39 + [0.05] * 9)
    whole = panel("all", grade, [2, 1] * 24, range(48), chance=chance, population=(0, 0, 375, 0))
    took = np.array([np.arange(48) < 39, np.arange(48) >= 39])
    parts = [
        panel(n, grade[t], grade[t], np.flatnonzero(t), population=(0, 0, 375, 0))
        for n, t in zip("ab", took, strict=True)
    ]
    found = draw_basis(whole.readings, parts, took)
    assert found.effective == pytest.approx(375**2 / (39 * 25 + 9 * 400))
    assert effective_files(whole.readings) == found.effective
    assert [line.weight_share for line in found.panels] == pytest.approx([195 / 375, 180 / 375])
    assert found.outweighing == ("b",)
    assert not found.few_dominate  # 30.7 of 48 are 0.64
    heavier = panel("all", grade, [2, 1] * 24, range(48), population=(0, 0, 375, 0),
                    chance=np.array([0.2] * 39 + [0.03] * 9))  # fmt: skip
    assert draw_basis(heavier.readings, parts, took).few_dominate
