import numpy as np
import pytest

from qaf_analysis.simulate import CouncilDesign, simulate_council
from qaf_analysis.simulate.design_parts import RoundDesign
from qaf_analysis.simulate.selection import choose
from qaf_analysis.stats.moderation.draw import inclusion_probabilities
from qaf_analysis.terms.quarter import Quarter

DRAWS = 4000
AUDITORS = np.repeat([0, 1, 2, 3], [3, 25, 22, 8])
MODERATORS = np.clip(AUDITORS - np.tile([0, 1], 29), 0, 3)


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["random", "stratified", "targeted", "hunch"])
def test_each_audit_is_chosen_as_often_as_its_probability_says(rule):
    rng = np.random.default_rng(11)
    times = np.zeros(len(AUDITORS))
    for _ in range(DRAWS):
        chosen, probability = choose(
            rule=rule,
            audits=12,
            auditor_grades=AUDITORS,
            moderator_grades=MODERATORS,
            levels=4,
            rng=rng,
        )
        assert len(chosen) == len(set(chosen)) == 12
        times[chosen] += 1
    error = np.sqrt(probability * (1 - probability) / DRAWS)
    assert probability.sum() == pytest.approx(12)
    # 58 audits: the largest of so many normal deviates is hardly ever above four.
    assert (np.abs(times / DRAWS - probability) <= 4 * error + 1e-12).all()


def test_risk_is_one_one_three_six_and_a_hunch_one_to_three():
    weights = {}
    for rule in ("targeted", "hunch"):
        _, probability = choose(
            rule=rule,
            audits=6,
            auditor_grades=AUDITORS,
            moderator_grades=MODERATORS,
            levels=4,
            rng=np.random.default_rng(1),
        )
        weights[rule] = probability / probability.min()
    np.testing.assert_allclose(weights["targeted"], np.array([1, 1, 3, 6])[AUDITORS])
    np.testing.assert_allclose(weights["hunch"], np.where(AUDITORS > MODERATORS, 3, 1))


def test_no_probability_is_above_one():
    probability = inclusion_probabilities(np.array([1.0, 1.0, 50.0, 60.0, 8.0]), size=4)
    assert probability.max() == 1.0
    assert probability.sum() == pytest.approx(4)


def test_all_are_chosen_where_there_are_too_few():
    chosen, probability = choose(
        rule="targeted",
        audits=500,
        auditor_grades=AUDITORS,
        moderator_grades=MODERATORS,
        levels=4,
        rng=np.random.default_rng(1),
    )
    assert chosen.tolist() == list(range(len(AUDITORS)))
    assert (probability == 1).all()


@pytest.fixture(scope="module")
def moderations():
    rules = ("random", "stratified", "targeted", "hunch")
    design = CouncilDesign(
        last=Quarter(2017, 2),
        rounds=tuple(RoundDesign(source=r, last=Quarter(2017, 2), rule=r) for r in rules),
    )
    return simulate_council(design, rng=np.random.default_rng(4)).moderations


def test_a_hunch_is_recorded_as_unknown(moderations):
    hunch = moderations[moderations["moderation_source"] == "hunch"]
    assert set(hunch["selected_by"]) == {"unknown"}
    assert hunch["selection_probability"].isna().all()


def test_other_rules_record_a_probability_that_counts_the_frame(moderations):
    """Each chosen audit stands for 1/probability audits: together for about all 100."""
    overall = moderations[moderations["domain"] == "Overall"]
    for rule in ("random", "stratified", "targeted"):
        chosen = overall[overall["moderation_source"] == rule]
        assert set(chosen["selected_by"]) == {rule}
        assert len(chosen) == 20
        assert (1 / chosen["selection_probability"]).sum() == pytest.approx(100, rel=0.35)
    exact = overall[overall["moderation_source"].isin(["random", "stratified"])]
    totals = (1 / exact["selection_probability"]).groupby(exact["moderation_source"]).sum()
    assert totals.tolist() == pytest.approx([100, 100])


def test_moderation_follows_the_audits_it_is_about(moderations):
    assert (moderations["moderated_on"] > "2017-09-30").all()
