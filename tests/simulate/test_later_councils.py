"""Councils whose scale changes, without an overall grade, dated by month: what is drawn is true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import logistic, norm

from qaf_analysis.simulate import CouncilDesign, PlantedTruth, simulate_council
from qaf_analysis.simulate.break_truth import positive_share
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.simulate.design_parts import (
    BridgeDesign,
    CaseGroup,
    DomainDesign,
    EraDesign,
    MergeDesign,
    RoundDesign,
)
from qaf_analysis.simulate.later_presets import REPORT_CARD, example_2026_design
from qaf_analysis.stats.bridge.two_phase import Bridge, bridged_share
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4

BREAK = Quarter(2027, 1)
CUTS = (-2.0, -0.3, 1.2, 2.4)
LARGE = CouncilDesign(
    first=Quarter(2026, 3),
    last=Quarter(2027, 2),
    audits_per_quarter=8_000,
    auditors=60,
    calibration_files=0,
    multi_agency=(0, 0),
    double_share=0.0,
    trend=0.1,
    quarter_sd=0.0,
    quarter_domain_sd=0.0,
    drift_sd=0.0,
    domains=(
        DomainDesign(name="Plan"),
        DomainDesign(name="Risk", offset=-0.2, loading=0.9),
        DomainDesign(name="Impact", offset=-0.5, delay=2),
    ),
    headline_domains=("Plan", "Risk"),
    impact_domain="Impact",
    eras=(EraDesign(scale=REPORT_CARD, cutpoints=CUTS, starts=BREAK, harsher=0.3),),
    bridges=(
        BridgeDesign(starts=BREAK, audits=10_000, readers=60),
        BridgeDesign(starts=BREAK, kind="graded_twice", audits=10_000, readers=60),
    ),
    rounds=(
        RoundDesign(source="peers", last=BREAK.next(-1), audits=4_000, scale="report_card"),
        RoundDesign(source="partner", last=BREAK.next(-1), audits=4_000),
    ),
)


@pytest.fixture(scope="module")
def council():
    return simulate_council(LARGE, rng=np.random.default_rng(27))


@pytest.fixture(scope="module")
def truth(council):
    return PlantedTruth.of(council)


def graded(council, domain, *, new, table="ratings"):
    frame = getattr(council, table)
    scale = "report_card" if new else "ofsted4"
    return frame[(frame["domain"] == domain) & (frame["scale"] == scale)].set_index("audit_id")[
        "grade"
    ]


def test_shares_on_either_side_are_those_counted(council, truth):
    """Standard error of 16,000 audits under 0.4 of a point; four of them."""
    for told in truth.breaks:
        old, new = (graded(council, told.domain, new=side) for side in (False, True))
        assert told.old == pytest.approx((old >= 2).mean(), abs=0.016)
        assert told.new == pytest.approx((new >= 2).mean(), abs=0.016)
        assert (told.old_quarters, told.new_quarters) == (
            ("2026-27 Q3", "2026-27 Q4"),
            ("2027-28 Q1", "2027-28 Q2"),
        )
    assert [told.domain for told in truth.breaks] == ["Plan", "Risk", "Impact"]


@pytest.mark.parametrize("domain", ["Plan", "Risk", "Impact"])
def test_bridges_of_either_kind_find_what_the_truth_says_of_them(council, truth, domain):
    told = next(each for each in truth.breaks if each.domain == domain)
    re_read = graded(council, domain, new=True, table="bridges")
    twice = graded(council, domain, new=False, table="bridges")
    # Standard error of 10,000 readings: half a point, and the readers are the whole pool.
    assert (re_read >= 2).mean() == pytest.approx(told.old_on_new, abs=0.02)
    assert (twice >= 2).mean() == pytest.approx(told.new_on_old, abs=0.02)
    assert told.change == pytest.approx(told.new - told.old_on_new)
    # Auditors became harsher, so what audits graded twice show is a fall beside it.
    assert told.change_on_old < told.change - 0.04


def test_the_estimator_of_bridges_recovers_the_truth(council, truth):
    told = truth.breaks[0]
    old = graded(council, "Plan", new=False)
    readings = council.bridges[council.bridges["blind"] & (council.bridges["domain"] == "Plan")]
    found = bridged_share(
        old.to_numpy(),
        Bridge(
            level=old.loc[readings["audit_id"]].to_numpy(),
            positive=(readings["grade"] >= 2).to_numpy(dtype=float),
            reader=np.unique(readings["reader"], return_inverse=True)[1],
            n_levels=4,
        ),
    )
    assert found.value == pytest.approx(told.old_on_new, abs=0.02)


def test_a_share_worked_out_by_hand():
    """One team, one type, no halo, auditors alike: a normal value and a logistic one are summed.

    Practice 0.25 with spread sqrt(1 + 0.49), auditors 0.5 kinder, then 0.3 harsher, against -0.3
    on the new scale; and 0.5 kinder against 0.15 on the old one.
    """
    alone = (CaseGroup(name="All", share=1.0),)
    design = replace(
        LARGE,
        teams=alone,
        case_types=alone,
        halo_sd=0.0,
        severity_sd=0.0,
        auditor_domain_sd=0.0,
        trend=0.0,
        audits_per_quarter=4,
        auditors=2,
        domains=(DomainDesign(name="Plan", offset=0.25), *LARGE.domains[1:]),
        bridges=(),
        rounds=(),
    )
    made = simulate_council(design, rng=np.random.default_rng(1))

    def above(distance):
        chance = logistic(scale=0.5 * np.sqrt(3) / np.pi)
        case = norm(scale=np.sqrt(1 + 0.7**2))
        return quad(lambda x: case.pdf(x) * chance.cdf(distance + x), -12, 12)[0]

    new, old = design.eras[0], design.all_eras[0]
    share = positive_share(design, made.raters, column=1, quarters=[0, 1], era=new, graded_in=2)
    assert share == pytest.approx(above(0.25 + 0.5 - 0.3 + 0.3), abs=5e-4)
    own = positive_share(design, made.raters, column=1, quarters=[0], era=old)
    assert own == pytest.approx(above(0.25 + 0.5 - 0.15), abs=5e-4)


def test_practice_beside_impact_is_what_is_counted(council, truth):
    assert [(t.practice, t.scale) for t in truth.impact] == [
        ("Plan", "ofsted4"),
        ("Risk", "ofsted4"),
        ("Plan", "report_card"),
        ("Risk", "report_card"),
    ]
    for told in truth.impact:
        new = told.scale == "report_card"
        practice = graded(council, told.practice, new=new) >= 2
        felt = (graded(council, "Impact", new=new) >= 2).loc[practice.index]
        assert told.both == pytest.approx((practice & felt).mean(), abs=0.016)
        assert told.practice_only == pytest.approx((practice & ~felt).mean(), abs=0.016)
        assert told.impact_only == pytest.approx((~practice & felt).mean(), abs=0.016)
        assert told.no_difference_yet == pytest.approx(
            (practice & ~felt).sum() / practice.sum(), abs=0.02
        )
        total = told.both + told.practice_only + told.impact_only + told.neither
        assert total == pytest.approx(1)


def test_an_overall_grade_shares_in_the_impact_it_sums_up():
    design = replace(LARGE, headline_domains=(), bridges=(), rounds=(), eras=())
    made = simulate_council(design, rng=np.random.default_rng(5))
    [told] = PlantedTruth.of(made).impact
    practice, felt = (graded(made, name, new=False) >= 2 for name in ("Overall", "Impact"))
    assert told.both == pytest.approx((practice & felt.loc[practice.index]).mean(), abs=0.012)


def test_no_overall_grade_is_given_and_no_window_runs_over_the_break(council, truth):
    assert set(council.ratings["domain"]) == {"Plan", "Risk", "Impact"}
    assert set(council.moderations["domain"]) == {"Plan", "Risk", "Impact"}
    assert truth.headline_domain == "Plan"
    assert [further.domain for further in truth.further] == ["Risk", "Impact"]
    names = [window.window for window in truth.windows]
    assert names == ["2026-27 Q3", "2026-27 Q4", "2027-28 Q1", "2027-28 Q2"]
    assert [len(window.auditors) for window in truth.windows] == [4, 4, 5, 5]
    counted = graded(council, "Plan", new=True)
    quarter = council.audits.set_index("audit_id")["quarter"]
    first = counted[quarter.loc[counted.index] == "2027-28 Q1"]
    assert truth.window("2027-28 Q1").auditors_good == pytest.approx((first >= 2).mean())


def test_impact_lies_below_practice_and_follows_it_later():
    """Trend 0.1 a quarter: two quarters later means 0.2 points less, beside the offset of 0.5."""
    from qaf_analysis.simulate.practice import expected_practice

    practice = expected_practice(LARGE)
    assert practice[:, 1] - practice[:, 3] == pytest.approx(np.full(4, 0.5 + 0.2))


def test_moderators_on_another_scale_judge_the_same_practice(council):
    peers = council.moderations[council.moderations["moderation_source"] == "peers"]
    partner = council.moderations[council.moderations["moderation_source"] == "partner"]
    assert set(peers["scale"]) == {"report_card"}
    assert set(partner["scale"]) == {"ofsted4"}
    assert peers["grade"].max() == 4
    # Cutpoint -0.3 instead of 0.15: more is positive of the same audits.
    assert (peers["grade"] >= 2).mean() > (partner["grade"] >= 2).mean() + 0.08


def test_nobody_reads_an_own_audit_again_and_readers_share_the_work():
    made = simulate_council(example_2026_design(), rng=np.random.default_rng(3))
    readings = made.bridges.drop_duplicates("audit_id")
    audits = made.audits.set_index("audit_id").loc[readings["audit_id"]]
    own = np.array(made.raters.auditors)[audits["auditor"]]
    assert (own != readings["reader"].to_numpy()).all()
    assert (len(readings), readings["reader"].nunique()) == (80, 14)
    assert readings["reader"].value_counts().between(4, 8).all()
    assert set(audits["quarter"]) <= {"2026-27 Q1", "2026-27 Q2", "2026-27 Q3", "2026-27 Q4"}
    assert (readings["read_on"] >= "2027-04-01").all()


def test_a_bridge_changes_nothing_else():
    with_one = simulate_council(example_2026_design(), rng=np.random.default_rng(3))
    design = replace(example_2026_design(), bridges=())
    without = simulate_council(design, rng=np.random.default_rng(3))
    assert with_one.ratings.equals(without.ratings)
    assert with_one.moderations.equals(without.moderations)


def test_types_of_case_change_their_words_and_not_their_practice():
    design = replace(
        example_2026_design(), merges=(MergeDesign(starts=BREAK, words={"Early help": "Help"}),)
    )
    made, plain = (
        simulate_council(each, rng=np.random.default_rng(4))
        for each in (design, replace(design, merges=()))
    )
    new = made.audits["t"] >= design.quarters.index(BREAK)
    was = plain.audits["case_type"]
    assert (made.audits["case_type"][~new] == was[~new]).all()
    assert set(made.audits["case_type"][new & (was == "Early help")]) == {"Help"}
    assert "Early help" not in set(made.audits["case_type"][new])
    assert made.ratings["grade"].equals(plain.ratings["grade"])


def test_the_bundle_says_months_scales_and_bridge_readings():
    made = simulate_council(example_2026_design(), rng=np.random.default_rng(3))
    bundle = simulated_audits(made)
    assert (bundle.audits["audit_date"].dt.day == 1).all()
    assert [era.scale.name for era in bundle.settings.all_eras] == ["ofsted4", "report_card"]
    assert bundle.settings.headlines[-1] == "Impact for the child"
    bridge = bundle.ratings[bundle.ratings["role"] == "bridge"]
    assert (len(bridge), set(bridge["scale"])) == (320, {"report_card"})
    assert bridge["blind"].all()
    assert bundle.settings.case_type_maps[0].words["Early help"] == "Family Help"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"eras": (replace(LARGE.eras[0], cutpoints=(0.0,)),)}, "4 rising cutpoints"),
        ({"eras": (replace(LARGE.eras[0], starts=Quarter(2030, 1)),)}, "begins outside"),
        ({"eras": (replace(LARGE.eras[0], scale=OFSTED4, cutpoints=(0, 1, 2)),)}, "one name"),
        ({"bridges": (BridgeDesign(starts=Quarter(2026, 3)),)}, "first quarter of a new scale"),
        ({"headline_domains": ("Overall",)}, "no domain of the tool"),
        ({"impact_domain": "Hope"}, "no domain of the tool"),
        ({"merges": (MergeDesign(starts=BREAK, words={"Nobody": "Somebody"}),)}, "case type"),
        (
            {"rounds": (RoundDesign(source="peers", last=BREAK, scale="none such"),)},
            "not in use",
        ),
    ],
)
def test_parts_that_do_not_fit_are_refused(changed, why):
    with pytest.raises(SettingsError, match=why):
        replace(LARGE, **changed)
